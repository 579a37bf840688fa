/* SPDX-License-Identifier: MulanPSL-2.0 */
/* people/directory_teams.c: teams, lots, grants, roles and kinds as pages show them. */
#include <inttypes.h>

#include "people/directory.h"
#include "people/directory_inside.h"
#include "sql_statements.h"

#include "base/banned.h"

static Str title_of(const BindName *names, int value) {
    while (names->name != NULL && names->value != value)
        names++;
    return str_of(names->title);
}

static void show_team_kind(Arena *a, const Content *c, Node *row) {
    Err unknown = {0};
    const TeamKind *k = content_team_kind(c, node_text(row, "kind"), &unknown);

    node_set_text(a, row, "kind_title", k != NULL ? k->title : node_text(row, "kind"));
    node_set_bool(a, row, "drawn", k != NULL && k->drawn);
    node_set_bool(a, row, "has_place", k != NULL && k->place);
}

/* ---- teams ---- */

static bool list_work(Tx *tx, void *context, Err *e) {
    Look *l = context;
    Instant now;

    if (!people_now(tx, &now, e))
        return false;
    l->out = tx_rows(tx, l->arena, &SQL_team_list, ARGS(ARG_OF_TEXT(l->kind), ARG_OF_INT(now)), e);
    for (size_t i = 0; l->out != NULL && i < l->out->count; i++) {
        Node *row = l->out->items[i];
        bool ended = !str_is(node_text(row, "state"), "active");

        show_term(l->arena, row, now);
        if (ended)
            node_set_bool(l->arena, row, "active", false);
        show_team_kind(l->arena, l->content, row);
    }
    return l->out != NULL;
}

Node *team_list(Store *s, const Content *c, Arena *a, Str kind, Err *e) {
    Look l = {.arena = a, .content = c, .kind = kind.ptr != NULL ? kind : STR("")};

    return look(s, list_work, &l, e);
}

static bool team_work(Tx *tx, void *context, Err *e) {
    Look *l = context;
    Arg number = ARG_OF_INT(l->number);
    Err why = {0};
    Instant now;
    Node *row = tx_row(tx, l->arena, &SQL_team_get, &number, 1, &why);

    if (row == NULL && why.code == ERR_NONE)
        return err_set(e, ERR_NOT_FOUND, NULL, "没有编号为 %" PRId64 " 的团队", l->number);
    if (row == NULL) {
        *e = why;
        return false;
    }
    if (!people_now(tx, &now, e))
        return false;
    Node *members = tx_rows(tx, l->arena, &SQL_team_member_list, &number, 1, e);
    Node *activities =
        members == NULL ? NULL : tx_rows(tx, l->arena, &SQL_team_activity_list, &number, 1, e);
    Node *parts = activities == NULL ? NULL : tx_rows(tx, l->arena, &SQL_team_parts, &number, 1, e);
    Node *draws = parts == NULL ? NULL : tx_rows(tx, l->arena, &SQL_draw_list, &number, 1, e);

    if (draws == NULL)
        return false;
    for (size_t i = 0; i < members->count; i++)
        show_term(l->arena, members->items[i], now);
    bool ended = !str_is(node_text(row, "state"), "active");

    show_term(l->arena, row, now);
    if (ended)
        node_set_bool(l->arena, row, "active", false);
    show_team_kind(l->arena, l->content, row);
    node_set(l->arena, row, "members", members);
    node_set(l->arena, row, "activities", activities);
    node_set(l->arena, row, "parts", parts);
    node_set(l->arena, row, "draws", draws);
    l->out = row;
    return true;
}

Node *team_detail(Store *s, const Content *c, Arena *a, int64_t number, Err *e) {
    Look l = {.arena = a, .content = c, .number = number};

    return look(s, team_work, &l, e);
}

/* % and _ stand for themselves: they are taken out, as nobody's skill has one. */
static Str pattern(Arena *a, Str word, bool inside) {
    scoped_buf Buf b;

    buf_init(&b, 1000);
    buf_add_c(&b, inside ? "%" : "");
    for (size_t i = 0; i < word.len; i++)
        if (word.ptr[i] != '%' && word.ptr[i] != '_' && word.ptr[i] != '\\')
            buf_add_char(&b, word.ptr[i]);
    buf_add_char(&b, '%');
    return str_dup(a, buf_str(&b));
}

static bool talent_work(Tx *tx, void *context, Err *e) {
    Look *l = context;
    Instant now;

    if (!people_now(tx, &now, e))
        return false;
    l->out = tx_rows(tx, l->arena, &SQL_talent_search,
                     ARGS(ARG_OF_INT(now), ARG_OF_TEXT(l->kind), ARG_OF_TEXT(l->text),
                          ARG_OF_TEXT(pattern(l->arena, l->text, true)), ARG_OF_TEXT(l->division),
                          ARG_OF_TEXT(pattern(l->arena, l->division, false))),
                     e);
    for (size_t i = 0; l->out != NULL && i < l->out->count; i++) {
        show_term(l->arena, l->out->items[i], now);
        show_team_kind(l->arena, l->content, l->out->items[i]);
    }
    return l->out != NULL;
}

Node *talent_search(Store *s, const Content *c, Arena *a, Str word, Str kind, Str division,
                    Err *e) {
    Look l = {.arena = a,
              .content = c,
              .text = str_slice(str_trim(word), 0, 120),
              .kind = kind,
              .division = str_slice(division, 0, 12)};

    if (l.text.ptr == NULL)
        l.text = STR("");
    if (l.kind.ptr == NULL)
        l.kind = STR("");
    if (l.division.ptr == NULL)
        l.division = STR("");
    return look(s, talent_work, &l, e);
}

/* ---- lots ---- */

static bool draw_work(Tx *tx, void *context, Err *e) {
    Look *l = context;
    Arg number = ARG_OF_INT(l->number);
    Err why = {0};
    Node *row = tx_row(tx, l->arena, &SQL_draw_get, &number, 1, &why);

    if (row == NULL && why.code == ERR_NONE)
        return err_set(e, ERR_NOT_FOUND, NULL, "没有编号为 %" PRId64 " 的抽取", l->number);
    if (row == NULL) {
        *e = why;
        return false;
    }
    Node *members = tx_rows(tx, l->arena, &SQL_draw_members, &number, 1, e);

    if (members == NULL)
        return false;
    node_set(l->arena, row, "members", members);
    l->out = row;
    return true;
}

Node *draw_detail(Store *s, Arena *a, int64_t number, Err *e) {
    Look l = {.arena = a, .number = number};
    Node *row = look(s, draw_work, &l, e);
    Err why = {0};

    if (row == NULL)
        return NULL;
    bool verified = draw_verify(s, number, &why);

    if (!verified && why.code != ERR_BROKEN) {
        *e = why;
        return NULL;
    }
    node_set_bool(a, row, "verified", verified);
    node_set_text(a, row, "problem", str_of(why.text));
    return row;
}

/* ---- grants ---- */

static Str fields_name(int64_t fields) {
    for (const BindName *n = fields_shown_names; n->name != NULL; n++)
        if (n->value == fields)
            return str_of(n->name);
    return STR("plain");
}

static bool grants_work(Tx *tx, void *context, Err *e) {
    Look *l = context;
    Instant now;

    if (!people_now(tx, &now, e))
        return false;
    l->out = l->number != 0
                 ? tx_rows(tx, l->arena, &SQL_access_grant_get, ARGS(ARG_OF_INT(l->number)), e)
                 : tx_rows(tx, l->arena, &SQL_access_grant_of_object,
                           ARGS(ARG_OF_TEXT(l->kind), ARG_OF_TEXT(l->text)), e);
    for (size_t i = 0; l->out != NULL && i < l->out->count; i++) {
        Node *row = l->out->items[i];
        Str fields = fields_name(node_int(row, "fields", FIELDS_PLAIN));

        show_term(l->arena, row, now);
        node_set_text(l->arena, row, "fields", fields);
        node_set_int(l->arena, row, "grant", node_int(row, "access_grant", 0));
    }
    return l->out != NULL;
}

Node *grants_of_object(Store *s, Arena *a, Str kind, Str object, Err *e) {
    Look l = {.arena = a, .kind = kind, .text = object};

    return look(s, grants_work, &l, e);
}

Node *grant_detail(Store *s, Arena *a, int64_t number, Err *e) {
    Look l = {.arena = a, .number = number};
    const Node *rows = number > 0 ? look(s, grants_work, &l, e) : NULL;

    if (number > 0 && rows == NULL)
        return NULL;
    if (rows == NULL || rows->count == 0) {
        err_set(e, ERR_NOT_FOUND, NULL, "没有编号为 %" PRId64 " 的开放记录", number);
        return NULL;
    }
    return rows->items[0];
}

/* ---- roles and kinds ---- */

static void add_list(Buf *b, const char *before, const BindList *words, const char *after) {
    if (words->count == 0)
        return;
    buf_add_c(b, before);
    for (size_t i = 0; i < words->count; i++) {
        buf_add_c(b, i > 0 ? "、" : "");
        buf_add(b, ((const Str *)words->items)[i]);
    }
    buf_add_c(b, after);
}

static bool about_rows(int permission) {
    static const char *const kinds[] = {[PERMISSION_NONE] = "",
#define X(id, name, title, kind) [PERMISSION_##id] = (kind),
                                        PERMISSIONS(X)
#undef X
    };

    return kinds[permission][0] != '\0';
}

/* "查看线索：本单位的，含个人信息" */
static Str rule_sentence(Arena *a, const Content *c, const RoleRule *r) {
    scoped_buf Buf b;
    BindList titles = {.items = arena_array_of(a, r->datasets.count, Str),
                       .count = r->datasets.count};

    for (size_t i = 0; i < r->datasets.count; i++) {
        Err unknown = {0};
        const Dataset *d = content_dataset(c, ((const Str *)r->datasets.items)[i], &unknown);

        ((Str *)titles.items)[i] = d != NULL ? d->title : ((const Str *)r->datasets.items)[i];
    }
    buf_init(&b, 4000);
    buf_add(&b, title_of(permission_names, r->permission));
    if (about_rows(r->permission)) {
        buf_add_c(&b, "：");
        buf_add(&b, title_of(reach_names, r->reach));
        buf_add_c(&b, "，");
        buf_add(&b, title_of(fields_shown_names, r->fields));
        add_list(&b, "，只限状态 ", &r->states, "");
        add_list(&b, "，只限", &titles, "");
    }
    return str_dup(a, buf_str(&b));
}

static Str reach_name(int reach) {
    for (const BindName *n = reach_names; n->name != NULL; n++)
        if (n->value == reach)
            return str_of(n->name);
    return STR("none");
}

static Node *rules_shown(const Content *c, Arena *a, const Role *r) {
    Node *list = node_list(a);

    for (size_t i = 0; i < r->rules.count; i++) {
        const RoleRule *rule = &role_rules(r)[i];
        Node *n = node_map(a);

        node_set_text(a, n, "permission", str_of(permission_names[rule->permission - 1].name));
        node_set_text(a, n, "reach", reach_name(rule->reach));
        node_set_text(a, n, "fields", fields_name(rule->fields));
        node_set_text(a, n, "sentence", rule_sentence(a, c, rule));
        node_add(a, list, n);
    }
    return list;
}

static Node *kinds_of(const Content *c, Arena *a, const Role *r) {
    Node *list = node_list(a);

    for (size_t i = 0; i < r->organisations.count; i++) {
        Err unknown = {0};
        const OrganisationKind *k =
            content_organisation_kind(c, ((const Str *)r->organisations.items)[i], &unknown);

        if (k != NULL)
            node_add(a, list, node_of_text(a, k->title));
    }
    return list;
}

static Node *basis_shown(Arena *a, const BindList *basis) {
    Node *list = node_list(a);
    const Basis *b = basis->items;

    for (size_t i = 0; i < basis->count; i++) {
        Node *n = node_map(a);

        node_set_text(a, n, "law", b[i].law);
        node_set_text(a, n, "article", b[i].article);
        node_set_text(a, n, "note", b[i].note);
        node_set_text(a, n, "status", b[i].status);
        node_add(a, list, n);
    }
    return list;
}

Node *roles_shown(const Content *c, Arena *a) {
    Node *list = node_list(a);

    for (size_t i = 0; i < content_role_count(c); i++) {
        const Role *r = content_role_at(c, i);
        Node *n = node_map(a);

        node_set_text(a, n, "role", r->role);
        node_set_text(a, n, "title", r->title);
        node_set_text(a, n, "help", r->help);
        node_set_text(a, n, "administrator", title_of(administrator_names, r->administrator));
        node_set_bool(a, n, "founder", r->founder);
        node_set_bool(a, n, "ends", r->ends);
        node_set_bool(a, n, "liaison", r->liaison);
        node_set_bool(a, n, "review", r->review);
        node_set(a, n, "organisations", kinds_of(c, a, r));
        node_set(a, n, "rules", rules_shown(c, a, r));
        node_set(a, n, "basis", basis_shown(a, &r->basis));
        node_add(a, list, n);
    }
    return list;
}

static Node *organisation_kinds(const Content *c, Arena *a) {
    Node *list = node_list(a);

    for (size_t i = 0; i < content_organisation_kind_count(c); i++) {
        const OrganisationKind *k = content_organisation_kind_at(c, i);
        Node *n = node_map(a), *roles = node_list(a), *departments = node_list(a);

        for (size_t j = 0; j < content_role_count(c); j++) {
            const Role *r = content_role_at(c, j);

            if (!r->founder && !k->addressee_only && role_fits(r, k->kind))
                node_add(a, roles, node_of_text(a, r->role));
        }
        for (size_t j = 0; j < k->departments.count; j++) {
            Node *d = node_map(a);

            node_set_text(a, d, "kind", organisation_departments(k)[j].department);
            node_set_text(a, d, "title", organisation_departments(k)[j].title);
            node_set_text(a, d, "line", organisation_departments(k)[j].line);
            node_add(a, departments, d);
        }
        node_set_text(a, n, "kind", k->kind);
        node_set_text(a, n, "title", k->title);
        node_set_text(a, n, "side", k->side);
        node_set_text(a, n, "help", k->help);
        node_set_bool(a, n, "vertical", k->vertical);
        node_set_bool(a, n, "needs_liaison", k->liaison);
        node_set_bool(a, n, "addressee_only", k->addressee_only);
        node_set_bool(a, n, "review", k->review);
        node_set(a, n, "departments", departments);
        node_set(a, n, "roles", roles);
        node_add(a, list, n);
    }
    return list;
}

static Node *team_kinds(const Content *c, Arena *a) {
    Node *list = node_list(a);

    for (size_t i = 0; i < content_team_kind_count(c); i++) {
        const TeamKind *k = content_team_kind_at(c, i);
        Node *n = node_map(a);

        node_set_text(a, n, "kind", k->kind);
        node_set_text(a, n, "title", k->title);
        node_set_text(a, n, "help", k->help);
        node_set_int(a, n, "least", k->least);
        node_set_text(a, n, "rule", k->rule);
        node_set_bool(a, n, "ends", k->ends);
        node_set_bool(a, n, "parts", k->parts);
        node_set_bool(a, n, "has_place", k->place);
        node_set_bool(a, n, "skills", k->skills);
        node_set_bool(a, n, "outsiders", k->outsiders);
        node_set_bool(a, n, "drawn", k->drawn);
        node_set_bool(a, n, "review", k->review);
        node_add(a, list, n);
    }
    return list;
}

Node *kinds_shown(const Content *c, Arena *a) {
    Node *n = node_map(a);

    node_set(a, n, "organisations", organisation_kinds(c, a));
    node_set(a, n, "teams", team_kinds(c, a));
    return n;
}
