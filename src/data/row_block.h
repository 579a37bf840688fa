/* SPDX-License-Identifier: MulanPSL-2.0 */
/* data/row_block.h: how readers fill a RowBlock. Private to the row readers. */
#ifndef DATA_ROW_BLOCK_H
#define DATA_ROW_BLOCK_H

#include "data/rows.h"

/* Ceilings that all formats share. */
#define ROW_COLUMNS_MAX 4096
#define ROW_CELL_MAX ((size_t)1 << 20)
#define ROW_BYTES_MAX ((size_t)8 << 20)
#define ROW_FILE_MAX ((uint64_t)20 << 30)

/* A block is full at its capacity, or sooner, so that wide rows cannot make it huge. */
#define BLOCK_CELLS_MAX ((size_t)1 << 20)

struct RowBlock {
    size_t capacity, count;
    RowOfCells *rows;
    /* The cells of all rows one after the other. The array moves while it grows, so rows get their
     * pointers in block_end. */
    Cell *cells;
    size_t cell_count, cell_cap;
    size_t row_first; /* where the cells of the open row start */
    /* Text that readers parse in place; its size is theirs to manage. */
    char *text;
    size_t text_cap;
    Arena *arena; /* for texts and problems made for this filling only */
};

void block_start(RowBlock *b);
bool block_full(const RowBlock *b);
/* Text memory of at least n bytes plus 64 for reading ahead; moves, keeping the first `keep` bytes.
 */
void block_text(RowBlock *b, size_t n, size_t keep);
void block_grow_cells(RowBlock *b);

static inline void block_cell(RowBlock *b, Str text, CellKind kind) {
    if (b->cell_count == b->cell_cap)
        block_grow_cells(b);
    b->cells[b->cell_count++] = (Cell){text, kind};
}

/* Cells of the row that is not ended yet. */
static inline size_t block_open_cells(const RowBlock *b) {
    return b->cell_count - b->row_first;
}

void block_row(RowBlock *b, uint64_t line, const char *problem); /* end the open row */
void block_drop_row(RowBlock *b);                                /* forget its cells */
void block_end(RowBlock *b);

#endif
