/* SPDX-License-Identifier: MulanPSL-2.0 */
/* base/keys.c: the installation's key file: made, read, replaced (the keys in it: keyring.c). */
#include "base/keys_inside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.h"

#include "base/banned.h"

enum { FILE_MOST = 64 * 1024 };

static bool write_all(int fd, const char *bytes, size_t n) {
    while (n > 0) {
        ssize_t done = write(fd, bytes, n);

        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return false;
        bytes += done;
        n -= (size_t)done;
    }
    return true;
}

/* A name in a folder is only safe on disk once the folder is. */
static bool sync_folder_of(const char *path) {
    char folder[4096];
    const char *slash = strrchr(path, '/');
    size_t n = slash ? (size_t)(slash - path) : 0;

    if (n >= sizeof folder)
        return false;
    memcpy(folder, path, n);
    folder[n] = '\0';
    int fd = open(slash ? (n ? folder : "/") : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool good = fd >= 0 && fsync(fd) == 0;

    if (fd >= 0)
        close(fd);
    return good;
}

static bool draft_name(const char *path, char draft[4096], Err *e) {
    return snprintf(draft, 4096, "%s.new", path) < 4096 ||
           err_set(e, ERR_DISK, NULL, "密钥文件的路径太长，请换一个数据文件夹");
}

void keys_tidy(const char *path) {
    char draft[4096];

    if (draft_name(path, draft, NULL))
        unlink(draft);
}

/* The whole text under another name, durable. A draft of a killed process is in the way: gone. */
static bool write_draft(const char *path, const char *draft, Str text, Err *e) {
    unlink(draft);
    int fd = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (fd < 0)
        return err_set(e, ERR_DISK, path, "无法建立密钥文件 %s：%s，请检查文件夹的写权限", path,
                       strerror(errno));
    bool good = !FAULT("key.write") && write_all(fd, text.ptr, text.len) && fsync(fd) == 0;
    int failure = errno;

    close(fd);
    if (good)
        return true;
    unlink(draft);
    return err_set(e, ERR_DISK, path, "写密钥文件 %s 时出错：%s，请检查磁盘空间和权限", path,
                   strerror(failure));
}

/* Linked, so that no half-written key ever bears the name, and an existing key is never
 * overwritten. */
bool key_file_make(const char *path, Str text, Err *e) {
    char draft[4096];

    if (!draft_name(path, draft, e) || !write_draft(path, draft, text, e))
        return false;
    bool good = link(draft, path) == 0;
    int failure = errno;

    unlink(draft);
    if (!good && failure == EEXIST)
        return err_set(e, ERR_CONFLICT, path,
                       "密钥文件 %s 已存在，不会覆盖；覆盖密钥会使已有数据无法读取", path);
    if (!good || !sync_folder_of(path))
        return err_set(e, ERR_DISK, path, "写密钥文件 %s 时出错：%s，请检查磁盘空间和权限", path,
                       strerror(good ? errno : failure));
    return true;
}

/* Where the file really is, should `path` be a link to it. */
bool key_file_replace(const char *path, Str text, Err *e) {
    char draft[4096];
    char *real = realpath(path, NULL);
    bool good =
        draft_name(real ? real : path, draft, e) && write_draft(real ? real : path, draft, text, e);

    if (good && (FAULT("key.rename") || rename(draft, real ? real : path) != 0 ||
                 !sync_folder_of(real ? real : path))) {
        good = err_set(e, ERR_DISK, path, "替换密钥文件 %s 时出错：%s，请检查磁盘空间和权限", path,
                       strerror(errno));
        unlink(draft);
    }
    free(real);
    return good;
}

static Keys *read_file(const char *path, int fd, Err *e) {
    struct stat st;
    Keys *k = NULL;

    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        err_set(e, ERR_KEY, path, "密钥文件 %s 不是普通文件，请从备份中恢复该文件", path);
        return NULL;
    }
    if (st.st_mode & (S_IRWXG | S_IRWXO)) {
        err_set(e, ERR_KEY, path, "密钥文件 %s 可被其他用户读写，请执行 chmod 600 %s", path, path);
        return NULL;
    }
    char *text = malloc(FILE_MOST + 1);
    size_t n = 0;
    ssize_t got = 1;

    if (!text)
        abort();
    while (n <= FILE_MOST && (got = read(fd, text + n, FILE_MOST + 1 - n)) > 0)
        n += (size_t)got;
    if (got < 0)
        err_set(e, ERR_KEY, path, "读密钥文件 %s 时出错：%s，请检查磁盘", path, strerror(errno));
    else
        k = keys_read((Str){text, n}, path, e);
    wipe(text, FILE_MOST + 1);
    free(text);
    return k;
}

Keys *keys_load(const char *path, Err *e) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0) {
        if (errno == ENOENT)
            err_set(e, ERR_KEY, path, "找不到密钥文件 %s，请从备份中恢复该文件", path);
        else
            err_set(e, ERR_KEY, path, "无法读取密钥文件 %s：%s，请检查文件权限", path,
                    strerror(errno));
        return NULL;
    }
    Keys *k = read_file(path, fd, e);

    close(fd);
    return k;
}
