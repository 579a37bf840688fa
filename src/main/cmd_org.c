/* SPDX-License-Identifier: MulanPSL-2.0 */
/* main/cmd_org.c: organisations, sheets of them and of people, and lots drawn again. */
#include <inttypes.h>

#include "main/cli.h"
#include "main/table.h"
#include "people/directory.h"
#include "people/sheet.h"

static Store *store_of(const Cli *c) {
    return c->office->store;
}

/* "#3 江城县公安局", a step in for each level. */
static Str indented(Arena *a, const Node *row) {
    scoped_buf Buf b;

    buf_init(&b, 1000);
    for (int64_t i = 1; i < node_int(row, "depth", 1); i++)
        buf_add_c(&b, "  ");
    buf_add(&b, node_text(row, "name"));
    return str_dup(a, buf_str(&b));
}

static Str number_text(Arena *a, int64_t n) {
    return n == 0 ? STR("") : str_format(a, "%" PRId64, n);
}

bool cmd_org_list(Cli *c, Err *e) {
    const Node *rows = organisation_tree(store_of(c), c->content, c->arena, e);
    Table *t = table_new(c->arena, ">编号|机构|种类|>领导机关|区划|>人员|联络员|状态");

    for (size_t i = 0; rows != NULL && i < rows->count; i++) {
        const Node *row = rows->items[i], *liaison = node_get(row, "liaison");
        Str officer = liaison != NULL                   ? node_text(liaison, "name")
                      : node_bool(row, "vacant", false) ? STR("空缺")
                                                        : STR("");

        if (c->json)
            cli_json(c, row);
        table_add(
            t, (const Str[]){number_text(c->arena, node_int(row, "organisation", 0)),
                             indented(c->arena, row), node_text(row, "kind_title"),
                             number_text(c->arena, node_int(row, "superior", 0)),
                             node_text(row, "division"),
                             str_format(c->arena, "%" PRId64, node_int(row, "people", 0)), officer,
                             str_is(node_text(row, "state"), "active") ? STR("") : STR("已撤销")});
    }
    if (rows != NULL && !c->json)
        table_write(t, c->out);
    return rows != NULL;
}

/* Another organisation named by an option. */
static bool other(const Cli *c, const char *option, int64_t *number, Err *e) {
    Str value = cli_option(c, option);

    return value.len == 0 || organisation_named(store_of(c), value, number, e);
}

static bool say(const Cli *c, int64_t number, const char *what) {
    Node *n = node_map(c->arena);

    node_set_int(c->arena, n, "organisation", number);
    if (c->json)
        cli_json(c, n);
    else
        fprintf(c->out, "机构 %" PRId64 " %s。\n", number, what);
    return true;
}

bool cmd_org_add(Cli *c, Err *e) {
    OrganisationNew in = {.kind = c->words[0],
                          .name = c->words[1],
                          .short_name = cli_option(c, "--short-name"),
                          .division = cli_option(c, "--division"),
                          .letters = cli_option(c, "--letters")};
    int64_t number;

    return other(c, "--parent", &in.parent, e) && other(c, "--superior", &in.superior, e) &&
           organisation_create(store_of(c), c->content, c->actor, &in, &number, e) &&
           say(c, number, "已建立");
}

/* What is not said stays; "0" takes a parent or superior away. */
bool cmd_org_change(Cli *c, Err *e) {
    int64_t number = 0;

    if (!organisation_named(store_of(c), c->words[0], &number, e))
        return false;
    const Node *row = organisation_detail(store_of(c), c->content, c->arena, number, e);

    if (row == NULL)
        return false;
    OrganisationNew in = {.name = node_text(row, "name"),
                          .short_name = node_text(row, "short_name"),
                          .division = node_text(row, "division"),
                          .parent = node_int(row, "parent", 0),
                          .superior = node_int(row, "superior", 0)};

    if (cli_option(c, "--name").len > 0)
        in.name = cli_option(c, "--name");
    if (cli_option(c, "--short-name").len > 0)
        in.short_name = cli_option(c, "--short-name");
    if (cli_option(c, "--division").len > 0)
        in.division = cli_option(c, "--division");
    if (cli_option(c, "--letters").len > 0)
        in.letters = cli_option(c, "--letters");
    return other(c, "--parent", &in.parent, e) && other(c, "--superior", &in.superior, e) &&
           organisation_change(store_of(c), c->content, c->actor, number, &in, e) &&
           say(c, number, "已修改");
}

bool cmd_org_end(Cli *c, Err *e) {
    int64_t number = 0;

    return organisation_named(store_of(c), c->words[0], &number, e) &&
           organisation_end(store_of(c), c->actor, number, e) && say(c, number, "已撤销，历史保留");
}

/* ---- sheets ---- */

static Node *passwords_shown(const Cli *c, const SheetResult *r) {
    Node *list = node_list(c->arena);

    for (size_t i = 0; i < r->password_count; i++) {
        Node *n = node_map(c->arena);

        node_set_text(c->arena, n, "login", r->passwords[i].login);
        node_set_text(c->arena, n, "name", r->passwords[i].name);
        node_set_text(c->arena, n, "password", str_of(r->passwords[i].password));
        node_add(c->arena, list, n);
    }
    return list;
}

static void show_passwords(const Cli *c, const SheetResult *r) {
    Table *t = table_new(c->arena, "账号|姓名|密码");

    for (size_t i = 0; i < r->password_count; i++)
        table_add(t, (const Str[]){r->passwords[i].login, r->passwords[i].name,
                                   str_of(r->passwords[i].password)});
    if (r->password_count == 0)
        return;
    fputc('\n', c->out);
    table_write(t, c->out);
    fprintf(c->out, "密码只显示这一次，登录后需要修改。\n");
}

static bool show_import(const Cli *c, const SheetResult *r) {
    Node *n = node_map(c->arena);

    if (!c->json) {
        fprintf(c->out,
                "共 %" PRId64 " 行：新增 %" PRId64 "，修改 %" PRId64 "，没有变化 %" PRId64 "。\n",
                r->rows, r->added, r->changed, r->same);
        show_passwords(c, r);
        return true;
    }
    node_set_int(c->arena, n, "rows", r->rows);
    node_set_int(c->arena, n, "added", r->added);
    node_set_int(c->arena, n, "changed", r->changed);
    node_set_int(c->arena, n, "same", r->same);
    node_set(c->arena, n, "passwords", passwords_shown(c, r));
    cli_json(c, n);
    return true;
}

/* Every wrong line on its own; the last one is the error itself. */
static bool import_failed(const Cli *c, const SheetResult *r) {
    for (size_t i = 1; i < r->problem_count; i++)
        fprintf(c->err, "第 %" PRId64 " 行：%.*s\n", r->problems[i].line,
                STR_ARG(r->problems[i].text));
    return false;
}

bool cmd_org_import(Cli *c, Err *e) {
    SheetResult r;

    return organisation_import(store_of(c), c->content, c->arena, c->actor,
                               cli_path(c, c->words[0]), &r, e)
               ? show_import(c, &r)
               : import_failed(c, &r);
}

bool cmd_user_import(Cli *c, Err *e) {
    SheetResult r;

    return people_import(store_of(c), c->content, c->arena, c->actor, cli_path(c, c->words[0]),
                         true, &r, e)
               ? show_import(c, &r)
               : import_failed(c, &r);
}

static bool say_written(const Cli *c, int64_t rows) {
    Node *n = node_map(c->arena);

    node_set_int(c->arena, n, "rows", rows);
    node_set_text(c->arena, n, "file", str_of(cli_path(c, c->words[0])));
    if (c->json)
        cli_json(c, n);
    else
        fprintf(c->out, "写了 %" PRId64 " 行，放在 %s\n", rows, cli_path(c, c->words[0]));
    return true;
}

bool cmd_org_export(Cli *c, Err *e) {
    int64_t rows;

    return organisation_export(store_of(c), c->content, cli_path(c, c->words[0]), &rows, e) &&
           say_written(c, rows);
}

bool cmd_user_export(Cli *c, Err *e) {
    int64_t rows;

    return people_export(store_of(c), c->content, cli_path(c, c->words[0]), &rows, e) &&
           say_written(c, rows);
}

/* ---- lots ---- */

bool cmd_draw_verify(Cli *c, Err *e) {
    int64_t number;
    Node *n = node_map(c->arena);

    if (!str_to_int(c->words[0], &number))
        return err_set(e, ERR_USAGE, NULL, "抽取的编号应当是数字");
    if (!draw_verify(store_of(c), number, e))
        return false;
    node_set_int(c->arena, n, "draw", number);
    node_set_bool(c->arena, n, "verified", true);
    if (c->json)
        cli_json(c, n);
    else
        fprintf(c->out, "抽取 %" PRId64 " 核对无误：按记录的种子和当时的成员重新抽取，结果相同。\n",
                number);
    return true;
}
