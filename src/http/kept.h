/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/kept.h: answers kept for a moment, for pages that many ask again and again.
 *
 * An answer is given again only to the same session and address, only while nothing was written,
 * no batch became visible and no content was loaded since it was worked out, and for KEPT_SECONDS
 * at most: rights and periods that end by themselves end within that time. So it is never older
 * than a write somebody was told of. */
#ifndef HTTP_KEPT_H
#define HTTP_KEPT_H

#include "http/inside.h"

#define KEPT_SECONDS 0.5

/* What the answers of one moment have in common. */
typedef struct KeptMoment {
    uint64_t version; /* of the store */
    int64_t visible;  /* newest batch */
    const Snapshot *snapshot;
} KeptMoment;

/* A body that several replies send at the same time. */
typedef struct KeptBody KeptBody;

Kept *kept_new(Office *o);
void kept_free(Kept *k);

/* May the answer to this request be kept, as far as its row says? */
bool kept_may(const Req *rq);
/* Asks the database on PostgreSQL; to be called before anything is read. */
bool kept_moment(const Req *rq, KeptMoment *out, Err *e);
/* The body kept for this request, held for the caller, or NULL. */
KeptBody *kept_find(Kept *k, const Req *rq, const KeptMoment *now);
/* Keep what rq->reply holds, with its tag; takes the buffer's memory over and gives it back as a
 * body. */
KeptBody *kept_put(Kept *k, Req *rq, const KeptMoment *then);
void kept_drop(KeptBody *b);

Str kept_tag(const KeptBody *b);
/* Holds the body until it was sent. */
struct MHD_Response *kept_response(KeptBody *b, bool pack);

#endif
