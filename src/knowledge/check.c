/* SPDX-License-Identifier: MulanPSL-2.0 */
/* knowledge/check.c: find every basis in the trees of the content files, wherever it stands. */
#include "knowledge/check.h"

#include <string.h>

#include "base/banned.h"

const char *const law_content_folders[] = {"calendars", "clues", "codes",  "datasets",  "documents",
                                           "evidence",  "flows", "models", "passwords", "periods",
                                           "purposes",  "roles", NULL};

typedef struct Check {
    const Library *l;
    Arena *a;
    BasisReport *out;
    BasisFinding *found[2]; /* wrong, not checked */
    size_t count[2], room[2];
} Check;

static void keep(Check *q, int which, const Node *at, const CheckedCitation *found) {
    char where[NODE_WHERE];

    if (q->count[which] == q->room[which]) {
        size_t room = q->room[which] == 0 ? 32 : 2 * q->room[which];
        BasisFinding *more = arena_array_of(q->a, room, BasisFinding);

        if (q->count[which] != 0)
            memcpy(more, q->found[which], q->count[which] * sizeof *more);
        q->found[which] = more;
        q->room[which] = room;
    }
    node_where(at, where);
    q->found[which][q->count[which]++] = (BasisFinding){str_dup(q->a, str_of(where)), *found};
}

static void judge(Check *q, const Node *at, Citation citation, Day day) {
    CheckedCitation c = {.citation = citation};

    c.citation.ask.day = day;
    library_look(q->l, q->a, &c.citation.ask, &c.answer);
    c.sentence = library_say(q->a, &c.citation.ask, &c.answer);
    q->out->citations++;
    if (law_is_wrong(c.answer.verdict)) {
        q->out->wrong++;
        keep(q, 0, at, &c);
    } else if (!law_is_checked(c.answer.verdict)) {
        q->out->unchecked++;
        keep(q, 1, at, &c);
    } else {
        q->out->right++;
    }
}

/* What ended is asked about its last day, what has not begun about its first. */
static Day day_of_map(const Node *map, Day outside) {
    Day d, today = day_today();

    if (day_parse(node_text(map, "in_force_to"), &d) && d < today)
        return d;
    if (day_parse(node_text(map, "in_force_from"), &d) && d > today)
        return d;
    return outside;
}

static void check_basis(Check *q, const Node *basis, Day day) {
    const Node *law = node_get(basis, "law"), *article = node_get(basis, "article");
    Citation *found, alone = {.ask = {.law = law->text, .day = DAY_NONE}};
    size_t n = 0;

    q->out->bases++;
    day = day_of_map(basis, day);
    if (article != NULL && article->text.len != 0)
        n = citations_of_article(q->l, q->a, law->text, article->text, &found);
    for (size_t i = 0; i < n; i++)
        judge(q, article, found[i], day);
    if (n == 0)
        judge(q, law, alone, day);
}

static void walk(Check *q, const Node *n, Day day) {
    if (n == NULL || (n->kind != NODE_MAP && n->kind != NODE_LIST))
        return;
    if (n->kind == NODE_MAP)
        day = day_of_map(n, day);
    for (size_t i = 0; i < n->count; i++) {
        const Node *below = n->items[i];

        if (n->kind == NODE_MAP && str_is(n->keys[i], "basis") && below->kind == NODE_LIST) {
            for (size_t j = 0; j < below->count; j++)
                if (node_text(below->items[j], "law").len != 0)
                    check_basis(q, below->items[j], day);
        } else {
            walk(q, below, day);
        }
    }
}

void law_check_content(const Library *l, const Content *c, Arena *a, BasisReport *out) {
    Check q = {.l = l, .a = a, .out = out};

    *out = (BasisReport){0};
    for (const char *const *folder = law_content_folders; *folder != NULL; folder++) {
        const ContentFile *files;
        size_t n = content_files(c, *folder, &files);

        for (size_t i = 0; i < n; i++)
            walk(&q, files[i].tree, DAY_NONE);
    }
    BasisFinding *all = arena_array_of(a, q.count[0] + q.count[1] + 1, BasisFinding);

    if (q.count[0] != 0)
        memcpy(all, q.found[0], q.count[0] * sizeof *all);
    if (q.count[1] != 0)
        memcpy(all + q.count[0], q.found[1], q.count[1] * sizeof *all);
    out->findings = all;
    out->finding_count = q.count[0] + q.count[1];
}
