/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/act_matter.c: what concerns the matter as a whole: standing still, more time, its end, what
 * lies beside it, and taking an act back. */
#include <string.h>

#include "flow/act_inside.h"

#include "base/banned.h"

#define DAY_US (INT64_C(86400) * 1000000)

/* ---- suspend and resume ---- */

static const MatterClock *running_clock(const MatterState *s, int64_t step) {
    for (size_t i = 0; i < s->clocks.count; i++)
        if (clocks_of(s)[i].step == step && clocks_of(s)[i].period.len &&
            str_is(clocks_of(s)[i].state, "running"))
            return &clocks_of(s)[i];
    return NULL;
}

bool may_suspend(Work *w) {
    const MatterTask *t = person_task(w, "owner");
    const MatterClock *c;
    Err ignored = {0};

    if (!t || !step_allows(w, t->step, VERB_SUSPEND))
        return false;
    if (str_is(w->s->state, "suspended"))
        return work_fail(w, ERR_CONFLICT, NULL, "事项已经挂起");
    if (clock_suspendable(w, t->step, (Str){NULL, 0}))
        return true;
    c = running_clock(w->s, t->step);
    if (!c)
        return work_fail(w, ERR_CONFLICT, NULL, "这一步没有正在计算的期限，不需要挂起");
    const Period *p = content_period(w->world->content, c->period, &ignored);

    return work_fail(w, ERR_CONFLICT, NULL, "“%.*s”这个期限按规定不能中止计算",
                     STR_ARG(p ? p->title : c->period));
}

/* Of all clocks of the step that run. */
static Str reasons_known(const Work *w, int64_t step) {
    Str text = STR("");

    for (size_t k = 0; k < w->s->clocks.count; k++) {
        const MatterClock *c = &clocks_of(w->s)[k];
        Err ignored = {0};
        const Period *p = c->step == step && c->period.len && str_is(c->state, "running")
                              ? content_period(w->world->content, c->period, &ignored)
                              : NULL;

        for (size_t i = 0; p && i < p->suspends.count; i++)
            text = str_format(w->arena, "%.*s%s%.*s", STR_ARG(text), text.len ? "、" : "",
                              STR_ARG(period_suspends(p)[i].reason));
    }
    return text;
}

bool run_suspend(Work *w) {
    const MatterTask *t = person_task(w, "owner");

    if (!w->act->reason.len || !clock_suspendable(w, t->step, w->act->reason))
        return work_fail(w, ERR_INVALID, "/reason", "挂起的理由只能是：%.*s",
                         STR_ARG(reasons_known(w, t->step)));
    w->s->state = STR("suspended");
    w->s->suspended_since = w->now;
    w->s->suspended_reason = work_dup(w, w->act->reason);
    for (size_t i = 0; i < w->s->clocks.count; i++) {
        MatterClock *other = &clocks_of(w->s)[i];

        other->next_rung = (Str){NULL, 0};
        if (str_is(other->state, "running") && other->period.len &&
            clock_knows_reason(w, other, w->act->reason) &&
            !clock_suspend(w, other, w->act->reason))
            return false;
    }
    return note_keep(w, true);
}

bool may_resume(Work *w) {
    if (!str_is(w->s->state, "suspended"))
        return work_fail(w, ERR_CONFLICT, NULL, "事项没有挂起，不需要恢复");
    return person_supervises_any(w) || person_task(w, "owner") != NULL;
}

bool run_resume(Work *w) {
    w->s->state = STR("open");
    w->s->suspended_since = w->s->suspended_reason = (Str){NULL, 0};
    for (size_t i = 0; i < w->s->clocks.count; i++) {
        MatterClock *c = &clocks_of(w->s)[i];
        const MatterStep *of = state_step(w->s, c->step);
        const FlowStep *def = of && is_open(of->state) ? flow_step(w->flow, of->step) : NULL;

        if (!def)
            continue;
        if (str_is(c->state, "suspended") && !clock_resume(w, c))
            return false;
        if (str_is(c->state, "running") && !c->period.len)
            c->next_rung = clock_rung_after(w, flow_escalation(w->flow, def), w->world->now);
    }
    return note_keep(w, false);
}

/* ---- more time ---- */

static bool asked_for_time(const MatterState *s, int64_t step) {
    for (size_t i = 0; i < s->tasks.count; i++)
        if (tasks_of(s)[i].step == step && is_open(tasks_of(s)[i].state) &&
            str_is(tasks_of(s)[i].ask, "extend"))
            return true;
    return false;
}

bool may_extend(Work *w) {
    const MatterTask *t = person_task(w, "owner");

    if (!t || !step_allows(w, t->step, VERB_EXTEND))
        return false;
    if (!running_clock(w->s, t->step))
        return work_fail(w, ERR_CONFLICT, NULL, "这一步没有正在计算的期限，不能延期");
    if (!clock_extendable(w, t->step, 0, (Str){NULL, 0}))
        return work_fail(w, ERR_CONFLICT, NULL, "这个期限按规定不能延长");
    return !asked_for_time(w->s, t->step) ||
           work_fail(w, ERR_CONFLICT, NULL, "已经申请了延期，正在等待批准");
}

/* The role that the period names, where the organisation can have it; else the supervising role:
 * the first rung of the step's escalation at this organisation; else whoever has the permission
 * there. */
static Str approver_role(const Work *w, const MatterTask *t, Str named) {
    const MatterStep *of = state_step(w->s, t->step);
    const FlowStep *def = of ? flow_step(w->flow, of->step) : NULL;
    const FlowEscalation *esc = def ? flow_escalation(w->flow, def) : NULL;
    Err unknown = {0};
    const Role *role = named.len ? content_role(w->world->content, named, &unknown) : NULL;
    Str kind;
    int64_t leader;

    if (role && w->world->organisation(w->world->context, t->organisation, &kind, &leader) &&
        role_fits(role, kind))
        return role->role;
    for (size_t i = 0; esc && i < esc->to.count; i++) {
        const FlowOwner *o = &((const FlowOwner *)esc->to.items)[i];

        for (size_t k = 0; k < w->s->parties.count; k++)
            if (!parties_of(w->s)[k].until.len && str_eq(parties_of(w->s)[k].party, o->party) &&
                parties_of(w->s)[k].organisation == t->organisation &&
                w->world->holds(w->world->context, STR(""), t->organisation, o->role))
                return o->role;
    }
    return (Str){NULL, 0};
}

/* Would the clock take it? Tried on a copy. */
static bool would_take(Work *w, const MatterClock *c, Str extension, int64_t count) {
    MatterClock tried = *c;
    MatterSpan *span = work_add(w, &tried.extensions, sizeof *span);

    *span = (MatterSpan){.id = 1, .count = count, .reason = extension};
    return clock_compute(w, &tried);
}

bool run_extend(Work *w) {
    MatterTask own = *person_task(w, "owner");
    Str wanted = node_text(w->act->more, "extension");
    const MatterClock *c =
        clock_extendable(w, own.step, node_int(w->act->more, "clock", 0), wanted);
    const PeriodExtension *x = c ? clock_extension(w, c, wanted) : NULL;
    int64_t count = node_int(w->act->more, "count", 0);
    Node *wish = node_map(w->arena);

    if (!x)
        return work_fail(w, ERR_INVALID, "/more/extension", "这个期限没有这种延长（%.*s）",
                         STR_ARG(str_slice(wanted, 0, 60)));
    if (count < 0)
        return work_fail(w, ERR_INVALID, "/more/count", "延长的长度应当大于零");
    if (!would_take(w, c, x->extension, count) || !note_keep(w, true))
        return false;
    node_set_int(w->arena, wish, "clock", c->id);
    node_set_text(w->arena, wish, "extension", x->extension);
    node_set_int(w->arena, wish, "count", count);
    node_set_text(w->arena, wish, "by", w->act->actor);
    MatterTask t = {.step = own.step,
                    .kind = STR("approve"),
                    .organisation = own.organisation,
                    .role = approver_role(w, &own, x->approver_role),
                    .ask = STR("extend"),
                    .wish = wish};

    task_add(w, &t);
    return true;
}

bool may_decide(Work *w) {
    const MatterTask *t = person_task(w, "approve");

    return t && (!str_eq(node_text(t->wish, "by"), w->act->actor) ||
                 work_fail(w, ERR_FORBIDDEN, "/task", "不能批准本人的申请，请由另一人决定"));
}

bool run_decide(Work *w) {
    MatterTask *t = person_task(w, "approve");
    MatterClock *c = state_clock(w->s, node_int(t->wish, "clock", 0));
    bool yes = str_is(w->act->action, "approve"), no = str_is(w->act->action, "reject");
    MatterSpan *span;

    if (!yes && !no)
        return work_fail(w, ERR_INVALID, "/action", "请选择批准或者不批准");
    if (yes && (!c || !str_is(c->state, "running")))
        return work_fail(w, ERR_CONFLICT, NULL, "期限已经不在计算中，不能再延长");
    if (yes) {
        span = work_add(w, &c->extensions, sizeof *span);
        *span = (MatterSpan){.id = work_id(w),
                             .count = node_int(t->wish, "count", 0),
                             .from = w->now,
                             .reason = work_dup(w, node_text(t->wish, "extension")),
                             .approved_by = work_dup(w, w->act->actor)};
        if (!clock_compute(w, c))
            return false;
        if (instant_of(c->due) > w->world->now)
            c->fired = (Str){NULL, 0};
    }
    task_close(w, t, "done", w->act->action);
    return note_keep(w, no);
}

/* ---- ends ---- */

bool may_terminate(Work *w) {
    if (str_is(w->act->actor, "system")) /* with the matter that began it */
        return true;
    return person_supervises_any(w) || person_task(w, "owner") != NULL;
}

bool run_terminate(Work *w) {
    return note_keep(w, true) && matter_end(w, "closed", STR("terminated"));
}

bool may_reopen(Work *w) {
    if (!str_is(w->s->state, "closed"))
        return work_fail(w, ERR_CONFLICT, NULL, "事项没有办结，不需要恢复办理");
    return person_supervises(w, w->s->organisation) ||
           work_fail(w, ERR_FORBIDDEN, NULL, "恢复办理需要对主办单位有督办权限");
}

/* One that only waited for branches had none. */
static bool had_work(const MatterState *s, int64_t step) {
    for (size_t i = 0; i < s->tasks.count; i++)
        if (tasks_of(s)[i].step == step && str_is(tasks_of(s)[i].kind, "owner"))
            return true;
    return false;
}

/* The steps that the end closed open once more, with whoever had done them. */
bool run_reopen(Work *w) {
    Str closed = w->s->closed;
    size_t all = w->s->steps.count, opened = 0;

    if (!note_keep(w, true))
        return false;
    w->s->state = STR("open");
    w->s->closed = w->s->outcome = w->s->reason = (Str){NULL, 0};
    for (size_t i = 0; i < all; i++) {
        const MatterStep old = steps_of(w->s)[i];
        const FlowStep *def = flow_step(w->flow, old.step);
        bool ended = str_is(old.state, "cancelled") || str_is(old.state, "done");

        if (!def || !ended || !str_eq(old.closed, closed))
            continue;
        if (!step_open(w, def, old.id, had_work(w->s, old.id)))
            return false;
        opened++;
    }
    return step_joins(w) && (matter_has_open_step(w->s) ||
                             work_fail(w, ERR_CONFLICT, NULL,
                                       "找不到可以恢复的步骤（%zu），请用“撤销操作”", opened));
}

/* ---- beside it ---- */

bool may_link(Work *w) {
    return person_takes_part(w) || person_supervises_any(w) ||
           work_fail(w, ERR_FORBIDDEN, NULL, "只有参与单位的人员可以关联");
}

bool run_link(Work *w) {
    static const char *const kinds[] = {"related", "clue",   "case",       "subject", "parent",
                                        "child",   "merged", "split_from", NULL};
    Str kind = w->act->action.len ? w->act->action : STR("related");
    MatterLink *l;
    bool known = false;

    for (size_t i = 0; kinds[i]; i++)
        known |= str_is(kind, kinds[i]);
    if (!known || !w->act->target.len || w->act->target.len > 200)
        return work_fail(w, ERR_INVALID, "/target", "请写明关联什么");
    if (str_eq(w->act->target, w->s->id))
        return work_fail(w, ERR_INVALID, "/target", "事项不能与自己关联");
    for (size_t i = 0; i < w->s->links.count; i++) {
        if (!str_eq(links_of(w->s)[i].kind, kind) ||
            !str_eq(links_of(w->s)[i].target, w->act->target))
            continue;
        if (!node_bool(w->act->more, "remove", false))
            return work_fail(w, ERR_CONFLICT, "/target", "已经关联过了");
        memmove(&links_of(w->s)[i], &links_of(w->s)[i + 1],
                (--w->s->links.count - i) * sizeof(MatterLink));
        return note_keep(w, false);
    }
    if (node_bool(w->act->more, "remove", false))
        return work_fail(w, ERR_CONFLICT, "/target", "没有关联过");
    l = work_add(w, &w->s->links, sizeof *l);
    *l = (MatterLink){work_id(w), work_dup(w, kind), work_dup(w, w->act->target)};
    return note_keep(w, false);
}

bool may_file(Work *w) {
    return person_takes_part(w) || person_supervises_any(w) ||
           work_fail(w, ERR_FORBIDDEN, NULL, "只有参与单位的人员可以上传材料");
}

/* The open step that the actor names, if the work there is his or he supervises it. */
static int64_t named_step(Work *w) {
    int64_t id = 0;
    const MatterStep *own = str_to_int(w->act->target, &id) ? state_step(w->s, id) : NULL;

    if (!own || !is_open(own->state))
        return 0;
    for (size_t i = 0; i < w->s->tasks.count; i++) {
        const MatterTask *t = &tasks_of(w->s)[i];

        if (t->step == id && is_open(t->state) && str_is(t->kind, "owner") &&
            (person_has(w, t) || person_supervises(w, t->organisation)))
            return id;
    }
    return 0;
}

/* The step a file belongs to: the one that is named, else the actor's open one, when he has exactly
 * one. */
static int64_t own_step(Work *w) {
    Work quiet = *w;
    Err ignored = {0};

    if (w->act->target.len)
        return named_step(w);
    quiet.e = &ignored;
    const MatterTask *t = person_task(&quiet, "owner");

    return t ? t->step : 0;
}

bool run_file(Work *w) {
    const Node *more = w->act->more;
    Str digest = node_text(more, "digest"), name = str_trim(node_text(more, "name"));
    MatterFile *f;

    if (digest.len != 64)
        return work_fail(w, ERR_INVALID, "/more/digest", "材料没有上传成功，请重新上传");
    if (!name.len || str_runes(name) > 200 || !str_utf8_valid(name))
        return work_fail(w, ERR_INVALID, "/more/name", "文件名应当在 1 到 200 个字之间");
    for (size_t i = 0; i < w->s->files.count; i++)
        if (str_eq(files_of(w->s)[i].digest, digest) && str_is(files_of(w->s)[i].state, "present"))
            return work_fail(w, ERR_CONFLICT, "/more/digest", "同样的材料已经上传过了");
    f = work_add(w, &w->s->files, sizeof *f);
    *f = (MatterFile){.id = work_id(w),
                      .step = own_step(w),
                      .size = node_int(more, "size", 0),
                      .digest = work_dup(w, digest),
                      .type = work_dup(w, node_text(more, "type")),
                      .at = w->now,
                      .actor = work_dup(w, w->act->actor),
                      .state = STR("present")};
    personal_set(w, "files", str_format(w->arena, "%lld", (long long)f->id),
                 node_of_text(w->arena, name));
    return note_keep(w, false);
}

static MatterFile *file_of_mine(Work *w) {
    int64_t id = 0;
    MatterFile *f = NULL;

    for (size_t i = 0; i < w->s->files.count; i++) {
        MatterFile *one = &files_of(w->s)[i];

        if (str_is(one->state, "present") && str_eq(one->actor, w->act->actor) &&
            (!w->act->target.len || (str_to_int(w->act->target, &id) && id == one->id)))
            f = one;
    }
    if (!f)
        work_fail(w, ERR_CONFLICT, "/target", "没有这份材料，或者不是自己上传的，不能移除");
    return f;
}

bool may_remove_file(Work *w) {
    return file_of_mine(w) != NULL;
}

bool run_remove_file(Work *w) {
    file_of_mine(w)->state = STR("removed");
    return note_keep(w, false);
}
