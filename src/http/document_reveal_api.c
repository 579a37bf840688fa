/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/document_reveal_api.c: what is masked in a document, in clear, for a purpose, with an entry
 * before it leaves. */
#include "base/citizen_text.h"
#include "flow/link.h"
#include "http/document_api.h"
#include "http/document_shown.h"
#include "http/trace_words.h"

enum { SHOWN_MOST = 300 };

typedef struct Revealing {
    Req *rq;
    Arena *a;
    DocumentOffice office;
    const Document *d;
    const DocumentType *type;
    const MatterState *matter;
    const Flow *flow; /* of it, or NULL */
    Str wanted;       /* one place; empty: all */
    Node *items;
    Str *fields;
    size_t count;
} Revealing;

static void show(Revealing *v, Str place, Str title, Str value) {
    Node *n = node_map(v->a);

    if (v->count == SHOWN_MOST || (v->wanted.len != 0 && !str_eq(v->wanted, place)))
        return;
    node_set_text(v->a, n, "field", place);
    node_set_text(v->a, n, "title", title);
    node_set_text(v->a, n, "value", value);
    node_add(v->a, v->items, n);
    v->fields[v->count++] =
        str_format(v->a, "%.*s.%.*s", STR_ARG(v->type->document), STR_ARG(place));
}

static void show_value(Revealing *v, const DocumentField *f, Str place, Str value) {
    bool masked = false;

    document_value_shown(v->office.content, f, value, v->a, &masked);
    if (masked)
        show(v, place, f->is.title, value);
}

static void show_list(Revealing *v, const DocumentField *list, const Node *rows) {
    for (size_t i = 0; rows != NULL && rows->kind == NODE_LIST && i < rows->count; i++)
        for (size_t k = 0; k < list->fields.count; k++) {
            const DocumentField *f = &((const DocumentField *)list->fields.items)[k];

            show_value(
                v, f,
                str_format(v->a, "%.*s/%zu/%.*s", STR_ARG(list->is.field), i, STR_ARG(f->is.field)),
                node_text(rows->items[i], str_c(v->a, f->is.field)));
        }
}

static void show_values(Revealing *v) {
    const Node *values = node_get(v->d->personal, "values");

    for (size_t i = 0; i < v->type->fields.count; i++) {
        const DocumentField *f = &document_fields(v->type)[i];
        const char *key = str_c(v->a, f->is.field);

        if (f->is.type == DOCUMENT_LIST)
            show_list(v, f, node_get(values, key));
        else
            show_value(v, f, f->is.field, node_text(values, key));
    }
}

/* Paragraphs of which something is masked, whole. */
static void show_blocks(Revealing *v, const Block *blocks, const Block *masked, size_t count) {
    for (size_t i = 0; i < count; i++) {
        Str text = sheet_text(v->a, &blocks[i]);

        if (!str_eq(text, sheet_text(v->a, &masked[i])))
            show(v, str_format(v->a, "blocks/%d", blocks[i].number), STR("正文"), text);
        for (size_t r = 0; blocks[i].kind == BLOCK_TABLE && r < blocks[i].row_count; r++)
            for (size_t c = 0; c < blocks[i].rows[r].count; c++)
                show_blocks(v, blocks[i].rows[r].cells[c].blocks, masked[i].rows[r].cells[c].blocks,
                            blocks[i].rows[r].cells[c].count);
    }
}

static bool show_text(Revealing *v, Err *e) {
    DocumentText text = {0};

    if (!document_text(&v->office, v->d, v->a, &text, e)) {
        buf_done(&text.docx);
        return false;
    }
    Sheet masked = document_sheet_masked(v->office.content, text.type, &text.filled.sheet, v->a);

    show_blocks(v, text.filled.sheet.blocks, masked.blocks, masked.count);
    buf_done(&text.docx);
    return true;
}

/* Notes, titles, names of receivers: by where they stand. */
static void show_rest(Revealing *v, const Node *n, Str place, Str title) {
    if (n == NULL)
        return;
    if (n->kind == NODE_TEXT && !str_eq(citizen_id_safe(v->a, n->text), n->text))
        show(v, place, title, n->text);
    for (size_t i = 0; n->kind == NODE_MAP && i < n->count; i++)
        show_rest(v, n->items[i],
                  str_format(v->a, "%.*s/%.*s", STR_ARG(place), STR_ARG(n->keys[i])), title);
}

/* --- whose ------------------------------------------------------------------------------------ */

static bool at_house(const Rights *r, int64_t house) {
    for (size_t i = 0; i < r->count; i++)
        if (!r->rights[i].delegated && r->rights[i].organisation == house)
            return true;
    return false;
}

/* His own: written, signed or received by a house where he holds a post. */
static bool is_own(const Rights *r, const Document *d) {
    bool own = str_eq(d->author, r->login) || at_house(r, d->organisation);

    for (size_t i = 0; i < d->signers.count && !own; i++)
        own = at_house(r, document_signers(d)[i].organisation);
    for (size_t i = 0; i < d->services.count && !own; i++)
        own = at_house(r, document_services(d)[i].organisation);
    return own;
}

/* The clues its matter came from, and the subjects: an approval for one of them will do. */
static Matter concerned(const Revealing *v) {
    Matter out = {.own = is_own(v->rq->rights, v->d)};
    size_t most = v->matter != NULL ? v->matter->links.count : 0;
    const MatterLink *links = most > 0 ? v->matter->links.items : NULL;
    Str *clues = arena_array_of(v->a, most, Str), *keys = arena_array_of(v->a, most, Str);

    for (size_t i = 0; i < most; i++) {
        Str rest = links[i].target, kind;

        if (str_is(links[i].kind, "clue"))
            clues[out.clues.count++] = links[i].target;
        else if (str_is(links[i].kind, "subject") && str_split(&rest, ':', &kind))
            keys[out.subjects.count++] = rest;
    }
    out.clues.items = clues;
    out.subjects.items = keys;
    return out;
}

static Str *names_in(const Revealing *v, size_t *count) {
    size_t most = v->matter != NULL && v->flow != NULL ? v->matter->links.count : 0;
    Str *names = arena_array_of(v->a, most, Str);

    *count = 0;
    for (size_t i = 0; i < most; i++) {
        Str target = ((const MatterLink *)v->matter->links.items)[i].target;
        Str name = str_starts(target, STR("person:"))
                       ? matter_subject_name(v->flow, v->matter, target)
                       : (Str){NULL, 0};

        if (name.len != 0)
            names[(*count)++] = name;
    }
    return names;
}

static bool record(Revealing *v, const DocumentRevealIn *in, Node *out, Err *e) {
    Str object = str_format(v->a, "matter:%.*s", STR_ARG(v->d->matter));
    Viewer asker = asker_of(v->rq);
    LookNew look = {.purpose = in->purpose,
                    .case_number = in->case_number,
                    .reason = in->reason,
                    .object = object,
                    .rows = &object,
                    .row_count = 1,
                    .fields = v->fields,
                    .field_count = v->count,
                    .matter = concerned(v),
                    .sealed = v->d->sealed};
    LookDone done;
    char at[INSTANT_TEXT];

    look.names = names_in(v, &look.name_count);
    if (!purpose_check(v->office.content, &look.purpose, &look.case_number, &look.reason, e) ||
        !look_record(v->office.store, v->office.content, &asker, &look, &done, e))
        return false;
    instant_format(done.at, at);
    node_set_text(v->a, out, "reference", str_of(done.reference));
    node_set_text(v->a, out, "at", str_of(at));
    node_set_int(v->a, out, "seconds", content_shown_seconds(v->office.content));
    node_set_bool(v->a, out, "own", look.matter.own);
    if (done.approval != 0)
        node_set_int(v->a, out, "approval", done.approval);
    return true;
}

bool api_document_reveal(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    const DocumentRevealIn *in = req_body(rq);
    Revealing v = {.rq = rq,
                   .a = a,
                   .wanted = in->field,
                   .items = node_list(a),
                   .fields = arena_array_of(a, SHOWN_MOST, Str)};
    Node *n = node_map(a);
    Err hidden = {0};

    if (!document_office(rq, false, &v.office, e))
        return false;
    v.d = document_get(v.office.store, req_param(rq, 0), a, e);
    v.type = v.d != NULL ? document_type_pinned(v.office.store, v.office.content, v.d->type,
                                                v.d->version, a, e)
                         : NULL;
    if (v.type == NULL)
        return false;
    v.matter = matter_get(v.office.store, v.d->matter, 0, a, &hidden);
    v.flow = v.matter != NULL ? matter_flow(v.office.store, v.office.content, v.matter, a, &hidden)
                              : NULL;
    show_values(&v);
    if (v.d->personal->count > 0 && !show_text(&v, e))
        return false;
    show_rest(&v, node_get(v.d->personal, "title"), STR("title"), STR("标题"));
    show_rest(&v, node_get(v.d->personal, "notes"), STR("notes"), STR("意见和理由"));
    show_rest(&v, node_get(v.d->personal, "services"), STR("services"), STR("受送达人"));
    if (v.count == 0)
        return err_set(e, ERR_INVALID, "/field",
                       "没有可以显示的内容：这里没有脱敏的值，或者只能看到不含个人信息的内容");
    /* First the entry, then the values. */
    if (!record(&v, in, n, e))
        return false;
    node_set(a, n, "items", v.items);
    return reply_node(rq, n);
}
