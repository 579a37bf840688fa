/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/flow_who.c: can the owners of steps exist, and does somebody else hear of a step that
 * stands still. */
#include "content/flow_inside.h"

#include "base/banned.h"

/* ---- who can be there ---- */

static bool can_hold(const Content *c, const FlowOwner *o, const OrganisationKind *k) {
    return !k->addressee_only && role_fits(content_role(c, o->role, NULL), k->kind);
}

/* Of several owners or rungs of a party those count whose role the organisation has; one is enough.
 */
static bool some_fits(const Content *c, const BindList *list, Str party,
                      const OrganisationKind *k) {
    bool meant = false;

    for (size_t i = 0; i < list->count; i++) {
        const FlowOwner *o = &flow_owners(list)[i];

        if (!str_eq(o->party, party))
            continue;
        if (can_hold(c, o, k))
            return true;
        meant = true;
    }
    return !meant;
}

static bool kind_fits(const Content *c, const Flow *f, Str party, const OrganisationKind *k) {
    for (size_t i = 0; i < f->steps.count; i++)
        if (!some_fits(c, &flow_steps(f)[i].by, party, k) ||
            !some_fits(c, &flow_steps(f)[i].escalation.to, party, k))
            return false;
    return some_fits(c, &f->escalation.to, party, k);
}

/* Kinds that were left out. */
static bool fill_kinds(const Content *c, Arena *a, const Flow *f, FlowParty *p, const Node *at,
                       Err *e) {
    size_t n = content_organisation_kind_count(c);
    Str *kinds = arena_array_of(a, n, Str);

    p->kinds = (BindList){kinds, 0};
    for (size_t i = 0; i < n; i++) {
        const OrganisationKind *k = content_organisation_kind_at(c, i);

        if (kind_fits(c, f, p->party, k))
            kinds[p->kinds.count++] = k->kind;
    }
    return p->kinds.count > 0 ||
           content_fail(at, e, "参与方“%.*s”要用的角色没有一种机构能全部设立", STR_ARG(p->title));
}

bool flow_settle_kinds(const Content *c, Arena *a, Flow *f, Err *e) {
    FlowParty *parties = f->parties.items;

    for (size_t i = 0; i < f->parties.count; i++)
        if (parties[i].kinds.count == 0 &&
            !fill_kinds(c, a, f, &parties[i], content_item(f->tree, "parties", i), e))
            return false;
    return true;
}

/* ---- owners ---- */

/* Is the party surely there when a step of its opens? A leader is as sure as those it leads; where
 * there is none, the host's supervising role steps in (docs/decisions/0012). */
static bool is_named(const Flow *f, const FlowParty *p) {
    for (size_t i = 0; p != NULL && i <= f->parties.count; i++) {
        if (p->starter || p->required)
            return true;
        p = p->leader_of.len > 0 ? flow_party(f, p->leader_of) : NULL;
    }
    return false;
}

/* The kinds of a party where nobody of the list could act. */
static bool check_owner(const Content *c, const Flow *f, const BindList *list, size_t i,
                        const Node *at, Err *e) {
    const FlowOwner *o = &flow_owners(list)[i];
    const FlowParty *p = flow_party(f, o->party);
    const Role *role = content_role(c, o->role, NULL);

    if (role->administrator != ADMINISTRATOR_NONE || role->founder)
        return content_fail(content_place(at, "role"), e, "角色“%.*s”不接触业务，不能办理步骤",
                            STR_ARG(role->title));
    for (size_t j = 0; j < p->kinds.count; j++) {
        const OrganisationKind *k = content_organisation_kind(c, flow_names(&p->kinds)[j], NULL);

        if (k->addressee_only)
            return content_fail(at, e, "参与方“%.*s”可以是%.*s，而它没有账号，不会有人办理",
                                STR_ARG(p->title), STR_ARG(k->title));
        if (!some_fits(c, list, o->party, k))
            return content_fail(content_place(at, "role"), e,
                                "%.*s不设角色“%.*s”，参与方“%.*s”是它时没有人办理",
                                STR_ARG(k->title), STR_ARG(role->title), STR_ARG(p->title));
    }
    return is_named(f, p) ||
           content_fail(content_place(at, "party"), e,
                        "参与方“%.*s”可以不写明，由它办理的步骤就没有人办：给它写 required: true",
                        STR_ARG(p->title));
}

static bool check_order(const Flow *f, const FlowStep *s, const FlowOwner *o, const Node *at,
                        Err *e) {
    Str others[] = {o->same_as, o->not_as};

    for (size_t i = 0; i < 2; i++)
        if (others[i].len > 0 && !flow_follows(f, others[i], s->step))
            return content_fail(content_place(at, i == 0 ? "same_as" : "not_as"), e,
                                "步骤“%.*s”不在“%.*s”之前", STR_ARG(others[i]), STR_ARG(s->title));
    return true;
}

static bool check_by(const Content *c, const Flow *f, const FlowStep *s, const Node *at, Err *e) {
    for (size_t i = 0; i < s->by.count; i++) {
        const FlowOwner *o = &flow_owners(&s->by)[i];
        const Node *place = content_item(at, "by", i);

        if (!check_owner(c, f, &s->by, i, place, e) || !check_order(f, s, o, place, e))
            return false;
    }
    return true;
}

/* ---- escalation ---- */

static bool same_place(const FlowOwner *a, const FlowOwner *b) {
    return str_eq(a->party, b->party) && str_eq(a->role, b->role);
}

/* Can the party be of a kind where none of its rungs after this one counts? With `itself`: where
 * this one does. */
static bool can_be_silent(const Content *c, const Flow *f, const FlowEscalation *x, size_t i,
                          Str party, bool itself) {
    const FlowOwner *rungs = flow_owners(&x->to);
    const FlowParty *p = flow_party(f, party);

    for (size_t k = 0; k < p->kinds.count; k++) {
        const OrganisationKind *kind = content_organisation_kind(c, flow_names(&p->kinds)[k], NULL);
        bool silent = !itself || can_hold(c, &rungs[i], kind);

        for (size_t j = i + 1; silent && j < x->to.count; j++)
            silent = !str_eq(rungs[j].party, party) || !can_hold(c, &rungs[j], kind);
        if (silent)
            return true;
    }
    return false;
}

/* Can this rung be the last one that counts, whatever kinds the parties are of? */
static bool can_be_last(const Content *c, const Flow *f, const FlowEscalation *x, size_t i) {
    const FlowOwner *rungs = flow_owners(&x->to);

    for (size_t j = i + 1; j < x->to.count; j++)
        if (!str_eq(rungs[j].party, rungs[i].party) &&
            !can_be_silent(c, f, x, i, rungs[j].party, false))
            return false; /* somebody else hears of it later */
    return can_be_silent(c, f, x, i, rungs[i].party, true);
}

static bool check_last_rungs(const Content *c, const Flow *f, const FlowStep *s, const Node *at,
                             Err *e) {
    const FlowEscalation *x = flow_escalation(f, s);

    for (size_t i = 0; i < x->to.count; i++)
        for (size_t j = 0; can_be_last(c, f, x, i) && j < s->by.count; j++)
            if (same_place(&flow_owners(&x->to)[i], &flow_owners(&s->by)[j]))
                return content_fail(
                    at, e, "步骤“%.*s”的逐级提醒最后还是告诉办理人自己：最后一级要是上级或另一方",
                    STR_ARG(s->title));
    return true;
}

static bool check_rungs(const Content *c, const Flow *f, const FlowStep *s, const Node *at,
                        Err *e) {
    const FlowEscalation *x = flow_escalation(f, s);
    const Node *place = node_get(x == &f->escalation ? f->tree : at, "escalation");
    const FlowOwner *rungs = flow_owners(&x->to);

    if (x->to.count == 0)
        return content_fail(at, e,
                            "步骤“%.*s”停在那里时没有人知道：给它或整个流程写 "
                            "escalation（多久以后告诉谁）",
                            STR_ARG(s->title));
    for (size_t i = 0; i < x->to.count; i++) {
        if (!check_owner(c, f, &x->to, i, content_item(place, "to", i), e))
            return false;
        for (size_t j = 0; j < i; j++)
            if (same_place(&rungs[i], &rungs[j]) &&
                str_eq(rungs[i].department, rungs[j].department))
                return content_fail(content_item(place, "to", i), e, "逐级提醒里同一人写了两遍");
    }
    return check_last_rungs(c, f, s, at, e);
}

static bool check_starter(const Content *c, const Flow *f, size_t i, Err *e) {
    const Role *role = content_role(c, flow_names(&f->starters)[i], NULL);
    const FlowParty *p = flow_parties(f);

    while (!p->starter)
        p++;
    for (size_t j = 0; j < p->kinds.count; j++)
        if (role_fits(role, flow_names(&p->kinds)[j]))
            return true;
    return content_fail(content_item(f->tree, "starters", i), e,
                        "发起方“%.*s”不设角色“%.*s”，没有人能发起", STR_ARG(p->title),
                        STR_ARG(role->title));
}

bool flow_check_who(const Content *c, const Flow *f, size_t *step, Err *e) {
    for (size_t i = 0; i < f->starters.count; i++)
        if (!check_starter(c, f, i, e))
            return false;
    for (size_t i = 0; i < f->steps.count; i++) {
        const FlowStep *s = &flow_steps(f)[i];
        const Node *at = flow_step_place(f, i);

        *step = i;
        if (!check_by(c, f, s, at, e) || !check_rungs(c, f, s, at, e))
            return false;
    }
    return true;
}
