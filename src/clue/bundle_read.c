/* SPDX-License-Identifier: MulanPSL-2.0 */
/* clue/bundle_read.c: a backup's file, read, proven and unpacked. Nothing of it is believed. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clue/bundle_inside.h"

typedef struct Reader {
    const char *path;
    int fd;
    Arena *arena;
    char *piece;
    CopyProgress *progress; /* may be NULL */
    char name[101];         /* of the member under way */
    int64_t size;
    size_t number;
} Reader;

static bool broken(const Reader *r, const char *why, Err *e) {
    return err_set(e, ERR_BROKEN, r->path, "备份文件 %s 的“%s”部分%s，不能使用，请换一份备份",
                   r->path, r->name[0] ? r->name : "开头", why);
}

static bool read_whole(const Reader *r, void *to, size_t n, Err *e) {
    char *at = to;

    while (n > 0) {
        ssize_t got = read(r->fd, at, n);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return err_set(e, ERR_DISK, r->path, "读备份文件 %s 时出错：%s，请检查磁盘", r->path,
                           strerror(errno));
        if (got == 0)
            return broken(r, "之后中断，文件不完整", e);
        at += got;
        n -= (size_t)got;
    }
    return true;
}

static bool read_octal(const char *field, size_t n, uint64_t *out) {
    *out = 0;
    for (size_t i = 0; i < n && field[i] && field[i] != ' '; i++) {
        if (field[i] < '0' || field[i] > '7')
            return false;
        *out = *out * 8 + (uint64_t)(field[i] - '0');
    }
    return true;
}

static bool read_size(const char field[12], int64_t *size) {
    uint64_t n = 0;
    bool good = true;

    if ((unsigned char)field[0] == 0x80)
        for (int i = 4; i < 12; i++)
            n = n << 8 | (unsigned char)field[i];
    else
        good = read_octal(field, 12, &n);
    *size = (int64_t)n;
    return good && n < UINT64_C(1) << 60;
}

/* Names are our own: below the folder, nowhere else. */
static bool name_safe(Str name) {
    Str rest = name, part;

    if (name.len == 0 || name.ptr[0] == '/')
        return false;
    while (str_split(&rest, '/', &part))
        if (part.len == 0 || part.ptr[0] == '.')
            return false;
    return true;
}

/* *more is false at the two empty blocks that end a tar. */
static bool next_member(Reader *r, bool *more, Err *e) {
    TarHeader h;
    static const TarHeader nothing;
    uint64_t sum;

    if (!read_whole(r, &h, sizeof h, e))
        return false;
    *more = memcmp(&h, &nothing, sizeof h) != 0;
    if (!*more)
        return true;
    r->number++;
    if (!read_octal(h.sum, sizeof h.sum, &sum) || sum != tar_sum(&h) ||
        memcmp(h.magic, "ustar", 5) != 0) {
        if (r->number == 1)
            return err_set(e, ERR_BROKEN, r->path, "%s 不是联衡的备份文件", r->path);
        return broken(r, "之后的文件头已损坏", e);
    }
    snprintf(r->name, sizeof r->name, "%.100s", h.name);
    if (!read_size(h.size, &r->size) || h.type != '0' || !name_safe(str_of(r->name)))
        return broken(r, "的文件头不正确", e);
    return true;
}

static int64_t padded(int64_t size) {
    return (size + TAR_BLOCK - 1) / TAR_BLOCK * TAR_BLOCK;
}

static bool open_file(Reader *r, const char *path, Arena *a, Err *e) {
    *r = (Reader){.path = path, .arena = a, .piece = arena_alloc(a, BUNDLE_PIECE)};
    r->fd = open(path, O_RDONLY | O_CLOEXEC);
    return r->fd >= 0 || err_set(e, errno == ENOENT ? ERR_NOT_FOUND : ERR_DISK, path,
                                 "打不开备份文件 %s：%s", path, strerror(errno));
}

/* ---- the manifest ---- */

static bool member_text(Reader *r, Str *out, Err *e) {
    if (r->size > BUNDLE_MANIFEST_MOST)
        return broken(r, "太大", e);
    char *text = arena_alloc(r->arena, (size_t)padded(r->size) + 1);

    *out = (Str){text, (size_t)r->size};
    return read_whole(r, text, (size_t)padded(r->size), e);
}

/* The manifest's text must be what manifest.sm3 says. */
static const Node *prove(const Reader *r, Str text, Str told, Err *e) {
    unsigned char digest[SM3_SIZE];
    char hex[2 * SM3_SIZE + 1];

    if (!text.len || !told.len) {
        err_set(e, ERR_BROKEN, r->path, "备份文件 %s 里没有清单，文件不完整，请换一份备份",
                r->path);
        return NULL;
    }
    sm3(text.ptr, text.len, digest);
    bundle_hex(digest, hex);
    const Node *manifest = str_is(told, hex) ? json_read(r->arena, text, NULL) : NULL;

    if (!manifest) {
        err_set(e, ERR_BROKEN, r->path, "备份文件 %s 的“manifest.json”部分已损坏，请换一份备份",
                r->path);
        return NULL;
    }
    if (node_int(manifest, "format", 0) > BUNDLE_FORMAT) {
        err_set(e, ERR_NEWER, r->path, "备份文件 %s 是更新版本的程序做的，请升级本程序", r->path);
        return NULL;
    }
    return manifest;
}

static bool find_manifest(Reader *r, Str *text, Str *told, Err *e) {
    bool more;

    while (next_member(r, &more, e)) {
        if (!more)
            return true;
        bool good = true;

        if (str_is(str_of(r->name), "manifest.json"))
            good = member_text(r, text, e);
        else if (str_is(str_of(r->name), "manifest.sm3"))
            good = member_text(r, told, e);
        else if (lseek(r->fd, padded(r->size), SEEK_CUR) < 0)
            good = broken(r, "的长度不正确", e);
        if (!good)
            return false;
    }
    return false;
}

const Node *bundle_manifest(const char *path, Arena *a, Err *e) {
    Reader r;
    Str text = {NULL, 0}, told = {NULL, 0};

    if (!open_file(&r, path, a, e))
        return NULL;
    bool good = find_manifest(&r, &text, &told, e);

    close(r.fd);
    return good ? prove(&r, text, told, e) : NULL;
}

/* ---- everything ---- */

static bool make_folders(const Reader *r, const char *folder, const char *name, Err *e) {
    for (const char *slash = strchr(name, '/'); slash; slash = strchr(slash + 1, '/')) {
        const char *path = str_format(r->arena, "%s/%.*s", folder, (int)(slash - name), name).ptr;

        if (mkdir(path, 0700) != 0 && errno != EEXIST)
            return err_set(e, ERR_DISK, path, "无法建立目录 %s：%s", path, strerror(errno));
    }
    return true;
}

static bool unpack_bytes(const Reader *r, int to, unsigned char digest[SM3_SIZE], Err *e) {
    int64_t left = r->size;
    Sm3 *sum = sm3_new();
    bool good = true;

    while (good && left > 0) {
        size_t n = left < BUNDLE_PIECE ? (size_t)left : BUNDLE_PIECE;

        good = read_whole(r, r->piece, n, e);
        if (good && r->progress && atomic_load(&r->progress->cancel))
            good = err_set(e, ERR_CANCELLED, NULL, "已取消");
        if (good)
            sm3_add(sum, r->piece, n);
        if (good && to >= 0 && write(to, r->piece, n) != (ssize_t)n)
            good = err_set(e, ERR_DISK, NULL, "写出“%s”时出错：%s，请检查磁盘空间", r->name,
                           strerror(errno));
        left -= (int64_t)n;
        if (r->progress)
            atomic_fetch_add(&r->progress->bytes, (int64_t)n);
    }
    sm3_end(sum, digest);
    return good && read_whole(r, r->piece, (size_t)(padded(r->size) - r->size), e);
}

static bool unpack(const Reader *r, const char *folder, unsigned char digest[SM3_SIZE], Err *e) {
    int to = -1;

    if (folder) {
        const char *path = str_format(r->arena, "%s/%s", folder, r->name).ptr;

        if (!make_folders(r, folder, r->name, e))
            return false;
        to = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (to < 0)
            return err_set(e, ERR_DISK, path, "无法建立文件 %s：%s", path, strerror(errno));
    }
    bool good = unpack_bytes(r, to, digest, e);

    if (to >= 0 && (fsync(to) != 0 || close(to) != 0) && good)
        good = err_set(e, ERR_DISK, NULL, "写出“%s”时出错：%s，请检查磁盘空间", r->name,
                       strerror(errno));
    return good;
}

/* The part the manifest names at this place must be this member, byte for byte. */
static bool fits(const Reader *r, const Node *parts, size_t i, const unsigned char *digest,
                 Err *e) {
    char hex[2 * SM3_SIZE + 1];

    bundle_hex(digest, hex);
    if (!parts || i >= parts->count || !str_is(node_text(parts->items[i], "name"), r->name) ||
        node_int(parts->items[i], "bytes", -1) != r->size)
        return broken(r, "与清单不符", e);
    return str_is(node_text(parts->items[i], "sm3"), hex) || broken(r, "已损坏（校验值不符）", e);
}

static bool read_parts(Reader *r, const Node *parts, const char *folder, Err *e) {
    unsigned char digest[SM3_SIZE];
    size_t i = 0;
    bool more;

    for (;;) {
        if (!next_member(r, &more, e))
            return false;
        if (!more || str_starts(str_of(r->name), STR("manifest.")))
            break;
        if (!unpack(r, folder, digest, e) || !fits(r, parts, i++, digest, e))
            return false;
    }
    return i == parts->count ||
           err_set(e, ERR_BROKEN, r->path, "备份文件 %s 缺少“%.*s”部分，请换一份备份", r->path,
                   STR_ARG(node_text(parts->items[i], "name")));
}

bool bundle_read(const char *path, const char *folder, CopyProgress *progress, Err *e) {
    scoped_arena Arena *a = arena_new();
    const Node *manifest = bundle_manifest(path, a, e);
    const Node *parts = manifest ? node_get(manifest, "parts") : NULL;
    Reader r;

    if (!manifest || !open_file(&r, path, a, e))
        return false;
    r.progress = progress;
    bool good = parts ? read_parts(&r, parts, folder, e)
                      : err_set(e, ERR_BROKEN, path, "备份文件 %s 的清单是空的", path);

    close(r.fd);
    return good;
}
