/* SPDX-License-Identifier: MulanPSL-2.0 */
/* clue/life_write.c: acts on clues in the store: judged, appended with their difference, and what
 * follows from them in the same transaction: matters begun, clues merged, outcomes brought home. */
#include <inttypes.h>

#include "clue/life_inside.h"
#include "people/act.h"
#include "pool/engine.h"
#include "pool/token.h"

#include "sql_statements.h"

#include "base/banned.h"

/* ---- appending ---- */

static const char *kind_of_act(int verb) {
    if (verb == CLUE_REGISTER)
        return "clue.registered";
    /* Who may see it changes: kept rights must hear of it. */
    return verb == CLUE_RECUSE || verb == CLUE_UNRECUSE ? "recusal.acted" : "clue.acted";
}

static Node *body_of(Writing *w, const Life *l, const ClueAct *act) {
    Node *body = node_map(w->arena);

    node_set_text(w->arena, body, "verb", str_of(clue_verb_names[act->verb].name));
    node_set_int(w->arena, body, "revision", node_int(l->tree, "revision", 0));
    node_set_text(w->arena, body, "model", l->model);
    node_set_text(w->arena, body, "level", l->level);
    if (act->outcome.len)
        node_set_text(w->arena, body, "outcome", str_slice(act->outcome, 0, 40));
    if (act->reason.len)
        node_set_text(w->arena, body, "reason", str_slice(act->reason, 0, 40));
    if (act->matter.len)
        node_set_text(w->arena, body, "matter", act->matter);
    if (act->verb == CLUE_MERGE || act->verb == CLUE_ABSORB || act->verb == CLUE_RELEASE)
        node_set_text(w->arena, body, "target", act->target);
    return body;
}

bool life_append(Writing *w, const LifeRules *r, Life *l, const ClueAct *act, Err *e) {
    Arena *a = w->arena;
    int64_t revision = node_int(l->tree, "revision", 0) + 1;
    Str key = str_format(a, "%" PRId64, revision);
    const char *broken;

    (void)r;
    life_set_int(a, l, "revision", revision);
    if (act->verb < CLUE_REGISTER) /* whoever acts has seen what changed */
        life_set(a, l, "attention", (Str){NULL, 0});
    life_note(a, l, key.ptr, str_trim(act->note));
    broken = life_unsound(l->tree);
    if (broken)
        return err_set(e, ERR_BROKEN, NULL, "线索 %.*s 会变得不完整：%s，没有保存", STR_ARG(l->id),
                       broken);
    Node *public = tree_difference(a, l->before, l->tree);
    Node *personal = tree_difference(a, l->before_personal, l->personal);
    Event event = {.actor = w->who->login,
                   .organisation = str_format(a, "%" PRId64, node_int(l->tree, "organisation", 1)),
                   .kind = str_of(kind_of_act(act->verb)),
                   .subject = str_format(a, "clue:%.*s", STR_ARG(l->id))};
    Node *body = body_of(w, l, act);

    node_set(a, body, "difference", public);
    event.body = body;
    if (personal) {
        Node *secret = node_map(a);

        node_set(a, secret, "difference", personal);
        event.secret = secret;
    }
    return journal_append(w->tx, &event, e);
}

/* ---- one act ---- */

typedef struct Acting {
    Str id;
    int64_t revision, out;
    const ClueAct *act;
} Acting;

static bool nobody_was_first(const Acting *x, const Life *l, Err *e) {
    int64_t now = node_int(l->tree, "revision", 0);

    return !x->revision || x->revision == now ||
           err_set(e, ERR_CONFLICT, "/revision",
                   "打开以后，这条线索已经有了变化（现在的阶段：%.*s），请刷新后再办理",
                   STR_ARG(life_title(clue_life_names, life_state(l))));
}

/* The office that gave it away goes on seeing it. */
static bool keep_watching(Writing *w, const LifeWork *x, Err *e) {
    Act act = {.tx = w->tx,
               .arena = w->arena,
               .content = w->content,
               .actor = w->who->login,
               .now = w->now};
    GrantNew in = {.kind = STR("clue"),
                   .object = x->life.id,
                   .grantee = x->watcher,
                   .fields = FIELDS_PERSONAL,
                   .purpose = STR("移交后继续了解办理情况")};
    int64_t same, number;

    if (!x->watcher.len)
        return true;
    return tx_int(w->tx, &SQL_life_grant_same,
                  ARGS(ARG_OF_TEXT(x->life.id), ARG_OF_TEXT(x->watcher), ARG_OF_INT(w->now)), 0,
                  &same, e) &&
           (same || act_grant_give(&act, &in, &number, e));
}

static bool carry_out(Writing *w, const LifeRules *r, Str id, const ClueAct *act, int64_t *revision,
                      Err *e) {
    LifeWork x = {.w = w, .rules = r, .act = act};

    if (!life_load(w->tx, id, w->arena, &x.life, e))
        return false;
    if (!x.life.tree->count && act->verb != CLUE_TAKE_UP) { /* of an earlier version */
        ClueAct take = {.verb = CLUE_TAKE_UP, .organisation = 1};
        MatterActor program = {STR("system"), NULL};
        const MatterActor *before = w->who;

        w->who = &program;
        bool taken = carry_out(w, r, id, &take, NULL, e);

        w->who = before;
        return taken && carry_out(w, r, id, act, revision, e);
    }
    if (!(x.life.tree->count ? life_may(&x, e) : true) || !life_run(&x, e) ||
        !life_append(w, r, &x.life, act, e) || !keep_watching(w, &x, e))
        return false;
    if (revision)
        *revision = node_int(x.life.tree, "revision", 0);
    return true;
}

static bool act_work(Writing *w, void *context, Err *e) {
    Acting *x = context;
    const LifeRules *r = life_rules(w->content, w->arena, e);
    Life seen;

    return r && life_load(w->tx, x->id, w->arena, &seen, e) && nobody_was_first(x, &seen, e) &&
           carry_out(w, r, x->id, x->act, &x->out, e);
}

typedef struct Seeing {
    Arena *arena;
    Str ids[2];
} Seeing;

static bool see(Tx *tx, void *context, Err *e) {
    Seeing *s = context;

    for (size_t i = 0; i < 2; i++) {
        Err why = {0};

        if (!s->ids[i].len ||
            tx_row(tx, s->arena, &SQL_life_seen, ARGS(ARG_OF_TEXT(s->ids[i])), &why))
            continue;
        if (why.code == ERR_NONE)
            return err_set(e, ERR_NOT_FOUND, i ? "/target" : NULL,
                           "没有这条线索，可能编号抄错了，请从线索列表中打开");
        *e = why;
        return false;
    }
    return true;
}

bool clue_act(Store *s, const Content *c, const MatterActor *who, Str id, int64_t revision,
              const ClueAct *act, Arena *a, int64_t *out, Err *e) {
    Acting x = {id, revision, 0, act};
    Seeing seeing = {a, {id, act->verb == CLUE_MERGE ? act->target : (Str){NULL, 0}}};

    if (act->verb == CLUE_MERGE && !act->target.len)
        return err_set(e, ERR_INVALID, "/target", "请选择并入哪一条线索");
    if (!store_read(s, see, &seeing, e) || (act->verb == CLUE_CONVERT && !flow_publish(s, c, e)) ||
        !matter_write(s, c, who, a, act_work, &x, e))
        return false;
    if (out)
        *out = x.out;
    return true;
}

/* ---- by hand, or from a matter ---- */

static Str new_id(Arena *a) {
    unsigned char raw[16];
    scoped_buf Buf hex;

    buf_init(&hex, 64);
    random_bytes(raw, sizeof raw);
    buf_add_hex(&hex, raw, sizeof raw);
    return str_dup(a, buf_str(&hex));
}

static int64_t rank_of(const BindName *names, Str name) {
    for (; names->name; names++)
        if (str_is(name, names->name))
            return names->value;
    return 0;
}

static Node *registered(Writing *w, const ClueNew *in, const Life *l, int64_t number, bool sealed) {
    Arena *a = w->arena;
    Node *b = node_map(a);

    node_set_text(a, b, "verb", str_of(clue_verb_names[CLUE_REGISTER].name));
    node_set_int(a, b, "revision", 1);
    node_set_int(a, b, "number", number);
    node_set_text(a, b, "model", STR(""));
    node_set_text(a, b, "version", STR(""));
    node_set_text(a, b, "subject_kind", in->subject_kind.len ? in->subject_kind : STR("person"));
    node_set_text(a, b, "subject_key", in->subject_key.len ? in->subject_key : STR(""));
    node_set_text(a, b, "strength", STR("strong"));
    node_set_int(a, b, "strength_rank", 0);
    node_set_text(a, b, "level", in->level);
    node_set_int(a, b, "level_rank", rank_of(clue_level_names, in->level));
    node_set_text(a, b, "suggests", in->suggests.len ? in->suggests : STR(""));
    if (in->event_on != DAY_NONE) {
        char day[11];

        day_format(in->event_on, day);
        node_set_text(a, b, "event_on", str_of(day));
    }
    node_set_text(a, b, "digest", STR(""));
    node_set(a, b, "life", l->tree);
    if (sealed)
        node_set_bool(a, b, "sealed", true);
    return b;
}

static Node *told(Arena *a, const ClueNew *in) {
    Node *s = node_map(a);

    node_set_text(a, s, "title", in->title);
    node_set_text(a, s, "explanation", in->facts);
    node_set_text(a, s, "subject_name", in->subject_name.len ? in->subject_name : STR(""));
    node_set_text(a, s, "subject_mask", in->subject_mask.len ? in->subject_mask : STR(""));
    return s;
}

bool life_register(Writing *w, const LifeRules *r, const ClueNew *in, bool sealed, Str *id,
                   Err *e) {
    Arena *a = w->arena;
    Life l = {.id = new_id(a), .level = in->level, .tree = node_map(a), .personal = node_map(a)};
    int64_t number;

    if (!tx_int(w->tx, sealed ? &SQL_clue_next_sealed : &SQL_clue_next_number, NO_ARGS, 1, &number,
                e) ||
        !life_start(w, r, &l, in->source, in->organisation, e))
        return false;
    if (in->division.len)
        life_set(a, &l, "division", in->division);
    if (in->matter.len)
        life_set(a, &l, "from_matter", in->matter);
    life_set_int(a, &l, "revision", 1);
    Node *secret = told(a, in);

    if (in->case_number.len) {
        node_set_text(a, l.personal, "case_number", in->case_number);
        node_set(a, secret, "life", l.personal);
    }
    *id = l.id;
    return journal_append(w->tx,
                          &(Event){.actor = w->who->login,
                                   .organisation = str_format(a, "%" PRId64, in->organisation),
                                   .kind = STR("clue.registered"),
                                   .subject = str_format(a, "clue:%.*s", STR_ARG(l.id)),
                                   .body = registered(w, in, &l, number, sealed),
                                   .secret = secret},
                          e);
}

typedef struct Registering {
    ClueNew in;
    Str id;
} Registering;

static bool register_work(Writing *w, void *context, Err *e) {
    Registering *x = context;
    const LifeRules *r = life_rules(w->content, w->arena, e);

    return r && life_register(w, r, &x->in, false, &x->id, e);
}

/* The house for which this person can mean to register. */
static bool settle_house(const MatterActor *who, ClueNew *in, Err *e) {
    int64_t found = 0;
    size_t several = 0;

    for (size_t i = 0; who->rights && i < who->rights->count; i++) {
        const Right *r = &who->rights->rights[i];

        if (r->rule->permission != PERMISSION_CLUE_ACT || r->organisation == found ||
            (in->organisation && r->organisation != in->organisation))
            continue;
        found = r->organisation;
        several++;
    }
    if (who->rights && several > 1)
        return err_set(e, ERR_INVALID, "/organisation", "本人在几个单位任职，请选择由哪个单位登记");
    if (who->rights && !several)
        return err_set(e, ERR_FORBIDDEN, "/organisation", "现在的职务不能为这个单位登记线索");
    if (who->rights)
        in->organisation = found;
    return in->organisation > 0 || err_set(e, ERR_INVALID, "/organisation", "请写明由哪个单位登记");
}

static bool good_line(Str *text, size_t most, bool needed, const char *where, const char *what,
                      Err *e) {
    *text = str_trim(*text);
    if (needed && !text->len)
        return err_set(e, ERR_INVALID, where, "请填写%s", what);
    return (str_runes(*text) <= most && str_utf8_valid(*text)) ||
           err_set(e, ERR_INVALID, where, "%s最多 %zu 个字", what, most);
}

static bool has_name(const BindName *names, Str name) {
    for (; names->name; names++)
        if (str_is(name, names->name))
            return true;
    return false;
}

static bool check_new(const Content *c, ClueNew *in, Arena *a, Err *e) {
    const LifeRules *r = life_rules(c, a, e);
    bool source = false;

    if (!r)
        return false;
    for (size_t i = 0; i < r->sources.count; i++) {
        const LifeSource *s = &rules_list(LifeSource, r->sources)[i];

        source |= s->by_hand && str_eq(s->source, in->source);
    }
    if (!source)
        return err_set(e, ERR_INVALID, "/source", "请选择线索来源");
    if (!in->level.len)
        in->level = STR("medium");
    if (!has_name(clue_level_names, in->level))
        return err_set(e, ERR_INVALID, "/level", "等级只能是 high、medium、low");
    if (in->suggests.len && !suggests_check(c, in->suggests, NULL, e))
        return err_set(e, ERR_INVALID, "/suggests", "没有这种处理方式，请从列出的里选");
    if (!in->subject_kind.len)
        in->subject_kind = STR("person");
    if (!has_name(subject_kind_names, in->subject_kind))
        return err_set(e, ERR_INVALID, "/subject_kind", "没有这种对象");
    if (in->event_on != DAY_NONE && in->event_on > day_today())
        return err_set(e, ERR_INVALID, "/event_on", "事实发生的日期不能在今天以后");
    if (in->division.len && !content_division(c, in->division, DAY_NONE))
        return err_set(e, ERR_INVALID, "/division", "没有这个行政区划代码");
    return good_line(&in->title, 200, true, "/title", "线索名称", e) &&
           good_line(&in->facts, 20000, true, "/facts", "线索内容", e) &&
           good_line(&in->subject_name, 100, false, "/subject_name", "对象名称", e) &&
           good_line(&in->case_number, 120, false, "/case_number", "案号", e);
}

/* The number becomes a token and a mask; it is kept nowhere. */
static bool subject_key(const Content *c, const Keys *keys, ClueNew *in, Arena *a, Err *e) {
    bool person = str_is(in->subject_kind, "person");
    Field f = {.field = STR("subject_number"),
               .title = person ? STR("证件号码") : STR("统一社会信用代码"),
               .type = person ? FIELD_CITIZEN_ID : FIELD_CREDIT_CODE,
               .sensitive = person};
    Subject s = {.kind = person ? SUBJECT_PERSON : SUBJECT_ORGANISATION, .key_field = &f};
    FieldValue v;
    const char *reason = "";
    unsigned char token[16];
    char text[33] = "";

    in->subject_number = str_trim(in->subject_number);
    if (!in->subject_number.len)
        return true;
    if (!person && !str_is(in->subject_kind, "organisation"))
        return err_set(e, ERR_INVALID, "/subject_number", "只有人和单位可以填写号码");
    if (!field_normalise(c, &f, in->subject_number, &v, &reason))
        return err_set(e, ERR_INVALID, "/subject_number", "%s", reason);
    Tokens *t = tokens_new(keys);
    bool strong = token_of_field(t, &f, &s, &v, token);

    tokens_free(t);
    if (!strong)
        return err_set(e, ERR_INVALID, "/subject_number", "号码不完整或者校验位不对，请核对");
    uuid_write(token, text);
    in->subject_key = str_dup(a, str_of(text));
    in->subject_mask =
        person && in->subject_number.len >= 10
            ? str_format(a, "%.*s********%.*s", STR_ARG(str_slice(in->subject_number, 0, 4)),
                         STR_ARG(str_slice(in->subject_number, in->subject_number.len - 4,
                                           in->subject_number.len)))
            : in->subject_number;
    return true;
}

bool clue_register_by_hand(Store *s, const Content *c, const Keys *keys, const MatterActor *who,
                           const ClueNew *in, Arena *a, Str *id, Err *e) {
    Registering x = {.in = *in};

    if (!check_new(c, &x.in, a, e) || !settle_house(who, &x.in, e) ||
        !subject_key(c, keys, &x.in, a, e) || !matter_write(s, c, who, a, register_work, &x, e))
        return false;
    *id = x.id;
    return true;
}

/* ---- merging ---- */

/* The other clue's own entry, by the program in this person's name. */
static bool tell_other(LifeWork *x, Str other, int verb, Err *e) {
    MatterActor program = {x->w->who->login, NULL};
    const MatterActor *before = x->w->who;
    ClueAct act = {.verb = verb, .target = x->life.id, .values = node_get(x->life.tree, "matters")};

    x->w->who = &program;
    bool good = carry_out(x->w, x->rules, other, &act, NULL, e);

    x->w->who = before;
    return good;
}

bool life_merge(LifeWork *x, bool away, Err *e) {
    Arena *a = x->w->arena;
    Life other;

    if (away) {
        Str was = life_text(&x->life, "merged_into"), state = life_text(&x->life, "merged_state");

        if (!life_load(x->w->tx, was, a, &other, e))
            return false;
        if (str_is(life_state(&other), "merged"))
            return err_set(e, ERR_CONFLICT, "/verb",
                           "它并入的线索后来又并入了别的线索，请先撤销那一次合并");
        life_set(a, &x->life, "merged_into", (Str){NULL, 0});
        /* Its matters went on meanwhile. */
        if (str_is(state, "handling") || str_is(state, "concluded"))
            state = life_matters_open(x->life.tree) ? STR("handling") : STR("concluded");
        if (!life_enter(x->w, x->rules, &x->life, str_c(a, state.len ? state : STR("new")), e))
            return false;
        if (life_named(x->life.tree, "recusals", life_text(&x->life, "login")))
            life_set(a, &x->life, "login", (Str){NULL, 0});
        return tell_other(x, was, CLUE_RELEASE, e);
    }
    if (str_eq(x->act->target, x->life.id))
        return err_set(e, ERR_INVALID, "/target", "不能并入自己");
    if (!life_load(x->w->tx, x->act->target, a, &other, e))
        return false;
    if (other.tree->count && !life_open(life_state(&other)))
        return err_set(e, ERR_CONFLICT, "/target", "要并入的线索已经办结或者已经并入其他线索");
    if ((other.sealed != 0) != (x->life.sealed != 0))
        return err_set(e, ERR_CONFLICT, "/target", "封存的线索不能与其他线索合并");
    life_set(a, &x->life, "merged_state", life_state(&x->life));
    life_set(a, &x->life, "merged_into", x->act->target);
    return life_enter(x->w, x->rules, &x->life, "merged", e) &&
           tell_other(x, x->act->target, CLUE_ABSORB, e);
}

/* ---- what matters bring ---- */

static bool ended(const MatterState *s) {
    return !str_is(s->state, "open") && !str_is(s->state, "suspended");
}

/* To the clue, and to the one it was merged into. */
static bool bring_outcome(Writing *w, const LifeRules *r, const MatterState *m, Str clue, Err *e) {
    enum { MERGED_MOST = 20 };
    const Flow *f =
        ended(m) ? flow_pinned(w->tx, w->content, m->flow, m->version, w->arena, e) : NULL;
    const FlowOutcome *o = f && m->outcome.len ? flow_outcome(f, m->outcome) : NULL;
    ClueAct act = {.verb = CLUE_OUTCOME,
                   .matter = m->id,
                   .flow = m->flow,
                   .target = ended(m) ? STR("ended") : STR("open"),
                   .outcome = o ? o->clue : (Str){NULL, 0}};

    if (!f && ended(m))
        return false;
    for (int i = 0; clue.len && i < MERGED_MOST; i++) {
        Life l;

        if (!carry_out(w, r, clue, &act, NULL, e) || !life_load(w->tx, clue, w->arena, &l, e))
            return false;
        clue = life_text(&l, "merged_into");
    }
    return true;
}

static Str value_of(const Flow *f, const MatterState *s, Str field) {
    return field.len ? flow_value_of(f, s, field) : (Str){NULL, 0};
}

/* The step an act was done in. Without its task named it is the one that was just done so. */
static const MatterStep *step_done(const MatterState *m, const FlowAct *act) {
    const MatterTask *t = state_task(m, act->task);

    for (size_t i = m->tasks.count; !t && i > 0; i--)
        if (str_is(tasks_of(m)[i - 1].state, "done") &&
            str_eq(tasks_of(m)[i - 1].action, act->action))
            t = &tasks_of(m)[i - 1];
    return t ? state_step(m, t->step) : NULL;
}

static bool from_matter(Writing *w, const LifeRules *r, const MatterState *m, const FlowAct *act,
                        Err *e) {
    for (size_t i = 0; i < r->from_matters.count; i++) {
        const LifeFrom *from = &rules_list(LifeFrom, r->from_matters)[i];
        const MatterStep *step = step_done(m, act);
        Str id;

        if (act->verb != VERB_ACT || !str_eq(from->flow, m->flow) ||
            !str_eq(from->action, act->action) || !step || !str_eq(step->step, from->step))
            continue;
        const Flow *f = flow_pinned(w->tx, w->content, m->flow, m->version, w->arena, e);

        if (!f)
            return false;
        ClueNew in = {.source = from->source,
                      .title = value_of(f, m, from->title),
                      .facts = value_of(f, m, from->facts),
                      .level = str_is(m->level, "ordinary") ? STR("medium") : STR("high"),
                      .event_on = DAY_NONE,
                      .matter = m->id};

        for (size_t k = 0; k < m->parties.count; k++)
            if (!parties_of(m)[k].until.len && str_eq(parties_of(m)[k].party, from->party))
                in.organisation = parties_of(m)[k].organisation;
        if (in.organisation && !life_register(w, r, &in, m->sealed, &id, e))
            return false;
    }
    return true;
}

static bool from_lapse(Writing *w, const LifeRules *r, const MatterState *m,
                       const FlowEffects *effects, Err *e) {
    const Str *lapses = effects->lapses.items;

    for (size_t i = 0; r->lapse.len && i < effects->lapses.count; i++) {
        ClueNew in = {.source = r->lapse,
                      .title = str_format(w->arena, "%.*s：期限届满", STR_ARG(m->number)),
                      .facts = node_text(m->personal, "title"),
                      .level = STR("medium"),
                      .event_on = DAY_NONE,
                      .organisation = m->organisation,
                      .matter = m->id};
        Str id;

        if (str_is(lapses[i], "clue") && !life_register(w, r, &in, m->sealed, &id, e))
            return false;
    }
    return true;
}

static bool on_matter(Tx *tx, const Content *c, const MatterState *before, const MatterState *after,
                      const FlowAct *act, const FlowEffects *effects, Err *e) {
    scoped_arena Arena *a = arena_new();
    MatterActor program = {act->actor.len ? act->actor : STR("system"), NULL};
    Writing w = {.tx = tx, .content = c, .who = &program, .arena = a};
    bool changed = before && ended(before) != ended(after);
    const LifeRules *r;

    if (!changed && act->verb != VERB_ACT && !effects->lapses.count)
        return true;
    if (!(r = life_rules(c, a, e)) || !people_now(tx, &w.now, e))
        return false;
    for (size_t i = 0; changed && i < after->links.count; i++)
        if (str_is(links_of(after)[i].kind, "clue") &&
            !bring_outcome(&w, r, after, links_of(after)[i].target, e))
            return false;
    return from_matter(&w, r, after, act, e) && from_lapse(&w, r, after, effects, e);
}

/* ---- clocks ---- */

typedef struct Ticking {
    Instant now, next;
    int64_t most, fired;
} Ticking;

static bool speak(Writing *w, void *context, Err *e) {
    Ticking *t = context;
    const LifeRules *r = life_rules(w->content, w->arena, e);
    const Node *rows =
        tx_rows(w->tx, w->arena, &SQL_life_due, ARGS(ARG_OF_INT(t->now), ARG_OF_INT(t->most)), e);

    t->fired = 0;
    w->now = t->now > w->now ? t->now : w->now;
    for (size_t i = 0; r && rows && i < rows->count; i++) {
        scoped_arena Arena *own = arena_new();
        Arena *before = w->arena;
        Str id = node_text(rows->items[i], "id");
        Life l;
        ClueAct act = {.verb = CLUE_LAPSE, .organisation = 1};

        w->arena = own;
        bool good = life_load(w->tx, id, own, &l, e);

        if (good && !l.tree->count)
            act.verb = CLUE_TAKE_UP;
        else if (good && str_is(life_state(&l), "standby") && !node_int(l.tree, "rung", 0) &&
                 str_compare(life_text(&l, "due"), instant_text(own, w->now)) <= 0)
            act.verb = CLUE_RESURFACE;
        good = good && carry_out(w, r, id, &act, NULL, e);
        w->arena = before;
        if (!good)
            return false;
        t->fired++;
    }
    return r && rows && tx_int(w->tx, &SQL_life_next, NO_ARGS, INT64_MAX, &t->next, e);
}

typedef struct Asking {
    Instant next;
} Asking;

static bool ask(Tx *tx, void *context, Err *e) {
    return tx_int(tx, &SQL_life_next, NO_ARGS, INT64_MAX, &((Asking *)context)->next, e);
}

bool clue_clocks(Store *s, const Content *c, Instant now, int64_t most, int64_t *fired,
                 Instant *next, Err *e) {
    scoped_arena Arena *a = arena_new();
    MatterActor program = {STR("system"), NULL};
    Ticking t = {.now = now, .most = most};
    Asking q = {0};

    if (!store_read(s, ask, &q, e)) /* mostly nothing is due: then nothing is written */
        return false;
    *fired = 0;
    *next = q.next;
    if (q.next > now)
        return true;
    if (!matter_write(s, c, &program, a, speak, &t, e))
        return false;
    *fired = t.fired;
    *next = t.next;
    return true;
}

/* ---- leaving ---- */

static bool list_open(Act *act, Str login, Node *out, Err *e) {
    const Node *rows = tx_rows(act->tx, act->arena, &SQL_life_listed, ARGS(ARG_OF_TEXT(login)), e);

    for (size_t i = 0; rows && i < rows->count; i++) {
        Node *n = node_map(act->arena);

        node_set_int(act->arena, n, "id", node_int(rows->items[i], "number", 0));
        node_set_text(
            act->arena, n, "title",
            str_format(act->arena, "XS-%06" PRId64, node_int(rows->items[i], "number", 0)));
        node_add(act->arena, out, n);
    }
    return rows != NULL;
}

static bool move_open(Act *act, Str from, Str to, Err *e) {
    MatterActor who = {act->actor, NULL};
    Writing w = {
        .tx = act->tx, .content = act->content, .who = &who, .arena = act->arena, .now = act->now};
    const LifeRules *r = life_rules(act->content, act->arena, e);
    const Node *rows = tx_rows(act->tx, act->arena, &SQL_life_of_login, ARGS(ARG_OF_TEXT(from)), e);
    ClueAct hand = {.verb = CLUE_HAND_OVER, .login = to};

    for (size_t i = 0; r && rows && i < rows->count; i++)
        if (!carry_out(&w, r, node_text(rows->items[i], "id"), &hand, NULL, e))
            return false;
    return r && rows;
}

void life_register_rest(void) {
    static const HandoverPart part = {"clue", "办理中的线索", false, list_open, move_open};

    handover_register(&part);
    matter_hook(on_matter);
}
