/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/document_pin.c: kinds of documents are kept as they were when a document was drafted:
 * its fields and approval are those, whatever the content says since. */
#include "document/document_inside.h"

#include "sql_statements.h"

#include "base/banned.h"

bool document_publish_in(Tx *tx, const DocumentType *type, Arena *a, Err *e) {
    Node *body = node_map(a);
    int64_t known = 0;
    Event event = {.actor = STR("system"),
                   .kind = STR("document_type.published"),
                   .subject = str_format(a, "document_type:%.*s", STR_ARG(type->document)),
                   .body = body};

    if (!tx_int(tx, &SQL_document_type_version_known,
                ARGS(ARG_OF_TEXT(type->document), ARG_OF_TEXT(type->version)), 0, &known, e))
        return false;
    node_set_text(a, body, "type", type->document);
    node_set_text(a, body, "version", type->version);
    node_set_text(a, body, "title", type->title);
    node_set_text(a, body, "text", type->text);
    return known > 0 || journal_append(tx, &event, e);
}

const DocumentType *document_pinned(Tx *tx, const Content *c, Str type, Str version, Arena *a,
                                    Err *e) {
    Err unknown = {0};
    const DocumentType *now = content_document(c, type, &unknown);
    const Node *row;

    if (now && str_eq(now->document, type) && str_eq(now->version, version))
        return now;
    row = tx_row(tx, a, &SQL_document_type_version_get,
                 ARGS(ARG_OF_TEXT(type), ARG_OF_TEXT(version)), e);
    if (row)
        return document_read(c, a, node_text(row, "text"), "document_type_version", e);
    if (e->code == ERR_NONE)
        err_set(e, ERR_BROKEN, NULL, "文书种类 %.*s 的版本 %.*s 没有留存，请联系维护人员",
                STR_ARG(type), STR_ARG(version));
    return NULL;
}

typedef struct Pinned {
    const Content *content;
    Str type, version;
    Arena *arena;
    const DocumentType *out;
} Pinned;

static bool read_pinned(Tx *tx, void *context, Err *e) {
    Pinned *p = context;

    p->out = document_pinned(tx, p->content, p->type, p->version, p->arena, e);
    return p->out != NULL;
}

const DocumentType *document_type_pinned(Store *s, const Content *c, Str type, Str version,
                                         Arena *a, Err *e) {
    Pinned p = {c, type, version, a, NULL};

    return store_read(s, read_pinned, &p, e) ? p.out : NULL;
}
