/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/pick.c: one walk over a reply's rows. Databases know no booleans and some layers number what
 * others name, so the two conversions live here and not in every handler. */
#include "http/pick.h"

static Node *shared(const Node *n) {
    return (Node *)(uintptr_t)n; /* trees are immutable once built */
}

static Node *pick_list(Arena *a, const Bind *rows, const Node *from) {
    Node *list = node_list(a);

    for (size_t i = 0; i < from->count; i++)
        node_add(a, list, pick(a, rows, from->items[i]));
    return list;
}

static Node *pick_value(Arena *a, const Bind *row, const Node *n) {
    switch (row->type) {
    case BIND_TYPE_TEXT:
        if (n->kind == NODE_INT)
            return node_of_text(a, str_format(a, "%lld", (long long)n->integer));
        break;
    case BIND_TYPE_BOOL:
        if (n->kind == NODE_INT)
            return node_of_bool(a, n->integer != 0);
        break;
    case BIND_TYPE_OBJECT:
        return pick(a, row->rows, n);
    case BIND_TYPE_OBJECTS:
        if (n->kind == NODE_LIST)
            return pick_list(a, row->rows, n);
        break;
    default:
        break;
    }
    return shared(n);
}

static bool is_empty(const Node *n) {
    return (n->kind == NODE_TEXT && n->text.len == 0) || (n->kind == NODE_MAP && n->count == 0);
}

Node *pick(Arena *a, const Bind *rows, const Node *from) {
    Node *to = node_map(a);

    if (from->kind != NODE_MAP)
        return shared(from); /* the caller's mistake; bind_fits names it in the tests */
    for (const Bind *row = rows; row->type != BIND_END_TYPE; row++) {
        const Node *n = node_get(from, row->key);

        if (n == NULL || (n->kind == NODE_NULL && row->type != BIND_TYPE_NODE) ||
            (row->need == OPTIONAL && is_empty(n)))
            continue;
        node_append(a, to, str_of(row->key), pick_value(a, row, n));
    }
    return to;
}
