/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/pinyin.h: Chinese titles by the initials of their pinyin: "xzcf" finds 行政处罚. */
#ifndef HTTP_PINYIN_H
#define HTTP_PINYIN_H

#include "base/buf.h"

/* One small letter per character: ASCII letters and digits as they are, the 3755 common characters
 * by their pinyin (the more usual reading where there are two), others left out. */
void pinyin_initials(Str text, Buf *out);

#endif
