/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/period_count_test.c: edges of counting, and what is refused. */
#include "content/period_testing.h"

#include "base/banned.h"

/* ---- edges ---- */

static void edges(void **state) {
    static const struct {
        const char *period, *from, *due;
    } rows[] = {
        /* leap years */
        {"AP_LIMIT", "2024-02-29", "2026-02-28"},
        {"AP_LIMIT_TAX", "2023-03-01", "2028-03-01"},
        {"AP_RECONS_ESTATE", "2024-02-29", "2044-02-29"},
        {"T_MONTH", "2024-01-30", "2024-02-29"},
        {"T_MONTH", "2023-01-30", "2023-02-28"},
        {"T_MONTH", "2000-01-31", "2000-02-29"},
        {"T_MONTH", "2100-01-31", "2100-02-28"},
        {"T_MONTH", "2024-12-31", "2025-01-31"},
        /* Spring Festival: 2026-02-15 to 02-23 off, Saturday 02-14 worked */
        {"RT_TO_ADMIN", "2026-02-13", "2026-02-25"},
        {"AP_PAY", "2026-02-04", "2026-02-24"},
        {"CM_ARREST", "2026-02-10", "2026-02-17"},
        /* make-up Saturdays */
        {"RT_TO_ADMIN", "2026-02-25", "2026-02-28"},
        {"T_DAYS", "2025-02-08", "2025-02-18"},
        {"AP_SERVE", "2025-09-26", "2025-10-13"}, /* 28th worked, 1st to 8th off, 11th worked */
        /* hours over midnight, a month's end and a year's */
        {"FT_SEND", "2024-12-31T23:30:00", "2025-01-01T23:30:00"},
        {"FT_SEND", "2024-02-28T23:30:00", "2024-02-29T23:30:00"},
        {"FT_SEND", "2024-12-31T00:00:00", "2025-01-01T00:00:00"},
        {"FT_SEND", "2024-12-31", "2025-01-02T00:00:00"}, /* the moment unknown: at the latest */
        {"CM_RSDL_NOTIFY", "2024-12-31", "2025-01-02T00:00:00"},
        /* backwards over holidays */
        {"AP_HEAR_NOTICE", "2024-10-15", "2024-09-30"},
        {"AP_HEAR_NOTICE", "2026-02-26", "2026-02-10"},
        {"CM_EXTEND_REQ", "2024-10-08", "2024-10-01"},
        {"T_BACK", "2024-03-31", "2024-02-29"},
        /* limits */
        {"T_MONTH", "1900-01-01", "1900-02-01"},
        {"T_DAYS", "2045-06-01", "2045-06-12"}, /* weekends only; the 11th is a Sunday */
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        ends(rows[i].period, rows[i].from, NULL, rows[i].due);
    assert_int_equal(due_of("FT_SEND", "2024-12-31T00:00:00", NULL).due, day("2024-12-31"));
    assert_true(due_of("T_DAYS", "2024-06-01", NULL).calendar_known);
    assert_false(due_of("T_DAYS", "2045-06-01", NULL).calendar_known);
    assert_true(due_of("T_MONTH", "2045-06-01", NULL).calendar_known); /* it did not matter */
    assert_false(due_of("RT_TO_ADMIN", "2026-12-30", NULL).calendar_known);
}

typedef struct Gaps {
    const char *period, *from, *spans[3], *due; /* NULL: no end yet */
} Gaps;

static void suspensions(void **state) {
    static const Gaps rows[] = {
        /* over the month's end: 29 days, of which the 28th and 29th do not count */
        {"T_MONTH", "2024-01-31", {"2024-02-28..2024-03-02"}, "2024-03-04"},
        {"T_MONTH", "2024-01-31", {"2024-03-01..2024-03-02"}, "2024-02-29"},
        {"T_MONTH", "2024-01-31", {"2024-01-20..2024-01-31"}, "2024-02-29"},
        {"T_MONTH", "2024-01-31", {"2024-01-20..2024-02-01"}, "2024-03-01"},
        {"T_MONTH",
         "2024-01-31",
         {"2024-02-29..2024-02-29", "2024-03-01..2024-03-05"},
         "2024-03-06"},
        /* overlapping, and one inside the other */
        {"T_DAYS",
         "2024-06-03",
         {"2024-06-05..2024-06-07", "2024-06-06..2024-06-10"},
         "2024-06-19"},
        {"T_DAYS",
         "2024-06-03",
         {"2024-06-05..2024-06-10", "2024-06-06..2024-06-07"},
         "2024-06-19"},
        {"T_DAYS",
         "2024-06-03",
         {"2024-06-05..2024-06-06", "2024-06-06..2024-06-08"},
         "2024-06-17"},
        /* out of order, and touching */
        {"T_DAYS",
         "2024-06-03",
         {"2024-06-08..2024-06-10", "2024-06-05..2024-06-05", "2024-06-06..2024-06-08"},
         "2024-06-19"},
        /* the lengthened part is hit by the next */
        {"T_DAYS",
         "2024-06-03",
         {"2024-06-12..2024-06-13", "2024-06-14..2024-06-15"},
         "2024-06-17"},
        /* on the days it only rolls over, nothing changes: the 15th is a Saturday */
        {"T_DAYS", "2024-06-05", {"2024-06-16..2024-06-20"}, "2024-06-17"},
        /* going on */
        {"T_DAYS", "2024-06-03", {"2024-06-13.."}, NULL},
        {"T_DAYS", "2024-06-03", {"2024-06-14.."}, "2024-06-13"},
        {"T_DAYS", "2024-06-03", {"2024-05-01.."}, NULL},
        {"T_MONTH", "2024-01-31", {"2024-02-05..2024-02-06", "2024-03-02.."}, NULL},
        {"T_MONTH", "2024-01-31", {"2024-02-05..2024-02-06", "2024-03-03.."}, "2024-03-02"},
        /* hours stand still for whole days */
        {"T_HOURS", "2024-06-03T10:00:00", {"2024-06-04..2024-06-04"}, "2024-06-06T10:00:00"},
        {"T_HOURS", "2024-06-03T10:00:00", {"2024-06-03..2024-06-03"}, "2024-06-06T00:00:00"},
        {"T_HOURS", "2024-06-03T00:00:00", {"2024-06-05..2024-06-05"}, "2024-06-05T00:00:00"},
        {"T_HOURS", "2024-06-03T10:00:00", {"2024-06-05.."}, NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        PeriodSuspension s[3];
        PeriodFacts f = PERIOD_NO_FACTS;

        f.suspensions = s;
        for (; f.suspension_count < 3 && rows[i].spans[f.suspension_count] != NULL;
             f.suspension_count++) {
            const char *span = rows[i].spans[f.suspension_count];
            char from[11];

            memcpy(from, span, 10);
            from[10] = '\0';
            s[f.suspension_count] = (PeriodSuspension){
                day(from), span[12] == '\0' ? DAY_NONE : day(span + 12), STR("鉴定")};
        }
        PeriodDue due = due_of(rows[i].period, rows[i].from, &f);

        if (due.suspended != (rows[i].due == NULL))
            fail_msg("row %zu: suspended %d", i, due.suspended);
        if (rows[i].due != NULL)
            ends(rows[i].period, rows[i].from, &f, rows[i].due);
        else
            assert_true(due.due == DAY_NONE && due.due_at == INSTANT_NONE && !due.warning_count);
    }
}

static void set_by_document(void **state) {
    PeriodFacts f = PERIOD_NO_FACTS;

    (void)state;
    f.set_count = 1;
    f.set_unit = PERIOD_MONTH;
    ends("PS_REPLY", "2024-01-31", &f, "2024-02-29");
    f.set_count = 5;
    f.set_unit = PERIOD_WORKDAY;
    ends("T_DAYS", "2024-09-30", &f, "2024-10-12");
}

static void warnings(void **state) {
    static const struct {
        const char *period, *from;
        size_t count;
        const char *at[3];
    } rows[] = {
        {"RT_REVIEW",
         "2024-02-08",
         3,
         {"2024-02-19T00:00:00", "2024-02-23T00:00:00", "2024-02-29T00:00:00"}},
        {"T_DAYS",
         "2024-06-03",
         3, /* ends 06-13 */
         {"2024-06-06T00:00:00", "2024-06-12T18:00:00", "2024-06-12T00:00:00"}},
        {"FT_SEND",
         "2024-06-03T10:20:00",
         3,
         {"2024-06-03T22:20:00", "2024-06-04T06:20:00", "2024-06-04T10:20:00"}},
        {"FT_APPROVE", "2024-06-04", 2, {"2024-06-06T00:00:00", "2024-06-08T00:00:00"}},
        /* backwards they are kept, though the event is later */
        {"CM_EXTEND_REQ",
         "2024-10-08",
         3,
         {"2024-09-28T00:00:00", "2024-09-30T00:00:00", "2024-10-02T00:00:00"}},
    };
    PeriodFacts f = PERIOD_NO_FACTS;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        PeriodDue due = due_of(rows[i].period, rows[i].from, NULL);

        if (due.warning_count != rows[i].count)
            fail_msg("%s: %zu warnings", rows[i].period, due.warning_count);
        for (size_t k = 0; k < due.warning_count; k++)
            assert_moment(due.warnings[k].at, rows[i].at[k], rows[i].period);
    }
    f.set_count = 7; /* the first one comes the moment it begins */
    f.set_unit = PERIOD_DAY;
    assert_int_equal(due_of("T_DAYS", "2024-06-12", &f).warning_count, 3);
    assert_int_equal(due_of("T_DAYS", "2024-06-12T00:00:01", &f).warning_count, 2);
    f.set_count = 2; /* so short that the early ones would come before it began */
    f.set_unit = PERIOD_DAY;
    assert_int_equal(due_of("T_DAYS", "2024-06-03", &f).warning_count, 2);
}

/* ---- law in force, and of two the stricter ---- */

static void law_in_force(void **state) {
    static const struct {
        const char *fact, *title;
    } rows[] = {{"2010-01-01", "旧"}, {"2015-12-31", "旧"}, {"2016-01-01", "中"},
                {"2018-12-31", "中"}, {"2020-01-01", "新"}, {"2199-01-01", "新"}};
    PeriodFacts f = PERIOD_NO_FACTS;
    PeriodDue due;
    Err e = {0};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        f.fact_on = day(rows[i].fact);
        due = due_of("T_LAW", "2024-06-03", &f);
        assert_true(str_is(due.period->title, rows[i].title));
        assert_int_equal(due.due - day("2024-06-03"), due.period->count);
    }
    assert_true(str_is(due_of("T_LAW", "2017-06-03", NULL).period->title, "中"));
    assert_true(str_is(period("T_LAW")->title, "新"));
    for (const Period *p = period("T_LAW"); p != NULL; p = p->older) /* from any version */
        assert_true(period_compute(content, p, trigger("2024-06-03"), NULL, &due, &e) &&
                    str_is(due.period->title, "新"));
    f.fact_on = day("2019-06-01");
    assert_false(period_compute(content, period("T_LAW"), trigger("2024-06-03"), &f, &due, &e));
    assert_int_equal(e.code, ERR_NOT_FOUND);
    assert_non_null(strstr(e.text, "2019-06-01"));
    f.fact_on = day("2009-12-31");
    assert_false(period_compute(content, period("T_LAW"), trigger("2024-06-03"), &f, &due, &e));
    assert_non_null(strstr(e.text, "自 2010-01-01 起施行"));

    /* the law on public security of 2026 does not count hearings either; its forerunner does */
    PeriodSuspension s = {day("2026-03-10"), day("2026-03-19"), STR("听证")};

    f.fact_on = day("2025-12-31");
    f.suspensions = &s;
    f.suspension_count = 1;
    assert_false(period_compute(content, period("AP_POLICE"), trigger("2026-03-02"), &f, &due, &e));
    assert_int_equal(e.code, ERR_INVALID);
    assert_non_null(strstr(e.text, "鉴定"));
}

static void stricter_of_two(void **state) {
    PeriodSuspension s[] = {{day("2024-06-05"), DAY_NONE, STR("听证")},
                            {day("2024-06-05"), day("2024-07-30"), STR("鉴定")}};
    PeriodGranted g[] = {{STR("more"), 0}, {STR("more"), 0}, {STR("month"), 0}};
    PeriodFacts f = PERIOD_NO_FACTS;

    (void)state;
    ends("RT_AFTER_DECISION", "2024-06-04", NULL, "2024-06-07");
    ends("RT_AFTER_DECISION", "2024-09-30", NULL, "2024-10-08"); /* 3 days, not 3 workdays */
    assert_true(str_is(due_of("T_BOTH", "2024-06-03", NULL).period->period, "T_DAYS"));
    assert_true(str_is(due_of("T_TIE", "2024-06-03", NULL).period->period, "T_EVEN"));
    f.suspensions = s;
    f.suspension_count = 1; /* known to the days only, and going on */
    assert_true(str_is(due_of("T_BOTH", "2024-06-03", &f).period->period, "T_MONTH"));
    f.suspension_count = 2;
    ends("T_BOTH", "2024-06-03", &f, "2024-08-28"); /* the month, without 56 days */
    f.suspension_count = 0;
    f.extensions = g;
    f.extension_count = 3;
    assert_true(str_is(due_of("T_BOTH", "2024-06-03", &f).period->period, "T_MONTH"));
    assert_int_equal(period_due(content, period("T_BOTH"), day("2024-06-03")), day("2024-06-13"));
}

/* ---- what comes again, and an agreed day ---- */

static void turns(void **state) {
    static const struct {
        const char *period, *from;
        int64_t times;
        const char *end;
    } rows[] = {
        /* no creeping: neither over the holidays an end rolled past, nor through February */
        {"T_MONTH", "2024-01-31", 1, "2024-02-29"},
        {"T_MONTH", "2024-01-31", 2, "2024-03-31"},
        {"T_MONTH", "2024-01-31", 3, "2024-04-30"},
        {"T_MONTH", "2024-01-31", 13, "2025-02-28"},
        {"T_DAYS", "2024-09-21", 1, "2024-10-08"},
        {"T_DAYS", "2024-09-21", 2, "2024-10-11"},
        {"T_HOURS", "2024-06-03T10:00:00", 3, "2024-06-09T10:00:00"},
    };
    PeriodFacts f = PERIOD_NO_FACTS;
    PeriodSuspension open = {day("2024-03-10"), DAY_NONE, STR("鉴定")};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        f.times = rows[i].times;
        ends(rows[i].period, rows[i].from, &f, rows[i].end);
    }
    f.times = 900; /* far beyond all calendars, but what goes on without end comes first */
    f.suspensions = &open;
    f.suspension_count = 1;
    assert_true(due_of("T_MONTH", "2024-01-31", &f).suspended);
}

static void agreed_day(void **state) {
    PeriodGranted g[] = {{STR("later"), 3}, {STR("later"), 0}};
    PeriodFacts f = PERIOD_NO_FACTS;
    PeriodDue due = due_of("T_AGREED", "2024-06-13", NULL);

    (void)state;
    assert_int_equal(due.warning_count, 2); /* before the day that starts it */
    assert_moment(due.warnings[0].at, "2024-06-06T00:00:00", "T_AGREED");
    assert_moment(due.warnings[1].at, "2024-06-14T00:00:00", "T_AGREED");
    ends("T_AGREED", "2024-06-13", NULL, "2024-06-13");
    ends("T_AGREED", "2024-06-10", NULL, "2024-06-11"); /* 端午 */
    f.extensions = g;
    f.extension_count = 1;
    ends("T_AGREED", "2024-06-10", &f, "2024-06-13");
    f.extension_count = 2;
    ends("T_AGREED", "2024-06-13", &f, "2024-06-26");
    assert_int_equal(period_due(content, period("T_AGREED"), day("2024-06-13")), day("2024-06-13"));
}

/* ---- mistakes ---- */

static void refused(const char *id, PeriodTrigger from, const PeriodFacts *f, const char *where,
                    const char *part) {
    PeriodDue due = {.due = 77};
    Err e = {0};

    if (period_compute(content, period(id), from, f, &due, &e))
        fail_msg("%s: not refused, wanted %s", id, part);
    if (e.code != ERR_INVALID && e.code != ERR_TOO_LARGE)
        fail_msg("%s: %s", id, err_key(e.code));
    if (strcmp(e.where, where) != 0 || strstr(e.text, part) == NULL)
        fail_msg("%s: %s: %s, wanted %s", id, e.where, e.text, part);
    assert_int_equal(due.due, 77);
}

static void refused_days(void **state) {
    PeriodTrigger ok = trigger("2024-06-03");
    PeriodSuspension s = {day("2024-06-05"), day("2024-06-04"), STR("鉴定")};
    PeriodFacts f = PERIOD_NO_FACTS;

    (void)state;
    refused("T_DAYS", period_from_day(DAY_NONE), NULL, "/trigger", "没有起算的日期");
    refused("T_DAYS", period_from_instant(INSTANT_NONE), NULL, "/trigger", "没有起算的日期");
    refused("T_DAYS", period_from_instant(INT64_MAX), NULL, "/trigger", "1900 年到 2200 年");
    refused("T_DAYS", period_from_day(day("1899-12-31")), NULL, "/trigger", "1899-12-31");
    refused("T_DAYS", period_from_day(day_of(2201, 1, 1)), NULL, "/trigger", "2201-01-01");
    refused("T_DAYS", period_from_day(INT32_MAX), NULL, "/trigger", "1900 年到 2200 年");
    refused("T_DAYS", period_from_day(day_of(2200, 12, 28)), NULL, "/trigger", "2200 年之外");
    refused("T_BACK", period_from_day(day_of(1900, 1, 15)), NULL, "/trigger", "1900 年到");
    f.fact_on = day("1899-12-31");
    refused("T_LAW", ok, &f, "/fact_on", "1899-12-31");
    f.fact_on = DAY_NONE;
    f.suspensions = &s;
    f.suspension_count = 1;
    refused("T_DAYS", ok, &f, "/suspensions/0", "末日早于首日");
    s.to = day("1899-01-01");
    refused("T_DAYS", ok, &f, "/suspensions/0", "1899-01-01");
    s = (PeriodSuspension){INT32_MAX - 1, DAY_NONE, STR("鉴定")};
    refused("T_DAYS", ok, &f, "/suspensions/0", "1900 年到");
}

static void refused_facts(void **state) {
    PeriodTrigger ok = trigger("2024-06-03");
    PeriodSuspension s[PERIOD_SUSPENSIONS_MAX + 1];
    PeriodGranted g[PERIOD_EXTENSIONS_MAX + 1] = {{STR("more"), 6}};
    PeriodFacts f = PERIOD_NO_FACTS;

    (void)state;
    for (size_t i = 0; i <= PERIOD_SUSPENSIONS_MAX; i++)
        s[i] = (PeriodSuspension){day("2024-06-05") + (Day)i * 2, day("2024-06-05") + (Day)i * 2,
                                  STR("鉴定")};
    f.suspensions = s;
    f.suspension_count = PERIOD_SUSPENSIONS_MAX;
    assert_false(due_of("T_DAYS", "2024-06-03", &f).suspended);
    f.suspension_count++;
    refused("T_DAYS", ok, &f, "/suspensions", "64");
    f.suspension_count = 1;
    refused("AP_PAY", ok, &f, "/suspensions/0", "没有不计入期限的事由");
    refused("CM_EXTEND_REQ", ok, &f, "/suspensions/0", "倒数");
    s[0].reason = STR("出差");
    refused("T_DAYS", ok, &f, "/suspensions/0", "鉴定、听证");
    refused("T_BOTH", ok, &f, "/suspensions/0", "不能因“出差”");
    s[0].reason = (Str){NULL, 0}; /* which of two? */
    refused("T_DAYS", ok, &f, "/suspensions/0", "鉴定、听证");
    f.suspension_count = 0;

    f.extensions = g;
    f.extension_count = 1;
    refused("T_DAYS", ok, &f, "/extensions/0", "最多延长 5");
    refused("AP_PAY", ok, &f, "/extensions/0", "没有“more”这种延长");
    refused("T_BOTH", ok, &f, "/extensions/0", "最多延长 5");
    g[0] = (PeriodGranted){STR("more"), -1};
    refused("T_DAYS", ok, &f, "/extensions/0", "-1");
    g[0] = (PeriodGranted){STR("month"), 0};
    refused("T_DAYS", ok, &f, "/extensions/0", "之后才能批准");
    g[0] = (PeriodGranted){STR("wandering"), 31};
    refused("CM_DETAIN", ok, &f, "/extensions/0", "最多延长到 30");
    g[0] = (PeriodGranted){STR("wandering"), 3};
    refused("CM_DETAIN", ok, &f, "/extensions/0", "最多延长到 30");
    g[0] = g[1] = g[2] = (PeriodGranted){STR("more"), 1};
    f.extension_count = 3;
    refused("T_DAYS", ok, &f, "/extensions/2", "最多批准 2 次");
    f.extension_count = PERIOD_EXTENSIONS_MAX + 1;
    refused("T_DAYS", ok, &f, "/extensions", "16");
    f.extension_count = 0;

    f.set_count = 5;
    f.set_unit = PERIOD_DAY;
    refused("AP_PAY", ok, &f, "/set_count", "不能由文书另定");
    refused("T_BOTH", ok, &f, "/set_count", "不能由文书另定");
    f.set_count = -5;
    refused("T_DAYS", ok, &f, "/set_count", "正数");
    f.set_count = 5;
    f.set_unit = PERIOD_HOUR;
    refused("T_DAYS", ok, &f, "/set_count", "单位");
    f = PERIOD_NO_FACTS;
    f.times = 2;
    refused("T_BACK", ok, &f, "/times", "不能反复");
    refused("T_AGREED", ok, &f, "/times", "不能反复");
    refused("T_BOTH", ok, &f, "/times", "不能反复");
    f.times = PERIOD_TIMES_MAX + 1;
    refused("T_DAYS", ok, &f, "/times", "第 1000 次");
    f.times = -1;
    refused("T_DAYS", ok, &f, "/times", "第 1000 次");
    f.times = PERIOD_TIMES_MAX;
    refused("T_MONTH", trigger("2190-01-01"), &f, "/trigger", "2200 年之外");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(edges),           cmocka_unit_test(suspensions),
        cmocka_unit_test(set_by_document), cmocka_unit_test(warnings),
        cmocka_unit_test(law_in_force),    cmocka_unit_test(stricter_of_two),
        cmocka_unit_test(turns),           cmocka_unit_test(agreed_day),
        cmocka_unit_test(refused_days),    cmocka_unit_test(refused_facts),
    };

    return cmocka_run_group_tests_name("content/period_count", tests, start, stop);
}
