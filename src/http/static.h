/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/static.h: the built web page inside the binary (tools/embed_web.py). */
#ifndef HTTP_STATIC_H
#define HTTP_STATIC_H

#include <stdbool.h>
#include <stddef.h>

typedef struct WebBytes {
    const unsigned char *bytes; /* NULL: there is no such version */
    size_t size;
} WebBytes;

typedef struct WebFile {
    const char *path; /* "/assets/index-3fa9.js" */
    const char *type;
    const char *etag;
    bool immutable; /* the name changes with the content */
    WebBytes plain, gzip, brotli;
} WebFile;

extern const WebFile web_files[]; /* ended by a NULL path */

#endif
