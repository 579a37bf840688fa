/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/judge_test.c: records that a correction seals or opens; rows imported before their sealing
 * rule was there; rules that go; programs killed half way. On both engines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/fault.h"
#include "pool/judge.h"
#include "pool/testing.h"

static const char probe[] =
    "dataset: probe\n"
    "title: 处罚台账\n"
    "group: 测试\n"
    "agency: 测试机关\n"
    "suppliers: [justice_bureau]\n"
    "basis:\n"
    "  - {law: 行政处罚法, article: 第9条, status: verified}\n"
    "identity: [no]\n"
    "subjects:\n"
    "  - {kind: person, key: id_no, name: name}\n"
    "fields:\n"
    "  - {field: no, title: 文号, type: text, required: true, length: 40}\n"
    "  - {field: name, title: 姓名, type: text, length: 40}\n"
    "  - {field: id_no, title: 身份证号, type: citizen_id, sensitive: true, "
    "lenient: true}\n"
    "  - {field: kind, title: 类别, type: text, length: 40}\n"
    "  - {field: done_on, title: 行为日, type: date, least: 1996-10-01, "
    "most: today}\n";
static const char minors[] =
    "sealing:\n"
    "  - rule: minor\n"
    "    title: 行为时不满十八周岁\n"
    "    minor: id_no\n"
    "    on: [done_on]\n"
    "    basis:\n"
    "      - {law: 预防未成年人犯罪法, article: 第59条, status: verified}\n";
static const char everybody[] =
    "  - rule: security\n"
    "    title: 治安\n"
    "    when: [{field: kind, contains: [治安]}]\n"
    "    basis:\n"
    "      - {law: 治安管理处罚法, article: 第136条, status: verified}\n";

/* Somebody born on that day, with the right check digit. */
static const char *number(Arena *a, const char *born, int who) {
    static const int weights[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    Str body = str_format(a, "510522%s%03d", born, who);
    int sum = 0;

    for (int i = 0; i < 17; i++)
        sum += (body.ptr[i] - '0') * weights[i];
    return str_format(a, "%.*s%c", STR_ARG(body), "10X98765432"[sum % 11]).ptr;
}

#define HEAD "文号,姓名,身份证号,类别,行为日\n"
enum { FILES = 3 };

/* Adult A corrected; B first under age, then not; C first of age, then not; D under age twice. */
static void write_files(Arena *a, const char *text[FILES]) {
    const char *a1 = number(a, "19900101", 1), *b1 = number(a, "20070301", 2),
               *b2 = number(a, "19970301", 2), *c1 = number(a, "19850505", 3),
               *c2 = number(a, "20080505", 3), *d1 = number(a, "20080606", 4),
               *e1 = number(a, "19700707", 5);

    text[0] = str_format(a,
                         HEAD "A1,甲某,%s,卫生,2024-03-01\nB1,乙某,%s,卫生,2024-03-02\n"
                              "C1,丙某,%s,卫生,2024-03-03\nD1,丁某,%s,治安,2024-03-04\n",
                         a1, b1, c1, d1)
                  .ptr;
    text[1] = str_format(a,
                         HEAD "A1,甲某某,%s,卫生,2024-03-01\nB1,乙某,%s,卫生,2024-03-02\n"
                              "C1,丙某,%s,卫生,2024-03-03\n",
                         a1, b2, c2)
                  .ptr;
    text[2] = str_format(a,
                         HEAD "B1,乙某,%s,卫生,2024-03-02\nE1,戊某,%s,治安,2024-03-05\n"
                              "D1,丁某某,%s,治安,2024-03-04\n",
                         b2, e1, d1)
                  .ptr;
}

/* The content folder as it is from now on. */
static void take(TestOffice *o, const char *rules, const char *more) {
    Err e = {0};
    Str home = str_format(o->a, "%s/content", o->pool.place.folder);
    Str folder = str_format(o->a, "%.*s/datasets", STR_ARG(home));
    FILE *f;

    mkdir(home.ptr, 0700);
    mkdir(folder.ptr, 0700);
    f = fopen(str_format(o->a, "%.*s/probe.yaml", STR_ARG(folder)).ptr, "w");
    assert_non_null(f);
    fprintf(f, "%s%s%s", probe, rules, more);
    fclose(f);
    content_drop(o->content);
    o->content = content_load(home.ptr, &e);
    if (!o->content || !pool_fit(o->pool.pool, o->content, &e))
        test_die(&e);
}

static void import_files(TestOffice *o) {
    const char *text[FILES];

    write_files(o->a, text);
    for (int i = 0; i < FILES; i++) {
        ImportResult r;
        Err e = {0};

        if (!test_import_file(o, "probe", test_file(o, text[i]), &r, &e))
            fail_msg("%s", e.text);
    }
}

static const Dataset *dataset(TestOffice *o) {
    Err e = {0};

    return content_dataset(o->content, STR("probe"), &e);
}

static JudgeResult judge(TestOffice *o) {
    JudgeResult sum;
    Err e = {0};

    if (!pool_judge_all(o->importer, o->content, STR("system"), NULL, &sum, &e))
        fail_msg("%s", e.text);
    return sum;
}

typedef struct Ask {
    Arena *a;
    const char *text;
    Node *rows;
} Ask;

static bool ask_work(Tx *tx, void *context, Err *e) {
    Ask *q = context;

    q->rows = tx_rows_text(tx, q->a, str_of(q->text), NO_ARGS, e);
    return q->rows != NULL;
}

static Str ask(TestOffice *o, const char *text) {
    Ask q = {o->a, text, NULL};
    Err e = {0};
    Buf out;

    if (!store_read(o->store, ask_work, &q, &e))
        fail_msg("%s", e.text);
    buf_init(&out, 100000);
    for (size_t i = 0; i < q.rows->count; i++) {
        for (size_t k = 0; k < q.rows->items[i]->count; k++) {
            const Node *v = q.rows->items[i]->items[k];

            if (v->kind == NODE_INT)
                buf_addf(&out, "%s%lld", k ? "/" : "", (long long)v->integer);
            else
                buf_addf(&out, "%s%.*s", k ? "/" : "", STR_ARG(v->text));
        }
        buf_add_c(&out, " ");
    }
    Str said = str_dup(o->a, buf_str(&out));

    buf_done(&out);
    return said;
}

/* What ordinary people are told of the batches. */
static Str told(TestOffice *o) {
    return ask(o, "SELECT batch, received, accepted, duplicates, rejected, corrected, sealable "
                  "FROM {batch} ORDER BY batch");
}

static Str told_apart(TestOffice *o) {
    return ask(o, "SELECT batch, sealed_received, sealed_accepted FROM {batch} ORDER BY batch");
}

/* Versions: batch, name, rule. */
static Str versions(TestOffice *o) {
    Err e = {0};
    PoolSession *s = pool_session(o->pool.pool, &e);
    Buf out;

    buf_init(&out, 10000);
    PoolRows *rows = pool_query(s,
                                STR("SELECT no, batch, COALESCE(sealed_by, '-') FROM d_probe "
                                    "ORDER BY no, batch, sealed_by"),
                                NULL, 0, &e);

    assert_non_null(rows);
    for (const PoolValue *row; (row = pool_next(rows, &e)) != NULL;)
        buf_addf(&out, "%.*s.%lld=%.*s ", STR_ARG(row[0].text), (long long)row[1].integer,
                 STR_ARG(row[2].text));
    pool_rows_close(rows);
    pool_session_close(s);
    Str said = str_dup(o->a, buf_str(&out));

    buf_done(&out);
    return said;
}

static void expect(Str is, const char *wanted) {
    if (!str_is(is, wanted))
        fail_msg("is     %.*s\nwanted %s", STR_ARG(is), wanted);
}

static void rebuilt_alike(TestOffice *o) {
    char live[65], rebuilt[65];
    Err e = {0};

    assert_true(journal_digest(o->store, live, &e));
    assert_true(journal_rebuild(o->store, rebuilt, &e));
    assert_string_equal(live, rebuilt);
}

#define TOLD "1/1/1/0/0/0/1 2/2/2/0/0/1/1 3/2/1/1/0/0/1 "
#define APART "1/3/3 2/1/1 3/1/1 "
#define VERSIONS \
    "A1.1=- A1.2=- B1.1=minor B1.2=- C1.1=minor C1.2=minor D1.1=minor D1.3=minor E1.3=- "

/* Judged as they come: C's correction seals it with what was open before, B's opens the new version
 * and no older one. */
static void corrections_seal_and_open(void **state) {
    (void)state;
    for (int engine = 0; engine < 2; engine++) {
        TestOffice o;

        if (!test_office_make(&o, engine == 1))
            continue;
        take(&o, minors, "");
        import_files(&o);
        expect(versions(&o), VERSIONS);
        expect(told(&o), TOLD);
        expect(told_apart(&o), APART);
        expect(ask(&o, "SELECT COUNT(*) AS n FROM journal WHERE kind = 'rows.sealed'"), "1 ");
        rebuilt_alike(&o);
        /* Nothing is left to judge. */
        assert_int_equal(judge(&o).rows, 0);
        test_office_remove(&o);
    }
}

/* A clue on each of A and C, as a layer above would make it. */
static void put_clues(TestOffice *o) {
    static const char *const records[] = {"A1", "C1"};

    for (int i = 0; i < 2; i++) {
        Err e = {0};
        char sql[1000];
        PoolSession *s = pool_session(o->pool.pool, &e);
        PoolValue no = {.type = POOL_TEXT, .text = str_of(records[i])};
        PoolRows *rows = pool_query(s, STR("SELECT id FROM d_probe WHERE no = $1"), &no, 1, &e);
        const PoolValue *row = pool_next(rows, &e);

        assert_non_null(row);
        snprintf(sql, sizeof sql,
                 "INSERT INTO clue_evidence (clue, position, alias, dataset, row_id, batch) VALUES "
                 "('clue-%s', 0, 'v', 'probe', '%.*s', 1)",
                 records[i], STR_ARG(row[0].text));
        pool_rows_close(rows);
        pool_session_close(s);
        assert_true(test_place_tamper(&o->pool.place, sql));
        snprintf(sql, sizeof sql,
                 "INSERT INTO clue (id, number, model, model_version, subject_kind, subject_key, "
                 "strength, strength_rank, level, level_rank, status, suggests, amount, digest, "
                 "found_run, found_at, changed_run, changed_at) VALUES ('clue-%s', %d, 'm', 'v', "
                 "'person', 'k', 'strong', 1, 'high', 1, 'new', 'x', 0, 'd', 1, 'at', 1, 'at')",
                 records[i], i + 1);
        assert_true(test_place_tamper(&o->pool.place, sql));
    }
}

/* Imported without the rule, then judged by it: as if it had been there from the beginning. */
static void a_later_rule_seals(void **state) {
    (void)state;
    for (int engine = 0; engine < 2; engine++) {
        TestOffice o;
        JudgeResult r;
        JudgeProgress progress = {0};
        Err e = {0};

        if (!test_office_make(&o, engine == 1))
            continue;
        take(&o, "", "");
        import_files(&o);
        expect(told(&o), "1/4/4/0/0/0/0 2/3/3/0/0/3/0 3/3/2/1/0/1/0 ");
        put_clues(&o);
        assert_int_equal(judge(&o).rows, 0); /* no rule, nothing to do */
        take(&o, minors, "");
        r = judge(&o);
        assert_int_equal(r.rows, 9);
        assert_int_equal(r.sealed, 5);
        assert_int_equal(r.loose, 0);
        expect(versions(&o), VERSIONS);
        expect(told(&o), TOLD);
        expect(told_apart(&o), APART);
        expect(ask(&o, "SELECT id, sealed FROM {clue} ORDER BY id"), "clue-A1/0 clue-C1/2 ");
        assert_int_equal(judge(&o).rows, 0); /* once */
        rebuilt_alike(&o);

        /* A second rule takes what the first left, and only that. */
        take(&o, minors, everybody);
        assert_int_equal(judge(&o).sealed, 1);
        expect(ask(&o, "SELECT COUNT(*) AS n FROM journal WHERE kind = 'rows.sealed'"), "2 ");
        atomic_store(&progress.cancel, true);
        const JudgeAsk ask_again = {.actor = STR("tester")};

        assert_false(pool_judge(o.importer, dataset(&o), &ask_again, &progress, &r, &e));
        assert_int_equal(e.code, ERR_CANCELLED);
        test_office_remove(&o);
    }
}

/* A rule that goes opens nothing; somebody has to say so, and why. */
static void a_rule_that_goes_opens_nothing_by_itself(void **state) {
    (void)state;
    for (int engine = 0; engine < 2; engine++) {
        TestOffice o;
        JudgeResult r;
        Err e = {0};
        JudgeAsk open = {.actor = STR("tester"), .open = true};

        if (!test_office_make(&o, engine == 1))
            continue;
        journal_use_keys(o.store, o.keys); /* for the reason */
        take(&o, minors, everybody);
        import_files(&o);
        expect(told(&o), "1/1/1/0/0/0/1 2/2/2/0/0/1/1 3/1/0/1/0/0/1 ");
        take(&o, minors, "");
        r = judge(&o);
        assert_int_equal(r.sealed, 0);
        assert_int_equal(r.loose, 1); /* E; D is sealed by the other rule, too */
        expect(told(&o), "1/1/1/0/0/0/1 2/2/2/0/0/1/1 3/1/0/1/0/0/1 ");
        assert_false(pool_judge(o.importer, dataset(&o), &open, NULL, &r, &e));
        assert_int_equal(e.code, ERR_INVALID);
        open.reason = STR("规则经复核不适用");
        assert_true(pool_judge(o.importer, dataset(&o), &open, NULL, &r, &e));
        assert_int_equal(r.opened, 1);
        assert_int_equal(r.loose, 0);
        expect(told(&o), TOLD);
        expect(told_apart(&o), APART);

        /* Without any rule: C's older version goes with the newer. Then everything is as it came.
         */
        take(&o, "", "");
        assert_int_equal(judge(&o).loose, 5);
        assert_true(pool_judge(o.importer, dataset(&o), &open, NULL, &r, &e));
        assert_int_equal(r.opened, 5);
        expect(told(&o), "1/4/4/0/0/0/1 2/3/3/0/0/3/1 3/3/2/1/0/1/1 ");
        rebuilt_alike(&o);
        test_office_remove(&o);
    }
}

/* ---- cut short ---- */

static void use_place(TestOffice *o, const TestPlace *place) {
    *o = (TestOffice){.pool.place = *place};
    snprintf(o->pool.spill, sizeof o->pool.spill, "%s/spill", place->folder);
    if (place->postgresql)
        snprintf(o->pool.address, sizeof o->pool.address, "%s", place->address);
    else
        snprintf(o->pool.address, sizeof o->pool.address, "duckdb:%s/pool.duckdb", place->folder);
}

static const char *const points[] = {"pool.judge.commit:1", "pool.judge.window:1",
                                     "pool.judge.end:1"};
enum { POINTS = sizeof points / sizeof *points };

static bool killed_at(const TestPlace *place, const char *point) {
    pid_t child = fork();
    int status = 0;

    if (child == 0) {
        TestOffice o;

        setenv("LIANHENG_CRASH", point, 1);
        use_place(&o, place);
        test_office_start(&o);
        take(&o, "", "");
        import_files(&o);
        take(&o, minors, "");
        judge(&o);
        _exit(0); /* not reached */
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

/* First in main: the crash schedule is read from the environment once. */
static void killed_at_each_point(void **state) {
    static TestPlace places[2][POINTS];
    bool have[2][POINTS], killed[2][POINTS] = {{false}};

    (void)state;
    for (int engine = 0; engine < 2; engine++)
        for (int i = 0; i < POINTS; i++) {
            have[engine][i] = test_place_make(&places[engine][i], engine == 1);
            if (have[engine][i])
                killed[engine][i] = killed_at(&places[engine][i], points[i]);
        }
    for (int engine = 0; engine < 2; engine++)
        for (int i = 0; i < POINTS; i++) {
            TestOffice o;

            if (!have[engine][i])
                continue;
#ifdef LIANHENG_FAULTS
            assert_true(killed[engine][i]);
#endif
            use_place(&o, &places[engine][i]);
            test_office_start(&o);
            take(&o, minors, "");
            judge(&o);
            expect(versions(&o), VERSIONS);
            expect(told(&o), TOLD);
            expect(told_apart(&o), APART);
            /* Told once, whatever happened. */
            expect(ask(&o, "SELECT COUNT(*) AS n FROM journal WHERE kind = 'rows.sealed'"), "1 ");
            assert_int_equal(judge(&o).rows, 0);
            rebuilt_alike(&o);
            test_office_remove(&o);
        }
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(killed_at_each_point),
        cmocka_unit_test(corrections_seal_and_open),
        cmocka_unit_test(a_later_rule_seals),
        cmocka_unit_test(a_rule_that_goes_opens_nothing_by_itself),
    };

    pool_register();
    return cmocka_run_group_tests_name("pool/judge", tests, NULL, NULL);
}
