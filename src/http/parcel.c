/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/parcel.c: a ZIP written from front to back: each file with its head, at the end the list. */
#include "http/parcel.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

#include "base/buf.h"
#include "base/day.h"

enum { NAME_MOST = 1000, UTF8_NAMES = 0x0800, VERSION = 20 };

struct Parcel {
    FILE *file;
    char *path;
    uint64_t at;
    uint32_t count;
    uint32_t moment; /* of the DOS, for all */
    Buf list;
};

static void little(Buf *b, uint32_t value, int bytes) {
    for (int i = 0; i < bytes; i++)
        buf_add_char(b, (char)(value >> (8 * i) & 0xff));
}

static uint32_t moment_now(void) {
    char at[INSTANT_TEXT];
    unsigned year, month, day, hour, minute, second;

    instant_format(instant_now(), at);
    if (sscanf(at, "%4u-%2u-%2uT%2u:%2u:%2u", &year, &month, &day, &hour, &minute, &second) != 6 ||
        year < 1980)
        return 1u << 21 | 1u << 16;
    return (year - 1980) << 25 | month << 21 | day << 16 | hour << 11 | minute << 5 | second / 2;
}

Parcel *parcel_open(const char *path, Err *e) {
    FILE *file = fopen(path, "wbe");

    if (file == NULL) {
        err_set(e, ERR_DISK, NULL, "无法在数据目录里建立文件：%s，请检查权限和磁盘",
                strerror(errno));
        return NULL;
    }
    Parcel *p = calloc(1, sizeof *p);

    if (p == NULL || (p->path = strdup(path)) == NULL)
        abort();
    p->file = file;
    p->moment = moment_now();
    buf_init(&p->list, (size_t)64 << 20);
    return p;
}

static bool put(Parcel *p, Str bytes, Err *e) {
    if (bytes.len != 0 && fwrite(bytes.ptr, 1, bytes.len, p->file) != bytes.len)
        return err_set(e, ERR_DISK, NULL, "写入压缩包时出错：%s，请检查磁盘空间", strerror(errno));
    p->at += bytes.len;
    return true;
}

/* What head and list say of a file alike. */
static void describe(const Parcel *p, Buf *b, uint32_t sum, Str name, size_t size) {
    little(b, UTF8_NAMES, 2);
    little(b, 0, 2); /* stored */
    little(b, p->moment, 4);
    little(b, sum, 4);
    little(b, (uint32_t)size, 4);
    little(b, (uint32_t)size, 4);
    little(b, (uint32_t)name.len, 2);
    little(b, 0, 2);
}

bool parcel_add(Parcel *p, Str name, Str bytes, Err *e) {
    scoped_buf Buf head = {0};
    uint32_t sum = (uint32_t)crc32_z(crc32_z(0, NULL, 0), (const Bytef *)bytes.ptr, bytes.len);
    uint64_t at = p->at;

    buf_init(&head, 4096);
    if (p->count >= PARCEL_FILES_MOST || at + bytes.len + NAME_MOST > UINT32_MAX ||
        name.len > NAME_MOST)
        return err_set(e, ERR_TOO_LARGE, NULL, "压缩包最多 %d 个文件、4 GiB，请分几次",
                       PARCEL_FILES_MOST);
    little(&head, 0x04034b50, 4);
    little(&head, VERSION, 2);
    describe(p, &head, sum, name, bytes.len);
    buf_add(&head, name);
    little(&p->list, 0x02014b50, 4);
    little(&p->list, VERSION, 2);
    little(&p->list, VERSION, 2);
    describe(p, &p->list, sum, name, bytes.len);
    little(&p->list, 0, 2); /* no comment, first disc, no attributes */
    little(&p->list, 0, 2);
    little(&p->list, 0, 2);
    little(&p->list, 0, 4);
    little(&p->list, (uint32_t)at, 4);
    buf_add(&p->list, name);
    p->count++;
    return put(p, buf_str(&head), e) && put(p, bytes, e);
}

static bool put_list(Parcel *p, Err *e) {
    scoped_buf Buf end = {0};
    uint64_t at = p->at;

    buf_init(&end, 64);
    if (p->list.full || at + p->list.len > UINT32_MAX)
        return err_set(e, ERR_TOO_LARGE, NULL, "压缩包超过 4 GiB，请分几次");
    little(&end, 0x06054b50, 4);
    little(&end, 0, 4);
    little(&end, p->count, 2);
    little(&end, p->count, 2);
    little(&end, (uint32_t)p->list.len, 4);
    little(&end, (uint32_t)at, 4);
    little(&end, 0, 2);
    return put(p, buf_str(&p->list), e) && put(p, buf_str(&end), e);
}

bool parcel_close(Parcel *p, bool keep, Err *e) {
    bool good = !keep || put_list(p, e);

    if (fclose(p->file) != 0 && good && keep)
        good = err_set(e, ERR_DISK, NULL, "写入压缩包时出错：%s，请检查磁盘空间", strerror(errno));
    if (!good || !keep)
        unlink(p->path);
    buf_done(&p->list);
    free(p->path);
    free(p);
    return good;
}
