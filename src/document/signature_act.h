/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/signature_act.h: the verb SIGN of documents: a person's signature or a house's seal over
 * the fixed bytes. */
#ifndef LIANHENG_DOCUMENT_SIGNATURE_ACT_H
#define LIANHENG_DOCUMENT_SIGNATURE_ACT_H

#include "document/document_inside.h"

bool may_document_sign(DocumentWork *w);
bool ready_document_sign(DocumentWork *w);
/* Outside the transaction: password, key, signature, the signed file. Its entry certificate.used
 * stands even where somebody else's act then comes first. */
bool before_document_sign(DocumentReady *r, Err *e);
bool run_document_sign(DocumentWork *w);

/* The houses whose seals make the document complete: the issuer's, and of those who sign besides.
 * At most SIGNATURES. */
size_t document_sealing(const Document *d, int64_t houses[]);
bool document_sealed_by(const Document *d, int64_t organisation);

#endif
