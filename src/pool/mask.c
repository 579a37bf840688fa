/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/mask.c: values of any column as anybody may see them. */
#include "pool/maker.h"

#include "base/banned.h"

#define SHOWN_MAX 60 /* characters of a refused value that are listed */

static bool is_digit(uint32_t rune) {
    rune = rune_half_width(rune);
    return rune >= '0' && rune <= '9';
}

/* A run of 6 to 10 digits keeps two at each end, a longer one six and four at most:
 * 510502********1234. */
static void mask_run(Str run, size_t digits, Buf *out) {
    size_t head = digits < 6 ? digits : digits < 11 ? 2 : digits < 15 ? 3 : 6;
    size_t tail = digits < 6 ? 0 : digits < 11 ? 2 : 4;
    uint32_t rune;

    for (size_t i = 0; str_rune(&run, &rune); i++)
        buf_add_rune(out, i < head || i >= digits - tail ? rune : '*');
}

void mask_text(Str text, Buf *out) {
    size_t shown = 0;
    uint32_t rune;

    while (text.len && shown < SHOWN_MAX) {
        Str rest = text, after = text;
        size_t digits = 0;

        while (str_rune(&after, &rune) &&
               (is_digit(rune) || (digits >= 14 && (rune | 0x20) == 'x'))) {
            rest = after;
            digits++;
        }
        if (digits) {
            mask_run((Str){text.ptr, text.len - rest.len}, digits, out);
            text = rest;
            shown += digits;
        } else {
            str_rune(&text, &rune);
            buf_add_rune(out, rune < ' ' ? ' ' : rune);
            shown++;
        }
    }
    if (text.len)
        buf_add(out, STR("…"));
}
