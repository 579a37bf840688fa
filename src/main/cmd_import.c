/* SPDX-License-Identifier: MulanPSL-2.0 */
/* main/cmd_import.c: one file into one dataset, with progress on a terminal. */
#include <pthread.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "http/mapping.h"
#include "main/cli.h"
#include "main/table.h"
#include "people/directory.h"

/* Shows how far the import is, and hands ctrl-C on to it. */
typedef struct Ticker {
    Cli *cli;
    ImportProgress *progress;
    atomic_bool done;
    bool terminal;
} Ticker;

static void show(const Ticker *t) {
    scoped_arena Arena *a = arena_new();
    int phase = atomic_load(&t->progress->phase);
    int64_t bytes = atomic_load(&t->progress->bytes),
            total = atomic_load(&t->progress->total_bytes);
    const char *title = "";

    for (const BindName *n = import_phase_names; n->name != NULL; n++)
        if (n->value == phase)
            title = n->title;
    fprintf(t->cli->err, "\r\033[K%s %lld%%，%s 行", title,
            (long long)(total > 0 ? 100 * bytes / total : 0),
            grouped(a, atomic_load(&t->progress->received)).ptr);
    fflush(t->cli->err);
}

static void *tick(void *context) {
    Ticker *t = context;

    for (unsigned i = 0; !atomic_load(&t->done); i++) {
        if (cli_cancelled(t->cli))
            atomic_store(&t->progress->cancel, true);
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

static bool run_request(Cli *c, const ImportRequest *request, ImportResult *out, Err *e) {
    ImportProgress progress = {0};
    Ticker t = {.cli = c, .progress = &progress, .terminal = !c->json && isatty(fileno(c->err))};
    pthread_t thread;

    if (pthread_create(&thread, NULL, tick, &t) != 0)
        return err_set(e, ERR_INTERNAL, NULL, "无法建立线程，请检查系统的线程数上限");
    bool good = import_run(c->office->importer, c->content, request, &progress, c->arena, out, e);

    atomic_store(&t.done, true);
    pthread_join(thread, NULL);
    return good;
}

bool cli_import(Cli *c, const Dataset *d, const char *path, Str file_name, ImportResult *out,
                Err *e) {
    int64_t header_line, supplier;
    ImportRequest request = {.dataset = d,
                             .path = path,
                             .file_name = file_name,
                             .actor = c->actor,
                             .keep_rejects = true};

    if (!cli_number(c, "--header-line", 1, 1000, 0, &header_line, e) ||
        !source_options(cli_option(c, "--sheet"), cli_option(c, "--encoding"), &request.options, e))
        return false;
    if (!organisation_supplying(c->office->store, &d->suppliers, &supplier, e))
        return false;
    request.organisation = str_format(c->arena, "%lld", (long long)supplier);
    request.header_line = header_line;
    return run_request(c, &request, out, e);
}

/* Who works on the machine itself is told of the whole file, and how much of it is sealed. */
static Node *outcome(const Cli *c, const ImportResult *r) {
    Arena *a = c->arena;
    Node *n = node_map(a);

    node_set_int(a, n, "batch", r->batch);
    node_set_int(a, n, "received", r->received + r->sealed.received);
    node_set_int(a, n, "accepted", r->accepted + r->sealed.accepted);
    node_set_int(a, n, "duplicates", r->duplicates + r->sealed.duplicates);
    node_set_int(a, n, "rejected", r->rejected);
    if (r->rejects_file.len != 0)
        node_set_text(
            a, n, "rejects_file",
            str_format(a, "%.*s/%.*s", STR_ARG(c->office->folder), STR_ARG(r->rejects_file)));
    else
        node_set(a, n, "rejects_file", node_null(a));
    node_set(a, n, "seconds", node_of_real(a, r->seconds));
    if (r->sealed.received != 0)
        node_set_int(a, n, "sealed", r->sealed.received);
    return n;
}

static void say(const Cli *c, const Dataset *d, const ImportResult *r) {
    Arena *a = c->arena;

    fprintf(c->out,
            "%.*s：第 %lld 批，收到 %s 行，接收 %s 行（其中更正 %s 行），重复 %s 行，退回 %s "
            "行，用时 %.1f 秒\n",
            STR_ARG(d->title), (long long)r->batch,
            grouped(a, r->received + r->sealed.received).ptr,
            grouped(a, r->accepted + r->sealed.accepted).ptr,
            grouped(a, r->corrected + r->sealed.corrected).ptr,
            grouped(a, r->duplicates + r->sealed.duplicates).ptr, grouped(a, r->rejected).ptr,
            r->seconds);
    if (r->sealed.received != 0)
        fprintf(c->out, "其中 %s 行依法封存，只经专门通道可见，页面上的数不含这些行\n",
                grouped(a, r->sealed.received).ptr);
    if (r->rejects_file.len != 0)
        fprintf(c->out, "退回的行和原因：%.*s/%.*s\n", STR_ARG(c->office->folder),
                STR_ARG(r->rejects_file));
}

bool cmd_import(Cli *c, Err *e) {
    const Dataset *d = content_dataset(c->content, c->words[0], e);
    const char *path = cli_path(c, c->words[1]), *slash = strrchr(path, '/');
    ImportResult result = {0};

    if (d == NULL)
        return false;
    if (access(path, F_OK) != 0)
        return err_set(e, ERR_NOT_FOUND, NULL, "没有文件 %s，请检查路径", path);
    if (access(path, R_OK) != 0)
        return err_set(e, ERR_DISK, NULL, "文件 %s 不能读，请检查权限", path);
    if (!cli_import(c, d, path, str_of(slash + 1), &result, e))
        return false;
    if (c->json)
        cli_json(c, outcome(c, &result));
    else
        say(c, d, &result);
    return !cli_switch(c, "--run") || cli_run_affected(c, d, e);
}
