/* SPDX-License-Identifier: MulanPSL-2.0 */
/* main/synth_county.h: what the parts of the synthetic county share while it is written. */
#ifndef MAIN_SYNTH_COUNTY_H
#define MAIN_SYNTH_COUNTY_H

#include "main/synth.h"
#include "main/synth_sheet.h"

typedef struct County {
    const Content *content;
    const char *out;
    uint64_t seed;
    int64_t records; /* wanted over all files */
    int64_t each;    /* wrongs planted per model, and as many near misses */
    Chance chance;
    Arena *arena;
    Node *files, *planted, *near; /* lists of answers.json */
    int64_t written;
    SynthSaid *said;
    void *said_context;
    Sheet *sheet;     /* the one being written */
    const char *file; /* its name */
    Str dataset;
    int64_t broken; /* rows written to it that must be refused */
} County;

/* Everything in the county happened before this day. */
#define COUNTY_DAY day_of(2026, 10, 31)

/* Begin a file; the columns are fields of the dataset. False with *e set when it cannot be written.
 */
bool county_open(County *k, const char *file, const char *dataset, SheetFormat format,
                 HeaderStyle style, const char *banner, const char *const *fields, Err *e);
bool county_close(County *k, Err *e);
/* A day between the two, by chance. */
Day county_between(County *k, Day from, Day to);
/* n of N records, at least `least`. */
int64_t county_share(const County *k, double share, int64_t least);

/* Answers. `why`: what is wrong, or why it only looks so. */
void county_planted(County *k, const char *model, const char *kind, const char *name,
                    const char *key, const char *why);
void county_near(County *k, const char *model, const char *kind, const char *name, const char *key,
                 const char *why);

/* The parts: background without a wrong in it, and what is planted. */
bool county_people(County *k, Err *e);    /* pensions, deaths, driving, ride-hailing */
bool county_companies(County *k, Err *e); /* register, officers, food, licences */
bool county_cases(County *k, Err *e);     /* penalties, verdicts, police, documents, land, courts */
bool county_plant(County *k, Err *e);

#endif
