/* SPDX-License-Identifier: MulanPSL-2.0 */
/* clue/figures.h: what the figures page counts in the operations database. */
#ifndef CLUE_FIGURES_H
#define CLUE_FIGURES_H

#include "clue/clue.h"

/* A figure now and 30 days before. */
typedef struct FigurePair {
    int64_t now, before;
} FigurePair;

typedef struct Figures {
    FigurePair open, high;                  /* clues */
    const Node *open_by_model;              /* list of {model, level, clues} */
    FigurePair found, withdrawn;            /* clues, in the 30 days up to each */
    FigurePair batches, received, rejected; /* imports and rows, in the 30 days up to each */
    int64_t rows_before;                    /* live rows 30 days ago */
    const Node *days; /* list of {day, found, withdrawn}, the last 30, oldest first */
} Figures;

bool figures_read(Office *o, Instant now, Arena *a, Figures *out, Err *e);

#endif
