/* SPDX-License-Identifier: MulanPSL-2.0 */
/* people/organisation.c: organisations, their tree, and their departments. */
#include "people/organisation.h"

#include <inttypes.h>
#include <stdlib.h>

#include "people/act.h"
#include "sql_statements.h"

#include "base/banned.h"

/* ---- projections ---- */

static bool created(Tx *tx, const Event *event, Err *e) {
    scoped_arena Arena *a = arena_new();
    const Node *b = event->body;

    return tx_run(tx, &SQL_organisation_add,
                  ARGS(ARG_OF_INT(event_number(event)), ARG_OF_TEXT(node_text(b, "kind")),
                       ARG_OF_TEXT(node_text(b, "name")), ARG_OF_TEXT(node_text(b, "short_name")),
                       event_optional(event, "parent"), event_optional(event, "superior"),
                       ARG_OF_TEXT(node_text(b, "division")),
                       ARG_OF_INT(node_int(b, "position", 0)), ARG_OF_TEXT(event_at(event, a)),
                       ARG_OF_TEXT(node_get(b, "letters") ? node_text(b, "letters") : STR(""))),
                  NULL, e);
}

/* The kind is in it when the first set-up said what the installation's own organisation is. */
static bool changed(Tx *tx, const Event *event, Err *e) {
    scoped_arena Arena *a = arena_new();
    const Node *b = event->body;
    Str kind = node_text(b, "kind");

    return tx_run(tx, &SQL_organisation_set,
                  ARGS(ARG_OF_INT(event_number(event)), ARG_OF_TEXT(node_text(b, "name")),
                       ARG_OF_TEXT(node_text(b, "short_name")), event_optional(event, "parent"),
                       event_optional(event, "superior"), ARG_OF_TEXT(node_text(b, "division")),
                       ARG_OF_INT(node_int(b, "position", 0)), ARG_OF_TEXT(event_at(event, a)),
                       kind.len > 0 ? ARG_OF_TEXT(kind) : ARG_OF_NULL,
                       node_get(b, "letters") ? ARG_OF_TEXT(node_text(b, "letters")) : ARG_OF_NULL),
                  NULL, e);
}

static bool state_set(Tx *tx, const Event *event, Err *e) {
    scoped_arena Arena *a = arena_new();
    Str state = str_is(event->kind, "organisation.ended") ? STR("ended") : STR("active");

    return tx_run(
        tx, &SQL_organisation_state_set,
        ARGS(ARG_OF_INT(event_number(event)), ARG_OF_TEXT(state), ARG_OF_TEXT(event_at(event, a))),
        NULL, e);
}

static bool department_created(Tx *tx, const Event *event, Err *e) {
    const Node *b = event->body;

    return tx_run(tx, &SQL_department_add,
                  ARGS(ARG_OF_INT(event_number(event)), ARG_OF_INT(node_int(b, "organisation", 0)),
                       ARG_OF_TEXT(node_text(b, "kind")), ARG_OF_TEXT(node_text(b, "name")),
                       ARG_OF_INT(node_int(b, "position", 0))),
                  NULL, e);
}

static bool department_changed(Tx *tx, const Event *event, Err *e) {
    return tx_run(
        tx, &SQL_department_set,
        ARGS(ARG_OF_INT(event_number(event)), ARG_OF_TEXT(node_text(event->body, "name"))), NULL,
        e);
}

static bool department_ended(Tx *tx, const Event *event, Err *e) {
    return tx_run(tx, &SQL_department_state_set,
                  ARGS(ARG_OF_INT(event_number(event)), ARG_OF_TEXT(STR("ended"))), NULL, e);
}

void organisation_register_units(void) {
    static const Projection projections[] = {
        {"organisation.created", created},          {"organisation.changed", changed},
        {"organisation.ended", state_set},          {"organisation.reopened", state_set},
        {"department.created", department_created}, {"department.changed", department_changed},
        {"department.ended", department_ended},     {0}};
    static const char *const tables[] = {"organisation", "department", NULL};

    journal_register(projections, tables);
}

/* ---- reading ---- */

static const Bind organisation_row_rows[] = {
    BIND_INT(OrganisationRow, organisation, "organisation", REQUIRED, ""),
    BIND_STR(OrganisationRow, kind, "kind", REQUIRED, ""),
    BIND_STR(OrganisationRow, name, "name", REQUIRED, ""),
    BIND_STR(OrganisationRow, short_name, "short_name", OPTIONAL, ""),
    BIND_INT(OrganisationRow, parent, "parent", REQUIRED, ""),
    BIND_INT(OrganisationRow, superior, "superior", REQUIRED, ""),
    BIND_STR(OrganisationRow, division, "division", OPTIONAL, ""),
    BIND_INT(OrganisationRow, position, "position", REQUIRED, ""),
    BIND_STR(OrganisationRow, state, "state", REQUIRED, ""),
    BIND_STR(OrganisationRow, created_at, "created_at", REQUIRED, ""),
    BIND_STR(OrganisationRow, changed_at, "changed_at", REQUIRED, ""),
    BIND_STR(OrganisationRow, letters, "letters", OPTIONAL, ""),
    BIND_END,
};

bool organisation_needed(Act *act, int64_t number, bool open, const char *where,
                         OrganisationRow *out, Err *e) {
    OrganisationRow *rows;
    size_t n;

    if (!tx_bind(act->tx, act->arena, &SQL_organisation_get, ARGS(ARG_OF_INT(number)),
                 organisation_row_rows, sizeof(OrganisationRow), (void **)&rows, &n, e))
        return false;
    if (n == 0)
        return err_set(e, where != NULL ? ERR_INVALID : ERR_NOT_FOUND, where,
                       "没有编号为 %" PRId64 " 的机构", number);
    if (open && !str_is(rows[0].state, "active"))
        return err_set(e, ERR_CONFLICT, where, "%.*s已经撤销，请先恢复它或换一个机构",
                       STR_ARG(rows[0].name));
    *out = rows[0];
    return true;
}

/* ---- the tree ---- */

/* All organisations by number, with one of them as it is about to be. */
typedef struct Forest {
    const OrganisationRow *rows; /* by number */
    size_t count;
    int64_t changed;
    const OrganisationNew *as;
} Forest;

static int by_number(const void *a, const void *b) {
    int64_t x = ((const OrganisationRow *)a)->organisation;
    int64_t y = ((const OrganisationRow *)b)->organisation;

    return (x > y) - (x < y);
}

static const OrganisationRow *tree_find(const Forest *f, int64_t number) {
    OrganisationRow key = {.organisation = number};

    return bsearch(&key, f->rows, f->count, sizeof key, by_number);
}

/* Who stands above: the leader is the superior when there is one. */
static int64_t above(const Forest *f, int64_t number, bool leader) {
    const OrganisationRow *row = tree_find(f, number);
    int64_t parent = number == f->changed ? f->as->parent : row != NULL ? row->parent : 0;
    int64_t superior = number == f->changed ? f->as->superior : row != NULL ? row->superior : 0;

    return leader && superior > 0 ? superior : parent;
}

/* Steps from an organisation to the top; -1 when the way comes round. */
static int steps_up(const Forest *f, int64_t from, bool leader) {
    int n = 0;

    for (int64_t at = from; at > 0; at = above(f, at, leader))
        if (n++ > ORGANISATION_DEPTH_MOST * 2)
            return -1;
    return n;
}

static bool tell_round(const Forest *f, bool leader, Err *e) {
    scoped_buf Buf way;
    int64_t at = f->changed;

    buf_init(&way, 600);
    for (int i = 0; i <= ORGANISATION_DEPTH_MOST; i++) {
        const OrganisationRow *row = tree_find(f, at);

        buf_add(&way, row != NULL ? row->name : STR("?"));
        if (i > 0 && at == f->changed)
            break;
        buf_add_c(&way, " → ");
        at = above(f, at, leader);
    }
    return err_set(e, ERR_CONFLICT, leader ? "/superior" : "/parent", "%s关系不能绕成一圈：%.*s",
                   leader ? "领导" : "隶属", STR_ARG(buf_str(&way)));
}

/* Does the way up from the changed one come back to it? */
static bool comes_round(const Forest *f, bool leader) {
    int64_t at = above(f, f->changed, leader);

    for (int i = 0; at > 0 && i <= ORGANISATION_DEPTH_MOST * 2; i++, at = above(f, at, leader))
        if (at == f->changed)
            return true;
    return false;
}

static bool tree_check(Act *act, int64_t number, const OrganisationNew *in, Err *e) {
    OrganisationRow *rows;
    Forest f = {.changed = number, .as = in};

    if (!tx_bind(act->tx, act->arena, &SQL_organisation_list, NO_ARGS, organisation_row_rows,
                 sizeof(OrganisationRow), (void **)&rows, &f.count, e))
        return false;
    qsort(rows, f.count, sizeof *rows, by_number);
    f.rows = rows;
    for (int leader = 0; leader < 2; leader++) {
        if (comes_round(&f, leader))
            return tell_round(&f, leader, e);
        for (size_t i = 0; i < f.count; i++)
            if (steps_up(&f, rows[i].organisation, leader) > ORGANISATION_DEPTH_MOST)
                return err_set(e, ERR_CONFLICT, leader ? "/superior" : "/parent",
                               "机构最多 %d 层：%.*s会落到更深的地方", ORGANISATION_DEPTH_MOST,
                               STR_ARG(rows[i].name));
    }
    return true;
}

/* A new organisation has nothing below it: only its own depth counts. */
static bool depth_check(Act *act, const OrganisationNew *in, Err *e) {
    for (int leader = 0; leader < 2; leader++) {
        int64_t at = leader && in->superior > 0 ? in->superior : in->parent;

        for (int depth = 1; at > 0; depth++) {
            OrganisationRow row;

            if (depth >= ORGANISATION_DEPTH_MOST)
                return err_set(e, ERR_CONFLICT, leader ? "/superior" : "/parent",
                               "机构最多 %d 层，请放到更高的位置", ORGANISATION_DEPTH_MOST);
            if (!organisation_needed(act, at, false, NULL, &row, e))
                return false;
            at = leader && row.superior > 0 ? row.superior : row.parent;
        }
    }
    return true;
}

/* ---- checks ---- */

/* Six digits of GB/T 2260, or nine of a town whose county is known. */
static bool division_check(const Content *c, Str division, Err *e) {
    bool good = division.len == 6 || division.len == 9;

    for (size_t i = 0; i < division.len; i++)
        good = good && division.ptr[i] >= '0' && division.ptr[i] <= '9';
    return division.len == 0 ||
           (good && content_division(c, str_slice(division, 0, 6), DAY_NONE) != NULL) ||
           err_set(e, ERR_INVALID, "/division",
                   "行政区划代码 %.*s 不对：应是六位代码，乡镇可以写九位",
                   STR_ARG(str_slice(division, 0, 20)));
}

static bool below_check(const Content *c, const OrganisationKind *k, const OrganisationRow *parent,
                        Err *e) {
    Err unknown = {0};
    const OrganisationKind *over = content_organisation_kind(c, parent->kind, &unknown);

    for (size_t i = 0; i < k->below.count; i++)
        if (str_eq(((const Str *)k->below.items)[i], parent->kind))
            return true;
    return k->below.count == 0 ||
           err_set(e, ERR_INVALID, "/parent", "%.*s不能设在%.*s（%.*s）下面", STR_ARG(k->title),
                   STR_ARG(parent->name), STR_ARG(over != NULL ? over->title : parent->kind));
}

/* Numbers of two organisations must not look the same. */
static bool letters_check(Act *act, int64_t number, OrganisationNew *in, Err *e) {
    int64_t other = 0;

    if (in->letters.ptr == NULL)
        return true;
    if (!line_check(&in->letters, ORGANISATION_LETTERS_MOST, false, "/letters", "发文机关代字",
                    e) ||
        (in->letters.len > 0 &&
         !tx_int(act->tx, &SQL_organisation_lettered,
                 ARGS(ARG_OF_TEXT(in->letters), ARG_OF_INT(number)), 0, &other, e)))
        return false;
    return other == 0 || err_set(e, ERR_CONFLICT, "/letters",
                                 "代字“%.*s”已经由另一个机构使用（编号 %" PRId64 "）",
                                 STR_ARG(in->letters), other);
}

/* What both creating and changing ask for. `number` is 0 for a new one. */
static bool check(Act *act, const OrganisationKind *k, int64_t number, OrganisationNew *in,
                  Err *e) {
    OrganisationRow parent, superior;
    int64_t same = 0;

    in->division = str_trim(in->division);
    if (!line_check(&in->name, ORGANISATION_NAME_MOST, true, "/name", "机构名称", e) ||
        !line_check(&in->short_name, ORGANISATION_NAME_MOST, false, "/short_name", "简称", e) ||
        !letters_check(act, number, in, e) || !division_check(act->content, in->division, e))
        return false;
    if (in->short_name.len == 0)
        in->short_name = in->name;
    if (in->parent < 0 || in->superior < 0)
        return err_set(e, ERR_INVALID, in->parent < 0 ? "/parent" : "/superior", "机构编号不对");
    if (in->parent > 0 && (!organisation_needed(act, in->parent, true, "/parent", &parent, e) ||
                           !below_check(act->content, k, &parent, e)))
        return false;
    if (in->superior > 0 &&
        !organisation_needed(act, in->superior, true, "/superior", &superior, e))
        return false;
    if (!tx_int(act->tx, &SQL_organisation_named,
                ARGS(ARG_OF_INT(in->parent), ARG_OF_TEXT(in->name), ARG_OF_INT(number)), 0, &same,
                e))
        return false;
    return same == 0 ||
           err_set(e, ERR_CONFLICT, "/name", "同一上级下面已经有%.*s（编号 %" PRId64 "）",
                   STR_ARG(in->name), same);
}

static Node *body_of(Act *act, const OrganisationNew *in, int64_t position) {
    Node *body = node_map(act->arena);

    node_set_text(act->arena, body, "name", in->name);
    node_set_text(act->arena, body, "short_name", in->short_name);
    if (in->parent > 0)
        node_set_int(act->arena, body, "parent", in->parent);
    if (in->superior > 0)
        node_set_int(act->arena, body, "superior", in->superior);
    node_set_text(act->arena, body, "division", in->division);
    if (in->letters.ptr != NULL)
        node_set_text(act->arena, body, "letters", in->letters);
    node_set_int(act->arena, body, "position", position);
    return body;
}

static bool next_position(Act *act, int64_t parent, int64_t *out, Err *e) {
    return tx_int(act->tx, &SQL_organisation_position, ARGS(ARG_OF_INT(parent)), 1, out, e);
}

/* ---- changes ---- */

bool act_organisation_create(Act *act, const OrganisationNew *given, int64_t *number, Err *e) {
    OrganisationNew in = *given;
    Err why = {0};
    const OrganisationKind *k = content_organisation_kind(act->content, in.kind, &why);
    int64_t n, position;

    if (k == NULL)
        return err_set(e, ERR_INVALID, "/kind", "%s", why.text);
    if (!check(act, k, 0, &in, e) || !depth_check(act, &in, e) ||
        !act_number(act, &SQL_organisation_newest, &n, e) ||
        !next_position(act, in.parent, &position, e))
        return false;
    if (n > ORGANISATIONS_MOST)
        return err_set(e, ERR_TOO_LARGE, NULL, "机构最多 %d 个", ORGANISATIONS_MOST);
    Node *body = body_of(act, &in, position);

    node_set_text(act->arena, body, "kind", k->kind);
    if (!act_tell(act, "organisation.created", act_subject(act, "organisation", n), n, body, NULL,
                  e))
        return false;
    *number = n;
    return true;
}

typedef struct Change {
    const OrganisationNew *in;
    int64_t number;
    bool departments;
    Str kind, name; /* of a department */
    int64_t *out;
} Change;

static bool create_work(Act *act, void *what, Err *e) {
    Change *c = what;

    return act_organisation_create(act, c->in, c->out, e) &&
           (!c->departments || act_departments_usual(act, *c->out, e));
}

bool organisation_create_with(Store *s, const Content *c, Str actor, const OrganisationNew *in,
                              bool departments, int64_t *number, Err *e) {
    Change change = {.in = in, .departments = departments, .out = number};

    return act_write(s, c, actor, create_work, &change, e);
}

bool organisation_create(Store *s, const Content *c, Str actor, const OrganisationNew *in,
                         int64_t *number, Err *e) {
    return act_write(s, c, actor, create_work, &(Change){.in = in, .out = number}, e);
}

static bool change_to(Act *act, int64_t number, const OrganisationNew *given, Str kind, Err *e) {
    OrganisationNew in = *given;
    OrganisationRow row;
    Err why = {0};
    const OrganisationKind *k;

    if (!organisation_needed(act, number, true, NULL, &row, e))
        return false;
    k = content_organisation_kind(act->content, kind.len > 0 ? kind : row.kind, &why);
    if (k == NULL)
        return err_set(e, ERR_INVALID, "/kind", "%s", why.text);
    if (!check(act, k, number, &in, e) || !tree_check(act, number, &in, e))
        return false;
    int64_t position = row.position;

    if (in.parent != row.parent && !next_position(act, in.parent, &position, e))
        return false;
    Node *body = body_of(act, &in, position);

    if (kind.len > 0)
        node_set_text(act->arena, body, "kind", k->kind);
    return act_tell(act, "organisation.changed", act_subject(act, "organisation", number), number,
                    body, NULL, e);
}

bool act_organisation_change(Act *act, int64_t number, const OrganisationNew *in, Err *e) {
    return change_to(act, number, in, STR(""), e);
}

bool act_organisation_become(Act *act, int64_t number, const OrganisationNew *in, Err *e) {
    return change_to(act, number, in, in->kind, e);
}

static bool change_work(Act *act, void *what, Err *e) {
    const Change *c = what;

    return act_organisation_change(act, c->number, c->in, e);
}

bool organisation_change(Store *s, const Content *c, Str actor, int64_t number,
                         const OrganisationNew *in, Err *e) {
    return act_write(s, c, actor, change_work, &(Change){.in = in, .number = number}, e);
}

static bool end_work(Act *act, void *what, Err *e) {
    const Change *c = what;
    OrganisationRow row;
    int64_t below, posts, teams;

    if (!organisation_needed(act, c->number, true, NULL, &row, e) ||
        !tx_int(act->tx, &SQL_organisation_open_below, ARGS(ARG_OF_INT(c->number)), 0, &below, e) ||
        !tx_int(act->tx, &SQL_organisation_open_posts,
                ARGS(ARG_OF_INT(c->number), ARG_OF_INT(act->now)), 0, &posts, e) ||
        !tx_int(act->tx, &SQL_organisation_open_teams,
                ARGS(ARG_OF_INT(c->number), ARG_OF_INT(act->now)), 0, &teams, e))
        return false;
    if (c->number == ORGANISATION_HOME)
        return err_set(e, ERR_CONFLICT, NULL, "%.*s是本系统所属的单位，不能撤销",
                       STR_ARG(row.name));
    if (below > 0)
        return err_set(e, ERR_CONFLICT, NULL, "%.*s下面还有 %" PRId64 " 个机构，请先撤销或移走它们",
                       STR_ARG(row.name), below);
    if (posts > 0)
        return err_set(e, ERR_CONFLICT, NULL, "%.*s还有 %" PRId64 " 个任职没有结束，请先结束或移交",
                       STR_ARG(row.name), posts);
    if (teams > 0)
        return err_set(e, ERR_CONFLICT, NULL, "%.*s还有 %" PRId64 " 个团队没有结束，请先结束它们",
                       STR_ARG(row.name), teams);
    return act_tell(act, "organisation.ended", act_subject(act, "organisation", c->number),
                    c->number, NULL, NULL, e);
}

bool organisation_end(Store *s, Str actor, int64_t number, Err *e) {
    return act_write(s, NULL, actor, end_work, &(Change){.number = number}, e);
}

static bool reopen_work(Act *act, void *what, Err *e) {
    const Change *c = what;
    OrganisationRow row, over;
    int64_t same = 0;

    if (!organisation_needed(act, c->number, false, NULL, &row, e))
        return false;
    if (str_is(row.state, "active"))
        return err_set(e, ERR_CONFLICT, NULL, "%.*s没有撤销，不用恢复", STR_ARG(row.name));
    if ((row.parent > 0 && !organisation_needed(act, row.parent, true, "/parent", &over, e)) ||
        (row.superior > 0 &&
         !organisation_needed(act, row.superior, true, "/superior", &over, e)) ||
        !tx_int(act->tx, &SQL_organisation_named,
                ARGS(ARG_OF_INT(row.parent), ARG_OF_TEXT(row.name), ARG_OF_INT(c->number)), 0,
                &same, e))
        return false;
    if (same != 0)
        return err_set(e, ERR_CONFLICT, "/name",
                       "同一上级下面已经有了另一个%.*s（编号 %" PRId64 "），不能恢复",
                       STR_ARG(row.name), same);
    return act_tell(act, "organisation.reopened", act_subject(act, "organisation", c->number),
                    c->number, NULL, NULL, e);
}

bool organisation_reopen(Store *s, Str actor, int64_t number, Err *e) {
    return act_write(s, NULL, actor, reopen_work, &(Change){.number = number}, e);
}

/* ---- departments ---- */

static bool department_name_check(Act *act, int64_t organisation, int64_t number, Str *name,
                                  Err *e) {
    int64_t same = 0;

    if (!line_check(name, ORGANISATION_NAME_MOST, true, "/name", "部门名称", e) ||
        !tx_int(act->tx, &SQL_department_named,
                ARGS(ARG_OF_INT(organisation), ARG_OF_TEXT(*name), ARG_OF_INT(number)), 0, &same,
                e))
        return false;
    return same == 0 || err_set(e, ERR_CONFLICT, "/name", "这个机构已经有%.*s了", STR_ARG(*name));
}

bool act_department_create(Act *act, int64_t organisation, Str kind, Str name, int64_t *number,
                           Err *e) {
    OrganisationRow row;
    int64_t n, position;
    Node *body = node_map(act->arena);

    if (!organisation_needed(act, organisation, true, NULL, &row, e))
        return false;
    const OrganisationKind *k = content_organisation_kind(act->content, row.kind, e);

    if (k == NULL)
        return false;
    if (kind.len > 0 && organisation_department(k, kind) == NULL)
        return err_set(e, ERR_INVALID, "/kind", "%.*s没有“%.*s”这种部门", STR_ARG(k->title),
                       STR_ARG(str_slice(kind, 0, 60)));
    if (!department_name_check(act, organisation, 0, &name, e) ||
        !act_number(act, &SQL_department_newest, &n, e) ||
        !tx_int(act->tx, &SQL_department_position, ARGS(ARG_OF_INT(organisation)), 1, &position, e))
        return false;
    node_set_int(act->arena, body, "organisation", organisation);
    node_set_text(act->arena, body, "kind", kind);
    node_set_text(act->arena, body, "name", name);
    node_set_int(act->arena, body, "position", position);
    if (!act_tell(act, "department.created", act_subject(act, "department", n), organisation, body,
                  NULL, e))
        return false;
    *number = n;
    return true;
}

bool act_departments_usual(Act *act, int64_t organisation, Err *e) {
    OrganisationRow row;
    int64_t number;

    if (!organisation_needed(act, organisation, true, NULL, &row, e))
        return false;
    const OrganisationKind *k = content_organisation_kind(act->content, row.kind, e);

    for (size_t i = 0; k != NULL && i < k->departments.count; i++) {
        const DepartmentKind *d = &organisation_departments(k)[i];

        if (!act_department_create(act, organisation, d->department, d->title, &number, e))
            return false;
    }
    return k != NULL;
}

static bool department_create_work(Act *act, void *what, Err *e) {
    Change *c = what;

    return act_department_create(act, c->number, c->kind, c->name, c->out, e);
}

bool department_create(Store *s, const Content *c, Str actor, int64_t organisation, Str kind,
                       Str name, int64_t *number, Err *e) {
    Change change = {.number = organisation, .kind = kind, .name = name, .out = number};

    return act_write(s, c, actor, department_create_work, &change, e);
}

/* The open department, or an error. */
static const Node *department_needed(Act *act, int64_t number, Err *e) {
    Err why = {0};
    const Node *row =
        tx_row(act->tx, act->arena, &SQL_department_get, ARGS(ARG_OF_INT(number)), &why);

    if (row != NULL && str_is(node_text(row, "state"), "active"))
        return row;
    if (why.code != ERR_NONE && e != NULL)
        *e = why;
    else
        err_set(e, ERR_NOT_FOUND, NULL, "没有编号为 %" PRId64 " 的部门", number);
    return NULL;
}

static bool department_change_work(Act *act, void *what, Err *e) {
    Change *c = what;
    const Node *row = department_needed(act, c->number, e);
    Node *body = node_map(act->arena);

    if (row == NULL ||
        !department_name_check(act, node_int(row, "organisation", 0), c->number, &c->name, e))
        return false;
    node_set_text(act->arena, body, "name", c->name);
    return act_tell(act, "department.changed", act_subject(act, "department", c->number),
                    node_int(row, "organisation", 0), body, NULL, e);
}

bool department_change(Store *s, Str actor, int64_t number, Str name, Err *e) {
    return act_write(s, NULL, actor, department_change_work,
                     &(Change){.number = number, .name = name}, e);
}

static bool department_end_work(Act *act, void *what, Err *e) {
    const Change *c = what;
    const Node *row = department_needed(act, c->number, e);
    int64_t posts;

    if (row == NULL || !tx_int(act->tx, &SQL_department_open_posts,
                               ARGS(ARG_OF_INT(c->number), ARG_OF_INT(act->now)), 0, &posts, e))
        return false;
    if (posts > 0)
        return err_set(e, ERR_CONFLICT, NULL, "%.*s还有 %" PRId64 " 个任职没有结束，请先结束或移交",
                       STR_ARG(node_text(row, "name")), posts);
    return act_tell(act, "department.ended", act_subject(act, "department", c->number),
                    node_int(row, "organisation", 0), NULL, NULL, e);
}

bool department_end(Store *s, Str actor, int64_t number, Err *e) {
    return act_write(s, NULL, actor, department_end_work, &(Change){.number = number}, e);
}
