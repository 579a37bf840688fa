/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/batch_api.c: imports, their quality and their rejected rows. */
#include "pool/batch.h"

#include "http/api.h"
#include "http/inputs.h"
#include "http/req.h"

/* Cursors of these lists are numbers; empty is the beginning. */
static bool cursor_number(Str cursor, int64_t *out, Err *e) {
    *out = 0;
    return cursor.len == 0 || (str_to_int(cursor, out) && *out >= 0) ||
           err_set(e, ERR_INVALID, "?cursor", "翻页位置不对，请从第一页重新开始");
}

bool api_batch_list_get(Req *rq, Err *e) {
    const BatchQuery *q = req_query(rq);
    int64_t before;

    return cursor_number(q->cursor, &before, e) &&
           reply_node(rq, batch_list(req_office(rq)->store, req_arena(rq), q->dataset, before,
                                     q->limit, e));
}

bool api_batch_get(Req *rq, Err *e) {
    int64_t number;

    return req_param_int(rq, 0, &number, e) &&
           reply_node(rq, batch_get(req_office(rq)->store, req_arena(rq), number, e));
}

bool api_batch_rejects(Req *rq, Err *e) {
    const PageQuery *q = req_query(rq);
    Office *o = req_office(rq);
    int64_t number, from;

    return req_param_int(rq, 0, &number, e) && cursor_number(q->cursor, &from, e) &&
           reply_node(rq, batch_rejects(o->store, req_arena(rq), o->folder.ptr, number, from,
                                        q->limit, e));
}

bool api_batch_rejects_csv(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    Office *o = req_office(rq);
    int64_t number;
    const Node *batch = req_param_int(rq, 0, &number, e) ? batch_get(o->store, a, number, e) : NULL;

    if (batch == NULL)
        return false;
    Str file = node_text(batch, "rejects_file");

    if (file.len == 0)
        return err_set(e, ERR_NOT_FOUND, NULL, "第 %lld 批没有被退回的行", (long long)number);
    Str path = str_format(a, "%.*s/%.*s", STR_ARG(o->folder), STR_ARG(file));
    Str name = str_format(a, "第%lld批-退回.csv", (long long)number);

    return reply_file(rq, path.ptr, name, "text/csv; charset=utf-8", false, e);
}
