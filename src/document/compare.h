/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/compare.h: two texts of a document side by side: which blocks stand in both, which came
 * or went, and inside a block that was changed which words. Pure. */
#ifndef LIANHENG_DOCUMENT_COMPARE_H
#define LIANHENG_DOCUMENT_COMPARE_H

#include "data/bind.h"
#include "document/sheet.h"

typedef enum CompareChange {
    COMPARE_SAME,
    COMPARE_ADDED,
    COMPARE_REMOVED,
    COMPARE_CHANGED,
} CompareChange;
extern const BindName compare_change_names[];

typedef struct ComparePart {
    CompareChange change; /* never COMPARE_CHANGED */
    Str text;
} ComparePart;

typedef struct CompareBlock {
    CompareChange change;
    BlockKind kind;          /* in the new text; of what was removed, in the old */
    const Block *old, *new_; /* NULL: it is not there */
    BindList parts;          /* of ComparePart: without the added ones the old text, without the
                                removed ones the new */
} CompareBlock;

typedef struct Comparison {
    BindList blocks; /* of CompareBlock, in the order of both texts */
    int64_t added, removed, changed;
} Comparison;

/* Tables are compared row by row: a row is a block of its own, its cells divided by " | ". */
void compare_sheets(const Sheet *from, const Sheet *to, Arena *a, Comparison *out);

/* Parts of two texts. Words and figures are not cut, other characters stand alone; very long texts
 * of which little is the same come out as one removed and one added part. */
BindList compare_texts(Str from, Str to, Arena *a);

#endif
