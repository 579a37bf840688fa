/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/matter_export_api.c: asking for an export of matters, and fetching it. */
#include "http/job.h"
#include "http/matter_api.h"
#include "http/matter_export.h"
#include "http/trace_words.h"

bool api_matter_export_create(Req *rq, Err *e) {
    const MatterExportIn *in = req_body(rq);
    Viewer asker;
    ExportFor who;

    if (!str_is(in->format, "xlsx") && !str_is(in->format, "csv"))
        return err_set(e, ERR_INVALID, "/format", "只能导出为 xlsx 或 csv");
    if (!export_for(rq, &asker, in->purpose, in->case_number, in->reason, &who, e))
        return false;
    MatterExport x = {.query = in->query,
                      .format = in->format,
                      .purpose = who.look.purpose,
                      .purpose_title = who.purpose_title,
                      .case_number = who.look.case_number,
                      .reason = who.look.reason,
                      .actor = who.actor,
                      .person = who.person,
                      .address = asker.address,
                      .device = asker.device,
                      .shelf = rq->server->exports};

    return reply_node(rq, jobs_export(rq->server->jobs, &x, req_arena(rq), e));
}

bool api_matter_export_get(Req *rq, Err *e) {
    ShelfItem item;

    return shelf_find(rq->server->exports, req_view(rq)->login, req_param(rq, 0), req_arena(rq),
                      &item, e) &&
           reply_file(rq, item.path.ptr, item.name,
                      str_ends(item.name, STR(".csv"))
                          ? "text/csv; charset=utf-8"
                          : "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                      false, e);
}
