/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/trace_api.h: handlers of reveals, approvals, alarms, audits and exports of rows. */
#ifndef HTTP_TRACE_API_H
#define HTTP_TRACE_API_H

#include "http/route.h"

/* reveal_api.c */
Handler api_purpose_list, api_reveal_create;
/* approval_api.c */
Handler api_approval_list, api_approval_create, api_approval_get, api_approval_change;
/* row_export_api.c */
Handler api_row_export_create, api_row_export_get;
/* audit_api.c */
Handler api_alarm_list, api_alarm_get, api_alarm_change;
Handler api_audit_kinds, api_audit_search, api_audit_replay, api_audit_lookup, api_audit_verify,
    api_evidence_create, api_evidence_get;
/* retention_api.c */
Handler api_retention_list, api_retention_ask, api_retention_destroy;

#endif
