/* SPDX-License-Identifier: MulanPSL-2.0 */
/* base/day_test.c: the calendar, dates as agencies write them, and the clock. */
#include "base/day.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/banned.h"

static int next_random(void) { /* the same numbers every time */
    static uint64_t state = 20240105;

    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int)(state >> 33);
}

/* The straightforward second implementation: count days one by one. */
static int slow_month_length(int year, int month) {
    if (month == 2)
        return (year % 400 == 0 || (year % 4 == 0 && year % 100 != 0)) ? 29 : 28;
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

static void every_day_from_1800_to_2199(void **state) {
    (void)state;
    Day expected = 0;

    for (int year = 1800; year < 1970; year++)
        for (int month = 1; month <= 12; month++)
            expected -= slow_month_length(year, month);
    assert_int_equal(expected, -62091);
    int weekday = 3; /* 1800-01-01 was a Wednesday */

    for (int year = 1800; year <= 2199; year++) {
        for (int month = 1; month <= 12; month++) {
            for (int day = 1; day <= slow_month_length(year, month); day++) {
                int y, m, d;
                char text[11];
                Day back;

                assert_int_equal(day_of(year, month, day), expected);
                day_split(expected, &y, &m, &d);
                assert_true(y == year && m == month && d == day);
                assert_int_equal(day_weekday(expected), weekday);
                day_format(expected, text);
                assert_true(day_parse(str_of(text), &back));
                assert_int_equal(back, expected);
                expected++;
                weekday = weekday % 7 + 1;
            }
            assert_int_equal(day_of(year, month, slow_month_length(year, month) + 1), DAY_NONE);
        }
    }
}

static void no_such_date(void **state) {
    (void)state;
    static const int none[][3] = {{2023, 2, 29}, {1900, 2, 29}, {2024, 13, 1}, {2024, 0, 1},
                                  {2024, 1, 0},  {2024, 1, 32}, {0, 1, 1},     {10000, 1, 1},
                                  {-5, 1, 1},    {2024, 4, 31}, {2024, -1, 5}};

    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        assert_int_equal(day_of(none[i][0], none[i][1], none[i][2]), DAY_NONE);
    assert_int_equal(day_of(2000, 2, 29), 11016);
    assert_int_equal(day_of(1, 1, 1), -719162);
}

static void days_far_away_split(void **state) {
    (void)state;
    static const Day far[] = {INT32_MAX, INT32_MIN + 1, -719468, -719469, -865565};

    for (size_t i = 0; i < sizeof far / sizeof *far; i++) {
        int y, m, d;
        char text[11];

        day_split(far[i], &y, &m, &d);
        assert_true(m >= 1 && m <= 12 && d >= 1 && d <= 31);
        day_format(far[i], text);
        assert_string_equal(text, "");
        assert_in_range(day_weekday(far[i]), 1, 7);
    }
}

static void months_are_added_as_the_civil_code_says(void **state) {
    (void)state;
    static const struct {
        int from[3];
        int months;
        int to[3];
    } rows[] = {
        {{2024, 1, 31}, 1, {2024, 2, 29}},   {{2023, 1, 31}, 1, {2023, 2, 28}},
        {{2024, 2, 29}, 12, {2025, 2, 28}},  {{2024, 2, 29}, 48, {2028, 2, 29}},
        {{2024, 8, 31}, 1, {2024, 9, 30}},   {{2024, 11, 15}, 2, {2025, 1, 15}},
        {{2024, 1, 15}, -1, {2023, 12, 15}}, {{2024, 3, 31}, -1, {2024, 2, 29}},
        {{2024, 1, 1}, -1, {2023, 12, 1}},   {{2024, 5, 5}, 0, {2024, 5, 5}},
        {{2024, 12, 31}, 6, {2025, 6, 30}},  {{1999, 12, 31}, -1200, {1899, 12, 31}},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(day_add_months(day_of(rows[i].from[0], rows[i].from[1], rows[i].from[2]),
                                        rows[i].months),
                         day_of(rows[i].to[0], rows[i].to[1], rows[i].to[2]));
    assert_int_equal(day_add_months(DAY_NONE, 1), DAY_NONE);
    assert_int_equal(day_add_months(day_of(9999, 12, 1), 1), DAY_NONE);
    assert_int_equal(day_add_months(day_of(1, 1, 1), -1), DAY_NONE);
    assert_int_equal(day_add_months(0, INT32_MAX), DAY_NONE);
    assert_int_equal(day_add_months(0, INT32_MIN), DAY_NONE);
}

static void dates_in_every_writing(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int y, m, d;
    } rows[] = {
        {"2024-01-05", 2024, 1, 5},
        {"2024-1-5", 2024, 1, 5},
        {"2024/01/05", 2024, 1, 5},
        {"2024/1/5", 2024, 1, 5},
        {"2024.1.5", 2024, 1, 5},
        {"2024.01.05", 2024, 1, 5},
        {"20240105", 2024, 1, 5},
        {"2024年1月5日", 2024, 1, 5},
        {"2024年01月05日", 2024, 1, 5},
        {"2024年1月5号", 2024, 1, 5},
        {"2024年1月5", 2024, 1, 5},
        {"2024 年 1 月 5 日", 2024, 1, 5},
        {"２０２４年１月５日", 2024, 1, 5},
        {"２０２４－０１－０５", 2024, 1, 5},
        {"２０２４／１／５", 2024, 1, 5},
        {"２０２４．１．５", 2024, 1, 5},
        {"二〇二四年一月五日", 2024, 1, 5},
        {"二零二四年十二月三十一日", 2024, 12, 31},
        {"二○二四年十月二十日", 2024, 10, 20},
        {"二OO四年十一月十一日", 2004, 11, 11},
        {"二0二四年元月廿五日", 2024, 1, 25},
        {"贰零贰肆年零壹月零伍日", 2024, 1, 5},
        {"贰零贰肆年壹拾贰月叁拾日", 2024, 12, 30},
        {"2024年十二月卅一日", 2024, 12, 31},
        {"2024-01-05 00:00:00", 2024, 1, 5},
        {"2024-01-05 00:00:00.0", 2024, 1, 5},
        {"2024-01-05 23:59:59.999999999", 2024, 1, 5},
        {"2024/1/5 0:00", 2024, 1, 5},
        {"2024-01-05T08:30:00", 2024, 1, 5},
        {"2024-01-05T00:00:00+08:00", 2024, 1, 5},
        {"2024-01-05T00:00:00+0800", 2024, 1, 5},
        {"2024-01-05 00:00:00 +08", 2024, 1, 5},
        {"2024-01-04T16:00:00Z", 2024, 1, 5}, /* midnight in China */
        {"2024-01-04T15:59:59Z", 2024, 1, 4},
        {"2024-01-05T00:00:00-05:00", 2024, 1, 5},
        {"2024-01-05T12:00:00-05:00", 2024, 1, 6},
        {"20240105083000", 2024, 1, 5},
        {"202401050830", 2024, 1, 5},
        {"20240105 08:30", 2024, 1, 5},
        {"2024年1月5日8时30分", 2024, 1, 5},
        {"2024年1月5日 8时30分5秒", 2024, 1, 5},
        {"2024年1月5日 08:30", 2024, 1, 5},
        {"2024年1月5日8时", 2024, 1, 5},
        {"2024年1月5 08:30", 2024, 1, 5},
        {"  2024-1-5\t", 2024, 1, 5},
        {"'2024-1-5", 2024, 1, 5},
        {"\"2024-1-5\"", 2024, 1, 5},
        {"=\"2024-1-5\"", 2024, 1, 5},
        {"“2024-1-5”", 2024, 1, 5},
        {"\xEF\xBB\xBF"
         "2024-1-5\xE3\x80\x80",
         2024, 1, 5},
        {"2024–1–5", 2024, 1, 5},
        {"2024-02-29", 2024, 2, 29},
        {"1800-01-01", 1800, 1, 1},
        {"2199-12-31", 2199, 12, 31},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Day d = 0;
        char text[11], expected[11];

        if (!day_parse(str_of(rows[i].text), &d))
            fail_msg("refused: %s", rows[i].text);
        day_format(d, text);
        day_format(day_of(rows[i].y, rows[i].m, rows[i].d), expected);
        if (d != day_of(rows[i].y, rows[i].m, rows[i].d))
            fail_msg("%s: read as %s, not %s", rows[i].text, text, expected);
    }
}

static void what_is_no_date(void **state) {
    (void)state;
    static const char *const rows[] = {
        "",
        " ",
        "无",
        "2024",
        "2024-01",
        "2024年1月",
        "2024-02-30",
        "2023-02-29",
        "2024-13-01",
        "2024-00-10",
        "2024-1-0",
        "24-1-5",
        "1/5/2024",
        "5-Jan-2024",
        "2024-1/5",
        "2024.1-5",
        "2024-1-5-6",
        "2024-1-5 x",
        "2024-01-0508:30",
        "45296",
        "1799-12-31",
        "2200-01-01",
        "0000-00-00",
        "99999999",
        "20241301",
        "2024010",
        "202401051",
        "2024-001-05",
        "2024-01-005",
        "2024-01-05 24:00:00",
        "2024-01-05 08:60",
        "2024-01-05 08:30:60",
        "2024-01-05 08:3",
        "2024-01-05 8",
        "2024-01-05T",
        "2024-01-05 08:30:00+25:00",
        "2024-01-05 08:30:00+8",
        "2024010508306",
        "2024年13月5日",
        "2024年1月32日",
        "二〇二四年一月三十二日",
        "二〇二四年〇月五日",
        "二〇二年一月五日",
        "二〇二四年一月五日五",
        "2O24-01-05",
        "2024-01-05~2024-02-05",
        "2024年1月5日至6日",
        "约2024年1月5日",
        "2199-12-31T20:00:00-05:00",
        "1800-01-01T00:00:00+14:00",
        "-2024-01-05",
        "2024-01-05\n2024-01-06",
        "2024--1-5",
        "2024年年1月5日",
        "长期",
        "2024-01-05                                                                 00:00",
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Day d = 77;

        if (day_parse(str_of(rows[i]), &d))
            fail_msg("accepted: %s", rows[i]);
        assert_int_equal(d, 77); /* outputs are left alone on failure */
    }
    assert_false(day_parse((Str){NULL, 0}, &(Day){0}));
    assert_false(day_parse((Str){"2024-01-05\0x", 12}, &(Day){0}));
    assert_false(day_parse((Str){"2024\xFF-1-5", 9}, &(Day){0}));
}

static void excel_serials(void **state) {
    (void)state;
    static const struct {
        double serial;
        int y, m, d;
    } rows[] = {{1, 1900, 1, 1},     {59, 1900, 2, 28},      {61, 1900, 3, 1},
                {45296, 2024, 1, 5}, {45296.75, 2024, 1, 5}, {25569, 1970, 1, 1},
                {36526, 2000, 1, 1}, {109574, 2199, 12, 31}};
    Day d = 77;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_true(day_from_excel(rows[i].serial, &d));
        assert_int_equal(d, day_of(rows[i].y, rows[i].m, rows[i].d));
    }
    static const double refused[] = {0, 0.5, -1, 60, 60.5, 109575, 2958465, 1e300};

    d = 77;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        assert_false(day_from_excel(refused[i], &d));
    assert_false(day_from_excel(NAN, &d));
    assert_false(day_from_excel(INFINITY, &d));
    assert_int_equal(d, 77);
}

static void instants_are_written_and_read_back(void **state) {
    (void)state;
    char text[INSTANT_TEXT];
    Instant back;

    instant_format(0, text);
    assert_string_equal(text, "1970-01-01T08:00:00.000000+08:00");
    instant_format(INT64_C(1704414600123456), text);
    assert_string_equal(text, "2024-01-05T08:30:00.123456+08:00");
    instant_format(-1, text);
    assert_string_equal(text, "1970-01-01T07:59:59.999999+08:00");
    for (int i = 0; i < 10000; i++) {
        Instant at = (Instant)next_random() * next_random() % INT64_C(7000000000000000) -
                     INT64_C(1000000000000000);

        instant_format(at, text);
        assert_true(instant_parse(str_of(text), &back));
        assert_int_equal(back, at);
    }
    instant_format(INT64_MAX, text);
    assert_string_equal(text, "");
    instant_format(INT64_MIN, text);
    assert_string_equal(text, "");
}

static void the_steady_clock_goes_on(void **state) {
    (void)state;
    Instant before = instant_steady(), wall = instant_wall();

    assert_true(before - wall < 1000000 && wall - before < 1000000);
    for (int i = 0; i < 10000; i++) {
        Instant now = instant_steady();

        assert_true(now >= before);
        before = now;
    }
    instant_freeze(INT64_C(1704414600123456));
    assert_int_equal(instant_steady(), INT64_C(1704414600123456));
    assert_int_equal(instant_wall(), INT64_C(1704414600123456));
    instant_freeze(INT64_C(1704414600000000)); /* set back: tests may */
    assert_int_equal(instant_steady(), INT64_C(1704414600000000));
    instant_freeze(0);
    assert_true(instant_steady() >= before);
}

static void instants_in_other_writings(void **state) {
    (void)state;
    static const struct {
        const char *text, *same_as;
    } rows[] = {
        {"2024-01-05", "2024-01-05T00:00:00.000000+08:00"},
        {"2024-01-05 08:30", "2024-01-05T08:30:00.000000+08:00"},
        {"2024-01-05T00:30:00Z", "2024-01-05T08:30:00.000000+08:00"},
        {"2024-01-05T00:30:00.5+00:00", "2024-01-05T08:30:00.500000+08:00"},
        {"20240105083000", "2024-01-05T08:30:00.000000+08:00"},
        {"2199-12-31", "2199-12-31T00:00:00.000000+08:00"},
        {"2024年1月5日8时30分5秒", "2024-01-05T08:30:05.000000+08:00"},
        {"2024-01-05T08:30:00.1234569", "2024-01-05T08:30:00.123456+08:00"},
    };
    Instant at = 77;
    char text[INSTANT_TEXT];

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_true(instant_parse(str_of(rows[i].text), &at));
        instant_format(at, text);
        assert_string_equal(text, rows[i].same_as);
    }
    at = 77;
    assert_false(instant_parse(STR("08:30"), &at));
    assert_false(instant_parse(STR("now"), &at));
    assert_int_equal(at, 77);
}

static void the_clock_never_goes_back(void **state) {
    (void)state;
    Instant before = instant_now();

    for (int i = 0; i < 100000; i++) {
        Instant now = instant_now();

        assert_true(now >= before);
        before = now;
    }
}

static void the_clock_stands_still_when_frozen(void **state) {
    (void)state;
    Instant noon, late;

    assert_true(instant_parse(STR("2024-01-05 12:00"), &noon));
    assert_true(instant_parse(STR("2024-01-05 23:59:59.999999"), &late));
    instant_freeze(noon);
    assert_int_equal(instant_now(), noon);
    assert_int_equal(day_today(), day_of(2024, 1, 5));
    instant_freeze(late);
    assert_int_equal(day_today(), day_of(2024, 1, 5));
    instant_freeze(late + 1);
    assert_int_equal(day_today(), day_of(2024, 1, 6));
    instant_freeze(0);
    assert_true(instant_now() > late);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_day_from_1800_to_2199),
        cmocka_unit_test(no_such_date),
        cmocka_unit_test(days_far_away_split),
        cmocka_unit_test(months_are_added_as_the_civil_code_says),
        cmocka_unit_test(dates_in_every_writing),
        cmocka_unit_test(what_is_no_date),
        cmocka_unit_test(excel_serials),
        cmocka_unit_test(instants_are_written_and_read_back),
        cmocka_unit_test(the_steady_clock_goes_on),
        cmocka_unit_test(instants_in_other_writings),
        cmocka_unit_test(the_clock_never_goes_back),
        cmocka_unit_test(the_clock_stands_still_when_frozen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
