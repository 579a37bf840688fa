/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/people_api.c: people, posts, delegations and leaving. */
#include <stdio.h>

#include "base/crypto.h"
#include "http/inside.h"
#include "http/people_api.h"
#include "http/people_inputs.h"
#include "http/people_words.h"
#include "people/directory.h"

#define DAY_LONG ((Instant)24 * 3600 * 1000000)

/* ---- words ---- */

bool moment_in(Str text, const char *where, bool end, Instant *out, Err *e) {
    Str t = str_trim(text);
    Day day;

    *out = 0;
    if (t.len == 0)
        return true;
    if (!instant_parse(t, out))
        return err_set(e, ERR_INVALID, where, "时间“%.*s”读不懂，请写成 2026-12-31",
                       STR_ARG(str_slice(t, 0, 40)));
    if (end && t.len <= 10 && day_parse(t, &day)) /* the whole of its last day */
        *out += DAY_LONG;
    return true;
}

static Store *store_of(const Req *rq) {
    return req_office(rq)->store;
}

static const Content *content_of(Req *rq) {
    return req_snapshot(rq)->content;
}

static Str me(const Req *rq) {
    return req_view(rq)->login;
}

bool reply_numbered(Req *rq, int64_t number) {
    Node *n = node_map(req_arena(rq));

    node_set_int(req_arena(rq), n, "number", number);
    return reply_node(rq, n);
}

Node *whole(Arena *a, Node *items) {
    Node *n = node_map(a);

    if (items == NULL)
        return NULL;
    node_set_int(a, n, "total", (int64_t)items->count);
    node_set(a, n, "items", items);
    return n;
}

/* ---- people ---- */

bool api_person_list(Req *rq, Err *e) {
    const PeopleQuery *q = req_query(rq);
    Arena *a = req_arena(rq);
    int64_t from = 0;

    if (q->cursor.len > 0 && (!str_to_int(q->cursor, &from) || from < 0 || from > INT32_MAX))
        return err_set(e, ERR_INVALID, "?cursor", "翻页位置不对，请从第一页重新开始");
    const Node *all =
        people_list(store_of(rq), content_of(rq), a, q->text, q->organisation, q->role, e);

    if (all == NULL)
        return false;
    Node *n = node_map(a), *page = node_list(a);
    int64_t limit = q->limit > 0 && q->limit <= 1000 ? q->limit : 50, total = (int64_t)all->count;
    int64_t end = from + limit;

    for (int64_t i = from; i < total && i < end; i++)
        node_add(a, page, all->items[i]);
    node_set_int(a, n, "total", total);
    node_set(a, n, "items", page);
    if (end < total)
        node_set_text(a, n, "next", str_format(a, "%lld", (long long)end));
    return reply_node(rq, n);
}

bool api_person_get(Req *rq, Err *e) {
    return reply_node(
        rq, person_detail(store_of(rq), content_of(rq), req_arena(rq), req_param(rq, 0), e));
}

static bool reply_password(Req *rq, Str login, Str name, char password[24]) {
    Arena *a = req_arena(rq);
    Node *n = node_map(a);

    node_set_text(a, n, "login", login);
    node_set_text(a, n, "name", name);
    node_set_text(a, n, "password", str_of(password));
    wipe(password, 24);
    return reply_node(rq, n);
}

bool api_person_create(Req *rq, Err *e) {
    const PersonNew *in = req_body(rq);
    char password[24];

    account_random_password(password);
    return account_create(store_of(rq), me(rq), in->login, in->name, str_of(password), true, e) &&
           reply_password(rq, in->login, in->name, password);
}

/* An administrator's own switch would be no separation. */
static bool not_oneself(const Req *rq, Err *e) {
    return !str_eq(req_param(rq, 0), me(rq)) ||
           err_set(e, ERR_FORBIDDEN, NULL, "不能对自己的账号这样做，请由另一位管理员办理");
}

bool api_person_disable(Req *rq, Err *e) {
    return not_oneself(rq, e) && account_disable(store_of(rq), me(rq), req_param(rq, 0), e) &&
           reply_nothing(rq);
}

bool api_person_enable(Req *rq, Err *e) {
    return not_oneself(rq, e) && account_enable(store_of(rq), me(rq), req_param(rq, 0), e) &&
           reply_nothing(rq);
}

bool api_person_password(Req *rq, Err *e) {
    char password[24];

    account_random_password(password);
    return not_oneself(rq, e) &&
           account_set_password(store_of(rq), me(rq), req_param(rq, 0), str_of(password), true,
                                e) &&
           reply_password(rq, req_param(rq, 0), STR(""), password);
}

bool api_person_open_work(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    Node *items = NULL;

    return person_open_work(store_of(rq), content_of(rq), a, req_param(rq, 0), &items, e) &&
           reply_node(rq, whole(a, items));
}

bool api_person_leave(Req *rq, Err *e) {
    const LeaveIn *in = req_body(rq);

    return person_leave(store_of(rq), content_of(rq), me(rq), req_param(rq, 0), in->successor, e) &&
           reply_nothing(rq);
}

/* ---- posts and delegations ---- */

bool api_appointment_create(Req *rq, Err *e) {
    const PostNew *in = req_body(rq);
    AppointmentNew post = {.login = in->login,
                           .role = in->role,
                           .title = in->title,
                           .organisation = in->organisation,
                           .department = in->department,
                           .liaison = in->liaison};
    int64_t number;

    return moment_in(in->since, "/since", false, &post.since, e) &&
           moment_in(in->until, "/until", true, &post.until, e) &&
           appointment_create(store_of(rq), content_of(rq), me(rq), &post, &number, e) &&
           reply_numbered(rq, number);
}

bool api_appointment_end(Req *rq, Err *e) {
    int64_t number;

    return req_param_int(rq, 0, &number, e) &&
           appointment_end(store_of(rq), content_of(rq), me(rq), number, e) && reply_nothing(rq);
}

bool api_delegation_create(Req *rq, Err *e) {
    const DelegationIn *in = req_body(rq);
    DelegationNew given = {.giver = me(rq), .receiver = in->receiver, .reason = in->reason};
    int64_t number;

    return moment_in(in->since, "/since", false, &given.since, e) &&
           moment_in(in->until, "/until", true, &given.until, e) &&
           delegation_give(store_of(rq), content_of(rq), me(rq), &given, &number, e) &&
           reply_numbered(rq, number);
}

bool api_delegation_end(Req *rq, Err *e) {
    int64_t number;

    return req_param_int(rq, 0, &number, e) &&
           delegation_end(store_of(rq), me(rq), me(rq), number, e) && reply_nothing(rq);
}
