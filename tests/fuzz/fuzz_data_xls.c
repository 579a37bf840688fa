/* SPDX-License-Identifier: MulanPSL-2.0 */
/* tests/fuzz/fuzz_data_xls.c: what the worker does with an XLS file, without the worker: a compound
 * file when the input is one, else a stream of records. */
#include "fuzz_rows.h"

#include "data/xls_book.h"
#include "data/xls_ole.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static bool read_sheet(const XlsBook *b, const XlsSheet *s, Err *e) {
    XlsCells cells;
    Merges merges;

    merges_init(&merges);
    bool ok = xls_sheet_read(b, s, &cells, &merges, e);

    for (size_t i = 0; i < cells.count; i++) {
        Str text = {cells.texts.ptr + cells.items[i].from, cells.items[i].len};

        must(text.len > 0 && str_utf8_valid(text) && memchr(text.ptr, '\0', text.len) == NULL);
        must(!ok || i == 0 || cells.items[i].row >= cells.items[i - 1].row);
    }
    xls_cells_done(&cells);
    merges_done(&merges);
    return ok;
}

static void read_stream(Str stream) {
    scoped_arena Arena *a = arena_new();
    XlsBook b;
    Err e = {0};
    bool ok = xls_book_read(&b, a, stream, &e);

    for (size_t i = 0; ok && i < b.sheet_count && i < 8; i++) {
        must(str_utf8_valid(b.sheets[i].name));
        ok = read_sheet(&b, &b.sheets[i], &e);
    }
    must(ok == (e.code == ERR_NONE));
    xls_book_done(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    Str file = {(const char *)bytes, size};
    scoped_buf Buf stream = {.max = size};
    Err e = {0};
    Ole ole;

    if (!str_starts(file, STR("\xD0\xCF\x11\xE0"))) {
        read_stream(file);
        return 0;
    }
    bool ok = ole_open(&ole, file, &e) &&
              (!ole_has(&ole, "Workbook") || ole_read(&ole, "Workbook", &stream, &e));

    must(ok == (e.code == ERR_NONE));
    ole_done(&ole);
    if (ok)
        read_stream(buf_str(&stream));
    return 0;
}
