/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/docx_testing.h: .docx files made by hand for tests: any parts, any relationships. */
#ifndef LIANHENG_DOCUMENT_DOCX_TESTING_H
#define LIANHENG_DOCUMENT_DOCX_TESTING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "document/docx_inside.h"

typedef struct TestPart {
    const char *name;
    Str bytes;
} TestPart;

#define TEST_W "xmlns:w=\"" DOCX_W "\""
#define TEST_TYPES                                                                             \
    "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Override " \
    "PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-"            \
    "officedocument.wordprocessingml.document.main+xml\"/></Types>"

/* A ZIP archive of these parts, in the arena. */
static inline Str test_zip(Arena *a, const TestPart *parts, size_t n) {
    zip_error_t error;
    zip_stat_t st;

    zip_error_init(&error);
    zip_source_t *source = zip_source_buffer_create(NULL, 0, 0, &error);

    assert_non_null(source);
    zip_source_keep(source);
    zip_t *z = zip_open_from_source(source, ZIP_TRUNCATE | ZIP_CREATE, &error);

    assert_non_null(z);
    for (size_t i = 0; i < n; i++) {
        zip_source_t *part = zip_source_buffer(z, parts[i].bytes.ptr, parts[i].bytes.len, 0);

        assert_true(zip_file_add(z, parts[i].name, part, ZIP_FL_ENC_UTF_8) >= 0);
    }
    assert_int_equal(zip_close(z), 0);
    assert_int_equal(zip_source_stat(source, &st), 0);
    char *bytes = arena_alloc(a, st.size + 1);

    assert_int_equal(zip_source_open(source), 0);
    assert_int_equal(zip_source_read(source, bytes, st.size), (zip_int64_t)st.size);
    zip_source_close(source);
    zip_source_free(source);
    return (Str){bytes, st.size};
}

/* A document with this inside its body, and perhaps one more part. */
static inline Str test_docx(Arena *a, const char *body, const char *name, const char *part) {
    Str text = str_format(a, "<w:document " TEST_W "><w:body>%s</w:body></w:document>", body);
    TestPart parts[] = {{"[Content_Types].xml", STR(TEST_TYPES)},
                        {"word/document.xml", text},
                        {name, str_of(part)}};

    return test_zip(a, parts, name == NULL ? 2 : 3);
}

#endif
