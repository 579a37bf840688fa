/* SPDX-License-Identifier: MulanPSL-2.0 */
/* clue/marked.h: tables that leave the house, as XLSX or CSV, each with a mark that says who took
 * them, when and why. In a workbook: a band above the headers, header and footer of every printed
 * page, and a last column; in CSV: a last column, for a line of its own before the headers would
 * keep other programs from reading the file. */
#ifndef CLUE_MARKED_H
#define CLUE_MARKED_H

#include "data/node.h"

typedef struct MarkedColumn {
    Str title;
    double width;
} MarkedColumn;

typedef struct Marked Marked; /* in the arena; ends with marked_close */

/* ERR_INVALID for another format, ERR_DISK. */
Marked *marked_open(Arena *a, Str format, const char *path, Str sheet, const MarkedColumn *columns,
                    size_t count, Str mark, Err *e);
void marked_row(Marked *m, const Str *cells);
/* False when something could not be written; the file is removed then, and with `keep` false. */
bool marked_close(Marked *m, bool keep, Err *e);

#endif
