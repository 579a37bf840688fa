/* SPDX-License-Identifier: MulanPSL-2.0 */
/* people/begin.c: the installation's own organisation and the first account's role. */
#include "people/act.h"
#include "people/inside.h"
#include "sql_statements.h"

#include "base/banned.h"

static Str founder_role(const Content *c) {
    for (size_t i = 0; i < content_role_count(c); i++)
        if (content_role_at(c, i)->founder)
            return content_role_at(c, i)->role;
    return STR("founder"); /* the loader sees to it that there is one */
}

static bool make_home(Act *act, Str name, Err *e) {
    Node *body = node_map(act->arena);
    Str kind = content_organisation_kind_named(act->content, name)->kind;

    node_set_text(act->arena, body, "kind", kind);
    node_set_text(act->arena, body, "name", name);
    node_set_text(act->arena, body, "short_name", name);
    node_set_text(act->arena, body, "division", STR(""));
    node_set_int(act->arena, body, "position", 1);
    return act_tell(act, "organisation.created",
                    act_subject(act, "organisation", ORGANISATION_HOME), ORGANISATION_HOME, body,
                    NULL, e);
}

/* By event alone: accounts from before may be disabled, and the kind of the office is what it is.
 */
static bool give(Act *act, Str login, Str role, int64_t number, Err *e) {
    Node *body = node_map(act->arena);

    node_set_text(act->arena, body, "login", login);
    node_set_text(act->arena, body, "role", role);
    node_set_int(act->arena, body, "organisation", ORGANISATION_HOME);
    node_set_text(act->arena, body, "title", STR(""));
    node_set_bool(act->arena, body, "liaison", false);
    return act_tell(act, "appointment.created", act_subject(act, "appointment", number),
                    ORGANISATION_HOME, body, NULL, e);
}

/* The oldest account is the one `init` made. */
static size_t oldest(const Node *accounts) {
    size_t first = 0;

    for (size_t i = 1; i < accounts->count; i++)
        if (str_compare(node_text(accounts->items[i], "created_at"),
                        node_text(accounts->items[first], "created_at")) < 0)
            first = i;
    return first;
}

static bool begin(Act *act, void *what, Err *e) {
    Str name = *(const Str *)what;
    int64_t organisations, posts;

    if (!tx_int(act->tx, &SQL_organisation_newest, NO_ARGS, 0, &organisations, e) ||
        !tx_int(act->tx, &SQL_appointment_any, NO_ARGS, 0, &posts, e))
        return false;
    if (organisations == 0 && !make_home(act, name, e))
        return false;
    if (posts > 0)
        return true;
    const Node *accounts = tx_rows(act->tx, act->arena, &SQL_account_list, NO_ARGS, e);

    for (size_t i = 0; accounts != NULL && i < accounts->count; i++)
        if (!give(act, node_text(accounts->items[i], "login"),
                  i == oldest(accounts) ? founder_role(act->content) : STR("case_officer"),
                  (int64_t)i + 1, e))
            return false;
    return accounts != NULL;
}

static bool begun(Tx *tx, void *context, Err *e) {
    int64_t posts;

    if (!tx_int(tx, &SQL_appointment_any, NO_ARGS, 0, &posts, e))
        return false;
    *(bool *)context = posts > 0;
    return true;
}

bool organisation_begin(Store *s, const Content *c, Str office_name, Err *e) {
    Str name = str_trim(office_name);
    bool done = false;

    if (!store_read(s, begun, &done, e))
        return false;
    if (done)
        return true;
    if (name.len == 0)
        name = STR("本单位");
    return act_write(s, c, STR("system"), begin, &name, e);
}
