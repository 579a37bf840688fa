/* SPDX-License-Identifier: MulanPSL-2.0 */
/* main/cmd_demo.c: the synthetic county as files, and as a whole installation to look at. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "main/cli.h"
#include "main/demo_matters.h"
#include "main/demo_people.h"
#include "main/synth.h"
#include "main/synth_sealed.h"
#include "main/table.h"

enum { DEMO_RECORDS = 200000, DEMO_SEED = 20240601 };

static void said(void *context, const char *file, int64_t rows) {
    const Cli *c = context;
    scoped_arena Arena *a = arena_new();

    if (!c->json)
        fprintf(c->err, "  %s  %s 行\n", file, grouped(a, rows).ptr);
}

bool cmd_synth(Cli *c, Err *e) {
    int64_t records, seed, written;
    Str out = cli_option(c, "--out");
    Node *n = node_map(c->arena);

    if (out.len == 0)
        return err_set(e, ERR_USAGE, NULL, "请用 --out 写明放文件的目录");
    if (!cli_number(c, "--records", SYNTH_LEAST, SYNTH_MOST, DEMO_RECORDS, &records, e) ||
        !cli_number(c, "--seed", 0, INT64_MAX, 1, &seed, e) ||
        !synth_write(c->content, cli_path(c, out), records, (uint64_t)seed, said, c, &written, e))
        return false;
    node_set_int(c->arena, n, "records", written);
    node_set_text(c->arena, n, "out", str_of(cli_path(c, out)));
    if (c->json)
        cli_json(c, n);
    else
        fprintf(c->out, "写了 %s 行，放在 %s，答案在 answers.json。\n",
                grouped(c->arena, written).ptr, cli_path(c, out));
    return true;
}

/* --- demo ------------------------------------------------------------------------------------- */

static void remove_folder(const char *path) {
    DIR *dir = opendir(path);
    const struct dirent *entry;

    if (dir == NULL)
        return;
    while ((entry = readdir(dir)) != NULL)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            unlinkat(dirfd(dir), entry->d_name, 0);
    closedir(dir);
    rmdir(path);
}

static bool read_answers(Cli *c, const char *folder, const Node **out, Err *e) {
    Str path = str_format(c->arena, "%s/answers.json", folder);
    FILE *f = fopen(path.ptr, "re");
    scoped_buf Buf text;
    char piece[65536];
    size_t n;

    buf_init(&text, JSON_SIZE_MAX);
    if (f == NULL)
        return err_set(e, ERR_DISK, path.ptr, "读不到 %s：%s", path.ptr, strerror(errno));
    while ((n = fread(piece, 1, sizeof piece, f)) > 0)
        buf_add_bytes(&text, piece, n);
    fclose(f);
    *out = json_read(c->arena, str_dup(c->arena, buf_str(&text)), e);
    return *out != NULL;
}

static bool import_files(Cli *c, const char *folder, const Node *files, int64_t *sealed, Err *e) {
    Arena *a = c->arena;
    Table *t = table_new(a, "文件|数据集|>收到|>接收|>重复|>退回|>秒");

    for (size_t i = 0; files != NULL && i < files->count; i++) {
        Str file = node_text(files->items[i], "file");
        const Dataset *d = content_dataset(c->content, node_text(files->items[i], "dataset"), e);
        ImportResult r = {0};

        if (d == NULL ||
            !cli_import(c, d, str_format(a, "%s/%.*s", folder, STR_ARG(file)).ptr, file, &r, e))
            return false;
        *sealed += r.sealed.accepted;
        table_add(t, (const Str[]){file, d->title, grouped(a, r.received), grouped(a, r.accepted),
                                   grouped(a, r.duplicates), grouped(a, r.rejected),
                                   str_format(a, "%.1f", r.seconds)});
    }
    table_write(t, c->out);
    fputc('\n', c->out);
    fflush(c->out);
    return true;
}

static bool run_all(Cli *c, Err *e) {
    Arena *a = c->arena;
    size_t n = models_count(c->models);
    const Model **models = arena_array_of(a, n, const Model *);
    RunResult *runs = arena_array_of(a, n, RunResult);
    Table *t = table_new(a, "监督模型|>命中|>新线索|>秒");
    int64_t clues = 0;

    for (size_t i = 0; i < n; i++)
        models[i] = models_at(c->models, i);
    if (!cli_run_models(c, models, n, false, runs, e))
        return false;
    for (size_t i = 0; i < n; i++) {
        clues += runs[i].new_;
        table_add(t,
                  (const Str[]){model_title(models[i]), grouped(a, runs[i].hits),
                                grouped(a, runs[i].new_), str_format(a, "%.2f", runs[i].seconds)});
    }
    table_write(t, c->out);
    fprintf(c->out, "\n发现 %s 条线索。启动服务后在网页查看：lianheng serve --data %s\n",
            grouped(a, clues).ptr, c->data);
    return true;
}

static bool county(Cli *c, const char *folder, int64_t records, Err *e) {
    const Node *answers, *sealed_files;
    int64_t written, sealed = 0;

    fprintf(c->out, "正在写出虚构的县…\n");
    fflush(c->out);
    if (!synth_write(c->content, folder, records, DEMO_SEED, NULL, NULL, &written, e) ||
        !read_answers(c, folder, &answers, e))
        return false;
    fprintf(c->out, "写了 %s 行，正在导入…\n\n", grouped(c->arena, written).ptr);
    fflush(c->out);
    if (!import_files(c, folder, node_get(answers, "files"), &sealed, e) ||
        !synth_sealed_write(folder, c->arena, &sealed_files, e) ||
        !import_files(c, folder, sealed_files, &sealed, e))
        return false;
    fprintf(c->out,
            "其中 %s 行依法封存，不算在上面。要看到它们，未检检察官须申请开启封存记录专门通道，"
            "经两人同意（见 demo-accounts.txt）。\n\n",
            grouped(c->arena, sealed).ptr);
    return run_all(c, e);
}

/* *password stays empty when the folder is there already. */
static bool make_folder(Cli *c, char password[32], Err *e) {
    struct stat st;
    Settings settings = {.demonstration = true, .office_name = STR("江城县（虚构）")};

    if (stat(str_format(c->arena, "%s/settings.yaml", c->data).ptr, &st) == 0)
        return true;
    if (!office_create(c->data, &settings, password, e))
        return false;
    fprintf(c->out, "已在 %s 建立演示用的数据目录。\n", c->data);
    fflush(c->out);
    return true;
}

bool cmd_demo(Cli *c, Err *e) {
    int64_t records;
    char *folder, password[32] = "";

    if (!cli_number(c, "--records", SYNTH_LEAST, SYNTH_MOST, DEMO_RECORDS, &records, e) ||
        !make_folder(c, password, e))
        return false;
    c->office = office_open(c->data, e);
    if (c->office == NULL)
        return false;
    Snapshot *s = office_snapshot(c->office);
    bool good = c->office->settings.demonstration ||
                err_set(e, ERR_CONFLICT, NULL,
                        "%s 是正式的数据目录，不能混入虚构的数据，请用 --data 换一个目录", c->data);

    c->content = s->content;
    c->models = s->models;
    if (good && password[0] != '\0')
        good = demo_people(c, password, e) && demo_matters(c, e);
    wipe(password, sizeof password);
    folder = str_c(c->arena, str_format(c->arena, "%s/demo-XXXXXX", c->data));
    if (good && mkdtemp(folder) == NULL)
        good = err_set(e, ERR_DISK, folder, "无法在 %s 里建立目录：%s", c->data, strerror(errno));
    if (good) {
        good = county(c, folder, records, e);
        remove_folder(folder);
    }
    snapshot_drop(s);
    office_close(c->office);
    return good;
}
