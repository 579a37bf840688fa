/* SPDX-License-Identifier: MulanPSL-2.0 */
/* benches/model_bench.c: models over the pool of a synthetic county, against the same questions
 * written by hand for DuckDB, and after 1,000 new rows.
 *
 *     lianheng --data DATA demo --records N; model_bench DATA QUESTIONS [THREADS]
 *
 * DATA's pool gets rows of its own in the course of it: use a folder made for the purpose. New rows
 * are about subjects the pool knows already (next month's payments, another penalty), as most of a
 * county's are. Incremental answers are held against full ones, hit by hit. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "model/rule.h"

#include "base/banned.h"

enum { ROUNDS = 3, NEW_ROWS = 1000, MODELS_MOST = 64 };

static double now(void) {
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void must(bool ok, const Err *e) {
    if (ok)
        return;
    fprintf(stderr, "%s %s\n", e->where, e->text);
    exit(1);
}

static int64_t number(PoolSession *s, Str sql) {
    Err e = {0};
    PoolRows *rows = pool_query(s, sql, NULL, 0, &e);

    must(rows != NULL, &e);
    const PoolValue *row = pool_next(rows, &e);

    must(row != NULL, &e);
    int64_t out = row[0].integer;

    pool_rows_close(rows);
    return out;
}

/* --- new rows -------------------------------------------------------------------------------- */

/* 1,000 live rows again under new identities, as batch `batch`. */
static void fill(PoolSession *s, const Dataset *d, int64_t batch, int rows) {
    scoped_buf Buf sql;
    Err e = {0};

    buf_init(&sql, 1 << 16);
    buf_addf(
        &sql,
        "INSERT INTO \"d_%.*s\" SELECT * REPLACE (CAST(md5(concat(id, '%lld')) AS UUID) AS id, "
        "CAST(md5(concat(digest, '%lld')) AS UUID) AS digest, %lld AS batch) FROM \"d_%.*s\" "
        "WHERE until = %lld USING SAMPLE reservoir(%d ROWS) REPEATABLE (%lld)",
        STR_ARG(d->dataset), (long long)batch, (long long)batch, (long long)batch,
        STR_ARG(d->dataset), (long long)POOL_FOREVER, rows, (long long)batch);
    must(pool_run(s, buf_str(&sql), NULL, 0, NULL, &e), &e);
}

/* --- measuring ------------------------------------------------------------------------------- */

typedef struct Bench {
    Content *content;
    Models *models;
    Pool *pool;
    PoolSession *session;
    const Model *list[MODELS_MOST];
    size_t count;
    int64_t visible;
    Day today;
} Bench;

static double best_of(const double *times) {
    double best = times[0];

    for (int i = 1; i < ROUNDS; i++)
        best = times[i] < best ? times[i] : best;
    return best;
}

static RunOptions options(const Bench *b, int64_t after) {
    return (RunOptions){.today = b->today, .visible = b->visible, .after = after};
}

static double run_one(const Bench *b, const Model *m, size_t *hits) {
    RunOptions o = options(b, -1);
    double times[ROUNDS];

    for (int i = 0; i < ROUNDS; i++) {
        scoped_arena Arena *a = arena_new();
        RunOutcome out;
        Err e = {0};
        double begin = now();

        must(model_run(m, b->session, b->content, &o, a, &out, &e), &e);
        times[i] = now() - begin;
        *hits = out.hit_count;
    }
    return best_of(times);
}

static double run_all(const Bench *b, int64_t after, Arena *keep, RunOutcome *out) {
    RunOptions o = options(b, after);
    double times[ROUNDS];

    for (int i = 0; i < ROUNDS; i++) {
        Err e = {0};
        double begin = now();

        must(model_run_many(b->list, b->count, b->session, b->content, &o, keep, out, &e), &e);
        times[i] = now() - begin;
    }
    return best_of(times);
}

/* --- questions by hand ----------------------------------------------------------------------- */

/* `@` in it stands for the newest batch. */
static char *file_text(const char *path, int64_t visible) {
    FILE *f = fopen(path, "re");
    scoped_buf Buf text;
    char piece[16384];
    size_t n;

    if (f == NULL) {
        perror(path);
        exit(1);
    }
    buf_init(&text, 1 << 20);
    while ((n = fread(piece, 1, sizeof piece, f)) > 0)
        for (size_t i = 0; i < n; i++)
            if (piece[i] == '@')
                buf_addf(&text, "%lld", (long long)visible);
            else
                buf_add_char(&text, piece[i]);
    fclose(f);
    return strndup(text.ptr != NULL ? text.ptr : "", text.len);
}

static int compare_texts(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Distinct first columns: one for each hit. */
static size_t hand_hits(PoolSession *s, Str sql, char **names, size_t most, size_t n) {
    Err e = {0};
    PoolRows *r = pool_query(s, sql, NULL, 0, &e);

    must(r != NULL, &e);
    for (const PoolValue *row; (row = pool_next(r, &e)) != NULL && n < most;)
        names[n++] = strndup(row[0].text.ptr, row[0].text.len);
    must(e.code == ERR_NONE, &e);
    pool_rows_close(r);
    return n;
}

/* All statements of a file, one after the other: seconds and distinct hits. */
static double run_hand(const Bench *b, const char *path, size_t *hits) {
    enum { MOST = 100000 };
    char *text = file_text(path, b->visible), **names = calloc(MOST, sizeof *names);
    double times[ROUNDS];

    for (int i = 0; i < ROUNDS; i++) {
        size_t n = 0;
        double begin = now();

        for (const char *p = text, *end; (end = strstr(p, ";\n")) != NULL; p = end + 2)
            n = hand_hits(b->session, (Str){p, (size_t)(end - p)}, names, MOST, n);
        times[i] = now() - begin;
        qsort(names, n, sizeof *names, compare_texts);
        *hits = 0;
        for (size_t j = 0; j < n; j++)
            *hits += j == 0 || strcmp(names[j - 1], names[j]) != 0;
        for (size_t j = 0; j < n; j++)
            free(names[j]);
    }
    free(names);
    free(text);
    return best_of(times);
}

static void against_hand(const Bench *b, const char *folder) {
    static const char *const names[] = {"ride_hailing_license", "pension_fraud", "penalty_over_90d",
                                        "penalty_instead_of_crime"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[512];
        size_t mine, theirs;
        Err e = {0};
        const Model *m = models_find(b->models, str_of(names[i]), &e);

        must(m != NULL, &e);
        snprintf(path, sizeof path, "%s/%s.sql", folder, names[i]);
        double ours = run_one(b, m, &mine), hand = run_hand(b, path, &theirs);

        printf("问题 %s: 模型 %.4f s（%zu 条），手写 %.4f s（%zu 条），比 %.2f\n", names[i], ours,
               mine, hand, theirs, ours / hand);
        if (mine != theirs)
            exit(1);
    }
}

/* --- full and incremental -------------------------------------------------------------------- */

static double full_run(const Bench *b, bool tell) {
    double all = 0;

    for (size_t i = 0; i < b->count; i++) {
        size_t hits;
        double t = run_one(b, b->list[i], &hits);

        all += t;
        if (tell)
            printf("全量 %-34.*s %.4f s  %zu 条\n", STR_ARG(model_id(b->list[i])), t, hits);
    }
    return all;
}

static int compare_hits(const void *a, const void *b) {
    return memcmp((*(const Hit *const *)a)->key, (*(const Hit *const *)b)->key, 32);
}

/* What stood before and was not asked, and what was answered: is that what all keys answer? */
static bool same(const RunOutcome *before, const RunOutcome *part, const RunOutcome *full) {
    const Hit **kept = calloc(before->hit_count + part->hit_count + 1, sizeof *kept);
    size_t n = 0;
    bool good = true;

    for (size_t i = 0; i < before->hit_count; i++)
        if (!part->asked(part, before->hits[i].subject_key, before->hits[i].strength))
            kept[n++] = &before->hits[i];
    for (size_t i = 0; i < part->hit_count; i++)
        kept[n++] = &part->hits[i];
    qsort(kept, n, sizeof *kept, compare_hits);
    good = n == full->hit_count;
    for (size_t i = 0; good && i < n; i++)
        good = strcmp(kept[i]->key, full->hits[i].key) == 0 &&
               strcmp(kept[i]->digest, full->hits[i].digest) == 0;
    free(kept);
    return good;
}

/* 1,000 rows into one dataset, or spread over all that have any. */
static void bring(Bench *b, const Dataset *only) {
    size_t n = content_dataset_count(b->content);

    b->visible++;
    for (size_t i = 0; i < n; i++)
        if (only == NULL)
            fill(b->session, content_dataset_at(b->content, i), b->visible,
                 NEW_ROWS / (int)n + (i < NEW_ROWS % n));
    if (only != NULL)
        fill(b->session, only, b->visible, NEW_ROWS);
    pool_set_visible(b->pool, b->visible);
}

static void incremental(Bench *b, const char *dataset, double all) {
    scoped_arena Arena *a = arena_new();
    RunOutcome *before = arena_array_of(a, b->count, RunOutcome),
               *part = arena_array_of(a, b->count, RunOutcome),
               *full = arena_array_of(a, b->count, RunOutcome);
    size_t hits = 0;
    bool equal = true;
    Err e = {0};
    const Dataset *d = dataset != NULL ? content_dataset(b->content, str_of(dataset), &e) : NULL;

    must(dataset == NULL || d != NULL, &e);
    run_all(b, -1, a, before);
    bring(b, d);
    double seconds = run_all(b, b->visible - 1, a, part);

    run_all(b, -1, a, full);
    for (size_t i = 0; i < b->count; i++) {
        hits += part[i].hit_count;
        equal = equal && same(&before[i], &part[i], &full[i]);
    }
    printf("增量 1000 行 %-24s %.4f s，为全量的 1/%.1f，%zu 条，%s\n",
           dataset != NULL ? dataset : "各数据集", seconds, all / seconds, hits,
           equal ? "与全量相同" : "与全量不同");
    if (!equal)
        exit(1);
}

static void open_all(Bench *b, const char *data, int threads) {
    static char place[600], spill[600];
    Err e = {0};

    crypto_start();
    snprintf(place, sizeof place, "duckdb:%s/pool.duckdb", data);
    snprintf(spill, sizeof spill, "%s/spill", data);
    PoolSettings settings = {.place = str_of(place),
                             .memory_bytes = INT64_C(1) << 30,
                             .spill = spill,
                             .threads = threads};

    b->today = day_of(2026, 11, 22);
    b->content = content_load(NULL, &e);
    must(b->content != NULL, &e);
    b->models = models_load(b->content, &e);
    must(b->models != NULL, &e);
    b->pool = pool_open(&settings, &e);
    must(b->pool != NULL && pool_fit(b->pool, b->content, &e), &e);
    b->session = pool_session(b->pool, &e);
    must(b->session != NULL, &e);
    for (; b->count < models_count(b->models); b->count++)
        b->list[b->count] = models_at(b->models, b->count);
}

/* The newest batch, and how many rows there are. */
static int64_t look(Bench *b) {
    int64_t rows = 0;

    for (size_t i = 0; i < content_dataset_count(b->content); i++) {
        scoped_arena Arena *a = arena_new();
        Str table =
            str_format(a, "\"d_%.*s\"", STR_ARG(content_dataset_at(b->content, i)->dataset));
        int64_t newest =
            number(b->session, str_format(a, "SELECT coalesce(max(batch), 0) FROM %s", table.ptr));

        b->visible = newest > b->visible ? newest : b->visible;
        rows += number(b->session, str_format(a, "SELECT count(*) FROM %s", table.ptr));
    }
    pool_set_visible(b->pool, b->visible);
    return rows;
}

int main(int argc, char **argv) {
    static const char *const brought[] = {"criminal_verdict",       "pension_payment",
                                          "administrative_penalty", "procuratorial_document",
                                          "penalty_case",           NULL};
    Bench b = {0};
    int threads = argc > 3 ? (int)strtol(argv[3], NULL, 10) : 2;

    if (argc < 3) {
        fprintf(stderr, "model_bench DATA QUESTIONS [THREADS]\n");
        return 2;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    open_all(&b, argv[1], threads);
    printf("%lld 行，%d 线程\n", (long long)look(&b), threads);
    against_hand(&b, argv[2]);
    double all = full_run(&b, true);

    printf("全量合计 %.4f s\n", all);
    for (size_t i = 0; i < sizeof brought / sizeof *brought; i++)
        incremental(&b, brought[i], all);
    pool_session_close(b.session);
    pool_close(b.pool);
    models_free(b.models);
    content_drop(b.content);
    return 0;
}
