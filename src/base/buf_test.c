/* SPDX-License-Identifier: MulanPSL-2.0 */
/* base/buf_test.c: growing, the ceiling, and characters. */
#include "base/buf.h"

#include <string.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/banned.h"

static void all_ways_to_add(void **state) {
    (void)state;
    scoped_buf Buf b;

    buf_init(&b, 1000);
    assert_true(str_eq(buf_str(&b), STR("")));
    buf_add(&b, STR("one "));
    buf_add_c(&b, "two ");
    buf_add_char(&b, '3');
    buf_add_bytes(&b, "\0\xFF", 2);
    buf_addf(&b, "%d-%s", 42, "f");
    buf_add_hex(&b, "\x00\xAB", 2);
    buf_add(&b, (Str){NULL, 0});
    assert_true(str_eq(buf_str(&b), STR("one two 3\0\xFF"
                                        "42-f00ab")));
    assert_int_equal(b.ptr[b.len], '\0');
}

static void runes_become_utf8(void **state) {
    (void)state;
    static const uint32_t runes[] = {0,      0x41,   0x7F,   0x80,    0x7FF,   0x800,
                                     0x5F20, 0xFFFD, 0xFFFF, 0x10000, 0x20BB7, 0x10FFFF};

    for (size_t i = 0; i < sizeof runes / sizeof *runes; i++) {
        scoped_buf Buf b;
        uint32_t back;

        buf_init(&b, 10);
        buf_add_rune(&b, runes[i]);
        Str s = buf_str(&b);

        assert_true(str_rune(&s, &back));
        assert_int_equal(back, runes[i]);
        assert_int_equal(s.len, 0);
    }
}

static void the_ceiling_holds_and_is_told(void **state) {
    (void)state;
    scoped_buf Buf b;

    buf_init(&b, 10);
    buf_add_c(&b, "0123456789");
    assert_false(b.full);
    buf_add_char(&b, 'x');
    assert_true(b.full);
    assert_true(str_is(buf_str(&b), "0123456789"));
    buf_clear(&b);
    assert_false(b.full);
    assert_int_equal(b.len, 0);
    assert_string_equal(b.ptr, "");
    buf_add_c(&b, "01234");
    buf_add_c(&b, "567890"); /* one too many: none of it */
    assert_true(b.full);
    assert_true(str_is(buf_str(&b), "01234"));
    buf_add_char(&b, 'x'); /* would fit, but the text has a hole already */
    assert_true(str_is(buf_str(&b), "01234"));
    buf_addf(&b, "%s", "x");
    assert_true(str_is(buf_str(&b), "01234"));
    assert_null(buf_reserve(&b, 1));
    buf_clear(&b);
    assert_null(buf_reserve(&b, SIZE_MAX));
    assert_true(b.full);
}

static void nothing_fits_into_nothing(void **state) {
    (void)state;
    scoped_buf Buf b;

    buf_init(&b, 0);
    buf_add(&b, STR(""));
    assert_false(b.full);
    buf_add_char(&b, 'x');
    assert_true(b.full);
    assert_int_equal(b.len, 0);
}

static void reserved_room_is_the_callers(void **state) {
    (void)state;
    scoped_buf Buf b;

    buf_init(&b, 1 << 20);
    for (int i = 0; i < 1000; i++) {
        char *p = buf_reserve(&b, 100);

        assert_non_null(p);
        memset(p, 'a' + i % 26, 100);
        b.len += 50; /* less than was asked for */
    }
    assert_int_equal(b.len, 50000);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(b.ptr[i * 50 + 49], 'a' + i % 26);
}

static void base64_there_and_back(void **state) {
    static const struct {
        const char *bytes, *text;
    } cases[] = {{"", ""},
                 {"f", "Zg=="},
                 {"fo", "Zm8="},
                 {"foo", "Zm9v"},
                 {"foob", "Zm9vYg=="},
                 {"fooba", "Zm9vYmE="},
                 {"foobar", "Zm9vYmFy"},
                 {"\xff\xfe\xfd", "//79"},
                 {"\x80\x01", "gAE="}};
    static const char *const wrong[] = {"Z", "Zg=", "Zg", "Zm9v!A==", "====", "Z===", "中文文字"};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        scoped_buf Buf out;
        scoped_buf Buf back;

        buf_init(&out, 100);
        buf_init(&back, 100);
        buf_add_base64(&out, cases[i].bytes, strlen(cases[i].bytes));
        assert_true(str_is(buf_str(&out), cases[i].text));
        assert_true(buf_add_from_base64(&back, buf_str(&out)));
        assert_true(str_is(buf_str(&back), cases[i].bytes));
    }
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        scoped_buf Buf back;

        buf_init(&back, 100);
        assert_false(buf_add_from_base64(&back, str_of(wrong[i])));
        assert_int_equal(back.len, 0);
    }
}

static void done_twice_does_no_harm(void **state) {
    (void)state;
    Buf b;

    buf_init(&b, 100);
    buf_add_c(&b, "x");
    buf_done(&b);
    buf_done(&b);
    buf_add_c(&b, "again");
    assert_true(str_is(buf_str(&b), "again"));
    buf_done(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_ways_to_add),
        cmocka_unit_test(runes_become_utf8),
        cmocka_unit_test(the_ceiling_holds_and_is_told),
        cmocka_unit_test(nothing_fits_into_nothing),
        cmocka_unit_test(reserved_room_is_the_callers),
        cmocka_unit_test(base64_there_and_back),
        cmocka_unit_test(done_twice_does_no_harm),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
