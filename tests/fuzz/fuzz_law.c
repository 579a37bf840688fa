/* SPDX-License-Identifier: MulanPSL-2.0 */
/* tests/fuzz/fuzz_law.c: whatever a file of laws or a letter holds: a statute is refused with a
 * reason and a place, or reads the same once it was written again; citations lie within their text,
 * in order. The first byte chooses. */
#include <stdlib.h>

#include "knowledge/citation.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void must(bool good) {
    if (!good)
        abort();
}

static void try_statute(Str text) {
    scoped_arena Arena *a = arena_new();
    scoped_buf Buf first = {.max = (size_t)64 << 20}, second = first;
    StatutePart part = {.file = "fuzz.md", .text = text};
    StatuteRead in = {.parts = &part, .count = 1};
    Err e = {0};
    const Statute *s = statute_read(a, &in, &e);

    if (s == NULL) {
        must(e.code == ERR_CONTENT && e.text[0] != '\0' && e.where[0] != '\0');
        return;
    }
    must(s->title.len != 0 && s->piece_count != 0 && s->last >= 0);
    for (size_t i = 0; i < s->article_count; i++)
        must(statute_article(s, s->articles[i]->article, s->articles[i]->sub) == s->articles[i]);
    statute_write(s, &first);
    part.text = buf_str(&first);
    in.continuing = true;
    s = statute_read(a, &in, &e);
    must(s != NULL);
    statute_write(s, &second);
    must(str_eq(buf_str(&first), buf_str(&second)));
}

static void try_citations(Str text) {
    scoped_arena Arena *a = arena_new();
    Citation *c;
    size_t n = citations_find(NULL, a, text, &c), before = 0;

    for (size_t i = 0; i < n; i++) {
        must(c[i].from < c[i].to && c[i].to <= text.len && c[i].from >= before);
        must(c[i].ask.law.len != 0 && c[i].ask.article <= 9999);
        before = c[i].from;
    }
    citations_of_article(NULL, a, STR("甲法"), text, &c);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    if (size == 0)
        return 0;
    (bytes[0] % 2 == 0 ? try_statute : try_citations)((Str){(const char *)bytes + 1, size - 1});
    return 0;
}
