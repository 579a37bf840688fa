/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/certificate.h: the certificates of an installation: a root made with the first of them,
 * those of persons and of organisations' seals, their private keys, their end. Events of the
 * journal; keys and certificates lie in sealed parts (a person's under his own key, so that
 * forgetting him destroys it). What certificates look like: signature.h. */
#ifndef LIANHENG_DOCUMENT_CERTIFICATE_H
#define LIANHENG_DOCUMENT_CERTIFICATE_H

#include "document/signature.h"
#include "store/journal.h"

enum { CERTIFICATE_YEARS_ROOT = 20, CERTIFICATE_YEARS_HOUSE = 5, CERTIFICATE_YEARS_PERSON = 3 };

void certificate_register(void);

typedef struct CertificateAsk {
    SignerKind kind;      /* person or organisation */
    Str login;            /* of a person */
    int64_t organisation; /* of a person: for which house; 0: the first where he has a post */
    Str label;            /* the key of that label in the token; empty: a key made and kept here */
    Str pin;              /* of the token */
} CertificateAsk;
/* An earlier one of the same holder is revoked as superseded in the same transaction. */
bool certificate_issue(Store *s, Str actor, const CertificateAsk *ask, Arena *a, Str *serial,
                       Err *e);
/* `reason`: of revocation_reason_names. ERR_CONFLICT when it is revoked already. */
bool certificate_revoke(Store *s, Str actor, Str serial, Str reason, Err *e);
/* {serial, kind, kind_title, organisation, organisation_name, login, name, holder, issued, issuer,
 * valid_from, valid_until, state, state_title, revoked?, reason?, reason_title?, revoker?, uses,
 * used?}, newest first. */
Node *certificate_list(Store *s, Arena *a, Err *e);
/* Its house: to decide who may do something with it. ERR_NOT_FOUND. */
bool certificate_house(Store *s, Str serial, int64_t *organisation, Err *e);
/* The first house where somebody has a post. ERR_INVALID: none. */
bool certificate_post(Store *s, Str login, int64_t *organisation, Err *e);
/* DER. ERR_NOT_FOUND: there is none yet. */
bool certificate_root(Store *s, Arena *a, Str *der, Err *e);
/* The list of revoked certificates as of now, signed by the root; written nowhere. */
bool certificate_revocations(Store *s, Arena *a, Str *der, Err *e);

/* --- signing --------------------------------------------------------------------------------- */

/* A valid certificate and its key; in the arena, whose end wipes the key. */
typedef struct CertificateKey {
    Str serial, certificate, root;
    Signing how;
} CertificateKey;
/* Of a person, for that house, or of its seal (login empty). ERR_CONFLICT says in Chinese why it
 * cannot be used: none, revoked when and why, run out, the organisation was ended, the account was
 * disabled. `pin`: of a token. */
bool certificate_key(Store *s, Str login, int64_t organisation, Str pin, Arena *a,
                     CertificateKey *out, Err *e);
/* The same without the key: can it sign? For choices. */
bool certificate_usable(Tx *tx, Str login, int64_t organisation, Err *e);
/* One use in the journal; before the signature leaves. `what`: "document:ID". */
bool certificate_use(Store *s, Str actor, int64_t organisation, Str serial, Str what, Err *e);

/* --- pictures of seals ----------------------------------------------------------------------- */

/* PNG; empty: drawn by the program again. Checked before (picture_read). */
bool seal_set(Store *s, Str actor, int64_t organisation, Str png, Err *e);
/* The organisation's own, or one drawn with its name. */
bool seal_get(Store *s, int64_t organisation, Arena *a, Str *png, bool *drawn, Err *e);
/* Seals that the program draws carry 演示 from now on, in the whole process: a demonstration. */
void seal_demonstration(bool is);

#endif
