/* SPDX-License-Identifier: MulanPSL-2.0 */
/* store/inside.h: what the files of store/ know of each other. Not for other folders. */
#ifndef STORE_INSIDE_H
#define STORE_INSIDE_H

#include <pthread.h>
#include <stdatomic.h>

#include "store/conn.h"
#include "store/journal.h"
#include "store/scope.h"

enum { READERS = 8, GROUP_MOST = 128 };

/* One call of store_write: lives on the caller's stack until it is done. */
typedef struct Job {
    TxWork *work;
    void *context;
    Err *e;
    const Scope *scope;       /* of the thread that asked */
    const StoreFirst *before; /* NULL: nothing goes first */
    bool ok, done;
    pthread_cond_t wake;
    struct Job *next;
} Job;

struct Store {
    Arena *arena; /* holds the place */
    Place place;
    pthread_mutex_t lock; /* guards everything down to the journal */
    pthread_cond_t queue_changed, reader_free;
    Job *first, *last;
    bool closing;
    atomic_uint_least64_t writes; /* commits tried: one that failed may have reached the disk */
    Conn *idle[READERS];
    size_t idle_count, reader_count;
    pthread_t writer;
    Conn *conn;                       /* the writer's; only its thread uses it. NULL when lost */
    struct JournalKeys *_Atomic keys; /* what it points to never changes; NULL: none */
    KeySource *key_source;            /* NULL: none; set before others use the store */
    void *key_context;
    pthread_mutex_t listening; /* guards the listeners, and is held while they are called */
    struct Listener *listeners;
    struct Attached *attached; /* guarded by `lock` */
};

/* The chain's end as the writer knows it within one transaction. */
typedef struct Head {
    int64_t sequence;
    int64_t generation; /* of the key that goes on with the chain; 1 without keys */
    Instant at;
    unsigned char hash[SM3_SIZE];
} Head;

typedef struct Pending {
    int64_t sequence;
    Instant at;
    Str actor, organisation, kind, subject, body;
    struct Pending *next;
} Pending;

/* What one write transaction did to the journal so far. */
typedef struct Chain {
    Arena *arena; /* pending events */
    bool loaded, changed, forgot;
    Head head;
    Pending *first, *last; /* to be told to listeners after commit */
} Chain;

struct Tx {
    Store *store;
    Conn *conn;
    Chain *chain;       /* NULL: read-only */
    const Scope *scope; /* on whose behalf; NULL: the program's own */
    Err why; /* the first failed statement: nothing more runs (PostgreSQL's rule, on both) */
};

void writer_start(Store *s);
void writer_stop(Store *s);

/* The writer tells the journal. */
Chain chain_mark(const Chain *c);
void chain_back(Chain *c, const Chain *mark);
bool chain_seal(Tx *tx, Err *e);              /* before commit: write the head */
void chain_publish(Store *s, const Chain *c); /* after commit: call the listeners */
void chain_scrub(Store *s, const Chain *c);   /* after commit: leave no trace of destroyed keys */
void journal_done(Store *s);

#endif
