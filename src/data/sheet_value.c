/* SPDX-License-Identifier: MulanPSL-2.0 */
/* data/sheet_value.c: spreadsheet numbers and dates as text. */
#include "data/sheet_value.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"
#include "base/day.h"

enum { SECONDS_A_DAY = 86400, DAYS_TO_1904 = 1462, DAYS_TO_1970 = 25569, SERIAL_END = 2958466 };

/* ECMA-376 part 1, 18.8.30, with the ids that Chinese editions use. */
NumberFormat number_format_builtin(int64_t id) {
    if ((id >= 14 && id <= 17) || id == 22 || (id >= 27 && id <= 31) || id == 36 ||
        (id >= 50 && id <= 54) || id == 57 || id == 58)
        return FORMAT_DATE;
    if ((id >= 18 && id <= 21) || (id >= 32 && id <= 35) || id == 45 || id == 47 || id == 55 ||
        id == 56)
        return FORMAT_TIME;
    return id == 46 ? FORMAT_ELAPSED : FORMAT_NUMBER;
}

/* Letters of the first section that stand for parts of a date: not in quotes, not escaped, not in
 * brackets, except that [h] counts elapsed hours. `m` alone is a month, beside h or s minutes. */
NumberFormat number_format_of(Str code) {
    bool day = false, month = false, time = false, elapsed = false;

    if (str_eq_ascii_nocase(str_trim(code), STR("general")))
        return FORMAT_NUMBER;
    for (size_t i = 0; i < code.len && code.ptr[i] != ';'; i++) {
        char c = code.ptr[i];

        if (c == '"') {
            const char *end = memchr(code.ptr + i + 1, '"', code.len - i - 1);

            i = end == NULL ? code.len : (size_t)(end - code.ptr);
        } else if (c == '\\' || c == '_' || c == '*') {
            i++;
        } else if (c == '[') {
            const char *end = memchr(code.ptr + i, ']', code.len - i);
            char inside = i + 1 < code.len ? code.ptr[i + 1] : ' ';
            size_t close = end == NULL ? code.len : (size_t)(end - code.ptr);

            /* [h], [mm], [ss], but not [Red], [$-804] or [=1]. */
            if (strchr("hHmMsS", inside) != NULL && close - i <= 3)
                elapsed = true;
            i = close;
        } else if (strchr("yYdD", c) != NULL) {
            day = true;
        } else if (strchr("mM", c) != NULL) {
            month = true;
        } else if (strchr("hHsS", c) != NULL) {
            time = true;
        }
    }
    if (elapsed)
        return FORMAT_ELAPSED;
    if (day || (month && !time))
        return FORMAT_DATE;
    return time ? FORMAT_TIME : FORMAT_NUMBER;
}

/* "1.5e-07" → "0.00000015". `text` is what %.*e wrote: d.ddde±xx. */
static void plain_decimal(const char *text, char out[SHEET_VALUE_TEXT]) {
    char digits[32];
    size_t count = 0, n = 0;
    const char *p = text, *exponent = strchr(text, 'e');
    int point = 1 + (int)strtol(exponent + 1, NULL, 10);

    if (*p == '-')
        out[n++] = *p++;
    for (; p < exponent; p++)
        if (*p != '.')
            digits[count++] = *p;
    while (count > 1 && digits[count - 1] == '0')
        count--;
    if (point <= 0) {
        n += (size_t)snprintf(out + n, SHEET_VALUE_TEXT - n, "0.%.*s%.*s", -point,
                              "00000000000000000000", (int)count, digits);
    } else {
        for (size_t i = 0; i < count || i < (size_t)point; i++) {
            if (i == (size_t)point)
                out[n++] = '.';
            out[n++] = i < count ? digits[i] : '0';
        }
        out[n] = '\0';
    }
}

void number_text(double d, char out[SHEET_VALUE_TEXT]) {
    char text[SHEET_VALUE_TEXT];
    double size = fabs(d);

    if (!isfinite(d)) {
        snprintf(out, SHEET_VALUE_TEXT, "#NUM!");
    } else if (d == 0) {
        snprintf(out, SHEET_VALUE_TEXT, "0");
    } else if (size < 9007199254740992.0 && size == floor(size)) {
        snprintf(out, SHEET_VALUE_TEXT, "%.0f", d);
    } else if (size < 1e-15 || size >= 1e40) {
        snprintf(out, SHEET_VALUE_TEXT, "%.15g", d);
    } else {
        snprintf(text, sizeof text, "%.14e", d);
        plain_decimal(text, out);
    }
}

static void time_text(int64_t seconds, char *out, size_t room) {
    snprintf(out, room, "%02" PRId64 ":%02d:%02d", seconds / 3600, (int)(seconds / 60 % 60),
             (int)(seconds % 60));
}

bool serial_text(double serial, NumberFormat format, bool since_1904, char out[SHEET_VALUE_TEXT]) {
    int year, month, day;

    if (!(serial >= 0 && serial < SERIAL_END) || format == FORMAT_NUMBER)
        return false;
    int64_t seconds = llround(serial * SECONDS_A_DAY), whole = seconds / SECONDS_A_DAY;

    if (format == FORMAT_ELAPSED || (format == FORMAT_TIME && whole == 0)) {
        time_text(seconds, out, SHEET_VALUE_TEXT);
        return true;
    }
    if (since_1904)
        whole += DAYS_TO_1904;
    /* Day 60 is the 29th of February 1900, which never was. */
    if (whole == 0 || whole == 60 || whole >= SERIAL_END)
        return false;
    day_split((Day)(whole - DAYS_TO_1970 + (whole < 60)), &year, &month, &day);
    int n = snprintf(out, SHEET_VALUE_TEXT, "%04d-%02d-%02d", year, month, day);

    seconds %= SECONDS_A_DAY;
    if (seconds != 0) {
        out[n] = ' ';
        time_text(seconds, out + n + 1, SHEET_VALUE_TEXT - (size_t)n - 1);
    }
    return true;
}
