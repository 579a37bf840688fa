/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/snapshot.h: the inside of a content snapshot, for the files of this folder only. */
#ifndef CONTENT_SNAPSHOT_H
#define CONTENT_SNAPSHOT_H

#include <stdatomic.h>

#include "content/content.h"
#include "content/index.h"

/* One byte a day over the years that have a notice. */
typedef struct Calendar {
    Day first, last;           /* DAY_NONE: no year is known */
    const unsigned char *rest; /* 1: no workday; indexed by d - first */
    const Str *holiday;        /* name, or empty */
    const bool *known;         /* by d - first */
} Calendar;

struct Content {
    Arena *arena;
    atomic_int held;
    char version[13];
    const ContentFile *files; /* by path */
    size_t file_count;
    const Dataset *datasets;
    size_t dataset_count;
    const CodeTable *tables;
    size_t table_count;
    const Period *periods;
    size_t period_count;
    Calendar calendar;
    const Division *divisions; /* by code, then year */
    size_t division_count;
    Index *dataset_index, *table_index, *period_index;
};

#define CONTENT_FILE_MAX ((size_t)2 << 20)
#define CONTENT_FILES_MAX 2000
#define DATASET_FIELDS_MAX 500

/* The loader's steps, in this order; each sets *e and returns false on the first mistake. */
bool load_files(Content *c, const char *overlay, Err *e);
bool load_codes(Content *c, Err *e);
bool load_datasets(Content *c, Err *e);
bool load_periods(Content *c, Err *e);
bool load_calendar(Content *c, Err *e);
bool load_divisions(Content *c, Err *e);

/* Shared by the loaders. `at` says where: ERR_CONTENT with file:line:column. */
bool content_fail(const Node *at, Err *e, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Lower-case words of letters, digits and underscores that begin with a letter. */
bool content_id_fits(Str id, size_t most);
/* Does the id equal the file's name? */
bool content_id_check(const ContentFile *f, const char *key, Str id, Err *e);
/* The node of item i of the list `key`. */
const Node *content_item(const Node *map, const char *key, size_t i);
/* The value of `key` if it is there, else the map itself: the best place to point at. */
const Node *content_place(const Node *map, const char *key);

extern const Bind field_rows[], subject_rows[], dataset_rows[], code_entry_rows[],
    code_column_rows[], code_table_rows[], period_rows[], period_file_rows[], calendar_rows[],
    calendar_year_rows[], holiday_rows[], dataset_case_rows[];

/* One case of a dataset: a row as it comes in, and what becomes of it. */
typedef struct DatasetCase {
    Str title, rejected;
    const Node *row, *accepted;
    BindList invalid; /* of Str: fields that are accepted as not valid */
} DatasetCase;

#endif
