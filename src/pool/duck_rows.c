/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/duck_rows.c: the rows of a DuckDB result, chunk by chunk. */
#include "pool/duck.h"

#include "base/banned.h"

typedef struct DuckRows {
    duckdb_prepared_statement statement;
    duckdb_result result;
    duckdb_data_chunk chunk;
    duckdb_type *types;
    uint8_t *scales;    /* of decimals */
    duckdb_type *inner; /* storage of decimals */
    idx_t row, size;
    Buf *hex; /* one per column, for UUIDs */
} DuckRows;

/* Streaming keeps a large result out of memory. DuckDB 1.4 has no other call for it than this one,
 * which it means to replace. */
static bool execute_streaming(duckdb_prepared_statement st, duckdb_result *result) {
    duckdb_pending_result pending;
    bool good = duckdb_pending_prepared_streaming(st, &pending) == DuckDBSuccess;

    if (!good) {
        duckdb_destroy_pending(&pending);
        return duckdb_execute_prepared(st, result) == DuckDBSuccess;
    }
    good = duckdb_execute_pending(pending, result) == DuckDBSuccess;
    duckdb_destroy_pending(&pending);
    return good;
}

static void describe(PoolRows *r, DuckRows *d) {
    r->columns = duckdb_column_count(&d->result);
    r->names = arena_array_of(r->arena, r->columns, Str);
    r->values = arena_array_of(r->arena, r->columns, PoolValue);
    d->types = arena_array_of(r->arena, r->columns, duckdb_type);
    d->inner = arena_array_of(r->arena, r->columns, duckdb_type);
    d->scales = arena_array_of(r->arena, r->columns, uint8_t);
    d->hex = arena_array_of(r->arena, r->columns, Buf);
    for (size_t i = 0; i < r->columns; i++) {
        duckdb_logical_type type = duckdb_column_logical_type(&d->result, i);

        r->names[i] = str_dup(r->arena, str_of(duckdb_column_name(&d->result, i)));
        d->types[i] = duckdb_get_type_id(type);
        if (d->types[i] == DUCKDB_TYPE_DECIMAL) {
            d->scales[i] = duckdb_decimal_scale(type);
            d->inner[i] = duckdb_decimal_internal_type(type);
        }
        duckdb_destroy_logical_type(&type);
        buf_init(&d->hex[i], 64);
    }
}

bool duck_query(PoolSession *s, Str sql, const PoolValue *args, size_t n, PoolRows *out, Err *e) {
    DuckRows *d = arena_new_of(out->arena, DuckRows);

    if (!duck_prepare(s, sql, args, n, &d->statement, e))
        return false;
    if (!execute_streaming(d->statement, &d->result)) {
        duck_error(duckdb_result_error_type(&d->result), duckdb_result_error(&d->result), e);
        duckdb_destroy_result(&d->result);
        duckdb_destroy_prepare(&d->statement);
        return false;
    }
    describe(out, d);
    out->state = d;
    return true;
}

static Str text_at(const void *data, idx_t row) {
    const duckdb_string_t *s = (const duckdb_string_t *)data + row;

    if (s->value.inlined.length <= 12)
        return (Str){s->value.inlined.inlined, s->value.inlined.length};
    return (Str){s->value.pointer.ptr, s->value.pointer.length};
}

/* Whole when it fits, else the nearest double. */
static void set_huge(PoolValue *v, duckdb_hugeint h) {
    bool fits = (h.upper == 0 && h.lower <= INT64_MAX) || (h.upper == -1 && h.lower > INT64_MAX);

    if (fits) {
        v->type = POOL_INT;
        v->integer = (int64_t)h.lower;
    } else {
        v->type = POOL_REAL;
        v->real = duckdb_hugeint_to_double(h);
    }
}

static void set_int(PoolValue *v, int64_t i) {
    v->type = POOL_INT;
    v->integer = i;
}

static void set_decimal(PoolValue *v, const DuckRows *d, size_t column, const void *data) {
    static const double tens[] = {1,    1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,
                                  1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19};

    switch (d->inner[column]) {
    case DUCKDB_TYPE_SMALLINT:
        set_int(v, ((const int16_t *)data)[d->row]);
        break;
    case DUCKDB_TYPE_INTEGER:
        set_int(v, ((const int32_t *)data)[d->row]);
        break;
    case DUCKDB_TYPE_BIGINT:
        set_int(v, ((const int64_t *)data)[d->row]);
        break;
    default:
        set_huge(v, ((const duckdb_hugeint *)data)[d->row]);
        break;
    }
    if (d->scales[column] == 0)
        return;
    double real = v->type == POOL_INT ? (double)v->integer : v->real;

    v->type = POOL_REAL;
    for (int scale = d->scales[column]; scale > 0; scale -= 19)
        real /= tens[scale < 19 ? scale : 19];
    v->real = real;
}

static void set_uuid(PoolValue *v, Buf *hex, duckdb_hugeint h) {
    unsigned char bytes[16];
    uint64_t upper = (uint64_t)h.upper ^ (UINT64_C(1) << 63);

    for (int i = 0; i < 8; i++) {
        bytes[i] = (unsigned char)(upper >> (56 - 8 * i));
        bytes[8 + i] = (unsigned char)(h.lower >> (56 - 8 * i));
    }
    buf_clear(hex);
    buf_add_hex(hex, bytes, sizeof bytes);
    v->type = POOL_UUID;
    v->text = buf_str(hex);
}

static void read_value(const DuckRows *d, size_t i, const void *data, PoolValue *v) {
    idx_t row = d->row;

    switch (d->types[i]) {
    case DUCKDB_TYPE_BOOLEAN:
        v->type = POOL_BOOL;
        v->integer = ((const bool *)data)[row];
        break;
    case DUCKDB_TYPE_TINYINT:
        set_int(v, ((const int8_t *)data)[row]);
        break;
    case DUCKDB_TYPE_SMALLINT:
        set_int(v, ((const int16_t *)data)[row]);
        break;
    case DUCKDB_TYPE_INTEGER:
        set_int(v, ((const int32_t *)data)[row]);
        break;
    case DUCKDB_TYPE_UINTEGER:
        set_int(v, ((const uint32_t *)data)[row]);
        break;
    case DUCKDB_TYPE_BIGINT:
        set_int(v, ((const int64_t *)data)[row]);
        break;
    case DUCKDB_TYPE_UBIGINT:
        set_huge(v, (duckdb_hugeint){((const uint64_t *)data)[row], 0});
        break;
    case DUCKDB_TYPE_HUGEINT:
        set_huge(v, ((const duckdb_hugeint *)data)[row]);
        break;
    case DUCKDB_TYPE_FLOAT:
        v->type = POOL_REAL;
        v->real = (double)((const float *)data)[row];
        break;
    case DUCKDB_TYPE_DOUBLE:
        v->type = POOL_REAL;
        v->real = ((const double *)data)[row];
        break;
    case DUCKDB_TYPE_DECIMAL:
        set_decimal(v, d, i, data);
        break;
    case DUCKDB_TYPE_DATE:
        v->type = POOL_DATE;
        v->integer = ((const duckdb_date *)data)[row].days;
        break;
    case DUCKDB_TYPE_TIMESTAMP:
        v->type = POOL_TIME;
        v->integer = ((const duckdb_timestamp *)data)[row].micros;
        break;
    case DUCKDB_TYPE_UUID:
        set_uuid(v, &d->hex[i], ((const duckdb_hugeint *)data)[row]);
        break;
    case DUCKDB_TYPE_VARCHAR:
        v->type = POOL_TEXT;
        v->text = text_at(data, row);
        break;
    case DUCKDB_TYPE_BLOB:
        v->type = POOL_BLOB;
        v->text = text_at(data, row);
        break;
    default: /* nested and exotic types are never asked for */
        v->type = POOL_NULL;
        break;
    }
}

static bool fetch(DuckRows *d, bool *more, Err *e) {
    if (d->chunk)
        duckdb_destroy_data_chunk(&d->chunk);
    d->row = 0;
    d->chunk = duckdb_fetch_chunk(d->result);
    d->size = d->chunk ? duckdb_data_chunk_get_size(d->chunk) : 0;
    *more = d->size > 0;
    const char *message = *more ? NULL : duckdb_result_error(&d->result);

    if (message && message[0])
        return duck_error(duckdb_result_error_type(&d->result), message, e);
    return true;
}

bool duck_next(PoolRows *r, bool *more, Err *e) {
    DuckRows *d = r->state;

    if (d->row + 1 < d->size) {
        d->row++;
        *more = true;
    } else if (!fetch(d, more, e)) {
        return false;
    } else if (!*more) {
        return true;
    }
    for (size_t i = 0; i < r->columns; i++) {
        duckdb_vector vector = duckdb_data_chunk_get_vector(d->chunk, i);
        uint64_t *validity = duckdb_vector_get_validity(vector);

        r->values[i] = (PoolValue){0};
        if (!validity || duckdb_validity_row_is_valid(validity, d->row))
            read_value(d, i, duckdb_vector_get_data(vector), &r->values[i]);
    }
    return true;
}

void duck_rows_close(PoolRows *r) {
    DuckRows *d = r->state;

    if (d->chunk)
        duckdb_destroy_data_chunk(&d->chunk);
    duckdb_destroy_result(&d->result);
    duckdb_destroy_prepare(&d->statement);
    for (size_t i = 0; i < r->columns; i++)
        buf_done(&d->hex[i]);
}
