/* SPDX-License-Identifier: MulanPSL-2.0 */
/* base/citizen_text.h: identity numbers that stand inside other texts. */
#ifndef BASE_CITIZEN_TEXT_H
#define BASE_CITIZEN_TEXT_H

#include "base/buf.h"

/* Does a whole citizen identity number stand in the text, full-width digits and groups between
 * blanks, hyphens or invisible marks included? 18 characters need a right check digit and a real
 * birth; 15 a province too, and no digit beside them. */
bool citizen_id_in_text(Str text);
/* The text with every such number as 510522********0028. False, and nothing added, when there is
 * none: nearly every text is let go after one look for fifteen digits. */
bool citizen_id_mask_text(Str text, Buf *out);
/* The same as a text of the arena, or the text itself when it holds none. */
Str citizen_id_safe(Arena *a, Str text);

/* For what nobody may read, right or wrong numbers alike: the length in bytes of the digits at the
 * start of the text, with the blanks, hyphens and invisible marks between them and an X at the end,
 * and how many characters they are. 0 when no digit stands there. */
size_t digit_run(Str text, size_t *digits);
#define DIGIT_RUN_SECRET 15 /* as long as the shortest identity number */

#endif
