/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/layout_head.c: what stands above the title, in each of the forms. */
#include "document/layout_inside.h"

#include <math.h>
#include <string.h>

#include "base/banned.h"

/* 发文字号 stands 4 mm above the red line, which is as wide as the 版心. */
#define UNDER_NUMBER MM(4.0)
#define RED_LINE 1.5
/* Line pairs of the letter form: 170 mm long, one thick, one thin. */
#define PAIR_WIDTH MM(170.0)
#define THICK MM(0.9)
#define BETWEEN MM(0.5)
#define THIN MM(0.35)

bool block_in_head(const Sheet *sheet, size_t block) {
    BlockKind kind = sheet->blocks[block].kind;
    bool title = kind == BLOCK_TITLE && sheet->form == SHEET_PROCURATORIAL;

    if (kind != BLOCK_COPY_NUMBER && kind != BLOCK_SECRECY && kind != BLOCK_URGENCY &&
        kind != BLOCK_MARK && kind != BLOCK_NUMBER && kind != BLOCK_SIGNER && !title)
        return false;
    /* An enclosure may be a document of its own; only the first title is the document's. */
    for (size_t i = 0; i < block; i++)
        if (sheet->blocks[i].kind == BLOCK_ATTACHMENT_HEAD ||
            (title && sheet->blocks[i].kind == BLOCK_TITLE))
            return false;
    return true;
}

/* The next block of this kind that belongs to the head, from `*i`; false: none. */
static bool next_of(const Layout *l, BlockKind kind, size_t *i) {
    for (; *i < l->sheet->count; ++*i)
        if (l->sheet->blocks[*i].kind == kind && block_in_head(l->sheet, *i))
            return true;
    return false;
}

/* 份号, 密级, 紧急程度 below each other; without a grid row, the first one's middle is at y. The
 * number of lines. */
static int corner(Layout *l, int row, double y) {
    static const BlockKind kinds[] = {BLOCK_COPY_NUMBER, BLOCK_SECRECY, BLOCK_URGENCY};
    int n = 0;

    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        FontRole role = kinds[k] == BLOCK_COPY_NUMBER ? FONT_BODY : FONT_BLACK;

        for (size_t i = 0; n < 6 && next_of(l, kinds[k], &i); i++) {
            Line line = line_all(para_of_block(l, i, role, SIZE_3, WIDTH));

            page_line_at(l, &line, 0, row < 0 ? -1 : row + n, y + n * ROW, i);
            n++;
        }
    }
    return n;
}

static double ink_bottom(const Line *line) {
    double bottom = 0;

    for (size_t i = line->from; i < line->to; i++)
        for (size_t k = 0; k < line->para->atoms[i].count; k++)
            bottom = fmin(bottom, font_ink(&line->para->atoms[i].glyphs[k]).bottom);
    return bottom * line->para->size;
}

/* Base line of a line whose middle is at y. */
static double base_of(const Layout *l, const Line *line, double y) {
    return y + font_middle(l->fonts, line->para->role) * line->para->size;
}

/* The row whose line of this size begins nearest below y and two blank rows. */
static int two_rows_below(double y, double size) {
    return (int)lround((y + 2 * ROW - (ROW - size) / 2 - TOP) / ROW);
}

/* ---- 签发人 */

typedef struct Signers {
    Str names[24];
    size_t blocks[24];
    size_t count;
} Signers;

static void add_signer(Signers *s, Str name, size_t block) {
    if (name.len == 0 || s->count == sizeof s->names / sizeof *s->names)
        return;
    s->names[s->count] = name;
    s->blocks[s->count++] = block;
}

/* 李四 王五 are two persons, 张 三 is one. */
static void split_names(Signers *s, Str text, size_t block) {
    Str rest = text, piece;
    bool several = true;

    while (str_split(&rest, ' ', &piece))
        several = several && str_runes(piece) >= 2;
    if (!several) {
        add_signer(s, text, block);
        return;
    }
    for (rest = text; str_split(&rest, ' ', &piece);)
        add_signer(s, str_trim(piece), block);
}

static void signers_of(Layout *l, Signers *s) {
    for (size_t i = 0; next_of(l, BLOCK_SIGNER, &i); i++) {
        Str text = str_trim(sheet_text(l->arena, &l->sheet->blocks[i]));
        ptrdiff_t colon = str_find(text, STR("：")), comma;

        if (colon >= 0)
            text = str_trim(str_slice(text, (size_t)colon + STR("：").len, text.len));
        while ((comma = str_find(text, STR("、"))) >= 0) {
            add_signer(s, str_trim(str_slice(text, 0, (size_t)comma)), i);
            text = str_trim(str_slice(text, (size_t)comma + STR("、").len, text.len));
        }
        split_names(s, text, i);
    }
}

/* Two names a row, flush right but for one character; the last stands on the row of the number. */
static int place_signers(Layout *l, int row) {
    Signers s = {.count = 0};
    Line label = line_all(para_of_text(l, STR("签发人："), FONT_BODY, SIZE_3, CELL, WIDTH));
    size_t across;
    double widest = 0, left;

    signers_of(l, &s);
    if (s.count == 0)
        return 0;
    across = s.count == 1 ? 1 : 2;
    for (size_t i = 0; i < s.count; i++)
        widest = fmax(
            widest,
            line_all(para_of_text(l, s.names[i], FONT_REGULAR, SIZE_3, CELL, WIDTH / 2)).width);
    left = WIDTH - CELL - label.width - (double)across * widest - (double)(across - 1) * CELL;
    left = fmax(left, 0);
    page_line_at(l, &label, left, row, 0, s.blocks[0]);
    for (size_t i = 0; i < s.count; i++) {
        Line name = line_all(para_of_text(l, s.names[i], FONT_REGULAR, SIZE_3, CELL, WIDTH / 2));

        page_line_at(l, &name, left + label.width + (double)(i % across) * (widest + CELL),
                     row + (int)(i / across), 0, s.blocks[i]);
    }
    return (int)((s.count + across - 1) / across);
}

/* ---- forms */

/* 公文 and 纪要: mark 35 mm below the upper edge of the 版心, number two rows below it, red line.
 */
static bool head_red(Layout *l) {
    int lines = corner(l, 0, 0), row, signers;
    double y = TOP + MM(35.0), bottom = layout_mark(l, y);
    size_t number = 0;

    bool marked = bottom > y; /* else it is a plain paper, without the line */

    row = marked ? two_rows_below(bottom, SIZE_3) : lines;
    signers = place_signers(l, row);
    row += signers > 1 ? signers - 1 : 0;
    if (next_of(l, BLOCK_NUMBER, &number)) {
        Line line = line_all(para_of_block(l, number, FONT_BODY, SIZE_3, WIDTH));

        page_line_at(l, &line, signers > 0 ? CELL : (WIDTH - line.width) / 2, row, 0, number);
        bottom = base_of(l, &line, TOP + (row + 0.5) * ROW) - ink_bottom(&line) + UNDER_NUMBER;
        lines = row + 1;
    } else {
        bottom = signers > 0 ? TOP + (row + 1) * ROW : bottom + ROW;
        lines = signers > 0 ? row + 1 : lines;
    }
    if (!marked) {
        l->row = lines;
        l->blank = lines > 0;
        return true;
    }
    page_rule(l, l->page, LEFT, bottom, WIDTH, RED_LINE, RED);
    l->row = two_rows_below(bottom, SIZE_2);
    return true;
}

static void pair(Layout *l, double y, bool thick_above) {
    double x = (PAGE_WIDTH - PAIR_WIDTH) / 2, first = thick_above ? THICK : THIN;

    page_rule(l, l->page, x, y, PAIR_WIDTH, first, RED);
    page_rule(l, l->page, x, y + first + BETWEEN, PAIR_WIDTH, THICK + THIN - first, RED);
}

/* 信函格式: mark 30 mm below the edge of the paper, 4 mm to the first pair of lines; the second
 * pair 20 mm above the lower edge. */
static bool head_letter(Layout *l) {
    double y = layout_mark(l, MM(30.0)) + UNDER_NUMBER, below = y + THICK + BETWEEN + THIN;
    double middle = below + SIZE_3 * 7 / 8 + SIZE_3 / 2;
    size_t number = 0;
    int lines;

    pair(l, y, true);
    pair(l, PAGE_HEIGHT - MM(20.0) - THICK - BETWEEN - THIN, false);
    lines = corner(l, -1, middle);
    if (next_of(l, BLOCK_NUMBER, &number)) {
        Line line = line_all(para_of_block(l, number, FONT_BODY, SIZE_3, WIDTH));

        page_line_at(l, &line, WIDTH - line.width, -1, middle, number);
        lines = lines > 0 ? lines : 1;
    }
    if (lines > 0)
        below = middle + SIZE_3 / 2 + (lines - 1) * ROW;
    l->row = two_rows_below(below, SIZE_2);
    return true;
}

/* One line after the other on rows of their own, centred. */
static bool centred(Layout *l, size_t block, double size) {
    const Para *para = para_of_block(l, block, FONT_TITLE, size, WIDTH);
    size_t count;
    const Line *lines = title_lines(l, para, &count);

    for (size_t i = 0; i < count; i++)
        if (page_line(l, &lines[i], (WIDTH - lines[i].width) / 2, block) == NULL)
            return false;
    return true;
}

/* 检察法律文书: the procuratorate and the document's name on two lines, the number to the right. */
static bool head_procuratorial(Layout *l) {
    l->row = corner(l, 0, 0);
    for (size_t i = 0; next_of(l, BLOCK_MARK, &i); i++)
        if (!centred(l, i, SIZE_2))
            return false;
    for (size_t i = 0; next_of(l, BLOCK_TITLE, &i); i++) {
        page_entry(l, i, 0, sheet_text(l->arena, &l->sheet->blocks[i]));
        if (!centred(l, i, SIZE_2))
            return false;
    }
    l->blank = 1;
    for (size_t i = 0; next_of(l, BLOCK_NUMBER, &i); i++) {
        Line line = line_all(para_of_block(l, i, FONT_BODY, SIZE_3, WIDTH));

        if (page_line(l, &line, WIDTH - line.width, i) == NULL)
            return false;
        l->blank = 1;
    }
    return true;
}

bool layout_head(Layout *l) {
    bool good;

    switch (l->sheet->form) {
    case SHEET_LETTER:
        good = head_letter(l);
        break;
    case SHEET_PROCURATORIAL:
        good = head_procuratorial(l);
        break;
    case SHEET_OFFICIAL:
    case SHEET_MINUTES:
    default:
        good = head_red(l);
    }
    if (l->row > ROWS - 4)
        l->row = ROWS - 4; /* a head out of all measure; text follows on the next page */
    l->pages[0].first = l->page == 0 ? l->row : 0;
    return good && !l->failed;
}
