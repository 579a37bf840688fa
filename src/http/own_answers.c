/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/own_answers.c: what libmicrohttpd answers by itself, in Chinese.
 *
 * A request that is no HTTP, or whose head does not fit, never reaches our callbacks: the library
 * answers it with an English page, and has no option for another. But it hands that page to
 * MHD_queue_response like anybody else, through the symbol table. So the function below stands in
 * its place: our own answers go by answer_queue, and what arrives here is the library's, of which
 * only the status is kept. The answer is written to the socket at once and the library told to
 * close: left to itself, 0.9.75 sends the head of a 400 twice.
 *
 * Where a library were bound to itself (-Bsymbolic) the English page would come back; the scenario
 * b040_no_http would say so. */
#include "http/inside.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/log.h"

typedef enum MHD_Result QueueResponse(struct MHD_Connection *connection, unsigned status,
                                      struct MHD_Response *response);

static QueueResponse *real;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void find_real(void) {
    void *found = dlsym(RTLD_NEXT, "MHD_queue_response");

    memcpy(&real, &found, sizeof real);
    if (real == NULL)
        abort();
}

enum MHD_Result answer_queue(struct MHD_Connection *connection, int status,
                             struct MHD_Response *response) {
    pthread_once(&once, find_real);
    return real(connection, (unsigned)status, response);
}

static void describe(int status, Err *e) {
    static const struct {
        int status;
        ErrCode code;
        const char *text;
    } known[] = {
        {MHD_HTTP_BAD_REQUEST, ERR_USAGE,
         "收到的不是正确的 HTTP 请求，请用浏览器打开本系统，或检查发送请求的程序"},
        {MHD_HTTP_CONTENT_TOO_LARGE, ERR_TOO_LARGE, "请求内容太大，请拆分后再发送"},
        {MHD_HTTP_URI_TOO_LONG, ERR_TOO_LARGE, "地址太长，请减少查询条件后再试"},
        {MHD_HTTP_REQUEST_HEADER_FIELDS_TOO_LARGE, ERR_TOO_LARGE,
         "请求头太大，请清除浏览器中本站的 Cookie 后再试"},
        {MHD_HTTP_NOT_IMPLEMENTED, ERR_USAGE, "不支持请求使用的传输编码，请改用普通方式发送"},
        {MHD_HTTP_HTTP_VERSION_NOT_SUPPORTED, ERR_USAGE,
         "不支持请求使用的 HTTP 版本，请改用 HTTP/1.1"},
        {MHD_HTTP_INTERNAL_SERVER_ERROR, ERR_INTERNAL, "服务处理请求时出错，请稍后再试"},
    };

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (known[i].status == status)
            err_set(e, known[i].code, NULL, "%s", known[i].text);
    if (e->code == ERR_NONE)
        err_set(e, ERR_USAGE, NULL, "请求不能处理（HTTP %d），请检查发送请求的程序", status);
}

/* The socket's buffer is empty at this point, so the whole answer fits. */
static void write_now(struct MHD_Connection *connection, const Req *rq) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    scoped_buf Buf head;

    buf_init(&head, 8192);
    buf_addf(
        &head,
        "HTTP/1.1 %d %s\r\nConnection: close\r\nCache-Control: no-store\r\nContent-Type: %s\r\n"
        "Content-Length: %zu\r\nX-Request-Id: %s\r\n",
        rq->status, MHD_get_reason_phrase_for((unsigned)rq->status), rq->media, rq->reply.len,
        rq->id);
    for (size_t i = 0; headers_always[i][0] != NULL; i++)
        buf_addf(&head, "%s: %s\r\n", headers_always[i][0], headers_always[i][1]);
    buf_add_c(&head, "\r\n");
    buf_add(&head, buf_str(&rq->reply));
    if (info != NULL)
        send(info->connect_fd, head.ptr, head.len, MSG_NOSIGNAL | MSG_DONTWAIT);
}

enum MHD_Result MHD_queue_response(struct MHD_Connection *connection, unsigned status,
                                   struct MHD_Response *response) {
    Req *rq = req_new(NULL, "");
    Err e = {0};

    (void)response;
    describe((int)status, &e);
    reply_problem_as(rq, &e, (int)status);
    json_write(rq->json, &rq->reply);
    write_now(connection, rq);
    log_line(LOG_INFO, "http", "%s (not read) %u", rq->id, status);
    req_free(rq);
    return MHD_NO;
}
