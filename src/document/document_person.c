/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/document_person.c: who may do what with a document. */
#include "document/document_inside.h"

#include "base/banned.h"

bool document_person_may(const DocumentWork *w, Permission p, int64_t organisation) {
    return w->world->may(w->world->context, w->actor, p, organisation);
}

bool document_person_writes(const DocumentWork *w) {
    return document_person_may(w, PERMISSION_DOCUMENT_WRITE, w->d->organisation);
}

bool document_person_issues(const DocumentWork *w) {
    return document_person_may(w, PERMISSION_DOCUMENT_ISSUE, w->d->organisation);
}

Str document_person_name(const DocumentWork *w, Str login) {
    return w->world->name ? w->world->name(w->world->context, login) : login;
}

int64_t document_party(const MatterState *m, Str party) {
    for (size_t i = 0; i < m->parties.count; i++)
        if (str_eq(parties_of(m)[i].party, party) && !parties_of(m)[i].until.len)
            return parties_of(m)[i].organisation;
    return 0;
}
