/* SPDX-License-Identifier: MulanPSL-2.0 */
/* tests/fuzz/fuzz_document_docx.c: an uploaded .docx: the whole file when the input is an archive,
 * else the XML of its body. It is refused with a reason, or read, edited, saved and read again. */
#include <stdint.h>
#include <stdlib.h>
#include <zip.h>

#include "document/docx.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void must(bool good) {
    if (!good)
        abort();
}

static void go_through(Str bytes) {
    scoped_arena Arena *a = arena_new();
    scoped_buf Buf saved = {.max = DOCX_SIZE_MAX};
    BindList warnings;
    Sheet s;
    Err e = {0};
    Docx *d = docx_open(a, bytes, &e);

    if (d == NULL) {
        must(e.code != ERR_NONE && str_utf8_valid(str_of(e.text)));
        return;
    }
    must(docx_read(d, a, &s, &warnings, &e));
    for (size_t i = 0; i < s.count; i++)
        must(s.blocks[i].number >= 0 && (size_t)s.blocks[i].number <= docx_paragraphs(d));
    if (docx_paragraphs(d) == 0)
        return;
    must(docx_replace(d, 1, STR("改过\n的<文字>"), &e));
    must(docx_save(d, &saved, &e));
    Docx *again = docx_open(a, buf_str(&saved), &e);

    must(again != NULL && docx_paragraphs(again) == docx_paragraphs(d));
}

/* The smallest archive with this body. */
static void wrap(Str body) {
    scoped_arena Arena *a = arena_new();
    static const char types[] =
        "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>";
    Str text = str_format(a,
                          "<w:document xmlns:w=\"http://schemas.openxmlformats.org/"
                          "wordprocessingml/2006/main\"><w:body>%.*s</w:body></w:document>",
                          STR_ARG(body));
    zip_error_t error;
    zip_stat_t st;

    zip_error_init(&error);
    zip_source_t *source = zip_source_buffer_create(NULL, 0, 0, &error);

    zip_source_keep(source);
    zip_t *z = zip_open_from_source(source, ZIP_TRUNCATE | ZIP_CREATE, &error);

    must(z != NULL);
    zip_file_add(z, "[Content_Types].xml", zip_source_buffer(z, types, sizeof types - 1, 0), 0);
    zip_file_add(z, "word/document.xml", zip_source_buffer(z, text.ptr, text.len, 0), 0);
    must(zip_close(z) == 0 && zip_source_stat(source, &st) == 0 && zip_source_open(source) == 0);
    char *bytes = arena_alloc(a, st.size + 1);

    must(zip_source_read(source, bytes, st.size) == (zip_int64_t)st.size);
    zip_source_close(source);
    zip_source_free(source);
    go_through((Str){bytes, st.size});
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    Str s = {(const char *)bytes, size};

    if (size > 65536)
        return 0;
    if (str_starts(s, STR("PK")) || str_starts(s, STR("\xD0\xCF")))
        go_through(s);
    else
        wrap(s);
    return 0;
}
