/* SPDX-License-Identifier: MulanPSL-2.0 */
/* trace/retention.h: what the law no longer asks to keep. The chain itself is never shortened; what
 * can be destroyed is the key of a subject's sealed parts, one subject at a time and by hand. */
#ifndef TRACE_RETENTION_H
#define TRACE_RETENTION_H

#include "content/purpose.h"
#include "store/journal.h"

/* Subjects whose sealed parts may be destroyed as of `now`: list of {subject, newest, at, kinds,
 * retention, months}. `after`: subjects that sort later, for paging. Kinds nobody set a retention
 * for keep their subject for ever, and so do accounts that are still open. */
Node *retention_due(Store *s, const Content *c, Arena *a, Instant now, Str after, int64_t limit,
                    Err *e);
/* Destroy the keys of one that is due: ERR_CONFLICT, and nothing destroyed, when it is not. */
bool retention_destroy(Store *s, const Content *c, Str actor, Instant now, Str subject, Err *e);

#endif
