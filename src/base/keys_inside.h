/* SPDX-License-Identifier: MulanPSL-2.0 */
/* base/keys_inside.h: what keys.c (the file) and keyring.c (the keys in it) know of each other. */
#ifndef BASE_KEYS_INSIDE_H
#define BASE_KEYS_INSIDE_H

#include "base/keyring.h"

/* The text of a key file; `path` is for messages. ERR_KEY, ERR_NEWER. */
Keys *keys_read(Str text, const char *path, Err *e);

bool key_file_make(const char *path, Str text, Err *e);    /* ERR_CONFLICT when there is one */
bool key_file_replace(const char *path, Str text, Err *e); /* whole, or as it was */

#endif
