/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/upkeep_api.c: what the system administrator does about backups and the key. Backups stay on
 * the machine: nobody downloads one. */
#include "http/api.h"
#include "http/inputs.h"
#include "http/req.h"
#include "http/server.h"
#include "http/upkeep.h"

static bool begin(Req *rq, const UpkeepJob *u, Err *e) {
    return reply_node(rq, jobs_upkeep(server_jobs(req_server(rq)), u, req_arena(rq), e));
}

bool api_backup_list_get(Req *rq, Err *e) {
    return reply_node(rq, office_backups(req_office(rq), req_arena(rq), e));
}

bool api_backup_create(Req *rq, Err *e) {
    const BackupNew *in = req_body(rq);

    return begin(rq,
                 &(UpkeepJob){.kind = UPKEEP_JOB_BACKUP,
                              .with_key = in->with_key,
                              .actor = req_view(rq)->login},
                 e);
}

bool api_backup_verify_post(Req *rq, Err *e) {
    Str name = req_param(rq, 0);

    return office_backup_path(req_office(rq), name, req_arena(rq), e) != NULL &&
           begin(
               rq,
               &(UpkeepJob){.kind = UPKEEP_JOB_VERIFY, .name = name, .actor = req_view(rq)->login},
               e);
}

bool api_key_get(Req *rq, Err *e) {
    return reply_node(rq, office_key_status(req_office(rq), req_arena(rq), e));
}

bool api_key_rotate_post(Req *rq, Err *e) {
    return begin(rq, &(UpkeepJob){.kind = UPKEEP_JOB_ROTATE, .actor = req_view(rq)->login}, e);
}
