/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/duck_append.c: a few rows into a DuckDB table, through its appender. */
#include <stdio.h>
#include <stdlib.h>

#include "pool/duck_chunk.h"

#include "base/banned.h"

typedef struct DuckAppender {
    duckdb_appender appender;
    duckdb_data_chunk chunk;
    DuckChunk writer;
} DuckAppender;

static bool failed(DuckAppender *d, Err *e) {
    duckdb_error_data error = duckdb_appender_error_data(d->appender);

    duck_error(duckdb_error_data_error_type(error), duckdb_error_data_message(error), e);
    duckdb_destroy_error_data(&error);
    return false;
}

static duckdb_data_chunk new_chunk(const PoolAppender *a) {
    duckdb_logical_type *logical = calloc(a->count + 1, sizeof(duckdb_logical_type));

    if (!logical)
        abort();
    for (size_t i = 0; i < a->count; i++)
        logical[i] = duckdb_create_logical_type(duck_type(a->columns[i].type));
    duckdb_data_chunk chunk = duckdb_create_data_chunk(logical, a->count);

    for (size_t i = 0; i < a->count; i++)
        duckdb_destroy_logical_type(&logical[i]);
    free(logical);
    return chunk;
}

bool duck_append_open(PoolAppender *a, Str table, Err *e) {
    DuckAppender *d = calloc(1, sizeof *d);
    char name[256];

    if (!d)
        abort();
    a->state = d;
    snprintf(name, sizeof name, "%.*s", STR_ARG(table));
    duck_chunk_init(&d->writer, a->columns, a->count);
    if (duckdb_appender_create(a->session->state, NULL, name, &d->appender) != DuckDBSuccess)
        return failed(d, e);
    for (size_t i = 0; i < a->count; i++)
        if (duckdb_appender_add_column(d->appender, a->columns[i].name.ptr) != DuckDBSuccess)
            return failed(d, e);
    d->chunk = new_chunk(a);
    duck_chunk_start(&d->writer, d->chunk);
    return true;
}

static bool send_chunk(DuckAppender *d, Err *e) {
    if (d->writer.rows == 0)
        return true;
    duckdb_data_chunk_set_size(d->chunk, d->writer.rows);
    if (duckdb_append_data_chunk(d->appender, d->chunk) != DuckDBSuccess)
        return failed(d, e);
    duckdb_data_chunk_reset(d->chunk);
    duck_chunk_start(&d->writer, d->chunk);
    return true;
}

bool duck_append_row(PoolAppender *a, const PoolValue *values, Err *e) {
    DuckAppender *d = a->state;

    duck_chunk_row(&d->writer, values);
    return d->writer.rows < d->writer.capacity || send_chunk(d, e);
}

bool duck_append_end(PoolAppender *a, Err *e) {
    DuckAppender *d = a->state;

    if (!send_chunk(d, e))
        return false;
    if (duckdb_appender_flush(d->appender) != DuckDBSuccess)
        return failed(d, e);
    return true;
}

/* Destroying an appender flushes it, whatever happened before; callers who abandon rows roll back
 * the transaction they began. */
void duck_append_free(PoolAppender *a) {
    DuckAppender *d = a->state;

    if (!d)
        return;
    if (d->chunk)
        duckdb_destroy_data_chunk(&d->chunk);
    duckdb_appender_destroy(&d->appender);
    duck_chunk_done(&d->writer);
    free(d);
}
