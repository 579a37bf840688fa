/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/job_api.c: long work: looking at it and stopping it. What one may not see is not there. */
#include "http/api.h"
#include "http/inside.h"
#include "http/see.h"

bool api_job_list_get(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    Node *all = jobs_list(server_jobs(req_server(rq)), a), *items = node_list(a);
    const Node *from = node_get(all, "items");

    (void)e;
    for (size_t i = 0; i < from->count; i++) {
        if (!see_job(rq->rights, from->items[i]))
            continue;
        see_job_trim(rq->rights, a, from->items[i]);
        node_add(a, items, from->items[i]);
    }
    node_set_int(a, all, "total", (int64_t)items->count);
    node_set(a, all, "items", items);
    return reply_node(rq, all);
}

/* The job when the person may see it; else the same error as for one that never was. */
static Node *job_of(Req *rq, Err *e) {
    Jobs *jobs = server_jobs(req_server(rq));
    Node *job = jobs_get(jobs, req_param(rq, 0), req_arena(rq), e);

    if (job != NULL && !see_job(rq->rights, job))
        job = jobs_get(jobs, (Str){NULL, 0}, req_arena(rq), e);
    if (job != NULL)
        see_job_trim(rq->rights, req_arena(rq), job);
    return job;
}

bool api_job_get(Req *rq, Err *e) {
    return reply_node(rq, job_of(rq, e));
}

bool api_job_cancel_post(Req *rq, Err *e) {
    return job_of(rq, e) != NULL && reply_node(rq, jobs_cancel(server_jobs(req_server(rq)),
                                                               req_param(rq, 0), req_arena(rq), e));
}
