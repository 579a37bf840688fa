/* SPDX-License-Identifier: MulanPSL-2.0 */
/* data/node.h: one tree for YAML and JSON, with the place each value came from. */
#ifndef DATA_NODE_H
#define DATA_NODE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

typedef enum NodeKind {
    NODE_NULL,
    NODE_BOOL,
    NODE_INT,
    NODE_REAL,
    NODE_TEXT,
    NODE_LIST,
    NODE_MAP
} NodeKind;

/* Lives in the arena it was read into; immutable once read. */
typedef struct Node Node;
struct Node {
    NodeKind kind;
    int line, column; /* 1-based; 0 for nodes built in memory or read from JSON */
    const char *file; /* "content/models/x.yaml", or NULL */
    bool boolean;
    int64_t integer;
    double real;
    Str text;     /* NODE_TEXT; for YAML scalars of other kinds, the source text too */
    size_t count; /* items of a list, pairs of a map */
    Node **items; /* list items, or map values in file order */
    Str *keys;    /* map keys */
    int *key_lines, *key_columns; /* places of the map's keys, or NULL */
};

#define NODE_DEPTH_MAX 64
#define YAML_SIZE_MAX ((size_t)8 << 20)
#define JSON_SIZE_MAX ((size_t)64 << 20)

/* YAML 1.2 core scalars (no yes/no booleans; dates stay text; .inf and .nan stay text; whole
 * numbers past 64 bits become NODE_REAL with their source text). Ceilings: 8 MiB, depth 64, no
 * anchors, aliases or tags, one document, duplicate keys refused. An empty file is NODE_NULL. */
Node *yaml_read(Arena *a, Str text, const char *file, Err *e);
/* JSON, same ceilings but 64 MiB. */
Node *json_read(Arena *a, Str text, Err *e);
/* Compact JSON with keys in tree order; UTF-8 unescaped. Deterministic. */
void json_write(const Node *n, Buf *out);
void json_write_pretty(const Node *n, Buf *out);
void json_add_text(Buf *out, Str s); /* a quoted JSON string */

const Node *node_get(const Node *map, const char *key); /* NULL when absent or not a map */
Str node_text(const Node *map, const char *key);        /* empty when absent or not text */
int64_t node_int(const Node *map, const char *key, int64_t otherwise);
bool node_bool(const Node *map, const char *key, bool otherwise);
/* "content/models/x.yaml:12:5" into `out`, for Err.where. */
#define NODE_WHERE 192
void node_where(const Node *n, char out[NODE_WHERE]);

/* Building. Maps keep insertion order; setting an existing key replaces. */
Node *node_map(Arena *a);
Node *node_list(Arena *a);
Node *node_of_text(Arena *a, Str s); /* copies */
Node *node_of_int(Arena *a, int64_t i);
Node *node_of_real(Arena *a, double r);
Node *node_of_bool(Arena *a, bool b);
Node *node_null(Arena *a);
void node_set(Arena *a, Node *map, const char *key, Node *value);
void node_set_text(Arena *a, Node *map, const char *key, Str s);
void node_set_int(Arena *a, Node *map, const char *key, int64_t i);
void node_set_bool(Arena *a, Node *map, const char *key, bool b);
void node_add(Arena *a, Node *list, Node *item);
/* As node_set for a key known to be new: no search, the key is borrowed. For readers and big maps.
 */
void node_append(Arena *a, Node *map, Str key, Node *value);

#endif
