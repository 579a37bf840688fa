/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/act_value.c: what people type into forms: normalised by the field, kept in the open part or
 * the sealed one, and asked by tests. */
#include <stdio.h>
#include <string.h>

#include "content/field.h"
#include "flow/act_inside.h"

#include "base/banned.h"

/* Older dates are typing mistakes, unless the field says from when on. */
#define DAY_LEAST_YEAR 1900

bool values_empty(const Node *n) {
    return !n || n->kind == NODE_NULL || (n->kind == NODE_TEXT && !str_trim(n->text).len);
}

bool flow_personal(const Field *f) {
    return f->sensitive || f->type == FIELD_TEXT || f->type == FIELD_CITIZEN_ID ||
           f->type == FIELD_PHONE || f->type == FIELD_PLATE;
}

static Str text_in(const Node *of, Str field) {
    for (size_t i = 0; of && of->kind == NODE_MAP && i < of->count; i++)
        if (str_eq(of->keys[i], field))
            return of->items[i]->kind == NODE_TEXT ? of->items[i]->text : (Str){NULL, 0};
    return (Str){NULL, 0};
}

Str flow_value_of(const Flow *f, const MatterState *s, Str field) {
    const Field *def = flow_field(f, field);

    return def ? text_in(flow_personal(def) ? node_get(s->personal, "values") : s->values, field)
               : (Str){NULL, 0};
}

/* Personal answers of a task, by field. */
static const Node *personal_answers(const MatterState *s, int64_t task) {
    const Node *all = node_get(s->personal, "answers");
    char key[24];

    snprintf(key, sizeof key, "%lld", (long long)task);
    return all ? node_get(all, key) : NULL;
}

Str flow_answer_of(const Flow *f, const MatterState *s, int64_t task, Str field) {
    const Field *def = flow_field(f, field);
    const MatterTask *t = state_task(s, task);

    return def && t ? text_in(flow_personal(def) ? personal_answers(s, task) : t->values, field)
                    : (Str){NULL, 0};
}

/* ---- one value ---- */

static bool too_old(const Field *f, const FieldValue *v) {
    int year, month, day;

    if (f->least.len || (v->kind != VALUE_DAY && v->kind != VALUE_TIME))
        return false;
    day_split(v->kind == VALUE_DAY ? (Day)v->integer
                                   : (Day)(v->integer / (INT64_C(86400) * 1000000)),
              &year, &month, &day);
    return year < DAY_LEAST_YEAR;
}

bool flow_value(const FlowWorld *w, const Field *f, Str typed, Arena *a, Str *out, Err *e) {
    Field optional = *f;
    FieldValue *v = arena_new_of(a, FieldValue);
    const char *why = NULL, *where = str_format(a, "/values/%.*s", STR_ARG(f->field)).ptr;
    scoped_buf Buf text;

    buf_init(&text, 1 << 20);
    optional.required = false;
    if (!field_normalise(w->content, &optional, typed, v, &why))
        return err_set(e, ERR_INVALID, where, "“%.*s”填写有误：%s", STR_ARG(f->title), why);
    *out = (Str){NULL, 0};
    if (v->kind == VALUE_NULL)
        return v->valid || !str_trim(typed).len || field_blank(f, str_trim(typed)) ||
               err_set(e, ERR_INVALID, where, "“%.*s”填写的内容认不出来，请重新填写",
                       STR_ARG(f->title));
    if (!v->valid && !f->lenient && !(f->table && f->table->open))
        return err_set(e, ERR_INVALID, where, "“%.*s”填写的内容不符合规则，请核对后重新填写",
                       STR_ARG(f->title));
    if (v->out_of_range || too_old(f, v))
        return err_set(e, ERR_INVALID, where, "“%.*s”超出了合理的范围，请核对后重新填写",
                       STR_ARG(f->title));
    field_text(f, v, &text);
    *out = str_dup(a, buf_str(&text));
    return true;
}

/* ---- setting ---- */

static Node *with(Arena *a, const Node *map, Str key, Node *value) {
    Node *own = node_map(a);
    bool placed = false;

    for (size_t i = 0; map && map->kind == NODE_MAP && i < map->count; i++) {
        bool here = str_eq(map->keys[i], key);

        placed |= here;
        if (!here || value)
            node_append(a, own, map->keys[i], here ? value : map->items[i]);
    }
    if (value && !placed)
        node_append(a, own, str_dup(a, key), value);
    return own;
}

void personal_set(Work *w, const char *group, Str key, Node *value) {
    Node *of = with(w->arena, node_get(w->s->personal, group), key, value);

    w->s->personal = with(w->arena, w->s->personal, str_of(group), of->count ? of : NULL);
}

static void answer_set(Work *w, const Field *f, Node *value) {
    MatterTask *t = state_task(w->s, w->own);
    Node *of;

    if (!flow_personal(f)) {
        of = with(w->arena, t->values, f->field, value);
        t->values = of->count ? of : NULL;
        return;
    }
    of = with(w->arena, personal_answers(w->s, w->own), f->field, value);
    personal_set(w, "answers", str_format(w->arena, "%lld", (long long)w->own),
                 of->count ? of : NULL);
}

void values_set(Work *w, const Field *f, Str value) {
    Node *n = value.len ? node_of_text(w->arena, value) : NULL;

    if (w->own)
        answer_set(w, f, n);
    else if (flow_personal(f))
        personal_set(w, "values", f->field, n);
    else
        w->s->values = with(w->arena, w->s->values, f->field, n);
}

/* What was filled in goes with a task that somebody else takes on. */
void answers_move(Work *w, int64_t from, int64_t to) {
    const Node *own = personal_answers(w->s, from);

    if (own)
        personal_set(w, "answers", str_format(w->arena, "%lld", (long long)to),
                     (Node *)(uintptr_t)own);
}

/* ---- whose values ---- */

void values_own(Work *w, const FlowStep *def, int64_t task) {
    w->own = def && def->joint == JOINT_EACH ? task : 0;
}

/* Does a step that asks everybody for himself ask for this field? */
static bool asked_of_each(const Work *w, Str field) {
    const MatterTask *t = w->own ? state_task(w->s, w->own) : NULL;
    const MatterStep *of = t ? state_step(w->s, t->step) : NULL;
    const FlowStep *def = of ? flow_step(w->flow, of->step) : NULL;
    bool asked = def && values_asked(&def->form, field);

    for (size_t i = 0; def && !asked && i < def->actions.count; i++)
        asked = values_asked(&step_actions(def)[i].needs, field);
    return asked;
}

Str value_now(const Work *w, Str field) {
    return asked_of_each(w, field) ? flow_answer_of(w->flow, w->s, w->own, field)
                                   : flow_value_of(w->flow, w->s, field);
}

/* ---- a whole form ---- */

static Str without_mark(Str item, bool *required) {
    *required = str_ends(item, STR("!"));
    return *required ? str_slice(item, 0, item.len - 1) : item;
}

bool values_asked(const BindList *fields, Str field) {
    bool required;

    for (size_t i = 0; fields && i < fields->count; i++)
        if (str_eq(without_mark(((const Str *)fields->items)[i], &required), field))
            return true;
    return false;
}

static Str typed_text(Arena *a, const Node *n) {
    switch (n->kind) {
    case NODE_TEXT:
        return n->text;
    case NODE_INT:
        return str_format(a, "%lld", (long long)n->integer);
    case NODE_REAL:
        return n->text.len ? n->text : str_format(a, "%.15g", n->real);
    case NODE_BOOL:
        return n->boolean ? STR("是") : STR("否");
    default:
        return (Str){NULL, 0};
    }
}

/* Fields that every matter has from its beginning are asked for at the first step when it began
 * without them. */
static bool owed(const Work *w, const FlowStep *def, const Field *f) {
    return f->required && str_eq(def->step, w->flow->start) &&
           !flow_value_of(w->flow, w->before, f->field).len;
}

static bool take_one(Work *w, const FlowStep *def, const BindList *also, Str key, const Node *n) {
    const Field *f = flow_field(w->flow, key);
    const char *where = str_format(w->arena, "/values/%.*s", STR_ARG(str_slice(key, 0, 60))).ptr;
    Str value;

    if (!f)
        return work_fail(w, ERR_INVALID, where, "“%.*s”流程里没有“%.*s”这一项",
                         STR_ARG(w->flow->title), STR_ARG(str_slice(key, 0, 60)));
    if (def && !values_asked(&def->form, key) && !values_asked(also, key) && !owed(w, def, f))
        return work_fail(w, ERR_INVALID, where, "“%.*s”这一步不填写“%.*s”", STR_ARG(def->title),
                         STR_ARG(f->title));
    if (n->kind == NODE_LIST || n->kind == NODE_MAP)
        return work_fail(w, ERR_INVALID, where, "“%.*s”应当填写文字或数字", STR_ARG(f->title));
    if (!flow_value(w->world, f, typed_text(w->arena, n), w->arena, &value, w->e))
        return false;
    values_set(w, f, value);
    return true;
}

bool values_take(Work *w, const FlowStep *def, const BindList *also) {
    const Node *values = w->act->values;

    if (!values || values->kind == NODE_NULL)
        return true;
    if (values->kind != NODE_MAP || values->count > FLOW_FIELDS_MOST)
        return work_fail(w, ERR_INVALID, "/values", "填写的内容格式不对，请刷新页面后重试");
    for (size_t i = 0; i < values->count; i++)
        if (!take_one(w, def, also, values->keys[i], values->items[i]))
            return false;
    return true;
}

static bool filled(Work *w, Str field) {
    const Field *f = flow_field(w->flow, field);

    if (value_now(w, field).len)
        return true;
    return work_fail(w, ERR_INVALID, str_format(w->arena, "/values/%.*s", STR_ARG(field)).ptr,
                     "请填写“%.*s”", STR_ARG(f ? f->title : field));
}

bool values_needed(Work *w, const FlowStep *def, const FlowAction *action) {
    bool leads_on = !action->back && (action->to.count || action->closes.len), required;

    for (size_t i = 0; leads_on && i < w->flow->fields.count; i++)
        if (owed(w, def, &flow_fields(w->flow)[i]) && !filled(w, flow_fields(w->flow)[i].field))
            return false;
    for (size_t i = 0; leads_on && i < def->form.count; i++) {
        Str field = without_mark(((const Str *)def->form.items)[i], &required);

        if (required && !filled(w, field))
            return false;
    }
    for (size_t i = 0; i < action->needs.count; i++)
        if (!filled(w, ((const Str *)action->needs.items)[i]))
            return false;
    return true;
}

/* ---- tests ---- */

static bool test_holds(const FlowTest *t, Str value, Str same) {
    return t->same_as.len ? value.len && str_eq(value, same) : flow_test_holds(t, value);
}

static bool count_holds(const MatterState *s, const FlowTest *t) {
    return flow_count_holds(t, t->children.len ? children_count(s, t) : answers_count(s, t));
}

bool flow_tests_hold(const Flow *f, const MatterState *s, const BindList *tests) {
    for (size_t i = 0; i < tests->count; i++) {
        const FlowTest *t = &((const FlowTest *)tests->items)[i];

        if (!(flow_test_counts(t)
                  ? count_holds(s, t)
                  : test_holds(t, flow_value_of(f, s, t->field), flow_value_of(f, s, t->same_as))))
            return false;
    }
    return true;
}

bool tests_hold_now(const Work *w, const BindList *tests) {
    for (size_t i = 0; i < tests->count; i++) {
        const FlowTest *t = &((const FlowTest *)tests->items)[i];

        if (!(flow_test_counts(t)
                  ? count_holds(w->s, t)
                  : test_holds(t, value_now(w, t->field), value_now(w, t->same_as))))
            return false;
    }
    return true;
}

/* ---- reasons and notes ---- */

bool note_keep(Work *w, bool reason_needed) {
    Str reason = str_trim(w->act->reason), note = str_trim(w->act->note);
    Node *both = node_map(w->arena);

    if (reason_needed && !reason.len)
        return work_fail(w, ERR_INVALID, "/reason", "请写明%.*s的理由",
                         STR_ARG(verb_title(w->act->verb)));
    if (str_runes(reason) > FLOW_REASON_MOST)
        return work_fail(w, ERR_INVALID, "/reason", "理由最多 %d 个字", FLOW_REASON_MOST);
    if (str_runes(note) > FLOW_NOTE_MOST)
        return work_fail(w, ERR_INVALID, "/note", "说明最多 %d 个字", FLOW_NOTE_MOST);
    if (!str_utf8_valid(reason) || !str_utf8_valid(note))
        return work_fail(w, ERR_INVALID, "/note", "文字里有不能识别的字符，请重新填写");
    if (reason.len)
        node_set_text(w->arena, both, "reason", reason);
    if (note.len)
        node_set_text(w->arena, both, "note", note);
    if (both->count)
        personal_set(w, "notes", str_format(w->arena, "%lld", (long long)w->s->revision + 1), both);
    return true;
}
