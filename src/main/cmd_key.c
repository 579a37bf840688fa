/* SPDX-License-Identifier: MulanPSL-2.0 */
/* main/cmd_key.c: the master key: how it stands, and its next generation. */
#include <pthread.h>
#include <time.h>
#include <unistd.h>

#include "clue/rotate.h"
#include "main/cli.h"
#include "main/table.h"

/* Shows how far it is, and hands ctrl-C on. */
typedef struct Ticker {
    Cli *cli;
    RotateProgress *progress;
    atomic_bool done;
    bool terminal;
} Ticker;

static void show(const Ticker *t) {
    scoped_arena Arena *a = arena_new();
    RotateProgress *p = t->progress;
    int phase = atomic_load(&p->phase);
    bool rows = phase >= ROTATE_ROWS;

    for (const BindName *n = rotate_phase_names; n->name != NULL; n++)
        if (n->value == phase)
            fprintf(t->cli->err, "\r\033[K%s %s / %s", n->title,
                    grouped(a, atomic_load(rows ? &p->rows.done : &p->done)).ptr,
                    grouped(a, atomic_load(rows ? &p->rows.total : &p->total)).ptr);
    fflush(t->cli->err);
}

static void *tick(void *context) {
    Ticker *t = context;

    for (unsigned i = 0; !atomic_load(&t->done); i++) {
        if (cli_cancelled(t->cli))
            atomic_store(&t->progress->rows.cancel, true);
        if (t->terminal && i % 4 == 3)
            show(t);
        nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
    }
    if (t->terminal) {
        fputs("\r\033[K", t->cli->err);
        fflush(t->cli->err);
    }
    return NULL;
}

static void say(const Cli *c, const RotateResult *r) {
    Arena *a = c->arena;

    if (c->json) {
        Node *n = node_map(a);

        node_set_int(a, n, "generation", r->generation);
        node_set_bool(a, n, "resumed", r->resumed);
        node_set_int(a, n, "subject_keys", r->subject_keys);
        node_set_int(a, n, "rows", r->rows);
        node_set(a, n, "seconds", node_of_real(a, r->seconds));
        cli_json(c, n);
        return;
    }
    fprintf(c->out,
            "%s第 %lld 代密钥：重新封装 %s 把个人信息密钥，重新加密 %s 行，用时 %.1f 秒。\n"
            "密钥文件 %s 已更新，请重新备份它；轮换之前的备份只能用轮换之前的密钥文件打开。\n",
            r->resumed ? "接着上次，已换成" : "已换成", (long long)r->generation,
            grouped(a, r->subject_keys).ptr, grouped(a, r->rows).ptr, r->seconds,
            c->office->key_path.ptr);
}

bool cmd_key_rotate(Cli *c, Err *e) {
    RotateProgress progress = {0};
    RotateResult result = {0};
    Ticker t = {.cli = c, .progress = &progress, .terminal = !c->json && isatty(fileno(c->err))};
    pthread_t thread;

    if (pthread_create(&thread, NULL, tick, &t) != 0)
        return err_set(e, ERR_INTERNAL, NULL, "无法建立线程，请检查系统的线程数上限");
    bool good = office_rotate(c->office, c->actor, &progress, &result, e);

    atomic_store(&t.done, true);
    pthread_join(thread, NULL);
    if (good)
        say(c, &result);
    return good;
}

bool cmd_key_status(Cli *c, Err *e) {
    Arena *a = c->arena;
    const Node *n = office_key_status(c->office, a, e);

    if (n == NULL)
        return false;
    if (c->json) {
        cli_json(c, n);
        return true;
    }
    Str state = node_text(n, "state");

    fprintf(c->out, "密钥文件  %.*s\n指纹      %.*s\n第几代    %lld（%.*s）\n",
            STR_ARG(node_text(n, "key_file")), STR_ARG(node_text(n, "fingerprint")),
            (long long)node_int(n, "generation", 1), STR_ARG(node_text(n, "mark")));
    if (str_is(state, "settled")) {
        Str ended = node_text(n, "ended_at");

        fprintf(c->out, "轮换      %s%.19s\n", ended.len ? "上次完成于 " : "还没有轮换过",
                ended.len ? ended.ptr : "");
        return true;
    }
    fprintf(c->out, "轮换      %s，还剩 %s 把个人信息密钥（共 %s）、%s 行（共 %s）\n%s",
            str_is(state, "running") ? "进行中" : "没有做完",
            grouped(a, node_int(n, "subject_keys_left", 0)).ptr,
            grouped(a, node_int(n, "subject_keys", 0)).ptr,
            grouped(a, node_int(n, "rows_left", 0)).ptr, grouped(a, node_int(n, "rows", 0)).ptr,
            str_is(state, "running") ? "" : "接着做完：lianheng key rotate\n");
    return true;
}
