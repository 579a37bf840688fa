/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/matter_shapes.c: shapes of flows and matters. Ids come with the words people read, so that a
 * page needs no second question. */
#include "http/matter_shapes.h"

#include "http/document_shapes.h"
#include "http/shape_rows.h"

/* --- flows ------------------------------------------------------------------------------------ */

const Bind flow_item_out[] = {
    TEXT("flow", "id"),
    TEXT("title", "Chinese"),
    TEXT("group", "heading in the menu"),
    MAYBE_TEXT("help", "when it is the right one"),
    TEXT("version", "of its text"),
    BOOL("review", "still to be confirmed by a lawyer"),
    BOOL("may_begin", "the person's role may begin it"),
    INT("open", "matters the person sees that are not ended"),
    INT("mine", "of those, waiting for the person"),
    TEXTS("begins_as", "what a clue suggests that leads here"),
    TEXT("page", "page of its own: none, meeting, campaign"),
    TEXTS("parts", "flows that its actions begin"),
    BIND_END,
};
const Bind flow_list_out[] = {
    INT("total", "flows"),
    LIST("items", flow_item_out, "by group, in the order of the menu"),
    BIND_END,
};
const Bind flow_party_out[] = {
    TEXT("party", "id"),
    TEXT("title", "Chinese"),
    MAYBE_TEXT("help", "who that is"),
    TEXTS("kinds", "kinds of organisation that can stand here"),
    BOOL("starter", "the organisation of whoever begins"),
    BOOL("required", "must be named at the beginning, or before its first step"),
    BOOL("many", "several organisations"),
    MAYBE_TEXT("leader_of", "named by itself: what leads this party's"),
    BIND_END,
};
const Bind flow_field_out[] = {
    TEXT("field", "id"),
    TEXT("title", "Chinese"),
    TEXT("type", "text, date, time, money, code …"),
    BOOL("required", "must be filled in at the beginning"),
    BOOL("personal", "kept in the sealed part"),
    BOOL("masked", "shown masked once filled in"),
    BOOL("many", "several codes"),
    MAYBE_TEXT("codes", "code table it is chosen from"),
    MAYBE_TEXT("unit", "of bare numbers"),
    MAYBE_TEXT("least", "lowest plausible value"),
    MAYBE_TEXT("most", "highest plausible value; today"),
    MAYBE_INT("length", "characters at most"),
    MAYBE_TEXT("note", "beside the box"),
    BIND_END,
};
static const Bind code_out[] = {
    TEXT("code", "code"),
    TEXT("title", "what is kept"),
    BIND_END,
};
const Bind flow_codes_out[] = {
    TEXT("codes", "id of the table"),
    TEXT("title", "Chinese"),
    BOOL("open", "other texts are allowed"),
    LIST("entries", code_out, "in the order of the table"),
    BIND_END,
};
const Bind flow_owner_out[] = {
    TEXT("party", "id"),
    TEXT("party_title", "Chinese"),
    TEXT("role", "id"),
    TEXT("role_title", "Chinese"),
    MAYBE_TEXT("department", "kind of department that comes first"),
    BIND_END,
};
const Bind step_ref_out[] = {
    TEXT("step", "id"),
    TEXT("title", "Chinese"),
    BIND_END,
};
const Bind flow_action_out[] = {
    TEXT("action", "id"),
    TEXT("title", "the verb on the button"),
    MAYBE_TEXT("help", "what it means"),
    LIST("to", step_ref_out, "steps that open"),
    MAYBE_TEXT("closes", "outcome"),
    MAYBE_TEXT("closes_title", "Chinese"),
    BOOL("back", "leads to earlier work"),
    BIND_END,
};
const Bind flow_form_out[] = {
    TEXT("field", "id"),
    BOOL("required", "to lead on"),
    BIND_END,
};
const Bind flow_period_out[] = {
    TEXT("period", "id"),
    TEXT("title", "Chinese"),
    MAYBE_TEXT("from", "field with the day that starts it"),
    BIND_END,
};
const Bind flow_basis_out[] = {
    TEXT("law", "name of the statute"),
    MAYBE_TEXT("article", "article, paragraph, item"),
    MAYBE_TEXT("note", "what it says here"),
    MAYBE_TEXT("status", "verified, verified-web, unverified"),
    BOOL("review", "still to be confirmed by a lawyer"),
    BIND_END,
};
const Bind flow_step_out[] = {
    TEXT("step", "id"),
    TEXT("title", "Chinese"),
    MAYBE_TEXT("help", "what to do"),
    LIST("by", flow_owner_out, "whose work"),
    LIST("form", flow_form_out, "fields asked here"),
    LIST("within", flow_period_out, "periods that may run"),
    LIST("actions", flow_action_out, "what can be done"),
    LIST("basis", flow_basis_out, "statutes behind it"),
    BOOL("review", "still to be confirmed by a lawyer"),
    BIND_END,
};
const Bind flow_outcome_out[] = {
    TEXT("outcome", "id"),
    TEXT("title", "Chinese"),
    BOOL("success", "counts as done"),
    BIND_END,
};
const Bind diagram_node_out[] = {
    MAYBE_TEXT("step", "id; or"),
    MAYBE_TEXT("outcome", "id of an end"),
    TEXT("title", "Chinese"),
    MAYBE_BOOL("success", "of an end"),
    INT("layer", "from the left, 0 first"),
    INT("position", "in the layer"),
    MAYBE_TEXT("state", "of a matter's newest passage: open, waiting, done, sent_back …"),
    BIND_END,
};
const Bind diagram_edge_out[] = {
    TEXT("from", "step"),
    TEXT("action", "id"),
    TEXT("title", "Chinese"),
    MAYBE_TEXT("to", "step; or"),
    MAYBE_TEXT("outcome", "id of an end"),
    MAYBE_BOOL("back", "leads to earlier work"),
    BIND_END,
};
const Bind diagram_out[] = {
    LIST("nodes", diagram_node_out, "steps and ends"),
    LIST("edges", diagram_edge_out, "actions"),
    INT("layers", "how many"),
    INT("width", "of the widest"),
    BIND_END,
};
const Bind flow_out[] = {
    TEXT("flow", "id"),
    TEXT("title", "Chinese"),
    TEXT("group", "heading in the menu"),
    MAYBE_TEXT("help", "when it is the right one"),
    TEXT("version", "of its text"),
    BOOL("review", "still to be confirmed by a lawyer"),
    BOOL("may_begin", "the person's role may begin it"),
    TEXT("start", "first step"),
    MAYBE_TEXT("title_field", "titles the matter"),
    MAYBE_TEXT("case_field", "holds the case number"),
    LIST("basis", flow_basis_out, "statutes behind it"),
    LIST("parties", flow_party_out, "places for organisations"),
    LIST("fields", flow_field_out, "all that forms ask"),
    LIST("codes", flow_codes_out, "tables the fields choose from"),
    LIST("begin", flow_form_out, "what to ask at the beginning"),
    LIST("steps", flow_step_out, "in order"),
    LIST("outcomes", flow_outcome_out, "ends"),
    OBJECT("diagram", diagram_out, "laid out in layers"),
    BIND_END,
};
const Bind flow_verdict_out[] = {
    BOOL("good", "no mistake"),
    MAYBE_TEXT("flow", "id"),
    MAYBE_TEXT("title", "Chinese"),
    MAYBE_TEXT("where", "line and column of the mistake"),
    MAYBE_TEXT("detail", "what is wrong, in Chinese"),
    LIST("path", step_ref_out, "the way into the mistake"),
    MAYBE_OBJECT("diagram", diagram_out, "of what could be read"),
    BIND_END,
};

/* --- lists ------------------------------------------------------------------------------------ */

const Bind matter_item_out[] = {
    TEXT("id", "of the matter"),
    TEXT("number", "as written on paper"),
    TEXT("flow", "id"),
    TEXT("flow_title", "Chinese"),
    MAYBE_TEXT("title", "personal: absent where it is not shown"),
    TEXT("state", "open, suspended, closed, merged, split"),
    TEXT("state_title", "Chinese"),
    MAYBE_TEXT("outcome", "id"),
    MAYBE_TEXT("outcome_title", "Chinese"),
    TEXT("level", "urgent, high, ordinary"),
    TEXT("level_title", "Chinese"),
    LIST("steps", step_ref_out, "open now"),
    INT("organisation", "host"),
    TEXT("organisation_name", "of the host"),
    TEXT("actor", "who began it"),
    TEXT("actor_name", "name"),
    TEXT("opened", "instant"),
    MAYBE_TEXT("closed", "instant"),
    TEXT("changed", "instant of the newest act"),
    INT("revision", "acts so far"),
    MAYBE_TEXT("due", "instant at which the nearest period ends"),
    MAYBE_DATE("due_on", "last day to act in time"),
    BOOL("lapsed", "a period has run out"),
    BOOL("sealed", "only through the channel"),
    MAYBE_TEXT("case_number", "of its case"),
    BIND_END,
};
const Bind matter_facet_out[] = {
    TEXT("value", "for the query"),
    TEXT("title", "Chinese"),
    INT("count", "matters under the other conditions"),
    BIND_END,
};
const Bind matter_facets_out[] = {
    LIST("state", matter_facet_out, "by state"),
    LIST("flow", matter_facet_out, "by flow"),
    LIST("level", matter_facet_out, "by level"),
    LIST("step", matter_facet_out, "by first open step, within one flow"),
    BIND_END,
};
const Bind matter_list_out[] = {
    INT("total", "matters under the conditions"),
    LIST("items", matter_item_out, "this page"),
    MAYBE_TEXT("next", "cursor of the next page; absent on the last"),
    OBJECT("facets", matter_facets_out, "counts for the query bar"),
    BIND_END,
};
const Bind matter_made_out[] = {
    TEXT("id", "of the matter"),
    TEXT("number", "as written on paper"),
    INT("revision", "acts so far"),
    BIND_END,
};
const Bind matter_acted_out[] = {
    INT("revision", "the matter's, now"),
    BIND_END,
};
const Bind matter_preview_out[] = {
    TEXTS("consequences", "in Chinese sentences"),
    BIND_END,
};

/* --- why on that day ---------------------------------------------------------------------------
 */

static const Bind why_day_out[] = {
    DATE("day", "the day"),
    TEXT("mark", "start, counted, not_counted, suspended, rolled"),
    TEXT("kind", "workday, weekend, holiday, make_up"),
    INT("number", "of a counted day: the first is 1; else 0"),
    MAYBE_TEXT("holiday", "its name"),
    MAYBE_TEXT("reason", "of a suspended day"),
    BOOL("unknown", "its year's holidays are not loaded"),
    BIND_END,
};
static const Bind why_warning_out[] = {
    TEXT("level", "yellow, orange, red"),
    TEXT("at", "moment"),
    BIND_END,
};
static const Bind why_suspension_out[] = {
    DATE("from", "first day"),
    MAYBE_DATE("to", "last day; absent: still"),
    TEXT("reason", "what went on"),
    INT("days", "of it within the span"),
    LIST("basis", flow_basis_out, "articles"),
    BIND_END,
};
static const Bind why_extension_out[] = {
    TEXT("extension", "id"),
    TEXT("title", "when it is possible"),
    TEXT("approver", "who approves it"),
    INT("count", "so many units"),
    TEXT("unit", "hour, day, workday, month"),
    BOOL("to", "altogether, instead of more"),
    LIST("basis", flow_basis_out, "articles"),
    BIND_END,
};
static const Bind why_compared_out[] = {
    TEXT("period", "id"),
    TEXT("title", "title"),
    MAYBE_DATE("due", "day it would end on"),
    BOOL("taken", "it is the stricter one"),
    BIND_END,
};
/* As content/period.h writes an explanation. */
const Bind matter_why_out[] = {
    TEXT("period", "id"),
    TEXT("title", "what has to be done in it"),
    TEXT("starts", "what starts it"),
    TEXT("text", "the whole in sentences"),
    TEXT("rule", "how it is counted, in words"),
    TEXT("from", "the trigger: day or moment"),
    MAYBE_TEXT("until", "who acts before this moment is in time; absent while suspended"),
    MAYBE_DATE("last", "last day counted"),
    MAYBE_DATE("due", "the day it ends on"),
    BOOL("rolled", "the end moved past days off"),
    BOOL("suspended", "a suspension still goes on"),
    BOOL("calendar_unknown", "counted by weekends only in years whose holidays are not loaded"),
    INT("count", "as the rule says"),
    TEXT("unit", "hour, day, workday, month"),
    TEXT("roll", "as the rule says"),
    INT("counted", "days counted"),
    LIST("days", why_day_out, "day by day"),
    INT("left_out", "days of the middle that are not listed"),
    LIST("warnings", why_warning_out, "before it ends"),
    LIST("suspensions", why_suspension_out, "what did not count"),
    LIST("extensions", why_extension_out, "what was granted"),
    LIST("compared", why_compared_out, "of two periods, the stricter was taken"),
    TEXT("on_lapse", "what becomes of it when it lapses"),
    MAYBE_TEXT("lapse", "the same in words"),
    MAYBE_TEXT("note", "what else is to be known"),
    MAYBE_DATE("fact_on", "day of the fact"),
    MAYBE_DATE("in_force_from", "of this version"),
    MAYBE_DATE("in_force_to", "of this version"),
    LIST("basis", flow_basis_out, "the articles"),
    BOOL("review", "a lawyer has to confirm it"),
    BIND_END,
};

/* --- one matter ------------------------------------------------------------------------------- */

const Bind matter_party_out[] = {
    INT("id", "in the matter"),
    TEXT("party", "id"),
    TEXT("title", "Chinese"),
    INT("organisation", "number"),
    TEXT("organisation_name", "name"),
    TEXT("since", "instant"),
    MAYBE_TEXT("until", "instant; absent: still"),
    BIND_END,
};
const Bind matter_step_out[] = {
    INT("id", "in the matter"),
    TEXT("step", "id in the flow"),
    TEXT("title", "Chinese"),
    MAYBE_TEXT("help", "what to do"),
    TEXT("state", "open, waiting, done, sent_back, withdrawn, cancelled"),
    TEXT("state_title", "Chinese"),
    MAYBE_INT("from", "step that opened it"),
    TEXT("opened", "instant"),
    MAYBE_TEXT("closed", "instant"),
    MAYBE_TEXT("action", "what closed it"),
    MAYBE_TEXT("action_title", "Chinese"),
    LIST("form", flow_form_out, "fields asked here"),
    BIND_END,
};
const Bind matter_value_out[] = {
    TEXT("field", "id"),
    TEXT("title", "Chinese"),
    TEXT("type", "of the field"),
    TEXT("value", "as kept; masked where `masked`"),
    BOOL("masked", "not the whole value: do not send it back"),
    MAYBE_TEXT("unit", "of a number"),
    BIND_END,
};
const Bind matter_task_out[] = {
    INT("id", "in the matter"),
    MAYBE_INT("step", "id of the step; absent: of the matter as a whole"),
    MAYBE_TEXT("step_title", "Chinese"),
    TEXT("kind", "owner, signer, countersign, copy, supervise, approve, consult"),
    TEXT("kind_title", "Chinese"),
    INT("organisation", "number"),
    TEXT("organisation_name", "name"),
    MAYBE_TEXT("role", "id"),
    MAYBE_TEXT("role_title", "Chinese"),
    MAYBE_TEXT("department", "kind of department"),
    MAYBE_TEXT("login", "whose by name"),
    MAYBE_TEXT("name", "name"),
    TEXT("state", "open, done, passed_on, cancelled"),
    BOOL("mine", "open, and waits for the person"),
    TEXT("opened", "instant"),
    MAYBE_TEXT("closed", "instant"),
    MAYBE_TEXT("action", "what closed it"),
    MAYBE_TEXT("action_title", "Chinese"),
    MAYBE_TEXT("actor", "who closed it"),
    MAYBE_TEXT("actor_name", "name"),
    MAYBE_INT("urged", "how often"),
    MAYBE_TEXT("ask", "of approve: what is asked for"),
    MAYBE_TEXT("ask_title", "in words"),
    MAYBE_INT("seat", "which of several people of one role"),
    LIST("values", matter_value_out, "what this owner answered for himself (own forms)"),
    BIND_END,
};
const Bind matter_span_out[] = {
    INT("id", "in the matter"),
    MAYBE_TEXT("from", "instant"),
    MAYBE_TEXT("to", "instant; absent: still"),
    MAYBE_TEXT("reason", "as the period names it"),
    MAYBE_INT("count", "granted"),
    MAYBE_TEXT("approved_by", "login"),
    MAYBE_TEXT("approved_by_name", "name"),
    BIND_END,
};
const Bind matter_clock_out[] = {
    INT("id", "in the matter"),
    MAYBE_INT("step", "id of the step"),
    MAYBE_TEXT("step_title", "Chinese"),
    MAYBE_TEXT("period", "id; absent: only an escalation"),
    TEXT("title", "Chinese"),
    MAYBE_TEXT("from", "what started it"),
    MAYBE_TEXT("due", "instant of the end"),
    MAYBE_DATE("due_on", "last day to act in time"),
    MAYBE_TEXT("yellow", "instant of the warning"),
    MAYBE_TEXT("orange", "instant of the warning"),
    MAYBE_TEXT("red", "instant of the warning"),
    TEXT("state", "running, suspended, met, lapsed, stopped"),
    TEXT("state_title", "Chinese"),
    MAYBE_TEXT("fired", "yellow, orange, red, lapsed"),
    MAYBE_INT("turn", "of one that comes again: which turn runs"),
    MAYBE_INT("missed", "of one that comes again: turns not made good"),
    LIST("suspensions", matter_span_out, "when it stood still"),
    LIST("extensions", matter_span_out, "what was granted"),
    BIND_END,
};
const Bind matter_file_out[] = {
    INT("id", "in the matter"),
    MAYBE_INT("step", "id of the step"),
    MAYBE_TEXT("step_title", "Chinese"),
    MAYBE_TEXT("name", "personal: absent where it is not shown"),
    INT("size", "bytes"),
    TEXT("type", "media type found by content"),
    TEXT("digest", "SM3"),
    TEXT("at", "instant"),
    TEXT("actor", "who put it there"),
    TEXT("actor_name", "name"),
    TEXT("state", "present, removed"),
    BIND_END,
};
const Bind matter_file_made_out[] = {
    INT("id", "in the matter"),
    TEXT("name", "as people know it"),
    INT("size", "bytes"),
    TEXT("type", "media type found by content"),
    TEXT("digest", "SM3"),
    INT("revision", "the matter's, now"),
    BIND_END,
};
static const Bind matter_revealed_out[] = {
    TEXT("field", "of the flow; else the place: title, messages/3, notes/2/note, files/4"),
    TEXT("title", "Chinese"),
    TEXT("value", "in clear"),
    BIND_END,
};
const Bind matter_reveal_out[] = {
    TEXT("reference", "of the entry in the journal: auditors find it by this"),
    TEXT("at", "instant"),
    INT("seconds", "take the values off the page after so many"),
    BOOL("own", "his own matter"),
    MAYBE_INT("approval", "number of the approval it rests on"),
    LIST("items", matter_revealed_out, "values that are masked elsewhere"),
    BIND_END,
};
const Bind matter_link_out[] = {
    INT("id", "in the matter"),
    TEXT("kind",
         "parent, child, related, merged_into, merged, split_from, split, clue, case, subject"),
    TEXT("kind_title", "Chinese"),
    TEXT("target", "id of a matter or clue, case number, key of a subject"),
    MAYBE_TEXT("number", "of a matter the person sees"),
    MAYBE_TEXT("title", "of a matter the person sees"),
    MAYBE_TEXT("state", "of a matter the person sees"),
    MAYBE_TEXT("flow_title", "of a child"),
    MAYBE_TEXT("organisation_name", "for which a child was begun"),
    MAYBE_TEXT("ended", "of a child: success, failure"),
    MAYBE_TEXT("outcome_title", "of a child that has ended"),
    BIND_END,
};
static const Bind extension_out[] = {
    MAYBE_INT("clock", "id of the clock, to be sent back"),
    TEXT("extension", "id"),
    TEXT("title", "Chinese"),
    BIND_END,
};
const Bind matter_choice_out[] = {
    MAYBE_INT("task", "id of the task it is about"),
    MAYBE_INT("step", "id of the task's step"),
    MAYBE_TEXT("step_title", "Chinese"),
    TEXT("verb", "as in the act"),
    MAYBE_TEXT("action", "of verb act"),
    TEXT("title", "on the button"),
    MAYBE_TEXT("help", "what it means"),
    LIST("form", flow_form_out, "of acts and fills: fields asked, and those it needs"),
    LIST("to", step_ref_out, "steps that open, or that can be sent back to"),
    MAYBE_TEXT("closes", "outcome"),
    MAYBE_TEXT("closes_title", "Chinese"),
    MAYBE_TEXT("reason", "text: in words; code: one of `reasons`"),
    TEXTS("reasons", "to choose from"),
    LIST("extensions", extension_out, "of verb extend"),
    BOOL("back", "leads to earlier work"),
    BOOL("file", "only after a file was put to this step"),
    BOOL("own", "the form is this owner's own: filled from the task's values"),
    MAYBE_TEXT("blocked", "why it cannot be done yet"),
    MAYBE_TEXT("not_before", "first day on which it can"),
    BIND_END,
};
const Bind matter_event_out[] = {
    INT("revision", "after it"),
    INT("sequence", "in the journal"),
    TEXT("at", "instant"),
    TEXT("actor", "login, or system"),
    TEXT("actor_name", "name"),
    TEXT("verb", "id"),
    TEXT("title", "Chinese"),
    MAYBE_TEXT("step", "id in the flow"),
    MAYBE_TEXT("step_title", "Chinese"),
    MAYBE_TEXT("reason", "personal"),
    MAYBE_TEXT("note", "personal"),
    LIST("values", matter_value_out, "what this owner answered for himself"),
    BOOL("undoable", "within the time for it"),
    MAYBE_INT("undone_by", "revision that took it back"),
    BIND_END,
};
const Bind matter_message_out[] = {
    INT("number", "in the matter"),
    MAYBE_INT("step", "id of the step; absent: the matter"),
    MAYBE_TEXT("step_title", "Chinese"),
    TEXT("at", "instant"),
    TEXT("actor", "login"),
    TEXT("actor_name", "name"),
    MAYBE_TEXT("text", "personal: absent where it is not shown"),
    BIND_END,
};
const Bind matter_message_list_out[] = {
    INT("total", "messages"),
    LIST("items", matter_message_out, "oldest first"),
    BIND_END,
};
static const Bind matter_related_out[] = {
    TEXT("kind", "matter, clue"),
    TEXT("by", "case, subject, clue: what both name"),
    TEXT("by_title", "Chinese"),
    TEXT("id", "of it"),
    TEXT("number", "as people name it"),
    MAYBE_TEXT("title", "personal: absent where it is not shown"),
    TEXT("state", "of it"),
    TEXT("state_title", "Chinese"),
    MAYBE_TEXT("flow_title", "of a matter"),
    TEXT("opened", "instant"),
    BIND_END,
};

const Bind matter_out[] = {
    TEXT("id", "of the matter"),
    TEXT("number", "as written on paper"),
    TEXT("flow", "id"),
    TEXT("flow_title", "Chinese"),
    TEXT("version", "of the flow it is pinned to"),
    MAYBE_TEXT("title", "personal"),
    TEXT("state", "open, suspended, closed, merged, split"),
    TEXT("state_title", "Chinese"),
    MAYBE_TEXT("outcome", "id"),
    MAYBE_TEXT("outcome_title", "Chinese"),
    MAYBE_TEXT("reason", "why it ended, by code"),
    TEXT("level", "urgent, high, ordinary"),
    TEXT("level_title", "Chinese"),
    TEXT("opened", "instant"),
    MAYBE_TEXT("closed", "instant"),
    TEXT("actor", "who began it"),
    TEXT("actor_name", "name"),
    INT("organisation", "host"),
    TEXT("organisation_name", "of the host"),
    MAYBE_TEXT("suspended_since", "instant"),
    MAYBE_TEXT("suspended_reason", "why it stands still"),
    INT("revision", "for If-Match on acts"),
    BOOL("sealed", "only through the channel"),
    BOOL("personal_shown", "titles, texts and names are shown to the person"),
    MAYBE_TEXT("as_of", "instant of the state, when asked for one"),
    LIST("parties", matter_party_out, "who takes part, and took"),
    LIST("steps", matter_step_out, "in order of opening"),
    LIST("tasks", matter_task_out, "whose work"),
    LIST("clocks", matter_clock_out, "periods"),
    LIST("values", matter_value_out, "what forms hold, in the flow's order"),
    LIST("fields", flow_field_out, "of this version of the flow"),
    LIST("files", matter_file_out, "oldest first"),
    LIST("links", matter_link_out, "what it has to do with"),
    LIST("related", matter_related_out, "other matters and clues about the same case or subject"),
    LIST("choices", matter_choice_out, "what the person can do now; none in the past"),
    LIST("timeline", matter_event_out, "oldest first"),
    INT("messages", "how many were written"),
    OBJECT("diagram", diagram_out, "with the states of steps"),
    BIND_END,
};
const Bind matter_person_out[] = {
    TEXT("login", "account"),
    TEXT("name", "name"),
    INT("organisation", "number"),
    TEXT("organisation_name", "name"),
    TEXT("role", "id"),
    TEXT("role_title", "Chinese"),
    BIND_END,
};
const Bind matter_people_out[] = {
    INT("total", "posts"),
    LIST("items", matter_person_out, "who can be given work in the houses that take part"),
    BIND_END,
};

/* --- desk ------------------------------------------------------------------------------------- */

static const Bind desk_next_out[] = {
    TEXT("verb", "of an act"),
    MAYBE_TEXT("action", "of the flow, with verb act"),
    TEXT("title", "on the button"),
    BIND_END,
};
const Bind desk_task_out[] = {
    TEXT("id", "of the matter"),
    TEXT("number", "as written on paper"),
    TEXT("flow", "id"),
    TEXT("flow_title", "Chinese"),
    MAYBE_TEXT("title", "personal"),
    TEXT("level", "urgent, high, ordinary"),
    TEXT("state", "of the matter"),
    MAYBE_INT("task", "id of the task"),
    MAYBE_TEXT("kind", "of the task"),
    MAYBE_TEXT("kind_title", "Chinese"),
    MAYBE_TEXT("step", "id in the flow"),
    MAYBE_TEXT("step_title", "Chinese"),
    MAYBE_INT("organisation", "whose work"),
    MAYBE_TEXT("organisation_name", "name"),
    MAYBE_TEXT("role_title", "whose work"),
    MAYBE_TEXT("login", "by name"),
    TEXT("opened", "instant of the task, of the matter in `begun`"),
    MAYBE_TEXT("due", "instant"),
    MAYBE_DATE("due_on", "last day to act in time"),
    MAYBE_INT("workdays_left", "to the last day to act in time; negative: as many too late"),
    BOOL("lapsed", "it is over"),
    MAYBE_INT("urged", "how often"),
    MAYBE_OBJECT("next", desk_next_out, "the first thing the person can do with the task"),
    BIND_END,
};
const Bind desk_group_out[] = {
    INT("count", "how many, at most 1000"),
    BOOL("more", "there are more"),
    LIST("items", desk_task_out, "the first few, what to do first at the top"),
    BIND_END,
};
static const Bind desk_clue_out[] = {
    TEXT("id", "of the clue"),     INT("number", "as people name it"),
    TEXT("title", "what it says"), TEXT("level", "high, medium, low"),
    TEXT("found_at", "instant"),   BIND_END,
};
static const Bind desk_clues_out[] = {
    INT("count", "new clues"),
    LIST("items", desk_clue_out, "the first few"),
    BIND_END,
};
static const Bind desk_documents_out[] = {
    INT("count", "how many, at most 50"),
    BOOL("more", "there are more"),
    LIST("items", document_row_out, "the first few, as in the box of what waits"),
    BIND_END,
};
const Bind desk_out[] = {
    OBJECT("tasks", desk_group_out, "waiting for the person"),
    OBJECT("due_soon", desk_group_out, "of those: over, or within a week"),
    OBJECT("copies", desk_group_out, "to take note of"),
    OBJECT("begun", desk_group_out, "matters the person began"),
    OBJECT("unclaimed", desk_group_out, "work of roles that nobody holds"),
    MAYBE_OBJECT("clues", desk_clues_out, "new clues, for who reads clues"),
    OBJECT("documents", desk_documents_out, "to write, approve, seal, serve, sign for, answer"),
    BIND_END,
};

/* --- calendar and figures --------------------------------------------------------------------- */

const Bind calendar_item_out[] = {
    TEXT("id", "of the matter"),
    TEXT("number", "as written on paper"),
    TEXT("flow", "id"),
    TEXT("flow_title", "Chinese"),
    MAYBE_TEXT("title", "personal"),
    TEXT("kind", "due, meeting"),
    TEXT("what", "the period, or the field with the time"),
    MAYBE_TEXT("step_title", "Chinese"),
    TEXT("at", "instant; of periods the end"),
    BOOL("lapsed", "a period that has run out"),
    BIND_END,
};
const Bind calendar_day_out[] = {
    DATE("day", "with something on it"),
    BOOL("workday", "by the calendar"),
    INT("due", "periods that end"),
    INT("meetings", "meetings"),
    LIST("items", calendar_item_out, "the first 50"),
    BIND_END,
};
const Bind calendar_out[] = {
    LIST("days", calendar_day_out, "days with something on them"),
    BOOL("more", "not everything could be listed: ask for fewer days"),
    BIND_END,
};
#define ROWS_OF_FIGURE JSON("query", REQUIRED, "Record<string, string>", "opens its rows")
const Bind figure_count_out[] = {
    TEXT("value", "id"),
    TEXT("title", "Chinese"),
    INT("count", "matters"),
    ROWS_OF_FIGURE,
    BIND_END,
};
const Bind figure_step_out[] = {
    TEXT("value", "id"),
    TEXT("title", "Chinese"),
    INT("count", "matters that stand there now"),
    MAYBE_REAL("median_days", "from opening to done"),
    INT("passages", "how many that median is of"),
    ROWS_OF_FIGURE,
    BIND_END,
};
static const Bind figure_out[] = {
    INT("count", "matters"),
    ROWS_OF_FIGURE,
    BIND_END,
};
const Bind flow_figures_out[] = {
    TEXT("flow", "id"),
    TEXT("title", "Chinese"),
    TEXT("group", "heading in the menu"),
    OBJECT("open", figure_out, "open and suspended"),
    OBJECT("closed", figure_out, "ended"),
    OBJECT("overdue", figure_out, "open, a period has run out"),
    LIST("outcomes", figure_count_out, "of ended matters"),
    LIST("steps", figure_step_out, "where open matters stand"),
    BIND_END,
};
const Bind figures_out[] = {
    LIST("flows", flow_figures_out, "flows with matters the person sees"),
    BIND_END,
};

/* --- live ------------------------------------------------------------------------------------- */

const Bind event_matter_out[] = {
    TEXT("id", "of the matter"),
    TEXT("kind", "begun, acted, said"),
    MAYBE_TEXT("verb", "of an act"),
    MAYBE_INT("revision", "after it"),
    BIND_END,
};
