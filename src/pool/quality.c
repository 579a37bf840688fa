/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/quality.c: filled, valid, distinct and out of range per column, in two passes over the
 * batch. */
#include "pool/quality.h"

#include <inttypes.h>

#include "base/banned.h"

/* Sensitive columns hold masks, many persons sharing one: their tokens are counted, and masks where
 * there is no token. */
static void add_distinct(const PoolTable *t, const PoolColumn *c, bool approximate, Buf *sql) {
    ptrdiff_t key = pool_table_find(t, c->field, COLUMN_KEY);

    buf_add_c(sql, approximate ? ", approx_count_distinct(" : ", count(DISTINCT ");
    if (key < 0 || (!c->field->sensitive && c->field->type != FIELD_CITIZEN_ID)) {
        pool_quote(c->name, sql);
    } else if (approximate) {
        pool_quote(t->columns[key].name, sql);
    } else {
        buf_add(sql, STR("coalesce(CAST("));
        pool_quote(t->columns[key].name, sql);
        buf_add(sql, STR(" AS TEXT), "));
        pool_quote(c->name, sql);
        buf_add_char(sql, ')');
    }
    buf_add_char(sql, ')');
}

static bool count_values(PoolSession *s, const PoolTable *t, int64_t batch, bool approximate,
                         Quality *out, Err *e) {
    Err mine = {0};
    Buf sql;

    buf_init(&sql, (size_t)4 << 20);
    buf_add(&sql, STR("SELECT count(*)"));
    for (size_t i = 0; i < t->count; i++) {
        if (t->columns[i].role != COLUMN_VALUE)
            continue;
        buf_add(&sql, STR(", count("));
        pool_quote(t->columns[i].name, &sql);
        buf_add_char(&sql, ')');
        add_distinct(t, &t->columns[i], approximate, &sql);
    }
    buf_add(&sql, STR(" FROM "));
    pool_quote(t->name, &sql);
    buf_addf(&sql, " WHERE batch = %" PRId64 POOL_OPEN, batch);
    PoolRows *rows = pool_query(s, buf_str(&sql), NULL, 0, e);

    buf_done(&sql);
    if (!rows)
        return false;
    const PoolValue *row = pool_next(rows, &mine);

    for (size_t i = 0; row && i < t->dataset->fields.count; i++) {
        out[i].filled = out[i].valid = row[1 + 2 * i].integer;
        out[i].distinct = row[2 + 2 * i].integer;
        if (out[i].distinct > out[i].filled) /* an estimate may be */
            out[i].distinct = out[i].filled;
    }
    pool_rows_close(rows);
    if (mine.code != ERR_NONE && e)
        *e = mine;
    return mine.code == ERR_NONE;
}

/* "fine~ party_id_no!" on so many rows. */
static void count_problems(const PoolTable *t, Str problems, int64_t rows, Quality *out) {
    Str one;

    while (str_split(&problems, ' ', &one)) {
        const Field *f = one.len ? dataset_field(t->dataset, str_slice(one, 0, one.len - 1)) : NULL;

        if (f && one.ptr[one.len - 1] == '!')
            out[f->index].valid -= rows;
        else if (f)
            out[f->index].out_of_range += rows;
    }
}

static bool read_problems(PoolSession *s, const PoolTable *t, int64_t batch, Quality *out, Err *e) {
    Err mine = {0};
    Buf sql;

    buf_init(&sql, 10000);
    buf_add(&sql, STR("SELECT problems, count(*) FROM "));
    pool_quote(t->name, &sql);
    buf_addf(&sql,
             " WHERE batch = %" PRId64 POOL_OPEN " AND problems IS NOT NULL GROUP BY problems",
             batch);
    PoolRows *rows = pool_query(s, buf_str(&sql), NULL, 0, e);

    buf_done(&sql);
    if (!rows)
        return false;
    for (const PoolValue *row; (row = pool_next(rows, &mine)) != NULL;)
        count_problems(t, row[0].text, row[1].integer, out);
    pool_rows_close(rows);
    if (mine.code != ERR_NONE && e)
        *e = mine;
    return mine.code == ERR_NONE;
}

bool quality_measure(PoolSession *s, const PoolTable *t, int64_t batch, int64_t accepted, Arena *a,
                     Quality **out, bool *approximate, Err *e) {
    Quality *q = arena_array_of(a, t->dataset->fields.count, Quality);

    *approximate = accepted > QUALITY_EXACT_MAX && !pool_is_postgresql(s->pool);
    *out = q;
    return !accepted ||
           (count_values(s, t, batch, *approximate, q, e) && read_problems(s, t, batch, q, e));
}
