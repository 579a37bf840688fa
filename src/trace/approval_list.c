/* SPDX-License-Identifier: MulanPSL-2.0 */
/* trace/approval_list.c: who may decide and see a request, and how requests look to them. */
#include <inttypes.h>

#include "data/bind.h"
#include "people/organisation.h"
#include "sql_statements.h"
#include "trace/deciding.h"

#include "base/banned.h"

enum { PAGE_DEFAULT_ROWS = 50, PAGE_MOST_ROWS = 200 };

static const Bind approval_rows[] = {
    BIND_INT(ApprovalRow, approval, "approval", REQUIRED, ""),
    BIND_STR(ApprovalRow, kind, "kind", REQUIRED, ""),
    BIND_STR(ApprovalRow, asker, "asker", REQUIRED, ""),
    BIND_INT(ApprovalRow, organisation, "organisation", REQUIRED, ""),
    BIND_STR(ApprovalRow, object, "object", REQUIRED, ""),
    BIND_STR(ApprovalRow, purpose, "purpose", REQUIRED, ""),
    BIND_STR(ApprovalRow, case_number, "case_number", REQUIRED, ""),
    BIND_STR(ApprovalRow, reason, "reason", OPTIONAL, ""),
    BIND_INT(ApprovalRow, needed, "needed", REQUIRED, ""),
    BIND_INT(ApprovalRow, agreed, "agreed", REQUIRED, ""),
    BIND_INT(ApprovalRow, asked_days, "asked_days", REQUIRED, ""),
    BIND_INT(ApprovalRow, asked_uses, "asked_uses", REQUIRED, ""),
    BIND_STR(ApprovalRow, state, "state", REQUIRED, ""),
    BIND_INT(ApprovalRow, asked_at, "asked_at", REQUIRED, ""),
    BIND_INT(ApprovalRow, open_until, "open_until", REQUIRED, ""),
    BIND_INT(ApprovalRow, until, "until", REQUIRED, ""),
    BIND_INT(ApprovalRow, uses, "uses", REQUIRED, ""),
    BIND_INT(ApprovalRow, used, "used", REQUIRED, ""),
    BIND_INT(ApprovalRow, ended_at, "ended_at", REQUIRED, ""),
    BIND_END,
};

bool approval_row(Tx *tx, Arena *a, int64_t number, ApprovalRow *out, Err *e) {
    void *rows = NULL;
    size_t count = 0;

    if (!tx_bind(tx, a, &SQL_approval_get, ARGS(ARG_OF_INT(number)), approval_rows, sizeof *out,
                 &rows, &count, e))
        return false;
    *out = count != 0 ? *(const ApprovalRow *)rows : (ApprovalRow){0};
    return true;
}

/* ---- states by the clock ---- */

Str approval_state(const ApprovalRow *row, Instant now) {
    if (str_is(row->state, "open") && now >= row->open_until)
        return STR("lapsed");
    if (str_is(row->state, "approved") && now >= row->until)
        return STR("ended");
    if (str_is(row->state, "approved") && row->used >= row->uses)
        return STR("used_up");
    return row->state;
}

const char *approval_state_title(Str state) {
    static const BindName names[] = {{"open", 0, "等待审批"},      {"approved", 1, "已同意"},
                                     {"refused", 2, "未获同意"},   {"withdrawn", 3, "已撤回"},
                                     {"lapsed", 4, "逾期未批"},    {"ended", 5, "已到期"},
                                     {"used_up", 6, "次数已用完"}, {NULL, 0, NULL}};

    for (const BindName *n = names; n->name != NULL; n++)
        if (str_is(state, n->name))
            return n->title;
    return "状态不明";
}

/* ---- who may ---- */

static bool covers(Tx *tx, Arena *a, int64_t from, int64_t organisation, bool *yes, Err *e) {
    *yes = from == organisation;
    if (*yes)
        return true;
    const Node *below = tx_rows(tx, a, &SQL_rights_subtree, ARGS(ARG_OF_INT(from)), e);

    for (size_t i = 0; below != NULL && i < below->count && !*yes; i++)
        *yes = node_int(below->items[i], "organisation", 0) == organisation;
    return below != NULL;
}

bool deciding_right(Tx *tx, Arena *a, const Rights *r, int64_t organisation, Str asker, bool *may,
                    Str *giver, Err *e) {
    *may = false;
    *giver = (Str){NULL, 0};
    for (size_t i = 0; i < r->count; i++) {
        const Right *right = &r->rights[i];
        bool yes;

        if (right->rule->permission != PERMISSION_APPROVAL_DECIDE)
            continue;
        if (!covers(tx, a, right->organisation, organisation, &yes, e))
            return false;
        if (!yes)
            continue;
        *may = true;
        if (!right->delegated) {
            *giver = (Str){NULL, 0};
            return true;
        }
        if (giver->len == 0 || str_eq(*giver, asker))
            *giver = right->person;
    }
    return true;
}

static bool has_decided(Tx *tx, Arena *a, Str login, int64_t number, bool *yes, Err *e) {
    const Node *all = tx_rows(tx, a, &SQL_approval_decisions, ARGS(ARG_OF_INT(number)), e);

    *yes = false;
    for (size_t i = 0; all != NULL && i < all->count; i++)
        *yes |= str_eq(node_text(all->items[i], "approver"), login);
    return all != NULL;
}

bool approval_seen(Tx *tx, Arena *a, const Rights *r, const ApprovalRow *row, bool *seen, Err *e) {
    Str giver;

    *seen = str_eq(row->asker, r->login) || rights_allow(r, PERMISSION_AUDIT_READ);
    return *seen || (deciding_right(tx, a, r, row->organisation, row->asker, seen, &giver, e) &&
                     (*seen || has_decided(tx, a, r->login, row->approval, seen, e)));
}

bool deciding_organisations(Tx *tx, Arena *a, const Rights *r, Str *list, Err *e) {
    Buf b;
    bool any = false;

    buf_init(&b, (size_t)1 << 20);
    for (size_t i = 0; i < r->count; i++) {
        if (r->rights[i].rule->permission != PERMISSION_APPROVAL_DECIDE)
            continue;
        const Node *below =
            tx_rows(tx, a, &SQL_rights_subtree, ARGS(ARG_OF_INT(r->rights[i].organisation)), e);

        if (below == NULL) {
            buf_done(&b);
            return false;
        }
        for (size_t k = 0; k < below->count; k++, any = true)
            buf_addf(&b, "%s%" PRId64, any ? "," : "(",
                     node_int(below->items[k], "organisation", 0));
    }
    if (any)
        buf_add_c(&b, ")");
    *list = any ? str_dup(a, buf_str(&b)) : (Str){NULL, 0};
    buf_done(&b);
    return true;
}

/* ---- how it looks ---- */

typedef struct Look {
    const Content *content;
    const Rights *rights;
    Arena *a;
    int64_t number, limit;
    Str which, cursor;
    Node *out;
    Instant now;
} Look;

static void set_instant(Arena *a, Node *n, const char *key, Instant at) {
    char text[INSTANT_TEXT];

    if (at == 0)
        return;
    instant_format(at, text);
    node_set_text(a, n, key, str_of(text));
}

static Str title_among(const BindName *names, Str name) {
    for (; names->name != NULL; names++)
        if (str_is(name, names->name))
            return str_of(names->title);
    return name;
}

static bool add_names(Tx *tx, Arena *a, const ApprovalRow *row, Node *n, Err *e) {
    Err why = {0};
    const Node *account = tx_row(tx, a, &SQL_account_by_login, ARGS(ARG_OF_TEXT(row->asker)), &why);
    const Node *organisation =
        why.code == ERR_NONE
            ? tx_row(tx, a, &SQL_organisation_get, ARGS(ARG_OF_INT(row->organisation)), &why)
            : NULL;

    if (why.code != ERR_NONE) {
        *e = why;
        return false;
    }
    node_set_text(a, n, "asker_name", node_text(account, "name"));
    node_set_text(a, n, "organisation_name", node_text(organisation, "name"));
    return true;
}

/* The reason may tell about a case: readers of the audit do without. */
static bool add_decisions(Tx *tx, const Look *l, const ApprovalRow *row, bool words, Node *n,
                          Err *e) {
    const Node *all =
        tx_rows(tx, l->a, &SQL_approval_decisions, ARGS(ARG_OF_INT(row->approval)), e);
    Node *list = node_list(l->a);

    for (size_t i = 0; all != NULL && i < all->count; i++) {
        const Node *d = all->items[i];
        Node *one = node_map(l->a);

        node_set_text(l->a, one, "approver", node_text(d, "approver"));
        node_set_text(l->a, one, "approver_name", node_text(d, "approver_name"));
        node_set_text(l->a, one, "acting_for", node_text(d, "acting_for"));
        node_set_bool(l->a, one, "consent", node_int(d, "consent", 0) != 0);
        if (words)
            node_set_text(l->a, one, "words", node_text(d, "words"));
        set_instant(l->a, one, "until", node_int(d, "until", 0));
        node_set_int(l->a, one, "uses", node_int(d, "uses", 0));
        set_instant(l->a, one, "at", node_int(d, "at", 0));
        node_add(l->a, list, one);
    }
    node_set(l->a, n, "decisions", list);
    return all != NULL;
}

static Node *shown(Tx *tx, const Look *l, const ApprovalRow *row, Err *e) {
    Arena *a = l->a;
    Node *n = node_map(a);
    Err unknown = {0};
    const Purpose *purpose = content_purpose(l->content, row->purpose, &unknown);
    Str state = approval_state(row, l->now), giver;
    bool may, mine = str_eq(row->asker, l->rights->login), done;

    if (!deciding_right(tx, a, l->rights, row->organisation, row->asker, &may, &giver, e) ||
        !has_decided(tx, a, l->rights->login, row->approval, &done, e))
        return NULL;
    node_set_int(a, n, "approval", row->approval);
    node_set_text(a, n, "kind", row->kind);
    node_set_text(a, n, "kind_title", title_among(approval_type_names, row->kind));
    node_set_text(a, n, "asker", row->asker);
    node_set_int(a, n, "organisation", row->organisation);
    node_set_text(a, n, "object", row->object);
    node_set_text(a, n, "purpose", row->purpose);
    node_set_text(a, n, "purpose_title", purpose != NULL ? purpose->title : row->purpose);
    node_set_text(a, n, "case_number", row->case_number);
    if (mine || may || done)
        node_set_text(a, n, "reason", row->reason);
    node_set_int(a, n, "needed", row->needed);
    node_set_int(a, n, "agreed", row->agreed);
    node_set_int(a, n, "asked_days", row->asked_days);
    node_set_int(a, n, "asked_uses", row->asked_uses);
    node_set_text(a, n, "state", state);
    node_set_text(a, n, "state_title", str_of(approval_state_title(state)));
    set_instant(a, n, "asked_at", row->asked_at);
    set_instant(a, n, "open_until", row->open_until);
    if (row->agreed != 0) {
        set_instant(a, n, "until", row->until);
        node_set_int(a, n, "uses", row->uses);
        node_set_int(a, n, "used", row->used);
    }
    set_instant(a, n, "ended_at", row->ended_at);
    node_set_bool(a, n, "mine", mine);
    node_set_bool(a, n, "may_decide", may && !mine && !done && str_is(state, "open"));
    return add_names(tx, a, row, n, e) && add_decisions(tx, l, row, mine || may || done, n, e)
               ? n
               : NULL;
}

static bool get_work(Tx *tx, void *context, Err *e) {
    Look *l = context;
    ApprovalRow row;
    bool seen = false;

    if (!approval_row(tx, l->a, l->number, &row, e) ||
        (row.approval != 0 && !approval_seen(tx, l->a, l->rights, &row, &seen, e)))
        return false;
    if (!seen)
        return err_set(e, ERR_NOT_FOUND, NULL, "没有编号为 %" PRId64 " 的申请", l->number);
    l->out = shown(tx, l, &row, e);
    return l->out != NULL;
}

Node *approval_get(Store *s, const Content *c, const Rights *r, Arena *a, int64_t number, Err *e) {
    Look l = {.content = c, .rights = r, .a = a, .number = number, .now = instant_now()};

    return store_read(s, get_work, &l, e) ? l.out : NULL;
}

/* ---- lists ---- */

/* The condition of a list: $1 is the login, $2 the time. Both are always there. */
static bool list_condition(Tx *tx, const Look *l, Str *where, Err *e) {
    Str list;

    if (str_is(l->which, "mine")) {
        *where = STR("asker = $1 AND CAST($2 AS BIGINT) > 0");
    } else if (str_is(l->which, "decided")) {
        *where = STR(
            "CAST($2 AS BIGINT) > 0 AND approval IN (SELECT approval FROM approval_decision WHERE "
            "approver = $1)");
    } else if (str_is(l->which, "all")) {
        *where = rights_allow(l->rights, PERMISSION_AUDIT_READ)
                     ? STR("$1 <> '' AND CAST($2 AS BIGINT) > 0")
                     : STR("asker = $1 AND CAST($2 AS BIGINT) > 0");
    } else if (str_is(l->which, "to_decide")) {
        if (!deciding_organisations(tx, l->a, l->rights, &list, e))
            return false;
        *where = list.len == 0
                     ? STR("$1 = '' AND CAST($2 AS BIGINT) < 0")
                     : str_format(l->a,
                                  "state = 'open' AND open_until > $2 AND asker <> $1 AND "
                                  "organisation IN %.*s AND approval NOT IN (SELECT approval FROM "
                                  "approval_decision WHERE approver = $1)",
                                  STR_ARG(list));
    } else {
        return err_set(e, ERR_INVALID, "?which",
                       "只能列出 mine（我的申请）、to_decide（待我审批）、decided（我已审批）或 "
                       "all（全部）");
    }
    return true;
}

static bool list_work(Tx *tx, void *context, Err *e) {
    Look *l = context;
    Arena *a = l->a;
    int64_t before = INT64_MAX;
    Str where = {NULL, 0};
    Node *n = node_map(a), *items = node_list(a);

    if (l->cursor.len != 0 && (!str_to_int(l->cursor, &before) || before < 1))
        return err_set(e, ERR_INVALID, "?cursor", "翻页位置不对，请从第一页重新开始");
    if (!list_condition(tx, l, &where, e))
        return false;
    const Node *total = tx_rows_text(
        tx, a, str_format(a, "SELECT count(*) AS n FROM approval WHERE %.*s", STR_ARG(where)),
        ARGS(ARG_OF_TEXT(l->rights->login), ARG_OF_INT(l->now)), e);
    const Node *rows =
        total != NULL
            ? tx_rows_text(
                  tx, a,
                  str_format(a,
                             "SELECT approval FROM approval WHERE %.*s AND approval < $3 "
                             "ORDER BY approval DESC LIMIT %" PRId64,
                             STR_ARG(where), l->limit + 1),
                  ARGS(ARG_OF_TEXT(l->rights->login), ARG_OF_INT(l->now), ARG_OF_INT(before)), e)
            : NULL;

    if (rows == NULL)
        return false;
    for (size_t i = 0; i < rows->count && (int64_t)i < l->limit; i++) {
        ApprovalRow row;

        if (!approval_row(tx, a, node_int(rows->items[i], "approval", 0), &row, e))
            return false;
        Node *one = shown(tx, l, &row, e);

        if (one == NULL)
            return false;
        node_add(a, items, one);
    }
    node_set_int(a, n, "total", node_int(total->items[0], "n", 0));
    node_set(a, n, "items", items);
    if ((int64_t)rows->count > l->limit)
        node_set_text(
            a, n, "next",
            str_format(a, "%" PRId64, node_int(rows->items[l->limit - 1], "approval", 0)));
    l->out = n;
    return true;
}

Node *approval_list(Store *s, const Content *c, const Rights *r, Arena *a, Str which, Str cursor,
                    int64_t limit, Err *e) {
    Look l = {.content = c, .rights = r, .a = a, .which = which, .cursor = cursor};

    l.limit = limit < 1 ? PAGE_DEFAULT_ROWS : limit > PAGE_MOST_ROWS ? PAGE_MOST_ROWS : limit;
    l.now = instant_now();
    return store_read(s, list_work, &l, e) ? l.out : NULL;
}
