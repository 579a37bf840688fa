/* SPDX-License-Identifier: MulanPSL-2.0 */
/* clue/detail.c: one clue with the rows behind it side by side, its history, and the lists around
 * runs. */
#include <string.h>

#include "clue/clue.h"
#include "sql_statements.h"

enum { HISTORY_MOST = 200 };

typedef struct DetailWork {
    Arena *arena;
    Str id, model;
    int64_t limit, offset;
    Node *out, *evidence, *history, *same;
} DetailWork;

static bool detail_read(Tx *tx, void *context, Err *e) {
    DetailWork *d = context;

    d->out = tx_row(tx, d->arena, &SQL_clue_by_id, ARGS(ARG_OF_TEXT(d->id)), e);
    if (!d->out)
        return e->code != ERR_NONE ? false
                                   : err_set(e, ERR_NOT_FOUND, NULL,
                                             "没有这条线索，可能编号抄错了，请从线索列表中打开");
    d->evidence = tx_rows(tx, d->arena, &SQL_clue_evidence_of, ARGS(ARG_OF_TEXT(d->id)), e);
    Str subject = str_format(d->arena, "clue:%.*s", STR_ARG(d->id));

    if (d->evidence)
        d->history =
            tx_rows(tx, d->arena, &SQL_journal_of_subject,
                    ARGS(ARG_OF_TEXT(subject), ARG_OF_INT(INT64_MAX), ARG_OF_INT(HISTORY_MOST)), e);
    if (d->history)
        d->same =
            tx_rows(tx, d->arena, &SQL_clue_same_subject,
                    ARGS(ARG_OF_TEXT(node_text(d->out, "subject_key")), ARG_OF_TEXT(d->id)), e);
    return d->same != NULL;
}

/* The version of the row that the clue rests on; the newest one when that version is not among
 * them. */
static const Node *version_of(const Node *row, int64_t batch) {
    const Node *versions = node_get(row, "versions");

    for (size_t i = 0; versions && i < versions->count; i++)
        if (node_int(versions->items[i], "batch", -1) == batch)
            return versions->items[i];
    return NULL;
}

/* Does this part of the model name the column as evidence? */
static bool part_uses(const Node *part, Str alias, Str field) {
    scoped_arena Arena *a = arena_new();
    const Node *evidence = part ? node_get(node_get(part, "clue"), "evidence") : NULL;
    const Node *columns = evidence ? node_get(evidence, str_c(a, alias)) : NULL;

    for (size_t i = 0; columns && columns->kind == NODE_LIST && i < columns->count; i++)
        if (str_eq(columns->items[i]->text, field))
            return true;
    return false;
}

/* A model with several rules says it rule by rule. */
static bool column_used(const Node *tree, Str alias, Str field) {
    const Node *rules = tree ? node_get(tree, "rules") : NULL;

    for (size_t i = 0; rules && i < rules->count; i++)
        if (part_uses(rules->items[i], alias, field))
            return true;
    return part_uses(tree, alias, field);
}

static Node *fields_marked(Arena *a, const Node *fields, const Node *tree, Str alias) {
    static const char *const kept[] = {"field", "title", "value", "original", "problem", NULL};
    Node *list = node_list(a);

    for (size_t i = 0; fields && i < fields->count; i++) {
        Node *field = node_map(a);

        for (size_t k = 0; kept[k]; k++) {
            const Node *value = node_get(fields->items[i], kept[k]);

            if (value)
                node_set(a, field, kept[k], (Node *)(uintptr_t)value);
        }
        node_set_bool(a, field, "used", column_used(tree, alias, node_text(field, "field")));
        node_add(a, list, field);
    }
    return list;
}

static Node *evidence_row(Office *o, const Snapshot *s, const Node *tree, const Node *from,
                          Arena *a, Err *e) {
    const Dataset *d = content_dataset(s->content, node_text(from, "dataset"), e);
    Node *row =
        d ? pool_row(o->pool, s->content, o->keys, d, node_text(from, "row_id"), false, a, e)
          : NULL;

    if (!row)
        return NULL;
    int64_t batch = node_int(from, "batch", 0);
    const Node *version = version_of(row, batch);
    Node *out = node_map(a);
    Str alias = node_text(from, "alias");

    node_set_text(a, out, "alias", alias);
    node_set_text(a, out, "dataset", d->dataset);
    node_set_text(a, out, "dataset_title", d->title);
    node_set_text(a, out, "row", node_text(from, "row_id"));
    node_set_int(a, out, "batch", batch);
    node_set_bool(a, out, "live",
                  version ? node_bool(version, "live", true) : node_bool(row, "live", true));
    node_set(a, out, "fields",
             fields_marked(a, node_get(version ? version : row, "fields"), tree, alias));
    return out;
}

Node *clue_get(Office *o, Str id, Arena *a, Err *e) {
    DetailWork d = {.arena = a, .id = id};

    if (!store_read(o->store, detail_read, &d, e))
        return NULL;
    Snapshot *s = office_snapshot(o);
    Err unknown = {0}; /* a model that was taken out of the content since */
    const Model *m = models_find(s->models, node_text(d.out, "model"), &unknown);
    Node *rows = node_list(a);
    bool good = true;

    for (size_t i = 0; good && i < d.evidence->count; i++) {
        Node *row = evidence_row(o, s, m ? model_tree(m) : NULL, d.evidence->items[i], a, e);

        if (row)
            node_add(a, rows, row);
        else if (e->code == ERR_NOT_FOUND)
            err_clear(e); /* dataset or row no longer there: the clue still reads */
        else
            good = false;
    }
    if (good) {
        node_set_text(a, d.out, "model_title",
                      m ? str_dup(a, model_title(m)) : node_text(d.out, "model"));
        node_set(a, d.out, "evidence", rows);
        node_set(a, d.out, "history", d.history);
        node_set(a, d.out, "same_subject", d.same);
        if (m) {
            Node *about = model_describe(m, a);

            for (size_t i = 0; i < about->count; i++)
                if (str_is(about->keys[i], "basis") || str_is(about->keys[i], "conditions"))
                    node_set(a, d.out, about->keys[i].ptr, about->items[i]);
        }
    }
    snapshot_drop(s);
    return good ? d.out : NULL;
}

static bool runs_read(Tx *tx, void *context, Err *e) {
    DetailWork *d = context;
    int64_t total;

    if (!tx_int(tx, &SQL_run_count, ARGS(ARG_OF_TEXT(d->model)), 0, &total, e))
        return false;
    Node *items =
        tx_rows(tx, d->arena, &SQL_run_list,
                ARGS(ARG_OF_TEXT(d->model), ARG_OF_INT(d->limit), ARG_OF_INT(d->offset)), e);

    if (!items)
        return false;
    d->out = node_map(d->arena);
    node_set_int(d->arena, d->out, "total", total);
    node_set(d->arena, d->out, "items", items);
    int64_t end = d->offset + (int64_t)items->count;

    if (end < total)
        node_set_text(d->arena, d->out, "next", str_format(d->arena, "%lld", (long long)end));
    return true;
}

Node *clue_runs(Office *o, Str model, int64_t limit, int64_t offset, Arena *a, Err *e) {
    DetailWork d = {.arena = a, .model = model, .limit = limit, .offset = offset};

    return store_read(o->store, runs_read, &d, e) ? d.out : NULL;
}

static bool latest_read(Tx *tx, void *context, Err *e) {
    DetailWork *d = context;

    return (d->out = tx_rows(tx, d->arena, &SQL_run_latest_all, NO_ARGS, e)) != NULL;
}

Node *clue_runs_latest(Office *o, Arena *a, Err *e) {
    DetailWork d = {.arena = a};

    return store_read(o->store, latest_read, &d, e) ? d.out : NULL;
}

static bool funnel_read(Tx *tx, void *context, Err *e) {
    DetailWork *d = context;
    Node *row = tx_row(tx, d->arena, &SQL_run_latest_funnel, ARGS(ARG_OF_TEXT(d->model)), e);

    if (e->code != ERR_NONE)
        return false;
    d->out = node_map(d->arena);
    if (!row)
        return true;
    Node *funnel = json_read(d->arena, node_text(row, "funnel"), e);

    if (!funnel)
        return false;
    node_set_int(d->arena, d->out, "run", node_int(row, "run", 0));
    node_set_text(d->arena, d->out, "at", node_text(row, "at"));
    node_set(d->arena, d->out, "funnel", funnel);
    return true;
}

Node *clue_funnel(Office *o, Str model, Arena *a, Err *e) {
    DetailWork d = {.arena = a, .model = model};

    return store_read(o->store, funnel_read, &d, e) ? d.out : NULL;
}

static bool open_read(Tx *tx, void *context, Err *e) {
    DetailWork *d = context;

    return (d->out = tx_rows(tx, d->arena, &SQL_clue_open_by_model, NO_ARGS, e)) != NULL;
}

Node *clue_open_counts(Office *o, Arena *a, Err *e) {
    DetailWork d = {.arena = a};

    return store_read(o->store, open_read, &d, e) ? d.out : NULL;
}

static bool of_row_read(Tx *tx, void *context, Err *e) {
    DetailWork *d = context;

    d->out =
        tx_rows(tx, d->arena, &SQL_clue_of_row, ARGS(ARG_OF_TEXT(d->model), ARG_OF_TEXT(d->id)), e);
    return d->out != NULL;
}

Node *clue_of_row(Office *o, Str dataset, Str row, Arena *a, Err *e) {
    DetailWork d = {.arena = a, .model = dataset, .id = row};

    return store_read(o->store, of_row_read, &d, e) ? d.out : NULL;
}
