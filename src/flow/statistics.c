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

/* `from` goes between FROM and the conditions, `select` names its columns by number. */
static Node *grouped(Tx *tx, const Grouping *g, const MatterQuery *q, const char *select,
                     const char *from, const char *group, Err *e) {
    MatterWhere w;
    scoped_buf Buf sql;

    buf_init(&sql, (size_t)4 << 20);
    matter_where(tx, q, &nobody, g->arena, &w);
    buf_addf(&sql, "SELECT %s FROM {matter} m%s %.*s GROUP BY %s", select, from,
             STR_ARG(buf_str(&w.sql)), group);
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

static bool by_flow(Tx *tx, const Grouping *g, Err *e) {
    const char *ended = str_format(g->arena,
                                   "m.flow AS flow, substr(m.closed, 1, 7) AS month, m.outcome AS "
                                   "outcome, %s AS late, %s AS days, COUNT(*) AS count",
                                   late_sql(g->arena), days_sql(g->postgresql))
                            .ptr;

    return keep(g, "opened",
                grouped(tx, g, &g->opened,
                        "m.flow AS flow, substr(m.opened, 1, 7) AS month, COUNT(*) AS count", "",
                        "1, 2", e)) &&
           keep(g, "closed", grouped(tx, g, &g->closed, ended, "", "1, 2, 3, 4", e)) &&
           keep(g, "now",
                grouped(tx, g, &g->now, "m.flow AS flow, m.lapsed AS lapsed, COUNT(*) AS count", "",
                        "1, 2", e));
}

#define WITH_PARTIES " JOIN matter_party mp ON mp.matter = m.id AND mp.until = ''"

static void add(Arena *a, Node *houses, const Node *rows, const char *key) {
    for (size_t i = 0; i < rows->count; i++) {
        int64_t number = node_int(rows->items[i], "organisation", 0);
        Node *n = NULL;

        for (size_t k = 0; k < houses->count && !n; k++)
            if (node_int(houses->items[k], "organisation", 0) == number)
                n = houses->items[k];
        if (!n) {
            n = node_map(a);
            node_set_int(a, n, "organisation", number);
            node_add(a, houses, n);
        }
        node_set_int(a, n, key, node_int(rows->items[i], "count", 0));
    }
}

/* A matter counts once for each house that takes part. */
static bool by_house(Tx *tx, const Grouping *g, Err *e) {
    static const char each[] = "mp.organisation AS organisation, COUNT(DISTINCT m.id) AS count";
    MatterQuery late = g->closed;
    Node *houses = node_list(g->arena), *rows;

    if (!g->houses)
        return true;
    late.in_time = STR("no");
    const struct {
        const MatterQuery *query;
        const char *key;
    } asked[] = {{&g->opened, "opened"}, {&g->closed, "closed"}, {&late, "late"}};

    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        rows = grouped(tx, g, asked[i].query, each, WITH_PARTIES, "1", e);
        if (!rows)
            return false;
        add(g->arena, houses, rows, asked[i].key);
    }
    return keep(g, "houses", houses);
}

static bool read_groups(Tx *tx, void *context, Err *e) {
    Grouping *g = context;

    g->out = node_map(g->arena);
    return by_flow(tx, g, e) && by_house(tx, g, e);
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
                              "", "1, 2, 3", e);
    return p->grouping.out != NULL;
}

Node *matter_parts(Store *s, Str id, Arena *a, Err *e) {
    PartsOf p = {.query = {.subject = id, .state = STR("all")}, .grouping = {.arena = a}};

    return store_read(s, read_parts, &p, e) ? p.grouping.out : NULL;
}
