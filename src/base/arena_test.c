/* SPDX-License-Identifier: MulanPSL-2.0 */
/* base/arena_test.c: memory of all sizes, deferred calls, reset. */
#include "base/arena.h"

#include <stdio.h>
#include <string.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/banned.h"

static void objects_are_zeroed_aligned_and_apart(void **state) {
    (void)state;
    scoped_arena Arena *a = arena_new();
    enum { N = 5000 };
    static unsigned char *object[N];
    static size_t size[N];

    for (size_t i = 0; i < N; i++) {
        size[i] = i % 97 == 0 ? i * 10 : i % 61; /* small ones, and some larger than a block */
        object[i] = arena_alloc(a, size[i]);
        assert_int_equal((uintptr_t)object[i] % _Alignof(max_align_t), 0);
        for (size_t j = 0; j < size[i]; j++)
            assert_int_equal(object[i][j], 0);
        memset(object[i], (int)(i % 251 + 1), size[i]);
    }
    for (size_t i = 0; i < N; i++) /* nobody wrote into a neighbour */
        for (size_t j = 0; j < size[i]; j++)
            assert_int_equal(object[i][j], i % 251 + 1);
}

static void large_objects_leave_the_block_usable(void **state) {
    (void)state;
    scoped_arena Arena *a = arena_new();
    char *first = arena_alloc(a, 16);
    char *large = arena_alloc(a, 10 << 20);
    char *second = arena_alloc(a, 16);

    large[(10 << 20) - 1] = 1;
    assert_ptr_equal(second, first + 16);
    assert_true(arena_used(a) >= (10 << 20) + 32);
}

static void an_array_is_zeroed(void **state) {
    (void)state;
    scoped_arena Arena *a = arena_new();
    int *numbers = arena_array_of(a, 1000, int);

    for (int i = 0; i < 1000; i++)
        assert_int_equal(numbers[i], 0);
    assert_non_null(arena_array(a, 0, 8));
}

static char order[16];

static void note(void *object) {
    size_t n = strlen(order);

    order[n] = *(char *)object;
    order[n + 1] = '\0';
}

static void deferred_calls_run_newest_first(void **state) {
    (void)state;
    static char names[] = "abc";
    Arena *a = arena_new();

    order[0] = '\0';
    for (int i = 0; i < 3; i++)
        arena_defer(a, note, &names[i]);
    arena_reset(a);
    assert_string_equal(order, "cba");
    arena_defer(a, note, &names[0]);
    arena_free(a);
    assert_string_equal(order, "cbaa"); /* each once */
    arena_free(NULL);
}

static void defer_more(void *object) {
    static char name[] = "x";

    note(name);
    arena_defer(object, note, name);
}

static void a_deferred_call_may_defer(void **state) {
    (void)state;
    Arena *a = arena_new();

    order[0] = '\0';
    arena_defer(a, defer_more, a);
    arena_free(a);
    assert_string_equal(order, "xx");
}

static void reset_starts_anew(void **state) {
    (void)state;
    scoped_arena Arena *a = arena_new();

    for (int i = 0; i < 100; i++)
        memset(arena_alloc(a, 10000), 0xFF, 10000);
    arena_reset(a);
    assert_int_equal(arena_used(a), 0);
    unsigned char *p = arena_alloc(a, 10000);

    for (int i = 0; i < 10000; i++)
        assert_int_equal(p[i], 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(objects_are_zeroed_aligned_and_apart),
        cmocka_unit_test(large_objects_leave_the_block_usable),
        cmocka_unit_test(an_array_is_zeroed),
        cmocka_unit_test(deferred_calls_run_newest_first),
        cmocka_unit_test(a_deferred_call_may_defer),
        cmocka_unit_test(reset_starts_anew),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
