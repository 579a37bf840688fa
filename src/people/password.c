/* SPDX-License-Identifier: MulanPSL-2.0 */
/* people/password.c: making, checking and refusing passwords. */
#include "people/password.h"

#include <assert.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/crypto.h"
#include "people/account.h"

#include "base/banned.h"

static_assert(PASSWORD_HASH >= crypto_pwhash_STRBYTES, "room for libsodium's text");

enum { AT_ONCE = 2, WAIT_MOST = 30 };
/* The cost of one guess. Builds with fault points are for tests, which make hundreds of passwords;
 * tests/county.py looks at what a release writes. */
#ifdef LIANHENG_FAULTS
enum { OPERATIONS = 1, MEMORY = 1024 * 1024 };
#else
enum { OPERATIONS = 3, MEMORY = 64 * 1024 * 1024 };
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
    int failed = crypto_pwhash_str_alg(out, password.ptr, password.len, OPERATIONS, MEMORY,
                                       crypto_pwhash_ALG_ARGON2ID13);

    gate_leave();
    return !failed || err_set(e, ERR_INTERNAL, NULL, "内存不够，不能处理密码，请稍后再试");
}

/* Something to compare with when there is no account: the same work, never right. */
static char nobody[PASSWORD_HASH];
static pthread_once_t nobody_once = PTHREAD_ONCE_INIT;

static void make_nobody(void) {
    char password[32];

    random_bytes(password, sizeof password);
    if (crypto_pwhash_str_alg(nobody, password, sizeof password, OPERATIONS, MEMORY,
                              crypto_pwhash_ALG_ARGON2ID13) != 0)
        nobody[0] = '\0';
}

bool password_verify(Str hash, Str password, bool *right, Err *e) {
    char stored[PASSWORD_HASH] = {0};
    bool known = hash.len > 0 && hash.len < sizeof stored;

    pthread_once(&nobody_once, make_nobody);
    if (known)
        memcpy(stored, hash.ptr, hash.len);
    else
        memcpy(stored, nobody, sizeof stored);
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
