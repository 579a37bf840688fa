/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/work.c: what a worker does with a request: admit, read, run the handler, prepare the reply.
 */
#include "http/guard.h"
#include "http/kept.h"

#include <assert.h>

#include "base/log.h"
#include "http/creation.h"
#include "http/refusal.h"
#include "http/trace_words.h"

/* --- the same creation twice ------------------------------------------------------------------ */

/* Empty when the request has no key. Keys of different people and routes never meet. */
static Str creation_key(const Req *rq) {
    Str key = rq->method == POST ? req_header(rq, "Idempotency-Key") : (Str){NULL, 0};

    /* Each look at clear values is an entry of its own; none is answered from memory. */
    if (key.len == 0 || key.len > 200 || rq->view.login.len == 0 || rq->view.route->secret)
        return (Str){NULL, 0};
    return str_format(rq->view.arena, "%.*s %.*s %.*s", STR_ARG(rq->view.login), STR_ARG(rq->path),
                      STR_ARG(key));
}

static uint64_t creation_digest(const Req *rq) {
    uint64_t size = rq->upload != NULL ? (uint64_t)rq->upload->size : 0;

    return str_hash(buf_str(&rq->text)) ^ str_hash(rq->query_text) * 3 ^ size * 7;
}

/* What the store says where memory knows nothing. */
static bool recall_stored(Req *rq, Creation *c, Recall *what, Str *body, Err *e) {
    Office *o = rq->view.office;
    Recall found = RECALL_NEW;

    if (!creation_ask(o, c, rq->view.arena, &found, &rq->status, body, e) ||
        (found == RECALL_NEW && !creation_begin(o, c, e))) {
        remembered_end(rq->server->remembered, c->key, 500, (Str){NULL, 0});
        return false;
    }
    *what = found;
    if (found != RECALL_NEW)
        remembered_end(rq->server->remembered, c->key, found == RECALL_DONE ? rq->status : 409,
                       *body);
    return true;
}

/* True: go on. False: answered as the first time, or *e is set. */
static bool recall(Req *rq, Creation *c, Err *e) {
    Str body = {NULL, 0};

    if (c->key.len == 0)
        return true;
    Recall what = remembered_begin(rq->server->remembered, c->key, (uint64_t)c->digest,
                                   rq->view.arena, &rq->status, &body);

    if (what == RECALL_NEW && !recall_stored(rq, c, &what, &body, e))
        return false;
    switch (what) {
    case RECALL_NEW:
        return true;
    case RECALL_DONE:
        buf_add(&rq->reply, body);
        rq->media = "application/json";
        return false;
    case RECALL_RUNNING:
        return err_set(e, ERR_CONFLICT, NULL, "同一个请求正在处理，请稍候");
    case RECALL_TAKEN:
        rq->status = 0;
        return err_set(e, ERR_CONFLICT, NULL, "这个请求已经办过，没有重复办理；请刷新页面查看结果");
    case RECALL_OTHER:
        rq->status = 0;
        return err_set(e, ERR_CONFLICT, NULL,
                       "这个幂等键（Idempotency-Key）已用于另一个请求，请换一个");
    }
    return true;
}

static void remember(Req *rq, Creation *c, bool good, const Err *e) {
    int status = good ? rq->status : err_http_status(e->code);
    scoped_buf Buf body;

    buf_init(&body, REPLY_MOST);
    if (c->key.len == 0)
        return;
    if (good && rq->json != NULL)
        json_write(rq->json, &body);
    creation_end(rq->view.office, c, status, buf_str(&body));
    remembered_end(rq->server->remembered, c->key, status, buf_str(&body));
}

/* --- changes based on a version --------------------------------------------------------------- */

/* If-Match on a change: what GET of the same path would answer now must carry that tag. */
static bool precondition(Req *rq, Err *e) {
    Str wanted = req_header(rq, MHD_HTTP_HEADER_IF_MATCH);

    if (rq->method == GET || wanted.len == 0 || str_is(wanted, "*") || rq->view.route->revised)
        return true;
    RouteMatch match = route_find(rq->server->options.routes, GET, rq->path);
    Str now = {NULL, 0};

    if (match.route != NULL && match.route->kind == ROUTE_JSON) {
        const Route *own = rq->view.route;

        rq->view.route = match.route;
        bool good = match.route->run(rq, e);

        rq->view.route = own;
        if (!good)
            return false;
        now = reply_tag(rq, rq->json);
        rq->json = NULL;
        rq->status = 0;
    }
    return str_eq(now, wanted) ||
           err_set(e, ERR_PRECONDITION, NULL, "内容已被别人改动，请刷新后再改");
}

/* --- the handler ------------------------------------------------------------------------------ */

/* No entry, no answer: what the handler prepared does not leave then. */
static bool tell_entry(Req *rq, Err *e) {
    Viewer asker = asker_of(rq);

    return audit_record(rq->view.office->store, &asker, rq->entry.kind, rq->entry.subject,
                        rq->entry.body, e);
}

static bool run_handler(Req *rq, Err *e) {
    const Route *r = rq->view.route;
    Creation creation;

    /* While an upload came in, rights may have gone. */
    if (rq->admitted ? !guard_rights(rq, e) : !guard_admit(rq, e))
        return false;
    if (r->limit != LIMIT_NONE &&
        !limits_take(rq->server->limits, (Limit)r->limit, rq->view.address, rq->view.login,
                     &rq->retry_after, e))
        return false;
    if (rq->upload != NULL && !upload_write(rq, e))
        return false;
    if (!req_read_query(rq, e) || !req_read_body(rq, e) || !precondition(rq, e))
        return false;
    creation_init(&creation, creation_key(rq), creation_digest(rq), route_status(r) == 202);
    if (!recall(rq, &creation, e))
        return e->code == ERR_NONE;
    /* A GET cannot write: the layers refuse it on this thread. */
    store_thread_reads_only(rq->method == GET);
    bool good = r->run(rq, e);

    store_thread_reads_only(false);
    if (good && rq->entry.kind != NULL)
        good = tell_entry(rq, e);
    if (good && rq->status == 0 && rq->response == NULL)
        rq->status = route_status(r);
    remember(rq, &creation, good, e);
    return good;
}

static void answer(Req *rq, const Err *e) {
    if (e->code != ERR_NONE) {
        if (err_http_status(e->code) >= 500)
            log_line(LOG_ERROR, "http", "%s %s: %s", rq->id, err_key(e->code), e->text);
        refusal_note(rq->server->refusals, rq, e);
        reply_problem(rq, e);
    }
    reply_prepare(rq);
    rq->state = REQ_ANSWERED;
}

/* True: answered already. Otherwise the answer may be kept, as of now. */
static bool find_kept(Req *rq) {
    KeptMoment *now = arena_new_of(rq->view.arena, KeptMoment);

    if (!kept_moment(rq, now, NULL))
        return false; /* the handler will say why */
    rq->kept = kept_find(rq->server->kept, rq, now);
    if (rq->kept == NULL)
        rq->moment = now;
    return rq->kept != NULL;
}

static void run(Req *rq) {
    Err e = {0};

    if (rq->state == REQ_NEW) { /* an upload asks to come in, before its body is read */
        rq->admitted = guard_admit(rq, &e) && upload_begin(rq, &e);
        rq->state = REQ_ADMITTED;
        if (!rq->admitted)
            answer(rq, &e);
        return;
    }
    if (rq->state == REQ_BODY) { /* a piece of an upload is full; failures are told at the end */
        upload_write(rq, NULL);
        return;
    }
    if (kept_may(rq) && find_kept(rq)) {
        answer(rq, &e);
        return;
    }
    bool good = run_handler(rq, &e);

    assert(good == (e.code == ERR_NONE));
    answer(rq, &e);
}

/* Until the guard knows who asks, and between requests, this thread sees nothing. */
void work_run(Req *rq) {
    store_thread_scope(&SCOPE_NOBODY);
    run(rq);
    store_thread_scope(&SCOPE_NOBODY);
}
