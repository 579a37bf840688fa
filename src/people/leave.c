/* SPDX-License-Identifier: MulanPSL-2.0 */
/* people/leave.c: somebody leaves, and his open work goes to a successor. */
#include <assert.h>
#include <inttypes.h>

#include "people/act.h"
#include "people/inside.h"
#include "store/scope.h"
#include "sql_statements.h"

#include "base/banned.h"

enum { PARTS_MOST = 16 };

static bool add(Act *act, Node *out, int64_t id, Str title) {
    Node *n = node_map(act->arena);

    node_set_int(act->arena, n, "id", id);
    node_set_text(act->arena, n, "title", title);
    node_add(act->arena, out, n);
    return true;
}

/* ---- posts ---- */

static const Node *posts_of(Act *act, Str login, Err *e) {
    return tx_rows(act->tx, act->arena, &SQL_appointment_open_of,
                   ARGS(ARG_OF_TEXT(login), ARG_OF_INT(act->now)), e);
}

static Str role_title(const Act *act, Str role) {
    Err unknown = {0};
    const Role *r = content_role(act->content, role, &unknown);

    return r != NULL ? r->title : role;
}

static bool list_posts(Act *act, Str login, Node *out, Err *e) {
    const Node *posts = posts_of(act, login, e);

    for (size_t i = 0; posts != NULL && i < posts->count; i++) {
        const Node *p = posts->items[i];
        OrganisationRow row;

        if (!organisation_needed(act, node_int(p, "organisation", 0), false, NULL, &row, e))
            return false;
        add(act, out, node_int(p, "appointment", 0),
            str_format(act->arena, "%.*s · %.*s%s", STR_ARG(row.name),
                       STR_ARG(role_title(act, node_text(p, "role"))),
                       node_int(p, "liaison", 0) != 0 ? "（联络员）" : ""));
    }
    return posts != NULL;
}

static bool holds(const Node *posts, const Node *post) {
    for (size_t i = 0; i < posts->count; i++)
        if (str_eq(node_text(posts->items[i], "role"), node_text(post, "role")) &&
            node_int(posts->items[i], "organisation", 0) == node_int(post, "organisation", 0))
            return true;
    return false;
}

/* The same post for the successor. The founder's cannot be handed on. */
static bool succeed(Act *act, const Node *post, Str to, Err *e) {
    Err unknown = {0};
    const Role *role = content_role(act->content, node_text(post, "role"), &unknown);
    const Node *theirs = posts_of(act, to, e);
    AppointmentNew in = {.login = to,
                         .role = node_text(post, "role"),
                         .title = node_text(post, "title"),
                         .organisation = node_int(post, "organisation", 0),
                         .department = node_int(post, "department", 0),
                         .liaison = node_int(post, "liaison", 0) != 0,
                         .until = node_int(post, "until", 0)};
    int64_t number;

    if (theirs == NULL)
        return false;
    if (role == NULL || role->founder || (holds(theirs, post) && !in.liaison))
        return true;
    return act_appointment_create(act, &in, &number, e);
}

static bool move_posts(Act *act, Str from, Str to, Err *e) {
    const Node *posts = posts_of(act, from, e);

    for (size_t i = 0; posts != NULL && i < posts->count; i++)
        if (to.len > 0 && !succeed(act, posts->items[i], to, e))
            return false;
    posts = posts == NULL ? NULL : posts_of(act, from, e); /* duties may have moved */
    for (size_t i = 0; posts != NULL && i < posts->count; i++)
        if (!act_appointment_end(act, node_int(posts->items[i], "appointment", 0), e))
            return false;
    return posts != NULL;
}

/* ---- delegations: personal, so they end ---- */

static const Node *delegations_of(Act *act, Str login, Err *e) {
    return tx_rows(act->tx, act->arena, &SQL_delegation_open_of,
                   ARGS(ARG_OF_TEXT(login), ARG_OF_INT(act->now)), e);
}

static bool list_delegations(Act *act, Str login, Node *out, Err *e) {
    const Node *rows = delegations_of(act, login, e);

    for (size_t i = 0; rows != NULL && i < rows->count; i++) {
        const Node *r = rows->items[i];
        bool giver = str_eq(node_text(r, "giver"), login);

        add(act, out, node_int(r, "delegation", 0),
            str_format(act->arena, giver ? "委托 %.*s 代办" : "代 %.*s 办理",
                       STR_ARG(node_text(r, giver ? "receiver" : "giver"))));
    }
    return rows != NULL;
}

static bool end_delegations(Act *act, Str from, Str to, Err *e) {
    const Node *rows = delegations_of(act, from, e);

    (void)to;
    for (size_t i = 0; rows != NULL && i < rows->count; i++)
        if (!act_delegation_end(act, node_int(rows->items[i], "delegation", 0), e))
            return false;
    return rows != NULL;
}

/* ---- teams ---- */

static const Node *memberships_of(Act *act, Str login, Err *e) {
    return tx_rows(act->tx, act->arena, &SQL_team_member_open_of,
                   ARGS(ARG_OF_TEXT(login), ARG_OF_INT(act->now)), e);
}

static bool list_teams(Act *act, Str login, Node *out, Err *e) {
    const Node *rows = memberships_of(act, login, e);

    for (size_t i = 0; rows != NULL && i < rows->count; i++) {
        const Node *r = rows->items[i];
        Str duty = node_text(r, "duty");

        add(act, out, node_int(r, "member", 0),
            str_format(act->arena, "%.*s%s%.*s", STR_ARG(node_text(r, "team_name")),
                       duty.len > 0 ? " · " : "", STR_ARG(duty)));
    }
    return rows != NULL;
}

static bool in_team(const Node *rows, int64_t team) {
    for (size_t i = 0; i < rows->count; i++)
        if (node_int(rows->items[i], "team", 0) == team)
            return true;
    return false;
}

static bool move_teams(Act *act, Str from, Str to, Err *e) {
    const Node *rows = memberships_of(act, from, e);
    int64_t ignored;

    for (size_t i = 0; rows != NULL && i < rows->count; i++) {
        const Node *r = rows->items[i];
        int64_t team = node_int(r, "team", 0);
        const Node *theirs = memberships_of(act, to.len > 0 ? to : from, e);
        bool joins = to.len > 0 && theirs != NULL && !in_team(theirs, team);
        MemberNew in = {.team = team,
                        .login = to,
                        .duty = node_text(r, "duty"),
                        .until = node_int(r, "until", 0)};

        if (theirs == NULL || (joins && !act_member_add(act, &in, &ignored, e)) ||
            !act_member_end(act, node_int(r, "member", 0), joins, e))
            return false;
    }
    return rows != NULL;
}

/* ---- what was opened to him, and what he opened to others ---- */

static const Node *grants_of(Act *act, Str login, Err *e) {
    return tx_rows(act->tx, act->arena, &SQL_access_grant_open_of,
                   ARGS(ARG_OF_TEXT(str_format(act->arena, "person:%.*s", STR_ARG(login))),
                        ARG_OF_TEXT(login), ARG_OF_INT(act->now)),
                   e);
}

static bool list_grants(Act *act, Str login, Node *out, Err *e) {
    const Node *rows = grants_of(act, login, e);

    for (size_t i = 0; rows != NULL && i < rows->count; i++) {
        const Node *r = rows->items[i];
        const char *kind = str_is(node_text(r, "kind"), "clue")     ? "线索"
                           : str_is(node_text(r, "kind"), "matter") ? "事项"
                                                                    : "批次";
        bool to_him = str_starts(node_text(r, "grantee"), STR("person:")) &&
                      str_eq(str_slice(node_text(r, "grantee"), 7, SIZE_MAX), login);

        add(act, out, node_int(r, "access_grant", 0),
            to_him
                ? str_format(act->arena, "向其开放的%s %.*s", kind, STR_ARG(node_text(r, "object")))
                : str_format(act->arena, "由其开放给 %.*s 的%s %.*s",
                             STR_ARG(node_text(r, "grantee")), kind,
                             STR_ARG(node_text(r, "object"))));
    }
    return rows != NULL;
}

/* What he gave stays open under the successor's name; what he got goes to the successor. */
static bool move_grant(Act *act, const Node *r, Str from, Str to, Err *e) {
    int64_t number = node_int(r, "access_grant", 0), ignored;
    Str grantee = node_text(r, "grantee");
    bool to_him =
        str_starts(grantee, STR("person:")) && str_eq(str_slice(grantee, 7, SIZE_MAX), from);
    Node *body = node_map(act->arena);
    GrantNew in = {.kind = node_text(r, "kind"),
                   .object = node_text(r, "object"),
                   .grantee = str_format(act->arena, "person:%.*s", STR_ARG(to)),
                   .fields = (int)node_int(r, "fields", FIELDS_PLAIN),
                   .until = node_int(r, "until", 0),
                   .purpose = node_text(r, "purpose")};
    int64_t same = 0;

    if (!to_him && to.len == 0)
        return act_grant_end(act, number, e);
    if (!to_him) {
        node_set_text(act->arena, body, "to", to);
        return act_tell(act, "grant.moved", act_subject(act, "grant", number), 0, body, NULL, e);
    }
    if (to.len > 0 && !tx_int(act->tx, &SQL_access_grant_same,
                              ARGS(ARG_OF_TEXT(in.kind), ARG_OF_TEXT(in.object),
                                   ARG_OF_TEXT(in.grantee), ARG_OF_INT(act->now)),
                              0, &same, e))
        return false;
    if (in.purpose.len == 0)
        in.purpose = STR("工作移交");
    return (to.len == 0 || same != 0 || act_grant_give(act, &in, &ignored, e)) &&
           act_grant_end(act, number, e);
}

static bool move_grants(Act *act, Str from, Str to, Err *e) {
    const Node *rows = grants_of(act, from, e);

    for (size_t i = 0; rows != NULL && i < rows->count; i++)
        if (!move_grant(act, rows->items[i], from, to, e))
            return false;
    return rows != NULL;
}

/* ---- all of it ---- */

static const HandoverPart *parts[PARTS_MOST];
static size_t part_count;

void handover_register(const HandoverPart *part) {
    for (size_t i = 0; i < part_count; i++)
        if (parts[i] == part)
            return;
    assert(part_count < PARTS_MOST);
    parts[part_count++] = part;
}

static void register_own(void) {
    /* Grants come first: who may be given what depends on the posts he still has. */
    static const HandoverPart own[] = {
        {"grant", "开放的材料", false, list_grants, move_grants},
        {"team", "团队", false, list_teams, move_teams},
        {"delegation", "委托", false, list_delegations, end_delegations},
        {"appointment", "任职", false, list_posts, move_posts},
    };

    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        handover_register(&own[i]);
}

static bool list_all(Act *act, Str login, Node *out, Err *e) {
    for (size_t i = 0; i < part_count; i++) {
        size_t before = out->count;

        if (!parts[i]->list(act, login, out, e))
            return false;
        for (size_t j = before; j < out->count; j++) {
            node_set_text(act->arena, out->items[j], "part", str_of(parts[i]->part));
            node_set_text(act->arena, out->items[j], "part_title", str_of(parts[i]->title));
        }
    }
    return true;
}

typedef struct Reading {
    Arena *arena;
    const Content *content;
    Str login;
    Node *out;
} Reading;

static bool read_work(Tx *tx, void *context, Err *e) {
    Reading *r = context;
    Act act = {.tx = tx, .arena = r->arena, .content = r->content};

    r->out = node_list(r->arena);
    return people_now(tx, &act.now, e) && account_needed(tx, r->arena, r->login, e) != NULL &&
           list_all(&act, r->login, r->out, e);
}

bool person_open_work(Store *s, const Content *c, Arena *a, Str login, Node **out, Err *e) {
    Reading r = {.arena = a, .content = c, .login = login_read(a, login)};

    register_own();
    /* All of it, for whoever manages people; the parts name nothing of content. */
    const Scope *before = store_thread_scope(NULL);
    bool good = store_read(s, read_work, &r, e);

    store_thread_scope(before);
    *out = r.out;
    return good;
}

typedef struct Leaving {
    Str login, successor;
} Leaving;

static bool successor_check(Act *act, const Leaving *l, Err *e) {
    for (size_t i = 0; l->successor.len == 0 && i < part_count; i++) {
        Node *open = node_list(act->arena);

        if (!parts[i]->needs_successor)
            continue;
        if (!parts[i]->list(act, l->login, open, e))
            return false;
        if (open->count > 0)
            return err_set(e, ERR_CONFLICT, "/successor",
                           "%.*s 还有 %zu 件%s没有办完，请指定接手的人", STR_ARG(l->login),
                           open->count, parts[i]->title);
    }
    if (l->successor.len == 0)
        return true;
    if (str_eq(l->login, l->successor))
        return err_set(e, ERR_INVALID, "/successor", "不能移交给本人");
    return person_active(act, l->successor, "/successor", e);
}

static bool leave_work(Act *act, void *what, Err *e) {
    const Leaving *l = what;
    Node *body = node_map(act->arena);
    Str subject = subject_of(act->arena, l->login);

    if (!person_active(act, l->login, "/login", e) || !successor_check(act, l, e))
        return false;
    for (size_t i = 0; i < part_count; i++)
        if (!parts[i]->move(act, l->login, l->successor, e))
            return false;
    node_set_text(act->arena, body, "login", l->login);
    node_set_text(act->arena, body, "successor", l->successor);
    return act_tell(act, "person.left", subject, 0, body, NULL, e) &&
           act_tell(act, "account.disabled", subject, 0, NULL, NULL, e) &&
           sessions_end(act->tx, l->login, STR(""), e);
}

bool person_leave(Store *s, const Content *c, Str actor, Str login, Str successor, Err *e) {
    scoped_arena Arena *a = arena_new();
    Leaving l = {login_read(a, login), login_read(a, successor)};

    register_own();
    if (str_eq(l.login, actor))
        return err_set(e, ERR_FORBIDDEN, NULL, "不能为自己办理离任，请由另一位管理员办理");
    const Scope *before = store_thread_scope(NULL);
    bool good = act_write(s, c, actor, leave_work, &l, e);

    store_thread_scope(before);
    return good;
}
