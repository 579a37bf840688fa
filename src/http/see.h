/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/see.h: what of jobs, runs and live events a person may see. Rows of the stores need nothing
 * of this: their scope is in the store. */
#ifndef HTTP_SEE_H
#define HTTP_SEE_H

#include "people/rights.h"

/* One's own jobs, and everybody's for who imports or runs models for the whole installation. */
bool see_job(const Rights *r, const Node *job);
/* Without what models counted over everybody's rows, unless the person sees all of those. */
void see_job_trim(const Rights *r, Arena *a, Node *job);

/* Of these clues, matters, documents and batches, those the person sees: `seen` lists the ids
 * (texts, numbers). */
bool see_clues(Store *s, const Rights *r, const Str *ids, size_t n, Arena *a, Node **seen, Err *e);
bool see_matters(Store *s, const Rights *r, const Str *ids, size_t n, Arena *a, Node **seen,
                 Err *e);
bool see_documents(Store *s, const Rights *r, const Str *ids, size_t n, Arena *a, Node **seen,
                   Err *e);
bool see_batches(Store *s, const Rights *r, const int64_t *numbers, size_t n, Arena *a, Node **seen,
                 Err *e);

#endif
