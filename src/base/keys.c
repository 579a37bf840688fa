/* SPDX-License-Identifier: MulanPSL-2.0 */
/* base/keys.c: the installation's master key file and the keys derived from it. */
#include "base/crypto.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.h"

#include "base/banned.h"

enum { HEX_SIZE = 2 * KEY_SIZE };

struct Keys {
    unsigned char master[KEY_SIZE];
};

static Keys *keys_of(const unsigned char master[KEY_SIZE]) {
    Keys *k = malloc(sizeof *k);

    if (!k) {
        fputs("lianheng: 内存不足，程序退出\n", stderr);
        abort();
    }
    memcpy(k->master, master, KEY_SIZE);
    return k;
}

void keys_free(Keys *k) {
    if (!k)
        return;
    wipe(k, sizeof *k);
    free(k);
}

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

/* Written under another name and linked, so that no half-written key ever bears the name, and an
 * existing key is never overwritten. */
static bool write_key_file(const char *path, const char text[HEX_SIZE + 1], Err *e) {
    char draft[4096];

    if (snprintf(draft, sizeof draft, "%s.new-%ld", path, (long)getpid()) >= (int)sizeof draft)
        return err_set(e, ERR_DISK, NULL, "密钥文件的路径太长，请换一个数据文件夹");
    int fd = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (fd < 0)
        return err_set(e, ERR_DISK, path, "无法建立密钥文件 %s：%s，请检查文件夹的写权限", path,
                       strerror(errno));
    bool good = !FAULT("key.write") && write_all(fd, text, HEX_SIZE + 1) && fsync(fd) == 0;
    int failure = errno;

    close(fd);
    if (good && link(draft, path) != 0) {
        failure = errno;
        good = false;
    }
    unlink(draft);
    if (!good && failure == EEXIST)
        return err_set(e, ERR_CONFLICT, path,
                       "密钥文件 %s 已存在，不会覆盖；覆盖密钥会使已有数据无法读取", path);
    if (!good || !sync_folder_of(path))
        return err_set(e, ERR_DISK, path, "写密钥文件 %s 时出错：%s，请检查磁盘空间和权限", path,
                       strerror(good ? errno : failure));
    return true;
}

Keys *keys_create(const char *path, Err *e) {
    static const char digits[] = "0123456789abcdef";
    unsigned char master[KEY_SIZE];
    char text[HEX_SIZE + 1];

    random_bytes(master, sizeof master);
    for (size_t i = 0; i < KEY_SIZE; i++) {
        text[2 * i] = digits[master[i] >> 4];
        text[2 * i + 1] = digits[master[i] & 15];
    }
    text[HEX_SIZE] = '\n';
    Keys *k = write_key_file(path, text, e) ? keys_of(master) : NULL;

    wipe(text, sizeof text);
    wipe(master, sizeof master);
    return k;
}

static int hex_value(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

static bool read_hex(const char *text, size_t n, unsigned char master[KEY_SIZE]) {
    while (n > 0 && (text[n - 1] == '\n' || text[n - 1] == '\r' || text[n - 1] == ' '))
        n--;
    if (n != HEX_SIZE)
        return false;
    for (size_t i = 0; i < KEY_SIZE; i++) {
        int high = hex_value(text[2 * i]), low = hex_value(text[2 * i + 1]);

        if (high < 0 || low < 0)
            return false;
        master[i] = (unsigned char)(high << 4 | low);
    }
    return true;
}

Keys *keys_load(const char *path, Err *e) {
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0) {
        if (errno == ENOENT)
            err_set(e, ERR_KEY, path, "找不到密钥文件 %s，请从备份中恢复该文件", path);
        else
            err_set(e, ERR_KEY, path, "无法读取密钥文件 %s：%s，请检查文件权限", path,
                    strerror(errno));
        return NULL;
    }
    char text[HEX_SIZE + 8];
    unsigned char master[KEY_SIZE];
    Keys *k = NULL;

    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        err_set(e, ERR_KEY, path, "密钥文件 %s 不是普通文件，请从备份中恢复该文件", path);
    } else if (st.st_mode & (S_IRWXG | S_IRWXO)) {
        err_set(e, ERR_KEY, path, "密钥文件 %s 可被其他用户读写，请执行 chmod 600 %s", path, path);
    } else {
        ssize_t n = read(fd, text, sizeof text);

        if (n >= 0 && read_hex(text, (size_t)n, master))
            k = keys_of(master);
        else
            err_set(e, ERR_KEY, path,
                    "密钥文件 %s 的内容不是密钥（应为 64 位十六进制数），请从备份中恢复该文件",
                    path);
        wipe(text, sizeof text);
        wipe(master, sizeof master);
    }
    close(fd);
    return k;
}

void keys_derive(const Keys *k, const char *purpose, unsigned char out[KEY_SIZE]) {
    char label[64];
    int n = snprintf(label, sizeof label, "lianheng/%s", purpose);
    Hmac *h = hmac_new(k->master);

    hmac(h, label, n < (int)sizeof label ? (size_t)n : sizeof label - 1, out);
    hmac_free(h);
}

void keys_fingerprint(const Keys *k, char out[17]) {
    unsigned char digest[KEY_SIZE];

    keys_derive(k, "fingerprint", digest);
    for (size_t i = 0; i < 8; i++)
        snprintf(out + 2 * i, 3, "%02x", digest[i]);
}
