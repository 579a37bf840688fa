/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/certificate_read.c: certificates, lists of revoked ones and keys, asked for. */
#include <string.h>

#include "document/certificate_inside.h"
#include "document/pkcs11.h"
#include "people/act.h"
#include "sql_statements.h"

#include "base/banned.h"

typedef struct Asking {
    Arena *arena;
    Node *rows;
    Str serial, login, pin, der, private_, root_private;
    int64_t organisation;
    Instant now;
    CertificateRow row;
    CertificateKey *key;
    Certificate root;
} Asking;

/* ---- the list ---- */

static void set_instant(Arena *a, Node *n, const char *key, int64_t at) {
    char text[INSTANT_TEXT];

    if (at == 0)
        return;
    instant_format(at, text);
    node_set_text(a, n, key, str_of(text));
}

static const char *const states[][2] = {
    {"valid", "有效"}, {"revoked", "已吊销"}, {"expired", "已过期"}};

static Node *shown(Arena *a, const Node *row, Instant now) {
    Node *n = node_map(a);
    static const char *const same[] = {
        "serial", "kind", "login", "holder", "label", "issuer", "organisation_name"};
    bool person = str_is(node_text(row, "kind"), "person");
    int64_t until = node_int(row, "valid_until", 0), gone = node_int(row, "revoked", 0);
    size_t state = gone != 0 ? 1 : now > until ? 2 : 0;

    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        node_set_text(a, n, same[i], node_text(row, same[i]));
    for (const BindName *k = signer_kind_names; k->name != NULL; k++)
        if (str_is(node_text(row, "kind"), k->name))
            node_set_text(a, n, "kind_title", str_of(k->title));
    node_set_int(a, n, "organisation", node_int(row, "organisation", 0));
    node_set_text(a, n, "name", node_text(row, person ? "name" : "organisation_name"));
    set_instant(a, n, "issued", node_int(row, "issued", 0));
    set_instant(a, n, "valid_from", node_int(row, "valid_from", 0));
    set_instant(a, n, "valid_until", until);
    node_set_text(a, n, "state", str_of(states[state][0]));
    node_set_text(a, n, "state_title", str_of(states[state][1]));
    node_set_int(a, n, "uses", node_int(row, "uses", 0));
    set_instant(a, n, "used", node_int(row, "used", 0));
    if (gone == 0)
        return n;
    set_instant(a, n, "revoked", gone);
    node_set_text(a, n, "reason", node_text(row, "reason"));
    node_set_text(a, n, "revoker", node_text(row, "revoker"));
    for (const BindName *k = revocation_reason_names; k->name != NULL; k++)
        if (str_is(node_text(row, "reason"), k->name))
            node_set_text(a, n, "reason_title", str_of(k->title));
    return n;
}

static bool list_work(Tx *tx, void *context, Err *e) {
    Asking *q = context;

    q->rows = tx_rows(tx, q->arena, &SQL_certificate_list, NO_ARGS, e);
    return q->rows != NULL && people_now(tx, &q->now, e);
}

Node *certificate_list(Store *s, Arena *a, Err *e) {
    Asking q = {.arena = a};
    Node *list = node_list(a);

    if (!store_read(s, list_work, &q, e))
        return NULL;
    for (size_t i = 0; i < q.rows->count; i++)
        node_add(a, list, shown(a, q.rows->items[i], q.now));
    return list;
}

static bool house_work(Tx *tx, void *context, Err *e) {
    Asking *q = context;
    CertificateRow *rows;
    size_t n;

    if (!certificate_rows(tx, q->arena, &SQL_certificate_by_serial, ARGS(ARG_OF_TEXT(q->serial)),
                          &rows, &n, e))
        return false;
    if (n == 0)
        return err_set(e, ERR_NOT_FOUND, NULL, "没有编号为 %.*s 的证书",
                       STR_ARG(str_slice(q->serial, 0, 40)));
    q->organisation = rows[0].organisation;
    return true;
}

bool certificate_house(Store *s, Str serial, int64_t *organisation, Err *e) {
    scoped_arena Arena *a = arena_new();
    Asking q = {.arena = a, .serial = serial};

    if (!store_read(s, house_work, &q, e))
        return false;
    *organisation = q.organisation;
    return true;
}

static bool post_work(Tx *tx, void *context, Err *e) {
    Asking *q = context;

    return people_now(tx, &q->now, e) &&
           tx_int(tx, &SQL_certificate_post,
                  ARGS(ARG_OF_TEXT(q->login), ARG_OF_INT(q->now), ARG_OF_INT(0)), 0,
                  &q->organisation, e);
}

bool certificate_post(Store *s, Str login, int64_t *organisation, Err *e) {
    scoped_arena Arena *a = arena_new();
    Asking q = {.arena = a, .login = login};

    if (!store_read(s, post_work, &q, e))
        return false;
    *organisation = q.organisation;
    return q.organisation != 0 ||
           err_set(e, ERR_INVALID, "/login", "%.*s 没有任职，不能签发个人证书", STR_ARG(login));
}

/* ---- root and revocations ---- */

static bool root_work(Tx *tx, void *context, Err *e) {
    Asking *q = context;
    bool found;

    if (!certificate_root_row(tx, q->arena, &q->row, &found, e))
        return false;
    if (!found)
        return err_set(e, ERR_NOT_FOUND, NULL, "本系统还没有签发过证书，因此还没有根证书");
    return certificate_secret(tx, q->arena, &q->row, &q->der, &q->root_private, e);
}

bool certificate_root(Store *s, Arena *a, Str *out, Err *e) {
    scoped_arena Arena *own = arena_new();
    Asking q = {.arena = own};

    if (!store_read(s, root_work, &q, e))
        return false;
    *out = str_dup(a, q.der);
    return true;
}

static int reason_code(Str reason) {
    for (const BindName *n = revocation_reason_names; n->name != NULL; n++)
        if (str_is(reason, n->name))
            return n->value;
    return 0;
}

static const char *reason_words(Str reason) {
    for (const BindName *n = revocation_reason_names; n->name != NULL; n++)
        if (str_is(reason, n->name))
            return n->title;
    return revocation_reason_names[0].title;
}

static bool revocations_work(Tx *tx, void *context, Err *e) {
    Asking *q = context;

    if (!root_work(tx, q, e) || !people_now(tx, &q->now, e))
        return false;
    q->rows = tx_rows(tx, q->arena, &SQL_certificate_revoked_list, NO_ARGS, e);
    return q->rows != NULL;
}

bool certificate_revocations(Store *s, Arena *a, Str *out, Err *e) {
    scoped_arena Arena *own = arena_new();
    Asking q = {.arena = own};
    Certificate root;

    if (!store_read(s, revocations_work, &q, e) || !certificate_read(q.der, own, &root, e))
        return false;
    Revocation *items = arena_array_of(own, q.rows->count + 1, Revocation);
    Signing how = {.sign = key_sign, .context = &q.root_private, .public_ = root.key};
    Str whole;

    for (size_t i = 0; i < q.rows->count; i++)
        items[i] = (Revocation){.serial = node_text(q.rows->items[i], "serial"),
                                .at = node_int(q.rows->items[i], "revoked", 0),
                                .reason = reason_code(node_text(q.rows->items[i], "reason"))};
    if (!revocations_make(&root, &how, (int64_t)q.rows->count + 1, q.now, items, q.rows->count, own,
                          &whole, e))
        return false;
    *out = str_dup(a, whole);
    return true;
}

/* ---- who can sign ---- */

static Str when_words(Arena *a, Instant at) {
    int year, month, day;

    day_split(day_of_instant(at), &year, &month, &day);
    return str_format(a, "%d年%d月%d日", year, month, day);
}

/* The newest certificate, which must hold now; says why it does not. */
static bool usable_row(Tx *tx, Arena *a, Str login, int64_t organisation, CertificateRow *out,
                       Err *e) {
    const char *whose = login.len != 0 ? "自己的个人证书" : "本单位的印章证书";
    Act act = {.tx = tx, .arena = a};
    CertificateRow *rows;
    OrganisationRow house;
    Instant now;
    size_t n;

    if (!people_now(tx, &now, e) ||
        !organisation_needed(&act, organisation, false, NULL, &house, e) ||
        !(login.len != 0
              ? certificate_rows(tx, a, &SQL_certificates_of_person,
                                 ARGS(ARG_OF_TEXT(login), ARG_OF_INT(organisation)), &rows, &n, e)
              : certificate_rows(tx, a, &SQL_certificates_of_house, ARGS(ARG_OF_INT(organisation)),
                                 &rows, &n, e)))
        return false;
    if (!str_is(house.state, "active"))
        return err_set(e, ERR_CONFLICT, NULL, "%.*s已经撤销或退出，不能再签章",
                       STR_ARG(house.name));
    if (login.len != 0 && !person_active(&act, login, NULL, e))
        return false;
    if (n == 0)
        return err_set(e, ERR_CONFLICT, NULL, "还没有签发%s，请联系证书管理员", whose);
    if (rows[0].revoked != 0)
        return err_set(e, ERR_CONFLICT, NULL, "%s已于%s因%s被吊销，不能签章，请申请新证书", whose,
                       when_words(a, rows[0].revoked).ptr, reason_words(rows[0].reason));
    if (now > rows[0].valid_until)
        return err_set(e, ERR_CONFLICT, NULL, "%s已于%s过期，不能签章，请换发新证书", whose,
                       when_words(a, rows[0].valid_until).ptr);
    *out = rows[0];
    return true;
}

bool certificate_usable(Tx *tx, Str login, int64_t organisation, Err *e) {
    scoped_arena Arena *a = arena_new();
    CertificateRow row;

    return usable_row(tx, a, login, organisation, &row, e);
}

static bool key_work(Tx *tx, void *context, Err *e) {
    Asking *q = context;
    CertificateRow root;
    bool found;
    Str unused;

    if (!usable_row(tx, q->arena, q->login, q->organisation, &q->row, e) ||
        !certificate_root_row(tx, q->arena, &root, &found, e))
        return false;
    if (!found)
        return err_set(e, ERR_BROKEN, NULL, "找不到根证书，请核对日志链");
    return certificate_secret(tx, q->arena, &q->row, &q->der, &q->private_, e) &&
           certificate_secret(tx, q->arena, &root, &q->key->root, &unused, e);
}

bool certificate_key(Store *s, Str login, int64_t organisation, Str pin, Arena *a,
                     CertificateKey *out, Err *e) {
    Asking q = {.arena = a, .login = login, .organisation = organisation, .key = out};
    Certificate c;

    *out = (CertificateKey){0};
    if (!store_read(s, key_work, &q, e) || !certificate_read(q.der, a, &c, e))
        return false;
    out->serial = str_dup(a, q.row.serial);
    out->certificate = q.der;
    out->how.public_ = c.key;
    if (q.private_.len == 0)
        return token_signing(q.row.label, pin, a, &out->how, e);
    Str *private_ = arena_new_of(a, Str);

    *private_ = q.private_;
    out->how.sign = key_sign;
    out->how.context = private_;
    return true;
}
