/* SPDX-License-Identifier: MulanPSL-2.0 */
/* store/journal_toy.h: events and projected tables for the journal's tests. Only for *_test.c. */
#ifndef STORE_JOURNAL_TOY_H
#define STORE_JOURNAL_TOY_H

#include <inttypes.h>

#include "store/journal.h"
#include "store/testing.h"

#define TOY_SQL(name, writes, text) static const Sql name = {#name, text, text, writes}

static const Sql toy_tables = {
    "toy_tables",
    "CREATE TABLE toy (id TEXT PRIMARY KEY, name TEXT, n INTEGER, seen TEXT, ratio REAL)",
    "CREATE TABLE toy (id TEXT COLLATE \"C\" PRIMARY KEY, name TEXT, n BIGINT, seen TEXT, ratio "
    "DOUBLE "
    "PRECISION)",
    true};
static const Sql toy_note_tables = {
    "toy_note_tables",
    "CREATE TABLE toy_note (toy TEXT REFERENCES toy, at INTEGER, mark BLOB, PRIMARY KEY (toy, at))",
    "CREATE TABLE toy_note (toy TEXT COLLATE \"C\" REFERENCES toy, at BIGINT, mark BYTEA, PRIMARY "
    "KEY "
    "(toy, at))",
    true};
TOY_SQL(toy_add, true, "INSERT INTO toy (id, name, n, seen) VALUES ($1, $2, 0, $3)");
TOY_SQL(toy_name, true, "UPDATE toy SET name = $2 WHERE id = $1");
TOY_SQL(toy_count, true,
        "UPDATE toy SET n = n + $2, ratio = (n + $2) / 8.0, seen = $3 WHERE id = $1");
TOY_SQL(toy_note, true, "INSERT INTO toy_note (toy, at, mark) VALUES ($1, $2, $3)");
TOY_SQL(toy_note_gone, true, "DELETE FROM toy_note WHERE toy = $1");
TOY_SQL(toy_gone, true, "DELETE FROM toy WHERE id = $1");
TOY_SQL(toy_total, false, "SELECT coalesce(sum(n), 0) AS n FROM toy");
TOY_SQL(toy_names, false, "SELECT count(name) AS n FROM toy");

static inline bool toy_made(Tx *tx, const Event *event, Err *e) {
    char at[INSTANT_TEXT];

    instant_format(event->at, at);
    return tx_run(tx, &toy_add,
                  ARGS(ARG_OF_TEXT(event->subject),
                       event->secret ? ARG_OF_TEXT(node_text(event->secret, "name")) : ARG_OF_NULL,
                       ARG_OF_TEXT(str_of(at))),
                  NULL, e);
}

static inline bool toy_named(Tx *tx, const Event *event, Err *e) {
    return tx_run(tx, &toy_name,
                  ARGS(ARG_OF_TEXT(event->subject),
                       event->secret ? ARG_OF_TEXT(node_text(event->secret, "name")) : ARG_OF_NULL),
                  NULL, e);
}

static inline bool toy_counted(Tx *tx, const Event *event, Err *e) {
    char at[INSTANT_TEXT];
    int64_t changed = 0;

    instant_format(event->at, at);
    return tx_run(tx, &toy_count,
                  ARGS(ARG_OF_TEXT(event->subject), ARG_OF_INT(node_int(event->body, "by", 0)),
                       ARG_OF_TEXT(str_of(at))),
                  &changed, e) &&
           (changed == 1 || err_set(e, ERR_NOT_FOUND, NULL, "没有这个玩具"));
}

static inline bool toy_noted(Tx *tx, const Event *event, Err *e) {
    Str mark = node_text(event->body, "mark");

    return tx_run(tx, &toy_note,
                  ARGS(ARG_OF_TEXT(event->subject), ARG_OF_INT(event->sequence),
                       ARG_OF_BLOB(mark.ptr, mark.len)),
                  NULL, e);
}

static inline bool toy_removed(Tx *tx, const Event *event, Err *e) {
    return tx_run(tx, &toy_note_gone, ARGS(ARG_OF_TEXT(event->subject)), NULL, e) &&
           tx_run(tx, &toy_gone, ARGS(ARG_OF_TEXT(event->subject)), NULL, e);
}

static const Projection toy_projections[] = {
    {"toy.made", toy_made},       {"toy.named", toy_named},
    {"toy.counted", toy_counted}, {"toy.noted", toy_noted},
    {"toy.removed", toy_removed}, {"toy.looked_at", NULL},
    {"key.destroyed", toy_named}, {0},
};
static const char *const toy_table_names[] = {"toy", "toy_note", NULL};

static inline bool toy_make_tables(Tx *tx, void *context, Err *e) {
    (void)context;
    return tx_run(tx, &toy_tables, NO_ARGS, NULL, e) &&
           tx_run(tx, &toy_note_tables, NO_ARGS, NULL, e);
}

/* One event to append. */
typedef struct Toy {
    const char *kind;
    char subject[32];
    int64_t by;
    const char *name; /* secret */
    bool fail_after;
    Event event; /* as appended */
} Toy;

static inline bool toy_append(Tx *tx, void *context, Err *e) {
    Toy *toy = context;
    scoped_arena Arena *a = arena_new();
    Node *body = node_map(a), *secret = NULL;

    node_set_int(a, body, "by", toy->by);
    node_set(a, body, "share", node_of_real(a, (double)toy->by / 3));
    node_set_text(a, body, "mark", STR("记号 \"\\ 1"));
    if (toy->name) {
        secret = node_map(a);
        node_set_text(a, secret, "name", str_of(toy->name));
    }
    toy->event = (Event){.actor = STR("zhang"),
                         .organisation = STR("510502"),
                         .kind = str_of(toy->kind),
                         .subject = str_of(toy->subject),
                         .body = body,
                         .secret = secret};
    if (!journal_append(tx, &toy->event, e))
        return false;
    return !toy->fail_after || err_set(e, ERR_CANCELLED, NULL, "改了主意");
}

static inline bool toy_write(Store *s, const char *kind, const char *subject, int64_t by,
                             const char *name, Err *e) {
    Toy toy = {.kind = kind, .by = by, .name = name};

    snprintf(toy.subject, sizeof toy.subject, "%s", subject);
    return store_write(s, toy_append, &toy, e);
}

static inline bool toy_number(Tx *tx, void *context, Err *e) {
    struct {
        const Sql *sql;
        int64_t n;
    } *q = context;

    return tx_int(tx, q->sql, NO_ARGS, -1, &q->n, e);
}

static inline int64_t toy_ask(Store *s, const Sql *sql) {
    struct {
        const Sql *sql;
        int64_t n;
    } q = {sql, -2};
    Err e = {0};

    return store_read(s, toy_number, &q, &e) ? q.n : -3;
}

/* A deterministic source of choices: the same seed, the same history. */
static inline uint64_t toy_random(uint64_t *seed) {
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return *seed >> 33;
}

#endif
