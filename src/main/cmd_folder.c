/* SPDX-License-Identifier: MulanPSL-2.0 */
/* main/cmd_folder.c: a new data folder, its settings, and the server over it. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "flow/file.h"
#include "http/server.h"
#include "main/cli.h"
#include "main/control.h"
#include "main/table.h"
#include "people/policy.h"

bool cmd_init(Cli *c, Err *e) {
    char password[32];
    Settings settings = {.operations = cli_option(c, "--operations"),
                         .pool = cli_option(c, "--pool"),
                         .listen = cli_option(c, "--listen"),
                         .key_file = cli_option(c, "--key-file"),
                         .office_name = cli_option(c, "--office-name")};

    if (settings.key_file.len != 0)
        settings.key_file = str_of(cli_path(c, settings.key_file));
    if (settings.listen.len != 0 && !server_listen_check(settings.listen, e))
        return false;
    if (!office_create(c->data, &settings, password, e))
        return false;
    if (c->json) {
        Node *n = node_map(c->arena);

        node_set_text(c->arena, n, "data", str_of(c->data));
        node_set_text(c->arena, n, "login", STR("admin"));
        node_set_text(c->arena, n, "password", str_of(password));
        cli_json(c, n);
    } else {
        fprintf(c->out,
                "已在 %s 建立数据目录。\n\n    账号  admin\n    密码  %s\n\n"
                "密码只显示这一次，首次登录后需要修改。主密钥在 "
                "%s/master.key，请另行备份：没有它，数据无法读取。\n"
                "启动服务：lianheng serve --data %s\n",
                c->data, password, c->data, c->data);
    }
    wipe(password, sizeof password);
    return true;
}

bool cmd_settings(Cli *c, Err *e) {
    const Settings *s = &c->office->settings;
    SignInPolicy policy = sign_in_policy();
    Arena *a = c->arena;
    const struct {
        const char *key, *title;
        Str value;
    } rows[] = {
        {"operations", "业务库", s->operations.len ? s->operations : STR("SQLite，在数据目录内")},
        {"pool", "数据资源池", s->pool.len ? s->pool : STR("DuckDB，在数据目录内")},
        {"listen", "监听地址", s->listen},
        {"key_file", "主密钥文件", s->key_file.len ? s->key_file : STR("master.key，在数据目录内")},
        {"memory_mib", "资源池内存上限（MiB）", str_format(a, "%lld", (long long)s->memory_mib)},
        {"threads", "线程数（0 为全部处理器）", str_format(a, "%lld", (long long)s->threads)},
        {"office_name", "单位名称", s->office_name},
        {"backups", "备份目录", s->backups.len ? s->backups : STR("backups，在数据目录内")},
        {"backups_kept", "保留几份备份（0 为全部）",
         str_format(a, "%lld", (long long)s->backups_kept)},
        {"demonstration", "演示数据", s->demonstration ? STR("是") : STR("否")},
        {"file_mib", "事项材料每个文件的上限（MiB）",
         str_format(a, "%lld", (long long)(s->file_mib ? s->file_mib : FILE_MIB_DEFAULT))},
        {"idle_minutes", "无操作多少分钟后重新登录",
         str_format(a, "%lld", (long long)policy.idle / 60)},
        {"session_hours", "一次登录最长多少小时",
         str_format(a, "%lld", (long long)policy.longest / 3600)},
        {"password_days", "密码多少天后更换（0 为不限）",
         str_format(a, "%lld", (long long)policy.password_days)},
        {"second_factor", "谁必须绑定动态验证码", str_of(second_factor_names[policy.need].title)},
    };
    Table *t = table_new(a, "设置|含义|现在的值");
    Node *n = node_map(a);

    (void)e;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        table_add(t, (const Str[]){str_of(rows[i].key), str_of(rows[i].title), rows[i].value});
        node_set_text(a, n, rows[i].key, rows[i].value);
    }
    if (c->json) {
        cli_json(c, n);
        return true;
    }
    table_write(t, c->out);
    fprintf(c->out, "\n设置在 %s/settings.yaml，改动在重启后生效。\n", c->data);
    return true;
}

/* --- serve ------------------------------------------------------------------------------------ */

/* Until somebody asks to stop; SIGHUP reads the content anew. */
static void wait_for_end(Office *o, const sigset_t *signals) {
    for (;;) {
        int number = 0;

        if (sigwait(signals, &number) != 0)
            return;
        if (number != SIGHUP)
            return;
        Err e = {0};

        if (office_reload(o, &e))
            log_line(LOG_INFO, "serve", "content reloaded");
        else
            log_line(LOG_ERROR, "serve", "content not reloaded: %s %s", e.where, e.text);
    }
}

static bool serve(Cli *c, Office *o, const sigset_t *signals, Err *e) {
    Str asked = cli_option(c, "--listen");
    Str listen = asked.len != 0 ? asked : o->settings.listen;
    Server *server = server_start(&(ServerOptions){.office = o, .listen = listen}, e);
    Control *control = server != NULL ? control_start(o, e) : NULL;

    if (control != NULL) {
        ptrdiff_t colon = str_find(listen, STR(":"));
        Str host = colon > 0 ? str_slice(listen, 0, (size_t)colon) : STR("127.0.0.1");

        fprintf(c->out, "联衡已启动：http://%.*s:%u/   （停止：Ctrl-C）\n", STR_ARG(host),
                (unsigned)server_port(server));
        fflush(c->out);
        wait_for_end(o, signals);
        fprintf(c->out, "正在停止，等进行中的操作完成…\n");
        fflush(c->out);
    }
    control_stop(control);
    server_stop(server);
    return control != NULL;
}

bool cmd_serve(Cli *c, Err *e) {
    sigset_t signals;
    Office *o;

    /* Before any thread is there, so that none of them takes the signals. */
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    log_level(LOG_INFO);
    o = office_open(c->data, e);
    if (o == NULL)
        return false;
    /* The command line opens a folder with a broken journal, to look at it; a server does not. */
    bool good = journal_keys_fit(o->store, e) && serve(c, o, &signals, e);

    office_close(o);
    return good;
}
