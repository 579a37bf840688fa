/* SPDX-License-Identifier: MulanPSL-2.0 */
/* trace/approval.c: requests, decisions, withdrawals, and their projections. */
#include "trace/approval.h"

#include <inttypes.h>

#include "people/act.h"
#include "sql_statements.h"
#include "trace/deciding.h"

#include "base/banned.h"

#define DAYS(n) ((Instant)(n)*INT64_C(86400000000))
enum { OPEN_MOST = 100, WORDS_MOST = 300, OBJECT_MOST = 200 };

/* ---- projections ---- */

static bool requested(Tx *tx, const Event *event, Err *e) {
    const Node *b = event->body;
    Str reason = event->secret != NULL ? node_text(event->secret, "reason") : (Str){NULL, 0};
    Arg hidden = reason.ptr != NULL ? ARG_OF_TEXT(reason) : ARG_OF_NULL;

    return tx_run(tx, &SQL_approval_add,
                  ARGS(ARG_OF_INT(event_number(event)), ARG_OF_TEXT(node_text(b, "kind")),
                       ARG_OF_TEXT(event->actor), ARG_OF_INT(event_owner(event)),
                       ARG_OF_TEXT(node_text(b, "object")), ARG_OF_TEXT(node_text(b, "purpose")),
                       ARG_OF_TEXT(node_text(b, "case_number")), hidden,
                       ARG_OF_INT(node_int(b, "needed", 1)), ARG_OF_INT(node_int(b, "days", 1)),
                       ARG_OF_INT(node_int(b, "uses", 1)), ARG_OF_INT(event->at),
                       ARG_OF_INT(node_int(b, "open_until", 0))),
                  NULL, e);
}

static bool close_as(Tx *tx, const Event *event, const char *state, Err *e) {
    return tx_run(
        tx, &SQL_approval_close,
        ARGS(ARG_OF_INT(event_number(event)), ARG_OF_TEXT(str_of(state)), ARG_OF_INT(event->at)),
        NULL, e);
}

static bool decided(Tx *tx, const Event *event, Err *e) {
    const Node *b = event->body;
    bool consent = node_bool(b, "consent", false);
    Str words = event->secret != NULL ? node_text(event->secret, "words") : (Str){NULL, 0};
    Arg hidden = words.ptr != NULL ? ARG_OF_TEXT(words) : ARG_OF_NULL;
    int64_t until = node_int(b, "until", 0), uses = node_int(b, "uses", 0);

    if (!tx_run(tx, &SQL_approval_decision_add,
                ARGS(ARG_OF_INT(event_number(event)), ARG_OF_TEXT(event->actor),
                     ARG_OF_TEXT(node_text(b, "acting_for")), ARG_OF_INT(consent), hidden,
                     ARG_OF_INT(until), ARG_OF_INT(uses), ARG_OF_INT(event->at)),
                NULL, e))
        return false;
    if (!consent)
        return close_as(tx, event, "refused", e);
    return tx_run(tx, &SQL_approval_consent,
                  ARGS(ARG_OF_INT(event_number(event)), ARG_OF_INT(until), ARG_OF_INT(uses)), NULL,
                  e);
}

static bool withdrawn(Tx *tx, const Event *event, Err *e) {
    return close_as(tx, event, "withdrawn", e);
}

static bool forgotten(Tx *tx, const Event *event, Err *e) {
    Arg number = ARG_OF_INT(event_number(event));

    return !str_starts(event->subject, STR("approval:")) ||
           (tx_run(tx, &SQL_approval_forget, ARGS(number), NULL, e) &&
            tx_run(tx, &SQL_approval_decision_forget, ARGS(number), NULL, e));
}

void approval_register(void) {
    static const Projection projections[] = {{"approval.requested", requested},
                                             {"approval.decided", decided},
                                             {"approval.withdrawn", withdrawn},
                                             {"key.destroyed", forgotten},
                                             {0}};
    static const char *const tables[] = {"approval", "approval_decision", NULL};

    journal_register(projections, tables);
}

/* ---- asking ---- */

bool purpose_check(const Content *c, Str *purpose, Str *case_number, Str *reason, Err *e) {
    Err unknown = {0};
    const Purpose *p = content_purpose(c, *purpose, &unknown);

    if (p == NULL)
        return err_set(e, ERR_INVALID, "/purpose", "%s",
                       purpose->len != 0 ? unknown.text : "请选择查询事由");
    if (p->internal)
        return err_set(e, ERR_INVALID, "/purpose", "“%.*s”不能作为查询事由", STR_ARG(p->title));
    *purpose = p->purpose;
    if (!line_check(case_number, CASE_NUMBER_MOST, false, "/case_number", "案号", e) ||
        !line_check(reason, REASON_MOST, true, "/reason", "查询的理由", e))
        return false;
    return !p->needs_case_number || case_number->len != 0 ||
           err_set(e, ERR_INVALID, "/case_number", "以“%.*s”为事由时要填写案号", STR_ARG(p->title));
}

static bool object_check(int kind, Str object, Err *e) {
    static const char *const kinds[] = {"row:", "clue:", "subject:", "matter:", "export:"};
    bool good = object.len <= OBJECT_MOST;
    size_t known = kind == APPROVAL_SEALED && str_is(object, SEALED_CHANNEL);

    for (size_t i = 0; kind != APPROVAL_SEALED && i < sizeof kinds / sizeof *kinds; i++)
        known += str_starts(object, str_of(kinds[i]));
    for (size_t i = 0; good && i < object.len; i++) {
        char ch = object.ptr[i];

        good = (ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9') || ch == '_' || ch == '-' ||
               ch == ':' || ch == '/';
    }
    return (good && known == 1) || err_set(e, ERR_INVALID, "/object", "申请的对象写得不对");
}

/* The channel of sealed records is asked for where a role lets ask for it. */
static bool may_ask(const Rights *r, const Right *right, int kind) {
    if (right->rule->permission != PERMISSION_APPROVAL_REQUEST || right->delegated)
        return false;
    for (size_t i = 0; kind == APPROVAL_SEALED && i < r->count; i++)
        if (r->rights[i].rule->permission == PERMISSION_SEALED_READ && !r->rights[i].delegated &&
            r->rights[i].organisation == right->organisation)
            return true;
    return kind != APPROVAL_SEALED;
}

/* The organisation the request belongs to. */
static bool asking_from(const Rights *r, int kind, int64_t wanted, int64_t *out, Err *e) {
    for (size_t i = 0; i < r->count; i++) {
        const Right *right = &r->rights[i];

        if (!may_ask(r, right, kind))
            continue;
        if (wanted == 0 || right->organisation == wanted) {
            *out = right->organisation;
            return true;
        }
    }
    if (kind == APPROVAL_SEALED)
        return err_set(e, ERR_FORBIDDEN, wanted != 0 ? "/organisation" : NULL,
                       "现在的角色不能申请开启封存记录专门通道");
    return err_set(e, ERR_FORBIDDEN, wanted != 0 ? "/organisation" : NULL,
                   wanted != 0 ? "在这个单位没有申请审批的权限" : "没有申请审批的权限");
}

static bool limit_check(int64_t *n, int64_t most, const char *where, const char *what, Err *e) {
    if (*n == 0)
        *n = most;
    return (*n >= 1 && *n <= most) ||
           err_set(e, ERR_INVALID, where, "%s应当在 1 到 %" PRId64 " 之间", what, most);
}

typedef struct Asking {
    const Rights *rights;
    ApprovalNew in;
    const ApprovalKind *kind;
    int64_t number;
} Asking;

static bool ask_work(Act *act, void *what, Err *e) {
    Asking *q = what;
    const ApprovalNew *in = &q->in;
    Str kind = str_of(approval_type_names[in->kind - 1].name), login = q->rights->login;
    Node *body = node_map(act->arena), *secret = node_map(act->arena);
    int64_t same = 0, open = 0;

    if (!tx_int(act->tx, &SQL_approval_same,
                ARGS(ARG_OF_TEXT(login), ARG_OF_TEXT(kind), ARG_OF_TEXT(in->object),
                     ARG_OF_TEXT(in->purpose), ARG_OF_TEXT(in->case_number), ARG_OF_INT(act->now)),
                0, &same, e) ||
        !tx_int(act->tx, &SQL_approval_count_open, ARGS(ARG_OF_TEXT(login), ARG_OF_INT(act->now)),
                0, &open, e) ||
        !act_number(act, &SQL_approval_newest, &q->number, e))
        return false;
    if (same != 0)
        return err_set(e, ERR_CONFLICT, "/object", "同样的申请已经提出，正在等待审批");
    if (open >= OPEN_MOST)
        return err_set(e, ERR_TOO_MANY, NULL, "待审批的申请已有 %" PRId64 " 件，请等审批后再提出",
                       open);
    node_set_text(act->arena, body, "kind", kind);
    node_set_text(act->arena, body, "object", in->object);
    node_set_text(act->arena, body, "purpose", in->purpose);
    node_set_text(act->arena, body, "case_number", in->case_number);
    node_set_int(act->arena, body, "needed", q->kind->approvers);
    node_set_int(act->arena, body, "days", in->days);
    node_set_int(act->arena, body, "uses", in->uses);
    node_set_int(act->arena, body, "open_until", act->now + DAYS(q->kind->open_days));
    node_set_text(act->arena, secret, "reason", in->reason);
    return act_tell(act, "approval.requested", act_subject(act, "approval", q->number),
                    in->organisation, body, secret, e);
}

bool approval_request(Store *s, const Content *c, const Rights *r, const ApprovalNew *in,
                      int64_t *number, Err *e) {
    Asking q = {.rights = r, .in = *in};

    if (in->kind < APPROVAL_LOOK || in->kind > APPROVAL_BULK)
        return err_set(e, ERR_INVALID, "/kind", "审批的种类只能是 look、sealed 或 bulk");
    q.kind = content_approval_kind(c, (ApprovalType)in->kind);
    if (!asking_from(r, in->kind, in->organisation, &q.in.organisation, e) ||
        !object_check(in->kind, in->object, e) ||
        !purpose_check(c, &q.in.purpose, &q.in.case_number, &q.in.reason, e) ||
        !limit_check(&q.in.days, q.kind->days, "/days", "天数", e) ||
        !limit_check(&q.in.uses, q.kind->uses, "/uses", "次数", e) ||
        !act_write(s, c, r->login, ask_work, &q, e))
        return false;
    *number = q.number;
    return true;
}

/* ---- deciding ---- */

typedef struct Deciding {
    const Rights *rights;
    const Content *content;
    int64_t number;
    const Decision *in;
} Deciding;

static bool row_of(Act *act, int64_t number, ApprovalRow *row, Err *e) {
    return approval_row(act->tx, act->arena, number, row, e);
}

static bool none(int64_t number, Err *e) {
    return err_set(e, ERR_NOT_FOUND, NULL, "没有编号为 %" PRId64 " 的申请", number);
}

static bool still_open(const ApprovalRow *row, Instant now, Err *e) {
    Str state = approval_state(row, now);

    return str_is(state, "open") ||
           err_set(e, ERR_CONFLICT, NULL, "这件申请%s，不能再审批", approval_state_title(state));
}

/* Neither of two approvers may stand in for the other. */
static bool others_differ(Act *act, const ApprovalRow *row, Str me, Str giver, Err *e) {
    const Node *before =
        tx_rows(act->tx, act->arena, &SQL_approval_decisions, ARGS(ARG_OF_INT(row->approval)), e);

    for (size_t i = 0; before != NULL && i < before->count; i++) {
        Str other = node_text(before->items[i], "approver");
        Str other_giver = node_text(before->items[i], "acting_for");
        int64_t between = 0;

        if (str_eq(other, me))
            return err_set(e, ERR_CONFLICT, NULL, "已经审批过这件申请，还需要另一位审批人同意");
        if (!tx_int(act->tx, &SQL_approval_delegations_between,
                    ARGS(ARG_OF_TEXT(me), ARG_OF_TEXT(other), ARG_OF_INT(act->now)), 0, &between,
                    e))
            return false;
        if (between != 0 || str_eq(other_giver, me) || str_eq(other, giver) ||
            (giver.len != 0 && str_eq(other_giver, giver)))
            return err_set(e, ERR_FORBIDDEN, NULL,
                           "两名审批人之间有委托关系，不能相互代替，请另一位审批人办理");
    }
    return before != NULL;
}

static bool not_for_asker(Act *act, const ApprovalRow *row, Str me, Str giver, Err *e) {
    int64_t acts = 0;

    if (str_eq(row->asker, me))
        return err_set(e, ERR_FORBIDDEN, NULL, "不能审批自己提出的申请");
    if (str_eq(row->asker, giver))
        return err_set(e, ERR_FORBIDDEN, NULL, "不能用申请人委托的权限审批他的申请");
    if (!tx_int(act->tx, &SQL_approval_delegation_from,
                ARGS(ARG_OF_TEXT(row->asker), ARG_OF_TEXT(me), ARG_OF_INT(act->now)), 0, &acts, e))
        return false;
    return acts == 0 || err_set(e, ERR_FORBIDDEN, NULL, "正受申请人委托代办，不能审批他的申请");
}

static bool limits_of(const Deciding *d, const ApprovalRow *row, Instant now, Instant *until,
                      int64_t *uses, Err *e) {
    Instant latest = now + DAYS(row->asked_days);

    *until = d->in->until != 0 ? d->in->until : latest;
    *uses = d->in->uses != 0 ? d->in->uses : row->asked_uses;
    if (*until <= now)
        return err_set(e, ERR_INVALID, "/until", "结束的时间已经过去了，请写将来的时间");
    if (*until > latest)
        return err_set(e, ERR_INVALID, "/until", "最长只能同意 %" PRId64 " 天", row->asked_days);
    return (*uses >= 1 && *uses <= row->asked_uses) ||
           err_set(e, ERR_INVALID, "/uses", "次数应当在 1 到 %" PRId64 " 之间", row->asked_uses);
}

static bool decide_work(Act *act, void *what, Err *e) {
    const Deciding *d = what;
    Str me = d->rights->login, giver = {NULL, 0}, words = d->in->words;
    Node *body = node_map(act->arena), *secret = node_map(act->arena);
    ApprovalRow row;
    Instant until = 0;
    int64_t uses = 0;
    bool may = false, seen = false;

    if (!row_of(act, d->number, &row, e))
        return false;
    if (row.approval == 0)
        return none(d->number, e);
    if (!deciding_right(act->tx, act->arena, d->rights, row.organisation, row.asker, &may, &giver,
                        e))
        return false;
    if (!may) {
        if (!approval_seen(act->tx, act->arena, d->rights, &row, &seen, e))
            return false;
        if (!seen)
            return none(d->number, e);
        return str_eq(row.asker, me) ? err_set(e, ERR_FORBIDDEN, NULL, "不能审批自己提出的申请")
                                     : err_set(e, ERR_FORBIDDEN, NULL, "没有审批这件申请的权限");
    }
    if (!not_for_asker(act, &row, me, giver, e) || !still_open(&row, act->now, e) ||
        !others_differ(act, &row, me, giver, e) ||
        !line_check(&words, WORDS_MOST, !d->in->consent, "/words", "不同意的理由", e) ||
        (d->in->consent && !limits_of(d, &row, act->now, &until, &uses, e)))
        return false;
    node_set_bool(act->arena, body, "consent", d->in->consent);
    if (giver.len != 0)
        node_set_text(act->arena, body, "acting_for", giver);
    if (d->in->consent) {
        node_set_int(act->arena, body, "until", until);
        node_set_int(act->arena, body, "uses", uses);
    }
    node_set_text(act->arena, secret, "words", words);
    return act_tell(act, "approval.decided", act_subject(act, "approval", d->number),
                    row.organisation, body, secret, e);
}

bool approval_decide(Store *s, const Content *c, const Rights *r, int64_t number,
                     const Decision *in, Err *e) {
    return act_write(s, c, r->login, decide_work, &(Deciding){r, c, number, in}, e);
}

static bool withdraw_work(Act *act, void *what, Err *e) {
    const Deciding *d = what;
    ApprovalRow row;
    bool seen = false;

    if (!row_of(act, d->number, &row, e))
        return false;
    if (row.approval != 0 && !approval_seen(act->tx, act->arena, d->rights, &row, &seen, e))
        return false;
    if (!seen)
        return none(d->number, e);
    if (!str_eq(row.asker, d->rights->login))
        return err_set(e, ERR_FORBIDDEN, NULL, "只有申请人能撤回申请");
    Str state = approval_state(&row, act->now);

    if (!str_is(state, "open") && !str_is(state, "approved"))
        return err_set(e, ERR_CONFLICT, NULL, "这件申请%s，不用再撤回",
                       approval_state_title(state));
    return act_tell(act, "approval.withdrawn", act_subject(act, "approval", d->number),
                    row.organisation, NULL, NULL, e);
}

bool approval_withdraw(Store *s, const Rights *r, int64_t number, Err *e) {
    return act_write(s, NULL, r->login, withdraw_work, &(Deciding){.rights = r, .number = number},
                     e);
}

/* ---- using ---- */

bool approval_active(Tx *tx, const ApprovalUse *use, int64_t *number, Err *e) {
    return tx_int(tx, &SQL_approval_active,
                  ARGS(ARG_OF_TEXT(use->asker),
                       ARG_OF_TEXT(str_of(approval_type_names[use->kind - 1].name)),
                       ARG_OF_TEXT(use->object), ARG_OF_INT(use->now), ARG_OF_TEXT(use->purpose),
                       ARG_OF_TEXT(use->case_number)),
                  0, number, e);
}
