/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/session_api.c: signing in and out, the own password, and whether the server is well. */
#include "http/api.h"
#include "http/guard.h"
#include "http/inputs.h"
#include "people/account.h"

static Node *notices_of(Arena *a, Str words) {
    static const struct {
        const char *word, *text;
    } texts[] = {
        {"second_factor_reset",
         "管理员重置了动态验证码，请重新绑定；如果不是本人要求，请立即联系管理员"},
        {"password_reset", "管理员重设了密码"},
        {"sessions_ended", "管理员结束了以前的登录"},
    };
    Node *list = node_list(a);
    Str word;

    while (words.len != 0 && str_split(&words, ' ', &word))
        for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
            if (str_is(word, texts[i].word))
                node_add(a, list, node_of_text(a, str_of(texts[i].text)));
    return list;
}

static Node *permissions_of(Arena *a, const Rights *r) {
    Node *list = node_list(a);

    for (const BindName *n = permission_names; n->name != NULL; n++)
        if (rights_allow(r, (Permission)n->value))
            node_add(a, list, node_of_text(a, str_of(n->name)));
    return list;
}

/* One entry a post, though it comes with many rules. */
static Node *posts_of(Arena *a, const Rights *r) {
    Node *list = node_list(a);

    for (size_t i = 0; i < r->count; i++) {
        const Right *right = &r->rights[i], *last = i != 0 ? &r->rights[i - 1] : NULL;

        if (last != NULL && last->appointment == right->appointment)
            continue;
        Node *post = node_map(a);

        node_set_text(a, post, "role", right->role);
        node_set_text(a, post, "role_title", right->role_title);
        node_set_int(a, post, "organisation", right->organisation);
        node_set_text(a, post, "organisation_name", right->organisation_name);
        if (right->delegated)
            node_set_text(a, post, "for", right->person);
        node_add(a, list, post);
    }
    return list;
}

static bool reply_session(Req *rq, const Session *session, Err *e) {
    Arena *a = req_arena(rq);

    if (rq->rights == NULL) /* just signed in */
        rq->rights =
            rights_of(req_office(rq)->store, req_snapshot(rq)->content, str_of(session->login), e);
    if (rq->rights == NULL)
        return false;
    const Settings *settings = &req_office(rq)->settings;
    Node *n = node_map(a);

    node_set_text(a, n, "login", str_of(session->login));
    node_set_text(a, n, "name", str_of(session->name));
    node_set_text(a, n, "csrf", str_of(session->csrf));
    node_set_text(a, n, "office_name", settings->office_name);
    node_set_bool(a, n, "demonstration", settings->demonstration);
    node_set_text(a, n, "version", str_of(LIANHENG_VERSION));
    node_set_bool(a, n, "must_change_password", session->must_change);
    node_set_bool(a, n, "password_expired", session->expired);
    node_set_bool(a, n, "second_factor", session->second_factor);
    node_set_bool(a, n, "must_enrol", session->must_enrol);
    if (session->before_at[0] != '\0') {
        node_set_text(a, n, "last_sign_in_at", str_of(session->before_at));
        node_set_text(a, n, "last_sign_in_address", str_of(session->before_address));
    }
    node_set_int(a, n, "failed_since", session->failures);
    node_set(a, n, "notices", notices_of(a, str_of(session->notices)));
    node_set_int(a, n, "file_most", file_most(settings->file_mib));
    node_set(a, n, "permissions", permissions_of(a, rq->rights));
    node_set(a, n, "posts", posts_of(a, rq->rights));
    return reply_node(rq, n);
}

static SignInAsk ask_of(const Req *rq, char device[DEVICE_WORDS]) {
    device_words(req_header(rq, "User-Agent"), device);
    return (SignInAsk){
        .address = req_view(rq)->address, .device = str_of(device), .before = guard_cookie(rq)};
}

/* What a refused sign-in leaves: a count against the address, a ticket for the code, a time to
 * wait.
 */
static void refused(Req *rq, Limit kind, Str login, const SignInReply *reply, const Err *e) {
    if (e->code == ERR_UNAUTHENTICATED)
        limits_count(req_server(rq)->limits, kind, req_view(rq)->address, login);
    if (e->code == ERR_NEEDS_CODE)
        reply_ticket_cookie(rq, str_of(reply->ticket));
    rq->retry_after = (unsigned)reply->wait;
}

static bool welcome(Req *rq, const SignInReply *reply, Err *e) {
    reply_session_cookie(rq, str_dup(req_arena(rq), str_of(reply->session.token)));
    return reply_session(rq, &reply->session, e);
}

bool api_session_create(Req *rq, Err *e) {
    const SessionNew *in = req_body(rq);
    Str address = req_view(rq)->address;
    Limits *limits = req_server(rq)->limits;
    char device[DEVICE_WORDS];
    SignInAsk ask = ask_of(rq, device);
    SignInReply reply;

    ask.login = in->login;
    ask.password = in->password;
    if (!limits_allow(limits, LIMIT_SIGN_IN, address, in->login, &rq->retry_after, e))
        return false;
    if (!sign_in(req_office(rq)->store, &ask, &reply, e)) {
        refused(rq, LIMIT_SIGN_IN, in->login, &reply, e);
        return false;
    }
    limits_forgive(limits, LIMIT_SIGN_IN, address, in->login);
    return welcome(rq, &reply, e);
}

bool api_session_code(Req *rq, Err *e) {
    const CodeNew *in = req_body(rq);
    char device[DEVICE_WORDS];
    SignInAsk ask = ask_of(rq, device);
    SignInReply reply;

    if (!limits_allow(req_server(rq)->limits, LIMIT_CODE, req_view(rq)->address, (Str){NULL, 0},
                      &rq->retry_after, e))
        return false;
    if (!sign_in_code(req_office(rq)->store, guard_ticket(rq), in->code, &ask, &reply, e)) {
        refused(rq, LIMIT_CODE, (Str){NULL, 0}, &reply, e);
        return false;
    }
    return welcome(rq, &reply, e);
}

bool api_session_get(Req *rq, Err *e) {
    return reply_session(rq, rq->session, e);
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
