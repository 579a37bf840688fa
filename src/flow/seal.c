/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/seal.c: names and texts of matters between the tables, where they are sealed, and the
 * program. */
#include "flow/seal.h"

#include <inttypes.h>

#include "store/subject.h"

#include "sql_statements.h"

#include "base/banned.h"

enum { MATTERS_EACH = 200 };

static Str subject_of(Arena *a, Str id) {
    return str_format(a, "matter:%.*s", STR_ARG(id));
}

static Str message_place(Arena *a, int64_t number) {
    return str_format(a, "message/%" PRId64, number);
}

/* ---- opening ---- */

static bool open_column(SubjectKeys *k, Arena *a, Str subject, Str place, Node *row,
                        const char *column, Err *e) {
    Str stored = node_text(row, column), text;

    if (!stored.len)
        return true;
    if (!subject_open(k, subject, place, stored, a, &text, e))
        return false;
    node_set(a, row, column, text.len ? node_of_text(a, text) : node_null(a));
    return true;
}

bool matter_open_titles(Tx *tx, Arena *a, Node *rows, Err *e) {
    Str *subjects = arena_array_of(a, rows->count, Str), plain;
    Store *s = tx_store(tx);
    SubjectKeys *k;
    size_t n = 0;

    for (size_t i = 0; i < rows->count; i++) {
        Str stored = node_text(rows->items[i], "title");

        if (!subject_sealed(stored))
            continue;
        if (subject_recalled(s, stored, a, &plain))
            node_set_text(a, rows->items[i], "title", plain);
        else
            subjects[n++] = subject_of(a, node_text(rows->items[i], "id"));
    }
    if (n == 0)
        return true;
    k = subject_keys(tx, subjects, n, a, e);
    for (size_t i = 0; k && i < rows->count; i++) {
        Str stored = node_text(rows->items[i], "title");

        if (!subject_sealed(stored))
            continue;
        if (!open_column(k, a, subject_of(a, node_text(rows->items[i], "id")), STR("title"),
                         rows->items[i], "title", e))
            return false;
        subject_remember(s, stored, node_text(rows->items[i], "title"));
    }
    return k != NULL;
}

bool matter_open_row(Tx *tx, Arena *a, Str id, Node *row, Err *e) {
    Str subject = subject_of(a, id);
    SubjectKeys *k = subject_keys(tx, &subject, 1, a, e);

    return k && open_column(k, a, subject, STR("title"), row, "title", e) &&
           open_column(k, a, subject, STR("personal"), row, "personal", e);
}

bool matter_open_messages(Tx *tx, Arena *a, Str id, Node *rows, Err *e) {
    Str subject = subject_of(a, id);
    SubjectKeys *k = rows->count ? subject_keys(tx, &subject, 1, a, e) : NULL;

    for (size_t i = 0; k && i < rows->count; i++)
        if (!open_column(k, a, subject, message_place(a, node_int(rows->items[i], "number", 0)),
                         rows->items[i], "text", e))
            return false;
    return k || !rows->count;
}

/* ---- sealing ---- */

static bool seal_text(SubjectKeys *k, Arena *a, Str subject, Str place, Str text, Arg *out,
                      Err *e) {
    Str sealed;

    *out = ARG_OF_NULL;
    if (!text.len)
        return true;
    if (!subject_seal(k, subject, place, text, a, &sealed, e))
        return false;
    *out = ARG_OF_TEXT(sealed);
    return true;
}

static bool seal_parts(SubjectKeys *k, Store *s, Arena *a, Str subject, Str title, Str personal,
                       MatterSealed *out, Err *e) {
    Str words = {NULL, 0};

    *out = (MatterSealed){ARG_OF_NULL, ARG_OF_NULL, ARG_OF_NULL};
    if (title.len && !matter_words(s, title, a, &words, e))
        return false;
    if (title.len)
        out->words = ARG_OF_TEXT(words);
    return seal_text(k, a, subject, STR("title"), title, &out->title, e) &&
           seal_text(k, a, subject, STR("personal"), personal, &out->personal, e);
}

bool matter_seal_row(Tx *tx, Arena *a, Str id, Str title, Str personal, MatterSealed *out, Err *e) {
    Str subject = subject_of(a, id);
    SubjectKeys *k = subject_keys(tx, &subject, 1, a, e);

    return k && seal_parts(k, tx_store(tx), a, subject, title, personal, out, e);
}

bool matter_seal_message(Tx *tx, Arena *a, Str id, int64_t number, Str text, Arg *out, Err *e) {
    Str subject = subject_of(a, id);
    SubjectKeys *k = subject_keys(tx, &subject, 1, a, e);

    return k && seal_text(k, a, subject, message_place(a, number), text, out, e);
}

/* ---- what earlier versions left open ---- */

typedef struct Older {
    Str after, next; /* next: where the following piece begins */
    Arena *arena;
    size_t seen;
    int64_t done;
} Older;

static SubjectKeys *keys_of(Tx *tx, Arena *a, const Node *rows, const char *column, Err *e) {
    Str *subjects = arena_array_of(a, rows->count, Str);

    for (size_t i = 0; i < rows->count; i++)
        subjects[i] = subject_of(a, node_text(rows->items[i], column));
    return subject_keys(tx, subjects, rows->count, a, e);
}

static bool older_matters(Tx *tx, void *context, Err *e) {
    Older *o = context;
    Arena *a = o->arena;
    const Node *rows = tx_rows(tx, a, &SQL_matter_unsealed,
                               ARGS(ARG_OF_TEXT(o->after), ARG_OF_INT(MATTERS_EACH)), e);
    SubjectKeys *k = rows ? keys_of(tx, a, rows, "id", e) : NULL;

    if (!k)
        return false;
    o->seen = rows->count;
    for (size_t i = 0; i < rows->count; i++) {
        Node *row = rows->items[i];
        Str id = node_text(row, "id"), subject = subject_of(a, id);
        MatterSealed sealed;

        if (!subject_known(k, subject)) { /* a rebuild would bring nothing back either */
            node_set(a, row, "title", node_null(a));
            node_set(a, row, "personal", node_null(a));
        }
        /* One of them may be sealed already. */
        if (!open_column(k, a, subject, STR("title"), row, "title", e) ||
            !open_column(k, a, subject, STR("personal"), row, "personal", e) ||
            !seal_parts(k, tx_store(tx), a, subject, node_text(row, "title"),
                        node_text(row, "personal"), &sealed, e) ||
            !tx_run(tx, &SQL_matter_seal_put,
                    ARGS(ARG_OF_TEXT(id), sealed.title, sealed.personal, sealed.words), NULL, e))
            return false;
        o->next = id;
    }
    return true;
}

static bool older_messages(Tx *tx, void *context, Err *e) {
    Older *o = context;
    Arena *a = o->arena;
    const Node *rows = tx_rows(tx, a, &SQL_matter_message_unsealed,
                               ARGS(ARG_OF_TEXT(STR("")), ARG_OF_INT(MATTERS_EACH)), e);
    SubjectKeys *k = rows ? keys_of(tx, a, rows, "matter", e) : NULL;

    if (!k)
        return false;
    o->seen = rows->count;
    for (size_t i = 0; i < rows->count; i++) {
        const Node *row = rows->items[i];
        Str id = node_text(row, "matter");
        int64_t number = node_int(row, "number", 0);
        Arg text = ARG_OF_NULL;

        if (subject_known(k, subject_of(a, id)) &&
            !seal_text(k, a, subject_of(a, id), message_place(a, number), node_text(row, "text"),
                       &text, e))
            return false;
        if (!tx_run(tx, &SQL_matter_message_seal_put,
                    ARGS(ARG_OF_TEXT(id), ARG_OF_INT(number), text), NULL, e))
            return false;
    }
    return true;
}

static bool in_pieces(Store *s, TxWork *work, int64_t *rows, Err *e) {
    scoped_arena Arena *keep = arena_new();
    Str after = STR("");

    for (;;) {
        scoped_arena Arena *a = arena_new();
        Older o = {.after = after, .arena = a};

        if (!store_write(s, work, &o, e))
            return false;
        *rows += (int64_t)o.seen;
        if (o.seen < MATTERS_EACH)
            return true;
        after = str_dup(keep, o.next.len ? o.next : after);
    }
}

bool matter_seal_all(Store *s, int64_t *rows, Err *e) {
    *rows = 0;
    return in_pieces(s, older_matters, rows, e) && in_pieces(s, older_messages, rows, e);
}
