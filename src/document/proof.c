/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/proof.c: proofreading as a whole; citations of statutes. */
#include "document/proof.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "document/proof_inside.h"

#include "base/banned.h"

const BindName proof_kind_names[] = {{"unfilled", PROOF_UNFILLED, "没有填写"},
                                     {"date", PROOF_DATE, "日期"},
                                     {"name", PROOF_NAME, "名称"},
                                     {"sum", PROOF_SUM, "合计"},
                                     {"amount", PROOF_AMOUNT, "金额大小写"},
                                     {"identity", PROOF_IDENTITY, "不得披露的身份"},
                                     {"doubled", PROOF_DOUBLED, "重复的字词"},
                                     {"bracket", PROOF_BRACKET, "括号和引号"},
                                     {"citation", PROOF_CITATION, "引用的法条"},
                                     {"level", PROOF_LEVEL, "层次序号"},
                                     {NULL, 0, NULL}};

static void add(Proof *p, ProofFinding f) {
    if (p->found.count < PROOF_FINDINGS_MOST)
        *(ProofFinding *)docx_more(p->arena, &p->found, sizeof f) = f;
}

static bool begins_rune(Str s, size_t at) {
    return at >= s.len || ((unsigned char)s.ptr[at] & 0xC0) != 0x80;
}

/* The words with a dozen signs on both sides. */
static Str place_of(const Proof *p, size_t from, size_t to) {
    size_t first = from > 36 ? from - 36 : 0, last = to + 36 < p->text.len ? to + 36 : p->text.len;

    while (!begins_rune(p->text, first))
        first++;
    while (!begins_rune(p->text, last))
        last--;
    return str_dup(p->arena, str_slice(p->text, first, last));
}

void proof_tell(Proof *p, ProofKind kind, bool serious, size_t from, size_t to, Str suggestion,
                const char *format, ...) {
    char text[600];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    add(p, (ProofFinding){.kind = kind,
                          .paragraph = p->block->number,
                          .from = from,
                          .to = to,
                          .place = place_of(p, from, to),
                          .text = str_dup(p->arena, str_of(text)),
                          .suggestion = str_dup(p->arena, suggestion),
                          .serious = serious});
}

void proof_whole(Proof *p, ProofKind kind, bool serious, const char *format, ...) {
    char text[600];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    add(p,
        (ProofFinding){.kind = kind, .text = str_dup(p->arena, str_of(text)), .serious = serious});
}

static void each_of(Proof *p, const Block *blocks, size_t count, void (*look)(Proof *p)) {
    for (size_t i = 0; i < count; i++) {
        const Block *b = &blocks[i];

        for (size_t r = 0; r < b->row_count; r++)
            for (size_t c = 0; c < b->rows[r].count; c++)
                each_of(p, b->rows[r].cells[c].blocks, b->rows[r].cells[c].count, look);
        if (b->kind == BLOCK_TABLE || b->kind == BLOCK_PAGE)
            continue;
        p->block = b;
        p->text = sheet_text(p->arena, b);
        look(p);
    }
}

void proof_each(Proof *p, void (*look)(Proof *p)) {
    each_of(p, p->sheet->blocks, p->sheet->count, look);
}

/* --- citations ------------------------------------------------------------------------------- */

static void look_citations(Proof *p) {
    CheckedCitation *found;
    size_t n = citations_check(p->context->library, p->arena, p->text, p->context->on, &found);

    for (size_t i = 0; i < n; i++)
        if (law_is_wrong(found[i].answer.verdict))
            proof_tell(p, PROOF_CITATION, true, found[i].citation.from, found[i].citation.to,
                       (Str){NULL, 0}, "%.*s", STR_ARG(found[i].sentence));
}

/* --- the whole ------------------------------------------------------------------------------- */

static int by_place(const void *a, const void *b) {
    const ProofFinding *x = a, *y = b;

    if (x->paragraph != y->paragraph)
        return x->paragraph < y->paragraph ? -1 : 1;
    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    return x->kind - y->kind;
}

BindList proof_read(const Sheet *s, const ProofContext *c, Arena *a) {
    Proof p = {.sheet = s, .context = c, .arena = a};

    proof_signs(&p);
    proof_dates(&p);
    proof_amounts(&p);
    proof_names(&p);
    if (c->library != NULL)
        proof_each(&p, look_citations);
    if (p.found.count > 0)
        qsort(p.found.items, p.found.count, sizeof(ProofFinding), by_place);
    return p.found;
}
