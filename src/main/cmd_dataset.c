/* SPDX-License-Identifier: MulanPSL-2.0 */
/* main/cmd_dataset.c: the datasets and their columns. */
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

#include "main/cli.h"
#include "main/table.h"
#include "pool/count.h"
#include "pool/judge.h"

static Str title_of(const BindName *names, int value) {
    for (; names->name != NULL; names++)
        if (names->value == value)
            return str_of(names->title);
    return (Str){NULL, 0};
}

static Str name_of(const BindName *names, int value) {
    for (; names->name != NULL; names++)
        if (names->value == value)
            return str_of(names->name);
    return (Str){NULL, 0};
}

bool cmd_dataset_list(Cli *c, Err *e) {
    Arena *a = c->arena;
    Table *t = table_new(a, "数据集|名称|报送部门|>字段|>有效行");

    for (size_t i = 0; i < content_dataset_count(c->content); i++) {
        const Dataset *d = content_dataset_at(c->content, i);
        int64_t rows;
        Node *n = node_map(a);

        if (!pool_count(c->office->pool, d, &rows, e))
            return false;
        table_add(t, (const Str[]){d->dataset, d->title, d->agency,
                                   grouped(a, (int64_t)d->fields.count), grouped(a, rows)});
        node_set_text(a, n, "dataset", d->dataset);
        node_set_text(a, n, "title", d->title);
        node_set_text(a, n, "agency", d->agency);
        node_set_int(a, n, "fields", (int64_t)d->fields.count);
        node_set_int(a, n, "rows", rows);
        if (c->json)
            cli_json(c, n);
    }
    if (!c->json)
        table_write(t, c->out);
    return true;
}

static Node *as_json(Arena *a, const Dataset *d) {
    Node *n = node_map(a), *fields = node_list(a);

    for (size_t i = 0; i < d->fields.count; i++) {
        const Field *f = &dataset_fields(d)[i];
        Node *field = node_map(a);

        node_set_text(a, field, "field", f->field);
        node_set_text(a, field, "title", f->title);
        node_set_text(a, field, "type", name_of(field_type_names, f->type));
        node_set_bool(a, field, "required", f->required);
        node_set_bool(a, field, "sensitive", f->sensitive || f->type == FIELD_CITIZEN_ID);
        node_add(a, fields, field);
    }
    node_set_text(a, n, "dataset", d->dataset);
    node_set_text(a, n, "title", d->title);
    node_set_text(a, n, "version", d->version);
    node_set(a, n, "fields", fields);
    return n;
}

bool cmd_dataset_show(Cli *c, Err *e) {
    Arena *a = c->arena;
    const Dataset *d = content_dataset(c->content, c->words[0], e);
    Table *t = table_new(a, "字段|名称|标准代码|类型|必填|敏感");

    if (d == NULL)
        return false;
    if (c->json) {
        cli_json(c, as_json(a, d));
        return true;
    }
    fprintf(c->out, "%.*s（%.*s，版本 %.*s）\n\n", STR_ARG(d->title), STR_ARG(d->dataset),
            STR_ARG(d->version));
    for (size_t i = 0; i < d->fields.count; i++) {
        const Field *f = &dataset_fields(d)[i];
        bool hidden = f->sensitive || f->type == FIELD_CITIZEN_ID;

        table_add(t,
                  (const Str[]){f->field, f->title, f->code, title_of(field_type_names, f->type),
                                f->required ? STR("是") : STR(""), hidden ? STR("是") : STR("")});
    }
    table_write(t, c->out);
    for (size_t i = 0; i < d->subjects.count; i++) {
        const Subject *s = &dataset_subjects(d)[i];

        fprintf(c->out, "\n主体：%.*s，号码在 %.*s，名称在 %.*s",
                STR_ARG(title_of(subject_kind_names, s->kind)), STR_ARG(s->key), STR_ARG(s->name));
    }
    for (size_t i = 0; i < d->basis.count; i++) {
        const Basis *b = &((const Basis *)d->basis.items)[i];

        fprintf(c->out, "\n依据：%.*s %.*s", STR_ARG(b->law), STR_ARG(b->article));
    }
    fputc('\n', c->out);
    return true;
}

/* ---- judged again ---- */

typedef struct JudgeWatch {
    Cli *cli;
    JudgeProgress progress;
    pthread_t thread;
    _Atomic bool done;
} JudgeWatch;

static void *watch_judging(void *context) {
    JudgeWatch *w = context;
    bool terminal = isatty(fileno(w->cli->err)) == 1;

    while (!atomic_load(&w->done)) {
        nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
        if (cli_cancelled(w->cli))
            atomic_store(&w->progress.cancel, true);
        if (terminal)
            fprintf(w->cli->err, "\r已核对 %lld 行", (long long)atomic_load(&w->progress.done));
    }
    if (terminal)
        fputs("\r\033[K", w->cli->err);
    return NULL;
}

static bool reseal_one(Cli *c, const Dataset *d, const JudgeAsk *ask, Err *e) {
    JudgeWatch w = {.cli = c};
    JudgeResult r;
    Node *n = node_map(c->arena);
    bool watched = pthread_create(&w.thread, NULL, watch_judging, &w) == 0;

    office_run_begin(c->office); /* no run may record what it saw before */
    bool good = pool_judge(c->office->importer, d, ask, &w.progress, &r, e);

    office_run_end(c->office);
    atomic_store(&w.done, true);
    if (watched)
        pthread_join(w.thread, NULL);
    if (!good)
        return false;
    node_set_text(c->arena, n, "dataset", d->dataset);
    node_set_int(c->arena, n, "rows", r.rows);
    node_set_int(c->arena, n, "sealed", r.sealed);
    node_set_int(c->arena, n, "opened", r.opened);
    node_set_int(c->arena, n, "loose", r.loose);
    if (c->json)
        cli_json(c, n);
    else
        fprintf(c->out, "%.*s：核对 %s 行，新封存 %s 行，解除 %s 行%s\n", STR_ARG(d->title),
                grouped(c->arena, r.rows).ptr, grouped(c->arena, r.sealed).ptr,
                grouped(c->arena, r.opened).ptr,
                r.loose ? str_format(c->arena,
                                     "；另有 %s 行已没有规则封存，仍按封存处理，"
                                     "要解除请加 --open --reason 理由",
                                     grouped(c->arena, r.loose).ptr)
                              .ptr
                        : "");
    return true;
}

bool cmd_dataset_reseal(Cli *c, Err *e) {
    JudgeAsk ask = {
        .actor = c->actor, .open = cli_switch(c, "--open"), .reason = cli_option(c, "--reason")};

    if (ask.open && c->word_count == 0)
        return err_set(e, ERR_INVALID, NULL, "解除封存要写明是哪个数据集");
    if (c->word_count != 0) {
        const Dataset *d = content_dataset(c->content, c->words[0], e);

        return d != NULL && reseal_one(c, d, &ask, e);
    }
    for (size_t i = 0; i < content_dataset_count(c->content); i++) {
        const Dataset *d = content_dataset_at(c->content, i);

        if (d->sealing.count != 0 && !reseal_one(c, d, &ask, e))
            return false;
    }
    return true;
}
