/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/overview_api.c: the figures page. Every figure says how it is counted and where its rows
 * are. */
#include "clue/figures.h"

#include "http/api.h"
#include "http/clue_rows.h"
#include "http/inside.h"
#include "http/run_rows.h"
#include "pool/batch.h"

#include <stdlib.h>

enum { RECENT = 8 };

typedef struct Shown {
    const char *key, *title, *unit, *definition, *link;
    int64_t value, previous;
    bool compared; /* is there a previous figure at all? */
} Shown;

static void add_figure(Arena *a, Node *list, const Shown *f) {
    Node *n = node_map(a);

    node_set_text(a, n, "key", str_of(f->key));
    node_set_text(a, n, "title", str_of(f->title));
    node_set(a, n, "value", node_of_int(a, f->value));
    node_set_text(a, n, "unit", str_of(f->unit));
    node_set_text(a, n, "definition", str_of(f->definition));
    if (f->compared)
        node_set(a, n, "previous", node_of_int(a, f->previous));
    node_set_text(a, n, "link", str_of(f->link));
    node_add(a, list, n);
}

static Node *figures_shown(Arena *a, const Figures *f, int64_t rows, int64_t datasets,
                           int64_t models) {
    const Shown shown[] = {
        {"clues_open", "待核查线索", "条", "现在状态为“待核查”的线索；对比的是 30 天前的待核查线索",
         "/clues?status=new", f->open.now, f->open.before, true},
        {"clues_high", "其中高等级", "条", "待核查线索中等级为“高”的；对比的是 30 天前",
         "/clues?status=new&level=high", f->high.now, f->high.before, true},
        {"clues_found", "30 天内新发现", "条",
         "最近 30 天里由模型第一次发现的线索；对比的是再往前 30 天",
         "/clues?status=all&sort=newest", f->found.now, f->found.before, true},
        {"clues_withdrawn", "30 天内撤销", "条",
         "最近 30 天里依据消失而撤销的线索；对比的是再往前 30 天", "/clues?status=withdrawn",
         f->withdrawn.now, f->withdrawn.before, true},
        {"rows", "数据资源池", "行", "所有数据集中现行有效的行；对比的是 30 天前", "/pool", rows,
         f->rows_before, true},
        {"datasets", "有数据的数据集", "个", "至少有一行现行有效数据的数据集", "/pool", datasets, 0,
         false},
        {"batches", "30 天内导入", "批", "最近 30 天里完成的导入；对比的是再往前 30 天", "/batches",
         f->batches.now, f->batches.before, true},
        {"rejected", "30 天内退回", "行",
         "最近 30 天的导入中因不合规则被退回的行，每行都留有原因；对比的是再往前 30 天", "/batches",
         f->rejected.now, f->rejected.before, true},
        {"models", "监督模型", "个", "可以运行的法律监督模型", "/models", models, 0, false},
    };
    Node *list = node_list(a);

    for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++)
        add_figure(a, list, &shown[i]);
    return list;
}

/* --- by model and dataset --------------------------------------------------------------------- */

static int by_key_down(const void *x, const void *y, const char *key) {
    int64_t a = node_int(*(Node *const *)x, key, 0), b = node_int(*(Node *const *)y, key, 0);

    return a < b ? 1 : a > b ? -1 : 0;
}

static int by_open(const void *x, const void *y) {
    return by_key_down(x, y, "open");
}

static int by_rows(const void *x, const void *y) {
    return by_key_down(x, y, "rows");
}

static Node *clues_by_model(Arena *a, const Snapshot *s, const Node *counts) {
    Node *list = node_list(a);

    for (size_t i = 0; i < models_count(s->models); i++) {
        const Model *m = models_at(s->models, i);
        static const char *const levels[] = {"high", "medium", "low", NULL};
        Node *n = node_map(a);
        int64_t open = 0;

        node_set_text(a, n, "model", model_id(m));
        node_set_text(a, n, "title", model_title(m));
        for (size_t l = 0; levels[l] != NULL; l++) {
            int64_t of_level = 0;

            for (size_t k = 0; k < counts->count; k++)
                if (str_eq(node_text(counts->items[k], "model"), model_id(m)) &&
                    str_is(node_text(counts->items[k], "level"), levels[l]))
                    of_level = node_int(counts->items[k], "clues", 0);
            node_set_int(a, n, levels[l], of_level);
            open += of_level;
        }
        node_set_int(a, n, "open", open);
        node_add(a, list, n);
    }
    if (list->count != 0)
        qsort(list->items, list->count, sizeof *list->items, by_open);
    return list;
}

static Node *rows_by_dataset(Req *rq, int64_t *rows, int64_t *filled, Err *e) {
    Arena *a = req_arena(rq);
    const Snapshot *s = req_snapshot(rq);
    Node *list = node_list(a);

    *rows = *filled = 0;
    for (size_t i = 0; i < content_dataset_count(s->content); i++) {
        const Dataset *d = content_dataset_at(s->content, i);
        Node *n = node_map(a);
        int64_t of_dataset;

        if (!counts_of(rq->server->counts, req_office(rq), s, d, &of_dataset, e))
            return NULL;
        *rows += of_dataset;
        *filled += of_dataset > 0;
        node_set_text(a, n, "dataset", d->dataset);
        node_set_text(a, n, "title", d->title);
        node_set_int(a, n, "rows", of_dataset);
        node_add(a, list, n);
    }
    if (list->count != 0)
        qsort(list->items, list->count, sizeof *list->items, by_rows);
    return list;
}

static Node *items_of(const Node *page) {
    return page != NULL ? (Node *)(uintptr_t)node_get(page, "items") : NULL;
}

bool api_overview_get(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    Office *o = req_office(rq);
    const Snapshot *s = req_snapshot(rq);
    Instant now = instant_now();
    ClueQuery newest = {.sort = STR("newest"),
                        .from = DAY_NONE,
                        .to = DAY_NONE,
                        .limit = RECENT,
                        .items_only = true};
    char at[INSTANT_TEXT];
    Figures f;
    int64_t rows, filled;
    Node *out = node_map(a), *datasets = rows_by_dataset(rq, &rows, &filled, e);

    if (datasets == NULL || !figures_read(o, now, a, &f, e))
        return false;
    Node *batches = items_of(batch_list(o->store, a, (Str){NULL, 0}, 0, RECENT, e));
    Node *clues = batches != NULL ? items_of(clue_page(o, s, &newest, a, e)) : NULL;

    if (clues == NULL)
        return false;
    instant_format(now, at);
    node_set(a, out, "figures",
             figures_shown(a, &f, rows, filled, (int64_t)models_count(s->models)));
    node_set(a, out, "clues_by_model", clues_by_model(a, s, f.open_by_model));
    node_set(a, out, "clues_by_day", (Node *)(uintptr_t)f.days);
    node_set(a, out, "rows_by_dataset", datasets);
    node_set(a, out, "recent_batches", batches);
    node_set(a, out, "recent_clues", clues);
    node_set_text(a, out, "as_of", str_of(at));
    return reply_node(rq, out);
}
