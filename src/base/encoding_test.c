/* SPDX-License-Identifier: MulanPSL-2.0 */
/* base/encoding_test.c: guessing and undoing the encodings of agency files. */
#include "base/encoding.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/banned.h"

static const char sample[] = "行政相对人名称,统一社会信用代码,处罚决定日期,罚款金额（万元）\r\n"
                             "泸州市江阳区某某餐饮店,91230500MA1B3N1N2M,2024-01-05,0.5\r\n"
                             "\"张三·买买提\",，！￥㎡〔〕𠮷,2024年1月5日,贰万元整\r\n";

static void convert(const char *to, Str text, Buf *out) {
    iconv_t c = iconv_open(to, "UTF-8");
    char *in = (char *)(uintptr_t)text.ptr, *p = buf_reserve(out, text.len * 4 + 16);
    size_t left = text.len, room = text.len * 4 + 16;

    assert_true(c != (iconv_t)-1);
    assert_int_equal(iconv(c, &in, &left, &p, &room), 0);
    out->len = (size_t)(p - out->ptr);
    iconv_close(c);
}

static const struct {
    const char *iconv;
    Encoding encoding;
    const char *mark; /* what stands before the text in the file */
    Encoding marked;
} encodings[] = {
    {"UTF-8", ENCODING_UTF8, "\xEF\xBB\xBF", ENCODING_UTF8_BOM},
    {"GB18030", ENCODING_GB18030, "", ENCODING_GB18030},
    {"UTF-16LE", ENCODING_UTF16LE, "\xFF\xFE", ENCODING_UTF16LE},
    {"UTF-16BE", ENCODING_UTF16BE, "\xFE\xFF", ENCODING_UTF16BE},
};

enum { ENCODINGS = sizeof encodings / sizeof *encodings };

static void the_sample_is_recognised_wherever_it_is_cut(void **state) {
    (void)state;
    for (size_t k = 0; k < ENCODINGS; k++) {
        scoped_buf Buf b;

        buf_init(&b, 1 << 20);
        convert(encodings[k].iconv, str_of(sample), &b);
        for (size_t n = 12; n <= b.len; n++) {
            Encoding guess = encoding_guess((Str){b.ptr, n});

            if ((k < 2 || n > 60) && guess != encodings[k].encoding)
                fail_msg("%s cut at %zu: %s", encodings[k].iconv, n, encoding_name(guess));
        }
        scoped_buf Buf marked;

        buf_init(&marked, 1 << 20);
        buf_add_c(&marked, encodings[k].mark);
        buf_add(&marked, buf_str(&b));
        for (size_t n = 3; n <= marked.len; n++)
            if (encodings[k].mark[0])
                assert_int_equal(encoding_guess((Str){marked.ptr, n}), encodings[k].marked);
    }
}

static void short_and_odd_texts(void **state) {
    (void)state;
    static const struct {
        Str text;
        Encoding encoding;
    } rows[] = {
        {STR_INIT(""), ENCODING_UTF8},
        {STR_INIT("CF_XDR_MC,CF_WSH\n1,2\n"), ENCODING_UTF8},
        {STR_INIT("\xC1\xAA\xCD\xA8"), ENCODING_GB18030}, /* 联通, which fooled Notepad */
        {STR_INIT("\xC4\xB0\xC9\xBA,1\n"),
         ENCODING_GB18030}, /* 陌珊: well-formed UTF-8 by chance */
        {STR_INIT("name\nJos\xC3\xA9,1\n"), ENCODING_UTF8}, /* one accent is not */
        {STR_INIT("\xE5\xBC"), ENCODING_UTF8},              /* the beginning of 张 */
        {STR_INIT("\xFF\xFF\xFF\xFF\xFF\xFF"), ENCODING_UNKNOWN},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Encoding guess = encoding_guess(rows[i].text);

        if (guess != rows[i].encoding)
            fail_msg("row %zu: %s", i, encoding_name(guess));
    }
}

static void a_few_damaged_bytes_change_nothing(void **state) {
    (void)state;
    for (size_t k = 0; k < 2; k++) {
        scoped_buf Buf one, b;

        buf_init(&one, 1 << 20);
        buf_init(&b, 1 << 20);
        convert(encodings[k].iconv, str_of(sample), &one);
        for (int i = 0; i < 50; i++)
            buf_add(&b, buf_str(&one));
        b.ptr[100] = (char)0xFF;
        b.ptr[1000] = (char)0xFF;
        b.ptr[2500] = 0;
        assert_int_equal(encoding_guess(buf_str(&b)), encodings[k].encoding);
    }
}

static void decode(Encoding encoding, Str bytes, size_t step, Buf *out, uint64_t *bad) {
    Decoder *d = decoder_new(encoding);

    for (size_t at = 0; at < bytes.len; at += step)
        assert_true(decoder_feed(d, str_slice(bytes, at, at + step), false, out));
    assert_true(decoder_feed(d, (Str){NULL, 0}, true, out));
    *bad = decoder_bad_bytes(d);
    decoder_free(d);
}

static void pieces_of_any_size_decode_alike(void **state) {
    (void)state;
    for (size_t k = 0; k < ENCODINGS; k++) {
        for (size_t step = 1; step < 40; step++) {
            for (int with_mark = 0; with_mark < 2; with_mark++) {
                scoped_buf Buf bytes, out;
                uint64_t bad;

                buf_init(&bytes, 1 << 20);
                buf_init(&out, 1 << 20);
                convert(encodings[k].iconv, str_of(sample), &out);
                if (with_mark)
                    buf_add_c(&bytes, encodings[k].mark);
                buf_add(&bytes, buf_str(&out));
                buf_clear(&out);
                decode(with_mark ? encodings[k].marked : encodings[k].encoding, buf_str(&bytes),
                       step, &out, &bad);
                assert_int_equal(bad, 0);
                assert_true(str_eq(buf_str(&out), str_of(sample)));
            }
        }
    }
}

static void undecodable_bytes_are_replaced_and_counted(void **state) {
    (void)state;
    static const struct {
        Encoding encoding;
        Str bytes;
        const char *text;
        uint64_t bad;
    } rows[] = {
        {ENCODING_UTF8, STR_INIT("a\xFFz"), "a\uFFFDz", 1},
        {ENCODING_UTF8, STR_INIT("a\xE5\xBC,z"), "a\uFFFD\uFFFD,z", 2},
        {ENCODING_UTF8, STR_INIT("a\xE5\xBC"), "a\uFFFD", 2},               /* cut off at the end */
        {ENCODING_UTF8, STR_INIT("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD", 3}, /* a surrogate */
        {ENCODING_UTF8, STR_INIT("\xC0\xAF"), "\uFFFD\uFFFD", 2},           /* overlong */
        {ENCODING_UTF8, STR_INIT("\xEF\xBF\xBD"), "\uFFFD", 0},             /* written so */
        {ENCODING_GB18030, STR_INIT("a\xFFz"), "a\uFFFDz", 1},
        {ENCODING_GB18030, STR_INIT("\xD5\xC5\xFF\xC8\xFD"), "张\uFFFD三", 1},
        {ENCODING_GB18030, STR_INIT("\xD5\n\xC8\xFD"), "\uFFFD\n三", 1}, /* the line end survives */
        {ENCODING_GB18030, STR_INIT("\xD5\xC5\xC8"), "张\uFFFD", 1},
        {ENCODING_UTF16LE, STR_INIT("a\0\0\xDCz\0"), "a\uFFFDz", 2},
        {ENCODING_UTF16LE, STR_INIT("a\0z"), "a\uFFFD", 1},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        for (size_t step = 1; step < 8; step++) {
            scoped_buf Buf out;
            uint64_t bad;

            buf_init(&out, 4096);
            decode(rows[i].encoding, rows[i].bytes, step, &out, &bad);
            if (!str_is(buf_str(&out), rows[i].text) || bad != rows[i].bad)
                fail_msg("row %zu by %zu: %.*s, %d bad", i, step, STR_ARG(buf_str(&out)), (int)bad);
        }
    }
}

static void only_the_first_mark_goes(void **state) {
    (void)state;
    for (size_t step = 1; step < 10; step++) {
        scoped_buf Buf out;
        uint64_t bad;

        buf_init(&out, 100);
        decode(ENCODING_UTF8_BOM, STR("\xEF\xBB\xBF\xEF\xBB\xBFz\xEF\xBB\xBF"), step, &out, &bad);
        assert_true(str_is(buf_str(&out), "\xEF\xBB\xBFz\xEF\xBB\xBF"));
    }
}

static void nul_bytes_pass_through(void **state) {
    (void)state;
    for (size_t k = 0; k < 2; k++) {
        scoped_buf Buf out;
        uint64_t bad;

        buf_init(&out, 100);
        decode(encodings[k].encoding, STR("a\0b"), 3, &out, &bad);
        assert_true(str_eq(buf_str(&out), STR("a\0b")));
        assert_int_equal(bad, 0);
    }
}

static void a_full_buffer_is_told(void **state) {
    (void)state;
    for (size_t k = 0; k < ENCODINGS; k++) {
        for (size_t max = 0; max < 200; max += 7) {
            scoped_buf Buf bytes, out;
            Decoder *d = decoder_new(encodings[k].encoding);

            buf_init(&bytes, 1 << 20);
            buf_init(&out, max);
            convert(encodings[k].iconv, str_of(sample), &bytes);
            assert_false(decoder_feed(d, buf_str(&bytes), true, &out));
            assert_true(out.full);
            assert_true(out.len <= max);
            assert_true(out.len == 0 || memcmp(out.ptr, sample, out.len) == 0);
            decoder_free(d);
        }
    }
    /* Room for exactly the text is enough. */
    for (size_t k = 0; k < ENCODINGS; k++) {
        scoped_buf Buf bytes, out;
        Decoder *d = decoder_new(encodings[k].encoding);

        buf_init(&bytes, 1 << 20);
        buf_init(&out, sizeof sample - 1);
        convert(encodings[k].iconv, str_of(sample), &bytes);
        assert_true(decoder_feed(d, buf_str(&bytes), true, &out));
        assert_true(str_eq(buf_str(&out), str_of(sample)));
        decoder_free(d);
    }
    decoder_free(NULL);
}

static void names_for_people(void **state) {
    (void)state;
    assert_string_equal(encoding_name(ENCODING_GB18030), "GB18030");
    assert_string_equal(encoding_name(ENCODING_UNKNOWN), "未知");
}

static void full_width_becomes_half(void **state) {
    (void)state;
    scoped_buf Buf b;

    buf_init(&b, 1000);
    half_width(STR("ＡＢＣ　１２３（万元）：￥５００。张三"), &b);
    assert_true(str_is(buf_str(&b), "ABC 123(万元):￥500。张三"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sample_is_recognised_wherever_it_is_cut),
        cmocka_unit_test(short_and_odd_texts),
        cmocka_unit_test(a_few_damaged_bytes_change_nothing),
        cmocka_unit_test(pieces_of_any_size_decode_alike),
        cmocka_unit_test(undecodable_bytes_are_replaced_and_counted),
        cmocka_unit_test(only_the_first_mark_goes),
        cmocka_unit_test(nul_bytes_pass_through),
        cmocka_unit_test(a_full_buffer_is_told),
        cmocka_unit_test(names_for_people),
        cmocka_unit_test(full_width_becomes_half),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
