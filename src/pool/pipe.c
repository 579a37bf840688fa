/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/pipe.c: one thread reads and decodes, the others normalise, tokenise and append. */
#include <pthread.h>
#include <stdlib.h>

#include "pool/pipe.h"

#include "base/fault.h"

#include "base/banned.h"

#define BLOCK_ROWS 2048
#define WORKERS_MAX 16
#define BLOCKS_MAX (2 * WORKERS_MAX + 4)

typedef struct Load {
    RowBlock *block;
    size_t from;
    int64_t sequence;
} Load;

typedef struct Pipe {
    PipeWork *work;
    pthread_mutex_t lock; /* guards all below but `stopped` */
    pthread_cond_t changed;
    Load full[BLOCKS_MAX];
    RowBlock *empty[BLOCKS_MAX];
    size_t full_count, empty_count;
    bool ended;
    _Atomic bool stopped; /* a failure somewhere: everybody goes home */
    Err error;            /* the first one */
    int64_t received, rejected;
} Pipe;

typedef struct Worker {
    Pipe *pipe;
    pthread_t thread;
    PoolSession *session;
    PoolAppender *appender;
    Maker *maker;
    Buf lines;
    bool started, began;
} Worker;

static void stop(Pipe *p, const Err *e) {
    pthread_mutex_lock(&p->lock);
    if (p->error.code == ERR_NONE)
        p->error = *e;
    atomic_store(&p->stopped, true);
    pthread_cond_broadcast(&p->changed);
    pthread_mutex_unlock(&p->lock);
}

static bool cancelled(const Pipe *p) {
    return p->work->progress && atomic_load(&p->work->progress->cancel);
}

/* False: no more, or stopped. */
static bool take_full(Pipe *p, Load *out) {
    pthread_mutex_lock(&p->lock);
    while (!p->full_count && !p->ended && !atomic_load(&p->stopped))
        pthread_cond_wait(&p->changed, &p->lock);
    bool good = p->full_count && !atomic_load(&p->stopped);

    if (good) {
        *out = p->full[0];
        p->full_count--;
        for (size_t i = 0; i < p->full_count; i++)
            p->full[i] = p->full[i + 1];
    }
    pthread_mutex_unlock(&p->lock);
    return good;
}

static RowBlock *take_empty(Pipe *p) {
    RowBlock *block = NULL;

    pthread_mutex_lock(&p->lock);
    while (!p->empty_count && !atomic_load(&p->stopped))
        pthread_cond_wait(&p->changed, &p->lock);
    if (p->empty_count && !atomic_load(&p->stopped))
        block = p->empty[--p->empty_count];
    pthread_mutex_unlock(&p->lock);
    return block;
}

static void give_full(Pipe *p, Load load) {
    pthread_mutex_lock(&p->lock);
    p->full[p->full_count++] = load;
    pthread_cond_broadcast(&p->changed);
    pthread_mutex_unlock(&p->lock);
}

static void give_empty(Pipe *p, RowBlock *block, int64_t received, int64_t rejected) {
    ImportProgress *progress = p->work->progress;

    pthread_mutex_lock(&p->lock);
    p->empty[p->empty_count++] = block;
    p->received += received;
    p->rejected += rejected;
    if (progress) {
        atomic_store(&progress->received, p->received);
        atomic_store(&progress->rejected, p->rejected);
    }
    pthread_cond_broadcast(&p->changed);
    pthread_mutex_unlock(&p->lock);
}

static bool do_block(Worker *w, const Load *load, Err *e) {
    const RowOfCells *rows = row_block_rows(load->block);
    size_t count = row_block_count(load->block);
    int64_t received = 0, rejected = 0;

    if (FAULT("pool.append"))
        return err_set(e, ERR_DISK, NULL, "数据资源池无法写入磁盘：请检查剩余空间后重试");
    for (size_t i = load->from; i < count; i++) {
        MadeRow made;

        switch (maker_make(w->maker, &rows[i], &made)) {
        case MADE_EMPTY:
            continue;
        case MADE_REJECTED:
            rejected++;
            if (w->pipe->work->rejects)
                rejects_line(&w->lines, (int64_t)rows[i].line, &made);
            break;
        case MADE_ROW:
            if (!pool_append(w->appender, made.values, e))
                return false;
            break;
        }
        received++;
    }
    if (w->pipe->work->rejects &&
        !rejects_submit(w->pipe->work->rejects, load->sequence, &w->lines, rejected, e))
        return false;
    give_empty(w->pipe, load->block, received, rejected);
    return true;
}

static void *work(void *worker) {
    Worker *w = worker;
    Load load;
    Err e = {0};

    while (take_full(w->pipe, &load)) {
        if (cancelled(w->pipe))
            err_set(&e, ERR_CANCELLED, NULL, "导入已取消，没有留下任何数据");
        if (e.code != ERR_NONE || !do_block(w, &load, &e)) {
            stop(w->pipe, &e);
            return NULL;
        }
    }
    if (!atomic_load(&w->pipe->stopped) && !pool_append_end(w->appender, &e))
        stop(w->pipe, &e);
    return NULL;
}

static bool start_worker(Pipe *p, Worker *w, Err *e) {
    const MakerPlan *plan = p->work->plan;

    w->pipe = p;
    buf_init(&w->lines, (size_t)1 << 30);
    w->session = pool_session(p->work->pool, e);
    if (!w->session || !pool_run(w->session, STR("BEGIN"), NULL, 0, NULL, e))
        return false;
    w->began = true;
    w->appender = pool_appender(w->session, plan->table->columns, plan->table->count, plan->table->name, e);
    if (!w->appender)
        return false;
    w->maker = maker_new(plan);
    if (pthread_create(&w->thread, NULL, work, w) != 0)
        return err_set(e, ERR_INTERNAL, NULL, "无法启动导入线程");
    w->started = true;
    return true;
}

static void read_blocks(Pipe *p) {
    Load load = {p->work->first, p->work->from, 0};
    Err e = {0};

    while (!atomic_load(&p->stopped)) {
        give_full(p, load);
        load = (Load){take_empty(p), 0, load.sequence + 1};
        if (!load.block)
            break;
        if (!rows_next(p->work->rows, load.block, &e)) {
            stop(p, &e);
            break;
        }
        if (p->work->progress)
            atomic_store(&p->work->progress->bytes, (int64_t)rows_bytes_read(p->work->rows));
        if (!row_block_count(load.block))
            break;
    }
    pthread_mutex_lock(&p->lock);
    p->ended = true;
    pthread_cond_broadcast(&p->changed);
    pthread_mutex_unlock(&p->lock);
}

/* Commit in turn; a crash or failure between two of them leaves rows of a batch that never became visible. */
static bool commit(Worker *workers, int n, Err *e) {
    for (int i = 0; i < n; i++) {
        pool_append_free(workers[i].appender);
        workers[i].appender = NULL;
        if (FAULT("pool.commit"))
            return err_set(e, ERR_DISK, NULL, "数据资源池无法写入磁盘：请检查剩余空间后重试");
        if (!pool_run(workers[i].session, STR("COMMIT"), NULL, 0, NULL, e))
            return false;
        workers[i].began = false;
    }
    return true;
}

static void end_worker(Worker *w) {
    pool_append_free(w->appender);
    if (w->began)
        pool_run(w->session, STR("ROLLBACK"), NULL, 0, NULL, NULL);
    pool_session_close(w->session);
    maker_free(w->maker);
    buf_done(&w->lines);
}

bool pipe_run(PipeWork *w, int64_t *received, int64_t *rejected, Err *e) {
    Pipe p = {.work = w};
    Worker workers[WORKERS_MAX] = {0};
    RowBlock *blocks[BLOCKS_MAX];
    int n = w->workers < 1 ? 1 : w->workers > WORKERS_MAX ? WORKERS_MAX : w->workers, started = 0;
    size_t block_count = (size_t)n * 2 + 1;

    pthread_mutex_init(&p.lock, NULL);
    pthread_cond_init(&p.changed, NULL);
    for (size_t i = 0; i < block_count; i++)
        p.empty[p.empty_count++] = blocks[i] = row_block_new(BLOCK_ROWS);
    for (; started < n; started++)
        if (!start_worker(&p, &workers[started], &p.error)) {
            atomic_store(&p.stopped, true);
            pthread_cond_broadcast(&p.changed);
            started++;
            break;
        }
    if (!atomic_load(&p.stopped))
        read_blocks(&p);
    for (int i = 0; i < started; i++)
        if (workers[i].started)
            pthread_join(workers[i].thread, NULL);
    if (p.error.code == ERR_NONE && cancelled(&p))
        err_set(&p.error, ERR_CANCELLED, NULL, "导入已取消，没有留下任何数据");
    bool good = p.error.code == ERR_NONE && commit(workers, started, &p.error);

    for (int i = 0; i < started; i++)
        end_worker(&workers[i]);
    for (size_t i = 0; i < block_count; i++)
        row_block_free(blocks[i]);
    pthread_mutex_destroy(&p.lock);
    pthread_cond_destroy(&p.changed);
    *received = p.received;
    *rejected = p.rejected;
    if (!good && e)
        *e = p.error;
    return good;
}
