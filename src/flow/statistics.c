/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/statistics.c: the groups behind 统计, each asked with the conditions that open its rows. */
#include "flow/statistics.h"

#include "flow/matter_query.h"

#include "base/banned.h"

typedef struct Grouping {
    MatterQuery opened, closed, now;
    bool houses, postgresql;
    Arena *arena;
    Node *out;
} Grouping;

static const MatterActor nobody;

/* `group` names columns of `select` by number. */
static Node *grouped(Tx *tx, const Grouping *g, const MatterQuery *q, const char *select,
                     const char *group, Err *e) {
    MatterWhere w;
    scoped_buf Buf sql;

    buf_init(&sql, (size_t)4 << 20);
    matter_where(tx, q, &nobody, g->arena, &w);
    buf_addf(&sql, "SELECT %s FROM {matter} m %.*s GROUP BY %s", select, STR_ARG(buf_str(&w.sql)),
             group);
    Node *rows = tx_rows_text(tx, g->arena, buf_str(&sql), w.args, w.count, e);

    buf_done(&w.sql);
    return rows;
}

/* Days from the one it began on to the one it ended on. */
static const char *days_sql(bool postgresql) {
    return postgresql
               ? "CAST(SUM(CAST(substr(m.closed, 1, 10) AS DATE) - CAST(substr(m.opened, 1, 10) "
                 "AS DATE)) AS BIGINT)"
               : "CAST(SUM(julianday(substr(m.closed, 1, 10)) - julianday(substr(m.opened, 1, "
                 "10))) AS INTEGER)";
}

static const char *late_sql(Arena *a) {
    return str_format(a, "CASE WHEN %s THEN 1 ELSE 0 END", matter_ran_out).ptr;
}

static bool keep(const Grouping *g, const char *name, Node *rows) {
    if (rows)
        node_set(g->arena, g->out, name, rows);
    return rows != NULL;
}

/* By flow, month and the set of houses that take part: what is told of flows, of months and of
 * houses are sums over the same few rows. What goes on now is counted already. */
static bool by_flow(Tx *tx, const Grouping *g, Err *e) {
    const char *ended = str_format(g->arena,
                                   "m.flow AS flow, substr(m.closed, 1, 7) AS month, m.outcome AS "
                                   "outcome, %s AS late, m.party_set AS party_set, %s AS days, "
                                   "COUNT(*) AS count",
                                   late_sql(g->arena), days_sql(g->postgresql))
                            .ptr;

    return keep(g, "opened",
                grouped(tx, g, &g->opened,
                        "m.flow AS flow, substr(m.opened, 1, 7) AS month, m.party_set AS "
                        "party_set, COUNT(*) AS count",
                        "1, 2, 3", e)) &&
           keep(g, "closed", grouped(tx, g, &g->closed, ended, "1, 2, 3, 4, 5", e)) &&
           keep(g, "now", matter_kinds(tx, &g->now, &nobody, g->arena, e));
}

static Node *house_of(Arena *a, Node *houses, int64_t number) {
    for (size_t i = 0; i < houses->count; i++)
        if (node_int(houses->items[i], "organisation", 0) == number)
            return houses->items[i];
    Node *n = node_map(a);

    node_set_int(a, n, "organisation", number);
    node_add(a, houses, n);
    return n;
}

/* A matter counts once for each house that takes part. */
static void add(Arena *a, Node *houses, const Node *rows, const char *key, bool late) {
    for (size_t i = 0; i < rows->count; i++) {
        Str set = node_text(rows->items[i], "party_set"), one;
        int64_t number;

        if (late && !node_int(rows->items[i], "late", 0))
            continue;
        while (set.len && str_split(&set, ',', &one)) {
            Node *n = str_to_int(one, &number) ? house_of(a, houses, number) : NULL;

            if (n)
                node_set_int(a, n, key, node_int(n, key, 0) + node_int(rows->items[i], "count", 0));
        }
    }
}

static void by_house(const Grouping *g) {
    Node *houses = node_list(g->arena);

    if (!g->houses)
        return;
    add(g->arena, houses, node_get(g->out, "opened"), "opened", false);
    add(g->arena, houses, node_get(g->out, "closed"), "closed", false);
    add(g->arena, houses, node_get(g->out, "closed"), "late", true);
    node_set(g->arena, g->out, "houses", houses);
}

static bool read_groups(Tx *tx, void *context, Err *e) {
    Grouping *g = context;

    g->out = node_map(g->arena);
    if (!by_flow(tx, g, e))
        return false;
    by_house(g);
    return true;
}

Node *matter_statistics(Store *s, const MatterQuery *of, Str from, Str to, Arena *a, Err *e) {
    Grouping g = {.opened = *of, .closed = *of, .now = *of, .arena = a};

    g.opened.state = STR("all");
    g.opened.opened_from = g.closed.closed_from = from;
    g.opened.opened_to = g.closed.closed_to = to;
    g.closed.state = STR("closed");
    g.now.state = STR("");
    g.houses = of->organisation == 0;
    g.postgresql = store_is_postgresql(s);
    return matter_days_check(&g.opened, e) && store_read(s, read_groups, &g, e) ? g.out : NULL;
}

/* ---- parts ---- */

typedef struct PartsOf {
    MatterQuery query;
    Grouping grouping;
} PartsOf;

static bool read_parts(Tx *tx, void *context, Err *e) {
    PartsOf *p = context;

    p->grouping.out = grouped(tx, &p->grouping, &p->query,
                              "m.flow AS flow, m.state AS state, m.lapsed AS lapsed, COUNT(*) AS "
                              "count",
                              "1, 2, 3", e);
    return p->grouping.out != NULL;
}

Node *matter_parts(Store *s, Str id, Arena *a, Err *e) {
    PartsOf p = {.query = {.subject = id, .state = STR("all")}, .grouping = {.arena = a}};

    return store_read(s, read_parts, &p, e) ? p.grouping.out : NULL;
}
