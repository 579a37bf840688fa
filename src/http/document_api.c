/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/document_api.c: lists of documents, drafting one, acting on it. What a person may do is
 * judged by the act; what he sees, by the store. */
#include <string.h>

#include "base/citizen_text.h"
#include "http/document_api.h"
#include "http/document_shown.h"

/* --- rows ------------------------------------------------------------------------------------- */

DocumentQuery document_query_of(const DocumentListQuery *q) {
    return (DocumentQuery){.matter = q->matter,
                           .type = q->type,
                           .group = q->group,
                           .state = q->state,
                           .text = q->text,
                           .sort = q->sort,
                           .cursor = q->cursor,
                           .box = q->box,
                           .answered = q->answered,
                           .assessed = q->assessed,
                           .flagged = str_is(q->flagged, "yes"),
                           .issued_from = q->issued_from,
                           .issued_to = q->issued_to,
                           .due_from = q->due_from,
                           .due_to = q->due_to,
                           .organisation = q->organisation,
                           .receiver = q->receiver,
                           .limit = q->limit};
}

void document_rows_want(Names *names, const Node *items, Arena *a) {
    for (size_t i = 0; i < items->count; i++) {
        const Node *to = node_get(items->items[i], "receivers");

        names_want(names, a, node_text(items->items[i], "author"));
        names_want_house(names, a, node_int(items->items[i], "organisation", 0));
        for (size_t k = 0; to != NULL && k < to->count; k++)
            names_want_house(names, a, node_int(to->items[k], "organisation", 0));
    }
}

/* Those it is served on; without any, who gets a copy. Outsiders' names are personal: only that
 * they are. */
static Str receivers_joined(const Names *names, Arena *a, const Node *to) {
    scoped_buf Buf out = {0};
    bool outsiders = false;

    buf_init(&out, 4096);
    for (size_t i = 0; to != NULL && i < to->count; i++) {
        int64_t house = node_int(to->items[i], "organisation", 0);

        if (!str_is(node_text(to->items[i], "kind"), "to") || (house == 0 && outsiders))
            continue;
        outsiders |= house == 0;
        buf_add_c(&out, out.len > 0 ? "、" : "");
        buf_add(&out, house != 0 ? house_of(names, a, house) : STR("系统外的单位或个人"));
    }
    return str_dup(a, buf_str(&out));
}

static Node *services_counted(Arena *a, const Node *to) {
    static const char *const keys[] = {"sent", "opened", "signed", "refused"};
    int64_t counts[4] = {0};
    Node *n = node_map(a);

    for (size_t i = 0; to != NULL && i < to->count; i++) {
        Str state = node_text(to->items[i], "state");

        if (state.len == 0 || !str_is(node_text(to->items[i], "kind"), "to"))
            continue;
        counts[0]++;
        counts[1] += str_is(state, "opened") || str_is(state, "signed");
        counts[2] += str_is(state, "signed");
        counts[3] += str_is(state, "refused");
    }
    for (size_t i = 0; i < 4; i++)
        node_set_int(a, n, keys[i], counts[i]);
    return n;
}

void document_row_shown(Node *item, const Content *c, const Names *names, Arena *a) {
    const Node *to = node_get(item, "receivers");
    Str due = node_text(item, "due");
    Day last;

    node_set_text(a, item, "type_title", document_type_title(c, node_text(item, "type")));
    node_set_text(a, item, "title", citizen_id_safe(a, node_text(item, "title")));
    node_set_text(a, item, "state_title", document_state_title(node_text(item, "state")));
    node_set_text(a, item, "organisation_name",
                  house_of(names, a, node_int(item, "organisation", 0)));
    node_set_text(a, item, "author_name", name_of(names, node_text(item, "author")));
    node_set(a, item, "services", services_counted(a, to));
    node_set_text(a, item, "receivers", receivers_joined(names, a, to));
    if (due.len > 0 && node_text(item, "answered").len == 0 && day_parse(due, &last))
        node_set_int(a, item, "workdays_left", workdays_to(c, last));
}

bool document_rows_shown(Store *s, const Content *c, const Node *items, Arena *a, Err *e) {
    Names names;

    names_begin(&names, a);
    document_rows_want(&names, items, a);
    if (!names_read(&names, s, a, e))
        return false;
    for (size_t i = 0; i < items->count; i++)
        document_row_shown(items->items[i], c, &names, a);
    return true;
}

/* --- the list --------------------------------------------------------------------------------- */

static void facets_shown(Req *rq, const Node *facets) {
    static const char *const keys[] = {"state", "type", "box"};
    Arena *a = req_arena(rq);
    const Content *c = req_snapshot(rq)->content;

    for (size_t k = 0; k < 3; k++) {
        const Node *list = node_get(facets, keys[k]);

        for (size_t i = 0; list != NULL && i < list->count; i++) {
            Str value = node_text(list->items[i], "value");

            node_set_text(a, list->items[i], "title",
                          k == 0   ? document_state_title(value)
                          : k == 1 ? document_type_title(c, value)
                                   : matter_word(document_box_words, value));
        }
    }
}

/* What is waiting says what for: the first thing the person can do with each. */
static bool add_next(Req *rq, const MatterActor *who, const Node *items, Err *e) {
    Arena *a = req_arena(rq);
    Store *s = req_office(rq)->store;
    const Content *c = req_snapshot(rq)->content;

    for (size_t i = 0; i < items->count; i++) {
        const Document *d = document_get(s, node_text(items->items[i], "id"), a, e);
        const Node *choices = d != NULL ? document_choices(s, c, who, d, a, e) : NULL;

        if (choices == NULL)
            return false;
        for (size_t k = 0; k < choices->count; k++)
            if (node_text(choices->items[k], "blocked").len == 0 &&
                !str_is(node_text(choices->items[k], "verb"), "opened")) {
                node_set(a, items->items[i], "next", choices->items[k]);
                break;
            }
    }
    return true;
}

bool api_document_list(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    MatterActor who = matter_actor(rq);
    DocumentQuery q = document_query_of(req_query(rq));
    Store *s = req_office(rq)->store;
    const Content *c = req_snapshot(rq)->content;
    Node *page = document_list(s, c, &who, &q, a, e);

    if (page == NULL || !document_rows_shown(s, c, node_get(page, "items"), a, e) ||
        (str_is(q.box, "todo") && !add_next(rq, &who, node_get(page, "items"), e)))
        return false;
    facets_shown(rq, node_get(page, "facets"));
    return reply_node(rq, page);
}

/* --- in a matter ------------------------------------------------------------------------------ */

static bool possible_shown(Req *rq, Node *possible, Err *e) {
    Arena *a = req_arena(rq);
    const Content *c = req_snapshot(rq)->content;
    Names names;

    names_begin(&names, a);
    for (size_t i = 0; i < possible->count; i++)
        names_want_house(&names, a, node_int(possible->items[i], "organisation", 0));
    if (!names_read(&names, req_office(rq)->store, a, e))
        return false;
    for (size_t i = 0; i < possible->count; i++) {
        Node *n = possible->items[i];
        Err unknown = {0};
        const DocumentType *d = content_document(c, node_text(n, "type"), &unknown);
        int64_t house = node_int(n, "organisation", 0);

        if (d != NULL)
            node_set_text(a, n, "help", d->help);
        if (house != 0)
            node_set_text(a, n, "organisation_name", house_of(&names, a, house));
    }
    return true;
}

/* Steps by the flow of the matter. */
static void steps_titled(const Flow *f, Node *possible, Arena *a) {
    for (size_t i = 0; i < possible->count; i++) {
        Str step = node_text(possible->items[i], "step");

        if (step.len > 0)
            node_set_text(a, possible->items[i], "step_title", step_title_of(f, step));
    }
}

bool api_documents_of_matter(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    MatterActor who = matter_actor(rq);
    Store *s = req_office(rq)->store;
    const Content *c = req_snapshot(rq)->content;
    Str id = req_param(rq, 0);
    DocumentQuery q = {.matter = id, .limit = 200, .items_only = true};
    const MatterState *m = matter_get(s, id, 0, a, e);
    const Flow *f = m != NULL ? matter_flow(s, c, m, a, e) : NULL;
    Node *possible = f != NULL ? document_possible(s, c, &who, id, a, e) : NULL;
    Node *page = possible != NULL ? document_list(s, c, &who, &q, a, e) : NULL;
    Node *n = node_map(a);

    if (page == NULL || !document_rows_shown(s, c, node_get(page, "items"), a, e) ||
        !possible_shown(rq, possible, e))
        return false;
    steps_titled(f, possible, a);
    node_set_int(a, n, "total", (int64_t)node_get(page, "items")->count);
    node_set(a, n, "items", (Node *)(uintptr_t)node_get(page, "items"));
    node_set(a, n, "possible", possible);
    return reply_node(rq, n);
}

bool api_document_create(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    const DocumentIn *in = req_body(rq);
    MatterActor who = matter_actor(rq);
    DocumentOffice o;
    DocumentNew made = {.matter = req_param(rq, 0),
                        .type = in->type,
                        .template_ = in->template_,
                        .answers = in->answers,
                        .organisation = in->organisation};
    const Document *d;
    Node *n = node_map(a);
    Str id;

    if (!document_office(rq, false, &o, e) || !document_draft(&o, &who, &made, a, &id, e))
        return false;
    d = document_get(o.store, id, a, e);
    if (d == NULL)
        return false;
    node_set_text(a, n, "id", id);
    node_set_int(a, n, "revision", d->revision);
    return reply_node(rq, n);
}

/* --- acting ----------------------------------------------------------------------------------- */

/* "17", W/"17" or 17. 0: not said. */
static bool revision_wanted(const Req *rq, int64_t said, int64_t *out, Err *e) {
    Str tag = req_header(rq, MHD_HTTP_HEADER_IF_MATCH);

    *out = said;
    if (tag.len == 0 || str_is(tag, "*"))
        return true;
    if (str_starts(tag, STR("W/")))
        tag = str_slice(tag, 2, tag.len);
    if (tag.len >= 2 && tag.ptr[0] == '"' && tag.ptr[tag.len - 1] == '"')
        tag = str_slice(tag, 1, tag.len - 1);
    return (str_to_int(tag, out) && *out > 0) ||
           err_set(e, ERR_INVALID, "If-Match", "If-Match 应当写打开时的版次（revision）");
}

static Node *edits_of(Arena *a, const BindList *edits) {
    Node *list = node_list(a);

    for (size_t i = 0; i < edits->count; i++) {
        const DocumentEditIn *in = &((const DocumentEditIn *)edits->items)[i];
        Node *n = node_map(a);

        node_set_int(a, n, "paragraph", in->paragraph);
        node_set_text(a, n, "text", in->text);
        node_add(a, list, n);
    }
    return list;
}

static Node *receivers_of(Arena *a, const BindList *receivers) {
    Node *list = node_list(a);

    for (size_t i = 0; i < receivers->count; i++) {
        const DocumentReceiverIn *in = &((const DocumentReceiverIn *)receivers->items)[i];
        Node *n = node_map(a);

        if (in->organisation != 0)
            node_set_int(a, n, "organisation", in->organisation);
        node_set_text(a, n, "name", in->name);
        node_set_text(a, n, "address", in->address);
        node_set_text(a, n, "kind", in->kind.len > 0 ? in->kind : STR("to"));
        node_set_text(a, n, "method", in->method);
        node_add(a, list, n);
    }
    return list;
}

static const Node *more_of(const Req *rq, Arena *a, const DocumentActIn *in) {
    Node *n = node_map(a);

    if (in->receivers.count > 0)
        node_set(a, n, "receivers", receivers_of(a, &in->receivers));
    if (req_gave(rq, "carry_on"))
        node_set_bool(a, n, "act", in->carry_on);
    if (in->state.len > 0)
        node_set_text(a, n, "state", in->state);
    if (in->day.len > 0)
        node_set_text(a, n, "day", in->day);
    if (in->file != 0)
        node_set_int(a, n, "file", in->file);
    if (in->kind.len > 0)
        node_set_text(a, n, "kind", in->kind);
    if (in->password.len > 0)
        node_set_text(a, n, "password", in->password);
    if (in->assessment.len > 0)
        node_set_text(a, n, "assessment", in->assessment);
    return n;
}

static bool act_of(const Req *rq, const DocumentActIn *in, DocumentAct *act, Err *e) {
    Arena *a = req_arena(rq);

    *act = (DocumentAct){.verb = document_verb(in->verb),
                         .organisation = in->organisation,
                         .service = in->service,
                         .note = in->note,
                         .reason = in->reason,
                         .version = in->version,
                         .more = more_of(rq, a, in)};
    if (act->verb == DOCUMENT_VERB_COUNT || act->verb == DOCUMENT_DRAFT)
        return err_set(e, ERR_INVALID, "/verb", "没有这种操作");
    if (in->values != NULL && in->values->kind != NODE_MAP && in->values->kind != NODE_NULL)
        return err_set(e, ERR_INVALID, "/values", "填写的内容（values）应当是一个对象");
    act->values = in->values != NULL && in->values->kind == NODE_MAP ? in->values : NULL;
    act->edits = in->edits.count > 0 ? edits_of(a, &in->edits) : NULL;
    return true;
}

static Node *texts_of(Arena *a, const BindList *list) {
    Node *out = node_list(a);

    for (size_t i = 0; i < list->count; i++)
        node_add(a, out, node_of_text(a, citizen_id_safe(a, ((const Str *)list->items)[i])));
    return out;
}

bool api_document_act(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    const DocumentActIn *in = req_body(rq);
    MatterActor who = matter_actor(rq);
    DocumentDone done = {0};
    DocumentOffice o;
    DocumentAct act;
    int64_t revision;
    Str id = req_param(rq, 0);
    Node *n = node_map(a);

    if (!document_office(rq, false, &o, e) || !revision_wanted(rq, in->revision, &revision, e) ||
        !act_of(rq, in, &act, e) || !document_unmask(&o, id, &act, a, e))
        return false;
    if (!document_act(&o, &who, id, revision, &act, a, &done, e)) {
        if (e->code == ERR_CONFLICT && strcmp(e->where, "/revision") == 0 &&
            req_header(rq, MHD_HTTP_HEADER_IF_MATCH).len != 0)
            e->code = ERR_PRECONDITION;
        return false;
    }
    node_set_int(a, n, "revision", done.revision);
    node_set_text(a, n, "state", done.state);
    node_set(a, n, "told", texts_of(a, &done.told));
    return reply_node(rq, n);
}
