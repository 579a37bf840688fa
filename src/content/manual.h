/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/manual.h: the reference of content files, written from the rows the loader reads them
 * with. */
#ifndef CONTENT_MANUAL_H
#define CONTENT_MANUAL_H

#include "base/buf.h"

/* Markdown tables: one for each kind of map in datasets, code tables, periods and calendars. */
void content_manual(Buf *out);

#endif
