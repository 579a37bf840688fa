/* SPDX-License-Identifier: MulanPSL-2.0 */
/* clue/alike.h: how much two clues say the same. No store: what is known of each comes in. */
#ifndef CLUE_ALIKE_H
#define CLUE_ALIKE_H

#include "base/str.h"

typedef struct AlikeFacts {
    Str model, suggests, subject_key, subject_name, case_number, title, facts;
    bool same_row; /* rests on a row that the clue in question rests on too */
} AlikeFacts;

typedef struct AlikeWhy {
    int score; /* 0: nothing in common */
    bool subject, kind, row, case_, name;
    int text; /* hundredths, 0 when too few */
} AlikeWhy;

/* Judges `n` others against one. What many of them say counts little. */
void alike_judge(const AlikeFacts *of, const AlikeFacts *others, size_t n, AlikeWhy *out);

#endif
