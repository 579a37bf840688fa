/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/body.h: a sheet written as plain text, one block a line: the default templates of
 * content/documents/ (docs/documents.md).
 *
 *   [标题] 检察意见书                a block of that style
 *   一、基本情况                     without a style: what sheet_guess takes it for
 *   | 序号 | 名称 | 数量 |           rows of a table; "<" in a cell: one with the cell to its left
 *   |---|                            behind the first row: it is repeated on every page
 *   [分页]                           a new page
 * Empty lines mean nothing. */
#ifndef LIANHENG_DOCUMENT_BODY_H
#define LIANHENG_DOCUMENT_BODY_H

#include "base/err.h"
#include "document/sheet.h"

/* *lines: for each paragraph that docx_write makes of it, in order, its line; *count of them. A
 * mistake: ERR_INVALID with *line. */
bool body_read(Arena *a, Str text, Sheet *out, const int **lines, size_t *count, int *line, Err *e);

#endif
