/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/document_shown.h: documents as pages show them: rows of lists, fields and paragraphs with
 * what must not be shown whole masked, and the way back when a person sends them unchanged. */
#ifndef HTTP_DOCUMENT_SHOWN_H
#define HTTP_DOCUMENT_SHOWN_H

#include "document/list.h"
#include "http/document_words.h"

DocumentQuery document_query_of(const DocumentListQuery *q);

/* Rows of document_list, with names. */
void document_rows_want(Names *names, const Node *items, Arena *a);
void document_row_shown(Node *item, const Content *c, const Names *names, Arena *a);
bool document_rows_shown(Store *s, const Content *c, const Node *items, Arena *a, Err *e);

/* Fields in the kind's order, with values and origins; `f`: the flow of the matter. */
Node *document_fields_shown(const Content *c, const Flow *f, const DocumentType *type,
                            const Document *d, Arena *a);
/* Paragraphs and tables; `edited`: of int64_t. */
Node *document_blocks_shown(const Content *c, const DocumentType *type, const Sheet *sheet,
                            const BindList *edited, Arena *a);

/* The same sheet with what must not be shown whole masked. */
Sheet document_sheet_masked(const Content *c, const DocumentType *type, const Sheet *sheet,
                            Arena *a);

/* A value as it is shown; *masked: not whole. */
Str document_value_shown(const Content *c, const DocumentField *f, Str value, Arena *a,
                         bool *masked);

/* What comes back masked as it was shown means what stands there: values that are left out, and in
 * edits the numbers put back. */
bool document_unmask(const DocumentOffice *o, Str id, DocumentAct *act, Arena *a, Err *e);

#endif
