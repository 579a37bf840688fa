/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/parts_test.c: what several people and several matters do together: answers of one's own,
 * sub-matters begun for each, waited for and counted, seats, clocks that run side by side and come
 * again, days to wait for, copies that reach a desk; and what an undo makes of sub-matters. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "flow/act_inside.h"
#include "flow/stage.h"
#include "flow/testing.h"

#include "base/banned.h"

#define HOUR_US (INT64_C(3600) * 1000000)
#define DAY_US (24 * HOUR_US)

static Content *content;
static const Flow *flow;

typedef struct Play {
    Arena *arena;
    Stage *stage;
    const MatterState *state;
    FlowEffects effects;
    Err e;
} Play;

static bool try_act(Play *p, FlowAct act, const MatterState *history) {
    p->e = (Err){0};
    p->effects = (FlowEffects){0};
    const MatterState *after =
        flow_act(&p->stage->world, flow, p->state, &act, history, p->arena, &p->effects, &p->e);

    if (after) {
        p->state = after;
        for (size_t i = 0; i < after->links.count; i++) /* as the store names them */
            if (!links_of(after)[i].target.len)
                links_of(after)[i].target =
                    str_format(p->arena, "child%lld", (long long)links_of(after)[i].id);
    }
    p->stage->world.now += HOUR_US;
    return after != NULL;
}

static void good(Play *p, FlowAct act) {
    if (!try_act(p, act, NULL))
        fail_msg("%s %.*s: %s at %s", flow_verb_names[act.verb].name, STR_ARG(act.action),
                 p->e.text, p->e.where);
}

static void refused(Play *p, FlowAct act, ErrCode code, const char *said) {
    if (try_act(p, act, NULL))
        fail_msg("%s %.*s was not refused", flow_verb_names[act.verb].name, STR_ARG(act.action));
    if (p->e.code != code || !strstr(p->e.text, said))
        fail_msg("%s: %s: %s", flow_verb_names[act.verb].name, err_key(p->e.code), p->e.text);
}

static Node *json(Play *p, const char *text) {
    Node *n = json_read(p->arena, str_of(text), &p->e);

    assert_non_null(n);
    return n;
}

static FlowAct does(Play *p, const char *login, const char *action, const char *values) {
    return (FlowAct){.verb = VERB_ACT,
                     .actor = str_of(login),
                     .action = str_of(action),
                     .reason = STR("情况需要"),
                     .values = values ? json(p, values) : NULL};
}

static FlowAct child_ends(Play *p, size_t nth, bool success) {
    Node *more = node_map(p->arena);

    node_set_text(p->arena, more, "state", STR("closed"));
    node_set_bool(p->arena, more, "success", success);
    return (FlowAct){.verb = VERB_CHILD,
                     .actor = STR("system"),
                     .action = success ? STR("done") : STR("dropped"),
                     .target = links_of(p->state)[nth].target,
                     .more = more};
}

static FlowAct clock_act(Play *p, int verb, int64_t clock) {
    return (FlowAct){.verb = verb,
                     .actor = STR("system"),
                     .target = str_format(p->arena, "%lld", (long long)clock)};
}

static void set_time(Play *p, const char *at) {
    assert_true(instant_parse(str_of(at), &p->stage->world.now));
}

/* With so many of the three units. */
static Play begin_with(Arena *a, size_t units) {
    Play p = {.arena = a, .stage = stage_new(content, flow, 3, a)};
    Node *more = node_map(a), *parties = stage_parties(p.stage, NULL);
    Node *some = node_list(a);

    for (size_t i = 1; i <= units; i++)
        node_add(a, some, node_of_int(a, stage_organisation(p.stage, STR("units"), i)));
    node_set(a, parties, "units", some);
    set_time(&p, "2026-03-02 09:00");
    node_set_text(a, more, "id", STR("m1"));
    node_set(a, more, "parties", parties);
    good(&p, (FlowAct){.verb = VERB_BEGIN,
                       .actor = STR("lead.prosecutor"),
                       .organisation = stage_organisation(p.stage, STR("lead"), 1),
                       .more = more});
    return p;
}

static Play begin(Arena *a) {
    return begin_with(a, 3);
}

static Play sent_to(Arena *a, size_t units) {
    Play p = begin_with(a, units);

    good(&p, does(&p, "lead.prosecutor", "send",
                  "{\"subject\":\"联合排查\",\"due_on\":\"2026-06-30\",\"sent_on\":\"2026-03-02\","
                  "\"people\":3,\"final_no\":\"川检意〔2026〕1号\"}"));
    return p;
}

static Play sent(Arena *a) {
    return sent_to(a, 3);
}

/* Two of three are enough. */
static void vote(Play *p) {
    good(p, does(p, "lead.prosecutor", "yes", NULL));
    refused(p, does(p, "lead.prosecutor", "yes", NULL), ERR_FORBIDDEN, "没有由自己办理");
    good(p, does(p, "lead.prosecutor.other", "yes", NULL));
}

static bool opened(const Play *p, const char *step) {
    const MatterStep *s = state_last_step(p->state, str_of(step));

    return s && is_open(s->state);
}

static const MatterClock *clock_of(const Play *p, const char *period) {
    for (size_t i = 0; i < p->state->clocks.count; i++)
        if (str_is(clocks_of(p->state)[i].period, period))
            return &clocks_of(p->state)[i];
    fail_msg("no clock %s", period);
    return NULL;
}

static const MatterTask *task_of(const Play *p, const char *step, size_t nth) {
    const MatterStep *of = state_last_step(p->state, str_of(step));

    for (size_t i = 0; of && i < p->state->tasks.count; i++)
        if (tasks_of(p->state)[i].step == of->id && str_is(tasks_of(p->state)[i].kind, "owner") &&
            nth-- == 0)
            return &tasks_of(p->state)[i];
    return NULL;
}

/* The task of one unit, from 0, whoever has it now. */
static const MatterTask *task_of_unit(const Play *p, size_t unit) {
    const MatterStep *of = state_last_step(p->state, STR("hear"));

    for (size_t i = p->state->tasks.count; of && i-- > 0;)
        if (tasks_of(p->state)[i].step == of->id && str_is(tasks_of(p->state)[i].kind, "owner") &&
            tasks_of(p->state)[i].organisation ==
                stage_organisation(p->stage, STR("units"), unit + 1))
            return &tasks_of(p->state)[i];
    return NULL;
}

static bool answered(const Play *p, size_t unit, const char *field, const char *value) {
    return str_is(flow_answer_of(flow, p->state, task_of_unit(p, unit)->id, str_of(field)), value);
}

/* ---- answers of one's own ---- */

static void test_each(void **state) {
    scoped_arena Arena *a = arena_new();
    Play p = sent(a);

    (void)state;
    refused(&p, does(&p, "units.liaison_officer", "agree", NULL), ERR_CONFLICT, "现在填写的内容");
    refused(&p, does(&p, "units.liaison_officer", "agree", "{\"reply\":\"否\"}"), ERR_CONFLICT,
            "现在填写的内容");
    refused(&p, does(&p, "units.liaison_officer", "differ", "{\"reply\":\"否\"}"), ERR_INVALID,
            "请填写“意见”");
    good(&p, (FlowAct){.verb = VERB_FILL,
                       .actor = STR("units#2.liaison_officer"),
                       .values = json(&p, "{\"checked\":7}")});
    good(&p,
         (FlowAct){.verb = VERB_FILL, /* goes along when somebody else takes it on */
                   .actor = STR("units.liaison_officer"),
                   .values = json(&p, "{\"reply\":\"否\",\"remark\":\"再想想\",\"checked\":1}")});
    good(&p, (FlowAct){.verb = VERB_REASSIGN,
                       .actor = STR("units.liaison_officer"),
                       .to_login = STR("units.liaison_officer.other")});
    good(&p, does(&p, "units.liaison_officer.other", "agree", "{\"reply\":\"是\",\"checked\":3}"));
    assert_true(opened(&p, "hear"));
    good(&p, does(&p, "units#2.liaison_officer", "differ",
                  "{\"reply\":\"否\",\"remark\":\"期限太短\"}"));
    assert_int_equal(p.effects.documents.count, 1); /* each answer issues its own */
    assert_true(answered(&p, 0, "reply", "是") && answered(&p, 1, "reply", "否"));
    assert_true(answered(&p, 0, "checked", "3") && answered(&p, 1, "checked", "7"));
    assert_true(answered(&p, 0, "remark", "再想想") && answered(&p, 1, "remark", "期限太短"));
    /* None of it is the matter's; what is personal lies in the sealed part. */
    assert_int_equal(flow_value_of(flow, p.state, STR("reply")).len, 0);
    assert_null(node_get(task_of_unit(&p, 1)->values, "remark"));
    assert_non_null(node_get(p.state->personal, "answers"));
    /* One's own answer can be taken back while others have not answered. */
    good(&p, (FlowAct){.verb = VERB_WITHDRAW, .actor = STR("units.liaison_officer.other")});
    assert_true(answered(&p, 0, "reply", "是"));
    good(&p, does(&p, "units.liaison_officer.other", "agree", "{\"checked\":4}"));
    assert_true(answered(&p, 0, "checked", "4") && opened(&p, "hear"));
    vote(&p);
    good(&p, does(&p, "units#3.liaison_officer", "agree", "{\"reply\":\"是\"}"));
    assert_true(!opened(&p, "hear") && opened(&p, "total"));

    p = sent(a); /* one that leads back decides at once */
    good(&p, does(&p, "units.liaison_officer", "agree", "{\"reply\":\"是\"}"));
    good(&p, does(&p, "units#2.liaison_officer", "refuse", NULL));
    assert_true(opened(&p, "draft") && !opened(&p, "hear") && !opened(&p, "watch"));
}

/* When the clock lapses the step goes on without those who have not answered. */
static void test_passed(void **state) {
    for (int answers = 0; answers < 2; answers++) {
        scoped_arena Arena *a = arena_new();
        Play p = sent(a);
        const MatterClock *c;

        (void)state;
        vote(&p);
        if (answers)
            good(&p, does(&p, "units#2.liaison_officer", "agree", "{\"reply\":\"是\"}"));
        c = clock_of(&p, "JM_SIGN");
        refused(&p, clock_act(&p, VERB_LAPSE, c->id), ERR_CONFLICT, "没有届满");
        p.stage->world.now = instant_of(c->due) + HOUR_US;
        good(&p, clock_act(&p, VERB_LAPSE, c->id));
        assert_true(!opened(&p, "hear") && opened(&p, "total"));
        assert_int_equal(p.effects.lapses.count, 1);
        assert_int_equal(p.effects.documents.count, 0);
        assert_true(str_is(task_of_unit(&p, 0)->state, "cancelled"));
        assert_true(str_is(task_of_unit(&p, 1)->state, answers ? "done" : "cancelled"));
    }
}

/* ---- sub-matters ---- */

static void all_agree(Play *p) {
    vote(p);
    good(p, does(p, "units.liaison_officer", "agree", "{\"reply\":\"是\"}"));
    good(p, does(p, "units#2.liaison_officer", "differ", "{\"reply\":\"否\",\"remark\":\"略\"}"));
    good(p, does(p, "units#3.liaison_officer", "differ", "{\"reply\":\"否\",\"remark\":\"略\"}"));
}

static void test_children(void **state) {
    scoped_arena Arena *a = arena_new();
    Play p = sent(a);

    (void)state;
    assert_int_equal(p.effects.begins.count, 3);
    for (size_t i = 0; i < 3; i++) {
        const MatterLink *l = &links_of(p.state)[i];

        assert_true(str_is(l->flow, "meeting_resolution") && str_is(l->as, "owner"));
        assert_int_equal(l->organisation, stage_organisation(p.stage, STR("units"), i + 1));
        assert_true(str_is(l->state, "open"));
    }
    all_agree(&p);
    FlowAct child = child_ends(&p, 0, true), other = child;

    other.actor = STR("lead.prosecutor");
    refused(&p, other, ERR_FORBIDDEN, "自动");
    other = child;
    other.target = STR("nothing");
    refused(&p, other, ERR_INVALID, "没有这件子事项");
    refused(&p, does(&p, "lead.prosecutor", "stop", NULL), ERR_CONFLICT, "还有 3 件子事项");
    good(&p, child);
    good(&p, child_ends(&p, 1, true));
    refused(&p, does(&p, "lead.prosecutor", "stop", NULL), ERR_CONFLICT, "还有 1 件子事项");
    good(&p, child_ends(&p, 2, true));
    /* Whoever waited hears of it, and what ended badly is counted. */
    assert_int_equal(p.effects.told.count, 1);
    refused(&p, does(&p, "lead.prosecutor", "failed", NULL), ERR_CONFLICT, "现在填写的内容");
    good(&p, child_ends(&p, 2, false));
    good(&p, does(&p, "lead.prosecutor", "failed", NULL));
    assert_true(str_is(p.state->outcome, "stopped"));
    good(&p, child_ends(&p, 1, false)); /* told even after the end */
}

static bool other_open, other_moved;

static bool some_other(void *context, Str id, FlowOther *out) {
    (void)context;
    *out = (FlowOther){.number = str_is(id, "child8") ? STR("议落〔2026〕1号") : id,
                       .state = other_open ? STR("open") : STR("closed"),
                       .outcome = STR("done"),
                       .title = STR("已经落实"),
                       .moved = other_moved};
    return true;
}

static FlowAct undo_sending(Play *p) {
    Node *more = node_map(p->arena);

    node_set_text(p->arena, more, "actor", STR("lead.prosecutor"));
    node_set_text(p->arena, more, "at", instant_text(p->arena, p->stage->world.now));
    return (FlowAct){.verb = VERB_UNDO,
                     .actor = STR("lead.prosecutor"),
                     .target = STR("2"),
                     .reason = STR("发错了"),
                     .more = more};
}

static bool foretold(const Play *p, const char *said) {
    for (size_t i = 0; i < p->effects.consequences.count; i++)
        if (str_find(((const Str *)p->effects.consequences.items)[i], str_of(said)) >= 0)
            return true;
    return false;
}

/* Who comes later gets what the others have and still work on; who comes when all have ended, not.
 */
static void test_joining(void **state) {
    (void)state;
    for (int ended = 0; ended < 2; ended++) {
        scoped_arena Arena *a = arena_new();
        Play p = sent_to(a, 2);
        int64_t third = stage_organisation(p.stage, STR("units"), 3);
        FlowAct join = {.verb = VERB_PARTY,
                        .actor = STR("lead.prosecutor"),
                        .target = STR("units"),
                        .to_organisation = third};

        assert_int_equal(p.effects.begins.count, 2);
        good(&p, child_ends(&p, 0, true));
        if (ended)
            good(&p, child_ends(&p, 1, true));
        good(&p, join);
        assert_int_equal(p.effects.begins.count, ended ? 0 : 1);
        assert_int_equal(p.state->links.count, ended ? 2 : 3);
        if (ended)
            continue;
        const MatterLink *l = &links_of(p.state)[2];

        assert_true(str_is(l->flow, "meeting_resolution") && str_is(l->as, "owner"));
        assert_true(l->organisation == third && str_is(l->state, "open"));
    }
}

static void test_undo(void **state) {
    scoped_arena Arena *a = arena_new();
    Play p = begin(a);
    const MatterState *before = p.state, *after;

    (void)state;
    p = sent(a);
    after = p.state;
    p.stage->world.other = some_other;
    other_open = other_moved = true; /* somebody works on it: it blocks, by its number */
    if (try_act(&p, undo_sending(&p), before))
        fail_msg("undone over a sub-matter that goes on");
    assert_true(p.e.code == ERR_CONFLICT && strstr(p.e.text, "已经有人办理"));
    other_moved = false; /* nobody does: it ends along with what began it */
    assert_true(try_act(&p, undo_sending(&p), before));
    assert_true(foretold(&p, "将一并终结"));
    assert_int_equal(p.effects.ends.count, 3);
    assert_true(opened(&p, "draft"));
    for (size_t i = 0; i < 3; i++)
        assert_true(str_is(links_of(p.state)[i].kind, "related") &&
                    str_is(links_of(p.state)[i].outcome, "terminated"));
    p.state = after; /* it has ended: it stays, beside this one, and is not counted */
    other_open = false;
    other_moved = true;
    assert_true(try_act(&p, undo_sending(&p), before));
    assert_true(foretold(&p, "已经办结：已经落实"));
    assert_int_equal(p.effects.ends.count, 0);
    good(&p, does(&p, "lead.prosecutor", "send",
                  "{\"subject\":\"联合排查\",\"due_on\":\"2026-06-30\",\"sent_on\":\"2026-03-02\","
                  "\"people\":3,\"final_no\":\"川检意〔2026〕1号\"}"));
    assert_int_equal(p.state->links.count, 6);
    BindList none = {0};
    FlowTest all = {.children = STR("meeting_resolution"), .outcome = none};

    assert_int_equal(children_count(p.state, &all), 3);
}

/* ---- clocks ---- */

static void test_clocks(void **state) {
    scoped_arena Arena *a = arena_new();
    Play p = sent(a);
    const MatterClock *monthly = clock_of(&p, "MR_PROGRESS"), *day = clock_of(&p, "MR_DUE");
    int64_t id = monthly->id, other = day->id;

    (void)state;
    /* Both run, each for itself: a month, and the very day that was agreed on. */
    assert_true(str_is(monthly->day, "2026-04-02") && str_is(day->day, "2026-06-30"));
    assert_true(str_starts(day->yellow, STR("2026-06-23")));
    set_time(&p, "2026-03-20 09:00");
    good(&p, does(&p, "lead.case_manager", "report", "{\"progress\":\"一家已报送\"}"));
    monthly = state_clock(p.state, id);
    assert_true(monthly->turn == 2 && str_is(monthly->day, "2026-05-06")); /* rolled past May Day */
    good(&p, does(&p, "lead.case_manager", "report", NULL)); /* twice in a turn is once */
    assert_int_equal(state_clock(p.state, id)->turn, 2);
    set_time(&p, "2026-05-08 09:00");
    good(&p, clock_act(&p, VERB_LAPSE, id));
    monthly = state_clock(p.state, id);
    assert_true(monthly->turn == 3 && monthly->missed == 1 && monthly->told == 2);
    assert_true(str_is(monthly->day, "2026-06-02") && monthly->next_rung.len);
    refused(&p, clock_act(&p, VERB_LAPSE, id), ERR_CONFLICT, "没有届满");
    /* What is late makes the missed turn good, not the one that runs. */
    good(&p, does(&p, "lead.case_manager", "report", NULL));
    monthly = state_clock(p.state, id);
    assert_true(monthly->turn == 3 && monthly->missed == 0 && !monthly->next_rung.len);
    set_time(&p, "2026-07-01 09:00");
    good(&p, clock_act(&p, VERB_LAPSE, other));
    assert_true(
        str_is(((const Str *)p.effects.lapses.items)[0], "clue")); /* its own entry says so */
    good(&p, clock_act(&p, VERB_LAPSE, id));
    assert_true(str_is(((const Str *)p.effects.lapses.items)[0], "remind"));
    refused(&p, clock_act(&p, VERB_LAPSE, other), ERR_CONFLICT, "已经处理");
}

/* ---- waiting, sameness, seats ---- */

static const Node *choice_of(Play *p, const char *login, const char *action) {
    const Node *all = flow_choices(&p->stage->world, flow, p->state, str_of(login), p->arena);

    for (size_t i = 0; i < all->count; i++)
        if (str_is(node_text(all->items[i], "action"), action))
            return all->items[i];
    return NULL;
}

static void test_waiting(void **state) {
    scoped_arena Arena *a = arena_new();
    Play p = sent(a);
    const char *same = "{\"signed_no\":\"川检意〔2026〕1号\"}";

    (void)state;
    assert_true(node_bool(choice_of(&p, "units.liaison_officer", "agree"), "own", false));
    all_agree(&p);
    assert_true(str_find(node_text(choice_of(&p, "lead.prosecutor", "on"), "blocked"),
                         STR("还有 3 件子事项")) >= 0);
    for (size_t i = 0; i < 3; i++)
        good(&p, child_ends(&p, i, true));
    const Node *on = choice_of(&p, "lead.prosecutor", "on");

    assert_true(str_is(node_text(on, "not_before"), "2026-03-17"));
    refused(&p, does(&p, "lead.prosecutor", "on", same), ERR_CONFLICT, "2026-03-17 起才能");
    set_time(&p, "2026-03-16 23:59");
    refused(&p, does(&p, "lead.prosecutor", "on", same), ERR_CONFLICT, "还没有满");
    set_time(&p, "2026-03-17 00:00");
    on = choice_of(&p, "lead.prosecutor", "on");
    assert_true(on && !node_get(on, "blocked") && !node_get(on, "not_before"));
    refused(&p, does(&p, "lead.prosecutor", "on", "{\"signed_no\":\"川检意〔2026〕2号\"}"),
            ERR_CONFLICT, "现在填写的内容");
    good(&p, does(&p, "lead.prosecutor", "on", same));
    /* Three people sign, nobody twice. */
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(task_of(&p, "sign", i)->seat, i + 1);
    good(&p, (FlowAct){.verb = VERB_CLAIM, .actor = STR("lead.prosecutor")});
    good(&p, does(&p, "lead.prosecutor", "sign", NULL));
    refused(&p, does(&p, "lead.prosecutor", "sign", NULL), ERR_FORBIDDEN, "没有由自己办理");
    FlowAct again = does(&p, "lead.prosecutor", "sign", NULL);

    again.task = task_of(&p, "sign", 1)->id;
    refused(&p, again, ERR_FORBIDDEN, "各人办各人的");
    FlowAct give = {.verb = VERB_REASSIGN,
                    .actor = STR("lead.prosecutor.other"),
                    .to_login = STR("lead.prosecutor")};

    refused(&p, give, ERR_FORBIDDEN, "各人办各人的");
    good(&p, does(&p, "lead.prosecutor.other", "sign", NULL));
    assert_true(opened(&p, "sign"));
    good(&p, does(&p, "lead.prosecutor.third", "object", NULL)); /* one that objects leads back */
    good(&p, does(&p, "lead.prosecutor", "on", NULL));
    assert_int_equal(task_of(&p, "sign", 0)->login.len, 0); /* signed anew, by whoever comes */
    good(&p, does(&p, "lead.prosecutor", "sign", NULL));
    good(&p, does(&p, "lead.prosecutor.other", "sign", NULL));
    good(&p, does(&p, "lead.prosecutor.third", "sign", NULL));
    assert_true(str_is(p.state->outcome, "done")); /* what stands open ends with it */
    assert_false(opened(&p, "watch"));
}

/* ---- copies ---- */

static bool nobody_is_liaison(void *context, Str login, int64_t organisation, Str role) {
    const Stage *s = context;

    return !str_is(role, "liaison_officer") &&
           (!login.len || (organisation > 0 && (size_t)organisation <= s->count));
}

static void test_copies(void **state) {
    scoped_arena Arena *a = arena_new();
    Play p = sent(a);
    size_t liaison = 0, head = 0;

    (void)state;
    for (size_t i = 0; i < p.state->tasks.count; i++) {
        const MatterTask *t = &tasks_of(p.state)[i];

        liaison += str_is(t->kind, "copy") && str_is(t->role, "liaison_officer");
        head += str_is(t->kind, "copy") && str_is(t->role, "agency_head");
    }
    assert_true(liaison == 3 && head == 3);
    FlowAct copy = {.verb = VERB_COPY, .actor = STR("lead.prosecutor"), .to_organisation = 2};

    refused(&p, copy, ERR_CONFLICT, "已经抄送"); /* the liaison officer has one */
    p.stage->world.holds = nobody_is_liaison;
    Work w = {.world = &p.stage->world, .arena = a};

    assert_true(str_is(copy_role(&w, 2, STR("")), "agency_head")); /* else the head */
    assert_true(str_is(copy_role(&w, 2, STR("enforcement_officer")), "enforcement_officer"));
    assert_true(str_is(copy_role(&w, 2, STR("judge")), "agency_head")); /* none there */
}

/* A state of before there were several clocks, answers and kinds of children is read and goes on.
 */
static void test_old(void **state) {
    scoped_arena Arena *a = arena_new();
    Play p = sent(a);
    MatterState *old = work_state(a, p.state), read;
    Err e = {0};

    (void)state;
    for (size_t i = 0; i < old->clocks.count; i++)
        clocks_of(old)[i].entry = 0;
    for (size_t i = 0; i < old->links.count; i++)
        links_of(old)[i] = (MatterLink){
            .id = links_of(old)[i].id, .kind = STR("child"), .target = links_of(old)[i].target};
    assert_true(matter_read(a, matter_tree(a, old), old->personal, &read, &e));
    p.state = &read;
    all_agree(&p);
    good(&p,
         does(&p, "lead.prosecutor", "stop", NULL)); /* children that say nothing block nothing */
    assert_true(str_is(p.state->outcome, "stopped"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_joining), cmocka_unit_test(test_each),
        cmocka_unit_test(test_passed),  cmocka_unit_test(test_children),
        cmocka_unit_test(test_undo),    cmocka_unit_test(test_clocks),
        cmocka_unit_test(test_waiting), cmocka_unit_test(test_copies),
        cmocka_unit_test(test_old),
    };
    scoped_arena Arena *a = arena_new();
    Err e = {0};

    content = content_load(NULL, &e);
    flow = content ? flow_read(content, a, str_of(sample_parts), "sample_parts.yaml", &e) : NULL;
    if (!flow) {
        fprintf(stderr, "%s: %s\n", e.where, e.text);
        return 1;
    }
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    content_drop(content);
    return failed;
}
