/* SPDX-License-Identifier: MulanPSL-2.0 */
/* clue/marked.c: one writer for both kinds of file. */
#include "clue/marked.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <xlsxwriter.h>

/* Headers and footers of a workbook take 255 bytes; the rest is codes. */
enum { PAGE_MARK_MOST = 200 };

struct Marked {
    Arena *arena;
    const char *path;
    Str mark;
    size_t count;
    lxw_row_t row;
    FILE *csv;
    lxw_workbook *book;
    lxw_worksheet *sheet;
    lxw_format *pale;
};

/* Quoted; a leading = + - @ gets an apostrophe, so that a spreadsheet does not run it as a formula.
 */
static void csv_cell(FILE *f, Str s) {
    if (s.len != 0 && strchr("=+-@\t\r", s.ptr[0]) != NULL)
        fputs("\"'", f);
    else
        fputc('"', f);
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '"')
            fputc('"', f);
        fputc(s.ptr[i], f);
    }
    fputc('"', f);
}

static void csv_line(FILE *f, const Str *cells, size_t count, Str last) {
    for (size_t i = 0; i < count; i++) {
        csv_cell(f, cells[i]);
        fputc(',', f);
    }
    csv_cell(f, last);
    fputs("\r\n", f);
}

/* An ampersand begins a code there. */
static Str page_mark(Arena *a, const char *before, Str mark) {
    scoped_buf Buf b;
    Str cut = str_slice(mark, 0, PAGE_MARK_MOST / 2);

    while (cut.len != 0 && !str_utf8_valid(cut))
        cut.len--;
    buf_init(&b, 1000);
    buf_add_c(&b, before);
    for (size_t i = 0; i < cut.len; i++) {
        if (cut.ptr[i] == '&')
            buf_add_c(&b, "&");
        buf_add(&b, (Str){cut.ptr + i, 1});
    }
    return str_dup(a, buf_str(&b));
}

static void workbook_begin(Marked *m, Str sheet, const MarkedColumn *columns) {
    lxw_col_t last = (lxw_col_t)m->count;

    /* Row by row to a file beside it: the memory stays the same, however many rows there are. */
    lxw_workbook_options row_by_row = {.constant_memory = LXW_TRUE};

    m->book = workbook_new_opt(m->path, &row_by_row);
    m->sheet = workbook_add_worksheet(m->book, str_c(m->arena, sheet));
    lxw_format *bold = workbook_add_format(m->book), *band = workbook_add_format(m->book);

    m->pale = workbook_add_format(m->book);
    format_set_bold(bold);
    format_set_bg_color(bold, 0xDCE6F2);
    format_set_font_color(m->pale, 0xA6A6A6);
    format_set_font_color(band, 0x7F7F7F);
    format_set_bg_color(band, 0xF2F2F2);
    worksheet_merge_range(m->sheet, 0, 0, 0, last, str_c(m->arena, m->mark), band);
    for (size_t i = 0; i < m->count; i++) {
        worksheet_set_column(m->sheet, (lxw_col_t)i, (lxw_col_t)i, columns[i].width, NULL);
        worksheet_write_string(m->sheet, 1, (lxw_col_t)i, str_c(m->arena, columns[i].title), bold);
    }
    worksheet_set_column(m->sheet, last, last, 40, NULL);
    worksheet_write_string(m->sheet, 1, last, "水印", bold);
    worksheet_set_header(m->sheet, page_mark(m->arena, "&C", m->mark).ptr);
    worksheet_set_footer(m->sheet, page_mark(m->arena, "&R第 &P 页&L", m->mark).ptr);
    worksheet_repeat_rows(m->sheet, 0, 1);
    worksheet_freeze_panes(m->sheet, 2, 0);
    m->row = 2;
}

static bool csv_begin(Marked *m, const MarkedColumn *columns, Err *e) {
    m->csv = fopen(m->path, "we");
    if (m->csv == NULL)
        return err_set(e, ERR_DISK, m->path, "无法写入导出文件：%s，请检查磁盘空间",
                       strerror(errno));
    Str *titles = arena_array_of(m->arena, m->count, Str);

    for (size_t i = 0; i < m->count; i++)
        titles[i] = columns[i].title;
    fputs("\xEF\xBB\xBF", m->csv);
    csv_line(m->csv, titles, m->count, STR("水印"));
    return true;
}

Marked *marked_open(Arena *a, Str format, const char *path, Str sheet, const MarkedColumn *columns,
                    size_t count, Str mark, Err *e) {
    Marked *m = arena_new_of(a, Marked);

    *m = (Marked){.arena = a, .path = path, .mark = mark, .count = count};
    if (str_is(format, "xlsx")) {
        workbook_begin(m, sheet, columns);
        return m;
    }
    if (!str_is(format, "csv")) {
        err_set(e, ERR_INVALID, "/format", "只能导出为 xlsx 或 csv");
        return NULL;
    }
    return csv_begin(m, columns, e) ? m : NULL;
}

void marked_row(Marked *m, const Str *cells) {
    scoped_arena Arena *a = arena_new();

    if (m->csv != NULL) {
        csv_line(m->csv, cells, m->count, m->mark);
        return;
    }
    for (size_t i = 0; i < m->count; i++)
        worksheet_write_string(m->sheet, m->row, (lxw_col_t)i, str_c(a, cells[i]), NULL);
    worksheet_write_string(m->sheet, m->row, (lxw_col_t)m->count, str_c(a, m->mark), m->pale);
    m->row++;
}

bool marked_close(Marked *m, bool keep, Err *e) {
    bool good = true;

    if (m->csv != NULL) {
        good = ferror(m->csv) == 0;
        good = fclose(m->csv) == 0 && good;
    } else {
        good = workbook_close(m->book) == LXW_NO_ERROR;
    }
    if (!good || !keep)
        remove(m->path);
    if (!good && keep)
        return err_set(e, ERR_DISK, m->path, "写入导出文件时出错，请检查磁盘空间");
    return good;
}
