/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/lineage.c: one row with all its versions, what it said originally, and where it came from.
 */
#include <stdlib.h>
#include <string.h>

#include "base/citizen_text.h"
#include "base/keyring.h"
#include "pool/engine.h"
#include "pool/import.h"
#include "pool/maker.h"
#include "pool/scope.h"
#include "pool/shown.h"
#include "store/journal_turn.h"

#include "base/banned.h"

typedef struct Lineage {
    Arena *a;
    const PoolTable *table;
    Unsealer *unsealer; /* rows may lie under two generations while the key changes */
    int64_t visible;
    bool reveal;
    PoolScope scope;
    Str context; /* of the seal: dataset and id */
} Lineage;

static const Node *read_json(Arena *a, Str text) {
    Err unused = {0};

    return text.len ? json_read(a, text, &unused) : NULL;
}

static const Node *open_seal(const Lineage *l, const PoolValue *sealed, Err *e) {
    Buf plain;

    if (sealed->type != POOL_BLOB)
        return NULL;
    buf_init(&plain, (size_t)64 << 20);
    const Node *out = unsealer_open(l->unsealer, l->context, sealed->text, &plain, NULL, e)
                          ? read_json(l->a, buf_str(&plain))
                          : NULL;

    if (plain.ptr)
        wipe(plain.ptr, plain.len);
    buf_done(&plain);
    return out;
}

static const char *problem_of(const Field *f, Str problems) {
    Str one;

    while (str_split(&problems, ' ', &one)) {
        if (one.len < 2 || !str_eq(str_slice(one, 0, one.len - 1), f->field))
            continue;
        if (one.ptr[one.len - 1] == '~')
            return "超出合理范围";
        switch ((FieldType)f->type) {
        case FIELD_CITIZEN_ID:
            return "不是有效的公民身份号码";
        case FIELD_CREDIT_CODE:
            return "不是有效的信用代码";
        case FIELD_CODE:
            return "不在代码表内";
        case FIELD_DIVISION:
            return "不是有效的行政区划代码";
        default:
            return "校验不通过";
        }
    }
    return NULL;
}

/* Of an open field only the identity numbers in it are hidden. */
static Node *masked(Arena *a, const Field *f, Str text, bool secret) {
    Buf b;

    buf_init(&b, (size_t)64 << 20);
    if (secret)
        mask_secret(f, text, &b);
    else if (!citizen_id_mask_text(text, &b))
        mask_text(text, &b);
    Node *out = node_of_text(a, buf_str(&b));

    buf_done(&b);
    return out;
}

static Node *field_node(const Lineage *l, const PoolColumn *c, const PoolValue *row,
                        const PoolValue *v, const Node *clear, const Node *original) {
    const Field *f = c->field;
    bool secret = f->sensitive || f->type == FIELD_CITIZEN_ID;
    const Node *sealed = node_get(node_get(clear, "o"), f->field.ptr);
    const Node *was = secret || sealed ? sealed : node_get(original, f->field.ptr);
    /* Where only plain fields are allowed, nothing is told that points to a person. */
    bool hidden = !pool_scope_personal(&l->scope, row[COLUMN_BATCH].integer) &&
                  field_personal(l->table->dataset, f);
    const Node *is = secret && l->reveal ? node_get(node_get(clear, "v"), f->field.ptr) : NULL;
    Node *out = node_map(l->a), *shown = hidden ? node_null(l->a)
                                         : is   ? node_of_text(l->a, is->text)
                                                : shown_value(l->a, f, v);
    const char *problem = hidden ? NULL : problem_of(f, row[COLUMN_PROBLEMS].text);

    node_set_text(l->a, out, "field", f->field);
    node_set_text(l->a, out, "title", f->title);
    node_set(l->a, out, "value", shown);
    node_set(l->a, out, "original",
             hidden || !was         ? shown
             : sealed && !l->reveal ? masked(l->a, f, was->text, secret)
                                    : node_of_text(l->a, was->text));
    node_set_bool(l->a, out, "changed", was != NULL && !hidden);
    node_set_bool(l->a, out, "sensitive", secret);
    node_set(l->a, out, "problem", problem ? node_of_text(l->a, str_of(problem)) : node_null(l->a));
    return out;
}

static Node *version_node(const Lineage *l, const PoolValue *row, Err *e) {
    Node *out = node_map(l->a), *fields = node_list(l->a);
    const Node *clear = open_seal(l, &row[COLUMN_SEALED], e),
               *original = read_json(l->a, row[COLUMN_ORIGINAL].text);

    if (row[COLUMN_SEALED].type == POOL_BLOB && !clear)
        return NULL;
    node_set_int(l->a, out, "batch", row[COLUMN_BATCH].integer);
    node_set_int(l->a, out, "line", llabs(row[COLUMN_LINE].integer));
    node_set_bool(l->a, out, "live", row[COLUMN_UNTIL].integer > l->visible);
    node_set(l->a, out, "until",
             row[COLUMN_UNTIL].integer > l->visible ? node_null(l->a)
                                                    : node_of_int(l->a, row[COLUMN_UNTIL].integer));
    for (size_t i = 0; i < l->table->count; i++)
        if (l->table->columns[i].role == COLUMN_VALUE)
            node_add(l->a, fields,
                     field_node(l, &l->table->columns[i], row, &row[i], clear, original));
    node_set(l->a, out, "fields", fields);
    if (row[COLUMN_SEALED_BY].type == POOL_TEXT) /* only who has the channel comes here */
        node_set_bool(l->a, out, "sealed", true);
    return out;
}

static void select_versions(const PoolTable *t, Str scope, Buf *sql) {
    buf_add(sql, STR("SELECT "));
    for (size_t i = 0; i < t->count; i++) {
        buf_add(sql, i ? STR(", ") : STR(""));
        pool_quote(t->columns[i].name, sql);
    }
    buf_add(sql, STR(" FROM "));
    pool_quote(t->name, sql);
    buf_add(sql, STR(" WHERE id = $1 AND batch <= $2"));
    buf_add(sql, scope);
    buf_add(sql, STR(" ORDER BY batch DESC, line DESC LIMIT 200"));
}

static bool read_versions(PoolSession *s, const Lineage *l, Str id, Node *versions, Err *e) {
    PoolValue args[2] = {{.type = POOL_UUID, .text = id},
                         {.type = POOL_INT, .integer = l->visible}};
    Err mine = {0};
    Buf sql;

    buf_init(&sql, (size_t)4 << 20);
    select_versions(l->table, l->scope.rows, &sql);
    PoolRows *rows = pool_query(s, buf_str(&sql), args, 2, e);

    buf_done(&sql);
    if (!rows)
        return false;
    for (const PoolValue *row; mine.code == ERR_NONE && (row = pool_next(rows, &mine)) != NULL;) {
        Node *one = version_node(l, row, &mine);

        if (one)
            node_add(l->a, versions, one);
    }
    pool_rows_close(rows);
    if (mine.code != ERR_NONE && e)
        *e = mine;
    return mine.code == ERR_NONE;
}

static Node *whole(const Lineage *l, const Dataset *d, Str id, Node *versions) {
    const Node *head = versions->items[0];
    Node *out = node_map(l->a);

    for (size_t i = versions->count; i-- > 0;)
        if (node_bool(versions->items[i], "live", false))
            head = versions->items[i];
    node_set_text(l->a, out, "dataset", d->dataset);
    node_set_text(l->a, out, "title", d->title);
    node_set_text(l->a, out, "id", id);
    node_set_bool(l->a, out, "live", node_bool(head, "live", false));
    node_set_int(l->a, out, "batch", node_int(head, "batch", 0));
    node_set_int(l->a, out, "line", node_int(head, "line", 0));
    for (size_t i = 0; i < versions->count; i++)
        if (node_bool(versions->items[i], "sealed", false))
            node_set_bool(l->a, out, "sealed", true);
    for (size_t i = 0; i < head->count; i++)
        if (str_is(head->keys[i], "fields"))
            node_set(l->a, out, "fields", head->items[i]);
    node_set(l->a, out, "versions", versions);
    return out;
}

/* Did a row not open because another server has turned the key meanwhile? Then asking again helps,
 * or *e says what does. */
static bool key_turned(const Pool *p, const Keys *keys, int64_t before, Err *e) {
    int64_t now;
    Err why = {0};

    if (e->code != ERR_BROKEN || !p->store)
        return false;
    if (!journal_generation(p->store, &now, &why)) {
        *e = why.code == ERR_KEY ? why : *e;
        return false;
    }
    return keys_generation(keys) != before;
}

static bool open_versions(PoolSession *s, Lineage *l, const Keys *keys, Str id, Node **versions,
                          Err *e) {
    int64_t before = keys_generation(keys);

    *versions = node_list(l->a);
    l->unsealer = unsealer_new(keys, "seal");
    bool good = read_versions(s, l, id, *versions, e);

    unsealer_free(l->unsealer);
    if (good || !key_turned(s->pool, keys, before, e))
        return good;
    err_clear(e);
    return open_versions(s, l, keys, id, versions, e);
}

Node *pool_row(Pool *p, const Content *c, const Keys *keys, const Dataset *d, Str id, bool reveal,
               Arena *a, Err *e) {
    unsigned char bytes[16];
    Node *versions;
    Err why = {0};
    Lineage l = {.a = a, .table = pool_table(a, d), .visible = pool_visible(p), .reveal = reveal};

    (void)c;
    if (!uuid_read(id, bytes)) {
        err_set(e, ERR_NOT_FOUND, "/id", "没有这一行：行号应是 32 位十六进制数");
        return NULL;
    }
    if (!pool_scope(p, d->dataset, a, &l.scope, e))
        return NULL;
    PoolSession *s = pool_session(p, e);

    if (!s)
        return NULL;
    l.context = str_format(a, "%.*s/%16s", STR_ARG(d->dataset), "");
    memcpy((char *)(uintptr_t)l.context.ptr + d->dataset.len + 1, bytes, sizeof bytes);
    bool good = open_versions(s, &l, keys, id, &versions, &why);

    pool_session_close(s);
    if (!good && e)
        *e = why;
    if (good && !versions->count)
        err_set(e, ERR_NOT_FOUND, "/id", "数据集“%.*s”里没有这一行", STR_ARG(d->title));
    return good && versions->count ? whole(&l, d, id, versions) : NULL;
}
