/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/trace_inputs.c: the rows that read them. */
#include "http/trace_inputs.h"

#include "http/inputs.h"

#define OBJECT_ROWS(T)                                                        \
    BIND_STR_MOST(T, object.dataset, "dataset", OPTIONAL, 100, "of the row"), \
        BIND_STR_MOST(T, object.row, "row", OPTIONAL, 64, "id of a row"),     \
        BIND_STR_MOST(T, object.clue, "clue", OPTIONAL, 64, "id of a clue")
#define PURPOSE_ROWS(T)                                                    \
    BIND_STR_MOST(T, purpose, "purpose", REQUIRED, 60, "id of a purpose"), \
        BIND_STR_MOST(T, case_number, "case_number", OPTIONAL, 200, "where the purpose wants one")
#define LIMIT_ROW(T)                                                                               \
    {                                                                                              \
        BIND_TYPE_INT, "limit", offsetof(T, limit), OPTIONAL, "items a page, default 50", NULL, 0, \
            NULL, PAGE_MOST                                                                        \
    }
#define CURSOR_ROW(T) \
    BIND_STR_MOST(T, cursor, "cursor", OPTIONAL, 1000, "`next` of the page before")

const Bind reveal_in[] = {
    OBJECT_ROWS(RevealNew),
    BIND_STR_MOST(RevealNew, field, "field", OPTIONAL, 100, "only this one; empty: all masked"),
    PURPOSE_ROWS(RevealNew),
    BIND_STR_MOST(RevealNew, reason, "reason", REQUIRED, 2000, "in words"),
    BIND_END,
};

const Bind approval_new_in[] = {
    BIND_STR_MOST(ApprovalIn, kind, "kind", REQUIRED, 16, "look, sealed, bulk"),
    OBJECT_ROWS(ApprovalIn),
    BIND_STR_MOST(ApprovalIn, object.subject, "subject", OPTIONAL, 64, "key of a subject"),
    BIND_STR_MOST(ApprovalIn, object.matter, "matter", OPTIONAL, 64, "id of a matter"),
    BIND_STR_MOST(ApprovalIn, what, "what", OPTIONAL, 16, "bulk: clues, or rows of `dataset`"),
    PURPOSE_ROWS(ApprovalIn),
    BIND_STR_MOST(ApprovalIn, reason, "reason", REQUIRED, 2000, "in words"),
    BIND_INT(ApprovalIn, days, "days", OPTIONAL, "for how long; 0: the longest allowed"),
    BIND_INT(ApprovalIn, uses, "uses", OPTIONAL, "how often; 0: the most allowed"),
    BIND_INT(ApprovalIn, organisation, "organisation", OPTIONAL, "asked from; 0: the first"),
    BIND_END,
};

const Bind decision_in[] = {
    BIND_STR_MOST(DecisionIn, decision, "decision", REQUIRED, 16, "agree, refuse, withdraw"),
    BIND_STR_MOST(DecisionIn, words, "words", OPTIONAL, 2000, "needed for refusing"),
    BIND_STR_MOST(DecisionIn, until, "until", OPTIONAL, 40, "instant, or last day"),
    BIND_INT(DecisionIn, uses, "uses", OPTIONAL, "how often; 0: as asked"),
    BIND_END,
};

const Bind approval_query[] = {
    BIND_STR_MOST(ApprovalQuery, which, "which", OPTIONAL, 16,
                  "mine (default), to_decide, decided, all"),
    CURSOR_ROW(ApprovalQuery),
    LIMIT_ROW(ApprovalQuery),
    BIND_END,
};

const Bind alarm_query[] = {
    BIND_STR_MOST(AlarmQuery, state, "state", OPTIONAL, 16, "open, acknowledged; empty: both"),
    CURSOR_ROW(AlarmQuery),
    LIMIT_ROW(AlarmQuery),
    BIND_END,
};

const Bind words_in[] = {
    BIND_STR_MOST(WordsIn, words, "words", REQUIRED, 2000, "what was found"),
    BIND_END,
};

const Bind audit_search_in[] = {
    BIND_DATE(AuditSearchIn, from, "from", OPTIONAL, "first day"),
    BIND_DATE(AuditSearchIn, to, "to", OPTIONAL, "last day"),
    BIND_STR_MOST(AuditSearchIn, person, "person", OPTIONAL, 64, "login"),
    BIND_STR_MOST(AuditSearchIn, kind, "kind", OPTIONAL, 60, "kind of entry, or its beginning"),
    BIND_STR_MOST(AuditSearchIn, object, "object", OPTIONAL, 200, "subject: clue:…, user:…"),
    BIND_STR_MOST(AuditSearchIn, purpose, "purpose", OPTIONAL, 60, "id of a purpose"),
    BIND_INT(AuditSearchIn, organisation, "organisation", OPTIONAL, "number"),
    BIND_BOOL(AuditSearchIn, oldest_first, "oldest_first", OPTIONAL, "default: newest first"),
    CURSOR_ROW(AuditSearchIn),
    LIMIT_ROW(AuditSearchIn),
    BIND_END,
};

const Bind replay_in[] = {
    BIND_STR_MOST(ReplayIn, person, "person", REQUIRED, 64, "login"),
    BIND_DATE(ReplayIn, day, "day", REQUIRED, "which day"),
    CURSOR_ROW(ReplayIn),
    LIMIT_ROW(ReplayIn),
    BIND_END,
};

const Bind lookup_in[] = {
    OBJECT_ROWS(LookupIn),
    BIND_STR_MOST(LookupIn, object.subject, "subject", OPTIONAL, 64, "key of a subject"),
    BIND_STR_MOST(LookupIn, object.matter, "matter", OPTIONAL, 64, "id of a matter"),
    CURSOR_ROW(LookupIn),
    LIMIT_ROW(LookupIn),
    BIND_END,
};

const Bind evidence_in[] = {
    BIND_INT(EvidenceIn, from, "from", OPTIONAL, "first entry; 0: the very first"),
    BIND_INT(EvidenceIn, to, "to", OPTIONAL, "last entry; 0: the newest"),
    BIND_END,
};

const Bind retention_query[] = {
    BIND_STR_MOST(RetentionQuery, after, "after", OPTIONAL, 200, "`next` of the page before"),
    LIMIT_ROW(RetentionQuery),
    BIND_END,
};

const Bind destroy_ask_in[] = {
    BIND_STR_MOST(DestroyIn, subject, "subject", REQUIRED, 200, "as in the list"),
    BIND_STR_MOST(DestroyIn, reason, "reason", REQUIRED, 2000, "in words"),
    BIND_END,
};
const Bind destroy_in[] = {
    BIND_STR_MOST(DestroyIn, subject, "subject", REQUIRED, 200, "as in the list"),
    BIND_END,
};

const Bind row_export_in[] = {
    BIND_STR_MOST(RowExportNew, format, "format", REQUIRED, 8, "xlsx, csv"),
    BIND_STR_MOST(RowExportNew, text, "text", OPTIONAL, 200, "as in the list of rows"),
    BIND_INT(RowExportNew, batch, "batch", OPTIONAL, "rows this batch brought"),
    PURPOSE_ROWS(RowExportNew),
    BIND_STR_MOST(RowExportNew, reason, "reason", OPTIONAL, 2000, "in words"),
    BIND_END,
};
