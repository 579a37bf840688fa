/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/file_inside.h: what the files about stored files share. */
#ifndef FLOW_FILE_INSIDE_H
#define FLOW_FILE_INSIDE_H

#include "base/err.h"
#include "base/str.h"

bool name_runs(Str name);
bool name_has_macros(Str name);
bool name_packs(Str name);

/* Of a ZIP, and of the documents that are one. */
bool archive_type(Str bytes, Str *type, Err *e);

#endif
