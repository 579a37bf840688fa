/* SPDX-License-Identifier: MulanPSL-2.0 */
/* main/table.h: columns that stand under each other, although a Chinese character is two cells
 * wide. */
#ifndef MAIN_TABLE_H
#define MAIN_TABLE_H

#include <stdio.h>

#include "base/str.h"

typedef struct Table Table;

/* Titles separated by '|'; a title that begins with '>' makes a column of numbers, set to the
 * right. */
Table *table_new(Arena *a, const char *titles);
/* One text per column, in order; borrowed until the table is written. */
void table_add(Table *t, const Str *cells);
void table_write(const Table *t, FILE *out);

/* Cells of a terminal the text takes. */
size_t text_width(Str text);
/* 1,234,567 */
Str grouped(Arena *a, int64_t n);

#endif
