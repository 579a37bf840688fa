/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/importer.h: an opened file with its header and its columns, as preview and import both need
 * it. */
#ifndef POOL_IMPORTER_H
#define POOL_IMPORTER_H

#include <pthread.h>

#include "pool/batch.h"
#include "pool/header.h"
#include "pool/maker.h"

struct Importer {
    Pool *pool;
    Store *store;
    const Keys *keys;
    char *folder;
    pthread_mutex_t lock; /* one import at a time */
};

/* Lives in the arena; the rows and the first block are closed with it. */
typedef struct OpenFile {
    Rows *rows;
    RowBlock *first;
    Header header;
    ColumnMatch *matches; /* per field */
    Str source;
} OpenFile;

bool file_open(Importer *i, const ImportRequest *request, Arena *a, OpenFile *out, Err *e);

/* The maker's plan for the file; batch is left 0. */
MakerPlan *file_plan(Importer *i, const Content *c, const OpenFile *f, const Dataset *d, Arena *a);
/* Required fields no column fills; the array is as long as there are fields. */
size_t file_missing(const Dataset *d, const ColumnMatch *matches, const Field **out);

/* Saved mappings. `matches` is changed where the saved one says so; false only on failure. */
bool mapping_load(Importer *i, const Dataset *d, const Header *h, Str source, ColumnMatch *matches,
                  Err *e);
/* "mapping.saved" for the columns as they are matched now; lives in the arena. */
Event mapping_event(Arena *a, const ImportRequest *request, const OpenFile *f);

extern const char *const rows_format_names[];

#endif
