/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/reseal.h: the sealed parts of all rows, sealed anew under a younger generation of the master
 * key. */
#ifndef POOL_RESEAL_H
#define POOL_RESEAL_H

#include "pool/import.h"

typedef struct ResealProgress {
    _Atomic int64_t done, total; /* rows */
    _Atomic bool cancel;
} ResealProgress;

/* A few thousand rows a transaction, and in the same transaction how far it came (table
 * pool_sealing of the pool): whoever is killed goes on there. Imports take turns with it, a piece
 * each; readers are never kept waiting. `keys` must hold the older generations too. ERR_BROKEN when
 * a row cannot be opened: then the old generation must stay. */
bool pool_reseal(Importer *i, const Keys *keys, int64_t generation, ResealProgress *progress,
                 Err *e);
/* The rest, between importer_hold and importer_release: what imports brought while the work was
 * coming to its end. */
bool pool_reseal_held(Importer *i, const Keys *keys, int64_t generation, ResealProgress *progress,
                      Err *e);
/* Rows not known to be under `generation` or younger; rows with a sealed part at all. */
bool pool_reseal_left(Pool *p, int64_t generation, int64_t *left, int64_t *all, Err *e);

/* No import runs between the two. Waits its turn; ERR_CANCELLED when `cancel` (may be NULL) becomes
 * true. */
bool importer_hold(Importer *i, const _Atomic bool *cancel, Err *e);
void importer_release(Importer *i);

#endif
