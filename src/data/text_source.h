/* SPDX-License-Identifier: MulanPSL-2.0 */
/* data/text_source.h: a file's text as valid UTF-8, piece by piece, whatever its encoding. Private
 * to the row readers. */
#ifndef DATA_TEXT_SOURCE_H
#define DATA_TEXT_SOURCE_H

#include "base/encoding.h"

typedef struct TextSource TextSource;

/* `fd` is borrowed and read by position from the start, so two sources may share it. */
TextSource *text_source_new(int fd, Encoding encoding);
void text_source_free(TextSource *s);

/* Up to `room` (at least 64) bytes into `to`; *got is 0 only at the end. Without the byte order
 * mark. The pieces together are valid UTF-8 (undecodable bytes are U+FFFD); a piece may end inside
 * a character. */
bool text_source_read(TextSource *s, char *to, size_t room, size_t *got, Err *e);

uint64_t text_source_offset(const TextSource *s);    /* bytes of the file read */
uint64_t text_source_bad_bytes(const TextSource *s); /* undecodable bytes so far */

/* Length of the longest beginning of `s` that is whole, valid UTF-8 characters. */
size_t utf8_prefix(Str s);

#endif
