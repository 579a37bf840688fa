/* SPDX-License-Identifier: MulanPSL-2.0 */
/* benches/model_bench.c: models over a full pool, against the same questions written by hand for
 * DuckDB, and after 1,000 new rows.
 *
 *     model_bench [ROWS] [THREADS]          MODEL_BENCH_KEEP=1 leaves the pool for a closer look
 *
 * The pool is filled by SQL with invented rows (imports have a bench of their own) and removed
 * afterwards. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "model/rule.h"

#include "base/banned.h"

static const struct {
    const char *dataset;
    double share;
} shares[] = {
    {"pension_payment", 0.36},
    {"driving_license", 0.20},
    {"administrative_penalty", 0.14},
    {"company_officer", 0.10},
    {"criminal_verdict", 0.04},
    {"court_agent", 0.04},
    {"food_worker", 0.03},
    {"food_license", 0.02},
    {"death_record", 0.02},
    {"penalty_case", 0.02},
    {"ride_hailing_license", 0.01},
    {"non_prosecution", 0.005},
    {"police_filing", 0.005},
    {"crime_transfer", 0.003},
    {"land_penalty", 0.003},
    {"legal_practitioner", 0.003},
    {"procuratorial_document", 0.001},
};

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

/* --- invented rows --------------------------------------------------------------------------- */

/* An SQL text whose value depends on row i and the column. */
static void write_code(const Field *f, unsigned salt, Buf *sql) {
    const CodeEntry *entries = f->table->entries.items;
    size_t n = f->table->entries.count < 40 ? f->table->entries.count : 40;

    buf_add_c(sql, "[");
    for (size_t i = 0; i < n; i++)
        buf_addf(sql, "%s'%.*s'", i > 0 ? ", " : "", STR_ARG(entries[i].title));
    buf_addf(sql, "][1 + CAST(hash(i, %u) %% %zu AS BIGINT)]", salt, n);
}

static void write_value(const Field *f, unsigned salt, Buf *sql) {
    bool empty = !f->required && (f->type != FIELD_CODE);

    if (empty)
        buf_addf(sql, "CASE WHEN hash(i, %u, 1) %% 4 = 0 THEN NULL ELSE ", salt);
    if (f->sensitive || f->type == FIELD_CITIZEN_ID)
        buf_addf(sql, "'510522********' || CAST(hash(i, %u) %% 10000 AS VARCHAR)", salt);
    else if (f->type == FIELD_DATE)
        buf_addf(sql, "DATE '2015-01-01' + CAST(hash(i, %u) %% 4300 AS INTEGER)", salt);
    else if (f->type == FIELD_TIME)
        buf_addf(sql, "TIMESTAMP '2020-01-01'");
    else if (f->type == FIELD_MONEY)
        buf_addf(sql, "CAST(hash(i, %u) %% 3000000000 AS BIGINT)", salt);
    else if (f->type == FIELD_INTEGER)
        buf_addf(sql, "CAST(hash(i, %u) %% 60 AS BIGINT)", salt);
    else if (f->type == FIELD_NUMBER || f->type == FIELD_AREA)
        buf_addf(sql, "CAST(hash(i, %u) %% 300 AS DOUBLE)", salt);
    else if (f->type == FIELD_CODE)
        write_code(f, salt, sql);
    else
        buf_addf(sql, "'字' || CAST(hash(i, %u) %% 1000000 AS VARCHAR)", salt);
    if (empty)
        buf_add_c(sql, " END");
}

/* Persons and organisations recur; cases hardly do. A tenth of the numbers are masked: no key. */
static void write_key(const char *suffix, unsigned salt, long subjects, Buf *sql) {
    buf_addf(
        sql,
        "CASE WHEN hash(i, %u, 2) %% 10 = 0 %s THEN NULL ELSE CAST(md5(concat('%s', hash(i, %u) %% "
        "%ld)) AS UUID) END",
        salt, strcmp(suffix, "key") == 0 ? "" : "AND FALSE", suffix, salt, subjects);
}

static void fill(PoolSession *s, const Dataset *d, int64_t batch, long from, long rows,
                 long subjects) {
    scoped_buf Buf sql;
    Err e = {0};

    buf_init(&sql, 4 << 20);
    buf_addf(&sql,
             "SELECT column_name FROM information_schema.columns WHERE table_name = 'd_%.*s' ORDER "
             "BY ordinal_position",
             STR_ARG(d->dataset));
    scoped_arena Arena *a = arena_new();
    Str columns[400];
    size_t n = 0;
    PoolRows *r = pool_query(s, buf_str(&sql), NULL, 0, &e);

    must(r != NULL, &e);
    for (const PoolValue *row; (row = pool_next(r, &e)) != NULL;)
        columns[n++] = str_dup(a, row[0].text);
    pool_rows_close(r);
    buf_clear(&sql);
    buf_addf(&sql, "INSERT INTO \"d_%.*s\" SELECT ", STR_ARG(d->dataset));
    for (size_t c = 0; c < n; c++) {
        ptrdiff_t cut = str_find(columns[c], STR("__"));
        Str base = cut < 0 ? columns[c] : str_slice(columns[c], 0, (size_t)cut);
        const Field *f = dataset_field(d, base);
        const char *derived = cut < 0 ? "" : columns[c].ptr + cut + 2;
        unsigned salt = f != NULL ? (unsigned)f->index + 1 : 0;

        if (c > 0)
            buf_add_c(&sql, ", ");
        if (str_is(columns[c], "id") || str_is(columns[c], "digest"))
            buf_addf(&sql, "CAST(md5(concat('%.*s', i)) AS UUID)", STR_ARG(columns[c]));
        else if (str_is(columns[c], "batch"))
            buf_addf(&sql, "%lld", (long long)batch);
        else if (str_is(columns[c], "until"))
            buf_addf(&sql, "%lld", (long long)POOL_FOREVER);
        else if (str_is(columns[c], "line"))
            buf_add_c(&sql, "i");
        else if (f == NULL)
            buf_add_c(&sql, "NULL");
        else if (strcmp(derived, "key") == 0 || strncmp(derived, "weak_", 5) == 0)
            write_key(derived, salt, f->type == FIELD_DOCUMENT_NUMBER ? rows * 4 : subjects, &sql);
        else if (strcmp(derived, "valid") == 0)
            buf_add_c(&sql, "TRUE");
        else if (derived[0] != '\0')
            buf_add_c(&sql, "NULL");
        else
            write_value(f, salt, &sql);
    }
    buf_addf(&sql, " FROM range(%ld, %ld) AS t(i)", from, from + rows);
    must(pool_run(s, buf_str(&sql), NULL, 0, NULL, &e), &e);
}

/* --- measuring ------------------------------------------------------------------------------- */

static double best_of(double *times, int n) {
    double best = times[0];

    for (int i = 1; i < n; i++)
        best = times[i] < best ? times[i] : best;
    return best;
}

static double run_model(const Model *m, PoolSession *s, const Content *c, const RunOptions *o,
                        size_t *hits) {
    double times[3];

    for (int i = 0; i < 3; i++) {
        scoped_arena Arena *a = arena_new();
        RunOutcome out;
        Err e = {0};
        double begin = now();

        must(model_run(m, s, c, o, a, &out, &e), &e);
        times[i] = now() - begin;
        *hits = out.hit_count;
    }
    return best_of(times, 3);
}

static double run_hand(PoolSession *s, const char *text, size_t *rows) {
    double times[3];

    for (int i = 0; i < 3; i++) {
        Err e = {0};
        double begin = now();
        PoolRows *r = pool_query(s, str_of(text), NULL, 0, &e);

        must(r != NULL, &e);
        for (*rows = 0; pool_next(r, &e) != NULL;)
            ++*rows;
        pool_rows_close(r);
        times[i] = now() - begin;
    }
    return best_of(times, 3);
}

/* Models with one strong pass, and the same questions as somebody who knows DuckDB would put them.
 */
static const struct {
    const char *title, *model, *hand;
} questions[] = {
    {"醉驾判决与驾驶证",
     "model: hand_a\ntitle: t\ngroup: g\ndescription: d\nproduct: p\nfalse_positives: f\nbasis: "
     "[]\n"
     "from: {verdict: criminal_verdict, driving: driving_license}\n"
     "match: {person: [verdict.defendant_id_no, driving.holder_id_no]}\n"
     "where:\n  - verdict.charge = 危险驾驶罪\n  - verdict.blood_alcohol >= 80\n  - driving.status "
     "= 正常\n"
     "unless:\n  - {from: {penalty: administrative_penalty}, key: penalty.party_id_no, where: "
     "[penalty.kinds contains 吊销许可证件, "
     "penalty.decided_on >= verdict.effective_on]}\n"
     "clue: {once_per: [verdict.case_no], event_on: verdict.effective_on, level: high, title: "
     "\"{verdict.defendant_name}\", explain: "
     "\"{driving.status}\"}\n"
     "cases:\n  - {title: t, today: 2026-11-22, rows: {}, hits: []}\n",
     "SELECT v.defendant_id_no__key, v.id, v.batch, v.digest, d.id, d.batch, d.digest, "
     "v.defendant_name, v.defendant_id_no, v.case_no, "
     "v.effective_on, d.status FROM d_criminal_verdict v JOIN d_driving_license d ON "
     "v.defendant_id_no__key = d.holder_id_no__key WHERE "
     "v.until > 1 AND v.batch <= 1 AND d.until > 1 AND d.batch <= 1 AND v.charge = '危险驾驶罪' "
     "AND v.blood_alcohol >= 80 AND d.status = "
     "'正常' AND NOT EXISTS (SELECT 1 FROM d_administrative_penalty p WHERE p.until > 1 AND "
     "p.batch <= 1 AND p.party_id_no__key = "
     "v.defendant_id_no__key AND strpos(';' || p.kinds || ';', ';吊销许可证件;') > 0 AND "
     "p.decided_on >= v.effective_on)"},
    {"死亡与养老金合计",
     "model: hand_b\ntitle: t\ngroup: g\ndescription: d\nproduct: p\nfalse_positives: f\nbasis: "
     "[]\n"
     "from: {death: death_record}\nmatch: {person: [death.person_id_no]}\n"
     "where:\n  - death.source = 殡葬火化\n"
     "measure:\n  total: {title: t, from: {t: pension_payment}, key: t.person_id_no, sum: "
     "t.amount, where: [t.month > death.died_on + 1 个月]}\n"
     "require: [total > 100万元]\n"
     "clue: {event_on: death.died_on, amount: total, level: high, title: \"{death.person_name}\", "
     "explain: \"{total}\"}\n"
     "cases:\n  - {title: t, today: 2026-11-22, rows: {}, hits: []}\n",
     "SELECT d.person_id_no__key, d.id, d.batch, d.digest, any_value(d.person_name), "
     "any_value(d.person_id_no), d.died_on, sum(p.amount) FROM "
     "d_death_record d JOIN d_pension_payment p ON d.person_id_no__key = p.person_id_no__key WHERE "
     "d.until > 1 AND d.batch <= 1 AND p.until "
     "> 1 AND p.batch <= 1 AND d.source = '殡葬火化' AND p.month > CAST(d.died_on + INTERVAL 1 "
     "MONTH AS DATE) GROUP BY ALL HAVING "
     "sum(p.amount) > 10000000000"},
};

int main(int argc, char **argv) {
    long total = argc > 1 ? atol(argv[1]) : 1000000;
    int threads = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 2;
    char folder[] = "/tmp/lianheng-bench-XXXXXX", place[128], spill[128];
    Err e = {0};

    crypto_start();
    must(mkdtemp(folder) != NULL, &e);
    snprintf(place, sizeof place, "duckdb:%s/pool.duckdb", folder);
    snprintf(spill, sizeof spill, "%s/spill", folder);
    PoolSettings settings = {.place = str_of(place),
                             .memory_bytes = INT64_C(1) << 30,
                             .spill = spill,
                             .threads = threads};
    Content *c = content_load(NULL, &e);

    must(c != NULL, &e);
    Models *models = models_load(c, &e);

    must(models != NULL, &e);
    Pool *pool = pool_open(&settings, &e);

    must(pool != NULL && pool_fit(pool, c, &e), &e);
    PoolSession *s = pool_session(pool, &e);

    must(s != NULL, &e);
    for (size_t i = 0; i < sizeof shares / sizeof *shares; i++)
        fill(s, content_dataset(c, str_of(shares[i].dataset), &e), 1, 0,
             (long)(shares[i].share * (double)total), total / 2);
    must(pool_run(s, STR("CHECKPOINT"), NULL, 0, NULL, &e), &e);
    pool_set_visible(pool, 1);
    printf("%ld 行，%d 线程\n", total, threads);

    RunOptions full = {.today = day_of(2026, 11, 22), .visible = 1, .after = -1};

    for (size_t q = 0; q < sizeof questions / sizeof *questions; q++) {
        scoped_arena Arena *a = arena_new();
        const Node *tree = yaml_read(a, str_of(questions[q].model), "bench.yaml", &e);
        const Model *m = tree != NULL ? model_read(a, c, tree, &e) : NULL;
        size_t hits, rows;

        must(m != NULL, &e);
        double mine = run_model(m, s, c, &full, &hits),
               hand = run_hand(s, questions[q].hand, &rows);

        printf("问题 %s: 模型 %.3f s（%zu 条），手写 %.3f s（%zu 行），比 %.2f\n",
               questions[q].title, mine, hits, hand, rows, mine / hand);
    }
    double all = 0;

    for (size_t i = 0; i < models_count(models); i++) {
        size_t hits;
        double t = run_model(models_at(models, i), s, c, &full, &hits);

        all += t;
        printf("全量 %-34.*s %.3f s  %zu 条\n", STR_ARG(model_id(models_at(models, i))), t, hits);
    }
    printf("全量合计 %.3f s\n", all);

    const Model *list[64];
    size_t n = models_count(models);

    for (size_t i = 0; i < n; i++)
        list[i] = models_at(models, i);
    static const char *const brought[] = {"criminal_verdict", "pension_payment",
                                          "administrative_penalty", "procuratorial_document"};

    for (int b = 0; b < 4; b++) {
        scoped_arena Arena *a = arena_new();
        RunOutcome *out = arena_array_of(a, n, RunOutcome);
        RunOptions part = {.today = full.today, .visible = 2 + b, .after = 1 + b};
        size_t hits = 0;
        double times[3];

        fill(s, content_dataset(c, str_of(brought[b]), &e), 2 + b, 100000000 + b * 10000, 1000,
             total / 2);
        pool_set_visible(pool, 2 + b);
        for (int i = 0; i < 3; i++) {
            double begin = now();

            must(model_run_many(list, n, s, c, &part, a, out, &e), &e);
            times[i] = now() - begin;
        }
        for (size_t i = 0; i < n; i++)
            hits += out[i].hit_count;
        printf("增量 1000 行 %-24s %.3f s，为全量的 1/%.0f，%zu 条\n", brought[b],
               best_of(times, 3), all / best_of(times, 3), hits);
    }
    pool_session_close(s);
    pool_close(pool);
    models_free(models);
    content_drop(c);
    if (getenv("MODEL_BENCH_KEEP") != NULL) {
        printf("%s\n", folder);
        return 0;
    }
    char command[256];

    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command) == 0 ? 0 : 1;
}
