/* SPDX-License-Identifier: MulanPSL-2.0 */
/* base/amount.h: numbers, money and areas as people write them. */
#ifndef BASE_AMOUNT_H
#define BASE_AMOUNT_H

#include "base/err.h"

/* Money is exact: ten-thousandths of a 元 (so 万元 with 6 decimals and 元 with 4 both fit). */
typedef int64_t Money;
#define MONEY_YUAN 10000

/* "2万元", "20,000.00", "贰万元整", "3.1000(万元)", "112.3万人民币", "￥500", "1亿2000万",
 * "5元3角2分". `unit_scale` is what a bare number counts in: MONEY_YUAN for 元, 10000 * MONEY_YUAN
 * for 万元; a unit in the text wins. Negative with a leading minus or 负. False when it is no
 * amount or another currency's (美元), when it has two readings (三万五, 1,23), does not fit, or
 * has more decimals than can be kept exactly. */
bool money_parse(Str text, Money unit_scale, Money *out);
/* "20000.00" in 元: at least 2 decimals, at most 4. */
void money_format(Money m, char out[32]);

/* A decimal number as text in any of the usual writings: "1,234.50", "1.5E-05", full-width; "约5"
 * is refused. */
bool number_parse(Str text, double *out);
/* At most 18 digits; "5.00" is 5. */
bool integer_parse(Str text, int64_t *out);
/* Area in square metres, not negative: 平方米 ㎡ m2 亩 公顷 平方公里, 万亩; `unit_scale` square
 * metres per bare number. */
bool area_parse(Str text, double unit_scale, double *out);
/* Chinese numeral to integer: 十二, 壹佰零伍, 三万二千, or digit by digit (二〇二四). */
bool chinese_number_parse(Str text, int64_t *out);

#endif
