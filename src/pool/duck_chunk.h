/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/duck_chunk.h: rows of values into a DuckDB data chunk, column by column. */
#ifndef POOL_DUCK_CHUNK_H
#define POOL_DUCK_CHUNK_H

#include "pool/duck.h"

typedef struct DuckChunk {
    const PoolColumn *columns;
    size_t count;
    duckdb_data_chunk chunk; /* borrowed */
    duckdb_vector *vectors;
    void **data;         /* of each vector */
    uint64_t **validity; /* NULL until the chunk has a NULL in that column */
    idx_t rows, capacity;
} DuckChunk;

void duck_chunk_init(DuckChunk *c, const PoolColumn *columns, size_t n);
void duck_chunk_done(DuckChunk *c);
/* Begin to fill: after a reset the vectors may have moved, and are valid throughout. */
void duck_chunk_start(DuckChunk *c, duckdb_data_chunk chunk);
void duck_chunk_row(DuckChunk *c, const PoolValue *values);
duckdb_type duck_type(PoolType type);

#endif
