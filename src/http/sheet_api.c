/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/sheet_api.c: sheets of organisations and people, and the first set-up. */
#include <sys/stat.h>

#include "http/inside.h"
#include "http/people_api.h"
#include "http/people_inputs.h"
#include "http/people_words.h"
#include "people/directory.h"
#include "people/setup.h"

#define XLSX "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

static Store *store_of(const Req *rq) {
    return req_office(rq)->store;
}

static const Content *content_of(Req *rq) {
    return req_snapshot(rq)->content;
}

/* ---- out ---- */

typedef bool Export(Store *s, const Content *c, const char *path, int64_t *rows, Err *e);

static bool send_sheet(Req *rq, Export *export, const char *name, Err *e) {
    Arena *a = req_arena(rq);
    Str id, path;
    int64_t rows;
    char day[11];

    shelf_path(rq->server->exports, a, ".xlsx", &id, &path);
    day_format(day_today(), day);
    return export(store_of(rq), content_of(rq), path.ptr, &rows, e) &&
           reply_file(rq, path.ptr, str_format(a, "%s-%s.xlsx", name, day), XLSX, true, e);
}

bool api_organisation_sheet(Req *rq, Err *e) {
    return send_sheet(rq, organisation_export, "机构", e);
}

bool api_people_sheet(Req *rq, Err *e) {
    return send_sheet(rq, people_export, "人员", e);
}

/* ---- in ---- */

static Node *passwords_shown(Arena *a, const SheetPassword *passwords, size_t n) {
    Node *list = node_list(a);

    for (size_t i = 0; i < n; i++) {
        Node *one = node_map(a);

        node_set_text(a, one, "login", passwords[i].login);
        node_set_text(a, one, "name", passwords[i].name);
        node_set_text(a, one, "password", str_of(passwords[i].password));
        node_add(a, list, one);
    }
    return list;
}

static Node *problems_shown(Arena *a, const SheetResult *r) {
    Node *list = node_list(a);

    for (size_t i = 0; i < r->problem_count; i++) {
        Node *one = node_map(a);

        node_set_int(a, one, "line", r->problems[i].line);
        node_set_text(a, one, "text", r->problems[i].text);
        node_add(a, list, one);
    }
    return list;
}

/* Wrong lines are an answer, not a failure: the page lists them. */
static bool reply_sheet(Req *rq, bool done, const SheetResult *r, Err *e) {
    Arena *a = req_arena(rq);
    Node *n = node_map(a);

    if (!done && r->problem_count == 0)
        return false;
    err_clear(e);
    node_set_bool(a, n, "done", done);
    node_set_int(a, n, "rows", r->rows);
    node_set_int(a, n, "added", done ? r->added : 0);
    node_set_int(a, n, "changed", done ? r->changed : 0);
    node_set_int(a, n, "same", done ? r->same : 0);
    node_set(a, n, "problems", problems_shown(a, r));
    node_set(a, n, "passwords", passwords_shown(a, r->passwords, done ? r->password_count : 0));
    return reply_node(rq, n);
}

bool api_organisation_import(Req *rq, Err *e) {
    SheetResult r;
    bool done = organisation_import(store_of(rq), content_of(rq), req_arena(rq),
                                    req_view(rq)->login, req_upload_path(rq), &r, e);

    return reply_sheet(rq, done, &r, e);
}

bool api_people_import(Req *rq, Err *e) {
    SheetResult r;
    bool accounts = rights_allow(rq->rights, PERMISSION_PERSON_MANAGE);
    bool done = people_import(store_of(rq), content_of(rq), req_arena(rq), req_view(rq)->login,
                              req_upload_path(rq), accounts, &r, e);

    return reply_sheet(rq, done, &r, e);
}

/* ---- set-up ---- */

bool api_setup_get(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    Node *n = node_map(a);
    bool pending;
    const Node *home = organisation_detail(store_of(rq), content_of(rq), a, ORGANISATION_HOME, e);

    if (home == NULL || !setup_pending(store_of(rq), content_of(rq), &pending, e))
        return false;
    node_set_bool(a, n, "pending", pending);
    node_set_bool(a, n, "mine", pending && rights_allow(rq->rights, PERMISSION_SETUP));
    node_set_text(a, n, "home", node_text(home, "name"));
    node_set_text(a, n, "home_kind", node_text(home, "kind"));
    node_set_text(a, n, "home_division", node_text(home, "division"));
    return reply_node(rq, n);
}

static SetupUnit unit_of(const SetupUnitIn *in) {
    return (SetupUnit){.kind = in->kind,
                       .name = in->name,
                       .short_name = in->short_name,
                       .division = in->division,
                       .parent = in->parent,
                       .superior = in->superior};
}

bool api_setup_run(Req *rq, Err *e) {
    const SetupIn *in = req_body(rq);
    const SetupUnitIn *units_in = in->organisations.items;
    const SetupPersonIn *people_in = in->people.items;
    Arena *a = req_arena(rq);
    SetupUnit *units = arena_array_of(a, in->organisations.count, SetupUnit);
    SetupPerson *people = arena_array_of(a, in->people.count, SetupPerson);
    Setup setup = {.home = unit_of(&in->home),
                   .units = units,
                   .unit_count = in->organisations.count,
                   .people = people,
                   .person_count = in->people.count};
    SetupResult r;
    Node *n = node_map(a);

    for (size_t i = 0; i < setup.unit_count; i++)
        units[i] = unit_of(&units_in[i]);
    for (size_t i = 0; i < setup.person_count; i++) {
        const SetupPersonIn *p = &people_in[i];

        people[i] = (SetupPerson){.login = p->login,
                                  .name = p->name,
                                  .role = p->role,
                                  .title = p->title,
                                  .department = p->department,
                                  .unit = p->organisation,
                                  .liaison = p->liaison};
        if (!moment_in(p->until, "/people/until", true, &people[i].until, e))
            return false;
    }
    if (!setup_run(store_of(rq), content_of(rq), a, req_view(rq)->login, &setup, &r, e))
        return false;
    node_set_int(a, n, "organisations", (int64_t)setup.unit_count);
    node_set(a, n, "passwords", passwords_shown(a, r.passwords, r.password_count));
    return reply_node(rq, n);
}
