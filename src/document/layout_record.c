/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/layout_record.c: 版记 at the foot of the last even page, and the page numbers. */
#include "document/layout_inside.h"

#include <math.h>

#include "base/banned.h"

#define THICK MM(0.35)
#define THIN MM(0.25)
/* Lines of 四号, as far apart as it needs. */
#define RECORD_ROW (ROW * SIZE_4 / SIZE_3)
#define BELOW MM(7.0)

enum { RECORDS = 40 };

typedef struct Entry4 { /* one element of the 版记 */
    size_t block;
    const Line *left;
    size_t left_count;
    Line right; /* the date, flush right; no atoms: none */
    bool has_right;
} Entry4;

typedef struct Record {
    Entry4 *entries;
    size_t count;
    size_t lines;
} Record;

bool block_in_record(const Block *block) {
    return block->kind == BLOCK_COPIES || block->kind == BLOCK_PRINTED;
}

static Para *small(Layout *l, Str text) {
    return para_of_text(l, text, FONT_BODY, SIZE_4, SIZE_4, WIDTH / 2);
}

/* 抄送：…… hangs behind its colon. */
static void add_copies(Layout *l, Record *r, size_t block, Str text) {
    Entry4 *entry = &r->entries[r->count++];
    const Para *para = small(l, text);
    ptrdiff_t colon = str_find(para->text, STR("："));
    double hang = 0;

    if (colon >= 0 && colon < 30)
        hang = atoms_width(para, 0, atom_at(para, (size_t)colon + STR("：").len));
    entry->block = block;
    entry->left =
        lines_of(l, para, (Shape){.measure = WIDTH - 2 * SIZE_4, .hang = hang, .even = true},
                 &entry->left_count);
    r->lines += entry->left_count;
}

/* Where "2024年3月5日印发" begins: behind the last space or before its year. */
static size_t date_at(Str text) {
    size_t at = text.len;
    ptrdiff_t year = -1;

    for (size_t i = 0; i + 7 <= text.len; i++)
        if (str_starts(str_slice(text, i + 4, text.len), STR("年")) && text.ptr[i] >= '1' &&
            text.ptr[i] <= '2')
            year = (ptrdiff_t)i;
    if (year >= 0)
        return (size_t)year;
    while (at > 0 && text.ptr[at - 1] != ' ' && text.ptr[at - 1] != '\t')
        at--;
    return at > 0 ? at : text.len;
}

static void add_printed(Layout *l, Record *r, size_t block, Str text) {
    Entry4 *entry = &r->entries[r->count++];
    size_t at = date_at(text);
    Str who = str_trim(str_slice(text, 0, at)), when = str_trim(str_slice(text, at, text.len));
    double room = WIDTH - 2 * SIZE_4;

    entry->block = block;
    entry->has_right = when.len > 0;
    if (entry->has_right) {
        entry->right = line_all(small(l, when));
        room -= entry->right.width + SIZE_4;
    }
    entry->left =
        lines_of(l, small(l, who), (Shape){.measure = fmax(room, 8 * SIZE_4)}, &entry->left_count);
    r->lines += entry->left_count;
}

static void collect(Layout *l, Record *r) {
    r->entries = arena_array_of(l->arena, RECORDS, Entry4);
    /* 印发 comes last, wherever it was written. */
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < l->sheet->count && r->count < RECORDS; i++) {
            const Block *b = &l->sheet->blocks[i];
            Str text;

            if (!block_in_record(b) || (b->kind == BLOCK_PRINTED) != (pass == 1))
                continue;
            text = str_trim(sheet_text(l->arena, b));
            if (text.len == 0)
                continue;
            if (pass == 0)
                add_copies(l, r, i, text);
            else if (l->sheet->form == SHEET_LETTER)
                layout_warn(l, "信函格式的版记不加印发机关和印发日期，已略去。");
            else
                add_printed(l, r, i, text);
        }
    }
}

static void put(Layout *l, const Line *line, double x, double y, size_t block) {
    page_line_at(l, line, x, -1, y + RECORD_ROW / 2, block);
}

static bool is_printed(const Layout *l, const Entry4 *entry) {
    return l->sheet->blocks[entry->block].kind == BLOCK_PRINTED;
}

static void place(Layout *l, const Record *r) {
    double y = TOP + HEIGHT - (double)r->lines * RECORD_ROW;
    bool ruled = l->sheet->form != SHEET_LETTER;

    if (ruled) {
        y -= THICK;
        page_rule(l, l->page, LEFT, y - THICK, WIDTH, THICK, BLACK);
        page_rule(l, l->page, LEFT, TOP + HEIGHT - THICK, WIDTH, THICK, BLACK);
    }
    for (size_t i = 0; i < r->count; i++) {
        const Entry4 *entry = &r->entries[i];

        if (ruled && i > 0 && is_printed(l, entry))
            page_rule(l, l->page, LEFT, y - THIN / 2, WIDTH, THIN, BLACK);
        if (entry->has_right)
            put(l, &entry->right, WIDTH - SIZE_4 - entry->right.width, y, entry->block);
        for (size_t k = 0; k < entry->left_count; k++) {
            put(l, &entry->left[k], SIZE_4 + entry->left[k].indent, y, entry->block);
            y += RECORD_ROW;
        }
    }
}

/* On the last page when it is even and has room. A page that had to be left blank before it has no
 * number, nor has its own. */
static bool fits(const Layout *l, double height) {
    return page_row_y(l, l->page, l->row) + ROW / 4 + height <= TOP + HEIGHT;
}

static bool choose_page(Layout *l, double height) {
    /* The even page is a rule for 公文. */
    bool any_page = l->sheet->form == SHEET_LETTER || l->sheet->form == SHEET_PROCURATORIAL;
    bool even = (l->page + 1) % 2 == 0;
    int rows = (int)ceil((height + ROW / 4) / ROW);

    /* Lines a little closer save two pages, one of them blank. */
    if ((any_page || even) &&
        (fits(l, height) || l->row == 0 || (page_tighten(l, rows) && fits(l, height))))
        return true;
    if (!page_new(l))
        return false;
    if (any_page || !even)
        return true;
    l->pages[l->page].unnumbered = true;
    if (!page_new(l))
        return false;
    l->pages[l->page].unnumbered = true;
    return true;
}

bool layout_record(Layout *l) {
    Record r = {.entries = NULL};
    double height;

    collect(l, &r);
    if (r.count == 0 || l->failed)
        return !l->failed;
    height = (double)r.lines * RECORD_ROW + 2 * THICK;
    if (height > HEIGHT)
        return layout_fail(l, ERR_TOO_LARGE, "版记共 %zu 行，一页放不下；请缩短抄送机关", r.lines);
    if (!choose_page(l, height))
        return false;
    place(l, &r);
    return true;
}

/* — 1 —: outer side, one character in, the upper edge of the dash 7 mm below the 版心. */
void layout_numbers(Layout *l) {
    Glyph dash;
    double middle = TOP + HEIGHT + BELOW, left = 0, right = 0;
    int lines = l->lines, page = l->page;

    if (font_glyph(l->fonts, FONT_SONG, 0x2014, &dash)) {
        Ink ink = font_ink(&dash);

        middle += (ink.top - font_middle(l->fonts, FONT_SONG)) * SIZE_4;
        left = ink.left * SIZE_4;
        right = (dash.advance - ink.right) * SIZE_4;
    }
    for (size_t i = 0; i < l->page_count; i++) {
        Str text = str_format(l->arena, "— %zu —", i + 1);
        Line line;

        if (l->pages[i].unnumbered || (i == 0 && l->sheet->form == SHEET_LETTER))
            continue;
        line = line_all(para_of_text(l, text, FONT_SONG, SIZE_4, SIZE_4, WIDTH));
        l->page = (int)i;
        page_line_at(l, &line, i % 2 == 0 ? WIDTH - SIZE_4 - line.width + right : SIZE_4 - left, -1,
                     middle, NO_BLOCK);
    }
    l->lines = lines;
    l->page = page;
}
