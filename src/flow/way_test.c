/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/way_test.c: the engine takes the ways that the proof has looked at: branches meet, other
 * ways into their meeting open at once; one task for several roles; what a matter begins with. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "flow/act_inside.h"
#include "flow/stage.h"

#include "base/banned.h"

#define HEAD(id)                                                                                     \
    "flow: " id "\n"                                                                                 \
    "title: 样例\n"                                                                                \
    "group: 样例\n"                                                                                \
    "number: \"样〔{year}〕{serial}号\"\n"                                                       \
    "basis: [{law: 样例规定, status: unverified, review: true}]\n"                               \
    "review: true\n"                                                                                 \
    "parties:\n"                                                                                     \
    "  - {party: office, title: 检察院, kinds: [procuratorate], starter: true, required: true}\n" \
    "  - {party: keeper, title: 保管单位, kinds: [market_supervision, police], required: true}\n"
#define TAIL                                              \
    "outcomes:\n"                                         \
    "  - {outcome: done, title: 完成, success: true}\n" \
    "escalation: {period: XF_REJECT, to: [{party: office, role: chief_procurator}]}\n"
#define OFFICE "    by: [{party: office, role: prosecutor}]\n"

static const char meeting[] =
    HEAD("sample_meeting") "start: draft\n"
                           "steps:\n"
                           "  - step: draft\n"
                           "    title: 起草\n" OFFICE "    actions:\n"
                           "      - {action: split, title: 分办, to: [meet, left, right]}\n"
                           "  - step: left\n"
                           "    title: 左\n" OFFICE "    actions:\n"
                           "      - {action: left, title: 办完左, to: [meet]}\n"
                           "      - {action: aside, title: 另行, to: [extra, meet]}\n"
                           "  - step: extra\n"
                           "    title: 另办\n" OFFICE "    actions:\n"
                           "      - {action: jump, title: 直接汇总, to: [meet]}\n"
                           "  - step: right\n"
                           "    title: 右\n" OFFICE "    actions:\n"
                           "      - {action: right, title: 办完右, to: [meet]}\n"
                           "  - step: meet\n"
                           "    title: 汇总\n" OFFICE "    joins: [left, right]\n"
                           "    actions:\n"
                           "      - {action: on, title: 上报, to: [last]}\n"
                           "  - step: last\n"
                           "    title: 审定\n" OFFICE "    actions:\n"
                           "      - {action: end, title: 完成, closes: done, cancels: true}\n" TAIL;

static const char several[] =
    HEAD("sample_several") "fields:\n"
                           "  - {field: subject, title: 事由, type: text, required: true}\n"
                           "start: recheck\n"
                           "steps:\n"
                           "  - step: recheck\n"
                           "    title: 复核\n"
                           "    by: [{party: office, role: prosecutor}, {party: office, role: "
                           "criminal_prosecutor}, "
                           "{party: keeper, role: enforcement_officer}, {party: keeper, role: "
                           "police_officer}]\n"
                           "    joint: all\n"
                           "    actions:\n"
                           "      - {action: agree, title: 同意, to: [last]}\n"
                           "  - step: last\n"
                           "    title: 审定\n"
                           "    by: [{party: office, role: prosecutor, not_as: recheck}, {party: "
                           "office, role: "
                           "criminal_prosecutor, not_as: recheck}]\n"
                           "    actions:\n"
                           "      - {action: end, title: 完成, closes: done}\n" TAIL;

static Content *content;

typedef struct Play {
    Arena *arena;
    Stage *stage;
    const Flow *flow;
    const MatterState *state;
    Err e;
} Play;

static bool try_act(Play *p, FlowAct act) {
    p->e = (Err){0};
    const MatterState *after = flow_act(&p->stage->world, p->flow, p->state, &act, NULL, p->arena,
                                        &(FlowEffects){0}, &p->e);

    if (after)
        p->state = after;
    p->stage->world.now += INT64_C(3600) * 1000000;
    return after != NULL;
}

static void good(Play *p, FlowAct act) {
    if (!try_act(p, act))
        fail_msg("%.*s: %s at %s", STR_ARG(act.action), p->e.text, p->e.where);
}

static void refused(Play *p, FlowAct act, ErrCode code, const char *where, const char *said) {
    if (try_act(p, act))
        fail_msg("%.*s was not refused", STR_ARG(act.action));
    if (p->e.code != code || strcmp(p->e.where, where) != 0 || !strstr(p->e.text, said))
        fail_msg("%s at %s: %s", err_key(p->e.code), p->e.where, p->e.text);
}

static Node *values(Play *p, const char *text) {
    Node *n = json_read(p->arena, str_of(text), &p->e);

    assert_non_null(n);
    return n;
}

static FlowAct begins(Play *p, const char *given) {
    Node *more = node_map(p->arena);

    node_set_text(p->arena, more, "id", STR("m1"));
    node_set(p->arena, more, "parties", stage_parties(p->stage, NULL));
    return (FlowAct){.verb = VERB_BEGIN,
                     .actor = STR("office.prosecutor"),
                     .organisation = stage_organisation(p->stage, STR("office"), 1),
                     .values = given ? values(p, given) : NULL,
                     .more = more};
}

static Play play_of(Arena *a, const char *text) {
    Play p = {.arena = a};

    p.flow = flow_read(content, a, str_of(text), "sample.yaml", &p.e);
    if (!p.flow)
        fail_msg("%s: %s", p.e.where, p.e.text);
    p.stage = stage_new(content, p.flow, 1, a);
    instant_parse(STR("2026-03-02 09:00"), &p.stage->world.now);
    return p;
}

static FlowAct by(const char *login, const char *action) {
    return (FlowAct){.verb = VERB_ACT, .actor = str_of(login), .action = str_of(action)};
}

static FlowAct back_to(const Play *p, const char *from, const char *to) {
    FlowAct act = {.verb = VERB_SEND_BACK,
                   .actor = STR("office.prosecutor"),
                   .target = str_of(to),
                   .reason = STR("补充")};

    for (size_t i = 0; i < p->state->tasks.count; i++) {
        const MatterTask *t = &tasks_of(p->state)[i];

        if (is_open(t->state) && str_is(state_step(p->state, t->step)->step, from))
            act.task = t->id;
    }
    return act;
}

/* "draft meet*": the open steps, and with a star those that wait. */
static void stands(const Play *p, const char *expected) {
    scoped_buf Buf b;

    buf_init(&b, 400);
    for (size_t i = 0; i < p->state->steps.count; i++) {
        const MatterStep *s = &steps_of(p->state)[i];
        bool waits = str_is(s->state, "waiting");

        if (waits || is_open(s->state))
            buf_addf(&b, "%s%.*s%s", b.len ? " " : "", STR_ARG(s->step), waits ? "*" : "");
    }
    assert_string_equal(b.ptr ? b.ptr : "", expected);
}

static const char pros[] = "office.prosecutor", criminal[] = "office.criminal_prosecutor";

/* A way that is not one of the branches opens their meeting at once; so does a way back to it. */
static void test_straight(void **state) {
    scoped_arena Arena *a = arena_new();
    Play p = play_of(a, meeting);

    (void)state;
    good(&p, begins(&p, NULL));
    good(&p, by(pros, "split")); /* draft is no branch: meet is open beside the branches */
    stands(&p, "meet left right");
    good(&p, by(pros, "on"));
    stands(&p, "left right last");
    good(&p, back_to(&p, "last", "meet")); /* none of its branches was ever done */
    stands(&p, "left right meet");
    good(&p, back_to(&p, "right", "draft"));
    stands(&p, "draft");
}

static void test_branches(void **state) {
    scoped_arena Arena *a = arena_new();
    Play p = play_of(a, meeting);

    (void)state;
    good(&p, begins(&p, NULL));
    good(&p, by(pros, "split"));
    good(&p, by(pros, "left"));
    stands(&p, "meet right");
    good(&p, by(pros, "on"));
    good(&p, by(pros, "right")); /* the second arrival: both have come */
    stands(&p, "last meet");
    good(&p, by(pros, "on"));
    stands(&p, "last");
    good(&p, back_to(&p, "last", "left")); /* right stays done by an act that leads to meet */
    stands(&p, "left");
    good(&p, by(pros, "left"));
    stands(&p, "meet");
    good(&p, back_to(&p, "meet", "right"));
    good(&p, back_to(&p, "right", "draft"));
    stands(&p, "draft");
}

/* What waits opens when a way that is no branch leads there. */
static void test_waiting(void **state) {
    scoped_arena Arena *a = arena_new();
    Play p = play_of(a, meeting);

    (void)state;
    good(&p, begins(&p, NULL));
    good(&p, by(pros, "split"));
    good(&p, by(pros, "on"));
    good(&p, by(pros, "aside"));
    stands(&p, "right last extra meet*");
    good(&p, by(pros, "jump"));
    stands(&p, "right last meet");
    assert_true(flow_sound(p.flow, p.state, &p.e));
}

static size_t tasks_open(const Play *p, const MatterTask **last) {
    size_t n = 0;

    for (size_t i = 0; i < p->state->tasks.count; i++)
        if (is_open(tasks_of(p->state)[i].state)) {
            *last = &tasks_of(p->state)[i];
            n++;
        }
    return n;
}

/* One task a house, whoever of its roles; a role that the house has not does not count. */
static void test_whoever(void **state) {
    scoped_arena Arena *a = arena_new();
    Play p = play_of(a, several);
    const MatterTask *t = NULL;

    (void)state;
    good(&p, begins(&p, "{\"subject\":\"复核\"}"));
    assert_int_equal(tasks_open(&p, &t), 2);
    assert_true(str_is(t->role, "enforcement_officer"));
    assert_true(str_is(tasks_of(p.state)[0].role, "prosecutor|criminal_prosecutor"));
    assert_true(flow_choices(&p.stage->world, p.flow, p.state, str_of(pros), a)->count > 0);
    assert_true(flow_choices(&p.stage->world, p.flow, p.state, str_of(criminal), a)->count > 0);
    refused(&p, by("keeper.police_officer", "agree"), ERR_FORBIDDEN, "/task", "没有由自己办理");
    good(&p, by(criminal, "agree"));
    stands(&p, "recheck");
    refused(&p, by(pros, "agree"), ERR_FORBIDDEN, "/task", "没有由自己办理");
    good(&p, by("keeper.enforcement_officer", "agree"));
    stands(&p, "last");
    refused(&p, by(criminal, "end"), ERR_FORBIDDEN, "", "另一人");
    good(&p, by(pros, "end"));
    assert_true(str_is(p.state->outcome, "done"));
}

/* By hand with everything it needs; a sub-matter is asked at its first step. */
static void test_required(void **state) {
    scoped_arena Arena *a = arena_new();
    Play p = play_of(a, several);
    FlowAct child = begins(&p, NULL), first = by(pros, "agree");

    (void)state;
    refused(&p, begins(&p, NULL), ERR_INVALID, "/values/subject", "要填写“事由”");
    refused(&p, begins(&p, "{\"subject\":\" \"}"), ERR_INVALID, "/values/subject", "事由");
    node_set_text(a, (Node *)(uintptr_t)child.more, "parent", STR("m0"));
    good(&p, child);
    const Node *choices = flow_choices(&p.stage->world, p.flow, p.state, str_of(pros), a),
               *needs = NULL;

    for (size_t i = 0; i < choices->count; i++)
        if (str_is(node_text(choices->items[i], "action"), "agree"))
            needs = node_get(choices->items[i], "needs");
    assert_true(needs && needs->count == 1 && str_is(needs->items[0]->text, "subject"));
    refused(&p, first, ERR_INVALID, "/values/subject", "请填写“事由”");
    first.values = values(&p, "{\"subject\":\"某事\"}");
    good(&p, first);
    assert_true(str_is(flow_value_of(p.flow, p.state, STR("subject")), "某事"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_straight), cmocka_unit_test(test_branches),
        cmocka_unit_test(test_waiting),  cmocka_unit_test(test_whoever),
        cmocka_unit_test(test_required),
    };
    Err e = {0};

    content = content_load(NULL, &e);
    if (!content) {
        fprintf(stderr, "%s: %s\n", e.where, e.text);
        return 1;
    }
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    content_drop(content);
    return failed;
}
