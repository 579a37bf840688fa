/* SPDX-License-Identifier: MulanPSL-2.0 */
/* people/delegation.c: one person acts for another between two instants. */
#include <inttypes.h>

#include "people/act.h"
#include "people/inside.h"
#include "sql_statements.h"

#include "base/banned.h"

enum { REASON_MOST = 200 };
#define LONGEST ((Instant)366 * 24 * 3600 * 1000000)

static bool given(Tx *tx, const Event *event, Err *e) {
    scoped_arena Arena *a = arena_new();
    const Node *b = event->body;

    return tx_run(tx, &SQL_delegation_add,
                  ARGS(ARG_OF_INT(event_number(event)), ARG_OF_TEXT(node_text(b, "giver")),
                       ARG_OF_TEXT(node_text(b, "receiver")),
                       ARG_OF_TEXT(event_secret(event, "reason")), ARG_OF_INT(event_since(event)),
                       ARG_OF_INT(node_int(b, "until", 0)), ARG_OF_TEXT(event_at(event, a))),
                  NULL, e);
}

static bool ended(Tx *tx, const Event *event, Err *e) {
    return tx_run(
        tx, &SQL_delegation_end,
        ARGS(ARG_OF_INT(event_number(event)), ARG_OF_INT(event->at), ARG_OF_TEXT(event->actor)),
        NULL, e);
}

static bool forgotten(Tx *tx, const Event *event, Err *e) {
    return !str_starts(event->subject, STR("delegation:")) ||
           tx_run(tx, &SQL_delegation_forget, ARGS(ARG_OF_INT(event_number(event))), NULL, e);
}

void organisation_register_delegations(void) {
    static const Projection projections[] = {{"delegation.given", given},
                                             {"delegation.ended", ended},
                                             {"key.destroyed", forgotten},
                                             {0}};
    static const char *const tables[] = {"delegation", NULL};

    journal_register(projections, tables);
}

static bool no_administrator(Act *act, Str login, const char *where, Err *e) {
    int64_t kind;

    return person_administrator(act, login, &kind, e) &&
           (kind == 0 ||
            err_set(e, ERR_CONFLICT, where, "%.*s 是管理员，管理员的职责不能委托，也不能替别人办事",
                    STR_ARG(login)));
}

typedef struct Giving {
    const DelegationNew *in;
    int64_t *out;
} Giving;

static bool give_work(Act *act, void *what, Err *e) {
    const Giving *g = what;
    DelegationNew in = *g->in;
    Node *body = node_map(act->arena), *secret = node_map(act->arena);
    int64_t n;

    in.giver = login_read(act->arena, in.giver);
    in.receiver = login_read(act->arena, in.receiver);
    if (str_eq(in.giver, in.receiver))
        return err_set(e, ERR_INVALID, "/receiver", "不能委托给自己");
    if (!person_active(act, in.giver, "/giver", e) ||
        !person_active(act, in.receiver, "/receiver", e) ||
        !no_administrator(act, in.giver, "/giver", e) ||
        !no_administrator(act, in.receiver, "/receiver", e) ||
        !line_check(&in.reason, REASON_MOST, true, "/reason", "委托的事由", e) ||
        !term_check(act, in.since, in.until, true, e))
        return false;
    if (in.until - (in.since > act->now ? in.since : act->now) > LONGEST)
        return err_set(e, ERR_INVALID, "/until", "委托最长一年，到期可以再办");
    if (!act_number(act, &SQL_delegation_newest, &n, e))
        return false;
    node_set_text(act->arena, body, "giver", in.giver);
    node_set_text(act->arena, body, "receiver", in.receiver);
    if (in.since > act->now)
        node_set_int(act->arena, body, "since", in.since);
    node_set_int(act->arena, body, "until", in.until);
    node_set_text(act->arena, secret, "reason", in.reason);
    if (!act_tell(act, "delegation.given", act_subject(act, "delegation", n), 0, body, secret, e))
        return false;
    *g->out = n;
    return true;
}

bool delegation_give(Store *s, const Content *c, Str actor, const DelegationNew *in,
                     int64_t *number, Err *e) {
    return act_write(s, c, actor, give_work, &(Giving){in, number}, e);
}

static const Node *delegation_needed(Act *act, int64_t number, Err *e) {
    Err why = {0};
    const Node *row =
        tx_row(act->tx, act->arena, &SQL_delegation_get, ARGS(ARG_OF_INT(number)), &why);

    if (row == NULL && why.code == ERR_NONE)
        err_set(e, ERR_NOT_FOUND, NULL, "没有编号为 %" PRId64 " 的委托", number);
    else if (row == NULL && e != NULL)
        *e = why;
    return row;
}

bool act_delegation_end(Act *act, int64_t number, Err *e) {
    const Node *row = delegation_needed(act, number, e);

    if (row == NULL)
        return false;
    if (node_int(row, "until", 0) <= act->now)
        return err_set(e, ERR_CONFLICT, NULL, "这项委托已经结束了");
    return act_tell(act, "delegation.ended", act_subject(act, "delegation", number), 0, NULL, NULL,
                    e);
}

typedef struct Ending {
    Str only;
    int64_t number;
} Ending;

/* Somebody else's delegation is no delegation to him. */
static bool end_work(Act *act, void *what, Err *e) {
    const Ending *n = what;
    const Node *row = delegation_needed(act, n->number, e);

    if (row == NULL)
        return false;
    if (n->only.len > 0 && !str_eq(node_text(row, "giver"), n->only))
        return err_set(e, ERR_NOT_FOUND, NULL, "没有编号为 %" PRId64 " 的委托", n->number);
    return act_delegation_end(act, n->number, e);
}

bool delegation_end(Store *s, Str actor, Str only, int64_t number, Err *e) {
    return act_write(s, NULL, actor, end_work, &(Ending){only, number}, e);
}
