/* SPDX-License-Identifier: MulanPSL-2.0 */
/* people/rights_view.c: rights as SQL: which rows of a guarded table a person sees, and of which of
 * them the personal columns.
 *
 *     row    = (not sealed and some rule reaches it) or (sealed, some rule reaches it, a rule
 *              sealed.read of the same appointment reaches it too, and two others opened the
 * channel) {clue} = (SELECT id, …, CASE WHEN personal THEN title END AS title FROM clue WHERE row)
 *
 * The text stays the same until something begins or ends, so that prepared statements live on. */
#include <stdlib.h>
#include <string.h>

#include "people/rights_inside.h"

#include "base/banned.h"

#define SQL_MOST ((size_t)2 << 20)

enum { PASSED_MOST = 10 };

/* ---- one rule ---- */

void rights_add_quoted(Buf *sql, Str s) {
    buf_add_char(sql, '\'');
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '\'')
            buf_add_char(sql, '\'');
        buf_add_char(sql, s.ptr[i]);
    }
    buf_add_char(sql, '\'');
}

void rights_add_texts(Buf *sql, const char *column, const Str *items, size_t n) {
    buf_addf(sql, "%s IN (", column);
    for (size_t i = 0; i < n; i++) {
        if (i)
            buf_add_char(sql, ',');
        rights_add_quoted(sql, items[i]);
    }
    buf_add_char(sql, ')');
}

enum { RANGES_MOST = 8 };
typedef struct Range {
    int64_t from, to;
} Range;

/* The longest first: most rows are then decided by one comparison. */
static int by_length(const void *a, const void *b) {
    const Range *x = a, *y = b;
    int64_t m = x->to - x->from, n = y->to - y->from;

    return m != n ? (m < n ? 1 : -1) : (x->from > y->from) - (x->from < y->from);
}

/* Numbers are given in order, so large lists are few ranges. 0: they are more than RANGES_MOST. */
static size_t ranges_of(const int64_t *items, size_t n, Range *out) {
    size_t count = 0;

    for (size_t i = 0; i < n; i++) {
        if (i > 0 && items[i] == items[i - 1] + 1) {
            out[count - 1].to = items[i];
            continue;
        }
        if (count == RANGES_MOST)
            return 0;
        out[count++] = (Range){items[i], items[i]};
    }
    qsort(out, count, sizeof *out, by_length);
    return count;
}

void rights_add_list(Buf *sql, const char *column, const int64_t *items, size_t n) {
    buf_addf(sql, "%s IN (", column);
    for (size_t i = 0; i < n; i++)
        buf_addf(sql, "%s%lld", i ? "," : "", (long long)items[i]);
    buf_add_char(sql, ')');
}

/* Do these organisations have so many of the clues that a page in order is found sooner by the
 * order than by the organisation? Measured: looking a row up costs thirty times what passing over
 * it in an index does. */
static bool wide(const Shares *s, const int64_t *items, size_t n) {
    int64_t clues = 0;

    for (size_t i = 0, k = 0; s && i < n && k < s->count;) {
        if (items[i] == s->items[k].organisation)
            clues += s->items[k].clues;
        if (items[i] <= s->items[k].organisation)
            i++;
        else
            k++;
    }
    return s && clues > 0 && clues * 30 >= s->total;
}

/* "OR FALSE" keeps SQLite from looking the rows up by organisation, at no cost a row. PostgreSQL
 * sees through it: it knows itself how many rows there are, and must go on knowing. */
static void add_numbers(Buf *sql, const Shares *shares, const int64_t *items, size_t n) {
    Range ranges[RANGES_MOST] = {{0, 0}};
    bool by_order = wide(shares, items, n);
    size_t count = by_order ? ranges_of(items, n, ranges) : 0;

    if (n == 0) {
        buf_add_c(sql, "1 = 0");
        return;
    }
    if (by_order)
        buf_add_char(sql, '(');
    for (size_t i = 0; i < count; i++)
        buf_addf(sql, "%sorganisation BETWEEN %lld AND %lld", i ? " OR " : "",
                 (long long)ranges[i].from, (long long)ranges[i].to);
    if (count == 0)
        rights_add_list(sql, "organisation", items, n);
    if (by_order)
        buf_add_c(sql, " OR FALSE)");
}

/* Pool rows and batches are opened by the grants of their batch. */
static bool is_clue(const char *kind) {
    return strcmp(kind, "clue") == 0;
}

static bool is_matter(const char *kind) {
    return strncmp(kind, "matter", 6) == 0;
}

/* Rows of counts: what people see through grants and work of their own is not in them. */
static bool is_count(const char *kind) {
    return strcmp(kind, "matter_count") == 0;
}

/* Rows of their own id and state; of batches and their rows the number and the dataset count. */
static bool has_state(const char *kind) {
    return is_clue(kind) || is_matter(kind);
}

static void add_grants(Buf *sql, const RightsInside *r, size_t i, const char *kind,
                       FieldsShown fields) {
    const Grantees *g = &r->grantees[i];

    buf_addf(sql, "%s IN (SELECT object FROM access_grant WHERE kind = '%s' AND ",
             has_state(kind) ? "id" : "CAST(batch AS TEXT)", has_state(kind) ? kind : "batch");
    rights_add_texts(sql, "grantee", g->items, g->count);
    buf_addf(sql, " AND since <= %lld AND (until IS NULL OR until > %lld)", (long long)r->settled,
             (long long)r->settled);
    if (fields == FIELDS_PERSONAL)
        buf_addf(sql, " AND fields >= %d", FIELDS_PERSONAL);
    buf_add_char(sql, ')');
}

/* Of matters: so many that passing over all in the order of a page finds its fifty sooner than
 * looking these up and sorting them does. To find them by the order passes over fifty times the
 * whole divided by the part, each ten times as quickly; `total` counts a matter once for each that
 * takes part. */
static bool wide_of_matters(const Shares *s, const int64_t *items, size_t n) {
    int64_t own = 0;

    for (size_t i = 0, k = 0; s && i < n && k < s->count;) {
        if (items[i] == s->items[k].organisation)
            own += s->items[k].clues;
        if (items[i] <= s->items[k].organisation)
            i++;
        else
            k++;
    }
    return own > 0 && own >= PASSED_MOST * s->total / own;
}

/* A matter belongs to every organisation that takes part in it now: its set of them is among the
 * sets that hold one of these. `by_order`: as with add_numbers. */
static void add_participants(Buf *sql, bool by_order, const int64_t *items, size_t n) {
    if (n == 0) {
        buf_add_c(sql, "1 = 0");
        return;
    }
    buf_add_c(sql, by_order ? "(party_set IN (SELECT s.party_set FROM matter_set s WHERE "
                            : "party_set IN (SELECT s.party_set FROM matter_set s WHERE ");
    rights_add_list(sql, "s.organisation", items, n);
    buf_add_c(sql, by_order ? ") OR FALSE)" : ")");
}

/* Work in one's own name, now or once. Where rows come in order, each is asked; else they are
 * looked up. */
static void add_tasks(Buf *sql, const Right *right, bool by_order) {
    static const char *const columns[] = {"login", "actor"};

    for (size_t i = 0; i < 2; i++) {
        buf_addf(sql,
                 by_order ? " OR EXISTS (SELECT 1 FROM matter_task t WHERE t.matter = matter.id "
                            "AND t.%s = "
                          : " OR id IN (SELECT t.matter FROM matter_task t WHERE t.%s = ",
                 columns[i]);
        rights_add_quoted(sql, right->person);
        buf_add_char(sql, ')');
    }
}

static bool limited(const RoleRule *rule) {
    return rule->states.count || rule->datasets.count;
}

static void add_reach(Buf *sql, const RightsInside *r, size_t i, const char *kind,
                      FieldsShown fields) {
    const Right *right = &r->rights.rights[i];
    const RoleRule *rule = right->rule;

    buf_add_char(sql, '(');
    if (rule->reach == REACH_INSTALLATION)
        buf_add_c(sql, "1 = 1");
    else if (rule->reach == REACH_OWN && is_count(kind))
        buf_add_c(sql, "1 = 0");
    else if (rule->reach == REACH_OWN) {
        buf_add_char(sql, '(');
        add_grants(sql, r, i, kind, fields);
        if (is_matter(kind))
            add_tasks(sql, right, r->by_order);
        buf_add_char(sql, ')');
    } else if (is_matter(kind))
        add_participants(sql, r->by_order && !is_count(kind), right->organisations,
                         right->organisation_count);
    else
        add_numbers(sql, NULL, right->organisations, right->organisation_count);
    /* Clues have a state, batches and their rows a dataset; what a row has not is never among those
     * that a rule lists. */
    if (rule->states.count) {
        buf_add_c(sql, " AND ");
        if (has_state(kind))
            rights_add_texts(sql, is_clue(kind) ? "status" : "state", rule->states.items,
                             rule->states.count);
        else
            buf_add_c(sql, "1 = 0");
    }
    if (rule->datasets.count) {
        buf_add_c(sql, " AND ");
        if (has_state(kind))
            buf_add_c(sql, "1 = 0");
        else
            rights_add_texts(sql, "dataset", rule->datasets.items, rule->datasets.count);
    }
    buf_add_char(sql, ')');
}

/* ---- all rules of a permission ---- */

static bool speaks(const Right *right, Permission p, FieldsShown fields) {
    return right->rule->permission == (int)p &&
           (right->rule->fields ? right->rule->fields : FIELDS_PLAIN) >= (int)fields;
}

static void add_or(Buf *sql, size_t before) {
    if (sql->len > before)
        buf_add_c(sql, " OR ");
}

static int number_order(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return x < y ? -1 : x > y;
}

/* Organisations of all unlimited rules in one list, each once, in order. */
static int64_t *organisations_of(const RightsInside *r, Permission p, FieldsShown fields, Arena *a,
                                 size_t *count) {
    size_t most = 0, n = 0;

    for (size_t i = 0; i < r->rights.count; i++)
        most += r->rights.rights[i].organisation_count;
    int64_t *all = arena_array_of(a, most, int64_t);

    for (size_t i = 0; i < r->rights.count; i++) {
        const Right *right = &r->rights.rights[i];

        if (!speaks(right, p, fields) || limited(right->rule))
            continue;
        for (size_t k = 0; k < right->organisation_count; k++)
            all[n++] = right->organisations[k];
    }
    if (n)
        qsort(all, n, sizeof *all, number_order);
    *count = 0;
    for (size_t i = 0; i < n; i++)
        if (i == 0 || all[i] != all[*count - 1])
            all[(*count)++] = all[i];
    return all;
}

/* One list is short, and one index serves it. */
static void add_organisations(Buf *sql, const RightsInside *r, Permission p, const char *kind,
                              FieldsShown fields) {
    scoped_arena Arena *a = arena_new();
    size_t n;
    const int64_t *all = organisations_of(r, p, fields, a, &n);

    if (n == 0)
        return;
    if (is_matter(kind))
        add_participants(sql, r->by_order && !is_count(kind), all, n);
    else
        add_numbers(sql, is_clue(kind) ? r->shares : NULL, all, n);
}

/* Rows that are not sealed. True: all of them. */
static bool add_open(Buf *sql, const RightsInside *r, Permission p, const char *kind,
                     FieldsShown fields) {
    size_t before = sql->len;

    for (size_t i = 0; i < r->rights.count; i++) {
        const Right *right = &r->rights.rights[i];

        if (speaks(right, p, fields) && !limited(right->rule) &&
            right->rule->reach == REACH_INSTALLATION)
            return true;
    }
    add_organisations(sql, r, p, kind, fields);
    for (size_t i = 0; i < r->rights.count; i++) {
        const Right *right = &r->rights.rights[i];

        if (!speaks(right, p, fields) || (!limited(right->rule) && right->organisations))
            continue;
        /* Nothing was opened: an arm that finds nothing would only keep an index from serving. */
        if (right->rule->reach == REACH_OWN && !r->granted && !is_matter(kind))
            continue;
        add_or(sql, before);
        add_reach(sql, r, i, kind, fields);
    }
    return false;
}

/* Sealed rows: a rule and the sealed.read of the same appointment, opened. */
static void add_sealed(Buf *sql, const RightsInside *r, Permission p, const char *kind,
                       FieldsShown fields) {
    size_t before = sql->len;

    for (size_t i = 0; i < r->rights.count; i++) {
        const Right *right = &r->rights.rights[i];

        if (!speaks(right, p, fields) || right->delegated)
            continue;
        for (size_t k = 0; k < r->rights.count; k++) {
            const Right *channel = &r->rights.rights[k];

            if (!rights_opens(r, channel) || channel->appointment != right->appointment)
                continue;
            add_or(sql, before);
            buf_add_char(sql, '(');
            add_reach(sql, r, i, kind, fields);
            buf_add_c(sql, " AND ");
            add_reach(sql, r, k, kind, FIELDS_PLAIN);
            buf_add_char(sql, ')');
        }
    }
}

void rights_condition(const RightsInside *r, Permission p, const char *kind, FieldsShown fields,
                      Buf *sql) {
    scoped_buf Buf open;
    scoped_buf Buf sealed;

    buf_init(&open, SQL_MOST);
    buf_init(&sealed, SQL_MOST);
    bool all = add_open(&open, r, p, kind, fields);

    add_sealed(&sealed, r, p, kind, fields);
    if (all)
        buf_add_c(sql, "sealed = 0");
    else if (open.len)
        buf_addf(sql, "sealed = 0 AND (%.*s)", STR_ARG(buf_str(&open)));
    else
        buf_add_c(sql, "1 = 0");
    if (sealed.len) {
        scoped_buf Buf first;

        buf_init(&first, SQL_MOST);
        buf_add(&first, buf_str(sql));
        buf_clear(sql);
        buf_addf(sql, "(%.*s) OR (sealed <> 0 AND (%.*s))", STR_ARG(buf_str(&first)),
                 STR_ARG(buf_str(&sealed)));
    }
    if (r->recused && is_clue(kind)) { /* a conflict of interest hides the clue from him */
        scoped_buf Buf reached;

        buf_init(&reached, SQL_MOST);
        buf_add(&reached, buf_str(sql));
        buf_clear(sql);
        buf_addf(sql, "(%.*s) AND id NOT IN (SELECT clue FROM clue_recusal WHERE login = ",
                 STR_ARG(buf_str(&reached)));
        rights_add_quoted(sql, r->rights.login);
        buf_add_char(sql, ')');
    }
    if (open.full || sealed.full || sql->full) { /* rather nothing than everything */
        buf_clear(sql);
        buf_add_c(sql, "1 = 0");
    }
}

/* ---- views ---- */

typedef struct Table {
    const char *table, *kind;
    Permission read;
    const char *plain;    /* columns anybody may see who sees the row */
    const char *personal; /* those that name or point to persons; texts */
    const char *weighing; /* of batches: what would tell of sealed rows by its weight */
    const char *sealed;   /* told through the channel alone */
} Table;

static const Table clue_table = {
    "clue",
    "clue",
    PERMISSION_CLUE_READ,
    "id,number,model,model_version,subject_kind,subject_key,strength,strength_rank,level,"
    "level_rank,status,suggests,event_on,amount,digest,found_run,found_at,changed_run,changed_at,"
    "organisation,sealed,life,source,origin,owner_department,owner_role,owner_login,due,next,rung,"
    "told_organisation,told_role,triage,outcome,attention,merged_into,revision,life_tree",
    "subject_name,subject_mask,title,explanation,life_personal",
    "",
    ""};
static const Table batch_table = {
    "batch",
    "batch",
    PERMISSION_BATCH_READ,
    "batch,dataset,dataset_title,dataset_version,file_name,mapping,source,format,encoding,sheet,"
    "header_line,received,accepted,duplicates,rejected,corrected,listed,distinct_approximate,"
    "actor,at,organisation,sealed,sealable",
    "rejects_file",
    "size,digest,bad_bytes,milliseconds",
    "sealed_received,sealed_accepted,sealed_duplicates,sealed_corrected"};

static const Table matter_table = {
    "matter",
    "matter",
    PERMISSION_MATTER_READ,
    "id,ordinal,number,flow,version,organisation,state,outcome,level,level_rank,step,steps,opened,"
    "closed,changed,actor,revision,due,lapsed,sealed,case_number,tree,party_set",
    "title,personal,words",
    "",
    ""};

/* For an action besides reading a row must be reached by both, and shows what both show. */
static void add_both(Buf *sql, const RightsInside *r, const Table *t, Permission action,
                     FieldsShown fields) {
    rights_condition(r, t->read, t->kind, fields, sql);
    if (action == PERMISSION_NONE)
        return;
    scoped_buf Buf read;
    scoped_buf Buf act;

    buf_init(&read, SQL_MOST);
    buf_init(&act, SQL_MOST);
    buf_add(&read, buf_str(sql));
    rights_condition(r, action, t->kind, fields, &act);
    if (str_eq(buf_str(&read), buf_str(&act)))
        return;
    buf_clear(sql);
    buf_addf(sql, "(%.*s) AND (%.*s)", STR_ARG(buf_str(&read)), STR_ARG(buf_str(&act)));
}

/* Where the dataset can hold sealed rows, what weighs a file is for the channel. */
static void add_weighing(Buf *sql, const RightsInside *r, const Table *t) {
    Str weighing = str_of(t->weighing), sealed = str_of(t->sealed), column;
    scoped_buf Buf channel;

    buf_init(&channel, SQL_MOST);
    add_sealed(&channel, r, t->read, t->kind, FIELDS_PLAIN);
    if (!channel.len)
        buf_add_c(&channel, "1 = 0");
    while (str_split(&weighing, ',', &column) && column.len)
        buf_addf(sql, ",CASE WHEN sealable = 0 OR (%.*s) THEN %.*s END AS %.*s",
                 STR_ARG(buf_str(&channel)), STR_ARG(column), STR_ARG(column));
    while (str_split(&sealed, ',', &column) && column.len)
        buf_addf(sql, ",CASE WHEN %.*s THEN %.*s END AS %.*s", STR_ARG(buf_str(&channel)),
                 STR_ARG(column), STR_ARG(column));
    if (channel.full)
        sql->full = true; /* rather nothing than everything */
}

static ScopeView view_of(RightsInside *r, const Table *t, Permission action) {
    scoped_buf Buf rows;
    scoped_buf Buf personal;
    scoped_buf Buf sql;
    Str columns = str_of(t->personal), column;

    buf_init(&rows, SQL_MOST);
    buf_init(&personal, SQL_MOST);
    buf_init(&sql, 2 * SQL_MOST);
    add_both(&rows, r, t, action, FIELDS_PLAIN);
    add_both(&personal, r, t, action, FIELDS_PERSONAL);
    bool all = str_eq(buf_str(&rows), buf_str(&personal));
    bool none = str_starts(buf_str(&personal), STR("1 = 0")) && personal.len == 5;

    buf_addf(&sql, "(SELECT %s", t->plain);
    while (str_split(&columns, ',', &column)) {
        if (all)
            buf_addf(&sql, ",%.*s", STR_ARG(column));
        else if (none)
            buf_addf(&sql, ",CAST(NULL AS TEXT) AS %.*s", STR_ARG(column));
        else
            buf_addf(&sql, ",CASE WHEN %.*s THEN %.*s END AS %.*s", STR_ARG(buf_str(&personal)),
                     STR_ARG(column), STR_ARG(column));
    }
    add_weighing(&sql, r, t);
    buf_addf(&sql, " FROM %s WHERE %.*s)", t->table, STR_ARG(buf_str(&rows)));
    if (sql.full || rows.full || personal.full) {
        buf_clear(&sql);
        buf_addf(&sql, "(SELECT * FROM %s WHERE 1 = 0)", t->table);
    }
    return (ScopeView){str_of(t->table), str_dup(r->arena, buf_str(&sql))};
}

/* What a run counted it counted over everybody's rows: only who sees all clues sees the figures. */
static ScopeView runs_view(const RightsInside *r) {
    if (r->whole)
        return (ScopeView){STR("model_run"), STR("(SELECT * FROM model_run)")};
    return (ScopeView){
        STR("model_run"),
        STR("(SELECT run,model,version,at,as_of,actor,incremental,batch,milliseconds,"
            "CAST(NULL AS BIGINT) AS rows_read,CAST(NULL AS BIGINT) AS hits,"
            "CAST(NULL AS BIGINT) AS found,CAST(NULL AS BIGINT) AS changed,"
            "CAST(NULL AS BIGINT) AS withdrawn,CAST(NULL AS BIGINT) AS restored,"
            "CAST(NULL AS BIGINT) AS unchanged,CAST(NULL AS TEXT) AS funnel FROM model_run)")};
}

/* ---- counts of matters ---- */

#define COUNTED "state,flow,level,steps,outcome,lapsed,party_set"

/* Matters that are not sealed, seen because of who takes part in them. */
static ScopeView counts_view(RightsInside *r) {
    scoped_buf Buf rows;
    scoped_buf Buf sql;

    buf_init(&rows, SQL_MOST);
    buf_init(&sql, SQL_MOST);
    bool all = add_open(&rows, r, PERMISSION_MATTER_READ, "matter_count", FIELDS_PLAIN);

    buf_addf(&sql, "(SELECT " COUNTED ",matters FROM matter_count WHERE sealed = 0 AND (%.*s))",
             STR_ARG(all        ? STR("1 = 1")
                     : rows.len ? buf_str(&rows)
                                : STR("1 = 0")));
    if (rows.full || sql.full) {
        buf_clear(&sql);
        buf_add_c(&sql, "(SELECT " COUNTED ",matters FROM matter_count WHERE 1 = 0)");
    }
    return (ScopeView){STR("matter_count"), str_dup(r->arena, buf_str(&sql))};
}

/* One list of what is seen through grants and work of one's own, without work on matters that are
 * counted anyway: a list that stands alone is looked up on both engines. */
static void add_own_ids(Buf *sql, const RightsInside *r) {
    scoped_arena Arena *a = arena_new();
    scoped_buf Buf besides;
    size_t n, before = sql->len;
    const int64_t *all = organisations_of(r, PERMISSION_MATTER_READ, FIELDS_PLAIN, a, &n);

    buf_init(&besides, SQL_MOST);
    if (n) {
        buf_add_c(&besides, " AND t.party_set NOT IN (SELECT s.party_set FROM matter_set s WHERE ");
        rights_add_list(&besides, "s.organisation", all, n);
        buf_add_char(&besides, ')');
    }
    for (size_t i = 0; i < r->rights.count; i++) {
        const Right *right = &r->rights.rights[i];
        const Grantees *g = &r->grantees[i];

        if (!speaks(right, PERMISSION_MATTER_READ, FIELDS_PLAIN) || right->rule->reach != REACH_OWN)
            continue;
        buf_addf(sql, "%sSELECT object FROM access_grant WHERE kind = 'matter' AND ",
                 sql->len > before ? " UNION " : "");
        rights_add_texts(sql, "grantee", g->items, g->count);
        for (int k = 0; k < 2; k++) {
            buf_addf(sql, " UNION SELECT t.matter FROM matter_task t WHERE t.%s = ",
                     k ? "actor" : "login");
            rights_add_quoted(sql, right->person);
            buf_add(sql, buf_str(&besides));
        }
    }
    sql->full |= besides.full;
}

/* Matters seen, and not in the counts of the same person: his own alone, and sealed ones. */
static ScopeView other_view(RightsInside *r) {
    scoped_buf Buf counted;
    scoped_buf Buf open;
    scoped_buf Buf own;
    scoped_buf Buf sealed;
    scoped_buf Buf sql;
    bool by_order = r->by_order;

    buf_init(&counted, SQL_MOST);
    buf_init(&open, SQL_MOST);
    buf_init(&own, SQL_MOST);
    buf_init(&sealed, SQL_MOST);
    buf_init(&sql, 2 * SQL_MOST);
    r->by_order = false;
    bool all = add_open(&counted, r, PERMISSION_MATTER_READ, "matter_count", FIELDS_PLAIN);

    add_open(&open, r, PERMISSION_MATTER_READ, "matter", FIELDS_PLAIN);
    add_own_ids(&own, r);
    add_sealed(&sealed, r, PERMISSION_MATTER_READ, "matter", FIELDS_PLAIN);
    buf_add_c(&sql, "(SELECT id," COUNTED " FROM matter WHERE ");
    if (all || !own.len)
        buf_add_c(&sql, "1 = 0");
    else
        buf_addf(&sql, "id IN (%.*s) AND sealed = 0 AND (%.*s)", STR_ARG(buf_str(&own)),
                 STR_ARG(buf_str(&open)));
    if (!all && own.len && counted.len)
        buf_addf(&sql, " AND NOT (%.*s)", STR_ARG(buf_str(&counted)));
    if (sealed.len)
        buf_addf(&sql, " UNION ALL SELECT id," COUNTED " FROM matter WHERE sealed = 1 AND (%.*s)",
                 STR_ARG(buf_str(&sealed)));
    buf_add_char(&sql, ')');
    r->by_order = by_order;
    if (counted.full || open.full || own.full || sealed.full || sql.full) {
        buf_clear(&sql);
        buf_add_c(&sql, "(SELECT id," COUNTED " FROM matter WHERE 1 = 0)");
    }
    return (ScopeView){STR("matter_other"), str_dup(r->arena, buf_str(&sql))};
}

enum { VIEWS = 7, VIEWS_OF_ACTIONS = 5 };

/* The action is about clues or about matters; the other tables look as they always do. Whoever
 * takes matters out asks for rows alone: counts are of those that are read. */
static Scope scope_for(RightsInside *r, Permission action) {
    ScopeView *views = arena_array_of(r->arena, VIEWS, ScopeView);
    bool of_matters = action == PERMISSION_MATTER_EXPORT;

    views[0] = view_of(r, &clue_table, of_matters ? PERMISSION_NONE : action);
    views[1] = view_of(r, &batch_table, PERMISSION_NONE);
    views[2] = runs_view(r);
    views[3] = view_of(r, &matter_table, of_matters ? action : PERMISSION_NONE);
    views[4] = rights_document_view(r, of_matters ? action : PERMISSION_NONE);
    if (action == PERMISSION_NONE) {
        views[5] = counts_view(r);
        views[6] = other_view(r);
    }
    return (Scope){r->rights.login, views, action == PERMISSION_NONE ? VIEWS : VIEWS_OF_ACTIONS,
                   &r->rights};
}

static bool wide_reader(const RightsInside *r) {
    scoped_arena Arena *a = arena_new();
    size_t n;
    const int64_t *all = organisations_of(r, PERMISSION_MATTER_READ, FIELDS_PLAIN, a, &n);

    return r->shares && wide_of_matters(r->shares->matters, all, n);
}

void rights_make_views(RightsInside *r) {
    scoped_buf Buf unused;

    buf_init(&unused, SQL_MOST);
    r->whole = add_open(&unused, r, PERMISSION_CLUE_READ, "clue", FIELDS_PLAIN) && !r->recused;
    scoped_buf Buf rows;
    scoped_buf Buf personal;

    buf_init(&rows, SQL_MOST);
    buf_init(&personal, SQL_MOST);
    rights_condition(r, PERMISSION_CLUE_READ, "clue", FIELDS_PLAIN, &rows);
    rights_condition(r, PERMISSION_CLUE_READ, "clue", FIELDS_PERSONAL, &personal);
    r->names = str_eq(buf_str(&rows), buf_str(&personal));
    r->by_order = wide_reader(r);
    r->rights.scope = scope_for(r, PERMISSION_NONE);
    r->exported = scope_for(r, PERMISSION_CLUE_EXPORT);
    r->shared = scope_for(r, PERMISSION_CLUE_SHARE);
    r->carried = scope_for(r, PERMISSION_MATTER_EXPORT);
    r->taken = r->rights.scope;
}
