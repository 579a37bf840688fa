/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/project.c: the tables of matters, as the journal's events make them. The difference of an
 * event is applied to the state in the row; the parts it names are written again. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "flow/matter_inside.h"
#include "flow/seal.h"
#include "store/subject.h"

#include "sql_statements.h"

#include "base/banned.h"

typedef struct Row {
    Tx *tx;
    const Event *event;
    Arena *arena;
    Str id;
    MatterState state;
    const Node *difference; /* public */
    Str tree;
    MatterSealed sealed; /* title and texts, as the row has them */
    Str at;
    Str party_set; /* the organisations that take part now, in order: "1,17" */
    Str due;       /* the earliest */
    bool lapsed;
} Row;

#define TEXT(s) ARG_OF_TEXT((s).len ? (s) : STR(""))

static Str matter_of(const Event *event) {
    return str_slice(event->subject, sizeof "matter:" - 1, event->subject.len);
}

static Str json_of(Arena *a, const Node *n) {
    scoped_buf Buf b;

    buf_init(&b, (size_t)64 << 20);
    json_write(n, &b);
    return str_dup(a, buf_str(&b));
}

/* ---- the parts ---- */

/* Of several clocks of a step the one that ends first. */
static const MatterClock *running_clock(const MatterState *s, int64_t step) {
    const MatterClock *first = NULL;

    for (size_t i = 0; step && i < s->clocks.count; i++) {
        const MatterClock *c = &clocks_of(s)[i];

        if (c->step == step && c->due.len &&
            (str_is(c->state, "running") || str_is(c->state, "lapsed")) &&
            (!first || str_compare(c->due, first->due) < 0))
            first = c;
    }
    return first;
}

static Str step_name(const MatterState *s, int64_t id) {
    const MatterStep *of = state_step(s, id);

    return of ? of->step : STR("");
}

static bool put_party(Row *r, const MatterParty *p, Err *e) {
    return tx_run(r->tx, &SQL_matter_party_put,
                  ARGS(ARG_OF_TEXT(r->id), ARG_OF_INT(p->id), TEXT(p->party),
                       ARG_OF_INT(p->organisation), TEXT(p->since), TEXT(p->until)),
                  NULL, e);
}

static bool put_task(Row *r, const MatterTask *t, Err *e) {
    const MatterClock *c = running_clock(&r->state, t->step);
    bool several = str_find(t->role, STR("|")) >= 0;

    if (!tx_run(r->tx, &SQL_matter_task_put,
                ARGS(ARG_OF_TEXT(r->id), ARG_OF_INT(t->id), ARG_OF_INT(t->step),
                     TEXT(step_name(&r->state, t->step)), TEXT(t->kind),
                     ARG_OF_INT(t->organisation), several ? ARG_OF_TEXT(STR("*")) : TEXT(t->role),
                     TEXT(t->department), TEXT(t->login), TEXT(t->state), TEXT(t->opened),
                     TEXT(t->closed), TEXT(t->action), TEXT(t->actor), ARG_OF_INT(t->urged),
                     TEXT(t->ask), TEXT(node_text(t->wish, "by")),
                     ARG_OF_TEXT(c ? c->due : STR(DUE_NEVER)), ARG_OF_TEXT(r->party_set)),
                NULL, e))
        return false;
    return !several || tx_run(r->tx, &SQL_matter_task_roles,
                              ARGS(ARG_OF_TEXT(r->id), ARG_OF_INT(t->id),
                                   ARG_OF_TEXT(str_format(r->arena, "|%.*s|", STR_ARG(t->role)))),
                              NULL, e);
}

static bool put_clock(Row *r, const MatterClock *c, Err *e) {
    Str level;
    Instant next;

    /* Whatever there is to say, said at the beginning of time: the earliest of it. */
    flow_clock_says(c, INT64_MIN, &level, &next);
    return tx_run(r->tx, &SQL_matter_clock_put,
                  ARGS(ARG_OF_TEXT(r->id), ARG_OF_INT(c->id), ARG_OF_INT(c->step),
                       TEXT(step_name(&r->state, c->step)), TEXT(c->period), TEXT(c->version),
                       TEXT(c->due), TEXT(c->day), TEXT(c->state), TEXT(c->fired),
                       next == INT64_MAX ? ARG_OF_NULL : ARG_OF_INT(next)),
                  NULL, e);
}

static bool put_link(Row *r, const MatterLink *l, Err *e) {
    return tx_run(r->tx, &SQL_matter_link_put,
                  ARGS(ARG_OF_TEXT(r->id), ARG_OF_INT(l->id), TEXT(l->kind), TEXT(l->target)), NULL,
                  e);
}

static bool put_file(Row *r, const MatterFile *f, Err *e) {
    return tx_run(r->tx, &SQL_matter_file_put,
                  ARGS(ARG_OF_TEXT(r->id), ARG_OF_INT(f->id), ARG_OF_INT(f->step), TEXT(f->digest),
                       ARG_OF_INT(f->size), TEXT(f->type), TEXT(f->at), TEXT(f->actor),
                       TEXT(f->state)),
                  NULL, e);
}

/* Does the difference name this item of this list? A list that is new, or written whole, is named
 * with all its items. */
static bool named(const Row *r, const char *list, int64_t id) {
    const Node *part = node_get(r->difference, list);
    char key[24];

    if (!part)
        return false;
    if (part->kind != NODE_MAP || node_get(part, "="))
        return true;
    snprintf(key, sizeof key, "%" PRId64, id);
    return node_get(part, key) != NULL;
}

/* A clock of this step. */
static bool clock_named(const Row *r, int64_t step) {
    for (size_t i = 0; step && i < r->state.clocks.count; i++)
        if (clocks_of(&r->state)[i].step == step && named(r, "clocks", clocks_of(&r->state)[i].id))
            return true;
    return false;
}

/* Items that the difference takes away. */
static bool drop(Row *r, const char *list, const Sql *sql, Err *e) {
    const Node *part = node_get(r->difference, list);
    int64_t id;

    for (size_t i = 0; part && part->kind == NODE_MAP && i < part->count; i++)
        if (part->items[i]->kind == NODE_NULL && str_to_int(part->keys[i], &id) &&
            !tx_run(r->tx, sql, ARGS(ARG_OF_TEXT(r->id), ARG_OF_INT(id)), NULL, e))
            return false;
    return true;
}

static bool put_parts(Row *r, Err *e) {
    const MatterState *s = &r->state;

    for (size_t i = 0; i < s->parties.count; i++)
        if (named(r, "parties", parties_of(s)[i].id) && !put_party(r, &parties_of(s)[i], e))
            return false;
    for (size_t i = 0; i < s->tasks.count; i++) {
        const MatterTask *t = &tasks_of(s)[i];

        if ((named(r, "tasks", t->id) || (is_open(t->state) && clock_named(r, t->step))) &&
            !put_task(r, t, e))
            return false;
    }
    for (size_t i = 0; i < s->clocks.count; i++)
        if (named(r, "clocks", clocks_of(s)[i].id) && !put_clock(r, &clocks_of(s)[i], e))
            return false;
    for (size_t i = 0; i < s->links.count; i++)
        if (named(r, "links", links_of(s)[i].id) && !put_link(r, &links_of(s)[i], e))
            return false;
    for (size_t i = 0; i < s->files.count; i++)
        if (named(r, "files", files_of(s)[i].id) && !put_file(r, &files_of(s)[i], e))
            return false;
    return drop(r, "parties", &SQL_matter_party_drop, e) &&
           drop(r, "tasks", &SQL_matter_task_drop, e) &&
           drop(r, "clocks", &SQL_matter_clock_drop, e) &&
           drop(r, "links", &SQL_matter_link_drop, e) && drop(r, "files", &SQL_matter_file_drop, e);
}

/* ---- the row ---- */

static Str open_steps(const Row *r, bool all) {
    Str out = STR("");

    for (size_t i = 0; i < r->state.steps.count; i++) {
        const MatterStep *s = &steps_of(&r->state)[i];

        if (!is_open(s->state))
            continue;
        if (!all)
            return s->step;
        out = out.len ? str_format(r->arena, "%.*s,%.*s", STR_ARG(out), STR_ARG(s->step)) : s->step;
    }
    return out;
}

static Str earliest_due(const MatterState *s, bool *lapsed) {
    Str due = STR(DUE_NEVER);

    *lapsed = false;
    for (size_t i = 0; i < s->clocks.count; i++) {
        const MatterClock *c = &clocks_of(s)[i];
        const MatterStep *of = state_step(s, c->step);

        if (!of || !is_open(of->state) || !c->due.len || str_is(c->state, "suspended"))
            continue;
        *lapsed |= str_is(c->state, "lapsed");
        if (str_compare(c->due, due) < 0)
            due = c->due;
    }
    return due;
}

static Str case_of(const MatterState *s) {
    for (size_t i = 0; i < s->links.count; i++)
        if (str_is(links_of(s)[i].kind, "case"))
            return links_of(s)[i].target;
    return STR("");
}

static bool put_row(const Row *r, Err *e) {
    const MatterState *s = &r->state;

    return tx_run(r->tx, &SQL_matter_put,
                  ARGS(ARG_OF_TEXT(r->id), ARG_OF_INT(s->serial), TEXT(s->number), TEXT(s->flow),
                       TEXT(s->version), ARG_OF_INT(s->organisation), TEXT(s->state),
                       TEXT(s->outcome), TEXT(s->level), ARG_OF_INT(level_rank(s->level)),
                       TEXT(open_steps(r, false)), TEXT(open_steps(r, true)), TEXT(s->opened),
                       TEXT(s->closed), ARG_OF_TEXT(r->at), TEXT(s->actor), ARG_OF_INT(s->revision),
                       ARG_OF_TEXT(r->due), ARG_OF_INT(r->lapsed), ARG_OF_INT(s->sealed),
                       TEXT(case_of(s)), ARG_OF_TEXT(r->tree), r->sealed.title, r->sealed.personal,
                       ARG_OF_TEXT(r->party_set), r->sealed.words),
                  NULL, e);
}

/* ---- what it is counted under ---- */

static int by_number(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return x < y ? -1 : x > y;
}

/* The organisations that take part now, each once, in order. */
static int64_t *houses_of(const Row *r, size_t *count) {
    const MatterState *s = &r->state;
    int64_t *all = arena_array_of(r->arena, s->parties.count + 1, int64_t);
    size_t n = 0;

    *count = 0;
    for (size_t i = 0; i < s->parties.count; i++)
        if (!parties_of(s)[i].until.len)
            all[n++] = parties_of(s)[i].organisation;
    if (n)
        qsort(all, n, sizeof *all, by_number);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || all[i] != all[*count - 1])
            all[(*count)++] = all[i];
    return all;
}

static Str set_of(const Row *r) {
    size_t n;
    const int64_t *houses = houses_of(r, &n);
    scoped_buf Buf b;

    buf_init(&b, 1 << 20);
    for (size_t i = 0; i < n; i++)
        buf_addf(&b, "%s%" PRId64, i ? "," : "", houses[i]);
    return str_dup(r->arena, buf_str(&b));
}

enum { KINDS = 8 };
static const char *const kinds[KINDS] = {"party_set", "state",   "flow",   "level",
                                         "steps",     "outcome", "lapsed", "sealed"};

static void kind_now(const Row *r, Arg out[KINDS]) {
    const MatterState *s = &r->state;
    const Str texts[] = {r->party_set,        s->state,  s->flow, s->level,
                         open_steps(r, true), s->outcome};

    for (size_t i = 0; i < KINDS; i++)
        out[i] = i < sizeof texts / sizeof *texts ? TEXT(texts[i])
                                                  : ARG_OF_INT(i == 6 ? r->lapsed : s->sealed);
}

static void kind_before(const Node *row, Arg out[KINDS]) {
    for (size_t i = 0; i < KINDS; i++) {
        Str text = node_text(row, kinds[i]);

        out[i] = i < 6 ? TEXT(text) : ARG_OF_INT(node_int(row, kinds[i], 0));
    }
}

static bool same_kind(const Arg a[KINDS], const Arg b[KINDS]) {
    for (size_t i = 0; i < KINDS; i++)
        if (a[i].type == ARG_TEXT ? !str_eq(a[i].text, b[i].text) : a[i].integer != b[i].integer)
            return false;
    return true;
}

static bool set_turns(const Row *r, Str before, Err *e) {
    size_t n;
    const int64_t *houses = houses_of(r, &n);

    for (size_t i = 0; i < n; i++)
        if (!tx_run(r->tx, &SQL_matter_set_add,
                    ARGS(ARG_OF_INT(houses[i]), ARG_OF_TEXT(r->party_set)), NULL, e))
            return false;
    return tx_run(r->tx, &SQL_matter_set_drop, ARGS(TEXT(before)), NULL, e) &&
           tx_run(r->tx, &SQL_matter_task_set, ARGS(ARG_OF_TEXT(r->id), ARG_OF_TEXT(r->party_set)),
                  NULL, e);
}

/* Counted anew where anything it is counted under has changed. `before` is NULL for a new one. */
static bool count_again(const Row *r, const Node *before, Err *e) {
    Arg was[KINDS], is[KINDS];

    kind_now(r, is);
    if (before) {
        kind_before(before, was);
        if (same_kind(was, is))
            return true;
        if (!tx_run(r->tx, &SQL_matter_count_less, was, KINDS, NULL, e) ||
            !tx_run(r->tx, &SQL_matter_count_none, was, KINDS, NULL, e))
            return false;
    }
    return tx_run(r->tx, &SQL_matter_count_more, is, KINDS, NULL, e) &&
           ((before && str_eq(was[0].text, r->party_set)) ||
            set_turns(r, before ? was[0].text : r->party_set, e));
}

static bool add_event(Row *r, Err *e) {
    const Node *b = r->event->body;
    int64_t undone = node_int(b, "undoes", 0);

    if (!tx_run(r->tx, &SQL_matter_event_add,
                ARGS(ARG_OF_TEXT(r->id), ARG_OF_INT(r->state.revision),
                     ARG_OF_INT(r->event->sequence), ARG_OF_TEXT(r->at),
                     ARG_OF_TEXT(r->event->actor), TEXT(node_text(b, "verb")),
                     TEXT(node_text(b, "action")), TEXT(node_text(b, "step")),
                     ARG_OF_INT(node_int(b, "task", 0)), TEXT(node_text(b, "target"))),
                NULL, e))
        return false;
    return !undone ||
           tx_run(r->tx, &SQL_matter_event_undone,
                  ARGS(ARG_OF_TEXT(r->id), ARG_OF_INT(undone), ARG_OF_INT(r->state.revision)), NULL,
                  e);
}

static bool read_tree(Arena *a, const Node *row, const char *column, const Node **out, Err *e) {
    Str text = node_text(row, column);

    *out = text.len ? json_read(a, text, e) : node_map(a);
    return *out != NULL;
}

static Arg as_it_was(const Node *row, const char *column) {
    Str text = row ? node_text(row, column) : (Str){NULL, 0};

    return text.len ? ARG_OF_TEXT(text) : ARG_OF_NULL;
}

/* The sealed part of an act without secret stays what it was, unopened. */
static bool seal_texts(Row *r, Node *row, Err *e) {
    const Node *personal;

    r->sealed = (MatterSealed){as_it_was(row, "title"), as_it_was(row, "personal"),
                               as_it_was(row, "words")};
    if (!r->event->secret)
        return true;
    if ((row && !matter_open_row(r->tx, r->arena, r->id, row, e)) ||
        !read_tree(r->arena, row, "personal", &personal, e))
        return false;
    personal = tree_apply(r->arena, personal, node_get(r->event->secret, "difference"));
    return matter_seal_row(r->tx, r->arena, r->id, node_text(personal, "title"),
                           personal->count ? json_of(r->arena, personal) : STR(""), &r->sealed, e);
}

static bool acted(Tx *tx, const Event *event, Err *e) {
    scoped_arena Arena *a = arena_new();
    Row r = {.tx = tx, .event = event, .arena = a, .id = matter_of(event)};
    Err why = {0};
    Node *row = tx_row(tx, a, &SQL_matter_state_of, ARGS(ARG_OF_TEXT(r.id)), &why);
    const Node *counted =
        row ? tx_row(tx, a, &SQL_matter_counted, ARGS(ARG_OF_TEXT(r.id)), &why) : NULL;
    const Node *tree;

    if (why.code != ERR_NONE) {
        *e = why;
        return false;
    }
    if (!read_tree(a, row, "tree", &tree, e) || !seal_texts(&r, row, e))
        return false;
    r.difference = node_get(event->body, "difference");
    tree = tree_apply(a, tree, r.difference);
    if (!matter_read(a, tree, node_map(a), &r.state, e))
        return false;
    r.tree = json_of(a, tree);
    r.at = instant_text(a, event->at);
    r.party_set = set_of(&r);
    r.due = earliest_due(&r.state, &r.lapsed);
    return put_row(&r, e) && put_parts(&r, e) && count_again(&r, counted, e) && add_event(&r, e);
}

static bool begun(Tx *tx, const Event *event, Err *e) {
    const Node *n = node_get(event->body, "series");

    return acted(tx, event, e) &&
           tx_run(tx, &SQL_matter_number_set,
                  ARGS(TEXT(node_text(n, "flow")), ARG_OF_INT(node_int(n, "organisation", 0)),
                       ARG_OF_INT(node_int(n, "year", 0)),
                       ARG_OF_INT(node_bool(n, "sealed", false)),
                       ARG_OF_INT(node_int(n, "number", 0))),
                  NULL, e);
}

static bool said(Tx *tx, const Event *event, Err *e) {
    scoped_arena Arena *a = arena_new();
    const Node *b = event->body;
    Str text = event->secret ? node_text(event->secret, "text") : (Str){NULL, 0};
    int64_t number = node_int(b, "number", 0);
    Arg sealed;

    return matter_seal_message(tx, a, matter_of(event), number, text, &sealed, e) &&
           tx_run(tx, &SQL_matter_message_add,
                  ARGS(ARG_OF_TEXT(matter_of(event)), ARG_OF_INT(number),
                       ARG_OF_INT(node_int(b, "step", 0)), ARG_OF_TEXT(instant_text(a, event->at)),
                       ARG_OF_TEXT(event->actor), sealed),
                  NULL, e);
}

static bool published(Tx *tx, const Event *event, Err *e) {
    scoped_arena Arena *a = arena_new();
    const Node *b = event->body;

    return tx_run(tx, &SQL_flow_version_add,
                  ARGS(TEXT(node_text(b, "flow")), TEXT(node_text(b, "version")),
                       TEXT(node_text(b, "title")), TEXT(node_text(b, "text")),
                       ARG_OF_TEXT(instant_text(a, event->at)), ARG_OF_INT(event->sequence)),
                  NULL, e);
}

/* The key of a matter's secrets is gone: so is what it told. */
static bool forgotten(Tx *tx, const Event *event, Err *e) {
    Str id = matter_of(event);

    subject_forget_texts(tx_store(tx));
    return !str_starts(event->subject, STR("matter:")) ||
           (tx_run(tx, &SQL_matter_forget, ARGS(ARG_OF_TEXT(id)), NULL, e) &&
            tx_run(tx, &SQL_matter_forget_messages, ARGS(ARG_OF_TEXT(id)), NULL, e));
}

void matter_register(void) {
    static const Projection projections[] = {
        {"flow.published", published}, {"matter.begun", begun},      {"matter.acted", acted},
        {"matter.said", said},         {"key.destroyed", forgotten}, {0},
    };
    static const char *const tables[] = {
        "flow_version", "matter_number", "matter",      "matter_party", "matter_task",
        "matter_clock", "matter_link",   "matter_file", "matter_event", "matter_message",
        "matter_set",   "matter_count",  NULL};

    journal_register(projections, tables);
    matter_register_leaving();
}
