/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/seal.h: names and texts of matters, sealed in the tables under each matter's own key
 * (docs/decisions/0016). Rows come out of SQL sealed and are opened here; nothing else may look
 * into these columns. */
#ifndef FLOW_SEAL_H
#define FLOW_SEAL_H

#include "store/journal.h"

/* Rows with `id` and `title`, as a list shows them: titles opened in place. */
bool matter_open_titles(Tx *tx, Arena *a, Node *rows, Err *e);
/* One row with `title` or `personal` or both. */
bool matter_open_row(Tx *tx, Arena *a, Str id, Node *row, Err *e);
/* Messages of one matter, with `number` and `text`. */
bool matter_open_messages(Tx *tx, Arena *a, Str id, Node *rows, Err *e);

/* What the columns of a matter hold for these texts; an empty text gives NULL. */
typedef struct MatterSealed {
    Arg title, personal, words;
} MatterSealed;
bool matter_seal_row(Tx *tx, Arena *a, Str id, Str title, Str personal, MatterSealed *out, Err *e);
bool matter_seal_message(Tx *tx, Arena *a, Str id, int64_t number, Str text, Arg *out, Err *e);

/* Texts that earlier versions left open are sealed, a few hundred at a time; *rows counts them. At
 * each start; costs nothing when there are none. */
bool matter_seal_all(Store *s, int64_t *rows, Err *e);

/* ---- looking for words (words.c) ---- */

/* Keyed values of a title's pairs of neighbouring characters, and of its long numbers as wholes, in
 * no order: " aB3xQ 9kLmN … ". */
bool matter_words(const Store *s, Str title, Arena *a, Str *out, Err *e);
/* The same of what a person typed, as patterns for LIKE that must all hold; none (*n is 0): too
 * short to be looked for. */
enum { WORDS_MOST = 100 };
bool matter_word_patterns(const Store *s, Str text, Arena *a, Str out[WORDS_MOST], size_t *n,
                          Err *e);

#endif
