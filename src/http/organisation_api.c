/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/organisation_api.c: organisations, kinds, roles, and why somebody sees something. */
#include "http/inside.h"
#include "http/people_api.h"
#include "http/people_inputs.h"
#include "people/directory.h"
#include "sql_statements.h"

static Node *whole_list(Arena *a, Node *items) {
    Node *n = node_map(a);

    if (items == NULL)
        return NULL;
    node_set_int(a, n, "total", (int64_t)items->count);
    node_set(a, n, "items", items);
    return n;
}

static const Content *content_of(Req *rq) {
    return req_snapshot(rq)->content;
}

bool api_organisation_list(Req *rq, Err *e) {
    Arena *a = req_arena(rq);

    return reply_node(
        rq, whole_list(a, organisation_tree(req_office(rq)->store, content_of(rq), a, e)));
}

static bool reply_organisation(Req *rq, int64_t number, Err *e) {
    return reply_node(
        rq, organisation_detail(req_office(rq)->store, content_of(rq), req_arena(rq), number, e));
}

bool api_organisation_get(Req *rq, Err *e) {
    int64_t number;

    return req_param_int(rq, 0, &number, e) && reply_organisation(rq, number, e);
}

static OrganisationNew unit_of(const UnitIn *in) {
    return (OrganisationNew){.kind = in->kind,
                             .name = in->name,
                             .short_name = in->short_name,
                             .division = in->division,
                             .letters = in->letters,
                             .parent = in->parent,
                             .superior = in->superior};
}

bool api_organisation_create(Req *rq, Err *e) {
    const UnitIn *in = req_body(rq);
    OrganisationNew unit = unit_of(in);
    int64_t number;

    return organisation_create_with(req_office(rq)->store, content_of(rq), req_view(rq)->login,
                                    &unit, in->departments, &number, e) &&
           reply_organisation(rq, number, e);
}

bool api_organisation_change(Req *rq, Err *e) {
    OrganisationNew unit = unit_of(req_body(rq));
    int64_t number;

    return req_param_int(rq, 0, &number, e) &&
           organisation_change(req_office(rq)->store, content_of(rq), req_view(rq)->login, number,
                               &unit, e) &&
           reply_organisation(rq, number, e);
}

bool api_organisation_end(Req *rq, Err *e) {
    int64_t number;

    return req_param_int(rq, 0, &number, e) &&
           organisation_end(req_office(rq)->store, req_view(rq)->login, number, e) &&
           reply_organisation(rq, number, e);
}

bool api_organisation_reopen(Req *rq, Err *e) {
    int64_t number;

    return req_param_int(rq, 0, &number, e) &&
           organisation_reopen(req_office(rq)->store, req_view(rq)->login, number, e) &&
           reply_organisation(rq, number, e);
}

/* ---- departments ---- */

static bool reply_number(Req *rq, int64_t number) {
    Node *n = node_map(req_arena(rq));

    node_set_int(req_arena(rq), n, "number", number);
    return reply_node(rq, n);
}

bool api_department_create(Req *rq, Err *e) {
    const DepartmentIn *in = req_body(rq);
    int64_t number, made;

    return req_param_int(rq, 0, &number, e) &&
           department_create(req_office(rq)->store, content_of(rq), req_view(rq)->login, number,
                             in->kind, in->name, &made, e) &&
           reply_number(rq, made);
}

bool api_department_change(Req *rq, Err *e) {
    const DepartmentIn *in = req_body(rq);
    int64_t number;

    return req_param_int(rq, 0, &number, e) &&
           department_change(req_office(rq)->store, req_view(rq)->login, number, in->name, e) &&
           reply_nothing(rq);
}

bool api_department_end(Req *rq, Err *e) {
    int64_t number;

    return req_param_int(rq, 0, &number, e) &&
           department_end(req_office(rq)->store, req_view(rq)->login, number, e) &&
           reply_nothing(rq);
}

/* ---- kinds and roles ---- */

bool api_kind_list(Req *rq, Err *e) {
    (void)e;
    return reply_node(rq, kinds_shown(content_of(rq), req_arena(rq)));
}

bool api_role_list(Req *rq, Err *e) {
    Arena *a = req_arena(rq);

    (void)e;
    return reply_node(rq, whole_list(a, roles_shown(content_of(rq), a)));
}

/* ---- why ---- */

/* What nobody has looks to everybody like what he may not see. */
static bool marks_read(Req *rq, const ExplainQuery *q, RowMarks *row, bool *found, Err *e) {
    const char *kind = str_is(q->kind, "clue")    ? "clue"
                       : str_is(q->kind, "batch") ? "batch"
                       : str_is(q->kind, "row")   ? "row"
                                                  : NULL;

    if (kind == NULL)
        return err_set(e, ERR_INVALID, "?kind", "只能问线索（clue）、批次（batch）或数据行（row）");
    return rights_marks(req_office(rq)->store, kind, q->id, req_arena(rq), row, found, e);
}

static Permission reading(const RowMarks *row) {
    return row->kind[0] == 'c'   ? PERMISSION_CLUE_READ
           : row->kind[0] == 'b' ? PERMISSION_BATCH_READ
                                 : PERMISSION_ROW_READ;
}

static bool explain(Req *rq, const Rights *r, Str login, const RowMarks *row, bool found, Err *e) {
    Arena *a = req_arena(rq);
    Node *n = node_map(a), *why = node_list(a);
    Err failed = {0};
    const Scope *before = store_thread_scope(NULL);
    int fields = rights_see(req_office(rq)->store, r, reading(row), row, a, why, &failed);

    store_thread_scope(before);
    if (failed.code != ERR_NONE) {
        *e = failed;
        return false;
    }
    if (!found && fields != 0) { /* nothing is hidden from him: then there is none */
        fields = 0;
        why = node_list(a);
        node_add(a, why, node_of_text(a, STR("没有这条记录")));
    }
    node_set_text(a, n, "login", login);
    node_set_bool(a, n, "visible", fields != 0);
    node_set_text(a, n, "fields",
                  fields == FIELDS_PERSONAL ? STR("personal")
                  : fields == FIELDS_PLAIN  ? STR("plain")
                                            : STR("none"));
    node_set(a, n, "reasons", why);
    return reply_node(rq, n);
}

bool api_explain(Req *rq, Err *e) {
    const ExplainQuery *q = req_query(rq);
    RowMarks row;
    bool found;

    if (!marks_read(rq, q, &row, &found, e))
        return false;
    if (q->login.len == 0 || str_eq(q->login, req_view(rq)->login))
        return explain(rq, rq->rights, req_view(rq)->login, &row, found, e);
    if (!rights_allow(rq->rights, PERMISSION_ROLE_GRANT))
        return err_set(e, ERR_FORBIDDEN, "?login", "只有授予角色的管理员才能问别人看得到什么");
    const Rights *r = rights_of(req_office(rq)->store, content_of(rq), q->login, e);
    bool good = r != NULL && explain(rq, r, q->login, &row, found, e);

    rights_drop(r);
    return good;
}
