/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/purpose_test.c: mistakes in content/purposes are named with their place; what the
 * built-in file must hold; when it is night. */
#include "content/purpose.h"

#include "content/testing.h"

#define FILE_PATH "content/purposes/x.yaml"
#define BASIS "basis: [{law: 某法, status: verified}]"

typedef struct Mistake {
    const char *text, *where, *what;
} Mistake;

static const Mistake mistakes[] = {
    {"purpose: []\n", FILE_PATH ":1:1", "是不是想写“purposes”"},
    {"purposes:\n  - {purpose: p, title: 某}\n", FILE_PATH ":2:", "basis"},
    {"purposes:\n  - {purpose: p, title: 某, basis: []}\n", FILE_PATH ":2:", "没有写依据"},
    {"purposes:\n  - {purpose: P, title: 某, " BASIS "}\n", FILE_PATH ":2:", "标识"},
    {"purposes:\n  - {purpose: audit, title: 某, " BASIS "}\n", FILE_PATH ":2:", "写了两遍"},
    {"purposes:\n  - {purpose: p, title: 某, basis: [{law: 某法, status: sure}]}\n",
     FILE_PATH ":2:", "verified"},
    {"approvals:\n  - {approval: look, title: 某, approvers: 1, days: 1, uses: 1, open_days: 1}\n",
     FILE_PATH ":2:", "写了两遍"},
    {"approvals:\n  - {approval: glance, title: 某, approvers: 1, days: 1, uses: 1, open_days: "
     "1}\n",
     FILE_PATH ":2:", "glance"},
    {"alarms:\n  - {alarm: night, title: 某}\n", FILE_PATH ":2:", "写了两遍"},
    {"retention:\n  - {retention: r, title: 某, kinds: [x.], months: 3, least_months: 6, " BASIS
     "}\n",
     FILE_PATH ":2:", "少于依据要求的 6 个月"},
    {"retention:\n  - {retention: r, title: 某, kinds: [clue.], months: 6, least_months: 6, " BASIS
     "}\n",
     FILE_PATH ":2:", "写了两遍"},
    {"shown_seconds: 60\n", FILE_PATH ":1:", "写了两遍"},
};

/* In place of the built-in file. */
#define PURPOSE "purposes:\n  - {purpose: p, title: 某, " BASIS "}\n"
static const Mistake replaced[] = {
    {"title: 空\n", "content/purposes", "没有任何查询事由"},
    {PURPOSE, "content/purposes", "怎样审批（look）"},
    {PURPOSE "approvals:\n  - {approval: sealed, title: 某, approvers: 1, days: 1, uses: 1, "
             "open_days: 1}\n",
     "content/purposes/purposes.yaml:4:", "2 到 5"},
    {PURPOSE "approvals:\n  - {approval: bulk, title: 某, approvers: 2, days: 1, uses: 1, "
             "open_days: 1}\n",
     "content/purposes/purposes.yaml:4:", "above"},
    {PURPOSE "alarms:\n  - {alarm: night, title: 某, from: 22点, until: \"06:00\"}\n",
     "content/purposes/purposes.yaml:4:", "22:00"},
    {PURPOSE "alarms:\n  - {alarm: bulk, title: 某}\n",
     "content/purposes/purposes.yaml:4:", "most"},
    {PURPOSE "alarms:\n  - {alarm: own_name, title: 某, most: 3}\n",
     "content/purposes/purposes.yaml:4:", "没有 most"},
    {PURPOSE "shown_seconds: 86400\n", "content/purposes/purposes.yaml:3:", "5 到 3600"},
};

static bool holds(const Mistake *m, const char *file) {
    char folder[64];
    Err e = {0};

    make_overlay(folder);
    put_file(folder, file, str_of(m->text));
    Content *c = content_load(folder, &e);

    remove_overlay(folder);
    content_drop(c);
    if (c == NULL && e.code == ERR_CONTENT && strncmp(e.where, m->where, strlen(m->where)) == 0 &&
        strstr(e.text, m->what) != NULL)
        return true;
    print_error("%s: %s: %s\nwanted %s: …%s… for\n%s\n", c != NULL ? "loaded" : err_key(e.code),
                e.where, e.text, m->where, m->what, m->text);
    return false;
}

static void test_mistakes(void **state) {
    size_t wrong = 0;

    (void)state;
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++)
        wrong += !holds(&mistakes[i], "purposes/x.yaml");
    for (size_t i = 0; i < sizeof replaced / sizeof *replaced; i++)
        wrong += !holds(&replaced[i], "purposes/purposes.yaml");
    assert_int_equal(wrong, 0);
}

static void test_built_in(void **state) {
    Err e = {0};
    Content *c = content_load(NULL, &e);

    (void)state;
    if (c == NULL)
        fail_msg("%s: %s", e.where, e.text);
    assert_true(content_purpose(c, STR("case_handling"), &e)->needs_case_number);
    assert_null(content_purpose(c, STR("case_handlin"), &e));
    assert_non_null(strstr(e.text, "case_handling"));
    assert_int_equal(content_approval_kind(c, APPROVAL_LOOK)->approvers, 1);
    assert_true(content_approval_kind(c, APPROVAL_SEALED)->approvers >= 2);
    assert_true(content_approval_kind(c, APPROVAL_BULK)->approvers >= 2);
    assert_true(content_retention_of(c, STR("sensitive.revealed"))->months >= 6);
    assert_true(content_retention_of(c, STR("clues.exported")) ==
                content_retention_of(c, STR("account.signed_in")));
    assert_null(content_retention_of(c, STR("installation.created")));
    for (size_t i = 0; i < content_retention_count(c); i++)
        assert_true(content_retention_at(c, i)->months >= 6);
    content_drop(c);
}

static void test_night(void **state) {
    static const struct {
        const char *at;
        bool night;
    } rows[] = {{"2024-06-03T21:59:59+08:00", false}, {"2024-06-03T22:00:00+08:00", true},
                {"2024-06-04T00:00:00+08:00", true},  {"2024-06-04T05:59:59+08:00", true},
                {"2024-06-04T06:00:00+08:00", false}, {"2024-06-04T12:00:00+08:00", false}};
    const AlarmRule over = {.from_minute = 22 * 60, .until_minute = 6 * 60};
    const AlarmRule noon = {.from_minute = 12 * 60, .until_minute = 13 * 60};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Instant at;

        assert_true(instant_parse(str_of(rows[i].at), &at));
        if (alarm_at_night(&over, at) != rows[i].night)
            fail_msg("%s", rows[i].at);
        assert_int_equal(alarm_at_night(&noon, at), i == 5);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mistakes),
        cmocka_unit_test(test_built_in),
        cmocka_unit_test(test_night),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
