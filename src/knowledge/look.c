/* SPDX-License-Identifier: MulanPSL-2.0 */
/* knowledge/look.c: is there such an article, and was it in force on that day? */
#include <string.h>

#include "knowledge/library_inside.h"
#include "knowledge/numbering.h"

#include "base/banned.h"

const BindName law_verdict_names[] = {
    {"in_force", LAW_IN_FORCE, "现行有效"},
    {"unsure", LAW_UNSURE, "有效，施行日期未载明"},
    {"not_yet", LAW_NOT_YET, "当日尚未施行"},
    {"repealed", LAW_REPEALED, "已废止"},
    {"no_article", LAW_NO_ARTICLE, "没有这一条"},
    {"no_part", LAW_NO_PART, "没有这一款、项"},
    {"misnamed", LAW_MISNAMED, "名称不对"},
    {"older", LAW_OLDER, "未核"},
    {"unknown", LAW_UNKNOWN, "未核"},
    {"unloaded", LAW_UNLOADED, "未核"},
    {NULL, 0, NULL},
};

bool law_is_wrong(LawVerdict v) {
    return v >= LAW_NOT_YET && v <= LAW_MISNAMED;
}

bool law_is_checked(LawVerdict v) {
    return v < LAW_OLDER;
}

/* ---- names ---- */

/* One character wrong in a name of at least four. */
static const Law *nearest_law(const Library *l, Arena *a, Str name) {
    Str key = law_name_key(a, name);

    if (str_runes(key) < 4)
        return NULL;
    for (size_t i = 0; i < l->count; i++) {
        Str other = law_name_key(a, l->laws[i].title);

        if (other.len + 4 >= key.len && key.len + 4 >= other.len && str_runes(other) >= 4 &&
            str_distance(key, other, 1) == 1)
            return &l->laws[i];
    }
    return NULL;
}

static void look_elsewhere(const Library *l, Arena *a, const LawAsk *ask, Day day, LawAnswer *out) {
    out->repeal = library_repeal(l, ask->law, &out->by);
    if (out->repeal != NULL) {
        out->since = out->repeal->from;
        out->verdict = out->since != DAY_NONE && day < out->since ? LAW_OLDER : LAW_REPEALED;
        return;
    }
    out->nearest = nearest_law(l, a, ask->law);
    out->verdict = out->nearest != NULL ? LAW_MISNAMED : LAW_UNKNOWN;
}

/* ---- days ---- */

/* Had this text begun by that day, as far as is told? */
static bool begun(const LawVersion *v, Day day) {
    Day first = v->from != DAY_NONE ? v->from : v->text->made;

    return first == DAY_NONE || first <= day;
}

static const LawVersion *version_on(const Law *law, Day day) {
    for (size_t i = law->count; i-- > 0;)
        if (!law->versions[i].corrected && begun(&law->versions[i], day))
            return &law->versions[i];
    return NULL;
}

const LawVersion *law_current(const Law *law, Day day) {
    const LawVersion *v = version_on(law, day);

    return v != NULL ? v : law_newest(law);
}

static const LawVersion *oldest_of(const Law *law) {
    for (size_t i = 0; i + 1 < law->count; i++)
        if (!law->versions[i].corrected)
            return &law->versions[i];
    return law_newest(law);
}

/* Before the oldest text that is held: was there an older one, or no such law yet? */
static LawVerdict before_all(const LawVersion *v, Day day, Day *since) {
    const Statute *s = v->text;

    *since = v->from;
    if (s->made_by == LAW_ADOPTED)
        return LAW_NOT_YET;
    if (s->adopted != DAY_NONE && day < s->adopted) {
        *since = DAY_NONE;
        return LAW_NOT_YET;
    }
    return LAW_OLDER;
}

static LawVerdict on_day(const Law *law, Day day, LawAnswer *out) {
    const LawVersion *v = version_on(law, day);

    out->version = v != NULL ? v : oldest_of(law);
    if (v == NULL)
        return before_all(out->version, day, &out->since);
    if (v->to != DAY_NONE && v->to < day) {
        out->since = v->to + 1;
        return LAW_REPEALED;
    }
    if (law->repeal != NULL && law->repeal->from <= day) {
        out->repeal = law->repeal;
        out->by = law->repealed_by;
        out->since = law->repeal->from;
        return LAW_REPEALED;
    }
    out->since = v->from;
    return v->from != DAY_NONE ? LAW_IN_FORCE : LAW_UNSURE;
}

/* ---- articles ---- */

static LawVerdict look_inside(const Statute *s, Arena *a, const LawAsk *ask, LawAnswer *out) {
    if (ask->article == 0)
        return out->verdict;
    /* A resolution without articles: there is nothing to compare with. */
    if (s->article_count == 0)
        return LAW_NO_ARTICLE;
    out->article = statute_article(s, ask->article, ask->sub);
    if (out->article == NULL)
        return LAW_NO_ARTICLE;
    out->text = ask->paragraph != 0 || ask->item != 0
                    ? statute_part(a, out->article, ask->paragraph, ask->item)
                    : out->article->text;
    return out->text.len == 0 && (ask->paragraph != 0 || ask->item != 0) ? LAW_NO_PART
                                                                         : out->verdict;
}

void library_look(const Library *l, Arena *a, const LawAsk *ask, LawAnswer *out) {
    Day day = ask->day != DAY_NONE ? ask->day : day_today();

    *out = (LawAnswer){.verdict = LAW_UNLOADED, .since = DAY_NONE};
    if (l->count == 0)
        return;
    out->law = library_named(l, ask->law);
    if (out->law == NULL) {
        look_elsewhere(l, a, ask, day, out);
        return;
    }
    out->verdict = on_day(out->law, day, out);
    LawVerdict inside = look_inside(out->version->text, a, ask, out);

    /* Of an older text nobody knows its articles. */
    if (out->verdict == LAW_IN_FORCE || out->verdict == LAW_UNSURE)
        out->verdict = inside;
    if (out->verdict == LAW_OLDER) {
        out->article = NULL;
        out->text = (Str){NULL, 0};
    }
}

/* ---- sentences ---- */

static void add_day(Buf *b, Day d) {
    int y, m, n;

    day_split(d, &y, &m, &n);
    buf_addf(b, "%d年%d月%d日", y, m, n);
}

static void add_numbers(Buf *b, const LawAsk *ask) {
    if (ask->article != 0)
        numbering_write_article(ask->article, ask->sub, b);
    if (ask->paragraph != 0) {
        buf_add_c(b, "第");
        numbering_write(ask->paragraph, b);
        buf_add_c(b, "款");
    }
    if (ask->item != 0) {
        buf_add_c(b, "第（");
        numbering_write(ask->item, b);
        buf_add_c(b, "）项");
    }
}

Str law_cite(Arena *a, Str title, const LawAsk *ask) {
    scoped_buf Buf b;

    buf_init(&b, 1000);
    buf_addf(&b, "《%.*s》", STR_ARG(title));
    add_numbers(&b, ask);
    return str_dup(a, buf_str(&b));
}

static Str name_of(const LawAsk *ask, const LawAnswer *answer) {
    Str name = answer->law != NULL ? answer->law->short_title : ask->law;

    if (str_starts(name, STR("《")) && str_ends(name, STR("》")))
        name = str_slice(name, STR("《").len, name.len - STR("》").len);
    return name;
}

static void add_repeal(Buf *b, const LawAnswer *w) {
    if (w->since != DAY_NONE) {
        buf_add_c(b, "，自");
        add_day(b, w->since);
        buf_add_c(b, "起废止");
    } else {
        buf_add_c(b, "已经废止");
    }
    if (w->repeal != NULL && w->by != NULL) {
        buf_addf(b, "（见《%.*s》", STR_ARG(w->by->short_title));
        if (w->repeal->article != 0)
            numbering_write_article(w->repeal->article, w->repeal->sub, b);
        buf_add_c(b, "）");
    }
}

static void say(Buf *b, Arena *a, const LawAsk *ask, const LawAnswer *w) {
    Str name = name_of(ask, w), cite = law_cite(a, name, ask);
    LawAsk last = {0};

    switch (w->verdict) {
    case LAW_IN_FORCE:
        buf_addf(b, "%.*s，所据文本自", STR_ARG(cite));
        add_day(b, w->version->from);
        buf_add_c(b, "起施行");
        break;
    case LAW_UNSURE:
        buf_addf(b, "%.*s，所据文本", STR_ARG(cite));
        if (w->version->text->made != DAY_NONE) {
            buf_add_c(b, "于");
            add_day(b, w->version->text->made);
            buf_add_c(b, w->version->text->made_by == LAW_AMENDED   ? "修正"
                         : w->version->text->made_by == LAW_REVISED ? "修订"
                                                                    : "通过");
            buf_add_c(b, "，");
        }
        buf_add_c(b, "施行日期未载明");
        break;
    case LAW_NOT_YET:
        buf_addf(b, "《%.*s》当日尚未施行", STR_ARG(name));
        if (w->since != DAY_NONE) {
            buf_add_c(b, "，自");
            add_day(b, w->since);
            buf_add_c(b, "起施行");
        }
        break;
    case LAW_REPEALED:
        buf_addf(b, "《%.*s》", STR_ARG(name));
        add_repeal(b, w);
        break;
    case LAW_NO_ARTICLE:
        last.article = w->version->text->last;
        buf_addf(b, "%.*s不存在，", STR_ARG(cite));
        if (last.article == 0) {
            buf_add_c(b, "这份文本不分条");
        } else {
            buf_add_c(b, "最后一条是");
            numbering_write_article(last.article, 0, b);
        }
        break;
    case LAW_NO_PART:
        buf_addf(b, "%.*s不存在，该条没有这一款、项", STR_ARG(cite));
        break;
    case LAW_MISNAMED:
        buf_addf(b, "没有《%.*s》，是不是《%.*s》", STR_ARG(name),
                 STR_ARG(w->nearest->short_title));
        break;
    case LAW_OLDER:
        buf_addf(b, "未核：法规库里没有《%.*s》当日施行的文本", STR_ARG(name));
        break;
    case LAW_UNKNOWN:
        buf_addf(b, "未核：法规库里没有《%.*s》", STR_ARG(name));
        break;
    case LAW_UNLOADED:
        buf_add_c(b, "未核：法规库是空的");
        break;
    }
}

Str library_say(Arena *a, const LawAsk *ask, const LawAnswer *answer) {
    scoped_buf Buf b;

    buf_init(&b, 4000);
    say(&b, a, ask, answer);
    return str_dup(a, buf_str(&b));
}
