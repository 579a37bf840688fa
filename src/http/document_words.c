/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/document_words.c: words for pages of documents. */
#include "http/document_words.h"

#include "content/period.h"

const BindName document_approval_words[] = {{"waiting", 0, "未到"},   {"open", 1, "待审批"},
                                            {"agreed", 2, "同意"},    {"returned", 3, "退回修改"},
                                            {"cancelled", 4, "取消"}, {NULL, 0, NULL}};
const BindName document_service_words[] = {{"sent", 0, "已送出"},   {"opened", 1, "已打开"},
                                           {"signed", 2, "已签收"}, {"refused", 3, "拒收"},
                                           {"returned", 4, "退回"}, {"recalled", 5, "已撤回"},
                                           {NULL, 0, NULL}};
const BindName document_service_kind_words[] = {
    {"to", 0, "主送"}, {"copy", 1, "抄送"}, {"signer", 2, "会签"}, {NULL, 0, NULL}};
const BindName document_version_words[] = {{"drafted", 0, "起草"},      {"filled", 1, "填写"},
                                           {"edited", 2, "修改正文"},   {"restored", 3, "恢复旧稿"},
                                           {"numbered", 4, "编号定稿"}, {NULL, 0, NULL}};
const BindName document_signature_words[] = {
    {"person", 0, "个人签名"}, {"organisation", 1, "单位印章"}, {NULL, 0, NULL}};
const BindName document_box_words[] = {
    {"todo", 0, "待我处理"}, {"draft", 1, "我的草稿"}, {"approve", 2, "待我审批"},
    {"sign", 3, "待我签章"}, {"in", 4, "收到的"},      {"out", 5, "发出的"},
    {"copy", 6, "抄送我的"}, {"all", 7, "全部"},       {NULL, 0, NULL}};
const BindName document_block_words[] = {{"text", BLOCK_TEXT, "正文"},
                                         {"copy_number", BLOCK_COPY_NUMBER, "份号"},
                                         {"secrecy", BLOCK_SECRECY, "密级和保密期限"},
                                         {"urgency", BLOCK_URGENCY, "紧急程度"},
                                         {"mark", BLOCK_MARK, "发文机关标志"},
                                         {"number", BLOCK_NUMBER, "发文字号"},
                                         {"signer", BLOCK_SIGNER, "签发人"},
                                         {"title", BLOCK_TITLE, "标题"},
                                         {"recipient", BLOCK_RECIPIENT, "主送机关"},
                                         {"level_1", BLOCK_LEVEL_1, "一级标题"},
                                         {"level_2", BLOCK_LEVEL_2, "二级标题"},
                                         {"level_3", BLOCK_LEVEL_3, "三级标题"},
                                         {"level_4", BLOCK_LEVEL_4, "四级标题"},
                                         {"attachment", BLOCK_ATTACHMENT, "附件说明"},
                                         {"signature", BLOCK_SIGNATURE, "署名"},
                                         {"date", BLOCK_DATE, "成文日期"},
                                         {"note", BLOCK_NOTE, "附注"},
                                         {"copies", BLOCK_COPIES, "抄送机关"},
                                         {"printed", BLOCK_PRINTED, "印发机关和印发日期"},
                                         {"names", BLOCK_NAMES, "人员名单"},
                                         {"attachment_head", BLOCK_ATTACHMENT_HEAD, "附件标识"},
                                         {"table", BLOCK_TABLE, "表格"},
                                         {"page", BLOCK_PAGE, "分页"},
                                         {NULL, 0, NULL}};

const char document_docx_media[] =
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const char document_pdf_media[] = "application/pdf";

Str document_type_title(const Content *c, Str type) {
    Err unknown = {0};
    const DocumentType *d = content_document(c, type, &unknown);

    return d != NULL ? d->title : type;
}

Str code_title(const Content *c, const char *table, Str code) {
    Err unknown = {0};
    const CodeTable *t = code.len != 0 ? content_codes(c, str_of(table), &unknown) : NULL;
    const CodeEntry *entry = t != NULL ? code_table_find(t, code) : NULL;

    return entry != NULL ? entry->title : code;
}

int64_t workdays_to(const Content *c, Day last) {
    Day today = day_today(), from = last < today ? last : today, to = last < today ? today : last;
    int64_t n = 0;

    for (Day day = from + 1; day <= to && n < 1000; day++)
        n += calendar_workday(c, day, NULL);
    return last < today ? -n : n;
}

/* --- sources ---------------------------------------------------------------------------------- */

static Str of_party(const Flow *f, Arena *a, Str rest) {
    Str party = {NULL, 0};
    const FlowParty *p;

    str_split(&rest, '.', &party);
    p = f != NULL ? flow_party(f, party) : NULL;
    return str_format(a, "参与单位“%.*s”", STR_ARG(p != NULL ? p->title : party));
}

static Str of_document(const Content *c, Arena *a, Str rest) {
    Str type = {NULL, 0};
    const char *what;

    str_split(&rest, '.', &type);
    what = str_is(rest, "number") ? "文号" : str_is(rest, "date") ? "成文日期" : "送达日期";
    return str_format(a, "本事项《%.*s》的%s", STR_ARG(document_type_title(c, type)), what);
}

Str document_source_title(const Content *c, const Flow *f, Arena *a, Str source) {
    static const struct {
        const char *source, *title;
    } fixed[] = {
        {"matter.number", "事项编号"},
        {"matter.title", "事项标题"},
        {"organisation.name", "制作单位"},
        {"organisation.short_name", "制作单位的简称"},
        {"actor.name", "拟稿人姓名"},
        {"actor.title", "拟稿人职务"},
        {"actor.phone", "拟稿人电话"},
        {"answers.title", "来文名称"},
        {"answers.number", "来文的文号"},
        {"answers.date", "来文的成文日期"},
        {"answers.served", "来文的送达日期"},
        {"recipients", "主送单位"},
        {"copies", "抄送单位"},
        {"today", "起草当天"},
        {"typed", "人工填写"},
    };
    Str rest = source, head = {NULL, 0};

    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        if (str_is(source, fixed[i].source))
            return str_of(fixed[i].title);
    str_split(&rest, '.', &head);
    if (str_is(head, "values")) {
        const Field *field = f != NULL ? flow_field(f, rest) : NULL;

        return str_format(a, "事项里的“%.*s”", STR_ARG(field != NULL ? field->title : rest));
    }
    if (str_is(head, "party"))
        return of_party(f, a, rest);
    if (str_is(head, "due"))
        return str_format(a, "“%.*s”的届满日", STR_ARG(period_title_of(c, rest)));
    if (str_is(head, "document"))
        return of_document(c, a, rest);
    return str_is(head, "text") ? STR("固定文字") : source;
}

/* --- fields ----------------------------------------------------------------------------------- */

static Str name_in(const BindName *names, int value) {
    for (; names->name != NULL; names++)
        if (names->value == value)
            return str_of(names->name);
    return (Str){NULL, 0};
}

Node *document_field_shown(Arena *a, const DocumentField *f) {
    Node *n = node_map(a);

    node_set_text(a, n, "field", f->is.field);
    node_set_text(a, n, "title", f->is.title);
    node_set_text(a, n, "type", name_in(document_field_type_names, f->is.type));
    node_set_bool(a, n, "required", f->is.required);
    node_set_bool(a, n, "identity", f->identity);
    node_set_text(a, n, "help", f->help.len != 0 ? f->help : f->is.note);
    node_set_text(a, n, "codes", f->is.codes);
    node_set_text(a, n, "unit", f->is.unit);
    if (f->is.type == DOCUMENT_LIST) {
        Node *fields = node_list(a);

        for (size_t i = 0; i < f->fields.count; i++)
            node_add(a, fields,
                     document_field_shown(a, &((const DocumentField *)f->fields.items)[i]));
        node_set(a, n, "fields", fields);
    }
    return n;
}

/* --- what documents need ---------------------------------------------------------------------- */

bool document_office(Req *rq, bool reads, DocumentOffice *out, Err *e) {
    const Office *o = req_office(rq);

    *out = (DocumentOffice){
        .store = o->store, .content = req_snapshot(rq)->content, .folder = o->folder};
    if (!reads)
        return true;
    Library *l = library_hold(o->store, out->content, e);

    if (l != NULL)
        arena_defer(req_arena(rq), (void (*)(void *))library_drop, l);
    out->library = l;
    return l != NULL;
}
