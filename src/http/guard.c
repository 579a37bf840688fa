/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/guard.c: the access column of the route table, sessions and CSRF tokens. */
#include "http/guard.h"

#include "people/account.h"

Str guard_cookie(const Req *rq) {
    return str_of(MHD_lookup_connection_value(rq->connection, MHD_COOKIE_KIND, SESSION_COOKIE));
}

Str guard_ticket(const Req *rq) {
    return str_of(MHD_lookup_connection_value(rq->connection, MHD_COOKIE_KIND, TICKET_COOKIE));
}

/* Asking does not keep the session alive: a page left open counts as idle. */
bool guard_session_lives(Office *o, Str cookie) {
    Session session;
    Err e = {0};

    return session_peek(o->store, cookie, &session, &e) || e.code != ERR_UNAUTHENTICATED;
}

static bool is_among(const Req *rq, const char *const *names) {
    for (; *names != NULL; names++)
        if (str_is(str_of(rq->view.route->name), *names))
            return true;
    return false;
}

/* Somebody who was given a password sets an own one before anything else, and whoever must have a
 * second factor sets one up. */
static bool own_house_first(const Req *rq, Err *e) {
    static const char *const password[] = {"session_get", "session_end", "session_password", NULL};
    static const char *const factor[] = {
        "session_get", "session_end",         "session_password",
        "account_get", "second_factor_offer", "second_factor_confirm",
        NULL};

    if (rq->session->must_change && !is_among(rq, password))
        return err_set(e, ERR_FORBIDDEN, "/password",
                       rq->session->expired ? "密码已经用得太久，请先修改密码，再使用其他功能"
                                            : "请先修改初始密码，再使用其他功能");
    if (rq->session->must_enrol && !is_among(rq, factor))
        return err_set(e, ERR_FORBIDDEN, "/second_factor",
                       "本账号必须绑定动态验证码，请先绑定，再使用其他功能");
    return true;
}

/* Pages of other sites cannot know the token; this refuses them already at the door, signing in
 * included. Browsers that say where a request comes from are believed; old ones name the origin. */
static bool same_origin(const Req *rq) {
    Str site = req_header(rq, "Sec-Fetch-Site"), origin = req_header(rq, "Origin");

    if (site.len != 0)
        return str_is(site, "same-origin") || str_is(site, "none");
    if (origin.len == 0)
        return true;
    ptrdiff_t scheme = str_find(origin, STR("://"));

    return scheme > 0 && str_eq_ascii_nocase(str_slice(origin, (size_t)scheme + 3, origin.len),
                                             req_header(rq, MHD_HTTP_HEADER_HOST));
}

static const char *permission_title(int p) {
    for (const BindName *n = permission_names; n->name != NULL; n++)
        if (n->value == p)
            return n->title;
    return "";
}

/* Whoever lacks the permission everywhere hears so, whatever he asked about: the answer says
 * nothing of what there is. The rest of the request sees what the rights let it see. */
bool guard_rights(Req *rq, Err *e) {
    const Route *route = rq->view.route;

    if (rq->session == NULL)
        return true;
    rights_drop(rq->rights);
    rq->rights = rights_of(rq->view.office->store, req_snapshot(rq)->content, rq->view.login, e);
    if (rq->rights == NULL)
        return false;
    if (!rights_allow(rq->rights, (Permission)route->needs))
        return err_set(e, ERR_FORBIDDEN, NULL, "没有“%s”的权限，如工作需要，请联系本单位管理员",
                       permission_title(route->needs));
    store_thread_scope(rights_scope(rq->rights, (Permission)route->needs));
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
    return own_house_first(rq, e) && guard_rights(rq, e);
}

bool guard_admit(Req *rq, Err *e) {
    if (rq->method != GET && !same_origin(rq))
        return err_set(e, ERR_FORBIDDEN, NULL,
                       "请求来自别的网站，没有执行；请在本系统的页面上操作");
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
