/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/period.h: when a statutory period ends, and why on that day.
 *
 * Pure: a snapshot, a period, what started it and what is known go in; the end, the warnings and,
 * when asked, every day of the span come out. No clock, no store. The rules in words, with their
 * sources: docs/periods.md, from which tests/period_evaluator.py does the same a second time. */
#ifndef CONTENT_PERIOD_H
#define CONTENT_PERIOD_H

#include "content/content.h"

/* Days before or after are taken for mistakes, whether they come in or would come out. */
#define PERIOD_FIRST_YEAR 1900
#define PERIOD_LAST_YEAR 2200

#define PERIOD_SUSPENSIONS_MAX 64
#define PERIOD_EXTENSIONS_MAX 16
#define PERIOD_WARNINGS_MAX 3  /* one of each level */
#define PERIOD_TIMES_MAX 1000  /* turns of one that comes again */
#define PERIOD_DAYS_SHOWN 400  /* of an explanation; of longer spans the middle is left out */
#define INSTANT_NONE INT64_MIN /* no such moment */

/* ---- what content says ---- */

/* What begins the count (Civil Code art. 201, Criminal Procedure Law art. 105). */
typedef enum PeriodCounting {
    COUNT_BY_UNIT,   /* not written: next_day, for hours same_hour */
    COUNT_NEXT_DAY,  /* the day itself does not count */
    COUNT_SAME_HOUR, /* from the very moment */
    COUNT_NEXT_HOUR, /* the hour itself does not count */
} PeriodCounting;

/* What becomes of a period that has run out. */
typedef enum PeriodAction {
    LAPSE_REMIND,
    LAPSE_URGING_LETTER, /* a draft of one */
    LAPSE_ESCALATE,
    LAPSE_CLUE,
    LAPSE_NOTHING,
} PeriodAction;

typedef enum PeriodLevel { WARN_YELLOW, WARN_ORANGE, WARN_RED } PeriodLevel;

extern const BindName period_counting_names[], period_action_names[], period_level_names[];

/* Before the last day: `before` days or workdays count back from it and fire at midnight, hours
 * count back from the moment of the end. 0: at that moment. */
typedef struct PeriodWarning {
    int level;
    int64_t before;
    int unit; /* hour, day or workday */
} PeriodWarning;

/* Days that do not count while this goes on. */
typedef struct PeriodSuspends {
    Str reason, note; /* 鉴定 */
    BindList basis;
} PeriodSuspends;

/* A longer period, once somebody has approved it. */
typedef struct PeriodExtension {
    Str extension, title, approver, note;
    Str approver_role; /* the role that decides at the organisation whose step it is; empty: whoever
                          hears of it first when the step stands still */
    int64_t by;        /* at most so many more; 0: `to` is written */
    int64_t to;        /* at most so many altogether */
    int unit;          /* of `by` */
    int64_t times;     /* how often; 1 when left out */
    Str after;         /* only after this other extension */
    BindList basis;
} PeriodExtension;

#define period_warnings(p) ((const PeriodWarning *)(p)->warnings.items)
#define period_suspends(p) ((const PeriodSuspends *)(p)->suspends.items)
#define period_extensions(p) ((const PeriodExtension *)(p)->extensions.items)

/* The version in force on the day; DAY_NONE: the last one. ERR_NOT_FOUND says since when there is
 * one. */
const Period *period_in_force(const Content *c, Str id, Day on, Err *e);

/* ---- what is known of one matter ---- */

typedef enum PeriodCustody { CUSTODY_BY_RULE, CUSTODY_YES, CUSTODY_NO } PeriodCustody;

/* What started the period: a day, or a moment. Periods in days take the moment's day in China;
 * hours from a day whose moment nobody knows end at the latest when they would from its end. */
typedef struct PeriodTrigger {
    Day on;
    Instant at; /* INSTANT_NONE: only the day is known */
} PeriodTrigger;

PeriodTrigger period_from_day(Day on);
PeriodTrigger period_from_instant(Instant at);

/* Whole days, first and last included; to DAY_NONE: still going on. */
typedef struct PeriodSuspension {
    Day from, to;
    Str reason; /* one the period knows; may be empty where it knows only one */
} PeriodSuspension;

typedef struct PeriodGranted {
    Str extension;
    int64_t count; /* 0: all the rule allows */
} PeriodGranted;

/* NULL means PERIOD_NO_FACTS. */
typedef struct PeriodFacts {
    Day fact_on; /* picks the law in force; DAY_NONE: the trigger's day */
    int custody; /* PeriodCustody */
    const PeriodSuspension *suspensions;
    size_t suspension_count;
    const PeriodGranted *extensions; /* in the order they were granted */
    size_t extension_count;
    int64_t set_count; /* another length, set by the document (`adjustable`); 0: as the rule says */
    int set_unit;      /* PeriodUnit of set_count */
    int64_t times;     /* so many of them one after the other, counted in one: the end of that turn
                          of what comes again every month; 0: once */
} PeriodFacts;
#define PERIOD_NO_FACTS ((PeriodFacts){.fact_on = DAY_NONE})

/* ---- the end ---- */

typedef struct PeriodMoment {
    int level; /* PeriodLevel */
    Instant at;
} PeriodMoment;

typedef struct PeriodDue {
    const Period *period; /* the version applied; of two, the stricter one */
    Day last;             /* last day counted, before it moved past holidays */
    Day due;              /* the day it ends on; DAY_NONE while suspended without end */
    Instant due_at;       /* in time is who acts before this moment: 24:00 of `due`, or the hour */
    bool suspended;       /* a suspension still goes on before the period has run out */
    bool rolled;
    bool calendar_known; /* every day that mattered lies in a year whose holidays are loaded */
    PeriodMoment warnings[PERIOD_WARNINGS_MAX]; /* by level; those before the trigger left out */
    size_t warning_count;
} PeriodDue;

/* When does it end? `p` may be any version: the one in force on the day of the fact counts.
 * Allocates nothing. ERR_INVALID with the part at fault in `where` ("/trigger", "/suspensions/0"):
 * days out of range, a reason or an extension the period does not know, more than was allowed;
 * ERR_NOT_FOUND: no such law on that day. */
bool period_compute(const Content *c, const Period *p, PeriodTrigger from, const PeriodFacts *facts,
                    PeriodDue *out, Err *e);

/* ---- other content, other ends ---- */

typedef struct PeriodAsk {
    Str period;
    PeriodTrigger from;
    PeriodFacts facts;
} PeriodAsk;

/* The first and last day that is worked in one snapshot and not in the other. A period that ran out
 * before the first, or begins after the last, ends as it did; false: all do. */
bool calendar_differs(const Content *before, const Content *after, Day *first, Day *last);
/* Does it end, or warn, at another time? `now` (may be NULL) is what it does in `after`. False with
 * *e set: it cannot be worked out in `after`. */
bool period_touched(const Content *before, const Content *after, const PeriodAsk *ask,
                    bool *touched, PeriodDue *now, Err *e);

/* ---- why ---- */

typedef enum PeriodMark {
    MARK_START,       /* what started it; does not count */
    MARK_COUNTED,     /* */
    MARK_NOT_COUNTED, /* no workday, where workdays count */
    MARK_SUSPENDED,   /* does not count, see `reason` */
    MARK_ROLLED,      /* after the last day counted, up to the day it moved to */
} PeriodMark;

typedef enum PeriodKind { KIND_WORKDAY, KIND_WEEKEND, KIND_HOLIDAY, KIND_MAKE_UP } PeriodKind;

extern const BindName period_mark_names[], period_kind_names[];

typedef struct PeriodDay {
    Day day;
    int mark, kind; /* PeriodMark, PeriodKind */
    int64_t number; /* of a counted day: the how-manieth; else 0 */
    Str holiday;    /* its name */
    Str reason;     /* of a suspended day */
    bool unknown;   /* its year's holidays are not loaded */
} PeriodDay;

/* Everything a page needs to say why. Lives in the arena it was made in; written as JSON by
 * period_explanation_rows. */
typedef struct PeriodExplanation {
    Str period, title, starts, lapse, note;
    Str text;        /* the whole in sentences */
    Str rule;        /* 次日起算，10 个工作日，… */
    Str from, until; /* trigger and end: 2024-01-05 or 2024-01-05T08:30:00+08:00 */
    Day fact_on, in_force_from, in_force_to;
    Day last, due;
    bool rolled, suspended, calendar_unknown, review;
    int unit, roll, on_lapse;
    int64_t count, counted; /* as the rule says; days marked counted */
    BindList days;          /* of PeriodDay */
    int64_t left_out;       /* days of the middle that are not shown */
    BindList warnings;      /* of PeriodWarningShown */
    BindList suspensions;   /* of PeriodSuspensionShown */
    BindList extensions;    /* of PeriodExtensionShown */
    BindList compared;      /* of PeriodCompared: of two, the stricter one was taken */
    BindList basis;         /* of Basis */
} PeriodExplanation;

typedef struct PeriodWarningShown {
    int level;
    Str at; /* 2024-01-05T00:00:00+08:00 */
} PeriodWarningShown;

typedef struct PeriodSuspensionShown {
    Day from, to;
    Str reason;
    int64_t days; /* of it that fell into the span */
    BindList basis;
} PeriodSuspensionShown;

typedef struct PeriodExtensionShown {
    Str extension, title, approver;
    int64_t count;
    int unit;
    bool to; /* the whole was lengthened to count */
    BindList basis;
} PeriodExtensionShown;

typedef struct PeriodCompared {
    Str period, title;
    Day due;
    bool taken;
} PeriodCompared;

extern const Bind period_explanation_rows[];

/* As period_compute, with every day of the span. */
bool period_explain_days(const Content *c, const Period *p, PeriodTrigger from,
                         const PeriodFacts *facts, Arena *a, PeriodExplanation *out, Err *e);

#endif
