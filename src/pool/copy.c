/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/copy.c: a consistent copy of the pool. */
#include "pool/copy.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/fault.h"
#include "pool/duck.h"

#include "base/banned.h"

#define SQL_MOST 20000

static bool is_ours(Str table) {
    return str_starts(table, STR("d_")) || str_starts(table, STR("pool_"));
}

/* A statement of minutes, stopped when somebody cancels. */
typedef struct Watch {
    PoolSession *session;
    CopyProgress *progress;
    const char *path; /* grows */
    int64_t base;     /* bytes copied before */
    _Atomic bool done;
} Watch;

static void *watch(void *context) {
    Watch *w = context;
    struct stat st;

    while (!atomic_load(&w->done)) {
        nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
        if (atomic_load(&w->progress->cancel))
            pool_interrupt(w->session);
        if (stat(w->path, &st) == 0)
            atomic_store(&w->progress->bytes, w->base + st.st_size);
    }
    return NULL;
}

/* Not through pool_run: DuckDB makes several statements of a COPY FROM DATABASE and cannot prepare
 * it. */
static bool run(PoolSession *s, const char *text, Err *e) {
    duckdb_result result;
    bool good = duckdb_query(s->state, text, &result) == DuckDBSuccess ||
                duck_error(duckdb_result_error_type(&result), duckdb_result_error(&result), e);

    duckdb_destroy_result(&result);
    return good;
}

static void add_literal(Buf *sql, const char *text) {
    buf_add_char(sql, '\'');
    for (; *text; text++) {
        if (*text == '\'')
            buf_add_char(sql, '\'');
        buf_add_char(sql, *text);
    }
    buf_add_char(sql, '\'');
}

/* One transaction, so it sees one moment. The attached file has a name of its
 * own for each copy: one that could not be detached must not be in the way of the next. */
static bool copy_into(PoolSession *s, const char *path, Err *e) {
    static _Atomic unsigned number;
    char name[40];
    Str current = {NULL, 0};
    scoped_arena Arena *a = arena_new();
    scoped_buf Buf sql;
    PoolRows *rows = pool_query(s, STR("SELECT current_database()"), NULL, 0, e);

    if (!rows)
        return false;
    const PoolValue *row = pool_next(rows, e);

    if (row)
        current = str_dup(a, row[0].text);
    pool_rows_close(rows);
    if (!current.len)
        return false;
    snprintf(name, sizeof name, "copy_%u", atomic_fetch_add(&number, 1) + 1);
    buf_init(&sql, SQL_MOST);
    buf_add_c(&sql, "ATTACH ");
    add_literal(&sql, path);
    buf_addf(&sql, " AS %s", name);
    if (!run(s, str_c(a, buf_str(&sql)), e))
        return false;
    buf_clear(&sql);
    buf_add_c(&sql, "COPY FROM DATABASE ");
    pool_quote(current, &sql);
    buf_addf(&sql, " TO %s", name);
    bool good =
        run(s, "BEGIN TRANSACTION", e) && run(s, str_c(a, buf_str(&sql)), e) && run(s, "COMMIT", e);

    if (!good)
        run(s, "ROLLBACK", NULL);
    buf_clear(&sql);
    buf_addf(&sql, "DETACH %s", name);
    return run(s, str_c(a, buf_str(&sql)), good ? e : NULL) && good;
}

static bool copy_duckdb(Pool *p, const char *folder, CopyProgress *progress, Err *e) {
    scoped_arena Arena *a = arena_new();
    const char *path = str_format(a, "%s/pool.duckdb", folder).ptr;
    Watch w = {.progress = progress, .path = path, .base = atomic_load(&progress->bytes)};
    pthread_t thread;

    w.session = pool_session(p, e);
    if (!w.session)
        return false;
    bool watched = pthread_create(&thread, NULL, watch, &w) == 0;
    bool good = copy_into(w.session, path, e);

    atomic_store(&w.done, true);
    if (watched)
        pthread_join(thread, NULL);
    pool_session_close(w.session);
    if (good && chmod(path, 0600) != 0)
        good = err_set(e, ERR_DISK, path, "无法设置 %s 的权限：%s", path, strerror(errno));
    if (!good && atomic_load(&progress->cancel))
        err_set(e, ERR_CANCELLED, NULL, "备份已取消");
    return good;
}

bool pool_copy(Pool *p, Str place, const char *folder, CopyProgress *progress, Err *e) {
    scoped_arena Arena *a = arena_new();
    const char *to = str_format(a, "%s/pool", folder).ptr;

    if (FAULT("backup.pool"))
        return err_set(e, ERR_DISK, NULL, "磁盘已满，备份没有完成，请腾出空间后再试");
    if (!pool_is_postgresql(p))
        return copy_duckdb(p, folder, progress, e);
    if (mkdir(to, 0700) != 0)
        return err_set(e, ERR_DISK, to, "无法建立目录 %s：%s，请检查权限", to, strerror(errno));
    return pg_tables_out(str_c(a, place), is_ours, to, NULL, progress, e);
}

bool pool_copy_load(const char *place, const char *folder, CopyProgress *progress, Err *e) {
    scoped_arena Arena *a = arena_new();

    return pg_tables_in(place, is_ours, str_format(a, "%s/pool", folder).ptr, false, progress, e);
}
