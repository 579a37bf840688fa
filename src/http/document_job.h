/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/document_job.h: one kind of document drafted in many matters, and all of them as a ZIP of
 * PDFs: in the background, in the memory of one letter, by the rights of who asked as they stand at
 * each of them. */
#ifndef HTTP_DOCUMENT_JOB_H
#define HTTP_DOCUMENT_JOB_H

#include <stdatomic.h>

#include "clue/office.h"
#include "http/matter_inputs.h"
#include "http/shelf.h"

enum { DOCUMENT_JOB_MOST = 20000 };

typedef struct DocumentJob {
    Str type, title;    /* title: of the kind */
    const Str *matters; /* ids; NULL: by `query` */
    size_t count;
    MatterListQuery query;
    int64_t organisation; /* issuer; 0: the only one the person can mean */
    Str actor, address, device;
    Shelf *shelf; /* where the ZIP goes */
    _Atomic int64_t done, total;
    atomic_bool cancel;
} DocumentJob;

/* All texts copied into the arena. */
DocumentJob *document_job_copy(Arena *a, const DocumentJob *from);
/* *result: {export, file_name, rows: letters in the ZIP, failed, failures: [{matter, text}]}. A
 * matter that cannot have the document is told and passed over. One that has an open draft of it
 * already keeps that one: what was broken off goes on where it ended. */
bool document_job_run(Office *o, DocumentJob *job, Arena *a, Node **result, Err *e);

#endif
