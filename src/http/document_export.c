/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/document_export.c: the job behind an export of the ledger of documents. */
#include "http/document_export.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clue/marked.h"
#include "http/document_shown.h"
#include "trace/look.h"

enum { ROWS_MOST = 100000, PAGE_ROWS = 200 };

static const struct {
    const char *title;
    double width;
} columns[] = {
    {"文号", 28},     {"文书", 24},     {"标题", 44},     {"状态", 10},     {"制作单位", 28},
    {"拟稿人", 12},   {"成文日期", 12}, {"主送", 36},     {"送达", 8},      {"签收", 8},
    {"回复期限", 12}, {"回复", 10},     {"事项编号", 26}, {"最后变动", 18},
};
enum { COLUMNS = sizeof columns / sizeof *columns };

DocumentExport *document_export_copy(Arena *a, const DocumentExport *from) {
    DocumentExport *x = arena_new_of(a, DocumentExport);
    Str *const texts[] = {&x->query.matter,
                          &x->query.type,
                          &x->query.group,
                          &x->query.state,
                          &x->query.box,
                          &x->query.answered,
                          &x->query.assessed,
                          &x->query.flagged,
                          &x->query.text,
                          &x->query.sort,
                          &x->query.issued_from,
                          &x->query.issued_to,
                          &x->query.due_from,
                          &x->query.due_to,
                          &x->format,
                          &x->purpose,
                          &x->purpose_title,
                          &x->case_number,
                          &x->reason,
                          &x->actor,
                          &x->person,
                          &x->address,
                          &x->device};

    x->query = from->query;
    x->query.cursor = (Str){NULL, 0};
    x->format = from->format;
    x->purpose = from->purpose;
    x->purpose_title = from->purpose_title;
    x->case_number = from->case_number;
    x->reason = from->reason;
    x->actor = from->actor;
    x->person = from->person;
    x->address = from->address;
    x->device = from->device;
    x->shelf = from->shelf;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        *texts[i] = str_dup(a, *texts[i]);
    return x;
}

/* --- rows ------------------------------------------------------------------------------------- */

typedef struct Writing {
    Office *office;
    DocumentExport *x;
    const Content *content;
    Marked *table;
    Buf ids; /* of what went out, for the entry */
    int64_t rows;
    char cursor[200];
} Writing;

static Str counted(Arena *a, const Node *services, const char *key) {
    int64_t n = node_int(services, key, 0);

    return n > 0 ? str_format(a, "%lld", (long long)n) : (Str){NULL, 0};
}

/* 2026-03-02 09:00 */
static Str minute(Arena *a, Str at) {
    return at.len < 16 ? at : str_format(a, "%.10s %.5s", at.ptr, at.ptr + 11);
}

static Str answer_word(const Node *item) {
    if (node_text(item, "answered").len > 0)
        return STR("已回复");
    if (node_text(item, "due").len == 0)
        return (Str){NULL, 0};
    return node_int(item, "workdays_left", 0) < 0 ? STR("逾期未回复") : STR("待回复");
}

static void write_row(Writing *w, const Node *item, Arena *a) {
    const Node *services = node_get(item, "services");
    const Str cells[COLUMNS] = {
        node_text(item, "number"),
        node_text(item, "type_title"),
        node_text(item, "title"),
        node_text(item, "state_title"),
        node_text(item, "organisation_name"),
        node_text(item, "author_name"),
        node_text(item, "issued_on"),
        node_text(item, "receivers"),
        counted(a, services, "sent"),
        counted(a, services, "signed"),
        node_text(item, "due"),
        answer_word(item),
        node_text(item, "matter_number"),
        minute(a, node_text(item, "changed")),
    };

    export_id(node_text(item, "id"), &w->ids);
    marked_row(w->table, cells);
    w->rows++;
    atomic_store(&w->x->done, w->rows);
}

/* One page, seen by the rights of this moment. */
static bool next_page(Writing *w, bool first, Err *e) {
    scoped_arena Arena *a = arena_new();
    const Rights *r = rights_of(w->office->store, w->content, w->x->actor, e);
    DocumentQuery q = document_query_of(&w->x->query);
    const Scope *before;

    if (r == NULL)
        return false;
    q.limit = PAGE_ROWS;
    q.items_only = !first;
    q.cursor = str_of(w->cursor);
    before = store_thread_scope(rights_scope(r, PERMISSION_MATTER_EXPORT));
    const Node *page =
        document_list(w->office->store, w->content, &(MatterActor){w->x->actor, r}, &q, a, e);
    const Node *items = page != NULL ? node_get(page, "items") : NULL;

    if (page != NULL && first)
        atomic_store(&w->x->total, node_int(page, "total", 0));
    bool good = items != NULL &&
                (node_int(page, "total", 0) <= ROWS_MOST ||
                 err_set(e, ERR_TOO_LARGE, NULL, "一次最多导出 %d 份，请加上条件缩小范围",
                         (int)ROWS_MOST)) &&
                document_rows_shown(w->office->store, w->content, items, a, e);

    for (size_t i = 0; good && i < items->count; i++)
        write_row(w, items->items[i], a);
    store_thread_scope(before);
    rights_drop(r);
    if (!good)
        return false;
    snprintf(w->cursor, sizeof w->cursor, "%.*s", STR_ARG(node_text(page, "next")));
    return !atomic_load(&w->x->cancel) || err_set(e, ERR_CANCELLED, NULL, "导出已取消");
}

static bool write_all(Writing *w, Err *e) {
    if (!next_page(w, true, e))
        return false;
    while (w->cursor[0] != '\0' && w->rows < ROWS_MOST)
        if (!next_page(w, false, e))
            return false;
    return true;
}

/* --- the entry -------------------------------------------------------------------------------- */

/* Codes of the conditions; words that were typed stay out of the open part. */
static Node *conditions(Arena *a, const DocumentListQuery *q) {
    const struct {
        const char *key;
        Str code;
    } codes[] = {{"type", q->type},           {"group", q->group},
                 {"state", q->state},         {"box", q->box},
                 {"answered", q->answered},   {"assessed", q->assessed},
                 {"flagged", q->flagged},     {"issued_from", q->issued_from},
                 {"issued_to", q->issued_to}, {"due_from", q->due_from},
                 {"due_to", q->due_to}};
    Node *n = node_map(a);

    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (codes[i].code.len != 0)
            node_set_text(a, n, codes[i].key, codes[i].code);
    if (q->organisation != 0)
        node_set_int(a, n, "organisation", q->organisation);
    if (q->receiver != 0)
        node_set_int(a, n, "receiver", q->receiver);
    return n;
}

static bool tell(Writing *w, Arena *a, Err *e) {
    const DocumentExport *x = w->x;
    const Rights *r = rights_of(w->office->store, w->content, x->actor, e);
    Viewer asker = {.rights = r, .address = x->address, .device = x->device};
    ExportLook look = {.kind = "documents.exported",
                       .what = STR("documents"),
                       .purpose = x->purpose,
                       .case_number = x->case_number,
                       .reason = x->reason,
                       .format = x->format,
                       .rows = w->rows,
                       .query = conditions(a, &x->query),
                       .ids = buf_str(&w->ids)};
    LookDone done;
    bool good =
        r != NULL && export_record(w->office->store, w->content, &asker, x->actor, &look, &done, e);

    rights_drop(r);
    return good;
}

static bool export_to(Writing *w, const char *path, Str mark, Arena *a, Err *e) {
    MarkedColumn heads[COLUMNS];

    for (size_t i = 0; i < COLUMNS; i++)
        heads[i] = (MarkedColumn){str_of(columns[i].title), columns[i].width};
    w->table = marked_open(a, w->x->format, path, STR("文书台账"), heads, COLUMNS, mark, e);
    if (w->table == NULL)
        return false;
    bool good = write_all(w, e);

    good = marked_close(w->table, good, good ? e : NULL) && good;
    /* No trace, no export: the file is only handed out when its entry is in the journal. */
    if (good && !tell(w, a, e)) {
        unlink(path);
        return false;
    }
    return good;
}

bool document_export_run(Office *o, DocumentExport *x, Arena *a, Node **result, Err *e) {
    Snapshot *s = office_snapshot(o);
    Writing w = {.office = o, .x = x, .content = s->content};
    ExportFor mark = {.person = x->person,
                      .purpose_title = x->purpose_title,
                      .look = {.case_number = x->case_number}};
    ShelfItem item = {0};
    struct stat st;
    char day[11];

    day_format(day_today(), day);
    shelf_path(x->shelf, a, "", &item.id, &item.path);
    item.name = str_format(a, "文书台账-%s.%.*s", day, STR_ARG(x->format));
    buf_init(&w.ids, (size_t)2 * ROWS_MOST * EXPORT_ID);
    bool good = export_to(&w, item.path.ptr, export_mark(a, &mark), a, e);

    buf_done(&w.ids);
    snapshot_drop(s);
    if (!good)
        return false;
    item.size = stat(item.path.ptr, &st) == 0 ? st.st_size : 0;
    shelf_put(x->shelf, x->actor, &item);
    *result = node_map(a);
    node_set_text(a, *result, "export", item.id);
    node_set_text(a, *result, "file_name", item.name);
    node_set_int(a, *result, "rows", w.rows);
    return true;
}
