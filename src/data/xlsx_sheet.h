/* SPDX-License-Identifier: MulanPSL-2.0 */
/* data/xlsx_sheet.h: rows out of a sheet's XML. Private to the XLSX reader and its fuzz target. */
#ifndef DATA_XLSX_SHEET_H
#define DATA_XLSX_SHEET_H

#include "data/xlsx_book.h"
#include "data/xlsx_merge.h"

typedef enum RowTaken { ROW_GO_ON, ROW_ENOUGH, ROW_FAILED } RowTaken;
typedef RowTaken RowTaker(void *self, SheetRow *row, Err *e);

typedef struct XlsxSheetParser XlsxSheetParser;

/* `merges` may be NULL: then they are not looked at. Rows without any text are not delivered. */
XlsxSheetParser *xlsx_sheet_new(const XlsxBook *b, Merges *merges, RowTaker *take, void *self,
                                Err *e);
void xlsx_sheet_free(XlsxSheetParser *p);
bool xlsx_sheet_feed(XlsxSheetParser *p, Str piece, bool last);
bool xlsx_sheet_stopped(const XlsxSheetParser *p);

#endif
