/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/certificate.c: certificates issued, revoked, counted: events and their projections. */
#include "document/certificate_inside.h"

#include <string.h>

#include "document/pkcs11.h"
#include "people/account.h"
#include "people/act.h"
#include "sql_statements.h"

#include "base/banned.h"

#define SECOND ((Instant)1000000)

/* ---- projections ---- */

static Arg text_of(const Node *map, const char *key) {
    return ARG_OF_TEXT(node_text(map, key));
}

static Arg int_of(const Node *map, const char *key) {
    return ARG_OF_INT(node_int(map, key, 0));
}

static bool issued(Tx *tx, const Event *event, Err *e) {
    const Node *b = event->body;

    return tx_run(tx, &SQL_certificate_add,
                  ARGS(text_of(b, "serial"), int_of(b, "ordinal"), text_of(b, "kind"),
                       int_of(b, "organisation"), text_of(b, "login"), text_of(b, "holder"),
                       text_of(b, "label"), ARG_OF_INT(event->at), ARG_OF_TEXT(event->actor),
                       int_of(b, "valid_from"), int_of(b, "valid_until"),
                       ARG_OF_INT(event->sequence)),
                  NULL, e);
}

static bool revoked(Tx *tx, const Event *event, Err *e) {
    return tx_run(tx, &SQL_certificate_set_revoked,
                  ARGS(text_of(event->body, "serial"), ARG_OF_INT(event->at),
                       text_of(event->body, "reason"), ARG_OF_TEXT(event->actor)),
                  NULL, e);
}

static bool used(Tx *tx, const Event *event, Err *e) {
    return tx_run(tx, &SQL_certificate_count_use,
                  ARGS(text_of(event->body, "serial"), ARG_OF_INT(event->at)), NULL, e);
}

static bool seal_changed(Tx *tx, const Event *event, Err *e) {
    const Node *b = event->body;

    if (node_int(b, "bytes", 0) == 0)
        return tx_run(tx, &SQL_seal_picture_remove, ARGS(int_of(b, "organisation")), NULL, e);
    return tx_run(tx, &SQL_seal_picture_set,
                  ARGS(int_of(b, "organisation"), text_of(b, "digest"), int_of(b, "bytes"),
                       ARG_OF_TEXT(event->actor), ARG_OF_INT(event->at),
                       ARG_OF_INT(event->sequence)),
                  NULL, e);
}

void certificate_register(void) {
    static const Projection projections[] = {
        {"certificate.issued", issued},
        {"certificate.revoked", revoked},
        {"certificate.used", used},
        {"seal.changed", seal_changed},
        {0},
    };
    static const char *const tables[] = {"certificate", "seal_picture", NULL};

    journal_register(projections, tables);
}

/* ---- rows and secrets ---- */

static const Bind row_rows[] = {
    BIND_STR(CertificateRow, serial, "serial", REQUIRED, ""),
    BIND_STR(CertificateRow, kind, "kind", REQUIRED, ""),
    BIND_STR(CertificateRow, login, "login", OPTIONAL, ""),
    BIND_STR(CertificateRow, holder, "holder", REQUIRED, ""),
    BIND_STR(CertificateRow, label, "label", OPTIONAL, ""),
    BIND_STR(CertificateRow, reason, "reason", OPTIONAL, ""),
    BIND_INT(CertificateRow, organisation, "organisation", REQUIRED, ""),
    BIND_INT(CertificateRow, issued, "issued", REQUIRED, ""),
    BIND_INT(CertificateRow, valid_from, "valid_from", REQUIRED, ""),
    BIND_INT(CertificateRow, valid_until, "valid_until", REQUIRED, ""),
    BIND_INT(CertificateRow, revoked, "revoked", REQUIRED, ""),
    BIND_INT(CertificateRow, sequence, "sequence", REQUIRED, ""),
    BIND_END,
};

bool certificate_rows(Tx *tx, Arena *a, const Sql *sql, const Arg *args, size_t n,
                      CertificateRow **out, size_t *count, Err *e) {
    void *rows;

    if (!tx_bind(tx, a, sql, args, n, row_rows, sizeof(CertificateRow), &rows, count, e))
        return false;
    *out = rows;
    return true;
}

bool certificate_root_row(Tx *tx, Arena *a, CertificateRow *out, bool *found, Err *e) {
    CertificateRow *rows;
    size_t n;

    if (!certificate_rows(tx, a, &SQL_certificate_root, NO_ARGS, &rows, &n, e))
        return false;
    *found = n != 0;
    if (n != 0)
        *out = rows[0];
    return true;
}

Str certificate_base64(Arena *a, Str bytes) {
    scoped_buf Buf b = {.max = 8 << 20};

    buf_add_base64(&b, bytes.ptr, bytes.len);
    Str out = str_dup(a, buf_str(&b));

    wipe(b.ptr, b.len);
    return out;
}

typedef struct Wiped {
    void *ptr;
    size_t n;
} Wiped;

static void wipe_it(void *what) {
    const Wiped *w = what;

    wipe(w->ptr, w->n);
}

bool certificate_from_base64(Arena *a, Str text, Str *bytes, Err *e) {
    scoped_buf Buf b = {.max = 8 << 20};

    if (!buf_add_from_base64(&b, text) || b.full)
        return err_set(e, ERR_BROKEN, NULL, "证书或印章的密封内容已损坏");
    char *copy = arena_alloc(a, b.len + 1);
    Wiped *w = arena_new_of(a, Wiped);

    memcpy(copy, b.ptr, b.len);
    wipe(b.ptr, b.len);
    *w = (Wiped){copy, b.len};
    arena_defer(a, wipe_it, w);
    *bytes = (Str){copy, b.len};
    return true;
}

bool certificate_secret(Tx *tx, Arena *a, const CertificateRow *row, Str *whole, Str *private_,
                        Err *e) {
    const Node *secret;

    if (!journal_secret(tx, a, row->sequence, &secret, e))
        return false;
    if (secret == NULL)
        return err_set(e, ERR_NOT_FOUND, NULL, "证书 %.*s 的内容已按规定销毁",
                       STR_ARG(row->serial));
    Str key = node_text(secret, "key");

    *private_ = (Str){NULL, 0};
    return certificate_from_base64(a, node_text(secret, "certificate"), whole, e) &&
           (key.len == 0 || certificate_from_base64(a, key, private_, e));
}

/* ---- issuing ---- */

typedef struct Issue {
    const CertificateAsk *ask;
    Str name; /* of the person */
    PublicKey public_;
    Str private_; /* PKCS#8, empty: in a token */
    Arena *out;
    Str serial; /* hex, in `out` */
    /* while it runs */
    Certificate root;
    Str root_private;
    Signing root_how;
} Issue;

static Instant until_of(Instant from, int years) {
    return (Instant)day_add_months(day_of_instant(from), years * 12) * 86400 * SECOND;
}

static Str hex_of(Arena *a, const unsigned char *bytes, size_t n) {
    scoped_buf Buf b = {.max = 200};

    buf_add_hex(&b, bytes, n);
    return str_dup(a, buf_str(&b));
}

/* What every certificate has in common, into the journal. */
static bool tell(Act *act, const CertificateNew *in, Str whole, Str private_, const Issue *issue,
                 int64_t organisation, Str *serial, Err *e) {
    Arena *a = act->arena;
    Node *body = node_map(a), *secret = node_map(a);
    CertificateAsk ask = issue != NULL ? *issue->ask : (CertificateAsk){0};
    bool person = in->kind == SIGNER_PERSON;
    Str login = person ? ask.login : STR("");
    int64_t ordinal;

    if (!act_number(act, &SQL_certificate_newest, &ordinal, e))
        return false;
    *serial = hex_of(a, (const unsigned char *)in->serial.ptr, in->serial.len);
    node_set_text(a, body, "serial", *serial);
    node_set_int(a, body, "ordinal", ordinal);
    node_set_text(a, body, "kind", str_of(signer_kind_names[in->kind].name));
    node_set_int(a, body, "organisation", organisation);
    node_set_text(a, body, "login", login);
    node_set_text(a, body, "holder", private_.len != 0 ? STR("file") : STR("token"));
    node_set_text(a, body, "label", private_.len == 0 ? ask.label : STR(""));
    node_set_int(a, body, "valid_from", in->from);
    node_set_int(a, body, "valid_until", in->until);
    node_set_text(a, secret, "certificate", certificate_base64(a, whole));
    if (private_.len != 0)
        node_set_text(a, secret, "key", certificate_base64(a, private_));
    return act_tell(act, "certificate.issued",
                    person ? str_format(a, "user:%.*s", STR_ARG(login))
                           : str_format(a, "certificate:%.*s", STR_ARG(*serial)),
                    organisation, body, secret, e);
}

static bool home_name(Act *act, Str *name, Err *e) {
    OrganisationRow home;

    if (!organisation_needed(act, ORGANISATION_HOME, false, NULL, &home, e))
        return false;
    *name = home.name;
    return true;
}

/* With the first certificate comes the root. */
static bool root_make(Act *act, Issue *i, Err *e) {
    scoped_buf Buf private_ = {.max = 4096};
    unsigned char number[CERTIFICATE_SERIAL];
    CertificateNew in = {.kind = SIGNER_ROOT, .from = act->now - act->now % SECOND - 60 * SECOND};
    Str whole, serial;

    certificate_serial(number);
    in.serial = (Str){(const char *)number, sizeof number};
    in.until = until_of(act->now, CERTIFICATE_YEARS_ROOT);
    if (!home_name(act, &in.house, e) || !key_generate(SIGNATURE_SM2, &private_, e))
        return false;
    in.name = str_format(act->arena, "%.*s电子签章根证书", STR_ARG(in.house));
    i->root_private = str_dup(act->arena, buf_str(&private_));
    wipe(private_.ptr, private_.len);
    i->root_how = (Signing){.sign = key_sign, .context = &i->root_private};
    return key_public(i->root_private, &i->root_how.public_, e) &&
           (in.key = i->root_how.public_,
            certificate_make(&in, NULL, &i->root_how, act->arena, &whole, e)) &&
           certificate_read(whole, act->arena, &i->root, e) &&
           tell(act, &in, whole, i->root_private, NULL, ORGANISATION_HOME, &serial, e);
}

static bool root_find(Act *act, Issue *i, Err *e) {
    CertificateRow row;
    bool found;
    Str whole;

    if (!certificate_root_row(act->tx, act->arena, &row, &found, e))
        return false;
    if (!found)
        return root_make(act, i, e);
    i->root_how = (Signing){.sign = key_sign, .context = &i->root_private};
    return certificate_secret(act->tx, act->arena, &row, &whole, &i->root_private, e) &&
           certificate_read(whole, act->arena, &i->root, e) &&
           key_public(i->root_private, &i->root_how.public_, e);
}

static bool revoke_tell(Act *act, const CertificateRow *row, Str reason, Err *e) {
    Node *body = node_map(act->arena);

    node_set_text(act->arena, body, "serial", row->serial);
    node_set_text(act->arena, body, "reason", reason);
    for (const BindName *n = revocation_reason_names; n->name != NULL; n++)
        if (str_is(reason, n->name))
            node_set_text(act->arena, body, "reason_title", str_of(n->title));
    return act_tell(act, "certificate.revoked",
                    str_format(act->arena, "certificate:%.*s", STR_ARG(row->serial)),
                    row->organisation, body, NULL, e);
}

/* The holder has one valid certificate at a time. */
static bool supersede(Act *act, const Issue *i, int64_t organisation, Err *e) {
    CertificateRow *rows;
    size_t n;
    bool person = i->ask->kind == SIGNER_PERSON;

    if (!(person ? certificate_rows(act->tx, act->arena, &SQL_certificates_of_person,
                                    ARGS(ARG_OF_TEXT(i->ask->login), ARG_OF_INT(organisation)),
                                    &rows, &n, e)
                 : certificate_rows(act->tx, act->arena, &SQL_certificates_of_house,
                                    ARGS(ARG_OF_INT(organisation)), &rows, &n, e)))
        return false;
    for (size_t k = 0; k < n; k++)
        if (rows[k].revoked == 0 && rows[k].valid_until > act->now &&
            !revoke_tell(act, &rows[k], STR("superseded"), e))
            return false;
    return true;
}

/* For which house; the person works there, it is open. */
static bool house_of(Act *act, const Issue *i, OrganisationRow *house, Err *e) {
    int64_t organisation = i->ask->organisation;

    if (i->ask->kind == SIGNER_PERSON) {
        if (!person_active(act, i->ask->login, "/login", e))
            return false;
        if (!tx_int(
                act->tx, &SQL_certificate_post,
                ARGS(ARG_OF_TEXT(i->ask->login), ARG_OF_INT(act->now), ARG_OF_INT(organisation)), 0,
                &organisation, e))
            return false;
        if (organisation == 0)
            return err_set(e, ERR_INVALID, "/login", "%.*s 在该机构没有任职，不能签发个人证书",
                           STR_ARG(i->ask->login));
    }
    return organisation_needed(act, organisation, true, "/organisation", house, e);
}

static bool issue_work(Act *act, void *what, Err *e) {
    Issue *i = what;
    unsigned char number[CERTIFICATE_SERIAL];
    bool person = i->ask->kind == SIGNER_PERSON;
    OrganisationRow house;
    Str whole, serial;

    if (!house_of(act, i, &house, e) || !root_find(act, i, e) ||
        !supersede(act, i, house.organisation, e))
        return false;
    certificate_serial(number);
    CertificateNew in = {
        .kind = i->ask->kind,
        .name = person ? i->name : house.name,
        .house = house.name,
        .serial = {(const char *)number, sizeof number},
        .from = act->now - act->now % SECOND - 60 * SECOND,
        .until = until_of(act->now, person ? CERTIFICATE_YEARS_PERSON : CERTIFICATE_YEARS_HOUSE),
        .key = i->public_,
    };

    if (in.until > i->root.until)
        in.until = i->root.until;
    return certificate_make(&in, &i->root, &i->root_how, act->arena, &whole, e) &&
           tell(act, &in, whole, i->private_, i, house.organisation, &serial, e) &&
           (i->serial = str_dup(i->out, serial), true);
}

bool certificate_issue(Store *s, Str actor, const CertificateAsk *ask, Arena *a, Str *serial,
                       Err *e) {
    scoped_arena Arena *own = arena_new();
    scoped_buf Buf private_ = {.max = 4096};
    Issue i = {.ask = ask, .out = a};
    Account account;

    if (ask->kind == SIGNER_PERSON) {
        if (!account_find(s, own, ask->login, &account, e))
            return false;
        i.name = account.name;
    }
    if (ask->label.len != 0) {
        if (!token_public(ask->label, ask->pin, &i.public_, e))
            return false;
    } else {
        if (!key_generate(SIGNATURE_SM2, &private_, e) ||
            !key_public(buf_str(&private_), &i.public_, e))
            return false;
        i.private_ = buf_str(&private_);
    }
    bool good = act_write(s, NULL, actor, issue_work, &i, e);

    if (good)
        *serial = i.serial;
    if (private_.ptr != NULL)
        wipe(private_.ptr, private_.len);
    return good;
}

/* ---- revoking and using ---- */

typedef struct Change {
    Str serial, reason, what;
    int64_t organisation;
} Change;

static bool row_of(Tx *tx, Arena *a, Str serial, CertificateRow *out, Err *e) {
    CertificateRow *rows;
    size_t n;

    if (!certificate_rows(tx, a, &SQL_certificate_by_serial, ARGS(ARG_OF_TEXT(serial)), &rows, &n,
                          e))
        return false;
    if (n == 0)
        return err_set(e, ERR_NOT_FOUND, NULL, "没有编号为 %.*s 的证书",
                       STR_ARG(str_slice(serial, 0, 40)));
    *out = rows[0];
    return true;
}

static bool revoke_work(Act *act, void *what, Err *e) {
    const Change *c = what;
    CertificateRow row;

    if (!row_of(act->tx, act->arena, c->serial, &row, e))
        return false;
    if (str_is(row.kind, "root"))
        return err_set(e, ERR_FORBIDDEN, NULL, "根证书不能吊销；它签发的证书可以逐张吊销");
    if (row.revoked != 0)
        return err_set(e, ERR_CONFLICT, NULL, "这张证书已经吊销过了");
    return revoke_tell(act, &row, c->reason, e);
}

bool certificate_revoke(Store *s, Str actor, Str serial, Str reason, Err *e) {
    Change c = {.serial = serial, .reason = reason};
    const BindName *n = revocation_reason_names;

    while (n->name != NULL && !str_is(reason, n->name))
        n++;
    if (n->name == NULL)
        return err_set(e, ERR_INVALID, "/reason", "请选择吊销的原因");
    return act_write(s, NULL, actor, revoke_work, &c, e);
}

static bool use_work(Act *act, void *what, Err *e) {
    const Change *c = what;
    CertificateRow row;
    Node *body = node_map(act->arena);

    if (!row_of(act->tx, act->arena, c->serial, &row, e))
        return false;
    if (row.revoked != 0)
        return err_set(e, ERR_CONFLICT, NULL, "证书刚刚被吊销，不能签章");
    node_set_text(act->arena, body, "serial", row.serial);
    node_set_text(act->arena, body, "object", c->what);
    return act_tell(act, "certificate.used",
                    str_format(act->arena, "certificate:%.*s", STR_ARG(row.serial)),
                    c->organisation, body, NULL, e);
}

bool certificate_use(Store *s, Str actor, int64_t organisation, Str serial, Str what, Err *e) {
    Change c = {.serial = serial, .what = what, .organisation = organisation};

    return act_write(s, NULL, actor, use_work, &c, e);
}
