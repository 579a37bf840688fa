/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/type_test.c: every kind of document that comes with the program: its cases, its way
 * through a file and back; values from people and from matters. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "document/type.h"

#include "base/banned.h"

static Content *content;

static int setup(void **state) {
    Err e = {0};

    (void)state;
    content = content_load(NULL, &e);
    if (content == NULL)
        fail_msg("%s: %s", e.where, e.text);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    content_drop(content);
    return 0;
}

static void test_all_cases_pass(void **state) {
    scoped_buf Buf report = {0};
    Err e = {0};

    (void)state;
    buf_init(&report, (size_t)4 << 20);
    if (!document_cases_all(content, &report, &e))
        fail_msg("%s: %s\n%.*s", e.where, e.text, STR_ARG(buf_str(&report)));
    assert_true(content_document_count(content) >= 33);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_cases_pass),
    };

    return cmocka_run_group_tests_name("document/type", tests, setup, teardown);
}
