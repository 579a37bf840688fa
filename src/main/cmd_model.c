/* SPDX-License-Identifier: MulanPSL-2.0 */
/* main/cmd_model.c: supervision models on the command line: list, check, test, run, explain. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "main/cli.h"
#include "main/table.h"

bool cmd_model_list(Cli *c, Err *e) {
    Arena *a = c->arena;
    const Node *open = clue_open_counts(c->office, a, e);
    Table *t = table_new(a, "编号|模型|名称|>待核查线索");

    for (size_t i = 0; open != NULL && i < models_count(c->models); i++) {
        const Model *m = models_at(c->models, i);
        Str number = node_text(model_tree(m), "number");
        int64_t clues = 0;
        Node *n = node_map(a);

        for (size_t k = 0; k < open->count; k++)
            if (str_eq(node_text(open->items[k], "model"), model_id(m)))
                clues += node_int(open->items[k], "clues", 0);
        table_add(t, (const Str[]){number, model_id(m), model_title(m), grouped(a, clues)});
        node_set_text(a, n, "model", model_id(m));
        node_set_text(a, n, "number", number);
        node_set_text(a, n, "title", model_title(m));
        node_set_text(a, n, "version", model_version(m));
        node_set_int(a, n, "open_clues", clues);
        if (c->json)
            cli_json(c, n);
    }
    if (open != NULL && !c->json)
        table_write(t, c->out);
    return open != NULL;
}

/* --- check and test --------------------------------------------------------------------------- */

static bool read_file(const char *path, Arena *a, Str *out, Err *e) {
    struct stat st;
    FILE *f;
    scoped_buf Buf text;
    char piece[16384];
    size_t n;

    buf_init(&text, YAML_SIZE_MAX);
    if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
        return err_set(e, ERR_USAGE, NULL,
                       "%s %s：请写明其中一个模型文件（如 ride_hailing_license.yaml），或用 "
                       "lianheng content check 检查整个内容目录",
                       path, S_ISDIR(st.st_mode) ? "是目录" : "不是普通文件");
    f = fopen(path, "re");
    if (f == NULL)
        return err_set(e, ERR_NOT_FOUND, NULL, "没有文件 %s，或不能读，请检查路径和权限", path);
    while ((n = fread(piece, 1, sizeof piece, f)) > 0)
        buf_add_bytes(&text, piece, n);
    fclose(f);
    if (text.full)
        return err_set(e, ERR_TOO_LARGE, NULL, "文件 %s 超过 8 MiB，不是模型文件", path);
    *out = str_dup(a, buf_str(&text));
    return true;
}

bool cmd_model_check(Cli *c, Err *e) {
    const char *path = cli_path(c, c->words[0]);
    Str text;
    const Node *tree = read_file(path, c->arena, &text, e)
                           ? yaml_read(c->arena, text, str_c(c->arena, c->words[0]), e)
                           : NULL;
    const Model *m = tree != NULL ? model_read(c->arena, c->content, tree, e) : NULL;

    if (m == NULL)
        return false;
    if (c->json) {
        Node *n = node_map(c->arena);

        node_set_text(c->arena, n, "model", model_id(m));
        node_set_text(c->arena, n, "title", model_title(m));
        node_set_text(c->arena, n, "version", model_version(m));
        cli_json(c, n);
    } else {
        fprintf(c->out, "%.*s（%.*s）没有错误。\n", STR_ARG(model_title(m)), STR_ARG(model_id(m)));
    }
    return true;
}

/* The report goes out whether the cases pass or not. */
static bool test_one(Cli *c, const Model *m, Err *e) {
    scoped_buf Buf report;

    buf_init(&report, (size_t)4 << 20);
    bool good = model_test(m, c->content, &report, e);

    fprintf(c->out, "%.*s（%.*s）\n%.*s", STR_ARG(model_title(m)), STR_ARG(model_id(m)),
            STR_ARG(buf_str(&report)));
    return good;
}

bool cmd_model_test(Cli *c, Err *e) {
    size_t failed = 0, count = models_count(c->models);

    if (c->word_count != 0) {
        const Model *m = models_find(c->models, c->words[0], e);

        return m != NULL && test_one(c, m, e);
    }
    for (size_t i = 0; i < count; i++) {
        Err own = {0};

        if (test_one(c, models_at(c->models, i), &own))
            continue;
        failed++;
        *e = own;
    }
    if (failed > 1)
        return err_set(e, ERR_CONTENT, NULL, "%zu 个模型中有 %zu 个的用例没有全部通过", count,
                       failed);
    if (failed == 0)
        fprintf(c->out, "%zu 个模型的用例全部通过。\n", count);
    return failed == 0;
}

/* --- run -------------------------------------------------------------------------------------- */

static void show_run(const Cli *c, const Model *m, const RunResult *r) {
    Arena *a = c->arena;
    Node *n = node_map(a);

    if (!c->json) {
        fprintf(c->out, "%.*s：命中 %s，新线索 %s，变化 %s，撤销 %s，%.2f 秒%s\n",
                STR_ARG(model_title(m)), grouped(a, r->hits).ptr, grouped(a, r->new_).ptr,
                grouped(a, r->changed).ptr, grouped(a, r->withdrawn).ptr, r->seconds,
                r->incremental ? "（增量）"
                : r->rejudged  ? "（数据按封存规则重新核对过，已全量运行）"
                               : "");
        fflush(c->out);
        return;
    }
    node_set_text(a, n, "model", r->model);
    node_set_text(a, n, "version", r->version);
    node_set_int(a, n, "hits", r->hits);
    node_set_int(a, n, "new", r->new_);
    node_set_int(a, n, "withdrawn", r->withdrawn);
    node_set(a, n, "seconds", node_of_real(a, r->seconds));
    if (r->rejudged)
        node_set_bool(a, n, "rejudged", true);
    cli_json(c, n);
    fflush(c->out);
}

/* Between ctrl-C and the run stands a thread that looks at it. */
typedef struct Watch {
    const Cli *cli;
    ClueRunProgress *progress;
    atomic_bool done;
} Watch;

static void *watch(void *context) {
    Watch *w = context;

    while (!atomic_load(&w->done)) {
        if (cli_cancelled(w->cli))
            atomic_store(&w->progress->cancel, true);
        nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
    }
    return NULL;
}

/* Together, so that they share what they look at; what was recorded before a failure is shown. */
bool cli_run_models(Cli *c, const Model *const *models, size_t n, bool incremental, RunResult *out,
                    Err *e) {
    ClueRunProgress progress = {0};
    Watch w = {.cli = c, .progress = &progress};
    pthread_t thread;
    Snapshot *s = office_snapshot(c->office);

    if (pthread_create(&thread, NULL, watch, &w) != 0)
        abort();
    bool good =
        clue_run_some(c->office, s, models, n, incremental, c->actor, &progress, c->arena, out, e);

    atomic_store(&w.done, true);
    pthread_join(thread, NULL);
    snapshot_drop(s);
    return good;
}

static bool run_and_show(Cli *c, const Model *const *models, size_t n, bool incremental, Err *e) {
    RunResult *runs = arena_array_of(c->arena, n, RunResult);
    bool good = cli_run_models(c, models, n, incremental, runs, e);

    for (size_t i = 0; i < n; i++)
        if (runs[i].run != 0)
            show_run(c, models[i], &runs[i]);
    return good;
}

bool cli_run_affected(Cli *c, const Dataset *d, Err *e) {
    Snapshot *s = office_snapshot(c->office);
    const Model **models;
    size_t n = clue_models_of(s, d->dataset, c->arena, &models);
    bool good = run_and_show(c, models, n, true, e);

    snapshot_drop(s);
    return good;
}

bool cmd_model_run(Cli *c, Err *e) {
    bool all = cli_switch(c, "--all"), incremental = cli_switch(c, "--incremental");
    size_t n = all ? models_count(c->models) : 1;
    const Model **models = arena_array_of(c->arena, n, const Model *);

    if (all == (c->word_count != 0))
        return err_set(e, ERR_USAGE, NULL, "请写一个模型，或者写 --all 运行全部模型");
    for (size_t i = 0; i < n; i++) {
        models[i] = all ? models_at(c->models, i) : models_find(c->models, c->words[0], e);
        if (models[i] == NULL)
            return false;
    }
    return run_and_show(c, models, n, incremental, e);
}

/* --- explain ---------------------------------------------------------------------------------- */

static bool count_funnel(Cli *c, const Model *m, const RunOptions *options, RunOutcome *out,
                         Err *e) {
    PoolSession *session = pool_session(c->office->pool, e);
    bool good = session != NULL && model_run(m, session, c->content, options, c->arena, out, e);

    if (session != NULL)
        pool_session_close(session);
    return good;
}

static void explain_json(const Cli *c, const Model *m, const RunOutcome *o, Str sql) {
    Arena *a = c->arena;
    Node *n = node_map(a), *funnel = node_list(a);

    for (size_t i = 0; i < o->funnel_count; i++) {
        Node *step = node_map(a);

        node_set_text(a, step, "condition", o->funnel[i].condition);
        node_set_text(a, step, "sentence", o->funnel[i].sentence);
        node_set_int(a, step, "rows", o->funnel[i].rows);
        node_add(a, funnel, step);
    }
    node_set_text(a, n, "model", model_id(m));
    node_set_text(a, n, "version", model_version(m));
    node_set(a, n, "funnel", funnel);
    node_set_int(a, n, "hits", (int64_t)o->hit_count);
    node_set_text(a, n, "sql", sql);
    cli_json(c, n);
}

bool cmd_model_explain(Cli *c, Err *e) {
    const Model *m = models_find(c->models, c->words[0], e);
    RunOptions options = {.today = day_today(),
                          .visible = pool_visible(c->office->pool),
                          .after = -1,
                          .funnel = true,
                          .threads = (int)c->office->settings.threads,
                          .cancel = c->cancel};
    RunOutcome outcome = {0};
    scoped_buf Buf sql;

    buf_init(&sql, (size_t)4 << 20);
    if (m == NULL || !count_funnel(c, m, &options, &outcome, e))
        return false;
    model_sql(m, &options, &sql);
    if (c->json) {
        explain_json(c, m, &outcome, buf_str(&sql));
        return true;
    }
    Table *t = table_new(c->arena, ">剩余行数|条件");

    fprintf(c->out, "%.*s（%.*s，版本 %.*s）\n\n", STR_ARG(model_title(m)), STR_ARG(model_id(m)),
            STR_ARG(model_version(m)));
    for (size_t i = 0; i < outcome.funnel_count; i++)
        table_add(t, (const Str[]){grouped(c->arena, outcome.funnel[i].rows),
                                   outcome.funnel[i].sentence});
    table_write(t, c->out);
    fprintf(c->out, "\n命中 %zu 条。\n", outcome.hit_count);
    if (cli_switch(c, "--sql"))
        fprintf(c->out, "\n%.*s\n", STR_ARG(buf_str(&sql)));
    return true;
}
