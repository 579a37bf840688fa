/* SPDX-License-Identifier: MulanPSL-2.0 */
/* people/setup.c: the first set-up in one transaction. */
#include "people/setup.h"

#include "people/act.h"
#include "people/inside.h"
#include "people/password.h"
#include "sql_statements.h"

#include "base/banned.h"

typedef struct Work {
    Arena *arena;
    const Setup *in;
    SetupResult *out;
    char (*hashes)[PASSWORD_HASH]; /* by password */
    const Content *content;
    bool pending;
} Work;

static const Role *founder_of(const Content *c) {
    for (size_t i = 0; i < content_role_count(c); i++)
        if (content_role_at(c, i)->founder)
            return content_role_at(c, i);
    return NULL;
}

static Node *founders(Tx *tx, Arena *a, const Content *c, Instant now, Err *e) {
    return tx_rows(tx, a, &SQL_appointment_of_role,
                   ARGS(ARG_OF_TEXT(founder_of(c)->role), ARG_OF_INT(now)), e);
}

static bool pending_work(Tx *tx, void *context, Err *e) {
    Work *w = context;
    scoped_arena Arena *a = arena_new();
    Instant now;

    if (!people_now(tx, &now, e))
        return false;
    const Node *rows = founders(tx, a, w->content, now, e);

    w->pending = rows != NULL && rows->count > 0;
    return rows != NULL;
}

bool setup_pending(Store *s, const Content *c, bool *pending, Err *e) {
    Work w = {.content = c};

    if (!store_read(s, pending_work, &w, e))
        return false;
    *pending = w.pending;
    return true;
}

/* ---- what is asked for ---- */

static bool counts_check(const Setup *in, Err *e) {
    if (in->unit_count > SETUP_UNITS_MOST)
        return err_set(e, ERR_TOO_LARGE, "/organisations", "首次设置最多 %d 个机构，其余的请导入",
                       SETUP_UNITS_MOST);
    if (in->person_count > SETUP_PEOPLE_MOST)
        return err_set(e, ERR_TOO_LARGE, "/people", "首次设置最多 %d 人，其余的请导入",
                       SETUP_PEOPLE_MOST);
    return true;
}

static bool administrators_check(const Content *c, const Setup *in, Err *e) {
    bool there[ADMINISTRATOR_AUDIT + 1] = {true};

    for (size_t i = 0; i < in->person_count; i++) {
        Err unknown = {0};
        const Role *role = content_role(c, in->people[i].role, &unknown);

        if (role != NULL)
            there[role->administrator] = true;
    }
    for (const BindName *n = administrator_names; n->name != NULL; n++)
        if (!there[n->value])
            return err_set(e, ERR_INVALID, "/people",
                           "系统管理员、安全管理员、审计管理员缺一不可：还没有%s", n->title);
    return true;
}

/* Accounts that are not there yet get a password each. */
static bool newcomers_work(Tx *tx, void *context, Err *e) {
    Work *w = context;
    const Setup *in = w->in;

    w->out->password_count = 0;
    for (size_t i = 0; i < in->person_count; i++) {
        Str login = login_read(w->arena, in->people[i].login);
        Err why = {0};
        bool again = false;

        for (size_t j = 0; j < w->out->password_count; j++)
            again = again || str_eq(w->out->passwords[j].login, login);
        if (again || account_row(tx, w->arena, login, &why) != NULL)
            continue;
        if (why.code != ERR_NONE) {
            *e = why;
            return false;
        }
        w->out->passwords[w->out->password_count++] =
            (SheetPassword){.login = login, .name = str_trim(in->people[i].name)};
    }
    return true;
}

static bool hash_passwords(Work *w, Err *e) {
    w->hashes = arena_alloc(w->arena, (w->out->password_count + 1) * PASSWORD_HASH);
    for (size_t i = 0; i < w->out->password_count; i++) {
        account_random_password(w->out->passwords[i].password);
        if (!password_hash(str_of(w->out->passwords[i].password), w->hashes[i], e))
            return false;
    }
    return true;
}

/* ---- units ---- */

/* The organisation at a place of the list; only those made before it. */
static bool unit_at(const Work *w, int64_t place, size_t made, const char *where, int64_t *out,
                    Err *e) {
    if (place > (int64_t)made || place < -1)
        return err_set(e, ERR_INVALID, where, "第 %lld 个机构不在前面，请调整顺序",
                       (long long)place);
    *out = place == 0 ? 0 : place == -1 ? ORGANISATION_HOME : w->out->units[place - 1];
    return true;
}

static bool home_set(Act *act, const Work *w, Err *e) {
    const SetupUnit *h = &w->in->home;
    OrganisationRow row;
    OrganisationNew in = {.kind = h->kind,
                          .name = h->name,
                          .short_name = h->short_name,
                          .division = h->division,
                          .letters = h->letters};

    return (h->name.len == 0 && h->kind.len == 0 && h->division.len == 0) ||
           (organisation_needed(act, ORGANISATION_HOME, true, NULL, &row, e) &&
            (in.name = in.name.len > 0 ? in.name : row.name,
             act_organisation_become(act, ORGANISATION_HOME, &in, e)));
}

static bool home_departments(Act *act, Err *e) {
    const Node *rows =
        tx_rows(act->tx, act->arena, &SQL_department_list, ARGS(ARG_OF_INT(ORGANISATION_HOME)), e);

    return rows != NULL && (rows->count > 0 || act_departments_usual(act, ORGANISATION_HOME, e));
}

static bool units_make(Act *act, const Work *w, Err *e) {
    for (size_t i = 0; i < w->in->unit_count; i++) {
        const SetupUnit *u = &w->in->units[i];
        OrganisationNew in = {.kind = u->kind,
                              .name = u->name,
                              .short_name = u->short_name,
                              .division = u->division,
                              .letters = u->letters};

        if (!unit_at(w, u->parent, i, "/organisations/parent", &in.parent, e) ||
            !unit_at(w, u->superior, i, "/organisations/superior", &in.superior, e) ||
            !act_organisation_create(act, &in, &w->out->units[i], e) ||
            !act_departments_usual(act, w->out->units[i], e))
            return err_prefix(e, "%.*s", STR_ARG(str_slice(u->name, 0, 120)));
    }
    return true;
}

/* ---- people ---- */

static const char *hash_of(const Work *w, Str login) {
    for (size_t i = 0; i < w->out->password_count; i++)
        if (str_eq(w->out->passwords[i].login, login))
            return w->hashes[i];
    return NULL;
}

static bool department_of(Act *act, int64_t unit, Str kind, int64_t *out, Err *e) {
    const Node *rows =
        tx_rows(act->tx, act->arena, &SQL_department_list, ARGS(ARG_OF_INT(unit)), e);

    *out = 0;
    for (size_t i = 0; rows != NULL && i < rows->count && *out == 0; i++)
        if (str_eq(node_text(rows->items[i], "kind"), kind))
            *out = node_int(rows->items[i], "department", 0);
    return rows != NULL && (kind.len == 0 || *out != 0 ||
                            err_set(e, ERR_INVALID, "/people/department",
                                    "这个机构没有“%.*s”这种部门", STR_ARG(str_slice(kind, 0, 60))));
}

static bool person_make(Act *act, const Work *w, const SetupPerson *p, Err *e) {
    AppointmentNew in = {.login = login_read(act->arena, p->login),
                         .role = p->role,
                         .title = p->title,
                         .liaison = p->liaison,
                         .until = p->until,
                         .organisation = ORGANISATION_HOME};
    const char *hash = hash_of(w, in.login);
    Err why = {0};
    int64_t number;
    const Role *role = content_role(act->content, p->role, &why);

    if (role != NULL && role->founder)
        return err_set(e, ERR_INVALID, "/people/role", "“%.*s”在首次设置完成后就没有了",
                       STR_ARG(role->title));
    if ((p->unit != 0 &&
         !unit_at(w, p->unit, w->in->unit_count, "/people/organisation", &in.organisation, e)) ||
        !department_of(act, in.organisation, p->department, &in.department, e))
        return false;
    if (hash != NULL && account_row(act->tx, act->arena, in.login, &why) == NULL &&
        !act_account_create(act, in.login, str_trim(p->name), str_of(hash), !w->in->passwords_stay,
                            e))
        return false;
    return act_appointment_create(act, &in, &number, e);
}

static bool people_make(Act *act, const Work *w, Err *e) {
    for (size_t i = 0; i < w->in->person_count; i++)
        if (!person_make(act, w, &w->in->people[i], e))
            return err_prefix(e, "第 %zu 个人（%.*s）", i + 1,
                              STR_ARG(str_slice(w->in->people[i].login, 0, LOGIN_MOST)));
    return true;
}

/* Nobody keeps an account that can do nothing. */
static bool founders_off(Act *act, const Node *rows, Err *e) {
    for (size_t i = 0; i < rows->count; i++) {
        Str login = node_text(rows->items[i], "login");
        const Node *posts = tx_rows(act->tx, act->arena, &SQL_appointment_open_of,
                                    ARGS(ARG_OF_TEXT(login), ARG_OF_INT(act->now)), e);
        size_t others = 0;

        for (size_t j = 0; posts != NULL && j < posts->count; j++)
            others += !str_eq(node_text(posts->items[j], "role"), founder_of(act->content)->role);
        if (posts == NULL ||
            (others == 0 &&
             (!act_tell(act, "account.disabled", subject_of(act->arena, login), 0, NULL, NULL, e) ||
              !sessions_end(act->tx, login, STR(""), e))))
            return false;
    }
    return true;
}

static bool run_work(Act *act, void *what, Err *e) {
    const Work *w = what;
    const Node *rows = founders(act->tx, act->arena, act->content, act->now, e);
    Node *body = node_map(act->arena);

    if (rows == NULL)
        return false;
    if (rows->count == 0)
        return err_set(e, ERR_CONFLICT, NULL, "首次设置已经完成，请在“组织机构”和“人员”里修改");
    act->founding = true; /* whoever sets up may name himself, this once */
    for (size_t i = 0; i < rows->count; i++)
        if (!act_appointment_end(act, node_int(rows->items[i], "appointment", 0), e))
            return false;
    if (!home_set(act, w, e) || !home_departments(act, e) || !units_make(act, w, e) ||
        !people_make(act, w, e) || !founders_off(act, rows, e))
        return false;
    node_set_int(act->arena, body, "organisations", (int64_t)w->in->unit_count + 1);
    node_set_int(act->arena, body, "people", (int64_t)w->in->person_count);
    return act_tell(act, "setup.completed", STR("installation"), ORGANISATION_HOME, body, NULL, e);
}

bool setup_run(Store *s, const Content *c, Arena *a, Str actor, const Setup *in, SetupResult *out,
               Err *e) {
    Work w = {.arena = a, .in = in, .out = out, .content = c};

    *out = (SetupResult){.units = arena_array_of(a, in->unit_count, int64_t),
                         .passwords = arena_array_of(a, in->person_count, SheetPassword)};
    return counts_check(in, e) && administrators_check(c, in, e) &&
           store_read(s, newcomers_work, &w, e) && hash_passwords(&w, e) &&
           act_write(s, c, actor, run_work, &w, e);
}
