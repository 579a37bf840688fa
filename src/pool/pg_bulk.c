/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/pg_bulk.c: very many rows into a PostgreSQL table: several connections COPY at the same
 * time. */
#include <pthread.h>

#include "base/fault.h"
#include "pool/pg.h"

#include "base/banned.h"

#define CONNECTIONS_MAX 16

typedef struct Copier {
    Pool *pool;
    const PoolTable *table;
    PoolSource *source;
    pthread_t thread;
    PoolSession *session;
    PoolAppender *appender;
    bool started, began, good;
    Err error;
} Copier;

static bool copy_rows(Copier *c, void *thread) {
    const PoolValue *row;

    for (;;) {
        if (!c->source->next(c->source, thread, &row))
            return false;
        if (!row)
            return pool_append_end(c->appender, &c->error);
        if (!pool_append(c->appender, row, &c->error))
            return false;
    }
}

static void *copy(void *copier) {
    Copier *c = copier;
    void *thread = c->source->start(c->source);

    c->good = copy_rows(c, thread);
    if (!c->good)
        c->source->stop(c->source);
    c->source->end(c->source, thread);
    return NULL;
}

static bool open_copier(Copier *c) {
    c->session = pool_session(c->pool, &c->error);
    c->began = c->session && pool_run(c->session, STR("BEGIN"), NULL, 0, NULL, &c->error);
    c->appender = c->began ? pool_appender(c->session, c->table->columns, c->table->count,
                                           c->table->name, &c->error)
                           : NULL;
    c->started = c->appender && pthread_create(&c->thread, NULL, copy, c) == 0;
    return c->started;
}

/* A crash or failure between two commits leaves rows of a batch that never became visible. */
static bool commit(Copier *c, Err *e) {
    pool_append_free(c->appender);
    c->appender = NULL;
    if (FAULT("pool.commit"))
        return err_set(e, ERR_DISK, NULL, "数据资源池无法写入磁盘：请检查剩余空间后重试");
    c->began = !pool_run(c->session, STR("COMMIT"), NULL, 0, NULL, e);
    return !c->began;
}

static void close_copier(Copier *c) {
    pool_append_free(c->appender);
    if (c->began)
        pool_run(c->session, STR("ROLLBACK"), NULL, 0, NULL, NULL);
    pool_session_close(c->session);
}

bool pg_bulk(Pool *p, const PoolTable *t, PoolSource *source, int workers, Err *e) {
    Copier copiers[CONNECTIONS_MAX] = {0};
    int n = workers > CONNECTIONS_MAX ? CONNECTIONS_MAX : workers, opened = 0;
    bool good = true;

    while (opened < n && good) {
        copiers[opened] = (Copier){.pool = p, .table = t, .source = source};
        good = open_copier(&copiers[opened++]);
    }
    if (!good)
        source->stop(source);
    for (int i = 0; i < opened; i++) {
        if (copiers[i].started)
            pthread_join(copiers[i].thread, NULL);
        if (!copiers[i].good && e && e->code == ERR_NONE)
            *e = copiers[i].error;
        good = good && copiers[i].good;
    }
    for (int i = 0; i < opened && good; i++)
        good = commit(&copiers[i], e);
    for (int i = 0; i < opened; i++)
        close_copier(&copiers[i]);
    return good;
}
