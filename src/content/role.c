/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/role.c: kinds of organisations and teams, and roles, read from content/roles. */
#include "content/role.h"

#include <assert.h>

#include "content/snapshot.h"

#include "base/banned.h"

const BindName permission_names[] = {
#define X(id, name, title, kind) {name, PERMISSION_##id, title},
    PERMISSIONS(X)
#undef X
        {NULL, 0, NULL},
};

const BindName reach_names[] = {{"none", REACH_NONE, "不允许"},
                                {"own", REACH_OWN, "向本人、本单位或所在专班开放的"},
                                {"organisation", REACH_ORGANISATION, "本单位的"},
                                {"subtree", REACH_SUBTREE, "本单位及下级单位的"},
                                {"installation", REACH_INSTALLATION, "全部"},
                                {NULL, 0, NULL}};

const BindName fields_shown_names[] = {{"plain", FIELDS_PLAIN, "不含个人信息"},
                                       {"personal", FIELDS_PERSONAL, "含个人信息"},
                                       {NULL, 0, NULL}};

const BindName administrator_names[] = {{"system", ADMINISTRATOR_SYSTEM, "系统管理员"},
                                        {"security", ADMINISTRATOR_SECURITY, "安全管理员"},
                                        {"audit", ADMINISTRATOR_AUDIT, "审计管理员"},
                                        {NULL, 0, NULL}};

const Bind department_kind_rows[] = {
    BIND_STR_MOST(DepartmentKind, department, "department", REQUIRED, 60, "id"),
    BIND_STR_MOST(DepartmentKind, title, "title", REQUIRED, 60, "usual name"),
    BIND_STR_MOST(DepartmentKind, line, "line", OPTIONAL, 60, "business line it belongs to"),
    BIND_END,
};

const Bind organisation_kind_rows[] = {
    BIND_STR_MOST(OrganisationKind, kind, "kind", REQUIRED, 60, "id"),
    BIND_STR_MOST(OrganisationKind, title, "title", REQUIRED, 60,
                  "what its names end with: 人民检察院"),
    BIND_STR_MOST(OrganisationKind, side, "side", REQUIRED, 20,
                  "procuratorate, government, judiciary, people or other"),
    BIND_STR_MOST(OrganisationKind, help, "help", OPTIONAL, 300, "what it does here"),
    BIND_OBJECTS(OrganisationKind, departments, "departments", OPTIONAL, department_kind_rows,
                 DepartmentKind, "departments it usually has"),
    BIND_TEXTS(OrganisationKind, posts, "posts", OPTIONAL, "titles usual there"),
    BIND_TEXTS(OrganisationKind, below, "below", OPTIONAL,
               "kinds of organisation it may stand under; left out: any"),
    BIND_BOOL(OrganisationKind, addressee_only, "addressee_only", OPTIONAL,
              "is written to but has no accounts"),
    BIND_BOOL(OrganisationKind, vertical, "vertical", OPTIONAL,
              "led by its own superior, not by the local government"),
    BIND_BOOL(OrganisationKind, liaison, "liaison", OPTIONAL,
              "must have exactly one active liaison officer"),
    BIND_OBJECTS(OrganisationKind, basis, "basis", OPTIONAL, basis_rows, Basis, "the statutes"),
    BIND_BOOL(OrganisationKind, review, "review", OPTIONAL, "a lawyer has to confirm it"),
    BIND_END,
};

const Bind team_kind_rows[] = {
    BIND_STR_MOST(TeamKind, kind, "kind", REQUIRED, 60, "id"),
    BIND_STR_MOST(TeamKind, title, "title", REQUIRED, 60, "Chinese title"),
    BIND_STR_MOST(TeamKind, help, "help", OPTIONAL, 300, "what it is for"),
    BIND_INT(TeamKind, least, "least", OPTIONAL, "fewest active members"),
    BIND_BOOL(TeamKind, ends, "ends", OPTIONAL, "must have an end"),
    BIND_BOOL(TeamKind, parts, "parts", OPTIONAL, "may have teams of this kind inside"),
    BIND_BOOL(TeamKind, place, "place", OPTIONAL, "has a place and activities"),
    BIND_BOOL(TeamKind, skills, "skills", OPTIONAL, "members are found by their skills"),
    BIND_BOOL(TeamKind, outsiders, "outsiders", OPTIONAL,
              "members may be people without an account"),
    BIND_BOOL(TeamKind, drawn, "drawn", OPTIONAL, "members can be drawn by lot"),
    BIND_STR_MOST(TeamKind, rule, "rule", OPTIONAL, 300, "where `least` comes from, in words"),
    BIND_OBJECTS(TeamKind, basis, "basis", OPTIONAL, basis_rows, Basis, "the statutes"),
    BIND_BOOL(TeamKind, review, "review", OPTIONAL, "a lawyer has to confirm it"),
    BIND_END,
};

const Bind role_rule_rows[] = {
    BIND_ENUM(RoleRule, permission, "permission", REQUIRED, permission_names, "what is allowed"),
    BIND_ENUM(RoleRule, reach, "reach", OPTIONAL, reach_names,
              "on which rows, seen from the organisation of the appointment; needed where rows are "
              "meant, else left out"),
    BIND_ENUM(RoleRule, fields, "fields", OPTIONAL, fields_shown_names,
              "what of a row is shown; plain when left out"),
    BIND_TEXTS(RoleRule, states, "states", OPTIONAL, "only rows in one of these states"),
    BIND_TEXTS(RoleRule, datasets, "datasets", OPTIONAL, "only rows of these datasets"),
    BIND_END,
};

const Bind role_rows_of[] = {
    BIND_STR_MOST(Role, role, "role", REQUIRED, 60, "id"),
    BIND_STR_MOST(Role, title, "title", REQUIRED, 60, "Chinese title"),
    BIND_STR_MOST(Role, help, "help", OPTIONAL, 300, "who holds it and what for"),
    BIND_ENUM(Role, administrator, "administrator", OPTIONAL, administrator_names,
              "stands alone and sees nothing of cases: system, security or audit"),
    BIND_BOOL(Role, founder, "founder", OPTIONAL,
              "the first account's, until set-up is done; cannot be granted"),
    BIND_BOOL(Role, liaison, "liaison", OPTIONAL,
              "whoever holds it is the organisation's one liaison officer"),
    BIND_BOOL(Role, ends, "ends", OPTIONAL, "appointments must have an end"),
    BIND_TEXTS(Role, organisations, "organisations", OPTIONAL,
               "kinds of organisation where it can be held; left out: any with accounts"),
    BIND_OBJECTS(Role, basis, "basis", OPTIONAL, basis_rows, Basis, "the statutes"),
    BIND_OBJECTS(Role, rules, "rules", REQUIRED, role_rule_rows, RoleRule, "what it allows"),
    BIND_BOOL(Role, review, "review", OPTIONAL, "a lawyer has to confirm it"),
    BIND_END,
};

const Bind role_case_rows[] = {
    BIND_STR_MOST(RoleCase, title, "title", REQUIRED, 120, "the expectation in words"),
    BIND_STR_MOST(RoleCase, role, "role", REQUIRED, 60, "the role asked about"),
    BIND_ENUM(RoleCase, permission, "permission", REQUIRED, permission_names, "what is asked"),
    BIND_ENUM(RoleCase, reach, "reach", REQUIRED, reach_names,
              "how far it must reach; none: not allowed"),
    BIND_ENUM(RoleCase, fields, "fields", OPTIONAL, fields_shown_names, "what must be shown"),
    BIND_END,
};

const Bind role_file_rows[] = {
    BIND_STR_MOST(RoleFile, title, "title", OPTIONAL, 120, "heading"),
    BIND_OBJECTS(RoleFile, organisations, "organisations", OPTIONAL, organisation_kind_rows,
                 OrganisationKind, "kinds of organisation"),
    BIND_OBJECTS(RoleFile, teams, "teams", OPTIONAL, team_kind_rows, TeamKind, "kinds of team"),
    BIND_OBJECTS(RoleFile, roles, "roles", OPTIONAL, role_rows_of, Role, "the roles"),
    BIND_OBJECTS(RoleFile, cases, "cases", OPTIONAL, role_case_rows, RoleCase,
                 "what roles must allow: run by `content check`"),
    BIND_END,
};

/* Every list of every file goes into one array; an id stands once. */
static bool put_once(Index *x, Str id, const void *value, const Node *at, const char *key,
                     const char *what, Err *e) {
    const Node *place = content_place(at, key);

    if (!content_id_fits(id, 60))
        return content_fail(place, e, "“%.*s”不能作标识：只用小写字母、数字和单个下划线",
                            STR_ARG(id));
    return index_put(x, id, value) == NULL ||
           content_fail(place, e, "%s“%.*s”写了两遍", what, STR_ARG(id));
}

static bool put_organisations(Content *c, const RoleFile *files, size_t n, Err *e) {
    size_t total = 0, k = 0;

    for (size_t i = 0; i < n; i++)
        total += files[i].organisations.count;
    OrganisationKind *all = arena_array_of(c->arena, total, OrganisationKind);

    c->organisation_index = index_new(c->arena, total);
    c->organisations = all;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < files[i].organisations.count; j++, k++) {
            all[k] = ((const OrganisationKind *)files[i].organisations.items)[j];
            if (!put_once(c->organisation_index, all[k].kind, &all[k],
                          content_item(files[i].tree, "organisations", j), "kind", "机构种类", e))
                return false;
        }
    c->organisation_count = total;
    return true;
}

static bool put_teams(Content *c, const RoleFile *files, size_t n, Err *e) {
    size_t total = 0, k = 0;

    for (size_t i = 0; i < n; i++)
        total += files[i].teams.count;
    TeamKind *all = arena_array_of(c->arena, total, TeamKind);

    c->team_index = index_new(c->arena, total);
    c->teams = all;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < files[i].teams.count; j++, k++) {
            all[k] = ((const TeamKind *)files[i].teams.items)[j];
            if (!put_once(c->team_index, all[k].kind, &all[k],
                          content_item(files[i].tree, "teams", j), "kind", "团队种类", e))
                return false;
        }
    c->team_count = total;
    return true;
}

static bool put_roles(Content *c, const RoleFile *files, size_t n, Err *e) {
    size_t total = 0, k = 0;

    for (size_t i = 0; i < n; i++)
        total += files[i].roles.count;
    Role *all = arena_array_of(c->arena, total, Role);

    c->role_index = index_new(c->arena, total);
    c->roles = all;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < files[i].roles.count; j++, k++) {
            all[k] = ((const Role *)files[i].roles.items)[j];
            if (!put_once(c->role_index, all[k].role, &all[k],
                          content_item(files[i].tree, "roles", j), "role", "角色", e))
                return false;
        }
    c->role_count = total;
    return true;
}

static bool check_file(const Content *c, const RoleFile *f, Err *e) {
    const OrganisationKind *organisations = f->organisations.items;
    const TeamKind *teams = f->teams.items;
    const Role *roles = f->roles.items;

    for (size_t i = 0; i < f->organisations.count; i++)
        if (!check_organisation_kind(c, &organisations[i],
                                     content_item(f->tree, "organisations", i), e))
            return false;
    for (size_t i = 0; i < f->teams.count; i++)
        if (!check_team_kind(&teams[i], content_item(f->tree, "teams", i), e))
            return false;
    for (size_t i = 0; i < f->roles.count; i++)
        if (!check_role(c, &roles[i], content_item(f->tree, "roles", i), e))
            return false;
    for (size_t i = 0; i < f->cases.count; i++)
        if (!check_role_case(c, &((const RoleCase *)f->cases.items)[i],
                             content_item(f->tree, "cases", i), e))
            return false;
    return true;
}

bool load_roles(Content *c, Err *e) {
    const ContentFile *files;
    size_t n = content_files(c, "roles", &files);
    RoleFile *read = arena_array_of(c->arena, n, RoleFile);

    for (size_t i = 0; i < n; i++) {
        if (files[i].tree == NULL)
            return err_set(e, ERR_CONTENT, files[i].path, "机构和角色文件应当是 .yaml");
        if (!bind_read(c->arena, role_file_rows, files[i].tree, &read[i], e))
            return false;
        read[i].tree = files[i].tree;
    }
    c->role_files = read;
    c->role_file_count = n;
    if (!put_organisations(c, read, n, e) || !put_teams(c, read, n, e))
        return false;
    /* Rules get their defaults before the roles are copied; the copies share them. */
    for (size_t i = 0; i < n; i++)
        if (!settle_rules(&read[i], e))
            return false;
    if (!put_roles(c, read, n, e))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!check_file(c, &read[i], e))
            return false;
    return check_roles_whole(c, e);
}

size_t content_role_count(const Content *c) {
    return c->role_count;
}

const Role *content_role_at(const Content *c, size_t i) {
    assert(i < c->role_count);
    return &c->roles[i];
}

const Role *content_role(const Content *c, Str role, Err *e) {
    const Role *r = index_get(c->role_index, role);
    NearestName n = {.wanted = role};

    if (r != NULL)
        return r;
    for (size_t i = 0; i < c->role_count; i++) {
        nearest_name(&n, c->roles[i].role);
        if (str_eq(c->roles[i].title, role))
            n = (NearestName){.wanted = role, .name = c->roles[i].role};
    }
    content_not_found("角色", &n, e);
    return NULL;
}

size_t content_organisation_kind_count(const Content *c) {
    return c->organisation_count;
}

const OrganisationKind *content_organisation_kind_at(const Content *c, size_t i) {
    assert(i < c->organisation_count);
    return &c->organisations[i];
}

const OrganisationKind *content_organisation_kind(const Content *c, Str kind, Err *e) {
    const OrganisationKind *k = index_get(c->organisation_index, kind);
    NearestName n = {.wanted = kind};

    if (k != NULL)
        return k;
    for (size_t i = 0; i < c->organisation_count; i++) {
        nearest_name(&n, c->organisations[i].kind);
        if (str_eq(c->organisations[i].title, kind))
            n = (NearestName){.wanted = kind, .name = c->organisations[i].kind};
    }
    content_not_found("机构种类", &n, e);
    return NULL;
}

const OrganisationKind *content_organisation_kind_named(const Content *c, Str name) {
    const OrganisationKind *best = &c->organisations[0];
    size_t longest = 0;

    for (size_t i = 0; i < c->organisation_count; i++) {
        Str title = c->organisations[i].title;

        if (title.len > longest && str_ends(name, title)) {
            best = &c->organisations[i];
            longest = title.len;
        }
    }
    return best;
}

const DepartmentKind *organisation_department(const OrganisationKind *k, Str department) {
    for (size_t i = 0; i < k->departments.count; i++)
        if (str_eq(organisation_departments(k)[i].department, department))
            return &organisation_departments(k)[i];
    return NULL;
}

bool role_fits(const Role *r, Str organisation_kind) {
    for (size_t i = 0; i < r->organisations.count; i++)
        if (str_eq(((const Str *)r->organisations.items)[i], organisation_kind))
            return true;
    return r->organisations.count == 0;
}

size_t content_team_kind_count(const Content *c) {
    return c->team_count;
}

const TeamKind *content_team_kind_at(const Content *c, size_t i) {
    assert(i < c->team_count);
    return &c->teams[i];
}

const TeamKind *content_team_kind(const Content *c, Str kind, Err *e) {
    const TeamKind *k = index_get(c->team_index, kind);
    NearestName n = {.wanted = kind};

    if (k != NULL)
        return k;
    for (size_t i = 0; i < c->team_count; i++)
        nearest_name(&n, c->teams[i].kind);
    content_not_found("团队种类", &n, e);
    return NULL;
}
