/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/layout_mark.c: 发文机关标志, as large as the width allows. */
#include "document/layout_inside.h"

#include <math.h>

#include "base/banned.h"

/* Not higher than 22 mm, says the usage of the standard; a long name is made narrower before it is
 * made smaller. */
#define HIGHEST 52.0
#define NARROWEST 0.7

/* Highest and lowest ink of a line, above its base line. */
static void line_ink(const Line *line, double *top, double *bottom) {
    *top = 0;
    *bottom = 0;
    for (size_t i = line->from; i < line->to; i++) {
        const Atom *atom = &line->para->atoms[i];

        for (size_t k = 0; k < atom->count; k++) {
            Ink ink = font_ink(&atom->glyphs[k]);

            *top = fmax(*top, ink.top * line->para->size);
            *bottom = fmin(*bottom, ink.bottom * line->para->size);
        }
    }
}

/* A line of the mark with its ink's upper edge at y; the lower edge. */
static double place(Layout *l, size_t block, const Line *line, double x, double y, double narrow) {
    Piece *piece = page_piece(l, PIECE_MARK, l->page, block);
    double top, bottom;

    line_ink(line, &top, &bottom);
    piece->line = *line;
    piece->x = LEFT + x;
    piece->y = y;
    piece->base = top;
    piece->w = narrow;
    piece->h = top - bottom;
    piece->colour = RED;
    l->lines++;
    return y + top - bottom;
}

/* Room between characters, so that the line is `width` wide. */
static void stretch(Line *line, double width) {
    size_t n = line->to - line->from;

    if (n < 2 || width <= line->width)
        return;
    line->gap = (width - line->width) / (double)(n - 1);
    line->width = width;
}

static Str mark_text(Layout *l, size_t block) {
    return str_trim(sheet_text(l->arena, &l->sheet->blocks[block]));
}

static double single(Layout *l, size_t block, double y) {
    Str text = mark_text(l, block);
    double size = HIGHEST, narrow, width;
    Line line = line_all(para_of_text(l, text, FONT_TITLE, size, size, 1e9));

    if (line.width * NARROWEST > WIDTH) {
        size = HIGHEST * WIDTH / (line.width * NARROWEST);
        line = line_all(para_of_text(l, text, FONT_TITLE, size, size, 1e9));
    }
    stretch(&line, fmin(line.width * 1.15, WIDTH * 0.8));
    narrow = fmin(1, WIDTH / fmax(line.width, 1));
    width = line.width * narrow;
    return place(l, block, &line, (WIDTH - width) / 2, y, narrow);
}

/* Names of several organisations below each other, equally wide, 文件 to their right. */
static double joint(Layout *l, const size_t *blocks, size_t count, double y) {
    size_t last = blocks[count - 1];
    Str tail = mark_text(l, last);
    bool alone = str_is(tail, "文件"), with = str_ends(tail, STR("文件"));
    size_t names = alone ? count - 1 : count;
    double size = fmin(36, fmax(18, 130.0 / (double)names)), pitch = size * 1.35, widest = 0;
    double big = with ? fmin(HIGHEST, fmax(size, (double)names * pitch * 0.75)) : 0;
    double room = WIDTH - big * 2.6, narrow, left, bottom = y;
    Line *lines = arena_array_of(l->arena, names, Line);

    for (size_t i = 0; i < names; i++) {
        Str text = mark_text(l, blocks[i]);

        if (!alone && with && i + 1 == names)
            text = str_trim(str_slice(text, 0, text.len - STR("文件").len));
        lines[i] = line_all(para_of_text(l, text, FONT_TITLE, size, size, 1e9));
        widest = fmax(widest, lines[i].width);
    }
    narrow = fmin(1, room / fmax(widest, 1));
    left = (WIDTH - widest * narrow - big * 2.6) / 2;
    for (size_t i = 0; i < names; i++) {
        stretch(&lines[i], widest);
        bottom = place(l, blocks[i], &lines[i], left, y + (double)i * pitch, narrow);
    }
    if (with) {
        Line line = line_all(para_of_text(l, STR("文件"), FONT_TITLE, big, big, 1e9));
        double top, low;

        line_ink(&line, &top, &low);
        place(l, last, &line, left + widest * narrow + big * 0.6, (y + bottom - (top - low)) / 2,
              1);
    }
    return bottom;
}

double layout_mark(Layout *l, double y) {
    enum { MOST = 12 };
    size_t blocks[MOST], count = 0;

    for (size_t i = 0; i < l->sheet->count && count < MOST; i++)
        if (l->sheet->blocks[i].kind == BLOCK_MARK && block_in_head(l->sheet, i) &&
            mark_text(l, i).len > 0)
            blocks[count++] = i;
    if (count == 0)
        return y;
    return count == 1 ? single(l, blocks[0], y) : joint(l, blocks, count, y);
}
