/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/matter_export.c: the job behind an export of matters. */
#include "http/matter_export.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/citizen_text.h"
#include "clue/marked.h"
#include "http/matter_shown.h"
#include "trace/look.h"

enum { ROWS_MOST = 100000, PAGE_ROWS = 200 };

static const struct {
    const char *title;
    double width;
} columns[] = {
    {"编号", 26},     {"事项", 48},     {"流程", 20},     {"状态", 10},   {"结果", 24},
    {"等级", 8},      {"当前步骤", 30}, {"主办单位", 28}, {"发起人", 12}, {"发起时间", 18},
    {"办结时间", 18}, {"届满日", 12},   {"逾期", 8},      {"案号", 28},
};
enum { COLUMNS = sizeof columns / sizeof *columns };

MatterExport *matter_export_copy(Arena *a, const MatterExport *from) {
    MatterExport *x = arena_new_of(a, MatterExport);
    Str *const texts[] = {&x->query.flow,
                          &x->query.state,
                          &x->query.outcome,
                          &x->query.step,
                          &x->query.level,
                          &x->query.party,
                          &x->query.text,
                          &x->query.subject,
                          &x->query.case_number,
                          &x->query.due,
                          &x->query.sort,
                          &x->query.mine,
                          &x->format,
                          &x->purpose,
                          &x->purpose_title,
                          &x->case_number,
                          &x->reason,
                          &x->actor,
                          &x->person,
                          &x->address,
                          &x->device,
                          &x->query.opened_from,
                          &x->query.opened_to,
                          &x->query.closed_from,
                          &x->query.closed_to,
                          &x->query.due_from,
                          &x->query.due_to,
                          &x->query.in_time};

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
    MatterExport *x;
    const Content *content;
    Marked *table;
    Buf ids; /* of what went out, for the entry */
    int64_t rows;
    char cursor[200];
} Writing;

static Str titles_of(Arena *a, const Node *steps) {
    scoped_buf Buf b;

    buf_init(&b, 4096);
    for (size_t i = 0; steps != NULL && i < steps->count; i++) {
        buf_add_c(&b, i != 0 ? "、" : "");
        buf_add(&b, node_text(steps->items[i], "title"));
    }
    return str_dup(a, buf_str(&b));
}

/* 2026-03-02 09:00 */
static Str minute(Arena *a, Str at) {
    return at.len < 16 ? at : str_format(a, "%.10s %.5s", at.ptr, at.ptr + 11);
}

static void write_row(Writing *w, const Node *item, Arena *a) {
    Str cells[COLUMNS] = {
        node_text(item, "number"),
        node_text(item, "title"),
        node_text(item, "flow_title"),
        node_text(item, "state_title"),
        node_text(item, "outcome_title"),
        node_text(item, "level_title"),
        titles_of(a, node_get(item, "steps")),
        node_text(item, "organisation_name"),
        node_text(item, "actor_name"),
        minute(a, node_text(item, "opened")),
        minute(a, node_text(item, "closed")),
        node_text(item, "due_on"),
        node_bool(item, "lapsed", false) ? STR("逾期") : STR(""),
        citizen_id_safe(a, node_text(item, "case_number")),
    };

    export_id(node_text(item, "id"), &w->ids);
    marked_row(w->table, cells);
    w->rows++;
    atomic_store(&w->x->done, w->rows);
}

static bool write_page(Writing *w, const Node *page, Arena *a, Err *e) {
    const Node *items = node_get(page, "items");
    Names names;

    names_begin(&names, a);
    for (size_t i = 0; i < items->count; i++) {
        names_want(&names, a, node_text(items->items[i], "actor"));
        names_want_house(&names, a, node_int(items->items[i], "organisation", 0));
    }
    if (!names_read(&names, w->office->store, a, e))
        return false;
    for (size_t i = 0; i < items->count; i++) {
        matter_item_shown(items->items[i], w->content, &names, a);
        write_row(w, items->items[i], a);
    }
    return true;
}

/* One page, seen by the rights of this moment. */
static bool next_page(Writing *w, bool first, Err *e) {
    scoped_arena Arena *a = arena_new();
    const Rights *r = rights_of(w->office->store, w->content, w->x->actor, e);
    MatterQuery q = matter_query_of(&w->x->query);
    const Scope *before;
    const Node *page;

    if (r == NULL)
        return false;
    q.limit = PAGE_ROWS;
    q.items_only = !first;
    q.cursor = str_of(w->cursor);
    before = store_thread_scope(rights_scope(r, PERMISSION_MATTER_EXPORT));
    page = matter_list(w->office->store, w->content, &(MatterActor){w->x->actor, r}, &q, a, e);
    if (page != NULL && first)
        atomic_store(&w->x->total, node_int(page, "total", 0));
    bool good = page != NULL &&
                (node_int(page, "total", 0) <= ROWS_MOST ||
                 err_set(e, ERR_TOO_LARGE, NULL, "一次最多导出 %d 件，请加上条件缩小范围",
                         (int)ROWS_MOST)) &&
                write_page(w, page, a, e);

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
static Node *conditions(Arena *a, const MatterListQuery *q) {
    Node *n = node_map(a);

    if (q->flow.len != 0)
        node_set_text(a, n, "flow", q->flow);
    if (q->state.len != 0)
        node_set_text(a, n, "state", q->state);
    if (q->outcome.len != 0)
        node_set_text(a, n, "outcome", q->outcome);
    if (q->level.len != 0)
        node_set_text(a, n, "level", q->level);
    if (q->due.len != 0)
        node_set_text(a, n, "due", q->due);
    const struct {
        const char *key;
        Str day;
    } days[] = {{"opened_from", q->opened_from}, {"opened_to", q->opened_to},
                {"closed_from", q->closed_from}, {"closed_to", q->closed_to},
                {"due_from", q->due_from},       {"due_to", q->due_to},
                {"in_time", q->in_time}};

    for (size_t i = 0; i < sizeof days / sizeof *days; i++)
        if (days[i].day.len != 0)
            node_set_text(a, n, days[i].key, days[i].day);
    if (q->organisation != 0)
        node_set_int(a, n, "organisation", q->organisation);
    return n;
}

static bool tell(Writing *w, Arena *a, Err *e) {
    const MatterExport *x = w->x;
    const Rights *r = rights_of(w->office->store, w->content, x->actor, e);
    Viewer asker = {.rights = r, .address = x->address, .device = x->device};
    ExportLook look = {.kind = "matters.exported",
                       .what = STR("matters"),
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
    w->table = marked_open(a, w->x->format, path, STR("事项"), heads, COLUMNS, mark, e);
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

bool matter_export_run(Office *o, MatterExport *x, Arena *a, Node **result, Err *e) {
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
    item.name = str_format(a, "事项-%s.%.*s", day, STR_ARG(x->format));
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
