/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/limits.c: one table of limits, counted in a fixed number of slots. Accounts lock by
 * themselves (people/); this keeps one address from trying many accounts, keeps the password hash
 * free, and bounds what leaves the house in a while. */
#include "http/limits.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/day.h"

enum { SLOTS = 8192, WAYS = 4 };

/* 0: not counted that way. */
static const struct {
    unsigned window;  /* seconds */
    unsigned pair;    /* by address and login */
    unsigned address; /* by address, whoever it is */
    unsigned login;   /* by login, from wherever */
    const char *text;
} kinds[LIMIT_KINDS] = {
    [LIMIT_SIGN_IN] = {600, 10, 100, 0, "登录失败的次数太多，请过几分钟再试"},
    [LIMIT_CODE] = {600, 0, 30, 0, "输错验证码的次数太多，请过几分钟再试"},
    [LIMIT_PASSWORD] = {600, 0, 100, 20, "修改密码或核对身份的次数太多，请过几分钟再试"},
    [LIMIT_EXPORT] = {600, 0, 0, 60, "导出的次数太多，请过几分钟再试"},
    [LIMIT_REVEAL] = {600, 0, 0, 200, "查看敏感信息的次数太多，请过几分钟再试"},
};

typedef struct Slot {
    uint64_t hash; /* 0: empty */
    Instant since;
    unsigned count;
} Slot;

struct Limits {
    pthread_mutex_t mutex;
    Slot slots[SLOTS];
};

Limits *limits_new(void) {
    Limits *l = calloc(1, sizeof *l);

    if (l == NULL)
        abort();
    pthread_mutex_init(&l->mutex, NULL);
    return l;
}

void limits_free(Limits *l) {
    if (l == NULL)
        return;
    pthread_mutex_destroy(&l->mutex);
    free(l);
}

/* A window that has run out, or that lies in the future because the clock was set back. */
static bool is_over(const Slot *s, Instant now, Instant window) {
    return s->hash == 0 || now - s->since >= window || s->since > now;
}

/* The slot of this hash, or one that may be used for it: an empty one, or of its few places the
 * one that counted least. Somebody who fills all of them with other names cannot clear a full one.
 */
static Slot *slot_of(Limits *l, uint64_t hash, Instant now, Instant window) {
    Slot *best = NULL;
    unsigned least = 0;

    hash += hash == 0;
    for (size_t i = 0; i < WAYS; i++) {
        Slot *s = &l->slots[(hash + i) % SLOTS];

        if (s->hash == hash) {
            if (is_over(s, now, window))
                *s = (Slot){.hash = hash, .since = now};
            return s;
        }
        unsigned counts = is_over(s, now, window) ? 0 : s->count + 1;

        if (best == NULL || counts < least) {
            best = s;
            least = counts;
        }
    }
    *best = (Slot){.hash = hash, .since = now};
    return best;
}

enum { BY_PAIR, BY_ADDRESS, BY_LOGIN, MANNERS };

typedef struct Manner {
    unsigned most;
    uint64_t hash;
} Manner;

static void manners_of(Limit kind, Str address, Str login, Manner out[MANNERS]) {
    const uint64_t odd = UINT64_C(0x9e3779b97f4a7c15), a = str_hash(address), b = str_hash(login);
    uint64_t salt = (uint64_t)kind * 8;

    out[BY_PAIR] = (Manner){kinds[kind].pair, (a * odd ^ b) + salt * odd};
    out[BY_ADDRESS] = (Manner){kinds[kind].address, (a + salt + 1) * odd};
    out[BY_LOGIN] = (Manner){login.len != 0 ? kinds[kind].login : 0, (b + salt + 2) * odd};
}

static void count(Limits *l, Limit kind, const Manner *m, Instant now) {
    Instant window = (Instant)kinds[kind].window * 1000000;

    for (size_t i = 0; i < MANNERS; i++)
        if (m[i].most != 0)
            slot_of(l, m[i].hash, now, window)->count++;
}

static bool allowed(Limits *l, Limit kind, const Manner *m, Instant now, unsigned *wait) {
    Instant window = (Instant)kinds[kind].window * 1000000;

    for (size_t i = 0; i < MANNERS; i++) {
        if (m[i].most == 0)
            continue;
        const Slot *s = slot_of(l, m[i].hash, now, window);

        if (s->count < m[i].most)
            continue;
        *wait = (unsigned)((s->since + window - now) / 1000000) + 1;
        return false;
    }
    return true;
}

bool limits_allow(Limits *l, Limit kind, Str address, Str login, unsigned *wait, Err *e) {
    Manner m[MANNERS];

    manners_of(kind, address, login, m);
    pthread_mutex_lock(&l->mutex);
    bool good = allowed(l, kind, m, instant_steady(), wait);

    pthread_mutex_unlock(&l->mutex);
    return good || err_set(e, ERR_TOO_MANY, NULL, "%s", kinds[kind].text);
}

void limits_count(Limits *l, Limit kind, Str address, Str login) {
    Manner m[MANNERS];

    manners_of(kind, address, login, m);
    pthread_mutex_lock(&l->mutex);
    count(l, kind, m, instant_steady());
    pthread_mutex_unlock(&l->mutex);
}

bool limits_take(Limits *l, Limit kind, Str address, Str login, unsigned *wait, Err *e) {
    Manner m[MANNERS];

    manners_of(kind, address, login, m);
    pthread_mutex_lock(&l->mutex);
    Instant now = instant_steady();
    bool good = allowed(l, kind, m, now, wait);

    if (good)
        count(l, kind, m, now);
    pthread_mutex_unlock(&l->mutex);
    return good || err_set(e, ERR_TOO_MANY, NULL, "%s", kinds[kind].text);
}

void limits_forgive(Limits *l, Limit kind, Str address, Str login) {
    Manner m[MANNERS];

    manners_of(kind, address, login, m);
    if (m[BY_PAIR].most == 0)
        return;
    pthread_mutex_lock(&l->mutex);
    slot_of(l, m[BY_PAIR].hash, instant_steady(), (Instant)kinds[kind].window * 1000000)->count = 0;
    pthread_mutex_unlock(&l->mutex);
}
