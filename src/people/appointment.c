/* SPDX-License-Identifier: MulanPSL-2.0 */
/* people/appointment.c: who holds which role where, since when and until when. */
#include <inttypes.h>

#include "people/act.h"
#include "people/inside.h"
#include "people/password.h"
#include "sql_statements.h"

#include "base/banned.h"

enum { TITLE_MOST = 40 };

/* ---- projections ---- */

static bool end_one(Tx *tx, int64_t number, Instant at, Str actor, Err *e) {
    return tx_run(tx, &SQL_appointment_end,
                  ARGS(ARG_OF_INT(number), ARG_OF_INT(at), ARG_OF_TEXT(actor)), NULL, e);
}

/* Somebody else was the liaison officer: his post ends, and goes on without the duty unless the
 * role is the duty. */
static bool relieve(Tx *tx, const Event *event, Arena *a, Err *e) {
    int64_t relieves = node_int(event->body, "relieves", 0);
    int64_t continued = node_int(event->body, "continued", 0);
    Instant since = event_since(event);

    if (relieves == 0)
        return true;
    if (continued != 0 &&
        !tx_run(tx, &SQL_appointment_continue,
                ARGS(ARG_OF_INT(relieves), ARG_OF_INT(continued), ARG_OF_INT(since),
                     ARG_OF_TEXT(event->actor), ARG_OF_TEXT(event_at(event, a))),
                NULL, e))
        return false;
    return end_one(tx, relieves, since, event->actor, e);
}

static bool created(Tx *tx, const Event *event, Err *e) {
    scoped_arena Arena *a = arena_new();
    const Node *b = event->body;

    return relieve(tx, event, a, e) &&
           tx_run(
               tx, &SQL_appointment_add,
               ARGS(ARG_OF_INT(event_number(event)), ARG_OF_TEXT(node_text(b, "login")),
                    ARG_OF_TEXT(node_text(b, "role")), ARG_OF_INT(node_int(b, "organisation", 0)),
                    event_optional(event, "department"), ARG_OF_TEXT(node_text(b, "title")),
                    ARG_OF_INT(node_bool(b, "liaison", false)), ARG_OF_INT(event_since(event)),
                    event_optional(event, "until"), ARG_OF_TEXT(event->actor),
                    ARG_OF_TEXT(event_at(event, a)), ARG_OF_INT(node_int(b, "administrator", 0))),
               NULL, e);
}

static bool ended(Tx *tx, const Event *event, Err *e) {
    return end_one(tx, event_number(event), event->at, event->actor, e);
}

void organisation_register_posts(void) {
    static const Projection projections[] = {{"appointment.created", created},
                                             {"appointment.ended", ended},
                                             {"setup.completed", NULL},
                                             {"person.left", NULL},
                                             {0}};
    static const char *const tables[] = {"appointment", NULL};

    journal_register(projections, tables);
}

/* ---- administrators ---- */

static const char *administrator_title(int64_t kind) {
    const BindName *n = administrator_names;

    while (n->name != NULL && n->value != kind)
        n++;
    return n->name != NULL ? n->title : "管理员";
}

static bool others_remain(Tx *tx, Instant now, Str login, int64_t kind, Err *e) {
    int64_t others = 0;

    if (!tx_int(tx, &SQL_appointment_administrators,
                ARGS(ARG_OF_INT(kind), ARG_OF_TEXT(login), ARG_OF_INT(now)), 0, &others, e))
        return false;
    return others > 0 || err_set(e, ERR_CONFLICT, NULL, "%.*s 是最后一个%s，请先任命另一个再这样做",
                                 STR_ARG(login), administrator_title(kind));
}

bool administrators_remain(Tx *tx, Arena *a, Str login, Err *e) {
    Instant now;

    if (!people_now(tx, &now, e))
        return false;
    const Node *posts =
        tx_rows(tx, a, &SQL_appointment_open_of, ARGS(ARG_OF_TEXT(login), ARG_OF_INT(now)), e);

    for (size_t i = 0; posts != NULL && i < posts->count; i++) {
        int64_t kind = node_int(posts->items[i], "administrator", 0);

        if (kind != 0 && !others_remain(tx, now, login, kind, e))
            return false;
    }
    return posts != NULL;
}

/* An administrator holds his one post and nothing else; the founder's role does not count, it is
 * about to end. */
static bool stands_alone(Act *act, const Role *role, const Node *posts, Err *e) {
    for (size_t i = 0; i < posts->count; i++) {
        const Node *post = posts->items[i];
        int64_t kind = node_int(post, "administrator", 0);
        Err unknown = {0};
        const Role *held = content_role(act->content, node_text(post, "role"), &unknown);

        if (held != NULL && held->founder)
            continue;
        if (kind != 0)
            return err_set(e, ERR_CONFLICT, "/role", "%.*s 是%s，不能再担任别的角色",
                           STR_ARG(node_text(post, "login")), administrator_title(kind));
        if (role->administrator != ADMINISTRATOR_NONE)
            return err_set(e, ERR_CONFLICT, "/role",
                           "%.*s 已有别的任职，%.*s只能由没有任何任职的人担任",
                           STR_ARG(node_text(post, "login")), STR_ARG(role->title));
    }
    return true;
}

/* ---- checks ---- */

static bool held_already(const Node *posts, const AppointmentNew *in, const Role *role, Err *e) {
    for (size_t i = 0; i < posts->count; i++) {
        const Node *post = posts->items[i];

        if (str_eq(node_text(post, "role"), role->role) &&
            node_int(post, "organisation", 0) == in->organisation &&
            (node_int(post, "liaison", 0) != 0 || !in->liaison))
            return err_set(e, ERR_CONFLICT, "/role", "%.*s 在这个机构已经是%.*s",
                           STR_ARG(in->login), STR_ARG(role->title));
    }
    return true;
}

static bool department_check(Act *act, const AppointmentNew *in, Err *e) {
    Err why = {0};
    const Node *row = in->department == 0 ? NULL
                                          : tx_row(act->tx, act->arena, &SQL_department_get,
                                                   ARGS(ARG_OF_INT(in->department)), &why);

    if (why.code != ERR_NONE) {
        *e = why;
        return false;
    }
    return in->department == 0 ||
           (row != NULL && str_is(node_text(row, "state"), "active") &&
            node_int(row, "organisation", 0) == in->organisation) ||
           err_set(e, ERR_INVALID, "/department", "这个机构没有编号为 %" PRId64 " 的部门",
                   in->department);
}

static bool role_check(Act *act, const Role *role, const AppointmentNew *in, Err *e) {
    OrganisationRow row;

    if (!organisation_needed(act, in->organisation, true, "/organisation", &row, e))
        return false;
    const OrganisationKind *k = content_organisation_kind(act->content, row.kind, e);

    if (k == NULL)
        return false;
    if (k->addressee_only)
        return err_set(e, ERR_INVALID, "/organisation", "%.*s只作受送达单位，不设账号",
                       STR_ARG(row.name));
    if (role->founder && !act->founding)
        return err_set(e, ERR_INVALID, "/role", "“%.*s”只属于第一个账号，不能授予",
                       STR_ARG(role->title));
    if (!role_fits(role, row.kind))
        return err_set(e, ERR_INVALID, "/role", "“%.*s”不能在%.*s（%.*s）担任",
                       STR_ARG(role->title), STR_ARG(row.name), STR_ARG(k->title));
    if (role->administrator != ADMINISTRATOR_NONE && in->until != 0)
        return err_set(e, ERR_INVALID, "/until", "%.*s不设期限：到期就没有人管理了",
                       STR_ARG(role->title));
    return true;
}

/* ---- changes ---- */

static bool find_liaison(Act *act, const AppointmentNew *in, Node *body, int64_t number, Err *e) {
    const Node *before = tx_rows(
        act->tx, act->arena, &SQL_appointment_liaison,
        ARGS(ARG_OF_INT(in->organisation), ARG_OF_INT(in->since > act->now ? in->since : act->now)),
        e);
    Err unknown = {0};

    if (before == NULL || before->count == 0)
        return before != NULL;
    const Node *old = before->items[0];
    const Role *role = content_role(act->content, node_text(old, "role"), &unknown);

    node_set_int(act->arena, body, "relieves", node_int(old, "appointment", 0));
    node_set_text(act->arena, body, "relieved", node_text(old, "login"));
    /* The same person goes on with his new post only. */
    if ((role == NULL || !role->liaison) && !str_eq(node_text(old, "login"), in->login))
        node_set_int(act->arena, body, "continued", number + 1);
    return true;
}

bool act_appointment_create(Act *act, const AppointmentNew *given, int64_t *number, Err *e) {
    AppointmentNew in = *given;
    Err why = {0};
    const Role *role = content_role(act->content, in.role, &why);
    Node *body = node_map(act->arena);
    int64_t n;

    in.login = login_read(act->arena, in.login);
    if (role == NULL)
        return err_set(e, ERR_INVALID, "/role", "%s", why.text);
    in.liaison = in.liaison || role->liaison;
    if (str_eq(in.login, act->actor) && !str_eq(in.login, act->newcomer) && !act->founding)
        return err_set(e, ERR_FORBIDDEN, NULL, "不能给自己授予角色，请由另一位管理员办理");
    if (!person_active(act, in.login, "/login", e) ||
        !line_check(&in.title, TITLE_MOST, false, "/title", "职务", e) ||
        !role_check(act, role, &in, e) || !department_check(act, &in, e) ||
        !term_check(act, in.since, in.until, role->ends, e))
        return false;
    const Node *posts = tx_rows(act->tx, act->arena, &SQL_appointment_open_of,
                                ARGS(ARG_OF_TEXT(in.login), ARG_OF_INT(act->now)), e);

    if (posts == NULL || !stands_alone(act, role, posts, e) || !held_already(posts, &in, role, e) ||
        !act_number(act, &SQL_appointment_newest, &n, e))
        return false;
    node_set_text(act->arena, body, "login", in.login);
    node_set_text(act->arena, body, "role", role->role);
    node_set_int(act->arena, body, "organisation", in.organisation);
    if (in.department != 0)
        node_set_int(act->arena, body, "department", in.department);
    node_set_text(act->arena, body, "title", in.title);
    node_set_bool(act->arena, body, "liaison", in.liaison);
    if (in.since > act->now)
        node_set_int(act->arena, body, "since", in.since);
    if (in.until != 0)
        node_set_int(act->arena, body, "until", in.until);
    if (role->administrator != ADMINISTRATOR_NONE)
        node_set_int(act->arena, body, "administrator", role->administrator);
    if (in.liaison && !find_liaison(act, &in, body, n, e))
        return false;
    if (!act_tell(act, "appointment.created", act_subject(act, "appointment", n), in.organisation,
                  body, NULL, e))
        return false;
    *number = n;
    return true;
}

bool act_appointment_end(Act *act, int64_t number, Err *e) {
    Err why = {0};
    const Node *row =
        tx_row(act->tx, act->arena, &SQL_appointment_get, ARGS(ARG_OF_INT(number)), &why);

    if (row == NULL && why.code == ERR_NONE)
        return err_set(e, ERR_NOT_FOUND, NULL, "没有编号为 %" PRId64 " 的任职", number);
    if (row == NULL) {
        *e = why;
        return false;
    }
    Instant until = node_int(row, "until", 0);
    int64_t kind = node_int(row, "administrator", 0);

    if (until != 0 && until <= act->now)
        return err_set(e, ERR_CONFLICT, NULL, "这个任职已经结束了");
    if (kind != 0 && !others_remain(act->tx, act->now, node_text(row, "login"), kind, e))
        return false;
    return act_tell(act, "appointment.ended", act_subject(act, "appointment", number),
                    node_int(row, "organisation", 0), NULL, NULL, e);
}

typedef struct Change {
    const AppointmentNew *in;
    int64_t number, *out;
    Str name;
    char hash[PASSWORD_HASH];
} Change;

static bool create_work(Act *act, void *what, Err *e) {
    const Change *c = what;

    return act_appointment_create(act, c->in, c->out, e);
}

bool appointment_create(Store *s, const Content *c, Str actor, const AppointmentNew *in,
                        int64_t *number, Err *e) {
    return act_write(s, c, actor, create_work, &(Change){.in = in, .out = number}, e);
}

static bool end_work(Act *act, void *what, Err *e) {
    return act_appointment_end(act, ((const Change *)what)->number, e);
}

bool appointment_end(Store *s, const Content *c, Str actor, int64_t number, Err *e) {
    return act_write(s, c, actor, end_work, &(Change){.number = number}, e);
}

static bool person_work(Act *act, void *what, Err *e) {
    const Change *c = what;

    return act_account_create(act, c->in->login, c->name, str_of(c->hash), true, e) &&
           act_appointment_create(act, c->in, c->out, e);
}

bool person_create(Store *s, const Content *c, Str actor, Str name, Str password,
                   const AppointmentNew *post, int64_t *appointment, Err *e) {
    scoped_arena Arena *a = arena_new();
    AppointmentNew in = *post;
    Change change = {.in = &in, .out = appointment, .name = str_trim(name)};

    in.login = login_read(a, post->login);
    return login_check(in.login, e) && name_check(change.name, e) &&
           password_check(in.login, password, e) && password_hash(password, change.hash, e) &&
           act_write(s, c, actor, person_work, &change, e);
}
