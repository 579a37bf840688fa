/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/document_job.c: letter by letter: found or drafted, laid out, put into the parcel; by a few
 * threads at once. */
#include "http/document_job.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/citizen_text.h"
#include "document/list.h"
#include "http/matter_shown.h"
#include "http/parcel.h"
#include "trace/look.h"

enum { PAGE_ROWS = 200, FAILURES_TOLD = 100, HANDS = 4 };
#define LETTER_MOST ((size_t)64 << 20)

DocumentJob *document_job_copy(Arena *a, const DocumentJob *from) {
    DocumentJob *job = arena_new_of(a, DocumentJob);
    Str *matters = arena_array_of(a, from->count, Str);
    Str *const texts[] = {&job->type,
                          &job->title,
                          &job->actor,
                          &job->address,
                          &job->device,
                          &job->query.flow,
                          &job->query.state,
                          &job->query.outcome,
                          &job->query.step,
                          &job->query.level,
                          &job->query.party,
                          &job->query.text,
                          &job->query.subject,
                          &job->query.case_number,
                          &job->query.due,
                          &job->query.mine,
                          &job->query.opened_from,
                          &job->query.opened_to,
                          &job->query.closed_from,
                          &job->query.closed_to,
                          &job->query.due_from,
                          &job->query.due_to,
                          &job->query.in_time};

    job->type = from->type;
    job->title = from->title;
    job->query = from->query;
    job->query.cursor = (Str){NULL, 0};
    job->query.sort = STR("opened"); /* which drafting does not change */
    job->organisation = from->organisation;
    job->actor = from->actor;
    job->address = from->address;
    job->device = from->device;
    job->shelf = from->shelf;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        *texts[i] = str_dup(a, *texts[i]);
    for (size_t i = 0; i < from->count; i++)
        matters[i] = str_dup(a, from->matters[i]);
    job->matters = from->matters != NULL ? matters : NULL;
    job->count = from->count;
    return job;
}

/* --- one letter ------------------------------------------------------------------------------- */

typedef struct Letter {
    Str matter, number; /* number: of the matter, empty where it is not seen */
    int64_t place;      /* in the whole, from 1 */
} Letter;

typedef struct Work {
    Office *office;
    DocumentJob *job;
    DocumentOffice documents;
    Arena *arena;          /* of what is told at the end */
    pthread_mutex_t mutex; /* guards what follows */
    Parcel *parcel;
    Node *failures;
    int64_t letters, failed;
    Err error; /* what ended all */
    /* The letters at hand. */
    const Letter *page;
    size_t count, next;
} Work;

/* Something is wrong with the machine, not with this matter. */
static bool ends_all(const Err *e) {
    switch (e->code) {
    case ERR_INVALID:
    case ERR_NOT_FOUND:
    case ERR_CONFLICT:
    case ERR_FORBIDDEN:
    case ERR_CONTENT:
    case ERR_TOO_LARGE:
        return false;
    default:
        return true;
    }
}

/* A draft of the kind that is open in the matter already. */
static bool open_draft(const Work *w, const MatterActor *who, Str matter, Arena *a, Str *id,
                       Err *e) {
    DocumentQuery q = {.matter = matter,
                       .type = w->job->type,
                       .state = STR("draft"),
                       .limit = 1,
                       .items_only = true};
    const Node *page = document_list(w->office->store, w->documents.content, who, &q, a, e);
    const Node *items = page != NULL ? node_get(page, "items") : NULL;

    *id = items != NULL && items->count > 0 ? node_text(items->items[0], "id") : (Str){NULL, 0};
    return items != NULL;
}

/* "00001 反衔〔2026〕3号.pdf": slashes and the like are no part of a file's name. */
static Str file_name(const Letter *l, Arena *a) {
    char *bytes =
        str_c(a, str_format(a, "%05lld %.*s.pdf", (long long)l->place, STR_ARG(l->number)));

    for (char *c = bytes; *c != '\0'; c++)
        if (strchr("/\\:*?\"<>|", *c) != NULL || (unsigned char)*c < 0x20)
            *c = '_';
    return str_of(bytes);
}

static bool write_letter(const Work *w, const MatterActor *who, const Letter *l, Arena *a, Buf *pdf,
                         Err *e) {
    DocumentNew made = {
        .matter = l->matter, .type = w->job->type, .organisation = w->job->organisation};
    LayoutReport report;
    Str id;

    if (!open_draft(w, who, l->matter, a, &id, e) ||
        (id.len == 0 && !document_draft(&w->documents, who, &made, a, &id, e)))
        return false;
    const Document *d = document_get(w->office->store, id, a, e);

    return d != NULL && document_pdf(&w->documents, d, a, pdf, &report, e);
}

static void tell_failure(Work *w, const Letter *l, const Err *why) {
    Node *n = node_map(w->arena);

    if (w->failed++ >= FAILURES_TOLD)
        return;
    node_set_text(w->arena, n, "matter", l->matter);
    node_set_text(w->arena, n, "number", l->number);
    node_set_text(w->arena, n, "text", citizen_id_safe(w->arena, str_of(why->text)));
    node_add(w->arena, w->failures, n);
}

/* Into the parcel, or among what failed. */
static void take(Work *w, const Letter *l, bool good, const Buf *pdf, Err *why, Arena *a) {
    pthread_mutex_lock(&w->mutex);
    if (good && (good = parcel_add(w->parcel, file_name(l, a), buf_str(pdf), why)))
        w->letters++;
    if (!good && !ends_all(why))
        tell_failure(w, l, why);
    else if (!good && w->error.code == ERR_NONE)
        w->error = *why;
    atomic_fetch_add(&w->job->done, 1);
    pthread_mutex_unlock(&w->mutex);
}

/* NULL: nothing is left, or all has ended. */
static const Letter *next_letter(Work *w) {
    const Letter *l = NULL;

    pthread_mutex_lock(&w->mutex);
    if (atomic_load(&w->job->cancel) && w->error.code == ERR_NONE)
        err_set(&w->error, ERR_CANCELLED, NULL, "已取消，起草好的 %lld 份保留在各自的事项里",
                (long long)w->letters);
    if (w->error.code == ERR_NONE && w->next < w->count)
        l = &w->page[w->next++];
    pthread_mutex_unlock(&w->mutex);
    return l;
}

/* By the rights of this moment: what the person may do can end while the job runs. */
static void *write_letters(void *context) {
    Work *w = context;
    Err why = {0};
    const Rights *r = rights_of(w->office->store, w->documents.content, w->job->actor, &why);
    MatterActor who = {w->job->actor, r};
    const Letter *l;

    if (r == NULL) {
        pthread_mutex_lock(&w->mutex);
        w->error = why;
        pthread_mutex_unlock(&w->mutex);
        return NULL;
    }
    const Scope *before = store_thread_scope(rights_scope(r, PERMISSION_MATTER_READ));

    while ((l = next_letter(w)) != NULL) {
        scoped_arena Arena *a = arena_new();
        scoped_buf Buf pdf = {0};
        Err e = {0};

        buf_init(&pdf, LETTER_MOST);
        bool good = write_letter(w, &who, l, a, &pdf, &e);

        take(w, l, good, &pdf, &e, a);
    }
    store_thread_scope(before);
    rights_drop(r);
    return NULL;
}

/* Several write at once: they share commits, and one lays out while another waits for the disc. */
static bool write_page(Work *w, const Letter *page, size_t count, Err *e) {
    pthread_t hands[HANDS];
    size_t n = 0;

    w->page = page;
    w->count = count;
    w->next = 0;
    while (n < HANDS && n < count && pthread_create(&hands[n], NULL, write_letters, w) == 0)
        n++;
    if (n == 0)
        write_letters(w);
    while (n > 0)
        pthread_join(hands[--n], NULL);
    if (w->error.code != ERR_NONE)
        *e = w->error;
    return w->error.code == ERR_NONE;
}

/* --- which matters ---------------------------------------------------------------------------- */

/* What is asked for the person, through his scope. */
static const Node *page_of(Work *w, Str cursor, bool first, Arena *a, Err *e) {
    MatterQuery q = matter_query_of(&w->job->query);
    const Rights *r = rights_of(w->office->store, w->documents.content, w->job->actor, e);
    MatterActor who = {w->job->actor, r};

    if (r == NULL)
        return NULL;
    q.limit = PAGE_ROWS;
    q.items_only = !first;
    q.cursor = cursor;
    const Scope *before = store_thread_scope(rights_scope(r, PERMISSION_MATTER_READ));
    const Node *page = matter_list(w->office->store, w->documents.content, &who, &q, a, e);

    store_thread_scope(before);
    rights_drop(r);
    if (page == NULL || !first)
        return page;
    atomic_store(&w->job->total, node_int(page, "total", 0));
    if (node_int(page, "total", 0) <= DOCUMENT_JOB_MOST)
        return page;
    err_set(e, ERR_TOO_LARGE, NULL, "一次最多起草 %d 份，请加上条件缩小范围", DOCUMENT_JOB_MOST);
    return NULL;
}

static bool by_query(Work *w, Err *e) {
    char cursor[200] = "";
    int64_t place = 0;

    do {
        scoped_arena Arena *a = arena_new();
        const Node *page = page_of(w, str_of(cursor), place == 0, a, e);
        const Node *items = page != NULL ? node_get(page, "items") : NULL;

        if (items == NULL)
            return false;
        Letter *letters = arena_array_of(a, items->count, Letter);

        for (size_t i = 0; i < items->count; i++)
            letters[i] = (Letter){node_text(items->items[i], "id"),
                                  node_text(items->items[i], "number"), ++place};
        if (!write_page(w, letters, items->count, e))
            return false;
        snprintf(cursor, sizeof cursor, "%.*s", STR_ARG(node_text(page, "next")));
    } while (cursor[0] != '\0');
    return true;
}

/* Numbers of matters that were named, as far as the person sees them. */
static bool number_letters(Work *w, Letter *letters, size_t count, Arena *a, Err *e) {
    const Rights *r = rights_of(w->office->store, w->documents.content, w->job->actor, e);

    if (r == NULL)
        return false;
    const Scope *before = store_thread_scope(rights_scope(r, PERMISSION_MATTER_READ));

    for (size_t i = 0; i < count; i++) {
        Err hidden = {0};
        const MatterState *m = matter_get(w->office->store, letters[i].matter, 0, a, &hidden);

        if (m != NULL)
            letters[i].number = m->number;
    }
    store_thread_scope(before);
    rights_drop(r);
    return true;
}

static bool by_ids(Work *w, Err *e) {
    atomic_store(&w->job->total, (int64_t)w->job->count);
    for (size_t from = 0; from < w->job->count; from += PAGE_ROWS) {
        scoped_arena Arena *a = arena_new();
        size_t count = w->job->count - from < PAGE_ROWS ? w->job->count - from : PAGE_ROWS;
        Letter *letters = arena_array_of(a, count, Letter);

        for (size_t i = 0; i < count; i++)
            letters[i] =
                (Letter){.matter = w->job->matters[from + i], .place = (int64_t)(from + i + 1)};
        if (!number_letters(w, letters, count, a, e) || !write_page(w, letters, count, e))
            return false;
    }
    return true;
}

/* --- the whole -------------------------------------------------------------------------------- */

/* No trace, no parcel: it is handed out only when its entry is in the journal. */
static bool tell(const Work *w, Arena *a, Err *e) {
    Node *body = node_map(a);

    node_set_text(a, body, "type", w->job->type);
    node_set_int(a, body, "rows", w->letters);
    node_set_int(a, body, "failed", w->failed);
    return audit_record_later(w->office->store, w->job->actor, w->job->address, w->job->device,
                              "documents.written", STR("documents"), body, e);
}

static bool write_all(Work *w, const char *path, Arena *a, Err *e) {
    w->parcel = parcel_open(path, e);
    if (w->parcel == NULL)
        return false;
    bool good = (w->job->matters != NULL ? by_ids(w, e) : by_query(w, e)) && tell(w, a, e);

    return parcel_close(w->parcel, good, good ? e : NULL) && good;
}

bool document_job_run(Office *o, DocumentJob *job, Arena *a, Node **result, Err *e) {
    Snapshot *s = office_snapshot(o);
    Work w = {.office = o,
              .job = job,
              .documents = {.store = o->store, .content = s->content, .folder = o->folder},
              .arena = a,
              .mutex = PTHREAD_MUTEX_INITIALIZER,
              .failures = node_list(a)};
    ShelfItem item = {0};
    struct stat st;
    char day[11];

    day_format(day_today(), day);
    shelf_path(job->shelf, a, "", &item.id, &item.path);
    item.name = str_format(a, "%.*s-%s.zip", STR_ARG(job->title), day);
    bool good = write_all(&w, item.path.ptr, a, e);

    pthread_mutex_destroy(&w.mutex);
    snapshot_drop(s);
    *result = node_map(a);
    node_set_int(a, *result, "rows", w.letters);
    node_set_int(a, *result, "failed", w.failed);
    node_set(a, *result, "failures", w.failures);
    if (!good)
        return false;
    item.size = stat(item.path.ptr, &st) == 0 ? st.st_size : 0;
    shelf_put(job->shelf, job->actor, &item);
    node_set_text(a, *result, "export", item.id);
    node_set_text(a, *result, "file_name", item.name);
    return true;
}
