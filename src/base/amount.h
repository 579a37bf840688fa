/* SPDX-License-Identifier: MulanPSL-2.0 */
/* base/amount.h: numbers, money and areas as people write them. */
#ifndef BASE_AMOUNT_H
#define BASE_AMOUNT_H

#include "base/err.h"

/* Money is exact: ten-thousandths of a 元 (so 万元 with 6 decimals and 元 with 4 both fit). */
typedef int64_t Money;
#define MONEY_YUAN 10000

/* "2万元", "20,000.00", "贰万元整", "3.1000(万元)", "112.3万人民币", "￥500". `unit_scale` is what
 * a bare number counts in: MONEY_YUAN for 元, 10000 * MONEY_YUAN for 万元; a unit in the text wins.
 * False when it is no amount, does not fit, or has more decimals than can be kept exactly. */
bool money_parse(Str text, Money unit_scale, Money *out);
/* "20000.00" in 元: at least 2 decimals, at most 4. */
void money_format(Money m, char out[32]);

/* A decimal number as text in any of the usual writings: "1,234.50", full-width, "约" is refused.
 */
bool number_parse(Str text, double *out);
bool integer_parse(Str text, int64_t *out);
/* Area in square metres: 平方米 ㎡ 亩 公顷 平方公里; `unit_scale` square metres per bare number. */
bool area_parse(Str text, double unit_scale, double *out);
/* Chinese numeral (一二三, 壹贰叁, 十百千万亿) to integer. */
bool chinese_number_parse(Str text, int64_t *out);

#endif
