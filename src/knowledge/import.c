/* SPDX-License-Identifier: MulanPSL-2.0 */
/* knowledge/import.c: texts into the store, the event that makes them count, its projection. */
#include "knowledge/import.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "content/index.h"
#include "people/act.h"
#include "sql_statements.h"

#include "base/banned.h"

/* ---- projection ---- */

static Arg text_of(const Node *map, const char *key) {
    return ARG_OF_TEXT(node_text(map, key));
}

static Arg int_of(const Node *map, const char *key) {
    return ARG_OF_INT(node_int(map, key, 0));
}

static bool imported(Tx *tx, const Event *event, Err *e) {
    const Node *b = event->body, *added = node_get(b, "added");
    char at[INSTANT_TEXT];

    instant_format(event->at, at);
    if (!tx_run(tx, &SQL_law_import_add,
                ARGS(int_of(b, "import"), text_of(b, "digest"), int_of(b, "laws"),
                     int_of(b, "texts"), int_of(b, "articles"),
                     ARG_OF_INT(added != NULL ? (int64_t)added->count : 0), int_of(b, "bytes"),
                     ARG_OF_TEXT(event->actor), ARG_OF_TEXT(str_of(at))),
                NULL, e))
        return false;
    for (size_t i = 0; added != NULL && i < added->count; i++) {
        const Node *v = added->items[i];

        if (!tx_run(tx, &SQL_law_version_add,
                    ARGS(text_of(v, "law"), int_of(v, "version"), text_of(v, "title"),
                         text_of(v, "category"), text_of(v, "category_title"), text_of(v, "digest"),
                         int_of(b, "import")),
                    NULL, e))
            return false;
    }
    return true;
}

void law_register(void) {
    static const Projection projections[] = {{"laws.imported", imported}, {0}};
    static const char *const tables[] = {"law_import", "law_version", NULL};

    journal_register(projections, tables);
}

/* ---- import ---- */

typedef struct Known {
    Str law;
    int64_t version; /* newest */
} Known;

typedef struct Work {
    const Source *source;
    int64_t import;
    size_t added;
    Index *digests, *titles, *ids;
    Known *known;
    size_t known_count;
} Work;

static Known *add_known(Work *w, Str id, Str title) {
    Known *k = &w->known[w->known_count++];

    *k = (Known){.law = id};
    index_put(w->titles, title, k);
    index_put(w->ids, id, k);
    return k;
}

/* What the library has, and room for what may come. */
static bool look_around(Act *act, Work *w, Err *e) {
    const Node *rows = tx_rows(act->tx, act->arena, &SQL_law_versions, NO_ARGS, e);

    if (rows == NULL)
        return false;
    size_t room = rows->count + w->source->count + 1;

    w->known = arena_array_of(act->arena, room, Known);
    w->digests = index_new(act->arena, room);
    w->titles = index_new(act->arena, room);
    w->ids = index_new(act->arena, room);
    for (size_t i = 0; i < rows->count; i++) {
        const Node *row = rows->items[i];
        Str title = node_text(row, "title"), id = node_text(row, "law");
        Known *k = (Known *)(uintptr_t)index_get(w->titles, title);

        if (k == NULL)
            k = add_known(w, id, title);
        if (node_int(row, "version", 0) > k->version)
            k->version = node_int(row, "version", 0);
        index_put(w->digests, node_text(row, "digest"), k);
    }
    return true;
}

/* A title keeps the id it came with first; an id that another title has gets a number behind it. */
static Known *law_of(Act *act, Work *w, const SourceLaw *l) {
    Known *k = (Known *)(uintptr_t)index_get(w->titles, l->text->title);
    Str id = l->slug;

    if (k != NULL)
        return k;
    for (int n = 2; index_get(w->ids, id) != NULL; n++)
        id = str_format(act->arena, "%.*s-v%d", STR_ARG(l->slug), n);
    return add_known(w, id, l->text->title);
}

static Node *version_told(Act *act, const SourceLaw *l, const Known *k) {
    Arena *a = act->arena;
    Node *n = node_map(a);

    node_set_text(a, n, "law", k->law);
    node_set_int(a, n, "version", k->version);
    node_set_text(a, n, "title", l->text->title);
    node_set_text(a, n, "category", l->category);
    node_set_text(a, n, "category_title", l->category_title);
    node_set_text(a, n, "digest", str_of(l->digest));
    node_set_int(a, n, "articles", (int64_t)l->text->article_count);
    return n;
}

/* Texts that the store does not have: also of versions that lost theirs. */
static bool put_texts(Act *act, const Work *w, Err *e) {
    const Node *rows = tx_rows(act->tx, act->arena, &SQL_law_text_digests, NO_ARGS, e);
    Index *there = rows != NULL ? index_new(act->arena, rows->count + 1) : NULL;

    for (size_t i = 0; rows != NULL && i < rows->count; i++)
        index_put(there, node_text(rows->items[i], "digest"), w);
    for (size_t i = 0; rows != NULL && i < w->source->count; i++) {
        const SourceLaw *l = &w->source->laws[i];

        if (index_get(there, str_of(l->digest)) == NULL &&
            !tx_run(act->tx, &SQL_law_text_add,
                    ARGS(ARG_OF_TEXT(str_of(l->digest)), ARG_OF_TEXT(l->written)), NULL, e))
            return false;
    }
    return rows != NULL;
}

static bool tell(Act *act, Work *w, const Node *added, Err *e) {
    const Source *s = w->source;
    Arena *a = act->arena;
    Node *body = node_map(a);

    if (!act_number(act, &SQL_law_import_newest, &w->import, e))
        return false;
    node_set_int(a, body, "import", w->import);
    node_set_text(a, body, "digest", str_of(s->digest));
    node_set_int(a, body, "laws", (int64_t)s->titles);
    node_set_int(a, body, "texts", (int64_t)s->count);
    node_set_int(a, body, "articles", (int64_t)s->articles);
    node_set_int(a, body, "bytes", (int64_t)s->bytes);
    node_set_int(a, body, "count", (int64_t)added->count);
    node_set(a, body, "added", (Node *)(uintptr_t)added);
    return act_tell(act, "laws.imported", act_subject(act, "laws", w->import), ORGANISATION_HOME,
                    body, NULL, e);
}

static bool import_work(Act *act, void *what, Err *e) {
    Work *w = what;
    Node *added = node_list(act->arena);

    w->import = 0;
    w->known_count = 0;
    if (!look_around(act, w, e))
        return false;
    for (size_t i = 0; i < w->source->count; i++) {
        const SourceLaw *l = &w->source->laws[i];

        if (index_get(w->digests, str_of(l->digest)) != NULL)
            continue;
        Known *k = law_of(act, w, l);

        k->version++;
        index_put(w->digests, str_of(l->digest), k);
        node_add(act->arena, added, version_told(act, l, k));
    }
    w->added = added->count;
    if (added->count > LAW_ADDED_MOST)
        return err_set(e, ERR_TOO_LARGE, NULL, "一次最多导入 %d 份新文本，请分几个目录导入",
                       LAW_ADDED_MOST);
    return put_texts(act, w, e) && (added->count == 0 || tell(act, w, added, e)) &&
           tx_run(act->tx, &SQL_law_text_sweep, NO_ARGS, NULL, e);
}

static double seconds_now(void) {
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

bool law_import(Store *s, Str actor, const Source *source, LawImport *out, Err *e) {
    Work w = {.source = source};
    double began = seconds_now();

    if (!act_write(s, NULL, actor, import_work, &w, e))
        return false;
    *out = (LawImport){.import = w.import,
                       .laws = source->titles,
                       .texts = source->count,
                       .articles = source->articles,
                       .items = source->items,
                       .unmarked = source->unmarked,
                       .appended = source->appended,
                       .added = w.added,
                       .skipped = source->skipped_count,
                       .bytes = source->bytes,
                       .seconds = seconds_now() - began};
    memcpy(out->digest, source->digest, sizeof out->digest);
    return true;
}

typedef struct Listing {
    Arena *arena;
    Node *rows;
} Listing;

static bool list_work(Tx *tx, void *context, Err *e) {
    Listing *q = context;

    q->rows = tx_rows(tx, q->arena, &SQL_law_imports, NO_ARGS, e);
    return q->rows != NULL;
}

Node *law_import_list(Store *s, Arena *a, Err *e) {
    Listing q = {.arena = a};
    Node *out = node_map(a);

    if (!store_read(s, list_work, &q, e))
        return NULL;
    node_set(a, out, "items", q.rows);
    return out;
}
