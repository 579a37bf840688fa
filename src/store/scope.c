/* SPDX-License-Identifier: MulanPSL-2.0 */
/* store/scope.c: on whose behalf a thread reads, and how that changes its statements.
 *
 * A statement is read word by word, quotes left alone. A name in braces is replaced by the view the
 * scope has of that table; a guarded table that stands plainly where a table stands ends it. What
 * tools/sql_to_c.py refuses at build time in named statements is refused here for every text. */
#include "store/scope.h"

#include <stdio.h>
#include <string.h>

#include "store/expand.h"

#include "base/banned.h"

const Scope SCOPE_NOBODY = {.views = NULL};

static _Thread_local const Scope *thread_scope;

const Scope *store_thread_scope(const Scope *s) {
    const Scope *before = thread_scope;

    thread_scope = s;
    return before;
}

const Scope *store_thread_scope_now(void) {
    return thread_scope;
}

/* ---- words ---- */

static bool in_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static Str word_at(Str text, size_t at) {
    size_t end = at;

    while (end < text.len && in_word(text.ptr[end]))
        end++;
    return str_slice(text, at, end);
}

/* Statements are long and most words are none of these: the first letter settles it. */
static bool is_one_of(Str word, const char *const *words) {
    for (; word.len && *words; words++)
        if (((word.ptr[0] ^ **words) & ~0x20) == 0 && str_eq_ascii_nocase(word, str_of(*words)))
            return true;
    return false;
}

static bool is_blank(char c) {
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

/* Does a name of its own follow, as in "{clue} c"? */
static bool named_after(Str text, size_t at) {
    static const char *const keywords[] = {"WHERE", "GROUP", "ORDER",     "LIMIT", "JOIN", "LEFT",
                                           "INNER", "CROSS", "ON",        "UNION", "SET",  "EXCEPT",
                                           "USING", "FOR",   "INTERSECT", NULL};

    while (at < text.len && is_blank(text.ptr[at]))
        at++;
    Str word = word_at(text, at);

    return word.len && !is_one_of(word, keywords);
}

static const Guarded *guarded(Str name) {
    for (const Guarded *g = guarded_tables; g->table; g++)
        if (name.len && ((name.ptr[0] ^ *g->table) & ~0x20) == 0 &&
            str_eq_ascii_nocase(name, str_of(g->table)))
            return g;
    return NULL;
}

/* ---- expanding ---- */

static void add_view(const Scope *scope, const Guarded *g, bool named, Buf *out) {
    const ScopeView *view = NULL;

    if (!scope) {
        buf_add_c(out, g->table);
        return;
    }
    for (size_t i = 0; i < scope->count && !view; i++)
        if (str_is(scope->views[i].table, g->table))
            view = &scope->views[i];
    if (view)
        buf_add(out, view->sql);
    else
        buf_addf(out, "(SELECT * FROM %s WHERE 1 = 0)", g->table);
    if (!named) /* PostgreSQL wants a name for every subquery */
        buf_addf(out, " AS %s", g->table);
}

static bool refuse(const char *table, Err *e) {
    return err_set(e, ERR_INTERNAL, NULL,
                   "语句越过了权限范围（%s），没有执行，这是程序的错误，请联系维护人员", table);
}

/* Where in a statement we are: may the next name be a table's? */
typedef struct Reader {
    bool table_next, in_list;
} Reader;

static void read_word(Reader *r, Str word) {
    static const char *const before[] = {"FROM", "JOIN", "INTO", "UPDATE", "TABLE", NULL};
    static const char *const ends[] = {"WHERE",  "GROUP",  "ORDER", "LIMIT", "ON", "SET",
                                       "VALUES", "SELECT", "USING", "UNION", NULL};

    if (is_one_of(word, before)) {
        r->table_next = r->in_list = true;
    } else if (!(r->table_next && str_eq_ascii_nocase(word, STR("ONLY")))) {
        r->table_next = false;
        if (is_one_of(word, ends))
            r->in_list = false;
    }
}

/* A part may stand beside its whole: "{clue} c JOIN clue_evidence". */
static bool parent_is_named(Str text, const Guarded *g) {
    char braced[80];

    if (!g->parent)
        return false;
    snprintf(braced, sizeof braced, "{%s}", g->parent);
    return str_find(text, str_of(braced)) >= 0;
}

static size_t quote_end(Str text, size_t at) {
    char quote = text.ptr[at++];

    while (at < text.len && text.ptr[at] != quote)
        at++;
    return at < text.len ? at + 1 : at;
}

static bool brace(const Scope *scope, Str text, size_t *at, Buf *out, Err *e) {
    Str name = word_at(text, *at + 1);
    size_t end = *at + 1 + name.len;
    const Guarded *g = guarded(name);

    if (!g || end >= text.len || text.ptr[end] != '}')
        return err_set(e, ERR_INTERNAL, NULL, "语句里的 {%.*s} 不是受保护的表", STR_ARG(name));
    *at = end + 1;
    add_view(scope, g, named_after(text, *at), out);
    return true;
}

/* One word: where a table may stand, none that is guarded. */
static bool word_passes(const Scope *scope, Str text, Str word, Reader *r, Err *e) {
    const Guarded *g = scope && r->table_next ? guarded(word) : NULL;

    if (g && !parent_is_named(text, g))
        return refuse(g->table, e);
    read_word(r, word);
    return true;
}

/* What stands between words: a quoted name is a word too. */
static bool mark_passes(const Scope *scope, Str text, size_t at, size_t *end, Reader *r, Err *e) {
    char c = text.ptr[at];

    *end = c == '\'' || c == '"' ? quote_end(text, at) : at + 1;
    if (c == '"' && scope && r->table_next) {
        const Guarded *g = guarded(str_slice(text, at + 1, *end - 1));

        if (g && !parent_is_named(text, g))
            return refuse(g->table, e);
    }
    if (c == ',')
        r->table_next = r->in_list;
    else if (c == '(' || c == ')')
        r->table_next = r->in_list = false;
    return true;
}

bool scope_expand(const Scope *scope, Str text, Buf *out, Err *e) {
    Reader r = {false, false};
    size_t from = 0; /* of what is not yet written */

    for (size_t at = 0; at < text.len;) {
        char c = text.ptr[at];

        if (c == '{') {
            buf_add(out, str_slice(text, from, at));
            if (!brace(scope, text, &at, out, e))
                return false;
            from = at;
            r.table_next = false;
        } else if (in_word(c)) {
            Str word = word_at(text, at);

            if (!word_passes(scope, text, word, &r, e))
                return false;
            at += word.len;
        } else if (!mark_passes(scope, text, at, &at, &r, e)) {
            return false;
        }
    }
    buf_add(out, str_slice(text, from, text.len));
    return !out->full || err_set(e, ERR_TOO_LARGE, NULL, "权限范围太大，语句写不下");
}

bool scope_plain(const Scope *scope, Str text) {
    return !scope && !(text.len && memchr(text.ptr, '{', text.len));
}
