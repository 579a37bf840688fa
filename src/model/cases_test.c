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

/* Names inside cases are checked when the model is read, each at its place. */
static void names_in_cases_are_checked(void **state) {
    static const char *const head =
        "model: m\ntitle: t\ngroup: g\ndescription: d\nproduct: p\nfalse_positives: f\nbasis: []\n"
        "from: {license: ride_hailing_license}\nmatch: {person: [license.holder_id_no]}\n"
        "where: [license.status = 有效]\n"
        "clue: {once_per: [license.license_no], level: high, title: t, explain: x, suggests: "
        "procuratorial_suggestion}\n"
        "cases:\n  - title: c\n    today: 2026-11-22\n    rows:\n";
    static const struct {
        const char *rows, *where, *text; /* NULL: no error */
    } table[] = {
        {"      ride_hailing_license:\n        - {holder_name: 张三, status: 有效}\n", NULL, NULL},
        {"      license:\n        - {姓名: 张三}\n", NULL, NULL},
        {"      ride_hailing_license:\n        - {holder_nam: 张三}\n", "m.yaml:17:12",
         "holder_name"},
        {"      ride_hailing_license:\n        - {status: 有效}\n        - {status: 有效, statu: "
         "有效}\n",
         "m.yaml:18:24", "“status”"},
        {"      ride_hailing_licence:\n        - {status: 有效}\n", "m.yaml:16:7",
         "“ride_hailing_license”"},
        {"      ride_hailing_license: 张三\n", "m.yaml:16:29", "数据集: [行, …]"},
        {"      ride_hailing_license: [张三]\n", "m.yaml:16:30", "{字段: 值, …}"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        scoped_arena Arena *a = arena_new();
        Err e = {0};
        Str text = str_format(a, "%s%s    hits: []\n", head, table[i].rows);
        const Node *tree = yaml_read(a, text, "m.yaml", &e);

        assert_non_null(tree);
        const Model *m = model_read(a, content, tree, &e);

        if ((m == NULL) != (table[i].where != NULL))
            fail_msg("%s%s %s", table[i].rows, e.where, e.text);
        if (m != NULL)
            continue;
        assert_string_equal(e.where, table[i].where);
        if (strstr(e.text, table[i].text) == NULL)
            fail_msg("%s", e.text);
    }
}

/* What nothing could come of is refused at its place; words of earlier versions still read. */
static void what_it_suggests_is_checked(void **state) {
    static const char *const head =
        "model: m\ntitle: t\ngroup: g\ndescription: d\nproduct: p\nfalse_positives: f\nbasis: []\n"
        "from: {license: ride_hailing_license}\nmatch: {person: [license.holder_id_no]}\n"
        "where: [license.status = 有效]\n"
        "clue:\n  once_per: [license.license_no]\n  level: high\n  title: t\n  explain: x\n"
        "  suggests: ";
    static const struct {
        const char *suggests, *text; /* NULL: no error */
    } table[] = {
        {"non_litigation_enforcement", NULL},
        {"public_interest_litigation", NULL}, /* an alias */
        {"procuratorial_sugestion", "procuratorial_suggestion"},
        {"reminder_letter", "begins_as"},
        {"anything", "没有“anything”"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        scoped_arena Arena *a = arena_new();
        Err e = {0};
        Str text =
            str_format(a, "%s%s\ncases: [{title: c, today: 2026-11-22, rows: {}, hits: []}]\n",
                       head, table[i].suggests);
        const Node *tree = yaml_read(a, text, "m.yaml", &e);

        assert_non_null(tree);
        const Model *m = model_read(a, content, tree, &e);

        if ((m == NULL) != (table[i].text != NULL))
            fail_msg("%s: %s %s", table[i].suggests, e.where, e.text);
        if (m != NULL)
            continue;
        assert_string_equal(e.where, "m.yaml:16:13");
        if (strstr(e.text, table[i].text) == NULL)
            fail_msg("%s: %s", table[i].suggests, e.text);
    }
    assert_true(
        str_is(suggests_code(content, STR("public_interest_litigation")), "public_interest"));
    assert_true(str_is(suggests_title(content, STR("petition")), "信访办理"));
    assert_true(str_is(suggests_title(content, STR("unheard")), "unheard"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_model_passes),
        cmocka_unit_test(names_in_cases_are_checked),
        cmocka_unit_test(what_it_suggests_is_checked),
    };

    return cmocka_run_group_tests_name("model/cases", tests, load, drop);
}
