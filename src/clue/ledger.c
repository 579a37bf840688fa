/* SPDX-License-Identifier: MulanPSL-2.0 */
/* clue/ledger.c: what became of a model's clues, for whoever wrote it: how many were true, wrong or
 * became a case, and why the wrong ones were. */
#include <inttypes.h>

#include "clue/life_inside.h"

#include "sql_statements.h"

#include "base/banned.h"

typedef struct Ledger {
    const Content *content;
    const LifeRules *rules;
    Arena *arena;
    Str model;
    Node *out;
} Ledger;

static void add(const Ledger *l, const char *key, int64_t count) {
    node_set_int(l->arena, l->out, key, node_int(l->out, key, 0) + count);
}

/* One that was merged into another is counted with all alone. */
static void count_group(const Ledger *l, const Node *row) {
    int64_t count = node_int(row, "clues", 0);
    Str life = node_text(row, "life"), outcome = node_text(row, "outcome");

    add(l, "all", count);
    if (str_is(life, "merged"))
        return;
    add(l, "open", life_open(life) ? count : 0);
    for (const BindName *n = clue_outcome_names; n->name; n++)
        add(l, n->name, str_is(outcome, n->name) ? count : 0);
    if (outcome.len && !str_is(outcome, "withdrawn"))
        add(l, "judged", count);
}

/* The note of the act that said so; of older ones the last there is. */
static Str note_of(Arena *a, const Node *tree, const Node *personal) {
    const Node *notes = personal ? node_get(personal, "notes") : NULL;
    int64_t said = node_int(tree, "concluded", 0);
    Str key = str_format(a, "%" PRId64, said);

    if (!notes || notes->kind != NODE_MAP || !notes->count)
        return (Str){NULL, 0};
    return said ? node_text(notes, key.ptr) : notes->items[notes->count - 1]->text;
}

static Str reason_of(const Ledger *l, Str reason) {
    for (size_t i = 0; i < l->rules->closing.count; i++)
        if (str_eq(rules_list(LifeWord, l->rules->closing)[i].word, reason))
            return rules_list(LifeWord, l->rules->closing)[i].title;
    return reason.len ? reason : STR("还没有办结");
}

static void count_reason(const Ledger *l, Node *reasons, Str reason) {
    Node *n = NULL;

    for (size_t i = 0; i < reasons->count && !n; i++)
        if (str_eq(node_text(reasons->items[i], "reason"), reason))
            n = reasons->items[i];
    if (!n) {
        n = node_map(l->arena);
        node_set_text(l->arena, n, "reason", reason.len ? reason : STR(""));
        node_set_text(l->arena, n, "title", reason_of(l, reason));
        node_add(l->arena, reasons, n);
    }
    node_set_int(l->arena, n, "clues", node_int(n, "clues", 0) + 1);
}

static bool wrong_one(const Ledger *l, const Node *row, Node *reasons, Node *items, Err *e) {
    Arena *a = l->arena;
    Node *n = node_map(a);
    Str tree_text = node_text(row, "life_tree"), personal_text = node_text(row, "life_personal");
    const Node *tree = json_read(a, tree_text.len ? tree_text : STR("{}"), e);
    const Node *personal = tree && personal_text.len ? json_read(a, personal_text, e) : NULL;

    if (!tree || (personal_text.len && !personal))
        return false;
    Str note = note_of(a, tree, personal);

    count_reason(l, reasons, node_text(tree, "reason"));
    node_set_text(a, n, "id", node_text(row, "id"));
    node_set_text(a, n, "number", str_format(a, "XS-%06" PRId64, node_int(row, "number", 0)));
    if (node_text(row, "title").len)
        node_set_text(a, n, "title", node_text(row, "title"));
    node_set_text(a, n, "version", node_text(row, "model_version"));
    node_set_text(a, n, "reason_title", reason_of(l, node_text(tree, "reason")));
    if (note.len)
        node_set_text(a, n, "note", note);
    node_add(a, items, n);
    return true;
}

static bool ledger_read(Tx *tx, void *context, Err *e) {
    Ledger *l = context;
    const Node *rows = tx_rows(tx, l->arena, &SQL_life_became, ARGS(ARG_OF_TEXT(l->model)), e);
    const Node *wrong =
        rows ? tx_rows(tx, l->arena, &SQL_life_wrong, ARGS(ARG_OF_TEXT(l->model)), e) : NULL;
    Node *reasons = node_list(l->arena), *items = node_list(l->arena);

    if (!wrong)
        return false;
    l->out = node_map(l->arena);
    add(l, "all", 0);
    add(l, "open", 0);
    add(l, "judged", 0);
    for (const BindName *n = clue_outcome_names; n->name; n++)
        add(l, n->name, 0);
    for (size_t i = 0; i < rows->count; i++)
        count_group(l, rows->items[i]);
    for (size_t i = 0; i < wrong->count; i++)
        if (!wrong_one(l, wrong->items[i], reasons, items, e))
            return false;
    node_set(l->arena, l->out, "reasons", reasons);
    node_set(l->arena, l->out, "items", items);
    return true;
}

Node *clue_ledger(Store *s, const Content *c, Str model, Arena *a, Err *e) {
    Ledger l = {.content = c, .rules = life_rules(c, a, e), .arena = a, .model = model};

    return l.rules && store_read(s, ledger_read, &l, e) ? l.out : NULL;
}
