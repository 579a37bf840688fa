/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/session_api.c: signing in and out, the own password, and whether the server is well. */
#include "http/api.h"
#include "http/guard.h"
#include "http/inputs.h"
#include "people/account.h"

static bool reply_session(Req *rq, const Session *session) {
    Arena *a = req_arena(rq);
    const Settings *settings = &req_office(rq)->settings;
    Node *n = node_map(a);

    node_set_text(a, n, "login", str_of(session->login));
    node_set_text(a, n, "name", str_of(session->name));
    node_set_text(a, n, "csrf", str_of(session->csrf));
    node_set_text(a, n, "office_name", settings->office_name);
    node_set_bool(a, n, "demonstration", settings->demonstration);
    node_set_text(a, n, "version", str_of(LIANHENG_VERSION));
    node_set_bool(a, n, "must_change_password", session->must_change);
    return reply_node(rq, n);
}

bool api_session_create(Req *rq, Err *e) {
    const SessionNew *in = req_body(rq);
    Str address = req_view(rq)->address;
    struct SignInLimits *limits = req_server(rq)->limits;
    Session session;

    if (!limits_allow(limits, address, in->login, e))
        return false;
    if (!account_sign_in(req_office(rq)->store, in->login, in->password, address, &session, e)) {
        if (e->code == ERR_UNAUTHENTICATED)
            limits_failed(limits, address, in->login);
        return false;
    }
    limits_forgive(limits, address, in->login);
    reply_session_cookie(rq, str_dup(req_arena(rq), str_of(session.token)));
    return reply_session(rq, &session);
}

bool api_session_get(Req *rq, Err *e) {
    (void)e;
    return reply_session(rq, rq->session);
}

bool api_session_end(Req *rq, Err *e) {
    if (!account_sign_out(req_office(rq)->store, guard_cookie(rq), e))
        return false;
    reply_session_cookie(rq, (Str){NULL, 0});
    return reply_nothing(rq);
}

bool api_session_password(Req *rq, Err *e) {
    const PasswordNew *in = req_body(rq);

    return account_change_password(req_office(rq)->store, req_view(rq)->login, in->old, in->new_,
                                   req_view(rq)->address, guard_cookie(rq), e) &&
           reply_nothing(rq);
}

bool api_health_get(Req *rq, Err *e) {
    Node *n = node_map(req_arena(rq));

    (void)e;
    node_set_text(req_arena(rq), n, "status", STR("ok"));
    node_set_text(req_arena(rq), n, "version", str_of(LIANHENG_VERSION));
    return reply_node(rq, n);
}
