/* SPDX-License-Identifier: MulanPSL-2.0 */
/* clue/each.h: all clues one after the other, however many there are. */
#ifndef CLUE_EACH_H
#define CLUE_EACH_H

#include "clue/clue.h"

/* Called with {id, number, model, level, status, title, subject: {kind, key, name}, evidence:
 * [{alias, dataset, row, batch}]}, valid during the call. False stops; with *e set it is a failure.
 */
typedef bool ClueEach(void *context, const Node *clue, Err *e);

/* In order of number. Empty conditions mean all, an empty status all but withdrawn. */
bool clue_each(Office *o, Str model, Str level, Str status, ClueEach *each, void *context, Err *e);

#endif
