/* SPDX-License-Identifier: MulanPSL-2.0 */
/* base/buf.h: growing text with a ceiling. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/str.h"

/* A Buf owns its memory. Growing past `max` drops the addition and sets `full`, which stays set:
 * callers check once at the end. buf_init allocates nothing. */
typedef struct Buf {
    char *ptr; /* NUL-terminated once something was added */
    size_t len;
    size_t cap;
    size_t max;
    bool full;
} Buf;

void buf_init(Buf *b, size_t max);
void buf_done(Buf *b);
void buf_clear(Buf *b); /* keeps the memory and clears `full` */

void buf_add(Buf *b, Str s);
void buf_add_c(Buf *b, const char *c_string);
void buf_add_char(Buf *b, char c);
void buf_add_bytes(Buf *b, const void *bytes, size_t n);
void buf_add_rune(Buf *b, uint32_t rune); /* as UTF-8 */
void buf_addf(Buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_add_hex(Buf *b, const void *bytes, size_t n);    /* lower case */
void buf_add_base64(Buf *b, const void *bytes, size_t n); /* with = at the end */
/* The bytes again; false, and nothing added, when it is none. */
bool buf_add_from_base64(Buf *b, Str text);
/* Room for n more bytes, to be filled by the caller, who then adds to len. NULL when full. */
char *buf_reserve(Buf *b, size_t n);

Str buf_str(const Buf *b); /* borrowed, valid until the next change */

#define scoped_buf __attribute__((cleanup(buf_done)))

#endif
