/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/detail.c: one matter for its page: state, what this person can do, what was done, where it
 * stands on the diagram, what was said; and why a day is the day. */
#include <inttypes.h>

#include "flow/matter_inside.h"
#include "flow/seal.h"

#include "sql_statements.h"

#include "base/banned.h"

#define DAY_US (INT64_C(86400) * 1000000)

typedef struct DetailWork {
    const Content *content;
    const MatterActor *who;
    Str id;
    Arena *arena;
    Node *out;
    const MatterState *state;
    const Flow *flow;
} DetailWork;

/* ---- what was done ---- */

static Str title_of_verb(Str verb) {
    for (const BindName *n = flow_verb_names; n->name; n++)
        if (str_is(verb, n->name))
            return str_of(n->title);
    return verb;
}

static Str title_of_act(const Flow *f, const Node *row) {
    Str step = node_text(row, "step"), action = node_text(row, "action");
    const FlowStep *def = flow_step(f, step);
    const FlowAction *done = def ? flow_action(def, action) : NULL;

    return str_is(node_text(row, "verb"), "act") && done ? done->title
                                                         : title_of_verb(node_text(row, "verb"));
}

static bool undoable(const Node *row, Instant now) {
    return node_int(row, "revision", 0) > 1 && !node_int(row, "undone_by", 0) &&
           !str_is(node_text(row, "actor"), "system") &&
           now - instant_of(node_text(row, "at")) <= FLOW_UNDO_DAYS * DAY_US;
}

static bool add_timeline(Tx *tx, DetailWork *d, const Flow *f, const MatterState *s, Err *e) {
    Node *rows = tx_rows(tx, d->arena, &SQL_matter_timeline, ARGS(ARG_OF_TEXT(d->id)), e);
    const Node *notes = node_get(s->personal, "notes");

    for (size_t i = 0; rows && i < rows->count; i++) {
        Node *row = rows->items[i];
        const Node *note =
            node_get(notes, str_format(d->arena, "%" PRId64, node_int(row, "revision", 0)).ptr);

        node_set_text(d->arena, row, "title", title_of_act(f, row));
        if (note && node_text(note, "reason").len)
            node_set_text(d->arena, row, "reason", node_text(note, "reason"));
        if (note && node_text(note, "note").len)
            node_set_text(d->arena, row, "note", node_text(note, "note"));
        node_set_bool(d->arena, row, "undoable", undoable(row, instant_now()));
    }
    if (rows)
        node_set(d->arena, d->out, "timeline", rows);
    return rows != NULL;
}

/* ---- where it stands ---- */

static void add_diagram(DetailWork *d, const Flow *f, const MatterState *s) {
    Node *diagram = flow_diagram(f, d->arena);
    const Node *nodes = node_get(diagram, "nodes");

    for (size_t i = 0; nodes && i < nodes->count; i++) {
        const MatterStep *last = state_last_step(s, node_text(nodes->items[i], "step"));

        if (last)
            node_set_text(d->arena, nodes->items[i], "state", last->state);
    }
    node_set(d->arena, d->out, "diagram", diagram);
}

/* Names of the houses that take part. */
static bool add_houses(Tx *tx, DetailWork *d, const MatterState *s, Err *e) {
    Node *out = node_map(d->arena);
    Err why = {0};

    for (size_t i = 0; i < s->parties.count + s->tasks.count; i++) {
        int64_t number = i < s->parties.count ? parties_of(s)[i].organisation
                                              : tasks_of(s)[i - s->parties.count].organisation;
        const char *key = str_format(d->arena, "%" PRId64, number).ptr;

        if (node_get(out, key))
            continue;
        const Node *row =
            tx_row(tx, d->arena, &SQL_organisation_get, ARGS(ARG_OF_INT(number)), &why);

        if (why.code != ERR_NONE) {
            *e = why;
            return false;
        }
        node_set_text(d->arena, out, key, node_text(row, "name"));
    }
    node_set(d->arena, d->out, "organisations", out);
    return true;
}

static bool add_messages(Tx *tx, DetailWork *d, Err *e) {
    Node *rows = tx_rows(tx, d->arena, &SQL_matter_messages, ARGS(ARG_OF_TEXT(d->id)), e);

    if (!rows || !matter_open_messages(tx, d->arena, d->id, rows, e))
        return false;
    node_set(d->arena, d->out, "messages", rows);
    return true;
}

static bool detail_read(Tx *tx, void *context, Err *e) {
    DetailWork *d = context;
    bool personal;
    const MatterState *s = matter_see(tx, d->id, d->arena, &personal, e);
    const Flow *f = s ? flow_pinned(tx, d->content, s->flow, s->version, d->arena, e) : NULL;

    if (!f)
        return false;
    d->state = s;
    d->flow = f;
    d->out = matter_tree(d->arena, s);
    node_set_text(d->arena, d->out, "flow_title", f->title);
    node_set_bool(d->arena, d->out, "personal_shown", personal);
    node_set(d->arena, d->out, "personal", (Node *)(uintptr_t)s->personal);
    add_diagram(d, f, s);
    return add_timeline(tx, d, f, s, e) && add_houses(tx, d, s, e) && add_messages(tx, d, e);
}

/* What one can do is judged by the whole, conflicts of interest among it; the matter has been seen.
 */
static bool choices_read(Tx *tx, void *context, Err *e) {
    DetailWork *d = context;
    Err asked = {0};
    Node *choices = matter_choices(tx, d->content, d->who, &(MatterRow){d->state, d->flow}, 0,
                                   d->arena, &asked);

    if (asked.code != ERR_NONE) {
        *e = asked;
        return false;
    }
    node_set(d->arena, d->out, "choices", choices);
    return true;
}

Node *matter_choices(Tx *tx, const Content *c, const MatterActor *who, const MatterRow *row,
                     int64_t task, Arena *a, Err *e) {
    StoreWorld world;

    store_world(&world, tx, c, who, instant_now(), a, e);
    return task ? flow_task_choices(&world.world, row->flow, row->state, who->login, task, a)
                : flow_choices(&world.world, row->flow, row->state, who->login, a);
}

Node *matter_detail(Store *s, const Content *c, const MatterActor *who, Str id, Arena *a, Err *e) {
    DetailWork d = {.content = c, .who = who, .id = id, .arena = a};
    const Scope *before;
    bool good = store_read(s, detail_read, &d, e);

    before = store_thread_scope(NULL);
    good = good && store_read(s, choices_read, &d, e);
    store_thread_scope(before);
    return good ? d.out : NULL;
}

/* ---- why on that day ---- */

bool matter_why(Store *s, const Content *c, Str id, int64_t clock, Arena *a, PeriodExplanation *out,
                Err *e) {
    const MatterState *m = matter_get(s, id, 0, a, e);
    const MatterClock *k = m ? state_clock(m, clock) : NULL;
    FlowWorld world = {.content = c};
    FlowEffects unused = {0};
    Work w = {
        .world = &world, .s = (MatterState *)(uintptr_t)m, .arena = a, .effects = &unused, .e = e};

    if (!m)
        return false;
    if (!k || !k->period.len)
        return err_set(e, ERR_NOT_FOUND, NULL, "这件事项里没有这个期限");
    return clock_explain(&w, k, out);
}
