/* SPDX-License-Identifier: MulanPSL-2.0 */
/* tests/fuzz/fuzz_document_template.c: a template as text, one block a line: refused at a place, or
 * filled, proofread, and read back the same. */
#include <stdint.h>
#include <stdlib.h>

#include "document/body.h"
#include "document/proof.h"
#include "document/template.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void must(bool good) {
    if (!good)
        abort();
}

#define FIELD(id, name, kind, must_be)                                                             \
    {                                                                                              \
        .is = {.field = STR_INIT(id), .title = STR_INIT(name), .type = kind, .required = must_be } \
    }

static DocumentField entries[] = {FIELD("name", "名称", FIELD_TEXT, true)};
static DocumentField fields[] = {
    FIELD("party", "当事人", FIELD_TEXT, true),
    FIELD("note", "备注", FIELD_TEXT, false),
    FIELD("day", "日期", FIELD_DATE, false),
    FIELD("money", "金额", FIELD_MONEY, false),
    FIELD("n", "人数", FIELD_INTEGER, false),
    {.is = {.field = STR_INIT("items"), .title = STR_INIT("物品"), .type = DOCUMENT_LIST},
     .fields = {entries, 1}},
};
static const BindList all = {fields, sizeof fields / sizeof *fields};

static void fill(Arena *a, Template *t) {
    scoped_buf Buf docx = {.max = DOCX_SIZE_MAX};
    TemplateFilled out;
    Err e = {0};
    Node *values = json_read(a,
                             STR("{\"party\": \"陈明\", \"day\": \"2026-03-20\", \"money\": "
                                 "\"20000.5\", \"n\": 3, \"items\": [{\"name\": \"甲\"}, {}]}"),
                             &e);

    if (!template_fill(t, values, true, a, &docx, &out, &e)) {
        must(e.code == ERR_TOO_LARGE);
        return;
    }
    Docx *d = docx_open(a, buf_str(&docx), &e);
    Sheet again;

    must(d != NULL && docx_read(d, a, &again, NULL, &e) && again.count == out.sheet.count);
    proof_read(&out.sheet, &(ProofContext){.names = (const Str[]){STR("陈明")}, .name_count = 1},
               a);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    scoped_arena Arena *a = arena_new();
    scoped_buf Buf docx = {.max = DOCX_SIZE_MAX};
    Str text = {(const char *)bytes, size};
    BindList mistakes = {0};
    const int *lines;
    size_t count;
    int line = 0;
    Sheet s;
    Err e = {0};

    if (size > 16384 || !str_utf8_valid(text))
        return 0;
    if (!body_read(a, text, &s, &lines, &count, &line, &e)) {
        must(line > 0 && e.code == ERR_INVALID);
        return 0;
    }
    if (!docx_write(&s, NULL, &docx, &e))
        return 0;
    Docx *d = docx_open(a, buf_str(&docx), &e);

    must(d != NULL && docx_paragraphs(d) == count);
    Template *t = template_open(a, d, &all, &mistakes, &e);

    must((t == NULL) == (mistakes.count > 0));
    for (size_t i = 0; i < mistakes.count; i++)
        must((size_t)((TemplateMistake *)mistakes.items)[i].paragraph <= count);
    if (t != NULL)
        fill(a, t);
    return 0;
}
