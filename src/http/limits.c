/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/limits.c: how often somebody may try to sign in. Accounts lock by themselves (people/); this
 * keeps one address from trying many accounts, and from keeping the password hash busy. */
#include "http/inside.h"

#include <stdlib.h>
#include <time.h>

enum { SLOTS = 4096, WINDOW = 600, PAIR_MOST = 10, ADDRESS_MOST = 100 };

/* A counter per hash: two that share a slot share a limit, which errs on the safe side. */
typedef struct Slot {
    uint64_t hash;
    time_t since;
    unsigned failures;
} Slot;

struct SignInLimits {
    pthread_mutex_t mutex;
    Slot slots[SLOTS];
};

struct SignInLimits *limits_new(void) {
    struct SignInLimits *l = calloc(1, sizeof *l);

    pthread_mutex_init(&l->mutex, NULL);
    return l;
}

void limits_free(struct SignInLimits *l) {
    if (l == NULL)
        return;
    pthread_mutex_destroy(&l->mutex);
    free(l);
}

static Slot *slot_of(struct SignInLimits *l, uint64_t hash) {
    Slot *slot = &l->slots[hash % SLOTS];
    time_t now = time(NULL);

    if (now - slot->since >= WINDOW)
        *slot = (Slot){.hash = hash, .since = now};
    return slot;
}

static uint64_t pair_hash(Str address, Str login) {
    return str_hash(address) * UINT64_C(0x9e3779b97f4a7c15) ^ str_hash(login);
}

bool limits_allow(struct SignInLimits *l, Str address, Str login, Err *e) {
    pthread_mutex_lock(&l->mutex);
    bool allowed = slot_of(l, pair_hash(address, login))->failures < PAIR_MOST &&
                   slot_of(l, str_hash(address))->failures < ADDRESS_MOST;

    pthread_mutex_unlock(&l->mutex);
    return allowed || err_set(e, ERR_TOO_MANY, NULL, "登录失败的次数太多，请十分钟后再试");
}

void limits_failed(struct SignInLimits *l, Str address, Str login) {
    pthread_mutex_lock(&l->mutex);
    slot_of(l, pair_hash(address, login))->failures++;
    slot_of(l, str_hash(address))->failures++;
    pthread_mutex_unlock(&l->mutex);
}

void limits_forgive(struct SignInLimits *l, Str address, Str login) {
    pthread_mutex_lock(&l->mutex);
    slot_of(l, pair_hash(address, login))->failures = 0;
    pthread_mutex_unlock(&l->mutex);
}
