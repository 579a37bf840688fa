/* SPDX-License-Identifier: MulanPSL-2.0 */
/* people/rights_document.c: rights on documents as SQL. Whoever reads matters of an organisation
 * reads the documents that this organisation has to do with now (`party_set`), once their bytes are
 * fixed. What is still being written is read in its own house alone: there the organisation of the
 * post itself must be in the set, however far the post reaches (docs/decisions/0018). */
#include "people/rights_inside.h"

#include "base/banned.h"

#define SQL_MOST ((size_t)2 << 20)

static void add_houses(Buf *sql, const int64_t *items, size_t n) {
    if (n == 0) {
        buf_add_c(sql, "1 = 0");
        return;
    }
    buf_add_c(sql, "party_set IN (SELECT s.party_set FROM document_set s WHERE ");
    rights_add_list(sql, "s.organisation", items, n);
    buf_add_char(sql, ')');
}

/* Documents of matters that were opened to him or that he works on, and those he wrote himself. */
static void add_own(Buf *sql, const RightsInside *r, size_t i, FieldsShown fields) {
    const Right *right = &r->rights.rights[i];
    const Grantees *g = &r->grantees[i];
    static const char *const columns[] = {"login", "actor"};

    buf_add_c(sql, "(author = ");
    rights_add_quoted(sql, right->person);
    buf_add_c(sql, " OR matter IN (SELECT object FROM access_grant WHERE kind = 'matter' AND ");
    rights_add_texts(sql, "grantee", g->items, g->count);
    buf_addf(sql, " AND since <= %lld AND (until IS NULL OR until > %lld)", (long long)r->settled,
             (long long)r->settled);
    if (fields == FIELDS_PERSONAL)
        buf_addf(sql, " AND fields >= %d", FIELDS_PERSONAL);
    buf_add_char(sql, ')');
    for (size_t k = 0; k < 2; k++) {
        buf_addf(sql,
                 " OR matter IN (SELECT t.matter FROM matter_task t WHERE t.%s = ", columns[k]);
        rights_add_quoted(sql, right->person);
        buf_add_char(sql, ')');
    }
    buf_add_char(sql, ')');
}

/* What of the rule's reach lies beyond the own house. */
static bool reaches_on(const Right *right) {
    return right->rule->reach == REACH_INSTALLATION ||
           (right->rule->reach == REACH_SUBTREE && right->organisation_count > 0);
}

static void add_reach(Buf *sql, const RightsInside *r, size_t i, FieldsShown fields) {
    const Right *right = &r->rights.rights[i];

    buf_add_c(sql, "((");
    add_houses(sql, &right->organisation, 1);
    if (reaches_on(right)) {
        buf_add_c(sql, " OR (numbered <> '' AND ");
        if (right->rule->reach == REACH_INSTALLATION)
            buf_add_c(sql, "1 = 1");
        else
            add_houses(sql, right->organisations, right->organisation_count);
        buf_add_char(sql, ')');
    }
    buf_add_char(sql, ')');
    if (right->rule->reach == REACH_OWN) {
        buf_add_c(sql, " AND ");
        add_own(sql, r, i, fields);
    }
    if (right->rule->states.count) { /* of the matter */
        buf_add_c(sql, " AND matter IN (SELECT m.id FROM matter m WHERE ");
        rights_add_texts(sql, "m.state", right->rule->states.items, right->rule->states.count);
        buf_add_char(sql, ')');
    }
    if (right->rule->datasets.count) /* it is of none */
        buf_add_c(sql, " AND 1 = 0");
    buf_add_char(sql, ')');
}

static bool speaks(const Right *right, Permission p, FieldsShown fields) {
    return right->rule->permission == (int)p &&
           (right->rule->fields ? right->rule->fields : FIELDS_PLAIN) >= (int)fields;
}

static void add_or(Buf *sql, size_t before) {
    if (sql->len > before)
        buf_add_c(sql, " OR ");
}

static void add_open(Buf *sql, const RightsInside *r, Permission p, FieldsShown fields) {
    for (size_t i = 0; i < r->rights.count; i++)
        if (speaks(&r->rights.rights[i], p, fields)) {
            add_or(sql, 0);
            add_reach(sql, r, i, fields);
        }
}

/* Of sealed matters: a rule and the sealed.read of the same appointment, opened. */
static void add_sealed(Buf *sql, const RightsInside *r, Permission p, FieldsShown fields) {
    for (size_t i = 0; i < r->rights.count; i++) {
        const Right *right = &r->rights.rights[i];

        for (size_t k = 0; speaks(right, p, fields) && !right->delegated && k < r->rights.count;
             k++) {
            const Right *channel = &r->rights.rights[k];

            if (!rights_opens(r, channel) || channel->appointment != right->appointment)
                continue;
            add_or(sql, 0);
            buf_add_char(sql, '(');
            add_reach(sql, r, i, fields);
            buf_add_c(sql, " AND ");
            add_reach(sql, r, k, FIELDS_PLAIN);
            buf_add_char(sql, ')');
        }
    }
}

static void add_condition(Buf *sql, const RightsInside *r, Permission p, FieldsShown fields) {
    scoped_buf Buf open;
    scoped_buf Buf sealed;

    buf_init(&open, SQL_MOST);
    buf_init(&sealed, SQL_MOST);
    add_open(&open, r, p, fields);
    add_sealed(&sealed, r, p, fields);
    if (open.len)
        buf_addf(sql, "(sealed = 0 AND (%.*s))", STR_ARG(buf_str(&open)));
    if (open.len && sealed.len)
        buf_add_c(sql, " OR ");
    if (sealed.len)
        buf_addf(sql, "(sealed = 1 AND (%.*s))", STR_ARG(buf_str(&sealed)));
    if (!open.len && !sealed.len)
        buf_add_c(sql, "1 = 0");
    sql->full |= open.full || sealed.full;
}

/* A row must be reached by both, and shows what both show. */
static void add_both(Buf *sql, const RightsInside *r, Permission action, FieldsShown fields) {
    buf_add_char(sql, '(');
    add_condition(sql, r, PERMISSION_MATTER_READ, fields);
    if (action != PERMISSION_NONE) {
        buf_add_c(sql, ") AND (");
        add_condition(sql, r, action, fields);
    }
    buf_add_char(sql, ')');
}

#define PLAIN                                                                                   \
    "id,ordinal,matter,type,version,code,type_group,template,organisation,state,author,opened," \
    "changed,number,series,number_year,number_serial,issued_on,numbered,pdf,step,answers,"      \
    "answered,answered_on,served,due,assessment,flags,revision,sealed,party_set,tree"

ScopeView rights_document_view(const RightsInside *r, Permission action) {
    static const char *const personal_columns[] = {"title", "personal", "words"};
    scoped_buf Buf rows;
    scoped_buf Buf personal;
    scoped_buf Buf sql;

    buf_init(&rows, SQL_MOST);
    buf_init(&personal, SQL_MOST);
    buf_init(&sql, 2 * SQL_MOST);
    add_both(&rows, r, action, FIELDS_PLAIN);
    add_both(&personal, r, action, FIELDS_PERSONAL);
    bool all = str_eq(buf_str(&rows), buf_str(&personal));

    buf_add_c(&sql, "(SELECT " PLAIN);
    for (size_t i = 0; i < sizeof personal_columns / sizeof *personal_columns; i++) {
        if (all)
            buf_addf(&sql, ",%s", personal_columns[i]);
        else
            buf_addf(&sql, ",CASE WHEN %.*s THEN %s END AS %s", STR_ARG(buf_str(&personal)),
                     personal_columns[i], personal_columns[i]);
    }
    buf_addf(&sql, " FROM document WHERE %.*s)", STR_ARG(buf_str(&rows)));
    if (sql.full || rows.full || personal.full) { /* rather nothing than everything */
        buf_clear(&sql);
        buf_add_c(&sql, "(SELECT * FROM document WHERE 1 = 0)");
    }
    return (ScopeView){STR("document"), str_dup(r->arena, buf_str(&sql))};
}
