/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/fold.c: the state of a matter at any time: its differences one after the other. */
#include "flow/matter_inside.h"

#include "sql_statements.h"

#include "base/banned.h"

/* The body of one entry, as it was written down. */
static const Node *body_of(Tx *tx, Arena *a, int64_t sequence, Err *e) {
    const Node *row = tx_row(tx, a, &SQL_journal_entry, ARGS(ARG_OF_INT(sequence)), e);

    if (row)
        return json_read(a, node_text(row, "body"), e);
    if (e->code == ERR_NONE)
        err_set(e, ERR_BROKEN, NULL, "日志里缺少第 %lld 条，请运行 lianheng journal verify",
                (long long)sequence);
    return NULL;
}

static bool fold_one(Tx *tx, Arena *a, int64_t sequence, const Node **tree, const Node **personal,
                     Err *e) {
    const Node *body = body_of(tx, a, sequence, e), *secret = NULL;

    if (!body || !journal_secret(tx, a, sequence, &secret, e))
        return false;
    *tree = tree_apply(a, *tree, node_get(body, "difference"));
    if (secret)
        *personal = tree_apply(a, *personal, node_get(secret, "difference"));
    return true;
}

const MatterState *matter_fold(Tx *tx, Str id, Instant at, int64_t revision, Arena *a, Err *e) {
    const Node *events = tx_rows(tx, a, &SQL_matter_events, ARGS(ARG_OF_TEXT(id)), e);
    const Node *tree = node_map(a), *personal = node_map(a);
    MatterState *out = arena_new_of(a, MatterState);
    size_t folded = 0;

    for (size_t i = 0; events && i < events->count; i++) {
        const Node *row = events->items[i];

        if (instant_of(node_text(row, "at")) > at ||
            (revision && node_int(row, "revision", 0) > revision))
            break;
        if (!fold_one(tx, a, node_int(row, "sequence", 0), &tree, &personal, e))
            return NULL;
        folded++;
    }
    if (!events)
        return NULL;
    if (!folded) {
        err_set(e, ERR_NOT_FOUND, NULL, "那个时候还没有这件事项");
        return NULL;
    }
    return matter_read(a, tree, personal, out, e) ? out : NULL;
}
