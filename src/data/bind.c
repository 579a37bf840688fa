/* SPDX-License-Identifier: MulanPSL-2.0 */
/* data/bind.c: one walk over the rows serves reading, checking and error places. Writing is in
 * bind_write.c. */
#include "data/bind.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/day.h"
#include "base/banned.h"

enum { TEXT_MOST = 1000000, LIST_MOST = 100000 };

/* The way from the root to a value, kept on the stack: a JSON pointer when the value has no place.
 */
typedef struct Path {
    const struct Path *up;
    Str key;      /* of a map */
    size_t index; /* of a list, when key.ptr is NULL */
} Path;

/* With `out` NULL the walk only checks: bind_read walks twice, so a failure leaves *out alone. */
typedef struct Walk {
    Arena *arena;
    Err *e;
} Walk;

static bool read_map(const Walk *w, const Bind *rows, const Node *map, const Path *path, char *out);

/* --- where and why --------------------------------------------------------------------------- */

static void add_pointer(const Path *path, Buf *out) {
    if (path == NULL)
        return;
    add_pointer(path->up, out);
    if (path->key.ptr == NULL) {
        buf_addf(out, "/%zu", path->index);
        return;
    }
    buf_add_char(out, '/');
    for (size_t i = 0; i < path->key.len; i++) {
        char c = path->key.ptr[i];

        if (c == '~' || c == '/')
            buf_add_c(out, c == '~' ? "~0" : "~1");
        else
            buf_add_char(out, c);
    }
}

static void place(const Node *n, const Path *path, char where[NODE_WHERE]) {
    node_where(n, where);
    if (where[0] != '\0')
        return;
    scoped_buf Buf pointer;

    buf_init(&pointer, 4096);
    add_pointer(path, &pointer);
    snprintf(where, NODE_WHERE, "%.*s", STR_ARG(buf_str(&pointer)));
}

/* What people call the value: “key”, or the n-th item of “key”. */
static void call(const Path *path, char name[160]) {
    if (path == NULL)
        snprintf(name, 160, "内容");
    else if (path->key.ptr != NULL)
        snprintf(name, 160, "“%.*s”", (int)(path->key.len > 64 ? 64 : path->key.len),
                 path->key.ptr);
    else if (path->up != NULL && path->up->key.ptr != NULL)
        snprintf(name, 160, "“%.*s”的第 %zu 项",
                 (int)(path->up->key.len > 64 ? 64 : path->up->key.len), path->up->key.ptr,
                 path->index + 1);
    else
        snprintf(name, 160, "第 %zu 项", path->index + 1);
}

/* Values with a place come from a file of content, the others from a request. */
static ErrCode fault_of(const Node *n) {
    return n->line != 0 ? ERR_CONTENT : ERR_INVALID;
}

static bool fail(const Walk *w, const Node *n, const Path *path, ErrCode code, const char *what) {
    char where[NODE_WHERE], name[160];

    place(n, path, where);
    call(path, name);
    return err_set(w->e, code == ERR_INVALID ? fault_of(n) : code, where, "%s%s", name, what);
}

static const char *kind_name(const Node *n) {
    switch (n->kind) {
    case NODE_NULL:
        return "空值";
    case NODE_BOOL:
        return "是非值";
    case NODE_INT:
        return "整数";
    case NODE_REAL:
        return "小数";
    case NODE_TEXT:
        return "文字";
    case NODE_LIST:
        return "列表";
    case NODE_MAP:
        return "映射（键和值）";
    }
    return "未知";
}

static bool fail_kind(const Walk *w, const Node *n, const Path *path, const char *expected) {
    char what[200];

    snprintf(what, sizeof what, "应当是%s，这里却是%s", expected, kind_name(n));
    return fail(w, n, path, ERR_INVALID, what);
}

/* How far a slip of the fingers goes: two letters swapped count two, so half of a short word. */
static size_t slip(Str word) {
    size_t n = str_runes(word) / 2;

    return n < 1 ? 1 : n > 3 ? 3 : n;
}

static bool fail_unknown_key(const Walk *w, const Bind *rows, const Node *map, size_t index,
                             const Path *path) {
    Str key = map->keys[index];
    size_t best = slip(key) + 1;
    const char *nearest = NULL;
    char where[NODE_WHERE];

    for (const Bind *row = rows; row->type != BIND_END_TYPE; row++) {
        size_t d = str_distance(key, str_of(row->key), best);

        if (d < best) {
            best = d;
            nearest = row->key;
        }
    }
    Node at = {.file = map->file};
    Path here = {path, key, 0};

    if (map->key_lines != NULL) {
        at.line = map->key_lines[index];
        at.column = map->key_columns[index];
    }
    place(&at, &here, where);
    int len = (int)(key.len > 64 ? 64 : key.len);

    if (nearest != NULL)
        return err_set(w->e, fault_of(map), where, "不认识的键“%.*s”，是不是想写“%s”", len, key.ptr,
                       nearest);
    scoped_buf Buf known;

    buf_init(&known, 400);
    for (const Bind *row = rows; row->type != BIND_END_TYPE; row++)
        buf_addf(&known, "%s%s", row == rows ? "" : "、", row->key);
    return err_set(w->e, fault_of(map), where, "不认识的键“%.*s”，这里可以写的键有：%.*s", len,
                   key.ptr, STR_ARG(buf_str(&known)));
}

static bool fail_enum(const Walk *w, const Bind *row, const Node *n, const Path *path) {
    size_t best = slip(n->text) + 1;
    const char *nearest = NULL;
    scoped_buf Buf what;

    buf_init(&what, 400);
    for (const BindName *name = row->names; name->name != NULL; name++) {
        size_t d = str_distance(n->text, str_of(name->name), best);

        if (d < best) {
            best = d;
            nearest = name->name;
        }
    }
    buf_addf(&what, "不能是“%.*s”", (int)(n->text.len > 64 ? 64 : n->text.len), n->text.ptr);
    if (nearest != NULL) {
        buf_addf(&what, "，是不是想写“%s”", nearest);
    } else {
        buf_add_c(&what, "，可以是：");
        for (const BindName *name = row->names; name->name != NULL; name++)
            buf_addf(&what, "%s%s", name == row->names ? "" : "、", name->name);
    }
    return fail(w, n, path, ERR_INVALID, what.ptr);
}

/* --- values ---------------------------------------------------------------------------------- */

static bool read_text(const Walk *w, const Bind *row, const Node *n, const Path *path, Str *out) {
    int64_t most = row->most != 0 ? row->most : TEXT_MOST;
    char what[120];

    /* In YAML `code: 110000` is a number to the parser and a text to its author. */
    bool written = n->kind == NODE_TEXT ||
                   ((n->kind == NODE_INT || n->kind == NODE_REAL) && n->text.ptr != NULL);

    if (!written)
        return fail_kind(w, n, path, "文字");
    if (n->text.len > (size_t)most && str_runes(n->text) > (size_t)most) {
        snprintf(what, sizeof what, "超过 %" PRId64 " 个字", most);
        return fail(w, n, path, ERR_TOO_LARGE, what);
    }
    if (out != NULL)
        *out = n->text;
    return true;
}

static bool read_int(const Walk *w, const Bind *row, const Node *n, const Path *path,
                     int64_t *out) {
    char what[80];

    if (n->kind != NODE_INT)
        return fail_kind(w, n, path, "整数");
    if (row->most != 0 && n->integer > row->most) {
        snprintf(what, sizeof what, "不能大于 %" PRId64, row->most);
        return fail(w, n, path, ERR_INVALID, what);
    }
    if (out != NULL)
        *out = n->integer;
    return true;
}

static bool read_real(const Walk *w, const Node *n, const Path *path, double *out) {
    if (n->kind != NODE_REAL && n->kind != NODE_INT)
        return fail_kind(w, n, path, "数字");
    if (out != NULL)
        *out = n->kind == NODE_INT ? (double)n->integer : n->real;
    return true;
}

static bool read_bool(const Walk *w, const Node *n, const Path *path, bool *out) {
    if (n->kind != NODE_BOOL)
        return fail_kind(w, n, path, "是非值（true 或 false）");
    if (out != NULL)
        *out = n->boolean;
    return true;
}

/* Exactly YYYY-MM-DD: content and the API have one way to write a date, unlike agency files. */
static bool read_date(const Walk *w, const Node *n, const Path *path, Day *out) {
    static const char shape[] = "0000-00-00";
    Str s = n->text;
    bool ok = n->kind == NODE_TEXT && s.len == 10;

    if (n->kind != NODE_TEXT)
        return fail_kind(w, n, path, "日期（写成 2024-01-05）");
    for (size_t i = 0; ok && i < 10; i++)
        ok = shape[i] == '-' ? s.ptr[i] == '-' : s.ptr[i] >= '0' && s.ptr[i] <= '9';
    if (!ok)
        return fail(w, n, path, ERR_INVALID, "应当是日期，写成 2024-01-05 的样子");
#define DIGIT(i) (s.ptr[i] - '0')
    Day day = day_of(DIGIT(0) * 1000 + DIGIT(1) * 100 + DIGIT(2) * 10 + DIGIT(3),
                     DIGIT(5) * 10 + DIGIT(6), DIGIT(8) * 10 + DIGIT(9));
#undef DIGIT
    if (day == DAY_NONE)
        return fail(w, n, path, ERR_INVALID, "写的日期在日历上不存在");
    if (out != NULL)
        *out = day;
    return true;
}

static bool read_enum(const Walk *w, const Bind *row, const Node *n, const Path *path, int *out) {
    bool written = n->kind == NODE_TEXT ||
                   (n->kind != NODE_LIST && n->kind != NODE_MAP && n->text.ptr != NULL);

    if (!written)
        return fail_kind(w, n, path, "文字");
    for (const BindName *name = row->names; name->name != NULL; name++) {
        if (!str_is(n->text, name->name))
            continue;
        if (out != NULL)
            *out = name->value;
        return true;
    }
    return fail_enum(w, row, n, path);
}

static bool read_list(const Walk *w, const Bind *row, const Node *n, const Path *path,
                      BindList *out) {
    bool texts = row->type == BIND_TYPE_TEXTS;
    size_t most = row->most != 0 ? (size_t)row->most : LIST_MOST;
    size_t size = texts ? sizeof(Str) : row->size;
    Bind item = {.type = BIND_TYPE_TEXT};
    char what[80], *items = NULL;

    if (n->kind != NODE_LIST)
        return fail_kind(w, n, path, "列表");
    if (n->count > most) {
        snprintf(what, sizeof what, "超过 %zu 项", most);
        return fail(w, n, path, ERR_TOO_LARGE, what);
    }
    if (out != NULL)
        items = arena_array(w->arena, n->count, size);
    for (size_t i = 0; i < n->count; i++) {
        Path here = {path, {NULL, 0}, i};
        char *at = items == NULL ? NULL : items + i * size;
        bool ok = texts ? read_text(w, &item, n->items[i], &here, (Str *)(void *)at)
                        : read_map(w, row->rows, n->items[i], &here, at);

        if (!ok)
            return false;
    }
    if (out != NULL)
        *out = (BindList){n->count == 0 ? NULL : items, n->count};
    return true;
}

static bool read_value(const Walk *w, const Bind *row, const Node *n, const Path *path, void *out) {
    switch (row->type) {
    case BIND_TYPE_TEXT:
        return read_text(w, row, n, path, out);
    case BIND_TYPE_INT:
        return read_int(w, row, n, path, out);
    case BIND_TYPE_REAL:
        return read_real(w, n, path, out);
    case BIND_TYPE_BOOL:
        return read_bool(w, n, path, out);
    case BIND_TYPE_DATE:
        return read_date(w, n, path, out);
    case BIND_TYPE_ENUM:
        return read_enum(w, row, n, path, out);
    case BIND_TYPE_NODE:
        if (out != NULL)
            *(const Node **)out = n;
        return true;
    case BIND_TYPE_OBJECT:
        return read_map(w, row->rows, n, path, out);
    case BIND_TYPE_TEXTS:
    case BIND_TYPE_OBJECTS:
        return read_list(w, row, n, path, out);
    case BIND_END_TYPE:
        break;
    }
    assert(!"a row of an unknown type");
    return false;
}

/* Day 0 is 1970-01-01, so an absent date has to be said. Everything else keeps what the caller put
 * there: zero, or a default. */
static void set_absent(const Bind *row, char *at) {
    Day none = DAY_NONE;

    if (row->type == BIND_TYPE_DATE)
        memcpy(at, &none, sizeof none);
    if (row->type == BIND_TYPE_OBJECT)
        for (const Bind *inner = row->rows; inner->type != BIND_END_TYPE; inner++)
            set_absent(inner, at + inner->offset);
}

static const Bind *row_of(const Bind *rows, Str key) {
    for (const Bind *row = rows; row->type != BIND_END_TYPE; row++)
        if (key.len != 0 && row->key[0] == key.ptr[0] && str_is(key, row->key))
            return row;
    return NULL;
}

static bool read_map(const Walk *w, const Bind *rows, const Node *map, const Path *path,
                     char *out) {
    char what[160];

    if (map->kind != NODE_MAP)
        return fail_kind(w, map, path, "映射（键和值）");
    for (size_t i = 0; i < map->count; i++)
        if (row_of(rows, map->keys[i]) == NULL)
            return fail_unknown_key(w, rows, map, i, path);
    for (const Bind *row = rows; row->type != BIND_END_TYPE; row++) {
        const Node *n = node_get(map, row->key);
        Path here = {path, str_of(row->key), 0};

        if (n != NULL && n->kind == NODE_NULL && row->type != BIND_TYPE_NODE)
            n = NULL; /* `key:` with nothing after it, or null in JSON, says nothing */
        if (n == NULL && row->need == REQUIRED) {
            snprintf(what, sizeof what, "缺少必填的键“%s”", row->key);
            return fail(w, map, path, ERR_INVALID, what);
        }
        if (n == NULL && out != NULL)
            set_absent(row, out + row->offset);
        if (n != NULL && !read_value(w, row, n, &here, out == NULL ? NULL : out + row->offset))
            return false;
    }
    return true;
}

bool bind_read(Arena *a, const Bind *rows, const Node *map, void *out, Err *e) {
    Walk w = {a, e};

    return read_map(&w, rows, map, NULL, NULL) && read_map(&w, rows, map, NULL, out);
}

bool bind_fits(const Bind *rows, const Node *map, Err *e) {
    Walk w = {NULL, e};

    return read_map(&w, rows, map, NULL, NULL);
}
