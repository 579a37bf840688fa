/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/layout_atom.c: a paragraph cut into atoms, with what Chinese typesetting forbids at the
 * beginning and the end of a line. */
#include "document/layout_inside.h"

#include <assert.h>
#include <glib.h>
#include <string.h>

#include "base/banned.h"

/* Longer words may be cut when a line would be torn apart; clusters are never longer. */
enum { LONG_WORD = 16, CLUSTER_MOST = 64 };

typedef struct Letter {
    uint32_t rune, at;
    uint8_t role;
} Letter;

typedef struct Cutter {
    Layout *l;
    Para *para;
    const Letter *letters; /* one more at the end: rune 0, the text's length */
    size_t count;
    Atom *atoms;
    size_t atom_count;
    double measure;
    bool may; /* a break was asked for before the next atom */
} Cutter;

static bool among(uint32_t rune, const char *set) {
    Str rest = str_of(set);
    uint32_t one;

    while (str_rune(&rest, &one))
        if (one == rune)
            return true;
    return false;
}

static bool opens(uint32_t r) {
    return r > 0x7F ? among(r, "（《〈「『“‘〔【〖［｛￥＄")
                    : r != 0 && strchr("([{$", (int)r) != NULL;
}

static bool closes(uint32_t r) {
    return r > 0x7F ? among(r, "。，、；：？！）》〉」』”’〕】〗］｝·～．％‰℃‧ー々―")
                    : r != 0 && strchr(")]},.;:!?%", (int)r) != NULL;
}

static bool is_digit(uint32_t r) {
    return r >= '0' && r <= '9';
}

static bool is_space(uint32_t r) {
    return r == ' ' || r == 0xA0 || r == 0x3000 || (r >= 0x2000 && r <= 0x200A) || r == 0x202F;
}

/* Written with words and spaces, in letters as wide as they are. */
static bool is_latin(uint32_t r) {
    if (r < 0x80)
        return r > ' ';
    return (r >= 0xC0 && r < 0x250 && r != 0xD7 && r != 0xF7) || (r >= 0x370 && r < 0x530) ||
           (r >= 0x1E00 && r < 0x1F00);
}

static bool is_wide(uint32_t r) {
    return !is_latin(r) && g_unichar_iswide_cjk(r);
}

/* Joins what stands before it. */
static bool is_mark(uint32_t r) {
    return r >= 0x300 && (g_unichar_ismark(r) || r == 0x200D || (r >= 0x1F3FB && r <= 0x1F3FF));
}

/* Neither drawn nor kept: a reader must see what the text holds, and in the order it holds it. */
static bool is_dropped(uint32_t r) {
    return (r < ' ' && r != '\n') || (r >= 0x7F && r < 0xA0) || (r >= 0x200E && r <= 0x200F) ||
           (r >= 0x202A && r <= 0x202E) || (r >= 0x2060 && r <= 0x206F) || r == 0xFEFF ||
           r == 0xAD || r == 0xFFFE || r == 0xFFFF;
}

/* ---- missing characters */

static void note_missing(Layout *l, const Para *para, uint32_t rune, size_t at) {
    enum { NAMED = 20, AROUND = 30 };
    Str text = para->text, near = str_slice(text, at, at + AROUND);
    char code[16];

    l->missing++;
    if (l->missing > NAMED)
        return;
    while (!str_utf8_valid(near)) /* not half a character at the end */
        near.len--;
    g_snprintf(code, sizeof code, "U+%04X", rune);
    layout_warn(l, "“%.*s”处的字符 %s 在所有可用字体中都没有，印作“〓”；请安装含有该字的字体。",
                STR_ARG(near), code);
}

static const Glyph *kept(Layout *l, Glyph glyph) {
    Glyph *copy = arena_new_of(l->arena, Glyph);

    *copy = glyph;
    return copy;
}

/* Most characters of a document come again and again. */
static const Glyph *glyph_of_rune(Layout *l, FontRole role, uint32_t rune) {
    GlyphSlot *slot = &l->slots[(rune * 8 + role) % LAYOUT_SLOTS];
    Glyph glyph;

    if (slot->glyph == NULL || slot->rune != rune || slot->role != role) {
        if (!font_glyph(l->fonts, role, rune, &glyph))
            return NULL;
        *slot = (GlyphSlot){kept(l, glyph), rune, role};
    }
    return slot->glyph;
}

/* 〓 holds the place of a character that no font has. */
static void put_missing(Cutter *c, Atom *atom, uint32_t rune) {
    note_missing(c->l, c->para, rune, atom->at);
    atom->glyphs = glyph_of_rune(c->l, atom->role, 0x3013);
    atom->count = atom->glyphs != NULL;
    atom->width = c->para->cell;
}

/* ---- atoms */

static Atom *atom_new(Cutter *c, size_t from, size_t to, AtomKind kind) {
    Atom *atom = &c->atoms[c->atom_count++];

    *atom = (Atom){.at = c->letters[from].at,
                   .len = c->letters[to].at - c->letters[from].at,
                   .kind = (uint8_t)kind,
                   .role = c->letters[from].role,
                   .before = BEFORE_MAY};
    return atom;
}

static Str atom_text(const Cutter *c, const Atom *atom) {
    return str_slice(c->para->text, atom->at, (size_t)atom->at + atom->len);
}

/* Glyphs one behind the other; their x becomes the place in the atom. */
static double set_natural(Glyph *glyphs, size_t count) {
    double pen = 0;

    for (size_t i = 0; i < count; i++) {
        glyphs[i].x += pen;
        pen += glyphs[i].advance;
    }
    return pen;
}

/* Each character of a number in the middle of half a cell, unless the font's figures are wider. */
static bool set_half(const Cutter *c, Glyph *glyphs, size_t count, size_t runes) {
    double half = c->para->cell / c->para->size / 2;

    if (count != runes)
        return false;
    for (size_t i = 0; i < count; i++)
        if (glyphs[i].advance > half * 1.06)
            return false;
    for (size_t i = 0; i < count; i++)
        glyphs[i].x += ((double)i + 0.5) * half - glyphs[i].advance / 2;
    return true;
}

/* Shape the atom's text as one; false: some of it is in no font. */
static bool atom_shape(Cutter *c, Atom *atom, bool number) {
    Str text = atom_text(c, atom);
    size_t count;
    const Glyph *shaped = font_shape(c->l->fonts, atom->role, text, number, c->l->arena, &count);
    Glyph *glyphs;

    if (count == 0 || count > ATOM_GLYPHS)
        return false;
    for (size_t i = 0; i < count; i++)
        if (shaped[i].face == NULL)
            return false;
    glyphs = (Glyph *)(uintptr_t)shaped;
    if (number && set_half(c, glyphs, count, str_runes(text)))
        atom->width = (double)count * c->para->cell / 2;
    else
        atom->width = set_natural(glyphs, count) * c->para->size;
    atom->glyphs = glyphs;
    atom->count = count;
    return true;
}

/* The end of the character at i with all its marks. */
static size_t cluster_end(const Cutter *c, size_t i) {
    size_t j = i + 1;

    while (j < c->count && c->letters[j].at - c->letters[i].at < CLUSTER_MOST &&
           (is_mark(c->letters[j].rune) || c->letters[j - 1].rune == 0x200D) &&
           !is_space(c->letters[j].rune) && c->letters[j].rune != '\n')
        j++;
    return j;
}

static void put_cluster(Cutter *c, size_t from, size_t to, Before before, bool glued) {
    Atom *atom = atom_new(c, from, to, ATOM_WORD);

    atom->before = (uint8_t)before;
    atom->glued = glued;
    if (!atom_shape(c, atom, is_digit(c->letters[from].rune)))
        put_missing(c, atom, c->letters[from].rune);
    if (atom->width > c->measure)
        atom->width = c->measure;
}

/* Cut a word into its characters, because it is too long for a line or some are in no font. */
static void put_cut(Cutter *c, size_t from, size_t to, bool glued) {
    for (size_t i = from, next; i < to; i = next) {
        next = cluster_end(c, i);
        if (next > to)
            next = to;
        put_cluster(c, i, next, i == from ? BEFORE_MAY : BEFORE_SOFT, glued || i > from);
    }
}

static void put_word(Cutter *c, size_t from, size_t to, bool number, bool glued) {
    size_t bytes = c->letters[to].at - c->letters[from].at;
    Atom *atom;

    if (bytes <= FONT_SHAPED) {
        atom = atom_new(c, from, to, ATOM_WORD);
        atom->glued = glued;
        if (atom_shape(c, atom, number) && atom->width <= c->measure)
            return;
        c->atom_count--;
    }
    put_cut(c, from, to, glued);
}

/* Figures with what belongs to a number: 20,000.00  2024-1-5  45% */
static size_t number_end(const Cutter *c, size_t i, size_t end) {
    while (i < end &&
           (is_digit(c->letters[i].rune) || (i + 1 < end && is_digit(c->letters[i + 1].rune) &&
                                             strchr(".,:/-", (int)c->letters[i].rune) != NULL)))
        i++;
    return i < end && c->letters[i].rune == '%' ? i + 1 : i;
}

/* A long word may go on in the next line behind these. */
static bool parts(uint32_t before, uint32_t after) {
    if (is_digit(before) || closes(after))
        return false;
    return strchr("/-&?=,;:@)]}", (int)before) != NULL || strchr("([{", (int)after) != NULL;
}

/* A run of Latin letters, figures and signs. Addresses and long codes may be cut anywhere in need,
 * but amounts and dates in them may not. */
static void put_latin(Cutter *c, size_t from, size_t end) {
    for (size_t i = from, next; i < end; i = next) {
        bool number = is_digit(c->letters[i].rune);

        next = number ? number_end(c, i, end) : i + 1;
        number = number && (next == end || !g_unichar_isalpha(c->letters[next].rune));
        while (next < end && (!number || closes(c->letters[next].rune)) &&
               (c->letters[next - 1].rune > 0x7E || c->letters[next].rune > 0x7E ||
                !parts(c->letters[next - 1].rune, c->letters[next].rune)))
            next++;
        if (end - from >= LONG_WORD && (!number || next - i >= LONG_WORD))
            put_cut(c, i, next, i > from);
        else
            put_word(c, i, next, number, i > from);
    }
}

static void put_wide(Cutter *c, size_t i) {
    uint32_t rune = c->letters[i].rune, last = i > 0 ? c->letters[i - 1].rune : 0;
    bool pair = (rune == 0x2014 || rune == 0x2026) && last == rune;
    AtomKind kind = opens(rune) ? ATOM_OPEN : closes(rune) ? ATOM_CLOSE : ATOM_HAN;
    Atom *atom = atom_new(c, i, i + 1, kind);

    atom->width = c->para->cell;
    atom->glyphs = glyph_of_rune(c->l, atom->role, rune);
    atom->count = 1;
    if (atom->glyphs == NULL)
        put_missing(c, atom, rune);
    atom->glued = pair;
    /* A single dash links what stands before it; two are a dash of their own. */
    if (pair || (rune == 0x2014 && c->letters[i + 1].rune != rune))
        atom->before = BEFORE_NEVER;
}

static void put_space(Cutter *c, size_t i) {
    Atom *atom = atom_new(c, i, i + 1, ATOM_SPACE);
    uint32_t rune = c->letters[i].rune;
    Glyph glyph;
    bool between = i > 0 && is_latin(c->letters[i - 1].rune) && is_latin(c->letters[i + 1].rune);

    atom->width = rune == 0x3000 ? c->para->cell : c->para->cell / 2;
    if (between && font_glyph(c->l->fonts, atom->role, ' ', &glyph))
        atom->width = glyph.advance * c->para->size;
    atom->glyphs = glyph_of_rune(c->l, atom->role, ' ');
    atom->count = atom->glyphs != NULL;
    atom->before = BEFORE_NEVER;
}

/* The end of a run of letters of a script that is neither Chinese nor Latin. */
static size_t script_end(const Cutter *c, size_t i) {
    size_t j = i + 1;

    while (j < c->count && c->letters[j].rune > 0x7F && !is_space(c->letters[j].rune) &&
           !is_wide(c->letters[j].rune) && !is_latin(c->letters[j].rune) &&
           c->letters[j].role == c->letters[i].role &&
           c->letters[j].at - c->letters[i].at < FONT_SHAPED / 2)
        j++;
    return j;
}

/* ’ in don’t belongs to the word. */
static bool in_latin(const Cutter *c, size_t i) {
    uint32_t r = c->letters[i].rune;

    if (is_latin(r) || (i > 0 && is_mark(r) && is_latin(c->letters[i - 1].rune)))
        return true;
    return r == 0x2019 && i > 0 && g_unichar_isalpha(c->letters[i - 1].rune) &&
           is_latin(c->letters[i - 1].rune) && is_latin(c->letters[i + 1].rune);
}

static size_t put_next(Cutter *c, size_t i) {
    uint32_t rune = c->letters[i].rune;
    size_t j = i + 1;

    if (rune == '\n') {
        atom_new(c, i, j, ATOM_BREAK)->before = BEFORE_NEVER;
    } else if (is_space(rune)) {
        put_space(c, i);
    } else if (in_latin(c, i)) {
        while (j < c->count && in_latin(c, j) && c->letters[j].role == c->letters[i].role)
            j++;
        put_latin(c, i, j);
    } else if ((j = cluster_end(c, i)) > i + 1) {
        put_cluster(c, i, j, BEFORE_MAY, false);
    } else if (is_wide(rune)) {
        put_wide(c, i);
    } else {
        j = script_end(c, i);
        put_word(c, i, j, false, false);
    }
    return j;
}

/* ---- where a line may begin */

static uint32_t rune_at(const Cutter *c, size_t at) {
    Str rest = str_slice(c->para->text, at, c->para->text.len);
    uint32_t rune = 0;

    str_rune(&rest, &rune);
    return rune;
}

static uint32_t last_rune(const Cutter *c, const Atom *atom) {
    size_t at = (size_t)atom->at + atom->len - 1;

    while (at > atom->at && ((unsigned char)c->para->text.ptr[at] & 0xC0) == 0x80)
        at--;
    return rune_at(c, at);
}

static void forbid(const Cutter *c, Atom *atom, const Atom *last) {
    uint32_t first = rune_at(c, atom->at), end = last_rune(c, last);

    if (atom->before != BEFORE_MAY || last->kind == ATOM_BREAK)
        return;
    if (last->kind == ATOM_SPACE) {
        if (end == 0xA0 || end == 0x202F)
            atom->before = BEFORE_NEVER;
        return;
    }
    /* Figures stay with their year, month and day. */
    if (atom->kind == ATOM_CLOSE || last->kind == ATOM_OPEN || closes(first) || opens(end) ||
        (is_digit(end) && among(first, "年月日")))
        atom->before = BEFORE_NEVER;
}

/* ---- letters */

static const Letter *letters_of(Layout *l, Para *para, Str text, const uint8_t *roles,
                                size_t *count) {
    /* A broken byte becomes three. */
    char *clean = arena_alloc(l->arena, text.len * 3 + 1);
    Letter *letters = arena_array_of(l->arena, text.len + 2, Letter);
    size_t n = 0, len = 0;
    uint32_t rune;

    for (Str rest = text; rest.len > 0;) {
        uint8_t role = roles == NULL ? (uint8_t)para->role : roles[rest.ptr - text.ptr];

        str_rune(&rest, &rune);
        if (rune == '\t' || rune == '\v')
            rune = ' ';
        if (is_dropped(rune)) {
            l->cleaned += rune != '\r' && rune != 0xAD && rune != 0xFEFF;
            continue;
        }
        letters[n++] = (Letter){rune, (uint32_t)len, role};
        len += (size_t)g_unichar_to_utf8(rune, clean + len);
    }
    letters[n] = (Letter){0, (uint32_t)len, (uint8_t)para->role};
    para->text = (Str){clean, len};
    *count = n;
    return letters;
}

Para *para_in_roles(Layout *l, Str text, const uint8_t *roles, FontRole role, double size,
                    double cell, double measure) {
    Para *para = arena_new_of(l->arena, Para);
    Cutter c = {.l = l, .para = para, .measure = measure};

    *para = (Para){.size = size, .cell = cell, .role = role};
    l->text += text.len;
    if (l->text > LAYOUT_TEXT) {
        layout_fail(l, ERR_TOO_LARGE, "文书文字超过 %d MB，请分成几份", LAYOUT_TEXT >> 20);
        return para;
    }
    c.letters = letters_of(l, para, text, roles, &c.count);
    c.atoms = arena_array_of(l->arena, c.count + 1, Atom);
    for (size_t i = 0; i < c.count;) {
        if (c.letters[i].rune == 0x200B || c.letters[i].rune == 0x200C ||
            c.letters[i].rune == 0x200D) {
            i++; /* shows nothing by itself */
            continue;
        }
        i = put_next(&c, i);
    }
    for (size_t i = 1; i < c.atom_count; i++)
        forbid(&c, &c.atoms[i], &c.atoms[i - 1]);
    para->atoms = c.atoms;
    para->count = c.atom_count;
    return para;
}

Para *para_of_text(Layout *l, Str text, FontRole role, double size, double cell, double measure) {
    return para_in_roles(l, text, NULL, role, size, cell, measure);
}

static FontRole span_role(FontRole role, SpanFace face) {
    switch (face) {
    case FACE_BLACK:
        return FONT_BLACK;
    case FACE_REGULAR:
        return FONT_REGULAR;
    case FACE_BOLD:
        return role == FONT_BODY ? FONT_BOLD : role;
    case FACE_OF_BLOCK:
        break;
    }
    return role;
}

Str spans_text(Layout *l, const Span *spans, size_t count, FontRole role, uint8_t **roles) {
    size_t len = 0;
    char *text;

    for (size_t i = 0; i < count; i++)
        len += spans[i].text.len;
    if (len > LAYOUT_TEXT)
        len = LAYOUT_TEXT + 1; /* refused when it is cut into atoms */
    text = arena_alloc(l->arena, len + 1);
    *roles = arena_alloc(l->arena, len + 1);
    for (size_t i = 0, at = 0; i < count && at < len; i++) {
        size_t part = spans[i].text.len < len - at ? spans[i].text.len : len - at;

        if (part > 0)
            memcpy(text + at, spans[i].text.ptr, part);
        memset(*roles + at, (int)span_role(role, spans[i].face), part);
        at += part;
    }
    return (Str){text, len};
}

Para *para_of_block(Layout *l, size_t block, FontRole role, double size, double measure) {
    const Block *b = &l->sheet->blocks[block];
    uint8_t *roles;
    Str text = spans_text(l, b->spans, b->span_count, role, &roles);

    return para_in_roles(l, text, roles, role, size, size == SIZE_3 ? CELL : size, measure);
}
