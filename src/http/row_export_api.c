/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/row_export_api.c: rows of a dataset as XLSX or CSV: what their list shows, masked as there,
 * through the scope of who asks. */
#include <stdio.h>
#include <sys/stat.h>

#include "clue/marked.h"
#include "http/api.h"
#include "http/trace_api.h"
#include "http/trace_words.h"

enum { ROWS_MOST = 100000, PAGE_ROWS = 200 };

typedef struct RowExport {
    Req *rq;
    const Dataset *dataset;
    Marked *table;
    size_t columns;
    int64_t rows;
    Buf *ids; /* of what went out, for the entry */
} RowExport;

static bool begin(RowExport *x, Str format, const char *path, Str mark, const Node *page, Err *e) {
    Arena *a = req_arena(x->rq);
    const Node *columns = node_get(page, "columns");
    MarkedColumn *heads = arena_array_of(a, columns->count, MarkedColumn);

    x->columns = columns->count;
    for (size_t i = 0; i < columns->count; i++)
        heads[i] = (MarkedColumn){node_text(columns->items[i], "title"), 20};
    /* A sheet's name takes 31 characters and not all of them. */
    x->table = marked_open(a, format, path, STR("数据"), heads, x->columns, mark, e);
    return x->table != NULL;
}

static void add_page(RowExport *x, const Node *page, Arena *a) {
    const Node *items = node_get(page, "items");
    Str *cells = arena_array_of(a, x->columns, Str);

    for (size_t i = 0; i < items->count; i++, x->rows++) {
        const Node *values = node_get(items->items[i], "values");

        for (size_t k = 0; k < x->columns; k++)
            cells[k] = k < values->count && values->items[k]->kind == NODE_TEXT
                           ? values->items[k]->text
                           : (Str){NULL, 0};
        export_id(node_text(items->items[i], "id"), x->ids);
        marked_row(x->table, cells);
    }
}

static bool write_rows(RowExport *x, const RowExportNew *in, const char *path, Str mark, Err *e) {
    Office *o = req_office(x->rq);
    PoolListing q = {.text = in->text, .batch = in->batch, .limit = PAGE_ROWS};
    char cursor[1001] = "";

    do {
        scoped_arena Arena *a = arena_new();
        const Node *page = pool_list(o->pool, o->keys, x->dataset, &q, a, e);

        if (page == NULL)
            return false;
        if (node_int(page, "total", 0) > ROWS_MOST)
            return err_set(e, ERR_TOO_LARGE, NULL, "一次最多导出 %d 行，请加上条件缩小范围",
                           (int)ROWS_MOST);
        if (x->table == NULL && !begin(x, in->format, path, mark, page, e))
            return false;
        add_page(x, page, a);
        snprintf(cursor, sizeof cursor, "%.*s", STR_ARG(node_text(page, "next")));
        q.cursor = str_of(cursor);
    } while (q.cursor.len != 0);
    return true;
}

static bool tell(RowExport *x, const RowExportNew *in, const ExportFor *who, Err *e) {
    Arena *a = req_arena(x->rq);
    ExportLook look = who->look;
    LookDone done;
    Node *query = node_map(a);

    if (in->batch != 0)
        node_set_int(a, query, "batch", in->batch);
    look.kind = "rows.exported";
    look.what = str_format(a, "rows:%.*s", STR_ARG(x->dataset->dataset));
    look.format = in->format;
    look.rows = x->rows;
    look.query = query;
    look.ids = buf_str(x->ids);
    return export_record(req_office(x->rq)->store, req_snapshot(x->rq)->content, who->asker,
                         who->actor, &look, &done, e);
}

bool api_row_export_create(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    const RowExportNew *in = req_body(rq);
    scoped_buf Buf ids;
    RowExport x = {.rq = rq, .ids = &ids};
    Viewer asker;
    ExportFor who;
    ShelfItem item = {0};
    char day[11];
    struct stat st;
    Node *n = node_map(a);

    buf_init(&ids, (size_t)2 * ROWS_MOST * EXPORT_ID);
    x.dataset = content_dataset(req_snapshot(rq)->content, req_param(rq, 0), e);
    if (x.dataset == NULL ||
        !export_for(rq, &asker, in->purpose, in->case_number, in->reason, &who, e))
        return false;
    day_format(day_today(), day);
    shelf_path(rq->server->exports, a, "", &item.id, &item.path);
    item.name = str_format(a, "%.*s-%s.%.*s", STR_ARG(x.dataset->title), day, STR_ARG(in->format));
    bool good = write_rows(&x, in, item.path.ptr, export_mark(a, &who), e);

    if (x.table != NULL)
        good = marked_close(x.table, good, good ? e : NULL) && good;
    if (!good)
        return false;
    if (!tell(&x, in, &who, e)) {
        unlink(item.path.ptr);
        return false;
    }
    item.size = stat(item.path.ptr, &st) == 0 ? st.st_size : 0;
    shelf_put(rq->server->exports, req_view(rq)->login, &item);
    node_set_text(a, n, "export", item.id);
    node_set_text(a, n, "file_name", item.name);
    node_set_int(a, n, "rows", x.rows);
    return reply_node(rq, n);
}

bool api_row_export_get(Req *rq, Err *e) {
    ShelfItem item;

    return shelf_find(rq->server->exports, req_view(rq)->login, req_param(rq, 1), req_arena(rq),
                      &item, e) &&
           reply_file(rq, item.path.ptr, item.name,
                      str_ends(item.name, STR(".csv"))
                          ? "text/csv; charset=utf-8"
                          : "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                      false, e);
}
