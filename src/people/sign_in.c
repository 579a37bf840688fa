/* SPDX-License-Identifier: MulanPSL-2.0 */
/* people/sign_in.c: signing in, in one step or two. */
#include <string.h>

#include "people/inside.h"
#include "people/password.h"
#include "people/policy.h"
#include "sql_statements.h"

#include "base/banned.h"

enum { TICKET_LASTS = 5 * 60, TICKET_TRIES = 5 };

/* ---- signing in ---- */

typedef struct SignIn {
    Arena *arena;
    const SignInAsk *ask;
    Failure who; /* login, address, now */
    Str password_hash, ticket, code;
    bool right;       /* the password fits that hash */
    const char *with; /* what proved it: goes into the journal */
    Lock lock;
    bool done, needs_code;
    char new_ticket[65];
    Session session;
} SignIn;

static bool find_account(Tx *tx, SignIn *in, const Node **row, Err *e) {
    Err why = {0};

    *row = account_row(tx, in->arena, in->who.login, &why);
    if (why.code != ERR_NONE && e)
        *e = why;
    return why.code == ERR_NONE;
}

static bool look_up(Tx *tx, void *context, Err *e) {
    SignIn *in = context;
    const Node *row;

    if (!find_account(tx, in, &row, e))
        return false;
    in->who.known = row != NULL;
    in->password_hash = row && str_is(node_text(row, "state"), "active")
                            ? node_text(row, "password")
                            : (Str){NULL, 0};
    return lock_read(tx, in->who.login, in->who.now, &in->lock, e);
}

static bool add_session(Tx *tx, const SignIn *in, Err *e) {
    const Session *session = &in->session;
    SignInPolicy policy = sign_in_policy();
    Instant now = in->who.now;
    unsigned char hash[SM3_SIZE], old[SM3_SIZE];

    session_token_hash(str_of(session->token), hash);
    session_token_hash(in->ask->before, old);
    return tx_run(tx, &SQL_session_sweep,
                  ARGS(ARG_OF_INT(now - SECONDS(policy.idle)),
                       ARG_OF_INT(now - SECONDS(policy.longest)), ARG_OF_INT(now + CLOCK_SLACK)),
                  NULL, e) &&
           tx_run(tx, &SQL_session_remove, ARGS(ARG_OF_BLOB(old, SM3_SIZE)), NULL, e) &&
           tx_run(tx, &SQL_session_add,
                  ARGS(ARG_OF_BLOB(hash, SM3_SIZE), ARG_OF_TEXT(str_of(session->id)),
                       ARG_OF_TEXT(in->who.login),
                       ARG_OF_TEXT(str_slice(in->who.address, 0, ADDRESS_MOST)),
                       ARG_OF_TEXT(str_slice(in->ask->device, 0, DEVICE_WORDS)), ARG_OF_INT(now),
                       ARG_OF_TEXT(str_of(session->before_at)),
                       ARG_OF_TEXT(str_of(session->before_address)), ARG_OF_INT(session->failures),
                       ARG_OF_TEXT(str_of(session->notices))),
                  NULL, e);
}

static bool open_session(Tx *tx, SignIn *in, const Node *row, Err *e) {
    Node *body = node_map(in->arena);
    Event event = {.actor = in->who.login,
                   .kind = STR("account.signed_in"),
                   .subject = subject_of(in->arena, in->who.login),
                   .body = body};

    node_set_text(in->arena, body, "address", str_slice(in->who.address, 0, ADDRESS_MOST));
    if (in->ask->device.len)
        node_set_text(in->arena, body, "device", str_slice(in->ask->device, 0, DEVICE_WORDS));
    node_set_text(in->arena, body, "with", str_of(in->with));
    return session_begin(tx, in->arena, row, in->who.now, &in->session, e) &&
           add_session(tx, in, e) && lock_clear(tx, in->who.login, e) &&
           journal_append(tx, &event, e);
}

/* The password was right; wrong codes must still count, so the lock's count goes on. */
static bool give_ticket(Tx *tx, SignIn *in, Err *e) {
    unsigned char hash[SM3_SIZE];
    Instant now = in->who.now;

    session_token(in->new_ticket, hash);
    in->needs_code = true;
    return tx_run(tx, &SQL_ticket_sweep,
                  ARGS(ARG_OF_INT(now - SECONDS(TICKET_LASTS)), ARG_OF_INT(now + CLOCK_SLACK)),
                  NULL, e) &&
           tx_run(tx, &SQL_ticket_add,
                  ARGS(ARG_OF_BLOB(hash, SM3_SIZE), ARG_OF_TEXT(in->who.login), ARG_OF_INT(now)),
                  NULL, e);
}

/* The account may have changed while the password was being checked: look again. */
static bool settle(Tx *tx, void *context, Err *e) {
    SignIn *in = context;
    const Node *row;
    bool second = false;

    in->done = in->needs_code = false;
    if (!find_account(tx, in, &row, e) || !lock_read(tx, in->who.login, in->who.now, &in->lock, e))
        return false;
    if (in->lock.until)
        return true;
    if (!in->right || !row || !str_is(node_text(row, "state"), "active") ||
        !str_eq(node_text(row, "password"), in->password_hash))
        return failure_count(tx, &in->who, &in->lock, e);
    if (!second_factor_on(tx, in->who.login, &second, e))
        return false;
    if (second)
        return give_ticket(tx, in, e);
    in->done = open_session(tx, in, row, e);
    return in->done;
}

/* Login, ticket and lock are settled: what the sentence is, and for how long it holds. */
static bool conclude(Store *s, SignIn *in, SignInReply *out, Err *e) {
    if (lock_refuses(s, in->who.login, in->who.now, &in->lock, e)) {
        out->wait = (in->lock.until - in->who.now) / SECONDS(1) + 1;
        return false;
    }
    if (in->done)
        out->session = in->session;
    wipe(in->session.token, sizeof in->session.token);
    return in->done;
}

bool sign_in(Store *s, const SignInAsk *ask, SignInReply *out, Err *e) {
    scoped_arena Arena *a = arena_new();
    SignIn in = {.arena = a,
                 .ask = ask,
                 .with = "password",
                 .who = {.login = login_read(a, ask->login),
                         .address = ask->address,
                         .now = instant_steady()}};

    *out = (SignInReply){0};
    if (!str_utf8_valid(in.who.login) || ask->password.len > PASSWORD_MOST)
        in.who.login = STR("?"); /* no account has this one */
    if (!store_read(s, look_up, &in, e))
        return false;
    if (in.lock.until)
        return conclude(s, &in, out, e);
    if (!password_verify(in.password_hash, ask->password, &in.right, e) ||
        !store_write(s, settle, &in, e))
        return false;
    if (in.needs_code) {
        memcpy(out->ticket, in.new_ticket, sizeof out->ticket);
        return err_set(e, ERR_NEEDS_CODE, NULL,
                       "请输入手机验证器上的 6 位动态验证码，或一个恢复码");
    }
    if (in.done || in.lock.until)
        return conclude(s, &in, out, e);
    return err_set(e, ERR_UNAUTHENTICATED, NULL, "登录名或密码不对；连续输错 %d 次会锁定 %d 分钟",
                   SIGN_IN_FAILURES, SIGN_IN_LOCK / 60);
}

bool account_sign_in(Store *s, Str login, Str password, Str address, Session *out, Err *e) {
    SignInReply reply;

    if (!sign_in(s, &(SignInAsk){.login = login, .password = password, .address = address}, &reply,
                 e))
        return false;
    *out = reply.session;
    return true;
}

/* ---- the second step ---- */

/* *good when the ticket may still be used; its login is then in in->who. */
static bool read_ticket(Tx *tx, SignIn *in, Arg hash, bool *good, Err *e) {
    Err why = {0};
    const Node *row = tx_row(tx, in->arena, &SQL_ticket_get, ARGS(hash), &why);
    Instant created = row ? node_int(row, "created", 0) : 0;

    *good = row && in->who.now - created <= SECONDS(TICKET_LASTS) &&
            created <= in->who.now + CLOCK_SLACK && node_int(row, "tries", 0) < TICKET_TRIES;
    in->who.login = row ? node_text(row, "login") : (Str){NULL, 0};
    if (why.code != ERR_NONE && e)
        *e = why;
    return why.code == ERR_NONE;
}

static bool settle_code(Tx *tx, void *context, Err *e) {
    SignIn *in = context;
    unsigned char bytes[SM3_SIZE];
    Arg hash = ARG_OF_BLOB(bytes, SM3_SIZE);
    const Node *row;
    CodeKind kind;
    bool good;

    in->done = false;
    session_token_hash(in->ticket, bytes);
    if (!read_ticket(tx, in, hash, &good, e))
        return false;
    if (!good)
        return true;
    if (!find_account(tx, in, &row, e) || !lock_read(tx, in->who.login, in->who.now, &in->lock, e))
        return false;
    if (in->lock.until || !row || !str_is(node_text(row, "state"), "active"))
        return true;
    if (!code_use(tx, in->who.login, in->code, in->who.address, &kind, e))
        return false;
    in->who.known = in->who.code = true;
    if (kind == CODE_WRONG)
        return tx_run(tx, &SQL_ticket_tried, ARGS(hash), NULL, e) &&
               failure_count(tx, &in->who, &in->lock, e);
    in->with = kind == CODE_TOTP ? "totp" : "recovery";
    in->done = tx_run(tx, &SQL_ticket_remove, ARGS(hash), NULL, e) && open_session(tx, in, row, e);
    return in->done;
}

bool sign_in_code(Store *s, Str ticket, Str code, const SignInAsk *ask, SignInReply *out, Err *e) {
    scoped_arena Arena *a = arena_new();
    SignIn in = {.arena = a,
                 .ask = ask,
                 .ticket = str_dup(a, ticket), /* it may lie in *out */
                 .code = code,
                 .who = {.address = ask->address, .now = instant_steady()}};

    *out = (SignInReply){0};
    if (ticket.len == 2 * TOKEN_BYTES && !store_write(s, settle_code, &in, e))
        return false;
    if (in.done || in.lock.until)
        return conclude(s, &in, out, e);
    return err_set(e, ERR_UNAUTHENTICATED, NULL,
                   "验证码不对或已经用过，或者等得太久，请重新输入；连续输错 %d 次会锁定 %d 分钟",
                   SIGN_IN_FAILURES, SIGN_IN_LOCK / 60);
}
