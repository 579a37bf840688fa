/* SPDX-License-Identifier: MulanPSL-2.0 */
/* base/identity_text.h: what all readers of identifying numbers do first: take the wrapping off. */
#ifndef BASE_IDENTITY_TEXT_H
#define BASE_IDENTITY_TEXT_H

#include "base/str.h"

/* White space and marks that cannot be seen, at any place of a number. */
static inline bool rune_is_blank(uint32_t rune) {
    return rune == ' ' || (rune >= '\t' && rune <= '\r') || rune == 0xA0 || rune == 0x3000 ||
           (rune >= 0x2000 && rune <= 0x200F) || rune == 0x202F || rune == 0x2060 || rune == 0xFEFF;
}

/* Half-width, upper case, without blanks and quotation marks. Returns how many runes stand in
 * `out`, or 0 when there are more than `most`: too long to be such a number. */
static inline size_t identity_text(Str text, uint32_t *out, size_t most) {
    size_t n = 0;

    text = str_unwrap(text);
    for (uint32_t r; str_rune_half(&text, &r);) {
        if (rune_is_blank(r))
            continue;
        if (n == most)
            return 0;
        out[n++] = r >= 'a' && r <= 'z' ? r - 'a' + 'A' : r;
    }
    return n;
}

static inline bool rune_is_digit(uint32_t rune) {
    return rune >= '0' && rune <= '9';
}

#endif
