/* SPDX-License-Identifier: MulanPSL-2.0 */
/* clue/life_test.c: the life of clues in the store, on both engines: from registration to its close
 * and back, who may, conflicts of interest, other offices, merging, matters and their outcomes,
 * clocks, leaving; and random acts, after each of which nobody's clue is ownerless or silent. After
 * each test the journal is replayed and must give the same tables. */
#include "clue/life_inside.h"
#include "flow/matter_fixture.h"

#include "sql_statements.h"

#include "base/banned.h"

static const Keys *keys_now;

static const char *source_now = "hotline";

static Str register_as(Store *s, const char *login, const char *title, const char *number,
                       Arena *a) {
    const Rights *r = rights_for(s, login);
    MatterActor who = {str_of(login), r};
    ClueNew in = {.source = str_of(source_now),
                  .title = str_of(title),
                  .facts = STR("群众反映"),
                  .level = STR("high"),
                  .suggests = STR("procuratorial_opinion"),
                  .subject_name = STR("张三"),
                  .subject_number = str_of(number),
                  .event_on = DAY_NONE};
    const Scope *before = store_thread_scope(&r->scope);
    Str id = {NULL, 0};
    Err e = {0};
    bool good = clue_register_by_hand(s, content, keys_now, &who, &in, a, &id, &e);

    store_thread_scope(before);
    rights_drop(r);
    if (!good)
        fail_msg("%s: %s %s", login, e.where, e.text);
    return id;
}

static bool clue_as(Store *s, const char *login, Str id, int64_t revision, ClueAct act, Arena *a,
                    Err *e) {
    const Rights *r = rights_for(s, login);
    MatterActor who = {str_of(login), r};
    const Scope *before = store_thread_scope(&r->scope);
    bool good = clue_act(s, content, &who, id, revision, &act, a, NULL, e);

    store_thread_scope(before);
    rights_drop(r);
    return good;
}

static Node *life_as(Store *s, const char *login, Str id, Arena *a) {
    const Rights *r = rights_for(s, login);
    MatterActor who = {str_of(login), r};
    const Scope *before = store_thread_scope(&r->scope);
    Err e = {0};
    Node *n = clue_life(s, content, &who, id, a, &e);

    store_thread_scope(before);
    rights_drop(r);
    return n;
}

static void assert_word(const Node *n, const char *key, const char *expected) {
    Str is = node_text(n, key);

    if (!str_is(is, expected))
        fail_msg("%s: %.*s, not %s", key, STR_ARG(is), expected);
}

static bool offers(const Node *life, const char *verb) {
    const Node *list = node_get(life, "choices");

    for (size_t i = 0; list && i < list->count; i++)
        if (str_is(node_text(list->items[i], "verb"), verb))
            return true;
    return false;
}

#define ACT(v, ...) ((ClueAct){.verb = CLUE_##v, .due = DAY_NONE, __VA_ARGS__})

/* To the stage in which wang looks into it. */
static Str verifying(Store *s, Arena *a) {
    Str id = register_as(s, "wang", "张三无证经营", "", a);
    Err e = {0};

    ASSERT_OK(clue_as(s, "cai", id, 0, ACT(TRIAGE, .outcome = STR("case")), a, &e));
    ASSERT_OK(clue_as(s, "cai", id, 0, ACT(ASSIGN), a, &e));
    ASSERT_OK(clue_as(s, "wang", id, 0, ACT(CLAIM), a, &e));
    return id;
}

/* ---- from beginning to end ---- */

static void test_whole_way(void **state) {
    NEEDS_STORE;
    Str id = verifying(s, a);
    Node *life = life_as(s, "wang", id, a);

    assert_word(life, "state", "verifying");
    assert_word(life, "login", "wang");
    assert_word(life, "source_title", "热线");
    assert_word(life, "next", "conclude");
    assert_true(node_text(life, "due").len > 0);
    assert_true(offers(life, "convert") && !offers(life, "triage") && !offers(life, "reopen"));
    ASSERT_OK(clue_as(s, "wang", id, 0, ACT(VERIFY, .note = STR("调取登记档案")), a, &e));
    ASSERT_FAILS(clue_as(s, "wang", id, 0, ACT(CONCLUDE, .outcome = STR("verified")), a, &e),
                 ERR_INVALID, "理由");
    ASSERT_OK(clue_as(s, "wang", id, 0,
                      ACT(CONCLUDE, .outcome = STR("verified"), .note = STR("情况属实")), a, &e));
    ASSERT_FAILS(clue_as(s, "wang", id, 0, ACT(CLOSE, .reason = STR("because")), a, &e),
                 ERR_INVALID, "理由");
    ASSERT_OK(clue_as(s, "wang", id, 0, ACT(CLOSE, .reason = STR("done")), a, &e));
    life = life_as(s, "cai", id, a);
    assert_word(life, "state", "closed");
    assert_int_equal(node_text(life, "due").len, 0);
    ASSERT_FAILS(clue_as(s, "wang", id, 0, ACT(REOPEN, .note = STR("有新情况")), a, &e),
                 ERR_FORBIDDEN, "恢复办理");
    ASSERT_OK(clue_as(s, "cai", id, 0, ACT(REOPEN, .note = STR("有新情况")), a, &e));
    life = life_as(s, "wang", id, a);
    assert_word(life, "state", "triaged");
    assert_int_equal(node_get(life, "timeline")->count, 8);
}

static void test_refused(void **state) {
    NEEDS_STORE;
    Str id = register_as(s, "wang", "李四无证经营", "", a);
    const struct {
        const char *login;
        ClueAct act;
        ErrCode code;
        const char *said;
    } cases[] = {
        {"wang", ACT(TRIAGE, .outcome = STR("case")), ERR_FORBIDDEN, "不能由本人"},
        {"cai", ACT(TRIAGE, .outcome = STR("nothing")), ERR_INVALID, "研判结果"},
        {"cai", ACT(TRIAGE, .outcome = STR("standby")), ERR_INVALID, "理由"},
        {"cai", ACT(ASSIGN), ERR_CONFLICT, "待研判"},
        {"cai", ACT(CLAIM), ERR_CONFLICT, "待研判"},
        {"cai", ACT(LAPSE), ERR_INVALID, "没有这种操作"},
        {"cai", ACT(OUTCOME), ERR_INVALID, "没有这种操作"},
        {"cai", ACT(MERGE), ERR_INVALID, "并入哪一条"},
        {"cai", ACT(MERGE, .target = STR("none")), ERR_NOT_FOUND, "没有这条线索"},
        {"cai", ACT(ANSWER, .note = STR("好")), ERR_CONFLICT, "督办"},
        {"cai", ACT(SEEN), ERR_CONFLICT, "没有变化"},
        {"wang", ACT(SUPERVISE, .note = STR("快")), ERR_FORBIDDEN, "督办"},
        {"cai", {.verb = CLUE_SUPERVISE, .note = STR("快"), .due = 1}, ERR_INVALID, "答复期限"},
        {"wang", ACT(RECUSE, .reason = STR("friend")), ERR_INVALID, "关系"},
        {"wang", ACT(RECUSE, .reason = STR("relative"), .login = STR("zhao")), ERR_FORBIDDEN,
         "他人回避"},
        {"li", ACT(FEED_BACK, .note = STR("看看")), ERR_NOT_FOUND, "没有这条线索"},
        {"ju", ACT(CLAIM), ERR_NOT_FOUND, "没有这条线索"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        ASSERT_FAILS(clue_as(s, cases[i].login, id, 0, cases[i].act, a, &e), cases[i].code,
                     cases[i].said);
    ASSERT_FAILS(clue_as(s, "cai", id, 7, ACT(TRIAGE, .outcome = STR("case")), a, &e), ERR_CONFLICT,
                 "请刷新");
    ClueNew bad[] = {
        {.source = STR("model"), .title = STR("x"), .facts = STR("x")},
        {.source = STR("hotline"), .facts = STR("x")},
        {.source = STR("hotline"), .title = STR("x")},
        {.source = STR("hotline"),
         .title = STR("x"),
         .facts = STR("x"),
         .subject_number = STR("510522198001011234")},
        {.source = STR("hotline"), .title = STR("x"), .facts = STR("x"), .level = STR("huge")}};
    const Rights *r = rights_for(s, "wang");
    MatterActor who = {STR("wang"), r};

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        bad[i].event_on = DAY_NONE;
        ASSERT_FAILS(clue_register_by_hand(s, content, keys_now, &who, &bad[i], a, &id, &e),
                     ERR_INVALID, "");
    }
    rights_drop(r);
}

/* ---- conflicts of interest, other offices ---- */

static void test_recusal(void **state) {
    NEEDS_STORE;
    Str id = verifying(s, a);

    ASSERT_OK(clue_as(s, "wang", id, 0, ACT(RECUSE, .reason = STR("relative")), a, &e));
    assert_null(life_as(s, "wang", id, a)); /* it does not exist for him any more */
    assert_word(life_as(s, "zhao", id, a), "state", "assigned");
    ASSERT_FAILS(clue_as(s, "wang", id, 0, ACT(CLAIM), a, &e), ERR_NOT_FOUND, "没有");
    ASSERT_FAILS(clue_as(s, "cai", id, 0, ACT(ASSIGN, .login = STR("wang")), a, &e), ERR_CONFLICT,
                 "回避");
    ASSERT_OK(clue_as(s, "cai", id, 0, ACT(ASSIGN, .login = STR("zhao")), a, &e));
    ASSERT_FAILS(clue_as(s, "pan", id, 0, ACT(CLAIM), a, &e), ERR_CONFLICT, "zhao");
    ASSERT_OK(clue_as(s, "zhao", id, 0, ACT(CLAIM), a, &e));
    ASSERT_OK(clue_as(s, "cai", id, 0, ACT(UNRECUSE, .target = STR("1"), .note = STR("登记有误")),
                      a, &e));
    assert_non_null(life_as(s, "wang", id, a));
}

static void test_other_office(void **state) {
    NEEDS_STORE;
    Str id = verifying(s, a);

    ASSERT_FAILS(clue_as(s, "wang", id, 0, ACT(ASSIGN, .organisation = UPPER), a, &e),
                 ERR_FORBIDDEN, "其他单位");
    ASSERT_FAILS(clue_as(s, "cai", id, 0, ACT(ASSIGN, .organisation = 99), a, &e), ERR_INVALID,
                 "99");
    ASSERT_FAILS(clue_as(s, "cai", id, 0, ACT(ASSIGN, .organisation = GOVERNMENT), a, &e),
                 ERR_INVALID, "没有可以办理");
    ASSERT_OK(clue_as(s, "cai", id, 0, ACT(ASSIGN, .organisation = UPPER), a, &e));
    assert_null(life_as(s, "wang", id, a)); /* at once */
    assert_null(life_as(s, "cai", id, a));
    Node *life = life_as(s, "uwang", id, a);

    assert_word(life, "state", "triaged");
    assert_int_equal(node_int(life, "organisation", 0), UPPER);
    ASSERT_OK(clue_as(s, "upper", id, 0, ACT(ASSIGN, .login = STR("uwang")), a, &e));
    ASSERT_OK(clue_as(s, "uwang", id, 0, ACT(CLAIM), a, &e));
    ASSERT_OK(clue_as(s, "uwang", id, 0, ACT(SEND_BACK, .note = STR("不属于本院管辖")), a, &e));
    assert_word(life_as(s, "cai", id, a), "state", "triaged");
    /* The giving office may go on watching, as its roles say, but not act. */
    ASSERT_OK(clue_as(s, "cai", id, 0, ACT(ASSIGN, .organisation = UPPER, .watch = true), a, &e));
    assert_int_equal(node_get(life_as(s, "cai", id, a), "choices")->count, 0);
    assert_int_equal(node_get(life_as(s, "chief", id, a), "choices")->count, 0);
    assert_non_null(life_as(s, "wang", id, a));
    assert_null(life_as(s, "li", id, a));
    ASSERT_FAILS(clue_as(s, "wang", id, 0, ACT(FEED_BACK, .note = STR("看看")), a, &e),
                 ERR_FORBIDDEN, "不能由本人");
    ASSERT_OK(clue_as(s, "upper", id, 0, ACT(ASSIGN, .organisation = OFFICE), a, &e));
    /* An office with a conflict of interest does not get it. */
    ASSERT_OK(clue_as(s, "cai", id, 0,
                      ACT(RECUSE, .reason = STR("interest"), .organisation = UPPER), a, &e));
    ASSERT_FAILS(clue_as(s, "cai", id, 0, ACT(ASSIGN, .organisation = UPPER), a, &e), ERR_CONFLICT,
                 "回避");
}

/* ---- merging ---- */

static void test_merge(void **state) {
    NEEDS_STORE;
    Str one = register_as(s, "wang", "王五在江阳区违法占地建房", "", a);
    Str two = register_as(s, "wang", "王五江阳区违法占地建房一事", "", a);
    Str three = register_as(s, "wang", "某公司偷排污水", "", a);
    const Rights *r = rights_for(s, "cai");
    const Scope *before = store_thread_scope(&r->scope);
    Node *list;

    store_thread_scope(before);
    rights_drop(r);
    r = rights_for(s, "wang");
    before = store_thread_scope(&r->scope);
    list = clue_similar(s, one, a, &e);
    store_thread_scope(before);
    rights_drop(r);
    assert_non_null(list);
    assert_int_equal(list->count, 2); /* the third is about somebody of the same name */
    assert_true(str_eq(node_text(list->items[0], "id"), two));
    assert_true(node_int(list->items[0], "score", 0) > node_int(list->items[1], "score", 0));
    /* The same while it is typed: by words, by a whole number, by nothing. */
    const ClueNew typed[] = {{.title = STR("王五违法占地建房"), .facts = STR("在江阳区")},
                             {.title = STR("另一件事情"), .subject_number = STR("5105221980")},
                             {.title = (Str){NULL, 0}}};
    const size_t wanted[] = {2, 0, 0};

    r = rights_for(s, "wang");
    before = store_thread_scope(&r->scope);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(clue_alike(s, keys_now, &typed[i], a, &e)->count, wanted[i]);
    store_thread_scope(before);
    rights_drop(r);
    ASSERT_FAILS(clue_as(s, "cai", two, 0, ACT(MERGE, .target = two), a, &e), ERR_INVALID, "自己");
    ASSERT_OK(clue_as(s, "cai", two, 0, ACT(MERGE, .target = one), a, &e));
    ASSERT_FAILS(clue_as(s, "cai", three, 0, ACT(MERGE, .target = two), a, &e), ERR_CONFLICT,
                 "已经");
    ASSERT_FAILS(clue_as(s, "cai", two, 0, ACT(TRIAGE, .outcome = STR("case")), a, &e),
                 ERR_CONFLICT, "已并入");
    Node *life = life_as(s, "cai", two, a);

    assert_word(life, "state", "merged");
    assert_true(str_eq(node_text(life, "merged_into"), one));
    ASSERT_OK(clue_as(s, "cai", two, 0, ACT(UNMERGE), a, &e));
    life = life_as(s, "cai", two, a);
    assert_word(life, "state", "new");
    assert_true(node_text(life, "due").len > 0);
}

/* ---- matters ---- */

static void end_matter(Store *s, Str matter, Arena *a) {
    static const struct {
        const char *login, *action, *values;
    } way[] = {{"wang", "propose", "{\"case_name\":\"张三案\",\"result\":\"是\"}"},
               {"chief", "agree", NULL},
               {"wang", "served", "{\"served_on\":\"2026-03-02\"}"},
               {"li", "reply", "{\"answer\":\"已吊销\"}"},
               {"wang", "accept", NULL}};
    Err e = {0};

    for (size_t i = 0; i < sizeof way / sizeof way[0]; i++) {
        FlowAct act = action(way[i].action);

        act.values = way[i].values ? values_of(a, way[i].values) : NULL;
        ASSERT_OK(act_as(s, way[i].login, matter, 0, act, a, &e));
    }
}

static void test_convert(void **state) {
    NEEDS_STORE;
    Str id = verifying(s, a);
    const int64_t receivers[] = {AGENCY, AGENCY};
    ClueAct convert =
        ACT(CONVERT, .flow = STR("sample_transfer"), .receivers = receivers, .receiver_count = 2);

    ASSERT_FAILS(clue_as(s, "wang", id, 0, ACT(CONVERT, .flow = STR("nothing")), a, &e),
                 ERR_NOT_FOUND, "nothing");
    ASSERT_OK(clue_as(s, "wang", id, 0, convert, a, &e));
    Node *life = life_as(s, "wang", id, a);
    const Node *matters = node_get(life, "matters");

    assert_word(life, "state", "handling");
    assert_int_equal(matters->count, 2); /* each has its own receipt */
    ASSERT_FAILS(clue_as(s, "cai", id, 0, ACT(CLOSE, .reason = STR("done")), a, &e), ERR_CONFLICT,
                 "还没有办结");
    end_matter(s, node_text(matters->items[0], "id"), a);
    assert_word(life_as(s, "wang", id, a), "state", "handling");
    end_matter(s, node_text(matters->items[1], "id"), a);
    life = life_as(s, "wang", id, a);
    assert_word(life, "state", "concluded");
    assert_word(life, "outcome", "verified");
    ASSERT_OK(clue_as(s, "wang", id, 0, ACT(CLOSE, .reason = STR("done")), a, &e));
    Node *pool = clue_pool(s, content, a, &e);
    const Node *models = node_get(pool, "models");

    assert_int_equal(models->count, 1);
    assert_int_equal(node_int(models->items[0], "verified", -1), 1);
    assert_int_equal(node_int(models->items[0], "wrong", -1), 0);
}

/* ---- several matters at once, merged clues with matters ---- */

static const Node *matters_of(Store *s, const char *login, Str id, Arena *a) {
    return node_get(life_as(s, login, id, a), "matters");
}

static void test_convert_into_several(void **state) {
    NEEDS_STORE;
    Str id = verifying(s, a);
    ClueInto into[] = {{.flow = STR("sample_transfer"), .parties = values_of(a, "{\"agency\":3}")},
                       {.flow = STR("clue_transfer"), .parties = values_of(a, "{\"receiver\":4}")}};
    ClueAct act = ACT(CONVERT, .into = into, .into_count = 2);

    /* All or none: the second lacks what its flow must know, and is named. */
    ASSERT_FAILS(clue_as(s, "pan", id, 0, act, a, &e), ERR_FORBIDDEN, "不能由本人");
    assert_false(clue_as(s, "wang", id, 0, act, a, &e));
    assert_true(str_starts(str_of(e.where), STR("/into/1/")));
    err_clear(&e);
    assert_int_equal(matters_of(s, "wang", id, a)->count, 0);
    into[1].values =
        values_of(a, "{\"clue_kind\":\"行政违法行为线索\",\"found_on\":\"2026-03-01\"}");
    ASSERT_OK(clue_as(s, "wang", id, 0, act, a, &e));
    const Node *matters = matters_of(s, "wang", id, a);

    assert_int_equal(matters->count, 2);
    assert_word(matters->items[0], "flow", "sample_transfer");
    assert_word(matters->items[1], "flow", "clue_transfer");
    assert_int_equal(
        node_int(node_get(matters->items[1], "receivers")->items[0], "organisation", 0), TAX);
    assert_int_equal(node_text(node_get(matters->items[0], "receivers")->items[0], "answered").len,
                     0);
    end_matter(s, node_text(matters->items[0], "id"), a);
    matters = matters_of(s, "wang", id, a);
    assert_word(matters->items[0], "said", "verified");
    assert_true(node_text(node_get(matters->items[0], "receivers")->items[0], "answered").len > 0);
    assert_word(life_as(s, "wang", id, a), "state", "handling"); /* the other goes on */
}

/* What a merged clue began is the other's business too, until they are taken apart. */
static void test_merge_with_matters(void **state) {
    NEEDS_STORE;
    Str one = verifying(s, a), two = verifying(s, a);
    const int64_t receivers[] = {AGENCY};

    ASSERT_OK(clue_as(
        s, "wang", two, 0,
        ACT(CONVERT, .flow = STR("sample_transfer"), .receivers = receivers, .receiver_count = 1),
        a, &e));
    ASSERT_OK(clue_as(s, "cai", two, 0, ACT(MERGE, .target = one), a, &e));
    const Node *matters = matters_of(s, "wang", one, a);

    assert_int_equal(matters->count, 1);
    ASSERT_FAILS(clue_as(s, "cai", one, 0, ACT(CLOSE, .reason = STR("done")), a, &e), ERR_CONFLICT,
                 "还没有办结");
    end_matter(s, node_text(matters->items[0], "id"), a);
    assert_word(life_as(s, "wang", one, a), "outcome", "verified");
    assert_word(life_as(s, "wang", one, a), "state", "verifying");
    ASSERT_OK(clue_as(s, "cai", two, 0, ACT(UNMERGE), a, &e));
    Node *life = life_as(s, "wang", two, a);

    assert_word(life, "state", "concluded"); /* not 已转事项: its matter ended meanwhile */
    assert_word(life, "outcome", "verified");
    life = life_as(s, "wang", one, a);
    assert_int_equal(node_text(life, "outcome").len, 0);
    assert_int_equal(node_get(life, "matters")->count, 0);
    /* Taken apart in the order in which they were put together. */
    Str three = verifying(s, a);

    ASSERT_OK(clue_as(s, "cai", two, 0, ACT(MERGE, .target = one), a, &e));
    ASSERT_OK(clue_as(s, "cai", one, 0, ACT(MERGE, .target = three), a, &e));
    ASSERT_FAILS(clue_as(s, "cai", two, 0, ACT(UNMERGE), a, &e), ERR_CONFLICT, "先撤销那一次");
    ASSERT_OK(clue_as(s, "cai", one, 0, ACT(UNMERGE), a, &e));
    ASSERT_OK(clue_as(s, "cai", two, 0, ACT(UNMERGE), a, &e));
}

/* ---- from matters: handed over, and periods that ran out ---- */

static Str newest_from(Store *s, const char *login, const char *source, Arena *a) {
    const Rights *r = rights_for(s, login);
    const Scope *before = store_thread_scope(&r->scope);
    Err e = {0};
    ClueQuery q = {.source = str_of(source), .status = STR("all"), .items_only = true};
    Office o = {.store = s};
    const Node *list = clue_list(&o, &q, a, &e);

    store_thread_scope(before);
    rights_drop(r);
    if (!list)
        fail_msg("%s", e.text);
    const Node *items = node_get(list, "items");

    return items->count ? node_text(items->items[0], "id") : (Str){NULL, 0};
}

static void hand_over(Store *s, Arena *a) {
    static const struct {
        const char *login, *action, *values;
    } way[] = {{"li", "submit", "{\"facts\":\"检查时发现\"}"},
               {"ju", "approve", "{\"letter_no\":\"江市监函〔2026〕3号\"}"},
               {"cai", "accept", NULL}};
    MatterNew in = {.flow = STR("clue_transfer"),
                    .parties = values_of(a, "{\"receiver\":1}"),
                    .values = values_of(a, "{\"subject\":\"超市销售过期食品\",\"clue_kind\":"
                                           "\"行政违法行为线索\",\"found_on\":\"2026-03-01\"}")};
    Str matter;
    Err e = {0};

    ASSERT_OK(begin_as(s, "li", &in, a, &matter, &e));
    for (size_t i = 0; i < sizeof way / sizeof way[0]; i++) {
        FlowAct act = action(way[i].action);

        act.values = way[i].values ? values_of(a, way[i].values) : NULL;
        ASSERT_OK(act_as(s, way[i].login, matter, 0, act, a, &e));
    }
}

static void let_lapse(Store *s, Arena *a, Instant now) {
    Str matter = begin_transfer(s, a);
    int64_t fired;
    Instant next;
    Err e = {0};
    FlowAct served = action("served");

    ASSERT_OK(act_as(s, "wang", matter, 0, action("propose"), a, &e));
    ASSERT_OK(act_as(s, "chief", matter, 0, action("agree"), a, &e));
    served.values = values_of(a, "{\"served_on\":\"2026-03-02\"}");
    ASSERT_OK(act_as(s, "wang", matter, 0, served, a, &e));
    instant_freeze(now);
    do { /* warnings come first */
        ASSERT_OK(matter_clocks(s, content, now, 100, &fired, &next, &e));
    } while (fired > 0);
}

static void test_from_matters(void **state) {
    NEEDS_STORE;

    hand_over(s, a);
    Str id = newest_from(s, "wang", "transfer", a);
    Node *life = life_as(s, "cai", id, a);

    assert_non_null(life);
    assert_word(life, "state", "new");
    assert_int_equal(node_int(life, "organisation", 0), OFFICE);
    assert_word(life, "role", "case_manager");
    assert_true(node_text(life, "from_matter").len > 0 && node_text(life, "due").len > 0);
    ASSERT_OK(clue_as(s, "cai", id, 0, ACT(TRIAGE, .outcome = STR("case")), a, &e));
    let_lapse(s, a, monday + DAYS(150));
    id = newest_from(s, "wang", "lapse", a);
    life = life_as(s, "cai", id, a);
    assert_non_null(life);
    assert_word(life, "source_title", "期限届满");
    assert_word(life, "state", "new");
    assert_true(node_text(life, "due").len > 0);
    /* Once: another look finds nothing more. */
    int64_t fired;
    Instant next;

    ASSERT_OK(matter_clocks(s, content, monday + DAYS(150), 100, &fired, &next, &e));
    assert_true(str_eq(newest_from(s, "wang", "lapse", a), id));
}

/* ---- by rule, past whoever must not have it ---- */

static void test_recusal_by_rule(void **state) {
    NEEDS_STORE;
    Str id = register_as(s, "wang", "张三无证经营", "", a);

    ASSERT_OK(clue_as(s, "wang", id, 0, ACT(RECUSE, .reason = STR("party")), a, &e));
    ASSERT_OK(clue_as(s, "cai", id, 0, ACT(TRIAGE, .outcome = STR("case")), a, &e));
    ASSERT_OK(clue_as(s, "cai", id, 0, ACT(ASSIGN), a, &e));
    assert_word(life_as(s, "zhao", id, a), "role", "administrative_prosecutor");
    ASSERT_OK(clue_as(s, "zhao", id, 0, ACT(RECUSE, .reason = STR("party")), a, &e));
    /* Nobody of that role is left: back to whoever gives it out, and the next rule that fits. */
    assert_word(life_as(s, "cai", id, a), "role", "case_manager");
    ASSERT_OK(clue_as(s, "cai", id, 0, ACT(ASSIGN), a, &e));
    assert_word(life_as(s, "pan", id, a), "role", "prosecutor");
    ASSERT_FAILS(clue_as(s, "cai", id, 0, ACT(ASSIGN, .login = STR("zhao")), a, &e), ERR_CONFLICT,
                 "回避");
}

/* ---- what the model's author is told ---- */

static void model_found(Store *s, Str id, Arena *a);

static void test_ledger(void **state) {
    NEEDS_STORE;
    Str ids[] = {STR("m1"), STR("m2"), STR("m3")};

    for (size_t i = 0; i < 3; i++)
        model_found(s, ids[i], a);
    for (size_t i = 0; i < 2; i++) {
        ASSERT_OK(clue_as(s, "cai", ids[i], 0, ACT(TRIAGE, .outcome = STR("case")), a, &e));
        ASSERT_OK(clue_as(s, "cai", ids[i], 0, ACT(ASSIGN, .login = STR("wang")), a, &e));
        ASSERT_OK(clue_as(s, "wang", ids[i], 0, ACT(CLAIM), a, &e));
    }
    ASSERT_OK(clue_as(s, "wang", ids[0], 0,
                      ACT(CONCLUDE, .outcome = STR("wrong"), .note = STR("同名，不是同一人")), a,
                      &e));
    ASSERT_OK(clue_as(s, "wang", ids[0], 0, ACT(FEED_BACK, .note = STR("已告知数据单位")), a, &e));
    ASSERT_OK(clue_as(s, "wang", ids[1], 0,
                      ACT(CONCLUDE, .outcome = STR("verified"), .note = STR("属实")), a, &e));
    Node *ledger = clue_ledger(s, content, STR("some"), a, &e);

    assert_non_null(ledger);
    assert_int_equal(node_int(ledger, "all", 0), 3);
    assert_int_equal(node_int(ledger, "open", 0), 3);
    assert_int_equal(node_int(ledger, "judged", 0), 2);
    assert_int_equal(node_int(ledger, "wrong", 0), 1);
    assert_int_equal(node_int(ledger, "verified", 0), 1);
    const Node *items = node_get(ledger, "items");

    assert_int_equal(items->count, 1);
    assert_word(items->items[0], "note", "同名，不是同一人");
    assert_word(items->items[0], "reason_title", "还没有办结");
    /* Closed by whoever is in charge before anybody concluded: the reason says what it was. */
    ASSERT_FAILS(clue_as(s, "cai", ids[2], 0, ACT(CLOSE, .reason = STR("untrue")), a, &e),
                 ERR_INVALID, "理由");
    ASSERT_OK(clue_as(s, "cai", ids[2], 0,
                      ACT(CLOSE, .reason = STR("untrue"), .note = STR("许可证已换发")), a, &e));
    ledger = clue_ledger(s, content, STR("some"), a, &e);
    assert_int_equal(node_int(ledger, "wrong", 0), 2);
    assert_int_equal(node_int(ledger, "open", 0), 2);
    assert_word(node_get(ledger, "items")->items[0], "note", "许可证已换发");
    assert_int_equal(node_get(ledger, "reasons")->count, 2);
    ledger = clue_ledger(s, content, STR("other"), a, &e);
    assert_int_equal(node_int(ledger, "all", -1), 0);
}

/* ---- clocks ---- */

static int64_t tick(Store *s, Instant now) {
    int64_t fired = 0;
    Instant next;
    Err e = {0};

    instant_freeze(now);
    ASSERT_OK(clue_clocks(s, content, now, 100, &fired, &next, &e));
    return fired;
}

static void test_clocks(void **state) {
    NEEDS_STORE;
    Str id = register_as(s, "wang", "张三无证经营", "", a);

    assert_int_equal(tick(s, monday + DAYS(1)), 0);
    assert_int_equal(tick(s, monday + DAYS(3)), 1); /* two workdays for a grave one */
    assert_int_equal(tick(s, monday + DAYS(3)), 0); /* once */
    Node *life = life_as(s, "cai", id, a);

    assert_true(node_bool(life, "lapsed", false));
    assert_true(str_eq(node_text(life, "told"), STR("江城县人民检察院 案件管理人员")));
    assert_int_equal(tick(s, monday + DAYS(9)), 1);
    assert_int_equal(tick(s, monday + DAYS(20)), 1);
    life = life_as(s, "cai", id, a);
    assert_true(str_starts(node_text(life, "told"), STR("江州市人民检察院")));
    assert_int_equal(tick(s, monday + DAYS(60)), 0); /* the top has heard of it */
    ASSERT_OK(clue_as(s, "chief", id, 0, ACT(SUPERVISE, .note = STR("请尽快")), a, &e));
    assert_int_equal(tick(s, monday + DAYS(70)), 1);
    ASSERT_OK(clue_as(s, "cai", id, 0, ACT(ANSWER, .note = STR("已经安排")), a, &e));
    ASSERT_FAILS(clue_as(s, "cai", id, 0, ACT(ANSWER, .note = STR("已经安排")), a, &e),
                 ERR_CONFLICT, "督办");
    ASSERT_OK(clue_as(s, "cai", id, 0,
                      ACT(TRIAGE, .outcome = STR("standby"), .note = STR("等新规")), a, &e));
    assert_int_equal(tick(s, monday + DAYS(180)), 1);
    assert_word(life_as(s, "cai", id, a), "state", "new");
}

/* ---- leaving ---- */

static void test_leaving(void **state) {
    NEEDS_STORE;
    Str id = verifying(s, a);
    Node *work;

    ASSERT_OK(person_open_work(s, content, a, STR("wang"), &work, &e));
    bool listed = false;

    for (size_t i = 0; i < work->count; i++)
        listed |= str_is(node_text(work->items[i], "part"), "clue");
    assert_true(listed);
    ASSERT_OK(person_leave(s, content, SYSTEM, STR("wang"), (Str){NULL, 0}, &e));
    Node *life = life_as(s, "zhao", id, a);

    assert_int_equal(node_text(life, "login").len, 0);
    assert_true(offers(life, "claim"));
    ASSERT_OK(clue_as(s, "zhao", id, 0, ACT(CLAIM), a, &e));
}

/* ---- random acts ---- */

typedef struct Walk {
    Store *store;
    uint64_t chance;
    int64_t acts, refused, ticks, models;
    Str ids[200];
    size_t count;
    Instant now;
    Arena *arena, *kept;
} Walk;

static size_t below(Walk *w, size_t n) {
    uint64_t z = w->chance += 0x9e3779b97f4a7c15u;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    return (size_t)((z ^ z >> 31) % n);
}

static const char *const people[] = {"wang", "wang", "zhao",  "chief", "pan", "cai",
                                     "cai",  "cai",  "upper", "uwang", "li"};

/* What a run of a model says of a clue. */
typedef struct Said {
    const char *kind;
    Str id;
} Said;

static bool say(Writing *w, void *context, Err *e) {
    const Said *said = context;
    const LifeRules *r = life_rules(content, w->arena, e);
    Life l = {.level = STR("high"), .tree = node_map(w->arena)};
    Node *b = node_map(w->arena);
    int64_t number;

    if (!r || !life_start(w, r, &l, STR("model"), 1, e) ||
        !tx_int(w->tx, &SQL_clue_next_number, NO_ARGS, 1, &number, e))
        return false;
    life_set_int(w->arena, &l, "revision", 1);
    node_set_text(w->arena, b, "model", STR("some"));
    node_set_text(w->arena, b, "subject_kind", STR("person"));
    node_set_text(w->arena, b, "subject_key", STR("00"));
    node_set_text(w->arena, b, "strength", STR("strong"));
    node_set_text(w->arena, b, "level", STR("high"));
    node_set_text(w->arena, b, "suggests", STR("procuratorial_suggestion"));
    node_set_text(w->arena, b, "digest", STR("0"));
    node_set_text(w->arena, b, "version", STR("0"));
    node_set_int(w->arena, b, "run", 1);
    node_set_int(w->arena, b, "number", number);
    if (!str_is(str_of(said->kind), "clue.changed"))
        node_set(w->arena, b, "life", l.tree);
    return journal_append(w->tx,
                          &(Event){.actor = STR("system"),
                                   .kind = str_of(said->kind),
                                   .subject = str_format(w->arena, "clue:%.*s", STR_ARG(said->id)),
                                   .body = b},
                          e);
}

static void model_found(Store *s, Str id, Arena *a) {
    MatterActor program = {STR("system"), NULL};
    Said said = {"clue.found", id};
    Err e = {0};

    ASSERT_OK(matter_write(s, content, &program, a, say, &said, &e));
}

static void model_says(Walk *w, const char *kind, Str id) {
    MatterActor program = {STR("system"), NULL};
    Said said = {kind, id};
    Err e = {0};

    ASSERT_OK(matter_write(w->store, content, &program, w->arena, say, &said, &e));
    w->models++;
}

static Str any_person(Walk *w) {
    return str_of(people[below(w, sizeof people / sizeof people[0])]);
}

/* Mostly what this person is offered; now and then anything. */
static int random_verb(Walk *w, const char *login, Str id) {
    Node *life = below(w, 4) ? life_as(w->store, login, id, w->arena) : NULL;
    const Node *list = life ? node_get(life, "choices") : NULL;
    Str next = life ? node_text(life, "next") : STR("");

    if (!list || !list->count)
        return (int)below(w, CLUE_VERB_COUNT);
    if (!next.len || below(w, 2))
        next = node_text(list->items[below(w, list->count)], "verb");
    for (const BindName *n = clue_verb_names; n->name; n++)
        if (str_is(next, n->name))
            return n->value;
    return 0;
}

static ClueAct random_act(Walk *w, const char *login, Str id) {
    static const char *const outcomes[] = {"suggestion", "case",     "standby", "refused",
                                           "verified",   "verified", "wrong",   ""};
    static const char *const reasons[] = {"done", "untrue", "other", "relative", "interest", ""};
    static const int64_t receivers[] = {AGENCY, AGENCY};
    ClueAct act = ACT(
        TRIAGE, .outcome = str_of(outcomes[below(w, 8)]), .reason = str_of(reasons[below(w, 6)]),
        .note = below(w, 5) ? STR("理由") : STR(""), .target = w->ids[below(w, w->count)]);

    act.verb = random_verb(w, login, id);
    if (act.verb == CLUE_CONCLUDE)
        act.outcome = below(w, 2) ? STR("verified") : STR("wrong");
    if (act.verb == CLUE_CLOSE && below(w, 3))
        act.verb = CLUE_FEED_BACK;
    if (act.verb == CLUE_RECUSE && below(w, 5)) /* else nobody sees anything any more */
        act.verb = CLUE_UNRECUSE;
    if (act.verb == CLUE_ASSIGN && below(w, 3) == 0)
        act.login = any_person(w);
    if (act.verb == CLUE_ASSIGN && below(w, 6) == 0)
        act.organisation = below(w, 2) ? UPPER : OFFICE;
    act.watch = below(w, 4) == 0;
    if (act.verb == CLUE_RECUSE && below(w, 3) == 0)
        act.login = any_person(w);
    if (act.verb == CLUE_UNRECUSE || act.verb == CLUE_ANSWER)
        act.target = str_format(w->arena, "%zu", 1 + below(w, 6));
    if (act.verb == CLUE_CONVERT) {
        act.flow = STR("sample_transfer");
        act.receivers = receivers;
        act.receiver_count = below(w, 3);
    }
    return act;
}

/* Of every clue, as it stands: whole, owned, with a due instant, and its columns say what its tree
 * says. */
static bool look_at_all(Tx *tx, void *context, Err *e) {
    Walk *w = context;
    int64_t total = 0, figures = 0;

    for (size_t i = 0; i < w->count; i++) {
        scoped_arena Arena *a = arena_new();
        Life l;

        if (!life_load(tx, w->ids[i], a, &l, e))
            return false;
        const char *broken = life_unsound(l.tree);
        const Node *row = tx_row(tx, a, &SQL_life_seen, ARGS(ARG_OF_TEXT(w->ids[i])), e);

        if (broken)
            return err_set(e, ERR_BROKEN, NULL, "%.*s: %s", STR_ARG(w->ids[i]), broken);
        if (!str_eq(node_text(row, "life"), life_state(&l)) ||
            node_int(row, "organisation", 0) != node_int(l.tree, "organisation", -1))
            return err_set(e, ERR_BROKEN, NULL, "columns of %.*s", STR_ARG(w->ids[i]));
        total++;
    }
    scoped_arena Arena *a = arena_new();
    const Node *rows = tx_rows(tx, a, &SQL_life_pool, NO_ARGS, e);

    for (size_t i = 0; rows && i < rows->count; i++)
        figures += node_int(rows->items[i], "clues", 0);
    return rows && (figures == total || err_set(e, ERR_BROKEN, NULL, "figures"));
}

static void step(Walk *w) {
    scoped_arena Arena *own = arena_new();
    Err e = {0};
    size_t what = below(w, 20);
    Str id = w->ids[below(w, w->count)];
    const char *login = any_person(w).ptr;

    w->arena = own;
    if (what == 0) {
        w->now += HOURS(1 + (Instant)below(w, 200));
        w->ticks += tick(w->store, w->now);
    } else if (what == 2 && w->count < 200 && below(w, 3) == 0) {
        w->ids[w->count] = str_dup(w->kept, register_as(w->store, "wang", "张三无证经营", "", own));
        w->count++;
    } else if (what == 1 && str_starts(id, STR("m"))) {
        static const char *const kinds[] = {"clue.changed", "clue.withdrawn", "clue.restored"};

        model_says(w, kinds[below(w, 3)], id);
    } else if (clue_as(w->store, login, id, 0, random_act(w, login, id), own, &e)) {
        w->acts++;
    } else {
        if (e.code == ERR_BROKEN || e.code == ERR_NONE)
            fail_msg("%.*s: %s", STR_ARG(id), e.text);
        w->refused++;
    }
}

static void test_random(void **state) {
    NEEDS_STORE;
    Walk w = {.store = s, .chance = f->postgresql ? 7 : 1, .now = monday, .arena = a, .kept = a};
    int64_t steps = f->postgresql ? 250 : getenv("LIANHENG_LONG") ? 100000 : 2500;

    static const char *const by_hand[] = {"deputies", "petition", "review",
                                          "superior", "hand",     "hotline"};

    for (int i = 0; i < 6; i++) {
        source_now = by_hand[i];
        w.ids[w.count++] = register_as(s, "wang", "张三无证经营", "", a);
    }
    hand_over(s, a);
    w.ids[w.count++] = newest_from(s, "wang", "transfer", a);
    let_lapse(s, a, w.now = monday + DAYS(100));
    w.ids[w.count++] = newest_from(s, "wang", "lapse", a);
    for (int i = 0; i < 6; i++) {
        w.ids[w.count] = str_format(a, "m%d", i);
        model_says(&w, "clue.found", w.ids[w.count++]);
    }
    for (int64_t i = 0; i < steps; i++) {
        step(&w);
        if (i % 10 == 0)
            ASSERT_OK(store_read(s, look_at_all, &w, &e));
    }
    ASSERT_OK(store_read(s, look_at_all, &w, &e));
    printf("clues: %lld acts, %lld refused, %lld lapses, %lld words of models, 0 ownerless, "
           "0 silent%s\n",
           (long long)w.acts, (long long)w.refused, (long long)w.ticks, (long long)w.models,
           f->postgresql ? ", on PostgreSQL" : "");
    assert_true(w.acts > steps / 20 && w.ticks > 0);
}

/* Keys are the fixture's. */
static int set_up_clues(void **state) {
    int bad = set_up(state);

    keys_now = ((Fixture *)*state)->keys;
    return bad;
}
#define set_up set_up_clues
/* What asks the store nothing new. */
#define ON_SQLITE(test) \
    { #test, test, set_up, tear_down, &fixtures[0] }

int main(void) {
    Err e = {0};
    const struct CMUnitTest tests[] = {
        ON_BOTH(test_whole_way),
        ON_BOTH(test_refused),
        ON_BOTH(test_recusal),
        ON_BOTH(test_other_office),
        ON_BOTH(test_merge),
        ON_BOTH(test_convert),
        ON_BOTH(test_clocks),
        ON_BOTH(test_leaving),
        ON_BOTH(test_convert_into_several),
        ON_SQLITE(test_merge_with_matters),
        ON_BOTH(test_from_matters),
        ON_SQLITE(test_recusal_by_rule),
        ON_BOTH(test_ledger),
        ON_BOTH(test_random),
    };

    content = content_with_samples();
    if (!clue_rules_check(content, &e))
        fail_msg("%s", e.text);
    organisation_register();
    matter_register();
    clue_register();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    content_drop(content);
    return failed;
}
