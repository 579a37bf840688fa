/* SPDX-License-Identifier: MulanPSL-2.0 */
/* clue/life_tree.c: a clue's life as a tree: reading it, changing a copy, and what must hold of it.
 */
#include <stdio.h>

#include "clue/life_inside.h"

#include "sql_statements.h"

#include "base/banned.h"

static bool read_tree(Arena *a, Str text, Node **out, Err *e) {
    *out = text.len ? json_read(a, text, e) : node_map(a);
    return *out != NULL;
}

bool life_load(Tx *tx, Str id, Arena *a, Life *out, Err *e) {
    Err why = {0};
    const Node *row = tx_row(tx, a, &SQL_life_of, ARGS(ARG_OF_TEXT(id)), &why);
    Node *before, *personal;

    if (!row) {
        if (why.code != ERR_NONE)
            *e = why;
        else
            err_set(e, ERR_NOT_FOUND, NULL, "没有这条线索，可能编号抄错了，请从线索列表中打开");
        return false;
    }
    *out = (Life){.id = id,
                  .number = node_int(row, "number", 0),
                  .model = node_text(row, "model"),
                  .suggests = node_text(row, "suggests"),
                  .level = node_text(row, "level"),
                  .status = node_text(row, "status"),
                  .subject_kind = node_text(row, "subject_kind"),
                  .subject_key = node_text(row, "subject_key"),
                  .sealed = node_int(row, "sealed", 0),
                  .title = node_text(row, "title"),
                  .subject_name = node_text(row, "subject_name")};
    /* Read twice: one to change, one to compare with. */
    if (!read_tree(a, node_text(row, "life_tree"), &out->tree, e) ||
        !read_tree(a, node_text(row, "life_tree"), &before, e) ||
        !read_tree(a, node_text(row, "life_personal"), &out->personal, e) ||
        !read_tree(a, node_text(row, "life_personal"), &personal, e))
        return false;
    out->before = before;
    out->before_personal = personal;
    return true;
}

bool life_open(Str state) {
    return state.len && !str_is(state, "closed") && !str_is(state, "merged");
}

void life_set(Arena *a, Life *l, const char *key, Str value) {
    node_set_text(a, l->tree, key, value.len ? value : STR(""));
}

void life_set_int(Arena *a, Life *l, const char *key, int64_t value) {
    node_set_int(a, l->tree, key, value);
}

Node *life_list(Arena *a, Node *tree, const char *key) {
    Node *list = (Node *)(uintptr_t)node_get(tree, key);

    if (!list) {
        list = node_list(a);
        node_set(a, tree, key, list);
    }
    return list;
}

int64_t life_next_id(Arena *a, Life *l) {
    int64_t id = node_int(l->tree, "next", 1);

    life_set_int(a, l, "next", id + 1);
    return id;
}

Node *life_item(const Node *tree, const char *list, int64_t id) {
    const Node *items = node_get(tree, list);

    for (size_t i = 0; items && i < items->count; i++)
        if (node_int(items->items[i], "id", 0) == id)
            return items->items[i];
    return NULL;
}

void life_note(Arena *a, Life *l, const char *key, Str text) {
    Node *notes = (Node *)(uintptr_t)node_get(l->personal, "notes");

    if (!text.len)
        return;
    if (!notes) {
        notes = node_map(a);
        node_set(a, l->personal, "notes", notes);
    }
    node_append(a, notes, str_dup(a, str_of(key)), node_of_text(a, text));
}

bool life_named(const Node *tree, const char *list, Str login) {
    const Node *items = node_get(tree, list);

    for (size_t i = 0; items && i < items->count; i++)
        if (!node_bool(items->items[i], "removed", false) &&
            str_eq(node_text(items->items[i], "login"), login))
            return login.len > 0;
    return false;
}

static Instant at_of(Str text) {
    Instant at;

    return text.len && instant_parse(text, &at) ? at : INT64_MAX;
}

Instant life_next(const Node *tree) {
    const Node *items = node_get(tree, "supervisions");
    Instant next = INT64_MAX, at;

    if (!life_open(node_text(tree, "state")))
        return INT64_MAX;
    next = at_of(node_text(tree, node_int(tree, "rung", 0) ? "next_rung" : "due"));
    for (size_t i = 0; items && i < items->count; i++) {
        if (!str_is(node_text(items->items[i], "state"), "open"))
            continue;
        at = at_of(node_text(items->items[i], "due"));
        if (at < next)
            next = at;
    }
    return next;
}

const char *life_unsound(const Node *tree) {
    Str state = node_text(tree, "state");
    bool known = false;

    for (const BindName *n = clue_life_names; n->name; n++)
        known |= str_is(state, n->name);
    if (!known)
        return "阶段不对";
    if (node_int(tree, "organisation", 0) <= 0 || !node_text(tree, "role").len)
        return "没有承办单位或者承办人";
    if (life_open(state) && !node_text(tree, "due").len)
        return "没有期限";
    if (!life_open(state) && node_text(tree, "due").len)
        return "已经结束却还有期限";
    if (str_is(state, "merged") != (node_text(tree, "merged_into").len > 0))
        return "并入何处不清楚";
    if (life_open(state) && life_named(tree, "recusals", node_text(tree, "login")))
        return "承办人应当回避";
    if (life_open(state) && !node_int(tree, "rung", 0) && life_next(tree) == INT64_MAX)
        return "期限不会到";
    return NULL;
}
