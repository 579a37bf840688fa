/* SPDX-License-Identifier: MulanPSL-2.0 */
/* main/cmd_sign_in.c: what an administrator at the machine does about signing in. */
#include "main/cli.h"
#include "main/table.h"
#include "people/second_factor.h"
#include "people/session_list.h"

bool cmd_user_reset_totp(Cli *c, Err *e) {
    Node *n = node_map(c->arena);

    if (!second_factor_reset(c->office->store, c->actor, c->words[0], e))
        return false;
    node_set_text(c->arena, n, "login", c->words[0]);
    node_set_bool(c->arena, n, "second_factor", false);
    if (c->json)
        cli_json(c, n);
    else
        fprintf(c->out,
                "账号 %.*s 的动态验证码已重置，登录状态已结束；本人下次登录时会得到提示。\n",
                STR_ARG(c->words[0]));
    return true;
}

static bool end_all(Cli *c, Err *e) {
    Node *n = node_map(c->arena);
    int64_t ended;

    if (!session_end_all(c->office->store, c->actor, c->words[0], (Str){NULL, 0}, &ended, e))
        return false;
    node_set_text(c->arena, n, "login", c->words[0]);
    node_set_int(c->arena, n, "ended", ended);
    if (c->json)
        cli_json(c, n);
    else
        fprintf(c->out, "已结束账号 %.*s 的 %lld 个登录。\n", STR_ARG(c->words[0]),
                (long long)ended);
    return true;
}

bool cmd_user_sessions(Cli *c, Err *e) {
    Arena *a = c->arena;
    OpenSession *sessions;
    size_t count;
    Table *t = table_new(a, "地址|设备|登录时间|最近使用");

    if (cli_switch(c, "--end"))
        return end_all(c, e);
    if (!session_list(c->office->store, a, c->words[0], (Str){NULL, 0}, &sessions, &count, e))
        return false;
    for (size_t i = 0; i < count; i++) {
        const OpenSession *x = &sessions[i];
        char created[INSTANT_TEXT], seen[INSTANT_TEXT];
        Node *n = node_map(a);

        instant_format(x->created, created);
        instant_format(x->seen, seen);
        table_add(t, (const Str[]){x->address, x->device,
                                   str_dup(a, str_slice(str_of(created), 0, 16)),
                                   str_dup(a, str_slice(str_of(seen), 0, 16))});
        node_set_text(a, n, "session", x->id);
        node_set_text(a, n, "address", x->address);
        node_set_text(a, n, "device", x->device);
        node_set_text(a, n, "created_at", str_of(created));
        node_set_text(a, n, "seen_at", str_of(seen));
        if (c->json)
            cli_json(c, n);
    }
    if (!c->json)
        table_write(t, c->out);
    return true;
}
