/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/flow.c: flows as content writes them: rows, loading, finding. */
#include "content/flow.h"

#include <assert.h>
#include <stdio.h>

#include "content/flow_inside.h"

#include "base/banned.h"

/* Lists with a ceiling of their own. */
#define LIST(T, m, k, need, r, U, n, help) \
    { BIND_TYPE_OBJECTS, k, offsetof(T, m), need, help, r, sizeof(U), NULL, n }
#define NAMES(T, m, k, help) \
    { BIND_TYPE_TEXTS, k, offsetof(T, m), OPTIONAL, help, NULL, 0, NULL, FLOW_LIST_MOST }

const BindName flow_primitive_names[] = {{"send_back", 0, "退回"},
                                         {"withdraw", 1, "撤回"},
                                         {"reassign", 2, "转办"},
                                         {"add_signer", 3, "加签"},
                                         {"remove_signer", 4, "减签"},
                                         {"countersign", 5, "会签"},
                                         {"urge", 6, "催办"},
                                         {"suspend", 7, "挂起"},
                                         {"extend", 8, "延期"},
                                         {"merge", 9, "合并"},
                                         {"split", 10, "拆分"},
                                         {"designate", 11, "指定管辖"},
                                         {"raise", 12, "提级"},
                                         {"copy", 13, "抄送"},
                                         {"party", 14, "增减参与单位"},
                                         {"terminate", 15, "终结"},
                                         {NULL, 0, NULL}};

static const BindName reason_names[] = {{"none", REASON_NONE, "不写理由"},
                                        {"text", REASON_TEXT, "写明理由"},
                                        {"code", REASON_CODE, "选择理由"},
                                        {NULL, 0, NULL}};

static const BindName joint_names[] = {{"one", JOINT_ONE, "一人办理即可"},
                                       {"all", JOINT_ALL, "全体办理"},
                                       {"majority", JOINT_MAJORITY, "过半数"},
                                       {"each", JOINT_EACH, "各自答复"},
                                       {NULL, 0, NULL}};

const Bind flow_party_rows[] = {
    BIND_STR_MOST(FlowParty, party, "party", REQUIRED, 60, "id"),
    BIND_STR_MOST(FlowParty, title, "title", REQUIRED, 60, "what it is in this matter: 主管机关"),
    BIND_STR_MOST(FlowParty, help, "help", OPTIONAL, 300, "which organisation to name"),
    NAMES(FlowParty, kinds, "kinds",
          "kinds of organisation that can stand here; left out: all where the roles of its steps "
          "can be held"),
    BIND_BOOL(FlowParty, starter, "starter", OPTIONAL,
              "the organisation of whoever begins; exactly one party"),
    BIND_BOOL(FlowParty, required, "required", OPTIONAL,
              "must be named before a step that it owns opens; needed of owners"),
    BIND_BOOL(FlowParty, many, "many", OPTIONAL, "several organisations"),
    BIND_STR_MOST(FlowParty, leader_of, "leader_of", OPTIONAL, 60,
                  "the organisation that leads this party's; named by itself"),
    BIND_END,
};

const Bind flow_owner_rows[] = {
    BIND_STR_MOST(FlowOwner, party, "party", REQUIRED, 60, "at whose organisation"),
    BIND_STR_MOST(FlowOwner, role, "role", REQUIRED, 60, "role held there"),
    BIND_STR_MOST(FlowOwner, department, "department", OPTIONAL, 60,
                  "kind of department whose people come first"),
    BIND_STR_MOST(FlowOwner, same_as, "same_as", OPTIONAL, 60,
                  "a step: whoever did that one does this one, if still there"),
    BIND_STR_MOST(FlowOwner, not_as, "not_as", OPTIONAL, 60,
                  "a step: whoever did that one must not do this one"),
    BIND_STR_MOST(FlowOwner, persons, "persons", OPTIONAL, 60,
                  "so many people of the role, each by himself: a number up to 20, or an integer "
                  "field that is filled by then; the step says `joint`"),
    BIND_END,
};

const Bind flow_test_rows[] = {
    BIND_STR_MOST(FlowTest, field, "field", OPTIONAL, 60,
                  "the field that is looked at; or children, or answers"),
    NAMES(FlowTest, in, "in", "type code: it is one of these titles"),
    BIND_BOOL(FlowTest, filled, "filled", OPTIONAL, "something is filled in"),
    BIND_BOOL(FlowTest, empty, "empty", OPTIONAL, "nothing is filled in"),
    BIND_STR_MOST(FlowTest, same_as, "same_as", OPTIONAL, 60,
                  "another field of the same type holds the same value"),
    BIND_STR_MOST(FlowTest, children, "children", OPTIONAL, 60,
                  "a flow: how many sub-matters of it there are, between least and most"),
    BIND_STR_MOST(FlowTest, ended, "ended", OPTIONAL, 20,
                  "of children: only open, closed, success or failure (closed otherwise)"),
    NAMES(FlowTest, outcome, "outcome", "of children: only those with one of these outcomes"),
    BIND_STR_MOST(FlowTest, answers, "answers", OPTIONAL, 60,
                  "a step with `joint: each`: how many answered it, between least and most"),
    NAMES(FlowTest, action, "action", "of answers: only with one of these actions"),
    BIND_STR_MOST(FlowTest, least, "least", OPTIONAL, 40,
                  "numbers, money, dates, counts: at least this"),
    BIND_STR_MOST(FlowTest, most, "most", OPTIONAL, 40,
                  "numbers, money, dates, counts: at most this"),
    BIND_END,
};

const Bind flow_clock_rows[] = {
    BIND_STR_MOST(FlowClock, period, "period", REQUIRED, 60, "id in content/periods"),
    BIND_STR_MOST(FlowClock, from, "from", OPTIONAL, 60,
                  "date or time field that starts it, filled before the step opens; left out: the "
                  "step's opening"),
    BIND_STR_MOST(FlowClock, stricter, "stricter", OPTIONAL, 60,
                  "another period: whichever ends first counts"),
    LIST(FlowClock, when, "when", OPTIONAL, flow_test_rows, FlowTest, FLOW_LIST_MOST,
         "of the clocks without `also` the first whose conditions hold runs"),
    BIND_STR_MOST(FlowClock, lapse, "lapse", OPTIONAL, 20,
                  "instead of the period's own: remind, urging_letter, escalate, clue or nothing"),
    BIND_BOOL(FlowClock, also, "also", OPTIONAL,
              "runs besides the others, whenever its own conditions hold"),
    BIND_BOOL(FlowClock, every, "every", OPTIONAL,
              "comes again: the next turn begins where this one ends"),
    BIND_STR_MOST(FlowClock, met_by, "met_by", OPTIONAL, 60,
                  "of every: the action of this step that meets the turn"),
    BIND_BOOL(FlowClock, passes, "passes", OPTIONAL,
              "of joint each: when it lapses the step goes on without those who have not answered"),
    BIND_END,
};

const Bind flow_wait_rows[] = {
    BIND_STR_MOST(FlowWait, period, "period", REQUIRED, 60, "id in content/periods"),
    BIND_STR_MOST(
        FlowWait, from, "from", OPTIONAL, 60,
        "date or time field that starts it, filled by then; left out: the step's opening"),
    BIND_END,
};

const Bind flow_begin_rows[] = {
    BIND_STR_MOST(FlowBegin, flow, "flow", REQUIRED, 60, "the flow of the sub-matter"),
    BIND_STR_MOST(FlowBegin, each, "each", OPTIONAL, 60,
                  "a party of many: one sub-matter for each of its organisations"),
    BIND_STR_MOST(FlowBegin, as, "as", OPTIONAL, 60,
                  "with each: the party of the sub-matter that this organisation is"),
    BIND_END,
};

const Bind flow_copy_rows[] = {
    BIND_STR_MOST(FlowCopy, party, "party", REQUIRED, 60, "who gets a copy"),
    BIND_STR_MOST(FlowCopy, role, "role", OPTIONAL, 60,
                  "role held there; left out: the liaison officer, else the head"),
    BIND_END,
};

const Bind flow_escalation_rows[] = {
    BIND_STR_MOST(FlowEscalation, period, "period", REQUIRED, 60,
                  "since the lapse, or since the opening of a step without clock; and from rung to "
                  "rung"),
    LIST(FlowEscalation, to, "to", REQUIRED, flow_owner_rows, FlowOwner, FLOW_LIST_MOST,
         "who is told, lowest first; the last must not own the step"),
    BIND_END,
};

const Bind flow_action_rows[] = {
    BIND_STR_MOST(FlowAction, action, "action", REQUIRED, 60, "id within the step"),
    BIND_STR_MOST(FlowAction, title, "title", REQUIRED, 60, "the verb on the button"),
    BIND_STR_MOST(FlowAction, help, "help", OPTIONAL, 300, "what it does"),
    NAMES(FlowAction, to, "to", "steps that open; several run side by side"),
    BIND_STR_MOST(FlowAction, closes, "closes", OPTIONAL, 60, "outcome: the matter ends"),
    NAMES(FlowAction, needs, "needs", "fields that must be filled, besides those of the form"),
    LIST(FlowAction, when, "when", OPTIONAL, flow_test_rows, FlowTest, FLOW_LIST_MOST,
         "offered only when all of these hold"),
    BIND_ENUM(FlowAction, reason, "reason", OPTIONAL, reason_names, "what is asked as a reason"),
    BIND_STR_MOST(FlowAction, reasons, "reasons", OPTIONAL, 60, "reason code: the code table"),
    BIND_NODE(FlowAction, begins_node, "begins", OPTIONAL,
              "sub-matters that begin: a list of flows, or of maps with flow, each and as"),
    NAMES(FlowAction, documents, "documents",
          "kinds of documents it issues, from `document_types`"),
    BIND_NODE(FlowAction, copies_node, "copies", OPTIONAL,
              "who gets a copy: a list of parties, or of maps with party and role"),
    NAMES(FlowAction, suspends, "suspends",
          "reasons for which the step's clocks stop, known to one of its periods"),
    BIND_BOOL(FlowAction, resumes, "resumes", OPTIONAL, "starts the stopped clocks again"),
    BIND_OBJECT(FlowAction, not_before, "not_before", OPTIONAL, flow_wait_rows,
                "only after this period is over"),
    BIND_BOOL(FlowAction, file, "file", OPTIONAL, "only after a file was put to this step"),
    BIND_BOOL(FlowAction, cancels, "cancels", OPTIONAL, "every other open step is cancelled"),
    BIND_BOOL(FlowAction, back, "back", OPTIONAL,
              "leads to earlier work; what follows from there is cancelled"),
    BIND_OBJECTS(FlowAction, basis, "basis", OPTIONAL, basis_rows, Basis, "the articles"),
    BIND_END,
};

const Bind flow_step_rows[] = {
    BIND_STR_MOST(FlowStep, step, "step", REQUIRED, 60, "id"),
    BIND_STR_MOST(FlowStep, title, "title", REQUIRED, 60, "what is done: 行政检察审查"),
    BIND_STR_MOST(FlowStep, help, "help", OPTIONAL, 500, "what to look at"),
    LIST(FlowStep, by, "by", REQUIRED, flow_owner_rows, FlowOwner, FLOW_LIST_MOST,
         "whose it is; several: a joint step"),
    BIND_ENUM(FlowStep, joint, "joint", OPTIONAL, joint_names, "of a joint step: whose acts count"),
    BIND_BOOL(FlowStep, standing, "standing", OPTIONAL,
              "meant to stand open: ends with the matter; one of its clocks surely runs"),
    NAMES(FlowStep, waits, "waits",
          "flows: what leads on waits until all sub-matters of these have ended"),
    NAMES(FlowStep, form, "form", "fields asked here; ending in ! when required here"),
    LIST(FlowStep, within, "within", OPTIONAL, flow_clock_rows, FlowClock, FLOW_LIST_MOST,
         "periods that run while it is open"),
    LIST(FlowStep, actions, "actions", REQUIRED, flow_action_rows, FlowAction, FLOW_ACTIONS_MOST,
         "what can be done, at most 20"),
    NAMES(FlowStep, joins, "joins", "opens when all of these steps have been done towards it"),
    NAMES(FlowStep, documents, "documents", "kinds of documents that can be written here"),
    NAMES(FlowStep, without, "without", "primitives that are not offered here"),
    NAMES(FlowStep, apart, "apart",
          "flows: whoever worked on the same case or person in one of them must not do this step"),
    BIND_OBJECT(FlowStep, escalation, "escalation", OPTIONAL, flow_escalation_rows,
                "instead of the flow's own"),
    BIND_OBJECTS(FlowStep, basis, "basis", OPTIONAL, basis_rows, Basis, "the articles"),
    BIND_BOOL(FlowStep, review, "review", OPTIONAL, "a lawyer has to confirm it"),
    BIND_END,
};

const Bind flow_outcome_rows[] = {
    BIND_STR_MOST(FlowOutcome, outcome, "outcome", REQUIRED, 60, "id"),
    BIND_STR_MOST(FlowOutcome, title, "title", REQUIRED, 60, "Chinese title"),
    BIND_STR_MOST(FlowOutcome, clue, "clue", OPTIONAL, 20,
                  "what it says of the clue it came from: verified, wrong or filed"),
    BIND_BOOL(FlowOutcome, success, "success", OPTIONAL, "counts as done"),
    BIND_END,
};

const BindName flow_page_names[] = {{"none", FLOW_PAGE_NONE, "事项"},
                                    {"meeting", FLOW_PAGE_MEETING, "会议"},
                                    {"campaign", FLOW_PAGE_CAMPAIGN, "专项"},
                                    {NULL, 0, NULL}};

const Bind flow_rows[] = {
    BIND_STR_MOST(Flow, flow, "flow", REQUIRED, 60, "id: the file's name"),
    BIND_STR_MOST(Flow, title, "title", REQUIRED, 60, "Chinese title"),
    BIND_STR_MOST(Flow, group, "group", REQUIRED, 60, "heading in the menu 事项"),
    BIND_STR_MOST(Flow, help, "help", OPTIONAL, 500, "what it is for"),
    BIND_ENUM(Flow, page, "page", OPTIONAL, flow_page_names,
              "a page of its own shows its matters and what they begin: 会议, 专项"),
    BIND_OBJECTS(Flow, basis, "basis", REQUIRED, basis_rows, Basis, "the statutes"),
    BIND_BOOL(Flow, review, "review", OPTIONAL, "a lawyer has to confirm it"),
    BIND_STR_MOST(Flow, number, "number", REQUIRED, 60,
                  "pattern of the matter's number, with {serial} and perhaps {year}"),
    NAMES(Flow, begins_as, "begins_as", "values of a clue's `suggests` that lead here"),
    NAMES(Flow, starters, "starters",
          "roles that may begin it; left out: whoever may start matters"),
    LIST(Flow, parties, "parties", REQUIRED, flow_party_rows, FlowParty, FLOW_PARTIES_MOST,
         "places for organisations, at most 20"),
    LIST(
        Flow, fields, "fields", OPTIONAL, field_rows, Field, FLOW_FIELDS_MOST,
        "what is asked in forms, at most 200; written as the fields of a dataset; `required`: when "
        "the matter begins"),
    BIND_STR_MOST(Flow, title_field, "title_field", OPTIONAL, 60,
                  "field whose value titles the matter, after the flow's title"),
    BIND_STR_MOST(Flow, case_field, "case_field", OPTIONAL, 60,
                  "field with the case number, which links the matter to its case"),
    BIND_OBJECTS(Flow, subjects, "subjects", OPTIONAL, subject_rows, Subject, "whom it is about"),
    BIND_STR_MOST(Flow, start, "start", REQUIRED, 60, "the first step"),
    LIST(Flow, steps, "steps", REQUIRED, flow_step_rows, FlowStep, FLOW_STEPS_MOST,
         "the steps, at most 100"),
    LIST(Flow, outcomes, "outcomes", REQUIRED, flow_outcome_rows, FlowOutcome, FLOW_LIST_MOST,
         "how it can end"),
    BIND_OBJECT(Flow, escalation, "escalation", OPTIONAL, flow_escalation_rows,
                "who is told of steps that stand still, where the step says nothing else"),
    BIND_NODE(Flow, cases, "cases", OPTIONAL, "scenarios: run by `content check`"),
    BIND_END,
};

/* ---- reading ---- */

/* Everything but the proof. */
static bool read_flow(const Content *c, Arena *a, const ContentFile *file, Flow *f, Err *e) {
    if (!bind_read(a, flow_rows, file->tree, f, e))
        return false;
    f->tree = file->tree;
    f->file = file->path;
    f->version = file->version;
    f->text = file->text;
    return flow_check(c, a, f, e);
}

bool load_flows(Content *c, Err *e) {
    const ContentFile *files;
    size_t n = content_files(c, "flows", &files);
    Flow *flows = arena_array_of(c->arena, n, Flow);

    c->flow_index = index_new(c->arena, n);
    for (size_t i = 0; i < n; i++) {
        if (files[i].tree == NULL)
            return err_set(e, ERR_CONTENT, files[i].path, "流程文件应当是 .yaml");
        if (!read_flow(c, c->arena, &files[i], &flows[i], e) ||
            !content_id_check(&files[i], "flow", flows[i].flow, e))
            return false;
        index_put(c->flow_index, flows[i].flow, &flows[i]);
    }
    c->flows = flows;
    c->flow_count = n;
    for (size_t i = 0; i < n; i++)
        if (!flow_check_begins(c, &flows[i], e) ||
            (!c->as_built && !flow_prove(c, &flows[i], c->arena, NULL, e)))
            return false;
    return true;
}

const Flow *flow_try(const Content *c, Arena *a, Str text, const char *file, const Flow **refused,
                     Node **path, Err *e) {
    ContentFile one = {.path = str_dup(a, str_of(file)).ptr};
    Flow *f = arena_new_of(a, Flow);
    unsigned char digest[SM3_SIZE];
    char version[13];

    if (refused != NULL)
        *refused = NULL;
    if (path != NULL)
        *path = NULL;
    if (text.len > CONTENT_FILE_MAX)
        return err_set(e, ERR_TOO_LARGE, file, "流程文件超过 2 MiB：请删去多余的内容"), NULL;
    if (!str_utf8_valid(text))
        return err_set(e, ERR_CONTENT, file, "流程文件不是 UTF-8：请另存为 UTF-8 编码"), NULL;
    one.text = str_dup(a, text);
    one.tree = yaml_read(a, one.text, one.path, e);
    if (one.tree == NULL)
        return NULL;
    sm3(text.ptr, text.len, digest);
    for (size_t i = 0; i < 6; i++)
        snprintf(version + 2 * i, 3, "%02x", digest[i]);
    one.version = str_dup(a, str_of(version));
    if (!read_flow(c, a, &one, f, e) || !flow_check_begins(c, f, e))
        return NULL;
    if (flow_prove(c, f, a, path, e))
        return f;
    if (refused != NULL)
        *refused = f;
    return NULL;
}

const Flow *flow_read(const Content *c, Arena *a, Str text, const char *file, Err *e) {
    return flow_try(c, a, text, file, NULL, NULL, e);
}

/* ---- finding ---- */

size_t content_flow_count(const Content *c) {
    return c->flow_count;
}

const Flow *content_flow_at(const Content *c, size_t i) {
    assert(i < c->flow_count);
    return &c->flows[i];
}

const Flow *content_flow(const Content *c, Str id, Err *e) {
    const Flow *f = index_get(c->flow_index, id);
    NearestName n = {.wanted = id};

    if (f != NULL)
        return f;
    for (size_t i = 0; i < c->flow_count; i++) {
        nearest_name(&n, c->flows[i].flow);
        if (str_eq(c->flows[i].title, id))
            n = (NearestName){.wanted = id, .name = c->flows[i].flow};
    }
    content_not_found("流程", &n, e);
    return NULL;
}

const FlowStep *flow_step(const Flow *f, Str step) {
    for (size_t i = 0; i < f->steps.count; i++)
        if (str_eq(flow_steps(f)[i].step, step))
            return &flow_steps(f)[i];
    return NULL;
}

const FlowAction *flow_action(const FlowStep *s, Str action) {
    for (size_t i = 0; i < s->actions.count; i++)
        if (str_eq(step_actions(s)[i].action, action))
            return &step_actions(s)[i];
    return NULL;
}

const FlowParty *flow_party(const Flow *f, Str party) {
    for (size_t i = 0; i < f->parties.count; i++)
        if (str_eq(flow_parties(f)[i].party, party))
            return &flow_parties(f)[i];
    return NULL;
}

const Field *flow_field(const Flow *f, Str field) {
    for (size_t i = 0; i < f->fields.count; i++)
        if (str_eq(flow_fields(f)[i].field, field))
            return &flow_fields(f)[i];
    return NULL;
}

const FlowOutcome *flow_outcome(const Flow *f, Str outcome) {
    for (size_t i = 0; i < f->outcomes.count; i++)
        if (str_eq(flow_outcomes(f)[i].outcome, outcome))
            return &flow_outcomes(f)[i];
    return NULL;
}

const Field *flow_form_field(const Flow *f, Str entry, bool *required) {
    bool must = str_ends(entry, STR("!"));

    if (required != NULL)
        *required = must;
    entry.len -= must;
    return flow_field(f, entry);
}

const FlowEscalation *flow_escalation(const Flow *f, const FlowStep *s) {
    return s->escalation.to.count > 0 ? &s->escalation : &f->escalation;
}
