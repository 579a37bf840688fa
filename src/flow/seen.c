/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/seen.c: whose work a task is, as a condition on rows of matter_task. No input of users gets
 * into it: logins are plain words, roles are of content. */
#include "flow/matter_inside.h"

#include "base/banned.h"

static bool plain(Str word) {
    for (size_t i = 0; i < word.len; i++) {
        char c = word.ptr[i];

        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-'))
            return false;
    }
    return word.len > 0;
}

static bool said_before(const Rights *r, size_t i, bool person) {
    for (size_t k = 0; k < i; k++)
        if (r->rights[k].rule->permission == PERMISSION_MATTER_ACT &&
            (person ? str_eq(r->rights[k].person, r->rights[i].person)
                    : r->rights[k].organisation == r->rights[i].organisation &&
                          str_eq(r->rights[k].role, r->rights[i].role)))
            return true;
    return false;
}

/* Tasks that several roles may do have an arm of their own, so that each arm steps into the index.
 */
static void by_role(Buf *sql, const char *alias, const Right *right, bool more) {
    buf_addf(sql, "%s(%s.organisation = %lld AND %s.role = '%.*s' AND %s.login = '')",
             more ? " OR " : "", alias, (long long)right->organisation, alias, STR_ARG(right->role),
             alias);
    buf_addf(
        sql,
        " OR (%s.organisation = %lld AND %s.role = '*' AND %s.login = '' AND REPLACE(%s.roles, "
        "'|%.*s|', '') <> %s.roles)",
        alias, (long long)right->organisation, alias, alias, alias, STR_ARG(right->role), alias);
}

/* Does the task want a role that is the liaison officer's? */
void task_of_liaison(const Content *c, const char *alias, Buf *sql) {
    buf_add_c(sql, "(1 = 0");
    for (size_t i = 0; i < content_role_count(c); i++) {
        Str role = content_role_at(c, i)->role;

        if (content_role_at(c, i)->liaison && plain(role))
            buf_addf(sql, " OR %s.role = '%.*s' OR REPLACE(%s.roles, '|%.*s|', '') <> %s.roles",
                     alias, STR_ARG(role), alias, STR_ARG(role), alias);
    }
    buf_add_char(sql, ')');
}

/* The duty of a liaison officer goes with an appointment, whatever its role: work of roles that are
 * the liaison's, and copies to the house as a whole. */
static void by_liaison(const Rights *r, Buf *sql, const char *alias, const Right *right) {
    const Content *c = rights_content(r);

    for (size_t i = 0; i < content_role_count(c); i++) {
        const Role *role = content_role_at(c, i);

        if (role->liaison && plain(role->role) && !str_eq(role->role, right->role))
            by_role(sql, alias, &(Right){.organisation = right->organisation, .role = role->role},
                    true);
    }
    buf_addf(sql,
             " OR (%s.organisation = %lld AND %s.role = '' AND %s.login = '' AND %s.kind = 'copy')",
             alias, (long long)right->organisation, alias, alias, alias);
}

/* A house without a liaison officer: who supervises there sees what was copied to it. */
static void by_head(Buf *sql, const char *alias, const Right *right, bool more) {
    buf_addf(
        sql,
        "%s(%s.organisation = %lld AND %s.role = '' AND %s.login = '' AND %s.kind = 'copy' AND "
        "NOT EXISTS (SELECT 1 FROM appointment p JOIN account c ON c.login = p.login WHERE "
        "p.organisation = %s.organisation AND p.liaison = 1 AND p.until IS NULL AND c.state = "
        "'active'))",
        more ? " OR " : "", alias, (long long)right->organisation, alias, alias, alias, alias);
}

/* By name: one's own, and those of whom one acts for. By role: what nobody has claimed. */
bool tasks_of_person(const Rights *r, const char *alias, Buf *sql) {
    size_t before = sql->len;

    for (size_t i = 0; i < r->count; i++) {
        const Right *right = &r->rights[i];

        if (right->rule->permission != PERMISSION_MATTER_ACT)
            continue;
        if (plain(right->person) && !said_before(r, i, true))
            buf_addf(sql, "%s%s.login = '%.*s'", sql->len > before ? " OR " : "", alias,
                     STR_ARG(right->person));
        if (plain(right->role) && !said_before(r, i, false))
            by_role(sql, alias, right, sql->len > before);
        if (right->liaison && sql->len > before)
            by_liaison(r, sql, alias, right);
    }
    for (size_t i = 0; i < r->count; i++)
        if (r->rights[i].rule->permission == PERMISSION_MATTER_SUPERVISE &&
            r->rights[i].organisation != 0)
            by_head(sql, alias, &r->rights[i], sql->len > before);
    return sql->len > before;
}
