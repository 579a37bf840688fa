/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/words.h: the Chinese word for an id. */
#ifndef HTTP_WORDS_H
#define HTTP_WORDS_H

#include "data/bind.h"

static inline Str title_of_value(const BindName *names, int value) {
    for (; names->name != NULL; names++)
        if (names->value == value)
            return str_of(names->title != NULL ? names->title : names->name);
    return (Str){NULL, 0};
}

static inline Str name_of_value(const BindName *names, int value) {
    for (; names->name != NULL; names++)
        if (names->value == value)
            return str_of(names->name);
    return (Str){NULL, 0};
}

static inline Str title_of_name(const BindName *names, Str name) {
    for (; names->name != NULL; names++)
        if (str_is(name, names->name))
            return str_of(names->title != NULL ? names->title : names->name);
    return name;
}

#endif
