/* SPDX-License-Identifier: MulanPSL-2.0 */
/* data/rows_test_help.h: for the tests of the row readers: files in a private folder, and rows as
 * text to compare: "1|a|b\n" is line 1 with two cells; "?" before a cell's text tells its kind
 * where it is not plain text; " !reason" ends a row with a problem. */
#ifndef DATA_ROWS_TEST_HELP_H
#define DATA_ROWS_TEST_HELP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "data/rows.h"

static char test_folder[64];

static int make_folder(void **state) {
    (void)state;
    snprintf(test_folder, sizeof test_folder, "/tmp/lianheng-rows-XXXXXX");
    return mkdtemp(test_folder) == NULL ? -1 : 0;
}

static int remove_folder(void **state) {
    (void)state;
    return rmdir(test_folder);
}

static const char *test_path(const char *name) {
    static char path[256];

    snprintf(path, sizeof path, "%s/%s", test_folder, name);
    return path;
}

static __attribute__((unused)) void write_file(const char *path, Str text) {
    FILE *f = fopen(path, "wb");

    assert_non_null(f);
    assert_int_equal(fwrite(text.ptr, 1, text.len, f), text.len);
    assert_int_equal(fclose(f), 0);
}

static void add_row(const RowOfCells *row, Buf *out) {
    static const char *const marks[] = {"", "#", "@", "~", "^", ""};

    buf_addf(out, "%llu", (unsigned long long)row->line);
    for (size_t i = 0; i < row->count; i++) {
        buf_addf(out, "|%s", marks[row->cells[i].kind]);
        buf_add(out, row->cells[i].text);
        assert_true((row->cells[i].text.len == 0) == (row->cells[i].kind == CELL_EMPTY));
    }
    if (row->problem != NULL)
        buf_addf(out, " !%s", row->problem);
    buf_add_char(out, '\n');
}

/* All rows of an open file, or false with the error. */
static bool add_rows(Rows *r, size_t capacity, Buf *out, Err *e) {
    RowBlock *b = row_block_new(capacity);
    bool ok;

    while ((ok = rows_next(r, b, e)) && row_block_count(b) != 0)
        for (size_t i = 0; i < row_block_count(b); i++)
            add_row(&row_block_rows(b)[i], out);
    if (ok) /* the end stays the end */
        assert_true(rows_next(r, b, e) && row_block_count(b) == 0);
    row_block_free(b);
    return ok;
}

/* The rows of a file as text; "code: sentence" when it cannot be read. */
static __attribute__((unused)) const char *rows_text(Arena *a, const char *path,
                                                     const RowsOptions *options, size_t capacity) {
    scoped_buf Buf out;
    Err e = {0};
    Rows *r = rows_open(path, options, &e);

    buf_init(&out, 256 << 20);
    if (r == NULL || !add_rows(r, capacity, &out, &e)) {
        buf_clear(&out);
        buf_addf(&out, "%s: %s", err_key(e.code), e.text);
    }
    rows_close(r);
    buf_add_c(&out, "");
    return str_c(a, buf_str(&out));
}

static __attribute__((unused)) const char *
rows_of_text(Arena *a, const char *name, Str text, const RowsOptions *options, size_t capacity) {
    const char *path = str_c(a, str_of(test_path(name)));

    write_file(path, text);
    const char *rows = rows_text(a, path, options, capacity);

    unlink(path);
    return rows;
}

/* A file of the shared data, or NULL when it is not there. */
static __attribute__((unused)) const char *shared_file(Arena *a, const char *name) {
    const char *home = getenv("LIANHENG_SHARED");
    Str path = home != NULL ? str_format(a, "%s/%s", home, name)
                            : str_format(a, "%s/../shared/%s", SOURCE_ROOT, name);

    return access(path.ptr, R_OK) == 0 ? path.ptr : NULL;
}

#endif
