/* SPDX-License-Identifier: MulanPSL-2.0 */
/* store/place.h: where the operations database is, read from its address. */
#ifndef STORE_PLACE_H
#define STORE_PLACE_H

#include "base/err.h"

typedef struct Place {
    bool postgresql;
    const char *path;   /* SQLite: the file. PostgreSQL: the address without schema= */
    const char *schema; /* PostgreSQL: NULL for the connection's own */
    const char *secret; /* the password inside the address, or NULL: never shown */
    const char *shown;  /* how people are told of it: no password, in Chinese */
} Place;

/* "sqlite:/path/ops.db" or "postgresql://…[?schema=name]". ERR_INVALID says what is wrong, without
 * repeating an address that may hold a password. */
bool place_read(Arena *a, const char *text, Place *out, Err *e);

/* Copy `message` (of a library) with the password blotted out. */
Str place_without_secret(const Place *p, Arena *a, const char *message);

#endif
