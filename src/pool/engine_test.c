/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/engine_test.c: both engines take and give the same values, tables are made and widened, rows
 * above the journal's newest batch are swept. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <pthread.h>

#include <cmocka.h>

#include "pool/testing.h"
#include "pool/token.h"

static Field fields[] = {
    {.field = STR_INIT("name"), .type = FIELD_TEXT, .index = 0},
    {.field = STR_INIT("id_no"), .type = FIELD_CITIZEN_ID, .sensitive = true, .index = 1},
    {.field = STR_INIT("code"), .type = FIELD_CREDIT_CODE, .index = 2},
    {.field = STR_INIT("on"), .type = FIELD_DATE, .index = 3},
    {.field = STR_INIT("at"), .type = FIELD_TIME, .index = 4},
    {.field = STR_INIT("fine"), .type = FIELD_MONEY, .index = 5},
    {.field = STR_INIT("area"), .type = FIELD_AREA, .index = 6},
    {.field = STR_INIT("added"), .type = FIELD_INTEGER, .index = 7},
};
static Subject subjects[] = {
    {.kind = SUBJECT_PERSON, .key_field = &fields[1], .name_field = &fields[0]},
    {.kind = SUBJECT_ORGANISATION, .key_field = &fields[2], .name_field = &fields[0]},
};

static Dataset dataset_of(size_t field_count) {
    return (Dataset){.dataset = STR_INIT("probe"),
                     .fields = {fields, field_count},
                     .subjects = {subjects, 2},
                     .file = "probe.yaml"};
}

static void must(bool good, const Err *e) {
    if (!good)
        fail_msg("%s %s", e->where, e->text);
}

static void fit(Pool *p, const Dataset *d) {
    Err e = {0};

    must(pool_fit_datasets(p, &d, 1, &e), &e);
}

static const unsigned char some_uuid[16] = {0x80, 1, 2,  3,  4,  5,  6,  7,
                                            8,    9, 10, 11, 12, 13, 14, 0xff};

/* Row number n of the probe table: batch n, closed by n + 1 when odd. */
static void fill(const PoolTable *t, PoolValue *v, int64_t n) {
    for (size_t i = 0; i < t->count; i++) {
        const PoolColumn *c = &t->columns[i];

        v[i] =
            (PoolValue){.type = c->type, .integer = n * 1000 + (int64_t)i, .real = (double)n / 8};
        if (c->type == POOL_TEXT || c->type == POOL_BLOB)
            v[i].text = STR("一段较长的文字 more than twelve");
        if (c->type == POOL_UUID)
            v[i].text = (Str){(const char *)some_uuid, 16};
        if (c->role == COLUMN_BATCH || c->type == POOL_DATE)
            v[i].integer = n;
        if (c->role == COLUMN_UNTIL)
            v[i].integer = n % 2 ? n + 1 : POOL_FOREVER;
        if (c->role == COLUMN_ORIGINAL)
            v[i].type = POOL_NULL;
    }
}

static void put_rows(PoolSession *s, const PoolTable *t, int64_t from, int64_t to) {
    Err e = {0};
    PoolValue v[64];
    PoolAppender *a = pool_appender(s, t->columns, t->count, t->name, &e);

    must(a != NULL, &e);
    for (int64_t n = from; n <= to; n++) {
        fill(t, v, n);
        must(pool_append(a, v, &e), &e);
    }
    must(pool_append_end(a, &e), &e);
    pool_append_free(a);
}

static void check_row(const PoolTable *t, const PoolRows *r, const PoolValue *row, int64_t n) {
    PoolValue want[64];

    fill(t, want, n);
    assert_int_equal(pool_columns(r), t->count);
    for (size_t i = 0; i < t->count; i++) {
        if (row[i].type != want[i].type)
            fail_msg("column %s: type %d, not %d", t->columns[i].name.ptr, row[i].type,
                     want[i].type);
        if (row[i].type == POOL_UUID)
            assert_true(str_is(row[i].text, "800102030405060708090a0b0c0d0eff"));
        else if (row[i].type == POOL_TEXT || row[i].type == POOL_BLOB)
            assert_true(str_eq(row[i].text, want[i].text));
        else if (row[i].type == POOL_REAL)
            assert_true(row[i].real == want[i].real);
        else if (row[i].type == POOL_BOOL)
            assert_int_equal(row[i].integer, 1);
        else if (row[i].type != POOL_NULL)
            assert_int_equal(row[i].integer, want[i].integer);
    }
}

static void test_values_come_back(void **state) {
    (void)state;
    for (int engine = 0; engine < 2; engine++) {
        TestPool t;
        Err e = {0};
        Dataset d = dataset_of(8);
        scoped_arena Arena *a = arena_new();
        const PoolTable *table = pool_table(a, &d);

        if (!test_pool_make(&t, engine == 1))
            continue;
        fit(t.pool, &d);
        PoolSession *s = pool_session(t.pool, &e);
        must(s != NULL, &e);
        put_rows(s, table, 1, 5000);
        PoolRows *rows = pool_query(s, STR("SELECT * FROM d_probe ORDER BY batch"), NULL, 0, &e);
        must(rows != NULL, &e);
        int64_t n = 0;
        for (const PoolValue *row; (row = pool_next(rows, &e)) != NULL;)
            check_row(table, rows, row, ++n);
        assert_int_equal(e.code, ERR_NONE);
        assert_int_equal(n, 5000);
        pool_rows_close(rows);
        PoolValue uuid = {.type = POOL_UUID, .text = STR("80010203-0405-0607-0809-0a0b0c0d0eff")};
        PoolValue text = {.type = POOL_TEXT, .text = STR("一段较长的文字 more than twelve")};
        int64_t count;
        must(pool_int(s, STR("SELECT count(*) FROM d_probe WHERE id = $1"), &uuid, 1, &count, &e),
             &e);
        assert_int_equal(count, 5000);
        must(
            pool_int(s, STR("SELECT sum(line) FROM d_probe WHERE name = $1"), &text, 1, &count, &e),
            &e);
        assert_int_equal(count, INT64_C(1000) * 5000 * 5001 / 2 + 3 * 5000);
        int64_t changed;
        must(pool_run(s, STR("DELETE FROM d_probe WHERE batch > 4000"), NULL, 0, &changed, &e), &e);
        assert_int_equal(changed, 1000);
        /* a mistake is told, and the session goes on */
        assert_false(pool_run(s, STR("SELECT nothing FROM nowhere"), NULL, 0, NULL, &e));
        assert_int_equal(e.code, ERR_INTERNAL);
        e = (Err){0};
        assert_null(pool_query(s, STR("SELECT 1 FROM nowhere"), NULL, 0, &e));
        e = (Err){0};
        rows = pool_query(s, STR("SELECT batch FROM d_probe"), NULL, 0, &e); /* left half way */
        assert_non_null(pool_next(rows, &e));
        pool_rows_close(rows);
        must(pool_int(s, STR("SELECT count(*) FROM d_probe"), NULL, 0, &count, &e), &e);
        assert_int_equal(count, 4000);
        pool_session_close(s);
        test_pool_remove(&t);
    }
}

static void test_fit_widens(void **state) {
    (void)state;
    for (int engine = 0; engine < 2; engine++) {
        TestPool t;
        Err e = {0};
        Dataset narrow = dataset_of(6), wide = dataset_of(8), changed = dataset_of(6);
        Field other[6];
        scoped_arena Arena *a = arena_new();

        if (!test_pool_make(&t, engine == 1))
            continue;
        fit(t.pool, &narrow);
        PoolSession *s = pool_session(t.pool, &e);
        put_rows(s, pool_table(a, &narrow), 1, 10);
        fit(t.pool, &wide);
        fit(t.pool, &wide);
        put_rows(s, pool_table(a, &wide), 11, 20);
        fit(t.pool, &narrow); /* fields that went stay */
        put_rows(s, pool_table(a, &narrow), 21, 30);
        int64_t count;
        must(pool_int(s, STR("SELECT count(*) FROM d_probe WHERE added IS NULL"), NULL, 0, &count,
                      &e),
             &e);
        assert_int_equal(count, 20);
        memcpy(other, fields, sizeof other);
        other[3].type = FIELD_MONEY;
        changed.fields.items = other;
        changed.subjects.count = 0;
        const Dataset *list[] = {&changed};
        assert_false(pool_fit_datasets(t.pool, list, 1, &e));
        assert_int_equal(e.code, ERR_CONTENT);
        pool_session_close(s);
        test_pool_remove(&t);
    }
}

static void test_sweep_live_touched(void **state) {
    (void)state;
    for (int engine = 0; engine < 2; engine++) {
        TestPool t;
        Err e = {0};
        Dataset d = dataset_of(8);
        scoped_arena Arena *a = arena_new();
        Buf sql;
        int64_t count;

        if (!test_pool_make(&t, engine == 1))
            continue;
        fit(t.pool, &d);
        PoolSession *s = pool_session(t.pool, &e);
        put_rows(s, pool_table(a, &d), 1, 20); /* odd ones closed by the next batch */
        must(pool_run(s, STR("UPDATE d_probe SET sealed_by = NULL"), NULL, 0, NULL, &e), &e);
        must(pool_sweep(t.pool, 9, &e), &e);
        must(pool_int(s, STR("SELECT max(batch) FROM d_probe"), NULL, 0, &count, &e), &e);
        assert_int_equal(count, 9);
        must(pool_int(s, STR("SELECT count(*) FROM d_probe WHERE until = 9223372036854775807"),
                      NULL, 0, &count, &e),
             &e);
        assert_int_equal(count, 5); /* 2 4 6 8, and 9 opened again */
        buf_init(&sql, 100000);
        buf_add(&sql, STR("SELECT count(*) FROM "));
        pool_live(&d, 7, false, &sql);
        buf_add(&sql, STR(" AS x"));
        must(pool_int(s, buf_str(&sql), NULL, 0, &count, &e), &e);
        assert_int_equal(count, 4); /* 2 4 6 and 7, still open as of 7 */
        must(pool_touched(s, &d, STR("id_no__key"), 3, 5, STR("touched"), &e), &e);
        must(pool_touched(s, &d, STR("id_no__key"), 5, 6, STR("touched"), &e), &e);
        must(pool_int(s, STR("SELECT count(*) FROM touched"), NULL, 0, &count, &e), &e);
        assert_int_equal(count, 1);
        pool_set_visible(t.pool, 7);
        must(pool_row_count(s, &d, false, &count, &e), &e);
        assert_int_equal(count, 4);
        must(pool_run(s, STR("UPDATE d_probe SET sealed_by = 'rule' WHERE batch IN (2, 4)"), NULL,
                      0, NULL, &e),
             &e);
        must(pool_row_count(s, &d, false, &count, &e), &e);
        assert_int_equal(count, 2);
        must(pool_row_count(s, &d, true, &count, &e), &e);
        assert_int_equal(count, 4);
        must(pool_int(s, buf_str(&sql), NULL, 0, &count, &e), &e);
        assert_int_equal(count, 2);
        buf_done(&sql);
        pool_session_close(s);
        test_pool_remove(&t);
    }
}

typedef struct Interrupting {
    PoolSession *session;
    atomic_bool done;
} Interrupting;

/* On a busy machine the first one may come before the query has begun, and goes nowhere then. */
static void *interrupt_soon(void *context) {
    Interrupting *i = context;

    while (usleep(300000), !atomic_load(&i->done))
        pool_interrupt(i->session);
    return NULL;
}

static void test_interrupt(void **state) {
    (void)state;
    for (int engine = 0; engine < 2; engine++) {
        TestPool t;
        Err e = {0};
        int64_t count;
        pthread_t thread;

        if (!test_pool_make(&t, engine == 1))
            continue;
        PoolSession *s = pool_session(t.pool, &e);
        Interrupting i = {.session = s};

        pthread_create(&thread, NULL, interrupt_soon, &i);
        /* Rows that are counted, not kept: one series of so many would fill the disc first. */
        bool good = engine ? pool_int(s,
                                      STR("SELECT count(*) FROM generate_series(1, 1000000) a, "
                                          "generate_series(1, 1000000) b"),
                                      NULL, 0, &count, &e)
                           : pool_int(s,
                                      STR("SELECT sum(a.i * b.i % 7) FROM range(1000000) a(i), "
                                          "range(1000000) b(i)"),
                                      NULL, 0, &count, &e);
        atomic_store(&i.done, true);
        pthread_join(thread, NULL);
        assert_false(good);
        assert_int_equal(e.code, ERR_CANCELLED);
        /* One that was on its way when the query ended may still meet the next. */
        for (int tries = 0; tries < 3 && !good; tries++) {
            err_clear(&e);
            good = pool_int(s, STR("SELECT 7"), NULL, 0, &count, &e);
        }
        must(good, &e);
        assert_int_equal(count, 7);
        pool_session_close(s);
        test_pool_remove(&t);
    }
}

static void test_open_errors(void **state) {
    static const struct {
        const char *place;
        ErrCode code;
        const char *says;
    } cases[] = {
        {"mysql://x", ERR_INVALID, "duckdb:文件路径"},
        {"duckdb:/nowhere/at/all/pool.duckdb", ERR_DISK, "请检查文件夹是否存在"},
        {"postgresql://nobody:verysecret@127.0.0.1:1/x", ERR_UNREACHABLE,
         "数据资源池所在的 PostgreSQL 数据库 127.0.0.1:1/x 连不上：请检查 PostgreSQL 是否在运行"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Err e = {0};
        PoolSettings settings = {.place = str_of(cases[i].place)};

        assert_null(pool_open(&settings, &e));
        if (e.code != cases[i].code || !strstr(e.text, cases[i].says))
            fail_msg("%s: %s", cases[i].place, e.text);
        assert_null(strstr(e.text, "verysecret"));
    }
    TestPool t;
    Err e = {0};
    if (!test_pool_make(&t, false))
        return;
    char path[200];
    snprintf(path, sizeof path, "duckdb:%s/text", t.place.folder);
    FILE *f = fopen(path + 7, "w");
    fprintf(f, "%4000s", "not a database");
    fclose(f);
    PoolSettings settings = {.place = str_of(path)};
    assert_null(pool_open(&settings, &e));
    assert_int_equal(e.code, ERR_BROKEN);
    test_pool_remove(&t);
}

/* On PostgreSQL each has its own remedy; a value is never quoted on either engine. */
static void test_statement_errors(void **state) {
    static const struct {
        const char *sql, *says, *hides;
        bool postgresql_only;
    } cases[] = {
        {"SELECT CAST('张三510502' AS BIGINT)", "请核对模型或查询的条件", "张三", false},
        {"SELECT nothing FROM", "请把括号里的原文交给系统管理员（", "\n", false},
        {"SELECT 1 FROM no_such_table", "缺少一张表：请重新启动本程序", "\n", true},
        {"SELECT no_such_column FROM (SELECT 1 AS n) AS x", "缺少一列", "\n", true},
        {"SELECT count(*) FROM generate_series(1, 9000000) WHERE "
         "pg_terminate_backend(pg_backend_pid())",
         "请等它就绪后重试", "\n", true},
    };

    (void)state;
    for (int engine = 0; engine < 2; engine++) {
        TestPool t;
        Err e = {0};

        if (!test_pool_make(&t, engine == 1))
            continue;
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
            int64_t unused;

            if (cases[i].postgresql_only && engine == 0)
                continue;
            PoolSession *s = pool_session(t.pool, &e);
            must(s != NULL, &e);
            bool good = pool_int(s, str_of(cases[i].sql), NULL, 0, &unused, &e);
            if (good || !strstr(e.text, cases[i].says) || strstr(e.text, cases[i].hides) ||
                !str_starts(str_of(e.text), STR("数据资源池")))
                fail_msg("%s: %s", cases[i].sql, e.text);
            pool_session_close(s);
        }
        test_pool_remove(&t);
    }
}

static void test_open_as_nobody(void **state) {
    static const struct {
        const char *user, *database, *says;
    } cases[] = {
        {"postgres", "no_such_database", "没有这个数据库：请先建库"},
        {"no_such_user", "postgres", "请核对设置 pool 里的用户名和口令"},
    };
    const char *server = getenv("LIANHENG_TEST_PG"), *host;

    (void)state;
    if (!server || !(host = strchr(server, '@')))
        skip();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char place[300];
        Err e = {0};

        snprintf(place, sizeof place, "postgresql://%s%.*s/%s", cases[i].user,
                 (int)strcspn(host, "/"), host, cases[i].database);
        assert_null(pool_open(&(PoolSettings){.place = str_of(place)}, &e));
        assert_int_equal(e.code, ERR_UNREACHABLE);
        if (!strstr(e.text, cases[i].says))
            fail_msg("%s: %s", place, e.text);
    }
}

/* Remembered or not, a number has one token: asked early, when nothing is remembered yet, again
 * after others have fallen on its slot, and by somebody who remembers nothing. */
static void test_tokens_remembered(void **state) {
    enum { NUMBERS = 40000 };
    const Field f = {.type = FIELD_PHONE};
    static unsigned char first[NUMBERS][TOKEN_SIZE];
    char folder[64], path[80], number[12];
    Err e = {0};

    (void)state;
    test_template(folder, "token");
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/key", folder);
    Keys *keys = keys_create(path, &e);
    must(keys != NULL, &e);
    Tokens *t = tokens_new(keys), *other = NULL;
    for (int pass = 0; pass < 3; pass++) {
        for (int i = 0; i < NUMBERS; i++) {
            unsigned char token[TOKEN_SIZE];
            FieldValue v = {.kind = VALUE_TEXT, .text = {number, 11}};

            snprintf(number, sizeof number, "138%08d", i * 7);
            if (pass == 2 && i % 500 == 0) {
                tokens_free(other);
                other = tokens_new(keys);
            }
            assert_true(
                token_of_field(pass == 2 ? other : t, &f, NULL, &v, pass ? token : first[i]));
            if (pass)
                assert_memory_equal(token, first[i], TOKEN_SIZE);
            else if (i)
                assert_memory_not_equal(first[i], first[i - 1], TOKEN_SIZE);
        }
    }
    tokens_free(other);
    tokens_free(t);
    keys_free(keys);
    unlink(path);
    rmdir(folder);
}

static void test_quiet(void **state) {
    char out[40];

    (void)state;
    pool_quiet("bad 510502199001011234\nhere", out, sizeof out);
    assert_string_equal(out, "bad 510502************ here");
    pool_quiet("bad 5105 0219 9001 0112 34, 2024-01-05", out, sizeof out);
    assert_string_equal(out, "bad 5105 02** **** **** **, 2024-01-05");
    pool_quiet("中文中文中文中文中文中文中文中文", out, sizeof out);
    assert_true(str_utf8_valid(str_of(out)));
}

int main(void) {
    crypto_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values_come_back),   cmocka_unit_test(test_fit_widens),
        cmocka_unit_test(test_sweep_live_touched), cmocka_unit_test(test_interrupt),
        cmocka_unit_test(test_open_errors),        cmocka_unit_test(test_quiet),
        cmocka_unit_test(test_statement_errors),   cmocka_unit_test(test_open_as_nobody),
        cmocka_unit_test(test_tokens_remembered),
    };

    return cmocka_run_group_tests_name("pool/engine", tests, NULL, NULL);
}
