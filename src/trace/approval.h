/* SPDX-License-Identifier: MulanPSL-2.0 */
/* trace/approval.h: asking for leave to see what is outside one's own matters, and deciding about
 * it. Requests and decisions are events; kinds and limits are content (content/purposes).
 *
 * Who decides: whoever holds approval.decide at the asker's organisation or at one that leads it.
 * Never the asker, never on a right the asker gave him, never somebody who acts for the asker. A
 * second approver is another person than the first; neither acts for the other, neither rests on a
 * right of the other. */
#ifndef TRACE_APPROVAL_H
#define TRACE_APPROVAL_H

#include "content/purpose.h"
#include "people/rights.h"

enum { REASON_MOST = 500, CASE_NUMBER_MOST = 60 };

/* What a request of kind sealed is for: the channel as a whole, at the organisation it is asked
 * from, because whoever asks cannot be told which records there are. While it is active,
 * people/rights lets the asker see sealed records; looks at their clear values rest on it and use
 * it up. */
#define SEALED_CHANNEL "sealed:channel"

typedef struct ApprovalNew {
    int kind;    /* ApprovalType */
    Str object;  /* "row:dataset/id", "clue:id", "subject:key", SEALED_CHANNEL, "export:clues"; that
                    it is there and  seen by the asker is the caller's question */
    Str purpose; /* id */
    Str case_number, reason;
    int64_t days, uses;   /* 0: as many as content allows */
    int64_t organisation; /* where the asker asks from; 0: his first */
} ApprovalNew;

/* ERR_INVALID with the member; ERR_CONFLICT when the same is asked already. */
bool approval_request(Store *s, const Content *c, const Rights *r, const ApprovalNew *in,
                      int64_t *number, Err *e);

typedef struct Decision {
    bool consent;
    Str words;     /* needed for a refusal */
    Instant until; /* 0: the longest allowed */
    int64_t uses;  /* 0: as many as asked */
} Decision;
/* ERR_NOT_FOUND for whoever may not know of it; ERR_FORBIDDEN, ERR_CONFLICT with the reason. */
bool approval_decide(Store *s, const Content *c, const Rights *r, int64_t number,
                     const Decision *in, Err *e);
/* The asker takes back what is open, or gives up what was granted. */
bool approval_withdraw(Store *s, const Rights *r, int64_t number, Err *e);

/* As the API shows it, with decisions; ERR_NOT_FOUND for whoever is not asker, possible approver,
 * one who decided, or reader of the audit (who does not get reason and words). */
Node *approval_get(Store *s, const Content *c, const Rights *r, Arena *a, int64_t number, Err *e);
/* `which`: mine, to_decide, decided, all (for the audit). {total, items, next}, newest first. */
Node *approval_list(Store *s, const Content *c, const Rights *r, Arena *a, Str which, Str cursor,
                    int64_t limit, Err *e);

/* What a look of `asker` may rest on: the number, or 0. In the transaction that writes the look, so
 * that it is not used once too often. */
typedef struct ApprovalUse {
    Str asker;
    int kind; /* ApprovalType */
    Str object, purpose, case_number;
    Instant now;
} ApprovalUse;
bool approval_active(Tx *tx, const ApprovalUse *use, int64_t *number, Err *e);

/* Purpose and case number as content wants them; the texts are trimmed. ERR_INVALID at /purpose,
 * /case_number, /reason. */
bool purpose_check(const Content *c, Str *purpose, Str *case_number, Str *reason, Err *e);

/* Projections of this file. */
void approval_register(void);

#endif
