/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/act_test.c: each verb once as it should be, and what it refuses, on the sample flows in a
 * world in memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "flow/act_inside.h"
#include "flow/stage.h"
#include "flow/testing.h"

#include "base/banned.h"

static Content *content;
static const Flow *transfer, *joint;

#define DAY_US (INT64_C(86400) * 1000000)

typedef struct Play {
    Arena *arena;
    Stage *stage;
    const Flow *flow;
    const MatterState *state;
    FlowEffects effects;
    Err e;
} Play;

static Node *json(Play *p, const char *text) {
    Node *n = json_read(p->arena, str_of(text), &p->e);

    assert_non_null(n);
    return n;
}

static bool try_at(Play *p, FlowAct act, const MatterState *history) {
    p->effects = (FlowEffects){0};
    p->e = (Err){0};
    const MatterState *after =
        flow_act(&p->stage->world, p->flow, p->state, &act, history, p->arena, &p->effects, &p->e);

    if (after)
        p->state = after;
    p->stage->world.now += DAY_US / 24;
    return after != NULL;
}

/* As somebody does it: with what the verb needs besides. */
static FlowAct by(const char *login, int verb) {
    return (FlowAct){.verb = verb, .actor = str_of(login)};
}

static void good(Play *p, FlowAct act) {
    if (!try_at(p, act, NULL))
        fail_msg("%s %.*s: %s at %s", flow_verb_names[act.verb].name, STR_ARG(act.action),
                 p->e.text, p->e.where);
}

static void refused(Play *p, FlowAct act, ErrCode code, const char *said) {
    const MatterState *before = p->state;

    if (try_at(p, act, NULL))
        fail_msg("%s %.*s was not refused", flow_verb_names[act.verb].name, STR_ARG(act.action));
    if (p->e.code != code || !strstr(p->e.text, said))
        fail_msg("%s: %s: %s", flow_verb_names[act.verb].name, err_key(p->e.code), p->e.text);
    assert_ptr_equal(before, p->state);
}

static FlowAct does(const char *login, const char *action) {
    FlowAct act = by(login, VERB_ACT);

    act.action = str_of(action);
    return act;
}

#define WITH(act, ...)         \
    ({                         \
        FlowAct own_ = (act);  \
        FlowAct *a_ = &own_;   \
        (void)a_, __VA_ARGS__; \
        own_;                  \
    })

static const char wang[] = "office.administrative_prosecutor",
                  zhao[] = "office.administrative_prosecutor.zhao",
                  chief[] = "office.chief_procurator", li[] = "agency.enforcement_officer",
                  upper[] = "upper.chief_procurator";

static Play begin_transfer(Arena *a) {
    Play p = {.arena = a, .stage = stage_new(content, transfer, 2, a), .flow = transfer};
    Node *more = node_map(a);
    FlowAct act = by(wang, VERB_BEGIN);

    instant_parse(STR("2026-03-02 09:00"), &p.stage->world.now);
    node_set_text(a, more, "id", STR("m1"));
    node_set(a, more, "parties", stage_parties(p.stage, NULL));
    act.organisation = stage_organisation(p.stage, STR("office"), 1);
    act.more = more;
    act.values = json(&p, "{\"case_name\":\"张三案\",\"result\":\"是\"}");
    good(&p, act);
    return p;
}

static Play begin_joint(Arena *a) {
    Play p = {.arena = a, .stage = stage_new(content, joint, 3, a), .flow = joint};
    Node *more = node_map(a);
    FlowAct act = by("lead.prosecutor", VERB_BEGIN);

    instant_parse(STR("2026-03-02 09:00"), &p.stage->world.now);
    node_set_text(a, more, "id", STR("m2"));
    node_set(a, more, "parties", stage_parties(p.stage, NULL));
    act.organisation = stage_organisation(p.stage, STR("lead"), 1);
    act.more = more;
    act.values = json(&p, "{\"subject\":\"联合整治\"}");
    good(&p, act);
    good(&p, does("lead.prosecutor", "send"));
    return p;
}

static bool opened(const Play *p, const char *step) {
    const MatterStep *s = state_last_step(p->state, str_of(step));

    return s && is_open(s->state);
}

static int64_t task_of(const Play *p, const char *kind) {
    for (size_t i = p->state->tasks.count; i-- > 0;)
        if (is_open(tasks_of(p->state)[i].state) && str_is(tasks_of(p->state)[i].kind, kind))
            return tasks_of(p->state)[i].id;
    return 0;
}

/* ---- steps ---- */

static void test_begin(void **state) {
    scoped_arena Arena *a = arena_new();
    Play p = begin_transfer(a);
    Play other = {.arena = a, .stage = p.stage, .flow = transfer};
    FlowAct act = by(li, VERB_BEGIN);

    (void)state;
    refused(&p, by(wang, VERB_BEGIN), ERR_CONFLICT, "已经开始");
    act.organisation = 2;
    refused(&other, act, ERR_INVALID, "不能作");
    act.actor = str_of(wang);
    act.organisation = 1;
    act.more = json(&other, "{\"parties\":{\"court\":2}}");
    refused(&other, act, ERR_INVALID, "没有“court”");
    act.more = json(&other, "{\"parties\":{\"agency\":99}}");
    refused(&other, act, ERR_INVALID, "不存在");
    act.more = json(&other, "{\"parties\":{\"agency\":2}}");
    act.values = json(&other, "{\"served_on\":\"1899-12-31\"}");
    refused(&other, act, ERR_INVALID, "合理的范围");
    act.values = json(&other, "{\"holder\":\"110105194912310020\"}");
    refused(&other, act, ERR_INVALID, "不符合规则");
    act.values = json(&other, "{\"price\":\"1\"}");
    refused(&other, act, ERR_INVALID, "没有“price”");
    act.values = NULL;
    act.actor = STR("nobody");
    refused(&other, act, ERR_FORBIDDEN, "没有任职");
    act.verb = VERB_URGE;
    refused(&other, act, ERR_CONFLICT, "还没有开始");
    act.verb = 99;
    refused(&other, act, ERR_INVALID, "没有这种操作");
}

static void test_act(void **state) {
    scoped_arena Arena *a = arena_new();
    Play p = begin_transfer(a);

    (void)state;
    refused(&p, does(wang, "nothing"), ERR_FORBIDDEN, "没有由自己办理");
    refused(&p, WITH(does(wang, "propose"), a_->task = 999), ERR_INVALID, "没有这样的任务");
    refused(&p, WITH(does(li, "propose"), a_->task = task_of(&p, "owner")), ERR_FORBIDDEN,
            "行政检察官");
    refused(&p, does(wang, "drop"), ERR_CONFLICT, "按现在填写的内容");
    refused(&p, WITH(does(wang, "propose"), a_->values = json(&p, "{\"result\":\"\"}")),
            ERR_INVALID, "请填写“审查意见”");
    refused(&p, WITH(does(wang, "propose"), a_->values = json(&p, "{\"fine\":\"1\"}")), ERR_INVALID,
            "不填写");
    refused(&p, WITH(does(wang, "drop"), a_->values = json(&p, "{\"result\":\"否\"}")), ERR_INVALID,
            "理由");
    good(&p, does(wang, "propose"));
    refused(&p, WITH(does(wang, "propose"), a_->task = tasks_of(p.state)[0].id), ERR_CONFLICT,
            "已由");
    good(&p, WITH(does(chief, "return"), a_->reason = STR("事实不清")));
    assert_true(opened(&p, "review"));
    assert_true(str_is(tasks_of(p.state)[p.state->tasks.count - 1].login, wang));
    refused(&p, does(zhao, "propose"), ERR_FORBIDDEN, "没有由自己办理");
    good(&p, does(wang, "propose"));
    good(&p, does(chief, "agree"));
    good(&p, WITH(does(wang, "served"), a_->values = json(&p, "{\"served_on\":\"2026-03-03\"}")));
    assert_int_equal(p.effects.documents.count, 1);
    good(&p,
         WITH(does(li, "reply"), a_->values = json(&p, "{\"answer\":\"已罚\",\"fine\":20000}")));
    good(&p, does(zhao, "accept"));
    assert_true(str_is(p.state->outcome, "done"));
    refused(&p, does(zhao, "accept"), ERR_CONFLICT, "已经办结");
}

static void test_joint(void **state) {
    scoped_arena Arena *a = arena_new();
    Play p = begin_joint(a);

    (void)state;
    assert_true(opened(&p, "sign") && opened(&p, "audit") && opened(&p, "poll"));
    good(&p, does("units.agency_head", "agree"));
    assert_true(opened(&p, "sign"));
    refused(&p, does("units.agency_head", "agree"), ERR_FORBIDDEN, "没有由自己办理");
    good(&p, does("units#2.agency_head", "agree"));
    good(&p, does("units#3.agency_head", "agree"));
    assert_false(opened(&p, "sign"));
    assert_true(str_is(state_last_step(p.state, STR("meet"))->state, "waiting"));
    good(&p, does("units.liaison_officer", "fine"));
    assert_true(opened(&p, "poll"));
    good(&p, does("units#2.liaison_officer", "fine")); /* two of three */
    assert_false(opened(&p, "poll"));
    good(&p, does("lead.case_manager", "pass"));
    assert_true(opened(&p, "meet"));
    good(&p, does("lead.prosecutor", "close"));
    assert_true(str_is(p.state->state, "closed"));

    p = begin_joint(a);
    good(&p, does("units.agency_head", "agree"));
    good(&p, WITH(does("units#2.agency_head", "differ"), a_->reason = STR("分工不清")));
    assert_true(opened(&p, "draft")); /* one that differs leads back, and the branches end */
    assert_false(opened(&p, "audit") || opened(&p, "poll"));
    good(&p, does("lead.prosecutor", "send"));
    good(&p, WITH(does("lead.case_manager", "stop"), a_->reason = STR("不合法")));
    assert_true(str_is(p.state->outcome, "stopped"));
}

static void test_back(void **state) {
    scoped_arena Arena *a = arena_new();
    Play p = begin_transfer(a);

    (void)state;
    refused(&p, by(wang, VERB_SEND_BACK), ERR_CONFLICT, "第一步");
    refused(&p, by(wang, VERB_WITHDRAW), ERR_CONFLICT, "没有可以撤回");
    good(&p, does(wang, "propose"));
    refused(&p, by(zhao, VERB_WITHDRAW), ERR_CONFLICT, "没有可以撤回");
    good(&p, by(wang, VERB_WITHDRAW));
    assert_true(opened(&p, "review"));
    assert_true(str_is(clock_of_step(p.state, state_last_step(p.state, STR("review"))->id)->state,
                       "running"));
    good(&p, does(wang, "propose"));
    good(&p, does(chief, "agree"));
    refused(&p, by(wang, VERB_WITHDRAW), ERR_CONFLICT, "没有可以撤回");
    refused(&p, WITH(by(wang, VERB_SEND_BACK), a_->target = STR("reply"), a_->reason = STR("误")),
            ERR_INVALID, "还没有办过");
    refused(&p, WITH(by(wang, VERB_SEND_BACK), a_->target = STR("review")), ERR_INVALID, "理由");
    good(&p, WITH(by(wang, VERB_SEND_BACK), a_->target = STR("review"), a_->reason = STR("补充")));
    assert_true(opened(&p, "review"));
    assert_true(str_is(state_last_step(p.state, STR("serve"))->state, "sent_back"));
}

/* ---- tasks ---- */

static void test_tasks(void **state) {
    scoped_arena Arena *a = arena_new();
    Play p = begin_transfer(a);

    (void)state;
    refused(&p, by(li, VERB_CLAIM), ERR_FORBIDDEN, "没有由自己办理");
    good(&p, by(wang, VERB_CLAIM));
    refused(&p, by(wang, VERB_CLAIM), ERR_CONFLICT, "已经由");
    refused(&p, does(zhao, "propose"), ERR_FORBIDDEN, "没有由自己办理");
    refused(&p, WITH(by(wang, VERB_REASSIGN), a_->to_login = str_of(li)), ERR_INVALID,
            "没有在本单位");
    refused(&p, WITH(by(wang, VERB_REASSIGN), a_->to_login = str_of(zhao), a_->to_organisation = 2),
            ERR_INVALID, "指定管辖");
    good(&p, WITH(by(wang, VERB_REASSIGN), a_->to_login = str_of(zhao)));
    refused(&p, does(wang, "propose"), ERR_FORBIDDEN, "没有由自己办理");
    good(&p, WITH(by(chief, VERB_REASSIGN), a_->to_login = str_of(wang),
                  a_->task = task_of(&p, "owner")));
    refused(&p, by(wang, VERB_ADD_SIGNER), ERR_INVALID, "加签");
    refused(&p, WITH(by(wang, VERB_ADD_SIGNER), a_->to_login = str_of(wang)), ERR_INVALID, "本人");
    refused(&p, WITH(by(wang, VERB_ADD_SIGNER), a_->to_login = str_of(li)), ERR_INVALID,
            "不在这个单位");
    good(&p, WITH(by(wang, VERB_ADD_SIGNER), a_->to_login = str_of(zhao)));
    refused(&p, WITH(by(wang, VERB_ADD_SIGNER), a_->to_login = str_of(zhao)), ERR_CONFLICT,
            "已经请过");
    refused(&p, does(wang, "propose"), ERR_CONFLICT, "没有签署");
    refused(&p, by(zhao, VERB_SIGN), ERR_INVALID, "同意或者不同意");
    refused(&p, WITH(by(zhao, VERB_SIGN), a_->action = STR("disagree")), ERR_INVALID, "写明意见");
    refused(&p, WITH(by(wang, VERB_SIGN), a_->action = STR("agree")), ERR_FORBIDDEN,
            "没有由自己办理");
    good(&p, WITH(by(zhao, VERB_SIGN), a_->action = STR("agree")));
    refused(&p, by(wang, VERB_REMOVE_SIGNER), ERR_CONFLICT, "没有可以减去");
    refused(&p, by(wang, VERB_COUNTERSIGN), ERR_INVALID, "会签的单位");
    good(&p, WITH(by(wang, VERB_COUNTERSIGN), a_->to_organisation = 2,
                  a_->to_role = STR("agency_head")));
    good(&p, by(wang, VERB_REMOVE_SIGNER));
    good(&p, does(wang, "propose"));
    good(&p, by(chief, VERB_CLAIM));
    good(&p, WITH(by("system", VERB_HAND_OVER), a_->target = str_of(chief)));
    assert_int_equal(tasks_of(p.state)[p.state->tasks.count - 1].login.len, 0);
    refused(&p, WITH(by("system", VERB_HAND_OVER), a_->target = str_of(chief)), ERR_CONFLICT,
            "没有待办");
    refused(&p, by("system", VERB_HAND_OVER), ERR_INVALID, "移交谁");
}

static void test_around(void **state) {
    scoped_arena Arena *a = arena_new();
    Play p = begin_transfer(a);
    const char digest[] =
        "{\"digest\":\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\","
        "\"name\":\"回函.pdf\",\"type\":\"application/pdf\",\"size\":10}";

    (void)state;
    refused(&p, by("nobody", VERB_URGE), ERR_FORBIDDEN, "参与单位");
    good(&p, by(li, VERB_URGE));
    assert_int_equal(tasks_of(p.state)[0].urged, 1);
    refused(&p, by(li, VERB_COPY), ERR_INVALID, "抄送的单位");
    good(&p, WITH(by(li, VERB_COPY), a_->to_organisation = 2, a_->to_role = STR("agency_head")));
    refused(&p, WITH(by(li, VERB_COPY), a_->to_organisation = 2, a_->to_role = STR("agency_head")),
            ERR_CONFLICT, "已经抄送");
    refused(&p, by(li, VERB_READ_COPY), ERR_FORBIDDEN, "没有由自己办理");
    good(&p, by("agency.agency_head", VERB_READ_COPY));
    refused(&p, WITH(by(li, VERB_SUPERVISE), a_->reason = STR("久拖")), ERR_FORBIDDEN, "督办权限");
    refused(&p, by(chief, VERB_SUPERVISE), ERR_INVALID, "理由");
    good(&p, WITH(by(chief, VERB_SUPERVISE), a_->reason = STR("久拖不决")));
    refused(&p, by(wang, VERB_ANSWER), ERR_INVALID, "办理情况");
    good(&p, WITH(by(wang, VERB_ANSWER), a_->note = STR("本周办结")));
    refused(&p, WITH(by(wang, VERB_LINK), a_->target = STR("m1")), ERR_INVALID, "自己");
    refused(&p, WITH(by(wang, VERB_LINK), a_->target = STR("c"), a_->action = STR("enemy")),
            ERR_INVALID, "关联什么");
    good(&p,
         WITH(by(wang, VERB_LINK), a_->target = STR("（2026）川1号"), a_->action = STR("case")));
    refused(&p,
            WITH(by(wang, VERB_LINK), a_->target = STR("（2026）川1号"), a_->action = STR("case")),
            ERR_CONFLICT, "已经关联");
    refused(&p, by(li, VERB_FILE), ERR_INVALID, "没有上传成功");
    good(&p, WITH(by(li, VERB_FILE), a_->more = json(&p, digest)));
    refused(&p, WITH(by(wang, VERB_FILE), a_->more = json(&p, digest)), ERR_CONFLICT, "已经上传");
    refused(&p, by(wang, VERB_REMOVE_FILE), ERR_CONFLICT, "不是自己上传");
    good(&p, by(li, VERB_REMOVE_FILE));
    assert_int_equal(p.state->files.count, 1); /* the entry stays */
    /* It lies at the step that is named, where the work is one's own. */
    Str step = str_format(a, "%lld", (long long)steps_of(p.state)[0].id);

    good(&p, WITH(by(wang, VERB_FILE), a_->more = json(&p, digest), a_->target = step));
    assert_int_equal(files_of(p.state)[1].step, steps_of(p.state)[0].id);
    good(&p, by(wang, VERB_REMOVE_FILE));
    good(&p, WITH(by(li, VERB_FILE), a_->more = json(&p, digest), a_->target = step));
    assert_int_equal(files_of(p.state)[2].step, 0);
    refused(&p, by(wang, VERB_FILL), ERR_INVALID, "没有要保存");
    good(&p,
         WITH(by(wang, VERB_FILL), a_->values = json(&p, "{\"holder\":\"11010519491231002x\"}")));
    assert_true(str_is(flow_value_of(transfer, p.state, STR("holder")), "11010519491231002X"));
    assert_null(node_get(p.state->values, "holder")); /* kept in the sealed part */
    /* What a document says is the program's to fill in, at whatever step; a person's it is not. */
    refused(&p, WITH(by(wang, VERB_FILL), a_->values = json(&p, "{\"served_on\":\"2026-03-02\"}")),
            ERR_INVALID, "这一步不填写");
    good(&p,
         WITH(by("system", VERB_FILL), a_->values = json(&p, "{\"served_on\":\"2026-03-02\"}")));
    assert_true(str_is(flow_value_of(transfer, p.state, STR("served_on")), "2026-03-02"));
    refused(&p, WITH(by("system", VERB_FILL), a_->values = json(&p, "{\"price\":\"1\"}")),
            ERR_INVALID, "没有“price”");
}

/* ---- periods ---- */

static void test_periods(void **state) {
    scoped_arena Arena *a = arena_new();
    Play p = begin_transfer(a);
    const MatterClock *c = &clocks_of(p.state)[0];
    Str before = c->day, level;
    Instant next;

    (void)state;
    assert_true(str_is(c->day, "2026-03-16"));
    refused(&p, WITH(by(wang, VERB_SUSPEND), a_->reason = STR("太忙")), ERR_INVALID,
            "征求异地检察院意见");
    good(&p, WITH(by(wang, VERB_SUSPEND), a_->reason = STR("征求异地检察院意见")));
    refused(&p, by(wang, VERB_SUSPEND), ERR_CONFLICT, "挂起");
    refused(&p, does(wang, "propose"), ERR_CONFLICT, "先恢复");
    p.stage->world.now += 2 * DAY_US;
    good(&p, by(wang, VERB_RESUME));
    refused(&p, by(wang, VERB_RESUME), ERR_CONFLICT, "没有挂起");
    assert_true(str_compare(clocks_of(p.state)[0].day, before) > 0);
    refused(&p, does(wang, "consulted"), ERR_CONFLICT, "没有中止");
    good(&p, does(wang, "consult"));
    good(&p, does(wang, "consulted"));
    refused(&p,
            WITH(by(wang, VERB_EXTEND), a_->more = json(&p, "{\"extension\":\"wish\"}"),
                 a_->reason = STR("复杂")),
            ERR_INVALID, "没有这种延长");
    refused(&p, by(wang, VERB_EXTEND), ERR_INVALID, "理由");
    refused(&p,
            WITH(by(wang, VERB_EXTEND), a_->more = json(&p, "{\"count\":99}"),
                 a_->reason = STR("复杂")),
            ERR_INVALID, "");
    good(&p, WITH(by(wang, VERB_EXTEND), a_->reason = STR("重大疑难")));
    refused(&p, WITH(by(wang, VERB_EXTEND), a_->reason = STR("重大疑难")), ERR_CONFLICT,
            "已经申请");
    refused(&p, by(wang, VERB_DECIDE), ERR_FORBIDDEN, "没有由自己办理");
    before = clocks_of(p.state)[0].day;
    /* The period names who decides; the first rung of the escalation would be somebody else. */
    FlowAct decide = by(chief, VERB_DECIDE);

    refused(&p, by("office.case_manager", VERB_DECIDE), ERR_FORBIDDEN, "没有由自己办理");
    refused(&p, decide, ERR_INVALID, "批准或者不批准");
    good(&p, WITH(decide, a_->action = STR("approve")));
    assert_true(str_compare(clocks_of(p.state)[0].day, before) > 0);
    refused(&p, WITH(by(wang, VERB_WARN), a_->target = STR("1")), ERR_FORBIDDEN, "自动");
    FlowAct lapse = WITH(by("system", VERB_LAPSE),
                         a_->target = str_format(a, "%lld", (long long)clocks_of(p.state)[0].id));

    refused(&p, lapse, ERR_CONFLICT, "没有届满");
    p.stage->world.now = instant_of(clocks_of(p.state)[0].due) - DAY_US / 2;
    assert_int_equal(flow_clock_says(&clocks_of(p.state)[0], p.stage->world.now, &level, &next),
                     VERB_WARN);
    assert_true(str_is(level, "orange"));
    FlowAct warn = WITH(lapse, a_->verb = VERB_WARN, a_->action = level);

    good(&p, warn);
    refused(&p, warn, ERR_CONFLICT, "没有这一级");
    p.stage->world.now += DAY_US;
    good(&p, lapse);
    assert_int_equal(p.effects.lapses.count, 1);
    refused(&p, lapse, ERR_CONFLICT, "已经处理");
    good(&p, WITH(lapse, a_->verb = VERB_ESCALATE));
    refused(&p, WITH(lapse, a_->verb = VERB_ESCALATE), ERR_CONFLICT, "还没有到");
    assert_true(str_is(tasks_of(p.state)[p.state->tasks.count - 1].ask, "escalate"));
    refused(&p, by("system", VERB_RECOUNT), ERR_CONFLICT, "没有变化");
    good(&p, does(wang, "propose"));
    refused(&p, WITH(by(chief, VERB_SUSPEND), a_->reason = STR("征求异地检察院意见")), ERR_CONFLICT,
            "没有正在计算");
    refused(&p, WITH(by(chief, VERB_EXTEND), a_->reason = STR("复杂")), ERR_CONFLICT,
            "没有正在计算");
}

/* ---- the whole ---- */

static void test_places(void **state) {
    scoped_arena Arena *a = arena_new();
    Play p = begin_transfer(a);

    (void)state;
    refused(&p, WITH(by(li, VERB_PARTY), a_->target = STR("agency"), a_->to_organisation = 2),
            ERR_FORBIDDEN, "没有由自己办理");
    refused(&p, WITH(by(wang, VERB_PARTY), a_->target = STR("court")), ERR_INVALID, "没有“court”");
    refused(&p, WITH(by(wang, VERB_PARTY), a_->target = STR("agency"), a_->to_organisation = 2),
            ERR_CONFLICT, "已经是");
    refused(&p,
            WITH(by(wang, VERB_PARTY), a_->target = STR("office"), a_->action = STR("remove"),
                 a_->to_organisation = 1),
            ERR_CONFLICT, "不能移除");
    good(&p, WITH(by(wang, VERB_PARTY), a_->target = STR("agency"), a_->action = STR("remove"),
                  a_->to_organisation = 2, a_->reason = STR("选错了")));
    good(&p, WITH(by(wang, VERB_PARTY), a_->target = STR("agency"), a_->to_organisation = 2));
    refused(&p, WITH(by(wang, VERB_RAISE), a_->reason = STR("重大")), ERR_FORBIDDEN, "上级单位");
    refused(&p, WITH(by(li, VERB_DESIGNATE), a_->to_organisation = 3), ERR_FORBIDDEN, "督办权限");
    refused(&p, WITH(by(chief, VERB_DESIGNATE), a_->to_organisation = 3, a_->reason = STR("x")),
            ERR_FORBIDDEN, "共同的上级");
    refused(&p, WITH(by(upper, VERB_DESIGNATE), a_->to_organisation = 1, a_->reason = STR("x")),
            ERR_CONFLICT, "本来就由");
    good(&p, WITH(by(upper, VERB_RAISE), a_->reason = STR("重大案件")));
    assert_int_equal(p.state->organisation, stage_organisation(p.stage, STR("upper"), 1));
    assert_int_equal(tasks_of(p.state)[p.state->tasks.count - 1].organisation,
                     p.state->organisation);
    refused(&p, does(wang, "propose"), ERR_FORBIDDEN, "没有由自己办理");
    good(&p,
         WITH(by(upper, VERB_DESIGNATE), a_->to_organisation = 1, a_->reason = STR("交下级办理")));
    good(&p, does(wang, "propose"));
}

static void test_ends(void **state) {
    scoped_arena Arena *a = arena_new();
    Play p = begin_transfer(a);
    const MatterState *before = p.state;
    Node *more;

    (void)state;
    refused(&p, by(li, VERB_TERMINATE), ERR_FORBIDDEN, "没有由自己办理");
    refused(&p, by(wang, VERB_TERMINATE), ERR_INVALID, "理由");
    refused(&p, WITH(by(chief, VERB_REOPEN), a_->reason = STR("x")), ERR_CONFLICT, "没有办结");
    good(&p, WITH(by(wang, VERB_TERMINATE), a_->reason = STR("当事人死亡")));
    assert_true(str_is(p.state->outcome, "terminated"));
    refused(&p, WITH(by(wang, VERB_TERMINATE), a_->reason = STR("x")), ERR_CONFLICT, "已经办结");
    refused(&p, WITH(by(wang, VERB_REOPEN), a_->reason = STR("x")), ERR_FORBIDDEN, "督办权限");
    good(&p, WITH(by(chief, VERB_REOPEN), a_->reason = STR("认定有误")));
    assert_true(opened(&p, "review"));
    refused(&p, WITH(by(wang, VERB_MERGE), a_->target = STR("m1"), a_->reason = STR("x")),
            ERR_INVALID, "哪一件");
    good(&p, WITH(by(wang, VERB_MERGE), a_->target = STR("m9"), a_->reason = STR("同一案件")));
    assert_true(str_is(p.state->state, "merged"));
    refused(&p, does(wang, "propose"), ERR_CONFLICT, "并入");
    more = json(&p, "{\"actor\":\"office.administrative_prosecutor\",\"at\":\"2026-03-02 09:00\"}");
    assert_false(
        try_at(&p, WITH(by(zhao, VERB_UNDO), a_->more = more, a_->reason = STR("x")), before));
    assert_int_equal(p.e.code, ERR_FORBIDDEN);
    assert_true(
        try_at(&p, WITH(by(wang, VERB_UNDO), a_->more = more, a_->reason = STR("x")), before));
    assert_true(p.effects.consequences.count > 0);
    assert_true(str_is(p.state->state, "open"));
    refused(&p, WITH(by(wang, VERB_SPLIT), a_->reason = STR("x")), ERR_INVALID, "几件");
    good(&p, WITH(by(wang, VERB_SPLIT), a_->more = json(&p, "{\"into\":[\"m3\",\"m4\"]}"),
                  a_->reason = STR("两个当事人")));
    const MatterState *part = flow_split(p.state, STR("m3"), STR("样移3"), 3, a);
    Err e = {0};

    assert_true(flow_sound(transfer, part, &e));
    assert_int_equal(part->links.count, 1);
    p.stage->world.now += 31 * DAY_US;
    assert_false(
        try_at(&p, WITH(by(wang, VERB_UNDO), a_->more = more, a_->reason = STR("x")), before));
    assert_non_null(strstr(p.e.text, "30 天"));
}

/* No button is dead: what is offered without further choice is not refused to that person. */
static void test_choices(void **state) {
    scoped_arena Arena *a = arena_new();
    Play p = begin_transfer(a);
    Node *mine = flow_choices(&p.stage->world, transfer, p.state, str_of(wang), a),
         *theirs = flow_choices(&p.stage->world, transfer, p.state, str_of(li), a),
         *nobodys = flow_choices(&p.stage->world, transfer, p.state, STR("nobody"), a);
    size_t actions = 0;

    (void)state;
    for (size_t i = 0; i < mine->count; i++)
        actions += str_is(node_text(mine->items[i], "verb"), "act");
    assert_int_equal(actions, 3); /* propose, drop, consult; not consulted */
    for (size_t i = 0; i < theirs->count; i++)
        assert_false(str_is(node_text(theirs->items[i], "verb"), "act"));
    assert_true(theirs->count > 2);
    assert_int_equal(nobodys->count, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_begin),   cmocka_unit_test(test_act),
        cmocka_unit_test(test_joint),   cmocka_unit_test(test_back),
        cmocka_unit_test(test_tasks),   cmocka_unit_test(test_around),
        cmocka_unit_test(test_periods), cmocka_unit_test(test_places),
        cmocka_unit_test(test_ends),    cmocka_unit_test(test_choices),
    };
    scoped_arena Arena *a = arena_new();
    Err e = {0};

    content = content_load(NULL, &e);
    transfer =
        content ? flow_read(content, a, str_of(sample_transfer), "sample_transfer.yaml", &e) : NULL;
    joint = transfer ? flow_read(content, a, str_of(sample_joint), "sample_joint.yaml", &e) : NULL;
    if (!joint) {
        fprintf(stderr, "%s: %s\n", e.where, e.text);
        return 1;
    }
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    content_drop(content);
    return failed;
}
