/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/creation.h: Idempotency-Key in the store, so that it holds on every server of one database
 * and after a crash. The claim is written in the transaction that creates; the answer afterwards.
 */
#ifndef HTTP_CREATION_H
#define HTTP_CREATION_H

#include "clue/office.h"
#include "http/inside.h"

typedef struct Creation {
    Str key;        /* whose, where and which */
    char name[65];  /* its SM3 */
    int64_t digest; /* of the request */
    bool early;     /* claimed beforehand: work that goes on elsewhere */
    StoreFirst first;
} Creation;

void creation_init(Creation *c, Str key, uint64_t digest, bool early);
/* What the store knows of it. False when it could not be asked. */
bool creation_ask(const Office *o, Creation *c, Arena *a, Recall *out, int *status, Str *body,
                  Err *e);
/* The thread's first write claims it; an early one is claimed here and now. ERR_CONFLICT. */
bool creation_begin(const Office *o, Creation *c, Err *e);
/* The answer is kept; without one, what was claimed is given back. What cannot be kept is logged:
 * the creation itself is done. */
void creation_end(const Office *o, Creation *c, int status, Str body);

#endif
