/* SPDX-License-Identifier: MulanPSL-2.0 */
/* people/session.c: who is signed in: what a session knows, and finding it by its cookie. */
#include <stdio.h>
#include <string.h>

#include "people/inside.h"
#include "people/policy.h"
#include "sql_statements.h"

#include "base/banned.h"

enum { TOUCH_EVERY = 60 };

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

void session_token(char out[65], unsigned char hash[SM3_SIZE]) {
    unsigned char random[TOKEN_BYTES];

    random_bytes(random, sizeof random);
    hex(random, out);
    session_token_hash(str_of(out), hash);
    wipe(random, sizeof random);
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

bool session_begin(Tx *tx, Arena *a, const Node *account, Instant now, Session *out, Err *e) {
    unsigned char hash[SM3_SIZE];
    char id[65];

    *out = (Session){.created = now, .seen = now};
    session_token(out->token, hash);
    csrf_of(str_of(out->token), out->csrf);
    session_token(id, hash);
    copy_text(out->id, sizeof out->id, str_of(id));
    session_fill(out, account);
    return second_factor_on(tx, str_of(out->login), &out->second_factor, e) &&
           enrol_check(tx, a, out, e) && look_back(tx, a, str_of(out->login), out, e);
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
