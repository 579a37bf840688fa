/* SPDX-License-Identifier: MulanPSL-2.0 */
/* data/json_scan.c: JSON text taken apart in place. */
#include "data/json_scan.h"

#include <string.h>

#include "base/banned.h"
#include "data/node.h"

size_t json_blanks(Str s) {
    size_t i = 0;

    while (i < s.len &&
           (s.ptr[i] == ' ' || s.ptr[i] == '\n' || s.ptr[i] == '\r' || s.ptr[i] == '\t'))
        i++;
    return i;
}

/* --- extents --------------------------------------------------------------------------------- */

/* To behind the closing quote, or to the end of the piece. */
static size_t through_text(JsonExtent *x, Str s, size_t i) {
    while (i < s.len) {
        char c = s.ptr[i++];

        if (x->escaped)
            x->escaped = false;
        else if (c == '\\')
            x->escaped = true;
        else if (c == '"') {
            x->in_text = false;
            break;
        }
    }
    return i;
}

size_t json_extent(JsonExtent *x, Str s, bool *ended) {
    size_t i = 0;

    *ended = false;
    while (i < s.len) {
        if (x->in_text) {
            i = through_text(x, s, i);
        } else {
            char c = s.ptr[i++];

            if (c == '"') {
                x->in_text = x->started = true;
                continue;
            }
            if (c == '{' || c == '[') {
                x->depth++;
                x->started = true;
            } else if ((c == '}' || c == ']') && x->depth > 0) {
                x->depth--;
            }
        }
        if (x->started && x->depth == 0 && !x->in_text) {
            *ended = true;
            return i;
        }
    }
    return i;
}

bool json_too_deep(Str s) {
    JsonExtent x = {0};

    for (size_t i = 0; i < s.len;) {
        char c = s.ptr[i++];

        if (c == '"') {
            x.in_text = true;
            i = through_text(&x, s, i);
        } else if (c == '{' || c == '[') {
            if (++x.depth > NODE_DEPTH_MAX)
                return true;
        } else if ((c == '}' || c == ']') && x.depth > 0) {
            x.depth--;
        }
    }
    return false;
}

/* --- syntax ---------------------------------------------------------------------------------- */

static bool is_hex(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static size_t text_length(Str s) {
    for (size_t i = 1; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];

        if (c == '"')
            return i + 1;
        /* Raw tabs and line breaks are no JSON, but agencies send them, and they do no harm. */
        if (c < 0x20 && c != '\t' && c != '\n' && c != '\r')
            return 0;
        if (c != '\\')
            continue;
        if (++i == s.len || strchr("\"\\/bfnrtu", s.ptr[i]) == NULL || s.ptr[i] == '\0')
            return 0;
        if (s.ptr[i] != 'u')
            continue;
        for (int k = 0; k < 4; k++)
            if (++i >= s.len || !is_hex(s.ptr[i]))
                return 0;
    }
    return 0;
}

static size_t digits(Str s, size_t from) {
    size_t i = from;

    while (i < s.len && s.ptr[i] >= '0' && s.ptr[i] <= '9')
        i++;
    return i - from;
}

static size_t number_length(Str s) {
    size_t i = s.ptr[0] == '-', n = digits(s, i);

    if (n == 0 || (n > 1 && s.ptr[i] == '0'))
        return 0;
    i += n;
    if (i < s.len && s.ptr[i] == '.') {
        n = digits(s, i + 1);
        if (n == 0)
            return 0;
        i += 1 + n;
    }
    if (i < s.len && (s.ptr[i] == 'e' || s.ptr[i] == 'E')) {
        i++;
        if (i < s.len && (s.ptr[i] == '+' || s.ptr[i] == '-'))
            i++;
        n = digits(s, i);
        if (n == 0)
            return 0;
        i += n;
    }
    return i;
}

static size_t value_length(Str s, int depth);

/* A list, or a map when `map`. */
static size_t members_length(Str s, bool map, int depth) {
    char close = map ? '}' : ']';
    size_t i = 1 + json_blanks(str_slice(s, 1, s.len));

    if (i < s.len && s.ptr[i] == close)
        return i + 1;
    for (;;) {
        if (map) {
            size_t key = i < s.len && s.ptr[i] == '"' ? text_length(str_slice(s, i, s.len)) : 0;

            if (key == 0)
                return 0;
            i += key;
            i += json_blanks(str_slice(s, i, s.len));
            if (i >= s.len || s.ptr[i++] != ':')
                return 0;
            i += json_blanks(str_slice(s, i, s.len));
        }
        size_t n = value_length(str_slice(s, i, s.len), depth + 1);

        if (n == 0)
            return 0;
        i += n;
        i += json_blanks(str_slice(s, i, s.len));
        if (i >= s.len)
            return 0;
        if (s.ptr[i] == close)
            return i + 1;
        if (s.ptr[i++] != ',')
            return 0;
        i += json_blanks(str_slice(s, i, s.len));
    }
}

static size_t value_length(Str s, int depth) {
    static const Str words[] = {STR_INIT("true"), STR_INIT("false"), STR_INIT("null")};

    if (s.len == 0 || depth > NODE_DEPTH_MAX)
        return 0;
    if (s.ptr[0] == '"')
        return text_length(s);
    if (s.ptr[0] == '{' || s.ptr[0] == '[')
        return members_length(s, s.ptr[0] == '{', depth);
    if (s.ptr[0] == '-' || (s.ptr[0] >= '0' && s.ptr[0] <= '9'))
        return number_length(s);
    for (size_t i = 0; i < 3; i++)
        if (str_starts(s, words[i]))
            return words[i].len;
    return 0;
}

size_t json_value_length(Str s) {
    return value_length(s, 1);
}

/* --- texts ----------------------------------------------------------------------------------- */

static uint32_t hex4(const char *p) {
    uint32_t v = 0;

    for (int i = 0; i < 4; i++) {
        char c = p[i];

        v = v * 16 + (uint32_t)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
    }
    return v;
}

static char *put_rune(char *to, uint32_t rune) {
    if (rune < 0x80) {
        *to++ = (char)rune;
    } else if (rune < 0x800) {
        *to++ = (char)(0xC0 | rune >> 6);
        *to++ = (char)(0x80 | (rune & 0x3F));
    } else if (rune < 0x10000) {
        *to++ = (char)(0xE0 | rune >> 12);
        *to++ = (char)(0x80 | (rune >> 6 & 0x3F));
        *to++ = (char)(0x80 | (rune & 0x3F));
    } else {
        *to++ = (char)(0xF0 | rune >> 18);
        *to++ = (char)(0x80 | (rune >> 12 & 0x3F));
        *to++ = (char)(0x80 | (rune >> 6 & 0x3F));
        *to++ = (char)(0x80 | (rune & 0x3F));
    }
    return to;
}

/* \uXXXX at p, perhaps the first half of a pair. What it writes is shorter than what it reads. */
static bool unescape_rune(const char **p, const char *end, char **to) {
    uint32_t rune = hex4(*p + 2);

    *p += 6;
    if (rune >= 0xD800 && rune < 0xDC00) {
        if (end - *p < 6 || (*p)[0] != '\\' || (*p)[1] != 'u')
            return false;
        uint32_t low = hex4(*p + 2);

        if (low < 0xDC00 || low > 0xDFFF)
            return false;
        rune = 0x10000 + ((rune - 0xD800) << 10) + (low - 0xDC00);
        *p += 6;
    }
    if (rune == 0 || (rune >= 0xDC00 && rune <= 0xDFFF))
        return false;
    *to = put_rune(*to, rune);
    return true;
}

bool json_unquote(char *text, size_t len, Str *out) {
    const char *p = text + 1, *end = text + len - 1;
    char *to = memchr(p, '\\', (size_t)(end - p));

    if (to == NULL) {
        *out = (Str){p, (size_t)(end - p)};
        return true;
    }
    for (p = to; p < end;) {
        if (*p != '\\') {
            *to++ = *p++;
        } else if (p[1] == 'u') {
            if (!unescape_rune(&p, end, &to))
                return false;
        } else {
            static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";

            *to++ = values[strchr(names, p[1]) - names];
            p += 2;
        }
    }
    *out = (Str){text + 1, (size_t)(to - text - 1)};
    return true;
}
