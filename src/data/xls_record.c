/* SPDX-License-Identifier: MulanPSL-2.0 */
/* data/xls_record.c: BIFF records: type, size, data; and their texts. */
#include "data/xls_record.h"

#include <string.h>

#include "base/banned.h"

enum { HEADER = 4 };

static uint16_t u16_at(const char *p) {
    return (uint16_t)((unsigned char)p[0] | (unsigned char)p[1] << 8);
}

bool record_next(Records *r, bool *cut) {
    size_t left = r->stream.len - r->at;

    *cut = false;
    if (left < HEADER)
        return false;
    size_t size = u16_at(r->stream.ptr + r->at + 2);

    r->type = u16_at(r->stream.ptr + r->at);
    if (size > left - HEADER) {
        *cut = true;
        return false;
    }
    r->data = (Str){r->stream.ptr + r->at + HEADER, size};
    r->at += HEADER + size;
    return true;
}

/* Go over into the CONTINUE record, if the next one is that. */
static bool go_on(Records *r) {
    uint16_t type = r->type;
    bool cut;

    if (r->stream.len - r->at < HEADER || u16_at(r->stream.ptr + r->at) != RECORD_CONTINUE)
        return false;
    bool ok = record_next(r, &cut);

    r->type = type;
    return ok;
}

static bool take(Records *r, void *out, size_t n) {
    char *to = out;

    while (n > 0) {
        if (r->data.len == 0 && !go_on(r))
            return false;
        size_t part = n < r->data.len ? n : r->data.len;

        if (to != NULL) {
            memcpy(to, r->data.ptr, part);
            to += part;
        }
        r->data = str_slice(r->data, part, r->data.len);
        n -= part;
    }
    return true;
}

bool record_u8(Records *r, uint8_t *out) {
    return take(r, out, 1);
}

bool record_u16(Records *r, uint16_t *out) {
    unsigned char b[2];

    if (!take(r, b, sizeof b))
        return false;
    *out = (uint16_t)(b[0] | b[1] << 8);
    return true;
}

bool record_u32(Records *r, uint32_t *out) {
    uint16_t low, high;

    if (!record_u16(r, &low) || !record_u16(r, &high))
        return false;
    *out = low | (uint32_t)high << 16;
    return true;
}

bool record_double(Records *r, double *out) {
    uint32_t low, high;

    if (!record_u32(r, &low) || !record_u32(r, &high))
        return false;
    uint64_t bits = low | (uint64_t)high << 32;

    memcpy(out, &bits, sizeof bits);
    return true;
}

bool record_skip(Records *r, size_t n) {
    return take(r, NULL, n);
}

/* --- texts ----------------------------------------------------------------------------------- */

/* UTF-16 code units to UTF-8, keeping the first half of a pair for the next unit. */
static void add_unit(Buf *out, uint16_t unit, uint16_t *high) {
    if (*high != 0 && unit >= 0xDC00 && unit <= 0xDFFF) {
        buf_add_rune(out, 0x10000 + ((uint32_t)(*high - 0xD800) << 10) + (uint32_t)(unit - 0xDC00));
        *high = 0;
        return;
    }
    if (*high != 0)
        buf_add_rune(out, 0xFFFD);
    *high = 0;
    if (unit >= 0xD800 && unit < 0xDC00)
        *high = unit;
    else if (unit >= 0xDC00 && unit <= 0xDFFF)
        buf_add_rune(out, 0xFFFD);
    else if (unit != 0)
        buf_add_rune(out, unit);
}

/* `count` characters. Where they go on in another record, that begins by saying again how wide they
 * are. */
static bool wide_text(Records *r, size_t count, bool wide, Buf *out) {
    uint16_t high = 0;

    while (count > 0) {
        if (r->data.len == 0) {
            uint8_t flags;

            if (!go_on(r) || !record_u8(r, &flags))
                return false;
            wide = flags & 1;
        }
        if (wide && r->data.len < 2)
            return false;
        size_t unit = wide ? 2 : 1, n = r->data.len / unit;

        n = n < count ? n : count;
        for (size_t i = 0; i < n; i++)
            add_unit(out, wide ? u16_at(r->data.ptr + 2 * i) : (unsigned char)r->data.ptr[i],
                     &high);
        r->data = str_slice(r->data, n * unit, r->data.len);
        count -= n;
    }
    if (high != 0)
        buf_add_rune(out, 0xFFFD);
    return true;
}

static bool unicode_text(Records *r, size_t count, Buf *out) {
    uint8_t flags;
    uint16_t runs = 0;
    uint32_t phonetic = 0;

    if (!record_u8(r, &flags))
        return count == 0; /* an empty text may leave them out */
    if ((flags & 8) && !record_u16(r, &runs))
        return false;
    if ((flags & 4) && !record_u32(r, &phonetic))
        return false;
    return wide_text(r, count, flags & 1, out) && record_skip(r, (size_t)runs * 4 + phonetic);
}

static bool byte_text(Records *r, size_t count, Buf *out) {
    if (count > r->data.len)
        return false;
    Decoder *d = decoder_new(r->codepage);
    size_t from = out->len, to = from;

    decoder_feed(d, str_slice(r->data, 0, count), true, out);
    decoder_free(d);
    r->data = str_slice(r->data, count, r->data.len);
    for (size_t i = from; i < out->len; i++)
        if (out->ptr[i] != '\0')
            out->ptr[to++] = out->ptr[i];
    out->len = to;
    return true;
}

bool record_text(Records *r, size_t length_bytes, Buf *out) {
    uint8_t small;
    uint16_t count;

    if (length_bytes == 1) {
        if (!record_u8(r, &small))
            return false;
        count = small;
    } else if (!record_u16(r, &count)) {
        return false;
    }
    return r->wide_texts ? unicode_text(r, count, out) : byte_text(r, count, out);
}
