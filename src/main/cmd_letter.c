/* SPDX-License-Identifier: MulanPSL-2.0 */
/* main/cmd_letter.c: documents of matters on the command line of the machine: list, draft, show,
 * and whether no number is missing. What is personal is seen on the page, by whom it concerns. */
#include "document/list.h"
#include "main/cli.h"
#include "main/table.h"

#include "base/citizen_text.h"

static MatterActor machine(const Cli *c) {
    return (MatterActor){c->actor, NULL};
}

static DocumentOffice office_of(const Cli *c) {
    return (DocumentOffice){
        .store = c->office->store, .content = c->content, .folder = c->office->folder};
}

static Str type_title(const Cli *c, Str type) {
    Err unknown = {0};
    const DocumentType *d = content_document(c->content, type, &unknown);

    return d != NULL ? d->title : type;
}

/* --- list ------------------------------------------------------------------------------------- */

static void json_row(const Cli *c, const Node *item) {
    static const char *const keys[] = {
        "id",      "number",    "type", "code",    "state",    "matter",   "author",       "opened",
        "changed", "issued_on", "due",  "answers", "answered", "revision", "organisation", NULL};
    Node *n = node_map(c->arena);

    for (size_t i = 0; keys[i] != NULL; i++)
        if (node_get(item, keys[i]) != NULL)
            node_set(c->arena, n, keys[i], (Node *)(uintptr_t)node_get(item, keys[i]));
    cli_json(c, n);
}

bool cmd_document_list(Cli *c, Err *e) {
    MatterActor who = machine(c);
    DocumentQuery q = {.type = cli_option(c, "--type"),
                       .state = cli_option(c, "--state"),
                       .matter = cli_option(c, "--matter"),
                       .limit = 200,
                       .items_only = true};
    Table *t = table_new(c->arena, "标识|文号|文书|状态|成文日期|事项");
    int64_t count = 0;

    do {
        const Node *page = document_list(c->office->store, c->content, &who, &q, c->arena, e);
        const Node *items = page != NULL ? node_get(page, "items") : NULL;

        if (items == NULL)
            return false;
        for (size_t i = 0; i < items->count && !cli_cancelled(c); i++, count++) {
            const Node *item = items->items[i];

            if (c->json)
                json_row(c, item);
            else
                table_add(t, (const Str[]){node_text(item, "id"), node_text(item, "number"),
                                           type_title(c, node_text(item, "type")),
                                           document_state_title(node_text(item, "state")),
                                           node_text(item, "issued_on"),
                                           node_text(item, "matter_number")});
        }
        q.cursor = node_text(page, "next");
    } while (q.cursor.len != 0 && !cli_cancelled(c));
    if (c->json)
        return true;
    if (count == 0)
        fputs("没有文书。\n", c->out);
    else
        table_write(t, c->out);
    return true;
}

/* --- draft ------------------------------------------------------------------------------------ */

/* The id of a matter, or the number that stands on paper. */
static bool matter_named(const Cli *c, Str word, Str *id, Err *e) {
    MatterActor who = machine(c);
    MatterQuery q = {.text = word, .state = STR("all"), .limit = 2, .items_only = true};
    Err unknown = {0};

    *id = word;
    if (matter_get(c->office->store, word, 0, c->arena, &unknown) != NULL)
        return true;
    const Node *page = matter_list(c->office->store, c->content, &who, &q, c->arena, e);
    const Node *items = page != NULL ? node_get(page, "items") : NULL;

    if (items == NULL)
        return false;
    if (items->count != 1)
        return err_set(e, items->count == 0 ? ERR_NOT_FOUND : ERR_CONFLICT, NULL,
                       items->count == 0 ? "没有事项 %.*s，请核对编号"
                                         : "有几件事项叫 %.*s，请写 matter list 里的标识",
                       STR_ARG(citizen_id_safe(c->arena, str_slice(word, 0, 60))));
    *id = node_text(items->items[0], "id");
    return true;
}

static void say_missing(const Cli *c, const Document *d) {
    Err unknown = {0};
    const DocumentType *type =
        document_type_pinned(c->office->store, c->content, d->type, d->version, c->arena, &unknown);
    const Node *missing = type != NULL ? document_missing(type, d, c->arena) : NULL;

    for (size_t i = 0; missing != NULL && i < missing->count; i++)
        fprintf(c->out, "待填：%.*s\n", STR_ARG(node_text(missing->items[i], "title")));
}

bool cmd_document_draft(Cli *c, Err *e) {
    DocumentOffice o = office_of(c);
    MatterActor who = machine(c);
    DocumentNew in = {.type = c->words[1]};
    Str id;

    if (!cli_number(c, "--organisation", 1, INT64_MAX, 0, &in.organisation, e) ||
        !matter_named(c, c->words[0], &in.matter, e) ||
        !document_draft(&o, &who, &in, c->arena, &id, e))
        return false;
    const Document *d = document_get(o.store, id, c->arena, e);

    if (d == NULL)
        return false;
    if (c->json) {
        Node *n = node_map(c->arena);

        node_set_text(c->arena, n, "id", id);
        node_set_int(c->arena, n, "revision", d->revision);
        cli_json(c, n);
        return true;
    }
    fprintf(c->out, "已起草“%.*s”：%.*s\n", STR_ARG(type_title(c, d->type)), STR_ARG(id));
    say_missing(c, d);
    return true;
}

/* --- show ------------------------------------------------------------------------------------- */

static void show_way(const Cli *c, const Node *rows) {
    Table *t = table_new(c->arena, ">次|时间|人员|操作");

    for (size_t i = 0; i < rows->count; i++)
        table_add(t, (const Str[]){str_format(c->arena, "%lld",
                                              (long long)node_int(rows->items[i], "revision", 0)),
                                   str_slice(node_text(rows->items[i], "at"), 0, 16),
                                   node_text(rows->items[i], "actor"),
                                   node_text(rows->items[i], "title")});
    table_write(t, c->out);
}

bool cmd_document_show(Cli *c, Err *e) {
    DocumentOffice o = office_of(c);
    const Document *d = document_get(o.store, c->words[0], c->arena, e);
    const Node *way = d != NULL ? document_timeline(o.store, d->id, c->arena, e) : NULL;

    if (way == NULL)
        return false;
    if (c->json) {
        scoped_buf Buf text = {0};

        buf_init(&text, (size_t)16 << 20);
        bind_write(document_state_rows, d, &text);
        cli_json(c, json_read(c->arena, str_dup(c->arena, buf_str(&text)), e));
        return true;
    }
    fprintf(c->out, "%.*s　%.*s　%.*s\n\n",
            STR_ARG(d->number.len > 0 ? d->number : STR("（未编号）")),
            STR_ARG(type_title(c, d->type)), STR_ARG(document_state_title(d->state)));
    show_way(c, way);
    return true;
}

/* --- numbers ---------------------------------------------------------------------------------- */

bool cmd_document_number_check(Cli *c, Err *e) {
    if (!document_numbers_sound(c->office->store, e))
        return false;
    if (c->json) {
        Node *n = node_map(c->arena);

        node_set_bool(c->arena, n, "sound", true);
        cli_json(c, n);
    } else {
        fputs("文号完整：每个序列没有重号，也没有缺号。\n", c->out);
    }
    return true;
}
