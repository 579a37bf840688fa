/* SPDX-License-Identifier: MulanPSL-2.0 */
/* data/sheet_value_test.c: numbers, dates and formats of spreadsheets. */
#include "data/sheet_value.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void numbers_are_plain_decimals(void **state) {
    static const struct {
        double number;
        const char *text;
    } cases[] = {
        {0, "0"},
        {-0.0, "0"},
        {1, "1"},
        {-20000, "-20000"},
        {1234.5, "1234.5"},
        {0.1, "0.1"},
        {0.1 + 0.2, "0.3"},
        {110.00000000000001, "110"},
        {12.34, "12.34"},
        {0.000001, "0.000001"},
        {-1.5e-7, "-0.00000015"},
        {9007199254740991.0, "9007199254740991"},
        {510502199001011234.0, "510502199001011000"},
        {1e21, "1000000000000000000000"},
        {99999999999.99, "99999999999.99"},
        {0.99999999999999999, "1"},
        {1e300, "1e+300"},
        {INFINITY, "#NUM!"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[SHEET_VALUE_TEXT];

        number_text(cases[i].number, text);
        assert_string_equal(text, cases[i].text);
    }
}

static void formats_are_told_apart(void **state) {
    static const struct {
        const char *code;
        NumberFormat format;
    } cases[] = {
        {"General", FORMAT_NUMBER},
        {"0.00", FORMAT_NUMBER},
        {"#,##0.00_);[Red](#,##0.00)", FORMAT_NUMBER},
        {"0.00E+00", FORMAT_NUMBER},
        {"@", FORMAT_NUMBER},
        {"\"year \"0", FORMAT_NUMBER},
        {"\"未闭合", FORMAT_NUMBER},
        {"0\\d", FORMAT_NUMBER},
        {"0_d", FORMAT_NUMBER},
        {"[Yellow]0", FORMAT_NUMBER},
        {"0;d", FORMAT_NUMBER},
        {"yyyy-mm-dd", FORMAT_DATE},
        {"yyyy\"年\"m\"月\"d\"日\";@", FORMAT_DATE},
        {"[$-804]yyyy年m月d日", FORMAT_DATE},
        {"[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", FORMAT_DATE},
        {"m/d/yy h:mm", FORMAT_DATE},
        {"mmm", FORMAT_DATE},
        {"h:mm:ss", FORMAT_TIME},
        {"mm:ss", FORMAT_TIME},
        {"上午/下午h\"时\"mm\"分\"", FORMAT_TIME},
        {"[h]:mm:ss", FORMAT_ELAPSED},
        {"[mm]:ss", FORMAT_ELAPSED},
        {"[h", FORMAT_ELAPSED},
        {"", FORMAT_NUMBER},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (number_format_of(str_of(cases[i].code)) != cases[i].format)
            fail_msg("%s", cases[i].code);
    assert_int_equal(number_format_builtin(14), FORMAT_DATE);
    assert_int_equal(number_format_builtin(20), FORMAT_TIME);
    assert_int_equal(number_format_builtin(22), FORMAT_DATE);
    assert_int_equal(number_format_builtin(31), FORMAT_DATE);
    assert_int_equal(number_format_builtin(46), FORMAT_ELAPSED);
    assert_int_equal(number_format_builtin(58), FORMAT_DATE);
    assert_int_equal(number_format_builtin(0), FORMAT_NUMBER);
    assert_int_equal(number_format_builtin(4), FORMAT_NUMBER);
    assert_int_equal(number_format_builtin(49), FORMAT_NUMBER);
}

static void serials_become_dates(void **state) {
    static const struct {
        double serial;
        NumberFormat format;
        bool since_1904;
        const char *text; /* NULL: none */
    } cases[] = {
        {45296, FORMAT_DATE, false, "2024-01-05"},
        {45296.3541666667, FORMAT_DATE, false, "2024-01-05 08:30:00"},
        {45296.9999999, FORMAT_DATE, false, "2024-01-06"},
        {43834, FORMAT_DATE, true, "2024-01-05"},
        {0, FORMAT_DATE, true, "1904-01-01"},
        {1, FORMAT_DATE, false, "1900-01-01"},
        {59, FORMAT_DATE, false, "1900-02-28"},
        {60, FORMAT_DATE, false, NULL},
        {61, FORMAT_DATE, false, "1900-03-01"},
        {2958465, FORMAT_DATE, false, "9999-12-31"},
        {2958466, FORMAT_DATE, false, NULL},
        {-1, FORMAT_DATE, false, NULL},
        {0, FORMAT_DATE, false, NULL},
        {NAN, FORMAT_DATE, false, NULL},
        {45296, FORMAT_NUMBER, false, NULL},
        {0.3541666667, FORMAT_TIME, false, "08:30:00"},
        {45296.5, FORMAT_TIME, false, "2024-01-05 12:00:00"},
        {1.5, FORMAT_ELAPSED, false, "36:00:00"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[SHEET_VALUE_TEXT] = "none";
        bool ok = serial_text(cases[i].serial, cases[i].format, cases[i].since_1904, text);

        if (ok != (cases[i].text != NULL) || (ok && strcmp(text, cases[i].text) != 0))
            fail_msg("case %zu: %s", i, text);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_plain_decimals),
        cmocka_unit_test(formats_are_told_apart),
        cmocka_unit_test(serials_become_dates),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
