/* SPDX-License-Identifier: MulanPSL-2.0 */
/* data/bind.h: rows that say how a struct is written as YAML, JSON or a database row. */
#ifndef DATA_BIND_H
#define DATA_BIND_H

#include <stddef.h>

#include "data/node.h"

typedef enum BindType {
    BIND_END_TYPE,
    BIND_TYPE_TEXT,    /* Str */
    BIND_TYPE_INT,     /* int64_t */
    BIND_TYPE_REAL,    /* double */
    BIND_TYPE_BOOL,    /* bool */
    BIND_TYPE_DATE,    /* Day, written 2024-01-05 */
    BIND_TYPE_ENUM,    /* int, by `names` */
    BIND_TYPE_NODE,    /* const Node *, anything */
    BIND_TYPE_OBJECT,  /* a struct inside, by `rows` */
    BIND_TYPE_TEXTS,   /* BindList of Str */
    BIND_TYPE_OBJECTS, /* BindList of structs, by `rows`, each `size` bytes */
} BindType;

typedef struct BindList {
    void *items;
    size_t count;
} BindList;

typedef struct BindName {
    const char *name; /* NULL ends */
    int value;
    const char *title; /* Chinese */
} BindName;

typedef enum BindNeed { OPTIONAL, REQUIRED } BindNeed;

typedef struct Bind {
    BindType type;
    const char *key;
    size_t offset;
    BindNeed need;
    const char *help; /* English, one line: goes to the reference manual */
    const struct Bind *rows;
    size_t size;
    const BindName *names;
    int64_t most; /* ceiling: characters of a text, items of a list, value of an integer; 0: the
                     type's default */
} Bind;

#define BIND_STR(T, m, k, need, help) \
    { BIND_TYPE_TEXT, k, offsetof(T, m), need, help, NULL, 0, NULL, 0 }
#define BIND_STR_MOST(T, m, k, need, n, help) \
    { BIND_TYPE_TEXT, k, offsetof(T, m), need, help, NULL, 0, NULL, n }
#define BIND_INT(T, m, k, need, help) \
    { BIND_TYPE_INT, k, offsetof(T, m), need, help, NULL, 0, NULL, 0 }
#define BIND_REAL(T, m, k, need, help) \
    { BIND_TYPE_REAL, k, offsetof(T, m), need, help, NULL, 0, NULL, 0 }
#define BIND_BOOL(T, m, k, need, help) \
    { BIND_TYPE_BOOL, k, offsetof(T, m), need, help, NULL, 0, NULL, 0 }
#define BIND_DATE(T, m, k, need, help) \
    { BIND_TYPE_DATE, k, offsetof(T, m), need, help, NULL, 0, NULL, 0 }
#define BIND_ENUM(T, m, k, need, n, help) \
    { BIND_TYPE_ENUM, k, offsetof(T, m), need, help, NULL, 0, n, 0 }
#define BIND_NODE(T, m, k, need, help) \
    { BIND_TYPE_NODE, k, offsetof(T, m), need, help, NULL, 0, NULL, 0 }
#define BIND_TEXTS(T, m, k, need, help) \
    { BIND_TYPE_TEXTS, k, offsetof(T, m), need, help, NULL, 0, NULL, 0 }
#define BIND_OBJECT(T, m, k, need, r, help) \
    { BIND_TYPE_OBJECT, k, offsetof(T, m), need, help, r, 0, NULL, 0 }
#define BIND_OBJECTS(T, m, k, need, r, U, help) \
    { BIND_TYPE_OBJECTS, k, offsetof(T, m), need, help, r, sizeof(U), NULL, 0 }
#define BIND_END \
    { BIND_END_TYPE, NULL, 0, OPTIONAL, NULL, NULL, 0, NULL, 0 }

/* Read a map into *out. Unknown keys, missing required ones, wrong kinds and ceilings are errors
 * that name the place (file:line:column and ERR_CONTENT, or a JSON pointer and ERR_INVALID) and the
 * nearest known key. Texts are borrowed from the tree. A null counts as absent (except for
 * BIND_NODE); absent dates become DAY_NONE, other absent members keep what the caller put there. On
 * failure *out is untouched. A YAML number is taken where a text is wanted, as written. */
bool bind_read(Arena *a, const Bind *rows, const Node *map, void *out, Err *e);
/* Write as JSON (keys in row order; empty optional texts, absent dates, NaN, empty optional lists
 * and optional objects with nothing but zeroes inside are left out). */
void bind_write(const Bind *rows, const void *in, Buf *json);
/* Does this reply fit the rows? Used by tests. */
bool bind_fits(const Bind *rows, const Node *map, Err *e);

#endif
