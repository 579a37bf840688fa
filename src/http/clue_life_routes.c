/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/clue_life_routes.c: routes of the life of clues, what they read and what they answer. What
 * the scope lets a person see is the store's; what he may do is judged by the act itself. */
#include "http/clue_life_routes.h"

#include "http/shape_rows.h"
#include "http/shapes.h"

#ifdef ROUTES_ONLY
#define RUN(handler) .run = NULL
#else
#define RUN(handler) .run = handler
#endif
#define IN(rows, T) .in = (rows), .in_size = sizeof(T)

/* --- in --------------------------------------------------------------------------------------- */

const Bind clue_in[] = {
    BIND_STR_MOST(ClueIn, source, "source", REQUIRED, 40, "where from: deputies, hotline, hand …"),
    BIND_STR_MOST(ClueIn, title, "title", REQUIRED, 1000, "what it says, at most 200 characters"),
    BIND_STR_MOST(ClueIn, facts, "facts", REQUIRED, 100000, "what is known"),
    BIND_STR_MOST(ClueIn, level, "level", OPTIONAL, 16, "high, medium or low; default medium"),
    BIND_STR_MOST(ClueIn, suggests, "suggests", OPTIONAL, 64, "what it may lead to"),
    BIND_STR_MOST(ClueIn, subject_kind, "subject_kind", OPTIONAL, 20, "person, organisation …"),
    BIND_STR_MOST(ClueIn, subject_name, "subject_name", OPTIONAL, 400, "whom it is about"),
    BIND_STR_MOST(ClueIn, subject_number, "subject_number", OPTIONAL, 64,
                  "number of the person or credit code; not kept, only its key"),
    BIND_STR_MOST(ClueIn, case_number, "case_number", OPTIONAL, 400, "of the case it comes from"),
    BIND_STR_MOST(ClueIn, division, "division", OPTIONAL, 6, "GB/T 2260"),
    BIND_DATE(ClueIn, event_on, "event_on", OPTIONAL, "day of the fact"),
    BIND_INT(ClueIn, organisation, "organisation", OPTIONAL,
             "number of the house that registers it; default: the only one it can be"),
    BIND_END,
};

/* Whatever is typed so far. */
const Bind clue_alike_in[] = {
    BIND_STR_MOST(ClueIn, title, "title", OPTIONAL, 1000, "what it says"),
    BIND_STR_MOST(ClueIn, facts, "facts", OPTIONAL, 100000, "what is known"),
    BIND_STR_MOST(ClueIn, suggests, "suggests", OPTIONAL, 64, "what it may lead to"),
    BIND_STR_MOST(ClueIn, subject_kind, "subject_kind", OPTIONAL, 20, "person, organisation …"),
    BIND_STR_MOST(ClueIn, subject_name, "subject_name", OPTIONAL, 400, "whom it is about"),
    BIND_STR_MOST(ClueIn, subject_number, "subject_number", OPTIONAL, 64,
                  "number of the person or credit code; compared by its key alone"),
    BIND_STR_MOST(ClueIn, case_number, "case_number", OPTIONAL, 400, "of the case it comes from"),
    BIND_END,
};

static const Bind into_in[] = {
    BIND_STR_MOST(ClueIntoIn, flow, "flow", REQUIRED, 64, "kind of matter"),
    BIND_STR_MOST(ClueIntoIn, title, "title", OPTIONAL, 1000, "default: by the flow"),
    BIND_STR_MOST(ClueIntoIn, level, "level", OPTIONAL, 16, "urgent, high, ordinary"),
    BIND_NODE(ClueIntoIn, parties, "parties", OPTIONAL, "{party: number or [numbers]}"),
    BIND_NODE(ClueIntoIn, values, "values", OPTIONAL,
              "{field: text as typed}; what the clue knows is filled in"),
    BIND_END,
};

static const Bind receiver_in[] = {
    BIND_INT(ClueReceiverIn, organisation, "organisation", REQUIRED, "number"),
    BIND_END,
};

const Bind clue_act_in[] = {
    BIND_STR_MOST(ClueActIn, verb, "verb", REQUIRED, 24, "triage, assign, claim, conclude …"),
    BIND_INT(ClueActIn, revision, "revision", OPTIONAL,
             "what the person saw (or If-Match); 0: whatever it is"),
    BIND_STR_MOST(ClueActIn, outcome, "outcome", OPTIONAL, 40, "of triage or of the conclusion"),
    BIND_STR_MOST(ClueActIn, reason, "reason", OPTIONAL, 40, "code: of closing, of a relation"),
    BIND_STR_MOST(ClueActIn, note, "note", OPTIONAL, 20000, "in words"),
    BIND_INT(ClueActIn, organisation, "organisation", OPTIONAL, "assign, recuse: number"),
    BIND_STR_MOST(ClueActIn, department, "department", OPTIONAL, 64, "assign: kind of department"),
    BIND_STR_MOST(ClueActIn, role, "role", OPTIONAL, 64, "assign: to whoever holds it"),
    BIND_STR_MOST(ClueActIn, login, "login", OPTIONAL, 64, "assign, recuse: a person"),
    BIND_BOOL(ClueActIn, watch, "watch", OPTIONAL,
              "assign elsewhere: this house goes on seeing it"),
    BIND_DATE(ClueActIn, due, "due", OPTIONAL, "supervise: to be answered by"),
    BIND_STR_MOST(ClueActIn, target, "target", OPTIONAL, 64,
                  "merge: a clue; answer, unrecuse: number of the entry"),
    BIND_STR_MOST(ClueActIn, flow, "flow", OPTIONAL, 64, "convert: into this kind of matter"),
    BIND_STR_MOST(ClueActIn, party, "party", OPTIONAL, 64, "convert: what the receivers are there"),
    BIND_OBJECTS(ClueActIn, receivers, "receivers", OPTIONAL, receiver_in, ClueReceiverIn,
                 "convert: one matter for each"),
    BIND_NODE(ClueActIn, values, "values", OPTIONAL, "convert: {field: text as typed}"),
    BIND_OBJECTS(ClueActIn, into, "into", OPTIONAL, into_in, ClueIntoIn,
                 "convert: these matters, all or none, instead of flow, party, receivers, values"),
    BIND_END,
};

/* --- out -------------------------------------------------------------------------------------- */

const Bind clue_made_out[] = {
    TEXT("id", "32 hex digits"),
    BIND_END,
};
const Bind clue_acted_out[] = {
    INT("revision", "after the act"),
    BIND_END,
};
const Bind clue_life_choice_out[] = {
    TEXT("verb", "for the act"),
    TEXT("title", "on the button"),
    BIND_END,
};
const Bind clue_life_word_out[] = {
    TEXT("value", "code"),
    TEXT("title", "Chinese"),
    BOOL("note", "must be explained"),
    BIND_END,
};
static const Bind clue_known_out[] = {
    TEXT("field", "id"),
    TEXT("value", "text"),
    BIND_END,
};
const Bind clue_life_flow_out[] = {
    TEXT("flow", "id"),
    TEXT("title", "Chinese"),
    BOOL("suggested", "the clue suggests it"),
    MAYBE_TEXT("party", "what receivers are there"),
    MAYBE_TEXT("party_title", "in Chinese"),
    LIST("values", clue_known_out, "what the clue knows of its fields"),
    BIND_END,
};
static const Bind clue_receiver_out[] = {
    TEXT("party", "id"),
    TEXT("party_title", "Chinese"),
    INT("organisation", "number"),
    TEXT("organisation_name", "Chinese"),
    MAYBE_TEXT("answered", "instant of the first thing it did there"),
    BIND_END,
};
static const Bind clue_step_out[] = {
    TEXT("step", "id"),
    TEXT("title", "Chinese"),
    BIND_END,
};
#define MATTER_ROWS                                                                              \
    TEXT("id", "of the matter"), TEXT("number", "for people"), TEXT("flow", "id"),               \
        TEXT("flow_title", "Chinese"), TEXT("state", "open, suspended, closed …"),               \
        TEXT("state_title", "Chinese"), MAYBE_TEXT("outcome_title", "how it ended"),             \
        TEXT("opened", "instant"), MAYBE_TEXT("closed", "instant"), INT("organisation", "host"), \
        TEXT("organisation_name", "Chinese")
const Bind clue_life_matter_out[] = {
    MATTER_ROWS,
    LIST("steps", clue_step_out, "open now"),
    MAYBE_TEXT("due_on", "last day in time"),
    LIST("receivers", clue_receiver_out, "who takes part besides, with the receipt"),
    MAYBE_TEXT("said", "of the clue: verified, wrong, filed"),
    MAYBE_TEXT("said_title", "Chinese"),
    BIND_END,
};
static const Bind earlier_matter_out[] = {MATTER_ROWS, BIND_END};
static const Bind earlier_row_out[] = {
    TEXT("dataset", "id"),
    TEXT("dataset_title", "Chinese"),
    TEXT("row", "id"),
    MAYBE_TEXT("case_number", "of the case"),
    MAYBE_TEXT("on", "its first day"),
    MAYBE_TEXT("about", "its first codes"),
    BIND_END,
};
const Bind clue_earlier_out[] = {
    INT("total", "of both lists"),
    LIST("matters", earlier_matter_out, "that name the subject, newest first"),
    LIST("rows", earlier_row_out, "that speak of a case of the subject, newest first"),
    BOOL("more", "there are more rows than listed"),
    BIND_END,
};
const Bind clue_life_supervision_out[] = {
    INT("id", "for the answer"),
    TEXT("actor", "login"),
    TEXT("actor_name", "of the person"),
    TEXT("organisation_name", "who asks"),
    TEXT("due", "instant"),
    TEXT("state", "open, lapsed, answered"),
    TEXT("state_title", "Chinese"),
    BIND_END,
};
const Bind clue_life_recusal_out[] = {
    INT("id", "to take it back"),
    TEXT("who", "name of the person or organisation"),
    TEXT("relation_title", "Chinese"),
    BIND_END,
};
const Bind clue_life_event_out[] = {
    INT("sequence", "of the entry in the journal"),
    TEXT("at", "instant"),
    TEXT("actor", "login"),
    TEXT("actor_name", "of the person"),
    TEXT("verb", "what was done"),
    TEXT("title", "in Chinese"),
    MAYBE_TEXT("note", "what was written about it"),
    BIND_END,
};
static const Bind clue_absorbed_out[] = {
    TEXT("id", "of the clue"),
    TEXT("number", "for people"),
    MAYBE_TEXT("title", "what it says"),
    BIND_END,
};
const Bind clue_life_out[] = {
    TEXT("state",
         "new, triaged, standby, assigned, verifying, handling, concluded, closed, merged"),
    TEXT("state_title", "Chinese"),
    TEXT("source", "where from"),
    TEXT("source_title", "Chinese"),
    INT("organisation", "whose it is"),
    TEXT("organisation_name", "Chinese"),
    TEXT("role", "who there has it"),
    TEXT("role_title", "Chinese"),
    INT("revision", "for If-Match"),
    BOOL("lapsed", "the stage should have ended"),
    MAYBE_TEXT("login", "the person, once one has it"),
    MAYBE_TEXT("person_name", "of the person"),
    MAYBE_TEXT("due", "instant"),
    MAYBE_TEXT("told", "who was told last that it stands still"),
    MAYBE_TEXT("triage", "outcome"),
    MAYBE_TEXT("triage_title", "Chinese"),
    MAYBE_TEXT("outcome", "verified, wrong, filed, withdrawn"),
    MAYBE_TEXT("outcome_title", "Chinese"),
    MAYBE_TEXT("reason_title", "why it was closed"),
    MAYBE_TEXT("attention", "changed, withdrawn or restored by its model since the owner looked"),
    MAYBE_TEXT("merged_into", "id of a clue"),
    MAYBE_TEXT("from_matter", "id of the matter that brought it"),
    MAYBE_TEXT("next", "verb of the one big button"),
    LIST("choices", clue_life_choice_out, "what this person can do now"),
    LIST("triages", clue_life_word_out, "outcomes of triage"),
    LIST("closings", clue_life_word_out, "reasons to close"),
    LIST("relations", clue_life_word_out, "conflicts of interest"),
    LIST("flows", clue_life_flow_out, "what this person can make of it, what it suggests first"),
    LIST("matters", clue_life_matter_out, "that began with it, newest first"),
    LIST("absorbed", clue_absorbed_out, "merged into it"),
    LIST("supervisions", clue_life_supervision_out, "督办"),
    LIST("recusals", clue_life_recusal_out, "who must not have it"),
    LIST("timeline", clue_life_event_out, "newest first"),
    BIND_END,
};
const Bind clue_similar_out[] = {
    TEXT("id", "of the clue"),
    TEXT("number", "for people"),
    MAYBE_TEXT("title", "what it says"),
    TEXT("state_title", "Chinese"),
    INT("score", "the higher the more alike"),
    TEXTS("reasons", "Chinese"),
    BIND_END,
};
const Bind clue_similar_list_out[] = {
    INT("total", "of the list"),
    LIST("items", clue_similar_out, "most alike first"),
    BIND_END,
};
const Bind clue_pool_state_out[] = {
    TEXT("state", "stage"),
    TEXT("title", "Chinese"),
    INT("clues", "there"),
    BIND_END,
};
const Bind clue_pool_source_out[] = {
    TEXT("source", "id"),
    TEXT("title", "Chinese"),
    INT("clues", "from there"),
    LIST("states", clue_pool_state_out, "by stage"),
    BIND_END,
};
const Bind clue_pool_model_out[] = {
    TEXT("model", "id; empty: by hand"),
    TEXT("title", "Chinese"),
    INT("clues", "of it"),
    INT("verified", "true"),
    INT("wrong", "not true"),
    INT("filed", "became a case"),
    BIND_END,
};
const Bind clue_pool_out[] = {
    LIST("sources", clue_pool_source_out, "the funnel by source and stage"),
    LIST("models", clue_pool_model_out, "what became of each model's clues"),
    INT("assigned", "clues that were given to somebody"),
    INT("crossed", "of these, not where they were found"),
    BIND_END,
};

static const Bind clue_source_out[] = {
    TEXT("value", "code"),
    TEXT("title", "Chinese"),
    BOOL("by_hand", "people may register such clues"),
    BIND_END,
};
static const Bind clue_suggestion_out[] = {
    TEXT("value", "code"),
    TEXT("title", "Chinese"),
    BIND_END,
};
const Bind clue_options_out[] = {
    LIST("sources", clue_source_out, "where clues come from"),
    LIST("suggests", clue_suggestion_out, "what a clue can suggest: flows begin as these"),
    LIST("triages", clue_life_word_out, "outcomes of triage"),
    BIND_END,
};
static const Bind ledger_reason_out[] = {
    TEXT("reason", "code; empty: not closed yet"),
    TEXT("title", "Chinese"),
    INT("clues", "closed so, of those listed"),
    BIND_END,
};
static const Bind ledger_item_out[] = {
    TEXT("id", "of the clue"),
    TEXT("number", "for people"),
    MAYBE_TEXT("title", "what it says"),
    TEXT("version", "of the model that found it"),
    TEXT("reason_title", "why it was closed"),
    MAYBE_TEXT("note", "what was written about it"),
    BIND_END,
};
const Bind model_outcomes_out[] = {
    INT("all", "clues there ever were, as far as the asker sees them"),
    INT("open", "still worked on, or waiting"),
    INT("judged", "verified, wrong and filed together"),
    INT("verified", "true"),
    INT("wrong", "not true"),
    INT("filed", "became a case"),
    INT("withdrawn", "their ground had gone before anybody looked"),
    LIST("reasons", ledger_reason_out, "of the wrong ones"),
    LIST("items", ledger_item_out, "the newest wrong ones, at most 200"),
    BIND_END,
};

/* --- routes ----------------------------------------------------------------------------------- */

const Route clue_life_routes[] = {
    {GET, "/api/clues/pool", ACCESS_USER, .name = "clue_pool", .needs = PERMISSION_CLUE_READ,
     .out = clue_pool_out, RUN(api_clue_pool), .help = "The pool by source, stage and model"},
    {GET, "/api/clues/options", ACCESS_USER, .name = "clue_options", .needs = PERMISSION_CLUE_READ,
     .out = clue_options_out, RUN(api_clue_options),
     .help = "What can be chosen for a clue by hand"},
    {POST, "/api/clues/alike", ACCESS_USER, .name = "clue_alike", .needs = PERMISSION_CLUE_ACT,
     IN(clue_alike_in, ClueIn), .out = clue_similar_list_out, RUN(api_clue_alike),
     .help = "Clues like one that is being typed; nothing is written"},
    {POST, "/api/clues", ACCESS_USER, .name = "clue_create", .needs = PERMISSION_CLUE_ACT,
     IN(clue_in, ClueIn), .out = clue_made_out, .status = 201, RUN(api_clue_create),
     .help = "Register a clue by hand"},
    {GET, "/api/clues/{id}/life", ACCESS_USER, .name = "clue_life", .needs = PERMISSION_CLUE_READ,
     .out = clue_life_out, RUN(api_clue_life_get),
     .help = "Whose a clue is, by when, what this person can do now, what was done"},
    {GET, "/api/clues/{id}/similar", ACCESS_USER, .name = "clue_similar",
     .needs = PERMISSION_CLUE_READ, .out = clue_similar_list_out, RUN(api_clue_similar),
     .help = "Clues that may be the same"},
    {GET, "/api/clues/{id}/earlier", ACCESS_USER, .name = "clue_earlier",
     .needs = PERMISSION_CLUE_READ, .out = clue_earlier_out, RUN(api_clue_earlier),
     .help = "Earlier cases of whomever the clue is about"},
    {GET, "/api/models/{id}/outcomes", ACCESS_USER, .name = "model_outcomes",
     .needs = PERMISSION_MODEL_READ, .out = model_outcomes_out, RUN(api_model_outcomes),
     .help = "What became of a model's clues, and why the wrong ones were wrong"},
    {POST, "/api/clues/{id}/acts", ACCESS_USER, .name = "clue_act", .needs = PERMISSION_CLUE_ACT,
     IN(clue_act_in, ClueActIn), .out = clue_acted_out, .revised = true, RUN(api_clue_act),
     .help = "Act on a clue; If-Match: the revision the person saw"},
    {0},
};
