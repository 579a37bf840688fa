/* SPDX-License-Identifier: MulanPSL-2.0 */
/* people/rights_see.c: the same answers as the scope's SQL for one row at a time, with reasons; and
 * the conditions on pool rows. */
#include <string.h>

#include "people/rights_inside.h"
#include "sql_statements.h"

#include "base/banned.h"

/* ---- marks ---- */

typedef struct MarksAsk {
    Arena *arena;
    RowMarks *row;
    bool found;
} MarksAsk;

static bool ask_marks(Tx *tx, void *context, Err *e) {
    MarksAsk *m = context;
    bool clue = strcmp(m->row->kind, "clue") == 0, matter = strcmp(m->row->kind, "matter") == 0;
    int64_t batch = 0;
    Err why = {0};

    m->found = false;
    if (!clue && !matter && !str_to_int(m->row->id, &batch))
        return true;
    const Node *row =
        tx_row(tx, m->arena,
               clue     ? &SQL_clue_marks
               : matter ? &SQL_matter_marks
                        : &SQL_batch_marks,
               clue || matter ? &ARG_OF_TEXT(m->row->id) : &ARG_OF_INT(batch), 1, &why);

    if (!row && why.code != ERR_NONE) {
        *e = why;
        return false;
    }
    if (!row)
        return true;
    m->found = true;
    m->row->organisation = node_int(row, "organisation", 0);
    m->row->state = node_text(row, "status");
    m->row->dataset = node_text(row, "dataset");
    m->row->sealed = node_int(row, "sealed", 0) != 0;
    return true;
}

bool rights_marks(Store *s, const char *kind, Str id, Arena *a, RowMarks *out, bool *found,
                  Err *e) {
    RowMarks row = {.kind = kind, .id = id, .organisation = -1, .sealed = true};
    MarksAsk ask = {a, &row, false};
    const Scope *before = store_thread_scope(NULL);
    bool good = store_read(s, ask_marks, &ask, e);

    store_thread_scope(before);
    if (!good)
        return false;
    *out = row;
    *found = ask.found;
    return true;
}

/* ---- one row ---- */

typedef struct Look {
    Store *store;
    const RightsInside *rights;
    const RowMarks *row;
    size_t right; /* whose grants are asked for */
    int fields;
    Err *e;
} Look;

static bool is_clue(const RowMarks *row) {
    return strcmp(row->kind, "clue") == 0;
}

static bool is_matter(const RowMarks *row) {
    return strcmp(row->kind, "matter") == 0;
}

static Str grant_kind(const RowMarks *row) {
    return is_clue(row) ? STR("clue") : is_matter(row) ? STR("matter") : STR("batch");
}

static bool ask_grants(Tx *tx, void *context, Err *e) {
    Look *l = context;
    const Grantees *g = &l->rights->grantees[l->right];
    scoped_arena Arena *a = arena_new();
    scoped_buf Buf sql;

    buf_init(&sql, 1 << 20);
    buf_add_c(&sql, "SELECT COALESCE(MAX(fields), 0) AS fields FROM access_grant WHERE kind = $1 "
                    "AND object = $2 AND since <= $3 AND (until IS NULL OR until > $3) AND "
                    "grantee IN (");
    for (size_t i = 0; i < g->count; i++)
        buf_addf(&sql, "%s'%.*s'", i ? "," : "", STR_ARG(g->items[i]));
    buf_add_char(&sql, ')');
    const Node *rows = tx_rows_text(tx, a, buf_str(&sql),
                                    ARGS(ARG_OF_TEXT(grant_kind(l->row)), ARG_OF_TEXT(l->row->id),
                                         ARG_OF_INT(l->rights->settled)),
                                    e);

    l->fields = rows ? (int)node_int(rows->items[0], "fields", 0) : -1;
    return rows != NULL;
}

static bool among(const BindList *list, Str value) {
    for (size_t i = 0; i < list->count; i++)
        if (str_eq(((const Str *)list->items)[i], value))
            return true;
    return list->count == 0;
}

static bool has_organisation(const Right *right, int64_t organisation) {
    for (size_t i = 0; i < right->organisation_count; i++)
        if (right->organisations[i] == organisation)
            return true;
    return false;
}

/* A matter belongs to every organisation that takes part in it. */
static bool ask_houses(Tx *tx, void *context, Err *e) {
    Look *l = context;
    scoped_arena Arena *a = arena_new();
    const Right *right = &l->rights->rights.rights[l->right];
    const Node *rows = tx_rows(tx, a, &SQL_rights_matter_houses, ARGS(ARG_OF_TEXT(l->row->id)), e);

    l->fields = 0;
    for (size_t i = 0; rows && i < rows->count; i++)
        l->fields |= has_organisation(right, node_int(rows->items[i], "organisation", 0));
    return rows != NULL;
}

static bool ask_work(Tx *tx, void *context, Err *e) {
    Look *l = context;
    const Right *right = &l->rights->rights.rights[l->right];
    int64_t n = 0;

    if (!tx_int(tx, &SQL_rights_matter_work,
                ARGS(ARG_OF_TEXT(l->row->id), ARG_OF_TEXT(right->person)), 0, &n, e))
        return false;
    l->fields = n != 0;
    return true;
}

/* -1: could not be asked. The statements are the program's own. */
static int ask_of_row(Look *l, size_t right, TxWork *ask) {
    const Scope *before = store_thread_scope(NULL);

    l->right = right;
    bool good = store_read(l->store, ask, l, l->e);

    store_thread_scope(before);
    return good ? l->fields : -1;
}

/* What the rule shows of the row, seals aside; 0: does not reach it; -1: could not be asked. */
static int reached(Look *l, size_t i) {
    const Right *right = &l->rights->rights.rights[i];
    const RoleRule *rule = right->rule;
    int fields = rule->fields ? rule->fields : FIELDS_PLAIN;
    Str none = {NULL, 0};

    bool stated = is_clue(l->row) || is_matter(l->row);

    if (!among(&rule->states, stated ? l->row->state : none) ||
        !among(&rule->datasets, stated ? none : l->row->dataset))
        return 0;
    if (rule->reach == REACH_INSTALLATION)
        return fields;
    if (rule->reach != REACH_OWN && is_matter(l->row)) {
        int part = ask_of_row(l, i, ask_houses);

        return part > 0 ? fields : part;
    }
    if (rule->reach != REACH_OWN)
        return has_organisation(right, l->row->organisation) ? fields : 0;
    if (is_matter(l->row)) {
        int work = ask_of_row(l, i, ask_work);

        if (work)
            return work > 0 ? fields : work;
    }
    l->right = i;
    if (!store_read(l->store, ask_grants, l, l->e))
        return -1;
    return l->fields < fields ? l->fields : fields;
}

static bool channel_open(Look *l, const Right *of) {
    for (size_t k = 0; k < l->rights->rights.count; k++) {
        const Right *right = &l->rights->rights.rights[k];

        if (rights_opens(l->rights, right) && !of->delegated &&
            right->appointment == of->appointment && reached(l, k) > 0)
            return true;
    }
    return false;
}

static bool ask_recused(Tx *tx, void *context, Err *e) {
    Look *l = context;
    int64_t n = 0;

    if (!tx_int(tx, &SQL_rights_recused,
                ARGS(ARG_OF_TEXT(l->rights->rights.login), ARG_OF_TEXT(l->row->id)), 0, &n, e))
        return false;
    l->fields = n != 0;
    return true;
}

/* The most that any rule of `p` shows of the row, and which rule that is. */
static int best(Look *l, Permission p, const Right **by) {
    int most = 0;

    if (is_clue(l->row) && l->rights->recused && ask_of_row(l, 0, ask_recused) != 0)
        return 0;
    for (size_t i = 0; i < l->rights->rights.count && most < FIELDS_PERSONAL; i++) {
        const Right *right = &l->rights->rights.rights[i];

        if (right->rule->permission != (int)p)
            continue;
        int fields = reached(l, i);

        if (fields > most && (!l->row->sealed || channel_open(l, right))) {
            most = fields;
            *by = right;
        }
    }
    return most;
}

static Permission read_of(const RowMarks *row) {
    return is_clue(row)                      ? PERMISSION_CLUE_READ
           : is_matter(row)                  ? PERMISSION_MATTER_READ
           : strcmp(row->kind, "batch") == 0 ? PERMISSION_BATCH_READ
                                             : PERMISSION_ROW_READ;
}

/* ---- reasons ---- */

static const char *permission_title(int p) {
    for (const BindName *n = permission_names; n->name; n++)
        if (n->value == p)
            return n->title;
    return "";
}

static Str holder(Arena *a, const Right *r, Str login) {
    if (r->delegated && !str_eq(r->person, login))
        return str_format(a, "受 %.*s 委托，以“%.*s”（%.*s）的身份", STR_ARG(r->person),
                          STR_ARG(r->role_title), STR_ARG(r->organisation_name));
    return str_format(a, "担任“%.*s”（%.*s）", STR_ARG(r->role_title),
                      STR_ARG(r->organisation_name));
}

static const char *reach_words(int reach) {
    return reach == REACH_INSTALLATION   ? "全部单位的"
           : reach == REACH_SUBTREE      ? "本单位和下级单位的"
           : reach == REACH_ORGANISATION ? "本单位的"
                                         : "向本人、本单位或所在专班开放的";
}

static void add_reason(Arena *a, Node *why, Str text) {
    node_add(a, why, node_of_text(a, text));
}

static void why_seen(const Look *l, Permission p, const Right *by, int fields, Arena *a,
                     Node *why) {
    add_reason(a, why,
               str_format(a, "%.*s，可以%s：%s，%s",
                          STR_ARG(holder(a, by, l->rights->rights.login)), permission_title((int)p),
                          reach_words(by->rule->reach),
                          fields == FIELDS_PERSONAL ? "包括个人信息" : "不含个人信息"));
    if (l->row->sealed)
        add_reason(a, why, STR("这是封存记录，通过封存记录专门通道查看"));
}

/* Says what the person's rights reach, never anything about the row: there may be none. */
static void why_not(const Look *l, Permission p, Arena *a, Node *why) {
    size_t before = why->count;

    for (size_t i = 0; i < l->rights->rights.count; i++) {
        const Right *right = &l->rights->rights.rights[i];

        if (right->rule->permission != (int)p)
            continue;
        add_reason(a, why,
                   str_format(a, "%.*s，只能%s：%s%s",
                              STR_ARG(holder(a, right, l->rights->rights.login)),
                              permission_title((int)p), reach_words(right->rule->reach),
                              right->rule->states.count || right->rule->datasets.count
                                  ? "，而且只限规定的状态或数据集"
                                  : ""));
    }
    if (why->count == before)
        add_reason(a, why, str_format(a, "现有任职都不包含“%s”", permission_title((int)p)));
}

int rights_see(Store *s, const Rights *r, Permission p, const RowMarks *row, Arena *a, Node *why,
               Err *e) {
    Err mine = {0};
    Look l = {.store = s, .rights = rights_inside(r), .row = row, .e = &mine};
    const Permission asked[] = {read_of(row), p};
    int least = FIELDS_PERSONAL;

    if (!r)
        return 0;
    for (size_t i = 0; i < 2 && least; i++) {
        const Right *by = NULL;

        if (i == 1 && asked[1] == asked[0])
            break;
        int fields = best(&l, asked[i], &by);

        if (mine.code != ERR_NONE) {
            if (e)
                *e = mine;
            return 0;
        }
        if (why && fields)
            why_seen(&l, asked[i], by, fields, a, why);
        else if (why)
            why_not(&l, asked[i], a, why);
        least = fields < least ? fields : least;
    }
    return least;
}

/* ---- pool rows ---- */

typedef struct Ranges {
    int64_t *ends; /* from, to, from, to … */
    size_t count;
    bool open; /* the last one still grows */
} Ranges;

static void ranges_add(Ranges *r, int64_t batch, bool in) {
    if (in && r->open) {
        r->ends[2 * r->count - 1] = batch;
    } else if (in) {
        r->ends[2 * r->count] = r->ends[2 * r->count + 1] = batch;
        r->count++;
    }
    r->open = in;
}

static Str ranges_text(Arena *a, const Ranges *r) {
    Buf sql;

    if (r->count == 0)
        return STR("1 = 0");
    buf_init(&sql, (size_t)4 << 20);
    for (size_t i = 0; i < r->count; i++)
        buf_addf(&sql, "%sbatch BETWEEN %lld AND %lld", i ? " OR " : "(", (long long)r->ends[2 * i],
                 (long long)r->ends[2 * i + 1]);
    buf_add_char(&sql, ')');
    Str text = sql.full ? STR("1 = 0") : str_dup(a, buf_str(&sql));

    buf_done(&sql);
    return text;
}

typedef struct PoolAsk {
    const RightsInside *rights;
    Permission permission;
    Str dataset;
    bool sealed; /* what of their sealed rows is seen */
    Arena *arena;
    Node *batches;
} PoolAsk;

static void add_condition(Buf *sql, const PoolAsk *q, FieldsShown fields) {
    const Permission both[] = {PERMISSION_ROW_READ, q->permission};

    for (size_t i = 0; i < (q->permission == PERMISSION_ROW_READ ? 1 : 2); i++) {
        scoped_buf Buf one;

        buf_init(&one, (size_t)2 << 20);
        rights_condition(q->rights, both[i], "row", fields, &one);
        buf_addf(sql, "%s(%.*s)", i ? " AND " : "", STR_ARG(buf_str(&one)));
    }
}

static bool ask_batches(Tx *tx, void *context, Err *e) {
    PoolAsk *q = context;
    scoped_buf Buf sql;

    buf_init(&sql, (size_t)6 << 20);
    buf_add_c(&sql, "SELECT batch, CASE WHEN ");
    add_condition(&sql, q, FIELDS_PLAIN);
    buf_add_c(&sql, " THEN 1 ELSE 0 END AS seen, CASE WHEN ");
    add_condition(&sql, q, FIELDS_PERSONAL);
    buf_addf(&sql,
             " THEN 1 ELSE 0 END AS personal FROM (SELECT batch, organisation, dataset, %d AS "
             "sealed FROM batch WHERE dataset = $1) AS batch ORDER BY batch",
             q->sealed);
    q->batches = tx_rows_text(tx, q->arena, buf_str(&sql), ARGS(ARG_OF_TEXT(q->dataset)), e);
    return q->batches != NULL;
}

/* Whoever takes rows out asks through a scope of its own; then both permissions must reach them. */
static Permission asked_for(const Scope *scope, Permission p) {
    return scope == &rights_inside(scope->rights)->taken ? PERMISSION_ROW_EXPORT : p;
}

bool rights_pool_scope(Store *s, Str dataset, Permission p, Arena *a, PoolScope *out, Err *e) {
    const Scope *scope = store_thread_scope_now();

    *out = (PoolScope){.rows = STR(""), .personal = STR("1 = 1")};
    if (!scope)
        return true;
    *out = (PoolScope){.rows = STR(" AND 1 = 0"), .personal = STR("1 = 0"), .key = 1};
    out->personal_ranges = arena_array_of(a, 2, int64_t);
    if (!scope->rights)
        return true;
    PoolAsk q = {rights_inside(scope->rights), asked_for(scope, p), dataset, false, a, NULL};
    PoolAsk channel = q;

    channel.sealed = true;
    store_thread_scope(NULL);
    bool good = store_read(s, ask_batches, &q, e) &&
                (!rights_channel(scope->rights) || store_read(s, ask_batches, &channel, e));

    store_thread_scope(scope);
    if (!good)
        return false;
    Ranges sealed = {arena_array_of(a, 2 * q.batches->count + 2, int64_t), 0, false};
    Ranges rows = {arena_array_of(a, 2 * q.batches->count + 2, int64_t), 0, false};
    Ranges personal = {arena_array_of(a, 2 * q.batches->count + 2, int64_t), 0, false};

    for (size_t i = 0; i < q.batches->count; i++) {
        const Node *row = q.batches->items[i];
        bool seen = node_int(row, "seen", 0) != 0;
        bool names = seen && node_int(row, "personal", 0) != 0;
        /* A batch that came between the two questions has no sealed rows to see yet. */
        const Node *other =
            channel.batches && i < channel.batches->count ? channel.batches->items[i] : NULL;

        ranges_add(&rows, node_int(row, "batch", 0), seen);
        if (node_int(other, "seen", 0) != 0) {
            ranges_add(&sealed, node_int(row, "batch", 0), true);
            names = names && node_int(other, "personal", 0) != 0;
        } else {
            ranges_add(&sealed, node_int(row, "batch", 0), false);
        }
        ranges_add(&personal, node_int(row, "batch", 0), names);
    }
    out->rows = str_format(a, " AND %.*s AND sealed_by IS NULL", STR_ARG(ranges_text(a, &rows)));
    if (sealed.count)
        out->rows =
            str_format(a, " AND ((%.*s AND sealed_by IS NULL) OR (%.*s AND sealed_by IS NOT NULL))",
                       STR_ARG(ranges_text(a, &rows)), STR_ARG(ranges_text(a, &sealed)));
    out->personal = ranges_text(a, &personal);
    out->personal_ranges = personal.ends;
    out->range_count = personal.count;
    out->key = (str_hash(out->rows) * 31 + str_hash(out->personal)) | 1;
    return true;
}

bool pool_scope_personal(const PoolScope *p, int64_t batch) {
    for (size_t i = 0; p->personal_ranges && i < p->range_count; i++)
        if (batch >= p->personal_ranges[2 * i] && batch <= p->personal_ranges[2 * i + 1])
            return true;
    return !p->personal_ranges;
}

bool rights_pool_condition(Store *s, Str dataset, Permission p, Buf *sql, Err *e) {
    scoped_arena Arena *a = arena_new();
    PoolScope scope;

    if (!rights_pool_scope(s, dataset, p, a, &scope, e))
        return false;
    buf_add(sql, scope.rows);
    return true;
}
