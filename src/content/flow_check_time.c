/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/flow_check_time.c: clocks of steps, and what an action has to wait for. Whether the day
 * they count from is there is the proof's question. */
#include "content/flow_look.h"
#include "content/period.h"

#include "base/banned.h"

/* ---- clocks ---- */

static bool check_from(const Look *l, Str name, const Node *at) {
    const Field *from = flow_field(l->f, name);

    if (name.len == 0)
        return true;
    if (!look_field(l, name, content_place(at, "from")))
        return false;
    return from->type == FIELD_DATE || from->type == FIELD_TIME ||
           content_fail(content_place(at, "from"), l->e, "期限从日期或时间字段起算，“%.*s”是%s",
                        STR_ARG(name), field_type_names[from->type].title);
}

/* What comes again has an end to begin the next turn from. */
static bool check_every(const Look *l, const FlowStep *s, const FlowClock *k, const Period *p,
                        const Node *at) {
    const FlowAction *met = flow_action(s, k->met_by);

    if (!k->every)
        return k->met_by.len == 0 || content_fail(content_place(at, "met_by"), l->e,
                                                  "met_by 只用于反复的期限：写 every: true");
    if (p->stricter_of.count > 0 || p->count <= 0 || k->stricter.len > 0)
        return content_fail(content_place(at, "every"), l->e,
                            "反复的期限（every）要往后数，且不能是两个期限中较严的一个");
    if (k->passes)
        return content_fail(content_place(at, "passes"), l->e,
                            "反复的期限不能让步骤往下走（passes）");
    if (k->met_by.len == 0)
        return true;
    if (met == NULL)
        return content_fail(content_place(at, "met_by"), l->e, "步骤“%.*s”没有动作“%.*s”",
                            STR_ARG(s->title), STR_ARG(k->met_by));
    return flow_stays(met) ||
           content_fail(content_place(at, "met_by"), l->e,
                        "动作“%.*s”让步骤结束，不能用来完成反复的期限：不写 to 和 closes",
                        STR_ARG(met->title));
}

bool look_clock(const Look *l, const FlowStep *s, FlowClock *k, const Node *at) {
    const Period *p, *other;

    if (!look_period(l, k->period, content_place(at, "period"), &p) ||
        !check_from(l, k->from, at) ||
        (k->stricter.len > 0 &&
         !look_period(l, k->stricter, content_place(at, "stricter"), &other)))
        return false;
    if (k->from.len == 0 && p->stricter_of.count == 0 && p->count <= 0)
        return content_fail(at, l->e,
                            p->count == 0 ? "约定日期的期限“%.*s”要用 from 写明约定的是哪一天"
                                          : "倒数的期限“%.*s”要用 from 写明往前数的那一天",
                            STR_ARG(k->period));
    if (k->stricter.len > 0 && str_eq(k->stricter, k->period))
        return content_fail(content_place(at, "stricter"), l->e, "stricter 应当是另一个期限");
    if (k->lapse.len > 0 && !look_word(l, period_action_names, "这样的逾期处理：", k->lapse,
                                       content_place(at, "lapse")))
        return false;
    if (k->passes && s->joint != JOINT_EACH)
        return content_fail(content_place(at, "passes"), l->e,
                            "passes 只用于各自答复的步骤（joint: each）");
    return check_every(l, s, k, p, at) && look_tests(l, &k->when, at);
}

bool look_wait(const Look *l, const FlowWait *w, const Node *map) {
    const Node *at = node_get(map, "not_before");
    const Period *p;

    if (w->period.len == 0)
        return true;
    if (!look_period(l, w->period, content_place(at, "period"), &p) || !check_from(l, w->from, at))
        return false;
    return p->stricter_of.count > 0 || p->count > 0 ||
           content_fail(content_place(at, "period"), l->e,
                        "“%.*s”不往后数，不能用来规定最早哪一天才能办理", STR_ARG(w->period));
}

/* ---- what stops clocks ---- */

static bool period_knows(const Content *c, Str id, Str reason, int depth) {
    const Period *p = id.len > 0 ? content_period(c, id, NULL) : NULL;

    for (size_t i = 0; p != NULL && i < p->suspends.count; i++)
        if (str_eq(period_suspends(p)[i].reason, reason))
            return true;
    for (size_t i = 0; p != NULL && depth < 4 && i < p->stricter_of.count; i++)
        if (period_knows(c, flow_names(&p->stricter_of)[i], reason, depth + 1))
            return true;
    return false;
}

bool look_suspends(const Look *l, const FlowStep *s, const FlowAction *act, const Node *at) {
    const FlowClock *clocks = s->within.items;

    for (size_t i = 0; i < act->suspends.count; i++) {
        bool known = false;

        for (size_t j = 0; j < s->within.count; j++)
            known = known ||
                    period_knows(l->c, clocks[j].period, flow_names(&act->suspends)[i], 0) ||
                    period_knows(l->c, clocks[j].stricter, flow_names(&act->suspends)[i], 0);
        if (!known)
            return content_fail(content_item(at, "suspends", i), l->e,
                                "步骤“%.*s”的期限没有“%.*s”这种中止事由：先写进 content/periods",
                                STR_ARG(s->title), STR_ARG(flow_names(&act->suspends)[i]));
    }
    return look_once(l, &act->suspends, at, "suspends");
}
