/* SPDX-License-Identifier: MulanPSL-2.0 */
/* base/decoder.c: bytes of any known encoding to UTF-8, as a stream. */
#include "base/encoding.h"

#include <errno.h>
#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum { HELD_MAX = 8 };

struct Decoder {
    Encoding encoding;
    iconv_t iconv;       /* not for UTF-8 */
    char held[HELD_MAX]; /* the beginning of a character whose rest has not come yet */
    size_t held_len;
    bool started; /* past the place where a byte order mark may stand */
    uint64_t bad;
};

static const Str bad_character = STR_INIT("\xEF\xBF\xBD"); /* U+FFFD */
static const Str mark = STR_INIT("\xEF\xBB\xBF");          /* U+FEFF */

static const char *iconv_name(Encoding encoding) {
    return encoding == ENCODING_UTF16LE   ? "UTF-16LE"
           : encoding == ENCODING_UTF16BE ? "UTF-16BE"
           : encoding == ENCODING_GB18030 ? "GB18030"
                                          : NULL;
}

Decoder *decoder_new(Encoding encoding) {
    Decoder *d = calloc(1, sizeof *d);
    const char *name = iconv_name(encoding);

    if (d) {
        d->encoding = encoding;
        d->iconv = name ? iconv_open("UTF-8", name) : (iconv_t)-1;
    }
    if (!d || (name && d->iconv == (iconv_t)-1)) {
        fprintf(stderr, "lianheng: 系统缺少字符集转换（%s）或内存不足，程序退出\n",
                name ? name : "");
        abort();
    }
    return d;
}

void decoder_free(Decoder *d) {
    if (!d)
        return;
    if (d->iconv != (iconv_t)-1)
        iconv_close(d->iconv);
    free(d);
}

uint64_t decoder_bad_bytes(const Decoder *d) {
    return d->bad;
}

static void add_bad(Decoder *d, size_t bytes, Buf *out) {
    d->bad += bytes;
    buf_add(out, bad_character);
}

/* ---- UTF-8: checked and copied run by run ---- */

/* Length of the ASCII at the start of s: most of a file, eight bytes at a time. */
static size_t ascii_run(Str s) {
    size_t i = 0;

    for (uint64_t eight; i + 8 <= s.len; i += 8) {
        memcpy(&eight, s.ptr + i, 8);
        if (eight & UINT64_C(0x8080808080808080))
            break;
    }
    while (i < s.len && (unsigned char)s.ptr[i] < 0x80)
        i++;
    return i;
}

/* Returns what is left: the beginning of a character, or nothing. */
static Str feed_utf8(Decoder *d, Str s, Buf *out) {
    Str run = {s.ptr, 0}; /* good so far, not yet copied */

    while (s.len) {
        size_t n = ascii_run(s);
        uint32_t rune;

        s = str_slice(s, n, s.len);
        run.len += n;
        if (s.len == 0)
            break;
        Str here = s;

        str_rune(&s, &rune);
        n = here.len - s.len;
        if (n > 1 || rune != 0xFFFD) {
            run.len += n;
            continue;
        }
        buf_add(out, run);
        if (str_utf8_cut(here))
            return here;
        add_bad(d, 1, out);
        run = (Str){s.ptr, 0};
    }
    buf_add(out, run);
    return s;
}

/* ---- the others, through iconv ---- */

static Str feed_iconv(Decoder *d, Str s, Buf *out) {
    size_t unit = d->encoding == ENCODING_GB18030 ? 1 : 2; /* what to skip when it cannot be read */
    char *in = (char *)(uintptr_t)s.ptr;                   /* iconv does not write there */
    size_t left = s.len;

    while (left && !out->full) {
        size_t room = left * 2 + 16;

        if (room > out->max - out->len && out->max - out->len >= 4)
            room = out->max - out->len;
        char *to = buf_reserve(out, room);

        if (!to)
            break;
        size_t free_room = room;
        size_t result = iconv(d->iconv, &in, &left, &to, &free_room);
        int reason = result == (size_t)-1 ? errno : 0;

        out->len += room - free_room;
        out->ptr[out->len] = '\0';
        if (reason == EINVAL)
            break;
        if (reason == E2BIG && room - free_room == 0)
            out->full = true;
        if (reason == EILSEQ) {
            size_t skip = unit < left ? unit : left;

            add_bad(d, skip, out);
            in += skip;
            left -= skip;
        }
    }
    return (Str){in, left};
}

static Str feed(Decoder *d, Str s, Buf *out) {
    return d->iconv == (iconv_t)-1 ? feed_utf8(d, s, out) : feed_iconv(d, s, out);
}

/* What was held back and as much of `bytes` as completes its character. */
static Str feed_held(Decoder *d, Str bytes, Buf *out) {
    while (d->held_len && bytes.len && !out->full) {
        d->held[d->held_len++] = bytes.ptr[0];
        bytes = str_slice(bytes, 1, bytes.len);
        Str rest = feed(d, (Str){d->held, d->held_len}, out);

        memmove(d->held, rest.ptr, rest.len);
        d->held_len = rest.len;
    }
    return bytes;
}

/* The mark belongs to the encoding, not to the text. */
static void drop_mark(Decoder *d, Buf *out, size_t start) {
    if (d->started || out->len == start)
        return;
    d->started = true;
    if (!str_starts(str_slice(buf_str(out), start, out->len), mark))
        return;
    memmove(out->ptr + start, out->ptr + start + mark.len, out->len - start - mark.len);
    out->len -= mark.len;
    out->ptr[out->len] = '\0';
}

bool decoder_feed(Decoder *d, Str bytes, bool last, Buf *out) {
    size_t start = out->len;

    bytes = feed_held(d, bytes, out);
    if (bytes.len) {
        Str rest = feed(d, bytes, out);

        if (!out->full) {
            memcpy(d->held, rest.ptr, rest.len);
            d->held_len = rest.len;
        }
    }
    if (last && d->held_len) {
        add_bad(d, d->held_len, out);
        d->held_len = 0;
    }
    drop_mark(d, out, start);
    return !out->full;
}
