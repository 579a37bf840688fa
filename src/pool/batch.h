/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/batch.h: what the journal knows of imports: batches, their quality, their rejects, saved
 * mappings. */
#ifndef POOL_BATCH_H
#define POOL_BATCH_H

#include "content/content.h"
#include "store/journal.h"

/* The newest batch in the journal: what pool_sweep and pool_set_visible are given at start. 0: none
 * yet. */
bool batch_newest(Store *s, int64_t *out, Err *e);

/* {total,
 * items:[{batch,dataset,dataset_title,file_name,format,encoding,received,accepted,duplicates,rejected,corrected,seconds,actor,at,
 * has_rejects}], next}, newest first. `dataset` may be empty, `before` 0; limit 1 to 200. `next`
 * (null at the end) is the next `before`. */
Node *batch_list(Store *s, Arena *a, Str dataset, int64_t before, int64_t limit, Err *e);

/* As in the list, and
 * {digest,size,sheet,header_line,listed,bad_bytes,distinct_approximate,quality:[{field,title,filled,valid,distinct,out_of_range,received}],
 * mapping:[{field,title,header,how}], rejects_file}. ERR_NOT_FOUND. */
Node *batch_get(Store *s, Arena *a, int64_t batch, Err *e);

/* {total, listed, items:[{line,column,title,value,reason}], next}: a page of the reject file, from
 * byte `cursor` (0: the beginning) on. `total` is the exact count of rejected rows; `listed` how
 * many of them the file holds (ceiling: 1,000,000). `folder` is the data folder. */
Node *batch_rejects(Store *s, Arena *a, const char *folder, int64_t batch, int64_t cursor,
                    int64_t limit, Err *e);

/* {dataset: {batches, last_import, last_batch}} for all datasets that have any. */
Node *batch_totals(Store *s, Arena *a, Err *e);

/* Give a row of pool_row, and each of its versions, the file_name, imported_at (at, for versions)
 * and actor of its batch. */
bool batch_name_row(Store *s, Arena *a, Node *row, Err *e);

#endif
