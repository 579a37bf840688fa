/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/certificate_api.c: certificates issued and revoked, the root, the list of revoked ones,
 * pictures of seals. */
#include <stdio.h>

#include "document/certificate.h"
#include "document/pkcs11.h"
#include "http/certificate_routes.h"
#include "http/inside.h"

static Store *store_of(const Req *rq) {
    return req_office(rq)->store;
}

/* Certificates belong to houses: who manages those of one does not manage another's. */
static bool reaches(Req *rq, int64_t organisation, Err *e) {
    return rights_reach(rq->rights, PERMISSION_CERTIFICATE_MANAGE, organisation) ||
           err_set(e, ERR_FORBIDDEN, NULL, "没有管理这个机构的证书和印章的权限");
}

bool api_certificate_list(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    Node *all = certificate_list(store_of(rq), a, e), *n = node_map(a), *items = node_list(a);
    Err none = {0};
    Str root;

    if (all == NULL)
        return false;
    for (size_t i = 0; i < all->count; i++)
        if (rights_reach(rq->rights, PERMISSION_CERTIFICATE_MANAGE,
                         node_int(all->items[i], "organisation", 0)))
            node_add(a, items, all->items[i]);
    node_set_int(a, n, "total", (int64_t)items->count);
    node_set(a, n, "items", items);
    if (certificate_root(store_of(rq), a, &root, &none))
        node_set_text(a, n, "fingerprint", certificate_fingerprint(a, root));
    node_set_bool(a, n, "token", token_present());
    return reply_node(rq, n);
}

bool api_certificate_create(Req *rq, Err *e) {
    const CertificateIn *in = req_body(rq);
    Arena *a = req_arena(rq);
    bool person = str_is(in->kind, "person");
    CertificateAsk ask = {.kind = person ? SIGNER_PERSON : SIGNER_ORGANISATION,
                          .login = in->login,
                          .organisation = in->organisation,
                          .label = in->label,
                          .pin = in->pin};
    Node *n = node_map(a);
    Str serial;

    if (!person && !str_is(in->kind, "organisation"))
        return err_set(e, ERR_INVALID, "/kind", "请选择个人证书或单位印章证书");
    if (person ? in->login.len == 0 : in->organisation == 0)
        return err_set(e, ERR_INVALID, person ? "/login" : "/organisation", "请选择%s",
                       person ? "人员" : "机构");
    if (ask.organisation == 0 && !certificate_post(store_of(rq), ask.login, &ask.organisation, e))
        return false;
    if (!reaches(rq, ask.organisation, e) ||
        !certificate_issue(store_of(rq), req_view(rq)->login, &ask, a, &serial, e))
        return false;
    node_set_text(a, n, "serial", serial);
    return reply_node(rq, n);
}

bool api_certificate_revoke(Req *rq, Err *e) {
    const CertificateRevokeIn *in = req_body(rq);
    int64_t organisation;

    return certificate_house(store_of(rq), req_param(rq, 0), &organisation, e) &&
           reaches(rq, organisation, e) &&
           certificate_revoke(store_of(rq), req_view(rq)->login, req_param(rq, 0), in->reason, e) &&
           reply_nothing(rq);
}

bool api_certificate_root(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    Str root;

    return certificate_root(store_of(rq), a, &root, e) &&
           reply_bytes(rq, certificate_pem(a, root), STR("根证书.pem"), "application/x-pem-file",
                       e);
}

bool api_certificate_revoked(Req *rq, Err *e) {
    Str list;

    return certificate_revocations(store_of(rq), req_arena(rq), &list, e) &&
           reply_bytes(rq, list, STR("吊销名单.crl"), "application/pkix-crl", e);
}

/* ---- seals ---- */

static bool house_of(Req *rq, int64_t *number, Err *e) {
    return req_param_int(rq, 0, number, e) && reaches(rq, *number, e);
}

bool api_seal_get(Req *rq, Err *e) {
    int64_t number;
    bool drawn;
    Str png;

    return house_of(rq, &number, e) &&
           seal_get(store_of(rq), number, req_arena(rq), &png, &drawn, e) &&
           reply_bytes(rq, png, STR("印章.png"), "image/png", e);
}

static bool read_upload(Req *rq, Str *out, Err *e) {
    int64_t size = req_upload_size(rq);
    FILE *f = fopen(req_upload_path(rq), "rbe");

    if (f == NULL)
        return err_set(e, ERR_DISK, NULL, "读不了上传的文件，请重新上传");
    size_t most = size > SEAL_FILE ? SEAL_FILE + 1 : (size_t)size; /* more is refused by its size */
    char *bytes = arena_alloc(req_arena(rq), most + 1);

    *out = (Str){bytes, fread(bytes, 1, most, f)};
    fclose(f);
    return true;
}

bool api_seal_set(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    SealPicture picture;
    Node *n = node_map(a);
    int64_t number;
    Str png;

    if (!house_of(rq, &number, e) || !read_upload(rq, &png, e) ||
        !picture_read(png, a, &picture, e) ||
        !seal_set(store_of(rq), req_view(rq)->login, number, png, e))
        return false;
    node_set_int(a, n, "width", picture.width);
    node_set_int(a, n, "height", picture.height);
    return reply_node(rq, n);
}

bool api_seal_remove(Req *rq, Err *e) {
    int64_t number;

    return house_of(rq, &number, e) &&
           seal_set(store_of(rq), req_view(rq)->login, number, STR(""), e) && reply_nothing(rq);
}
