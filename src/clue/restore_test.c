/* SPDX-License-Identifier: MulanPSL-2.0 */
/* clue/restore_test.c: a restore into PostgreSQL that fails leaves no schema of its own, and takes
 * none that was there. */
#include "clue/testing.h"

#include <libpq-fe.h>

#include "base/fault.h"
#include "clue/backup.h"

#define HEADER "姓名,身份证号,从业资格证号,发证日期,有效期至,证件状态\n"

/* Runs a statement on the server; the first column of the first row, or 0. */
static int64_t ask(const char *text) {
    PGconn *pg = PQconnectdb(getenv("LIANHENG_TEST_PG"));

    PQclear(PQexec(pg, "SET client_min_messages TO warning"));
    PGresult *r = PQexec(pg, text);
    ExecStatusType status = PQresultStatus(r);
    int64_t n = 0;

    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
        fail_msg("%s", PQerrorMessage(pg));
    if (status == PGRES_TUPLES_OK)
        assert_true(str_to_int(str_of(PQgetvalue(r, 0, 0)), &n));
    PQclear(r);
    PQfinish(pg);
    return n;
}

static int64_t schemas(void) {
    return ask("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'again\\_%'");
}

static bool restore(const TestOffice *t, const char *pool, Err *e) {
    scoped_arena Arena *a = arena_new();
    const char *url = getenv("LIANHENG_TEST_PG"), *joint = strchr(url, '?') ? "&" : "?";
    BackupProgress progress = {0};
    RestoreResult result;
    RestoreRequest request = {.file = str_format(a, "%s/backup.tar", t->folder).ptr,
                              .folder = str_format(a, "%s/again", t->folder).ptr,
                              .key_file = str_format(a, "%s/master.key", t->folder).ptr,
                              .operations = str_format(a, "%s%sschema=again_ops", url, joint),
                              .pool = str_format(a, "%s%sschema=%s", url, joint, pool)};

    return office_restore(&request, &progress, &result, e);
}

static void test_failed_restore_leaves_no_schema(void **state) {
    scoped_arena Arena *a = arena_new();
    static const char *const points[] = {"restore.check", "store.commit"};
    BackupProgress progress = {0};
    BackupResult made;
    TestOffice t;
    char id[19], text[512];
    Err e = {0};

    (void)state;
    test_office_open(&t, true);
    citizen_number("19800101", 1, id);
    snprintf(text, sizeof text, HEADER "赵甲,%s,510500001,2020-01-02,2049-12-31,有效\n", id);
    bring(&t, "ride_hailing_license", text);
    good(office_backup(t.office, str_format(a, "%s/backup.tar", t.folder).ptr, false, STR("system"),
                       &progress, a, &made, &e),
         &e);
    assert_int_equal(schemas(), 0);
    for (size_t i = 0; i < sizeof points / sizeof *points; i++) {
        fault_arm(points[i], 1);
        bool done = restore(&t, "again_pool", &e);

        if (!fault_fired()) /* built without fault points */
            skip();
        fault_arm("", 0);
        assert_false(done);
        assert_int_equal(schemas(), 0);
        err_clear(&e);
    }
    /* One that was there stays, with what others keep in it. */
    ask("CREATE SCHEMA again_kept; CREATE TABLE again_kept.notes AS SELECT 7 AS n");
    fault_arm("restore.check", 1);
    assert_false(restore(&t, "again_kept", &e));
    fault_arm("", 0);
    assert_int_equal(schemas(), 1);
    assert_int_equal(ask("SELECT n FROM again_kept.notes"), 7);
    assert_non_null(strstr(e.text, "schema 原来就有"));
    err_clear(&e);
    /* Full of another's tables: refused, and nothing of it is touched. */
    assert_false(restore(&t, "again_kept", &e));
    assert_int_equal(e.code, ERR_CONFLICT);
    assert_int_equal(schemas(), 1);
    err_clear(&e);
    good(restore(&t, "again_pool", &e), &e);
    assert_int_equal(schemas(), 3);
    ask("DROP SCHEMA again_kept CASCADE; DROP SCHEMA again_pool CASCADE; DROP SCHEMA again_ops "
        "CASCADE");
    test_office_close(&t);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_failed_restore_leaves_no_schema)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
