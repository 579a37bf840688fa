/* SPDX-License-Identifier: MulanPSL-2.0 */
/* knowledge/numbering.h: the numbers of articles, paragraphs and items, as statutes and letters
 * write them. */
#ifndef KNOWLEDGE_NUMBERING_H
#define KNOWLEDGE_NUMBERING_H

#include "base/buf.h"

enum { NUMBERING_MOST = 9999 };

/* 一百二十, 57 or ５７ at the beginning of *s, which moves behind it; 1 to 9999. False, and nothing
 * moved, when there is none or it is written wrongly (二一十). */
bool numbering_take(Str *s, int *out);
/* 第一百二十条之一, 第120条. `sub` is 0 without 之. */
bool numbering_article(Str *s, int *article, int *sub);
/* The number of an item at the beginning of a line: （一）, (1), 一、 or 1. */
bool numbering_item(Str *s, int *item);
/* Move *s behind `what` when it begins with it. */
bool numbering_skip(Str *s, Str what);
/* 一百二十 */
void numbering_write(int number, Buf *out);
/* 第一百二十条之一 */
void numbering_write_article(int article, int sub, Buf *out);
/* 2021年7月15日, with blanks or without, at the beginning of *s. */
bool numbering_day(Str *s, int32_t *day);

#endif
