/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/document_export.h: the ledger of documents (台账) as XLSX or CSV, written in the background
 * page by page, through the scope of who asked as it stands at each page. */
#ifndef HTTP_DOCUMENT_EXPORT_H
#define HTTP_DOCUMENT_EXPORT_H

#include <stdatomic.h>

#include "clue/office.h"
#include "http/document_inputs.h"
#include "http/shelf.h"

typedef struct DocumentExport {
    DocumentListQuery query;
    Str format, purpose, purpose_title, case_number, reason;
    Str actor, person, address, device;
    Shelf *shelf; /* where it goes */
    _Atomic int64_t done, total;
    atomic_bool cancel;
} DocumentExport;

/* All texts copied into the arena. */
DocumentExport *document_export_copy(Arena *a, const DocumentExport *from);
bool document_export_run(Office *o, DocumentExport *x, Arena *a, Node **result, Err *e);

#endif
