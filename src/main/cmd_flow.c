/* SPDX-License-Identifier: MulanPSL-2.0 */
/* main/cmd_flow.c: flows on the command line: list, show, check, test. */
#include <sys/stat.h>

#include "content/flow.h"
#include "flow/cases.h"
#include "main/cli.h"
#include "main/table.h"

bool cmd_flow_list(Cli *c, Err *e) {
    Arena *a = c->arena;
    Table *t = table_new(a, "流程|名称|分组|>步骤|版本");

    (void)e;
    for (size_t i = 0; i < content_flow_count(c->content); i++) {
        const Flow *f = content_flow_at(c->content, i);
        Node *n = node_map(a);

        table_add(t, (const Str[]){f->flow, f->title, f->group, grouped(a, (int64_t)f->steps.count),
                                   f->version});
        node_set_text(a, n, "flow", f->flow);
        node_set_text(a, n, "title", f->title);
        node_set_text(a, n, "group", f->group);
        node_set_int(a, n, "steps", (int64_t)f->steps.count);
        node_set_text(a, n, "version", f->version);
        if (c->json)
            cli_json(c, n);
    }
    if (!c->json)
        table_write(t, c->out);
    return true;
}

/* ---- one flow in words ---- */

static Str owners_of(const Cli *c, const Flow *f, const FlowStep *s) {
    const FlowOwner *owners = s->by.items;
    scoped_buf Buf out;

    buf_init(&out, 4096);
    for (size_t i = 0; i < s->by.count; i++) {
        const Role *role = content_role(c->content, owners[i].role, NULL);

        buf_addf(&out, "%s%.*s %.*s", i == 0 ? "" : "、",
                 STR_ARG(flow_party(f, owners[i].party)->title),
                 STR_ARG(role != NULL ? role->title : owners[i].role));
    }
    return str_dup(c->arena, buf_str(&out));
}

static Str clocks_of(const Cli *c, const FlowStep *s) {
    const FlowClock *clocks = s->within.items;
    scoped_buf Buf out;

    buf_init(&out, 4096);
    for (size_t i = 0; i < s->within.count; i++) {
        const Period *p = content_period(c->content, clocks[i].period, NULL);

        buf_addf(&out, "%s%.*s", i == 0 ? "" : "、", STR_ARG(clocks[i].period));
        for (const BindName *unit = period_unit_names; p != NULL && unit->name != NULL; unit++)
            if (unit->value == p->unit && p->stricter_of.count == 0)
                buf_addf(&out, " %lld %s", (long long)p->count, unit->title);
    }
    return str_dup(c->arena, buf_str(&out));
}

/* Where the action leads; documents and copies are left out. */
static Str action_of(const Cli *c, const Flow *f, const FlowAction *act) {
    scoped_buf Buf out;

    buf_init(&out, 4096);
    buf_addf(&out, "%.*s", STR_ARG(act->title));
    for (size_t i = 0; i < act->to.count; i++)
        buf_addf(&out, "%s%.*s", i == 0 ? (act->back ? " ← " : " → ") : "、",
                 STR_ARG(flow_step(f, ((const Str *)act->to.items)[i])->title));
    if (act->closes.len > 0)
        buf_addf(&out, " → 结束：%.*s", STR_ARG(flow_outcome(f, act->closes)->title));
    if (act->when.count > 0)
        buf_add_c(&out, "（有条件）");
    return str_dup(c->arena, buf_str(&out));
}

static void show_steps(const Cli *c, const Flow *f) {
    Table *t = table_new(c->arena, "步骤|名称|办理|期限|动作");
    const Str none = {NULL, 0};

    for (size_t i = 0; i < f->steps.count; i++) {
        const FlowStep *s = &flow_steps(f)[i];

        for (size_t j = 0; j < s->actions.count; j++) {
            Str action = action_of(c, f, &step_actions(s)[j]);

            if (j == 0)
                table_add(t, (const Str[]){s->step, s->title, owners_of(c, f, s), clocks_of(c, s),
                                           action});
            else
                table_add(t, (const Str[]){none, none, none, none, action});
        }
    }
    table_write(t, c->out);
}

static void show_parties(const Cli *c, const Flow *f) {
    Table *t = table_new(c->arena, "参与方|名称|说明");

    for (size_t i = 0; i < f->parties.count; i++) {
        const FlowParty *p = &flow_parties(f)[i];
        const FlowParty *led = flow_party(f, p->leader_of);

        table_add(t, (const Str[]){p->party, p->title,
                                   p->starter    ? STR("发起方")
                                   : led != NULL ? str_format(c->arena, "%.*s的上级，自动确定",
                                                              STR_ARG(led->title))
                                   : p->required ? STR("必须写明")
                                                 : STR("可以不写")});
    }
    table_write(t, c->out);
}

bool cmd_flow_show(Cli *c, Err *e) {
    const Flow *f = content_flow(c->content, c->words[0], e);
    Node *n;

    if (f == NULL)
        return false;
    if (c->json) {
        n = flow_diagram(f, c->arena);
        node_set_text(c->arena, n, "flow", f->flow);
        node_set_text(c->arena, n, "title", f->title);
        node_set_text(c->arena, n, "version", f->version);
        cli_json(c, n);
        return true;
    }
    fprintf(c->out, "%.*s（%.*s），版本 %.*s%s\n%.*s\n\n", STR_ARG(f->title), STR_ARG(f->flow),
            STR_ARG(f->version), f->review ? "，待法律人员确认" : "", STR_ARG(f->help));
    show_parties(c, f);
    fputc('\n', c->out);
    show_steps(c, f);
    return true;
}

/* ---- checking a file ---- */

static bool read_file(const char *path, Arena *a, Str *out, Err *e) {
    struct stat st;
    scoped_buf Buf text;
    char piece[16384];
    size_t n;
    FILE *f;

    buf_init(&text, YAML_SIZE_MAX);
    if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
        return err_set(e, ERR_USAGE, NULL, "%s 不是普通文件：请写明一个流程文件", path);
    f = fopen(path, "re");
    if (f == NULL)
        return err_set(e, ERR_NOT_FOUND, NULL, "没有文件 %s，或不能读，请检查路径和权限", path);
    while ((n = fread(piece, 1, sizeof piece, f)) > 0)
        buf_add_bytes(&text, piece, n);
    fclose(f);
    if (text.full)
        return err_set(e, ERR_TOO_LARGE, NULL, "文件 %s 超过 8 MiB，不是流程文件", path);
    *out = str_dup(a, buf_str(&text));
    return true;
}

/* The way into the mistake, by titles. */
static void show_path(const Cli *c, const Flow *f, const Node *path) {
    fprintf(c->out, "走法：");
    for (size_t i = 0; i < path->count; i++) {
        const FlowStep *s = flow_step(f, path->items[i]->text);

        fprintf(c->out, "%s%.*s", i == 0 ? "" : " → ",
                STR_ARG(s != NULL ? s->title : path->items[i]->text));
    }
    fputc('\n', c->out);
}

bool cmd_flow_check(Cli *c, Err *e) {
    const Flow *f = NULL, *refused = NULL;
    Node *path = NULL, *n = node_map(c->arena);
    Str text;

    if (!read_file(cli_path(c, c->words[0]), c->arena, &text, e))
        return false;
    f = flow_try(c->content, c->arena, text, str_c(c->arena, c->words[0]), &refused, &path, e);
    if (c->json && (f != NULL || path != NULL)) {
        const Flow *read = f != NULL ? f : refused;

        node_set_text(c->arena, n, "flow", read->flow);
        node_set_text(c->arena, n, "title", read->title);
        node_set_bool(c->arena, n, "good", f != NULL);
        if (path != NULL)
            node_set(c->arena, n, "path", path);
        cli_json(c, n);
    } else if (f != NULL) {
        fprintf(c->out, "%.*s（%.*s）没有错误：%zu 个步骤都有人办、走得通、退得回、有人催。\n",
                STR_ARG(f->title), STR_ARG(f->flow), f->steps.count);
    } else if (path != NULL) {
        show_path(c, refused, path);
    }
    return f != NULL;
}

/* ---- cases ---- */

bool cmd_flow_test(Cli *c, Err *e) {
    FlowTally tally = {0};
    scoped_buf Buf report;
    bool good = true;

    buf_init(&report, (size_t)4 << 20);
    if (c->word_count != 0) {
        const Flow *f = content_flow(c->content, c->words[0], e);

        good = f != NULL && flow_cases(c->content, f, &report, &tally, e);
        if (f == NULL)
            return false;
        fprintf(c->out, "flows: %zu flows, %zu edges covered, %zu cases\n", tally.flows,
                tally.covered, tally.cases);
    } else {
        good = flow_cases_all(c->content, &report, e);
    }
    fwrite(report.len != 0 ? report.ptr : "", 1, report.len, c->out);
    return good;
}
