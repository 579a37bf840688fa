/* SPDX-License-Identifier: MulanPSL-2.0 */
/* base/numeral.h: one number at a cursor, in Arabic digits, in Chinese numerals or in both. */
#ifndef BASE_NUMERAL_H
#define BASE_NUMERAL_H

#include "base/cursor.h"

/* A decimal number kept exactly: so many millionths of a millionth. */
typedef __int128 Scaled;
#define SCALED_ONE ((Scaled)1000000000000)
#define SCALED_DECIMALS 12
/* Numbers beyond this are refused, so that products below 10^8 stay within 128 bits. */
#define SCALED_MAX (SCALED_ONE * 1000000000000000000)

typedef struct Numeral {
    Scaled value;
    bool whole_unit; /* 万, 亿, or any 十百千 behind Arabic digits: the number told its own scale */
    bool arabic; /* had Arabic digits */
} Numeral;

/* 20,000.00 .5 2万 1.5亿 3千万 1亿2000万 贰万 一万二千三百 十二 一百零五: no sign, as far as such
 * characters go. False when there is none, when it is none (1,23 or 三五万), when its meaning is
 * open (三万五) or when it cannot be kept exactly. */
bool take_numeral(Cursor *c, Numeral *out);

/* 20,000.00 alone. */
bool take_decimal(Cursor *c, Scaled *out);

/* 10 for 十 and 拾, … 100000000 for 亿; 0 for anything else. */
int64_t chinese_multiplier(uint32_t rune);

/* 0 to 9, or -1. */
int chinese_digit(uint32_t rune);

#endif
