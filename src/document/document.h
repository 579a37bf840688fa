/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/document.h: one document on its way: drafted, approved, numbered, sealed, served,
 * answered. Events of the journal under its matter's key, projected like matters
 * (docs/decisions/0012, 0018). Everything a person asks runs under the thread's scope. */
#ifndef LIANHENG_DOCUMENT_DOCUMENT_H
#define LIANHENG_DOCUMENT_DOCUMENT_H

#include "document/layout.h"
#include "document/type.h"
#include "flow/matter.h"
#include "knowledge/library.h"

/* What writing, laying out and keeping documents needs. Borrowed by every call; `folder` is the
 * data folder. */
typedef struct DocumentOffice {
    Store *store;
    const Content *content;
    Str folder;
    const Library *library;  /* NULL: citations are not looked at */
    const FontChains *fonts; /* NULL: the built-in chains */
} DocumentOffice;

/* Where it stands. Open for writing is only the first; its bytes are fixed from NUMBERED on. */
#define DOCUMENT_STATES(X)              \
    X(DRAFT, "draft", "拟稿")           \
    X(APPROVING, "approving", "审批中") \
    X(APPROVED, "approved", "待编号")   \
    X(NUMBERED, "numbered", "待签章")   \
    X(ISSUED, "issued", "待送达")       \
    X(SERVED, "served", "已发出")       \
    X(RECALLED, "recalled", "已撤回")   \
    X(VOID, "void", "已作废")
extern const BindName document_state_names[];

/* What is done to it; those in the last lines are the program's own. */
#define DOCUMENT_VERBS(X)                 \
    X(DRAFT, "draft", "起草")             \
    X(FILL, "fill", "填写")               \
    X(EDIT, "edit", "修改正文")           \
    X(RESTORE, "restore", "恢复旧稿")     \
    X(SUBMIT, "submit", "送审")           \
    X(TAKE_BACK, "take_back", "撤回送审") \
    X(AGREE, "agree", "同意")             \
    X(RETURN, "return", "退回修改")       \
    X(NUMBER, "number", "编号定稿")       \
    X(SIGN, "sign", "签章")               \
    X(ISSUE, "issue", "签发")             \
    X(SERVE, "serve", "送达")             \
    X(SIGN_FOR, "sign_for", "签收")       \
    X(REFUSE, "refuse", "拒收")           \
    X(RECEIPT, "receipt", "登记送达结果") \
    X(READ_COPY, "read_copy", "已阅")     \
    X(RECALL, "recall", "撤回")           \
    X(VOID, "void", "作废")               \
    X(ASSESS, "assess", "评价回复")       \
    X(LAID_OUT, "laid_out", "排版定稿")   \
    X(OPENED, "opened", "打开")           \
    X(ANSWERED, "answered", "收到回复")   \
    X(PROVED, "proved", "制作送达回证")   \
    X(CHECKED, "checked", "核对回复")     \
    X(HAND_OVER, "hand_over", "交接")
typedef enum DocumentVerb {
#define X(id, name, title) DOCUMENT_##id,
    DOCUMENT_VERBS(X)
#undef X
        DOCUMENT_VERB_COUNT
} DocumentVerb;
extern const BindName document_verb_names[];

/* One rung of approval, lowest first; opened when it is its turn. */
typedef struct DocumentApproval {
    int64_t id, rung;     /* rung: index in the type's `approval` */
    int64_t organisation; /* at whose organisation */
    Str role, department;
    Str state; /* waiting, open, agreed, returned, cancelled */
    Str at, actor;
} DocumentApproval;

/* An organisation of the matter that the type's place names, as it was when the draft was made. */
typedef struct DocumentHouse {
    int64_t id, organisation;
    Str party;
} DocumentHouse;

/* Where a seal goes on the fixed pages: its middle, in hundredths of a millimetre from the upper
 * left corner. */
typedef struct DocumentSeal {
    int64_t id, page, x, y, diameter;
} DocumentSeal;

/* A signature over the bytes of `pdf`. The container lies in the signed file (signature.h). */
typedef struct DocumentSignature {
    int64_t id, organisation;
    Str kind;               /* person, organisation */
    Str login, certificate; /* certificate: its serial number, hex */
    Str at;
} DocumentSignature;

/* One receiver. Instants as text, empty: not yet. */
typedef struct DocumentService {
    int64_t id;
    Str kind;             /* to, copy, signer */
    int64_t organisation; /* 0: an outsider, named in personal.services.{id} */
    Str method;           /* code of service_methods */
    Str state;            /* sent, opened, signed, refused, returned, recalled */
    Str sent, opened, closed;
    Str server, opener, actor; /* logins: who sent it, who opened it first, who closed it */
    Str day;                   /* the day of service as the law counts it; empty: not served */
    int64_t file;              /* scanned receipt: id of the matter's file; 0: none */
    Str receipt; /* 送达回证 made by the program: digest of the PDF; empty: none */
} DocumentService;

typedef struct DocumentVersion {
    int64_t id, revision; /* id from 1; the revision of the document that made it */
    Str at, actor, kind;  /* drafted, filled, edited, restored, numbered */
} DocumentVersion;

/* The state. `values`, `edits`, names and notes are personal: sealed under the matter's key. */
typedef struct Document {
    Str id, matter, type, version; /* version: of the type's text (document_type_pinned) */
    Str template_;                 /* digest of an office's template; empty: the type's own */
    int64_t serial, organisation;  /* organisation: the issuer's */
    Str state, author;             /* author: login of whoever drafted it */
    Str opened, changed;
    Str number, issued_on; /* issued_on: 成文日期 */
    Str series; /* the pattern its number was given by: (organisation, series, year) is one row */
    int64_t number_serial, number_year;
    Str numbered;              /* instant; what the PDF says it was made */
    Str docx, pdf, signed_pdf; /* digests of sealed files (file_keep); empty: not yet */
    int64_t pages, size;       /* size: bytes of `pdf` */
    Str step, action; /* of the matter: where it was written, what issuing it answers there */
    Str answers;      /* id of the document it answers */
    Str answered;     /* id of its answer */
    Str due;          /* last day for the answer; empty: none or not running */
    Str answered_on;  /* the day that answer was sent: lateness counts by it */
    Str served;       /* day of service, once every receiver has it */
    Str assessment;   /* of an answer: code of reply_assessments */
    Str flags;        /* of an answer: reply_flags_of, "none"; empty: not looked at (service.h) */
    int64_t revision, next;
    bool sealed;
    BindList versions, approvals, signatures, services, seals; /* of the structs above */
    BindList to, copies, signers;                              /* of DocumentHouse */
    const Node
        *personal; /* {title, values: {field: text or rows}, edits: [{paragraph, before,
                      text}], origins: {field: source or "typed"}, services: {id: {name,
                      address}}, notes: {revision: text}}. Empty for whoever may not see it */
} Document;
#define document_versions(d) ((DocumentVersion *)(d)->versions.items)
#define document_approvals(d) ((DocumentApproval *)(d)->approvals.items)
#define document_signatures(d) ((DocumentSignature *)(d)->signatures.items)
#define document_services(d) ((DocumentService *)(d)->services.items)
#define document_seals(d) ((DocumentSeal *)(d)->seals.items)
#define document_to(d) ((DocumentHouse *)(d)->to.items)
#define document_copies(d) ((DocumentHouse *)(d)->copies.items)
#define document_signers(d) ((DocumentHouse *)(d)->signers.items)

extern const Bind document_state_rows[]; /* all but `personal` */
/* Its bytes are fixed: from NUMBERED on, recalled and void ones too. */
bool document_fixed(const Document *d);
/* DocumentVerb of a word, DOCUMENT_VERB_COUNT: none; and back. */
int document_verb(Str word);
Str document_verb_word(int verb);
Str document_verb_title(int verb);
Str document_state_title(Str state);

typedef struct DocumentAct {
    int verb;             /* DocumentVerb */
    int64_t organisation; /* for which of the actor's organisations; 0: the only one he can mean */
    int64_t service;      /* id: of sign_for, refuse, receipt, read_copy, opened */
    Str note;             /* personal */
    Str reason;           /* code or text, as the verb asks */
    const Node *values;   /* fill: {field: text or rows}; only those named change */
    const Node *edits;    /* edit: [{paragraph, text}] on the text as it is now */
    int64_t version;      /* restore */
    const Node *more;     /* serve: {receivers: [{organisation | name, address, kind, method}],
                             act: bool}; receipt: {state, day, file}; sign: {kind, password};
                             assess: {assessment} */
} DocumentAct;

/* --- asked by people ------------------------------------------------------------------------- */

typedef struct DocumentNew {
    Str matter, type;
    Str template_; /* digest of an office's template in force; empty: by rule */
    Str answers;   /* a document of the matter; empty: the newest served one that asks for it */
    int64_t organisation;
} DocumentNew;

/* A filled draft: values gathered from the matter with their origins. */
bool document_draft(const DocumentOffice *o, const MatterActor *who, const DocumentNew *in,
                    Arena *a, Str *id, Err *e);

typedef struct DocumentDone {
    int64_t revision;
    Str state;
    BindList told; /* of Str: sentences: what followed, and what could not be done besides */
} DocumentDone;
/* `revision`: what the actor saw; ERR_CONFLICT when somebody acted since, saying who did what. 0:
 * whatever it is. *out may be NULL. */
bool document_act(const DocumentOffice *o, const MatterActor *who, Str id, int64_t revision,
                  const DocumentAct *act, Arena *a, DocumentDone *out, Err *e);
/* ERR_NOT_FOUND outside the thread's scope. */
const Document *document_get(Store *s, Str id, Arena *a, Err *e);
/* The document as it was at one of its versions. Asks the thread's scope as document_get. */
const Document *document_at(Store *s, Str id, int64_t version, Arena *a, Err *e);
/* What this person can do now: [{verb, title, service?, needs: […], blocked?}]; the same rules as
 * document_act, so that no button is dead. */
Node *document_choices(Store *s, const Content *c, const MatterActor *who, const Document *d,
                       Arena *a, Err *e);
/* Kinds that can be written in the matter now by this person: [{type, title, code, group, step,
 * organisation}], those of the open steps first (`step`: its id in the flow, empty: of another
 * step). */
Node *document_possible(Store *s, const Content *c, const MatterActor *who, Str matter, Arena *a,
                        Err *e);
/* Everything that happened: [{revision, at, actor, verb, title, note?}]. */
Node *document_timeline(Store *s, Str id, Arena *a, Err *e);
/* Mandatory fields without a value: [{field, title}]; of lists "list.field". */
Node *document_missing(const DocumentType *type, const Document *d, Arena *a);

/* --- its text -------------------------------------------------------------------------------- */

/* The type as it was when the document was drafted. */
const DocumentType *document_type_pinned(Store *s, const Content *c, Str type, Str version,
                                         Arena *a, Err *e);
typedef struct DocumentText {
    const DocumentType *type;
    TemplateFilled filled; /* its sheet has the edits in it */
    Buf docx;              /* free with buf_done */
    BindList lost;         /* of Str: edits whose paragraph is no longer there, as sentences */
    BindList edited;       /* of int64_t: paragraphs that somebody changed */
} DocumentText;
/* Filled and edited; of a numbered document what was fixed then. ERR_FORBIDDEN for whoever does not
 * see names and texts. */
bool document_text(const DocumentOffice *o, const Document *d, Arena *a, DocumentText *out, Err *e);
/* The page as PDF: of a draft with 草稿 across it; of a fixed one the fixed bytes, signed where
 * signatures are (report: pages alone). */
bool document_pdf(const DocumentOffice *o, const Document *d, Arena *a, Buf *pdf,
                  LayoutReport *report, Err *e);
/* A sealed file by its digest, whole and proven: the fixed .docx, PDF, signed PDF, a receipt. */
bool document_file(const DocumentOffice *o, Str digest, size_t most, Buf *out, Err *e);
/* Bytes into a sealed file. Not inside a transaction. */
bool document_keep(const DocumentOffice *o, Str bytes, Arena *a, Str *digest, Err *e);

/* --- numbers --------------------------------------------------------------------------------- */

/* Documents that have a number and no pages yet (the program ended in between): laid out. Called at
 * the start and after each NUMBER; what cannot be laid out is told in the log and tried again. */
bool document_finish(const DocumentOffice *o, int64_t *done, Err *e);
/* Every number of every series is there once, none is missing: ERR_BROKEN names the first. */
bool document_numbers_sound(Store *s, Err *e);

/* --- the store ------------------------------------------------------------------------------- */

/* Rows with `id`, `matter` and `title` or `personal` or both: opened in place. */
bool document_open_rows(Tx *tx, Arena *a, Node *rows, Err *e);
void document_register(void); /* projections, the hook on matters, part of leaving */

#endif
