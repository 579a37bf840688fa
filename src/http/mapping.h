/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/mapping.h: what a person chose on the import page, as the pool wants it. */
#ifndef HTTP_MAPPING_H
#define HTTP_MAPPING_H

#include "pool/import.h"

/* Sheet and encoding by name; empty means as found. */
bool source_options(Str sheet, Str encoding, RowsOptions *out, Err *e);

/* One match per field of the dataset: columns[i] fills fields[i], nothing fills the others. `found`
 * is the automatic preview, which knows the headers. ERR_INVALID names a wrong field or column. */
bool mapping_by_hand(const Dataset *d, const ImportPreview *found, const Str *fields,
                     const int64_t *columns, size_t n, Arena *a, const ColumnMatch **out, Err *e);

#endif
