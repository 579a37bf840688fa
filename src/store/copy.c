/* SPDX-License-Identifier: MulanPSL-2.0 */
/* store/copy.c: the operations database as files (tables of PostgreSQL: pg_copy.c). */
#include "store/copy.h"

#include <errno.h>
#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fault.h"
#include "store/inside.h"

#include "base/banned.h"

enum { OPCODES_EACH = 20000 };

/* The pool's tables may stand in the same schema; they are the pool's business. */
static bool is_ours(Str table) {
    return !str_starts(table, STR("d_")) && !str_starts(table, STR("pool_"));
}

static bool sqlite_failed(sqlite3 *db, const char *path, Err *e) {
    int rc = db ? sqlite3_errcode(db) & 0xff : SQLITE_NOMEM;

    if (rc == SQLITE_INTERRUPT)
        return err_set(e, ERR_CANCELLED, NULL, "备份已取消");
    if (rc == SQLITE_FULL)
        return err_set(e, ERR_DISK, path, "磁盘已满，备份没有完成，请腾出空间后再试");
    return err_set(e, ERR_DISK, path, "复制业务库到 %s 时出错：%s，请检查磁盘空间和权限", path,
                   db ? sqlite3_errmsg(db) : "内存不足");
}

static int may_go_on(void *progress) {
    return atomic_load(&((CopyProgress *)progress)->cancel);
}

/* VACUUM INTO reads one moment of the database; writers add to the log meanwhile. */
static bool vacuum_into(const char *from, const char *to, CopyProgress *progress, Err *e) {
    sqlite3 *db = NULL;
    bool good =
        sqlite3_open_v2(from, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK;

    if (good) {
        sqlite3_busy_timeout(db, 10000);
        sqlite3_progress_handler(db, OPCODES_EACH, may_go_on, progress);
        char *text = sqlite3_mprintf("VACUUM INTO %Q", to);

        good = text && sqlite3_exec(db, text, NULL, NULL, NULL) == SQLITE_OK;
        sqlite3_free(text);
    }
    if (!good)
        sqlite_failed(db, to, e);
    sqlite3_close(db);
    if (good && chmod(to, 0600) != 0)
        good = err_set(e, ERR_DISK, to, "无法设置 %s 的权限：%s", to, strerror(errno));
    return good;
}

static bool read_head(sqlite3 *db, StoreCopy *out) {
    sqlite3_stmt *st = NULL;
    bool good =
        sqlite3_prepare_v2(db,
                           "SELECT h.sequence, lower(hex(h.hash)), h.fingerprint, "
                           "coalesce((SELECT max(batch) FROM batch), 0) FROM journal_head h",
                           -1, &st, NULL) == SQLITE_OK &&
        sqlite3_step(st) == SQLITE_ROW;

    if (good) {
        out->sequence = sqlite3_column_int64(st, 0);
        snprintf(out->head, sizeof out->head, "%s", (const char *)sqlite3_column_text(st, 1));
        snprintf(out->fingerprint, sizeof out->fingerprint, "%s",
                 (const char *)sqlite3_column_text(st, 2));
        out->batch = sqlite3_column_int64(st, 3);
    }
    sqlite3_finalize(st);
    return good;
}

static bool copy_sqlite(Store *s, const char *folder, CopyProgress *progress, StoreCopy *out,
                        Err *e) {
    scoped_arena Arena *a = arena_new();
    const char *to = str_format(a, "%s/operations.db", folder).ptr;
    sqlite3 *db = NULL;
    struct stat st;

    if (FAULT("backup.operations"))
        return err_set(e, ERR_DISK, to, "磁盘已满，备份没有完成，请腾出空间后再试");
    if (!vacuum_into(s->place.path, to, progress, e))
        return false;
    bool good =
        sqlite3_open_v2(to, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK && read_head(db, out);

    if (!good)
        err_set(e, ERR_BROKEN, to, "复制出的业务库里没有日志链头，请运行 lianheng journal verify");
    sqlite3_close(db);
    if (good && stat(to, &st) == 0)
        atomic_fetch_add(&progress->bytes, st.st_size);
    return good;
}

/* The address again, with its schema. */
static const char *address_of(Arena *a, const Place *p) {
    return p->schema ? str_format(a, "%s%cschema=%s", p->path, strchr(p->path, '?') ? '&' : '?',
                                  p->schema)
                           .ptr
                     : p->path;
}

static bool copy_postgresql(Store *s, const char *folder, CopyProgress *progress, StoreCopy *out,
                            Err *e) {
    scoped_arena Arena *a = arena_new();
    const char *to = str_format(a, "%s/operations", folder).ptr;
    CopyQuestion head = {.sql = "SELECT h.sequence, encode(h.hash, 'hex'), h.fingerprint, "
                                "coalesce((SELECT max(batch) FROM batch), 0) FROM journal_head h"};

    if (mkdir(to, 0700) != 0)
        return err_set(e, ERR_DISK, to, "无法建立目录 %s：%s，请检查权限", to, strerror(errno));
    if (!pg_tables_out(address_of(a, &s->place), is_ours, to, &head, progress, e))
        return false;
    str_to_int(str_of(head.answers[0]), &out->sequence);
    snprintf(out->head, sizeof out->head, "%.64s", head.answers[1]);
    snprintf(out->fingerprint, sizeof out->fingerprint, "%.39s", head.answers[2]);
    str_to_int(str_of(head.answers[3]), &out->batch);
    return true;
}

bool store_copy(Store *s, const char *folder, CopyProgress *progress, StoreCopy *out, Err *e) {
    *out = (StoreCopy){0};
    return s->place.postgresql ? copy_postgresql(s, folder, progress, out, e)
                               : copy_sqlite(s, folder, progress, out, e);
}

bool store_copy_load(const char *place, const char *folder, CopyProgress *progress, Err *e) {
    scoped_arena Arena *a = arena_new();

    return pg_tables_in(place, is_ours, str_format(a, "%s/operations", folder).ptr, true, progress,
                        e);
}
