/* SPDX-License-Identifier: MulanPSL-2.0 */
/* data/bind_write.c: a struct as JSON, by its rows. */
#include <assert.h>
#include <inttypes.h>
#include <math.h>

#include "base/banned.h"
#include "base/day.h"
#include "data/bind.h"

static const char *name_of(const Bind *row, int value) {
    for (const BindName *name = row->names; name->name != NULL; name++)
        if (name->value == value)
            return name->name;
    return NULL;
}

static bool is_blank(const Bind *rows, const char *in);

/* Does an optional value say nothing? Numbers and booleans always say something; NaN does not. */
static bool is_empty(const Bind *row, const char *at) {
    switch (row->type) {
    case BIND_TYPE_TEXT:
        return ((const Str *)(const void *)at)->len == 0;
    case BIND_TYPE_REAL:
        return isnan(*(const double *)(const void *)at);
    case BIND_TYPE_DATE:
        return *(const Day *)(const void *)at == DAY_NONE;
    case BIND_TYPE_ENUM:
        return name_of(row, *(const int *)(const void *)at) == NULL;
    case BIND_TYPE_NODE:
        return *(const Node *const *)(const void *)at == NULL;
    case BIND_TYPE_TEXTS:
    case BIND_TYPE_OBJECTS:
        return ((const BindList *)(const void *)at)->count == 0;
    case BIND_TYPE_OBJECT:
        return is_blank(row->rows, at);
    default:
        return false;
    }
}

/* Nothing but zeroes and empty values: what an optional object looks like that was never read. */
static bool is_blank(const Bind *rows, const char *in) {
    for (const Bind *row = rows; row->type != BIND_END_TYPE; row++) {
        const char *at = in + row->offset;
        bool blank = row->type == BIND_TYPE_INT    ? *(const int64_t *)(const void *)at == 0
                     : row->type == BIND_TYPE_BOOL ? !*(const bool *)at
                     : row->type == BIND_TYPE_ENUM ? *(const int *)(const void *)at == 0
                     : row->type == BIND_TYPE_REAL
                         ? is_empty(row, at) || *(const double *)(const void *)at == 0
                         : is_empty(row, at);

        if (!blank)
            return false;
    }
    return true;
}

static void write_list(const Bind *row, const BindList *list, Buf *json) {
    buf_add_char(json, '[');
    for (size_t i = 0; i < list->count; i++) {
        if (i != 0)
            buf_add_char(json, ',');
        if (row->type == BIND_TYPE_TEXTS)
            json_add_text(json, ((const Str *)list->items)[i]);
        else
            bind_write(row->rows, (const char *)list->items + i * row->size, json);
    }
    buf_add_char(json, ']');
}

static void write_date(Day day, Buf *json) {
    char text[11];

    if (day == DAY_NONE) {
        buf_add_c(json, "null");
        return;
    }
    day_format(day, text);
    json_add_text(json, str_of(text));
}

static void write_value(const Bind *row, const char *at, Buf *json) {
    switch (row->type) {
    case BIND_TYPE_TEXT:
        json_add_text(json, *(const Str *)(const void *)at);
        break;
    case BIND_TYPE_INT:
        buf_addf(json, "%" PRId64, *(const int64_t *)(const void *)at);
        break;
    case BIND_TYPE_REAL: {
        Node real = {.kind = NODE_REAL, .real = *(const double *)(const void *)at};

        json_write(&real, json);
        break;
    }
    case BIND_TYPE_BOOL:
        buf_add_c(json, *(const bool *)at ? "true" : "false");
        break;
    case BIND_TYPE_DATE:
        write_date(*(const Day *)(const void *)at, json);
        break;
    case BIND_TYPE_ENUM: {
        const char *name = name_of(row, *(const int *)(const void *)at);

        assert(name != NULL);
        json_add_text(json, str_of(name));
        break;
    }
    case BIND_TYPE_NODE: {
        const Node *n = *(const Node *const *)(const void *)at;

        if (n == NULL)
            buf_add_c(json, "null");
        else
            json_write(n, json);
        break;
    }
    case BIND_TYPE_OBJECT:
        bind_write(row->rows, at, json);
        break;
    case BIND_TYPE_TEXTS:
    case BIND_TYPE_OBJECTS:
        write_list(row, (const BindList *)(const void *)at, json);
        break;
    case BIND_END_TYPE:
        break;
    }
}

void bind_write(const Bind *rows, const void *in, Buf *json) {
    bool first = true;

    buf_add_char(json, '{');
    for (const Bind *row = rows; row->type != BIND_END_TYPE; row++) {
        const char *at = (const char *)in + row->offset;

        if (row->need == OPTIONAL && is_empty(row, at))
            continue;
        if (!first)
            buf_add_char(json, ',');
        first = false;
        json_add_text(json, str_of(row->key));
        buf_add_char(json, ':');
        write_value(row, at, json);
    }
    buf_add_char(json, '}');
}
