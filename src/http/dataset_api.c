/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/dataset_api.c: datasets, their columns and their rows. */
#include "http/api.h"
#include "http/inputs.h"
#include "http/inside.h"
#include "http/run_rows.h"
#include "http/words.h"
#include "pool/batch.h"

/* --- the list --------------------------------------------------------------------------------- */

static Node *dataset_head(Req *rq, const Dataset *d, const Node *totals, Err *e) {
    Arena *a = req_arena(rq);
    Node *n = node_map(a);
    const Node *total = node_get(totals, str_c(a, d->dataset));
    int64_t rows;

    if (!counts_of(rq->server->counts, req_office(rq), req_snapshot(rq), d, &rows, e))
        return NULL;
    node_set_text(a, n, "dataset", d->dataset);
    node_set_text(a, n, "title", d->title);
    node_set_text(a, n, "group", d->group);
    node_set_text(a, n, "agency", d->agency);
    node_set_int(a, n, "rows", rows);
    node_set_int(a, n, "batches", total != NULL ? node_int(total, "batches", 0) : 0);
    if (total != NULL)
        node_set_text(a, n, "last_import", node_text(total, "last_import"));
    node_set_int(a, n, "field_count", (int64_t)d->fields.count);
    node_set_bool(a, n, "review", d->review);
    node_set_text(a, n, "note", d->note);
    return n;
}

bool api_dataset_list_get(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    const Content *c = req_snapshot(rq)->content;
    const Node *totals = batch_totals(req_office(rq)->store, a, e);
    Node *out = node_map(a), *items = node_list(a);

    for (size_t i = 0; totals != NULL && i < content_dataset_count(c); i++) {
        Node *head = dataset_head(rq, content_dataset_at(c, i), totals, e);

        if (head == NULL)
            return false;
        node_add(a, items, head);
    }
    node_set_int(a, out, "total", (int64_t)items->count);
    node_set(a, out, "items", items);
    return totals != NULL && reply_node(rq, out);
}

/* --- one dataset ------------------------------------------------------------------------------ */

static Node *texts(Arena *a, const BindList *list) {
    Node *n = node_list(a);

    for (size_t i = 0; i < list->count; i++)
        node_add(a, n, node_of_text(a, ((const Str *)list->items)[i]));
    return n;
}

static Node *field_shown(Arena *a, const Field *f) {
    Node *n = node_map(a);

    node_set_text(a, n, "field", f->field);
    node_set_text(a, n, "title", f->title);
    node_set_text(a, n, "code", f->code);
    node_set_text(a, n, "type", name_of_value(field_type_names, f->type));
    node_set_text(a, n, "type_title", title_of_value(field_type_names, f->type));
    node_set_bool(a, n, "required", f->required);
    node_set_bool(a, n, "sensitive", f->sensitive || f->type == FIELD_CITIZEN_ID);
    node_set_text(a, n, "unit", f->unit);
    node_set_text(a, n, "codes", f->codes);
    node_set(a, n, "aliases", texts(a, &f->aliases));
    node_set_text(a, n, "note", f->note);
    return n;
}

static Node *subject_shown(Arena *a, const Subject *s) {
    Node *n = node_map(a);

    node_set_text(a, n, "kind", name_of_value(subject_kind_names, s->kind));
    node_set_text(a, n, "kind_title", title_of_value(subject_kind_names, s->kind));
    node_set_text(a, n, "key", s->key);
    node_set_text(a, n, "name", s->name);
    return n;
}

static Node *basis_shown(Arena *a, const Basis *b) {
    Node *n = node_map(a);

    node_set_text(a, n, "law", b->law);
    node_set_text(a, n, "article", b->article);
    node_set_text(a, n, "note", b->note);
    node_set_text(a, n, "status", b->status);
    node_set_bool(a, n, "review", b->review);
    return n;
}

static Node *models_shown(Arena *a, const Snapshot *s, const Dataset *d) {
    Node *list = node_list(a);
    const Model **models;
    size_t n = clue_models_of(s, d->dataset, a, &models);

    for (size_t i = 0; i < n; i++) {
        Node *model = node_map(a);

        node_set_text(a, model, "model", model_id(models[i]));
        node_set_text(a, model, "title", model_title(models[i]));
        node_add(a, list, model);
    }
    return list;
}

bool api_dataset_get(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    const Snapshot *s = req_snapshot(rq);
    const Dataset *d = content_dataset(s->content, req_param(rq, 0), e);
    const Node *totals = d != NULL ? batch_totals(req_office(rq)->store, a, e) : NULL;
    Node *n = totals != NULL ? dataset_head(rq, d, totals, e) : NULL;
    Node *fields = node_list(a), *subjects = node_list(a), *basis = node_list(a);

    if (n == NULL)
        return false;
    for (size_t i = 0; i < d->fields.count; i++)
        node_add(a, fields, field_shown(a, &dataset_fields(d)[i]));
    for (size_t i = 0; i < d->subjects.count; i++)
        node_add(a, subjects, subject_shown(a, &dataset_subjects(d)[i]));
    for (size_t i = 0; i < d->basis.count; i++)
        node_add(a, basis, basis_shown(a, &((const Basis *)d->basis.items)[i]));
    node_set(a, n, "fields", fields);
    node_set(a, n, "identity", texts(a, &d->identity));
    node_set(a, n, "subjects", subjects);
    node_set(a, n, "basis", basis);
    node_set_text(a, n, "version", d->version);
    node_set(a, n, "models", models_shown(a, s, d));
    return reply_node(rq, n);
}

/* --- rows ------------------------------------------------------------------------------------- */

bool api_dataset_rows(Req *rq, Err *e) {
    const RowQuery *q = req_query(rq);
    Office *o = req_office(rq);
    const Dataset *d = content_dataset(req_snapshot(rq)->content, req_param(rq, 0), e);
    PoolListing listing = {
        .text = q->text, .batch = q->batch, .cursor = q->cursor, .limit = q->limit};

    return d != NULL && reply_node(rq, pool_list(o->pool, o->keys, d, &listing, req_arena(rq), e));
}

bool api_dataset_row(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    Office *o = req_office(rq);
    const Snapshot *s = req_snapshot(rq);
    const Dataset *d = content_dataset(s->content, req_param(rq, 0), e);
    Str id = req_param(rq, 1);
    Node *row = d != NULL ? pool_row(o->pool, s->content, o->keys, d, id, false, a, e) : NULL;
    Node *clues = row != NULL && batch_name_row(o->store, a, row, e)
                      ? clue_of_row(o, d->dataset, id, a, e)
                      : NULL;

    if (clues == NULL)
        return false;
    node_set_text(a, row, "dataset", d->dataset);
    node_set_text(a, row, "title", d->title);
    node_set_text(a, row, "id", id);
    node_set(a, row, "clues", clues);
    return reply_node(rq, row);
}
