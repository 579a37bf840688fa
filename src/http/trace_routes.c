/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/trace_routes.c: routes of reveals, approvals, alarms and audits. What an auditor asks is an
 * entry too, so his questions are POSTs: a GET cannot write. */
#include "http/trace_routes.h"

#include "http/shapes.h"
#include "http/trace_api.h"
#include "http/trace_inputs.h"
#include "http/trace_shapes.h"

#ifdef ROUTES_ONLY
#define RUN(handler) .run = NULL
#else
#define RUN(handler) .run = handler
#endif
#define IN(rows, T) .in = (rows), .in_size = sizeof(T)
#define QUERY(rows, T) .query = (rows), .query_size = sizeof(T)

const Route reveal_routes[] = {
    {GET, "/api/purposes", ACCESS_USER, .name = "purpose_list", .needs = PERMISSION_SELF,
     .out = purpose_list_out, RUN(api_purpose_list),
     .help = "Purposes of looking at sensitive values, kinds of approval"},
    {POST, "/api/reveals", ACCESS_USER, .name = "reveal_create",
     .needs = PERMISSION_SENSITIVE_REVEAL, IN(reveal_in, RevealNew), .out = reveal_out,
     .limit = LIMIT_REVEAL, .secret = true, RUN(api_reveal_create),
     .help = "Masked values of one row, or of the rows behind a clue, in clear"},
    {GET, "/api/approvals", ACCESS_USER, .name = "approval_list", .needs = PERMISSION_SELF,
     QUERY(approval_query, ApprovalQuery), .out = approval_list_out, RUN(api_approval_list),
     .help = "Requests: one's own, to decide, decided; all for the audit"},
    {POST, "/api/approvals", ACCESS_USER, .name = "approval_create",
     .needs = PERMISSION_APPROVAL_REQUEST, IN(approval_new_in, ApprovalIn), .out = approval_out,
     .status = 201, RUN(api_approval_create), .help = "Ask for approval"},
    {GET, "/api/approvals/{n}", ACCESS_USER, .name = "approval_get", .needs = PERMISSION_SELF,
     .out = approval_out, RUN(api_approval_get), .help = "A request with its decisions"},
    {PUT, "/api/approvals/{n}", ACCESS_USER, .name = "approval_change", .needs = PERMISSION_SELF,
     IN(decision_in, DecisionIn), .out = approval_out, RUN(api_approval_change),
     .help = "Agree, refuse, or take one's own request back"},
    {POST, "/api/datasets/{id}/exports", ACCESS_USER, .name = "row_export_create",
     .needs = PERMISSION_ROW_EXPORT, IN(row_export_in, RowExportNew), .out = export_out,
     .limit = LIMIT_EXPORT, .status = 201, RUN(api_row_export_create),
     .help = "Rows as in their list, masked, as XLSX or CSV"},
    {GET, "/api/datasets/{id}/exports/{file}", ACCESS_USER, ROUTE_DOWNLOAD,
     .name = "row_export_get", .needs = PERMISSION_ROW_EXPORT, RUN(api_row_export_get),
     .help = "Download it"},
    {0},
};

const Route audit_routes[] = {
    {GET, "/api/alarms", ACCESS_USER, .name = "alarm_list", .needs = PERMISSION_ALARM_READ,
     QUERY(alarm_query, AlarmQuery), .out = alarm_list_out, RUN(api_alarm_list),
     .help = "Signs that a look may not be in order, newest first"},
    {GET, "/api/alarms/{n}", ACCESS_USER, .name = "alarm_get", .needs = PERMISSION_ALARM_READ,
     .out = alarm_out, RUN(api_alarm_get), .help = "One alarm"},
    {PUT, "/api/alarms/{n}", ACCESS_USER, .name = "alarm_change", .needs = PERMISSION_ALARM_READ,
     IN(words_in, WordsIn), .out = alarm_out, RUN(api_alarm_change),
     .help = "Acknowledge it, with words"},
    {GET, "/api/audit/kinds", ACCESS_USER, .name = "audit_kinds", .needs = PERMISSION_AUDIT_READ,
     .out = audit_kind_list_out, RUN(api_audit_kinds), .help = "Kinds of entries, for choosing"},
    {POST, "/api/audit/searches", ACCESS_USER, .name = "audit_search",
     .needs = PERMISSION_AUDIT_READ, IN(audit_search_in, AuditSearchIn), .out = audit_list_out,
     RUN(api_audit_search), .help = "Entries of the journal under conditions"},
    {POST, "/api/audit/replays", ACCESS_USER, .name = "audit_replay",
     .needs = PERMISSION_AUDIT_READ, IN(replay_in, ReplayIn), .out = audit_list_out,
     RUN(api_audit_replay), .help = "All a person did and saw on a day, in order"},
    {POST, "/api/audit/lookups", ACCESS_USER, .name = "audit_lookup",
     .needs = PERMISSION_AUDIT_READ, IN(lookup_in, LookupIn), .out = audit_list_out,
     RUN(api_audit_lookup), .help = "Who saw sensitive values of this, and why"},
    {POST, "/api/audit/verifications", ACCESS_USER, .name = "audit_verify",
     .needs = PERMISSION_AUDIT_READ, .out = job_out, .status = 202, RUN(api_audit_verify),
     .help = "Check the whole chain, as a job"},
    {POST, "/api/audit/evidence", ACCESS_USER, .name = "evidence_create",
     .needs = PERMISSION_AUDIT_EXPORT, IN(evidence_in, EvidenceIn), .out = job_out,
     .limit = LIMIT_EXPORT, .status = 202, RUN(api_evidence_create),
     .help = "Entries as a ZIP that can be checked offline, as a job"},
    {GET, "/api/audit/evidence/{id}", ACCESS_USER, ROUTE_DOWNLOAD, .name = "evidence_get",
     .needs = PERMISSION_AUDIT_EXPORT, RUN(api_evidence_get), .help = "Download it"},
    {GET, "/api/retention", ACCESS_USER, .name = "retention_list", .needs = PERMISSION_SETTINGS,
     QUERY(retention_query, RetentionQuery), .out = retention_list_out, RUN(api_retention_list),
     .help = "Sealed parts that need no longer be kept"},
    {POST, "/api/retention/requests", ACCESS_USER, .name = "retention_ask",
     .needs = PERMISSION_SETTINGS, IN(destroy_ask_in, DestroyIn), .out = approval_out,
     .status = 201, RUN(api_retention_ask), .help = "Ask two others for leave to destroy one"},
    {POST, "/api/retention/destructions", ACCESS_USER, .name = "retention_destroy",
     .needs = PERMISSION_SETTINGS, IN(destroy_in, DestroyIn), .out = destroyed_out,
     RUN(api_retention_destroy), .help = "Destroy its keys, when they have agreed"},
    {0},
};
