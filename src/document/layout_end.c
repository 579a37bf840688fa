/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/layout_end.c: 署名, 成文日期, the places of seals, 附注.
 *
 * They never stand on a page without text. Where the page has not enough room left, its lines are
 * moved a little closer (调整行距, as the standard allows); where that would be too close, its
 * last two lines go over to the next page with them. Moving closer is tried first because it saves
 * a page that would hold two lines, and no reader sees the tenth of a line that it takes. */
#include "document/layout_inside.h"

#include <math.h>

#include "base/banned.h"

#define SEAL_MM 42.0

enum { SEAL_ROWS = 5, SEAL_BLANK = 2, CARRIED = 2 };

typedef struct Signed {
    size_t block;
    const Line *lines;
    size_t count;
    double width;
} Signed;

typedef struct Closing {
    Signed names[LAYOUT_SEALS];
    size_t count;
    Signed date, notes[8];
    bool dated;
    size_t note_count;
} Closing;

static Signed signed_of(Layout *l, size_t block, double measure, double first) {
    const Para *para = para_of_block(l, block, FONT_BODY, SIZE_3, measure - first);
    Signed s = {.block = block};

    s.lines = lines_of(l, para, (Shape){.measure = measure, .first = first}, &s.count);
    for (size_t i = 0; i < s.count; i++)
        s.width = fmax(s.width, s.lines[i].width);
    return s;
}

static bool collect(Layout *l, size_t from, size_t to, Closing *c) {
    for (size_t i = from; i < to; i++) {
        BlockKind kind = l->sheet->blocks[i].kind;

        if (str_trim(sheet_text(l->arena, &l->sheet->blocks[i])).len == 0)
            continue;
        if (kind == BLOCK_SIGNATURE) {
            if (c->count == LAYOUT_SEALS)
                return layout_fail(l, ERR_TOO_LARGE, "署名超过 %d 个", LAYOUT_SEALS);
            c->names[c->count++] = signed_of(l, i, 24 * CELL, 0);
        } else if (kind == BLOCK_DATE) {
            c->date = signed_of(l, i, 24 * CELL, 0);
            c->dated = true;
        } else if (kind == BLOCK_NOTE && c->note_count < sizeof c->notes / sizeof *c->notes) {
            c->notes[c->note_count++] = signed_of(l, i, WIDTH, 2 * CELL);
        }
    }
    return !l->failed;
}

static int note_rows(const Closing *c) {
    size_t rows = 0;

    for (size_t i = 0; i < c->note_count; i++)
        rows += c->notes[i].count;
    return (int)rows;
}

static int name_rows(const Closing *c) {
    size_t rows = 0;

    for (size_t i = 0; i < c->count; i++)
        rows += c->names[i].count;
    return (int)rows;
}

/* Names of a sealed document side by side: as many as have room for their seals. */
static size_t columns(const Closing *c) {
    double widest = MM(SEAL_MM + 4);

    for (size_t i = 0; i < c->count; i++)
        widest = fmax(widest, c->names[i].width + CELL);
    if (c->count <= 1)
        return 1;
    return widest * 3 <= WIDTH && c->count > 2 ? 3 : widest * 2 <= WIDTH ? 2 : 1;
}

/* On the row below the date, unless it would run under the seal there. */
static bool note_clashes(const Layout *l, const Closing *c) {
    for (size_t i = 0; l->sheet->sealed && i < c->note_count; i++)
        if (c->notes[i].width > WIDTH / 3)
            return true;
    return false;
}

static int rows_wanted(const Layout *l, const Closing *c) {
    int notes = note_rows(c), rows;

    if (c->count == 0 && !c->dated)
        return notes;
    if (!l->sheet->sealed)
        return 1 + name_rows(c) + (int)c->date.count + notes;
    rows = c->count > 1 ? (int)((c->count + columns(c) - 1) / columns(c)) * SEAL_ROWS - 1
                        : SEAL_BLANK + name_rows(c) + (int)c->date.count;
    /* The seal reaches into the row below the date, where a short note has room beside it. */
    return rows + (note_clashes(l, c) ? notes + 1 : notes > 1 ? notes : 1);
}

/* ---- room */

/* The first of the last two lines of text, with the heading above them; piece_count: none, or
 * the page would be left without text. */
static size_t carried_from(const Layout *l) {
    size_t first = l->piece_count;

    while (first > 0 && l->piece_count - first < CARRIED && l->pieces[first - 1].text &&
           l->pieces[first - 1].page == l->page)
        first--;
    while (first > 0 && first < l->piece_count && l->pieces[first - 1].heading &&
           l->pieces[first - 1].page == l->page)
        first--;
    for (; first < l->piece_count; first++)
        if (first > 0 && l->pieces[first - 1].text && l->pieces[first - 1].page == l->page)
            return first;
    return l->piece_count;
}

static bool carry_over(Layout *l) {
    size_t first = carried_from(l);
    int base;

    if (!page_new(l))
        return false;
    if (first == l->piece_count) { /* a table, which is not torn for it, or a single line */
        layout_warn(l, "第 %d 页只有署名和日期而没有正文，请增减前面的文字或表格。", l->page + 1);
        return true;
    }
    base = l->pieces[first].row;
    for (size_t i = first; i < l->piece_count; i++) {
        l->pieces[i].page = l->page;
        l->pieces[i].row -= base;
        l->row = l->pieces[i].row + 1;
    }
    return true;
}

static bool make_room(Layout *l, int rows) {
    l->blank = 0;
    if (l->row + rows <= l->pages[l->page].rows || l->row == 0 || page_tighten(l, rows))
        return true;
    return carry_over(l);
}

/* ---- places */

static void put(Layout *l, const Signed *s, double x, double width, int row) {
    for (size_t i = 0; i < s->count; i++)
        page_line_at(l, &s->lines[i], x + (width - s->lines[i].width) / 2, row + (int)i, 0,
                     s->block);
}

static void put_seal(Layout *l, size_t block, double x, int row) {
    LayoutSeal *seal;

    if (l->seal_count == LAYOUT_SEALS)
        return;
    seal = &l->seals[l->seal_count];
    *seal = (LayoutSeal){.block = block,
                         .page = l->page,
                         .x = LEFT + x,
                         .diameter = l->options->seal_mm > 0 ? l->options->seal_mm : SEAL_MM};
    l->seal_rows[l->seal_count++] = row;
}

/* Without a seal: the name two characters from the right, the date two characters further in than
 * the name; a date longer than the name stands two characters from the right itself. */
static int put_unsealed(Layout *l, const Closing *c, int row) {
    double widest = 0, left, date;

    for (size_t i = 0; i < c->count; i++)
        widest = fmax(widest, c->names[i].width);
    left = WIDTH - 2 * CELL - widest;
    date = left + 2 * CELL;
    if (c->date.width > widest || c->count == 0) {
        date = WIDTH - 2 * CELL - c->date.width;
        left = date - 2 * CELL;
    }
    date = fmin(date, WIDTH - c->date.width);
    if (left < 0)
        left = 0;
    for (size_t i = 0; i < c->count; i++) {
        for (size_t k = 0; k < c->names[i].count; k++)
            page_line_at(l, &c->names[i].lines[k], left, row + (int)k, 0, c->names[i].block);
        row += (int)c->names[i].count;
    }
    if (c->dated)
        put(l, &c->date, date, c->date.width, row);
    return row + (int)c->date.count;
}

/* With a seal: the date four characters from the right, the name centred above it. */
static int put_sealed(Layout *l, const Closing *c, int row) {
    double date = WIDTH - 4 * CELL - c->date.width, middle = date + c->date.width / 2;
    const Signed *name = &c->names[0];

    if (c->count > 0 && middle + name->width / 2 > WIDTH)
        middle = WIDTH - name->width / 2;
    row += SEAL_BLANK;
    if (c->count > 0) {
        put(l, name, middle - name->width / 2, name->width, row);
        row += (int)name->count;
    }
    if (c->dated)
        put(l, &c->date, middle - c->date.width / 2, c->date.width, row);
    put_seal(l, c->count > 0 ? name->block : c->date.block, middle, row);
    return row + (int)c->date.count;
}

/* Several seals: in rows of two or three, the last one on the last name and the date. */
static int put_joint(Layout *l, const Closing *c, int row) {
    size_t across = columns(c), bands = (c->count + across - 1) / across;
    double width = WIDTH / (double)across, right = 0;

    if (across == 1) { /* below each other: to the right, as a single one stands */
        for (size_t i = 0; i < c->count; i++)
            right = fmax(right, c->names[i].width);
        width = fmax(right, c->date.width) + 4 * CELL;
        right = fmax(WIDTH - width, 0);
    }

    for (size_t i = 0; i < c->count; i++) {
        size_t band = i / across, in_band = band + 1 < bands ? across : c->count - band * across;
        double free = (double)(across - in_band) * width;
        double x = right + free + (double)(i % across) * width;
        int at = row + (int)band * SEAL_ROWS + SEAL_BLANK;

        put(l, &c->names[i], x, width, at);
        put_seal(l, c->names[i].block, x + width / 2, at + (int)c->names[i].count);
        if (i + 1 == c->count && c->dated)
            put(l, &c->date, x, width, at + (int)c->names[i].count);
    }
    return row + (int)bands * SEAL_ROWS - 1;
}

static int put_notes(Layout *l, const Closing *c, int row) {
    for (size_t i = 0; i < c->note_count; i++)
        for (size_t k = 0; k < c->notes[i].count; k++)
            page_line_at(l, &c->notes[i].lines[k], c->notes[i].lines[k].indent, row++, 0,
                         c->notes[i].block);
    return row;
}

bool layout_closing(Layout *l, size_t from, size_t to) {
    Closing *c = arena_new_of(l->arena, Closing);
    int row, rows;

    if (!collect(l, from, to, c))
        return false;
    rows = rows_wanted(l, c);
    if (rows > ROWS)
        return layout_fail(l, ERR_TOO_LARGE, "署名、日期和附注共 %d 行，一页放不下", rows);
    if (!make_room(l, rows))
        return false;
    row = l->row;
    if (c->count > 0 || c->dated) {
        if (!l->sheet->sealed)
            row = put_unsealed(l, c, row + 1);
        else
            row = c->count > 1 ? put_joint(l, c, row) : put_sealed(l, c, row);
    }
    if (note_clashes(l, c) && row < l->row + rows)
        row = l->row + rows - note_rows(c);
    row = put_notes(l, c, row);
    l->row += rows;
    if (row > l->row)
        l->row = row;
    return true;
}
