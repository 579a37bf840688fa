/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/period_inside.h: what the files of the period engine share. */
#ifndef CONTENT_PERIOD_INSIDE_H
#define CONTENT_PERIOD_INSIDE_H

#include "content/period.h"

/* period_check.c: does one period hold together? */
bool period_check(Period *p, const Node *at, Err *e);
/* Once all are known: the two a period is the stricter of. */
bool period_check_parts(const Content *c, const Period *p, const Node *at, Err *e);

/* Days that do not count, in order, apart from each other. */
typedef struct Gap {
    Day from, to; /* to GAP_OPEN: still going on */
} Gap;
#define GAP_OPEN INT32_MAX

static inline Day period_first_day(void) {
    return day_of(PERIOD_FIRST_YEAR, 1, 1);
}

static inline Day period_last_day(void) {
    return day_of(PERIOD_LAST_YEAR, 12, 31);
}

/* A stretch of one unit; the next begins where it ends. */
typedef struct Stretch {
    int unit;
    int64_t count;
    Day end; /* last day counted, once that is known */
} Stretch;

/* One period on its way, without allocating. */
typedef struct Count {
    const Content *content;
    const Period *period;
    PeriodTrigger from;
    const PeriodFacts *facts;
    Gap gaps[PERIOD_SUSPENSIONS_MAX];
    size_t gap_count;
    Stretch stretches[PERIOD_EXTENSIONS_MAX + 1];
    size_t stretch_count;
    bool rolls; /* past holidays */
    bool part;  /* of a stricter_of: knows only some of the facts */
} Count;

/* period_facts.c: the facts that come in, checked, as gaps and stretches of *k. */
bool period_take_suspensions(Count *k, Err *e);
bool period_take_length(Count *k, Err *e);
/* Every fact is known to one of the two at least. */
bool period_known_to_one(const Count k[2], Err *e);
/* period_count.c: the count of a plain period (no stricter_of); *k keeps how it went. */
bool period_count(Count *k, PeriodDue *out, Err *e);
/* The version that applies, after the trigger and the day of the fact were looked at. */
const Period *period_applied(const Content *c, const Period *p, PeriodTrigger from,
                             const PeriodFacts *facts, Err *e);
/* Does the period know this reason? An empty one is the only one it knows. NULL: no. */
const PeriodSuspends *period_suspends_of(const Period *p, Str reason);
const PeriodExtension *period_extension_of(const Period *p, Str id);
/* Both parts of a stricter_of, counted; *taken is the one with the earlier end. */
bool period_count_both(Count k[2], PeriodDue due[2], size_t *taken, Err *e);

/* period_tell.c: the sentences of *x, whose lists are filled. */
void period_tell(const Count *k, const PeriodDue *due, Arena *a, PeriodExplanation *x);

#endif
