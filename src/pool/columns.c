/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/columns.c: the columns that follow from a dataset's fields and subjects. */
#include "pool/columns.h"

#include "base/banned.h"

PoolType pool_value_type(const Field *f) {
    if (f->sensitive || f->type == FIELD_CITIZEN_ID)
        return POOL_TEXT; /* masked */
    switch ((FieldType)f->type) {
    case FIELD_DATE:
        return POOL_DATE;
    case FIELD_TIME:
        return POOL_TIME;
    case FIELD_MONEY:
    case FIELD_INTEGER:
        return POOL_INT;
    case FIELD_NUMBER:
    case FIELD_AREA:
        return POOL_REAL;
    default:
        return POOL_TEXT;
    }
}

static void add(PoolTable *t, Str name, PoolType type, ColumnRole role, const Field *f,
                const Subject *s) {
    t->columns[t->count++] = (PoolColumn){name, type, role, f, s};
}

static void add_derived(Arena *a, PoolTable *t, const Field *f, const char *suffix, PoolType type,
                        ColumnRole role, const Subject *s) {
    add(t, str_format(a, "%.*s__%s", STR_ARG(f->field), suffix), type, role, f, s);
}

static void add_weak(Arena *a, PoolTable *t, const Field *f, const Subject *s) {
    if (s->kind == SUBJECT_PERSON && s->name_field) {
        add_derived(a, t, f, "weak_birth", POOL_UUID, COLUMN_WEAK_BIRTH, s);
        add_derived(a, t, f, "weak_division", POOL_UUID, COLUMN_WEAK_DIVISION, s);
        add_derived(a, t, f, "weak_tail", POOL_UUID, COLUMN_WEAK_TAIL, s);
    } else if (s->kind == SUBJECT_ORGANISATION && s->name_field) {
        add_derived(a, t, f, "weak_name", POOL_UUID, COLUMN_WEAK_NAME, s);
    }
}

/* A field may be the key of two subjects (a party that is a person or an organisation): the first
 * gives the key, each gives its weak keys. */
static void add_field(Arena *a, PoolTable *t, const Dataset *d, const Field *f) {
    const Subject *first = NULL;

    add(t, str_dup(a, f->field), pool_value_type(f), COLUMN_VALUE, f, NULL);
    for (size_t i = 0; i < d->subjects.count && !first; i++)
        if (dataset_subjects(d)[i].key_field == f)
            first = &dataset_subjects(d)[i];
    if (first || f->sensitive || f->type == FIELD_CITIZEN_ID)
        add_derived(a, t, f, "key", POOL_UUID, COLUMN_KEY, first);
    if (f->type == FIELD_CITIZEN_ID) {
        add_derived(a, t, f, "birth", POOL_DATE, COLUMN_BIRTH, NULL);
        add_derived(a, t, f, "sex", POOL_TEXT, COLUMN_SEX, NULL);
        add_derived(a, t, f, "division", POOL_TEXT, COLUMN_DIVISION, NULL);
    }
    if (f->type == FIELD_CITIZEN_ID || f->type == FIELD_CREDIT_CODE)
        add_derived(a, t, f, "valid", POOL_BOOL, COLUMN_VALID, NULL);
    for (size_t i = 0; i < d->subjects.count; i++) {
        const Subject *s = &dataset_subjects(d)[i];
        bool seen = false;

        for (const Subject *b = dataset_subjects(d); b < s; b++)
            seen = seen || (b->key_field == f && b->kind == s->kind);
        if (s->key_field == f && !seen)
            add_weak(a, t, f, s);
    }
}

const PoolTable *pool_table(Arena *a, const Dataset *d) {
    PoolTable *t = arena_new_of(a, PoolTable);

    t->dataset = d;
    t->name = str_format(a, "d_%.*s", STR_ARG(d->dataset));
    t->columns = arena_array_of(a, TABLE_OWN_COLUMNS + d->fields.count * 10 + d->subjects.count * 3,
                                PoolColumn);
    add(t, STR("id"), POOL_UUID, COLUMN_ID, NULL, NULL);
    add(t, STR("batch"), POOL_INT, COLUMN_BATCH, NULL, NULL);
    add(t, STR("until"), POOL_INT, COLUMN_UNTIL, NULL, NULL);
    add(t, STR("line"), POOL_INT, COLUMN_LINE, NULL, NULL);
    add(t, STR("digest"), POOL_UUID, COLUMN_DIGEST, NULL, NULL);
    add(t, STR("sealed"), POOL_BLOB, COLUMN_SEALED, NULL, NULL);
    add(t, STR("original"), POOL_TEXT, COLUMN_ORIGINAL, NULL, NULL);
    add(t, STR("problems"), POOL_TEXT, COLUMN_PROBLEMS, NULL, NULL);
    add(t, STR("sealed_by"), POOL_TEXT, COLUMN_SEALED_BY, NULL, NULL);
    for (size_t i = 0; i < d->fields.count; i++)
        add_field(a, t, d, &dataset_fields(d)[i]);
    return t;
}

ptrdiff_t pool_table_find(const PoolTable *t, const Field *f, ColumnRole role) {
    for (size_t i = 0; i < t->count; i++)
        if (t->columns[i].field == f && t->columns[i].role == role)
            return (ptrdiff_t)i;
    return -1;
}
