/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/parcel.h: files one after another into a ZIP, in the memory of one of them. They are stored,
 * not deflated: a PDF is deflated inside. */
#ifndef HTTP_PARCEL_H
#define HTTP_PARCEL_H

#include "base/err.h"

enum { PARCEL_FILES_MOST = 60000 }; /* what a ZIP without extensions can list */

typedef struct Parcel Parcel;

/* A new file. ERR_DISK. */
Parcel *parcel_open(const char *path, Err *e);
/* `name`: UTF-8, with "/" for folders; unique, which the caller looks after. ERR_TOO_LARGE beyond
 * 4 GiB or the number of files. */
bool parcel_add(Parcel *p, Str name, Str bytes, Err *e);
/* With `keep` false, or on failure, the file is removed. Ends it in either case. */
bool parcel_close(Parcel *p, bool keep, Err *e);

#endif
