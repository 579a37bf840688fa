/* SPDX-License-Identifier: MulanPSL-2.0 */
/* model/slice.c: touched keys and slices.
 *
 * All models of a run share the touched keys: asking a model about a key that only another model's
 * rows touched gives the answer it gave before, so the union is as right as each model's own set.
 * They share the slices too: one for each dataset, with the rows that carry a touched key in any of
 * the columns the models join on. It holds all rows of every touched key, and some others; queries
 * therefore ask for touched keys only (Source.touched). */
#include "model/slice.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/used.h"
#include "pool/engine.h"
#include "base/banned.h"

typedef struct Slice {
    const Dataset *dataset;
    Str column;
    Strength pass;
    Str strong;     /* the same subject's strong key */
    int64_t rows;   /* in the slice, with a touched key in this column */
    int64_t unsure; /* of them, those without a strong key */
} Slice;

typedef struct Changed {
    const Dataset *dataset;
    int64_t rows; /* that the batches brought or closed */
    bool made;
} Changed;

struct Slices {
    Arena *arena;
    Used *used; /* columns the models read: a slice holds no others */
    PoolSession *session;
    int64_t after, visible;
    unsigned number;
    Slice *items;
    size_t count;
    Changed *changed; /* every dataset of the models */
    size_t changed_count;
    KeySet keys[STRENGTHS];
    int64_t rows;
    bool too_many;
};

enum { FEW_KEYS = 50000 };

static Str touched_table(Slices *s, Strength pass) {
    return str_format(s->arena, "touched_%u_%d", s->number, (int)pass);
}

static Str slice_table(Slices *s, const Dataset *d) {
    return str_format(s->arena, "slice_%u_%.*s", s->number, STR_ARG(d->dataset));
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
    grown[s->count] = (Slice){.dataset = a->dataset,
                              .column = column,
                              .pass = pass,
                              .strong = pass_column(s->arena, a->subject, STRENGTH_STRONG)};
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

static Changed *changed_of(const Slices *s, const Dataset *d) {
    for (size_t i = 0; i < s->changed_count; i++)
        if (s->changed[i].dataset == d)
            return &s->changed[i];
    return NULL;
}

static void list_datasets(Slices *s, const Model *const *models, size_t n) {
    size_t most = 1;

    for (size_t i = 0; i < n; i++)
        most += models[i]->dataset_count;
    s->changed = arena_array_of(s->arena, most, Changed);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < models[i]->dataset_count; j++)
            if (changed_of(s, models[i]->datasets[j]) == NULL)
                s->changed[s->changed_count++].dataset = models[i]->datasets[j];
}

/* Which datasets did the batches change? One question for all; two simple conditions for each, so
 * that both engines can skip the row groups of older batches. */
static bool count_changes(Slices *s, Err *e) {
    scoped_buf Buf sql;
    Err why = {0};

    buf_init(&sql, 1 << 16);
    buf_add_c(&sql, "SELECT 0");
    for (size_t i = 0; i < s->changed_count; i++) {
        scoped_buf Buf table;

        buf_init(&table, 256);
        buf_addf(&table, "\"d_%.*s\"", STR_ARG(s->changed[i].dataset->dataset));
        buf_addf(&sql,
                 ", (SELECT COUNT(*) FROM %s WHERE batch > %" PRId64 " AND batch <= %" PRId64
                 ") + (SELECT COUNT(*) FROM %s WHERE until > %" PRId64 " AND until <= %" PRId64 ")",
                 table.ptr, s->after, s->visible, table.ptr, s->after, s->visible);
    }
    PoolRows *rows = pool_query(s->session, buf_str(&sql), NULL, 0, e);

    if (rows == NULL)
        return false;
    const PoolValue *row = pool_next(rows, &why);

    for (size_t i = 0; row != NULL && i < s->changed_count; i++)
        s->changed[i].rows = row[1 + i].integer;
    pool_rows_close(rows);
    if (row == NULL && e != NULL)
        *e = why;
    return row != NULL;
}

static bool touch(Slices *s, Err *e) {
    for (size_t i = 0; i < s->count; i++)
        if (changed_of(s, s->items[i].dataset)->rows > 0 &&
            !pool_touched(s->session, s->items[i].dataset, s->items[i].column, s->after, s->visible,
                          touched_table(s, s->items[i].pass), e))
            return false;
    return true;
}

static bool has_touched(const Slices *s, Strength pass) {
    for (size_t i = 0; i < s->count; i++)
        if (s->items[i].pass == pass && changed_of(s, s->items[i].dataset)->rows > 0)
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
    list_datasets(s, models, n);
    bool ok = count_changes(s, e);

    for (size_t i = 0; ok && i < n; i++)
        for (size_t j = 0; slices_touch(s, models[i]) && j < models[i]->rule_count; j++)
            want_rule(s, &models[i]->rules[j]);
    ok = ok && touch(s, e);

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
    for (size_t i = 0; i < s->changed_count; i++)
        if (s->changed[i].made)
            drop(s, slice_table(s, s->changed[i].dataset));
    for (int pass = 0; pass < STRENGTHS; pass++)
        if (has_touched(s, (Strength)pass))
            drop(s, touched_table(s, (Strength)pass));
    arena_free(s->arena);
}

bool slices_too_many(const Slices *s) {
    return s->too_many;
}

bool slices_touch(const Slices *s, const Model *m) {
    for (size_t i = 0; i < m->dataset_count; i++)
        if (changed_of(s, m->datasets[i])->rows > 0)
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

static void write_columns(const Slices *s, const Dataset *d, Buf *sql) {
    const UsedColumns *c = used_columns(s->used, d);

    buf_add_c(sql, "SELECT ");
    for (size_t i = 0; i < c->count; i++) {
        if (i > 0)
            buf_add_c(sql, ", ");
        pool_quote(c->names[i], sql);
    }
    buf_add_c(sql, " FROM ");
    pool_live(d, s->visible, sql);
    buf_add_c(sql, " AS live WHERE ");
}

static void write_touched(Slices *s, const Slice *slice, Buf *sql) {
    pool_quote(slice->column, sql);
    buf_addf(sql, " IN (SELECT key FROM \"%.*s\")", STR_ARG(touched_table(s, slice->pass)));
}

/* DuckDB reads the table once and tries every column; PostgreSQL goes to the index of each. */
static void write_slice(Slices *s, const Dataset *d, Buf *sql) {
    bool indexed = pool_is_postgresql(s->session->pool), first = true;

    write_columns(s, d, sql);
    for (size_t i = 0; i < s->count; i++) {
        if (s->items[i].dataset != d || !has_touched(s, s->items[i].pass))
            continue;
        if (!first && indexed) {
            buf_add_c(sql, " UNION ");
            write_columns(s, d, sql);
        } else if (!first)
            buf_add_c(sql, " OR ");
        write_touched(s, &s->items[i], sql);
        first = false;
    }
    if (first)
        buf_add_c(sql, "FALSE");
}

static bool count_slice(Slices *s, const Dataset *d, Err *e) {
    scoped_buf Buf sql;
    Err why = {0};

    buf_init(&sql, 1 << 16);
    buf_add_c(&sql, "SELECT COUNT(*)");
    for (size_t i = 0; i < s->count; i++)
        if (s->items[i].dataset == d && has_touched(s, s->items[i].pass)) {
            for (int unsure = 0; unsure < 2; unsure++) {
                buf_add_c(&sql, ", COUNT(*) FILTER (WHERE ");
                write_touched(s, &s->items[i], &sql);
                if (unsure) {
                    buf_add_c(&sql, " AND ");
                    pool_quote(s->items[i].strong, &sql);
                    buf_add_c(&sql, " IS NULL");
                }
                buf_add_char(&sql, ')');
            }
        }
    buf_addf(&sql, " FROM \"%.*s\"", STR_ARG(slice_table(s, d)));
    PoolRows *rows = pool_query(s->session, buf_str(&sql), NULL, 0, e);

    if (rows == NULL)
        return false;
    const PoolValue *row = pool_next(rows, &why);
    size_t column = 1;

    s->rows += row != NULL ? row[0].integer : 0;
    for (size_t i = 0; row != NULL && i < s->count; i++)
        if (s->items[i].dataset == d && has_touched(s, s->items[i].pass)) {
            s->items[i].rows = row[column++].integer;
            s->items[i].unsure = row[column++].integer;
        }
    pool_rows_close(rows);
    if (row == NULL && e != NULL)
        *e = why;
    return row != NULL;
}

static bool make(Slices *s, const Dataset *d, Err *e) {
    scoped_buf Buf sql;

    buf_init(&sql, 1 << 18);
    buf_addf(&sql, "CREATE TEMP TABLE \"%.*s\" AS ", STR_ARG(slice_table(s, d)));
    write_slice(s, d, &sql);
    if (!pool_run(s->session, buf_str(&sql), NULL, 0, NULL, e))
        return false;
    changed_of(s, d)->made = true;
    return count_slice(s, d, e);
}

/* Make the alias's slice; NULL on failure. */
static const Slice *fit(Slices *s, const Alias *a, Strength pass, Err *e) {
    if (!changed_of(s, a->dataset)->made && !make(s, a->dataset, e))
        return NULL;
    return find(s, a->dataset, pass_column(s->arena, a->subject, pass));
}

/* Without rows of every alias in `from` there is no answer, and a weak pass wants a row without a
 * strong key among them: then nothing further is copied. */
bool slices_fit(Slices *s, const Rule *r, Strength pass, bool *empty, Err *e) {
    int64_t unsure = 0;

    *empty = true;
    for (size_t i = 0; i < r->from_count; i++) {
        const Slice *slice = fit(s, &r->from[i], pass, e);

        if (slice == NULL || slice->rows == 0)
            return slice != NULL;
        unsure += slice->unsure;
    }
    if (pass != STRENGTH_STRONG && unsure == 0)
        return true;
    *empty = false;
    for (size_t i = 0; i < r->unless_count; i++)
        if (fit(s, &r->unless[i].from, pass, e) == NULL)
            return false;
    for (size_t i = 0; i < r->measure_count; i++)
        if (fit(s, &r->measures[i].from, pass, e) == NULL)
            return false;
    return true;
}

Str slices_table(void *slices, const Dataset *d) {
    return slice_table(slices, d);
}

Str slices_touched(void *slices, Strength pass) {
    return touched_table(slices, pass);
}
