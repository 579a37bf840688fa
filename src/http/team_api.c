/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/team_api.c: teams, lots, and clues and batches opened to others. */
#include "http/inside.h"
#include "http/people_api.h"
#include "http/people_inputs.h"
#include "http/people_words.h"
#include "people/directory.h"

static Store *store_of(const Req *rq) {
    return req_office(rq)->store;
}

static const Content *content_of(Req *rq) {
    return req_snapshot(rq)->content;
}

static Str me(const Req *rq) {
    return req_view(rq)->login;
}

/* ---- teams ---- */

bool api_team_list(Req *rq, Err *e) {
    const TeamQuery *q = req_query(rq);
    Arena *a = req_arena(rq);

    return reply_node(rq, whole(a, team_list(store_of(rq), content_of(rq), a, q->kind, e)));
}

static bool reply_team(Req *rq, int64_t number, Err *e) {
    return reply_node(rq, team_detail(store_of(rq), content_of(rq), req_arena(rq), number, e));
}

bool api_team_get(Req *rq, Err *e) {
    int64_t number;

    return req_param_int(rq, 0, &number, e) && reply_team(rq, number, e);
}

static bool member_of(const MemberIn *in, int64_t team, MemberNew *out, Err *e) {
    *out = (MemberNew){.team = team,
                       .login = in->login,
                       .name = in->name,
                       .organisation = in->organisation,
                       .duty = in->duty,
                       .skills = in->skills};
    return moment_in(in->since, "/since", false, &out->since, e) &&
           moment_in(in->until, "/until", true, &out->until, e);
}

bool api_team_create(Req *rq, Err *e) {
    const TeamIn *in = req_body(rq);
    const MemberIn *given = in->members.items;
    MemberNew *members = arena_array_of(req_arena(rq), in->members.count, MemberNew);
    TeamNew team = {.kind = in->kind,
                    .name = in->name,
                    .purpose = in->purpose,
                    .place = in->place,
                    .organisation = in->organisation,
                    .parent = in->parent,
                    .members = members,
                    .member_count = in->members.count};
    int64_t number;

    for (size_t i = 0; i < in->members.count; i++)
        if (!member_of(&given[i], 0, &members[i], e))
            return false;
    return moment_in(in->since, "/since", false, &team.since, e) &&
           moment_in(in->until, "/until", true, &team.until, e) &&
           team_create(store_of(rq), content_of(rq), me(rq), &team, &number, e) &&
           reply_team(rq, number, e);
}

bool api_team_change(Req *rq, Err *e) {
    const TeamIn *in = req_body(rq);
    TeamNew team = {.name = in->name, .purpose = in->purpose, .place = in->place};
    int64_t number;

    return req_param_int(rq, 0, &number, e) &&
           moment_in(in->until, "/until", true, &team.until, e) &&
           team_change(store_of(rq), content_of(rq), me(rq), number, &team, e) &&
           reply_team(rq, number, e);
}

bool api_team_end(Req *rq, Err *e) {
    int64_t number;

    return req_param_int(rq, 0, &number, e) && team_end(store_of(rq), me(rq), number, e) &&
           reply_team(rq, number, e);
}

bool api_team_member_create(Req *rq, Err *e) {
    MemberNew member;
    int64_t team, number;

    return req_param_int(rq, 0, &team, e) && member_of(req_body(rq), team, &member, e) &&
           team_member_add(store_of(rq), content_of(rq), me(rq), &member, &number, e) &&
           reply_numbered(rq, number);
}

bool api_team_member_end(Req *rq, Err *e) {
    int64_t number;

    return req_param_int(rq, 0, &number, e) &&
           team_member_end(store_of(rq), content_of(rq), me(rq), number, e) && reply_nothing(rq);
}

bool api_team_activity_create(Req *rq, Err *e) {
    const ActivityIn *in = req_body(rq);
    int64_t team, number;

    return req_param_int(rq, 0, &team, e) &&
           team_activity_add(store_of(rq), content_of(rq), me(rq), team, in->held_on, in->title,
                             &number, e) &&
           reply_numbered(rq, number);
}

bool api_talent_list(Req *rq, Err *e) {
    const TalentQuery *q = req_query(rq);
    Arena *a = req_arena(rq);

    return reply_node(rq, whole(a, talent_search(store_of(rq), content_of(rq), a, q->text, q->kind,
                                                 q->division, e)));
}

/* ---- lots ---- */

static bool reply_draw(Req *rq, int64_t number, Err *e) {
    return reply_node(rq, draw_detail(store_of(rq), req_arena(rq), number, e));
}

bool api_draw_create(Req *rq, Err *e) {
    const DrawIn *in = req_body(rq);
    int64_t *left_out = arena_array_of(req_arena(rq), in->left_out.count, int64_t), number;
    DrawNew draw = {.wanted = in->wanted,
                    .purpose = in->purpose,
                    .left_out = left_out,
                    .left_out_count = in->left_out.count};

    for (size_t i = 0; i < in->left_out.count; i++)
        left_out[i] = ((const LeftOut *)in->left_out.items)[i].member;
    return req_param_int(rq, 0, &draw.team, e) &&
           draw_make(store_of(rq), content_of(rq), me(rq), &draw, &number, e) &&
           reply_draw(rq, number, e);
}

bool api_draw_get(Req *rq, Err *e) {
    int64_t number;

    return req_param_int(rq, 0, &number, e) && reply_draw(rq, number, e);
}

/* ---- grants ---- */

/* What of an object one may open to others. 0: nothing, as if it were not there. */
static bool object_seen(Req *rq, Str kind, Str object, RowMarks *row, int *fields, Err *e) {
    bool clue = str_is(kind, "clue"), found;
    Err failed = {0};

    if (!clue && !str_is(kind, "batch"))
        return err_set(e, ERR_INVALID, "/kind", "只能开放线索（clue）或批次（batch）");
    if (!rights_marks(store_of(rq), clue ? "clue" : "batch", object, req_arena(rq), row, &found, e))
        return false;
    *fields = rights_see(store_of(rq), rq->rights, PERMISSION_CLUE_SHARE, row, req_arena(rq), NULL,
                         &failed);
    if (failed.code != ERR_NONE) {
        *e = failed;
        return false;
    }
    return (found && *fields != 0) ||
           err_set(e, ERR_NOT_FOUND, NULL, clue ? "没有这条线索" : "没有这个批次");
}

/* Nobody opens more than he sees of this very object; a batch opens its rows as well. */
static bool fields_within(Req *rq, RowMarks *row, int seen, int wanted, Err *e) {
    Err failed = {0};
    int rows = FIELDS_PERSONAL;

    if (row->kind[0] == 'b') {
        row->kind = "row";
        rows = rights_see(store_of(rq), rq->rights, PERMISSION_ROW_READ, row, req_arena(rq), NULL,
                          &failed);
    }
    if (failed.code != ERR_NONE) {
        *e = failed;
        return false;
    }
    if (rows == 0)
        return err_set(e, ERR_FORBIDDEN, "/object",
                       "自己看不到这个批次的数据行，不能向别人开放，请由能看到的人办理");
    return (wanted <= seen && wanted <= rows) ||
           err_set(e, ERR_FORBIDDEN, "/fields",
                   "自己看不到这份材料里的个人信息，不能向别人开放个人信息");
}

bool api_grant_list(Req *rq, Err *e) {
    const GrantQuery *q = req_query(rq);
    Arena *a = req_arena(rq);
    RowMarks row;
    int fields;

    return object_seen(rq, q->kind, q->object, &row, &fields, e) &&
           reply_node(rq, whole(a, grants_of_object(store_of(rq), a, q->kind, q->object, e)));
}

bool api_grant_create(Req *rq, Err *e) {
    const GrantIn *in = req_body(rq);
    GrantNew given = {.kind = in->kind,
                      .object = in->object,
                      .grantee = in->grantee,
                      .purpose = in->purpose,
                      .fields = FIELDS_PLAIN};
    RowMarks row;
    int64_t number;
    int seen;

    if (str_is(in->fields, "personal"))
        given.fields = FIELDS_PERSONAL;
    else if (in->fields.len > 0 && !str_is(in->fields, "plain"))
        return err_set(e, ERR_INVALID, "/fields", "请写明是否包含个人信息：plain 或 personal");
    return moment_in(in->since, "/since", false, &given.since, e) &&
           moment_in(in->until, "/until", true, &given.until, e) &&
           object_seen(rq, in->kind, in->object, &row, &seen, e) &&
           fields_within(rq, &row, seen, given.fields, e) &&
           grant_give(store_of(rq), content_of(rq), me(rq), &given, &number, e) &&
           reply_numbered(rq, number);
}

bool api_grant_end(Req *rq, Err *e) {
    int64_t number;
    const Node *grant = req_param_int(rq, 0, &number, e)
                            ? grant_detail(store_of(rq), req_arena(rq), number, e)
                            : NULL;
    RowMarks row;
    int fields;
    Err hidden = {0};

    if (grant == NULL)
        return false;
    /* A grant of something one may not share is no grant to him. */
    if (!object_seen(rq, node_text(grant, "kind"), node_text(grant, "object"), &row, &fields,
                     &hidden))
        return err_set(e, ERR_NOT_FOUND, NULL, "没有编号为 %lld 的开放记录", (long long)number);
    return grant_end(store_of(rq), me(rq), number, e) && reply_nothing(rq);
}
