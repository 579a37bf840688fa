/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/list_inside.h: the conditions of a list of documents, between the two files about it. */
#ifndef LIANHENG_DOCUMENT_LIST_INSIDE_H
#define LIANHENG_DOCUMENT_LIST_INSIDE_H

#include "document/list.h"

enum { ARGS_MOST = 160 };

typedef struct DocumentWhere {
    Buf sql; /* "WHERE …" on {document} d */
    Arg args[ARGS_MOST];
    size_t count;
    const MatterActor *who;
    Arena *arena;
} DocumentWhere;

/* `sql` is the caller's to free. */
void document_where(const Tx *tx, const DocumentQuery *q, const MatterActor *who, Arena *a,
                    DocumentWhere *w);
/* " AND …": it lies in that box of the person. */
void document_where_box(DocumentWhere *w, Str box);
/* One more value: the number by which the text names it. */
size_t document_where_bound(DocumentWhere *w, Arg value);

#endif
