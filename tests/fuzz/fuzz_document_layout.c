/* SPDX-License-Identifier: MulanPSL-2.0 */
/* tests/fuzz/fuzz_document_layout.c: whatever stands in a Sheet, the layout neither crashes nor
 * writes outside its page. The first byte chooses the form; then come blocks: a byte for the kind,
 * one for the face and how often the text is repeated, the text up to a newline. */
#include <stdlib.h>
#include <string.h>

#include "document/layout.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

enum { BLOCKS = 60, TEXT_MOST = 60000, PDF_MOST = 64 << 20, PAGES = 80, CELLS = 300 };

static void must(bool good) {
    if (!good)
        abort();
}

static Str repeat(Arena *a, Str text, int times) {
    scoped_buf Buf out;

    buf_init(&out, TEXT_MOST);
    for (int i = 0; i < times && !out.full; i++)
        buf_add(&out, text);
    return str_dup(a, buf_str(&out));
}

static Block *text_block(Arena *a, Str text, SpanFace face) {
    Block *block = arena_new_of(a, Block);
    Span *spans = arena_array_of(a, 2, Span);

    spans[0] = (Span){.text = str_slice(text, 0, text.len / 3), .face = face};
    spans[1] = (Span){.text = str_slice(text, text.len / 3, text.len)};
    *block = (Block){.spans = spans, .span_count = 2};
    return block;
}

/* Rows at '\r', cells at '|', a cell over several columns where '>' begins it. */
static void table(Arena *a, Block *block, Str text, bool head) {
    Row *rows = arena_array_of(a, CELLS, Row);
    size_t cells = 0;
    Str line, piece;

    block->rows = rows;
    while (block->row_count < CELLS && str_split(&text, '\r', &line)) {
        Row *row = &rows[block->row_count++];
        SheetCell *list = arena_array_of(a, CELLS, SheetCell);

        row->head = head && block->row_count == 1;
        row->cells = list;
        while (row->count < CELLS && ++cells < 2000 && str_split(&line, '|', &piece)) {
            SheetCell *cell = &list[row->count++];

            cell->columns = piece.len > 0 && piece.ptr[0] == '>' ? 3 : 1;
            cell->blocks = text_block(a, piece, FACE_OF_BLOCK);
            cell->count = 1;
        }
    }
}

static void within(const LayoutReport *r) {
    for (size_t i = 0; i < r->box_count; i++) {
        const LayoutBox *b = &r->boxes[i];

        must(b->page >= 1 && b->page <= r->pages);
        if (getenv("SHOW") != NULL)
            __builtin_printf("%zu p%d %.1f %.1f %.1f %.1f\n", b->block, b->page, b->x, b->y, b->w,
                             b->h);
        must(b->x > 27.5 && b->x + b->w < 184.5 && b->y > 29.5 && b->y + b->h < 262.5);
    }
    for (size_t i = 0; i < r->seal_count; i++)
        must(r->seals[i].page >= 1 && r->seals[i].page <= r->pages && r->seals[i].y > 37);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    scoped_arena Arena *a = arena_new();
    scoped_buf Buf pdf;
    Str rest = {(const char *)bytes, size}, line, watermark = {0};
    Block *blocks = arena_array_of(a, BLOCKS, Block);
    Sheet sheet = {.blocks = blocks};
    LayoutOptions options = {.created = STR("2024-03-05T08:30:00+08:00"), .max_pages = PAGES};
    LayoutReport report;
    Err e = {0};

    if (rest.len > 0) {
        sheet.form = (SheetForm)(bytes[0] % 4);
        sheet.sealed = (bytes[0] & 4) != 0;
        rest = str_slice(rest, 1, rest.len);
    }
    while (sheet.count < BLOCKS && str_split(&rest, '\n', &line)) {
        Block *block = &blocks[sheet.count++];
        int kind = line.len > 0 ? (unsigned char)line.ptr[0] % BLOCK_KIND_COUNT : 0;
        int how = line.len > 1 ? (unsigned char)line.ptr[1] : 0;
        Str text = repeat(a, str_slice(line, 2, line.len), 1 + (how >> 2) * (how >> 2));

        *block = *text_block(a, text, (SpanFace)(how % 4));
        block->kind = (BlockKind)kind;
        if (kind == BLOCK_TABLE)
            table(a, block, text, how % 2 == 0);
        watermark = how == 7 ? text : watermark;
    }
    options.watermark = watermark;
    options.mark = str_slice(watermark, 0, 30);
    buf_init(&pdf, PDF_MOST);
    if (layout_pdf(&sheet, &options, &pdf, &report, a, &e))
        within(&report);
    else
        must(e.code != ERR_NONE && e.code != ERR_INTERNAL && e.text[0] != '\0');
    return 0;
}
