/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/matter_test.c: matters in the store, on both engines: from beginning to end, who may, two at
 * once, undo, clocks, lists, the past, leaving, forgetting. After each test the journal is replayed
 * and must give the same tables. */
#include "flow/matter_fixture.h"
#include "flow/statistics.h"
#include "flow/walk.h"

#include <pthread.h>

#include "base/banned.h"

static FlowAct verb(int v) {
    return (FlowAct){.verb = v};
}

static bool has_open(const MatterState *m, const char *step) {
    const MatterStep *s = state_last_step(m, str_of(step));

    return s && is_open(s->state);
}

static Node *list_as(Store *s, const char *login, MatterQuery q, Arena *a) {
    const Rights *r = rights_for(s, login);
    MatterActor who = {str_of(login), r};
    const Scope *before = store_thread_scope(&r->scope);
    Err e = {0};
    Node *list = matter_list(s, content, &who, &q, a, &e);

    store_thread_scope(before);
    rights_drop(r);
    if (!list)
        fail_msg("%s: %s", login, e.text);
    return list;
}

static int64_t total_as(Store *s, const char *login, MatterQuery q, Arena *a) {
    Node *list = list_as(s, login, q, a);

    return node_int(list, "total", -1);
}

static Node *desk_as(Store *s, const char *login, Arena *a) {
    const Rights *r = rights_for(s, login);
    MatterActor who = {str_of(login), r};
    const Scope *before = store_thread_scope(&r->scope);
    Err e = {0};
    Node *desk = matter_desk(s, content, &who, a, &e);

    store_thread_scope(before);
    rights_drop(r);
    if (!desk)
        fail_msg("%s: %s", login, e.text);
    return desk;
}

static int64_t desk_count(const Node *desk, const char *part) {
    return node_int(node_get(desk, part), "count", -1);
}

/* ---- from beginning to end ---- */

static void test_whole_way(void **state) {
    NEEDS_STORE;
    Str id = begin_transfer(s, a);
    const MatterState *m = get_as(s, "wang", id, 0, a, &e);

    assert_non_null(m);
    assert_true(str_eq(m->number, STR("样移〔2026〕1号")));
    assert_true(str_is(node_text(m->personal, "title"), "样例移送：张三案"));
    ASSERT_OK(act_as(s, "wang", id, 0, action("propose"), a, &e));
    ASSERT_OK(act_as(s, "chief", id, 0, action("agree"), a, &e));
    FlowAct served = action("served");

    ASSERT_FAILS(act_as(s, "wang", id, 0, served, a, &e), ERR_INVALID, "送达日期");
    served.values = values_of(a, "{\"served_on\":\"1899-03-02\"}");
    ASSERT_FAILS(act_as(s, "wang", id, 0, served, a, &e), ERR_INVALID, "合理的范围");
    served.values = values_of(a, "{\"served_on\":\"2026年3月2日\"}");
    ASSERT_FAILS(act_as(s, "zhao", id, 0, served, a, &e), ERR_FORBIDDEN, "没有由自己办理");
    ASSERT_OK(act_as(s, "wang", id, 0, served, a, &e));
    m = get_as(s, "li", id, 0, a, &e);
    assert_true(has_open(m, "reply"));
    assert_true(str_is(clock_of_step(m, state_last_step(m, STR("reply"))->id)->day, "2026-05-06"));
    FlowAct reply = action("reply");

    reply.values = values_of(a, "{\"answer\":\"已作处罚\",\"fine\":\"2万元\"}");
    ASSERT_OK(act_as(s, "li", id, 0, reply, a, &e));
    ASSERT_OK(act_as(s, "zhao", id, 0, action("accept"), a, &e));
    m = get_as(s, "zhao", id, 0, a, &e);
    assert_true(str_is(m->state, "closed") && str_is(m->outcome, "done"));
    assert_true(
        str_is(flow_value_of(content_flow(content, m->flow, &e), m, STR("fine")), "20000.00"));
    ASSERT_FAILS(act_as(s, "zhao", id, 0, action("accept"), a, &e), ERR_CONFLICT, "已经办结");
}

/* ---- who may, and who sees ---- */

static void test_scope(void **state) {
    NEEDS_STORE;
    Str id = begin_transfer(s, a);

    assert_non_null(get_as(s, "li", id, 0, a, &e)); /* his house takes part */
    assert_null(get_as(s, "shui", id, 0, a, &e));
    assert_int_equal(e.code, ERR_NOT_FOUND);
    err_clear(&e);
    assert_non_null(get_as(s, "upper", id, 0, a, &e)); /* reads what those below do */
    assert_null(get_as(s, "uwang", id, 0, a, &e));
    err_clear(&e);
    const MatterState *m = get_as(s, "cai", id, 0, a, &e); /* without personal data */

    assert_non_null(m);
    assert_int_equal(m->personal->count, 0);
    ASSERT_FAILS(act_as(s, "shui", id, 0, action("propose"), a, &e), ERR_NOT_FOUND, "没有这件事项");
    ASSERT_FAILS(act_as(s, "li", id, 0, action("propose"), a, &e), ERR_FORBIDDEN, "没有由自己办理");
    MatterQuery all = {.state = STR("all")};

    assert_int_equal(total_as(s, "wang", all, a), 1);
    assert_int_equal(total_as(s, "shui", all, a), 0);
    assert_int_equal(total_as(s, "uwang", all, a), 0);
    assert_int_equal(total_as(s, "upper", all, a), 1);
    MatterNew in = {.flow = STR("sample_joint")};
    Str ignored;

    ASSERT_FAILS(begin_as(s, "li", &in, a, &ignored, &e), ERR_INVALID, "不能作");
    in.flow = STR("sample_transfe");
    ASSERT_FAILS(begin_as(s, "wang", &in, a, &ignored, &e), ERR_NOT_FOUND, "sample_transfer");
}

/* The one who proposed does not approve, whatever posts he holds. */
static void test_four_eyes(void **state) {
    NEEDS_STORE;

    appoint(s, "wang", "chief_procurator", OFFICE);
    Str id = begin_transfer(s, a);

    ASSERT_OK(act_as(s, "wang", id, 0, action("propose"), a, &e));
    ASSERT_FAILS(act_as(s, "wang", id, 0, action("agree"), a, &e), ERR_FORBIDDEN, "应由另一人办理");
    ASSERT_OK(act_as(s, "chief", id, 0, action("agree"), a, &e));
}

/* Who acts for another does his work, claimed or not; nobody else does. */
static void test_delegation(void **state) {
    NEEDS_STORE;
    Str id = begin_transfer(s, a);
    DelegationNew in = {STR("wang"), STR("pan"), STR("出差"), 0, monday + DAYS(3)};
    int64_t n = 0;

    ASSERT_OK(act_as(s, "wang", id, 0, verb(VERB_CLAIM), a, &e));
    ASSERT_FAILS(act_as(s, "pan", id, 0, action("propose"), a, &e), ERR_FORBIDDEN,
                 "没有由自己办理");
    ASSERT_OK(delegation_give(s, content, STR("wang"), &in, &n, &e));
    ASSERT_FAILS(act_as(s, "zhao", id, 0, action("propose"), a, &e), ERR_FORBIDDEN,
                 "没有由自己办理");
    MatterQuery mine = {.mine = STR("task")};

    assert_int_equal(total_as(s, "pan", mine, a), 1);
    assert_int_equal(total_as(s, "zhao", mine, a), 0);
    ASSERT_OK(act_as(s, "pan", id, 0, action("propose"), a, &e));
    assert_true(str_is(state_actor_of(get_as(s, "pan", id, 0, a, &e), STR("review"), 0), "pan"));
}

/* A sealed matter is not there for whoever has no channel, and leaves no gap in the numbers. */
static void test_sealed(void **state) {
    NEEDS_STORE;
    MatterNew in = {.flow = STR("sample_transfer"),
                    .organisation = OFFICE,
                    .parties = values_of(a, "{\"agency\":3}"),
                    .values = values_of(a, "{\"case_name\":\"某某案\",\"result\":\"是\"}"),
                    .sealed = true};
    MatterActor machine = {STR("wang"), NULL};
    Str id, open;

    ASSERT_FAILS(begin_as(s, "wang", &in, a, &id, &e), ERR_FORBIDDEN, "专门通道");
    ASSERT_OK(matter_begin(s, content, &machine, &in, a, &id, &e));
    open = begin_transfer(s, a);
    assert_true(str_is(get_as(s, "wang", open, 0, a, &e)->number, "样移〔2026〕1号"));
    assert_int_equal(get_as(s, "wang", open, 0, a, &e)->serial, 1);
    static const char *const logins[] = {"wang", "chief", "li", "upper", "cai"};

    for (size_t i = 0; i < 5; i++) {
        assert_null(get_as(s, logins[i], id, 0, a, &e));
        assert_int_equal(e.code, ERR_NOT_FOUND);
        err_clear(&e);
        assert_int_equal(total_as(s, logins[i], (MatterQuery){.state = STR("all")}, a), 1);
    }
    ASSERT_FAILS(act_as(s, "wang", id, 0, action("propose"), a, &e), ERR_NOT_FOUND, "没有这件事项");
    assert_true(matter_get(s, id, 0, a, &e)->serial > 1000000000);
}

/* ---- two at once, the same twice ---- */

static void test_second_is_told(void **state) {
    NEEDS_STORE;
    Str id = begin_transfer(s, a);
    int64_t seen = get_as(s, "wang", id, 0, a, &e)->revision;

    ASSERT_OK(act_as(s, "wang", id, seen, action("propose"), a, &e));
    ASSERT_FAILS(act_as(s, "zhao", id, seen, action("propose"), a, &e), ERR_CONFLICT, "wang");
    ASSERT_FAILS(act_as(s, "wang", id, 0, action("propose"), a, &e), ERR_FORBIDDEN,
                 "没有由自己办理");
    const MatterState *m = get_as(s, "wang", id, 0, a, &e);
    FlowAct again = action("propose");

    again.task = tasks_of(m)[0].id;
    ASSERT_FAILS(act_as(s, "wang", id, 0, again, a, &e), ERR_CONFLICT, "wang");
    assert_int_equal(m->revision, 2);
}

typedef struct Racer {
    Store *store;
    const char *login;
    Str id;
    int64_t seen;
    bool good;
    Err e;
} Racer;

static void *race(void *context) {
    Racer *r = context;
    scoped_arena Arena *a = arena_new();

    r->good = act_as(r->store, r->login, r->id, r->seen, action("propose"), a, &r->e);
    return NULL;
}

static void test_race(void **state) {
    NEEDS_STORE;

    for (int i = 0; i < 5; i++) {
        Str id = begin_transfer(s, a);
        Racer two[2] = {{.store = s, .login = "wang", .id = id, .seen = 1},
                        {.store = s, .login = "zhao", .id = id, .seen = 1}};
        pthread_t threads[2];

        for (int k = 0; k < 2; k++)
            assert_int_equal(pthread_create(&threads[k], NULL, race, &two[k]), 0);
        for (int k = 0; k < 2; k++)
            pthread_join(threads[k], NULL);
        assert_int_equal(two[0].good + two[1].good, 1);
        Racer *lost = two[0].good ? &two[1] : &two[0], *won = two[0].good ? &two[0] : &two[1];

        assert_int_equal(lost->e.code, ERR_CONFLICT);
        assert_non_null(strstr(lost->e.text, won->login));
    }
}

/* ---- numbers ---- */

typedef struct Starter {
    Store *store;
    int64_t made;
} Starter;

static void *start_many(void *context) {
    Starter *st = context;

    for (int i = 0; i < 10; i++) {
        scoped_arena Arena *a = arena_new();

        begin_transfer(st->store, a);
        st->made++;
    }
    return NULL;
}

static void test_numbers(void **state) {
    NEEDS_STORE;
    Starter starters[3] = {{s, 0}, {s, 0}, {s, 0}};
    pthread_t threads[3];
    bool seen[31] = {false};

    for (int i = 0; i < 3; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, start_many, &starters[i]), 0);
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
    MatterQuery q = {.limit = 100};
    const Node *items = node_get(list_as(s, "wang", q, a), "items");

    assert_int_equal(items->count, 30);
    for (size_t i = 0; i < items->count; i++) {
        Str number = node_text(items->items[i], "number");
        int n = 0;

        assert_int_equal(sscanf(str_c(a, number), "样移〔2026〕%d号", &n), 1);
        assert_true(n >= 1 && n <= 30 && !seen[n]);
        seen[n] = true;
    }
}

/* ---- undo, merge, split ---- */

static FlowAct undo(Arena *a, int64_t revision) {
    return (FlowAct){.verb = VERB_UNDO,
                     .target = str_format(a, "%lld", (long long)revision),
                     .reason = STR("点错了")};
}

static Node *preview_as(Store *s, const char *login, Str id, FlowAct act, Arena *a, Err *e) {
    const Rights *r = rights_for(s, login);
    MatterActor who = {str_of(login), r};
    const Scope *before = store_thread_scope(&r->scope);
    Node *n = matter_preview(s, content, &who, id, &act, a, e);

    store_thread_scope(before);
    rights_drop(r);
    return n;
}

static void test_undo(void **state) {
    NEEDS_STORE;
    Str id = begin_transfer(s, a);
    const MatterState *before = get_as(s, "wang", id, 0, a, &e);

    ASSERT_OK(act_as(s, "wang", id, 0, action("propose"), a, &e));
    ASSERT_OK(act_as(s, "chief", id, 0, action("agree"), a, &e));
    Node *told = preview_as(s, "wang", id, undo(a, 2), a, &e);

    assert_non_null(told);
    assert_true(told->count >= 3);
    assert_int_equal(get_as(s, "wang", id, 0, a, &e)->revision, 3); /* nothing was written */
    ASSERT_FAILS(act_as(s, "zhao", id, 0, undo(a, 2), a, &e), ERR_FORBIDDEN, "wang");
    ASSERT_FAILS(act_as(s, "wang", id, 0, undo(a, 1), a, &e), ERR_CONFLICT, "终结");
    instant_freeze(monday + DAYS(31));
    ASSERT_FAILS(act_as(s, "wang", id, 0, undo(a, 2), a, &e), ERR_CONFLICT, "30 天");
    instant_freeze(monday + DAYS(29));
    ASSERT_OK(act_as(s, "wang", id, 0, undo(a, 2), a, &e));
    const MatterState *m = get_as(s, "wang", id, 0, a, &e);

    assert_true(has_open(m, "review"));
    assert_int_equal(m->steps.count, before->steps.count);
    ASSERT_FAILS(act_as(s, "wang", id, 0, undo(a, 3), a, &e), ERR_CONFLICT, "已经撤销");
    ASSERT_OK(act_as(s, "wang", id, 0, undo(a, 4), a, &e)); /* the undo itself */
    assert_true(has_open(get_as(s, "wang", id, 0, a, &e), "serve"));
}

static void test_merge_and_split(void **state) {
    NEEDS_STORE;
    Str one = begin_transfer(s, a), other = begin_transfer(s, a);
    FlowAct merge = {.verb = VERB_MERGE, .target = other, .reason = STR("同一案件")};

    merge.target = STR("nowhere");
    ASSERT_FAILS(act_as(s, "wang", one, 0, merge, a, &e), ERR_NOT_FOUND, "没有这件事项");
    merge.target = other;
    ASSERT_OK(act_as(s, "wang", one, 0, merge, a, &e));
    assert_true(str_is(get_as(s, "wang", one, 0, a, &e)->state, "merged"));
    assert_int_equal(get_as(s, "wang", other, 0, a, &e)->links.count, 1);
    ASSERT_FAILS(act_as(s, "wang", one, 0, action("propose"), a, &e), ERR_CONFLICT, "并入");
    ASSERT_OK(act_as(s, "wang", one, 0, undo(a, 2), a, &e));
    assert_true(str_is(get_as(s, "wang", one, 0, a, &e)->state, "open"));
    assert_int_equal(get_as(s, "wang", other, 0, a, &e)->links.count, 0);
    FlowAct split = {.verb = VERB_SPLIT, .reason = STR("两个违法事实")};

    ASSERT_OK(act_as(s, "wang", one, 0, split, a, &e));
    MatterQuery q = {.limit = 10};
    Node *list = list_as(s, "wang", q, a);

    assert_int_equal(node_int(list, "total", 0), 3);
    assert_true(str_is(node_text(node_get(list, "items")->items[0], "number"), "样移〔2026〕3号"));
}

/* ---- sub-matters ---- */

static const MatterState *whole(Store *s, Str id, Arena *a) {
    Err e = {0};
    const MatterState *m = matter_get(s, id, 0, a, &e);

    if (!m)
        fail_msg("%s", e.text);
    return m;
}

/* The newest children of a matter, as its links say. */
static size_t children(const MatterState *m, const MatterLink **out, size_t most) {
    size_t n = 0;

    for (size_t i = 0; i < m->links.count && n < most; i++)
        if (str_is(links_of(m)[i].kind, "child"))
            out[n++] = &links_of(m)[i];
    return n;
}

static FlowAct sending(Arena *a) {
    FlowAct send = action("send");

    send.values = values_of(a, "{\"subject\":\"排查\",\"due_on\":\"2026-06-30\",\"sent_on\":"
                               "\"2026-03-02\",\"people\":2,\"final_no\":\"川检意〔2026〕1号\"}");
    return send;
}

/* One sub-matter for each unit, which is the party there; the parent hears of their ends; and an
 * undo leaves what has ended, ends what nobody has touched, and stops at what goes on. */
static void test_children(void **state) {
    NEEDS_STORE;
    MatterNew in = {.flow = STR("sample_parts"), .parties = values_of(a, "{\"units\":[3,4]}")};
    const MatterLink *kids[9];
    FlowAct drop = action("drop"), assign = action("assign");
    Str id;

    drop.reason = STR("已经统一部署");
    drop.values = assign.values =
        values_of(a, "{\"resolution\":\"制定指引\",\"due_on\":\"2026-04-30\"}");
    ASSERT_OK(begin_as(s, "pan", &in, a, &id, &e));
    ASSERT_OK(act_as(s, "pan", id, 0, sending(a), a, &e));
    assert_int_equal(children(whole(s, id, a), kids, 9), 2);
    for (size_t i = 0; i < 2; i++) {
        const MatterState *child = whole(s, kids[i]->target, a);
        bool named = false;

        assert_int_equal(kids[i]->organisation, i == 0 ? AGENCY : TAX);
        for (size_t k = 0; k < child->parties.count; k++)
            named |= str_is(parties_of(child)[k].party, "owner") &&
                     parties_of(child)[k].organisation == kids[i]->organisation;
        assert_true(named && str_is(child->flow, "meeting_resolution"));
    }
    Str first = kids[0]->target, second = kids[1]->target;
    int64_t revision = whole(s, id, a)->revision;

    ASSERT_OK(act_as(s, "chief", first, 0, drop, a, &e));
    assert_int_equal(whole(s, id, a)->revision, revision + 1);
    children(whole(s, id, a), kids, 9);
    assert_true(str_is(kids[0]->state, "closed") && str_is(kids[0]->ended, "failure") &&
                str_is(kids[0]->outcome, "dropped") && str_is(kids[1]->state, "open"));
    ASSERT_OK(act_as(s, "pan", id, 0, undo(a, 2), a, &e));
    assert_int_equal(children(whole(s, id, a), kids, 9), 0); /* neither is counted any more … */
    assert_int_equal(whole(s, id, a)->links.count, 2);       /* … but both are known */
    assert_true(str_is(whole(s, first, a)->outcome, "dropped"));
    assert_true(str_is(whole(s, second, a)->outcome, "terminated"));
    ASSERT_OK(act_as(s, "pan", id, 0, sending(a), a, &e));
    assert_int_equal(children(whole(s, id, a), kids, 9), 2);
    ASSERT_OK(act_as(s, "chief", kids[1]->target, 0, assign, a, &e));
    revision = whole(s, id, a)->revision;
    ASSERT_FAILS(act_as(s, "pan", id, 0, undo(a, revision), a, &e), ERR_CONFLICT,
                 "议落〔2026〕4号");
    FlowAct back = {.verb = VERB_TERMINATE, .reason = STR("办错了")};

    ASSERT_OK(act_as(s, "chief", kids[1]->target, 0, back, a, &e));
    ASSERT_OK(act_as(s, "pan", id, 0, undo(a, revision), a, &e));
    assert_int_equal(whole(s, id, a)->links.count, 4);
}

/* ---- the past, and what is forgotten ---- */

static void test_past(void **state) {
    NEEDS_STORE;
    Str id = begin_transfer(s, a);

    instant_freeze(monday + DAYS(1));
    ASSERT_OK(act_as(s, "wang", id, 0, action("propose"), a, &e));
    instant_freeze(monday + DAYS(2));
    ASSERT_OK(act_as(s, "chief", id, 0, action("agree"), a, &e));
    assert_true(has_open(get_as(s, "wang", id, monday + HOURS(1), a, &e), "review"));
    assert_true(has_open(get_as(s, "wang", id, monday + DAYS(1) + HOURS(1), a, &e), "approve"));
    assert_true(has_open(get_as(s, "wang", id, monday + DAYS(3), a, &e), "serve"));
    assert_null(get_as(s, "wang", id, monday - HOURS(1), a, &e));
    assert_int_equal(e.code, ERR_NOT_FOUND);
    err_clear(&e);
    const MatterState *plain = get_as(s, "cai", id, monday + DAYS(1), a, &e);

    assert_int_equal(plain->personal->count, 0);
    /* The timeline has the step's own words for what was done, though the acts named no task. */
    const Rights *r = rights_for(s, "wang");
    const Node *timeline =
        node_get(matter_detail(s, content, &(MatterActor){STR("wang"), r}, id, a, &e), "timeline");

    assert_int_equal(timeline->count, 3);
    for (size_t i = 1; i < 3; i++) {
        const Flow *flow = content_flow(content, STR("sample_transfer"), &e);
        const FlowStep *step = flow_step(flow, i == 1 ? STR("review") : STR("approve"));
        const FlowAction *done = flow_action(step, i == 1 ? STR("propose") : STR("agree"));

        assert_true(str_eq(node_text(timeline->items[i], "step"), step->step));
        assert_true(str_eq(node_text(timeline->items[i], "title"), done->title));
    }
    rights_drop(r);
}

static void test_forgotten(void **state) {
    NEEDS_STORE;
    Str id = begin_transfer(s, a);
    const Rights *r = rights_for(s, "wang");
    MatterActor who = {STR("wang"), r};
    int64_t n = 0;

    ASSERT_OK(matter_say(s, content, &who, id, 0, STR("材料收到了"), &n, &e));
    assert_int_equal(n, 1);
    ASSERT_FAILS(matter_say(s, content, &who, id, 99, STR("？"), &n, &e), ERR_INVALID, "步骤");
    ASSERT_FAILS(matter_say(s, content, &who, id, 0, STR("  "), &n, &e), ERR_INVALID, "请写");
    Node *detail = matter_detail(s, content, &who, id, a, &e);

    assert_non_null(detail);
    assert_true(str_is(node_text(node_get(detail, "messages")->items[0], "text"), "材料收到了"));
    assert_true(node_get(detail, "choices")->count > 5);
    assert_true(node_get(detail, "timeline")->count == 1);
    ASSERT_OK(journal_forget(s, str_format(a, "matter:%.*s", STR_ARG(id)), STR("system"), &e));
    detail = matter_detail(s, content, &who, id, a, &e);
    assert_non_null(detail);
    assert_int_equal(node_text(node_get(detail, "messages")->items[0], "text").len, 0);
    assert_int_equal(matter_get(s, id, 0, a, &e)->personal->count, 0);
    /* What comes after has a key of its own. */
    ASSERT_OK(act_as(
        s, "wang", id, 0,
        (FlowAct){.verb = VERB_FILL, .values = values_of(a, "{\"case_name\":\"李四案\"}")}, a, &e));
    assert_int_equal(matter_get(s, id, 0, a, &e)->personal->count, 1);
    rights_drop(r);
}

/* ---- lists ---- */

static void test_lists(void **state) {
    NEEDS_STORE;
    Str first = {NULL, 0};
    MatterQuery q = {.limit = 4, .sort = STR("number")};
    size_t seen = 0;

    for (int i = 0; i < 10; i++) {
        Str id = begin_transfer(s, a);

        if (i == 0)
            first = id;
        if (i % 2)
            ASSERT_OK(act_as(s, "wang", id, 0, action("propose"), a, &e));
    }
    for (;;) { /* all pages together are the total */
        Node *list = list_as(s, "wang", q, a);

        seen += node_get(list, "items")->count;
        assert_int_equal(node_int(list, "total", 0), 10);
        q.cursor = node_text(list, "next");
        if (!q.cursor.len)
            break;
    }
    assert_int_equal(seen, 10);
    MatterQuery one = {.flow = STR("sample_transfer"), .step = STR("approve")};
    Node *list = list_as(s, "wang", one, a);

    assert_int_equal(node_int(list, "total", 0), 5);
    assert_int_equal(node_get(list, "items")->count, 5);
    static const char *const sorts[] = {"changed", "opened", "due", "number"};

    for (size_t i = 0; i < 4; i++) {
        MatterQuery sorted = {.sort = str_of(sorts[i]), .limit = 3};
        size_t n = 0;

        do {
            list = list_as(s, "wang", sorted, a);
            n += node_get(list, "items")->count;
            sorted.cursor = node_text(list, "next");
        } while (sorted.cursor.len);
        assert_int_equal(n, 10);
    }
    MatterQuery mine = {.mine = STR("task")};

    assert_int_equal(total_as(s, "chief", mine, a), 5);
    assert_int_equal(total_as(s, "wang", mine, a), 5);
    assert_int_equal(total_as(s, "li", mine, a), 0);
    MatterQuery begun = {.mine = STR("begun")}, text = {.text = STR("张三")},
                party = {.organisation = AGENCY, .party = STR("agency")},
                number = {.text = STR("样移〔2026〕7号")};

    assert_int_equal(total_as(s, "wang", begun, a), 10);
    assert_int_equal(total_as(s, "chief", begun, a), 0);
    assert_int_equal(total_as(s, "wang", text, a), 10);
    assert_int_equal(total_as(s, "cai", text, a), 0); /* does not see titles */
    assert_int_equal(total_as(s, "wang", party, a), 10);
    assert_int_equal(total_as(s, "wang", number, a), 1);
    Node *desk = desk_as(s, "chief", a);

    assert_int_equal(desk_count(desk, "tasks"), 5);
    assert_int_equal(desk_count(desk_as(s, "wang", a), "begun"), 10);
    ASSERT_OK(act_as(s, "wang", first, 0,
                     (FlowAct){.verb = VERB_COPY, .to_organisation = AGENCY, .to_login = STR("ju")},
                     a, &e));
    assert_int_equal(desk_count(desk_as(s, "ju", a), "copies"), 1);
    assert_int_equal(desk_count(desk_as(s, "li", a), "copies"), 0);
    MatterQuery wrong = {.sort = STR("price")};
    MatterActor nobody = {STR("wang"), NULL};

    ASSERT_FAILS(matter_list(s, content, &nobody, &wrong, a, &e) != NULL, ERR_INVALID, "排序");
    wrong = (MatterQuery){.cursor = STR("x")};
    ASSERT_FAILS(matter_list(s, content, &nobody, &wrong, a, &e) != NULL, ERR_INVALID, "翻页");
}

/* ---- clocks ---- */

static int64_t fire(Store *s, Instant now) {
    int64_t fired = 0;
    Instant next;
    Err e = {0};

    ASSERT_OK(matter_clocks(s, content, now, 100, &fired, &next, &e));
    return fired;
}

typedef struct Server {
    Store *store;
    Instant now;
    int64_t fired;
} Server;

static void *serve(void *context) {
    Server *v = context;

    v->fired = fire(v->store, v->now);
    return NULL;
}

static void test_clocks_once(void **state) {
    NEEDS_STORE;
    Store *second = NULL;
    Instant due;

    for (int i = 0; i < 5; i++)
        begin_transfer(s, a);
    assert_int_equal(fire(s, monday), 0);
    second = store_open(f->place.address, &e);
    assert_non_null(second);
    journal_use_keys(second, f->keys);
    MatterQuery q = {.limit = 10};
    const Node *items = node_get(list_as(s, "wang", q, a), "items");

    due = instant_of(node_text(items->items[0], "due"));
    /* Two servers on one database, a red warning and a lapse. */
    const Instant moments[] = {due - HOURS(10), due + HOURS(1)};

    for (size_t m = 0; m < 2; m++) {
        Server two[2] = {{s, moments[m], 0}, {f->postgresql ? second : s, moments[m], 0}};
        pthread_t threads[2];

        instant_freeze(moments[m]);
        for (int k = 0; k < 2; k++)
            assert_int_equal(pthread_create(&threads[k], NULL, serve, &two[k]), 0);
        for (int k = 0; k < 2; k++)
            pthread_join(threads[k], NULL);
        /* An escalation follows the lapse at once here. */
        assert_int_equal(two[0].fired + two[1].fired, m == 0 ? 5 : 10);
        assert_int_equal(fire(second, moments[m]), 0);
    }
    store_close(second);
    /* The clock of the machine set back, and on again: nothing is said twice. */
    assert_int_equal(fire(s, monday), 0);
    assert_int_equal(fire(s, due + HOURS(2)), 0);
    MatterQuery lapsed = {.due = STR("lapsed")};

    assert_int_equal(total_as(s, "wang", lapsed, a), 5);
    assert_int_equal(desk_count(desk_as(s, "cai", a), "copies"), 5); /* the first rung */
    int64_t fired = 0;
    Instant next = 0;

    ASSERT_OK(matter_clocks(s, content, due + HOURS(3), 100, &fired, &next, &e));
    assert_true(next > due + HOURS(3) && next < due + DAYS(30));
}

/* Matters that cannot be read keep none of those behind them from being told. */
static void test_clocks_stuck(void **state) {
    NEEDS_STORE;
    int64_t fired = 0;
    Instant next = 0;

    for (int i = 0; i < 3; i++)
        begin_transfer(s, a);
    assert_true(test_place_tamper(&f->place, "CREATE TABLE kept AS SELECT id, tree FROM matter"));
    assert_true(test_place_tamper(
        &f->place, "UPDATE matter SET tree = '{' WHERE id IN (SELECT id FROM (SELECT matter AS id "
                   "FROM matter_clock ORDER BY next, matter LIMIT 2) x)"));
    instant_freeze(monday + DAYS(12));
    assert_false(matter_clocks(s, content, monday + DAYS(12), 2, &fired, &next, &e));
    assert_int_equal(fired, 1);
    assert_true(next <= monday + DAYS(12));
    assert_true(test_place_tamper(&f->place, "UPDATE matter SET tree = (SELECT k.tree FROM kept k "
                                             "WHERE k.id = matter.id) WHERE tree = '{'"));
    assert_true(test_place_tamper(&f->place, "DROP TABLE kept"));
    err_clear(&e);
    assert_int_equal(fire(s, monday + DAYS(12)), 2);
}

static bool copy_moved(Store *s, Str id, const char *login, Arena *a) {
    Err e = {0};
    const MatterState *m = get_as(s, login, id, 0, a, &e);

    return str_is(tasks_of(m)[m->tasks.count - 1].login, "zhao");
}

/* The samples, and a calendar with one more holiday in it: a notice that comes late. */
static Content *content_with_notice(Arena *a, Str holiday) {
    char folder[64], path[256], command[128];
    const ContentFile *files;
    Err e = {0};

    test_template(folder, "flow");
    assert_non_null(mkdtemp(folder));
    assert_int_equal(content_files(content, "calendars", &files), 1);
    ptrdiff_t at = str_find(files[0].text, STR("      - {name: 清明节, from: 2026-"));

    assert_true(at > 0);
    Str text = str_format(a, "%.*s%.*s%.*s", STR_ARG(str_slice(files[0].text, 0, (size_t)at)),
                          STR_ARG(holiday),
                          STR_ARG(str_slice(files[0].text, (size_t)at, files[0].text.len)));

    for (int i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, i ? "flows" : "calendars");
        assert_int_equal(mkdir(path, 0700), 0);
        if (i == 0)
            put_text(path, strrchr(files[0].path, '/') + 1, text.ptr);
    }
    put_text(path, "sample_transfer.yaml", sample_transfer);
    put_text(path, "sample_joint.yaml", sample_joint);
    Content *c = content_load(folder, &e);

    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    assert_int_equal(system(command), 0);
    if (!c)
        fail_msg("%s: %s", e.where, e.text);
    return c;
}

static void test_recount(void **state) {
    NEEDS_STORE;
    Str id = begin_transfer(s, a);
    const MatterState *m = get_as(s, "wang", id, 0, a, &e);
    Str before = clocks_of(m)[0].day;
    Content *late =
        content_with_notice(a, STR("      - {name: 临时放假, from: 2026-03-09, to: 2026-03-13}\n"));
    Node *moved = matter_recount(s, late, a, &e);

    assert_non_null(moved);
    assert_int_equal(moved->count, 1);
    assert_true(str_eq(node_text(moved->items[0], "from"), before));
    assert_true(str_compare(node_text(moved->items[0], "to"), before) > 0);
    m = get_as(s, "wang", id, 0, a, &e);
    assert_true(str_eq(clocks_of(m)[0].day, node_text(moved->items[0], "to")));
    assert_int_equal(matter_recount(s, late, a, &e)->count, 0);
    content_drop(late);
}

/* A holiday notice over more matters than one step takes: what is stopped after a step goes on
 * where it stood, here or elsewhere, and no clock moves twice. */
static void test_recount_stops(void **state) {
    NEEDS_STORE;
    enum { MATTERS = 204 };
    static Str ids[MATTERS];
    MatterRecount first = {.begun = false}, second = {.begun = false}, again = {.begun = false};
    Content *late =
        content_with_notice(a, STR("      - {name: 临时放假, from: 2026-03-09, to: 2026-03-13}\n"));

    for (size_t i = 0; i < MATTERS; i++)
        ids[i] = begin_transfer(s, a);
    Str day = str_dup(a, clocks_of(get_as(s, "wang", ids[0], 0, a, &e))[0].day);

    ASSERT_OK(matter_recount_step(s, late, &first, &e));
    assert_false(first.done);
    assert_int_equal(first.left, MATTERS);
    assert_in_range(first.moved, 1, MATTERS - 1);
    /* Whoever counts from the beginning finds nothing to move in what was done. */
    ASSERT_OK(matter_recount_step(s, late, &second, &e));
    assert_int_equal(second.left, MATTERS - first.seen);
    while (!second.done)
        ASSERT_OK(matter_recount_step(s, late, &second, &e));
    ASSERT_OK(matter_recount_step(s, late, &first, &e));
    assert_true(first.done);
    assert_int_equal(first.moved + second.moved, MATTERS);
    for (size_t i = 0; i < MATTERS; i++) {
        const MatterState *m = get_as(s, "wang", ids[i], 0, a, &e);

        assert_true(str_compare(clocks_of(m)[0].day, day) > 0);
        assert_int_equal(m->revision, 2);
    }
    ASSERT_OK(matter_recount_step(s, late, &again, &e));
    assert_true(again.done);
    assert_int_equal(again.seen, 0);
    content_drop(late);
}

/* ---- leaving ---- */

static void test_leaving(void **state) {
    NEEDS_STORE;
    Str id = begin_transfer(s, a);
    int64_t n = 0;

    ASSERT_OK(act_as(s, "wang", id, 0, verb(VERB_CLAIM), a, &e));
    ASSERT_OK(matter_hand_over(s, content, STR("wang"), STR("zhao"), STR("chief"), &n, &e));
    assert_int_equal(n, 1);
    assert_true(copy_moved(s, id, "zhao", a));
    ASSERT_OK(person_leave(s, content, STR("chief"), STR("zhao"), STR(""), &e));
    const MatterState *m = get_as(s, "wang", id, 0, a, &e);
    const MatterTask *last = &tasks_of(m)[m->tasks.count - 1];

    assert_int_equal(last->login.len, 0); /* back to the role */
    assert_true(is_open(last->state));
    ASSERT_OK(act_as(s, "wang", id, 0, action("propose"), a, &e));
}

/* ---- random walks through the store ---- */

typedef struct Stand {
    const WalkRound *round;
    StoreWorld *world;
    FlowAct *act;
    const MatterActor *who;
} Stand;

/* The world has to be asked inside a transaction. */
static bool stand_work(Tx *tx, void *context, Err *e) {
    Stand *d = context;

    store_world(d->world, tx, content, d->who, instant_now(), d->round->arena, e);
    walk_act(d->round, d->act);
    return true;
}

/* Under every condition that counts know, and some that they don't: the total is the rows there
 * are, page by page, whoever asks; and each facet's counts are what choosing it finds. */
static void check_counted(Store *s, const char *login, const MatterQuery *q, bool whole, Arena *a) {
    const Rights *r = rights_for(s, login);
    MatterActor who = {str_of(login), r};
    const Scope *before = store_thread_scope(&r->scope);
    MatterQuery page = *q;
    int64_t rows = 0, total = -1;
    Err e = {0};

    page.limit = 50;
    for (bool more = true; more;) {
        const Node *list = matter_list(s, content, &who, &page, a, &e);

        if (!list)
            fail_msg("%s: %s", login, e.text);
        rows += (int64_t)node_get(list, "items")->count;
        if (total < 0 && whole) {
            const Node *flows = node_get(node_get(list, "facets"), "flow");

            for (size_t i = 0; i < flows->count; i++) {
                MatterQuery one = *q;

                one.flow = node_text(flows->items[i], "value");
                one.limit = 1;
                const Node *found = matter_list(s, content, &who, &one, a, &e);

                assert_int_equal(node_int(found, "total", -1),
                                 node_int(flows->items[i], "count", -2));
            }
        }
        total = node_int(list, "total", -1);
        page.cursor = node_text(list, "next");
        more = page.cursor.len != 0;
    }
    if (rows != total)
        fail_msg("%s: %lld rows, total %lld", login, (long long)rows, (long long)total);
    store_thread_scope(before);
    rights_drop(r);
}

/* Every figure of a house is the number of rows that its conditions open. */
static void check_statistics(Store *s, const char *login, Arena *a) {
    static const struct {
        const char *key;
        MatterQuery rows;
    } figures[] = {{"opened", {.state = STR_INIT("all"), .opened_from = STR_INIT("2026-03-03")}},
                   {"closed", {.state = STR_INIT("closed"), .closed_from = STR_INIT("2026-03-03")}},
                   {"late",
                    {.state = STR_INIT("closed"),
                     .closed_from = STR_INIT("2026-03-03"),
                     .in_time = STR_INIT("no")}}};
    const Rights *r = rights_for(s, login);
    MatterActor who = {str_of(login), r};
    const Scope *before = store_thread_scope(&r->scope);
    Err e = {0};
    const Node *all = matter_statistics(s, &(MatterQuery){.limit = 1}, STR("2026-03-03"),
                                        STR("2036-12-31"), a, &e);

    assert_non_null(all);
    for (int64_t house = OFFICE; house <= UPPER; house++)
        for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
            const Node *houses = node_get(all, "houses"), *found = NULL;
            MatterQuery q = figures[i].rows;

            q.organisation = house;
            q.limit = 1;
            for (size_t k = 0; k < houses->count; k++)
                if (node_int(houses->items[k], "organisation", 0) == house)
                    found = houses->items[k];
            assert_int_equal(found ? node_int(found, figures[i].key, 0) : 0,
                             node_int(matter_list(s, content, &who, &q, a, &e), "total", -1));
        }
    store_thread_scope(before);
    rights_drop(r);
}

static void check_counts(Store *s, Chance *chance_of) {
    static const char *const logins[] = {"wang", "chief", "li",     "ju",  "upper",
                                         "pan",  "shui",  "expert", "lian"};
    static const MatterQuery queries[] = {
        {.state = STR_INIT("all")},
        {.due = STR_INIT("lapsed")},
        {.flow = STR_INIT("sample_transfer"), .state = STR_INIT("all")},
        {.flow = STR_INIT("sample_transfer"), .step = STR_INIT("review")},
        {.state = STR_INIT("closed"), .outcome = STR_INIT("done")},
        {.organisation = AGENCY},
        {.organisation = TAX, .state = STR_INIT("all")},
        {.organisation = AGENCY, .party = STR_INIT("agency")},
        {.mine = STR_INIT("task")},
        {.level = STR_INIT("ordinary"), .text = STR_INIT("张三")}};

    for (size_t i = 0; i < sizeof logins / sizeof *logins; i++) {
        scoped_arena Arena *a = arena_new();
        const MatterQuery *q = &queries[chance(chance_of, sizeof queries / sizeof *queries)];

        if (chance(chance_of, 3) == 0)
            check_statistics(s, logins[i], a);
        check_counted(s, logins[i], &queries[0], true, a);
        check_counted(s, logins[i], q, false, a);
    }
}

/* Now and then a sub-matter ends, and its parent hears of it. */
static void end_child(Store *s, const MatterState *m, Chance *r, Arena *a) {
    const MatterLink *kids[FLOW_LIST_MOST];
    size_t n = children(m, kids, FLOW_LIST_MOST);
    FlowAct end = {.verb = VERB_TERMINATE, .reason = STR("不再办理")};
    int64_t before = m->revision;
    Err e = {0};

    if (!n || chance(r, 5))
        return;
    const MatterLink *one = kids[chance(r, n)];

    if (act_as(s, "chief", one->target, 0, end, a, &e))
        assert_int_equal(whole(s, m->id, a)->revision, before + 1);
    else if (e.code == ERR_INTERNAL)
        fail_msg("%s", e.text);
}

static void begin_walk(Store *s, size_t q, Arena *a, Str *id) {
    MatterNew in = {.flow = q % 3 == 1 ? STR("sample_joint") : STR("sample_parts"),
                    .parties = values_of(a, "{\"units\":[3,4]}"),
                    .values = values_of(a, "{\"subject\":\"联合整治\"}")};
    Err e = {0};

    if (q % 3)
        ASSERT_OK(begin_as(s, "pan", &in, a, id, &e));
}

static void test_store_walks(void **state) {
    NEEDS_STORE;
    static const char *const logins[] = {"wang", "zhao",  "chief", "cai", "li",   "ju",
                                         "lian", "upper", "uwang", "pan", "shui", "shuilian"};
    static const int64_t houses[] = {OFFICE, OFFICE, OFFICE, OFFICE, AGENCY, AGENCY,
                                     AGENCY, UPPER,  UPPER,  OFFICE, TAX,    TAX};
    WalkPerson people[12];
    Chance chance_of = {f->postgresql ? 11 : 12};
    int64_t organisations[] = {OFFICE, AGENCY, TAX, UPPER}, done = 0, refused = 0, checked = 0;
    size_t sequences = getenv("LIANHENG_LONG") ? 1000 : 6;
    Instant now = monday;

    for (size_t i = 0; i < 12; i++)
        people[i] = (WalkPerson){str_of(logins[i]), houses[i]};
    for (size_t q = 0; q < sequences; q++) {
        scoped_arena Arena *own = arena_new();
        Str other = begin_transfer(s, own), id = begin_transfer(s, own);
        const MatterState *states[64];
        Instant times[64];
        size_t count = 0;

        begin_walk(s, q, own, &id);
        for (size_t k = 0; k < 40 && count < 60; k++) {
            instant_freeze(now += HOURS(1));
            end_child(s, matter_get(s, id, 0, own, &e), &chance_of, own);
            const MatterState *m = matter_get(s, id, 0, own, &e);
            MatterActor machine = {STR("system"), NULL};
            StoreWorld world;
            FlowAct act;
            WalkRound r = {.world = &world.world,
                           .flow = content_flow(content, m->flow, &e),
                           .state = m,
                           .people = people,
                           .people_count = 12,
                           .organisations = organisations,
                           .organisation_count = 4,
                           .other = other,
                           .arena = own,
                           .chance = &chance_of};
            const char *login;
            Stand stand = {.round = &r, .world = &world, .act = &act, .who = &machine};

            instant_freeze(now += HOURS(chance(&chance_of, 60)));
            done += fire(s, now);
            ASSERT_OK(store_read(s, stand_work, &stand, &e));
            if (act.verb == VERB_UNDO)
                act = undo(own, 1 + (int64_t)chance(&chance_of, (size_t)m->revision));
            login = str_c(own, act.actor.len ? act.actor : STR("wang"));
            if (act_as(s, login, id, 0, act, own, &e)) {
                done++;
                states[count] = matter_get(s, id, 0, own, &e);
                times[count++] = instant_now();
            } else {
                if (e.code == ERR_INTERNAL || !e.text[0])
                    fail_msg("%s %s: %s", login, flow_verb_names[act.verb].name, e.text);
                refused++;
                err_clear(&e);
            }
        }
        for (size_t k = 0; k < count; k++) { /* the past is what it was */
            const MatterState *then = matter_get(s, id, times[k], own, &e);

            assert_true(tree_equal(matter_tree(own, then), matter_tree(own, states[k])));
            assert_true(tree_equal(then->personal, states[k]->personal));
            checked++;
        }
        check_counts(s, &chance_of);
    }
    printf("walks: %zu sequences in the store, %lld acts, %lld refused, %lld past states\n",
           sequences, (long long)done, (long long)refused, (long long)checked);
}

/* A flow of its own with a code table of its own: "codes: yes_no" under another name. */
static Content *content_with_table(void) {
    char folder[64], path[256], command[128], text[8192] = "";
    const char *from = sample_transfer, *at = strstr(sample_transfer, "codes: yes_no");
    Err e = {0};

    test_template(folder, "flow");
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/codes", folder);
    assert_int_equal(mkdir(path, 0700), 0);
    put_text(path, "own_words.yaml",
             "codes: own_words\ntitle: 自有\nentries:\n  - {code: '1', title: 是}\n  - {code: '0', "
             "title: 否}\n");
    snprintf(path, sizeof path, "%s/flows", folder);
    assert_int_equal(mkdir(path, 0700), 0);
    snprintf(text, sizeof text, "%.*scodes: own_words%s", (int)(at - from), from,
             at + strlen("codes: yes_no"));
    put_text(path, "sample_transfer.yaml", text);
    Content *c = content_load(folder, &e);

    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    assert_int_equal(system(command), 0);
    if (!c)
        fail_msg("%s: %s", e.where, e.text);
    return c;
}

/* Content without what an open matter needs is not taken; a flow that is gone itself is still read
 * as it was published. */
static void test_needed(void **state) {
    NEEDS_STORE;
    Content *usual = content, *with = content_with_table(), *without = content_load(NULL, &e);
    FlowAct end = {.verb = VERB_TERMINATE, .reason = STR("撤回")};

    (void)f;
    assert_non_null(without);
    begin_transfer(s, a);
    ASSERT_OK(flow_needed(s, without, &e));
    content = with;
    Str id = begin_transfer(s, a);

    ASSERT_OK(flow_needed(s, with, &e));
    ASSERT_FAILS(flow_needed(s, without, &e), ERR_CONTENT, "1 件“sample_transfer”");
    ASSERT_FAILS(flow_needed(s, without, &e), ERR_CONTENT, "own_words");
    ASSERT_OK(act_as(s, "wang", id, 0, end, a, &e));
    ASSERT_OK(flow_needed(s, without, &e));
    content = usual;
    content_drop(without);
    content_drop(with);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        ON_BOTH(test_needed),
        ON_BOTH(test_whole_way),
        ON_BOTH(test_delegation),
        ON_BOTH(test_sealed),
        ON_BOTH(test_scope),
        ON_BOTH(test_four_eyes),
        ON_BOTH(test_second_is_told),
        ON_BOTH(test_race),
        ON_BOTH(test_numbers),
        ON_BOTH(test_undo),
        ON_BOTH(test_merge_and_split),
        ON_BOTH(test_children),
        ON_BOTH(test_past),
        ON_BOTH(test_forgotten),
        ON_BOTH(test_lists),
        ON_BOTH(test_clocks_once),
        ON_BOTH(test_clocks_stuck),
        ON_BOTH(test_recount),
        ON_BOTH(test_recount_stops),
        ON_BOTH(test_leaving),
        ON_BOTH(test_store_walks),
    };

    organisation_register();
    matter_register();
    content = content_with_samples();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    content_drop(content);
    return failed;
}
