/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/api.h: the handlers the route table names, each in <resource>_api.c. */
#ifndef HTTP_API_H
#define HTTP_API_H

#include "http/route.h"

Handler api_session_create, api_session_get, api_session_end, api_session_password, api_health_get;
Handler api_session_code, api_account_get, api_own_sessions, api_own_session_end,
    api_own_sessions_end, api_own_history;
Handler api_second_factor_offer, api_second_factor_confirm, api_second_factor_renew,
    api_second_factor_off;
Handler api_account_sessions, api_account_session_end, api_account_sessions_end,
    api_account_second_factor_reset;
Handler api_overview_get;
Handler api_dataset_list_get, api_dataset_get, api_dataset_rows, api_dataset_row;
Handler api_batch_list_get, api_batch_get, api_batch_rejects, api_batch_rejects_csv;
Handler api_upload_create, api_upload_preview, api_import_create;
Handler api_job_list_get, api_job_get, api_job_cancel_post;
Handler api_backup_list_get, api_backup_create, api_backup_verify_post, api_key_get,
    api_key_rotate_post;
Handler api_model_list_get, api_model_get, api_model_runs, api_model_run_create, api_model_run_all,
    api_model_test_post;
Handler api_clue_list_get, api_clue_get_one;
Handler api_export_create, api_export_get;
Handler api_search_get, api_event_stream, api_openapi_get;

#endif
