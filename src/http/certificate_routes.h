/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/certificate_routes.h: routes, inputs and shapes of certificates and seals. */
#ifndef HTTP_CERTIFICATE_ROUTES_H
#define HTTP_CERTIFICATE_ROUTES_H

#include "http/route.h"

typedef struct CertificateIn {
    Str kind, login, label, pin;
    int64_t organisation;
} CertificateIn;

typedef struct CertificateRevokeIn {
    Str reason;
} CertificateRevokeIn;

extern const Bind certificate_item_out[], certificate_list_out[], certificate_out[], seal_out[];
extern const Route certificate_routes[];

#ifndef ROUTES_ONLY
Handler api_certificate_list, api_certificate_create, api_certificate_revoke, api_certificate_root,
    api_certificate_revoked, api_seal_get, api_seal_set, api_seal_remove;
#endif

#endif
