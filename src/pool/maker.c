/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/maker.c: normalise the cells of a row, tokenise, seal, and give it identity and digest. */
#include "pool/maker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/citizen_text.h"
#include "content/sealing.h"
#include "data/node.h"
#include "pool/digest.h"

#include "base/banned.h"

#define MASK_ROOM 256

typedef struct Token {
    unsigned char bytes[TOKEN_SIZE];
} Token;

/* A subject's name, folded once a row, for all its weak keys. */
typedef struct Folded {
    Buf name;
    bool known, good;
} Folded;

struct Maker {
    const MakerPlan *plan;
    Tokens *tokens;
    Sealer *sealer;
    FieldValue *values;       /* per field */
    PoolValue *row;           /* per column */
    Token *uuids;             /* per column */
    char (*masks)[MASK_ROOM]; /* per field */
    bool *guarded;            /* per field: part of identity, required, or a key: no garbage here */
    Buf *safe;                /* per field: an open text whose identity numbers are masked, or "" */
    Folded *names;            /* per subject */
    Buf hash, clear, plain, sealed, original, problems, shown, name;
    char reason[FIELD_ROOM];
};

static bool is_guarded(const Dataset *d, const Field *f) {
    bool guarded = f->required;

    for (size_t i = 0; i < d->identity.count && !guarded; i++)
        guarded = str_eq(((const Str *)d->identity.items)[i], f->field);
    for (size_t i = 0; i < d->subjects.count && !guarded; i++)
        guarded = str_eq(dataset_subjects(d)[i].key, f->field);
    return guarded;
}

static void *array(size_t n, size_t size) {
    void *p = calloc(n ? n : 1, size);

    if (!p)
        abort();
    return p;
}

Maker *maker_new(const MakerPlan *plan) {
    Maker *m = array(1, sizeof *m);
    const Dataset *d = plan->table->dataset;
    unsigned char key[KEY_SIZE];
    Buf *const bufs[] = {&m->hash,     &m->clear,    &m->plain, &m->sealed,
                         &m->original, &m->problems, &m->shown, &m->name};

    m->plan = plan;
    m->tokens = tokens_new(plan->keys);
    keys_derive(plan->keys, "seal", key);
    m->sealer = sealer_new(key);
    wipe(key, sizeof key);
    m->values = array(d->fields.count, sizeof *m->values);
    m->masks = array(d->fields.count, sizeof *m->masks);
    m->guarded = array(d->fields.count, sizeof *m->guarded);
    m->safe = array(d->fields.count, sizeof *m->safe);
    for (size_t i = 0; i < d->fields.count; i++)
        buf_init(&m->safe[i], (size_t)64 << 20);
    m->row = array(plan->table->count, sizeof *m->row);
    m->uuids = array(plan->table->count, sizeof *m->uuids);
    m->names = array(d->subjects.count, sizeof *m->names);
    for (size_t i = 0; i < d->subjects.count; i++)
        buf_init(&m->names[i].name, (size_t)16 << 20);
    for (size_t i = 0; i < d->fields.count; i++)
        m->guarded[i] = is_guarded(d, &dataset_fields(d)[i]);
    for (size_t i = 0; i < sizeof bufs / sizeof bufs[0]; i++)
        buf_init(bufs[i], (size_t)256 << 20);
    return m;
}

void maker_free(Maker *m) {
    if (!m)
        return;
    Buf *const bufs[] = {&m->hash,     &m->clear,    &m->plain, &m->sealed,
                         &m->original, &m->problems, &m->shown, &m->name};

    for (size_t i = 0; i < sizeof bufs / sizeof bufs[0]; i++)
        buf_done(bufs[i]);
    for (size_t i = 0; i < m->plan->table->dataset->subjects.count; i++)
        buf_done(&m->names[i].name);
    for (size_t i = 0; i < m->plan->table->dataset->fields.count; i++)
        buf_done(&m->safe[i]);
    free(m->safe);
    free(m->names);
    tokens_free(m->tokens);
    sealer_free(m->sealer);
    free(m->values);
    free(m->masks);
    free(m->guarded);
    free(m->row);
    free(m->uuids);
    free(m);
}

const FieldValue *maker_values(const Maker *m) {
    return m->values;
}

/* The sensitive field that this column of the file fills, or NULL. */
static const Field *secret_at(const MakerPlan *p, int column) {
    const Dataset *d = p->table->dataset;

    for (size_t i = 0; i < d->fields.count; i++) {
        const Field *f = &dataset_fields(d)[i];

        if (column >= 0 && p->columns[i] == column && (f->sensitive || f->type == FIELD_CITIZEN_ID))
            return f;
    }
    return NULL;
}

static Made refuse(Maker *m, MadeRow *out, int column, Str value, const char *reason) {
    const MakerPlan *p = m->plan;

    if (reason != m->reason)
        snprintf(m->reason, sizeof m->reason, "%s", reason);
    const Field *secret = secret_at(p, column);

    buf_clear(&m->shown);
    if (secret != NULL)
        mask_secret(secret, value, &m->shown);
    else
        mask_text(value, &m->shown);
    out->column = column + 1;
    out->title = column >= 0 && (size_t)column < p->column_count ? p->headers[column] : STR("");
    out->masked = buf_str(&m->shown);
    out->reason = m->reason;
    return MADE_REJECTED;
}

/* Most cells begin with something that is plainly no blank. */
static bool cell_blank(const Cell *c) {
    if (c->kind == CELL_EMPTY || c->text.len == 0)
        return true;
    unsigned char first = (unsigned char)c->text.ptr[0];

    if (first > ' ' && first != 0xC2 && first != 0xE3 && first != 0xEF)
        return false;
    return str_trim(c->text).len == 0;
}

/* Every filled cell says what the header says above it. */
static bool is_header_again(const MakerPlan *p, const RowOfCells *row) {
    size_t same = 0;

    for (size_t i = 0; i < row->count && i < p->column_count; i++) {
        if (cell_blank(&row->cells[i]))
            continue;
        if (!str_eq(str_trim(row->cells[i].text), p->headers[i]))
            return false;
        same++;
    }
    return same >= 2;
}

static bool is_total(Str text) {
    static const char *const words[] = {"合计",   "总计",   "小计",  "合计：",
                                        "总计：", "小计：", "合计:", "总计:"};

    text = str_trim(text);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (str_is(text, words[i]))
            return true;
    return false;
}

/* The row as a whole: readable, as wide as the header, no header line come again, no total. */
static Made check_shape(Maker *m, const RowOfCells *row, MadeRow *out) {
    const MakerPlan *p = m->plan;
    size_t filled = 0, wide = 0;
    const Cell *first = NULL;

    for (size_t i = 0; i < row->count; i++) {
        if (cell_blank(&row->cells[i]))
            continue;
        filled++;
        wide = i + 1;
        first = first ? first : &row->cells[i];
    }
    if (row->problem)
        return refuse(m, out, -1, STR(""), row->problem);
    if (!filled)
        return MADE_EMPTY;
    if (wide > p->column_count) {
        /* No line number here: the list beside it counts without sealed rows. */
        snprintf(m->reason, sizeof m->reason,
                 "这一行有%zu列，表头只有%zu列：可能是引号或分隔符错位", wide, p->column_count);
        return refuse(m, out, -1, STR(""), m->reason);
    }
    if (is_header_again(p, row))
        return refuse(m, out, -1, STR(""), "这一行是重复的表头，不是数据");
    if (filled * 2 <= p->column_count + 1 && is_total(first->text))
        return refuse(m, out, -1, STR(""), "这一行是合计，不是数据");
    return MADE_ROW;
}

static Made read_field(Maker *m, const RowOfCells *row, size_t i, MadeRow *out) {
    const Field *f = &m->plan->fields[i];
    int column = m->plan->columns[i];
    const Cell *cell = column >= 0 && (size_t)column < row->count ? &row->cells[column] : NULL;
    Str text = cell && cell->kind != CELL_EMPTY ? cell->text : STR("");
    const char *reason;

    if (cell && cell->kind == CELL_ERROR)
        return refuse(m, out, column, text, "单元格里是公式错误，没有值");
    if (!text.len)
        text = STR("");
    if (memchr(text.ptr, 0, text.len))
        return refuse(m, out, column, STR(""), "单元格里有空字符（NUL），文件可能已损坏");
    if (m->guarded[i] && memchr(text.ptr, 0xEF, text.len) &&
        str_find(text, STR("\xEF\xBF\xBD")) >= 0)
        return refuse(m, out, column, text, "有无法解码的字符：请核对文件编码，或修正这一行");
    if (!field_normalise(m->plan->content, f, text, &m->values[i], &reason)) {
        snprintf(m->reason, sizeof m->reason, "%s", reason);
        return refuse(m, out, column, text, m->reason);
    }
    return MADE_ROW;
}

static bool needs_escape(Str s) {
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] < ' ' || s.ptr[i] == '"' || s.ptr[i] == '\\' ||
            s.ptr[i] == 0x7F)
            return true;
    return false;
}

/* Into an object that stays open: the caller adds its closing brace. Field names are plain. */
static void add_pair(Buf *json, Str key, Str value) {
    bool escape = needs_escape(value);
    char *at = buf_reserve(json, key.len + 6 + (escape ? 0 : value.len));

    if (!at)
        return;
    *at++ = json->len ? ',' : '{';
    *at++ = '"';
    memcpy(at, key.ptr, key.len);
    at += key.len;
    *at++ = '"';
    *at++ = ':';
    json->len += key.len + 4;
    if (escape) {
        json_add_text(json, value);
        return;
    }
    *at++ = '"';
    memcpy(at, value.len ? value.ptr : "", value.len);
    at[value.len] = '"';
    json->len += value.len + 2;
}

static void add_problem(Maker *m, const Field *f, char mark) {
    buf_add_c(&m->problems, m->problems.len ? " " : "");
    buf_add(&m->problems, f->field);
    buf_add_char(&m->problems, mark);
}

static bool is_secret(const Field *f) {
    return f->sensitive || f->type == FIELD_CITIZEN_ID;
}

/* An open field may hold an identity number too: then its text is stored masked, and what was
 * written is sealed with the row. True: it does. A right credit code is none, whatever it looks
 * like. */
static bool make_safe(Maker *m, const Field *f, const FieldValue *v) {
    Buf *safe = &m->safe[f->index];

    if (safe->len)
        buf_clear(safe);
    if (is_secret(f) || v->original.len < DIGIT_RUN_SECRET)
        return false;
    if (f->type == FIELD_CREDIT_CODE && v->credit.form != CREDIT_CODE_NONE && v->credit.check_holds)
        return false;
    bool held = v->kind == VALUE_TEXT && citizen_id_mask_text(v->text, safe);

    return held || (v->changed && citizen_id_in_text(v->original));
}

/* {"v":{field: clear text},"o":{field: original text}} of the sensitive fields and of texts that
 * hold an identity number, {field: text} of the others. */
static void collect_originals(Maker *m) {
    const Dataset *d = m->plan->table->dataset;

    buf_clear(&m->clear);
    buf_clear(&m->plain);
    buf_clear(&m->original);
    buf_clear(&m->problems);
    for (size_t i = 0; i < d->fields.count; i++) {
        const Field *f = &dataset_fields(d)[i];
        const FieldValue *v = &m->values[i];
        bool secret = is_secret(f), held = make_safe(m, f, v);

        if (v->changed || held)
            add_pair(secret || held ? &m->clear : &m->original, f->field, v->original);
        if (v->kind == VALUE_NULL)
            continue;
        if (secret) {
            buf_clear(&m->name);
            field_text(f, v, &m->name);
            add_pair(&m->plain, f->field, buf_str(&m->name));
        }
        if (!v->valid)
            add_problem(m, f, '!');
        if (v->out_of_range)
            add_problem(m, f, '~');
    }
    if (m->original.len)
        buf_add_char(&m->original, '}');
}

static void make_sealed(Maker *m, const unsigned char id[TOKEN_SIZE]) {
    const Dataset *d = m->plan->table->dataset;

    collect_originals(m);
    buf_clear(&m->sealed);
    if (!m->plain.len && !m->clear.len)
        return;
    buf_clear(&m->hash);
    buf_add(&m->hash, STR("{\"v\":"));
    buf_add(&m->hash, m->plain.len ? buf_str(&m->plain) : STR("{"));
    buf_add(&m->hash, STR("}"));
    if (m->clear.len) {
        buf_add(&m->hash, STR(",\"o\":"));
        buf_add(&m->hash, buf_str(&m->clear));
        buf_add_char(&m->hash, '}');
    }
    buf_add_char(&m->hash, '}');
    buf_clear(&m->name);
    buf_add(&m->name, d->dataset);
    buf_add_char(&m->name, '/');
    buf_add_bytes(&m->name, id, TOKEN_SIZE);
    seal(m->sealer, buf_str(&m->name), buf_str(&m->hash), &m->sealed);
}

/* Values are written where they stay: 40 bytes written piece by piece and copied at once would wait
 * for each other. What a type does not use keeps what the row before left there. */
static void put_null(PoolValue *out) {
    out->type = POOL_NULL;
}

static void put_text(PoolValue *out, Str s) {
    out->type = s.len ? POOL_TEXT : POOL_NULL;
    out->text = s;
}

static void put_int(PoolValue *out, PoolType type, int64_t i) {
    out->type = type;
    out->integer = i;
}

static void put_uuid(PoolValue *out, const unsigned char *bytes) {
    out->type = POOL_UUID;
    out->text = (Str){(const char *)bytes, TOKEN_SIZE};
}

static void put_plain(const FieldValue *v, PoolValue *out) {
    switch (v->kind) {
    case VALUE_NULL:
        put_null(out);
        break;
    case VALUE_TEXT:
        put_text(out, v->text);
        break;
    case VALUE_INT:
        put_int(out, POOL_INT, v->integer);
        break;
    case VALUE_REAL:
        out->type = POOL_REAL;
        out->real = v->real;
        break;
    case VALUE_DAY:
        put_int(out, POOL_DATE, v->integer);
        break;
    case VALUE_TIME:
        put_int(out, POOL_TIME, v->integer);
        break;
    }
}

static void put_value(Maker *m, const Field *f, const FieldValue *v, PoolValue *out) {
    if (!is_secret(f)) {
        if (m->safe[f->index].len)
            put_text(out, buf_str(&m->safe[f->index]));
        else
            put_plain(v, out);
    } else if (v->kind == VALUE_NULL) {
        put_null(out);
    } else {
        field_mask(f, v, m->masks[f->index], MASK_ROOM);
        put_text(out, str_of(m->masks[f->index]));
    }
}

static void put_validity(const Field *f, const FieldValue *v, PoolValue *out) {
    if (v->kind == VALUE_NULL)
        put_null(out);
    else if (f->type == FIELD_CREDIT_CODE)
        put_int(out, POOL_BOOL, v->credit.form != CREDIT_CODE_NONE && v->credit.check_holds);
    else if (v->citizen.form != CITIZEN_ID_WHOLE)
        put_null(out);
    else
        put_int(out, POOL_BOOL, v->citizen.check_holds && v->citizen.birth_valid);
}

static Day birth_of(const Maker *m, const Subject *s, const FieldValue *key) {
    if (s->birth_field && m->values[s->birth_field->index].kind == VALUE_DAY)
        return (Day)m->values[s->birth_field->index].integer;
    if (s->key_field->type == FIELD_CITIZEN_ID && key->kind != VALUE_NULL &&
        key->citizen.birth_valid)
        return key->citizen.birth;
    return DAY_NONE;
}

static Str division_of(const Maker *m, const Subject *s, const FieldValue *key) {
    if (s->division_field && m->values[s->division_field->index].kind == VALUE_TEXT)
        return m->values[s->division_field->index].text;
    if (s->key_field->type == FIELD_CITIZEN_ID && key->kind != VALUE_NULL &&
        strlen(key->citizen.division) == 6)
        return str_of(key->citizen.division);
    return STR("");
}

/* The name a weak key rests on, or nothing. */
static Str name_of(Maker *m, const Subject *s) {
    Folded *f = &m->names[s - dataset_subjects(m->plan->table->dataset)];
    const FieldValue *v = s->name_field ? &m->values[s->name_field->index] : NULL;

    if (!f->known) {
        f->known = true;
        f->good = v && v->kind == VALUE_TEXT &&
                  token_fold_name(v->text, s->kind == SUBJECT_PERSON, &f->name);
    }
    return f->good ? buf_str(&f->name) : STR("");
}

/* False: the row has not all parts of this weak key. */
static bool weak_of(Maker *m, const PoolColumn *c, const FieldValue *key, unsigned char *room) {
    const Subject *s = c->subject;
    Str text = STR("");
    Day birth = DAY_NONE;

    if (c->role == COLUMN_WEAK_BIRTH)
        birth = birth_of(m, s, key);
    else if (c->role == COLUMN_WEAK_DIVISION)
        text = division_of(m, s, key);
    else if (c->role == COLUMN_WEAK_TAIL && s->key_field->type == FIELD_CITIZEN_ID &&
             key->kind != VALUE_NULL)
        text = str_of(key->citizen.tail);
    if (c->role == COLUMN_WEAK_BIRTH ? birth == DAY_NONE : c->role != COLUMN_WEAK_NAME && !text.len)
        return false;
    Str name = name_of(m, s);

    if (!name.len)
        return false;
    if (c->role == COLUMN_WEAK_BIRTH)
        token_weak_birth(m->tokens, name, birth, room);
    else
        token_weak_text(m->tokens,
                        c->role == COLUMN_WEAK_DIVISION ? "weak/division"
                        : c->role == COLUMN_WEAK_TAIL   ? "weak/tail"
                                                        : "weak/name",
                        name, text, room);
    return true;
}

static void derive(Maker *m, const PoolColumn *c, unsigned char *room, PoolValue *out) {
    const FieldValue *v = &m->values[c->field->index];
    bool filled = v->kind != VALUE_NULL;

    put_null(out);
    switch (c->role) {
    case COLUMN_VALUE:
        put_value(m, c->field, v, out);
        break;
    case COLUMN_KEY:
        if (token_of_field(m->tokens, c->field, c->subject, v, room))
            put_uuid(out, room);
        break;
    case COLUMN_BIRTH:
        if (filled && v->citizen.birth_valid)
            put_int(out, POOL_DATE, v->citizen.birth);
        break;
    case COLUMN_SEX:
        if (filled && v->citizen.sex)
            put_text(out, v->citizen.sex == 'M' ? STR("男") : STR("女"));
        break;
    case COLUMN_DIVISION:
        if (filled && strlen(v->citizen.division) == 6)
            put_text(out, str_of(v->citizen.division));
        break;
    case COLUMN_VALID:
        put_validity(c->field, v, out);
        break;
    default:
        if (weak_of(m, c, v, room))
            put_uuid(out, room);
        break;
    }
}

static void fill_row(Maker *m, int64_t line) {
    const PoolTable *t = m->plan->table;
    PoolValue *row = m->row;
    Hashing h = {t->dataset, m->values, m->tokens, &m->hash, &m->name};

    row_digest(&h, m->uuids[COLUMN_DIGEST].bytes);
    row_identity(&h, m->uuids[COLUMN_ID].bytes);
    make_sealed(m, m->uuids[COLUMN_ID].bytes);
    put_uuid(&row[COLUMN_ID], m->uuids[COLUMN_ID].bytes);
    put_uuid(&row[COLUMN_DIGEST], m->uuids[COLUMN_DIGEST].bytes);
    put_int(&row[COLUMN_BATCH], POOL_INT, m->plan->batch);
    put_int(&row[COLUMN_UNTIL], POOL_INT, POOL_FOREVER);
    put_int(&row[COLUMN_LINE], POOL_INT, line);
    row[COLUMN_SEALED].type = m->sealed.len ? POOL_BLOB : POOL_NULL;
    row[COLUMN_SEALED].text = buf_str(&m->sealed);
    put_text(&row[COLUMN_ORIGINAL], buf_str(&m->original));
    put_text(&row[COLUMN_PROBLEMS], buf_str(&m->problems));
    const Sealing *by = sealing_of(t->dataset, m->values);

    put_text(&row[COLUMN_SEALED_BY], by ? by->rule : STR(""));
    for (size_t i = 0; i < t->dataset->subjects.count; i++)
        m->names[i].known = false;
    for (size_t i = TABLE_OWN_COLUMNS; i < t->count; i++)
        derive(m, &t->columns[i], m->uuids[i].bytes, &row[i]);
}

Made maker_make(Maker *m, const RowOfCells *row, MadeRow *out) {
    Made made = check_shape(m, row, out);

    for (size_t i = 0; i < m->plan->table->dataset->fields.count && made == MADE_ROW; i++)
        made = read_field(m, row, i, out);
    if (made != MADE_ROW)
        return made;
    fill_row(m, (int64_t)row->line);
    out->values = m->row;
    return MADE_ROW;
}
