/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/manual.c: Bind rows as Markdown. */
#include "content/manual.h"

#include <inttypes.h>

#include "content/document_inside.h"
#include "content/flow_inside.h"
#include "content/snapshot.h"

#include "base/banned.h"

static void add_names(const BindName *names, Buf *out) {
    for (const BindName *n = names; n->name != NULL; n++)
        buf_addf(out, "%s`%s`", n == names ? "" : ", ", n->name);
}

static void add_type(const Bind *row, Buf *out) {
    switch (row->type) {
    case BIND_TYPE_TEXT:
        if (row->most > 0)
            buf_addf(out, "text, at most %" PRId64, row->most);
        else
            buf_add_c(out, "text");
        return;
    case BIND_TYPE_INT:
        buf_add_c(out, "integer");
        return;
    case BIND_TYPE_BOOL:
        buf_add_c(out, "true or false");
        return;
    case BIND_TYPE_DATE:
        buf_add_c(out, "date");
        return;
    case BIND_TYPE_ENUM:
        add_names(row->names, out);
        return;
    case BIND_TYPE_TEXTS:
        buf_add_c(out, "list of texts");
        return;
    case BIND_TYPE_OBJECTS:
        buf_add_c(out, "list of maps, below");
        return;
    default:
        buf_add_c(out, "as described");
    }
}

static void add_table(const char *title, const Bind *rows, Buf *out) {
    buf_addf(out, "\n### %s\n\n| key | needed | holds | meaning |\n|---|---|---|---|\n", title);
    for (const Bind *row = rows; row->type != BIND_END_TYPE; row++) {
        buf_addf(out, "| `%s` | %s | ", row->key, row->need == REQUIRED ? "yes" : "");
        add_type(row, out);
        buf_addf(out, " | %s |\n", row->help);
    }
}

void content_manual(Buf *out) {
    add_table("A dataset", dataset_rows, out);
    add_table("fields of a dataset", field_rows, out);
    add_table("subjects of a dataset", subject_rows, out);
    add_table("sealing rules of a dataset", sealing_rows, out);
    add_table("conditions of a sealing rule", seal_test_rows, out);
    add_table("cases of a dataset", dataset_case_rows, out);
    add_table("A code table", code_table_rows, out);
    add_table("columns of a code table", code_column_rows, out);
    add_table("entries of a code table", code_entry_rows, out);
    add_table("A file of periods", period_file_rows, out);
    add_table("periods", period_rows, out);
    add_table("warnings of a period", period_warning_rows, out);
    add_table("what suspends a period", period_suspends_rows, out);
    add_table("extensions of a period", period_extension_rows, out);
    add_table("A calendar", calendar_rows, out);
    add_table("years of a calendar", calendar_year_rows, out);
    add_table("holidays of a year", holiday_rows, out);
    add_table("A file of roles", role_file_rows, out);
    add_table("kinds of organisation", organisation_kind_rows, out);
    add_table("departments of a kind of organisation", department_kind_rows, out);
    add_table("kinds of team", team_kind_rows, out);
    add_table("roles", role_rows_of, out);
    add_table("rules of a role", role_rule_rows, out);
    add_table("cases of roles", role_case_rows, out);
    add_table("A file of purposes", purpose_file_rows, out);
    add_table("purposes", purpose_rows, out);
    add_table("approvals", approval_kind_rows, out);
    add_table("alarms", alarm_rule_rows, out);
    add_table("retention", retention_rows, out);
    add_table("A flow", flow_rows, out);
    add_table("parties of a flow", flow_party_rows, out);
    add_table("steps of a flow", flow_step_rows, out);
    add_table("owners of a step, and rungs of an escalation", flow_owner_rows, out);
    add_table("clocks of a step", flow_clock_rows, out);
    add_table("actions of a step", flow_action_rows, out);
    add_table("what an action waits for", flow_wait_rows, out);
    add_table("sub-matters of an action", flow_begin_rows, out);
    add_table("copies of an action", flow_copy_rows, out);
    add_table("conditions of an action or a clock", flow_test_rows, out);
    add_table("escalation of a flow or a step", flow_escalation_rows, out);
    add_table("outcomes of a flow", flow_outcome_rows, out);
    add_table("A kind of document", document_rows, out);
    add_table("where a document is written", document_place_rows, out);
    add_table("fields of a document", document_field_rows, out);
    add_table("fields of a list's entries", document_entry_rows, out);
    add_table("approval of a document", document_rung_rows, out);
    add_table("enclosures of a document", document_enclosure_rows, out);
    add_table("the answer a document asks for", document_reply_rows, out);
    add_table("order of a document's dates", document_order_rows, out);
    add_table("cases of a document", document_case_rows, out);
    add_table("basis, wherever it stands", basis_rows, out);
}
