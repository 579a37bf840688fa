/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/document_job.c: letter by letter: found or drafted, laid out, put into the parcel. */
#include "http/document_job.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/citizen_text.h"
#include "document/list.h"
#include "http/matter_shown.h"
#include "http/parcel.h"
#include "trace/look.h"

enum { PAGE_ROWS = 200, FAILURES_TOLD = 100, RIGHTS_LAST = 50 };
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

typedef struct Work {
    Office *office;
    DocumentJob *job;
    DocumentOffice documents;
    const Rights *rights;
    Arena *arena; /* of what is told at the end */
    Node *failures;
    int64_t letters, failed;
    Parcel *parcel;
} Work;

/* Of the person's own moment: what he may do can end while the job runs. */
static bool renew_rights(Work *w, Err *e) {
    const Rights *r = rights_of(w->office->store, w->documents.content, w->job->actor, e);

    rights_drop(w->rights);
    w->rights = r;
    return r != NULL;
}

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
static bool open_draft(Work *w, const MatterActor *who, Str matter, Arena *a, Str *id, Err *e) {
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

/* "0001 行移〔2026〕3号.pdf": slashes and the like are no part of a file's name. */
static Str file_name(Work *w, Str number, Arena *a) {
    Str name = str_format(a, "%05lld %.*s.pdf", (long long)w->letters + 1, STR_ARG(number));
    char *bytes = str_c(a, name);

    for (char *c = bytes; *c != '\0'; c++)
        if (strchr("/\\:*?\"<>|", *c) != NULL || (unsigned char)*c < 0x20)
            *c = '_';
    return str_of(bytes);
}

static bool write_letter(Work *w, Str matter, Str number, Arena *a, Err *e) {
    MatterActor who = {w->job->actor, w->rights};
    DocumentNew made = {
        .matter = matter, .type = w->job->type, .organisation = w->job->organisation};
    scoped_buf Buf pdf = {0};
    LayoutReport report;
    Str id;

    buf_init(&pdf, LETTER_MOST);
    if (!open_draft(w, &who, matter, a, &id, e) ||
        (id.len == 0 && !document_draft(&w->documents, &who, &made, a, &id, e)))
        return false;
    const Document *d = document_get(w->office->store, id, a, e);

    if (d == NULL || !document_pdf(&w->documents, d, a, &pdf, &report, e) ||
        !parcel_add(w->parcel, file_name(w, number, a), buf_str(&pdf), e))
        return false;
    w->letters++;
    return true;
}

static bool one_matter(Work *w, Str matter, Str number, Err *e) {
    scoped_arena Arena *a = arena_new();
    int64_t done = atomic_load(&w->job->done);
    Err why = {0};

    if (atomic_load(&w->job->cancel))
        return err_set(e, ERR_CANCELLED, NULL, "已取消，起草好的 %lld 份保留在各自的事项里",
                       (long long)w->letters);
    if (done % RIGHTS_LAST == 0 && !renew_rights(w, e))
        return false;
    const Scope *before = store_thread_scope(rights_scope(w->rights, PERMISSION_MATTER_READ));
    bool good = write_letter(w, matter, number, a, &why);

    store_thread_scope(before);
    atomic_store(&w->job->done, done + 1);
    if (good)
        return true;
    if (ends_all(&why)) {
        *e = why;
        return false;
    }
    if (w->failed++ < FAILURES_TOLD) {
        Node *n = node_map(w->arena);

        node_set_text(w->arena, n, "matter", matter);
        node_set_text(w->arena, n, "number", number);
        node_set_text(w->arena, n, "text", citizen_id_safe(w->arena, str_of(why.text)));
        node_add(w->arena, w->failures, n);
    }
    return true;
}

/* --- which matters ---------------------------------------------------------------------------- */

static bool by_ids(Work *w, Err *e) {
    atomic_store(&w->job->total, (int64_t)w->job->count);
    for (size_t i = 0; i < w->job->count; i++) {
        scoped_arena Arena *a = arena_new();
        Err hidden = {0};

        if (w->rights == NULL && !renew_rights(w, e))
            return false;
        const Scope *before = store_thread_scope(rights_scope(w->rights, PERMISSION_MATTER_READ));
        const MatterState *m = matter_get(w->office->store, w->job->matters[i], 0, a, &hidden);

        store_thread_scope(before);
        if (!one_matter(w, w->job->matters[i], m != NULL ? m->number : (Str){NULL, 0}, e))
            return false;
    }
    return true;
}

static const Node *page_of(Work *w, Str cursor, bool first, Arena *a, Err *e) {
    MatterQuery q = matter_query_of(&w->job->query);
    MatterActor who = {w->job->actor, NULL};

    if (!renew_rights(w, e))
        return NULL;
    who.rights = w->rights;
    q.limit = PAGE_ROWS;
    q.items_only = !first;
    q.cursor = cursor;
    const Scope *before = store_thread_scope(rights_scope(w->rights, PERMISSION_MATTER_READ));
    const Node *page = matter_list(w->office->store, w->documents.content, &who, &q, a, e);

    store_thread_scope(before);
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
    bool first = true;

    do {
        scoped_arena Arena *a = arena_new();
        const Node *page = page_of(w, str_of(cursor), first, a, e);
        const Node *items = page != NULL ? node_get(page, "items") : NULL;

        if (items == NULL)
            return false;
        for (size_t i = 0; i < items->count; i++)
            if (!one_matter(w, node_text(items->items[i], "id"),
                            node_text(items->items[i], "number"), e))
                return false;
        snprintf(cursor, sizeof cursor, "%.*s", STR_ARG(node_text(page, "next")));
        first = false;
    } while (cursor[0] != '\0');
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
              .failures = node_list(a)};
    ShelfItem item = {0};
    struct stat st;
    char day[11];

    day_format(day_today(), day);
    shelf_path(job->shelf, a, "", &item.id, &item.path);
    item.name = str_format(a, "%.*s-%s.zip", STR_ARG(job->title), day);
    bool good = write_all(&w, item.path.ptr, a, e);

    rights_drop(w.rights);
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
