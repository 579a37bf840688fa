/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/routes.c: the route table. It stands apart from its handlers because the generators of the
 * client, OpenAPI and the manual link the table alone (with ROUTES_ONLY), before anything else is
 * built. */
#include "http/api.h"
#include "http/inputs.h"
#include "http/certificate_routes.h"
#include "http/clue_life_routes.h"
#include "http/document_ledger.h"
#include "http/document_routes.h"
#include "http/law_routes.h"
#include "http/matter_routes.h"
#include "http/people_routes.h"
#include "http/shapes.h"
#include "http/trace_routes.h"

#ifdef ROUTES_ONLY
#define RUN(handler) .run = NULL
#else
#define RUN(handler) .run = handler
#endif
#define IN(rows, T) .in = (rows), .in_size = sizeof(T)
#define QUERY(rows, T) .query = (rows), .query_size = sizeof(T)

static const Route session_routes[] = {
    {POST, "/api/session", ACCESS_ANYONE, .name = "session_create", IN(session_new_in, SessionNew),
     .out = session_out, RUN(api_session_create), .help = "Sign in"},
    {GET, "/api/session", ACCESS_USER, .name = "session_get", .needs = PERMISSION_SELF,
     .out = session_out, RUN(api_session_get),
     .help = "Who is signed in, and the token for changes"},
    {DELETE, "/api/session", ACCESS_USER, .name = "session_end", .needs = PERMISSION_SELF,
     RUN(api_session_end), .help = "Sign out"},
    {PUT, "/api/session/password", ACCESS_USER, .name = "session_password",
     .needs = PERMISSION_SELF, IN(password_in, PasswordNew), .limit = LIMIT_PASSWORD,
     RUN(api_session_password), .help = "Change the own password"},
    {GET, "/api/health", ACCESS_ANYONE, .name = "health_get", .out = health_out,
     RUN(api_health_get), .help = "Is the server well"},
    {0},
};

static const Route account_routes[] = {
    {POST, "/api/session/code", ACCESS_ANYONE, .name = "session_code", IN(code_in, CodeNew),
     .out = session_out, RUN(api_session_code),
     .help = "Second step of signing in, after code needs_code"},
    {GET, "/api/account", ACCESS_USER, .name = "account_get", .needs = PERMISSION_SELF,
     .out = account_out, RUN(api_account_get), .help = "The own account and its security"},
    {GET, "/api/account/sessions", ACCESS_USER, .name = "own_sessions", .needs = PERMISSION_SELF,
     .out = own_session_list_out, RUN(api_own_sessions), .help = "Where one is signed in"},
    {DELETE, "/api/account/sessions", ACCESS_USER, .name = "own_sessions_end",
     .needs = PERMISSION_SELF, RUN(api_own_sessions_end),
     .help = "End all other sessions of one's own"},
    {DELETE, "/api/account/sessions/{id}", ACCESS_USER, .name = "own_session_end",
     .needs = PERMISSION_SELF, RUN(api_own_session_end), .help = "End one session of one's own"},
    {GET, "/api/account/history", ACCESS_USER, .name = "own_history", .needs = PERMISSION_SELF,
     QUERY(page_query, PageQuery), .out = account_history_out, RUN(api_own_history),
     .help = "What happened to the own account, newest first"},
    {POST, "/api/account/second-factor", ACCESS_USER, .name = "second_factor_offer",
     .needs = PERMISSION_SELF, IN(own_act_in, OwnActNew), .out = offer_out, .limit = LIMIT_PASSWORD,
     RUN(api_second_factor_offer), .help = "A secret for an authenticator app"},
    {PUT, "/api/account/second-factor", ACCESS_USER, .name = "second_factor_confirm",
     .needs = PERMISSION_SELF, IN(code_in, CodeNew), .out = codes_out, .limit = LIMIT_PASSWORD,
     RUN(api_second_factor_confirm), .help = "Turn it on with a first code"},
    {POST, "/api/account/second-factor/codes", ACCESS_USER, .name = "second_factor_renew",
     .needs = PERMISSION_SELF, IN(own_act_in, OwnActNew), .out = codes_out, .limit = LIMIT_PASSWORD,
     RUN(api_second_factor_renew), .help = "New recovery codes in place of the old ones"},
    {POST, "/api/account/second-factor/off", ACCESS_USER, .name = "second_factor_off",
     .needs = PERMISSION_SELF, IN(own_act_in, OwnActNew), .limit = LIMIT_PASSWORD,
     RUN(api_second_factor_off), .help = "Turn it off with password and code"},
    {GET, "/api/accounts/{login}/sessions", ACCESS_USER, .name = "account_sessions",
     .needs = PERMISSION_SESSION_REVOKE, .out = own_session_list_out, RUN(api_account_sessions),
     .help = "Where somebody is signed in"},
    {DELETE, "/api/accounts/{login}/sessions", ACCESS_USER, .name = "account_sessions_end",
     .needs = PERMISSION_SESSION_REVOKE, RUN(api_account_sessions_end),
     .help = "End all sessions of somebody"},
    {DELETE, "/api/accounts/{login}/sessions/{id}", ACCESS_USER, .name = "account_session_end",
     .needs = PERMISSION_SESSION_REVOKE, RUN(api_account_session_end),
     .help = "End one session of somebody"},
    {DELETE, "/api/accounts/{login}/second-factor", ACCESS_USER,
     .name = "account_second_factor_reset", .needs = PERMISSION_SESSION_REVOKE,
     RUN(api_account_second_factor_reset),
     .help = "Take a lost second factor off somebody's account"},
    {0},
};

static const Route overview_routes[] = {
    {GET, "/api/overview", ACCESS_USER, .name = "overview_get", .needs = PERMISSION_OVERVIEW_READ,
     .out = overview_out, RUN(api_overview_get),
     .help = "Figures, each with its definition and a link to its rows"},
    {GET, "/api/search", ACCESS_USER, .name = "search", .needs = PERMISSION_SEARCH,
     QUERY(search_query, SearchQuery), .out = search_out, RUN(api_search_get),
     .help = "Find pages, datasets, models and clues"},
    {0},
};

static const Route dataset_routes[] = {
    {GET, "/api/datasets", ACCESS_USER, .name = "dataset_list", .needs = PERMISSION_DATASET_READ,
     .steady = true, .out = dataset_list_out, RUN(api_dataset_list_get),
     .help = "All datasets with their size"},
    {GET, "/api/datasets/{id}", ACCESS_USER, .name = "dataset_get",
     .needs = PERMISSION_DATASET_READ, .steady = true, .out = dataset_out, RUN(api_dataset_get),
     .help = "Columns, keys and basis of a dataset"},
    {GET, "/api/datasets/{id}/rows", ACCESS_USER, .name = "dataset_rows",
     .needs = PERMISSION_ROW_READ, .steady = true, QUERY(row_query, RowQuery), .out = row_list_out,
     RUN(api_dataset_rows), .help = "Live rows, sensitive values masked"},
    {GET, "/api/datasets/{id}/rows/{row}", ACCESS_USER, .name = "dataset_row",
     .needs = PERMISSION_ROW_READ, .steady = true, .out = row_out, RUN(api_dataset_row),
     .help = "A row with original texts, versions and the clues it supports"},
    {0},
};

static const Route batch_routes[] = {
    {GET, "/api/batches", ACCESS_USER, .name = "batch_list", .needs = PERMISSION_BATCH_READ,
     .steady = true, QUERY(batch_query, BatchQuery), .out = batch_list_out, RUN(api_batch_list_get),
     .help = "Imports, newest first"},
    {GET, "/api/batches/{n}", ACCESS_USER, .name = "batch_get", .needs = PERMISSION_BATCH_READ,
     .steady = true, .out = batch_out, RUN(api_batch_get),
     .help = "An import with quality per column and mapping"},
    {GET, "/api/batches/{n}/rejects", ACCESS_USER, .name = "batch_rejects",
     .needs = PERMISSION_BATCH_READ, QUERY(page_query, PageQuery), .out = reject_list_out,
     RUN(api_batch_rejects), .help = "Rejected rows with line, value and reason"},
    {GET, "/api/batches/{n}/rejects.csv", ACCESS_USER, ROUTE_DOWNLOAD, .name = "batch_rejects_csv",
     .needs = PERMISSION_BATCH_READ, RUN(api_batch_rejects_csv), .help = "The reject file"},
    {0},
};

static const Route import_routes[] = {
    {POST, "/api/uploads", ACCESS_USER, ROUTE_UPLOAD, .name = "upload_create",
     .needs = PERMISSION_BATCH_IMPORT, QUERY(upload_query, UploadQuery), .out = upload_out,
     .status = 201, RUN(api_upload_create), .help = "Send a file (raw body, at most 20 GiB)"},
    {POST, "/api/uploads/{id}/preview", ACCESS_USER, .name = "upload_preview",
     .needs = PERMISSION_BATCH_IMPORT, IN(preview_in, PreviewNew), .out = preview_out,
     RUN(api_upload_preview),
     .help = "What an import would do: encoding, header, mapping, first rows"},
    {POST, "/api/imports", ACCESS_USER, .name = "import_create", .needs = PERMISSION_BATCH_IMPORT,
     IN(import_in, ImportNew), .out = job_out, .status = 202, RUN(api_import_create),
     .help = "Import an upload, as a job"},
    {0},
};

static const Route job_routes[] = {
    {GET, "/api/jobs", ACCESS_USER, .name = "job_list", .needs = PERMISSION_SELF,
     .out = job_list_out, RUN(api_job_list_get), .help = "Running and recent jobs, newest first"},
    {GET, "/api/jobs/{id}", ACCESS_USER, .name = "job_get", .needs = PERMISSION_SELF,
     .out = job_out, RUN(api_job_get), .help = "A job with its progress"},
    {POST, "/api/jobs/{id}/cancel", ACCESS_USER, .name = "job_cancel", .needs = PERMISSION_SELF,
     .out = job_out, .status = 202, RUN(api_job_cancel_post),
     .help = "Stop a job; it leaves nothing half done"},
    {0},
};

static const Route upkeep_routes[] = {
    {GET, "/api/backups", ACCESS_USER, .name = "backup_list", .needs = PERMISSION_BACKUP,
     .out = backup_list_out, RUN(api_backup_list_get), .help = "Backups on the machine"},
    {POST, "/api/backups", ACCESS_USER, .name = "backup_create", .needs = PERMISSION_BACKUP,
     IN(backup_in, BackupNew), .out = job_out, .status = 202, RUN(api_backup_create),
     .help = "Back up everything into the machine's folder, as a job"},
    {POST, "/api/backups/{name}/verify", ACCESS_USER, .name = "backup_verify",
     .needs = PERMISSION_BACKUP, .out = job_out, .status = 202, RUN(api_backup_verify_post),
     .help = "Is a backup undamaged, as a job"},
    {GET, "/api/key", ACCESS_USER, .name = "key_get", .needs = PERMISSION_KEY_ROTATE,
     .out = key_out, RUN(api_key_get), .help = "The master key and its rotation"},
    {POST, "/api/key/rotate", ACCESS_USER, .name = "key_rotate", .needs = PERMISSION_KEY_ROTATE,
     .out = job_out, .status = 202, RUN(api_key_rotate_post),
     .help = "Go over to the next generation of the key, or go on doing so, as a job"},
    {0},
};

static const Route model_routes[] = {
    {GET, "/api/models", ACCESS_USER, .name = "model_list", .needs = PERMISSION_MODEL_READ,
     .steady = true, .out = model_list_out, RUN(api_model_list_get),
     .help = "The ledger of models"},
    {GET, "/api/models/{id}", ACCESS_USER, .name = "model_get", .needs = PERMISSION_MODEL_READ,
     .steady = true, .out = model_out, RUN(api_model_get),
     .help = "A model with conditions, basis, cases and funnel"},
    {POST, "/api/models/{id}/runs", ACCESS_USER, .name = "model_run", .needs = PERMISSION_MODEL_RUN,
     IN(run_in, RunNew), .out = job_out, .status = 202, RUN(api_model_run_create),
     .help = "Run a model, as a job"},
    {POST, "/api/runs", ACCESS_USER, .name = "model_run_all", .needs = PERMISSION_MODEL_RUN,
     IN(run_in, RunNew), .out = job_out, .status = 202, RUN(api_model_run_all),
     .help = "Run all models, as a job"},
    {GET, "/api/models/{id}/runs", ACCESS_USER, .name = "model_runs",
     .needs = PERMISSION_MODEL_READ, .steady = true, QUERY(page_query, PageQuery),
     .out = run_list_out, RUN(api_model_runs), .help = "Runs of a model, newest first"},
    {POST, "/api/models/{id}/test", ACCESS_USER, .name = "model_test",
     .needs = PERMISSION_MODEL_TEST, .out = test_out, RUN(api_model_test_post),
     .help = "Run the model's own cases"},
    {0},
};

static const Route clue_routes[] = {
    {GET, "/api/clues", ACCESS_USER, .name = "clue_list", .needs = PERMISSION_CLUE_READ,
     .steady = true, QUERY(clue_list_query, ClueListQuery), .out = clue_list_out,
     RUN(api_clue_list_get), .help = "Clues under conditions, with facets"},
    {GET, "/api/clues/{id}", ACCESS_USER, .name = "clue_get", .needs = PERMISSION_CLUE_READ,
     .steady = true, .out = clue_out, RUN(api_clue_get_one),
     .help = "A clue with evidence, conditions and history"},
    {POST, "/api/exports", ACCESS_USER, .name = "export_create", .needs = PERMISSION_CLUE_EXPORT,
     IN(export_in, ExportNew), .out = export_out, .limit = LIMIT_EXPORT, .status = 201,
     RUN(api_export_create), .help = "Write a list as XLSX or CSV, ready for download"},
    {GET, "/api/exports/{id}", ACCESS_USER, ROUTE_DOWNLOAD, .name = "export_get",
     .needs = PERMISSION_CLUE_EXPORT, RUN(api_export_get), .help = "Download an export"},
    {0},
};

static const Route system_routes[] = {
    {GET, "/api/events", ACCESS_USER, ROUTE_STREAM, .name = "event_stream",
     .needs = PERMISSION_SELF, RUN(api_event_stream),
     .help = "Live events: job, batch, run, clue, matter, document, ping"},
    {GET, "/api/openapi.json", ACCESS_USER, ROUTE_DOCUMENT, .name = "openapi",
     .needs = PERMISSION_SELF, RUN(api_openapi_get), .help = "This table as OpenAPI 3.1"},
    {0},
};

const Route *const route_tables[] = {
    session_routes,       account_routes,
    overview_routes,      dataset_routes,
    batch_routes,         import_routes,
    job_routes,           model_routes,
    clue_life_routes,     clue_routes,
    organisation_routes,  people_routes,
    team_routes,          system_routes,
    upkeep_routes,        reveal_routes,
    audit_routes,         flow_routes,
    matter_routes,        document_ledger_routes, /* before the routes with {id} */
    document_routes,      document_template_routes,
    document_type_routes, certificate_routes,
    law_routes,           NULL,
};
