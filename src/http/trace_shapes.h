/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/trace_shapes.h: shapes of reveals, approvals, alarms and audits. */
#ifndef HTTP_TRACE_SHAPES_H
#define HTTP_TRACE_SHAPES_H

#include "data/bind.h"

extern const Bind purpose_out[], approval_kind_out[], purpose_list_out[];
extern const Bind revealed_field_out[], revealed_row_out[], reveal_out[];
extern const Bind approval_decision_out[], approval_out[], approval_list_out[];
extern const Bind alarm_out[], alarm_list_out[];
extern const Bind retention_item_out[], retention_list_out[], destroyed_out[];
extern const Bind audit_kind_out[], audit_kind_list_out[], audit_entry_out[], audit_list_out[];

#endif
