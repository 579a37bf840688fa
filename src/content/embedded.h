/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/embedded.h: the files of content/ inside the binary, in the table tools/embed.py writes.
 */
#ifndef CONTENT_EMBEDDED_H
#define CONTENT_EMBEDDED_H

#include <stddef.h>

typedef struct EmbeddedFile {
    const char *path; /* "content/datasets/food_worker.yaml" */
    const char *bytes;
    size_t size;
} EmbeddedFile;

/* In byte order of their paths. */
extern const EmbeddedFile content_embedded[];
extern const size_t content_embedded_count;

#endif
