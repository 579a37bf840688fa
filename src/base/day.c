/* SPDX-License-Identifier: MulanPSL-2.0 */
/* base/day.c: the calendar and the clock (reading dates: day_parse.c). */
#include "base/day.h"

#include <math.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

#include "base/banned.h"

#define SECOND INT64_C(1000000)
#define DAY_LENGTH (86400 * SECOND)
#define CHINA_OFFSET (8 * 3600 * SECOND)

/* ---- the calendar ---- */

static bool is_leap(int year) {
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int month_length(int year, int month) {
    static const signed char length[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return length[month - 1] + (month == 2 && is_leap(year));
}

/* Years run from March here, so that the leap day comes last and months follow a straight line. */
Day day_of(int year, int month, int day) {
    if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 ||
        day > month_length(year, month))
        return DAY_NONE;
    int y = month <= 2 ? year - 1 : year;
    int m = month <= 2 ? month + 9 : month - 3;

    return y * 365 + y / 4 - y / 100 + y / 400 + (m * 153 + 2) / 5 + day - 1 - 719468;
}

void day_split(Day d, int *year, int *month, int *day) {
    int64_t since = (int64_t)d + 719468; /* days since 0000-03-01 */
    int64_t era = (since >= 0 ? since : since - 146096) / 146097;
    int in_era = (int)(since - era * 146097);
    int y = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
    int in_year = in_era - (365 * y + y / 4 - y / 100);
    int m = (5 * in_year + 2) / 153;

    *day = in_year - (153 * m + 2) / 5 + 1;
    *month = m < 10 ? m + 3 : m - 9;
    *year = (int)(y + era * 400) + (*month <= 2);
}

int day_weekday(Day d) {
    int64_t since_monday = (int64_t)d + 3; /* 1970-01-01 was a Thursday */

    return (int)((since_monday % 7 + 7) % 7) + 1;
}

Day day_add_months(Day d, int months) {
    if (d == DAY_NONE)
        return DAY_NONE;
    int year, month, day;

    day_split(d, &year, &month, &day);
    int64_t index = (int64_t)year * 12 + (month - 1) + months;

    if (index < 12 || index >= INT64_C(10000) * 12)
        return DAY_NONE;
    year = (int)(index / 12);
    month = (int)(index % 12) + 1;
    int last = month_length(year, month);

    return day_of(year, month, day < last ? day : last);
}

bool day_from_excel(double serial, Day *out) {
    if (!(serial >= 1) || serial >= 200000)
        return false;
    int whole = (int)floor(serial);

    if (whole == 60) /* the 29th of February 1900, which never was */
        return false;
    Day d = whole - 25569 + (whole < 60);
    int year, month, day;

    day_split(d, &year, &month, &day);
    if (year > DAY_LAST_YEAR)
        return false;
    *out = d;
    return true;
}

/* ---- writing ---- */

static void put_digits(char *out, int value, int width) {
    while (width-- > 0) {
        out[width] = (char)('0' + value % 10);
        value /= 10;
    }
}

void day_format(Day d, char out[11]) {
    int year, month, day;

    out[0] = '\0';
    if (d == DAY_NONE)
        return;
    day_split(d, &year, &month, &day);
    if (year < 1 || year > 9999)
        return;
    put_digits(out, year, 4);
    put_digits(out + 5, month, 2);
    put_digits(out + 8, day, 2);
    out[4] = out[7] = '-';
    out[10] = '\0';
}

static int64_t floor_div(int64_t a, int64_t b) {
    return a / b - (a % b < 0);
}

Day day_of_instant(Instant at) {
    return (Day)floor_div(at + CHINA_OFFSET, DAY_LENGTH);
}

void instant_format(Instant at, char out[INSTANT_TEXT]) {
    char date[11];

    out[0] = '\0';
    if (at > INT64_MAX - CHINA_OFFSET)
        return;
    at += CHINA_OFFSET;
    day_format((Day)floor_div(at, DAY_LENGTH), date);
    if (date[0] == '\0') /* outside the years 1 to 9999 */
        return;
    int64_t in_day = at - floor_div(at, DAY_LENGTH) * DAY_LENGTH;
    int seconds = (int)(in_day / SECOND);

    memcpy(out, date, 10);
    memcpy(out + 10, "T00:00:00.000000+08:00", 23);
    put_digits(out + 11, seconds / 3600, 2);
    put_digits(out + 14, seconds / 60 % 60, 2);
    put_digits(out + 17, seconds % 60, 2);
    put_digits(out + 20, (int)(in_day % SECOND), 6);
}

/* ---- the clock ---- */

static _Atomic Instant frozen; /* 0: running */
static _Atomic Instant latest;

Instant instant_now(void) {
    Instant held = atomic_load_explicit(&frozen, memory_order_relaxed);

    if (held)
        return held;
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    Instant now = t.tv_sec * SECOND + t.tv_nsec / 1000;
    Instant before = atomic_load(&latest);

    /* Someone may set the clock back; the journal's times must not follow. */
    while (now > before)
        if (atomic_compare_exchange_weak(&latest, &before, now))
            return now;
    return before;
}

Instant instant_wall(void) {
    Instant held = atomic_load_explicit(&frozen, memory_order_relaxed);
    struct timespec t;

    if (held)
        return held;
    clock_gettime(CLOCK_REALTIME, &t);
    return t.tv_sec * SECOND + t.tv_nsec / 1000;
}

/* By how much the clock was ever ahead of the monotonic one. The clock is read first: a pause
 * between the two makes the difference smaller, never larger. */
static _Atomic Instant ahead = INT64_MIN;

Instant instant_steady(void) {
    Instant held = atomic_load_explicit(&frozen, memory_order_relaxed);
    struct timespec t;

    if (held)
        return held;
    Instant wall = instant_wall();

    clock_gettime(CLOCK_MONOTONIC, &t);
    Instant mono = t.tv_sec * SECOND + t.tv_nsec / 1000, most = atomic_load(&ahead);

    while (wall - mono > most && !atomic_compare_exchange_weak(&ahead, &most, wall - mono))
        ;
    return mono + (wall - mono > most ? wall - mono : most);
}

void instant_freeze(Instant at) {
    atomic_store(&frozen, at);
}

Day day_today(void) {
    return day_of_instant(instant_now());
}
