/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/document_file_api.c: a document as PDF and as .docx, and the proof that it was served: each
 * look is an entry in the journal, written before the file leaves. */
#include "base/citizen_text.h"
#include "document/service.h"
#include "http/document_api.h"
#include "http/document_shown.h"

#define FILE_MOST ((size_t)256 << 20)

static void tell(Req *rq, const Document *d, const char *what, int64_t service) {
    Arena *a = req_arena(rq);
    Node *body = node_map(a);

    node_set_text(a, body, "document", d->id);
    node_set_text(a, body, "file", str_of(what));
    if (service != 0)
        node_set_int(a, body, "service", service);
    rq->entry.kind = "document.file_read";
    rq->entry.subject = str_format(a, "matter:%.*s", STR_ARG(d->matter));
    rq->entry.body = body;
}

/* Whoever does not see names does not see what was written about them. */
static const Document *readable(Req *rq, DocumentOffice *o, Err *e) {
    const Document *d = document_office(rq, false, o, e)
                            ? document_get(o->store, req_param(rq, 0), req_arena(rq), e)
                            : NULL;

    if (d != NULL && d->personal->count == 0) {
        err_set(e, ERR_FORBIDDEN, NULL,
                str_is(d->state, "recalled") ? "这份文书已经撤回，不能打开"
                                             : "这份文书隐去了个人信息，不能打开");
        return NULL;
    }
    return d;
}

/* "检察意见书（江检意〔2026〕3号）.pdf" */
static Str name_of_file(const Content *c, const Document *d, Arena *a, const char *suffix) {
    Str title = document_type_title(c, d->type);

    return d->number.len > 0
               ? str_format(a, "%.*s（%.*s）%s", STR_ARG(title), STR_ARG(d->number), suffix)
               : str_format(a, "%.*s（草稿）%s", STR_ARG(title), suffix);
}

bool api_document_pdf(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    scoped_buf Buf pdf = {0};
    LayoutReport report;
    DocumentOffice o;
    const Document *d = readable(rq, &o, e);

    buf_init(&pdf, FILE_MOST);
    if (d == NULL || !document_pdf(&o, d, a, &pdf, &report, e) ||
        !reply_bytes(rq, buf_str(&pdf), name_of_file(o.content, d, a, ".pdf"), document_pdf_media,
                     e))
        return false;
    rq->shown = ((const DocumentFileQuery *)req_query(rq))->shown;
    tell(rq, d, "pdf", 0);
    return true;
}

bool api_document_docx(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    DocumentText text = {0};
    DocumentOffice o;
    const Document *d = readable(rq, &o, e);

    if (d == NULL)
        return false;
    bool good = document_text(&o, d, a, &text, e) &&
                reply_bytes(rq, buf_str(&text.docx), name_of_file(o.content, d, a, ".docx"),
                            document_docx_media, e);

    buf_done(&text.docx);
    if (good)
        tell(rq, d, "docx", 0);
    return good;
}

bool api_document_receipt(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    scoped_buf Buf pdf = {0};
    DocumentOffice o;
    int64_t id;
    const Document *d = readable(rq, &o, e);

    buf_init(&pdf, FILE_MOST);
    if (d == NULL || !req_param_int(rq, 1, &id, e))
        return false;
    for (size_t i = 0; i < d->services.count; i++) {
        const DocumentService *s = &document_services(d)[i];

        if (s->id != id || s->receipt.len == 0)
            continue;
        if (!document_file(&o, s->receipt, FILE_MOST, &pdf, e) ||
            !reply_bytes(
                rq, buf_str(&pdf),
                str_format(a, "送达回证-%.*s.pdf",
                           STR_ARG(d->number.len > 0 ? d->number
                                                     : document_type_title(o.content, d->type))),
                document_pdf_media, e))
            return false;
        rq->shown = ((const DocumentFileQuery *)req_query(rq))->shown;
        tell(rq, d, "receipt", id);
        return true;
    }
    return err_set(e, ERR_NOT_FOUND, NULL, "还没有这份送达回证");
}
