/* SPDX-License-Identifier: MulanPSL-2.0 */
/* data/sheet_value.h: spreadsheet numbers and dates as text. Private to the row readers. */
#ifndef DATA_SHEET_VALUE_H
#define DATA_SHEET_VALUE_H

#include "base/str.h"

#define SHEET_VALUE_TEXT 64

/* What a number format makes of a number. */
typedef enum NumberFormat {
    FORMAT_NUMBER,
    FORMAT_DATE,    /* shows a day, perhaps with a time */
    FORMAT_TIME,    /* shows hours, minutes or seconds only */
    FORMAT_ELAPSED, /* hours may pass 24 */
} NumberFormat;

NumberFormat number_format_builtin(int64_t id); /* the ids that have no code in the file */
NumberFormat number_format_of(Str code);        /* yyyy"年"m"月"d"日";@ */

/* Plain decimal, at most 15 significant digits, whole numbers below 2^53 exactly. */
void number_text(double d, char out[SHEET_VALUE_TEXT]);
/* The date or time a serial number shows in a format; false when it is none (negative, past the
 * year 9999, 1900-02-29). */
bool serial_text(double serial, NumberFormat format, bool since_1904, char out[SHEET_VALUE_TEXT]);

#endif
