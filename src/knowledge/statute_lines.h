/* SPDX-License-Identifier: MulanPSL-2.0 */
/* knowledge/statute_lines.h: inside statute*.c: what one line of a Markdown file is. */
#ifndef KNOWLEDGE_STATUTE_LINES_H
#define KNOWLEDGE_STATUTE_LINES_H

#include "knowledge/statute.h"

typedef struct ArticleLine {
    int article, sub;
    bool marked; /* **第X条** */
    Str text;    /* behind the number */
} ArticleLine;

/* **第一百二十条之一**　…, or the same without the stars before an ideographic space. */
bool line_article(Str line, ArticleLine *out);
/* "## 第一章　总则": the text and its level. */
bool line_heading(Str line, Str *text, int *level);
/* 2021年1月22日…修订 */
bool line_is_note(Str line);
/* Stars of emphasis taken off. */
Str line_plain(Str line);
/* Next line of *rest without blanks around; false at the end. */
bool line_next(Str *rest, Str *line);
/* Behind the front matter (--- … ---), which goes to *front; *lines counts what was passed. */
Str line_body(Str text, Str *front, int *lines);

/* Fills adopted, made, commenced, from, to and the repeals from notes and pieces. */
void statute_tell_days(Arena *a, Statute *s);

#endif
