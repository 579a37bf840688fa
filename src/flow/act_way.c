/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/act_way.c: how a matter moves: it begins, and a step that is done opens the next. */
#include <string.h>

#include "flow/act_inside.h"

#include "base/banned.h"

/* ---- begin ---- */

bool may_begin(Work *w) {
    const Str *roles = w->flow->starters.items;

    if (node_text(w->act->more, "parent").len)
        return true; /* an act on the parent has been allowed */
    for (size_t i = 0; i < w->flow->starters.count; i++)
        if (w->world->holds(w->world->context, w->act->actor, w->act->organisation, roles[i]))
            return true;
    if (!w->flow->starters.count &&
        w->world->holds(w->world->context, w->act->actor, w->act->organisation, STR("")))
        return true;
    return work_fail(w, ERR_FORBIDDEN, "/organisation",
                     w->flow->starters.count ? "发起“%.*s”需要在本单位担任“%.*s”等规定的角色"
                                             : "在这个单位没有任职，不能发起“%.*s”%.*s",
                     STR_ARG(w->flow->title),
                     STR_ARG(w->flow->starters.count ? role_title_of(w, roles[0]) : STR("")));
}

static const FlowParty *starter_of(const Flow *f) {
    for (size_t i = 0; i < f->parties.count; i++)
        if (flow_parties(f)[i].starter)
            return &flow_parties(f)[i];
    return NULL;
}

static bool take_links(Work *w) {
    const Node *links = node_get(w->act->more, "links");

    for (size_t i = 0; links && links->kind == NODE_LIST && i < links->count; i++) {
        MatterLink *l = work_add(w, &w->s->links, sizeof *l);

        *l = (MatterLink){work_id(w), work_dup(w, node_text(links->items[i], "kind")),
                          work_dup(w, node_text(links->items[i], "target"))};
    }
    return true;
}

/* "反向衔接：某某案" */
static void give_title(Work *w) {
    Str own = str_trim(node_text(w->act->more, "title")),
        value = flow_value_of(w->flow, w->s, w->flow->title_field);
    Str title = own.len ? own
                : value.len
                    ? str_format(w->arena, "%.*s：%.*s", STR_ARG(w->flow->title), STR_ARG(value))
                    : w->flow->title;
    Node *personal = node_map(w->arena);

    node_set_text(w->arena, personal, "title", title);
    for (size_t i = 0; i < w->s->personal->count; i++)
        if (!str_is(w->s->personal->keys[i], "title"))
            node_append(w->arena, personal, w->s->personal->keys[i], w->s->personal->items[i]);
    w->s->personal = personal;
}

/* What the flow must know from the beginning. A sub-matter begins by itself: its first step asks.
 */
static bool asked_first(Work *w) {
    for (size_t i = 0; !node_text(w->act->more, "parent").len && i < w->flow->fields.count; i++) {
        const Field *f = &flow_fields(w->flow)[i];

        if (f->required && !flow_value_of(w->flow, w->s, f->field).len)
            return work_fail(w, ERR_INVALID,
                             str_format(w->arena, "/values/%.*s", STR_ARG(f->field)).ptr,
                             "发起“%.*s”要填写“%.*s”", STR_ARG(w->flow->title), STR_ARG(f->title));
    }
    return true;
}

bool run_begin(Work *w) {
    const FlowParty *starter = starter_of(w->flow);
    const FlowStep *start = flow_step(w->flow, w->flow->start);
    MatterState *s = w->s;
    Str level = node_text(w->act->more, "level");

    if (!starter || !start)
        return work_fail(w, ERR_CONTENT, NULL, "流程“%.*s”没有发起方或者起始步骤",
                         STR_ARG(w->flow->title));
    s->id = work_dup(w, node_text(w->act->more, "id"));
    s->number = work_dup(w, node_text(w->act->more, "number"));
    s->serial = node_int(w->act->more, "serial", 0);
    s->sealed = node_bool(w->act->more, "sealed", false);
    s->flow = w->flow->flow;
    s->version = w->flow->version;
    s->organisation = w->act->organisation;
    s->state = STR("open");
    s->level = level.len ? work_dup(w, level) : STR("ordinary");
    s->opened = w->now;
    s->actor = work_dup(w, w->act->actor);
    if (!party_add(w, starter, w->act->organisation, "/organisation") || !parties_take(w) ||
        !values_take(w, NULL, NULL) || !asked_first(w) || !take_links(w) || !note_keep(w, false))
        return false;
    give_title(w);
    return step_open(w, start, 0, false);
}

/* ---- act ---- */

bool may_act(Work *w) {
    return person_task_for(w, w->act->action) != NULL;
}

static bool reason_given(Work *w, const FlowAction *action) {
    Err unknown = {0};
    const CodeTable *codes;
    const CodeEntry *entry;

    if (action->reason == REASON_CODE) {
        codes = content_codes(w->world->content, action->reasons, &unknown);
        entry = codes ? code_table_find(codes, w->act->reason) : NULL;
        if (!entry && codes && !codes->open)
            return work_fail(w, ERR_INVALID, "/reason", "“%.*s”的理由要从“%.*s”里选",
                             STR_ARG(action->title), STR_ARG(codes->title));
        if (entry && action->closes.len)
            w->s->reason = entry->title;
    }
    return note_keep(w, action->reason != REASON_NONE);
}

/* Work that others have been asked for comes first, unless the way leads back. */
static bool no_signers(Work *w, const MatterTask *t, const FlowAction *action) {
    for (size_t i = 0; i < w->s->tasks.count; i++) {
        const MatterTask *other = &tasks_of(w->s)[i];

        if (!action->back && other->step == t->step && is_open(other->state) &&
            (str_is(other->kind, "signer") || str_is(other->kind, "countersign")))
            return work_fail(w, ERR_CONFLICT, "/task",
                             "还有加签或会签的意见没有签署，请等签署后再办理，或者先减签");
    }
    return true;
}

typedef struct Votes {
    size_t all, done, same; /* owner tasks, those done, those done with this action */
} Votes;

static Votes votes_of(const MatterState *s, int64_t step, Str action) {
    Votes v = {0, 0, 0};

    for (size_t i = 0; i < s->tasks.count; i++) {
        const MatterTask *t = &tasks_of(s)[i];

        if (t->step != step || !str_is(t->kind, "owner") ||
            (!is_open(t->state) && !str_is(t->state, "done")))
            continue;
        v.all++;
        v.done += !is_open(t->state);
        v.same += !is_open(t->state) && str_eq(t->action, action);
    }
    return v;
}

/* Others of a joint step that must agree have chosen something else. */
static bool agrees(Work *w, const FlowStep *def, int64_t step, const FlowAction *action) {
    Votes v = votes_of(w->s, step, action->action);

    return def->joint != JOINT_ALL || action->back || v.done == v.same ||
           work_fail(w, ERR_CONFLICT, "/action",
                     "“%.*s”需要各方一致，其他单位作了不同的选择，请先协商，或者选择退回类操作",
                     STR_ARG(def->title));
}

/* The action that decides a joint step, NULL: not yet. */
static const FlowAction *decided(const MatterState *s, const FlowStep *def, int64_t step,
                                 const FlowAction *last) {
    Votes v = votes_of(s, step, last->action);
    const FlowAction *best = last;
    size_t most = 0;

    if (def->joint == JOINT_ONE || (last->back && def->joint != JOINT_MAJORITY))
        return last;
    if (def->joint == JOINT_EACH) /* all answers lead to the same place */
        return v.done < v.all ? NULL : last;
    if (def->joint == JOINT_MAJORITY && v.same * 2 > v.all)
        return last;
    if (v.done < v.all)
        return NULL;
    for (size_t i = 0; i < def->actions.count; i++) {
        const FlowAction *one = &step_actions(def)[i];
        size_t n = votes_of(s, step, one->action).same;

        if (n > most || (n == most && n && one->back)) {
            best = one;
            most = n;
        }
    }
    return best;
}

static bool copy_to(Work *w, const FlowAction *action) {
    for (size_t i = 0; i < action->copies.count; i++) {
        const FlowCopy *copy = &action_copies(action)[i];
        Err ignored = {0};
        Work quiet = *w;

        quiet.e = &ignored; /* nobody to copy to yet: no reason to stop */
        party_needed(&quiet, copy->party, w->flow->start);
        for (size_t k = 0; k < w->s->parties.count; k++) {
            const MatterParty p = parties_of(w->s)[k];
            MatterTask t = {.kind = STR("copy"), .organisation = p.organisation};

            if (!str_eq(p.party, copy->party) || p.until.len)
                continue;
            t.role = copy_role(w, p.organisation, copy->role);
            task_add(w, &t);
        }
    }
    return true;
}

/* The reason that this clock's period knows, of those an action names; empty: none. */
static Str reason_for(const Work *w, const MatterClock *c, const FlowAction *action) {
    const Str *reasons = action->suspends.items;

    for (size_t k = 0; k < action->suspends.count; k++)
        if (clock_knows_reason(w, c, reasons[k]))
            return reasons[k];
    return (Str){NULL, 0};
}

static bool takes(const Work *w, const MatterClock *c, int64_t step, const FlowAction *action) {
    return c->step == step && str_is(c->state, "running") && c->period.len &&
           reason_for(w, c, action).len;
}

static bool can_suspend(const Work *w, int64_t step, const FlowAction *action) {
    for (size_t i = 0; i < w->s->clocks.count; i++)
        if (takes(w, &clocks_of(w->s)[i], step, action))
            return true;
    return false;
}

static bool can_resume(const Work *w, int64_t step) {
    for (size_t i = 0; i < w->s->clocks.count; i++)
        if (clocks_of(w->s)[i].step == step && str_is(clocks_of(w->s)[i].state, "suspended"))
            return true;
    return false;
}

/* Of several clocks of the step each that knows a reason stands still. */
static bool stop_or_go(Work *w, int64_t step, const FlowAction *action) {
    for (size_t i = 0; action->suspends.count && i < w->s->clocks.count; i++) {
        MatterClock *c = &clocks_of(w->s)[i];

        if (takes(w, c, step, action) && !clock_suspend(w, c, reason_for(w, c, action)))
            return false;
    }
    if (!action->resumes)
        return true;
    w->s->state = STR("open");
    w->s->suspended_since = w->s->suspended_reason = (Str){NULL, 0};
    for (size_t i = 0; i < w->s->clocks.count; i++) {
        MatterClock *c = &clocks_of(w->s)[i];

        if (c->step == step && str_is(c->state, "suspended") && !clock_resume(w, c))
            return false;
    }
    return true;
}

static bool effects_of(Work *w, const FlowAction *action) {
    children_begin(w, action);
    for (size_t i = 0; i < action->documents.count; i++)
        work_effect(w, &w->effects->documents, ((const Str *)action->documents.items)[i]);
    return copy_to(w, action);
}

static void cancel_step(Work *w, int64_t step) {
    step_close(w, step, "cancelled", (Str){NULL, 0});
}

/* Other work that is going on: all of it, or what follows from where the way leads back to. */
void steps_cancel(Work *w, int64_t but, const FlowStep *back_to) {
    for (size_t i = 0; i < w->s->steps.count; i++) {
        const MatterStep *own = &steps_of(w->s)[i];

        if (own->id != but && (is_open(own->state) || str_is(own->state, "waiting")) &&
            (!back_to || flow_follows(w->flow, back_to->step, own->step)))
            cancel_step(w, own->id);
    }
}

bool step_leads(Work *w, int64_t step, const FlowAction *action, bool silent) {
    const Str *to = action->to.items;

    step_close(w, step, "done", action->action);
    if (action->cancels)
        steps_cancel(w, step, NULL);
    for (size_t i = 0; action->back && i < action->to.count; i++)
        steps_cancel(w, step, flow_step(w->flow, to[i]));
    if (!silent && !effects_of(w, action))
        return false;
    for (size_t i = 0; i < action->to.count; i++) {
        const FlowStep *next = flow_step(w->flow, to[i]);

        if (next && !step_open(w, next, step, action->back))
            return false;
    }
    if (action->closes.len)
        return matter_end(w, "closed", action->closes);
    return step_joins(w) &&
           (matter_has_open_step(w->s) ||
            work_fail(w, ERR_CONFLICT, "/action",
                      "这样办理以后事项就没有人承办了，请先办理其他分支，或者联系流程管理员"));
}

/* Of an `each` step: whoever has not answered by then is passed over. Where all have been asked in
 * vain the first way on is taken: they all lead to the same place. */
bool step_pass(Work *w, int64_t step) {
    const MatterStep *of = state_step(w->s, step);
    const FlowStep *def = of && is_open(of->state) ? flow_step(w->flow, of->step) : NULL;

    if (!def || def->joint != JOINT_EACH)
        return true;
    for (size_t i = 0; i < w->s->tasks.count; i++) {
        MatterTask *t = &tasks_of(w->s)[i];

        if (t->step == step && is_open(t->state) && str_is(t->kind, "owner"))
            task_close(w, t, "cancelled", (Str){NULL, 0});
    }
    for (size_t i = 0; i < def->actions.count; i++) {
        const FlowAction *action = &step_actions(def)[i];

        if (!action->back && (action->to.count || action->closes.len))
            return step_leads(w, step, action, true);
    }
    return true;
}

bool act_in_time(Work *w, int64_t step, const FlowAction *action, Str *day) {
    const MatterStep *of = state_step(w->s, step);
    const FlowStep *def = of ? flow_step(w->flow, of->step) : NULL;
    Instant until = 0;
    Err unknown = {0};

    if (!def || !children_ended(w, def, action))
        return false;
    if (!clock_wait(w, step, action, &until))
        return false;
    if (until <= w->world->now)
        return true;
    const Period *p = content_period(w->world->content, action->not_before.period, &unknown);
    Str text = str_slice(instant_text(w->arena, until), 0, 16);

    if (str_ends(text, STR("00:00")))
        text = str_slice(text, 0, 10);
    if (day)
        *day = str_slice(text, 0, 10);
    return work_fail(w, ERR_CONFLICT, "/action", "“%.*s”还没有满（%.*s），%.*s 起才能“%.*s”",
                     STR_ARG(p ? p->title : action->not_before.period),
                     STR_ARG(p ? p->starts : STR("")), STR_ARG(text), STR_ARG(action->title));
}

/* What the action asks for was put to this very step, by whoever answers for himself. */
static bool has_file(const Work *w, int64_t step) {
    for (size_t i = 0; i < w->s->files.count; i++) {
        const MatterFile *f = &files_of(w->s)[i];

        if (f->step == step && str_is(f->state, "present") &&
            (!w->own || str_eq(f->actor, w->act->actor)))
            return true;
    }
    return false;
}

static bool offered(Work *w, int64_t step, const FlowAction *action) {
    if (action->file && !has_file(w, step))
        return work_fail(w, ERR_INVALID, "/files", "“%.*s”要先上传材料，请把文件传到这一步再办理",
                         STR_ARG(action->title));
    if (!tests_hold_now(w, &action->when))
        return work_fail(w, ERR_CONFLICT, "/action", "按现在填写的内容不能“%.*s”，请核对有关选项",
                         STR_ARG(action->title));
    if (action->suspends.count && !can_suspend(w, step, action))
        return work_fail(w, ERR_CONFLICT, "/action", "这一步没有可以中止计算的期限，不能“%.*s”",
                         STR_ARG(action->title));
    if (action->resumes && !can_resume(w, step))
        return work_fail(w, ERR_CONFLICT, "/action", "这一步的期限没有中止，不需要“%.*s”",
                         STR_ARG(action->title));
    if (!act_in_time(w, step, action, NULL))
        return false;
    return !str_is(w->s->state, "suspended") || action->resumes ||
           work_fail(w, ERR_CONFLICT, NULL, "事项已经挂起，请先恢复再办理");
}

static bool may_change(const FlowStep *def, const FlowAction *action, Str field) {
    return field.len && (values_asked(&def->form, field) || values_asked(&action->needs, field));
}

/* Could the tests hold once this step's form is filled in? */
static bool may_come_true(const Work *w, const FlowStep *def, const FlowAction *action) {
    for (size_t i = 0; i < action->when.count; i++) {
        const FlowTest *t = &((const FlowTest *)action->when.items)[i];
        BindList one = {(void *)(uintptr_t)t, 1};

        if (!tests_hold_now(w, &one) && !may_change(def, action, t->field) &&
            !may_change(def, action, t->same_as))
            return false;
    }
    return true;
}

bool act_offered(Work *w, const MatterTask *t, const FlowStep *def, const FlowAction *action) {
    values_own(w, def, t->id);
    return person_fits(w, t, w->act->actor, NULL) && may_come_true(w, def, action) &&
           (!str_is(w->s->state, "suspended") || action->resumes) && no_signers(w, t, action) &&
           (!action->suspends.count || can_suspend(w, t->step, action)) &&
           (!action->resumes || can_resume(w, t->step)) && agrees(w, def, t->step, action);
}

bool run_act(Work *w) {
    MatterTask *t = person_task_for(w, w->act->action);
    const MatterStep *of = t ? state_step(w->s, t->step) : NULL;
    const FlowStep *def = of ? flow_step(w->flow, of->step) : NULL;
    const FlowAction *action = def ? flow_action(def, w->act->action) : NULL;
    const FlowAction *deciding;
    int64_t task = t ? t->id : 0, step = of ? of->id : 0;

    if (!t)
        return false;
    if (!action)
        return work_fail(w, ERR_INVALID, "/action", "“%.*s”这一步没有“%.*s”这个操作",
                         STR_ARG(def ? def->title : STR("")),
                         STR_ARG(str_slice(w->act->action, 0, 60)));
    values_own(w, def, task);
    if (!person_fits(w, t, w->act->actor, NULL) || !parties_take(w) ||
        !values_take(w, def, &action->needs) || !offered(w, step, action) ||
        !values_needed(w, def, action) || !reason_given(w, action) || !no_signers(w, t, action) ||
        !agrees(w, def, step, action))
        return false;
    if (!clock_start_late(w))
        return false;
    if (!action->to.count && !action->closes.len) /* the step stays */
        return stop_or_go(w, step, action) && clock_met(w, step, action) && effects_of(w, action);
    task_close(w, state_task(w->s, task), "done", action->action);
    deciding = decided(w->s, def, step, action);
    if (!deciding) /* answers of one's own issue what they issue */
        return def->joint != JOINT_EACH || effects_of(w, action);
    return step_leads(w, step, deciding, false);
}

/* ---- fill ---- */

/* What the program itself knows, the day a document was received, stands in whatever step is open.
 */
static bool by_program(const Work *w) {
    return str_is(w->act->actor, "system");
}

bool may_fill(Work *w) {
    return by_program(w) || person_task(w, "owner") != NULL;
}

bool run_fill(Work *w) {
    if (by_program(w))
        return values_take(w, NULL, NULL) && note_keep(w, false) && clock_start_late(w);
    MatterTask *t = person_task(w, "owner");
    const MatterStep *of = t ? state_step(w->s, t->step) : NULL;
    const FlowStep *def = of ? flow_step(w->flow, of->step) : NULL;

    if (!def)
        return false;
    if (!w->act->values || w->act->values->kind != NODE_MAP || !w->act->values->count)
        return work_fail(w, ERR_INVALID, "/values", "没有要保存的内容");
    values_own(w, def, t->id);
    return values_take(w, def, NULL) && note_keep(w, false) && clock_start_late(w);
}
