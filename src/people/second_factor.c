/* SPDX-License-Identifier: MulanPSL-2.0 */
/* people/second_factor.c: enrolling, confirming, using up and switching off. */
#include "people/second_factor.h"

#include <assert.h>

#include "people/inside.h"
#include "people/totp.h"
#include "sql_statements.h"

#include "base/banned.h"

enum { CODE_LETTERS = 16 };

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

typedef struct Factor {
    int64_t offered, secret; /* sequences of journal entries; 0: none */
    Instant offered_until;
    Str since;
} Factor;

static bool factor_read(Tx *tx, Arena *a, Str login, Factor *out, Err *e) {
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
static bool secret_of(Tx *tx, Arena *a, int64_t sequence, Str *out, Err *e) {
    const Node *secret;

    if (!journal_secret(tx, a, sequence, &secret, e))
        return false;
    *out = secret ? node_text(secret, "secret") : (Str){NULL, 0};
    return true;
}

/* Keyed with the sealed secret: the table alone does not let anybody try codes. */
static Str recovery_hash(Arena *a, Str secret, Str login, Str code) {
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
static Str recovery_read(Arena *a, Str typed) {
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

static Str digits_read(Arena *a, Str typed) {
    char *out = arena_alloc(a, typed.len + 1);
    size_t n = 0;

    for (size_t i = 0; i < typed.len; i++)
        if (typed.ptr[i] != ' ')
            out[n++] = typed.ptr[i];
    return (Str){out, n};
}

/* Each step's code counts once, and none before it any more. */
static bool step_use(Tx *tx, Str login, int64_t step, bool *fresh, Err *e) {
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
    if (!factor_read(tx, a, login, &f, e) || (f.secret && !secret_of(tx, a, f.secret, &secret, e)))
        return false;
    if (!secret.len)
        return true;
    int64_t step = totp_step(secret, digits_read(a, code), instant_wall());

    if (step >= 0) {
        if (!step_use(tx, login, step, &fresh, e))
            return false;
        *kind = fresh ? CODE_TOTP : CODE_WRONG;
        return true;
    }
    return recovery_use(tx, a, login, secret, recovery_read(a, code), address, kind, e);
}

static void codes_make(RecoveryCodes *out) {
    static const char letters[] = "abcdefghijkmnpqrstuvwxyz23456789";
    unsigned char random[CODE_LETTERS];

    static_assert(sizeof letters == 33, "five bits a letter");
    for (size_t i = 0; i < RECOVERY_CODES; i++) {
        size_t at = 0;

        random_bytes(random, sizeof random);
        for (size_t k = 0; k < CODE_LETTERS; k++) {
            if (k && k % 4 == 0)
                out->codes[i][at++] = '-';
            out->codes[i][at++] = letters[random[k] & 31];
        }
        out->codes[i][at] = '\0';
    }
    wipe(random, sizeof random);
}

static Node *codes_hashed(Arena *a, Str secret, Str login, const RecoveryCodes *codes) {
    Node *secret_body = node_map(a), *list = node_list(a);

    for (size_t i = 0; i < RECOVERY_CODES; i++)
        node_add(a, list,
                 node_of_text(a, recovery_hash(a, secret, login,
                                               recovery_read(a, str_of(codes->codes[i])))));
    node_set(a, secret_body, "codes", list);
    return secret_body;
}

/* ---- changes ---- */

typedef struct Change {
    Arena *arena;
    Str actor, login, address, code;
    const char *kind;
    Offer *offer;
    RecoveryCodes *codes;
    bool wrong;
    Instant now;
    Lock lock;
} Change;

static bool append(Tx *tx, const Change *c, const char *kind, Node *body, const Node *secret,
                   Err *e) {
    Event event = {.actor = c->actor,
                   .kind = str_of(kind),
                   .subject = subject_of(c->arena, c->login),
                   .body = body,
                   .secret = secret};

    if (c->address.len)
        node_set_text(c->arena, body, "address", str_slice(c->address, 0, ADDRESS_MOST));
    return journal_append(tx, &event, e);
}

static bool offer(Tx *tx, void *context, Err *e) {
    Change *c = context;
    Node *secret = node_map(c->arena);

    node_set_text(c->arena, secret, "secret", str_of(c->offer->secret));
    return append(tx, c, "account.totp_offered", node_map(c->arena), secret, e);
}

static Proof proof_of(Arena *a, const OwnAct *act) {
    return (Proof){.arena = a,
                   .login = login_read(a, act->login),
                   .password = act->password,
                   .code = act->code,
                   .address = act->address,
                   .password_where = "/password"};
}

bool second_factor_offer(Store *s, Arena *a, const OwnAct *act, Str issuer, Offer *out, Err *e) {
    Proof proof = proof_of(a, act);
    Offer made = {0};
    SecondFactor present;
    Change c = {.arena = a,
                .actor = proof.login,
                .login = proof.login,
                .address = act->address,
                .offer = &made};

    totp_secret(made.secret);
    made.until = instant_steady() + SECONDS(OFFER_LASTS);
    if (!proof_password(s, &proof, e) || !second_factor_get(s, a, proof.login, &present, e) ||
        !proof_write(s, &proof, present.on, offer, &c, e))
        return false;
    made.uri = totp_uri(a, issuer, proof.login, str_of(made.secret));
    *out = made;
    return true;
}

/* A wrong code is counted, so this transaction must not fail for it. */
static bool confirm(Tx *tx, void *context, Err *e) {
    Change *c = context;
    Factor f;
    Str secret = {NULL, 0};
    bool fresh = false;

    c->wrong = false;
    if (!factor_read(tx, c->arena, c->login, &f, e) ||
        !lock_read(tx, c->login, c->now, &c->lock, e) ||
        (f.offered && !secret_of(tx, c->arena, f.offered, &secret, e)))
        return false;
    if (c->lock.until)
        return true;
    if (!secret.len || c->now > f.offered_until ||
        c->now < f.offered_until - SECONDS(OFFER_LASTS) - CLOCK_SLACK)
        return err_set(e, ERR_CONFLICT, NULL, "没有等待确认的动态验证码，或者已经过期，请重新绑定");
    int64_t step = totp_step(secret, digits_read(c->arena, c->code), instant_wall());

    if (step < 0) {
        c->wrong = true;
        return failure_count(tx,
                             &(Failure){.login = c->login,
                                        .known = true,
                                        .address = c->address,
                                        .now = c->now,
                                        .code = true},
                             &c->lock, e);
    }
    Node *body = node_map(c->arena);

    node_set_int(c->arena, body, "offered", f.offered);
    return tx_run(tx, &SQL_second_used_remove, ARGS(ARG_OF_TEXT(c->login)), NULL, e) &&
           step_use(tx, c->login, step, &fresh, e) &&
           append(tx, c, "account.totp_enrolled", body,
                  codes_hashed(c->arena, secret, c->login, c->codes), e);
}

bool second_factor_confirm(Store *s, Str login, Str code, Str address, RecoveryCodes *out, Err *e) {
    scoped_arena Arena *a = arena_new();
    RecoveryCodes made;
    Str who = login_read(a, login);
    Change c = {.arena = a,
                .actor = who,
                .login = who,
                .address = address,
                .code = code,
                .codes = &made,
                .now = instant_steady()};

    codes_make(&made);
    if (!store_write(s, confirm, &c, e) || lock_refuses(s, who, c.now, &c.lock, e))
        return false;
    if (c.wrong)
        return err_set(e, ERR_INVALID, "/code",
                       "验证码不对，请确认手机和服务器的时间都准确，再输入新的验证码");
    *out = made;
    wipe(&made, sizeof made);
    return true;
}

static bool fail_off(Err *e) {
    return err_set(e, ERR_CONFLICT, NULL, "这个账号没有绑定动态验证码");
}

static bool renew(Tx *tx, void *context, Err *e) {
    Change *c = context;
    Factor f;
    Str secret;

    return factor_read(tx, c->arena, c->login, &f, e) &&
           secret_of(tx, c->arena, f.secret, &secret, e) &&
           append(tx, c, "account.recovery_renewed", node_map(c->arena),
                  codes_hashed(c->arena, secret, c->login, c->codes), e);
}

static bool is_on(Store *s, Arena *a, Str login, Err *e) {
    SecondFactor present;

    return second_factor_get(s, a, login, &present, e) && (present.on || fail_off(e));
}

bool second_factor_renew(Store *s, const OwnAct *act, RecoveryCodes *out, Err *e) {
    scoped_arena Arena *a = arena_new();
    Proof proof = proof_of(a, act);
    RecoveryCodes made;
    Change c = {.arena = a,
                .actor = proof.login,
                .login = proof.login,
                .address = act->address,
                .codes = &made};

    codes_make(&made);
    if (!is_on(s, a, proof.login, e) || !proof_password(s, &proof, e) ||
        !proof_write(s, &proof, true, renew, &c, e))
        return false;
    *out = made;
    wipe(&made, sizeof made);
    return true;
}

static bool remove_it(Tx *tx, void *context, Err *e) {
    const Change *c = context;

    return tx_run(tx, &SQL_second_used_remove, ARGS(ARG_OF_TEXT(c->login)), NULL, e) &&
           append(tx, c, c->kind, node_map(c->arena), NULL, e);
}

bool second_factor_off(Store *s, const OwnAct *act, Err *e) {
    scoped_arena Arena *a = arena_new();
    Proof proof = proof_of(a, act);
    Change c = {.arena = a,
                .actor = proof.login,
                .login = proof.login,
                .address = act->address,
                .kind = "account.totp_off"};

    return is_on(s, a, proof.login, e) && proof_password(s, &proof, e) &&
           proof_write(s, &proof, true, remove_it, &c, e);
}

static bool reset(Tx *tx, void *context, Err *e) {
    const Change *c = context;
    bool on = false;

    if (!account_needed(tx, c->arena, c->login, e) || !second_factor_on(tx, c->login, &on, e))
        return false;
    if (!on)
        return fail_off(e);
    return remove_it(tx, context, e) && lock_clear(tx, c->login, e) &&
           sessions_end(tx, c->login, (Str){NULL, 0}, e);
}

bool second_factor_reset(Store *s, Str actor, Str login, Err *e) {
    scoped_arena Arena *a = arena_new();
    Change c = {
        .arena = a, .actor = actor, .login = login_read(a, login), .kind = "account.totp_reset"};

    if (str_eq(c.actor, c.login))
        return err_set(
            e, ERR_FORBIDDEN, NULL,
            "不能重置自己的动态验证码，请在“我的账号与安全”里解除，或请另一位管理员办理");
    return store_write(s, reset, &c, e);
}
