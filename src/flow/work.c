/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/work.c: the copy of a state that an act changes, and how things are found in it. */
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "flow/roles.h"

#include "base/banned.h"

const BindName flow_verb_names[] = {
#define X(id, name, title) {name, VERB_##id, title},
    FLOW_VERBS(X)
#undef X
        {NULL, 0, NULL}};

Str verb_title(int verb) {
    return verb >= 0 && verb < VERB_COUNT ? str_of(flow_verb_names[verb].title) : STR("");
}

/* ---- changing ---- */

static void list_own(Arena *a, BindList *list, size_t size) {
    void *items = arena_array(a, list->count, size);

    if (list->count)
        memcpy(items, list->items, list->count * size);
    list->items = items;
}

MatterState *work_state(Arena *a, const MatterState *s) {
    MatterState *own = arena_new_of(a, MatterState);

    if (!s) {
        own->next = 1;
        own->values = node_map(a);
        own->personal = node_map(a);
        return own;
    }
    *own = *s;
    list_own(a, &own->parties, sizeof(MatterParty));
    list_own(a, &own->steps, sizeof(MatterStep));
    list_own(a, &own->tasks, sizeof(MatterTask));
    list_own(a, &own->clocks, sizeof(MatterClock));
    list_own(a, &own->links, sizeof(MatterLink));
    list_own(a, &own->files, sizeof(MatterFile));
    for (size_t i = 0; i < own->clocks.count; i++) {
        list_own(a, &clocks_of(own)[i].suspensions, sizeof(MatterSpan));
        list_own(a, &clocks_of(own)[i].extensions, sizeof(MatterSpan));
    }
    return own;
}

int64_t work_id(Work *w) {
    return w->s->next++;
}

void *work_add(Work *w, BindList *list, size_t size) {
    char *items = arena_array(w->arena, list->count + 1, size);

    if (list->count)
        memcpy(items, list->items, list->count * size);
    list->items = items;
    return items + list->count++ * size;
}

Str work_dup(Work *w, Str s) {
    return s.len ? str_dup(w->arena, s) : (Str){NULL, 0};
}

void work_effect(Work *w, BindList *list, Str what) {
    *(Str *)work_add(w, list, sizeof(Str)) = what;
}

void work_told(Work *w, int64_t task) {
    const int64_t *told = w->effects->told.items;

    for (size_t i = 0; i < w->effects->told.count; i++)
        if (told[i] == task)
            return;
    *(int64_t *)work_add(w, &w->effects->told, sizeof(int64_t)) = task;
}

bool work_fail(const Work *w, ErrCode code, const char *where, const char *format, ...) {
    char text[sizeof((Err){0}.text)];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return err_set(w->e, code, where, "%s", text);
}

/* ---- finding ---- */

#define FIND(T, name, list)                                  \
    T *name(const MatterState *s, int64_t id) {              \
        for (size_t i = 0; id > 0 && i < s->list.count; i++) \
            if (((T *)s->list.items)[i].id == id)            \
                return &((T *)s->list.items)[i];             \
        return NULL;                                         \
    }
FIND(MatterStep, state_step, steps)
FIND(MatterTask, state_task, tasks)
FIND(MatterClock, state_clock, clocks)
FIND(MatterFile, state_file, files)
#undef FIND

MatterStep *state_last_step(const MatterState *s, Str step) {
    MatterStep *newest = NULL;

    for (size_t i = s->steps.count; i-- > 0;) {
        MatterStep *own = &steps_of(s)[i];

        if (!str_eq(own->step, step))
            continue;
        if (is_open(own->state) || str_is(own->state, "waiting"))
            return own; /* an older one may have been taken back */
        newest = newest ? newest : own;
    }
    return newest;
}

Str state_actor_of(const MatterState *s, Str step, int64_t organisation) {
    for (size_t i = s->tasks.count; i-- > 0;) {
        const MatterTask *t = &tasks_of(s)[i];
        const MatterStep *of = state_step(s, t->step);

        if (of && str_eq(of->step, step) && str_is(t->kind, "owner") && str_is(t->state, "done") &&
            (!organisation || t->organisation == organisation))
            return t->actor;
    }
    return (Str){NULL, 0};
}

bool is_open(Str state) {
    return str_is(state, "open");
}

bool matter_has_open_step(const MatterState *s) {
    for (size_t i = 0; i < s->steps.count; i++)
        if (is_open(steps_of(s)[i].state))
            return true;
    return false;
}

Str step_title(const Work *w, Str step) {
    const FlowStep *def = flow_step(w->flow, step);

    return def ? def->title : step;
}

Str party_title(const Work *w, Str party) {
    const FlowParty *p = flow_party(w->flow, party);

    return p ? p->title : party;
}

static Str one_role_title(const Work *w, Str role) {
    Err unknown = {0};
    const Role *r = content_role(w->world->content, role, &unknown);

    return r ? r->title : role;
}

Str role_title_of(const Work *w, Str role) {
    Str rest = role, one, out = {NULL, 0};

    if (!role.len)
        return STR("本单位人员");
    while (str_split(&rest, '|', &one)) {
        Str title = one_role_title(w, one);

        out = out.len ? str_format(w->arena, "%.*s或%.*s", STR_ARG(out), STR_ARG(title)) : title;
    }
    return out;
}

/* ---- one of several roles ---- */

bool roles_have(Str roles, Str role) {
    Str one;

    while (str_split(&roles, '|', &one))
        if (str_eq(one, role))
            return true;
    return false;
}

Str roles_first(Str roles) {
    Str one = {NULL, 0};

    str_split(&roles, '|', &one);
    return one;
}

/* The duty of a liaison officer goes with an appointment, whatever its role. */
static bool role_held(const FlowWorld *w, Str login, int64_t organisation, Str role) {
    Err unknown = {0};
    const Role *r;

    if (w->holds(w->context, login, organisation, role))
        return true;
    r = w->liaison ? content_role(w->content, role, &unknown) : NULL;
    return r && r->liaison && w->liaison(w->context, login, organisation);
}

bool roles_held(const FlowWorld *w, Str login, int64_t organisation, Str roles) {
    Str one;

    if (!roles.len)
        return w->holds(w->context, login, organisation, roles);
    while (str_split(&roles, '|', &one))
        if (role_held(w, login, organisation, one))
            return true;
    return false;
}

static bool can_hold(const Work *w, Str role, Str kind) {
    Err unknown = {0};
    const Role *r = content_role(w->world->content, role, &unknown);

    return r && role_fits(r, kind);
}

/* An organisation that is gone, or of a kind that has none of them, keeps all. */
Str roles_of_step(const Work *w, const FlowStep *def, Str party, int64_t organisation) {
    const FlowOwner *owners = def->by.items;
    Str kind = {NULL, 0}, out = {NULL, 0};
    int64_t leader;
    bool known = w->world->organisation(w->world->context, organisation, &kind, &leader);

    for (size_t pass = known ? 0 : 1; pass < 2 && !out.len; pass++)
        for (size_t i = 0; i < def->by.count; i++) {
            if (!str_eq(owners[i].party, party) || roles_have(out, owners[i].role) ||
                (pass == 0 && !can_hold(w, owners[i].role, kind)))
                continue;
            out = out.len ? str_format(w->arena, "%.*s|%.*s", STR_ARG(out), STR_ARG(owners[i].role))
                          : owners[i].role;
        }
    return out;
}
