/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/api.h: the handlers the route table names, each in <resource>_api.c. */
#ifndef HTTP_API_H
#define HTTP_API_H

#include "http/route.h"

Handler session_create, session_get, session_end, session_password, health_get;
Handler overview_get;
Handler dataset_list_get, dataset_get, dataset_rows, dataset_row;
Handler batch_list_get, batch_get, batch_rejects, batch_rejects_csv;
Handler upload_create, upload_preview, import_create;
Handler job_list_get, job_get, job_cancel_post;
Handler model_list_get, model_get, model_runs, model_run_create, model_run_all, model_test_post;
Handler clue_list_get, clue_get_one;
Handler export_create, export_get;
Handler search_get, event_stream, openapi_get;

#endif
