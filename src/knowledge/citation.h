/* SPDX-License-Identifier: MulanPSL-2.0 */
/* knowledge/citation.h: citations of statutes in Chinese prose.
 *
 *     《中华人民共和国行政处罚法》第五十七条第一款第（二）项
 *     刑事诉讼法第177条，行政处罚法第27、57条，该法第二十条至第二十三条
 *     《刑法》第一百二十条之一、第一百三十三条（以下简称…，2020年修正）
 *
 * Each article, paragraph and item that is named becomes one citation with its place. 本法 and
 * articles of nothing in sight are left alone. */
#ifndef KNOWLEDGE_CITATION_H
#define KNOWLEDGE_CITATION_H

#include "knowledge/library.h"

enum { CITATIONS_MOST = 5000 };

typedef struct Citation {
    size_t from, to; /* bytes of the text: of this article; a law alone: of its name */
    LawAsk ask;      /* its day is none */
    bool continued;  /* the law's name stands with an earlier one */
} Citation;

/* `l` may be NULL: then names without 《》 are found by how they end (法, 条例, 规定 …). */
size_t citations_find(const Library *l, Arena *a, Str text, Citation **out);
/* Of "第5条、第7条", "91、99" or "第五条第二款", of a law that is known. */
size_t citations_of_article(const Library *l, Arena *a, Str law, Str article, Citation **out);

typedef struct CheckedCitation {
    Citation citation;
    LawAnswer answer;
    Str sentence; /* library_say */
} CheckedCitation;

/* Every citation of a text with its verdict on that day: the proofreading of documents. `l` is what
 * library_hold gave, and must be held as long as the answers are used. */
size_t citations_check(const Library *l, Arena *a, Str text, Day day, CheckedCitation **out);

#endif
