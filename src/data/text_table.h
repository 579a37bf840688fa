/* SPDX-License-Identifier: MulanPSL-2.0 */
/* data/text_table.h: many texts by number, one after the other in memory: a workbook's shared
 * strings. Private to the sheet readers. */
#ifndef DATA_TEXT_TABLE_H
#define DATA_TEXT_TABLE_H

#include "base/buf.h"
#include "base/err.h"

#define TEXT_TABLE_BYTES_MAX ((size_t)200 << 20)
#define TEXT_TABLE_ITEMS_MAX ((size_t)50000000)

typedef struct TextTable {
    Buf bytes; /* the open item is what follows the last end; add to it freely */
    size_t *ends;
    size_t count, cap;
} TextTable;

void text_table_init(TextTable *t);
void text_table_done(TextTable *t);
/* The bytes added since the last end are the next item. ERR_TOO_LARGE past 200 MiB. */
bool text_table_end(TextTable *t, Err *e);
bool text_table_get(const TextTable *t, size_t index, Str *out);

#endif
