/* SPDX-License-Identifier: MulanPSL-2.0 */
/* people/grant.c: one object opened to a person, an organisation or a team. */
#include <inttypes.h>

#include "people/act.h"
#include "people/inside.h"
#include "sql_statements.h"

#include "base/banned.h"

enum { PURPOSE_MOST = 200, OBJECT_MOST = 64 };

/* ---- projections ---- */

static bool given(Tx *tx, const Event *event, Err *e) {
    scoped_arena Arena *a = arena_new();
    const Node *b = event->body;

    return tx_run(tx, &SQL_access_grant_add,
                  ARGS(ARG_OF_INT(event_number(event)), ARG_OF_TEXT(node_text(b, "kind")),
                       ARG_OF_TEXT(node_text(b, "object")), ARG_OF_TEXT(node_text(b, "grantee")),
                       ARG_OF_INT(node_int(b, "fields", FIELDS_PLAIN)),
                       ARG_OF_INT(event_since(event)), event_optional(event, "until"),
                       ARG_OF_TEXT(event_secret(event, "purpose")), ARG_OF_TEXT(event->actor),
                       ARG_OF_TEXT(event_at(event, a))),
                  NULL, e);
}

static bool ended(Tx *tx, const Event *event, Err *e) {
    return tx_run(
        tx, &SQL_access_grant_end,
        ARGS(ARG_OF_INT(event_number(event)), ARG_OF_INT(event->at), ARG_OF_TEXT(event->actor)),
        NULL, e);
}

static bool moved(Tx *tx, const Event *event, Err *e) {
    return tx_run(tx, &SQL_access_grant_giver_set,
                  ARGS(ARG_OF_INT(event_number(event)), ARG_OF_TEXT(node_text(event->body, "to"))),
                  NULL, e);
}

static bool forgotten(Tx *tx, const Event *event, Err *e) {
    return !str_starts(event->subject, STR("grant:")) ||
           tx_run(tx, &SQL_access_grant_forget, ARGS(ARG_OF_INT(event_number(event))), NULL, e);
}

void organisation_register_grants(void) {
    static const Projection projections[] = {{"grant.given", given},
                                             {"grant.ended", ended},
                                             {"grant.moved", moved},
                                             {"key.destroyed", forgotten},
                                             {0}};
    static const char *const tables[] = {"access_grant", NULL};

    journal_register(projections, tables);
}

/* ---- checks ---- */

static bool object_check(const GrantNew *in, Err *e) {
    bool good = in->object.len > 0 && in->object.len <= OBJECT_MOST;

    if (!str_is(in->kind, "clue") && !str_is(in->kind, "batch") && !str_is(in->kind, "matter"))
        return err_set(e, ERR_INVALID, "/kind",
                       "只能开放线索（clue）、批次（batch）或事项（matter）");
    for (size_t i = 0; good && i < in->object.len; i++) {
        char c = in->object.ptr[i];

        good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    }
    return good || err_set(e, ERR_INVALID, "/object", "材料的编号不对");
}

/* People whose every post ends get nothing without an end. */
static bool person_term(Act *act, Str login, Instant until, Err *e) {
    const Node *posts = tx_rows(act->tx, act->arena, &SQL_appointment_open_of,
                                ARGS(ARG_OF_TEXT(login), ARG_OF_INT(act->now)), e);
    bool invited = posts != NULL && posts->count > 0;

    for (size_t i = 0; invited && i < posts->count; i++) {
        Err unknown = {0};
        const Role *role = content_role(act->content, node_text(posts->items[i], "role"), &unknown);

        if (node_int(posts->items[i], "administrator", 0) != 0)
            return err_set(e, ERR_CONFLICT, "/grantee", "%.*s 是管理员，不能接触业务内容",
                           STR_ARG(login));
        invited = role != NULL && role->ends;
    }
    if (posts == NULL)
        return false;
    return !invited || until != 0 ||
           err_set(e, ERR_INVALID, "/until",
                   "%.*s 是特邀或聘请的人员，开放材料要写明到什么时候结束", STR_ARG(login));
}

static bool team_open(Act *act, int64_t number, Instant *until, Err *e) {
    Err why = {0};
    const Node *row = tx_row(act->tx, act->arena, &SQL_team_get, ARGS(ARG_OF_INT(number)), &why);

    *until = row != NULL ? node_int(row, "until", 0) : 0;
    if (row == NULL && why.code != ERR_NONE) {
        *e = why;
        return false;
    }
    if (row == NULL)
        return err_set(e, ERR_INVALID, "/grantee", "没有编号为 %" PRId64 " 的团队", number);
    return (str_is(node_text(row, "state"), "active") && (*until == 0 || *until > act->now)) ||
           err_set(e, ERR_CONFLICT, "/grantee", "这个团队已经结束了");
}

static bool grantee_check(Act *act, GrantNew *in, Err *e) {
    Str rest = in->grantee, kind;
    OrganisationRow row;
    Instant until;
    int64_t number;

    if (!str_split(&rest, ':', &kind) || rest.len == 0)
        return err_set(e, ERR_INVALID, "/grantee",
                       "请写明开放给谁：person:登录名、organisation:编号 或 team:编号");
    if (str_is(kind, "person")) {
        Str login = login_read(act->arena, rest);

        in->grantee = str_format(act->arena, "person:%.*s", STR_ARG(login));
        return person_active(act, login, "/grantee", e) && person_term(act, login, in->until, e);
    }
    if (!str_to_int(rest, &number) || number <= 0)
        return err_set(e, ERR_INVALID, "/grantee", "编号应当是正整数");
    in->grantee = str_format(act->arena, "%.*s:%" PRId64, STR_ARG(kind), number);
    if (str_is(kind, "organisation"))
        return organisation_needed(act, number, true, "/grantee", &row, e);
    if (str_is(kind, "team"))
        return team_open(act, number, &until, e);
    return err_set(e, ERR_INVALID, "/grantee", "只能开放给人、机构或团队");
}

/* ---- changes ---- */

bool act_grant_give(Act *act, const GrantNew *given_in, int64_t *number, Err *e) {
    GrantNew in = *given_in;
    Node *body = node_map(act->arena), *secret = node_map(act->arena);
    int64_t n, same = 0;

    if (!object_check(&in, e) || !grantee_check(act, &in, e) ||
        !line_check(&in.purpose, PURPOSE_MOST, true, "/purpose", "用途", e) ||
        !term_check(act, in.since, in.until, false, e))
        return false;
    if (in.fields != FIELDS_PLAIN && in.fields != FIELDS_PERSONAL)
        return err_set(e, ERR_INVALID, "/fields", "请写明是否包含个人信息：plain 或 personal");
    if (!tx_int(act->tx, &SQL_access_grant_same,
                ARGS(ARG_OF_TEXT(in.kind), ARG_OF_TEXT(in.object), ARG_OF_TEXT(in.grantee),
                     ARG_OF_INT(act->now)),
                0, &same, e) ||
        !act_number(act, &SQL_access_grant_newest, &n, e))
        return false;
    if (same != 0)
        return err_set(e, ERR_CONFLICT, "/grantee",
                       "这份材料已经向对方开放，要改期限请先结束原来的开放");
    node_set_text(act->arena, body, "kind", in.kind);
    node_set_text(act->arena, body, "object", in.object);
    node_set_text(act->arena, body, "grantee", in.grantee);
    node_set_int(act->arena, body, "fields", in.fields);
    if (in.since > act->now)
        node_set_int(act->arena, body, "since", in.since);
    if (in.until != 0)
        node_set_int(act->arena, body, "until", in.until);
    node_set_text(act->arena, secret, "purpose", in.purpose);
    if (!act_tell(act, "grant.given", act_subject(act, "grant", n), 0, body, secret, e))
        return false;
    *number = n;
    return true;
}

bool act_grant_end(Act *act, int64_t number, Err *e) {
    Err why = {0};
    const Node *row =
        tx_row(act->tx, act->arena, &SQL_access_grant_get, ARGS(ARG_OF_INT(number)), &why);

    if (row == NULL && why.code != ERR_NONE) {
        *e = why;
        return false;
    }
    if (row == NULL)
        return err_set(e, ERR_NOT_FOUND, NULL, "没有编号为 %" PRId64 " 的开放记录", number);
    Instant until = node_int(row, "until", 0);

    if (until != 0 && until <= act->now)
        return err_set(e, ERR_CONFLICT, NULL, "这次开放已经结束了");
    return act_tell(act, "grant.ended", act_subject(act, "grant", number), 0, NULL, NULL, e);
}

typedef struct Change {
    const GrantNew *in;
    int64_t number, *out;
} Change;

static bool give_work(Act *act, void *what, Err *e) {
    const Change *c = what;

    return act_grant_give(act, c->in, c->out, e);
}

bool grant_give(Store *s, const Content *c, Str actor, const GrantNew *in, int64_t *number,
                Err *e) {
    return act_write(s, c, actor, give_work, &(Change){.in = in, .out = number}, e);
}

static bool end_work(Act *act, void *what, Err *e) {
    return act_grant_end(act, ((const Change *)what)->number, e);
}

bool grant_end(Store *s, Str actor, int64_t number, Err *e) {
    return act_write(s, NULL, actor, end_work, &(Change){.number = number}, e);
}
