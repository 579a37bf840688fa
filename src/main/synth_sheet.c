/* SPDX-License-Identifier: MulanPSL-2.0 */
/* main/synth_sheet.c: writing files the way agencies do. */
#include "main/synth_sheet.h"

#include <errno.h>
#include <iconv.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xlsxwriter.h>

enum { COLUMNS_MOST = 48, CELL_MOST = 512, FLUSH_AT = 1 << 20 };

struct Sheet {
    char *path;
    SheetFormat format;
    Chance *chance;
    int columns;
    const Field *fields[COLUMNS_MOST];
    char headers[COLUMNS_MOST][96];
    char cells[COLUMNS_MOST][CELL_MOST];
    bool is_day[COLUMNS_MOST];
    Day days[COLUMNS_MOST];
    int habit;     /* which writing of dates this file prefers */
    Buf text, row; /* row: the last one, for duplicates */
    FILE *file;
    iconv_t to_gbk;
    lxw_workbook *book;
    lxw_worksheet *sheet;
    lxw_format *date_format;
    uint32_t line;
    int64_t rows;
    bool failed;
};

static void header_choose(Sheet *s, int i, const Field *f, HeaderStyle style) {
    Str text = f->title;

    if (style == HEADER_CODE && f->code.len)
        text = f->code;
    else if (style == HEADER_ALIAS && f->aliases.count)
        text = ((const Str *)f->aliases.items)[f->aliases.count - 1];
    snprintf(s->headers[i], sizeof s->headers[i], "%.*s", STR_ARG(text));
    if (f->type == FIELD_MONEY && style == HEADER_TITLE && str_find(text, f->unit) < 0)
        snprintf(s->headers[i] + strlen(s->headers[i]),
                 sizeof s->headers[i] - strlen(s->headers[i]), "（%.*s）", STR_ARG(f->unit));
}

static void flush(Sheet *s) {
    if (s->to_gbk != (iconv_t)-1) {
        char out[8192], *in = s->text.ptr;
        size_t left = s->text.len;

        while (left) {
            char *to = out;
            size_t room = sizeof out;
            size_t n = iconv(s->to_gbk, &in, &left, &to, &room);

            s->failed |= n == (size_t)-1 && errno != E2BIG;
            s->failed |= fwrite(out, 1, sizeof out - room, s->file) != sizeof out - room;
            if (s->failed)
                break;
        }
    } else if (s->text.len) {
        s->failed |= fwrite(s->text.ptr, 1, s->text.len, s->file) != s->text.len;
    }
    buf_clear(&s->text);
}

static void csv_cell(Buf *b, const char *text) {
    if (!text[strcspn(text, ",\"\n\r")]) {
        buf_add_c(b, text);
        return;
    }
    buf_add_char(b, '"');
    for (const char *p = text; *p; p++) {
        if (*p == '"')
            buf_add_char(b, '"');
        buf_add_char(b, *p);
    }
    buf_add_char(b, '"');
}

static void banner_write(Sheet *s, const char *banner) {
    if (s->book) {
        lxw_format *title = workbook_add_format(s->book);

        format_set_bold(title);
        format_set_align(title, LXW_ALIGN_CENTER);
        worksheet_merge_range(s->sheet, 0, 0, 0, (lxw_col_t)(s->columns - 1), banner, title);
        s->line++;
    } else if (s->format != SHEET_JSON) {
        csv_cell(&s->text, banner);
        for (int i = 1; i < s->columns; i++)
            buf_add_char(&s->text, ',');
        buf_add_c(&s->text, "\r\n");
    }
}

static void header_write(Sheet *s) {
    for (int i = 0; i < s->columns; i++) {
        if (s->book)
            worksheet_write_string(s->sheet, s->line, (lxw_col_t)i, s->headers[i], NULL);
        else if (s->format != SHEET_JSON) {
            if (i)
                buf_add_char(&s->text, ',');
            csv_cell(&s->text, s->headers[i]);
        }
    }
    s->line++;
    if (s->format == SHEET_JSON)
        buf_add_c(&s->text, "{\"data\":[");
    else if (!s->book)
        buf_add_c(&s->text, "\r\n");
}

static bool file_open(Sheet *s, Err *e) {
    if (s->format == SHEET_XLSX) {
        lxw_workbook_options options = {.constant_memory = LXW_TRUE};
        /* A fixed creation time: the same seed gives the same bytes. */
        lxw_doc_properties properties = {.title = "", .created = 1767225600};

        s->book = workbook_new_opt(s->path, &options);
        workbook_set_properties(s->book, &properties);
        s->sheet = workbook_add_worksheet(s->book, "数据");
        s->date_format = workbook_add_format(s->book);
        format_set_num_format(s->date_format, "yyyy/m/d");
        return true;
    }
    s->file = fopen(s->path, "we");
    if (!s->file)
        return err_set(e, ERR_DISK, s->path, "无法写入 %s：%s，请检查目录权限和磁盘空间", s->path,
                       strerror(errno));
    if (s->format == SHEET_CSV_GBK)
        s->to_gbk = iconv_open("GB18030", "UTF-8");
    if (s->format == SHEET_CSV_BOM)
        buf_add_c(&s->text, "\xEF\xBB\xBF");
    return true;
}

Sheet *sheet_open(const char *path, const Dataset *d, SheetFormat format, HeaderStyle style,
                  const char *banner, const char *const *fields, Chance *chance, Err *e) {
    Sheet *s = calloc(1, sizeof *s);

    s->path = strdup(path);
    s->format = format;
    s->chance = chance;
    s->to_gbk = (iconv_t)-1;
    s->habit = (int)chance_below(chance, 4);
    buf_init(&s->text, (size_t)FLUSH_AT * 4);
    buf_init(&s->row, (size_t)COLUMNS_MOST * CELL_MOST * 2);
    for (int i = 0; fields[i]; i++) {
        s->fields[i] = dataset_field(d, str_of(fields[i]));
        if (!s->fields[i] || i + 1 >= COLUMNS_MOST) {
            err_set(e, ERR_CONTENT, d->file, "数据集 %.*s 没有字段 %s，演示数据写不出来",
                    STR_ARG(d->dataset), fields[i]);
            s->failed = true;
            sheet_close(s, NULL, NULL);
            return NULL;
        }
        header_choose(s, i, s->fields[i], style);
        s->columns = i + 1;
    }
    if (!file_open(s, e)) {
        s->failed = true;
        sheet_close(s, NULL, NULL);
        return NULL;
    }
    if (banner)
        banner_write(s, banner);
    header_write(s);
    return s;
}

bool sheet_close(Sheet *s, int64_t *rows, Err *e) {
    bool good;

    if (s->format == SHEET_JSON)
        buf_add_c(&s->text, "]}\n");
    if (s->file) {
        flush(s);
        s->failed |= fclose(s->file) != 0;
    }
    if (s->book)
        s->failed |= workbook_close(s->book) != LXW_NO_ERROR;
    if (s->to_gbk != (iconv_t)-1)
        iconv_close(s->to_gbk);
    good = !s->failed;
    if (!good && e && e->code == ERR_NONE)
        err_set(e, ERR_DISK, s->path, "写入 %s 时出错，请检查磁盘空间", s->path);
    if (rows)
        *rows = s->rows;
    buf_done(&s->text);
    buf_done(&s->row);
    free(s->path);
    free(s);
    return good;
}

void sheet_put(Sheet *s, int column, const char *text) {
    snprintf(s->cells[column], CELL_MOST, "%s", text);
}

void sheet_textf(Sheet *s, int column, const char *format, ...) {
    va_list args;

    va_start(args, format);
    vsnprintf(s->cells[column], CELL_MOST, format, args);
    va_end(args);
}

void sheet_day(Sheet *s, int column, Day d) {
    int year, month, day;
    int habit = chance_one_in(s->chance, 50) ? (int)chance_below(s->chance, 6) : s->habit;

    if (d == DAY_NONE)
        return;
    day_split(d, &year, &month, &day);
    if (s->fields[column]->unit.len) { /* 月 */
        if (habit & 1)
            sheet_textf(s, column, "%04d%02d", year, month);
        else
            sheet_textf(s, column, "%04d-%02d", year, month);
        return;
    }
    if (s->book && habit < 4) {
        s->is_day[column] = true;
        s->days[column] = d;
        return;
    }
    switch (habit) {
    case 0:
        sheet_textf(s, column, "%04d-%02d-%02d", year, month, day);
        break;
    case 1:
        sheet_textf(s, column, "%d/%d/%d", year, month, day);
        break;
    case 2:
        sheet_textf(s, column, "%04d%02d%02d", year, month, day);
        break;
    case 3:
        sheet_textf(s, column, "%04d-%02d-%02d 00:00:00", year, month, day);
        break;
    case 4:
        sheet_textf(s, column, "%d年%d月%d日", year, month, day);
        break;
    default:
        sheet_textf(s, column, "%d-%d-%d", year, month, day);
        break;
    }
}

void sheet_yuan(Sheet *s, int column, int64_t yuan) {
    bool ten_thousands = str_is(s->fields[column]->unit, "万元");

    if (chance_one_in(s->chance, 40) && yuan % 10000 == 0 && yuan > 0)
        sheet_textf(s, column, "%lld万元", (long long)(yuan / 10000));
    else if (ten_thousands)
        sheet_textf(s, column, "%lld.%04lld00", (long long)(yuan / 10000),
                    (long long)(yuan % 10000));
    else if (chance_one_in(s->chance, 30) && yuan >= 1000 && yuan < 1000000)
        sheet_textf(s, column, "%lld,%03lld.00", (long long)(yuan / 1000),
                    (long long)(yuan % 1000));
    else
        sheet_textf(s, column, "%lld", (long long)yuan);
}

static void full_width(const char *text, char *out) {
    Buf b;

    buf_init(&b, CELL_MOST - 1);
    for (; *text; text++)
        buf_add_rune(&b, (uint32_t)(unsigned char)*text + 0xFEE0);
    snprintf(out, CELL_MOST, "%.*s", STR_ARG(buf_str(&b)));
    buf_done(&b);
}

void sheet_id_exact(Sheet *s, int column, const Person *p) {
    sheet_put(s, column, p->id);
}

void sheet_id(Sheet *s, int column, const Person *p) {
    switch (chance_below(s->chance, 60)) {
    case 0:
        sheet_textf(s, column, "'%s", p->id);
        break;
    case 1:
        sheet_textf(s, column, "%s\t", p->id);
        break;
    case 2:
        full_width(p->id, s->cells[column]);
        break;
    case 3:
        sheet_put(s, column, p->old_id[0] ? p->old_id : p->id);
        break;
    case 4:
        sheet_textf(s, column, " %.6s %.8s %s", p->id, p->id + 6, p->id + 14);
        break;
    default:
        sheet_put(s, column, p->id);
        if (p->id[17] == 'X' && chance_one_in(s->chance, 2))
            s->cells[column][17] = 'x';
    }
}

static void row_csv(Sheet *s) {
    for (int i = 0; i < s->columns; i++) {
        if (i)
            buf_add_char(&s->row, ',');
        csv_cell(&s->row, s->cells[i]);
    }
    buf_add_c(&s->row, "\r\n");
}

static void json_text(Buf *b, const char *text) {
    buf_add_char(b, '"');
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            buf_add_char(b, '\\');
        if (*text == '\t')
            buf_add_c(b, "\\t");
        else
            buf_add_char(b, *text);
    }
    buf_add_char(b, '"');
}

static void row_json(Sheet *s) {
    buf_add_char(&s->row, '{');
    for (int i = 0; i < s->columns; i++) {
        if (i)
            buf_add_char(&s->row, ',');
        json_text(&s->row, s->headers[i]);
        buf_add_char(&s->row, ':');
        json_text(&s->row, s->cells[i]);
    }
    buf_add_char(&s->row, '}');
}

static void row_xlsx(Sheet *s) {
    for (int i = 0; i < s->columns; i++) {
        if (s->is_day[i])
            worksheet_write_number(s->sheet, s->line, (lxw_col_t)i,
                                   s->days[i] - day_of(1899, 12, 30), s->date_format);
        else if (s->cells[i][0])
            worksheet_write_string(s->sheet, s->line, (lxw_col_t)i, s->cells[i], NULL);
    }
    s->line++;
}

static void row_out(Sheet *s) {
    if (s->book) {
        row_xlsx(s);
    } else {
        if (s->format == SHEET_JSON && s->rows)
            buf_add_c(&s->text, ",\n");
        buf_add(&s->text, buf_str(&s->row));
        if (s->text.len >= FLUSH_AT)
            flush(s);
    }
    s->rows++;
}

static void row_clear(Sheet *s) {
    for (int i = 0; i < s->columns; i++)
        s->cells[i][0] = '\0';
    memset(s->is_day, 0, sizeof s->is_day);
}

void sheet_row(Sheet *s) {
    buf_clear(&s->row);
    if (s->format == SHEET_JSON)
        row_json(s);
    else if (!s->book)
        row_csv(s);
    row_out(s);
    row_clear(s);
}

void sheet_again(Sheet *s) {
    /* A spreadsheet is written row by row and forgotten; duplicates are left to the text formats.
     */
    if (!s->book)
        row_out(s);
}
