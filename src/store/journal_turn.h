/* SPDX-License-Identifier: MulanPSL-2.0 */
/* store/journal_turn.h: the journal goes over to the next generation of the master key.
 *
 * An event "key.rotated" {generation, mark} says so in the chain itself: it is still proven by the
 * key before it, all that follows by the new one. Entries keep the keyed value they were written
 * with, so nothing that was written ever changes; the key file keeps what proves them. The wrapped
 * keys of subjects are wrapped anew, a few in each transaction; each says under which generation it
 * lies, so the work may stop anywhere and go on. */
#ifndef STORE_JOURNAL_TURN_H
#define STORE_JOURNAL_TURN_H

#include "store/journal.h"

typedef struct KeyTurn {
    int64_t generation;
    Str mark; /* keys_mark */
    Str actor;
} KeyTurn;

/* journal_use_keys must have been called with keys that hold this generation. "key.rotated" must be
 * registered. */
bool journal_rotate(Store *s, const KeyTurn *turn, Err *e);
/* The generation the chain goes on with; ERR_KEY when the keys in use do not have it. */
bool journal_generation(Store *s, int64_t *generation, Err *e);

/* The same inside a write transaction, where it can no longer turn. */
bool journal_generation_in(Tx *tx, int64_t *generation, Err *e);

/* Wrap up to `limit` subjects' keys anew; *done of them. 0: none older is left. */
bool journal_rewrap(Store *s, int64_t generation, int64_t limit, int64_t *done, Err *e);
/* How many subjects' keys lie under an older generation, of how many. */
bool journal_wrapped(Store *s, int64_t generation, int64_t *older, int64_t *all, Err *e);

#endif
