/* SPDX-License-Identifier: MulanPSL-2.0 */
/* clue/installation.h: what the journal says about the installation itself. */
#ifndef CLUE_INSTALLATION_H
#define CLUE_INSTALLATION_H

#include "store/journal.h"

/* Append "installation.created" with the key's fingerprint, unless the database has one already;
 * then it must match. */
bool installation_begin(Store *s, const Keys *keys, Err *e);

/* ERR_KEY when the data were written under another key; ERR_BROKEN when the database holds no
 * installation. */
bool installation_check(Store *s, const Keys *keys, Err *e);

/* Newest batch whose event is in the journal; 0 when there is none. */
bool installation_newest_batch(Store *s, int64_t *batch, Err *e);

/* Projection of "installation.created". */
bool installation_project(Tx *tx, const Event *event, Err *e);

#endif
