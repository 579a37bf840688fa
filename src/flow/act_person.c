/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/act_person.c: who may do a task, and who must not. */
#include <string.h>

#include "flow/roles.h"

#include "base/banned.h"

bool person_stands(const Work *w, Str login) {
    const FlowWorld *world = w->world;

    return str_eq(w->act->actor, login) ||
           (world->stands_for && world->stands_for(world->context, w->act->actor, login));
}

static bool holds(const Work *w, Str login, int64_t organisation, Str role) {
    return w->world->holds(w->world->context, login, organisation, role);
}

bool task_unclaimed(const Work *w, const MatterTask *t) {
    return !t->login.len && t->role.len && !roles_held(w->world, STR(""), t->organisation, t->role);
}

Str person_name(const Work *w, Str login) {
    Str name = w->world->name ? w->world->name(w->world->context, login) : (Str){NULL, 0};

    return name.len ? name : login;
}

/* Nobody holds the role: the organisation's liaison officer does its work, or gives it to somebody.
 */
static bool liaison(const Work *w, int64_t organisation) {
    const Content *c = w->world->content;

    if (w->world->liaison && w->world->liaison(w->world->context, w->act->actor, organisation))
        return true;
    for (size_t i = 0; i < content_role_count(c); i++)
        if (content_role_at(c, i)->liaison &&
            holds(w, w->act->actor, organisation, content_role_at(c, i)->role))
            return true;
    return false;
}

bool person_supervises(const Work *w, int64_t organisation) {
    return w->world->may && w->world->may(w->world->context, w->act->actor,
                                          PERMISSION_MATTER_SUPERVISE, organisation);
}

bool person_supervises_any(const Work *w) {
    if (person_supervises(w, w->s->organisation))
        return true;
    for (size_t i = 0; i < w->s->tasks.count; i++)
        if (is_open(tasks_of(w->s)[i].state) && str_is(tasks_of(w->s)[i].kind, "owner") &&
            person_supervises(w, tasks_of(w->s)[i].organisation))
            return true;
    return false;
}

/* Of several people of one step nobody is two of them. */
static bool sits_already(const Work *w, const MatterTask *t, Str login) {
    for (size_t i = 0; t->seat && i < w->s->tasks.count; i++) {
        const MatterTask *o = &tasks_of(w->s)[i];

        if (o->id == t->id || o->step != t->step || o->organisation != t->organisation ||
            !o->seat || !str_is(o->kind, "owner"))
            continue;
        if ((is_open(o->state) && str_eq(o->login, login)) ||
            (str_is(o->state, "done") && str_eq(o->actor, login)))
            return true;
    }
    return false;
}

static bool two_seats(const Work *w, const MatterTask *t, Str login, const char *where) {
    const MatterStep *of = state_step(w->s, t->step);

    return work_fail(
        w, ERR_FORBIDDEN, where, "%.*s 已经在“%.*s”这一步办理，各人办各人的，请由另一人办理",
        STR_ARG(person_name(w, login)), STR_ARG(of ? step_title(w, of->step) : STR("")));
}

/* The first free seat stands for all that are free. */
static bool seat_before(const Work *w, const MatterTask *t) {
    for (size_t i = 0; t->seat && i < w->s->tasks.count; i++) {
        const MatterTask *o = &tasks_of(w->s)[i];

        if (o->step == t->step && o->organisation == t->organisation && o->seat &&
            o->seat < t->seat && is_open(o->state) && str_is(o->kind, "owner") && !o->login.len)
            return true;
    }
    return false;
}

bool person_has(const Work *w, const MatterTask *t) {
    if (!t->login.len && (sits_already(w, t, w->act->actor) || seat_before(w, t)))
        return false;
    if (t->login.len)
        return person_stands(w, t->login);
    if (str_is(t->kind, "approve") && !person_supervises(w, t->organisation))
        return false;
    if (roles_held(w->world, w->act->actor, t->organisation, t->role))
        return true;
    if (task_unclaimed(w, t))
        return liaison(w, t->organisation) || person_supervises(w, t->organisation);
    return false;
}

bool person_takes_part(const Work *w) {
    for (size_t i = 0; i < w->s->parties.count; i++)
        if (!parties_of(w->s)[i].until.len &&
            holds(w, w->act->actor, parties_of(w->s)[i].organisation, STR("")))
            return true;
    return false;
}

static bool kind_among(const char *kinds, Str kind) {
    Str rest = str_of(kinds), one;

    while (str_split(&rest, '|', &one))
        if (str_eq(one, kind))
            return true;
    return false;
}

static bool closed_already(const Work *w, const MatterTask *t) {
    if (!t->actor.len)
        return work_fail(w, ERR_CONFLICT, "/task", "这项任务已经了结，请刷新后再看");
    return work_fail(w, ERR_CONFLICT, "/task", "这项任务已由 %.*s 于 %.*s 办理，请刷新后再看",
                     STR_ARG(person_name(w, t->actor)), STR_ARG(str_slice(t->closed, 0, 16)));
}

static MatterTask *task_named(Work *w, const char *kinds) {
    MatterTask *t = state_task(w->s, w->act->task);

    if (!t || !kind_among(kinds, t->kind)) {
        work_fail(w, ERR_INVALID, "/task", "这件事项里没有这样的任务（%lld），请刷新后再选",
                  (long long)w->act->task);
        return NULL;
    }
    if (!is_open(t->state)) {
        closed_already(w, t);
        return NULL;
    }
    if (!person_has(w, t)) {
        const MatterStep *of = state_step(w->s, t->step);

        if (!t->login.len && sits_already(w, t, w->act->actor))
            two_seats(w, t, w->act->actor, "/task");
        else if (t->login.len)
            work_fail(w, ERR_FORBIDDEN, "/task", "“%.*s”由 %.*s 承办，其他人不能代办",
                      STR_ARG(of ? step_title(w, of->step) : STR("这项任务")),
                      STR_ARG(person_name(w, t->login)));
        else
            work_fail(w, ERR_FORBIDDEN, "/task", "“%.*s”由“%.*s”办理，没有担任这个角色的不能办理",
                      STR_ARG(of ? step_title(w, of->step) : STR("这项任务")),
                      STR_ARG(role_title_of(w, t->role)));
        return NULL;
    }
    return t;
}

static bool offers(const Work *w, const MatterTask *t, Str action) {
    const MatterStep *of = state_step(w->s, t->step);
    const FlowStep *def = of ? flow_step(w->flow, of->step) : NULL;

    return def && flow_action(def, action);
}

static MatterTask *task_meant(Work *w, const char *kinds, Str action) {
    MatterTask *found = NULL;
    size_t several = 0;

    if (w->act->task)
        return task_named(w, kinds);
    for (size_t i = 0; i < w->s->tasks.count; i++) {
        MatterTask *t = &tasks_of(w->s)[i];

        if (is_open(t->state) && kind_among(kinds, t->kind) && person_has(w, t) &&
            (!action.len || offers(w, t, action))) {
            found = t;
            several++;
        }
    }
    if (several == 1) {
        w->effects->task = found->id;
        return found;
    }
    if (several)
        work_fail(w, ERR_INVALID, "/task", "在这件事项里有 %zu 项任务可办，请指明办理哪一项",
                  several);
    else
        work_fail(w, ERR_FORBIDDEN, "/task",
                  "这件事项现在没有由自己办理的这类任务，请查看当前步骤和承办人");
    return NULL;
}

MatterTask *person_task(Work *w, const char *kinds) {
    return task_meant(w, kinds, (Str){NULL, 0});
}

MatterTask *person_task_for(Work *w, Str action) {
    return task_meant(w, "owner", action);
}

/* Has this person done that step before? Joint steps have several who did. */
static bool did(const MatterState *s, Str step, Str login) {
    for (size_t i = 0; i < s->tasks.count; i++) {
        const MatterTask *t = &tasks_of(s)[i];
        const MatterStep *of = state_step(s, t->step);

        if (of && str_eq(of->step, step) && str_is(t->kind, "owner") && str_is(t->state, "done") &&
            str_eq(t->actor, login))
            return true;
    }
    return false;
}

/* The other matters that a person must not have worked on. */
static bool kept_apart(Work *w, const FlowStep *def, Str login, const char *where) {
    const Str *flows = def->apart.items;

    for (size_t i = 0; w->world->took_part && i < def->apart.count; i++) {
        Err unknown = {0};
        const Flow *f = content_flow(w->world->content, flows[i], &unknown);

        if (w->world->took_part(w->world->context, login, w->s, flows[i]))
            return work_fail(w, ERR_FORBIDDEN, where,
                             "%.*s 办理过同一案件的“%.*s”，按规定“%.*s”应由另一人办理",
                             STR_ARG(person_name(w, login)), STR_ARG(f ? f->title : flows[i]),
                             STR_ARG(def->title));
    }
    return true;
}

bool person_fits(Work *w, const MatterTask *t, Str login, const char *where) {
    const MatterStep *of = state_step(w->s, t->step);
    const FlowStep *def = of ? flow_step(w->flow, of->step) : NULL;

    if (w->world->conflict && w->world->conflict(w->world->context, login, w->s))
        return work_fail(w, ERR_FORBIDDEN, where,
                         "%.*s 与这件事项有利害关系，应当回避，请转交他人办理",
                         STR_ARG(person_name(w, login)));
    if (def && str_is(t->kind, "owner") && !kept_apart(w, def, login, where))
        return false;
    if (sits_already(w, t, login))
        return two_seats(w, t, login, where);
    for (size_t i = 0; def && str_is(t->kind, "owner") && i < def->by.count; i++) {
        const FlowOwner *o = &((const FlowOwner *)def->by.items)[i];

        if (o->not_as.len && roles_have(t->role, o->role) && did(w->s, o->not_as, login))
            return work_fail(w, ERR_FORBIDDEN, where,
                             "%.*s 办理过“%.*s”，按规定“%.*s”应由另一人办理",
                             STR_ARG(person_name(w, login)), STR_ARG(step_title(w, o->not_as)),
                             STR_ARG(def->title));
    }
    return true;
}

bool step_allows(Work *w, int64_t step, int verb) {
    const MatterStep *of = state_step(w->s, step);
    const FlowStep *def = of ? flow_step(w->flow, of->step) : NULL;

    for (size_t i = 0; def && i < def->without.count; i++)
        if (str_is(((const Str *)def->without.items)[i], flow_verb_names[verb].name))
            return work_fail(w, ERR_CONFLICT, NULL, "“%.*s”这一步不能%.*s", STR_ARG(def->title),
                             STR_ARG(verb_title(verb)));
    return true;
}
