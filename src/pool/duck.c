/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/duck.c: DuckDB in process: opening, sessions, statements and their rows. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pool/duck.h"

#include "base/banned.h"

typedef struct Duck {
    duckdb_database database;
} Duck;

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

static ErrCode code_of(duckdb_error_type type, const char *message) {
    if (strstr(message, "No space left") || strstr(message, "max_temp_directory_size"))
        return ERR_DISK;
    switch (type) {
    case DUCKDB_ERROR_INTERRUPT:
        return ERR_CANCELLED;
    case DUCKDB_ERROR_OUT_OF_MEMORY:
        return ERR_TOO_LARGE;
    case DUCKDB_ERROR_IO:
    case DUCKDB_ERROR_PERMISSION:
        return ERR_DISK;
    default:
        return ERR_INTERNAL;
    }
}

bool duck_error(duckdb_error_type type, const char *message, Err *e) {
    char quiet[400];
    ErrCode code = code_of(type, message ? message : "");

    pool_quiet(message ? message : "?", quiet, sizeof quiet);
    if (code == ERR_CANCELLED)
        return err_set(e, code, NULL, "查询已停止");
    if (code == ERR_TOO_LARGE)
        return err_set(e, code, NULL,
                       "数据资源池的内存用完了：请在设置中调大内存上限，或减少数据量后重试（%s）",
                       quiet);
    if (code == ERR_DISK)
        return err_set(e, code, NULL,
                       "数据资源池无法读写磁盘：请检查剩余空间和文件夹权限后重试（%s）", quiet);
    return err_set(e, code, NULL, "数据资源池出错：%s", quiet);
}

static bool open_error(const char *path, const char *message, Err *e) {
    char quiet[300];

    pool_quiet(message ? message : "?", quiet, sizeof quiet);
    if (message && strstr(message, "lock"))
        return err_set(e, ERR_BUSY, path, "数据资源池文件 %s 正被另一个程序使用：请先停止那个程序",
                       path);
    if (message && (strstr(message, "newer") || strstr(message, "version number")))
        return err_set(e, ERR_NEWER, path, "数据资源池文件 %s 是由更新的版本写成的：请升级本程序",
                       path);
    if (message && (strstr(message, "not a valid DuckDB") || strstr(message, "orrupt")))
        return err_set(e, ERR_BROKEN, path,
                       "数据资源池文件 %s 已损坏或不是资源池文件：请从备份恢复", path);
    return err_set(e, ERR_DISK, path,
                   "无法打开数据资源池文件 %s：请检查文件夹是否存在、能否写入（%s）", path, quiet);
}

static duckdb_config config_of(const PoolSettings *settings) {
    duckdb_config config;
    char text[64];

    if (duckdb_create_config(&config) != DuckDBSuccess)
        abort();
    snprintf(text, sizeof text, "%lldB",
             (long long)(settings->memory_bytes ? settings->memory_bytes : INT64_C(640) << 20));
    duckdb_set_config(config, "memory_limit", text);
    if (settings->spill)
        duckdb_set_config(config, "temp_directory", settings->spill);
    if (settings->threads > 0) {
        snprintf(text, sizeof text, "%d", settings->threads);
        duckdb_set_config(config, "threads", text);
    }
    /* Order is never asked of it without ORDER BY; keeping it costs memory. Nothing is fetched from
     * the network, ever. */
    duckdb_set_config(config, "preserve_insertion_order", "false");
    duckdb_set_config(config, "autoinstall_known_extensions", "false");
    duckdb_set_config(config, "autoload_known_extensions", "false");
    duckdb_set_config(config, "allow_community_extensions", "false");
    duckdb_set_config(config, "default_null_order", "nulls_last"); /* as PostgreSQL */
    return config;
}

static bool register_functions(Pool *p, Err *e) {
    Duck *d = p->state;
    duckdb_connection connection;
    bool good = duckdb_connect(d->database, &connection) == DuckDBSuccess;

    if (good) {
        good = duck_bulk_register(connection);
        duckdb_disconnect(&connection);
    }
    if (good)
        return true;
    duckdb_close(&d->database);
    free(d);
    return err_set(e, ERR_INTERNAL, NULL, "无法准备数据资源池");
}

static bool duck_open(Pool *p, const PoolSettings *settings, Err *e) {
    Duck *d = calloc(1, sizeof *d);
    duckdb_config config = config_of(settings);
    char path[4096], *message = NULL;
    Str place = str_slice(settings->place, sizeof "duckdb:" - 1, settings->place.len);

    if (!d)
        abort();
    snprintf(path, sizeof path, "%.*s", STR_ARG(place));
    bool good = duckdb_open_ext(path, &d->database, config, &message) == DuckDBSuccess;

    duckdb_destroy_config(&config);
    if (!good) {
        open_error(path, message, e);
        duckdb_free(message);
        free(d);
        return false;
    }
    p->state = d;
    return register_functions(p, e);
}

static void duck_close(Pool *p) {
    Duck *d = p->state;

    duckdb_close(&d->database);
    free(d);
}

static bool duck_connect(PoolSession *s, Err *e) {
    Duck *d = s->pool->state;
    duckdb_connection connection;

    if (duckdb_connect(d->database, &connection) != DuckDBSuccess)
        return err_set(e, ERR_INTERNAL, NULL, "无法连接数据资源池");
    s->state = connection;
    return true;
}

static void duck_disconnect(PoolSession *s) {
    duckdb_connection connection = s->state;

    duckdb_disconnect(&connection);
}

static void duck_interrupt(PoolSession *s) {
    duckdb_interrupt(s->state);
}

static bool bind(duckdb_prepared_statement st, idx_t i, const PoolValue *v) {
    unsigned char bytes[16];

    switch (v->type) {
    case POOL_NULL:
        return duckdb_bind_null(st, i) == DuckDBSuccess;
    case POOL_BOOL:
        return duckdb_bind_boolean(st, i, v->integer != 0) == DuckDBSuccess;
    case POOL_INT:
        return duckdb_bind_int64(st, i, v->integer) == DuckDBSuccess;
    case POOL_REAL:
        return duckdb_bind_double(st, i, v->real) == DuckDBSuccess;
    case POOL_TEXT:
        return duckdb_bind_varchar_length(st, i, v->text.ptr ? v->text.ptr : "", v->text.len) ==
               DuckDBSuccess;
    case POOL_DATE:
        return duckdb_bind_date(st, i, (duckdb_date){(int32_t)v->integer}) == DuckDBSuccess;
    case POOL_TIME:
        return duckdb_bind_timestamp(st, i, (duckdb_timestamp){v->integer}) == DuckDBSuccess;
    case POOL_BLOB:
        return duckdb_bind_blob(st, i, v->text.ptr ? v->text.ptr : "", v->text.len) ==
               DuckDBSuccess;
    case POOL_UUID:
        break;
    }
    if (!uuid_read(v->text, bytes))
        return false;
    duckdb_hugeint stored = duck_uuid(bytes);
    duckdb_value uuid = duckdb_create_uuid(
        (duckdb_uhugeint){stored.lower, (uint64_t)stored.upper ^ (UINT64_C(1) << 63)});
    bool good = duckdb_bind_value(st, i, uuid) == DuckDBSuccess;

    duckdb_destroy_value(&uuid);
    return good;
}

static bool prepare(PoolSession *s, Str sql, const PoolValue *args, size_t n,
                    duckdb_prepared_statement *st, Err *e) {
    char *text = strndup(sql.ptr ? sql.ptr : "", sql.len);
    bool good = duckdb_prepare(s->state, text, st) == DuckDBSuccess;

    free(text);
    if (!good) {
        duck_error(DUCKDB_ERROR_PARSER, duckdb_prepare_error(*st), e);
        duckdb_destroy_prepare(st);
        return false;
    }
    for (size_t i = 0; i < n; i++)
        if (!bind(*st, i + 1, &args[i])) {
            duckdb_destroy_prepare(st);
            return err_set(e, ERR_INTERNAL, NULL, "数据资源池语句的第 %zu 个参数无法绑定", i + 1);
        }
    return true;
}

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

static bool duck_query(PoolSession *s, Str sql, const PoolValue *args, size_t n, PoolRows *out,
                       Err *e) {
    DuckRows *d = arena_new_of(out->arena, DuckRows);

    if (!prepare(s, sql, args, n, &d->statement, e))
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

static bool duck_next(PoolRows *r, bool *more, Err *e) {
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

static void duck_rows_close(PoolRows *r) {
    DuckRows *d = r->state;

    if (d->chunk)
        duckdb_destroy_data_chunk(&d->chunk);
    duckdb_destroy_result(&d->result);
    duckdb_destroy_prepare(&d->statement);
    for (size_t i = 0; i < r->columns; i++)
        buf_done(&d->hex[i]);
}

static bool duck_run(PoolSession *s, Str sql, const PoolValue *args, size_t n, int64_t *changed,
                     Err *e) {
    duckdb_prepared_statement st;
    duckdb_result result;

    if (!prepare(s, sql, args, n, &st, e))
        return false;
    bool good = duckdb_execute_prepared(st, &result) == DuckDBSuccess;

    if (!good)
        duck_error(duckdb_result_error_type(&result), duckdb_result_error(&result), e);
    else if (changed)
        *changed = (int64_t)duckdb_rows_changed(&result);
    duckdb_destroy_result(&result);
    duckdb_destroy_prepare(&st);
    return good;
}

static const char *duck_type_name(PoolType type) {
    static const char *const names[] = {
        [POOL_BOOL] = "BOOLEAN", [POOL_INT] = "BIGINT", [POOL_REAL] = "DOUBLE",
        [POOL_TEXT] = "VARCHAR", [POOL_DATE] = "DATE",  [POOL_TIME] = "TIMESTAMP",
        [POOL_UUID] = "UUID",    [POOL_BLOB] = "BLOB",
    };

    return names[type];
}

const PoolEngine pool_duckdb = {
    .name = "DuckDB",
    .open = duck_open,
    .close = duck_close,
    .connect = duck_connect,
    .disconnect = duck_disconnect,
    .query = duck_query,
    .next = duck_next,
    .rows_close = duck_rows_close,
    .run = duck_run,
    .interrupt = duck_interrupt,
    .append_open = duck_append_open,
    .append_row = duck_append_row,
    .append_end = duck_append_end,
    .append_free = duck_append_free,
    .bulk = duck_bulk,
    .type_name = duck_type_name,
};
