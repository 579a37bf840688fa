/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/signature_verify.c: what a file says, and whether it can be believed, in Chinese. */
#include <string.h>

#include "document/signature_inside.h"

#include "base/banned.h"

const BindName signature_verdict_names[] = {
#define X(id, name, title) {name, SIGNATURE_##id, title},
    SIGNATURE_VERDICTS(X)
#undef X
        {NULL, 0, NULL},
};

typedef struct Verify {
    Str file, pdf;
    Arena *a;
    SignatureSet set;
    SignatureReport *out;
    Certificate root; /* whose key the others were signed with */
    bool root_given, list_given;
    RevocationList list;
    unsigned char digest[SM3_SIZE];
    Str notes[8];
} Verify;

static void note(Verify *v, Str text) {
    if (v->out->note_count < sizeof v->notes / sizeof *v->notes)
        v->notes[v->out->note_count++] = text;
}

static void worse(SignatureVerdict *one, SignatureVerdict other) {
    if (other > *one)
        *one = other;
}

/* 2026年11月22日 15:40:12 */
static Str time_words(Arena *a, Instant at) {
    char text[INSTANT_TEXT];
    int year, month, day;

    instant_format(at, text);
    day_split(day_of_instant(at), &year, &month, &day);
    return str_format(a, "%d年%d月%d日 %.8s", year, month, day, text + 11);
}

static Str signer_words(const Verify *v, const Certificate *c) {
    return c->kind == SIGNER_ORGANISATION
               ? str_format(v->a, "%.*s（单位印章）", STR_ARG(c->name))
               : str_format(v->a, "%.*s（%.*s）", STR_ARG(c->name), STR_ARG(c->house));
}

static Str reason_title(int reason) {
    for (const BindName *n = revocation_reason_names; n->name != NULL; n++)
        if (n->value == reason)
            return str_of(n->title);
    return STR("未说明");
}

static void find_revocation(Verify *v, SignerReport *r) {
    if (!v->list_given)
        return;
    for (size_t i = 0; i < v->list.count; i++)
        if (str_eq(v->list.items[i].serial, r->certificate.serial)) {
            r->revoked = true;
            r->revoked_at = v->list.items[i].at;
            r->reason = v->list.items[i].reason;
        }
}

/* ---- one signer ---- */

static Str wrong_words(const Verify *v, const SignerReport *r) {
    const Certificate *c = &r->certificate;

    switch (r->verdict) {
    case SIGNATURE_CHANGED:
        return STR("，但正文与签章时不同，已被改动");
    case SIGNATURE_FALSE:
        return STR("，但签名与内容不符，签名无效");
    case SIGNATURE_STRANGE:
        return STR("，但证书不是由核对所用的根证书签发的，签章人身份不可信");
    case SIGNATURE_REVOKED:
        return str_format(v->a, "，但证书已于%.*s因%.*s被吊销，签章在吊销之后，无效",
                          STR_ARG(time_words(v->a, r->revoked_at)),
                          STR_ARG(reason_title(r->reason)));
    case SIGNATURE_EXPIRED:
        return str_format(v->a, "，但证书的有效期是%.*s至%.*s，签章时不在有效期内",
                          STR_ARG(time_words(v->a, c->from)), STR_ARG(time_words(v->a, c->until)));
    default:
        return STR("，正文自签章后没有改动");
    }
}

static Str later_words(const Verify *v, const SignerReport *r) {
    if (!r->revoked || r->verdict >= SIGNATURE_REVOKED)
        return STR("");
    Str when = time_words(v->a, r->revoked_at), why = reason_title(r->reason);

    if (r->reason == 1)
        return str_format(
            v->a,
            "；证书后来于%.*s因%.*s被吊销，签章时间由签章单位自己的时钟记录，请向该单位"
            "核实",
            STR_ARG(when), STR_ARG(why));
    return str_format(v->a, "；证书后来于%.*s因%.*s被吊销，吊销之前的签章仍然有效", STR_ARG(when),
                      STR_ARG(why));
}

static void signer_judge(Verify *v, SignerReport *r) {
    const Certificate *c = &r->certificate;
    const SignerInfo *i = &r->info;

    find_revocation(v, r);
    r->verdict = v->root_given ? SIGNATURE_GOOD : SIGNATURE_UNPROVEN;
    if (i->at < c->from || i->at > c->until || i->at < v->root.from || i->at > v->root.until)
        worse(&r->verdict, SIGNATURE_EXPIRED);
    if (r->revoked && r->revoked_at <= i->at)
        worse(&r->verdict, SIGNATURE_REVOKED);
    if (!certificate_signed_by(c, &v->root))
        worse(&r->verdict, SIGNATURE_STRANGE);
    if (i->kind != c->kind || !key_verify(&c->key, i->attributes, i->signature))
        worse(&r->verdict, SIGNATURE_FALSE);
    if (memcmp(i->message, v->digest, SM3_SIZE) != 0)
        worse(&r->verdict, SIGNATURE_CHANGED);
    r->sentence =
        str_format(v->a, "%.*s于%.*s签章%.*s%.*s。证书编号 %.*s。", STR_ARG(signer_words(v, c)),
                   STR_ARG(time_words(v->a, i->at)), STR_ARG(wrong_words(v, r)),
                   STR_ARG(later_words(v, r)), STR_ARG(c->serial));
}

static void signers_judge(Verify *v) {
    SignerReport *list = arena_array_of(v->a, v->set.count, SignerReport);

    for (size_t i = 0; i < v->set.count; i++) {
        list[i].info = v->set.signers[i];
        certificate_read(list[i].info.certificate, v->a, &list[i].certificate, NULL);
        signer_judge(v, &list[i]);
        worse(&v->out->verdict, list[i].verdict);
    }
    v->out->signers = list;
    v->out->count = v->set.count;
}

/* Whose seal is still missing: each signer put his name to the list of all. */
static void missing_find(Verify *v) {
    Str *missing = arena_array_of(v->a, 200, Str);
    size_t n = 0;

    for (size_t i = 0; i < v->set.count; i++)
        for (size_t k = 0; k < v->set.signers[i].wanted_count; k++) {
            Str name = v->set.signers[i].wanted[k];
            bool there = false;

            for (size_t j = 0; j < v->out->count && !there; j++)
                there = v->out->signers[j].certificate.kind == SIGNER_ORGANISATION &&
                        str_eq(v->out->signers[j].certificate.name, name);
            for (size_t j = 0; j < n && !there; j++)
                there = str_eq(missing[j], name);
            if (!there && n < 200)
                missing[n++] = name;
        }
    v->out->wanted = missing;
    v->out->wanted_count = n;
    if (n != 0)
        worse(&v->out->verdict, SIGNATURE_INCOMPLETE);
}

/* ---- the whole ---- */

static Str whole_words(const Verify *v) {
    const SignatureReport *r = v->out;

    switch (r->verdict) {
    case SIGNATURE_GOOD:
        return str_format(v->a, "文件没有被改动过，%zu 个签章全部有效。", r->count);
    case SIGNATURE_INCOMPLETE:
        return str_format(v->a,
                          "文件没有被改动过，已有的 %zu 个签章有效，但还有 %zu 个单位没有签章。",
                          r->count, r->wanted_count);
    case SIGNATURE_UNPROVEN:
        return STR(
            "文件没有被改动过，签章与文件里的证书相符；但没有核对根证书，不能确认签章人是谁。请用"
            "签章单位公布的根证书再核验。");
    case SIGNATURE_EXPIRED:
        return STR("文件没有被改动过，但有签章是在证书有效期之外作出的。");
    case SIGNATURE_REVOKED:
        return STR("文件没有被改动过，但有签章是在证书被吊销之后作出的，该签章无效。");
    case SIGNATURE_STRANGE:
        return STR("签章用的证书不是由核对所用的根证书签发的，签章人身份不可信。");
    case SIGNATURE_FALSE:
        return STR("签名与内容不符，签章无效。");
    case SIGNATURE_BEHIND:
        return STR(
            "签章之后文件又被改动过：正文之后的部分（印章、批注或另加的内容）与签章时不同。");
    case SIGNATURE_CHANGED:
        return STR("正文在签章之后被改动过，与签章时不同。");
    case SIGNATURE_DAMAGED:
        return STR("文件里的签章部分已损坏或被改动，无法核验，请向签章单位重新索取文件。");
    case SIGNATURE_NONE:
        return STR("这个 PDF 里没有本系统的电子签章；其他系统的签章请用它们自己的工具核验。");
    case SIGNATURE_NOT_PDF:
        return STR("这不是 PDF 文件，请选择签章单位发来的 PDF。");
    }
    return STR("");
}

/* Everything is made again from what was signed, and must come out the same. */
static void update_compare(Verify *v, const Update *u) {
    scoped_buf Buf again = {.max = SIGNATURE_FILE};

    if (u->until != v->file.len)
        worse(&v->out->verdict, SIGNATURE_BEHIND);
    if (!update_write(v->pdf, u->container, &v->set, &again, NULL) ||
        !str_eq(buf_str(&again), str_slice(v->file, u->from, u->until)))
        worse(&v->out->verdict, SIGNATURE_BEHIND);
}

static void root_judge(Verify *v) {
    Certificate own;

    certificate_read(v->set.root, v->a, &own, NULL);
    v->out->root = certificate_fingerprint(v->a, v->set.root);
    v->out->root_known = v->root_given;
    if (!certificate_signed_by(&own, &own))
        worse(&v->out->verdict, SIGNATURE_STRANGE);
    if (!v->root_given)
        v->root = own;
    else if (!str_eq(v->root.der, own.der))
        worse(&v->out->verdict, SIGNATURE_STRANGE);
    if (v->list_given &&
        !(str_eq(v->list.issuer, v->root.subject) && v->list.signed_by == v->root.key.algorithm &&
          key_verify(&v->root.key, v->list.signed_, v->list.signature))) {
        v->list_given = false;
        note(v, STR("给出的吊销名单不是由这个根证书签发的，没有使用。"));
    }
    if (!v->list_given)
        note(v, STR("没有核对吊销名单：证书若已被吊销，这里看不出来。"));
    else {
        v->out->revocations_at = v->list.at;
        note(v, str_format(v->a, "吊销名单截至%.*s。", STR_ARG(time_words(v->a, v->list.at))));
    }
    note(v, STR("签章时间由签章单位的系统时钟记录，没有第三方时间戳。"));
}

static void file_judge(Verify *v) {
    SignatureReport *r = v->out;
    bool there;
    Update u;

    if (!str_starts(v->file, STR("%PDF-"))) {
        r->verdict = SIGNATURE_NOT_PDF;
        return;
    }
    if (!update_find(v->file, v->a, &u, &there) || !container_read(u.container, v->a, &v->set)) {
        r->verdict = there ? SIGNATURE_DAMAGED : SIGNATURE_NONE;
        return;
    }
    v->set.pictures = u.pictures;
    v->set.picture_count = u.picture_count;
    v->pdf = str_slice(v->file, 0, u.from);
    r->signed_bytes = v->pdf.len;
    sm3(v->pdf.ptr, v->pdf.len, v->digest);
    root_judge(v);
    signers_judge(v);
    missing_find(v);
    update_compare(v, &u);
}

bool signature_verify(Str file, const SignatureTrust *trust, Arena *a, SignatureReport *out,
                      Err *e) {
    Verify *v = arena_new_of(a, Verify);

    *out = (SignatureReport){.bytes = file.len, .notes = v->notes};
    *v = (Verify){.file = file, .a = a, .out = out};
    v->root_given = trust->root.len != 0;
    v->list_given = trust->revocations.len != 0;
    if (v->root_given &&
        (!certificate_read(trust->root, a, &v->root, e) ||
         (v->root.kind != SIGNER_ROOT && !err_set(e, ERR_INVALID, NULL, "给出的证书不是根证书"))))
        return false;
    if (v->list_given && !revocations_read(trust->revocations, a, &v->list, e))
        return false;
    if (file.len > SIGNATURE_FILE)
        return err_set(e, ERR_TOO_LARGE, NULL, "文件超过 %d MiB，不能核验", SIGNATURE_FILE >> 20);
    file_judge(v);
    out->sentence = whole_words(v);
    return true;
}

/* ---- as JSON ---- */

static Str instant_text(Arena *a, Instant at) {
    char text[INSTANT_TEXT];

    instant_format(at, text);
    return str_dup(a, str_of(text));
}

static Node *signer_node(const SignerReport *r, Arena *a) {
    const Certificate *c = &r->certificate;
    Node *n = node_map(a);

    node_set_text(a, n, "verdict", str_of(signature_verdict_names[r->verdict].name));
    node_set_text(a, n, "title", str_of(signature_verdict_names[r->verdict].title));
    node_set_text(a, n, "kind", str_of(signer_kind_names[c->kind].name));
    node_set_text(a, n, "name", c->name);
    node_set_text(a, n, "organisation", c->house);
    node_set_text(a, n, "at", instant_text(a, r->info.at));
    node_set_text(a, n, "certificate", c->serial);
    node_set_text(a, n, "valid_from", instant_text(a, c->from));
    node_set_text(a, n, "valid_until", instant_text(a, c->until));
    node_set_bool(a, n, "revoked", r->revoked);
    if (r->revoked) {
        node_set_text(a, n, "revoked_at", instant_text(a, r->revoked_at));
        node_set_text(a, n, "revoked_for", reason_title(r->reason));
    }
    if (r->info.pictured)
        node_set_int(a, n, "page", r->info.place.page);
    node_set_text(a, n, "sentence", r->sentence);
    return n;
}

static Node *texts_node(const Str *list, size_t count, Arena *a) {
    Node *n = node_list(a);

    for (size_t i = 0; i < count; i++)
        node_add(a, n, node_of_text(a, list[i]));
    return n;
}

Node *signature_report_node(const SignatureReport *r, Arena *a) {
    Node *n = node_map(a), *signers = node_list(a);

    node_set_text(a, n, "verdict", str_of(signature_verdict_names[r->verdict].name));
    node_set_text(a, n, "title", str_of(signature_verdict_names[r->verdict].title));
    node_set_text(a, n, "sentence", r->sentence);
    for (size_t i = 0; i < r->count; i++)
        node_add(a, signers, signer_node(&r->signers[i], a));
    node_set(a, n, "signers", signers);
    node_set(a, n, "missing", texts_node(r->wanted, r->wanted_count, a));
    node_set(a, n, "notes", texts_node(r->notes, r->note_count, a));
    node_set_int(a, n, "bytes", (int64_t)r->bytes);
    node_set_int(a, n, "signed_bytes", (int64_t)r->signed_bytes);
    if (r->root.len != 0)
        node_set_text(a, n, "root", r->root);
    node_set_bool(a, n, "root_known", r->root_known);
    return n;
}
