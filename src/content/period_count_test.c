/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/period_count_test.c: the period engine: every rule of docs/periods.md by name, edges,
 * mistakes, and what another calendar changes. */
#include "content/period.h"
#include "content/testing.h"

#include "base/banned.h"

static Content *content; /* built-in, and the periods below */

/* Rules that no statute in content has yet. */
static const char mine[] =
    "periods:\n"
    "  - {period: T_MONTH, title: 月, starts: 某, count: 1, unit: month, roll: none,\n"
    "     suspends: [{reason: 鉴定, basis: [{law: 某法, status: unverified}]}],\n"
    "     basis: [{law: 某法, status: unverified}]}\n"
    "  - {period: T_DAYS, title: 日, starts: 某, count: 10, unit: day, roll: workday,\n"
    "     adjustable: true, warnings: [{level: yellow, before: 7, unit: day}, {level: orange, "
    "before: 30, unit: hour}, {level: red, before: 1, unit: workday}],\n"
    "     suspends: [{reason: 鉴定, basis: [{law: 某法, status: unverified}]}, {reason: 听证, "
    "basis: [{law: 某法, status: unverified}]}],\n"
    "     extensions: [{extension: more, title: 复杂, approver: 某人, by: 5, times: 2, basis: "
    "[{law: 某法, status: unverified}]}, {extension: month, title: 特别复杂, approver: 某人, by: "
    "1, unit: month, after: more, basis: [{law: 某法, status: unverified}]}],\n"
    "     basis: [{law: 某法, status: unverified}]}\n"
    "  - {period: T_HOURS, title: 时, starts: 某, count: 48, unit: hour, roll: none,\n"
    "     suspends: [{reason: 鉴定, basis: [{law: 某法, status: unverified}]}],\n"
    "     basis: [{law: 某法, status: unverified}]}\n"
    "  - {period: T_BACK, title: 倒数, starts: 某, count: -1, unit: month, roll: none, basis: "
    "[{law: 某法, status: unverified}]}\n"
    "  - {period: T_BOTH, title: 较严, starts: 某, stricter_of: [T_DAYS, T_MONTH], basis: [{law: "
    "某法, status: unverified}]}\n"
    "  - {period: T_EVEN, title: 一样长, starts: 某, count: 10, unit: day, roll: workday, basis: "
    "[{law: 某法, status: unverified}]}\n"
    "  - {period: T_TIE, title: 一样严, starts: 某, stricter_of: [T_EVEN, T_DAYS], basis: [{law: "
    "某法, status: unverified}]}\n"
    "  - {period: T_LAW, title: 新, starts: 某, count: 5, unit: day, roll: none, in_force_from: "
    "2020-01-01, basis: [{law: 某法, status: unverified}]}\n"
    "  - {period: T_LAW, title: 旧, starts: 某, count: 3, unit: day, roll: none, in_force_from: "
    "2010-01-01, in_force_to: 2015-12-31, basis: [{law: 某法, status: unverified}]}\n"
    "  - {period: T_LAW, title: 中, starts: 某, count: 4, unit: day, roll: none, in_force_from: "
    "2016-01-01, in_force_to: 2018-12-31, basis: [{law: 某法, status: unverified}]}\n";

static Day day(const char *text) {
    Day d;

    assert_true(day_parse(str_of(text), &d));
    return d;
}

/* "2024-01-05", or "2024-01-05T10:20:00". */
static PeriodTrigger trigger(const char *text) {
    Instant at;

    if (strchr(text, 'T') == NULL)
        return period_from_day(day(text));
    assert_true(instant_parse(str_of(text), &at));
    return period_from_instant(at);
}

static const Period *period(const char *id) {
    Err e = {0};
    const Period *p = content_period(content, str_of(id), &e);

    if (p == NULL)
        fail_msg("%s", e.text);
    return p;
}

static PeriodDue due_of(const char *id, const char *from, const PeriodFacts *facts) {
    PeriodDue due;
    Err e = {0};

    if (!period_compute(content, period(id), trigger(from), facts, &due, &e))
        fail_msg("%s from %s: %s %s", id, from, e.where, e.text);
    return due;
}

static void assert_moment(Instant is, const char *wanted, const char *what) {
    char text[INSTANT_TEXT];

    instant_format(is, text);
    text[19] = '\0';
    if (strcmp(text, wanted) != 0)
        fail_msg("%s: %s, wanted %s", what, text, wanted);
}

/* `wanted` as a day: its 24:00. */
static void ends(const char *id, const char *from, const PeriodFacts *facts, const char *wanted) {
    PeriodDue due = due_of(id, from, facts);
    char text[11];

    if (strchr(wanted, 'T') != NULL) {
        assert_moment(due.due_at, wanted, id);
        return;
    }
    day_format(due.due, text);
    if (strcmp(text, wanted) != 0)
        fail_msg("%s from %s: %s, wanted %s", id, from, text, wanted);
    assert_true(day_of_instant(due.due_at) == due.due + 1);
    assert_true(day_of_instant(due.due_at - 1) == due.due);
}

/* ---- law-facts A0, by their keys ---- */

static void period_start_next_day(void **state) {
    (void)state;
    ends("AP_PAY", "2024-06-03", NULL, "2024-06-18");
    ends("AP_PAY", "2024-06-03T23:59:59", NULL, "2024-06-18");
    ends("FT_SEND", "2024-06-03T10:20:00", NULL, "2024-06-04T10:20:00");
}

static void period_criminal_start(void **state) {
    (void)state;
    ends("CM_RSDL_NOTIFY", "2024-06-03T10:20:00", NULL, "2024-06-04T11:00:00");
    ends("CM_RSDL_NOTIFY", "2024-06-03T10:00:00", NULL, "2024-06-04T11:00:00");
    ends("CM_RSDL_NOTIFY", "2024-06-03T23:59:59", NULL, "2024-06-05T00:00:00");
    ends("CM_ARREST", "2024-06-03T08:00:00", NULL, "2024-06-10");
}

static void period_month_end(void **state) {
    (void)state;
    ends("PS_REPLY", "2024-01-15", NULL, "2024-03-15");
    ends("PS_REPLY", "2023-12-31", NULL, "2024-02-29");
    ends("PS_REPLY", "2024-12-31", NULL, "2025-02-28");
}

static void period_roll_holiday(void **state) {
    (void)state;
    ends("PS_REPLY", "2024-08-01", NULL, "2024-10-08");
    ends("AP_PAY", "2024-06-07", NULL, "2024-06-24");
    ends("AP_PAY", "2024-09-27", NULL, "2024-10-12"); /* a Saturday that is worked */
}

static void period_no_roll_custody(void **state) {
    PeriodFacts in = PERIOD_NO_FACTS, out = PERIOD_NO_FACTS;

    (void)state;
    in.custody = CUSTODY_YES;
    out.custody = CUSTODY_NO;
    ends("CM_DETAIN", "2024-09-30", NULL, "2024-10-03");
    ends("CM_PROSECUTE", "2024-09-07", NULL, "2024-10-07");
    ends("CM_PROSECUTE", "2024-09-07", &out, "2024-10-08");
    ends("AP_PAY", "2024-09-16", NULL, "2024-10-08");
    ends("AP_PAY", "2024-09-16", &in, "2024-10-01");
    ends("CM_BAIL", "2023-10-05", &out, "2024-10-05"); /* roll: none is none */
}

/* What was posted before the end is in time, whenever it arrives. */
static void period_mail(void **state) {
    Instant posted;

    (void)state;
    assert_true(instant_parse(STR("2024-06-18T23:59:59"), &posted));
    assert_true(posted < due_of("AP_PAY", "2024-06-03", NULL).due_at);
    assert_true(instant_parse(STR("2024-06-19T00:00:00"), &posted));
    assert_false(posted < due_of("AP_PAY", "2024-06-03", NULL).due_at);
}

static void period_penalty_workday(void **state) {
    (void)state;
    ends("AP_SERVE", "2024-09-27", NULL, "2024-10-12");
    ends("AP_HEAR_APPLY", "2024-04-28", NULL, "2024-05-08");
    ends("AP_WITHDRAW", "2024-09-30", NULL, "2024-10-10");
    ends("AP_DECIDE", "2024-01-02", NULL, "2024-04-01");
}

static void period_coercion_workday(void **state) {
    (void)state;
    ends("NE_URGE", "2024-09-20", NULL, "2024-10-10");
    ends("AP_SEIZE", "2024-09-03", NULL, "2024-10-08"); /* thirty days are days; 10-03 is off */
    ends("NE_APPLY", "2024-03-31", NULL, "2024-07-01"); /* 06-30 is a Sunday */
}

static void period_reconsider_workday(void **state) {
    (void)state;
    ends("RC_ACCEPT", "2024-09-29", NULL, "2024-10-11");
    ends("RC_DECIDE", "2024-08-05", NULL, "2024-10-08");
}

static void period_petition(void **state) {
    (void)state;
    ends("XF_TELL", "2024-09-13", NULL, "2024-09-29"); /* the 28th is a Saturday, the 29th worked */
    ends("XF_REJECT", "2024-09-29", NULL, "2024-10-11");
    ends("XF_DONE", "2024-06-03", NULL, "2024-08-02");
}

static void period_310(void **state) {
    (void)state;
    ends("FT_APPROVE", "2024-06-04", NULL, "2024-06-07");
    ends("FT_APPROVE", "2024-09-29", NULL, "2024-10-08");
    ends("FT_SEND", "2024-09-30T17:30:00", NULL, "2024-10-01T17:30:00");
}

static void period_guide_workday(void **state) {
    (void)state;
    ends("RT_TO_ADMIN", "2024-09-30", NULL, "2024-10-10");
    ends("RT_REVIEW", "2024-02-08", NULL, "2024-02-28");
}

static void period_procuratorial_month(void **state) {
    (void)state;
    ends("PS_REPLY", "2025-11-20", NULL, "2026-01-20");
    ends("RT_REPLY", "2025-12-28", NULL, "2026-02-28"); /* a make-up Saturday */
}

static void period_suspend_list(void **state) {
    PeriodSuspension out[] = {{0, 0, STR("鉴定")}};
    PeriodFacts f = PERIOD_NO_FACTS;

    (void)state;
    f.suspensions = out;
    f.suspension_count = 1;
    out[0] = (PeriodSuspension){day("2026-03-10"), day("2026-03-19"), STR("鉴定")};
    ends("AP_POLICE", "2026-03-02", NULL, "2026-04-01");
    ends("AP_POLICE", "2026-03-02", &f, "2026-04-13"); /* the 11th is a Saturday */
    out[0].reason = STR("听证");
    ends("AP_POLICE", "2026-03-02", &f, "2026-04-13");
    out[0] = (PeriodSuspension){day("2024-09-09"), day("2024-09-10"), (Str){NULL, 0}};
    ends("AP_SEIZE", "2024-09-03", &f, "2024-10-08");
    out[0] = (PeriodSuspension){day("2024-02-19"), day("2024-02-21"), STR("征求异地检察院意见")};
    ends("RT_REVIEW", "2024-02-08", &f, "2024-03-04");
}

/* Thirty days after the announcement it counts as served. */
static void period_delivery_date(void **state) {
    (void)state;
    ends("SV_ANNOUNCE", "2024-09-05", NULL, "2024-10-05");
}

/* ---- law-facts A13: the table as it stands there ---- */

static const struct {
    const char *code;
    int count;
    const char *unit, *roll;
} a13[] = {
    {"FT_APPROVE", 3, "day", "roll"},        {"FT_SEND", 24, "hour", "none"},
    {"FT_POLICE_FWD", 24, "hour", "none"},   {"FT_POLICE_SUPP", 24, "hour", "none"},
    {"FT_AGENCY_SUPP", 3, "day", "roll"},    {"FT_POLICE_DEC", 3, "day", "roll"},
    {"FT_OBJECT", 3, "day", "roll"},         {"FT_RECONS", 3, "day", "roll"},
    {"FT_TO_PROC", 3, "day", "roll"},        {"FT_HANDOVER", 3, "day", "roll"},
    {"FS_EXPLAIN", 7, "day", "roll"},        {"FS_TELL", 10, "day", "roll"},
    {"FS_FILE", 15, "day", "roll"},          {"FS_URGE", 3, "month", "roll"},
    {"FS_RECHECK", 7, "day", "roll"},        {"FS_UPPER", 15, "day", "roll"},
    {"IS_RECHECK", 7, "day", "roll"},        {"CM_DETAIN", 3, "day", "custody"},
    {"CM_ARREST", 7, "day", "custody"},      {"CM_CUSTODY", 2, "month", "custody"},
    {"CM_EXTEND_REQ", -7, "day", "none"},    {"CM_BAIL", 12, "month", "none"},
    {"CM_RS", 6, "month", "none"},           {"CM_RSDL_NOTIFY", 24, "hour", "none"},
    {"CM_PROSECUTE", 1, "month", "custody"}, {"CM_RETURN", 1, "month", "roll"},
    {"RT_TO_ADMIN", 3, "workday", "roll"},   {"RT_REVIEW", 10, "workday", "roll"},
    {"RT_SERVE_2021", 3, "day", "roll"},     {"RT_REPLY", 2, "month", "roll"},
    {"PS_REPLY", 2, "month", "roll"},        {"PI_REPLY", 2, "month", "roll"},
    {"PI_REPLY_URGENT", 15, "day", "roll"},  {"PI_CIVIL_NOTICE", 30, "day", "roll"},
    {"AP_DECIDE", 90, "day", "roll"},        {"AP_SERVE", 7, "workday", "roll"},
    {"AP_HEAR_APPLY", 5, "workday", "roll"}, {"AP_HEAR_NOTICE", -7, "workday", "none"},
    {"AP_PRESERVE", 7, "workday", "roll"},   {"AP_SEIZE", 30, "day", "roll"},
    {"AP_PAY", 15, "day", "roll"},           {"AP_RECONS", 60, "day", "roll"},
    {"AP_SUE", 6, "month", "roll"},          {"NE_URGE", 10, "workday", "roll"},
    {"NE_APPLY", 3, "month", "roll"},        {"NE_ACCEPT", 5, "workday", "roll"},
    {"NE_RULE", 7, "workday", "roll"},       {"XF_TELL", 15, "day", "roll"},
    {"XF_REJECT", 5, "workday", "roll"},     {"XF_DONE", 60, "day", "roll"},
    {"XF_REVIEW", 30, "day", "roll"},        {"PXF_REPLY", 7, "day", "roll"},
    {"PXF_RESULT", 3, "month", "roll"},      {"NPC_REPLY", 3, "month", "roll"},
    {"DS_REPLY", 10, "workday", "roll"},     {"DS_DELIVER", 20, "workday", "roll"},
};

static const char *name_of(const BindName *names, int value) {
    while (names->name != NULL && names->value != value)
        names++;
    return names->name;
}

static void periods_of_a13(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof a13 / sizeof *a13; i++) {
        const Period *p = period(a13[i].code);
        const char *roll = strcmp(a13[i].roll, "roll") == 0 ? "workday" : a13[i].roll;

        if (p->count != a13[i].count || strcmp(name_of(period_unit_names, p->unit), a13[i].unit) ||
            strcmp(name_of(period_roll_names, p->roll), roll))
            fail_msg("%s is not as in A13", a13[i].code);
        assert_true(p->basis.count > 0 && p->warnings.count > 0 && p->lapse.len > 0);
    }
    print_message("A13: %zu periods as they stand there\n", sizeof a13 / sizeof *a13);
}

/* A13's comments: what may lengthen them. */
static void extensions_of_a13(void **state) {
    static const struct {
        const char *period, *from, *granted[3], *due;
        int counts[3];
    } rows[] = {
        {"CM_DETAIN", "2024-09-30", {"special"}, "2024-10-07", {0}},
        {"CM_DETAIN", "2024-09-30", {"special"}, "2024-10-04", {1}},
        {"CM_DETAIN", "2024-09-30", {"wandering"}, "2024-10-30", {0}},
        {"CM_CUSTODY", "2024-08-31", {NULL}, "2024-10-31", {0}},
        {"CM_CUSTODY", "2024-08-31", {"complex"}, "2024-11-30", {0}},
        {"CM_CUSTODY", "2024-08-31", {"complex", "four_kinds"}, "2025-01-31", {0}},
        {"CM_CUSTODY", "2024-08-31", {"complex", "four_kinds", "ten_years"}, "2025-03-31", {0}},
        {"CM_PROSECUTE", "2024-01-31", {"complex"}, "2024-03-15", {0}},
        {"AP_SEIZE", "2024-07-01", {"complex"}, "2024-08-30", {0}},
        {"XF_DONE", "2024-06-03", {"complex"}, "2024-09-02", {0}}, /* 09-01 is a Sunday */
        {"AP_POLICE", "2026-03-02", {"complex", "complex"}, "2026-06-01", {0}}, /* 05-31: Sunday */
        {"T_DAYS", "2024-06-03", {"more", "more", "month"}, "2024-07-23", {5, 5, 1}},
        {"T_DAYS", "2024-06-03", {"more"}, "2024-06-17", {3}}, /* the 16th is a Sunday */
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        PeriodGranted granted[3];
        PeriodFacts f = PERIOD_NO_FACTS;

        f.extensions = granted;
        for (; f.extension_count < 3 && rows[i].granted[f.extension_count] != NULL;
             f.extension_count++)
            granted[f.extension_count] = (PeriodGranted){str_of(rows[i].granted[f.extension_count]),
                                                         rows[i].counts[f.extension_count]};
        ends(rows[i].period, rows[i].from, &f, rows[i].due);
    }
}

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
}

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

static int start(void **state) {
    char folder[64];
    Err e = {0};

    (void)state;
    crypto_start();
    make_overlay(folder);
    put_file(folder, "periods/test.yaml", str_of(mine));
    content = content_load(folder, &e);
    remove_overlay(folder);
    if (content == NULL)
        print_error("%s: %s\n", e.where, e.text);
    return content == NULL;
}

static int stop(void **state) {
    (void)state;
    content_drop(content);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(period_start_next_day),
        cmocka_unit_test(period_criminal_start),
        cmocka_unit_test(period_month_end),
        cmocka_unit_test(period_roll_holiday),
        cmocka_unit_test(period_no_roll_custody),
        cmocka_unit_test(period_mail),
        cmocka_unit_test(period_penalty_workday),
        cmocka_unit_test(period_coercion_workday),
        cmocka_unit_test(period_reconsider_workday),
        cmocka_unit_test(period_petition),
        cmocka_unit_test(period_310),
        cmocka_unit_test(period_guide_workday),
        cmocka_unit_test(period_procuratorial_month),
        cmocka_unit_test(period_suspend_list),
        cmocka_unit_test(period_delivery_date),
        cmocka_unit_test(periods_of_a13),
        cmocka_unit_test(extensions_of_a13),
        cmocka_unit_test(edges),
        cmocka_unit_test(suspensions),
        cmocka_unit_test(set_by_document),
        cmocka_unit_test(warnings),
        cmocka_unit_test(law_in_force),
        cmocka_unit_test(stricter_of_two),
        cmocka_unit_test(refused_days),
        cmocka_unit_test(refused_facts),
        cmocka_unit_test(explained_days),
        cmocka_unit_test(explained_in_words),
        cmocka_unit_test(explained_as_json),
        cmocka_unit_test(explanation_agrees),
        cmocka_unit_test(late_notice),
    };

    return cmocka_run_group_tests_name("content/period_count", tests, start, stop);
}
