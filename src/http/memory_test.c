/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/memory_test.c: what the server keeps between requests: files on shelves, answers to
 * creations, failed sign-ins. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/testing.h"
#include "http/inside.h"

static void write_file(const char *path) {
    FILE *f = fopen(path, "we");

    assert_non_null(f);
    fputs("x", f);
    fclose(f);
}

static void shelf_keeps_files(void **state) {
    char folder[64];
    scoped_arena Arena *a = arena_new();
    ShelfItem item = {.name = STR("名单.csv"), .size = 1}, found;
    Err e = {0};

    (void)state;
    test_template(folder, "shelf");
    assert_non_null(mkdtemp(folder));
    Str stale = str_format(a, "%s/stale", folder);

    write_file(stale.ptr);
    Shelf *s = shelf_new(folder, &e);

    assert_int_not_equal(access(stale.ptr, F_OK), 0); /* left by an earlier process */
    shelf_path(s, a, ".csv", &item.id, &item.path);
    write_file(item.path.ptr);
    shelf_put(s, STR("zhang"), &item);
    assert_true(shelf_find(s, STR("zhang"), item.id, a, &found, &e));
    assert_true(str_is(found.name, "名单.csv"));
    /* Another person's file does not exist. */
    assert_false(shelf_find(s, STR("li"), item.id, a, &found, &e));
    assert_int_equal(e.code, ERR_NOT_FOUND);
    assert_false(shelf_find(s, STR("zhang"), STR("../stale"), a, &found, &e));
    unlink(item.path.ptr);
    assert_false(shelf_find(s, STR("zhang"), item.id, a, &found, &e));
    write_file(item.path.ptr);
    shelf_free(s);
    assert_int_not_equal(access(item.path.ptr, F_OK), 0);
    rmdir(folder);
}

static void shelf_has_a_ceiling(void **state) {
    char folder[64];
    scoped_arena Arena *a = arena_new();
    Str first = {NULL, 0};
    Err e = {0};

    (void)state;
    test_template(folder, "shelf");
    assert_non_null(mkdtemp(folder));
    Shelf *s = shelf_new(folder, &e);

    for (int i = 0; i <= 1000; i++) {
        ShelfItem item = {.name = STR("x")};

        shelf_path(s, a, "", &item.id, &item.path);
        write_file(item.path.ptr);
        shelf_put(s, STR("zhang"), &item);
        if (i == 0)
            first = item.path;
    }
    assert_int_not_equal(access(first.ptr, F_OK), 0);
    shelf_free(s);
    rmdir(folder);
}

static void remembers_creations(void **state) {
    struct Remembered *r = remembered_new();
    scoped_arena Arena *a = arena_new();
    Str body = {NULL, 0};
    int status = 0;

    (void)state;
    assert_int_equal(remembered_begin(r, STR("k"), 1, a, &status, &body), RECALL_NEW);
    assert_int_equal(remembered_begin(r, STR("k"), 1, a, &status, &body), RECALL_RUNNING);
    assert_int_equal(remembered_begin(r, STR("k"), 2, a, &status, &body), RECALL_OTHER);
    remembered_end(r, STR("k"), 202, STR("{\"job\":\"1\"}"));
    assert_int_equal(remembered_begin(r, STR("k"), 1, a, &status, &body), RECALL_DONE);
    assert_int_equal(status, 202);
    assert_true(str_is(body, "{\"job\":\"1\"}"));
    /* What failed may be tried again. */
    assert_int_equal(remembered_begin(r, STR("f"), 1, a, &status, &body), RECALL_NEW);
    remembered_end(r, STR("f"), 422, STR("{}"));
    assert_int_equal(remembered_begin(r, STR("f"), 1, a, &status, &body), RECALL_NEW);
    remembered_free(r);
}

static void limits_sign_ins(void **state) {
    Limits *l = limits_new();
    scoped_arena Arena *a = arena_new();
    Str here = STR("10.0.0.1"), there = STR("10.0.0.2"), zhang = STR("zhang");
    unsigned wait = 0;
    Err e = {0};
    const Instant noon = INT64_C(1767240000000000);

    (void)state;
    instant_freeze(noon);
    for (int i = 0; i < 10; i++) {
        assert_true(limits_allow(l, LIMIT_SIGN_IN, here, zhang, &wait, &e));
        limits_count(l, LIMIT_SIGN_IN, here, zhang);
    }
    instant_freeze(noon + 100 * INT64_C(1000000));
    assert_false(limits_allow(l, LIMIT_SIGN_IN, here, zhang, &wait, &e));
    assert_int_equal(e.code, ERR_TOO_MANY);
    assert_in_range(wait, 500, 501);
    assert_true(limits_allow(l, LIMIT_SIGN_IN, there, zhang, &wait, &e));
    assert_true(limits_allow(l, LIMIT_SIGN_IN, here, STR("li"), &wait, &e));
    assert_true(limits_allow(l, LIMIT_CODE, here, zhang, &wait, &e)); /* kinds do not mix */
    limits_forgive(l, LIMIT_SIGN_IN, here, zhang);
    assert_true(limits_allow(l, LIMIT_SIGN_IN, here, zhang, &wait, &e));
    for (int i = 0; i < 100; i++)
        limits_count(l, LIMIT_SIGN_IN, there, str_format(a, "user%d", i));
    assert_false(limits_allow(l, LIMIT_SIGN_IN, there, STR("nobody"), &wait, &e));
    instant_freeze(noon + 800 * INT64_C(1000000));
    assert_true(limits_allow(l, LIMIT_SIGN_IN, there, STR("nobody"), &wait, &e));
    limits_free(l);
    instant_freeze(0);
}

/* Whoever floods the table with names does not get rid of what is counted, and the clock set back
 * locks nobody out for ever. */
static void limits_stay_bounded(void **state) {
    Limits *l = limits_new();
    scoped_arena Arena *a = arena_new();
    Str zhang = STR("zhang");
    unsigned wait = 0;
    Err e = {0};
    const Instant noon = INT64_C(1767240000000000);

    (void)state;
    instant_freeze(noon);
    for (int i = 0; i < 60; i++)
        assert_true(limits_take(l, LIMIT_EXPORT, STR("a"), zhang, &wait, &e));
    for (int i = 0; i < 100000; i++)
        limits_take(l, LIMIT_EXPORT, STR("a"), str_format(a, "user%d", i), &wait, NULL);
    assert_false(limits_take(l, LIMIT_EXPORT, STR("b"), zhang, &wait, &e));
    assert_true(wait > 0 && wait <= 601);
    instant_freeze(noon - INT64_C(86400000000));
    assert_true(limits_take(l, LIMIT_EXPORT, STR("b"), zhang, &wait, &e));
    instant_freeze(0);
    limits_free(l);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shelf_keeps_files),   cmocka_unit_test(shelf_has_a_ceiling),
        cmocka_unit_test(remembers_creations), cmocka_unit_test(limits_sign_ins),
        cmocka_unit_test(limits_stay_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
