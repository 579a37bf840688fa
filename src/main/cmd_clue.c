/* SPDX-License-Identifier: MulanPSL-2.0 */
/* main/cmd_clue.c: clues on the command line. */
#include "clue/each.h"
#include "clue/life.h"
#include "main/cli.h"
#include "main/table.h"

static Str title_of(const BindName *names, Str name) {
    for (; names->name != NULL; names++)
        if (str_is(name, names->name))
            return str_of(names->title);
    return name;
}

/* --- list ------------------------------------------------------------------------------------- */

typedef struct Listing {
    Cli *cli;
    Table *table;
    size_t count;
} Listing;

/* The shape DESIGN §5 names: id, model, level, title, subject, evidence. */
static void write_json(const Cli *c, const Node *clue) {
    static const char *const keys[] = {"id",      "model",    "level", "title",
                                       "subject", "evidence", NULL};
    scoped_arena Arena *a = arena_new();
    Node *n = node_map(a);

    for (size_t i = 0; keys[i] != NULL; i++)
        node_set(a, n, keys[i], (Node *)(uintptr_t)node_get(clue, keys[i]));
    cli_json(c, n);
}

static bool list_one(void *context, const Node *clue, Err *e) {
    Listing *l = context;
    Arena *a = l->cli->arena;

    (void)e;
    l->count++;
    if (cli_cancelled(l->cli) || ferror(l->cli->out))
        return false;
    if (l->cli->json) {
        write_json(l->cli, clue);
        return true;
    }
    table_add(l->table,
              (const Str[]){str_format(a, "XS-%06lld", (long long)node_int(clue, "number", 0)),
                            title_of(clue_level_names, node_text(clue, "level")),
                            str_dup(a, node_text(clue, "model")),
                            str_dup(a, node_text(clue, "title"))});
    return true;
}

bool cmd_clue_list(Cli *c, Err *e) {
    Str model = cli_option(c, "--model");
    Listing l = {.cli = c, .table = table_new(c->arena, "编号|等级|模型|线索")};

    if (model.len != 0 && models_find(c->models, model, e) == NULL)
        return false;
    if (!clue_each(c->office, model, cli_option(c, "--level"), cli_option(c, "--status"), list_one,
                   &l, e))
        return false;
    if (c->json)
        return true;
    if (l.count == 0) {
        fputs("没有线索。导入数据后运行 lianheng model run --all。\n", c->out);
        return true;
    }
    table_write(l.table, c->out);
    fprintf(c->out, "共 %s 条。\n", grouped(c->arena, (int64_t)l.count).ptr);
    return true;
}

/* --- show ------------------------------------------------------------------------------------- */

static bool id_of_number(void *context, const Node *clue, Err *e) {
    Listing *l = context;
    int64_t wanted;
    Str word = l->cli->words[0];

    (void)e;
    if (str_starts(word, STR("XS-")))
        word = str_slice(word, 3, word.len);
    if (!str_to_int(word, &wanted) || wanted != node_int(clue, "number", 0))
        return true;
    l->cli->words[0] = str_dup(l->cli->arena, node_text(clue, "id"));
    return false;
}

static void show_evidence(const Cli *c, const Node *evidence) {
    for (size_t i = 0; evidence != NULL && i < evidence->count; i++) {
        const Node *row = evidence->items[i], *fields = node_get(row, "fields");

        fprintf(c->out, "\n【%.*s】第 %lld 批，行 %.*s%s\n",
                STR_ARG(node_text(row, "dataset_title")), (long long)node_int(row, "batch", 0),
                STR_ARG(node_text(row, "row")), node_bool(row, "live", true) ? "" : "（已被更正）");
        for (size_t k = 0; fields != NULL && k < fields->count; k++) {
            const Node *f = fields->items[k];

            if (node_text(f, "value").len != 0)
                fprintf(c->out, "  %s %.*s：%.*s\n", node_bool(f, "used", false) ? "→" : " ",
                        STR_ARG(node_text(f, "title")), STR_ARG(node_text(f, "value")));
        }
    }
}

/* Whose it is, by when, what became of it. */
static void show_life(const Cli *c, const Node *clue) {
    Str outcome = node_text(clue, "outcome_title");
    char due[11] = "";
    Instant end;

    if (instant_parse(node_text(clue, "due"), &end)) /* the last day in time */
        day_format(day_of_instant(end - 1), due);

    fprintf(c->out, "\n阶段：%.*s%s%.*s　来源：%.*s　承办：%.*s%s%.*s%s%s\n",
            STR_ARG(node_text(clue, "life_title")), outcome.len != 0 ? "，" : "", STR_ARG(outcome),
            STR_ARG(node_text(clue, "source_title")), STR_ARG(node_text(clue, "owner_role_title")),
            node_text(clue, "owner_login").len != 0 ? " " : "",
            STR_ARG(node_text(clue, "owner_login")), due[0] != 0 ? "　期限：" : "", due);
}

bool cmd_clue_show(Cli *c, Err *e) {
    Listing l = {.cli = c};

    /* By id, or by the number people see. */
    if (c->words[0].len != 32 &&
        !clue_each(c->office, (Str){NULL, 0}, (Str){NULL, 0}, STR("all"), id_of_number, &l, e))
        return false;
    Node *clue = clue_get(c->office, c->words[0], c->arena, e);

    if (clue == NULL)
        return false;
    Snapshot *s = office_snapshot(c->office);

    clue_life_words(s->content, clue, c->arena);
    snapshot_drop(s);
    if (c->json) {
        cli_json(c, clue);
        return true;
    }
    fprintf(c->out, "%.*s\n等级：%.*s　状态：%.*s　模型：%.*s\n\n%.*s\n",
            STR_ARG(node_text(clue, "title")),
            STR_ARG(title_of(clue_level_names, node_text(clue, "level"))),
            STR_ARG(title_of(clue_status_names, node_text(clue, "status"))),
            STR_ARG(node_text(clue, "model_title")), STR_ARG(node_text(clue, "explanation")));
    show_life(c, clue);
    show_evidence(c, node_get(clue, "evidence"));
    return true;
}
