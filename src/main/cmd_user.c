/* SPDX-License-Identifier: MulanPSL-2.0 */
/* main/cmd_user.c: accounts. Passwords are made up here and shown once; nobody types one on a
 * command line, where others could read it. */
#include "main/cli.h"
#include "main/table.h"
#include "people/account.h"
#include "people/directory.h"

/* "检察官（江城县人民检察院）、联络员（…）" */
static Str posts_text(Arena *a, const Node *posts) {
    scoped_buf Buf b;

    buf_init(&b, 4000);
    for (size_t i = 0; posts != NULL && i < posts->count; i++)
        buf_addf(&b, "%s%.*s（%.*s）", i > 0 ? "、" : "",
                 STR_ARG(node_text(posts->items[i], "role_title")),
                 STR_ARG(node_text(posts->items[i], "organisation_name")));
    return str_dup(a, buf_str(&b));
}

static Node *posts_shown(Arena *a, const Node *posts) {
    static const char *const keys[] = {"role", "organisation_name", "title", "until"};
    Node *list = node_list(a);

    for (size_t i = 0; posts != NULL && i < posts->count; i++) {
        Node *n = node_map(a);

        node_set_int(a, n, "organisation", node_int(posts->items[i], "organisation", 0));
        for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
            node_set_text(a, n, keys[k], node_text(posts->items[i], keys[k]));
        node_set_bool(a, n, "liaison", node_bool(posts->items[i], "liaison", false));
        node_add(a, list, n);
    }
    return list;
}

bool cmd_user_list(Cli *c, Err *e) {
    const Node *people =
        people_list(c->office->store, c->content, c->arena, STR(""), 0, STR(""), e);
    Table *t = table_new(c->arena, "账号|姓名|状态|任职|最近登录");

    for (size_t i = 0; people != NULL && i < people->count; i++) {
        const Node *x = people->items[i], *posts = node_get(x, "posts");
        Node *n = node_map(c->arena);
        bool active = node_bool(x, "active", false);
        Str seen = node_text(x, "last_sign_in_at");

        table_add(t, (const Str[]){node_text(x, "login"), node_text(x, "name"),
                                   active ? STR("启用") : STR("停用"), posts_text(c->arena, posts),
                                   seen.len ? str_slice(seen, 0, 16) : STR("从未")});
        node_set_text(c->arena, n, "login", node_text(x, "login"));
        node_set_text(c->arena, n, "name", node_text(x, "name"));
        node_set_bool(c->arena, n, "active", active);
        node_set_bool(c->arena, n, "must_change_password", node_bool(x, "must_change", false));
        node_set_text(c->arena, n, "last_sign_in_at", seen);
        node_set(c->arena, n, "posts", posts_shown(c->arena, posts));
        if (c->json)
            cli_json(c, n);
    }
    if (people != NULL && !c->json)
        table_write(t, c->out);
    return people != NULL;
}

static void show_password(const Cli *c, Str login, const char *password) {
    Node *n = node_map(c->arena);

    node_set_text(c->arena, n, "login", login);
    node_set_text(c->arena, n, "password", str_of(password));
    if (c->json)
        cli_json(c, n);
    else
        fprintf(c->out, "账号  %.*s\n密码  %s\n密码只显示这一次，登录后需要修改。\n",
                STR_ARG(login), password);
}

/* The role nobody named: whoever works here handles cases. */
static bool post_of(const Cli *c, AppointmentNew *in, Err *e) {
    Str organisation = cli_option(c, "--organisation"), until = cli_option(c, "--until");

    *in = (AppointmentNew){.login = c->words[0],
                           .role = cli_option(c, "--role"),
                           .title = cli_option(c, "--title"),
                           .organisation = ORGANISATION_HOME};
    if (in->role.len == 0)
        in->role = STR("case_officer");
    if (organisation.len > 0 &&
        !organisation_named(c->office->store, organisation, &in->organisation, e))
        return false;
    if (until.len > 0 && !instant_parse(until, &in->until))
        return err_set(e, ERR_USAGE, NULL, "--until 读不懂，请写成 2026-12-31");
    if (in->until != 0) /* the whole of that day */
        in->until += (Instant)24 * 3600 * 1000000;
    return true;
}

bool cmd_user_add(Cli *c, Err *e) {
    char password[24];
    AppointmentNew post;
    int64_t number;

    account_random_password(password);
    if (!post_of(c, &post, e) || !person_create(c->office->store, c->content, c->actor, c->words[1],
                                                str_of(password), &post, &number, e))
        return false;
    show_password(c, c->words[0], password);
    wipe(password, sizeof password);
    return true;
}

bool cmd_user_password(Cli *c, Err *e) {
    char password[24];

    account_random_password(password);
    if (!account_set_password(c->office->store, c->actor, c->words[0], str_of(password), true, e))
        return false;
    show_password(c, c->words[0], password);
    wipe(password, sizeof password);
    return true;
}

static bool say_state(const Cli *c, bool active) {
    Node *n = node_map(c->arena);

    node_set_text(c->arena, n, "login", c->words[0]);
    node_set_bool(c->arena, n, "active", active);
    if (c->json)
        cli_json(c, n);
    else
        fprintf(c->out, "账号 %.*s %s\n", STR_ARG(c->words[0]),
                active ? "已启用。" : "已停用，登录状态已结束，历史保留。");
    return true;
}

bool cmd_user_disable(Cli *c, Err *e) {
    return account_disable(c->office->store, c->actor, c->words[0], e) && say_state(c, false);
}

bool cmd_user_enable(Cli *c, Err *e) {
    return account_enable(c->office->store, c->actor, c->words[0], e) && say_state(c, true);
}
