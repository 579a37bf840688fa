/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/period_test.c: the last day of periods, workdays, and the calendar against the notices.
 */
#include "content/testing.h"

#include "base/banned.h"

static Content *content;

static Day day(const char *text) {
    Day d;

    assert_true(day_parse(str_of(text), &d));
    return d;
}

static void assert_day(Day is, const char *wanted, const char *what) {
    char text[11];

    day_format(is, text);
    if (strcmp(text, wanted) != 0)
        fail_msg("%s: %s, wanted %s", what, text, wanted);
}

/* Days of 2023 to 2026, whose notices are loaded. */
static const struct {
    const char *period, *from, *due;
} dues[] = {
    /* months: the corresponding day, or the month's last */
    {"PS_REPLY", "2024-01-15", "2024-03-15"},
    {"PS_REPLY", "2023-12-31", "2024-02-29"},
    {"PS_REPLY", "2024-12-31", "2025-02-28"},
    {"FS_URGE", "2024-11-30", "2025-02-28"},
    {"AP_SUE", "2024-03-31", "2024-09-30"},
    /* the last day falls into National Day: 2024-10-01 to 10-07 off, 10-08 worked */
    {"PS_REPLY", "2024-08-01", "2024-10-08"},
    {"PS_REPLY", "2024-08-07", "2024-10-08"},
    {"PS_REPLY", "2024-08-08", "2024-10-08"},
    {"AP_PAY", "2024-09-16", "2024-10-08"},
    /* a weekend, and a weekend that is worked (2024-10-12 is a make-up Saturday) */
    {"AP_PAY", "2024-06-07", "2024-06-24"},
    {"AP_PAY", "2024-09-27", "2024-10-12"},
    /* ninety natural days */
    {"AP_DECIDE", "2024-01-02", "2024-04-01"},
    {"AP_DECIDE", "2024-07-03", "2024-10-08"},
    /* workdays step over holidays and stop at make-up days */
    {"RT_TO_ADMIN", "2024-09-30", "2024-10-10"},
    {"AP_SERVE", "2024-09-27", "2024-10-12"},
    {"RT_REVIEW", "2024-02-08", "2024-02-28"},
    {"AP_HEAR_APPLY", "2024-04-28", "2024-05-08"},
    /* custody never rolls */
    {"CM_DETAIN", "2024-09-30", "2024-10-03"},
    {"CM_CUSTODY", "2024-08-04", "2024-10-04"},
    {"CM_BAIL", "2023-10-05", "2024-10-05"},
    /* hours end the next day at the latest, holiday or not */
    {"FT_SEND", "2024-09-30", "2024-10-01"},
    /* backwards */
    {"CM_EXTEND_REQ", "2024-10-08", "2024-10-01"},
    {"AP_HEAR_NOTICE", "2024-10-15", "2024-09-30"},
};

static void test_due(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof dues / sizeof *dues; i++) {
        Err e = {0};
        const Period *p = content_period(content, str_of(dues[i].period), &e);

        if (p == NULL)
            fail_msg("%s", e.text);
        assert_day(period_due(content, p, day(dues[i].from)), dues[i].due, dues[i].period);
    }
    assert_int_equal(period_due(content, content_period_at(content, 0), DAY_NONE), DAY_NONE);
}

static void test_workdays(void **state) {
    bool known;

    (void)state;
    assert_false(calendar_workday(content, day("2024-10-01"), &known));
    assert_true(known);
    assert_true(calendar_workday(content, day("2024-09-29"), &known)); /* a worked Sunday */
    assert_false(calendar_workday(content, day("2024-09-28"), NULL));  /* a plain Saturday */
    assert_true(str_is(calendar_holiday(content, day("2024-10-07")), "国庆节"));
    assert_int_equal(calendar_holiday(content, day("2024-10-08")).len, 0);
    assert_false(calendar_workday(content, day("2045-10-01"), &known)); /* a Sunday */
    assert_false(known);
    assert_true(calendar_workday(content, day("2045-10-02"), &known));
    assert_false(known);
    assert_day(calendar_roll(content, day("2024-10-01")), "2024-10-08", "roll");
    assert_day(calendar_roll(content, day("2024-10-08")), "2024-10-08", "roll");
    assert_day(calendar_add_workdays(content, day("2024-09-30"), 0), "2024-09-30", "add 0");
    assert_day(calendar_add_workdays(content, day("2024-09-30"), 1), "2024-10-08", "add 1");
    assert_day(calendar_add_workdays(content, day("2024-10-08"), -1), "2024-09-30", "add -1");
    assert_int_equal(calendar_add_workdays(content, DAY_NONE, 3), DAY_NONE);
    assert_int_equal(calendar_roll(content, DAY_NONE), DAY_NONE);
}

/* Adding and taking away the same workdays comes back, from every workday of three years. */
static void test_workdays_there_and_back(void **state) {
    (void)state;
    for (Day d = day("2023-06-01"); d < day("2026-06-01"); d++) {
        if (!calendar_workday(content, d, NULL))
            continue;
        for (int n = 1; n < 40; n += 7)
            assert_int_equal(
                calendar_add_workdays(content, calendar_add_workdays(content, d, n), -n), d);
    }
}

static void test_explain(void **state) {
    static const struct {
        const char *period, *from, *part;
    } parts[] = {
        {"PS_REPLY", "2024-08-01", "2024年8月1日（被建议单位收到检察建议书）次日起算，2 个月"},
        {"PS_REPLY", "2024-08-01", "届满日2024年10月1日是国庆节，顺延到2024年10月8日"},
        {"AP_PAY", "2024-06-07", "是休息日，顺延到2024年6月24日"},
        {"PS_REPLY", "2024-08-01", "《人民检察院检察建议工作规定》（待核）"},
        {"AP_DECIDE", "2024-01-02", "到2024年4月1日届满"},
        {"AP_DECIDE", "2024-01-02", "依据：《行政处罚法》第60条。"},
        {"CM_DETAIN", "2024-09-30", "在押期间，不因节假日延长"},
        {"CM_EXTEND_REQ", "2024-10-08", "往前 7 日"},
        {"PS_REPLY", "2050-08-01", "放假安排尚未载入"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        scoped_buf Buf text;

        buf_init(&text, 4096);
        period_explain(content, content_period(content, str_of(parts[i].period), NULL),
                       day(parts[i].from), &text);
        if (strstr(text.ptr, parts[i].part) == NULL)
            fail_msg("“%s” is not in “%s”", parts[i].part, text.ptr);
    }
}

/* What a notice says about a day: 1 off, 0 worked, -1 nothing. */
static int told(const Node *days, const char *date) {
    for (size_t i = 0; i < days->count; i++)
        if (str_is(node_text(days->items[i], "date"), date))
            return node_bool(days->items[i], "isOffDay", true);
    return -1;
}

/* Every day of a year; a notice may also speak of the last days of the year before. */
static size_t compare_year(const Node *const *notices, int year) {
    size_t differences = 0;

    for (Day d = day_of(year, 1, 1); d <= day_of(year, 12, 31); d++) {
        bool rest = day_weekday(d) >= 6, known;
        char text[11];

        day_format(d, text);
        for (int y = year; y <= year + 1; y++) {
            int says = notices[y] == NULL ? -1 : told(notices[y], text);

            if (says >= 0)
                rest = says == 1;
        }
        differences += calendar_workday(content, d, &known) == rest;
        assert_true(known);
    }
    return differences;
}

enum { FIRST_YEAR = 2007, LAST_YEAR = 2026 };

static void test_calendar_as_notices(void **state) {
    scoped_arena Arena *a = arena_new();
    const Node *notices[LAST_YEAR + 2] = {NULL};
    size_t years = 0, differences = 0;

    (void)state;
    for (int year = FIRST_YEAR; year <= LAST_YEAR; year++) {
        char path[512], name[32], command[600];
        Err e = {0};

        snprintf(name, sizeof name, "holidays/%d.json", year);
        shared_place(name, path);
        if (access(path, R_OK) != 0)
            continue;
        snprintf(command, sizeof command, "cat '%s'", path);
        const Node *tree = json_read(a, output_of(a, command), &e);

        assert_non_null(tree);
        notices[year] = node_get(tree, "days");
        years++;
    }
    if (years == 0) {
        print_message("没有找到共享的节假日数据，跳过与通知的比对\n");
        skip();
    }
    for (int year = FIRST_YEAR; year <= LAST_YEAR; year++)
        if (notices[year] != NULL)
            differences += compare_year(notices, year);
    print_message("节假日：比对 %zu 年，%zu 天不同\n", years, differences);
    assert_int_equal(differences, 0);
}

/* Every year is there with its holidays, and about as many workdays as a year has. */
static void test_calendar_is_complete(void **state) {
    static const char *const names[] = {"元旦",   "春节",   "劳动节",
                                        "国庆节", "清明节", "端午节"}; /* the last two since 2008 */

    (void)state;
    for (int year = FIRST_YEAR; year <= LAST_YEAR; year++) {
        size_t workdays = 0, found[6] = {0};

        for (Day d = day_of(year, 1, 1); d <= day_of(year, 12, 31); d++) {
            bool known, works = calendar_workday(content, d, &known);

            assert_true(known);
            workdays += works;
            for (size_t i = 0; i < 6; i++)
                found[i] += str_is(calendar_holiday(content, d), names[i]);
        }
        for (size_t i = 0; i < (year < 2008 ? 4 : 6); i++)
            if (found[i] == 0)
                fail_msg("%d has no %s", year, names[i]);
        if (workdays < 245 || workdays > 253)
            fail_msg("%d has %zu workdays", year, workdays);
    }
}

static int start(void **state) {
    (void)state;
    crypto_start();
    content = load_plain();
    return 0;
}

static int stop(void **state) {
    (void)state;
    content_drop(content);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_due),
        cmocka_unit_test(test_workdays),
        cmocka_unit_test(test_workdays_there_and_back),
        cmocka_unit_test(test_explain),
        cmocka_unit_test(test_calendar_as_notices),
        cmocka_unit_test(test_calendar_is_complete),
    };

    return cmocka_run_group_tests_name("content/period", tests, start, stop);
}
