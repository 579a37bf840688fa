/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/signature_container.c: SignedData of GB/T 35275, written, and read only as it is
 * written. */
#include <string.h>

#include "document/signature_der.h"
#include "document/signature_inside.h"

#include "base/banned.h"

#define OID(bytes) STR("\x06" bytes)
#define ID_SIGNED_DATA OID("\x0a\x2a\x81\x1c\xcf\x55\x06\x01\x04\x02\x02")
#define ID_DATA OID("\x0a\x2a\x81\x1c\xcf\x55\x06\x01\x04\x02\x01")
#define ID_CONTENT_TYPE OID("\x09\x2a\x86\x48\x86\xf7\x0d\x01\x09\x03")
#define ID_MESSAGE_DIGEST OID("\x09\x2a\x86\x48\x86\xf7\x0d\x01\x09\x04")
#define ID_SIGNING_TIME OID("\x09\x2a\x86\x48\x86\xf7\x0d\x01\x09\x05")
#define ID_STAMP \
    OID("\x14\x69\x82\x98\x9f\xb7\xcb\xcb\xf0\xda\xb1\xa5\x9a\xab\xce\xc7\xd1\xdb\xf2\xbc\x64")
/* AlgorithmIdentifiers: SM3; signing with SM2; ECDSA with SHA-256. */
#define ALGORITHM_SM3 STR("\x30\x0a\x06\x08\x2a\x81\x1c\xcf\x55\x01\x83\x11")
#define ALGORITHM_SM2 STR("\x30\x0b\x06\x09\x2a\x81\x1c\xcf\x55\x01\x82\x2d\x01")
#define ALGORITHM_P256 STR("\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02")
#define VERSION_1 STR("\x02\x01\x01")

enum { NAMES_MOST = 100 };

/* ---- attributes ---- */

static Str attribute(Arena *a, Str id, Str value) {
    return DER_OF(a, DER_SEQUENCE, id, der(a, DER_SET, value));
}

static Str stamp_write(Arena *a, const SignerInfo *i) {
    Str *names = arena_array_of(a, i->wanted_count + 1, Str);
    Str picture = {i->pictured ? (const char *)i->picture : NULL, i->pictured ? SM3_SIZE : 0};

    for (size_t k = 0; k < i->wanted_count; k++)
        names[k] = der(a, DER_UTF8, i->wanted[k]);
    return DER_OF(a, DER_SEQUENCE, der_int(a, i->kind), der(a, DER_OCTETS, picture),
                  der_int(a, i->place.page), der_int(a, i->place.x), der_int(a, i->place.y),
                  der_int(a, i->place.width), der_join(a, DER_SEQUENCE, names, i->wanted_count));
}

Str attributes_write(Arena *a, const SignerInfo *i) {
    Str list[] = {
        attribute(a, ID_CONTENT_TYPE, ID_DATA),
        attribute(a, ID_MESSAGE_DIGEST,
                  der(a, DER_OCTETS, (Str){(const char *)i->message, SM3_SIZE})),
        attribute(a, ID_SIGNING_TIME, der_time(a, i->at)),
        attribute(a, ID_STAMP, stamp_write(a, i)),
    };

    return der_set_of(a, DER_SET, list, sizeof list / sizeof *list);
}

static bool take_small(Str *rest, int64_t most, int *out) {
    int64_t n;

    if (!der_take_int(rest, &n) || n > most)
        return false;
    *out = (int)n;
    return true;
}

static bool stamp_read(Str value, Arena *a, SignerInfo *i) {
    Str rest, picture, names, name;
    int kind;

    if (!der_take(&value, DER_SEQUENCE, &rest) || value.len != 0 ||
        !take_small(&rest, SIGNER_ORGANISATION, &kind) || !der_take(&rest, DER_OCTETS, &picture) ||
        (picture.len != 0 && picture.len != SM3_SIZE) ||
        !take_small(&rest, SIGNATURE_PAGES, &i->place.page) ||
        !take_small(&rest, 1000000, &i->place.x) || !take_small(&rest, 1000000, &i->place.y) ||
        !take_small(&rest, 1000000, &i->place.width) || !der_take(&rest, DER_SEQUENCE, &names) ||
        rest.len != 0)
        return false;
    i->kind = (SignerKind)kind;
    i->pictured = picture.len != 0;
    if (i->pictured)
        memcpy(i->picture, picture.ptr, SM3_SIZE);
    if (i->pictured != (i->place.page != 0))
        return false;
    Str *list = arena_array_of(a, NAMES_MOST, Str);

    while (names.len != 0) {
        if (i->wanted_count == NAMES_MOST || !der_take(&names, DER_UTF8, &name) ||
            !str_utf8_valid(name))
            return false;
        list[i->wanted_count++] = name;
    }
    i->wanted = list;
    return true;
}

/* Which of the four comes in which order is DER's business: made again and compared. */
static bool attributes_read(Str set, Arena *a, SignerInfo *i) {
    Str rest, one, value, digest;
    int seen = 0;

    if (!der_take(&set, DER_SET, &rest))
        return false;
    while (rest.len != 0) {
        if (!der_take(&rest, DER_SEQUENCE, &one))
            return false;
        if (der_is(&one, ID_CONTENT_TYPE)) {
            seen |= 1;
        } else if (der_is(&one, ID_MESSAGE_DIGEST)) {
            if (!der_take(&one, DER_SET, &value) || !der_take(&value, DER_OCTETS, &digest) ||
                digest.len != SM3_SIZE)
                return false;
            memcpy(i->message, digest.ptr, SM3_SIZE);
            seen |= 2;
        } else if (der_is(&one, ID_SIGNING_TIME)) {
            if (!der_take(&one, DER_SET, &value) || !der_take_time(&value, &i->at))
                return false;
            seen |= 4;
        } else if (der_is(&one, ID_STAMP)) {
            if ((seen & 8) || !der_take(&one, DER_SET, &value) || !stamp_read(value, a, i))
                return false;
            seen |= 8;
        } else {
            return false;
        }
    }
    return seen == 15 && str_eq(attributes_write(a, i), i->attributes);
}

/* ---- signers ---- */

static Str algorithm_of(const Certificate *c) {
    return c->key.algorithm == SIGNATURE_SM2 ? ALGORITHM_SM2 : ALGORITHM_P256;
}

static Str signer_write(Arena *a, const SignerInfo *i, const Certificate *c) {
    Str attributes = str_dup(a, i->attributes);

    ((char *)(uintptr_t)attributes.ptr)[0] = (char)DER_CONTEXT; /* IMPLICIT [0] */
    return DER_OF(a, DER_SEQUENCE, VERSION_1,
                  DER_OF(a, DER_SEQUENCE, c->issuer, der(a, DER_INTEGER, c->serial_bytes)),
                  ALGORITHM_SM3, attributes, algorithm_of(c), der(a, DER_OCTETS, i->signature));
}

Str container_write(Arena *a, const SignatureSet *set) {
    Str certificates[SIGNATURES + 1], signers[SIGNATURES];
    size_t n = 0;
    Certificate c;

    if (set->count > SIGNATURES)
        return (Str){NULL, 0};
    for (size_t i = 0; i < set->count; i++) {
        size_t k = 0;

        if (!certificate_read(set->signers[i].certificate, a, &c, NULL))
            return (Str){NULL, 0};
        while (k < n && !str_eq(certificates[k], c.der))
            k++;
        if (k == n)
            certificates[n++] = c.der;
        signers[i] = signer_write(a, &set->signers[i], &c);
    }
    certificates[n++] = set->root;
    Str data = DER_OF(a, DER_SEQUENCE, VERSION_1, der(a, DER_SET, ALGORITHM_SM3),
                      der(a, DER_SEQUENCE, ID_DATA), der_join(a, DER_CONTEXT, certificates, n),
                      der_join(a, DER_SET, signers, set->count));

    return DER_OF(a, DER_SEQUENCE, ID_SIGNED_DATA, der(a, DER_CONTEXT, data));
}

static const Certificate *certificate_of(const Certificate *list, size_t n, Str issuer,
                                         Str serial) {
    for (size_t i = 0; i + 1 < n; i++) /* the last one is the root, which signs no documents */
        if (str_eq(list[i].issuer, issuer) && str_eq(list[i].serial_bytes, serial))
            return &list[i];
    return NULL;
}

static bool signer_read(Str one, const Certificate *list, size_t n, Arena *a, SignerInfo *i) {
    Str sid, serial, attributes;
    DerItem issuer;

    if (!der_is(&one, VERSION_1) || !der_take(&one, DER_SEQUENCE, &sid) ||
        !der_next(&sid, &issuer) || !der_take(&sid, DER_INTEGER, &serial) || sid.len != 0 ||
        !der_is(&one, ALGORITHM_SM3) || !der_take(&one, DER_CONTEXT, &attributes))
        return false;
    const Certificate *c = certificate_of(list, n, issuer.whole, serial);

    if (c == NULL || !der_is(&one, algorithm_of(c)) || !der_take(&one, DER_OCTETS, &i->signature) ||
        one.len != 0)
        return false;
    i->certificate = c->der;
    i->attributes = der(a, DER_SET, attributes);
    return attributes_read(i->attributes, a, i);
}

bool container_read(Str whole, Arena *a, SignatureSet *set) {
    Str rest = whole, data, certificates, signers, one;
    Certificate list[SIGNATURES + 1];
    SignerInfo *infos = arena_array_of(a, SIGNATURES, SignerInfo);
    size_t n = 0, count = 0;
    DerItem item;

    if (!der_take(&rest, DER_SEQUENCE, &data) || rest.len != 0 || !der_is(&data, ID_SIGNED_DATA) ||
        !der_take(&data, DER_CONTEXT, &rest) || data.len != 0 ||
        !der_take(&rest, DER_SEQUENCE, &data) || rest.len != 0 || !der_is(&data, VERSION_1) ||
        !der_is(&data, der(a, DER_SET, ALGORITHM_SM3)) ||
        !der_is(&data, der(a, DER_SEQUENCE, ID_DATA)) ||
        !der_take(&data, DER_CONTEXT, &certificates) || !der_take(&data, DER_SET, &signers) ||
        data.len != 0)
        return false;
    while (certificates.len != 0)
        if (n > SIGNATURES || !der_next(&certificates, &item) ||
            !certificate_read(item.whole, a, &list[n++], NULL))
            return false;
    while (signers.len != 0)
        if (count == SIGNATURES || !der_take(&signers, DER_SEQUENCE, &one) ||
            !signer_read(one, list, n, a, &infos[count++]))
            return false;
    if (n < 2 || count == 0 || list[n - 1].kind != SIGNER_ROOT)
        return false;
    *set = (SignatureSet){.root = list[n - 1].der, .signers = infos, .count = count};
    return str_eq(container_write(a, set), whole);
}
