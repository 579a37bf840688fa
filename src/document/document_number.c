/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/document_number.c: a number is given in one commit with its event, from the row of its
 * series; only then are the pages made, from what the event says. Whoever is killed in between
 * finds the number given and the pages missing: they are made at the next start
 * (docs/decisions/0018). */
#include <inttypes.h>
#include <math.h>

#include "base/fault.h"
#include "base/log.h"
#include "document/service.h"

#include "sql_statements.h"

#include "base/banned.h"

/* ---- giving ---- */

bool document_number_next(Writing *w, const DocumentType *type, int64_t organisation, Day today,
                          int64_t *serial, Str *letters, Err *e) {
    const Node *house =
        tx_row(w->tx, w->arena, &SQL_document_house, ARGS(ARG_OF_INT(organisation)), e);
    int year, month, day;
    int64_t last = 0;

    if (!house)
        return e->code != ERR_NONE ? false : err_set(e, ERR_BROKEN, NULL, "制作单位已经不在");
    day_split(today, &year, &month, &day);
    if (type->number.len &&
        !tx_int(w->tx, &SQL_document_number_last,
                ARGS(ARG_OF_INT(organisation), ARG_OF_TEXT(type->number), ARG_OF_INT(year)), 0,
                &last, e))
        return false;
    *letters = node_text(house, "letters");
    if (!letters->len)
        *letters = node_text(house, "short_name");
    if (!letters->len)
        *letters = node_text(house, "name");
    *serial = last + 1;
    return true;
}

/* ---- before it: would it come out? ---- */

static bool open_place(const Block *b) {
    for (size_t i = 0; i < b->span_count; i++)
        if (str_find(b->spans[i].text, STR("【待填：")) >= 0)
            return true;
    for (size_t r = 0; r < b->row_count; r++)
        for (size_t c = 0; c < b->rows[r].count; c++)
            for (size_t k = 0; k < b->rows[r].cells[c].count; k++)
                if (open_place(&b->rows[r].cells[c].blocks[k]))
                    return true;
    return false;
}

static bool nothing_open(const DocumentText *text, Err *e) {
    if (text->filled.missing.count)
        return err_set(e, ERR_INVALID, NULL, "正文里还有 %zu 处没有填写，请填写以后再办",
                       text->filled.missing.count);
    if (text->lost.count)
        return err_set(e, ERR_CONFLICT, "/edits",
                       "有 %zu 处修改找不到原来的段落：%.*s。请重新修改，或者放弃这些修改",
                       text->lost.count, STR_ARG(((const Str *)text->lost.items)[0]));
    for (size_t i = 0; i < text->filled.sheet.count; i++)
        if (open_place(&text->filled.sheet.blocks[i]))
            return err_set(e, ERR_INVALID, NULL, "正文里还有“【待填：…】”，请填写以后再办");
    return true;
}

/* With a number of the length that one has: what cannot be laid out must burn none. */
static const Document *as_numbered(DocumentReady *r) {
    Document *d = document_copy(r->arena, r->document);
    DocumentWork w = {.arena = r->arena, .d = d};

    if (r->type->number.len && document_field(&r->type->fields, STR("number")))
        document_personal_set(
            &w, "values", STR("number"),
            node_of_text(r->arena, document_number(r->arena, r->type, STR("某某检"), 2026, 1000)));
    d->numbered = d->changed;
    return d;
}

bool before_document_trial(DocumentReady *r, Err *e) {
    const Document *d = as_numbered(r);
    DocumentText text;
    scoped_buf Buf pdf;
    LayoutReport report = {0};

    buf_init(&pdf, DOCUMENT_PDF_MOST);
    if (!document_nothing_missing(r->type, r->document, r->arena, e) ||
        !document_write_text(r->office, r->type, d, r->arena, &text, NULL, e))
        return false;
    bool good = nothing_open(&text, e) && document_layout(r->office, r->type, d, &text.filled.sheet,
                                                          r->arena, &pdf, &report, e);

    buf_done(&text.docx);
    return good;
}

/* ---- after it: the pages ---- */

static int64_t hundredths(double mm) {
    return (int64_t)llround(mm * 100);
}

static Node *seals_of(Arena *a, const LayoutReport *report) {
    Node *out = node_list(a);

    for (size_t i = 0; i < report->seal_count; i++) {
        const LayoutSeal *s = &report->seals[i];
        Node *n = node_map(a);

        node_set_int(a, n, "page", s->page);
        node_set_int(a, n, "x", hundredths(s->x));
        node_set_int(a, n, "y", hundredths(s->y));
        node_set_int(a, n, "diameter", hundredths(s->diameter));
        node_add(a, out, n);
    }
    return out;
}

typedef struct Finishing {
    const DocumentOffice *office;
    Str id;
    Arena *arena;
    const Document *document;
    const DocumentType *type;
    DocumentAct act;
    DocumentDone out;
} Finishing;

static bool look(Tx *tx, void *context, Err *e) {
    Finishing *f = context;

    f->document = document_whole(tx, f->id, f->arena, e);
    f->type = f->document ? document_pinned(tx, f->office->content, f->document->type,
                                            f->document->version, f->arena, e)
                          : NULL;
    return f->type != NULL;
}

static bool keep_both(Finishing *f, Str docx, Str pdf, const LayoutReport *report, Err *e) {
    Arena *a = f->arena;
    Node *more = node_map(a);
    Str digest;

    if (FAULT("document.keep"))
        return err_set(e, ERR_DISK, NULL, "没能保存排好的文书");
    if (!document_keep(f->office, docx, a, &digest, e))
        return false;
    node_set_text(a, more, "docx", digest);
    if (FAULT("document.keep_pdf"))
        return err_set(e, ERR_DISK, NULL, "没能保存排好的文书");
    if (!document_keep(f->office, pdf, a, &digest, e))
        return false;
    node_set_text(a, more, "pdf", digest);
    node_set_int(a, more, "pages", report->pages);
    node_set_int(a, more, "size", (int64_t)pdf.len);
    node_set(a, more, "seals", seals_of(a, report));
    f->act = (DocumentAct){.verb = DOCUMENT_LAID_OUT, .more = more};
    return true;
}

static bool make_pages(Finishing *f, Err *e) {
    DocumentText text;
    scoped_buf Buf pdf;
    LayoutReport report = {0};

    buf_init(&pdf, DOCUMENT_PDF_MOST);
    if (!document_write_text(f->office, f->type, f->document, f->arena, &text, NULL, e))
        return false;
    bool good = document_layout(f->office, f->type, f->document, &text.filled.sheet, f->arena, &pdf,
                                &report, e) &&
                keep_both(f, buf_str(&text.docx), buf_str(&pdf), &report, e);

    buf_done(&text.docx);
    return good;
}

/* Whoever else finished it has made the same pages. */
static bool tell_pages(Writing *w, void *context, Err *e) {
    Finishing *f = context;
    DocumentRow row;
    const Document *after;

    if (!document_load(w, f->id, &row, e))
        return false;
    if (row.document->pdf.len) {
        f->out.revision = row.document->revision;
        f->out.state = row.document->state;
        return true;
    }
    f->out.told = (BindList){0};
    if (!document_carry_out(w, &row, &f->act, NULL, NULL, &after, &f->out.told, e))
        return false;
    f->out.revision = after->revision;
    f->out.state = after->state;
    return true;
}

static bool finish(Finishing *f, Err *e) {
    static const MatterActor program = {STR_INIT("system"), NULL};
    const DocumentOffice *o = f->office;
    const Scope *before = store_thread_scope(NULL);
    bool good = store_read(o->store, look, f, e);

    if (good && document_fixed(f->document) && !f->document->pdf.len) {
        good = make_pages(f, e);
        if (good && FAULT("document.laid_out"))
            good = err_set(e, ERR_DISK, NULL, "没能记下排好的文书");
        good = good && matter_write(o->store, o->content, &program, f->arena, tell_pages, f, e);
    }
    store_thread_scope(before);
    return good;
}

void document_finish_one(const DocumentOffice *o, Str id, Arena *a, DocumentDone *out) {
    Finishing f = {.office = o, .id = id, .arena = a};
    Err why = {0};
    BindList *told = &out->told;

    if (!FAULT("document.numbered") && finish(&f, &why)) {
        out->revision = f.out.revision;
        out->state = f.out.state;
        return;
    }
    log_line(LOG_ERROR, "document", "%.*s: %s", STR_ARG(id), why.text);
    Str *all = arena_array_of(a, told->count + 1, Str);

    for (size_t i = 0; i < told->count; i++)
        all[i] = ((const Str *)told->items)[i];
    all[told->count] = str_format(a, "文号已经给出，但是还没有排好版：%s。系统稍后会再试",
                                  why.text[0] ? why.text : "中断了");
    *told = (BindList){all, told->count + 1};
}

static bool unfinished(Tx *tx, void *context, Err *e) {
    Finishing *f = context;
    Node *rows = tx_rows(tx, f->arena, &SQL_document_to_lay_out, NO_ARGS, e);

    f->act.more = rows;
    return rows != NULL;
}

bool document_finish(const DocumentOffice *o, int64_t *done, Err *e) {
    scoped_arena Arena *all = arena_new();
    Finishing ask = {.arena = all};
    int64_t proofs = 0;
    const Scope *before = store_thread_scope(NULL);
    bool good = store_read(o->store, unfinished, &ask, e);

    store_thread_scope(before);
    if (done)
        *done = 0;
    for (size_t i = 0; good && i < ask.act.more->count; i++) {
        scoped_arena Arena *a = arena_new();
        Finishing f = {.office = o, .id = node_text(ask.act.more->items[i], "id"), .arena = a};
        Err why = {0};

        if (!finish(&f, &why))
            log_line(LOG_ERROR, "document", "%.*s: %s", STR_ARG(f.id), why.text);
        else if (done)
            ++*done;
    }
    return good && service_finish(o, &proofs, e);
}

/* ---- looking after them ---- */

static bool sound(Tx *tx, void *context, Err *e) {
    scoped_arena Arena *a = arena_new();
    Err why = {0};
    const Node *bad = tx_row(tx, a, &SQL_document_number_unsound, NO_ARGS, &why);
    const Node *strange = tx_row(tx, a, &SQL_document_number_strange, NO_ARGS, &why);

    (void)context;
    if (why.code != ERR_NONE) {
        *e = why;
        return false;
    }
    if (bad)
        return err_set(e, ERR_BROKEN, NULL,
                       "文号不连续：单位 %" PRId64 " %" PRId64 " 年的“%.*s”应当有 1 到 %" PRId64
                       " 号，实际有 %" PRId64 " 份文书、%" PRId64 " 个号",
                       node_int(bad, "organisation", 0), node_int(bad, "year", 0),
                       STR_ARG(node_text(bad, "series")), node_int(bad, "last", 0),
                       node_int(bad, "n", 0), node_int(bad, "distinct_n", 0));
    return !strange || err_set(e, ERR_BROKEN, NULL, "文号 %.*s 不在任何文号序列里",
                               STR_ARG(node_text(strange, "number")));
}

bool document_numbers_sound(Store *s, Err *e) {
    const Scope *before = store_thread_scope(NULL);
    bool good = store_read(s, sound, NULL, e);

    store_thread_scope(before);
    return good;
}
