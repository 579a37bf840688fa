/* SPDX-License-Identifier: MulanPSL-2.0 */
/* store/copy.h: a database as files, at one moment, while others write; and back again. */
#ifndef STORE_COPY_H
#define STORE_COPY_H

#include <stdatomic.h>

#include "store/journal.h"

/* Shared with other threads while it runs. */
typedef struct CopyProgress {
    _Atomic int64_t bytes;
    _Atomic bool cancel;
} CopyProgress;

/* What the copy holds. */
typedef struct StoreCopy {
    int64_t sequence;     /* of the journal's last entry */
    char head[65];        /* its hash */
    char fingerprint[40]; /* as the head has it: "3f0c…" or "3f0c…/2" */
    int64_t batch;        /* newest one in the journal */
} StoreCopy;

/* SQLite: FOLDER/operations.db, whole and packed. PostgreSQL: FOLDER/operations/, a file a table.
 * Writers go on meanwhile. ERR_CANCELLED, ERR_DISK; what is half done is left for the caller to
 * remove with the folder. */
bool store_copy(Store *s, const char *folder, CopyProgress *progress, StoreCopy *out, Err *e);
/* FOLDER/operations/ into an empty schema, in one transaction. ERR_CONFLICT when it is not empty,
 * ERR_NEWER when a newer program made the copy. */
bool store_copy_load(const char *place, const char *folder, CopyProgress *progress, Err *e);

/* ---- for every layer that keeps tables in PostgreSQL ---- */

/* Asked at the same moment: the first row's columns as text. May be NULL. */
typedef struct CopyQuestion {
    const char *sql;
    char answers[4][80];
} CopyQuestion;

/* Tables of the address's schema whose name is wanted, seen at one moment: FOLDER/<table>.copy
 * (binary COPY) and FOLDER/tables.json. */
typedef bool TableWanted(Str table);
bool pg_tables_out(const char *place, TableWanted *wanted, const char *folder, CopyQuestion *also,
                   CopyProgress *progress, Err *e);
/* Back into a schema that has none of them. `versions`: make the tables by the migrations the copy
 * had seen; otherwise as tables.json describes them. */
bool pg_tables_in(const char *place, TableWanted *wanted, const char *folder, bool versions,
                  CopyProgress *progress, Err *e);

/* Make the address's schema; *made is false when it was there before, or the address names none. */
bool pg_schema_make(const char *place, bool *made, Err *e);
/* With everything in it: only for one that *made. */
bool pg_schema_drop(const char *place, Err *e);

#endif
