/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/flow_look.c: every name in a flow means something, or is refused with the nearest. */
#include "content/flow_look.h"

#include "content/period.h"

#include "base/banned.h"

#define DOCUMENT_TYPES "document_types"

/* ---- names inside the flow: known, or refused with the nearest ---- */

bool look_step(const Look *l, Str name, const Node *at) {
    NearestName n = {.wanted = name};

    if (flow_step(l->f, name) != NULL)
        return true;
    for (size_t i = 0; i < l->f->steps.count; i++)
        nearest_name(&n, flow_steps(l->f)[i].step);
    return content_unknown(at, "步骤", &n, l->e);
}

bool look_field(const Look *l, Str name, const Node *at) {
    NearestName n = {.wanted = name};

    if (flow_field(l->f, name) != NULL)
        return true;
    for (size_t i = 0; i < l->f->fields.count; i++)
        nearest_name(&n, flow_fields(l->f)[i].field);
    return content_unknown(at, "字段", &n, l->e);
}

bool look_party(const Look *l, Str name, const Node *at) {
    NearestName n = {.wanted = name};

    if (flow_party(l->f, name) != NULL)
        return true;
    for (size_t i = 0; i < l->f->parties.count; i++)
        nearest_name(&n, flow_parties(l->f)[i].party);
    return content_unknown(at, "参与方", &n, l->e);
}

bool look_outcome(const Look *l, Str name, const Node *at) {
    NearestName n = {.wanted = name};

    if (flow_outcome(l->f, name) != NULL)
        return true;
    for (size_t i = 0; i < l->f->outcomes.count; i++)
        nearest_name(&n, flow_outcomes(l->f)[i].outcome);
    return content_unknown(at, "结局", &n, l->e);
}

bool look_word(const Look *l, const BindName *words, const char *what, Str name, const Node *at) {
    NearestName n = {.wanted = name};

    for (const BindName *word = words; word->name != NULL; word++) {
        if (str_is(name, word->name))
            return true;
        nearest_name(&n, str_of(word->name));
    }
    return content_unknown(at, what, &n, l->e);
}

/* ---- names of other content ---- */

bool look_period(const Look *l, Str name, const Node *at, const Period **out) {
    Err why = {0};

    *out = content_period(l->c, name, &why);
    return *out != NULL || content_fail(at, l->e, "%s", why.text);
}

bool look_role(const Look *l, Str name, const Node *at) {
    Err why = {0};

    return content_role(l->c, name, &why) != NULL || content_fail(at, l->e, "%s", why.text);
}

bool look_codes(const Look *l, Str name, const Node *at) {
    Err why = {0};

    return content_codes(l->c, name, &why) != NULL || content_fail(at, l->e, "%s", why.text);
}

bool look_kind(const Look *l, Str name, const Node *at) {
    Err why = {0};

    return content_organisation_kind(l->c, name, &why) != NULL ||
           content_fail(at, l->e, "%s", why.text);
}

bool look_document(const Look *l, Str name, const Node *at) {
    Err why = {0};
    const CodeTable *t = content_codes(l->c, STR(DOCUMENT_TYPES), &why);
    const CodeEntry *near;

    if (t == NULL)
        return content_fail(at, l->e, "%s", why.text);
    if (code_table_find(t, name) != NULL)
        return true;
    near = code_table_nearest(t, name);
    return near != NULL ? content_fail(at, l->e, "文书目录里没有“%.*s”，是不是想写“%.*s”",
                                       STR_ARG(name), STR_ARG(near->title))
                        : content_fail(at, l->e, "文书目录里没有“%.*s”", STR_ARG(name));
}

/* ---- lists of names ---- */

bool look_once(const Look *l, const BindList *list, const Node *map, const char *key) {
    for (size_t i = 0; i < list->count; i++)
        for (size_t j = 0; j < i; j++)
            if (str_eq(flow_names(list)[i], flow_names(list)[j]))
                return content_fail(content_item(map, key, i), l->e, "“%.*s”在 %s 里写了两遍",
                                    STR_ARG(flow_names(list)[i]), key);
    return true;
}

bool look_each(const Look *l, const BindList *list, const Node *map, const char *key,
               NameKnown *known) {
    for (size_t i = 0; i < list->count; i++)
        if (!known(l, flow_names(list)[i], content_item(map, key, i)))
            return false;
    return look_once(l, list, map, key);
}

bool look_id(const Look *l, Str id, const Node *map, const char *key) {
    return content_id_fits(id, 60) ||
           content_fail(content_place(map, key), l->e,
                        "“%.*s”不能作标识：只用小写字母、数字和单个下划线，以字母开头，不超过 60 "
                        "个字符",
                        STR_ARG(id));
}
