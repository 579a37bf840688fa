/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/account_api.c: 我的账号与安全: the own account, its second factor, sessions and history; and
 * what administrators do to those of others. */
#include "http/api.h"
#include "http/guard.h"
#include "http/inputs.h"
#include "people/policy.h"
#include "people/second_factor.h"
#include "people/session_list.h"

/* Ten years of daily entries and more: a page asks for fewer. */
enum { HISTORY_DEFAULT = 50 };

static void set_instant(Arena *a, Node *n, const char *key, Instant at) {
    char text[INSTANT_TEXT];

    instant_format(at, text);
    node_set_text(a, n, key, str_of(text));
}

/* --- the own account -------------------------------------------------------------------------- */

bool api_account_get(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    SignInPolicy policy = sign_in_policy();
    Store *s = req_office(rq)->store;
    Account account;
    SecondFactor factor;
    Instant set_at;
    Node *n = node_map(a), *second = node_map(a);

    if (!account_find(s, a, req_view(rq)->login, &account, e) ||
        !second_factor_get(s, a, req_view(rq)->login, &factor, e))
        return false;
    node_set_text(a, n, "login", account.login);
    node_set_text(a, n, "name", account.name);
    node_set_text(a, n, "created_at", account.created_at);
    node_set_text(a, n, "password_at", account.password_at);
    if (policy.password_days != 0 && instant_parse(account.password_at, &set_at))
        set_instant(a, n, "password_expires_at",
                    set_at + policy.password_days * INT64_C(86400000000));
    node_set_bool(a, second, "on", factor.on);
    if (factor.since.len != 0)
        node_set_text(a, second, "since", factor.since);
    node_set_int(a, second, "codes_left", factor.codes_left);
    node_set(a, n, "second_factor", second);
    node_set_bool(a, n, "must_enrol", rq->session->must_enrol);
    node_set_int(a, n, "idle_minutes", policy.idle / 60);
    node_set_int(a, n, "session_hours", policy.longest / 3600);
    return reply_node(rq, n);
}

/* --- the second factor ------------------------------------------------------------------------ */

static OwnAct act_of(const Req *rq, const OwnActNew *in) {
    return (OwnAct){.login = req_view(rq)->login,
                    .password = in->password,
                    .code = in->code,
                    .address = req_view(rq)->address};
}

static bool reply_codes(Req *rq, RecoveryCodes *codes) {
    Arena *a = req_arena(rq);
    Node *n = node_map(a), *list = node_list(a);

    for (size_t i = 0; i < RECOVERY_CODES; i++)
        node_add(a, list, node_of_text(a, str_of(codes->codes[i])));
    wipe(codes, sizeof *codes);
    node_set(a, n, "codes", list);
    return reply_node(rq, n);
}

bool api_second_factor_offer(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    const Settings *settings = &req_office(rq)->settings;
    OwnAct act = act_of(rq, req_body(rq));
    Str issuer = settings->office_name.len != 0
                     ? str_format(a, "联衡 %.*s", STR_ARG(settings->office_name))
                     : STR("联衡");
    Offer offer;
    Node *n = node_map(a);

    if (!second_factor_offer(req_office(rq)->store, a, &act, issuer, &offer, e))
        return false;
    node_set_text(a, n, "secret", str_of(offer.secret));
    node_set_text(a, n, "uri", offer.uri);
    set_instant(a, n, "until", offer.until);
    return reply_node(rq, n);
}

bool api_second_factor_confirm(Req *rq, Err *e) {
    const CodeNew *in = req_body(rq);
    RecoveryCodes codes;

    return second_factor_confirm(req_office(rq)->store, req_view(rq)->login, in->code,
                                 req_view(rq)->address, &codes, e) &&
           reply_codes(rq, &codes);
}

bool api_second_factor_renew(Req *rq, Err *e) {
    OwnAct act = act_of(rq, req_body(rq));
    RecoveryCodes codes;

    return second_factor_renew(req_office(rq)->store, &act, &codes, e) && reply_codes(rq, &codes);
}

bool api_second_factor_off(Req *rq, Err *e) {
    OwnAct act = act_of(rq, req_body(rq));

    return second_factor_off(req_office(rq)->store, &act, e) && reply_nothing(rq);
}

bool api_account_second_factor_reset(Req *rq, Err *e) {
    return second_factor_reset(req_office(rq)->store, req_view(rq)->login, req_param(rq, 0), e) &&
           reply_nothing(rq);
}

/* --- sessions --------------------------------------------------------------------------------- */

static bool reply_sessions(Req *rq, Str login, Err *e) {
    Arena *a = req_arena(rq);
    Node *n = node_map(a), *list = node_list(a);
    OpenSession *sessions;
    size_t count;

    if (!session_list(req_office(rq)->store, a, login, guard_cookie(rq), &sessions, &count, e))
        return false;
    for (size_t i = 0; i < count; i++) {
        Node *one = node_map(a);

        node_set_text(a, one, "session", sessions[i].id);
        node_set_text(a, one, "address", sessions[i].address);
        node_set_text(a, one, "device", sessions[i].device);
        set_instant(a, one, "created_at", sessions[i].created);
        set_instant(a, one, "seen_at", sessions[i].seen);
        node_set_bool(a, one, "own", sessions[i].own);
        node_add(a, list, one);
    }
    node_set(a, n, "items", list);
    return reply_node(rq, n);
}

bool api_own_sessions(Req *rq, Err *e) {
    return reply_sessions(rq, req_view(rq)->login, e);
}

bool api_own_session_end(Req *rq, Err *e) {
    Str login = req_view(rq)->login;

    return session_end(req_office(rq)->store, login, login, req_param(rq, 0), e) &&
           reply_nothing(rq);
}

bool api_own_sessions_end(Req *rq, Err *e) {
    Str login = req_view(rq)->login;

    return session_end_all(req_office(rq)->store, login, login, guard_cookie(rq), NULL, e) &&
           reply_nothing(rq);
}

bool api_account_sessions(Req *rq, Err *e) {
    return reply_sessions(rq, req_param(rq, 0), e);
}

bool api_account_session_end(Req *rq, Err *e) {
    return session_end(req_office(rq)->store, req_view(rq)->login, req_param(rq, 0),
                       req_param(rq, 1), e) &&
           reply_nothing(rq);
}

bool api_account_sessions_end(Req *rq, Err *e) {
    return session_end_all(req_office(rq)->store, req_view(rq)->login, req_param(rq, 0),
                           (Str){NULL, 0}, NULL, e) &&
           reply_nothing(rq);
}

/* --- history ---------------------------------------------------------------------------------- */

static Str kind_title(Str kind) {
    static const struct {
        const char *kind, *title;
    } titles[] = {
        {"account.created", "新建账号"},
        {"account.password_set", "修改密码"},
        {"account.disabled", "停用账号"},
        {"account.enabled", "启用账号"},
        {"account.signed_in", "登录"},
        {"account.signed_out", "退出"},
        {"account.sign_in_failed", "密码或验证码不对"},
        {"account.locked", "连续输错，锁定"},
        {"account.sessions_ended", "结束登录"},
        {"account.totp_enrolled", "绑定动态验证码"},
        {"account.totp_off", "解除动态验证码"},
        {"account.totp_reset", "重置动态验证码"},
        {"account.recovery_renewed", "更换恢复码"},
        {"account.recovery_used", "使用恢复码"},
    };

    for (size_t i = 0; i < sizeof titles / sizeof titles[0]; i++)
        if (str_is(kind, titles[i].kind))
            return str_of(titles[i].title);
    return STR("其他变动");
}

static Node *history_item(Arena *a, const Node *row) {
    const Node *body = node_get(row, "body");
    Str with = node_text(body, "with");
    Node *n = node_map(a);

    node_set_int(a, n, "number", node_int(row, "number", 0));
    node_set_text(a, n, "at", node_text(row, "at"));
    node_set_text(a, n, "kind", node_text(row, "kind"));
    node_set_text(a, n, "title", kind_title(node_text(row, "kind")));
    node_set_text(a, n, "actor", node_text(row, "actor"));
    node_set_text(a, n, "address", node_text(body, "address"));
    node_set_text(a, n, "device", node_text(body, "device"));
    node_set_text(a, n, "with",
                  str_is(with, "totp")       ? STR("密码和动态验证码")
                  : str_is(with, "recovery") ? STR("密码和恢复码")
                  : str_is(with, "password") ? STR("密码")
                                             : (Str){NULL, 0});
    return n;
}

bool api_own_history(Req *rq, Err *e) {
    const PageQuery *q = req_query(rq);
    Arena *a = req_arena(rq);
    int64_t before = 0, most = q->limit > 0 ? q->limit : HISTORY_DEFAULT, total;
    Node *rows, *n = node_map(a), *list = node_list(a);

    if (q->cursor.len != 0 && (!str_to_int(q->cursor, &before) || before < 1))
        return err_set(e, ERR_INVALID, "/cursor", "翻页位置不对，请从第一页重新打开");
    if (!account_history(req_office(rq)->store, a, req_view(rq)->login, before, most + 1, &rows,
                         &total, e))
        return false;
    for (size_t i = 0; i < rows->count && (int64_t)i < most; i++)
        node_add(a, list, history_item(a, rows->items[i]));
    node_set_int(a, n, "total", total);
    node_set(a, n, "items", list);
    if ((int64_t)rows->count > most)
        node_set_text(
            a, n, "next",
            str_format(a, "%lld", (long long)node_int(list->items[list->count - 1], "number", 0)));
    return reply_node(rq, n);
}
