/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/trace_inputs.h: what requests say about reveals, approvals, alarms, audits and exports. */
#ifndef HTTP_TRACE_INPUTS_H
#define HTTP_TRACE_INPUTS_H

#include "base/day.h"
#include "data/bind.h"

/* What it is about: a row, a clue, a subject or a matter. */
typedef struct ObjectIn {
    Str dataset, row, clue, subject, matter;
} ObjectIn;

typedef struct RevealNew {
    ObjectIn object;
    Str field, purpose, case_number, reason;
} RevealNew;
extern const Bind reveal_in[];

typedef struct ApprovalIn {
    ObjectIn object;
    Str kind, what, purpose, case_number, reason;
    int64_t days, uses, organisation;
} ApprovalIn;
extern const Bind approval_new_in[];

typedef struct DecisionIn {
    Str decision, words, until;
    int64_t uses;
} DecisionIn;
extern const Bind decision_in[];

typedef struct ApprovalQuery {
    Str which, cursor;
    int64_t limit;
} ApprovalQuery;
extern const Bind approval_query[];

typedef struct AlarmQuery {
    Str state, cursor;
    int64_t limit;
} AlarmQuery;
extern const Bind alarm_query[];

typedef struct WordsIn {
    Str words;
} WordsIn;
extern const Bind words_in[];

typedef struct AuditSearchIn {
    Day from, to;
    Str person, kind, object, purpose, cursor;
    int64_t organisation, limit;
    bool oldest_first;
} AuditSearchIn;
extern const Bind audit_search_in[];

typedef struct ReplayIn {
    Str person, cursor;
    Day day;
    int64_t limit;
} ReplayIn;
extern const Bind replay_in[];

typedef struct LookupIn {
    ObjectIn object;
    Str cursor;
    int64_t limit;
} LookupIn;
extern const Bind lookup_in[];

typedef struct EvidenceIn {
    int64_t from, to;
} EvidenceIn;
extern const Bind evidence_in[];

typedef struct RetentionQuery {
    Str after;
    int64_t limit;
} RetentionQuery;
extern const Bind retention_query[];

typedef struct DestroyIn {
    Str subject, reason;
} DestroyIn;
extern const Bind destroy_ask_in[], destroy_in[];

typedef struct RowExportNew {
    Str format, text, purpose, case_number, reason;
    int64_t batch;
} RowExportNew;
extern const Bind row_export_in[];

#endif
