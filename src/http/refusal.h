/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/refusal.h: what signed-in people were refused, or looked for in vain, joins the journal: per
 * person, route and minute one entry at once and one with the rest when the minute is over, so that
 * nobody can flood the chain. */
#ifndef HTTP_REFUSAL_H
#define HTTP_REFUSAL_H

#include "http/inside.h"

typedef struct Refusals Refusals;
Refusals *refusals_new(Server *s);
void refusals_end(Refusals *r); /* writes what is left; nothing is noted from here on */
void refusals_free(Refusals *r);
/* Returns at once; a thread of its own writes. */
void refusal_note(Refusals *r, const Req *rq, const Err *e);

#endif
