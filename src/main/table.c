/* SPDX-License-Identifier: MulanPSL-2.0 */
/* main/table.c: tables for terminals. */
#include "main/table.h"

#include <inttypes.h>
#include <string.h>

enum { COLUMNS_MOST = 12, GAP = 2 };

typedef struct Row {
    Str cells[COLUMNS_MOST];
    struct Row *next;
} Row;

struct Table {
    Arena *arena;
    Str titles[COLUMNS_MOST];
    bool right[COLUMNS_MOST];
    size_t columns;
    Row *first, *last;
};

/* Ideographs, kana, full-width forms and the punctuation that goes with them. */
static bool is_wide(uint32_t r) {
    return (r >= 0x1100 && r <= 0x115F) || (r >= 0x2E80 && r <= 0xA4CF) ||
           (r >= 0xAC00 && r <= 0xD7A3) || (r >= 0xF900 && r <= 0xFAFF) ||
           (r >= 0xFE30 && r <= 0xFE6F) || (r >= 0xFF00 && r <= 0xFF60) ||
           (r >= 0xFFE0 && r <= 0xFFE6) || (r >= 0x20000 && r <= 0x3FFFD);
}

size_t text_width(Str text) {
    size_t width = 0;
    uint32_t rune;

    while (str_rune(&text, &rune))
        width += is_wide(rune) ? 2 : 1;
    return width;
}

Str grouped(Arena *a, int64_t n) {
    char digits[32], out[48];
    size_t length = (size_t)snprintf(digits, sizeof digits, "%" PRId64, n), to = 0;
    size_t sign = n < 0;

    for (size_t i = 0; i < length; i++) {
        if (i > sign && (length - i) % 3 == 0)
            out[to++] = ',';
        out[to++] = digits[i];
    }
    return str_dup(a, (Str){out, to});
}

Table *table_new(Arena *a, const char *titles) {
    Table *t = arena_new_of(a, Table);
    Str rest = str_of(titles), title;

    t->arena = a;
    while (t->columns < COLUMNS_MOST && str_split(&rest, '|', &title)) {
        t->right[t->columns] = title.len != 0 && title.ptr[0] == '>';
        t->titles[t->columns] = t->right[t->columns] ? str_slice(title, 1, title.len) : title;
        t->columns++;
    }
    return t;
}

void table_add(Table *t, const Str *cells) {
    Row *row = arena_new_of(t->arena, Row);

    memcpy(row->cells, cells, t->columns * sizeof *cells);
    if (t->last != NULL)
        t->last->next = row;
    else
        t->first = row;
    t->last = row;
}

static void write_blanks(size_t n, FILE *out) {
    for (size_t i = 0; i < n; i++)
        fputc(' ', out);
}

static void write_row(const Table *t, const Str *cells, const size_t *widths, FILE *out) {
    for (size_t i = 0; i < t->columns; i++) {
        size_t blanks = widths[i] - text_width(cells[i]);

        if (t->right[i])
            write_blanks(blanks, out);
        fwrite(cells[i].len != 0 ? cells[i].ptr : "", 1, cells[i].len, out);
        if (i + 1 == t->columns)
            break;
        write_blanks(GAP + (t->right[i] ? 0 : blanks), out);
    }
    fputc('\n', out);
}

void table_write(const Table *t, FILE *out) {
    size_t widths[COLUMNS_MOST];

    for (size_t i = 0; i < t->columns; i++) {
        widths[i] = text_width(t->titles[i]);
        for (const Row *row = t->first; row != NULL; row = row->next)
            if (text_width(row->cells[i]) > widths[i])
                widths[i] = text_width(row->cells[i]);
    }
    write_row(t, t->titles, widths, out);
    for (const Row *row = t->first; row != NULL; row = row->next)
        write_row(t, row->cells, widths, out);
}
