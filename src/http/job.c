/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/job.c: four lanes, for imports, runs, upkeep and exports, so that a long import never keeps
 * a small run waiting for its turn in line. Each lane works through its jobs in order of arrival.
 */
#include "http/job.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "http/mapping.h"
#include "http/run_rows.h"

enum { JOBS_KEPT = 100, WAITING_MOST = 200, LANES = 5 };

typedef enum JobKind { JOB_IMPORT, JOB_RUN, JOB_UPKEEP, JOB_EXPORT, JOB_LETTERS } JobKind;
typedef enum JobState { JOB_WAITING, JOB_RUNNING, JOB_DONE, JOB_FAILED, JOB_CANCELLED } JobState;

static const char *const kind_words[] = {"import", "run", "", "export", "letters"};
static const char *const upkeep_words[] = {"backup", "verify", "rotate", "chain", "evidence"};
static const char *const state_words[] = {"waiting", "running", "done", "failed", "cancelled"};

typedef struct Job {
    Arena *arena;     /* of everything below */
    struct Job *next; /* newer to older */
    char id[17];
    JobKind kind;
    Str title;
    JobImport import;
    bool sealable; /* the file may hold sealed rows: its size is not told */
    JobRun run;
    UpkeepJob upkeep;
    MatterExport *exporting; /* of an export of matters, else NULL */
    DocumentExport *listing; /* of one of documents */
    DocumentJob *letters;    /* of letters */
    /* Written by the lane without the lock, read by everybody. */
    ImportProgress importing;
    ClueRunProgress running;
    _Atomic int64_t models; /* how many will run; 0 before it is known */
    _Atomic bool cancel;
    /* Under the lock. */
    JobState state;
    uint64_t changed;
    Instant started;
    double began, seconds;
    const Node *result;
    Err error;
} Job;

struct Jobs {
    Office *office;
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    bool ending;
    Job *first;
    uint64_t clock; /* grows with every change of state */
    pthread_t lanes[LANES];
    size_t lane_count;
};

typedef struct Lane {
    Jobs *jobs;
    JobKind kind;
} Lane;

static double seconds_now(void) {
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* --- how a job looks -------------------------------------------------------------------------- */

typedef struct Phase {
    const char *name;
    Str title;
    int64_t done, total, percent;
} Phase;

/* Shares of the bar: reading is most of an import, models the rest. */
static Phase import_phase(const Job *job) {
    static const int from[] = {0, 0, 60, 70, 80, 85, 85, 85};
    int phase = atomic_load(&job->importing.phase);
    Phase p = {.name = "waiting", .title = STR_INIT("等待")};

    for (const BindName *n = import_phase_names; n->name != NULL; n++)
        if (n->value == phase)
            p = (Phase){.name = n->name, .title = str_of(n->title)};
    p.done = atomic_load(&job->importing.bytes);
    p.total = atomic_load(&job->importing.total_bytes);
    p.percent = from[phase];
    if (phase == IMPORT_READING && p.total > 0)
        p.percent = 60 * p.done / p.total;
    if (job->sealable && p.total > 0) { /* in hundredths instead of bytes */
        p.done = 100 * p.done / p.total;
        p.total = 100;
    }
    return p;
}

/* Rows of a table, or letters, one after another. */
static Phase written_phase(const Job *job) {
    Phase p = {.name = "writing", .title = STR_INIT("写出事项")};

    if (job->letters != NULL) {
        p.title = STR("起草和排版");
        p.done = atomic_load(&job->letters->done);
        p.total = atomic_load(&job->letters->total);
    } else if (job->listing != NULL) {
        p.title = STR("写出文书台账");
        p.done = atomic_load(&job->listing->done);
        p.total = atomic_load(&job->listing->total);
    } else {
        p.done = atomic_load(&job->exporting->done);
        p.total = atomic_load(&job->exporting->total);
    }
    p.percent = p.total > 0 ? 100 * p.done / p.total : 0;
    return p;
}

static Phase job_phase(const Job *job) {
    int64_t models = atomic_load(&job->models), done = atomic_load(&job->running.done);
    Phase p = {.name = "models", .title = STR_INIT("运行模型"), .done = done, .total = models};

    if (job->state == JOB_WAITING)
        return (Phase){.name = "waiting", .title = STR_INIT("等待")};
    if (job->kind == JOB_UPKEEP) {
        UpkeepPhase u = upkeep_phase(&job->upkeep);

        p = (Phase){u.name.ptr, u.title, u.done, u.total, u.percent};
    } else if (job->kind == JOB_EXPORT || job->kind == JOB_LETTERS) {
        p = written_phase(job);
    } else if (job->kind == JOB_IMPORT && models == 0)
        p = import_phase(job);
    else if (job->kind == JOB_IMPORT)
        p.percent = 85 + 15 * done / models;
    else if (models > 0)
        p.percent = 100 * done / models;
    if (job->state == JOB_DONE) {
        p.name = "done";
        p.title = STR("完成");
        p.percent = 100;
    }
    return p;
}

static const char *kind_word(const Job *job) {
    return job->kind == JOB_UPKEEP ? upkeep_words[job->upkeep.kind] : kind_words[job->kind];
}

static Str actor_of(const Job *job) {
    return job->kind == JOB_UPKEEP   ? job->upkeep.actor
           : job->kind == JOB_IMPORT ? job->import.actor
           : job->letters != NULL    ? job->letters->actor
           : job->listing != NULL    ? job->listing->actor
           : job->exporting != NULL  ? job->exporting->actor
                                     : job->run.actor;
}

/* With the lock held. */
static Node *job_shown(const Job *job, Arena *a) {
    Node *n = node_map(a), *error;
    Phase phase = job_phase(job);
    char at[INSTANT_TEXT];

    instant_format(job->started, at);
    node_set_text(a, n, "job", str_of(job->id));
    node_set_text(a, n, "kind", str_of(kind_word(job)));
    node_set_text(a, n, "title", job->title);
    node_set_text(a, n, "actor", actor_of(job));
    node_set_text(a, n, "state", str_of(state_words[job->state]));
    node_set_text(a, n, "phase", str_of(phase.name));
    node_set_text(a, n, "phase_title", phase.title);
    node_set_int(a, n, "done", phase.done);
    node_set_int(a, n, "total", phase.total);
    node_set_int(a, n, "percent", phase.percent > 100 ? 100 : phase.percent);
    node_set_int(a, n, "received", atomic_load(&job->importing.received));
    node_set_int(a, n, "rejected", atomic_load(&job->importing.rejected));
    node_set_text(a, n, "started_at", str_of(at));
    node_set(
        a, n, "seconds",
        node_of_real(a, job->state == JOB_RUNNING ? seconds_now() - job->began : job->seconds));
    if (job->result != NULL) {
        scoped_buf Buf text; /* copied: the job's arena may go before the reply does */
        Err e = {0};

        buf_init(&text, (size_t)1 << 20);
        json_write(job->result, &text);
        node_set(a, n, "result", json_read(a, str_dup(a, buf_str(&text)), &e));
    }
    if (job->state == JOB_FAILED) {
        error = node_map(a);
        node_set_text(a, error, "code", str_of(err_key(job->error.code)));
        node_set_text(a, error, "detail", str_of(job->error.text));
        node_set(a, n, "error", error);
    }
    return n;
}

/* --- an import -------------------------------------------------------------------------------- */

static bool import_request(Jobs *j, Job *job, const Snapshot *s, ImportRequest *request, Err *e) {
    const JobImport *in = &job->import;
    ImportPreview found;

    *request = (ImportRequest){.dataset = content_dataset(s->content, in->dataset, e),
                               .path = in->path.ptr,
                               .file_name = in->file_name,
                               .header_line = in->header_line,
                               .save_mapping = in->save_mapping,
                               .actor = in->actor,
                               .organisation = in->organisation,
                               .keep_rejects = true};
    if (request->dataset == NULL || !source_options(in->sheet, in->encoding, &request->options, e))
        return false;
    if (in->fields == NULL)
        return true;
    if (!import_preview(j->office->importer, s->content, request, job->arena, &found, e) ||
        !mapping_by_hand(request->dataset, &found, in->fields, in->columns, in->column_count,
                         job->arena, &request->matches, e))
        return false;
    request->match_count = request->dataset->fields.count;
    return true;
}

static Node *import_outcome(Arena *a, const ImportResult *r) {
    Node *n = node_map(a);

    node_set_int(a, n, "batch", r->batch);
    node_set_int(a, n, "received", r->received);
    node_set_int(a, n, "accepted", r->accepted);
    node_set_int(a, n, "duplicates", r->duplicates);
    node_set_int(a, n, "rejected", r->rejected);
    node_set_int(a, n, "corrected", r->corrected);
    return n;
}

static bool run_models(Jobs *j, Job *job, const Snapshot *s, const Model *const *models, size_t n,
                       bool incremental, Str actor, Node *result, Err *e) {
    RunResult *runs = arena_array_of(job->arena, n, RunResult);

    atomic_store(&job->models, (int64_t)n);
    if (n == 0)
        return true;
    bool good = clue_run_some(j->office, s, models, n, incremental, actor, &job->running,
                              job->arena, runs, e);
    /* After a failure or a cancel some are recorded all the same: those with a number. */
    const Model **recorded = arena_array_of(job->arena, n, const Model *);
    size_t count = 0;

    for (size_t i = 0; i < n; i++)
        if (runs[i].run != 0)
            recorded[count++] = models[i];
    Node *shown = runs_newest(j->office, s, recorded, count, job->arena, good ? e : NULL);

    if (shown != NULL)
        node_set(job->arena, result, "runs", shown);
    return good && shown != NULL;
}

/* What happened so far is shown even when the rest fails: the batch is in the journal. */
static bool run_import(Jobs *j, Job *job, const Snapshot *s, Node **result, Err *e) {
    ImportRequest request;
    ImportResult imported = {0};
    const Model **models;

    if (!import_request(j, job, s, &request, e) ||
        !import_run(j->office->importer, s->content, &request, &job->importing, job->arena,
                    &imported, e))
        return false;
    *result = import_outcome(job->arena, &imported);
    if (!job->import.run_models)
        return true;
    size_t n = clue_models_of(s, job->import.dataset, job->arena, &models);

    return run_models(j, job, s, models, n, true, job->import.actor, *result, e);
}

/* --- runs ------------------------------------------------------------------------------------- */

static bool run_run(Jobs *j, Job *job, const Snapshot *s, Node **result, Err *e) {
    const Model **models = NULL;
    size_t n;

    if (job->run.model.len != 0) {
        models = arena_array_of(job->arena, 1, const Model *);
        models[0] = models_find(s->models, job->run.model, e);
        if (models[0] == NULL)
            return false;
        n = 1;
    } else {
        n = clue_models_of(s, (Str){NULL, 0}, job->arena, &models);
    }
    *result = node_map(job->arena);
    return run_models(j, job, s, models, n, job->run.incremental, job->run.actor, *result, e);
}

/* --- lanes ------------------------------------------------------------------------------------ */

/* The oldest waiting job of the kind, marked as running; NULL when the lane is to end. */
static Job *next_job(Jobs *j, JobKind kind) {
    Job *job = NULL;

    pthread_mutex_lock(&j->mutex);
    for (;;) {
        for (Job *each = j->first; each != NULL; each = each->next)
            if (each->kind == kind && each->state == JOB_WAITING)
                job = each;
        if (job != NULL || j->ending)
            break;
        pthread_cond_wait(&j->wake, &j->mutex);
    }
    if (job != NULL && !j->ending) {
        job->state = JOB_RUNNING;
        job->began = seconds_now();
        job->changed = ++j->clock;
    }
    bool ending = j->ending;

    pthread_mutex_unlock(&j->mutex);
    return ending ? NULL : job;
}

static void finish(Jobs *j, Job *job, const Node *result, bool good, const Err *e) {
    pthread_mutex_lock(&j->mutex);
    job->seconds = seconds_now() - job->began;
    job->result = result;
    job->error = *e;
    job->state = good ? JOB_DONE : e->code == ERR_CANCELLED ? JOB_CANCELLED : JOB_FAILED;
    job->changed = ++j->clock;
    pthread_mutex_unlock(&j->mutex);
    log_line(good ? LOG_INFO : LOG_WARNING, "job", "%s %s %s %.1f s %s", job->id, kind_word(job),
             state_words[job->state], job->seconds, good ? "" : e->text);
}

static void *lane_run(void *context) {
    Lane lane = *(Lane *)context;
    Job *job;

    free(context);
    while ((job = next_job(lane.jobs, lane.kind)) != NULL) {
        Snapshot *s = office_snapshot(lane.jobs->office);
        Node *result = NULL;
        Err e = {0};
        bool good =
            lane.kind == JOB_IMPORT ? run_import(lane.jobs, job, s, &result, &e)
            : lane.kind == JOB_RUN  ? run_run(lane.jobs, job, s, &result, &e)
            : job->letters != NULL
                ? document_job_run(lane.jobs->office, job->letters, job->arena, &result, &e)
            : job->listing != NULL
                ? document_export_run(lane.jobs->office, job->listing, job->arena, &result, &e)
            : job->exporting != NULL
                ? matter_export_run(lane.jobs->office, job->exporting, job->arena, &result, &e)
                : upkeep_run(lane.jobs->office, &job->upkeep, job->arena, &result, &e);

        snapshot_drop(s);
        /* A file whose import failed may be tried again with another mapping. */
        if (result != NULL && job->import.remove_file)
            unlink(job->import.path.ptr);
        finish(lane.jobs, job, result, good, &e);
    }
    return NULL;
}

/* A change of the key that a stop or a kill broke off: both generations lie in the key file until
 * it is done, so nobody should have to remember it. */
static void go_on_rotating(Jobs *j) {
    scoped_arena Arena *a = arena_new();
    bool open = false;
    Err e = {0};

    if (office_rotation_open(j->office, &open, &e) && open &&
        !jobs_upkeep(j, &(UpkeepJob){.kind = UPKEEP_JOB_ROTATE, .actor = STR("system")}, a, &e))
        log_line(LOG_WARNING, "job", "rotation not resumed: %s", e.text);
}

Jobs *jobs_new(Office *o) {
    Jobs *j = calloc(1, sizeof *j);

    j->office = o;
    pthread_mutex_init(&j->mutex, NULL);
    pthread_cond_init(&j->wake, NULL);
    for (; j->lane_count < LANES; j->lane_count++) {
        Lane *lane = calloc(1, sizeof *lane);

        *lane = (Lane){j, (JobKind)j->lane_count};
        if (pthread_create(&j->lanes[j->lane_count], NULL, lane_run, lane) != 0)
            abort();
    }
    go_on_rotating(j);
    return j;
}

static void cancel(Job *job) {
    atomic_store(&job->cancel, true);
    atomic_store(&job->importing.cancel, true);
    atomic_store(&job->running.cancel, true);
    upkeep_cancel(&job->upkeep);
    if (job->exporting != NULL)
        atomic_store(&job->exporting->cancel, true);
    if (job->listing != NULL)
        atomic_store(&job->listing->cancel, true);
    if (job->letters != NULL)
        atomic_store(&job->letters->cancel, true);
}

void jobs_end(Jobs *j) {
    pthread_mutex_lock(&j->mutex);
    j->ending = true;
    for (Job *job = j->first; job != NULL; job = job->next)
        cancel(job);
    pthread_cond_broadcast(&j->wake);
    pthread_mutex_unlock(&j->mutex);
    for (size_t i = 0; i < j->lane_count; i++)
        pthread_join(j->lanes[i], NULL);
    j->lane_count = 0;
}

void jobs_free(Jobs *j) {
    if (j == NULL)
        return;
    while (j->first != NULL) {
        Job *gone = j->first;

        j->first = gone->next;
        arena_free(gone->arena);
    }
    pthread_mutex_destroy(&j->mutex);
    pthread_cond_destroy(&j->wake);
    free(j);
}

/* --- new jobs --------------------------------------------------------------------------------- */

static Job *job_new(JobKind kind) {
    Arena *a = arena_new();
    Job *job = arena_new_of(a, Job);
    unsigned char id[8];

    random_bytes(id, sizeof id);
    for (size_t i = 0; i < sizeof id; i++)
        snprintf(job->id + 2 * i, 3, "%02x", id[i]);
    job->arena = a;
    job->kind = kind;
    job->started = instant_now();
    return job;
}

/* With the lock held: finished jobs beyond the number kept go, oldest first. */
static void forget_old(Jobs *j) {
    size_t n = 0;

    for (Job **at = &j->first; *at != NULL;) {
        Job *job = *at;

        if (++n <= JOBS_KEPT || job->state < JOB_DONE) {
            at = &job->next;
            continue;
        }
        *at = job->next;
        arena_free(job->arena);
    }
}

static Node *enter(Jobs *j, Job *job, Arena *a, Err *e) {
    size_t waiting = 0;
    Node *shown = NULL;

    pthread_mutex_lock(&j->mutex);
    for (const Job *each = j->first; each != NULL; each = each->next)
        waiting += each->state == JOB_WAITING;
    if (j->ending) {
        err_set(e, ERR_BUSY, NULL, "服务正在停止，请稍后再试");
    } else if (waiting >= WAITING_MOST) {
        err_set(e, ERR_TOO_MANY, NULL, "排队的任务已有 %zu 个，请等它们完成后再试", waiting);
    } else {
        job->next = j->first;
        j->first = job;
        job->changed = ++j->clock;
        shown = job_shown(job, a);
        forget_old(j);
        pthread_cond_broadcast(&j->wake);
    }
    pthread_mutex_unlock(&j->mutex);
    if (shown == NULL)
        arena_free(job->arena);
    return shown;
}

Node *jobs_import(Jobs *j, const JobImport *import, Arena *a, Err *e) {
    Snapshot *s = office_snapshot(j->office);
    const Dataset *d = content_dataset(s->content, import->dataset, e);
    Job *job = d != NULL ? job_new(JOB_IMPORT) : NULL;

    if (job != NULL) {
        Arena *own = job->arena;
        Str *fields = arena_array_of(own, import->column_count, Str);
        int64_t *columns = arena_array_of(own, import->column_count, int64_t);

        for (size_t i = 0; i < import->column_count; i++) {
            fields[i] = str_dup(own, import->fields[i]);
            columns[i] = import->columns[i];
        }
        job->import = *import;
        job->sealable = d->sealing.count != 0;
        job->import.dataset = str_dup(own, import->dataset);
        job->import.path = str_dup(own, import->path);
        job->import.file_name = str_dup(own, import->file_name);
        job->import.sheet = str_dup(own, import->sheet);
        job->import.encoding = str_dup(own, import->encoding);
        job->import.actor = str_dup(own, import->actor);
        job->import.organisation = str_dup(own, import->organisation);
        job->import.fields = import->column_count != 0 ? fields : NULL;
        job->import.columns = columns;
        job->title =
            str_format(own, "导入%.*s：%.*s", STR_ARG(d->title), STR_ARG(import->file_name));
    }
    snapshot_drop(s);
    return job != NULL ? enter(j, job, a, e) : NULL;
}

Node *jobs_run(Jobs *j, const JobRun *run, Arena *a, Err *e) {
    Snapshot *s = office_snapshot(j->office);
    const Model *m = run->model.len != 0 ? models_find(s->models, run->model, e) : NULL;
    Job *job = m != NULL || run->model.len == 0 ? job_new(JOB_RUN) : NULL;

    if (job != NULL) {
        job->run = *run;
        job->run.model = str_dup(job->arena, run->model);
        job->run.actor = str_dup(job->arena, run->actor);
        job->title = m != NULL ? str_format(job->arena, "运行模型：%.*s", STR_ARG(model_title(m)))
                               : STR("运行全部模型");
    }
    snapshot_drop(s);
    return job != NULL ? enter(j, job, a, e) : NULL;
}

Node *jobs_upkeep(Jobs *j, const UpkeepJob *upkeep, Arena *a, Err *e) {
    Job *job = job_new(JOB_UPKEEP);

    job->upkeep.kind = upkeep->kind;
    job->upkeep.with_key = upkeep->with_key;
    job->upkeep.name = str_dup(job->arena, upkeep->name);
    job->upkeep.actor = str_dup(job->arena, upkeep->actor);
    job->upkeep.address = str_dup(job->arena, upkeep->address);
    job->upkeep.device = str_dup(job->arena, upkeep->device);
    job->upkeep.from = upkeep->from;
    job->upkeep.to = upkeep->to;
    job->upkeep.shelf = upkeep->shelf;
    job->title = upkeep_title(&job->upkeep, job->arena);
    return enter(j, job, a, e);
}

Node *jobs_export(Jobs *j, const MatterExport *x, Arena *a, Err *e) {
    Job *job = job_new(JOB_EXPORT);

    job->exporting = matter_export_copy(job->arena, x);
    job->title = STR("导出事项");
    return enter(j, job, a, e);
}

Node *jobs_export_documents(Jobs *j, const DocumentExport *x, Arena *a, Err *e) {
    Job *job = job_new(JOB_EXPORT);

    job->listing = document_export_copy(job->arena, x);
    job->title = STR("导出文书台账");
    return enter(j, job, a, e);
}

Node *jobs_letters(Jobs *j, const DocumentJob *letters, Arena *a, Err *e) {
    Job *job = job_new(JOB_LETTERS);

    job->letters = document_job_copy(job->arena, letters);
    job->title = str_format(job->arena, "成批起草：%.*s", STR_ARG(letters->title));
    return enter(j, job, a, e);
}

/* --- reading ---------------------------------------------------------------------------------- */

Node *jobs_list(Jobs *j, Arena *a) {
    Node *out = node_map(a), *items = node_list(a);

    pthread_mutex_lock(&j->mutex);
    for (const Job *job = j->first; job != NULL; job = job->next)
        node_add(a, items, job_shown(job, a));
    pthread_mutex_unlock(&j->mutex);
    node_set_int(a, out, "total", (int64_t)items->count);
    node_set(a, out, "items", items);
    return out;
}

static Job *find(Jobs *j, Str id, Err *e) {
    for (Job *job = j->first; job != NULL; job = job->next)
        if (str_is(id, job->id))
            return job;
    err_set(e, ERR_NOT_FOUND, NULL, "没有这个任务，可能服务重启过；导入结果请看批次页");
    return NULL;
}

Node *jobs_get(Jobs *j, Str id, Arena *a, Err *e) {
    pthread_mutex_lock(&j->mutex);
    const Job *job = find(j, id, e);
    Node *shown = job != NULL ? job_shown(job, a) : NULL;

    pthread_mutex_unlock(&j->mutex);
    return shown;
}

Node *jobs_cancel(Jobs *j, Str id, Arena *a, Err *e) {
    Node *shown = NULL;

    pthread_mutex_lock(&j->mutex);
    Job *job = find(j, id, e);

    if (job != NULL && job->state >= JOB_DONE) {
        err_set(e, ERR_CONFLICT, NULL, "这个任务已经结束，不能再取消");
    } else if (job != NULL) {
        cancel(job);
        if (job->state == JOB_WAITING)
            job->state = JOB_CANCELLED;
        job->changed = ++j->clock;
        shown = job_shown(job, a);
    }
    pthread_mutex_unlock(&j->mutex);
    return shown;
}

Node *jobs_changed(Jobs *j, uint64_t *since, Arena *a) {
    Node *items = node_list(a);

    pthread_mutex_lock(&j->mutex);
    for (const Job *job = j->first; job != NULL; job = job->next)
        if (job->changed > *since || job->state == JOB_RUNNING)
            node_add(a, items, job_shown(job, a));
    *since = j->clock;
    pthread_mutex_unlock(&j->mutex);
    return items;
}
