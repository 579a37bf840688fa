/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/document_ledger_api.c: 回复台账: figures of answers by organisation and kind, each with the
 * conditions that open its rows in the list. */
#include "http/document_ledger.h"

#include "document/reply_ledger.h"
#include "http/document_words.h"

/* Figures of a row, and the condition on answers that opens each. */
static const struct {
    const char *key, *condition, *value;
} figures[] = {
    {"asked", "answered", "asked"},     {"in_time", "answered", "in_time"},
    {"late", "answered", "late"},       {"waiting", "answered", "waiting"},
    {"overdue", "answered", "overdue"}, {"flagged", "flagged", "yes"},
};
enum { FIGURES = sizeof figures / sizeof *figures };

typedef struct Ledger {
    const Content *content;
    const DocumentLedgerQuery *asked;
    const Node *rows;
    Arena *a;
} Ledger;

static void put(const Ledger *l, Node *q, const char *key, Str value) {
    if (value.len != 0)
        node_set_text(l->a, q, key, value);
}

static void put_number(const Ledger *l, Node *q, const char *key, int64_t value) {
    if (value != 0)
        node_set_text(l->a, q, key, str_format(l->a, "%lld", (long long)value));
}

/* Of one row, or of all of them (row NULL). */
static Node *query_of(const Ledger *l, const Node *row) {
    const DocumentLedgerQuery *in = l->asked;
    Node *q = node_map(l->a);

    node_set_text(l->a, q, "state", STR("served"));
    put(l, q, "type", row != NULL ? node_text(row, "type") : in->type);
    put_number(l, q, "receiver", row != NULL ? node_int(row, "receiver", 0) : in->receiver);
    put_number(l, q, "organisation", in->organisation);
    put(l, q, "issued_from", in->from);
    put(l, q, "issued_to", in->to);
    return q;
}

static Node *figure(const Ledger *l, const Node *row, int64_t count, const char *key, Str value) {
    Node *n = node_map(l->a), *q = query_of(l, row);

    node_set_text(l->a, q, key, value);
    node_set_int(l->a, n, "count", count);
    node_set(l->a, n, "query", q);
    return n;
}

static int64_t sum_of(const Ledger *l, const Node *row, const char *key) {
    int64_t sum = 0;

    if (row != NULL)
        return node_int(row, key, 0);
    for (size_t i = 0; i < l->rows->count; i++)
        sum += node_int(l->rows->items[i], key, 0);
    return sum;
}

static int64_t assessed_in(const Node *row, Str code) {
    const Node *list = node_get(row, "assessed");

    for (size_t i = 0; list != NULL && i < list->count; i++)
        if (str_eq(node_text(list->items[i], "value"), code))
            return node_int(list->items[i], "count", 0);
    return 0;
}

static int64_t assessed_of(const Ledger *l, const Node *row, Str code) {
    int64_t sum = 0;

    if (row != NULL)
        return assessed_in(row, code);
    for (size_t i = 0; i < l->rows->count; i++)
        sum += assessed_in(l->rows->items[i], code);
    return sum;
}

static void add_judged(const Ledger *l, const Node *row, Str code, Str title, Node *out) {
    Str value = code.len != 0 ? code : STR("none");
    Node *n = figure(l, row, assessed_of(l, row, code), "assessed", value);

    node_set_text(l->a, n, "value", value);
    node_set_text(l->a, n, "title", title);
    node_add(l->a, out, n);
}

/* Every entry of the code table, and what nobody has judged yet. */
static Node *assessed(const Ledger *l, const Node *row) {
    Err unknown = {0};
    const CodeTable *t = content_codes(l->content, STR("reply_assessments"), &unknown);
    const CodeEntry *entries = t != NULL ? t->entries.items : NULL;
    Node *out = node_list(l->a);

    for (size_t i = 0; t != NULL && i < t->entries.count; i++)
        add_judged(l, row, entries[i].code, entries[i].title, out);
    add_judged(l, row, (Str){NULL, 0}, STR("还没有评价"), out);
    return out;
}

static void add_figures(const Ledger *l, const Node *row, Node *out) {
    for (size_t i = 0; i < FIGURES; i++)
        node_set(l->a, out, figures[i].key,
                 figure(l, row, sum_of(l, row, figures[i].key), figures[i].condition,
                        str_of(figures[i].value)));
    node_set(l->a, out, "assessed", assessed(l, row));
}

static Node *item(const Ledger *l, const Node *row, const Names *names) {
    Node *n = node_map(l->a);
    int64_t house = node_int(row, "receiver", 0);

    node_set_int(l->a, n, "organisation", house);
    node_set_text(l->a, n, "organisation_name",
                  house != 0 ? house_of(names, l->a, house) : STR("系统外单位"));
    node_set_text(l->a, n, "type", node_text(row, "type"));
    node_set_text(l->a, n, "type_title", document_type_title(l->content, node_text(row, "type")));
    add_figures(l, row, n);
    return n;
}

static bool house_known(const Ledger *l, const Names *names, int64_t house, const char *where,
                        Err *e) {
    return house == 0 ||
           node_get(names->houses, str_format(l->a, "%lld", (long long)house).ptr) != NULL ||
           err_set(e, ERR_INVALID, where, "没有这个单位，请从列表里选择");
}

/* What stands in the query of each figure is what was asked: nothing that is not known. */
static bool known(const Ledger *l, Store *s, Err *e) {
    Err unknown = {0};
    Names names;

    if (l->asked->type.len != 0 && content_document(l->content, l->asked->type, &unknown) == NULL)
        return err_set(e, ERR_INVALID, "?type", "没有这种文书，请从列表里选择");
    names_begin(&names, l->a);
    names_want_house(&names, l->a, l->asked->organisation);
    names_want_house(&names, l->a, l->asked->receiver);
    return names_read(&names, s, l->a, e) &&
           house_known(l, &names, l->asked->organisation, "?organisation", e) &&
           house_known(l, &names, l->asked->receiver, "?receiver", e);
}

bool api_document_ledger(Req *rq, Err *e) {
    const DocumentLedgerQuery *q = req_query(rq);
    Arena *a = req_arena(rq);
    Ledger l = {req_snapshot(rq)->content, q, NULL, a};
    ReplyLedgerQuery conditions = {q->type, q->organisation, q->receiver, q->from, q->to};
    Node *n = node_map(a), *total = node_map(a), *items = node_list(a);
    Names names;

    if (!known(&l, req_office(rq)->store, e))
        return false;
    l.rows = reply_ledger(req_office(rq)->store, &conditions, a, e);
    if (l.rows == NULL)
        return false;
    names_begin(&names, a);
    for (size_t i = 0; i < l.rows->count; i++)
        names_want_house(&names, a, node_int(l.rows->items[i], "receiver", 0));
    if (!names_read(&names, req_office(rq)->store, a, e))
        return false;
    add_figures(&l, NULL, total);
    for (size_t i = 0; i < l.rows->count; i++)
        node_add(a, items, item(&l, l.rows->items[i], &names));
    node_set(a, n, "total", total);
    node_set(a, n, "items", items);
    return reply_node(rq, n);
}
