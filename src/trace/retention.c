/* SPDX-License-Identifier: MulanPSL-2.0 */
/* trace/retention.c: which sealed parts are older than content says they must be kept. */
#include "trace/retention.h"

#include <inttypes.h>

#include "sql_statements.h"

#include "base/banned.h"

enum { LEAST_LIMIT = 1, MOST_LIMIT = 1000 };

typedef struct Due {
    const Content *content;
    Arena *a;
    Instant now;
    Str after, only;
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

static bool is_over(const Due *d, const Retention *rule, Str at) {
    Instant newest;

    return instant_parse(at, &newest) &&
           day_add_months(day_of_instant(newest), (int)rule->months) < day_of_instant(d->now);
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
            if ((d->only.len == 0 || str_eq(d->only, after)) && !look_at(tx, d, rows->items[i], e))
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

bool retention_destroy(Store *s, const Content *c, Str actor, Instant now, Str subject, Err *e) {
    scoped_arena Arena *a = arena_new();
    Due d = {.content = c, .a = a, .now = now, .after = STR(""), .only = subject, .limit = 1};

    if (subject.len == 0)
        return err_set(e, ERR_INVALID, NULL, "请写明要销毁谁的密钥");
    if (!store_read(s, due_work, &d, e))
        return false;
    if (d.out->count == 0)
        return err_set(e, ERR_CONFLICT, NULL,
                       "“%.*s”没有封存的内容，或者留存期限还没有到，不能销毁", STR_ARG(subject));
    return journal_forget(s, subject, actor, e);
}
