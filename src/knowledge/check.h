/* SPDX-License-Identifier: MulanPSL-2.0 */
/* knowledge/check.h: every `basis` of the content, held against the library. */
#ifndef KNOWLEDGE_CHECK_H
#define KNOWLEDGE_CHECK_H

#include "knowledge/citation.h"

typedef struct BasisFinding {
    Str where; /* content/periods/x.yaml:12:20 */
    CheckedCitation found;
} BasisFinding;

typedef struct BasisReport {
    size_t bases;     /* entries of all lists `basis` */
    size_t citations; /* articles they name, and laws without an article */
    size_t right, wrong, unchecked;
    const BasisFinding *findings; /* wrong ones first, in the order of the files; then those not
                                     checked */
    size_t finding_count;
} BasisReport;

/* On the day until which the basis, or what it stands in, is in force; else today. */
void law_check_content(const Library *l, const Content *c, Arena *a, BasisReport *out);
/* The folders of content/ that it reads: ended by NULL. */
extern const char *const law_content_folders[];

#endif
