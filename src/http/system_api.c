/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/system_api.c: live events and the description of this API. */
#include "http/api.h"
#include "http/events.h"
#include "http/generate.h"
#include "http/guard.h"

bool api_event_stream(Req *rq, Err *e) {
    rq->response = events_open(rq->server->events, rq, guard_cookie(rq), e);
    rq->status = MHD_HTTP_OK;
    return rq->response != NULL;
}

bool api_openapi_get(Req *rq, Err *e) {
    (void)e;
    return reply_node(rq, generate_openapi(req_arena(rq), rq->server->options.routes));
}
