/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/pipe.c: one thread reads and decodes; the engine's threads pull rows, normalised and
 * tokenised, out of the blocks it read. */
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
    PoolSource source; /* first: the engine gives it back */
    PipeWork *work;
    pthread_mutex_t lock; /* guards all below but `stopped` */
    pthread_cond_t changed;
    Load full[BLOCKS_MAX];
    RowBlock *empty[BLOCKS_MAX];
    size_t full_count, empty_count;
    bool ended;
    _Atomic bool stopped; /* a failure somewhere: everybody goes home */
    Err error;            /* the first one */
    int64_t received, rejected, sealed;
} Pipe;

/* One of the engine's threads. */
typedef struct Puller {
    Maker *maker;
    Load load; /* block NULL: none in work */
    size_t at;
    int64_t received, rejected, sealed; /* of this block */
    Buf lines;
} Puller;

static void stop_all(Pipe *p, const Err *e) {
    pthread_mutex_lock(&p->lock);
    if (p->error.code == ERR_NONE && e)
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

/* Progress tells of open rows alone: everybody who sees the job sees it. */
static void give_empty(Pipe *p, const Puller *t) {
    ImportProgress *progress = p->work->progress;

    pthread_mutex_lock(&p->lock);
    p->empty[p->empty_count++] = t->load.block;
    p->received += t->received;
    p->rejected += t->rejected;
    p->sealed += t->sealed;
    if (progress) {
        atomic_store(&progress->received, p->received - p->sealed);
        atomic_store(&progress->rejected, p->rejected);
    }
    pthread_cond_broadcast(&p->changed);
    pthread_mutex_unlock(&p->lock);
}

static void *start(PoolSource *source) {
    Pipe *p = (Pipe *)source;
    Puller *t = calloc(1, sizeof *t);

    if (!t)
        abort();
    t->maker = maker_new(p->work->plan);
    buf_init(&t->lines, (size_t)1 << 30);
    return t;
}

static void end(PoolSource *source, void *thread) {
    Puller *t = thread;

    (void)source;
    maker_free(t->maker);
    buf_done(&t->lines);
    free(t);
}

static void stop(PoolSource *source) {
    stop_all((Pipe *)source, NULL);
}

static bool end_block(Pipe *p, Puller *t, Err *e) {
    if (p->work->rejects &&
        !rejects_submit(p->work->rejects, t->load.sequence, &t->lines, t->rejected, e))
        return false;
    give_empty(p, t);
    t->load.block = NULL;
    return true;
}

/* False: nothing more to take, or *e. */
static bool next_block(Pipe *p, Puller *t, Err *e) {
    if (t->load.block && !end_block(p, t, e))
        return false;
    if (!take_full(p, &t->load)) {
        t->load.block = NULL;
        return false;
    }
    t->at = t->load.from;
    t->received = t->rejected = t->sealed = 0;
    if (cancelled(p))
        return err_set(e, ERR_CANCELLED, NULL, "导入已取消，没有留下任何数据");
    if (FAULT("pool.append"))
        return err_set(e, ERR_DISK, NULL, "数据资源池无法写入磁盘：请检查剩余空间后重试");
    return true;
}

/* NULL: this row gives none. */
static const PoolValue *make_row(Pipe *p, Puller *t, const RowOfCells *cells) {
    MadeRow made;

    switch (maker_make(t->maker, cells, &made)) {
    case MADE_EMPTY:
        return NULL;
    case MADE_REJECTED:
        t->rejected++;
        t->received++;
        if (p->work->rejects)
            rejects_line(&t->lines, (int64_t)cells->line, &made);
        return NULL;
    case MADE_ROW:
        break;
    }
    t->received++;
    t->sealed += made.values[COLUMN_SEALED_BY].type != POOL_NULL;
    return made.values;
}

static bool next(PoolSource *source, void *thread, const PoolValue **row) {
    Pipe *p = (Pipe *)source;
    Puller *t = thread;
    Err e = {0};

    for (*row = NULL; !*row;) {
        if (t->load.block && t->at < row_block_count(t->load.block)) {
            *row = make_row(p, t, &row_block_rows(t->load.block)[t->at++]);
        } else if (!next_block(p, t, &e)) {
            if (e.code != ERR_NONE)
                stop_all(p, &e);
            return !atomic_load(&p->stopped);
        }
    }
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
            stop_all(p, &e);
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

/* Runs beside the reader: the engine, pulling. */
typedef struct Bulk {
    Pipe *pipe;
    int workers;
    bool good;
    Err error;
} Bulk;

static void *run_bulk(void *bulk) {
    Bulk *b = bulk;
    const MakerPlan *plan = b->pipe->work->plan;

    b->good = pool_bulk(b->pipe->work->pool, plan->table, &b->pipe->source, b->workers, &b->error);
    if (!b->good)
        stop_all(b->pipe, &b->error); /* counts only when nothing else was first */
    return NULL;
}

static bool run(Pipe *p, int workers, Err *e) {
    Bulk b = {.pipe = p, .workers = workers};
    pthread_t thread;

    if (pthread_create(&thread, NULL, run_bulk, &b) != 0)
        return err_set(e, ERR_INTERNAL, NULL, "无法启动导入线程");
    read_blocks(p);
    pthread_join(thread, NULL);
    if (b.good && p->error.code == ERR_NONE && cancelled(p))
        err_set(&p->error, ERR_CANCELLED, NULL, "导入已取消，没有留下任何数据");
    if (b.good && p->error.code == ERR_NONE)
        return true;
    if (e)
        *e = p->error.code != ERR_NONE ? p->error : b.error;
    return false;
}

bool pipe_run(PipeWork *w, int64_t *received, int64_t *rejected, Err *e) {
    Pipe p = {.source = {start, next, end, stop}, .work = w};
    RowBlock *blocks[BLOCKS_MAX];
    int workers = w->workers < 1 ? 1 : w->workers > WORKERS_MAX ? WORKERS_MAX : w->workers;
    size_t block_count = (size_t)workers * 2 + 1;

    pthread_mutex_init(&p.lock, NULL);
    pthread_cond_init(&p.changed, NULL);
    for (size_t i = 0; i < block_count; i++)
        p.empty[p.empty_count++] = blocks[i] = row_block_new(BLOCK_ROWS);
    bool good = run(&p, workers, e);

    for (size_t i = 0; i < block_count; i++)
        row_block_free(blocks[i]);
    pthread_mutex_destroy(&p.lock);
    pthread_cond_destroy(&p.changed);
    *received = p.received;
    *rejected = p.rejected;
    return good;
}
