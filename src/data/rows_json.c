/* SPDX-License-Identifier: MulanPSL-2.0 */
/* data/rows_json.c: rows out of a list of JSON objects. The first thousand are read twice: once for
 * their keys, which become the columns, once for their values. */
#include "data/rows_reader.h"

#include <stdlib.h>
#include <string.h>

#include "base/banned.h"
#include "data/json_scan.h"
#include "data/json_window.h"
#include "data/sheet_value.h"

enum { OBJECTS_FOR_COLUMNS = 1000, SLOTS = 2 * ROW_COLUMNS_MAX };
static const uint64_t BYTES_FOR_COLUMNS = 64 << 20;

typedef struct Columns {
    Str names[ROW_COLUMNS_MAX];
    size_t count;
    bool any;              /* there is an object, if only an empty one */
    uint16_t slots[SLOTS]; /* index + 1, by hash */
} Columns;

typedef struct JsonRows {
    Reader reader;
    JsonWindow *window;
    Columns *columns;
    uint64_t number;                /* of the last object */
    uint64_t seen[ROW_COLUMNS_MAX]; /* the last object that had the column */
    bool header_sent;
} JsonRows;

/* --- columns --------------------------------------------------------------------------------- */

static uint16_t *slot_of(Columns *c, Str name) {
    size_t i = str_hash(name) % SLOTS;

    while (c->slots[i] != 0 && !str_eq(c->names[c->slots[i] - 1], name))
        i = (i + 1) % SLOTS;
    return &c->slots[i];
}

/* Objects mostly have the same keys in the same order, so the column after the last one is tried
 * first. ROW_COLUMNS_MAX: there is no such column. */
static size_t column_of(Columns *c, Str name, size_t expected) {
    if (expected < c->count && str_eq(c->names[expected], name))
        return expected;
    uint16_t *slot = slot_of(c, name);

    return *slot == 0 ? ROW_COLUMNS_MAX : (size_t)*slot - 1;
}

static bool add_column(Columns *c, Arena *a, Str name, Err *e) {
    uint16_t *slot = slot_of(c, name);

    if (*slot != 0)
        return true;
    if (c->count == ROW_COLUMNS_MAX)
        return err_set(e, ERR_TOO_LARGE, NULL,
                       "JSON 的对象合起来超过 %d 个键，请检查是不是把数据写成了键",
                       ROW_COLUMNS_MAX);
    c->names[c->count] = str_dup(a, name);
    *slot = (uint16_t)++c->count;
    return true;
}

/* --- one object ------------------------------------------------------------------------------ */

static const char NOT_JSON[] = "不是合法的 JSON 对象", NOT_OBJECT[] = "不是对象",
                  TOO_DEEP[] = "嵌套太深，超过 64 层", BAD_TEXT[] = "含有空字符或残缺的转义字符",
                  TWICE[] = "同一个键出现两次";

typedef struct Member {
    Str name;
    char *value;
    size_t value_len;
} Member;

typedef struct Walk {
    char *text;
    size_t len, at;
    const char *problem;
} Walk;

static void skip_blanks(Walk *w) {
    w->at += json_blanks((Str){w->text + w->at, w->len - w->at});
}

static bool malformed(Walk *w, const char *problem) {
    w->problem = problem;
    return false;
}

/* The next member; false at the end or at a problem. The name is undone in place. */
static bool next_member(Walk *w, Member *m) {
    skip_blanks(w);
    if (w->at < w->len && w->text[w->at] == '}' && w->at + 1 == w->len)
        return false;
    if (w->at > 1) { /* not the first one */
        if (w->at >= w->len || w->text[w->at] != ',')
            return malformed(w, NOT_JSON);
        w->at++;
        skip_blanks(w);
    }
    if (w->at >= w->len || w->text[w->at] != '"')
        return malformed(w, NOT_JSON);
    size_t n = json_value_length((Str){w->text + w->at, w->len - w->at});

    if (n == 0)
        return malformed(w, NOT_JSON);
    if (!json_unquote(w->text + w->at, n, &m->name))
        return malformed(w, BAD_TEXT);
    w->at += n;
    skip_blanks(w);
    if (w->at >= w->len || w->text[w->at] != ':')
        return malformed(w, NOT_JSON);
    w->at++;
    skip_blanks(w);
    m->value = w->text + w->at;
    m->value_len = json_value_length((Str){m->value, w->len - w->at});
    if (m->value_len == 0)
        return malformed(w, NOT_JSON);
    w->at += m->value_len;
    return true;
}

/* "{" is consumed here; blanks before the first member must not make it look like a later one. */
static bool start_object(Walk *w) {
    if (w->len < 2 || w->text[0] != '{')
        return malformed(w, NOT_OBJECT);
    size_t blanks = json_blanks((Str){w->text + 1, w->len - 1});

    w->text += blanks;
    w->len -= blanks;
    w->text[0] = '{';
    w->at = 1;
    return true;
}

static Cell number_cell(Arena *a, Str text) {
    char plain[SHEET_VALUE_TEXT];

    if (memchr(text.ptr, 'e', text.len) == NULL && memchr(text.ptr, 'E', text.len) == NULL)
        return (Cell){text, CELL_NUMBER};
    number_text(strtod(str_c(a, text), NULL), plain);
    return (Cell){str_dup(a, str_of(plain)), CELL_NUMBER};
}

static bool cell_of(Arena *a, char *text, size_t len, Cell *out) {
    Str s = {text, len};

    switch (text[0]) {
    case '"':
        if (!json_unquote(text, len, &s))
            return false;
        *out = s.len == 0 ? (Cell){{NULL, 0}, CELL_EMPTY} : (Cell){s, CELL_TEXT};
        return true;
    case 't':
    case 'f':
        *out = (Cell){s, CELL_BOOL};
        return true;
    case 'n':
        *out = (Cell){{NULL, 0}, CELL_EMPTY};
        return true;
    case '{':
    case '[':
        *out = (Cell){s, CELL_TEXT};
        return true;
    default:
        *out = number_cell(a, s);
        return true;
    }
}

/* Fill the row's cells, which are there and empty. NULL, or what is wrong with the object. */
static const char *fill_row(JsonRows *j, RowBlock *b, Walk *w) {
    Cell *cells = j->columns->count == 0 ? NULL : b->cells + b->row_first;
    size_t expected = 0;
    const char *problem = NULL;
    Member m;

    if (!start_object(w))
        return w->problem;
    while (next_member(w, &m)) {
        size_t i = column_of(j->columns, m.name, expected);

        if (i == ROW_COLUMNS_MAX) {
            problem = str_format(b->arena, "有前 %d 个对象里没有的键“%.*s”", OBJECTS_FOR_COLUMNS,
                                 STR_ARG(str_slice(m.name, 0, 96)))
                          .ptr;
            continue;
        }
        if (j->seen[i] == j->number)
            problem = TWICE;
        j->seen[i] = j->number;
        if (m.value_len > ROW_CELL_MAX)
            problem = "有一个值超过 1 MiB";
        else if (!cell_of(b->arena, m.value, m.value_len, &cells[i]))
            problem = BAD_TEXT;
        expected = i + 1;
    }
    return w->problem != NULL ? w->problem : problem;
}

static void add_object(JsonRows *j, RowBlock *b, Str element) {
    Walk w = {.text = str_c(b->arena, element), .len = element.len};

    j->number++;
    for (size_t i = 0; i < j->columns->count; i++)
        block_cell(b, (Str){NULL, 0}, CELL_EMPTY);
    const char *problem =
        memchr(element.ptr, '\0', element.len) != NULL ? "含有空字符" : fill_row(j, b, &w);

    /* What could not be taken apart is shown as it came. */
    if ((problem == NOT_OBJECT || problem == NOT_JSON) && j->columns->count > 0 &&
        element.len <= ROW_CELL_MAX)
        b->cells[b->row_first] = (Cell){str_dup(b->arena, element), CELL_TEXT};
    if (problem == NOT_JSON && json_too_deep(element))
        problem = TOO_DEEP;
    block_row(b, j->number, problem);
}

/* --- the reader ------------------------------------------------------------------------------ */

static void send_header(JsonRows *j, RowBlock *b) {
    j->header_sent = true;
    if (!j->columns->any)
        return;
    for (size_t i = 0; i < j->columns->count; i++) {
        Str name = j->columns->names[i];

        block_cell(b, str_dup(b->arena, name), name.len == 0 ? CELL_EMPTY : CELL_TEXT);
    }
    block_row(b, 0, NULL);
}

/* A block also ends when it holds this much text. */
enum { TEXT_A_BLOCK = 4 << 20 };

static bool next(Reader *r, RowBlock *b, Err *e) {
    JsonRows *j = (JsonRows *)r;
    size_t text = 0;

    if (!j->header_sent)
        send_header(j, b);
    while (!block_full(b) && text < TEXT_A_BLOCK) {
        Str element;
        bool found;

        if (!json_window_next(j->window, &element, &found, e))
            return false;
        if (!found)
            break;
        text += element.len;
        add_object(j, b, element);
    }
    return true;
}

static void close_json(Reader *r) {
    JsonRows *j = (JsonRows *)r;

    json_window_free(j->window);
    free(j);
}

static uint64_t bytes_read(const Reader *r) {
    return text_source_offset(((const JsonRows *)r)->window->source);
}

static uint64_t bad_bytes(const Reader *r) {
    return text_source_bad_bytes(((const JsonRows *)r)->window->source);
}

static bool add_columns(Columns *c, Arena *a, Str object, Err *e) {
    scoped_arena Arena *scratch = arena_new();
    Walk w = {.text = str_c(scratch, object), .len = object.len};
    Member m;

    if (!start_object(&w))
        return true;
    while (next_member(&w, &m))
        if (!add_column(c, a, m.name, e))
            return false;
    return true;
}

static bool find_columns(Columns *c, Arena *a, int fd, Encoding encoding, Err *e) {
    JsonWindow *w = json_window_new(fd, encoding);
    uint64_t bytes = 0;
    bool ok = json_window_find(w, e), found = ok;

    for (int i = 0; i < OBJECTS_FOR_COLUMNS && bytes < BYTES_FOR_COLUMNS && found; i++) {
        Str element;

        ok = json_window_next(w, &element, &found, e);
        found = found && ok;
        bytes += found ? element.len : 0;
        c->any = c->any || found;
        if (found)
            found = ok = add_columns(c, a, element, e);
    }
    json_window_free(w);
    return ok;
}

Reader *json_rows_open(int fd, Arena *a, RowsInfo *info, Err *e) {
    Columns *columns = arena_new_of(a, Columns);

    if (!find_columns(columns, a, fd, info->encoding, e))
        return NULL;
    JsonRows *j = calloc(1, sizeof *j);

    if (j == NULL)
        abort();
    j->reader = (Reader){next, close_json, bytes_read, bad_bytes};
    j->columns = columns;
    j->window = json_window_new(fd, info->encoding);
    info->separator = 0;
    if (!json_window_find(j->window, e)) {
        close_json(&j->reader);
        return NULL;
    }
    return &j->reader;
}
