/* SPDX-License-Identifier: MulanPSL-2.0 */
/* store/journal.h: the append-only chain of events that every operational table is projected from
 * (DESIGN §1).
 *
 * Each row of table `journal` holds one entry. Its hash covers the entry and the hash before it, so
 * that anybody can check the chain without this program (tests/journal_verify.py does):
 *
 *     hash(n) = SM3( hash(n-1)          32 bytes; 32 zero bytes before the first entry
 *                  ‖ sequence           8 bytes, big-endian
 *                  ‖ field(at)          "2024-01-05T08:30:00.123456+08:00"
 *                  ‖ field(actor) ‖ field(organisation) ‖ field(kind) ‖ field(subject)
 *                  ‖ field(body)        the JSON text as stored
 *                  ‖ 0x00               when there is no secret, or
 *                    0x01 ‖ field(secret) )       the sealed bytes as stored
 *     field(x) = length of x in bytes, 8 bytes big-endian ‖ the bytes of x
 *
 * Sequences run 1, 2, 3 … and `at` never goes back. Someone who can write to the database could
 * compute hashes too; what he cannot compute are the two keyed values, under the key "journal"
 * derived from the master key:
 *
 *     journal.mac(n)   = HMAC-SM3( "entry" ‖ sequence ‖ hash(n) )
 *     journal_head.mac = HMAC-SM3( "head" ‖ sequence ‖ field(at) ‖ hash )   of the last entry
 *
 * They are empty while no keys are in use. What this cannot show is a database put back whole to an
 * older state; the head's hash, kept somewhere else, does (`lianheng journal verify` prints it).
 *
 * secret = born (8 bytes, big-endian) ‖ sealed JSON under the subject's own key, which lies wrapped
 * in `matter_key`; `born` is the sequence at which that key was made, so a subject forgotten and
 * known again has two keys, and what the first one sealed stays sealed. */
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

/* Number of the organisation that what the event made belongs to: the event's own, or 1, the
 * installation's, for events of earlier versions and without one. */
int64_t event_owner(const Event *event);

/* A projection: the function that turns one kind of event into table rows. Pure: no clock, no
 * randomness, nothing but the event and the tables. Called in the transaction of the append, and
 * again by rebuild. `event` is the entry as it was written down: body and secret have been through
 * JSON, so both calls see the same. */
typedef bool Project(Tx *tx, const Event *event, Err *e);
typedef struct Projection {
    const char *kind;
    Project *project;
} Projection;

/* Register before the first append: each layer hands over its table (ended by {0}) and the names of
 * the tables it projects (ended by NULL), which rebuild empties and compares; each has a primary
 * key. A kind that nobody registered cannot be appended: one that projects nothing has `project`
 * NULL. Several rows may share a kind; they run in order of registration. Whoever keeps something
 * from secret bodies registers "key.destroyed" too and removes it there. Registering the same table
 * again does nothing. */
void journal_register(const Projection *projections, const char *const *tables);

/* Every kind that somebody registered, once each: list of texts. */
Node *journal_kinds(Arena *a);

/* Keys for secret bodies and for the keyed values of the chain. Set them right after store_open: a
 * chain begun with keys goes on with the same keys only (ERR_KEY), one begun without goes on
 * without. */
void journal_use_keys(Store *s, const Keys *keys);
/* Asked, on any thread and in the middle of a transaction, when another server has turned the chain
 * to a generation that the keys in use lack or do not use yet: calls journal_use_keys with keys
 * that do, or says in *e what is to be done. */
typedef bool KeySource(void *context, int64_t generation, Err *e);
void journal_key_source(Store *s, KeySource *source, void *context);
/* Do these keys fit this journal, and is it there? ERR_KEY when it was begun with others,
 * ERR_BROKEN when its head was tampered with or its first or last entries are missing. For the
 * start of a program: every append asks the same. */
bool journal_keys_fit(Store *s, Err *e);

/* Append to the chain and project, all in `tx` (a write transaction). Fills sequence and at. */
bool journal_append(Tx *tx, Event *event, Err *e);

/* Recompute the whole chain. False with ERR_BROKEN and the sequence of the first bad entry in *bad.
 * No entries at all are whole only while no projected table holds a row. */
typedef struct JournalCheck {
    int64_t entries;
    int64_t bad;   /* first bad sequence, 0 when whole */
    char head[65]; /* hex of the last hash */
    bool keyed;    /* the keyed values were checked too */
} JournalCheck;
bool journal_verify(Store *s, JournalCheck *out, Err *e);
/* The same, telling other threads how far it is; `cancel` ends it with ERR_CANCELLED. */
typedef struct JournalWatch {
    _Atomic int64_t done, total;
    _Atomic bool cancel;
} JournalWatch;
bool journal_verify_watched(Store *s, JournalWatch *watch, JournalCheck *out, Err *e);
/* Empty every projected table and replay, in one transaction; ERR_BROKEN, and nothing changed, when
 * journal_verify would find the chain not whole. *digest is the SM3 over all projected
 * rows in key order. */
bool journal_rebuild(Store *s, char digest[65], Err *e);
bool journal_digest(Store *s, char digest[65], Err *e); /* of the tables as they are */
/* The secret part of one entry, as journal_append was given it; NULL when there was none or its key
 * was destroyed. So that what must stay sealed need not lie open in a table. */
bool journal_secret(Tx *tx, Arena *a, int64_t sequence, const Node **secret, Err *e);
/* Destroy the key of a subject's secret bodies: they can never be read again, the chain stays
 * whole. */
bool journal_forget(Store *s, Str subject, Str actor, Err *e);
bool journal_forget_in(Tx *tx, Str subject, Str actor, Err *e); /* with other changes */

/* Called after commit and before store_write returns, in commit order, with every appended event
 * (public part): live pages listen here. Runs on the writer's thread: be quick, never write. Events
 * of other servers on the same PostgreSQL are not told. */
typedef void JournalListener(void *context, const Event *event);
void journal_listen(Store *s, JournalListener *listener, void *context);
/* After this returns the listener is not called any more. Not from within a listener. */
void journal_unlisten(Store *s, JournalListener *listener, void *context);

#endif
