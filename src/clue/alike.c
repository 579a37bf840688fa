/* SPDX-License-Identifier: MulanPSL-2.0 */
/* clue/alike.c: how much two clues say the same: subject, case, row, name, and words. Words are
 * compared by pairs of neighbouring characters; a pair that many clues have tells little (河道),
 * one that few have tells much (王某的姓名, 地名), so each counts by how rare it is. */
#include "clue/alike.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "pool/token.h"

#include "base/banned.h"

enum { GRAMS_MOST = 240, GRAMS_LEAST = 4, TEXT_LEAST = 18, OTHERS_TEXT_LEAST = 45 };

typedef struct Grams {
    uint64_t items[GRAMS_MOST];
    size_t count;
} Grams;

static int gram_order(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return x < y ? -1 : x > y;
}

/* Letters, digits and ideographs; marks and blanks do not count. */
static bool counts(uint32_t rune, size_t bytes) {
    if (bytes == 1)
        return ((rune | 32) >= 'a' && (rune | 32) <= 'z') || (rune >= '0' && rune <= '9');
    return bytes > 2 && (rune & 0xfff000) != 0xe38000 && (rune & 0xffff00) != 0xe28000 &&
           (rune & 0xffff00) != 0xefbc00;
}

static void grams_add(Grams *g, Str text) {
    uint64_t last = 0;

    for (size_t i = 0; i < text.len && g->count < GRAMS_MOST;) {
        unsigned char c = (unsigned char)text.ptr[i];
        size_t n = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
        uint32_t rune = 0;

        for (size_t k = 0; k < n && i + k < text.len; k++)
            rune = rune << 8 | (unsigned char)text.ptr[i + k];
        i += n;
        if (!counts(rune, n))
            continue;
        if (last)
            g->items[g->count++] = last << 32 | rune;
        last = rune;
    }
}

/* Sorted, each once. */
static void grams_settle(Grams *g) {
    size_t n = 0;

    if (g->count)
        qsort(g->items, g->count, sizeof g->items[0], gram_order);
    for (size_t i = 0; i < g->count; i++)
        if (i == 0 || g->items[i] != g->items[i - 1])
            g->items[n++] = g->items[i];
    g->count = n;
}

static void grams_of(Str title, Str facts, Grams *out) {
    out->count = 0;
    grams_add(out, title);
    grams_add(out, facts);
    grams_settle(out);
}

/* The one that is asked about, its pairs weighed by how rare they are among the others. */
typedef struct Asked {
    Grams grams;
    double weights[GRAMS_MOST], all, rare;
} Asked;

/* Which of them the other has too; both are sorted. */
static void tick(const Grams *g, const Grams *other, uint32_t *found) {
    size_t i = 0, k = 0;

    while (i < g->count && k < other->count) {
        if (g->items[i] == other->items[k])
            found[i++]++;
        else if (g->items[i] < other->items[k])
            i++;
        else
            k++;
    }
}

/* As if there were fifty more clues about other things, so that in a small house no pair is common
 * by chance. */
static double weight(size_t clues, uint32_t found) {
    return log(1 + ((double)clues + 50) / ((double)found + 0.5));
}

static void weigh(Asked *asked, const Grams *others, size_t n) {
    uint32_t found[GRAMS_MOST] = {0};

    for (size_t k = 0; k < n; k++)
        tick(&asked->grams, &others[k], found);
    for (size_t i = 0; i < asked->grams.count; i++) {
        asked->weights[i] = weight(n, found[i]);
        asked->all += asked->weights[i];
    }
    asked->rare = weight(n, 1);
}

/* Hundredths: 100 when they say the same. What only the other says counts as rare. */
static int text_of(const Asked *asked, const Grams *other) {
    uint32_t found[GRAMS_MOST] = {0};
    double both = 0;
    size_t common = 0;

    if (asked->grams.count < GRAMS_LEAST || other->count < GRAMS_LEAST)
        return 0;
    tick(&asked->grams, other, found);
    for (size_t i = 0; i < asked->grams.count; i++)
        if (found[i]) {
            both += asked->weights[i];
            common++;
        }
    double others = both + (double)(other->count - common) * asked->rare;

    return common ? (int)(100 * both / sqrt(asked->all * others)) : 0;
}

/* Without blanks, brackets and differences of width. */
static Str folded(Str text, Buf *out) {
    scoped_buf Buf plain;

    buf_init(&plain, 4096);
    token_fold(text, &plain);
    buf_clear(out);
    for (size_t i = 0; i < plain.len; i++) {
        static const char *const brackets[] = {"〔", "〕", "【", "】", "［", "］"};
        Str rest = str_slice(buf_str(&plain), i, plain.len);
        bool skip = strchr("()[]", plain.ptr[i]) != NULL;

        for (size_t k = 0; !skip && k < sizeof brackets / sizeof brackets[0]; k++)
            if (str_starts(rest, str_of(brackets[k]))) {
                skip = true;
                i += strlen(brackets[k]) - 1;
            }
        if (!skip)
            buf_add_char(out, plain.ptr[i]);
    }
    return buf_str(out);
}

static bool same_text(Str x, Str y) {
    scoped_buf Buf one;
    scoped_buf Buf other;

    buf_init(&one, 4096);
    buf_init(&other, 4096);
    return x.len && y.len && str_eq(folded(x, &one), folded(y, &other));
}

static void judge_one(const AlikeFacts *of, const Asked *asked, const AlikeFacts *other,
                      const Grams *all, AlikeWhy *out) {
    bool others = of->subject_key.len && other->subject_key.len &&
                  !str_eq(of->subject_key, other->subject_key);
    int text = text_of(asked, all);

    *out = (AlikeWhy){.row = other->same_row};
    out->subject = of->subject_key.len && str_eq(of->subject_key, other->subject_key);
    out->kind = out->subject && ((of->model.len && str_eq(of->model, other->model)) ||
                                 (of->suggests.len && str_eq(of->suggests, other->suggests)));
    out->case_ = same_text(of->case_number, other->case_number);
    /* Whole numbers that differ are other people of the same name. */
    out->name = !out->subject && !others && same_text(of->subject_name, other->subject_name);
    out->text = text >= (others ? OTHERS_TEXT_LEAST : TEXT_LEAST) ? text : 0;
    out->score = (out->kind      ? 90
                  : out->subject ? 60
                                 : 0) +
                 (out->case_ ? 80 : 0) + (out->row ? 50 : 0) + (out->name ? 35 : 0) + out->text / 2;
}

void alike_judge(const AlikeFacts *of, const AlikeFacts *others, size_t n, AlikeWhy *out) {
    scoped_arena Arena *a = arena_new();
    Asked *asked = arena_new_of(a, Asked);
    Grams *all = arena_array_of(a, n, Grams);

    grams_of(of->title, of->facts, &asked->grams);
    for (size_t i = 0; i < n; i++)
        grams_of(others[i].title, others[i].facts, &all[i]);
    weigh(asked, all, n);
    for (size_t i = 0; i < n; i++)
        judge_one(of, asked, &others[i], &all[i], &out[i]);
}
