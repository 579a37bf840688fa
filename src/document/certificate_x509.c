/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/certificate_x509.c: X.509 certificates and lists of revoked ones, written, and read only
 * as they are written: four parts of a name, two extensions, nothing else. */
#include <string.h>

#include "document/signature_der.h"
#include "document/signature_inside.h"

#include "base/banned.h"

const BindName signer_kind_names[] = {
    {"person", SIGNER_PERSON, "个人"},
    {"organisation", SIGNER_ORGANISATION, "单位印章"},
    {"root", SIGNER_ROOT, "根证书"},
    {NULL, 0, NULL},
};

/* Values of CRLReason. */
const BindName revocation_reason_names[] = {
    {"unspecified", 0, "未说明"},
    {"key_compromise", 1, "私钥泄露或遗失"},
    {"affiliation", 3, "离开单位"},
    {"superseded", 4, "换发新证书"},
    {"cessation", 5, "单位撤销或停用"},
    {"withdrawn", 9, "收回签章权限"},
    {NULL, 0, NULL},
};

#define ID_COUNTRY STR("\x06\x03\x55\x04\x06")
#define ID_HOUSE STR("\x06\x03\x55\x04\x0a")
#define ID_UNIT STR("\x06\x03\x55\x04\x0b")
#define ID_NAME STR("\x06\x03\x55\x04\x03")
#define ID_REASON STR("\x06\x03\x55\x1d\x15")
#define ID_CRL_NUMBER STR("\x06\x03\x55\x1d\x14")
/* Basic constraints and key usage, both critical: of a root, which signs certificates and lists,
 * and of signers. */
#define EXTENSIONS_ROOT                                                                        \
    STR("\xa3\x26\x30\x24\x30\x12\x06\x03\x55\x1d\x13\x01\x01\xff\x04\x08\x30\x06\x01\x01\xff" \
        "\x02\x01\x00\x30\x0e\x06\x03\x55\x1d\x0f\x01\x01\xff\x04\x04\x03\x02\x01\x06")
#define EXTENSIONS_SIGNER                                                                      \
    STR("\xa3\x20\x30\x1e\x30\x0c\x06\x03\x55\x1d\x13\x01\x01\xff\x04\x02\x30\x00\x30\x0e\x06" \
        "\x03\x55\x1d\x0f\x01\x01\xff\x04\x04\x03\x02\x06\xc0")

enum { CERTIFICATE_MOST = 8192, LIST_MOST = 16 << 20 };

/* ---- names ---- */

static Str name_part(Arena *a, Str id, int tag, Str text) {
    return der(a, DER_SET, DER_OF(a, DER_SEQUENCE, id, der(a, tag, text)));
}

static Str name_write(Arena *a, SignerKind kind, Str name, Str house) {
    return DER_OF(a, DER_SEQUENCE, name_part(a, ID_COUNTRY, DER_PRINTABLE, STR("CN")),
                  name_part(a, ID_HOUSE, DER_UTF8, house),
                  name_part(a, ID_UNIT, DER_UTF8, str_of(signer_kind_names[kind].title)),
                  name_part(a, ID_NAME, DER_UTF8, name));
}

static bool part_read(Str *rest, Str id, Str *text) {
    Str set, one;

    return der_take(rest, DER_SET, &set) && der_take(&set, DER_SEQUENCE, &one) && set.len == 0 &&
           der_is(&one, id) && der_take(&one, DER_UTF8, text) && one.len == 0 &&
           str_utf8_valid(*text);
}

static bool name_read(Str whole, Arena *a, SignerKind *kind, Str *name, Str *house) {
    Str rest, unit;

    if (!der_take(&whole, DER_SEQUENCE, &rest) ||
        !der_is(&rest, name_part(a, ID_COUNTRY, DER_PRINTABLE, STR("CN"))) ||
        !part_read(&rest, ID_HOUSE, house) || !part_read(&rest, ID_UNIT, &unit) ||
        !part_read(&rest, ID_NAME, name) || rest.len != 0)
        return false;
    for (int i = 0; signer_kind_names[i].name != NULL; i++)
        if (str_is(unit, signer_kind_names[i].title)) {
            *kind = (SignerKind)i;
            return true;
        }
    return false;
}

/* ---- certificates ---- */

void certificate_serial(unsigned char out[CERTIFICATE_SERIAL]) {
    random_bytes(out, CERTIFICATE_SERIAL);
    out[0] = (unsigned char)((out[0] & 0x3f) | 0x40);
}

static Str sealed(Arena *a, Str inner, const Signing *how, Err *e) {
    Str signature;

    if (!how->sign(how->context, inner, a, &signature, e))
        return (Str){NULL, 0};
    return DER_OF(a, DER_SEQUENCE, inner, key_algorithm(how->public_.algorithm),
                  der_bits(a, signature));
}

bool certificate_make(const CertificateNew *in, const Certificate *issuer, const Signing *how,
                      Arena *a, Str *out, Err *e) {
    Str subject = name_write(a, in->kind, in->name, in->house);
    Str inner = DER_OF(
        a, DER_SEQUENCE, der(a, DER_CONTEXT, der_int(a, 2)), der_unsigned(a, in->serial),
        key_algorithm(how->public_.algorithm), issuer != NULL ? issuer->subject : subject,
        DER_OF(a, DER_SEQUENCE, der_time(a, in->from), der_time(a, in->until)), subject,
        key_info(a, &in->key), in->kind == SIGNER_ROOT ? EXTENSIONS_ROOT : EXTENSIONS_SIGNER);

    *out = sealed(a, inner, how, e);
    return out->ptr != NULL;
}

/* Either of the two algorithms; the same within and without. */
static bool take_algorithm(Str *rest, SignatureAlgorithm *out) {
    *out = SIGNATURE_SM2;
    if (der_is(rest, key_algorithm(SIGNATURE_SM2)))
        return true;
    *out = SIGNATURE_P256;
    return der_is(rest, key_algorithm(SIGNATURE_P256));
}

static Str hex_of(Arena *a, Str bytes) {
    scoped_buf Buf b = {.max = 4096};

    buf_add_hex(&b, bytes.ptr, bytes.len);
    return str_dup(a, buf_str(&b));
}

static bool inner_read(Str rest, Arena *a, Certificate *c) {
    DerItem issuer, subject;
    Str days, house;

    if (!der_is(&rest, STR("\xa0\x03\x02\x01\x02")) ||
        !der_take(&rest, DER_INTEGER, &c->serial_bytes) || c->serial_bytes.len == 0 ||
        c->serial_bytes.len > 20 || (unsigned char)c->serial_bytes.ptr[0] & 0x80 ||
        c->serial_bytes.ptr[0] == 0 || !take_algorithm(&rest, &c->signed_by) ||
        !der_next(&rest, &issuer) || !der_take(&rest, DER_SEQUENCE, &days) ||
        !der_take_time(&days, &c->from) || !der_take_time(&days, &c->until) || days.len != 0 ||
        c->until < c->from || !der_next(&rest, &subject) ||
        !name_read(subject.whole, a, &c->kind, &c->name, &house) || !key_take_info(&rest, &c->key))
        return false;
    c->house = house;
    c->issuer = issuer.whole;
    c->subject = subject.whole;
    c->serial = hex_of(a, c->serial_bytes);
    return str_eq(rest, c->kind == SIGNER_ROOT ? EXTENSIONS_ROOT : EXTENSIONS_SIGNER);
}

/* What the two kinds of signed things have in common: what was signed, how, the signature. */
static bool sealed_read(Str whole, Str *signed_, Str *inner, SignatureAlgorithm *by,
                        Str *signature) {
    Str rest;
    DerItem item;

    if (!der_take(&whole, DER_SEQUENCE, &rest) || whole.len != 0 || !der_next(&rest, &item) ||
        item.tag != DER_SEQUENCE || !take_algorithm(&rest, by) || !der_take_bits(&rest, signature))
        return false;
    *signed_ = item.whole;
    *inner = item.value;
    return rest.len == 0;
}

bool certificate_read(Str whole, Arena *a, Certificate *out, Err *e) {
    Certificate c = {.der = whole};
    SignatureAlgorithm by;
    Str inner;

    if (whole.len > CERTIFICATE_MOST ||
        !sealed_read(whole, &c.signed_, &inner, &by, &c.signature) || !inner_read(inner, a, &c) ||
        by != c.signed_by)
        return err_set(e, ERR_INVALID, NULL, "不是本系统签发的证书，或者已经损坏");
    *out = c;
    return true;
}

bool certificate_signed_by(const Certificate *c, const Certificate *issuer) {
    return issuer->kind == SIGNER_ROOT && str_eq(c->issuer, issuer->subject) &&
           c->signed_by == issuer->key.algorithm &&
           key_verify(&issuer->key, c->signed_, c->signature);
}

Str certificate_fingerprint(Arena *a, Str whole) {
    unsigned char digest[SM3_SIZE];
    scoped_buf Buf b = {.max = 200};

    sm3(whole.ptr, whole.len, digest);
    for (size_t i = 0; i < SM3_SIZE; i += 2) {
        buf_add_c(&b, i == 0 ? "" : " ");
        buf_add_hex(&b, digest + i, 2);
    }
    return str_dup(a, buf_str(&b));
}

#define PEM_HEAD "-----BEGIN CERTIFICATE-----"
#define PEM_FOOT "-----END CERTIFICATE-----"

Str certificate_pem(Arena *a, Str whole) {
    scoped_buf Buf text = {.max = 4 * CERTIFICATE_MOST};
    scoped_buf Buf out = {.max = 4 * CERTIFICATE_MOST};

    buf_add_base64(&text, whole.ptr, whole.len);
    buf_add_c(&out, PEM_HEAD "\n");
    for (size_t i = 0; i < text.len; i += 64) {
        buf_add(&out, str_slice(buf_str(&text), i, i + 64));
        buf_add_c(&out, "\n");
    }
    buf_add_c(&out, PEM_FOOT "\n");
    return str_dup(a, buf_str(&out));
}

bool certificate_from_file(Str bytes, Arena *a, Str *out, Err *e) {
    ptrdiff_t from = str_find(bytes, STR(PEM_HEAD)), to = str_find(bytes, STR(PEM_FOOT));
    scoped_buf Buf text = {.max = 4 * CERTIFICATE_MOST};
    scoped_buf Buf whole = {.max = CERTIFICATE_MOST};
    Certificate c;

    if (from >= 0 && to > from) {
        Str inner = str_slice(bytes, (size_t)from + strlen(PEM_HEAD), (size_t)to);

        for (size_t i = 0; i < inner.len; i++)
            if (inner.ptr[i] != '\n' && inner.ptr[i] != '\r' && inner.ptr[i] != ' ')
                buf_add_char(&text, inner.ptr[i]);
        if (text.full || !buf_add_from_base64(&whole, buf_str(&text)) || whole.full)
            return err_set(e, ERR_INVALID, NULL, "证书文件已损坏，请重新下载");
        *out = str_dup(a, buf_str(&whole));
    } else {
        *out = bytes;
    }
    return certificate_read(*out, a, &c, e);
}

/* ---- lists of revoked certificates ---- */

static Str revocation_write(Arena *a, const Revocation *r) {
    scoped_buf Buf serial = {.max = 64};
    char reason = (char)r->reason;

    for (size_t i = 0; i + 1 < r->serial.len; i += 2) {
        int byte = 0;

        for (size_t k = i; k < i + 2; k++) {
            char c = r->serial.ptr[k];

            byte = byte * 16 + (c <= '9' ? c - '0' : c - 'a' + 10);
        }
        buf_add_char(&serial, (char)byte);
    }
    Str extension = DER_OF(a, DER_SEQUENCE, ID_REASON,
                           der(a, DER_OCTETS, der(a, DER_ENUMERATED, (Str){&reason, 1})));

    return DER_OF(a, DER_SEQUENCE, der_unsigned(a, buf_str(&serial)), der_time(a, r->at),
                  der(a, DER_SEQUENCE, extension));
}

bool revocations_make(const Certificate *issuer, const Signing *how, int64_t number, Instant at,
                      const Revocation *items, size_t n, Arena *a, Str *out, Err *e) {
    Str *list = arena_array_of(a, n + 1, Str);
    Str counter = DER_OF(a, DER_SEQUENCE, ID_CRL_NUMBER, der(a, DER_OCTETS, der_int(a, number)));

    for (size_t i = 0; i < n; i++)
        list[i] = revocation_write(a, &items[i]);
    Str inner = DER_OF(a, DER_SEQUENCE, der_int(a, 1), key_algorithm(how->public_.algorithm),
                       issuer->subject, der_time(a, at),
                       n != 0 ? der_join(a, DER_SEQUENCE, list, n) : (Str){NULL, 0},
                       der(a, DER_CONTEXT, der(a, DER_SEQUENCE, counter)));

    *out = sealed(a, inner, how, e);
    return out->ptr != NULL;
}

static bool revocation_read(Str one, Arena *a, Revocation *r) {
    Str serial, extensions, extension, octets, reason;

    if (!der_take(&one, DER_INTEGER, &serial) || serial.len == 0 || serial.len > 20 ||
        !der_take_time(&one, &r->at) || !der_take(&one, DER_SEQUENCE, &extensions) ||
        one.len != 0 || !der_take(&extensions, DER_SEQUENCE, &extension) || extensions.len != 0 ||
        !der_is(&extension, ID_REASON) || !der_take(&extension, DER_OCTETS, &octets) ||
        extension.len != 0 || !der_take(&octets, DER_ENUMERATED, &reason) || octets.len != 0 ||
        reason.len != 1)
        return false;
    r->serial = hex_of(a, serial);
    r->reason = (unsigned char)reason.ptr[0];
    return true;
}

static bool list_read(Str rest, Arena *a, RevocationList *l) {
    Str items = {NULL, 0}, extensions, extension, octets, one;
    SignatureAlgorithm by;
    DerItem issuer;
    int64_t version;
    size_t n = 0;

    if (!der_take_int(&rest, &version) || version != 1 || !take_algorithm(&rest, &by) ||
        by != l->signed_by || !der_next(&rest, &issuer) || !der_take_time(&rest, &l->at))
        return false;
    der_take(&rest, DER_SEQUENCE, &items);
    if (!der_take(&rest, DER_CONTEXT, &octets) || rest.len != 0 ||
        !der_take(&octets, DER_SEQUENCE, &extensions) ||
        !der_take(&extensions, DER_SEQUENCE, &extension) || !der_is(&extension, ID_CRL_NUMBER) ||
        !der_take(&extension, DER_OCTETS, &octets) || !der_take_int(&octets, &l->number))
        return false;
    /* The shortest entry has more than 32 bytes. */
    Revocation *list = arena_array_of(a, items.len / 32 + 1, Revocation);

    while (items.len != 0)
        if (n >= REVOCATIONS || !der_take(&items, DER_SEQUENCE, &one) ||
            !revocation_read(one, a, &list[n++]))
            return false;
    l->issuer = issuer.whole;
    l->items = list;
    l->count = n;
    return true;
}

bool revocations_read(Str whole, Arena *a, RevocationList *out, Err *e) {
    RevocationList l = {.der = whole};
    Str inner;

    if (whole.len > LIST_MOST ||
        !sealed_read(whole, &l.signed_, &inner, &l.signed_by, &l.signature) ||
        !list_read(inner, a, &l))
        return err_set(e, ERR_INVALID, NULL, "不是本系统的吊销名单，或者已经损坏");
    *out = l;
    return true;
}
