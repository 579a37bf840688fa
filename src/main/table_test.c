/* SPDX-License-Identifier: MulanPSL-2.0 */
/* main/table_test.c: columns under each other, whatever they are written in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdlib.h>

#include "main/table.h"

static void measures_text(void **state) {
    static const struct {
        const char *text;
        size_t width;
    } cases[] = {{"", 0},       {"abc", 3}, {"行政处罚", 8}, {"M01 网约车", 10},
                 {"（高）", 6}, {"é", 1},   {"𠮷", 2},       {"→", 1}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(text_width(str_of(cases[i].text)), cases[i].width);
}

static void groups_digits(void **state) {
    static const struct {
        int64_t n;
        const char *text;
    } cases[] = {{0, "0"},
                 {999, "999"},
                 {1000, "1,000"},
                 {-1000, "-1,000"},
                 {-999, "-999"},
                 {6570000, "6,570,000"},
                 {123456789012, "123,456,789,012"}};
    scoped_arena Arena *a = arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(grouped(a, cases[i].n).ptr, cases[i].text);
}

static void sets_columns(void **state) {
    scoped_arena Arena *a = arena_new();
    Table *t = table_new(a, "名称|>行|备注");
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    (void)state;
    table_add(t, (const Str[]){STR("行政处罚"), STR("1,234"), STR("")});
    table_add(t, (const Str[]){STR("a"), STR("7"), STR("长的备注")});
    table_write(t, out);
    fclose(out);
    assert_string_equal(text, "名称         行  备注\n"
                              "行政处罚  1,234  \n"
                              "a             7  长的备注\n");
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(measures_text),
        cmocka_unit_test(groups_digits),
        cmocka_unit_test(sets_columns),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
