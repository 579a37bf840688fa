/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/static.c: the web page, from memory. Addresses of the page itself ("/clues/3fa9") are the
 * browser's to route, so they all give index.html. */
#include "http/static.h"

#include <string.h>

#include <openssl/evp.h>

#include "http/inside.h"

static const char missing[] =
    "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>联衡</title>"
    "<body><h1>网页没有装进这个程序</h1><p>编译时没有找到构建好的网页（web/dist）。"
    "请在源代码目录运行 tools/build.sh，然后重新启动服务。</p><p>接口 /api/ 和命令行不受影响。</p>";

static const WebFile *file_at(Str path) {
    for (const WebFile *f = web_files; f->path != NULL; f++)
        if (str_is(path, f->path))
            return f;
    return NULL;
}

/* The last segment of a page's address has no dot; that of a file has one. */
static bool is_page(Str path) {
    const char *slash = memrchr(path.ptr, '/', path.len);
    size_t from = slash != NULL ? (size_t)(slash - path.ptr) : 0;

    return str_find(str_slice(path, from, path.len), STR(".")) < 0;
}

static const WebBytes *best(const Req *rq, const WebFile *f, const char **encoding) {
    Str accepted = req_header(rq, MHD_HTTP_HEADER_ACCEPT_ENCODING);

    if (f->brotli.bytes != NULL && str_find(accepted, STR("br")) >= 0) {
        *encoding = "br";
        return &f->brotli;
    }
    if (f->gzip.bytes != NULL && str_find(accepted, STR("gzip")) >= 0) {
        *encoding = "gzip";
        return &f->gzip;
    }
    return &f->plain;
}

/* The bytes outlive every response; libmicrohttpd only wants them without const. */
static struct MHD_Response *response_of(const void *bytes, size_t n) {
    return MHD_create_response_from_buffer(n, (void *)(uintptr_t)bytes, MHD_RESPMEM_PERSISTENT);
}

static void serve_text(Req *rq, int status, const char *type, const char *text) {
    rq->status = status;
    rq->response = response_of(text, strlen(text));
    headers_add(rq, rq->response);
    MHD_add_response_header(rq->response, "Content-Type", type);
    MHD_add_response_header(rq->response, "Cache-Control", "no-store");
}

static void serve_file(Req *rq, const WebFile *f) {
    const char *encoding = NULL;
    const WebBytes *bytes = best(rq, f, &encoding);
    bool same = str_is(req_header(rq, MHD_HTTP_HEADER_IF_NONE_MATCH), f->etag);

    rq->status = same ? MHD_HTTP_NOT_MODIFIED : MHD_HTTP_OK;
    rq->response = same ? response_of("", 0) : response_of(bytes->bytes, bytes->size);
    headers_add(rq, rq->response);
    MHD_add_response_header(rq->response, "Content-Type", f->type);
    MHD_add_response_header(rq->response, "ETag", f->etag);
    MHD_add_response_header(rq->response, "Vary", "Accept-Encoding");
    MHD_add_response_header(rq->response, "Cache-Control",
                            f->immutable ? "public, max-age=31536000, immutable" : "no-cache");
    if (encoding != NULL && !same)
        MHD_add_response_header(rq->response, "Content-Encoding", encoding);
}

/* The page that checks seals carries its script within, so that it can be saved: that very script,
 * by its digest, may run, and ask this server for certificates. */
static void allow_own_script(Req *rq, const WebFile *f) {
    Str text = {(const char *)f->plain.bytes, f->plain.size};
    ptrdiff_t from = str_find(text, STR("<script>")), to = str_find(text, STR("</script>"));
    unsigned char digest[32];
    scoped_buf Buf policy;
    const char *old = MHD_get_response_header(rq->response, "Content-Security-Policy");

    buf_init(&policy, 1000);
    if (old == NULL || from < 0 || to < from)
        return;
    from += (ptrdiff_t)strlen("<script>");
    if (EVP_Digest(text.ptr + from, (size_t)(to - from), digest, NULL, EVP_sha256(), NULL) != 1)
        return;
    buf_add_c(&policy, "default-src 'none'; script-src 'sha256-");
    buf_add_base64(&policy, digest, sizeof digest);
    buf_add_c(&policy, "'; style-src 'unsafe-inline'; connect-src 'self'; img-src 'self'; "
                       "base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    MHD_del_response_header(rq->response, "Content-Security-Policy", old);
    MHD_add_response_header(rq->response, "Content-Security-Policy", policy.ptr);
}

void static_serve(Req *rq) {
    bool verify = str_is(rq->path, "/verify");
    const WebFile *f = file_at(verify ? STR("/verify.html") : rq->path);

    if (f == NULL && is_page(rq->path)) {
        f = file_at(STR("/index.html"));
        if (f == NULL) {
            serve_text(rq, MHD_HTTP_SERVICE_UNAVAILABLE, "text/html; charset=utf-8", missing);
            return;
        }
    }
    if (f != NULL)
        serve_file(rq, f);
    if (f != NULL && str_is(str_of(f->path), "/verify.html"))
        allow_own_script(rq, f);
    if (f == NULL)
        serve_text(rq, MHD_HTTP_NOT_FOUND, "text/plain; charset=utf-8", "没有这个文件。\n");
}
