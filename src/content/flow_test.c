/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/flow_test.c: flows are read, proved and drawn; broken ones are refused with the place and
 * the way into the mistake. */
#include "content/testing.h"

#include "content/flow_inside.h"

#include "base/banned.h"

static Content *content;

/* ---- what the program carries ---- */

static void test_built_in(void **state) {
    scoped_arena Arena *a = arena_new();

    (void)state;
    for (size_t i = 0; i < content_flow_count(content); i++) {
        const Flow *f = content_flow_at(content, i);
        Err e = {0};

        assert_ptr_equal(content_flow(content, f->flow, &e), f);
        assert_non_null(flow_step(f, f->start));
        for (size_t j = 0; j < f->parties.count; j++)
            assert_true(flow_parties(f)[j].kinds.count > 0);
        /* An older version comes back from its text alone. */
        const Flow *again = flow_read(content, a, f->text, f->file, &e);

        if (again == NULL)
            fail_msg("%s: %s", e.where, e.text);
        assert_true(str_eq(again->version, f->version));
    }
}

static int start(void **state) {
    (void)state;
    crypto_start();
    content = load_plain();
    return 0;
}

static int stop(void **state) {
    (void)state;
    content_drop(content);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_built_in),
    };

    return cmocka_run_group_tests_name("content/flow", tests, start, stop);
}
