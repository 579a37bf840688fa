/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/document_template_api.c: templates of offices: uploaded and checked, looked at with real
 * data, put out of use and back. */
#include <stdio.h>

#include "base/citizen_text.h"
#include "document/shelf.h"
#include "http/document_api.h"
#include "http/document_words.h"

/* --- the list --------------------------------------------------------------------------------- */

static Node *item_shown(Req *rq, const ShelfItemOf *t, const Names *names) {
    Arena *a = req_arena(rq);
    Node *n = node_map(a);
    bool active = str_is(t->state, "active");

    node_set_int(a, n, "id", t->template_);
    node_set_text(a, n, "type", t->type);
    node_set_text(a, n, "type_title", document_type_title(req_snapshot(rq)->content, t->type));
    node_set_int(a, n, "organisation", t->organisation);
    node_set_text(a, n, "organisation_name", house_of(names, a, t->organisation));
    node_set_int(a, n, "version", t->version);
    node_set_text(a, n, "name", citizen_id_safe(a, t->name));
    node_set_text(a, n, "note", citizen_id_safe(a, t->note));
    node_set_text(a, n, "digest", t->digest);
    node_set_int(a, n, "size", t->size);
    node_set_text(a, n, "from", t->first_day);
    node_set_text(a, n, "to", t->last_day);
    node_set_text(a, n, "state", t->state);
    node_set_text(a, n, "state_title", active ? STR("启用") : STR("已停用"));
    node_set_bool(a, n, "in_force", t->in_force);
    node_set_text(a, n, "at", t->at);
    node_set_text(a, n, "actor", t->actor);
    node_set_text(a, n, "actor_name", name_of(names, t->actor));
    node_set_bool(a, n, "may_manage",
                  rights_reach(rq->rights, PERMISSION_TEMPLATE_MANAGE, t->organisation));
    return n;
}

bool api_document_template_list(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    const DocumentTemplateQuery *q = req_query(rq);
    Store *s = req_office(rq)->store;
    Node *n = node_map(a), *items = node_list(a);
    BindList all;
    Names names;

    if (!shelf_list_of(s, q->type, q->organisation, a, &all, e))
        return false;
    names_begin(&names, a);
    for (size_t i = 0; i < all.count; i++) {
        names_want(&names, a, ((const ShelfItemOf *)all.items)[i].actor);
        names_want_house(&names, a, ((const ShelfItemOf *)all.items)[i].organisation);
    }
    if (!names_read(&names, s, a, e))
        return false;
    for (size_t i = 0; i < all.count; i++)
        node_add(a, items, item_shown(rq, &((const ShelfItemOf *)all.items)[i], &names));
    node_set_int(a, n, "total", (int64_t)items->count);
    node_set(a, n, "items", items);
    return reply_node(rq, n);
}

/* --- taking one in ---------------------------------------------------------------------------- */

static bool read_upload(Req *rq, Str *out, Err *e) {
    int64_t size = req_upload_size(rq);
    FILE *f;

    if (size > (int64_t)DOCX_SIZE_MAX)
        return err_set(e, ERR_TOO_LARGE, NULL, "模板文件超过 %zu MiB，请去掉图片等内容后再上传",
                       DOCX_SIZE_MAX >> 20);
    f = fopen(req_upload_path(rq), "rbe");
    if (f == NULL)
        return err_set(e, ERR_DISK, NULL, "读不了上传的文件，请重新上传");
    char *bytes = arena_alloc(req_arena(rq), (size_t)size + 1);

    *out = (Str){bytes, fread(bytes, 1, (size_t)size, f)};
    fclose(f);
    return true;
}

static Node *mistakes_shown(Arena *a, const BindList *mistakes) {
    const TemplateMistake *m = mistakes->items;
    Node *list = node_list(a);

    for (size_t i = 0; i < mistakes->count; i++) {
        Node *n = node_map(a);

        node_set_int(a, n, "paragraph", m[i].paragraph);
        node_set_text(a, n, "around", citizen_id_safe(a, m[i].around));
        node_set_text(a, n, "tag", citizen_id_safe(a, m[i].tag));
        node_set_text(a, n, "text", citizen_id_safe(a, m[i].text));
        node_add(a, list, n);
    }
    return list;
}

static Node *warnings_shown(Arena *a, const BindList *warnings) {
    Node *list = node_list(a);

    for (size_t i = 0; i < warnings->count; i++)
        node_add(a, list, node_of_text(a, citizen_id_safe(a, ((const Str *)warnings->items)[i])));
    return list;
}

bool api_document_template_create(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    const DocumentTemplateNew *q = req_query(rq);
    ShelfNew in = {.type = q->type,
                   .name = q->name,
                   .note = q->note,
                   .organisation = q->organisation,
                   .from = q->from,
                   .to = q->to};
    MatterActor who = matter_actor(rq);
    DocumentOffice o;
    ShelfMade made = {0};
    Node *n = node_map(a);

    if (!document_office(rq, false, &o, e) || !read_upload(rq, &in.bytes, e))
        return false;
    if (!shelf_put_up(&o, &who, &in, a, &made, e)) {
        if (made.mistakes.count > 0)
            rq->mistakes = mistakes_shown(a, &made.mistakes);
        return false;
    }
    node_set_int(a, n, "id", made.id);
    node_set_int(a, n, "version", made.version);
    node_set(a, n, "warnings", warnings_shown(a, &made.warnings));
    return reply_node(rq, n);
}

/* --- one of them ------------------------------------------------------------------------------ */

static bool item_of(Req *rq, ShelfItemOf *out, Err *e) {
    int64_t id;

    return req_param_int(rq, 0, &id, e) &&
           shelf_item(req_office(rq)->store, id, req_arena(rq), out, e);
}

bool api_document_template_act(Req *rq, Err *e) {
    const DocumentTemplateActIn *in = req_body(rq);
    MatterActor who = matter_actor(rq);
    bool restore = str_is(in->verb, "restore");
    int64_t id;

    if (!restore && !str_is(in->verb, "retire"))
        return err_set(e, ERR_INVALID, "/verb",
                       "没有这种操作，可用 retire（停用）和 restore（恢复）");
    return req_param_int(rq, 0, &id, e) &&
           shelf_retire(req_office(rq)->store, &who, id, restore, in->note, e) && reply_nothing(rq);
}

bool api_document_template_file(Req *rq, Err *e) {
    ShelfItemOf item;
    DocumentOffice o;
    scoped_buf Buf bytes = {0};

    buf_init(&bytes, DOCX_SIZE_MAX);
    return document_office(rq, false, &o, e) && item_of(rq, &item, e) &&
           document_file(&o, item.digest, DOCX_SIZE_MAX, &bytes, e) &&
           reply_bytes(rq, buf_str(&bytes), citizen_id_safe(req_arena(rq), item.name),
                       document_docx_media, e);
}

/* With the data of a matter it is a look at that matter. */
static void tell(Req *rq, Str matter, int64_t id) {
    Arena *a = req_arena(rq);
    Node *body = node_map(a);

    if (matter.len == 0)
        return;
    node_set_int(a, body, "template", id);
    rq->entry.kind = "template.previewed";
    rq->entry.subject = str_format(a, "matter:%.*s", STR_ARG(matter));
    rq->entry.body = body;
}

bool api_document_template_preview(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    const DocumentPreviewQuery *q = req_query(rq);
    MatterActor who = matter_actor(rq);
    const Node *values = NULL;
    bool sealed = false;
    scoped_buf Buf pdf = {0};
    LayoutReport report;
    ShelfItemOf item;
    DocumentOffice o;

    buf_init(&pdf, (size_t)64 << 20);
    if (!document_office(rq, false, &o, e) || !item_of(rq, &item, e))
        return false;
    if (q->matter.len == 0) {
        const DocumentType *d = content_document(o.content, item.type, e);

        values = d != NULL ? shelf_sample(o.content, d, a, e) : NULL;
    } else if (!shelf_values(&o, &who, &item, q->matter, q->organisation, a, &values, &sealed, e)) {
        return false;
    }
    if (values == NULL || !shelf_preview(&o, &item, values, sealed, a, &pdf, &report, e) ||
        !reply_bytes(
            rq, buf_str(&pdf),
            str_format(a, "预览-%.*s.pdf", STR_ARG(document_type_title(o.content, item.type))),
            document_pdf_media, e))
        return false;
    rq->shown = q->shown;
    tell(rq, q->matter, item.template_);
    return true;
}
