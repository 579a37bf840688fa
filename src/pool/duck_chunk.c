/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/duck_chunk.c: rows of values into a DuckDB data chunk, column by column. */
#include <stdlib.h>
#include <string.h>

#include "pool/duck_chunk.h"

#include "base/banned.h"

duckdb_type duck_type(PoolType type) {
    static const duckdb_type types[] = {
        [POOL_BOOL] = DUCKDB_TYPE_BOOLEAN, [POOL_INT] = DUCKDB_TYPE_BIGINT,
        [POOL_REAL] = DUCKDB_TYPE_DOUBLE,  [POOL_TEXT] = DUCKDB_TYPE_VARCHAR,
        [POOL_DATE] = DUCKDB_TYPE_DATE,    [POOL_TIME] = DUCKDB_TYPE_TIMESTAMP,
        [POOL_UUID] = DUCKDB_TYPE_UUID,    [POOL_BLOB] = DUCKDB_TYPE_BLOB,
    };

    return types[type];
}

void duck_chunk_init(DuckChunk *c, const PoolColumn *columns, size_t n) {
    *c = (DuckChunk){.columns = columns, .count = n, .capacity = duckdb_vector_size()};
    c->vectors = calloc(n, sizeof *c->vectors);
    c->data = calloc(n, sizeof *c->data);
    c->validity = calloc(n, sizeof *c->validity);
    if (!c->vectors || !c->data || !c->validity)
        abort();
}

void duck_chunk_done(DuckChunk *c) {
    free(c->vectors);
    free(c->data);
    free(c->validity);
}

void duck_chunk_start(DuckChunk *c, duckdb_data_chunk chunk) {
    c->chunk = chunk;
    c->rows = 0;
    for (size_t i = 0; i < c->count; i++) {
        c->vectors[i] = duckdb_data_chunk_get_vector(chunk, i);
        c->data[i] = duckdb_vector_get_data(c->vectors[i]);
        c->validity[i] = NULL;
    }
}

static void put_null(DuckChunk *c, size_t column) {
    if (!c->validity[column]) {
        duckdb_vector_ensure_validity_writable(c->vectors[column]);
        c->validity[column] = duckdb_vector_get_validity(c->vectors[column]);
    }
    c->validity[column][c->rows / 64] &= ~(UINT64_C(1) << c->rows % 64);
}

/* A short text stands in the vector itself; going through the library for it costs more than all
 * else that is done with it here. */
static void put_text(DuckChunk *c, size_t column, Str text) {
    duckdb_string_t *to = (duckdb_string_t *)c->data[column] + c->rows;

    if (text.len > sizeof to->value.inlined.inlined) {
        duckdb_vector_assign_string_element_len(c->vectors[column], c->rows, text.ptr, text.len);
        return;
    }
    memset(to, 0, sizeof *to); /* DuckDB compares and hashes the unused bytes too */
    to->value.inlined.length = (uint32_t)text.len;
    if (text.len)
        memcpy(to->value.inlined.inlined, text.ptr, text.len);
}

static void put(DuckChunk *c, size_t column, const PoolValue *v) {
    void *data = c->data[column];

    switch (c->columns[column].type) {
    case POOL_BOOL:
        ((bool *)data)[c->rows] = v->integer != 0;
        break;
    case POOL_INT:
    case POOL_TIME:
        ((int64_t *)data)[c->rows] = v->integer;
        break;
    case POOL_DATE:
        ((int32_t *)data)[c->rows] = (int32_t)v->integer;
        break;
    case POOL_REAL:
        ((double *)data)[c->rows] = v->real;
        break;
    case POOL_UUID:
        ((duckdb_hugeint *)data)[c->rows] = duck_uuid((const unsigned char *)v->text.ptr);
        break;
    case POOL_TEXT:
    case POOL_BLOB:
        put_text(c, column, v->text);
        break;
    case POOL_NULL:
        break;
    }
}

void duck_chunk_row(DuckChunk *c, const PoolValue *values) {
    for (size_t i = 0; i < c->count; i++) {
        if (values[i].type == POOL_NULL)
            put_null(c, i);
        else
            put(c, i, &values[i]);
    }
    c->rows++;
}
