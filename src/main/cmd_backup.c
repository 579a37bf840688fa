/* SPDX-License-Identifier: MulanPSL-2.0 */
/* main/cmd_backup.c: backups on the command line: make, list, verify, restore. */
#include <pthread.h>
#include <time.h>
#include <unistd.h>

#include "clue/backup.h"
#include "main/cli.h"
#include "main/table.h"

/* Shows how far it is, and hands ctrl-C on. */
typedef struct Ticker {
    Cli *cli;
    BackupProgress *progress;
    pthread_t thread;
    atomic_bool done;
    bool terminal;
} Ticker;

static void *tick(void *context) {
    Ticker *t = context;

    for (unsigned i = 0; !atomic_load(&t->done); i++) {
        if (cli_cancelled(t->cli))
            atomic_store(&t->progress->copy.cancel, true);
        for (const BindName *n = backup_phase_names; t->terminal && i % 4 == 3 && n->name; n++)
            if (n->value == atomic_load(&t->progress->phase))
                fprintf(t->cli->err, "\r\033[K%s %lld MiB", n->title,
                        (long long)(atomic_load(&t->progress->copy.bytes) >> 20));
        fflush(t->cli->err);
        nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
    }
    if (t->terminal)
        fputs("\r\033[K", t->cli->err);
    fflush(t->cli->err);
    return NULL;
}

static bool tick_start(Ticker *t, Err *e) {
    t->terminal = !t->cli->json && isatty(fileno(t->cli->err));
    return pthread_create(&t->thread, NULL, tick, t) == 0 ||
           err_set(e, ERR_INTERNAL, NULL, "无法建立线程，请检查系统的线程数上限");
}

static void tick_end(Ticker *t) {
    atomic_store(&t->done, true);
    pthread_join(t->thread, NULL);
}

static void say_made(const Cli *c, const BackupResult *r) {
    Arena *a = c->arena;

    if (c->json) {
        Node *n = node_map(a);

        node_set_text(a, n, "file", r->path);
        node_set_int(a, n, "bytes", r->bytes);
        node_set_int(a, n, "sequence", r->sequence);
        node_set_text(a, n, "head", str_of(r->head));
        node_set_int(a, n, "batch", r->batch);
        node_set_bool(a, n, "with_key", r->with_key);
        node_set(a, n, "seconds", node_of_real(a, r->seconds));
        cli_json(c, n);
        return;
    }
    fprintf(
        c->out,
        "已备份到 %.*s：%s 字节，日志到第 %s 条（%.16s…），数据到第 %lld 批，用时 %.1f 秒。\n%s",
        STR_ARG(r->path), grouped(a, r->bytes).ptr, grouped(a, r->sequence).ptr, r->head,
        (long long)r->batch, r->seconds,
        r->with_key
            ? "注意：这份备份里有主密钥，谁拿到它谁就能读出全部数据，请像保管密钥一样保管它。\n"
            : "备份里没有主密钥，请另行保管密钥文件：没有它，备份无法还原。\n");
}

bool cmd_backup(Cli *c, Err *e) {
    BackupProgress progress = {0};
    BackupResult result = {0};
    Ticker t = {.cli = c, .progress = &progress};

    if (!tick_start(&t, e))
        return false;
    bool good =
        office_backup(c->office, c->word_count ? cli_path(c, c->words[0]) : NULL,
                      cli_switch(c, "--with-key"), c->actor, &progress, c->arena, &result, e);

    tick_end(&t);
    if (good)
        say_made(c, &result);
    return good;
}

bool cmd_backup_list(Cli *c, Err *e) {
    Arena *a = c->arena;
    const Node *all = office_backups(c->office, a, e), *items;
    Table *t = table_new(a, "备份|时间|>字节|>日志到第几条|>批次|密钥");

    if (all == NULL)
        return false;
    items = node_get(all, "items");
    for (size_t i = 0; i < items->count; i++) {
        const Node *n = items->items[i];

        if (c->json)
            cli_json(c, n);
        table_add(t, (const Str[]){node_text(n, "name"),
                                   node_bool(n, "good", false) ? node_text(n, "made_at")
                                                               : STR("已损坏，不能使用"),
                                   grouped(a, node_int(n, "bytes", 0)),
                                   grouped(a, node_int(n, "sequence", 0)),
                                   grouped(a, node_int(n, "batch", 0)),
                                   node_bool(n, "with_key", false) ? STR("含密钥") : STR("")});
    }
    if (!c->json)
        table_write(t, c->out);
    return true;
}

bool cmd_backup_verify(Cli *c, Err *e) {
    Arena *a = c->arena;
    const char *path = cli_path(c, c->words[0]);
    BackupProgress progress = {.phase = BACKUP_CHECKING};
    Ticker t = {.cli = c, .progress = &progress};
    const Node *m = bundle_manifest(path, a, e);

    if (m == NULL || !tick_start(&t, e))
        return false;
    bool good = bundle_read(path, NULL, &progress.copy, e);

    tick_end(&t);
    if (!good)
        return false;
    const Node *parts = node_get(m, "parts"), *key = node_get(m, "key"),
               *journal = node_get(m, "journal");

    if (c->json) {
        cli_json(c, m);
        return true;
    }
    fprintf(c->out,
            "备份完好：%.19s 所做，%zu 个部分，日志到第 %s 条，数据到第 %lld 批。\n"
            "还原要用指纹为 %.*s 的密钥文件%s。\n",
            node_text(m, "made_at").ptr, parts->count,
            grouped(a, node_int(journal, "sequence", 0)).ptr, (long long)node_int(m, "batch", 0),
            STR_ARG(node_text(key, "fingerprint")),
            node_bool(key, "included", false) ? "，它就在备份里" : "");
    return true;
}

static void say_restored(const Cli *c, const RestoreResult *r) {
    Arena *a = c->arena;

    if (c->json) {
        Node *n = node_map(a);

        node_set_text(a, n, "data", str_of(c->data));
        node_set_bool(a, n, "checked", r->checked);
        node_set_int(a, n, "entries", r->entries);
        node_set_text(a, n, "head", str_of(r->head));
        node_set_text(a, n, "digest", str_of(r->digest));
        node_set_int(a, n, "batch", r->batch);
        node_set_int(a, n, "rows", r->rows);
        node_set_int(a, n, "clues", r->clues);
        node_set(a, n, "seconds", node_of_real(a, r->seconds));
        cli_json(c, n);
        return;
    }
    if (r->checked)
        fprintf(
            c->out,
            "已还原到 %s：日志链完整（%s 条），由日志重建与业务表一致，%s 行数据，%s 条线索，用时 "
            "%.1f 秒。\n启动服务：lianheng serve --data %s\n",
            c->data, grouped(a, r->entries).ptr, grouped(a, r->rows).ptr, grouped(a, r->clues).ptr,
            r->seconds, c->data);
    else
        fprintf(c->out,
                "数据已放到 %s，还没有核对。请把密钥文件放到 %s/master.key 并执行 chmod "
                "600，然后运行 lianheng journal verify --data %s\n",
                c->data, c->data, c->data);
}

bool cmd_restore(Cli *c, Err *e) {
    Str key = cli_option(c, "--key-file");
    RestoreRequest request = {.file = cli_path(c, c->words[0]),
                              .folder = c->data,
                              .key_file = key.len ? cli_path(c, key) : NULL,
                              .without_key = cli_switch(c, "--without-key"),
                              .operations = cli_option(c, "--operations"),
                              .pool = cli_option(c, "--pool"),
                              .listen = cli_option(c, "--listen")};
    BackupProgress progress = {0};
    RestoreResult result = {0};
    Ticker t = {.cli = c, .progress = &progress};

    if (!tick_start(&t, e))
        return false;
    bool good = office_restore(&request, &progress, &result, e);

    tick_end(&t);
    if (good)
        say_restored(c, &result);
    return good;
}
