/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/index.c: open addressing, half full at most. */
#include "content/index.h"

#include <assert.h>
#include <string.h>

#include "base/banned.h"

typedef struct Slot {
    Str key;
    const void *value; /* NULL: empty */
} Slot;

struct Index {
    Slot *slots;
    size_t mask, used;
};

Index *index_new(Arena *a, size_t most) {
    Index *x = arena_new_of(a, Index);
    size_t n = 8;

    while (n < most * 2)
        n *= 2;
    x->slots = arena_array_of(a, n, Slot);
    x->mask = n - 1;
    return x;
}

static Slot *slot_of(const Index *x, Str key) {
    size_t i = str_hash(key) & x->mask;

    while (x->slots[i].value != NULL && !str_eq(x->slots[i].key, key))
        i = (i + 1) & x->mask;
    return &x->slots[i];
}

const void *index_put(Index *x, Str key, const void *value) {
    Slot *s = slot_of(x, key);

    if (s->value != NULL)
        return s->value;
    assert(value != NULL && x->used < x->mask);
    x->used++;
    *s = (Slot){key, value};
    return NULL;
}

const void *index_get(const Index *x, Str key) {
    return slot_of(x, key)->value;
}

static bool blank(uint32_t r) {
    return r == ' ' || (r >= '\t' && r <= '\r') || r == 0xA0 || r == 0xFEFF || r == 0x200B;
}

size_t fold_text(Str text, char *out, size_t size) {
    size_t n = 0;

    while (text.len > 0) {
        const char *start = text.ptr;
        uint32_t r;

        str_rune(&text, &r);
        uint32_t half = rune_half_width(r);

        if (blank(half))
            continue;
        if (half < 0x80) {
            if (n + 1 > size)
                return SIZE_MAX;
            out[n++] = (char)(half >= 'a' && half <= 'z' ? half - 'a' + 'A' : half);
            continue;
        }
        size_t bytes = (size_t)(text.ptr - start);

        if (n + bytes > size)
            return SIZE_MAX;
        memcpy(out + n, start, bytes);
        n += bytes;
    }
    return n;
}

Str fold_copy(Arena *a, Str text) {
    char *p = arena_alloc(a, text.len + 1);
    size_t n = fold_text(text, p, text.len);

    assert(n != SIZE_MAX); /* folding never makes a text longer */
    return (Str){p, n};
}

/* Half of a short word may differ, three letters of a long one. */
void nearest_name(NearestName *n, Str known) {
    size_t runes = str_runes(n->wanted) / 2;
    size_t most = runes < 1 ? 1 : runes > 3 ? 3 : runes;

    if (n->name.ptr != NULL)
        most = n->distance - 1;
    if (n->name.ptr != NULL && n->distance == 0)
        return;
    size_t d = str_distance(n->wanted, known, most);

    if (d <= most) {
        n->name = known;
        n->distance = d;
    }
}
