/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/service.h: a document that left the house: served, opened, signed for, refused, called
 * back, answered. Rules are rows of document_act.c; what follows stands in service_follow.c. */
#ifndef LIANHENG_DOCUMENT_SERVICE_H
#define LIANHENG_DOCUMENT_SERVICE_H

#include "document/document_inside.h"

enum { SERVICES_MOST = 200, SERVICE_ADDRESS_MOST = 500 };

/* In Document.flags: looked at, and nothing to be said. Empty: not looked at yet. */
#define SERVICE_NO_FLAGS "none"

/* 送达回证. The program makes one of each service. */
#define SERVICE_PROOF "proof_of_service"

/* ---- states of one service ---- */

#define SERVICE_STATES(X)             \
    X(SENT, "sent", "已发出")         \
    X(OPENED, "opened", "已打开")     \
    X(SIGNED, "signed", "已签收")     \
    X(REFUSED, "refused", "已拒收")   \
    X(RETURNED, "returned", "已退回") \
    X(RECALLED, "recalled", "已撤回")
/* As it is said: of a copy that was read 已阅. */
Str service_state_title(const DocumentService *s);
static inline bool service_waits(const DocumentService *s) {
    return str_is(s->state, "sent") || str_is(s->state, "opened");
}

/* ---- who, and when (service_who.c, service_due.c) ---- */

/* May the actor sign for it, or refuse it: its organisation's liaison officer, a role that content
 * names, whoever has the matter's task there; where nobody is any of these, whoever may act there.
 */
bool service_receives(const DocumentWork *w, const DocumentService *s);
/* Is the actor anybody of that organisation? */
bool service_at_home(const DocumentWork *w, const DocumentService *s);
/* The last day for the answer when it was received on `day`; empty: none is asked for. */
Str service_due(DocumentWork *w, Str day);
/* The latest day of service when every receiver has it; empty: somebody has not, or nobody. */
Str service_day(const Document *d);

/* This service ends now, in that state, on that day of service (empty: it was not served). */
void service_end(DocumentWork *w, int64_t id, const char *state, Str day);
/* When the last receiver has it: the day of service, and the last day for the answer. */
bool service_settle(DocumentWork *w);

/* ---- outside of transactions ---- */

/* 送达回证 of services that ended (of outsiders: to be printed and signed), and a look at an answer
 * that was sent: what is not there yet is made. Called for one document after an act, and for all
 * at the start: how many acts of the program that were. What cannot be made is told in the log and
 * tried again. */
int64_t service_finish_one(const DocumentOffice *o, Str id);
bool service_finish(const DocumentOffice *o, int64_t *done, Err *e);
/* What a reader would notice about an answer: [{kind, title, text}]; empty for other documents. The
 * document that is answered is read for the program: only what is found is told. */
Node *service_findings(const DocumentOffice *o, const Document *d, Arena *a, Err *e);

/* ---- the verbs ---- */

#define DOCUMENT_RULE(name)           \
    bool may_##name(DocumentWork *w); \
    bool run_##name(DocumentWork *w)
DOCUMENT_RULE(service_serve);
DOCUMENT_RULE(service_opened);
DOCUMENT_RULE(service_sign_for);
DOCUMENT_RULE(service_refuse);
DOCUMENT_RULE(service_receipt);
DOCUMENT_RULE(service_read_copy);
DOCUMENT_RULE(service_recall);
DOCUMENT_RULE(service_assess);
#undef DOCUMENT_RULE
bool may_service_program(DocumentWork *w);
bool run_service_answered(DocumentWork *w);
bool run_service_proved(DocumentWork *w);
bool run_service_checked(DocumentWork *w);

#endif
