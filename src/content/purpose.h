/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/purpose.h: why somebody looks at sensitive values, what has to be approved before, what
 * raises an alarm and how long traces are kept, as content/purposes declares it. */
#ifndef CONTENT_PURPOSE_H
#define CONTENT_PURPOSE_H

#include "content/content.h"

typedef struct Purpose {
    Str purpose, title, help;
    bool needs_case_number;
    bool internal;  /* the program's own: nobody looks at values for it */
    BindList basis; /* of Basis */
    bool review;
} Purpose;

/* What an approval is about. The engine tells these four apart; how hard each is to get is
 * content. */
typedef enum ApprovalType {
    APPROVAL_LOOK = 1, /* sensitive values outside one's own matters */
    APPROVAL_SEALED,   /* records sealed by law */
    APPROVAL_BULK,     /* exports above a ceiling */
    APPROVAL_DESTROY,  /* making unreadable what need no longer be kept (trace/retention.h) */
    APPROVAL_TYPES
} ApprovalType;
extern const BindName approval_type_names[];

typedef struct ApprovalKind {
    int approval; /* ApprovalType */
    Str title, help;
    int64_t approvers; /* how many different people */
    int64_t days;      /* ends at the latest so long after the last consent */
    int64_t uses;      /* at most so often */
    int64_t open_days; /* a request nobody decided lapses */
    int64_t above;     /* bulk: needed for more rows than this */
    BindList basis;    /* of Basis */
    bool review;
} ApprovalKind;

/* Signs that a look may not be in order. */
typedef enum AlarmType {
    ALARM_NIGHT = 1,
    ALARM_BULK,        /* rows seen in clear on one day */
    ALARM_BULK_EXPORT, /* rows exported on one day */
    ALARM_OWN_NAME,
    ALARM_COLLEAGUE,
    ALARM_NO_MATTER,
    ALARM_REFUSED,
    ALARM_TYPES
} AlarmType;
extern const BindName alarm_type_names[];

typedef struct AlarmRule {
    int alarm; /* AlarmType */
    Str title, help;
    int64_t most;    /* raised at this number on one day; 0: at once */
    Str from, until; /* night: "22:00" to "06:00", China time */
    bool review;
    int from_minute, until_minute; /* of the day; worked out by the loader */
} AlarmRule;

typedef struct Retention {
    Str retention, title, help;
    BindList kinds;       /* of Str: beginnings of the kinds of events it speaks of */
    int64_t months;       /* kept so long after the last event of the subject */
    int64_t least_months; /* what the statute asks for: months may not be fewer */
    BindList basis;       /* of Basis */
    bool review;
} Retention;

size_t content_purpose_count(const Content *c);
const Purpose *content_purpose_at(const Content *c, size_t i);
const Purpose *content_purpose(const Content *c, Str id, Err *e); /* ERR_NOT_FOUND, nearest name */
/* Every type is declared exactly once; the loader sees to it. */
const ApprovalKind *content_approval_kind(const Content *c, ApprovalType type);
const AlarmRule *content_alarm_rule(const Content *c, AlarmType type);
size_t content_retention_count(const Content *c);
const Retention *content_retention_at(const Content *c, size_t i);
/* The one that speaks of this kind of event, the longest beginning first; NULL: kept for ever. */
const Retention *content_retention_of(const Content *c, Str kind);
/* Revealed values stay on the page so long. */
int64_t content_shown_seconds(const Content *c);
/* Is this instant at night? */
bool alarm_at_night(const AlarmRule *night, Instant at);

#endif
