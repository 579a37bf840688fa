/* SPDX-License-Identifier: MulanPSL-2.0 */
/* people/team.c: joint groups, task forces, bases and pools, and who belongs to them. */
#include <inttypes.h>

#include "people/act.h"
#include "people/inside.h"
#include "sql_statements.h"

#include "base/banned.h"

enum { TEAM_NAME_MOST = 60, TEXT_MOST = 200, DUTY_MOST = 40, MEMBERS_MOST = 2000 };

/* ---- projections ---- */

static bool created(Tx *tx, const Event *event, Err *e) {
    const Node *b = event->body;

    return tx_run(tx, &SQL_team_add,
                  ARGS(ARG_OF_INT(event_number(event)), ARG_OF_TEXT(node_text(b, "kind")),
                       ARG_OF_TEXT(event_secret(event, "name")),
                       ARG_OF_INT(node_int(b, "organisation", 0)), event_optional(event, "parent"),
                       ARG_OF_TEXT(event_secret(event, "purpose")), ARG_OF_INT(event_since(event)),
                       event_optional(event, "until"), ARG_OF_TEXT(event_secret(event, "place"))),
                  NULL, e);
}

static bool trim(Tx *tx, const Event *event, Instant at, Err *e) {
    return tx_run(tx, &SQL_team_members_trim,
                  ARGS(ARG_OF_INT(event_number(event)), ARG_OF_INT(at), ARG_OF_TEXT(event->actor)),
                  NULL, e);
}

static bool changed(Tx *tx, const Event *event, Err *e) {
    int64_t until = node_int(event->body, "until", 0);

    return tx_run(tx, &SQL_team_set,
                  ARGS(ARG_OF_INT(event_number(event)), ARG_OF_TEXT(event_secret(event, "name")),
                       ARG_OF_TEXT(event_secret(event, "purpose")),
                       ARG_OF_TEXT(event_secret(event, "place")), event_optional(event, "until")),
                  NULL, e) &&
           (until == 0 || trim(tx, event, until, e));
}

static bool ended(Tx *tx, const Event *event, Err *e) {
    return tx_run(tx, &SQL_team_end, ARGS(ARG_OF_INT(event_number(event)), ARG_OF_INT(event->at)),
                  NULL, e) &&
           trim(tx, event, event->at, e);
}

static bool member_added(Tx *tx, const Event *event, Err *e) {
    const Node *b = event->body;
    Str name = event_secret(event, "name");

    return tx_run(tx, &SQL_team_member_add,
                  ARGS(ARG_OF_INT(event_number(event)), ARG_OF_INT(node_int(b, "team", 0)),
                       ARG_OF_TEXT(node_text(b, "login")),
                       name.len > 0 ? ARG_OF_TEXT(name) : ARG_OF_NULL,
                       event_optional(event, "organisation"), ARG_OF_TEXT(node_text(b, "duty")),
                       ARG_OF_TEXT(event_secret(event, "skills")), ARG_OF_INT(event_since(event)),
                       event_optional(event, "until")),
                  NULL, e);
}

static bool member_ended(Tx *tx, const Event *event, Err *e) {
    return tx_run(
        tx, &SQL_team_member_end,
        ARGS(ARG_OF_INT(event_number(event)), ARG_OF_INT(event->at), ARG_OF_TEXT(event->actor)),
        NULL, e);
}

static bool activity_told(Tx *tx, const Event *event, Err *e) {
    scoped_arena Arena *a = arena_new();
    const Node *b = event->body;

    return tx_run(tx, &SQL_team_activity_add,
                  ARGS(ARG_OF_INT(event_number(event)), ARG_OF_INT(node_int(b, "team", 0)),
                       ARG_OF_TEXT(node_text(b, "held_on")),
                       ARG_OF_TEXT(event_secret(event, "title")), ARG_OF_TEXT(event->actor),
                       ARG_OF_TEXT(event_at(event, a))),
                  NULL, e);
}

static bool forgotten(Tx *tx, const Event *event, Err *e) {
    const Sql *sql = str_starts(event->subject, STR("team:"))       ? &SQL_team_forget
                     : str_starts(event->subject, STR("member:"))   ? &SQL_team_member_forget
                     : str_starts(event->subject, STR("activity:")) ? &SQL_team_activity_forget
                                                                    : NULL;

    return sql == NULL || tx_run(tx, sql, ARGS(ARG_OF_INT(event_number(event))), NULL, e);
}

void organisation_register_teams(void) {
    static const Projection projections[] = {{"team.created", created},
                                             {"team.changed", changed},
                                             {"team.ended", ended},
                                             {"team.member_added", member_added},
                                             {"team.member_ended", member_ended},
                                             {"team.activity_told", activity_told},
                                             {"key.destroyed", forgotten},
                                             {0}};
    static const char *const tables[] = {"team", "team_member", "team_activity", NULL};

    journal_register(projections, tables);
}

/* ---- reading ---- */

typedef struct TeamRow {
    int64_t team, organisation, parent, since, until;
    Str kind, name;
} TeamRow;

/* The open team, or ERR_NOT_FOUND, or ERR_CONFLICT when it has ended. */
static bool team_needed(Act *act, int64_t number, TeamRow *out, Err *e) {
    Err why = {0};
    const Node *row = tx_row(act->tx, act->arena, &SQL_team_get, ARGS(ARG_OF_INT(number)), &why);

    if (row == NULL && why.code != ERR_NONE) {
        *e = why;
        return false;
    }
    if (row == NULL)
        return err_set(e, ERR_NOT_FOUND, NULL, "没有编号为 %" PRId64 " 的团队", number);
    *out = (TeamRow){.team = number,
                     .organisation = node_int(row, "organisation", 0),
                     .parent = node_int(row, "parent", 0),
                     .since = node_int(row, "since", 0),
                     .until = node_int(row, "until", 0),
                     .kind = node_text(row, "kind"),
                     .name = node_text(row, "name")};
    return (str_is(node_text(row, "state"), "active") &&
            (out->until == 0 || out->until > act->now)) ||
           err_set(e, ERR_CONFLICT, NULL, "%.*s已经结束了", STR_ARG(out->name));
}

static const Node *members_open(Act *act, int64_t team, Err *e) {
    return tx_rows(act->tx, act->arena, &SQL_team_member_open,
                   ARGS(ARG_OF_INT(team), ARG_OF_INT(act->now)), e);
}

static bool least_check(const TeamKind *k, size_t members, Err *e) {
    return (int64_t)members >= k->least ||
           err_set(e, ERR_CONFLICT, "/members",
                   "%.*s至少要有 %" PRId64 " 名成员，现在是 %zu 名（%.*s）", STR_ARG(k->title),
                   k->least, members, STR_ARG(k->rule));
}

/* ---- members ---- */

static bool member_check(Act *act, const TeamRow *team, const TeamKind *k, MemberNew *in, Err *e) {
    OrganisationRow row;

    in->login = login_read(act->arena, in->login);
    if (in->login.len == 0 && !k->outsiders)
        return err_set(e, ERR_INVALID, "/login", "%.*s的成员应当有账号，请填写登录名",
                       STR_ARG(k->title));
    if (in->login.len > 0) {
        in->name = STR(""); /* the account has it */
        if (!person_active(act, in->login, "/login", e))
            return false;
    }
    if (!line_check(&in->name, NAME_MOST, in->login.len == 0, "/name", "姓名", e) ||
        !line_check(&in->duty, DUTY_MOST, false, "/duty", "分工", e) ||
        !line_check(&in->skills, TEXT_MOST, false, "/skills", "专长", e) ||
        !term_check(act, in->since, in->until, false, e))
        return false;
    if (in->organisation != 0 &&
        !organisation_needed(act, in->organisation, true, "/organisation", &row, e))
        return false;
    if (team->until != 0 && in->until > team->until)
        return err_set(e, ERR_INVALID, "/until", "成员的期限不能晚于团队的期限");
    if (in->until == 0)
        in->until = team->until;
    return true;
}

static bool is_member(const Node *members, const MemberNew *in) {
    for (size_t i = 0; i < members->count; i++)
        if (in->login.len > 0
                ? str_eq(node_text(members->items[i], "login"), in->login)
                : str_eq(node_text(members->items[i], "name"), in->name) &&
                      node_int(members->items[i], "organisation", 0) == in->organisation)
            return true;
    return false;
}

static bool member_tell(Act *act, const MemberNew *in, int64_t *number, Err *e) {
    Node *body = node_map(act->arena), *secret = node_map(act->arena);
    int64_t n;

    if (!act_number(act, &SQL_team_member_newest, &n, e))
        return false;
    node_set_int(act->arena, body, "team", in->team);
    node_set_text(act->arena, body, "login", in->login);
    if (in->organisation != 0)
        node_set_int(act->arena, body, "organisation", in->organisation);
    node_set_text(act->arena, body, "duty", in->duty);
    if (in->since > act->now)
        node_set_int(act->arena, body, "since", in->since);
    if (in->until != 0)
        node_set_int(act->arena, body, "until", in->until);
    node_set_text(act->arena, secret, "name", in->name);
    node_set_text(act->arena, secret, "skills", in->skills);
    *number = n;
    return act_tell(act, "team.member_added", act_subject(act, "member", n), in->organisation, body,
                    secret, e);
}

/* Who looks after teams must not let himself in to what was opened to one. */
static bool not_oneself(Act *act, const MemberNew *in, Err *e) {
    int64_t grants = 0;

    if (in->login.len == 0 || !str_eq(in->login, act->actor))
        return true;
    return tx_int(act->tx, &SQL_team_grants,
                  ARGS(ARG_OF_TEXT(act_subject(act, "team", in->team)), ARG_OF_INT(act->now)), 0,
                  &grants, e) &&
           (grants == 0 || err_set(e, ERR_FORBIDDEN, "/login",
                                   "已有材料向这个团队开放，不能把自己加进去，请由别人办理"));
}

bool act_member_add(Act *act, const MemberNew *given, int64_t *number, Err *e) {
    MemberNew in = *given;
    TeamRow team;

    if (!team_needed(act, in.team, &team, e))
        return false;
    const TeamKind *k = content_team_kind(act->content, team.kind, e);
    const Node *members = k == NULL ? NULL : members_open(act, in.team, e);

    if (members == NULL || !member_check(act, &team, k, &in, e))
        return false;
    if (is_member(members, &in))
        return err_set(e, ERR_CONFLICT, "/login", "%.*s已经是%.*s的成员",
                       STR_ARG(in.login.len > 0 ? in.login : in.name), STR_ARG(team.name));
    if (!not_oneself(act, &in, e))
        return false;
    if (members->count >= MEMBERS_MOST)
        return err_set(e, ERR_TOO_LARGE, NULL, "一个团队最多 %d 名成员", MEMBERS_MOST);
    if (team.parent != 0) { /* whoever works in a part belongs to the whole */
        MemberNew whole = in;
        int64_t ignored;
        const Node *there = members_open(act, team.parent, e);

        whole.team = team.parent;
        if (there == NULL ||
            (!is_member(there, &whole) && !act_member_add(act, &whole, &ignored, e)))
            return false;
    }
    return member_tell(act, &in, number, e);
}

bool act_member_end(Act *act, int64_t number, bool replaced, Err *e) {
    Err why = {0};
    const Node *row =
        tx_row(act->tx, act->arena, &SQL_team_member_get, ARGS(ARG_OF_INT(number)), &why);
    TeamRow team;

    if (row == NULL && why.code != ERR_NONE) {
        *e = why;
        return false;
    }
    if (row == NULL)
        return err_set(e, ERR_NOT_FOUND, NULL, "没有编号为 %" PRId64 " 的成员", number);
    Instant until = node_int(row, "until", 0);

    if (until != 0 && until <= act->now)
        return err_set(e, ERR_CONFLICT, NULL, "这名成员已经退出了");
    if (!team_needed(act, node_int(row, "team", 0), &team, e))
        return false;
    const TeamKind *k = content_team_kind(act->content, team.kind, e);
    const Node *members = k == NULL ? NULL : members_open(act, team.team, e);

    if (members == NULL || (!replaced && k->least > 0 && !least_check(k, members->count - 1, e)))
        return false;
    return act_tell(act, "team.member_ended", act_subject(act, "member", number),
                    node_int(row, "organisation", 0), NULL, NULL, e);
}

/* ---- teams ---- */

static bool texts_check(Act *act, const TeamKind *k, TeamNew *in, int64_t number, Err *e) {
    int64_t same = 0;

    if (!line_check(&in->name, TEAM_NAME_MOST, true, "/name", "团队名称", e) ||
        !line_check(&in->purpose, TEXT_MOST, false, "/purpose", "用途", e) ||
        !line_check(&in->place, TEXT_MOST, k->place, "/place", "地点", e) ||
        !term_check(act, in->since, in->until, k->ends, e) ||
        !tx_int(act->tx, &SQL_team_named,
                ARGS(ARG_OF_TEXT(k->kind), ARG_OF_TEXT(in->name), ARG_OF_INT(act->now),
                     ARG_OF_INT(number)),
                0, &same, e))
        return false;
    if (!k->place && in->place.len > 0)
        return err_set(e, ERR_INVALID, "/place", "%.*s没有地点", STR_ARG(k->title));
    return same == 0 || err_set(e, ERR_CONFLICT, "/name", "已经有名为%.*s的%.*s", STR_ARG(in->name),
                                STR_ARG(k->title));
}

static bool parent_check(Act *act, const TeamKind *k, TeamNew *in, Err *e) {
    TeamRow parent;

    if (in->parent == 0)
        return true;
    if (!team_needed(act, in->parent, &parent, e))
        return false;
    if (!k->parts || !str_eq(parent.kind, k->kind))
        return err_set(e, ERR_INVALID, "/parent", "%.*s里不能设小组", STR_ARG(k->title));
    if (parent.parent != 0)
        return err_set(e, ERR_INVALID, "/parent", "小组里不能再设小组");
    if (parent.until != 0 && (in->until == 0 || in->until > parent.until))
        return err_set(e, ERR_INVALID, "/until", "小组的期限不能晚于%.*s的期限",
                       STR_ARG(parent.name));
    return true;
}

static Node *secret_of(Act *act, const TeamNew *in) {
    Node *secret = node_map(act->arena);

    node_set_text(act->arena, secret, "name", in->name);
    node_set_text(act->arena, secret, "purpose", in->purpose);
    node_set_text(act->arena, secret, "place", in->place);
    return secret;
}

typedef struct Change {
    const TeamNew *in;
    const MemberNew *member;
    int64_t number, *out;
    Day on;
    Str title;
} Change;

static bool create_work(Act *act, void *what, Err *e) {
    const Change *c = what;
    TeamNew in = *c->in;
    Err why = {0};
    const TeamKind *k = content_team_kind(act->content, in.kind, &why);
    Node *body = node_map(act->arena);
    OrganisationRow row;
    int64_t n, ignored;

    if (k == NULL)
        return err_set(e, ERR_INVALID, "/kind", "%s", why.text);
    if (!organisation_needed(act, in.organisation, true, "/organisation", &row, e) ||
        !texts_check(act, k, &in, 0, e) || !parent_check(act, k, &in, e) ||
        !least_check(k, in.member_count, e) || !act_number(act, &SQL_team_newest, &n, e))
        return false;
    node_set_text(act->arena, body, "kind", k->kind);
    node_set_int(act->arena, body, "organisation", in.organisation);
    if (in.parent != 0)
        node_set_int(act->arena, body, "parent", in.parent);
    if (in.since > act->now)
        node_set_int(act->arena, body, "since", in.since);
    if (in.until != 0)
        node_set_int(act->arena, body, "until", in.until);
    if (!act_tell(act, "team.created", act_subject(act, "team", n), in.organisation, body,
                  secret_of(act, &in), e))
        return false;
    for (size_t i = 0; i < in.member_count; i++) {
        MemberNew member = in.members[i];

        member.team = n;
        if (!act_member_add(act, &member, &ignored, e))
            return false;
    }
    *c->out = n;
    return true;
}

bool team_create(Store *s, const Content *c, Str actor, const TeamNew *in, int64_t *number,
                 Err *e) {
    return act_write(s, c, actor, create_work, &(Change){.in = in, .out = number}, e);
}

static bool change_work(Act *act, void *what, Err *e) {
    const Change *c = what;
    TeamNew in = *c->in;
    TeamRow team;
    Node *body = node_map(act->arena);

    if (!team_needed(act, c->number, &team, e))
        return false;
    const TeamKind *k = content_team_kind(act->content, team.kind, e);

    in.parent = team.parent;
    in.since = 0;
    if (k == NULL || !texts_check(act, k, &in, c->number, e) || !parent_check(act, k, &in, e))
        return false;
    if (in.until != 0)
        node_set_int(act->arena, body, "until", in.until);
    return act_tell(act, "team.changed", act_subject(act, "team", c->number), team.organisation,
                    body, secret_of(act, &in), e);
}

bool team_change(Store *s, const Content *c, Str actor, int64_t number, const TeamNew *in, Err *e) {
    return act_write(s, c, actor, change_work, &(Change){.in = in, .number = number}, e);
}

static bool end_work(Act *act, void *what, Err *e) {
    const Change *c = what;
    TeamRow team;

    if (!team_needed(act, c->number, &team, e))
        return false;
    const Node *parts =
        tx_rows(act->tx, act->arena, &SQL_team_parts, ARGS(ARG_OF_INT(c->number)), e);

    for (size_t i = 0; parts != NULL && i < parts->count; i++)
        if (!act_tell(act, "team.ended",
                      act_subject(act, "team", node_int(parts->items[i], "team", 0)),
                      team.organisation, NULL, NULL, e))
            return false;
    return parts != NULL && act_tell(act, "team.ended", act_subject(act, "team", c->number),
                                     team.organisation, NULL, NULL, e);
}

bool team_end(Store *s, Str actor, int64_t number, Err *e) {
    return act_write(s, NULL, actor, end_work, &(Change){.number = number}, e);
}

static bool member_work(Act *act, void *what, Err *e) {
    const Change *c = what;

    return act_member_add(act, c->member, c->out, e);
}

bool team_member_add(Store *s, const Content *c, Str actor, const MemberNew *in, int64_t *number,
                     Err *e) {
    return act_write(s, c, actor, member_work, &(Change){.member = in, .out = number}, e);
}

static bool member_end_work(Act *act, void *what, Err *e) {
    return act_member_end(act, ((const Change *)what)->number, false, e);
}

bool team_member_end(Store *s, const Content *c, Str actor, int64_t member, Err *e) {
    return act_write(s, c, actor, member_end_work, &(Change){.number = member}, e);
}

static bool activity_work(Act *act, void *what, Err *e) {
    const Change *c = what;
    TeamRow team;
    char on[11];
    Str title = c->title;
    Node *body = node_map(act->arena), *secret = node_map(act->arena);
    int64_t n;

    if (!team_needed(act, c->number, &team, e))
        return false;
    const TeamKind *k = content_team_kind(act->content, team.kind, e);

    if (k == NULL || !line_check(&title, TEXT_MOST, true, "/title", "活动内容", e))
        return false;
    if (!k->place)
        return err_set(e, ERR_INVALID, NULL, "%.*s不记录活动", STR_ARG(k->title));
    if (c->on == DAY_NONE)
        return err_set(e, ERR_INVALID, "/held_on", "请填写活动的日期");
    if (!act_number(act, &SQL_team_activity_newest, &n, e))
        return false;
    day_format(c->on, on);
    node_set_int(act->arena, body, "team", c->number);
    node_set_text(act->arena, body, "held_on", str_of(on));
    node_set_text(act->arena, secret, "title", title);
    *c->out = n;
    return act_tell(act, "team.activity_told", act_subject(act, "activity", n), team.organisation,
                    body, secret, e);
}

bool team_activity_add(Store *s, const Content *c, Str actor, int64_t team, Day on, Str title,
                       int64_t *number, Err *e) {
    Change change = {.number = team, .on = on, .title = title, .out = number};

    return act_write(s, c, actor, activity_work, &change, e);
}
