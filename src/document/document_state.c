/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/document_state.c: the state of a document as a tree and back; its words. */
#include "document/document_inside.h"

#include "base/banned.h"

const BindName document_state_names[] = {
#define X(id, name, title) {name, 0, title},
    DOCUMENT_STATES(X)
#undef X
        {NULL, 0, NULL}};

const BindName document_verb_names[] = {
#define X(id, name, title) {name, DOCUMENT_##id, title},
    DOCUMENT_VERBS(X)
#undef X
        {NULL, 0, NULL}};

int document_verb(Str word) {
    for (const BindName *n = document_verb_names; n->name; n++)
        if (str_is(word, n->name))
            return n->value;
    return DOCUMENT_VERB_COUNT;
}

Str document_verb_word(int verb) {
    return verb >= 0 && verb < DOCUMENT_VERB_COUNT ? str_of(document_verb_names[verb].name)
                                                   : STR("");
}

Str document_verb_title(int verb) {
    return verb >= 0 && verb < DOCUMENT_VERB_COUNT ? str_of(document_verb_names[verb].title)
                                                   : STR("");
}

Str document_state_title(Str state) {
    for (const BindName *n = document_state_names; n->name; n++)
        if (str_is(state, n->name))
            return str_of(n->title);
    return state;
}

bool document_fixed(const Document *d) {
    return d->numbered.len > 0;
}

/* ---- rows ---- */

static const Bind version_rows[] = {
    BIND_INT(DocumentVersion, id, "id", REQUIRED, "from 1"),
    BIND_INT(DocumentVersion, revision, "revision", OPTIONAL, "of the act that made it"),
    BIND_STR(DocumentVersion, at, "at", OPTIONAL, "instant"),
    BIND_STR(DocumentVersion, actor, "actor", OPTIONAL, "login"),
    BIND_STR(DocumentVersion, kind, "kind", OPTIONAL, "drafted, filled, edited …"),
    BIND_END,
};

static const Bind approval_rows[] = {
    BIND_INT(DocumentApproval, id, "id", REQUIRED, "unique in the document"),
    BIND_INT(DocumentApproval, rung, "rung", OPTIONAL, "index in the type's approval"),
    BIND_INT(DocumentApproval, organisation, "organisation", OPTIONAL, "whose"),
    BIND_STR(DocumentApproval, role, "role", OPTIONAL, "held there"),
    BIND_STR(DocumentApproval, department, "department", OPTIONAL, "kind of department"),
    BIND_STR(DocumentApproval, state, "state", OPTIONAL, "waiting, open, agreed, returned …"),
    BIND_STR(DocumentApproval, at, "at", OPTIONAL, "instant"),
    BIND_STR(DocumentApproval, actor, "actor", OPTIONAL, "login"),
    BIND_END,
};

static const Bind signature_rows[] = {
    BIND_INT(DocumentSignature, id, "id", REQUIRED, "unique in the document"),
    BIND_INT(DocumentSignature, organisation, "organisation", OPTIONAL, "for which"),
    BIND_STR(DocumentSignature, kind, "kind", OPTIONAL, "person, organisation"),
    BIND_STR(DocumentSignature, login, "login", OPTIONAL, "who did it"),
    BIND_STR(DocumentSignature, certificate, "certificate", OPTIONAL, "serial number, hex"),
    BIND_STR(DocumentSignature, at, "at", OPTIONAL, "instant"),
    BIND_END,
};

static const Bind service_rows[] = {
    BIND_INT(DocumentService, id, "id", REQUIRED, "unique in the document"),
    BIND_STR(DocumentService, kind, "kind", OPTIONAL, "to, copy, signer"),
    BIND_INT(DocumentService, organisation, "organisation", OPTIONAL, "0: an outsider"),
    BIND_STR(DocumentService, method, "method", OPTIONAL, "code of service_methods"),
    BIND_STR(DocumentService, state, "state", OPTIONAL, "sent, opened, signed, refused …"),
    BIND_STR(DocumentService, sent, "sent", OPTIONAL, "instant"),
    BIND_STR(DocumentService, opened, "opened", OPTIONAL, "instant"),
    BIND_STR(DocumentService, closed, "closed", OPTIONAL, "instant"),
    BIND_STR(DocumentService, server, "server", OPTIONAL, "login: who sent it"),
    BIND_STR(DocumentService, opener, "opener", OPTIONAL, "login: who opened it first"),
    BIND_STR(DocumentService, actor, "actor", OPTIONAL, "login: who closed it"),
    BIND_STR(DocumentService, day, "day", OPTIONAL, "of service, as the law counts"),
    BIND_INT(DocumentService, file, "file", OPTIONAL, "scanned receipt: the matter's file"),
    BIND_STR(DocumentService, receipt, "receipt", OPTIONAL, "proof of service: digest"),
    BIND_END,
};

static const Bind seal_rows[] = {
    BIND_INT(DocumentSeal, id, "id", REQUIRED, "unique in the document"),
    BIND_INT(DocumentSeal, page, "page", OPTIONAL, "from 1"),
    BIND_INT(DocumentSeal, x, "x", OPTIONAL, "1/100 mm from the left"),
    BIND_INT(DocumentSeal, y, "y", OPTIONAL, "1/100 mm from the top"),
    BIND_INT(DocumentSeal, diameter, "diameter", OPTIONAL, "1/100 mm"),
    BIND_END,
};

static const Bind house_rows[] = {
    BIND_INT(DocumentHouse, id, "id", REQUIRED, "unique in the document"),
    BIND_INT(DocumentHouse, organisation, "organisation", OPTIONAL, "its number"),
    BIND_STR(DocumentHouse, party, "party", OPTIONAL, "of the flow"),
    BIND_END,
};

const Bind document_state_rows[] = {
    BIND_STR(Document, id, "id", REQUIRED, "of the document"),
    BIND_STR(Document, matter, "matter", REQUIRED, "its matter"),
    BIND_STR(Document, type, "type", REQUIRED, "kind of document"),
    BIND_STR(Document, version, "version", OPTIONAL, "of the kind's text"),
    BIND_STR(Document, template_, "template", OPTIONAL, "digest of an office's template"),
    BIND_INT(Document, serial, "serial", OPTIONAL, "number among all documents"),
    BIND_INT(Document, organisation, "organisation", OPTIONAL, "the issuer"),
    BIND_STR(Document, state, "state", OPTIONAL, "draft, approving, approved …"),
    BIND_STR(Document, author, "author", OPTIONAL, "login"),
    BIND_STR(Document, opened, "opened", OPTIONAL, "instant"),
    BIND_STR(Document, changed, "changed", OPTIONAL, "instant of the last act"),
    BIND_STR(Document, number, "number", OPTIONAL, "as written on paper"),
    BIND_STR(Document, issued_on, "issued_on", OPTIONAL, "day of the document"),
    BIND_STR(Document, series, "series", OPTIONAL, "pattern of the number"),
    BIND_INT(Document, number_serial, "number_serial", OPTIONAL, "in its series"),
    BIND_INT(Document, number_year, "number_year", OPTIONAL, "of its series"),
    BIND_STR(Document, numbered, "numbered", OPTIONAL, "instant"),
    BIND_STR(Document, docx, "docx", OPTIONAL, "digest of the fixed .docx"),
    BIND_STR(Document, pdf, "pdf", OPTIONAL, "digest of the fixed PDF"),
    BIND_STR(Document, signed_pdf, "signed_pdf", OPTIONAL, "digest of the signed PDF"),
    BIND_INT(Document, pages, "pages", OPTIONAL, "of the PDF"),
    BIND_INT(Document, size, "size", OPTIONAL, "bytes of the PDF"),
    BIND_STR(Document, step, "step", OPTIONAL, "of the matter, where it was written"),
    BIND_STR(Document, action, "action", OPTIONAL, "act of the matter that issuing it answers"),
    BIND_STR(Document, answers, "answers", OPTIONAL, "id of the document it answers"),
    BIND_STR(Document, answered, "answered", OPTIONAL, "id of its answer"),
    BIND_STR(Document, due, "due", OPTIONAL, "last day for the answer"),
    BIND_STR(Document, answered_on, "answered_on", OPTIONAL, "day the answer was sent"),
    BIND_STR(Document, served, "served", OPTIONAL, "day of service"),
    BIND_STR(Document, assessment, "assessment", OPTIONAL, "of an answer"),
    BIND_STR(Document, flags, "flags", OPTIONAL, "of an answer: what was noticed"),
    BIND_INT(Document, revision, "revision", OPTIONAL, "acts so far"),
    BIND_INT(Document, next, "next", OPTIONAL, "id of the next item"),
    BIND_BOOL(Document, sealed, "sealed", OPTIONAL, "as its matter"),
    BIND_OBJECTS(Document, versions, "versions", OPTIONAL, version_rows, DocumentVersion, "texts"),
    BIND_OBJECTS(Document, approvals, "approvals", OPTIONAL, approval_rows, DocumentApproval,
                 "who agreed"),
    BIND_OBJECTS(Document, signatures, "signatures", OPTIONAL, signature_rows, DocumentSignature,
                 "who signed"),
    BIND_OBJECTS(Document, services, "services", OPTIONAL, service_rows, DocumentService,
                 "to whom it went"),
    BIND_OBJECTS(Document, seals, "seals", OPTIONAL, seal_rows, DocumentSeal, "places of seals"),
    BIND_OBJECTS(Document, to, "to", OPTIONAL, house_rows, DocumentHouse, "whom it is for"),
    BIND_OBJECTS(Document, copies, "copies", OPTIONAL, house_rows, DocumentHouse,
                 "who gets a copy"),
    BIND_OBJECTS(Document, signers, "signers", OPTIONAL, house_rows, DocumentHouse,
                 "who signs too"),
    BIND_END,
};

Node *document_tree(Arena *a, const Document *d) {
    return state_tree(a, document_state_rows, d);
}

bool document_of_tree(Arena *a, const Node *tree, const Node *personal, Document *out, Err *e) {
    Document d = {0};

    if (!bind_read(a, document_state_rows, tree, &d, e))
        return false;
    d.personal = personal && personal->kind == NODE_MAP ? personal : node_map(a);
    *out = d;
    return true;
}

/* ---- what is missing ---- */

static bool empty(const Node *n) {
    return !n || n->kind == NODE_NULL || (n->kind == NODE_TEXT && !str_trim(n->text).len) ||
           ((n->kind == NODE_LIST || n->kind == NODE_MAP) && !n->count);
}

static void miss(Arena *a, Node *out, Str field, Str title) {
    Node *n = node_map(a);

    node_set_text(a, n, "field", field);
    node_set_text(a, n, "title", title);
    node_add(a, out, n);
}

/* Of a list's entries every mandatory column, told once each. */
static void miss_in_list(Arena *a, Node *out, const DocumentField *f, const Node *rows) {
    for (size_t i = 0; i < f->fields.count; i++) {
        const DocumentField *column = &((const DocumentField *)f->fields.items)[i];
        const char *key = str_c(a, column->is.field);

        for (size_t k = 0; column->is.required && k < rows->count; k++)
            if (empty(node_get(rows->items[k], key))) {
                miss(a, out,
                     str_format(a, "%.*s.%.*s", STR_ARG(f->is.field), STR_ARG(column->is.field)),
                     str_format(a, "%.*s第 %zu 项的%.*s", STR_ARG(f->is.title), k + 1,
                                STR_ARG(column->is.title)));
                break;
            }
    }
}

Node *document_missing(const DocumentType *type, const Document *d, Arena *a) {
    const Node *values = node_get(d->personal, "values");
    Node *out = node_list(a);

    for (size_t i = 0; i < type->fields.count; i++) {
        const DocumentField *f = &document_fields(type)[i];
        const Node *value = values ? node_get(values, str_c(a, f->is.field)) : NULL;

        if (empty(value)) {
            if (f->is.required)
                miss(a, out, f->is.field, f->is.title);
        } else if (f->is.type == DOCUMENT_LIST && value->kind == NODE_LIST)
            miss_in_list(a, out, f, value);
    }
    return out;
}
