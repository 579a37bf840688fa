/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/inputs.c: the rows that read what requests say. */
#include "http/inputs.h"

const Bind session_new_in[] = {
    BIND_STR_MOST(SessionNew, login, "login", REQUIRED, 64, "account"),
    BIND_STR_MOST(SessionNew, password, "password", REQUIRED, 512, "password"),
    BIND_END,
};

const Bind password_in[] = {
    BIND_STR_MOST(PasswordNew, old, "old", REQUIRED, 512, "present password"),
    BIND_STR_MOST(PasswordNew, new_, "new", REQUIRED, 512, "new password"),
    BIND_END,
};

const Bind code_in[] = {
    BIND_STR_MOST(CodeNew, code, "code", REQUIRED, 40, "six digits, or a recovery code"),
    BIND_END,
};

const Bind own_act_in[] = {
    BIND_STR_MOST(OwnActNew, password, "password", REQUIRED, 512, "present password"),
    BIND_STR_MOST(OwnActNew, code, "code", OPTIONAL, 40,
                  "six digits, or a recovery code; needed where there is a second factor"),
    BIND_END,
};

#define PAGE_ROWS(T)                                                                               \
    BIND_STR_MOST(T, cursor, "cursor", OPTIONAL, 1000, "`next` of the page before"), {             \
        BIND_TYPE_INT, "limit", offsetof(T, limit), OPTIONAL, "items a page, default 50", NULL, 0, \
            NULL, PAGE_MOST                                                                        \
    }

const Bind page_query[] = {PAGE_ROWS(PageQuery), BIND_END};

const Bind row_query[] = {
    BIND_STR_MOST(RowQuery, text, "text", OPTIONAL, 200, "contained in any column"),
    BIND_INT(RowQuery, batch, "batch", OPTIONAL, "rows this batch brought"),
    PAGE_ROWS(RowQuery),
    BIND_END,
};

const Bind batch_query[] = {
    BIND_STR_MOST(BatchQuery, dataset, "dataset", OPTIONAL, 100, "only this dataset"),
    PAGE_ROWS(BatchQuery),
    BIND_END,
};

const Bind upload_query[] = {
    BIND_STR_MOST(UploadQuery, name, "name", REQUIRED, 255, "file name as the user knows it"),
    BIND_END,
};

static const Bind column_choice_in[] = {
    BIND_STR_MOST(ColumnChoice, field, "field", REQUIRED, 100, "id of the field"),
    BIND_INT(ColumnChoice, column, "column", REQUIRED, "0-based column of the file; -1: none"),
    BIND_END,
};

#define SOURCE_ROWS(T)                                                                            \
    BIND_STR_MOST(T, sheet, "sheet", OPTIONAL, 255, "of a workbook; empty: the first with rows"), \
        BIND_STR_MOST(T, encoding, "encoding", OPTIONAL, 32, "empty: as found"),                  \
        BIND_INT(T, header_line, "header_line", OPTIONAL, "line of the header; 0: find it"),      \
        BIND_OBJECTS(T, columns, "columns", OPTIONAL, column_choice_in, ColumnChoice,             \
                     "mapping by hand; empty: saved or automatic")

const Bind preview_in[] = {
    BIND_STR_MOST(PreviewNew, dataset, "dataset", OPTIONAL, 100, "empty: the best guess"),
    SOURCE_ROWS(PreviewNew),
    BIND_END,
};

const Bind import_in[] = {
    BIND_STR_MOST(ImportNew, upload, "upload", REQUIRED, 64, "id of the upload"),
    BIND_STR_MOST(ImportNew, dataset, "dataset", REQUIRED, 100, "where the rows belong"),
    SOURCE_ROWS(ImportNew),
    BIND_BOOL(ImportNew, save_mapping, "save_mapping", OPTIONAL, "for files with these headers"),
    BIND_BOOL(ImportNew, run_models, "run_models", OPTIONAL,
              "ask the affected models again afterwards; default true"),
    BIND_INT(ImportNew, organisation, "organisation", OPTIONAL,
             "number of the organisation whose rows they are; default: that of who imports"),
    BIND_END,
};

const Bind backup_in[] = {
    BIND_BOOL(BackupNew, with_key, "with_key", OPTIONAL,
              "put the master key into it: whoever has the file can read everything"),
    BIND_END,
};

const Bind run_in[] = {
    BIND_BOOL(RunNew, incremental, "incremental", OPTIONAL,
              "ask only what changed since the last run; default true"),
    BIND_END,
};

const Bind clue_list_query[] = {
    BIND_STR_MOST(ClueListQuery, model, "model", OPTIONAL, 100, "id of a model"),
    BIND_STR_MOST(ClueListQuery, level, "level", OPTIONAL, 16, "high, medium, low"),
    BIND_STR_MOST(ClueListQuery, status, "status", OPTIONAL, 16, "new, withdrawn"),
    BIND_STR_MOST(ClueListQuery, strength, "strength", OPTIONAL, 32, "strong, weak_birth, …"),
    BIND_STR_MOST(ClueListQuery, text, "text", OPTIONAL, 200, "contained in title or name"),
    BIND_STR_MOST(ClueListQuery, subject, "subject", OPTIONAL, 64, "key of a subject"),
    BIND_STR_MOST(ClueListQuery, life, "life", OPTIONAL, 16,
                  "new, triaged, assigned, verifying …; open: any open one"),
    BIND_STR_MOST(ClueListQuery, source, "source", OPTIONAL, 40, "where it came from"),
    BIND_STR_MOST(ClueListQuery, outcome, "outcome", OPTIONAL, 16, "verified, wrong, filed"),
    BIND_STR_MOST(ClueListQuery, mine, "mine", OPTIONAL, 16,
                  "owned: to be handled by the person; told: he was told of"),
    BIND_DATE(ClueListQuery, from, "from", OPTIONAL, "day of the fact, first"),
    BIND_DATE(ClueListQuery, to, "to", OPTIONAL, "day of the fact, last"),
    BIND_STR_MOST(ClueListQuery, sort, "sort", OPTIONAL, 16, "newest, level, amount, name"),
    PAGE_ROWS(ClueListQuery),
    BIND_END,
};

const Bind export_in[] = {
    BIND_STR_MOST(ExportNew, what, "what", REQUIRED, 16, "clues"),
    BIND_STR_MOST(ExportNew, format, "format", REQUIRED, 8, "xlsx, csv"),
    BIND_STR_MOST(ExportNew, purpose, "purpose", REQUIRED, 60, "id of a purpose"),
    BIND_STR_MOST(ExportNew, case_number, "case_number", OPTIONAL, 200,
                  "where the purpose wants one"),
    BIND_STR_MOST(ExportNew, reason, "reason", OPTIONAL, 2000, "in words"),
    BIND_OBJECT(ExportNew, query, "query", OPTIONAL, clue_list_query, "conditions as in the list"),
    BIND_END,
};

const Bind search_query[] = {
    BIND_STR_MOST(SearchQuery, text, "text", REQUIRED, 100, "Chinese or pinyin initials"),
    BIND_END,
};
