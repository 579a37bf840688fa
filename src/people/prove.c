/* SPDX-License-Identifier: MulanPSL-2.0 */
/* people/prove.c: before something that matters the owner of an account shows again that it is he.
 */
#include "people/inside.h"
#include "people/password.h"

#include "base/banned.h"

static bool present(Tx *tx, void *context, Err *e) {
    Proof *p = context;
    const Node *row = account_needed(tx, p->arena, p->login, e);

    if (!row)
        return false;
    p->hash = node_text(row, "password");
    p->name = node_text(row, "name");
    return lock_read(tx, p->login, p->now, &p->lock, e);
}

static bool count(Tx *tx, void *context, Err *e) {
    Proof *p = context;

    return failure_count(
        tx, &(Failure){.login = p->login, .known = true, .address = p->address, .now = p->now},
        &p->lock, e);
}

bool proof_password(Store *s, Proof *p, Err *e) {
    bool right = false;

    p->now = instant_steady();
    if (!store_read(s, present, p, e) || lock_refuses(s, p->login, p->now, &p->lock, e) ||
        !password_verify(p->hash, p->password, &right, e))
        return false;
    if (right)
        return true;
    if (!store_write(s, count, p, e) || lock_refuses(s, p->login, p->now, &p->lock, e))
        return false;
    return err_set(e, ERR_INVALID, p->password_where, "密码不对");
}

typedef struct Proven {
    Proof *proof;
    bool needs_code, wrong;
    TxWork *work;
    void *context;
} Proven;

/* A wrong code is counted, so this transaction must not fail for it. */
static bool prove(Tx *tx, void *context, Err *e) {
    Proven *w = context;
    Proof *p = w->proof;
    const Node *row = account_needed(tx, p->arena, p->login, e);
    CodeKind kind = CODE_TOTP;

    w->wrong = false;
    if (!row || !lock_read(tx, p->login, p->now, &p->lock, e))
        return false;
    if (p->lock.until)
        return true;
    if (!str_eq(node_text(row, "password"), p->hash))
        return err_set(e, ERR_CONFLICT, NULL, "密码刚刚被改过，请重新登录");
    if (w->needs_code && !code_use(tx, p->login, p->code, p->address, &kind, e))
        return false;
    if (kind != CODE_WRONG)
        return w->work(tx, w->context, e);
    w->wrong = true;
    return failure_count(
        tx,
        &(Failure){
            .login = p->login, .known = true, .address = p->address, .now = p->now, .code = true},
        &p->lock, e);
}

bool proof_write(Store *s, Proof *p, bool needs_code, TxWork *work, void *context, Err *e) {
    Proven w = {.proof = p, .needs_code = needs_code, .work = work, .context = context};

    if (!store_write(s, prove, &w, e) || lock_refuses(s, p->login, p->now, &p->lock, e))
        return false;
    return !w.wrong || err_set(e, ERR_INVALID, "/code", "验证码不对，或者已经用过");
}

bool account_prove(Store *s, Str login, Str password, Str address, Err *e) {
    scoped_arena Arena *a = arena_new();
    Proof p = {.arena = a,
               .login = login_read(a, login),
               .password = password,
               .address = address,
               .password_where = "/password"};

    return proof_password(s, &p, e);
}
