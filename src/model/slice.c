/* SPDX-License-Identifier: MulanPSL-2.0 */
/* model/slice.c: touched keys, candidates and slices.
 *
 * All models of a run share the touched keys: asking a model about a key that only another model's
 * rows touched gives the answer it gave before, so the union is as right as each model's own set.
 *
 * Most touched keys cannot answer a rule: they have no row in one of the datasets it joins. Looking
 * at key columns alone tells which can, the rule's candidates; a rule without any is not asked, and
 * a dataset's rows are copied for candidates only, once for all rules: its slice. A slice may hold
 * rows that came in by another column, and so a part of the rows of some other key; queries
 * therefore ask for the rule's candidates only (Source.part). */
#include "model/slice.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/used.h"
#include "pool/engine.h"
#include "base/banned.h"

enum { FEW_KEYS = 50000, FIRST_PART = STRENGTHS + 1 };

/* A column the models join on. */
typedef struct KeyColumn {
    const Dataset *dataset;
    Str column;
    Strength pass;
    Str strong;         /* the same subject's strong key */
    KeySet all, unsure; /* touched keys found in it; those of rows without a strong key */
    bool all_known, unsure_known;
    Buf parts; /* ", 7, 9": the candidates whose rows are wanted by this column */
} KeyColumn;

typedef struct Table {
    const Dataset *dataset;
    int64_t changed; /* rows the batches brought or closed */
    int64_t rows;    /* live; -1: not counted yet */
    bool made;       /* its slice */
} Table;

typedef struct Candidates {
    const Rule *rule;
    Strength pass;
    KeySet keys;
    int part;
} Candidates;

struct Slices {
    Arena *arena;
    Used *used; /* columns the rules to ask read: a slice holds no others */
    PoolSession *session;
    int64_t after, visible;
    const char *open; /* what leaves sealed rows out; empty: they are asked too */
    unsigned number;
    KeyColumn *columns;
    size_t column_count;
    Table *tables; /* every dataset of the models */
    size_t table_count;
    Candidates *candidates;
    size_t candidate_count;
    KeySet keys[STRENGTHS];
    int64_t rows;
    bool too_many, keys_made;
};

Str slices_keys_table(void *slices) {
    Slices *s = slices;

    return str_format(s->arena, "touched_%u", s->number);
}

Str slices_table(void *slices, const Dataset *d) {
    Slices *s = slices;

    return str_format(s->arena, "slice_%u_%.*s", s->number, STR_ARG(d->dataset));
}

static Table *table_of(const Slices *s, const Dataset *d) {
    for (size_t i = 0; i < s->table_count; i++)
        if (s->tables[i].dataset == d)
            return &s->tables[i];
    return NULL;
}

static KeyColumn *column_of(Slices *s, const Alias *a, Strength pass) {
    scoped_arena Arena *own = arena_new();
    Str column = pass_column(own, a->subject, pass);

    for (size_t i = 0; i < s->column_count; i++)
        if (s->columns[i].dataset == a->dataset && str_eq(s->columns[i].column, column))
            return &s->columns[i];
    return NULL;
}

/* --- what the models join on ----------------------------------------------------------------- */

static void want(Slices *s, const Alias *a, Strength pass) {
    KeyColumn *grown, *c;

    if (column_of(s, a, pass) != NULL)
        return;
    grown = arena_array_of(s->arena, s->column_count + 1, KeyColumn);
    if (s->column_count > 0)
        memcpy(grown, s->columns, s->column_count * sizeof *grown);
    c = &grown[s->column_count++];
    *c = (KeyColumn){.dataset = a->dataset,
                     .column = pass_column(s->arena, a->subject, pass),
                     .pass = pass,
                     .strong = pass_column(s->arena, a->subject, STRENGTH_STRONG)};
    buf_init(&c->parts, 1 << 16);
    s->columns = grown;
}

static void each_alias(Slices *s, const Rule *r, Strength pass,
                       void (*see)(Slices *s, const Alias *a, Strength pass)) {
    for (size_t i = 0; i < r->from_count; i++)
        see(s, &r->from[i], pass);
    for (size_t i = 0; i < r->unless_count; i++)
        see(s, &r->unless[i].from, pass);
    for (size_t i = 0; i < r->measure_count; i++)
        see(s, &r->measures[i].from, pass);
}

static void want_rule(Slices *s, const Rule *r) {
    for (int pass = 0; pass < STRENGTHS; pass++)
        if ((r->passes & (1u << pass)) != 0)
            each_alias(s, r, (Strength)pass, want);
}

static void list_tables(Slices *s, const Model *const *models, size_t n) {
    size_t most = 1;

    for (size_t i = 0; i < n; i++)
        most += models[i]->dataset_count;
    s->tables = arena_array_of(s->arena, most, Table);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < models[i]->dataset_count; j++)
            if (table_of(s, models[i]->datasets[j]) == NULL)
                s->tables[s->table_count++] =
                    (Table){.dataset = models[i]->datasets[j], .rows = -1};
}

static void write_table(const Dataset *d, Buf *sql) {
    buf_addf(sql, "\"d_%.*s\"", STR_ARG(d->dataset));
}

static bool done(PoolRows *rows, const Err *why, Err *e) {
    pool_rows_close(rows);
    if (why->code != ERR_NONE && e != NULL)
        *e = *why;
    return why->code == ERR_NONE;
}

/* Which datasets did the batches change? One question for all; two simple conditions for each, so
 * that both engines can skip the row groups of older batches. */
static bool count_changes(Slices *s, Err *e) {
    scoped_buf Buf sql;
    Err why = {0};

    buf_init(&sql, 1 << 16);
    buf_add_c(&sql, "SELECT 0");
    for (size_t i = 0; i < s->table_count; i++)
        for (int closed = 0; closed < 2; closed++) {
            const char *column = closed ? "until" : "batch";

            buf_add_c(&sql, closed ? " + (SELECT COUNT(*) FROM " : ", (SELECT COUNT(*) FROM ");
            write_table(s->tables[i].dataset, &sql);
            buf_addf(&sql, " WHERE %s > %" PRId64 " AND %s <= %" PRId64 "%s)", column, s->after,
                     column, s->visible, s->open);
        }
    PoolRows *rows = pool_query(s->session, buf_str(&sql), NULL, 0, e);

    if (rows == NULL)
        return false;
    const PoolValue *row = pool_next(rows, &why);

    for (size_t i = 0; row != NULL && i < s->table_count; i++)
        s->tables[i].changed = row[1 + i].integer;
    return done(rows, &why, e);
}

/* --- sets of keys ---------------------------------------------------------------------------- */

typedef struct Growing {
    char (*keys)[33];
    size_t count, capacity;
} Growing;

static void grow(Growing *g, const PoolValue *v) {
    if (v->type != POOL_UUID || v->text.len != 32)
        return;
    if (g->count == g->capacity) {
        g->capacity = g->capacity == 0 ? 1024 : g->capacity * 2;
        g->keys = realloc(g->keys, g->capacity * sizeof *g->keys);
        if (g->keys == NULL)
            abort();
    }
    memcpy(g->keys[g->count], v->text.ptr, 32);
    g->keys[g->count++][32] = '\0';
}

static int compare_keys(const void *a, const void *b) {
    return memcmp(a, b, 32);
}

/* Sorted, each once; takes what was growing. */
static void settle(Arena *a, Growing *g, KeySet *out) {
    out->count = 0;
    out->keys = arena_array(a, g->count + 1, sizeof *out->keys);
    if (g->count > 0)
        qsort(g->keys, g->count, sizeof *g->keys, compare_keys);
    for (size_t i = 0; i < g->count; i++)
        if (i == 0 || memcmp(g->keys[i - 1], g->keys[i], 32) != 0)
            memcpy(out->keys[out->count++], g->keys[i], 33);
    free(g->keys);
    *g = (Growing){0};
}

static bool has(const KeySet *set, const char key[33]) {
    return set->count > 0 &&
           bsearch(key, set->keys, set->count, sizeof *set->keys, compare_keys) != NULL;
}

static void intersect(KeySet *set, const KeySet *with) {
    size_t kept = 0;

    for (size_t i = 0; i < set->count; i++)
        if (has(with, set->keys[i]))
            memmove(set->keys[kept++], set->keys[i], 33);
    set->count = kept;
}

static KeySet copy_set(Arena *a, const KeySet *set) {
    KeySet out = {arena_array(a, set->count + 1, sizeof *set->keys), set->count};

    if (set->count > 0)
        memcpy(out.keys, set->keys, set->count * sizeof *set->keys);
    return out;
}

static KeySet unite(Arena *a, const KeySet *x, const KeySet *y) {
    KeySet out = {arena_array(a, x->count + y->count + 1, sizeof *x->keys), 0};
    size_t i = 0, j = 0;

    while (i < x->count || j < y->count) {
        int order = i == x->count ? 1 : j == y->count ? -1 : memcmp(x->keys[i], y->keys[j], 32);

        memcpy(out.keys[out.count++], order <= 0 ? x->keys[i] : y->keys[j], 33);
        i += order <= 0;
        j += order >= 0;
    }
    return out;
}

/* --- touched keys ---------------------------------------------------------------------------- */

static void write_changed(const Slices *s, const Dataset *d, const char *column, Buf *sql) {
    const char *between = "SELECT ";

    for (size_t i = 0; i < s->column_count; i++)
        if (s->columns[i].dataset == d) {
            buf_add_c(sql, between);
            pool_quote(s->columns[i].column, sql);
            between = ", ";
        }
    buf_add_c(sql, " FROM ");
    write_table(d, sql);
    buf_addf(sql, " WHERE %s > %" PRId64 " AND %s <= %" PRId64 "%s", column, s->after, column,
             s->visible, s->open);
}

static bool touch(const Slices *s, const Dataset *d, Growing *touched, Err *e) {
    scoped_buf Buf sql;
    Err why = {0};
    PoolRows *rows;

    buf_init(&sql, 1 << 16);
    write_changed(s, d, "batch", &sql);
    buf_add_c(&sql, " UNION ALL ");
    write_changed(s, d, "until", &sql);
    rows = pool_query(s->session, buf_str(&sql), NULL, 0, e);
    if (rows == NULL)
        return false;
    for (const PoolValue *row; (row = pool_next(rows, &why)) != NULL;)
        for (size_t i = 0, column = 0; i < s->column_count; i++)
            if (s->columns[i].dataset == d)
                grow(&touched[s->columns[i].pass], &row[column++]);
    return done(rows, &why, e);
}

static bool joins(const Slices *s, const Dataset *d) {
    for (size_t i = 0; i < s->column_count; i++)
        if (s->columns[i].dataset == d)
            return true;
    return false;
}

static bool touch_all(Slices *s, Err *e) {
    Growing touched[STRENGTHS] = {{0}};
    bool ok = true;

    for (size_t i = 0; ok && i < s->table_count; i++)
        if (s->tables[i].changed > 0 && joins(s, s->tables[i].dataset))
            ok = touch(s, s->tables[i].dataset, touched, e);
    for (int pass = 0; pass < STRENGTHS; pass++)
        settle(s->arena, &touched[pass], &s->keys[pass]);
    return ok;
}

static bool count_rows(Slices *s, Table *t, Err *e) {
    return t->rows >= 0 || pool_row_count(s->session, t->dataset, !*s->open, &t->rows, e);
}

/* More than a fifth of the largest table the models read? Small numbers are not worth the question.
 */
static bool weigh(Slices *s, Err *e) {
    int64_t most = 0, keys = (int64_t)s->keys[STRENGTH_STRONG].count;

    if (keys <= FEW_KEYS)
        return true;
    for (size_t i = 0; i < s->table_count; i++) {
        if (!count_rows(s, &s->tables[i], e))
            return false;
        most = s->tables[i].rows > most ? s->tables[i].rows : most;
    }
    s->too_many = keys > most / 5;
    return true;
}

static bool add_keys(PoolAppender *to, const KeySet *set, int part, Err *e) {
    for (size_t i = 0; i < set->count; i++) {
        unsigned char bytes[16];
        PoolValue values[2] = {{.type = POOL_INT, .integer = part},
                               {.type = POOL_UUID, .text = {(const char *)bytes, 16}}};

        uuid_read((Str){set->keys[i], 32}, bytes);
        if (!pool_append(to, values, e))
            return false;
    }
    return true;
}

/* The touched keys as parts 1 to 5, or the candidates as parts from 6. */
static bool put_keys(Slices *s, bool candidates, Err *e) {
    const PoolColumn columns[] = {{.name = STR("part"), .type = POOL_INT},
                                  {.name = STR("key"), .type = POOL_UUID}};
    PoolAppender *to = pool_appender(s->session, columns, 2, slices_keys_table(s), e);
    bool ok = to != NULL;

    for (int pass = 0; !candidates && ok && pass < STRENGTHS; pass++)
        ok = add_keys(to, &s->keys[pass], 1 + pass, e);
    for (size_t i = 0; candidates && ok && i < s->candidate_count; i++)
        ok = add_keys(to, &s->candidates[i].keys, s->candidates[i].part, e);
    ok = ok && pool_append_end(to, e);
    if (to != NULL)
        pool_append_free(to);
    return ok;
}

/* PostgreSQL plans by what it knows of a table. */
static bool analyze(Slices *s, Err *e) {
    scoped_buf Buf sql;

    buf_init(&sql, 256);
    buf_addf(&sql, "ANALYZE \"%.*s\"", STR_ARG(slices_keys_table(s)));
    return !pool_is_postgresql(s->session->pool) ||
           pool_run(s->session, buf_str(&sql), NULL, 0, NULL, e);
}

static bool make_keys(Slices *s, Err *e) {
    scoped_buf Buf sql;

    buf_init(&sql, 256);
    buf_addf(&sql, "CREATE TEMP TABLE \"%.*s\" (part BIGINT, key UUID)",
             STR_ARG(slices_keys_table(s)));
    if (!pool_run(s->session, buf_str(&sql), NULL, 0, NULL, e))
        return false;
    s->keys_made = true;
    return put_keys(s, false, e) && analyze(s, e);
}

/* --- candidates ------------------------------------------------------------------------------ */

static void write_live(const Slices *s, const Dataset *d, Buf *sql) {
    buf_add_c(sql, " FROM ");
    write_table(d, sql);
    buf_addf(sql, " WHERE batch <= %" PRId64 " AND until > %" PRId64 "%s", s->visible, s->visible,
             s->open);
}

/* Which touched keys have rows here; `unsure`: rows without a strong key, which statistics find
 * fast because there are few. */
static bool look_up(Slices *s, KeyColumn *c, bool unsure, Err *e) {
    scoped_buf Buf sql;
    Growing found = {0};
    Err why = {0};
    PoolRows *rows;

    buf_init(&sql, 1 << 16);
    if (unsure ? c->unsure_known : c->all_known)
        return true;
    buf_add_c(&sql, "SELECT DISTINCT ");
    pool_quote(c->column, &sql);
    write_live(s, c->dataset, &sql);
    if (unsure) {
        buf_add_c(&sql, " AND ");
        pool_quote(c->strong, &sql);
        buf_add_c(&sql, " IS NULL");
    }
    buf_add_c(&sql, " AND ");
    pool_quote(c->column, &sql);
    buf_addf(&sql, " IN (SELECT key FROM \"%.*s\" WHERE part = %d)", STR_ARG(slices_keys_table(s)),
             1 + (int)c->pass);
    rows = pool_query(s->session, buf_str(&sql), NULL, 0, e);
    if (rows == NULL)
        return false;
    for (const PoolValue *row; (row = pool_next(rows, &why)) != NULL;)
        grow(&found, &row[0]);
    settle(s->arena, &found, unsure ? &c->unsure : &c->all);
    *(unsure ? &c->unsure_known : &c->all_known) = true;
    return done(rows, &why, e);
}

/* The aliases of `from`, the smallest table first: it leaves the fewest keys for the others. */
static bool order_aliases(Slices *s, const Rule *r, const Alias *out[MODEL_ALIASES_MAX], Err *e) {
    for (size_t i = 0; i < r->from_count; i++) {
        size_t at = i;

        if (r->from_count > 1 && !count_rows(s, table_of(s, r->from[i].dataset), e))
            return false;
        for (; at > 0 &&
               table_of(s, out[at - 1]->dataset)->rows > table_of(s, r->from[i].dataset)->rows;
             at--)
            out[at] = out[at - 1];
        out[at] = &r->from[i];
    }
    return true;
}

/* Touched keys with a row of every alias, and in a weak pass one without a strong key among them.
 */
static bool find_candidates(Slices *s, const Rule *r, Strength pass, KeySet *out, Err *e) {
    const Alias *order[MODEL_ALIASES_MAX];

    *out = (KeySet){0};
    if (s->keys[pass].count == 0)
        return true;
    if (pass == STRENGTH_STRONG)
        *out = copy_set(s->arena, &s->keys[pass]);
    for (size_t i = 0; pass != STRENGTH_STRONG && i < r->from_count; i++) {
        KeyColumn *c = column_of(s, &r->from[i], pass);

        if (!look_up(s, c, true, e))
            return false;
        *out = unite(s->arena, out, &c->unsure);
    }
    if (!order_aliases(s, r, order, e))
        return false;
    for (size_t i = 0; out->count > 0 && i < r->from_count; i++) {
        KeyColumn *c = column_of(s, order[i], pass);

        if (!look_up(s, c, false, e))
            return false;
        intersect(out, &c->all);
    }
    return true;
}

static void want_part(Slices *s, const Alias *a, Strength pass) {
    buf_addf(&column_of(s, a, pass)->parts, ", %d", s->candidates[s->candidate_count].part);
}

static bool plan_rule(Slices *s, const Rule *r, Err *e) {
    bool asked = false;

    for (int pass = 0; pass < STRENGTHS; pass++) {
        Candidates *c = &s->candidates[s->candidate_count];

        if ((r->passes & (1u << pass)) == 0)
            continue;
        *c = (Candidates){
            .rule = r, .pass = (Strength)pass, .part = FIRST_PART + (int)s->candidate_count};
        if (!find_candidates(s, r, (Strength)pass, &c->keys, e))
            return false;
        if (c->keys.count == 0)
            continue;
        each_alias(s, r, (Strength)pass, want_part);
        s->candidate_count++;
        asked = true;
    }
    if (asked)
        used_add(s->used, r);
    return true;
}

static bool plan(Slices *s, const Model *const *models, size_t n, Err *e) {
    size_t rules = 0;

    for (size_t i = 0; i < n; i++)
        rules += models[i]->rule_count;
    s->candidates = arena_array_of(s->arena, rules * STRENGTHS + 1, Candidates);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; slices_touch(s, models[i]) && j < models[i]->rule_count; j++)
            if (!plan_rule(s, &models[i]->rules[j], e))
                return false;
    return s->candidate_count == 0 || (put_keys(s, true, e) && analyze(s, e));
}

/* --- made and dropped ------------------------------------------------------------------------ */

static bool any_keys(const Slices *s) {
    for (int pass = 0; pass < STRENGTHS; pass++)
        if (s->keys[pass].count > 0)
            return true;
    return false;
}

static bool prepare(Slices *s, const Model *const *models, size_t n, Err *e) {
    if (!count_changes(s, e))
        return false;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; slices_touch(s, models[i]) && j < models[i]->rule_count; j++)
            want_rule(s, &models[i]->rules[j]);
    if (!touch_all(s, e) || !weigh(s, e))
        return false;
    return s->too_many || !any_keys(s) || (make_keys(s, e) && plan(s, models, n, e));
}

Slices *slices_new(PoolSession *session, const Model *const *models, size_t n, const RunOptions *o,
                   Err *e) {
    static _Atomic unsigned numbers;
    Arena *a = arena_new();
    Slices *s = arena_new_of(a, Slices);

    *s = (Slices){.arena = a,
                  .session = session,
                  .after = o->after,
                  .open = o->sealed ? "" : POOL_OPEN,
                  .used = used_new(a),
                  .visible = o->visible,
                  .number = ++numbers};
    list_tables(s, models, n);
    if (prepare(s, models, n, e))
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
    for (size_t i = 0; i < s->table_count; i++)
        if (s->tables[i].made)
            drop(s, slices_table(s, s->tables[i].dataset));
    if (s->keys_made)
        drop(s, slices_keys_table(s));
    for (size_t i = 0; i < s->column_count; i++)
        buf_done(&s->columns[i].parts);
    arena_free(s->arena);
}

bool slices_too_many(const Slices *s) {
    return s->too_many;
}

bool slices_touch(const Slices *s, const Model *m) {
    for (size_t i = 0; i < m->dataset_count; i++)
        if (table_of(s, m->datasets[i])->changed > 0)
            return true;
    return false;
}

const KeySet *slices_keys(const Slices *s, Strength pass) {
    return &s->keys[pass];
}

int64_t slices_rows(const Slices *s) {
    return s->rows;
}

int slices_part(const Slices *s, const Rule *r, Strength pass) {
    for (size_t i = 0; i < s->candidate_count; i++)
        if (s->candidates[i].rule == r && s->candidates[i].pass == pass)
            return s->candidates[i].part;
    return 0;
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
}

static void write_wanted(Slices *s, const KeyColumn *c, Buf *sql) {
    write_live(s, c->dataset, sql);
    buf_add_c(sql, " AND ");
    pool_quote(c->column, sql);
    buf_addf(sql, " IN (SELECT key FROM \"%.*s\" WHERE part IN (%s))",
             STR_ARG(slices_keys_table(s)), c->parts.ptr + 2);
}

/* DuckDB reads the key columns first and the others only where a key was found; PostgreSQL goes to
 * the index of each key column. */
static void write_slice(Slices *s, const Dataset *d, Buf *sql) {
    bool indexed = pool_is_postgresql(s->session->pool), first = true;

    if (!indexed) {
        write_columns(s, d, sql);
        buf_add_c(sql, " FROM ");
        write_table(d, sql);
        buf_add_c(sql, " WHERE rowid IN (");
    }
    for (size_t i = 0; i < s->column_count; i++) {
        const KeyColumn *c = &s->columns[i];

        if (c->dataset != d || c->parts.len == 0)
            continue;
        if (!first)
            buf_add_c(sql, indexed ? " UNION " : " UNION ALL ");
        if (indexed)
            write_columns(s, d, sql);
        else
            buf_add_c(sql, "SELECT rowid");
        write_wanted(s, c, sql);
        first = false;
    }
    if (!indexed)
        buf_add_char(sql, ')');
}

static bool count_slice(Slices *s, const Dataset *d, Err *e) {
    scoped_buf Buf sql;
    Err why = {0};

    buf_init(&sql, 256);
    buf_addf(&sql, "SELECT COUNT(*) FROM \"%.*s\"", STR_ARG(slices_table(s, d)));
    PoolRows *rows = pool_query(s->session, buf_str(&sql), NULL, 0, e);

    if (rows == NULL)
        return false;
    const PoolValue *row = pool_next(rows, &why);

    s->rows += row != NULL ? row[0].integer : 0;
    return done(rows, &why, e);
}

static bool make(Slices *s, const Dataset *d, Err *e) {
    scoped_buf Buf sql;
    Table *t = table_of(s, d);

    buf_init(&sql, 1 << 18);
    if (t->made)
        return true;
    buf_addf(&sql, "CREATE TEMP TABLE \"%.*s\" AS ", STR_ARG(slices_table(s, d)));
    write_slice(s, d, &sql);
    if (!pool_run(s->session, buf_str(&sql), NULL, 0, NULL, e))
        return false;
    t->made = true;
    return count_slice(s, d, e);
}

bool slices_fit(Slices *s, const Rule *r, Err *e) {
    for (size_t i = 0; i < r->from_count; i++)
        if (!make(s, r->from[i].dataset, e))
            return false;
    for (size_t i = 0; i < r->unless_count; i++)
        if (!make(s, r->unless[i].from.dataset, e))
            return false;
    for (size_t i = 0; i < r->measure_count; i++)
        if (!make(s, r->measures[i].from.dataset, e))
            return false;
    return true;
}
