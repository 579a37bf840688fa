/* SPDX-License-Identifier: MulanPSL-2.0 */
/* knowledge/library.c: from the store to a snapshot in memory, and its names. */
#include "knowledge/library.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "knowledge/library_inside.h"
#include "knowledge/numbering.h"
#include "sql_statements.h"

#include "base/banned.h"

enum { NAMES_A_LAW = 12, KEY_MOST = 700 };
#define COUNTRY STR("中华人民共和国")
#define SECOND INT64_C(1000000)

/* ---- names ---- */

static bool dropped(Str s, size_t *width) {
    static const char *const marks[] = {"《", "》", "〈", "〉", "“", "”", "　", " ", "\t"};

    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (str_starts(s, str_of(marks[i]))) {
            *width = strlen(marks[i]);
            return true;
        }
    return false;
}

/* （2021年修订）, but not （一） and not the year of an amendment, which are part of the name. */
static Str without_year(Str key) {
    ptrdiff_t open = -1;

    if (!str_ends(key, STR("）")))
        return key;
    for (Str rest = key; rest.len != 0;) {
        ptrdiff_t at = str_find(rest, STR("（"));

        if (at < 0)
            break;
        open = (rest.ptr - key.ptr) + at;
        rest = str_slice(rest, (size_t)at + STR("（").len, rest.len);
    }
    Str inside = str_slice(key, open < 0 ? key.len : (size_t)open, key.len);
    bool revision = str_find(inside, STR("修订")) >= 0 || str_find(inside, STR("修正）")) >= 0 ||
                    str_find(inside, STR("公布")) >= 0 || str_find(inside, STR("版")) >= 0;

    return open > 0 && revision ? str_slice(key, 0, (size_t)open) : key;
}

Str law_name_key(Arena *a, Str name) {
    scoped_buf Buf b;
    size_t width;

    buf_init(&b, KEY_MOST);
    while (name.len != 0 && !b.full) {
        if (dropped(name, &width)) {
            name = str_slice(name, width, name.len);
        } else if (name.ptr[0] == '(' || name.ptr[0] == ')') {
            buf_add_c(&b, name.ptr[0] == '(' ? "（" : "）");
            name = str_slice(name, 1, name.len);
        } else {
            buf_add_char(&b, name.ptr[0]);
            name = str_slice(name, 1, name.len);
        }
    }
    Str key = without_year(buf_str(&b));

    while (str_starts(key, COUNTRY) && key.len > COUNTRY.len)
        key = str_slice(key, COUNTRY.len, key.len);
    return str_dup(a, key);
}

static void put_name(Library *l, Str name, const Law *law) {
    Str key = law_name_key(l->arena, name);

    if (key.len == 0)
        return;
    index_put(l->by_name, key, law);
    l->longest_name = key.len > l->longest_name ? key.len : l->longest_name;
}

/* Names written into the file, divided by 、 */
static void put_names(Library *l, const Law *law) {
    Str rest = law_newest(law)->text->names;

    for (int i = 0; rest.len != 0 && i < NAMES_A_LAW / 2; i++) {
        ptrdiff_t at = str_find(rest, STR("、"));
        size_t end = at < 0 ? rest.len : (size_t)at;

        put_name(l, str_trim(str_slice(rest, 0, end)), law);
        rest = str_slice(rest, end + (at < 0 ? 0 : STR("、").len), rest.len);
    }
}

/* The short names people use, from content: each belongs to the law of the full title. */
static void put_short_names(Library *l, const Content *c) {
    Err none = {0};
    const CodeTable *t = c != NULL ? content_codes(c, STR("law_names"), &none) : NULL;
    const CodeEntry *entries = t != NULL ? t->entries.items : NULL;

    for (size_t i = 0; t != NULL && i < t->entries.count; i++) {
        const Law *law = library_named(l, entries[i].title);

        for (size_t j = 0; law != NULL && j < entries[i].aliases.count; j++)
            put_name(l, ((const Str *)entries[i].aliases.items)[j], law);
    }
}

static size_t names_most(const Library *l, const Content *c) {
    Err none = {0};
    const CodeTable *t = c != NULL ? content_codes(c, STR("law_names"), &none) : NULL;
    const CodeEntry *entries = t != NULL ? t->entries.items : NULL;
    size_t n = NAMES_A_LAW * (l->count + 1);

    for (size_t i = 0; t != NULL && i < t->entries.count; i++)
        n += entries[i].aliases.count;
    return n;
}

/* A law that is held goes on unless it is repealed after its newest text was made: a statute also
 * repeals the old one of its own name. Older texts tell, too: their newer ones need not repeat it.
 */
static void put_repeals_of(Library *l, const Law *by, const Statute *s) {
    for (size_t i = 0; i < s->repeal_count; i++) {
        const Repeal *r = &s->repeals[i];
        Law *held = (Law *)(uintptr_t)library_named(l, r->title);
        Repealed *told = arena_new_of(l->arena, Repealed);

        *told = (Repealed){r, by};
        if (held == NULL) {
            index_put(l->repealed, law_name_key(l->arena, r->title), told);
        } else if (held != by && r->from != DAY_NONE && r->from > law_newest(held)->text->made) {
            held->repealed_by = by;
            held->repeal = r;
        }
    }
}

static void put_repeals(Library *l) {
    size_t n = 0;

    for (size_t i = 0; i < l->count; i++)
        for (size_t v = 0; v < l->laws[i].count; v++)
            n += l->laws[i].versions[v].text->repeal_count;
    l->repealed = index_new(l->arena, n + 1);
    for (size_t i = 0; i < l->count; i++)
        for (size_t v = l->laws[i].count; v-- > 0;)
            put_repeals_of(l, &l->laws[i], l->laws[i].versions[v].text);
}

const Law *library_named(const Library *l, Str name) {
    scoped_arena Arena *a = arena_new();

    return l->count != 0 ? index_get(l->by_name, law_name_key(a, name)) : NULL;
}

const Repeal *library_repeal(const Library *l, Str name, const Law **by) {
    scoped_arena Arena *a = arena_new();
    const Repealed *told = l->count != 0 ? index_get(l->repealed, law_name_key(a, name)) : NULL;

    if (told == NULL)
        return NULL;
    *by = told->by;
    return told->repeal;
}

size_t library_name_at_end(const Library *l, Str text) {
    size_t least = STR("宪法").len, start = 0, room = l->longest_name + COUNTRY.len;

    if (l->count == 0)
        return 0;
    if (text.len > room)
        start = text.len - room;
    for (; start + least <= text.len; start++) {
        Str name = str_slice(text, start, text.len);
        Str key = str_starts(name, COUNTRY) ? str_slice(name, COUNTRY.len, name.len) : name;

        if (((unsigned char)name.ptr[0] & 0xC0) != 0x80 &&
            (index_get(l->by_name, key) != NULL || index_get(l->repealed, key) != NULL))
            return name.len;
    }
    return 0;
}

const Law *library_law(const Library *l, Str id) {
    return l->count != 0 ? index_get(l->by_id, id) : NULL;
}

size_t library_count(const Library *l) {
    return l->count;
}

const Law *library_at(const Library *l, size_t i) {
    return &l->laws[i];
}

size_t library_missing(const Library *l) {
    return l->missing;
}

/* ---- loading ---- */

typedef struct Loading {
    Library *l;
    LawVersion *versions; /* of all laws, in the order of the rows */
    Str *of_law;
    size_t count, room;
    Law *heads; /* law, title, category as the newest row says */
} Loading;

static void grow(Loading *q) {
    size_t room = q->room == 0 ? 512 : 2 * q->room;
    LawVersion *versions = arena_array_of(q->l->arena, room, LawVersion);
    Law *heads = arena_array_of(q->l->arena, room, Law);

    if (q->count != 0) {
        memcpy(versions, q->versions, q->count * sizeof *versions);
        memcpy(heads, q->heads, q->count * sizeof *heads);
    }
    q->versions = versions;
    q->heads = heads;
    q->room = room;
}

static bool sound(Str text, Str digest) {
    unsigned char sum[SM3_SIZE];
    scoped_buf Buf hex;

    sm3(text.ptr, text.len, sum);
    buf_init(&hex, 2 * SM3_SIZE);
    buf_add_hex(&hex, sum, sizeof sum);
    return str_eq(buf_str(&hex), digest);
}

static bool load_row(void *context, const Node *row, Err *e) {
    Loading *q = context;
    Arena *a = q->l->arena;
    Str text = node_text(row, "text"), digest = node_text(row, "digest");
    Err why = {0};

    q->l->import =
        node_int(row, "import", 0) > q->l->import ? node_int(row, "import", 0) : q->l->import;
    if (text.len == 0 || !sound(text, digest)) {
        q->l->missing++;
        return true;
    }
    StatutePart part = {.file = "law_text", .text = text};
    const Statute *s =
        statute_read(a, &(StatuteRead){.parts = &part, .count = 1, .continuing = true}, &why);

    if (s == NULL)
        return err_set(e, ERR_BROKEN, NULL, "法规库里的《%.*s》读不出来：%s",
                       STR_ARG(node_text(row, "title")), why.text);
    if (q->count == q->room)
        grow(q);
    q->versions[q->count] = (LawVersion){.text = s,
                                         .version = node_int(row, "version", 0),
                                         .import = node_int(row, "import", 0),
                                         .from = s->from,
                                         .to = s->to,
                                         .digest = str_dup(a, digest)};
    q->heads[q->count++] = (Law){.law = str_dup(a, node_text(row, "law")),
                                 .title = s->title,
                                 .of = s->of,
                                 .category = str_dup(a, node_text(row, "category")),
                                 .category_title = str_dup(a, node_text(row, "category_title"))};
    return true;
}

static bool load_work(Tx *tx, void *context, Err *e) {
    return tx_each(tx, &SQL_law_texts, NO_ARGS, load_row, context, e);
}

static Day order_day(const LawVersion *v) {
    return v->text->made != DAY_NONE ? v->text->made : v->from;
}

static int by_age(const void *a, const void *b) {
    const LawVersion *x = a, *y = b;
    Day p = order_day(x), q = order_day(y);

    if (p != q)
        return p < q ? -1 : 1;
    return x->version < y->version ? -1 : x->version > y->version;
}

/* What took a text's place ends it, on a day that is known or not. */
static void settle_versions(LawVersion *versions, size_t n) {
    qsort(versions, n, sizeof *versions, by_age);
    for (size_t i = 0; i + 1 < n; i++) {
        LawVersion *v = &versions[i];
        const LawVersion *next = v + 1;

        v->corrected = order_day(v) == order_day(next) && v->text->made_by == next->text->made_by;
        if (!v->corrected && v->to == DAY_NONE && next->from != DAY_NONE)
            v->to = next->from - 1;
    }
}

static int by_title(const void *a, const void *b) {
    const Law *x = a, *y = b;
    int c = str_compare(x->category, y->category);

    if (c == 0)
        c = (x->of.len != 0) - (y->of.len != 0);
    if (c == 0)
        c = str_compare(x->title, y->title);
    return c != 0 ? c : str_compare(x->law, y->law);
}

static void make_laws(Loading *q) {
    Library *l = q->l;

    l->laws = arena_array_of(l->arena, q->count + 1, Law);
    for (size_t i = 0, n = 0; i < q->count; i += n) {
        Law *law = &l->laws[l->count++];

        for (n = 1; i + n < q->count && str_eq(q->heads[i + n].law, q->heads[i].law);)
            n++;
        settle_versions(q->versions + i, n);
        *law = q->heads[i + n - 1];
        law->versions = q->versions + i;
        law->count = n;
        law->title = law_newest(law)->text->title;
        law->short_title = str_starts(law->title, COUNTRY) && law->title.len > COUNTRY.len
                               ? str_slice(law->title, COUNTRY.len, law->title.len)
                               : law->title;
    }
    qsort(l->laws, l->count, sizeof *l->laws, by_title);
}

static void make_names(Library *l, const Content *c) {
    l->by_id = index_new(l->arena, l->count + 1);
    l->by_name = index_new(l->arena, names_most(l, c));
    for (size_t i = 0; i < l->count; i++) {
        index_put(l->by_id, l->laws[i].law, &l->laws[i]);
        put_name(l, l->laws[i].title, &l->laws[i]);
    }
    for (size_t i = 0; i < l->count; i++)
        put_names(l, &l->laws[i]);
    put_short_names(l, c);
    put_repeals(l);
}

static Library *load(Store *s, const Content *c, Err *e) {
    Library *l = calloc(1, sizeof *l);

    if (l == NULL)
        abort();
    l->arena = arena_new();
    atomic_init(&l->held, 1);
    pthread_mutex_init(&l->making, NULL);
    Loading q = {.l = l};

    if (!store_read(s, load_work, &q, e)) {
        library_drop(l);
        return NULL;
    }
    make_laws(&q);
    make_names(l, c);
    if (c != NULL)
        snprintf(l->content, sizeof l->content, "%.*s", STR_ARG(content_version(c)));
    return l;
}

void library_drop(Library *l) {
    if (l == NULL || atomic_fetch_sub(&l->held, 1) != 1)
        return;
    law_index_free(l->index);
    pthread_mutex_destroy(&l->making);
    arena_free(l->arena);
    free(l);
}

/* ---- one for each store ---- */

typedef struct Shelf {
    pthread_mutex_t mutex;
    Library *now; /* NULL: not read yet, or stale */
    Instant asked;
    bool alone; /* no other server writes to this store */
    atomic_bool stale;
} Shelf;

/* On the writer's thread, after commit. */
static void on_event(void *context, const Event *event) {
    Shelf *shelf = context;

    if (str_is(event->kind, "laws.imported"))
        atomic_store(&shelf->stale, true);
}

static void *shelf_make(Store *s) {
    Shelf *shelf = calloc(1, sizeof *shelf);

    if (shelf == NULL)
        abort();
    pthread_mutex_init(&shelf->mutex, NULL);
    shelf->alone = !store_is_postgresql(s);
    journal_listen(s, on_event, shelf);
    return shelf;
}

static void shelf_drop(void *context) {
    Shelf *shelf = context;

    library_drop(shelf->now);
    pthread_mutex_destroy(&shelf->mutex);
    free(shelf);
}

static bool newest_work(Tx *tx, void *context, Err *e) {
    return tx_int(tx, &SQL_law_import_newest, NO_ARGS, 0, context, e);
}

/* Other servers' imports are noticed within a second. */
static bool still_new(Shelf *shelf, Store *s, const Content *c) {
    Instant now = instant_steady();
    int64_t newest;
    Err none = {0};

    if (shelf->now == NULL || atomic_load(&shelf->stale) ||
        (c != NULL && !str_eq(str_of(shelf->now->content), content_version(c))))
        return false;
    if (shelf->alone || now - shelf->asked < SECOND)
        return true;
    shelf->asked = now;
    return store_read(s, newest_work, &newest, &none) && newest == shelf->now->import;
}

Library *library_hold(Store *s, const Content *c, Err *e) {
    static const char key;
    Shelf *shelf = store_attached(s, &key, shelf_make, shelf_drop);
    Library *l = NULL;

    pthread_mutex_lock(&shelf->mutex);
    if (!still_new(shelf, s, c)) {
        atomic_store(&shelf->stale, false); /* before: what comes meanwhile counts again */
        l = load(s, c, e);
        if (l != NULL) {
            library_drop(shelf->now);
            shelf->now = l;
            shelf->asked = instant_steady();
        }
    } else {
        l = shelf->now;
    }
    if (l != NULL)
        atomic_fetch_add(&l->held, 1);
    pthread_mutex_unlock(&shelf->mutex);
    return l;
}
