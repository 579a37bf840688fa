/* SPDX-License-Identifier: MulanPSL-2.0 */
/* people/factor.c: what is kept of a second factor, and using up its codes. */
#include "people/factor.h"

#include <assert.h>

#include "people/second_factor.h"
#include "people/totp.h"
#include "sql_statements.h"

#include "base/banned.h"

static Str login_of(const Event *event) {
    return str_slice(event->subject, 5, event->subject.len); /* "user:zhang" */
}

/* ---- projections ---- */

static bool offered(Tx *tx, const Event *event, Err *e) {
    return tx_run(tx, &SQL_second_factor_offer,
                  ARGS(ARG_OF_TEXT(login_of(event)), ARG_OF_INT(event->sequence),
                       ARG_OF_INT(event->at + SECONDS(OFFER_LASTS))),
                  NULL, e);
}

/* What a secret body says of recovery codes: keyed hashes. Nothing once its key is gone. */
static bool codes_set(Tx *tx, const Event *event, Err *e) {
    const Node *codes = event->secret ? node_get(event->secret, "codes") : NULL;
    Str login = login_of(event);

    if (!tx_run(tx, &SQL_recovery_code_remove, ARGS(ARG_OF_TEXT(login)), NULL, e))
        return false;
    for (size_t i = 0; codes && i < codes->count; i++)
        if (!tx_run(tx, &SQL_recovery_code_add,
                    ARGS(ARG_OF_TEXT(login), ARG_OF_INT((int64_t)i + 1),
                         ARG_OF_TEXT(codes->items[i]->text)),
                    NULL, e))
            return false;
    return true;
}

static bool enrolled(Tx *tx, const Event *event, Err *e) {
    char at[INSTANT_TEXT];

    instant_format(event->at, at);
    return tx_run(tx, &SQL_second_factor_enrol,
                  ARGS(ARG_OF_TEXT(login_of(event)),
                       ARG_OF_INT(node_int(event->body, "offered", 0)), ARG_OF_TEXT(str_of(at))),
                  NULL, e) &&
           codes_set(tx, event, e);
}

static bool code_spent(Tx *tx, const Event *event, Err *e) {
    char at[INSTANT_TEXT];

    instant_format(event->at, at);
    return tx_run(tx, &SQL_recovery_code_use,
                  ARGS(ARG_OF_TEXT(login_of(event)), ARG_OF_INT(node_int(event->body, "number", 0)),
                       ARG_OF_TEXT(str_of(at))),
                  NULL, e);
}

static bool removed(Tx *tx, const Event *event, Err *e) {
    Str login = login_of(event);

    if (!str_starts(event->subject, STR("user:")))
        return true;
    return tx_run(tx, &SQL_second_factor_remove, ARGS(ARG_OF_TEXT(login)), NULL, e) &&
           tx_run(tx, &SQL_recovery_code_remove, ARGS(ARG_OF_TEXT(login)), NULL, e);
}

static const Projection projections[] = {
    {"account.totp_offered", offered},
    {"account.totp_enrolled", enrolled},
    {"account.recovery_renewed", codes_set},
    {"account.recovery_used", code_spent},
    {"account.totp_off", removed},
    {"account.totp_reset", removed},
    {"account.sessions_ended", NULL},
    {"key.destroyed", removed},
    {0},
};
static const char *const tables[] = {"second_factor", "recovery_code", NULL};

void second_factor_register(void) {
    journal_register(projections, tables);
}

/* ---- reading ---- */

bool factor_read(Tx *tx, Arena *a, Str login, Factor *out, Err *e) {
    Err why = {0};
    const Node *row = tx_row(tx, a, &SQL_second_factor_get, ARGS(ARG_OF_TEXT(login)), &why);

    if (why.code != ERR_NONE) {
        if (e)
            *e = why;
        return false;
    }
    *out = (Factor){0};
    if (row)
        *out = (Factor){.offered = node_int(row, "offered", 0),
                        .secret = node_int(row, "secret", 0),
                        .offered_until = node_int(row, "offered_until", 0),
                        .since = node_text(row, "since")};
    return true;
}

bool second_factor_on(Tx *tx, Str login, bool *on, Err *e) {
    scoped_arena Arena *a = arena_new();
    Factor f;

    if (!factor_read(tx, a, login, &f, e))
        return false;
    *on = f.secret != 0;
    return true;
}

typedef struct Get {
    Arena *arena;
    Str login;
    SecondFactor *out;
} Get;

static bool get(Tx *tx, void *context, Err *e) {
    Get *g = context;
    Factor f;

    if (!account_needed(tx, g->arena, g->login, e) || !factor_read(tx, g->arena, g->login, &f, e) ||
        !tx_int(tx, &SQL_recovery_code_left, ARGS(ARG_OF_TEXT(g->login)), 0, &g->out->codes_left,
                e))
        return false;
    g->out->on = f.secret != 0;
    g->out->since = f.since;
    return true;
}

bool second_factor_get(Store *s, Arena *a, Str login, SecondFactor *out, Err *e) {
    SecondFactor found = {0};

    if (!store_read(s, get, &(Get){a, login_read(a, login), &found}, e))
        return false;
    *out = found;
    return true;
}

/* ---- codes ---- */

/* The sealed secret of an entry; empty when its key was destroyed. */
bool factor_secret(Tx *tx, Arena *a, int64_t sequence, Str *out, Err *e) {
    const Node *secret;

    if (!journal_secret(tx, a, sequence, &secret, e))
        return false;
    *out = secret ? node_text(secret, "secret") : (Str){NULL, 0};
    return true;
}

/* Keyed with the sealed secret: the table alone does not let anybody try codes. */
Str recovery_hash(Arena *a, Str secret, Str login, Str code) {
    unsigned char key[KEY_SIZE], digest[SM3_SIZE];
    Str text = str_format(a, "lianheng/recovery/%.*s/%.*s", STR_ARG(login), STR_ARG(code));
    scoped_buf Buf hex;

    static_assert(KEY_SIZE == SM3_SIZE, "a digest is a key");
    buf_init(&hex, 2 * SM3_SIZE);
    sm3(secret.ptr, secret.len, key);
    Hmac *h = hmac_new(key);

    hmac(h, text.ptr, text.len, digest);
    hmac_free(h);
    wipe(key, sizeof key);
    buf_add_hex(&hex, digest, SM3_SIZE);
    return str_dup(a, buf_str(&hex));
}

/* As it was typed: capitals, blanks and other groups do not matter. */
Str recovery_read(Arena *a, Str typed) {
    char *out = arena_alloc(a, CODE_LETTERS + 1);
    size_t n = 0;

    for (size_t i = 0; i < typed.len; i++) {
        char c = typed.ptr[i];

        if (c == '-' || c == ' ')
            continue;
        if (n == CODE_LETTERS)
            return (Str){NULL, 0};
        out[n++] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
    return n == CODE_LETTERS ? (Str){out, n} : (Str){NULL, 0};
}

Str factor_digits(Arena *a, Str typed) {
    char *out = arena_alloc(a, typed.len + 1);
    size_t n = 0;

    for (size_t i = 0; i < typed.len; i++)
        if (typed.ptr[i] != ' ')
            out[n++] = typed.ptr[i];
    return (Str){out, n};
}

/* Each step's code counts once, and none before it any more. */
bool factor_step_use(Tx *tx, Str login, int64_t step, bool *fresh, Err *e) {
    int64_t changed = 0;

    if (!tx_run(tx, &SQL_second_used_set, ARGS(ARG_OF_TEXT(login), ARG_OF_INT(step)), &changed, e))
        return false;
    *fresh = changed == 1;
    return true;
}

static bool recovery_use(Tx *tx, Arena *a, Str login, Str secret, Str code, Str address,
                         CodeKind *kind, Err *e) {
    int64_t number = 0, left = 0;

    if (!code.len)
        return true;
    if (!tx_int(tx, &SQL_recovery_code_find,
                ARGS(ARG_OF_TEXT(login), ARG_OF_TEXT(recovery_hash(a, secret, login, code))), 0,
                &number, e) ||
        !tx_int(tx, &SQL_recovery_code_left, ARGS(ARG_OF_TEXT(login)), 0, &left, e))
        return false;
    if (!number)
        return true;
    Node *body = node_map(a);
    Event event = {.actor = login,
                   .kind = STR("account.recovery_used"),
                   .subject = subject_of(a, login),
                   .body = body};

    node_set_text(a, body, "address", str_slice(address, 0, ADDRESS_MOST));
    node_set_int(a, body, "number", number);
    node_set_int(a, body, "left", left - 1);
    *kind = CODE_RECOVERY;
    return journal_append(tx, &event, e);
}

bool code_use(Tx *tx, Str login, Str code, Str address, CodeKind *kind, Err *e) {
    scoped_arena Arena *a = arena_new();
    Factor f;
    Str secret = {NULL, 0};
    bool fresh = false;

    *kind = CODE_WRONG;
    if (!factor_read(tx, a, login, &f, e) ||
        (f.secret && !factor_secret(tx, a, f.secret, &secret, e)))
        return false;
    if (!secret.len)
        return true;
    int64_t step = totp_step(secret, factor_digits(a, code), instant_wall());

    if (step >= 0) {
        if (!factor_step_use(tx, login, step, &fresh, e))
            return false;
        *kind = fresh ? CODE_TOTP : CODE_WRONG;
        return true;
    }
    return recovery_use(tx, a, login, secret, recovery_read(a, code), address, kind, e);
}
