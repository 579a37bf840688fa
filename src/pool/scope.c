/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/scope.c: the asking person's condition on pool rows. */
#include "pool/scope.h"

#include "pool/engine.h"

#include "base/banned.h"

void pool_use_store(Pool *p, Store *s) {
    p->store = s;
}

bool pool_scope(Pool *p, Str dataset, Arena *a, PoolScope *out, Err *e) {
    if (!p->store) {
        bool whole = store_thread_scope_now() == NULL;
        static const int64_t none[2];

        *out = whole ? (PoolScope){.rows = STR(""), .personal = STR("1 = 1")}
                     : (PoolScope){.rows = STR(" AND 1 = 0"),
                                   .personal = STR("1 = 0"),
                                   .personal_ranges = none,
                                   .key = 1};
        return true;
    }
    return rights_pool_scope(p->store, dataset, PERMISSION_ROW_READ, a, out, e);
}

bool field_personal(const Dataset *d, const Field *f) {
    if (f->sensitive || f->type == FIELD_CITIZEN_ID || f->type == FIELD_PHONE)
        return true;
    for (size_t i = 0; i < d->subjects.count; i++) {
        const Subject *s = &dataset_subjects(d)[i];

        if (s->kind == SUBJECT_PERSON &&
            (s->key_field == f || s->name_field == f || s->birth_field == f))
            return true;
    }
    return false;
}
