/* SPDX-License-Identifier: MulanPSL-2.0 */
/* data/rows_xls.c: an old Excel file in a worker: the compound file, the workbook in it, the choice
 * of a sheet, its rows. */
#include "data/rows_sheet.h"

#include <sys/mman.h>
#include <sys/stat.h>

#include "base/banned.h"
#include "data/xls_book.h"
#include "data/xls_ole.h"

static const uint64_t FILE_MAX = (uint64_t)1 << 30;

/* --- which sheet ----------------------------------------------------------------------------- */

typedef struct Chosen {
    size_t index;
    XlsCells cells;
    Merges merges;
} Chosen;

static bool load(const XlsBook *b, size_t i, Chosen *c, Err *e) {
    xls_cells_done(&c->cells);
    merges_done(&c->merges);
    merges_init(&c->merges);
    c->index = i;
    return xls_sheet_read(b, &b->sheets[i], &c->cells, &c->merges, e);
}

static bool named_sheet(const XlsBook *b, Str name, Chosen *c, Err *e) {
    scoped_buf Buf names;

    buf_init(&names, 300);
    for (size_t i = 0; i < b->sheet_count; i++) {
        if (str_eq(b->sheets[i].name, name) && b->sheets[i].worksheet)
            return load(b, i, c, e);
        buf_addf(&names, "%s%.*s", i == 0 ? "" : "、", STR_ARG(b->sheets[i].name));
    }
    return err_set(e, ERR_NOT_FOUND, NULL, "文件里没有名为“%.*s”的工作表，有的是：%.*s",
                   STR_ARG(str_slice(name, 0, 96)), STR_ARG(buf_str(&names)));
}

/* The first visible one with rows, or else the first visible one, or else the first. */
static bool choose_sheet(const XlsBook *b, Str name, Chosen *c, Err *e) {
    size_t fallback = b->sheet_count, first = b->sheet_count;

    if (name.len != 0)
        return named_sheet(b, name, c, e);
    for (size_t i = b->sheet_count; i-- > 0;)
        if (b->sheets[i].worksheet) {
            first = i;
            fallback = b->sheets[i].hidden ? fallback : i;
        }
    if (first == b->sheet_count)
        return err_set(e, ERR_INVALID, NULL,
                       "文件里没有工作表（只有宏、图表，或是空的），没有可导入的数据");
    for (size_t i = first; i < b->sheet_count; i++) {
        if (!b->sheets[i].worksheet || b->sheets[i].hidden)
            continue;
        if (!load(b, i, c, e))
            return false;
        if (c->cells.count != 0)
            return true;
    }
    return load(b, fallback < b->sheet_count ? fallback : first, c, e);
}

/* --- rows ------------------------------------------------------------------------------------ */

static bool send_cells(SheetOut *out, Chosen *c, uint64_t file_size, Err *e) {
    static SheetRow row;
    const XlsCells *cells = &c->cells;
    size_t i = 0;

    merges_ready(&c->merges);
    while (i < cells->count) {
        uint32_t line = cells->items[i].row;

        sheet_row_start(&row, (uint64_t)line + 1);
        for (; i < cells->count && cells->items[i].row == line; i++) {
            const XlsCell *cell = &cells->items[i];
            Str text = {cells->texts.ptr + cell->from, cell->len};

            if (!(cell->kind == CELL_EMPTY
                      ? sheet_row_uncalculated(&row, cell->column, e)
                      : sheet_row_set(&row, cell->column, (CellKind)cell->kind, text, e)))
                return false;
        }
        if (!merges_apply(&c->merges, &row, e))
            return false;
        out->progress = (uint64_t)((double)file_size * (double)i / (double)cells->count);
        sheet_out_row(out, &row);
    }
    return true;
}

static bool send_book(const XlsBook *b, Arena *a, Port *port, Str sheet, uint64_t file_size,
                      Err *e) {
    Chosen c = {0};
    SheetOut out;
    Str *names = arena_array_of(a, b->sheet_count, Str);

    bool ok = choose_sheet(b, sheet, &c, e);

    sheet_out_init(&out, port);
    if (ok) {
        for (size_t i = 0; i < b->sheet_count; i++)
            names[i] = b->sheets[i].name;
        sheet_out_sheets(&out, names, b->sheet_count, c.index);
        ok = send_cells(&out, &c, file_size, e);
    }
    sheet_out_end(&out);
    xls_cells_done(&c.cells);
    merges_done(&c.merges);
    return ok;
}

static bool read_stream(Str stream, Port *port, Str sheet, uint64_t file_size, Err *e) {
    scoped_arena Arena *a = arena_new();
    XlsBook book;
    bool ok = xls_book_read(&book, a, stream, e) && send_book(&book, a, port, sheet, file_size, e);

    xls_book_done(&book);
    return ok;
}

/* --- the file -------------------------------------------------------------------------------- */

static bool read_container(const Ole *o, Buf *stream, Err *e) {
    if (ole_has(o, "Workbook"))
        return ole_read(o, "Workbook", stream, e);
    if (ole_has(o, "Book"))
        return ole_read(o, "Book", stream, e);
    if (ole_has(o, "EncryptedPackage"))
        return err_set(e, ERR_INVALID, NULL, "文件有密码，请用 WPS 或 Excel 去掉密码后再导入");
    if (ole_has(o, "WordDocument"))
        return err_set(e, ERR_INVALID, NULL, "文件是 Word 文档，请把其中的表格存成 .xlsx 再导入");
    return err_set(e, ERR_INVALID, NULL,
                   "文件不是 Excel 工作簿，请用 WPS 或 Excel 打开后另存为 .xlsx 再导入");
}

static bool run(Port *port, int fd, Str sheet, Err *e) {
    struct stat st;
    size_t size = fstat(fd, &st) == 0 ? (size_t)st.st_size : 0;
    scoped_buf Buf stream = {.max = size};
    Ole ole;
    char *bytes = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);

    if (bytes == MAP_FAILED)
        return err_set(e, ERR_DISK, NULL, "读取文件失败，请检查磁盘或网络盘后重试");
    Str file = {bytes, size};

    /* BIFF without a container is Excel 4 and older; the version check says so. */
    if (!str_starts(file, STR("\xD0\xCF\x11\xE0")))
        return read_stream(file, port, sheet, size, e);
    bool ok = ole_open(&ole, file, e) && read_container(&ole, &stream, e);

    ole_done(&ole);
    return ok && read_stream(buf_str(&stream), port, sheet, size, e);
}

/* The C library loads its tables for GB18030 from files, which a locked worker cannot open; while
 * one decoder is open they stay. */
static Decoder *tables;

static void load_tables(void) {
    tables = decoder_new(ENCODING_GB18030);
}

static const WorkerKind xls_worker = {.name = "xls", .prepare = load_tables, .run = run};
WORKER_KIND(xls_worker)

Reader *xls_open(int fd, Arena *a, RowsInfo *info, Err *e) {
    if (info->file_size > FILE_MAX) {
        err_set(e, ERR_TOO_LARGE, NULL, "XLS 文件超过 1 GiB，请拆分，或另存为 CSV 再导入");
        return NULL;
    }
    return sheet_reader_open(&xls_worker, fd, a, info, e);
}
