/* SPDX-License-Identifier: MulanPSL-2.0 */
/* model/cases.c: a model's own tests: rows in, hits out, in a pool of its own. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "model/read.h"
#include "base/banned.h"

typedef struct Case {
    Str title, note;
    Day today;
    const Node *rows, *hits, *funnel;
} Case;

static const Bind case_rows[] = {
    BIND_STR(Case, title, "title", REQUIRED, "what the case shows"),
    BIND_STR(Case, note, "note", OPTIONAL, "why"),
    BIND_DATE(Case, today, "today", REQUIRED, "the day the model is asked on"),
    BIND_NODE(Case, rows, "rows", REQUIRED,
              "dataset: [{field: text}], as an import would read them"),
    BIND_NODE(Case, hits, "hits", REQUIRED, "list of expected hits; [] for none"),
    BIND_NODE(Case, funnel, "funnel", OPTIONAL, "rows that survive each step"),
    BIND_END,
};

typedef struct ExpectedHit {
    Str subject, title, explain, level, strength;
    Day event_on;
    int64_t evidence;
    const Node *amount;
} ExpectedHit;

static const Bind expected_rows[] = {
    BIND_STR(ExpectedHit, subject, "subject", REQUIRED, "the subject's name as in the anchor row"),
    BIND_STR(ExpectedHit, title, "title", OPTIONAL, "the whole title"),
    BIND_STR(ExpectedHit, explain, "explain", OPTIONAL, "a part of the explanation"),
    BIND_STR(ExpectedHit, level, "level", OPTIONAL, "high, medium, low"),
    BIND_STR(ExpectedHit, strength, "strength", OPTIONAL,
             "strong, weak_birth, …; strong when missing"),
    BIND_DATE(ExpectedHit, event_on, "event_on", OPTIONAL, "date of the event"),
    BIND_INT(ExpectedHit, evidence, "evidence", OPTIONAL, "rows behind the hit"),
    BIND_NODE(ExpectedHit, amount, "amount", OPTIONAL, "as 2万元"),
    BIND_END,
};

/* A dataset by its id, or by an alias of the model. */
static const Dataset *case_dataset(const Model *m, Str name) {
    for (size_t i = 0; i < m->dataset_count; i++)
        if (str_eq(m->datasets[i]->dataset, name))
            return m->datasets[i];
    for (size_t i = 0; i < m->rule_count; i++) {
        const Rule *r = &m->rules[i];

        for (size_t j = 0; j < r->from_count; j++)
            if (str_eq(r->from[j].alias, name))
                return r->from[j].dataset;
        for (size_t j = 0; j < r->unless_count; j++)
            if (str_eq(r->unless[j].from.alias, name))
                return r->unless[j].from.dataset;
        for (size_t j = 0; j < r->measure_count; j++)
            if (str_eq(r->measures[j].from.alias, name))
                return r->measures[j].from.dataset;
    }
    return NULL;
}

/* The i-th key of a map, complained about at its own place. */
static bool key_fail(const Node *map, size_t i, const char *what, const Nearest *n, Err *e) {
    Node at = *map->items[i];
    char hint[160], text[480];

    if (map->key_lines != NULL) {
        at.line = map->key_lines[i];
        at.column = map->key_columns[i];
    }
    snprintf(text, sizeof text, "%s“%.*s”%s", what,
             (int)(map->keys[i].len > 80 ? 80 : map->keys[i].len), map->keys[i].ptr,
             nearest_hint(n, hint));
    return node_fail(&at, e, text);
}

static bool field_known(const Dataset *d, Str name) {
    for (size_t i = 0; i < d->fields.count; i++)
        if (str_eq(dataset_fields(d)[i].field, name) || str_eq(dataset_fields(d)[i].title, name))
            return true;
    return false;
}

static bool check_case_row(const Dataset *d, const Node *row, Err *e) {
    char what[200];

    if (row->kind != NODE_MAP)
        return node_fail(row, e, "用例的一行应写成 {字段: 值, …}");
    for (size_t i = 0; i < row->count; i++) {
        Nearest n = {.name = row->keys[i]};

        if (field_known(d, row->keys[i]))
            continue;
        for (size_t j = 0; j < d->fields.count; j++)
            nearest_try(&n, dataset_fields(d)[j].field);
        snprintf(what, sizeof what, "数据集“%.*s”没有字段", STR_ARG(d->title));
        return key_fail(row, i, what, &n, e);
    }
    return true;
}

/* {dataset or alias: [row, …]} with fields the datasets have. */
static bool check_case_rows(const Model *m, const Node *rows, Err *e) {
    for (size_t i = 0; i < rows->count; i++) {
        const Dataset *d = case_dataset(m, rows->keys[i]);
        const Node *list = rows->items[i];
        Nearest n = {.name = rows->keys[i]};

        for (size_t j = 0; d == NULL && j < m->dataset_count; j++)
            nearest_try(&n, m->datasets[j]->dataset);
        if (d == NULL)
            return key_fail(rows, i, "本模型没有用到数据集", &n, e);
        if (list->kind != NODE_LIST)
            return node_fail(list, e, "rows 应写成 数据集: [行, …]");
        for (size_t j = 0; j < list->count; j++)
            if (!check_case_row(d, list->items[j], e))
                return false;
    }
    return true;
}

bool cases_check(const Model *m, const Node *cases, Err *e) {
    scoped_arena Arena *a = arena_new();

    if (cases->kind != NODE_LIST || cases->count == 0)
        return node_fail(cases, e, "cases 至少要有一个用例");
    for (size_t i = 0; i < cases->count; i++) {
        Case c = {0};

        if (!bind_read(a, case_rows, cases->items[i], &c, e))
            return false;
        if (c.rows->kind != NODE_MAP || c.hits->kind != NODE_LIST)
            return node_fail(cases->items[i], e, "rows 应写成 数据集: [行, …]，hits 应写成列表");
        for (size_t j = 0; j < c.hits->count; j++) {
            ExpectedHit hit = {0};

            if (!bind_read(a, expected_rows, c.hits->items[j], &hit, e))
                return false;
        }
        if (!check_case_rows(m, c.rows, e))
            return false;
    }
    return true;
}

/* --- comparing ------------------------------------------------------------------------------- */

static bool same(Str wanted, Str got) {
    return wanted.len == 0 || str_eq(wanted, got);
}

static bool fits(const ExpectedHit *x, const Hit *h) {
    const char *strength = strength_names[h->strength].name;
    Money amount;

    if (!str_eq(x->subject, h->subject_name) || !same(x->title, h->title) ||
        !same(x->level, h->level) ||
        !str_is(x->strength.len > 0 ? x->strength : STR("strong"), strength))
        return false;
    if (x->explain.len > 0 && str_find(h->explanation, x->explain) < 0)
        return false;
    if (x->event_on != DAY_NONE && x->event_on != h->event_on)
        return false;
    if (x->evidence > 0 && (size_t)x->evidence != h->evidence_count)
        return false;
    return x->amount == NULL ||
           (money_parse(x->amount->text, MONEY_YUAN, &amount) && amount == h->amount);
}

static void write_hit(const Hit *h, Buf *out) {
    char day[11] = "无日期";

    if (h->event_on != DAY_NONE)
        day_format(h->event_on, day);
    buf_addf(out, "〔%.*s｜%s｜%.*s｜%s｜证据%zu行｜%.*s｜%.*s〕", STR_ARG(h->subject_name),
             strength_names[h->strength].name, STR_ARG(h->level), day, h->evidence_count,
             STR_ARG(h->title), STR_ARG(h->explanation));
}

/* Every expected hit has one of its own; none is left over. */
static bool compare_hits(const Case *c, const RunOutcome *o, Arena *a, Buf *why) {
    bool *taken = arena_array_of(a, o->hit_count, bool), ok = true;

    for (size_t i = 0; i < c->hits->count; i++) {
        ExpectedHit x = {0};
        size_t j = 0;

        if (!bind_read(a, expected_rows, c->hits->items[i], &x, NULL))
            return false;
        while (j < o->hit_count && (taken[j] || !fits(&x, &o->hits[j])))
            j++;
        if (j < o->hit_count)
            taken[j] = true;
        else {
            buf_addf(why, "第 %zu 条应有的命中没有出现（%.*s）；", i + 1, STR_ARG(x.subject));
            ok = false;
        }
    }
    for (size_t j = 0; j < o->hit_count; j++)
        if (!taken[j]) {
            buf_add_c(why, ok ? "多出命中" : "实际命中");
            write_hit(&o->hits[j], why);
            ok = false;
        }
    return ok;
}

static bool compare_funnel(const Case *c, const RunOutcome *o, Buf *why) {
    bool ok;

    if (c->funnel == NULL)
        return true;
    ok = c->funnel->count == o->funnel_count;
    for (size_t i = 0; ok && i < o->funnel_count; i++)
        ok = c->funnel->items[i]->integer == o->funnel[i].rows;
    if (ok)
        return true;
    buf_add_c(why, "漏斗实际为 [");
    for (size_t i = 0; i < o->funnel_count; i++)
        buf_addf(why, "%s%lld", i > 0 ? ", " : "", (long long)o->funnel[i].rows);
    buf_add_char(why, ']');
    return false;
}

/* --- running --------------------------------------------------------------------------------- */

typedef struct Bench {
    Pool *pool;
    PoolSession *session;
    Keys *keys;
    Content *content;
} Bench;

static bool put_rows(const Bench *b, const Model *m, const Case *c, Err *e) {
    for (size_t i = 0; i < c->rows->count; i++) {
        const Dataset *d = case_dataset(m, c->rows->keys[i]);

        if (d == NULL)
            return node_fail(c->rows->items[i], e, "用例里的数据集不是本模型所用的");
        if (!pool_put(b->session, b->content, b->keys, d, c->rows->items[i], 1, e))
            return false;
    }
    return true;
}

/* True when the case ran; *passed tells how. */
static bool run_case(const Bench *b, const Model *m, const Node *tree, Buf *report, bool *passed,
                     Err *e) {
    scoped_arena Arena *a = arena_new();
    scoped_buf Buf why;
    Case c = {0};
    RunOutcome outcome;

    buf_init(&why, 1 << 16);
    if (!bind_read(a, case_rows, tree, &c, e))
        return false;
    RunOptions o = {
        .today = c.today, .visible = 1, .after = -1, .sealed = model_sealed(m), .funnel = true};

    if (!pool_sweep(b->pool, 0, e) || !put_rows(b, m, &c, e) ||
        !model_run(m, b->session, b->content, &o, a, &outcome, e))
        return err_prefix(e, "用例“%.*s”", STR_ARG(c.title));
    *passed = compare_hits(&c, &outcome, a, &why);
    *passed &= compare_funnel(&c, &outcome, &why);
    buf_addf(report, "%s %.*s%s%.*s\n", *passed ? "通过" : "失败", STR_ARG(c.title),
             *passed ? "" : "：", STR_ARG(buf_str(&why)));
    return true;
}

/* A key of its own, gone when the test is over. */
static Keys *test_keys(Err *e) {
    char folder[] = "/tmp/lianheng-model-XXXXXX", path[64];
    Keys *keys;

    if (mkdtemp(folder) == NULL) {
        err_set(e, ERR_DISK, "/tmp", "临时文件夹 /tmp 不能写：请检查权限和空间");
        return NULL;
    }
    snprintf(path, sizeof path, "%s/key", folder);
    keys = keys_create(path, e);
    unlink(path);
    rmdir(folder);
    return keys;
}

static bool open_bench(Bench *b, Content *c, Err *e) {
    PoolSettings settings = {.place = STR("duckdb::memory:"), .threads = 1};

    b->content = c;
    b->keys = test_keys(e);
    if (b->keys == NULL)
        return false;
    b->pool = pool_open(&settings, e);
    if (b->pool == NULL || !pool_fit(b->pool, c, e))
        return false;
    pool_set_visible(b->pool, 1);
    b->session = pool_session(b->pool, e);
    return b->session != NULL;
}

static void close_bench(Bench *b) {
    if (b->session != NULL)
        pool_session_close(b->session);
    if (b->pool != NULL)
        pool_close(b->pool);
    keys_free(b->keys);
}

bool model_test(const Model *m, Content *c, Buf *report, Err *e) {
    const Node *cases = node_get(m->tree, "cases");
    Bench b = {0};
    size_t failed = 0;
    bool ok = open_bench(&b, c, e);

    for (size_t i = 0; ok && i < cases->count; i++) {
        bool passed = false;

        ok = run_case(&b, m, cases->items[i], report, &passed, e);
        failed += ok && !passed;
    }
    close_bench(&b);
    if (!ok)
        return false;
    if (failed > 0)
        return err_set(e, ERR_CONTENT, cases->file, "模型“%.*s”的 %zu 个用例有 %zu 个没有通过",
                       STR_ARG(m->title), cases->count, failed);
    return true;
}
