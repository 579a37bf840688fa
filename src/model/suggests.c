/* SPDX-License-Identifier: MulanPSL-2.0 */
/* model/suggests.c: what a clue suggests, as content says it: words of a code table, each of which
 * a flow begins as. */
#include "content/flow.h"
#include "model/rule.h"

static const CodeEntry *entry_of(const Content *c, Str suggests) {
    Err none = {0};
    const CodeTable *t = content_codes(c, STR(SUGGESTIONS), &none);

    return t && suggests.len ? code_table_find(t, suggests) : NULL;
}

Str suggests_title(const Content *c, Str suggests) {
    const CodeEntry *entry = entry_of(c, suggests);

    return entry ? entry->title : suggests;
}

Str suggests_code(const Content *c, Str suggests) {
    const CodeEntry *entry = entry_of(c, suggests);

    return entry ? entry->code : suggests;
}

bool suggests_leads(const Content *c, const Flow *f, Str suggests) {
    const CodeEntry *entry = entry_of(c, suggests);
    const Str *begins = f->begins_as.items;

    for (size_t i = 0; entry && i < f->begins_as.count; i++)
        if (str_eq(begins[i], entry->code))
            return true;
    return false;
}

static bool leads_somewhere(const Content *c, Str suggests) {
    for (size_t i = 0; i < content_flow_count(c); i++)
        if (suggests_leads(c, content_flow_at(c, i), suggests))
            return true;
    return false;
}

bool suggests_check(const Content *c, Str suggests, const char *where, Err *e) {
    Nearest near = {.name = suggests};
    char hint[160];
    const CodeTable *t = content_codes(c, STR(SUGGESTIONS), e);
    const CodeEntry *entries = t ? t->entries.items : NULL;

    if (!t)
        return false;
    if (!entry_of(c, suggests)) {
        for (size_t i = 0; i < t->entries.count; i++)
            nearest_try(&near, entries[i].code);
        return err_set(e, ERR_CONTENT, where, "“%.*s”里没有“%.*s”%s", STR_ARG(t->title),
                       STR_ARG(str_slice(suggests, 0, 60)), nearest_hint(&near, hint));
    }
    return leads_somewhere(c, suggests) ||
           err_set(e, ERR_CONTENT, where, "没有流程由“%.*s”开始，请在流程的 begins_as 里写明",
                   STR_ARG(suggests));
}
