/* SPDX-License-Identifier: MulanPSL-2.0 */
/* main/cmd_audit.c: the journal in words, who looked at a row, evidence, and what is old enough to
 * be made unreadable. Looking from the machine itself leaves an entry, too. */
#include "main/cli.h"
#include "main/table.h"
#include "trace/audit.h"
#include "trace/evidence.h"
#include "trace/retention.h"

enum { SEARCH_DEFAULT = 50, SEARCH_MOST = 500 };

static bool day_option(const Cli *c, const char *name, Day *out, Err *e) {
    Str text = cli_option(c, name);

    *out = DAY_NONE;
    return text.len == 0 || day_parse(text, out) ||
           err_set(e, ERR_INVALID, name, "“%.*s”不是日期，请写成 2026-01-05", STR_ARG(text));
}

/* People on the machine have no rights of their own: the entry names who they are. */
static bool told(const Cli *c, const char *kind, Str subject, Node *body, Err *e) {
    Rights nobody = {.login = c->actor};
    Viewer asker = {.rights = &nobody, .address = STR("本机"), .device = STR("命令行")};

    return audit_record(c->office->store, &asker, kind, subject, body, e);
}

static void show(Cli *c, const Node *page) {
    const Node *items = node_get(page, "items");
    Table *t = table_new(c->arena, "顺序号|时间|谁|做了什么");

    for (size_t i = 0; i < items->count; i++) {
        const Node *n = items->items[i];

        if (c->json) {
            cli_json(c, n);
            continue;
        }
        table_add(t,
                  (const Str[]){str_format(c->arena, "%lld", (long long)node_int(n, "sequence", 0)),
                                str_slice(node_text(n, "at"), 0, 19), node_text(n, "actor"),
                                node_text(n, "sentence")});
    }
    if (c->json)
        return;
    table_write(t, c->out);
    fprintf(c->out, "共 %s 条，显示 %zu 条。\n", grouped(c->arena, node_int(page, "total", 0)).ptr,
            items->count);
}

bool cmd_journal_search(Cli *c, Err *e) {
    AuditQuery q = {.person = cli_option(c, "--person"),
                    .kind = cli_option(c, "--kind"),
                    .object = cli_option(c, "--object"),
                    .purpose = cli_option(c, "--purpose")};
    Node *body = node_map(c->arena);

    if (!day_option(c, "--from", &q.from, e) || !day_option(c, "--to", &q.to, e) ||
        !cli_number(c, "--limit", 1, SEARCH_MOST, SEARCH_DEFAULT, &q.limit, e))
        return false;
    const Node *page = audit_search(c->office->store, c->content, c->arena, &q, e);

    if (page == NULL)
        return false;
    node_set_text(c->arena, body, "person", q.person);
    node_set_text(c->arena, body, "kind", q.kind);
    node_set_text(c->arena, body, "object", q.object);
    node_set_int(c->arena, body, "total", node_int(page, "total", 0));
    if (!told(c, "audit.searched", STR("journal"), body, e))
        return false;
    show(c, page);
    return true;
}

bool cmd_audit_who(Cli *c, Err *e) {
    const Dataset *d = content_dataset(c->content, c->words[0], e);
    Node *body = node_map(c->arena);

    if (d == NULL)
        return false;
    Str object = str_format(c->arena, "row:%.*s/%.*s", STR_ARG(d->dataset), STR_ARG(c->words[1]));
    const Node *page =
        audit_who(c->office->store, c->content, c->arena, object, (Str){NULL, 0}, SEARCH_MOST, e);

    if (page == NULL)
        return false;
    node_set_text(c->arena, body, "object", object);
    node_set_int(c->arena, body, "total", node_int(page, "total", 0));
    if (!told(c, "audit.looked_up", object, body, e))
        return false;
    show(c, page);
    return true;
}

bool cmd_journal_export(Cli *c, Err *e) {
    EvidenceAsk ask = {.actor = c->actor, .cancel = c->cancel};
    EvidenceDone done = {0};
    const char *path = cli_path(c, c->words[0]);
    Node *body = node_map(c->arena);

    if (!cli_number(c, "--from", 1, INT64_MAX, 0, &ask.from, e) ||
        !cli_number(c, "--to", 1, INT64_MAX, 0, &ask.to, e) ||
        !evidence_export(c->office->store, c->content, &ask, path, &done, e))
        return false;
    node_set_int(c->arena, body, "from", done.from);
    node_set_int(c->arena, body, "to", done.to);
    node_set_text(c->arena, body, "head", str_of(done.head));
    if (!told(c, "audit.exported", STR("journal"), body, e)) {
        remove(path);
        return false;
    }
    if (c->json)
        cli_json(c, body);
    else
        fprintf(
            c->out,
            "已导出第 %lld 至第 %lld 条到 %s。\n最后一条的校验值 %s，请另行保存；核对方法见压缩包"
            "里的 README.md。\n",
            (long long)done.from, (long long)done.to, path, done.head);
    return true;
}

bool cmd_retention_list(Cli *c, Err *e) {
    const Node *due = retention_due(c->office->store, c->content, c->arena, instant_now(),
                                    cli_option(c, "--after"), SEARCH_MOST, e);
    Table *t = table_new(c->arena, "对象|最后一次|留存规定|月数");

    for (size_t i = 0; due != NULL && i < due->count; i++) {
        const Node *n = due->items[i];

        if (c->json)
            cli_json(c, n);
        table_add(t,
                  (const Str[]){node_text(n, "subject"), str_slice(node_text(n, "at"), 0, 10),
                                node_text(n, "retention"),
                                str_format(c->arena, "%lld", (long long)node_int(n, "months", 0))});
    }
    if (due != NULL && !c->json) {
        table_write(t, c->out);
        fprintf(c->out,
                "日志本身从不缩短；以上对象的封存内容已过留存期限，经两人审批后可以销毁其密钥。\n");
    }
    return due != NULL;
}

bool cmd_retention_destroy(Cli *c, Err *e) {
    Node *n = node_map(c->arena);

    if (!cli_switch(c, "--yes"))
        return err_set(e, ERR_USAGE, NULL, "销毁后 %.*s 的封存内容永远不能再读出；确认请加上 --yes",
                       STR_ARG(c->words[0]));
    int64_t approval;

    if (!retention_destroy(c->office->store, c->content, c->actor, c->words[0], &approval, e))
        return false;
    node_set_text(c->arena, n, "subject", c->words[0]);
    node_set_int(c->arena, n, "approval", approval);
    if (c->json)
        cli_json(c, n);
    else
        fprintf(c->out, "依据审批 %lld 号，已销毁 %.*s 的密钥。\n", (long long)approval,
                STR_ARG(c->words[0]));
    return true;
}
