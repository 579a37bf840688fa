/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/copy.h: the pool as files, at one moment, while imports go on. */
#ifndef POOL_COPY_H
#define POOL_COPY_H

#include "pool/pool.h"
#include "store/copy.h"

/* DuckDB: FOLDER/pool.duckdb. PostgreSQL (`place` is its address): FOLDER/pool/, a file a table.
 * Copied after the operations database it holds every batch that one knows; younger ones are swept
 * when it is opened. */
bool pool_copy(Pool *p, Str place, const char *folder, CopyProgress *progress, Err *e);
/* FOLDER/pool/ into a schema without a pool. */
bool pool_copy_load(const char *place, const char *folder, CopyProgress *progress, Err *e);

#endif
