/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/list_where.c: what a list of documents is asked for as SQL: conditions, and boxes as the
 * person's posts make them. */
#include "document/list_inside.h"

#include <inttypes.h>

#include "flow/seal.h"

#include "base/banned.h"

enum { HOUSES_MOST = 40 };

/* --- conditions ------------------------------------------------------------------------------- */

size_t document_where_bound(DocumentWhere *w, Arg value) {
    if (w->count < ARGS_MOST)
        w->args[w->count++] = value;
    return w->count;
}

static void condition(DocumentWhere *w, const char *before, Arg value, const char *after) {
    buf_addf(&w->sql, " AND %s$%zu%s", before, document_where_bound(w, value), after);
}

/* % and _ mean themselves in what a person types. */
static Str like_pattern(Arena *a, Str text) {
    scoped_buf Buf b = {0};

    buf_init(&b, 1024);
    buf_add_char(&b, '%');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '%' || text.ptr[i] == '_' || text.ptr[i] == '\\')
            buf_add_char(&b, '\\');
        buf_add_char(&b, text.ptr[i]);
    }
    buf_add_char(&b, '%');
    return str_dup(a, buf_str(&b));
}

/* Titles lie sealed: their words are looked for by keyed values, which are plain letters. */
static void text_condition(const Tx *tx, DocumentWhere *w, Str text) {
    Str words[WORDS_MOST];
    size_t n = 0, like = document_where_bound(w, ARG_OF_TEXT(like_pattern(w->arena, text)));
    Err unused = {0};

    buf_addf(&w->sql, " AND (d.number LIKE $%zu ESCAPE '\\'", like);
    if (matter_word_patterns(tx_store(tx), text, w->arena, words, &n, &unused) && n > 0) {
        buf_add_c(&w->sql, " OR (1 = 1");
        for (size_t i = 0; i < n; i++)
            buf_addf(&w->sql, " AND d.words LIKE '%.*s'", STR_ARG(words[i]));
        buf_add_char(&w->sql, ')');
    }
    buf_add_char(&w->sql, ')');
}

static Str today_text(Arena *a) {
    char text[11];

    day_format(day_today(), text);
    return str_dup(a, str_of(text));
}

static void answered_condition(DocumentWhere *w, Str answered) {
    if (str_is(answered, "yes"))
        buf_add_c(&w->sql, " AND d.answered <> ''");
    else if (str_is(answered, "no"))
        buf_add_c(&w->sql, " AND d.answered = ''");
    else if (str_is(answered, "asked"))
        buf_add_c(&w->sql, " AND (d.answered <> '' OR d.due <> '')");
    else if (str_is(answered, "in_time"))
        buf_add_c(&w->sql, " AND d.answered <> '' AND (d.due = '' OR d.answered_on <= d.due)");
    else if (str_is(answered, "late"))
        buf_add_c(&w->sql, " AND d.answered <> '' AND d.due <> '' AND d.answered_on > d.due");
    else if (answered.len > 0)
        condition(w,
                  str_is(answered, "waiting") ? "d.answered = '' AND d.due <> '' AND d.due >= "
                                              : "d.answered = '' AND d.due <> '' AND d.due < ",
                  ARG_OF_TEXT(today_text(w->arena)), "");
}

static void assessed_condition(DocumentWhere *w, Str assessed) {
    buf_add_c(&w->sql, " AND d.answered IN (SELECT x.id FROM {document} x WHERE ");
    if (str_is(assessed, "none"))
        buf_add_c(&w->sql, "x.assessment = '')");
    else
        buf_addf(&w->sql, "x.assessment = $%zu)", document_where_bound(w, ARG_OF_TEXT(assessed)));
}

/* --- whose ------------------------------------------------------------------------------------ */

/* Organisations where the person holds a right; `p` 0: any. */
static size_t houses_of(const MatterActor *who, int p, int64_t out[HOUSES_MOST]) {
    size_t n = 0;

    for (size_t i = 0; who->rights != NULL && i < who->rights->count; i++) {
        const Right *r = &who->rights->rights[i];
        bool there = p != PERMISSION_NONE && r->rule->permission != p;

        for (size_t k = 0; k < n && !there; k++)
            there = out[k] == r->organisation;
        if (!there && n < HOUSES_MOST)
            out[n++] = r->organisation;
    }
    return n;
}

/* "column IN (1,2)": numbers of the program's own. */
static void among_houses(DocumentWhere *w, const char *column, int p) {
    int64_t houses[HOUSES_MOST];
    size_t n = houses_of(w->who, p, houses);

    buf_addf(&w->sql, "%s IN (", column);
    for (size_t i = 0; i < n; i++)
        buf_addf(&w->sql, "%s%" PRId64, i > 0 ? "," : "", houses[i]);
    buf_add_c(&w->sql, n == 0 ? "NULL)" : ")");
}

static void of_drafts(DocumentWhere *w) {
    buf_addf(&w->sql, "(d.state = 'draft' AND d.author = $%zu)",
             document_where_bound(w, ARG_OF_TEXT(w->who->login)));
}

/* The duty goes with an appointment, whatever its role: rungs of roles that are the liaison's. */
static void of_liaison(DocumentWhere *w, const Right *at) {
    const Content *c = rights_content(w->who->rights);

    for (size_t i = 0; i < content_role_count(c); i++)
        if (content_role_at(c, i)->liaison)
            buf_addf(&w->sql, " OR (p.organisation = %" PRId64 " AND p.role = $%zu)",
                     at->organisation,
                     document_where_bound(w, ARG_OF_TEXT(content_role_at(c, i)->role)));
}

/* A rung asks for a role at an organisation: whoever holds it there, or acts for him. */
static void of_rungs(DocumentWhere *w) {
    const Rights *r = w->who->rights;
    size_t n = 0;

    buf_add_c(&w->sql, "(d.state = 'approving' AND d.id IN (SELECT p.document FROM "
                       "document_approval p WHERE p.state = 'open' AND (");
    for (size_t i = 0; r != NULL && i < r->count && n < 30; i++) {
        const Right *at = &r->rights[i];
        bool again = false;

        for (size_t k = 0; k < i && !again; k++)
            again = r->rights[k].organisation == at->organisation &&
                    str_eq(r->rights[k].role, at->role);
        if (again)
            continue;
        buf_addf(&w->sql, "%s(p.organisation = %" PRId64 " AND p.role = $%zu)",
                 n++ > 0 ? " OR " : "", at->organisation,
                 document_where_bound(w, ARG_OF_TEXT(at->role)));
        if (at->liaison)
            of_liaison(w, at);
    }
    buf_add_c(&w->sql, n == 0 ? "1 = 0)))" : ")))");
}

/* Numbered, and the seal of a house where the person issues is not on it yet. */
static void of_seals(DocumentWhere *w) {
    buf_add_c(&w->sql, "(d.state = 'numbered' AND d.party_set IN (SELECT s.party_set FROM "
                       "document_set s WHERE ");
    among_houses(w, "s.organisation", PERMISSION_DOCUMENT_ISSUE);
    buf_add_c(&w->sql, ") AND d.id NOT IN (SELECT g.document FROM document_signature g WHERE "
                       "g.kind = 'organisation' AND ");
    among_houses(w, "g.organisation", PERMISSION_DOCUMENT_ISSUE);
    buf_add_c(&w->sql, "))");
}

static void served_on(DocumentWhere *w, const char *kinds, const char *states) {
    buf_addf(&w->sql,
             "(d.state IN ('served','recalled') AND d.id IN (SELECT v.document FROM "
             "document_service v WHERE v.kind IN (%s)%s AND ",
             kinds, states);
    among_houses(w, "v.organisation", PERMISSION_NONE);
    buf_add_c(&w->sql, "))");
}

/* As the index document_unfinished says it, so that SQLite takes it. */
#define UNFINISHED "x.state IN ('draft', 'approving', 'approved', 'numbered', 'issued')"

/* Each arm begins with an index of its own, so that what waits is found among a million others. */
static void arm(DocumentWhere *w, const char *sql) {
    buf_addf(&w->sql, " UNION SELECT x.id FROM {document} x WHERE %s AND ", sql);
}

/* Signed for here, and the answer it asks for has not been given. */
static void of_questions(DocumentWhere *w) {
    buf_add_c(&w->sql, " UNION SELECT x.id FROM {document} x JOIN document_service v ON "
                       "v.document = x.id WHERE x.state = 'served' AND x.due <> '' AND "
                       "x.answered = '' AND v.kind = 'to' AND v.state = 'signed' AND ");
    among_houses(w, "v.organisation", PERMISSION_DOCUMENT_WRITE);
}

static void of_todo(DocumentWhere *w) {
    buf_addf(&w->sql,
             "d.id IN (SELECT x.id FROM {document} x WHERE x.state = 'draft' AND x.author = $%zu",
             document_where_bound(w, ARG_OF_TEXT(w->who->login)));
    buf_add_c(&w->sql, " UNION SELECT d.id FROM {document} d WHERE ");
    of_rungs(w);
    arm(w, UNFINISHED " AND x.state IN ('approved','issued')");
    among_houses(w, "x.organisation", PERMISSION_DOCUMENT_ISSUE);
    buf_add_c(&w->sql, " UNION SELECT d.id FROM {document} d WHERE ");
    of_seals(w);
    buf_add_c(&w->sql, " UNION SELECT v.document FROM document_service v WHERE v.kind IN "
                       "('to','copy','signer') AND v.state IN ('sent','opened') AND ");
    among_houses(w, "v.organisation", PERMISSION_NONE);
    of_questions(w);
    buf_add_char(&w->sql, ')');
}

void document_where_box(DocumentWhere *w, Str box) {
    if (box.len == 0 || str_is(box, "all"))
        return;
    buf_add_c(&w->sql, " AND ");
    if (str_is(box, "todo"))
        of_todo(w);
    else if (str_is(box, "draft"))
        of_drafts(w);
    else if (str_is(box, "approve"))
        of_rungs(w);
    else if (str_is(box, "sign"))
        of_seals(w);
    else if (str_is(box, "in"))
        served_on(w, "'to'", "");
    else if (str_is(box, "copy"))
        served_on(w, "'copy'", "");
    else {
        buf_add_c(&w->sql, "(d.state IN ('served','recalled') AND ");
        among_houses(w, "d.organisation", PERMISSION_NONE);
        buf_add_char(&w->sql, ')');
    }
}

void document_where(const Tx *tx, const DocumentQuery *q, const MatterActor *who, Arena *a,
                    DocumentWhere *w) {
    const struct {
        const char *before;
        Str value;
    } texts[] = {{"d.matter = ", q->matter},          {"d.type = ", q->type},
                 {"d.type_group = ", q->group},       {"d.state = ", q->state},
                 {"d.issued_on >= ", q->issued_from}, {"d.issued_on <= ", q->issued_to},
                 {"d.due >= ", q->due_from},          {"d.due <= ", q->due_to}};

    *w = (DocumentWhere){.who = who, .arena = a};
    buf_init(&w->sql, (size_t)1 << 20);
    buf_add_c(&w->sql, "WHERE 1 = 1");
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (texts[i].value.len > 0)
            condition(w, texts[i].before, ARG_OF_TEXT(texts[i].value), "");
    if (q->issued_to.len > 0)
        buf_add_c(&w->sql, " AND d.issued_on <> ''");
    if (q->due_to.len > 0)
        buf_add_c(&w->sql, " AND d.due <> ''");
    if (q->organisation != 0)
        condition(w, "d.organisation = ", ARG_OF_INT(q->organisation), "");
    if (q->receiver != 0)
        condition(w,
                  "d.id IN (SELECT v.document FROM document_service v WHERE v.kind = 'to' AND "
                  "v.organisation = ",
                  ARG_OF_INT(q->receiver), ")");
    answered_condition(w, q->answered);
    if (q->assessed.len > 0)
        assessed_condition(w, q->assessed);
    if (q->flagged)
        buf_add_c(&w->sql, " AND (d.flags NOT IN ('', 'none') OR d.answered IN (SELECT x.id FROM "
                           "{document} x WHERE x.flags NOT IN ('', 'none')))");
    if (str_trim(q->text).len > 0)
        text_condition(tx, w, str_trim(q->text));
    document_where_box(w, q->box);
}
