/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/type_cases.c: the cases of kinds of documents: values in, texts out. */
#include <stdarg.h>
#include <stdio.h>

#include "document/docx_inside.h"
#include "document/type.h"

#include "base/banned.h"

typedef struct Run {
    const Content *c;
    const DocumentType *d;
    const DocumentCase *k;
    const Node *node;
    Arena *arena;
    Buf *report;
    TemplateFilled filled;
    Str text; /* all of it, a paragraph a line */
    const Node *values;
} Run;

static bool fail(const Run *r, const char *format, ...) __attribute__((format(printf, 2, 3)));

static bool fail(const Run *r, const char *format, ...) {
    va_list args;

    va_start(args, format);
    content_case_fails(r->report, r->node, r->d->title, r->k->title, format, args);
    va_end(args);
    return false;
}

static void add_blocks(Arena *a, const Block *blocks, size_t count, Buf *out) {
    for (size_t i = 0; i < count; i++) {
        for (size_t r = 0; r < blocks[i].row_count; r++)
            for (size_t c = 0; c < blocks[i].rows[r].count; c++)
                add_blocks(a, blocks[i].rows[r].cells[c].blocks, blocks[i].rows[r].cells[c].count,
                           out);
        buf_add(out, sheet_text(a, &blocks[i]));
        buf_add_char(out, '\n');
    }
}

static bool listed(const BindList *list, Str s) {
    for (size_t i = 0; i < list->count; i++)
        if (str_eq(((const Str *)list->items)[i], s))
            return true;
    return false;
}

static bool look_texts(const Run *r) {
    bool good = true;

    for (size_t i = 0; i < r->k->contains.count; i++) {
        Str s = ((const Str *)r->k->contains.items)[i];

        if (str_find(r->text, s) < 0)
            good = fail(r, "文书里没有“%.*s”", STR_ARG(s));
    }
    for (size_t i = 0; i < r->k->lacks.count; i++) {
        Str s = ((const Str *)r->k->lacks.items)[i];

        if (str_find(r->text, s) >= 0)
            good = fail(r, "文书里不应当有“%.*s”", STR_ARG(s));
    }
    return good;
}

static bool look_missing(const Run *r) {
    const Str *wanted = r->k->missing.items, *are = r->filled.missing.items;
    bool good = true;

    for (size_t i = 0; i < r->k->missing.count; i++)
        if (!listed(&r->filled.missing, wanted[i]))
            good = fail(r, "应当提示缺少“%.*s”，却没有", STR_ARG(wanted[i]));
    for (size_t i = 0; i < r->filled.missing.count; i++)
        if (!listed(&r->k->missing, are[i]))
            good = fail(r, "提示缺少“%.*s”，用例却没有写", STR_ARG(are[i]));
    return good;
}

/* Places left open are told by `missing`; everything else must be expected. */
static bool look_findings(const Run *r) {
    ProofContext context = {.type = r->d, .values = r->values};
    BindList found = proof_read(&r->filled.sheet, &context, r->arena);
    const ProofFinding *f = found.items;
    size_t met = 0;
    bool good = true;

    for (size_t i = 0; i < found.count; i++) {
        bool expected = f[i].kind == PROOF_UNFILLED;

        for (size_t k = 0; k < r->k->findings.count && !expected; k++)
            if (str_find(f[i].text, ((const Str *)r->k->findings.items)[k]) >= 0) {
                expected = true;
                met++;
            }
        if (!expected)
            good = fail(r, "校对发现：%.*s（%.*s）", STR_ARG(f[i].text), STR_ARG(f[i].place));
    }
    return good && (met >= r->k->findings.count ||
                    fail(r, "校对应当发现 %zu 处，只发现 %zu 处", r->k->findings.count, met));
}

static bool run(Run *r, Template *t, Err *e) {
    scoped_buf Buf docx = {0}, text = {0};

    buf_init(&docx, DOCX_SIZE_MAX);
    buf_init(&text, DOCX_PART_MAX);
    r->values = document_values(r->c, r->d, r->k->values, r->arena, e);
    if (r->values == NULL)
        return fail(r, "%s：%s", e->where, e->text);
    if (!template_fill(t, r->values, r->k->sealed, r->arena, &docx, &r->filled, e))
        return fail(r, "%s", e->text);
    add_blocks(r->arena, r->filled.sheet.blocks, r->filled.sheet.count, &text);
    r->text = str_dup(r->arena, buf_str(&text));
    bool texts = look_texts(r), missing = look_missing(r);

    return look_findings(r) && texts && missing;
}

bool document_cases(const Content *c, const DocumentType *d, Buf *report, DocumentTally *tally,
                    Err *e) {
    scoped_arena Arena *a = arena_new();
    Template *t = document_default(d, a, e);
    const Node *cases = node_get(d->tree, "cases");
    Err first = {0};

    tally->types++;
    if (t == NULL)
        return false;
    if (d->cases.count == 0)
        return err_set(e, ERR_CONTENT, d->file, "文书“%.*s”没有用例：至少写一个 cases",
                       STR_ARG(d->title));
    for (size_t i = 0; i < d->cases.count; i++) {
        scoped_arena Arena *own = arena_new();
        Run r = {.c = c,
                 .d = d,
                 .k = &((const DocumentCase *)d->cases.items)[i],
                 .node = cases->items[i],
                 .arena = own,
                 .report = report};
        Err why = {0};

        tally->cases++;
        if (run(&r, t, &why))
            continue;
        tally->failed++;
        if (first.code == ERR_NONE) {
            char where[NODE_WHERE];

            node_where(r.node, where);
            err_set(&first, ERR_CONTENT, where, "文书“%.*s”的用例“%.*s”不通过，见报告",
                    STR_ARG(d->title), STR_ARG(r.k->title));
        }
    }
    if (first.code != ERR_NONE)
        *e = first;
    return first.code == ERR_NONE;
}

bool document_cases_all(const Content *c, Buf *report, Err *e) {
    DocumentTally tally = {0};
    scoped_buf Buf failures = {0};
    bool good = true;

    buf_init(&failures, (size_t)4 << 20);
    for (size_t i = 0; i < content_document_count(c); i++) {
        Err why = {0};

        if (document_cases(c, content_document_at(c, i), &failures, &tally, &why))
            continue;
        if (good)
            *e = why;
        buf_addf(&failures, "%s：%s\n", why.where, why.text);
        good = false;
    }
    buf_addf(report, "文书：%zu 种，%zu 个用例，%zu 个不通过\n", tally.types, tally.cases,
             tally.failed);
    buf_add(report, buf_str(&failures));
    return good;
}
