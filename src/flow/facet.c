/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/facet.c: one question groups the matters by all facets at once; the total and each facet's
 * counts are sums over its few rows.
 *
 * Where the conditions are about what matters are counted under (project.c), the counts are asked,
 * which costs the same for ten matters and for ten million; otherwise the matters themselves are.
 */
#include <stdlib.h>

#include "flow/matter_query.h"

#include "base/banned.h"

enum { FACET_STATE = 0, FACETS = 4 };
static const char *const columns[FACETS] = {"state", "flow", "level", "step"};

/* ---- what there is of each kind ---- */

/* Is nothing asked but what the counts know? Then both queries are the same conditions. */
static bool countable(const Tx *tx, const MatterQuery *q, const MatterActor *who, Arena *a) {
    MatterQuery known = {.flow = q->flow,
                         .state = q->state,
                         .outcome = q->outcome,
                         .step = q->step,
                         .level = q->level,
                         .due = str_is(q->due, "lapsed") ? q->due : (Str){NULL, 0},
                         .organisation = q->party.len ? 0 : q->organisation};
    MatterWhere all, some;

    matter_where(tx, q, who, a, &all);
    matter_where(tx, &known, who, a, &some);
    bool same = str_eq(buf_str(&all.sql), buf_str(&some.sql));

    buf_done(&all.sql);
    buf_done(&some.sql);
    return same;
}

static bool add_groups(Tx *tx, Arena *a, const MatterWhere *w, const char *select, const char *from,
                       const char *group, Node *groups, Err *e) {
    scoped_buf Buf sql;

    buf_init(&sql, (size_t)4 << 20);
    buf_addf(&sql, "SELECT %s FROM %s m %.*s GROUP BY %s", select, from, STR_ARG(buf_str(&w->sql)),
             group);
    const Node *rows = tx_rows_text(tx, a, buf_str(&sql), w->args, w->count, e);

    for (size_t i = 0; rows && i < rows->count; i++)
        node_add(a, groups, rows->items[i]);
    return rows != NULL;
}

#define KINDS "m.state, m.flow, m.level, m.steps, m.outcome, m.lapsed"

Node *matter_kinds(Tx *tx, const MatterQuery *q, const MatterActor *who, Arena *a, Err *e) {
    Node *groups = node_list(a);
    MatterWhere w;

    matter_where(tx, q, who, a, &w);
    bool good = countable(tx, q, who, a) ? add_groups(tx, a, &w, KINDS ", SUM(m.matters) AS count",
                                                      "{matter_count}", KINDS, groups, e) &&
                                               add_groups(tx, a, &w, KINDS ", COUNT(*) AS count",
                                                          "{matter_other}", KINDS, groups, e)
                                         : add_groups(tx, a, &w, KINDS ", COUNT(*) AS count",
                                                      "{matter}", KINDS, groups, e);

    buf_done(&w.sql);
    return good ? groups : NULL;
}

/* ---- facets ---- */

/* Every condition but those on the facets themselves. Several open steps count as the first; steps
 * are told only within one flow: otherwise there would be a thousand. */
static Node *read_groups(Tx *tx, Arena *a, const MatterQuery *q, const MatterActor *who, Err *e) {
    MatterQuery rest = *q;
    bool stepped = q->step.len != 0 || q->flow.len != 0;

    rest.flow = rest.level = (Str){NULL, 0};
    rest.state = STR("all");
    Node *groups = matter_kinds(tx, &rest, who, a, e);

    for (size_t i = 0; groups && i < groups->count; i++) {
        Str steps = node_text(groups->items[i], "steps"), first = {NULL, 0};

        if (stepped)
            str_split(&steps, ',', &first);
        node_set_text(a, groups->items[i], "step", first);
    }
    return groups;
}

static bool state_fits(Str wanted, Str state) {
    if (!wanted.len)
        return str_is(state, "open") || str_is(state, "suspended");
    return str_is(wanted, "all") || str_eq(wanted, state);
}

static bool group_fits(const MatterQuery *q, const Node *group, size_t without) {
    const Str wanted[FACETS] = {q->state, q->flow, q->level, {NULL, 0}};

    for (size_t i = 0; i < FACETS; i++) {
        Str value = node_text(group, columns[i]);
        bool fits = i == FACET_STATE ? state_fits(wanted[i], value)
                                     : !wanted[i].len || str_eq(wanted[i], value);

        if (i != without && !fits)
            return false;
    }
    return true;
}

static int by_count(const void *x, const void *y) {
    const Node *a = *(Node *const *)x, *b = *(Node *const *)y;
    int64_t m = node_int(a, "count", 0), n = node_int(b, "count", 0);

    return m != n ? (m < n ? 1 : -1) : str_compare(node_text(a, "value"), node_text(b, "value"));
}

static Node *sum_up(Arena *a, const MatterQuery *q, const Node *groups, size_t facet) {
    Node *list = node_list(a);

    for (size_t i = 0; i < groups->count; i++) {
        Str value = node_text(groups->items[i], columns[facet]);
        Node *found = NULL;

        if (!group_fits(q, groups->items[i], facet) || (!value.len && facet != FACET_STATE))
            continue;
        for (size_t k = 0; k < list->count && !found; k++)
            if (str_eq(node_text(list->items[k], "value"), value))
                found = list->items[k];
        if (!found) {
            found = node_map(a);
            node_set_text(a, found, "value", value);
            node_add(a, list, found);
        }
        node_set_int(a, found, "count",
                     node_int(found, "count", 0) + node_int(groups->items[i], "count", 0));
    }
    if (list->count)
        qsort(list->items, list->count, sizeof *list->items, by_count);
    return list;
}

bool matter_facets(Tx *tx, const MatterQuery *q, const MatterActor *who, Arena *a, int64_t *total,
                   Node **out, Err *e) {
    const Node *groups = read_groups(tx, a, q, who, e);

    if (!groups)
        return false;
    *total = 0;
    *out = node_map(a);
    for (size_t i = 0; i < groups->count; i++)
        if (group_fits(q, groups->items[i], FACETS))
            *total += node_int(groups->items[i], "count", 0);
    for (size_t f = 0; f < FACETS; f++)
        node_set(a, *out, columns[f], sum_up(a, q, groups, f));
    return true;
}
