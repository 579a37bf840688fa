/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/clue_rows.c: what the clue layer stores, as people read it. */
#include "http/clue_rows.h"

#include <string.h>

#include "clue/life.h"
#include "http/matter_words.h"
#include "http/run_rows.h"
#include "http/words.h"
#include "people/rights.h"

/* Texts are missing where only plain fields may be seen; and a destroyed key takes the texts away,
 * not the clue. */
static void show_missing(const Snapshot *s, const Node *clue, Node *n, Arena *a) {
    const Scope *scope = store_thread_scope_now();
    bool hidden = scope != NULL && scope->rights != NULL && !rights_names(scope->rights);

    if (node_text(clue, "title").len == 0)
        node_set_text(
            a, n, "title",
            !hidden ? STR("（内容已依法删除）")
            : node_text(clue, "model").len == 0
                ? str_format(a, "%.*s线索（不显示个人信息）", STR_ARG(node_text(n, "source_title")))
                : str_format(a, "%.*s（不显示个人信息）",
                             STR_ARG(model_title_of(s, node_text(clue, "model")))));
    if (node_text(clue, "subject_name").len == 0)
        node_set_text(a, n, "subject_name", hidden ? STR("（不显示）") : STR("（无姓名）"));
}

Node *clue_shown(const Snapshot *s, const Node *clue, Arena *a) {
    static const struct {
        const char *key, *title;
        const BindName *names;
    } words[] = {
        {"level", "level_title", clue_level_names},
        {"status", "status_title", clue_status_names},
        {"strength", "strength_title", strength_names},
    };
    Node *n = node_map(a);
    char money[32];

    for (size_t i = 0; i < clue->count; i++)
        node_append(a, n, clue->keys[i], clue->items[i]);
    node_set_text(a, n, "number",
                  str_format(a, "XS-%06lld", (long long)node_int(clue, "number", 0)));
    node_set_text(a, n, "model_title",
                  node_text(clue, "model").len ? model_title_of(s, node_text(clue, "model"))
                                               : STR("人工登记和移送"));
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        node_set_text(a, n, words[i].title,
                      title_of_name(words[i].names, node_text(clue, words[i].key)));
    node_set_text(a, n, "suggests_title", suggests_title(s->content, node_text(clue, "suggests")));
    if (node_int(clue, "amount", 0) != 0)
        money_format(node_int(clue, "amount", 0), money);
    node_set_text(a, n, "amount",
                  node_int(clue, "amount", 0) != 0 ? str_of(money) : (Str){NULL, 0});
    clue_life_words(s->content, n, a);
    show_missing(s, clue, n, a);
    return n;
}

static Node *facet_shown(const Snapshot *s, Arena *a, const char *name, const Node *values) {
    const BindName *names = strcmp(name, "level") == 0    ? clue_level_names
                            : strcmp(name, "status") == 0 ? clue_status_names
                                                          : strength_names;
    Node *list = node_list(a);

    for (size_t i = 0; values != NULL && i < values->count; i++) {
        Node *facet = node_map(a);
        Str value = node_text(values->items[i], "value");

        node_set_text(a, facet, "value", value);
        node_set_text(a, facet, "title",
                      strcmp(name, "model") == 0 ? model_title_of(s, value)
                                                 : title_of_name(names, value));
        node_set_int(a, facet, "count", node_int(values->items[i], "count", 0));
        node_add(a, list, facet);
    }
    return list;
}

/* Whose they are. */
bool clue_owners(Office *o, const Node *items, Arena *a, Err *e) {
    Names names;

    names_begin(&names, a);
    for (size_t i = 0; i < items->count; i++) {
        names_want(&names, a, node_text(items->items[i], "owner_login"));
        names_want_house(&names, a, node_int(items->items[i], "organisation", 0));
    }
    if (!names_read(&names, o->store, a, e))
        return false;
    for (size_t i = 0; i < items->count; i++) {
        Node *n = items->items[i];

        node_set_text(a, n, "organisation_name",
                      house_of(&names, a, node_int(n, "organisation", 0)));
        if (node_text(n, "owner_login").len != 0)
            node_set_text(a, n, "owner_name", name_of(&names, node_text(n, "owner_login")));
    }
    return true;
}

Node *clue_page(Office *o, const Snapshot *s, const ClueQuery *q, Arena *a, Err *e) {
    static const char *const facets[] = {"model", "level", "status", "strength", NULL};
    const Node *list = clue_list(o, q, a, e);
    Node *out = node_map(a), *items = node_list(a), *shown = node_map(a);

    if (list == NULL)
        return NULL;
    const Node *from = node_get(list, "items");

    for (size_t i = 0; i < from->count; i++)
        node_add(a, items, clue_shown(s, from->items[i], a));
    if (!clue_owners(o, items, a, e))
        return NULL;
    for (size_t i = 0; facets[i] != NULL; i++)
        node_set(a, shown, facets[i],
                 facet_shown(s, a, facets[i], node_get(node_get(list, "facets"), facets[i])));
    node_set_int(a, out, "total", node_int(list, "total", 0));
    node_set(a, out, "items", items);
    node_set_text(a, out, "next", node_text(list, "next"));
    node_set(a, out, "facets", shown);
    return out;
}
