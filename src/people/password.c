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

enum { AT_ONCE = 2, WAIT_MOST = 30, OPERATIONS = 3, MEMORY = 64 * 1024 * 1024 };

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

/* ---- which passwords will do ---- */

/* Long enough and still tried first by everybody who guesses. Lower case. */
static const char *const common[] = {
    "1234567890",    "0123456789",   "12345678910",  "123456789a",   "0987654321",   "9876543210",
    "1234512345",    "1122334455",   "1234567891",   "123123123123", "password123",  "password1234",
    "password12345", "passw0rd123",  "p@ssw0rd123",  "p@ssword123",  "qwertyuiop",   "qwerty123456",
    "qwer123456",    "qwer12345678", "1qaz2wsx3edc", "1q2w3e4r5t",   "1q2w3e4r5t6y", "zaq12wsxcde3",
    "asdfghjkl123",  "asdf123456",   "zxcvbnm123",   "abc1234567",   "abcd123456",   "abcd1234567",
    "abcdefghij",    "a123456789",   "aa123456789",  "admin12345",   "admin123456",  "admin@123456",
    "administrator", "adminadmin",   "root123456",   "test123456",   "woaini1314",   "woaini520",
    "woaini5201314", "5201314520",   "iloveyou123",  "lianheng123",  "lianheng1234", "welcome123",
    "welcome1234",   "changeme123",  "superman123",  "jiancha123",   "zhengfu123",   "qq123456789",
    "wang123456",
};

static char lower(char c) {
    return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

static bool is_common(Str password) {
    for (size_t i = 0; i < sizeof common / sizeof *common; i++)
        if (str_eq_ascii_nocase(password, str_of(common[i])))
            return true;
    return false;
}

static size_t distinct_bytes(Str s) {
    bool seen[256] = {false};
    size_t n = 0;

    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];

        n += !seen[c];
        seen[c] = true;
    }
    return n;
}

static bool contains_nocase(Str s, Str what) {
    for (size_t i = 0; what.len && i + what.len <= s.len; i++) {
        size_t n = 0;

        while (n < what.len && lower(s.ptr[i + n]) == lower(what.ptr[n]))
            n++;
        if (n == what.len)
            return true;
    }
    return false;
}

bool password_check(Str login, Str password, Err *e) {
    if (str_runes(password) < PASSWORD_LEAST)
        return err_set(e, ERR_INVALID, "/password", "密码至少要 %d 个字符", PASSWORD_LEAST);
    if (password.len > PASSWORD_MOST)
        return err_set(e, ERR_INVALID, "/password", "密码太长，最多 %d 个字节", PASSWORD_MOST);
    if (login.len >= 3 && contains_nocase(password, login))
        return err_set(e, ERR_INVALID, "/password", "密码里不能含有登录名，请换一个");
    if (is_common(password))
        return err_set(e, ERR_INVALID, "/password", "这个密码太常见，容易被猜到，请换一个");
    if (distinct_bytes(password) < 4)
        return err_set(e, ERR_INVALID, "/password", "密码里不同的字符太少，请换一个");
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
