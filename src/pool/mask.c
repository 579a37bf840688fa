/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/mask.c: values of any column as anybody may see them. */
#include "base/citizen_text.h"
#include "pool/maker.h"

#include "base/banned.h"

#define SHOWN_MAX 60 /* characters of a refused value that are listed */

static bool is_digit(uint32_t rune) {
    rune = rune_half_width(rune);
    return rune >= '0' && rune <= '9';
}

/* A run of 6 to 10 digits keeps two at each end, a longer one six and four at most:
 * 510502********1234. What stands between the digits of a run goes. */
static void mask_run(Str run, size_t digits, Buf *out) {
    size_t head = digits < 6 ? digits : digits < 11 ? 2 : digits < 15 ? 3 : 6;
    size_t tail = digits < 6 ? 0 : digits < 11 ? 2 : 4;
    uint32_t rune;

    for (size_t i = 0; str_rune(&run, &rune);) {
        if (!is_digit(rune) && run.len) /* an X ends the run */
            continue;
        buf_add_rune(out, i < head || i >= digits - tail ? rune : '*');
        i++;
    }
}

/* Digits without a gap: how many bytes. */
static size_t plain_run(Str text, size_t *digits) {
    Str rest = text, after = text;
    uint32_t rune;

    *digits = 0;
    while (str_rune(&after, &rune) && is_digit(rune)) {
        rest = after;
        ++*digits;
    }
    return text.len - rest.len;
}

/* Groups of digits are one number when they are as many as an identity number has; otherwise a date
 * keeps its looks. */
void mask_text(Str text, Buf *out) {
    size_t shown = 0;
    uint32_t rune;

    while (text.len && shown < SHOWN_MAX) {
        size_t digits, run = digit_run(text, &digits);

        if (run) {
            if (digits < DIGIT_RUN_SECRET)
                run = plain_run(text, &digits);
            mask_run(str_slice(text, 0, run), digits, out);
            text = str_slice(text, run, text.len);
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

void mask_secret(const Field *f, Str text, Buf *out) {
    FieldValue v = {.kind = VALUE_TEXT, .text = str_trim(text)};
    char shown[64];

    if (f->type != FIELD_TEXT) {
        mask_text(text, out);
        return;
    }
    field_mask(f, &v, shown, sizeof shown);
    buf_add_c(out, shown);
}
