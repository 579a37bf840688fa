/* SPDX-License-Identifier: MulanPSL-2.0 */
/* base/cursor.h: walking over a short text that people typed; shared by the readers of dates and
 * amounts, and no one else's business. */
#ifndef BASE_CURSOR_H
#define BASE_CURSOR_H

#include "base/str.h"

enum { CURSOR_MAX = 64 };

/* The text without its wrapping, as half-width code points. */
typedef struct Cursor {
    uint32_t rune[CURSOR_MAX]; /* ends in 0 */
    size_t at;
} Cursor;

/* False for an empty text, and for one too long to be a date or an amount. */
static inline bool cursor_start(Cursor *c, Str text) {
    size_t n = 0;

    c->at = 0;
    text = str_unwrap(text);
    for (uint32_t r; str_rune_half(&text, &r);) {
        if (n + 1 == CURSOR_MAX || r == 0)
            return false;
        c->rune[n++] = r;
    }
    c->rune[n] = 0;
    return n > 0;
}

static inline uint32_t peek(const Cursor *c) {
    return c->rune[c->at];
}

static inline bool at_end(const Cursor *c) {
    return peek(c) == 0;
}

static inline bool take(Cursor *c, uint32_t rune) {
    if (peek(c) != rune)
        return false;
    c->at++;
    return true;
}

static inline bool take_blanks(Cursor *c) {
    size_t before = c->at;

    while (peek(c) == ' ' || peek(c) == '\t' || peek(c) == 0xA0)
        c->at++;
    return c->at > before;
}

/* Upper-case letters in `word` also stand for lower-case ones. */
static inline bool take_word(Cursor *c, const char *word) {
    Str rest = str_of(word);
    size_t at = c->at;

    for (uint32_t r; str_rune(&rest, &r); at++) {
        uint32_t here = c->rune[at];

        if (here != r && !(here >= 'a' && here <= 'z' && here - 'a' + 'A' == r))
            return false;
    }
    c->at = at;
    return true;
}

static inline bool is_digit(uint32_t r) {
    return r >= '0' && r <= '9';
}

static inline size_t digits_ahead(const Cursor *c) {
    size_t n = 0;

    while (is_digit(c->rune[c->at + n]))
        n++;
    return n;
}

#endif
