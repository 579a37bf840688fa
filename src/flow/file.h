/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/file.h: files of matters, kept once each in DATA/files under the SM3 of their content,
 * sealed under a key of their own that lies wrapped in the store (docs/decisions/0016). What a file
 * is, is found by looking into it; what can run on somebody's machine is not taken. */
#ifndef FLOW_FILE_H
#define FLOW_FILE_H

#include <stdatomic.h>

#include "base/seal_file.h"
#include "store/store.h"

enum { FILES_A_MATTER = 500, FILE_MIB_DEFAULT = 100, FILE_MIB_MOST = 2000 };

/* Media type of the file at `path`, by content; `name` is what people call it. ERR_INVALID with
 * "/name" says in Chinese why it is not taken: programs, documents with macros, archives that
 * unpack to far more than they are or hide others, what is locked with a password, pages with
 * scripts, and what nobody knows. */
bool file_judge(const char *path, Str name, Str *type, Err *e);

/* DATA/files/ab/abcd… */
Str file_place(Arena *a, Str folder, Str digest);
/* Seals the file at `path` into the folder, once; what is there already and whole is left as it is,
 * and made young again, so that no sweep takes it. The digest is 64 hex digits. The file at `path`
 * stays. */
bool file_keep(Store *s, Str folder, const char *path, Arena *a, Str *digest, Err *e);
/* Opened for reading, proven whole; a file of earlier versions, which lies open, by its name.
 * ERR_NOT_FOUND, ERR_BROKEN. */
SealedFile *matter_file_open(Store *s, Str folder, Str digest, Err *e);

/* Removes files that no matter names and that are older than a day: what an upload left whose act
 * was refused; and those of matters whose texts were forgotten. Files of other matters are never
 * removed, whatever their state. What earlier versions left open is sealed. */
typedef struct FileSweep {
    int64_t removed, sealed, damaged;
} FileSweep;
bool file_sweep(Store *s, Str folder, const atomic_bool *stop, FileSweep *out, Err *e);

#endif
