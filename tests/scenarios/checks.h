/* SPDX-License-Identifier: MulanPSL-2.0 */
/* scenarios/checks.h: what requests and replies in a file cannot say. Each gives the number of
 * mistakes, and has printed them. */
#ifndef SCENARIOS_CHECKS_H
#define SCENARIOS_CHECKS_H

#include "clue/office.h"

/* Slow bodies and slow readers of events are let go. */
size_t check_slow(Office *o);
/* A kept answer is never older than a write somebody was told of, and never somebody else's. */
size_t check_kept(Office *o);
/* Every answer has the headers that keep a browser safe. `password`: the first one of admin. */
size_t check_headers(Office *o, uint16_t port, Str password);

#endif
