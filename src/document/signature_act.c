/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/signature_act.c: signing a numbered document. All sign the same bytes, so it does not
 * matter who comes first; with the last seal it is issued by itself. */
#include "document/signature_act.h"

#include <string.h>

#include "document/certificate.h"
#include "people/account.h"
#include "sql_statements.h"

#include "base/banned.h"

enum { SEAL_WIDTH = 4200, SEAL_STEP = 4600 }; /* 1/100 mm */

size_t document_sealing(const Document *d, int64_t houses[]) {
    size_t n = 0;

    houses[n++] = d->organisation;
    for (size_t i = 0; i < d->signers.count && n < SIGNATURES; i++) {
        size_t k = 0;

        while (k < n && houses[k] != document_signers(d)[i].organisation)
            k++;
        if (k == n && document_signers(d)[i].organisation != 0)
            houses[n++] = document_signers(d)[i].organisation;
    }
    return n;
}

bool document_sealed_by(const Document *d, int64_t organisation) {
    for (size_t i = 0; i < d->signatures.count; i++)
        if (document_signatures(d)[i].organisation == organisation &&
            str_is(document_signatures(d)[i].kind, "organisation"))
            return true;
    return false;
}

static bool signed_by(const Document *d, Str login) {
    for (size_t i = 0; i < d->signatures.count; i++)
        if (str_is(document_signatures(d)[i].kind, "person") &&
            str_eq(document_signatures(d)[i].login, login))
            return true;
    return false;
}

/* ---- who may ---- */

typedef bool MayThere(const void *context, Permission p, int64_t organisation);

/* For which house the actor signs; 0: for none. */
static int64_t signs_for(const Document *d, Str kind, Str login, int64_t asked, MayThere *may,
                         const void *context) {
    int64_t houses[SIGNATURES];
    bool person = str_is(kind, "person");

    for (size_t i = 0, n = document_sealing(d, houses); i < n; i++) {
        bool open = person ? !signed_by(d, login) : !document_sealed_by(d, houses[i]);

        if ((asked == 0 || asked == houses[i]) && open &&
            (may(context, PERMISSION_DOCUMENT_ISSUE, houses[i]) ||
             (person && may(context, PERMISSION_DOCUMENT_WRITE, houses[i]))))
            return houses[i];
    }
    return 0;
}

static bool may_in_world(const void *context, Permission p, int64_t organisation) {
    return document_person_may(context, p, organisation);
}

static bool may_by_rights(const void *context, Permission p, int64_t organisation) {
    const MatterActor *who = context;

    return who->rights == NULL || rights_reach(who->rights, p, organisation);
}

static Str kind_of(const DocumentAct *act) {
    Str kind = node_text(act->more, "kind");

    return kind.len != 0 ? kind : STR("organisation");
}

static const char *const nobody =
    "不能签章：盖章要有制作单位或会签单位的“签发文书”权限，个人签名要在其中任职，而且还没有签过";

bool may_document_sign(DocumentWork *w) {
    Str kind = node_text(w->act->more, "kind");
    const Document *d = w->before;

    if (kind.len != 0 && !str_is(kind, "person") && !str_is(kind, "organisation"))
        return document_fail(w, ERR_INVALID, "/kind", "请选择个人签名或单位盖章");
    if ((!str_is(kind, "person") &&
         signs_for(d, STR("organisation"), w->actor, w->act->organisation, may_in_world, w) != 0) ||
        (!str_is(kind, "organisation") &&
         signs_for(d, STR("person"), w->actor, w->act->organisation, may_in_world, w) != 0))
        return true;
    return document_fail(w, ERR_FORBIDDEN, NULL, "%s", nobody);
}

bool ready_document_sign(DocumentWork *w) {
    return w->before->pdf.len > 0 ||
           document_fail(w, ERR_CONFLICT, NULL, "文书正在排版，请稍后再签章");
}

/* ---- outside the transaction ---- */

typedef struct Signed {
    Str kind, login, serial, file; /* file: digest of the signed PDF */
    int64_t organisation, size;
    size_t seen; /* signatures there when it was made */
    Str seen_file;
    Instant at;
} Signed;

typedef struct Names {
    Arena *arena;
    const int64_t *houses;
    size_t n;
    Str *names;
} Names;

static bool names_work(Tx *tx, void *context, Err *e) {
    Names *q = context;

    for (size_t i = 0; i < q->n; i++) {
        Err why = {0};
        const Node *row =
            tx_row(tx, q->arena, &SQL_organisation_get, ARGS(ARG_OF_INT(q->houses[i])), &why);

        if (row == NULL && why.code != ERR_NONE) {
            *e = why;
            return false;
        }
        q->names[i] = row != NULL ? node_text(row, "name") : STR("");
    }
    return true;
}

/* One place for each 署名, in order; beyond the last one, side by side to its left. */
static StampPlace place_of(const Document *d, int64_t organisation) {
    int64_t houses[SIGNATURES];
    size_t n = document_sealing(d, houses), at = 0;

    while (at < n && houses[at] != organisation)
        at++;
    if (d->seals.count == 0 || at == n)
        return (StampPlace){0};
    size_t last = d->seals.count - 1, beyond = at > last ? at - last : 0;
    const DocumentSeal *s = &document_seals(d)[at > last ? last : at];
    int64_t x = s->x - (int64_t)beyond * SEAL_STEP;

    return (StampPlace){.page = (int)s->page,
                        .x = (int)(x < SEAL_WIDTH ? SEAL_WIDTH : x),
                        .y = (int)s->y,
                        .width = (int)(s->diameter != 0 ? s->diameter : SEAL_WIDTH)};
}

typedef struct Making {
    const DocumentReady *r;
    Signed *out;
    SignatureSet set;
    SignerInfo signers[SIGNATURES];
    SealPicture pictures[SIGNATURES];
    Buf pdf, file, update;
} Making;

/* What is there already, from the file that the others signed. */
static bool opened(Making *m, Err *e) {
    const Document *d = m->r->document;
    SignatureSet before;
    Str pdf;

    if (!document_file(m->r->office, d->pdf, DOCUMENT_PDF_MOST, &m->pdf, e))
        return false;
    if (d->signed_pdf.len == 0)
        return true;
    if (!document_file(m->r->office, d->signed_pdf, SIGNATURE_FILE, &m->file, e) ||
        !signature_open(buf_str(&m->file), m->r->arena, &before, &pdf, e))
        return false;
    if (!str_eq(pdf, buf_str(&m->pdf)) || before.count >= SIGNATURES)
        return err_set(e, ERR_BROKEN, NULL, "已有的签章与文书不符，请核对文件和备份");
    memcpy(m->signers, before.signers, before.count * sizeof *before.signers);
    if (before.picture_count != 0)
        memcpy(m->pictures, before.pictures, before.picture_count * sizeof *before.pictures);
    m->set.root = before.root;
    m->set.count = before.count;
    m->set.picture_count = before.picture_count;
    return true;
}

static bool pictured(Making *m, SignerInfo *info, Err *e) {
    SealPicture *p = &m->pictures[m->set.picture_count];
    bool drawn;
    Str png;

    info->place = place_of(m->r->document, m->out->organisation);
    if (info->place.page == 0)
        return true;
    if (!seal_get(m->r->office->store, m->out->organisation, m->r->arena, &png, &drawn, e) ||
        !picture_read(png, m->r->arena, p, e))
        return false;
    info->pictured = true;
    memcpy(info->picture, p->digest, SM3_SIZE);
    for (size_t i = 0; i < m->set.picture_count; i++)
        if (memcmp(m->pictures[i].digest, p->digest, SM3_SIZE) == 0)
            return true;
    m->set.picture_count++;
    return true;
}

static bool names_wanted(Making *m, SignerInfo *info, Err *e) {
    int64_t houses[SIGNATURES];
    Arena *a = m->r->arena;
    Names q = {.arena = a, .houses = houses, .n = document_sealing(m->r->document, houses)};

    q.names = arena_array_of(a, SIGNATURES, Str);
    info->wanted = q.names;
    info->wanted_count = q.n;
    return store_read(m->r->office->store, names_work, &q, e);
}

static bool made(Making *m, Err *e) {
    const DocumentReady *r = m->r;
    SignerInfo *info = &m->signers[m->set.count];
    bool person = str_is(m->out->kind, "person");
    Str pin = node_text(r->act->more, "pin");
    CertificateKey key;

    if (!certificate_key(r->office->store, person ? r->who->login : STR(""), m->out->organisation,
                         pin, r->arena, &key, e) ||
        !opened(m, e))
        return false;
    info = &m->signers[m->set.count];
    *info = (SignerInfo){.kind = person ? SIGNER_PERSON : SIGNER_ORGANISATION,
                         .certificate = key.certificate,
                         .at = m->out->at};
    if ((!person && !pictured(m, info, e)) || !names_wanted(m, info, e) ||
        !certificate_use(r->office->store, r->who->login, m->out->organisation, key.serial,
                         str_format(r->arena, "document:%.*s", STR_ARG(r->document->id)), e) ||
        !signature_make(buf_str(&m->pdf), info, &key.how, r->arena, e))
        return false;
    if (m->set.root.len != 0 && !str_eq(m->set.root, key.root))
        return err_set(e, ERR_CONFLICT, NULL, "根证书已经更换，先前的签章要重新作出");
    m->out->serial = key.serial;
    m->set.root = key.root;
    m->set.count++;
    m->set.signers = m->signers;
    m->set.pictures = m->pictures;
    return signature_append(buf_str(&m->pdf), &m->set, &m->update, e);
}

static bool kept(Making *m, Err *e) {
    buf_add(&m->pdf, buf_str(&m->update));
    m->out->size = (int64_t)m->pdf.len;
    return (!m->pdf.full || err_set(e, ERR_TOO_LARGE, NULL, "签章后的文件太大")) &&
           document_keep(m->r->office, buf_str(&m->pdf), m->r->arena, &m->out->file, e);
}

bool before_document_sign(DocumentReady *r, Err *e) {
    const Document *d = r->document;
    Signed *out = arena_new_of(r->arena, Signed);
    Making *m = arena_new_of(r->arena, Making);

    out->kind = kind_of(r->act);
    if (!str_is(d->state, "numbered") || d->pdf.len == 0 ||
        (!str_is(out->kind, "person") && !str_is(out->kind, "organisation")))
        return true; /* the rules say why not */
    out->organisation =
        signs_for(d, out->kind, r->who->login, r->act->organisation, may_by_rights, r->who);
    if (out->organisation == 0)
        return err_set(e, ERR_FORBIDDEN, NULL, "%s", nobody);
    if (r->who->rights != NULL && !account_prove(r->office->store, r->who->login,
                                                 node_text(r->act->more, "password"), STR(""), e))
        return false;
    *out = (Signed){.kind = out->kind,
                    .login = r->who->login,
                    .organisation = out->organisation,
                    .seen = d->signatures.count,
                    .seen_file = d->signed_pdf,
                    .at = instant_now()};
    *m = (Making){.r = r,
                  .out = out,
                  .pdf = {.max = SIGNATURE_FILE},
                  .file = {.max = SIGNATURE_FILE},
                  .update = {.max = SIGNATURE_FILE}};
    bool good = made(m, e) && kept(m, e);

    buf_done(&m->pdf);
    buf_done(&m->file);
    buf_done(&m->update);
    if (good)
        r->out = out;
    return good;
}

/* ---- in it ---- */

/* All that are wanted: then it is issued. */
static void complete(DocumentWork *w) {
    int64_t houses[SIGNATURES];
    size_t n = document_sealing(w->d, houses), have = 0;

    for (size_t i = 0; i < n; i++)
        have += document_sealed_by(w->d, houses[i]);
    if (have < n) {
        document_tell(w, "已签章，还有 %zu 个单位没有盖章", n - have);
        return;
    }
    w->d->state = STR("issued");
    w->effects->issued = true;
    document_tell(w, "%s", "印章已经盖齐，文书已签发");
}

bool run_document_sign(DocumentWork *w) {
    const Signed *in = w->prepared;
    char at[INSTANT_TEXT];

    if (in == NULL || in->seen != w->before->signatures.count ||
        !str_eq(in->seen_file, w->before->signed_pdf))
        return document_fail(w, ERR_CONFLICT, NULL, "刚刚有别人签章，请再签一次");
    if (signs_for(w->before, in->kind, w->actor, in->organisation, may_in_world, w) == 0)
        return document_fail(w, ERR_FORBIDDEN, NULL, "%s", nobody);
    DocumentSignature *s = document_add(w, &w->d->signatures, sizeof *s);

    instant_format(in->at, at);
    s->organisation = in->organisation;
    s->kind = document_dup(w, in->kind);
    s->login = document_dup(w, w->actor);
    s->certificate = document_dup(w, in->serial);
    s->at = document_dup(w, str_of(at));
    w->d->signed_pdf = document_dup(w, in->file);
    w->d->size = in->size;
    complete(w);
    return document_note_keep(w, false);
}
