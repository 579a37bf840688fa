/* SPDX-License-Identifier: MulanPSL-2.0 */
/* store/journal.h: the append-only chain of events that every operational table is projected from
 * (DESIGN §1). */
#ifndef STORE_JOURNAL_H
#define STORE_JOURNAL_H

#include "base/crypto.h"
#include "store/store.h"

typedef struct Event {
    int64_t sequence; /* given by journal_append */
    Instant at;       /* given by journal_append (instant_now, never going back) */
    Str actor;        /* login, or "system" */
    Str organisation; /* organisation id or empty */
    Str kind;         /* "batch.imported", "clue.found" … */
    Str subject;      /* id of what it is about: "batch:12", "clue:3fa9…", "user:zhang" */
    const Node
        *body; /* public part: numbers, codes, ids. Never names of persons or identity numbers */
    const Node *secret; /* personal part or NULL: sealed under a key of its own for `subject`; NULL
                         * again on rebuild when that key was destroyed */
} Event;

/* A projection: the function that turns one kind of event into table rows. Pure: no clock, no
 * randomness, nothing but the event and the tables. Called in the transaction of the append, and
 * again by rebuild. */
typedef bool Project(Tx *tx, const Event *event, Err *e);
typedef struct Projection {
    const char *kind;
    Project *project;
} Projection;

/* Register before the first append: each layer hands over its table (ended by {0}) and the names of
 * the tables it projects (ended by NULL), which rebuild empties and compares. */
void journal_register(const Projection *projections, const char *const *tables);

/* Keys for secret bodies. Must be set before the first append with a secret. */
void journal_use_keys(Store *s, const Keys *keys);

/* Append to the chain and project, all in `tx` (a write transaction). Fills sequence and at. */
bool journal_append(Tx *tx, Event *event, Err *e);

/* Recompute the whole chain. False with ERR_BROKEN and the sequence of the first bad entry in *bad.
 */
typedef struct JournalCheck {
    int64_t entries;
    int64_t bad;   /* first bad sequence, 0 when whole */
    char head[65]; /* hex of the last hash */
} JournalCheck;
bool journal_verify(Store *s, JournalCheck *out, Err *e);
/* Empty every projected table and replay, in one transaction. *digest is the SM3 over all projected
 * rows in key order. */
bool journal_rebuild(Store *s, char digest[65], Err *e);
bool journal_digest(Store *s, char digest[65], Err *e); /* of the tables as they are */
/* Destroy the key of a subject's secret bodies: they can never be read again, the chain stays
 * whole. */
bool journal_forget(Store *s, Str subject, Str actor, Err *e);

/* Called after commit, in commit order, with every appended event (public part): live pages listen
 * here. */
typedef void JournalListener(void *context, const Event *event);
void journal_listen(Store *s, JournalListener *listener, void *context);

#endif
