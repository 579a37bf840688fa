/* SPDX-License-Identifier: MulanPSL-2.0 */
/* main/cmd_user.c: accounts. Passwords are made up here and shown once; nobody types one on a
 * command line, where others could read it. */
#include "main/cli.h"
#include "main/table.h"
#include "people/account.h"

bool cmd_user_list(Cli *c, Err *e) {
    Account *accounts;
    size_t count;
    Table *t = table_new(c->arena, "账号|姓名|状态|最近登录");

    if (!account_list(c->office->store, c->arena, &accounts, &count, e))
        return false;
    for (size_t i = 0; i < count; i++) {
        const Account *x = &accounts[i];
        Node *n = node_map(c->arena);

        table_add(t, (const Str[]){x->login, x->name, x->active ? STR("启用") : STR("停用"),
                                   x->last_sign_in_at.len ? str_slice(x->last_sign_in_at, 0, 16)
                                                          : STR("从未")});
        node_set_text(c->arena, n, "login", x->login);
        node_set_text(c->arena, n, "name", x->name);
        node_set_bool(c->arena, n, "active", x->active);
        node_set_bool(c->arena, n, "must_change_password", x->must_change);
        node_set_text(c->arena, n, "last_sign_in_at", x->last_sign_in_at);
        if (c->json)
            cli_json(c, n);
    }
    if (!c->json)
        table_write(t, c->out);
    return true;
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

bool cmd_user_add(Cli *c, Err *e) {
    char password[24];

    account_random_password(password);
    if (!account_create(c->office->store, c->actor, c->words[0], c->words[1], str_of(password),
                        true, e))
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
