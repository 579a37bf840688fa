/* SPDX-License-Identifier: MulanPSL-2.0 */
/* base/err.h: why something failed: a code for the program, a place and a sentence for the person.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdbool.h>

#include "base/str.h"

/* code, HTTP status, exit status of the command line, key used in JSON.
 * A new code means that some caller reacts differently. */
#define ERR_CODES(X)                                                                               \
    X(ERR_NONE, 200, 0, "none")                                                                    \
    X(ERR_INTERNAL, 500, 1, "internal") /* a library failed in a way nobody can mend */            \
    X(ERR_USAGE, 400, 2, "usage")       /* the command line is wrong */                            \
    X(ERR_INVALID, 422, 3, "invalid")   /* input breaks a rule; `where` says which part */         \
    X(ERR_NOT_FOUND, 404, 4, "not_found")                                                          \
    X(ERR_CONFLICT, 409, 5, "conflict") /* changed meanwhile, or exists already */                 \
    X(ERR_UNAUTHENTICATED, 401, 6, "unauthenticated")                                              \
    X(ERR_FORBIDDEN, 403, 7, "forbidden")                                                          \
    X(ERR_TOO_LARGE, 413, 8, "too_large") /* a ceiling was reached */                              \
    X(ERR_TOO_MANY, 429, 9, "too_many")   /* try again later */                                    \
    X(ERR_CANCELLED, 409, 10, "cancelled")                                                         \
    X(ERR_BUSY, 503, 11, "busy") /* a server holds the folder, or the port is taken */             \
    X(ERR_UNREACHABLE, 503, 12, "unreachable") /* database or peer does not answer */              \
    X(ERR_DISK, 507, 13, "disk")               /* full, not writable, missing folder */            \
    X(ERR_KEY, 503, 14, "key")                 /* key file missing, unreadable or wrong */         \
    X(ERR_NEWER, 500, 15, "newer")             /* data written by a newer version */               \
    X(ERR_CONTENT, 422, 16, "content")         /* a content file has a mistake */                  \
    X(ERR_BROKEN, 500, 17, "broken")           /* the journal chain, or stored data, is damaged */ \
    X(ERR_PRECONDITION, 412, 18, "precondition") /* If-Match does not hold */                      \
    X(ERR_NEEDS_CODE, 401, 19, "needs_code") /* the password was right; now the second factor */   \
    X(ERR_NEEDS_APPROVAL, 403, 20, "needs_approval") /* allowed once others have agreed to it */

typedef enum ErrCode {
#define X(code, http, status, key) code,
    ERR_CODES(X)
#undef X
} ErrCode;

/* A plain value: put one on the stack as `Err e = {0};`. Texts are cut at their ceiling, on a
 * character border. */
typedef struct Err {
    ErrCode code;
    char where[192]; /* JSON pointer, "file:line:column", or empty */
    char text[640];  /* one Chinese sentence: what happened, to what, what to do */
} Err;

/* Fill *e (which may be NULL) and return false, so that `return err_set(e, …)` reads well. `where`
 * may be NULL. The text is Chinese; numbers of persons and telephones in either are masked, whoever
 * wrote them there. */
bool err_set(Err *e, ErrCode code, const char *where, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Put "prefix: " (Chinese context) before the text; false. */
bool err_prefix(Err *e, const char *format, ...) __attribute__((format(printf, 2, 3)));

void err_clear(Err *e);
int err_http_status(ErrCode code);
int err_exit_status(ErrCode code);
const char *err_key(ErrCode code);

#endif
