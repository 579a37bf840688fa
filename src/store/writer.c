/* SPDX-License-Identifier: MulanPSL-2.0 */
/* store/writer.c: the single writer. Jobs that wait while a commit is under way share the next one:
 *
 *     BEGIN   savepoint job 1   savepoint job 2   …   head of the chain   COMMIT   tell   wake
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/fault.h"
#include "base/log.h"
#include "store/inside.h"

#include "base/banned.h"

/* Jobs of one commit, in the order they came. */
typedef struct Group {
    Job *jobs[GROUP_MOST];
    size_t count;
} Group;

/* ---- the group's transaction ---- */

/* A connection that answers, with a transaction begun. */
static bool group_begin(Store *s, Err *e) {
    for (int tries = 0; tries < 2; tries++) {
        err_clear(e);
        if (!s->conn)
            s->conn = conn_open(&s->place, true, e);
        if (!s->conn)
            return false;
        if (conn_begin(s->conn, e))
            return true;
        if (!conn_lost(s->conn))
            return false;
        conn_shut(s->conn);
        s->conn = NULL;
    }
    return false;
}

static bool before_job(Tx *tx, const Job *job, Err *e) {
    const Scope *scope = tx->scope;

    if (!job->before)
        return true;
    tx->scope = NULL;
    bool ok = job->before->work(tx, job->before->context, e);

    tx->scope = scope;
    return ok;
}

/* One job between savepoints. *whole is cleared when the engine threw the whole transaction away
 * (a full disk, a lost line): then nothing of the group is left. */
static bool job_run(Store *s, Chain *chain, Job *job, bool *whole) {
    Chain mark = chain_mark(chain);
    Tx tx = {.store = s, .conn = s->conn, .chain = chain, .scope = job->scope};
    Err why = {0};
    bool ok = conn_savepoint(s->conn, &why) && before_job(&tx, job, &why) &&
              job->work(&tx, job->context, &why);

    if (ok && tx.why.code != ERR_NONE) {
        why = tx.why; /* it went on after a failed statement */
        ok = false;
    }
    ok = ok && conn_release(s->conn, &why);
    if (!ok) {
        chain_back(chain, &mark);
        if (why.code == ERR_NONE)
            err_set(&why, ERR_INTERNAL, NULL, "写入没有完成，也没有说明原因");
        if (!conn_in_transaction(s->conn) || conn_lost(s->conn) || !conn_back(s->conn, NULL))
            *whole = false;
    }
    if (job->e)
        *job->e = ok ? (Err){0} : why;
    job->ok = ok;
    return ok;
}

static void fail_all(Group *g, const Err *why) {
    for (size_t i = 0; i < g->count; i++) {
        g->jobs[i]->ok = false;
        if (g->jobs[i]->e)
            *g->jobs[i]->e = *why;
    }
}

/* More jobs that came meanwhile; with `wait`, until there is one or the store closes. */
static void group_fill(Store *s, Group *g, bool wait) {
    pthread_mutex_lock(&s->lock);
    while (wait && !s->first && !s->closing)
        pthread_cond_wait(&s->queue_changed, &s->lock);
    while (s->first && g->count < GROUP_MOST) {
        g->jobs[g->count++] = s->first;
        s->first = s->first->next;
    }
    pthread_mutex_unlock(&s->lock);
}

static void group_remove(Group *g, size_t i) {
    g->count--;
    for (; i < g->count; i++)
        g->jobs[i] = g->jobs[i + 1];
}

static void job_wake(Store *s, Job *job) {
    pthread_mutex_lock(&s->lock);
    job->done = true;
    pthread_cond_signal(&job->wake);
    pthread_mutex_unlock(&s->lock);
}

typedef enum Outcome { COMMITTED, AGAIN, FAILED } Outcome;

/* Run every job of the group and commit. AGAIN: the transaction was lost under one job, which has
 * failed for good or, when the line broke, may be tried once more; the others did nothing wrong. */
static Outcome group_try(Store *s, Group *g, Chain *chain, bool *line_broke, Err *e) {
    Tx tx = {.store = s, .chain = chain};

    if (!group_begin(s, e))
        return FAILED;
    for (size_t i = 0; i < g->count; i++) {
        bool whole = true;

        job_run(s, chain, g->jobs[i], &whole);
        if (!whole) {
            bool broke = conn_lost(s->conn);

            conn_rollback(s->conn);
            if (broke && !*line_broke) {
                *line_broke = true;
                return AGAIN;
            }
            job_wake(s, g->jobs[i]);
            group_remove(g, i);
            return AGAIN;
        }
        if (i + 1 == g->count)
            group_fill(s, g, false);
    }
    tx.conn = s->conn;
    if (!chain_seal(&tx, e)) {
        conn_rollback(s->conn);
        return FAILED;
    }
    return conn_commit(s->conn, e) ? COMMITTED : FAILED;
}

static void group_run(Store *s, Group *g) {
    bool line_broke = false;
    Outcome outcome = AGAIN;

    while (outcome == AGAIN && g->count) {
        Chain chain = {.arena = arena_new()};
        Err why = {0};

        outcome = group_try(s, g, &chain, &line_broke, &why);
        atomic_fetch_add(&s->writes, 1); /* before anybody hears of it */
        if (outcome == COMMITTED) {
            if (FAULT("store.committed"))
                log_line(LOG_WARNING, "store", "fault after commit");
            chain_publish(s, &chain);
            chain_scrub(s, &chain);
        } else if (outcome == FAILED) {
            fail_all(g, &why);
        }
        if (s->conn && conn_lost(s->conn)) {
            conn_shut(s->conn);
            s->conn = NULL;
        }
        arena_free(chain.arena);
    }
    for (size_t i = 0; i < g->count; i++)
        job_wake(s, g->jobs[i]);
}

/* ---- the thread ---- */

static void *write_groups(void *context) {
    Store *s = context;

    for (;;) {
        Group g = {.count = 0};

        group_fill(s, &g, true);
        if (g.count == 0)
            return NULL; /* closing, and nobody waits */
        group_run(s, &g);
    }
}

void writer_start(Store *s) {
    if (pthread_create(&s->writer, NULL, write_groups, s) != 0) {
        fputs("lianheng: 不能启动写入线程，程序退出\n", stderr);
        abort();
    }
}

void writer_stop(Store *s) {
    pthread_mutex_lock(&s->lock);
    s->closing = true;
    pthread_cond_broadcast(&s->queue_changed);
    pthread_mutex_unlock(&s->lock);
    pthread_join(s->writer, NULL);
}

static _Thread_local bool reads_only;
static _Thread_local StoreFirst *thread_first;

void store_thread_first(StoreFirst *first) {
    thread_first = first;
}

void store_thread_reads_only(bool on) {
    reads_only = on;
}

bool store_write(Store *s, TxWork *work, void *context, Err *e) {
    StoreFirst *before = thread_first && !thread_first->done ? thread_first : NULL;
    Job job = {.work = work,
               .context = context,
               .e = e,
               .scope = store_thread_scope_now(),
               .before = before};

    if (reads_only)
        return err_set(e, ERR_INTERNAL, NULL, "读取请求不能写入，这是程序的错误，请联系维护人员");
    assert(!pthread_equal(pthread_self(), s->writer) && "store_write inside store_write");
    pthread_cond_init(&job.wake, NULL);
    pthread_mutex_lock(&s->lock);
    assert(!s->closing);
    if (s->first)
        s->last->next = &job;
    else
        s->first = &job;
    s->last = &job;
    pthread_cond_signal(&s->queue_changed);
    while (!job.done)
        pthread_cond_wait(&job.wake, &s->lock);
    pthread_mutex_unlock(&s->lock);
    pthread_cond_destroy(&job.wake);
    if (before && job.ok)
        before->done = true;
    return job.ok;
}
