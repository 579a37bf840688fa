/* SPDX-License-Identifier: MulanPSL-2.0 */
/* trace/audit.c: searching the journal, a person's day, and who looked at an object. */
#include "trace/audit.h"

#include <inttypes.h>

#include "sql_statements.h"

#include "base/banned.h"

enum { PAGE_DEFAULT_ROWS = 50, PAGE_MOST_ROWS = 500, ARGS_MOST = 12 };

/* Exports that may contain an object are found under another one, by a part of its id. */
typedef struct Container {
    Str object, pattern; /* empty: nothing is exported that way */
} Container;

typedef struct Search {
    const Content *content;
    Arena *a;
    const AuditQuery *q;
    int64_t cursor, limit;
    Str object;
    Container exports;
    Buf where;
    Arg args[ARGS_MOST];
    size_t count;
    Node *out;
} Search;

/* ---- one entry ---- */

/* Without the long list of what an export contained: its number of rows stands beside it. */
static Node *body_shown(Arena *a, const Node *body) {
    Node *n = node_map(a);

    for (size_t i = 0; body != NULL && i < body->count; i++)
        if (!str_is(body->keys[i], "ids"))
            node_append(a, n, body->keys[i], body->items[i]);
    return n;
}

static Node *entry_shown(const Search *s, const Node *row) {
    Arena *a = s->a;
    Node *n = node_map(a);
    Err unread = {0};
    Str kind = node_text(row, "kind"), subject = node_text(row, "subject");
    const Node *body = json_read(a, node_text(row, "body"), &unread);
    static const char *const lifted[] = {"purpose", "case_number", "address", "device", "roles"};

    node_set_int(a, n, "sequence", node_int(row, "sequence", 0));
    node_set_text(a, n, "at", node_text(row, "at"));
    node_set_text(a, n, "actor", node_text(row, "actor"));
    node_set_text(a, n, "actor_name", node_text(row, "name"));
    node_set_text(a, n, "organisation", node_text(row, "organisation"));
    node_set_text(a, n, "kind", kind);
    node_set_text(a, n, "kind_title", sentence_title(kind));
    node_set_text(a, n, "subject", subject);
    node_set_text(a, n, "sentence", sentence_of(a, s->content, kind, subject, body));
    for (size_t i = 0; i < sizeof lifted / sizeof *lifted; i++)
        node_set_text(a, n, lifted[i], node_text(body, lifted[i]));
    if (node_get(body, "approval") != NULL)
        node_set_int(a, n, "approval", node_int(body, "approval", 0));
    node_set(a, n, "body", body_shown(a, body));
    return n;
}

static void page_of(Search *s, const Node *rows, int64_t total) {
    Arena *a = s->a;
    Node *n = node_map(a), *items = node_list(a);

    for (size_t i = 0; i < rows->count && (int64_t)i < s->limit; i++)
        node_add(a, items, entry_shown(s, rows->items[i]));
    node_set_int(a, n, "total", total);
    node_set(a, n, "items", items);
    if ((int64_t)rows->count > s->limit)
        node_set_text(
            a, n, "next",
            str_format(a, "%" PRId64, node_int(rows->items[s->limit - 1], "sequence", 0)));
    s->out = n;
}

static bool cursor_read(Search *s, Str cursor, int64_t limit, int64_t otherwise, Err *e) {
    s->limit = limit < 1 ? PAGE_DEFAULT_ROWS : limit > PAGE_MOST_ROWS ? PAGE_MOST_ROWS : limit;
    s->cursor = otherwise;
    return cursor.len == 0 || (str_to_int(cursor, &s->cursor) && s->cursor >= 1) ||
           err_set(e, ERR_INVALID, "/cursor", "翻页位置不对，请从第一页重新开始");
}

/* ---- search ---- */

/* `condition` has one %zu for the number of its value. */
static void add_text(Search *s, const char *before, const char *after, Str value) {
    s->args[s->count++] = ARG_OF_TEXT(value);
    buf_addf(&s->where, "%s %s $%zu %s", s->count == 1 ? "WHERE" : " AND", before, s->count, after);
}

static Str instant_text(Arena *a, Day day) {
    char text[11];

    day_format(day, text);
    return str_format(a, "%sT00:00:00.000000+08:00", text);
}

/* Every character counts as itself: what LIKE reads as a pattern is escaped. */
static Str like(Arena *a, Str before, Str text, Str after) {
    scoped_buf Buf b;

    buf_init(&b, (size_t)1 << 12);
    buf_add(&b, before);
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];

        if (c == '%' || c == '_' || c == '\\')
            buf_add_c(&b, "\\");
        buf_add(&b, (Str){&text.ptr[i], 1});
    }
    buf_add(&b, after);
    return str_dup(a, buf_str(&b));
}

static bool plain_word(Str s) {
    for (size_t i = 0; i < s.len; i++)
        if (!((s.ptr[i] >= 'a' && s.ptr[i] <= 'z') || (s.ptr[i] >= '0' && s.ptr[i] <= '9') ||
              s.ptr[i] == '_' || s.ptr[i] == '.'))
            return false;
    return true;
}

static bool conditions(Search *s, Err *e) {
    const AuditQuery *q = s->q;
    Arena *a = s->a;

    if (q->from != DAY_NONE && q->to != DAY_NONE && q->from > q->to)
        return err_set(e, ERR_INVALID, "/to", "结束日期早于开始日期");
    if (!plain_word(q->kind))
        return err_set(e, ERR_INVALID, "/kind", "事件种类只有小写字母、下划线和点");
    if (!plain_word(q->purpose))
        return err_set(e, ERR_INVALID, "/purpose", "没有这种查询事由");
    if (q->from != DAY_NONE)
        add_text(s, "j.at >=", "", instant_text(a, q->from));
    if (q->to != DAY_NONE)
        add_text(s, "j.at <", "", instant_text(a, q->to + 1));
    if (q->person.len != 0)
        add_text(s, "j.actor =", "", q->person);
    if (q->organisation > 0)
        add_text(s, "j.organisation =", "", str_format(a, "%" PRId64, q->organisation));
    if (q->kind.len != 0)
        add_text(s, "j.kind LIKE", "ESCAPE '\\'", like(a, (Str){NULL, 0}, q->kind, STR("%")));
    if (q->object.len != 0) {
        /* Looks name further objects in their bodies; look_object knows which. */
        s->args[s->count++] = ARG_OF_TEXT(q->object);
        buf_addf(&s->where,
                 "%s (j.subject = $%zu OR j.sequence IN (SELECT look FROM look_object WHERE object "
                 "= $%zu))",
                 s->count == 1 ? "WHERE" : " AND", s->count, s->count);
    }
    if (q->purpose.len != 0)
        add_text(s, "j.body LIKE", "ESCAPE '\\'",
                 like(a, STR("%\"purpose\":\""), q->purpose, STR("\"%")));
    return true;
}

static bool search_work(Tx *tx, void *context, Err *e) {
    Search *s = context;
    Arena *a = s->a;
    bool oldest = s->q->oldest_first;
    const Node *total = tx_rows_text(
        tx, a,
        str_format(a, "SELECT count(*) AS n FROM journal j %.*s", STR_ARG(buf_str(&s->where))),
        s->args, s->count, e);

    if (total == NULL)
        return false;
    s->args[s->count++] = ARG_OF_INT(s->cursor);
    const Node *rows = tx_rows_text(
        tx, a,
        str_format(a,
                   "SELECT j.sequence, j.at, j.actor, coalesce(p.name, '') AS name, "
                   "j.organisation, j.kind, j.subject, j.body FROM journal j LEFT JOIN account p "
                   "ON p.login = j.actor %.*s %s j.sequence %s $%zu ORDER BY j.sequence %s LIMIT "
                   "%" PRId64,
                   STR_ARG(buf_str(&s->where)), s->count == 1 ? "WHERE" : "AND", oldest ? ">" : "<",
                   s->count, oldest ? "ASC" : "DESC", s->limit + 1),
        s->args, s->count, e);

    if (rows == NULL)
        return false;
    page_of(s, rows, node_int(total->items[0], "n", 0));
    return true;
}

Node *audit_search(Store *s, const Content *c, Arena *a, const AuditQuery *q, Err *e) {
    Search x = {.content = c, .a = a, .q = q};

    if (!cursor_read(&x, q->cursor, q->limit, q->oldest_first ? 0 : INT64_MAX, e))
        return NULL;
    buf_init(&x.where, (size_t)1 << 14);
    bool good = conditions(&x, e) && store_read(s, search_work, &x, e);

    buf_done(&x.where);
    return good ? x.out : NULL;
}

Node *audit_replay(Store *s, const Content *c, Arena *a, Str login, Day day, Str cursor,
                   int64_t limit, Err *e) {
    AuditQuery q = {.from = day,
                    .to = day,
                    .person = login,
                    .cursor = cursor,
                    .limit = limit,
                    .oldest_first = true};

    if (login.len == 0 || day == DAY_NONE) {
        err_set(e, ERR_INVALID, login.len == 0 ? "/person" : "/day",
                login.len == 0 ? "请写明是谁" : "请写明哪一天");
        return NULL;
    }
    return audit_search(s, c, a, &q, e);
}

/* ---- who looked ---- */

static Container container_of(Arena *a, Str object) {
    scoped_buf Buf id;
    Container c = {STR(""), STR("")};
    ptrdiff_t slash = str_find(object, STR("/"));

    buf_init(&id, 1024);
    if (str_starts(object, STR("row:")) && slash > 0) {
        c.object = str_format(a, "rows:%.*s", STR_ARG(str_slice(object, 4, (size_t)slash)));
        export_id(str_slice(object, (size_t)slash + 1, object.len), &id);
    } else if (str_starts(object, STR("clue:"))) {
        c.object = STR("clues");
        export_id(str_slice(object, 5, object.len), &id);
    }
    if (id.len <= EXPORT_ID) /* no whole id */
        return (Container){STR(""), STR("")};
    for (size_t i = 0; i < id.len; i++) /* no pattern of LIKE is an id */
        if (id.ptr[i] == '%' || id.ptr[i] == '_' || id.ptr[i] == '\\')
            return (Container){STR(""), STR("")};
    if (c.object.len != 0)
        c.pattern = str_format(a, "%%\"ids\":\"%%%.*s%%", STR_ARG(buf_str(&id)));
    return c;
}

static bool who_work(Tx *tx, void *context, Err *e) {
    Search *s = context;
    Arg object = ARG_OF_TEXT(s->object), in = ARG_OF_TEXT(s->exports.object),
        like_id = ARG_OF_TEXT(s->exports.pattern);
    int64_t total = 0;
    const Node *rows =
        tx_rows(tx, s->a, &SQL_look_entries,
                ARGS(object, ARG_OF_INT(s->cursor), ARG_OF_INT(s->limit + 1), in, like_id), e);

    if (rows == NULL || !tx_int(tx, &SQL_look_count, ARGS(object, in, like_id), 0, &total, e))
        return false;
    page_of(s, rows, total);
    return true;
}

Node *audit_who(Store *s, const Content *c, Arena *a, Str object, Str cursor, int64_t limit,
                Err *e) {
    Search x = {.content = c, .a = a, .object = object, .exports = container_of(a, object)};

    return cursor_read(&x, cursor, limit, INT64_MAX, e) && store_read(s, who_work, &x, e) ? x.out
                                                                                          : NULL;
}
