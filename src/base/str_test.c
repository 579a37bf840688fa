/* SPDX-License-Identifier: MulanPSL-2.0 */
/* base/str_test.c: borrowed text: comparing, cutting, trimming, code points. */
#include "base/str.h"

#include <stdio.h>
#include <string.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/banned.h"

static const Str none = {NULL, 0};

static void copies_end_in_nul(void **state) {
    (void)state;
    scoped_arena Arena *a = arena_new();
    Str s = str_dup(a, str_slice(STR("abcdef"), 1, 4));

    assert_string_equal(s.ptr, "bcd");
    assert_int_equal(s.len, 3);
    assert_string_equal(str_c(a, none), "");
    assert_string_equal(str_format(a, "%s-%d", "张", 7).ptr, "张-7");
    assert_int_equal(str_of(NULL).len, 0);
}

static void equality_and_order(void **state) {
    (void)state;
    assert_true(str_eq(none, STR("")));
    assert_true(str_eq(STR("a\0b"), STR("a\0b")));
    assert_false(str_eq(STR("a\0b"), STR("a\0c")));
    assert_false(str_eq(STR("a"), STR("ab")));
    assert_true(str_is(STR("ab"), "ab"));
    assert_true(str_eq_ascii_nocase(STR("CF_xdr"), STR("cf_XDR")));
    assert_false(str_eq_ascii_nocase(STR("[a"), STR("{a"))); /* 32 apart, but no letters */
    assert_false(str_eq_ascii_nocase(STR("a"), STR("ab")));
    static const char *const ordered[] = {"", "A", "B", "a", "ab", "b", "张", "\xFF"};

    for (int i = 0; i < 8; i++)
        for (int j = 0; j < 8; j++) {
            int order = str_compare(str_of(ordered[i]), str_of(ordered[j]));

            assert_int_equal((order > 0) - (order < 0), (i > j) - (i < j));
        }
    assert_int_equal(str_compare(none, STR("")), 0);
}

static void parts(void **state) {
    (void)state;
    Str s = STR("abcabc");

    assert_true(str_starts(s, STR("abc")) && str_starts(s, none) && !str_starts(s, STR("b")));
    assert_true(str_ends(s, STR("abc")) && str_ends(s, none) && !str_ends(s, STR("b")));
    assert_false(str_starts(STR("ab"), STR("abc")));
    assert_false(str_ends(STR("bc"), STR("abc")));
    assert_int_equal(str_find(s, STR("ca")), 2);
    assert_int_equal(str_find(s, STR("abc")), 0);
    assert_int_equal(str_find(s, STR("cc")), -1);
    assert_int_equal(str_find(s, none), 0);
    assert_int_equal(str_find(none, STR("x")), -1);
    assert_true(str_is(str_slice(s, 2, 4), "ca"));
    assert_true(str_is(str_slice(s, 4, 100), "bc"));
    assert_int_equal(str_slice(s, 5, 2).len, 0);
    assert_int_equal(str_slice(s, 100, 200).len, 0);
    assert_int_equal(str_slice(none, 0, 5).len, 0);
}

static void white_space_goes(void **state) {
    (void)state;
    static const struct {
        const char *text, *trimmed, *unwrapped;
    } rows[] = {
        {"", "", ""},
        {" \t\r\n\v\f", "", ""},
        {"  a b  ", "a b", "a b"},
        {"　张三　", "张三", "张三"},
        {"\xC2\xA0x\xC2\xA0", "x", "x"},
        {"\xEF\xBB\xBFx\xEF\xBB\xBF", "x", "x"},
        {" 　\t张 三\t　 ", "张 三", "张 三"},
        {"\"x\"", "\"x\"", "x"},
        {"'x", "'x", "x"},
        {" \" x \" ", "\" x \"", "x"},
        {"=\"007\"", "=\"007\"", "007"},
        {"=x", "=x", "=x"},
        {"=\"", "=\"", "="},
        {"“张三”", "“张三”", "张三"},
        {"‘'\"`＇＂x＂＇`\"'’", "‘'\"`＇＂x＂＇`\"'’", "x"},
        {"''", "''", ""},
        {"a'b", "a'b", "a'b"},
        {"路", "路", "路"},
        {"\x80\xA0", "\x80\xA0", "\x80\xA0"}, /* broken bytes are nobody's space */
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (!str_is(str_trim(str_of(rows[i].text)), rows[i].trimmed) ||
            !str_is(str_unwrap(str_of(rows[i].text)), rows[i].unwrapped))
            fail_msg("row %zu: %s", i, rows[i].text);
    }
    assert_int_equal(str_trim(none).len, 0);
    assert_int_equal(str_unwrap(none).len, 0);
}

static void pieces(void **state) {
    (void)state;
    static const struct {
        const char *text;
        const char *pieces[5];
    } rows[] = {
        {"a,b,c", {"a", "b", "c"}},    {"a", {"a"}}, {"", {""}}, {",", {"", ""}},
        {"a,,b,", {"a", "", "b", ""}},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Str rest = str_of(rows[i].text), piece;
        size_t n = 0;

        while (str_split(&rest, ',', &piece)) {
            assert_non_null(rows[i].pieces[n]);
            assert_true(str_is(piece, rows[i].pieces[n]));
            n++;
        }
        assert_null(rows[i].pieces[n]);
    }
    Str rest = none, piece;

    assert_false(str_split(&rest, ',', &piece));
}

static void whole_numbers(void **state) {
    (void)state;
    static const char *const wrong[] = {"",
                                        "-",
                                        "+1",
                                        " 1",
                                        "1 ",
                                        "1.0",
                                        "0x1",
                                        "--1",
                                        "１",
                                        "9223372036854775808",
                                        "-9223372036854775809",
                                        "99999999999999999999"};
    int64_t n = 77;

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(str_to_int(str_of(wrong[i]), &n));
    assert_int_equal(n, 77);
    assert_true(str_to_int(STR("9223372036854775807"), &n) && n == INT64_MAX);
    assert_true(str_to_int(STR("-9223372036854775808"), &n) && n == INT64_MIN);
    assert_true(str_to_int(STR("-0"), &n) && n == 0);
    assert_true(str_to_int(STR("007"), &n) && n == 7);
}

static void code_points(void **state) {
    (void)state;
    static const struct {
        const char *bytes;
        uint32_t runes[6];
    } rows[] = {
        {"a张𠮷", {'a', 0x5F20, 0x20BB7}},
        {"\xC2\x80\xDF\xBF", {0x80, 0x7FF}},
        {"\xE0\xA0\x80\xEF\xBF\xBF", {0x800, 0xFFFF}},
        {"\xF0\x90\x80\x80\xF4\x8F\xBF\xBF", {0x10000, 0x10FFFF}},
        {"\x80z", {0xFFFD, 'z'}},
        {"\xC0\xAF", {0xFFFD, 0xFFFD}},             /* overlong */
        {"\xE0\x9F\xBF", {0xFFFD, 0xFFFD, 0xFFFD}}, /* overlong */
        {"\xF0\x8F\xBF\xBF", {0xFFFD, 0xFFFD, 0xFFFD, 0xFFFD}},
        {"\xED\xA0\x80", {0xFFFD, 0xFFFD, 0xFFFD}}, /* surrogate */
        {"\xF4\x90\x80\x80", {0xFFFD, 0xFFFD, 0xFFFD, 0xFFFD}},
        {"\xE5\xBC", {0xFFFD, 0xFFFD}}, /* cut off */
        {"\xE5z", {0xFFFD, 'z'}},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Str s = str_of(rows[i].bytes);
        size_t n = 0;
        bool broken = false;

        assert_int_equal(str_utf8_valid(s), i < 4);
        for (uint32_t r; str_rune(&s, &r); n++) {
            assert_int_equal(r, rows[i].runes[n]);
            broken = broken || r == 0xFFFD;
        }
        assert_int_equal(rows[i].runes[n], 0);
        assert_int_equal(str_runes(str_of(rows[i].bytes)), n);
        assert_int_equal(broken, i >= 4);
    }
    assert_true(str_utf8_valid(STR("\xEF\xBF\xBD"))); /* a real U+FFFD */
    uint32_t r;

    assert_false(str_rune(&(Str){NULL, 0}, &r));
}

static void cut_characters(void **state) {
    (void)state;
    static const char *const cut[] = {"\xE5", "\xE5\xBC", "\xC2", "\xF0\xA0\xAE"};
    static const char *const not_cut[] = {"",     "a",     "\x80", "张",
                                          "\xC0", "\xE5z", "\xF5", "\xE5\xBC\xA0\xE5"};

    for (size_t i = 0; i < sizeof cut / sizeof *cut; i++)
        assert_true(str_utf8_cut(str_of(cut[i])));
    for (size_t i = 0; i < sizeof not_cut / sizeof *not_cut; i++)
        assert_false(str_utf8_cut(str_of(not_cut[i])));
}

static void half_widths(void **state) {
    (void)state;
    assert_int_equal(rune_half_width(0xFF10), '0');
    assert_int_equal(rune_half_width(0xFF01), '!');
    assert_int_equal(rune_half_width(0xFF5E), '~');
    assert_int_equal(rune_half_width(0x3000), ' ');
    assert_int_equal(rune_half_width(0xFF5F), 0xFF5F);
    assert_int_equal(rune_half_width(0x5F20), 0x5F20);
}

static void hashes_spread(void **state) {
    (void)state;
    static bool seen[4096];
    int buckets = 0;

    for (int i = 0; i < 4096; i++) {
        char text[16];
        int n = snprintf(text, sizeof text, "key%d", i);
        uint64_t h = str_hash((Str){text, (size_t)n});

        buckets += !seen[h % 4096];
        seen[h % 4096] = true;
        assert_int_equal(h, str_hash((Str){text, (size_t)n}));
    }
    assert_in_range(buckets, 2300, 2900); /* by chance: 63% of 4096 */
}

static void distances(void **state) {
    (void)state;
    assert_int_equal(str_distance(STR("defendant"), STR("defendent"), 3), 1);
    assert_int_equal(str_distance(STR("行政处罚"), STR("行政处分"), 3), 1);
    assert_int_equal(str_distance(STR(""), STR("abc"), 5), 3);
    assert_int_equal(str_distance(STR("kitten"), STR("sitting"), 9), 3);
    assert_int_equal(str_distance(STR("abc"), STR("xyz"), 2), 3);
    assert_int_equal(str_distance(STR("same"), STR("same"), 0), 0);
    char longer[100];

    memset(longer, 'a', sizeof longer);
    assert_int_equal(str_distance((Str){longer, sizeof longer}, STR("a"), 4), 5);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(copies_end_in_nul),
        cmocka_unit_test(equality_and_order),
        cmocka_unit_test(parts),
        cmocka_unit_test(white_space_goes),
        cmocka_unit_test(pieces),
        cmocka_unit_test(whole_numbers),
        cmocka_unit_test(code_points),
        cmocka_unit_test(cut_characters),
        cmocka_unit_test(half_widths),
        cmocka_unit_test(hashes_spread),
        cmocka_unit_test(distances),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
