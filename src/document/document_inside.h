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
    DOCUMENT_VERSIONS_MOST = 2000
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

/* The next state, or NULL with what is wrong. Pure. `before` NULL: the draft itself. */
const Document *document_judge(DocumentWork *w);

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

/* As document_text, of a kind already at hand: template and values as they stand in `d`. */
bool document_fill(const DocumentOffice *o, const DocumentType *type, const Document *d, Arena *a,
                   DocumentText *out, Err *e);
/* The paragraphs of the filled template before any edit: list of Str, by paragraph - 1. */
bool document_paragraphs(const DocumentOffice *o, const DocumentType *type, const Document *d,
                         Arena *a, BindList *out, Err *e);

/* ---- the store (document_write.c) ---- */

typedef struct DocumentRow {
    const Document *document;
    const DocumentType *type;
    const DocumentPlace *place;
    MatterRow matter;
} DocumentRow;
/* Everything an act has to know, whole. */
bool document_load(Writing *w, Str id, DocumentRow *out, Err *e);
/* One act on a loaded document: judged, appended, with what follows in the same transaction.
 * *after may be NULL. `told`: list of Str that sentences are added to; may be NULL. */
bool document_carry_out(Writing *w, const DocumentRow *row, const DocumentAct *act,
                        const void *prepared, const Document *past, const Document **after,
                        BindList *told, Err *e);
/* Append what has been judged; `row` NULL parts: a draft. */
bool document_append(Writing *w, const Document *before, const Document *after,
                     const DocumentAct *act, Err *e);
/* The document as its events up to that revision (0: all) make it. */
const Document *document_fold(Tx *tx, Str id, Str matter, int64_t revision, Arena *a, Err *e);
bool document_of_tree(Arena *a, const Node *tree, const Node *personal, Document *out, Err *e);
Node *document_tree(Arena *a, const Document *d);
/* A draft in a write transaction; `who->rights` NULL: the program itself, in the name of
 * who->login. */
bool document_start(Writing *w, const DocumentNew *in, Str *id, Err *e);
/* Values of a draft from what is known of the matter. */
bool document_values_of(Writing *w, const DocumentType *type, const DocumentPlace *place,
                        const MatterRow *matter, Document *d, const Node **values,
                        const Node **origins, Err *e);

/* After every act of document_carry_out, in its transaction (service_follow.c): what it does to the
 * matter and to the document it answers. */
bool document_follow(Writing *w, const DocumentRow *row, const Document *after,
                     const DocumentAct *act, const DocumentEffects *effects, BindList *told,
                     Err *e);

/* ---- the verbs, by file ---- */

#define DOCUMENT_RULE(name)           \
    bool may_##name(DocumentWork *w); \
    bool run_##name(DocumentWork *w)
DOCUMENT_RULE(document_fill);
DOCUMENT_RULE(document_edit);
DOCUMENT_RULE(document_restore);
DOCUMENT_RULE(document_submit);
DOCUMENT_RULE(document_take_back);
DOCUMENT_RULE(document_agree);
DOCUMENT_RULE(document_return);
DOCUMENT_RULE(document_number);
DOCUMENT_RULE(document_issue);
DOCUMENT_RULE(document_void);
DOCUMENT_RULE(document_laid_out);
DOCUMENT_RULE(document_hand_over);
#undef DOCUMENT_RULE
bool ready_document_submit(DocumentWork *w);
bool ready_document_number(DocumentWork *w);
bool before_document_number(DocumentReady *r, Err *e);
bool before_document_edit(DocumentReady *r, Err *e);

#endif
