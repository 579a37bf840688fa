/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/figures.c: matters counted by flow, end and step, under the conditions of the list itself,
 * so that a figure and the rows it opens cannot differ. */
#include "flow/figures.h"

#include <stdlib.h>

#include "flow/matter_query.h"

#include "base/banned.h"

typedef struct Counting {
    const MatterQuery *query;
    const MatterActor *who;
    Arena *arena;
    bool postgresql;
    Node *groups, *passages;
} Counting;

/* Whole days from the day a task opened to the day it was done. */
static const char *days_sql(bool postgresql) {
    return postgresql ? "m.flow AS flow, t.step AS step, CAST(substr(t.closed, 1, 10) AS DATE) - "
                        "CAST(substr(t.opened, 1, 10) AS DATE) AS days"
                      : "m.flow AS flow, t.step AS step, CAST(julianday(substr(t.closed, 1, 10)) - "
                        "julianday(substr(t.opened, 1, 10)) AS INTEGER) AS days";
}

/* How many tasks of each step took how many days. SQLite takes the tables of a cross join in turn:
 * of all flows the tasks come first, whose index holds all that is asked; of one flow its matters.
 */
static Node *passages(Tx *tx, const Counting *c, Err *e) {
    MatterWhere w;
    scoped_buf Buf sql;

    buf_init(&sql, (size_t)4 << 20);
    matter_where(tx, c->query, c->who, c->arena, &w);
    buf_addf(&sql,
             "SELECT %s, COUNT(*) AS count FROM %s %.*s AND t.matter = m.id AND t.kind = 'owner' "
             "AND t.state = 'done' GROUP BY 1, 2, 3",
             days_sql(c->postgresql),
             c->query->flow.len ? "{matter} m CROSS JOIN matter_task t"
                                : "matter_task t CROSS JOIN {matter} m",
             STR_ARG(buf_str(&w.sql)));
    Node *rows = tx_rows_text(tx, c->arena, buf_str(&sql), w.args, w.count, e);

    buf_done(&w.sql);
    return rows;
}

static bool count_read(Tx *tx, void *context, Err *e) {
    Counting *c = context;

    c->groups = matter_kinds(tx, c->query, c->who, c->arena, e);
    c->passages = c->groups ? passages(tx, c, e) : NULL;
    return c->passages != NULL;
}

/* ---- summing up ---- */

static Node *entry(Arena *a, Node *list, const char *key, Str value) {
    Node *n;

    for (size_t i = 0; i < list->count; i++)
        if (str_eq(node_text(list->items[i], key), value))
            return list->items[i];
    n = node_map(a);
    node_set_text(a, n, key, value);
    node_add(a, list, n);
    return n;
}

static void add(Arena *a, Node *n, const char *key, int64_t count) {
    node_set_int(a, n, key, node_int(n, key, 0) + count);
}

static Node *list_of(Arena *a, Node *n, const char *key) {
    if (!node_get(n, key))
        node_set(a, n, key, node_list(a));
    return (Node *)(uintptr_t)node_get(n, key);
}

static void add_steps(Arena *a, Node *flow, Str steps, int64_t count) {
    Str rest = steps, step;

    while (rest.len && str_split(&rest, ',', &step))
        if (step.len)
            add(a, entry(a, list_of(a, flow, "steps"), "value", step), "count", count);
}

static void add_group(Arena *a, Node *flow, const Node *group) {
    Str state = node_text(group, "state");
    int64_t count = node_int(group, "count", 0);

    if (str_is(state, "closed")) {
        add(a, flow, "closed", count);
        add(a, entry(a, list_of(a, flow, "outcomes"), "value", node_text(group, "outcome")),
            "count", count);
    } else if (str_is(state, "open") || str_is(state, "suspended")) {
        add(a, flow, "open", count);
        add_steps(a, flow, node_text(group, "steps"), count);
    }
    /* As the condition due=lapsed has it: of open and suspended ones. */
    if (node_int(group, "lapsed", 0) && (str_is(state, "open") || str_is(state, "suspended")))
        add(a, flow, "overdue", count);
}

static int by_days(const void *x, const void *y) {
    int64_t a = node_int(*(Node *const *)x, "days", 0), b = node_int(*(Node *const *)y, "days", 0);

    return (a > b) - (a < b);
}

/* The middle of a histogram; between two days, halfway. */
static double median(const Node *passages, Str flow, Str step, int64_t *total) {
    int64_t before = 0, low = 0, high = 0;

    *total = 0;
    for (size_t i = 0; i < passages->count; i++)
        if (str_eq(node_text(passages->items[i], "flow"), flow) &&
            str_eq(node_text(passages->items[i], "step"), step))
            *total += node_int(passages->items[i], "count", 0);
    for (size_t i = 0; i < passages->count; i++) {
        const Node *p = passages->items[i];
        int64_t count = node_int(p, "count", 0), days = node_int(p, "days", 0);

        if (!str_eq(node_text(p, "flow"), flow) || !str_eq(node_text(p, "step"), step))
            continue;
        if (before <= (*total - 1) / 2 && (*total - 1) / 2 < before + count)
            low = days;
        if (before <= *total / 2 && *total / 2 < before + count)
            high = days;
        before += count;
    }
    return (double)(low + high) / 2;
}

static void add_medians(Arena *a, Node *flow, const Node *passages) {
    Str id = node_text(flow, "flow");
    Node *steps = list_of(a, flow, "steps");

    for (size_t i = 0; i < passages->count; i++)
        if (str_eq(node_text(passages->items[i], "flow"), id))
            add(a, entry(a, steps, "value", node_text(passages->items[i], "step")), "count", 0);
    for (size_t i = 0; i < steps->count; i++) {
        int64_t total;
        double days = median(passages, id, node_text(steps->items[i], "value"), &total);

        node_set_int(a, steps->items[i], "passages", total);
        if (total)
            node_set(a, steps->items[i], "median_days", node_of_real(a, days));
    }
}

Node *matter_figures(Store *s, Str flow, int64_t organisation, Arena *a, Err *e) {
    MatterQuery q = {.flow = flow, .organisation = organisation, .state = STR("all")};
    MatterActor nobody = {STR(""), NULL};
    Counting c = {&q, &nobody, a, store_is_postgresql(s), NULL, NULL};
    Node *flows = node_list(a);

    if (!store_read(s, count_read, &c, e))
        return NULL;
    for (size_t i = 0; i < c.groups->count; i++)
        add_group(a, entry(a, flows, "flow", node_text(c.groups->items[i], "flow")),
                  c.groups->items[i]);
    if (c.passages->count)
        qsort(c.passages->items, c.passages->count, sizeof *c.passages->items, by_days);
    for (size_t i = 0; i < flows->count; i++) {
        add_medians(a, flows->items[i], c.passages);
        list_of(a, flows->items[i], "outcomes");
    }
    return flows;
}
