/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/trace_shapes.c: shapes of reveals, approvals, alarms and audits. */
#include "http/trace_shapes.h"

#include "http/shape_rows.h"

/* --- purposes --------------------------------------------------------------------------------- */

const Bind purpose_out[] = {
    TEXT("purpose", "id"),
    TEXT("title", "Chinese"),
    TEXT("help", "when it is the right one"),
    BOOL("needs_case_number", "refused without one"),
    BOOL("review", "a lawyer has to confirm it"),
    BIND_END,
};
const Bind approval_kind_out[] = {
    TEXT("kind", "look, sealed, bulk"),
    TEXT("title", "Chinese"),
    TEXT("help", "how it is given"),
    INT("approvers", "different people who must consent"),
    INT("days", "at most"),
    INT("uses", "at most"),
    INT("open_days", "undecided requests lapse"),
    INT("above", "bulk: needed for more rows than this; 0: not counted"),
    BOOL("review", "a lawyer has to confirm it"),
    BIND_END,
};
const Bind purpose_list_out[] = {
    INT("shown_seconds", "clear values stay on the page so long"),
    LIST("purposes", purpose_out, "purposes of looking at sensitive values"),
    LIST("approvals", approval_kind_out, "kinds of approval"),
    BIND_END,
};

/* --- reveals ---------------------------------------------------------------------------------- */

const Bind revealed_field_out[] = {
    TEXT("field", "id of the column"),
    TEXT("title", "Chinese name"),
    TEXT("value", "in clear"),
    BIND_END,
};
const Bind revealed_row_out[] = {
    TEXT("dataset", "id"),
    TEXT("title", "of the dataset"),
    TEXT("row", "id"),
    LIST("fields", revealed_field_out, "values that are masked elsewhere"),
    BIND_END,
};
const Bind reveal_out[] = {
    TEXT("reference", "of the entry in the journal: auditors find it by this"),
    TEXT("at", "instant"),
    INT("seconds", "take the values off the page after so many"),
    BOOL("own", "his own matter"),
    MAYBE_INT("approval", "number of the approval it rests on"),
    LIST("rows", revealed_row_out, "the rows"),
    BIND_END,
};

/* --- approvals -------------------------------------------------------------------------------- */

const Bind approval_decision_out[] = {
    TEXT("approver", "login"),
    MAYBE_TEXT("approver_name", "name"),
    MAYBE_TEXT("acting_for", "login whose right it was"),
    BOOL("consent", "agreed"),
    MAYBE_TEXT("words", "absent for readers of the audit"),
    MAYBE_TEXT("until", "instant"),
    INT("uses", "at most"),
    TEXT("at", "instant"),
    BIND_END,
};
const Bind approval_out[] = {
    INT("approval", "number"),
    TEXT("kind", "look, sealed, bulk"),
    TEXT("kind_title", "Chinese"),
    TEXT("asker", "login"),
    MAYBE_TEXT("asker_name", "name"),
    INT("organisation", "asked from"),
    MAYBE_TEXT("organisation_name", "its name"),
    TEXT("object", "row:dataset/id, clue:id, subject:key, export:what"),
    TEXT("purpose", "id"),
    TEXT("purpose_title", "Chinese"),
    MAYBE_TEXT("case_number", "case"),
    MAYBE_TEXT("reason", "absent for readers of the audit"),
    INT("needed", "different people who must agree"),
    INT("agreed", "who did"),
    INT("asked_days", "asked for"),
    INT("asked_uses", "asked for"),
    TEXT("state", "open, approved, refused, withdrawn, lapsed, ended, used_up"),
    TEXT("state_title", "Chinese"),
    TEXT("asked_at", "instant"),
    TEXT("open_until", "instant when an undecided request lapses"),
    MAYBE_TEXT("until", "instant when it ends"),
    MAYBE_INT("uses", "at most"),
    MAYBE_INT("used", "so far"),
    MAYBE_TEXT("ended_at", "instant of refusal or withdrawal"),
    BOOL("mine", "asked by oneself"),
    BOOL("may_decide", "show the buttons"),
    LIST("decisions", approval_decision_out, "in order"),
    BIND_END,
};
PAGE(approval_list_out, approval_out);

/* --- alarms ----------------------------------------------------------------------------------- */

const Bind alarm_out[] = {
    INT("alarm", "number"),
    TEXT("kind", "night, bulk, bulk_export, own_name, colleague, no_matter, refused"),
    TEXT("title", "Chinese"),
    TEXT("help", "what it means"),
    TEXT("person", "login"),
    MAYBE_TEXT("person_name", "name"),
    MAYBE_TEXT("organisation", "number"),
    TEXT("day", "in China"),
    INT("count", "rows, refusals or looks of that day"),
    INT("first_entry", "sequence in the journal"),
    INT("last_entry", "sequence in the journal"),
    TEXT("first_at", "instant"),
    TEXT("last_at", "instant"),
    TEXT("state", "open, acknowledged"),
    TEXT("state_title", "Chinese"),
    MAYBE_TEXT("acknowledged_by", "login"),
    MAYBE_TEXT("acknowledged_at", "instant"),
    MAYBE_TEXT("words", "what was found"),
    BIND_END,
};
PAGE(alarm_list_out, alarm_out);

/* --- audits ----------------------------------------------------------------------------------- */

const Bind audit_kind_out[] = {
    TEXT("kind", "of an entry"),
    TEXT("title", "Chinese"),
    BIND_END,
};
const Bind audit_kind_list_out[] = {
    LIST("items", audit_kind_out, "kinds of entries"),
    BIND_END,
};
const Bind audit_entry_out[] = {
    INT("sequence", "of the entry"),
    TEXT("at", "instant"),
    TEXT("actor", "login, user of the machine, or system"),
    MAYBE_TEXT("actor_name", "name"),
    MAYBE_TEXT("organisation", "number"),
    TEXT("kind", "of the entry"),
    TEXT("kind_title", "Chinese"),
    TEXT("subject", "what it is about"),
    TEXT("sentence", "what happened, Chinese"),
    MAYBE_TEXT("purpose", "id"),
    MAYBE_TEXT("case_number", "case"),
    MAYBE_TEXT("address", "of the client"),
    MAYBE_TEXT("device", "system and browser in few words"),
    MAYBE_TEXT("roles", "ids of the roles held then"),
    MAYBE_INT("approval", "number of the approval it rests on"),
    JSON("body", REQUIRED, "Record<string, unknown>", "the public part as it is in the chain"),
    BIND_END,
};
PAGE(audit_list_out, audit_entry_out);

/* --- retention -------------------------------------------------------------------------------- */

const Bind retention_item_out[] = {
    TEXT("subject", "whose sealed parts"),
    INT("newest", "last entry about it"),
    TEXT("at", "instant of that entry"),
    JSON("kinds", REQUIRED, "string[]", "kinds of its entries"),
    TEXT("retention", "the rule, Chinese"),
    INT("months", "how long it had to be kept"),
    BIND_END,
};
const Bind retention_list_out[] = {
    LIST("items", retention_item_out, "what need no longer be kept"),
    MAYBE_TEXT("next", "for `after`"),
    BIND_END,
};
const Bind destroyed_out[] = {
    TEXT("subject", "can no longer be read"),
    INT("approval", "number of the approval it rests on"),
    BIND_END,
};
