/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/reseal_test.c: rows under two generations of the key are all readable, and a pass that was
 * broken off goes on where it stopped; on both engines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/fault.h"
#include "base/keyring.h"
#include "pool/reseal.h"
#include "pool/testing.h"

#define HEAD "姓名,身份证号,死亡日期\n"

/* All versions of all rows in clear, as one text. */
static Str everything(TestOffice *o) {
    Err e = {0};
    const Dataset *d = content_dataset(o->content, STR("death_record"), &e);
    Str ids = test_dump(o, "SELECT DISTINCT id FROM d_death_record ORDER BY id"), id;
    Buf b;

    buf_init(&b, (size_t)1 << 24);
    while (str_split(&ids, '\n', &id)) {
        if (id.len < 32)
            continue;
        const Node *row =
            pool_row(o->pool.pool, o->content, o->keys, d, str_slice(id, 0, 32), true, o->a, &e);

        if (!row)
            fail_msg("%s", e.text);
        json_write(row, &b);
    }
    Str out = str_dup(o->a, buf_str(&b));

    buf_done(&b);
    assert_true(out.len > 0);
    return out;
}

static void turn(TestOffice *o, int64_t *generation) {
    Err e = {0};
    char path[128];

    snprintf(path, sizeof path, "%s/key", o->pool.place.folder);
    assert_true(keys_grow(o->keys, path, generation, &e));
    assert_true(keys_use(o->keys, *generation, &e));
}

static int64_t left(TestOffice *o, int64_t generation, int64_t *all) {
    Err e = {0};
    int64_t n;

    if (!pool_reseal_left(o->pool.pool, generation, &n, all, &e))
        fail_msg("%s", e.text);
    return n;
}

static void fill(TestOffice *o) {
    test_import(o, "death_record",
                HEAD "张三,11010119900307109X,2024-01-05\n李四,110101199003071452,2024-01-06\n");
    test_import(o, "death_record",
                HEAD "张三,11010119900307109X,2024-02-05\n王五,110101199003073132,2024-01-07\n");
    test_import(o, "death_record", HEAD "赵六,110101199003078435,2024-03-01\n");
}

static void two_generations_are_readable_and_the_work_goes_on(void **state) {
    (void)state;
    for (int engine = 0; engine < 2; engine++) {
        TestOffice o;
        Err e = {0};
        int64_t generation, all, rest;
        ResealProgress progress = {0};

        if (!test_office_make(&o, engine == 1))
            continue;
        fill(&o);
        Str before = everything(&o);

        turn(&o, &generation);
        rest = left(&o, generation, &all);
        assert_int_equal(rest, all);
        assert_true(all >= 4);
        assert_true(str_eq(everything(&o), before)); /* all under the old one */
#ifdef LIANHENG_FAULTS
        fault_arm("pool.reseal", 2);
        assert_false(pool_reseal(o.importer, o.keys, generation, &progress, &e));
        fault_arm("none", 0);
        assert_int_equal(e.code, ERR_DISK);
        rest = left(&o, generation, &all);

        assert_true(rest > 0 && rest < all);
        assert_true(str_eq(everything(&o), before)); /* some under each */
#endif
        test_import(&o, "death_record", HEAD "孙七,110101199003071938,2024-03-02\n");
        before = everything(&o);
        assert_true(pool_reseal(o.importer, o.keys, generation, &progress, &e));
        assert_int_equal(left(&o, generation, &all), 0);
        assert_true(str_eq(everything(&o), before));
        /* And with the old one thrown away. */
        char path[128];

        snprintf(path, sizeof path, "%s/key", o.pool.place.folder);
        assert_true(keys_retire(o.keys, path, generation, &e));
        assert_true(str_eq(everything(&o), before));
        test_office_remove(&o);
    }
}

static void a_row_that_cannot_be_opened_stops_the_work(void **state) {
    (void)state;
    for (int engine = 0; engine < 2; engine++) {
        TestOffice o;
        Err e = {0};
        int64_t generation, all;
        ResealProgress progress = {0};

        if (!test_office_make(&o, engine == 1))
            continue;
        fill(&o);
        PoolSession *s = pool_session(o.pool.pool, &e);

        assert_true(pool_run(
            s, STR("UPDATE d_death_record SET id = digest WHERE batch = 2 AND sealed IS NOT NULL"),
            NULL, 0, NULL, &e));
        pool_session_close(s);
        turn(&o, &generation);
        assert_false(pool_reseal(o.importer, o.keys, generation, &progress, &e));
        assert_int_equal(e.code, ERR_BROKEN);
        assert_true(left(&o, generation, &all) > 0);
        test_office_remove(&o);
    }
}

static void a_cancelled_pass_stops(void **state) {
    (void)state;
    TestOffice o;
    Err e = {0};
    int64_t generation, all, rest;
    ResealProgress progress = {.cancel = true};

    assert_true(test_office_make(&o, false));
    fill(&o);
    turn(&o, &generation);
    assert_false(pool_reseal(o.importer, o.keys, generation, &progress, &e));
    assert_int_equal(e.code, ERR_CANCELLED);
    rest = left(&o, generation, &all);
    assert_int_equal(rest, all);
    test_office_remove(&o);
}

int main(void) {
    crypto_start();
    pool_register();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_generations_are_readable_and_the_work_goes_on),
        cmocka_unit_test(a_row_that_cannot_be_opened_stops_the_work),
        cmocka_unit_test(a_cancelled_pass_stops),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
