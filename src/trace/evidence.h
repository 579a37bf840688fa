/* SPDX-License-Identifier: MulanPSL-2.0 */
/* trace/evidence.h: a stretch of the journal as a ZIP file that anybody can check offline. */
#ifndef TRACE_EVIDENCE_H
#define TRACE_EVIDENCE_H

#include "content/content.h"
#include "store/journal.h"

typedef struct EvidenceAsk {
    int64_t from, to;           /* sequences, both included; 0: the first, the last */
    Str actor;                  /* who exports, for chain.json */
    const _Atomic bool *cancel; /* stops it: ERR_CANCELLED; may be NULL */
    JournalWatch *watch;        /* entries done and in all, and cancel; may be NULL */
} EvidenceAsk;
typedef struct EvidenceDone {
    int64_t from, to, entries;
    char head[65]; /* hex of the hash of entry `to` */
} EvidenceDone;
/* Is there such a stretch? ERR_INVALID with the member. */
bool evidence_check(Store *s, const EvidenceAsk *ask, Err *e);
/* Entries as JSON lines, hashes before and after, the head, verifier and procedure. Nothing is left
 * at `path` when it fails or is cancelled. */
bool evidence_export(Store *s, const Content *c, const EvidenceAsk *ask, const char *path,
                     EvidenceDone *out, Err *e);

#endif
