/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/cases.c: scenario cases of flows: acts in, the state that they lead to out. Between two acts
 * the clocks say what they have to say. */
#include "flow/cases.h"

#include <inttypes.h>
#include <string.h>

#include "flow/cases_inside.h"

#include "base/banned.h"

#define HOUR_US (INT64_C(3600) * 1000000)

typedef struct CaseBegin {
    Str at, by, title;
    const Node *values;
    BindList parties;
} CaseBegin;

static const Bind begin_rows[] = {
    BIND_STR(CaseBegin, at, "at", OPTIONAL, "when; China's time"),
    BIND_STR(CaseBegin, by, "by", OPTIONAL, "PARTY.ROLE; the owner of the first step"),
    BIND_STR(CaseBegin, title, "title", OPTIONAL, "of the matter"),
    BIND_NODE(CaseBegin, values, "values", OPTIONAL, "{field: text}"),
    BIND_TEXTS(CaseBegin, parties, "parties", OPTIONAL, "named at the beginning; default: all"),
    BIND_END,
};

typedef struct CaseAct {
    Str step, action, verb, at, by, target, to, to_role, to_login, reason, note, refused, lapse,
        child, outcome;
    int64_t nth;
    const Node *values, *more, *expect, *parties;
} CaseAct;

static const Bind act_rows[] = {
    BIND_STR(CaseAct, step, "step", OPTIONAL, "whose task is meant"),
    BIND_STR(CaseAct, action, "action", OPTIONAL, "of the step, or of the verb"),
    BIND_STR(CaseAct, verb, "verb", OPTIONAL, "a primitive; default: act"),
    BIND_STR(CaseAct, at, "at", OPTIONAL, "when; default: an hour later"),
    BIND_STR(CaseAct, by, "by", OPTIONAL, "PARTY.ROLE; default: the step's owner"),
    BIND_STR(CaseAct, target, "target", OPTIONAL, "what the verb speaks of"),
    BIND_STR(CaseAct, to, "to", OPTIONAL, "party whose organisation is meant"),
    BIND_STR(CaseAct, to_role, "to_role", OPTIONAL, "role there"),
    BIND_STR(CaseAct, to_login, "to_login", OPTIONAL, "PARTY.ROLE"),
    BIND_STR(CaseAct, reason, "reason", OPTIONAL, "code or text"),
    BIND_STR(CaseAct, note, "note", OPTIONAL, "free text"),
    BIND_STR(CaseAct, refused, "refused", OPTIONAL, "part of the sentence that refuses it"),
    BIND_STR(CaseAct, lapse, "lapse", OPTIONAL, "time passes until this period has lapsed"),
    BIND_STR(CaseAct, child, "child", OPTIONAL, "a sub-matter of this flow ends, or opens again"),
    BIND_INT(CaseAct, nth, "nth", OPTIONAL, "which of them, from 1; default: the first open one"),
    BIND_STR(CaseAct, outcome, "outcome", OPTIONAL, "of the sub-matter; left out: it opens again"),
    BIND_NODE(CaseAct, values, "values", OPTIONAL, "{field: text}"),
    BIND_NODE(CaseAct, more, "more", OPTIONAL, "further members of the verb"),
    BIND_NODE(CaseAct, parties, "parties", OPTIONAL, "list of parties named now"),
    BIND_NODE(CaseAct, expect, "expect", OPTIONAL, "as at the end of the case"),
    BIND_END,
};

typedef struct CaseFile {
    Str title, note;
    CaseBegin begin;
    BindList acts;
    const Node *expect;
} CaseFile;

static const Bind case_rows[] = {
    BIND_STR(CaseFile, title, "title", REQUIRED, "what the case shows"),
    BIND_STR(CaseFile, note, "note", OPTIONAL, "why"),
    BIND_OBJECT(CaseFile, begin, "begin", OPTIONAL, begin_rows, "how it begins"),
    BIND_OBJECTS(CaseFile, acts, "acts", OPTIONAL, act_rows, CaseAct, "what is done"),
    BIND_NODE(CaseFile, expect, "expect", OPTIONAL, "what has become of it"),
    BIND_END,
};

/* ---- playing ---- */

static void gather(Play *p, BindList *all, const BindList *some) {
    Work w = {.arena = p->arena};

    for (size_t i = 0; i < some->count; i++)
        *(Str *)work_add(&w, all, sizeof(Str)) = ((const Str *)some->items)[i];
}

static bool play(Play *p, const FlowAct *act, Err *e) {
    FlowEffects effects = {0};
    const MatterState *after =
        flow_act(&p->stage->world, p->flow, p->state, act, NULL, p->arena, &effects, e);

    if (!after)
        return false;
    p->state = after;
    gather(p, &p->seen.begins, &effects.begins);
    gather(p, &p->seen.documents, &effects.documents);
    gather(p, &p->seen.lapses, &effects.lapses);
    return true;
}

/* Everything that clocks have to say until `until`, in order of time. Stops after the lapse of
 * `wanted`. *fired: it has lapsed. */
static bool pass_time(Play *p, Instant until, Str wanted, bool *fired) {
    for (size_t spoken = 0; spoken < 1000; spoken++) {
        Instant first = INT64_MAX, now = p->stage->world.now;
        const MatterClock *speaker = NULL;
        FlowVerb verb = VERB_COUNT;
        Str level = {NULL, 0};

        for (size_t i = 0; i < p->state->clocks.count && verb == VERB_COUNT; i++) {
            const MatterClock *c = &clocks_of(p->state)[i];
            Instant next;

            verb = flow_clock_says(c, now, &level, &next);
            speaker = verb == VERB_COUNT ? speaker : c;
            first = next < first ? next : first;
        }
        if (verb == VERB_COUNT) {
            if (first > until)
                return true;
            p->stage->world.now = first;
            continue;
        }
        FlowAct act = {.verb = (int)verb,
                       .actor = STR("system"),
                       .action = level,
                       .target = str_format(p->arena, "%" PRId64, speaker->id)};
        bool lapsed = verb == VERB_LAPSE && wanted.len && str_eq(speaker->period, wanted);

        if (!play(p, &act, p->e))
            return false;
        *fired |= lapsed;
        if (lapsed)
            return true;
    }
    return true;
}

static bool go_to(Play *p, Str at, const Node *node) {
    Instant to = p->stage->world.now + HOUR_US;
    bool fired = false;

    if (at.len && !instant_parse(at, &to))
        return case_fail(p, node, "时间“%.*s”认不出来，应写成 2026-03-02 09:00", STR_ARG(at));
    if (to < p->stage->world.now)
        return case_fail(p, node, "时间“%.*s”早于前一步", STR_ARG(at));
    if (p->state && !pass_time(p, to, (Str){NULL, 0}, &fired))
        return false;
    p->stage->world.now = to;
    return true;
}

static const MatterTask *open_task(const Play *p, Str step, const char *kind, Str by) {
    const MatterTask *found = NULL;

    for (size_t i = 0; i < p->state->tasks.count; i++) {
        const MatterTask *t = &tasks_of(p->state)[i];
        const MatterStep *of = state_step(p->state, t->step);
        Str role, party;
        bool own;

        if (!is_open(t->state) || !str_is(t->kind, kind) ||
            (step.len && (!of || !str_eq(of->step, step))))
            continue;
        if (!found)
            found = t;
        if (!by.len)
            continue;
        party = p->stage->organisations[t->organisation - 1].party;
        own = str_eq(t->login, by);
        role = t->role;
        if (own || p->stage->world.holds(p->stage, by, t->organisation, role))
            return t;
        (void)party;
    }
    return found;
}

/* Whose act it is when the case does not say: the task's; of people who may not do it (四眼)
 * another. */
static Str player(Play *p, const MatterTask *t) {
    Str first = stage_person(p->stage, t, NULL);
    FlowAct probe = {.verb = VERB_CLAIM, .actor = first, .task = t->id};
    Err ignored = {0};
    FlowEffects unused = {0};
    Work w = {.world = &p->stage->world,
              .flow = p->flow,
              .act = &probe,
              .before = p->state,
              .s = (MatterState *)(uintptr_t)p->state,
              .arena = p->arena,
              .effects = &unused,
              .e = &ignored};

    return person_fits(&w, t, first, NULL) ? first : stage_person(p->stage, t, "other");
}

static const char *kind_of_verb(int verb) {
    switch (verb) {
    case VERB_SIGN:
        return "signer";
    case VERB_DECIDE:
        return "approve";
    case VERB_READ_COPY:
        return "copy";
    case VERB_ANSWER:
        return "supervise";
    default:
        return "owner";
    }
}

static bool verb_of(Play *p, const CaseAct *k, const Node *node, int *out) {
    *out = VERB_ACT;
    for (const BindName *n = flow_verb_names; k->verb.len && n->name; n++)
        if (str_is(k->verb, n->name)) {
            *out = n->value;
            return true;
        }
    return !k->verb.len || case_fail(p, node, "没有“%.*s”这种操作", STR_ARG(k->verb));
}

static Node *more_of(Play *p, const CaseAct *k) {
    Node *more = node_map(p->arena);
    BindList only = {0};
    Work w = {.arena = p->arena};

    for (size_t i = 0; k->more && k->more->kind == NODE_MAP && i < k->more->count; i++)
        node_append(p->arena, more, k->more->keys[i], k->more->items[i]);
    for (size_t i = 0; k->parties && k->parties->kind == NODE_LIST && i < k->parties->count; i++)
        *(Str *)work_add(&w, &only, sizeof(Str)) = k->parties->items[i]->text;
    if (only.count)
        node_set(p->arena, more, "parties", stage_parties(p->stage, &only));
    return more;
}

static void cover(Play *p, const MatterStep *of, Str action) {
    const FlowStep *def = flow_step(p->flow, of->step);

    for (size_t i = 0; i < def->actions.count; i++)
        if (str_eq(step_actions(def)[i].action, action))
            p->covered[(size_t)(def - flow_steps(p->flow)) * FLOW_ACTIONS_MOST + i] = true;
}

static bool refused_well(Play *p, const CaseAct *k, const Node *node, const Err *why) {
    if (str_find(str_of(why->text), k->refused) >= 0)
        return true;
    return case_fail(p, node, "应当被拒绝的理由里要有“%.*s”，实际是：%s", STR_ARG(k->refused),
                     why->text);
}

static bool one_act(Play *p, const CaseAct *k, const Node *node) {
    int verb;
    bool ok;

    if (!verb_of(p, k, node, &verb) || !go_to(p, k->at, node))
        return false;
    const MatterTask *t = open_task(p, k->step, kind_of_verb(verb), k->by);

    if (!t && str_is(str_of(kind_of_verb(verb)), "signer"))
        t = open_task(p, k->step, "countersign", k->by);
    if (!t && !k->by.len)
        return case_fail(p, node, "“%.*s”这一步没有待办的任务，无法知道由谁办理，请写 by",
                         STR_ARG(k->step));
    const MatterStep *of = t ? state_step(p->state, t->step) : NULL;
    MatterStep before = of ? *of : (MatterStep){0};
    FlowAct act = {.verb = verb,
                   .actor = k->by.len ? k->by : player(p, t),
                   .organisation = t ? t->organisation : 0,
                   .task = t && (k->step.len || !k->by.len) ? t->id : 0,
                   .action = k->action,
                   .target = k->target,
                   .to_organisation = stage_organisation(p->stage, k->to, 1),
                   .to_role = k->to_role,
                   .to_login = k->to_login,
                   .values = k->values,
                   .reason = k->reason,
                   .note = k->note,
                   .more = more_of(p, k)};
    Err why = {0};

    if (verb == VERB_WITHDRAW || verb == VERB_RESUME || verb == VERB_REOPEN)
        act.task = 0;
    ok = play(p, &act, &why);
    if (k->refused.len)
        return ok ? case_fail(p, node, "应当被拒绝，却办成了") : refused_well(p, k, node, &why);
    if (!ok)
        return case_fail(p, node, "没有办成：%s（%s）", why.text, why.where);
    if (verb == VERB_ACT)
        cover(p, &before, k->action);
    return true;
}

static const MatterLink *child_of(const Play *p, const CaseAct *k) {
    int64_t nth = 0;

    for (size_t i = 0; i < p->state->links.count; i++) {
        const MatterLink *l = &links_of(p->state)[i];

        if (!str_is(l->kind, "child") || !str_eq(l->flow, k->child))
            continue;
        nth++;
        if (k->nth ? nth == k->nth : str_is(l->state, "open") == (k->outcome.len > 0))
            return l;
    }
    return NULL;
}

/* What the store tells the parent when a sub-matter has ended. */
static bool one_child(Play *p, const CaseAct *k, const Node *node) {
    const MatterLink *l;
    const Flow *f = content_flow(p->stage->content, k->child, p->e);
    const FlowOutcome *o = f && k->outcome.len ? flow_outcome(f, k->outcome) : NULL;
    Node *more = node_map(p->arena);
    Err why = {0};

    if (!f || !go_to(p, k->at, node))
        return false;
    l = child_of(p, k);
    if (!l)
        return case_fail(p, node, "没有这样的子事项“%.*s”", STR_ARG(k->child));
    if (k->outcome.len && !o && !str_is(k->outcome, "terminated"))
        return case_fail(p, node, "流程“%.*s”没有结局“%.*s”", STR_ARG(f->title),
                         STR_ARG(k->outcome));
    node_set_int(p->arena, more, "link", l->id);
    node_set_text(p->arena, more, "state", k->outcome.len ? STR("closed") : STR("open"));
    node_set_bool(p->arena, more, "success", o && o->success);
    FlowAct act = {.verb = VERB_CHILD, .actor = STR("system"), .action = k->outcome, .more = more};

    return play(p, &act, &why) || case_fail(p, node, "没有办成：%s（%s）", why.text, why.where);
}

static bool one_lapse(Play *p, const CaseAct *k, const Node *node) {
    bool fired = false;

    if (!pass_time(p, p->stage->world.now + 20 * 366 * 24 * HOUR_US, k->lapse, &fired))
        return false;
    return fired || case_fail(p, node, "没有正在计算的期限 %.*s，不会届满", STR_ARG(k->lapse));
}

/* ---- one case ---- */

static Str first_owner(const Play *p) {
    const FlowStep *start = flow_step(p->flow, p->flow->start);
    const FlowOwner *o = start ? start->by.items : NULL;
    const Str *starters = p->flow->starters.items;
    Str party = STR("");

    for (size_t i = 0; i < p->flow->parties.count; i++)
        if (flow_parties(p->flow)[i].starter)
            party = flow_parties(p->flow)[i].party;
    for (size_t i = 0; o && i < start->by.count; i++)
        for (size_t k = 0; k < p->flow->starters.count; k++)
            if (str_eq(starters[k], o[i].role) && str_eq(o[i].party, party))
                return str_format(p->arena, "%.*s.%.*s", STR_ARG(party), STR_ARG(o[i].role));
    return str_format(p->arena, "%.*s.%.*s", STR_ARG(party),
                      STR_ARG(p->flow->starters.count ? starters[0]
                              : o                     ? o->role
                                                      : STR("")));
}

static bool begin(Play *p, const CaseFile *k, const Node *node) {
    Instant at;
    Str party = {NULL, 0};
    Node *more = node_map(p->arena);

    if (!instant_parse(k->begin.at.len ? k->begin.at : STR("2026-03-02 09:00"), &at))
        return case_fail(p, node, "时间“%.*s”认不出来，应写成 2026-03-02 09:00",
                         STR_ARG(k->begin.at));
    p->stage->world.now = at;
    for (size_t i = 0; i < p->flow->parties.count; i++)
        if (flow_parties(p->flow)[i].starter)
            party = flow_parties(p->flow)[i].party;
    node_set(p->arena, more, "parties",
             stage_parties(p->stage, k->begin.parties.count ? &k->begin.parties : NULL));
    node_set_text(p->arena, more, "id", STR("case"));
    if (k->begin.title.len)
        node_set_text(p->arena, more, "title", k->begin.title);
    FlowAct act = {.verb = VERB_BEGIN,
                   .actor = k->begin.by.len ? k->begin.by : first_owner(p),
                   .organisation = stage_organisation(p->stage, party, 1),
                   .values = k->begin.values,
                   .more = more};
    Err why = {0};

    return play(p, &act, &why) || case_fail(p, node, "没有发起成：%s（%s）", why.text, why.where);
}

static bool play_case(Play *p, const Node *node) {
    CaseFile k = {0};
    const Node *acts = node_get(node, "acts");

    if (!bind_read(p->arena, case_rows, node, &k, p->e))
        return false;
    if (!begin(p, &k, node_get(node, "begin") ? node_get(node, "begin") : node))
        return false;
    for (size_t i = 0; i < k.acts.count; i++) {
        const CaseAct *one = &((const CaseAct *)k.acts.items)[i];
        const Node *at = acts->items[i];

        if (!(one->lapse.len   ? one_lapse(p, one, at)
              : one->child.len ? one_child(p, one, at)
                               : one_act(p, one, at)) ||
            !case_expect(p, one->expect))
            return false;
    }
    return case_expect(p, k.expect);
}

/* ---- coverage ---- */

static bool all_covered(const Flow *f, const bool *covered, FlowTally *tally, Err *e) {
    scoped_buf Buf missing;
    size_t n = 0;

    buf_init(&missing, 400);
    for (size_t i = 0; i < f->steps.count; i++)
        for (size_t k = 0; k < flow_steps(f)[i].actions.count; k++) {
            bool here = covered[i * FLOW_ACTIONS_MOST + k];

            tally->edges++;
            tally->covered += here;
            if (!here && n++ < 3)
                buf_addf(&missing, "%s%.*s.%.*s", n > 1 ? "、" : "", STR_ARG(flow_steps(f)[i].step),
                         STR_ARG(step_actions(&flow_steps(f)[i])[k].action));
        }
    return n == 0 || err_set(e, ERR_CONTENT, f->file, "流程“%.*s”有 %zu 个操作没有用例走到：%.*s%s",
                             STR_ARG(f->title), n, STR_ARG(buf_str(&missing)), n > 3 ? " 等" : "");
}

bool flow_cases(const Content *c, const Flow *f, Buf *report, FlowTally *tally, Err *e) {
    bool covered[FLOW_STEPS_MOST * FLOW_ACTIONS_MOST] = {false}, good = true;
    size_t n = f->cases && f->cases->kind == NODE_LIST ? f->cases->count : 0;

    tally->flows++;
    for (size_t i = 0; i < n; i++) {
        scoped_arena Arena *a = arena_new();
        Err own = {0};
        Play p = {
            .flow = f, .stage = stage_new(c, f, 2, a), .arena = a, .covered = covered, .e = &own};

        tally->cases++;
        if (play_case(&p, f->cases->items[i]))
            continue;
        tally->failed++;
        buf_addf(report, "%.*s 用例“%.*s”没有通过：%s %s\n", STR_ARG(f->flow),
                 STR_ARG(node_text(f->cases->items[i], "title")), own.where, own.text);
        if (good && e)
            *e = own;
        good = false;
    }
    return good ? all_covered(f, covered, tally, e) : (all_covered(f, covered, tally, NULL), false);
}

bool flow_cases_all(const Content *c, Buf *report, Err *e) {
    FlowTally tally = {0};
    bool good = true;
    scoped_buf Buf lines;

    buf_init(&lines, (size_t)4 << 20);
    for (size_t i = 0; i < content_flow_count(c); i++) {
        Err own = {0};

        if (flow_cases(c, content_flow_at(c, i), &lines, &tally, &own))
            continue;
        if (own.code != ERR_NONE && !lines.len)
            buf_addf(&lines, "%s\n", own.text);
        if (good && e)
            *e = own;
        good = false;
    }
    buf_addf(report, "flows: %zu flows, %zu edges covered, %zu cases\n", tally.flows, tally.covered,
             tally.cases);
    buf_add(report, buf_str(&lines));
    return good;
}
