/* SPDX-License-Identifier: MulanPSL-2.0 */
/* people/password.c: making, checking and refusing passwords. */
#include "people/password.h"

#include <assert.h>
#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "base/crypto.h"
#include "people/account.h"

#include "base/banned.h"

static_assert(PASSWORD_HASH >= crypto_pwhash_STRBYTES, "room for libsodium's text");

enum { AT_ONCE = 2, WAIT_MOST = 30 };

/* The cost of one guess. tests/county.py looks at what a release writes. */
typedef struct Cost {
    unsigned long long operations;
    size_t memory;
} Cost;
static const Cost costs[] = {{3, (size_t)64 << 20}, {1, (size_t)1 << 20}};
#ifdef LIANHENG_FAULTS /* builds for tests, which make hundreds of passwords */
static atomic_int cost = 1;

void password_cost_in_full(bool on) {
    atomic_store(&cost, on ? 0 : 1);
}
#else
enum { cost = 0 };
#endif

static struct {
    pthread_mutex_t lock;
    pthread_cond_t freed;
    int running, waiting;
} gate = {.lock = PTHREAD_MUTEX_INITIALIZER, .freed = PTHREAD_COND_INITIALIZER};

static bool gate_enter(Err *e) {
    pthread_mutex_lock(&gate.lock);
    if (gate.waiting >= WAIT_MOST) {
        pthread_mutex_unlock(&gate.lock);
        return err_set(e, ERR_TOO_MANY, NULL, "同时登录的人太多，请稍后再试");
    }
    gate.waiting++;
    while (gate.running >= AT_ONCE)
        pthread_cond_wait(&gate.freed, &gate.lock);
    gate.waiting--;
    gate.running++;
    pthread_mutex_unlock(&gate.lock);
    return true;
}

static void gate_leave(void) {
    pthread_mutex_lock(&gate.lock);
    gate.running--;
    pthread_cond_signal(&gate.freed);
    pthread_mutex_unlock(&gate.lock);
}

bool password_hash(Str password, char out[PASSWORD_HASH], Err *e) {
    if (!gate_enter(e))
        return false;
    memset(out, 0, PASSWORD_HASH);
    const Cost *c = &costs[cost];
    int failed = crypto_pwhash_str_alg(out, password.ptr, password.len, c->operations, c->memory,
                                       crypto_pwhash_ALG_ARGON2ID13);

    gate_leave();
    return !failed || err_set(e, ERR_INTERNAL, NULL, "内存不够，不能处理密码，请稍后再试");
}

/* Something to compare with when there is no account: the same work, never right. */
static char nobody[2][PASSWORD_HASH];
static pthread_once_t nobody_once = PTHREAD_ONCE_INIT;

static void make_nobody(void) {
    char password[32];

    for (size_t i = 0; i < 2; i++) {
        random_bytes(password, sizeof password);
        if (crypto_pwhash_str_alg(nobody[i], password, sizeof password, costs[i].operations,
                                  costs[i].memory, crypto_pwhash_ALG_ARGON2ID13) != 0)
            nobody[i][0] = '\0';
    }
}

bool password_verify(Str hash, Str password, bool *right, Err *e) {
    char stored[PASSWORD_HASH] = {0};
    bool known = hash.len > 0 && hash.len < sizeof stored;

    pthread_once(&nobody_once, make_nobody);
    if (known)
        memcpy(stored, hash.ptr, hash.len);
    else
        memcpy(stored, nobody[cost], sizeof stored);
    if (!gate_enter(e))
        return false;
    bool same =
        crypto_pwhash_str_verify(stored, password.len ? password.ptr : "", password.len) == 0;

    gate_leave();
    *right = same && known;
    return true;
}

void account_random_password(char out[24]) {
    /* Without 0 O 1 l I, which are misread on paper. */
    static const char letters[] = "abcdefghijkmnpqrstuvwxyz23456789";
    unsigned char random[20];

    static_assert(sizeof letters == 33, "five bits a letter");
    random_bytes(random, sizeof random);
    for (size_t i = 0, at = 0; i < sizeof random; i++) {
        if (i && i % 5 == 0)
            out[at++] = '-';
        out[at++] = letters[random[i] & 31];
    }
    out[23] = '\0';
    wipe(random, sizeof random);
}
