/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/document_type_api.c: kinds of documents as content declares them, and their templates for
 * downloading. */
#include <stdlib.h>

#include "document/shelf.h"
#include "http/document_api.h"
#include "http/document_words.h"

/* --- the list --------------------------------------------------------------------------------- */

static void head(const DocumentType *d, Arena *a, Node *n) {
    node_set_text(a, n, "type", d->document);
    node_set_text(a, n, "title", d->title);
    node_set_text(a, n, "code", d->code);
    node_set_text(a, n, "group", d->group);
    node_set_text(a, n, "help", d->help);
    node_set_text(a, n, "form", str_of(document_form_names[d->form].name));
    node_set_text(a, n, "form_title", str_of(document_form_names[d->form].title));
    node_set_text(a, n, "number", d->number);
    node_set_bool(a, n, "number_review", d->number_review);
    node_set_bool(a, n, "review", d->review);
    node_set_bool(a, n, "in_force", document_in_force(d, day_today()));
}

static Node *flows_of(const Content *c, const DocumentType *d, Arena *a) {
    Node *list = node_list(a);

    for (size_t i = 0; i < d->written.count; i++) {
        Str title = flow_title_of(c, document_places(d)[i].flow);
        bool there = false;

        for (size_t k = 0; k < list->count && !there; k++)
            there = str_eq(list->items[k]->text, title);
        if (!there)
            node_add(a, list, node_of_text(a, title));
    }
    return list;
}

/* D2 before D11. */
static int by_code(const void *x, const void *y) {
    const DocumentType *a = *(const DocumentType *const *)x, *b = *(const DocumentType *const *)y;

    if (a->code.len != b->code.len)
        return a->code.len < b->code.len ? -1 : 1;
    int order = str_compare(a->code, b->code);

    return order != 0 ? order : str_compare(a->document, b->document);
}

/* Offices whose drafts of this kind are written on a template of their own today. */
static int64_t templates_of(const BindList *all, Str type) {
    const ShelfItemOf *items = all->items;
    int64_t n = 0;

    for (size_t i = 0; i < all->count; i++)
        n += items[i].in_force && str_eq(items[i].type, type);
    return n;
}

bool api_document_type_list(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    const Content *c = req_snapshot(rq)->content;
    BindList templates;
    size_t count = content_document_count(c);
    const DocumentType **types = arena_array_of(a, count, const DocumentType *);
    Node *n = node_map(a), *items = node_list(a);

    if (!shelf_list_of(req_office(rq)->store, STR(""), 0, a, &templates, e))
        return false;
    for (size_t i = 0; i < count; i++)
        types[i] = content_document_at(c, i);
    if (count != 0)
        qsort(types, count, sizeof *types, by_code);
    for (size_t i = 0; i < count; i++) {
        Node *one = node_map(a);

        head(types[i], a, one);
        node_set_int(a, one, "fields", (int64_t)types[i]->fields.count);
        node_set(a, one, "flows", flows_of(c, types[i], a));
        node_set_int(a, one, "templates", templates_of(&templates, types[i]->document));
        node_add(a, items, one);
    }
    node_set_int(a, n, "total", (int64_t)count);
    node_set(a, n, "items", items);
    return reply_node(rq, n);
}

/* --- one kind --------------------------------------------------------------------------------- */

static const Flow *first_flow(const Content *c, const DocumentType *d) {
    Err unknown = {0};

    return d->written.count != 0 ? content_flow(c, document_places(d)[0].flow, &unknown) : NULL;
}

static Node *fields_of(const Content *c, const DocumentType *d, Arena *a) {
    Node *list = node_list(a);
    const Flow *flow = first_flow(c, d);

    for (size_t i = 0; i < d->fields.count; i++) {
        const DocumentField *f = &document_fields(d)[i];
        Node *n = document_field_shown(a, f), *sources = node_list(a);

        for (size_t k = 0; k < f->sources.count; k++)
            node_add(a, sources,
                     node_of_text(
                         a, document_source_title(c, flow, a, ((const Str *)f->sources.items)[k])));
        node_set(a, n, "sources", sources);
        node_add(a, list, n);
    }
    return list;
}

static Node *rungs_of(const DocumentType *d, Arena *a) {
    const DocumentRung *rungs = d->approval.items;
    Node *list = node_list(a);

    for (size_t i = 0; i < d->approval.count; i++) {
        Node *n = node_map(a);

        node_set_text(a, n, "role", rungs[i].role);
        node_set_text(a, n, "title", rungs[i].title);
        node_set_text(a, n, "department", rungs[i].department);
        node_set_text(a, n, "party", rungs[i].party);
        node_add(a, list, n);
    }
    return list;
}

static Str party_title(const Flow *f, Str party) {
    const FlowParty *p = f != NULL && party.len != 0 ? flow_party(f, party) : NULL;

    return p != NULL ? p->title : party;
}

static Node *parties_of(const Flow *f, Arena *a, const BindList *parties) {
    Node *list = node_list(a);

    for (size_t i = 0; i < parties->count; i++)
        node_add(a, list, node_of_text(a, party_title(f, ((const Str *)parties->items)[i])));
    return list;
}

static Node *steps_of(const Flow *f, Arena *a, const BindList *steps) {
    Node *list = node_list(a);

    for (size_t i = 0; i < steps->count; i++)
        node_add(a, list, node_of_text(a, step_title_of(f, ((const Str *)steps->items)[i])));
    return list;
}

/* An act has its name within a step: the first that has one of that name says it. */
static Str action_title(const Flow *f, Str action) {
    const FlowStep *steps = f->steps.items;

    for (size_t i = 0; i < f->steps.count; i++) {
        const FlowAction *found = flow_action(&steps[i], action);

        if (found != NULL)
            return found->title;
    }
    return action;
}

static Node *actions_of(const Flow *f, Arena *a, const BindList *actions) {
    Node *list = node_list(a);

    for (size_t i = 0; i < actions->count; i++) {
        Str action = ((const Str *)actions->items)[i];

        node_add(a, list, node_of_text(a, f != NULL ? action_title(f, action) : action));
    }
    return list;
}

static Node *places_of(const Content *c, const DocumentType *d, Arena *a) {
    Node *list = node_list(a);

    for (size_t i = 0; i < d->written.count; i++) {
        const DocumentPlace *p = &document_places(d)[i];
        Err unknown = {0};
        const Flow *f = content_flow(c, p->flow, &unknown);
        Node *n = node_map(a);

        node_set_text(a, n, "flow", p->flow);
        node_set_text(a, n, "flow_title", flow_title_of(c, p->flow));
        node_set(a, n, "steps", steps_of(f, a, &p->steps));
        node_set(a, n, "actions", actions_of(f, a, &p->actions));
        node_set_text(a, n, "issuer", party_title(f, p->issuer));
        node_set(a, n, "to", parties_of(f, a, &p->to));
        node_set(a, n, "copies", parties_of(f, a, &p->copies));
        node_set(a, n, "signers", parties_of(f, a, &p->signers));
        node_add(a, list, n);
    }
    return list;
}

static Node *enclosures_of(const DocumentType *d, Arena *a) {
    const DocumentEnclosure *all = d->enclosures.items;
    Node *list = node_list(a);

    for (size_t i = 0; i < d->enclosures.count; i++) {
        Node *n = node_map(a);

        node_set_text(a, n, "title", all[i].title);
        node_set_text(a, n, "document", all[i].document);
        node_set_bool(a, n, "required", all[i].required);
        node_set_text(a, n, "note", all[i].note);
        node_add(a, list, n);
    }
    return list;
}

static Node *basis_of(const DocumentType *d, Arena *a) {
    const Basis *all = d->basis.items;
    Node *list = node_list(a);

    for (size_t i = 0; i < d->basis.count; i++) {
        Node *n = node_map(a);

        node_set_text(a, n, "law", all[i].law);
        node_set_text(a, n, "article", all[i].article);
        node_set_text(a, n, "note", all[i].note);
        node_set_text(a, n, "status", all[i].status);
        node_add(a, list, n);
    }
    return list;
}

static Node *reply_of(const Content *c, const DocumentType *d, Arena *a) {
    Node *n = node_map(a);

    if (d->reply.period.len == 0 && d->reply.document.len == 0)
        return n;
    node_set_text(a, n, "period", period_title_of(c, d->reply.period));
    node_set_text(a, n, "document", d->reply.document);
    if (d->reply.document.len != 0)
        node_set_text(a, n, "title", document_type_title(c, d->reply.document));
    node_set_text(a, n, "note", d->reply.note);
    return n;
}

bool api_document_type_get(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    const Content *c = req_snapshot(rq)->content;
    const DocumentType *d = content_document(c, req_param(rq, 0), e);
    Node *n = node_map(a);

    if (d == NULL)
        return false;
    head(d, a, n);
    node_set_bool(a, n, "sealed", !d->unsealed);
    node_set_text(a, n, "version", d->version);
    node_set(a, n, "fields", fields_of(c, d, a));
    node_set(a, n, "approval", rungs_of(d, a));
    node_set(a, n, "places", places_of(c, d, a));
    node_set(a, n, "enclosures", enclosures_of(d, a));
    node_set(a, n, "reply", reply_of(c, d, a));
    node_set(a, n, "basis", basis_of(d, a));
    return reply_node(rq, n);
}

bool api_document_type_template(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    const DocumentType *d = content_document(req_snapshot(rq)->content, req_param(rq, 0), e);
    scoped_buf Buf bytes = {0};

    buf_init(&bytes, DOCX_SIZE_MAX);
    return d != NULL && document_docx(d, &bytes, e) &&
           reply_bytes(rq, buf_str(&bytes), str_format(a, "%.*s.docx", STR_ARG(d->title)),
                       document_docx_media, e);
}
