/* SPDX-License-Identifier: MulanPSL-2.0 */
/* clue/each.c: clue and evidence come joined, in order of clue; rows of one clue are put together
 * again. */
#include "clue/each.h"

#include "sql_statements.h"

typedef struct Walk {
    Str model, level, status;
    ClueEach *each;
    void *context;
    Arena *arena; /* of the clue being put together */
    Node *clue, *evidence;
    bool stopped;
} Walk;

static bool hand_out(Walk *w, Err *e) {
    bool go_on = w->clue == NULL || w->each(w->context, w->clue, e);

    w->clue = NULL;
    w->stopped = !go_on;
    return go_on;
}

static void begin_clue(Walk *w, const Node *row) {
    static const char *const texts[] = {"id", "model", "level", "status", "title", NULL};
    Arena *a = w->arena;
    Node *subject;

    arena_reset(a);
    subject = node_map(a);
    w->clue = node_map(a);
    w->evidence = node_list(a);
    for (size_t i = 0; texts[i] != NULL; i++)
        node_set_text(a, w->clue, texts[i], node_text(row, texts[i]));
    node_set_int(a, w->clue, "number", node_int(row, "number", 0));
    node_set_text(a, subject, "kind", node_text(row, "subject_kind"));
    node_set_text(a, subject, "key", node_text(row, "subject_key"));
    node_set_text(a, subject, "name", node_text(row, "subject_name"));
    node_set(a, w->clue, "subject", subject);
    node_set(a, w->clue, "evidence", w->evidence);
}

static bool take_row(void *context, const Node *row, Err *e) {
    Walk *w = context;

    if (w->clue != NULL && !str_eq(node_text(w->clue, "id"), node_text(row, "id")) &&
        !hand_out(w, e))
        return false;
    if (w->clue == NULL)
        begin_clue(w, row);
    if (node_text(row, "row_id").len != 0) {
        Node *piece = node_map(w->arena);

        node_set_text(w->arena, piece, "alias", node_text(row, "alias"));
        node_set_text(w->arena, piece, "dataset", node_text(row, "dataset"));
        node_set_text(w->arena, piece, "row", node_text(row, "row_id"));
        node_set_int(w->arena, piece, "batch", node_int(row, "batch", 0));
        node_add(w->arena, w->evidence, piece);
    }
    return true;
}

static bool walk(Tx *tx, void *context, Err *e) {
    Walk *w = context;

    return tx_each(tx, &SQL_clue_each,
                   ARGS(ARG_OF_TEXT(w->model), ARG_OF_TEXT(w->level), ARG_OF_TEXT(w->status)),
                   take_row, w, e) &&
           (w->stopped || hand_out(w, e) || e->code == ERR_NONE);
}

bool clue_each(Office *o, Str model, Str level, Str status, ClueEach *each, void *context, Err *e) {
    scoped_arena Arena *a = arena_new();
    Walk w = {.model = model,
              .level = level,
              .status = status,
              .each = each,
              .context = context,
              .arena = a};

    return store_read(o->store, walk, &w, e);
}
