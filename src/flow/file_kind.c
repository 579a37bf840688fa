/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/file_kind.c: what a file is, by its bytes. Nothing is unpacked: of an archive only its own
 * list of contents is read, each number held to the size of the file. */
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "flow/file.h"
#include "flow/file_inside.h"

#include "base/banned.h"

static bool refuse(Err *e, const char *why) {
    return err_set(e, ERR_INVALID, "/name", "%s", why);
}

/* ---- names ---- */

static Str extension(Str name) {
    size_t i = name.len;

    while (i > 0 && name.ptr[i - 1] != '.' && name.ptr[i - 1] != '/' && name.ptr[i - 1] != '\\')
        i--;
    return i > 0 && name.ptr[i - 1] == '.' ? str_slice(name, i, name.len) : (Str){NULL, 0};
}

static bool among(Str word, const char *const *words) {
    for (; *words; words++)
        if (str_eq_ascii_nocase(word, str_of(*words)))
            return true;
    return false;
}

bool name_runs(Str name) {
    static const char *const running[] = {
        "exe", "dll",  "com", "bat",   "cmd", "scr", "msi", "msp", "pif",  "cpl",
        "jar", "js",   "jse", "vbs",   "vbe", "wsf", "wsh", "ps1", "psm1", "hta",
        "lnk", "reg",  "sh",  "apk",   "app", "deb", "rpm", "iso", "img",  "chm",
        "url", "html", "htm", "xhtml", "svg", "mht", NULL};

    return among(extension(name), running);
}

bool name_has_macros(Str name) {
    static const char *const macros[] = {"docm", "dotm", "xlsm", "xltm", "xlam", "pptm",
                                         "potm", "ppsm", "ppam", "sldm", NULL};

    return among(extension(name), macros);
}

bool name_packs(Str name) {
    static const char *const packs[] = {"zip", "rar", "7z",  "gz", "tgz", "bz2",
                                        "xz",  "tar", "cab", "z",  "arj", NULL};

    return among(extension(name), packs);
}

/* ---- bytes ---- */

static bool at(Str bytes, size_t offset, const char *what, size_t n) {
    return bytes.len >= offset + n && memcmp(bytes.ptr + offset, what, n) == 0;
}
#define BEGINS(literal) at(bytes, 0, literal, sizeof(literal) - 1)

static bool runs(Str bytes) {
    return BEGINS("MZ") ||
           BEGINS("\x7f"
                  "ELF") ||
           BEGINS("#!") || BEGINS("\xca\xfe\xba\xbe") || BEGINS("\xfe\xed\xfa\xce") ||
           BEGINS("\xfe\xed\xfa\xcf") || BEGINS("\xce\xfa\xed\xfe") || BEGINS("\xcf\xfa\xed\xfe") ||
           BEGINS("dex\n") || BEGINS("L\0\0\0\x01\x14\x02\0");
}

static bool packs(Str bytes) {
    return BEGINS("Rar!") || BEGINS("7z\xbc\xaf\x27\x1c") || BEGINS("\x1f\x8b") || BEGINS("BZh") ||
           BEGINS("\xfd"
                  "7zXZ") ||
           BEGINS("MSCF") || at(bytes, 257, "ustar", 5);
}

static const struct {
    size_t offset;
    const char *bytes;
    size_t n;
    const char *type;
} simple[] = {
#define SIGN(offset, literal, type) \
    { offset, literal, sizeof(literal) - 1, type }
    SIGN(0, "%PDF-", "application/pdf"),   SIGN(0, "\x89PNG\r\n\x1a\n", "image/png"),
    SIGN(0, "\xff\xd8\xff", "image/jpeg"), SIGN(0, "GIF87a", "image/gif"),
    SIGN(0, "GIF89a", "image/gif"),        SIGN(0, "II*\0", "image/tiff"),
    SIGN(0, "MM\0*", "image/tiff"),        SIGN(8, "WEBP", "image/webp"),
    SIGN(8, "WAVE", "audio/wav"),          SIGN(8, "AVI ", "video/x-msvideo"),
    SIGN(4, "ftyp", "video/mp4"),          SIGN(0, "ID3", "audio/mpeg"),
    SIGN(0, "\xff\xfb", "audio/mpeg"),     SIGN(0, "\xff\xf3", "audio/mpeg"),
};

static Str simple_type(Str bytes) {
    for (size_t i = 0; i < sizeof simple / sizeof *simple; i++)
        if (at(bytes, simple[i].offset, simple[i].bytes, simple[i].n))
            return str_of(simple[i].type);
    if (BEGINS("BM") && bytes.len > 26 && at(bytes, 6, "\0\0\0\0", 4))
        return STR("image/bmp");
    return (Str){NULL, 0};
}

/* ---- documents of old offices ---- */

/* ASCII as UTF-16, as names stand in the directory of such a file. */
static bool names_stream(Str bytes, const char *name) {
    char wide[80];
    size_t n = strlen(name) * 2;

    for (size_t i = 0; i < n; i += 2) {
        wide[i] = name[i / 2];
        wide[i + 1] = '\0';
    }
    return memmem(bytes.ptr, bytes.len, wide, n) != NULL;
}

static bool ole_type(Str bytes, Str *type, Err *e) {
    if (names_stream(bytes, "EncryptedPackage"))
        return refuse(e, "这份文件加了密码，无法检查，请去掉密码后再上传");
    if (names_stream(bytes, "_VBA_PROJECT") || names_stream(bytes, "Macros"))
        return refuse(e, "这份文件带有宏，不能上传，请另存为不带宏的格式或者 PDF");
    *type = names_stream(bytes, "WordDocument")          ? STR("application/msword")
            : names_stream(bytes, "PowerPoint Document") ? STR("application/vnd.ms-powerpoint")
            : names_stream(bytes, "Workbook") || names_stream(bytes, "Book")
                ? STR("application/vnd.ms-excel")
                : (Str){NULL, 0};
    return type->len || refuse(e, "认不出这是什么文件，请转成 PDF、图片或者 Office 文档后再上传");
}

/* ---- text ---- */

/* A browser would run it, whatever it is called. */
static bool is_page(Str bytes) {
    static const char *const signs[] = {"<!doctype", "<html", "<script", "<svg", "<iframe", NULL};
    Str head = str_slice(bytes, 0, 1024);

    for (size_t i = 0; i < head.len; i++)
        for (size_t k = 0; head.ptr[i] == '<' && signs[k]; k++)
            if (str_eq_ascii_nocase(str_slice(head, i, i + strlen(signs[k])), str_of(signs[k])))
                return true;
    return false;
}

/* No control characters: UTF-8, or a Chinese encoding of before it. */
static bool is_text(Str bytes) {
    for (size_t i = 0; i < bytes.len; i++) {
        unsigned char c = (unsigned char)bytes.ptr[i];

        if (c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f')
            return false;
    }
    return bytes.len > 0;
}

static bool text_type(Str bytes, Str *type, Err *e) {
    if (is_page(bytes))
        return refuse(e, "网页和带脚本的图片不能上传，请转成 PDF 或者普通图片");
    if (BEGINS("{\\rtf")) {
        *type = STR("application/rtf");
        return !memmem(bytes.ptr, bytes.len, "\\objdata", 8) ||
               refuse(e, "这份文件里嵌有别的程序的对象，不能上传，请转成 PDF");
    }
    *type = STR("text/plain");
    return is_text(bytes) ||
           refuse(e, "认不出这是什么文件，请转成 PDF、图片或者 Office 文档后再上传");
}

/* ---- the whole ---- */

static bool judge(Str bytes, Str name, Str *type, Err *e) {
    if (!bytes.len)
        return refuse(e, "文件是空的，请检查后重新上传");
    if (runs(bytes) || name_runs(name))
        return refuse(e, "可以运行的程序、脚本和网页不能作为材料上传");
    if (name_has_macros(name))
        return refuse(e, "这份文件带有宏，不能上传，请另存为不带宏的格式或者 PDF");
    if (packs(bytes))
        return refuse(e, "这种压缩包无法检查，请解开后逐个上传，或者改成 ZIP");
    if (BEGINS("PK\x03\x04") || BEGINS("PK\x05\x06"))
        return archive_type(bytes, type, e);
    if (BEGINS("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"))
        return ole_type(bytes, type, e);
    *type = simple_type(bytes);
    return type->len || text_type(bytes, type, e);
}

bool file_judge(const char *path, Str name, Str *type, Err *e) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    void *map = MAP_FAILED;
    bool good;

    if (fd >= 0 && fstat(fd, &st) == 0 && st.st_size > 0)
        map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (fd >= 0)
        close(fd);
    if (map == MAP_FAILED)
        return fd >= 0 ? judge((Str){NULL, 0}, name, type, e)
                       : err_set(e, ERR_DISK, NULL, "读不到上传的文件，请重新上传");
    good = judge((Str){map, (size_t)st.st_size}, name, type, e);
    munmap(map, (size_t)st.st_size);
    return good;
}
