/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/matter_api.h: handlers of flows and matters. */
#ifndef HTTP_MATTER_API_H
#define HTTP_MATTER_API_H

#include "http/route.h"

/* flow_api.c */
Handler api_flow_list, api_flow_get, api_flow_check, api_code_table_get;
/* matter_api.c */
Handler api_matter_list, api_matter_create, api_matter_act, api_matter_preview, api_matter_why,
    api_matter_reveal, api_matter_messages, api_matter_say, api_matter_people;
/* matter_detail_api.c */
Handler api_matter_get;
/* matter_file_api.c */
Handler api_matter_file_create, api_matter_file_get;
/* matter_contents_api.c, matter_statistics_api.c */
Handler api_matter_contents, api_matter_statistics;
/* matter_desk_api.c */
Handler api_desk_get, api_matter_calendar, api_matter_figures;
/* matter_export_api.c */
Handler api_matter_export_create, api_matter_export_get;

#endif
