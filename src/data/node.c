/* SPDX-License-Identifier: MulanPSL-2.0 */
/* data/node.c: reading and building the tree that YAML and JSON share. */
#include "data/node.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/banned.h"

/* Arrays of a list or map hold 4, 8, 16 … places, so a full one is told by its count alone and a
 * Node needs no capacity. Every way of adding goes through here, which keeps that true. */
static bool places_full(size_t count) {
    return count == 0 || (count >= 4 && (count & (count - 1)) == 0);
}

static void *places_grown(Arena *a, const void *old, size_t count, size_t size) {
    void *grown = arena_array(a, count == 0 ? 4 : count * 2, size);

    if (count != 0)
        memcpy(grown, old, count * size);
    return grown;
}

/* Lists ask this some twenty times a row: length and first byte settle nearly all. */
static ptrdiff_t find(const Node *map, Str key) {
    for (size_t i = 0; i < map->count; i++) {
        Str at = map->keys[i];

        if (at.len == key.len &&
            (key.len == 0 || (at.ptr[0] == key.ptr[0] && memcmp(at.ptr, key.ptr, key.len) == 0)))
            return (ptrdiff_t)i;
    }
    return -1;
}

const Node *node_get(const Node *map, const char *key) {
    if (map == NULL || map->kind != NODE_MAP)
        return NULL;
    ptrdiff_t at = find(map, str_of(key));

    return at < 0 ? NULL : map->items[at];
}

Str node_text(const Node *map, const char *key) {
    const Node *n = node_get(map, key);

    return n != NULL && n->kind == NODE_TEXT ? n->text : (Str){NULL, 0};
}

int64_t node_int(const Node *map, const char *key, int64_t otherwise) {
    const Node *n = node_get(map, key);

    return n != NULL && n->kind == NODE_INT ? n->integer : otherwise;
}

bool node_bool(const Node *map, const char *key, bool otherwise) {
    const Node *n = node_get(map, key);

    return n != NULL && n->kind == NODE_BOOL ? n->boolean : otherwise;
}

void node_where(const Node *n, char out[NODE_WHERE]) {
    out[0] = '\0';
    if (n == NULL || n->line == 0)
        return;
    if (n->file == NULL) {
        snprintf(out, NODE_WHERE, "%d:%d", n->line, n->column);
        return;
    }
    /* The line matters more than the head of a very long path: keep the path's end. */
    size_t len = strlen(n->file), room = NODE_WHERE - 32;
    const char *file = n->file + (len > room ? len - room : 0);

    while (((unsigned char)*file & 0xC0) == 0x80)
        file++;
    snprintf(out, NODE_WHERE, "%s:%d:%d", file, n->line, n->column);
}

static Node *node_of(Arena *a, NodeKind kind) {
    Node *n = arena_new_of(a, Node);

    n->kind = kind;
    return n;
}

Node *node_map(Arena *a) {
    return node_of(a, NODE_MAP);
}

Node *node_list(Arena *a) {
    return node_of(a, NODE_LIST);
}

Node *node_null(Arena *a) {
    return node_of(a, NODE_NULL);
}

Node *node_of_text(Arena *a, Str s) {
    Node *n = node_of(a, NODE_TEXT);

    n->text = str_dup(a, s);
    return n;
}

Node *node_of_int(Arena *a, int64_t i) {
    Node *n = node_of(a, NODE_INT);

    n->integer = i;
    return n;
}

Node *node_of_real(Arena *a, double r) {
    Node *n = node_of(a, NODE_REAL);

    n->real = r;
    return n;
}

Node *node_of_bool(Arena *a, bool b) {
    Node *n = node_of(a, NODE_BOOL);

    n->boolean = b;
    return n;
}

void node_append(Arena *a, Node *map, Str key, Node *value) {
    assert(map->kind == NODE_MAP);
    if (places_full(map->count)) {
        map->items = places_grown(a, map->items, map->count, sizeof *map->items);
        map->keys = places_grown(a, map->keys, map->count, sizeof *map->keys);
        if (map->key_lines != NULL) {
            map->key_lines = places_grown(a, map->key_lines, map->count, sizeof(int));
            map->key_columns = places_grown(a, map->key_columns, map->count, sizeof(int));
        }
    }
    map->items[map->count] = value;
    map->keys[map->count] = key;
    map->count++;
}

void node_set(Arena *a, Node *map, const char *key, Node *value) {
    assert(map->kind == NODE_MAP);
    ptrdiff_t at = find(map, str_of(key));

    if (at >= 0)
        map->items[at] = value;
    else
        node_append(a, map, str_dup(a, str_of(key)), value);
}

void node_set_text(Arena *a, Node *map, const char *key, Str s) {
    node_set(a, map, key, node_of_text(a, s));
}

void node_set_int(Arena *a, Node *map, const char *key, int64_t i) {
    node_set(a, map, key, node_of_int(a, i));
}

void node_set_bool(Arena *a, Node *map, const char *key, bool b) {
    node_set(a, map, key, node_of_bool(a, b));
}

void node_add(Arena *a, Node *list, Node *item) {
    assert(list->kind == NODE_LIST);
    if (places_full(list->count))
        list->items = places_grown(a, list->items, list->count, sizeof *list->items);
    list->items[list->count++] = item;
}
