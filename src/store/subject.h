/* SPDX-License-Identifier: MulanPSL-2.0 */
/* store/subject.h: what lies outside the journal under the key of a subject (decisions 0004, 0016):
 * personal columns of projected tables, and files. Destroying that key takes them along, and a new
 * generation of the master key wraps it anew like all others. */
#ifndef STORE_SUBJECT_H
#define STORE_SUBJECT_H

#include "base/crypto.h"
#include "store/store.h"

/* The keys of some subjects, asked for at once; what has none is left out. Live in the arena and
 * are wiped with it. */
typedef struct SubjectKeys SubjectKeys;
SubjectKeys *subject_keys(Tx *tx, const Str *subjects, size_t n, Arena *a, Err *e);

/* The text for a column: "s1:" and base64. The same text at the same place gives the same, so that
 * a rebuild gives the same table. `place` names column and row within the subject. ERR_KEY when the
 * subject has no key. */
bool subject_seal(SubjectKeys *k, Str subject, Str place, Str plain, Arena *a, Str *out, Err *e);
/* The text again. Empty when the key was destroyed. What was never sealed (columns of versions
 * before) is given back as it is. ERR_BROKEN. */
bool subject_open(SubjectKeys *k, Str subject, Str place, Str stored, Arena *a, Str *out, Err *e);
bool subject_sealed(Str stored);
bool subject_known(const SubjectKeys *k, Str subject);

/* Short texts that were opened lately, found again by their sealed bytes: opening a page of titles
 * costs then what reading it does. Whoever has the bytes has them from a row he was shown. Any
 * thread; forgotten when a subject's key is destroyed. */
bool subject_recalled(Store *s, Str stored, Arena *a, Str *out);
void subject_remember(Store *s, Str stored, Str plain);
void subject_forget_texts(Store *s);

/* One key, for what is sealed beside the tables. *found false: there is none. */
bool subject_key(Tx *tx, Str subject, unsigned char out[KEY_SIZE], bool *found, Err *e);
/* The same, made when missing (a write transaction). */
bool subject_key_make(Tx *tx, Str subject, unsigned char out[KEY_SIZE], Err *e);
bool subject_key_drop(Tx *tx, Str subject, Err *e);

/* The key of words (lasting): for columns in which words are looked for. False without keys. */
bool subject_words_key(const Store *s, unsigned char out[KEY_SIZE]);

#endif
