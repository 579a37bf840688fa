/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/duck.c: DuckDB in process: opening, sessions, statements. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pool/duck.h"

#include "base/banned.h"

typedef struct Duck {
    duckdb_database database;
} Duck;

/* A checkpoint that fails at COMMIT is told as an error of the transaction: only the words say that
 * the disk was the cause. */
static bool of_the_disk(const char *message) {
    static const char *const words[] = {"No space left", "max_temp_directory_size",
                                        "Could not write file", "Could not fsync",
                                        "Could not truncate file"};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strstr(message, words[i]) != NULL)
            return true;
    return false;
}

static ErrCode code_of(duckdb_error_type type, const char *message) {
    if (of_the_disk(message))
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
    if (type == DUCKDB_ERROR_CONVERSION || type == DUCKDB_ERROR_OUT_OF_RANGE ||
        type == DUCKDB_ERROR_CONSTRAINT || type == DUCKDB_ERROR_DIVIDE_BY_ZERO)
        return pool_value_error(e);
    if (code == ERR_TOO_LARGE)
        return err_set(e, code, NULL,
                       "数据资源池的内存用完了：请在设置中调大内存上限，或减少数据量后重试（%s）",
                       quiet);
    if (code == ERR_DISK)
        return err_set(e, code, NULL,
                       "数据资源池无法读写磁盘：请检查剩余空间和文件夹权限后重试（%s）", quiet);
    return err_set(
        e, code, NULL,
        "数据资源池没有完成这一步：请重试；仍不成功时请把括号里的原文交给系统管理员（%s）", quiet);
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
             (long long)(settings->memory_bytes ? settings->memory_bytes : POOL_MEMORY_DEFAULT));
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
    return err_set(
        e, ERR_INTERNAL, NULL,
        "数据资源池文件打开了，但无法做好准备：请重新启动本程序；仍不成功时请从备份恢复资源池文件");
}

/* A file that was there may be readable by others; one that begins later has the process's mask. */
static void keep_private(const char *path) {
    char wal[4200];

    if (strcmp(path, ":memory:") == 0)
        return;
    snprintf(wal, sizeof wal, "%s.wal", path);
    chmod(path, 0600);
    if (access(wal, F_OK) == 0)
        chmod(wal, 0600);
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
    keep_private(path);
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
        return err_set(e, ERR_INTERNAL, NULL,
                       "无法再打开一个数据资源池会话：内存可能不足，请关闭其他程序后重试");
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

bool duck_prepare(PoolSession *s, Str sql, const PoolValue *args, size_t n,
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
            return err_set(e, ERR_INTERNAL, NULL,
                           "数据资源池不接受查询的第 %zu 个参数：请核对输入的内容后重试", i + 1);
        }
    return true;
}

static bool duck_run(PoolSession *s, Str sql, const PoolValue *args, size_t n, int64_t *changed,
                     Err *e) {
    duckdb_prepared_statement st;
    duckdb_result result;

    if (!duck_prepare(s, sql, args, n, &st, e))
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
