/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/service_who.c: who may sign for a document at its receiver, and when an answer is due.
 */
#include "content/period.h"
#include "document/service.h"
#include "flow/act_inside.h"

#include "base/banned.h"

/* ---- who ---- */

static bool holds(const DocumentWork *w, Str login, int64_t house, Str role) {
    return w->world->holds(w->world->context, login, house, role);
}

/* Somebody (login empty: anybody) who signs for documents there by his role or appointment. */
static bool by_role(const DocumentWork *w, Str login, int64_t house) {
    const FlowWorld *world = w->world;
    const Content *c = world->content;
    const BindList *named = w->place ? &w->place->received_by : NULL;

    for (size_t i = 0; named && i < named->count; i++)
        if (holds(w, login, house, ((const Str *)named->items)[i]))
            return true;
    if (world->liaison && world->liaison(world->context, login, house))
        return true;
    for (size_t i = 0; i < content_role_count(c); i++)
        if (content_role_at(c, i)->liaison && holds(w, login, house, content_role_at(c, i)->role))
            return true;
    return false;
}

/* Whoever owns the matter's work there. */
static bool by_task(const DocumentWork *w, int64_t house) {
    for (size_t i = 0; w->matter && i < w->matter->tasks.count; i++) {
        const MatterTask *t = &tasks_of(w->matter)[i];

        if (is_open(t->state) && t->organisation == house && str_eq(t->login, w->actor))
            return true;
    }
    return false;
}

bool service_at_home(const DocumentWork *w, const DocumentService *s) {
    return s->organisation && holds(w, w->actor, s->organisation, (Str){NULL, 0});
}

bool service_receives(const DocumentWork *w, const DocumentService *s) {
    int64_t house = s->organisation;

    if (!house)
        return false;
    if (by_role(w, w->actor, house) || by_task(w, house))
        return true;
    return service_at_home(w, s) && !by_role(w, STR(""), house);
}

/* ---- when ---- */

static bool closed_well(const DocumentService *s) {
    return str_is(s->state, "signed") && s->day.len;
}

Str service_day(const Document *d) {
    Str day = {NULL, 0};

    for (size_t i = 0; i < d->services.count; i++) {
        const DocumentService *s = &document_services(d)[i];

        if (!str_is(s->kind, "to"))
            continue;
        if (service_waits(s))
            return (Str){NULL, 0};
        if (closed_well(s) && str_compare(s->day, day) > 0)
            day = s->day;
    }
    return day;
}

/* The period that runs in this matter: where a step counts the type's own from the day of receipt
 * as one of several, the first whose conditions hold (紧急情形). */
static Str period_of(const DocumentWork *w) {
    Str own = w->type->reply.period;

    for (size_t i = 0; w->flow && w->matter && i < w->flow->steps.count; i++) {
        const FlowStep *step = &flow_steps(w->flow)[i];
        const FlowClock *first = NULL;
        bool named = false;

        for (size_t k = 0; k < step->within.count; k++) {
            const FlowClock *c = &step_clocks(step)[k];

            named |= str_eq(c->period, own);
            if (!first && !c->also && flow_tests_hold(w->flow, w->matter, &c->when))
                first = c;
        }
        if (named && first)
            return first->period;
    }
    return own;
}

/* Another last day that the document itself sets. */
static Str day_set(const DocumentWork *w) {
    const DocumentReply *r = &w->type->reply;
    const DocumentField *f = r->by.len ? document_field(&w->type->fields, r->by) : NULL;
    const Node *values = node_get(w->d->personal, "values");

    return f && values ? node_text(values, str_c(w->arena, f->is.field)) : (Str){NULL, 0};
}

Str service_due(DocumentWork *w, Str day) {
    const Content *c = w->world->content;
    Str set = day_set(w);
    Err unknown = {0};
    const Period *p;
    PeriodDue due;
    PeriodFacts facts = PERIOD_NO_FACTS;
    Day on;
    char text[11];

    if (!w->type->reply.period.len || !day_parse(day, &on))
        return (Str){NULL, 0};
    if (day_parse(set, &on) && str_compare(set, day) > 0)
        return document_dup(w, set);
    p = content_period(c, period_of(w), &unknown);
    day_parse(day, &on);
    if (!p || !period_compute(c, p, period_from_day(on), &facts, &due, &unknown) ||
        due.due == DAY_NONE)
        return (Str){NULL, 0};
    day_format(due.due, text);
    return document_dup(w, str_of(text));
}
