/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/batch.c: reading the projections of imports, as JSON trees for pages and the command line.
 */
#include "pool/batch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sql_statements.h"

#include "base/banned.h"

/* One question to the store, its answer in the caller's arena. */
typedef struct Ask {
    Arena *a;
    const Sql *sql, *second;
    Arg args[4];
    size_t count, second_count;
    Node *rows, *more;
} Ask;

static bool ask_rows(Tx *tx, void *context, Err *e) {
    Ask *q = context;

    q->rows = tx_rows(tx, q->a, q->sql, q->args, q->count, e);
    if (!q->rows)
        return false;
    if (q->second)
        q->more = tx_rows(tx, q->a, q->second, q->args, q->second_count, e);
    return !q->second || q->more;
}

bool batch_newest(Store *s, int64_t *out, Err *e) {
    scoped_arena Arena *a = arena_new();
    Ask q = {.a = a, .sql = &SQL_batch_newest};

    if (!store_read(s, ask_rows, &q, e))
        return false;
    *out = node_int(q.rows->items[0], "batch", 0);
    return true;
}

/* milliseconds becomes seconds, the path of the rejects a yes or no. */
static void tidy(Arena *a, Node *batch) {
    const Node *took = node_get(batch, "milliseconds");

    node_set(a, batch, "seconds",
             took && took->kind == NODE_INT ? node_of_real(a, (double)took->integer / 1000)
                                            : node_null(a));
    node_set_bool(a, batch, "has_rejects", node_text(batch, "rejects_file").len > 0);
}

Node *batch_list(Store *s, Arena *a, Str dataset, int64_t before, int64_t limit, Err *e) {
    limit = limit < 1 ? 50 : limit > 200 ? 200 : limit;
    Ask q = {.a = a,
             .sql = &SQL_batch_page,
             .second = &SQL_batch_count,
             .count = 3,
             .second_count = 1,
             .args = {ARG_OF_TEXT(dataset), ARG_OF_INT(before > 0 ? before : INT64_MAX),
                      ARG_OF_INT(limit + 1)}};
    Node *out = node_map(a), *items = node_list(a);

    if (!store_read(s, ask_rows, &q, e))
        return NULL;
    for (size_t i = 0; i < q.rows->count && i < (size_t)limit; i++) {
        tidy(a, q.rows->items[i]);
        node_add(a, items, q.rows->items[i]);
    }
    node_set_int(a, out, "total", node_int(q.more->items[0], "total", 0));
    node_set(a, out, "items", items);
    node_set(a, out, "next",
             q.rows->count > (size_t)limit
                 ? node_of_int(a, node_int(items->items[items->count - 1], "batch", 0))
                 : node_null(a));
    return out;
}

static Node *field_part(Arena *a, const Node *row, const char *const *keys) {
    Node *out = node_map(a);

    for (; *keys; keys++) {
        const Node *value =
            node_get(row, strcmp(*keys, "distinct") == 0 ? "distinct_values" : *keys);

        if (value && value->kind == NODE_INT)
            node_set_int(a, out, *keys, value->integer);
        else if (value)
            node_set_text(a, out, *keys, value->text);
    }
    return out;
}

Node *batch_get(Store *s, Arena *a, int64_t batch, Err *e) {
    static const char *const quality_keys[] = {"field",    "title",        "filled", "valid",
                                               "distinct", "out_of_range", NULL};
    static const char *const mapping_keys[] = {"field", "title", "header", "how", NULL};
    Ask q = {.a = a,
             .sql = &SQL_batch_get,
             .second = &SQL_batch_fields,
             .count = 1,
             .second_count = 1,
             .args = {ARG_OF_INT(batch)}};

    if (!store_read(s, ask_rows, &q, e))
        return NULL;
    if (!q.rows->count) {
        err_set(e, ERR_NOT_FOUND, "/batch", "没有第 %lld 批导入", (long long)batch);
        return NULL;
    }
    Node *out = q.rows->items[0], *quality = node_list(a), *mapping = node_list(a);

    tidy(a, out);
    for (size_t i = 0; i < q.more->count; i++) {
        Node *one = field_part(a, q.more->items[i], quality_keys);

        node_set_int(a, one, "received", node_int(out, "accepted", 0));
        node_add(a, quality, one);
        if (node_text(q.more->items[i], "how").len)
            node_add(a, mapping, field_part(a, q.more->items[i], mapping_keys));
    }
    node_set_bool(a, out, "distinct_approximate", node_int(out, "distinct_approximate", 0) != 0);
    node_set(a, out, "quality", quality);
    node_set(a, out, "mapping", mapping);
    return out;
}

Node *batch_totals(Store *s, Arena *a, Err *e) {
    Ask q = {.a = a, .sql = &SQL_batch_totals};
    Node *out = node_map(a);

    if (!store_read(s, ask_rows, &q, e))
        return NULL;
    for (size_t i = 0; i < q.rows->count; i++)
        node_append(a, out, node_text(q.rows->items[i], "dataset"), q.rows->items[i]);
    return out;
}

static bool name_one(Store *s, Arena *a, Node *row, const char *at_key, Err *e) {
    Ask q = {.a = a,
             .sql = &SQL_batch_file,
             .count = 1,
             .args = {ARG_OF_INT(node_int(row, "batch", 0))}};

    if (!store_read(s, ask_rows, &q, e))
        return false;
    if (!q.rows->count)
        return true;
    node_set_text(a, row, "file_name", node_text(q.rows->items[0], "file_name"));
    node_set_text(a, row, at_key, node_text(q.rows->items[0], "at"));
    node_set_text(a, row, "actor", node_text(q.rows->items[0], "actor"));
    return true;
}

bool batch_name_row(Store *s, Arena *a, Node *row, Err *e) {
    const Node *versions = node_get(row, "versions");

    for (size_t i = 0; versions && i < versions->count; i++)
        if (!name_one(s, a, versions->items[i], "at", e))
            return false;
    return name_one(s, a, row, "imported_at", e);
}

/* One line of the reject file into five cells; they were written by rejects.c, so no cell holds a
 * line break. */
static size_t cut_line(Arena *a, Str line, Str *cells, size_t most) {
    size_t n = 0;

    while (n < most) {
        Buf cell;
        bool quoted = line.len && line.ptr[0] == '"';
        size_t i = quoted;

        buf_init(&cell, (size_t)1 << 20);
        for (; i < line.len; i++) {
            if (quoted && line.ptr[i] == '"' && i + 1 < line.len && line.ptr[i + 1] == '"')
                i++;
            else if (quoted ? line.ptr[i] == '"' : line.ptr[i] == ',')
                break;
            buf_add_char(&cell, line.ptr[i]);
        }
        i += quoted && i < line.len;
        cells[n++] = str_dup(a, buf_str(&cell));
        buf_done(&cell);
        if (i >= line.len)
            break;
        line = str_slice(line, i + 1, line.len);
    }
    return n;
}

static void add_reject(Arena *a, Node *items, Str line) {
    Str cells[5] = {0};
    int64_t number = 0, column = 0;
    Node *one = node_map(a);

    cut_line(a, line, cells, 5);
    node_set_int(a, one, "line", str_to_int(cells[0], &number) ? number : 0);
    node_set_int(a, one, "column", str_to_int(cells[1], &column) ? column : 0);
    node_set_text(a, one, "title", cells[2]);
    node_set_text(a, one, "value", cells[3]);
    node_set_text(a, one, "reason", cells[4]);
    node_add(a, items, one);
}

static int64_t read_page(Arena *a, FILE *f, int64_t limit, Node *items) {
    char *line = NULL;
    size_t room = 0;
    int64_t at = ftello(f), end = at;
    ssize_t n;

    while ((n = getline(&line, &room, f)) > 0) {
        Str text = {line, (size_t)n};

        if ((int64_t)items->count == limit)
            break;
        while (text.len && (text.ptr[text.len - 1] == '\n' || text.ptr[text.len - 1] == '\r'))
            text.len--;
        end += n;
        if (at > 0) /* the first line is the header */
            add_reject(a, items, text);
        at = end;
    }
    free(line);
    return n > 0 ? end : 0;
}

Node *batch_rejects(Store *s, Arena *a, const char *folder, int64_t batch, int64_t cursor,
                    int64_t limit, Err *e) {
    Node *of = batch_get(s, a, batch, e), *out = node_map(a), *items = node_list(a);
    int64_t next = 0;

    if (!of)
        return NULL;
    limit = limit < 1 ? 50 : limit > 200 ? 200 : limit;
    if (node_text(of, "rejects_file").len) {
        const char *path =
            str_format(a, "%s/%.*s", folder, STR_ARG(node_text(of, "rejects_file"))).ptr;
        FILE *f = fopen(path, "re");

        if (!f || cursor < 0 || fseeko(f, cursor, SEEK_SET) != 0) {
            if (f)
                fclose(f);
            err_set(e, ERR_DISK, path, "读不到第 %lld 批的拒收清单（%s）：请检查数据文件夹",
                    (long long)batch, strerror(errno));
            return NULL;
        }
        next = read_page(a, f, limit, items);
        fclose(f);
    }
    node_set_int(a, out, "total", node_int(of, "rejected", 0));
    node_set_int(a, out, "listed", node_int(of, "listed", 0));
    node_set(a, out, "items", items);
    node_set(a, out, "next", next ? node_of_int(a, next) : node_null(a));
    return out;
}
