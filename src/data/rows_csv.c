/* SPDX-License-Identifier: MulanPSL-2.0 */
/* data/rows_csv.c: rows out of separated text. Cells point into the block's text; only cells with
 * doubled quotes are rewritten, in place. */
#include "data/rows_reader.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"
#include "data/csv_scan.h"
#include "data/text_source.h"

/* How much text a block takes at once: small enough to stay in the second-level cache. */
enum { TEXT_MOST = 512 << 10, TEXT_LEAST = 8 << 10 };

typedef struct Csv {
    Reader reader;
    TextSource *source;
    char separator;
    bool at_end; /* of the source */
    uint64_t line;
    char *carry; /* text read but not yet part of a row */
    size_t carry_len, carry_cap;
    size_t columns;  /* of the row before */
    size_t row_size; /* of an average row so far, to read no more than a block can take */
    /* Of the row being read: */
    uint64_t row_line;
    bool has_nul, has_text, stray_quote;
    uint64_t long_line;                /* where a quoted cell starts that is too long, or 0 */
    uint16_t doubled[ROW_COLUMNS_MAX]; /* cells with doubled quotes in them */
    size_t doubled_count;
} Csv;

typedef enum RowEnd {
    ROW_DONE,
    ROW_MORE,     /* the text ends before the row does */
    ROW_UNCLOSED, /* a quote without its partner */
    ROW_FAIL,
} RowEnd;

typedef struct Walk {
    Csv *csv;
    RowBlock *block;
    Scan scan;
    char *text;
    size_t len;
    bool last;      /* nothing follows the text */
    size_t row;     /* where the row starts */
    size_t cell;    /* where the cell starts */
    uint64_t lines; /* line breaks met since the row's start */
    size_t end;     /* of a finished row: where the next one starts */
    Err *e;
} Walk;

static const char STRAY_QUOTE[] = "引号使用不规范：引号里有分隔符，但结束引号后面还有文字";
static const char HAS_NUL[] = "含有空字符";

static uint64_t line_now(const Walk *w) {
    return w->csv->row_line + w->lines;
}

/* --- cells ----------------------------------------------------------------------------------- */

static bool looks_like_code(Str s) {
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];

        if (c == '\'' || c < 0x20 || c >= 0x80)
            return false;
    }
    return s.len > 0 && ((s.ptr[0] >= '0' && s.ptr[0] <= '9') || s.ptr[0] == '-' ||
                         s.ptr[0] == '+' || s.ptr[0] == '=');
}

/* Excel's two ways of keeping a number as text, ="0012" and '0012, are not part of the value. */
static Str without_excel_marks(Str s) {
    if (s.len >= 3 && s.ptr[0] == '=' && s.ptr[1] == '"' && s.ptr[s.len - 1] == '"')
        return str_slice(s, 2, s.len - 1);
    if (s.len >= 2 && s.ptr[0] == '\'' && looks_like_code(str_slice(s, 1, s.len)))
        return str_slice(s, 1, s.len);
    return s;
}

/* `raw`: doubled quotes have still to be undone, so the text is not what it will be. */
static bool add_cell(Walk *w, size_t from, size_t to, bool raw) {
    Str text = {w->text + from, to - from};

    if (text.len > ROW_CELL_MAX)
        return err_set(w->e, ERR_TOO_LARGE, NULL,
                       "第 %" PRIu64 " 行有一个单元格超过 1 MiB，请检查分隔符和引号", line_now(w));
    if (block_open_cells(w->block) == ROW_COLUMNS_MAX)
        return err_set(w->e, ERR_TOO_LARGE, NULL,
                       "第 %" PRIu64 " 行超过 %d 列，请检查文件是否用了别的分隔符，或拆分后再导入",
                       w->csv->row_line, ROW_COLUMNS_MAX);
    if (text.len != 0) {
        w->csv->has_text = true;
        if (!raw && (text.ptr[0] == '=' || text.ptr[0] == '\''))
            text = without_excel_marks(text);
    }
    block_cell(w->block, text, text.len == 0 ? CELL_EMPTY : CELL_TEXT);
    return true;
}

/* "" → " in place. */
static void undouble(Cell *cell, char *text) {
    char *to = text;

    for (size_t i = 0; i < cell->text.len; i++) {
        *to++ = text[i];
        if (text[i] == '"' && i + 1 < cell->text.len && text[i + 1] == '"')
            i++;
    }
    cell->text.len = (size_t)(to - text);
    cell->text = without_excel_marks(cell->text);
}

/* --- one row --------------------------------------------------------------------------------- */

/* A line break at `at`: its length, 0 when more text is needed to tell. Takes the \n of \r\n. */
static size_t line_break(Walk *w, size_t at) {
    if (w->text[at] == '\n')
        return 1;
    if (at + 1 == w->len)
        return w->last ? 1 : 0;
    if (w->text[at + 1] != '\n')
        return 1;
    scan_next(&w->scan);
    return 2;
}

/* The special byte at `at` that ends a cell. *done: the row ends too, and w->end is set. */
static RowEnd after_cell(Walk *w, size_t at, bool *done) {
    *done = true;
    if (at == w->len) {
        w->end = at;
        return w->last ? ROW_DONE : ROW_MORE;
    }
    if (w->text[at] == w->csv->separator) {
        w->cell = at + 1;
        *done = false;
        return ROW_DONE;
    }
    size_t n = line_break(w, at);

    if (n == 0)
        return ROW_MORE;
    w->lines++;
    w->end = at + n;
    return ROW_DONE;
}

/* Take special bytes up to one that ends an unquoted cell. */
static size_t plain_end(Walk *w) {
    for (;;) {
        size_t at = scan_next(&w->scan);

        if (at == w->len)
            return at;
        if (w->text[at] == '\0')
            w->csv->has_nul = true;
        else if (w->text[at] != '"')
            return at;
    }
}

/* What the inside of a quoted cell held. */
typedef struct Quoted {
    size_t close; /* place of the closing quote */
    size_t separators, line_breaks;
    bool doubled;
} Quoted;

/* From after the opening quote to the closing one. */
static RowEnd quoted_inside(Walk *w, Quoted *q) {
    for (;;) {
        size_t at = scan_next(&w->scan);

        if (at - w->row > ROW_BYTES_MAX)
            return ROW_UNCLOSED;
        if (at == w->len)
            return w->last ? ROW_UNCLOSED : ROW_MORE;
        char c = w->text[at];

        if (c == '"') {
            if (at + 1 == w->len && !w->last)
                return ROW_MORE;
            if (at + 1 == w->len || w->text[at + 1] != '"') {
                q->close = at;
                return ROW_DONE;
            }
            scan_next(&w->scan);
            q->doubled = true;
        } else if (c == '\0') {
            w->csv->has_nul = true;
        } else if (c == w->csv->separator) {
            q->separators++;
        } else {
            if (line_break(w, at) == 0)
                return ROW_MORE;
            w->lines++;
            q->line_breaks++;
        }
    }
}

static size_t skip_blanks(const Walk *w, size_t at) {
    while (at < w->len && (w->text[at] == ' ' || w->text[at] == '\t') &&
           w->text[at] != w->csv->separator)
        at++;
    return at;
}

/* More than a megabyte up to a closing quote: a very long cell, or an unclosed quote and the rows
 * after it up to the next quote? Rows have as many separators a line as the row before. */
static bool holds_rows(const Walk *w, const Quoted *q) {
    size_t separators = w->csv->columns > 1 ? w->csv->columns - 1 : 0;

    return q->line_breaks != 0 && q->separators >= q->line_breaks * separators / 2;
}

/* The row is refused; its cell is kept as far as a cell may go. */
static bool add_long_cell(Walk *w, uint64_t line, bool doubled) {
    Str text = {w->text + w->cell + 1, ROW_CELL_MAX};

    if (w->csv->long_line == 0)
        w->csv->long_line = line;
    return add_cell(w, w->cell + 1, w->cell + 1 + utf8_prefix(text), doubled);
}

/* A cell that starts with a quote. When text follows the closing quote, as in "天然居"饭店, the
 * quotes belong to the text; where that would be a guess, the row is not trusted. */
static RowEnd quoted_cell(Walk *w, bool *done) {
    Quoted q = {0};
    Csv *csv = w->csv;
    uint64_t line = line_now(w);

    scan_next(&w->scan); /* the opening quote */
    RowEnd end = quoted_inside(w, &q);

    if (end != ROW_DONE)
        return end;
    size_t after = skip_blanks(w, q.close + 1);

    if (after == w->len && !w->last)
        return ROW_MORE;
    char c = after == w->len ? '\n' : w->text[after];
    bool closed = c == csv->separator || c == '\n' || c == '\r',
         long_cell = q.close - w->cell - 1 > ROW_CELL_MAX;

    if (long_cell && (!closed || holds_rows(w, &q)))
        return ROW_UNCLOSED;
    if (closed) {
        size_t cell = block_open_cells(w->block);

        if (!(long_cell ? add_long_cell(w, line, q.doubled)
                        : add_cell(w, w->cell + 1, q.close, q.doubled)))
            return ROW_FAIL;
        if (q.doubled)
            csv->doubled[csv->doubled_count++] = (uint16_t)cell;
        return after_cell(w, scan_next(&w->scan), done);
    }
    if (q.line_breaks != 0)
        return ROW_UNCLOSED;
    if (q.separators != 0)
        csv->stray_quote = true;
    size_t at = plain_end(w);

    if (at == w->len && !w->last)
        return ROW_MORE;
    return add_cell(w, w->cell, at, false) ? after_cell(w, at, done) : ROW_FAIL;
}

static RowEnd plain_cell(Walk *w, bool *done) {
    size_t at = plain_end(w);

    if (at == w->len && !w->last)
        return ROW_MORE;
    return add_cell(w, w->cell, at, false) ? after_cell(w, at, done) : ROW_FAIL;
}

static RowEnd read_row(Walk *w) {
    Csv *csv = w->csv;
    bool done = false;
    RowEnd end = ROW_DONE;

    csv->has_nul = csv->has_text = csv->stray_quote = false;
    csv->long_line = 0;
    csv->doubled_count = 0;
    csv->row_line = csv->line;
    w->lines = 0;
    w->cell = w->row;
    while (end == ROW_DONE && !done) {
        bool quoted = w->cell < w->len && w->text[w->cell] == '"';

        end = quoted ? quoted_cell(w, &done) : plain_cell(w, &done);
    }
    return end;
}

/* --- finishing rows -------------------------------------------------------------------------- */

/* Databases cannot hold NUL; the row is refused, and shows a question mark in its place. */
static void replace_nul(Walk *w, size_t from, size_t to) {
    for (char *p = w->text + from; (p = memchr(p, '\0', (size_t)(w->text + to - p))) != NULL;)
        *p = '?';
}

static bool too_long(Walk *w, size_t from, size_t to) {
    return to - from > ROW_BYTES_MAX &&
           !err_set(w->e, ERR_TOO_LARGE, NULL, "第 %" PRIu64 " 行超过 8 MiB，请检查文件是否有换行",
                    w->csv->row_line);
}

/* Why the row cannot be taken as it is, or NULL. */
static const char *row_problem(const Walk *w) {
    const Csv *csv = w->csv;

    if (csv->long_line != 0)
        return str_format(w->block->arena, "第 %" PRIu64 " 行开始的单元格超过 1 MiB",
                          csv->long_line)
            .ptr;
    return csv->has_nul ? HAS_NUL : csv->stray_quote ? STRAY_QUOTE : NULL;
}

static bool finish_row(Walk *w) {
    Csv *csv = w->csv;

    if (too_long(w, w->row, w->end))
        return false;
    csv->line += w->lines;
    csv->columns = block_open_cells(w->block);
    if (!csv->has_text) {
        block_drop_row(w->block);
        return true;
    }
    for (size_t i = 0; i < csv->doubled_count; i++) {
        Cell *cell = &w->block->cells[w->block->row_first + csv->doubled[i]];

        undouble(cell, w->text + (cell->text.ptr - w->text));
    }
    if (csv->has_nul)
        replace_nul(w, w->row, w->end);
    /* The end-of-file mark of DOS is no row. */
    if (w->last && w->end == w->len && w->end - w->row == 1 && w->text[w->row] == 0x1A)
        block_drop_row(w->block);
    else
        block_row(w->block, csv->row_line, row_problem(w));
    return true;
}

/* Where the physical line that holds `at` ends; *next: where the one after it starts. */
static size_t line_end(const Walk *w, size_t at, size_t *next) {
    while (at < w->len && w->text[at] != '\n' && w->text[at] != '\r')
        at++;
    *next = at;
    if (at < w->len)
        *next += at + 1 < w->len && w->text[at] == '\r' && w->text[at + 1] == '\n' ? 2 : 1;
    return at;
}

static uint64_t breaks_between(const Walk *w, size_t from, size_t to) {
    uint64_t n = 0;

    for (size_t at = from; at < to; n++) {
        size_t next;

        if (line_end(w, at, &next) >= to)
            break;
        at = next;
    }
    return n;
}

/* One bad quote must not swallow the file: the row is refused as it stands up to the end of the
 * line where the quote opened, and reading goes on with the next line. False in *known when that
 * line's end is not in the text yet. */
static bool finish_unclosed(Walk *w, bool *known) {
    Csv *csv = w->csv;
    size_t next, end = line_end(w, w->cell, &next);
    uint64_t before = breaks_between(w, w->row, w->cell);

    *known = end < w->len || w->last;
    if (!*known)
        return true;
    if (too_long(w, w->row, end))
        return false;
    w->lines = before;
    if (!add_cell(w, w->cell, end - w->cell > ROW_CELL_MAX ? w->cell + ROW_CELL_MAX : end, true))
        return false;
    Str why = str_format(w->block->arena, "第 %" PRIu64 " 行开始的引号没有结束", line_now(w));

    for (size_t i = 0; i < csv->doubled_count; i++) {
        Cell *cell = &w->block->cells[w->block->row_first + csv->doubled[i]];

        undouble(cell, w->text + (cell->text.ptr - w->text));
    }
    replace_nul(w, w->row, end);
    block_row(w->block, csv->row_line, why.ptr);
    csv->line += before + (next > end ? 1 : 0);
    w->end = next;
    scan_seek(&w->scan, next);
    return true;
}

/* Rows out of the text from w->row on. False on failure; *more: the row at w->row needs more text.
 */
static bool read_rows(Walk *w, bool *more) {
    *more = false;
    scan_seek(&w->scan, w->row);
    while (w->row < w->len && !block_full(w->block)) {
        bool known = true;
        RowEnd end = read_row(w);

        if (end == ROW_FAIL)
            return false;
        if (end == ROW_DONE && !finish_row(w))
            return false;
        if (end == ROW_UNCLOSED && !finish_unclosed(w, &known))
            return false;
        if (end == ROW_MORE || !known) {
            block_drop_row(w->block);
            *more = true;
            return true;
        }
        w->row = w->end;
    }
    return true;
}

/* --- the reader ------------------------------------------------------------------------------ */

static void carry(Csv *csv, Str rest) {
    if (csv->carry_cap < rest.len) {
        free(csv->carry);
        csv->carry_cap = rest.len * 2;
        if ((csv->carry = malloc(csv->carry_cap)) == NULL)
            abort();
    }
    if (rest.len != 0)
        memcpy(csv->carry, rest.ptr, rest.len);
    csv->carry_len = rest.len;
}

static size_t text_wanted(const Csv *csv, const RowBlock *b) {
    size_t n = b->capacity * csv->row_size;

    return n < TEXT_LEAST ? TEXT_LEAST : n > TEXT_MOST ? TEXT_MOST : n;
}

/* Fill b->text up to `wanted` bytes; `have` of them are there. */
static bool fill(Csv *csv, RowBlock *b, size_t *have, size_t wanted, Err *e) {
    while (!csv->at_end && *have < wanted && wanted - *have >= 64) {
        size_t got;

        if (!text_source_read(csv->source, b->text + *have, wanted - *have, &got, e))
            return false;
        csv->at_end = got == 0;
        *have += got;
    }
    memset(b->text + *have, 'x', 64);
    return true;
}

static bool next(Reader *r, RowBlock *b, Err *e) {
    Csv *csv = (Csv *)r;
    size_t wanted = text_wanted(csv, b), have = csv->carry_len;
    bool more = false;

    if (wanted < have)
        wanted = have;
    block_text(b, wanted, 0);
    if (have != 0)
        memcpy(b->text, csv->carry, have);
    Walk w = {.csv = csv, .block = b, .e = e};

    for (;;) {
        if (!fill(csv, b, &have, wanted, e))
            return false;
        w.text = b->text;
        w.len = have;
        w.last = csv->at_end;
        w.scan = (Scan){.text = b->text, .len = have, .separator = csv->separator};
        if (!read_rows(&w, &more))
            return false;
        if (b->count != 0 || (csv->at_end && w.row == have))
            break;
        /* Nothing yet: drop what was only blank, or make room for a long row. */
        memmove(b->text, b->text + w.row, have - w.row);
        have -= w.row;
        w.row = 0;
        if (have > ROW_BYTES_MAX + TEXT_MOST)
            return err_set(e, ERR_TOO_LARGE, NULL,
                           "第 %" PRIu64 " 行超过 8 MiB，请检查文件是否有换行", csv->line);
        wanted = have * 2 < TEXT_MOST ? TEXT_MOST : have * 2;
        block_text(b, wanted, have);
    }
    if (b->count != 0 && w.row / b->count > 0)
        csv->row_size = w.row / b->count + 1;
    carry(csv, (Str){b->text + w.row, have - w.row});
    return true;
}

static void close_csv(Reader *r) {
    Csv *csv = (Csv *)r;

    text_source_free(csv->source);
    free(csv->carry);
    free(csv);
}

static uint64_t bytes_read(const Reader *r) {
    return text_source_offset(((const Csv *)r)->source);
}

static uint64_t bad_bytes(const Reader *r) {
    return text_source_bad_bytes(((const Csv *)r)->source);
}

/* Excel writes, and honours, a first line "sep=;". */
static size_t separator_line(Str text, char *separator) {
    size_t n = 5;

    if (text.len < 6 || !str_eq_ascii_nocase(str_slice(text, 0, 4), STR("sep=")))
        return 0;
    if (text.ptr[n] == '\r')
        n++;
    if (n >= text.len || text.ptr[n] != '\n')
        return 0;
    *separator = text.ptr[4];
    return n + 1;
}

Reader *csv_open(int fd, Arena *a, RowsInfo *info, Err *e) {
    Csv *csv = calloc(1, sizeof *csv);
    size_t got = 1, len = 0, skip;

    (void)a;
    if (csv == NULL || (csv->carry = malloc(TEXT_MOST)) == NULL)
        abort();
    csv->reader = (Reader){next, close_csv, bytes_read, bad_bytes};
    csv->carry_cap = TEXT_MOST;
    csv->source = text_source_new(fd, info->encoding);
    csv->row_size = 256;
    csv->line = 1;
    /* The first text serves the guess and is then the first text of the first block. */
    while (got != 0 && len < TEXT_MOST / 4) {
        if (!text_source_read(csv->source, csv->carry + len, TEXT_MOST / 4 + 64 - len, &got, e)) {
            close_csv(&csv->reader);
            return NULL;
        }
        len += got;
    }
    char separator = 0;

    skip = separator_line((Str){csv->carry, len}, &separator);
    if (skip != 0) {
        csv->line = 2;
        memmove(csv->carry, csv->carry + skip, len - skip);
    }
    csv->carry_len = len - skip;
    if (info->separator == 0)
        info->separator =
            separator != 0 ? separator : csv_guess_separator((Str){csv->carry, csv->carry_len});
    csv->separator = info->separator;
    return &csv->reader;
}
