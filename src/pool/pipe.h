/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/pipe.h: the rows of an open file through makers into the table, on several threads. */
#ifndef POOL_PIPE_H
#define POOL_PIPE_H

#include "pool/import.h"
#include "pool/rejects.h"
#include "pool/tables.h"

typedef struct PipeWork {
    Pool *pool;
    Rows *rows;
    RowBlock *first; /* read already; its data begins at row `from` */
    size_t from;
    const MakerPlan *plan;
    Rejects *rejects; /* NULL: not listed */
    ImportProgress *progress;
    int workers;
} PipeWork;

/*     reader (the calling thread) ──full blocks──► the engine's threads pull: maker, then DuckDB's
 * table function or COPY ◄──empty blocks──
 *
 * True: all rows are committed to the table as batch plan->batch (invisible yet), and *received and
 * *rejected are exact. False, with ERR_CANCELLED when progress->cancel was set: some rows may be
 * committed, pool_undo removes them. */
bool pipe_run(PipeWork *work, int64_t *received, int64_t *rejected, Err *e);

#endif
