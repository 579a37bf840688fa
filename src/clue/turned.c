/* SPDX-License-Identifier: MulanPSL-2.0 */
/* clue/turned.c: what the journal says of rows that turned from open to sealed or back. */
#include "clue/turned.h"

#include "sql_statements.h"

#include "base/banned.h"

static bool read_head(Tx *tx, void *context, Err *e) {
    return tx_int(tx, &SQL_journal_head, NO_ARGS, 0, context, e);
}

bool turned_horizon(Store *s, int64_t *sequence, Err *e) {
    return store_read(s, read_head, sequence, e);
}

static bool asks(const Model *m, Str dataset) {
    const Dataset *const *sets;
    size_t n = model_datasets(m, &sets);

    for (size_t i = 0; i < n; i++)
        if (str_eq(sets[i]->dataset, dataset))
            return true;
    return false;
}

bool turned_meanwhile(Tx *tx, const Model *m, int64_t horizon, bool *yes, Err *e) {
    scoped_arena Arena *a = arena_new();
    const Node *rows = tx_rows(tx, a, &SQL_rows_turned_since, ARGS(ARG_OF_INT(horizon)), e);

    *yes = false;
    for (size_t i = 0; rows && i < rows->count; i++) {
        const Node *body = json_read(a, node_text(rows->items[i], "body"), e);

        if (!body)
            return false;
        *yes = *yes || asks(m, node_text(body, "dataset"));
    }
    return rows != NULL;
}

typedef struct Since {
    const Model *model;
    bool yes;
} Since;

static bool read_since(Tx *tx, void *context, Err *e) {
    Since *q = context;
    scoped_arena Arena *a = arena_new();
    const Dataset *const *sets;
    size_t n = model_datasets(q->model, &sets);
    int64_t ran, judged;

    q->yes = false;
    if (!tx_int(tx, &SQL_run_newest_entry,
                ARGS(ARG_OF_TEXT(str_format(a, "model:%.*s", STR_ARG(model_id(q->model))))), 0,
                &ran, e))
        return false;
    for (size_t i = 0; i < n; i++) {
        Str subject = str_format(a, "dataset:%.*s", STR_ARG(sets[i]->dataset));

        if (!tx_int(tx, &SQL_rows_judged_newest, ARGS(ARG_OF_TEXT(subject)), 0, &judged, e))
            return false;
        q->yes = q->yes || judged > ran;
    }
    return true;
}

bool turned_since_run(Store *s, const Model *m, bool *yes, Err *e) {
    Since q = {.model = m};

    if (!store_read(s, read_since, &q, e))
        return false;
    *yes = q.yes;
    return true;
}
