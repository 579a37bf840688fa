/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/document_detail_api.c: one document with the words people read: its text, its way, what can
 * be done; its versions side by side; what proofreading finds. */
#include "base/citizen_text.h"
#include "document/compare.h"
#include "document/service.h"
#include "flow/link.h"
#include "http/document_api.h"
#include "http/document_shown.h"

typedef struct Detail {
    Req *rq;
    Arena *a;
    DocumentOffice office;
    MatterActor who;
    const Document *d;
    const DocumentType *type;
    const MatterState *matter; /* NULL: not seen */
    const Flow *flow;          /* of it, or NULL */
    bool shown;                /* texts and names are */
    DocumentText *text;        /* in the arena, which outlives the handler */
    Node *timeline, *choices;
    const Node *flags;
    const Document *answers, *answered; /* NULL: none, or not seen */
    Names names;
    Node *out;
} Detail;

static void free_text(void *text) {
    buf_done(&((DocumentText *)text)->docx);
}

/* --- what it is made of ----------------------------------------------------------------------- */

static bool is_shown(const Document *d) {
    return d->personal != NULL && d->personal->count > 0;
}

/* The matter may be hidden where the document is not. */
static void look_at_matter(Detail *d) {
    Store *s = d->office.store;
    Err hidden = {0};

    d->matter = matter_get(s, d->d->matter, 0, d->a, &hidden);
    if (d->matter != NULL)
        d->flow = matter_flow(s, d->office.content, d->matter, d->a, &hidden);
}

static const Document *other(const Detail *d, Str id) {
    Err hidden = {0};

    return id.len > 0 ? document_get(d->office.store, id, d->a, &hidden) : NULL;
}

static bool load(Detail *d, Req *rq, bool reads, Err *e) {
    d->rq = rq;
    d->a = req_arena(rq);
    d->who = matter_actor(rq);
    if (!document_office(rq, reads, &d->office, e))
        return false;
    d->d = document_get(d->office.store, req_param(rq, 0), d->a, e);
    d->type = d->d != NULL ? document_type_pinned(d->office.store, d->office.content, d->d->type,
                                                  d->d->version, d->a, e)
                           : NULL;
    d->shown = d->d != NULL && is_shown(d->d);
    return d->type != NULL;
}

static bool text_of(Detail *d, const Document *of, Err *e) {
    d->text = arena_new_of(d->a, DocumentText);
    arena_defer(d->a, free_text, d->text);
    return document_text(&d->office, of, d->a, d->text, e);
}

static void want_names(Detail *d) {
    const Document *t = d->d;

    names_begin(&d->names, d->a);
    names_want(&d->names, d->a, t->author);
    names_want_house(&d->names, d->a, t->organisation);
    for (size_t i = 0; i < t->versions.count; i++)
        names_want(&d->names, d->a, document_versions(t)[i].actor);
    for (size_t i = 0; i < t->approvals.count; i++) {
        names_want(&d->names, d->a, document_approvals(t)[i].actor);
        names_want_house(&d->names, d->a, document_approvals(t)[i].organisation);
    }
    for (size_t i = 0; i < t->signatures.count; i++) {
        names_want(&d->names, d->a, document_signatures(t)[i].login);
        names_want_house(&d->names, d->a, document_signatures(t)[i].organisation);
    }
    for (size_t i = 0; i < t->services.count; i++) {
        const DocumentService *s = &document_services(t)[i];

        names_want(&d->names, d->a, s->server);
        names_want(&d->names, d->a, s->opener);
        names_want(&d->names, d->a, s->actor);
        names_want_house(&d->names, d->a, s->organisation);
    }
    for (size_t i = 0; i < d->timeline->count; i++)
        names_want(&d->names, d->a, node_text(d->timeline->items[i], "actor"));
    for (size_t i = 0; i < d->choices->count; i++)
        names_want_house(&d->names, d->a, node_int(d->choices->items[i], "organisation", 0));
}

static void want_houses(Detail *d, const BindList *houses) {
    for (size_t i = 0; i < houses->count; i++)
        names_want_house(&d->names, d->a, ((const DocumentHouse *)houses->items)[i].organisation);
}

/* --- parts ------------------------------------------------------------------------------------ */

static void put(const Detail *d, Node *n, const char *key, Str text) {
    node_set_text(d->a, n, key, text);
}

static Str person(const Detail *d, Str login) {
    return login.len > 0 ? name_of(&d->names, login) : login;
}

static Str note_of(const Detail *d, Str note) {
    return citizen_id_safe(d->a, note);
}

static Node *versions(const Detail *d) {
    Node *list = node_list(d->a);

    for (size_t i = 0; i < d->d->versions.count; i++) {
        const DocumentVersion *v = &document_versions(d->d)[i];
        Node *n = node_map(d->a);

        node_set_int(d->a, n, "id", v->id);
        node_set_int(d->a, n, "revision", v->revision);
        put(d, n, "at", v->at);
        put(d, n, "actor", v->actor);
        put(d, n, "actor_name", person(d, v->actor));
        put(d, n, "kind", v->kind);
        put(d, n, "kind_title", matter_word(document_version_words, v->kind));
        node_add(d->a, list, n);
    }
    return list;
}

/* The note of the act that closed a rung stands with the act. */
static Str rung_note(const Detail *d, const DocumentApproval *of) {
    for (size_t i = 0; i < d->timeline->count && of->at.len > 0; i++) {
        const Node *event = d->timeline->items[i];

        if (str_eq(node_text(event, "at"), of->at) && str_eq(node_text(event, "actor"), of->actor))
            return node_text(event, "note");
    }
    return (Str){NULL, 0};
}

static Node *approvals(const Detail *d) {
    const DocumentRung *rungs = d->type->approval.items;
    Node *list = node_list(d->a);

    for (size_t i = 0; i < d->d->approvals.count; i++) {
        const DocumentApproval *v = &document_approvals(d->d)[i];
        bool known = v->rung >= 0 && (size_t)v->rung < d->type->approval.count;
        Node *n = node_map(d->a);

        node_set_int(d->a, n, "id", v->id);
        put(d, n, "title", known ? rungs[v->rung].title : v->role);
        put(d, n, "role_title", role_title_by(d->office.content, v->role, d->a));
        node_set_int(d->a, n, "organisation", v->organisation);
        put(d, n, "organisation_name", house_of(&d->names, d->a, v->organisation));
        put(d, n, "state", v->state);
        put(d, n, "state_title", matter_word(document_approval_words, v->state));
        put(d, n, "at", v->at);
        put(d, n, "actor", v->actor);
        put(d, n, "actor_name", person(d, v->actor));
        put(d, n, "note", note_of(d, rung_note(d, v)));
        node_add(d->a, list, n);
    }
    return list;
}

static Node *signatures(const Detail *d) {
    Node *list = node_list(d->a);

    for (size_t i = 0; i < d->d->signatures.count; i++) {
        const DocumentSignature *v = &document_signatures(d->d)[i];
        Node *n = node_map(d->a);

        node_set_int(d->a, n, "id", v->id);
        put(d, n, "kind", v->kind);
        put(d, n, "kind_title", matter_word(document_signature_words, v->kind));
        node_set_int(d->a, n, "organisation", v->organisation);
        put(d, n, "organisation_name", house_of(&d->names, d->a, v->organisation));
        put(d, n, "name", person(d, v->login));
        put(d, n, "at", v->at);
        put(d, n, "certificate", v->certificate);
        node_add(d->a, list, n);
    }
    return list;
}

static Node *service(const Detail *d, const DocumentService *v) {
    const Node *outsider = node_get(node_get(d->d->personal, "services"),
                                    str_format(d->a, "%lld", (long long)v->id).ptr);
    Node *n = node_map(d->a);

    node_set_int(d->a, n, "id", v->id);
    put(d, n, "kind", v->kind);
    put(d, n, "kind_title", matter_word(document_service_kind_words, v->kind));
    if (v->organisation != 0) {
        node_set_int(d->a, n, "organisation", v->organisation);
        put(d, n, "name", house_of(&d->names, d->a, v->organisation));
    } else {
        put(d, n, "name", note_of(d, node_text(outsider, "name")));
        put(d, n, "address", note_of(d, node_text(outsider, "address")));
    }
    put(d, n, "method", v->method);
    put(d, n, "method_title", code_title(d->office.content, "service_methods", v->method));
    put(d, n, "state", v->state);
    put(d, n, "state_title", service_state_title(v));
    put(d, n, "sent", v->sent);
    put(d, n, "opened", v->opened);
    put(d, n, "closed", v->closed);
    put(d, n, "day", v->day);
    put(d, n, "server_name", person(d, v->server));
    put(d, n, "opener_name", person(d, v->opener));
    put(d, n, "actor_name", person(d, v->actor));
    node_set_bool(d->a, n, "receipt", v->receipt.len > 0);
    if (v->file != 0)
        node_set_int(d->a, n, "file", v->file);
    return n;
}

static Node *services(const Detail *d) {
    Node *list = node_list(d->a);

    for (size_t i = 0; i < d->d->services.count; i++)
        node_add(d->a, list, service(d, &document_services(d->d)[i]));
    return list;
}

static Node *timeline(const Detail *d) {
    for (size_t i = 0; i < d->timeline->count; i++) {
        Node *n = d->timeline->items[i];

        put(d, n, "actor_name", name_of(&d->names, node_text(n, "actor")));
        put(d, n, "note", note_of(d, node_text(n, "note")));
    }
    return d->timeline;
}

static Node *choices(const Detail *d) {
    for (size_t i = 0; i < d->choices->count; i++) {
        Node *n = d->choices->items[i];
        int64_t house = node_int(n, "organisation", 0);

        if (house != 0)
            put(d, n, "organisation_name", house_of(&d->names, d->a, house));
        if (node_get(n, "needs") == NULL)
            node_set(d->a, n, "needs", node_list(d->a));
    }
    return d->choices;
}

static Node *houses(const Detail *d, const BindList *of) {
    Node *list = node_list(d->a);

    for (size_t i = 0; i < of->count; i++) {
        int64_t number = ((const DocumentHouse *)of->items)[i].organisation;
        Node *n = node_map(d->a);

        node_set_int(d->a, n, "organisation", number);
        put(d, n, "name", house_of(&d->names, d->a, number));
        node_add(d->a, list, n);
    }
    return list;
}

static Node *named(const Detail *d, const Document *of) {
    Node *n = node_map(d->a);

    if (of == NULL)
        return n;
    put(d, n, "id", of->id);
    put(d, n, "type_title", document_type_title(d->office.content, of->type));
    put(d, n, "title", note_of(d, node_text(of->personal, "title")));
    put(d, n, "number", of->number);
    return n;
}

/* The issuer's seal, and that of each who signs besides. */
static Node *seals_counted(const Detail *d) {
    Node *n = node_map(d->a);
    int64_t have = 0;

    for (size_t i = 0; i < d->d->signatures.count; i++)
        have += str_is(document_signatures(d->d)[i].kind, "organisation");
    node_set_int(d->a, n, "wanted", d->type->unsealed ? 0 : 1 + (int64_t)d->d->signers.count);
    node_set_int(d->a, n, "have", have);
    return n;
}

static Node *texts_of(const Detail *d, const BindList *list) {
    Node *out = node_list(d->a);

    for (size_t i = 0; i < list->count; i++)
        node_add(d->a, out, node_of_text(d->a, note_of(d, ((const Str *)list->items)[i])));
    return out;
}

/* What it says: fields, paragraphs, what is missing and what was lost. Nothing of it for those who
 * do not see names. */
static void put_text(const Detail *d, const Document *of, Node *n) {
    Node *none = node_list(d->a);

    node_set(d->a, n, "fields",
             d->shown ? document_fields_shown(d->office.content, d->flow, d->type, of, d->a)
                      : none);
    node_set(d->a, n, "blocks",
             d->shown ? document_blocks_shown(d->office.content, d->type, &d->text->filled.sheet,
                                              &d->text->edited, d->a)
                      : none);
    node_set(d->a, n, "missing", d->shown ? document_missing(d->type, of, d->a) : none);
    node_set(d->a, n, "lost", d->shown ? texts_of(d, &d->text->lost) : none);
}

/* --- the whole -------------------------------------------------------------------------------- */

static void head(Detail *d) {
    const Document *t = d->d;
    Node *n = d->out;
    Day last;

    put(d, n, "id", t->id);
    put(d, n, "matter", t->matter);
    if (d->matter != NULL) {
        put(d, n, "matter_number", d->matter->number);
        put(d, n, "matter_title", note_of(d, node_text(d->matter->personal, "title")));
    }
    put(d, n, "type", t->type);
    put(d, n, "type_title", d->type->title);
    put(d, n, "code", d->type->code);
    put(d, n, "title", note_of(d, node_text(t->personal, "title")));
    put(d, n, "number", t->number);
    put(d, n, "state", t->state);
    put(d, n, "state_title", document_state_title(t->state));
    node_set_int(d->a, n, "organisation", t->organisation);
    put(d, n, "organisation_name", house_of(&d->names, d->a, t->organisation));
    put(d, n, "author", t->author);
    put(d, n, "author_name", person(d, t->author));
    put(d, n, "opened", t->opened);
    put(d, n, "changed", t->changed);
    put(d, n, "issued_on", t->issued_on);
    put(d, n, "due", t->due);
    if (t->due.len > 0 && t->answered.len == 0 && day_parse(t->due, &last))
        node_set_int(d->a, n, "workdays_left", workdays_to(d->office.content, last));
    put(d, n, "answered", t->answered);
    node_set_int(d->a, n, "revision", t->revision);
    put(d, n, "version", t->version);
    put(d, n, "template", t->template_);
    put(d, n, "form", str_of(document_form_names[d->type->form].name));
    node_set_bool(d->a, n, "review", d->type->review);
    node_set_bool(d->a, n, "sealed", t->sealed);
    node_set_bool(d->a, n, "personal_shown", d->shown);
    put(d, n, "assessment", t->assessment);
    put(d, n, "assessment_title",
        code_title(d->office.content, "reply_assessments", t->assessment));
    node_set_int(d->a, n, "pages", t->pages);
    node_set_bool(d->a, n, "fixed", document_fixed(t));
}

static Node *shown(Detail *d) {
    d->out = node_map(d->a);
    head(d);
    put_text(d, d->d, d->out);
    node_set(d->a, d->out, "warnings",
             d->shown ? texts_of(d, &d->text->filled.warnings) : node_list(d->a));
    node_set(d->a, d->out, "versions", versions(d));
    node_set(d->a, d->out, "approvals", approvals(d));
    node_set(d->a, d->out, "signatures", signatures(d));
    node_set(d->a, d->out, "services", services(d));
    node_set(d->a, d->out, "timeline", timeline(d));
    node_set(d->a, d->out, "choices", choices(d));
    node_set(d->a, d->out, "to", houses(d, &d->d->to));
    node_set(d->a, d->out, "copies", houses(d, &d->d->copies));
    node_set(d->a, d->out, "signers", houses(d, &d->d->signers));
    node_set(d->a, d->out, "answers", named(d, d->answers));
    node_set(d->a, d->out, "answered_by", named(d, d->answered));
    node_set(d->a, d->out, "reply_flags", (Node *)(uintptr_t)d->flags);
    node_set(d->a, d->out, "seal", seals_counted(d));
    if (d->choices->count > 0)
        node_set(d->a, d->out, "next", d->choices->items[0]);
    return d->out;
}

bool api_document_get(Req *rq, Err *e) {
    Detail d = {0};

    if (!load(&d, rq, false, e) || (d.shown && !text_of(&d, d.d, e)))
        return false;
    look_at_matter(&d);
    d.timeline = document_timeline(d.office.store, d.d->id, d.a, e);
    d.choices = d.timeline != NULL
                    ? document_choices(d.office.store, d.office.content, &d.who, d.d, d.a, e)
                    : NULL;
    if (d.choices == NULL)
        return false;
    d.flags =
        d.shown && d.d->answers.len > 0 ? service_findings(&d.office, d.d, d.a, e) : node_list(d.a);
    if (d.flags == NULL)
        return false;
    d.answers = other(&d, d.d->answers);
    d.answered = other(&d, d.d->answered);
    want_names(&d);
    want_houses(&d, &d.d->to);
    want_houses(&d, &d.d->copies);
    want_houses(&d, &d.d->signers);
    return names_read(&d.names, d.office.store, d.a, e) && reply_node(rq, shown(&d));
}

/* --- versions --------------------------------------------------------------------------------- */

bool api_document_version_get(Req *rq, Err *e) {
    Detail d = {0};
    Node *n = node_map(req_arena(rq));
    int64_t id;

    if (!load(&d, rq, false, e) || !req_param_int(rq, 1, &id, e))
        return false;
    const Document *then = document_at(d.office.store, d.d->id, id, d.a, e);

    if (then == NULL || (d.shown && !text_of(&d, then, e)))
        return false;
    look_at_matter(&d);
    node_set_int(d.a, n, "version", id);
    put_text(&d, then, n);
    return reply_node(rq, n);
}

/* What stands in a version: of the newest, the document as it is. */
static bool sheet_of(Detail *d, int64_t version, Sheet *out, Err *e) {
    DocumentText *text = arena_new_of(d->a, DocumentText);
    const Document *then =
        version == 0 ? d->d : document_at(d->office.store, d->d->id, version, d->a, e);

    if (then == NULL)
        return false;
    arena_defer(d->a, free_text, text);
    if (!document_text(&d->office, then, d->a, text, e))
        return false;
    *out = text->filled.sheet;
    return true;
}

static Node *changed_shown(const Detail *d, const CompareBlock *b) {
    const ComparePart *parts = b->parts.items;
    Node *n = node_map(d->a), *list = node_list(d->a);

    for (size_t i = 0; i < b->parts.count; i++) {
        Node *one = node_map(d->a);

        put(d, one, "change", str_of(compare_change_names[parts[i].change].name));
        put(d, one, "text", citizen_id_safe(d->a, parts[i].text));
        node_add(d->a, list, one);
    }
    put(d, n, "kind", str_of(document_block_words[b->kind].name));
    put(d, n, "kind_title", str_of(document_block_words[b->kind].title));
    put(d, n, "change", str_of(compare_change_names[b->change].name));
    node_set(d->a, n, "parts", list);
    return n;
}

static int64_t version_or(const Document *d, int64_t asked, size_t from_end) {
    if (asked != 0 || d->versions.count < from_end)
        return asked;
    return document_versions(d)[d->versions.count - from_end].id;
}

bool api_document_compare(Req *rq, Err *e) {
    const DocumentCompareQuery *q = req_query(rq);
    Detail d = {0};
    Sheet from, to;
    Comparison both;
    Node *n = node_map(req_arena(rq)), *list = node_list(req_arena(rq));

    if (!load(&d, rq, false, e))
        return false;
    if (!d.shown)
        return err_set(e, ERR_FORBIDDEN, NULL, "这份文书隐去了个人信息，不能比较版本");
    int64_t newer = version_or(d.d, q->to, 1), older = version_or(d.d, q->from, 2);

    if (older == 0)
        older = newer;
    if (!sheet_of(&d, older, &from, e) || !sheet_of(&d, newer, &to, e))
        return false;
    /* Masked before anything is compared, so that no part of a number is told by what changed. */
    from = document_sheet_masked(d.office.content, d.type, &from, d.a);
    to = document_sheet_masked(d.office.content, d.type, &to, d.a);
    compare_sheets(&from, &to, d.a, &both);
    for (size_t i = 0; i < both.blocks.count; i++)
        node_add(d.a, list, changed_shown(&d, &((const CompareBlock *)both.blocks.items)[i]));
    node_set_int(d.a, n, "from", older);
    node_set_int(d.a, n, "to", newer);
    node_set(d.a, n, "blocks", list);
    node_set_int(d.a, n, "added", both.added);
    node_set_int(d.a, n, "removed", both.removed);
    node_set_int(d.a, n, "changed", both.changed);
    return reply_node(rq, n);
}

/* --- proofreading ----------------------------------------------------------------------------- */

/* Names that should be written right: of the matter's people and houses. */
static const Str *known_names(const Detail *d, size_t *count) {
    const MatterState *m = d->matter;
    size_t most = 1 + (m != NULL ? m->links.count + m->parties.count : 0) + d->d->to.count, n = 0;
    Str *out = arena_array_of(d->a, most, Str);

    out[n++] = house_of(&d->names, d->a, d->d->organisation);
    for (size_t i = 0; i < d->d->to.count; i++)
        out[n++] = house_of(&d->names, d->a, document_to(d->d)[i].organisation);
    for (size_t i = 0; m != NULL && i < m->parties.count; i++)
        out[n++] =
            house_of(&d->names, d->a, ((const MatterParty *)m->parties.items)[i].organisation);
    for (size_t i = 0; m != NULL && d->flow != NULL && i < m->links.count; i++) {
        Str target = ((const MatterLink *)m->links.items)[i].target;
        Str name = str_starts(target, STR("person:")) || str_starts(target, STR("organisation:"))
                       ? matter_subject_name(d->flow, m, target)
                       : (Str){NULL, 0};

        if (name.len > 0)
            out[n++] = name;
    }
    *count = n;
    return out;
}

/* Of a sealed matter whoever a field names as a person must not be named in the text. */
static const Str *secret_names(const Detail *d, size_t *count) {
    const Node *values = node_get(d->d->personal, "values");
    Str *out = arena_array_of(d->a, d->type->fields.count, Str);

    *count = 0;
    for (size_t i = 0; d->d->sealed && i < d->type->fields.count; i++) {
        const DocumentField *f = &document_fields(d->type)[i];
        Str name = f->identity ? node_text(values, str_c(d->a, f->is.field)) : (Str){NULL, 0};

        if (name.len > 0)
            out[(*count)++] = name;
    }
    return out;
}

static int64_t runes_before(Str text, size_t bytes) {
    return (int64_t)str_runes(str_slice(text, 0, bytes));
}

static const Block *block_of(const Sheet *s, int number) {
    for (size_t i = 0; i < s->count; i++) {
        const Block *b = &s->blocks[i];

        if (b->number == number && b->kind != BLOCK_TABLE)
            return b;
        for (size_t r = 0; b->kind == BLOCK_TABLE && r < b->row_count; r++)
            for (size_t c = 0; c < b->rows[r].count; c++)
                for (size_t p = 0; p < b->rows[r].cells[c].count; p++)
                    if (b->rows[r].cells[c].blocks[p].number == number)
                        return &b->rows[r].cells[c].blocks[p];
    }
    return NULL;
}

static Node *finding_shown(const Detail *d, const ProofFinding *f) {
    const Block *b = f->paragraph != 0 ? block_of(&d->text->filled.sheet, f->paragraph) : NULL;
    Str text = b != NULL ? sheet_text(d->a, b) : (Str){NULL, 0};
    Node *n = node_map(d->a);

    for (const BindName *k = proof_kind_names; k->name != NULL; k++)
        if (k->value == f->kind) {
            put(d, n, "kind", str_of(k->name));
            put(d, n, "kind_title", str_of(k->title));
        }
    node_set_int(d->a, n, "paragraph", f->paragraph);
    node_set_int(d->a, n, "from", runes_before(text, f->from));
    node_set_int(d->a, n, "to", runes_before(text, f->to));
    put(d, n, "place", note_of(d, f->place));
    put(d, n, "text", note_of(d, f->text));
    put(d, n, "suggestion", note_of(d, f->suggestion));
    node_set_bool(d->a, n, "serious", f->serious);
    return n;
}

static Day law_day(const Document *d) {
    Day on;

    return d->issued_on.len > 0 && day_parse(d->issued_on, &on) ? on : DAY_NONE;
}

static Node *findings(Detail *d) {
    ProofContext context = {.type = d->type,
                            .values = node_get(d->d->personal, "values"),
                            .library =
                                library_count(d->office.library) > 0 ? d->office.library : NULL,
                            .on = law_day(d->d)};
    Node *n = node_map(d->a), *items = node_list(d->a);
    int64_t serious = 0;

    context.names = known_names(d, &context.name_count);
    context.secret = secret_names(d, &context.secret_count);
    BindList found = proof_read(&d->text->filled.sheet, &context, d->a);

    for (size_t i = 0; i < found.count; i++) {
        serious += ((const ProofFinding *)found.items)[i].serious;
        node_add(d->a, items, finding_shown(d, &((const ProofFinding *)found.items)[i]));
    }
    node_set_int(d->a, n, "total", (int64_t)found.count);
    node_set_int(d->a, n, "serious", serious);
    node_set(d->a, n, "items", items);
    node_set_bool(d->a, n, "library", context.library != NULL);
    return n;
}

bool api_document_findings(Req *rq, Err *e) {
    Detail d = {0};

    if (!load(&d, rq, true, e))
        return false;
    if (!d.shown)
        return err_set(e, ERR_FORBIDDEN, NULL, "这份文书隐去了个人信息，不能校对");
    if (!text_of(&d, d.d, e))
        return false;
    look_at_matter(&d);
    d.timeline = d.choices = node_list(d.a);
    want_names(&d);
    want_houses(&d, &d.d->to);
    for (size_t i = 0; d.matter != NULL && i < d.matter->parties.count; i++)
        names_want_house(&d.names, d.a,
                         ((const MatterParty *)d.matter->parties.items)[i].organisation);
    return names_read(&d.names, d.office.store, d.a, e) && reply_node(rq, findings(&d));
}
