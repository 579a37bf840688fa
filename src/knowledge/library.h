/* SPDX-License-Identifier: MulanPSL-2.0 */
/* knowledge/library.h: the statute library in memory: an immutable snapshot that threads share,
 * read from the store when it is first asked for and again after an import. Empty until somebody
 * loads laws: the program brings none.
 *
 * Every answer about a day says how sure it is: texts tell when they were passed, but not always
 * from when they are in force. */
#ifndef KNOWLEDGE_LIBRARY_H
#define KNOWLEDGE_LIBRARY_H

#include "content/content.h"
#include "knowledge/statute.h"
#include "store/journal.h"

typedef struct LawVersion {
    const Statute *text;
    int64_t version, import;
    Day from, to;   /* in force; DAY_NONE: not told. `to` also from what took its place */
    bool corrected; /* a later import brought another text of the same day */
    Str digest;
} LawVersion;

/* A statute, or an amendment or decision printed with one (`of`). */
typedef struct Law {
    Str law; /* id, fit for an address */
    Str title, short_title, category, category_title, of;
    const LawVersion *versions; /* oldest first */
    size_t count;
    const struct Law *repealed_by; /* NULL, or the statute that says so */
    const Repeal *repeal;
} Law;
#define law_newest(l) (&(l)->versions[(l)->count - 1])

/* The text in force on that day, as far as is told; before all of them the newest. */
const LawVersion *law_current(const Law *law, Day day);

typedef struct Library Library;

/* The library as the store has it; never NULL unless reading fails. `c` gives the short names
 * (content/codes/law_names.yaml) and may be NULL. */
Library *library_hold(Store *s, const Content *c, Err *e);
void library_drop(Library *l); /* NULL is fine */

size_t library_count(const Library *l);            /* laws and what is printed with them */
const Law *library_at(const Library *l, size_t i); /* by category and title */
const Law *library_law(const Library *l, Str id);  /* NULL when there is none */
/* By its title, its title without 中华人民共和国, a known short name; 《》, blanks and a year of
 * revision in brackets don't matter. NULL when the library does not hold it. */
const Law *library_named(const Library *l, Str name);
/* A law of which a statute of the library says that it is repealed; NULL when none does. */
const Repeal *library_repeal(const Library *l, Str name, const Law **by);
/* The longest end of `text` that is a name the library knows; bytes, 0 when none is. */
size_t library_name_at_end(const Library *l, Str text);
/* Texts that the store has lost: they come back when the laws are imported again. */
size_t library_missing(const Library *l);

typedef enum LawVerdict {
    LAW_IN_FORCE,   /* that text was in force on that day */
    LAW_UNSURE,     /* passed by that day; from when it is in force is not told */
    LAW_NOT_YET,    /* not yet in force on that day */
    LAW_REPEALED,   /* not in force any more */
    LAW_NO_ARTICLE, /* beyond the last article, or no such 之一 */
    LAW_NO_PART,    /* the article has no such paragraph or item */
    LAW_MISNAMED,   /* no such law, but one that is spelled nearly so */
    LAW_OLDER,      /* the text of that day is older than those held: not checked */
    LAW_UNKNOWN,    /* the library does not hold it: not checked */
    LAW_UNLOADED,   /* the library is empty: not checked */
} LawVerdict;
/* "in_force" …, Chinese; see law_is_wrong, law_is_checked. */
extern const BindName law_verdict_names[];
bool law_is_wrong(LawVerdict v);   /* people should look at it */
bool law_is_checked(LawVerdict v); /* else it is shown as 未核 */

typedef struct LawAsk {
    Str law;                           /* as written */
    int article, sub, paragraph, item; /* 0: not asked */
    Day day;                           /* DAY_NONE: today */
} LawAsk;

typedef struct LawAnswer {
    LawVerdict verdict;
    const Law *law;            /* NULL when it is not held */
    const LawVersion *version; /* in force then; else the newest */
    const Piece *article;
    Str text;             /* exactly what was asked for; empty when there is none */
    Day since;            /* repealed, or in force, from that day; DAY_NONE: not told */
    const Law *by;        /* what repealed it */
    const Repeal *repeal; /* the article that says so */
    const Law *nearest;   /* LAW_MISNAMED */
} LawAnswer;

/* Exact and quick: two tables in memory. The text lives in `a`. */
void library_look(const Library *l, Arena *a, const LawAsk *ask, LawAnswer *out);
/* The same as a Chinese sentence. */
Str library_say(Arena *a, const LawAsk *ask, const LawAnswer *answer);
/* 《行政处罚法》第五十七条第一款第（二）项 */
Str law_cite(Arena *a, Str title, const LawAsk *ask);

#endif
