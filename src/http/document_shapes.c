/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/document_shapes.c: shapes of documents, their kinds and templates. Ids come with the words
 * people read. */
#include "http/document_shapes.h"

#include "http/shape_rows.h"

/* --- kinds ------------------------------------------------------------------------------------ */

static const Bind entry_field_out[] = {
    TEXT("field", "id"),
    TEXT("title", "Chinese"),
    TEXT("type", "text, date, money, code …"),
    BOOL("required", "the document is not ready without it"),
    BOOL("identity", "names a person"),
    MAYBE_TEXT("help", "what to write"),
    MAYBE_TEXT("codes", "code table it is chosen from"),
    MAYBE_TEXT("unit", "of bare numbers"),
    BIND_END,
};
const Bind document_type_field_out[] = {
    TEXT("field", "id"),
    TEXT("title", "Chinese"),
    TEXT("type", "text, date, money, code, list …"),
    BOOL("required", "the document is not ready without it"),
    BOOL("identity", "names a person: masked where the matter is sealed"),
    MAYBE_TEXT("help", "what to write"),
    MAYBE_TEXT("codes", "code table it is chosen from"),
    MAYBE_TEXT("unit", "of bare numbers"),
    TEXTS("sources", "where it comes from, in words"),
    MAYBE_LIST("fields", entry_field_out, "of a list: what its entries have"),
    BIND_END,
};
const Bind document_type_rung_out[] = {
    TEXT("role", "id"),
    TEXT("title", "Chinese"),
    MAYBE_TEXT("department", "of that organisation"),
    MAYBE_TEXT("party", "at whose organisation; absent: the issuer's"),
    BIND_END,
};
const Bind document_type_place_out[] = {
    TEXT("flow", "id"),
    TEXT("flow_title", "Chinese"),
    TEXTS("steps", "titles; none: wherever the step names the kind"),
    TEXTS("actions", "titles of acts that issue it"),
    MAYBE_TEXT("issuer", "party that writes it, in words"),
    TEXTS("to", "parties it is served on, in words"),
    TEXTS("copies", "parties that get a copy, in words"),
    TEXTS("signers", "parties that sign besides, in words"),
    BIND_END,
};
const Bind document_type_enclosure_out[] = {
    TEXT("title", "as it is listed"),
    MAYBE_TEXT("document", "kind, when the program writes it too"),
    BOOL("required", "must be there"),
    MAYBE_TEXT("note", "in words"),
    BIND_END,
};
const Bind document_type_basis_out[] = {
    TEXT("law", "short title"),
    MAYBE_TEXT("article", "as cited"),
    MAYBE_TEXT("note", "what it says"),
    MAYBE_TEXT("status", "verified, verified-web, unverified"),
    BIND_END,
};
const Bind document_type_item_out[] = {
    TEXT("type", "id"),
    TEXT("title", "Chinese"),
    TEXT("code", "of the catalogue: D21"),
    TEXT("group", "heading"),
    TEXT("form", "official, letter, minutes, procuratorial"),
    TEXT("form_title", "Chinese"),
    MAYBE_TEXT("help", "what it is for"),
    MAYBE_TEXT("number", "pattern of its number; absent: it has none"),
    BOOL("number_review", "the pattern is to be confirmed"),
    BOOL("review", "still to be confirmed by a lawyer"),
    BOOL("in_force", "may be written today"),
    INT("fields", "how many"),
    TEXTS("flows", "titles of flows it is written in"),
    INT("templates", "of offices, in force today"),
    BIND_END,
};
const Bind document_type_list_out[] = {
    INT("total", "kinds"),
    LIST("items", document_type_item_out, "in the order of the catalogue"),
    BIND_END,
};
static const Bind reply_kind_out[] = {
    MAYBE_TEXT("period", "title of the period"),
    MAYBE_TEXT("document", "kind of the answer"),
    MAYBE_TEXT("title", "of that kind"),
    MAYBE_TEXT("note", "in words"),
    BIND_END,
};
const Bind document_type_out[] = {
    TEXT("type", "id"),
    TEXT("title", "Chinese"),
    TEXT("code", "of the catalogue"),
    TEXT("group", "heading"),
    TEXT("form", "official, letter, minutes, procuratorial"),
    TEXT("form_title", "Chinese"),
    MAYBE_TEXT("help", "what it is for"),
    MAYBE_TEXT("number", "pattern of its number; absent: it has none"),
    BOOL("number_review", "the pattern is to be confirmed"),
    BOOL("review", "still to be confirmed by a lawyer"),
    BOOL("in_force", "may be written today"),
    BOOL("sealed", "a seal is put on it"),
    TEXT("version", "of its text"),
    LIST("fields", document_type_field_out, "what is filled in"),
    LIST("approval", document_type_rung_out, "lowest first"),
    LIST("places", document_type_place_out, "where it is written"),
    LIST("enclosures", document_type_enclosure_out, "what goes with it"),
    MAYBE_OBJECT("reply", reply_kind_out, "the answer it asks for"),
    LIST("basis", document_type_basis_out, "statutes behind it"),
    BIND_END,
};

/* --- the list --------------------------------------------------------------------------------- */

const Bind document_services_out[] = {
    INT("sent", "receivers to whom it went"),
    INT("opened", "of those, how many have opened it"),
    INT("signed", "of those, how many have signed for it"),
    INT("refused", "of those, how many have refused it"),
    BIND_END,
};
const Bind document_next_out[] = {
    TEXT("verb", "of the act"),
    TEXT("title", "on the button"),
    BIND_END,
};
#define ROW_ROWS                                                                                   \
    TEXT("id", "of the document"), TEXT("matter", "id"),                                           \
        MAYBE_TEXT("matter_number", "as written on paper"), TEXT("type", "id"),                    \
        TEXT("type_title", "Chinese"), TEXT("code", "of the catalogue"),                           \
        MAYBE_TEXT("title", "personal: absent where it is not shown"),                             \
        MAYBE_TEXT("number", "absent: none yet"),                                                  \
        TEXT("state", "draft, approving, approved, numbered, issued, served, recalled, void"),     \
        TEXT("state_title", "Chinese"), INT("organisation", "issuer"),                             \
        TEXT("organisation_name", "of the issuer"), TEXT("author", "login of whoever drafted it"), \
        TEXT("author_name", "name"), TEXT("opened", "instant"), TEXT("changed", "instant"),        \
        MAYBE_DATE("issued_on", "成文日期"), MAYBE_TEXT("receivers", "names, joined"),             \
        MAYBE_DATE("due", "last day for the answer"),                                              \
        MAYBE_INT("workdays_left", "to that day; negative: as many too late"),                     \
        MAYBE_TEXT("answered", "id of its answer"),                                                \
        MAYBE_OBJECT("next", document_next_out, "the first thing the person can do with it")
const Bind document_row_out[] = {
    ROW_ROWS,
    OBJECT("services", document_services_out, "how far serving is"),
    MAYBE_TEXT("answers", "id of the document it answers"),
    BIND_END,
};
const Bind document_facet_out[] = {
    TEXT("value", "id"),
    TEXT("title", "Chinese"),
    INT("count", "documents"),
    BIND_END,
};
const Bind document_facets_out[] = {
    LIST("state", document_facet_out, "under the other conditions"),
    LIST("type", document_facet_out, "under the other conditions"),
    LIST("box", document_facet_out, "boxes of the person, under the other conditions"),
    BIND_END,
};
const Bind document_list_out[] = {
    INT("total", "documents of the whole list"),
    LIST("items", document_row_out, "this page"),
    MAYBE_TEXT("next", "cursor of the next page; absent on the last"),
    OBJECT("facets", document_facets_out, "counts for the query bar"),
    BIND_END,
};

/* --- in a matter ------------------------------------------------------------------------------ */

const Bind document_possible_out[] = {
    TEXT("type", "id"),
    TEXT("title", "Chinese"),
    TEXT("code", "of the catalogue"),
    TEXT("group", "heading"),
    MAYBE_TEXT("help", "what it is for"),
    MAYBE_TEXT("step", "where it is written; absent: in any step"),
    MAYBE_TEXT("step_title", "Chinese"),
    MAYBE_INT("organisation", "which of the person's would issue it"),
    MAYBE_TEXT("organisation_name", "name"),
    MAYBE_INT("missing", "mandatory fields the matter does not have yet"),
    BIND_END,
};
const Bind document_of_matter_out[] = {
    INT("total", "documents"),
    LIST("items", document_row_out, "newest first"),
    LIST("possible", document_possible_out, "what the person can draft now"),
    BIND_END,
};
const Bind document_made_out[] = {
    TEXT("id", "of the document"),
    INT("revision", "for If-Match on acts"),
    BIND_END,
};
const Bind document_acted_out[] = {
    INT("revision", "after the act"),
    TEXT("state", "after the act"),
    TEXTS("told", "what else came of it, and what could not be done by itself"),
    BIND_END,
};

/* --- one document ----------------------------------------------------------------------------- */

static const Bind row_field_out[] = {
    TEXT("field", "id"),
    TEXT("value", "text; empty: nothing"),
    BOOL("masked", "shown masked"),
    BIND_END,
};
static const Bind row_out[] = {
    LIST("fields", row_field_out, "of one entry, in order"),
    BIND_END,
};
const Bind document_field_out[] = {
    TEXT("field", "id"),
    TEXT("title", "Chinese"),
    TEXT("type", "text, date, money, code, list …"),
    BOOL("required", "the document is not ready without it"),
    MAYBE_TEXT("help", "what to write"),
    TEXT("value", "as it stands; empty: nothing, or a list"),
    BOOL("masked", "shown masked; sent back unchanged it stays as it is"),
    BOOL("missing", "mandatory, and nothing is there"),
    MAYBE_TEXT("origin", "source that was taken; `typed`: by a person"),
    MAYBE_TEXT("origin_title", "in words"),
    MAYBE_TEXT("codes", "code table it is chosen from"),
    MAYBE_TEXT("unit", "of bare numbers"),
    MAYBE_LIST("rows", row_out, "of a list: its entries"),
    MAYBE_LIST("fields", entry_field_out, "of a list: what its entries have"),
    BIND_END,
};
const Bind document_span_out[] = {
    TEXT("text", "a run of the paragraph"),
    MAYBE_TEXT("face", "black, regular, bold"),
    MAYBE_TEXT("field", "the field that was filled in here: `field` or `list.field`"),
    BIND_END,
};
static const Bind cell_block_out[] = {
    INT("paragraph", "number, for edits"),
    TEXT("text", "as it stands"),
    LIST("spans", document_span_out, "the same in runs"),
    BOOL("edited", "changed by hand"),
    BIND_END,
};
const Bind document_cell_out[] = {
    INT("columns", "it spans"),
    BOOL("under", "one with the cell above it"),
    LIST("blocks", cell_block_out, "paragraphs"),
    BIND_END,
};
const Bind document_line_out[] = {
    BOOL("head", "repeated on each page"),
    LIST("cells", document_cell_out, "from the left"),
    BIND_END,
};
const Bind document_block_out[] = {
    INT("paragraph", "number, for edits; 0: cannot be edited"),
    TEXT("kind", "style of the block: title, text, level_1 …"),
    TEXT("kind_title", "Chinese"),
    TEXT("text", "as it stands"),
    LIST("spans", document_span_out, "the same in runs"),
    MAYBE_LIST("rows", document_line_out, "of a table"),
    BOOL("edited", "changed by hand"),
    BOOL("masked", "some of it is shown masked"),
    BIND_END,
};
const Bind document_wanting_out[] = {
    TEXT("field", "id; of a list `list.field`"),
    TEXT("title", "Chinese"),
    BIND_END,
};
const Bind document_version_out[] = {
    INT("id", "from 1"),           INT("revision", "of the document that made it"),
    TEXT("at", "instant"),         TEXT("actor", "login"),
    TEXT("actor_name", "name"),    TEXT("kind", "drafted, filled, edited, restored, numbered"),
    TEXT("kind_title", "Chinese"), BIND_END,
};
const Bind document_approval_out[] = {
    INT("id", "in the document"),      TEXT("title", "of the rung"),
    TEXT("role_title", "whose it is"), INT("organisation", "where"),
    TEXT("organisation_name", "name"), TEXT("state", "waiting, open, agreed, returned, cancelled"),
    TEXT("state_title", "Chinese"),    MAYBE_TEXT("at", "instant"),
    MAYBE_TEXT("actor", "login"),      MAYBE_TEXT("actor_name", "name"),
    MAYBE_TEXT("note", "personal"),    BIND_END,
};
const Bind document_signature_out[] = {
    INT("id", "in the document"),
    TEXT("kind", "person, organisation"),
    TEXT("kind_title", "Chinese"),
    INT("organisation", "whose"),
    TEXT("organisation_name", "name"),
    MAYBE_TEXT("name", "of the person"),
    TEXT("at", "instant"),
    MAYBE_TEXT("certificate", "serial number, hex"),
    BIND_END,
};
const Bind document_service_out[] = {
    INT("id", "in the document"),
    TEXT("kind", "to, copy, signer"),
    TEXT("kind_title", "Chinese"),
    MAYBE_INT("organisation", "absent: an outsider"),
    MAYBE_TEXT("name", "of the organisation, or of the outsider"),
    MAYBE_TEXT("address", "of an outsider; personal"),
    TEXT("method", "code"),
    TEXT("method_title", "Chinese"),
    TEXT("state", "sent, opened, signed, refused, returned, recalled"),
    TEXT("state_title", "Chinese"),
    MAYBE_TEXT("sent", "instant"),
    MAYBE_TEXT("opened", "instant"),
    MAYBE_TEXT("closed", "instant"),
    MAYBE_DATE("day", "of service, as the law counts it"),
    MAYBE_TEXT("server_name", "who sent it"),
    MAYBE_TEXT("opener_name", "who opened it first"),
    MAYBE_TEXT("actor_name", "who closed it"),
    BOOL("receipt", "the program made a 送达回证"),
    MAYBE_INT("file", "id of the matter's file with the scanned receipt"),
    BIND_END,
};
const Bind document_event_out[] = {
    INT("revision", "after it"),
    TEXT("at", "instant"),
    TEXT("actor", "login, or system"),
    TEXT("actor_name", "name"),
    TEXT("verb", "id"),
    TEXT("title", "Chinese"),
    MAYBE_TEXT("organisation_name", "for which"),
    MAYBE_TEXT("note", "personal"),
    BIND_END,
};
const Bind document_choice_out[] = {
    TEXT("verb", "as in the act"),
    TEXT("title", "on the button"),
    MAYBE_INT("service", "id of the service it is about"),
    MAYBE_INT("organisation", "for which of the person's houses"),
    MAYBE_TEXT("organisation_name", "name"),
    TEXTS("needs", "members of the act: note, reason, day, file, receivers …"),
    MAYBE_TEXT("kind", "of sign: person, organisation"),
    MAYBE_TEXT("help", "what it means"),
    MAYBE_TEXT("blocked", "why it cannot be done yet"),
    BIND_END,
};
const Bind document_house_out[] = {
    INT("organisation", "number"),
    TEXT("name", "of it"),
    BIND_END,
};
const Bind document_named_out[] = {
    TEXT("id", "of the document"),
    TEXT("type_title", "Chinese"),
    MAYBE_TEXT("title", "personal"),
    MAYBE_TEXT("number", "absent: none yet"),
    BIND_END,
};
const Bind document_flag_out[] = {
    TEXT("kind", "id"),
    TEXT("title", "Chinese"),
    TEXT("text", "what is the matter"),
    BIND_END,
};
const Bind document_seal_out[] = {
    INT("wanted", "signatures that must be there"),
    INT("have", "of those, how many are"),
    BIND_END,
};
#define TEXT_ROWS                                                                 \
    LIST("fields", document_field_out, "what is filled in, in the kind's order"), \
        LIST("blocks", document_block_out, "the text")
const Bind document_out[] = {
    ROW_ROWS,
    INT("revision", "for If-Match on acts"),
    TEXT("version", "of the kind it is pinned to"),
    MAYBE_TEXT("template", "digest of an office's template; absent: the kind's own"),
    MAYBE_TEXT("matter_title", "personal"),
    TEXT("form", "official, letter, minutes, procuratorial"),
    BOOL("review", "the kind is still to be confirmed by a lawyer"),
    BOOL("sealed", "like its matter, only through the channel"),
    BOOL("personal_shown", "text, values and names are shown to the person"),
    TEXT_ROWS,
    LIST("missing", document_wanting_out, "mandatory, and nothing is there"),
    TEXTS("lost", "edits whose paragraph is no longer there"),
    TEXTS("warnings", "about the template"),
    LIST("versions", document_version_out, "oldest first"),
    LIST("approvals", document_approval_out, "lowest rung first"),
    LIST("signatures", document_signature_out, "in order"),
    LIST("services", document_service_out, "receivers"),
    LIST("timeline", document_event_out, "oldest first"),
    LIST("choices", document_choice_out, "what the person can do now"),
    LIST("to", document_house_out, "whom it is served on"),
    LIST("copies", document_house_out, "who gets a copy"),
    LIST("signers", document_house_out, "who signs besides"),
    MAYBE_OBJECT("answers", document_named_out, "the document it answers"),
    MAYBE_OBJECT("answered_by", document_named_out, "its answer"),
    LIST("reply_flags", document_flag_out, "what is weak about it as an answer"),
    MAYBE_TEXT("assessment", "of it as an answer: code"),
    MAYBE_TEXT("assessment_title", "Chinese"),
    OBJECT("seal", document_seal_out, "signatures"),
    INT("pages", "of the PDF; 0: not laid out yet"),
    BOOL("fixed", "its bytes are fixed: it has been numbered"),
    BIND_END,
};
const Bind document_text_out[] = {
    INT("version", "which"),
    TEXT_ROWS,
    LIST("missing", document_wanting_out, "mandatory, and nothing is there"),
    TEXTS("lost", "edits whose paragraph is no longer there"),
    BIND_END,
};

/* --- comparing and proofreading --------------------------------------------------------------- */

const Bind document_part_out[] = {
    TEXT("change", "same, added, removed"),
    TEXT("text", "of both, of the new, of the old"),
    BIND_END,
};
const Bind document_changed_out[] = {
    TEXT("kind", "style of the block"),
    TEXT("kind_title", "Chinese"),
    TEXT("change", "same, added, removed, changed"),
    LIST("parts", document_part_out, "in order"),
    BIND_END,
};
const Bind document_compare_out[] = {
    INT("from", "version"),
    INT("to", "version"),
    LIST("blocks", document_changed_out, "both texts, block by block"),
    INT("added", "blocks"),
    INT("removed", "blocks"),
    INT("changed", "blocks"),
    BIND_END,
};
const Bind document_finding_out[] = {
    TEXT("kind", "unfilled, date, name, sum, amount, identity, doubled, bracket, citation, level"),
    TEXT("kind_title", "Chinese"),
    INT("paragraph", "number; 0: of the whole"),
    INT("from", "first character of the paragraph's text"),
    INT("to", "behind the last one"),
    MAYBE_TEXT("place", "the words meant"),
    TEXT("text", "what is the matter"),
    MAYBE_TEXT("suggestion", "what to write instead"),
    BOOL("serious", "should not go out like this"),
    BIND_END,
};
const Bind document_findings_out[] = {
    INT("total", "findings"),
    INT("serious", "of those"),
    LIST("items", document_finding_out, "in the order of the text"),
    BOOL("library", "citations were checked: laws are loaded"),
    BIND_END,
};

/* --- templates of offices --------------------------------------------------------------------- */

const Bind document_mistake_out[] = {
    INT("paragraph", "from 1; 0: in a header, footer or text box"),
    TEXT("around", "the text around the place"),
    TEXT("tag", "the place itself"),
    TEXT("text", "what is wrong, and the remedy"),
    BIND_END,
};
const Bind document_template_out[] = {
    INT("id", "of the template"),
    TEXT("type", "kind of document"),
    TEXT("type_title", "Chinese"),
    INT("organisation", "whose it is; also of those it leads that have none of their own"),
    TEXT("organisation_name", "name"),
    INT("version", "of this organisation's templates for this kind, from 1"),
    TEXT("name", "of the file"),
    MAYBE_TEXT("note", "what was changed"),
    TEXT("digest", "SM3 of the file"),
    INT("size", "bytes"),
    MAYBE_DATE("from", "first day in force; absent: from the start"),
    MAYBE_DATE("to", "last day in force; absent: without end"),
    TEXT("state", "active, retired"),
    TEXT("state_title", "Chinese"),
    BOOL("in_force", "drafts of that organisation take it today"),
    TEXT("at", "instant"),
    TEXT("actor", "login"),
    TEXT("actor_name", "name"),
    BOOL("may_manage", "the person may retire it"),
    BIND_END,
};
const Bind document_template_list_out[] = {
    INT("total", "templates"),
    LIST("items", document_template_out, "by kind, newest version first"),
    BIND_END,
};
const Bind document_template_made_out[] = {
    INT("id", "of the template"),
    INT("version", "number"),
    TEXTS("warnings", "what will not be in the PDF, mandatory fields it does not use"),
    BIND_END,
};

/* --- live ------------------------------------------------------------------------------------- */

const Bind event_document_out[] = {
    TEXT("id", "of the document"),     TEXT("matter", "id"),
    TEXT("kind", "drafted, acted"),    MAYBE_TEXT("verb", "of the act"),
    MAYBE_INT("revision", "after it"), BIND_END,
};
