/* SPDX-License-Identifier: MulanPSL-2.0 */
/* people/sheet_people.c: people and their posts as a sheet. */
#include <inttypes.h>
#include <string.h>

#include "people/act.h"
#include "people/inside.h"
#include "people/password.h"
#include "people/sheet_file.h"
#include "sql_statements.h"

#include "base/banned.h"

enum { LOGIN, NAME, UNIT, DEPARTMENT, ROLE, TITLE, LIAISON, UNTIL, WIDTH };
static const SheetColumn columns[] = {{"登录名", true},  {"姓名", true},      {"机构", true},
                                      {"部门", false},   {"角色", true},      {"职务", false},
                                      {"联络员", false}, {"截止日期", false}, {NULL, false}};

/* An account that is to be made: its password was hashed before the transaction. */
typedef struct Newcomer {
    Str login, name;
    char hash[PASSWORD_HASH];
    bool made;
} Newcomer;

typedef struct Import {
    Arena *arena;
    bool accounts; /* may be made */
    const SheetTable *table;
    SheetProblems problems;
    SheetResult *out;
    Newcomer *newcomers;
    SheetPassword *passwords;
    size_t newcomer_count;
} Import;

static Str login_cell(Arena *a, const SheetRow *row) {
    return login_read(a, row->cells[LOGIN]);
}

static Newcomer *newcomer_of(const Import *m, Str login) {
    for (size_t i = 0; i < m->newcomer_count; i++)
        if (str_eq(m->newcomers[i].login, login))
            return &m->newcomers[i];
    return NULL;
}

/* ---- the accounts to be made ---- */

static bool find_newcomers(Tx *tx, void *context, Err *e) {
    Import *m = context;

    m->newcomer_count = 0;
    for (size_t i = 0; m->accounts && i < m->table->count; i++) {
        Str login = login_cell(m->arena, &m->table->rows[i]);
        Err why = {0};

        if (newcomer_of(m, login) != NULL || account_row(tx, m->arena, login, &why) != NULL)
            continue;
        if (why.code != ERR_NONE) {
            *e = why;
            return false;
        }
        m->newcomers[m->newcomer_count++] =
            (Newcomer){.login = login, .name = str_trim(m->table->rows[i].cells[NAME])};
    }
    return true;
}

static bool hash_passwords(Import *m, Err *e) {
    m->passwords = arena_array_of(m->arena, m->newcomer_count, SheetPassword);
    for (size_t i = 0; i < m->newcomer_count; i++) {
        Newcomer *n = &m->newcomers[i];

        m->passwords[i] = (SheetPassword){.login = n->login, .name = n->name};
        account_random_password(m->passwords[i].password);
        if (!password_hash(str_of(m->passwords[i].password), n->hash, e))
            return false;
    }
    return true;
}

/* ---- rows ---- */

static bool unit_of(Act *act, Str name, int64_t *out, Err *e) {
    if (name.len > 1 && name.ptr[0] == '#' && str_to_int(str_slice(name, 1, name.len), out))
        return true;
    const Node *rows =
        tx_rows(act->tx, act->arena, &SQL_organisation_any_named, ARGS(ARG_OF_TEXT(name)), e);

    if (rows == NULL)
        return false;
    if (rows->count != 1)
        return err_set(e, ERR_INVALID, NULL,
                       rows->count == 0 ? "没有名为“%.*s”的机构"
                                        : "名为“%.*s”的机构不止一个，请写编号，如 #12",
                       STR_ARG(str_slice(name, 0, 180)));
    *out = node_int(rows->items[0], "organisation", 0);
    return true;
}

static bool department_of(Act *act, int64_t unit, Str name, int64_t *out, Err *e) {
    *out = 0;
    if (name.len == 0)
        return true;
    if (!tx_int(act->tx, &SQL_department_named,
                ARGS(ARG_OF_INT(unit), ARG_OF_TEXT(name), ARG_OF_INT(0)), 0, out, e))
        return false;
    return *out != 0 || err_set(e, ERR_INVALID, NULL, "这个机构没有名为“%.*s”的部门",
                                STR_ARG(str_slice(name, 0, 180)));
}

static const Role *role_of(const Content *c, Str text, Err *e) {
    Err why = {0};

    for (size_t i = 0; i < content_role_count(c); i++)
        if (str_eq(content_role_at(c, i)->role, text) || str_eq(content_role_at(c, i)->title, text))
            return content_role_at(c, i);
    content_role(c, text, &why);
    err_set(e, ERR_INVALID, NULL, "%s", why.text);
    return NULL;
}

static bool yes_of(Str text, bool *out, Err *e) {
    *out = str_is(text, "是");
    return *out || text.len == 0 || str_is(text, "否") ||
           err_set(e, ERR_INVALID, NULL, "“联络员”一栏写“是”或“否”");
}

/* The end of the day that is written. */
static bool until_of(Str text, Instant *out, Err *e) {
    Instant day;

    *out = 0;
    if (text.len == 0)
        return true;
    if (!instant_parse(text, &day))
        return err_set(e, ERR_INVALID, NULL, "截止日期“%.*s”读不懂，请写成 2026-12-31",
                       STR_ARG(str_slice(text, 0, 40)));
    *out = day + (Instant)24 * 3600 * 1000000;
    return true;
}

static bool holds(Act *act, const AppointmentNew *in, bool *out, Err *e) {
    const Node *posts = tx_rows(act->tx, act->arena, &SQL_appointment_open_of,
                                ARGS(ARG_OF_TEXT(in->login), ARG_OF_INT(act->now)), e);

    *out = false;
    for (size_t i = 0; posts != NULL && i < posts->count; i++)
        *out = *out || (str_eq(node_text(posts->items[i], "role"), in->role) &&
                        node_int(posts->items[i], "organisation", 0) == in->organisation &&
                        (node_int(posts->items[i], "liaison", 0) != 0 || !in->liaison));
    return posts != NULL;
}

static bool import_row(Act *act, Import *m, const SheetRow *row, Err *e) {
    AppointmentNew in = {.login = login_cell(act->arena, row), .title = row->cells[TITLE]};
    Newcomer *n = newcomer_of(m, in.login);
    const Role *role = role_of(act->content, row->cells[ROLE], e);
    bool there = false;
    int64_t number;

    if (role == NULL || !unit_of(act, row->cells[UNIT], &in.organisation, e) ||
        !department_of(act, in.organisation, row->cells[DEPARTMENT], &in.department, e) ||
        !yes_of(row->cells[LIAISON], &in.liaison, e) || !until_of(row->cells[UNTIL], &in.until, e))
        return false;
    in.role = role->role;
    in.liaison = in.liaison || role->liaison;
    if (n != NULL && !n->made) {
        if (!act_account_create(act, n->login, str_trim(row->cells[NAME]), str_of(n->hash), true,
                                e))
            return false;
        n->made = true;
    }
    act->newcomer = n != NULL ? n->login : STR("");
    if (!holds(act, &in, &there, e))
        return false;
    if (there) {
        m->out->same++;
        return true;
    }
    m->out->added++;
    return act_appointment_create(act, &in, &number, e);
}

static bool import_work(Act *act, void *what, Err *e) {
    Import *m = what;

    m->problems.count = m->problems.all = 0;
    *m->out = (SheetResult){.rows = (int64_t)m->table->count,
                            .passwords = m->passwords,
                            .password_count = m->newcomer_count};
    for (size_t i = 0; i < m->newcomer_count; i++)
        m->newcomers[i].made = false; /* the work may be done twice */
    for (size_t i = 0; i < m->table->count; i++) {
        if (import_row(act, m, &m->table->rows[i], e))
            continue;
        if (e->code != ERR_INVALID && e->code != ERR_CONFLICT && e->code != ERR_NOT_FOUND &&
            e->code != ERR_FORBIDDEN)
            return false;
        sheet_problem(&m->problems, m->table->rows[i].line, e);
    }
    return sheet_settle(&m->problems, m->out, e);
}

bool people_import(Store *s, const Content *c, Arena *a, Str actor, const char *path, bool accounts,
                   SheetResult *out, Err *e) {
    SheetTable table;
    Import m = {
        .arena = a, .accounts = accounts, .table = &table, .problems = {.arena = a}, .out = out};

    *out = (SheetResult){0};
    if (!sheet_read(a, path, columns, SHEET_PEOPLE_MOST, &table, e))
        return false;
    m.newcomers = arena_array_of(a, table.count, Newcomer);
    return store_read(s, find_newcomers, &m, e) && hash_passwords(&m, e) &&
           act_write(s, c, actor, import_work, &m, e);
}

/* ---- out ---- */

typedef struct Export {
    Arena *arena;
    const Content *content;
    Str *cells;
    size_t count;
} Export;

static Str until_text(Arena *a, Instant until) {
    char day[11];

    if (until == 0)
        return STR("");
    day_format(day_of_instant(until - 1), day);
    return str_dup(a, str_of(day));
}

/* A name that stands more than once would not lead back. */
static Str unit_text(Arena *a, const Node *row) {
    return node_int(row, "namesakes", 1) == 1
               ? node_text(row, "organisation_name")
               : str_format(a, "#%" PRId64, node_int(row, "organisation", 0));
}

static bool export_work(Tx *tx, void *context, Err *e) {
    Export *x = context;
    Instant now;

    if (!people_now(tx, &now, e))
        return false;
    const Node *rows = tx_rows(tx, x->arena, &SQL_people_sheet, ARGS(ARG_OF_INT(now)), e);

    if (rows == NULL)
        return false;
    x->cells = arena_array_of(x->arena, rows->count * WIDTH, Str);
    for (x->count = 0; x->count < rows->count; x->count++) {
        const Node *row = rows->items[x->count];
        Str *cells = &x->cells[x->count * WIDTH];
        Err unknown = {0};
        const Role *role = content_role(x->content, node_text(row, "role"), &unknown);

        cells[LOGIN] = node_text(row, "login");
        cells[NAME] = node_text(row, "name");
        cells[UNIT] = unit_text(x->arena, row);
        cells[DEPARTMENT] = node_text(row, "department_name");
        cells[ROLE] = role != NULL ? role->title : node_text(row, "role");
        cells[TITLE] = node_text(row, "title");
        cells[LIAISON] = node_int(row, "liaison", 0) != 0 ? STR("是") : STR("否");
        cells[UNTIL] = until_text(x->arena, node_int(row, "until", 0));
    }
    return true;
}

bool people_export(Store *s, const Content *c, const char *path, int64_t *rows, Err *e) {
    scoped_arena Arena *a = arena_new();
    Export x = {.arena = a, .content = c};

    if (!store_read(s, export_work, &x, e) ||
        !sheet_write(path, "人员", columns, x.cells, x.count, e))
        return false;
    *rows = (int64_t)x.count;
    return true;
}
