/* SPDX-License-Identifier: MulanPSL-2.0 */
/* clue/follow.c: another server on the same PostgreSQL has gone over to the next generation of the
 * master key. This one goes on when the new key file is in its place; until then whatever needs the
 * new key fails and says so. */
#include "clue/follow.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/keyring.h"
#include "base/log.h"

#include "base/banned.h"

enum { TRY_EACH_MS = 200 };

struct Follow {
    Office *office;
    pthread_mutex_t lock; /* guards the rest */
    int64_t tried_ms;     /* 0: never */
    Err why;              /* why it did not work last time; logged once */
};

static int64_t now_ms(void) {
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static bool take(Office *o, int64_t generation, Err *e) {
    Keys *fresh = keys_load(o->key_path.ptr, e);
    bool good = fresh && keys_follow(o->keys, fresh, generation, e);

    keys_free(fresh);
    return good;
}

/* As often as it is asked, but not the disk. */
static bool try(Follow *f, int64_t generation) {
    Office *o = f->office;
    Err why = {0};

    if (f->tried_ms && now_ms() - f->tried_ms < TRY_EACH_MS)
        return false;
    if (take(o, generation, &why)) {
        log_line(LOG_INFO, "keys", "密钥文件 %s 已换成第 %lld 代，继续工作", o->key_path.ptr,
                 (long long)generation);
        f->tried_ms = 0;
        f->why = why;
        return true;
    }
    f->tried_ms = now_ms();
    if (strcmp(f->why.text, why.text) != 0)
        log_line(
            LOG_ERROR, "keys",
            "%s。另一个服务已轮换密钥，本服务暂时不能写入，也打不开用新密钥加密的内容；请把新的"
            "密钥文件放到 %s（权限 600），不用重启",
            why.text, o->key_path.ptr);
    f->why = why;
    return false;
}

/* Whoever waited for the lock may find it done. */
static bool follow_to(void *context, int64_t generation, Err *e) {
    Follow *f = context;
    Office *o = f->office;
    bool good;

    pthread_mutex_lock(&f->lock);
    good = (keys_whole(o->keys, generation) &&
            (keys_generation(o->keys) >= generation || keys_use(o->keys, generation, NULL))) ||
           try(f, generation);
    if (good)
        journal_use_keys(o->store, o->keys);
    else
        err_set(e, ERR_KEY, NULL,
                "%s。密钥已由另一个服务轮换：请系统管理员把新的密钥文件放到 %s（权限 600），放好后"
                "自动继续，不用重启；这次没有保存任何改动",
                f->why.text, o->key_path.ptr);
    pthread_mutex_unlock(&f->lock);
    return good;
}

Follow *follow_begin(Office *o) {
    Follow *f = calloc(1, sizeof *f);

    if (!f)
        abort();
    f->office = o;
    pthread_mutex_init(&f->lock, NULL);
    journal_use_keys(o->store, o->keys); /* the generation in use is known by now */
    journal_key_source(o->store, follow_to, f);
    return f;
}

void follow_end(Follow *f) {
    if (!f)
        return;
    pthread_mutex_destroy(&f->lock);
    free(f);
}
