/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/stage.c: a world in memory for scenario cases and random walks. */
#include "flow/stage.h"

#include "flow/roles.h"

#include "base/banned.h"

int64_t stage_organisation(const Stage *s, Str party, size_t nth) {
    for (size_t i = 0; i < s->count; i++)
        if (str_eq(s->organisations[i].party, party) && --nth == 0)
            return (int64_t)i + 1;
    return 0;
}

/* "agency#2.agency_head.other" */
static void read_login(Str login, Str *party, size_t *nth, Str *role) {
    Str rest = login, head = {NULL, 0};
    int64_t n = 1;

    str_split(&rest, '.', &head);
    if (!str_split(&rest, '.', role))
        *role = (Str){NULL, 0};
    str_split(&head, '#', party);
    if (head.len && str_to_int(head, &n) && n > 0)
        *nth = (size_t)n;
    else
        *nth = 1;
}

static int64_t home_of(const Stage *s, Str login, Str *role) {
    Str party = {NULL, 0};
    size_t nth = 1;

    read_login(login, &party, &nth, role);
    return stage_organisation(s, party, nth);
}

static bool ask_organisation(void *context, int64_t number, Str *kind, int64_t *leader) {
    const Stage *s = context;

    if (number < 1 || (size_t)number > s->count)
        return false;
    *kind = s->organisations[number - 1].kind;
    *leader = s->organisations[number - 1].leader;
    return true;
}

static bool ask_holds(void *context, Str login, int64_t organisation, Str role) {
    const Stage *s = context;
    Str own;

    if (organisation < 1 || (size_t)organisation > s->count)
        return false;
    if (!login.len)
        return true; /* somebody always does */
    return home_of(s, login, &own) == organisation && (!role.len || str_eq(own, role));
}

/* Is `below` the organisation itself, or led by it? */
static bool leads(const Stage *s, int64_t above, int64_t below) {
    for (size_t climbed = 0; below && climbed < 20; climbed++) {
        if (above == below)
            return true;
        below = s->organisations[below - 1].leader;
    }
    return false;
}

static bool ask_may(void *context, Str login, Permission p, int64_t organisation) {
    const Stage *s = context;
    Err unknown = {0};
    Str name;
    int64_t home = home_of(s, login, &name);
    const Role *role = home ? content_role(s->content, name, &unknown) : NULL;

    for (size_t i = 0; role && i < role->rules.count; i++) {
        const RoleRule *r = &role_rules(role)[i];

        if (r->permission == (int)p &&
            (r->reach == REACH_INSTALLATION ||
             (r->reach == REACH_ORGANISATION && home == organisation) ||
             (r->reach == REACH_SUBTREE && organisation > 0 && (size_t)organisation <= s->count &&
              leads(s, home, organisation))))
            return true;
    }
    return false;
}

static Str first_kind(const Stage *s, const FlowParty *p) {
    return p->kinds.count ? *(const Str *)p->kinds.items
                          : content_organisation_kind_at(s->content, 0)->kind;
}

static const FlowParty *leader_party(const Flow *f, Str of) {
    for (size_t i = 0; i < f->parties.count; i++)
        if (str_eq(flow_parties(f)[i].leader_of, of))
            return &flow_parties(f)[i];
    return NULL;
}

static int64_t add(Stage *s, Str party, Str kind) {
    s->organisations[s->count++] = (StageOrganisation){party, kind, 0};
    return (int64_t)s->count;
}

Stage *stage_new(const Content *c, const Flow *f, size_t each, Arena *a) {
    Stage *s = arena_new_of(a, Stage);

    s->arena = a;
    s->content = c;
    s->flow = f;
    s->organisations = arena_array_of(a, f->parties.count * (each + 1) + 1, StageOrganisation);
    s->world = (FlowWorld){.content = c,
                           .context = s,
                           .organisation = ask_organisation,
                           .holds = ask_holds,
                           .may = ask_may};
    for (size_t i = 0; i < f->parties.count; i++) {
        const FlowParty *p = &flow_parties(f)[i];

        for (size_t k = 0; k < (p->many ? each : 1); k++)
            add(s, p->party, first_kind(s, p));
    }
    for (size_t i = 0; i < f->parties.count; i++) { /* who leads whom; else one above of its kind */
        const FlowParty *p = &flow_parties(f)[i], *above = leader_party(f, p->party);
        int64_t leader = 0;

        if (above)
            leader = stage_organisation(s, above->party, 1);
        else if (!p->leader_of.len)
            leader = add(s, str_format(a, "%.*s_above", STR_ARG(p->party)), first_kind(s, p));
        for (size_t k = 1; k <= (p->many ? each : 1); k++)
            s->organisations[stage_organisation(s, p->party, k) - 1].leader = leader;
    }
    return s;
}

Str stage_person(const Stage *s, const MatterTask *t, const char *other) {
    Str party = s->organisations[t->organisation - 1].party, role = roles_first(t->role);
    size_t nth = 1;

    if (t->login.len && !other)
        return t->login;
    if (t->seat > 1 && !other) /* each by somebody else */
        other = str_format(s->arena, "n%lld", (long long)t->seat).ptr;
    while (stage_organisation(s, party, nth) != t->organisation)
        nth++;
    Str tail = other ? str_format(s->arena, ".%s", other) : STR("");

    return nth > 1 ? str_format(s->arena, "%.*s#%zu.%.*s%.*s", STR_ARG(party), nth, STR_ARG(role),
                                STR_ARG(tail))
                   : str_format(s->arena, "%.*s.%.*s%.*s", STR_ARG(party), STR_ARG(role),
                                STR_ARG(tail));
}

Node *stage_parties(const Stage *s, const BindList *only) {
    Node *out = node_map(s->arena);

    for (size_t i = 0; i < s->flow->parties.count; i++) {
        const FlowParty *p = &flow_parties(s->flow)[i];
        Node *list = node_list(s->arena);
        bool wanted = !only;

        for (size_t k = 0; only && k < only->count; k++)
            wanted |= str_eq(((const Str *)only->items)[k], p->party);
        if (p->starter || p->leader_of.len || !wanted)
            continue;
        for (size_t k = 1; stage_organisation(s, p->party, k); k++)
            node_add(s->arena, list, node_of_int(s->arena, stage_organisation(s, p->party, k)));
        node_append(s->arena, out, p->party, p->many ? list : list->items[0]);
    }
    return out;
}
