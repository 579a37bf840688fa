/* SPDX-License-Identifier: MulanPSL-2.0 */
/* tests/fuzz/fuzz_rows.h: for the targets of row readers: a file in memory, and a digest of all
 * rows that must not depend on how many are asked for at once. */
#ifndef TESTS_FUZZ_ROWS_H
#define TESTS_FUZZ_ROWS_H

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "data/rows_reader.h"

static void must(bool good) {
    if (!good)
        abort();
}

static __attribute__((unused)) int memory_file(const uint8_t *bytes, size_t size) {
    int fd = memfd_create("fuzz", MFD_CLOEXEC);

    must(fd >= 0 && (size == 0 || write(fd, bytes, size) == (ssize_t)size));
    return fd;
}

static uint64_t mix(uint64_t digest, uint64_t value) {
    return (digest ^ value) * 1099511628211u + 1469598103934665603u;
}

static __attribute__((unused)) uint64_t row_digest(uint64_t digest, const RowOfCells *row) {
    must(row->count <= ROW_COLUMNS_MAX);
    digest = mix(digest, row->line);
    for (size_t i = 0; i < row->count; i++) {
        Str text = row->cells[i].text;

        must(str_utf8_valid(text) && (text.len == 0) == (row->cells[i].kind == CELL_EMPTY));
        must(text.len == 0 || memchr(text.ptr, '\0', text.len) == NULL);
        digest = mix(mix(digest, str_hash(text)), row->cells[i].kind);
    }
    return mix(digest, row->problem == NULL ? 0 : str_hash(str_of(row->problem)));
}

typedef Reader *Opener(int fd, Arena *a, RowsInfo *info, Err *e);

/* Digest of all rows; of the error instead when there is one. */
static __attribute__((unused)) uint64_t rows_digest(Opener *open_rows, int fd, RowsInfo info,
                                                    size_t capacity, bool lines_grow) {
    scoped_arena Arena *a = arena_new();
    Err e = {0};
    Reader *r = open_rows(fd, a, &info, &e);
    uint64_t digest = 0, last = 0;
    bool ok = r != NULL, more = ok;
    RowBlock *b = row_block_new(capacity);

    while (more) {
        block_start(b);
        ok = r->next(r, b, &e);
        if (!ok)
            b->count = 0;
        block_end(b);
        more = ok && b->count != 0;
        for (size_t i = 0; i < b->count; i++) {
            digest = row_digest(digest, &b->rows[i]);
            must(!lines_grow || b->rows[i].line > last);
            last = b->rows[i].line;
        }
    }
    row_block_free(b);
    if (r != NULL)
        r->close(r);
    must(ok == (e.code == ERR_NONE) && str_utf8_valid(str_of(e.text)));
    return ok ? digest : str_hash(str_of(e.text));
}

#endif
