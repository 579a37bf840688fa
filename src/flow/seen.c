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

/* Each arm is a list that an index has in order of due days. */
static void add_arm(Arena *a, Node *arms, Str arm) {
    node_add(a, arms, node_of_text(a, arm));
}

/* Tasks that several roles may do have an arm of their own, so that each arm steps into the index.
 */
static void by_role(Arena *a, Node *arms, const char *alias, const Right *right) {
    add_arm(a, arms,
            str_format(a, "%s.organisation = %lld AND %s.role = '%.*s' AND %s.login = ''", alias,
                       (long long)right->organisation, alias, STR_ARG(right->role), alias));
    add_arm(a, arms,
            str_format(a,
                       "%s.organisation = %lld AND %s.role = '*' AND %s.login = '' AND "
                       "REPLACE(%s.roles, '|%.*s|', '') <> %s.roles",
                       alias, (long long)right->organisation, alias, alias, alias,
                       STR_ARG(right->role), alias));
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
static void by_liaison(const Rights *r, Arena *a, Node *arms, const char *alias,
                       const Right *right) {
    const Content *c = rights_content(r);

    for (size_t i = 0; i < content_role_count(c); i++) {
        const Role *role = content_role_at(c, i);

        if (role->liaison && plain(role->role) && !str_eq(role->role, right->role))
            by_role(a, arms, alias,
                    &(Right){.organisation = right->organisation, .role = role->role});
    }
    add_arm(a, arms,
            str_format(a,
                       "%s.organisation = %lld AND %s.role = '' AND %s.login = '' AND %s.kind = "
                       "'copy'",
                       alias, (long long)right->organisation, alias, alias, alias));
}

/* A house without a liaison officer: who supervises there sees what was copied to it. */
static void by_head(Arena *a, Node *arms, const char *alias, const Right *right) {
    add_arm(
        a, arms,
        str_format(
            a,
            "%s.organisation = %lld AND %s.role = '' AND %s.login = '' AND %s.kind = 'copy' AND "
            "NOT EXISTS (SELECT 1 FROM appointment p JOIN account c ON c.login = p.login WHERE "
            "p.organisation = %s.organisation AND p.liaison = 1 AND p.until IS NULL AND c.state = "
            "'active')",
            alias, (long long)right->organisation, alias, alias, alias, alias));
}

/* By name: one's own, and those of whom one acts for. By role: what nobody has claimed. */
Node *task_arms(const Rights *r, const char *alias, Arena *a) {
    Node *arms = node_list(a);

    for (size_t i = 0; i < r->count; i++) {
        const Right *right = &r->rights[i];

        if (right->rule->permission != PERMISSION_MATTER_ACT)
            continue;
        if (plain(right->person) && !said_before(r, i, true))
            add_arm(a, arms, str_format(a, "%s.login = '%.*s'", alias, STR_ARG(right->person)));
        if (plain(right->role) && !said_before(r, i, false))
            by_role(a, arms, alias, right);
        if (right->liaison && arms->count)
            by_liaison(r, a, arms, alias, right);
    }
    for (size_t i = 0; i < r->count; i++)
        if (r->rights[i].rule->permission == PERMISSION_MATTER_SUPERVISE &&
            r->rights[i].organisation != 0)
            by_head(a, arms, alias, &r->rights[i]);
    return arms;
}

bool tasks_of_person(const Rights *r, const char *alias, Buf *sql) {
    scoped_arena Arena *a = arena_new();
    const Node *arms = task_arms(r, alias, a);

    for (size_t i = 0; i < arms->count; i++)
        buf_addf(sql, "%s(%.*s)", i ? " OR " : "", STR_ARG(arms->items[i]->text));
    return arms->count != 0;
}
