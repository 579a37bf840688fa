/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/layout_page.c: pages, their rows, and the pieces on them. */
#include "document/layout_inside.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/banned.h"

void *layout_grow(Arena *a, void *array, size_t count, size_t *room, size_t size) {
    void *wider;

    if (count < *room)
        return array;
    *room = *room == 0 ? 16 : *room * 2;
    wider = arena_array(a, *room, size);
    if (count > 0)
        memcpy(wider, array, count * size);
    return wider;
}

bool layout_fail(Layout *l, ErrCode code, const char *format, ...) {
    char text[256];
    va_list args;

    if (l->failed)
        return false;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    l->failed = true;
    return err_set(l->err, code, NULL, "%s", text);
}

void layout_warn(Layout *l, const char *format, ...) {
    char text[512];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    for (size_t i = 0; i < l->warning_count; i++)
        if (str_is(l->warnings[i], text))
            return;
    l->warnings =
        layout_grow(l->arena, l->warnings, l->warning_count, &l->warning_room, sizeof *l->warnings);
    l->warnings[l->warning_count++] = str_dup(l->arena, str_of(text));
}

Piece *page_piece(Layout *l, PieceKind kind, int page, size_t block) {
    Piece *piece;

    l->pieces = layout_grow(l->arena, l->pieces, l->piece_count, &l->piece_room, sizeof *l->pieces);
    piece = &l->pieces[l->piece_count++];
    *piece = (Piece){.kind = kind, .page = page, .row = -1, .block = block};
    return piece;
}

bool page_new(Layout *l) {
    int most = l->options->max_pages > 0 ? l->options->max_pages : LAYOUT_PAGES;

    if ((int)l->page_count >= most)
        return layout_fail(l, ERR_TOO_LARGE, "文书超过 %d 页，请分成几份", most);
    l->pages = layout_grow(l->arena, l->pages, l->page_count, &l->page_room, sizeof *l->pages);
    l->page = (int)l->page_count++;
    l->pages[l->page] = (Page){.rows = ROWS};
    l->row = 0;
    l->blank = 0;
    return true;
}

bool page_empty(const Layout *l) {
    return l->row == 0;
}

double page_row_y(const Layout *l, int page, double row) {
    const Page *p = &l->pages[page];
    double pitch = ROW * (ROWS - p->first) / (p->rows - p->first);

    return row <= p->first ? TOP + row * ROW : TOP + p->first * ROW + (row - p->first) * pitch;
}

bool page_room(Layout *l, int rows) {
    if (l->failed)
        return false;
    if (l->row > 0 && l->row + l->blank + rows > l->pages[l->page].rows)
        return page_new(l);
    if (l->row > 0)
        l->row += l->blank;
    l->blank = 0;
    return true;
}

/* The least a line may be high, of what it is in the grid. */
#define CLOSEST 0.87

bool page_tighten(Layout *l, int rows) {
    Page *page = &l->pages[l->page];
    int more = l->row + rows - page->rows, below = ROWS - page->first;

    if (page->table || more <= 0 || l->row <= page->first || page->rows > ROWS ||
        below < (below + more) * CLOSEST)
        return false;
    page->rows += more;
    return true;
}

Piece *page_line_at(Layout *l, const Line *line, double x, int row, double y, size_t block) {
    Piece *piece = page_piece(l, PIECE_LINE, l->page, block);

    piece->row = row;
    piece->x = LEFT + x;
    piece->y = y;
    piece->line = *line;
    l->lines++;
    return piece;
}

Piece *page_line(Layout *l, const Line *line, double x, size_t block) {
    if (!page_room(l, 1))
        return NULL;
    return page_line_at(l, line, x, l->row++, 0, block);
}

void page_rule(Layout *l, int page, double x, double y, double w, double h, Rgb colour) {
    Piece *piece = page_piece(l, PIECE_RULE, page, NO_BLOCK);

    piece->x = x;
    piece->y = y;
    piece->w = w;
    piece->h = h;
    piece->colour = colour;
}

void page_entry(Layout *l, size_t block, int level, Str text) {
    enum { MOST = 4000 };

    if (l->entry_count == MOST || str_trim(text).len == 0)
        return;
    l->entries =
        layout_grow(l->arena, l->entries, l->entry_count, &l->entry_room, sizeof *l->entries);
    l->entries[l->entry_count++] = (Entry){block, level, str_trim(text)};
}
