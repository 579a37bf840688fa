/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/file_archive.c: a ZIP by its list of contents, which stands at its end:
 *
 *     members … | central directory: one record each, with name and sizes | end record
 */
#include <string.h>

#include "flow/file_inside.h"

#include "base/banned.h"

enum { END_RECORD = 22, RECORD = 46, COMMENT_MOST = 65535, MEMBERS_MOST = 20000 };
#define WHOLE_MOST ((uint64_t)1 << 30) /* unpacked */
#define SMALL_ENOUGH ((uint64_t)50 << 20)
#define RATIO_MOST 200
#define IN_ZIP64 0xffffffffu

static bool refuse(Err *e, const char *why) {
    return err_set(e, ERR_INVALID, "/name", "%s", why);
}

static uint64_t number(Str bytes, size_t offset, size_t n) {
    uint64_t value = 0;

    for (size_t i = n; i-- > 0;)
        value = value << 8 | (unsigned char)bytes.ptr[offset + i];
    return value;
}

/* Where the end record begins; SIZE_MAX: there is none. */
static size_t end_record(Str bytes) {
    size_t least =
        bytes.len > END_RECORD + COMMENT_MOST ? bytes.len - END_RECORD - COMMENT_MOST : 0;

    if (bytes.len < END_RECORD)
        return SIZE_MAX;
    for (size_t i = bytes.len - END_RECORD + 1; i-- > least;)
        if (memcmp(bytes.ptr + i, "PK\x05\x06", 4) == 0)
            return i;
    return SIZE_MAX;
}

typedef struct Contents {
    uint64_t whole;
    bool types, word, sheet, slides, ofd, open_document;
    bool macros, runs, packs, locked;
} Contents;

static void note(Contents *c, Str name, unsigned flags) {
    c->locked |= (flags & 1u) != 0;
    c->types |= str_is(name, "[Content_Types].xml");
    c->word |= str_starts(name, STR("word/"));
    c->sheet |= str_starts(name, STR("xl/"));
    c->slides |= str_starts(name, STR("ppt/"));
    c->ofd |= str_is(name, "OFD.xml");
    c->open_document |= str_is(name, "META-INF/manifest.xml");
    c->macros |= str_ends(name, STR("vbaProject.bin")) || name_has_macros(name);
    c->runs |= name_runs(name) || str_is(name, "META-INF/MANIFEST.MF");
    c->packs |= name_packs(name);
}

static bool read_contents(Str bytes, Contents *c) {
    size_t end = end_record(bytes), at;
    uint64_t count, size;

    if (end == SIZE_MAX)
        return false;
    count = number(bytes, end + 10, 2);
    size = number(bytes, end + 12, 4);
    at = (size_t)number(bytes, end + 16, 4);
    if (count > MEMBERS_MOST || at > end || size > end - at)
        return false;
    for (uint64_t i = 0; i < count; i++) {
        if (end - at < RECORD || memcmp(bytes.ptr + at, "PK\x01\x02", 4) != 0)
            return false;
        size_t name = (size_t)number(bytes, at + 28, 2), more = (size_t)number(bytes, at + 30, 2),
               comment = (size_t)number(bytes, at + 32, 2);
        uint64_t unpacked = number(bytes, at + 24, 4);

        if (unpacked == IN_ZIP64 || end - at - RECORD < name + more + comment)
            return false;
        c->whole += unpacked;
        note(c, (Str){bytes.ptr + at + RECORD, name}, (unsigned)number(bytes, at + 8, 2));
        at += RECORD + name + more + comment;
    }
    return count > 0;
}

bool archive_type(Str bytes, Str *type, Err *e) {
    Contents c = {0};

    if (!read_contents(bytes, &c))
        return refuse(e, "压缩包或者文档损坏了，或者里面的文件太多、太大，无法检查");
    if (c.locked)
        return refuse(e, "压缩包加了密码，无法检查，请去掉密码后再上传");
    if (c.whole > WHOLE_MOST ||
        (c.whole > SMALL_ENOUGH && c.whole / RATIO_MOST > (uint64_t)bytes.len))
        return refuse(e, "压缩包解开后大得不合常理，不能上传，请解开后逐个上传");
    if (c.macros)
        return refuse(e, "这份文件带有宏，不能上传，请另存为不带宏的格式或者 PDF");
    if (c.types && (c.word || c.sheet || c.slides)) {
        *type = c.word    ? STR("application/"
                                   "vnd.openxmlformats-officedocument.wordprocessingml.document")
                : c.sheet ? STR("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
                          : STR("application/"
                                "vnd.openxmlformats-officedocument.presentationml.presentation");
        return true;
    }
    if (c.runs)
        return refuse(e, "压缩包里有可以运行的程序、脚本或者网页，不能上传");
    if (c.packs)
        return refuse(e, "压缩包里还有压缩包，无法检查，请解开后逐个上传");
    *type = c.ofd             ? STR("application/ofd")
            : c.open_document ? STR("application/vnd.oasis.opendocument.text")
                              : STR("application/zip");
    return true;
}
