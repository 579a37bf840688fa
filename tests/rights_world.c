/* SPDX-License-Identifier: MulanPSL-2.0 */
/* tests/rights_world.c: put a world of organisations, posts, grants and rows into a store, and tell
 * what each person sees of it at some instants through the real scoped statements.
 *
 *     rights_world sqlite|postgresql OVERLAY WORLD.json > answers
 *
 * Answers, read by tests/rights_evaluator.py:
 *
 *     ask LOGIN INSTANT
 *     may PERMISSION…
 *     sees ACTION ID:FIELDS…     FIELDS 1 plain, 2 personal, 9 neither
 *     differs …                  rights_see says something else than the statements */
#include <stdio.h>
#include <stdlib.h>

#include "people/account.h"
#include "people/organisation.h"
#include "people/rights.h"
#include "store/testing.h"

static void must(bool good, const Err *e) {
    if (good)
        return;
    fprintf(stderr, "rights_world: %s\n", e->text);
    exit(1);
}

/* ---- the world goes in ---- */

typedef struct Column {
    const char *table;
    const char *names[16]; /* of the members and of the columns */
    const char *rest;      /* further columns and what they hold */
    const char *values;
} Column;

static const Column columns[] = {
    {"organisation",
     {"organisation", "parent", "superior", NULL},
     "kind, name, short_name, division, position, state, created_at, changed_at",
     "'police', 'n', 'n', '', 1, 'active', '', ''"},
    {"account", {"login", "state", NULL}, "must_change, created_at, password_at", "0, '', ''"},
    {"appointment",
     {"appointment", "login", "role", "organisation", "since", "until", NULL},
     "title, liaison, granted_by, granted_at, ended_by",
     "'', 0, '', '', ''"},
    {"delegation",
     {"delegation", "giver", "receiver", "since", "until", NULL},
     "reason, given_at, ended_by",
     "'', '', ''"},
    {"team_member",
     {"member", "team", "login", "since", "until", NULL},
     "duty, skills, ended_by",
     "'', '', ''"},
    {"access_grant",
     {"access_grant", "kind", "object", "grantee", "fields", "since", "until", NULL},
     "purpose, granted_by, granted_at, ended_by",
     "'', '', '', ''"},
    {"approval",
     {"approval", "kind", "asker", "needed", "agreed", "until", "object", "uses", "used", "state",
      "organisation", NULL},
     "purpose, case_number, asked_days, asked_uses, asked_at, open_until",
     "'case_handling', 'c', 1, 1, 1, 1"},
    {"approval_decision",
     {"approval", "approver", "consent", NULL},
     "acting_for, until, uses, at",
     "'', 1, 1, 1"},
    {"clue",
     {"id", "organisation", "status", "sealed", NULL},
     "number, model, model_version, subject_kind, subject_key, strength, strength_rank, level, "
     "level_rank, suggests, event_on, amount, digest, found_run, found_at, changed_run, "
     "changed_at, "
     "subject_name, subject_mask, title, explanation, life_personal",
     "1, 'm', 'v', 'person', 'k', 'strong', 1, 'high', 1, '', '2024-01-05', 0, '', 1, '', 1, '', "
     "'N', 'M', 'T', "
     "'E', 'L'"},
    {"clue_recusal", {"clue", "login", NULL}, "", ""},
    {"batch",
     {"batch", "organisation", "dataset", "sealed", NULL},
     "dataset_title, dataset_version, file_name, size, digest, mapping, source, format, encoding, "
     "sheet, header_line, received, accepted, duplicates, rejected, corrected, listed, bad_bytes, "
     "milliseconds, rejects_file, distinct_approximate, actor, at",
     "'', '', '', 1, '', '', '', '', '', '', 1, 1, 1, 0, 0, 0, 0, 0, 0, 'r', 0, '', ''"},
    {"matter",
     {"id", "ordinal", "organisation", "state", "sealed", NULL},
     "number, flow, version, outcome, level, level_rank, step, steps, opened, closed, changed, "
     "actor, revision, due, lapsed, case_number, tree, title, personal, words",
     "'N', 'f', 'v', '', 'high', 1, 's', 's', '', '', '', 'a', 1, '9', 0, '', '{}', 'T', 'P', "
     "'W'"},
    {"matter_party", {"matter", "id", "organisation", "until", NULL}, "party, since", "'p', ''"},
    {"matter_task",
     {"matter", "id", "login", "actor", NULL},
     "step_id, step, kind, organisation, role, department, state, opened, closed, action, urged, "
     "ask, asked_by, due",
     "1, 's', 'owner', 1, 'r', '', 'open', '', '', '', 0, '', '', '9'"},
    {"document",
     {"id", "ordinal", "matter", "organisation", "author", "numbered", "sealed", "party_set", NULL},
     "type, version, code, type_group, template, state, opened, changed, number, series, "
     "number_year, number_serial, issued_on, pdf, step, answers, answered, answered_on, due, "
     "served, assessment, flags, revision, tree, title, personal, words",
     "'t', 'v', 'D1', '', '', 'draft', '', '', '', '', 0, 0, '', '', '', '', '', '', '', '', '', "
     "'', 1, '{}', 'T', 'P', 'W'"},
    {"document_set", {"organisation", "party_set", NULL}, "", ""},
};

static bool insert(Tx *tx, const Column *c, const Node *row, Err *e) {
    scoped_buf Buf sql;
    Arg args[16];
    size_t n = 0;

    buf_init(&sql, 4000);
    buf_addf(&sql, "INSERT INTO %s (", c->table);
    for (; c->names[n]; n++) {
        const Node *value = node_get(row, c->names[n]);

        buf_addf(&sql, "%s%s", n ? ", " : "", c->names[n]);
        args[n] = !value || value->kind == NODE_NULL ? ARG_OF_NULL
                  : value->kind == NODE_INT          ? ARG_OF_INT(value->integer)
                                                     : ARG_OF_TEXT(value->text);
    }
    buf_addf(&sql, "%s%s) VALUES (", *c->rest ? ", " : "", c->rest);
    for (size_t i = 0; i < n; i++)
        buf_addf(&sql, "%s$%zu", i ? ", " : "", i + 1);
    buf_addf(&sql, "%s%s)", *c->values ? ", " : "", c->values);
    Sql one = {c->table, sql.ptr, sql.ptr, true};

    return tx_run(tx, &one, args, n, NULL, e);
}

/* What projections would have kept of who takes part in a matter, and of how many there are. */
static const Sql counted[] = {
    {"sets",
     "UPDATE matter SET party_set = COALESCE((SELECT GROUP_CONCAT(o) FROM (SELECT DISTINCT "
     "p.organisation AS o FROM matter_party p WHERE p.matter = matter.id AND p.until = '' ORDER BY "
     "1)), '')",
     "UPDATE matter SET party_set = COALESCE((SELECT STRING_AGG(CAST(o AS TEXT), ',' ORDER BY o) "
     "FROM (SELECT DISTINCT p.organisation AS o FROM matter_party p WHERE p.matter = matter.id AND "
     "p.until = '') x), '')",
     true},
#define BOTH(text) "count", text, text, true
    {BOTH("UPDATE matter_task SET party_set = (SELECT m.party_set FROM matter m WHERE m.id = "
          "matter_task.matter)")},
    {BOTH("INSERT INTO matter_set SELECT DISTINCT p.organisation, m.party_set FROM matter_party p "
          "JOIN matter m ON m.id = p.matter WHERE p.until = ''")},
    {BOTH("INSERT INTO matter_count SELECT party_set, state, flow, level, steps, outcome, lapsed, "
          "sealed, COUNT(*) FROM matter GROUP BY 1, 2, 3, 4, 5, 6, 7, 8")},
};

static bool fill(Tx *tx, void *context, Err *e) {
    const Node *world = context;

    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        const Node *rows = node_get(world, columns[i].table);

        for (size_t k = 0; rows && k < rows->count; k++)
            if (!insert(tx, &columns[i], rows->items[k], e))
                return false;
    }
    for (size_t i = 0; i < sizeof counted / sizeof *counted; i++)
        if (!tx_run(tx, &counted[i], NO_ARGS, NULL, e))
            return false;
    return true;
}

/* ---- what a person sees ---- */

typedef struct Look {
    Store *store;
    Arena *arena;
    const char *text;
    Node *rows;
} Look;

static bool look(Tx *tx, void *context, Err *e) {
    Look *l = context;

    l->rows = tx_rows_text(tx, l->arena, str_of(l->text), NO_ARGS, e);
    return l->rows != NULL;
}

static const Node *seen(Store *s, Arena *a, const Scope *scope, const char *text) {
    Look l = {s, a, text, NULL};
    const Scope *before = store_thread_scope(scope);
    Err e = {0};
    bool good = store_read(s, look, &l, &e);

    store_thread_scope(before);
    must(good, &e);
    return l.rows;
}

/* Every column of a view by itself: plain ones are always there, personal ones all or none. */
static int fields_of(const Node *row, const char *const *personal) {
    size_t plain = 0, hidden = 0, shown = 0;

    for (size_t i = 0; i < row->count; i++) {
        bool there = row->items[i]->kind != NODE_NULL, names = false;

        /* What is told through the channel alone has a test of its own (paired worlds). */
        if (str_starts(row->keys[i], STR("sealed_")))
            continue;
        for (const char *const *p = personal; *p; p++)
            names = names || str_is(row->keys[i], *p);
        if (names)
            *(there ? &shown : &hidden) += 1;
        else
            plain += !there;
    }
    return plain || (shown && hidden) || shown + hidden == 0 ? 9 : shown ? 2 : 1;
}

static Node *view_rows(Store *s, Arena *a, const Scope *scope, const char *kind) {
    static const char *const of_clue[] = {"subject_name", "subject_mask",  "title",
                                          "explanation",  "life_personal", NULL},
                             *const of_batch[] = {"rejects_file", NULL},
                             *const of_matter[] = {"title", "personal", "words", NULL};
    bool clues = strcmp(kind, "clue") == 0, batches = strcmp(kind, "batch") == 0;
    const Node *rows = seen(s, a, scope, str_format(a, "SELECT * FROM {%s}", kind).ptr);
    Node *out = node_list(a);

    for (size_t i = 0; i < rows->count; i++) {
        const Node *row = rows->items[i];
        Node *one = node_map(a);

        node_set_text(a, one, "key",
                      batches ? str_format(a, "%lld", (long long)node_int(row, "batch", 0))
                              : node_text(row, "id"));
        node_set_int(a, one, "fields",
                     fields_of(row, clues     ? of_clue
                                    : batches ? of_batch
                                              : of_matter));
        node_add(a, out, one);
    }
    return out;
}

/* The counts of a person, and what is not in them, are the matters he sees, kind by kind. */
static void check_counts(Store *s, Arena *a, const Scope *scope) {
    static const char *const texts[] = {
        "SELECT state, party_set, SUM(matters) AS n FROM (SELECT state, party_set, matters FROM "
        "{matter_count} c UNION ALL SELECT state, party_set, 1 FROM {matter_other} o) x GROUP BY "
        "state, party_set ORDER BY state, party_set",
        "SELECT state, party_set, COUNT(*) AS n FROM {matter} m GROUP BY state, party_set ORDER BY "
        "state, party_set"};
    scoped_buf Buf counts;
    scoped_buf Buf list;

    buf_init(&counts, 1 << 20);
    buf_init(&list, 1 << 20);
    json_write(seen(s, a, scope, texts[0]), &counts);
    json_write(seen(s, a, scope, texts[1]), &list);
    if (!str_eq(buf_str(&counts), buf_str(&list)))
        printf("differs counts of matters %.*s, list %.*s\n", STR_ARG(buf_str(&counts)),
               STR_ARG(buf_str(&list)));
}

static void tell(const char *action, const Node *rows) {
    printf("sees %s", action);
    for (size_t i = 0; i < rows->count; i++)
        printf(" %.*s:%d", STR_ARG(node_text(rows->items[i], "key")),
               (int)node_int(rows->items[i], "fields", 0));
    printf("\n");
}

static Node *pool_rows(Store *s, Arena *a, const Rights *r, const Node *datasets, Permission p) {
    Node *out = node_list(a);

    for (size_t i = 0; i < datasets->count; i++) {
        const Scope *before = store_thread_scope(rights_scope(r, p));
        PoolScope scope;
        Err e = {0};

        /* As the pool asks, whatever the route is for. */
        must(rights_pool_scope(s, datasets->items[i]->text, PERMISSION_ROW_READ, a, &scope, &e),
             &e);
        store_thread_scope(before);
        /* Every batch brought one row that is sealed and one that is not. */
        Str text = str_format(
            a,
            "SELECT batch, CASE WHEN sealed_by IS NULL THEN CAST(batch AS TEXT) ELSE CAST(batch AS "
            "TEXT) || 's' END AS key, CASE WHEN %.*s THEN 2 ELSE 1 END AS fields FROM (SELECT "
            "batch, dataset, CAST(NULL AS TEXT) AS sealed_by FROM batch UNION ALL SELECT batch, "
            "dataset, 'x' FROM batch) AS pool WHERE dataset = '%.*s'%.*s",
            STR_ARG(scope.personal), STR_ARG(datasets->items[i]->text), STR_ARG(scope.rows));
        const Node *rows = seen(s, a, NULL, text.ptr);

        for (size_t k = 0; k < rows->count; k++) {
            bool personal = pool_scope_personal(&scope, node_int(rows->items[k], "batch", 0));

            if (personal != (node_int(rows->items[k], "fields", 0) == 2))
                printf("differs the ranges of a batch\n");
            node_add(a, out, rows->items[k]);
        }
    }
    return out;
}

static int told(const Node *rows, Str key) {
    for (size_t i = 0; i < rows->count; i++)
        if (str_eq(node_text(rows->items[i], "key"), key))
            return (int)node_int(rows->items[i], "fields", 0);
    return 0;
}

/* The answer for a single row is the same as the statements'. */
static void compare(Store *s, Arena *a, const Rights *r, const Node *world, Permission p,
                    const char *kind, const Node *rows, size_t first) {
    const Node *all = node_get(world, strcmp(kind, "row") == 0 ? "batch" : kind);

    for (size_t i = first % 17; i < all->count; i += 17) {
        const Node *row = all->items[i];
        const Node *number = node_get(row, "batch");
        RowMarks marks = {.kind = kind,
                          .id = number ? str_format(a, "%lld", (long long)number->integer)
                                       : node_text(row, "id"),
                          .organisation = node_int(row, "organisation", 0),
                          .state = node_text(row, strcmp(kind, "matter") == 0 ? "state" : "status"),
                          .dataset = node_text(row, "dataset"),
                          .sealed = strcmp(kind, "row") != 0 && node_int(row, "sealed", 0) != 0};
        Node *why = node_list(a);
        Err e = {0};
        int fields = rights_see(s, r, p, &marks, a, why, &e);

        must(e.code == ERR_NONE, &e);
        /* Where sealed rows of a batch are seen, its open rows may show less than they could. */
        bool row_kind = strcmp(kind, "row") == 0;
        int want = told(rows, marks.id);

        if ((row_kind ? !fields != !want : fields != want) || why->count == 0)
            printf("differs %s %.*s: %d, statements %d, %zu reasons\n", kind, STR_ARG(marks.id),
                   fields, told(rows, marks.id), why->count);
    }
}

static void ask(Store *s, const Content *c, const Node *world, const Node *question, size_t n) {
    scoped_arena Arena *a = arena_new();
    Str login = node_text(question, "login");
    Instant at = node_int(question, "at", 0);
    Err e = {0};

    instant_freeze(at);
    const Rights *r = rights_of(s, c, login, &e);

    must(r != NULL, &e);
    printf("ask %.*s %lld\nmay", STR_ARG(login), (long long)at);
    for (const BindName *p = permission_names; p->name; p++)
        if (rights_allow(r, (Permission)p->value))
            printf(" %s", p->name);
    printf("\n");
    check_counts(s, a, &r->scope);
    static const struct {
        const char *action, *kind;
        Permission permission;
    } actions[] = {{"clue.read", "clue", PERMISSION_CLUE_READ},
                   {"clue.export", "clue", PERMISSION_CLUE_EXPORT},
                   {"clue.share", "clue", PERMISSION_CLUE_SHARE},
                   {"batch.read", "batch", PERMISSION_BATCH_READ},
                   {"row.read", "row", PERMISSION_ROW_READ},
                   {"row.export", "row", PERMISSION_ROW_EXPORT},
                   {"matter.read", "matter", PERMISSION_MATTER_READ},
                   {"matter.export", "matter", PERMISSION_MATTER_EXPORT},
                   {"document.read", "document", PERMISSION_MATTER_READ},
                   {"document.export", "document", PERMISSION_MATTER_EXPORT}};

    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++) {
        const Node *rows =
            strcmp(actions[i].kind, "row") == 0
                ? pool_rows(s, a, r, node_get(world, "datasets"), actions[i].permission)
                : view_rows(s, a, rights_scope(r, actions[i].permission), actions[i].kind);

        tell(actions[i].action, rows);
        if (strcmp(actions[i].kind, "document") != 0) /* of them nothing is asked row by row */
            compare(s, a, r, world, actions[i].permission, actions[i].kind, rows, n + i);
    }
    rights_drop(r);
}

static Node *world_read(Arena *a, const char *path) {
    scoped_buf Buf text;
    Err e = {0};
    char piece[65536];
    size_t n;
    FILE *f = fopen(path, "re");

    buf_init(&text, (size_t)64 << 20);
    while (f && (n = fread(piece, 1, sizeof piece, f)) > 0)
        buf_add_bytes(&text, piece, n);
    if (f)
        fclose(f);
    Node *world = json_read(a, str_dup(a, buf_str(&text)), &e);

    must(world != NULL, &e);
    return world;
}

/* A file holds several worlds, each in a database of its own. */
int main(int argc, char **argv) {
    scoped_arena Arena *a = arena_new();
    Err e = {0};

    if (argc != 4)
        return 2;
    crypto_start();
    people_register();
    organisation_register();
    Content *content = content_load(argv[2], &e);

    must(content != NULL, &e);
    const Node *worlds = world_read(a, argv[3]);

    for (size_t i = 0; i < worlds->count; i++) {
        TestPlace place;

        if (!test_place_make(&place, strcmp(argv[1], "postgresql") == 0))
            return 77;
        instant_freeze(1);
        Store *s = store_open(place.address, &e);

        must(s != NULL, &e);
        must(store_write(s, fill, worlds->items[i], &e), &e);
        printf("world %zu\n", i);
        const Node *asks = node_get(worlds->items[i], "asks");

        for (size_t k = 0; k < asks->count; k++)
            ask(s, content, worlds->items[i], asks->items[k], k);
        store_close(s);
        test_place_remove(&place);
    }
    content_drop(content);
    return 0;
}
