/* SPDX-License-Identifier: MulanPSL-2.0 */
/* people/sheet_units.c: organisations as a sheet. */
#include <inttypes.h>

#include "people/act.h"
#include "people/sheet_file.h"
#include "sql_statements.h"

#include "base/banned.h"

enum { NAME, SHORT_NAME, KIND, PARENT, SUPERIOR, DIVISION, WIDTH };
static const SheetColumn columns[] = {
    {"机构名称", true},  {"简称", false},         {"种类", true}, {"上级机构", false},
    {"领导机关", false}, {"行政区划代码", false}, {NULL, false}};

typedef struct Import {
    const SheetTable *table;
    SheetProblems problems;
    SheetResult *out;
} Import;

/* By id or title. */
static const OrganisationKind *kind_of(const Content *c, Str text) {
    for (size_t i = 0; i < content_organisation_kind_count(c); i++) {
        const OrganisationKind *k = content_organisation_kind_at(c, i);

        if (str_eq(k->kind, text) || str_eq(k->title, text))
            return k;
    }
    return NULL;
}

/* An open organisation by name; "#12" says its number where a name stands more than once. */
static bool organisation_called(Act *act, Str name, int64_t *out, Err *e) {
    *out = 0;
    if (name.len == 0)
        return true;
    if (name.ptr[0] == '#' && str_to_int(str_slice(name, 1, name.len), out))
        return true;
    const Node *rows =
        tx_rows(act->tx, act->arena, &SQL_organisation_any_named, ARGS(ARG_OF_TEXT(name)), e);

    if (rows == NULL)
        return false;
    if (rows->count == 0)
        return err_set(e, ERR_INVALID, NULL, "没有名为%.*s的机构，请把它写在前面的行里",
                       STR_ARG(str_slice(name, 0, 180)));
    if (rows->count > 1)
        return err_set(e, ERR_INVALID, NULL, "名为%.*s的机构有 %zu 个，请改写编号，如 #12",
                       STR_ARG(name), rows->count);
    *out = node_int(rows->items[0], "organisation", 0);
    return true;
}

/* The open organisation this row speaks of; 0: a new one. */
static bool same_one(Act *act, const OrganisationNew *in, int64_t *number, Err *e) {
    return tx_int(act->tx, &SQL_organisation_named,
                  ARGS(ARG_OF_INT(in->parent), ARG_OF_TEXT(in->name), ARG_OF_INT(0)), 0, number, e);
}

static bool change(Act *act, int64_t number, const OrganisationKind *k, OrganisationNew *in,
                   bool short_name_said, SheetResult *out, Err *e) {
    OrganisationRow row;

    if (!organisation_needed(act, number, true, NULL, &row, e))
        return false;
    if (!str_eq(row.kind, k->kind))
        return err_set(e, ERR_CONFLICT, NULL, "%.*s已经有了，但种类不同，种类不能改",
                       STR_ARG(row.name));
    if (!short_name_said)
        in->short_name = row.short_name;
    if (str_eq(in->short_name, row.short_name) && in->superior == row.superior &&
        str_eq(in->division, row.division)) {
        out->same++;
        return true;
    }
    out->changed++;
    return act_organisation_change(act, number, in, e);
}

static bool import_row(Act *act, const Str *cells, SheetResult *out, Err *e) {
    const OrganisationKind *k = kind_of(act->content, cells[KIND]);
    OrganisationNew in = {
        .name = cells[NAME], .short_name = cells[SHORT_NAME], .division = cells[DIVISION]};
    int64_t number = 0;
    Err why = {0};

    if (k == NULL) {
        content_organisation_kind(act->content, cells[KIND], &why);
        return err_set(e, ERR_INVALID, NULL, "%s", why.text);
    }
    in.kind = k->kind;
    if (!organisation_called(act, cells[PARENT], &in.parent, e) ||
        !organisation_called(act, cells[SUPERIOR], &in.superior, e) ||
        !same_one(act, &in, &number, e))
        return false;
    if (number > 0)
        return change(act, number, k, &in, cells[SHORT_NAME].len > 0, out, e);
    out->added++;
    return act_organisation_create(act, &in, &number, e);
}

/* A mistake of the sheet leaves the transaction usable, so that all of them are told at once. */
static bool is_mistake(const Err *e) {
    return e->code == ERR_INVALID || e->code == ERR_CONFLICT || e->code == ERR_NOT_FOUND ||
           e->code == ERR_FORBIDDEN || e->code == ERR_TOO_LARGE;
}

static bool import_work(Act *act, void *what, Err *e) {
    Import *m = what;

    m->problems.count = m->problems.all = 0;
    *m->out = (SheetResult){.rows = (int64_t)m->table->count};
    for (size_t i = 0; i < m->table->count; i++) {
        if (import_row(act, m->table->rows[i].cells, m->out, e))
            continue;
        if (!is_mistake(e))
            return false;
        sheet_problem(&m->problems, m->table->rows[i].line, e);
    }
    return sheet_settle(&m->problems, m->out, e);
}

bool organisation_import(Store *s, const Content *c, Arena *a, Str actor, const char *path,
                         SheetResult *out, Err *e) {
    SheetTable table;
    Import m = {.table = &table, .problems = {.arena = a}, .out = out};

    *out = (SheetResult){0};
    return sheet_read(a, path, columns, SHEET_ROWS_MOST, &table, e) &&
           act_write(s, c, actor, import_work, &m, e);
}

/* ---- out ---- */

typedef struct Export {
    Arena *arena;
    const Content *content;
    Str *cells;
    size_t count;
} Export;

typedef struct Tree {
    const Node *rows;
    Export *x;
} Tree;

static const Node *row_of(const Node *rows, int64_t number) {
    for (size_t i = 0; i < rows->count; i++)
        if (node_int(rows->items[i], "organisation", 0) == number)
            return rows->items[i];
    return NULL;
}

/* The name when it leads back to this one alone, else its number. */
static Str reference(Arena *a, const Node *rows, int64_t number) {
    const Node *row = number == 0 ? NULL : row_of(rows, number);
    size_t same = 0;

    if (row == NULL)
        return STR("");
    for (size_t i = 0; i < rows->count; i++)
        same += str_eq(node_text(rows->items[i], "name"), node_text(row, "name"));
    return same == 1 ? node_text(row, "name") : str_format(a, "#%" PRId64, number);
}

/* Higher ones first, as the import wants them. */
static void add_below(const Tree *t, int64_t parent, int depth) {
    for (size_t i = 0; i < t->rows->count && depth <= ORGANISATION_DEPTH_MOST; i++) {
        const Node *row = t->rows->items[i];
        Err unknown = {0};

        if (node_int(row, "parent", 0) != parent || !str_is(node_text(row, "state"), "active"))
            continue;
        const OrganisationKind *k =
            content_organisation_kind(t->x->content, node_text(row, "kind"), &unknown);
        Str *cells = &t->x->cells[t->x->count++ * WIDTH];

        cells[NAME] = node_text(row, "name");
        cells[SHORT_NAME] = node_text(row, "short_name");
        cells[KIND] = k != NULL ? k->title : node_text(row, "kind");
        cells[PARENT] = reference(t->x->arena, t->rows, parent);
        cells[SUPERIOR] = reference(t->x->arena, t->rows, node_int(row, "superior", 0));
        cells[DIVISION] = node_text(row, "division");
        add_below(t, node_int(row, "organisation", 0), depth + 1);
    }
}

static bool export_work(Tx *tx, void *context, Err *e) {
    Export *x = context;
    Tree t = {.rows = tx_rows(tx, x->arena, &SQL_organisation_list, NO_ARGS, e), .x = x};

    if (t.rows == NULL)
        return false;
    x->cells = arena_array_of(x->arena, t.rows->count * WIDTH, Str);
    x->count = 0;
    add_below(&t, 0, 1);
    return true;
}

bool organisation_export(Store *s, const Content *c, const char *path, int64_t *rows, Err *e) {
    scoped_arena Arena *a = arena_new();
    Export x = {.arena = a, .content = c};

    if (!store_read(s, export_work, &x, e) ||
        !sheet_write(path, "机构", columns, x.cells, x.count, e))
        return false;
    *rows = (int64_t)x.count;
    return true;
}
