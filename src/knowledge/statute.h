/* SPDX-License-Identifier: MulanPSL-2.0 */
/* knowledge/statute.h: the text of one statute, read from the Markdown layout of public law
 * collections, and written again in one form of our own that reads the same.
 *
 *     # 某某条例                                 title
 *
 *     2021年1月22日某某会议修订                   how it was made
 *
 *     ## 第一章　总则                             headings: 编, 分编, 章, 节
 *
 *     **第一条**　……                              an article; what follows are its paragraphs (款)
 *
 *     （一）……                                    an item (项) of the paragraph before it
 *
 * Pure: no disk, no store, no clock. What a text does not tell stays unknown. */
#ifndef KNOWLEDGE_STATUTE_H
#define KNOWLEDGE_STATUTE_H

#include "base/day.h"
#include "base/buf.h"

enum { STATUTE_FILE_MOST = 4 << 20 };

typedef enum PieceKind { PIECE_HEADING, PIECE_ARTICLE, PIECE_TEXT } PieceKind;

/* In the order of the text. */
typedef struct Piece {
    int kind;
    int level; /* of a heading: 1 编, 2 分编, 3 章, 4 节; 1 also 序言, 附则, 附件 */
    int article, sub; /* 第一百二十条之一: 120, 1 */
    Str text;         /* a heading; or lines joined by \n, an article's without its number */
    int line;         /* in the file it was read from */
} Piece;

/* 《…》同时废止, told by the statute that took its place. */
typedef struct Repeal {
    Str title;
    Day from; /* DAY_NONE: not told */
    int article, sub;
} Repeal;

typedef enum LawMade { LAW_ADOPTED, LAW_REVISED, LAW_AMENDED } LawMade;

/* Lives in the arena it was read into; immutable. */
typedef struct Statute {
    Str title;
    Str of;    /* what it was printed with: 刑法, for an amendment of it; else empty */
    Str names; /* further names, divided by 、 */
    const Str *notes;
    size_t note_count;
    const Piece *pieces;
    size_t piece_count;
    /* Sorted by number, so that one is found by halving. */
    const Piece *const *articles;
    size_t article_count;
    int last;         /* number of the last article */
    size_t unmarked;  /* articles that were not written **第X条** */
    Day adopted;      /* first passed; DAY_NONE: not told */
    Day made;         /* this text passed: the last revision or amendment */
    int made_by;      /* LawMade */
    Day commenced;    /* the day it says itself that it comes into force */
    Day from, to;     /* this text is in force; DAY_NONE: not told */
    Str commencement; /* the sentence that says so, or empty */
    const Repeal *repeals;
    size_t repeal_count;
    bool by_items; /* its articles are written 一、 二、 */
} Statute;

typedef struct StatutePart {
    const char *file;
    Str text;
    int line; /* lines of the file before this text */
} StatutePart;

/* The parts follow each other; the first begins with the title. `continuing`: numbers may begin
 * above one. NULL with ERR_CONTENT and file:line for numbers that are missing, doubled or out of
 * order, for texts that are not UTF-8, too large or without a title. */
typedef struct StatuteRead {
    const StatutePart *parts;
    size_t count;
    bool continuing;
} StatuteRead;
Statute *statute_read(Arena *a, const StatuteRead *in, Err *e);
/* Our own form: reading it gives the same statute. */
void statute_write(const Statute *s, Buf *out);

/* NULL when there is none. */
const Piece *statute_article(const Statute *s, int article, int sub);
/* The paragraph (款), item (项), or item of a paragraph of an article; 0: not asked. With the items
 * of the paragraph where only that is asked. The empty text when there is none. */
Str statute_part(Arena *a, const Piece *article, int paragraph, int item);

/* What the first heading of a file says it is. */
typedef enum PartKind {
    PART_OTHER,      /* no heading */
    PART_TITLE,      /* the name of a statute or of an appendix */
    PART_SECTION,    /* 第二编, 附则: part of a statute */
    PART_PREAMBLE,   /* 序言: the first part */
    PART_AMENDMENTS, /* 修正案: amendments below headings of their own */
} PartKind;
PartKind statute_part_kind(Str text, Str *heading);
/* Does it look like a statute: a title, and a line that tells how it was made, or an article? */
bool statute_looks(Str text);
/* The number of the first article in a file; 0: none. */
int statute_first_article(Str text);

#endif
