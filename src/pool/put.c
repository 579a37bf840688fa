/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/put.c: a few rows from a tree straight into a table, normalised as an import would. */
#include <stdlib.h>

#include "pool/engine.h"
#include "pool/maker.h"

#include "base/banned.h"

static MakerPlan plan_of(Arena *a, const Content *c, const Keys *keys, const Dataset *d,
                         int64_t batch) {
    int *columns = arena_array_of(a, d->fields.count, int);
    Str *headers = arena_array_of(a, d->fields.count, Str);

    for (size_t i = 0; i < d->fields.count; i++) {
        columns[i] = (int)i;
        headers[i] = dataset_fields(d)[i].field;
    }
    return (MakerPlan){.content = c,
                       .table = pool_table(a, d),
                       .keys = keys,
                       .fields = dataset_fields(d),
                       .columns = columns,
                       .headers = headers,
                       .column_count = d->fields.count,
                       .batch = batch};
}

static bool cells_of(Arena *a, const Dataset *d, const Node *map, RowOfCells *out, Err *e) {
    out->count = d->fields.count;
    out->cells = arena_array_of(a, out->count, Cell);
    for (size_t i = 0; i < out->count; i++)
        out->cells[i].kind = CELL_EMPTY;
    for (size_t i = 0; i < map->count; i++) {
        const Field *f = dataset_field(d, map->keys[i]);
        const Node *v = map->items[i];

        for (size_t j = 0; j < d->fields.count && !f; j++)
            if (str_eq(dataset_fields(d)[j].title, map->keys[i]))
                f = &dataset_fields(d)[j];
        if (!f) {
            char where[NODE_WHERE];

            node_where(v, where);
            return err_set(e, ERR_CONTENT, where, "数据集 %.*s 没有字段 %.*s", STR_ARG(d->dataset),
                           STR_ARG(map->keys[i]));
        }
        if (v->kind == NODE_NULL)
            continue;
        out->cells[f->index] = (Cell){v->text, CELL_TEXT};
        if (!v->text.len && v->kind == NODE_INT)
            out->cells[f->index].text = str_format(a, "%lld", (long long)v->integer);
        else if (!v->text.len && v->kind == NODE_REAL)
            out->cells[f->index].text = str_format(a, "%.15g", v->real);
    }
    return true;
}

static bool put_one(Arena *a, Maker *m, PoolAppender *to, const Dataset *d, const Node *map,
                    uint64_t line, Err *e) {
    RowOfCells row = {.line = line};
    MadeRow made;
    char where[NODE_WHERE];

    if (!cells_of(a, d, map, &row, e))
        return false;
    switch (maker_make(m, &row, &made)) {
    case MADE_ROW:
        return pool_append(to, made.values, e);
    case MADE_EMPTY:
        return true;
    case MADE_REJECTED:
        break;
    }
    node_where(map, where);
    return err_set(e, ERR_CONTENT, where, "数据集 %.*s 的第 %llu 行被拒收，列“%.*s”：%s",
                   STR_ARG(d->dataset), (unsigned long long)line, STR_ARG(made.title), made.reason);
}

bool pool_put(PoolSession *s, const Content *c, const Keys *keys, const Dataset *d,
              const Node *rows, int64_t batch, Err *e) {
    scoped_arena Arena *a = arena_new();
    MakerPlan plan = plan_of(a, c, keys, d, batch);
    PoolAppender *to =
        pool_appender(s, plan.table->columns, plan.table->count, plan.table->name, e);

    if (!to)
        return false;
    Maker *m = maker_new(&plan);
    bool good = true;

    for (size_t i = 0; rows && i < rows->count && good; i++)
        good = put_one(a, m, to, d, rows->items[i], i + 1, e);
    good = good && pool_append_end(to, e);
    pool_append_free(to);
    maker_free(m);
    return good;
}
