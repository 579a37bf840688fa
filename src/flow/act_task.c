/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/act_task.c: what becomes of one task: claimed, given to another, signed by more or fewer,
 * urged, handed over; copies; supervision and its answers. */
#include <string.h>

#include "flow/roles.h"

#include "base/banned.h"

static bool active_at(const Work *w, Str login, int64_t organisation, Str role) {
    return roles_held(w->world, login, organisation, role);
}

/* ---- claim ---- */

bool may_claim(Work *w) {
    const MatterTask *t = person_task(w, "owner|signer|countersign|approve");

    if (!t || !person_fits(w, t, w->act->actor, NULL))
        return false;
    return !t->login.len ||
           work_fail(w, ERR_CONFLICT, "/task", "这项任务已经由 %.*s 领办", STR_ARG(t->login));
}

bool run_claim(Work *w) {
    MatterTask *t = person_task(w, "owner|signer|countersign|approve");

    t->login = work_dup(w, w->act->actor);
    work_told(w, t->id);
    return true;
}

/* ---- reassign ---- */

/* The task is the actor's, or he supervises where it lies. */
static MatterTask *task_in_hand(Work *w, const char *kinds) {
    MatterTask *t = w->act->task ? state_task(w->s, w->act->task) : NULL;

    if (t && is_open(t->state) && person_supervises(w, t->organisation))
        return t;
    return person_task(w, kinds);
}

bool may_reassign(Work *w) {
    const MatterTask *t = task_in_hand(w, "owner|signer|countersign");

    return t && step_allows(w, t->step, VERB_REASSIGN);
}

bool run_reassign(Work *w) {
    MatterTask *t = task_in_hand(w, "owner|signer|countersign");
    Str to = w->act->to_login;
    MatterTask next = *t;
    int64_t id = t->id;

    if (w->act->to_organisation && w->act->to_organisation != t->organisation)
        return work_fail(w, ERR_INVALID, "/to_organisation",
                         "转办只能在本单位内进行，转给其他单位请用“指定管辖”或者“增减参与单位”");
    if (str_eq(to, t->login))
        return work_fail(w, ERR_CONFLICT, "/to_login",
                         to.len ? "这项任务本来就由 %.*s 办理%s" : "这项任务还没有人领办%.*s%s",
                         STR_ARG(to), "");
    if (to.len && !active_at(w, to, t->organisation, t->role))
        return work_fail(w, ERR_INVALID, "/to_login",
                         "%.*s 没有在本单位担任“%.*s”，不能接办，请另选一人", STR_ARG(to),
                         STR_ARG(role_title_of(w, t->role)));
    if (!note_keep(w, false) || (to.len && !person_fits(w, t, to, "/to_login")))
        return false;
    next.login = work_dup(w, to);
    next.urged = 0;
    answers_move(w, id, task_add(w, &next)->id);
    task_close(w, state_task(w->s, id), "passed_on", STR("reassign"));
    return true;
}

/* ---- signers ---- */

static bool asked_already(const MatterState *s, const MatterTask *model) {
    for (size_t i = 0; i < s->tasks.count; i++) {
        const MatterTask *t = &tasks_of(s)[i];

        if (is_open(t->state) && t->step == model->step && str_eq(t->kind, model->kind) &&
            t->organisation == model->organisation && str_eq(t->role, model->role) &&
            str_eq(t->login, model->login))
            return true;
    }
    return false;
}

static bool ask_opinion(Work *w, const MatterTask *owner, Str kind, int64_t organisation) {
    MatterTask t = {.step = owner->step,
                    .kind = kind,
                    .organisation = organisation,
                    .role = work_dup(w, w->act->to_role),
                    .login = work_dup(w, w->act->to_login)};

    if (t.login.len && !active_at(w, t.login, organisation, t.role))
        return work_fail(w, ERR_INVALID, "/to_login", "%.*s 不在这个单位任职，请另选一人",
                         STR_ARG(t.login));
    if (t.login.len && str_eq(t.login, w->act->actor))
        return work_fail(w, ERR_INVALID, "/to_login", "不能请本人签署意见");
    if (asked_already(w->s, &t))
        return work_fail(w, ERR_CONFLICT, "/to_login", "已经请过这个人或者单位签署意见了");
    if (!note_keep(w, false))
        return false;
    task_add(w, &t);
    return true;
}

bool may_add_signer(Work *w) {
    const MatterTask *t = person_task(w, "owner");

    return t && step_allows(w, t->step, VERB_ADD_SIGNER);
}

bool run_add_signer(Work *w) {
    MatterTask owner = *person_task(w, "owner");

    if (!w->act->to_login.len)
        return work_fail(w, ERR_INVALID, "/to_login", "请选择由谁加签");
    return ask_opinion(w, &owner, STR("signer"),
                       w->act->to_organisation ? w->act->to_organisation : owner.organisation);
}

bool may_countersign(Work *w) {
    const MatterTask *t = person_task(w, "owner");

    return t && step_allows(w, t->step, VERB_COUNTERSIGN);
}

bool run_countersign(Work *w) {
    MatterTask owner = *person_task(w, "owner");
    Str kind;
    int64_t leader;

    if (!w->world->organisation(w->world->context, w->act->to_organisation, &kind, &leader))
        return work_fail(w, ERR_INVALID, "/to_organisation", "请选择会签的单位");
    return ask_opinion(w, &owner, STR("countersign"), w->act->to_organisation);
}

static MatterTask *signer_of_mine(Work *w) {
    for (size_t i = 0; i < w->s->tasks.count; i++) {
        MatterTask *t = &tasks_of(w->s)[i];

        if (!is_open(t->state) || (!str_is(t->kind, "signer") && !str_is(t->kind, "countersign")))
            continue;
        for (size_t k = 0; k < w->s->tasks.count; k++) {
            const MatterTask *own = &tasks_of(w->s)[k];
            int64_t wanted = 0;

            if (is_open(own->state) && str_is(own->kind, "owner") && own->step == t->step &&
                person_has(w, own) &&
                (!w->act->target.len || (str_to_int(w->act->target, &wanted) && wanted == t->id)))
                return t;
        }
    }
    work_fail(w, ERR_CONFLICT, "/target",
              "没有可以减去的加签或会签：要么已经签署，要么这一步不由自己办理");
    return NULL;
}

bool may_remove_signer(Work *w) {
    return signer_of_mine(w) != NULL;
}

bool run_remove_signer(Work *w) {
    MatterTask *t = signer_of_mine(w);

    task_close(w, t, "cancelled", STR("remove_signer"));
    return note_keep(w, false);
}

bool may_sign(Work *w) {
    return person_task(w, "signer|countersign|consult") != NULL;
}

bool run_sign(Work *w) {
    MatterTask *t = person_task(w, "signer|countersign|consult");
    bool agree = str_is(w->act->action, "agree"), differ = str_is(w->act->action, "disagree");

    if (!agree && !differ)
        return work_fail(w, ERR_INVALID, "/action", "请选择同意或者不同意");
    if (differ && !str_trim(w->act->note).len && !str_trim(w->act->reason).len)
        return work_fail(w, ERR_INVALID, "/note", "不同意的，请写明意见");
    task_close(w, t, "done", w->act->action);
    for (size_t i = 0; i < w->s->tasks.count; i++)
        if (tasks_of(w->s)[i].step == t->step && is_open(tasks_of(w->s)[i].state) &&
            str_is(tasks_of(w->s)[i].kind, "owner"))
            work_told(w, tasks_of(w->s)[i].id);
    return note_keep(w, false);
}

/* ---- urging, copies, supervision ---- */

static bool from_outside(Work *w) {
    return person_takes_part(w) || person_supervises_any(w) ||
           work_fail(w, ERR_FORBIDDEN, NULL, "只有参与单位的人员和督办人员可以%.*s",
                     STR_ARG(verb_title(w->act->verb)));
}

static MatterTask *open_work(Work *w) {
    for (size_t i = 0; i < w->s->tasks.count; i++) {
        MatterTask *t = &tasks_of(w->s)[i];

        if (is_open(t->state) && str_is(t->kind, "owner") &&
            (!w->act->task || w->act->task == t->id))
            return t;
    }
    work_fail(w, ERR_CONFLICT, "/task", "这件事项没有正在办理的任务，或者这项任务已经办完");
    return NULL;
}

bool may_urge(Work *w) {
    return from_outside(w) && open_work(w);
}

bool run_urge(Work *w) {
    MatterTask *t = open_work(w);

    t->urged++;
    work_told(w, t->id);
    return note_keep(w, false);
}

bool may_copy(Work *w) {
    return from_outside(w);
}

bool run_copy(Work *w) {
    MatterTask t = {.kind = STR("copy"),
                    .organisation = w->act->to_organisation,
                    .role = work_dup(w, w->act->to_role),
                    .login = work_dup(w, w->act->to_login)};
    Str kind;
    int64_t leader;

    if (!w->world->organisation(w->world->context, t.organisation, &kind, &leader))
        return work_fail(w, ERR_INVALID, "/to_organisation", "请选择抄送的单位");
    if (!t.login.len && !t.role.len)
        t.role = copy_role(w, t.organisation, t.role);
    if (t.login.len && !active_at(w, t.login, t.organisation, t.role))
        return work_fail(w, ERR_INVALID, "/to_login", "%.*s 不在这个单位任职，请另选一人",
                         STR_ARG(t.login));
    if (asked_already(w->s, &t))
        return work_fail(w, ERR_CONFLICT, "/to_organisation", "已经抄送过了，对方还没有阅看");
    if (!note_keep(w, false))
        return false;
    task_add(w, &t);
    return true;
}

bool may_read_copy(Work *w) {
    return person_task(w, "copy") != NULL;
}

bool run_read_copy(Work *w) {
    task_close(w, person_task(w, "copy"), "done", STR("read"));
    return note_keep(w, false);
}

bool may_supervise(Work *w) {
    return (person_supervises_any(w) ||
            work_fail(w, ERR_FORBIDDEN, NULL, "督办需要对承办单位有督办权限")) &&
           open_work(w);
}

bool run_supervise(Work *w) {
    const MatterTask *of = open_work(w);
    Node *wish = node_map(w->arena);
    MatterTask t = {.step = of->step,
                    .kind = STR("supervise"),
                    .organisation = of->organisation,
                    .role = of->role,
                    .department = of->department,
                    .login = of->login,
                    .wish = wish};

    node_set_text(w->arena, wish, "by", w->act->actor);
    node_set_int(w->arena, wish, "organisation", w->act->organisation);
    if (!note_keep(w, true))
        return false;
    task_add(w, &t);
    return true;
}

bool may_answer(Work *w) {
    return person_task(w, "supervise") != NULL;
}

bool run_answer(Work *w) {
    if (!str_trim(w->act->note).len)
        return work_fail(w, ERR_INVALID, "/note", "请写明督办事项的办理情况");
    task_close(w, person_task(w, "supervise"), "done", STR("answer"));
    return note_keep(w, false);
}

/* ---- hand over ---- */

/* Whoever runs it (leaving the house is people's business) has been allowed there. */
bool may_hand_over(Work *w) {
    return w->act->target.len != 0 || work_fail(w, ERR_INVALID, "/target", "请写明移交谁的任务");
}

bool run_hand_over(Work *w) {
    size_t moved = 0;

    for (size_t i = 0, all = w->s->tasks.count; i < all; i++) {
        MatterTask next = tasks_of(w->s)[i];
        int64_t id = next.id;
        Str to = w->act->to_login;

        if (!is_open(next.state) || !str_eq(next.login, w->act->target))
            continue;
        if (to.len && !node_bool(w->act->more, "succeeds", false) &&
            !active_at(w, to, next.organisation, next.role))
            to = (Str){NULL, 0}; /* back to the role */
        next.login = work_dup(w, to);
        answers_move(w, id, task_add(w, &next)->id);
        task_close(w, state_task(w->s, id), "passed_on", STR("hand_over"));
        moved++;
    }
    return moved || work_fail(w, ERR_CONFLICT, "/target", "%.*s 在这件事项里没有待办的任务",
                              STR_ARG(w->act->target));
}
