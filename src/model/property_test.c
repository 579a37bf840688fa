/* SPDX-License-Identifier: MulanPSL-2.0 */
/* model/property_test.c: over random imports and corrections, asking touched keys gives what asking
 * all gives; and row order, thread count and engine leave no trace. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "model/rule.h"
#include "base/testing.h"
#include "pool/testing.h"

enum { STEPS = 4, ROWS = 20, POOLS = 2, CLUES_MAX = 20000, LONG_HISTORIES = 12 };

/* LIANHENG_LONG=1: many more histories, each step held against everything. */
static bool is_long(void) {
    const char *text = getenv("LIANHENG_LONG");

    return text != NULL && *text != '\0' && *text != '0';
}

static Content *content;
static Models *models;
static Keys *keys;

/* --- rows ------------------------------------------------------------------------------------ */

static uint64_t seed;

static unsigned pick(unsigned n) {
    seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return (unsigned)((seed >> 33) % n);
}

static const struct {
    const char *name, *number, *masked, *birth;
} people[] = {
    {"张三", "510522199001010013", "510522********0013", "1990-01-01"},
    {"张三", "51052219880315003X", "510522********003X", "1988-03-15"},
    {"李四", "510522198506200029", "510522********0029", "1985-06-20"},
    {"王五", "510522197808080056", "510522********0056", "1978-08-08"},
    {"赵六", "510522195005050014", "510522********0014", "1950-05-05"},
};

static const char *const companies[][2] = {{"甲商贸有限公司", "91510522MA60000A1L"},
                                           {"乙餐饮有限公司", "91510522MA60000B2Q"}};

static const char *choose(const char *const *list, size_t n) {
    return list[pick((unsigned)n)];
}

#define CHOOSE(...)                            \
    choose((const char *const[]){__VA_ARGS__}, \
           sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static const char *code_text(const Field *f) {
    if (str_is(f->codes, "charges"))
        return CHOOSE("危险驾驶罪", "职务侵占罪", "生产、销售有毒、有害食品罪", "盗窃罪",
                      "生产、销售伪劣产品罪");
    if (str_is(f->codes, "violations"))
        return CHOOSE("生产、销售伪劣产品", "虚假广告", "其他违法");
    const CodeEntry *entries = f->table->entries.items;
    size_t n = f->table->entries.count < 6 ? f->table->entries.count : 6;

    return entries[pick((unsigned)n)].title.ptr;
}

static const char *date_text(Arena *a) {
    char text[11];

    day_format(day_of(2023, 1, 1) + (Day)pick(1420), text);
    return str_c(a, str_of(text));
}

static const char *value_text(Arena *a, const Field *f) {
    if (!f->required && pick(4) == 0)
        return "";
    switch ((FieldType)f->type) {
    case FIELD_DATE:
        return date_text(a);
    case FIELD_MONEY:
        return CHOOSE("0元", "1000元", "90000元", "150000元", "48万元");
    case FIELD_INTEGER:
        return CHOOSE("0", "10", "60");
    case FIELD_NUMBER:
        return CHOOSE("12", "80", "168");
    case FIELD_AREA:
        return CHOOSE("0平方米", "12.5平方米", "0.3亩");
    case FIELD_CODE:
        return code_text(f);
    case FIELD_DOCUMENT_NUMBER:
        return CHOOSE("甲〔2025〕1号", "甲〔2025〕2号", "乙〔2025〕3号", "丙〔2025〕4号");
    case FIELD_TEXT:
        return CHOOSE("甲", "乙", "丙", "丁");
    default:
        return "";
    }
}

static void set(Arena *a, Node *row, Str field, const char *text) {
    if (field.len > 0)
        node_set_text(a, row, str_c(a, field), str_of(text));
}

static Node *random_row(Arena *a, const Dataset *d) {
    Node *row = node_map(a);

    for (size_t i = 0; i < d->fields.count; i++)
        set(a, row, dataset_fields(d)[i].field, value_text(a, &dataset_fields(d)[i]));
    for (size_t i = 0; i < d->subjects.count; i++) {
        const Subject *s = &dataset_subjects(d)[i];

        if (s->kind == SUBJECT_ORGANISATION) {
            unsigned c = pick(2);

            set(a, row, s->name, companies[c][0]);
            set(a, row, s->key, pick(4) == 0 ? "" : companies[c][1]);
        } else if (s->kind == SUBJECT_PERSON) {
            unsigned p = pick(sizeof people / sizeof *people), how = pick(5);

            set(a, row, s->name, people[p].name);
            set(a, row, s->key, how == 0 ? people[p].masked : how == 1 ? "" : people[p].number);
            set(a, row, s->birth, pick(3) == 0 ? "" : people[p].birth);
        }
    }
    if (d->subjects.count > 0 && str_is(d->dataset, "driving_license"))
        set(a, row, STR("license_no"), people[pick(5)].number);
    return row;
}

static void add_identity(const Dataset *d, const Node *row, Buf *out) {
    for (size_t i = 0; i < d->identity.count; i++) {
        char name[128];

        snprintf(name, sizeof name, "%.*s", STR_ARG(((const Str *)d->identity.items)[i]));
        buf_addf(out, "%.*s|", STR_ARG(node_text(row, name)));
    }
}

/* Rows with distinct identities: what an import leaves of a file. */
static Node *random_rows(Arena *a, const Dataset *d, int n) {
    Node *list = node_list(a);
    scoped_buf Buf seen;

    buf_init(&seen, 1 << 20);
    for (int i = 0; i < n; i++) {
        Node *row = random_row(a, d);
        scoped_buf Buf identity;

        buf_init(&identity, 4096);
        buf_add_char(&identity, '\n');
        add_identity(d, row, &identity);
        if (str_find(buf_str(&seen), buf_str(&identity)) >= 0)
            continue;
        buf_add(&seen, buf_str(&identity));
        node_add(a, list, row);
    }
    return list;
}

static Node *shuffled(Arena *a, const Node *list) {
    Node *out = node_list(a);

    for (size_t i = list->count; i > 0; i--)
        node_add(a, out, list->items[i - 1]);
    return out;
}

/* --- pools ----------------------------------------------------------------------------------- */

typedef struct Clue1 {
    char key[33], subject[33], digest[33];
    int strength;
} Clue1;

typedef struct Bench {
    Pool *pool;
    PoolSession *session;
    TestPool test;
    bool own, reversed;
    bool kept;        /* clues are kept up */
    Clue1 *clues[32]; /* per model, kept up incrementally */
    size_t clue_count[32];
} Bench;

static void must(bool ok, const Err *e) {
    if (!ok)
        fail_msg("%s %s", e->where, e->text);
}

static void open_memory(Bench *b, int threads) {
    PoolSettings settings = {.place = STR("duckdb::memory:"), .threads = threads};
    Err e = {0};

    b->pool = pool_open(&settings, &e);
    must(b->pool != NULL && pool_fit(b->pool, content, &e), &e);
    b->session = pool_session(b->pool, &e);
    must(b->session != NULL, &e);
}

static bool open_postgresql(Bench *b) {
    Err e = {0};

    if (!test_pool_make(&b->test, true))
        return false;
    b->own = true;
    b->pool = b->test.pool;
    must(pool_fit(b->pool, content, &e), &e);
    b->session = pool_session(b->pool, &e);
    must(b->session != NULL, &e);
    return true;
}

static void close_bench(Bench *b) {
    pool_session_close(b->session);
    if (b->own)
        test_pool_remove(&b->test);
    else
        pool_close(b->pool);
    for (size_t i = 0; i < 32; i++)
        free(b->clues[i]);
}

/* A batch as an import makes it: rows of known identity replace what stands. */
static void put(Bench *b, Arena *a, const Dataset *d, const Node *rows, int64_t batch) {
    Err e = {0};
    scoped_buf Buf sql;

    must(pool_put(b->session, content, keys, d, b->reversed ? shuffled(a, rows) : rows, batch, &e),
         &e);
    buf_init(&sql, 4096);
    buf_addf(&sql,
             "UPDATE \"d_%.*s\" SET until = %lld WHERE batch < %lld AND until = %lld AND id IN "
             "(SELECT id FROM \"d_%.*s\" WHERE batch = %lld)",
             STR_ARG(d->dataset), (long long)batch, (long long)batch, (long long)POOL_FOREVER,
             STR_ARG(d->dataset), (long long)batch);
    must(pool_run(b->session, buf_str(&sql), NULL, 0, NULL, &e), &e);
    pool_set_visible(b->pool, batch);
}

/* --- incremental bookkeeping ----------------------------------------------------------------- */

static const Hit *find_hit(const RunOutcome *o, const char key[33]) {
    for (size_t i = 0; i < o->hit_count; i++)
        if (memcmp(o->hits[i].key, key, 32) == 0)
            return &o->hits[i];
    return NULL;
}

/* What the clue layer does with an outcome: hits appear or change, those asked about and not hit
 * go. */
static void apply(Bench *b, size_t model, const RunOutcome *o) {
    Clue1 *clues = b->clues[model];
    size_t kept = 0;

    if (clues == NULL)
        clues = b->clues[model] = calloc(CLUES_MAX, sizeof *clues);
    for (size_t i = 0; i < b->clue_count[model]; i++)
        if (!o->asked(o, clues[i].subject, clues[i].strength))
            clues[kept++] = clues[i];
    for (size_t i = 0; i < o->hit_count; i++) {
        assert_true(kept < CLUES_MAX);
        memcpy(clues[kept].key, o->hits[i].key, 33);
        memcpy(clues[kept].subject, o->hits[i].subject_key, 33);
        memcpy(clues[kept].digest, o->hits[i].digest, 33);
        clues[kept++].strength = o->hits[i].strength;
    }
    b->clue_count[model] = kept;
}

static void same_as_full(const Bench *b, size_t model, const RunOutcome *full) {
    if (b->clue_count[model] != full->hit_count)
        fail_msg("%.*s: %zu incremental, %zu in full", STR_ARG(model_id(models_at(models, model))),
                 b->clue_count[model], full->hit_count);
    for (size_t i = 0; i < b->clue_count[model]; i++) {
        const Hit *h = find_hit(full, b->clues[model][i].key);

        assert_non_null(h);
        assert_string_equal(h->digest, b->clues[model][i].digest);
    }
}

static void same_outcome(const RunOutcome *a, const RunOutcome *b, const Model *m) {
    if (a->hit_count != b->hit_count)
        fail_msg("%.*s: %zu and %zu hits", STR_ARG(model_id(m)), a->hit_count, b->hit_count);
    for (size_t i = 0; i < a->hit_count; i++) {
        if (strcmp(a->hits[i].digest, b->hits[i].digest) != 0)
            fail_msg("%.*s: %.*s / %.*s / %.*s", STR_ARG(model_id(m)),
                     STR_ARG(a->hits[i].explanation), STR_ARG(b->hits[i].explanation),
                     STR_ARG(a->hits[i].title));
        assert_string_equal(a->hits[i].key, b->hits[i].key);
        assert_int_equal(a->hits[i].evidence_count, b->hits[i].evidence_count);
    }
    assert_int_equal(a->funnel_count, b->funnel_count);
    for (size_t i = 0; i < a->funnel_count; i++)
        assert_int_equal(a->funnel[i].rows, b->funnel[i].rows);
}

static const Model **all_models(Arena *a) {
    const Model **list = arena_array_of(a, models_count(models), const Model *);

    for (size_t i = 0; i < models_count(models); i++)
        list[i] = models_at(models, i);
    return list;
}

/* --- the property ---------------------------------------------------------------------------- */

static size_t ran_hits;

static void ask(Bench *b, const Model **list, size_t n, const RunOptions *o, Arena *a,
                RunOutcome *out) {
    Err e = {0};

    must(model_run_many(list, n, b->session, content, o, a, out, &e), &e);
}

/* Everything, by every pool: row order, threads and engine leave no trace. */
static void pools_agree(Bench *benches, size_t n, int64_t batch) {
    scoped_arena Arena *a = arena_new();
    const Model **list = all_models(a);
    size_t count = models_count(models);
    RunOptions o = {.today = day_of(2026, 11, 22), .visible = batch, .after = -1, .funnel = true};
    RunOutcome *full[POOLS];

    for (size_t b = 0; b < n; b++) {
        full[b] = arena_array_of(a, count, RunOutcome);
        ask(&benches[b], list, count, &o, a, full[b]);
        for (size_t m = 0; m < count; m++) {
            assert_false(full[b][m].incremental);
            same_outcome(&full[0][m], &full[b][m], list[m]);
            if (benches[b].kept)
                same_as_full(&benches[b], m, &full[b][m]);
            ran_hits += full[b][m].hit_count;
        }
    }
}

/* The touched keys, and then everything the models answer that read what came in; the others'
 * turn comes in the end, or with each step of a long test. */
static void step(Bench *b, int64_t batch) {
    scoped_arena Arena *a = arena_new();
    const Model **list = all_models(a), **asked = all_models(a);
    size_t count = models_count(models), n = 0, places[32];
    RunOutcome *part = arena_array_of(a, count, RunOutcome), *full;
    RunOptions o = {.today = day_of(2026, 11, 22), .visible = batch, .after = batch - 1};

    b->kept = true;
    if (batch > 1 || is_long())
        ask(b, list, count, &o, a, part);
    o.after = -1;
    for (size_t m = 0; m < count; m++)
        if (batch == 1 || is_long() || part[m].touched > 0) {
            places[n] = m;
            asked[n++] = list[m];
        }
    full = arena_array_of(a, n, RunOutcome);
    ask(b, asked, n, &o, a, full);
    for (size_t m = 0; m < count && (batch > 1 || is_long()); m++) {
        assert_true(part[m].incremental);
        apply(b, m, &part[m]);
    }
    for (size_t i = 0; i < n; i++) {
        if (batch == 1 && !is_long())
            apply(b, places[i], &full[i]);
        same_as_full(b, places[i], &full[i]);
        ran_hits += full[i].hit_count;
    }
}

/* The first step fills every dataset; later ones bring a few rows to one, or some. */
static void bring(Bench *benches, size_t n, int64_t batch) {
    scoped_arena Arena *a = arena_new();
    size_t datasets = content_dataset_count(content), only = pick((unsigned)datasets);

    for (size_t d = 0; d < datasets; d++) {
        if (batch > 1 && d != only && pick(6) != 0)
            continue;
        const Node *rows = random_rows(a, content_dataset_at(content, d), batch == 1 ? ROWS : 4);

        for (size_t b = 0; b < n; b++)
            put(&benches[b], a, content_dataset_at(content, d), rows, batch);
    }
}

static void random_history(uint64_t start, bool postgresql) {
    Bench benches[POOLS] = {{0}};
    size_t n = 2;

    seed = start;
    open_memory(&benches[0], 1);
    if (postgresql && open_postgresql(&benches[1]))
        benches[1].kept = true;
    else
        open_memory(&benches[1], 2);
    benches[1].reversed = true;
    for (int64_t batch = 1; batch <= STEPS; batch++) {
        bring(benches, n, batch);
        for (size_t b = 0; b < n; b++)
            if (b == 0 || benches[b].kept || is_long())
                step(&benches[b], batch);
    }
    pools_agree(benches, n, STEPS);
    for (size_t b = 0; b < n; b++)
        close_bench(&benches[b]);
}

static void incremental_equals_full(void **state) {
    (void)state;
    ran_hits = 0;
    for (uint64_t s = 1; s <= (is_long() ? LONG_HISTORIES : 1); s++)
        random_history(s * 7919, false);
    print_message("%zu hits compared\n", ran_hits);
    assert_true(ran_hits > 40); /* the rows are wild enough to hit */
}

static void engines_agree(void **state) {
    TestPool probe;

    (void)state;
    if (!test_pool_make(&probe, true)) {
        print_message("没有 PostgreSQL（LIANHENG_TEST_PG），跳过\n");
        skip();
    }
    test_pool_remove(&probe);
    ran_hits = 0;
    random_history(20261122, true);
    assert_true(ran_hits > 40);
}

static int load(void **state) {
    char folder[64], path[80];
    Err e = {0};

    (void)state;
    test_template(folder, "model");
    crypto_start();
    content = content_load(NULL, &e);
    models = content != NULL ? models_load(content, &e) : NULL;
    if (models == NULL || mkdtemp(folder) == NULL) {
        print_error("%s %s\n", e.where, e.text);
        return 1;
    }
    snprintf(path, sizeof path, "%s/key", folder);
    keys = keys_create(path, &e);
    unlink(path);
    rmdir(folder);
    return keys == NULL;
}

static int drop(void **state) {
    (void)state;
    keys_free(keys);
    models_free(models);
    content_drop(content);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(incremental_equals_full),
        cmocka_unit_test(engines_agree),
    };

    return cmocka_run_group_tests_name("model/property", tests, load, drop);
}
