/* SPDX-License-Identifier: MulanPSL-2.0 */
/* store/store.c: opening, closing and reading (writing: writer.c). */
#include "store/store.h"

#include <assert.h>
#include <stdlib.h>

#include "sql_statements.h"
#include "store/inside.h"
#include "store/migrate.h"

#include "base/banned.h"

Store *store_open(const char *place, Err *e) {
    Arena *arena = arena_new();
    Place read;
    Conn *conn = NULL;

    if (!place_read(arena, place, &read, e)) {
        arena_free(arena);
        return NULL;
    }
    Store *s = arena_new_of(arena, Store);

    s->arena = arena;
    s->place = read;
    conn = conn_open(&s->place, true, e);
    if (!conn || !migrate(conn, e)) {
        conn_shut(conn);
        arena_free(arena);
        return NULL;
    }
    s->conn = conn;
    pthread_mutex_init(&s->lock, NULL);
    pthread_mutex_init(&s->listening, NULL);
    pthread_cond_init(&s->queue_changed, NULL);
    pthread_cond_init(&s->reader_free, NULL);
    writer_start(s);
    return s;
}

/* ---- what others keep with it ---- */

struct Attached {
    const void *key;
    void *object;
    void (*drop)(void *);
    struct Attached *next;
};

void *store_attached(Store *s, const void *key, void *(*make)(Store *s), void (*drop)(void *)) {
    pthread_mutex_lock(&s->lock);
    struct Attached *a = s->attached;

    while (a && a->key != key)
        a = a->next;
    if (!a) {
        a = arena_new_of(s->arena, struct Attached);
        *a = (struct Attached){key, make(s), drop, s->attached};
        s->attached = a;
    }
    pthread_mutex_unlock(&s->lock);
    return a->object;
}

void store_close(Store *s) {
    if (!s)
        return;
    writer_stop(s);
    assert(s->idle_count == s->reader_count && "store closed while somebody reads");
    for (size_t i = 0; i < s->idle_count; i++)
        conn_shut(s->idle[i]);
    for (struct Attached *a = s->attached; a; a = a->next)
        a->drop(a->object);
    conn_shut(s->conn); /* last: SQLite folds its log into the file */
    journal_done(s);
    pthread_cond_destroy(&s->reader_free);
    pthread_cond_destroy(&s->queue_changed);
    pthread_mutex_destroy(&s->listening);
    pthread_mutex_destroy(&s->lock);
    arena_free(s->arena);
}

bool store_is_postgresql(const Store *s) {
    return s->place.postgresql;
}

/* ---- how new ---- */

static bool head_sequence(Tx *tx, void *context, Err *e) {
    int64_t *sequence = context;

    return tx_int(tx, &SQL_journal_head, NO_ARGS, 0, sequence, e);
}

bool store_version(Store *s, uint64_t *out, Err *e) {
    uint64_t writes = atomic_load(&s->writes);
    int64_t sequence = 0;

    if (s->place.postgresql && !store_read(s, head_sequence, &sequence, e))
        return false;
    *out = writes + (uint64_t)sequence; /* both only grow: an equal sum means equal parts */
    return true;
}

/* ---- reading ---- */

/* An idle connection, a new one, or wait for one. */
static Conn *reader_take(Store *s, Err *e) {
    Conn *conn = NULL;

    pthread_mutex_lock(&s->lock);
    while (s->idle_count == 0 && s->reader_count == READERS)
        pthread_cond_wait(&s->reader_free, &s->lock);
    if (s->idle_count)
        conn = s->idle[--s->idle_count];
    else
        s->reader_count++;
    pthread_mutex_unlock(&s->lock);
    if (conn)
        return conn;
    conn = conn_open(&s->place, false, e);
    if (!conn) {
        pthread_mutex_lock(&s->lock);
        s->reader_count--;
        pthread_cond_signal(&s->reader_free);
        pthread_mutex_unlock(&s->lock);
    }
    return conn;
}

static void reader_give(Store *s, Conn *conn) {
    bool gone = conn_lost(conn) || conn_in_transaction(conn);

    if (gone)
        conn_shut(conn);
    pthread_mutex_lock(&s->lock);
    if (gone)
        s->reader_count--;
    else
        s->idle[s->idle_count++] = conn;
    pthread_cond_signal(&s->reader_free);
    pthread_mutex_unlock(&s->lock);
}

/* A connection with a transaction begun. Idle ones may have died since, one after the other: each
 * is dropped and the next tried; the first new one settles it. */
static Conn *reader_begin(Store *s, Err *e) {
    for (size_t tries = 0; tries <= READERS; tries++) {
        Conn *conn = reader_take(s, e);

        if (!conn)
            return NULL;
        if (conn_begin(conn, e))
            return conn;
        bool again = conn_lost(conn);

        reader_give(s, conn);
        if (!again)
            return NULL;
    }
    return NULL;
}

bool store_read(Store *s, TxWork *work, void *context, Err *e) {
    Conn *conn = reader_begin(s, e);

    if (!conn)
        return false;
    err_clear(e);
    Tx tx = {.store = s, .conn = conn, .scope = store_thread_scope_now()};
    bool ok = work(&tx, context, e);

    conn_rollback(conn);
    reader_give(s, conn);
    return ok;
}
