/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/certificate_seal.c: the picture of each organisation's seal, sealed in the journal. */
#include "document/certificate_inside.h"
#include "people/act.h"
#include "sql_statements.h"

#include "base/banned.h"

typedef struct Change {
    int64_t organisation;
    Str png;
} Change;

static bool set_work(Act *act, void *what, Err *e) {
    const Change *c = what;
    Arena *a = act->arena;
    Node *body = node_map(a), *secret = node_map(a);
    unsigned char digest[SM3_SIZE];
    scoped_buf Buf hex = {.max = 100};
    OrganisationRow house;

    if (!organisation_needed(act, c->organisation, true, "/organisation", &house, e))
        return false;
    node_set_int(a, body, "organisation", c->organisation);
    node_set_int(a, body, "bytes", (int64_t)c->png.len);
    if (c->png.len != 0) {
        sm3(c->png.ptr, c->png.len, digest);
        buf_add_hex(&hex, digest, sizeof digest);
        node_set_text(a, body, "digest", buf_str(&hex));
        node_set_text(a, secret, "png", certificate_base64(a, c->png));
    }
    return act_tell(act, "seal.changed", act_subject(act, "seal", c->organisation), c->organisation,
                    body, c->png.len != 0 ? secret : NULL, e);
}

bool seal_set(Store *s, Str actor, int64_t organisation, Str png, Err *e) {
    Change c = {organisation, png};

    return act_write(s, NULL, actor, set_work, &c, e);
}

typedef struct Asking {
    Arena *arena;
    int64_t organisation;
    Str name, png;
} Asking;

static bool get_work(Tx *tx, void *context, Err *e) {
    Asking *q = context;
    Act act = {.tx = tx, .arena = q->arena};
    OrganisationRow house;
    const Node *secret;
    Err why = {0};

    if (!organisation_needed(&act, q->organisation, false, NULL, &house, &why)) {
        if (why.code == ERR_INVALID)
            why.code = ERR_NOT_FOUND;
        *e = why;
        return false;
    }
    q->name = house.name;
    const Node *row =
        tx_row(tx, q->arena, &SQL_seal_picture_get, ARGS(ARG_OF_INT(q->organisation)), &why);

    if (row == NULL) {
        if (why.code != ERR_NONE && e != NULL)
            *e = why;
        return why.code == ERR_NONE;
    }
    if (!journal_secret(tx, q->arena, node_int(row, "sequence", 0), &secret, e))
        return false;
    return secret == NULL ||
           certificate_from_base64(q->arena, node_text(secret, "png"), &q->png, e);
}

static _Atomic bool demonstration;

void seal_demonstration(bool is) {
    demonstration = is;
}

bool seal_get(Store *s, int64_t organisation, Arena *a, Str *png, bool *drawn, Err *e) {
    Asking q = {.arena = a, .organisation = organisation};
    scoped_buf Buf made = {.max = SEAL_FILE};

    if (!store_read(s, get_work, &q, e))
        return false;
    *drawn = q.png.len == 0;
    if (*drawn && !picture_draw(q.name, demonstration ? STR("演示") : STR(""), &made, e))
        return false;
    *png = *drawn ? str_dup(a, buf_str(&made)) : q.png;
    return true;
}
