/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/difference.c: what has to be done to one tree to get another.
 *
 *     before              after               difference
 *     a map               a map               {key: difference …}, null takes the key away
 *     items with ids      items with ids      {id: difference …}, null takes the item away
 *     absent              anything            the value itself
 *     anything            anything else       the value itself
 *
 * Where the value itself could be mistaken for one of the first two (it is null, or a map where a
 * map or items with ids stand) it is written {"=": value}. */
#include <stdio.h>

#include "flow/state.h"

#include "base/banned.h"

#define WHOLE "="

static Node *shared(const Node *n) {
    return (Node *)(uintptr_t)n;
}

static bool same(const Node *a, const Node *b);

static bool same_items(const Node *a, const Node *b) {
    for (size_t i = 0; i < a->count; i++)
        if (!same(a->items[i], b->items[i]))
            return false;
    return true;
}

/* Keys usually stand in the same order: the place of the last hit is tried first. */
static const Node *member(const Node *map, Str key, size_t guess) {
    if (guess < map->count && str_eq(map->keys[guess], key))
        return map->items[guess];
    for (size_t i = 0; i < map->count; i++)
        if (str_eq(map->keys[i], key))
            return map->items[i];
    return NULL;
}

static bool same_members(const Node *a, const Node *b) {
    for (size_t i = 0; i < a->count; i++) {
        const Node *other = member(b, a->keys[i], i);

        if (!other || !same(a->items[i], other))
            return false;
    }
    return true;
}

static bool same(const Node *a, const Node *b) {
    if (a == b)
        return true;
    if (a->kind != b->kind || a->count != b->count)
        return false;
    switch (a->kind) {
    case NODE_BOOL:
        return a->boolean == b->boolean;
    case NODE_INT:
        return a->integer == b->integer;
    case NODE_REAL:
        return a->real == b->real;
    case NODE_TEXT:
        return str_eq(a->text, b->text);
    case NODE_LIST:
        return same_items(a, b);
    case NODE_MAP:
        return same_members(a, b);
    default:
        return true;
    }
}

bool tree_equal(const Node *a, const Node *b) {
    return same(a, b);
}

/* ---- lists of maps with a number `id`, no number twice ---- */

static int64_t id_of(const Node *item) {
    const Node *id = node_get(item, "id");

    return id && id->kind == NODE_INT && id->integer > 0 ? id->integer : 0;
}

static const Node *item_of(const Node *list, int64_t id, size_t guess) {
    if (guess < list->count && id_of(list->items[guess]) == id)
        return list->items[guess];
    for (size_t i = 0; i < list->count; i++)
        if (id_of(list->items[i]) == id)
            return list->items[i];
    return NULL;
}

static bool has_ids(const Node *list) {
    if (list->kind != NODE_LIST || !list->count)
        return false;
    for (size_t i = 0; i < list->count; i++) {
        int64_t id = id_of(list->items[i]);

        if (!id || item_of(list, id, i) != list->items[i])
            return false;
    }
    for (size_t i = 1; i < list->count; i++) /* mostly in order, which proves them distinct */
        if (id_of(list->items[i]) <= id_of(list->items[i - 1]))
            for (size_t k = 0; k < i; k++)
                if (id_of(list->items[k]) == id_of(list->items[i]))
                    return false;
    return true;
}

/* Items that stay keep their order and new ones stand behind them: then a difference by ids can say
 * it. */
static bool in_order(const Node *before, const Node *after) {
    size_t at = 0, i = 0;

    for (; i < after->count; i++) {
        int64_t id = id_of(after->items[i]);

        while (at < before->count && id_of(before->items[at]) != id)
            at++;
        if (at == before->count)
            break;
        at++;
    }
    for (; i < after->count; i++)
        if (item_of(before, id_of(after->items[i]), before->count))
            return false;
    return after->count > 0;
}

/* ---- difference ---- */

static Node *compare(Arena *a, const Node *before, const Node *after);

static Node *whole(Arena *a, const Node *after, bool mistakable) {
    Node *out;

    if (after->kind != NODE_NULL && !mistakable)
        return shared(after);
    out = node_map(a);
    node_append(a, out, STR(WHOLE), shared(after));
    return out;
}

/* A change of a key that reads like the mark itself would be mistaken for it. */
static bool reads_as_whole(const Node *difference) {
    return difference->count == 1 && str_is(difference->keys[0], WHOLE);
}

static Node *compare_maps(Arena *a, const Node *before, const Node *after) {
    Node *out = node_map(a);

    for (size_t i = 0; i < after->count; i++) {
        const Node *old = member(before, after->keys[i], i);
        Node *change;

        if (!old)
            change = whole(a, after->items[i],
                           after->items[i]->kind == NODE_MAP && reads_as_whole(after->items[i]));
        else
            change = compare(a, old, after->items[i]);
        if (change)
            node_append(a, out, after->keys[i], change);
    }
    for (size_t i = 0; i < before->count; i++)
        if (!member(after, before->keys[i], i))
            node_append(a, out, before->keys[i], node_null(a));
    return out;
}

static Node *compare_items(Arena *a, const Node *before, const Node *after) {
    Node *out = node_map(a);

    for (size_t i = 0; i < after->count; i++) {
        int64_t id = id_of(after->items[i]);
        const Node *old = item_of(before, id, i);
        Node *change = old ? compare(a, old, after->items[i]) : shared(after->items[i]);

        if (change)
            node_append(a, out, str_format(a, "%lld", (long long)id), change);
    }
    for (size_t i = 0; i < before->count; i++) {
        int64_t id = id_of(before->items[i]);

        if (!item_of(after, id, i))
            node_append(a, out, str_format(a, "%lld", (long long)id), node_null(a));
    }
    return out;
}

static Node *compare(Arena *a, const Node *before, const Node *after) {
    bool map = before->kind == NODE_MAP, items = !map && has_ids(before);
    Node *out;

    if (same(before, after))
        return NULL;
    if (map && after->kind == NODE_MAP)
        out = compare_maps(a, before, after);
    else if (items && has_ids(after) && in_order(before, after))
        out = compare_items(a, before, after);
    else
        return whole(a, after, after->kind == NODE_MAP && (map || items || reads_as_whole(after)));
    return reads_as_whole(out) ? whole(a, after, true) : out;
}

Node *tree_difference(Arena *a, const Node *before, const Node *after) {
    return compare(a, before, after);
}

/* ---- apply ---- */

static Node *apply_map(Arena *a, const Node *before, const Node *difference) {
    Node *out = node_map(a);

    for (size_t i = 0; i < before->count; i++) {
        const Node *change = member(difference, before->keys[i], i);

        if (!change)
            node_append(a, out, before->keys[i], before->items[i]);
        else if (change->kind != NODE_NULL)
            node_append(a, out, before->keys[i], tree_apply(a, before->items[i], change));
    }
    for (size_t i = 0; i < difference->count; i++) {
        const Node *change = difference->items[i];

        if (member(before, difference->keys[i], i) || change->kind == NODE_NULL)
            continue;
        node_append(a, out, difference->keys[i],
                    change->kind == NODE_MAP && reads_as_whole(change) ? change->items[0]
                                                                       : shared(change));
    }
    return out;
}

static Node *apply_items(Arena *a, const Node *before, const Node *difference) {
    Node *out = node_list(a);
    char key[24];

    for (size_t i = 0; i < before->count; i++) {
        snprintf(key, sizeof key, "%lld", (long long)id_of(before->items[i]));
        const Node *change = member(difference, str_of(key), i);

        if (!change)
            node_add(a, out, before->items[i]);
        else if (change->kind != NODE_NULL)
            node_add(a, out, tree_apply(a, before->items[i], change));
    }
    for (size_t i = 0; i < difference->count; i++) {
        int64_t id = 0;

        if (str_to_int(difference->keys[i], &id) && !item_of(before, id, i) &&
            difference->items[i]->kind == NODE_MAP)
            node_add(a, out, difference->items[i]);
    }
    return out;
}

Node *tree_apply(Arena *a, const Node *before, const Node *difference) {
    if (!difference)
        return shared(before);
    if (difference->kind != NODE_MAP)
        return shared(difference);
    if (reads_as_whole(difference))
        return difference->items[0];
    if (before->kind == NODE_MAP)
        return apply_map(a, before, difference);
    if (has_ids(before))
        return apply_items(a, before, difference);
    return shared(difference);
}
