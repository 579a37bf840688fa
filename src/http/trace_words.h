/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/trace_words.h: what the handlers of reveals, approvals and audits share. */
#ifndef HTTP_TRACE_WORDS_H
#define HTTP_TRACE_WORDS_H

#include "http/inside.h"
#include "http/trace_inputs.h"
#include "trace/look.h"

/* Who asks, with address and device. */
Viewer asker_of(Req *rq);
/* "row:dataset/id", "clue:id", "subject:key": exactly one of them must be named. With `seen` it
 * must be something the asker sees, or else it does not exist. */
bool object_of(Req *rq, const ObjectIn *in, bool seen, Str *out, Err *e);

/* Purpose, case and mark of an export; `reason` may be empty. */
bool export_for(Req *rq, Viewer *asker, Str purpose, Str case_number, Str reason, ExportFor *out,
                Err *e);

#endif
