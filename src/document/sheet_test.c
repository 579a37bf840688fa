/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/sheet_test.c: styles and kinds name each other, and numbered paragraphs tell their
 * level. */
#include "document/sheet.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static void test_styles_are_distinct(void **state) {
    (void)state;
    for (BlockKind k = 0; k < BLOCK_KIND_COUNT; k++) {
        BlockKind back;

        assert_true(sheet_kind(str_of(sheet_style(k)), &back));
        assert_int_equal(back, k);
    }
    BlockKind none;
    assert_false(sheet_kind(STR("Normal"), &none));
}

static void test_guess(void **state) {
    static const struct {
        const char *text;
        BlockKind kind;
    } cases[] = {
        {"一、基本情况", BLOCK_LEVEL_1},
        {"十二、其他", BLOCK_LEVEL_1},
        {"（三）事实和证据", BLOCK_LEVEL_2},
        {"(三)事实", BLOCK_LEVEL_2},
        {"1. 处罚决定书", BLOCK_LEVEL_3},
        {"12．处罚决定书", BLOCK_LEVEL_3},
        {"（1）照片", BLOCK_LEVEL_4},
        {"附件：1. 决定书", BLOCK_ATTACHMENT},
        {"3.5 万元已经缴纳", BLOCK_TEXT},
        {"一是没有移送", BLOCK_TEXT},
        {"（以下简称该公司）", BLOCK_TEXT},
        {"2025年1月2日", BLOCK_TEXT},
        {"", BLOCK_TEXT},
        {"（", BLOCK_TEXT},
        {"1.", BLOCK_TEXT},
        {"　　（二）理由", BLOCK_LEVEL_2},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(sheet_guess(str_of(cases[i].text)), cases[i].kind);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_styles_are_distinct),
        cmocka_unit_test(test_guess),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
