/* SPDX-License-Identifier: MulanPSL-2.0 */
/* main/synth.h: a lifelike county as files, with the wrongs planted in it written down. Everybody
 * in it is invented. */
#ifndef MAIN_SYNTH_H
#define MAIN_SYNTH_H

#include "content/content.h"

enum { SYNTH_LEAST = 2000, SYNTH_MOST = 20000000 };

/* Write about `records` rows as CSV (UTF-8, GBK), XLSX and JSON files into `out` (made when
 * missing, must be empty), with answers.json: {seed, records, as_of, files: [{file, dataset, rows,
 * rejected}], planted: [{model, subject, why}], near_misses: [...]}. The same seed and size give
 * the same bytes on every machine and day: all dates lie before a fixed day, and nothing planted
 * depends on a period that is still running. `said` (may be NULL) is called after each file. */
typedef void SynthSaid(void *context, const char *file, int64_t rows);
bool synth_write(const Content *c, const char *out, int64_t records, uint64_t seed, SynthSaid *said,
                 void *context, int64_t *written, Err *e);

#endif
