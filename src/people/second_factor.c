/* SPDX-License-Identifier: MulanPSL-2.0 */
/* people/second_factor.c: enrolling, confirming, new recovery codes, switching off. */
#include "people/second_factor.h"

#include <assert.h>

#include "people/factor.h"
#include "people/totp.h"
#include "sql_statements.h"

#include "base/banned.h"

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
        (f.offered && !factor_secret(tx, c->arena, f.offered, &secret, e)))
        return false;
    if (c->lock.until)
        return true;
    if (!secret.len || c->now > f.offered_until ||
        c->now < f.offered_until - SECONDS(OFFER_LASTS) - CLOCK_SLACK)
        return err_set(e, ERR_CONFLICT, NULL, "没有等待确认的动态验证码，或者已经过期，请重新绑定");
    int64_t step = totp_step(secret, factor_digits(c->arena, c->code), instant_wall());

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
           factor_step_use(tx, c->login, step, &fresh, e) &&
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
           factor_secret(tx, c->arena, f.secret, &secret, e) &&
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
