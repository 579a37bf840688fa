/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/body.c: a sheet written as plain text. */
#include "document/body.h"

#include "content/index.h"
#include "document/docx_inside.h"

#include "base/banned.h"

typedef struct Body {
    Arena *a;
    BindList blocks, lines;
    BindList rows;   /* of the table at work */
    bool table_last; /* docx_write puts an empty paragraph between two tables that would touch */
    int line;        /* at work */
    Err *e;
} Body;

static void note_line(Body *b) {
    *(int *)docx_more(b->a, &b->lines, sizeof(int)) = b->line;
}

static Block text_block(Body *b, BlockKind kind, Str text) {
    Span *s = arena_new_of(b->a, Span);

    *s = (Span){.text = text};
    return (Block){.kind = kind, .spans = s, .span_count = text.len > 0};
}

static void add(Body *b, BlockKind kind, Str text) {
    *(Block *)docx_more(b->a, &b->blocks, sizeof(Block)) = text_block(b, kind, text);
    note_line(b);
}

/* --- tables ---------------------------------------------------------------------------------- */

/* The next cell; bars between braces belong to a place. */
static bool next_cell(Str *rest, Str *cell) {
    int depth = 0;

    if (rest->len == 0)
        return false;
    for (size_t i = 0; i < rest->len; i++) {
        if (rest->ptr[i] == '{')
            depth++;
        else if (rest->ptr[i] == '}')
            depth--;
        else if (rest->ptr[i] == '|' && depth <= 0) {
            *cell = str_trim(str_slice(*rest, 0, i));
            *rest = str_slice(*rest, i + 1, rest->len);
            return true;
        }
    }
    *cell = str_trim(*rest);
    *rest = (Str){NULL, 0};
    return cell->len > 0;
}

static bool is_rule(Str line) {
    for (size_t i = 0; i < line.len; i++)
        if (line.ptr[i] != '|' && line.ptr[i] != '-' && line.ptr[i] != ' ')
            return false;
    return str_find(line, STR("-")) >= 0;
}

static bool add_row(Body *b, Str line) {
    BindList cells = {0};
    Str rest = str_slice(line, 1, line.len);

    if (b->rows.count == 0 && b->table_last)
        note_line(b);
    b->table_last = false;
    if (is_rule(line)) {
        if (b->rows.count != 1)
            return err_set(b->e, ERR_INVALID, NULL, "|---| 只写在表格的第一行后面");
        ((Row *)b->rows.items)[0].head = true;
        return true;
    }
    for (Str text; next_cell(&rest, &text);) {
        SheetCell *last = cells.count > 0 ? &((SheetCell *)cells.items)[cells.count - 1] : NULL;

        if (str_is(text, "<") && last != NULL) {
            last->columns++;
            continue;
        }
        Block *block = arena_new_of(b->a, Block);
        bool under = str_is(text, "^") && b->rows.count > 0;

        *block = text_block(b, BLOCK_TEXT, text);
        last = docx_more(b->a, &cells, sizeof(SheetCell));
        *last = (SheetCell){
            .blocks = block, .count = text.len > 0 && !under, .columns = 1, .under = under};
        note_line(b);
    }
    if (cells.count == 0)
        return err_set(b->e, ERR_INVALID, NULL, "表格的这一行没有单元格");
    *(Row *)docx_more(b->a, &b->rows, sizeof(Row)) =
        (Row){.cells = cells.items, .count = cells.count};
    return true;
}

static void end_table(Body *b) {
    if (b->rows.count == 0)
        return;
    b->table_last = true;
    *(Block *)docx_more(b->a, &b->blocks, sizeof(Block)) =
        (Block){.kind = BLOCK_TABLE, .rows = b->rows.items, .row_count = b->rows.count};
    b->rows = (BindList){0};
}

/* --- lines ----------------------------------------------------------------------------------- */

static bool unknown_style(Body *b, Str name) {
    NearestName n = {.wanted = name};

    for (BlockKind k = 0; k < BLOCK_KIND_COUNT; k++)
        nearest_name(&n, str_of(sheet_style(k)));
    return err_set(b->e, ERR_INVALID, NULL, "没有样式“%.*s”%s%.*s%s", STR_ARG(name),
                   n.name.ptr != NULL ? "，是不是想写“" : "", STR_ARG(n.name),
                   n.name.ptr != NULL ? "”" : "");
}

static bool add_line(Body *b, Str line) {
    ptrdiff_t end = str_starts(line, STR("[")) ? str_find(line, STR("]")) : -1;
    BlockKind kind;

    if (str_starts(line, STR("|")))
        return add_row(b, line);
    end_table(b);
    b->table_last = false;
    if (end < 0) {
        add(b, sheet_guess(line), line);
        return true;
    }
    Str style = str_slice(line, 1, (size_t)end);

    if (!sheet_kind(style, &kind) || kind == BLOCK_TABLE)
        return unknown_style(b, style);
    line = str_trim(str_slice(line, (size_t)end + 1, line.len));
    if (kind == BLOCK_PAGE && line.len > 0)
        return err_set(b->e, ERR_INVALID, NULL, "[分页] 后面不写文字");
    if (kind != BLOCK_PAGE && line.len == 0)
        return err_set(b->e, ERR_INVALID, NULL, "样式“%.*s”后面没有文字", STR_ARG(style));
    add(b, kind, line);
    return true;
}

bool body_read(Arena *a, Str text, Sheet *out, const int **lines, size_t *count, int *line,
               Err *e) {
    Body b = {.a = a, .e = e};

    for (Str one; str_split(&text, '\n', &one);) {
        b.line++;
        one = str_trim(one);
        if (one.len > 0 && !add_line(&b, one)) {
            *line = b.line;
            return false;
        }
        if (one.len == 0)
            end_table(&b);
    }
    end_table(&b);
    *out = (Sheet){.blocks = b.blocks.items, .count = b.blocks.count, .sealed = true};
    *lines = b.lines.items;
    *count = b.lines.count;
    return true;
}
