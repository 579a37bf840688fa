/* SPDX-License-Identifier: MulanPSL-2.0 */
/* data/json.c: JSON text to tree (over jansson) and back. */
#include "data/node.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

static const char *reason(const json_error_t *error) {
    switch (json_error_code(error)) {
    case json_error_invalid_utf8:
        return "含有不是 UTF-8 的字节，请改用 UTF-8 编码";
    case json_error_premature_end_of_input:
        return "内容不完整，末尾缺少括号或引号";
    case json_error_end_of_input_expected:
        return "结束之后还有多余的内容";
    case json_error_null_character:
    case json_error_null_byte_in_key:
        return "含有空字符（\\u0000）";
    case json_error_duplicate_key:
        return "同一个对象里有重复的键";
    case json_error_numeric_overflow:
        return "数字太大，请改写成文字（加引号）";
    case json_error_stack_overflow:
        return "嵌套太深";
    default:
        return "写法有误，请检查引号、逗号和括号";
    }
}

/* The jansson tree goes when this call's arena goes, so texts are copied. NULL: nested too deeply.
 */
static Node *convert(Arena *a, json_t *j, int depth) {
    if (depth > NODE_DEPTH_MAX)
        return NULL;
    switch (json_typeof(j)) {
    case JSON_OBJECT: {
        Node *map = node_map(a);
        const char *key;
        size_t len;
        json_t *value;

        json_object_keylen_foreach(j, key, len, value) {
            Node *n = convert(a, value, depth + 1);

            if (n == NULL)
                return NULL;
            node_append(a, map, str_dup(a, (Str){key, len}), n);
        }
        return map;
    }
    case JSON_ARRAY: {
        Node *list = node_list(a);

        for (size_t i = 0; i < json_array_size(j); i++) {
            Node *n = convert(a, json_array_get(j, i), depth + 1);

            if (n == NULL)
                return NULL;
            node_add(a, list, n);
        }
        return list;
    }
    case JSON_STRING:
        return node_of_text(a, (Str){json_string_value(j), json_string_length(j)});
    case JSON_INTEGER:
        return node_of_int(a, json_integer_value(j));
    case JSON_REAL:
        return node_of_real(a, json_real_value(j));
    case JSON_TRUE:
    case JSON_FALSE:
        return node_of_bool(a, json_is_true(j));
    default:
        return node_null(a);
    }
}

Node *json_read(Arena *a, Str text, Err *e) {
    if (text.len > JSON_SIZE_MAX) {
        err_set(e, ERR_TOO_LARGE, NULL, "JSON 内容超过 64 MiB，请拆分后再提交");
        return NULL;
    }
    if (str_starts(text, STR("\xEF\xBB\xBF")))
        text = str_slice(text, 3, text.len);

    /* jansson 2.14 passes over a NUL behind a number. */
    if (text.len != 0 && memchr(text.ptr, '\0', text.len) != NULL) {
        err_set(e, ERR_INVALID, NULL, "JSON 含有空字符，请删去");
        return NULL;
    }
    json_error_t error;
    json_t *j = json_loadb(text.len == 0 ? "" : text.ptr, text.len,
                           JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);

    if (j == NULL) {
        char where[32];

        snprintf(where, sizeof where, "%d:%d", error.line < 1 ? 1 : error.line,
                 error.column < 1 ? 1 : error.column);
        err_set(e, ERR_INVALID, where, "JSON 第 %d 行%s", error.line < 1 ? 1 : error.line,
                reason(&error));
        return NULL;
    }
    Node *n = convert(a, j, 1);

    json_decref(j);
    if (n == NULL)
        err_set(e, ERR_TOO_LARGE, NULL, "JSON 嵌套超过 %d 层", NODE_DEPTH_MAX);
    return n;
}

/* Bytes of the valid UTF-8 character at s (not empty), or 0. */
static size_t whole_character(Str s) {
    Str rest = s;
    uint32_t rune;

    if (!str_rune(&rest, &rune))
        return 0;
    size_t n = s.len - rest.len;

    return rune == 0xFFFD && n == 1 ? 0 : n;
}

void json_add_text(Buf *out, Str s) {
    size_t plain = 0; /* start of the run not yet written */

    buf_add_char(out, '"');
    for (size_t i = 0; i < s.len;) {
        unsigned char c = (unsigned char)s.ptr[i];
        size_t n = c < 0x80 ? 1 : whole_character((Str){s.ptr + i, s.len - i});

        if (n != 0 && c >= 0x20 && c != '"' && c != '\\' && c != 0x7F) {
            i += n;
            continue;
        }
        buf_add_bytes(out, s.ptr + plain, i - plain);
        if (n == 0)
            buf_add_c(out, "\xEF\xBF\xBD");
        else if (c == '"' || c == '\\')
            buf_addf(out, "\\%c", c);
        else if (c == '\n')
            buf_add_c(out, "\\n");
        else if (c == '\r')
            buf_add_c(out, "\\r");
        else if (c == '\t')
            buf_add_c(out, "\\t");
        else
            buf_addf(out, "\\u%04x", c);
        i++;
        plain = i;
    }
    if (s.len > plain)
        buf_add_bytes(out, s.ptr + plain, s.len - plain);
    buf_add_char(out, '"');
}

/* The shortest writing that reads back as the same number, and as a real. */
static void add_real(Buf *out, double r) {
    char text[40];

    if (!isfinite(r)) {
        buf_add_c(out, "null");
        return;
    }
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, r);
        if (strtod(text, NULL) == r)
            break;
    }
    buf_add_c(out, text);
    if (strpbrk(text, ".eE") == NULL)
        buf_add_c(out, ".0");
}

static void new_line(Buf *out, int depth) {
    buf_add_char(out, '\n');
    for (int i = 0; i < depth; i++)
        buf_add_c(out, "  ");
}

/* `depth` below 0 means compact. */
static void write_node(const Node *n, Buf *out, int depth) {
    bool pretty = depth >= 0, map = n->kind == NODE_MAP;

    switch (n->kind) {
    case NODE_NULL:
        buf_add_c(out, "null");
        return;
    case NODE_BOOL:
        buf_add_c(out, n->boolean ? "true" : "false");
        return;
    case NODE_INT:
        buf_addf(out, "%" PRId64, n->integer);
        return;
    case NODE_REAL:
        add_real(out, n->real);
        return;
    case NODE_TEXT:
        json_add_text(out, n->text);
        return;
    case NODE_LIST:
    case NODE_MAP:
        break;
    }
    buf_add_char(out, map ? '{' : '[');
    for (size_t i = 0; i < n->count; i++) {
        if (i != 0)
            buf_add_char(out, ',');
        if (pretty)
            new_line(out, depth + 1);
        if (map) {
            json_add_text(out, n->keys[i]);
            buf_add_c(out, pretty ? ": " : ":");
        }
        write_node(n->items[i], out, pretty ? depth + 1 : depth);
    }
    if (pretty && n->count != 0)
        new_line(out, depth);
    buf_add_char(out, map ? '}' : ']');
}

void json_write(const Node *n, Buf *out) {
    write_node(n, out, -1);
}

void json_write_pretty(const Node *n, Buf *out) {
    write_node(n, out, 0);
    buf_add_char(out, '\n');
}
