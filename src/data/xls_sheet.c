/* SPDX-License-Identifier: MulanPSL-2.0 */
/* data/xls_sheet.c: the cell records of one sheet. */
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"
#include "data/xls_book.h"

enum { CELLS_MAX = 65536 * 256 };

typedef struct Sheet {
    const XlsBook *book;
    Records records;
    XlsCells *cells;
    Merges *merges;
    Err *e;
    /* A formula whose result is a text is followed by it. */
    bool awaits_text;
    uint16_t text_row, text_column;
} Sheet;

static bool damaged(Sheet *s) {
    return err_set(s->e, ERR_INVALID, NULL,
                   "XLS 文件不完整或已损坏，请重新取得文件，或用 WPS 或 Excel 打开后另存为 .xlsx");
}

/* --- cells ----------------------------------------------------------------------------------- */

/* The cell's text is what was added to cells->texts from `from` on; empty ones are not kept. */
static bool end_cell(Sheet *s, uint16_t row, uint16_t column, CellKind kind, size_t from) {
    XlsCells *c = s->cells;
    size_t len = c->texts.len - from;

    if (c->texts.full || c->count == CELLS_MAX)
        return err_set(s->e, ERR_TOO_LARGE, NULL, "工作表太大，请另存为 .xlsx 或 CSV 再导入");
    if (len == 0 && kind != CELL_EMPTY)
        return true;
    if (c->count == c->cap) {
        c->cap = c->cap == 0 ? 4096 : c->cap * 2;
        c->items = realloc(c->items, c->cap * sizeof *c->items);
        if (c->items == NULL)
            abort();
    }
    c->items[c->count++] = (XlsCell){row, column, (uint16_t)kind, from, len};
    return true;
}

static bool add_cell(Sheet *s, uint16_t row, uint16_t column, CellKind kind, Str text) {
    size_t from = s->cells->texts.len;

    buf_add(&s->cells->texts, text);
    return end_cell(s, row, column, kind, from);
}

static bool add_number(Sheet *s, uint16_t row, uint16_t column, uint16_t style, double d) {
    const XlsBook *b = s->book;
    NumberFormat format = style < b->format_count ? b->formats[style] : FORMAT_NUMBER;
    char text[SHEET_VALUE_TEXT];

    if (serial_text(d, format, b->since_1904, text))
        return add_cell(s, row, column, CELL_DATE, str_of(text));
    number_text(d, text);
    return add_cell(s, row, column, CELL_NUMBER, str_of(text));
}

static bool add_bool_or_error(Sheet *s, uint16_t row, uint16_t column, uint8_t value, bool error) {
    static const struct {
        uint8_t code;
        const char *text;
    } errors[] = {{0x00, "#NULL!"}, {0x07, "#DIV/0!"}, {0x0F, "#VALUE!"}, {0x17, "#REF!"},
                  {0x1D, "#NAME?"}, {0x24, "#NUM!"},   {0x2A, "#N/A"}};

    if (!error)
        return add_cell(s, row, column, CELL_BOOL, value != 0 ? STR("true") : STR("false"));
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
        if (errors[i].code == value)
            return add_cell(s, row, column, CELL_ERROR, str_of(errors[i].text));
    return add_cell(s, row, column, CELL_ERROR, STR("#ERROR!"));
}

/* A number in 30 bits: a whole one or the upper part of a double, perhaps in hundredths. */
static double rk_number(uint32_t rk) {
    double d;

    if (rk & 2) {
        d = (double)((int32_t)rk >> 2);
    } else {
        uint64_t bits = (uint64_t)(rk & 0xFFFFFFFC) << 32;

        memcpy(&d, &bits, sizeof d);
    }
    return rk & 1 ? d / 100 : d;
}

/* --- records --------------------------------------------------------------------------------- */

/* What most cell records begin with. */
static bool place(Sheet *s, uint16_t *row, uint16_t *column, uint16_t *style) {
    return record_u16(&s->records, row) && record_u16(&s->records, column) &&
           record_u16(&s->records, style);
}

static bool number_record(Sheet *s) {
    uint16_t row, column, style;
    double d;

    if (!place(s, &row, &column, &style) || !record_double(&s->records, &d))
        return damaged(s);
    return add_number(s, row, column, style, d);
}

static bool rk_record(Sheet *s) {
    uint16_t row, column, style;
    uint32_t rk;

    if (!place(s, &row, &column, &style) || !record_u32(&s->records, &rk))
        return damaged(s);
    return add_number(s, row, column, style, rk_number(rk));
}

static bool many_rk_record(Sheet *s) {
    uint16_t row, column, style;
    uint32_t rk;

    if (!record_u16(&s->records, &row) || !record_u16(&s->records, &column))
        return damaged(s);
    /* The number of the last column stands behind them. */
    while (s->records.data.len > 2) {
        if (!record_u16(&s->records, &style) || !record_u32(&s->records, &rk))
            return damaged(s);
        if (!add_number(s, row, column++, style, rk_number(rk)))
            return false;
    }
    return true;
}

static bool shared_text_record(Sheet *s) {
    uint16_t row, column, style;
    uint32_t index;
    Str text;

    if (!place(s, &row, &column, &style) || !record_u32(&s->records, &index) ||
        !text_table_get(&s->book->texts, index, &text))
        return damaged(s);
    return add_cell(s, row, column, CELL_TEXT, text);
}

static bool text_record(Sheet *s) {
    uint16_t row, column, style;
    size_t from = s->cells->texts.len;

    if (!place(s, &row, &column, &style) || !record_text(&s->records, 2, &s->cells->texts))
        return damaged(s);
    return end_cell(s, row, column, CELL_TEXT, from);
}

static bool bool_record(Sheet *s) {
    uint16_t row, column, style;
    uint8_t value, error;

    if (!place(s, &row, &column, &style) || !record_u8(&s->records, &value) ||
        !record_u8(&s->records, &error))
        return damaged(s);
    return add_bool_or_error(s, row, column, value, error != 0);
}

/* The result is a double, or, where a double would be no number, says what else it is. */
static bool formula_record(Sheet *s) {
    uint16_t row, column, style;
    double d;
    uint64_t bits;

    if (!place(s, &row, &column, &style) || !record_double(&s->records, &d))
        return damaged(s);
    memcpy(&bits, &d, sizeof bits);
    if (bits >> 48 != 0xFFFF)
        return add_number(s, row, column, style, d);
    uint8_t type = bits & 0xFF, value = bits >> 16 & 0xFF;

    if (type == 1 || type == 2)
        return add_bool_or_error(s, row, column, value, type == 2);
    s->awaits_text = type == 0;
    s->text_row = row;
    s->text_column = column;
    return true;
}

static bool formula_text_record(Sheet *s) {
    size_t from = s->cells->texts.len;

    if (!s->awaits_text)
        return true;
    s->awaits_text = false;
    if (!record_text(&s->records, 2, &s->cells->texts))
        return damaged(s);
    return end_cell(s, s->text_row, s->text_column, CELL_TEXT, from);
}

/* The text did not come before the next cell. */
static bool settle_formula(Sheet *s) {
    if (!s->awaits_text)
        return true;
    s->awaits_text = false;
    return end_cell(s, s->text_row, s->text_column, CELL_EMPTY, s->cells->texts.len);
}

static bool merges_record(Sheet *s) {
    uint16_t count, first, last, column, last_column;

    if (!record_u16(&s->records, &count))
        return damaged(s);
    for (uint16_t i = 0; i < count; i++) {
        if (!record_u16(&s->records, &first) || !record_u16(&s->records, &last) ||
            !record_u16(&s->records, &column) || !record_u16(&s->records, &last_column))
            return damaged(s);
        if (!merges_add(s->merges, (uint64_t)first + 1, (uint64_t)last + 1, column, s->e))
            return false;
    }
    return true;
}

static bool cell_record(Sheet *s) {
    if (!settle_formula(s))
        return false;
    switch (s->records.type) {
    case RECORD_NUMBER:
        return number_record(s);
    case RECORD_RK:
        return rk_record(s);
    case RECORD_MULRK:
        return many_rk_record(s);
    case RECORD_LABELSST:
        return shared_text_record(s);
    case RECORD_LABEL:
    case RECORD_RSTRING:
        return text_record(s);
    case RECORD_BOOLERR:
        return bool_record(s);
    default:
        return formula_record(s);
    }
}

static bool take_record(Sheet *s) {
    switch (s->records.type) {
    case RECORD_NUMBER:
    case RECORD_RK:
    case RECORD_MULRK:
    case RECORD_LABELSST:
    case RECORD_LABEL:
    case RECORD_RSTRING:
    case RECORD_BOOLERR:
    case RECORD_FORMULA:
        return cell_record(s);
    case RECORD_STRING:
        return formula_text_record(s);
    case RECORD_MERGEDCELLS:
        return merges_record(s);
    default:
        return true;
    }
}

static int by_row(const void *a, const void *b) {
    const XlsCell *x = a, *y = b;

    if (x->row != y->row)
        return x->row < y->row ? -1 : 1;
    return (x->from > y->from) - (x->from < y->from);
}

static void sort_cells(XlsCells *c) {
    for (size_t i = 1; i < c->count; i++)
        if (c->items[i].row < c->items[i - 1].row) {
            qsort(c->items, c->count, sizeof *c->items, by_row);
            break;
        }
}

bool xls_sheet_read(const XlsBook *b, const XlsSheet *sheet, XlsCells *cells, Merges *merges,
                    Err *e) {
    Sheet s = {.book = b, .cells = cells, .merges = merges, .e = e};
    size_t depth = 0;
    bool cut;

    *cells = (XlsCells){0};
    buf_init(&cells->texts, TEXT_TABLE_BYTES_MAX * 2);
    s.records = (Records){.stream = b->stream,
                          .at = sheet->offset,
                          .wide_texts = b->wide_texts,
                          .codepage = b->codepage};
    if (sheet->offset >= b->stream.len)
        return damaged(&s);
    /* Charts in the sheet are streams of records inside it. */
    while (record_next(&s.records, &cut)) {
        if (s.records.type == RECORD_BOF)
            depth++;
        else if (s.records.type == RECORD_EOF && --depth == 0)
            break;
        else if (depth == 0)
            return damaged(&s);
        else if (depth == 1 && !take_record(&s))
            return false;
    }
    if (depth != 0 || s.records.type != RECORD_EOF)
        return damaged(&s);
    if (!settle_formula(&s))
        return false;
    sort_cells(cells);
    return true;
}

void xls_cells_done(XlsCells *cells) {
    free(cells->items);
    buf_done(&cells->texts);
    *cells = (XlsCells){0};
}
