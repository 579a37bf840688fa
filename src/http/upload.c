/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/upload.c: a body that goes to a file of the data folder as it arrives, never to memory. */
#include "http/inside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/fault.h"
#include "flow/file.h"

/* Left free for the databases, which need room to take the rows in. */
#define DISK_RESERVE ((int64_t)256 << 20)

int64_t file_most(int64_t mib) {
    return (mib != 0 ? mib : FILE_MIB_DEFAULT) << 20;
}

int64_t upload_most(const Req *rq) {
    return rq->view.route->attachment ? file_most(rq->view.office->settings.file_mib) : UPLOAD_MOST;
}

static bool room_for(const char *folder, int64_t expected, Err *e) {
    struct statvfs disk;

    if (statvfs(folder, &disk) != 0)
        return true;
    int64_t room = (int64_t)disk.f_bavail * (int64_t)disk.f_frsize;

    if (room >= expected + DISK_RESERVE && !FAULT("upload.room"))
        return true;
    return err_set(e, ERR_DISK, NULL,
                   "数据目录所在磁盘只剩 %lld MiB，放不下这个文件，请清理磁盘后再上传",
                   (long long)(room >> 20));
}

bool upload_begin(Req *rq, Err *e) {
    Upload *u = calloc(1, sizeof *u);
    Str id, path;

    rq->upload = u;
    u->fd = -1;
    buf_init(&u->piece, 2 * UPLOAD_PIECE);
    str_to_int(req_header(rq, MHD_HTTP_HEADER_CONTENT_LENGTH), &u->expected);
    if (!room_for(rq->view.office->folder.ptr, u->expected, e))
        return false;
    shelf_path(rq->server->uploads, rq->view.arena, "", &id, &path);
    rq->upload_id = id;
    u->path = strdup(path.ptr);
    u->fd = open(u->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    return u->fd >= 0 || err_set(e, ERR_DISK, NULL,
                                 "无法在数据目录里建立文件：%s，请检查权限和磁盘", strerror(errno));
}

bool upload_write(Req *rq, Err *e) {
    Upload *u = rq->upload;
    size_t done = 0;

    while (done < u->piece.len && !u->failed) {
        ssize_t n =
            FAULT("upload.write") ? -1 : write(u->fd, u->piece.ptr + done, u->piece.len - done);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            u->failed = !err_set(&u->error, ERR_DISK, NULL,
                                 "写入上传的文件时出错：%s，请检查磁盘空间", strerror(errno));
        else
            done += (size_t)n;
    }
    u->size += (int64_t)done;
    buf_clear(&u->piece);
    if (u->failed && e != NULL)
        *e = u->error;
    return !u->failed;
}

void upload_free(Upload *u) {
    if (u == NULL)
        return;
    if (u->fd >= 0)
        close(u->fd);
    /* Whoever kept the file has taken its path. */
    if (u->path != NULL)
        unlink(u->path);
    free(u->path);
    buf_done(&u->piece);
    free(u);
}
