/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/layout_table.c: tables as wide as the 版心, columns by what is in them, head rows on
 * each page, rows cut across pages when they must be. */
#include "document/layout_inside.h"

#include <math.h>
#include <string.h>

#include "base/banned.h"

#define PAD_X 4.0
#define PAD_Y 3.5
#define LEADING 1.45

enum { CELL_BLOCKS = 2000 };

typedef struct Box { /* a cell */
    const SheetCell *cell;
    size_t column, span, down; /* columns and rows it stands over */
    bool under;                /* one with the cell above */
    double em;                 /* length of its text */
    const Line *lines;
    size_t count;
    enum { TO_LEFT, TO_MIDDLE, TO_RIGHT } to;
} Box;

typedef struct Band { /* a row */
    Box *boxes;
    size_t count;
    bool head;
    size_t lines; /* of its highest cell */
    size_t rows;  /* that are kept together from here, for cells that stand over several */
} Band;

typedef struct Table {
    Layout *l;
    size_t block;
    Band *bands;
    size_t count, heads, columns;
    double size;
    double least[LAYOUT_COLUMNS], most[LAYOUT_COLUMNS]; /* in em, without padding */
    bool figures[LAYOUT_COLUMNS];                       /* nothing but amounts below the head */
    double edges[LAYOUT_COLUMNS + 1];
    /* the page being filled */
    TableSlice *slices;
    size_t slice_count, slice_room;
    double used;
} Table;

/* ---- what is in the cells */

typedef struct CellText {
    Buf text, roles; /* one role for each byte of the text */
} CellText;

static void add_text(CellText *t, Str text, const uint8_t *roles) {
    buf_add(&t->text, text);
    buf_add_bytes(&t->roles, roles, text.len);
}

/* Text of a cell, its paragraphs on lines of their own; tables in it become their texts. */
static void cell_text(Layout *l, const SheetCell *cell, FontRole role, CellText *t, int depth) {
    const uint8_t own = (uint8_t)role;

    for (size_t i = 0; i < cell->count && i < CELL_BLOCKS; i++) {
        const Block *b = &cell->blocks[i];
        uint8_t *roles;
        Str text = spans_text(l, b->spans, b->span_count, role, &roles);

        if (t->text.len > 0 && text.len > 0)
            add_text(t, STR("\n"), &own);
        add_text(t, text, roles);
        for (size_t r = 0; depth < 4 && b->kind == BLOCK_TABLE && r < b->row_count; r++)
            for (size_t k = 0; k < b->rows[r].count; k++)
                cell_text(l, &b->rows[r].cells[k], role, t, depth + 1);
    }
}

static Str text_of(Layout *l, const SheetCell *cell, FontRole role, const uint8_t **roles) {
    CellText t;
    Str text, copy;

    buf_init(&t.text, LAYOUT_TEXT + 1);
    buf_init(&t.roles, LAYOUT_TEXT + 1);
    cell_text(l, cell, role, &t, 0);
    if (t.text.full)
        layout_fail(l, ERR_TOO_LARGE, "一个单元格的文字超过 %d MB", LAYOUT_TEXT >> 20);
    text = str_trim(buf_str(&t.text));
    copy = str_dup(l->arena, buf_str(&t.roles));
    if (text.len > 0)
        *roles = (const uint8_t *)copy.ptr + (text.ptr - t.text.ptr);
    text = str_dup(l->arena, text);
    buf_done(&t.text);
    buf_done(&t.roles);
    return text;
}

/* Widths in em, told without fonts: all of it, the longest line, and the longest piece that is not
 * cut. */
static double measure_text(Str text, double *least, double *most) {
    double line = 0, word = 0, all = 0;
    uint32_t rune;

    *least = 0;
    *most = 0;
    for (Str rest = text; str_rune(&rest, &rune);) {
        double width = rune < 0x250 ? 0.56 : 1;
        bool solid = rune > ' ' && rune < 0x250;

        all += width;
        line = rune == '\n' ? 0 : line + width;
        word = solid ? word + width : rune == '\n' || rune == ' ' ? 0 : width;
        *most = fmax(*most, line);
        *least = fmax(*least, word);
    }
    /* Two characters at least, and no word wider than a third of the page. */
    *least = fmin(fmax(*least, fmin(*most, 2)), 10);
    return all;
}

static bool is_figure(Str text) {
    Str rest = str_trim(text);
    uint32_t rune;
    bool any = false;

    if (rest.len == 0)
        return true;
    while (str_rune_half(&rest, &rune)) {
        any = any || (rune >= '0' && rune <= '9');
        if ((rune < '0' || rune > '9') && rune != '.' && rune != ',' && rune != '-' && rune != '%')
            return false;
    }
    return any;
}

/* A cell over several columns asks each for its share of what they lack. */
static void ask(double *widths, size_t column, size_t span, double wanted) {
    double have = 0;

    for (size_t i = 0; i < span; i++)
        have += widths[column + i];
    for (size_t i = 0; i < span && wanted > have; i++)
        widths[column + i] += (wanted - have) / (double)span;
}

static bool measure(Table *t) {
    bool any[LAYOUT_COLUMNS] = {false};

    for (size_t span = 1; span <= t->columns; span++)
        for (size_t r = 0; r < t->count; r++)
            for (size_t i = 0; i < t->bands[r].count; i++) {
                Box *box = &t->bands[r].boxes[i];
                const uint8_t *roles;
                double least, most;
                Str text;

                if (box->span != span)
                    continue;
                text = text_of(t->l, box->cell, FONT_BODY, &roles);
                if (t->l->failed)
                    return false;
                box->em = measure_text(text, &least, &most);
                ask(t->least, box->column, span, least);
                ask(t->most, box->column, span, most);
                if (!t->bands[r].head && span == 1 && text.len > 0) {
                    t->figures[box->column] =
                        (any[box->column] ? t->figures[box->column] : true) && is_figure(text);
                    any[box->column] = true;
                }
            }
    return true;
}

/* ---- the table's own shape */

static bool band_of(Table *t, Band *band, const Row *row) {
    size_t column = 0;

    band->head = row->head;
    band->boxes = arena_array_of(t->l->arena, row->count, Box);
    for (size_t i = 0; i < row->count; i++) {
        size_t span = row->cells[i].columns > 1 ? (size_t)row->cells[i].columns : 1;

        if (span > LAYOUT_COLUMNS || column + span > LAYOUT_COLUMNS)
            return layout_fail(t->l, ERR_TOO_LARGE, "表格超过 %d 列", LAYOUT_COLUMNS);
        band->boxes[band->count++] = (Box){.cell = &row->cells[i],
                                           .column = column,
                                           .span = span,
                                           .down = 1,
                                           .under = row->cells[i].under};
        column += span;
    }
    if (column > t->columns)
        t->columns = column;
    t->l->cells += row->count;
    return t->l->cells <= LAYOUT_CELLS ||
           layout_fail(t->l, ERR_TOO_LARGE, "表格超过 %d 个单元格，请分成几份", LAYOUT_CELLS);
}

static bool read_bands(Table *t) {
    const Block *b = &t->l->sheet->blocks[t->block];

    t->bands = arena_array_of(t->l->arena, b->row_count, Band);
    for (size_t i = 0; i < b->row_count; i++) {
        if (b->rows[i].count == 0)
            continue;
        if (!band_of(t, &t->bands[t->count], &b->rows[i]))
            return false;
        if (t->bands[t->count].head && t->heads == t->count)
            t->heads++;
        t->count++;
    }
    if (t->heads == t->count)
        t->heads = 0; /* nothing but heads: nothing to repeat them for */
    return true;
}

/* A row shorter than the others is filled up by its last cell. */
static void fill_up(Table *t) {
    for (size_t i = 0; i < t->count; i++) {
        Box *last = &t->bands[i].boxes[t->bands[i].count - 1];

        last->span = t->columns - last->column;
    }
}

/* The largest size in which every column is as wide as its text wishes, within reason; smaller
 * sizes than 五号 only where words would be torn. */
static void choose_size(Table *t) {
    static const double sizes[] = {SIZE_4, 12, 10.5, 9};
    double least = 0, easy = 0;

    for (size_t i = 0; i < t->columns; i++) {
        least += t->least[i];
        easy += fmax(t->least[i], fmin(t->most[i], 7));
    }
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        t->size = sizes[i];
        if ((i < 2 ? easy : least) * t->size + (double)t->columns * 2 * PAD_X <= WIDTH)
            return;
    }
}

/* How many lines all rows together would lose if a column were one character wider. */
static bool gains(const Table *t, const double *widths, double *gain) {
    enum { LOOKED_AT = 300 };
    size_t step = t->count / LOOKED_AT + 1;
    bool any = false;

    memset(gain, 0, LAYOUT_COLUMNS * sizeof *gain);
    for (size_t r = 0; r < t->count; r += step) {
        double most = 1, second = 1;
        const Box *highest = NULL;

        for (size_t i = 0; i < t->bands[r].count; i++) {
            const Box *box = &t->bands[r].boxes[i];
            double lines = box->span == 1 ? box->em / widths[box->column] : 0;

            if (lines > most) {
                second = most;
                most = lines;
                highest = box;
            } else if (lines > second) {
                second = lines;
            }
        }
        if (highest == NULL)
            continue;
        gain[highest->column] += most - fmax(second, highest->em / (widths[highest->column] + 1));
        any = true;
    }
    return any;
}

/* Each column gets what it needs at least; then, a character at a time, whatever makes the rows
 * lowest. */
static void choose_widths(Table *t) {
    double widths[LAYOUT_COLUMNS], gain[LAYOUT_COLUMNS], sum = 0, at = 0;
    double room = (WIDTH - (double)t->columns * 2 * PAD_X) / t->size;

    for (size_t i = 0; i < t->columns; i++) {
        widths[i] = fmax(t->least[i], 1);
        sum += widths[i];
    }
    /* Columns of two characters are hard to read. */
    for (size_t i = 0; i < t->columns; i++) {
        double more = fmin(t->most[i], 4) - widths[i];

        if (more > 0 && sum + more <= room) {
            widths[i] += more;
            sum += more;
        }
    }
    while (sum + 1 <= room && gains(t, widths, gain)) {
        size_t best = 0;

        for (size_t i = 1; i < t->columns; i++)
            if (gain[i] > gain[best])
                best = i;
        widths[best]++;
        sum++;
    }
    for (size_t i = 0; i < t->columns; i++) {
        t->edges[i] = at;
        at += WIDTH * (widths[i] * t->size + 2 * PAD_X) /
              (sum * t->size + (double)t->columns * 2 * PAD_X);
    }
    t->edges[t->columns] = WIDTH;
}

static double box_width(const Table *t, const Box *box) {
    return t->edges[box->column + box->span] - t->edges[box->column];
}

/* ---- lines of the cells */

static bool fill_box(Table *t, Band *band, Box *box) {
    Layout *l = t->l;
    double room = fmax(box_width(t, box) - 2 * PAD_X, t->size);
    FontRole role = band->head ? FONT_BLACK : FONT_BODY;
    const uint8_t *roles = NULL;
    Str text = text_of(l, box->cell, role, &roles);
    const Para *para = para_in_roles(l, text, roles, role, t->size, t->size, room);

    if (l->failed)
        return false;
    box->lines = lines_of(l, para, (Shape){.measure = room, .even = true}, &box->count);
    if (para->count == 0)
        box->count = 0;
    box->to = band->head || box->count == 1 || box->down > 1 ? TO_MIDDLE : TO_LEFT;
    /* Amounts stand below each other; ordinals in the middle. */
    if (!band->head && box->span == 1 && t->figures[box->column] && t->least[box->column] > 2.3)
        box->to = TO_RIGHT;
    if (band->lines < box->count && box->down == 1)
        band->lines = box->count;
    return true;
}

static bool fill_boxes(Table *t) {
    for (size_t r = 0; r < t->count; r++) {
        t->bands[r].lines = 1;
        for (size_t i = 0; i < t->bands[r].count; i++)
            if (!fill_box(t, &t->bands[r], &t->bands[r].boxes[i]))
                return false;
    }
    return true;
}

/* ---- pages */

static double pitch(const Table *t) {
    return t->size * LEADING;
}

static double height(const Table *t, size_t lines) {
    return (double)lines * pitch(t) + 2 * PAD_Y;
}

static double rows_height(const Table *t, const Band *band, size_t rows) {
    double h = 0;

    for (size_t i = 0; i < rows; i++)
        h += height(t, band[i].lines);
    return h;
}

/* ---- cells over several rows */

static Box *box_at(Band *band, size_t column, size_t span) {
    for (size_t i = 0; i < band->count; i++)
        if (band->boxes[i].column == column && band->boxes[i].span == span)
            return &band->boxes[i];
    return NULL;
}

/* The cells below that are one with this one; only cells of the same columns, and not from the
 * repeated head into what is below it. */
static void join_rows(Table *t) {
    for (size_t r = 0; r < t->count; r++)
        for (size_t i = 0; i < t->bands[r].count; i++) {
            Box *box = &t->bands[r].boxes[i], *below;
            size_t end = r < t->heads ? t->heads : t->count;

            if (box->under)
                continue;
            while (r + box->down < end &&
                   (below = box_at(&t->bands[r + box->down], box->column, box->span)) != NULL &&
                   below->under)
                box->down++;
        }
    /* What has nothing above it to be one with is a cell of its own. */
    for (size_t r = 0; r < t->count; r++)
        for (size_t i = 0; i < t->bands[r].count; i++) {
            Box *box = &t->bands[r].boxes[i], *above = NULL;

            for (size_t up = r; box->under && above == NULL && up-- > 0;) {
                above = box_at(&t->bands[up], box->column, box->span);
                if (above == NULL || (!above->under && up + above->down <= r))
                    break;
                if (above->under)
                    above = NULL;
            }
            box->under = box->under && above != NULL && !above->under;
        }
}

/* Rows that a cell joins stay together, and are high enough for its text; where they are higher
 * than half a page, they are rows like others. */
static void keep_rows(Table *t, size_t first) {
    Band *band = &t->bands[first];
    size_t rows = 1;

    for (size_t r = 0; r < rows; r++)
        for (size_t i = 0; i < band[r].count; i++)
            if (r + band[r].boxes[i].down > rows)
                rows = r + band[r].boxes[i].down;
    for (size_t r = 0; r < rows; r++)
        for (size_t i = 0; i < band[r].count; i++) {
            const Box *box = &band[r].boxes[i];
            double lacks = height(t, box->count) - rows_height(t, &band[r], box->down);

            if (box->down > 1 && lacks > 0)
                band[r + box->down - 1].lines += (size_t)ceil(lacks / pitch(t) - 0.01);
        }
    band->rows = rows;
    if (rows == 1 || rows_height(t, band, rows) <= HEIGHT / 2)
        return;
    for (size_t r = 0; r < rows; r++) {
        band[r].rows = 1;
        for (size_t i = 0; i < band[r].count; i++) {
            Box *box = &band[r].boxes[i];

            box->under = false;
            box->down = 1;
            if (band[r].lines < box->count)
                band[r].lines = box->count;
        }
    }
}

static void keep_all_rows(Table *t) {
    for (size_t r = 0; r < t->count; r += t->bands[r].rows)
        keep_rows(t, r);
}

static double line_x(const Table *t, const Box *box, const Line *line) {
    double left = t->edges[box->column] + PAD_X;
    double free = box_width(t, box) - 2 * PAD_X - line->width;

    if (free < 0)
        free = 0;
    return left + (box->to == TO_LEFT ? 0 : box->to == TO_RIGHT ? free : free / 2);
}

/* Lines [from, to) of the row below what is on the page already. */
static void add_slice(Table *t, const Band *band, size_t from, size_t to) {
    Arena *a = t->l->arena;
    TableSlice *slice;
    double *edges = arena_array_of(a, band->count + 1, double);
    size_t most = 0, n = 0;
    bool *under = arena_array_of(a, band->count, bool);
    Line *lines;
    double(*at)[2];

    for (size_t i = 0; i < band->count; i++) {
        edges[i] = t->edges[band->boxes[i].column];
        under[i] = band->boxes[i].under;
        most += band->boxes[i].count;
    }
    edges[band->count] = WIDTH;
    lines = arena_array_of(a, most, Line);
    at = arena_array(a, most, sizeof *at);
    for (size_t i = 0; i < band->count; i++) {
        const Box *box = &band->boxes[i];
        /* A row that is not cut has its cells' texts in their middles. */
        bool whole = from == 0 && to == band->lines;
        double down =
            box->down > 1 || whole
                ? (rows_height(t, band, box->down) - 2 * PAD_Y - (double)box->count * pitch(t)) / 2
                : 0;

        for (size_t k = from; (k < to || box->down > 1) && k < box->count; k++) {
            lines[n] = box->lines[k];
            at[n][0] = line_x(t, box, &box->lines[k]);
            at[n][1] = PAD_Y + down + ((double)(k - from) + 0.5) * pitch(t);
            n++;
        }
    }
    t->slices = layout_grow(a, t->slices, t->slice_count, &t->slice_room, sizeof *t->slices);
    slice = &t->slices[t->slice_count++];
    *slice = (TableSlice){.y = t->used,
                          .h = height(t, to - from),
                          .columns = band->count,
                          .edges = edges,
                          .under = under,
                          .lines = lines,
                          .at = (const double(*)[2])at,
                          .line_count = n,
                          .open_above = from > 0,
                          .open_below = to < band->lines};
    t->used += slice->h;
    t->l->lines += (int)n;
}

/* What is on the page so far becomes one piece; the text goes on below it on the grid. */
static void flush(Table *t) {
    Layout *l = t->l;
    Piece *piece;

    if (t->slice_count == 0)
        return;
    piece = page_piece(l, PIECE_TABLE, l->page, t->block);
    piece->row = l->row;
    piece->x = LEFT;
    piece->w = WIDTH;
    piece->h = t->used;
    piece->slices = t->slices;
    piece->slice_count = t->slice_count;
    l->pages[l->page].table = true;
    l->row += (int)ceil(t->used / ROW - 0.05);
    if (l->row > ROWS)
        l->row = ROWS;
    t->slices = NULL;
    t->slice_count = 0;
    t->slice_room = 0;
    t->used = 0;
}

static double room_left(const Table *t) {
    return (ROWS - t->l->row) * ROW - t->used + 0.01;
}

static double heads_height(const Table *t) {
    double h = 0;

    for (size_t i = 0; i < t->heads; i++)
        h += height(t, t->bands[i].lines);
    return h;
}

static void add_heads(Table *t) {
    for (size_t i = 0; i < t->heads; i++)
        add_slice(t, &t->bands[i], 0, t->bands[i].lines);
}

static bool next_page(Table *t) {
    flush(t);
    if (!page_new(t->l))
        return false;
    add_heads(t);
    return true;
}

/* A row that does not fit goes to the next page whole when it is low, and is cut when it is high.
 */
static bool add_band(Table *t, const Band *band) {
    bool high = height(t, band->lines) > HEIGHT / 4;
    size_t from = 0;

    while (from < band->lines) {
        double left = room_left(t) - 2 * PAD_Y;
        size_t fits = left <= 0 ? 0 : (size_t)(left / pitch(t)), rest = band->lines - from;

        if (fits >= rest) {
            add_slice(t, band, from, band->lines);
            return true;
        }
        /* Not a single line at the foot. */
        if (high && fits >= 2) {
            if (rest - fits == 1)
                fits--;
            add_slice(t, band, from, from + fits);
            from += fits;
        }
        if (!next_page(t))
            return false;
        if (room_left(t) < height(t, 3))
            return layout_fail(t->l, ERR_TOO_LARGE, "表头太高，一页放不下表格的内容");
    }
    return true;
}

/* Together on one page. */
static bool add_rows(Table *t, const Band *band) {
    if (band->rows > 1 && room_left(t) < rows_height(t, band, band->rows) && !next_page(t))
        return false;
    for (size_t i = 0; i < band->rows; i++)
        if (!add_band(t, &band[i]))
            return false;
    return true;
}

static bool place(Table *t) {
    const Band *first = &t->bands[t->heads < t->count ? t->heads : 0];
    double wanted =
        heads_height(t) + (first->rows > 1 ? rows_height(t, first, first->rows)
                                           : height(t, first->lines < 3 ? first->lines : 3));

    if (wanted > HEIGHT)
        return layout_fail(t->l, ERR_TOO_LARGE, "表头太高，一页放不下表格的内容");
    if (!page_room(t->l, 1))
        return false;
    if (room_left(t) < wanted && !page_new(t->l))
        return false;
    add_heads(t);
    for (size_t i = t->heads; i < t->count; i += t->bands[i].rows)
        if (!add_rows(t, &t->bands[i]))
            return false;
    flush(t);
    return true;
}

bool layout_table(Layout *l, size_t block) {
    Table *t = arena_new_of(l->arena, Table);

    t->l = l;
    t->block = block;
    if (!read_bands(t))
        return false;
    if (t->count == 0)
        return true;
    fill_up(t);
    join_rows(t);
    if (!measure(t))
        return false;
    choose_size(t);
    choose_widths(t);
    if (!fill_boxes(t))
        return false;
    keep_all_rows(t);
    return place(t);
}
