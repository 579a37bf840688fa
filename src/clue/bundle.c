/* SPDX-License-Identifier: MulanPSL-2.0 */
/* clue/bundle.c: writing a backup's file (reading: bundle_read.c). */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.h"
#include "clue/bundle_inside.h"

struct BundleOut {
    Arena *arena;
    const char *path, *partial;
    int fd;
    bool finished;
    CopyProgress *progress;
    Node *parts;
    char *piece;
};

static bool write_failed(const BundleOut *out, Err *e) {
    return errno == ENOSPC
               ? err_set(e, ERR_DISK, out->path, "磁盘已满，备份没有完成，请腾出空间后再试")
               : err_set(e, ERR_DISK, out->path, "写备份文件 %s 时出错：%s，请检查磁盘", out->path,
                         strerror(errno));
}

BundleOut *bundle_create(const char *path, CopyProgress *progress, Err *e) {
    Arena *a = arena_new();
    BundleOut *out = arena_new_of(a, BundleOut);

    *out = (BundleOut){.arena = a, .fd = -1, .progress = progress};
    out->path = str_c(a, str_of(path));
    out->partial = str_format(a, "%s.partial", path).ptr;
    out->parts = node_list(a);
    out->piece = arena_alloc(a, BUNDLE_PIECE);
    if (access(path, F_OK) == 0) {
        err_set(e, ERR_CONFLICT, path, "文件 %s 已存在，不会覆盖，请换一个名字", path);
    } else {
        unlink(out->partial);
        out->fd = open(out->partial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (out->fd >= 0)
            return out;
        err_set(e, ERR_DISK, path, "无法建立备份文件 %s：%s，请检查文件夹是否存在、是否可写", path,
                strerror(errno));
    }
    bundle_free(out);
    return NULL;
}

void bundle_free(BundleOut *out) {
    if (!out)
        return;
    if (out->fd >= 0)
        close(out->fd);
    if (out->fd >= 0 && !out->finished)
        unlink(out->partial);
    arena_free(out->arena);
}

static bool put(BundleOut *out, const void *bytes, size_t n, Err *e) {
    const char *at = bytes;

    if (FAULT("backup.write")) {
        errno = ENOSPC;
        return write_failed(out, e);
    }
    while (n > 0) {
        ssize_t done = write(out->fd, at, n);

        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return write_failed(out, e);
        at += done;
        n -= (size_t)done;
    }
    return true;
}

/* Sizes beyond eleven octal digits are written in base 256, as GNU tar does. */
static void put_size(char field[12], int64_t size) {
    if (size < INT64_C(1) << 33) {
        snprintf(field, 12, "%011llo", (unsigned long long)size);
        return;
    }
    memset(field, 0, 12);
    field[0] = (char)0x80;
    for (int i = 11; i > 3; i--, size >>= 8)
        field[i] = (char)(size & 0xff);
}

static bool put_header(BundleOut *out, Str name, int64_t size, Err *e) {
    TarHeader h;

    memset(&h, 0, sizeof h);
    if (name.len > sizeof h.name)
        return err_set(e, ERR_TOO_LARGE, NULL, "文件名太长，不能备份：%.*s", STR_ARG(name));
    memcpy(h.name, name.ptr, name.len);
    memcpy(h.mode, "0000600", 8);
    memcpy(h.uid, "0000000", 8);
    memcpy(h.gid, "0000000", 8);
    put_size(h.size, size);
    snprintf(h.mtime, sizeof h.mtime, "%011llo", (unsigned long long)(instant_now() / 1000000));
    h.type = '0';
    memcpy(h.magic, "ustar", 6);
    memcpy(h.version, "00", 2);
    snprintf(h.sum, sizeof h.sum, "%06o", tar_sum(&h));
    h.sum[7] = ' ';
    return put(out, &h, sizeof h, e);
}

static bool put_padding(BundleOut *out, int64_t size, Err *e) {
    static const char zero[TAR_BLOCK];
    size_t over = (size_t)(size % TAR_BLOCK);

    return over == 0 || put(out, zero, TAR_BLOCK - over, e);
}

static void note_part(BundleOut *out, Str name, int64_t size, const unsigned char sum[SM3_SIZE]) {
    Node *part = node_map(out->arena);
    char hex[2 * SM3_SIZE + 1];

    bundle_hex(sum, hex);
    node_set_text(out->arena, part, "name", str_dup(out->arena, name));
    node_set_int(out->arena, part, "bytes", size);
    node_set_text(out->arena, part, "sm3", str_dup(out->arena, str_of(hex)));
    node_add(out->arena, out->parts, part);
}

/* As many bytes as the header promised: a file that changes meanwhile is no part of a backup. */
static bool copy_bytes(BundleOut *out, int fd, const char *path, int64_t size, Sm3 *sum, Err *e) {
    int64_t left = size;

    while (left > 0) {
        size_t most = left < BUNDLE_PIECE ? (size_t)left : BUNDLE_PIECE;
        ssize_t n = read(fd, out->piece, most);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return err_set(e, ERR_DISK, path, "读 %s 时出错：%s，备份没有完成", path,
                           n < 0 ? strerror(errno) : "文件变短了");
        if (atomic_load(&out->progress->cancel))
            return err_set(e, ERR_CANCELLED, NULL, "备份已取消");
        sm3_add(sum, out->piece, (size_t)n);
        if (!put(out, out->piece, (size_t)n, e))
            return false;
        left -= n;
        atomic_fetch_add(&out->progress->bytes, n);
    }
    return true;
}

bool bundle_add_file(BundleOut *out, Str name, const char *path, Err *e) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    unsigned char digest[SM3_SIZE];

    if (fd < 0 || fstat(fd, &st) != 0) {
        if (fd >= 0)
            close(fd);
        return err_set(e, ERR_DISK, path, "无法读取 %s：%s，备份没有完成", path, strerror(errno));
    }
    Sm3 *sum = sm3_new();
    bool good = put_header(out, name, st.st_size, e) &&
                copy_bytes(out, fd, path, st.st_size, sum, e) && put_padding(out, st.st_size, e);

    sm3_end(sum, digest);
    close(fd);
    if (good)
        note_part(out, name, st.st_size, digest);
    return good;
}

static int by_name(const struct dirent **a, const struct dirent **b) {
    return strcmp((*a)->d_name, (*b)->d_name);
}

static bool add_entry(BundleOut *out, Str name, const char *path, Err *e) {
    struct stat st;

    if (lstat(path, &st) != 0)
        return errno == ENOENT ||
               err_set(e, ERR_DISK, path, "无法读取 %s：%s，备份没有完成", path, strerror(errno));
    if (S_ISDIR(st.st_mode))
        return bundle_add_folder(out, name, path, e);
    return !S_ISREG(st.st_mode) || bundle_add_file(out, name, path, e);
}

bool bundle_add_folder(BundleOut *out, Str name, const char *folder, Err *e) {
    scoped_arena Arena *a = arena_new();
    struct dirent **entries;
    int n = scandir(folder, &entries, NULL, by_name);
    bool good = true;

    if (n < 0)
        return errno == ENOENT ||
               err_set(e, ERR_DISK, folder, "无法读取 %s：%s", folder, strerror(errno));
    for (int i = 0; i < n; i++) {
        const char *each = entries[i]->d_name;

        if (good && each[0] != '.')
            good = add_entry(out, str_format(a, "%.*s/%s", STR_ARG(name), each),
                             str_format(a, "%s/%s", folder, each).ptr, e);
        free(entries[i]);
    }
    free(entries);
    return good;
}

static bool add_text(BundleOut *out, Str name, Str text, Err *e) {
    return put_header(out, name, (int64_t)text.len, e) && put(out, text.ptr, text.len, e) &&
           put_padding(out, (int64_t)text.len, e);
}

static bool durable(BundleOut *out, Err *e) {
    scoped_arena Arena *a = arena_new();
    const char *slash = strrchr(out->path, '/');
    const char *folder =
        slash ? str_c(a, (Str){out->path, slash == out->path ? 1 : (size_t)(slash - out->path)})
              : ".";

    if (fsync(out->fd) != 0 || FAULT("backup.rename") || rename(out->partial, out->path) != 0)
        return write_failed(out, e);
    out->finished = true;
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
    return true;
}

bool bundle_finish(BundleOut *out, Arena *a, Node *manifest, Err *e) {
    static const char end[2 * TAR_BLOCK];
    unsigned char digest[SM3_SIZE];
    char hex[2 * SM3_SIZE + 1];
    scoped_buf Buf text;

    buf_init(&text, BUNDLE_MANIFEST_MOST);
    node_set(a, manifest, "parts", out->parts);
    json_write(manifest, &text);
    if (text.full)
        return err_set(e, ERR_TOO_LARGE, NULL, "备份的清单太长，没有完成");
    sm3(text.ptr, text.len, digest);
    bundle_hex(digest, hex);
    return add_text(out, STR("manifest.json"), buf_str(&text), e) &&
           add_text(out, STR("manifest.sm3"), str_of(hex), e) && put(out, end, sizeof end, e) &&
           durable(out, e);
}
