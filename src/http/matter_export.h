/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/matter_export.h: a list of matters as XLSX or CSV, written in the background page by page,
 * through the scope of who asked as it stands at each page. */
#ifndef HTTP_MATTER_EXPORT_H
#define HTTP_MATTER_EXPORT_H

#include <stdatomic.h>

#include "clue/office.h"
#include "http/matter_inputs.h"
#include "http/shelf.h"

typedef struct MatterExport {
    MatterListQuery query;
    Str format, purpose, purpose_title, case_number, reason;
    Str actor, person, address, device;
    Shelf *shelf; /* where it goes */
    _Atomic int64_t done, total;
    atomic_bool cancel;
} MatterExport;

/* All texts copied into the arena. */
MatterExport *matter_export_copy(Arena *a, const MatterExport *from);
bool matter_export_run(Office *o, MatterExport *x, Arena *a, Node **result, Err *e);

#endif
