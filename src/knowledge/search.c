/* SPDX-License-Identifier: MulanPSL-2.0 */
/* knowledge/search.c: the index of character pairs.
 *
 *     slots   pair -> where its list begins, how many bytes; open addressing
 *     lists   for each pair the numbers of the pieces that hold it, ascending, as differences in
 *             7-bit groups: about 1.3 bytes each */
#include "knowledge/search.h"

#include <stdlib.h>
#include <string.h>

#include "knowledge/library_inside.h"

#include "base/banned.h"

enum { WORDS_MOST = 8, BEFORE_RUNES = 24, AFTER_RUNES = 60 };

typedef struct Slot {
    uint64_t pair; /* 0: empty */
    uint32_t last; /* newest piece + 1, while counting and while writing */
    uint32_t bytes;
    size_t start;
} Slot;

typedef struct Unit {
    const Law *law;
    const LawVersion *version;
    const Piece *piece;
} Unit;

struct LawIndex {
    Unit *units;
    size_t unit_count;
    Slot *slots;
    size_t mask, used;
    unsigned char *lists;
};

void law_index_free(struct LawIndex *x) {
    if (x == NULL)
        return;
    free(x->units);
    free(x->slots);
    free(x->lists);
    free(x);
}

static void *must(void *p) {
    if (p == NULL)
        abort();
    return p;
}

/* ---- making ---- */

static Slot *slot_of(const struct LawIndex *x, uint64_t pair) {
    size_t i = (size_t)((pair * UINT64_C(0x9E3779B97F4A7C15)) >> 20) & x->mask;

    while (x->slots[i].pair != 0 && x->slots[i].pair != pair)
        i = (i + 1) & x->mask;
    return &x->slots[i];
}

static void double_slots(struct LawIndex *x) {
    Slot *old = x->slots;
    size_t n = x->mask + 1;

    x->mask = 2 * n - 1;
    x->slots = must(calloc(2 * n, sizeof *x->slots));
    for (size_t i = 0; i < n; i++)
        if (old[i].pair != 0)
            *slot_of(x, old[i].pair) = old[i];
    free(old);
}

/* Upper and lower case, full and half width are the same. */
static uint32_t fold(uint32_t r) {
    r = rune_half_width(r);
    return r >= 'A' && r <= 'Z' ? r + ('a' - 'A') : r;
}

static uint64_t pair_of(uint32_t first, uint32_t second) {
    return (uint64_t)first << 32 | second;
}

static size_t width_of(uint32_t difference) {
    size_t n = 1;

    for (; difference >= 128; difference >>= 7)
        n++;
    return n;
}

/* Each pair of the text once for this unit. */
typedef void EachPair(struct LawIndex *x, uint64_t pair, uint32_t unit);

static void count_pair(struct LawIndex *x, uint64_t pair, uint32_t unit) {
    if (2 * (x->used + 1) > x->mask)
        double_slots(x);
    Slot *s = slot_of(x, pair);

    if (s->pair == 0) {
        s->pair = pair;
        x->used++;
    }
    if (s->last != unit + 1) {
        s->bytes += (uint32_t)width_of(unit + 1 - s->last);
        s->last = unit + 1;
    }
}

static void write_pair(struct LawIndex *x, uint64_t pair, uint32_t unit) {
    Slot *s = slot_of(x, pair);

    if (s->last == unit + 1)
        return;
    uint32_t difference = unit + 1 - s->last;

    for (; difference >= 128; difference >>= 7)
        x->lists[s->start + s->bytes++] = (unsigned char)(difference | 128);
    x->lists[s->start + s->bytes++] = (unsigned char)difference;
    s->last = unit + 1;
}

static void each_pair(struct LawIndex *x, EachPair *each) {
    for (size_t i = 0; i < x->unit_count; i++) {
        Str rest = x->units[i].piece->text;
        uint32_t before = 0, r;

        while (str_rune(&rest, &r)) {
            r = fold(r);
            if (before != 0 && r != '\n' && before != '\n')
                each(x, pair_of(before, r), (uint32_t)i);
            before = r;
        }
    }
}

static void lay_out(struct LawIndex *x) {
    size_t total = 0;

    for (size_t i = 0; i <= x->mask; i++) {
        Slot *s = &x->slots[i];

        s->start = total;
        total += s->bytes;
        s->bytes = 0;
        s->last = 0;
    }
    x->lists = must(malloc(total + 1));
}

static void list_units(struct LawIndex *x, const Library *l) {
    size_t n = 0;

    for (size_t i = 0; i < l->count; i++)
        for (size_t v = 0; v < l->laws[i].count; v++)
            n += l->laws[i].versions[v].text->piece_count;
    x->units = must(malloc((n + 1) * sizeof *x->units));
    for (size_t i = 0; i < l->count; i++)
        for (size_t v = 0; v < l->laws[i].count; v++) {
            const LawVersion *of = &l->laws[i].versions[v];

            for (size_t j = 0; j < of->text->piece_count; j++)
                x->units[x->unit_count++] = (Unit){&l->laws[i], of, &of->text->pieces[j]};
        }
}

static struct LawIndex *make(const Library *l) {
    struct LawIndex *x = must(calloc(1, sizeof *x));

    x->mask = (1 << 16) - 1;
    x->slots = must(calloc(x->mask + 1, sizeof *x->slots));
    list_units(x, l);
    each_pair(x, count_pair);
    lay_out(x);
    each_pair(x, write_pair);
    return x;
}

static const struct LawIndex *index_of(Library *l) {
    pthread_mutex_lock(&l->making);
    if (l->index == NULL)
        l->index = make(l);
    pthread_mutex_unlock(&l->making);
    return l->index;
}

/* ---- asking ---- */

/* Where `word` stands in `text`, folded; *width gets the bytes it takes there. SIZE_MAX: nowhere.
 */
static size_t find_folded(Str text, Str word, size_t *width) {
    uint32_t first = 0, r;
    Str peek = word;

    if (!str_rune(&peek, &first))
        return SIZE_MAX;
    first = fold(first);
    for (Str rest = text; rest.len != 0;) {
        Str at = rest, w = word, t = rest;
        uint32_t x, y;
        bool same = true;

        if (!str_rune(&rest, &r) || fold(r) != first)
            continue;
        while (same && str_rune(&w, &x))
            same = str_rune(&t, &y) && fold(x) == fold(y);
        if (same) {
            *width = (size_t)(t.ptr - at.ptr);
            return (size_t)(at.ptr - text.ptr);
        }
    }
    return SIZE_MAX;
}

/* Units that hold this pair and all before it: their mark is how many pairs they hold, so far. */
static bool mark_pair(const struct LawIndex *x, uint64_t pair, unsigned char *marks,
                      unsigned char turn) {
    const Slot *s = slot_of(x, pair);
    uint32_t unit = 0, shift = 0, difference = 0;
    bool any = false;

    if (s->pair == 0)
        return false;
    for (uint32_t i = 0; i < s->bytes; i++) {
        unsigned char b = x->lists[s->start + i];

        difference |= (uint32_t)(b & 127) << shift;
        shift += 7;
        if (b & 128)
            continue;
        unit += difference;
        difference = shift = 0;
        if (marks[unit - 1] == turn) {
            marks[unit - 1] = turn + 1;
            any = true;
        }
    }
    return any;
}

/* Of a word its pairs; a single character has none and is looked for in what is left. */
static bool mark_word(const struct LawIndex *x, Str word, unsigned char *marks,
                      unsigned char *turn) {
    uint32_t before = 0, r;

    while (str_rune(&word, &r)) {
        r = fold(r);
        if (before != 0) {
            if (*turn == 250) /* long enough: the words themselves are compared anyway */
                return true;
            if (!mark_pair(x, pair_of(before, r), marks, *turn))
                return false;
            ++*turn;
        }
        before = r;
    }
    return true;
}

static size_t split_words(Str words, Str *out) {
    size_t n = 0;

    while (words.len != 0 && n < WORDS_MOST) {
        Str rest = words;
        uint32_t r;
        size_t start = 0, end;

        while (str_rune(&rest, &r) && rune_half_width(r) == ' ')
            start = words.len - rest.len;
        words = str_slice(words, start, words.len);
        rest = words;
        for (end = 0; str_rune(&rest, &r) && rune_half_width(r) != ' ';)
            end = words.len - rest.len;
        if (end != 0)
            out[n++] = str_slice(words, 0, end);
        words = str_slice(words, end, words.len);
    }
    return n;
}

static size_t runes_back(Str text, size_t at, int runes) {
    while (at > 0 && runes > 0) {
        at--;
        if (((unsigned char)text.ptr[at] & 0xC0) != 0x80)
            runes--;
    }
    return at;
}

static size_t runes_on(Str text, size_t at, int runes) {
    while (at < text.len && runes > 0) {
        at++;
        if (at == text.len || ((unsigned char)text.ptr[at] & 0xC0) != 0x80)
            runes--;
    }
    return at;
}

/* The lines of an article become one. */
static Str flat(Arena *a, Str s) {
    Str out = str_dup(a, s);
    char *bytes = (char *)(uintptr_t)out.ptr;

    for (size_t i = 0; i < out.len; i++)
        if (bytes[i] == '\n')
            bytes[i] = ' ';
    return out;
}

static LawHit hit_of(Arena *a, const Unit *u, size_t at, size_t width) {
    Str text = u->piece->text;
    size_t from = runes_back(text, at, BEFORE_RUNES), to = runes_on(text, at + width, AFTER_RUNES);

    return (LawHit){.law = u->law,
                    .version = u->version,
                    .piece = u->piece,
                    .before = flat(a, str_slice(text, from, at)),
                    .match = flat(a, str_slice(text, at, at + width)),
                    .after = flat(a, str_slice(text, at + width, to))};
}

static bool wanted(const Unit *u, const LawSearch *q, Day today) {
    return (u->law->count == 1 || u->version == law_current(u->law, today)) &&
           (q->law.len == 0 || str_eq(q->law, u->law->law)) &&
           (q->category.len == 0 || str_eq(q->category, u->law->category));
}

static bool holds_all(const Unit *u, const Str *words, size_t n, size_t *at, size_t *width) {
    for (size_t i = n; i-- > 0;) {
        *at = find_folded(u->piece->text, words[i], width);
        if (*at == SIZE_MAX)
            return false;
    }
    return true; /* of the first word */
}

size_t law_search(Library *l, Arena *a, const LawSearch *q, size_t *total, LawHit **out) {
    Str words[WORDS_MOST];
    size_t n = split_words(q->words, words), found = 0;
    unsigned char turn = 0;
    bool any = n != 0 && l->count != 0;
    Day today = day_today();

    *total = 0;
    *out = arena_array_of(a, q->limit + 1, LawHit);
    if (!any)
        return 0;
    const struct LawIndex *x = index_of(l);
    unsigned char *marks = arena_alloc(a, x->unit_count + 1);

    for (size_t i = 0; any && i < n; i++)
        any = mark_word(x, words[i], marks, &turn);
    for (size_t i = 0; any && i < x->unit_count; i++) {
        size_t at = 0, width = 0;

        if (marks[i] != turn || !wanted(&x->units[i], q, today) ||
            !holds_all(&x->units[i], words, n, &at, &width))
            continue;
        if (*total >= q->offset && found < q->limit)
            (*out)[found++] = hit_of(a, &x->units[i], at, width);
        ++*total;
    }
    return found;
}
