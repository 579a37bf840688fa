/* SPDX-License-Identifier: MulanPSL-2.0 */
/* data/rows_xlsx.c: an XLSX file in a worker: the book, the choice of a sheet, its merges, its
 * rows.
 */
#include "data/rows_sheet.h"
#include "data/xlsx_sheet.h"

#include <sys/stat.h>

#include "base/banned.h"

/* --- one pass over a sheet ------------------------------------------------------------------- */

typedef struct Pass {
    XlsxSheetParser *parser;
    SheetOut *out;
    uint64_t file_size;
} Pass;

static bool parse_piece(void *self, Str piece, double done, Err *e) {
    Pass *pass = self;

    (void)e;
    if (pass->out != NULL)
        pass->out->progress = (uint64_t)((double)pass->file_size * done);
    return xlsx_sheet_feed(pass->parser, piece, false) && !xlsx_sheet_stopped(pass->parser);
}

static bool read_sheet(Archive *z, const char *part, Pass *pass, Err *e) {
    return archive_read(z, part, parse_piece, pass, e) &&
           xlsx_sheet_feed(pass->parser, (Str){NULL, 0}, true);
}

static RowTaken first_row_is_enough(void *self, SheetRow *row, Err *e) {
    (void)row, (void)e;
    *(bool *)self = true;
    return ROW_ENOUGH;
}

static bool has_rows(Archive *z, const XlsxBook *b, const char *part, bool *any, Err *e) {
    Pass pass = {.parser = xlsx_sheet_new(b, NULL, first_row_is_enough, any, e)};

    *any = false;
    bool ok = read_sheet(z, part, &pass, e);

    xlsx_sheet_free(pass.parser);
    return ok;
}

/* --- which sheet ----------------------------------------------------------------------------- */

static bool named_sheet(const XlsxBook *b, Str name, size_t *chosen, Err *e) {
    scoped_buf Buf names;

    buf_init(&names, 300);
    for (size_t i = 0; i < b->sheet_count; i++)
        if (str_eq(b->sheets[i].name, name) && b->sheets[i].part != NULL) {
            *chosen = i;
            return true;
        }
    for (size_t i = 0; i < b->sheet_count; i++)
        buf_addf(&names, "%s%.*s", i == 0 ? "" : "、", STR_ARG(b->sheets[i].name));
    return err_set(e, ERR_NOT_FOUND, NULL, "文件里没有名为“%.*s”的工作表，有的是：%.*s",
                   STR_ARG(str_slice(name, 0, 96)), STR_ARG(buf_str(&names)));
}

/* The first visible one with rows, or else the first visible one, or else the first. */
static bool choose_sheet(Archive *z, const XlsxBook *b, Str name, size_t *chosen, Err *e) {
    size_t fallback = b->sheet_count;

    if (name.len != 0)
        return named_sheet(b, name, chosen, e);
    for (size_t i = 0; i < b->sheet_count; i++) {
        bool any;

        if (b->sheets[i].part == NULL || b->sheets[i].hidden)
            continue;
        if (!has_rows(z, b, b->sheets[i].part, &any, e))
            return false;
        if (any) {
            *chosen = i;
            return true;
        }
        if (fallback == b->sheet_count)
            fallback = i;
    }
    for (size_t i = 0; fallback == b->sheet_count; i++)
        if (b->sheets[i].part != NULL)
            fallback = i;
    *chosen = fallback;
    return true;
}

/* --- the worker ------------------------------------------------------------------------------ */

static bool scan_piece(void *self, Str piece, double done, Err *e) {
    (void)done;
    return merges_scan(self, piece, e);
}

static RowTaken send_row(void *self, SheetRow *row, Err *e) {
    (void)e;
    sheet_out_row(self, row);
    return ROW_GO_ON;
}

static bool send_rows(Archive *z, const XlsxBook *b, const char *part, Port *port,
                      uint64_t file_size, Err *e) {
    Merges merges;
    SheetOut out;
    bool ok;

    merges_init(&merges);
    sheet_out_init(&out, port);
    ok = archive_read(z, part, scan_piece, &merges, e);
    merges_ready(&merges);
    if (ok) {
        Pass pass = {.parser = xlsx_sheet_new(b, &merges, send_row, &out, e),
                     .out = &out,
                     .file_size = file_size};

        ok = read_sheet(z, part, &pass, e);
        xlsx_sheet_free(pass.parser);
    }
    sheet_out_end(&out);
    merges_done(&merges);
    return ok;
}

static bool send_book(Archive *z, XlsxBook *b, Arena *a, Port *port, Str sheet, uint64_t file_size,
                      Err *e) {
    SheetOut out;
    size_t chosen = 0;

    if (!xlsx_book_read(b, a, z, e) || !choose_sheet(z, b, sheet, &chosen, e))
        return false;
    Str *names = arena_array_of(a, b->sheet_count, Str);

    for (size_t i = 0; i < b->sheet_count; i++)
        names[i] = b->sheets[i].name;
    sheet_out_init(&out, port);
    sheet_out_sheets(&out, names, b->sheet_count, chosen);
    return send_rows(z, b, b->sheets[chosen].part, port, file_size, e);
}

static bool run(Port *port, int fd, Str sheet, Err *e) {
    scoped_arena Arena *a = arena_new();
    struct stat st;
    uint64_t file_size = fstat(fd, &st) == 0 ? (uint64_t)st.st_size : 0;
    Archive *z = archive_open(fd, e);
    XlsxBook book = {0};

    if (z == NULL)
        return false;
    bool ok = send_book(z, &book, a, port, sheet, file_size, e);

    xlsx_book_done(&book);
    archive_free(z);
    return ok;
}

static const WorkerKind xlsx_worker = {.name = "xlsx", .run = run};
WORKER_KIND(xlsx_worker)

Reader *xlsx_open(int fd, Arena *a, RowsInfo *info, Err *e) {
    return sheet_reader_open(&xlsx_worker, fd, a, info, e);
}
