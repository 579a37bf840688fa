/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/see.c: what of jobs and live events a person may see. */
#include "http/see.h"

#include <stdlib.h>

bool see_job(const Rights *r, const Node *job) {
    Str kind = node_text(job, "kind");
    bool import = str_is(kind, "import");

    if (str_eq(node_text(job, "actor"), r->login))
        return true;
    if (str_is(kind, "export") || str_is(kind, "letters")) /* its owner's alone */
        return false;
    if (str_is(kind, "backup") || str_is(kind, "verify"))
        return rights_everywhere(r, PERMISSION_BACKUP);
    if (str_is(kind, "chain"))
        return rights_everywhere(r, PERMISSION_AUDIT_READ);
    if (str_is(kind, "evidence"))
        return rights_everywhere(r, PERMISSION_AUDIT_EXPORT);
    if (str_is(kind, "rotate"))
        return rights_everywhere(r, PERMISSION_KEY_ROTATE);
    return import ? rights_everywhere(r, PERMISSION_BATCH_IMPORT) &&
                        rights_everywhere(r, PERMISSION_BATCH_READ)
                  : rights_everywhere(r, PERMISSION_MODEL_RUN) && rights_whole(r);
}

void see_job_trim(const Rights *r, Arena *a, Node *job) {
    static const char *const kept[] = {"batch",      "received",  "accepted",     "duplicates",
                                       "rejected",   "corrected", "bytes",        "sequence",
                                       "generation", "rows",      "subject_keys", "entries",
                                       "bad",        "from",      "to",           NULL};
    /* Of the journal, a hash; and the evidence, which only who asked for it can fetch. */
    static const char *const texts[] = {"head", "evidence", "export", "file_name", NULL};
    const Node *result = node_get(job, "result");
    Node *rest = node_map(a);

    if (!result || rights_whole(r) || str_is(node_text(job, "kind"), "letters"))
        return;
    for (size_t i = 0; kept[i]; i++)
        if (node_get(result, kept[i]))
            node_set_int(a, rest, kept[i], node_int(result, kept[i], 0));
    for (size_t i = 0; texts[i]; i++)
        if (node_text(result, texts[i]).len != 0)
            node_set_text(a, rest, texts[i], node_text(result, texts[i]));
    node_set(a, job, "result", rest);
}

/* A statement takes so many values: more are asked for in pieces. Three lengths, filled up with the
 * last value, so that there are three statements and not a hundred. */
enum { FEW = 1, SOME = 16, MANY = 128 };

typedef struct Ask {
    Arena *arena;
    const char *text;
    const Arg *args; /* sorted, each once */
    size_t count;
    Node *seen;
} Ask;

static bool ask_piece(Tx *tx, const Ask *q, size_t from, size_t count, Err *e) {
    size_t length = count <= FEW ? FEW : count <= SOME ? SOME : MANY;
    Arg args[MANY];
    scoped_buf Buf sql;

    buf_init(&sql, 1 << 20);
    buf_add_c(&sql, q->text);
    for (size_t i = 0; i < length; i++) {
        args[i] = q->args[from + (i < count ? i : count - 1)];
        buf_addf(&sql, "%s$%zu", i ? "," : "", i + 1);
    }
    buf_add_char(&sql, ')');
    const Node *rows = tx_rows_text(tx, q->arena, buf_str(&sql), args, length, e);

    for (size_t i = 0; rows && i < rows->count; i++)
        node_add(q->arena, q->seen, rows->items[i]->items[0]);
    return rows != NULL;
}

static bool ask(Tx *tx, void *context, Err *e) {
    const Ask *q = context;
    bool good = true;

    q->seen->count = 0;
    for (size_t i = 0; good && i < q->count; i += MANY)
        good = ask_piece(tx, q, i, q->count - i < MANY ? q->count - i : MANY, e);
    return good;
}

static int by_value(const void *x, const void *y) {
    const Arg *a = x, *b = y;

    return a->type == ARG_INT ? (a->integer > b->integer) - (a->integer < b->integer)
                              : str_compare(a->text, b->text);
}

/* By the very views that lists and pages are read through. */
static bool ask_as(Store *s, const Rights *r, Arena *a, const char *text, Arg *args, size_t n,
                   Node **seen, Err *e) {
    const Scope *before = store_thread_scope(&r->scope);
    Ask q = {a, text, args, 0, node_list(a)};

    if (n)
        qsort(args, n, sizeof *args, by_value);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || by_value(&args[q.count - 1], &args[i]) != 0)
            args[q.count++] = args[i];
    bool good = q.count == 0 || store_read(s, ask, &q, e);

    store_thread_scope(before);
    *seen = q.seen;
    return good;
}

static bool ask_texts(Store *s, const Rights *r, const char *text, const Str *ids, size_t n,
                      Arena *a, Node **seen, Err *e) {
    Arg *args = arena_array_of(a, n, Arg);

    for (size_t i = 0; i < n; i++)
        args[i] = ARG_OF_TEXT(ids[i]);
    return ask_as(s, r, a, text, args, n, seen, e);
}

bool see_clues(Store *s, const Rights *r, const Str *ids, size_t n, Arena *a, Node **seen, Err *e) {
    return ask_texts(s, r, "SELECT id FROM {clue} WHERE id IN (", ids, n, a, seen, e);
}

bool see_matters(Store *s, const Rights *r, const Str *ids, size_t n, Arena *a, Node **seen,
                 Err *e) {
    return ask_texts(s, r, "SELECT id FROM {matter} WHERE id IN (", ids, n, a, seen, e);
}

bool see_documents(Store *s, const Rights *r, const Str *ids, size_t n, Arena *a, Node **seen,
                   Err *e) {
    return ask_texts(s, r, "SELECT id FROM {document} WHERE id IN (", ids, n, a, seen, e);
}

bool see_batches(Store *s, const Rights *r, const int64_t *numbers, size_t n, Arena *a, Node **seen,
                 Err *e) {
    Arg *args = arena_array_of(a, n, Arg);

    for (size_t i = 0; i < n; i++)
        args[i] = ARG_OF_INT(numbers[i]);
    return ask_as(s, r, a, "SELECT batch FROM {batch} WHERE batch IN (", args, n, seen, e);
}
