/* SPDX-License-Identifier: MulanPSL-2.0 */
/* tests/fuzz/fuzz_data_xlsx.c: what the worker does with an XLSX file, without the worker: a whole
 * archive when the input is one, else the XML of a sheet, whole and in pieces. */
#include "fuzz_rows.h"

#include "data/xlsx_sheet.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static RowTaken take(void *self, SheetRow *row, Err *e) {
    uint64_t *digest = self;

    (void)e;
    *digest = mix(*digest, row->line);
    for (size_t i = 0; i < row->count; i++) {
        Str text = {row->bytes.ptr + row->cells[i].from, row->cells[i].len};

        if (text.len != 0)
            must(str_utf8_valid(text));
        *digest = mix(mix(*digest, text.len == 0 ? 0 : str_hash(text)), row->cells[i].kind);
    }
    return ROW_GO_ON;
}

/* The digest of a sheet's rows, or 0 when it is refused. */
static uint64_t read_sheet(const XlsxBook *b, Str xml, size_t piece) {
    Merges merges;
    Err e = {0};
    uint64_t digest = 1;
    bool ok = true;

    merges_init(&merges);
    for (size_t at = 0; at < xml.len; at += piece)
        ok = ok && merges_scan(&merges, str_slice(xml, at, at + piece), &e);
    merges_ready(&merges);
    XlsxSheetParser *p = xlsx_sheet_new(b, &merges, take, &digest, &e);

    for (size_t at = 0; at < xml.len; at += piece)
        ok = ok && xlsx_sheet_feed(p, str_slice(xml, at, at + piece), false);
    ok = ok && xlsx_sheet_feed(p, (Str){NULL, 0}, true);
    must(ok == (e.code == ERR_NONE));
    xlsx_sheet_free(p);
    merges_done(&merges);
    return ok ? digest : 0;
}

typedef struct Pass {
    XlsxSheetParser *parser;
    size_t bytes;
} Pass;

static bool feed(void *self, Str piece, double done, Err *e) {
    Pass *pass = self;

    (void)done, (void)e;
    pass->bytes += piece.len;
    /* Enough for a fuzz run. */
    return pass->bytes < 1 << 20 && xlsx_sheet_feed(pass->parser, piece, false);
}

static void read_archive(const uint8_t *bytes, size_t size) {
    scoped_arena Arena *a = arena_new();
    XlsxBook b = {0};
    Err e = {0};
    uint64_t digest = 0;
    Archive *z = archive_open(memory_file(bytes, size), &e);

    if (z == NULL)
        return;
    bool ok = xlsx_book_read(&b, a, z, &e);

    for (size_t i = 0; ok && i < b.sheet_count; i++) {
        Pass pass = {xlsx_sheet_new(&b, NULL, take, &digest, &e), 0};

        if (b.sheets[i].part != NULL)
            ok = archive_read(z, b.sheets[i].part, feed, &pass, &e);
        xlsx_sheet_free(pass.parser);
    }
    must(ok == (e.code == ERR_NONE));
    xlsx_book_done(&b);
    archive_free(z);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    NumberFormat formats[] = {FORMAT_NUMBER, FORMAT_DATE, FORMAT_TIME, FORMAT_ELAPSED};
    XlsxBook b = {.formats = formats, .format_count = 4};
    Str xml = {(const char *)bytes, size};
    Err e = {0};

    if (size > 4 && memcmp(bytes, "PK", 2) == 0) {
        read_archive(bytes, size);
        return 0;
    }
    if (size > 65536)
        return 0;
    text_table_init(&b.texts);
    buf_add_c(&b.texts.bytes, "共享");
    text_table_end(&b.texts, &e);
    uint64_t whole = read_sheet(&b, xml, size + 1);

    must(whole == read_sheet(&b, xml, 7));
    text_table_done(&b.texts);
    return 0;
}
