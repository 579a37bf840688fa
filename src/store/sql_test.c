/* SPDX-License-Identifier: MulanPSL-2.0 */
/* store/sql_test.c: every named statement can be prepared on both engines, and each is told apart
 * as reading or writing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "sql_statements.h"
#include "store/expand.h"
#include "store/migrate.h"
#include "base/crypto.h"
#include "store/testing.h"

static void prepare_all(bool postgresql) {
    TestPlace place;
    Err e = {0};
    int failed = 0, count = 0;
    scoped_arena Arena *a = arena_new();
    Place where;

    if (!test_place_make(&place, postgresql))
        skip();
    assert_true(place_read(a, place.address, &where, &e));
    Conn *writer = conn_open(&where, true, &e);
    assert_non_null(writer);
    assert_true(migrate(writer, &e));
    Conn *reader = conn_open(&where, false, &e);
    assert_non_null(reader);

    for (const Sql *const *sql = sql_all; *sql; sql++, count++) {
        scoped_buf Buf text;

        buf_init(&text, 1 << 20);
        if (!scope_expand(NULL, conn_text(writer, *sql), &text, &e) ||
            !conn_prepare((*sql)->writes ? writer : reader, buf_str(&text), &e)) {
            fprintf(stderr, "%s: %s\n", (*sql)->name, e.text);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
    assert_true(count > 10);
    assert_false(conn_prepare(writer, STR("SELECT nothing FROM nowhere"), &e));
    assert_int_equal(e.code, ERR_INTERNAL);
    conn_shut(reader);
    conn_shut(writer);
    test_place_remove(&place);
}

static void every_statement_on_sqlite(void **state) {
    (void)state;
    prepare_all(false);
}

static void every_statement_on_postgresql(void **state) {
    (void)state;
    prepare_all(true);
}

static void reading_and_writing_are_told_apart(void **state) {
    (void)state;
    assert_false(SQL_journal_all.writes);
    assert_false(SQL_columns_of_key.writes);
    assert_true(SQL_journal_insert.writes);
    assert_true(SQL_journal_head_set.writes);
    assert_true(SQL_matter_key_destroy.writes);
    assert_string_not_equal(SQL_columns_of_key.sqlite, SQL_columns_of_key.postgresql);
    assert_ptr_equal(SQL_journal_all.sqlite, SQL_journal_all.postgresql);
}

int main(void) {
    crypto_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_statement_on_sqlite),
        cmocka_unit_test(every_statement_on_postgresql),
        cmocka_unit_test(reading_and_writing_are_told_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
