/* SPDX-License-Identifier: MulanPSL-2.0 */
/* clue/follow.h: an office goes after the master key when another server has changed it. */
#ifndef CLUE_FOLLOW_H
#define CLUE_FOLLOW_H

#include "clue/office.h"

/* The source of newer keys of the office's store (store/journal.h): its key file, read again. Ends
 * after the store is closed. */
typedef struct Follow Follow;
Follow *follow_begin(Office *o);
void follow_end(Follow *f);

#endif
