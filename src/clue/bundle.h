/* SPDX-License-Identifier: MulanPSL-2.0 */
/* clue/bundle.h: one file that holds a backup: a tar (any tar reads it) whose last members say
 * what stands before them.
 *
 *     settings.yaml, operations.db, pool.duckdb, …
 *     manifest.json     {"format":1, …, "parts":[{"name","bytes","sm3"}]}
 *     manifest.sm3      64 hex digits over manifest.json
 */
#ifndef CLUE_BUNDLE_H
#define CLUE_BUNDLE_H

#include "data/node.h"
#include "store/copy.h"

#define BUNDLE_FORMAT 1

/* Written as PATH.partial, 0600, and renamed at the end: PATH never bears half an archive. */
typedef struct BundleOut BundleOut;
BundleOut *bundle_create(const char *path, CopyProgress *progress, Err *e); /* ERR_CONFLICT */
bool bundle_add_file(BundleOut *out, Str name, const char *path, Err *e);
/* Every file below the folder, as NAME/…; a folder that is not there holds nothing. */
bool bundle_add_folder(BundleOut *out, Str name, const char *folder, Err *e);
/* Parts are added to the manifest; then all is made durable and gets its name. */
bool bundle_finish(BundleOut *out, Arena *a, Node *manifest, Err *e);
/* Also what is left of one that was not finished. NULL is fine. */
void bundle_free(BundleOut *out);

/* The manifest, proven by its sum, without reading the parts. ERR_BROKEN, ERR_NEWER, ERR_NOT_FOUND.
 */
const Node *bundle_manifest(const char *path, Arena *a, Err *e);
/* Read everything and prove every part; with `folder`, put the parts there. ERR_BROKEN names the
 * part. */
bool bundle_read(const char *path, const char *folder, CopyProgress *progress, Err *e);

#endif
