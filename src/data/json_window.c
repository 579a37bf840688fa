/* SPDX-License-Identifier: MulanPSL-2.0 */
/* data/json_window.c: slide over JSON text and find the list of objects in it. */
#include "data/json_window.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"
#include "data/json_scan.h"
#include "data/node.h"

enum { READ_SIZE = 256 << 10 };
static const size_t ELEMENT_MAX = (size_t)8 << 20;
static const size_t DEEP_ENOUGH = 4096; /* bytes to look at before saying how deep a list is */

JsonWindow *json_window_new(int fd, Encoding encoding) {
    JsonWindow *w = calloc(1, sizeof *w);

    if (w == NULL)
        abort();
    w->source = text_source_new(fd, encoding);
    w->line = 1;
    return w;
}

void json_window_free(JsonWindow *w) {
    if (w == NULL)
        return;
    text_source_free(w->source);
    free(w->text);
    free(w);
}

/* --- sliding --------------------------------------------------------------------------------- */

static bool broken_off(const JsonWindow *w, Err *e) {
    return err_set(e, ERR_INVALID, NULL,
                   "JSON 文件在第 %" PRIu64 " 行中断，内容不完整，请重新取得文件", w->line);
}

static bool wrong(const JsonWindow *w, const char *what, Err *e) {
    return err_set(e, ERR_INVALID, NULL, "JSON 文件第 %" PRIu64 " 行%s", w->line, what);
}

/* Read more text behind what is there; nothing is read at the end. */
static bool more(JsonWindow *w, Err *e) {
    size_t got;

    if (w->at > 0) {
        memmove(w->text, w->text + w->at, w->len - w->at);
        w->len -= w->at;
        w->at = 0;
    }
    if (w->cap - w->len < READ_SIZE) {
        w->cap = w->cap * 2 + 2 * READ_SIZE;
        w->text = realloc(w->text, w->cap);
        if (w->text == NULL)
            abort();
    }
    if (!text_source_read(w->source, w->text + w->len, w->cap - w->len, &got, e))
        return false;
    w->len += got;
    w->at_end = got == 0;
    return true;
}

static Str rest(const JsonWindow *w) {
    return (Str){w->text + w->at, w->len - w->at};
}

static void consume(JsonWindow *w, size_t n) {
    const char *p = w->text + w->at, *end = p + n;

    while (p < end && (p = memchr(p, '\n', (size_t)(end - p))) != NULL) {
        w->line++;
        p++;
    }
    w->at += n;
}

/* The next byte that is not blank, not consumed; '\0' at the end. */
static bool peek(JsonWindow *w, char *c, Err *e) {
    for (;;) {
        if (w->at < w->len)
            consume(w, json_blanks(rest(w)));
        if (w->at < w->len) {
            *c = w->text[w->at];
            return true;
        }
        if (w->at_end) {
            *c = '\0';
            return true;
        }
        if (!more(w, e))
            return false;
    }
}

static bool expect(JsonWindow *w, char wanted, const char *what, Err *e) {
    char c;

    if (!peek(w, &c, e))
        return false;
    if (w->at == w->len)
        return broken_off(w, e);
    if (c != wanted)
        return wrong(w, what, e);
    consume(w, 1);
    return true;
}

static bool bracketed(char c) {
    return c == '{' || c == '[' || c == '"';
}

static size_t scalar_end(Str s) {
    size_t i = 0;

    while (i < s.len && strchr(",]} \t\r\n", s.ptr[i]) == NULL)
        i++;
    return i;
}

/* Bring the whole value at the window's start into it, without consuming it. *fits is false when it
 * is longer than `most`. */
static bool hold_value(JsonWindow *w, size_t most, Str *value, bool *fits, Err *e) {
    JsonExtent x = {0};
    size_t seen = 0;
    bool ended = false;

    *fits = true;
    for (;;) {
        Str s = rest(w), fresh = str_slice(s, seen, s.len);

        if (s.len > 0 && bracketed(s.ptr[0])) {
            seen += json_extent(&x, fresh, &ended);
        } else {
            seen += scalar_end(fresh);
            ended = s.len > 0 && (seen < s.len || w->at_end);
        }
        if (ended) {
            *value = (Str){w->text + w->at, seen};
            return true;
        }
        if (seen > most) {
            *fits = false;
            return true;
        }
        if (w->at_end)
            return broken_off(w, e);
        if (!more(w, e))
            return false;
    }
}

/* Pass over a value of any size. */
static bool skip_value(JsonWindow *w, Err *e) {
    JsonExtent x = {0};
    bool ended = false, scalar;
    char c;

    if (!peek(w, &c, e))
        return false;
    scalar = !bracketed(c);
    while (!ended) {
        if (w->at == w->len && w->at_end)
            return broken_off(w, e);
        if (w->at == w->len && !more(w, e))
            return false;
        Str s = rest(w);
        size_t n = scalar ? scalar_end(s) : json_extent(&x, s, &ended);

        if (scalar && n < s.len)
            ended = true;
        consume(w, n);
    }
    return true;
}

/* --- finding the list ------------------------------------------------------------------------ */

static bool no_list(Err *e) {
    return err_set(
        e, ERR_INVALID, NULL,
        "JSON 文件里没有找到对象的列表，应当是 [{…}, …]、{\"…\": [{…}, …]} 或每行一个对象");
}

/* At "[": is it a list of objects? Goes inside when it is. An empty one is remembered. */
static bool try_list(JsonWindow *w, bool *found, bool *empty, Err *e) {
    char c;

    consume(w, 1);
    if (!peek(w, &c, e))
        return false;
    *found = c == '{';
    *empty = c == ']';
    return true;
}

/* Pass over the rest of a list whose "[" is consumed. */
static bool leave_list(JsonWindow *w, Err *e) {
    JsonExtent x = {.depth = 1, .started = true};
    bool ended = false;

    while (!ended) {
        if (w->at == w->len && w->at_end)
            return broken_off(w, e);
        if (w->at == w->len && !more(w, e))
            return false;
        consume(w, json_extent(&x, rest(w), &ended));
    }
    return true;
}

/* Inside an object at `depth`, "{" consumed: look at each value in turn. */
static bool search_object(JsonWindow *w, size_t depth, bool *found, bool *empty, Err *e) {
    char c;

    if (!peek(w, &c, e))
        return false;
    if (c == '}') {
        consume(w, 1);
        return true;
    }
    for (;;) {
        if (!peek(w, &c, e))
            return false;
        if (c != '"')
            return w->at == w->len ? broken_off(w, e) : wrong(w, "缺少键", e);
        if (!skip_value(w, e) || !expect(w, ':', "的键后面缺少冒号", e) || !peek(w, &c, e))
            return false;
        w->wrappers = depth;
        if (c == '[') {
            bool none;

            if (!try_list(w, found, &none, e))
                return false;
            *empty = *empty || none;
            if (*found)
                return true;
            if (!leave_list(w, e))
                return false;
        } else if (c == '{' && depth == 1) {
            consume(w, 1);
            if (!search_object(w, depth + 1, found, empty, e))
                return false;
            if (*found)
                return true;
        } else if (!skip_value(w, e)) {
            return false;
        }
        if (!peek(w, &c, e))
            return false;
        if (c != ',' && c != '}')
            return w->at == w->len ? broken_off(w, e) : wrong(w, "缺少逗号", e);
        consume(w, 1);
        if (c == '}')
            return true;
    }
}

/* At the first "{": one object after the other? Then another one follows it. A lone object without
 * a list inside counts as well, which only the search can tell. */
static bool starts_lines(JsonWindow *w, bool *lines, Err *e) {
    Str first;
    bool fits;

    *lines = false;
    if (!hold_value(w, ELEMENT_MAX, &first, &fits, e))
        return false;
    if (!fits)
        return true;
    size_t after = first.len;

    for (;;) {
        Str s = rest(w);

        after += json_blanks(str_slice(s, after, s.len));
        if (after < s.len) {
            *lines = s.ptr[after] == '{';
            return true;
        }
        if (w->at_end)
            return true;
        if (!more(w, e))
            return false;
    }
}

static bool find_in_object(JsonWindow *w, Err *e) {
    bool found = false, empty = false;

    if (!starts_lines(w, &w->lines, e))
        return false;
    if (w->lines)
        return true;
    size_t at = w->at, len = w->len;
    uint64_t line = w->line;

    consume(w, 1);
    if (!search_object(w, 1, &found, &empty, e))
        return false;
    if (found)
        return true;
    w->wrappers = 0;
    w->finished = empty;
    if (empty)
        return true;
    /* A single object without lists of objects is one row. It is still here: starts_lines brought
     * it into the window whole, so the search had no need to slide. */
    if (w->at < at || w->len != len)
        return no_list(e);
    w->lines = true;
    w->at = at;
    w->line = line;
    return true;
}

/* At a list in the outermost list: it is no row, but may be more levels than anybody meant. */
static bool list_in_list(JsonWindow *w, Err *e) {
    Str value;
    bool fits;

    if (!hold_value(w, DEEP_ENOUGH, &value, &fits, e))
        return false;
    if (json_too_deep(rest(w)))
        return err_set(e, ERR_INVALID, NULL,
                       "JSON 文件第 %" PRIu64 " 行嵌套太深（超过 %d 层），应当是 [{…}, …]", w->line,
                       NODE_DEPTH_MAX);
    return no_list(e);
}

bool json_window_find(JsonWindow *w, Err *e) {
    bool found, empty;
    char c;

    if (!peek(w, &c, e))
        return false;
    if (c == '{')
        return find_in_object(w, e);
    if (c != '[')
        return no_list(e);
    if (!try_list(w, &found, &empty, e))
        return false;
    if (w->at == w->len)
        return broken_off(w, e);
    if (w->text[w->at] == '[')
        return list_in_list(w, e);
    return found || empty || no_list(e);
}

/* --- elements -------------------------------------------------------------------------------- */

/* Behind the list: the objects around it must close, and nothing may follow. */
static bool finish(JsonWindow *w, Err *e) {
    JsonExtent x = {.depth = w->wrappers, .started = true};
    bool ended = w->wrappers == 0;
    char c;

    w->finished = true;
    while (!ended) {
        if (w->at == w->len && w->at_end)
            return broken_off(w, e);
        if (w->at == w->len && !more(w, e))
            return false;
        consume(w, json_extent(&x, rest(w), &ended));
    }
    if (!peek(w, &c, e))
        return false;
    return w->at == w->len || wrong(w, "的列表结束之后还有多余的内容", e);
}

/* Come to the next element, or to the end. */
static bool approach(JsonWindow *w, bool *found, Err *e) {
    char c;

    *found = false;
    if (!peek(w, &c, e))
        return false;
    bool end = w->at == w->len;

    if (w->lines) {
        *found = !end;
        return true;
    }
    if (end)
        return broken_off(w, e);
    if (c == ']') {
        consume(w, 1);
        return finish(w, e);
    }
    if (w->any && !expect(w, ',', "的两个对象之间缺少逗号", e))
        return false;
    if (!peek(w, &c, e))
        return false;
    if (w->at == w->len)
        return broken_off(w, e);
    if (c == ']' || c == ',')
        return wrong(w, "的逗号后面缺少对象", e);
    *found = true;
    return true;
}

bool json_window_next(JsonWindow *w, Str *element, bool *found, Err *e) {
    bool fits;

    *found = false;
    if (w->finished)
        return true;
    if (!approach(w, found, e))
        return false;
    if (!*found) {
        w->finished = true;
        return true;
    }
    if (!hold_value(w, ELEMENT_MAX, element, &fits, e))
        return false;
    if (!fits)
        return err_set(e, ERR_TOO_LARGE, NULL,
                       "JSON 文件第 %" PRIu64 " 行开始的对象超过 8 MiB，请拆分", w->line);
    if (element->len == 0)
        return wrong(w, "写法有误", e);
    /* The text stays where it is until the next call reads more. */
    consume(w, element->len);
    w->any = true;
    return true;
}
