/* SPDX-License-Identifier: MulanPSL-2.0 */
/* data/text_source.c: UTF-8 is read straight into the caller's memory and checked there; everything
 * else, and broken UTF-8, goes through base's decoder. */
#include "data/text_source.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/banned.h"

/* One byte becomes three at worst, so the spill holds any read. */
enum { RAW_SIZE = 256 << 10, READ_MAX = 1 << 20, PENDING_MAX = 3 };

struct TextSource {
    int fd;
    Encoding encoding;
    uint64_t offset;
    bool at_start, at_end;
    char pending[PENDING_MAX]; /* a character cut by the end of the last read (UTF-8) */
    size_t pending_len;
    Decoder *decoder;
    char *raw;
    Buf spill; /* decoded text not yet handed out, from spill_at on */
    size_t spill_at;
};

TextSource *text_source_new(int fd, Encoding encoding) {
    TextSource *s = calloc(1, sizeof *s);

    if (s == NULL)
        abort();
    s->fd = fd;
    s->encoding = encoding == ENCODING_UTF8_BOM ? ENCODING_UTF8 : encoding;
    s->at_start = true;
    buf_init(&s->spill, (size_t)READ_MAX * 8);
    return s;
}

void text_source_free(TextSource *s) {
    if (s == NULL)
        return;
    decoder_free(s->decoder);
    buf_done(&s->spill);
    free(s->raw);
    free(s);
}

uint64_t text_source_offset(const TextSource *s) {
    return s->offset;
}

uint64_t text_source_bad_bytes(const TextSource *s) {
    return s->decoder == NULL ? 0 : decoder_bad_bytes(s->decoder);
}

static bool continues(unsigned char c) {
    return (c & 0xC0) == 0x80;
}

/* Bytes of the valid character at p (n bytes left), 0 when there is none. */
static size_t character(const unsigned char *p, size_t n) {
    if (p[0] < 0x80)
        return 1;
    if (p[0] >= 0xC2 && p[0] <= 0xDF)
        return n >= 2 && continues(p[1]) ? 2 : 0;
    if ((p[0] & 0xF0) == 0xE0) {
        bool ok = n >= 3 && continues(p[1]) && continues(p[2]);

        if (!ok || (p[0] == 0xE0 && p[1] < 0xA0) || (p[0] == 0xED && p[1] > 0x9F))
            return 0;
        return 3;
    }
    if (p[0] >= 0xF0 && p[0] <= 0xF4) {
        bool ok = n >= 4 && continues(p[1]) && continues(p[2]) && continues(p[3]);

        if (!ok || (p[0] == 0xF0 && p[1] < 0x90) || (p[0] == 0xF4 && p[1] > 0x8F))
            return 0;
        return 4;
    }
    return 0;
}

size_t utf8_prefix(Str s) {
    const unsigned char *p = (const unsigned char *)s.ptr;
    size_t i = 0;

    while (i < s.len) {
        if (p[i] < 0x80) {
            uint64_t word;

            while (i + 8 <= s.len) {
                memcpy(&word, p + i, 8);
                if (word & 0x8080808080808080u)
                    break;
                i += 8;
            }
            while (i < s.len && p[i] < 0x80)
                i++;
            continue;
        }
        /* Chinese: three bytes, lead E1 to EC or EE or EF, which need no further look. */
        while (i + 3 <= s.len && p[i] > 0xE0 && p[i] < 0xF0 && p[i] != 0xED &&
               continues(p[i + 1]) && continues(p[i + 2]))
            i += 3;
        if (i >= s.len || p[i] < 0x80)
            continue;
        size_t n = character(p + i, s.len - i);

        if (n == 0)
            break;
        i += n;
    }
    return i;
}

/* Could these last bytes be the beginning of a character that the next read completes? */
static bool cut_character(Str tail) {
    static const char completions[][4] = {"\x80\x80\x80", "\xA0\x80\x80", "\x90\x80\x80"};
    char whole[8];

    if (tail.len == 0 || tail.len > PENDING_MAX)
        return false;
    for (size_t c = 0; c < 3; c++)
        for (size_t more = 1; more + tail.len <= 4; more++) {
            memcpy(whole, tail.ptr, tail.len);
            memcpy(whole + tail.len, completions[c], more);
            if (character((unsigned char *)whole, tail.len + more) == tail.len + more)
                return true;
        }
    return false;
}

static bool read_raw(TextSource *s, char *to, size_t room, size_t *got, Err *e) {
    ssize_t n;

    do
        n = pread(s->fd, to, room, (off_t)s->offset);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return err_set(e, ERR_DISK, NULL, "读取文件失败：%s，请检查磁盘或网络盘后重试",
                       strerror(errno));
    s->offset += (uint64_t)n;
    s->at_end = n == 0;
    *got = (size_t)n;
    return true;
}

static bool decode(TextSource *s, Str bytes, Err *e) {
    if (s->decoder == NULL)
        s->decoder = decoder_new(s->encoding);
    if (s->spill_at == s->spill.len) {
        buf_clear(&s->spill);
        s->spill_at = 0;
    }
    if (!decoder_feed(s->decoder, bytes, s->at_end, &s->spill) || s->spill.full)
        return err_set(e, ERR_INTERNAL, NULL, "转换文件编码（%s）失败", encoding_name(s->encoding));
    return true;
}

/* Straight into the caller's memory while the text is good; once a bad byte was met, everything
 * goes through the decoder, which counts and replaces. */
static bool read_utf8(TextSource *s, char *to, size_t room, size_t *got, Err *e) {
    size_t n;

    room = room < READ_MAX ? room : READ_MAX;
    memcpy(to, s->pending, s->pending_len);
    if (!read_raw(s, to + s->pending_len, room - s->pending_len, &n, e))
        return false;
    Str text = {to, s->pending_len + n};
    size_t good = utf8_prefix(text);
    Str tail = str_slice(text, good, text.len);

    *got = good;
    s->pending_len = 0;
    if (tail.len == 0)
        return true;
    if (!s->at_end && cut_character(tail)) {
        memcpy(s->pending, tail.ptr, tail.len);
        s->pending_len = tail.len;
        return true;
    }
    return decode(s, tail, e);
}

static bool read_decoded(TextSource *s, Err *e) {
    size_t n;

    if (s->raw == NULL && (s->raw = malloc(RAW_SIZE)) == NULL)
        abort();
    return read_raw(s, s->raw, RAW_SIZE, &n, e) && decode(s, (Str){s->raw, n}, e);
}

static size_t take_spill(TextSource *s, char *to, size_t room) {
    size_t n = s->spill.len - s->spill_at;

    n = n < room ? n : room;
    memcpy(to, s->spill.ptr + s->spill_at, n);
    s->spill_at += n;
    return n;
}

/* The mark may be left in place by a decoder, or be missing from the guess. */
static size_t without_mark(TextSource *s, char *to, size_t n) {
    if (n == 0 || !s->at_start)
        return n;
    s->at_start = false;
    if (n < 3 || memcmp(to, "\xEF\xBB\xBF", 3) != 0)
        return n;
    memmove(to, to + 3, n - 3);
    return n - 3;
}

bool text_source_read(TextSource *s, char *to, size_t room, size_t *got, Err *e) {
    *got = 0;
    while (*got == 0) {
        if (s->spill_at < s->spill.len)
            *got = take_spill(s, to, room);
        else if (s->at_end)
            return true;
        else if (s->encoding == ENCODING_UTF8 && s->decoder == NULL) {
            if (!read_utf8(s, to, room, got, e))
                return false;
        } else if (!read_decoded(s, e))
            return false;
        *got = without_mark(s, to, *got);
    }
    return true;
}
