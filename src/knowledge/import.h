/* SPDX-License-Identifier: MulanPSL-2.0 */
/* knowledge/import.h: laws come into the library. One import is one transaction and one event with
 * digest and counts; nothing of it is seen before, and nothing at all when anything is wrong with
 * it. A text that is there already is left alone, so an import again adds nothing; another text of
 * a law becomes a new version beside the older one. */
#ifndef KNOWLEDGE_IMPORT_H
#define KNOWLEDGE_IMPORT_H

#include "knowledge/source.h"
#include "store/journal.h"

/* New texts in one import: the event names each. */
enum { LAW_ADDED_MOST = 2500 };

typedef struct LawImport {
    int64_t import; /* number; 0: nothing was new, and no event was written */
    size_t laws, texts, articles, items, unmarked, appended, added, skipped;
    size_t bytes;
    char digest[2 * SM3_SIZE + 1];
    double seconds;
} LawImport;

bool law_import(Store *s, Str actor, const Source *source, LawImport *out, Err *e);
/* What was imported: {items: [{import, digest, laws, texts, articles, added, bytes, actor, at}]},
 * newest first. */
Node *law_import_list(Store *s, Arena *a, Err *e);

void law_register(void); /* projections */

#endif
