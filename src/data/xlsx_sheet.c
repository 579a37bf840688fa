/* SPDX-License-Identifier: MulanPSL-2.0 */
/* data/xlsx_sheet.c: rows out of a sheet's XML:
 *
 *     <row r="3"><c r="A3" t="s" s="2"><f>…</f><v>17</v></c><c r="B3" t="inlineStr"><is><t>…
 */
#include "data/xlsx_sheet.h"

#include <inttypes.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

typedef enum ValueType {
    VALUE_NUMBER,
    VALUE_SHARED,
    VALUE_TEXT, /* a formula's text, or an inline one */
    VALUE_BOOL,
    VALUE_ERROR,
    VALUE_DATE, /* ISO 8601 */
} ValueType;

struct XlsxSheetParser {
    Xml *xml;
    const XlsxBook *book;
    Merges *merges;
    RowTaker *take;
    void *self;
    Err *e;
    SheetRow row;
    bool in_row, in_cell, in_value, in_inline, in_text;
    bool formula, value; /* the open cell has them */
    int phonetic;
    uint64_t next_column;
    uint64_t column; /* of the open cell */
    ValueType type;
    size_t style;
    Buf text; /* of the open cell */
};

static void fail(XlsxSheetParser *p) {
    xml_fail(p->xml);
}

/* --- values ---------------------------------------------------------------------------------- */

static ValueType value_type(const char *t) {
    static const struct {
        const char *name;
        ValueType type;
    } types[] = {
        {"n", VALUE_NUMBER}, {"s", VALUE_SHARED}, {"str", VALUE_TEXT}, {"inlineStr", VALUE_TEXT},
        {"b", VALUE_BOOL},   {"e", VALUE_ERROR},  {"d", VALUE_DATE},
    };

    for (size_t i = 0; t != NULL && i < sizeof types / sizeof *types; i++)
        if (strcmp(t, types[i].name) == 0)
            return types[i].type;
    return VALUE_NUMBER;
}

static bool set(XlsxSheetParser *p, CellKind kind, Str text) {
    return sheet_row_set(&p->row, p->column, kind, text, p->e);
}

static bool set_shared(XlsxSheetParser *p, Str value) {
    int64_t index;
    Str text;

    if (value.len == 0)
        return true;
    if (!str_to_int(value, &index) || index < 0 ||
        !text_table_get(&p->book->texts, (size_t)index, &text))
        return err_set(p->e, ERR_INVALID, NULL,
                       "第 %" PRIu64 " 行引用了不存在的共享文字，文件可能已损坏，请用 WPS 或 Excel "
                       "打开后另存为 .xlsx",
                       p->row.line);
    return set(p, CELL_TEXT, text);
}

static bool all_digits(Str s) {
    size_t i = s.len > 1 && s.ptr[0] == '-';

    for (size_t k = i; k < s.len; k++)
        if (s.ptr[k] < '0' || s.ptr[k] > '9')
            return false;
    return s.len > i && (s.ptr[i] != '0' || s.len == 1);
}

static double number_of(Str s, bool *ok) {
    static locale_t c_locale;
    char text[64], *end;

    if (c_locale == NULL)
        c_locale = newlocale(LC_ALL_MASK, "C", NULL);
    *ok = s.len > 0 && s.len < sizeof text && strchr("+-.0123456789", s.ptr[0]) != NULL;
    if (!*ok)
        return 0;
    memcpy(text, s.ptr, s.len);
    text[s.len] = '\0';
    double d = strtod_l(text, &end, c_locale);

    *ok = *end == '\0';
    return d;
}

static bool set_number(XlsxSheetParser *p, Str value) {
    char text[SHEET_VALUE_TEXT];
    bool ok;
    double d = number_of(value, &ok);
    NumberFormat format = xlsx_book_format(p->book, p->style);

    if (value.len == 0)
        return true;
    if (!ok) /* nothing a spreadsheet writes; keep what is there */
        return set(p, CELL_TEXT, value);
    if (serial_text(d, format, p->book->since_1904, text))
        return set(p, CELL_DATE, str_of(text));
    /* A whole number may have more digits than a double: 18-digit identity numbers do. */
    if (all_digits(value) && value.len <= 32)
        return set(p, CELL_NUMBER, value);
    number_text(d, text);
    return set(p, CELL_NUMBER, str_of(text));
}

/* 2024-01-05T08:30:00.000Z → 2024-01-05 08:30:00, without a midnight. */
static bool set_iso_date(XlsxSheetParser *p, Str value) {
    char text[20];

    if (value.len < 10)
        return set(p, CELL_TEXT, value);
    value = str_slice(value, 0, 19);
    memcpy(text, value.ptr, value.len);
    if (value.len == 19)
        text[10] = ' ';
    if (value.len == 19 && memcmp(text + 11, "00:00:00", 8) == 0)
        value.len = 10;
    return set(p, CELL_DATE, (Str){text, value.len});
}

static bool set_value(XlsxSheetParser *p) {
    Str value = buf_str(&p->text);

    switch (p->type) {
    case VALUE_SHARED:
        return set_shared(p, str_trim(value));
    case VALUE_TEXT:
        if (value.len != 0)
            value.len = xlsx_unescape(p->text.ptr, value.len);
        return set(p, CELL_TEXT, value);
    case VALUE_BOOL:
        value = str_trim(value);
        return set(p, CELL_BOOL,
                   value.len == 0                                ? value
                   : str_is(value, "1") || str_is(value, "true") ? STR("true")
                                                                 : STR("false"));
    case VALUE_ERROR:
        return set(p, CELL_ERROR, value);
    case VALUE_DATE:
        return set_iso_date(p, str_trim(value));
    case VALUE_NUMBER:
        break;
    }
    return set_number(p, str_trim(value));
}

/* --- rows and cells -------------------------------------------------------------------------- */

static void start_row(XlsxSheetParser *p, const char **attributes) {
    const char *r = xml_attribute(attributes, "r");
    int64_t line;

    if (r == NULL || !str_to_int(str_of(r), &line) || line < 1 || line > INT32_MAX)
        line = (int64_t)p->row.line + 1;
    if ((uint64_t)line <= p->row.line) {
        err_set(p->e, ERR_INVALID, NULL,
                "工作表的行号不是递增的（第 %" PRIu64 " 行之后是第 %" PRId64
                " 行），文件可能已损坏，请用 WPS 或 Excel 打开后另存为 .xlsx",
                p->row.line, line);
        fail(p);
        return;
    }
    sheet_row_start(&p->row, (uint64_t)line);
    p->in_row = true;
    p->next_column = 0;
}

static void start_cell(XlsxSheetParser *p, const char **attributes) {
    const char *r = xml_attribute(attributes, "r"), *s = xml_attribute(attributes, "s");
    uint64_t row;
    int64_t style;

    if (r == NULL || !cell_reference(str_of(r), &row, &p->column))
        p->column = p->next_column;
    p->next_column = p->column + 1;
    p->type = value_type(xml_attribute(attributes, "t"));
    p->style = s != NULL && str_to_int(str_of(s), &style) && style >= 0 ? (size_t)style : 0;
    p->in_cell = true;
    p->formula = p->value = false;
    buf_clear(&p->text);
}

static void check_merge(XlsxSheetParser *p, const char **attributes) {
    const char *ref = xml_attribute(attributes, "ref");
    uint64_t first, last, column, last_column;

    if (p->merges == NULL || ref == NULL ||
        !range_reference(str_of(ref), &first, &last, &column, &last_column) ||
        column >= ROW_COLUMNS_MAX || merges_known(p->merges, first, last, (uint32_t)column))
        return;
    /* The quick scan missed it, so rows already went out without their value. */
    err_set(p->e, ERR_INVALID, NULL,
            "工作表里的合并单元格用了少见的写法，请用 WPS 或 Excel 打开后另存为 .xlsx 再导入");
    fail(p);
}

static void on_start(Xml *x, const char *name, const char **attributes) {
    XlsxSheetParser *p = xml_self(x);

    if (strcmp(name, "c") == 0) {
        if (p->in_row)
            start_cell(p, attributes);
    } else if (strcmp(name, "v") == 0) {
        p->in_value = p->value = p->in_cell;
    } else if (strcmp(name, "f") == 0) {
        p->formula = p->in_cell;
    } else if (strcmp(name, "row") == 0) {
        start_row(p, attributes);
    } else if (strcmp(name, "is") == 0) {
        p->in_inline = p->in_cell;
    } else if (strcmp(name, "t") == 0) {
        p->in_text = p->in_inline && p->phonetic == 0;
    } else if (strcmp(name, "rPh") == 0) {
        p->phonetic++;
    } else if (strcmp(name, "mergeCell") == 0) {
        check_merge(p, attributes);
    }
}

/* Programs that write workbooks without calculating leave <v> out, or leave it empty. Only a text
 * may be empty as a result. */
static bool no_result(const XlsxSheetParser *p) {
    return p->formula && p->text.len == 0 && !(p->type == VALUE_TEXT && p->value);
}

static void end_cell(XlsxSheetParser *p) {
    bool full = p->text.full;

    p->in_cell = p->in_value = p->in_inline = p->in_text = false;
    if (full)
        err_set(p->e, ERR_TOO_LARGE, NULL, "第 %" PRIu64 " 行有一个单元格超过 1 MiB", p->row.line);
    if (full || !set_value(p) ||
        (no_result(p) && !sheet_row_uncalculated(&p->row, p->column, p->e)))
        fail(p);
}

static void end_row(XlsxSheetParser *p) {
    p->in_row = false;
    if (p->row.count == 0 && p->row.uncalculated == 0)
        return;
    if (p->merges != NULL && !merges_apply(p->merges, &p->row, p->e)) {
        fail(p);
        return;
    }
    RowTaken taken = p->take(p->self, &p->row, p->e);

    if (taken == ROW_FAILED)
        fail(p);
    else if (taken == ROW_ENOUGH)
        xml_stop(p->xml);
}

static void on_end(Xml *x, const char *name) {
    XlsxSheetParser *p = xml_self(x);

    if (strcmp(name, "v") == 0)
        p->in_value = false;
    else if (strcmp(name, "c") == 0) {
        if (p->in_cell)
            end_cell(p);
    } else if (strcmp(name, "row") == 0)
        end_row(p);
    else if (strcmp(name, "t") == 0)
        p->in_text = false;
    else if (strcmp(name, "is") == 0)
        p->in_inline = false;
    else if (strcmp(name, "rPh") == 0)
        p->phonetic--;
}

static void on_text(Xml *x, Str text) {
    XlsxSheetParser *p = xml_self(x);

    if (p->in_value || p->in_text)
        buf_add(&p->text, text);
}

XlsxSheetParser *xlsx_sheet_new(const XlsxBook *b, Merges *merges, RowTaker *take, void *self,
                                Err *e) {
    static const XmlRules rules = {on_start, on_end, on_text};
    XlsxSheetParser *p = calloc(1, sizeof *p);

    if (p == NULL)
        abort();
    p->xml = xml_new(&rules, p, e);
    p->book = b;
    p->merges = merges;
    p->take = take;
    p->self = self;
    p->e = e;
    buf_init(&p->text, ROW_CELL_MAX);
    buf_init(&p->row.bytes, ROW_BYTES_MAX);
    return p;
}

void xlsx_sheet_free(XlsxSheetParser *p) {
    if (p == NULL)
        return;
    xml_free(p->xml);
    buf_done(&p->text);
    buf_done(&p->row.bytes);
    free(p);
}

bool xlsx_sheet_feed(XlsxSheetParser *p, Str piece, bool last) {
    return xml_feed(p->xml, piece, last);
}

bool xlsx_sheet_stopped(const XlsxSheetParser *p) {
    return xml_stopped(p->xml);
}
