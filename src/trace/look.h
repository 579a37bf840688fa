/* SPDX-License-Identifier: MulanPSL-2.0 */
/* trace/look.h: nothing sensitive is seen, exported or refused without an entry in the chain.
 *
 * The entry is written before the value leaves. Its body carries numbers, codes and ids; the reason
 * somebody typed is sealed. Signs that raise alarms (night, own name …) are worked out when it is
 * written and stand in the body with the ceilings of that moment, so that the projection of alarms
 * needs neither clock nor content. */
#ifndef TRACE_LOOK_H
#define TRACE_LOOK_H

#include "trace/approval.h"

enum { EXPORT_ID = 9 };

/* Who asks, from where. */
typedef struct Viewer {
    const Rights *rights;
    Str address, device;
} Viewer;

/* ---- is it his matter? ---- */

/* Until there are matters with people in charge (issue 4), a clue is somebody's own when it was
 * opened to him, to an organisation where he holds a post or to a team he is in, or when it belongs
 * to an organisation where he holds a post; withdrawn clues are nobody's. Issue 4 puts "takes part
 * in a matter about it" beside these, here and nowhere else.
 * A row is his when a clue that it stands behind is. Both see through the scope of the thread. */
typedef struct Matter {
    bool own;
    BindList clues;    /* of Str: ids of clues concerned, as far as the asker sees them */
    BindList subjects; /* of Str: their subjects' keys */
} Matter;
bool matter_of_clue(Store *s, Arena *a, const Rights *r, Str clue, Matter *out, Err *e);
bool matter_of_row(Store *s, Arena *a, const Rights *r, Str dataset, Str row, Matter *out, Err *e);

/* Rows behind a clue, as the asker sees it: list of {dataset, row_id}; ERR_NOT_FOUND. */
Node *clue_rows_behind(Store *s, Arena *a, Str clue, Err *e);

/* ---- sensitive values ---- */

typedef struct LookNew {
    Str purpose, case_number, reason; /* as purpose_check left them */
    Str object;                       /* "clue:id" or "row:dataset/id": what was asked for */
    const Str *rows;                  /* "row:dataset/id": whose values go out */
    size_t row_count;
    const Str *fields; /* "dataset.field" */
    size_t field_count;
    const Str *names; /* of persons in these rows: compared with the asker's and colleagues' */
    size_t name_count;
    Matter matter;
    bool sealed; /* a sealed record is among the rows */
} LookNew;

enum { REFERENCE_SIZE = 17 };
typedef struct LookDone {
    /* Random, stands in the entry: what the asker gets told instead of the entry's place in the
     * journal, which counts what others do. Empty for others than looks. */
    char reference[REFERENCE_SIZE];
    int64_t sequence, approval; /* approval 0: his own matter */
    Instant at;
} LookDone;
/* ERR_NEEDS_APPROVAL when it is not his own matter and he has no approval for the object, one of
 * its rows, its clues or their subjects, with this purpose and case. A look at sealed records rests
 * on the approval that opened their channel, whose matter it may be, and uses it up. */
bool look_record(Store *s, const Content *c, const Viewer *asker, const LookNew *in, LookDone *out,
                 Err *e);

/* ---- exports ---- */

typedef struct ExportLook {
    const char *kind; /* "clues.exported", "rows.exported" */
    Str what;         /* "clues", "rows:dataset": subject of the event and object of an approval */
    Str purpose, case_number, reason, format;
    int64_t rows;
    const Node *query; /* public conditions: codes and dates, no words that were typed */
    Str ids; /* what went out, one export_id each: "谁看过这条数据" finds it by them */
} ExportLook;
/* The last characters of a row's or clue's id and a blank: enough to tell 100,000 rows apart from
 * all others, and few enough for an entry. */
void export_id(Str id, Buf *out);
/* More rows than content lets pass without approval need one for "export:" and `what`:
 * ERR_NEEDS_APPROVAL. Call it before the file can be fetched. asker NULL: the program itself (the
 * command line on the machine), which needs no approval; `actor` names who. */
bool export_record(Store *s, const Content *c, const Viewer *asker, Str actor, const ExportLook *in,
                   LookDone *out, Err *e);

/* ---- refusals ---- */

/* `count` refusals of one person on one route within the minute of `minute`. */
bool refusal_record(Store *s, const Content *c, Str login, Str route, int status, Str address,
                    Instant minute, int64_t count, Err *e);

/* ---- what an auditor does himself ---- */

/* kind "audit.searched", "audit.replayed" …; body: what was asked, in codes. */
bool audit_record(Store *s, const Viewer *asker, const char *kind, Str subject, const Node *body,
                  Err *e);

/* The same by a job that `actor` started, with the address and device of that moment. */
bool audit_record_later(Store *s, Str actor, Str address, Str device, const char *kind, Str subject,
                        const Node *body, Err *e);

/* "audit.verified" by a job that `actor` started; bad: the first bad entry, 0: whole. */
bool audit_told(Store *s, Str actor, int64_t entries, int64_t bad, Err *e);

/* Projections of everything in trace/. */
void trace_register(void);

#endif
