/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/type.c: default templates, and values on their way into one. */
#include "document/type.h"

#include <inttypes.h>
#include <stdio.h>

#include "content/field.h"
#include "content/index.h"
#include "document/body.h"
#include "document/docx_inside.h"

#include "base/banned.h"

/* --- the body -------------------------------------------------------------------------------- */

/* A line of the body, and where in it the words stand: file:line:column. */
static bool fail_at(const DocumentType *d, int line, Str words, Err *e, const char *text) {
    Str rest = d->text, one = {NULL, 0};
    char where[NODE_WHERE];
    int at = 0, column = 1;

    while (at < d->body_line + line - 1 && str_split(&rest, '\n', &one))
        at++;
    while ((size_t)column <= one.len && one.ptr[column - 1] == ' ')
        column++;
    ptrdiff_t found = words.len > 0 ? str_find(one, words) : -1;

    if (found >= 0)
        column = (int)str_runes(str_slice(one, 0, (size_t)found)) + 1;
    snprintf(where, sizeof where, "%s:%d:%d", d->file, d->body_line + line - 1, column);
    return err_set(e, ERR_CONTENT, where, "%s", text);
}

typedef struct Body {
    Sheet sheet;
    const int *lines;
    size_t count;
} Body;

static bool read_body(const DocumentType *d, Arena *a, Body *out, Err *e) {
    Err why = {0};
    int line = 1;

    if (!body_read(a, d->body, &out->sheet, &out->lines, &out->count, &line, &why))
        return fail_at(d, line, (Str){NULL, 0}, e, why.text);
    if (out->sheet.count == 0)
        return fail_at(d, 1, (Str){NULL, 0}, e, "文书的 body 是空的");
    out->sheet.form = (SheetForm)d->form;
    out->sheet.sealed = !d->unsealed;
    return true;
}

bool document_sheet(const DocumentType *d, Arena *a, Sheet *out, Err *e) {
    Body b;

    if (!read_body(d, a, &b, e))
        return false;
    *out = b.sheet;
    return true;
}

bool document_docx(const DocumentType *d, Buf *out, Err *e) {
    scoped_arena Arena *a = arena_new();
    Sheet sheet;

    return document_sheet(d, a, &sheet, e) &&
           docx_write(&sheet, &(DocxProperties){.title = d->title}, out, e);
}

Template *document_default(const DocumentType *d, Arena *a, Err *e) {
    BindList mistakes = {0};
    scoped_buf Buf bytes = {0};
    Err why = {0};
    Body b;

    buf_init(&bytes, DOCX_SIZE_MAX);
    if (!read_body(d, a, &b, e) ||
        !docx_write(&b.sheet, &(DocxProperties){.title = d->title}, &bytes, e))
        return NULL;
    Docx *docx = docx_open(a, str_dup(a, buf_str(&bytes)), e);

    if (docx == NULL)
        return NULL;
    Template *t = template_open(a, docx, &d->fields, &mistakes, &why);

    if (t == NULL) {
        const TemplateMistake *m = mistakes.items;
        size_t i = m->paragraph > 0 ? (size_t)m->paragraph - 1 : 0;

        fail_at(d, i < b.count ? b.lines[i] : 1, m->tag, e, str_c(a, m->text));
    }
    return t;
}

Template *document_upload(const DocumentType *d, Str bytes, Arena *a, BindList *mistakes,
                          BindList *warnings, Err *e) {
    Docx *docx = docx_vet(bytes, e) ? docx_open(a, bytes, e) : NULL;
    Sheet sheet;

    if (docx != NULL)
        docx_assume(docx, (SheetForm)d->form, !d->unsealed);
    if (docx == NULL || !docx_read(docx, a, &sheet, warnings, e))
        return NULL;
    return template_open(a, docx, &d->fields, mistakes, e);
}

bool documents_check(const Content *c, Err *e) {
    for (size_t i = 0; i < content_document_count(c); i++) {
        scoped_arena Arena *a = arena_new();

        if (document_default(content_document_at(c, i), a, e) == NULL)
            return false;
    }
    return true;
}

bool document_in_force(const DocumentType *d, Day on) {
    return (d->in_force_from == DAY_NONE || d->in_force_from <= on) &&
           (d->in_force_to == DAY_NONE || on <= d->in_force_to);
}

/* --- what people typed ----------------------------------------------------------------------- */

static Str said(Arena *a, const Node *n) {
    switch (n->kind) {
    case NODE_TEXT:
        return str_trim(n->text);
    case NODE_INT:
        return n->text.len > 0 ? n->text : str_format(a, "%" PRId64, n->integer);
    case NODE_REAL:
        return n->text.len > 0 ? n->text : str_format(a, "%.15g", n->real);
    case NODE_BOOL:
        return n->boolean ? STR("是") : STR("否");
    default:
        return (Str){NULL, 0};
    }
}

static bool one_value(const Content *c, const DocumentField *f, const Node *in, const char *where,
                      Arena *a, Node **out, Err *e) {
    FieldValue *v = arena_new_of(a, FieldValue);
    const char *reason = NULL;
    scoped_buf Buf text = {0};
    Field is = f->is;

    *out = NULL;
    if (in->kind == NODE_LIST || in->kind == NODE_MAP)
        return err_set(e, ERR_INVALID, where, "“%.*s”应当是一个值，不是列表", STR_ARG(f->is.title));
    Str raw = said(a, in);

    if (raw.len == 0)
        return true;
    if (!str_utf8_valid(raw))
        return err_set(e, ERR_INVALID, where, "“%.*s”不是正确的 UTF-8 文字", STR_ARG(is.title));
    if (str_runes(raw) > (size_t)is.length)
        return err_set(e, ERR_TOO_LARGE, where, "“%.*s”最多 %lld 个字", STR_ARG(is.title),
                       (long long)is.length);
    if (is.type == FIELD_TEXT) {
        *out = node_of_text(a, raw);
        return true;
    }
    is.required = false;
    is.lenient = true;
    if (!field_normalise(c, &is, raw, v, &reason))
        return err_set(e, ERR_INVALID, where, "“%.*s”填得不对：%s", STR_ARG(f->is.title), reason);
    buf_init(&text, (size_t)1 << 20);
    field_text(&is, v, &text);
    if (text.len > 0)
        *out = node_of_text(a, buf_str(&text));
    return true;
}

static bool map_values(const Content *c, const BindList *fields, const Node *in, const char *where,
                       Arena *a, Node *out, Err *e);

static bool list_value(const Content *c, const DocumentField *f, const Node *in, const char *where,
                       Arena *a, Node **out, Err *e) {
    *out = node_list(a);
    if (in->kind == NODE_NULL)
        return true;
    if (in->kind != NODE_LIST)
        return err_set(e, ERR_INVALID, where, "“%.*s”应当是列表", STR_ARG(f->is.title));
    if (in->count > DOCUMENT_ROWS_MOST)
        return err_set(e, ERR_TOO_LARGE, where, "“%.*s”最多 %d 项", STR_ARG(f->is.title),
                       DOCUMENT_ROWS_MOST);
    for (size_t i = 0; i < in->count; i++) {
        char place[160];
        Node *entry = node_map(a);

        snprintf(place, sizeof place, "%.120s/%zu", where, i);
        if (in->items[i]->kind != NODE_MAP)
            return err_set(e, ERR_INVALID, place, "“%.*s”的第 %zu 项应当是各个栏目和内容",
                           STR_ARG(f->is.title), i + 1);
        if (!map_values(c, &f->fields, in->items[i], place, a, entry, e))
            return false;
        node_add(a, *out, entry);
    }
    return true;
}

static bool map_values(const Content *c, const BindList *fields, const Node *in, const char *where,
                       Arena *a, Node *out, Err *e) {
    for (size_t i = 0; i < in->count; i++) {
        const DocumentField *f = document_field(fields, in->keys[i]);
        NearestName n = {.wanted = in->keys[i]};
        char place[160];
        Node *value;

        snprintf(place, sizeof place, "%.100s/%.*s", where,
                 (int)(in->keys[i].len > 50 ? 50 : in->keys[i].len), in->keys[i].ptr);
        for (size_t k = 0; f == NULL && k < fields->count; k++) {
            nearest_name(&n, ((const DocumentField *)fields->items)[k].is.field);
            nearest_name(&n, ((const DocumentField *)fields->items)[k].is.title);
        }
        if (f == NULL)
            return err_set(e, ERR_INVALID, place, "没有字段“%.*s”%s%.*s%s",
                           (int)(n.wanted.len > 60 ? 60 : n.wanted.len), n.wanted.ptr,
                           n.name.ptr != NULL ? "，是不是想写“" : "：请从字段表里选用",
                           STR_ARG(n.name), n.name.ptr != NULL ? "”" : "");
        if (!(f->is.type == DOCUMENT_LIST ? list_value(c, f, in->items[i], place, a, &value, e)
                                          : one_value(c, f, in->items[i], place, a, &value, e)))
            return false;
        if (value != NULL)
            node_set(a, out, str_c(a, f->is.field), value);
    }
    return true;
}

Node *document_values(const Content *c, const DocumentType *d, const Node *in, Arena *a, Err *e) {
    Node *out = node_map(a);

    if (in == NULL || in->kind != NODE_MAP)
        return err_set(e, ERR_INVALID, "/values", "内容应当是“字段: 值”的映射"), NULL;
    return map_values(c, &d->fields, in, "/values", a, out, e) ? out : NULL;
}

/* --- from the matter ------------------------------------------------------------------------- */

static const Node *step_into(Arena *a, const Node *n, Str key) {
    return n == NULL || n->kind != NODE_MAP ? NULL : node_get(n, str_c(a, key));
}

/* Of several organisations all their names. */
static Str joined(Arena *a, const Node *list, Str key) {
    scoped_buf Buf out = {0};

    buf_init(&out, 65536);
    for (size_t i = 0; i < list->count; i++) {
        const Node *n = step_into(a, list->items[i], key);

        if (n == NULL)
            continue;
        if (out.len > 0)
            buf_add_c(&out, "、");
        buf_add(&out, said(a, n));
    }
    return str_dup(a, buf_str(&out));
}

static Str from_source(Arena *a, const Node *facts, Str source) {
    const Node *n = facts;
    Str rest = source, key;

    if (str_starts(source, STR("text.")))
        return str_slice(source, 5, source.len);
    while (n != NULL && str_split(&rest, '.', &key)) {
        if (n->kind == NODE_LIST)
            return joined(a, n, key);
        n = step_into(a, n, key);
    }
    return n == NULL ? (Str){NULL, 0} : said(a, n);
}

/* A text with one thing a line becomes a list: each line the first field of an entry. */
static Node *as_list(Arena *a, const DocumentField *f, Str text) {
    Node *list = node_list(a);
    Str key = ((const DocumentField *)f->fields.items)[0].is.field;

    for (Str line; str_split(&text, '\n', &line);) {
        line = str_trim(line);
        if (line.len == 0)
            continue;
        Node *entry = node_map(a);

        node_set_text(a, entry, str_c(a, key), line);
        node_add(a, list, entry);
    }
    return list;
}

Node *document_gather(const DocumentType *d, const Node *facts, Arena *a, Node **origins) {
    Node *out = node_map(a), *from = node_map(a);

    for (size_t i = 0; i < d->fields.count; i++) {
        const DocumentField *f = &document_fields(d)[i];
        const Str *sources = f->sources.items;
        const char *key = str_c(a, f->is.field);

        for (size_t k = 0; k < f->sources.count; k++) {
            Str text = from_source(a, facts, sources[k]);

            if (text.len == 0)
                continue;
            node_set(a, out, key,
                     f->is.type == DOCUMENT_LIST ? as_list(a, f, text) : node_of_text(a, text));
            node_set_text(a, from, key, sources[k]);
            break;
        }
    }
    if (origins != NULL)
        *origins = from;
    return out;
}
