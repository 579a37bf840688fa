/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/role_check.c: what kinds of organisations and roles must hold to, and their cases. */
#include <stdarg.h>
#include <stdio.h>

#include "content/snapshot.h"

#include "base/banned.h"

enum { RULES_MOST = 200, TEAM_LEAST_MOST = 1000 };

/* The kind of row a permission speaks of; empty for functions. */
static Str row_kind(int permission) {
    static const char *const kinds[] = {[PERMISSION_NONE] = "",
#define X(id, name, title, kind) [PERMISSION_##id] = (kind),
                                        PERMISSIONS(X)
#undef X
    };

    return str_of(kinds[permission]);
}

static const char *title_of(const BindName *names, int value) {
    while (names->name != NULL && names->value != value)
        names++;
    return names->title != NULL ? names->title : "";
}

/* ---- kinds ---- */

static bool kind_known(const Content *c, Str kind, const Node *at, Err *e) {
    Err why = {0};

    return content_organisation_kind(c, kind, &why) != NULL || content_fail(at, e, "%s", why.text);
}

static bool check_side(Str side, const Node *at, Err *e) {
    static const char *const sides[] = {"procuratorate", "government", "judiciary", "people",
                                        "other"};
    NearestName n = {.wanted = side};

    for (size_t i = 0; i < sizeof sides / sizeof *sides; i++) {
        if (str_is(side, sides[i]))
            return true;
        nearest_name(&n, str_of(sides[i]));
    }
    return content_unknown(content_place(at, "side"), "这样的 side：", &n, e);
}

bool check_organisation_kind(const Content *c, const OrganisationKind *k, const Node *at, Err *e) {
    for (size_t i = 0; i < k->departments.count; i++) {
        Str id = organisation_departments(k)[i].department;
        const Node *place = content_place(content_item(at, "departments", i), "department");

        if (!content_id_fits(id, 60))
            return content_fail(place, e, "“%.*s”不能作部门的标识：只用小写字母、数字和单个下划线",
                                STR_ARG(id));
        if (organisation_department(k, id) != &organisation_departments(k)[i])
            return content_fail(place, e, "部门“%.*s”写了两遍", STR_ARG(id));
    }
    for (size_t i = 0; i < k->below.count; i++)
        if (!kind_known(c, ((const Str *)k->below.items)[i], content_item(at, "below", i), e))
            return false;
    if (k->addressee_only && k->liaison)
        return content_fail(content_place(at, "liaison"), e,
                            "没有账号的机构（addressee_only）不设联络员");
    return check_side(k->side, at, e) && content_basis_check(&k->basis, at, e);
}

bool check_team_kind(const TeamKind *k, const Node *at, Err *e) {
    if (k->least < 0 || k->least > TEAM_LEAST_MOST)
        return content_fail(content_place(at, "least"), e, "least 应在 0 到 %d 之间",
                            TEAM_LEAST_MOST);
    if (k->least > 0 && k->rule.len == 0)
        return content_fail(content_place(at, "least"), e,
                            "规定了最少人数，要用 rule 写明这条规则是什么");
    return content_basis_check(&k->basis, at, e);
}

/* ---- roles ---- */

/* Functions have no rows, so they hold everywhere; rows need to be told. */
static bool settle_rule(RoleRule *r, const Node *at, Err *e) {
    bool rows = row_kind(r->permission).len > 0;
    const char *title = title_of(permission_names, r->permission);

    if (rows && r->reach == REACH_NONE)
        return content_fail(content_place(at, "reach"), e,
                            "“%s”要用 reach 写明范围：own、organisation、subtree 或 installation",
                            title);
    if (!rows && node_get(at, "reach") != NULL)
        return content_fail(content_place(at, "reach"), e, "“%s”不针对数据行，不写 reach", title);
    if (!rows && (r->fields != 0 || r->states.count > 0 || r->datasets.count > 0))
        return content_fail(at, e, "“%s”不针对数据行，不写 fields、states 和 datasets", title);
    if (!rows)
        r->reach = REACH_INSTALLATION;
    if (r->fields == 0)
        r->fields = FIELDS_PLAIN;
    return true;
}

bool settle_rules(RoleFile *f, Err *e) {
    for (size_t i = 0; i < f->roles.count; i++) {
        const Role *r = &((const Role *)f->roles.items)[i];
        const Node *at = content_item(f->tree, "roles", i);
        RoleRule *rules = r->rules.items;

        if (r->rules.count == 0 || r->rules.count > RULES_MOST)
            return content_fail(content_place(at, "rules"), e, "一个角色要有 1 到 %d 条规则",
                                RULES_MOST);
        for (size_t j = 0; j < r->rules.count; j++)
            if (!settle_rule(&rules[j], content_item(at, "rules", j), e))
                return false;
    }
    return true;
}

/* Administrators look after the house and see nothing of what is done in it. */
static bool administrator_may(int permission) {
    switch (permission) {
    case PERMISSION_OVERVIEW_READ:
    case PERMISSION_SEARCH:
    case PERMISSION_MODEL_RUN:
    case PERMISSION_MODEL_TEST:
    case PERMISSION_SENSITIVE_REVEAL:
    case PERMISSION_APPROVAL_REQUEST:
    case PERMISSION_APPROVAL_DECIDE:
    case PERMISSION_TEAM_MANAGE:
    case PERMISSION_DRAW:
    case PERMISSION_DELEGATE:
    case PERMISSION_SETUP:
        return false;
    default:
        return row_kind(permission).len == 0;
    }
}

/* What keeps the house is for administrators alone, and the trail for one of them. */
static bool others_may(int permission) {
    return permission != PERMISSION_AUDIT_READ && permission != PERMISSION_AUDIT_EXPORT &&
           permission != PERMISSION_BACKUP && permission != PERMISSION_KEY_ROTATE;
}

static bool check_rule(const Content *c, const Role *role, const RoleRule *r, const Node *at,
                       Err *e) {
    const char *title = title_of(permission_names, r->permission);
    const Node *place = content_place(at, "permission");

    if (role->administrator != ADMINISTRATOR_NONE && !administrator_may(r->permission))
        return content_fail(place, e, "管理员不能接触业务内容：角色“%.*s”不能有“%s”",
                            STR_ARG(role->title), title);
    if (role->administrator == ADMINISTRATOR_NONE && !others_may(r->permission))
        return content_fail(place, e, "“%s”只能给管理员角色，角色“%.*s”不能有", title,
                            STR_ARG(role->title));
    if (role->founder && r->permission == PERMISSION_SEALED_READ)
        return content_fail(place, e, "首次设置的角色不能有“%s”", title);
    if (!role->founder && r->permission == PERMISSION_SETUP)
        return content_fail(place, e, "“%s”只属于首次设置的角色（founder: true）", title);
    for (size_t i = 0; i < r->states.count; i++)
        if (((const Str *)r->states.items)[i].len == 0)
            return content_fail(content_item(at, "states", i), e, "状态不能是空的");
    for (size_t i = 0; i < r->datasets.count; i++) {
        Err why = {0};

        if (content_dataset(c, ((const Str *)r->datasets.items)[i], &why) == NULL)
            return content_fail(content_item(at, "datasets", i), e, "%s", why.text);
    }
    return true;
}

bool check_role(const Content *c, const Role *role, const Node *at, Err *e) {
    for (size_t i = 0; i < role->organisations.count; i++) {
        Str kind = ((const Str *)role->organisations.items)[i];
        const Node *place = content_item(at, "organisations", i);
        const OrganisationKind *k =
            kind_known(c, kind, place, e) ? content_organisation_kind(c, kind, e) : NULL;

        if (k == NULL)
            return false;
        if (k->addressee_only)
            return content_fail(place, e, "%.*s没有账号，不能设角色", STR_ARG(k->title));
    }
    for (size_t i = 0; i < role->rules.count; i++)
        if (!check_rule(c, role, &role_rules(role)[i], content_item(at, "rules", i), e))
            return false;
    if (role->founder && (role->administrator != ADMINISTRATOR_NONE || role->ends))
        return content_fail(content_place(at, "founder"), e,
                            "首次设置的角色不能同时是管理员角色，也不写 ends");
    return content_basis_check(&role->basis, at, e);
}

/* The installation cannot be run without these. */
bool check_roles_whole(const Content *c, Err *e) {
    size_t founders = 0, administrators[ADMINISTRATOR_AUDIT + 1] = {0};

    for (size_t i = 0; i < c->role_count; i++) {
        founders += c->roles[i].founder;
        administrators[c->roles[i].administrator]++;
    }
    if (c->organisation_count == 0)
        return err_set(e, ERR_CONTENT, "content/roles", "没有任何机构种类");
    if (founders != 1)
        return err_set(e, ERR_CONTENT, "content/roles",
                       "应当恰好有一个首次设置的角色（founder: true），现在有 %zu 个", founders);
    for (int k = ADMINISTRATOR_SYSTEM; k <= ADMINISTRATOR_AUDIT; k++)
        if (administrators[k] == 0)
            return err_set(e, ERR_CONTENT, "content/roles", "没有%s角色",
                           title_of(administrator_names, k));
    return true;
}

/* ---- cases ---- */

bool check_role_case(const Content *c, const RoleCase *k, const Node *at, Err *e) {
    Err why = {0};

    return content_role(c, k->role, &why) != NULL ||
           content_fail(content_place(at, "role"), e, "%s", why.text);
}

/* The widest rule of a role for a permission, or NULL. */
static const RoleRule *widest(const Role *r, int permission) {
    const RoleRule *best = NULL;

    for (size_t i = 0; i < r->rules.count; i++) {
        const RoleRule *rule = &role_rules(r)[i];

        if (rule->permission == permission && (best == NULL || rule->reach > best->reach))
            best = rule;
    }
    return best;
}

static bool run_case(const Content *c, const RoleCase *k, const Node *at, Buf *report) {
    Err e = {0};
    const RoleRule *rule = widest(content_role(c, k->role, &e), k->permission);
    int reach = rule == NULL ? REACH_NONE : rule->reach;
    char where[NODE_WHERE];

    if (reach == k->reach && (k->fields == 0 || (rule != NULL && rule->fields == k->fields)))
        return true;
    node_where(at, where);
    buf_addf(report, "不通过 %s 角色 %.*s “%.*s”：“%s”的范围应是“%s”，却是“%s”%s%s\n", where,
             STR_ARG(k->role), STR_ARG(k->title), title_of(permission_names, k->permission),
             title_of(reach_names, k->reach), title_of(reach_names, reach),
             rule == NULL ? "" : "，",
             rule == NULL ? "" : title_of(fields_shown_names, rule->fields));
    return false;
}

void check_role_cases(const Content *c, Buf *report, size_t *passed, size_t *failed) {
    for (size_t i = 0; i < c->role_file_count; i++) {
        const RoleFile *f = &c->role_files[i];

        for (size_t j = 0; j < f->cases.count; j++) {
            const RoleCase *k = &((const RoleCase *)f->cases.items)[j];

            ++*(run_case(c, k, content_item(f->tree, "cases", j), report) ? passed : failed);
        }
    }
}
