/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/world.c: what the core asks of the world, answered from the store and from the rights of
 * whoever acts. */
#include "flow/matter_inside.h"

#include "sql_statements.h"

#include "base/banned.h"

static bool ask_organisation(void *context, int64_t number, Str *kind, int64_t *leader) {
    StoreWorld *w = context;
    const Node *row =
        tx_row(w->tx, w->arena, &SQL_matter_organisation, ARGS(ARG_OF_INT(number)), w->e);

    if (!row)
        return false;
    *kind = node_text(row, "kind");
    *leader = node_int(row, "leader", 0);
    return true;
}

/* Roles that let nobody act on matters own no task. */
static bool role_acts(const Content *c, Str name) {
    Err unknown = {0};
    const Role *role = content_role(c, name, &unknown);

    for (size_t i = 0; role && i < role->rules.count; i++)
        if (role_rules(role)[i].permission == PERMISSION_MATTER_ACT)
            return true;
    return false;
}

static bool held_in_store(StoreWorld *w, Str login, int64_t organisation, Str role) {
    const Node *rows =
        tx_rows(w->tx, w->arena, &SQL_matter_holders,
                ARGS(ARG_OF_INT(organisation), ARG_OF_TEXT(login.len ? login : STR("")),
                     ARG_OF_INT(w->world.now)),
                w->e);

    for (size_t i = 0; rows && i < rows->count; i++) {
        Str held = node_text(rows->items[i], "role");

        if ((!role.len || str_eq(held, role)) && role_acts(w->world.content, held))
            return true;
    }
    return false;
}

/* The actor's delegations count, others' do not: work is given to who holds the post. */
static bool ask_holds(void *context, Str login, int64_t organisation, Str role) {
    StoreWorld *w = context;
    const Rights *r = w->who->rights;

    if (!r || !str_eq(login, w->who->login))
        return held_in_store(w, login, organisation, role);
    for (size_t i = 0; i < r->count; i++)
        if (r->rights[i].rule->permission == PERMISSION_MATTER_ACT &&
            r->rights[i].organisation == organisation &&
            (!role.len || str_eq(r->rights[i].role, role)))
            return true;
    return false;
}

static bool ask_may(void *context, Str login, Permission p, int64_t organisation) {
    StoreWorld *w = context;

    if (!w->who->rights)
        return true; /* the program itself */
    return str_eq(login, w->who->login) && rights_reach(w->who->rights, p, organisation);
}

static bool ask_stands_for(void *context, Str actor, Str login) {
    StoreWorld *w = context;
    const Rights *r = w->who->rights;

    for (size_t i = 0; r && str_eq(actor, w->who->login) && i < r->count; i++)
        if (r->rights[i].delegated && str_eq(r->rights[i].person, login) &&
            r->rights[i].rule->permission == PERMISSION_MATTER_ACT)
            return true;
    return false;
}

/* ---- conflicts of interest ---- */

static bool counted(StoreWorld *w, const Sql *sql, const Arg *args, size_t n, bool *any) {
    int64_t count = 0;

    if (!tx_int(w->tx, sql, args, n, 0, &count, w->e))
        return false;
    *any |= count > 0;
    return true;
}

/* Declared for a clue that the matter came from, or for one about somebody it is about. */
static bool ask_conflict(void *context, Str login, const MatterState *s) {
    StoreWorld *w = context;
    bool any = false;

    if (!counted(w, &SQL_matter_recused_ever, ARGS(ARG_OF_TEXT(login)), &any) || !any)
        return false;
    any = false;
    for (size_t i = 0; i < s->links.count && !any; i++) {
        const MatterLink *l = &links_of(s)[i];
        const Sql *sql = str_is(l->kind, "clue")      ? &SQL_matter_recused_clue
                         : str_is(l->kind, "subject") ? &SQL_matter_recused_subject
                                                      : NULL;

        if (sql && !counted(w, sql, ARGS(ARG_OF_TEXT(login), ARG_OF_TEXT(l->target)), &any))
            return false;
    }
    return any;
}

static bool ask_took_part(void *context, Str login, const MatterState *s, Str flow) {
    StoreWorld *w = context;
    bool any = false;

    for (size_t i = 0; i < s->links.count && !any; i++) {
        const MatterLink *l = &links_of(s)[i];

        if ((str_is(l->kind, "case") || str_is(l->kind, "subject")) &&
            !counted(w, &SQL_matter_took_part,
                     ARGS(ARG_OF_TEXT(l->target), ARG_OF_TEXT(s->id.len ? s->id : STR("")),
                          ARG_OF_TEXT(flow), ARG_OF_TEXT(login)),
                     &any))
            return false;
    }
    return any;
}

/* ---- who is who ---- */

static bool liaison_at(StoreWorld *w, Str login, int64_t organisation) {
    const Node *rows =
        tx_rows(w->tx, w->arena, &SQL_matter_liaisons,
                ARGS(ARG_OF_INT(organisation), ARG_OF_TEXT(login.len ? login : STR("")),
                     ARG_OF_INT(w->world.now)),
                w->e);

    for (size_t i = 0; rows && i < rows->count; i++)
        if (role_acts(w->world.content, node_text(rows->items[i], "role")))
            return true;
    return false;
}

/* Of the actor, those for whom he acts count too. */
static bool ask_liaison(void *context, Str login, int64_t organisation) {
    StoreWorld *w = context;
    const Rights *r = w->who->rights;

    if (!r || !str_eq(login, w->who->login))
        return liaison_at(w, login, organisation);
    for (size_t i = 0; i < r->count; i++)
        if (r->rights[i].liaison && r->rights[i].organisation == organisation &&
            r->rights[i].rule->permission == PERMISSION_MATTER_ACT)
            return true;
    return false;
}

Str world_name(Tx *tx, Arena *a, Str login) {
    Err unknown = {0};
    const Node *row = str_is(login, "system")
                          ? NULL
                          : tx_row(tx, a, &SQL_matter_person, ARGS(ARG_OF_TEXT(login)), &unknown);
    Str name = row ? node_text(row, "name") : (Str){NULL, 0};

    return name.len ? name : str_is(login, "system") ? STR("系统") : login;
}

static Str ask_name(void *context, Str login) {
    StoreWorld *w = context;

    return world_name(w->tx, w->arena, login);
}

/* What an act on one matter has to know of another. */
static bool ask_other(void *context, Str id, FlowOther *out) {
    StoreWorld *w = context;
    const Node *row = tx_row(w->tx, w->arena, &SQL_matter_other, ARGS(ARG_OF_TEXT(id)), w->e);
    Err unknown = {0};
    const Flow *f = row ? content_flow(w->world.content, node_text(row, "flow"), &unknown) : NULL;
    const FlowOutcome *o = f ? flow_outcome(f, node_text(row, "outcome")) : NULL;

    if (!row)
        return false;
    *out = (FlowOther){.number = node_text(row, "number"),
                       .state = node_text(row, "state"),
                       .outcome = node_text(row, "outcome"),
                       .title = o ? o->title : (Str){NULL, 0},
                       .moved = node_int(row, "moved", 0) > 0};
    return true;
}

void store_world(StoreWorld *out, Tx *tx, const Content *c, const MatterActor *who, Instant now,
                 Arena *a, Err *e) {
    *out = (StoreWorld){.world = {.content = c,
                                  .now = now,
                                  .context = out,
                                  .organisation = ask_organisation,
                                  .holds = ask_holds,
                                  .may = ask_may,
                                  .other = ask_other,
                                  .stands_for = ask_stands_for,
                                  .conflict = ask_conflict,
                                  .took_part = ask_took_part,
                                  .liaison = ask_liaison,
                                  .name = ask_name},
                        .tx = tx,
                        .arena = a,
                        .who = who,
                        .e = e};
}
