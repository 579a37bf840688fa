/* SPDX-License-Identifier: MulanPSL-2.0 */
/* main/synth_sealed.h: a few invented records that the law seals, for the demonstration county. */
#ifndef MAIN_SYNTH_SEALED_H
#define MAIN_SYNTH_SEALED_H

#include "content/content.h"

/* Files into `out`, which is there: children when they did it (a verdict, a non-prosecution, a
 * penalty, a transfer), offences against public security, and the licence of one of them. *files: a
 * list of {file, dataset}. They are not in answers.json: whoever has no channel must find the
 * county as it is without them. */
bool synth_sealed_write(const char *out, Arena *a, const Node **files, Err *e);

#endif
