/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/retention_api.c: what need no longer be kept: the list, asking for leave to destroy, and
 * destroying. */
#include "trace/retention.h"

#include "http/api.h"
#include "http/trace_api.h"
#include "http/trace_words.h"

enum { PAGE_ROWS = 50 };

bool api_retention_list(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    const RetentionQuery *q = req_query(rq);
    int64_t limit = q->limit > 0 ? q->limit : PAGE_ROWS;
    Node *n = node_map(a), *due = retention_due(req_office(rq)->store, req_snapshot(rq)->content, a,
                                                instant_now(), q->after, limit, e);

    if (due == NULL)
        return false;
    node_set(a, n, "items", due);
    if ((int64_t)due->count == limit)
        node_set_text(a, n, "next", node_text(due->items[due->count - 1], "subject"));
    return reply_node(rq, n);
}

bool api_retention_ask(Req *rq, Err *e) {
    const DestroyIn *in = req_body(rq);
    const Content *c = req_snapshot(rq)->content;
    Store *s = req_office(rq)->store;
    int64_t number;

    return retention_request(s, c, rq->rights, in->subject, in->reason, &number, e) &&
           reply_node(rq, approval_get(s, c, rq->rights, req_arena(rq), number, e));
}

bool api_retention_destroy(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    const DestroyIn *in = req_body(rq);
    Node *n = node_map(a);
    int64_t approval;

    if (!retention_destroy(req_office(rq)->store, req_snapshot(rq)->content, req_view(rq)->login,
                           in->subject, &approval, e))
        return false;
    node_set_text(a, n, "subject", in->subject);
    node_set_int(a, n, "approval", approval);
    return reply_node(rq, n);
}
