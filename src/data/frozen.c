/* SPDX-License-Identifier: MulanPSL-2.0 */
/* data/frozen.c: trees to bytes and back. A node is its kind, line and column, then what its kind
 * has; numbers are seven bits a byte, least first; texts end with NUL, so that they can be
 * borrowed. */
#include "data/frozen.h"

#include <string.h>

#include "base/banned.h"

/* --- to bytes --------------------------------------------------------------------------------- */

static void put_number(Buf *out, uint64_t n) {
    for (; n >= 0x80; n >>= 7)
        buf_add_char(out, (char)(n | 0x80));
    buf_add_char(out, (char)n);
}

static void put_text(Buf *out, Str s) {
    put_number(out, s.len);
    buf_add(out, s);
    buf_add_char(out, '\0');
}

static void put_map(Buf *out, const Node *n) {
    for (size_t i = 0; i < n->count; i++) {
        put_text(out, n->keys[i]);
        put_number(out, n->key_lines ? (uint64_t)n->key_lines[i] : 0);
        put_number(out, n->key_columns ? (uint64_t)n->key_columns[i] : 0);
        node_freeze(n->items[i], out);
    }
}

void node_freeze(const Node *n, Buf *out) {
    buf_add_char(out, (char)n->kind);
    put_number(out, (uint64_t)n->line);
    put_number(out, (uint64_t)n->column);
    if (n->kind == NODE_LIST || n->kind == NODE_MAP) {
        put_number(out, n->count);
        if (n->kind == NODE_MAP)
            put_map(out, n);
        for (size_t i = 0; n->kind == NODE_LIST && i < n->count; i++)
            node_freeze(n->items[i], out);
        return;
    }
    put_text(out, n->text);
    if (n->kind == NODE_BOOL)
        buf_add_char(out, n->boolean ? 1 : 0);
    if (n->kind == NODE_INT)
        buf_add_bytes(out, &n->integer, sizeof n->integer);
    if (n->kind == NODE_REAL)
        buf_add_bytes(out, &n->real, sizeof n->real);
}

/* --- and back --------------------------------------------------------------------------------- */

typedef struct Thaw {
    Arena *arena;
    const char *file, *at, *end;
} Thaw;

static bool take_number(Thaw *t, uint64_t most, uint64_t *out) {
    *out = 0;
    for (unsigned shift = 0; t->at < t->end && shift < 63; shift += 7) {
        unsigned char c = (unsigned char)*t->at++;

        *out |= (uint64_t)(c & 0x7f) << shift;
        if (c < 0x80)
            return *out <= most;
    }
    return false;
}

static bool take_place(Thaw *t, int *line, int *column) {
    uint64_t l, c;

    if (!take_number(t, INT32_MAX, &l) || !take_number(t, INT32_MAX, &c))
        return false;
    *line = (int)l;
    *column = (int)c;
    return true;
}

static bool take_text(Thaw *t, Str *out) {
    uint64_t len;

    if (!take_number(t, INT32_MAX, &len) || len >= (uint64_t)(t->end - t->at) || t->at[len] != '\0')
        return false;
    *out = (Str){t->at, (size_t)len};
    t->at += len + 1;
    return true;
}

static bool take_bytes(Thaw *t, void *out, size_t n) {
    if ((size_t)(t->end - t->at) < n)
        return false;
    memcpy(out, t->at, n);
    t->at += n;
    return true;
}

/* As node.c makes room: 4, 8, 16 … places. */
static size_t places(size_t count) {
    size_t n = 4;

    while (n < count)
        n *= 2;
    return n;
}

static Node *take(Thaw *t, int depth);

static bool take_items(Thaw *t, Node *n, int depth) {
    uint64_t count;

    /* Each takes some bytes. */
    if (!take_number(t, (uint64_t)(t->end - t->at), &count))
        return false;
    if (n->kind == NODE_MAP) {
        n->key_lines = arena_array_of(t->arena, count ? places(count) : 0, int);
        n->key_columns = arena_array_of(t->arena, count ? places(count) : 0, int);
        n->keys = count ? arena_array_of(t->arena, places(count), Str) : NULL;
    }
    n->items = count ? arena_array_of(t->arena, places(count), Node *) : NULL;
    for (; n->count < count; n->count++) {
        size_t i = n->count;

        if (n->kind == NODE_MAP &&
            (!take_text(t, &n->keys[i]) || !take_place(t, &n->key_lines[i], &n->key_columns[i])))
            return false;
        n->items[i] = take(t, depth + 1);
        if (n->items[i] == NULL)
            return false;
    }
    return true;
}

static bool take_scalar(Thaw *t, Node *n) {
    char truth = 0;

    if (!take_text(t, &n->text))
        return false;
    switch (n->kind) {
    case NODE_BOOL:
        if (!take_bytes(t, &truth, 1))
            return false;
        n->boolean = truth != 0;
        return true;
    case NODE_INT:
        return take_bytes(t, &n->integer, sizeof n->integer);
    case NODE_REAL:
        return take_bytes(t, &n->real, sizeof n->real);
    default:
        return true;
    }
}

static Node *take(Thaw *t, int depth) {
    unsigned char kind;
    Node *n;

    if (depth > NODE_DEPTH_MAX || !take_bytes(t, &kind, 1) || kind > NODE_MAP)
        return NULL;
    n = arena_new_of(t->arena, Node);
    n->kind = (NodeKind)kind;
    n->file = t->file;
    if (!take_place(t, &n->line, &n->column))
        return NULL;
    return (kind >= NODE_LIST ? take_items(t, n, depth) : take_scalar(t, n)) ? n : NULL;
}

Node *node_thaw(Arena *a, Str bytes, const char *file) {
    Thaw t = {a, file, bytes.ptr, bytes.ptr + bytes.len};
    Node *n = take(&t, 1);

    return t.at == t.end ? n : NULL;
}
