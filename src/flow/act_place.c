/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/act_place.c: whose matter it is: parties come and go, another house is designated or a
 * higher one takes it, matters are merged and split, and an act is taken back. */
#include <string.h>

#include "flow/roles.h"

#include "base/banned.h"

#define DAY_US (INT64_C(86400) * 1000000)

/* ---- parties ---- */

static bool owner_or_supervisor(Work *w) {
    return person_supervises_any(w) || person_task(w, "owner") != NULL;
}

bool may_party(Work *w) {
    return owner_or_supervisor(w);
}

static MatterParty *party_row(const MatterState *s, Str party, int64_t organisation) {
    for (size_t i = 0; i < s->parties.count; i++) {
        MatterParty *p = &parties_of(s)[i];

        if (str_eq(p->party, party) && p->organisation == organisation && !p->until.len)
            return p;
    }
    return NULL;
}

static bool has_work(const MatterState *s, int64_t organisation) {
    for (size_t i = 0; i < s->tasks.count; i++)
        if (is_open(tasks_of(s)[i].state) && tasks_of(s)[i].organisation == organisation &&
            str_is(tasks_of(s)[i].kind, "owner"))
            return true;
    return false;
}

static bool owns(const FlowStep *def, Str party) {
    for (size_t i = 0; i < def->by.count; i++)
        if (str_eq(((const FlowOwner *)def->by.items)[i].party, party))
            return true;
    return false;
}

/* Joint steps that are open give the newcomer his part. */
static bool give_part(Work *w, Str party, int64_t organisation) {
    for (size_t i = 0; i < w->s->steps.count; i++) {
        const MatterStep own = steps_of(w->s)[i];
        const FlowStep *def = flow_step(w->flow, own.step);

        if (def && is_open(own.state) && owns(def, party) &&
            !step_tasks(w, def, own.id, organisation, false))
            return false;
    }
    return true;
}

bool run_party(Work *w) {
    const FlowParty *p = flow_party(w->flow, w->act->target);
    MatterParty *row;
    bool add = !w->act->action.len || str_is(w->act->action, "add");

    if (!p)
        return work_fail(w, ERR_INVALID, "/target", "“%.*s”流程里没有“%.*s”这一方",
                         STR_ARG(w->flow->title), STR_ARG(str_slice(w->act->target, 0, 60)));
    if (add) {
        if (!party_add(w, p, w->act->to_organisation, "/to_organisation") ||
            !give_part(w, p->party, w->act->to_organisation))
            return false;
        children_join(w, p->party, w->act->to_organisation);
        return note_keep(w, false);
    }
    if (!str_is(w->act->action, "remove"))
        return work_fail(w, ERR_INVALID, "/action", "请选择增加或者移除");
    row = party_row(w->s, p->party, w->act->to_organisation);
    if (!row)
        return work_fail(w, ERR_CONFLICT, "/to_organisation", "这个单位现在不是“%.*s”",
                         STR_ARG(p->title));
    if (row->organisation == w->s->organisation || has_work(w->s, row->organisation))
        return work_fail(w, ERR_CONFLICT, "/to_organisation",
                         "这个单位是主办单位或者还有没办完的任务，不能移除");
    row->until = w->now;
    return note_keep(w, true);
}

/* ---- another house ---- */

/* The party that moves: the one named, else the host's. */
static MatterParty *moving(Work *w, int64_t *from) {
    for (size_t i = 0; i < w->s->parties.count; i++) {
        MatterParty *p = &parties_of(w->s)[i];

        if (p->until.len || (w->act->target.len ? !str_eq(p->party, w->act->target)
                                                : p->organisation != w->s->organisation))
            continue;
        *from = p->organisation;
        return p;
    }
    work_fail(w, ERR_INVALID, "/target", "找不到要改变管辖的一方，请指明是哪一方");
    return NULL;
}

static bool move_tasks(Work *w, Str party, int64_t from, int64_t to) {
    for (size_t i = 0, all = w->s->tasks.count; i < all; i++) {
        MatterTask next = tasks_of(w->s)[i];
        const MatterStep *of = state_step(w->s, next.step);
        const FlowStep *def = of ? flow_step(w->flow, of->step) : NULL;
        int64_t id = next.id;

        if (!is_open(next.state) || next.organisation != from || !def || !owns(def, party))
            continue;
        if (str_is(next.kind, "owner")) {
            next.organisation = to;
            next.role = roles_of_step(w, def, party, to);
            next.login = (Str){NULL, 0};
            next.urged = 0;
            next.values = NULL; /* another house answers for itself */
            task_add(w, &next);
            task_close(w, state_task(w->s, id), "passed_on", verb_title(w->act->verb));
        } else {
            task_close(w, state_task(w->s, id), "cancelled", (Str){NULL, 0});
        }
    }
    return true;
}

static bool move_to(Work *w, int64_t to) {
    int64_t from = 0;
    MatterParty *row = moving(w, &from);
    const FlowParty *p = row ? flow_party(w->flow, row->party) : NULL;

    if (!p)
        return false;
    if (from == to)
        return work_fail(w, ERR_CONFLICT, "/to_organisation", "本来就由这个单位办理");
    if (!person_supervises(w, to))
        return work_fail(w, ERR_FORBIDDEN, "/to_organisation",
                         "对接收的单位没有督办权限，请由共同的上级单位决定");
    row->until = w->now;
    if (!party_add(w, p, to, "/to_organisation") || !move_tasks(w, p->party, from, to))
        return false;
    if (w->s->organisation == from)
        w->s->organisation = to;
    return note_keep(w, true);
}

bool may_designate(Work *w) {
    return person_supervises(w, w->s->organisation) ||
           work_fail(w, ERR_FORBIDDEN, NULL, "指定管辖需要对主办单位有督办权限");
}

bool run_designate(Work *w) {
    return move_to(w, w->act->to_organisation);
}

bool may_raise(Work *w) {
    Str kind;
    int64_t leader = 0;

    if (!w->world->organisation(w->world->context, w->s->organisation, &kind, &leader) || !leader)
        return work_fail(w, ERR_CONFLICT, NULL, "主办单位没有上级单位，不能提级");
    return person_supervises(w, leader) ||
           work_fail(w, ERR_FORBIDDEN, NULL, "提级由上级单位有督办权限的人员决定");
}

bool run_raise(Work *w) {
    Str kind;
    int64_t leader = 0;

    return w->world->organisation(w->world->context, w->s->organisation, &kind, &leader) &&
           move_to(w, leader);
}

/* ---- merge and split ---- */

bool may_merge(Work *w) {
    return owner_or_supervisor(w);
}

/* What it is merged into gets its link by an act of its own. */
bool run_merge(Work *w) {
    MatterLink *l;

    if (!w->act->target.len || str_eq(w->act->target, w->s->id))
        return work_fail(w, ERR_INVALID, "/target", "请选择并入哪一件事项");
    if (!note_keep(w, true))
        return false;
    l = work_add(w, &w->s->links, sizeof *l);
    *l = (MatterLink){work_id(w), STR("merged_into"), work_dup(w, w->act->target)};
    return matter_end(w, "merged", (Str){NULL, 0});
}

bool may_split(Work *w) {
    return owner_or_supervisor(w);
}

bool run_split(Work *w) {
    const Node *into = node_get(w->act->more, "into");

    if (!into || into->kind != NODE_LIST || !into->count || into->count > 20)
        return work_fail(w, ERR_INVALID, "/more/into", "请写明拆分出几件，一次最多 20 件");
    for (size_t i = 0; i < into->count; i++) {
        MatterLink *l = work_add(w, &w->s->links, sizeof *l);

        *l = (MatterLink){work_id(w), STR("split"), work_dup(w, into->items[i]->text)};
    }
    return note_keep(w, true);
}

const MatterState *flow_split(const MatterState *s, Str id, Str number, int64_t serial, Arena *a) {
    MatterState *own = work_state(a, s);
    Work w = {.s = own, .arena = a};
    MatterLink *l;

    own->id = id;
    own->number = number;
    own->serial = serial;
    own->revision = 0;
    own->links.count = 0;
    l = work_add(&w, &own->links, sizeof *l);
    *l = (MatterLink){work_id(&w), STR("split_from"), s->id};
    return own;
}

/* ---- undo ---- */

bool may_undo(Work *w) {
    Str by = node_text(w->act->more, "actor");
    Instant at = instant_of(node_text(w->act->more, "at"));

    if (!w->history) /* choices ask before anything is chosen */
        return person_takes_part(w) || person_supervises_any(w) ||
               work_fail(w, ERR_FORBIDDEN, NULL, "只有参与单位的人员可以撤销操作");
    if (w->world->now - at > FLOW_UNDO_DAYS * DAY_US)
        return work_fail(w, ERR_CONFLICT, "/target", "已经超过 %d 天，不能撤销这次操作",
                         FLOW_UNDO_DAYS);
    return str_eq(by, w->act->actor) || person_supervises_any(w) ||
           person_supervises(w, w->s->organisation) ||
           work_fail(w, ERR_FORBIDDEN, "/target",
                     "只有办理的本人（%.*s）或者督办人员可以撤销这次操作", STR_ARG(by));
}

static void foresee(Work *w, Str sentence) {
    work_effect(w, &w->effects->consequences, sentence);
}

static void compare_steps(Work *w) {
    for (size_t i = 0; i < w->s->steps.count; i++) {
        const MatterStep *now = &steps_of(w->s)[i], *then = state_step(w->history, now->id);

        if (!then && is_open(now->state))
            foresee(w, str_format(w->arena, "“%.*s”这一步将关闭，其中的任务一并取消",
                                  STR_ARG(step_title(w, now->step))));
        else if (!then)
            foresee(w, str_format(w->arena, "“%.*s”这一步的办理一并撤销",
                                  STR_ARG(step_title(w, now->step))));
        else if (is_open(then->state) && !is_open(now->state))
            foresee(w, str_format(w->arena, "“%.*s”这一步将重新打开，由原承办人继续办理",
                                  STR_ARG(step_title(w, now->step))));
    }
    if (!str_eq(w->s->state, w->history->state))
        foresee(w, STR("事项的状态将恢复到这次操作以前"));
}

/* What the clocks have said since is not said again. */
static bool keep_turns(Work *w, const MatterClock *now, MatterClock *c) {
    if (now->told < c->turn)
        return true;
    while (c->turn <= now->told)
        if (!clock_turn(w, c))
            return false;
    c->told = now->told;
    c->missed = now->missed;
    c->rung = now->rung;
    c->next_rung = now->next_rung;
    if (c->turn == now->turn)
        c->fired = now->fired;
    return true;
}

static bool keep_said(Work *w, MatterState *then) {
    for (size_t i = 0; i < then->clocks.count; i++) {
        MatterClock *c = &clocks_of(then)[i];
        const MatterClock *now = state_clock(w->s, c->id);

        if (now && c->turn && str_is(c->state, "running") && !keep_turns(w, now, c))
            return false;
        if (!now || c->turn || !now->fired.len || !str_eq(now->due, c->due) ||
            !str_is(c->state, "running"))
            continue;
        c->fired = now->fired;
        if (str_is(now->state, "lapsed")) {
            c->state = now->state;
            c->rung = now->rung;
            c->next_rung = now->next_rung;
        }
    }
    return true;
}

static Node *both_maps(Arena *a, const Node *x, const Node *y) {
    Node *out = node_map(a);
    const Node *maps[] = {x, y};

    for (size_t m = 0; m < 2; m++)
        for (size_t i = 0; maps[m] && maps[m]->kind == NODE_MAP && i < maps[m]->count; i++)
            node_set(a, out, str_c(a, maps[m]->keys[i]), maps[m]->items[i]);
    return out;
}

/* Files, notes and names stay: they were there, whatever is undone. */
static void keep_papers(Work *w, MatterState *then) {
    Node *personal = both_maps(w->arena, then->personal, NULL);
    static const char *const kept[] = {"notes", "files", NULL};

    for (size_t i = 0; kept[i]; i++) {
        Node *all = both_maps(w->arena, node_get(then->personal, kept[i]),
                              node_get(w->s->personal, kept[i]));

        if (all->count)
            node_set(w->arena, personal, kept[i], all);
    }
    then->personal = personal;
    then->files = w->s->files;
}

bool run_undo(Work *w) {
    MatterState *then;

    if (!w->history)
        return work_fail(w, ERR_INVALID, "/target", "请选择要撤销哪一次操作");
    if (!children_undo(w))
        return false;
    compare_steps(w);
    then = work_state(w->arena, w->history);
    then->next = w->s->next;
    then->revision = w->s->revision;
    if (!keep_said(w, then))
        return false;
    keep_papers(w, then);
    children_keep(w, then);
    for (size_t i = 0; i < then->tasks.count; i++)
        if (is_open(tasks_of(then)[i].state))
            work_told(w, tasks_of(then)[i].id);
    *w->s = *then;
    return note_keep(w, true);
}
