/* SPDX-License-Identifier: MulanPSL-2.0 */
/* model/run.c: ask the pool, in full or about touched keys only. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "model/hit.h"
#include "model/slice.h"
#include "base/banned.h"

/* One model's run. */
typedef struct Run {
    const Model *model;
    PoolSession *session;
    const Content *content;
    const RunOptions *options;
    Slices *slices; /* NULL: all keys */
    Arena *arena;   /* the caller's */
    ResultRows rows;
    bool calendar; /* the session has the calendar table */
    Err *e;
} Run;

static double now(void) {
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static bool cancelled(const Run *r) {
    return r->options->cancel != NULL && *r->options->cancel;
}

static bool stop(const Run *r) {
    return err_set(r->e, ERR_CANCELLED, NULL, "模型“%.*s”的运行已取消，结果没有改变",
                   STR_ARG(r->model->title));
}

/* --- asking ---------------------------------------------------------------------------------- */

typedef void Compile(const Rule *rule, const Measure *m, Strength pass, const Source *s, Buf *sql);

static void write_rule(const Rule *rule, const Measure *m, Strength pass, const Source *s,
                       Buf *sql) {
    (void)m;
    compile_rule(rule, pass, s, sql);
}

static void write_evidence(const Rule *rule, const Measure *m, Strength pass, const Source *s,
                           Buf *sql) {
    compile_evidence(rule, m, pass, s, sql);
}

static void write_funnel(const Rule *rule, const Measure *m, Strength pass, const Source *s,
                         Buf *sql) {
    (void)m;
    compile_funnel(rule, pass, s, sql);
}

static void write_rest(const Rule *rule, const Measure *m, Strength pass, const Source *s,
                       Buf *sql) {
    (void)m;
    compile_funnel_rest(rule, pass, s, sql);
}

/* Compile, see to what the text reads, and run it. */
static PoolRows *ask(Run *r, Compile *compile, const Rule *rule, const Measure *m, Strength pass,
                     Str keys) {
    scoped_buf Buf sql;
    bool calendar = false;
    Source s = {.visible = r->options->visible,
                .sealed = r->options->sealed,
                .today = r->options->today,
                .content = r->content,
                .calendar = &calendar,
                .keys = keys};

    if (r->slices != NULL) {
        s.table = slices_table;
        s.keys_table = slices_keys_table;
        s.with = r->slices;
        s.part = slices_part(r->slices, rule, pass);
    }
    buf_init(&sql, 4 << 20);
    compile(rule, m, pass, &s, &sql);
    if (sql.full) {
        err_set(r->e, ERR_TOO_LARGE, NULL, "模型“%.*s”的查询太长：请减少条件",
                STR_ARG(r->model->title));
        return NULL;
    }
    if (calendar && !r->calendar) {
        if (!calendar_fit(r->session, r->content, r->e))
            return NULL;
        r->calendar = true;
    }
    return pool_query(r->session, buf_str(&sql), NULL, 0, r->e);
}

/* --- reading --------------------------------------------------------------------------------- */

static PoolValue keep(Arena *a, const PoolValue *v) {
    PoolValue out = *v;

    if (v->type == POOL_TEXT || v->type == POOL_UUID || v->type == POOL_BLOB)
        out.text = str_dup(a, v->text);
    return out;
}

static void copy_id(char out[33], const PoolValue *v) {
    size_t n = v->text.len < 32 ? v->text.len : 32;

    memset(out, 0, 33);
    if (n > 0)
        memcpy(out, v->text.ptr, n);
}

static void read_proof(const PoolValue *row, size_t order, const Alias *alias, Proof *out) {
    out->order = order;
    out->alias = alias;
    copy_id(out->id, &row[0]);
    out->batch = row[1].integer;
    copy_id(out->digest, &row[2]);
}

static void read_values(Run *r, const Rule *rule, const PoolValue *row, ResultRow *out) {
    const Clue *c = &rule->clue;
    const PoolValue *once[8];

    out->values = arena_array_of(r->rows.arena, rule->output_count + 1, PoolValue);
    for (size_t i = 0, column = 0; i < rule->output_count; i++)
        if (!output_computed(rule->outputs[i]))
            out->values[i] = keep(r->rows.arena, &row[column++]);
    output_compute(rule, r->content, r->options->today, out->values);
    for (size_t i = 0; i < c->once_per_count; i++)
        once[i] = &out->values[c->once_per[i]];
    hit_key(r->model, rule, out->pass, out->key, once, out->hit);
    if (c->subject != SIZE_MAX)
        out->name = out->values[c->subject].text;
    out->event = INT64_MAX;
    if (c->event_on != SIZE_MAX && out->values[c->event_on].type == POOL_DATE)
        out->event = out->values[c->event_on].integer;
}

static void read_row(Run *r, const Rule *rule, Strength pass, const PoolValue *row) {
    ResultRow *out = result_rows_add(&r->rows);
    size_t n = rule->from_count;

    out->rule = rule;
    out->pass = pass;
    copy_id(out->key, &row[0]);
    out->proofs = arena_array_of(r->rows.arena, n, Proof);
    out->proof_count = n;
    for (size_t i = 0; i < n; i++)
        read_proof(&row[1 + 3 * i], i, &rule->from[i], &out->proofs[i]);
    out->name = str_dup(r->rows.arena, row[1 + 3 * n].text);
    out->mask = str_dup(r->rows.arena, row[2 + 3 * n].text);
    read_values(r, rule, &row[3 + 3 * n], out);
}

static void read_evidence(Run *r, const Rule *rule, const Measure *m, Strength pass,
                          const PoolValue *row) {
    ResultRow *out = result_rows_add(&r->rows);
    size_t n = rule->clue.once_per_count;
    const PoolValue *once[8];

    for (size_t i = 0; i < n; i++)
        once[i] = &row[1 + i];
    out->rule = rule;
    out->pass = pass;
    out->event = INT64_MAX;
    copy_id(out->key, &row[0]);
    hit_key(r->model, rule, pass, out->key, once, out->hit);
    out->proofs = arena_new_of(r->rows.arena, Proof);
    out->proof_count = 1;
    read_proof(&row[1 + n], rule->from_count + (size_t)(m - rule->measures), &m->from, out->proofs);
}

static bool too_many_rows(const Run *r) {
    return err_set(r->e, ERR_TOO_LARGE, NULL,
                   "模型“%.*s”的结果超过 %d 行，多半是条件写得太宽：请收紧条件后重新运行",
                   STR_ARG(r->model->title), MODEL_ROWS_MAX);
}

static bool collect(Run *r, const Rule *rule, const Measure *m, Strength pass, Str keys) {
    PoolRows *rows = ask(r, m == NULL ? write_rule : write_evidence, rule, m, pass, keys);
    Err why = {0};
    size_t count = 0;

    if (rows == NULL)
        return false;
    for (const PoolValue *row; count <= MODEL_ROWS_MAX && (row = pool_next(rows, &why)) != NULL;
         count++) {
        if (count % 1024 == 0 && cancelled(r))
            break;
        if (m == NULL)
            read_row(r, rule, pass, row);
        else
            read_evidence(r, rule, m, pass, row);
    }
    pool_rows_close(rows);
    if (cancelled(r))
        return stop(r);
    if (why.code != ERR_NONE) {
        if (r->e != NULL)
            *r->e = why;
        return false;
    }
    return count <= MODEL_ROWS_MAX || too_many_rows(r);
}

enum { NAMED_KEYS_MAX = 2000 };

/* The subjects of rows from `first` on, as a list for SQL; empty when there are too many to name.
 * Neighbours are often alike. */
static void list_keys(const Run *r, size_t first, Buf *out) {
    const char *last = "";

    for (size_t i = first, n = 0; i < r->rows.count; i++) {
        const ResultRow *row = &r->rows.items[i];

        if (strcmp(row->key, last) == 0)
            continue;
        last = row->key;
        if (++n > NAMED_KEYS_MAX) {
            buf_clear(out);
            return;
        }
        buf_addf(out, "%sCAST('%s' AS UUID)", n == 1 ? "" : ", ", row->key);
    }
}

static bool collect_evidence(Run *r, const Rule *rule, Strength pass, size_t first) {
    scoped_buf Buf keys;

    buf_init(&keys, 1 << 20);
    list_keys(r, first, &keys);
    for (size_t i = 0; i < rule->measure_count; i++)
        if (rule->measures[i].evidence &&
            !collect(r, rule, &rule->measures[i], pass, buf_str(&keys)))
            return false;
    return true;
}

static bool run_pass(Run *r, const Rule *rule, Strength pass) {
    size_t before = r->rows.count;

    if (cancelled(r))
        return stop(r);
    if (r->slices != NULL && slices_part(r->slices, rule, pass) == 0)
        return true;
    if (r->slices != NULL && !slices_fit(r->slices, rule, r->e))
        return false;
    if (!collect(r, rule, NULL, pass, STR("")))
        return false;
    return r->rows.count == before || collect_evidence(r, rule, pass, before);
}

static bool run_rules(Run *r) {
    for (size_t i = 0; i < r->model->rule_count; i++)
        for (int pass = 0; pass < STRENGTHS; pass++)
            if ((r->model->rules[i].passes & (1u << pass)) != 0 &&
                !run_pass(r, &r->model->rules[i], (Strength)pass))
                return false;
    return true;
}

/* --- funnel ---------------------------------------------------------------------------------- */

static bool add_counts(Run *r, Compile *compile, const Rule *rule, Strength pass, size_t skip,
                       FunnelStep *steps) {
    PoolRows *rows = ask(r, compile, rule, NULL, pass, STR(""));
    Err why = {0};

    if (rows == NULL)
        return false;
    const PoolValue *row = pool_next(rows, &why);

    for (size_t i = skip; row != NULL && i < pool_columns(rows); i++)
        steps[i - skip].rows += row[i].integer;
    pool_rows_close(rows);
    if (row == NULL && r->e != NULL)
        *r->e = why;
    return row != NULL;
}

/* The first count, the anchor's rows, is the same in every pass; matching is a step only where
 * there is something to match. */
static bool count_rule(Run *r, const Rule *rule, FunnelStep *steps) {
    size_t match = rule->from_count > 1, rest = 1 + match + rule->where.count;

    for (int pass = 0; pass < STRENGTHS; pass++) {
        FunnelStep counts[2 + MODEL_CONDITIONS_MAX] = {{{0}}};

        if ((rule->passes & (1u << pass)) == 0)
            continue;
        if (cancelled(r))
            return stop(r);
        if (!add_counts(r, write_funnel, rule, (Strength)pass, 0, counts))
            return false;
        steps[0].rows = counts[0].rows;
        for (size_t i = 0; i < match + rule->where.count; i++)
            steps[1 + i].rows += counts[(match ? 1 : 2) + i].rows;
        if (rule->unless_count + rule->require.count > 0 &&
            !add_counts(r, write_rest, rule, (Strength)pass, 0, &steps[rest]))
            return false;
    }
    return true;
}

static int64_t hits_of(const Run *r, const Rule *rule) {
    int64_t n = 0;

    /* Sorted by hits_gather. */
    for (size_t i = 0; i < r->rows.count; i++)
        n += r->rows.items[i].rule == rule && r->rows.items[i].values != NULL &&
             (i == 0 || memcmp(r->rows.items[i - 1].hit, r->rows.items[i].hit, 32) != 0);
    return n;
}

static bool run_funnel(Run *r, RunOutcome *out) {
    const Model *m = r->model;
    size_t count = 0;
    FunnelStep *steps;

    for (size_t i = 0; i < m->rule_count; i++)
        count += funnel_steps(&m->rules[i]) + 1;
    steps = arena_array_of(r->arena, count, FunnelStep);
    out->funnel = steps;
    out->funnel_count = count;
    for (size_t i = 0; i < m->rule_count; i++) {
        const Rule *rule = &m->rules[i];
        size_t n = funnel_steps(rule);

        funnel_label(m, rule, r->arena, steps);
        if (!count_rule(r, rule, steps))
            return false;
        steps[n].rows = hits_of(r, rule);
        steps += n + 1;
    }
    return true;
}

/* --- outcome --------------------------------------------------------------------------------- */

static int compare_key(const void *key, const void *item) {
    return memcmp(key, item, 32);
}

static bool asked_all(const RunOutcome *o, const char key[33], int strength) {
    (void)o;
    (void)key;
    (void)strength;
    return true;
}

static bool asked_none(const RunOutcome *o, const char key[33], int strength) {
    (void)o;
    (void)key;
    (void)strength;
    return false;
}

static bool asked_some(const RunOutcome *o, const char key[33], int strength) {
    const KeySet *sets = o->private_;

    if (strength < 0 || strength >= STRENGTHS || sets[strength].count == 0)
        return false;
    return bsearch(key, sets[strength].keys, sets[strength].count, sizeof *sets[strength].keys,
                   compare_key) != NULL;
}

/* Keys outlive the slices: they go with the outcome. */
static void keep_keys(Run *r, RunOutcome *out, KeySet *shared) {
    out->asked = asked_some;
    out->private_ = shared;
    for (int pass = 0; pass < STRENGTHS; pass++)
        out->touched += (int64_t)shared[pass].count;
    (void)r;
}

static bool rows_read(Run *r, RunOutcome *out) {
    for (size_t i = 0; i < r->model->dataset_count; i++) {
        int64_t rows;

        if (!pool_row_count(r->session, r->model->datasets[i], r->options->sealed, &rows, r->e))
            return false;
        out->rows_read += rows;
    }
    return true;
}

static bool run_model(const Model *m, PoolSession *s, const Content *c, const RunOptions *o,
                      Slices *slices, KeySet *keys, Arena *a, RunOutcome *out, Err *e) {
    scoped_arena Arena *mine = arena_new();
    double begin = now();
    Run r = {.model = m,
             .session = s,
             .content = c,
             .options = o,
             .slices = slices,
             .arena = a,
             .rows = {.arena = mine},
             .e = e};

    *out = (RunOutcome){.asked = asked_all,
                        .incremental = o->after >= 0 && (slices != NULL || keys != NULL)};
    if (out->incremental && (slices == NULL || !slices_touch(slices, m))) {
        out->asked = asked_none;
        out->seconds = now() - begin;
        return true;
    }
    int64_t rows_before = slices != NULL ? slices_rows(slices) : 0;

    if (!run_rules(&r) || !hits_gather(m, &r.rows, a, &out->hits, &out->hit_count, e))
        return false;
    if (slices != NULL) {
        keep_keys(&r, out, keys);
        out->rows_read = slices_rows(slices) - rows_before;
    } else if (!rows_read(&r, out) || (o->funnel && !run_funnel(&r, out)))
        return false;
    out->seconds = now() - begin;
    return true;
}

static KeySet *copy_keys(const Slices *s, Arena *a) {
    KeySet *sets = arena_array_of(a, STRENGTHS, KeySet);

    for (int pass = 0; pass < STRENGTHS; pass++) {
        const KeySet *from = slices_keys(s, (Strength)pass);

        sets[pass].count = from->count;
        sets[pass].keys = arena_array(a, from->count, sizeof *from->keys);
        if (from->count > 0)
            memcpy(sets[pass].keys, from->keys, from->count * sizeof *from->keys);
    }
    return sets;
}

bool model_run_many(const Model *const *models, size_t n, PoolSession *s, const Content *c,
                    const RunOptions *o, Arena *a, RunOutcome *out, Err *e) {
    Slices *slices = NULL;
    KeySet *keys = NULL;
    bool ok = true;

    if (o->after >= 0) {
        slices = slices_new(s, models, n, o, e);
        if (slices == NULL)
            return false;
        if (!slices_too_many(slices))
            keys = copy_keys(slices, a);
    }
    for (size_t i = 0; ok && i < n; i++)
        ok = run_model(models[i], s, c, o, keys != NULL ? slices : NULL, keys, a, &out[i], e);
    slices_free(slices);
    return ok;
}

bool model_run(const Model *m, PoolSession *s, const Content *c, const RunOptions *o, Arena *a,
               RunOutcome *out, Err *e) {
    return model_run_many(&m, 1, s, c, o, a, out, e);
}

/* --- for people ------------------------------------------------------------------------------ */

void model_sql(const Model *m, const RunOptions *o, Buf *out) {
    bool calendar = false;
    Source s = {
        .visible = o->visible, .today = o->today, .content = m->content, .calendar = &calendar};

    for (size_t i = 0; i < m->rule_count; i++)
        for (int pass = 0; pass < STRENGTHS; pass++) {
            if ((m->rules[i].passes & (1u << pass)) == 0)
                continue;
            if (m->rules[i].title.len > 0)
                buf_addf(out, "-- %.*s\n", STR_ARG(m->rules[i].title));
            buf_addf(out, "-- %s\n", strength_names[pass].title);
            compile_rule(&m->rules[i], (Strength)pass, &s, out);
            buf_add_c(out, ";\n\n");
        }
}
