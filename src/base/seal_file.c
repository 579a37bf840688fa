/* SPDX-License-Identifier: MulanPSL-2.0 */
/* base/seal_file.c: files sealed piece by piece. */
#include "base/seal_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.h"

#include "base/banned.h"

#define MAGIC "LHSEAL1\n"
enum { MAGIC_SIZE = sizeof MAGIC - 1, SEALED_PIECE = SEAL_FILE_PIECE + SEAL_OVERHEAD };
enum { CONTEXT_MOST = 300 };

static bool broken(Err *e) {
    return err_set(e, ERR_BROKEN, NULL, "文件内容已损坏或者被改动，无法打开，请从备份中恢复");
}

/* As many bytes as there are, up to n; -1 with errno. */
static ssize_t read_whole(int fd, char *out, size_t n, int64_t at) {
    size_t done = 0;

    while (done < n) {
        ssize_t got = pread(fd, out + done, n - done, at + (int64_t)done);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        done += (size_t)got;
    }
    return (ssize_t)done;
}

static bool write_whole(int fd, const char *bytes, size_t n) {
    while (n > 0) {
        ssize_t done = FAULT("file.write") ? -1 : write(fd, bytes, n);

        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return false;
        bytes += done;
        n -= (size_t)done;
    }
    return true;
}

static Str piece_context(char out[CONTEXT_MOST], Str context, int64_t number, bool last) {
    int n = snprintf(out, CONTEXT_MOST, "%.*s/%" PRId64 "/%s", STR_ARG(str_slice(context, 0, 200)),
                     number, last ? "last" : "more");

    return (Str){out, (size_t)n};
}

bool seal_file_is(const char *path) {
    char head[MAGIC_SIZE];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool yes = fd >= 0 && read_whole(fd, head, sizeof head, 0) == MAGIC_SIZE &&
               memcmp(head, MAGIC, MAGIC_SIZE) == 0;

    if (fd >= 0)
        close(fd);
    return yes;
}

/* ---- making ---- */

static bool seal_pieces(Sealer *s, Str context, int from, int to, Err *e) {
    char *plain = malloc(2 * (size_t)SEAL_FILE_PIECE), name[CONTEXT_MOST];
    scoped_buf Buf sealed;
    ssize_t now, next;
    bool good;

    if (!plain)
        abort();
    buf_init(&sealed, SEALED_PIECE + 16);
    now = read_whole(from, plain, SEAL_FILE_PIECE, 0);
    good = now >= 0 && write_whole(to, MAGIC, MAGIC_SIZE);
    for (int64_t i = 0; good; i++, now = next) {
        /* The next one first: only then it is known whether this is the last. */
        char *this = plain + (i % 2) * SEAL_FILE_PIECE,
             *other = plain + ((i + 1) % 2) * SEAL_FILE_PIECE;

        next = now < SEAL_FILE_PIECE
                   ? 0
                   : read_whole(from, other, SEAL_FILE_PIECE, (i + 1) * SEAL_FILE_PIECE);
        buf_clear(&sealed);
        good = next >= 0 &&
               seal(s, piece_context(name, context, i, next == 0), (Str){this, (size_t)now},
                    &sealed) &&
               write_whole(to, sealed.ptr, sealed.len);
        if (next == 0)
            break;
    }
    wipe(plain, 2 * (size_t)SEAL_FILE_PIECE);
    free(plain);
    return good ||
           err_set(e, ERR_DISK, NULL, "没能保存文件：%s，请检查磁盘空间后再试", strerror(errno));
}

bool seal_file_make(const unsigned char key[KEY_SIZE], Str context, const char *from,
                    const char *to, Err *e) {
    int in = open(from, O_RDONLY | O_CLOEXEC), out;
    Sealer *s;
    bool good;

    if (in < 0)
        return err_set(e, ERR_DISK, NULL, "打不开要保存的文件：%s", strerror(errno));
    out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (out < 0) {
        close(in);
        return err_set(e, ERR_DISK, NULL, "没能保存文件：%s，请检查目录权限和磁盘空间",
                       strerror(errno));
    }
    s = sealer_new(key);
    good = seal_pieces(s, context, in, out, e);
    if (good && (FAULT("file.sync") || fsync(out) != 0))
        good =
            err_set(e, ERR_DISK, NULL, "没能保存文件：%s，请检查磁盘空间后再试", strerror(errno));
    sealer_free(s);
    close(in);
    close(out);
    if (!good)
        unlink(to);
    return good;
}

/* ---- reading ---- */

struct SealedFile {
    int fd;
    Sealer *sealer; /* NULL: never sealed */
    Buf context, sealed, plain;
    int64_t size, pieces, held; /* held: number of the piece in `plain`, -1: none */
};

/* How long the text is and in how many pieces it lies. */
static bool measure(SealedFile *f, int64_t bytes) {
    int64_t body = bytes - MAGIC_SIZE, last;

    if (!f->sealer) {
        f->size = bytes;
        return true;
    }
    f->pieces = (body + SEALED_PIECE - 1) / SEALED_PIECE;
    last = body - (f->pieces - 1) * SEALED_PIECE;
    f->size = body - f->pieces * SEAL_OVERHEAD;
    return body > 0 && last >= SEAL_OVERHEAD && (last > SEAL_OVERHEAD || f->pieces == 1);
}

SealedFile *seal_file_open(const char *path, const unsigned char *key, Str context, Err *e) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    SealedFile *f;
    struct stat st;

    if (fd < 0 || fstat(fd, &st) != 0) {
        if (fd >= 0)
            close(fd);
        err_set(e, errno == ENOENT ? ERR_NOT_FOUND : ERR_DISK, NULL,
                errno == ENOENT ? "文件不在数据目录里，请从备份中恢复" : "文件打不开，请检查磁盘");
        return NULL;
    }
    f = calloc(1, sizeof *f);
    if (!f)
        abort();
    f->fd = fd;
    f->held = -1;
    f->sealer = key ? sealer_new(key) : NULL;
    buf_init(&f->context, CONTEXT_MOST);
    buf_init(&f->sealed, SEALED_PIECE);
    buf_init(&f->plain, SEALED_PIECE);
    buf_add(&f->context, context);
    if (measure(f, st.st_size) && (!key || seal_file_is(path)))
        return f;
    broken(e);
    seal_file_close(f);
    return NULL;
}

void seal_file_close(SealedFile *f) {
    if (!f)
        return;
    close(f->fd);
    sealer_free(f->sealer);
    buf_done(&f->context);
    buf_done(&f->sealed);
    if (f->plain.ptr)
        wipe(f->plain.ptr, f->plain.len);
    buf_done(&f->plain);
    free(f);
}

int64_t seal_file_size(const SealedFile *f) {
    return f->size;
}

/* Into `plain`, proven. */
static bool hold(SealedFile *f, int64_t number, Err *e) {
    char name[CONTEXT_MOST];
    char *room;
    ssize_t got;

    if (f->held == number)
        return true;
    f->held = -1;
    buf_clear(&f->sealed);
    buf_clear(&f->plain);
    room = buf_reserve(&f->sealed, SEALED_PIECE);
    got = room ? read_whole(f->fd, room, SEALED_PIECE, MAGIC_SIZE + number * SEALED_PIECE) : -1;
    if (got < 0)
        return err_set(e, ERR_DISK, NULL, "读文件时出错：%s，请检查磁盘", strerror(errno));
    f->sealed.len = (size_t)got;
    if (!unseal(f->sealer,
                piece_context(name, buf_str(&f->context), number, number == f->pieces - 1),
                buf_str(&f->sealed), &f->plain, NULL))
        return broken(e);
    f->held = number;
    return true;
}

bool seal_file_check(SealedFile *f, Err *e) {
    for (int64_t i = 0; i < f->pieces; i++)
        if (!hold(f, i, e))
            return false;
    return true;
}

ssize_t seal_file_read(SealedFile *f, int64_t at, char *out, size_t n, Err *e) {
    int64_t number = at / SEAL_FILE_PIECE;
    size_t from = (size_t)(at % SEAL_FILE_PIECE);
    ssize_t got;

    if (at >= f->size)
        return 0;
    if (!f->sealer) {
        got = read_whole(f->fd, out, n, at);
        if (got < 0)
            err_set(e, ERR_DISK, NULL, "读文件时出错：%s，请检查磁盘", strerror(errno));
        return got;
    }
    if (!hold(f, number, e))
        return -1;
    if (from >= f->plain.len)
        return broken(e) ? 0 : -1; /* shorter than its place says: cannot be, having been proven */
    if (n > f->plain.len - from)
        n = f->plain.len - from;
    memcpy(out, f->plain.ptr + from, n);
    return (ssize_t)n;
}
