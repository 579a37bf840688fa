/* SPDX-License-Identifier: MulanPSL-2.0 */
/* benches/import_bench.c: import a large file, against DuckDB's own read_csv and PostgreSQL's COPY
 * of the same file.
 *
 *     import_bench [ROWS] [company_register|pension_payment]
 *
 * Everything is generated into a temporary folder and removed. With LIANHENG_TEST_PG set, COPY is
 * measured too. Each contender runs in a process of its own; memory is that process's peak. */
#include <duckdb.h>
#include <inttypes.h>
#include <libpq-fe.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/identity.h"
#include "pool/batch.h"
#include "pool/import.h"

#include "base/banned.h"

typedef struct Figure {
    double seconds, cpu;
    int64_t rows, accepted, peak_kib;
} Figure;

static char folder[64];
static int64_t memory_mib = POOL_MEMORY_DEFAULT >> 20;

static double now(void) {
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static uint64_t next(uint64_t *state) {
    uint64_t z = (*state += UINT64_C(0x9E3779B97F4A7C15));

    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

static const char *pick(uint64_t r, const char *const *words, size_t n) {
    return words[r % n];
}

static const char *const surnames[] = {"王", "李", "张", "刘", "陈", "杨",
                                       "赵", "黄", "周", "吴", "徐", "孙"};
static const char *const given[] = {"伟", "芳", "娜",   "秀英", "敏", "静", "丽",   "强",
                                    "磊", "军", "洋",   "艳",   "勇", "杰", "娟",   "涛",
                                    "明", "超", "秀兰", "霞",   "平", "刚", "桂英", "建华"};
static const char *const towns[] = {"江阳", "纳溪", "龙马潭", "合江",
                                    "叙永", "古蔺", "泸县",   "南溪"};
static const char *const trades[] = {"商贸",     "建筑劳务", "餐饮管理", "运输",
                                     "农业开发", "物业服务", "电子科技", "酒业"};

static void write_company(FILE *f, int64_t i, uint64_t *s) {
    char body[40];
    uint64_t r = next(s);

    snprintf(body, sizeof body, "91510502%09" PRIu64, (uint64_t)i % 1000000000);
    fprintf(f,
            "泸州%s%s%06" PRId64 "有限公司,%s%c,%d-%02d-%02d,有限责任公司,%s%s,\"%" PRIu64
            "万人民币\",\"%s服务；日用百货、"
            "五金产品、建筑材料销售。(依法须经批准的项目，经相关部门批准后方可开展经营活动)\",四川,"
            "泸州,\"四川省泸州市%s区酒城大道%d号\"\n",
            pick(r, towns, 8), pick(r >> 8, trades, 8), i, body, credit_code_check_digit(body),
            1990 + (int)((r >> 16) % 34), 1 + (int)((r >> 24) % 12), 1 + (int)((r >> 32) % 28),
            pick(r >> 40, surnames, 12), pick(r >> 44, given, 24), 1 + (r >> 50) % 5000,
            pick(r >> 8, trades, 8), pick(r, towns, 8), (int)((r >> 20) % 900) + 1);
}

/* Twelve payments a person: one after the other, or month after month over all persons. */
static void write_pension(FILE *f, int64_t i, int64_t persons, uint64_t *s) {
    char body[40];
    bool by_month = getenv("LIANHENG_BENCH_BY_MONTH") != NULL;
    int month = (int)(by_month ? i / persons % 12 : i % 12) + 1;
    uint64_t r = next(s), person = (uint64_t)(by_month ? i % persons : i / 12);
    uint64_t p = person * UINT64_C(0x9E3779B97F4A7C15);

    p ^= p >> 29;
    snprintf(body, sizeof body, "510502%04d%02d%02d%03d", 1930 + (int)((p >> 8) % 34),
             1 + (int)((p >> 16) % 12), 1 + (int)((p >> 24) % 28), (int)(person % 1000));
    fprintf(f,
            "%s%s,%s%c,城乡居民养老保险,2024%02d,%d.%02d,2024/%d/"
            "%d,中国农业银行泸州支行,62284804%011" PRIu64 ",正常,泸州市社会保险事业管理局\n",
            pick(p >> 32, surnames, 12), pick(p >> 40, given, 24), body,
            citizen_id_check_digit(body), month, (int)(r % 3000) + 100, (int)((r >> 20) % 100),
            month, (int)((r >> 30) % 28) + 1, person);
}

static void generate(const char *path, const char *dataset, int64_t rows) {
    FILE *f = fopen(path, "w");
    uint64_t state = 7;
    bool company = strcmp(dataset, "company_register") == 0;

    if (!f)
        exit(1);
    setvbuf(f, NULL, _IOFBF, 1 << 20);
    fputs(
        company
            ? "企业名称,统一社会信用代码,注册日期,企业类型,法人代表,注册资金,经营范围,所在省份,"
              "地区,注册地址\n"
            : "姓名,身份证号,险种,发放月份,发放金额,发放日期,开户银行,银行账号,待遇状态,经办机构\n",
        f);
    for (int64_t i = 0; i < rows; i++)
        company ? write_company(f, i, &state) : write_pension(f, i, rows / 12 + 1, &state);
    fclose(f);
}

static void die(const char *what, const char *why) {
    fprintf(stderr, "%s: %s\n", what, why);
    exit(1);
}

static void run_duckdb(const char *csv, const char *unused, Figure *out) {
    duckdb_database database;
    duckdb_connection connection;
    duckdb_config config;
    duckdb_result result;
    char text[400], *message = NULL;

    (void)unused;
    duckdb_create_config(&config);
    snprintf(text, sizeof text, "%" PRId64 "MiB", memory_mib);
    duckdb_set_config(config, "memory_limit", text);
    duckdb_set_config(config, "preserve_insertion_order", "false");
    snprintf(text, sizeof text, "%s/raw.duckdb", folder);
    if (duckdb_open_ext(text, &database, config, &message) != DuckDBSuccess)
        die("duckdb", message);
    duckdb_connect(database, &connection);
    snprintf(text, sizeof text, "CREATE TABLE raw AS SELECT * FROM read_csv('%s')", csv);
    double start = now();

    if (duckdb_query(connection, text, &result) != DuckDBSuccess)
        die("read_csv", duckdb_result_error(&result));
    out->seconds = now() - start;
    duckdb_destroy_result(&result);
    duckdb_disconnect(&connection);
    duckdb_close(&database);
    duckdb_destroy_config(&config);
}

static void run_copy(const char *csv, const char *dataset, Figure *out) {
    PGconn *pg = PQconnectdb(getenv("LIANHENG_TEST_PG"));
    FILE *f = fopen(csv, "r");
    static char block[1 << 18];
    size_t n;

    (void)dataset;
    PQclear(PQexec(pg, "DROP TABLE IF EXISTS raw"));
    PQclear(PQexec(pg, "CREATE TABLE raw (a text, b text, c text, d text, e text, f text, g text, "
                       "h text, i text, j text)"));
    double start = now();

    PQclear(PQexec(pg, "COPY raw FROM STDIN (FORMAT csv, HEADER true)"));
    while ((n = fread(block, 1, sizeof block, f)) > 0)
        PQputCopyData(pg, block, (int)n);
    PQputCopyEnd(pg, NULL);
    PGresult *result = PQgetResult(pg);

    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        die("COPY", PQresultErrorMessage(result));
    out->seconds = now() - start;
    PQclear(result);
    PQclear(PQgetResult(pg));
    PQclear(PQexec(pg, "DROP TABLE raw"));
    PQfinish(pg);
    fclose(f);
}

static void must(bool good, const Err *e) {
    if (!good)
        die(e->where, e->text);
}

/* Where the time goes: the phase is looked at a hundred times a second. */
typedef struct Phases {
    ImportProgress *progress;
    _Atomic bool done;
    int seen[16];
} Phases;

static void *watch_phases(void *context) {
    Phases *p = context;

    while (!atomic_load(&p->done)) {
        p->seen[atomic_load(&p->progress->phase) & 15]++;
        usleep(10000);
    }
    return NULL;
}

static void print_phases(const Phases *p) {
    fputs("   ", stderr);
    for (const BindName *n = import_phase_names; n->name; n++)
        if (p->seen[n->value] > 1)
            fprintf(stderr, " %s %.2f s", n->name, p->seen[n->value] / 100.0);
    fputs("\n", stderr);
}

static void run_import(const char *csv, const char *dataset, Figure *out) {
    Err e = {0};
    scoped_arena Arena *a = arena_new();
    bool postgresql = getenv("LIANHENG_BENCH_POOL") != NULL;
    PoolSettings settings = {.place = postgresql ? str_of(getenv("LIANHENG_BENCH_POOL"))
                                                 : str_format(a, "duckdb:%s/pool.duckdb", folder),
                             .memory_bytes = memory_mib << 20,
                             .spill = str_format(a, "%s/spill", folder).ptr};
    ImportProgress progress = {0};
    ImportResult result;

    crypto_start();
    pool_register();
    Content *c = content_load(NULL, &e);
    must(c != NULL, &e);
    Keys *keys = keys_create(str_format(a, "%s/key", folder).ptr, &e);
    must(keys != NULL, &e);
    Store *store = store_open(str_format(a, "sqlite:%s/ops.db", folder).ptr, &e);
    must(store != NULL, &e);
    Pool *pool = pool_open(&settings, &e);
    must(pool != NULL, &e);
    must(pool_fit(pool, c, &e), &e);
    Importer *importer = importer_new(pool, store, keys, folder);
    ImportRequest request = {.dataset = content_dataset(c, str_of(dataset), &e),
                             .path = csv,
                             .file_name = STR("bench.csv"),
                             .options = {.encoding = ENCODING_UNKNOWN},
                             .actor = STR("bench"),
                             .keep_rejects = true};

    Phases phases = {.progress = &progress};
    pthread_t thread;
    bool watched = pthread_create(&thread, NULL, watch_phases, &phases) == 0;
    double start = now();

    must(import_run(importer, c, &request, &progress, a, &result, &e), &e);
    out->seconds = now() - start;
    if (watched) {
        atomic_store(&phases.done, true);
        pthread_join(thread, NULL);
        print_phases(&phases);
    }
    out->rows = result.received;
    out->accepted = result.accepted;
    if (result.rejected)
        fprintf(stderr, "%" PRId64 " rejected: see %s/%.*s\n", result.rejected, folder,
                STR_ARG(result.rejects_file));
    if (getenv("LIANHENG_BENCH_AGAIN")) { /* the same rows in other bytes: all are duplicates */
        FILE *f = fopen(csv, "a");
        bool longer = f && fputs("\n", f) >= 0 && fclose(f) == 0;

        start = now();
        must(longer && import_run(importer, c, &request, &progress, a, &result, &e), &e);
        fprintf(stderr, "    again: %.2f s, %" PRId64 " duplicates\n", now() - start,
                result.duplicates);
    }
    importer_free(importer);
    pool_close(pool);
    store_close(store);
    keys_free(keys);
    content_drop(c);
}

typedef void Contender(const char *csv, const char *dataset, Figure *out);

static Figure measure(Contender *contender, const char *csv, const char *dataset) {
    int fds[2];
    Figure out = {0};
    struct rusage usage;
    int status;

    if (pipe(fds) != 0)
        exit(1);
    pid_t child = fork();

    if (child == 0) {
        contender(csv, dataset, &out);
        exit(write(fds[1], &out, sizeof out) == (ssize_t)sizeof out ? 0 : 1);
    }
    close(fds[1]);
    if (wait4(child, &status, 0, &usage) != child || status != 0 ||
        read(fds[0], &out, sizeof out) != (ssize_t)sizeof out)
        exit(1);
    close(fds[0]);
    out.peak_kib = usage.ru_maxrss;
    out.cpu = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
              (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
    return out;
}

int main(int argc, char **argv) {
    int64_t rows = 1000000;
    const char *dataset = argc > 2 ? argv[2] : "company_register";
    char csv[128], command[200];
    struct stat st;

    if (argc > 1 && !str_to_int(str_of(argv[1]), &rows))
        die(argv[1], "not a number");
    if (getenv("LIANHENG_BENCH_MEMORY"))
        str_to_int(str_of(getenv("LIANHENG_BENCH_MEMORY")), &memory_mib);
    snprintf(folder, sizeof folder, "/tmp/lianheng-bench.XXXXXX");
    if (!mkdtemp(folder))
        exit(1);
    snprintf(csv, sizeof csv, "%s/file.csv", folder);
    generate(csv, dataset, rows);
    stat(csv, &st);
    Figure raw = {.seconds = 1, .cpu = 1}, ours, copy = {0};

    if (!getenv("LIANHENG_BENCH_ALONE")) /* for profiling */
        raw = measure(run_duckdb, csv, dataset);
    ours = measure(run_import, csv, dataset);

    if (getenv("LIANHENG_TEST_PG"))
        copy = measure(run_copy, csv, dataset);
    printf("%s: %" PRId64 " rows, %.0f MB\n", dataset, rows, (double)st.st_size / 1e6);
    printf("  DuckDB read_csv   %7.2f s (cpu %6.2f)   peak %5" PRId64 " MiB\n", raw.seconds,
           raw.cpu, raw.peak_kib >> 10);
    printf("  import            %7.2f s (cpu %6.2f)   peak %5" PRId64
           " MiB   %.2f x read_csv (cpu %.2f x)   accepted %" PRId64 "\n",
           ours.seconds, ours.cpu, ours.peak_kib >> 10, ours.seconds / raw.seconds,
           ours.cpu / raw.cpu, ours.accepted);
    if (copy.seconds > 0)
        printf("  PostgreSQL COPY   %7.2f s                   import is %.2f x COPY\n",
               copy.seconds, ours.seconds / copy.seconds);
    printf("{\"bench\":\"import\",\"dataset\":\"%s\",\"rows\":%" PRId64 ",\"bytes\":%" PRId64
           ",\"duckdb_seconds\":%.3f,\"import_seconds\":%.3f,\"copy_seconds\":%.3f,\"ratio\":%.3f,"
           "\"peak_mib\":%" PRId64 "}\n",
           dataset, rows, (int64_t)st.st_size, raw.seconds, ours.seconds, copy.seconds,
           ours.seconds / raw.seconds, ours.peak_kib >> 10);
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    if (getenv("LIANHENG_BENCH_KEEP"))
        return puts(folder) < 0;
    return system(command) == 0 ? 0 : 1;
}
