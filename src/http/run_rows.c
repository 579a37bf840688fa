/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/run_rows.c: runs as the page shows them, for the ledger, a model's history and jobs. */
#include "http/run_rows.h"

Str model_title_of(const Snapshot *s, Str model) {
    Err unknown = {0};
    const Model *m = models_find(s->models, model, &unknown);

    return m != NULL ? model_title(m) : model;
}

Node *run_shown(const Snapshot *s, const Node *row, Arena *a) {
    static const char *const texts[] = {"version", "at", "as_of", "actor", NULL};
    static const char *const numbers[][2] = {
        {"rows", "rows_read"},  {"hits", "hits"},           {"new", "found"},
        {"changed", "changed"}, {"withdrawn", "withdrawn"}, {"unchanged", "unchanged"},
        {NULL, NULL},
    };
    Node *run = node_map(a);

    node_set_int(a, run, "run", node_int(row, "run", 0));
    node_set_text(a, run, "model", node_text(row, "model"));
    node_set_text(a, run, "title", model_title_of(s, node_text(row, "model")));
    for (size_t i = 0; texts[i] != NULL; i++)
        node_set_text(a, run, texts[i], node_text(row, texts[i]));
    node_set_bool(a, run, "incremental", node_int(row, "incremental", 0) != 0);
    for (size_t i = 0; numbers[i][0] != NULL; i++)
        if (node_get(row, numbers[i][1]) != NULL &&
            node_get(row, numbers[i][1])->kind == NODE_INT) /* else not for this person */
            node_set_int(a, run, numbers[i][0], node_int(row, numbers[i][1], 0));
    node_set(a, run, "seconds", node_of_real(a, (double)node_int(row, "milliseconds", 0) / 1000.0));
    return run;
}

Node *runs_newest(Office *o, const Snapshot *s, const Model *const *models, size_t n, Arena *a,
                  Err *e) {
    const Node *latest = clue_runs_latest(o, a, e);
    Node *list = node_list(a);

    if (latest == NULL)
        return NULL;
    for (size_t i = 0; i < latest->count; i++)
        for (size_t k = 0; k < n; k++)
            if (str_eq(node_text(latest->items[i], "model"), model_id(models[k])))
                node_add(a, list, run_shown(s, latest->items[i], a));
    return list;
}
