/* SPDX-License-Identifier: MulanPSL-2.0 */
/* people/rights.h: from appointments, delegations, teams and grants to what a person may do and
 * see. The policy in words: docs/decisions/0007-rights-in-the-store.md. */
#ifndef PEOPLE_RIGHTS_H
#define PEOPLE_RIGHTS_H

#include "content/role.h"
#include "store/scope.h"

/* One rule with where it holds: unit of every decision; rules of different appointments never mix.
 */
typedef struct Right {
    const RoleRule *rule;
    Str role, role_title, organisation_name;
    int64_t appointment, organisation; /* numbers */
    Str person;                        /* login whose grants and teams count: the giver's in a
                                          delegation */
    bool delegated;
    bool liaison;                 /* the appointment carries the duty of the liaison officer */
    const int64_t *organisations; /* reached: sorted numbers; NULL with reach installation or own */
    size_t organisation_count;
} Right;

/* Everything one person has at one instant. Immutable, reference-counted. */
typedef struct Rights {
    Str login;
    int64_t generation;       /* of the journal's rights events when it was made */
    Instant made, good_until; /* the next since or until that touches it, at most one second */
    int administrator;
    const Right *rights;
    size_t count;
    Scope scope;
} Rights;

/* The rights of a login, from the cache of the store or made anew. Never older than one second,
 * never older than a rights event of this process. Unknown or disabled logins have none. Release
 * with rights_drop. */
const Rights *rights_of(Store *s, const Content *c, Str login, Err *e);
void rights_drop(const Rights *r);

/* Does the person have this permission anywhere? What routes ask. */
bool rights_allow(const Rights *r, Permission p);

/* What a route that needs `p` sees: for a further action on clues (clue.export, clue.share) those
 * that both clue.read and the action reach; for row.export the same of pool rows; otherwise
 * r->scope. Lives as long as r. */
const Scope *rights_scope(const Rights *r, Permission p);
/* Has the person this permission for rows of that organisation, whatever their state? */
bool rights_reach(const Rights *r, Permission p, int64_t organisation);
/* Has the person it for all rows of the installation that are not sealed? */
bool rights_everywhere(const Rights *r, Permission p);
/* The content whose roles these are; lives as long as r. */
const Content *rights_content(const Rights *r);
/* A number that changes when what the person sees, or may do, changes. */
uint64_t rights_mark(const Rights *r);
/* Is the channel of sealed records open to the person now? Holding sealed.read lets him ask for it;
 * two other people open it for a purpose, a case and a time (docs/decisions/0010). */
bool rights_channel(const Rights *r);
/* Are the personal columns of every clue the person sees shown? */
bool rights_names(const Rights *r);
/* Sees the person every clue that is not sealed? Then figures over all of them are his to see. */
bool rights_whole(const Rights *r);

/* A row's marks, as events and pool rows carry them. */
typedef struct RowMarks {
    const char *kind; /* "clue", "batch", "row" */
    Str id;           /* of a pool row: the number of its batch, whose grants count */
    int64_t organisation;
    Str state, dataset;
    bool sealed;
} RowMarks;
/* The marks of an object as they stand, whoever asks: to decide on, never to show. `id` of a row is
 * the number of its batch. What is not there, *found false, has the marks of nobody's row. */
bool rights_marks(Store *s, const char *kind, Str id, Arena *a, RowMarks *out, bool *found, Err *e);
/* FIELDS_PLAIN or FIELDS_PERSONAL when visible for `p`, 0 when not: the same answer as the scope's
 * SQL, for live events and explanations. `why`, when not NULL, gets sentences in Chinese: which
 * role at which organisation reaches it or why none does (为什么看得到/看不到). */
int rights_see(Store *s, const Rights *r, Permission p, const RowMarks *row, Arena *a, Node *why,
               Err *e);

/* Condition on pool rows of a dataset for the scope of this thread: " AND batch BETWEEN …", empty
 * for the program itself. Sealed rows are left out unless the channel is open. */
bool rights_pool_condition(Store *s, Str dataset, Permission p, Buf *sql, Err *e);
/* The same, and under which condition names of persons are shown: "(batch BETWEEN …)". */
typedef struct PoolScope {
    Str rows;                       /* " AND (…)" or empty; " AND 1 = 0": none */
    Str personal;                   /* "1 = 1", "1 = 0" or a condition on batch */
    const int64_t *personal_ranges; /* from, to, from, to …; NULL: all */
    size_t range_count;             /* pairs */
    uint64_t key; /* equal for equal conditions: for remembering answers; 0: everything */
} PoolScope;
bool rights_pool_scope(Store *s, Str dataset, Permission p, Arena *a, PoolScope *out, Err *e);
bool pool_scope_personal(const PoolScope *p, int64_t batch);

#endif
