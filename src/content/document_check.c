/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/document_check.c: every name in a kind of document means something. What its body says is
 * looked at by document/type.c, which knows the language of templates. */
#include "content/document_inside.h"

#include "base/banned.h"

#define CATALOGUE "document_types"

typedef struct Look {
    const Content *c;
    DocumentType *d;
    Err *e;
} Look;

static const Str *texts(const BindList *list) {
    return list->items;
}

/* ---- the catalogue ---- */

static const CodeEntry *catalogued(const Content *c, Str name) {
    const CodeTable *t = content_codes(c, STR(CATALOGUE), NULL);

    return t == NULL ? NULL : code_table_find(t, name);
}

static bool names_code(const Content *c, const BindList *list, const CodeEntry *code) {
    for (size_t i = 0; i < list->count; i++)
        if (catalogued(c, texts(list)[i]) == code)
            return true;
    return false;
}

bool document_step_names(const Content *c, const FlowStep *s, Str code) {
    const CodeEntry *entry = catalogued(c, code);

    if (entry == NULL || names_code(c, &s->documents, entry))
        return entry != NULL;
    for (size_t i = 0; i < s->actions.count; i++)
        if (names_code(c, &step_actions(s)[i].documents, entry))
            return true;
    return false;
}

static bool check_code(const Look *l) {
    const Node *at = content_place(l->d->tree, "code");

    return catalogued(l->c, l->d->code) != NULL ||
           content_fail(at, l->e,
                        "文书目录里没有“%.*s”：先在 content/codes/document_types.yaml 里登记",
                        STR_ARG(l->d->code));
}

/* ---- where it is written ---- */

static bool party_known(const Look *l, const Flow *f, Str party, const Node *at) {
    NearestName n = {.wanted = party};

    if (flow_party(f, party) != NULL)
        return true;
    for (size_t i = 0; i < f->parties.count; i++)
        nearest_name(&n, flow_parties(f)[i].party);
    return content_unknown(at, "参与方", &n, l->e);
}

static bool flow_field_known(const Look *l, const Flow *f, Str field, const Node *at) {
    NearestName n = {.wanted = field};

    if (field.len == 0 || flow_field(f, field) != NULL)
        return true;
    for (size_t i = 0; i < f->fields.count; i++)
        nearest_name(&n, flow_fields(f)[i].field);
    return content_unknown(at, "事项的字段", &n, l->e);
}

static bool check_parties(const Look *l, const Flow *f, const BindList *list, const Node *at,
                          const char *key) {
    for (size_t i = 0; i < list->count; i++)
        if (!party_known(l, f, texts(list)[i], content_item(at, key, i)))
            return false;
    return true;
}

static bool check_steps(const Look *l, const Flow *f, const DocumentPlace *p, const Node *at) {
    for (size_t i = 0; i < p->steps.count; i++) {
        const FlowStep *s = flow_step(f, texts(&p->steps)[i]);
        const Node *place = content_item(at, "steps", i);
        NearestName n = {.wanted = texts(&p->steps)[i]};

        for (size_t j = 0; j < f->steps.count; j++)
            nearest_name(&n, flow_steps(f)[j].step);
        if (s == NULL)
            return content_unknown(place, "步骤", &n, l->e);
        if (!document_step_names(l->c, s, l->d->code))
            return content_fail(place, l->e,
                                "流程“%.*s”的步骤“%.*s”没有写明可以制作 %.*s：在该步骤的 documents "
                                "里加上，或者从这里去掉",
                                STR_ARG(f->title), STR_ARG(s->title), STR_ARG(l->d->code));
    }
    return true;
}

static bool offers(const DocumentPlace *p, const FlowStep *s, Str action) {
    return (p->steps.count == 0 || document_listed(&p->steps, s->step)) &&
           flow_action(s, action) != NULL;
}

static bool check_actions(const Look *l, const Flow *f, const DocumentPlace *p, const Node *at) {
    for (size_t i = 0; i < p->actions.count; i++) {
        NearestName n = {.wanted = texts(&p->actions)[i]};
        bool known = false;

        for (size_t j = 0; j < f->steps.count; j++) {
            const FlowStep *s = &flow_steps(f)[j];

            known = known || offers(p, s, n.wanted);
            for (size_t k = 0; k < s->actions.count; k++)
                nearest_name(&n, step_actions(s)[k].action);
        }
        if (!known)
            return content_unknown(content_item(at, "actions", i), "动作", &n, l->e);
    }
    return true;
}

static bool check_roles(const Look *l, const BindList *list, const Node *at) {
    for (size_t i = 0; i < list->count; i++) {
        Err why = {0};

        if (content_role(l->c, texts(list)[i], &why) == NULL)
            return content_fail(content_item(at, "received_by", i), l->e, "%s", why.text);
    }
    return true;
}

static bool check_place(const Look *l, size_t i) {
    const DocumentPlace *p = &document_places(l->d)[i];
    const Node *at = content_item(l->d->tree, "written", i);
    Err why = {0};
    const Flow *f = content_flow(l->c, p->flow, &why);

    if (f == NULL)
        return content_fail(content_place(at, "flow"), l->e, "%s", why.text);
    for (size_t j = 0; j < i; j++)
        if (str_eq(document_places(l->d)[j].flow, p->flow))
            return content_fail(content_place(at, "flow"), l->e, "流程“%.*s”写了两遍",
                                STR_ARG(p->flow));
    return check_steps(l, f, p, at) && check_actions(l, f, p, at) &&
           party_known(l, f, p->issuer, content_place(at, "issuer")) &&
           check_parties(l, f, &p->to, at, "to") && check_parties(l, f, &p->copies, at, "copies") &&
           check_parties(l, f, &p->signers, at, "signers") &&
           flow_field_known(l, f, p->number_field, content_place(at, "number_field")) &&
           flow_field_known(l, f, p->served_field, content_place(at, "served_field")) &&
           flow_field_known(l, f, p->reply_field, content_place(at, "reply_field")) &&
           flow_field_known(l, f, p->method_field, content_place(at, "method_field")) &&
           flow_field_known(l, f, p->due_field, content_place(at, "due_field")) &&
           flow_field_known(l, f, p->assessed_field, content_place(at, "assessed_field")) &&
           check_roles(l, &p->received_by, at);
}

/* ---- sources ---- */

static bool one_of(Str word, const char *const *words) {
    for (; *words != NULL; words++)
        if (str_is(word, *words))
            return true;
    return false;
}

/* Known to one of the flows where it is written. */
static bool value_known(const Look *l, Str name, const Node *at) {
    NearestName n = {.wanted = name};

    for (size_t i = 0; i < l->d->written.count; i++) {
        const Flow *f = content_flow(l->c, document_places(l->d)[i].flow, NULL);

        if (flow_field(f, name) != NULL)
            return true;
        for (size_t j = 0; j < f->fields.count; j++)
            nearest_name(&n, flow_fields(f)[j].field);
    }
    return content_unknown(at, "事项的字段", &n, l->e);
}

static bool source_party(const Look *l, Str rest, const Node *at) {
    static const char *const words[] = {"name", "short_name", NULL};
    NearestName n = {0};
    Str party;

    str_split(&rest, '.', &party);
    n.wanted = party;
    if (!one_of(rest, words))
        return content_fail(at, l->e, "参与方只有 name 和 short_name 可以取用");
    for (size_t i = 0; i < l->d->written.count; i++) {
        const Flow *f = content_flow(l->c, document_places(l->d)[i].flow, NULL);

        if (flow_party(f, party) != NULL)
            return true;
        for (size_t j = 0; j < f->parties.count; j++)
            nearest_name(&n, flow_parties(f)[j].party);
    }
    return content_unknown(at, "参与方", &n, l->e);
}

static bool source_document(const Look *l, Str rest, const Node *at) {
    static const char *const words[] = {"number", "date", "served", NULL};
    Err why = {0};
    Str type;

    str_split(&rest, '.', &type);
    if (!one_of(rest, words))
        return content_fail(at, l->e, "其他文书只有 number、date 和 served 可以取用");
    return content_document(l->c, type, &why) != NULL || content_fail(at, l->e, "%s", why.text);
}

static bool source_period(const Look *l, Str period, const Node *at) {
    Err why = {0};

    return content_period(l->c, period, &why) != NULL || content_fail(at, l->e, "%s", why.text);
}

static bool check_source(const Look *l, Str source, const Node *at) {
    static const char *const matter[] = {"number", "title", NULL};
    static const char *const unit[] = {"name", "short_name", NULL};
    static const char *const answers[] = {"title", "number", "date", "served", NULL};
    static const char *const actor[] = {"name", "title", "phone", NULL};
    Str rest = source, first;

    str_split(&rest, '.', &first);
    if (str_is(source, "today") || str_is(source, "recipients") || str_is(source, "copies") ||
        (str_is(first, "text") && rest.len > 0))
        return true;
    if (str_is(first, "values"))
        return value_known(l, rest, at);
    if (str_is(first, "party"))
        return source_party(l, rest, at);
    if (str_is(first, "document"))
        return source_document(l, rest, at);
    if (str_is(first, "due"))
        return source_period(l, rest, at);
    if ((str_is(first, "matter") && one_of(rest, matter)) ||
        (str_is(first, "organisation") && one_of(rest, unit)) ||
        (str_is(first, "answers") && one_of(rest, answers)) ||
        (str_is(first, "actor") && one_of(rest, actor)))
        return true;
    return content_fail(
        at, l->e,
        "不认识的来源“%.*s”：可以写 values.字段、party.参与方.name、organisation.name、"
        "actor.name、matter.number、due.期限、document.文书.number、answers."
        "number、recipients、copies、today "
        "或者 "
        "text.固定文字",
        STR_ARG(source));
}

/* ---- fields ---- */

static bool check_codes(const Look *l, Field *f, const Node *at) {
    Err why = {0};

    if (f->type != FIELD_CODE)
        return f->codes.len == 0 ||
               content_fail(content_place(at, "codes"), l->e, "只有 code 类型的字段有代码表");
    f->table = content_codes(l->c, f->codes, &why);
    return f->table != NULL || content_fail(content_place(at, "codes"), l->e, "%s", why.text);
}

static bool check_field_list_of(const Look *l, BindList *list, const Node *map, bool entries) {
    DocumentField *f = list->items;

    for (size_t i = 0; i < list->count; i++) {
        const Node *at = content_item(map, "fields", i);

        if (!content_id_fits(f[i].is.field, 30))
            return content_fail(
                content_place(at, "field"), l->e,
                "“%.*s”不能作标识：只用小写字母、数字和单个下划线，不超过 30 个字符",
                STR_ARG(f[i].is.field));
        for (size_t j = 0; j < i; j++)
            if (str_eq(f[j].is.field, f[i].is.field) || str_eq(f[j].is.title, f[i].is.title))
                return content_fail(at, l->e, "字段“%.*s”写了两遍", STR_ARG(f[i].is.title));
        if (str_find(f[i].is.title, STR(" ")) >= 0 || str_find(f[i].is.title, STR("|")) >= 0)
            return content_fail(content_place(at, "title"), l->e,
                                "字段的名称里不能有空格和竖线：占位符用它们分隔");
        if ((f[i].is.type == DOCUMENT_LIST) != (f[i].fields.count > 0) ||
            (entries && f[i].is.type == DOCUMENT_LIST))
            return content_fail(content_place(at, "type"), l->e,
                                "list 类型（而且只有它）要写明每一项的 fields，里面不能再有 list");
        for (size_t j = 0; j < f[i].fields.count; j++)
            if (f[i].is.field.len + ((DocumentField *)f[i].fields.items)[j].is.field.len > 28)
                return content_fail(content_place(at, "field"), l->e,
                                    "列表和它的字段的标识合起来不超过 28 个字符");
        if (f[i].is.length == 0)
            f[i].is.length = DOCUMENT_TEXT_MOST;
        f[i].is.index = i;
        if (!check_codes(l, &f[i].is, at) ||
            (f[i].fields.count > 0 && !check_field_list_of(l, &f[i].fields, at, true)))
            return false;
        for (size_t j = 0; j < f[i].sources.count; j++)
            if (!check_source(l, texts(&f[i].sources)[j], content_item(at, "sources", j)))
                return false;
    }
    return true;
}

/* ---- the rest ---- */

static bool check_number(const Look *l) {
    const Node *at = content_place(l->d->tree, "number");
    Str s = l->d->number;

    if (s.len == 0)
        return true;
    if (str_find(s, STR("{serial}")) < 0 || str_find(s, STR("{organisation}")) < 0 ||
        str_find(s, STR("{year}")) < 0)
        return content_fail(at, l->e, "文号要有 {organisation}、{year} 和 {serial} 三部分");
    return str_find(s, STR("〔{year}〕")) >= 0 ||
           content_fail(at, l->e, "文号里的年份用六角括号：〔{year}〕");
}

static bool check_approval(const Look *l) {
    const DocumentRung *r = l->d->approval.items;

    for (size_t i = 0; i < l->d->approval.count; i++) {
        const Node *at = content_item(l->d->tree, "approval", i);
        Err why = {0};

        if (content_role(l->c, r[i].role, &why) == NULL)
            return content_fail(content_place(at, "role"), l->e, "%s", why.text);
        if (r[i].party.len == 0)
            continue;
        for (size_t j = 0; j < l->d->written.count; j++)
            if (!party_known(l, content_flow(l->c, document_places(l->d)[j].flow, NULL), r[i].party,
                             content_place(at, "party")))
                return false;
    }
    return true;
}

static bool document_known(const Look *l, Str id, const Node *at) {
    Err why = {0};

    return id.len == 0 || content_document(l->c, id, &why) != NULL ||
           content_fail(at, l->e, "%s", why.text);
}

static bool check_enclosures(const Look *l) {
    const DocumentEnclosure *x = l->d->enclosures.items;

    for (size_t i = 0; i < l->d->enclosures.count; i++)
        if (!document_known(l, x[i].document,
                            content_place(content_item(l->d->tree, "enclosures", i), "document")))
            return false;
    return true;
}

static bool date_known(const Look *l, Str name, const Node *at) {
    const DocumentField *f = document_field(&l->d->fields, name);

    if (f == NULL)
        return content_fail(at, l->e, "这种文书没有字段“%.*s”", STR_ARG(name));
    return f->is.type == FIELD_DATE || f->is.type == FIELD_TIME ||
           content_fail(at, l->e, "字段“%.*s”不是日期，不能比较先后", STR_ARG(f->is.title));
}

static bool points_known(const Look *l, Str name, const Node *at) {
    const DocumentField *f = document_field(&l->d->fields, name);

    return name.len == 0 ||
           (f != NULL && (f->is.type == FIELD_TEXT || f->is.type == DOCUMENT_LIST)) ||
           content_fail(at, l->e, "这种文书没有可以逐点回复的文字或者列表字段“%.*s”",
                        STR_ARG(name));
}

static bool check_reply(const Look *l) {
    const DocumentReply *r = &l->d->reply;
    const Node *at = content_place(l->d->tree, "reply");

    if (r->period.len == 0)
        return true;
    return source_period(l, r->period, content_place(at, "period")) &&
           document_known(l, r->document, content_place(at, "document")) &&
           (r->by.len == 0 || date_known(l, r->by, content_place(at, "by"))) &&
           points_known(l, r->points, content_place(at, "points")) &&
           ((r->least >= 0 && r->least <= 2000) ||
            content_fail(content_place(at, "least"), l->e, "least 应当在 0 到 2000 之间"));
}

static bool check_order(const Look *l) {
    const DocumentOrder *o = l->d->order.items;

    for (size_t i = 0; i < l->d->order.count; i++) {
        const Node *at = content_item(l->d->tree, "order", i);

        if (!date_known(l, o[i].earlier, content_place(at, "earlier")) ||
            !date_known(l, o[i].later, content_place(at, "later")))
            return false;
    }
    return true;
}

static bool check_issuer(const Look *l) {
    const Node *at = content_place(l->d->tree, "issuer");
    Err why = {0};

    if (l->d->issuer.len > 0 && l->d->written.count > 0)
        return content_fail(at, l->e, "制作单位已经由 written 写明，不再写 issuer");
    return l->d->issuer.len == 0 || content_organisation_kind(l->c, l->d->issuer, &why) != NULL ||
           content_fail(at, l->e, "%s", why.text);
}

static bool check_days(const Look *l) {
    return l->d->in_force_from == DAY_NONE || l->d->in_force_to == DAY_NONE ||
           l->d->in_force_from <= l->d->in_force_to ||
           content_fail(content_place(l->d->tree, "in_force_to"), l->e, "失效日期早于生效日期");
}

bool document_check(const Content *c, DocumentType *d, Err *e) {
    Look l = {c, d, e};

    for (size_t i = 0; i < d->written.count; i++)
        if (!check_place(&l, i))
            return false;
    return check_code(&l) && check_issuer(&l) &&
           check_field_list_of(&l, &d->fields, d->tree, false) && check_number(&l) &&
           check_approval(&l) && check_enclosures(&l) && check_reply(&l) && check_order(&l) &&
           check_days(&l) && content_basis_check(&d->basis, d->tree, e);
}
