/* SPDX-License-Identifier: MulanPSL-2.0 */
/* trace/deciding.h: inside trace/: one request as its table has it, and who may decide and see it.
 */
#ifndef TRACE_DECIDING_H
#define TRACE_DECIDING_H

#include "trace/approval.h"

typedef struct ApprovalRow {
    int64_t approval, organisation, needed, agreed, asked_days, asked_uses, asked_at, open_until,
        until, uses, used, ended_at;
    Str kind, asker, object, purpose, case_number, reason, state;
} ApprovalRow;
/* approval 0: there is none. */
bool approval_row(Tx *tx, Arena *a, int64_t number, ApprovalRow *out, Err *e);

/* open, approved, refused, withdrawn; and by the clock: lapsed, ended, used_up. */
Str approval_state(const ApprovalRow *row, Instant now);
const char *approval_state_title(Str state); /* 等待审批 … */

/* May the person decide for that organisation? A right of his own comes first; `giver` is set when
 * only a delegation gives it, one of somebody else than `asker` when there is. */
bool deciding_right(Tx *tx, Arena *a, const Rights *r, int64_t organisation, Str asker, bool *may,
                    Str *giver, Err *e);
/* Asker, possible approver, one who decided, or reader of the audit. */
bool approval_seen(Tx *tx, Arena *a, const Rights *r, const ApprovalRow *row, bool *seen, Err *e);
/* Organisations the person may decide for, as "(1,2,3)"; empty when there are none. */
bool deciding_organisations(Tx *tx, Arena *a, const Rights *r, Str *list, Err *e);

#endif
