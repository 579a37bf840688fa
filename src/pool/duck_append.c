/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/duck_append.c: rows into a DuckDB table, a vector's worth at a time. */
#include <stdio.h>
#include <stdlib.h>

#include "pool/duck.h"

#include "base/banned.h"

typedef struct DuckAppender {
    duckdb_appender appender;
    duckdb_data_chunk chunk;
    void **data;          /* of each column's vector */
    uint64_t **validity;  /* NULL until the chunk has a NULL in that column */
    idx_t rows, capacity;
} DuckAppender;

static bool failed(DuckAppender *d, Err *e) {
    duckdb_error_data error = duckdb_appender_error_data(d->appender);

    duck_error(duckdb_error_data_error_type(error), duckdb_error_data_message(error), e);
    duckdb_destroy_error_data(&error);
    return false;
}

static const duckdb_type types[] = {
    [POOL_BOOL] = DUCKDB_TYPE_BOOLEAN, [POOL_INT] = DUCKDB_TYPE_BIGINT,
    [POOL_REAL] = DUCKDB_TYPE_DOUBLE,  [POOL_TEXT] = DUCKDB_TYPE_VARCHAR,
    [POOL_DATE] = DUCKDB_TYPE_DATE,    [POOL_TIME] = DUCKDB_TYPE_TIMESTAMP,
    [POOL_UUID] = DUCKDB_TYPE_UUID,    [POOL_BLOB] = DUCKDB_TYPE_BLOB,
};

static void new_chunk(PoolAppender *a, DuckAppender *d) {
    duckdb_logical_type *logical = calloc(a->count, sizeof(duckdb_logical_type));

    if (!logical)
        abort();
    for (size_t i = 0; i < a->count; i++)
        logical[i] = duckdb_create_logical_type(types[a->columns[i].type]);
    d->chunk = duckdb_create_data_chunk(logical, a->count);
    for (size_t i = 0; i < a->count; i++)
        duckdb_destroy_logical_type(&logical[i]);
    free(logical);
}

/* After a reset the vectors may have moved and are valid throughout. */
static void take_vectors(PoolAppender *a, DuckAppender *d) {
    d->rows = 0;
    for (size_t i = 0; i < a->count; i++) {
        d->data[i] = duckdb_vector_get_data(duckdb_data_chunk_get_vector(d->chunk, i));
        d->validity[i] = NULL;
    }
}

bool duck_append_open(PoolAppender *a, Str table, Err *e) {
    DuckAppender *d = calloc(1, sizeof *d);
    char name[256];

    if (!d)
        abort();
    a->state = d;
    snprintf(name, sizeof name, "%.*s", STR_ARG(table));
    d->capacity = duckdb_vector_size();
    if (duckdb_appender_create(a->session->state, NULL, name, &d->appender) != DuckDBSuccess)
        return failed(d, e);
    for (size_t i = 0; i < a->count; i++)
        if (duckdb_appender_add_column(d->appender, a->columns[i].name.ptr) != DuckDBSuccess)
            return failed(d, e);
    d->data = calloc(a->count, sizeof *d->data);
    d->validity = calloc(a->count, sizeof *d->validity);
    if (!d->data || !d->validity)
        abort();
    new_chunk(a, d);
    take_vectors(a, d);
    return true;
}

static void put_null(DuckAppender *d, size_t column) {
    if (!d->validity[column]) {
        duckdb_vector vector = duckdb_data_chunk_get_vector(d->chunk, column);

        duckdb_vector_ensure_validity_writable(vector);
        d->validity[column] = duckdb_vector_get_validity(vector);
    }
    d->validity[column][d->rows / 64] &= ~(UINT64_C(1) << d->rows % 64);
}

static void put(DuckAppender *d, size_t column, PoolType type, const PoolValue *v) {
    void *data = d->data[column];

    switch (type) {
    case POOL_BOOL:
        ((bool *)data)[d->rows] = v->integer != 0;
        break;
    case POOL_INT:
    case POOL_TIME:
        ((int64_t *)data)[d->rows] = v->integer;
        break;
    case POOL_DATE:
        ((int32_t *)data)[d->rows] = (int32_t)v->integer;
        break;
    case POOL_REAL:
        ((double *)data)[d->rows] = v->real;
        break;
    case POOL_UUID:
        ((duckdb_hugeint *)data)[d->rows] = duck_uuid((const unsigned char *)v->text.ptr);
        break;
    case POOL_TEXT:
    case POOL_BLOB:
        duckdb_vector_assign_string_element_len(duckdb_data_chunk_get_vector(d->chunk, column),
                                                d->rows, v->text.ptr ? v->text.ptr : "",
                                                v->text.len);
        break;
    case POOL_NULL:
        break;
    }
}

static bool send_chunk(PoolAppender *a, DuckAppender *d, Err *e) {
    if (d->rows == 0)
        return true;
    duckdb_data_chunk_set_size(d->chunk, d->rows);
    if (duckdb_append_data_chunk(d->appender, d->chunk) != DuckDBSuccess)
        return failed(d, e);
    duckdb_data_chunk_reset(d->chunk);
    take_vectors(a, d);
    return true;
}

bool duck_append_row(PoolAppender *a, const PoolValue *values, Err *e) {
    DuckAppender *d = a->state;

    for (size_t i = 0; i < a->count; i++) {
        if (values[i].type == POOL_NULL)
            put_null(d, i);
        else
            put(d, i, a->columns[i].type, &values[i]);
    }
    return ++d->rows < d->capacity || send_chunk(a, d, e);
}

bool duck_append_end(PoolAppender *a, Err *e) {
    DuckAppender *d = a->state;

    if (!send_chunk(a, d, e))
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
    free(d->data);
    free(d->validity);
    free(d);
}
