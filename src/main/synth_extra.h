/* SPDX-License-Identifier: MulanPSL-2.0 */
/* main/synth_extra.h: the rows with planted wrongs and near misses, gathered by dataset and written
 * as files of their own. */
#ifndef MAIN_SYNTH_EXTRA_H
#define MAIN_SYNTH_EXTRA_H

#include "main/synth_county.h"

typedef struct Extra Extra;

Extra *extra_new(County *k);
/* A row of `dataset`: field and text in turn, ended by NULL. Dates as 2024-01-05, amounts in 元;
 * empty texts are left out.
 * "dataset+" goes into a file that is sent later: corrections, and rows sent twice. */
void extra_row(Extra *x, const char *dataset, ...) __attribute__((sentinel));
/* Write every dataset's rows, shuffled, with the harmless dirt of agency files. */
bool extra_write(Extra *x, Err *e);

/* "2024-01-05", in the county's arena. */
const char *extra_day(Extra *x, Day d);
const char *extra_text(Extra *x, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The next person or company of the planted, or of the near misses; a copy in the county's arena.
 */
const Person *extra_person(Extra *x, bool planted);
const Company *extra_company(Extra *x, bool planted);
County *extra_county(Extra *x);

#endif
