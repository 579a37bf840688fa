/* SPDX-License-Identifier: MulanPSL-2.0 */
/* people/lock.c: wrong passwords and codes are counted; too many lock the login for a while. */
#include "people/inside.h"
#include "sql_statements.h"

#include "base/banned.h"

enum { FORGET_AFTER = 24 * 3600 };

static Arg login_hash(Str login, unsigned char out[SM3_SIZE]) {
    sm3(login.ptr, login.len, out);
    return ARG_OF_BLOB(out, SM3_SIZE);
}

/* A lock from the future was set before the clock was put back: from now it lasts as long as a new
 * one, no longer. */
bool lock_read(Tx *tx, Str login, Instant now, Lock *out, Err *e) {
    scoped_arena Arena *a = arena_new();
    unsigned char hash[SM3_SIZE];
    Err why = {0};
    const Node *row = tx_row(tx, a, &SQL_sign_in_guard_get, ARGS(login_hash(login, hash)), &why);
    Instant until = row ? node_int(row, "locked_until", 0) : 0, most = now + SECONDS(SIGN_IN_LOCK);

    if (why.code != ERR_NONE) {
        if (e)
            *e = why;
        return false;
    }
    *out = (Lock){.until = until <= now   ? 0
                           : until < most ? until
                                          : most,
                  .too_long = until > most};
    return true;
}

typedef struct Shorten {
    Str login;
    Instant now;
} Shorten;

static bool shorten(Tx *tx, void *context, Err *e) {
    const Shorten *s = context;
    unsigned char hash[SM3_SIZE];

    return tx_run(tx, &SQL_sign_in_guard_shorten,
                  ARGS(login_hash(s->login, hash), ARG_OF_INT(s->now),
                       ARG_OF_INT(s->now + SECONDS(SIGN_IN_LOCK))),
                  NULL, e);
}

bool lock_refuses(Store *s, Str login, Instant now, const Lock *lock, Err *e) {
    char text[INSTANT_TEXT];

    if (!lock->until)
        return false;
    if (lock->too_long && !store_write(s, shorten, &(Shorten){login, now}, e))
        return true;
    instant_format(lock->until + SECONDS(60) - 1, text); /* rounded up to the minute */
    err_set(e, ERR_TOO_MANY, NULL,
            "连续输错 %d 次，这个登录名已锁定，请在 %.5s 以后再试，或请管理员重设密码",
            SIGN_IN_FAILURES, text + 11);
    return true;
}

bool lock_clear(Tx *tx, Str login, Err *e) {
    unsigned char hash[SM3_SIZE];

    return tx_run(tx, &SQL_sign_in_guard_clear, ARGS(login_hash(login, hash)), NULL, e);
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
    if (f->code)
        node_set_bool(a, body, "code", true);
    return journal_append(tx, &event, e);
}

bool failure_count(Tx *tx, const Failure *f, Lock *lock, Err *e) {
    scoped_arena Arena *a = arena_new();
    unsigned char hash[SM3_SIZE];
    Arg key = login_hash(f->login, hash);
    Err why = {0};

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
    bool locks = failures >= SIGN_IN_FAILURES;
    Instant until = locks ? f->now + SECONDS(SIGN_IN_LOCK) : 0;

    if (!tx_run(tx, &SQL_sign_in_guard_set,
                ARGS(key, ARG_OF_INT(locks ? 0 : failures), ARG_OF_INT(f->now), ARG_OF_INT(until)),
                NULL, e) ||
        !journal(tx, f, "account.sign_in_failed", "failures", failures, e) ||
        (locks && !journal(tx, f, "account.locked", "minutes", SIGN_IN_LOCK / 60, e)))
        return false;
    *lock = (Lock){.until = until};
    return true;
}
