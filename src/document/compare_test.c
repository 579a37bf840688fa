/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/compare_test.c: what two texts have in common, and that nothing is lost: without the
 * added parts the old text, without the removed ones the new. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "document/compare.h"

static Str joined(Arena *a, const BindList *parts, CompareChange without) {
    const ComparePart *p = parts->items;
    scoped_buf Buf out = {0};

    buf_init(&out, (size_t)1 << 24);
    for (size_t i = 0; i < parts->count; i++)
        if (p[i].change != without)
            buf_add(&out, p[i].text);
    return str_dup(a, buf_str(&out));
}

/* "甲[-乙-][+丙+]丁" */
static Str drawn(Arena *a, const BindList *parts) {
    static const char *const before[] = {"", "[+", "[-"}, *const after[] = {"", "+]", "-]"};
    const ComparePart *p = parts->items;
    scoped_buf Buf out = {0};

    buf_init(&out, (size_t)1 << 20);
    for (size_t i = 0; i < parts->count; i++) {
        buf_add_c(&out, before[p[i].change]);
        buf_add(&out, p[i].text);
        buf_add_c(&out, after[p[i].change]);
    }
    return str_dup(a, buf_str(&out));
}

static void test_texts(void **state) {
    static const struct {
        const char *from, *to, *drawn;
    } cases[] = {
        {"", "", ""},
        {"", "新", "[+新+]"},
        {"旧", "", "[-旧-]"},
        {"一样", "一样", "一样"},
        {"罚款2000元。", "罚款3500元。", "罚款[-2000-][+3500+]元。"},
        {"责令改正。", "责令限期改正。", "责令[+限期+]改正。"},
        {"没收违法所得，并处罚款。", "没收违法所得。", "没收违法所得[-，并处罚款-]。"},
        /* One character in common between two changes is no help to a reader. */
        {"依照刑的规定", "依照法的条文", "依照[-刑的规定-][+法的条文+]"},
        {"违反了【待填：处罚的依据】，应当", "违反了《治安管理处罚法》第四十九条，应当",
         "违反了[-【待填：处罚的依据】-][+《治安管理处罚法》第四十九条+]，应当"},
        {"abc def", "abc xyz def", "abc [+xyz +]def"},
    };
    scoped_arena Arena *a = arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        BindList parts = compare_texts(str_of(cases[i].from), str_of(cases[i].to), a);

        assert_string_equal(str_c(a, drawn(a, &parts)), cases[i].drawn);
    }
}

/* --- nothing is lost -------------------------------------------------------------------------- */

static uint32_t seed = 20260322;

static uint32_t chance(uint32_t below) {
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % below;
}

static const char *const pieces[] = {"本", "院", "认",  "为", "的", "，",
                                     "。", "12", "abc", "一", " ",  "\n"};

static Str invented(Arena *a, size_t most) {
    scoped_buf Buf out = {0};

    buf_init(&out, (size_t)1 << 20);
    for (size_t n = chance((uint32_t)most + 1); n > 0; n--)
        buf_add_c(&out, pieces[chance(sizeof pieces / sizeof *pieces)]);
    return str_dup(a, buf_str(&out));
}

/* Some of it left out, some put in. */
static Str altered(Arena *a, Str text) {
    scoped_buf Buf out = {0};

    buf_init(&out, (size_t)1 << 20);
    while (text.len > 0) {
        Str rest = text;
        uint32_t rune, what = chance(12);

        str_rune(&rest, &rune);
        if (what == 0)
            buf_add(&out, invented(a, 4));
        if (what != 1)
            buf_add(&out, str_slice(text, 0, text.len - rest.len));
        text = rest;
    }
    return str_dup(a, buf_str(&out));
}

static void holds(Arena *a, Str from, Str to) {
    BindList parts = compare_texts(from, to, a);

    assert_true(str_eq(joined(a, &parts, COMPARE_ADDED), from));
    assert_true(str_eq(joined(a, &parts, COMPARE_REMOVED), to));
}

static void test_nothing_lost(void **state) {
    (void)state;
    for (int i = 0; i < 2000; i++) {
        scoped_arena Arena *a = arena_new();
        Str from = invented(a, 60);

        holds(a, from, altered(a, from));
        holds(a, from, invented(a, 60));
    }
}

/* More differences than are looked for: both ends are still told as the same. */
static void test_too_different(void **state) {
    scoped_arena Arena *a = arena_new();
    scoped_buf Buf x = {0}, y = {0};

    (void)state;
    buf_init(&x, 1 << 20);
    buf_init(&y, 1 << 20);
    buf_add_c(&x, "开头");
    buf_add_c(&y, "开头");
    for (int i = 0; i < 2000; i++) {
        buf_add_rune(&x, (uint32_t)(0x4e00 + i));
        buf_add_rune(&y, (uint32_t)(0x7000 + i));
    }
    BindList parts = compare_texts(buf_str(&x), buf_str(&y), a);

    assert_int_equal(parts.count, 3);
    assert_true(str_is(((const ComparePart *)parts.items)[0].text, "开头"));
    holds(a, buf_str(&x), buf_str(&y));
}

/* --- sheets ----------------------------------------------------------------------------------- */

static Block block(Arena *a, BlockKind kind, const char *text) {
    Span *s = arena_new_of(a, Span);

    s->text = str_of(text);
    return (Block){.kind = kind, .spans = s, .span_count = 1};
}

/* "=" same, "+" added, "-" removed, "~" changed. */
static void drawn_sheet(const Comparison *c, char *out) {
    for (size_t i = 0; i < c->blocks.count; i++)
        *out++ = "=+-~"[((const CompareBlock *)c->blocks.items)[i].change];
    *out = '\0';
}

static void test_sheets(void **state) {
    scoped_arena Arena *a = arena_new();
    const Block from[] = {
        block(a, BLOCK_TITLE, "检察意见书"),
        block(a, BLOCK_RECIPIENT, "江城县市场监督管理局："),
        block(a, BLOCK_TEXT, "本院办理的陈某某涉嫌销售假药一案，已作出不起诉决定。"),
        block(a, BLOCK_TEXT, "此段将被删去，与别的都不相像。"),
        block(a, BLOCK_TEXT, "请你局在两个月内回复。"),
        block(a, BLOCK_SIGNATURE, "江城县人民检察院")};
    const Block to[] = {
        block(a, BLOCK_TITLE, "检察意见书"),
        block(a, BLOCK_RECIPIENT, "江城县市场监督管理局："),
        block(a, BLOCK_TEXT, "本院办理的陈某某涉嫌销售假药一案，已依法作出不起诉决定。"),
        block(a, BLOCK_TEXT, "请你局在一个月内书面回复。"),
        block(a, BLOCK_LEVEL_1, "一、另起一节"),
        block(a, BLOCK_SIGNATURE, "江城县人民检察院")};
    Comparison c;
    char picture[32];

    (void)state;
    compare_sheets(&(Sheet){.blocks = from, .count = 6}, &(Sheet){.blocks = to, .count = 6}, a, &c);
    drawn_sheet(&c, picture);
    assert_string_equal(picture, "==~-~+=");
    assert_int_equal(c.changed, 2);
    assert_int_equal(c.added, 1);
    assert_int_equal(c.removed, 1);
    assert_string_equal(str_c(a, drawn(a, &((const CompareBlock *)c.blocks.items)[4].parts)),
                        "请你局在[-两-][+一+]个月内[+书面+]回复。");
    compare_sheets(&(Sheet){.blocks = from, .count = 6}, &(Sheet){0}, a, &c);
    assert_int_equal(c.removed, 6);
    compare_sheets(&(Sheet){0}, &(Sheet){0}, a, &c);
    assert_int_equal(c.blocks.count, 0);
}

/* The same words in another style are a change, too. */
static void test_styles(void **state) {
    scoped_arena Arena *a = arena_new();
    const Block from[] = {block(a, BLOCK_TEXT, "一、基本情况")},
                to[] = {block(a, BLOCK_LEVEL_1, "一、基本情况")};
    Comparison c;

    (void)state;
    compare_sheets(&(Sheet){.blocks = from, .count = 1}, &(Sheet){.blocks = to, .count = 1}, a, &c);
    assert_int_equal(c.changed, 1);
}

static void test_tables(void **state) {
    scoped_arena Arena *a = arena_new();
    Block cells[] = {block(a, BLOCK_TEXT, "物品"), block(a, BLOCK_TEXT, "数量"),
                     block(a, BLOCK_TEXT, "假药"), block(a, BLOCK_TEXT, "12盒"),
                     block(a, BLOCK_TEXT, "账本"), block(a, BLOCK_TEXT, "3册")};
    SheetCell grid[6];
    Row rows[3];
    Comparison c;
    char picture[8];

    (void)state;
    for (int i = 0; i < 6; i++)
        grid[i] = (SheetCell){&cells[i], 1, 1};
    for (int i = 0; i < 3; i++)
        rows[i] = (Row){&grid[2 * i], 2, i == 0};
    Block two = {.kind = BLOCK_TABLE, .rows = rows, .row_count = 2},
          three = {.kind = BLOCK_TABLE, .rows = rows, .row_count = 3};

    compare_sheets(&(Sheet){.blocks = &two, .count = 1}, &(Sheet){.blocks = &three, .count = 1}, a,
                   &c);
    drawn_sheet(&c, picture);
    assert_string_equal(picture, "==+");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts),         cmocka_unit_test(test_nothing_lost),
        cmocka_unit_test(test_too_different), cmocka_unit_test(test_sheets),
        cmocka_unit_test(test_styles),        cmocka_unit_test(test_tables),
    };

    return cmocka_run_group_tests_name("document/compare", tests, NULL, NULL);
}
