/* SPDX-License-Identifier: MulanPSL-2.0 */
/* store/migrate.c: tables this program needs. */
#include "store/migrate.h"

#include <inttypes.h>

#include "base/day.h"
#include "base/fault.h"
#include "sql_statements.h"

#include "base/banned.h"

enum { VERSIONS_MOST = 1000 };

typedef struct Applied {
    int64_t versions[VERSIONS_MOST];
    size_t count;
} Applied;

static bool read_applied(Conn *c, Applied *out, Err *e) {
    scoped_arena Arena *a = arena_new();
    Cursor *q = conn_ask(c, a, conn_text(c, &SQL_schema_versions), NO_ARGS, false, e);
    Node *row = NULL;
    bool ok = q != NULL;

    out->count = 0;
    while (ok && (ok = conn_next(q, a, &row, e)) && row && out->count < VERSIONS_MOST)
        out->versions[out->count++] = node_int(row, "version", 0);
    conn_end(q);
    return ok;
}

static bool is_applied(const Applied *applied, int64_t version) {
    for (size_t i = 0; i < applied->count; i++)
        if (applied->versions[i] == version)
            return true;
    return false;
}

static bool is_known(int64_t version) {
    for (const Migration *m = migrations; m->version; m++)
        if (m->version == version)
            return true;
    return false;
}

static bool check_newer(const Conn *c, const Applied *applied, Err *e) {
    for (size_t i = 0; i < applied->count; i++)
        if (!is_known(applied->versions[i]))
            return err_set(e, ERR_NEWER, NULL,
                           "%s是更新版本的程序写的（结构版本 %" PRId64 "），请升级本程序后再打开",
                           c->place->shown, applied->versions[i]);
    return true;
}

static bool apply(Conn *c, const Migration *m, Err *e) {
    char now[INSTANT_TEXT];

    instant_format(instant_now(), now);
    if (FAULT("store.migrate"))
        return err_set(e, ERR_DISK, NULL, "更新%s的结构时磁盘出错", c->place->shown);
    return conn_plain(c, c->place->postgresql ? m->postgresql : m->sqlite, e) &&
           conn_run(
               c, conn_text(c, &SQL_schema_version_add),
               ARGS(ARG_OF_INT(m->version), ARG_OF_TEXT(str_of(m->name)), ARG_OF_TEXT(str_of(now))),
               NULL, e);
}

/* The catalogue is read again in each transaction: another server may be doing the same. */
static bool step(Conn *c, const Migration *m, Err *e) {
    Applied applied;

    if (!conn_begin(c, e))
        return false;
    if (!read_applied(c, &applied, e) || !check_newer(c, &applied, e) ||
        (!is_applied(&applied, m->version) && !apply(c, m, e))) {
        conn_rollback(c);
        return err_prefix(e, "结构版本 %" PRId64, m->version);
    }
    return conn_commit(c, e);
}

bool migrate(Conn *c, Err *e) {
    Applied applied;

    if (!conn_begin(c, e))
        return false;
    bool ok = conn_plain(c,
                         "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL "
                         "PRIMARY KEY, name TEXT NOT NULL, applied_at TEXT NOT NULL)",
                         e) &&
              read_applied(c, &applied, e) && check_newer(c, &applied, e);

    if (!ok) {
        conn_rollback(c);
        return false;
    }
    if (!conn_commit(c, e))
        return false;
    for (const Migration *m = migrations; m->version; m++)
        if (!is_applied(&applied, m->version) && !step(c, m, e))
            return false;
    return true;
}
