/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/flow_marks.h: the token game of a flow: every set of open steps it can come to
 * (docs/flows.md). For content/flow_proof.c. */
#ifndef CONTENT_FLOW_MARKS_H
#define CONTENT_FLOW_MARKS_H

#include "content/flow_inside.h"

enum { MARKINGS_MOST = 50000, ARRIVALS_MOST = 128 };

/* A set of steps, or of arrivals. */
typedef struct Bits {
    uint64_t word[2];
} Bits;

static inline bool bits_has(const Bits *b, size_t i) {
    return (b->word[i / 64] >> i % 64 & 1) != 0;
}

static inline void bits_add(Bits *b, size_t i) {
    b->word[i / 64] |= (uint64_t)1 << i % 64;
}

static inline void bits_drop(Bits *b, size_t i) {
    b->word[i / 64] &= ~((uint64_t)1 << i % 64);
}

static inline bool bits_none(const Bits *b) {
    return (b->word[0] | b->word[1]) == 0;
}

/* Steps that are open; steps that wait for branches; arrivals: done, last by an action that leads
 * to the step that waits; steps that were ever done: where work can be sent back to. */
typedef struct Marking {
    Bits open, waiting, arrived, done;
} Marking;

typedef struct Marks Marks;

/* Every marking, breadth first, from the first step on. NULL: too many. */
Marks *marks_explore(const Flow *f, Arena *a, Err *e);
size_t marks_count(const Marks *m);
const Marking *marks_at(const Marks *m, size_t i);
/* Has `joined` been done towards the step that waits? */
bool marks_arrived(const Marks *m, size_t marking, size_t waits, size_t joined);
/* Was the step ever open? In which marking first? SIZE_MAX: never. */
size_t marks_opened(const Marks *m, size_t step);
/* The first marking where this step is open and no other than standing ones. SIZE_MAX: none. */
size_t marks_standing_alone(const Marks *m, size_t step);
/* The first action that ends the matter while other steps are open that are not standing: marking,
 * step and action. False: there is none. */
bool marks_left_open(const Marks *m, size_t *marking, size_t *step, size_t *action);
/* The first marking where nothing is open, or, when there is none, from where no outcome can be
 * reached. SIZE_MAX: neither. */
size_t marks_stuck(const Marks *m);
/* The steps acted in, from the first one to the marking. */
Node *marks_path(const Marks *m, size_t marking);

#endif
