/* SPDX-License-Identifier: MulanPSL-2.0 */
/* data/row_block.c: the memory of a block of rows, reused from filling to filling. */
#include "data/row_block.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

static void *must(void *p) {
    if (p == NULL) {
        fputs("lianheng: 内存不足，程序退出\n", stderr);
        abort();
    }
    return p;
}

RowBlock *row_block_new(size_t capacity) {
    RowBlock *b = must(calloc(1, sizeof *b));

    assert(capacity > 0 && capacity <= 65536);
    b->capacity = capacity;
    b->rows = must(calloc(capacity, sizeof *b->rows));
    b->arena = arena_new();
    return b;
}

void row_block_free(RowBlock *b) {
    if (b == NULL)
        return;
    arena_free(b->arena);
    free(b->rows);
    free(b->cells);
    free(b->text);
    free(b);
}

size_t row_block_count(const RowBlock *b) {
    return b->count;
}

const RowOfCells *row_block_rows(const RowBlock *b) {
    return b->rows;
}

void block_start(RowBlock *b) {
    b->count = b->cell_count = b->row_first = 0;
    arena_reset(b->arena);
}

bool block_full(const RowBlock *b) {
    return b->count == b->capacity || b->cell_count >= BLOCK_CELLS_MAX;
}

void block_text(RowBlock *b, size_t n, size_t keep) {
    if (b->text_cap >= n)
        return;
    /* malloc and copy: realloc would copy the dead bytes too. */
    char *grown = must(malloc(n + 64));

    if (keep != 0)
        memcpy(grown, b->text, keep);
    free(b->text);
    b->text = grown;
    b->text_cap = n;
}

void block_grow_cells(RowBlock *b) {
    b->cell_cap = b->cell_cap == 0 ? 4096 : b->cell_cap * 2;
    b->cells = must(realloc(b->cells, b->cell_cap * sizeof *b->cells));
}

void block_row(RowBlock *b, uint64_t line, const char *problem) {
    b->rows[b->count++] =
        (RowOfCells){.line = line, .count = block_open_cells(b), .problem = problem};
    b->row_first = b->cell_count;
}

void block_drop_row(RowBlock *b) {
    b->cell_count = b->row_first;
}

void block_end(RowBlock *b) {
    size_t at = 0;

    block_drop_row(b);
    for (size_t i = 0; i < b->count; i++) {
        b->rows[i].cells = b->rows[i].count == 0 ? NULL : b->cells + at;
        at += b->rows[i].count;
    }
}
