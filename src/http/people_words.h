/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/people_words.h: what the handlers of people and teams share. */
#ifndef HTTP_PEOPLE_WORDS_H
#define HTTP_PEOPLE_WORDS_H

#include "http/req.h"

/* An instant or a day; empty: 0. A day that ends something counts whole. */
bool moment_in(Str text, const char *where, bool end, Instant *out, Err *e);
/* {number} */
bool reply_numbered(Req *rq, int64_t number);
/* {total, items}; NULL stays NULL. */
Node *whole(Arena *a, Node *items);

#endif
