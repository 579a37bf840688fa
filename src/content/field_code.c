/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/field_code.c: words from a code table, one or several in a cell. */
#include <stdio.h>
#include <string.h>

#include "content/field_inside.h"

#include "base/banned.h"

static bool refuse_code(const CodeTable *t, Str word, FieldValue *v, const char **reason) {
    const CodeEntry *nearest = code_table_nearest(t, word);

    if (nearest != NULL)
        snprintf(v->room, sizeof v->room, "不在代码表“%.*s”内，最接近的是“%.*s”", STR_ARG(t->title),
                 STR_ARG(nearest->title));
    else
        snprintf(v->room, sizeof v->room, "不在代码表“%.*s”内", STR_ARG(t->title));
    return field_refuse(v, reason, v->room);
}

static bool parts(uint32_t r) {
    return r == ';' || r == ',' || r == '|' || r == U'、' || r == '/' || r == '\n' || r == '+';
}

/* The next piece between separators; false at the end. */
static bool next_piece(Str *rest, Str *piece) {
    const char *start = rest->ptr;

    if (rest->len == 0)
        return false;
    while (rest->len > 0) {
        const char *here = rest->ptr;
        uint32_t r;

        str_rune(rest, &r);
        if (parts(rune_half_width(r))) {
            *piece = str_trim((Str){start, (size_t)(here - start)});
            return true;
        }
    }
    *piece = str_trim((Str){start, (size_t)(rest->ptr - start)});
    return true;
}

static bool has_piece(Str all, Str piece) {
    for (Str one; str_split(&all, ';', &one);)
        if (str_eq(one, piece))
            return true;
    return false;
}

/* Titles joined by ';', each once, in the order written. */
static bool read_many_codes(const Field *f, const CodeTable *t, FieldValue *v,
                            const char **reason) {
    Str rest = v->original, piece;
    size_t n = 0;

    while (next_piece(&rest, &piece)) {
        if (piece.len == 0)
            continue;
        const CodeEntry *entry = code_table_find(t, piece);
        Str word = entry != NULL ? entry->title : piece;

        if (entry == NULL && !t->open)
            return refuse_code(t, piece, v, reason);
        if (has_piece((Str){v->room, n}, word))
            continue;
        if (n + word.len + 1 > sizeof v->room)
            return field_refuse_long(f, v, reason);
        if (n > 0)
            v->room[n++] = ';';
        memcpy(v->room + n, word.ptr, word.len);
        n += word.len;
    }
    if (n == 0) { /* separators and nothing between them */
        v->changed = true;
        return true;
    }
    return field_take_text(v, (Str){v->room, n}, true);
}

static bool is_nothing(const Field *f, Str s) {
    return field_blank(f, s) || str_is(s, "无") || str_is(s, "暂无");
}

bool field_read_code(const Content *c, const Field *f, FieldValue *v, const char **reason) {
    const CodeTable *t =
        f->table != NULL || c == NULL ? f->table : content_codes(c, f->codes, NULL);
    const CodeEntry *entry = t == NULL ? NULL : code_table_find(t, v->original);

    if (entry != NULL)
        return field_take_text(v, entry->title, true);
    if (is_nothing(f, v->original)) {
        v->changed = v->original.len > 0;
        return true;
    }
    if (t != NULL && f->many)
        return read_many_codes(f, t, v, reason);
    if (t != NULL && !t->open)
        return refuse_code(t, v->original, v, reason);
    return field_take_original(f, v, t != NULL, reason);
}
