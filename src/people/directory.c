/* SPDX-License-Identifier: MulanPSL-2.0 */
/* people/directory.c: organisations and people as pages show them. */
#include "people/directory.h"

#include <inttypes.h>

#include "people/directory_inside.h"
#include "people/inside.h"
#include "sql_statements.h"

#include "base/banned.h"

/* ---- shared ---- */

void show_instant(Arena *a, Node *row, const char *key) {
    Instant at = node_int(row, key, 0);
    char text[INSTANT_TEXT] = "";

    if (at != 0)
        instant_format(at, text);
    node_set_text(a, row, key, str_of(text));
}

void show_term(Arena *a, Node *row, Instant now) {
    Instant since = node_int(row, "since", 0), until = node_int(row, "until", 0);

    node_set_bool(a, row, "active", since <= now && (until == 0 || until > now));
    show_instant(a, row, "since");
    show_instant(a, row, "until");
}

void show_flag(Arena *a, Node *row, const char *key) {
    node_set_bool(a, row, key, node_int(row, key, 0) != 0);
}

void show_role(Arena *a, const Content *c, Node *row) {
    Err unknown = {0};
    const Role *role = content_role(c, node_text(row, "role"), &unknown);

    node_set_text(a, row, "role_title", role != NULL ? role->title : node_text(row, "role"));
}

static void show_kind(Arena *a, const Content *c, Node *row) {
    Err unknown = {0};
    const OrganisationKind *k = content_organisation_kind(c, node_text(row, "kind"), &unknown);
    Str division = node_text(row, "division");
    const Division *d =
        division.len >= 6 ? content_division(c, str_slice(division, 0, 6), DAY_NONE) : NULL;

    node_set_text(a, row, "kind_title", k != NULL ? k->title : node_text(row, "kind"));
    node_set_text(a, row, "side", k != NULL ? k->side : STR("other"));
    node_set_bool(a, row, "needs_liaison",
                  k != NULL && k->liaison && str_is(node_text(row, "state"), "active"));
    node_set_bool(a, row, "addressee_only", k != NULL && k->addressee_only);
    node_set_text(a, row, "division_name", d != NULL ? d->full_name : STR(""));
}

Node *look(Store *s, TxWork *work, Look *l, Err *e) {
    return store_read(s, work, l, e) ? l->out : NULL;
}

/* ---- organisations ---- */

/* Rows of a statement by organisation number, for joining in memory. */
static Node *row_for(const Node *rows, int64_t number) {
    for (size_t i = 0; i < rows->count; i++)
        if (node_int(rows->items[i], "organisation", 0) == number)
            return rows->items[i];
    return NULL;
}

static void show_liaison(Arena *a, Node *row, const Node *liaisons) {
    const Node *officer = row_for(liaisons, node_int(row, "organisation", 0));
    bool needed = node_bool(row, "needs_liaison", false);

    if (officer != NULL) {
        Node *n = node_map(a);

        node_set_text(a, n, "login", node_text(officer, "login"));
        node_set_text(a, n, "name", node_text(officer, "name"));
        node_set(a, row, "liaison", n);
    }
    node_set_bool(a, row, "vacant", needed && officer == NULL);
}

static void show_figures(Arena *a, Node *row, const Node *figures, size_t at) {
    /* Both come ordered by number, so the same place is tried first. */
    const Node *f = at < figures->count && node_int(figures->items[at], "organisation", 0) ==
                                               node_int(row, "organisation", 0)
                        ? figures->items[at]
                        : row_for(figures, node_int(row, "organisation", 0));

    node_set_int(a, row, "people", f != NULL ? node_int(f, "people", 0) : 0);
    node_set_int(a, row, "departments", f != NULL ? node_int(f, "departments", 0) : 0);
}

static bool tree_work(Tx *tx, void *context, Err *e) {
    Look *l = context;
    Instant now;

    if (!people_now(tx, &now, e))
        return false;
    Node *rows = tx_rows(tx, l->arena, &SQL_organisation_by_number, NO_ARGS, e);
    const Node *figures =
        rows == NULL ? NULL
                     : tx_rows(tx, l->arena, &SQL_organisation_figures, ARGS(ARG_OF_INT(now)), e);
    const Node *liaisons = figures == NULL ? NULL
                                           : tx_rows(tx, l->arena, &SQL_organisation_liaisons,
                                                     ARGS(ARG_OF_INT(now)), e);

    for (size_t i = 0; liaisons != NULL && i < rows->count; i++) {
        show_kind(l->arena, l->content, rows->items[i]);
        show_figures(l->arena, rows->items[i], figures, i);
        show_liaison(l->arena, rows->items[i], liaisons);
    }
    l->out = rows;
    return liaisons != NULL;
}

/* Children behind their parent, brothers by position. */
static void in_order(const Node *rows, int64_t parent, int depth, Arena *a, Node *out) {
    const Node *next = NULL;
    int64_t after = INT64_MIN, after_number = INT64_MIN;

    do {
        next = NULL;
        for (size_t i = 0; i < rows->count; i++) {
            const Node *row = rows->items[i];
            int64_t position = node_int(row, "position", 0);
            int64_t number = node_int(row, "organisation", 0);
            bool later = position > after || (position == after && number > after_number);

            if (node_int(row, "parent", 0) == parent && later &&
                (next == NULL || position < node_int(next, "position", 0) ||
                 (position == node_int(next, "position", 0) &&
                  number < node_int(next, "organisation", 0))))
                next = row;
        }
        if (next == NULL)
            break;
        after = node_int(next, "position", 0);
        after_number = node_int(next, "organisation", 0);
        Node *row = row_for(rows, after_number);

        node_set_int(a, row, "depth", depth);
        node_add(a, out, row);
        if (depth < ORGANISATION_DEPTH_MOST)
            in_order(rows, after_number, depth + 1, a, out);
    } while (next != NULL);
}

Node *organisation_tree(Store *s, const Content *c, Arena *a, Err *e) {
    Look l = {.arena = a, .content = c};
    const Node *rows = look(s, tree_work, &l, e);
    Node *out = node_list(a);

    if (rows == NULL)
        return NULL;
    in_order(rows, 0, 1, a, out);
    return out;
}

static void add_text(Arena *a, Node *n, const char *key, Str value) {
    node_set_text(a, n, key, value);
}

static Node *roles_of_kind(Arena *a, const Content *c, Str kind) {
    Node *list = node_list(a);

    for (size_t i = 0; i < content_role_count(c); i++) {
        const Role *r = content_role_at(c, i);
        Node *n = node_map(a);

        if (r->founder || !role_fits(r, kind))
            continue;
        add_text(a, n, "role", r->role);
        add_text(a, n, "title", r->title);
        node_set_bool(a, n, "ends", r->ends);
        node_set_bool(a, n, "administrator", r->administrator != ADMINISTRATOR_NONE);
        node_set_bool(a, n, "liaison", r->liaison);
        node_add(a, list, n);
    }
    return list;
}

static Node *departments_of_kind(Arena *a, const OrganisationKind *k) {
    Node *list = node_list(a);

    for (size_t i = 0; k != NULL && i < k->departments.count; i++) {
        Node *n = node_map(a);

        add_text(a, n, "kind", organisation_departments(k)[i].department);
        add_text(a, n, "title", organisation_departments(k)[i].title);
        add_text(a, n, "line", organisation_departments(k)[i].line);
        node_add(a, list, n);
    }
    return list;
}

static Node *texts_of(Arena *a, const BindList *texts) {
    Node *list = node_list(a);

    for (size_t i = 0; i < texts->count; i++)
        node_add(a, list, node_of_text(a, ((const Str *)texts->items)[i]));
    return list;
}

static bool unit_work(Tx *tx, void *context, Err *e) {
    Look *l = context;
    Err why = {0};
    Instant now;
    Arg number = ARG_OF_INT(l->number);
    Node *row = tx_row(tx, l->arena, &SQL_organisation_get, &number, 1, &why);

    if (row == NULL && why.code == ERR_NONE)
        return err_set(e, ERR_NOT_FOUND, NULL, "没有编号为 %" PRId64 " 的机构", l->number);
    if (row == NULL) {
        *e = why;
        return false;
    }
    if (!people_now(tx, &now, e))
        return false;
    Node *departments = tx_rows(tx, l->arena, &SQL_department_list, &number, 1, e);
    Node *people = departments == NULL
                       ? NULL
                       : tx_rows(tx, l->arena, &SQL_appointment_of_organisation, &number, 1, e);
    const Node *liaisons = people == NULL ? NULL
                                          : tx_rows(tx, l->arena, &SQL_organisation_liaisons,
                                                    ARGS(ARG_OF_INT(now)), e);

    if (liaisons == NULL)
        return false;
    for (size_t i = 0; i < people->count; i++) {
        show_term(l->arena, people->items[i], now);
        show_flag(l->arena, people->items[i], "liaison");
        show_role(l->arena, l->content, people->items[i]);
    }
    show_kind(l->arena, l->content, row);
    show_liaison(l->arena, row, liaisons);
    node_set(l->arena, row, "departments", departments);
    node_set(l->arena, row, "people", people);
    l->out = row;
    return true;
}

Node *organisation_detail(Store *s, const Content *c, Arena *a, int64_t number, Err *e) {
    Look l = {.arena = a, .content = c, .number = number};
    Node *row = look(s, unit_work, &l, e);
    Err unknown = {0};

    if (row == NULL)
        return NULL;
    const OrganisationKind *k = content_organisation_kind(c, node_text(row, "kind"), &unknown);

    node_set(a, row, "roles", roles_of_kind(a, c, node_text(row, "kind")));
    node_set(a, row, "department_kinds", departments_of_kind(a, k));
    node_set(a, row, "posts", k != NULL ? texts_of(a, &k->posts) : node_list(a));
    return row;
}

static bool named_work(Tx *tx, void *context, Err *e) {
    Look *l = context;

    l->out = tx_rows(tx, l->arena, &SQL_organisation_any_named, ARGS(ARG_OF_TEXT(l->text)), e);
    return l->out != NULL;
}

bool organisation_named(Store *s, Str name, int64_t *number, Err *e) {
    scoped_arena Arena *a = arena_new();
    Look l = {.arena = a, .text = name};

    if (str_to_int(name, number))
        return true;
    const Node *rows = look(s, named_work, &l, e);

    if (rows == NULL)
        return false;
    if (rows->count == 0)
        return err_set(e, ERR_NOT_FOUND, NULL, "没有名为“%.*s”的机构", STR_ARG(name));
    if (rows->count > 1)
        return err_set(e, ERR_CONFLICT, NULL, "名为“%.*s”的机构有 %zu 个，请改用编号",
                       STR_ARG(name), rows->count);
    *number = node_int(rows->items[0], "organisation", 0);
    return true;
}

static bool of_kind_work(Tx *tx, void *context, Err *e) {
    Look *l = context;

    l->out = tx_rows(tx, l->arena, &SQL_organisation_of_kind, ARGS(ARG_OF_TEXT(l->kind)), e);
    return l->out != NULL;
}

bool organisation_supplying(Store *s, const BindList *suppliers, int64_t *number, Err *e) {
    scoped_arena Arena *a = arena_new();

    *number = ORGANISATION_HOME;
    for (size_t i = 0; i < suppliers->count; i++) {
        Look l = {.arena = a, .kind = ((const Str *)suppliers->items)[i]};
        const Node *rows = look(s, of_kind_work, &l, e);

        if (rows == NULL)
            return false;
        if (rows->count == 1) {
            *number = node_int(rows->items[0], "organisation", 0);
            break;
        }
    }
    return true;
}

/* ---- people ---- */

static bool people_work(Tx *tx, void *context, Err *e) {
    Look *l = context;
    Instant now;

    if (!people_now(tx, &now, e))
        return false;
    Node *accounts = tx_rows(tx, l->arena, &SQL_account_list, NO_ARGS, e);
    Node *posts =
        accounts == NULL ? NULL : tx_rows(tx, l->arena, &SQL_posts_open, ARGS(ARG_OF_INT(now)), e);

    if (posts == NULL)
        return false;
    for (size_t i = 0; i < posts->count; i++) {
        show_term(l->arena, posts->items[i], now);
        show_flag(l->arena, posts->items[i], "liaison");
        show_role(l->arena, l->content, posts->items[i]);
    }
    l->out = accounts;
    l->more = posts;
    return true;
}

static bool matches(const Node *account, Str word) {
    return word.len == 0 || str_find(node_text(account, "login"), word) >= 0 ||
           str_find(node_text(account, "name"), word) >= 0;
}

static bool post_fits(const Node *post, int64_t organisation, Str role) {
    return (organisation == 0 || node_int(post, "organisation", 0) == organisation) &&
           (role.len == 0 || str_eq(node_text(post, "role"), role));
}

Node *people_list(Store *s, const Content *c, Arena *a, Str word, int64_t organisation, Str role,
                  Err *e) {
    Look l = {.arena = a, .content = c};
    const Node *accounts = look(s, people_work, &l, e);
    Node *out = node_list(a);
    size_t at = 0;

    for (size_t i = 0; accounts != NULL && i < accounts->count; i++) {
        Node *row = accounts->items[i], *posts = node_list(a);
        bool there = organisation == 0 && role.len == 0;

        /* Both come ordered by login. */
        while (at < l.more->count &&
               str_compare(node_text(l.more->items[at], "login"), node_text(row, "login")) < 0)
            at++;
        for (; at < l.more->count &&
               str_eq(node_text(l.more->items[at], "login"), node_text(row, "login"));
             at++) {
            node_add(a, posts, l.more->items[at]);
            there = there || post_fits(l.more->items[at], organisation, role);
        }
        if (!there || !matches(row, word))
            continue;
        node_set_bool(a, row, "active", str_is(node_text(row, "state"), "active"));
        show_flag(a, row, "must_change");
        node_set(a, row, "posts", posts);
        node_add(a, out, row);
    }
    return accounts != NULL ? out : NULL;
}

static bool person_work(Tx *tx, void *context, Err *e) {
    Look *l = context;
    Arg login = ARG_OF_TEXT(l->text);
    Instant now;
    Node *row = account_needed(tx, l->arena, l->text, e), *out = node_map(l->arena);

    if (row == NULL || !people_now(tx, &now, e))
        return false;
    Node *posts = tx_rows(tx, l->arena, &SQL_appointment_history, &login, 1, e);
    Node *delegations =
        posts == NULL ? NULL : tx_rows(tx, l->arena, &SQL_delegation_history, &login, 1, e);
    Node *teams =
        delegations == NULL ? NULL : tx_rows(tx, l->arena, &SQL_team_member_of, &login, 1, e);

    if (teams == NULL)
        return false;
    for (size_t i = 0; i < posts->count; i++) {
        show_term(l->arena, posts->items[i], now);
        show_flag(l->arena, posts->items[i], "liaison");
        show_role(l->arena, l->content, posts->items[i]);
    }
    for (size_t i = 0; i < delegations->count; i++)
        show_term(l->arena, delegations->items[i], now);
    for (size_t i = 0; i < teams->count; i++)
        show_term(l->arena, teams->items[i], now);
    /* Not the whole row: it holds the password's hash. */
    add_text(l->arena, out, "login", l->text);
    add_text(l->arena, out, "name", node_text(row, "name"));
    node_set_bool(l->arena, out, "active", str_is(node_text(row, "state"), "active"));
    node_set_bool(l->arena, out, "must_change", node_int(row, "must_change", 0) != 0);
    add_text(l->arena, out, "created_at", node_text(row, "created_at"));
    add_text(l->arena, out, "last_sign_in_at", node_text(row, "last_sign_in_at"));
    node_set(l->arena, out, "posts", posts);
    node_set(l->arena, out, "delegations", delegations);
    node_set(l->arena, out, "teams", teams);
    l->out = out;
    return true;
}

Node *person_detail(Store *s, const Content *c, Arena *a, Str login, Err *e) {
    Look l = {.arena = a, .content = c, .text = login_read(a, login)};

    return look(s, person_work, &l, e);
}
