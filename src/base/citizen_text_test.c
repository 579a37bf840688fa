/* SPDX-License-Identifier: MulanPSL-2.0 */
/* base/citizen_text_test.c: invented numbers inside texts are found and masked, others are left. */
#include "base/citizen_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/identity.h"

#include "base/banned.h"

static void numbers_are_masked(void **state) {
    static const struct {
        const char *text, *masked;
    } rows[] = {
        {"510522198701010028", "510522********0028"},
        {"当事人身份证510522198701010028违法", "当事人身份证510522********0028违法"},
        {"周510522198701010028、王11010519491231002x。",
         "周510522********0028、王110105********002X。"},
        {"１１０１０５１９４９１２３１００２Ｘ号", "110105********002X号"},
        {"510522198701010028510522198701010028", "510522********0028510522********0028"},
        {"1510522198701010028", "1510522********0028"}, /* digits before it hide nothing */
        {"5105 2219 8701 0100 28", "510522********0028"},
        {"身份证：510522-19870101-0028，", "身份证：510522********0028，"},
        {"510522 19491231 002X", NULL}, /* wrong check */
        {"110105\xE2\x80\x8B"
         "19491231\xEF\xBB\xBF"
         "002X",
         "110105********002X"},
        {"510522870101001", "510522*****1001"},
        {"原号510522870101001。", "原号510522*****1001。"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        scoped_buf Buf b;
        Str text = str_of(rows[i].text);

        buf_init(&b, 1000);
        assert_int_equal(citizen_id_mask_text(text, &b), rows[i].masked != NULL);
        assert_int_equal(citizen_id_in_text(text), rows[i].masked != NULL);
        assert_string_equal(b.len ? b.ptr : "", rows[i].masked ? rows[i].masked : "");
    }
}

static void other_numbers_are_left(void **state) {
    static const char *const rows[] = {
        "",
        "没有号码的文字，一直写到超过十五个字节",
        "510522198701010029",                 /* check digit */
        "510522198713010028",                 /* no month 13 */
        "99912219870101001",                  /* too short */
        "915105026695587421",                 /* a company's */
        "泸市监处罚〔2024〕510502000012号",   /* a document */
        "510502000012345",                    /* 15 digits, no month 00 */
        "1510522870101001",                   /* 15 within 16 */
        "005105228701010",                    /* no such province */
        "电话13800001111，2024-01-05，12345", /* digits in all */
        "2024-01-05 2024-01-06 2024-01-07",
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        scoped_buf Buf b;

        buf_init(&b, 1000);
        if (citizen_id_mask_text(str_of(rows[i]), &b) || b.len)
            fail_msg("%s", rows[i]);
        assert_false(citizen_id_in_text(str_of(rows[i])));
    }
}

static void runs_of_digits_are_measured(void **state) {
    static const struct {
        const char *text;
        size_t bytes, digits;
    } rows[] = {
        {"", 0, 0},
        {"a1", 0, 0},
        {"12a", 2, 2},
        {"12 - a", 2, 2},
        {"2024-01-05 08:30", 13, 10},
        {"5105 2219 8701 0170 1X号", 22, 18},
        {"510522\xE2\x80\x8B"
         "198701010028",
         21, 18},
        {"１２", 6, 2},
        {"12      34", 2, 2}, /* two columns */
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t digits;

        assert_int_equal(digit_run(str_of(rows[i].text), &digits), rows[i].bytes);
        assert_int_equal(digits, rows[i].digits);
    }
}

/* Invisible marks inside do not keep a number from being one. */
static void invisible_marks_are_dropped(void **state) {
    static const char *const marks[] = {"\xE2\x80\x8B", "\xE2\x80\x8C", "\xE2\x80\x8D",
                                        "\xE2\x81\xA0", "\xEF\xBB\xBF"};

    (void)state;
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        scoped_buf Buf b;
        char phone[24];

        buf_init(&b, 100);
        buf_addf(&b, "%s110105%s19491231%s002X%s", marks[i], marks[i], marks[i], marks[i]);
        assert_string_equal(citizen_id_read(buf_str(&b)).number, "11010519491231002X");
        buf_clear(&b);
        buf_addf(&b, "%s138%s00001111%s", marks[i], marks[i], marks[i]);
        assert_true(phone_read(buf_str(&b), phone));
        assert_string_equal(phone, "13800001111");
        buf_clear(&b);
        buf_addf(&b, "%s91510502%s669558742D%s", marks[i], marks[i], marks[i]);
        assert_int_equal(credit_code_read(buf_str(&b)).form, CREDIT_CODE_UNIFIED);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_masked),
        cmocka_unit_test(other_numbers_are_left),
        cmocka_unit_test(runs_of_digits_are_measured),
        cmocka_unit_test(invisible_marks_are_dropped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
