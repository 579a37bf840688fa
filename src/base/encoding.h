/* SPDX-License-Identifier: MulanPSL-2.0 */
/* base/encoding.h: find and undo the encoding of agency files. */
#ifndef BASE_ENCODING_H
#define BASE_ENCODING_H

#include "base/buf.h"
#include "base/err.h"

typedef enum Encoding {
    ENCODING_UTF8,
    ENCODING_UTF8_BOM,
    ENCODING_GB18030, /* takes GBK and GB 2312 too */
    ENCODING_UTF16LE,
    ENCODING_UTF16BE,
    ENCODING_UNKNOWN,
} Encoding;

const char *encoding_name(Encoding encoding); /* "GB18030" … as reported to people */

/* Guess from the beginning of a file (64 KiB or more is best): BOM, then strict UTF-8, then
 * GB18030, helped by uchardet. A multi-byte character cut at the end of `head` is no evidence
 * against an encoding. */
Encoding encoding_guess(Str head);

/* A stream decoder to UTF-8, without the byte order mark. Undecodable bytes become U+FFFD and are
 * counted. Keeps partial characters between calls; `last` says that no more will come. False when
 * `out` is full: its text is then cut short and the stream cannot be gone on with. */
typedef struct Decoder Decoder;
Decoder *decoder_new(Encoding encoding);
void decoder_free(Decoder *d);
bool decoder_feed(Decoder *d, Str bytes, bool last, Buf *out);
uint64_t decoder_bad_bytes(const Decoder *d);

/* Full-width ASCII and ideographic space to half-width (for keys and numbers, never for stored
 * names). */
void half_width(Str text, Buf *out);

#endif
