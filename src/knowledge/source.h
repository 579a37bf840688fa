/* SPDX-License-Identifier: MulanPSL-2.0 */
/* knowledge/source.h: a folder of laws, read whole before anything is kept of it.
 *
 *     DIR/docs/<category>/<law>/README.md           title, how it was made, articles
 *                               01-….md             further parts; amendments printed with it
 *                               versions/<day>/     a text in force from that day
 *     DIR/docs/category/<category>.md               the category's name in Chinese
 *
 * DIR may also be the folder `docs`, and a file that looks like a statute may lie anywhere. */
#ifndef KNOWLEDGE_SOURCE_H
#define KNOWLEDGE_SOURCE_H

#include "base/crypto.h"
#include "knowledge/statute.h"

enum { SOURCE_FILES_MOST = 20000 };
#define SOURCE_BYTES_MOST ((size_t)256 << 20)

typedef struct SourceLaw {
    Str slug, category, category_title;
    Statute *text;
    Str written; /* statute_write */
    char digest[2 * SM3_SIZE + 1];
} SourceLaw;

typedef struct Source {
    SourceLaw *laws; /* texts: a law with two versions stands here twice */
    size_t count;
    size_t titles;   /* laws, without what is printed with them */
    size_t articles; /* 第X条, of all texts */
    size_t items;    /* 一、 二、 of texts without them */
    size_t unmarked;
    size_t appended; /* amendments and the like, printed with a law */
    size_t bytes;
    const Str *skipped; /* files that are no statutes */
    size_t skipped_count;
    char digest[2 * SM3_SIZE + 1]; /* over all texts */
} Source;

/* NULL with ERR_CONTENT and file:line, ERR_NOT_FOUND, ERR_INVALID (not such a folder),
 * ERR_TOO_LARGE, ERR_DISK. */
Source *source_read(Arena *a, const char *folder, Err *e);
/* One file, as people send it through the page. */
Source *source_one(Arena *a, Str name, Str text, Err *e);

#endif
