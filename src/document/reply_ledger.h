/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/reply_ledger.h: who was asked for answers, and what came: by organisation and kind,
 * every figure a list of document/list.h. */
#ifndef LIANHENG_DOCUMENT_REPLY_LEDGER_H
#define LIANHENG_DOCUMENT_REPLY_LEDGER_H

#include "document/document.h"

typedef struct ReplyLedgerQuery {
    Str type;
    int64_t organisation;       /* who asked; 0: anybody */
    int64_t receiver;           /* who has to answer; 0: anybody */
    Str issued_from, issued_to; /* days, both ends within */
} ReplyLedgerQuery;

/* Of documents the thread's scope shows, that were served and ask for an answer:
 * [{receiver, type, asked, in_time, late, waiting, overdue, flagged, assessed: [{value, count}]}],
 * most overdue first. receiver 0: outside of the system. A value of `assessed` is a code of
 * reply_assessments, or empty: answered and not judged yet. */
Node *reply_ledger(Store *s, const ReplyLedgerQuery *q, Arena *a, Err *e);

#endif
