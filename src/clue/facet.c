/* SPDX-License-Identifier: MulanPSL-2.0 */
/* clue/facet.c: one question groups the clues by all facets at once; the total and each facet's
 * counts are sums over the few hundred groups there can be. */
#include <stdlib.h>

#include "clue/query.h"

enum { FACET_STATUS = 2, FACETS = 4 };
static const char *const columns[FACETS] = {"model", "level", "status", "strength"};

/* Every condition but those on the facets themselves. */
static Node *read_groups(Tx *tx, Arena *a, const ClueQuery *q, Err *e) {
    ClueQuery rest = *q;
    ClueWhere w;
    scoped_buf Buf sql;

    rest.model = rest.level = rest.strength = (Str){NULL, 0};
    rest.status = STR("all");
    rest.unmerged = clue_unmerged(q);
    clue_where(&rest, a, &w);
    buf_init(&sql, 8192);
    buf_addf(&sql,
             "SELECT model, level, status, strength, COUNT(*) AS count FROM {clue} %.*s "
             "GROUP BY status, model, level, strength",
             STR_ARG(buf_str(&w.sql)));
    Node *list = tx_rows_text(tx, a, buf_str(&sql), w.args, w.count, e);

    buf_done(&w.sql);
    return list;
}

static bool status_fits(Str wanted, Str status) {
    if (wanted.len == 0)
        return !str_is(status, "withdrawn");
    return str_is(wanted, "all") || str_eq(wanted, status);
}

/* Would the list show this group if the condition on facet `without` were not there? FACETS: none.
 */
static bool group_fits(const ClueQuery *q, const Node *group, size_t without) {
    const Str wanted[FACETS] = {q->model, q->level, q->status, q->strength};

    for (size_t i = 0; i < FACETS; i++) {
        Str value = node_text(group, columns[i]);
        bool fits = i == FACET_STATUS ? status_fits(wanted[i], value)
                                      : wanted[i].len == 0 || str_eq(wanted[i], value);

        if (i != without && !fits)
            return false;
    }
    return true;
}

/* Most first, then by name. */
static int by_count(const void *x, const void *y) {
    const Node *a = *(Node *const *)x, *b = *(Node *const *)y;
    int64_t m = node_int(a, "count", 0), n = node_int(b, "count", 0);

    return m != n ? (m < n ? 1 : -1) : str_compare(node_text(a, "value"), node_text(b, "value"));
}

static Node *sum_up(Arena *a, const ClueQuery *q, const Node *groups, size_t facet) {
    Node *list = node_list(a);

    for (size_t i = 0; i < groups->count; i++) {
        Str value = node_text(groups->items[i], columns[facet]);
        int64_t n = node_int(groups->items[i], "count", 0);
        Node *found = NULL;

        if (!group_fits(q, groups->items[i], facet))
            continue;
        for (size_t k = 0; k < list->count && !found; k++)
            if (str_eq(node_text(list->items[k], "value"), value))
                found = list->items[k];
        if (!found) {
            found = node_map(a);
            node_set_text(a, found, "value", value);
            node_add(a, list, found);
        }
        node_set_int(a, found, "count", node_int(found, "count", 0) + n);
    }
    if (list->count)
        qsort(list->items, list->count, sizeof *list->items, by_count);
    return list;
}

bool clue_facets(Tx *tx, const ClueQuery *q, Arena *a, int64_t *total, Node **out, Err *e) {
    const Node *groups = read_groups(tx, a, q, e);

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
