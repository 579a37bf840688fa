/* SPDX-License-Identifier: MulanPSL-2.0 */
/* model/compile.c: a rule to one query.
 *
 *   WITH "ride_hailing_license" AS NOT MATERIALIZED (live rows), …
 *   SELECT key, row identities, values for the sentences
 *   FROM anchor JOIN … ON the same key
 *   CROSS JOIN LATERAL (SELECT figure FROM rows with the same key) …
 *   WHERE conditions AND NOT EXISTS (row with the same key …)
 *
 * Every row the answer depends on carries the same key as the anchor's row. That is why the same
 * text, over tables that hold the rows of some keys only, gives exactly those keys' part of the
 * full answer. */
#include "model/compile.h"

#include <string.h>

#include "model/used.h"
#include "base/banned.h"

const char *const strength_suffix[] = {
    [STRENGTH_STRONG] = "__key",
    [STRENGTH_WEAK_BIRTH] = "__weak_birth",
    [STRENGTH_WEAK_DIVISION] = "__weak_division",
    [STRENGTH_WEAK_TAIL] = "__weak_tail",
    [STRENGTH_WEAK_NAME] = "__weak_name",
};

Str pass_column(Arena *a, const Subject *s, Strength pass) {
    return str_format(a, "%.*s%s", STR_ARG(s->key), strength_suffix[pass]);
}

static bool subject_has(const Subject *s, Strength pass) {
    return pass == STRENGTH_STRONG || s->name_field != NULL;
}

bool pass_possible(const Rule *r, Strength pass) {
    for (size_t i = 0; i < r->from_count; i++)
        if (!subject_has(r->from[i].subject, pass))
            return false;
    return true;
}

static void key_of(const Alias *a, Strength pass, Buf *sql) {
    compile_column(a->alias, a->subject->key, strength_suffix[pass], sql);
}

/* --- where the rows are ---------------------------------------------------------------------- */

typedef struct Lookups {
    Arena *arena;
    const Rule *rule;
    Lookup *items;
    size_t count;
} Lookups;

static void see_lookup(const Expr *x, void *with) {
    Lookups *all = with;
    Lookup l;

    if (!lookup_of(x, all->rule, &l))
        return;
    for (size_t i = 0; i < all->count; i++)
        if (all->items[i].table == l.table && all->items[i].alias == l.alias &&
            all->items[i].field == l.field)
            return;
    Lookup *grown = arena_array_of(all->arena, all->count + 1, Lookup);

    if (all->count > 0)
        memcpy(grown, all->items, all->count * sizeof *grown);
    grown[all->count++] = l;
    all->items = grown;
}

static void find_lookups(Arena *a, const Source *s, Lookups *out) {
    *out = (Lookups){.arena = a, .rule = s->rule};
    if (s->rule != NULL)
        rule_walk(s->rule, see_lookup, out);
}

static void write_relation_name(const CodeTable *t, Buf *sql) {
    buf_addf(sql, "\"codes_%.*s\"", STR_ARG(t->codes));
}

static void write_rows(const Alias *a, const Source *s, Buf *sql) {
    if (s->table != NULL)
        pool_quote(s->table(s->with, a->dataset), sql);
    else
        pool_quote(a->dataset->dataset, sql);
}

static void write_looked_up(const Lookup *l, size_t i, Buf *sql) {
    const CodeColumn *columns = l->table->columns.items;

    for (size_t j = 0; j <= l->table->columns.count; j++) {
        Str column = j == 0 ? STR("entry") : columns[j - 1].column;

        buf_addf(sql, ", l%zu.", i);
        pool_quote(column, sql);
        buf_add_c(sql, " AS ");
        lookup_column(l, column, sql);
    }
}

static void write_source(const Alias *a, const Source *s, Buf *sql) {
    scoped_arena Arena *own = arena_new();
    Lookups all;
    size_t mine = 0;

    find_lookups(own, s, &all);
    for (size_t i = 0; i < all.count; i++)
        if (all.items[i].alias == a)
            all.items[mine++] = all.items[i];
    if (mine == 0)
        write_rows(a, s, sql);
    else {
        buf_add_c(sql, "(SELECT bare.*");
        for (size_t i = 0; i < mine; i++)
            write_looked_up(&all.items[i], i, sql);
        buf_add_c(sql, " FROM ");
        write_rows(a, s, sql);
        buf_add_c(sql, " AS bare");
        for (size_t i = 0; i < mine; i++) {
            buf_add_c(sql, " LEFT JOIN ");
            write_relation_name(all.items[i].table, sql);
            buf_addf(sql, " AS l%zu ON l%zu.entry = ", i, i);
            compile_column(STR("bare"), all.items[i].field->field, "", sql);
        }
        buf_add_char(sql, ')');
    }
    buf_add_c(sql, " AS ");
    pool_quote(a->alias, sql);
}

static const char *write_codes(const Source *s, const char *between, Buf *sql) {
    scoped_arena Arena *own = arena_new();
    Lookups all;

    find_lookups(own, s, &all);
    for (size_t i = 0; i < all.count; i++) {
        bool written = false;

        for (size_t j = 0; j < i; j++)
            written = written || all.items[j].table == all.items[i].table;
        if (written)
            continue;
        buf_add_c(sql, between);
        write_relation_name(all.items[i].table, sql);
        buf_add_c(sql, " AS ");
        lookup_relation(all.items[i].table, s, sql);
        between = ",\n     ";
    }
    return between;
}

/* The live rows of every dataset, under its name, with the columns the rule reads: as pool_live,
 * but narrow, because planning a query costs by the column. */
static void write_with(const Rule *r, const Source *s, Buf *sql) {
    scoped_arena Arena *a = arena_new();
    Used *used = used_new(a);
    const char *between = write_codes(s, "WITH ", sql);

    if (s->table == NULL)
        used_add(used, r);
    for (size_t i = 0; i < used->count; i++, between = ",\n     ") {
        const UsedColumns *c = &used->items[i];
        Str table = str_format(a, "d_%.*s", STR_ARG(c->dataset->dataset));

        buf_add_c(sql, between);
        pool_quote(c->dataset->dataset, sql);
        buf_add_c(sql, " AS NOT MATERIALIZED (SELECT ");
        for (size_t j = 0; j < c->count; j++) {
            if (j > 0)
                buf_add_c(sql, ", ");
            pool_quote(c->names[j], sql);
        }
        buf_add_c(sql, " FROM ");
        pool_quote(table, sql);
        buf_addf(sql, " WHERE batch <= %lld AND until > %lld%s)", (long long)s->visible,
                 (long long)s->visible, s->sealed ? "" : POOL_OPEN);
    }
    if (between[0] == ',')
        buf_add_char(sql, '\n');
}

/* --- the same subject ------------------------------------------------------------------------ */

/* What is known about a subject: from its number, or for the birth date from the column beside it.
 */
static void write_fact(const Alias *a, const char *suffix, Buf *sql) {
    const Field *birth = strcmp(suffix, "__birth") == 0 ? a->subject->birth_field : NULL;

    if (birth != NULL)
        buf_add_c(sql, "COALESCE(");
    compile_column(a->alias, a->subject->key, suffix, sql);
    if (birth == NULL)
        return;
    buf_add_c(sql, ", ");
    compile_column(a->alias, birth->field, "", sql);
    buf_add_char(sql, ')');
}

static void write_unlike(const Alias *a, const Alias *b, const char *suffix, Buf *sql) {
    write_fact(a, suffix, sql);
    buf_add_c(sql, " IS NULL OR ");
    write_fact(b, suffix, sql);
    buf_add_c(sql, " IS NULL OR ");
    write_fact(a, suffix, sql);
    buf_add_c(sql, " = ");
    write_fact(b, suffix, sql);
}

/* Two rows that share a weak key are no match when something known about both differs. */
static void write_no_contradiction(const Alias *a, const Alias *b, Buf *sql) {
    static const char *const facts[] = {"__birth", "__sex", "__division"};
    bool citizens = a->subject->key_field->type == FIELD_CITIZEN_ID &&
                    b->subject->key_field->type == FIELD_CITIZEN_ID;

    buf_add_c(sql, "\n  AND (");
    write_unlike(a, b, "__key", sql);
    buf_add_char(sql, ')');
    for (size_t i = 0; citizens && i < sizeof facts / sizeof *facts; i++) {
        buf_add_c(sql, "\n  AND (");
        write_unlike(a, b, facts[i], sql);
        buf_add_char(sql, ')');
    }
}

/* Hits of stronger passes don't appear again in weaker ones. */
static void write_not_before(const Rule *r, Strength pass, Buf *sql) {
    for (int earlier = STRENGTH_WEAK_BIRTH; earlier < (int)pass; earlier++) {
        if ((r->passes & (1u << earlier)) == 0)
            continue;
        buf_add_c(sql, "\n  AND NOT COALESCE(");
        key_of(&r->from[0], (Strength)earlier, sql);
        buf_add_c(sql, " IS NOT NULL");
        for (size_t i = 1; i < r->from_count; i++) {
            buf_add_c(sql, " AND ");
            key_of(&r->from[i], (Strength)earlier, sql);
            buf_add_c(sql, " = ");
            key_of(&r->from[0], (Strength)earlier, sql);
        }
        buf_add_c(sql, ", FALSE)");
    }
}

static void write_pass(const Rule *r, Strength pass, Buf *sql) {
    if (pass == STRENGTH_STRONG)
        return;
    buf_add_c(sql, "\n  AND (");
    for (size_t i = 0; i < r->from_count; i++) {
        if (i > 0)
            buf_add_c(sql, " OR ");
        key_of(&r->from[i], STRENGTH_STRONG, sql);
        buf_add_c(sql, " IS NULL");
    }
    buf_add_char(sql, ')');
    for (size_t i = 0; i < r->from_count; i++)
        for (size_t j = i + 1; j < r->from_count; j++)
            write_no_contradiction(&r->from[i], &r->from[j], sql);
    write_not_before(r, pass, sql);
}

/* Rows of `side` with the anchor's key, as in FROM … WHERE. */
static void write_side(const Rule *r, const Alias *side, const Conditions *where, Strength pass,
                       const Source *s, Buf *sql) {
    buf_add_c(sql, " FROM ");
    write_source(side, s, sql);
    buf_add_c(sql, " WHERE ");
    key_of(side, pass, sql);
    buf_add_c(sql, " = ");
    key_of(&r->from[0], pass, sql);
    if (pass != STRENGTH_STRONG)
        for (size_t i = 0; i < r->from_count; i++)
            write_no_contradiction(side, &r->from[i], sql);
    for (size_t i = 0; i < where->count; i++) {
        buf_add_c(sql, " AND ");
        compile_value(where->items[i].expr, s, sql);
    }
}

/* --- the parts ------------------------------------------------------------------------------- */

static void write_conditions(const Conditions *c, const Source *s, Buf *sql) {
    for (size_t i = 0; i < c->count; i++) {
        buf_add_c(sql, "\n  AND ");
        compile_value(c->items[i].expr, s, sql);
    }
}

/* What a combination of rows must fulfil before figures are worked out for it. */
static void write_base(const Rule *r, Strength pass, const Source *s, Buf *sql) {
    key_of(&r->from[0], pass, sql);
    buf_add_c(sql, " IS NOT NULL");
    if (s->keys.len > 0) {
        buf_add_c(sql, "\n  AND ");
        key_of(&r->from[0], pass, sql);
        buf_addf(sql, " IN (%.*s)", STR_ARG(s->keys));
    }
    write_pass(r, pass, sql);
    write_conditions(&r->where, s, sql);
}

/* DuckDB does not move conditions below a LATERAL: where there are figures, they stand with the
 * joins. */
static bool base_first(const Rule *r) {
    return r->measure_count > 0;
}

static void write_anchor(const Rule *r, Strength pass, const Source *s, bool base, Buf *sql) {
    if (base && r->from_count == 1) {
        buf_add_c(sql, "(SELECT * FROM ");
        write_source(&r->from[0], s, sql);
        buf_add_c(sql, " WHERE ");
        write_base(r, pass, s, sql);
        buf_add_c(sql, ") AS ");
        pool_quote(r->from[0].alias, sql);
    } else
        write_source(&r->from[0], s, sql);
}

static void write_joins(const Rule *r, Strength pass, const Source *s, bool base, Buf *sql) {
    buf_add_c(sql, "\nFROM ");
    write_anchor(r, pass, s, base, sql);
    for (size_t i = 1; i < r->from_count; i++) {
        buf_add_c(sql, "\nJOIN ");
        write_source(&r->from[i], s, sql);
        buf_add_c(sql, " ON ");
        key_of(&r->from[i], pass, sql);
        buf_add_c(sql, " = ");
        key_of(&r->from[0], pass, sql);
        if (base && i + 1 == r->from_count) {
            buf_add_c(sql, " AND ");
            write_base(r, pass, s, sql);
        }
    }
}

static void write_sum(const Measure *m, const Source *s, Buf *sql) {
    buf_add_c(sql, "COALESCE(SUM(");
    if (m->type == TYPE_NUMBER || m->type == TYPE_AREA) {
        /* Doubles are added as ten-thousandths: the order of rows must not matter. */
        buf_add_c(sql, "CAST(FLOOR(");
        compile_value(m->of, s, sql);
        buf_add_c(sql, " * 10000 + 0.5) AS " WIDE_TYPE ")");
    } else
        compile_exact(m->of, s, true, sql);
    buf_add_c(sql, "), 0)");
}

static void write_figure(const Measure *m, const Source *s, Buf *sql) {
    switch (m->aggregate) {
    case AGGREGATE_COUNT:
        buf_add_c(sql, "COUNT(*)");
        break;
    case AGGREGATE_DISTINCT:
        buf_add_c(sql, "COUNT(DISTINCT ");
        compile_value(m->of, s, sql);
        buf_add_char(sql, ')');
        break;
    case AGGREGATE_SUM:
        write_sum(m, s, sql);
        break;
    case AGGREGATE_FIRST:
    case AGGREGATE_LAST:
        buf_add_c(sql, m->aggregate == AGGREGATE_FIRST ? "MIN(" : "MAX(");
        compile_value(m->of, s, sql);
        buf_add_char(sql, ')');
        break;
    }
}

/* All figures over the rows of one leader, as one subquery. */
static void write_figures(const Rule *r, const Measure *leader, const Source *s, Buf *sql) {
    const char *between = "";

    for (size_t i = 0; i < r->measure_count; i++) {
        const Measure *m = &r->measures[i];
        Source renamed = *s;

        if (!str_eq(m->leader, leader->measure))
            continue;
        renamed.renamed = &m->from;
        renamed.name = leader->from.alias;
        buf_add_c(sql, between);
        write_figure(m, &renamed, sql);
        buf_add_c(sql, " AS ");
        pool_quote(m->measure, sql);
        between = ", ";
    }
}

static void write_measures(const Rule *r, Strength pass, const Source *s, Buf *sql) {
    for (size_t i = 0; i < r->measure_count; i++) {
        const Measure *m = &r->measures[i];

        if (!str_eq(m->leader, m->measure))
            continue;
        buf_add_c(sql, "\nCROSS JOIN LATERAL (SELECT ");
        write_figures(r, m, s, sql);
        write_side(r, &m->from, &m->where, pass, s, sql);
        buf_addf(sql, ") AS \"measure_%.*s\"", STR_ARG(m->measure));
    }
}

static void write_unless(const Rule *r, const Unless *u, Strength pass, const Source *s, Buf *sql) {
    buf_add_c(sql, "NOT EXISTS (SELECT 1");
    write_side(r, &u->from, &u->where, pass, s, sql);
    buf_add_char(sql, ')');
}

static void write_filter(const Rule *r, Strength pass, const Source *s, bool all, Buf *sql) {
    buf_add_c(sql, "\nWHERE ");
    if (base_first(r))
        buf_add_c(sql, "TRUE");
    else
        write_base(r, pass, s, sql);
    if (s->table != NULL) {
        buf_add_c(sql, "\n  AND ");
        key_of(&r->from[0], pass, sql);
        buf_add_c(sql, " IN (SELECT key FROM ");
        pool_quote(s->keys_table(s->with), sql);
        buf_addf(sql, " WHERE part = %d)", s->part);
    }
    if (!all)
        return;
    for (size_t i = 0; i < r->unless_count; i++) {
        buf_add_c(sql, "\n  AND ");
        write_unless(r, &r->unless[i], pass, s, sql);
    }
    write_conditions(&r->require, s, sql);
}

static void write_row(const Alias *a, Buf *sql) {
    static const char *const columns[] = {"id", "batch", "digest"};

    for (size_t i = 0; i < 3; i++) {
        buf_add_c(sql, ", ");
        compile_column(a->alias, str_of(columns[i]), "", sql);
    }
}

/* --- queries --------------------------------------------------------------------------------- */

void compile_rule(const Rule *r, Strength pass, const Source *given, Buf *sql) {
    Source own = *given;
    const Source *s = &own;

    own.rule = r;
    write_with(r, s, sql);
    buf_add_c(sql, "SELECT ");
    key_of(&r->from[0], pass, sql);
    for (size_t i = 0; i < r->from_count; i++)
        write_row(&r->from[i], sql);
    /* The subject as people know it. */
    for (int i = 0; i < 2; i++) {
        const Field *f = i == 0 ? r->from[0].subject->name_field : r->from[0].subject->key_field;

        buf_add_c(sql, ", ");
        if (f != NULL)
            compile_column(r->from[0].alias, f->field, "", sql);
        else
            buf_add_c(sql, "CAST(NULL AS VARCHAR)");
    }
    for (size_t i = 0; i < r->output_count; i++) {
        if (output_computed(r->outputs[i]))
            continue;
        buf_add_c(sql, ",\n       ");
        compile_output(r->outputs[i], s, sql);
    }
    write_joins(r, pass, s, base_first(r), sql);
    write_measures(r, pass, s, sql);
    write_filter(r, pass, s, true, sql);
    buf_addf(sql, "\nLIMIT %d", MODEL_ROWS_MAX + 1);
}

void compile_evidence(const Rule *r, const Measure *m, Strength pass, const Source *given,
                      Buf *sql) {
    Source own = *given;
    const Source *s = &own;

    own.rule = r;
    write_with(r, s, sql);
    buf_add_c(sql, "SELECT DISTINCT ");
    key_of(&r->from[0], pass, sql);
    for (size_t i = 0; i < r->clue.once_per_count; i++) {
        buf_add_c(sql, ", ");
        compile_output(r->outputs[r->clue.once_per[i]], s, sql);
    }
    write_row(&m->from, sql);
    write_joins(r, pass, s, base_first(r), sql);
    write_measures(r, pass, s, sql);
    buf_add_c(sql, "\nJOIN ");
    write_source(&m->from, s, sql);
    buf_add_c(sql, " ON ");
    key_of(&m->from, pass, sql);
    buf_add_c(sql, " = ");
    key_of(&r->from[0], pass, sql);
    if (pass != STRENGTH_STRONG)
        for (size_t i = 0; i < r->from_count; i++)
            write_no_contradiction(&m->from, &r->from[i], sql);
    write_filter(r, pass, s, true, sql);
    write_conditions(&m->where, s, sql);
    buf_addf(sql, "\nLIMIT %d", MODEL_ROWS_MAX + 1);
}

/* --- funnel ---------------------------------------------------------------------------------- */

size_t funnel_steps(const Rule *r) {
    return 1 + (r->from_count > 1) + r->where.count + r->unless_count + r->require.count;
}

/* COUNT(*) FILTER (WHERE first AND … AND i-th). */
static void write_counts(size_t n, size_t first, Buf *sql) {
    for (size_t i = 0; i < n; i++) {
        buf_addf(sql, "%s\n       COUNT(*) FILTER (WHERE ", i > 0 || first > 0 ? "," : "");
        for (size_t j = 0; j <= i; j++)
            buf_addf(sql, "%sc%zu", j > 0 ? " AND " : "", j);
        buf_add_char(sql, ')');
    }
}

/* Matched rows and the conditions on them; figures are not needed yet. */
void compile_funnel(const Rule *r, Strength pass, const Source *given, Buf *sql) {
    Source own = *given;
    const Source *s = &own;
    const char *between = "";

    own.rule = r;
    write_with(r, s, sql);
    buf_add_c(sql, "SELECT (SELECT COUNT(*) FROM ");
    write_source(&r->from[0], s, sql);
    buf_add_c(sql, "),\n       COUNT(*)");
    write_counts(r->where.count, 1, sql);
    buf_add_c(sql, "\nFROM (SELECT ");
    for (size_t i = 0; i < r->where.count; i++, between = ", ") {
        buf_add_c(sql, between);
        compile_value(r->where.items[i].expr, s, sql);
        buf_addf(sql, " AS c%zu", i);
    }
    if (r->where.count == 0)
        buf_add_c(sql, "1 AS c0");
    write_joins(r, pass, s, false, sql);
    buf_add_c(sql, "\nWHERE ");
    key_of(&r->from[0], pass, sql);
    buf_add_c(sql, " IS NOT NULL");
    write_pass(r, pass, sql);
    buf_add_c(sql, ") AS t");
}

void compile_funnel_rest(const Rule *r, Strength pass, const Source *given, Buf *sql) {
    Source own = *given;
    const Source *s = &own;
    size_t n = r->unless_count + r->require.count;

    own.rule = r;
    write_with(r, s, sql);
    buf_add_c(sql, "SELECT");
    write_counts(n, 0, sql);
    buf_add_c(sql, "\nFROM (SELECT ");
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            buf_add_c(sql, ", ");
        if (i < r->unless_count)
            write_unless(r, &r->unless[i], pass, s, sql);
        else
            compile_value(r->require.items[i - r->unless_count].expr, s, sql);
        buf_addf(sql, " AS c%zu", i);
    }
    write_joins(r, pass, s, base_first(r), sql);
    write_measures(r, pass, s, sql);
    write_filter(r, pass, s, false, sql);
    buf_add_c(sql, ") AS t");
}
