/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/certificate_inside.h: what the files of certificates share. */
#ifndef LIANHENG_DOCUMENT_CERTIFICATE_INSIDE_H
#define LIANHENG_DOCUMENT_CERTIFICATE_INSIDE_H

#include "document/certificate.h"
#include "document/signature_inside.h"

typedef struct CertificateRow {
    Str serial, kind, login, holder, label, reason;
    int64_t organisation, issued, valid_from, valid_until, revoked, sequence;
} CertificateRow;

/* The rows of a statement of sql/certificate.sql. */
bool certificate_rows(Tx *tx, Arena *a, const Sql *sql, const Arg *args, size_t n,
                      CertificateRow **out, size_t *count, Err *e);
/* DER and private key (empty: in a token) of one. ERR_NOT_FOUND once its secret was destroyed. */
bool certificate_secret(Tx *tx, Arena *a, const CertificateRow *row, Str *der, Str *private_,
                        Err *e);
/* The root's row; *found false: there is none yet. */
bool certificate_root_row(Tx *tx, Arena *a, CertificateRow *out, bool *found, Err *e);
Str certificate_base64(Arena *a, Str bytes);
bool certificate_from_base64(Arena *a, Str text, Str *bytes, Err *e);

#endif
