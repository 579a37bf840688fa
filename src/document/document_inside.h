/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/document_inside.h: one act on a document on its way through rules and store, for the
 * files of this folder only. */
#ifndef DOCUMENT_DOCUMENT_INSIDE_H
#define DOCUMENT_DOCUMENT_INSIDE_H

#include "document/document.h"
#include "flow/matter_inside.h"

enum {
    DOCUMENT_NOTE_MOST = 2000,  /* characters */
    DOCUMENT_EDITS_MOST = 2000, /* of one document */
    DOCUMENTS_A_MATTER = 1000
};
#define DOCUMENT_PDF_MOST ((size_t)64 << 20)
#define DOCUMENT_NAME_MOST 200

/* What else an act asks of the store, in one transaction with it. */
typedef struct DocumentEffects {
    BindList told;   /* of Str: sentences for the actor */
    BindList closed; /* of int64_t: services that ended with this act */
    bool issued;     /* the PDF becomes a file of the matter */
    Str answered;    /* id of the document that this one answers: it gets ANSWERED */
    Str day;         /* of the answer */
} DocumentEffects;

/* One act before the rules: pure. `d` is a copy of *before that may be changed; the items of
 * before's lists never are (document_add and document_own copy the list). */
typedef struct DocumentWork {
    const FlowWorld *world; /* content, now, and who holds and may what */
    const Flow *flow;       /* of the matter, as pinned */
    const MatterState *matter;
    const DocumentType *type;   /* as pinned */
    const DocumentPlace *place; /* where it is written in this flow; may be NULL */
    const DocumentAct *act;
    Str actor;              /* login */
    const Document *before; /* NULL while it is drafted */
    Document *d;
    const Document *past; /* RESTORE: the version that comes back */
    const void *prepared; /* what `before` made, outside the transaction */
    int64_t serial;       /* NUMBER: the next of its series */
    Str letters;          /* NUMBER: the issuer's 代字 */
    Arena *arena;
    DocumentEffects *effects;
    Str now;
    Day today;
    Err *e;
} DocumentWork;

/* What is prepared outside any transaction: takes time, or writes files. May be thrown away. */
typedef struct DocumentReady {
    const DocumentOffice *office;
    const MatterActor *who;
    const Document *document; /* as it was then: the rules look again */
    const DocumentType *type;
    const DocumentAct *act;
    Arena *arena;
    void *out; /* becomes DocumentWork.prepared */
} DocumentReady;

/* One verb. `may`: is it this person's now, by state and person alone; what choices ask. `ready`
 * (NULL: always): is everything there; false with the sentence, which choices show as `blocked`.
 * `run` does it, having been allowed. `before` (NULL: nothing) runs outside, before the
 * transaction, and again only with another act; it must not change anything that others see. */
typedef struct DocumentRule {
    bool (*may)(DocumentWork *w);
    bool (*ready)(DocumentWork *w);
    bool (*run)(DocumentWork *w);
    bool (*before)(DocumentReady *r, Err *e);
    const char *states; /* bar-separated; NULL: any */
    const char *needs;  /* members of the act, comma-separated: what a form asks for */
    bool each_service;  /* choices ask once for each service, with act->service set */
    bool system;        /* never a person's */
} DocumentRule;
/* Rows of all verbs (document_act.c); `run` NULL: not built. */
extern const DocumentRule document_rules[DOCUMENT_VERB_COUNT];

/* The next state, or NULL with what is wrong. Pure. */
const Document *document_judge(DocumentWork *w);
/* Is the verb this person's now? w->d: a copy. What choices ask. */
bool document_allowed(DocumentWork *w);
/* What holds of every document, after every act. */
bool document_sound(const Document *d, Err *e);

/* ---- changing (document_work.c) ---- */

Document *document_copy(Arena *a, const Document *d); /* NULL: an empty one */
/* A zeroed item at the end of the list, with id = d->next++; the list is the copy's own after that.
 * Pointers into the list end. */
void *document_add(DocumentWork *w, BindList *list, size_t size);
/* The list as the copy's own, to change items of. */
void *document_own(DocumentWork *w, BindList *list, size_t size);
Str document_dup(const DocumentWork *w, Str s);
bool document_fail(const DocumentWork *w, ErrCode code, const char *where, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void document_tell(DocumentWork *w, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* personal.GROUP.KEY = value; NULL takes it away. */
void document_personal_set(DocumentWork *w, const char *group, Str key, Node *value);
/* personal.KEY = value. */
void document_personal_put(DocumentWork *w, const char *key, Node *value);
/* act->note under personal.notes of this revision; `needed`: refused without. */
bool document_note_keep(DocumentWork *w, bool needed);
/* "2026-03-20" */
Str document_day(Arena *a, Day day);
DocumentService *document_service_of(const Document *d, int64_t id); /* NULL: none */
DocumentApproval *document_open_rung(const Document *d);             /* NULL: none is open */
/* A version of the text was made by this act. */
void document_version_add(DocumentWork *w, const char *kind);

/* ---- people (document_person.c) ---- */

/* Has the actor this permission for documents of the issuer? The program has every one. */
bool document_person_may(const DocumentWork *w, Permission p, int64_t organisation);
bool document_person_writes(const DocumentWork *w); /* document.write at the issuer */
bool document_person_issues(const DocumentWork *w); /* document.issue at the issuer */
/* For sentences. */
Str document_person_name(const DocumentWork *w, Str login);
/* The organisation that is this party now; 0: none. */
int64_t document_party(const MatterState *m, Str party);

/* ---- text (document_text.c) ---- */

/* The filled template before any edit, and where each edit stands in it now. */
typedef struct DocumentBase {
    int64_t revision; /* of the document it was made of */
    BindList texts;   /* of Str, by paragraph - 1 */
    BindList placed;  /* of int64_t: the paragraph of each edit; 0: it is no longer there */
} DocumentBase;

/* As document_text, of a kind already at hand: template and values as they stand in `d`. `base` may
 * be NULL. */
bool document_write_text(const DocumentOffice *o, const DocumentType *type, const Document *d,
                         Arena *a, DocumentText *out, DocumentBase *base, Err *e);
/* Does the asker see what it says? ERR_FORBIDDEN. */
bool document_readable(const Document *d, Err *e);
/* Laid out as it will be fixed, or as a draft. */
bool document_layout(const DocumentOffice *o, const DocumentType *type, const Document *d,
                     const Sheet *sheet, Arena *a, Buf *pdf, LayoutReport *report, Err *e);

/* ---- sealed columns (document_seal.c) ---- */

typedef struct DocumentSealed {
    Arg title, personal, words;
} DocumentSealed;
bool document_seal_row(Tx *tx, Arena *a, const Document *d, DocumentSealed *out, Err *e);

/* ---- the store (document_write.c) ---- */

typedef struct DocumentRow {
    const Document *document;
    const DocumentType *type;
    const DocumentPlace *place;
    MatterRow matter;
} DocumentRow;
/* The whole document, whoever asks: to act on, never to show. */
const Document *document_whole(Tx *tx, Str id, Arena *a, Err *e);
/* Of a row with `tree` and `personal`, opened. */
bool document_of_row(Arena *a, const Node *row, Document *out, Err *e);
/* Everything an act has to know, whole. */
bool document_load(Writing *w, Str id, DocumentRow *out, Err *e);
/* One act on a loaded document: judged, appended, with what follows in the same transaction.
 * *after may be NULL. `told`: list of Str that sentences are added to; may be NULL. */
bool document_carry_out(Writing *w, const DocumentRow *row, const DocumentAct *act,
                        const void *prepared, const Document *past, const Document **after,
                        BindList *told, Err *e);
/* The transaction of document_act alone: nothing prepared, nothing finished, scope not asked. */
bool document_act_in_store(const DocumentOffice *o, const MatterActor *who, Str id,
                           int64_t revision, const DocumentAct *act, const void *prepared, Arena *a,
                           DocumentDone *out, Err *e);
/* Whoever may not read a document neither writes nor approves it. */
bool document_reads(int verb);
/* Append what has been judged; `before` NULL: a draft. */
bool document_append(Writing *w, const DocumentType *type, const Document *before,
                     const Document *after, const DocumentAct *act, Err *e);
/* The document as its events up to that revision (0: all) make it. */
const Document *document_fold(Tx *tx, Str id, int64_t revision, Arena *a, Err *e);
bool document_of_tree(Arena *a, const Node *tree, const Node *personal, Document *out, Err *e);
Node *document_tree(Arena *a, const Document *d);
/* A draft in a write transaction; `who->rights` NULL: the program itself, in the name of
 * who->login. */
bool document_start(Writing *w, const DocumentNew *in, Str *id, Err *e);
/* The kind of that version: of the snapshot, or as it was published. */
const DocumentType *document_pinned(Tx *tx, const Content *c, Str type, Str version, Arena *a,
                                    Err *e);
/* Its text is kept, once. */
bool document_publish_in(Tx *tx, const DocumentType *type, Arena *a, Err *e);
/* The next number of the series (0: the kind has none) and the issuer's 代字. */
bool document_number_next(Writing *w, const DocumentType *type, int64_t organisation, Day today,
                          int64_t *serial, Str *letters, Err *e);
/* Lays a numbered document out; what goes wrong is told in *out and tried again later. */
void document_finish_one(const DocumentOffice *o, Str id, Arena *a, DocumentDone *out);
/* Values of a draft from what is known of the matter, and the sources they were taken from. */
bool document_values_of(Writing *w, const DocumentType *type, const MatterRow *matter,
                        const Document *d, const Node **values, const Node **origins, Err *e);

/* After every act of document_carry_out, in its transaction (service_follow.c): what it does to the
 * matter and to the document it answers. */
bool document_follow(Writing *w, const DocumentRow *row, const Document *after,
                     const DocumentAct *act, const DocumentEffects *effects, BindList *told,
                     Err *e);

/* ---- beside matters and people (document_hook.c) ---- */

bool document_on_matter(Tx *tx, const Content *c, const MatterState *before,
                        const MatterState *after, const FlowAct *act, const FlowEffects *effects,
                        Err *e);
void document_register_leaving(void);

/* ---- the verbs, by file ---- */

#define DOCUMENT_RULE(name)                    \
    bool may_document_##name(DocumentWork *w); \
    bool run_document_##name(DocumentWork *w)
DOCUMENT_RULE(fill);
DOCUMENT_RULE(edit);
DOCUMENT_RULE(restore);
DOCUMENT_RULE(submit);
DOCUMENT_RULE(take_back);
DOCUMENT_RULE(agree);
DOCUMENT_RULE(return );
DOCUMENT_RULE(number);
DOCUMENT_RULE(issue);
DOCUMENT_RULE(void);
DOCUMENT_RULE(laid_out);
DOCUMENT_RULE(hand_over);
#undef DOCUMENT_RULE
/* ERR_INVALID with the first five names. */
bool document_nothing_missing(const DocumentType *type, const Document *d, Arena *a, Err *e);
bool ready_document_submit(DocumentWork *w);
bool ready_document_number(DocumentWork *w);
bool ready_document_issue(DocumentWork *w);
/* The text as it would be fixed: nothing left open, nothing lost, and it can be laid out. */
bool before_document_trial(DocumentReady *r, Err *e);
bool before_document_edit(DocumentReady *r, Err *e);

#endif
