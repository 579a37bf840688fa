/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/proof_inside.h: what the files document/proof*.c share. */
#ifndef LIANHENG_DOCUMENT_PROOF_INSIDE_H
#define LIANHENG_DOCUMENT_PROOF_INSIDE_H

#include "document/docx_inside.h"
#include "document/proof.h"

/* One paragraph at work. */
typedef struct Proof {
    const Sheet *sheet;
    const ProofContext *context;
    Arena *arena;
    BindList found;
    const Block *block;
    Str text; /* of the block */
} Proof;

/* A finding about bytes [from, to) of the paragraph at work. */
void proof_tell(Proof *p, ProofKind kind, bool serious, size_t from, size_t to, Str suggestion,
                const char *format, ...) __attribute__((format(printf, 7, 8)));
/* Calls `look` for each paragraph, those of tables included. */
void proof_each(Proof *p, void (*look)(Proof *p));
/* A finding about the whole. */
void proof_whole(Proof *p, ProofKind kind, bool serious, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

void proof_signs(Proof *p);   /* proof_sign.c: unfilled, brackets, doubled, levels */
void proof_dates(Proof *p);   /* proof_date.c */
void proof_amounts(Proof *p); /* proof_amount.c */
void proof_names(Proof *p);   /* proof_name.c */

/* An Arabic number at the front of `s`, with groups and decimals: its length, 0 when none. */
size_t proof_figures(Str s);

#endif
