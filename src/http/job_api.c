/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/job_api.c: long work: looking at it and stopping it. */
#include "http/api.h"
#include "http/req.h"
#include "http/server.h"

bool api_job_list_get(Req *rq, Err *e) {
    (void)e;
    return reply_node(rq, jobs_list(server_jobs(req_server(rq)), req_arena(rq)));
}

bool api_job_get(Req *rq, Err *e) {
    return reply_node(rq,
                      jobs_get(server_jobs(req_server(rq)), req_param(rq, 0), req_arena(rq), e));
}

bool api_job_cancel_post(Req *rq, Err *e) {
    return reply_node(rq,
                      jobs_cancel(server_jobs(req_server(rq)), req_param(rq, 0), req_arena(rq), e));
}
