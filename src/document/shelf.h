/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/shelf.h: templates of offices: .docx files of their own for a kind of document, in
 * versions, each in force from one day to another. An office without one takes its leader's, and so
 * on upwards; at last the kind's own. */
#ifndef LIANHENG_DOCUMENT_SHELF_H
#define LIANHENG_DOCUMENT_SHELF_H

#include "document/document.h"

enum { SHELF_NAME_MOST = 120, SHELF_NOTE_MOST = 500, SHELF_UPWARDS_MOST = 8 };

typedef struct ShelfNew {
    Str type, name, note;
    int64_t organisation; /* 0: the only one the person can mean */
    Day from, to;         /* DAY_NONE: without a beginning, without an end */
    Str bytes;            /* of the .docx */
} ShelfNew;

typedef struct ShelfMade {
    int64_t id, version;
    BindList mistakes; /* of TemplateMistake: nothing was kept when there are any */
    BindList warnings; /* of Str */
} ShelfMade;

/* Looked into, checked against the fields of its kind, kept. Needs template.manage there. */
bool shelf_put_up(const DocumentOffice *o, const MatterActor *who, const ShelfNew *in, Arena *a,
                  ShelfMade *out, Err *e);
/* ERR_CONFLICT where it is so already. A draft that was begun on it stays on it. */
bool shelf_retire(Store *s, const MatterActor *who, int64_t id, bool restore, Str note, Err *e);

/* One template of an office. */
typedef struct ShelfItemOf {
    int64_t template_, organisation, version, size;
    Str type, name, note, digest, first_day, last_day, state, at, actor; /* days empty: no bound */
    bool in_force; /* that office's drafts take it today */
} ShelfItemOf;
/* By kind and office, the newest first; type empty, organisation 0: all. Of ShelfItemOf. */
bool shelf_list_of(Store *s, Str type, int64_t organisation, Arena *a, BindList *out, Err *e);
bool shelf_item(Store *s, int64_t id, Arena *a, ShelfItemOf *out, Err *e); /* ERR_NOT_FOUND */

/* --- which one a draft is written on --------------------------------------------------------- */

/* *digest empty: the kind's own. */
bool shelf_pick(Tx *tx, Str type, int64_t organisation, Day on, Arena *a, Str *digest, Err *e);
/* May this office write on that template then? Its own and those of its leaders. */
bool shelf_fits(Tx *tx, Str type, int64_t organisation, Str digest, Day on, bool *fits, Err *e);

/* --- a look before it is in force ------------------------------------------------------------ */

/* The template filled with `values` (canonical), as PDF with 预览 across it. */
bool shelf_preview(const DocumentOffice *o, const ShelfItemOf *item, const Node *values,
                   bool sealed, Arena *a, Buf *pdf, LayoutReport *report, Err *e);
/* What a draft in that matter would be filled with; `organisation` 0: the template's own. Asks the
 * thread's scope; ERR_FORBIDDEN where the matter's names and texts are not shown. */
bool shelf_values(const DocumentOffice *o, const MatterActor *who, const ShelfItemOf *item,
                  Str matter, int64_t organisation, Arena *a, const Node **values, bool *sealed,
                  Err *e);
/* Values of the first case of a kind; empty where it has none. */
const Node *shelf_sample(const Content *c, const DocumentType *d, Arena *a, Err *e);

void shelf_register(void);

#endif
