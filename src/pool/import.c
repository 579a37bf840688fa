/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/import.c: the way of one file into the pool.
 *
 *     open, header, columns ─► stage (pipe.c) ─► verdict.c ─► quality.c ─► journal ─► visible
 *
 * Rows are in the pool before their event is in the journal. Until then they belong to a batch
 * above the visible one, which nobody reads; a failure removes them at once, a crash leaves them to
 * pool_sweep. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/citizen_text.h"
#include "base/keyring.h"
#include "base/log.h"
#include "pool/job.h"
#include "pool/pipe.h"
#include "pool/verdict.h"
#include "sql_statements.h"
#include "store/journal_turn.h"

#include "base/banned.h"

const BindName import_phase_names[] = {
    {"waiting", IMPORT_WAITING, "等待"},
    {"reading", IMPORT_READING, "读取与校验"},
    {"comparing", IMPORT_COMPARING, "比对去重"},
    {"writing", IMPORT_WRITING, "登记批次"},
    {"quality", IMPORT_QUALITY, "统计质量"},
    {"done", IMPORT_DONE, "完成"},
    {"failed", IMPORT_FAILED, "失败"},
    {"cancelled", IMPORT_CANCELLED, "已取消"},
    {NULL, 0, NULL},
};

Importer *importer_new(Pool *pool, Store *store, const Keys *keys, const char *folder) {
    Importer *i = calloc(1, sizeof *i);

    if (!i || !(i->folder = strdup(folder)))
        abort();
    i->pool = pool;
    i->store = store;
    i->keys = keys;
    pthread_mutex_init(&i->lock, NULL);
    return i;
}

void importer_free(Importer *i) {
    if (!i)
        return;
    pthread_mutex_destroy(&i->lock);
    free(i->folder);
    free(i);
}

/* Others' imports may take minutes; whoever waits can still be cancelled. */
static bool wait_for_turn(Job *j, Err *e) {
    job_phase(j, IMPORT_WAITING);
    for (;;) {
        struct timespec until;

        if (job_cancelled(j, e))
            return false;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += 100000000;
        if (until.tv_nsec >= 1000000000) {
            until.tv_sec++;
            until.tv_nsec -= 1000000000;
        }
        if (pthread_mutex_timedlock(&j->importer->lock, &until) == 0)
            return true;
    }
}

static bool missing_columns(const Job *j, Err *e) {
    const Dataset *d = j->request->dataset;
    const Field **missing = arena_array_of(j->a, d->fields.count, const Field *);
    size_t count = file_missing(d, j->file.matches, missing);
    Buf names;

    if (!count)
        return false;
    buf_init(&names, 400);
    for (size_t i = 0; i < count; i++) {
        buf_add(&names, i ? STR("、") : STR(""));
        buf_add(&names, missing[i]->title);
    }
    err_set(
        e, ERR_INVALID, "/columns",
        "文件缺少数据集“%.*s”的必填列：%.*s。请在导入页把对应的列指给这些字段，或补上这些列后重试",
        STR_ARG(d->title), STR_ARG(buf_str(&names)));
    buf_done(&names);
    return true;
}

/* Reading the same bytes in another way gives other rows: everything that steers reading is in this
 * digest. */
static void mapping_digest(Job *j) {
    const RowsInfo *info = rows_info(j->file.rows);
    unsigned char digest[SM3_SIZE];
    Buf b;

    buf_init(&b, (size_t)1 << 20);
    buf_add(&b, content_version(j->content));
    buf_addf(&b, "|%d|%d|%d|%" PRId64 "|", (int)info->format, (int)info->encoding, info->separator,
             j->file.header.line);
    buf_add(&b, info->sheet);
    for (size_t i = 0; i < j->request->dataset->fields.count; i++)
        buf_addf(&b, "|%.*s=%d", STR_ARG(j->file.matches[i].field->field),
                 j->file.matches[i].column);
    sm3(b.ptr, b.len, digest);
    buf_done(&b);
    uuid_write(digest, j->mapping);
    j->mapping[32] = '\0';
}

typedef struct Earlier {
    Job *job;
    Arena *a;
    Node *same;
    int64_t newest, of_size;
} Earlier;

static bool ask_earlier(Tx *tx, void *context, Err *e) {
    Earlier *q = context;
    const Job *j = q->job;
    Arg dataset = ARG_OF_TEXT(j->request->dataset->dataset);

    return tx_int(tx, &SQL_batch_newest, NO_ARGS, 0, &q->newest, e) &&
           tx_int(tx, &SQL_batch_of_size,
                  ARGS(dataset, ARG_OF_INT((int64_t)rows_info(j->file.rows)->file_size)), 0,
                  &q->of_size, e);
}

static bool ask_same(Tx *tx, void *context, Err *e) {
    Earlier *q = context;
    Err mine = {0};

    q->same =
        tx_row(tx, q->a, &SQL_batch_same,
               ARGS(ARG_OF_TEXT(q->job->request->dataset->dataset),
                    ARG_OF_TEXT(str_of(q->job->digest)), ARG_OF_TEXT(str_of(q->job->mapping))),
               &mine);
    if (mine.code != ERR_NONE && e)
        *e = mine;
    return mine.code == ERR_NONE;
}

static void hex_of(const unsigned char digest[SM3_SIZE], char out[2 * SM3_SIZE + 1]) {
    uuid_write(digest, out);
    uuid_write(digest + 16, out + 32);
    out[2 * SM3_SIZE] = '\0';
}

/* The file's digest is taken by a thread of its own while its rows are read. */
typedef struct Digesting {
    const char *path;
    unsigned char digest[SM3_SIZE];
    bool good;
    Err error;
} Digesting;

static void *take_digest(void *digesting) {
    Digesting *d = digesting;

    d->good = sm3_file(d->path, d->digest, &d->error);
    return NULL;
}

static bool stage(Job *j, Err *e) {
    Digesting d = {.path = j->request->path};
    pthread_t thread;
    PipeWork w = {.pool = j->importer->pool,
                  .rows = j->file.rows,
                  .first = j->file.first,
                  .from = j->file.header.index + 1,
                  .plan = j->plan,
                  .rejects = j->rejects,
                  .progress = j->progress,
                  .workers = (int)sysconf(_SC_NPROCESSORS_ONLN)};
    bool apart = !j->digest[0] && pthread_create(&thread, NULL, take_digest, &d) == 0;

    job_phase(j, IMPORT_READING);
    bool good = pipe_run(&w, &j->result.received, &j->result.rejected, e);

    if (apart)
        pthread_join(thread, NULL);
    else if (!j->digest[0])
        take_digest(&d);
    if (good && !j->digest[0]) {
        hex_of(d.digest, j->digest);
        if (!d.good) {
            if (e)
                *e = d.error;
            return false;
        }
    }
    j->bad_bytes = (int64_t)rows_bad_bytes(j->file.rows);
    return good;
}

/* A thread that stops the comparing when somebody cancels. */
typedef struct Watch {
    Job *job;
    pthread_t thread;
    _Atomic bool done;
} Watch;

static void *watch(void *context) {
    Watch *w = context;
    const struct timespec nap = {0, 50000000};

    while (!atomic_load(&w->done)) {
        if (atomic_load(&w->job->progress->cancel))
            pool_interrupt(w->job->session);
        nanosleep(&nap, NULL);
    }
    return NULL;
}

static bool compare(Job *j, Err *e) {
    Verdict v = {0};

    job_phase(j, IMPORT_COMPARING);
    if (job_cancelled(j, e) ||
        !seal_begin(j->session, j->plan->table, j->batch, j->a, &j->sealed, e) ||
        !verdict_run(j->session, j->plan->table, j->batch, &v, e) ||
        !seal_end(j->session, j->plan->table, j->batch, j->a, &j->sealed, e))
        return false;
    j->result.received -= j->sealed.received;
    j->result.duplicates = v.duplicates - j->sealed.duplicates;
    j->result.corrected = v.corrected - j->sealed.corrected;
    j->result.accepted = j->result.received - j->result.rejected - j->result.duplicates;
    if (j->progress)
        atomic_store(&j->progress->received, j->result.received);
    job_phase(j, IMPORT_QUALITY);
    return !job_cancelled(j, e) &&
           quality_measure(j->session, j->plan->table, j->batch, j->result.accepted, j->a,
                           &j->quality, &j->approximate, e);
}

static bool compare_watched(Job *j, Err *e) {
    Watch w = {.job = j};
    bool watched = j->progress && pthread_create(&w.thread, NULL, watch, &w) == 0;
    bool good = compare(j, e);

    if (watched) {
        atomic_store(&w.done, true);
        pthread_join(w.thread, NULL);
    }
    if (!good && e && e->code == ERR_CANCELLED)
        job_cancelled(j, e);
    return good;
}

/* In a session of its own: the other may have been interrupted in the middle of anything. */
static void undo(Job *j) {
    Err e = {0};

    pool_run(j->session, STR("ROLLBACK"), NULL, 0, NULL, NULL);
    PoolSession *s = pool_session(j->importer->pool, &e);

    if (!s || !pool_undo(s, j->plan->table->name, j->batch - 1, NULL, &e))
        log_line(LOG_ERROR, "pool", "第 %" PRId64 " 批未能撤净，重新启动时会清理：%s", j->batch,
                 e.text);
    pool_session_close(s);
}

static bool import_rows(Job *j, Err *e) {
    if (j->request->keep_rejects)
        j->rejects = rejects_new(j->importer->folder);
    j->plan->batch = j->batch;
    bool good = stage(j, e) && compare_watched(j, e) && job_record(j, e);

    if (good) {
        rejects_free(j->rejects);
        return true;
    }
    rejects_abandon(j->rejects);
    undo(j);
    return false;
}

static bool find_earlier(Job *j, Earlier *q, Err *e) {
    if (!store_read(j->importer->store, ask_earlier, q, e))
        return false;
    j->batch = q->newest + 1;
    if (!q->of_size)
        return true;
    unsigned char digest[SM3_SIZE];

    if (!sm3_file(j->request->path, digest, e))
        return false;
    hex_of(digest, j->digest);
    return store_read(j->importer->store, ask_same, q, e);
}

static bool run(Job *j, Err *e) {
    Earlier q = {.job = j, .a = j->a};

    if (!file_open(j->importer, j->request, j->a, &j->file, e) || missing_columns(j, e))
        return false;
    if (j->progress)
        atomic_store(&j->progress->total_bytes, (int64_t)rows_info(j->file.rows)->file_size);
    mapping_digest(j);
    j->plan = file_plan(j->importer, j->content, &j->file, j->request->dataset, j->a);
    if (!find_earlier(j, &q, e))
        return false;
    return q.same ? job_repeat(j, q.same, e) : import_rows(j, e);
}

/* Asking the chain brings the key that another server may have turned to (journal_key_source). */
static bool take_key(Job *j, Err *e) {
    if (!journal_generation(j->importer->store, &j->generation, e))
        return false;
    j->generation = keys_generation(j->importer->keys);
    return true;
}

static bool run_alone(Job *j, Err *e) {
    if (!wait_for_turn(j, e))
        return false;
    j->session = pool_session(j->importer->pool, e);
    bool good = j->session && pool_lock(j->session, e);

    if (good) {
        good = take_key(j, e) && run(j, e);
        pool_unlock(j->session);
    }
    pool_session_close(j->session);
    pthread_mutex_unlock(&j->importer->lock);
    return good;
}

/* What the stores say names neither the file nor the dataset. */
static void tell_which(const Job *j, Err *e) {
    switch (e->code) {
    case ERR_INTERNAL:
    case ERR_DISK:
    case ERR_TOO_LARGE:
    case ERR_UNREACHABLE:
        err_prefix(e, "文件“%.*s”没有导入到“%.*s”",
                   STR_ARG(citizen_id_safe(j->a, j->request->file_name)),
                   STR_ARG(j->request->dataset->title));
        break;
    default:
        break;
    }
}

bool import_run(Importer *i, const Content *c, const ImportRequest *request,
                ImportProgress *progress, Arena *a, ImportResult *out, Err *e) {
    scoped_arena Arena *mine = arena_new();
    Job j = {.importer = i, .content = c, .request = request, .progress = progress, .a = mine};
    Err error = {0};

    clock_gettime(CLOCK_MONOTONIC, &j.start);
    bool good = run_alone(&j, &error);

    if (!good) {
        tell_which(&j, &error);
        job_phase(&j, error.code == ERR_CANCELLED ? IMPORT_CANCELLED : IMPORT_FAILED);
        if (e)
            *e = error;
        return false;
    }
    j.result.batch = j.batch;
    j.result.sealed.received = j.sealed.received;
    j.result.sealed.accepted = j.sealed.accepted;
    j.result.sealed.duplicates = j.sealed.duplicates;
    j.result.sealed.corrected = j.sealed.corrected;
    j.result.rejects_file = str_dup(a, j.result.rejects_file);
    *out = j.result;
    job_phase(&j, IMPORT_DONE);
    return true;
}
