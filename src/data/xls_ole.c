/* SPDX-License-Identifier: MulanPSL-2.0 */
/* data/xls_ole.c: the compound file around an old workbook ([MS-CFB]). Chains of sectors may be
 * made to loop, so every walk is bounded by the number of sectors there are. */
#include "data/xls_ole.h"

#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum { HEADER_SIZE = 512, HEADER_FATS = 109, ENTRY_SIZE = 128 };
enum { TYPE_STREAM = 2 };
static const uint32_t SECTOR_END = 0xFFFFFFFA; /* this and above are marks, not sectors */

static uint16_t u16(const char *p) {
    const unsigned char *b = (const unsigned char *)p;

    return (uint16_t)(b[0] | b[1] << 8);
}

static uint32_t u32(const char *p) {
    return u16(p) | (uint32_t)u16(p + 2) << 16;
}

static bool damaged(Err *e) {
    return err_set(e, ERR_INVALID, NULL,
                   "XLS 文件不完整或已损坏，请重新取得文件，或用 WPS 或 Excel 打开后另存为 .xlsx");
}

static size_t sector_size(const Ole *o) {
    return (size_t)1 << o->sector_shift;
}

/* A whole sector; the file's last one may be cut short. */
static bool sector(const Ole *o, uint32_t n, Str *out) {
    size_t from = ((size_t)n + 1) << o->sector_shift;

    if (n >= SECTOR_END || from >= o->file.len)
        return false;
    *out = str_slice(o->file, from, from + sector_size(o));
    return true;
}

/* --- allocation tables ----------------------------------------------------------------------- */

static bool add_table_sector(const Ole *o, uint32_t n, uint32_t *table, size_t *count, size_t cap) {
    Str s;

    if (!sector(o, n, &s))
        return false;
    for (size_t i = 0; i + 4 <= s.len && *count < cap; i += 4)
        table[(*count)++] = u32(s.ptr + i);
    return true;
}

/* The table's own sectors are listed in the header, and in a chain of further lists. */
static bool read_fat(Ole *o, Err *e) {
    size_t sectors = o->file.len >> o->sector_shift, listed = 0, per = sector_size(o) / 4;
    uint32_t wanted = u32(o->file.ptr + 44), next = u32(o->file.ptr + 68);

    /* As many entries as could matter: one for each sector of the file, in whole sectors. */
    size_t cap = sectors + per;

    if ((o->fat = calloc(cap, sizeof *o->fat)) == NULL)
        abort();
    for (; listed < HEADER_FATS && listed < wanted; listed++)
        if (!add_table_sector(o, u32(o->file.ptr + 76 + 4 * listed), o->fat, &o->fat_count, cap))
            return damaged(e);
    for (size_t walked = 0; listed < wanted && walked <= sectors; walked++) {
        Str s;

        if (!sector(o, next, &s) || s.len < sector_size(o))
            return damaged(e);
        for (size_t i = 0; i < per - 1 && listed < wanted; i++, listed++)
            if (!add_table_sector(o, u32(s.ptr + 4 * i), o->fat, &o->fat_count, cap))
                return damaged(e);
        next = u32(s.ptr + 4 * (per - 1));
    }
    return listed == wanted || damaged(e);
}

/* Append the sectors of a chain, at most `most` bytes. */
static bool read_chain(const Ole *o, uint32_t first, size_t most, Buf *out, Err *e) {
    size_t walked = 0;

    for (uint32_t n = first; n < SECTOR_END && out->len < most; walked++) {
        Str s;

        if (walked > o->fat_count || n >= o->fat_count || !sector(o, n, &s))
            return damaged(e);
        buf_add(out, str_slice(s, 0, most - out->len));
        n = o->fat[n];
    }
    return !out->full || damaged(e);
}

static bool read_small_fat(Ole *o, Err *e) {
    scoped_buf Buf bytes;
    uint32_t first = u32(o->file.ptr + 60);

    buf_init(&bytes, o->file.len);
    if (first >= SECTOR_END)
        return true;
    if (!read_chain(o, first, o->file.len, &bytes, e))
        return false;
    o->small_count = bytes.len / 4;
    if ((o->small_fat = calloc(o->small_count + 1, sizeof *o->small_fat)) == NULL)
        abort();
    for (size_t i = 0; i < o->small_count; i++)
        o->small_fat[i] = u32(bytes.ptr + 4 * i);
    return true;
}

/* --- directory ------------------------------------------------------------------------------- */

static const char *entry_at(const Ole *o, uint32_t n) {
    return (size_t)n < o->directory.len / ENTRY_SIZE ? o->directory.ptr + (size_t)n * ENTRY_SIZE
                                                     : NULL;
}

static bool entry_is(const char *entry, const char *name) {
    size_t len = strlen(name);

    if (entry[66] != TYPE_STREAM || u16(entry + 64) != 2 * (len + 1))
        return false;
    for (size_t i = 0; i < len; i++)
        if (u16(entry + 2 * i) != (unsigned char)name[i])
            return false;
    return true;
}

/* The children of the root are a tree; what other folders hold, such as embedded workbooks, is not
 * meant. */
static const char *find(const Ole *o, const char *name) {
    const char *root = entry_at(o, 0);
    size_t count = o->directory.len / ENTRY_SIZE, depth = 0, visited = 0;
    uint32_t stack[64];

    if (root == NULL)
        return NULL;
    stack[depth++] = u32(root + 76);
    while (depth > 0 && visited++ <= count) {
        const char *entry = entry_at(o, stack[--depth]);

        if (entry == NULL)
            continue;
        if (entry_is(entry, name))
            return entry;
        for (size_t side = 68; side <= 72; side += 4)
            if (entry_at(o, u32(entry + side)) != NULL && depth < sizeof stack / sizeof *stack)
                stack[depth++] = u32(entry + side);
    }
    return NULL;
}

bool ole_has(const Ole *o, const char *name) {
    return find(o, name) != NULL;
}

/* --- streams --------------------------------------------------------------------------------- */

static bool read_small(const Ole *o, uint32_t first, size_t size, Buf *out, Err *e) {
    size_t unit = (size_t)1 << o->small_shift, walked = 0;

    for (uint32_t n = first; out->len < size; walked++) {
        size_t from = (size_t)n << o->small_shift;

        if (walked > o->small_count || n >= o->small_count || from >= o->small.len)
            return damaged(e);
        size_t left = size - out->len, there = o->small.len - from;
        size_t take = left < unit ? left : unit;

        if (take > there)
            return damaged(e);
        buf_add_bytes(out, o->small.ptr + from, take);
        n = o->small_fat[n];
    }
    return true;
}

bool ole_read(const Ole *o, const char *name, Buf *out, Err *e) {
    const char *entry = find(o, name);

    if (entry == NULL)
        return damaged(e);
    uint32_t first = u32(entry + 116);
    size_t size = u32(entry + 120);

    if (size > o->file.len)
        return damaged(e);
    if (size < o->small_limit)
        return read_small(o, first, size, out, e);
    return read_chain(o, first, size, out, e) && (out->len == size || damaged(e));
}

bool ole_open(Ole *o, Str file, Err *e) {
    *o = (Ole){.file = file};
    buf_init(&o->directory, file.len);
    buf_init(&o->small, file.len);
    if (file.len < HEADER_SIZE)
        return damaged(e);
    o->sector_shift = u16(file.ptr + 30);
    o->small_shift = u16(file.ptr + 32);
    o->small_limit = u32(file.ptr + 56);
    if ((o->sector_shift != 9 && o->sector_shift != 12) || o->small_shift != 6 ||
        o->small_limit > 1 << 20)
        return damaged(e);
    if (!read_fat(o, e) || !read_small_fat(o, e) ||
        !read_chain(o, u32(file.ptr + 48), file.len, &o->directory, e))
        return false;
    const char *root = entry_at(o, 0);

    if (root == NULL)
        return damaged(e);
    uint32_t small = u32(root + 116);

    return small >= SECTOR_END || read_chain(o, small, file.len, &o->small, e);
}

void ole_done(Ole *o) {
    free(o->fat);
    free(o->small_fat);
    buf_done(&o->directory);
    buf_done(&o->small);
}
