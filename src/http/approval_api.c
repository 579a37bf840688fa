/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/approval_api.c: asking for approval, deciding, and the lists of both. */
#include "http/api.h"
#include "http/trace_api.h"
#include "http/trace_words.h"

static bool reply_approval(Req *rq, int64_t number, Err *e) {
    return reply_node(rq, approval_get(req_office(rq)->store, req_snapshot(rq)->content, rq->rights,
                                       req_arena(rq), number, e));
}

bool api_approval_list(Req *rq, Err *e) {
    const ApprovalQuery *q = req_query(rq);
    Str which = q->which.len != 0 ? q->which : STR("mine");

    return reply_node(rq, approval_list(req_office(rq)->store, req_snapshot(rq)->content,
                                        rq->rights, req_arena(rq), which, q->cursor, q->limit, e));
}

bool api_approval_get(Req *rq, Err *e) {
    int64_t number;

    return req_param_int(rq, 0, &number, e) && reply_approval(rq, number, e);
}

/* What a bulk export is of. */
static bool export_object(Req *rq, const ApprovalIn *in, Str *out, Err *e) {
    if (str_is(in->what, "clues")) {
        *out = STR("export:clues");
        return true;
    }
    if (!str_is(in->what, "rows"))
        return err_set(e, ERR_INVALID, "/what", "只能申请导出 clues（线索）或 rows（数据行）");
    const Dataset *d = content_dataset(req_snapshot(rq)->content, in->object.dataset, e);

    if (d == NULL)
        return false;
    *out = str_format(req_arena(rq), "export:rows:%.*s", STR_ARG(d->dataset));
    return true;
}

bool api_approval_create(Req *rq, Err *e) {
    const ApprovalIn *in = req_body(rq);
    ApprovalNew ask = {.purpose = in->purpose,
                       .case_number = in->case_number,
                       .reason = in->reason,
                       .days = in->days,
                       .uses = in->uses,
                       .organisation = in->organisation};
    int64_t number;

    for (const BindName *n = approval_type_names; n->name != NULL; n++)
        if (str_is(in->kind, n->name))
            ask.kind = n->value;
    if (ask.kind == APPROVAL_DESTROY) /* asked for where what is due is listed */
        return err_set(e, ERR_INVALID, "/kind", "审批的种类只能是 look、sealed 或 bulk");
    /* Who asks cannot be told which sealed records there are: he asks for their channel. */
    if (ask.kind == APPROVAL_SEALED)
        ask.object = STR(SEALED_CHANNEL);
    else if (ask.kind == APPROVAL_BULK ? !export_object(rq, in, &ask.object, e)
                                       : !object_of(rq, &in->object, true, &ask.object, e))
        return false;
    return approval_request(req_office(rq)->store, req_snapshot(rq)->content, rq->rights, &ask,
                            &number, e) &&
           reply_approval(rq, number, e);
}

/* An instant, or a day that counts whole. */
static bool until_of(Str text, Instant *out, Err *e) {
    Day day;

    *out = 0;
    if (text.len == 0)
        return true;
    if (!instant_parse(text, out))
        return err_set(e, ERR_INVALID, "/until", "结束的时间看不懂，请写成 2026-01-31");
    if (text.len <= 11 && day_parse(text, &day))
        *out += INT64_C(86400000000);
    return true;
}

bool api_approval_change(Req *rq, Err *e) {
    const DecisionIn *in = req_body(rq);
    Store *s = req_office(rq)->store;
    Decision d = {.consent = str_is(in->decision, "agree"), .words = in->words, .uses = in->uses};
    int64_t number;

    if (!req_param_int(rq, 0, &number, e) || !until_of(in->until, &d.until, e))
        return false;
    if (str_is(in->decision, "withdraw"))
        return approval_withdraw(s, rq->rights, number, e) && reply_approval(rq, number, e);
    if (!d.consent && !str_is(in->decision, "refuse"))
        return err_set(e, ERR_INVALID, "/decision",
                       "只能是 agree（同意）、refuse（不同意）或 withdraw（撤回）");
    return approval_decide(s, req_snapshot(rq)->content, rq->rights, number, &d, e) &&
           reply_approval(rq, number, e);
}
