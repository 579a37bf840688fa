/* SPDX-License-Identifier: MulanPSL-2.0 */
/* clue/turned.h: rows that were sealed or opened while a model ran, or since it last did. */
#ifndef CLUE_TURNED_H
#define CLUE_TURNED_H

#include "model/model.h"
#include "store/journal.h"

/* The newest entry now: read before the pool is asked. */
bool turned_horizon(Store *s, int64_t *sequence, Err *e);
/* Have rows of datasets that the model asks been sealed or opened after that entry? In the
 * transaction that records the run, where no more can come. */
bool turned_meanwhile(Tx *tx, const Model *m, int64_t horizon, bool *yes, Err *e);
/* Have such datasets been judged again since the model last ran? What it found then does not stand
 * any more, whatever batches came. Asks for judgings, not for what they sealed: where nothing was
 * to be sealed the answer is the same. */
bool turned_since_run(Store *s, const Model *m, bool *yes, Err *e);

#endif
