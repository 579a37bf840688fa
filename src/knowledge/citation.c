/* SPDX-License-Identifier: MulanPSL-2.0 */
/* knowledge/citation.c: find citations in prose. One pass from left to right; the law last named is
 * remembered for the articles that follow it. */
#include "knowledge/citation.h"

#include <string.h>

#include "knowledge/numbering.h"

#include "base/banned.h"

enum { NAME_MOST = 400, ALIASES_MOST = 40 };

typedef struct Finder {
    const Library *l;
    Arena *a;
    Str text;
    Citation *found;
    size_t count, room;
    Str law;       /* last named; empty: none in sight */
    size_t behind; /* where the last name or citation ended */
    struct {
        Str alias, law;
    } aliases[ALIASES_MOST]; /* 以下简称《…》 */
    size_t alias_count;
} Finder;

static void put(Finder *f, size_t from, size_t to, const LawAsk *ask, bool continued) {
    if (f->count == CITATIONS_MOST)
        return;
    if (f->count == f->room) {
        size_t room = f->room == 0 ? 16 : 2 * f->room;
        Citation *more = arena_array_of(f->a, room, Citation);

        if (f->count != 0)
            memcpy(more, f->found, f->count * sizeof *more);
        f->found = more;
        f->room = room;
    }
    f->found[f->count++] = (Citation){from, to, *ask, continued};
}

static size_t place(const Finder *f, Str rest) {
    return (size_t)(rest.ptr - f->text.ptr);
}

static void skip_blanks(Str *s) {
    while (numbering_skip(s, STR(" ")) || numbering_skip(s, STR("　")) ||
           numbering_skip(s, STR("\n")) || numbering_skip(s, STR("\t")))
        ;
}

/* 、 ， 和 及 与 或者 以及: between things of one list. */
static bool skip_joint(Str *s) {
    static const char *const joints[] = {"、", "，", ",",  "以及", "或者",
                                         "和", "及", "与", "或",   "；"};
    Str rest = *s;

    skip_blanks(&rest);
    for (size_t i = 0; i < sizeof joints / sizeof *joints; i++)
        if (numbering_skip(&rest, str_of(joints[i]))) {
            skip_blanks(&rest);
            *s = rest;
            return true;
        }
    return false;
}

static bool skip_range(Str *s) {
    static const char *const marks[] = {"至", "到", "—", "－", "-", "~", "～", "–"};
    bool any = false;

    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        while (numbering_skip(s, str_of(marks[i])))
            any = true;
    return any;
}

/* ---- paragraphs and items ---- */

/* 第二款 */
static bool take_paragraph(Str *s, int *n) {
    Str rest = *s;

    if (!numbering_skip(&rest, STR("第")) || !numbering_take(&rest, n) ||
        !numbering_skip(&rest, STR("款")))
        return false;
    *s = rest;
    return true;
}

/* 第（二）项, 第二项, （二）项 */
static bool take_item(Str *s, int *n) {
    Str rest = *s;
    bool open;

    numbering_skip(&rest, STR("第"));
    open = numbering_skip(&rest, STR("（")) || numbering_skip(&rest, STR("("));
    if (!numbering_take(&rest, n))
        return false;
    if (open && !numbering_skip(&rest, STR("）")) && !numbering_skip(&rest, STR(")")))
        return false;
    if (!numbering_skip(&rest, STR("项")))
        return false;
    *s = rest;
    return true;
}

/* The （一） of 第（一）、（三）项. */
static bool take_listed_item(Str *s, int *n) {
    Str rest = *s, behind;
    int next;

    numbering_skip(&rest, STR("第"));
    if ((!numbering_skip(&rest, STR("（")) && !numbering_skip(&rest, STR("("))) ||
        !numbering_take(&rest, n) ||
        (!numbering_skip(&rest, STR("）")) && !numbering_skip(&rest, STR(")"))))
        return false;
    behind = rest;
    if (!skip_joint(&behind) && !skip_range(&behind))
        return false;
    Str last = behind;

    if (!take_item(&last, &next) && !take_listed_item(&last, &next))
        return false;
    *s = rest;
    return true;
}

static bool any_item(Str *s, int *n) {
    return take_item(s, n) || take_listed_item(s, n);
}

/* What follows 第五十七条: its paragraphs and items, each a citation; without them the article. */
static void take_parts(Finder *f, Str *s, size_t from, LawAsk ask, bool continued) {
    size_t before = f->count;
    Str rest = *s;

    for (bool more = true; more;) {
        int n;

        if (take_paragraph(&rest, &n)) {
            Str behind = rest;

            ask.paragraph = n;
            ask.item = 0;
            if (!any_item(&behind, &n))
                put(f, from, place(f, rest), &ask, continued);
        } else if (any_item(&rest, &n)) {
            ask.item = n;
            put(f, from, place(f, rest), &ask, continued);
        } else {
            break;
        }
        *s = rest;
        Str next = rest, behind;

        if (skip_joint(&next) || skip_range(&next)) {
            behind = next;
            more = take_paragraph(&behind, &n) || any_item(&behind, &n);
            if (more) {
                from = place(f, next);
                rest = next;
                continued = true;
            }
        } else {
            behind = rest;
            more = any_item(&behind, &n);
        }
    }
    if (f->count == before)
        put(f, from, place(f, *s), &ask, continued);
}

/* ---- articles ---- */

/* 第27、57条 and 第20-23条: the number before the last, which is followed by another and at last by
 * 条. */
static bool take_short(Str *s, int *n) {
    Str rest = *s, behind;
    int next;

    numbering_skip(&rest, STR("第"));
    if (!numbering_take(&rest, n))
        return false;
    behind = rest;
    for (bool more = true; more;) {
        more = skip_joint(&behind) || skip_range(&behind);
        numbering_skip(&behind, STR("第"));
        more = more && numbering_take(&behind, &next);
        if (more && str_starts(behind, STR("条"))) {
            *s = rest;
            return true;
        }
    }
    return false;
}

/* 57条 behind 第27、 */
static bool take_last(Str *s, int *n, int *sub) {
    Str rest = *s, behind;

    if (numbering_article(s, n, sub))
        return true;
    *sub = 0;
    if (!numbering_take(&rest, n) || !numbering_skip(&rest, STR("条")))
        return false;
    behind = rest;
    if (numbering_skip(&behind, STR("之")) && numbering_take(&behind, sub))
        rest = behind;
    *s = rest;
    return true;
}

/* All articles of one law from here on; false when none stands here. `listed`: a list without 条
 * has begun (27、). */
static bool take_articles(Finder *f, Str *s, Str law) {
    bool any = false, listed = false;

    for (;;) {
        Str rest = *s, next;
        LawAsk ask = {.law = law, .day = DAY_NONE};
        size_t from = place(f, rest);

        if (!any && !str_starts(rest, STR("第")))
            break;
        if (listed ? take_last(&rest, &ask.article, &ask.sub)
                   : numbering_article(&rest, &ask.article, &ask.sub)) {
            listed = false;
            *s = rest;
            take_parts(f, s, from, ask, any);
        } else if ((listed || str_starts(rest, STR("第"))) && take_short(&rest, &ask.article)) {
            listed = true;
            *s = rest;
            put(f, from, place(f, rest), &ask, any);
        } else {
            break;
        }
        any = true;
        next = *s;
        if (!skip_joint(&next) && !skip_range(&next))
            break;
        Str look = next;
        LawAsk other;

        if (!(listed ? take_last(&look, &other.article, &other.sub) ||
                           take_short(&look, &other.article)
                     : numbering_article(&look, &other.article, &other.sub) ||
                           (str_starts(look, STR("第")) && take_short(&look, &other.article))))
            break;
        *s = next;
    }
    return any;
}

/* ---- names ---- */

static bool ends_as_law(Str name) {
    static const char *const ends[] = {"法",   "条例", "规定", "办法", "规则",   "解释", "决定",
                                       "细则", "规程", "准则", "意见", "通则",   "法典", "通知",
                                       "指引", "批复", "纪要", "标准", "修正案", "章程"};

    ptrdiff_t bracket = -1;

    if (str_ends(name, STR("）")))
        for (Str rest = name; rest.len != 0;) {
            ptrdiff_t at = str_find(rest, STR("（"));

            if (at < 0)
                break;
            bracket = (rest.ptr - name.ptr) + at;
            rest = str_slice(rest, (size_t)at + 3, rest.len);
        }
    if (bracket > 0)
        name = str_slice(name, 0, (size_t)bracket);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (str_ends(name, str_of(ends[i])))
            return true;
    return false;
}

/* Characters a name can be made of. */
static bool in_name(uint32_t r) {
    return (r >= 0x4E00 && r <= 0x9FFF) || r == 0x3007;
}

static size_t rune_before(Str text, size_t at) {
    do
        at--;
    while (at > 0 && ((unsigned char)text.ptr[at] & 0xC0) == 0x80);
    return at;
}

/* 根据行政处罚法: what comes before the name. */
static Str without_verb(Str name) {
    static const char *const verbs[] = {"根据", "依据", "依照", "按照", "违反", "适用", "符合",
                                        "触犯", "参照", "以及", "或者", "属于", "构成", "涉嫌",
                                        "按",   "依",   "和",   "与",   "及",   "同",   "据"};

    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        Str verb = str_of(verbs[i]);

        for (ptrdiff_t at; name.len > verb.len && (at = str_find(name, verb)) >= 0;) {
            /* A single character may belong to the name; two hardly. */
            if (verb.len == STR("按").len && at != 0)
                break;
            name = str_slice(name, (size_t)at + verb.len, name.len);
        }
    }
    return name;
}

/* The name that ends where `at` is, without 《》; empty when none does. */
static Str name_before(const Finder *f, size_t at) {
    size_t start = at, least = f->behind;
    Str run;

    while (start > least && at - start < NAME_MOST) {
        size_t before = rune_before(f->text, start);
        Str rest = str_slice(f->text, before, start);
        uint32_t r;

        if (before < least || !str_rune(&rest, &r) || !in_name(r))
            break;
        start = before;
    }
    run = str_slice(f->text, start, at);
    size_t known = f->l != NULL ? library_name_at_end(f->l, run) : 0;

    if (known != 0)
        return str_slice(run, run.len - known, run.len);
    for (size_t i = 0; i < f->alias_count; i++)
        if (str_ends(run, f->aliases[i].alias))
            return f->aliases[i].alias;
    return ends_as_law(run) ? without_verb(run) : (Str){NULL, 0};
}

static Str resolve(const Finder *f, Str name) {
    for (size_t i = f->alias_count; i-- > 0;)
        if (str_eq(f->aliases[i].alias, name))
            return f->aliases[i].law;
    return name;
}

/* The end of 《…》 that begins at `from`, marks within marks counted; 0: not closed. */
static size_t close_title(const Finder *f, size_t from) {
    size_t depth = 0, mark = STR("《").len;

    for (size_t i = from; i + mark <= f->text.len && i - from < NAME_MOST; i++) {
        Str at = str_slice(f->text, i, i + mark);

        depth += str_is(at, "《");
        if (str_is(at, "》") && --depth == 0)
            return i + mark;
    }
    return 0;
}

static void add_alias(Finder *f, Str alias, Str law) {
    alias = str_trim(alias);
    if (str_starts(alias, STR("《")) && str_ends(alias, STR("》")) && alias.len > 6)
        alias = str_slice(alias, 3, alias.len - 3);
    else if (str_starts(alias, STR("“")) && str_ends(alias, STR("”")) && alias.len > 6)
        alias = str_slice(alias, 3, alias.len - 3);
    if (alias.len != 0 && f->alias_count < ALIASES_MOST) {
        f->aliases[f->alias_count].alias = alias;
        f->aliases[f->alias_count++].law = law;
    }
}

/* （以下简称《处罚法》） and （2021年修订） behind a title. */
static void skip_brackets(Finder *f, Str *s, Str law) {
    for (;;) {
        Str rest = *s, inside;
        ptrdiff_t close;
        bool wide = numbering_skip(&rest, STR("（"));

        if (!wide && !numbering_skip(&rest, STR("(")))
            return;
        close = str_find(rest, wide ? STR("）") : STR(")"));
        if (close < 0 || close > NAME_MOST)
            return;
        inside = str_slice(rest, 0, (size_t)close);
        ptrdiff_t called = str_find(inside, STR("简称"));

        if (called >= 0) {
            Str alias = str_slice(inside, (size_t)called + STR("简称").len, inside.len);

            numbering_skip(&alias, STR("为"));
            add_alias(f, alias, law);
        }
        *s = str_slice(rest, (size_t)close + (wide ? STR("）").len : 1), rest.len);
    }
}

static bool is_law(const Finder *f, Str name) {
    const Law *by;

    return ends_as_law(name) || (f->l != NULL && (library_named(f->l, name) != NULL ||
                                                  library_repeal(f->l, name, &by) != NULL));
}

/* ---- the pass ---- */

/* At 《: its articles, or the law alone. Returns where to go on. */
static size_t at_title(Finder *f, size_t at) {
    size_t end = close_title(f, at), mark = STR("《").len;

    if (end <= at + 2 * mark) /* not closed, or nothing in it */
        return at + mark;
    Str written = str_slice(f->text, at + mark, end - mark), law = resolve(f, written),
        rest = str_slice(f->text, end, f->text.len), before;

    skip_brackets(f, &rest, written);
    skip_blanks(&rest);
    before = rest;
    if (!take_articles(f, &rest, law)) {
        LawAsk ask = {.law = law, .day = DAY_NONE};

        if (!is_law(f, law))
            return end;
        put(f, at, end, &ask, false);
        rest = before;
    }
    f->law = law;
    f->behind = place(f, rest);
    return f->behind > end ? f->behind : end;
}

static bool ends_with_any(Str name, const char *const *words) {
    for (; *words != NULL; words++)
        if (str_ends(name, str_of(*words)))
            return true;
    return false;
}

/* 合同法 is a law, 同法 is the one before. */
static bool same_law(Str name) {
    static const char *const words[] = {"该法",   "该条例", "该规定",   "该办法",
                                        "该解释", "该规则", "上述法律", NULL};

    return str_is(name, "同法") || str_is(name, "法") || ends_with_any(name, words);
}

static bool own_law(Str name) {
    static const char *const words[] = {"本法",   "本条例", "本规定",   "本办法",
                                        "本解释", "本规则", "本决定",   "本意见",
                                        "本细则", "本章程", "本修正案", NULL};

    return ends_with_any(name, words) && !str_ends(name, STR("基本法"));
}

/* Blanks between a name and its article. */
static size_t back_over_blanks(const Finder *f, size_t at) {
    while (at > f->behind) {
        size_t before = rune_before(f->text, at);
        Str r = str_slice(f->text, before, at);

        if (!str_is(r, " ") && !str_is(r, "　"))
            break;
        at = before;
    }
    return at;
}

/* At 第: an article of the law just named before it. */
static size_t at_article(Finder *f, size_t at) {
    Str rest = str_slice(f->text, at, f->text.len), joint, law;
    size_t name_end = back_over_blanks(f, at), next = at + STR("第").len;
    Citation *kept = f->found;
    size_t kept_count = f->count;

    joint = str_slice(f->text, f->behind, at);
    if (f->law.len != 0 && f->behind != 0 && skip_joint(&joint) && joint.len == 0) {
        law = f->law; /* …、第九十一条 */
    } else {
        law = name_before(f, name_end);
        if (own_law(law))
            law = (Str){NULL, 0};
        else
            law = same_law(law) ? f->law : resolve(f, law);
    }
    if (law.len == 0)
        return next;
    if (!take_articles(f, &rest, law)) {
        f->found = kept;
        f->count = kept_count;
        return next;
    }
    f->law = law;
    f->behind = place(f, rest);
    return f->behind;
}

size_t citations_find(const Library *l, Arena *a, Str text, Citation **out) {
    Finder f = {.l = l, .a = a, .text = text};
    size_t at = 0;

    while (at < text.len && f.count < CITATIONS_MOST) {
        Str rest = str_slice(text, at, text.len);

        if (str_starts(rest, STR("《")))
            at = at_title(&f, at);
        else if (str_starts(rest, STR("第")))
            at = at_article(&f, at);
        else
            at++;
    }
    *out = f.found;
    return f.count;
}

size_t citations_of_article(const Library *l, Arena *a, Str law, Str article, Citation **out) {
    Str text = article, bare = article;
    int n;

    /* "69" and "91、99" */
    if (!str_starts(bare, STR("第")) && numbering_take(&bare, &n))
        text = str_find(article, STR("条")) >= 0 ? str_format(a, "第%.*s", STR_ARG(article))
                                                 : str_format(a, "第%.*s条", STR_ARG(article));
    Finder f = {.l = l, .a = a, .text = text};
    Str rest = text;

    if (!take_articles(&f, &rest, law))
        f.count = 0;
    *out = f.found;
    return f.count;
}

size_t citations_check(const Library *l, Arena *a, Str text, Day day, CheckedCitation **out) {
    Citation *found;
    size_t n = citations_find(l, a, text, &found);
    CheckedCitation *checked = arena_array_of(a, n + 1, CheckedCitation);

    for (size_t i = 0; i < n; i++) {
        checked[i].citation = found[i];
        checked[i].citation.ask.day = day;
        library_look(l, a, &checked[i].citation.ask, &checked[i].answer);
        checked[i].sentence = library_say(a, &checked[i].citation.ask, &checked[i].answer);
    }
    *out = checked;
    return n;
}
