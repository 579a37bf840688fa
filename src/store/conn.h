/* SPDX-License-Identifier: MulanPSL-2.0 */
/* store/conn.h: one connection to one engine. Inside store/ only; others use store.h. */
#ifndef STORE_CONN_H
#define STORE_CONN_H

#include "store/place.h"
#include "store/store.h"

/* One thread at a time. */
typedef struct Conn Conn;
/* A running query on a connection. */
typedef struct Cursor Cursor;

typedef struct ConnEngine {
    void (*shut)(Conn *c);
    bool (*begin)(Conn *c, Err *e);
    bool (*commit)(Conn *c, Err *e);
    bool (*plain)(Conn *c, const char *text, Err *e); /* several statements, no values, no rows */
    bool (*run)(Conn *c, Str text, const Arg *args, size_t n, int64_t *changed, Err *e);
    bool (*prepare)(Conn *c, Str text, Err *e);
    Cursor *(*ask)(Conn *c, Arena *a, Str text, const Arg *args, size_t n, bool stream, Err *e);
    bool (*next)(Cursor *q, Arena *a, Node **row, Err *e);
    void (*end)(Cursor *q);
    bool (*lost)(const Conn *c); /* the connection is gone: shut it and open another */
    bool (*in_transaction)(const Conn *c);
} ConnEngine;

/* Each engine's own struct begins with this. */
struct Conn {
    const ConnEngine *engine;
    const Place *place;
    bool writes;
};

/* `writes`: the connection begins write transactions; otherwise it cannot write at all. */
Conn *conn_open(const Place *place, bool writes, Err *e);
Conn *sqlite_open(const Place *place, bool writes, Err *e);
Conn *postgresql_open(const Place *place, bool writes, Err *e);
void conn_shut(Conn *c); /* NULL is fine */
bool conn_lost(const Conn *c);

/* A write transaction holds the lock that makes one chain of several writers: SQLite's own, or an
 * advisory lock of the schema. */
bool conn_begin(Conn *c, Err *e);
bool conn_commit(Conn *c, Err *e); /* on failure nothing was kept */
void conn_rollback(Conn *c);
bool conn_in_transaction(const Conn *c);

/* A savepoint for one job of a group. */
bool conn_savepoint(Conn *c, Err *e);
bool conn_release(Conn *c, Err *e);
bool conn_back(Conn *c, Err *e); /* to the savepoint, which is released */

bool conn_plain(Conn *c, const char *text, Err *e);
bool conn_run(Conn *c, Str text, const Arg *args, size_t n, int64_t *changed, Err *e);
/* Can this text be prepared here? */
bool conn_prepare(Conn *c, Str text, Err *e);

/* Rows one by one. `stream`: the result may be long (PostgreSQL reads it in pages). Several cursors
 * may be open at once, and end in any order; args must live until then. The cursor and the rows'
 * keys live in conn_ask's arena, the rows' values in conn_next's. *row is NULL at the end. */
Cursor *conn_ask(Conn *c, Arena *a, Str text, const Arg *args, size_t n, bool stream, Err *e);
bool conn_next(Cursor *q, Arena *a, Node **row, Err *e);
void conn_end(Cursor *q);

/* Every cursor begins with this. */
struct Cursor {
    Conn *conn;
    size_t columns;
    Str *names;
};

/* What both engines refuse alike: text with a NUL in it, or that is no UTF-8. */
bool args_check(const Arg *args, size_t n, Err *e);
/* The text of a statement for this engine. */
Str conn_text(const Conn *c, const Sql *sql);

#endif
