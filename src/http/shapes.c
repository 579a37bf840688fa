/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/shapes.c: what replies look like, one array of rows per kind of object. */
#include "http/shapes.h"

#include "http/clue_life_routes.h"
#include "http/law_routes.h"
#include "http/document_shapes.h"
#include "http/matter_shapes.h"
#include "http/people_shapes.h"
#include "http/shape_rows.h"

#include "http/trace_shapes.h"

static const BindName level_names[] = {
    {"high", 0, "高"}, {"medium", 1, "中"}, {"low", 2, "低"}, {NULL, 0, NULL}};
static const BindName status_names[] = {
    {"new", 0, "待核查"}, {"withdrawn", 1, "已撤销"}, {NULL, 0, NULL}};
static const BindName match_names[] = {
    {"strong", 0, "证件号一致"},       {"weak_birth", 1, "姓名+出生日期"},
    {"weak_division", 2, "姓名+区划"}, {"weak_tail", 3, "姓名+尾号"},
    {"weak_name", 4, "名称一致"},      {NULL, 0, NULL}};
static const BindName job_kind_names[] = {
    {"import", 0, "导入"},           {"run", 1, "运行模型"},
    {"backup", 2, "备份"},           {"verify", 3, "核对备份"},
    {"rotate", 4, "轮换密钥"},       {"chain", 5, "核对日志链"},
    {"evidence", 6, "导出日志证据"}, {"export", 7, "导出"},
    {"letters", 8, "成批起草"},      {NULL, 0, NULL}};
static const BindName job_state_names[] = {{"waiting", 0, "等待"},     {"running", 1, "进行中"},
                                           {"done", 2, "完成"},        {"failed", 3, "失败"},
                                           {"cancelled", 4, "已取消"}, {NULL, 0, NULL}};
static const BindName change_names[] = {{"found", 0, "发现"},
                                        {"changed", 1, "变化"},
                                        {"withdrawn", 2, "撤销"},
                                        {"restored", 3, "恢复"},
                                        {NULL, 0, NULL}};

/* --- system ---------------------------------------------------------------------------------- */

const Bind problem_out[] = {
    TEXT("type", "about:blank"),
    TEXT("title", "the status in words"),
    INT("status", "HTTP status"),
    TEXT("detail", "one Chinese sentence: what happened, to what, what to do"),
    TEXT("code", "what a program may react to, see base/err.h"),
    MAYBE_TEXT("where", "JSON pointer or file:line:column"),
    TEXT("request", "id of the request, as in the log"),
    MAYBE_LIST("mistakes", document_mistake_out, "of a template, by their places"),
    BIND_END,
};

static const Bind post_out[] = {
    TEXT("role", "id"),
    TEXT("role_title", "Chinese"),
    INT("organisation", "number"),
    TEXT("organisation_name", "where the role is held"),
    MAYBE_TEXT("for", "login of who gave it by delegation"),
    BIND_END,
};
const Bind session_out[] = {
    TEXT("login", "account"),
    TEXT("name", "name of the person"),
    TEXT("csrf", "value for the X-CSRF-Token header of every change"),
    TEXT("office_name", "shown in the frame"),
    BOOL("demonstration", "the data are invented; the page says so"),
    TEXT("version", "of the program"),
    BOOL("must_change_password", "only the password may be changed until this is false"),
    BOOL("password_expired", "it must be changed because it is too old"),
    BOOL("second_factor", "the account has one"),
    BOOL("must_enrol", "only a second factor may be set up until this is false"),
    MAYBE_TEXT("last_sign_in_at", "instant of the sign-in before this one"),
    MAYBE_TEXT("last_sign_in_address", "where it came from"),
    INT("failed_since", "wrong passwords and codes between that sign-in and this one"),
    TEXTS("notices", "what others did to the account since, in Chinese"),
    INT("file_most", "bytes that a file put to a matter can have"),
    TEXTS("permissions", "names of what the person may do somewhere"),
    LIST("posts", post_out, "roles held now, delegated ones included"),
    BIND_END,
};

static const Bind own_factor_out[] = {
    BOOL("on", "a code is asked for when signing in"),
    MAYBE_TEXT("since", "instant"),
    INT("codes_left", "recovery codes not used yet"),
    BIND_END,
};
const Bind account_out[] = {
    TEXT("login", "account"),
    TEXT("name", "name of the person"),
    TEXT("created_at", "instant"),
    TEXT("password_at", "when the password was set"),
    MAYBE_TEXT("password_expires_at", "when it must be changed"),
    OBJECT("second_factor", own_factor_out, "codes from a device of the owner"),
    BOOL("must_enrol", "a second factor must be set up first"),
    INT("idle_minutes", "without a request until one must sign in again"),
    INT("session_hours", "a sign-in lasts at most"),
    BIND_END,
};
const Bind offer_out[] = {
    TEXT("secret", "base32, for typing"),
    TEXT("uri", "otpauth URI, for a QR code"),
    TEXT("until", "instant; confirm before"),
    BIND_END,
};
const Bind codes_out[] = {
    TEXTS("codes", "recovery codes, told this once"),
    BIND_END,
};
static const Bind own_session_out[] = {
    TEXT("session", "id, for ending it"),
    TEXT("address", "of the client"),
    TEXT("device", "system and browser in few words"),
    TEXT("created_at", "instant of signing in"),
    TEXT("seen_at", "instant of the last request"),
    BOOL("own", "the one that asks"),
    BIND_END,
};
const Bind own_session_list_out[] = {
    LIST("items", own_session_out, "last used first"),
    BIND_END,
};
static const Bind account_event_out[] = {
    INT("number", "in the history of this account; 1 is the oldest"),
    TEXT("at", "instant"),
    TEXT("kind", "of the event"),
    TEXT("title", "Chinese"),
    MAYBE_TEXT("actor", "login of who did it, or system"),
    MAYBE_TEXT("address", "of the client"),
    MAYBE_TEXT("device", "system and browser in few words"),
    MAYBE_TEXT("with", "what proved who it was, Chinese"),
    BIND_END,
};
PAGE(account_history_out, account_event_out);

const Bind health_out[] = {
    TEXT("status", "ok"),
    TEXT("version", "of the program"),
    BIND_END,
};

/* --- the pool -------------------------------------------------------------------------------- */

static const Bind basis_out[] = {
    TEXT("law", "name of the statute"),
    MAYBE_TEXT("article", "article, paragraph, item"),
    MAYBE_TEXT("note", "what it says here"),
    MAYBE_TEXT("status", "verified, verified-web, unverified"),
    BOOL("review", "still to be confirmed by a lawyer"),
    BIND_END,
};

static const Bind dataset_item_out[] = {
    TEXT("dataset", "id"),
    TEXT("title", "Chinese name"),
    MAYBE_TEXT("group", "heading on the pool page"),
    MAYBE_TEXT("agency", "who supplies it"),
    INT("rows", "live rows"),
    INT("batches", "imports so far"),
    MAYBE_TEXT("last_import", "instant"),
    INT("field_count", "columns"),
    BOOL("review", "definition still to be confirmed"),
    MAYBE_TEXT("note", "remark"),
    BIND_END,
};
PAGE(dataset_list_out, dataset_item_out);

static const Bind field_out[] = {
    TEXT("field", "id of the column"),
    TEXT("title", "Chinese name"),
    MAYBE_TEXT("code", "standard code"),
    TEXT("type", "field type"),
    TEXT("type_title", "field type in Chinese"),
    BOOL("required", "rows without it are rejected"),
    BOOL("sensitive", "kept as token and sealed copy, shown masked"),
    MAYBE_TEXT("unit", "what a bare number counts in"),
    MAYBE_TEXT("codes", "code table"),
    TEXTS("aliases", "other headers taken for it"),
    MAYBE_TEXT("note", "remark"),
    BIND_END,
};
static const Bind subject_out[] = {
    TEXT("kind", "person, organisation, …"),
    TEXT("kind_title", "in Chinese"),
    TEXT("key", "column with the number"),
    MAYBE_TEXT("name", "column with the name"),
    BIND_END,
};
static const Bind model_ref_out[] = {
    TEXT("model", "id"),
    TEXT("title", "Chinese name"),
    BIND_END,
};
const Bind dataset_out[] = {
    TEXT("dataset", "id"),
    TEXT("title", "Chinese name"),
    MAYBE_TEXT("group", "heading on the pool page"),
    MAYBE_TEXT("agency", "who supplies it"),
    INT("rows", "live rows"),
    INT("batches", "imports so far"),
    MAYBE_TEXT("last_import", "instant"),
    INT("field_count", "columns"),
    BOOL("review", "definition still to be confirmed"),
    MAYBE_TEXT("note", "remark"),
    LIST("fields", field_out, "columns in order"),
    TEXTS("identity", "fields that make two rows the same row"),
    LIST("subjects", subject_out, "columns that carry keys"),
    LIST("basis", basis_out, "standard or statute"),
    TEXT("version", "of the definition"),
    LIST("models", model_ref_out, "models that read it"),
    BIND_END,
};

static const Bind column_out[] = {
    TEXT("field", "id of the column"),
    TEXT("title", "Chinese name"),
    TEXT("type", "field type"),
    BIND_END,
};
static const Bind row_item_out[] = {
    TEXT("id", "of the row, 32 hex digits"),
    INT("batch", "that brought this version"),
    INT("line", "in the source file"),
    BOOL("live", "in force"),
    JSON("values", REQUIRED, "(string | null)[]", "masked texts by column; null: empty"),
    BIND_END,
};
const Bind row_list_out[] = {
    INT("total", "rows of the whole list"),
    LIST("items", row_item_out, "this page"),
    MAYBE_TEXT("next", "cursor of the next page; absent on the last"),
    LIST("columns", column_out, "what the values are"),
    BIND_END,
};
static const Bind row_field_out[] = {
    TEXT("field", "id of the column"),
    TEXT("title", "Chinese name"),
    MAYBE_TEXT("value", "normalised, masked when sensitive; absent: empty"),
    MAYBE_TEXT("original", "text of the file, masked when sensitive; absent: same as the value"),
    BOOL("changed", "normalising changed the text"),
    BOOL("sensitive", "shown masked"),
    MAYBE_TEXT("problem", "why the value is doubtful"),
    BIND_END,
};
static const Bind row_version_out[] = {
    INT("batch", "that brought it"),
    INT("line", "in its file"),
    MAYBE_TEXT("file_name", "its file"),
    MAYBE_TEXT("at", "when it was imported"),
    BOOL("live", "in force"),
    LIST("fields", row_field_out, "values of this version"),
    MAYBE_BOOL("sealed", "sealed by law; with the channel only"),
    BIND_END,
};
static const Bind clue_ref_out[] = {
    TEXT("id", "of the clue"),
    TEXT("title", "what it says"),
    TEXT("model", "that found it"),
    BIND_END,
};
const Bind row_out[] = {
    TEXT("dataset", "id"),
    TEXT("title", "of the dataset"),
    TEXT("id", "of the row, 32 hex digits"),
    BOOL("live", "in force; false: no version is"),
    LIST("fields", row_field_out, "values of the newest version"),
    INT("batch", "that brought it"),
    MAYBE_TEXT("file_name", "of the batch"),
    INT("line", "in the file"),
    MAYBE_TEXT("imported_at", "instant"),
    LIST("versions", row_version_out, "newest first"),
    LIST("clues", clue_ref_out, "clues it supports"),
    MAYBE_BOOL("sealed", "a version of it is sealed by law; with the channel only"),
    BIND_END,
};

#define BATCH_ROWS                                                                                \
    INT("batch", "number"), TEXT("dataset", "id"), TEXT("dataset_title", "Chinese name"),         \
        TEXT("file_name", "as sent"), TEXT("format", "CSV, XLSX, XLS, JSON"),                     \
        MAYBE_TEXT("encoding", "found in the file"),                                              \
        INT("received", "accepted + duplicates + rejected"), INT("accepted", "new or corrected"), \
        INT("duplicates", "already there"), INT("rejected", "kept with their reason"),            \
        INT("corrected", "accepted rows that replaced an older version"),                         \
        MAYBE_REAL("seconds", "the import took; absent where it would tell of sealed rows"),      \
        TEXT("actor", "login"), TEXT("at", "instant"),                                            \
        BOOL("has_rejects", "rejects can be listed and downloaded")

static const Bind batch_item_out[] = {BATCH_ROWS, BIND_END};
PAGE(batch_list_out, batch_item_out);
static const Bind quality_out[] = {
    TEXT("field", "id of the column"),
    TEXT("title", "Chinese name"),
    INT("filled", "rows with a value"),
    INT("valid", "values that follow their rule"),
    INT("distinct", "different values"),
    INT("out_of_range", "accepted, but outside the plausible range"),
    INT("received", "rows"),
    BIND_END,
};
static const Bind mapping_out[] = {
    TEXT("field", "id of the column"),
    TEXT("title", "Chinese name"),
    MAYBE_TEXT("header", "of the file; absent: not in the file"),
    MAYBE_TEXT("how", "title, code, alias, near, saved, manual"),
    BIND_END,
};
const Bind batch_out[] = {
    BATCH_ROWS,
    LIST("quality", quality_out, "per column"),
    MAYBE_TEXT("digest", "SM3 of the file"),
    MAYBE_INT("size", "bytes of the file; like digest and bad_bytes absent where it would tell of "
                      "sealed rows"),
    MAYBE_TEXT("sheet", "of a workbook"),
    INT("header_line", "line of the header; 0: none"),
    MAYBE_INT("bad_bytes", "bytes that were no character in the file's encoding"),
    BOOL("distinct_approximate", "the distinct counts are estimates"),
    LIST("mapping", mapping_out, "which header filled which field"),
    MAYBE_INT("sealed_received", "rows sealed by law, counted apart; with the channel only"),
    MAYBE_INT("sealed_accepted", "of them new or corrected"),
    MAYBE_INT("sealed_duplicates", "of them already there"),
    BIND_END,
};
static const Bind reject_out[] = {
    INT("line", "in the file"),
    INT("column", "1-based column of the file; 0: the whole row"),
    MAYBE_TEXT("title", "of the field"),
    MAYBE_TEXT("value", "masked"),
    TEXT("reason", "Chinese"),
    BIND_END,
};
const Bind reject_list_out[] = {
    INT("total", "rejected rows"),
    INT("listed", "of them in the reject file, at most 1,000,000"),
    LIST("items", reject_out, "this page"),
    MAYBE_TEXT("next", "cursor of the next page; absent on the last"),
    BIND_END,
};

/* --- importing ------------------------------------------------------------------------------- */

const Bind upload_out[] = {
    TEXT("upload", "id"),
    TEXT("name", "file name"),
    INT("size", "bytes"),
    BIND_END,
};
static const Bind guess_out[] = {
    TEXT("dataset", "id"),
    TEXT("title", "Chinese name"),
    REAL("score", "0 to 1: share of the dataset's required and known columns found"),
    BIND_END,
};
static const Bind match_out[] = {
    TEXT("field", "id"),
    TEXT("title", "Chinese name"),
    BOOL("required", "must be matched"),
    TEXT("type_title", "field type in Chinese"),
    INT("column", "0-based column of the file; -1: not in the file"),
    MAYBE_TEXT("header", "text of the header cell"),
    MAYBE_TEXT("how", "title, code, alias, near, saved, manual"),
    BIND_END,
};
static const Bind missing_out[] = {
    TEXT("field", "id"),
    TEXT("title", "Chinese name"),
    BIND_END,
};
const Bind preview_out[] = {
    TEXT("dataset", "chosen or best guess"),
    LIST("guesses", guess_out, "datasets whose columns the file has, best first"),
    TEXT("format", "CSV, XLSX, XLS, JSON"),
    TEXT("encoding", "found in the file"),
    MAYBE_TEXT("separator", "CSV"),
    TEXTS("sheets", "of a workbook"),
    MAYBE_TEXT("sheet", "the one shown"),
    INT("header_line", "line of the header; 0: none"),
    TEXTS("headers", "cells of the header"),
    LIST("matches", match_out, "one per field of the dataset"),
    TEXTS("unused", "headers no field takes"),
    LIST("missing", missing_out, "required fields without a column"),
    JSON("samples", REQUIRED,
         "{ original?: string | null; value?: string | null; problem?: string | null }[][]",
         "first rows by field order"),
    BOOL("saved_mapping", "the mapping comes from an earlier import of the same headers"),
    BIND_END,
};

/* --- models and runs ------------------------------------------------------------------------- */

/* Counts go over everybody's rows: only who sees all clues is told them. */
#define RUN_ROWS                                                                 \
    INT("run", "number"), TEXT("model", "id"), TEXT("title", "of the model"),    \
        TEXT("version", "of the model's rules"), TEXT("at", "instant"),          \
        TEXT("as_of", "the day that counted as today"), TEXT("actor", "login"),  \
        BOOL("incremental", "only keys touched since the last run"),             \
        MAYBE_INT("rows", "rows read"), MAYBE_INT("hits", "rows of the answer"), \
        MAYBE_INT("new", "clues found"), MAYBE_INT("changed", "clues changed"),  \
        MAYBE_INT("withdrawn", "clues whose ground has gone"),                   \
        MAYBE_INT("unchanged", "clues confirmed"), REAL("seconds", "the run took")

const Bind run_out[] = {RUN_ROWS, BIND_END};
PAGE(run_list_out, run_out);

static const Bind model_dataset_out[] = {
    TEXT("dataset", "id"),
    TEXT("title", "Chinese name"),
    INT("rows", "live rows"),
    BIND_END,
};
#define MODEL_ROWS                                                                           \
    TEXT("model", "id"), TEXT("title", "Chinese name"), MAYBE_TEXT("number", "M01"),         \
        MAYBE_TEXT("group", "field of work"), MAYBE_TEXT("field", "field of supervision"),   \
        MAYBE_TEXT("level", "highest level its clues can have"),                             \
        MAYBE_TEXT("suggests", "what a clue may lead to"),                                   \
        MAYBE_TEXT("suggests_title", "in Chinese"), BOOL("review", "to be confirmed"),       \
        TEXT("version", "of its rules"), LIST("datasets", model_dataset_out, "it reads"),    \
        MAYBE_OBJECT("last_run", run_out, "newest run"), INT("open_clues", "not withdrawn"), \
        BOOL("uses_today", "its answer changes with the date alone")

static const Bind model_item_out[] = {MODEL_ROWS, BIND_END};
PAGE(model_list_out, model_item_out);
static const Bind condition_out[] = {
    TEXT("kind", "from, where, unless, measure, require"),
    TEXT("text", "as the file writes it"),
    TEXT("sentence", "in Chinese"),
    BIND_END,
};
static const Bind funnel_out[] = {
    TEXT("condition", "as the file writes it"),
    TEXT("sentence", "in Chinese"),
    INT("rows", "that survive this condition and all before"),
    BIND_END,
};
static const Bind case_out[] = {
    TEXT("title", "what the case shows"),
    INT("rows", "rows in"),
    INT("hits", "hits out"),
    BIND_END,
};
static const Bind parameter_out[] = {
    TEXT("parameter", "id"),
    TEXT("title", "Chinese name"),
    TEXT("type", "money, number, span, text"),
    TEXT("value", "in Chinese"),
    BIND_END,
};
static const Bind strength_out[] = {
    TEXT("strength", "id"),
    TEXT("title", "in Chinese"),
    BIND_END,
};
const Bind model_out[] = {
    MODEL_ROWS,
    MAYBE_TEXT("description", "what is wrong and how it is seen"),
    LIST("conditions", condition_out, "in order"),
    LIST("basis", basis_out, "statutes"),
    LIST("cases", case_out, "the model's own tests"),
    LIST("funnel", funnel_out, "of the newest full run; empty before it"),
    MAYBE_INT("funnel_run", "that run"),
    LIST("parameters", parameter_out, "what an office may set"),
    LIST("strengths", strength_out, "how its rows are matched"),
    MAYBE_TEXT("sql", "the query that runs"),
    MAYBE_TEXT("false_positives", "what may look like a hit and is none"),
    MAYBE_TEXT("product", "what comes of a confirmed clue"),
    BIND_END,
};
static const Bind test_line_out[] = {
    TEXT("case", "title"),
    BOOL("passed", "hits were the expected ones"),
    TEXT("text", "the report's line"),
    BIND_END,
};
const Bind test_out[] = {
    INT("passed", "cases"),
    INT("failed", "cases"),
    LIST("lines", test_line_out, "one per case"),
    BIND_END,
};

/* --- jobs ------------------------------------------------------------------------------------ */

static const Bind job_failure_out[] = {
    TEXT("matter", "id"),
    MAYBE_TEXT("number", "as written on paper"),
    TEXT("text", "why"),
    BIND_END,
};
static const Bind job_result_out[] = {
    MAYBE_INT("batch", "imports: its number"),
    MAYBE_INT("received", "imports"),
    MAYBE_INT("accepted", "imports"),
    MAYBE_INT("duplicates", "imports"),
    MAYBE_INT("rejected", "imports"),
    MAYBE_INT("corrected", "imports"),
    MAYBE_LIST("runs", run_out, "models that ran"),
    MAYBE_INT("bytes", "backups: size of the file"),
    MAYBE_INT("sequence", "backups: last entry of the journal in it"),
    MAYBE_INT("generation", "rotations: of the key"),
    MAYBE_INT("rows", "rotations: sealed anew; exports, letters: written"),
    MAYBE_INT("subject_keys", "rotations: wrapped anew"),
    MAYBE_INT("entries", "checks of the journal, evidence: read"),
    MAYBE_INT("bad", "checks of the journal: first bad entry, 0: whole"),
    MAYBE_TEXT("head",
               "checks of the journal, evidence: hash of the last entry, to be kept elsewhere"),
    MAYBE_TEXT("evidence", "evidence: id, for the download"),
    MAYBE_TEXT("export", "exports, letters: id, for the download"),
    MAYBE_INT("failed", "letters: matters that cannot have one"),
    MAYBE_LIST("failures", job_failure_out, "letters: of those the first 100"),
    MAYBE_TEXT("file_name", "evidence: of the download"),
    MAYBE_INT("from", "evidence: first entry"),
    MAYBE_INT("to", "evidence: last entry"),
    BIND_END,
};
static const Bind job_error_out[] = {
    TEXT("code", "as in problem details"),
    TEXT("detail", "Chinese sentence"),
    BIND_END,
};
const Bind job_out[] = {
    TEXT("job", "id"),
    ENUM("kind", job_kind_names, "what it does"),
    TEXT("title", "Chinese"),
    ENUM("state", job_state_names, "where it stands"),
    TEXT("phase", "step inside the state"),
    TEXT("phase_title", "in Chinese"),
    INT("done", "bytes read, or models run; hundredths where bytes would tell of sealed rows"),
    INT("total", "bytes of the file, or models; 100 where bytes would tell of sealed rows"),
    INT("percent", "0 to 100"),
    INT("received", "imports: rows so far"),
    INT("rejected", "imports: rows so far"),
    TEXT("started_at", "instant"),
    REAL("seconds", "since the start, or in all"),
    MAYBE_OBJECT("result", job_result_out, "when done"),
    MAYBE_OBJECT("error", job_error_out, "when failed"),
    BIND_END,
};
PAGE(job_list_out, job_out);

/* --- upkeep ---------------------------------------------------------------------------------- */

static const Bind backup_out[] = {
    TEXT("name", "file in the folder for backups"),
    TEXT("made_at", "instant, or empty"),
    INT("bytes", "size of the file"),
    INT("sequence", "last entry of the journal in it"),
    INT("batch", "newest batch in it"),
    BOOL("with_key", "the master key is in it"),
    BOOL("good", "its manifest can be read"),
    BIND_END,
};
const Bind backup_list_out[] = {
    TEXT("folder", "on the machine"),
    INT("kept", "how many are kept; 0: all"),
    INT("total", "how many there are"),
    LIST("items", backup_out, "newest first"),
    BIND_END,
};

static const BindName rotation_state_names[] = {{"settled", 0, "没有进行中的轮换"},
                                                {"unfinished", 1, "没有做完"},
                                                {"running", 2, "进行中"},
                                                {NULL, 0, NULL}};
const Bind key_out[] = {
    TEXT("fingerprint", "names the installation's key file"),
    INT("generation", "of the key in use"),
    TEXT("mark", "names this generation"),
    TEXT("key_file", "on the machine"),
    ENUM("state", rotation_state_names, "of the newest rotation"),
    MAYBE_TEXT("started_at", "instant"),
    MAYBE_TEXT("started_by", "login"),
    MAYBE_TEXT("ended_at", "instant"),
    INT("subject_keys_left", "still under an older generation"),
    INT("subject_keys", "in all"),
    INT("rows_left", "still under an older generation"),
    INT("rows", "with a sealed part, in all"),
    BIND_END,
};

/* --- clues ----------------------------------------------------------------------------------- */

#define CLUE_ROWS                                                                                  \
    TEXT("id", "32 hex digits"), TEXT("number", "for people"), TEXT("model", "id"),                \
        TEXT("model_title", "Chinese name"), TEXT("title", "what it says"),                        \
        ENUM("level", level_names, "how grave"), TEXT("level_title", "in Chinese"),                \
        ENUM("status", status_names, "where it stands"), TEXT("status_title", "in Chinese"),       \
        ENUM("strength", match_names, "how its rows were matched"),                                \
        TEXT("strength_title", "in Chinese"), TEXT("subject_kind", "person, organisation, …"),     \
        TEXT("subject_name", "as written in the anchor row"),                                      \
        MAYBE_TEXT("subject_mask", "masked number, or code"),                                      \
        MAYBE_DATE("event_on", "day of the fact"), MAYBE_TEXT("amount", "元, \"20000.00\""),       \
        TEXT("found_at", "instant"), TEXT("changed_at", "instant"),                                \
        MAYBE_TEXT("suggests", "what it may lead to"), MAYBE_TEXT("suggests_title", "in Chinese"), \
        TEXT("life", "stage"), TEXT("life_title", "Chinese"), TEXT("source", "where from"),        \
        TEXT("source_title", "Chinese"), INT("organisation", "whose it is"),                       \
        TEXT("organisation_name", "Chinese"), TEXT("owner_role", "who there has it"),              \
        TEXT("owner_role_title", "Chinese"), MAYBE_TEXT("owner_login", "the person"),              \
        MAYBE_TEXT("owner_name", "of the person"), MAYBE_TEXT("due", "instant"),                   \
        MAYBE_TEXT("outcome", "verified, wrong, filed, withdrawn"),                                \
        MAYBE_TEXT("outcome_title", "Chinese"),                                                    \
        MAYBE_TEXT("attention", "changed, withdrawn, restored: since the owner looked"),           \
        INT("revision", "of its life")

static const Bind clue_item_out[] = {CLUE_ROWS, BIND_END};
static const Bind facet_out[] = {
    TEXT("value", "for the query"),
    TEXT("title", "Chinese"),
    INT("count", "clues under the other conditions"),
    BIND_END,
};
static const Bind facets_out[] = {
    LIST("model", facet_out, "by model"),
    LIST("level", facet_out, "by level"),
    LIST("status", facet_out, "by status"),
    LIST("strength", facet_out, "by strength"),
    BIND_END,
};
const Bind clue_list_out[] = {
    INT("total", "clues of the whole list"),
    LIST("items", clue_item_out, "this page"),
    MAYBE_TEXT("next", "cursor of the next page; absent on the last"),
    OBJECT("facets", facets_out, "counts for the query bar"),
    BIND_END,
};
static const Bind evidence_field_out[] = {
    TEXT("field", "id of the column"),
    TEXT("title", "Chinese name"),
    MAYBE_TEXT("value", "masked when sensitive; absent: empty"),
    BOOL("used", "a condition of the model reads it"),
    BIND_END,
};
static const Bind evidence_out[] = {
    TEXT("alias", "name in the model"),
    TEXT("alias_title", "in Chinese"),
    TEXT("dataset", "id"),
    TEXT("dataset_title", "Chinese name"),
    TEXT("row", "id of the row"),
    INT("batch", "version of the row"),
    BOOL("live", "still in force"),
    LIST("fields", evidence_field_out, "columns in order"),
    BIND_END,
};
static const Bind holds_out[] = {
    TEXT("sentence", "the condition in Chinese"),
    BOOL("holds", "it does for these rows"),
    BIND_END,
};
static const Bind clue_event_out[] = {
    TEXT("at", "instant"),
    TEXT("kind", "clue.found, clue.changed, clue.withdrawn, clue.restored"),
    TEXT("title", "in Chinese"),
    TEXT("actor", "login"),
    TEXT("actor_name", "of the person"),
    MAYBE_INT("run", "that caused it"),
    BIND_END,
};
const Bind clue_out[] = {
    CLUE_ROWS,
    MAYBE_TEXT("explanation", "why this is a clue, whole sentences"),
    LIST("basis", basis_out, "statutes"),
    LIST("evidence", evidence_out, "rows side by side"),
    LIST("conditions", holds_out, "of the model"),
    LIST("history", clue_event_out, "newest first"),
    TEXT("model_version", "that found it"),
    LIST("same_subject", clue_item_out, "other clues about the subject"),
    BIND_END,
};
const Bind export_out[] = {
    TEXT("export", "id, for the download"),
    TEXT("file_name", "of the download"),
    INT("rows", "written"),
    BIND_END,
};

/* --- overview and search --------------------------------------------------------------------- */

static const Bind figure_out[] = {
    TEXT("key", "id"),
    TEXT("title", "Chinese"),
    REAL("value", "the figure"),
    TEXT("unit", "Chinese"),
    TEXT("definition", "how it is counted, Chinese"),
    MAYBE_REAL("previous", "the figure 30 days ago"),
    TEXT("link", "page with its rows"),
    BIND_END,
};
static const Bind clues_by_model_out[] = {
    TEXT("model", "id"),
    TEXT("title", "Chinese name"),
    INT("open", "not withdrawn"),
    INT("high", "open"),
    INT("medium", "open"),
    INT("low", "open"),
    BIND_END,
};
static const Bind clues_by_day_out[] = {
    DATE("day", "in China"),
    INT("found", "clues"),
    INT("withdrawn", "clues"),
    BIND_END,
};
static const Bind rows_by_dataset_out[] = {
    TEXT("dataset", "id"),
    TEXT("title", "Chinese name"),
    INT("rows", "live rows"),
    BIND_END,
};
const Bind overview_out[] = {
    LIST("figures", figure_out, "in order"),
    LIST("clues_by_model", clues_by_model_out, "most open first"),
    LIST("clues_by_day", clues_by_day_out, "last 30 days"),
    LIST("rows_by_dataset", rows_by_dataset_out, "most rows first"),
    LIST("recent_batches", batch_item_out, "newest first"),
    LIST("recent_clues", clue_item_out, "newest first"),
    TEXT("as_of", "instant of the count"),
    BIND_END,
};
static const BindName group_names[] = {{"page", 0, "页面"},
                                       {"dataset", 1, "数据集"},
                                       {"model", 2, "监督模型"},
                                       {"clue", 3, "线索"},
                                       {NULL, 0, NULL}};
static const Bind found_out[] = {
    TEXT("title", "what"),
    MAYBE_TEXT("detail", "small print"),
    TEXT("link", "page"),
    BIND_END,
};
static const Bind found_group_out[] = {
    ENUM("kind", group_names, "of the things"),
    TEXT("title", "Chinese"),
    LIST("items", found_out, "best first"),
    BIND_END,
};
const Bind search_out[] = {
    LIST("groups", found_group_out, "empty groups are left out"),
    BIND_END,
};

/* --- live events ----------------------------------------------------------------------------- */

const Bind event_batch_out[] = {
    INT("batch", "number"),
    TEXT("dataset", "id"),
    BIND_END,
};
const Bind event_run_out[] = {
    INT("run", "number"),
    TEXT("model", "id"),
    MAYBE_INT("new", "clues found"),
    MAYBE_INT("changed", "clues changed"),
    MAYBE_INT("withdrawn", "clues whose ground has gone"),
    BIND_END,
};
const Bind event_clue_out[] = {
    TEXT("id", "of the clue"),
    ENUM("kind", change_names, "what happened to it"),
    TEXT("model", "id"),
    MAYBE_TEXT("level", "high, medium, low"),
    BIND_END,
};

/* --- names ----------------------------------------------------------------------------------- */

const Shape shapes[] = {
    {"Problem", problem_out, "an error, RFC 9457"},
    {"Session", session_out, "who is signed in"},
    {"Account", account_out, "the own account"},
    {"OwnFactor", own_factor_out, "state of the second factor"},
    {"SecondFactorOffer", offer_out, "a secret that waits to be confirmed"},
    {"RecoveryCodes", codes_out, "recovery codes"},
    {"OpenSession", own_session_out, "where somebody is signed in"},
    {"OpenSessionList", own_session_list_out, "where somebody is signed in"},
    {"AccountEvent", account_event_out, "something that happened to an account"},
    {"AccountHistory", account_history_out, "what happened to an account, newest first"},
    {"Health", health_out, "the server answers"},
    {"Basis", basis_out, "a statute behind a rule"},
    {"DatasetItem", dataset_item_out, "a dataset in the list"},
    {"DatasetList", dataset_list_out, "all datasets"},
    {"Field", field_out, "a column of a dataset"},
    {"Subject", subject_out, "columns that carry keys"},
    {"ModelRef", model_ref_out, "a model by name"},
    {"Dataset", dataset_out, "a dataset with its columns"},
    {"Column", column_out, "a column of a table of rows"},
    {"RowItem", row_item_out, "a row in a table"},
    {"RowList", row_list_out, "rows of a dataset"},
    {"RowField", row_field_out, "a value of a row"},
    {"RowVersion", row_version_out, "an older or newer writing of a row"},
    {"ClueRef", clue_ref_out, "a clue by name"},
    {"Row", row_out, "a row with its lineage"},
    {"BatchItem", batch_item_out, "an import in the list"},
    {"BatchList", batch_list_out, "imports, newest first"},
    {"Quality", quality_out, "quality of a column in a batch"},
    {"Mapping", mapping_out, "which header filled a field"},
    {"Batch", batch_out, "an import with its quality"},
    {"Reject", reject_out, "a rejected row"},
    {"RejectList", reject_list_out, "rejected rows by line"},
    {"Upload", upload_out, "a file waiting to be imported"},
    {"Guess", guess_out, "a dataset a file may belong to"},
    {"Match", match_out, "a field and its column"},
    {"Missing", missing_out, "a required field without a column"},
    {"Preview", preview_out, "what an import would do"},
    {"Run", run_out, "a run of a model"},
    {"RunList", run_list_out, "runs, newest first"},
    {"ModelDataset", model_dataset_out, "a dataset a model reads"},
    {"ModelItem", model_item_out, "a model in the ledger"},
    {"ModelList", model_list_out, "the ledger"},
    {"Condition", condition_out, "a condition of a model"},
    {"FunnelStep", funnel_out, "rows that survive a condition"},
    {"ModelCase", case_out, "a test of a model"},
    {"Parameter", parameter_out, "what an office may set"},
    {"Matching", strength_out, "a way rows are matched"},
    {"Model", model_out, "a model with all it says"},
    {"TestLine", test_line_out, "outcome of one case"},
    {"TestReport", test_out, "outcome of a model's cases"},
    {"Backup", backup_out, "a backup on the machine"},
    {"BackupList", backup_list_out, "backups on the machine"},
    {"KeyStatus", key_out, "the master key and its rotation"},
    {"JobResult", job_result_out, "what a job achieved"},
    {"JobError", job_error_out, "why a job failed"},
    {"Job", job_out, "long work with its progress"},
    {"JobList", job_list_out, "running and recent jobs"},
    {"ClueItem", clue_item_out, "a clue in the list"},
    {"Facet", facet_out, "a value and how many clues have it"},
    {"Facets", facets_out, "counts for the query bar"},
    {"ClueList", clue_list_out, "clues under conditions"},
    {"EvidenceField", evidence_field_out, "a value of a supporting row"},
    {"Evidence", evidence_out, "a supporting row"},
    {"ConditionHolds", holds_out, "a condition and whether it holds"},
    {"ClueEvent", clue_event_out, "a step in the life of a clue"},
    {"Clue", clue_out, "a clue with its evidence"},
    {"Export", export_out, "a file ready for download"},
    {"Figure", figure_out, "a figure with its definition"},
    {"CluesByModel", clues_by_model_out, "open clues of a model"},
    {"CluesByDay", clues_by_day_out, "clues of a day"},
    {"RowsByDataset", rows_by_dataset_out, "rows of a dataset"},
    {"Overview", overview_out, "the figures page"},
    {"Found", found_out, "a search result"},
    {"FoundGroup", found_group_out, "search results of one kind"},
    {"SearchResult", search_out, "search results by kind"},
    {"BatchEvent", event_batch_out, "live event: a batch became visible"},
    {"RunEvent", event_run_out, "live event: a model ran"},
    {"ClueChange", event_clue_out, "live event: a clue changed"},
    {"Purpose", purpose_out, "a purpose of looking at sensitive values"},
    {"ApprovalKind", approval_kind_out, "a kind of approval"},
    {"PurposeList", purpose_list_out, "purposes and kinds of approval"},
    {"RevealedField", revealed_field_out, "a value in clear"},
    {"RevealedRow", revealed_row_out, "a row with values in clear"},
    {"Reveal", reveal_out, "values in clear, for a while"},
    {"ApprovalDecision", approval_decision_out, "what somebody decided"},
    {"Approval", approval_out, "a request for approval"},
    {"ApprovalList", approval_list_out, "requests for approval"},
    {"Alarm", alarm_out, "a sign that a look may not be in order"},
    {"AlarmList", alarm_list_out, "alarms, newest first"},
    {"RetentionItem", retention_item_out, "sealed parts older than must be kept"},
    {"RetentionList", retention_list_out, "what need no longer be kept"},
    {"Destroyed", destroyed_out, "what was destroyed"},
    {"AuditKind", audit_kind_out, "a kind of entry"},
    {"AuditKindList", audit_kind_list_out, "kinds of entries"},
    {"AuditEntry", audit_entry_out, "an entry of the journal"},
    {"AuditList", audit_list_out, "entries of the journal"},
    {"LiaisonOfficer", liaison_out, "who speaks for an organisation"},
    {"OrganisationItem", organisation_item_out, "an organisation in the tree"},
    {"OrganisationList", organisation_list_out, "the tree in the order it is shown"},
    {"Department", department_out, "a department"},
    {"DepartmentKind", department_kind_out, "a department of a kind of organisation"},
    {"RoleChoice", role_choice_out, "a role that can be held there"},
    {"OrganisationPost", organisation_post_out, "somebody's post in an organisation"},
    {"Organisation", organisation_out, "an organisation with departments and people"},
    {"KindOfOrganisation", organisation_kind_out, "a kind of organisation"},
    {"KindOfTeam", team_kind_out, "a kind of team"},
    {"Kinds", kinds_out, "kinds of organisations and teams"},
    {"RoleRule", role_rule_out, "what a role allows, in words"},
    {"RoleBasis", role_basis_out, "what a role rests on"},
    {"Role", role_out, "a role"},
    {"RoleList", role_list_out, "all roles"},
    {"PersonPost", person_post_out, "a post of a person"},
    {"PersonItem", person_item_out, "a person in the list"},
    {"PersonList", person_list_out, "people"},
    {"Delegation", delegation_out, "one person acts for another"},
    {"Membership", membership_out, "a team a person is in"},
    {"Person", person_out, "a person with posts, delegations and teams"},
    {"FirstPassword", first_password_out, "told this once"},
    {"OpenWorkItem", open_work_item_out, "what a person still holds"},
    {"OpenWork", open_work_out, "what a person still holds"},
    {"Numbered", numbered_out, "the number of what was made"},
    {"TeamItem", team_item_out, "a team in the list"},
    {"TeamList", team_list_out, "teams"},
    {"TeamMember", team_member_out, "a member of a team"},
    {"TeamActivity", team_activity_out, "what was done at a base"},
    {"TeamPart", team_part_out, "a team inside a team"},
    {"DrawItem", draw_item_out, "a lot"},
    {"Team", team_out, "a team with all that belongs to it"},
    {"Talent", talent_out, "a member of a pool"},
    {"TalentList", talent_list_out, "members of pools"},
    {"DrawMember", draw_member_out, "one who took part in a lot"},
    {"Draw", draw_out, "a lot with its seed and order"},
    {"Grant", grant_out, "an object opened to somebody"},
    {"GrantList", grant_list_out, "to whom an object was opened"},
    {"Explanation", explanation_out, "why something is seen or not"},
    {"SheetProblem", sheet_problem_out, "what is wrong with a line"},
    {"SheetResult", sheet_result_out, "what an import of a sheet did"},
    {"SetupState", setup_state_out, "is the first set-up still to be done"},
    {"SetupDone", setup_done_out, "numbers and first passwords"},
    {"FlowItem", flow_item_out, "a flow in the menu"},
    {"FlowList", flow_list_out, "the menu of matters"},
    {"FlowParty", flow_party_out, "a place for organisations"},
    {"FlowField", flow_field_out, "what a form asks"},
    {"CodeTable", flow_codes_out, "a code table"},
    {"FlowOwner", flow_owner_out, "whose work a step is"},
    {"FlowAction", flow_action_out, "what can be done at a step"},
    {"FormField", flow_form_out, "a field of a form"},
    {"FlowPeriod", flow_period_out, "a period of a step"},
    {"FlowStep", flow_step_out, "a step"},
    {"FlowOutcome", flow_outcome_out, "an end"},
    {"FlowBasis", flow_basis_out, "a statute behind it"},
    {"Flow", flow_out, "a flow with all it says"},
    {"FlowVerdict", flow_verdict_out, "what the proof says of a text"},
    {"DiagramNode", diagram_node_out, "a step or an end on the diagram"},
    {"DiagramEdge", diagram_edge_out, "an action on the diagram"},
    {"Diagram", diagram_out, "a flow laid out in layers"},
    {"StepRef", step_ref_out, "a step by name"},
    {"MatterItem", matter_item_out, "a matter in the list"},
    {"MatterFacet", matter_facet_out, "a value and how many matters have it"},
    {"MatterFacets", matter_facets_out, "counts for the query bar"},
    {"MatterList", matter_list_out, "matters under conditions"},
    {"MatterMade", matter_made_out, "a matter that was begun"},
    {"MatterActed", matter_acted_out, "after an act"},
    {"MatterPreview", matter_preview_out, "what an act would lead to"},
    {"PeriodWhy", matter_why_out, "why a period ends on that day"},
    {"MatterParty", matter_party_out, "who takes part"},
    {"MatterStep", matter_step_out, "a passage through a step"},
    {"MatterTask", matter_task_out, "whose work"},
    {"MatterClock", matter_clock_out, "a period that runs or ran"},
    {"MatterSpan", matter_span_out, "a suspension or an extension"},
    {"MatterValue", matter_value_out, "what a form holds"},
    {"MatterFile", matter_file_out, "a file of a matter"},
    {"MatterFileMade", matter_file_made_out, "a file that was put to a matter"},
    {"MatterReveal", matter_reveal_out, "what was masked, in clear"},
    {"MatterLink", matter_link_out, "what a matter has to do with"},
    {"MatterChoice", matter_choice_out, "what the person can do now"},
    {"MatterEvent", matter_event_out, "what was done"},
    {"MatterMessage", matter_message_out, "what was said"},
    {"MatterMessageList", matter_message_list_out, "the conversation"},
    {"Matter", matter_out, "a matter"},
    {"MatterPerson", matter_person_out, "who can be given work"},
    {"MatterPeople", matter_people_out, "who can be given work"},
    {"DeskTask", desk_task_out, "a line of the desk"},
    {"DeskGroup", desk_group_out, "a box of the desk"},
    {"Desk", desk_out, "what waits for the person"},
    {"CalendarItem", calendar_item_out, "what is on a day"},
    {"CalendarDay", calendar_day_out, "a day with something on it"},
    {"MatterCalendar", calendar_out, "days with something on them"},
    {"FigureCount", figure_count_out, "a figure and its rows"},
    {"FigureStep", figure_step_out, "a step in figures"},
    {"FlowFigures", flow_figures_out, "a flow in figures"},
    {"MatterFigures", figures_out, "flows in figures"},
    {"ClueMade", clue_made_out, "a new clue"},
    {"ClueActed", clue_acted_out, "a clue after an act"},
    {"ClueLife", clue_life_out, "whose a clue is and what can be done"},
    {"ClueChoice", clue_life_choice_out, "something this person can do"},
    {"ClueWord", clue_life_word_out, "a code of the rules of clues"},
    {"ClueFlow", clue_life_flow_out, "what a clue can become"},
    {"ClueMatter", clue_life_matter_out, "a matter that began with a clue"},
    {"ClueSupervision", clue_life_supervision_out, "an answer asked for by a date"},
    {"ClueRecusal", clue_life_recusal_out, "who must not have a clue"},
    {"ClueDone", clue_life_event_out, "something that was done"},
    {"ClueAlike", clue_similar_out, "a clue that may be the same"},
    {"ClueAlikeList", clue_similar_list_out, "clues that may be the same"},
    {"CluePoolState", clue_pool_state_out, "clues of a source at a stage"},
    {"CluePoolSource", clue_pool_source_out, "clues of a source"},
    {"CluePoolModel", clue_pool_model_out, "what became of a model's clues"},
    {"CluePool", clue_pool_out, "the pool in figures"},
    {"ClueEarlier", clue_earlier_out, "earlier cases of whomever a clue is about"},
    {"ClueOptions", clue_options_out, "what can be chosen for a clue by hand"},
    {"ModelOutcomes", model_outcomes_out, "what became of a model's clues"},
    {"LawCategory", law_category_out, "a category of laws"},
    {"LawDirect", law_direct_out, "an article that was typed as a citation"},
    {"LawItem", law_item_out, "a law in a list"},
    {"LawList", law_list_out, "the statute library"},
    {"LawVersion", law_version_out, "one text of a law"},
    {"LawLine", law_line_out, "a line of an article"},
    {"LawPiece", law_piece_out, "a heading or an article"},
    {"LawBeside", law_beside_out, "another law"},
    {"Law", law_out, "a law with all its articles"},
    {"LawHit", law_hit_out, "words found in a law"},
    {"LawHitList", law_hit_list_out, "words found in laws"},
    {"LawCited", law_cited_out, "an article and whether it holds"},
    {"LawLookup", law_lookup_out, "what something rests on"},
    {"LawLookupList", law_lookup_list_out, "what several things rest on"},
    {"LawCitation", law_citation_out, "a citation of a text"},
    {"LawCheck", law_check_out, "the citations of a text"},
    {"LawImported", law_import_out, "a law that was imported"},
    {"DocumentTypeField", document_type_field_out, "what a kind of document asks for"},
    {"DocumentTypeRung", document_type_rung_out, "a rung of approval"},
    {"DocumentTypePlace", document_type_place_out, "where a kind is written"},
    {"DocumentTypeEnclosure", document_type_enclosure_out, "what goes with a kind"},
    {"DocumentTypeBasis", document_type_basis_out, "a statute behind a kind"},
    {"DocumentTypeItem", document_type_item_out, "a kind of document in the list"},
    {"DocumentTypeList", document_type_list_out, "kinds of documents"},
    {"DocumentType", document_type_out, "a kind of document"},
    {"DocumentServices", document_services_out, "how far serving is"},
    {"DocumentNext", document_next_out, "the first thing to do"},
    {"DocumentRow", document_row_out, "a document in the list"},
    {"DocumentFacet", document_facet_out, "a value and how many documents have it"},
    {"DocumentFacets", document_facets_out, "counts for the query bar"},
    {"DocumentList", document_list_out, "documents under conditions"},
    {"DocumentPossible", document_possible_out, "a kind that can be drafted now"},
    {"DocumentsOfMatter", document_of_matter_out, "documents of a matter"},
    {"DocumentMade", document_made_out, "a document that was drafted"},
    {"DocumentActed", document_acted_out, "after an act"},
    {"DocumentField", document_field_out, "what is filled in"},
    {"DocumentSpan", document_span_out, "a run of a paragraph"},
    {"DocumentCell", document_cell_out, "a cell of a table"},
    {"DocumentLine", document_line_out, "a row of a table"},
    {"DocumentBlock", document_block_out, "a paragraph or a table"},
    {"DocumentWanting", document_wanting_out, "a mandatory field without a value"},
    {"DocumentVersion", document_version_out, "a version of the text"},
    {"DocumentApproval", document_approval_out, "a rung of approval"},
    {"DocumentSignature", document_signature_out, "a signature"},
    {"DocumentService", document_service_out, "a receiver"},
    {"DocumentEvent", document_event_out, "what was done"},
    {"DocumentChoice", document_choice_out, "what the person can do now"},
    {"DocumentHouse", document_house_out, "an organisation"},
    {"DocumentNamed", document_named_out, "another document by name"},
    {"DocumentFlag", document_flag_out, "what is weak about an answer"},
    {"DocumentSeal", document_seal_out, "signatures wanted and there"},
    {"DocumentOut", document_out, "a document"},
    {"DocumentTextOut", document_text_out, "a version of the text"},
    {"DocumentPart", document_part_out, "words that stayed, came or went"},
    {"DocumentChanged", document_changed_out, "a block of both texts"},
    {"DocumentCompared", document_compare_out, "two versions side by side"},
    {"DocumentFinding", document_finding_out, "what proofreading found"},
    {"DocumentFindings", document_findings_out, "what proofreading found"},
    {"DocumentMistake", document_mistake_out, "a mistake in a template"},
    {"DocumentTemplate", document_template_out, "a template of an office"},
    {"DocumentTemplateList", document_template_list_out, "templates of offices"},
    {"DocumentTemplateMade", document_template_made_out, "a template that was taken"},
    {"MatterChange", event_matter_out, "live event: a matter changed"},
    {"DocumentChange", event_document_out, "live event: a document changed"},
    {NULL, NULL, NULL},
};

const Shape *shape_of(const Bind *rows) {
    for (const Shape *s = shapes; s->name != NULL; s++)
        if (s->rows == rows)
            return s;
    return NULL;
}
