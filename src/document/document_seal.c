/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/document_seal.c: names and texts of documents between the table, where they lie sealed
 * under the key of their matter, and the program (docs/decisions/0016). */
#include "document/document_inside.h"

#include "flow/seal.h"
#include "store/subject.h"

#include "base/banned.h"

static Str subject_of(Arena *a, Str matter) {
    return str_format(a, "matter:%.*s", STR_ARG(matter));
}

static Str place_of(Arena *a, Str id, const char *column) {
    return str_format(a, "document/%.*s/%s", STR_ARG(id), column);
}

static bool open_column(SubjectKeys *k, Arena *a, Node *row, const char *column, Err *e) {
    Str stored = node_text(row, column), text;

    if (!stored.len)
        return true;
    if (!subject_open(k, subject_of(a, node_text(row, "matter")),
                      place_of(a, node_text(row, "id"), column), stored, a, &text, e))
        return false;
    node_set(a, row, column, text.len ? node_of_text(a, text) : node_null(a));
    return true;
}

bool document_open_rows(Tx *tx, Arena *a, Node *rows, Err *e) {
    Str *subjects = arena_array_of(a, rows->count + 1, Str);

    for (size_t i = 0; i < rows->count; i++)
        subjects[i] = subject_of(a, node_text(rows->items[i], "matter"));
    SubjectKeys *k = rows->count ? subject_keys(tx, subjects, rows->count, a, e) : NULL;

    for (size_t i = 0; k && i < rows->count; i++)
        if (!open_column(k, a, rows->items[i], "title", e) ||
            !open_column(k, a, rows->items[i], "personal", e))
            return false;
    return k || !rows->count;
}

static bool seal_text(SubjectKeys *k, Arena *a, Str matter, Str id, const char *column, Str text,
                      Arg *out, Err *e) {
    Str sealed;

    *out = ARG_OF_NULL;
    if (!text.len)
        return true;
    if (!subject_seal(k, subject_of(a, matter), place_of(a, id, column), text, a, &sealed, e))
        return false;
    *out = ARG_OF_TEXT(sealed);
    return true;
}

bool document_seal_row(Tx *tx, Arena *a, const Document *d, DocumentSealed *out, Err *e) {
    Str subject = subject_of(a, d->matter), title = node_text(d->personal, "title"), words = {0};
    SubjectKeys *k = subject_keys(tx, &subject, 1, a, e);
    scoped_buf Buf json;

    buf_init(&json, (size_t)64 << 20);
    if (!k || (title.len && !matter_words(tx_store(tx), title, a, &words, e)))
        return false;
    if (d->personal->count)
        json_write(d->personal, &json);
    out->words = title.len ? ARG_OF_TEXT(words) : ARG_OF_NULL;
    return seal_text(k, a, d->matter, d->id, "title", title, &out->title, e) &&
           seal_text(k, a, d->matter, d->id, "personal", buf_str(&json), &out->personal, e);
}
