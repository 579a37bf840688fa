/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/document_job_api.c: asking for letters in many matters and for the ledger as a file, and
 * fetching both. */
#include "http/document_api.h"
#include "http/document_inputs.h"
#include "content/document.h"
#include "http/job.h"
#include "http/trace_words.h"

/* --- letters ---------------------------------------------------------------------------------- */

static bool some_matters(const Req *rq, const DocumentJobIn *in, Err *e) {
    bool ids = in->matters.count > 0, query = req_gave(rq, "query");

    if (ids == query)
        return err_set(e, ERR_INVALID, "/matters",
                       "请写明在哪些事项里起草：给出标识（matters）或者条件（query），只用一种");
    return in->matters.count <= DOCUMENT_JOB_MOST ||
           err_set(e, ERR_TOO_LARGE, "/matters", "一次最多起草 %d 份，请分几次", DOCUMENT_JOB_MOST);
}

bool api_document_job_create(Req *rq, Err *e) {
    const DocumentJobIn *in = req_body(rq);
    const DocumentType *d = content_document(req_snapshot(rq)->content, in->type, e);
    Viewer asker = asker_of(rq);

    if (d == NULL || !some_matters(rq, in, e))
        return false;
    DocumentJob job = {.type = d->document,
                       .title = d->title,
                       .matters = in->matters.count > 0 ? in->matters.items : NULL,
                       .count = in->matters.count,
                       .query = in->query,
                       .organisation = in->organisation,
                       .actor = req_view(rq)->login,
                       .address = asker.address,
                       .device = asker.device,
                       .shelf = rq->server->exports};

    return reply_node(rq, jobs_letters(rq->server->jobs, &job, req_arena(rq), e));
}

/* --- the ledger ------------------------------------------------------------------------------- */

bool api_document_export_create(Req *rq, Err *e) {
    const DocumentExportIn *in = req_body(rq);
    Viewer asker;
    ExportFor who;

    if (!str_is(in->format, "xlsx") && !str_is(in->format, "csv"))
        return err_set(e, ERR_INVALID, "/format", "只能导出为 xlsx 或 csv");
    if (!export_for(rq, &asker, in->purpose, in->case_number, in->reason, &who, e))
        return false;
    DocumentExport x = {.query = in->query,
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

    return reply_node(rq, jobs_export_documents(rq->server->jobs, &x, req_arena(rq), e));
}

/* Both wait in the same place for whoever asked. */
bool api_document_export_get(Req *rq, Err *e) {
    ShelfItem item;

    return shelf_find(rq->server->exports, req_view(rq)->login, req_param(rq, 0), req_arena(rq),
                      &item, e) &&
           reply_file(rq, item.path.ptr, item.name,
                      str_ends(item.name, STR(".zip")) ? "application/zip"
                      : str_ends(item.name, STR(".csv"))
                          ? "text/csv; charset=utf-8"
                          : "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                      false, e);
}
