/* SPDX-License-Identifier: MulanPSL-2.0 */
/* store/conn.c: what is the same for both engines. */
#include "store/conn.h"

#include <assert.h>
#include <string.h>

#include "base/fault.h"

#include "base/banned.h"

Conn *conn_open(const Place *place, bool writes, Err *e) {
    if (FAULT("store.connect")) {
        err_set(e, ERR_UNREACHABLE, NULL, "连接不上%s，请稍后再试", place->shown);
        return NULL;
    }
    return place->postgresql ? postgresql_open(place, writes, e) : sqlite_open(place, writes, e);
}

void conn_shut(Conn *c) {
    if (c)
        c->engine->shut(c);
}

bool conn_lost(const Conn *c) {
    return c->engine->lost(c);
}

bool conn_begin(Conn *c, Err *e) {
    if (FAULT("store.begin"))
        return err_set(e, ERR_BUSY, NULL, "业务数据库正忙，没能开始处理，请稍后再试");
    return c->engine->begin(c, e);
}

bool conn_commit(Conn *c, Err *e) {
    if (FAULT("store.commit")) {
        conn_rollback(c);
        return err_set(e, ERR_DISK, NULL, "写入业务数据库失败，这次改动没有保存，请检查磁盘空间");
    }
    return c->engine->commit(c, e);
}

bool conn_in_transaction(const Conn *c) {
    return c->engine->in_transaction(c);
}

void conn_rollback(Conn *c) {
    if (conn_in_transaction(c))
        c->engine->plain(c, "ROLLBACK", NULL);
}

bool conn_savepoint(Conn *c, Err *e) {
    if (FAULT("store.savepoint"))
        return err_set(e, ERR_DISK, NULL, "业务数据库没能设立保存点，请检查磁盘空间");
    return c->engine->plain(c, "SAVEPOINT job", e);
}

bool conn_release(Conn *c, Err *e) {
    return c->engine->plain(c, "RELEASE SAVEPOINT job", e);
}

bool conn_back(Conn *c, Err *e) {
    return c->engine->plain(c, "ROLLBACK TO SAVEPOINT job", e) &&
           c->engine->plain(c, "RELEASE SAVEPOINT job", e);
}

bool conn_plain(Conn *c, const char *text, Err *e) {
    return c->engine->plain(c, text, e);
}

bool args_check(const Arg *args, size_t n, Err *e) {
    for (size_t i = 0; i < n; i++) {
        if (args[i].type != ARG_TEXT)
            continue;
        Str s = args[i].text;

        if (s.len && memchr(s.ptr, '\0', s.len))
            return err_set(e, ERR_INVALID, NULL, "文本中有空字符（NUL），不能保存，请去掉后再试");
        if (!str_utf8_valid(s))
            return err_set(e, ERR_INVALID, NULL, "文本不是正确的 UTF-8，不能保存");
    }
    return true;
}

static bool step_fault(Err *e) {
    if (FAULT("store.step"))
        return err_set(e, ERR_DISK, NULL, "读写业务数据库失败，请检查磁盘");
    return true;
}

bool conn_run(Conn *c, Str text, const Arg *args, size_t n, int64_t *changed, Err *e) {
    return args_check(args, n, e) && step_fault(e) && c->engine->run(c, text, args, n, changed, e);
}

bool conn_prepare(Conn *c, Str text, Err *e) {
    return c->engine->prepare(c, text, e);
}

Cursor *conn_ask(Conn *c, Arena *a, Str text, const Arg *args, size_t n, bool stream, Err *e) {
    if (!args_check(args, n, e) || !step_fault(e))
        return NULL;
    return c->engine->ask(c, a, text, args, n, stream, e);
}

bool conn_next(Cursor *q, Arena *a, Node **row, Err *e) {
    return q->conn->engine->next(q, a, row, e);
}

void conn_end(Cursor *q) {
    if (q)
        q->conn->engine->end(q);
}

Str conn_text(const Conn *c, const Sql *sql) {
    return str_of(c->place->postgresql ? sql->postgresql : sql->sqlite);
}
