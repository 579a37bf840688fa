/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/check_test.c: a dataset's case that is wrong is told, with its place and what came
 * instead. */
#include "content/testing.h"

#include "base/banned.h"

#define DATASET                                                           \
    "dataset: x\ntitle: 某\nidentity: [a]\nfields:\n"                    \
    "  - {field: a, title: 甲, type: text, required: true}\n"            \
    "  - {field: d, title: 日, type: date}\n"                            \
    "  - {field: i, title: 证件号, type: citizen_id, lenient: true}\n" \
    "cases:\n  - title: 例\n"

static const struct {
    const char *rest, *report; /* NULL: passes */
} cases[] = {
    {"    row: {甲: 1, 日: 2024/1/5}\n    accepted: {a: '1', d: 2024-01-05}\n", NULL},
    {"    row: {甲: 1, 日: x}\n    rejected: d\n", NULL},
    {"    row: {日: 2024-01-05}\n    rejected: a\n", NULL},
    {"    row: {甲: 1, 证件号: G1}\n    invalid: [i]\n", NULL},
    {"    row: {甲: 1, 日: 2024/1/5}\n    accepted: {d: 2024-01-06}\n",
     "应得“2024-01-06”，却得“2024-01-05”"},
    {"    row: {甲: 1, 日: x}\n", "因“d”被拒：不是日期"},
    {"    row: {甲: 1, 日: x}\n    rejected: a\n", "因“d”被拒"},
    {"    row: {甲: 1}\n    rejected: d\n", "却收下了"},
    {"    row: {甲: 1}\n    rejected: e\n", "没有字段“e”"},
    {"    row: {乙: 1}\n", "没有字段认得列名“乙”"},
    {"    row: {甲: 1, ' 甲': 2}\n", "两个列名都是“甲”"},
    {"    row: {甲: 1}\n    accepted: {e: 1}\n", "没有字段“e”"},
    {"    row: {甲: 1}\n    invalid: [i]\n", "字段“i”应当无效"},
    {"    row: {甲: 1, 证件号: G1}\n", "字段“i”应当有效"},
    {"    row: 5\n", "row 应当是映射"},
    {"    row: {甲: 1}\n    accepted: 5\n", "accepted 应当是映射"},
};

static bool check(const char *rest, Buf *report, Err *e) {
    char folder[64];
    scoped_buf Buf text;

    buf_init(&text, 4096);
    buf_add_c(&text, DATASET);
    buf_add_c(&text, rest);
    make_overlay(folder);
    put_file(folder, "datasets/x.yaml", buf_str(&text));
    Content *c = content_load(folder, e);

    remove_overlay(folder);
    if (c == NULL)
        fail_msg("%s: %s", e->where, e->text);
    bool good = content_check(c, report, e);

    content_drop(c);
    return good;
}

static void test_cases(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        scoped_buf Buf report;
        Err e = {0};

        buf_init(&report, 1 << 20);
        bool good = check(cases[i].rest, &report, &e);

        if (good != (cases[i].report == NULL) ||
            (!good && strstr(report.ptr, cases[i].report) == NULL))
            fail_msg("%s\n%s", cases[i].rest, report.ptr);
        if (!good)
            assert_non_null(strstr(report.ptr, "content/datasets/x.yaml:9:5"));
    }
}

static void test_malformed_case(void **state) {
    scoped_buf Buf report;
    Err e = {0};

    (void)state;
    buf_init(&report, 1 << 20);
    assert_false(check("    rows: {甲: 1}\n", &report, &e));
    assert_int_equal(e.code, ERR_CONTENT);
    assert_non_null(strstr(e.text, "row"));
    assert_non_null(strstr(e.where, "content/datasets/x.yaml:10:5"));
}

static int start(void **state) {
    (void)state;
    crypto_start();
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_malformed_case),
    };

    return cmocka_run_group_tests_name("content/check", tests, start, NULL);
}
