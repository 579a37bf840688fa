/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/compare.c: the longest common part of two sequences (Myers, O(ND)), asked twice: of
 * blocks, then of the words of blocks that are alike. */
#include "document/compare.h"

#include <string.h>

#include "base/banned.h"

/* Beyond so many differences nobody reads them one by one; it also bounds the memory. */
enum { STEPS_MOST = 1500, PAIRS_MOST = 4000, ALIKE = 40 /* of a hundred */, ISLAND = 4 };

const BindName compare_change_names[] = {{"same", COMPARE_SAME, "未变"},
                                         {"added", COMPARE_ADDED, "新增"},
                                         {"removed", COMPARE_REMOVED, "删除"},
                                         {"changed", COMPARE_CHANGED, "修改"},
                                         {NULL, 0, NULL}};

/* --- sequences -------------------------------------------------------------------------------- */

typedef struct Item {
    Str text;
    uint64_t hash;
    bool kept; /* stands in both, in this order */
} Item;

typedef struct Items {
    Item *items;
    size_t count;
} Items;

static bool same(const Item *a, const Item *b) {
    return a->hash == b->hash && str_eq(a->text, b->text);
}

static Item item_of(Str text) {
    return (Item){.text = text, .hash = str_hash(text)};
}

/* Walk the furthest points back from the end; what lies on diagonals is kept. */
static void walk_back(Item *x, int n, Item *y, int m, int *const *trace, int depth) {
    int i = n, j = m;

    for (int d = depth; d > 0; d--) {
        const int *v = trace[d - 1] + (d - 1);
        int k = i - j, from;

        from = k == -d || (k != d && v[k - 1] < v[k + 1]) ? k + 1 : k - 1;
        int pi = v[from], pj = pi - from;

        while (i > pi && j > pj) {
            x[--i].kept = true;
            y[--j].kept = true;
        }
        i = pi;
        j = pj;
    }
    while (i > 0 && j > 0) {
        x[--i].kept = true;
        y[--j].kept = true;
    }
}

/* v[k] of round d: how far one gets on diagonal k with d differences. */
static bool round_of(const Item *x, int n, const Item *y, int m, const int *before, int *v, int d) {
    for (int k = -d; k <= d; k += 2) {
        int i;

        if (d == 0)
            i = 0;
        else if (k == -d || (k != d && before[k - 1] < before[k + 1]))
            i = before[k + 1];
        else
            i = before[k - 1] + 1;
        int j = i - k;

        while (i < n && j < m && i >= 0 && j >= 0 && same(&x[i], &y[j]))
            i++, j++;
        v[k] = i;
        if (i >= n && j >= m)
            return true;
    }
    return false;
}

/* Marks what is common to both; nothing but both ends where they differ in more than `steps`. */
static void common(Items a, Items b, int steps, Arena *arena) {
    size_t front = 0, back = 0;

    while (front < a.count && front < b.count && same(&a.items[front], &b.items[front]))
        a.items[front].kept = b.items[front].kept = true, front++;
    while (back < a.count - front && back < b.count - front &&
           same(&a.items[a.count - 1 - back], &b.items[b.count - 1 - back])) {
        a.items[a.count - 1 - back].kept = b.items[b.count - 1 - back].kept = true;
        back++;
    }
    Item *x = a.items + front, *y = b.items + front;
    int n = (int)(a.count - front - back), m = (int)(b.count - front - back);
    int **trace = arena_array_of(arena, (size_t)steps + 1, int *);

    for (int d = 0; n > 0 && m > 0 && d <= steps && d <= n + m; d++) {
        int *v = arena_array_of(arena, (size_t)2 * (size_t)d + 1, int) + d;

        trace[d] = v - d;
        if (round_of(x, n, y, m, d > 0 ? trace[d - 1] + (d - 1) : NULL, v, d)) {
            walk_back(x, n, y, m, trace, d);
            return;
        }
    }
}

/* --- words ------------------------------------------------------------------------------------ */

static bool is_word(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Figures and Latin words whole, everything else character by character. */
static Items words_of(Str text, Arena *a) {
    Items out = {arena_array_of(a, text.len, Item), 0};

    while (text.len > 0) {
        Str rest = text;
        uint32_t rune;
        size_t n = 0;

        while (n < text.len && is_word(text.ptr[n]))
            n++;
        if (n == 0) {
            str_rune(&rest, &rune);
            n = text.len - rest.len;
        }
        out.items[out.count++] = item_of(str_slice(text, 0, n));
        text = str_slice(text, n, text.len);
    }
    return out;
}

static size_t run_of(Items s, size_t from, bool kept) {
    size_t n = 0;

    while (from + n < s.count && s.items[from + n].kept == kept)
        n++;
    return n;
}

static size_t larger(size_t a, size_t b) {
    return a > b ? a : b;
}

/* A few characters that two different passages happen to share tell a reader nothing. */
static void drop_islands(Items a, Items b) {
    size_t i = 0, j = 0, before = 0;

    while (i < a.count || j < b.count) {
        size_t gone = run_of(a, i, false), came = run_of(b, j, false);

        before += larger(gone, came);
        i += gone;
        j += came;
        size_t n = run_of(a, i, true), m = run_of(b, j, true);

        n = n < m ? n : m;
        size_t after = larger(run_of(a, i + n, false), run_of(b, j + n, false));

        if (n > 0 && n <= ISLAND && n <= before && n <= after) {
            for (size_t k = 0; k < n; k++)
                a.items[i + k].kept = b.items[j + k].kept = false;
            before += n;
        } else {
            before = 0;
        }
        i += n;
        j += n;
    }
}

typedef struct Parts {
    Arena *arena;
    ComparePart *items;
    size_t count, room;
} Parts;

static void part(Parts *p, CompareChange change, const Item *items, size_t n) {
    if (n == 0)
        return;
    if (p->count == p->room) {
        ComparePart *more = arena_array_of(p->arena, p->room * 2 + 8, ComparePart);

        if (p->count > 0)
            memcpy(more, p->items, p->count * sizeof *more);
        p->items = more;
        p->room = p->room * 2 + 8;
    }
    /* Neighbours in one text: the part is a piece of it. */
    p->items[p->count++] =
        (ComparePart){change,
                      {items[0].text.ptr, (size_t)(items[n - 1].text.ptr - items[0].text.ptr) +
                                              items[n - 1].text.len}};
}

BindList compare_texts(Str from, Str to, Arena *a) {
    Items x = words_of(from, a), y = words_of(to, a);
    Parts p = {.arena = a};

    common(x, y, STEPS_MOST, a);
    drop_islands(x, y);
    for (size_t i = 0, j = 0; i < x.count || j < y.count;) {
        size_t gone = run_of(x, i, false), came = run_of(y, j, false);

        part(&p, COMPARE_REMOVED, &x.items[i], gone);
        part(&p, COMPARE_ADDED, &y.items[j], came);
        i += gone;
        j += came;
        size_t n = run_of(x, i, true), m = run_of(y, j, true);

        n = n < m ? n : m; /* they are equal, unless one of them was cut by a change of the other */
        part(&p, COMPARE_SAME, &y.items[j], n);
        i += n;
        j += n;
    }
    return (BindList){p.items, p.count};
}

/* --- blocks ----------------------------------------------------------------------------------- */

typedef struct Line {
    const Block *block;
    BlockKind kind;
} Line;

typedef struct Lines {
    Items texts;
    Line *of;
} Lines;

static Str row_text(Arena *a, const Row *r) {
    scoped_buf Buf out = {0};

    buf_init(&out, (size_t)16 << 20);
    for (size_t i = 0; i < r->count; i++) {
        if (i > 0)
            buf_add_c(&out, " | ");
        for (size_t k = 0; k < r->cells[i].count; k++) {
            if (k > 0)
                buf_add_char(&out, '\n');
            buf_add(&out, sheet_text(a, &r->cells[i].blocks[k]));
        }
    }
    return str_dup(a, buf_str(&out));
}

static void line(Lines *l, const Block *b, BlockKind kind, Str text) {
    l->of[l->texts.count] = (Line){b, kind};
    l->texts.items[l->texts.count++] = item_of(text);
}

static Lines lines_of(const Sheet *s, Arena *a) {
    size_t n = 0;

    for (size_t i = 0; i < s->count; i++)
        n += s->blocks[i].kind == BLOCK_TABLE ? s->blocks[i].row_count : 1;
    Lines out = {{arena_array_of(a, n, Item), 0}, arena_array_of(a, n, Line)};

    for (size_t i = 0; i < s->count; i++) {
        const Block *b = &s->blocks[i];

        if (b->kind != BLOCK_TABLE)
            line(&out, b, b->kind, sheet_text(a, b));
        for (size_t k = 0; b->kind == BLOCK_TABLE && k < b->row_count; k++)
            line(&out, b, BLOCK_TABLE, row_text(a, &b->rows[k]));
    }
    return out;
}

/* At most so many words can be common, in whatever order. */
static size_t shared_words(Items x, Items y) {
    int counts[256] = {0};
    size_t n = 0;

    for (size_t i = 0; i < x.count; i++)
        counts[x.items[i].hash & 255]++;
    for (size_t i = 0; i < y.count; i++)
        n += counts[y.items[i].hash & 255]-- > 0;
    return n;
}

/* Of a hundred: how much of the longer one stands in the other. */
static int alike(Str a, Str b) {
    scoped_arena Arena *arena = arena_new();
    Items x = words_of(a, arena), y = words_of(b, arena);
    size_t kept = 0, most = x.count > y.count ? x.count : y.count;

    if (most == 0 || shared_words(x, y) * 100 / most < ALIKE)
        return 0;
    size_t steps = most * 2 * (100 - ALIKE) / 100;

    common(x, y, steps < STEPS_MOST ? (int)steps : STEPS_MOST, arena);
    for (size_t i = 0; i < x.count; i++)
        kept += x.items[i].kept;
    return (int)(kept * 100 / most);
}

typedef struct Pairing {
    Arena *arena;
    const Lines *from, *to;
    Comparison *out;
    CompareBlock *blocks;
} Pairing;

static BindList whole(Arena *a, CompareChange change, Str text) {
    ComparePart *p = arena_new_of(a, ComparePart);

    *p = (ComparePart){change, text};
    return (BindList){p, text.len > 0};
}

static void tell(const Pairing *p, CompareChange change, const size_t *i, const size_t *j) {
    CompareBlock *b = &p->blocks[p->out->blocks.count++];
    Str old = i != NULL ? p->from->texts.items[*i].text : (Str){NULL, 0};
    Str now = j != NULL ? p->to->texts.items[*j].text : (Str){NULL, 0};

    *b = (CompareBlock){.change = change,
                        .old = i != NULL ? p->from->of[*i].block : NULL,
                        .new_ = j != NULL ? p->to->of[*j].block : NULL,
                        .kind = j != NULL ? p->to->of[*j].kind : p->from->of[*i].kind};
    if (change == COMPARE_CHANGED)
        b->parts = compare_texts(old, now, p->arena);
    else
        b->parts = whole(p->arena, change, change == COMPARE_REMOVED ? old : now);
    p->out->added += change == COMPARE_ADDED;
    p->out->removed += change == COMPARE_REMOVED;
    p->out->changed += change == COMPARE_CHANGED;
}

/* Between two blocks that stand in both: which of those that went became which that came, in
 * order, so that most of their words stay. best[i][j]: the most that can be kept from there on. */
static void pair_up(const Pairing *p, size_t i, size_t n, size_t j, size_t m) {
    scoped_arena Arena *own = arena_new();
    bool small = n > 0 && m > 0 && n * m <= PAIRS_MOST;
    int *likeness = arena_array_of(own, small ? n * m : 1, int),
        *best = arena_array_of(own, small ? (n + 1) * (m + 1) : 1, int);

    for (size_t k = small ? n * m : 0; k-- > 0;) {
        size_t x = k / m, y = k % m, at = x * (m + 1) + y;
        int like = alike(p->from->texts.items[i + x].text, p->to->texts.items[j + y].text);

        likeness[k] = like >= ALIKE ? like : 0;
        int with = likeness[k] > 0 ? likeness[k] + best[at + m + 2] : 0,
            rest = best[at + m + 1] > best[at + 1] ? best[at + m + 1] : best[at + 1];

        best[at] = with > rest ? with : rest;
    }
    size_t x = 0, y = 0;

    while (x < n || y < m) {
        size_t at = x * (m + 1) + y, old = i + x, now = j + y;
        bool both = small && x < n && y < m;

        if (both && likeness[x * m + y] > 0 && best[at] == likeness[x * m + y] + best[at + m + 2]) {
            tell(p, COMPARE_CHANGED, &old, &now);
            x++, y++;
        } else if (x < n && (!both || best[at] == best[at + m + 1])) {
            tell(p, COMPARE_REMOVED, &old, NULL);
            x++;
        } else {
            tell(p, COMPARE_ADDED, NULL, &now);
            y++;
        }
    }
}

void compare_sheets(const Sheet *from, const Sheet *to, Arena *a, Comparison *out) {
    Lines x = lines_of(from, a), y = lines_of(to, a);
    Pairing p = {.arena = a, .from = &x, .to = &y, .out = out};

    *out = (Comparison){0};
    p.blocks = arena_array_of(a, x.texts.count + y.texts.count, CompareBlock);
    common(x.texts, y.texts, STEPS_MOST, a);
    for (size_t i = 0, j = 0; i < x.texts.count || j < y.texts.count;) {
        size_t gone = run_of(x.texts, i, false), came = run_of(y.texts, j, false);

        pair_up(&p, i, gone, j, came);
        i += gone;
        j += came;
        for (; i < x.texts.count && j < y.texts.count && x.texts.items[i].kept &&
               y.texts.items[j].kept;
             i++, j++)
            tell(&p, x.of[i].kind == y.of[j].kind ? COMPARE_SAME : COMPARE_CHANGED, &i, &j);
    }
    out->blocks.items = p.blocks;
}
