/* SPDX-License-Identifier: MulanPSL-2.0 */
/* data/csv_scan.h: the next byte that means something to CSV: separator, quote, line break or NUL.
 * Sixty-four bytes are compared at once and become a mask. Private to rows_csv.c. */
#ifndef DATA_CSV_SCAN_H
#define DATA_CSV_SCAN_H

#include <stdint.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

typedef struct Scan {
    const char *text; /* 64 readable bytes follow its end */
    size_t len;
    size_t base;   /* of the 64 bytes that `mask` tells about */
    uint64_t mask; /* special bytes not yet taken */
    char separator;
} Scan;

/* One bit for each of 64 bytes: is it special? */
static inline uint64_t scan_mask_plain(const char *p, char separator) {
    uint64_t mask = 0;

    for (int i = 0; i < 64; i++) {
        char c = p[i];

        mask |= (uint64_t)(c == separator || c == '"' || c == '\n' || c == '\r' || c == '\0') << i;
    }
    return mask;
}

#ifdef __SSE2__
static inline uint64_t scan_mask(const char *p, char separator) {
    const __m128i s = _mm_set1_epi8(separator), q = _mm_set1_epi8('"'), n = _mm_set1_epi8('\n'),
                  r = _mm_set1_epi8('\r'), z = _mm_setzero_si128();
    uint64_t mask = 0;

    for (int i = 0; i < 4; i++) {
        __m128i v = _mm_loadu_si128((const __m128i *)(const void *)(p + 16 * i));
        __m128i hit =
            _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(v, s), _mm_cmpeq_epi8(v, q)),
                         _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(v, n), _mm_cmpeq_epi8(v, r)),
                                      _mm_cmpeq_epi8(v, z)));

        mask |= (uint64_t)(uint32_t)_mm_movemask_epi8(hit) << (16 * i);
    }
    return mask;
}
#else
#define scan_mask scan_mask_plain
#endif

static inline void scan_seek(Scan *s, size_t at) {
    s->base = at;
    s->mask = at < s->len ? scan_mask(s->text + at, s->separator) : 0;
}

/* Take the next special byte; `len` when there is none. */
static inline size_t scan_next(Scan *s) {
    while (s->mask == 0) {
        if (s->base + 64 >= s->len)
            return s->len;
        s->base += 64;
        s->mask = scan_mask(s->text + s->base, s->separator);
    }
    size_t at = s->base + (size_t)__builtin_ctzll(s->mask);

    s->mask &= s->mask - 1;
    return at < s->len ? at : s->len;
}

#endif
