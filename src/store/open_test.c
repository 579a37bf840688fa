/* SPDX-License-Identifier: MulanPSL-2.0 */
/* store/open_test.c: opening, what is refused there and in which words, and lines that break. */
#include "store/store_fixture.h"

#include <sys/stat.h>

#include "store/place.h"

/* ---- opening ---- */

static void opening_again_keeps_everything(void **state) {
    NEEDS_STORE;
    assert_true(store_write(f->store, insert, &(Insert){1, "一", false, false}, &e));
    store_close(f->store);
    f->store = store_open(f->place.address, &e);
    assert_non_null(f->store);
    assert_int_equal(how_many(f->store), 1);
    assert_int_equal(store_is_postgresql(f->store), f->postgresql);
}

static void a_newer_database_is_refused(void **state) {
    NEEDS_STORE;
    store_close(f->store);
    assert_true(test_place_tamper(
        &f->place, "INSERT INTO schema_version VALUES (9999, 'future', '2099-01-01')"));
    assert_null(store_open(f->place.address, &e));
    assert_int_equal(e.code, ERR_NEWER);
    assert_non_null(strstr(e.text, "9999"));
    assert_true(test_place_tamper(&f->place, "DELETE FROM schema_version WHERE version = 9999"));
    f->store = store_open(f->place.address, &e);
    assert_non_null(f->store);
}

/* End this test's connections on the server, as a restart or a broken line would. */
static void cut(const TestPlace *place) {
    char text[200];

    snprintf(text, sizeof text,
             "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '%s'",
             place->schema);
    assert_true(test_place_tamper(place, text));
}

static void lost_connections_are_made_again(void **state) {
    NEEDS_STORE;
    if (!f->postgresql)
        skip();
    assert_int_equal(how_many(f->store), 0);
    for (int i = 0; i < 3; i++) {
        cut(&f->place);
        if (i != 1)
            assert_int_equal(how_many(f->store), i);
        assert_true(store_write(f->store, insert, &(Insert){i, "再", false, false}, &e));
    }
    assert_int_equal(how_many(f->store), 3);
}

typedef struct Cut {
    const TestPlace *place;
    int runs;
    int cuts;
} Cut;

static bool insert_with_cut(Tx *tx, void *context, Err *e) {
    Cut *c = context;

    if (!insert(tx, &(Insert){1, "断", false, false}, e))
        return false;
    if (++c->runs <= c->cuts)
        cut(c->place);
    return insert(tx, &(Insert){2, "断", false, false}, e);
}

static void a_line_that_breaks_during_work_is_tried_once_more(void **state) {
    NEEDS_STORE;
    if (!f->postgresql)
        skip();
    Cut once = {&f->place, 0, 1}, always = {&f->place, 0, 9};

    assert_true(store_write(f->store, insert_with_cut, &once, &e));
    assert_int_equal(once.runs, 2);
    assert_int_equal(how_many(f->store), 2);
    assert_true(write_sql(f->store, &clear, &e));
    assert_false(store_write(f->store, insert_with_cut, &always, &e));
    assert_int_equal(e.code, ERR_UNREACHABLE);
    assert_int_equal(always.runs, 2);
    assert_int_equal(how_many(f->store), 0);
}

/* ---- addresses ---- */

static void bad_addresses_say_what_to_do(void **state) {
    static const struct {
        const char *address;
        ErrCode code;
    } cases[] = {
        {"", ERR_INVALID},
        {"mysql://x", ERR_INVALID},
        {"sqlite:", ERR_INVALID},
        {"sqlite:/no/such/folder/ops.db", ERR_DISK},
        {"sqlite:/tmp", ERR_DISK},
        {"sqlite:/dev/null/ops.db", ERR_DISK},
        {"postgresql://u:geheim@127.0.0.1:1/x?schema=Bad;Name", ERR_INVALID},
        {"postgresql://u:geheim@127.0.0.1:1/x?schema=", ERR_INVALID},
        {"postgresql://u:geheim@127.0.0.1:1/x?geheim=1", ERR_INVALID},
        {"postgresql://u:geheim@127.0.0.1:1/x", ERR_UNREACHABLE},
        {"postgresql://u:geheim@127.0.0.1:1/x?schema=s&application_name=geheim", ERR_UNREACHABLE},
        {"postgresql://u:geheim@no-such-host.invalid/geheim2", ERR_UNREACHABLE},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Err e = {0};

        assert_null(store_open(cases[i].address, &e));
        if (e.code != cases[i].code)
            fail_msg("%s: %d %s", cases[i].address, e.code, e.text);
        assert_true(strlen(e.text) > 20);
        if (!strstr(cases[i].address, "geheim2"))
            assert_null(strstr(e.text, "geheim"));
    }
}

static void passwords_are_blotted_out_of_what_libraries_say(void **state) {
    scoped_arena Arena *a = arena_new();
    Place place;
    Err e = {0};

    (void)state;
    assert_true(place_read(a, "postgresql://u:ge%20heim@h:1/x?schema=s", &place, &e));
    assert_string_equal(place.schema, "s");
    assert_string_equal(place.secret, "ge heim");
    assert_null(strstr(place.shown, "heim"));
    assert_true(
        str_is(place_without_secret(&place, a, " bad \"ge heim\", ge heim\n"), "bad \"***\", ***"));
    assert_true(str_is(place_without_secret(&place, a, ""), ""));
    assert_true(place_read(a, "postgresql://u@h/x", &place, &e));
    assert_true(str_is(place_without_secret(&place, a, "as it is"), "as it is"));
}

static void a_file_that_is_no_database_is_refused(void **state) {
    TestPlace place;
    Err e = {0};
    char path[100];

    (void)state;
    assert_true(test_place_make(&place, false));
    snprintf(path, sizeof path, "%s/ops.db", place.folder);
    FILE *file = fopen(path, "w");
    for (int i = 0; i < 1000; i++)
        fputs("这不是数据库。", file);
    fclose(file);
    assert_null(store_open(place.address, &e));
    assert_int_equal(e.code, ERR_BROKEN);
    test_place_remove(&place);
}

static void the_file_is_its_owners_alone(void **state) {
    TestPlace place;
    Err e = {0};
    char path[100];
    struct stat st;

    (void)state;
    assert_true(test_place_make(&place, false));
    Store *s = store_open(place.address, &e);
    assert_non_null(s);
    snprintf(path, sizeof path, "%s/ops.db", place.folder);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    store_close(s);
    test_place_remove(&place);
}

static void a_silent_server_is_given_up_after_five_seconds(void **state) {
    Err e = {0};
    char address[100];
    scoped_arena Arena *a = arena_new();

    (void)state;
    (void)a;
    /* 192.0.2.0/24 is set aside for documentation: nothing answers there. */
    snprintf(address, sizeof address, "postgresql://u@192.0.2.1:5432/x");
    Instant from = instant_now();
    assert_null(store_open(address, &e));
    assert_int_equal(e.code, ERR_UNREACHABLE);
    assert_true(instant_now() - from < 8 * INT64_C(1000000));
}

int main(void) {
    crypto_start();
    const struct CMUnitTest tests[] = {
        ON_BOTH(opening_again_keeps_everything),
        ON_BOTH(a_newer_database_is_refused),
        ON_BOTH(lost_connections_are_made_again),
        ON_BOTH(a_line_that_breaks_during_work_is_tried_once_more),
        cmocka_unit_test(bad_addresses_say_what_to_do),
        cmocka_unit_test(passwords_are_blotted_out_of_what_libraries_say),
        cmocka_unit_test(a_file_that_is_no_database_is_refused),
        cmocka_unit_test(the_file_is_its_owners_alone),
        cmocka_unit_test(a_silent_server_is_given_up_after_five_seconds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
