/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/fit.c: the tables of all datasets of a content snapshot. */
#include "pool/tables.h"

#include "base/banned.h"

bool pool_fit(Pool *p, const Content *c, Err *e) {
    scoped_arena Arena *a = arena_new();
    size_t n = content_dataset_count(c);
    const Dataset **datasets = arena_array_of(a, n, const Dataset *);

    for (size_t i = 0; i < n; i++)
        datasets[i] = content_dataset_at(c, i);
    return pool_fit_datasets(p, datasets, n, e);
}
