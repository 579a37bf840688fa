/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/walk.c: random acts, and sequences of them on the pure core. */
#include "flow/walk.h"

#include <inttypes.h>

#include "flow/act_inside.h"
#include "flow/stage.h"

#include "base/banned.h"

#define HOUR_US (INT64_C(3600) * 1000000)

size_t chance(Chance *r, size_t n) {
    uint64_t z = (r->state += UINT64_C(0x9E3779B97F4A7C15));

    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return n ? (size_t)((z ^ (z >> 31)) % n) : 0;
}

int64_t walk_verbs(const WalkTally *t) {
    int64_t n = 0;

    for (int v = 0; v < VERB_COUNT; v++)
        n += t->by_verb[v] != 0;
    return n;
}

/* ---- values ---- */

static Str some_date(const WalkRound *r) {
    char text[11];

    day_format(day_of_instant(r->world->now) - (Day)chance(r->chance, 20), text);
    return str_dup(r->arena, str_of(text));
}

static Str some_number(const WalkRound *r, const Field *f) {
    int64_t least = f->least.len ? f->least_integer : 1,
            most = f->most.len ? f->most_integer : least + 89;

    return str_format(r->arena, "%" PRId64,
                      least + (int64_t)chance(r->chance, (size_t)(most - least) + 1));
}

static Str plausible(const WalkRound *r, const Field *f) {
    switch ((FieldType)f->type) {
    case FIELD_DATE:
    case FIELD_TIME:
        return some_date(r);
    case FIELD_INTEGER:
        return some_number(r, f);
    case FIELD_MONEY:
    case FIELD_NUMBER:
    case FIELD_AREA:
        return str_format(r->arena, "%zu", 1 + chance(r->chance, 90));
    case FIELD_CITIZEN_ID:
        return STR("11010519491231002X");
    case FIELD_CREDIT_CODE:
        return STR("91350211M000100Y43");
    case FIELD_DIVISION:
        return STR("510502");
    case FIELD_CODE:
        return f->table && f->table->entries.count
                   ? ((const CodeEntry *)
                          f->table->entries.items)[chance(r->chance, f->table->entries.count)]
                         .title
                   : STR("其他");
    case FIELD_PLATE:
        return STR("川E12345");
    case FIELD_PHONE:
        return STR("13800000000");
    case FIELD_DOCUMENT_NUMBER:
        return STR("川检意〔2026〕1号");
    case FIELD_TEXT:
        return STR("写在表格里的文字");
    }
    return STR("1");
}

static void fill(const WalkRound *r, Node *out, Str entry) {
    bool required;
    const Field *f = flow_form_field(r->flow, entry, &required);

    if (!f || (!required && chance(r->chance, 3) == 0) || chance(r->chance, 25) == 0)
        return;
    node_set_text(r->arena, out, str_c(r->arena, f->field),
                  chance(r->chance, 30) == 0 ? STR("1899-01-01") : plausible(r, f));
}

Node *walk_values(const WalkRound *r, const BindList *form, const BindList *needs) {
    Node *out = node_map(r->arena);

    for (size_t i = 0; form && i < form->count; i++)
        fill(r, out, ((const Str *)form->items)[i]);
    for (size_t i = 0; needs && i < needs->count; i++)
        fill(r, out, ((const Str *)needs->items)[i]);
    return out;
}

/* ---- acts ---- */

static const WalkPerson *somebody(const WalkRound *r) {
    return &r->people[chance(r->chance, r->people_count)];
}

static Node *papers(const WalkRound *r) {
    static const char digits[] = "0123456789abcdef";
    Node *more = node_map(r->arena);
    char digest[65];

    for (size_t i = 0; i < 64; i++)
        digest[i] = digits[chance(r->chance, 16)];
    digest[64] = '\0';
    node_set_text(r->arena, more, "digest", str_of(digest));
    node_set_text(r->arena, more, "type", STR("application/pdf"));
    node_set_text(r->arena, more, "name", STR("移送材料.pdf"));
    node_set_int(r->arena, more, "size", 1000);
    return more;
}

static void form_of(const WalkRound *r, FlowAct *act) {
    const MatterTask *t = state_task(r->state, act->task);
    const MatterStep *of = t ? state_step(r->state, t->step) : NULL;
    const FlowStep *def = of ? flow_step(r->flow, of->step) : NULL;
    const FlowAction *action = def ? flow_action(def, act->action) : NULL;

    if (def)
        act->values = walk_values(r, &def->form, action ? &action->needs : NULL);
    if (action && action->reason == REASON_CODE) {
        Err ignored = {0};
        const CodeTable *codes = content_codes(r->world->content, action->reasons, &ignored);

        act->reason = codes && codes->entries.count
                          ? ((const CodeEntry *)codes->entries.items)->title
                          : STR("1");
    }
}

static Str one_of(const WalkRound *r, const Node *list) {
    const Node *n = list && list->count ? list->items[chance(r->chance, list->count)] : NULL;

    return n && n->kind == NODE_MAP ? node_text(n, "extension") : n ? n->text : (Str){NULL, 0};
}

static Str number_text(const WalkRound *r, int64_t n) {
    return str_format(r->arena, "%" PRId64, n);
}

/* What the verb speaks of besides the task. */
static void complete(const WalkRound *r, const Node *choice, FlowAct *act) {
    const WalkPerson *other = somebody(r);
    const MatterState *s = r->state;
    const FlowParty *parties = r->flow->parties.items;
    Node *more;

    act->to_login = other->login;
    act->to_organisation = other->organisation;
    act->reason = STR("情况需要");
    act->note = chance(r->chance, 4) ? STR("请按规定办理") : STR("");
    switch (act->verb) {
    case VERB_ACT:
    case VERB_FILL:
        form_of(r, act);
        break;
    case VERB_SEND_BACK:
        act->target = one_of(r, node_get(choice, "to"));
        break;
    case VERB_SUSPEND:
        act->reason = one_of(r, node_get(choice, "reasons"));
        break;
    case VERB_EXTEND:
        more = node_map(r->arena);
        node_set_text(r->arena, more, "extension", one_of(r, node_get(choice, "extensions")));
        act->more = more;
        break;
    case VERB_DECIDE:
        act->action = chance(r->chance, 2) ? STR("approve") : STR("reject");
        break;
    case VERB_SIGN:
        act->action = chance(r->chance, 2) ? STR("agree") : STR("disagree");
        break;
    case VERB_FILE:
        act->more = papers(r);
        break;
    case VERB_LINK:
        act->action = STR("case");
        act->target = number_text(r, (int64_t)chance(r->chance, 50) + 1);
        break;
    case VERB_MERGE:
        act->target = r->other;
        break;
    case VERB_SPLIT:
        more = node_map(r->arena);
        node_set(r->arena, more, "into", node_list(r->arena));
        node_add(r->arena, (Node *)(uintptr_t)node_get(more, "into"),
                 node_of_text(r->arena, str_format(r->arena, "part%" PRId64, s->next)));
        act->more = more;
        break;
    case VERB_PARTY:
        act->target = parties[chance(r->chance, r->flow->parties.count)].party;
        act->action = chance(r->chance, 2) ? STR("add") : STR("remove");
        act->to_organisation = r->organisations[chance(r->chance, r->organisation_count)];
        break;
    case VERB_DESIGNATE:
    case VERB_COPY:
    case VERB_COUNTERSIGN:
        act->to_organisation = r->organisations[chance(r->chance, r->organisation_count)];
        if (act->verb != VERB_DESIGNATE && act->to_organisation != other->organisation)
            act->to_login = (Str){NULL, 0};
        break;
    case VERB_REASSIGN:
        act->to_organisation = 0;
        break;
    default:
        break;
    }
}

static int verb_named(Str name) {
    for (const BindName *n = flow_verb_names; n->name; n++)
        if (str_is(name, n->name))
            return n->value;
    return VERB_ACT;
}

/* Anything at all. */
static void nonsense(const WalkRound *r, FlowAct *act) {
    Node *none = node_map(r->arena);

    act->verb = VERB_ACT + (int)chance(r->chance, VERB_COUNT - 1);
    act->task = (int64_t)chance(r->chance, (size_t)r->state->next + 2);
    if (r->flow->steps.count)
        act->target = flow_steps(r->flow)[chance(r->chance, r->flow->steps.count)].step;
    complete(r, none, act);
}

static int64_t times_done(const WalkRound *r, const Node *choice) {
    return r->tally->by_verb[verb_named(node_text(choice, "verb"))];
}

static const Node *rarest(const WalkRound *r, const Node *choices) {
    const Node *found = choices->items[chance(r->chance, choices->count)];

    for (size_t i = 0; i < choices->count; i++)
        if (times_done(r, choices->items[i]) < times_done(r, found))
            found = choices->items[i];
    return found;
}

/* Most of the time what leads on: a walk that only urges gets nowhere. */
static const Node *pick(const WalkRound *r, const Node *choices) {
    if (r->tally && chance(r->chance, 6) == 0)
        return rarest(r, choices);
    for (size_t tries = 0; tries < 6; tries++) {
        const Node *one = choices->items[chance(r->chance, choices->count)];
        Str verb = node_text(one, "verb");
        bool last = str_is(verb, "terminate") || str_is(verb, "merge") || str_is(verb, "undo");

        if (str_is(verb, "act") || (!last && tries > 1) || chance(r->chance, 20) == 0)
            return one;
    }
    return choices->items[0];
}

void walk_act(const WalkRound *r, FlowAct *out) {
    const WalkPerson *who = somebody(r);
    const Node *choices = NULL;

    *out = (FlowAct){0};
    for (size_t tries = 0; tries < 4 && (!choices || choices->count < 9); tries++) {
        who = somebody(r);
        choices = flow_choices(r->world, r->flow, r->state, who->login, r->arena);
    }
    out->actor = who->login;
    out->organisation = who->organisation;
    if (!choices->count || chance(r->chance, 12) == 0) {
        nonsense(r, out);
        return;
    }
    const Node *one = pick(r, choices);

    out->verb = verb_named(node_text(one, "verb"));
    out->task = node_int(one, "task", 0);
    out->action = node_text(one, "action");
    if (node_bool(one, "file", false) && chance(r->chance, 2) == 0) {
        out->verb = VERB_FILE; /* first what the action wants to see */
        out->action = (Str){NULL, 0};
    }
    complete(r, one, out);
}

/* ---- a sequence ---- */

typedef struct Sequence {
    Stage *stage;
    const Flow *flow;
    const MatterState *state;
    const Node *folded, *folded_personal;
    const MatterState **states; /* by revision */
    Str *actors;
    Arena *arena;
    Chance chance;
    WalkPerson people[200];
    size_t people_count;
    int64_t organisations[100];
    WalkTally *tally;
    Err *e;
} Sequence;

static bool broke(Sequence *q, const char *what, const FlowAct *act) {
    return err_set(q->e, ERR_BROKEN, NULL, "%s after %s %.*s by %.*s at revision %lld", what,
                   flow_verb_names[act->verb].name, STR_ARG(act->action), STR_ARG(act->actor),
                   (long long)q->state->revision);
}

static const Node *fold(Sequence *q, const Node *folded, const Node *before, const Node *after) {
    return tree_apply(q->arena, folded, tree_difference(q->arena, before, after));
}

static void count_features(WalkTally *t, const MatterState *s, const FlowAct *act) {
    for (size_t i = 0; i < s->tasks.count; i++) {
        const MatterTask *k = &tasks_of(s)[i];

        t->answers += k->values != NULL;
        t->seats += k->seat > 1 && str_is(k->state, "done");
    }
    for (size_t i = 0; act->verb == VERB_LAPSE && i < s->steps.count; i++) /* a lapse that led on */
        t->silent += str_is(steps_of(s)[i].state, "done") &&
                     str_eq(steps_of(s)[i].closed,
                            s->steps.count ? steps_of(s)[s->steps.count - 1].opened : s->opened);
    for (size_t i = 0; i < s->clocks.count; i++) {
        t->turns += clocks_of(s)[i].turn > 1;
        t->missed += clocks_of(s)[i].missed > 0;
    }
    for (size_t i = 0; i < s->links.count; i++)
        t->children += links_of(s)[i].ended.len > 0;
}

static bool take(Sequence *q, const FlowAct *act, const MatterState *after) {
    Err why = {0};
    Node *tree = matter_tree(q->arena, after),
         *before = q->state ? matter_tree(q->arena, q->state) : node_map(q->arena);
    MatterState read;

    q->folded = fold(q, q->folded, before, tree);
    q->folded_personal = fold(q, q->folded_personal,
                              q->state ? q->state->personal : node_map(q->arena), after->personal);
    if (q->state && after->revision != q->state->revision + 1)
        return broke(q, "revision", act);
    if (q->state && act->verb != VERB_UNDO &&
        (after->steps.count < q->state->steps.count || after->tasks.count < q->state->tasks.count ||
         after->files.count < q->state->files.count))
        return broke(q, "history lost", act);
    q->state = after;
    if (!flow_sound(q->flow, after, &why))
        return broke(q, why.text, act);
    if (!tree_equal(q->folded, tree) || !tree_equal(q->folded_personal, after->personal))
        return broke(q, "fold differs", act);
    if (!matter_read(q->arena, q->folded, q->folded_personal, &read, &why) ||
        !tree_equal(matter_tree(q->arena, &read), tree))
        return broke(q, why.code ? why.text : "reads otherwise", act);
    count_features(q->tally, after, act);
    q->states[after->revision] = after;
    q->actors[after->revision] = act->actor;
    q->tally->acts++;
    q->tally->by_verb[act->verb]++;
    return true;
}

/* What the store does: sub-matters have begun, and have names. */
static void name_children(Sequence *q, const MatterState *s) {
    for (size_t i = 0; i < s->links.count; i++) {
        MatterLink *l = &links_of(s)[i];

        if (l->flow.len && !l->target.len)
            l->target = str_format(q->arena, "child%" PRId64, l->id);
    }
}

/* A sub-matter ends, or goes on again. */
static bool some_child(Sequence *q, FlowAct *act) {
    Node *more = node_map(q->arena);
    const MatterLink *l;

    if (!q->state->links.count)
        return false;
    l = &links_of(q->state)[chance(&q->chance, q->state->links.count)];
    if (!l->flow.len)
        return false;
    bool closed = chance(&q->chance, 6) != 0;

    node_set_text(q->arena, more, "state", closed ? STR("closed") : STR("open"));
    node_set_bool(q->arena, more, "success", chance(&q->chance, 2) != 0);
    *act = (FlowAct){.verb = VERB_CHILD,
                     .actor = STR("system"),
                     .action = closed ? STR("done") : (Str){NULL, 0},
                     .target = l->target,
                     .more = more};
    return true;
}

/* The numbers that clocks, links and answers hold have to fit each other. */
static const char *odd(const MatterState *s) {
    for (size_t i = 0; i < s->clocks.count; i++) {
        const MatterClock *c = &clocks_of(s)[i];

        if (c->turn < 0 || c->told >= (c->turn ? c->turn : 1) || c->missed < 0 ||
            (c->turn && str_is(c->state, "running") && !c->begins.len))
            return "turns of a clock";
    }
    for (size_t i = 0; i < s->tasks.count; i++)
        for (size_t k = 0; tasks_of(s)[i].seat && k < i; k++) {
            const MatterTask *t = &tasks_of(s)[i], *o = &tasks_of(s)[k];

            if (o->seat && o->step == t->step && o->organisation == t->organisation &&
                str_is(o->state, "done") && str_is(t->state, "done") && str_eq(o->actor, t->actor))
                return "one person in two seats";
        }
    for (size_t i = 0; i < s->links.count; i++)
        if (links_of(s)[i].flow.len &&
            str_is(links_of(s)[i].state, "closed") != (links_of(s)[i].ended.len > 0))
            return "a child's end";
    return NULL;
}

static bool try(Sequence *q, const FlowAct *act, const MatterState *history) {
    Err why = {0};
    FlowEffects effects = {0};
    const MatterState *after =
        flow_act(&q->stage->world, q->flow, q->state, act, history, q->arena, &effects, &why);

    if (after) {
        name_children(q, after);
        return odd(after) ? broke(q, odd(after), act) : take(q, act, after);
    }
    q->tally->refused++;
    /* A refusal says why; one of the engine's own is a mistake. What a clock has to say is never
     * refused: it would say it for ever, and never get to what comes after. */
    if (why.code == ERR_INTERNAL || why.code == ERR_NONE || !why.text[0] ||
        ((act->verb == VERB_WARN || act->verb == VERB_LAPSE || act->verb == VERB_ESCALATE) &&
         str_is(act->actor, "system")))
        return broke(q, why.text[0] ? why.text : "no reason", act);
    return true;
}

static bool undo_some(Sequence *q, FlowAct *act) {
    int64_t at = 1 + (int64_t)chance(&q->chance, (size_t)q->state->revision);
    Node *more = node_map(q->arena);

    if (at < 2)
        return true;
    act->verb = VERB_UNDO;
    act->task = 0;
    act->reason = STR("办错了");
    act->target = str_format(q->arena, "%" PRId64, at);
    node_set_text(q->arena, more, "actor", q->actors[at]);
    node_set_text(q->arena, more, "at", instant_text(q->arena, q->stage->world.now - HOUR_US));
    act->more = more;
    if (chance(&q->chance, 4))
        act->actor = q->actors[at];
    return str_is(act->actor, "system") || try(q, act, q->states[at - 1]);
}

/* One thing that a clock has to say, or time goes by. */
static bool clocks(Sequence *q) {
    for (size_t i = 0; i < q->state->clocks.count; i++) {
        const MatterClock *c = &clocks_of(q->state)[i];
        Str level;
        Instant next;
        FlowVerb verb = flow_clock_says(c, q->stage->world.now, &level, &next);
        FlowAct act = {.verb = (int)verb,
                       .actor = STR("system"),
                       .action = level,
                       .target = str_format(q->arena, "%" PRId64, c->id)};

        if (verb != VERB_COUNT)
            return try(q, &act, NULL);
    }
    q->stage->world.now +=
        (Instant)(1 + chance(&q->chance, chance(&q->chance, 8) ? 30 : 900)) * HOUR_US;
    return true;
}

static void add_person(Sequence *q, Str party, Str role, int64_t organisation, size_t nth) {
    if (q->people_count >= 198 || !role.len)
        return;
    for (size_t other = 0; other < 2; other++) {
        Str login = nth > 1 ? str_format(q->arena, "%.*s#%zu.%.*s%s", STR_ARG(party), nth,
                                         STR_ARG(role), other ? ".other" : "")
                            : str_format(q->arena, "%.*s.%.*s%s", STR_ARG(party), STR_ARG(role),
                                         other ? ".other" : "");
        bool there = false;

        for (size_t i = 0; i < q->people_count; i++)
            there |= str_eq(q->people[i].login, login);
        if (!there)
            q->people[q->people_count++] = (WalkPerson){login, organisation};
    }
}

static bool supervises(const Role *r) {
    for (size_t i = 0; i < r->rules.count; i++)
        if (role_rules(r)[i].permission == PERMISSION_MATTER_SUPERVISE && !r->founder)
            return true;
    return false;
}

static void add_owners(Sequence *q, const BindList *owners, Str party, int64_t number, size_t nth) {
    for (size_t i = 0; i < owners->count; i++) {
        const FlowOwner *o = &((const FlowOwner *)owners->items)[i];

        if (!str_eq(o->party, party))
            continue;
        add_person(q, party, o->role, number, nth);
        if (o->persons.len) /* a third one, so that several can be found */
            add_person(q, party, str_format(q->arena, "%.*s.third", STR_ARG(o->role)), number, nth);
    }
}

static void populate(Sequence *q) {
    const Content *c = q->stage->content;

    for (size_t i = 0; i < q->stage->count && i < 100; i++) {
        const StageOrganisation *o = &q->stage->organisations[i];
        int64_t number = (int64_t)i + 1;
        size_t nth = 1;

        q->organisations[i] = number;
        while (stage_organisation(q->stage, o->party, nth) != number)
            nth++;
        for (size_t k = 0; k < q->flow->steps.count; k++)
            add_owners(q, &flow_steps(q->flow)[k].by, o->party, number, nth);
        add_owners(q, &q->flow->escalation.to, o->party, number, nth);
        for (size_t k = 0; k < content_role_count(c); k++)
            if (supervises(content_role_at(c, k)) && role_fits(content_role_at(c, k), o->kind))
                add_person(q, o->party, content_role_at(c, k)->role, number, nth);
    }
}

/* The form of the first step, and what the flow cannot do without. */
static Node *first_values(const WalkRound *r, const FlowStep *first) {
    Node *out = walk_values(r, &first->form, NULL);

    for (size_t i = 0; i < r->flow->fields.count; i++) {
        const Field *f = &flow_fields(r->flow)[i];

        if (f->required && !node_get(out, str_c(r->arena, f->field)))
            node_set_text(r->arena, out, str_c(r->arena, f->field), plausible(r, f));
    }
    return out;
}

static bool start(Sequence *q) {
    const FlowStep *first = flow_step(q->flow, q->flow->start);
    const FlowOwner *o = first->by.items;
    const Str *starters = q->flow->starters.items;
    Node *more = node_map(q->arena);
    Str party = {NULL, 0};
    WalkRound r = {
        .world = &q->stage->world, .flow = q->flow, .arena = q->arena, .chance = &q->chance};
    Err why = {0};

    for (size_t i = 0; i < q->flow->parties.count; i++)
        if (flow_parties(q->flow)[i].starter)
            party = flow_parties(q->flow)[i].party;
    node_set_text(q->arena, more, "id", STR("walk"));
    node_set(q->arena, more, "parties", stage_parties(q->stage, NULL));
    FlowAct act = {.verb = VERB_BEGIN,
                   .actor = str_format(q->arena, "%.*s.%.*s", STR_ARG(party),
                                       STR_ARG(q->flow->starters.count ? starters[0] : o->role)),
                   .organisation = stage_organisation(q->stage, party, 1),
                   .values = first_values(&r, first),
                   .more = more};

    for (size_t tries = 0; tries < 50; tries++) {
        const MatterState *s =
            flow_act(&q->stage->world, q->flow, NULL, &act, NULL, q->arena, NULL, &why);

        if (s)
            return take(q, &act, s);
        act.values = first_values(&r, first);
    }
    return err_set(q->e, ERR_BROKEN, NULL, "%.*s cannot begin: %s", STR_ARG(q->flow->flow),
                   why.text);
}

static bool system_act(Sequence *q) {
    FlowAct act = {.verb = chance(&q->chance, 2) ? VERB_RECOUNT : VERB_HAND_OVER,
                   .actor = STR("system")};

    if (chance(&q->chance, 2) && some_child(q, &act))
        return try(q, &act, NULL);
    if (act.verb == VERB_HAND_OVER) {
        act.target = q->people[chance(&q->chance, q->people_count)].login;
        act.to_login = chance(&q->chance, 2) ? q->people[chance(&q->chance, q->people_count)].login
                                             : (Str){NULL, 0};
    } else if (chance(&q->chance, 2) && q->state->clocks.count) {
        /* A notice came: pretend that the end was another one before. */
        MatterState *moved = work_state(q->arena, q->state);

        for (size_t i = 0; i < moved->clocks.count; i++)
            if (clocks_of(moved)[i].due.len)
                clocks_of(moved)[i].due =
                    instant_text(q->arena, instant_of(clocks_of(moved)[i].due) + 24 * HOUR_US);
        q->state = moved;
        q->folded = matter_tree(q->arena, moved);
    }
    return try(q, &act, NULL);
}

bool walk(const Content *c, const Flow *f, uint64_t seed, size_t most, Arena *a, WalkTally *tally,
          Err *e) {
    Sequence *q = arena_new_of(a, Sequence);

    *q = (Sequence){.stage = stage_new(c, f, 2, a),
                    .flow = f,
                    .arena = a,
                    .chance = {seed},
                    .tally = tally,
                    .e = e};
    q->folded = q->folded_personal = node_map(a);
    q->states = arena_array_of(a, most + 10, const MatterState *);
    q->actors = arena_array_of(a, most + 10, Str);
    instant_parse(STR("2026-03-02 09:00"), &q->stage->world.now);
    populate(q);
    if (!start(q))
        return false;
    for (size_t i = 0; i < most && (size_t)q->state->revision < most; i++) {
        WalkRound r = {.world = &q->stage->world,
                       .flow = f,
                       .state = q->state,
                       .people = q->people,
                       .people_count = q->people_count,
                       .organisations = q->organisations,
                       .organisation_count = q->stage->count < 100 ? q->stage->count : 100,
                       .other = STR("other"),
                       .arena = a,
                       .chance = &q->chance,
                       .tally = tally};
        FlowAct act;
        size_t kind = chance(&q->chance, 40);

        if (kind < 8) {
            if (!clocks(q))
                return false;
            continue;
        }
        if (kind == 8) {
            if (!system_act(q))
                return false;
            continue;
        }
        if (kind < 13 && some_child(q, &act)) {
            if (!try(q, &act, NULL))
                return false;
            continue;
        }
        walk_act(&r, &act);
        if (act.verb == VERB_UNDO ? !undo_some(q, &act) : !try(q, &act, NULL))
            return false;
    }
    tally->ended += !is_open(q->state->state);
    return true;
}
