/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/guard.c: the access column of the route table, sessions and CSRF tokens. */
#include "http/guard.h"

#include "people/account.h"

Str guard_cookie(const Req *rq) {
    return str_of(MHD_lookup_connection_value(rq->connection, MHD_COOKIE_KIND, SESSION_COOKIE));
}

/* Asking does not keep the session alive: a page left open counts as idle. */
bool guard_session_lives(Office *o, Str cookie) {
    Session session;
    Err e = {0};

    return session_peek(o->store, cookie, &session, &e) || e.code != ERR_UNAUTHENTICATED;
}

/* Somebody who was given a password sets an own one before anything else. */
static bool password_first(const Req *rq) {
    static const char *const allowed[] = {"session_get", "session_end", "session_password", NULL};

    for (size_t i = 0; allowed[i] != NULL; i++)
        if (str_is(str_of(rq->view.route->name), allowed[i]))
            return false;
    return true;
}

static bool admit_user(Req *rq, Err *e) {
    Arena *a = rq->view.arena;
    Session *session = arena_new_of(a, Session);

    if (!session_find(rq->view.office->store, guard_cookie(rq), session, e))
        return false;
    rq->session = session;
    rq->view.login = str_of(session->login);
    if (rq->method != GET && !session_csrf_matches(session, req_header(rq, "X-CSRF-Token")))
        return err_set(e, ERR_FORBIDDEN, NULL, "请求没有带上本次登录的校验码，请刷新页面后再试");
    if (session->must_change && password_first(rq))
        return err_set(e, ERR_FORBIDDEN, "/password", "请先修改初始密码，再使用其他功能");
    return true;
}

bool guard_admit(Req *rq, Err *e) {
    switch (rq->view.route->access) {
    case ACCESS_ANYONE:
        return true;
    case ACCESS_USER:
        return admit_user(rq, e);
    case ACCESS_NOBODY:
        break;
    }
    return err_set(e, ERR_FORBIDDEN, NULL, "这个地址没有对任何人开放");
}
