/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/facet.c: one question groups the matters by all facets at once; the total and each facet's
 * counts are sums over its few rows. */
#include <stdlib.h>

#include "flow/matter_query.h"

#include "base/banned.h"

enum { FACET_STATE = 0, FACETS = 4 };
static const char *const columns[FACETS] = {"state", "flow", "level", "step"};

/* Every condition but those on the facets themselves. Several open steps count as the first. */
static Node *read_groups(Tx *tx, Arena *a, const MatterQuery *q, const MatterActor *who, Err *e) {
    MatterQuery rest = *q;
    MatterWhere w;
    scoped_buf Buf sql;
    bool stepped = q->step.len != 0 || q->flow.len != 0;

    rest.flow = rest.level = (Str){NULL, 0};
    rest.state = STR("all");
    buf_init(&sql, (size_t)4 << 20);
    matter_where(tx, &rest, who, a, &w);
    /* Steps only within one flow: otherwise there would be a thousand groups, and no index. */
    buf_addf(&sql,
             "SELECT m.state AS state, m.flow AS flow, m.level AS level, %s AS step, COUNT(*) AS "
             "count FROM {matter} m %.*s GROUP BY m.state, m.flow, m.level%s",
             stepped ? "m.step" : "''", STR_ARG(buf_str(&w.sql)), stepped ? ", m.step" : "");
    Node *list = tx_rows_text(tx, a, buf_str(&sql), w.args, w.count, e);

    buf_done(&w.sql);
    return list;
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
