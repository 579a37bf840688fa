/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/reply_ledger.c: answers counted where they are listed: the same conditions as
 * document/list.c has, so that each figure is the length of a list. */
#include "document/reply_ledger.h"

#include "base/banned.h"

enum { LEDGER_ROWS_MOST = 2000, CONDITIONS_MOST = 8 };

typedef struct Counting {
    const ReplyLedgerQuery *query;
    Arena *arena;
    Buf where;
    Arg args[CONDITIONS_MOST];
    size_t count;
    Node *out;
} Counting;

static void condition(Counting *c, const char *sql, Arg value) {
    c->args[c->count++] = value;
    buf_addf(&c->where, " AND %s$%zu", sql, c->count);
}

/* Of those that were served, who has to answer: each organisation once, however often it was sent
 * to. */
#define ASKED                                                                                     \
    "FROM {document} d JOIN (SELECT DISTINCT document, organisation FROM document_service WHERE " \
    "kind = 'to') v ON v.document = d.id LEFT JOIN {document} r ON r.id = d.answered WHERE "      \
    "d.state = 'served' AND (d.answered <> '' OR d.due <> '')"

static void conditions(Counting *c) {
    const ReplyLedgerQuery *q = c->query;

    if (q->type.len)
        condition(c, "d.type = ", ARG_OF_TEXT(q->type));
    if (q->organisation)
        condition(c, "d.organisation = ", ARG_OF_INT(q->organisation));
    if (q->receiver)
        condition(c, "v.organisation = ", ARG_OF_INT(q->receiver));
    if (q->issued_from.len)
        condition(c, "d.issued_on >= ", ARG_OF_TEXT(q->issued_from));
    if (q->issued_to.len)
        condition(c, "d.issued_on <> '' AND d.issued_on <= ", ARG_OF_TEXT(q->issued_to));
}

static Node *rows_of(Tx *tx, Counting *c, const char *select, const char *group, Err *e) {
    scoped_buf Buf sql;

    buf_init(&sql, (size_t)1 << 20);
    buf_addf(&sql,
             "SELECT v.organisation AS receiver, d.type, %s " ASKED "%.*s GROUP BY "
             "v.organisation, d.type%s LIMIT %d",
             select, STR_ARG(buf_str(&c->where)), group, LEDGER_ROWS_MOST);
    return tx_rows_text(tx, c->arena, buf_str(&sql), c->args, c->count, e);
}

#define SUM_OF(when, name) "SUM(CASE WHEN " when " THEN 1 ELSE 0 END) AS " name

/* Today is an argument of the statement's own, behind the conditions'. */
static Node *count_all(Tx *tx, Counting *c, Err *e) {
    char today[11];
    Str select;

    day_format(day_today(), today);
    select = str_format(
        c->arena,
        "COUNT(*) AS asked, " SUM_OF("d.answered <> '' AND (d.due = '' OR d.answered_on <= d.due)", "in_time") ", " SUM_OF(
            "d.answered <> '' AND d.due <> '' AND d.answered_on > d.due",
            "late") ", " SUM_OF("d.answered = '' AND d.due >= '%s'",
                                "waiting") ", " SUM_OF("d.answered = '' AND d.due < '%s'",
                                                       "overdue") ", " SUM_OF("r.flags IS NOT NULL "
                                                                              "AND r.flags NOT IN "
                                                                              "('', 'none')",
                                                                              "flagged"),
        today, today);
    return rows_of(tx, c, select.ptr, " ORDER BY overdue DESC, asked DESC, receiver, d.type", e);
}

static bool same_row(const Node *x, const Node *y) {
    return node_int(x, "receiver", 0) == node_int(y, "receiver", 0) &&
           str_eq(node_text(x, "type"), node_text(y, "type"));
}

/* What was thought of the answers, at the row of their organisation and kind. */
static bool add_assessed(Tx *tx, Counting *c, Node *rows, Err *e) {
    const Node *counted = rows_of(
        tx, c, "r.assessment AS value, SUM(CASE WHEN r.id IS NULL THEN 0 ELSE 1 END) AS count",
        ", r.assessment ORDER BY r.assessment", e);

    for (size_t i = 0; i < rows->count; i++) {
        Node *list = node_list(c->arena);

        for (size_t k = 0; counted && k < counted->count; k++) {
            const Node *one = counted->items[k];
            Node *n = node_map(c->arena);

            if (!same_row(rows->items[i], one) || node_int(one, "count", 0) == 0)
                continue;
            node_set_text(c->arena, n, "value", node_text(one, "value"));
            node_set_int(c->arena, n, "count", node_int(one, "count", 0));
            node_add(c->arena, list, n);
        }
        node_set(c->arena, rows->items[i], "assessed", list);
    }
    return counted != NULL;
}

static bool count_work(Tx *tx, void *context, Err *e) {
    Counting *c = context;

    c->out = count_all(tx, c, e);
    return c->out && add_assessed(tx, c, c->out, e);
}

static bool a_day(Str text, const char *where, Err *e) {
    Day at;

    return text.len == 0 || (text.len == 10 && day_parse(text, &at)) ||
           err_set(e, ERR_INVALID, where, "“%.*s”不是日期，请写成 2026-03-02",
                   STR_ARG(str_slice(text, 0, 30)));
}

Node *reply_ledger(Store *s, const ReplyLedgerQuery *q, Arena *a, Err *e) {
    Counting c = {.query = q, .arena = a};
    bool good;

    if (!a_day(q->issued_from, "?from", e) || !a_day(q->issued_to, "?to", e))
        return NULL;
    buf_init(&c.where, (size_t)1 << 16);
    conditions(&c);
    good = store_read(s, count_work, &c, e);
    buf_done(&c.where);
    return good ? c.out : NULL;
}
