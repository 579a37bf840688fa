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

/* Beside them: the tree of a YAML file as data/frozen.h writes it, read while the program was
 * built, and the digest of the file. No bytes: it is not YAML, or not without mistakes. */
typedef struct FrozenFile {
    size_t from, size; /* in content_frozen_bytes */
    unsigned char digest[32];
} FrozenFile;

extern const FrozenFile content_frozen[];
extern const char content_frozen_bytes[];

#endif
