/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/names.c: words for levels of matters. */
#include "flow/matter_inside.h"

#include "base/banned.h"

const BindName matter_level_names[] = {
    {"urgent", 0, "紧急"}, {"high", 1, "重要"}, {"ordinary", 2, "一般"}, {NULL, 0, NULL}};

int64_t level_rank(Str level) {
    for (const BindName *n = matter_level_names; n->name; n++)
        if (str_is(level, n->name))
            return n->value;
    return LEVELS - 1;
}

const char *verb_word(int verb) {
    return flow_verb_names[verb].name;
}
