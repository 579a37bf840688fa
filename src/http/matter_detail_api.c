/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/matter_detail_api.c: one matter with the words people read, now or as of any instant. */
#include "http/matter_api.h"
#include "http/matter_inputs.h"
#include "http/matter_words.h"

#include "base/citizen_text.h"
#include "clue/life.h"
#include "flow/link.h"

typedef struct Detail {
    Req *rq;
    Arena *a;
    const Content *content;
    const Flow *flow;
    const MatterState *m;
    const Node *now; /* as it stands: choices, timeline, messages */
    Instant at;      /* 0: now */
    Names names;
    Node *out;
} Detail;

/* NOLINTBEGIN(bugprone-macro-parentheses): a type and a name, no values */
#define EACH(T, x, list) \
    for (const T *x = (list).items, *x##_end = x + (list).count; x != x##_end; x++)
/* NOLINTEND(bugprone-macro-parentheses) */

/* --- names first ------------------------------------------------------------------------------ */

static void want_names(Detail *d) {
    const Node *timeline = node_get(d->now, "timeline");

    names_begin(&d->names, d->a);
    names_want(&d->names, d->a, d->m->actor);
    names_want_house(&d->names, d->a, d->m->organisation);
    EACH(MatterParty, p, d->m->parties) {
        names_want_house(&d->names, d->a, p->organisation);
    }
    EACH(MatterTask, t, d->m->tasks) {
        names_want(&d->names, d->a, t->login);
        names_want(&d->names, d->a, t->actor);
        names_want_house(&d->names, d->a, t->organisation);
    }
    EACH(MatterClock, c, d->m->clocks) {
        EACH(MatterSpan, x, c->extensions) {
            names_want(&d->names, d->a, x->approved_by);
        }
    }
    EACH(MatterFile, f, d->m->files) {
        names_want(&d->names, d->a, f->actor);
    }
    EACH(MatterLink, l, d->m->links) {
        if (l->organisation != 0)
            names_want_house(&d->names, d->a, l->organisation);
    }
    for (size_t i = 0; timeline != NULL && i < timeline->count; i++)
        names_want(&d->names, d->a, node_text(timeline->items[i], "actor"));
}

/* --- parts ------------------------------------------------------------------------------------ */

static const MatterStep *step_by_id(const Detail *d, int64_t id) {
    EACH(MatterStep, s, d->m->steps) {
        if (s->id == id)
            return s;
    }
    return NULL;
}

static void put_step(const Detail *d, Node *n, int64_t id) {
    const MatterStep *s = step_by_id(d, id);

    if (s == NULL)
        return;
    node_set_int(d->a, n, "step", id);
    node_set_text(d->a, n, "step_title", step_title_of(d->flow, s->step));
}

static void put(const Detail *d, Node *n, const char *key, Str text) {
    node_set_text(d->a, n, key, text);
}

static Node *parties(const Detail *d) {
    Node *list = node_list(d->a);

    EACH(MatterParty, p, d->m->parties) {
        const FlowParty *of = flow_party(d->flow, p->party);
        Node *n = node_map(d->a);

        node_set_int(d->a, n, "id", p->id);
        put(d, n, "party", p->party);
        put(d, n, "title", of != NULL ? of->title : p->party);
        node_set_int(d->a, n, "organisation", p->organisation);
        put(d, n, "organisation_name", house_of(&d->names, d->a, p->organisation));
        put(d, n, "since", p->since);
        put(d, n, "until", p->until);
        node_add(d->a, list, n);
    }
    return list;
}

static Str action_title(const Detail *d, Str step, Str action) {
    const FlowStep *def = flow_step(d->flow, step);
    const FlowAction *of = def != NULL ? flow_action(def, action) : NULL;

    return of != NULL ? of->title : matter_word(flow_verb_names, action);
}

static Node *steps(const Detail *d) {
    Node *list = node_list(d->a);

    EACH(MatterStep, s, d->m->steps) {
        const FlowStep *def = flow_step(d->flow, s->step);
        Node *n = node_map(d->a);

        node_set_int(d->a, n, "id", s->id);
        put(d, n, "step", s->step);
        put(d, n, "title", step_title_of(d->flow, s->step));
        put(d, n, "help", def != NULL ? def->help : (Str){NULL, 0});
        put(d, n, "state", s->state);
        put(d, n, "state_title", matter_word(matter_step_words, s->state));
        if (s->from != 0)
            node_set_int(d->a, n, "from", s->from);
        put(d, n, "opened", s->opened);
        put(d, n, "closed", s->closed);
        put(d, n, "action", s->action);
        put(d, n, "action_title", action_title(d, s->step, s->action));
        node_set(d->a, n, "form", def != NULL ? form_shown(d->a, &def->form) : node_list(d->a));
        node_add(d->a, list, n);
    }
    return list;
}

/* A choice about it is his: what page and engine call "mine" is the same. */
static bool is_mine(const Detail *d, const MatterTask *t) {
    const Node *choices = node_get(d->now, "choices");

    for (size_t i = 0; choices != NULL && i < choices->count && str_is(t->state, "open"); i++)
        if (node_int(choices->items[i], "task", 0) == t->id)
            return true;
    return false;
}

static Str asked_for(const Detail *d, const MatterTask *t) {
    Str extension = node_text(t->wish, "extension");
    Err unknown = {0};

    if (!str_is(t->ask, "extend"))
        return matter_word(flow_verb_names, t->ask);
    EACH(MatterClock, c, d->m->clocks) {
        const Period *p = c->id == node_int(t->wish, "clock", 0)
                              ? content_period(d->content, c->period, &unknown)
                              : NULL;

        for (size_t i = 0; p != NULL && i < p->extensions.count; i++)
            if (str_eq(period_extensions(p)[i].extension, extension))
                return str_format(d->a, "延长“%.*s”：%.*s", STR_ARG(p->title),
                                  STR_ARG(period_extensions(p)[i].title));
    }
    return STR("延期");
}

static Node *tasks(const Detail *d) {
    Node *list = node_list(d->a);

    EACH(MatterTask, t, d->m->tasks) {
        const MatterStep *s = step_by_id(d, t->step);
        Node *n = node_map(d->a);

        node_set_int(d->a, n, "id", t->id);
        put_step(d, n, t->step);
        put(d, n, "kind", t->kind);
        put(d, n, "kind_title", matter_word(matter_task_words, t->kind));
        node_set_int(d->a, n, "organisation", t->organisation);
        put(d, n, "organisation_name", house_of(&d->names, d->a, t->organisation));
        put(d, n, "role", t->role);
        put(d, n, "role_title", role_title_by(d->content, t->role, d->a));
        put(d, n, "department", t->department);
        put(d, n, "login", t->login);
        put(d, n, "name", t->login.len != 0 ? name_of(&d->names, t->login) : t->login);
        put(d, n, "state", t->state);
        node_set_bool(d->a, n, "mine", d->at == 0 && is_mine(d, t));
        put(d, n, "opened", t->opened);
        put(d, n, "closed", t->closed);
        put(d, n, "action", t->action);
        put(d, n, "action_title", action_title(d, s != NULL ? s->step : t->kind, t->action));
        put(d, n, "actor", t->actor);
        put(d, n, "actor_name", t->actor.len != 0 ? name_of(&d->names, t->actor) : t->actor);
        if (t->urged != 0)
            node_set_int(d->a, n, "urged", t->urged);
        put(d, n, "ask", t->ask);
        if (t->ask.len != 0)
            put(d, n, "ask_title", asked_for(d, t));
        if (t->seat != 0)
            node_set_int(d->a, n, "seat", t->seat);
        node_set(d->a, n, "values", values_shown(d->content, d->flow, d->m, t->id, d->a));
        node_add(d->a, list, n);
    }
    return list;
}

static Node *spans(const Detail *d, const BindList *of) {
    Node *list = node_list(d->a);

    EACH(MatterSpan, x, *of) {
        Node *n = node_map(d->a);

        node_set_int(d->a, n, "id", x->id);
        put(d, n, "from", x->from);
        put(d, n, "to", x->to);
        put(d, n, "reason", x->reason);
        if (x->count != 0)
            node_set_int(d->a, n, "count", x->count);
        put(d, n, "approved_by", x->approved_by);
        if (x->approved_by.len != 0)
            put(d, n, "approved_by_name", name_of(&d->names, x->approved_by));
        node_add(d->a, list, n);
    }
    return list;
}

static Node *clocks(const Detail *d) {
    Node *list = node_list(d->a);

    EACH(MatterClock, c, d->m->clocks) {
        Node *n = node_map(d->a);

        node_set_int(d->a, n, "id", c->id);
        put_step(d, n, c->step);
        put(d, n, "period", c->period);
        put(d, n, "title",
            c->period.len != 0 ? period_title_of(d->content, c->period) : STR("逐级提醒"));
        put(d, n, "from", c->from);
        put(d, n, "due", c->due);
        put(d, n, "due_on", c->day.len == 10 ? c->day : due_day(d->a, c->due));
        put(d, n, "yellow", c->yellow);
        put(d, n, "orange", c->orange);
        put(d, n, "red", c->red);
        put(d, n, "state", c->state);
        put(d, n, "state_title", matter_word(matter_clock_words, c->state));
        put(d, n, "fired", c->fired);
        if (c->turn != 0)
            node_set_int(d->a, n, "turn", c->turn);
        if (c->missed != 0)
            node_set_int(d->a, n, "missed", c->missed);
        node_set(d->a, n, "suspensions", spans(d, &c->suspensions));
        node_set(d->a, n, "extensions", spans(d, &c->extensions));
        node_add(d->a, list, n);
    }
    return list;
}

static Node *files(const Detail *d) {
    const Node *names = node_get(d->m->personal, "files");
    Node *list = node_list(d->a);

    EACH(MatterFile, f, d->m->files) {
        Node *n = node_map(d->a);
        const char *key = str_format(d->a, "%lld", (long long)f->id).ptr;

        node_set_int(d->a, n, "id", f->id);
        put_step(d, n, f->step);
        put(d, n, "name", citizen_id_safe(d->a, node_text(names, key)));
        node_set_int(d->a, n, "size", f->size);
        put(d, n, "type", f->type);
        put(d, n, "digest", f->digest);
        put(d, n, "at", f->at);
        put(d, n, "actor", f->actor);
        put(d, n, "actor_name", name_of(&d->names, f->actor));
        put(d, n, "state", f->state);
        node_add(d->a, list, n);
    }
    return list;
}

static bool of_matter(Str kind) {
    return !str_is(kind, "clue") && !str_is(kind, "case") && !str_is(kind, "subject");
}

/* What became of a sub-matter, and for whom it was begun. */
static void put_child(const Detail *d, Node *n, const MatterLink *l) {
    Err unknown = {0};
    const Flow *f = l->flow.len != 0 ? content_flow(d->content, l->flow, &unknown) : NULL;

    if (l->flow.len == 0)
        return;
    put(d, n, "flow_title", f != NULL ? f->title : l->flow);
    if (l->organisation != 0)
        put(d, n, "organisation_name", house_of(&d->names, d->a, l->organisation));
    put(d, n, "ended", l->ended);
    if (l->outcome.len != 0)
        put(d, n, "outcome_title", f != NULL ? outcome_title_of(f, l->outcome) : l->outcome);
}

/* What it leads to is named only as far as the person sees it. */
static Node *links(const Detail *d) {
    Node *list = node_list(d->a);

    EACH(MatterLink, l, d->m->links) {
        Node *n = node_map(d->a);
        Err hidden = {0};
        const MatterState *other =
            of_matter(l->kind) ? matter_get(req_office(d->rq)->store, l->target, 0, d->a, &hidden)
                               : NULL;

        node_set_int(d->a, n, "id", l->id);
        put(d, n, "kind", l->kind);
        put(d, n, "kind_title", matter_word(matter_link_words, l->kind));
        put(d, n, "target", citizen_id_safe(d->a, l->target));
        if (str_is(l->kind, "subject"))
            put(d, n, "title",
                citizen_id_safe(d->a, matter_subject_name(d->flow, d->m, l->target)));
        if (other != NULL) {
            put(d, n, "number", other->number);
            put(d, n, "title", citizen_id_safe(d->a, node_text(other->personal, "title")));
            put(d, n, "state", other->state);
        }
        put_child(d, n, l);
        node_add(d->a, list, n);
    }
    return list;
}

/* Other matters and clues about the same case or subjects, as far as the person sees them. */
static Node *related(const Detail *d, Err *e) {
    Node *list = matter_related(req_office(d->rq)->store, d->m, d->a, e);

    for (size_t i = 0; list != NULL && i < list->count; i++) {
        Node *n = list->items[i];
        const Node *number = node_get(n, "number");
        bool matter = str_is(node_text(n, "kind"), "matter");

        if (number != NULL && number->kind == NODE_INT)
            node_set_text(d->a, n, "number", str_format(d->a, "%lld", (long long)number->integer));
        node_set_text(d->a, n, "by_title", matter_word(matter_link_words, node_text(n, "by")));
        node_set_text(d->a, n, "title", citizen_id_safe(d->a, node_text(n, "title")));
        node_set_text(d->a, n, "state_title",
                      matter ? matter_word(matter_state_words, node_text(n, "state"))
                             : matter_word(clue_life_names, node_text(n, "state")));
        if (matter)
            node_set_text(d->a, n, "flow_title", flow_title_of(d->content, node_text(n, "flow")));
    }
    return list;
}

/* --- choices ---------------------------------------------------------------------------------- */

static const Node *has_field(const Node *form, Str field) {
    for (size_t i = 0; i < form->count; i++)
        if (str_eq(node_text(form->items[i], "field"), field))
            return form->items[i];
    return NULL;
}

/* The step's form, with what this action needs besides. */
static Node *choice_form(const Detail *d, const Node *choice, const FlowStep *def) {
    const Node *needs = node_get(choice, "needs");
    Str verb = node_text(choice, "verb");
    Node *form;

    if (def == NULL || !(str_is(verb, "act") || str_is(verb, "fill")))
        return node_list(d->a);
    form = form_shown(d->a, &def->form);
    for (size_t i = 0; i < form->count; i++)
        node_set_bool(d->a, form->items[i], "required", false);
    for (size_t i = 0; needs != NULL && i < needs->count; i++) {
        Node *one = (Node *)(uintptr_t)has_field(form, needs->items[i]->text);

        if (one == NULL) {
            one = node_map(d->a);
            node_set_text(d->a, one, "field", needs->items[i]->text);
            node_add(d->a, form, one);
        }
        node_set_bool(d->a, one, "required", true);
    }
    return form;
}

static Node *titled_steps(const Detail *d, const Node *to) {
    Node *list = node_list(d->a);

    for (size_t i = 0; to != NULL && i < to->count; i++) {
        const Node *one = steps_shown(d->flow, d->a, to->items[i]->text);

        if (one->count != 0)
            node_add(d->a, list, one->items[0]);
    }
    return list;
}

/* Of a table, its entries; of a suspension, what the period knows. */
static void put_reasons(const Detail *d, Node *n, const Node *choice) {
    Str reason = node_text(choice, "reason");
    const Node *given = node_get(choice, "reasons");
    Err unknown = {0};
    const CodeTable *t = reason.len != 0 && !str_is(reason, "text")
                             ? content_codes(d->content, reason, &unknown)
                             : NULL;
    Node *list = node_list(d->a);

    for (size_t i = 0; given != NULL && i < given->count; i++)
        node_add(d->a, list, given->items[i]);
    for (size_t i = 0; t != NULL && i < t->entries.count; i++)
        node_add(d->a, list, node_of_text(d->a, ((const CodeEntry *)t->entries.items)[i].title));
    if (reason.len != 0 || list->count != 0)
        put(d, n, "reason", list->count != 0 ? STR("code") : STR("text"));
    node_set(d->a, n, "reasons", list);
}

static Node *choices(const Detail *d) {
    static const char *const same[] = {"verb",   "action",  "title",      "help",
                                       "closes", "blocked", "not_before", NULL};
    const Node *from = node_get(d->now, "choices");
    Node *list = node_list(d->a);

    for (size_t i = 0; from != NULL && i < from->count && d->at == 0; i++) {
        const Node *choice = from->items[i], *extensions = node_get(choice, "extensions");
        const MatterStep *s = NULL;
        Node *n = node_map(d->a);

        EACH(MatterTask, t, d->m->tasks) {
            if (t->id == node_int(choice, "task", 0))
                s = step_by_id(d, t->step);
        }
        if (node_get(choice, "task") != NULL)
            node_set_int(d->a, n, "task", node_int(choice, "task", 0));
        if (s != NULL)
            put_step(d, n, s->id);
        for (size_t k = 0; same[k] != NULL; k++)
            put(d, n, same[k], node_text(choice, same[k]));
        if (node_text(choice, "closes").len != 0)
            put(d, n, "closes_title", outcome_title_of(d->flow, node_text(choice, "closes")));
        node_set(d->a, n, "form",
                 choice_form(d, choice, s != NULL ? flow_step(d->flow, s->step) : NULL));
        node_set(d->a, n, "to", titled_steps(d, node_get(choice, "to")));
        put_reasons(d, n, choice);
        node_set(d->a, n, "extensions",
                 extensions != NULL ? (Node *)(uintptr_t)extensions : node_list(d->a));
        node_set_bool(d->a, n, "back", node_bool(choice, "back", false));
        node_set_bool(d->a, n, "file", node_bool(choice, "file", false));
        node_set_bool(d->a, n, "own", node_bool(choice, "own", false));
        node_add(d->a, list, n);
    }
    return list;
}

/* --- what was done ---------------------------------------------------------------------------- */

/* The last act on a task that its owner answered for himself shows what he answered. */
static Node *answer_of(const Detail *d, const Node *from, size_t at) {
    int64_t task = node_int(from->items[at], "task", 0);

    for (size_t i = at + 1; task != 0 && i < from->count; i++)
        if (node_int(from->items[i], "task", 0) == task &&
            str_is(node_text(from->items[i], "verb"), "act"))
            return node_list(d->a);
    return task != 0 && str_is(node_text(from->items[at], "verb"), "act")
               ? values_shown(d->content, d->flow, d->m, task, d->a)
               : node_list(d->a);
}

/* What became of which sub-matter. */
static Str child_title(const Detail *d, const Node *row) {
    Str outcome = node_text(row, "action");

    EACH(MatterLink, l, d->m->links) {
        Err unknown = {0};
        const Flow *f = l->flow.len != 0 && str_eq(l->target, node_text(row, "target"))
                            ? content_flow(d->content, l->flow, &unknown)
                            : NULL;

        if (f != NULL)
            return str_format(d->a, "子事项“%.*s”%s%.*s", STR_ARG(f->title),
                              outcome.len != 0 ? "办结：" : "恢复办理",
                              STR_ARG(outcome_title_of(f, outcome)));
    }
    return node_text(row, "title");
}

static Node *timeline(const Detail *d) {
    static const char *const same[] = {"at", "actor", "verb", "title", "step", NULL};
    const Node *from = node_get(d->now, "timeline");
    Node *list = node_list(d->a);

    for (size_t i = 0; from != NULL && i < from->count; i++) {
        const Node *row = from->items[i];
        Str step = node_text(row, "step");
        Instant at = 0;
        Node *n = node_map(d->a);

        if (d->at != 0 && instant_parse(node_text(row, "at"), &at) && at > d->at)
            continue;
        node_set_int(d->a, n, "revision", node_int(row, "revision", 0));
        node_set_int(d->a, n, "sequence", node_int(row, "sequence", 0));
        for (size_t k = 0; same[k] != NULL; k++)
            put(d, n, same[k], node_text(row, same[k]));
        if (str_is(node_text(row, "verb"), "child"))
            node_set_text(d->a, n, "title", child_title(d, row));
        put(d, n, "actor_name", name_of(&d->names, node_text(row, "actor")));
        node_set(d->a, n, "values", answer_of(d, from, i));
        put(d, n, "step_title", step_title_of(d->flow, step));
        put(d, n, "reason", citizen_id_safe(d->a, node_text(row, "reason")));
        put(d, n, "note", citizen_id_safe(d->a, node_text(row, "note")));
        node_set_bool(d->a, n, "undoable", d->at == 0 && node_bool(row, "undoable", false));
        if (node_int(row, "undone_by", 0) != 0)
            node_set_int(d->a, n, "undone_by", node_int(row, "undone_by", 0));
        node_add(d->a, list, n);
    }
    return list;
}

static Node *diagram(const Detail *d) {
    Node *n = flow_diagram(d->flow, d->a);
    const Node *nodes = node_get(n, "nodes");

    for (size_t i = 0; nodes != NULL && i < nodes->count; i++) {
        EACH(MatterStep, s, d->m->steps) {
            if (str_eq(s->step, node_text(nodes->items[i], "step")))
                put(d, nodes->items[i], "state", s->state);
        }
    }
    return n;
}

/* --- the whole -------------------------------------------------------------------------------- */

static void head(const Detail *d) {
    const MatterState *m = d->m;
    Node *n = d->out;

    put(d, n, "id", m->id);
    put(d, n, "number", m->number);
    put(d, n, "flow", m->flow);
    put(d, n, "flow_title", d->flow->title);
    put(d, n, "version", m->version);
    put(d, n, "title", citizen_id_safe(d->a, node_text(m->personal, "title")));
    put(d, n, "state", m->state);
    put(d, n, "state_title", matter_word(matter_state_words, m->state));
    put(d, n, "outcome", m->outcome);
    put(d, n, "outcome_title", outcome_title_of(d->flow, m->outcome));
    put(d, n, "reason", m->reason);
    put(d, n, "level", m->level);
    put(d, n, "level_title", matter_word(matter_level_words, m->level));
    put(d, n, "opened", m->opened);
    put(d, n, "closed", m->closed);
    put(d, n, "actor", m->actor);
    put(d, n, "actor_name", name_of(&d->names, m->actor));
    node_set_int(d->a, n, "organisation", m->organisation);
    put(d, n, "organisation_name", house_of(&d->names, d->a, m->organisation));
    put(d, n, "suspended_since", m->suspended_since);
    put(d, n, "suspended_reason", m->suspended_reason);
    node_set_int(d->a, n, "revision", m->revision);
    node_set_bool(d->a, n, "sealed", m->sealed);
    node_set_bool(d->a, n, "personal_shown", node_bool(d->now, "personal_shown", false));
}

static Node *shown(Detail *d, Err *e) {
    const Node *messages = node_get(d->now, "messages");
    Node *alike = related(d, e);

    if (alike == NULL)
        return NULL;

    d->out = node_map(d->a);
    head(d);
    if (d->at != 0) {
        char at[INSTANT_TEXT];

        instant_format(d->at, at);
        put(d, d->out, "as_of", str_of(at));
    }
    node_set(d->a, d->out, "parties", parties(d));
    node_set(d->a, d->out, "steps", steps(d));
    node_set(d->a, d->out, "tasks", tasks(d));
    node_set(d->a, d->out, "clocks", clocks(d));
    node_set(d->a, d->out, "values", values_shown(d->content, d->flow, d->m, 0, d->a));
    node_set(d->a, d->out, "fields", fields_shown(d->flow, d->a));
    node_set(d->a, d->out, "files", files(d));
    node_set(d->a, d->out, "links", links(d));
    node_set(d->a, d->out, "related", alike);
    node_set(d->a, d->out, "choices", choices(d));
    node_set(d->a, d->out, "timeline", timeline(d));
    node_set_int(d->a, d->out, "messages", messages != NULL ? (int64_t)messages->count : 0);
    node_set(d->a, d->out, "diagram", diagram(d));
    return d->out;
}

static bool instant_wanted(Str text, Instant *at, Err *e) {
    *at = 0;
    return text.len == 0 || (instant_parse(text, at) && *at > 0) ||
           err_set(e, ERR_INVALID, "?at", "时间应当写成 2026-03-02T09:00:00+08:00 的样子");
}

bool api_matter_get(Req *rq, Err *e) {
    Detail d = {.rq = rq, .a = req_arena(rq), .content = req_snapshot(rq)->content};
    Store *s = req_office(rq)->store;
    MatterActor who = matter_actor(rq);
    Str id = req_param(rq, 0);

    if (!instant_wanted(((const MatterAtQuery *)req_query(rq))->at, &d.at, e))
        return false;
    d.now = matter_detail(s, d.content, &who, id, d.a, e);
    d.m = d.now != NULL ? matter_get(s, id, d.at, d.a, e) : NULL;
    d.flow = d.m != NULL ? matter_flow(s, d.content, d.m, d.a, e) : NULL;
    if (d.flow == NULL)
        return false;
    want_names(&d);
    return names_read(&d.names, s, d.a, e) && reply_node(rq, shown(&d, e));
}
