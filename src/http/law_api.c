/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/law_api.c: the statute library as the page reads it. */
#include <stdio.h>

#include "http/inside.h"
#include "http/law_routes.h"
#include "knowledge/import.h"
#include "knowledge/numbering.h"
#include "knowledge/search.h"
#include "knowledge/citation.h"

enum { PAGE_ROWS = 50, LOOKUPS_MOST = 200 };

static const char *const made_names[] = {"adopted", "revised", "amended"};

/* Held until the request ends. */
static Library *library_of(Req *rq, Err *e) {
    Library *l = library_hold(req_office(rq)->store, req_snapshot(rq)->content, e);

    if (l != NULL)
        arena_defer(req_arena(rq), (void (*)(void *))library_drop, l);
    return l;
}

static void set_day(Arena *a, Node *n, const char *key, Day d) {
    char text[11];

    if (d == DAY_NONE)
        return;
    day_format(d, text);
    node_set_text(a, n, key, str_of(text));
}

/* Pages are counted: the cursor is how many came before. */
static bool offset_of(Str cursor, size_t *out, Err *e) {
    int64_t n = 0;

    if (cursor.len != 0 && (!str_to_int(cursor, &n) || n < 0 || n > 1000000))
        return err_set(e, ERR_INVALID, "/cursor", "翻页的位置不对，请从第一页重新打开");
    *out = (size_t)n;
    return true;
}

static void set_next(Arena *a, Node *n, size_t next, size_t total) {
    if (next < total)
        node_set_text(a, n, "next", str_format(a, "%zu", next));
}

static Str anchor_of(Arena *a, int article, int sub) {
    return sub != 0 ? str_format(a, "%d-%d", article, sub) : str_format(a, "%d", article);
}

static Str label_of(Arena *a, const LawAsk *ask) {
    Str whole = law_cite(a, (Str){NULL, 0}, ask);

    return str_slice(whole, STR("《》").len, whole.len);
}

static void set_verdict(Arena *a, Node *n, const LawAsk *ask, const LawAnswer *w) {
    node_set_text(a, n, "verdict", str_of(law_verdict_names[w->verdict].name));
    node_set_text(a, n, "verdict_title", str_of(law_verdict_names[w->verdict].title));
    node_set_bool(a, n, "wrong", law_is_wrong(w->verdict));
    node_set_bool(a, n, "checked", law_is_checked(w->verdict));
    node_set_text(a, n, "sentence", library_say(a, ask, w));
    node_set_text(a, n, "text", w->text);
    if (w->article != NULL)
        node_set_text(a, n, "anchor", anchor_of(a, w->article->article, w->article->sub));
}

/* --- the list --------------------------------------------------------------------------------- */

static Node *item_shown(Arena *a, const Law *law) {
    const LawVersion *v = law_current(law, day_today());
    Node *n = node_map(a);

    node_set_text(a, n, "law", law->law);
    node_set_text(a, n, "title", law->title);
    node_set_text(a, n, "short_title", law->short_title);
    node_set_text(a, n, "category", law->category);
    node_set_text(a, n, "category_title", law->category_title);
    if (law->of.len != 0)
        node_set_text(a, n, "of", law->of);
    node_set_int(a, n, "articles", (int64_t)v->text->article_count);
    set_day(a, n, "made", v->text->made);
    node_set_text(a, n, "made_by", str_of(made_names[v->text->made_by]));
    set_day(a, n, "in_force_from", v->from);
    if (v != law_newest(law))
        set_day(a, n, "next_from", law_newest(law)->from);
    if (law->repeal != NULL)
        set_day(a, n, "repealed_from", law->repeal->from);
    node_set_int(a, n, "versions", (int64_t)law->count);
    return n;
}

static Node *categories_shown(Arena *a, const Library *l) {
    Node *list = node_list(a), *last = NULL;

    for (size_t i = 0; i < library_count(l); i++) {
        const Law *law = library_at(l, i);

        if (law->of.len != 0)
            continue;
        if (last == NULL || !str_eq(node_text(last, "category"), law->category)) {
            last = node_map(a);
            node_set_text(a, last, "category", law->category);
            node_set_text(a, last, "title", law->category_title);
            node_add(a, list, last);
        }
        node_set_int(a, last, "laws", node_int(last, "laws", 0) + 1);
    }
    return list;
}

/* What is typed may be a citation: then the article itself comes first. */
static Node *direct_shown(Arena *a, const Library *l, Str text) {
    Node *list = node_list(a);
    CheckedCitation *found;
    size_t n = citations_check(l, a, text, DAY_NONE, &found);

    for (size_t i = 0; i < n && i < 5; i++) {
        const LawAnswer *w = &found[i].answer;
        const LawAsk *ask = &found[i].citation.ask;
        Node *one = node_map(a);

        if (w->law == NULL || ask->article == 0)
            continue;
        node_set_text(a, one, "law", w->law->law);
        node_set_text(a, one, "title", w->law->title);
        node_set_text(a, one, "label", law_cite(a, w->law->short_title, ask));
        set_verdict(a, one, ask, w);
        node_add(a, list, one);
    }
    return list;
}

/* What was printed with a law stands on its page; by its name it is found here, too. */
static bool listed(const Law *law, const LawListQuery *q, const Law *named) {
    return (q->text.len != 0 || law->of.len == 0) &&
           (q->category.len == 0 || str_eq(q->category, law->category)) &&
           (q->text.len == 0 || law == named || str_find(law->title, q->text) >= 0);
}

bool api_law_list(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    const LawListQuery *q = req_query(rq);
    const Library *l = library_of(rq, e);
    const Node *imports = l != NULL ? law_import_list(req_office(rq)->store, a, e) : NULL;
    Node *n = node_map(a), *items = node_list(a);
    size_t offset = 0, total = 0, held = 0, limit = q->limit > 0 ? (size_t)q->limit : PAGE_ROWS;

    if (imports == NULL || !offset_of(q->cursor, &offset, e))
        return false;
    LawListQuery trimmed = *q;

    trimmed.text = str_trim(q->text);
    const Law *named = trimmed.text.len != 0 ? library_named(l, trimmed.text) : NULL;

    for (size_t i = 0; i < library_count(l); i++) {
        const Law *law = library_at(l, i);

        held += law->of.len == 0;
        if (!listed(law, &trimmed, named))
            continue;
        if (total >= offset && items->count < limit)
            node_add(a, items, item_shown(a, law));
        total++;
    }
    imports = node_get(imports, "items");
    node_set_bool(a, n, "loaded", library_count(l) != 0);
    node_set_int(a, n, "held", (int64_t)held);
    node_set_int(a, n, "missing", (int64_t)library_missing(l));
    if (imports->count != 0)
        node_set_text(a, n, "imported_at", node_text(imports->items[0], "at"));
    node_set(a, n, "categories", categories_shown(a, l));
    node_set(a, n, "direct", direct_shown(a, l, trimmed.text));
    node_set_int(a, n, "total", (int64_t)total);
    node_set(a, n, "items", items);
    set_next(a, n, offset + items->count, total);
    return reply_node(rq, n);
}

/* --- one law ---------------------------------------------------------------------------------- */

static Node *version_shown(Arena *a, const LawVersion *v) {
    Node *n = node_map(a);

    node_set_int(a, n, "version", v->version);
    set_day(a, n, "made", v->text->made);
    node_set_text(a, n, "made_by", str_of(made_names[v->text->made_by]));
    set_day(a, n, "in_force_from", v->from);
    set_day(a, n, "in_force_to", v->to);
    node_set_bool(a, n, "corrected", v->corrected);
    node_set_int(a, n, "articles", (int64_t)v->text->article_count);
    return n;
}

/* Lines with the numbers by which they are cited. */
static Node *lines_shown(Arena *a, const Piece *p) {
    Node *list = node_list(a);
    Str rest = p->text, line;
    int paragraph = 0;

    while (str_split(&rest, '\n', &line)) {
        Node *n = node_map(a);
        Str behind = line;
        int item = 0;
        bool is_item = paragraph != 0 && numbering_item(&behind, &item);

        paragraph += p->kind == PIECE_ARTICLE && !is_item;
        node_append(a, n, STR("text"), node_of_text(a, line));
        node_append(a, n, STR("paragraph"), node_of_int(a, paragraph));
        node_append(a, n, STR("item"), node_of_int(a, is_item ? item : 0));
        node_add(a, list, n);
    }
    return list;
}

static Node *piece_shown(Arena *a, const Statute *s, const Piece *p, size_t at) {
    static const char *const kinds[] = {"heading", "article", "text"};
    Node *n = node_map(a);
    LawAsk ask = {.article = p->article, .sub = p->sub};
    Str label = p->kind != PIECE_ARTICLE ? STR("") : label_of(a, &ask);

    /* An amendment numbers 一、 what people cite as 第一条. */
    if (p->kind == PIECE_ARTICLE && s->by_items) {
        scoped_buf Buf b;

        buf_init(&b, 100);
        numbering_write(p->article, &b);
        buf_add_c(&b, "、");
        label = str_dup(a, buf_str(&b));
    }
    node_append(a, n, STR("kind"), node_of_text(a, str_of(kinds[p->kind])));
    node_append(a, n, STR("level"), node_of_int(a, p->level));
    node_append(a, n, STR("label"), node_of_text(a, label));
    node_append(a, n, STR("anchor"),
                node_of_text(a, p->kind == PIECE_ARTICLE ? anchor_of(a, p->article, p->sub)
                                                         : str_format(a, "h%zu", at)));
    node_append(a, n, STR("lines"), lines_shown(a, p));
    return n;
}

static Node *beside_shown(Arena *a, const Law *law) {
    Node *n = node_map(a);

    node_set_text(a, n, "law", law->law);
    node_set_text(a, n, "title", law->title);
    return n;
}

static void set_neighbours(Arena *a, Node *n, const Library *l, const Law *law) {
    Node *beside = node_list(a);
    const Law *of = law->of.len != 0 ? library_named(l, law->of) : NULL;

    for (size_t i = 0; i < library_count(l); i++)
        if (str_eq(library_at(l, i)->of, law->title))
            node_add(a, beside, beside_shown(a, library_at(l, i)));
    node_set(a, n, "beside", beside);
    if (of != NULL)
        node_set(a, n, "of", beside_shown(a, of));
    if (law->repeal != NULL) {
        set_day(a, n, "repealed_from", law->repeal->from);
        node_set(a, n, "repealed_by", beside_shown(a, law->repealed_by));
    }
}

static const LawVersion *version_wanted(const Law *law, int64_t number) {
    for (size_t i = 0; i < law->count; i++)
        if (law->versions[i].version == number)
            return &law->versions[i];
    return number == 0 ? law_current(law, day_today()) : NULL;
}

bool api_law_get(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    const LawGetQuery *q = req_query(rq);
    Str id = req_param(rq, 0);
    const Library *l = library_of(rq, e);
    const Law *law = l != NULL ? library_law(l, id) : NULL;

    if (l == NULL)
        return false;
    if (law == NULL)
        return err_set(e, ERR_NOT_FOUND, NULL, "法规库里没有“%.*s”", STR_ARG(id));
    const LawVersion *v = version_wanted(law, q->version);

    if (v == NULL)
        return err_set(e, ERR_NOT_FOUND, NULL, "《%.*s》没有第 %lld 份文本", STR_ARG(law->title),
                       (long long)q->version);
    const Statute *s = v->text;
    Node *n = node_map(a), *notes = node_list(a), *versions = node_list(a), *pieces = node_list(a);

    for (size_t i = 0; i < s->note_count; i++)
        node_add(a, notes, node_of_text(a, s->notes[i]));
    for (size_t i = 0; i < law->count; i++)
        node_add(a, versions, version_shown(a, &law->versions[i]));
    for (size_t i = 0; i < s->piece_count; i++)
        node_add(a, pieces, piece_shown(a, s, &s->pieces[i], i));
    node_set_text(a, n, "law", law->law);
    node_set_text(a, n, "title", law->title);
    node_set_text(a, n, "short_title", law->short_title);
    node_set_text(a, n, "category", law->category);
    node_set_text(a, n, "category_title", law->category_title);
    node_set(a, n, "notes", notes);
    if (s->commencement.len != 0)
        node_set_text(a, n, "commencement", s->commencement);
    node_set_int(a, n, "version", v->version);
    node_set_int(a, n, "current", law_current(law, day_today())->version);
    node_set(a, n, "versions", versions);
    node_set_int(a, n, "articles", (int64_t)s->article_count);
    set_neighbours(a, n, l, law);
    node_set(a, n, "pieces", pieces);
    return reply_node(rq, n);
}

/* --- the full text ---------------------------------------------------------------------------- */

static Node *hit_shown(Arena *a, const LawHit *h) {
    Node *n = node_map(a);
    const Piece *p = h->piece;
    LawAsk ask = {.article = p->article, .sub = p->sub};
    size_t at = (size_t)(p - h->version->text->pieces);

    node_set_text(a, n, "law", h->law->law);
    node_set_text(a, n, "title", h->law->short_title);
    node_set_text(a, n, "label",
                  p->kind == PIECE_ARTICLE   ? label_of(a, &ask)
                  : p->kind == PIECE_HEADING ? p->text
                                             : STR(""));
    node_set_text(a, n, "anchor",
                  p->kind == PIECE_ARTICLE ? anchor_of(a, p->article, p->sub)
                                           : str_format(a, "h%zu", at));
    node_set_text(a, n, "before", h->before);
    node_set_text(a, n, "match", h->match);
    node_set_text(a, n, "after", h->after);
    return n;
}

bool api_law_search(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    const LawSearchQuery *in = req_query(rq);
    LawSearch q = {.words = in->text,
                   .law = in->law,
                   .category = in->category,
                   .limit = in->limit > 0 ? (size_t)in->limit : PAGE_ROWS};
    Library *l = library_of(rq, e);
    Node *n = node_map(a), *items = node_list(a);
    LawHit *hits;
    size_t total;

    if (l == NULL || !offset_of(in->cursor, &q.offset, e))
        return false;
    size_t found = law_search(l, a, &q, &total, &hits);

    for (size_t i = 0; i < found; i++)
        node_add(a, items, hit_shown(a, &hits[i]));
    node_set_int(a, n, "total", (int64_t)total);
    node_set(a, n, "items", items);
    set_next(a, n, q.offset + found, total);
    return reply_node(rq, n);
}

/* --- citations -------------------------------------------------------------------------------- */

static void add_cited(Arena *a, Node *list, const Library *l, LawAsk ask, Day day) {
    LawAnswer w;
    Node *n = node_map(a);

    ask.day = day;
    library_look(l, a, &ask, &w);
    node_set_text(a, n, "label", label_of(a, &ask));
    set_verdict(a, n, &ask, &w);
    node_add(a, list, n);
}

static Node *lookup_shown(Arena *a, const Library *l, const LawLookupItemIn *in, Day day) {
    Node *n = node_map(a), *cited = node_list(a);
    const Law *law = library_named(l, in->law);
    Citation *found;
    size_t count = citations_of_article(l, a, in->law, in->article, &found);

    for (size_t i = 0; i < count; i++)
        add_cited(a, cited, l, found[i].ask, day);
    if (count == 0)
        add_cited(a, cited, l, (LawAsk){.law = in->law}, day);
    if (law != NULL) {
        node_set_text(a, n, "law", law->law);
        node_set_text(a, n, "title", law->title);
    }
    node_set(a, n, "cited", cited);
    return n;
}

/* A day that was not given is today. */
static Day asked_day(Day on) {
    return on != DAY_NONE ? on : day_today();
}

bool api_law_lookup(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    const LawLookupIn *in = req_body(rq);
    const LawLookupItemIn *items = in->items.items;
    const Library *l = library_of(rq, e);
    Node *n = node_map(a), *list = node_list(a);

    if (l == NULL)
        return false;
    if (in->items.count > LOOKUPS_MOST)
        return err_set(e, ERR_INVALID, "/items", "一次最多查 %d 条依据", LOOKUPS_MOST);
    for (size_t i = 0; i < in->items.count; i++)
        node_add(a, list, lookup_shown(a, l, &items[i], asked_day(in->on)));
    node_set_bool(a, n, "loaded", library_count(l) != 0);
    node_set(a, n, "items", list);
    return reply_node(rq, n);
}

static Node *citation_shown(Arena *a, Str text, const CheckedCitation *k, size_t *at,
                            size_t *runes) {
    const Citation *c = &k->citation;
    Node *n = node_map(a);
    Str name = k->answer.law != NULL ? k->answer.law->short_title : c->ask.law;

    *runes += str_runes(str_slice(text, *at, c->from));
    *at = c->from;
    node_set_int(a, n, "from", (int64_t)*runes);
    node_set_int(a, n, "to", (int64_t)(*runes + str_runes(str_slice(text, c->from, c->to))));
    node_set_text(a, n, "cited", str_slice(text, c->from, c->to));
    node_set_text(a, n, "name", c->ask.law);
    node_set_text(a, n, "label", law_cite(a, name, &c->ask));
    if (k->answer.law != NULL)
        node_set_text(a, n, "law", k->answer.law->law);
    set_verdict(a, n, &c->ask, &k->answer);
    return n;
}

bool api_law_check(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    const LawCheckIn *in = req_body(rq);
    const Library *l = library_of(rq, e);
    Node *n = node_map(a), *list = node_list(a);
    CheckedCitation *found;
    size_t at = 0, runes = 0;
    int64_t wrong = 0, unchecked = 0;

    if (l == NULL)
        return false;
    size_t count = citations_check(l, a, in->text, asked_day(in->on), &found);

    for (size_t i = 0; i < count; i++) {
        node_add(a, list, citation_shown(a, in->text, &found[i], &at, &runes));
        wrong += law_is_wrong(found[i].answer.verdict);
        unchecked += !law_is_checked(found[i].answer.verdict);
    }
    node_set_bool(a, n, "loaded", library_count(l) != 0);
    node_set_int(a, n, "wrong", wrong);
    node_set_int(a, n, "unchecked", unchecked);
    node_set(a, n, "citations", list);
    return reply_node(rq, n);
}

/* --- import ----------------------------------------------------------------------------------- */

static bool read_upload(Req *rq, Str *out, Err *e) {
    int64_t size = req_upload_size(rq);
    char *bytes;
    FILE *f;

    if (size > STATUTE_FILE_MOST)
        return err_set(e, ERR_TOO_LARGE, NULL, "文件超过 4 MiB，不像一部法规，请检查或拆开");
    f = fopen(req_upload_path(rq), "rb");
    if (f == NULL)
        return err_set(e, ERR_DISK, NULL, "读不了上传的文件，请重新上传");
    bytes = arena_alloc(req_arena(rq), (size_t)size + 1);
    *out = (Str){bytes, fread(bytes, 1, (size_t)size, f)};
    fclose(f);
    return true;
}

bool api_law_import(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    const LawImportQuery *q = req_query(rq);
    Store *s = req_office(rq)->store;
    Node *n = node_map(a);
    LawImport r;
    Str text;
    const Source *source = read_upload(rq, &text, e) ? source_one(a, q->name, text, e) : NULL;

    if (source == NULL || !law_import(s, req_view(rq)->login, source, &r, e))
        return false;
    const Library *l = library_of(rq, e);
    const Statute *in = source->laws[0].text;
    const Law *law = l != NULL ? library_named(l, in->title) : NULL;

    node_set_int(a, n, "laws", (int64_t)r.laws);
    node_set_int(a, n, "articles", (int64_t)r.articles);
    node_set_int(a, n, "added", (int64_t)r.added);
    node_set_text(a, n, "law", law != NULL ? law->law : STR(""));
    node_set_text(a, n, "title", in->title);
    set_day(a, n, "in_force_from", in->from);
    return l != NULL && reply_node(rq, n);
}
