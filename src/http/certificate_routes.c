/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/certificate_routes.c: routes of certificates and seals. The root and the list of revoked
 * certificates are for everybody: without them nobody could check what was signed. */
#include "http/certificate_routes.h"

#include "http/shape_rows.h"
#include "http/shapes.h"

#ifdef ROUTES_ONLY
#define RUN(handler) .run = NULL
#else
#define RUN(handler) .run = handler
#endif
#define IN(rows, T) .in = (rows), .in_size = sizeof(T)

static const Bind new_in[] = {
    BIND_STR_MOST(CertificateIn, kind, "kind", REQUIRED, 20, "person, organisation"),
    BIND_STR_MOST(CertificateIn, login, "login", OPTIONAL, 32, "of a person"),
    BIND_INT(CertificateIn, organisation, "organisation", OPTIONAL,
             "number; of a person: for which house, default: the first of his posts"),
    BIND_STR_MOST(CertificateIn, label, "label", OPTIONAL, 64,
                  "of the key in the token; default: a key made and kept by the program"),
    BIND_STR_MOST(CertificateIn, pin, "pin", OPTIONAL, 64, "of the token"),
    BIND_END,
};

static const Bind revoke_in[] = {
    BIND_STR_MOST(CertificateRevokeIn, reason, "reason", REQUIRED, 20,
                  "unspecified, key_compromise, affiliation, superseded, cessation, withdrawn"),
    BIND_END,
};

const Bind certificate_item_out[] = {
    TEXT("serial", "number, hex"),
    TEXT("kind", "root, organisation, person"),
    TEXT("kind_title", "Chinese"),
    INT("organisation", "number"),
    TEXT("organisation_name", "name"),
    MAYBE_TEXT("login", "of a person"),
    TEXT("name", "of whom it is"),
    TEXT("holder", "file, token: where the key is"),
    MAYBE_TEXT("label", "of the key in the token"),
    TEXT("issued", "instant"),
    TEXT("issuer", "login of who had it made"),
    TEXT("valid_from", "instant"),
    TEXT("valid_until", "instant"),
    TEXT("state", "valid, revoked, expired"),
    TEXT("state_title", "Chinese"),
    MAYBE_TEXT("revoked", "instant"),
    MAYBE_TEXT("reason", "why it was revoked"),
    MAYBE_TEXT("reason_title", "Chinese"),
    MAYBE_TEXT("revoker", "login"),
    INT("uses", "signatures made with it"),
    MAYBE_TEXT("used", "instant of the last one"),
    BIND_END,
};
const Bind certificate_list_out[] = {
    INT("total", "all of them"),
    LIST("items", certificate_item_out, "newest first"),
    MAYBE_TEXT("fingerprint", "of the root: SM3; absent: there is none yet"),
    BOOL("token", "a token is set up"),
    BIND_END,
};
const Bind certificate_out[] = {
    TEXT("serial", "number, hex"),
    BIND_END,
};
const Bind seal_out[] = {
    INT("width", "pixels"),
    INT("height", "pixels"),
    BIND_END,
};

const Route certificate_routes[] = {
    {GET, "/api/certificates", ACCESS_USER, .name = "certificate_list",
     .needs = PERMISSION_CERTIFICATE_MANAGE, .out = certificate_list_out, RUN(api_certificate_list),
     .help = "Certificates of persons and seals, newest first"},
    {POST, "/api/certificates", ACCESS_USER, .name = "certificate_create",
     .needs = PERMISSION_CERTIFICATE_MANAGE, IN(new_in, CertificateIn), .out = certificate_out,
     .status = 201, RUN(api_certificate_create),
     .help = "A certificate; an earlier one of the same holder is revoked"},
    {GET, "/api/certificates/root", ACCESS_ANYONE, ROUTE_DOWNLOAD, .name = "certificate_root",
     RUN(api_certificate_root), .help = "The root's certificate as PEM; for everybody"},
    {GET, "/api/certificates/revoked", ACCESS_ANYONE, ROUTE_DOWNLOAD, .name = "certificate_revoked",
     RUN(api_certificate_revoked),
     .help = "Revoked certificates, signed by the root (X.509 CRL); for everybody"},
    {POST, "/api/certificates/{serial}/revoke", ACCESS_USER, .name = "certificate_revoke",
     .needs = PERMISSION_CERTIFICATE_MANAGE, IN(revoke_in, CertificateRevokeIn),
     RUN(api_certificate_revoke), .help = "No more signing with it"},
    {GET, "/api/organisations/{n}/seal", ACCESS_USER, ROUTE_DOWNLOAD, .name = "seal_get",
     .needs = PERMISSION_CERTIFICATE_MANAGE, RUN(api_seal_get),
     .help = "The picture of its seal (PNG): its own, or drawn with its name"},
    {POST, "/api/organisations/{n}/seal", ACCESS_USER, ROUTE_UPLOAD, .name = "seal_set",
     .needs = PERMISSION_CERTIFICATE_MANAGE, .out = seal_out, RUN(api_seal_set),
     .help = "Its own picture (raw PNG with transparency, at most 1 MiB, 1,200 pixels a side)"},
    {DELETE, "/api/organisations/{n}/seal", ACCESS_USER, .name = "seal_remove",
     .needs = PERMISSION_CERTIFICATE_MANAGE, RUN(api_seal_remove),
     .help = "Drawn by the program again"},
    {0},
};
