/* SPDX-License-Identifier: MulanPSL-2.0 */
/* trace/audit.h: the journal as auditors read it: public bodies only, in Chinese sentences. The
 * callers have checked the permission and write down what was looked up (audit_record). */
#ifndef TRACE_AUDIT_H
#define TRACE_AUDIT_H

#include "trace/look.h"

typedef struct AuditQuery {
    Day from, to;         /* days in China, both included; DAY_NONE: open */
    Str person;           /* login; empty: anybody, as all that follow */
    Str kind;             /* a kind or its beginning: "approval." */
    Str object;           /* a subject: "clue:…", "row:…", "user:zhang" */
    Str purpose;          /* id */
    int64_t organisation; /* number; 0: any */
    Str cursor;
    int64_t limit;
    bool oldest_first;
} AuditQuery;

/* {total, items:[{sequence, at, actor, actor_name, organisation, kind, kind_title, subject,
 * sentence, body}], next}. total is exact. */
Node *audit_search(Store *s, const Content *c, Arena *a, const AuditQuery *q, Err *e);

/* Everything one person did and saw on one day, in order. */
Node *audit_replay(Store *s, const Content *c, Arena *a, Str login, Day day, Str cursor,
                   int64_t limit, Err *e);

/* Who saw sensitive values of this object ("row:dataset/id", "clue:id", "subject:key") or took it
 * away in an export, and why:
 * {total, items:[… with purpose, case_number, approval, fields], next}. */
Node *audit_who(Store *s, const Content *c, Arena *a, Str object, Str cursor, int64_t limit,
                Err *e);

/* ---- in words (sentence.c) ---- */

/* "以“办案”为由查看了 2 行数据的敏感信息（案号 …）". Kinds nobody wrote a sentence for are told
 * with their name. `entry` is a row of the journal with its body read. */
Str sentence_of(Arena *a, const Content *c, Str kind, Str subject, const Node *body);
Str sentence_title(Str kind); /* 查看敏感信息; the kind itself when unknown */
bool sentence_known(Str kind);
/* Kinds with their titles, for choosing. */
Node *sentence_kinds(Arena *a);

#endif
