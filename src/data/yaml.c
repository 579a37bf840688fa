/* SPDX-License-Identifier: MulanPSL-2.0 */
/* data/yaml.c: YAML text to tree, from libyaml's events. */
#include "data/node.h"

#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/banned.h"

typedef struct Reader {
    Arena *arena;
    const char *file;
    yaml_parser_t parser;
    Err *e;
} Reader;

static bool fail(Reader *r, ErrCode code, const yaml_mark_t *mark, const char *text) {
    Node at = {.file = r->file, .line = (int)mark->line + 1, .column = (int)mark->column + 1};
    char where[NODE_WHERE];

    node_where(&at, where);
    return err_set(r->e, code, where, "第 %d 行第 %d 列%s", at.line, at.column, text);
}

/* libyaml's English problems, by a part of their wording, in the words of whoever edits content. */
static const struct {
    const char *part, *text;
} problems[] = {
    {"mapping values are not allowed", "不能出现冒号：请检查缩进，或给含冒号的文字加引号"},
    {"did not find expected key", "应当是一个键：请检查缩进和引号"},
    {"could not find expected ':'", "缺少冒号：键后面要写“: ”"},
    {"did not find expected '-' indicator", "应当是以“- ”开头的一项：请检查缩进"},
    {"did not find expected ',' or ']'", "的方括号没有写完：缺少“,”或“]”"},
    {"did not find expected ',' or '}'", "的花括号没有写完：缺少“,”或“}”"},
    {"found character that cannot start any token",
     "有不能用来开头的字符：缩进请用空格而不是制表符，以 @ ` % 开头的文字请加引号"},
    {"found a tab character", "用了制表符：缩进请用空格"},
    {"unexpected end of stream", "的引号没有写完"},
    {"unexpected document indicator", "的引号没有写完"},
    {"block sequence entries are not allowed", "不能出现“- ”：请检查缩进"},
    {"did not find expected <document start>", "结束之后还有多余的内容：请检查缩进"},
    {"control characters are not allowed", "有控制字符，请删去"},
    {"unknown escape character", "双引号里有不认识的转义，反斜杠请写成两个，或改用单引号"},
    {"UTF-8", "有不是 UTF-8 的字节，请把文件存成 UTF-8 编码"},
    {"nesting", "嵌套太深"},
};

static bool fail_parse(Reader *r) {
    const yaml_parser_t *p = &r->parser;
    const char *problem = p->problem == NULL ? "" : p->problem;
    yaml_mark_t mark = p->problem_mark;

    /* Reading errors (bad bytes) come without a mark; the parser's own position is near enough. */
    if (p->error == YAML_READER_ERROR)
        mark = p->mark;
    for (size_t i = 0; i < sizeof problems / sizeof *problems; i++)
        if (strstr(problem, problems[i].part) != NULL)
            return fail(r, ERR_CONTENT, &mark, problems[i].text);
    return fail(r, ERR_CONTENT, &mark, "写法有误，请检查缩进、引号和冒号");
}

static bool next(Reader *r, yaml_event_t *event) {
    return yaml_parser_parse(&r->parser, event) || fail_parse(r);
}

/* --- scalars: the YAML 1.2 core schema ------------------------------------------------------- */

static bool one_of(Str s, const char *const names[]) {
    for (size_t i = 0; names[i] != NULL; i++)
        if (str_is(s, names[i]))
            return true;
    return false;
}

static size_t digits_at(Str s, size_t from) {
    size_t i = from;

    while (i < s.len && s.ptr[i] >= '0' && s.ptr[i] <= '9')
        i++;
    return i - from;
}

static bool based_integer(Str s, int64_t *out) {
    if (s.len < 3 || s.len > 18 || s.ptr[0] != '0' || (s.ptr[1] != 'x' && s.ptr[1] != 'o'))
        return false;
    int base = s.ptr[1] == 'x' ? 16 : 8;
    int64_t value = 0;

    for (size_t i = 2; i < s.len; i++) {
        char c = s.ptr[i];
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : 99;

        if (digit >= base || value > (INT64_MAX - digit) / base)
            return false;
        value = value * base + digit;
    }
    *out = value;
    return true;
}

/* [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )? ; *whole: no point or
 * exponent.
 */
static bool number_shape(Str s, bool *whole) {
    size_t i = s.len > 0 && (s.ptr[0] == '-' || s.ptr[0] == '+'), n = digits_at(s, i);
    bool any = n > 0;

    *whole = any;
    i += n;
    if (i < s.len && s.ptr[i] == '.') {
        n = digits_at(s, i + 1);
        any = any || n > 0;
        *whole = false;
        i += 1 + n;
    }
    if (!any)
        return false;
    if (i < s.len && (s.ptr[i] == 'e' || s.ptr[i] == 'E')) {
        i++;
        if (i < s.len && (s.ptr[i] == '-' || s.ptr[i] == '+'))
            i++;
        n = digits_at(s, i);
        *whole = false;
        if (n == 0)
            return false;
        i += n;
    }
    return i == s.len;
}

static double real_of(Str s) {
    static _Thread_local locale_t c_locale;
    char text[512];

    if (c_locale == NULL)
        c_locale = newlocale(LC_ALL_MASK, "C", NULL);
    snprintf(text, sizeof text, "%.*s", STR_ARG(s));
    return strtod_l(text, NULL, c_locale);
}

static void resolve(Node *n) {
    static const char *const nulls[] = {"", "~", "null", "Null", "NULL", NULL};
    static const char *const trues[] = {"true", "True", "TRUE", NULL};
    static const char *const falses[] = {"false", "False", "FALSE", NULL};
    Str s = n->text;
    bool whole;

    if (one_of(s, nulls)) {
        n->kind = NODE_NULL;
    } else if (one_of(s, trues) || one_of(s, falses)) {
        n->kind = NODE_BOOL;
        n->boolean = one_of(s, trues);
    } else if (based_integer(s, &n->integer)) {
        n->kind = NODE_INT;
    } else if (s.len < 500 && number_shape(s, &whole)) {
        Str unsigned_part = s.ptr[0] == '+' ? str_slice(s, 1, s.len) : s;

        if (whole && str_to_int(unsigned_part, &n->integer)) {
            n->kind = NODE_INT;
        } else {
            n->kind = NODE_REAL;
            n->real = real_of(s);
        }
    }
}

/* --- tree ------------------------------------------------------------------------------------ */

static Node *node_at(Reader *r, NodeKind kind, const yaml_mark_t *mark) {
    Node *n = arena_new_of(r->arena, Node);

    n->kind = kind;
    n->file = r->file;
    n->line = (int)mark->line + 1;
    n->column = (int)mark->column + 1;
    return n;
}

static bool plain_properties(Reader *r, const yaml_event_t *event, const yaml_char_t *anchor,
                             const yaml_char_t *tag) {
    if (anchor != NULL)
        return fail(r, ERR_CONTENT, &event->start_mark, "用了锚点（&），这里不支持，请写出全文");
    if (tag != NULL)
        return fail(r, ERR_CONTENT, &event->start_mark, "用了标签（!），这里不支持");
    return true;
}

static bool scalar(Reader *r, const yaml_event_t *event, Node **out) {
    Str text = {(const char *)event->data.scalar.value, event->data.scalar.length};

    if (!plain_properties(r, event, event->data.scalar.anchor, event->data.scalar.tag))
        return false;
    if (memchr(text.ptr, '\0', text.len) != NULL)
        return fail(r, ERR_CONTENT, &event->start_mark, "含有空字符，请删去");
    Node *n = node_at(r, NODE_TEXT, &event->start_mark);

    n->text = str_dup(r->arena, text);
    if (event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE)
        resolve(n);
    *out = n;
    return true;
}

typedef struct KeyPlace {
    Str key;
    size_t index;
} KeyPlace;

static int by_key(const void *a, const void *b) {
    const KeyPlace *x = a, *y = b;
    int c = str_compare(x->key, y->key);

    return c != 0 ? c : (x->index > y->index) - (x->index < y->index);
}

/* Sorting once keeps a map of 10^5 keys from costing 10^10 comparisons. */
static bool keys_differ(Reader *r, const Node *map) {
    if (map->count < 2)
        return true;
    KeyPlace *places = malloc(map->count * sizeof *places);
    bool ok = true;

    if (places == NULL)
        abort();
    for (size_t i = 0; i < map->count; i++)
        places[i] = (KeyPlace){map->keys[i], i};
    qsort(places, map->count, sizeof *places, by_key);
    for (size_t i = 1; i < map->count && ok; i++) {
        if (!str_eq(places[i - 1].key, places[i].key))
            continue;
        size_t second = places[i].index, first = places[i - 1].index;
        yaml_mark_t mark = {.line = (size_t)map->key_lines[second] - 1,
                            .column = (size_t)map->key_columns[second] - 1};
        char text[160];

        snprintf(text, sizeof text, "的键“%.*s”重复，第 %d 行已经写过",
                 places[i].key.len > 64 ? 64 : STR_ARG(places[i].key), map->key_lines[first]);
        ok = fail(r, ERR_CONTENT, &mark, text);
    }
    free(places);
    return ok;
}

static bool value(Reader *r, yaml_event_t *event, int depth, Node **out);

static bool list(Reader *r, const yaml_event_t *start, int depth, Node **out) {
    Node *n = node_at(r, NODE_LIST, &start->start_mark);

    if (!plain_properties(r, start, start->data.sequence_start.anchor,
                          start->data.sequence_start.tag))
        return false;
    for (;;) {
        yaml_event_t event;

        if (!next(r, &event))
            return false;
        bool end = event.type == YAML_SEQUENCE_END_EVENT;
        Node *item;
        bool ok = end || value(r, &event, depth + 1, &item);

        yaml_event_delete(&event);
        if (!ok)
            return false;
        if (end)
            break;
        node_add(r->arena, n, item);
    }
    *out = n;
    return true;
}

static bool map_key(Reader *r, const yaml_event_t *event, Node *map) {
    Node *key;

    if (event->type != YAML_SCALAR_EVENT)
        return fail(r, ERR_CONTENT, &event->start_mark, "的键应当是文字，不能是列表或映射");
    if (!scalar(r, event, &key))
        return false;
    if (key->text.len == 0)
        return fail(r, ERR_CONTENT, &event->start_mark, "的键是空的");
    node_append(r->arena, map, key->text, NULL);
    map->key_lines[map->count - 1] = key->line;
    map->key_columns[map->count - 1] = key->column;
    return true;
}

static bool map(Reader *r, const yaml_event_t *start, int depth, Node **out) {
    Node *n = node_at(r, NODE_MAP, &start->start_mark);

    if (!plain_properties(r, start, start->data.mapping_start.anchor,
                          start->data.mapping_start.tag))
        return false;
    /* Not NULL, so that node_append grows them with the map. */
    n->key_lines = arena_array_of(r->arena, 0, int);
    n->key_columns = arena_array_of(r->arena, 0, int);
    for (bool at_key = true;; at_key = !at_key) {
        yaml_event_t event;

        if (!next(r, &event))
            return false;
        bool end = event.type == YAML_MAPPING_END_EVENT;
        bool ok = end      ? true
                  : at_key ? map_key(r, &event, n)
                           : value(r, &event, depth + 1, &n->items[n->count - 1]);

        yaml_event_delete(&event);
        if (!ok)
            return false;
        if (end)
            break;
    }
    *out = n;
    return keys_differ(r, n);
}

static bool value(Reader *r, yaml_event_t *event, int depth, Node **out) {
    if (depth > NODE_DEPTH_MAX)
        return fail(r, ERR_CONTENT, &event->start_mark, "嵌套超过 64 层，请减少层数");
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        return scalar(r, event, out);
    case YAML_SEQUENCE_START_EVENT:
        return list(r, event, depth, out);
    case YAML_MAPPING_START_EVENT:
        return map(r, event, depth, out);
    case YAML_ALIAS_EVENT:
        return fail(r, ERR_CONTENT, &event->start_mark, "用了引用（*），这里不支持，请写出全文");
    default:
        return fail(r, ERR_CONTENT, &event->start_mark, "写法有误");
    }
}

/* The events around the one document: stream start, document start, value, document end, end. */
static bool document(Reader *r, Node **out) {
    Node *root = NULL;

    for (;;) {
        yaml_event_t event;

        if (!next(r, &event))
            return false;
        bool end = event.type == YAML_STREAM_END_EVENT, ok = true;

        if (event.type == YAML_DOCUMENT_START_EVENT && root != NULL)
            ok = fail(r, ERR_CONTENT, &event.start_mark, "开始了第二份文档，一个文件只写一份");
        else if (!end && event.type != YAML_STREAM_START_EVENT &&
                 event.type != YAML_DOCUMENT_START_EVENT && event.type != YAML_DOCUMENT_END_EVENT)
            ok = value(r, &event, 1, &root);
        if (end && root == NULL)
            root = node_at(r, NODE_NULL, &event.start_mark);
        yaml_event_delete(&event);
        if (!ok)
            return false;
        if (end)
            break;
    }
    *out = root;
    return true;
}

Node *yaml_read(Arena *a, Str text, const char *file, Err *e) {
    Reader r = {.arena = a, .e = e};
    Node *root = NULL;

    if (text.len > YAML_SIZE_MAX) {
        err_set(e, ERR_TOO_LARGE, file, "YAML 文件超过 8 MiB，请拆分");
        return NULL;
    }
    if (file != NULL)
        r.file = str_c(a, str_of(file));
    if (!yaml_parser_initialize(&r.parser))
        abort();
    yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)(text.len == 0 ? "" : text.ptr),
                                 text.len);
    bool ok = document(&r, &root);

    yaml_parser_delete(&r.parser);
    return ok ? root : NULL;
}
