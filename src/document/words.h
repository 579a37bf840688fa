/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/words.h: days, numbers and amounts as documents write them. */
#ifndef LIANHENG_DOCUMENT_WORDS_H
#define LIANHENG_DOCUMENT_WORDS_H

#include "base/amount.h"
#include "base/buf.h"
#include "base/day.h"

void words_day(Day d, Buf *out);         /* 2026年3月20日 */
void words_day_chinese(Day d, Buf *out); /* 二〇二六年三月二十日 */
void words_number(int64_t n, Buf *out);  /* 一万零二十 */
/* 20000.5: as few decimals as it has. */
void words_money(Money m, Buf *out);
void words_money_grouped(Money m, Buf *out); /* 20,000.50 */
/* 贰万元伍角, 贰万元整. False below a 分, negative or from 10^12 元 on. */
bool words_money_capital(Money m, Buf *out);
/* 贰万零叁: as amounts are written, without a unit. */
void words_number_capital(int64_t n, Buf *out);
/* A person's name as 陈某, 陈某某; an organisation's as it is cut: longer than four characters
 * keeps first and last two. */
void words_mask_name(Str name, Buf *out);

#endif
