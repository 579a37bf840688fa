/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/cases_expect.c: what a case says has become of the matter, and what has. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "flow/cases_inside.h"

#include "base/banned.h"

typedef struct CaseExpect {
    Str state, outcome;
    const Node *open, *due, *parties, *values, *lapses, *begins, *documents, *answers, *copies,
        *turns;
} CaseExpect;

static const Bind expect_rows[] = {
    BIND_STR(CaseExpect, state, "state", OPTIONAL, "of the matter"),
    BIND_STR(CaseExpect, outcome, "outcome", OPTIONAL, "of the matter"),
    BIND_NODE(CaseExpect, open, "open", OPTIONAL, "open steps, all of them"),
    BIND_NODE(CaseExpect, due, "due", OPTIONAL, "{step or period: last day in time}"),
    BIND_NODE(CaseExpect, parties, "parties", OPTIONAL, "{party: how many organisations}"),
    BIND_NODE(CaseExpect, values, "values", OPTIONAL, "{field: value as stored}"),
    BIND_NODE(CaseExpect, lapses, "lapses", OPTIONAL, "what lapses have asked for, in order"),
    BIND_NODE(CaseExpect, begins, "begins", OPTIONAL, "flows of sub-matters, in order"),
    BIND_NODE(CaseExpect, documents, "documents", OPTIONAL, "documents issued, in order"),
    BIND_NODE(CaseExpect, answers, "answers", OPTIONAL,
              "{step: {field: values of its owners' own answers, in order}}"),
    BIND_NODE(CaseExpect, copies, "copies", OPTIONAL, "PARTY.ROLE of open copies, in order"),
    BIND_NODE(CaseExpect, turns, "turns", OPTIONAL, "{period: the turn that runs}"),
    BIND_END,
};

bool case_fail(Play *p, const Node *at, const char *format, ...) {
    char where[NODE_WHERE], text[600];
    va_list args;

    node_where(at, where);
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return err_set(p->e, ERR_CONTENT, where, "%s", text);
}

static bool has_text(const Node *list, Str text) {
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i]->kind == NODE_TEXT && str_eq(list->items[i]->text, text))
            return true;
    return false;
}

static bool expect_open(Play *p, const Node *open) {
    size_t n = 0;

    if (open->kind != NODE_LIST)
        return case_fail(p, open, "open 应写成步骤的列表");
    for (size_t i = 0; i < p->state->steps.count; i++) {
        const MatterStep *s = &steps_of(p->state)[i];

        if (!is_open(s->state))
            continue;
        n++;
        if (!has_text(open, s->step))
            return case_fail(p, open, "“%.*s”这一步不应当是打开的", STR_ARG(s->step));
    }
    return n == open->count ||
           case_fail(p, open, "应有 %zu 个打开的步骤，实际有 %zu 个", open->count, n);
}

/* Of a period the newest; of a step the first of its newest time. */
static const MatterClock *clock_named(const Play *p, Str name) {
    const MatterClock *found = NULL;

    for (size_t k = 0; k < p->state->clocks.count; k++) {
        const MatterClock *c = &clocks_of(p->state)[k];
        const MatterStep *of = state_step(p->state, c->step);

        if (!c->period.len || !(str_eq(of->step, name) || str_eq(c->period, name)))
            continue;
        if (!found || found->step != c->step || str_eq(c->period, name))
            found = c;
    }
    return found;
}

static bool expect_due(Play *p, const Node *due) {
    for (size_t i = 0; due->kind == NODE_MAP && i < due->count; i++) {
        const MatterClock *found = clock_named(p, due->keys[i]);

        if (!found)
            return case_fail(p, due, "“%.*s”没有期限", STR_ARG(due->keys[i]));
        if (!str_eq(found->day, due->items[i]->text))
            return case_fail(p, due, "“%.*s”应在 %.*s 届满，实际是 %.*s", STR_ARG(due->keys[i]),
                             STR_ARG(due->items[i]->text), STR_ARG(found->day));
    }
    return true;
}

static bool expect_turns(Play *p, const Node *turns) {
    for (size_t i = 0; turns->kind == NODE_MAP && i < turns->count; i++) {
        const MatterClock *found = clock_named(p, turns->keys[i]);
        int64_t turn = found ? found->turn : 0;

        if (turns->items[i]->kind != NODE_INT || turns->items[i]->integer != turn)
            return case_fail(p, turns, "“%.*s”现在是第 %" PRId64 " 期，与写的不同",
                             STR_ARG(turns->keys[i]), turn);
    }
    return true;
}

/* The answers of one step's owners to one field. */
static bool expect_answer(Play *p, Str step, Str field, const Node *wanted) {
    const MatterStep *of = state_last_step(p->state, step);
    size_t n = 0;

    for (size_t i = 0; of && i < p->state->tasks.count; i++) {
        const MatterTask *t = &tasks_of(p->state)[i];
        Str value = flow_answer_of(p->flow, p->state, t->id, field);

        if (t->step != of->id || !str_is(t->kind, "owner") || !value.len)
            continue;
        if (wanted->kind != NODE_LIST || n >= wanted->count ||
            !str_eq(wanted->items[n]->text, value))
            return case_fail(p, wanted, "“%.*s”第 %zu 家的“%.*s”是“%.*s”，与写的不同",
                             STR_ARG(step), n + 1, STR_ARG(field), STR_ARG(value));
        n++;
    }
    return (wanted->kind == NODE_LIST && n == wanted->count) ||
           case_fail(p, wanted, "“%.*s”有 %zu 家填写了“%.*s”", STR_ARG(step), n, STR_ARG(field));
}

static bool expect_answers(Play *p, const Node *answers) {
    for (size_t i = 0; answers->kind == NODE_MAP && i < answers->count; i++) {
        const Node *of = answers->items[i];

        for (size_t k = 0; of->kind == NODE_MAP && k < of->count; k++)
            if (!expect_answer(p, answers->keys[i], of->keys[k], of->items[k]))
                return false;
    }
    return true;
}

static bool expect_copies(Play *p, const Node *wanted) {
    size_t n = 0;

    for (size_t i = 0; i < p->state->tasks.count; i++) {
        const MatterTask *t = &tasks_of(p->state)[i];
        Str who;

        if (!is_open(t->state) || !str_is(t->kind, "copy") || t->ask.len)
            continue;
        who = stage_person(p->stage, t, NULL);
        if (wanted->kind != NODE_LIST || n >= wanted->count || !str_eq(wanted->items[n]->text, who))
            return case_fail(p, wanted, "第 %zu 份抄送给“%.*s”，与写的不同", n + 1, STR_ARG(who));
        n++;
    }
    return (wanted->kind == NODE_LIST && n == wanted->count) ||
           case_fail(p, wanted, "共有 %zu 份没有阅看的抄送", n);
}

static bool expect_parties(Play *p, const Node *parties) {
    for (size_t i = 0; parties->kind == NODE_MAP && i < parties->count; i++) {
        int64_t n = 0;

        for (size_t k = 0; k < p->state->parties.count; k++)
            n += str_eq(parties_of(p->state)[k].party, parties->keys[i]) &&
                 !parties_of(p->state)[k].until.len;
        if (parties->items[i]->kind != NODE_INT || parties->items[i]->integer != n)
            return case_fail(p, parties, "“%.*s”有 %" PRId64 " 个单位，与写的不同",
                             STR_ARG(parties->keys[i]), n);
    }
    return true;
}

static bool expect_values(Play *p, const Node *values) {
    for (size_t i = 0; values->kind == NODE_MAP && i < values->count; i++) {
        Str value = flow_value_of(p->flow, p->state, values->keys[i]);

        if (!str_eq(value, values->items[i]->text))
            return case_fail(p, values, "“%.*s”应为“%.*s”，实际是“%.*s”", STR_ARG(values->keys[i]),
                             STR_ARG(values->items[i]->text), STR_ARG(value));
    }
    return true;
}

static bool expect_list(Play *p, const Node *wanted, const BindList *seen, const char *what) {
    bool same = wanted->kind == NODE_LIST && wanted->count == seen->count;

    for (size_t i = 0; same && i < seen->count; i++)
        same = str_eq(wanted->items[i]->text, ((const Str *)seen->items)[i]);
    return same ||
           case_fail(p, wanted, "%s与写的不同（实际 %zu 个，最后一个是“%.*s”）", what, seen->count,
                     STR_ARG(seen->count ? ((const Str *)seen->items)[seen->count - 1] : STR("")));
}

bool case_expect(Play *p, const Node *node) {
    CaseExpect k = {0};

    if (!node)
        return true;
    if (!bind_read(p->arena, expect_rows, node, &k, p->e))
        return false;
    if (k.state.len && !str_eq(k.state, p->state->state))
        return case_fail(p, node, "事项应为 %.*s，实际是 %.*s", STR_ARG(k.state),
                         STR_ARG(p->state->state));
    if (k.outcome.len && !str_eq(k.outcome, p->state->outcome))
        return case_fail(p, node, "结果应为 %.*s，实际是“%.*s”", STR_ARG(k.outcome),
                         STR_ARG(p->state->outcome));
    return (!k.open || expect_open(p, k.open)) && (!k.due || expect_due(p, k.due)) &&
           (!k.parties || expect_parties(p, k.parties)) &&
           (!k.values || expect_values(p, k.values)) &&
           (!k.answers || expect_answers(p, k.answers)) &&
           (!k.copies || expect_copies(p, k.copies)) && (!k.turns || expect_turns(p, k.turns)) &&
           (!k.lapses || expect_list(p, k.lapses, &p->seen.lapses, "届满的后果")) &&
           (!k.begins || expect_list(p, k.begins, &p->seen.begins, "开始的子事项")) &&
           (!k.documents || expect_list(p, k.documents, &p->seen.documents, "发出的文书"));
}
