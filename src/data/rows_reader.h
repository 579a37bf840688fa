/* SPDX-License-Identifier: MulanPSL-2.0 */
/* data/rows_reader.h: what a format's reader gives to rows.c. Private to the row readers. */
#ifndef DATA_ROWS_READER_H
#define DATA_ROWS_READER_H

#include "data/row_block.h"

typedef struct Reader Reader;

/* Each reader's struct starts with this. */
struct Reader {
    bool (*next)(Reader *r, RowBlock *b,
                 Err *e); /* the block is started, and ended, by the caller */
    void (*close)(Reader *r);
    uint64_t (*bytes_read)(const Reader *r);
    uint64_t (*bad_bytes)(const Reader *r); /* NULL: the format knows none */
};

/* `info` carries the wishes in (encoding and separator settled, sheet as asked for) and takes what
 * was found; its texts live in `a`. `fd` stays open, and borrowed, until close. NULL on failure. */
Reader *csv_open(int fd, Arena *a, RowsInfo *info, Err *e);
Reader *json_rows_open(int fd, Arena *a, RowsInfo *info, Err *e);
Reader *xlsx_open(int fd, Arena *a, RowsInfo *info, Err *e);
Reader *xls_open(int fd, Arena *a, RowsInfo *info, Err *e);

/* The separator of CSV text, guessed from its first lines. */
char csv_guess_separator(Str head);

#endif
