/* SPDX-License-Identifier: MulanPSL-2.0 */
/* main/cmd_matter.c: matters on the command line of the machine: list, show, act, what the clocks
 * say. The program itself acts there, in the name of the machine's user: for mending, and for
 * looking into. */
#include "flow/matter.h"
#include "main/cli.h"
#include "main/table.h"

#include "base/citizen_text.h"

static MatterActor machine(const Cli *c) {
    return (MatterActor){c->actor, NULL};
}

static Str flow_title(const Cli *c, Str flow) {
    Err unknown = {0};
    const Flow *f = content_flow(c->content, flow, &unknown);

    return f != NULL ? f->title : flow;
}

/* The id, or the number that stands on paper. */
static bool named(const Cli *c, Str word, Str *id, Err *e) {
    MatterActor who = machine(c);
    MatterQuery q = {.text = word, .state = STR("all"), .limit = 2, .items_only = true};
    Err unknown = {0};
    const Node *page, *items;

    *id = word;
    if (matter_get(c->office->store, word, 0, c->arena, &unknown) != NULL)
        return true;
    page = matter_list(c->office->store, c->content, &who, &q, c->arena, e);
    items = page != NULL ? node_get(page, "items") : NULL;
    if (items == NULL)
        return false;
    if (items->count == 0)
        return err_set(e, ERR_NOT_FOUND, NULL, "没有事项 %.*s，请核对编号",
                       STR_ARG(citizen_id_safe(c->arena, str_slice(word, 0, 60))));
    if (items->count > 1)
        return err_set(e, ERR_CONFLICT, NULL, "有几件事项叫这个编号，请写 matter list 里的标识");
    *id = node_text(items->items[0], "id");
    return true;
}

/* --- list ------------------------------------------------------------------------------------- */

/* Periods end at midnight: the day before is the last one to act in time. */
static Str last_day(const Cli *c, Str due) {
    Instant at;
    char day[11];

    if (due.len == 0 || !instant_parse(due, &at))
        return due;
    day_format(day_of_instant(at - 1), day);
    return str_dup(c->arena, str_of(day));
}

static void add_row(const Cli *c, Table *t, const Node *item) {
    table_add(t, (const Str[]){node_text(item, "id"), node_text(item, "number"),
                               flow_title(c, node_text(item, "flow")), node_text(item, "state"),
                               node_text(item, "steps"), last_day(c, node_text(item, "due"))});
}

static void json_row(const Cli *c, const Node *item) {
    static const char *const keys[] = {"id",    "number", "flow",     "state",  "outcome",
                                       "level", "steps",  "opened",   "closed", "changed",
                                       "actor", "due",    "revision", NULL};
    Node *n = node_map(c->arena);

    for (size_t i = 0; keys[i] != NULL; i++)
        node_set(c->arena, n, keys[i], (Node *)(uintptr_t)node_get(item, keys[i]));
    cli_json(c, n);
}

bool cmd_matter_list(Cli *c, Err *e) {
    MatterActor who = machine(c);
    MatterQuery q = {.flow = cli_option(c, "--flow"),
                     .state = cli_option(c, "--state"),
                     .due = cli_option(c, "--due"),
                     .limit = 200,
                     .items_only = true};
    Table *t = table_new(c->arena, "标识|编号|流程|状态|当前步骤|期限");
    int64_t count = 0;

    do {
        const Node *page = matter_list(c->office->store, c->content, &who, &q, c->arena, e);
        const Node *items = page != NULL ? node_get(page, "items") : NULL;

        if (items == NULL)
            return false;
        for (size_t i = 0; i < items->count && !cli_cancelled(c); i++, count++) {
            if (c->json)
                json_row(c, items->items[i]);
            else
                add_row(c, t, items->items[i]);
        }
        q.cursor = node_text(page, "next");
    } while (q.cursor.len != 0 && !cli_cancelled(c));
    if (c->json)
        return true;
    if (count == 0)
        fputs("没有事项。\n", c->out);
    else
        table_write(t, c->out);
    return true;
}

/* --- show ------------------------------------------------------------------------------------- */

static Str step_title(const Flow *f, Str step) {
    const FlowStep *s = flow_step(f, step);

    return s != NULL ? s->title : step;
}

static void show_tasks(const Cli *c, const Flow *f, const MatterState *m) {
    const MatterTask *tasks = m->tasks.items;
    const MatterStep *steps = m->steps.items;
    Table *t = table_new(c->arena, "步骤|机构|角色|承办人");

    for (size_t i = 0; i < m->tasks.count; i++) {
        Str step = {NULL, 0};

        for (size_t k = 0; k < m->steps.count; k++)
            if (steps[k].id == tasks[i].step)
                step = step_title(f, steps[k].step);
        if (str_is(tasks[i].state, "open"))
            table_add(t, (const Str[]){
                             step, str_format(c->arena, "%lld", (long long)tasks[i].organisation),
                             tasks[i].role, tasks[i].login});
    }
    table_write(t, c->out);
}

static void show_timeline(const Cli *c, const Node *rows) {
    Table *t = table_new(c->arena, ">次|时间|人员|操作|步骤");

    for (size_t i = 0; rows != NULL && i < rows->count; i++)
        table_add(t, (const Str[]){str_format(c->arena, "%lld",
                                              (long long)node_int(rows->items[i], "revision", 0)),
                                   str_slice(node_text(rows->items[i], "at"), 0, 16),
                                   node_text(rows->items[i], "actor"),
                                   node_text(rows->items[i], "title"),
                                   node_text(rows->items[i], "step")});
    table_write(t, c->out);
}

/* Without what is personal: that is seen on the page, by whom it concerns. */
bool cmd_matter_show(Cli *c, Err *e) {
    MatterActor who = machine(c);
    Store *s = c->office->store;
    Str id;
    const MatterState *m;
    const Flow *f;
    Node *detail;

    if (!named(c, c->words[0], &id, e))
        return false;
    m = matter_get(s, id, 0, c->arena, e);
    f = m != NULL ? matter_flow(s, c->content, m, c->arena, e) : NULL;
    detail = f != NULL ? matter_detail(s, c->content, &who, id, c->arena, e) : NULL;
    if (detail == NULL)
        return false;
    if (c->json) {
        Node *tree = matter_tree(c->arena, m);

        node_set(c->arena, tree, "values", node_map(c->arena));
        node_set(c->arena, tree, "links", node_list(c->arena));
        cli_json(c, tree);
        return true;
    }
    fprintf(c->out, "%.*s　%.*s　%.*s\n\n", STR_ARG(m->number), STR_ARG(f->title),
            STR_ARG(m->state));
    show_tasks(c, f, m);
    fputc('\n', c->out);
    show_timeline(c, node_get(detail, "timeline"));
    return true;
}

/* --- act -------------------------------------------------------------------------------------- */

/* field=value */
static bool take_value(const Cli *c, Node *values, Str word, Err *e) {
    ptrdiff_t equals = str_find(word, STR("="));

    if (equals <= 0)
        return err_set(e, ERR_USAGE, NULL, "填写的内容应当写成 字段=内容");
    node_set_text(c->arena, values, str_c(c->arena, str_slice(word, 0, (size_t)equals)),
                  str_slice(word, (size_t)equals + 1, word.len));
    return true;
}

bool cmd_matter_act(Cli *c, Err *e) {
    MatterActor who = machine(c);
    Node *values = node_map(c->arena), *n = node_map(c->arena);
    FlowAct act = {.verb = VERB_COUNT,
                   .actor = c->actor,
                   .action = cli_option(c, "--action"),
                   .target = cli_option(c, "--target"),
                   .reason = cli_option(c, "--reason"),
                   .values = values};
    int64_t revision = 0;
    Str id;

    for (const BindName *v = flow_verb_names; v->name != NULL; v++)
        if (str_is(c->words[1], v->name))
            act.verb = v->value;
    if (act.verb == VERB_COUNT || act.verb == VERB_BEGIN || act.verb == VERB_FILE)
        return err_set(e, ERR_USAGE, NULL, "没有这种操作，可用 terminate、undo、reopen、urge 等");
    for (size_t i = 2; i < c->word_count; i++)
        if (!take_value(c, values, c->words[i], e))
            return false;
    if (!named(c, c->words[0], &id, e) ||
        !matter_act(c->office->store, c->content, &who, id, 0, &act, c->arena, &revision, e))
        return false;
    node_set_text(c->arena, n, "id", id);
    node_set_int(c->arena, n, "revision", revision);
    if (c->json)
        cli_json(c, n);
    else
        fprintf(c->out, "已办，现在是第 %lld 次。\n", (long long)revision);
    return true;
}

/* --- clocks ----------------------------------------------------------------------------------- */

bool cmd_matter_clocks(Cli *c, Err *e) {
    Node *n = node_map(c->arena);
    Instant next = INT64_MAX;
    int64_t fired = 0, all = 0;
    char at[INSTANT_TEXT] = "";

    do {
        if (!matter_clocks(c->office->store, c->content, instant_now(), 500, &fired, &next, e))
            return false;
        all += fired;
    } while (fired != 0 && !cli_cancelled(c));
    if (next != INT64_MAX)
        instant_format(next, at);
    node_set_int(c->arena, n, "fired", all);
    node_set_text(c->arena, n, "next", str_of(at));
    if (c->json)
        cli_json(c, n);
    else
        fprintf(c->out, "发出提醒 %lld 次；下一次：%s\n", (long long)all,
                at[0] != '\0' ? at : "没有");
    return true;
}
