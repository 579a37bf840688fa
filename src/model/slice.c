/* SPDX-License-Identifier: MulanPSL-2.0 */
/* model/slice.c: touched keys and slices.
 *
 * All models of a run share the touched keys: asking a model about a key that only another model's
 * rows touched gives the answer it gave before, so the union is as right as each model's own set,
 * and a dataset is read once for all of them. */
#include "model/slice.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/used.h"
#include "base/banned.h"

typedef struct Slice {
    const Dataset *dataset;
    Str column;
    Strength pass;
    int64_t touched; /* rows of the batches that carry a key here */
    bool made;
    int64_t rows;
    Str table;
} Slice;

struct Slices {
    Arena *arena;
    Used *used; /* columns the models read: a slice holds no others */
    PoolSession *session;
    int64_t after, visible;
    unsigned number;
    Slice *items;
    size_t count;
    KeySet keys[STRENGTHS];
    int64_t rows;
    bool too_many;
};

enum { FEW_KEYS = 50000 };

static Str touched_table(Slices *s, Strength pass) {
    return str_format(s->arena, "touched_%u_%d", s->number, (int)pass);
}

static Slice *find(Slices *s, const Dataset *d, Str column) {
    for (size_t i = 0; i < s->count; i++)
        if (s->items[i].dataset == d && str_eq(s->items[i].column, column))
            return &s->items[i];
    return NULL;
}

/* --- slices wanted --------------------------------------------------------------------------- */

static void want(Slices *s, const Alias *a, Strength pass) {
    Str column = pass_column(s->arena, a->subject, pass);
    Slice *grown;

    if (find(s, a->dataset, column) != NULL)
        return;
    grown = arena_array_of(s->arena, s->count + 1, Slice);
    if (s->count > 0)
        memcpy(grown, s->items, s->count * sizeof *grown);
    grown[s->count] = (Slice){.dataset = a->dataset, .column = column, .pass = pass};
    grown[s->count].table = str_format(s->arena, "slice_%u_%zu", s->number, s->count);
    s->items = grown;
    s->count++;
}

static void want_rule(Slices *s, const Rule *r) {
    used_add(s->used, r);
    for (int pass = 0; pass < STRENGTHS; pass++) {
        if ((r->passes & (1u << pass)) == 0)
            continue;
        for (size_t i = 0; i < r->from_count; i++)
            want(s, &r->from[i], (Strength)pass);
        for (size_t i = 0; i < r->unless_count; i++)
            want(s, &r->unless[i].from, (Strength)pass);
        for (size_t i = 0; i < r->measure_count; i++)
            want(s, &r->measures[i].from, (Strength)pass);
    }
}

bool slices_count(PoolSession *s, Str sql, int64_t *out, Err *e) {
    Err why = {0};
    PoolRows *rows = pool_query(s, sql, NULL, 0, e);

    if (rows == NULL)
        return false;
    const PoolValue *row = pool_next(rows, &why);

    *out = row != NULL ? row[0].integer : 0;
    pool_rows_close(rows);
    if (row == NULL && e != NULL)
        *e = why;
    return row != NULL;
}

/* --- touched keys ---------------------------------------------------------------------------- */

/* Which datasets did the batches change? One question for all; two simple conditions for each, so
 * that both engines can skip the row groups of older batches. */
static bool count_changes(Slices *s, int64_t *changes, Err *e) {
    scoped_buf Buf sql;
    Err why = {0};

    buf_init(&sql, 1 << 16);
    for (size_t i = 0; i < s->used->count; i++) {
        scoped_buf Buf table;

        buf_init(&table, 256);
        buf_addf(&table, "\"d_%.*s\"", STR_ARG(s->used->items[i].dataset->dataset));
        buf_addf(&sql,
                 "%s(SELECT COUNT(*) FROM %s WHERE batch > %" PRId64 " AND batch <= %" PRId64
                 ") + (SELECT COUNT(*) FROM %s WHERE until > %" PRId64 " AND until <= %" PRId64 ")",
                 i == 0 ? "SELECT " : ", ", table.ptr, s->after, s->visible, table.ptr, s->after,
                 s->visible);
    }
    PoolRows *rows = pool_query(s->session, buf_str(&sql), NULL, 0, e);

    if (rows == NULL)
        return false;
    const PoolValue *row = pool_next(rows, &why);

    for (size_t i = 0; row != NULL && i < s->used->count; i++)
        changes[i] = row[i].integer;
    pool_rows_close(rows);
    if (row == NULL && e != NULL)
        *e = why;
    return row != NULL;
}

static bool touch(Slices *s, Err *e) {
    int64_t *changes = arena_array_of(s->arena, s->used->count + 1, int64_t);

    if (s->used->count == 0)
        return true;
    if (!count_changes(s, changes, e))
        return false;
    for (size_t i = 0; i < s->count; i++) {
        Slice *slice = &s->items[i];

        slice->touched = changes[used_columns(s->used, slice->dataset) - s->used->items];
        if (slice->touched > 0 && !pool_touched(s->session, slice->dataset, slice->column, s->after,
                                                s->visible, touched_table(s, slice->pass), e))
            return false;
    }
    return true;
}

static bool has_touched(const Slices *s, Strength pass) {
    for (size_t i = 0; i < s->count; i++)
        if (s->items[i].pass == pass && s->items[i].touched > 0)
            return true;
    return false;
}

static int compare_keys(const void *a, const void *b) {
    return memcmp(a, b, 32);
}

static bool load_keys(Slices *s, Strength pass, Err *e) {
    scoped_buf Buf sql;
    KeySet *set = &s->keys[pass];
    int64_t count;
    Err why = {0};

    buf_init(&sql, 256);
    buf_addf(&sql, "SELECT COUNT(*) FROM \"%.*s\"", STR_ARG(touched_table(s, pass)));
    if (!slices_count(s->session, buf_str(&sql), &count, e))
        return false;
    set->keys = arena_array(s->arena, (size_t)count, sizeof *set->keys);
    buf_clear(&sql);
    buf_addf(&sql, "SELECT key FROM \"%.*s\"", STR_ARG(touched_table(s, pass)));
    PoolRows *rows = pool_query(s->session, buf_str(&sql), NULL, 0, e);

    if (rows == NULL)
        return false;
    for (const PoolValue *row; (row = pool_next(rows, &why)) != NULL;)
        if (row[0].text.len == 32 && set->count < (size_t)count)
            memcpy(set->keys[set->count++], row[0].text.ptr, 32);
    pool_rows_close(rows);
    if (why.code != ERR_NONE) {
        if (e != NULL)
            *e = why;
        return false;
    }
    qsort(set->keys, set->count, sizeof *set->keys, compare_keys);
    return true;
}

/* More than a fifth of the largest table the models read? Small numbers are not worth the question.
 */
static bool weigh(Slices *s, Err *e) {
    int64_t most = 0, keys = (int64_t)s->keys[STRENGTH_STRONG].count;

    if (keys <= FEW_KEYS)
        return true;
    for (size_t i = 0; i < s->count; i++) {
        int64_t rows;

        if (!pool_row_count(s->session, s->items[i].dataset, &rows, e))
            return false;
        most = rows > most ? rows : most;
    }
    s->too_many = keys > most / 5;
    return true;
}

Slices *slices_new(PoolSession *session, const Model *const *models, size_t n, const RunOptions *o,
                   Err *e) {
    static _Atomic unsigned numbers;
    Arena *a = arena_new();
    Slices *s = arena_new_of(a, Slices);

    *s = (Slices){.arena = a,
                  .session = session,
                  .after = o->after,
                  .used = used_new(a),
                  .visible = o->visible,
                  .number = ++numbers};
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < models[i]->rule_count; j++)
            want_rule(s, &models[i]->rules[j]);
    bool ok = touch(s, e);

    for (int pass = 0; ok && pass < STRENGTHS; pass++)
        ok = !has_touched(s, (Strength)pass) || load_keys(s, (Strength)pass, e);
    if (ok && weigh(s, e))
        return s;
    slices_free(s);
    return NULL;
}

static void drop(Slices *s, Str table) {
    scoped_buf Buf sql;
    Err ignored = {0};

    buf_init(&sql, 256);
    buf_addf(&sql, "DROP TABLE IF EXISTS \"%.*s\"", STR_ARG(table));
    pool_run(s->session, buf_str(&sql), NULL, 0, NULL, &ignored);
}

void slices_free(Slices *s) {
    if (s == NULL)
        return;
    for (size_t i = 0; i < s->count; i++)
        if (s->items[i].made)
            drop(s, s->items[i].table);
    for (int pass = 0; pass < STRENGTHS; pass++)
        if (has_touched(s, (Strength)pass))
            drop(s, touched_table(s, (Strength)pass));
    arena_free(s->arena);
}

bool slices_too_many(const Slices *s) {
    return s->too_many;
}

bool slices_touch(const Slices *s, const Model *m) {
    for (size_t i = 0; i < s->count; i++)
        for (size_t j = 0; j < m->dataset_count; j++)
            if (s->items[i].dataset == m->datasets[j] && s->items[i].touched > 0)
                return true;
    return false;
}

const KeySet *slices_keys(const Slices *s, Strength pass) {
    return &s->keys[pass];
}

int64_t slices_rows(const Slices *s) {
    return s->rows;
}

/* --- slices ---------------------------------------------------------------------------------- */

static bool make(Slices *s, Slice *slice, Err *e) {
    scoped_buf Buf sql;

    buf_init(&sql, 1 << 16);
    const UsedColumns *c = used_columns(s->used, slice->dataset);

    buf_addf(&sql, "CREATE TEMP TABLE \"%.*s\" AS SELECT ", STR_ARG(slice->table));
    for (size_t i = 0; i < c->count; i++) {
        if (i > 0)
            buf_add_c(&sql, ", ");
        pool_quote(c->names[i], &sql);
    }
    buf_add_c(&sql, " FROM ");
    pool_live(slice->dataset, s->visible, &sql);
    buf_add_c(&sql, " AS live WHERE ");
    pool_quote(slice->column, &sql);
    if (has_touched(s, slice->pass))
        buf_addf(&sql, " IN (SELECT key FROM \"%.*s\")", STR_ARG(touched_table(s, slice->pass)));
    else
        buf_add_c(&sql, " IS NULL AND FALSE");
    if (!pool_run(s->session, buf_str(&sql), NULL, 0, NULL, e))
        return false;
    slice->made = true;
    buf_clear(&sql);
    buf_addf(&sql, "SELECT COUNT(*) FROM \"%.*s\"", STR_ARG(slice->table));
    if (!slices_count(s->session, buf_str(&sql), &slice->rows, e))
        return false;
    s->rows += slice->rows;
    return true;
}

static bool fit(Slices *s, const Alias *a, Strength pass, int64_t *rows, Err *e) {
    Slice *slice = find(s, a->dataset, pass_column(s->arena, a->subject, pass));
    bool ok = slice->made || make(s, slice, e);

    *rows = slice->rows;
    return ok;
}

/* Without rows of every alias in `from` there is no answer, and nothing further is copied. */
bool slices_fit(Slices *s, const Rule *r, Strength pass, bool *empty, Err *e) {
    int64_t rows;

    *empty = false;
    for (size_t i = 0; i < r->from_count; i++) {
        if (!fit(s, &r->from[i], pass, &rows, e))
            return false;
        if (rows == 0) {
            *empty = true;
            return true;
        }
    }
    for (size_t i = 0; i < r->unless_count; i++)
        if (!fit(s, &r->unless[i].from, pass, &rows, e))
            return false;
    for (size_t i = 0; i < r->measure_count; i++)
        if (!fit(s, &r->measures[i].from, pass, &rows, e))
            return false;
    return true;
}

Str slices_table(void *slices, const Dataset *d, Str key_column) {
    return find(slices, d, key_column)->table;
}
