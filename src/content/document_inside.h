/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/document_inside.h: what the files content/document*.c share. */
#ifndef CONTENT_DOCUMENT_INSIDE_H
#define CONTENT_DOCUMENT_INSIDE_H

#include "content/document.h"
#include "content/snapshot.h"

static inline bool document_listed(const BindList *list, Str name) {
    for (size_t i = 0; i < list->count; i++)
        if (str_eq(((const Str *)list->items)[i], name))
            return true;
    return false;
}

/* Does the step, or one of its acts, name this entry of the catalogue? */
bool document_step_names(const Content *c, const FlowStep *s, Str code);
/* Every name means something. */
bool document_check(const Content *c, DocumentType *d, Err *e);

extern const Bind document_rows[], document_field_rows[], document_entry_rows[],
    document_place_rows[], document_rung_rows[], document_enclosure_rows[], document_reply_rows[],
    document_order_rows[], document_case_rows[];

#endif
