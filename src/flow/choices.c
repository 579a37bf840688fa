/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/choices.c: what a person can do now, asked of the very rules that will judge the act. */
#include <string.h>

#include "flow/act_inside.h"

#include "base/banned.h"

typedef struct Choosing {
    const FlowWorld *world;
    const Flow *flow;
    const MatterState *state;
    Str login;
    Arena *arena;
    Node *out;
} Choosing;

/* Verbs about one task, and the kinds of tasks they are about. */
static const struct {
    int verb;
    const char *kinds;
} about_tasks[] = {
    {VERB_FILL, "owner"},
    {VERB_CLAIM, "owner|signer|countersign|approve"},
    {VERB_SEND_BACK, "owner"},
    {VERB_REASSIGN, "owner|signer|countersign"},
    {VERB_ADD_SIGNER, "owner"},
    {VERB_COUNTERSIGN, "owner"},
    {VERB_SUSPEND, "owner"},
    {VERB_EXTEND, "owner"},
    {VERB_SIGN, "signer|countersign|consult"},
    {VERB_DECIDE, "approve"},
    {VERB_READ_COPY, "copy"},
    {VERB_ANSWER, "supervise"},
};

static const int about_matters[] = {
    VERB_WITHDRAW,  VERB_URGE,  VERB_RESUME,    VERB_REMOVE_SIGNER, VERB_COPY,  VERB_SUPERVISE,
    VERB_PARTY,     VERB_LINK,  VERB_FILE,      VERB_REMOVE_FILE,   VERB_MERGE, VERB_SPLIT,
    VERB_DESIGNATE, VERB_RAISE, VERB_TERMINATE, VERB_REOPEN,        VERB_UNDO};

/* A try at it: only asked, never carried out. */
static bool allowed(Choosing *c, const FlowAct *act, Work *out) {
    const VerbRule *rule = &flow_verb_rules[act->verb];
    static _Thread_local Err ignored;
    static _Thread_local FlowEffects unused;
    bool open = str_is(c->state->state, "open"), suspended = str_is(c->state->state, "suspended");

    unused = (FlowEffects){0};
    *out = (Work){.world = c->world,
                  .flow = c->flow,
                  .act = act,
                  .before = c->state,
                  .s = (MatterState *)(uintptr_t)c->state, /* asking changes nothing */
                  .arena = c->arena,
                  .effects = &unused,
                  .now = STR(""),
                  .e = &ignored};
    return (open || (suspended ? rule->suspended : rule->ended)) && !rule->system && rule->may(out);
}

static Node *choice(Choosing *c, const FlowAct *act, Str title) {
    Node *n = node_map(c->arena);

    if (act->task)
        node_set_int(c->arena, n, "task", act->task);
    node_set_text(c->arena, n, "verb", str_of(flow_verb_names[act->verb].name));
    if (act->action.len)
        node_set_text(c->arena, n, "action", act->action);
    node_set_text(c->arena, n, "title", title);
    node_add(c->arena, c->out, n);
    return n;
}

static void add_texts(Arena *a, Node *n, const char *key, const BindList *list) {
    Node *out = node_list(a);

    for (size_t i = 0; i < list->count; i++)
        node_add(a, out, node_of_text(a, ((const Str *)list->items)[i]));
    if (out->count)
        node_set(a, n, key, out);
}

static bool asked(const Node *needs, Str field) {
    for (size_t i = 0; i < needs->count; i++)
        if (str_eq(needs->items[i]->text, field))
            return true;
    return false;
}

/* Fields that must be filled in for this action: marked, not given at the beginning, or named. */
static void add_needs(Choosing *c, Node *n, const FlowStep *def, const FlowAction *action) {
    Node *needs = node_list(c->arena);

    for (size_t i = 0; !action->back && i < def->form.count; i++) {
        Str field = ((const Str *)def->form.items)[i];

        if (str_ends(field, STR("!")))
            node_add(c->arena, needs, node_of_text(c->arena, str_slice(field, 0, field.len - 1)));
    }
    for (size_t i = 0; !action->back && i < c->flow->fields.count; i++) {
        const Field *f = &flow_fields(c->flow)[i];

        if (f->required && str_eq(def->step, c->flow->start) &&
            !flow_value_of(c->flow, c->state, f->field).len && !asked(needs, f->field))
            node_add(c->arena, needs, node_of_text(c->arena, f->field));
    }
    for (size_t i = 0; i < action->needs.count; i++)
        node_add(c->arena, needs, node_of_text(c->arena, ((const Str *)action->needs.items)[i]));
    node_set(c->arena, n, "needs", needs);
}

/* Shown, but it is not the time for it yet: the sentence that would refuse it, and the day. */
static void add_blocked(Choosing *c, Node *n, Work *w, int64_t step, const FlowAction *action) {
    Err why = {0};
    Str day = {NULL, 0};
    Work asks = *w;

    asks.e = &why;
    if (act_in_time(&asks, step, action, &day) || why.code != ERR_CONFLICT)
        return;
    node_set_text(c->arena, n, "blocked", str_dup(c->arena, str_of(why.text)));
    if (day.len)
        node_set_text(c->arena, n, "not_before", day);
}

static void add_actions(Choosing *c, const MatterTask *t) {
    const MatterStep *of = state_step(c->state, t->step);
    const FlowStep *def = of ? flow_step(c->flow, of->step) : NULL;

    for (size_t i = 0; def && i < def->actions.count; i++) {
        const FlowAction *action = &step_actions(def)[i];
        FlowAct act = {
            .verb = VERB_ACT, .actor = c->login, .task = t->id, .action = action->action};
        Work w;
        Node *n;

        if (!allowed(c, &act, &w) || !act_offered(&w, t, def, action))
            continue;
        n = choice(c, &act, action->title);
        add_blocked(c, n, &w, t->step, action);
        if (def->joint == JOINT_EACH)
            node_set_bool(c->arena, n, "own", true);
        add_needs(c, n, def, action);
        add_texts(c->arena, n, "to", &action->to);
        if (action->closes.len)
            node_set_text(c->arena, n, "closes", action->closes);
        if (action->reason != REASON_NONE)
            node_set_text(c->arena, n, "reason",
                          action->reason == REASON_CODE ? action->reasons : STR("text"));
        if (action->back)
            node_set_bool(c->arena, n, "back", true);
        if (action->file)
            node_set_bool(c->arena, n, "file", true);
        if (action->help.len)
            node_set_text(c->arena, n, "help", action->help);
    }
}

/* Steps that have been done, the newest first, each once. */
static void add_earlier(Choosing *c, Node *n, int64_t than) {
    Node *to = node_list(c->arena);

    for (size_t i = c->state->steps.count; i-- > 0;) {
        const MatterStep *s = &steps_of(c->state)[i];
        bool there = false;

        if (s->id >= than || !str_is(s->state, "done") ||
            str_eq(s->step, state_step(c->state, than)->step))
            continue;
        for (size_t k = 0; k < to->count; k++)
            there |= str_eq(to->items[k]->text, s->step);
        if (!there)
            node_add(c->arena, to, node_of_text(c->arena, s->step));
    }
    node_set(c->arena, n, "to", to);
}

static bool kind_fits(const char *kinds, Str kind) {
    Str rest = str_of(kinds), one;

    while (str_split(&rest, '|', &one))
        if (str_eq(one, kind))
            return true;
    return false;
}

static void add_of_period(Choosing *c, Node *list, const Period *p, int64_t clock,
                          bool extensions) {
    for (size_t i = 0; !extensions && i < p->suspends.count; i++)
        node_add(c->arena, list, node_of_text(c->arena, period_suspends(p)[i].reason));
    for (size_t i = 0; extensions && i < p->extensions.count; i++) {
        Node *one = node_map(c->arena);

        node_set_int(c->arena, one, "clock", clock);
        node_set_text(c->arena, one, "extension", period_extensions(p)[i].extension);
        node_set_text(c->arena, one, "title", period_extensions(p)[i].title);
        node_add(c->arena, list, one);
    }
}

/* Of all clocks of the step that run. */
static void add_reasons(Choosing *c, Node *n, int64_t step, bool extensions) {
    Node *list = node_list(c->arena);

    for (size_t i = 0; i < c->state->clocks.count; i++) {
        const MatterClock *k = &clocks_of(c->state)[i];
        Err ignored = {0};
        const Period *p = k->step == step && k->period.len && str_is(k->state, "running")
                              ? content_period(c->world->content, k->period, &ignored)
                              : NULL;

        if (p)
            add_of_period(c, list, p, k->id, extensions);
    }
    node_set(c->arena, n, extensions ? "extensions" : "reasons", list);
}

static void add_of_task(Choosing *c, const MatterTask *t) {
    if (str_is(t->kind, "owner"))
        add_actions(c, t);
    for (size_t i = 0; i < sizeof about_tasks / sizeof *about_tasks; i++) {
        FlowAct act = {.verb = about_tasks[i].verb, .actor = c->login, .task = t->id};
        Work w;
        Node *n;

        if (!kind_fits(about_tasks[i].kinds, t->kind) || !allowed(c, &act, &w))
            continue;
        n = choice(c, &act, verb_title(act.verb));
        if (act.verb == VERB_SEND_BACK)
            add_earlier(c, n, t->step);
        if (act.verb == VERB_SUSPEND || act.verb == VERB_EXTEND)
            add_reasons(c, n, t->step, act.verb == VERB_EXTEND);
    }
}

Node *flow_task_choices(const FlowWorld *w, const Flow *f, const MatterState *s, Str login,
                        int64_t task, Arena *a) {
    Choosing c = {w, f, s, login, a, node_list(a)};
    const MatterTask *t = state_task(s, task);

    if (t && is_open(t->state))
        add_of_task(&c, t);
    return c.out;
}

Node *flow_choices(const FlowWorld *w, const Flow *f, const MatterState *s, Str login, Arena *a) {
    Choosing c = {w, f, s, login, a, node_list(a)};

    for (size_t i = 0; i < s->tasks.count; i++)
        if (is_open(tasks_of(s)[i].state))
            add_of_task(&c, &tasks_of(s)[i]);
    for (size_t i = 0; i < sizeof about_matters / sizeof *about_matters; i++) {
        FlowAct act = {.verb = about_matters[i], .actor = login};
        Work unused;

        if (allowed(&c, &act, &unused))
            choice(&c, &act, verb_title(act.verb));
    }
    return c.out;
}
