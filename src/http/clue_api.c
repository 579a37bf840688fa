/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/clue_api.c: clues under conditions, one clue with its grounds, and exports. */
#include "clue/life.h"
#include "http/api.h"
#include "http/clue_rows.h"
#include "http/inputs.h"
#include "http/inside.h"
#include "http/matter_words.h"
#include "http/trace_words.h"
#include "http/words.h"

#include <stdio.h>
#include <sys/stat.h>

static ClueQuery query_of(const ClueListQuery *q) {
    return (ClueQuery){.model = q->model,
                       .level = q->level,
                       .status = q->status,
                       .strength = q->strength,
                       .text = q->text,
                       .subject_key = q->subject,
                       .life = q->life,
                       .source = q->source,
                       .outcome = q->outcome,
                       .mine = q->mine,
                       .sort = q->sort,
                       .cursor = q->cursor,
                       .from = q->from,
                       .to = q->to,
                       .limit = q->limit};
}

bool api_clue_list_get(Req *rq, Err *e) {
    ClueQuery q = query_of(req_query(rq));

    return reply_node(rq, clue_page(req_office(rq), req_snapshot(rq), &q, req_arena(rq), e));
}

/* --- one clue --------------------------------------------------------------------------------- */

static Node *history_shown(Arena *a, const Node *events) {
    static const BindName words[] = {{"clue.found", 0, "发现线索"},
                                     {"clue.changed", 1, "依据有变化，线索已更新"},
                                     {"clue.withdrawn", 2, "依据已消失，线索撤销"},
                                     {"clue.registered", 4, "登记线索"},
                                     {"clue.restored", 3, "依据重新出现，线索恢复"},
                                     {NULL, 0, NULL}};
    Node *list = node_list(a);

    for (size_t i = 0; events != NULL && i < events->count; i++) {
        const Node *event = events->items[i];
        Node *step = node_map(a);
        Err ignored = {0};
        const Node *body = json_read(a, node_text(event, "body"), &ignored);
        Str kind = node_text(event, "kind");

        node_set_text(a, step, "at", node_text(event, "at"));
        node_set_text(a, step, "kind", kind);
        node_set_text(a, step, "actor", node_text(event, "actor"));
        node_set_text(a, step, "title", kind);
        for (const BindName *w = words; w->name != NULL; w++)
            if (str_is(kind, w->name))
                node_set_text(a, step, "title", str_of(w->title));
        if (body != NULL && node_text(body, "verb").len != 0)
            node_set_text(a, step, "title",
                          title_of_name(clue_verb_names, node_text(body, "verb")));
        if (body != NULL && node_get(body, "run") != NULL)
            node_set_int(a, step, "run", node_int(body, "run", 0));
        node_add(a, list, step);
    }
    return list;
}

/* The run that found a clue held every condition against its rows. Of a withdrawn clue one no
 * longer holds, and nobody has asked which: then none are listed. */
static Node *conditions_shown(Arena *a, const Node *conditions, bool live) {
    Node *list = node_list(a);

    for (size_t i = 0; live && conditions != NULL && i < conditions->count; i++) {
        Node *condition = node_map(a);

        node_set_text(a, condition, "sentence", node_text(conditions->items[i], "sentence"));
        node_set_bool(a, condition, "holds", true);
        node_add(a, list, condition);
    }
    return list;
}

/* None where nobody is named: no key is nobody's. */
static Node *same_subject(Req *rq, const Node *clue, Err *e) {
    Arena *a = req_arena(rq);
    ClueQuery q = {.subject_key = node_text(clue, "subject_key"),
                   .status = STR("all"),
                   .from = DAY_NONE,
                   .to = DAY_NONE,
                   .limit = 21,
                   .items_only = true};
    Node *list = node_list(a);

    if (q.subject_key.len == 0)
        return list;
    const Node *page = clue_page(req_office(rq), req_snapshot(rq), &q, a, e);
    const Node *items = page != NULL ? node_get(page, "items") : NULL;

    for (size_t i = 0; items != NULL && i < items->count; i++)
        if (!str_eq(node_text(items->items[i], "id"), node_text(clue, "id")))
            node_add(a, list, items->items[i]);
    return items != NULL ? list : NULL;
}

static void name_aliases(Arena *a, const Node *evidence) {
    for (size_t i = 0; evidence != NULL && i < evidence->count; i++)
        if (node_text(evidence->items[i], "alias_title").len == 0)
            node_set_text(a, evidence->items[i], "alias_title",
                          node_text(evidence->items[i], "dataset_title"));
}

static bool name_actors(Req *rq, const Node *history, Err *e) {
    Arena *a = req_arena(rq);
    Names names;

    names_begin(&names, a);
    for (size_t i = 0; i < history->count; i++)
        names_want(&names, a, node_text(history->items[i], "actor"));
    if (!names_read(&names, req_office(rq)->store, a, e))
        return false;
    for (size_t i = 0; i < history->count; i++)
        node_set_text(a, history->items[i], "actor_name",
                      name_of(&names, node_text(history->items[i], "actor")));
    return true;
}

bool api_clue_get_one(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    const Node *clue = clue_get(req_office(rq), req_param(rq, 0), a, e);
    Node *same = clue != NULL ? same_subject(rq, clue, e) : NULL;

    if (same == NULL)
        return false;
    Node *n = clue_shown(req_snapshot(rq), clue, a), *alone = node_list(a);
    bool live = !str_is(node_text(clue, "status"), "withdrawn");

    name_aliases(a, node_get(n, "evidence"));
    node_set(a, n, "history", history_shown(a, node_get(clue, "history")));
    node_set(a, n, "conditions", conditions_shown(a, node_get(clue, "conditions"), live));
    node_set(a, n, "same_subject", same);
    if (node_get(n, "basis") == NULL)
        node_set(a, n, "basis", node_list(a));
    node_add(a, alone, n);
    return name_actors(rq, node_get(n, "history"), e) && clue_owners(req_office(rq), alone, a, e) &&
           reply_node(rq, n);
}

/* --- exports ---------------------------------------------------------------------------------- */

bool api_export_create(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    const ExportNew *in = req_body(rq);
    ClueQuery q = query_of(&in->query);
    char day[11];
    ShelfItem item = {0};
    Viewer asker;
    ExportFor who;
    int64_t rows;
    struct stat st;
    Node *n = node_map(a);

    if (!str_is(in->what, "clues"))
        return err_set(e, ERR_INVALID, "/what", "只能导出线索（clues）");
    if (node_get(rq->body_tree, "query") == NULL)
        q.from = q.to = DAY_NONE;
    day_format(day_today(), day);
    shelf_path(rq->server->exports, a, "", &item.id, &item.path);
    item.name = str_format(a, "线索-%s.%.*s", day, STR_ARG(in->format));
    if (!export_for(rq, &asker, in->purpose, in->case_number, in->reason, &who, e) ||
        !clue_export(req_office(rq), &q, in->format, &who, item.path.ptr, &rows, e))
        return false;
    item.size = stat(item.path.ptr, &st) == 0 ? st.st_size : 0;
    shelf_put(rq->server->exports, req_view(rq)->login, &item);
    node_set_text(a, n, "export", item.id);
    node_set_text(a, n, "file_name", item.name);
    node_set_int(a, n, "rows", rows);
    return reply_node(rq, n);
}

bool api_export_get(Req *rq, Err *e) {
    ShelfItem item;

    if (!shelf_find(rq->server->exports, req_view(rq)->login, req_param(rq, 0), req_arena(rq),
                    &item, e))
        return false;
    return reply_file(rq, item.path.ptr, item.name,
                      str_ends(item.name, STR(".csv"))
                          ? "text/csv; charset=utf-8"
                          : "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                      false, e);
}
