/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/signature_inside.h: what the files of signatures and certificates share. */
#ifndef LIANHENG_DOCUMENT_SIGNATURE_INSIDE_H
#define LIANHENG_DOCUMENT_SIGNATURE_INSIDE_H

#include "document/signature.h"

/* ---- signature_container.c ---- */

/* The attributes of one signer as DER. */
Str attributes_write(Arena *a, const SignerInfo *info);
/* The container; pictures are no part of it. NULL text: a certificate in the set is none. */
Str container_write(Arena *a, const SignatureSet *set);
/* False when it is not exactly what container_write writes. Borrowed from `der`. */
bool container_read(Str der, Arena *a, SignatureSet *set);

/* ---- signature_pdf.c ---- */

bool update_write(Str pdf, Str container, const SignatureSet *set, Buf *out, Err *e);
typedef struct Update {
    size_t from, until; /* where the update begins, and ends */
    Str container;
    const SealPicture *pictures;
    size_t picture_count;
} Update;
/* The last update of ours. *there false: the file shows no trace of one. */
bool update_find(Str file, Arena *a, Update *out, bool *there);

/* ---- signature_picture.c ---- */

void picture_digest(SealPicture *p);

/* ---- certificate_x509.c ---- */

typedef struct CertificateNew {
    SignerKind kind;
    Str name, house;
    Str serial; /* bytes */
    Instant from, until;
    PublicKey key;
} CertificateNew;
enum { CERTIFICATE_SERIAL = 16 };
/* Random, positive. */
void certificate_serial(unsigned char out[CERTIFICATE_SERIAL]);
/* Signed by `how`; `issuer` NULL: by itself, a root. */
bool certificate_make(const CertificateNew *in, const Certificate *issuer, const Signing *how,
                      Arena *a, Str *der, Err *e);
bool revocations_make(const Certificate *issuer, const Signing *how, int64_t number, Instant at,
                      const Revocation *items, size_t n, Arena *a, Str *der, Err *e);

#endif
