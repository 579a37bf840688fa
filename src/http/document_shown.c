/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/document_shown.c: fields and paragraphs of a document for its page. Identity numbers and
 * phones are never whole there; a paragraph that is sent back with a masked number in it keeps the
 * number. */
#include "http/document_shown.h"

#include <string.h>

#include "base/citizen_text.h"

/* --- values ----------------------------------------------------------------------------------- */

Str document_value_shown(const Content *c, const DocumentField *f, Str value, Arena *a,
                         bool *masked) {
    return value_shown(c, a, &f->is, value, masked);
}

static Str text_of(Arena *a, const Node *n) {
    if (n == NULL)
        return (Str){NULL, 0};
    return n->kind == NODE_INT    ? str_format(a, "%lld", (long long)n->integer)
           : n->kind == NODE_TEXT ? n->text
                                  : (Str){NULL, 0};
}

static Node *row_shown(const Content *c, const DocumentField *list, const Node *row, Arena *a) {
    Node *n = node_map(a), *cells = node_list(a);

    for (size_t i = 0; i < list->fields.count; i++) {
        const DocumentField *f = &((const DocumentField *)list->fields.items)[i];
        Node *cell = node_map(a);
        bool masked = false;

        node_set_text(a, cell, "field", f->is.field);
        node_set_text(a, cell, "value",
                      document_value_shown(c, f, text_of(a, node_get(row, str_c(a, f->is.field))),
                                           a, &masked));
        node_set_bool(a, cell, "masked", masked);
        node_add(a, cells, cell);
    }
    node_set(a, n, "fields", cells);
    return n;
}

static Node *rows_shown(const Content *c, const DocumentField *f, const Node *rows, Arena *a) {
    Node *list = node_list(a);

    for (size_t i = 0; rows != NULL && rows->kind == NODE_LIST && i < rows->count; i++)
        node_add(a, list, row_shown(c, f, rows->items[i], a));
    return list;
}

static bool is_missing(const DocumentField *f, const Node *value, Arena *a) {
    if (!f->is.required)
        return false;
    return f->is.type == DOCUMENT_LIST
               ? value == NULL || value->kind != NODE_LIST || value->count == 0
               : text_of(a, value).len == 0;
}

Node *document_fields_shown(const Content *c, const Flow *f, const DocumentType *type,
                            const Document *d, Arena *a) {
    const Node *values = node_get(d->personal, "values"),
               *origins = node_get(d->personal, "origins");
    Node *list = node_list(a);

    for (size_t i = 0; i < type->fields.count; i++) {
        const DocumentField *field = &document_fields(type)[i];
        const char *key = str_c(a, field->is.field);
        const Node *value = node_get(values, key);
        Str origin = node_text(origins, key);
        Node *n = document_field_shown(a, field);
        bool masked = false;

        if (field->is.type == DOCUMENT_LIST) {
            node_set_text(a, n, "value", STR(""));
            node_set(a, n, "rows", rows_shown(c, field, value, a));
        } else {
            node_set_text(a, n, "value",
                          document_value_shown(c, field, text_of(a, value), a, &masked));
        }
        node_set_bool(a, n, "masked", masked);
        node_set_bool(a, n, "missing", is_missing(field, value, a));
        if (origin.len > 0) {
            node_set_text(a, n, "origin", origin);
            node_set_text(a, n, "origin_title", document_source_title(c, f, a, origin));
        }
        node_add(a, list, n);
    }
    return list;
}

/* --- paragraphs ------------------------------------------------------------------------------- */

typedef struct Showing {
    const Content *content;
    const DocumentType *type;
    const BindList *edited;
    Arena *arena;
} Showing;

/* "field" or "list.field". */
static const DocumentField *field_named(const DocumentType *type, Str name) {
    Str rest = name, head;
    const DocumentField *f;

    if (name.len == 0 || !str_split(&rest, '.', &head))
        return NULL;
    f = document_field(&type->fields, head);
    return f != NULL && rest.len > 0 ? document_field(&f->fields, rest) : f;
}

static Str span_shown(const Showing *s, const Span *span) {
    const DocumentField *f = field_named(s->type, span->field);
    bool masked;

    return f != NULL && field_masked(&f->is)
               ? document_value_shown(s->content, f, span->text, s->arena, &masked)
               : span->text;
}

/* The paragraph as it is shown, span by span; a number may stand in several of them. */
static Str block_masked(const Showing *s, const Block *b, Str *spans) {
    scoped_buf Buf text = {0};
    size_t at = 0;

    buf_init(&text, (size_t)8 << 20);
    for (size_t i = 0; i < b->span_count; i++) {
        spans[i] = span_shown(s, &b->spans[i]);
        buf_add(&text, spans[i]);
    }
    Str whole = str_dup(s->arena, buf_str(&text)), safe = citizen_id_safe(s->arena, whole);

    if (str_eq(safe, whole))
        return whole;
    /* Another length: full-width figures or gaps. Then the paragraph is one run. */
    for (size_t i = 0; i < b->span_count; i++) {
        bool fits = safe.len == whole.len;

        spans[i] = fits ? str_slice(safe, at, at + spans[i].len) : i == 0 ? safe : (Str){NULL, 0};
        at += spans[i].len;
    }
    return safe;
}

static bool is_edited(const Showing *s, int number) {
    const int64_t *all = s->edited->items;

    for (size_t i = 0; i < s->edited->count; i++)
        if (all[i] == number)
            return true;
    return false;
}

static Node *spans_shown(const Showing *s, const Block *b, const Str *texts) {
    static const char *const faces[] = {"", "black", "regular", "bold"};
    Node *list = node_list(s->arena);

    for (size_t i = 0; i < b->span_count; i++) {
        Node *n = node_map(s->arena);

        if (texts[i].len == 0)
            continue;
        node_set_text(s->arena, n, "text", texts[i]);
        node_set_text(s->arena, n, "face", str_of(faces[b->spans[i].face]));
        node_set_text(s->arena, n, "field", b->spans[i].field);
        node_add(s->arena, list, n);
    }
    return list;
}

static void put_text(const Showing *s, Node *n, const Block *b) {
    Str *texts = arena_array_of(s->arena, b->span_count, Str);
    Str text = block_masked(s, b, texts);

    node_set_int(s->arena, n, "paragraph", b->number);
    node_set_text(s->arena, n, "text", text);
    node_set(s->arena, n, "spans", spans_shown(s, b, texts));
    node_set_bool(s->arena, n, "edited", is_edited(s, b->number));
    node_set_bool(s->arena, n, "masked", !str_eq(text, sheet_text(s->arena, b)));
}

static Node *cells_shown(const Showing *s, const Row *row) {
    Node *list = node_list(s->arena);

    for (size_t i = 0; i < row->count; i++) {
        const SheetCell *cell = &row->cells[i];
        Node *n = node_map(s->arena), *blocks = node_list(s->arena);

        for (size_t k = 0; k < cell->count; k++) {
            Node *one = node_map(s->arena);

            put_text(s, one, &cell->blocks[k]);
            node_add(s->arena, blocks, one);
        }
        node_set_int(s->arena, n, "columns", cell->columns);
        node_set_bool(s->arena, n, "under", cell->under);
        node_set(s->arena, n, "blocks", blocks);
        node_add(s->arena, list, n);
    }
    return list;
}

static Node *lines_shown(const Showing *s, const Block *b) {
    Node *list = node_list(s->arena);

    for (size_t i = 0; i < b->row_count; i++) {
        Node *n = node_map(s->arena);

        node_set_bool(s->arena, n, "head", b->rows[i].head);
        node_set(s->arena, n, "cells", cells_shown(s, &b->rows[i]));
        node_add(s->arena, list, n);
    }
    return list;
}

Node *document_blocks_shown(const Content *c, const DocumentType *type, const Sheet *sheet,
                            const BindList *edited, Arena *a) {
    Showing s = {.content = c, .type = type, .edited = edited, .arena = a};
    Node *list = node_list(a);

    for (size_t i = 0; i < sheet->count; i++) {
        const Block *b = &sheet->blocks[i];
        Node *n = node_map(a);

        put_text(&s, n, b);
        node_set_text(a, n, "kind", str_of(document_block_words[b->kind].name));
        node_set_text(a, n, "kind_title", str_of(document_block_words[b->kind].title));
        if (b->kind == BLOCK_TABLE)
            node_set(a, n, "rows", lines_shown(&s, b));
        node_add(a, list, n);
    }
    return list;
}

/* --- a masked sheet --------------------------------------------------------------------------- */

static Block *blocks_masked(const Showing *s, const Block *blocks, size_t count);

static Row *rows_masked(const Showing *s, const Block *b) {
    Row *rows = arena_array_of(s->arena, b->row_count, Row);

    for (size_t i = 0; i < b->row_count; i++) {
        SheetCell *cells = arena_array_of(s->arena, b->rows[i].count, SheetCell);

        rows[i] = b->rows[i];
        for (size_t k = 0; k < rows[i].count; k++) {
            cells[k] = b->rows[i].cells[k];
            cells[k].blocks = blocks_masked(s, cells[k].blocks, cells[k].count);
        }
        rows[i].cells = cells;
    }
    return rows;
}

static Block *blocks_masked(const Showing *s, const Block *blocks, size_t count) {
    Block *out = arena_array_of(s->arena, count, Block);

    for (size_t i = 0; i < count; i++) {
        Str *texts = arena_array_of(s->arena, blocks[i].span_count, Str);
        Span *spans = arena_array_of(s->arena, blocks[i].span_count, Span);

        out[i] = blocks[i];
        block_masked(s, &blocks[i], texts);
        for (size_t k = 0; k < blocks[i].span_count; k++) {
            spans[k] = blocks[i].spans[k];
            spans[k].text = texts[k];
        }
        out[i].spans = spans;
        if (out[i].kind == BLOCK_TABLE)
            out[i].rows = rows_masked(s, &blocks[i]);
    }
    return out;
}

Sheet document_sheet_masked(const Content *c, const DocumentType *type, const Sheet *sheet,
                            Arena *a) {
    static const BindList none;
    Showing s = {.content = c, .type = type, .edited = &none, .arena = a};
    Sheet out = *sheet;

    out.blocks = blocks_masked(&s, sheet->blocks, sheet->count);
    return out;
}

/* --- the way back: values --------------------------------------------------------------------- */

/* The cell's text, or what it masks in the same row, else in another. */
static Str cell_whole(const Content *c, const DocumentField *f, const Node *rows, size_t at,
                      Str given, Arena *a) {
    const char *key = str_c(a, f->is.field);

    for (size_t i = 0; i < rows->count; i++) {
        Str value = text_of(a, node_get(rows->items[(at + i) % rows->count], key));
        bool masked = false;

        if (str_eq(document_value_shown(c, f, value, a, &masked), given) && masked)
            return value;
    }
    return given;
}

static Node *rows_whole(const Content *c, const DocumentField *list, const Node *rows,
                        const Node *given, Arena *a) {
    Node *out = node_list(a);

    for (size_t i = 0; i < given->count; i++) {
        const Node *row = given->items[i];
        Node *n = node_map(a);

        for (size_t k = 0; row->kind == NODE_MAP && k < row->count; k++) {
            const DocumentField *f = document_field(&list->fields, row->keys[k]);
            const char *key = str_c(a, row->keys[k]);

            if (f != NULL && row->items[k]->kind == NODE_TEXT)
                node_set_text(a, n, key, cell_whole(c, f, rows, i, row->items[k]->text, a));
            else
                node_set(a, n, key, row->items[k]);
        }
        node_add(a, out, row->kind == NODE_MAP ? n : given->items[i]);
    }
    return out;
}

static const Node *values_whole(const Content *c, const DocumentType *type, const Document *d,
                                const Node *given, Arena *a) {
    const Node *values = node_get(d->personal, "values");
    Node *out = node_map(a);

    for (size_t i = 0; i < given->count; i++) {
        const DocumentField *f = document_field(&type->fields, given->keys[i]);
        const char *key = str_c(a, given->keys[i]);
        const Node *stands = f != NULL ? node_get(values, str_c(a, f->is.field)) : NULL;
        bool masked = false;

        if (stands != NULL && stands->kind == NODE_LIST && given->items[i]->kind == NODE_LIST &&
            stands->count > 0) {
            node_set(a, out, key, rows_whole(c, f, stands, given->items[i], a));
            continue;
        }
        if (stands != NULL && stands->kind == NODE_TEXT && given->items[i]->kind == NODE_TEXT &&
            str_eq(document_value_shown(c, f, stands->text, a, &masked), given->items[i]->text) &&
            masked)
            continue; /* as it was shown: as it stands */
        node_set(a, out, key, given->items[i]);
    }
    return out;
}

/* --- the way back: paragraphs ----------------------------------------------------------------- */

typedef struct Seeking {
    Showing showing;
    int64_t paragraph;
    Str whole, shown;
    bool found;
} Seeking;

static void seek_in(Seeking *k, const Block *b) {
    Str *texts = arena_array_of(k->showing.arena, b->span_count, Str);

    if (k->found || b->number != k->paragraph || b->kind == BLOCK_TABLE)
        return;
    k->whole = sheet_text(k->showing.arena, b);
    k->shown = block_masked(&k->showing, b, texts);
    k->found = true;
}

static void seek(Seeking *k, const Sheet *sheet) {
    for (size_t i = 0; i < sheet->count; i++) {
        const Block *b = &sheet->blocks[i];

        seek_in(k, b);
        for (size_t r = 0; b->kind == BLOCK_TABLE && r < b->row_count; r++)
            for (size_t c = 0; c < b->rows[r].count; c++)
                for (size_t p = 0; p < b->rows[r].cells[c].count; p++)
                    seek_in(k, &b->rows[r].cells[c].blocks[p]);
    }
}

static bool of_number(char c) {
    return c == '*' || (c >= '0' && c <= '9') || c == 'X' || c == 'x';
}

/* The next masked number of the paragraph: as it is shown and as it stands. */
static bool next_masked(Str shown, Str whole, size_t *at, Str *mask, Str *number) {
    size_t from = *at, to;

    if (shown.len != whole.len) { /* one piece: all that both do not begin and end with */
        size_t front = 0, back = 0;

        if (*at > 0)
            return false;
        while (front < shown.len && front < whole.len && shown.ptr[front] == whole.ptr[front])
            front++;
        while (back < shown.len - front && back < whole.len - front &&
               shown.ptr[shown.len - 1 - back] == whole.ptr[whole.len - 1 - back])
            back++;
        while (front > 0 && of_number(shown.ptr[front - 1]) && of_number(whole.ptr[front - 1]))
            front--;
        *mask = str_slice(shown, front, shown.len - back);
        *number = str_slice(whole, front, whole.len - back);
        *at = shown.len;
        return true;
    }
    while (from < shown.len && shown.ptr[from] == whole.ptr[from])
        from++;
    if (from == shown.len)
        return false;
    to = from;
    while (from > 0 && of_number(shown.ptr[from - 1]))
        from--;
    while (to < shown.len && of_number(shown.ptr[to]))
        to++;
    *mask = str_slice(shown, from, to);
    *number = str_slice(whole, from, to);
    *at = to;
    return true;
}

static Str numbers_put_back(Str shown, Str whole, Str text, Arena *a) {
    scoped_buf Buf out = {0};
    Str mask, number;
    size_t at = 0;

    if (str_eq(shown, whole))
        return text;
    buf_init(&out, (size_t)8 << 20);
    while (next_masked(shown, whole, &at, &mask, &number)) {
        ptrdiff_t found = mask.len > 0 ? str_find(text, mask) : -1;

        if (found < 0)
            continue;
        buf_add(&out, str_slice(text, 0, (size_t)found));
        buf_add(&out, number);
        text = str_slice(text, (size_t)found + mask.len, text.len);
    }
    buf_add(&out, text);
    return str_dup(a, buf_str(&out));
}

static const Node *edits_whole(const Content *c, const DocumentText *stands, const Node *edits,
                               Arena *a) {
    static const BindList none;
    Node *out = node_list(a);

    for (size_t i = 0; i < edits->count; i++) {
        Seeking k = {.showing = {c, stands->type, &none, a},
                     .paragraph = node_int(edits->items[i], "paragraph", 0)};
        Node *n = node_map(a);

        seek(&k, &stands->filled.sheet);
        node_set_int(a, n, "paragraph", k.paragraph);
        node_set_text(a, n, "text",
                      numbers_put_back(k.shown, k.whole, node_text(edits->items[i], "text"), a));
        node_add(a, out, n);
    }
    return out;
}

bool document_unmask(const DocumentOffice *o, Str id, DocumentAct *act, Arena *a, Err *e) {
    DocumentText text = {0};
    const Document *d;

    if (act->edits == NULL && act->values == NULL)
        return true;
    d = document_get(o->store, id, a, e);
    if (d == NULL)
        return false;
    if (act->values != NULL) {
        const DocumentType *type =
            document_type_pinned(o->store, o->content, d->type, d->version, a, e);

        if (type == NULL)
            return false;
        act->values = values_whole(o->content, type, d, act->values, a);
    }
    if (act->edits == NULL)
        return true;
    bool good = document_text(o, d, a, &text, e);

    if (good)
        act->edits = edits_whole(o->content, &text, act->edits, a);
    buf_done(&text.docx);
    return good;
}
