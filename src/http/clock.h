/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/clock.h: the thread of a running server that lets the clocks of matters speak. */
#ifndef HTTP_CLOCK_H
#define HTTP_CLOCK_H

#include "clue/office.h"

/* Everything that clocks of matters and clues have to say at `now`, a step; *next is when to ask
 * again. What the thread does over and over. */
bool clock_say(Store *s, const Content *c, Instant now, int64_t *said, Instant *next, Err *e);

typedef struct Clock Clock;
Clock *clock_begin(Office *o); /* starts the thread */
void clock_end(Clock *c);      /* waits for it; NULL is fine */

#endif
