/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/inputs.h: what requests may say, in the address or in a JSON body. */
#ifndef HTTP_INPUTS_H
#define HTTP_INPUTS_H

#include "base/day.h"
#include "data/bind.h"

#define PAGE_DEFAULT 50
#define PAGE_MOST 200

typedef struct SessionNew {
    Str login, password;
} SessionNew;
extern const Bind session_new_in[];

typedef struct PasswordNew {
    Str old, new_;
} PasswordNew;
extern const Bind password_in[];

typedef struct CodeNew {
    Str code;
} CodeNew;
extern const Bind code_in[];

typedef struct OwnActNew {
    Str password, code;
} OwnActNew;
extern const Bind own_act_in[];

/* Conditions every list understands. */
typedef struct PageQuery {
    Str cursor;
    int64_t limit;
} PageQuery;
extern const Bind page_query[];

typedef struct RowQuery {
    Str text, cursor;
    int64_t batch, limit;
} RowQuery;
extern const Bind row_query[];

typedef struct BatchQuery {
    Str dataset, cursor;
    int64_t limit;
} BatchQuery;
extern const Bind batch_query[];

typedef struct BackupNew {
    bool with_key;
} BackupNew;
extern const Bind backup_in[];

typedef struct UploadQuery {
    Str name;
} UploadQuery;
extern const Bind upload_query[];

/* A field and the 0-based column of the file that fills it; -1: none does. */
typedef struct ColumnChoice {
    Str field;
    int64_t column;
} ColumnChoice;

typedef struct PreviewNew {
    Str dataset, sheet, encoding;
    int64_t header_line;
    BindList columns; /* of ColumnChoice; empty: saved or automatic mapping */
} PreviewNew;
extern const Bind preview_in[];

typedef struct ImportNew {
    Str upload, dataset, sheet, encoding;
    int64_t header_line;
    BindList columns; /* of ColumnChoice; empty: saved or automatic mapping */
    bool save_mapping, run_models;
    int64_t organisation; /* whose rows they are; 0: of who imports */
} ImportNew;
extern const Bind import_in[];

typedef struct RunNew {
    bool incremental;
} RunNew;
extern const Bind run_in[];

/* Texts are checked by the clue layer. */
typedef struct ClueListQuery {
    Str model, level, status, strength, text, subject, sort, cursor;
    Str life, source, outcome, mine;
    Day from, to;
    int64_t limit;
} ClueListQuery;
extern const Bind clue_list_query[];

typedef struct ExportNew {
    Str what, format, purpose, case_number, reason;
    ClueListQuery query;
} ExportNew;
extern const Bind export_in[];

typedef struct SearchQuery {
    Str text;
} SearchQuery;
extern const Bind search_query[];

#endif
