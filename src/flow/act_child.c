/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/act_child.c: sub-matters as their parent knows them: begun, ended, waited for, counted, and
 * what an undo makes of them. */
#include <string.h>

#include "flow/roles.h"

#include "base/banned.h"

/* ---- begin ---- */

static void begin_one(Work *w, const FlowBegin *b, int64_t organisation) {
    MatterLink *l = work_add(w, &w->s->links, sizeof *l);

    *l = (MatterLink){.id = work_id(w),
                      .kind = STR("child"),
                      .flow = b->flow,
                      .as = b->as,
                      .organisation = organisation,
                      .state = STR("open")};
    work_effect(w, &w->effects->begins, b->flow);
}

void children_begin(Work *w, const FlowAction *action) {
    for (size_t i = 0; i < action->begins.count; i++) {
        const FlowBegin *b = &action_begins(action)[i];

        if (!b->each.len)
            begin_one(w, b, 0);
        for (size_t k = 0; b->each.len && k < w->s->parties.count; k++) {
            const MatterParty p = parties_of(w->s)[k];

            if (str_eq(p.party, b->each) && !p.until.len)
                begin_one(w, b, p.organisation);
        }
    }
}

static bool is_child(const MatterLink *l) {
    return str_is(l->kind, "child") && l->flow.len;
}

/* Sub-matters of this kind were begun, one for each, and some go on; this one has none. */
static bool lacks_one(const Work *w, const FlowBegin *b, int64_t organisation) {
    bool going_on = false;

    for (size_t i = 0; i < w->s->links.count; i++) {
        const MatterLink *l = &links_of(w->s)[i];

        if (!is_child(l) || !l->organisation || !str_eq(l->flow, b->flow) || !str_eq(l->as, b->as))
            continue;
        if (l->organisation == organisation)
            return false;
        going_on |= str_is(l->state, "open");
    }
    return going_on;
}

void children_join(Work *w, Str party, int64_t organisation) {
    for (size_t i = 0; i < w->flow->steps.count; i++) {
        const FlowStep *def = &flow_steps(w->flow)[i];

        for (size_t k = 0; k < def->actions.count; k++) {
            const FlowAction *action = &step_actions(def)[k];

            for (size_t n = 0; n < action->begins.count; n++) {
                const FlowBegin *b = &action_begins(action)[n];

                if (str_eq(b->each, party) && lacks_one(w, b, organisation))
                    begin_one(w, b, organisation);
            }
        }
    }
}

/* ---- counting and waiting ---- */

static bool listed(const BindList *names, Str name) {
    for (size_t i = 0; i < names->count; i++)
        if (str_eq(((const Str *)names->items)[i], name))
            return true;
    return false;
}

static bool counts(const FlowTest *t, const MatterLink *l) {
    if (!is_child(l) || !str_eq(l->flow, t->children))
        return false;
    if (t->outcome.count)
        return listed(&t->outcome, l->outcome);
    if (!t->ended.len)
        return true;
    return str_eq(t->ended, l->state) || str_eq(t->ended, l->ended);
}

int64_t children_count(const MatterState *s, const FlowTest *t) {
    int64_t n = 0;

    for (size_t i = 0; i < s->links.count; i++)
        n += counts(t, &links_of(s)[i]);
    return n;
}

int64_t answers_count(const MatterState *s, const FlowTest *t) {
    const MatterStep *last = state_last_step(s, t->answers);
    int64_t n = 0;

    for (size_t i = 0; last && i < s->tasks.count; i++) {
        const MatterTask *k = &tasks_of(s)[i];

        n += k->step == last->id && str_is(k->kind, "owner") && str_is(k->state, "done") &&
             (!t->action.count || listed(&t->action, k->action));
    }
    return n;
}

static Str flow_title_of(const Work *w, Str flow) {
    Err unknown = {0};
    const Flow *f =
        str_eq(flow, w->flow->flow) ? w->flow : content_flow(w->world->content, flow, &unknown);

    return f ? f->title : flow;
}

/* Its number, where the world knows it. */
static Str name_of_link(const Work *w, const MatterLink *l) {
    FlowOther other = {0};

    if (w->world->other && l->target.len && w->world->other(w->world->context, l->target, &other))
        return other.number;
    return flow_title_of(w, l->flow);
}

bool children_ended(Work *w, const FlowStep *def, const FlowAction *action) {
    const MatterLink *first = NULL;
    long long open = 0;

    if (action->back || (!action->to.count && !action->closes.len))
        return true;
    for (size_t i = 0; def->waits.count && i < w->s->links.count; i++) {
        const MatterLink *l = &links_of(w->s)[i];

        if (!is_child(l) || !listed(&def->waits, l->flow) || str_is(l->state, "closed"))
            continue;
        first = first ? first : l;
        open++;
    }
    return !first || work_fail(w, ERR_CONFLICT, "/action",
                               "还有 %lld 件子事项没有办结（%.*s%s），都办结以后才能“%.*s”", open,
                               STR_ARG(name_of_link(w, first)), open > 1 ? " 等" : "",
                               STR_ARG(action->title));
}

/* ---- a child has ended, or goes on again ---- */

static MatterLink *link_meant(Work *w) {
    int64_t id = node_int(w->act->more, "link", 0);

    for (size_t i = 0; i < w->s->links.count; i++) {
        MatterLink *l = &links_of(w->s)[i];

        if (l->flow.len && (id ? l->id == id : l->target.len && str_eq(l->target, w->act->target)))
            return l;
    }
    work_fail(w, ERR_INVALID, "/target", "这件事项没有这件子事项");
    return NULL;
}

bool may_child(Work *w) {
    return str_is(w->act->actor, "system") ||
           work_fail(w, ERR_FORBIDDEN, NULL, "%.*s由系统自动进行",
                     STR_ARG(verb_title(w->act->verb)));
}

/* Whoever waited for it hears of it. */
static void tell_waiting(Work *w, Str flow) {
    for (size_t i = 0; i < w->s->tasks.count; i++) {
        const MatterTask *t = &tasks_of(w->s)[i];
        const MatterStep *of = is_open(t->state) ? state_step(w->s, t->step) : NULL;
        const FlowStep *def = of ? flow_step(w->flow, of->step) : NULL;

        if (def && str_is(t->kind, "owner") && listed(&def->waits, flow))
            work_told(w, t->id);
    }
}

bool run_child(Work *w) {
    MatterLink *l = link_meant(w);
    bool closed = str_is(node_text(w->act->more, "state"), "closed"),
         success = node_bool(w->act->more, "success", false);

    if (!l)
        return false;
    l->state = closed ? STR("closed") : STR("open");
    l->ended = !closed ? (Str){NULL, 0} : success ? STR("success") : STR("failure");
    l->outcome = closed ? work_dup(w, w->act->action) : (Str){NULL, 0};
    tell_waiting(w, l->flow);
    return true;
}

/* ---- undo ---- */

static bool knows(const MatterState *s, int64_t link) {
    for (size_t i = 0; i < s->links.count; i++)
        if (links_of(s)[i].id == link)
            return true;
    return false;
}

static bool blocks(Work *w, const MatterLink *l, Str number) {
    return work_fail(w, ERR_CONFLICT, "/target", "此后%s的事项（%.*s）%s，请先处理好那一件再撤销",
                     str_is(l->kind, "child")   ? "开始"
                     : str_is(l->kind, "split") ? "拆分"
                                                : "并入",
                     STR_ARG(number), str_is(l->kind, "child") ? "已经有人办理" : "仍在办理");
}

static void foresee(Work *w, Str sentence) {
    work_effect(w, &w->effects->consequences, sentence);
}

/* One that has ended stays as it is, beside this one; one that nobody has worked on ends with what
 * began it. */
static bool undo_child(Work *w, MatterLink *l) {
    FlowOther other = {.state = l->state, .moved = true};
    bool known =
        w->world->other && l->target.len && w->world->other(w->world->context, l->target, &other);
    Str number = known ? other.number : flow_title_of(w, l->flow),
        outcome = other.title.len ? other.title : other.outcome;
    bool open = known ? str_is(other.state, "open") || str_is(other.state, "suspended")
                      : !str_is(l->state, "closed");

    if (open && other.moved)
        return blocks(w, l, number);
    l->kind = STR("related");
    if (!open) {
        foresee(w, str_format(w->arena,
                              "子事项 %.*s 已经办结%s%.*s，保留原样，改作关联事项，不再计入本事项",
                              STR_ARG(number), outcome.len ? "：" : "", STR_ARG(outcome)));
        return true;
    }
    foresee(w, str_format(w->arena, "子事项 %.*s 还没有人办理，将一并终结", STR_ARG(number)));
    work_effect(w, &w->effects->ends, l->target);
    l->state = STR("closed");
    l->ended = STR("failure");
    l->outcome = STR("terminated");
    return true;
}

bool children_undo(Work *w) {
    for (size_t i = 0; i < w->s->links.count; i++) {
        MatterLink *l = &links_of(w->s)[i];

        if (knows(w->history, l->id))
            continue;
        if ((str_is(l->kind, "split") || str_is(l->kind, "merged")) && !blocks(w, l, l->target))
            return false;
        if (str_is(l->kind, "child") && l->target.len && !undo_child(w, l))
            return false;
    }
    return true;
}

/* What became of children is not undone with their parent's act. */
void children_keep(Work *w, MatterState *then) {
    Work own = {.s = then, .arena = w->arena};

    for (size_t i = 0; i < w->s->links.count; i++) {
        const MatterLink now = links_of(w->s)[i];
        bool found = false;

        for (size_t k = 0; k < then->links.count; k++) {
            MatterLink *l = &links_of(then)[k];

            if (l->id != now.id)
                continue;
            found = true;
            l->state = now.state;
            l->ended = now.ended;
            l->outcome = now.outcome;
        }
        if (!found && now.flow.len && now.target.len)
            *(MatterLink *)work_add(&own, &then->links, sizeof(MatterLink)) = now;
    }
}

/* ---- copies ---- */

/* Somebody holds it there, or is the liaison officer by his appointment. */
static bool held(const Work *w, int64_t organisation, const Role *r) {
    return w->world->holds(w->world->context, STR(""), organisation, r->role) ||
           (r->liaison && w->world->liaison &&
            w->world->liaison(w->world->context, STR(""), organisation));
}

static bool supervises(const Role *r) {
    for (size_t i = 0; !r->founder && i < r->rules.count; i++)
        if (role_rules(r)[i].permission == PERMISSION_MATTER_SUPERVISE)
            return true;
    return false;
}

/* A role that an organisation of this kind has: first those that somebody holds there. */
static const Role *role_there(const Work *w, int64_t organisation, Str kind, bool liaison,
                              bool somebody) {
    const Content *c = w->world->content;

    for (size_t i = 0; i < content_role_count(c); i++) {
        const Role *r = content_role_at(c, i);

        if (role_fits(r, kind) && (liaison ? r->liaison : supervises(r)) &&
            (!somebody || held(w, organisation, r)))
            return r;
    }
    return NULL;
}

/* A copy lies on somebody's desk: of whom content names, else of the liaison officer, else of the
 * head. */
Str copy_role(const Work *w, int64_t organisation, Str named) {
    Err unknown = {0};
    const Role *r = named.len ? content_role(w->world->content, named, &unknown) : NULL;
    Str kind;
    int64_t leader;

    if (!w->world->organisation(w->world->context, organisation, &kind, &leader))
        return named;
    if (r && role_fits(r, kind))
        return r->role;
    for (int try = 0; try < 4; try++) {
        r = role_there(w, organisation, kind, try % 2 == 0, try < 2);
        if (r)
            return r->role;
    }
    return named;
}
