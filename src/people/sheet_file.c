/* SPDX-License-Identifier: MulanPSL-2.0 */
/* people/sheet_file.c: a small table of texts, read from and written to a file. */
#include "people/sheet_file.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <xlsxwriter.h>

#include "data/rows.h"

#include "base/banned.h"

enum { COLUMNS_MOST = 20, BLOCK = 512 };

static size_t width_of(const SheetColumn *columns) {
    size_t n = 0;

    while (columns[n].title != NULL)
        n++;
    return n;
}

/* ---- reading ---- */

/* Which column of the file is which of ours. */
typedef struct Header {
    int64_t at[COLUMNS_MOST]; /* by our column; -1: not in the file */
} Header;

static bool header_cell(const SheetColumn *columns, Str cell, size_t at, Header *out, Err *e) {
    Str title = str_trim(cell);
    const char *nearest = NULL;
    size_t distance = 3;

    if (title.len == 0)
        return true;
    for (size_t i = 0; columns[i].title != NULL; i++) {
        size_t d = str_distance(title, str_of(columns[i].title), 2);

        if (d == 0 && out->at[i] >= 0)
            return err_set(e, ERR_INVALID, NULL, "表头里“%s”写了两遍", columns[i].title);
        if (d == 0) {
            out->at[i] = (int64_t)at;
            return true;
        }
        if (d < distance) {
            distance = d;
            nearest = columns[i].title;
        }
    }
    title = str_slice(title, 0, 60);
    if (nearest != NULL)
        return err_set(e, ERR_INVALID, NULL, "表头里的“%.*s”不认识，是不是想写“%s”", STR_ARG(title),
                       nearest);
    return err_set(e, ERR_INVALID, NULL, "表头里的“%.*s”不认识，请删去这一列", STR_ARG(title));
}

static bool header_read(const SheetColumn *columns, const RowOfCells *row, Header *out, Err *e) {
    for (size_t i = 0; i < COLUMNS_MOST; i++)
        out->at[i] = -1;
    for (size_t i = 0; i < row->count; i++)
        if (!header_cell(columns, row->cells[i].text, i, out, e))
            return false;
    for (size_t i = 0; columns[i].title != NULL; i++)
        if (columns[i].needed && out->at[i] < 0)
            return err_set(e, ERR_INVALID, NULL, "表头里缺少“%s”这一列", columns[i].title);
    return true;
}

/* Exports put an apostrophe before what a spreadsheet would take for a formula. */
static Str cell_text(Arena *a, Str text) {
    Str s = str_unwrap(text);

    if (s.len > 1 && s.ptr[0] == '\'' && strchr("=+-@", s.ptr[1]) != NULL)
        s = str_slice(s, 1, s.len);
    return str_dup(a, s);
}

static bool take(Arena *a, const RowOfCells *row, const Header *h, size_t width, SheetRow *out,
                 Err *e) {
    Str *cells = arena_array_of(a, width, Str);

    if (row->problem != NULL)
        return err_set(e, ERR_INVALID, NULL, "第 %" PRIu64 " 行读不出来：%s", row->line,
                       row->problem);
    for (size_t i = 0; i < width; i++) {
        bool there = h->at[i] >= 0 && (size_t)h->at[i] < row->count;

        cells[i] = there ? cell_text(a, row->cells[h->at[i]].text) : STR("");
    }
    *out = (SheetRow){.line = (int64_t)row->line, .cells = cells};
    return true;
}

typedef struct Reading {
    Arena *arena;
    const SheetColumn *columns;
    size_t width, most;
    Header header;
    bool headed;
    SheetTable *out;
} Reading;

static bool read_block(Reading *r, const RowBlock *b, Err *e) {
    const RowOfCells *rows = row_block_rows(b);

    for (size_t i = 0; i < row_block_count(b); i++) {
        if (!r->headed) {
            if (!header_read(r->columns, &rows[i], &r->header, e))
                return false;
            r->headed = true;
            continue;
        }
        if (r->out->count >= r->most)
            return err_set(e, ERR_TOO_LARGE, NULL, "表里超过 %zu 行，请分成几个文件导入", r->most);
        if (!take(r->arena, &rows[i], &r->header, r->width, &r->out->rows[r->out->count], e))
            return false;
        r->out->count++;
    }
    return true;
}

bool sheet_read(Arena *a, const char *path, const SheetColumn *columns, size_t most,
                SheetTable *out, Err *e) {
    Reading r = {
        .arena = a, .columns = columns, .width = width_of(columns), .most = most, .out = out};
    Rows *rows = rows_open(path, NULL, e);

    if (rows == NULL)
        return false;
    RowBlock *b = row_block_new(BLOCK);
    bool good = true;

    out->rows = arena_array_of(a, most, SheetRow);
    out->count = 0;
    while (good && (good = rows_next(rows, b, e)) && row_block_count(b) > 0)
        good = read_block(&r, b, e);
    row_block_free(b);
    rows_close(rows);
    if (good && !r.headed)
        return err_set(e, ERR_INVALID, NULL, "文件里没有任何行");
    return good;
}

/* ---- writing ---- */

static void csv_cell(FILE *f, Str s, bool first) {
    if (!first)
        fputc(',', f);
    fputc('"', f);
    if (s.len > 0 && strchr("=+-@\t\r", s.ptr[0]) != NULL)
        fputc('\'', f);
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '"')
            fputc('"', f);
        fputc(s.ptr[i], f);
    }
    fputc('"', f);
}

static bool csv_write(const char *path, const SheetColumn *columns, size_t width, const Str *cells,
                      size_t count, Err *e) {
    FILE *f = fopen(path, "we");

    if (f == NULL)
        return err_set(e, ERR_DISK, path, "无法写入 %s：%s", path, strerror(errno));
    fputs("\xEF\xBB\xBF", f);
    for (size_t i = 0; i < width; i++)
        csv_cell(f, str_of(columns[i].title), i == 0);
    fputs("\r\n", f);
    for (size_t i = 0; i < count * width; i++) {
        csv_cell(f, cells[i], i % width == 0);
        if (i % width == width - 1)
            fputs("\r\n", f);
    }
    bool bad = ferror(f) != 0;

    bad |= fclose(f) != 0;
    return !bad || err_set(e, ERR_DISK, path, "写入 %s 时出错，请检查磁盘空间", path);
}

static bool xlsx_write(const char *path, const char *title, const SheetColumn *columns,
                       size_t width, const Str *cells, size_t count, Err *e) {
    scoped_arena Arena *a = arena_new();
    lxw_workbook *book = workbook_new(path);
    lxw_worksheet *sheet = workbook_add_worksheet(book, title);
    lxw_format *bold = workbook_add_format(book);

    format_set_bold(bold);
    format_set_bg_color(bold, 0xDCE6F2);
    for (size_t i = 0; i < width; i++) {
        worksheet_set_column(sheet, (lxw_col_t)i, (lxw_col_t)i, 22, NULL);
        worksheet_write_string(sheet, 0, (lxw_col_t)i, columns[i].title, bold);
    }
    worksheet_freeze_panes(sheet, 1, 0);
    for (size_t i = 0; i < count * width; i++)
        worksheet_write_string(sheet, (lxw_row_t)(i / width + 1), (lxw_col_t)(i % width),
                               str_c(a, cells[i]), NULL);
    lxw_error code = workbook_close(book);

    return code == LXW_NO_ERROR || err_set(e, ERR_DISK, path, "写入 %s 时出错：%s，请检查磁盘空间",
                                           path, lxw_strerror(code));
}

bool sheet_write(const char *path, const char *title, const SheetColumn *columns, const Str *cells,
                 size_t count, Err *e) {
    size_t width = width_of(columns);
    bool good = str_ends(str_of(path), STR(".xlsx"))
                    ? xlsx_write(path, title, columns, width, cells, count, e)
                    : csv_write(path, columns, width, cells, count, e);

    if (!good)
        remove(path);
    return good;
}

/* ---- problems ---- */

void sheet_problem(SheetProblems *p, int64_t line, Err *e) {
    p->all++;
    if (p->count < SHEET_PROBLEMS_MOST)
        p->items[p->count++] = (SheetProblem){line, str_dup(p->arena, str_of(e->text))};
    err_clear(e);
}

bool sheet_settle(SheetProblems *p, SheetResult *out, Err *e) {
    SheetProblem *items = arena_array_of(p->arena, p->count, SheetProblem);

    if (p->all == 0)
        return true;
    memcpy(items, p->items, p->count * sizeof *items);
    *out = (SheetResult){.rows = out->rows, .problems = items, .problem_count = p->count};
    return err_set(e, ERR_INVALID, NULL, "有 %zu 行不对，什么都没有导入。第 %" PRId64 " 行：%.*s",
                   p->all, items[0].line, STR_ARG(items[0].text));
}
