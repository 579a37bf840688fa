/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/calendar.c: what is on each day: periods that end, and meetings and the like that fields of
 * open matters set. */
#include <inttypes.h>
#include <stdlib.h>

#include "flow/figures.h"
#include "flow/matter_query.h"
#include "flow/seal.h"

#include "base/banned.h"

enum { DAY_ITEMS = 50 };

typedef struct Laying {
    const Content *content;
    Arena *arena;
    const MatterQuery *query;
    const MatterActor *who;
    Str from, to; /* days */
    Node *items;  /* of all days */
    bool more;
} Laying;

/* ---- periods ---- */

static bool periods_read(Tx *tx, Laying *l, Err *e) {
    MatterWhere w;
    Str sql;

    matter_where(tx, l->query, l->who, l->arena, &w);
    w.args[w.count++] = ARG_OF_TEXT(l->from);
    w.args[w.count++] = ARG_OF_TEXT(l->to);
    sql = str_format(
        l->arena,
        "SELECT m.id, m.number, m.flow, m.title, c.period AS what, c.step, c.day, c.due AS at, "
        "c.state FROM matter_clock c JOIN {matter} m ON m.id = c.matter %.*s AND c.day >= $%zu AND "
        "c.day <= $%zu AND c.state IN ('running', 'lapsed') AND c.period <> '' AND m.state IN "
        "('open', 'suspended') ORDER BY c.day, c.due, m.ordinal LIMIT %d",
        STR_ARG(buf_str(&w.sql)), w.count - 1, w.count, CALENDAR_MOST + 1);
    Node *rows = tx_rows_text(tx, l->arena, sql, w.args, w.count, e);

    buf_done(&w.sql);

    if (rows && !matter_open_titles(tx, l->arena, rows, e))
        return false;
    for (size_t i = 0; rows && i < rows->count; i++) {
        Node *n = rows->items[i];

        if (i >= CALENDAR_MOST) {
            l->more = true;
            break;
        }
        node_set_text(l->arena, n, "kind", STR("due"));
        node_set_bool(l->arena, n, "lapsed", str_is(node_text(n, "state"), "lapsed"));
        node_add(l->arena, l->items, n);
    }
    return rows != NULL;
}

/* ---- days that fields set ---- */

/* A day or hour that may lie ahead, and is not personal: a meeting, a hearing. */
bool matter_appointment(const Field *f) {
    return (f->type == FIELD_DATE || f->type == FIELD_TIME) && !f->most_today &&
           !str_is(f->most, "today") && !flow_personal(f);
}

static bool has_appointment(const Flow *f) {
    for (size_t i = 0; i < f->fields.count; i++)
        if (matter_appointment(&flow_fields(f)[i]))
            return true;
    return false;
}

static void add_appointments(Laying *l, const Flow *f, const Node *row) {
    Err broken = {0};
    const Node *tree = json_read(l->arena, node_text(row, "tree"), &broken);
    const Node *values = tree ? node_get(tree, "values") : NULL;

    for (size_t i = 0; values && i < f->fields.count; i++) {
        const Field *field = &flow_fields(f)[i];
        Str value = matter_appointment(field) ? node_text(values, str_c(l->arena, field->field))
                                              : (Str){NULL, 0};
        Str day = str_slice(value, 0, 10);
        Node *n;

        if (!day.len || str_compare(day, l->from) < 0 || str_compare(day, l->to) > 0)
            continue;
        n = node_map(l->arena);
        for (size_t k = 0; k < row->count; k++)
            if (!str_is(row->keys[k], "tree"))
                node_append(l->arena, n, row->keys[k], row->items[k]);
        node_set_text(l->arena, n, "kind", STR("meeting"));
        node_set_text(l->arena, n, "what", field->title);
        node_set_text(l->arena, n, "day", day);
        node_set_text(l->arena, n, "at", value);
        node_add(l->arena, l->items, n);
    }
}

static bool appointments_read(Tx *tx, Laying *l, Err *e) {
    MatterWhere w;
    Str sql;

    matter_where(tx, l->query, l->who, l->arena, &w);
    sql = str_format(l->arena,
                     "SELECT m.id, m.number, m.flow, m.title, m.tree FROM {matter} m %.*s AND "
                     "m.flow = $%zu AND m.state IN ('open', 'suspended') ORDER BY m.changed DESC, "
                     "m.ordinal DESC LIMIT %d",
                     STR_ARG(buf_str(&w.sql)), w.count + 1, CALENDAR_MOST + 1);
    buf_done(&w.sql);
    for (size_t i = 0; i < content_flow_count(l->content); i++) {
        const Flow *f = content_flow_at(l->content, i);

        if (!has_appointment(f))
            continue;
        w.args[w.count] = ARG_OF_TEXT(f->flow);
        Node *rows = tx_rows_text(tx, l->arena, sql, w.args, w.count + 1, e);

        if (!rows || !matter_open_titles(tx, l->arena, rows, e))
            return false;
        l->more |= rows->count > CALENDAR_MOST;
        for (size_t k = 0; k < rows->count && k < CALENDAR_MOST; k++)
            add_appointments(l, f, rows->items[k]);
    }
    return true;
}

static bool lay_out(Tx *tx, void *context, Err *e) {
    Laying *l = context;

    l->items = node_list(l->arena);
    return periods_read(tx, l, e) && appointments_read(tx, l, e);
}

/* ---- by day ---- */

static int by_day(const void *x, const void *y) {
    const Node *a = *(Node *const *)x, *b = *(Node *const *)y;
    int day = str_compare(node_text(a, "day"), node_text(b, "day"));
    int meeting = str_is(node_text(b, "kind"), "meeting") - str_is(node_text(a, "kind"), "meeting");

    return day ? day : meeting ? meeting : str_compare(node_text(a, "at"), node_text(b, "at"));
}

static Node *laid_day(Arena *a, Node *days, Str day) {
    Node *n = days->count ? days->items[days->count - 1] : NULL;

    if (n && str_eq(node_text(n, "day"), day))
        return n;
    n = node_map(a);
    node_set_text(a, n, "day", day);
    node_set_int(a, n, "due", 0);
    node_set_int(a, n, "meetings", 0);
    node_set(a, n, "items", node_list(a));
    node_add(a, days, n);
    return n;
}

Node *matter_calendar(Store *s, const Content *c, const MatterActor *who, const MatterQuery *q,
                      Day from, Day to, Arena *a, Err *e) {
    char first[11], last[11];
    Laying l = {.content = c, .arena = a, .query = q, .who = who};
    Node *out = node_map(a), *days = node_list(a);

    if (!matter_query_check(q, e))
        return NULL;
    day_format(from, first);
    day_format(to, last);
    l.from = str_of(first);
    l.to = str_of(last);
    if (!store_read(s, lay_out, &l, e))
        return NULL;
    if (l.items->count)
        qsort(l.items->items, l.items->count, sizeof *l.items->items, by_day);
    for (size_t i = 0; i < l.items->count; i++) {
        Node *day = laid_day(a, days, node_text(l.items->items[i], "day"));
        const char *count =
            str_is(node_text(l.items->items[i], "kind"), "due") ? "due" : "meetings";
        Node *items = (Node *)(uintptr_t)node_get(day, "items");

        node_set_int(a, day, count, node_int(day, count, 0) + 1);
        if (items->count < DAY_ITEMS)
            node_add(a, items, l.items->items[i]);
    }
    node_set(a, out, "days", days);
    node_set_bool(a, out, "more", l.more);
    return out;
}
