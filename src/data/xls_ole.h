/* SPDX-License-Identifier: MulanPSL-2.0 */
/* data/xls_ole.h: the compound file around an old workbook: a small file system of sectors. Private
 * to the XLS reader; everything here runs in the worker. */
#ifndef DATA_XLS_OLE_H
#define DATA_XLS_OLE_H

#include "base/buf.h"
#include "base/err.h"

typedef struct Ole {
    Str file;
    unsigned sector_shift, small_shift;
    uint32_t small_limit; /* streams shorter than this live in small sectors */
    uint32_t *fat, *small_fat;
    size_t fat_count, small_count;
    Buf directory; /* entries of 128 bytes */
    Buf small;     /* the stream that small sectors are cut from */
} Ole;

/* `file` is borrowed. ERR_INVALID when it is no whole compound file. */
bool ole_open(Ole *o, Str file, Err *e);
void ole_done(Ole *o);
/* Streams of the root folder, by name. */
bool ole_has(const Ole *o, const char *name);
bool ole_read(const Ole *o, const char *name, Buf *out, Err *e);

#endif
