/* SPDX-License-Identifier: MulanPSL-2.0 */
/* clue/earlier.c: earlier cases of whomever a clue is about (“前案”): matters that name the
 * subject, and rows of datasets that speak of this subject and of a case. Only what the asker may
 * see. */
#include <stdlib.h>

#include "clue/clue.h"
#include "clue/life_inside.h"

#include "sql_statements.h"

#include "base/banned.h"

enum { ROWS_OF_DATASET = 20, ROWS_MOST = 100, WORDS_MOST = 2 };

typedef struct Earlier {
    Arena *arena;
    Str id, kind, key;
    const Node *matters, *evidence;
} Earlier;

static bool earlier_read(Tx *tx, void *context, Err *e) {
    Earlier *q = context;
    Err why = {0};
    const Node *row = tx_row(tx, q->arena, &SQL_life_seen, ARGS(ARG_OF_TEXT(q->id)), &why);

    if (!row) {
        if (why.code != ERR_NONE)
            *e = why;
        else
            err_set(e, ERR_NOT_FOUND, NULL, "没有这条线索，可能编号抄错了，请从线索列表中打开");
        return false;
    }
    q->kind = node_text(row, "subject_kind");
    q->key = node_text(row, "subject_key");
    Str target = str_format(q->arena, "%.*s:%.*s", STR_ARG(q->kind), STR_ARG(q->key));

    q->matters = q->key.len ? tx_rows(tx, q->arena, &SQL_life_of_subject,
                                      ARGS(ARG_OF_TEXT(target), ARG_OF_TEXT(q->id)), e)
                            : node_list(q->arena);
    q->evidence = q->matters
                      ? tx_rows(tx, q->arena, &SQL_clue_evidence_of, ARGS(ARG_OF_TEXT(q->id)), e)
                      : NULL;
    return q->evidence != NULL;
}

/* The subject of this kind, if the dataset has one. */
static const Subject *subject_of(const Dataset *d, int kind) {
    for (size_t i = 0; i < d->subjects.count; i++)
        if (dataset_subjects(d)[i].kind == kind)
            return &dataset_subjects(d)[i];
    return NULL;
}

static bool is_evidence(const Earlier *q, const Dataset *d, Str row) {
    for (size_t i = 0; i < q->evidence->count; i++)
        if (str_eq(node_text(q->evidence->items[i], "dataset"), d->dataset) &&
            str_eq(node_text(q->evidence->items[i], "row_id"), row))
            return true;
    return false;
}

static Str value_at(const Node *values, size_t i) {
    const Node *v = i < values->count ? values->items[i] : NULL;

    return v && v->kind == NODE_TEXT ? v->text : (Str){NULL, 0};
}

/* The case's number, its first day, and the words of its first codes (罪名, 处罚种类). */
static Node *told(const Earlier *q, const Dataset *d, const Subject *of_case, const Node *item) {
    const Node *values = node_get(item, "values");
    Arena *a = q->arena;
    Node *n = node_map(a);
    Str on = {NULL, 0}, about = {NULL, 0};
    size_t words = 0;

    node_set_text(a, n, "dataset", d->dataset);
    node_set_text(a, n, "dataset_title", d->title);
    node_set_text(a, n, "row", node_text(item, "id"));
    node_set_text(a, n, "case_number", value_at(values, of_case->key_field->index));
    for (size_t i = 0; i < d->fields.count; i++) {
        const Field *f = &dataset_fields(d)[i];
        Str value = value_at(values, i);

        if (f->type == FIELD_DATE && !on.len)
            on = value;
        if (f->type == FIELD_CODE && value.len && words++ < WORDS_MOST)
            about = about.len ? str_format(a, "%.*s，%.*s", STR_ARG(about), STR_ARG(value)) : value;
    }
    if (on.len)
        node_set_text(a, n, "on", on);
    if (about.len)
        node_set_text(a, n, "about", about);
    return n;
}

static bool rows_of(Office *o, const Earlier *q, const Dataset *d, Node *out, bool *more, Err *e) {
    const PoolListing listing = {.key = q->key, .limit = ROWS_OF_DATASET};
    const Node *page = pool_list(o->pool, o->keys, d, &listing, q->arena, e);
    const Node *items = page ? node_get(page, "items") : NULL;

    for (size_t i = 0; items && i < items->count; i++)
        if (!is_evidence(q, d, node_text(items->items[i], "id")))
            node_add(q->arena, out, told(q, d, subject_of(d, SUBJECT_CASE), items->items[i]));
    if (page && node_text(page, "next").len)
        *more = true;
    return page != NULL;
}

static int newest_first(const void *x, const void *y) {
    return str_compare(node_text(*(Node *const *)y, "on"), node_text(*(Node *const *)x, "on"));
}

Node *clue_earlier(Office *o, const Content *c, Str id, Arena *a, Err *e) {
    Earlier q = {.arena = a, .id = id};
    Node *out = node_map(a), *rows = node_list(a);
    bool more = false;

    if (!store_read(o->store, earlier_read, &q, e))
        return NULL;
    for (size_t i = 0; q.key.len && i < content_dataset_count(c) && rows->count < ROWS_MOST; i++) {
        const Dataset *d = content_dataset_at(c, i);
        int kind = -1;

        for (const BindName *n = subject_kind_names; n->name; n++)
            if (str_is(q.kind, n->name))
                kind = n->value;
        if (subject_of(d, kind) && subject_of(d, SUBJECT_CASE) &&
            !rows_of(o, &q, d, rows, &more, e))
            return NULL;
    }
    if (rows->count)
        qsort(rows->items, rows->count, sizeof *rows->items, newest_first);
    node_set(a, out, "matters", (Node *)(uintptr_t)q.matters);
    node_set(a, out, "rows", rows);
    node_set_bool(a, out, "more", more || rows->count >= ROWS_MOST);
    return out;
}
