/* SPDX-License-Identifier: MulanPSL-2.0 */
/* trace/retention.c: which sealed parts are older than content says they must be kept. */
#include "trace/retention.h"

#include <inttypes.h>

#include "people/act.h"
#include "sql_statements.h"

#include "base/banned.h"

enum { LEAST_LIMIT = 1, MOST_LIMIT = 1000, SUBJECT_MOST = 190 };

typedef struct Due {
    const Content *content;
    Arena *a;
    Instant now;
    Str after;
    int64_t limit;
    Node *out;
} Due;

/* The longest of what its kinds of events ask for. */
typedef struct Term {
    const Retention *rule;
    bool for_ever;
} Term;

static bool term_of(Tx *tx, const Due *d, Str subject, Term *out, Node *kinds, Err *e) {
    const Node *rows = tx_rows(tx, d->a, &SQL_retention_kinds, ARGS(ARG_OF_TEXT(subject)), e);

    *out = (Term){0};
    for (size_t i = 0; rows != NULL && i < rows->count; i++) {
        Str kind = node_text(rows->items[i], "kind");
        const Retention *rule = content_retention_of(d->content, kind);

        node_add(d->a, kinds, node_of_text(d->a, kind));
        out->for_ever |= rule == NULL;
        if (rule != NULL && (out->rule == NULL || rule->months > out->rule->months))
            out->rule = rule;
    }
    return rows != NULL;
}

/* People who can still sign in are spoken of until they leave. */
static bool in_use(Tx *tx, const Due *d, Str subject, bool *yes, Err *e) {
    Err why = {0};

    *yes = false;
    if (!str_starts(subject, STR("user:")))
        return true;
    const Node *account = tx_row(tx, d->a, &SQL_account_by_login,
                                 ARGS(ARG_OF_TEXT(str_slice(subject, 5, subject.len))), &why);

    if (why.code != ERR_NONE) {
        *e = why;
        return false;
    }
    *yes = account != NULL && str_is(node_text(account, "state"), "active");
    return true;
}

/* The last day on which it must be kept; DAY_NONE when nobody can tell. */
static Day last_day(const Retention *rule, Str at) {
    Instant newest;

    return instant_parse(at, &newest) ? day_add_months(day_of_instant(newest), (int)rule->months)
                                      : DAY_NONE;
}

static bool is_over(const Due *d, const Retention *rule, Str at) {
    Day last = last_day(rule, at);

    return last != DAY_NONE && last < day_of_instant(d->now);
}

static bool look_at(Tx *tx, Due *d, const Node *row, Err *e) {
    Str subject = node_text(row, "subject"), at = node_text(row, "at");
    Node *n = node_map(d->a), *kinds = node_list(d->a);
    Term term;
    bool used;

    if (!term_of(tx, d, subject, &term, kinds, e) || !in_use(tx, d, subject, &used, e))
        return false;
    if (used || term.for_ever || term.rule == NULL || !is_over(d, term.rule, at))
        return true;
    node_set_text(d->a, n, "subject", subject);
    node_set_int(d->a, n, "newest", node_int(row, "newest", 0));
    node_set_text(d->a, n, "at", at);
    node_set(d->a, n, "kinds", kinds);
    node_set_text(d->a, n, "retention", term.rule->title);
    node_set_int(d->a, n, "months", term.rule->months);
    node_add(d->a, d->out, n);
    return true;
}

static bool due_work(Tx *tx, void *context, Err *e) {
    Due *d = context;
    char now[INSTANT_TEXT];
    Str after = d->after;

    instant_format(d->now, now);
    d->out = node_list(d->a);
    while ((int64_t)d->out->count < d->limit) {
        const Node *rows =
            tx_rows(tx, d->a, &SQL_retention_subjects,
                    ARGS(ARG_OF_TEXT(after), ARG_OF_TEXT(str_of(now)), ARG_OF_INT(MOST_LIMIT)), e);

        if (rows == NULL)
            return false;
        for (size_t i = 0; i < rows->count && (int64_t)d->out->count < d->limit; i++) {
            after = node_text(rows->items[i], "subject");
            if (!look_at(tx, d, rows->items[i], e))
                return false;
        }
        if (rows->count < MOST_LIMIT)
            break;
    }
    return true;
}

Node *retention_due(Store *s, const Content *c, Arena *a, Instant now, Str after, int64_t limit,
                    Err *e) {
    Due d = {.content = c, .a = a, .now = now, .after = after.ptr != NULL ? after : STR("")};

    d.limit = limit < LEAST_LIMIT ? LEAST_LIMIT : limit > MOST_LIMIT ? MOST_LIMIT : limit;
    return store_read(s, due_work, &d, e) ? d.out : NULL;
}

/* ---- one of them ---- */

/* False with a sentence that says until when. */
static bool is_due(Act *act, Str subject, const Retention **rule, int64_t *newest, Err *e) {
    Due d = {.content = act->content, .a = act->arena, .now = act->now};
    Err why = {0};
    const Node *row =
        tx_row(act->tx, act->arena, &SQL_retention_newest, ARGS(ARG_OF_TEXT(subject)), &why);
    Term term;
    bool used;
    char day[11];

    if (why.code != ERR_NONE) {
        *e = why;
        return false;
    }
    if (row == NULL)
        return err_set(e, ERR_CONFLICT, "/subject", "“%.*s”没有封存的内容，不用销毁",
                       STR_ARG(subject));
    if (!term_of(act->tx, &d, subject, &term, node_list(act->arena), e) ||
        !in_use(act->tx, &d, subject, &used, e))
        return false;
    if (used)
        return err_set(e, ERR_CONFLICT, "/subject",
                       "账号 %.*s 还在使用，留存期限从停用以后才起算，不能销毁", STR_ARG(subject));
    if (term.for_ever || term.rule == NULL)
        return err_set(e, ERR_CONFLICT, "/subject", "“%.*s”没有规定留存期限，长期保存，不能销毁",
                       STR_ARG(subject));
    if (!is_over(&d, term.rule, node_text(row, "at"))) {
        day_format(last_day(term.rule, node_text(row, "at")), day);
        return err_set(e, ERR_CONFLICT, "/subject",
                       "“%.*s”的留存期限还没有到：按“%.*s”要保存到 %s，不能销毁", STR_ARG(subject),
                       STR_ARG(term.rule->title), day);
    }
    *rule = term.rule;
    *newest = node_int(row, "newest", 0);
    return true;
}

static bool subject_check(Str subject, Err *e) {
    return (subject.len != 0 && subject.len <= SUBJECT_MOST) ||
           err_set(e, ERR_INVALID, "/subject", "请写明要销毁谁的内容");
}

static Str object_of(Arena *a, Str subject) {
    return str_format(a, "destroy:%.*s", STR_ARG(subject));
}

typedef struct Destroying {
    const Rights *rights;
    const ApprovalKind *kind;
    Str subject, reason;
    int64_t number;
} Destroying;

static bool post_of(const Rights *r, int64_t *organisation, Err *e) {
    for (size_t i = 0; i < r->count; i++)
        if (r->rights[i].rule->permission == PERMISSION_SETTINGS && !r->rights[i].delegated) {
            *organisation = r->rights[i].organisation;
            return true;
        }
    return err_set(e, ERR_FORBIDDEN, NULL, "只有系统管理员能申请销毁");
}

static bool request_work(Act *act, void *what, Err *e) {
    Destroying *q = what;
    Node *body = node_map(act->arena), *secret = node_map(act->arena);
    Str object = object_of(act->arena, q->subject);
    const Retention *rule;
    int64_t organisation = 0, newest, asked = 0;

    if (!post_of(q->rights, &organisation, e) || !is_due(act, q->subject, &rule, &newest, e) ||
        !tx_int(act->tx, &SQL_retention_asked, ARGS(ARG_OF_TEXT(object), ARG_OF_INT(act->now)), 0,
                &asked, e))
        return false;
    if (asked != 0)
        return err_set(e, ERR_CONFLICT, "/subject", "“%.*s”的销毁已经申请过，请看审批的结果",
                       STR_ARG(q->subject));
    if (!act_number(act, &SQL_approval_newest, &q->number, e))
        return false;
    node_set_text(act->arena, body, "kind", STR("destroy"));
    node_set_text(act->arena, body, "object", object);
    node_set_text(act->arena, body, "purpose", STR("retention"));
    node_set_text(act->arena, body, "case_number", STR(""));
    node_set_int(act->arena, body, "needed", q->kind->approvers);
    node_set_int(act->arena, body, "days", q->kind->days);
    node_set_int(act->arena, body, "uses", 1);
    node_set_int(act->arena, body, "open_until",
                 act->now + q->kind->open_days * INT64_C(86400000000));
    node_set_text(act->arena, secret, "reason", q->reason);
    return act_tell(act, "approval.requested", act_subject(act, "approval", q->number),
                    organisation, body, secret, e);
}

bool retention_request(Store *s, const Content *c, const Rights *r, Str subject, Str reason,
                       int64_t *number, Err *e) {
    Destroying q = {r, content_approval_kind(c, APPROVAL_DESTROY), subject, reason, 0};

    if (!subject_check(subject, e) ||
        !line_check(&q.reason, REASON_MOST, true, "/reason", "销毁的理由", e) ||
        !act_write(s, c, r->login, request_work, &q, e))
        return false;
    *number = q.number;
    return true;
}

static bool destroy_work(Act *act, void *what, Err *e) {
    Destroying *q = what;
    Node *body = node_map(act->arena);
    const Retention *rule;
    int64_t newest;

    if (!is_due(act, q->subject, &rule, &newest, e) ||
        !tx_int(act->tx, &SQL_retention_approval,
                ARGS(ARG_OF_TEXT(object_of(act->arena, q->subject)), ARG_OF_INT(act->now)), 0,
                &q->number, e))
        return false;
    if (q->number == 0)
        return err_set(e, ERR_NEEDS_APPROVAL, "/subject",
                       "销毁“%.*s”的内容须经 %" PRId64
                       " 人审批，请先由系统管理员提出销毁申请并等待审批",
                       STR_ARG(q->subject), q->kind->approvers);
    node_set_int(act->arena, body, "approval", q->number);
    node_set_text(act->arena, body, "retention", rule->retention);
    node_set_int(act->arena, body, "months", rule->months);
    node_set_int(act->arena, body, "newest", newest);
    return act_tell(act, "retention.destroyed", q->subject, 0, body, NULL, e) &&
           journal_forget_in(act->tx, q->subject, act->actor, e);
}

bool retention_destroy(Store *s, const Content *c, Str actor, Str subject, int64_t *approval,
                       Err *e) {
    Destroying q = {NULL, content_approval_kind(c, APPROVAL_DESTROY), subject, {NULL, 0}, 0};

    if (!subject_check(subject, e) || !act_write(s, c, actor, destroy_work, &q, e))
        return false;
    *approval = q.number;
    return true;
}
