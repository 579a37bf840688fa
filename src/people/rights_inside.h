/* SPDX-License-Identifier: MulanPSL-2.0 */
/* people/rights_inside.h: what the files about rights share. */
#ifndef PEOPLE_RIGHTS_INSIDE_H
#define PEOPLE_RIGHTS_INSIDE_H

#include <stdatomic.h>

#include "people/rights.h"

/* One grantee: "person:zhang", "organisation:3", "team:5". */
typedef struct Grantees {
    Str *items;
    size_t count;
} Grantees;

/* A right with what it takes to apply it. */
typedef struct RightInside {
    Right right;       /* first */
    Grantees grantees; /* whose grants count for reach own */
} RightInside;

/* How the clues lie over the organisations, some time ago. Decides only how they are looked for. */
typedef struct Shares {
    atomic_int holders;
    struct Shares *matters; /* the same of matters, by the organisations that take part; or NULL */
    int64_t total;
    size_t count;
    struct {
        int64_t organisation, clues;
    } items[]; /* in order of organisation */
} Shares;

typedef struct RightsInside {
    Rights rights; /* first; .rights points to `items` copied out */
    atomic_int holders;
    Arena *arena;
    Content *content;
    int64_t sequence; /* of the journal when it was made */
    Instant boundary; /* the next since or until that touches it */
    Instant settled;  /* the last since or until that has passed: grants are the same since then */
    const Grantees *grantees; /* of each right */
    Scope exported, shared;   /* for clue.export and clue.share */
    Scope carried;            /* for matter.export */
    Scope taken;              /* for row.export */
    bool whole;               /* clue.read without limit */
    const int64_t *channels;  /* organisations where two others opened the sealed records to him */
    size_t channel_count;
    const Shares *shares; /* while the views are made */
    bool by_order;        /* the same: matters are passed over in order, not looked up */
    bool granted; /* something is opened to him, an organisation or team of his, now or later */
    bool recused; /* has a conflict of interest in some clue: it does not exist for him */
    bool names;   /* no clue is shown without its personal columns */
} RightsInside;

/* Fill in the scopes: what each guarded table looks like. */
void rights_make_views(RightsInside *r);

/* The condition, on the columns of the table of `kind` ("clue", "batch"; "row": the batch that
 * brought it), under which permission `p` reaches a row with at least `fields`. "1 = 1" and "1 = 0"
 * are everything and nothing of what is not sealed. */
void rights_condition(const RightsInside *r, Permission p, const char *kind, FieldsShown fields,
                      Buf *sql);

/* How documents look to the person: all rows that are read, or that the action besides reaches too
 * (rights_document.c). */
ScopeView rights_document_view(const RightsInside *r, Permission action);

/* SQL in small pieces: 'it''s', column IN ('a','b'), column IN (1,2). */
void rights_add_quoted(Buf *sql, Str s);
void rights_add_texts(Buf *sql, const char *column, const Str *items, size_t n);
void rights_add_list(Buf *sql, const char *column, const int64_t *items, size_t n);

/* Is this a sealed.read whose channel is open now? Nothing of that kind comes by delegation. */
static inline bool rights_opens(const RightsInside *r, const Right *right) {
    if (right->rule->permission != PERMISSION_SEALED_READ || right->delegated)
        return false;
    for (size_t i = 0; i < r->channel_count; i++)
        if (r->channels[i] == right->organisation)
            return true;
    return false;
}

static inline const RightsInside *rights_inside(const Rights *r) {
    return (const RightsInside *)r;
}

#endif
