/* SPDX-License-Identifier: MulanPSL-2.0 */
/* main/synth_sheet.h: one file as an agency would send it: its format, its headers, its habits of
 * writing. */
#ifndef MAIN_SYNTH_SHEET_H
#define MAIN_SYNTH_SHEET_H

#include "main/synth_people.h"
#include "content/content.h"

typedef enum SheetFormat {
    SHEET_CSV,
    SHEET_CSV_BOM,
    SHEET_CSV_GBK,
    SHEET_XLSX,
    SHEET_JSON
} SheetFormat;
typedef enum HeaderStyle { HEADER_TITLE, HEADER_CODE, HEADER_ALIAS } HeaderStyle;

typedef struct Sheet Sheet;

/* Columns: the fields named in `fields` (ended by NULL), in that order. A banner line above the
 * header is written when `banner` is not NULL. */
Sheet *sheet_open(const char *path, const Dataset *d, SheetFormat format, HeaderStyle style,
                  const char *banner, const char *const *fields, Chance *chance, Err *e);
/* Close and count; the sheet is gone afterwards, also on failure. */
bool sheet_close(Sheet *s, int64_t *rows, Err *e);

/* Fill the current row by position in `fields`; what is not set stays empty. */
void sheet_put(Sheet *s, int column, const char *text);
void sheet_textf(Sheet *s, int column, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void sheet_day(Sheet *s, int column, Day d);         /* in one of the usual writings */
void sheet_yuan(Sheet *s, int column, int64_t yuan); /* in the column's unit, with its dirt */
void sheet_id(Sheet *s, int column,
              const Person *p); /* harmless dirt only: still the same number */
void sheet_id_exact(Sheet *s, int column, const Person *p);
void sheet_row(Sheet *s); /* write it */
/* Write the row just written once more: a duplicate. */
void sheet_again(Sheet *s);

#endif
