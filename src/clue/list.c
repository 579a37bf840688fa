/* SPDX-License-Identifier: MulanPSL-2.0 */
/* clue/list.c: clues filtered, searched, sorted and paged; the total and the facets come from the
 * same conditions. */
#include "clue/life.h"
#include "clue/query.h"
#include "people/rights.h"

#include "sql_statements.h"

enum { PAGE_DEFAULT = 50, PAGE_MOST = 200 };

const Bind clue_query_rows[] = {
    BIND_STR_MOST(ClueQuery, model, "model", OPTIONAL, 64, "only clues of this model"),
    BIND_STR_MOST(ClueQuery, level, "level", OPTIONAL, 16, "high, medium or low"),
    BIND_STR_MOST(ClueQuery, status, "status", OPTIONAL, 16,
                  "new, withdrawn or all; default: all but withdrawn"),
    BIND_STR_MOST(ClueQuery, strength, "strength", OPTIONAL, 32, "how the rows were matched"),
    BIND_STR_MOST(ClueQuery, text, "text", OPTIONAL, 100,
                  "words in title, explanation or name, or a clue number"),
    BIND_STR_MOST(ClueQuery, subject_key, "subject", OPTIONAL, 32,
                  "only clues about this subject key"),
    BIND_STR_MOST(ClueQuery, life, "life", OPTIONAL, 16, "stage of its life; open: any open one"),
    BIND_STR_MOST(ClueQuery, source, "source", OPTIONAL, 40, "where it came from"),
    BIND_STR_MOST(ClueQuery, outcome, "outcome", OPTIONAL, 16, "verified, wrong or filed"),
    BIND_STR_MOST(ClueQuery, mine, "mine", OPTIONAL, 16, "owned: to be handled by this person"),
    BIND_STR_MOST(ClueQuery, sort, "sort", OPTIONAL, 16,
                  "newest, level, amount, event, name or due"),
    BIND_STR_MOST(ClueQuery, cursor, "cursor", OPTIONAL, 32,
                  "where the page begins, as the last answer said"),
    BIND_DATE(ClueQuery, from, "from", OPTIONAL, "event on or after this day"),
    BIND_DATE(ClueQuery, to, "to", OPTIONAL, "event on or before this day"),
    BIND_INT(ClueQuery, limit, "limit", OPTIONAL, "rows a page, at most 200"),
    BIND_END,
};

static void condition(ClueWhere *w, const char *before, Arg value, const char *after) {
    w->args[w->count++] = value;
    buf_addf(&w->sql, " AND %s$%zu%s", before, w->count, after);
}

/* % and _ mean themselves in what a person types. */
static Str like_pattern(Arena *a, Str text) {
    Buf b;

    buf_init(&b, 1024);
    buf_add_char(&b, '%');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '%' || text.ptr[i] == '_' || text.ptr[i] == '\\')
            buf_add_char(&b, '\\');
        buf_add_char(&b, text.ptr[i]);
    }
    buf_add_char(&b, '%');
    Str out = str_dup(a, buf_str(&b));

    buf_done(&b);
    return out;
}

/* "XS-000123" or "123" as a clue number; 0 when it is none. */
static int64_t clue_number(Str text) {
    int64_t n;

    if (str_starts(text, STR("XS-")))
        text = str_slice(text, 3, text.len);
    return str_to_int(text, &n) && n > 0 ? n : 0;
}

static void text_condition(ClueWhere *w, Arena *a, Str text) {
    int64_t number = clue_number(text);
    size_t n;

    w->args[w->count++] = ARG_OF_TEXT(like_pattern(a, text));
    n = w->count;
    buf_addf(
        &w->sql,
        " AND (title LIKE $%zu ESCAPE '\\' OR explanation LIKE $%zu ESCAPE '\\' OR subject_name "
        "LIKE $%zu ESCAPE '\\'",
        n, n, n);
    if (number) {
        w->args[w->count++] = ARG_OF_INT(number);
        buf_addf(&w->sql, " OR number = $%zu", w->count);
    }
    buf_add_char(&w->sql, ')');
}

static Arg day_arg(Arena *a, Day d) {
    char text[11];

    day_format(d, text);
    return ARG_OF_TEXT(str_dup(a, str_of(text)));
}

/* The person who asks, or a role that he has: one of the pairs (organisation, role). */
static void mine_condition(ClueWhere *w, const char *organisation, const char *role, bool login) {
    const Scope *scope = store_thread_scope_now();
    const Rights *r = scope ? scope->rights : NULL;

    buf_add_c(&w->sql, " AND (1 = 0");
    if (r && login) {
        w->args[w->count++] = ARG_OF_TEXT(r->login);
        buf_addf(&w->sql, " OR owner_login = $%zu", w->count);
    }
    for (size_t i = 0; r && i < r->count; i++)
        if (r->rights[i].rule->permission == PERMISSION_CLUE_ACT)
            buf_addf(&w->sql, " OR (%s = %lld AND %s = '%.*s'%s)", organisation,
                     (long long)r->rights[i].organisation, role, STR_ARG(r->rights[i].role),
                     login ? " AND owner_login = ''" : "");
    buf_add_char(&w->sql, ')');
}

/* Two clues that were merged are shown as one, but where everything is asked for. */
bool clue_unmerged(const ClueQuery *q) {
    if (str_is(q->life, "merged"))
        return false;
    return q->unmerged || !str_is(q->status, "all") || q->life.len || q->source.len ||
           q->outcome.len || q->mine.len;
}

static void life_conditions(const ClueQuery *q, ClueWhere *w) {
    if (clue_unmerged(q))
        buf_add_c(&w->sql, " AND life <> 'merged'");
    if (str_is(q->life, "open"))
        buf_add_c(&w->sql, " AND life NOT IN ('closed', 'merged')");
    else if (q->life.len)
        condition(w, "life = ", ARG_OF_TEXT(q->life), "");
    if (q->source.len)
        condition(w, "source = ", ARG_OF_TEXT(q->source), "");
    if (q->outcome.len)
        condition(w, "outcome = ", ARG_OF_TEXT(q->outcome), "");
    if (str_is(q->mine, "owned"))
        mine_condition(w, "organisation", "owner_role", true);
    else if (str_is(q->mine, "told"))
        mine_condition(w, "told_organisation", "told_role", false);
}

void clue_where(const ClueQuery *q, Arena *a, ClueWhere *w) {
    Str text = str_trim(q->text);

    w->count = 0;
    buf_init(&w->sql, 4096);
    buf_add_c(&w->sql, "WHERE 1 = 1");
    if (q->model.len)
        condition(w, "model = ", ARG_OF_TEXT(q->model), "");
    if (q->level.len)
        condition(w, "level = ", ARG_OF_TEXT(q->level), "");
    if (q->strength.len)
        condition(w, "strength = ", ARG_OF_TEXT(q->strength), "");
    if (!q->status.len)
        buf_add_c(&w->sql, " AND status <> 'withdrawn'");
    else if (!str_is(q->status, "all"))
        condition(w, "status = ", ARG_OF_TEXT(q->status), "");
    life_conditions(q, w);
    if (q->subject_key.len)
        condition(w, "subject_key = ", ARG_OF_TEXT(q->subject_key), "");
    if (q->from > 0)
        condition(w, "event_on >= ", day_arg(a, q->from), "");
    if (q->to > 0)
        condition(w, "event_on <= ", day_arg(a, q->to), "");
    if (text.len)
        text_condition(w, a, text);
}

const char *clue_order(Str sort) {
    static const struct {
        const char *name, *sql;
    } orders[] = {
        {"newest", "found_at DESC, number DESC"},
        {"level", "level_rank, strength_rank, amount DESC, number DESC"},
        {"amount", "amount DESC, number DESC"},
        {"event", "event_on DESC, number DESC"},
        {"name", "subject_name, number"},
        {"due", "CASE WHEN due = '' THEN 1 ELSE 0 END, due, number"},
        {NULL, NULL},
    };

    for (size_t i = 0; orders[i].name; i++)
        if (str_is(sort, orders[i].name))
            return orders[i].sql;
    return sort.len ? NULL : orders[1].sql;
}

static bool known(Str word, const BindName *names, const char *where, const char *what, Err *e) {
    if (!word.len)
        return true;
    for (const BindName *n = names; n->name; n++)
        if (str_is(word, n->name))
            return true;
    return err_set(e, ERR_INVALID, where, "没有这种%s：%.*s", what,
                   STR_ARG(str_slice(word, 0, 30)));
}

bool clue_query_check(const ClueQuery *q, Err *e) {
    bool all = str_is(q->status, "all");

    if (!clue_order(q->sort))
        return err_set(e, ERR_INVALID, "/sort",
                       "没有这种排序，可用 newest、level、amount、event、name、due");
    if (q->mine.len && !str_is(q->mine, "owned") && !str_is(q->mine, "told"))
        return err_set(e, ERR_INVALID, "/mine", "可用 owned（由我办理）、told（提醒到我）");
    return (str_is(q->life, "open") || known(q->life, clue_life_names, "/life", "阶段", e)) &&
           known(q->outcome, clue_outcome_names, "/outcome", "结果", e) &&
           known(q->level, clue_level_names, "/level", "等级，可用 high、medium、low", e) &&
           (all ||
            known(q->status, clue_status_names, "/status", "状态，可用 new、withdrawn、all", e)) &&
           known(q->strength, strength_names, "/strength", "匹配方式", e);
}

typedef struct ListWork {
    const ClueQuery *query;
    Arena *arena;
    int64_t limit, offset;
    const char *order;
    Node *out;
} ListWork;

static Node *page_read(Tx *tx, const ListWork *l, Err *e) {
    ClueWhere w;
    scoped_buf Buf sql;

    clue_where(l->query, l->arena, &w);
    buf_init(&sql, 8192);
    buf_addf(&sql,
             "SELECT id, number, model, model_version, subject_kind, subject_key, subject_name, "
             "subject_mask, title, level, status, strength, suggests, event_on, amount, found_at, "
             "changed_at, life, source, organisation, owner_role, owner_login, due, outcome, "
             "attention, revision FROM {clue} %.*s ORDER BY %s LIMIT %lld OFFSET %lld",
             STR_ARG(buf_str(&w.sql)), l->order, (long long)l->limit, (long long)l->offset);
    Node *items = tx_rows_text(tx, l->arena, buf_str(&sql), w.args, w.count, e);

    buf_done(&w.sql);
    return items;
}

static bool list_read(Tx *tx, void *context, Err *e) {
    ListWork *l = context;
    Node *items = page_read(tx, l, e), *facets;
    int64_t total;

    if (!items)
        return false;
    l->out = node_map(l->arena);
    node_set(l->arena, l->out, "items", items);
    if (l->query->items_only)
        return true;
    if (!clue_facets(tx, l->query, l->arena, &total, &facets, e))
        return false;
    node_set_int(l->arena, l->out, "total", total);
    int64_t end = l->offset + (int64_t)items->count;

    if (end < total)
        node_set_text(l->arena, l->out, "next", str_format(l->arena, "%lld", (long long)end));
    node_set(l->arena, l->out, "facets", facets);
    return true;
}

Node *clue_list(Office *o, const ClueQuery *q, Arena *a, Err *e) {
    ListWork l = {.query = q, .arena = a, .limit = q->limit, .order = clue_order(q->sort)};

    if (l.limit <= 0)
        l.limit = PAGE_DEFAULT;
    if (l.limit > PAGE_MOST)
        l.limit = PAGE_MOST;
    if (!clue_query_check(q, e))
        return NULL;
    if (q->limit < 0) {
        err_set(e, ERR_INVALID, "/limit", "每页行数须在 1 到 %d 之间", PAGE_MOST);
        return NULL;
    }
    if (q->cursor.len && (!str_to_int(q->cursor, &l.offset) || l.offset < 0)) {
        err_set(e, ERR_INVALID, "/cursor", "翻页位置不对，请从第一页重新开始");
        return NULL;
    }
    return store_read(o->store, list_read, &l, e) ? l.out : NULL;
}
