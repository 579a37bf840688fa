/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/docx_vet.c: a foreign .docx is opened and read once in a worker that can do no harm,
 * before this process looks into it. */
#include <libxml/parser.h>
#include <sys/mman.h>
#include <unistd.h>

#include "data/sandbox.h"
#include "document/docx.h"

#include "base/banned.h"

static bool read_whole(int fd, Buf *out) {
    for (;;) {
        char *room = buf_reserve(out, 65536);
        ssize_t n = room == NULL ? -1 : read(fd, room, 65536);

        if (n <= 0)
            return n == 0;
        out->len += (size_t)n;
    }
}

static bool run(Port *port, int fd, Str input, Err *e) {
    scoped_arena Arena *a = arena_new();
    scoped_buf Buf bytes = {.max = DOCX_SIZE_MAX + 65536};
    Sheet s;

    (void)port, (void)input;
    if (!read_whole(fd, &bytes))
        return err_set(e, ERR_INVALID, NULL, "文件读不完整：请重新上传");
    Docx *d = docx_open(a, buf_str(&bytes), e);

    return d != NULL && docx_read(d, a, &s, NULL, e);
}

static const WorkerKind docx_worker = {.name = "docx", .prepare = xmlInitParser, .run = run};
WORKER_KIND(docx_worker)

/* The file as something a worker can read: no name, gone with its descriptor. */
static int memory_file(Str bytes) {
    int fd = memfd_create("docx", MFD_CLOEXEC);

    for (size_t at = 0; fd >= 0 && at < bytes.len;) {
        ssize_t n = write(fd, bytes.ptr + at, bytes.len - at);

        if (n <= 0) {
            close(fd);
            return -1;
        }
        at += (size_t)n;
    }
    if (fd >= 0)
        lseek(fd, 0, SEEK_SET);
    return fd;
}

/* The worker's end, told for spreadsheets, in the words for documents. */
static bool in_our_words(Err *e) {
    Str text = str_of(e->text);

    if (str_find(text, STR("Excel")) < 0 && str_find(text, STR("CSV")) < 0)
        return false;
    return err_set(
        e, e->code, NULL,
        "读取这个文件时解析进程异常退出，文件可能有问题：请用 WPS 或 Word 打开后另存为 .docx");
}

bool docx_vet(Str bytes, Err *e) {
    scoped_buf Buf payload = {.max = MESSAGE_MAX + 1};
    uint32_t type = MESSAGE_FIRST;
    int fd;

    if (bytes.len > DOCX_SIZE_MAX)
        return err_set(e, ERR_TOO_LARGE, NULL, "文件超过 20 MiB：请压缩或删去里面的图片");
    fd = memory_file(bytes);
    if (fd < 0)
        return err_set(e, ERR_INTERNAL, NULL, "内存不足，不能检查这个文件：请稍后再试");
    Worker *w = worker_start(&docx_worker, fd, STR("docx"), e);

    close(fd);
    if (w == NULL)
        return false;
    bool good = worker_receive(w, &type, &payload, e);

    worker_stop(w);
    if (good && type == MESSAGE_END)
        return true;
    if (good)
        return err_set(e, ERR_INTERNAL, NULL, "解析进程发来不合规的消息，已停止读取这个文件");
    return in_our_words(e);
}
