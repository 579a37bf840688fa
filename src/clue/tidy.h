/* SPDX-License-Identifier: MulanPSL-2.0 */
/* clue/tidy.h: remove what this program made. */
#ifndef CLUE_TIDY_H
#define CLUE_TIDY_H

/* A file, or a folder with everything below it; links are removed, not followed. Best effort. */
void tidy_remove(const char *path);

#endif
