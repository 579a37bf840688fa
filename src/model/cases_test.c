/* SPDX-License-Identifier: MulanPSL-2.0 */
/* model/cases_test.c: every model of the content passes its own cases; wrong expectations are
 * noticed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "model/rule.h"

static Content *content;

static int load(void **state) {
    Err e = {0};

    (void)state;
    crypto_start();
    content = content_load(NULL, &e);
    if (content == NULL)
        print_error("%s %s\n", e.where, e.text);
    return content == NULL;
}

static int drop(void **state) {
    (void)state;
    content_drop(content);
    return 0;
}

static void every_model_passes(void **state) {
    Err e = {0};
    Models *models = models_load(content, &e);
    size_t failed = 0;

    (void)state;
    if (models == NULL)
        fail_msg("%s %s", e.where, e.text);
    for (size_t i = 0; i < models_count(models); i++) {
        const Model *m = models_at(models, i);
        scoped_buf Buf report;
        Err why = {0};

        buf_init(&report, 1 << 20);
        if (model_test(m, content, &report, &why))
            continue;
        failed++;
        print_error("%.*s: %s %s\n%.*s\n", STR_ARG(model_id(m)), why.where, why.text,
                    STR_ARG(buf_str(&report)));
    }
    assert_true(models_count(models) >= 12);
    models_free(models);
    assert_int_equal(failed, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_model_passes),
    };

    return cmocka_run_group_tests_name("model/cases", tests, load, drop);
}
