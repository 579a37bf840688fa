/* SPDX-License-Identifier: MulanPSL-2.0 */
/* base/str.h: borrowed UTF-8 text, pointer and length. */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/* Borrowed: never freed through a Str. Need not end in NUL. {NULL, 0} is the empty text. */
typedef struct Str {
    const char *ptr;
    size_t len;
} Str;

#define STR(literal) ((Str){"" literal, sizeof(literal) - 1})
#define STR_INIT(literal) \
    { "" literal, sizeof(literal) - 1 }
/* printf("%.*s", STR_ARG(s)) */
#define STR_ARG(s) (int)(s).len, (s).ptr ? (s).ptr : ""

Str str_of(const char *c_string); /* NULL gives the empty text */
Str str_dup(Arena *a, Str s);     /* the copy ends in NUL, so .ptr is a C string */
char *str_c(Arena *a, Str s);     /* NUL-terminated copy */
Str str_format(Arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));

bool str_eq(Str a, Str b);
bool str_is(Str s, const char *c_string);
bool str_eq_ascii_nocase(Str a, Str b);
int str_compare(Str a, Str b); /* by bytes: <0, 0, >0 */
bool str_starts(Str s, Str prefix);
bool str_ends(Str s, Str suffix);
/* Offset of the first occurrence, or -1. */
ptrdiff_t str_find(Str s, Str what);
Str str_slice(Str s, size_t from, size_t to); /* clipped to the text */
/* Without white space at both ends: ASCII, U+3000, U+00A0, U+FEFF. */
Str str_trim(Str s);
/* Also without quotation marks, and without the =" " that makes Excel keep a number as text. */
Str str_unwrap(Str s);
/* Cut `*rest` at the first `separator`; false when *rest was exhausted before the call. */
bool str_split(Str *rest, char separator, Str *piece);
/* Whole decimal number, optional minus; false on anything else or overflow. */
bool str_to_int(Str s, int64_t *out);

/* Length in code points; invalid bytes count one each. */
size_t str_runes(Str s);
/* Next code point from *s, advancing it; U+FFFD for an invalid byte; false at the end. */
bool str_rune(Str *s, uint32_t *rune);
bool str_utf8_valid(Str s);
/* Is the whole of s the beginning of one character whose last bytes are missing? */
bool str_utf8_cut(Str s);
/* Full-width ASCII (U+FF01 to U+FF5E) and the ideographic space to their half-width; else itself.
 */
uint32_t rune_half_width(uint32_t rune);
/* str_rune and rune_half_width in one; inline, because numbers are nearly all ASCII. */
static inline bool str_rune_half(Str *s, uint32_t *rune) {
    if (s->len && (unsigned char)s->ptr[0] < 0x80) {
        *rune = (unsigned char)*s->ptr++;
        s->len--;
        return true;
    }
    if (!str_rune(s, rune))
        return false;
    *rune = rune_half_width(*rune);
    return true;
}
/* 64-bit hash for tables in memory (not for stored data). */
uint64_t str_hash(Str s);
/* Edit distance by code points, capped at `most` + 1: for "nearest known name". */
size_t str_distance(Str a, Str b, size_t most);

#endif
