/* SPDX-License-Identifier: MulanPSL-2.0 */
/* knowledge/statute_days.c: when a text was made, when it says it comes into force, and what it
 * repeals. Only what is told: a law that was amended after its last revision tells of the first
 * day of the law, not of the first day of this text. */
#include <string.h>

#include "knowledge/numbering.h"
#include "knowledge/statute_lines.h"

#include "base/banned.h"

/* Where the newest articles end, sentences on commencement stand. */
enum { TAIL_PIECES = 12, REPEALS_MOST = 60 };

/* The next date of *rest, which moves behind it. */
static bool next_day(Str *rest, Day *out) {
    for (; rest->len != 0; *rest = str_slice(*rest, 1, rest->len))
        if (rest->ptr[0] >= '0' && rest->ptr[0] <= '9' && numbering_day(rest, out))
            return true;
    return false;
}

static bool holds(Str s, const char *what) {
    return str_find(s, str_of(what)) >= 0;
}

/* ---- notes ---- */

typedef struct Notes {
    Day promulgated, effective; /* told in the notes */
} Notes;

static Day newest_of(Str clause, Day *first) {
    Day newest = DAY_NONE, d;

    *first = DAY_NONE;
    for (Str rest = clause; next_day(&rest, &d);) {
        *first = *first == DAY_NONE ? d : *first;
        newest = newest == DAY_NONE || d > newest ? d : newest;
    }
    return newest;
}

static void read_clause(Statute *s, Notes *n, Str clause) {
    Day first, newest = newest_of(clause, &first);

    if (newest == DAY_NONE)
        return;
    if (holds(clause, "施行") || holds(clause, "实施"))
        n->effective = newest;
    if (holds(clause, "公布") || holds(clause, "发布"))
        n->promulgated = newest;
    bool passed = holds(clause, "通过") || holds(clause, "批准"), revised = holds(clause, "修订"),
         amended = str_ends(clause, STR("修正"));

    if (passed && s->adopted == DAY_NONE)
        s->adopted = first;
    if ((passed || revised || amended) && (s->made == DAY_NONE || newest >= s->made)) {
        s->made = newest;
        s->made_by = amended ? LAW_AMENDED : revised ? LAW_REVISED : LAW_ADOPTED;
    }
}

/* One line may tell several things, divided by ideographic spaces. */
static void read_notes(Statute *s, Notes *n) {
    for (size_t i = 0; i < s->note_count; i++) {
        Str rest = s->notes[i];

        while (rest.len != 0) {
            ptrdiff_t gap = str_find(rest, STR("　"));
            size_t end = gap < 0 ? rest.len : (size_t)gap;
            Str clause = str_slice(rest, 0, end);

            if (str_ends(clause, STR("）")))
                clause = str_slice(clause, 0, clause.len - STR("）").len);
            read_clause(s, n, clause);
            rest = str_slice(rest, end + (gap < 0 ? 0 : STR("　").len), rest.len);
        }
    }
    /* Regulations are often only promulgated. */
    if (s->made == DAY_NONE)
        s->made = n->promulgated;
    if (s->adopted == DAY_NONE)
        s->adopted = s->made;
}

/* ---- sentences ---- */

typedef struct Sentences {
    Statute *s;
    Arena *a;
    Day promulgated;
    Repeal *repeals;
} Sentences;

/* Is 本法, 本条例, 本决定 this statute, or one printed behind it? */
static bool speaks_of_itself(Str title, Str sentence) {
    static const char *const ends[] = {"自", "由", "从", "，"};
    Str noun = sentence;

    if (!numbering_skip(&noun, STR("本")))
        return false;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        ptrdiff_t at = str_find(noun, str_of(ends[i]));

        if (at >= 0)
            noun = str_slice(noun, 0, (size_t)at);
    }
    ptrdiff_t bracket = str_find(title, STR("（"));

    if (bracket > 0)
        title = str_slice(title, 0, (size_t)bracket);
    return noun.len != 0 &&
           (str_ends(title, noun) || (str_is(noun, "法") && str_ends(title, STR("法典"))));
}

/* 本法自2021年7月15日起施行 */
static bool commences(Str title, Str sentence, Day promulgated, Day *out) {
    if (!holds(sentence, "施行") && !holds(sentence, "实施") && !holds(sentence, "生效"))
        return false;
    if (!speaks_of_itself(title, sentence))
        return false;
    for (Str rest = sentence; rest.len != 0; rest = str_slice(rest, 1, rest.len)) {
        Str at = rest;
        bool from = numbering_skip(&at, STR("自")) || numbering_skip(&at, STR("从")) ||
                    numbering_skip(&at, STR("于"));

        if (!from)
            continue;
        if (str_starts(at, STR("公布之日")) || str_starts(at, STR("发布之日"))) {
            *out = promulgated;
            return true;
        }
        if (numbering_day(&at, out) &&
            (numbering_skip(&at, STR("起")) || str_starts(at, STR("施行"))))
            return true;
    }
    return false;
}

/* The text between 《 and its own 》; moves *rest behind it. */
static bool next_title(Str *rest, Str *out) {
    ptrdiff_t open = str_find(*rest, STR("《"));
    size_t depth = 1, mark = STR("《").len;

    if (open < 0)
        return false;
    Str inside = str_slice(*rest, (size_t)open + mark, rest->len);

    for (size_t i = 0; i + mark <= inside.len; i++) {
        Str at = str_slice(inside, i, i + mark);

        depth += str_is(at, "《");
        depth -= str_is(at, "》");
        if (depth == 0) {
            *out = str_slice(inside, 0, i);
            *rest = str_slice(inside, i + mark, inside.len);
            return true;
        }
    }
    return false;
}

static void read_repeals(Sentences *q, const Piece *p, Str sentence, Day from) {
    Str title;

    for (Str rest = sentence; next_title(&rest, &title);)
        if (q->s->repeal_count < REPEALS_MOST && title.len > 0)
            q->repeals[q->s->repeal_count++] = (Repeal){
                .title = str_dup(q->a, title), .from = from, .article = p->article, .sub = p->sub};
}

static void read_piece(Sentences *q, const Piece *p) {
    Str rest = p->text;

    while (rest.len != 0) {
        ptrdiff_t stop = str_find(rest, STR("。"));
        size_t end = stop < 0 ? rest.len : (size_t)stop;
        Str sentence = str_trim(str_slice(rest, 0, end));
        Day day = DAY_NONE;

        if (commences(q->s->title, sentence, q->promulgated, &day)) {
            q->s->commenced = day;
            q->s->commencement = str_dup(q->a, sentence);
        }
        if (holds(sentence, "同时废止"))
            read_repeals(q, p, sentence, q->s->commenced);
        rest = str_slice(rest, end + (stop < 0 ? 0 : STR("。").len), rest.len);
    }
}

void statute_tell_days(Arena *a, Statute *s) {
    Notes notes = {DAY_NONE, DAY_NONE};
    Sentences q = {.s = s, .a = a};
    size_t first = s->piece_count > TAIL_PIECES ? s->piece_count - TAIL_PIECES : 0;

    s->adopted = s->made = s->commenced = DAY_NONE;
    read_notes(s, &notes);
    q.promulgated = notes.promulgated;
    q.repeals = arena_array_of(a, REPEALS_MOST, Repeal);
    for (size_t i = first; i < s->piece_count; i++)
        if (s->pieces[i].kind != PIECE_HEADING)
            read_piece(&q, &s->pieces[i]);
    s->repeals = q.repeals;
    if (s->commenced == DAY_NONE)
        s->commenced = notes.effective;
    /* A day before this text was made is the first day of an older one. */
    if (s->from == DAY_NONE && s->commenced != DAY_NONE && s->made != DAY_NONE &&
        s->commenced >= s->made)
        s->from = s->commenced;
}
