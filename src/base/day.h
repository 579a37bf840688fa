/* SPDX-License-Identifier: MulanPSL-2.0 */
/* base/day.h: calendar dates and instants. No time zone but China's (UTC+8, no summer time). */
#ifndef BASE_DAY_H
#define BASE_DAY_H

#include <limits.h>

#include "base/err.h"

/* Days since 1970-01-01 in the proleptic Gregorian calendar; DAY_NONE when absent. */
typedef int32_t Day;
#define DAY_NONE INT32_MIN
/* Dates of agencies' rows lie between these years; others are taken for typing mistakes. */
#define DAY_FIRST_YEAR 1800
#define DAY_LAST_YEAR 2199

/* DAY_NONE when there is no such date, or outside the years 1 to 9999. */
Day day_of(int year, int month, int day);
void day_split(Day d, int *year, int *month, int *day);
int day_weekday(Day d); /* 1 Monday … 7 Sunday */
/* Civil Code art. 202: the corresponding day of the month, or its last day. */
Day day_add_months(Day d, int months); /* DAY_NONE stays DAY_NONE */
/* Every way agencies write a date (DESIGN §6): 2024-1-5, 2024/01/05, 2024.1.5, 20240105,
 * 2024年1月5日, 二〇二四年一月五日, 2024-01-05 00:00:00, 20240105083000, full-width digits, quotes
 * and blanks around. With an offset (2024-01-04T16:00:00Z) it is China's day at that moment. Years
 * 1800 to 2199. Two-digit years, month/day/year and Excel serials are refused as ambiguous: a
 * caller who knows that a column holds serials asks day_from_excel. */
bool day_parse(Str text, Day *out);
/* Excel serial number, 1900 date system (with its false 1900-02-29). */
bool day_from_excel(double serial, Day *out);
/* "2024-01-05", 10 bytes and NUL; empty for DAY_NONE. */
void day_format(Day d, char out[11]);

/* Microseconds since 1970-01-01 UTC. */
typedef int64_t Instant;
/* Never goes back within a process, whatever happens to the machine's clock. */
Instant instant_now(void);
/* The machine's clock as it stands, also when it was set back: for what must agree with clocks
 * elsewhere. */
Instant instant_wall(void);
/* As instant_now, but where the clock is set back it goes on at its pace instead of standing still:
 * for spans that must end (sessions, locks). */
Instant instant_steady(void);
void instant_freeze(Instant at); /* for tests: stand still at `at`; 0 thaws */
Day day_today(void);             /* in China */
Day day_of_instant(Instant at);  /* in China */
/* "2024-01-05T08:30:00.123456+08:00" */
#define INSTANT_TEXT 40
void instant_format(Instant at, char out[INSTANT_TEXT]);
/* As day_parse, with the time of day; midnight when none is told, China's time when no offset is.
 */
bool instant_parse(Str text, Instant *out);

#endif
