/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/reveal_api.c: sensitive values in clear, for a purpose, with an entry before they leave. */
#include "flow/matter.h"
#include "http/api.h"
#include "http/trace_api.h"
#include "http/trace_words.h"

enum { ROWS_MOST = 50 };

Viewer asker_of(Req *rq) {
    char *device = arena_array_of(req_arena(rq), DEVICE_WORDS, char);

    device_words(req_header(rq, MHD_HTTP_HEADER_USER_AGENT), device);
    return (Viewer){
        .rights = rq->rights, .address = req_view(rq)->address, .device = str_of(device)};
}

bool object_of(Req *rq, const ObjectIn *in, bool seen, Str *out, Err *e) {
    Arena *a = req_arena(rq);
    Office *o = req_office(rq);
    bool row = in->row.len != 0 && in->dataset.len != 0;

    if (row + (in->clue.len != 0) + (in->subject.len != 0) + (in->matter.len != 0) != 1)
        return err_set(
            e, ERR_INVALID, in->row.len != 0 ? "/dataset" : "/row",
            "请写明是哪一行数据（dataset 和 row）、哪条线索（clue）、哪件事项（matter）或"
            "哪个主体（subject）");
    if (in->matter.len != 0) {
        if (seen && matter_get(o->store, in->matter, 0, a, e) == NULL)
            return false;
        *out = str_format(a, "matter:%.*s", STR_ARG(in->matter));
        return true;
    }
    if (row) {
        const Dataset *d = content_dataset(req_snapshot(rq)->content, in->dataset, e);

        if (d == NULL || (seen && pool_row(o->pool, req_snapshot(rq)->content, o->keys, d, in->row,
                                           false, a, e) == NULL))
            return false;
        *out = str_format(a, "row:%.*s/%.*s", STR_ARG(d->dataset), STR_ARG(in->row));
        return true;
    }
    if (in->subject.len != 0) {
        ClueQuery q = {.subject_key = in->subject,
                       .status = STR("all"),
                       .from = DAY_NONE,
                       .to = DAY_NONE,
                       .limit = 1,
                       .items_only = true};
        const Node *page = seen ? clue_list(o, &q, a, e) : NULL;

        if (seen && page == NULL)
            return false;
        if (seen && node_get(page, "items")->count == 0)
            return err_set(e, ERR_NOT_FOUND, "/subject", "没有关于这个主体的线索");
        *out = str_format(a, "subject:%.*s", STR_ARG(in->subject));
        return true;
    }
    Matter m;

    if (seen && !matter_of_clue(o->store, a, rq->rights, in->clue, &m, e))
        return false;
    *out = str_format(a, "clue:%.*s", STR_ARG(in->clue));
    return true;
}

bool export_for(Req *rq, Viewer *asker, Str purpose, Str case_number, Str reason, ExportFor *out,
                Err *e) {
    Arena *a = req_arena(rq);
    const Content *c = req_snapshot(rq)->content;
    Str words = reason.len != 0 ? reason : STR("导出");
    const Purpose *p;

    if (!purpose_check(c, &purpose, &case_number, &words, e))
        return false;
    p = content_purpose(c, purpose, e);
    *asker = asker_of(rq);
    *out = (ExportFor){.asker = asker,
                       .actor = req_view(rq)->login,
                       .person = str_format(a, "%s（%s）", rq->session->name, rq->session->login),
                       .purpose_title = p->title,
                       .look = {.purpose = purpose, .case_number = case_number, .reason = words}};
    return true;
}

/* --- purposes --------------------------------------------------------------------------------- */

static Node *kind_shown(Arena *a, const BindName *name, const ApprovalKind *k) {
    Node *n = node_map(a);

    node_set_text(a, n, "kind", str_of(name->name));
    node_set_text(a, n, "title", k->title);
    node_set_text(a, n, "help", k->help);
    node_set_int(a, n, "approvers", k->approvers);
    node_set_int(a, n, "days", k->days);
    node_set_int(a, n, "uses", k->uses);
    node_set_int(a, n, "open_days", k->open_days);
    node_set_int(a, n, "above", k->above);
    node_set_bool(a, n, "review", k->review);
    return n;
}

bool api_purpose_list(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    const Content *c = req_snapshot(rq)->content;
    Node *n = node_map(a), *purposes = node_list(a), *approvals = node_list(a);

    (void)e;
    for (size_t i = 0; i < content_purpose_count(c); i++) {
        const Purpose *p = content_purpose_at(c, i);
        Node *one = node_map(a);

        if (p->internal)
            continue;
        node_set_text(a, one, "purpose", p->purpose);
        node_set_text(a, one, "title", p->title);
        node_set_text(a, one, "help", p->help);
        node_set_bool(a, one, "needs_case_number", p->needs_case_number);
        node_set_bool(a, one, "review", p->review);
        node_add(a, purposes, one);
    }
    for (const BindName *name = approval_type_names; name->name != NULL; name++)
        if (name->value != APPROVAL_DESTROY) /* nobody asks for it here */
            node_add(a, approvals,
                     kind_shown(a, name, content_approval_kind(c, (ApprovalType)name->value)));
    node_set_int(a, n, "shown_seconds", content_shown_seconds(c));
    node_set(a, n, "purposes", purposes);
    node_set(a, n, "approvals", approvals);
    return reply_node(rq, n);
}

/* --- one row ---------------------------------------------------------------------------------- */

typedef struct Revealing {
    Req *rq;
    const RevealNew *in;
    LookNew look;
    Str *rows, *fields, *names;
    size_t row_count, field_count, name_count, field_most, name_most;
    Node *shown;
} Revealing;

static void keep(Arena *a, Str **items, size_t *count, size_t *most, Str one) {
    if (*count == *most) {
        Str *more = arena_array_of(a, *most * 2 + 16, Str);

        for (size_t i = 0; i < *count; i++)
            more[i] = (*items)[i];
        *items = more;
        *most = *most * 2 + 16;
    }
    (*items)[(*count)++] = one;
}

/* Names of persons: for noticing that somebody looks himself or a colleague up. */
static void keep_name(Revealing *v, const Dataset *d, const Node *field) {
    const Node *value = node_get(field, "value");

    if (value == NULL || value->kind != NODE_TEXT)
        return;
    for (size_t i = 0; i < d->subjects.count; i++) {
        const Subject *s = &dataset_subjects(d)[i];

        if (s->kind == SUBJECT_PERSON && s->name_field != NULL &&
            str_eq(s->name_field->field, node_text(field, "field")))
            keep(req_arena(v->rq), &v->names, &v->name_count, &v->name_most, value->text);
    }
}

static Node *clear_fields(Revealing *v, const Dataset *d, const Node *row) {
    Arena *a = req_arena(v->rq);
    const Node *fields = node_get(row, "fields");
    Node *list = node_list(a);

    for (size_t i = 0; fields != NULL && i < fields->count; i++) {
        const Node *field = fields->items[i], *value = node_get(field, "value");
        Str id = node_text(field, "field");
        Node *one = node_map(a);

        keep_name(v, d, field);
        if (!node_bool(field, "sensitive", false) || value == NULL || value->kind != NODE_TEXT ||
            (v->in->field.len != 0 && !str_eq(v->in->field, id)))
            continue;
        node_set_text(a, one, "field", id);
        node_set_text(a, one, "title", node_text(field, "title"));
        node_set_text(a, one, "value", value->text);
        node_add(a, list, one);
        keep(a, &v->fields, &v->field_count, &v->field_most,
             str_format(a, "%.*s.%.*s", STR_ARG(d->dataset), STR_ARG(id)));
    }
    return list;
}

/* False with ERR_NOT_FOUND where the asker does not see the row. */
static bool row_add(Revealing *v, Str dataset, Str id, Err *e) {
    Req *rq = v->rq;
    Arena *a = req_arena(rq);
    Office *o = req_office(rq);
    const Content *c = req_snapshot(rq)->content;
    const Dataset *d = content_dataset(c, dataset, e);
    const Node *row = d != NULL ? pool_row(o->pool, c, o->keys, d, id, true, a, e) : NULL;
    Node *n = node_map(a);

    if (row == NULL)
        return false;
    if (v->in->field.len != 0 && v->in->object.clue.len == 0 &&
        dataset_field(d, v->in->field) == NULL)
        return err_set(e, ERR_INVALID, "/field", "数据集“%.*s”没有这个字段", STR_ARG(d->title));
    Node *fields = clear_fields(v, d, row);

    if (fields->count == 0)
        return true;
    v->look.sealed |= node_bool(row, "sealed", false);
    node_set_text(a, n, "dataset", d->dataset);
    node_set_text(a, n, "title", d->title);
    node_set_text(a, n, "row", id);
    node_set(a, n, "fields", fields);
    node_add(a, v->shown, n);
    v->rows[v->row_count++] = str_format(a, "row:%.*s/%.*s", STR_ARG(d->dataset), STR_ARG(id));
    return true;
}

/* Rows behind the clue that the asker does not see are left out, as everywhere. */
static bool clue_add(Revealing *v, Err *e) {
    Arena *a = req_arena(v->rq);
    const ObjectIn *in = &v->in->object;
    const Node *behind = clue_rows_behind(req_office(v->rq)->store, a, in->clue, e);
    size_t seen = 0;

    if (behind == NULL)
        return false;
    for (size_t i = 0; i < behind->count && v->row_count < ROWS_MOST; i++) {
        Str dataset = node_text(behind->items[i], "dataset");
        Str row = node_text(behind->items[i], "row_id");
        Err why = {0};

        if (in->row.len != 0 && (!str_eq(row, in->row) || !str_eq(dataset, in->dataset)))
            continue;
        if (row_add(v, dataset, row, &why)) {
            seen++;
        } else if (why.code != ERR_NOT_FOUND) {
            *e = why;
            return false;
        }
    }
    return seen != 0 || err_set(e, ERR_NOT_FOUND, "/row", "这条线索没有依据这一行数据");
}

static bool gather(Revealing *v, Err *e) {
    Req *rq = v->rq;
    Arena *a = req_arena(rq);
    const ObjectIn *in = &v->in->object;
    Store *s = req_office(rq)->store;

    v->shown = node_list(a);
    v->rows = arena_array_of(a, ROWS_MOST, Str);
    if (in->clue.len != 0) {
        v->look.object = str_format(a, "clue:%.*s", STR_ARG(in->clue));
        return matter_of_clue(s, a, rq->rights, in->clue, &v->look.matter, e) && clue_add(v, e);
    }
    if (in->row.len == 0 || in->dataset.len == 0)
        return err_set(e, ERR_INVALID, in->row.len == 0 ? "/row" : "/dataset",
                       "请写明是哪一行数据（dataset 和 row）或哪条线索（clue）");
    if (!row_add(v, in->dataset, in->row, e))
        return false;
    v->look.object = str_format(a, "row:%.*s/%.*s", STR_ARG(in->dataset), STR_ARG(in->row));
    return matter_of_row(s, a, rq->rights, in->dataset, in->row, &v->look.matter, e);
}

bool api_reveal_create(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    const Content *c = req_snapshot(rq)->content;
    const RevealNew *in = req_body(rq);
    Revealing v = {.rq = rq, .in = in};
    Viewer asker = asker_of(rq);
    LookDone done;
    char at[INSTANT_TEXT];
    Node *n = node_map(a);

    v.look.purpose = in->purpose;
    v.look.case_number = in->case_number;
    v.look.reason = in->reason;
    if (!purpose_check(c, &v.look.purpose, &v.look.case_number, &v.look.reason, e) ||
        !gather(&v, e))
        return false;
    if (v.row_count == 0)
        return err_set(e, ERR_INVALID, "/field",
                       "没有可以显示的内容：这里没有脱敏的值，或者只能看到不含个人信息的内容");
    v.look.rows = v.rows;
    v.look.row_count = v.row_count;
    v.look.fields = v.fields;
    v.look.field_count = v.field_count;
    v.look.names = v.names;
    v.look.name_count = v.name_count;
    /* First the entry, then the values. */
    if (!look_record(req_office(rq)->store, c, &asker, &v.look, &done, e))
        return false;
    instant_format(done.at, at);
    node_set_text(a, n, "reference", str_of(done.reference));
    node_set_text(a, n, "at", str_of(at));
    node_set_int(a, n, "seconds", content_shown_seconds(c));
    node_set_bool(a, n, "own", v.look.matter.own);
    if (done.approval != 0)
        node_set_int(a, n, "approval", done.approval);
    node_set(a, n, "rows", v.shown);
    return reply_node(rq, n);
}
