/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/write.c: an act on a matter in the store, with all that follows from it, in one transaction:
 * judged by the core, appended with its difference, sub-matters begun, hooks told. */
#include <assert.h>
#include <inttypes.h>

#include "flow/matter_inside.h"
#include "flow/seal.h"
#include "people/act.h"

#include "sql_statements.h"

#include "base/banned.h"

enum { HOOKS_MOST = 8 };

static MatterHook *hooks[HOOKS_MOST];
static size_t hook_count;
static MatterLinker *linker;
static void *linker_context;

void matter_hook(MatterHook *hook) {
    for (size_t i = 0; i < hook_count; i++)
        if (hooks[i] == hook)
            return;
    assert(hook_count < HOOKS_MOST);
    hooks[hook_count++] = hook;
}

void matter_linker(MatterLinker *of, void *context) {
    linker = of;
    linker_context = context;
}

void matter_linker_end(const void *context) {
    if (linker_context == context) {
        linker = NULL;
        linker_context = NULL;
    }
}

/* ---- the transaction ---- */

typedef struct Job {
    Store *store;
    const Content *content;
    const MatterActor *who;
    Arena *arena;
    MatterWork *work;
    void *context;
} Job;

static bool run_job(Tx *tx, void *context, Err *e) {
    const Job *j = context;
    Writing w = {tx, j->store, j->content, j->who, j->arena, 0, 0};

    return people_now(tx, &w.now, e) && j->work(&w, j->context, e);
}

/* The whole of a matter is needed to judge an act; what the asker sees was looked at before. */
bool matter_write(Store *s, const Content *c, const MatterActor *who, Arena *a, MatterWork *work,
                  void *context, Err *e) {
    Job j = {s, c, who, a, work, context};
    const Scope *before = store_thread_scope(NULL);
    bool good = store_write(s, run_job, &j, e);

    store_thread_scope(before);
    return good;
}

static bool read_part(Arena *a, const Node *row, const char *column, const Node **out, Err *e) {
    Str text = node_text(row, column);

    *out = text.len ? json_read(a, text, e) : node_map(a);
    return *out != NULL;
}

bool matter_load(Writing *w, Str id, MatterRow *out, Err *e) {
    Err why = {0};
    Node *row = tx_row(w->tx, w->arena, &SQL_matter_state_of, ARGS(ARG_OF_TEXT(id)), &why);
    const Node *tree, *personal;
    MatterState *s = arena_new_of(w->arena, MatterState);

    if (!row) {
        if (why.code != ERR_NONE)
            *e = why;
        else
            err_set(e, ERR_NOT_FOUND, NULL, "没有这件事项，请核对编号");
        return false;
    }
    if (!matter_open_row(w->tx, w->arena, id, row, e) ||
        !read_part(w->arena, row, "tree", &tree, e) ||
        !read_part(w->arena, row, "personal", &personal, e) ||
        !matter_read(w->arena, tree, personal, s, e))
        return false;
    out->state = s;
    out->flow = flow_pinned(w->tx, w->content, s->flow, s->version, w->arena, e);
    return out->flow != NULL;
}

/* ---- appending ---- */

static Node *series_of(Writing *w, const MatterState *s, int64_t number, int64_t year) {
    Node *n = node_map(w->arena);

    node_set_text(w->arena, n, "flow", s->flow);
    node_set_int(w->arena, n, "organisation", s->organisation);
    node_set_int(w->arena, n, "year", year);
    node_set_bool(w->arena, n, "sealed", s->sealed);
    node_set_int(w->arena, n, "number", number);
    return n;
}

/* Ids and codes alone: what a person typed as a reason lies in the sealed part. */
static Node *body_of(Writing *w, const FlowAct *act, const MatterState *before,
                     const MatterState *after) {
    Arena *a = w->arena;
    Node *body = node_map(a);
    const MatterTask *t = before ? state_task(before, act->task) : NULL;
    const MatterStep *of = t ? state_step(before, t->step) : NULL;
    int64_t undoes = 0;

    node_set_text(a, body, "verb", str_of(verb_word(act->verb)));
    if (act->action.len)
        node_set_text(a, body, "action", act->action);
    node_set_int(a, body, "revision", after->revision);
    if (t)
        node_set_int(a, body, "task", t->id);
    if (of)
        node_set_text(a, body, "step", of->step);
    if (act->target.len)
        node_set_text(a, body, "target", str_slice(act->target, 0, 200));
    if (act->verb == VERB_UNDO && str_to_int(act->target, &undoes))
        node_set_int(a, body, "undoes", undoes);
    return body;
}

static bool tell_hooks(Writing *w, const MatterState *before, const MatterState *after,
                       const FlowAct *act, const FlowEffects *effects, Err *e) {
    for (size_t i = 0; i < hook_count; i++)
        if (!hooks[i](w->tx, w->content, before, after, act, effects, e))
            return false;
    return true;
}

static bool append(Writing *w, const FlowAct *act, const MatterState *before,
                   const MatterState *after, Node *series, Err *e) {
    Arena *a = w->arena;
    Node *body = body_of(w, act, before, after), *secret = NULL;
    Node *nothing = node_map(a);
    Node *public =
        tree_difference(a, before ? matter_tree(a, before) : nothing, matter_tree(a, after)),
         *personal = tree_difference(a, before ? before->personal : nothing, after->personal);
    Event event = {.actor = act->actor,
                   .organisation = str_format(a, "%" PRId64, after->organisation),
                   .kind = series ? STR("matter.begun") : STR("matter.acted"),
                   .subject = str_format(a, "matter:%.*s", STR_ARG(after->id)),
                   .body = body};

    if (public)
        node_set(a, body, "difference", public);
    if (series)
        node_set(a, body, "series", series);
    if (personal) {
        secret = node_map(a);
        node_set(a, secret, "difference", personal);
        event.secret = secret;
    }
    return journal_append(w->tx, &event, e);
}

/* What a matter is linked to by itself: its case, and persons by whoever can make their keys. */
static Node *wanted_links(Writing *w, const Flow *f, const MatterState *s) {
    Str number = flow_value_of(f, s, f->case_field);
    Node *wanted = node_list(w->arena);

    if (number.len) {
        Node *one = node_map(w->arena);

        node_set_text(w->arena, one, "kind", STR("case"));
        node_set_text(w->arena, one, "target", number);
        node_add(w->arena, wanted, one);
    }
    if (linker)
        linker(linker_context, w->content, f, s, w->arena, wanted);
    return wanted;
}

static bool among(const Node *links, const MatterLink *l) {
    for (size_t i = 0; i < links->count; i++)
        if (str_eq(node_text(links->items[i], "kind"), l->kind) &&
            str_eq(node_text(links->items[i], "target"), l->target))
            return true;
    return false;
}

/* A number that was corrected leads nowhere any more: its link goes. */
static void unlink_old(MatterState *own, const Node *before, const Node *wanted) {
    size_t kept = 0;

    for (size_t i = 0; i < own->links.count; i++) {
        MatterLink one = links_of(own)[i];

        if (!among(before, &one) || among(wanted, &one))
            links_of(own)[kept++] = one;
    }
    own->links.count = kept;
}

static const MatterState *linked(Writing *w, const Flow *f, const MatterState *before,
                                 const MatterState *s) {
    const Node *wanted = wanted_links(w, f, s);
    MatterState *own = work_state(w->arena, s);
    Work work = {.arena = w->arena, .s = own};

    if (before && (before->values != s->values || before->personal != s->personal))
        unlink_old(own, wanted_links(w, f, before), wanted);
    for (size_t i = 0; i < wanted->count; i++) {
        Str kind = node_text(wanted->items[i], "kind"),
            target = node_text(wanted->items[i], "target");
        bool there = false;

        for (size_t k = 0; k < own->links.count; k++)
            there |= str_eq(links_of(own)[k].kind, kind) && str_eq(links_of(own)[k].target, target);
        if (!there)
            *(MatterLink *)work_add(&work, &own->links, sizeof(MatterLink)) =
                (MatterLink){.id = own->next++, .kind = kind, .target = target};
    }
    return own;
}

bool matter_append(Writing *w, const Flow *f, const MatterState *before, const MatterState *after,
                   const FlowAct *act, FlowEffects *effects, Err *e) {
    MatterState *own = work_state(w->arena, linked(w, f, before, after));
    FlowAct known = *act; /* with the task it was about: the timeline says the step's word for it */

    if (!known.task)
        known.task = effects->task;
    return matter_begin_children(w, f, own, effects, e) &&
           append(w, &known, before, own, NULL, e) && tell_hooks(w, before, own, act, effects, e) &&
           matter_end_children(w, effects, e) && matter_tell_parents(w, f, before, own, e);
}

bool matter_carry_out(Writing *w, const MatterRow *row, const FlowAct *act,
                      const MatterState *history, const MatterState **after, Err *e) {
    FlowEffects effects = {0};
    StoreWorld world;
    Err asked = {0};

    store_world(&world, w->tx, w->content, w->who, w->now, w->arena, &asked);
    const MatterState *next =
        flow_act(&world.world, row->flow, row->state, act, history, w->arena, &effects, e);

    if (asked.code != ERR_NONE) {
        *e = asked;
        return false;
    }
    if (!next || !matter_append(w, row->flow, row->state, next, act, &effects, e))
        return false;
    if (after)
        *after = next;
    return true;
}

/* ---- beginning ---- */

static Str new_id(Arena *a) {
    unsigned char raw[10];
    scoped_buf Buf hex;

    buf_init(&hex, 64);
    random_bytes(raw, sizeof raw);
    buf_add_hex(&hex, raw, sizeof raw);
    return str_dup(a, buf_str(&hex));
}

/* "反衔〔2026〕12号" */
static Str number_text(Arena *a, const Flow *f, int64_t year, int64_t number) {
    Str pattern = f->number.len ? f->number : STR("〔{year}〕{serial}号");
    scoped_buf Buf out;

    buf_init(&out, 400);
    for (size_t i = 0; i < pattern.len;) {
        Str rest = str_slice(pattern, i, pattern.len);

        if (str_starts(rest, STR("{year}"))) {
            buf_addf(&out, "%" PRId64, year);
            i += 6;
        } else if (str_starts(rest, STR("{serial}"))) {
            buf_addf(&out, "%" PRId64, number);
            i += 8;
        } else {
            buf_add_char(&out, pattern.ptr[i++]);
        }
    }
    return str_dup(a, buf_str(&out));
}

static bool next_numbers(Writing *w, const Flow *f, int64_t organisation, bool sealed, int64_t year,
                         int64_t *serial, int64_t *number, Err *e) {
    int64_t last = 0;

    if (!tx_int(w->tx, sealed ? &SQL_matter_next_sealed : &SQL_matter_next_ordinal, NO_ARGS, 0,
                serial, e) ||
        !tx_int(w->tx, &SQL_matter_number_last,
                ARGS(ARG_OF_TEXT(f->flow), ARG_OF_INT(organisation), ARG_OF_INT(year),
                     ARG_OF_INT(sealed)),
                sealed ? 1000000000 : 0, &last, e))
        return false;
    *number = last + 1;
    return true;
}

static Node *more_of(Writing *w, const MatterNew *in, const MatterState *parent, Str id, Str number,
                     int64_t serial) {
    Node *more = node_map(w->arena);

    node_set_text(w->arena, more, "id", id);
    node_set_text(w->arena, more, "number", number);
    node_set_int(w->arena, more, "serial", serial);
    node_set_bool(w->arena, more, "sealed", in->sealed);
    node_set_text(w->arena, more, "level", in->level.len ? in->level : STR("ordinary"));
    if (in->title.len)
        node_set_text(w->arena, more, "title", in->title);
    if (in->parties)
        node_set(w->arena, more, "parties", (Node *)(uintptr_t)in->parties);
    if (in->links)
        node_set(w->arena, more, "links", (Node *)(uintptr_t)in->links);
    if (parent)
        node_set_text(w->arena, more, "parent", parent->id);
    return more;
}

static bool level_known(Str level, Err *e) {
    for (const BindName *n = matter_level_names; level.len && n->name; n++)
        if (str_is(level, n->name))
            return true;
    return !level.len || err_set(e, ERR_INVALID, "/level",
                                 "等级只能是紧急、重要或一般（urgent、high、ordinary）");
}

bool matter_start(Writing *w, const MatterNew *in, const MatterState *parent, Str *id, Err *e) {
    const Flow *f = content_flow(w->content, in->flow, e);
    int year, month, day;
    int64_t serial, number;
    FlowEffects effects = {0};
    StoreWorld world;
    Err asked = {0};

    if (!f || !level_known(in->level, e))
        return false;
    if (str_runes(in->title) > 200 || !str_utf8_valid(in->title))
        return err_set(e, ERR_INVALID, "/title", "标题最多 200 个字");
    day_split(day_of_instant(w->now), &year, &month, &day);
    if (!next_numbers(w, f, in->organisation, in->sealed, year, &serial, &number, e))
        return false;
    *id = new_id(w->arena);
    FlowAct act = {.verb = VERB_BEGIN,
                   .actor = w->who->login,
                   .organisation = in->organisation,
                   .values = in->values,
                   .more =
                       more_of(w, in, parent, *id, number_text(w->arena, f, year, number), serial)};

    store_world(&world, w->tx, w->content, w->who, w->now, w->arena, &asked);
    const MatterState *s = flow_act(&world.world, f, NULL, &act, NULL, w->arena, &effects, e);

    if (asked.code != ERR_NONE) {
        *e = asked;
        return false;
    }
    if (!s)
        return false;
    s = linked(w, f, NULL, s);
    return append(w, &act, NULL, s, series_of(w, s, number, year), e) &&
           tell_hooks(w, NULL, s, &act, &effects, e);
}

/* One more matter with the steps of another, for a split. */
bool matter_start_part(Writing *w, const MatterRow *row, const FlowAct *act, Str id, Err *e) {
    int year, month, day;
    int64_t serial, number;
    FlowEffects none = {0};
    MatterState *part;

    day_split(day_of_instant(w->now), &year, &month, &day);
    if (!next_numbers(w, row->flow, row->state->organisation, row->state->sealed, year, &serial,
                      &number, e))
        return false;
    part = work_state(w->arena,
                      flow_split(row->state, id, number_text(w->arena, row->flow, year, number),
                                 serial, w->arena));
    part->revision = 1;
    FlowAct begin = {.verb = VERB_BEGIN, .actor = act->actor, .target = row->state->id};

    return append(w, &begin, NULL, part, series_of(w, part, number, year), e) &&
           tell_hooks(w, NULL, part, &begin, &none, e);
}
