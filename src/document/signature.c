/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/signature.c: signing and opening; verifying is signature_verify.c. */
#include "document/signature.h"

#include <string.h>

#include "document/signature_inside.h"

#include "base/banned.h"

bool signature_make(Str pdf, SignerInfo *info, const Signing *how, Arena *a, Err *e) {
    sm3(pdf.ptr, pdf.len, info->message);
    info->at -= info->at % 1000000;
    info->attributes = attributes_write(a, info);
    return how->sign(how->context, info->attributes, a, &info->signature, e);
}

bool signature_append(Str pdf, const SignatureSet *set, Buf *update, Err *e) {
    scoped_arena Arena *a = arena_new();
    Str container = container_write(a, set);

    if (container.ptr == NULL)
        return err_set(e, ERR_INVALID, NULL, "签章所用的证书不是本系统签发的");
    return update_write(pdf, container, set, update, e);
}

bool signature_open(Str file, Arena *a, SignatureSet *set, Str *pdf, Err *e) {
    Update u;
    bool there;

    if (!update_find(file, a, &u, &there) || u.until != file.len ||
        !container_read(u.container, a, set))
        return there ? err_set(e, ERR_BROKEN, NULL, "文件里的签章已损坏，或者签章之后又被改动过")
                     : err_set(e, ERR_NOT_FOUND, NULL, "文件里没有本系统的电子签章");
    set->pictures = u.pictures;
    set->picture_count = u.picture_count;
    *pdf = str_slice(file, 0, u.from);
    return true;
}
