/* SPDX-License-Identifier: MulanPSL-2.0 */
/* people/sign_in.c: signing in, the lock after wrong passwords, and sessions. */
#include <string.h>

#include "people/inside.h"
#include "people/password.h"
#include "sql_statements.h"

#include "base/banned.h"

#define SECONDS(n) ((Instant)(n)*1000000)

enum { TOKEN_BYTES = 32, ADDRESS_MOST = 64, TOUCH_EVERY = 60, FORGET_AFTER = 24 * 3600 };

/* ---- the lock ---- */

static Arg login_hash(Str login, unsigned char out[SM3_SIZE]) {
    sm3(login.ptr, login.len, out);
    return ARG_OF_BLOB(out, SM3_SIZE);
}

bool lock_read(Tx *tx, Str login, Instant now, Instant *until, Err *e) {
    scoped_arena Arena *a = arena_new();
    unsigned char hash[SM3_SIZE];
    Err why = {0};
    const Node *row = tx_row(tx, a, &SQL_sign_in_guard_get, ARGS(login_hash(login, hash)), &why);

    *until = 0;
    if (row && node_int(row, "locked_until", 0) > now)
        *until = node_int(row, "locked_until", 0);
    if (why.code != ERR_NONE && e)
        *e = why;
    return why.code == ERR_NONE;
}

bool lock_clear(Tx *tx, Str login, Err *e) {
    unsigned char hash[SM3_SIZE];

    return tx_run(tx, &SQL_sign_in_guard_clear, ARGS(login_hash(login, hash)), NULL, e);
}

bool fail_locked(Instant until, Err *e) {
    char text[INSTANT_TEXT];

    instant_format(until + SECONDS(60) - 1, text); /* rounded up to the minute */
    return err_set(e, ERR_TOO_MANY, NULL,
                   "连续输错 %d 次密码，这个登录名已锁定，请在 %.5s 以后再试，或请管理员重设密码",
                   SIGN_IN_FAILURES, text + 11);
}

/* What was typed as a login may be anything, even a password or an identity number: an unknown one
 * is not written down. */
static bool journal(Tx *tx, const Failure *f, const char *kind, const char *key, int64_t value,
                    Err *e) {
    scoped_arena Arena *a = arena_new();
    Node *body = node_map(a);
    Event event = {.actor = STR("system"),
                   .kind = str_of(kind),
                   .subject = f->known ? subject_of(a, f->login) : STR("user:?"),
                   .body = body};

    node_set_text(a, body, "address", str_slice(f->address, 0, ADDRESS_MOST));
    node_set_int(a, body, key, value);
    return journal_append(tx, &event, e);
}

bool failure_count(Tx *tx, const Failure *f, Instant *locked_until, Err *e) {
    scoped_arena Arena *a = arena_new();
    unsigned char hash[SM3_SIZE];
    Arg key = login_hash(f->login, hash);
    Err why = {0};

    *locked_until = 0;
    if (!tx_run(tx, &SQL_sign_in_guard_sweep, ARGS(ARG_OF_INT(f->now - SECONDS(FORGET_AFTER))),
                NULL, e))
        return false;
    const Node *row = tx_row(tx, a, &SQL_sign_in_guard_get, ARGS(key), &why);

    if (why.code != ERR_NONE) {
        if (e)
            *e = why;
        return false;
    }
    int64_t failures = (row ? node_int(row, "failures", 0) : 0) + 1;
    bool lock = failures >= SIGN_IN_FAILURES;
    Instant until = lock ? f->now + SECONDS(SIGN_IN_LOCK) : 0;

    if (!tx_run(tx, &SQL_sign_in_guard_set,
                ARGS(key, ARG_OF_INT(lock ? 0 : failures), ARG_OF_INT(f->now), ARG_OF_INT(until)),
                NULL, e) ||
        !journal(tx, f, "account.sign_in_failed", "failures", failures, e) ||
        (lock && !journal(tx, f, "account.locked", "minutes", SIGN_IN_LOCK / 60, e)))
        return false;
    *locked_until = until;
    return true;
}

/* ---- sessions ---- */

static void token_hash(Str token, unsigned char out[SM3_SIZE]) {
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

static void session_fill(Session *out, const Node *row) {
    copy_text(out->login, sizeof out->login, node_text(row, "login"));
    copy_text(out->name, sizeof out->name, node_text(row, "name"));
    out->must_change = node_int(row, "must_change", 0) != 0;
}

bool sessions_end(Tx *tx, Str login, Str keep_token, Err *e) {
    unsigned char hash[SM3_SIZE];

    if (keep_token.len)
        token_hash(keep_token, hash);
    return tx_run(tx, &SQL_session_remove_others,
                  ARGS(ARG_OF_TEXT(login), ARG_OF_BLOB(hash, keep_token.len ? SM3_SIZE : 0)), NULL,
                  e);
}

/* ---- signing in ---- */

typedef struct SignIn {
    Arena *arena;
    Failure who; /* login, address, now */
    Str password_hash;
    bool right; /* the password fits that hash */
    Instant locked_until;
    bool done;
    Session session;
} SignIn;

static bool look_up(Tx *tx, void *context, Err *e) {
    SignIn *in = context;
    Err why = {0};
    const Node *row = account_row(tx, in->arena, in->who.login, &why);

    if (why.code != ERR_NONE) {
        if (e)
            *e = why;
        return false;
    }
    in->who.known = row != NULL;
    in->password_hash = row && str_is(node_text(row, "state"), "active")
                            ? node_text(row, "password")
                            : (Str){NULL, 0};
    return lock_read(tx, in->who.login, in->who.now, &in->locked_until, e);
}

static bool open_session(Tx *tx, SignIn *in, const Node *row, Err *e) {
    unsigned char random[TOKEN_BYTES], hash[SM3_SIZE];
    Instant now = in->who.now;
    Session *session = &in->session;
    Node *body = node_map(in->arena);
    Event event = {.actor = in->who.login,
                   .kind = STR("account.signed_in"),
                   .subject = subject_of(in->arena, in->who.login),
                   .body = body};

    random_bytes(random, sizeof random);
    *session = (Session){.created = now, .seen = now};
    hex(random, session->token);
    csrf_of(str_of(session->token), session->csrf);
    session_fill(session, row);
    token_hash(str_of(session->token), hash);
    node_set_text(in->arena, body, "address", str_slice(in->who.address, 0, ADDRESS_MOST));
    return tx_run(tx, &SQL_session_sweep,
                  ARGS(ARG_OF_INT(now - SECONDS(SESSION_IDLE)),
                       ARG_OF_INT(now - SECONDS(SESSION_LONGEST))),
                  NULL, e) &&
           tx_run(tx, &SQL_session_add,
                  ARGS(ARG_OF_BLOB(hash, SM3_SIZE), ARG_OF_TEXT(in->who.login),
                       ARG_OF_TEXT(str_slice(in->who.address, 0, ADDRESS_MOST)), ARG_OF_INT(now)),
                  NULL, e) &&
           lock_clear(tx, in->who.login, e) && journal_append(tx, &event, e);
}

/* The account may have changed while the password was being checked: look again. */
static bool settle(Tx *tx, void *context, Err *e) {
    SignIn *in = context;
    Err why = {0};
    const Node *row = account_row(tx, in->arena, in->who.login, &why);

    in->done = false;
    if (why.code != ERR_NONE) {
        if (e)
            *e = why;
        return false;
    }
    if (!lock_read(tx, in->who.login, in->who.now, &in->locked_until, e))
        return false;
    if (in->locked_until)
        return true;
    if (!in->right || !row || !str_is(node_text(row, "state"), "active") ||
        !str_eq(node_text(row, "password"), in->password_hash))
        return failure_count(tx, &in->who, &in->locked_until, e);
    in->done = open_session(tx, in, row, e);
    return in->done;
}

bool account_sign_in(Store *s, Str login, Str password, Str address, Session *out, Err *e) {
    scoped_arena Arena *a = arena_new();
    SignIn in = {.arena = a,
                 .who = {.login = login_read(a, login), .address = address, .now = instant_now()}};

    if (!str_utf8_valid(in.who.login) || password.len > PASSWORD_MOST)
        in.who.login = STR("?"); /* no account has this one */
    if (!store_read(s, look_up, &in, e))
        return false;
    if (in.locked_until)
        return fail_locked(in.locked_until, e);
    if (!password_verify(in.password_hash, password, &in.right, e) ||
        !store_write(s, settle, &in, e))
        return false;
    if (in.locked_until)
        return fail_locked(in.locked_until, e);
    if (!in.done)
        return err_set(e, ERR_UNAUTHENTICATED, NULL,
                       "登录名或密码不对；连续输错 %d 次会锁定 %d 分钟", SIGN_IN_FAILURES,
                       SIGN_IN_LOCK / 60);
    *out = in.session;
    wipe(in.session.token, sizeof in.session.token);
    return true;
}

/* ---- a request's session ---- */

typedef struct Seek {
    unsigned char hash[SM3_SIZE];
    Arena *arena;
    const Node *row;
    Instant now;
} Seek;

static bool seek(Tx *tx, void *context, Err *e) {
    Seek *k = context;
    Err why = {0};

    k->row = tx_row(tx, k->arena, &SQL_session_by_hash, ARGS(ARG_OF_BLOB(k->hash, SM3_SIZE)), &why);
    if (why.code != ERR_NONE && e)
        *e = why;
    return why.code == ERR_NONE;
}

static bool touch(Tx *tx, void *context, Err *e) {
    const Seek *k = context;

    return tx_run(tx, &SQL_session_touch, ARGS(ARG_OF_BLOB(k->hash, SM3_SIZE), ARG_OF_INT(k->now)),
                  NULL, e);
}

static bool no_session(Err *e) {
    return err_set(e, ERR_UNAUTHENTICATED, NULL, "没有登录，或者登录已经过期，请重新登录");
}

static bool look(Store *s, Str token, bool touches, Session *out, Err *e) {
    scoped_arena Arena *a = arena_new();
    Seek k = {.arena = a, .now = instant_now()};
    Session found = {0};

    if (token.len != 2 * TOKEN_BYTES)
        return no_session(e);
    token_hash(token, k.hash);
    if (!store_read(s, seek, &k, e))
        return false;
    if (!k.row || !str_is(node_text(k.row, "state"), "active"))
        return no_session(e);
    found.created = node_int(k.row, "created", 0);
    found.seen = node_int(k.row, "seen", 0);
    if (k.now - found.seen > SECONDS(SESSION_IDLE) ||
        k.now - found.created > SECONDS(SESSION_LONGEST))
        return no_session(e);
    if (touches && k.now - found.seen > SECONDS(TOUCH_EVERY)) {
        if (!store_write(s, touch, &k, e))
            return false;
        found.seen = k.now;
    }
    session_fill(&found, k.row);
    csrf_of(token, found.csrf);
    *out = found;
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
    token_hash(token, k.hash);
    return store_write(s, sign_out, &k, e);
}
