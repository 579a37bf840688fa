/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/proof.h: proofreading of a filled document: what a careful clerk would look up before it
 * goes out. Finds, never changes. */
#ifndef LIANHENG_DOCUMENT_PROOF_H
#define LIANHENG_DOCUMENT_PROOF_H

#include "content/document.h"
#include "document/sheet.h"
#include "knowledge/citation.h"

enum { PROOF_FINDINGS_MOST = 200 };

typedef enum ProofKind {
    PROOF_UNFILLED = 1, /* 【待填：…】, {{…}}, empty brackets and blanks */
    PROOF_DATE,         /* no such day; one that must not be before another */
    PROOF_NAME,         /* nearly a name of the matter, or two writings of one name */
    PROOF_SUM,          /* 合计 that is another number than its parts */
    PROOF_AMOUNT,       /* figures and words that differ */
    PROOF_IDENTITY,     /* somebody who must not be named */
    PROOF_DOUBLED,      /* the same word twice */
    PROOF_BRACKET,      /* opened and not closed */
    PROOF_CITATION,     /* an article that is wrong, repealed, not yet in force */
    PROOF_LEVEL,        /* 一、三、 without 二、 */
} ProofKind;
extern const BindName proof_kind_names[];

typedef struct ProofFinding {
    int kind;        /* ProofKind */
    int paragraph;   /* Block.number; 0: of the whole */
    size_t from, to; /* bytes of the paragraph's text */
    Str place;       /* the words meant, with some around them */
    Str text;        /* what is the matter */
    Str suggestion;  /* what to write instead; empty: see for yourself */
    bool serious;    /* should not go out like this */
} ProofFinding;

/* What is known besides the text. Everything may be empty. */
typedef struct ProofContext {
    const DocumentType *type; /* for the order of dates; NULL: not asked */
    const Node *values;       /* what was filled in, canonical */
    const Str *names;         /* of the matter: people, organisations */
    size_t name_count;
    const Str *secret; /* must not be named: sealed or minors' identities */
    size_t secret_count;
    const Library *library; /* statutes; NULL: citations are not looked up */
    Day on;                 /* the day whose law counts; DAY_NONE: today */
} ProofContext;

/* In the order of the text; serious or not. At most 200. */
BindList proof_read(const Sheet *s, const ProofContext *c, Arena *a); /* of ProofFinding */

#endif
