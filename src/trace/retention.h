/* SPDX-License-Identifier: MulanPSL-2.0 */
/* trace/retention.h: what the law no longer asks to keep. The chain itself is never shortened; what
 * can be destroyed is the key of a subject's sealed parts: one subject at a time, by hand, when two
 * people have agreed. */
#ifndef TRACE_RETENTION_H
#define TRACE_RETENTION_H

#include "trace/approval.h"

/* Subjects whose sealed parts may be destroyed as of `now`: list of {subject, newest, at, kinds,
 * retention, months}. `after`: subjects that sort later, for paging. Kinds nobody set a retention
 * for keep their subject for ever, and so do accounts that are still open. */
Node *retention_due(Store *s, const Content *c, Arena *a, Instant now, Str after, int64_t limit,
                    Err *e);

/* Ask two others for leave to destroy one that is due; decided like every request (approval.h),
 * kind "destroy". ERR_CONFLICT when it is not due, with the day, or asked already. */
bool retention_request(Store *s, const Content *c, const Rights *r, Str subject, Str reason,
                       int64_t *number, Err *e);

/* Destroy the keys of one that is due: ERR_CONFLICT, and nothing destroyed, when it is not;
 * ERR_NEEDS_APPROVAL before two people have agreed, on the machine itself too. The entry, the use
 * of the approval and the destruction are one. */
bool retention_destroy(Store *s, const Content *c, Str actor, Str subject, int64_t *approval,
                       Err *e);

#endif
