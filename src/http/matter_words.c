/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/matter_words.c: words, names and masks for pages of matters. */
#include "http/matter_words.h"

#include <stdio.h>

#include "base/citizen_text.h"
#include "content/field.h"

MatterActor matter_actor(const Req *rq) {
    return (MatterActor){req_view(rq)->login, rq->rights};
}

/* --- words ------------------------------------------------------------------------------------ */

const BindName matter_state_words[] = {{"open", 0, "办理中"},   {"suspended", 1, "已挂起"},
                                       {"closed", 2, "已办结"}, {"merged", 3, "已合并"},
                                       {"split", 4, "已拆分"},  {NULL, 0, NULL}};
const BindName matter_step_words[] = {{"open", 0, "办理中"},
                                      {"waiting", 1, "等待"},
                                      {"done", 2, "已办"},
                                      {"sent_back", 3, "已退回"},
                                      {"withdrawn", 4, "已撤回"},
                                      {"cancelled", 5, "取消"},
                                      {NULL, 0, NULL}};
const BindName matter_task_words[] = {{"owner", 0, "承办"},       {"signer", 1, "加签"},
                                      {"countersign", 2, "会签"}, {"copy", 3, "抄送"},
                                      {"supervise", 4, "督办"},   {"approve", 5, "审批"},
                                      {"consult", 6, "征求意见"}, {NULL, 0, NULL}};
const BindName matter_clock_words[] = {{"running", 0, "计算中"}, {"suspended", 1, "中止"},
                                       {"met", 2, "按期办结"},   {"lapsed", 3, "已届满"},
                                       {"stopped", 4, "停止"},   {NULL, 0, NULL}};
const BindName matter_link_words[] = {{"parent", 0, "来自"},
                                      {"child", 1, "子事项"},
                                      {"related", 2, "相关"},
                                      {"merged_into", 3, "并入"},
                                      {"merged", 4, "并入本件"},
                                      {"split_from", 5, "拆分自"},
                                      {"split", 6, "拆分出"},
                                      {"clue", 7, "线索"},
                                      {"case", 8, "案件"},
                                      {"subject", 9, "对象"},
                                      {NULL, 0, NULL}};
const BindName matter_level_words[] = {
    {"urgent", 0, "紧急"}, {"high", 1, "重要"}, {"ordinary", 2, "一般"}, {NULL, 0, NULL}};

Str matter_word(const BindName *words, Str id) {
    for (; words->name != NULL; words++)
        if (str_is(id, words->name))
            return str_of(words->title);
    return id;
}

Str flow_title_of(const Content *c, Str flow) {
    Err unknown = {0};
    const Flow *f = content_flow(c, flow, &unknown);

    return f != NULL ? f->title : flow;
}

Str step_title_of(const Flow *f, Str step) {
    const FlowStep *s = f != NULL ? flow_step(f, step) : NULL;

    return s != NULL ? s->title : step;
}

Str outcome_title_of(const Flow *f, Str outcome) {
    const FlowOutcome *o = f != NULL ? flow_outcome(f, outcome) : NULL;

    return o != NULL ? o->title : str_is(outcome, "terminated") ? STR("终结") : outcome;
}

Str role_title_by(const Content *c, Str role, Arena *a) {
    Str one, out = {NULL, 0};

    while (str_split(&role, '|', &one)) {
        Err unknown = {0};
        const Role *r = one.len != 0 ? content_role(c, one, &unknown) : NULL;
        Str title = r != NULL ? r->title : one;

        out = out.len != 0 ? str_format(a, "%.*s或%.*s", STR_ARG(out), STR_ARG(title)) : title;
    }
    return out;
}

Str period_title_of(const Content *c, Str period) {
    Err unknown = {0};
    const Period *p = period.len != 0 ? content_period(c, period, &unknown) : NULL;

    return p != NULL ? p->title : period;
}

/* --- names ------------------------------------------------------------------------------------ */

void names_begin(Names *n, Arena *a) {
    *n = (Names){.logins = node_list(a), .organisations = node_list(a)};
}

void names_want(Names *n, Arena *a, Str login) {
    for (size_t i = 0; i < n->logins->count; i++)
        if (str_eq(n->logins->items[i]->text, login))
            return;
    if (login.len != 0)
        node_add(a, n->logins, node_of_text(a, login));
}

void names_want_house(Names *n, Arena *a, int64_t number) {
    for (size_t i = 0; i < n->organisations->count; i++)
        if (n->organisations->items[i]->integer == number)
            return;
    if (number != 0)
        node_add(a, n->organisations, node_of_int(a, number));
}

typedef struct Asking {
    Arena *arena;
    const char *text;
    const Node *keys;
    Node *rows;
} Asking;

static bool ask(Tx *tx, void *context, Err *e) {
    Asking *q = context;
    scoped_buf Buf sql;
    Arg *args = arena_array_of(q->arena, q->keys->count, Arg);

    buf_init(&sql, 1 << 20);
    buf_add_c(&sql, q->text);
    for (size_t i = 0; i < q->keys->count; i++) {
        const Node *key = q->keys->items[i];

        args[i] = key->kind == NODE_INT ? ARG_OF_INT(key->integer) : ARG_OF_TEXT(key->text);
        buf_addf(&sql, "%s$%zu", i != 0 ? "," : "", i + 1);
    }
    buf_add_char(&sql, ')');
    q->rows = tx_rows_text(tx, q->arena, buf_str(&sql), args, q->keys->count, e);
    return q->rows != NULL;
}

static const Node *asked(Store *s, Arena *a, const char *text, const Node *keys, Err *e) {
    Asking q = {a, text, keys, node_list(a)};
    Node *map = node_map(a);

    if (keys->count != 0 && !store_read(s, ask, &q, e))
        return NULL;
    for (size_t i = 0; i < q.rows->count; i++)
        node_set(a, map, str_c(a, node_text(q.rows->items[i], "key")),
                 node_of_text(a, node_text(q.rows->items[i], "name")));
    return map;
}

bool names_read(Names *n, Store *s, Arena *a, Err *e) {
    n->people =
        asked(s, a, "SELECT login AS key, name FROM account WHERE login IN (", n->logins, e);
    n->houses = n->people == NULL ? NULL
                                  : asked(s, a,
                                          "SELECT CAST(organisation AS TEXT) AS key, name FROM "
                                          "organisation WHERE organisation IN (",
                                          n->organisations, e);
    return n->houses != NULL;
}

static Str looked_up(const Node *map, Str key) {
    for (size_t i = 0; map != NULL && i < map->count; i++)
        if (str_eq(map->keys[i], key))
            return map->items[i]->text;
    return (Str){NULL, 0};
}

Str name_of(const Names *n, Str login) {
    Str name = looked_up(n->people, login);

    return name.len != 0 ? name : str_is(login, "system") ? STR("系统") : login;
}

Str house_of(const Names *n, Arena *a, int64_t number) {
    Str key = str_format(a, "%lld", (long long)number), name = looked_up(n->houses, key);

    return name.len != 0 ? name : key;
}

/* --- days and values -------------------------------------------------------------------------- */

Str due_day(Arena *a, Str due) {
    Instant at;
    char day[11];

    if (due.len == 0 || !instant_parse(due, &at))
        return (Str){NULL, 0};
    day_format(day_of_instant(at - 1), day);
    return str_dup(a, str_of(day));
}

bool field_masked(const Field *f) {
    return f->type == FIELD_CITIZEN_ID || f->type == FIELD_PHONE;
}

Str value_shown(const Content *c, Arena *a, const Field *f, Str value, bool *masked) {
    FieldValue *v;
    const char *why;
    char text[FIELD_ROOM];

    *masked = false;
    if (!field_masked(f)) {
        Str safe = citizen_id_safe(a, value);

        *masked = !str_eq(safe, value);
        return safe;
    }
    Field asked_for = *f;

    asked_for.required = false;
    asked_for.sensitive = true;
    v = arena_new_of(a, FieldValue);
    *masked = value.len != 0;
    if (!field_normalise(c, &asked_for, value, v, &why))
        return value.len != 0 ? STR("（已脱敏）") : value;
    field_mask(&asked_for, v, text, sizeof text);
    return citizen_id_safe(a, str_dup(a, str_of(text)));
}

static Str name_in(const BindName *names, int value) {
    for (; names->name != NULL; names++)
        if (names->value == value)
            return str_of(names->name);
    return (Str){NULL, 0};
}

Node *values_shown(const Content *c, const Flow *f, const MatterState *m, int64_t task, Arena *a) {
    Node *list = node_list(a);

    for (size_t i = 0; i < f->fields.count; i++) {
        const Field *field = &flow_fields(f)[i];
        Str value = task != 0 ? flow_answer_of(f, m, task, field->field)
                              : flow_value_of(f, m, field->field);
        bool masked;
        Node *n = node_map(a);

        if (value.len == 0)
            continue;
        node_set_text(a, n, "field", field->field);
        node_set_text(a, n, "title", field->title);
        node_set_text(a, n, "type", name_in(field_type_names, field->type));
        node_set_text(a, n, "value", value_shown(c, a, field, value, &masked));
        node_set_bool(a, n, "masked", masked);
        node_set_text(a, n, "unit", field->unit);
        node_add(a, list, n);
    }
    return list;
}

/* --- flows ------------------------------------------------------------------------------------ */

static Node *step_shown(const Flow *f, Arena *a, Str step) {
    Node *n = node_map(a);

    node_set_text(a, n, "step", step);
    node_set_text(a, n, "title", step_title_of(f, step));
    return n;
}

Node *steps_shown(const Flow *f, Arena *a, Str steps) {
    Node *list = node_list(a);
    Str rest = steps, one;

    while (rest.len != 0 && str_split(&rest, ',', &one))
        if (one.len != 0)
            node_add(a, list, step_shown(f, a, one));
    return list;
}

Node *fields_shown(const Flow *f, Arena *a) {
    Node *list = node_list(a);

    for (size_t i = 0; i < f->fields.count; i++) {
        const Field *field = &flow_fields(f)[i];
        Node *n = node_map(a);

        node_set_text(a, n, "field", field->field);
        node_set_text(a, n, "title", field->title);
        node_set_text(a, n, "type", name_in(field_type_names, field->type));
        node_set_bool(a, n, "required", field->required);
        node_set_bool(a, n, "personal", flow_personal(field));
        node_set_bool(a, n, "masked", field_masked(field));
        node_set_bool(a, n, "many", field->many);
        node_set_text(a, n, "codes", field->codes);
        node_set_text(a, n, "unit", field->unit);
        node_set_text(a, n, "least", field->least);
        node_set_text(a, n, "most", field->most);
        if (field->length != 0)
            node_set_int(a, n, "length", field->length);
        node_set_text(a, n, "note", field->note);
        node_add(a, list, n);
    }
    return list;
}

Node *table_shown(Arena *a, const CodeTable *t) {
    Node *n = node_map(a), *entries = node_list(a);

    for (size_t i = 0; i < t->entries.count; i++) {
        const CodeEntry *entry = &((const CodeEntry *)t->entries.items)[i];
        Node *one = node_map(a);

        node_set_text(a, one, "code", entry->code);
        node_set_text(a, one, "title", entry->title);
        node_add(a, entries, one);
    }
    node_set_text(a, n, "codes", t->codes);
    node_set_text(a, n, "title", t->title);
    node_set_bool(a, n, "open", t->open);
    node_set(a, n, "entries", entries);
    return n;
}

Node *codes_shown(const Flow *f, Arena *a) {
    Node *list = node_list(a);

    for (size_t i = 0; i < f->fields.count; i++) {
        const CodeTable *t = flow_fields(f)[i].table;
        bool there = t == NULL;

        for (size_t k = 0; k < list->count && !there; k++)
            there = str_eq(node_text(list->items[k], "codes"), t->codes);
        if (!there)
            node_add(a, list, table_shown(a, t));
    }
    return list;
}

Node *form_shown(Arena *a, const BindList *form) {
    Node *list = node_list(a);

    for (size_t i = 0; i < form->count; i++) {
        Str field = ((const Str *)form->items)[i];
        bool required = str_ends(field, STR("!"));
        Node *n = node_map(a);

        node_set_text(a, n, "field", str_slice(field, 0, field.len - (required ? 1 : 0)));
        node_set_bool(a, n, "required", required);
        node_add(a, list, n);
    }
    return list;
}
