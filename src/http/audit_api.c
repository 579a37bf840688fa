/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/audit_api.c: alarms, and the journal as auditors read it. Each question of theirs is written
 * down before it is answered. */
#include "trace/audit.h"

#include "http/api.h"
#include "http/trace_api.h"
#include "http/trace_words.h"
#include "trace/alarm.h"
#include "trace/evidence.h"

/* --- alarms ----------------------------------------------------------------------------------- */

bool api_alarm_list(Req *rq, Err *e) {
    const AlarmQuery *q = req_query(rq);

    return reply_node(rq, alarm_page(req_office(rq)->store, req_snapshot(rq)->content,
                                     req_arena(rq), q->state, q->cursor, q->limit, e));
}

static bool reply_alarm(Req *rq, int64_t number, Err *e) {
    return reply_node(
        rq, alarm_one(req_office(rq)->store, req_snapshot(rq)->content, req_arena(rq), number, e));
}

bool api_alarm_get(Req *rq, Err *e) {
    int64_t number;

    return req_param_int(rq, 0, &number, e) && reply_alarm(rq, number, e);
}

bool api_alarm_change(Req *rq, Err *e) {
    const WordsIn *in = req_body(rq);
    int64_t number;

    return req_param_int(rq, 0, &number, e) &&
           alarm_acknowledge(req_office(rq)->store, req_view(rq)->login, number, in->words, e) &&
           reply_alarm(rq, number, e);
}

/* --- searching -------------------------------------------------------------------------------- */

bool api_audit_kinds(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    Node *n = node_map(a);

    (void)e;
    node_set(a, n, "items", sentence_kinds(a));
    return reply_node(rq, n);
}

static bool told(Req *rq, const char *kind, Str subject, Node *body, Err *e) {
    Viewer asker = asker_of(rq);

    return audit_record(req_office(rq)->store, &asker, kind, subject, body, e);
}

static void set_day(Arena *a, Node *body, const char *key, Day day) {
    char text[11];

    if (day == DAY_NONE)
        return;
    day_format(day, text);
    node_set_text(a, body, key, str_of(text));
}

static void set_word(Arena *a, Node *body, const char *key, Str text) {
    if (text.len != 0)
        node_set_text(a, body, key, text);
}

/* The answer is worked out first, so that its entry can say how much it was; it leaves only when
 * the entry is there. */
bool api_audit_search(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    const AuditSearchIn *in = req_body(rq);
    AuditQuery q = {.from = in->from,
                    .to = in->to,
                    .person = in->person,
                    .kind = in->kind,
                    .object = in->object,
                    .purpose = in->purpose,
                    .organisation = in->organisation,
                    .cursor = in->cursor,
                    .limit = in->limit,
                    .oldest_first = in->oldest_first};
    Node *page = audit_search(req_office(rq)->store, req_snapshot(rq)->content, a, &q, e);
    Node *body = node_map(a);

    if (page == NULL)
        return false;
    set_day(a, body, "from", in->from);
    set_day(a, body, "to", in->to);
    set_word(a, body, "person", in->person);
    set_word(a, body, "kind", in->kind);
    set_word(a, body, "object", in->object);
    set_word(a, body, "purpose_asked", in->purpose);
    if (in->organisation > 0)
        node_set_int(a, body, "organisation", in->organisation);
    node_set_int(a, body, "total", node_int(page, "total", 0));
    return told(rq, "audit.searched", STR("journal"), body, e) && reply_node(rq, page);
}

bool api_audit_replay(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    const ReplayIn *in = req_body(rq);
    Node *page = audit_replay(req_office(rq)->store, req_snapshot(rq)->content, a, in->person,
                              in->day, in->cursor, in->limit, e);
    Node *body = node_map(a);

    if (page == NULL)
        return false;
    set_day(a, body, "day", in->day);
    node_set_int(a, body, "total", node_int(page, "total", 0));
    return told(rq, "audit.replayed", str_format(a, "user:%.*s", STR_ARG(in->person)), body, e) &&
           reply_node(rq, page);
}

bool api_audit_lookup(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    const LookupIn *in = req_body(rq);
    Node *body = node_map(a), *page;
    Str object;

    /* Whether there is such a row is case content: an auditor learns who looked, nothing else. */
    if (!object_of(rq, &in->object, false, &object, e))
        return false;
    page = audit_who(req_office(rq)->store, req_snapshot(rq)->content, a, object, in->cursor,
                     in->limit, e);
    if (page == NULL)
        return false;
    node_set_text(a, body, "object", object);
    node_set_int(a, body, "total", node_int(page, "total", 0));
    return told(rq, "audit.looked_up", object, body, e) && reply_node(rq, page);
}

/* --- the chain -------------------------------------------------------------------------------- */

bool api_audit_verify(Req *rq, Err *e) {
    UpkeepJob job = {.kind = UPKEEP_JOB_CHAIN, .actor = req_view(rq)->login};

    return reply_node(rq, jobs_upkeep(req_server(rq)->jobs, &job, req_arena(rq), e));
}

bool api_evidence_create(Req *rq, Err *e) {
    const EvidenceIn *in = req_body(rq);
    Viewer asker = asker_of(rq);
    EvidenceAsk ask = {in->from, in->to, .cancel = NULL};
    UpkeepJob job = {.kind = UPKEEP_JOB_EVIDENCE,
                     .actor = req_view(rq)->login,
                     .address = asker.address,
                     .device = asker.device,
                     .from = in->from,
                     .to = in->to,
                     .shelf = rq->server->exports};

    return evidence_check(req_office(rq)->store, &ask, e) &&
           reply_node(rq, jobs_upkeep(req_server(rq)->jobs, &job, req_arena(rq), e));
}

bool api_evidence_get(Req *rq, Err *e) {
    ShelfItem item;

    return shelf_find(rq->server->exports, req_view(rq)->login, req_param(rq, 0), req_arena(rq),
                      &item, e) &&
           reply_file(rq, item.path.ptr, item.name, "application/zip", false, e);
}
