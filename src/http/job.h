/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/job.h: long work in the background: imports, runs of models, upkeep, exports and letters,
 * with progress and cancel. */
#ifndef HTTP_JOB_H
#define HTTP_JOB_H

#include "clue/clue.h"

#include "http/document_export.h"
#include "http/document_job.h"
#include "http/matter_export.h"
#include "http/upkeep.h"

typedef struct Jobs Jobs; /* thread-safe */

typedef struct JobImport {
    Str dataset, path, file_name, sheet, encoding;
    int64_t header_line;
    const Str *fields; /* mapping by hand: fields[i] is filled by columns[i]; NULL: automatic */
    const int64_t *columns;
    size_t column_count;
    bool save_mapping, run_models;
    bool remove_file; /* once its rows are in */
    Str actor, organisation;
} JobImport;

typedef struct JobRun {
    Str model; /* empty: all */
    bool incremental;
    Str actor;
} JobRun;

Jobs *jobs_new(Office *o);
/* Cancels what runs and waits for it to end; no new jobs from here on. */
void jobs_end(Jobs *j);
void jobs_free(Jobs *j); /* after jobs_end; NULL is fine */

/* All texts are copied. The new job as the API shows it, or NULL with *e set. */
Node *jobs_import(Jobs *j, const JobImport *import, Arena *a, Err *e);
Node *jobs_run(Jobs *j, const JobRun *run, Arena *a, Err *e);

/* A backup, its check, or the next generation of the key. Its progress is the job's own. */
Node *jobs_upkeep(Jobs *j, const UpkeepJob *upkeep, Arena *a, Err *e);

/* A list of matters as a file. */
Node *jobs_export(Jobs *j, const MatterExport *x, Arena *a, Err *e);
/* A list of documents as a file. */
Node *jobs_export_documents(Jobs *j, const DocumentExport *x, Arena *a, Err *e);
/* One kind of document in many matters. */
Node *jobs_letters(Jobs *j, const DocumentJob *letters, Arena *a, Err *e);

Node *jobs_list(Jobs *j, Arena *a);
Node *jobs_get(Jobs *j, Str id, Arena *a, Err *e);
Node *jobs_cancel(Jobs *j, Str id, Arena *a, Err *e);
/* Jobs whose looks changed since the last call with the same `*since`; at most every job once. */
Node *jobs_changed(Jobs *j, uint64_t *since, Arena *a);

#endif
