/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/period_law_test.c: law-facts A0 and A13, rule by rule, by their keys. */
#include "content/period_testing.h"

#include "base/banned.h"

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
    };

    return cmocka_run_group_tests_name("content/period_law", tests, start, stop);
}
