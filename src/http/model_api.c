/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/model_api.c: the ledger of supervision models, one model, its runs and its tests. */
#include "http/api.h"
#include "http/inputs.h"
#include "http/inside.h"
#include "http/run_rows.h"

#include <string.h>

/* --- the ledger ------------------------------------------------------------------------------- */

static Node *datasets_shown(Req *rq, const Model *m, Err *e) {
    Arena *a = req_arena(rq);
    Node *list = node_list(a);
    const Dataset *const *datasets;
    size_t n = model_datasets(m, &datasets);

    for (size_t i = 0; i < n; i++) {
        Node *dataset = node_map(a);
        int64_t rows;

        if (!counts_of(rq->server->counts, req_office(rq), req_snapshot(rq), datasets[i], &rows, e))
            return NULL;
        node_set_text(a, dataset, "dataset", datasets[i]->dataset);
        node_set_text(a, dataset, "title", datasets[i]->title);
        node_set_int(a, dataset, "rows", rows);
        node_add(a, list, dataset);
    }
    return list;
}

static int64_t open_of(const Node *counts, Str model) {
    int64_t n = 0;

    for (size_t i = 0; i < counts->count; i++)
        if (str_eq(node_text(counts->items[i], "model"), model))
            n += node_int(counts->items[i], "clues", 0);
    return n;
}

/* What the ledger says of a model; the description's other members stay for the detail. */
static Node *model_head(Req *rq, const Model *m, const Node *latest, const Node *open, Err *e) {
    Arena *a = req_arena(rq);
    Node *n = model_describe(m, a), *datasets = datasets_shown(rq, m, e);

    if (datasets == NULL)
        return NULL;
    node_set(a, n, "datasets", datasets);
    for (size_t i = 0; i < latest->count; i++)
        if (str_eq(node_text(latest->items[i], "model"), model_id(m)))
            node_set(a, n, "last_run", run_shown(req_snapshot(rq), latest->items[i], a));
    node_set_int(a, n, "open_clues", open_of(open, model_id(m)));
    return n;
}

bool api_model_list_get(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    Office *o = req_office(rq);
    const Models *models = req_snapshot(rq)->models;
    const Node *latest = clue_runs_latest(o, a, e);
    const Node *open = latest != NULL ? clue_open_counts(o, a, e) : NULL;
    Node *out = node_map(a), *items = node_list(a);

    for (size_t i = 0; open != NULL && i < models_count(models); i++) {
        Node *head = model_head(rq, models_at(models, i), latest, open, e);

        if (head == NULL)
            return false;
        node_add(a, items, head);
    }
    node_set_int(a, out, "total", (int64_t)items->count);
    node_set(a, out, "items", items);
    return open != NULL && reply_node(rq, out);
}

/* --- one model -------------------------------------------------------------------------------- */

static void add_sql(Req *rq, const Model *m, Node *n) {
    RunOptions options = {
        .today = day_today(), .visible = pool_visible(req_office(rq)->pool), .after = -1};
    scoped_buf Buf sql;

    buf_init(&sql, (size_t)1 << 20);
    model_sql(m, &options, &sql);
    node_set_text(req_arena(rq), n, "sql", buf_str(&sql));
}

bool api_model_get(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    Office *o = req_office(rq);
    const Model *m = models_find(req_snapshot(rq)->models, req_param(rq, 0), e);
    const Node *latest = m != NULL ? clue_runs_latest(o, a, e) : NULL;
    const Node *open = latest != NULL ? clue_open_counts(o, a, e) : NULL;
    const Node *funnel = open != NULL ? clue_funnel(o, model_id(m), a, e) : NULL;
    Node *n = funnel != NULL ? model_head(rq, m, latest, open, e) : NULL;
    const Node *steps = node_get(funnel, "funnel");

    if (n == NULL)
        return false;
    node_set(a, n, "funnel", steps != NULL ? (Node *)(uintptr_t)steps : node_list(a));
    if (steps != NULL)
        node_set_int(a, n, "funnel_run", node_int(funnel, "run", 0));
    add_sql(rq, m, n);
    return reply_node(rq, n);
}

bool api_model_runs(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    const PageQuery *q = req_query(rq);
    const Snapshot *s = req_snapshot(rq);
    const Model *m = models_find(s->models, req_param(rq, 0), e);
    int64_t from = 0;

    if (m == NULL)
        return false;
    if (q->cursor.len != 0 && (!str_to_int(q->cursor, &from) || from < 0))
        return err_set(e, ERR_INVALID, "?cursor", "翻页位置不对，请从第一页重新开始");
    Node *list =
        clue_runs(req_office(rq), model_id(m), q->limit > 0 ? q->limit : PAGE_DEFAULT, from, a, e);
    Node *items = node_list(a);

    if (list == NULL)
        return false;
    for (size_t i = 0; i < node_get(list, "items")->count; i++)
        node_add(a, items, run_shown(s, node_get(list, "items")->items[i], a));
    node_set(a, list, "items", items);
    return reply_node(rq, list);
}

/* --- runs and tests --------------------------------------------------------------------------- */

static bool start_run(Req *rq, Str model, Err *e) {
    const RunNew *in = req_body(rq);
    JobRun run = {.model = model,
                  .incremental = !req_gave(rq, "incremental") || in->incremental,
                  .actor = req_view(rq)->login};

    return reply_node(rq, jobs_run(server_jobs(req_server(rq)), &run, req_arena(rq), e));
}

bool api_model_run_create(Req *rq, Err *e) {
    const Model *m = models_find(req_snapshot(rq)->models, req_param(rq, 0), e);

    return m != NULL && start_run(rq, model_id(m), e);
}

bool api_model_run_all(Req *rq, Err *e) {
    return start_run(rq, (Str){NULL, 0}, e);
}

/* "通过 title" or "失败 title：why", one line per case. */
static Node *line_shown(Arena *a, Str line) {
    Node *n = node_map(a);
    Str word = {NULL, 0}, title = line;

    str_split(&title, ' ', &word);
    bool passed = str_is(word, "通过");
    ptrdiff_t colon = passed ? -1 : str_find(title, STR("："));

    node_set_text(a, n, "case", colon < 0 ? title : str_slice(title, 0, (size_t)colon));
    node_set_bool(a, n, "passed", passed);
    node_set_text(a, n, "text", line);
    return n;
}

bool api_model_test_post(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    const Snapshot *s = req_snapshot(rq);
    const Model *m = models_find(s->models, req_param(rq, 0), e);
    Node *n = node_map(a), *lines = node_list(a);
    int64_t passed = 0;
    scoped_buf Buf report;

    buf_init(&report, (size_t)4 << 20);
    if (m == NULL)
        return false;
    /* Failing cases are an answer; a case that could not be run is an error. */
    if (!model_test(m, s->content, &report, e) && e->code != ERR_CONTENT)
        return false;
    err_clear(e);
    Str rest = buf_str(&report), line;

    while (rest.len != 0 && str_split(&rest, '\n', &line)) {
        if (line.len == 0)
            continue;
        Node *shown = line_shown(a, str_dup(a, line));

        passed += node_bool(shown, "passed", false);
        node_add(a, lines, shown);
    }
    node_set_int(a, n, "passed", passed);
    node_set_int(a, n, "failed", (int64_t)lines->count - passed);
    node_set(a, n, "lines", lines);
    return reply_node(rq, n);
}
