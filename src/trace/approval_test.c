/* SPDX-License-Identifier: MulanPSL-2.0 */
/* trace/approval_test.c: who may ask, decide and see; and that no way round leads to one's own
 * consent. On both engines. */
#include "trace/testing.h"

#define ROW "row:criminal_verdict/00000000000000000000000000000001"

static ApprovalNew look(const char *object) {
    return (ApprovalNew){.kind = APPROVAL_LOOK,
                         .object = str_of(object),
                         .purpose = STR("clue_check"),
                         .reason = STR("核对被告人身份")};
}

static bool ask(Store *s, const char *login, const ApprovalNew *in, int64_t *number, Err *e) {
    const Rights *r = rights(s, login);
    bool good = approval_request(s, content, r, in, number, e);

    rights_drop(r);
    return good;
}

static int64_t asked(Store *s, const char *login, ApprovalNew in) {
    int64_t n = 0;
    Err e = {0};

    ASSERT_OK(ask(s, login, &in, &n, &e));
    return n;
}

static bool decide(Store *s, const char *login, int64_t number, Decision d, Err *e) {
    const Rights *r = rights(s, login);
    bool good = approval_decide(s, content, r, number, &d, e);

    rights_drop(r);
    return good;
}

static bool agree(Store *s, const char *login, int64_t number, Err *e) {
    return decide(s, login, number, (Decision){.consent = true}, e);
}

static bool withdraw(Store *s, const char *login, int64_t number, Err *e) {
    const Rights *r = rights(s, login);
    bool good = approval_withdraw(s, r, number, e);

    rights_drop(r);
    return good;
}

static Node *get(Store *s, Arena *a, const char *login, int64_t number, Err *e) {
    const Rights *r = rights(s, login);
    Node *n = approval_get(s, content, r, a, number, e);

    rights_drop(r);
    return n;
}

static int64_t listed(Store *s, const char *login, const char *which) {
    scoped_arena Arena *a = arena_new();
    Err e = {0};
    const Rights *r = rights(s, login);
    int64_t seen = 0, total = -1;
    Str cursor = {NULL, 0};

    /* Pages of two add up to the total. */
    do {
        const Node *page = approval_list(s, content, r, a, str_of(which), cursor, 2, &e);

        if (page == NULL)
            fail_msg("%s", e.text);
        seen += (int64_t)node_get(page, "items")->count;
        total = node_int(page, "total", -1);
        cursor = node_text(page, "next");
    } while (cursor.len != 0);
    rights_drop(r);
    assert_int_equal(seen, total);
    return total;
}

static void expect_state(Store *s, int64_t number, const char *state) {
    scoped_arena Arena *a = arena_new();
    Err e = {0};
    const Node *n = get(s, a, "auditor", number, &e);

    if (n == NULL)
        fail_msg("%s", e.text);
    assert_string_equal(str_c(a, node_text(n, "state")), state);
}

static void test_bad_requests(void **state) {
    static const struct {
        int kind;
        const char *object, *purpose, *case_number, *reason;
        int64_t days, uses;
        const char *where;
    } rows[] = {
        {0, ROW, "clue_check", "", "查", 0, 0, "/kind"},
        {9, ROW, "clue_check", "", "查", 0, 0, "/kind"},
        {APPROVAL_LOOK, "", "clue_check", "", "查", 0, 0, "/object"},
        {APPROVAL_LOOK, "account:1", "clue_check", "", "查", 0, 0, "/object"},
        {APPROVAL_LOOK, "row:x' OR 1=1", "clue_check", "", "查", 0, 0, "/object"},
        {APPROVAL_LOOK, ROW, "", "", "查", 0, 0, "/purpose"},
        {APPROVAL_LOOK, ROW, "clue_chek", "", "查", 0, 0, "/purpose"},
        {APPROVAL_LOOK, ROW, "case_handling", "", "查", 0, 0, "/case_number"},
        {APPROVAL_LOOK, ROW, "case_handling", "  ", "查", 0, 0, "/case_number"},
        {APPROVAL_LOOK, ROW, "clue_check", "", " ", 0, 0, "/reason"},
        {APPROVAL_LOOK, ROW, "clue_check", "", "两\n行", 0, 0, "/reason"},
        {APPROVAL_LOOK, ROW, "clue_check", "", "查", 31, 0, "/days"},
        {APPROVAL_LOOK, ROW, "clue_check", "", "查", -1, 0, "/days"},
        {APPROVAL_LOOK, ROW, "clue_check", "", "查", 0, 201, "/uses"},
    };
    NEEDS_STORE;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ApprovalNew in = {.kind = rows[i].kind,
                          .object = str_of(rows[i].object),
                          .purpose = str_of(rows[i].purpose),
                          .case_number = str_of(rows[i].case_number),
                          .reason = str_of(rows[i].reason),
                          .days = rows[i].days,
                          .uses = rows[i].uses};
        int64_t n = 0;

        err_clear(&e);
        if (ask(s, "zhang", &in, &n, &e) || e.code != ERR_INVALID ||
            strcmp(e.where, rows[i].where) != 0)
            fail_msg("%zu: %s %s", i, e.where, e.text);
    }
    ApprovalNew in = look(ROW);
    int64_t n = 0;

    ASSERT_FAILS(ask(s, "auditor", &in, &n, &e), ERR_FORBIDDEN, "没有申请审批的权限");
    in.organisation = MARKET;
    ASSERT_FAILS(ask(s, "zhang", &in, &n, &e), ERR_FORBIDDEN, "这个单位");
    assert_int_equal(listed(s, "zhang", "mine"), 0);
}

static void test_one_approver(void **state) {
    NEEDS_STORE;
    scoped_arena Arena *a = arena_new();
    int64_t n = asked(s, "zhang", look(ROW)), twice = 0;
    ApprovalNew again = look(ROW);

    ASSERT_FAILS(ask(s, "zhang", &again, &twice, &e), ERR_CONFLICT, "正在等待审批");
    /* Whoever has nothing to do with it hears the same as about a number that was never given. */
    assert_null(get(s, a, "head", n, &e));
    assert_int_equal(e.code, ERR_NOT_FOUND);
    assert_null(get(s, a, "wang", n, &e));
    ASSERT_FAILS(agree(s, "head", n, &e), ERR_NOT_FOUND, "没有编号");
    ASSERT_FAILS(agree(s, "wang", n, &e), ERR_NOT_FOUND, "没有编号");
    ASSERT_FAILS(agree(s, "chief", n + 1, &e), ERR_NOT_FOUND, "没有编号");
    ASSERT_FAILS(withdraw(s, "wang", n, &e), ERR_NOT_FOUND, "没有编号");
    ASSERT_FAILS(withdraw(s, "chief", n, &e), ERR_FORBIDDEN, "只有申请人");
    ASSERT_FAILS(agree(s, "zhang", n, &e), ERR_FORBIDDEN, "自己");
    ASSERT_FAILS(agree(s, "auditor", n, &e), ERR_FORBIDDEN, "没有审批这件申请的权限");
    assert_true(str_is(node_text(get(s, a, "chief", n, &e), "reason"), "核对被告人身份"));
    assert_int_equal(node_text(get(s, a, "auditor", n, &e), "reason").len, 0);
    assert_int_equal(listed(s, "chief", "to_decide"), 1);
    assert_int_equal(listed(s, "head", "to_decide"), 0);
    assert_int_equal(listed(s, "zhang", "to_decide"), 0);
    assert_int_equal(listed(s, "zhang", "all"), 1); /* only his own */
    assert_int_equal(listed(s, "wang", "all"), 0);
    ASSERT_FAILS(decide(s, "chief", n, (Decision){.consent = false}, &e), ERR_INVALID, "理由");
    ASSERT_FAILS(decide(s, "chief", n, (Decision){.consent = true, .until = noon - 1}, &e),
                 ERR_INVALID, "过去");
    ASSERT_FAILS(decide(s, "chief", n, (Decision){.consent = true, .until = noon + DAYS(31)}, &e),
                 ERR_INVALID, "最长");
    ASSERT_FAILS(decide(s, "chief", n, (Decision){.consent = true, .uses = 201}, &e), ERR_INVALID,
                 "次数");
    ASSERT_OK(
        decide(s, "chief", n, (Decision){.consent = true, .until = noon + DAYS(2), .uses = 3}, &e));
    ASSERT_FAILS(agree(s, "second", n, &e), ERR_CONFLICT, "已同意");
    expect_state(s, n, "approved");
    assert_int_equal(listed(s, "chief", "to_decide"), 0);
    assert_int_equal(listed(s, "chief", "decided"), 1);
    later(DAYS(2));
    expect_state(s, n, "ended");
    ASSERT_FAILS(withdraw(s, "zhang", n, &e), ERR_CONFLICT, "已到期");
}

static void test_refused_withdrawn_lapsed(void **state) {
    NEEDS_STORE;
    int64_t refused = asked(s, "zhang", look(ROW));

    ASSERT_OK(decide(s, "chief", refused, (Decision){.words = STR("与职责无关")}, &e));
    expect_state(s, refused, "refused");
    int64_t withdrawn = asked(s, "zhang", look(ROW)); /* after a refusal one may ask again */

    ASSERT_OK(withdraw(s, "zhang", withdrawn, &e));
    expect_state(s, withdrawn, "withdrawn");
    ASSERT_FAILS(agree(s, "chief", withdrawn, &e), ERR_CONFLICT, "已撤回");
    ASSERT_FAILS(withdraw(s, "zhang", withdrawn, &e), ERR_CONFLICT, "已撤回");
    int64_t lapsed = asked(s, "zhang", look(ROW));

    later(DAYS(7) - 1);
    expect_state(s, lapsed, "open");
    later(1);
    expect_state(s, lapsed, "lapsed");
    ASSERT_FAILS(agree(s, "chief", lapsed, &e), ERR_CONFLICT, "逾期未批");
    int64_t granted = asked(s, "zhang", look(ROW));

    ASSERT_OK(agree(s, "chief", granted, &e));
    ASSERT_OK(withdraw(s, "zhang", granted, &e)); /* given up */
    expect_state(s, granted, "withdrawn");
}

/* The asker decides too, for others: not for himself, in no disguise. */
static void test_no_way_round(void **state) {
    NEEDS_STORE;
    int64_t n = asked(s, "chief", look(ROW));

    ASSERT_FAILS(agree(s, "chief", n, &e), ERR_FORBIDDEN, "自己");
    /* wang decides for chief, which does not reach chief's own request. */
    int64_t to_wang = delegate(s, "chief", "wang", DAYS(1));

    ASSERT_FAILS(agree(s, "wang", n, &e), ERR_FORBIDDEN, "申请人委托");
    /* second has a right of his own, but acts for chief now. */
    int64_t to_second = delegate(s, "chief", "second", DAYS(1));

    ASSERT_FAILS(agree(s, "second", n, &e), ERR_FORBIDDEN, "受申请人委托");
    ASSERT_OK(delegation_end(s, STR("chief"), STR("chief"), to_second, &e));
    ASSERT_OK(delegation_end(s, STR("chief"), STR("chief"), to_wang, &e));
    ASSERT_FAILS(agree(s, "wang", n, &e), ERR_NOT_FOUND, "没有编号");
    /* third lends the asker his right: it is still the asker's own request. */
    delegate(s, "third", "chief", DAYS(1));
    ASSERT_FAILS(agree(s, "chief", n, &e), ERR_FORBIDDEN, "自己");
    ASSERT_OK(agree(s, "second", n, &e));
    expect_state(s, n, "approved");
}

static ApprovalNew bulk(void) {
    return (ApprovalNew){.kind = APPROVAL_BULK,
                         .object = STR("export:clues"),
                         .purpose = STR("case_handling"),
                         .case_number = STR("川江检案〔2026〕1号"),
                         .reason = STR("全县专项")};
}

static void test_two_people(void **state) {
    NEEDS_STORE;
    int64_t n = asked(s, "zhang", bulk());

    ASSERT_OK(decide(s, "chief", n,
                     (Decision){.consent = true, .until = clock_now + HOURS(30), .uses = 2}, &e));
    expect_state(s, n, "open");
    ASSERT_FAILS(agree(s, "chief", n, &e), ERR_CONFLICT, "另一位");
    assert_int_equal(listed(s, "chief", "to_decide"), 0);
    assert_int_equal(listed(s, "second", "to_decide"), 1);
    /* wang has chief's right only: the same will twice. */
    int64_t lent = delegate(s, "chief", "wang", DAYS(1));

    ASSERT_FAILS(agree(s, "wang", n, &e), ERR_FORBIDDEN, "委托关系");
    /* second's right is his own, but chief acts for him. */
    int64_t mutual = delegate(s, "second", "chief", DAYS(1));

    ASSERT_FAILS(agree(s, "second", n, &e), ERR_FORBIDDEN, "委托关系");
    ASSERT_OK(delegation_end(s, STR("second"), STR("second"), mutual, &e));
    ASSERT_OK(delegation_end(s, STR("chief"), STR("chief"), lent, &e));
    ASSERT_OK(agree(s, "second", n, &e));
    expect_state(s, n, "approved");
    scoped_arena Arena *a = arena_new();
    const Node *shown = get(s, a, "zhang", n, &e);

    /* The lower limits count. */
    assert_int_equal(node_int(shown, "uses", 0), 2);
    assert_int_equal(node_get(shown, "decisions")->count, 2);
    char until[INSTANT_TEXT];

    instant_format(noon + HOURS(30), until);
    assert_true(str_is(node_text(shown, "until"), until));

    /* Somebody decides first with a lent right; its owner cannot be the second. */
    int64_t other = asked(s, "wang", bulk());

    delegate(s, "third", "zhang", HOURS(1));
    ASSERT_OK(agree(s, "zhang", other, &e));
    later(HOURS(2)); /* the delegation is over, the consent stays */
    ASSERT_FAILS(agree(s, "third", other, &e), ERR_FORBIDDEN, "委托关系");
    ASSERT_OK(decide(s, "second", other, (Decision){.words = STR("不必")}, &e));
    expect_state(s, other, "refused");
}

/* A destroyed key takes reason and words with it and nothing else. */
static void test_forgotten(void **state) {
    NEEDS_STORE;
    scoped_arena Arena *a = arena_new();
    int64_t n = asked(s, "zhang", look(ROW));

    ASSERT_OK(decide(s, "chief", n, (Decision){.consent = true, .words = STR("同意查询")}, &e));
    const Node *before = get(s, a, "zhang", n, &e);

    assert_true(str_is(node_text(node_get(before, "decisions")->items[0], "words"), "同意查询"));
    ASSERT_OK(journal_forget(s, str_format(a, "approval:%d", (int)n), SYSTEM, &e));
    const Node *after = get(s, a, "zhang", n, &e);

    assert_int_equal(node_text(after, "reason").len, 0);
    assert_int_equal(node_text(node_get(after, "decisions")->items[0], "words").len, 0);
    assert_true(str_is(node_text(after, "state"), "approved"));
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bad_requests),
        cmocka_unit_test(test_one_approver),
        cmocka_unit_test(test_refused_withdrawn_lapsed),
        cmocka_unit_test(test_no_way_round),
        cmocka_unit_test(test_two_people),
        cmocka_unit_test(test_forgotten),
    };

    return on_both("trace/approval", tests, sizeof tests / sizeof *tests);
}
