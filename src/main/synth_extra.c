/* SPDX-License-Identifier: MulanPSL-2.0 */
/* main/synth_extra.c: planted rows, gathered and written. */
#include "main/synth_extra.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DATASETS_MOST = 32, FIELDS_MOST = 40 };

typedef struct Gathered {
    const char *dataset;
    Node *rows; /* list of maps: field → text */
} Gathered;

struct Extra {
    County *county;
    Gathered sets[DATASETS_MOST];
    size_t count;
    int64_t next_person[2], next_company[2];
};

Extra *extra_new(County *k) {
    Extra *x = arena_new_of(k->arena, Extra);

    x->county = k;
    return x;
}

County *extra_county(Extra *x) {
    return x->county;
}

static Gathered *gathered(Extra *x, const char *dataset) {
    for (size_t i = 0; i < x->count; i++)
        if (strcmp(x->sets[i].dataset, dataset) == 0)
            return &x->sets[i];
    if (x->count == DATASETS_MOST)
        abort(); /* more datasets than this program has: a mistake in the calls below */
    x->sets[x->count] = (Gathered){dataset, node_list(x->county->arena)};
    return &x->sets[x->count++];
}

void extra_row(Extra *x, const char *dataset, ...) {
    Arena *a = x->county->arena;
    Node *row = node_map(a);
    va_list args;

    va_start(args, dataset);
    for (const char *field; (field = va_arg(args, const char *)) != NULL;) {
        const char *text = va_arg(args, const char *);

        if (text && *text)
            node_set_text(a, row, field, str_of(text));
    }
    va_end(args);
    node_add(a, gathered(x, dataset)->rows, row);
}

const char *extra_day(Extra *x, Day d) {
    char text[11];

    if (d == DAY_NONE)
        return "";
    day_format(d, text);
    return str_c(x->county->arena, str_of(text));
}

const char *extra_text(Extra *x, const char *format, ...) {
    char text[512];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return str_c(x->county->arena, str_of(text));
}

const Person *extra_person(Extra *x, bool planted) {
    Person *p = arena_new_of(x->county->arena, Person);

    person_make(planted ? GROUP_PLANTED : GROUP_NEAR, x->county->seed, x->next_person[planted]++,
                p);
    return p;
}

const Company *extra_company(Extra *x, bool planted) {
    Company *c = arena_new_of(x->county->arena, Company);

    company_make(planted ? COMPANY_PLANTED : COMPANY_NEAR, x->county->seed,
                 x->next_company[planted]++, c);
    return c;
}

/* A citizen number as somebody typed it: still the same number. Masked and wrong ones stay as they
 * are. */
static void number_cell(Sheet *s, int column, Str text) {
    Person p = {0};

    if (text.len != 18 || memchr(text.ptr, '*', text.len)) {
        sheet_textf(s, column, "%.*s", STR_ARG(text));
        return;
    }
    memcpy(p.id, text.ptr, 18);
    if (text.ptr[6] == '1')
        snprintf(p.old_id, sizeof p.old_id, "%.6s%.9s", p.id, p.id + 8);
    if (p.id[17] == citizen_id_check_digit(p.id))
        sheet_id(s, column, &p);
    else
        sheet_id_exact(s, column, &p);
}

static void cell(Sheet *s, int column, const Field *f, Str text) {
    Day day;
    int64_t yuan;

    if (f->type == FIELD_CITIZEN_ID)
        number_cell(s, column, text);
    else if (f->type == FIELD_DATE && day_parse(text, &day))
        sheet_day(s, column, day);
    else if (f->type == FIELD_MONEY && str_to_int(text, &yuan))
        sheet_yuan(s, column, yuan);
    else
        sheet_textf(s, column, "%.*s", STR_ARG(text));
}

static void shuffle(County *k, Node *rows) {
    for (size_t i = rows->count; i > 1; i--) {
        size_t j = (size_t)chance_below(&k->chance, (int64_t)i);
        Node *swapped = rows->items[i - 1];

        rows->items[i - 1] = rows->items[j];
        rows->items[j] = swapped;
    }
}

/* The fields that any row uses, in the dataset's order. */
static size_t fields_used(const Dataset *d, const Gathered *g, Arena *a, const char **names) {
    size_t count = 0;

    for (size_t i = 0; i < d->fields.count && count < FIELDS_MOST; i++) {
        const char *name = str_c(a, dataset_fields(d)[i].field);
        bool used = dataset_fields(d)[i].required;

        for (size_t r = 0; !used && r < g->rows->count; r++)
            used = node_get(g->rows->items[r], name) != NULL;
        if (used)
            names[count++] = name;
    }
    names[count] = NULL;
    return count;
}

static bool set_write(Extra *x, Gathered *g, size_t number, Err *e) {
    static const SheetFormat formats[] = {SHEET_XLSX, SHEET_CSV_GBK, SHEET_CSV_BOM, SHEET_JSON,
                                          SHEET_CSV};
    static const char *const endings[] = {"xlsx", "csv", "csv", "json", "csv"};
    County *k = x->county;
    Str name = str_of(g->dataset);
    bool later = str_ends(name, STR("+"));
    const Dataset *d = content_dataset(k->content, str_slice(name, 0, name.len - later), e);
    const char *names[FIELDS_MOST + 1];
    int f = (int)(number % 5);

    if (!d)
        return false;
    size_t count = fields_used(d, g, k->arena, names);
    char *file = str_c(k->arena, str_format(k->arena, "%s_%.*s.%s", later ? "更正" : "补报",
                                            STR_ARG(d->title), endings[f]));

    for (char *slash; (slash = strchr(file, '/')) != NULL;)
        *slash = '-';

    shuffle(k, g->rows);
    if (!county_open(k, file, str_c(k->arena, d->dataset), formats[f],
                     number % 2 ? HEADER_ALIAS : HEADER_TITLE, f == 0 ? "补报数据" : NULL, names,
                     e))
        return false;
    for (size_t r = 0; r < g->rows->count; r++) {
        for (size_t i = 0; i < count; i++) {
            Str text = node_text(g->rows->items[r], names[i]);

            if (text.len)
                cell(k->sheet, (int)i, dataset_field(d, str_of(names[i])), text);
        }
        sheet_row(k->sheet);
    }
    return county_close(k, e);
}

bool extra_write(Extra *x, Err *e) {
    /* What corrects comes after what is corrected. */
    for (int later = 0; later < 2; later++)
        for (size_t i = 0; i < x->count; i++)
            if (str_ends(str_of(x->sets[i].dataset), STR("+")) == (later == 1) &&
                !set_write(x, &x->sets[i], i, e))
                return false;
    return true;
}
