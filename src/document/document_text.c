/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/document_text.c: what a document says: its template filled with its values, and the
 * edits of people put back where their paragraphs still stand. */
#include <inttypes.h>
#include <stdlib.h>

#include "document/document_inside.h"

#include "base/banned.h"

/* ---- the template ---- */

static Docx *opened(const DocumentType *type, Str bytes, Arena *a, Err *e) {
    Docx *docx = docx_open(a, bytes, e);

    if (docx)
        docx_assume(docx, (SheetForm)type->form, !type->unsealed);
    return docx;
}

static Template *template_of(const DocumentOffice *o, const DocumentType *type, const Document *d,
                             Arena *a, Err *e) {
    scoped_buf Buf bytes = {0};
    Docx *docx;

    if (!d->template_.len)
        return document_default(type, a, e);
    buf_init(&bytes, DOCX_SIZE_MAX);
    if (!document_file(o, d->template_, DOCX_SIZE_MAX, &bytes, e)) {
        err_prefix(e, "本单位的模板打不开：");
        return NULL;
    }
    docx = opened(type, str_dup(a, buf_str(&bytes)), a, e);
    return docx ? template_open(a, docx, &type->fields, NULL, e) : NULL;
}

/* ---- paragraphs ---- */

static void collect(Arena *a, const Block *b, Str *texts, size_t count);

static void collect_cells(Arena *a, const Block *b, Str *texts, size_t count) {
    for (size_t r = 0; r < b->row_count; r++)
        for (size_t c = 0; c < b->rows[r].count; c++)
            for (size_t k = 0; k < b->rows[r].cells[c].count; k++)
                collect(a, &b->rows[r].cells[c].blocks[k], texts, count);
}

static void collect(Arena *a, const Block *b, Str *texts, size_t count) {
    if (b->kind == BLOCK_TABLE)
        collect_cells(a, b, texts, count);
    else if (b->number > 0 && (size_t)b->number <= count && !texts[b->number - 1].len)
        texts[b->number - 1] = sheet_text(a, b);
}

static BindList paragraphs_of(Arena *a, const Docx *docx, const Sheet *sheet) {
    size_t count = docx_paragraphs(docx);
    Str *texts = arena_array_of(a, count + 1, Str);

    for (size_t i = 0; i <= count; i++)
        texts[i] = STR("");
    for (size_t i = 0; i < sheet->count; i++)
        collect(a, &sheet->blocks[i], texts, count);
    return (BindList){texts, count};
}

/* ---- edits ---- */

/* Where the paragraph that was changed stands now: at its place, else the nearest with the same
 * words. 0: nowhere. */
static int64_t place_of(const BindList *texts, const bool *taken, int64_t paragraph, Str before) {
    const Str *all = texts->items;
    int64_t count = (int64_t)texts->count, best = 0;

    if (paragraph >= 1 && paragraph <= count && !taken[paragraph - 1] &&
        str_eq(all[paragraph - 1], before))
        return paragraph;
    for (int64_t i = 1; before.len && i <= count; i++)
        if (!taken[i - 1] && str_eq(all[i - 1], before) &&
            (!best || llabs(i - paragraph) < llabs(best - paragraph)))
            best = i;
    return best;
}

static Str clip(Str s, size_t most) {
    Str rest = s;
    uint32_t rune;

    for (size_t i = 0; i < most && rest.len; i++)
        if (!str_rune(&rest, &rune))
            break;
    return str_slice(s, 0, s.len - rest.len);
}

static void lose(Arena *a, BindList *lost, const Node *edit) {
    Str *all = arena_array_of(a, lost->count + 1, Str), before = node_text(edit, "before"),
        text = node_text(edit, "text");

    for (size_t i = 0; i < lost->count; i++)
        all[i] = ((const Str *)lost->items)[i];
    all[lost->count] =
        str_format(a, "原来第 %" PRId64 " 段“%.*s%s”已经不在，对它的修改没有放进去：“%.*s%s”",
                   node_int(edit, "paragraph", 0), STR_ARG(clip(before, 30)),
                   str_runes(before) > 30 ? "…" : "", STR_ARG(clip(text, 60)),
                   str_runes(text) > 60 ? "…" : "");
    *lost = (BindList){all, lost->count + 1};
}

static bool put_edits(Arena *a, Docx *docx, const Node *edits, DocumentBase *base,
                      DocumentText *out, Err *e) {
    bool *taken = arena_array_of(a, base->texts.count + 1, bool);
    int64_t *placed = arena_array_of(a, edits->count, int64_t), *edited = placed;
    size_t n = 0;

    edited = arena_array_of(a, edits->count, int64_t);
    for (size_t i = 0; i < edits->count; i++) {
        const Node *edit = edits->items[i];
        int64_t at = place_of(&base->texts, taken, node_int(edit, "paragraph", 0),
                              node_text(edit, "before"));

        placed[i] = at;
        if (!at) {
            lose(a, &out->lost, edit);
            continue;
        }
        taken[at - 1] = true;
        edited[n++] = at;
        if (!docx_replace(docx, (int)at, node_text(edit, "text"), e))
            return false;
    }
    base->placed = (BindList){placed, edits->count};
    out->edited = (BindList){edited, n};
    return true;
}

/* ---- the whole ---- */

static bool fill_and_edit(const DocumentOffice *o, const DocumentType *type, const Document *d,
                          Arena *a, DocumentText *out, DocumentBase *base, Err *e) {
    Template *t = template_of(o, type, d, a, e);
    const Node *values = node_get(d->personal, "values"), *edits = node_get(d->personal, "edits");

    if (!t ||
        !template_fill(t, values ? values : node_map(a), d->sealed, a, &out->docx, &out->filled, e))
        return false;
    Docx *docx = opened(type, str_dup(a, buf_str(&out->docx)), a, e);

    if (!docx)
        return false;
    base->revision = d->revision;
    base->texts = paragraphs_of(a, docx, &out->filled.sheet);
    if (!edits || edits->kind != NODE_LIST || !edits->count)
        return true;
    if (!put_edits(a, docx, edits, base, out, e))
        return false;
    buf_clear(&out->docx);
    return docx_save(docx, &out->docx, e) && docx_read(docx, a, &out->filled.sheet, NULL, e);
}

bool document_write_text(const DocumentOffice *o, const DocumentType *type, const Document *d,
                         Arena *a, DocumentText *out, DocumentBase *base, Err *e) {
    DocumentBase unused = {0};

    *out = (DocumentText){.type = type};
    buf_init(&out->docx, DOCX_SIZE_MAX);
    if (fill_and_edit(o, type, d, a, out, base ? base : &unused, e))
        return true;
    buf_done(&out->docx);
    return false;
}

/* As it was fixed. */
static bool fixed_text(const DocumentOffice *o, const DocumentType *type, const Document *d,
                       Arena *a, DocumentText *out, Err *e) {
    *out = (DocumentText){.type = type};
    buf_init(&out->docx, DOCX_SIZE_MAX);
    if (document_file(o, d->docx, DOCX_SIZE_MAX, &out->docx, e)) {
        Docx *docx = opened(type, str_dup(a, buf_str(&out->docx)), a, e);

        if (docx && docx_read(docx, a, &out->filled.sheet, NULL, e))
            return true;
    }
    buf_done(&out->docx);
    return false;
}

/* Whoever does not see names and texts does not see the text that holds them; nor what was
 * recalled. The fixed file would show it. */
bool document_readable(const Document *d, Err *e) {
    if (!store_thread_scope_now() || d->personal->count)
        return true;
    return err_set(e, ERR_FORBIDDEN, NULL,
                   str_is(d->state, "recalled") ? "这份文书已经撤回，不能打开"
                                                : "这份文书隐去了个人信息，不能打开");
}

bool document_text(const DocumentOffice *o, const Document *d, Arena *a, DocumentText *out,
                   Err *e) {
    const DocumentType *type =
        document_readable(d, e)
            ? document_type_pinned(o->store, o->content, d->type, d->version, a, e)
            : NULL;

    return type && (d->docx.len ? fixed_text(o, type, d, a, out, e)
                                : document_write_text(o, type, d, a, out, NULL, e));
}

/* ---- before an edit ---- */

bool before_document_edit(DocumentReady *r, Err *e) {
    DocumentBase *base = arena_new_of(r->arena, DocumentBase);
    DocumentText text;

    if (!document_write_text(r->office, r->type, r->document, r->arena, &text, base, e))
        return false;
    buf_done(&text.docx);
    r->out = base;
    return true;
}
