/* SPDX-License-Identifier: MulanPSL-2.0 */
/* people/sign_in.c: signing in, in one step or two, and sessions. */
#include <stdio.h>
#include <string.h>

#include "people/inside.h"
#include "people/password.h"
#include "people/policy.h"
#include "sql_statements.h"

#include "base/banned.h"

enum { TOUCH_EVERY = 60, TICKET_LASTS = 5 * 60, TICKET_TRIES = 5 };

/* ---- sessions ---- */

void session_token_hash(Str token, unsigned char out[SM3_SIZE]) {
    sm3(token.ptr, token.len, out);
}

static void hex(const unsigned char bytes[TOKEN_BYTES], char out[65]) {
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < TOKEN_BYTES; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
    out[64] = '\0';
}

/* Derived from the token, so it need not be kept; it does not tell the token. */
static void csrf_of(Str token, char out[65]) {
    unsigned char digest[SM3_SIZE];
    Sm3 *s = sm3_new();

    sm3_add(s, "lianheng/csrf/", 14);
    sm3_add(s, token.ptr, token.len);
    sm3_end(s, digest);
    hex(digest, out);
}

static void copy_text(char *out, size_t size, Str s) {
    size_t n = s.len < size - 1 ? s.len : size - 1;

    if (n)
        memcpy(out, s.ptr, n);
    out[n] = '\0';
}

static bool password_expired(Str password_at) {
    SignInPolicy policy = sign_in_policy();
    Instant at;

    return policy.password_days && instant_parse(password_at, &at) &&
           instant_steady() - at > SECONDS(policy.password_days * 86400);
}

static void session_fill(Session *out, const Node *row) {
    copy_text(out->login, sizeof out->login, node_text(row, "login"));
    copy_text(out->name, sizeof out->name, node_text(row, "name"));
    out->expired = password_expired(node_text(row, "password_at"));
    out->must_change = node_int(row, "must_change", 0) != 0 || out->expired;
}

static void session_fill_before(Session *out, const Node *row) {
    copy_text(out->id, sizeof out->id, node_text(row, "session"));
    copy_text(out->before_at, sizeof out->before_at, node_text(row, "before_at"));
    copy_text(out->before_address, sizeof out->before_address, node_text(row, "before_address"));
    copy_text(out->notices, sizeof out->notices, node_text(row, "notices"));
    out->failures = node_int(row, "failures", 0);
    out->second_factor = node_int(row, "secret", 0) != 0;
}

/* Whoever must have a second factor and has none sets one up before anything else. */
static bool enrol_check(Tx *tx, Arena *a, Session *out, Err *e) {
    int need = sign_in_policy().need;

    out->must_enrol = need == SECOND_FACTOR_EVERYBODY && !out->second_factor;
    if (need != SECOND_FACTOR_ADMINISTRATORS || out->second_factor)
        return true;
    Node *rows = tx_rows(tx, a, &SQL_account_roles,
                         ARGS(ARG_OF_TEXT(str_of(out->login)), ARG_OF_INT(instant_now())), e);

    for (size_t i = 0; rows && i < rows->count; i++)
        out->must_enrol = out->must_enrol || administrator_role(node_text(rows->items[i], "role"));
    return rows != NULL;
}

bool sessions_end(Tx *tx, Str login, Str keep_token, Err *e) {
    unsigned char hash[SM3_SIZE];

    if (keep_token.len)
        session_token_hash(keep_token, hash);
    return tx_run(tx, &SQL_ticket_remove_all, ARGS(ARG_OF_TEXT(login)), NULL, e) &&
           tx_run(tx, &SQL_session_remove_others,
                  ARGS(ARG_OF_TEXT(login), ARG_OF_BLOB(hash, keep_token.len ? SM3_SIZE : 0)), NULL,
                  e);
}

/* ---- what happened since the sign-in before ---- */

static void add_notice(Session *session, const char *word) {
    size_t n = strlen(session->notices);

    if (!strstr(session->notices, word))
        snprintf(session->notices + n, sizeof session->notices - n, "%s%s", n ? " " : "", word);
}

static void note_before(Session *session, Arena *a, Str login, const Node *row) {
    Str kind = node_text(row, "kind");
    bool other = !str_eq(node_text(row, "actor"), login);

    if (str_is(kind, "account.signed_in")) {
        const Node *body = json_read(a, node_text(row, "body"), NULL);

        copy_text(session->before_at, sizeof session->before_at, node_text(row, "at"));
        copy_text(session->before_address, sizeof session->before_address,
                  body ? node_text(body, "address") : (Str){NULL, 0});
    } else if (str_is(kind, "account.sign_in_failed")) {
        session->failures++;
    } else if (str_is(kind, "account.totp_reset")) {
        add_notice(session, "second_factor_reset");
    } else if (str_is(kind, "account.password_set") && other) {
        add_notice(session, "password_reset");
    } else if (str_is(kind, "account.sessions_ended") && other) {
        add_notice(session, "sessions_ended");
    }
}

static bool look_back(Tx *tx, Arena *a, Str login, Session *session, Err *e) {
    Node *rows =
        tx_rows(tx, a, &SQL_account_since_last, ARGS(ARG_OF_TEXT(subject_of(a, login))), e);

    for (size_t i = 0; rows && i < rows->count && !session->before_at[0]; i++)
        note_before(session, a, login, rows->items[i]);
    return rows != NULL;
}

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

static void random_token(char out[65], unsigned char hash[SM3_SIZE]) {
    unsigned char random[TOKEN_BYTES];

    random_bytes(random, sizeof random);
    hex(random, out);
    session_token_hash(str_of(out), hash);
    wipe(random, sizeof random);
}

static bool add_session(Tx *tx, const SignIn *in, const unsigned char hash[SM3_SIZE], Err *e) {
    const Session *session = &in->session;
    SignInPolicy policy = sign_in_policy();
    Instant now = in->who.now;
    unsigned char old[SM3_SIZE];

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
    unsigned char hash[SM3_SIZE];
    Session *session = &in->session;
    Node *body = node_map(in->arena);
    Event event = {.actor = in->who.login,
                   .kind = STR("account.signed_in"),
                   .subject = subject_of(in->arena, in->who.login),
                   .body = body};
    char id[65];

    *session = (Session){.created = in->who.now, .seen = in->who.now};
    random_token(session->token, hash);
    csrf_of(str_of(session->token), session->csrf);
    random_token(id, (unsigned char[SM3_SIZE]){0});
    copy_text(session->id, sizeof session->id, str_of(id));
    session_fill(session, row);
    node_set_text(in->arena, body, "address", str_slice(in->who.address, 0, ADDRESS_MOST));
    if (in->ask->device.len)
        node_set_text(in->arena, body, "device", str_slice(in->ask->device, 0, DEVICE_WORDS));
    node_set_text(in->arena, body, "with", str_of(in->with));
    return second_factor_on(tx, in->who.login, &session->second_factor, e) &&
           enrol_check(tx, in->arena, session, e) &&
           look_back(tx, in->arena, in->who.login, session, e) && add_session(tx, in, hash, e) &&
           lock_clear(tx, in->who.login, e) && journal_append(tx, &event, e);
}

/* The password was right; wrong codes must still count, so the lock's count goes on. */
static bool give_ticket(Tx *tx, SignIn *in, Err *e) {
    unsigned char hash[SM3_SIZE];
    Instant now = in->who.now;

    random_token(in->new_ticket, hash);
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

/* ---- a request's session ---- */

typedef struct Seek {
    unsigned char hash[SM3_SIZE];
    Arena *arena;
    const Node *row;
    Instant now;
    Session session;
} Seek;

static bool seek(Tx *tx, void *context, Err *e) {
    Seek *k = context;
    Err why = {0};

    k->row = tx_row(tx, k->arena, &SQL_session_by_hash, ARGS(ARG_OF_BLOB(k->hash, SM3_SIZE)), &why);
    if (why.code != ERR_NONE && e)
        *e = why;
    return why.code == ERR_NONE;
}

static bool seek_session(Tx *tx, void *context, Err *e) {
    Seek *k = context;

    if (!seek(tx, k, e) || !k->row)
        return e->code == ERR_NONE;
    k->session =
        (Session){.created = node_int(k->row, "created", 0), .seen = node_int(k->row, "seen", 0)};
    session_fill(&k->session, k->row);
    session_fill_before(&k->session, k->row);
    return enrol_check(tx, k->arena, &k->session, e);
}

static bool touch(Tx *tx, void *context, Err *e) {
    const Seek *k = context;

    return tx_run(tx, &SQL_session_touch, ARGS(ARG_OF_BLOB(k->hash, SM3_SIZE), ARG_OF_INT(k->now)),
                  NULL, e);
}

static bool no_session(Err *e) {
    return err_set(e, ERR_UNAUTHENTICATED, NULL, "没有登录，或者登录已经过期，请重新登录");
}

/* Seen at a time that has not come: the clock was set back since, nobody knows by how much. */
static bool is_over(const Session *session, Instant now) {
    SignInPolicy policy = sign_in_policy();

    return now - session->seen > SECONDS(policy.idle) ||
           now - session->created > SECONDS(policy.longest) || session->seen - now > CLOCK_SLACK;
}

static bool look(Store *s, Str token, bool touches, Session *out, Err *e) {
    scoped_arena Arena *a = arena_new();
    Seek k = {.arena = a, .now = instant_steady()};
    Err why = {0};

    if (token.len != 2 * TOKEN_BYTES)
        return no_session(e);
    session_token_hash(token, k.hash);
    if (!store_read(s, seek_session, &k, &why)) {
        if (e)
            *e = why;
        return false;
    }
    if (!k.row || !str_is(node_text(k.row, "state"), "active") || is_over(&k.session, k.now))
        return no_session(e);
    if (touches && k.now - k.session.seen > SECONDS(TOUCH_EVERY)) {
        if (!store_write(s, touch, &k, e))
            return false;
        k.session.seen = k.now;
    }
    csrf_of(token, k.session.csrf);
    *out = k.session;
    return true;
}

bool session_find(Store *s, Str token, Session *out, Err *e) {
    return look(s, token, true, out, e);
}

bool session_peek(Store *s, Str token, Session *out, Err *e) {
    return look(s, token, false, out, e);
}

bool session_csrf_matches(const Session *session, Str csrf) {
    return csrf.len == 64 && equal_constant_time(session->csrf, csrf.ptr, 64);
}

static bool sign_out(Tx *tx, void *context, Err *e) {
    Seek *k = context;

    if (!seek(tx, k, e))
        return false;
    if (!k->row)
        return true;
    Str login = node_text(k->row, "login");
    Event event = {
        .actor = login, .kind = STR("account.signed_out"), .subject = subject_of(k->arena, login)};

    return tx_run(tx, &SQL_session_remove, ARGS(ARG_OF_BLOB(k->hash, SM3_SIZE)), NULL, e) &&
           journal_append(tx, &event, e);
}

bool account_sign_out(Store *s, Str token, Err *e) {
    scoped_arena Arena *a = arena_new();
    Seek k = {.arena = a};

    if (token.len != 2 * TOKEN_BYTES)
        return true;
    session_token_hash(token, k.hash);
    return store_write(s, sign_out, &k, e);
}
