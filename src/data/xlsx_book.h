/* SPDX-License-Identifier: MulanPSL-2.0 */
/* data/xlsx_book.h: what a sheet's cells refer to: shared texts and number formats; and the list of
 * sheets. Private to the XLSX reader. */
#ifndef DATA_XLSX_BOOK_H
#define DATA_XLSX_BOOK_H

#include "data/sheet_value.h"
#include "data/text_table.h"
#include "data/xlsx_part.h"

typedef struct XlsxSheet {
    Str name;
    const char *part; /* name in the archive; NULL: no worksheet (a chart, a macro sheet) */
    bool hidden;
} XlsxSheet;

typedef struct XlsxBook {
    Arena *arena;
    XlsxSheet *sheets;
    size_t sheet_count;
    bool since_1904;
    NumberFormat *formats; /* by a cell's style index */
    size_t format_count;
    TextTable texts; /* shared strings */
} XlsxBook;

/* Everything but the sheets' rows. */
bool xlsx_book_read(XlsxBook *b, Arena *a, Archive *z, Err *e);
void xlsx_book_done(XlsxBook *b);
NumberFormat xlsx_book_format(const XlsxBook *b, size_t style);

/* Undo _x000D_ and the like in place; the new length. */
size_t xlsx_unescape(char *text, size_t len);

#endif
