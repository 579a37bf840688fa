/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/matter.c: what people ask of matters: begin one, act on one, see what an act would do. */
#include <inttypes.h>

#include "flow/matter_inside.h"
#include "flow/seal.h"

#include "sql_statements.h"

#include "base/banned.h"

/* ---- seeing ---- */

static bool read_part(Arena *a, const Node *row, const char *column, const Node **out, Err *e) {
    Str text = node_text(row, column);

    *out = text.len ? json_read(a, text, e) : node_map(a);
    return *out != NULL;
}

const MatterState *matter_see(Tx *tx, Str id, Arena *a, bool *personal, Err *e) {
    Err why = {0};
    Node *row = tx_row(tx, a, &SQL_matter_seen, ARGS(ARG_OF_TEXT(id)), &why);
    const Node *tree, *own;
    MatterState *s = arena_new_of(a, MatterState);

    if (!row) {
        if (why.code != ERR_NONE)
            *e = why;
        else
            err_set(e, ERR_NOT_FOUND, NULL, "没有这件事项，请核对编号");
        return NULL;
    }
    *personal = node_text(row, "personal").len || node_text(row, "title").len;
    if ((*personal && !matter_open_row(tx, a, id, row, e)) ||
        !read_part(a, row, "tree", &tree, e) || !read_part(a, row, "personal", &own, e) ||
        !matter_read(a, tree, own, s, e))
        return NULL;
    return s;
}

typedef struct Seeing {
    Str id, other; /* other: must be visible too */
    Instant at;
    Arena *arena;
    const MatterState *out;
    bool personal;
} Seeing;

static bool see(Tx *tx, void *context, Err *e) {
    Seeing *s = context;
    bool unused;

    s->out = matter_see(tx, s->id, s->arena, &s->personal, e);
    return s->out && (!s->other.len || matter_see(tx, s->other, s->arena, &unused, e));
}

static bool fold_to(Tx *tx, void *context, Err *e) {
    Seeing *s = context;

    s->out = matter_fold(tx, s->id, s->at, 0, s->arena, e);
    return s->out != NULL;
}

const MatterState *matter_get(Store *s, Str id, Instant at, Arena *a, Err *e) {
    Seeing seeing = {.id = id, .at = at, .arena = a};
    const Scope *before;
    bool good;

    if (!store_read(s, see, &seeing, e))
        return NULL;
    if (!at)
        return seeing.out;
    before = store_thread_scope(NULL); /* he sees the matter: its past is his to see */
    good = store_read(s, fold_to, &seeing, e);
    store_thread_scope(before);
    if (!good)
        return NULL;
    if (!seeing.personal) { /* but no more of it than today */
        MatterState *open = arena_new_of(a, MatterState);

        *open = *seeing.out;
        open->personal = node_map(a);
        return open;
    }
    return seeing.out;
}

/* ---- begin ---- */

/* The house for which this person can mean to begin. */
static bool settle_house(const Content *c, const MatterActor *who, const Flow *f, MatterNew *in,
                         Err *e) {
    int64_t found = 0;
    size_t several = 0;

    (void)c;
    if (!who->rights)
        return in->organisation != 0 ||
               err_set(e, ERR_INVALID, "/organisation", "请写明由哪个单位发起");
    for (size_t i = 0; i < who->rights->count; i++) {
        const Right *r = &who->rights->rights[i];
        bool starts = r->rule->permission == PERMISSION_MATTER_START, role = !f->starters.count;

        for (size_t k = 0; k < f->starters.count; k++)
            role |= str_eq(((const Str *)f->starters.items)[k], r->role);
        if (!starts || !role || (in->organisation && r->organisation != in->organisation) ||
            r->organisation == found)
            continue;
        found = r->organisation;
        several++;
    }
    if (several > 1)
        return err_set(e, ERR_INVALID, "/organisation", "在几个单位任职，请选择由哪个单位发起");
    if (!several)
        return err_set(e, ERR_FORBIDDEN, "/organisation",
                       "现在的角色不能发起“%.*s”，请由规定的角色发起", STR_ARG(f->title));
    in->organisation = found;
    return true;
}

typedef struct Beginning {
    MatterNew in;
    Str id;
} Beginning;

static bool begin_work(Writing *w, void *context, Err *e) {
    Beginning *b = context;

    return matter_start(w, &b->in, NULL, &b->id, e);
}

bool matter_begin(Store *s, const Content *c, const MatterActor *who, const MatterNew *in, Arena *a,
                  Str *id, Err *e) {
    Beginning b = {.in = *in};
    const Flow *f = content_flow(c, in->flow, e);

    if (!f || !settle_house(c, who, f, &b.in, e))
        return false;
    if (in->sealed && who->rights && !rights_channel(who->rights))
        return err_set(e, ERR_FORBIDDEN, "/sealed", "封存的事项要先开通封存记录的专门通道才能发起");
    if (!flow_publish(s, c, e) || !matter_write(s, c, who, a, begin_work, &b, e))
        return false;
    *id = b.id;
    return true;
}

/* ---- act ---- */

typedef struct Acting {
    Str id;
    int64_t revision, out;
    FlowAct act;
    bool look_only; /* a preview */
    Node *consequences;
} Acting;

static Str titled_verb(Str verb) {
    for (const BindName *n = flow_verb_names; n->name; n++)
        if (str_is(verb, n->name))
            return str_of(n->title);
    return verb;
}

/* The second of two who act at once is told what the first did. */
static bool nobody_was_first(Writing *w, const Acting *x, const MatterState *s, Err *e) {
    const Node *last;

    if (!x->revision || x->revision == s->revision)
        return true;
    last = tx_row(w->tx, w->arena, &SQL_matter_event_last, ARGS(ARG_OF_TEXT(x->id)), e);
    if (!last)
        return e->code != ERR_NONE ? false : err_set(e, ERR_CONFLICT, "/revision", "请刷新后重试");
    return err_set(e, ERR_CONFLICT, "/revision",
                   "打开以后，%.*s 已于 %.*s 对这件事项作了“%.*s”，请刷新后再办理",
                   STR_ARG(world_name(w->tx, w->arena, node_text(last, "actor"))),
                   STR_ARG(str_slice(node_text(last, "at"), 0, 16)),
                   STR_ARG(titled_verb(node_text(last, "verb"))));
}

/* What an undo needs: the act, who did it and when, and the state before it. */
static bool prepare_undo(Writing *w, Acting *x, const MatterState *s, const MatterState **history,
                         Err *e) {
    const Node *events = tx_rows(w->tx, w->arena, &SQL_matter_events, ARGS(ARG_OF_TEXT(x->id)), e);
    int64_t revision = 0;
    Node *more = node_map(w->arena);
    const Node *row = NULL;

    if (!events)
        return false;
    str_to_int(x->act.target, &revision);
    for (size_t i = 0; i < events->count; i++)
        if (node_int(events->items[i], "revision", 0) == revision)
            row = events->items[i];
    if (!row || revision > s->revision)
        return err_set(e, ERR_INVALID, "/target", "请选择要撤销哪一次操作");
    if (revision == 1)
        return err_set(e, ERR_CONFLICT, "/target", "发起不能撤销，请用“终结”");
    if (str_is(node_text(row, "actor"), "system"))
        return err_set(e, ERR_CONFLICT, "/target", "系统自动进行的操作不能撤销");
    if (node_int(row, "undone_by", 0))
        return err_set(e, ERR_CONFLICT, "/target", "这次操作已经撤销过了");
    node_set_text(w->arena, more, "actor", node_text(row, "actor"));
    node_set_text(w->arena, more, "at", node_text(row, "at"));
    x->act.more = more;
    *history = matter_fold(w->tx, x->id, INT64_MAX, revision - 1, w->arena, e);
    return *history != NULL;
}

static bool has_link(const MatterState *s, const char *kind, Str target) {
    for (size_t i = 0; i < s->links.count; i++)
        if (str_is(links_of(s)[i].kind, kind) && str_eq(links_of(s)[i].target, target))
            return true;
    return false;
}

/* The other matter's own link, by an act of its own: the program's, in this person's name. */
static bool link_other(Writing *w, Str other, Str target, bool away, Err *e) {
    MatterActor program = {w->who->login, NULL};
    const MatterActor *before = w->who;
    MatterRow row;
    Node *more = node_map(w->arena);
    FlowAct act = {.verb = VERB_LINK,
                   .actor = w->who->login,
                   .action = STR("merged"),
                   .target = target,
                   .more = more};

    node_set_bool(w->arena, more, "remove", away);
    w->who = &program;
    bool good = matter_load(w, other, &row, e) && matter_carry_out(w, &row, &act, NULL, NULL, e);

    w->who = before;
    return good;
}

static bool check_merge(Writing *w, const MatterRow *row, Str target, Err *e) {
    MatterRow other;

    if (!matter_load(w, target, &other, e))
        return false;
    if (!str_is(other.state->state, "open"))
        return err_set(e, ERR_CONFLICT, "/target", "要并入的事项 %.*s 不在办理中",
                       STR_ARG(other.state->number));
    if (!str_eq(other.state->flow, row->state->flow))
        return err_set(e, ERR_CONFLICT, "/target", "只能并入同一种流程的事项");
    return other.state->sealed == row->state->sealed ||
           err_set(e, ERR_CONFLICT, "/target", "封存的事项不能与其他事项合并");
}

static bool after_merge(Writing *w, const MatterState *before, const MatterState *after, Err *e) {
    for (size_t i = 0; i < after->links.count; i++)
        if (str_is(links_of(after)[i].kind, "merged_into") &&
            !has_link(before, "merged_into", links_of(after)[i].target) &&
            !link_other(w, links_of(after)[i].target, after->id, false, e))
            return false;
    for (size_t i = 0; i < before->links.count; i++)
        if (str_is(links_of(before)[i].kind, "merged_into") &&
            !has_link(after, "merged_into", links_of(before)[i].target) &&
            !link_other(w, links_of(before)[i].target, after->id, true, e))
            return false;
    return true;
}

/* New ids for the parts, given before the act is judged. */
static bool prepare_split(Writing *w, Acting *x, Err *e) {
    int64_t count = node_int(x->act.more, "count", 1);
    Node *more = node_map(w->arena), *into = node_list(w->arena);

    if (count < 1 || count > 20)
        return err_set(e, ERR_INVALID, "/more/count", "一次可以拆分出 1 到 20 件");
    for (int64_t i = 0; i < count; i++)
        node_add(w->arena, into,
                 node_of_text(w->arena, str_format(w->arena, "%.*sp%" PRId64 "x%" PRId64,
                                                   STR_ARG(x->id), x->revision, i + 1)));
    node_set(w->arena, more, "into", into);
    x->act.more = more;
    return true;
}

static bool after_split(Writing *w, const MatterRow *row, const Acting *x, Err *e) {
    const Node *into = node_get(x->act.more, "into");

    for (size_t i = 0; into && i < into->count; i++)
        if (!matter_start_part(w, row, &x->act, into->items[i]->text, e))
            return false;
    return true;
}

static bool look_at(Writing *w, Acting *x, const MatterRow *row, const MatterState *history,
                    Err *e) {
    FlowEffects effects = {0};
    StoreWorld world;
    Err asked = {0};

    store_world(&world, w->tx, w->content, w->who, w->now, w->arena, &asked);
    const MatterState *next =
        flow_act(&world.world, row->flow, row->state, &x->act, history, w->arena, &effects, e);

    if (asked.code != ERR_NONE)
        *e = asked;
    if (!next || asked.code != ERR_NONE)
        return false;
    x->consequences = matter_foresee(w->arena, row->flow, row->state, next, &effects);
    return true;
}

static bool act_work(Writing *w, void *context, Err *e) {
    Acting *x = context;
    Acting own = *x; /* work may run twice */
    MatterRow row;
    const MatterState *history = NULL, *after = NULL;

    if (!matter_load(w, own.id, &row, e) || !nobody_was_first(w, &own, row.state, e))
        return false;
    own.revision = row.state->revision;
    if ((own.act.verb == VERB_UNDO && !prepare_undo(w, &own, row.state, &history, e)) ||
        (own.act.verb == VERB_MERGE && !check_merge(w, &row, own.act.target, e)) ||
        (own.act.verb == VERB_SPLIT && !prepare_split(w, &own, e)))
        return false;
    if (own.look_only) {
        bool seen = look_at(w, &own, &row, history, e);

        x->consequences = own.consequences;
        return seen;
    }
    if (!matter_carry_out(w, &row, &own.act, history, &after, e))
        return false;
    if ((own.act.verb == VERB_MERGE || own.act.verb == VERB_UNDO) &&
        !after_merge(w, row.state, after, e))
        return false;
    if (own.act.verb == VERB_SPLIT && !after_split(w, &row, &own, e))
        return false;
    x->out = after->revision;
    return true;
}

static bool visible(Store *s, Str id, const FlowAct *act, Arena *a, Err *e) {
    Seeing seeing = {.id = id, .arena = a};

    if (act->verb == VERB_MERGE)
        seeing.other = act->target;
    return store_read(s, see, &seeing, e);
}

/* What only the program itself does is not a person's to ask for. */
static bool persons_verb(const MatterActor *who, const FlowAct *act, Err *e) {
    return !who->rights ||
           (act->verb > VERB_BEGIN && act->verb < VERB_COUNT && act->verb != VERB_HAND_OVER &&
            !flow_verb_rules[act->verb].system) ||
           err_set(e, ERR_INVALID, "/verb", "没有这种操作");
}

bool matter_act(Store *s, const Content *c, const MatterActor *who, Str id, int64_t revision,
                const FlowAct *act, Arena *a, int64_t *out, Err *e) {
    Acting x = {.id = id, .revision = revision, .act = *act};

    x.act.actor = who->login;
    if (!persons_verb(who, act, e) || !visible(s, id, act, a, e) ||
        !matter_write(s, c, who, a, act_work, &x, e))
        return false;
    if (out)
        *out = x.out;
    return true;
}

/* A preview reads in a transaction of the program itself, and writes nothing. */
typedef struct Preview {
    Store *store;
    const Content *content;
    const MatterActor *who;
    Arena *arena;
    Acting *acting;
} Preview;

static bool preview_work(Tx *tx, void *context, Err *e) {
    Preview *p = context;
    Writing w = {tx, p->store, p->content, p->who, p->arena, instant_now(), 0};

    return act_work(&w, p->acting, e);
}

Node *matter_preview(Store *s, const Content *c, const MatterActor *who, Str id, const FlowAct *act,
                     Arena *a, Err *e) {
    Acting x = {.id = id, .act = *act, .look_only = true};
    Preview p = {s, c, who, a, &x};
    const Scope *before;
    bool good;

    x.act.actor = who->login;
    if (!persons_verb(who, act, e) || !visible(s, id, act, a, e))
        return NULL;
    before = store_thread_scope(NULL);
    good = store_read(s, preview_work, &p, e);
    store_thread_scope(before);
    return good ? x.consequences : NULL;
}
