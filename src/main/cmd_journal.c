/* SPDX-License-Identifier: MulanPSL-2.0 */
/* main/cmd_journal.c: is the chain whole, and do its events give the tables again? */
#include "main/cli.h"
#include "main/table.h"

bool cmd_journal_verify(Cli *c, Err *e) {
    JournalCheck check = {0};
    bool good = journal_verify(c->office->store, &check, e);
    Node *n = node_map(c->arena);

    node_set_bool(c->arena, n, "whole", good);
    node_set_int(c->arena, n, "entries", check.entries);
    node_set_int(c->arena, n, "bad", check.bad);
    node_set_text(c->arena, n, "head", str_of(check.head));
    if (c->json)
        cli_json(c, n);
    else if (good)
        fprintf(c->out, "日志链完整：共 %s 条，末端 %.16s…\n", grouped(c->arena, check.entries).ptr,
                check.head);
    return good;
}

bool cmd_journal_rebuild(Cli *c, Err *e) {
    char before[65] = "", after[65] = "";
    Node *n = node_map(c->arena);

    if (!journal_digest(c->office->store, before, e) ||
        !journal_rebuild(c->office->store, after, e))
        return false;
    bool same = str_is(str_of(before), after);

    node_set_text(c->arena, n, "digest", str_of(after));
    node_set_bool(c->arena, n, "same", same);
    if (c->json)
        cli_json(c, n);
    else
        fprintf(c->out, "已由日志重建全部业务表，与重建前%s。\n摘要 %s\n",
                same ? "完全一致" : "不一致：原来的表已被日志以外的途径改动过，现以日志为准",
                after);
    return true;
}
