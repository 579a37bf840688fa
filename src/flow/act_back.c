/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/act_back.c: work is sent back to whoever did an earlier step, or taken back by whoever did
 * the last one. */
#include <string.h>

#include "flow/act_inside.h"

#include "base/banned.h"

/* ---- send back ---- */

static const MatterStep *earlier(Work *w, int64_t than) {
    const MatterStep *found = NULL;

    for (size_t i = 0; i < w->s->steps.count; i++) {
        const MatterStep *s = &steps_of(w->s)[i];

        if (s->id < than && str_is(s->state, "done") && str_eq(s->step, w->act->target))
            found = s;
    }
    if (!found)
        work_fail(w, ERR_INVALID, "/target", "只能退回到已经办过的步骤，“%.*s”还没有办过",
                  STR_ARG(step_title(w, w->act->target)));
    return found;
}

bool may_send_back(Work *w) {
    MatterTask *t = person_task(w, "owner");

    if (!t || !step_allows(w, t->step, VERB_SEND_BACK))
        return false;
    Str own = state_step(w->s, t->step)->step;

    for (size_t i = 0; i < w->s->steps.count; i++)
        if (steps_of(w->s)[i].id < t->step && str_is(steps_of(w->s)[i].state, "done") &&
            !str_eq(steps_of(w->s)[i].step, own))
            return true;
    return work_fail(w, ERR_CONFLICT, NULL, "这是第一步，没有可以退回的步骤");
}

bool run_send_back(Work *w) {
    MatterTask *t = person_task(w, "owner");
    const MatterStep *to = t ? earlier(w, t->step) : NULL;
    const FlowStep *def = to ? flow_step(w->flow, to->step) : NULL;
    int64_t task = t ? t->id : 0, step = t ? t->step : 0;

    if (!def || !note_keep(w, true))
        return false;
    if (str_eq(state_step(w->s, step)->step, def->step))
        return work_fail(w, ERR_INVALID, "/target", "不能退回到正在办理的这一步");
    task_close(w, state_task(w->s, task), "done", STR("send_back"));
    step_close(w, step, "sent_back", STR("send_back"));
    steps_cancel(w, step, def);
    return step_open(w, def, step, true);
}

/* ---- withdraw ---- */

/* What this step's act opened has been worked on by somebody. */
static bool acted_on(const MatterState *s, int64_t step) {
    for (size_t i = 0; i < s->tasks.count; i++) {
        const MatterTask *t = &tasks_of(s)[i];
        const MatterStep *of = state_step(s, t->step);

        if (of && of->from == step &&
            (str_is(t->state, "done") || str_is(t->state, "passed_on") ||
             str_is(t->kind, "signer") || str_is(t->kind, "countersign")))
            return true;
    }
    for (size_t i = 0; i < s->steps.count; i++)
        if (steps_of(s)[i].from == step && !is_open(steps_of(s)[i].state) &&
            !str_is(steps_of(s)[i].state, "waiting"))
            return true;
    return false;
}

/* The newest step this person did whose successors wait untouched. */
static MatterTask *taken_back(const Work *w) {
    for (size_t i = w->s->tasks.count; i-- > 0;) {
        MatterTask *t = &tasks_of(w->s)[i];
        const MatterStep *of = state_step(w->s, t->step);

        if (!of || !str_is(t->kind, "owner") || !str_is(t->state, "done") ||
            !str_eq(t->actor, w->act->actor) || (w->act->task && t->id != w->act->task))
            continue;
        if (is_open(of->state) || (str_is(of->state, "done") && !acted_on(w->s, of->id)))
            return t;
    }
    return NULL;
}

/* Papers and sub-matters have left, or other branches ended with it: undo says what that means. */
static bool went_far(const Work *w, const MatterStep *of) {
    const FlowStep *def = flow_step(w->flow, of->step);
    const FlowAction *action = def ? flow_action(def, of->action) : NULL;

    for (size_t i = 0; i < w->s->steps.count; i++)
        if (str_is(steps_of(w->s)[i].state, "cancelled") &&
            str_eq(steps_of(w->s)[i].closed, of->closed))
            return true;
    return action && (action->begins.count || action->documents.count);
}

static bool has_successors(const MatterState *s, int64_t step) {
    for (size_t i = 0; i < s->steps.count; i++)
        if (steps_of(s)[i].from == step)
            return true;
    return false;
}

bool may_withdraw(Work *w) {
    const MatterTask *t = taken_back(w);
    const MatterStep *of = t ? state_step(w->s, t->step) : NULL;

    if (!t)
        return work_fail(w, ERR_CONFLICT, NULL,
                         "没有可以撤回的办理：后面的步骤已经有人办理，或者这一步不是本人办的");
    if (!is_open(of->state) && state_last_step(w->s, of->step) != of)
        return work_fail(w, ERR_CONFLICT, NULL, "“%.*s”这一步后来又重新办理了，不能撤回以前的办理",
                         STR_ARG(step_title(w, of->step)));
    if (!is_open(of->state) && went_far(w, of))
        return work_fail(
            w, ERR_CONFLICT, NULL,
            "“%.*s”已经发出文书、开始了子事项或者结束了其他分支，不能撤回，请用“撤销操作”",
            STR_ARG(step_title(w, of->step)));
    if (!is_open(of->state) && !has_successors(w->s, of->id))
        return work_fail(w, ERR_CONFLICT, NULL,
                         "这一步没有单独的后续步骤，不能撤回，请用“撤销操作”");
    return step_allows(w, t->step, VERB_WITHDRAW);
}

/* A clock that stood still when the step was done stands still again. */
static bool stood_still(const MatterClock *c) {
    const MatterSpan *spans = c->suspensions.items;

    return c->suspensions.count && !spans[c->suspensions.count - 1].to.len;
}

static void reopen_step(Work *w, MatterStep *of) {
    for (size_t i = 0; i < w->s->steps.count; i++)
        if (steps_of(w->s)[i].from == of->id)
            step_close(w, steps_of(w->s)[i].id, "withdrawn", STR("withdraw"));
    of->state = STR("open");
    of->closed = of->action = (Str){NULL, 0};
    for (size_t i = 0; i < w->s->clocks.count; i++) {
        MatterClock *c = &clocks_of(w->s)[i];

        if (c->step == of->id && str_is(c->state, "met"))
            c->state = stood_still(c) ? STR("suspended") : STR("running");
    }
}

bool run_withdraw(Work *w) {
    MatterTask *t = taken_back(w);
    MatterStep *of = state_step(w->s, t->step);

    if (!note_keep(w, false))
        return false;
    if (!is_open(of->state))
        reopen_step(w, of);
    t->state = STR("open");
    t->login = t->actor;
    t->closed = t->action = t->actor = (Str){NULL, 0};
    work_told(w, t->id);
    return true;
}
