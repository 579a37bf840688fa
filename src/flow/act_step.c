/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/act_step.c: steps open with the work of their owners, wait for their branches, and close. */
#include <string.h>

#include "flow/roles.h"

#include "base/banned.h"

/* ---- parties ---- */

static bool fits_kind(const FlowParty *p, Str kind) {
    for (size_t i = 0; i < p->kinds.count; i++)
        if (str_eq(((const Str *)p->kinds.items)[i], kind))
            return true;
    return p->kinds.count == 0;
}

static size_t party_size(const Work *w, Str party) {
    size_t n = 0;

    for (size_t i = 0; i < w->s->parties.count; i++)
        n += str_eq(parties_of(w->s)[i].party, party) && !parties_of(w->s)[i].until.len;
    return n;
}

static bool in_party(const Work *w, Str party, int64_t organisation) {
    for (size_t i = 0; i < w->s->parties.count; i++) {
        const MatterParty *p = &parties_of(w->s)[i];

        if (str_eq(p->party, party) && !p->until.len && p->organisation == organisation)
            return true;
    }
    return false;
}

bool party_add(Work *w, const FlowParty *p, int64_t organisation, const char *where) {
    Str kind;
    int64_t leader;
    MatterParty *own;

    if (!w->world->organisation(w->world->context, organisation, &kind, &leader))
        return work_fail(w, ERR_INVALID, where, "“%.*s”选的单位不存在或者已经撤销，请重新选择",
                         STR_ARG(p->title));
    if (!fits_kind(p, kind))
        return work_fail(w, ERR_INVALID, where, "选的单位不能作“%.*s”，请选择对应种类的单位",
                         STR_ARG(p->title));
    if (in_party(w, p->party, organisation))
        return work_fail(w, ERR_CONFLICT, where, "这个单位已经是“%.*s”", STR_ARG(p->title));
    if (!p->many && party_size(w, p->party))
        return work_fail(w, ERR_CONFLICT, where, "“%.*s”只能有一个单位，请先移除原来的",
                         STR_ARG(p->title));
    own = work_add(w, &w->s->parties, sizeof *own);
    *own = (MatterParty){work_id(w), organisation, p->party, w->now, {NULL, 0}};
    return true;
}

static bool take_party(Work *w, const FlowParty *p, const Node *n, const char *where) {
    if (n->kind == NODE_INT)
        return in_party(w, p->party, n->integer) || party_add(w, p, n->integer, where);
    if (n->kind != NODE_LIST)
        return work_fail(w, ERR_INVALID, where, "“%.*s”应当选择单位", STR_ARG(p->title));
    for (size_t i = 0; i < n->count; i++)
        if (n->items[i]->kind != NODE_INT || (!in_party(w, p->party, n->items[i]->integer) &&
                                              !party_add(w, p, n->items[i]->integer, where)))
            return n->items[i]->kind == NODE_INT
                       ? false
                       : work_fail(w, ERR_INVALID, where, "“%.*s”应当选择单位", STR_ARG(p->title));
    return true;
}

bool parties_take(Work *w) {
    const Node *in = node_get(w->act->more, "parties");

    for (size_t i = 0; in && in->kind == NODE_MAP && i < in->count; i++) {
        const FlowParty *p = flow_party(w->flow, in->keys[i]);
        const char *where =
            str_format(w->arena, "/parties/%.*s", STR_ARG(str_slice(in->keys[i], 0, 60))).ptr;

        if (!p)
            return work_fail(w, ERR_INVALID, where, "“%.*s”流程里没有“%.*s”这一方",
                             STR_ARG(w->flow->title), STR_ARG(str_slice(in->keys[i], 0, 60)));
        if (in->items[i]->kind != NODE_NULL && !take_party(w, p, in->items[i], where))
            return false;
    }
    return true;
}

/* The first above that fits the party's kinds. */
static bool add_leader(Work *w, const FlowParty *p) {
    for (size_t i = 0; i < w->s->parties.count; i++) {
        const MatterParty *of = &parties_of(w->s)[i];
        int64_t at = of->organisation, leader;
        Str kind;

        if (!str_eq(of->party, p->leader_of) || of->until.len)
            continue;
        for (size_t climbed = 0; climbed < 20; climbed++) {
            if (!w->world->organisation(w->world->context, at, &kind, &leader) || !leader)
                break;
            at = leader;
            if (w->world->organisation(w->world->context, at, &kind, &leader) && fits_kind(p, kind))
                return party_add(w, p, at, "/parties");
        }
        return work_fail(w, ERR_CONFLICT, "/parties",
                         "“%.*s”没有符合要求的上级单位，请管理员先在组织机构里设置",
                         STR_ARG(party_title(w, p->leader_of)));
    }
    return true;
}

bool party_needed(Work *w, Str party, Str for_step) {
    const FlowParty *p = flow_party(w->flow, party);

    if (party_size(w, party))
        return true;
    if (p && p->leader_of.len && !add_leader(w, p))
        return false;
    return party_size(w, party) != 0 ||
           work_fail(w, ERR_INVALID, str_format(w->arena, "/parties/%.*s", STR_ARG(party)).ptr,
                     "“%.*s”由“%.*s”办理，请先选定是哪个单位", STR_ARG(step_title(w, for_step)),
                     STR_ARG(party_title(w, party)));
}

/* ---- tasks ---- */

MatterTask *task_add(Work *w, const MatterTask *model) {
    MatterTask *t = work_add(w, &w->s->tasks, sizeof *t);

    *t = *model;
    t->id = work_id(w);
    t->state = STR("open");
    t->opened = w->now;
    work_told(w, t->id);
    return t;
}

void task_close(Work *w, MatterTask *t, const char *state, Str action) {
    t->state = str_of(state);
    t->closed = w->now;
    t->action = work_dup(w, action);
    t->actor = strcmp(state, "cancelled") == 0 ? (Str){NULL, 0} : work_dup(w, w->act->actor);
    work_told(w, t->id);
}

static bool still_there(const Work *w, Str login, int64_t organisation, Str role) {
    return login.len && w->world->holds(w->world->context, login, organisation, role);
}

/* Who had this seat of the step the last time. */
static Str sat_before(const MatterState *s, Str step, int64_t organisation, int64_t seat) {
    for (size_t i = s->tasks.count; i-- > 0;) {
        const MatterTask *t = &tasks_of(s)[i];
        const MatterStep *of = state_step(s, t->step);

        if (of && str_eq(of->step, step) && str_is(t->kind, "owner") && str_is(t->state, "done") &&
            t->organisation == organisation && t->seat == seat)
            return t->actor;
    }
    return (Str){NULL, 0};
}

/* Whoever did the step before, when its work comes back; whoever did the step it follows. */
static Str named(const Work *w, const FlowStep *def, const FlowOwner *o, int64_t organisation,
                 int64_t seat, bool again) {
    Str login = again ? sat_before(w->s, def->step, organisation, seat) : (Str){NULL, 0};

    if (!login.len && o->same_as.len)
        login = state_actor_of(w->s, o->same_as, organisation);
    return still_there(w, login, organisation, o->role) ? login : (Str){NULL, 0};
}

/* How many people of the organisation do the step, each by himself; 0: one, by no seat. */
static int64_t seats_of(const Work *w, const FlowStep *def, Str party, Str roles) {
    int64_t most = 0;

    for (size_t i = 0; i < def->by.count; i++) {
        const FlowOwner *o = &((const FlowOwner *)def->by.items)[i];
        int64_t n = o->persons_count;

        if (!str_eq(o->party, party) || !o->persons.len || !roles_have(roles, o->role))
            continue;
        if (!n && !str_to_int(flow_value_of(w->flow, w->s, o->persons), &n))
            n = 1; /* an older matter that has no number */
        n = n < 1 ? 1 : n > FLOW_PERSONS_MOST ? FLOW_PERSONS_MOST : n;
        most = n > most ? n : most;
    }
    return most;
}

/* Of a party's several owners those count whose role the organisation has: one task, whoever of
 * them; where several people are needed, one for each. */
static void owner_seat(Work *w, const FlowStep *def, Str party, const MatterTask *model,
                       bool again) {
    const FlowOwner *owners = def->by.items;
    MatterTask t = *model;

    for (size_t i = 0; i < def->by.count; i++) {
        if (!str_eq(owners[i].party, party) || !roles_have(t.role, owners[i].role))
            continue;
        if (!t.department.len)
            t.department = owners[i].department;
        if (!t.login.len)
            t.login = named(w, def, &owners[i], t.organisation, t.seat, again);
    }
    task_add(w, &t);
}

static void owner_task(Work *w, const FlowStep *def, Str party, int64_t step, int64_t organisation,
                       bool again) {
    MatterTask t = {.step = step,
                    .kind = STR("owner"),
                    .organisation = organisation,
                    .role = roles_of_step(w, def, party, organisation)};
    int64_t seats = seats_of(w, def, party, t.role);

    do {
        t.seat = seats ? t.seat + 1 : 0;
        owner_seat(w, def, party, &t, again);
    } while (t.seat < seats);
}

static bool party_seen(const FlowOwner *owners, size_t before) {
    for (size_t i = 0; i < before; i++)
        if (str_eq(owners[i].party, owners[before].party))
            return true;
    return false;
}

/* `only`: for this organisation alone; 0: for all. */
bool step_tasks(Work *w, const FlowStep *def, int64_t step, int64_t only, bool again) {
    const FlowOwner *owners = def->by.items;
    bool any = false;

    for (size_t i = 0; i < def->by.count; i++) {
        const FlowParty *p = flow_party(w->flow, owners[i].party);

        if (party_seen(owners, i))
            continue;
        /* Of several owners those that need not be named may be missing. */
        if ((def->by.count == 1 || (p && (p->required || p->leader_of.len))) &&
            !party_needed(w, owners[i].party, def->step))
            return false;
        for (size_t k = 0; k < w->s->parties.count; k++) {
            const MatterParty in = parties_of(w->s)[k];

            if (!str_eq(in.party, owners[i].party) || in.until.len ||
                (only && in.organisation != only))
                continue;
            owner_task(w, def, in.party, step, in.organisation, again);
            any = true;
        }
    }
    return any || only || party_needed(w, owners[0].party, def->step);
}

/* ---- steps ---- */

/* An action that leads back is no arrival. */
static bool leads_to(const Flow *f, const MatterStep *done, Str step) {
    const FlowStep *def = flow_step(f, done->step);
    const FlowAction *action = def ? flow_action(def, done->action) : NULL;

    for (size_t i = 0; action && !action->back && i < action->to.count; i++)
        if (str_eq(((const Str *)action->to.items)[i], step))
            return true;
    return false;
}

/* All branches have been done last by an action that leads here, and none is open again. */
static bool joined(const Work *w, const FlowStep *def) {
    for (size_t i = 0; i < def->joins.count; i++) {
        const MatterStep *last = state_last_step(w->s, ((const Str *)def->joins.items)[i]);

        if (!last || !str_is(last->state, "done") || !leads_to(w->flow, last, def->step))
            return false;
    }
    return true;
}

static bool begin_work(Work *w, const FlowStep *def, int64_t step, bool again) {
    return step_tasks(w, def, step, 0, again) && clock_start(w, def, step);
}

/* Does the way from there come in as one of the branches that meet here? A step that waited when
 * the matter ended waits again. */
static bool arrives(const Work *w, const FlowStep *def, int64_t from) {
    const MatterStep *own = state_step(w->s, from);

    for (size_t i = 0; own && i < def->joins.count; i++)
        if (str_eq(((const Str *)def->joins.items)[i], own->step))
            return true;
    return own && str_eq(own->step, def->step);
}

/* Branches wait: step_joins looks at them when the whole act has been played, whatever the order
 * of its `to`. Every other way, and every way back, opens at once, also what was waiting. */
bool step_open(Work *w, const FlowStep *def, int64_t from, bool again) {
    MatterStep *own = state_last_step(w->s, def->step);
    bool waits = !again && arrives(w, def, from);

    if (own && is_open(own->state))
        return true; /* another branch came first */
    if (!own || !str_is(own->state, "waiting")) {
        own = work_add(w, &w->s->steps, sizeof *own);
        *own = (MatterStep){
            .id = work_id(w), .step = def->step, .state = STR("waiting"), .from = from};
    }
    own->opened = w->now;
    if (waits)
        return true;
    own->state = STR("open");
    return begin_work(w, def, own->id, again);
}

bool step_joins(Work *w) {
    for (size_t i = 0; i < w->s->steps.count; i++) {
        MatterStep *own = &steps_of(w->s)[i];
        const FlowStep *def = flow_step(w->flow, own->step);

        if (!str_is(own->state, "waiting") || !def || !joined(w, def))
            continue;
        own->state = STR("open");
        own->opened = w->now;
        if (!begin_work(w, def, own->id, false))
            return false;
    }
    return true;
}

static void stop_tasks(Work *w, int64_t step) {
    for (size_t i = 0; i < w->s->tasks.count; i++)
        if (tasks_of(w->s)[i].step == step && is_open(tasks_of(w->s)[i].state))
            task_close(w, &tasks_of(w->s)[i], "cancelled", (Str){NULL, 0});
}

void step_close(Work *w, int64_t step, const char *state, Str action) {
    MatterStep *own = state_step(w->s, step);

    own->state = str_of(state);
    own->closed = w->now;
    own->action = work_dup(w, action);
    stop_tasks(w, step);
    clock_stop(w, step, strcmp(state, "done") == 0 ? "met" : "stopped");
}

void step_stop_all(Work *w) {
    for (size_t i = 0; i < w->s->steps.count; i++) {
        const MatterStep *own = &steps_of(w->s)[i];

        if (is_open(own->state) || str_is(own->state, "waiting"))
            step_close(w, own->id, "cancelled", (Str){NULL, 0});
    }
}

/* Copies and answers to supervision outlive the matter; nothing else does. */
bool matter_end(Work *w, const char *state, Str outcome) {
    step_stop_all(w);
    for (size_t i = 0; i < w->s->tasks.count; i++) {
        MatterTask *t = &tasks_of(w->s)[i];

        if (is_open(t->state) && !str_is(t->kind, "copy"))
            task_close(w, t, "cancelled", (Str){NULL, 0});
    }
    for (size_t i = 0; i < w->s->clocks.count; i++)
        clocks_of(w->s)[i].next_rung = (Str){NULL, 0};
    w->s->state = str_of(state);
    w->s->outcome = work_dup(w, outcome);
    w->s->closed = w->now;
    w->s->suspended_since = w->s->suspended_reason = (Str){NULL, 0};
    return true;
}
