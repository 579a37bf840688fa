/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/list.h: documents under conditions, in boxes, paged; counts from the same conditions. */
#ifndef LIANHENG_DOCUMENT_LIST_H
#define LIANHENG_DOCUMENT_LIST_H

#include "document/document.h"

/* What waits for a person, what he wrote, what came in and went out. */
#define DOCUMENT_BOXES(X) X(todo) X(draft) X(approve) X(sign) X(in) X(out) X(copy)

typedef struct DocumentQuery {
    Str matter, type, group, state, text, sort, cursor;
    Str box;                    /* one of the boxes; empty or all: everything one sees */
    Str answered;               /* yes, no; asked for: in_time, late, waiting, overdue */
    Str assessed;               /* code, or none: answered and not judged yet */
    bool flagged;               /* its answer is weak, or it is such an answer */
    Str issued_from, issued_to; /* days, both ends within */
    Str due_from, due_to;
    int64_t organisation; /* issued by it */
    int64_t receiver;     /* served on it */
    int64_t limit;
    bool items_only;
} DocumentQuery;

/* {total, items, next, facets: {state, type, box}}: the total always equals the list. Items:
 * columns of the document, title where it is shown, matter_number where the matter is seen,
 * `receivers`: [{organisation, name, kind, state}]. */
Node *document_list(Store *s, const Content *c, const MatterActor *who, const DocumentQuery *q,
                    Arena *a, Err *e);

#endif
