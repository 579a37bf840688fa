/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/document.c: kinds of documents as content writes them: rows, loading, finding. */
#include "content/document.h"

#include <assert.h>
#include <inttypes.h>

#include "content/document_inside.h"

#include "base/banned.h"

#define LIST(T, m, k, need, r, U, n, help) \
    { BIND_TYPE_OBJECTS, k, offsetof(T, m), need, help, r, sizeof(U), NULL, n }
#define NAMES(T, m, k, help) \
    { BIND_TYPE_TEXTS, k, offsetof(T, m), OPTIONAL, help, NULL, 0, NULL, DOCUMENT_LIST_MOST }

const BindName document_field_type_names[] = {
    {"text", FIELD_TEXT, "文字"},
    {"date", FIELD_DATE, "日期"},
    {"time", FIELD_TIME, "时间"},
    {"money", FIELD_MONEY, "金额"},
    {"number", FIELD_NUMBER, "数"},
    {"integer", FIELD_INTEGER, "整数"},
    {"area", FIELD_AREA, "面积"},
    {"citizen_id", FIELD_CITIZEN_ID, "公民身份号码"},
    {"credit_code", FIELD_CREDIT_CODE, "统一社会信用代码"},
    {"code", FIELD_CODE, "代码"},
    {"phone", FIELD_PHONE, "电话"},
    {"document_number", FIELD_DOCUMENT_NUMBER, "文号"},
    {"list", DOCUMENT_LIST, "列表"},
    {NULL, 0, NULL}};

/* In the order of SheetForm (document/sheet.h). */
const BindName document_form_names[] = {{"official", 0, "公文格式"},
                                        {"letter", 1, "信函格式"},
                                        {"minutes", 2, "纪要格式"},
                                        {"procuratorial", 3, "检察法律文书"},
                                        {NULL, 0, NULL}};

#define FIELD_ROWS                                                                                \
    BIND_STR_MOST(DocumentField, is.field, "field", REQUIRED, 30, "id"),                          \
        BIND_STR_MOST(DocumentField, is.title, "title", REQUIRED, 40,                             \
                      "Chinese name; placeholders may use it"),                                   \
        BIND_ENUM(DocumentField, is.type, "type", REQUIRED, document_field_type_names,            \
                  "what kind of value"),                                                          \
        BIND_BOOL(DocumentField, is.required, "required", OPTIONAL,                               \
                  "the document is not ready without it"),                                        \
        BIND_BOOL(DocumentField, is.many, "many", OPTIONAL, "type code: several entries"),        \
        BIND_STR_MOST(DocumentField, is.codes, "codes", OPTIONAL, 60,                             \
                      "type code: the code table"),                                               \
        BIND_STR_MOST(DocumentField, is.unit, "unit", OPTIONAL, 10,                               \
                      "money: what a bare number counts, 元 or 万元"),                            \
        BIND_INT(DocumentField, is.length, "length", OPTIONAL,                                    \
                 "ceiling in characters; left out: 20000"),                                       \
        BIND_BOOL(DocumentField, identity, "identity", OPTIONAL,                                  \
                  "names a person: masked where the matter is sealed"),                           \
        BIND_STR_MOST(DocumentField, help, "help", OPTIONAL, 300, "what to write, for the form"), \
        NAMES(DocumentField, sources, "sources",                                                  \
              "where it comes from in the matter; the first that is there counts")

const Bind document_entry_rows[] = {FIELD_ROWS, BIND_END};

const Bind document_field_rows[] = {
    FIELD_ROWS,
    LIST(DocumentField, fields, "fields", OPTIONAL, document_entry_rows, DocumentField,
         DOCUMENT_LIST_MOST, "type list: the fields of an entry"),
    BIND_END,
};

const Bind document_place_rows[] = {
    BIND_STR_MOST(DocumentPlace, flow, "flow", REQUIRED, 60, "id in content/flows"),
    NAMES(DocumentPlace, steps, "steps", "where it is offered; left out: steps that name its code"),
    NAMES(DocumentPlace, actions, "actions", "acts of these steps that issue it"),
    BIND_STR_MOST(DocumentPlace, issuer, "issuer", REQUIRED, 60, "party that writes it"),
    NAMES(DocumentPlace, to, "to", "parties it is served on"),
    NAMES(DocumentPlace, copies, "copies", "parties that get a copy"),
    NAMES(DocumentPlace, signers, "signers", "parties that sign besides the issuer (会签)"),
    BIND_STR_MOST(DocumentPlace, number_field, "number_field", OPTIONAL, 60,
                  "value of the matter that its number goes to"),
    BIND_STR_MOST(DocumentPlace, served_field, "served_field", OPTIONAL, 60,
                  "value of the matter that the day of receipt goes to"),
    BIND_STR_MOST(DocumentPlace, reply_field, "reply_field", OPTIONAL, 60,
                  "value of the matter that the day of the answer goes to"),
    BIND_STR_MOST(DocumentPlace, method_field, "method_field", OPTIONAL, 60,
                  "value of the matter that says how it was served"),
    BIND_STR_MOST(DocumentPlace, due_field, "due_field", OPTIONAL, 60,
                  "value of the matter that the last day for the answer goes to"),
    BIND_STR_MOST(DocumentPlace, assessed_field, "assessed_field", OPTIONAL, 60,
                  "of an answer: value of the matter that what was thought of it goes to"),
    NAMES(DocumentPlace, received_by, "received_by",
          "roles that may sign for it; left out: the liaison officer"),
    BIND_END,
};

const Bind document_rung_rows[] = {
    BIND_STR_MOST(DocumentRung, role, "role", REQUIRED, 60, "who has to agree"),
    BIND_STR_MOST(DocumentRung, title, "title", REQUIRED, 40,
                  "as it stands on the sheet: 检察长批准"),
    BIND_STR_MOST(DocumentRung, department, "department", OPTIONAL, 60,
                  "kind of department whose people come first"),
    BIND_STR_MOST(DocumentRung, party, "party", OPTIONAL, 60,
                  "at whose organisation; left out: the issuer's"),
    BIND_END,
};

const Bind document_enclosure_rows[] = {
    BIND_STR_MOST(DocumentEnclosure, title, "title", REQUIRED, 80, "as it is listed"),
    BIND_STR_MOST(DocumentEnclosure, document, "document", OPTIONAL, 60,
                  "its type, when it is written here too"),
    BIND_BOOL(DocumentEnclosure, required, "required", OPTIONAL, "not issued without it"),
    BIND_STR_MOST(DocumentEnclosure, note, "note", OPTIONAL, 300, "when it is needed"),
    BIND_END,
};

const Bind document_reply_rows[] = {
    BIND_STR_MOST(DocumentReply, period, "period", REQUIRED, 60,
                  "id in content/periods; runs from the day it was received"),
    BIND_STR_MOST(DocumentReply, document, "document", OPTIONAL, 60, "type of the answer"),
    BIND_STR_MOST(DocumentReply, by, "by", OPTIONAL, 60,
                  "date field of this document that sets another last day"),
    BIND_STR_MOST(DocumentReply, points, "points", OPTIONAL, 60,
                  "field of this document, each line or entry of which the answer takes up"),
    BIND_INT(DocumentReply, least, "least", OPTIONAL,
             "characters of its own that an answer has; left out: 60"),
    BIND_STR_MOST(DocumentReply, note, "note", OPTIONAL, 300, "what the answer must say"),
    BIND_END,
};

const Bind document_order_rows[] = {
    BIND_STR_MOST(DocumentOrder, earlier, "earlier", REQUIRED, 60, "date field"),
    BIND_STR_MOST(DocumentOrder, later, "later", REQUIRED, 60,
                  "date field that must not be before it"),
    BIND_STR_MOST(DocumentOrder, note, "note", OPTIONAL, 200, "why, for proofreading"),
    BIND_END,
};

const Bind document_case_rows[] = {
    BIND_STR_MOST(DocumentCase, title, "title", REQUIRED, 120, "what it shows"),
    BIND_NODE(DocumentCase, values, "values", REQUIRED, "{field: text, list: [{field: text}]}"),
    BIND_BOOL(DocumentCase, sealed, "sealed", OPTIONAL,
              "of a sealed matter: identities are masked"),
    NAMES(DocumentCase, contains, "contains", "texts that must be there"),
    NAMES(DocumentCase, lacks, "lacks", "texts that must not be there"),
    NAMES(DocumentCase, missing, "missing",
          "mandatory fields that are told to be missing, exactly"),
    NAMES(DocumentCase, findings, "findings",
          "parts of what proofreading finds, one for each finding, exactly"),
    BIND_END,
};

const Bind document_rows[] = {
    BIND_STR_MOST(DocumentType, document, "document", REQUIRED, 60, "id: the file's name"),
    BIND_STR_MOST(DocumentType, title, "title", REQUIRED, 60, "Chinese title"),
    BIND_STR_MOST(DocumentType, code, "code", REQUIRED, 10, "in the code table document_types"),
    BIND_STR_MOST(DocumentType, group, "group", REQUIRED, 40, "heading in lists"),
    BIND_STR_MOST(DocumentType, help, "help", OPTIONAL, 500, "what it is for"),
    LIST(DocumentType, written, "written", OPTIONAL, document_place_rows, DocumentPlace,
         DOCUMENT_LIST_MOST, "where it is written; left out: outside of matters"),
    BIND_STR_MOST(DocumentType, issuer, "issuer", OPTIONAL, 60,
                  "kind of organisation that writes it, where no flow says it"),
    BIND_ENUM(DocumentType, form, "form", REQUIRED, document_form_names, "its form"),
    BIND_STR_MOST(DocumentType, number, "number", OPTIONAL, 60,
                  "pattern of its number with {organisation}, {year} and {serial}"),
    BIND_BOOL(DocumentType, number_review, "number_review", OPTIONAL,
              "the pattern has to be confirmed"),
    BIND_BOOL(DocumentType, unsealed, "unsealed", OPTIONAL, "no seal is put on it"),
    LIST(DocumentType, fields, "fields", OPTIONAL, document_field_rows, DocumentField,
         DOCUMENT_FIELDS_MOST, "what is filled in, at most 100"),
    LIST(DocumentType, approval, "approval", OPTIONAL, document_rung_rows, DocumentRung,
         DOCUMENT_LIST_MOST, "who has to agree, lowest first"),
    LIST(DocumentType, enclosures, "enclosures", OPTIONAL, document_enclosure_rows,
         DocumentEnclosure, DOCUMENT_LIST_MOST, "what goes with it"),
    BIND_OBJECT(DocumentType, reply, "reply", OPTIONAL, document_reply_rows,
                "the answer it asks for"),
    LIST(DocumentType, order, "order", OPTIONAL, document_order_rows, DocumentOrder,
         DOCUMENT_LIST_MOST, "dates that must follow each other"),
    BIND_OBJECTS(DocumentType, basis, "basis", REQUIRED, basis_rows, Basis, "the statutes"),
    BIND_BOOL(DocumentType, review, "review", OPTIONAL, "a lawyer has to confirm it"),
    BIND_DATE(DocumentType, in_force_from, "in_force_from", OPTIONAL,
              "first day it may be written"),
    BIND_DATE(DocumentType, in_force_to, "in_force_to", OPTIONAL, "last day"),
    BIND_STR_MOST(DocumentType, body, "body", REQUIRED, DOCUMENT_BODY_MOST,
                  "the default template, one block a line (docs/documents.md)"),
    LIST(DocumentType, cases, "cases", OPTIONAL, document_case_rows, DocumentCase,
         DOCUMENT_LIST_MOST, "values in, texts out: run by `content check`"),
    BIND_END,
};

/* ---- reading ---- */

static bool read_type(Arena *a, const ContentFile *file, DocumentType *d, Err *e) {
    if (!bind_read(a, document_rows, file->tree, d, e))
        return false;
    d->tree = file->tree;
    d->file = file->path;
    d->text = file->text;
    d->version = file->version;
    /* The text of a block begins on the line behind its `|`. */
    d->body_line = node_get(file->tree, "body")->line + 1;
    return true;
}

bool load_documents(Content *c, Err *e) {
    const ContentFile *files;
    size_t n = content_files(c, "documents", &files);
    DocumentType *types = arena_array_of(c->arena, n, DocumentType);

    c->document_index = index_new(c->arena, n);
    c->documents = types;
    for (size_t i = 0; i < n; i++) {
        if (files[i].tree == NULL)
            return err_set(e, ERR_CONTENT, files[i].path, "文书文件应当是 .yaml");
        if (!read_type(c->arena, &files[i], &types[i], e) ||
            !content_id_check(&files[i], "document", types[i].document, e))
            return false;
        index_put(c->document_index, types[i].document, &types[i]);
    }
    c->document_count = n;
    /* They name each other. */
    for (size_t i = 0; i < n; i++)
        if (!document_check(c, &types[i], e))
            return false;
    return true;
}

const DocumentType *document_read(const Content *c, Arena *a, Str text, const char *file, Err *e) {
    ContentFile one = {.path = str_dup(a, str_of(file)).ptr, .text = str_dup(a, text)};
    DocumentType *d = arena_new_of(a, DocumentType);
    unsigned char digest[SM3_SIZE];
    scoped_buf Buf version = {.max = 16};

    if (text.len > CONTENT_FILE_MAX)
        return err_set(e, ERR_TOO_LARGE, file, "文书文件超过 2 MiB：请删去多余的内容"), NULL;
    if (!str_utf8_valid(text))
        return err_set(e, ERR_CONTENT, file, "文书文件不是 UTF-8：请另存为 UTF-8 编码"), NULL;
    one.tree = yaml_read(a, one.text, one.path, e);
    if (one.tree == NULL)
        return NULL;
    if (one.tree->kind != NODE_MAP)
        return err_set(e, ERR_CONTENT, file, "文书文件应当是“键: 值”的映射"), NULL;
    sm3(text.ptr, text.len, digest);
    buf_add_hex(&version, digest, 6);
    one.version = str_dup(a, buf_str(&version));
    return read_type(a, &one, d, e) && document_check(c, d, e) ? d : NULL;
}

/* ---- finding ---- */

size_t content_document_count(const Content *c) {
    return c->document_count;
}

const DocumentType *content_document_at(const Content *c, size_t i) {
    assert(i < c->document_count);
    return &c->documents[i];
}

const DocumentType *content_document(const Content *c, Str id, Err *e) {
    const DocumentType *d = index_get(c->document_index, id);
    NearestName n = {.wanted = id};

    if (d != NULL)
        return d;
    for (size_t i = 0; i < c->document_count; i++)
        nearest_name(&n, c->documents[i].document);
    for (size_t i = 0; i < c->document_count; i++)
        if (str_eq(c->documents[i].title, id))
            n = (NearestName){.wanted = id, .name = c->documents[i].document};
    content_not_found("文书种类", &n, e);
    return NULL;
}

const DocumentField *document_field(const BindList *fields, Str name) {
    const DocumentField *f = fields->items;

    for (size_t i = 0; i < fields->count; i++)
        if (str_eq(f[i].is.field, name) || str_eq(f[i].is.title, name))
            return &f[i];
    return NULL;
}

const DocumentPlace *document_place(const DocumentType *d, Str flow) {
    for (size_t i = 0; i < d->written.count; i++)
        if (str_eq(document_places(d)[i].flow, flow))
            return &document_places(d)[i];
    return NULL;
}

bool document_fits(const Content *c, const DocumentType *d, Str flow, Str step) {
    const DocumentPlace *p = document_place(d, flow);
    const Flow *f = p == NULL ? NULL : content_flow(c, flow, NULL);
    const FlowStep *s = f == NULL ? NULL : flow_step(f, step);

    if (s == NULL)
        return false;
    return p->steps.count > 0 ? document_listed(&p->steps, step)
                              : document_step_names(c, s, d->code);
}

Str document_number(Arena *a, const DocumentType *d, Str organisation, int year, int64_t serial) {
    scoped_buf Buf out;
    Str rest = d->number;

    buf_init(&out, 4096);
    while (rest.len > 0) {
        if (str_starts(rest, STR("{organisation}"))) {
            buf_add(&out, organisation);
            rest = str_slice(rest, 14, rest.len);
        } else if (str_starts(rest, STR("{year}"))) {
            buf_addf(&out, "%d", year);
            rest = str_slice(rest, 6, rest.len);
        } else if (str_starts(rest, STR("{serial}"))) {
            buf_addf(&out, "%" PRId64, serial);
            rest = str_slice(rest, 8, rest.len);
        } else {
            buf_add_char(&out, rest.ptr[0]);
            rest = str_slice(rest, 1, rest.len);
        }
    }
    return str_dup(a, buf_str(&out));
}
