/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/words.c: finding words in titles that lie sealed. Each pair of neighbouring characters
 * becomes 30 bits of a keyed value. Long numbers (of persons, phones, accounts) count as a whole
 * only, so that nobody puts them together from their parts. */
#include <stdlib.h>
#include <string.h>

#include "flow/seal.h"

#include "pool/token.h"
#include "store/subject.h"

#include "base/banned.h"

enum { WORD_SIZE = 5, NUMBER_LEAST = 6, GRAMS_MOST = 2000 };

typedef struct Word {
    char text[WORD_SIZE];
} Word;

typedef struct Grams {
    Hmac *hmac;
    Word *items;
    size_t count;
} Grams;

static void add(Grams *g, const char *tag, Str text) {
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-";
    unsigned char whole[SM3_SIZE];
    scoped_buf Buf b;

    if (g->count == GRAMS_MOST)
        return;
    buf_init(&b, 1000);
    buf_add_c(&b, tag);
    buf_add(&b, text);
    hmac(g->hmac, b.ptr, b.len, whole);
    for (size_t i = 0; i < WORD_SIZE; i++)
        g->items[g->count].text[i] = letters[whole[i] & 63];
    g->count++;
}

static bool digit(Str rune) {
    return rune.len == 1 && ((rune.ptr[0] >= '0' && rune.ptr[0] <= '9') || rune.ptr[0] == 'X');
}

static Str rune_at(Str text) {
    Str rest = text;
    uint32_t unused;

    str_rune(&rest, &unused);
    return (Str){text.ptr, text.len - rest.len};
}

/* Where a run of digits that begins here ends. */
static size_t digits_at(Str text) {
    size_t n = 0;

    while (n < text.len && digit((Str){text.ptr + n, 1}))
        n++;
    return n;
}

static void add_all(Grams *g, Str text) {
    Str before = {NULL, 0};

    while (text.len) {
        size_t run = digits_at(text);
        Str rune;

        if (run >= NUMBER_LEAST) {
            add(g, "number/", (Str){text.ptr, run});
            text = str_slice(text, run, text.len);
            before = (Str){NULL, 0};
            continue;
        }
        rune = rune_at(text);
        if (before.len) /* neighbours in the same text */
            add(g, "pair/", (Str){before.ptr, before.len + rune.len});
        before = rune;
        text = str_slice(text, rune.len, text.len);
        if (digits_at(text) >= NUMBER_LEAST && !digit(rune))
            before = (Str){NULL, 0};
    }
}

static int by_text(const void *a, const void *b) {
    return memcmp(a, b, WORD_SIZE);
}

/* In the order of the values, each once: what stood where is not told. */
static bool grams_of(const Store *s, Str text, Arena *a, Grams *g, Err *e) {
    unsigned char key[KEY_SIZE];
    scoped_buf Buf folded;
    size_t kept = 0;

    buf_init(&folded, (size_t)1 << 20);
    if (!subject_words_key(s, key))
        return err_set(e, ERR_KEY, NULL, "没有载入密钥，不能按文字查找事项");
    *g = (Grams){.hmac = hmac_new(key), .items = arena_array_of(a, GRAMS_MOST, Word)};
    wipe(key, sizeof key);
    token_fold(text, &folded);
    add_all(g, buf_str(&folded));
    hmac_free(g->hmac);
    if (g->count)
        qsort(g->items, g->count, sizeof *g->items, by_text);
    for (size_t i = 0; i < g->count; i++)
        if (i == 0 || memcmp(&g->items[i], &g->items[kept - 1], WORD_SIZE) != 0)
            g->items[kept++] = g->items[i];
    g->count = kept;
    return true;
}

bool matter_words(const Store *s, Str title, Arena *a, Str *out, Err *e) {
    scoped_buf Buf b;
    Grams g;

    buf_init(&b, (size_t)1 << 20);
    if (!grams_of(s, title, a, &g, e))
        return false;
    for (size_t i = 0; i < g.count; i++) {
        buf_add_char(&b, ' ');
        buf_add_bytes(&b, g.items[i].text, WORD_SIZE);
    }
    if (g.count)
        buf_add_char(&b, ' ');
    *out = g.count ? str_dup(a, buf_str(&b)) : STR("");
    return true;
}

bool matter_word_patterns(const Store *s, Str text, Arena *a, Str out[WORDS_MOST], size_t *n,
                          Err *e) {
    Grams g;

    *n = 0;
    if (!grams_of(s, text, a, &g, e))
        return false;
    for (size_t i = 0; i < g.count && *n < WORDS_MOST; i++)
        out[(*n)++] = str_format(a, "%% %.*s %%", WORD_SIZE, g.items[i].text);
    return true;
}
