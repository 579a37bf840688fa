/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/counts.h: live rows of every dataset, counted once per visible batch. */
#ifndef HTTP_COUNTS_H
#define HTTP_COUNTS_H

#include "clue/clue.h"

typedef struct Counts Counts; /* thread-safe */

Counts *counts_new(void);
void counts_free(Counts *c);
/* Live rows of a dataset as of what is visible now. */
bool counts_of(Counts *c, Office *o, const Snapshot *s, const Dataset *d, int64_t *out, Err *e);

#endif
