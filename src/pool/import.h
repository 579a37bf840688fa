/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/import.h: agency files into the pool: look, map, normalise, stage, deduplicate, make
 * visible. */
#ifndef POOL_IMPORT_H
#define POOL_IMPORT_H

#include <stdatomic.h>

#include "data/rows.h"
#include "pool/pool.h"

/* Which column of the file fills which field. column < 0: not in the file. */
typedef struct ColumnMatch {
    const Field *field;
    int column;
    Str header; /* text of the header cell */
    Str how;    /* "title", "code", "alias", "near", "saved", "manual" */
} ColumnMatch;

typedef struct ImportPreview {
    RowsInfo info;
    Str encoding;
    int64_t header_line; /* line of the header row; 0 when the file has none (JSON keys) */
    size_t column_count;
    const Str *headers;
    const ColumnMatch *matches; /* one per field of the dataset, in field order */
    const Str *unused;          /* headers nobody takes */
    size_t unused_count;
    const Field **missing; /* required fields without a column */
    size_t missing_count;
    const Node *samples; /* list of up to 20 rows: list of {original (masked), value, problem} by
                            field order */
    Str source;          /* key under which the mapping is saved: dataset + digest of the headers */
} ImportPreview;

typedef struct ImportRequest {
    const Dataset *dataset;
    const char *path;
    Str file_name; /* as the user knows it */
    RowsOptions options;
    int64_t header_line;        /* 0: find it */
    const ColumnMatch *matches; /* NULL: saved mapping for these headers, else automatic */
    size_t match_count;
    bool save_mapping;
    Str actor, organisation;
    bool keep_rejects;
} ImportRequest;

typedef enum ImportPhase {
    IMPORT_WAITING,
    IMPORT_READING,
    IMPORT_COMPARING,
    IMPORT_WRITING,
    IMPORT_QUALITY,
    IMPORT_DONE,
    IMPORT_FAILED,
    IMPORT_CANCELLED
} ImportPhase;
extern const BindName import_phase_names[];

/* Shared with other threads while it runs. */
typedef struct ImportProgress {
    _Atomic int phase;
    _Atomic int64_t received, rejected, bytes, total_bytes;
    _Atomic bool cancel; /* set to stop; the import then leaves nothing behind */
} ImportProgress;

/* received = accepted + duplicates + rejected, always; corrected ⊂ accepted: rows that replaced an
 * older version. */
typedef struct ImportResult {
    int64_t batch; /* 0 when nothing was accepted and no batch was made? No: every completed import
                      makes a batch */
    int64_t received, accepted, duplicates, rejected, corrected; /* without sealed rows */
    struct { /* rows sealed by law: for who works on the machine itself only */
        int64_t received, accepted, duplicates, corrected;
    } sealed;
    Str rejects_file; /* path in the data folder, or empty */
    double seconds;
} ImportResult;

typedef struct Importer Importer; /* what imports need: pool, store, content, keys, folder for
                                     rejects. One import at a time; others wait. */
Importer *importer_new(Pool *pool, Store *store, const Keys *keys, const char *folder);
void importer_free(Importer *i);

bool import_preview(Importer *i, const Content *c, const ImportRequest *request, Arena *a,
                    ImportPreview *out, Err *e);
bool import_run(Importer *i, const Content *c, const ImportRequest *request,
                ImportProgress *progress, Arena *a, ImportResult *out, Err *e);

/* Projections of "batch.imported" and "mapping.saved": tables batch, batch_field (quality per
 * column), mapping. */
void pool_register(void);

/* A row as people see it, for lineage: {dataset, title, id, live, batch, line,
 * fields:[{field,title,value,original,changed,sensitive,problem}],
 * versions:[{batch,line,live,until,fields}]}; the head is the live version or else the newest,
 * versions are newest first. `sealed` where one of them is sealed by law, else absent. Sensitive
 * values and their originals are masked; `reveal`: clear (callers have checked the purpose). File
 * names and times come from batch_name_row (pool/batch.h). ERR_NOT_FOUND. */
Node *pool_row(Pool *p, const Content *c, const Keys *keys, const Dataset *d, Str id, bool reveal,
               Arena *a, Err *e);

/* A page of rows as anybody may see them (masked). */
typedef struct PoolListing {
    Str text; /* contained in any text column, or a whole identity number, code or plate: rows with
                 that key */
    Str key;  /* 32 hex digits: rows that carry this key of a subject; empty: any */
    int64_t batch; /* 0: live rows; else the rows batch `batch` brought, live or not */
    Str cursor;    /* `next` of the page before, or empty */
    int64_t limit; /* 1 to 200 */
} PoolListing;

/* {columns:[{field,title,type}], items:[{id,batch,line,live,values:[text|null]}], total, next},
 * newest batch first. */
Node *pool_list(Pool *p, const Keys *keys, const Dataset *d, const PoolListing *q, Arena *a,
                Err *e);

/* The strong key (32 hex digits) a row with this number would carry: for finding a subject by its
 * number. False: it gives no strong key. */
bool pool_token(const Keys *keys, SubjectKind kind, Str number, char hex[33]);

#endif
