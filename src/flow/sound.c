/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/sound.c: what holds of every state: asked after every act, and before every append. */
#include <string.h>

#include "flow/act_inside.h"

#include "base/banned.h"

static bool broken(Err *e, const char *what, long long id) {
    return err_set(e, ERR_INTERNAL, NULL,
                   "办理以后事项会不完整（%s，%lld），没有保存，请联系维护人员", what, id);
}

static bool among(Str word, const char *const *words) {
    for (; *words; words++)
        if (str_is(word, *words))
            return true;
    return false;
}

static bool ids_fit(const MatterState *s, Err *e) {
    struct {
        const BindList *list;
        size_t size;
    } lists[] = {{&s->parties, sizeof(MatterParty)}, {&s->steps, sizeof(MatterStep)},
                 {&s->tasks, sizeof(MatterTask)},    {&s->clocks, sizeof(MatterClock)},
                 {&s->links, sizeof(MatterLink)},    {&s->files, sizeof(MatterFile)}};

    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        for (size_t k = 0; k < lists[i].list->count; k++) {
            /* `id` is the first member of each. */
            int64_t id;
            int64_t before = 0;

            memcpy(&id, (const char *)lists[i].list->items + k * lists[i].size, sizeof id);
            if (k)
                memcpy(&before, (const char *)lists[i].list->items + (k - 1) * lists[i].size,
                       sizeof before);
            if (id <= before || id >= s->next)
                return broken(e, "编号重复", (long long)id);
        }
    return true;
}

static bool step_owned(const MatterState *s, const MatterStep *step, Err *e) {
    for (size_t i = 0; i < s->tasks.count; i++) {
        const MatterTask *t = &tasks_of(s)[i];

        if (t->step == step->id && is_open(t->state) && str_is(t->kind, "owner") &&
            t->organisation > 0 && (t->role.len || t->login.len))
            return true;
    }
    return broken(e, "步骤没有承办人", (long long)step->id);
}

static bool steps_fit(const Flow *f, const MatterState *s, bool running, Err *e) {
    static const char *const states[] = {"open",      "waiting",   "done", "sent_back",
                                         "withdrawn", "cancelled", NULL};
    size_t open = 0;

    for (size_t i = 0; i < s->steps.count; i++) {
        const MatterStep *step = &steps_of(s)[i];
        bool waiting = str_is(step->state, "waiting");

        if (!among(step->state, states) || !flow_step(f, step->step))
            return broken(e, "步骤不在流程里", (long long)step->id);
        if ((is_open(step->state) || waiting) && !running)
            return broken(e, "已经结束还有步骤", (long long)step->id);
        if (is_open(step->state) && !step_owned(s, step, e))
            return false;
        open += is_open(step->state);
        for (size_t k = 0; k < i; k++)
            if ((is_open(step->state) || waiting) && str_eq(steps_of(s)[k].step, step->step) &&
                (is_open(steps_of(s)[k].state) || str_is(steps_of(s)[k].state, "waiting")))
                return broken(e, "同一步骤开了两次", (long long)step->id);
    }
    return !running || open || broken(e, "没有正在办理的步骤", 0);
}

static bool tasks_fit(const MatterState *s, bool running, Err *e) {
    static const char *const kinds[] = {"owner",     "signer",  "countersign", "copy",
                                        "supervise", "approve", "consult",     NULL};
    static const char *const states[] = {"open", "done", "passed_on", "cancelled", NULL};

    for (size_t i = 0; i < s->tasks.count; i++) {
        const MatterTask *t = &tasks_of(s)[i];
        const MatterStep *of = state_step(s, t->step);

        if (!among(t->kind, kinds) || !among(t->state, states) || t->organisation <= 0)
            return broken(e, "任务不完整", (long long)t->id);
        if (t->step && !of)
            return broken(e, "任务没有步骤", (long long)t->id);
        if (is_open(t->state) && of && !is_open(of->state))
            return broken(e, "步骤已关闭还有任务", (long long)t->id);
        if (is_open(t->state) && !running && !str_is(t->kind, "copy"))
            return broken(e, "已经结束还有任务", (long long)t->id);
        if (is_open(t->state) != !t->closed.len)
            return broken(e, "任务的起止不对", (long long)t->id);
    }
    return true;
}

static bool clocks_fit(const MatterState *s, Err *e) {
    static const char *const states[] = {"running", "suspended", "met", "lapsed", "stopped", NULL};

    for (size_t i = 0; i < s->clocks.count; i++) {
        const MatterClock *c = &clocks_of(s)[i];
        const MatterStep *of = state_step(s, c->step);

        if (!among(c->state, states) || !of)
            return broken(e, "期限不完整", (long long)c->id);
        if ((str_is(c->state, "running") || str_is(c->state, "suspended") || c->next_rung.len) &&
            !is_open(of->state))
            return broken(e, "步骤已关闭还在计时", (long long)c->id);
        if (str_is(c->state, "running") && c->period.len && !c->due.len)
            return broken(e, "计时没有届满日", (long long)c->id);
    }
    return true;
}

static bool host_fits(const MatterState *s, Err *e) {
    for (size_t i = 0; i < s->parties.count; i++)
        if (parties_of(s)[i].organisation == s->organisation && !parties_of(s)[i].until.len)
            return true;
    return broken(e, "没有主办单位", (long long)s->organisation);
}

bool flow_sound(const Flow *f, const MatterState *s, Err *e) {
    static const char *const states[] = {"open", "suspended", "closed", "merged", "split", NULL};
    bool running = is_open(s->state) || str_is(s->state, "suspended");

    if (!among(s->state, states) || !str_eq(s->flow, f->flow))
        return broken(e, "状态不对", 0);
    if (running == (s->closed.len != 0))
        return broken(e, "办结时间不对", 0);
    return ids_fit(s, e) && steps_fit(f, s, running, e) && tasks_fit(s, running, e) &&
           clocks_fit(s, e) && host_fits(s, e);
}
