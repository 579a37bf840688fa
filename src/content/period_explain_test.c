/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/period_explain_test.c: why a period ends when it does, and what another calendar changes.
 */
#include "content/period_testing.h"

#include "base/banned.h"

/* ---- why ---- */

static PeriodExplanation why(Arena *a, const char *id, const char *from, const PeriodFacts *f) {
    PeriodExplanation x;
    Err e = {0};

    if (!period_explain_days(content, period(id), trigger(from), f, a, &x, &e))
        fail_msg("%s: %s", id, e.text);
    return x;
}

/* One letter a day: s start, 1 counted, - no workday, x suspended, > rolled. */
static void marks(const PeriodExplanation *x, const char *wanted) {
    const PeriodDay *d = x->days.items;
    char is[PERIOD_DAYS_SHOWN + 1] = "";

    for (size_t i = 0; i < x->days.count; i++)
        is[i] = "s1-x>"[d[i].mark];
    if (strcmp(is, wanted) != 0)
        fail_msg("%.*s: %s, wanted %s", STR_ARG(x->period), is, wanted);
}

static void explained_days(void **state) {
    scoped_arena Arena *a = arena_new();
    PeriodSuspension s[] = {{day("2024-06-05"), day("2024-06-06"), STR("鉴定")}};
    PeriodFacts f = PERIOD_NO_FACTS;
    PeriodExplanation x = why(a, "RT_TO_ADMIN", "2024-09-30", NULL);
    const PeriodDay *d = x.days.items;

    (void)state;
    marks(&x, "s-------111");
    assert_true(d[1].kind == KIND_HOLIDAY && str_is(d[1].holiday, "国庆节"));
    assert_true(d[10].number == 3 && d[8].number == 1 && x.counted == 3);
    x = why(a, "AP_PAY", "2024-06-07", NULL);
    marks(&x, "s111111111111111>>");
    x = why(a, "AP_PAY", "2024-09-27", NULL);
    d = x.days.items;
    assert_true(d[15].kind == KIND_MAKE_UP && d[15].number == 15 && d[1].kind == KIND_WEEKEND);
    f.suspensions = s;
    f.suspension_count = 1;
    x = why(a, "T_DAYS", "2024-06-03", &f);
    d = x.days.items;
    marks(&x, "s1xx111111111>>");
    assert_true(str_is(d[2].reason, "鉴定"));
    assert_true(str_is(x.until, "2024-06-18T00:00:00+08:00"));
    assert_int_equal(((const PeriodSuspensionShown *)x.suspensions.items)[0].days, 2);
    s[0].to = DAY_NONE;
    x = why(a, "T_DAYS", "2024-06-03", &f);
    marks(&x, "s1xxxxxxxxxxxxxxx");
    assert_true(x.suspended && x.due == DAY_NONE && x.until.len == 0);
    x = why(a, "AP_HEAR_NOTICE", "2024-10-15", NULL);
    d = x.days.items;
    marks(&x, "1-------11111-1s");
    assert_true(d[0].number == 7);
    x = why(a, "FT_SEND", "2024-06-03T10:20:00", NULL);
    marks(&x, "11");
    x = why(a, "T_DAYS", "2045-06-01", NULL);
    assert_true(x.calendar_unknown && ((const PeriodDay *)x.days.items)[0].unknown);
    x = why(a, "AP_RECONS_ESTATE", "2024-02-29", NULL);
    assert_int_equal(x.days.count, PERIOD_DAYS_SHOWN);
    assert_int_equal(x.left_out + PERIOD_DAYS_SHOWN, day_of(2044, 2, 29) - day("2024-02-29") + 1);
    assert_int_equal(((const PeriodDay *)x.days.items)[PERIOD_DAYS_SHOWN - 1].number, x.counted);
    x = why(a, "RT_AFTER_DECISION", "2024-09-30", NULL);
    assert_int_equal(x.compared.count, 2);
    assert_true(((const PeriodCompared *)x.compared.items)[1].taken);
}

static void explained_in_words(void **state) {
    static const struct {
        const char *period, *from, *part;
    } rows[] = {
        {"PS_REPLY", "2024-08-01", "2024年8月1日（被建议单位收到检察建议书），次日起算，2 个月"},
        {"PS_REPLY", "2024-08-01", "最后一日2024年10月1日是国庆节，顺延到2024年10月8日24时届满"},
        {"PS_REPLY", "2024-08-01", "《人民检察院检察建议工作规定》（待核）"},
        {"AP_PAY", "2024-06-07", "2024年6月22日是休息日，顺延到2024年6月24日"},
        {"CM_DETAIN", "2024-09-30", "是国庆节，但在押期间不因节假日延长"},
        {"CM_BAIL", "2023-10-05", "到期即止"},
        {"FT_SEND", "2024-06-03T10:20:00",
         "2024年6月3日10时20分（批准移送），自该时刻起算，24 小时"},
        {"FT_SEND", "2024-06-03T10:20:00", "2024年6月4日10时20分届满"},
        {"FT_SEND", "2024-06-03", "起算的时刻不明"},
        {"CM_EXTEND_REQ", "2024-10-08", "自该日往前数，7 日。不晚于2024年10月1日24时"},
        {"T_DAYS", "2045-06-01", "放假安排尚未载入"},
        {"AP_POLICE", "2026-03-02", "适用2026年3月2日施行的规定"},
        {"RT_AFTER_DECISION", "2024-09-30", "取较早届满的一个"},
        {"AP_DECIDE", "2024-01-02", "依据：《行政处罚法》第60条。"},
    };
    scoped_arena Arena *a = arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        PeriodExplanation x = why(a, rows[i].period, rows[i].from, NULL);

        if (strstr(str_c(a, x.text), rows[i].part) == NULL)
            fail_msg("“%s” is not in “%.*s”", rows[i].part, STR_ARG(x.text));
    }
}

static void explained_as_json(void **state) {
    scoped_arena Arena *a = arena_new();
    scoped_buf Buf json;
    PeriodGranted g[] = {{STR("more"), 2}};
    PeriodSuspension s[] = {{day("2024-06-05"), DAY_NONE, STR("听证")}};
    PeriodFacts f = PERIOD_NO_FACTS;
    Err e = {0};

    (void)state;
    f.extensions = g;
    f.extension_count = 1;
    f.suspensions = s;
    f.suspension_count = 1;
    buf_init(&json, 1 << 20);
    PeriodExplanation x = why(a, "T_DAYS", "2024-06-03T10:20:30", &f);

    bind_write(period_explanation_rows, &x, &json);
    const Node *n = json_read(a, buf_str(&json), &e);

    if (n == NULL || !bind_fits(period_explanation_rows, n, &e))
        fail_msg("%s: %s", e.where, e.text);
    assert_true(str_is(node_text(n, "from"), "2024-06-03T10:20:30+08:00"));
    assert_null(node_get(n, "due"));
    assert_int_equal(node_int(node_get(n, "extensions")->items[0], "count", 0), 2);
    assert_non_null(strstr(str_c(a, x.text), "经某人批准（复杂）延长 2 日"));
    assert_non_null(strstr(str_c(a, x.text), "尚未恢复"));
}

/* The days marked counted are as many as the rule says, and the end is where the count says. */
static void explanation_agrees(void **state) {
    (void)state;
    for (size_t i = 0; i < content_period_count(content); i++) {
        const Period *p = content_period_at(content, i);

        if (p->stricter_of.count > 0 || p->unit == PERIOD_YEAR ||
            content_period(content, p->period, NULL) != p)
            continue;
        for (Day d = day("2026-01-03"); d < day("2026-12-20"); d += 11) {
            scoped_arena Arena *a = arena_new();
            PeriodExplanation x;
            PeriodDue due;
            Err e = {0};

            if (!period_compute(content, p, period_from_day(d), NULL, &due, &e) ||
                !period_explain_days(content, p, period_from_day(d), NULL, a, &x, &e))
                fail_msg("%.*s: %s", STR_ARG(p->period), e.text);
            assert_int_equal(x.due, due.due);
            assert_int_equal(period_due(content, p, d), due.due);
            if (p->unit == PERIOD_DAY || p->unit == PERIOD_WORKDAY)
                assert_int_equal(x.counted, p->count < 0 ? -p->count : p->count);
        }
    }
}

/* ---- a notice that comes late ---- */

static void late_notice(void **state) {
    static const char notice[] =
        "calendar: late\ntitle: 二〇二七年\nyears:\n  - year: 2027\n    holidays:\n"
        "      - {name: 国庆节, from: 2027-10-01, to: 2027-10-07}\n    workdays: [2027-10-09]\n";
    static const struct {
        const char *period, *from;
        bool touched;
        const char *now;
    } rows[] = {
        {"PS_REPLY", "2027-08-01", true, "2027-10-08"},     /* 10-01, a Friday */
        {"PS_REPLY", "2027-07-20", false, "2027-09-20"},    /* over before */
        {"RT_TO_ADMIN", "2027-10-01", true, "2027-10-11"},  /* 8th, 9th, 11th */
        {"CM_DETAIN", "2027-10-01", false, "2027-10-04"},   /* custody does not care */
        {"RT_TO_ADMIN", "2027-11-01", false, "2027-11-04"}, /* begins later */
        {"AP_PAY", "2027-09-24", true, "2027-10-09"},       /* was moved from Saturday to Monday */
    };
    char folder[64];
    Err e = {0};
    Day first, last;

    (void)state;
    make_overlay(folder);
    put_file(folder, "calendars/late.yaml", str_of(notice));
    put_file(folder, "periods/test.yaml", str_of(mine));
    Content *after = content_load(folder, &e);

    remove_overlay(folder);
    if (after == NULL)
        fail_msg("%s: %s", e.where, e.text);
    assert_true(calendar_differs(content, after, &first, &last));
    assert_int_equal(first, day("2027-10-01"));
    assert_int_equal(last, day("2027-10-09"));
    assert_false(calendar_differs(content, content, &first, &last));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        PeriodAsk ask = {str_of(rows[i].period), trigger(rows[i].from), PERIOD_NO_FACTS};
        PeriodDue now;
        bool touched;
        char text[11];

        if (!period_touched(content, after, &ask, &touched, &now, &e))
            fail_msg("%s", e.text);
        day_format(now.due, text);
        if (touched != rows[i].touched || strcmp(text, rows[i].now) != 0)
            fail_msg("%s from %s: %d, %s", rows[i].period, rows[i].from, touched, text);
    }
    PeriodAsk gone = {STR("NO_SUCH"), trigger("2027-10-01"), PERIOD_NO_FACTS};
    bool touched;

    assert_false(period_touched(content, after, &gone, &touched, NULL, &e));
    assert_int_equal(e.code, ERR_NOT_FOUND);
    content_drop(after);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(explained_days),    cmocka_unit_test(explained_in_words),
        cmocka_unit_test(explained_as_json), cmocka_unit_test(explanation_agrees),
        cmocka_unit_test(late_notice),
    };

    return cmocka_run_group_tests_name("content/period_explain", tests, start, stop);
}
