/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/shelf.h: files that wait in a folder for a later request to name them: uploads before their
 * import, exports before their download. */
#ifndef HTTP_SHELF_H
#define HTTP_SHELF_H

#include "base/err.h"

typedef struct Shelf Shelf; /* thread-safe */

typedef struct ShelfItem {
    Str id, name; /* `name` as people know the file */
    Str path;
    int64_t size;
} ShelfItem;

/* Makes the folder; what an earlier process left in it is removed. */
Shelf *shelf_new(const char *folder, Err *e);
void shelf_free(Shelf *s); /* removes the files */
/* A path for a new file: FOLDER/<id><suffix>. */
void shelf_path(const Shelf *s, Arena *a, const char *suffix, Str *id, Str *path);
/* The file is written and may be named by `owner` from now on. Files older than a day, and the
 * oldest above 1000, are removed. */
void shelf_put(Shelf *s, Str owner, const ShelfItem *item);
/* ERR_NOT_FOUND for what is not there or is another person's. */
bool shelf_find(Shelf *s, Str owner, Str id, Arena *a, ShelfItem *out, Err *e);
/* Another takes care of the file from now on; false when it is not there. */
bool shelf_take(Shelf *s, Str id);

#endif
