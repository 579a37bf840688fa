/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/layout_test.h: Sheets written as lines of text, for the tests of the layout. */
#ifndef LIANHENG_DOCUMENT_LAYOUT_TEST_H
#define LIANHENG_DOCUMENT_LAYOUT_TEST_H

#include "document/layout.h"

#define CREATED STR_INIT("2024-03-05T08:30:00+08:00")

/* A Sheet being written. */
typedef struct Draft {
    Arena *arena;
    Sheet sheet;
    Block *blocks;
    size_t room;
} Draft;

static inline Draft draft_new(Arena *a, SheetForm form, size_t room) {
    Draft d = {.arena = a, .blocks = arena_array_of(a, room, Block), .room = room};

    d.sheet = (Sheet){.form = form, .blocks = d.blocks};
    return d;
}

static inline size_t draft_add(Draft *d, BlockKind kind, Str text) {
    Span *span = arena_new_of(d->arena, Span);

    assert_true(d->sheet.count < d->room);
    span->text = text;
    d->blocks[d->sheet.count] = (Block){.kind = kind, .spans = span, .span_count = 1};
    return d->sheet.count++;
}

/* `n` times the same text. */
static inline Str repeated(Arena *a, const char *text, size_t n) {
    scoped_buf Buf out;

    buf_init(&out, (size_t)64 << 20);
    for (size_t i = 0; i < n; i++)
        buf_add_c(&out, text);
    return str_dup(a, buf_str(&out));
}

/* A row of a table: cells between '|'; "^" is one with the cell above. */
static inline Row draft_row(Arena *a, const char *text, bool head) {
    Str rest = str_of(text), piece;
    SheetCell *cells = arena_array_of(a, 64, SheetCell);
    Row row = {.cells = cells, .head = head};

    while (str_split(&rest, '|', &piece)) {
        Block *block = arena_new_of(a, Block);
        Span *span = arena_new_of(a, Span);

        bool under = str_is(piece, "^");

        span->text = piece;
        *block = (Block){.kind = BLOCK_TEXT, .spans = span, .span_count = 1};
        cells[row.count++] =
            (SheetCell){.blocks = block, .count = !under, .columns = 1, .under = under};
    }
    return row;
}

#endif
