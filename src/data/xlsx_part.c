/* SPDX-License-Identifier: MulanPSL-2.0 */
/* data/xlsx_part.c: libzip unpacks, expat reads; both are stopped at the ceilings. */
#include "data/xlsx_part.h"

#include <expat.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "base/banned.h"

enum { PIECE = 128 << 10, RATIO_MAX = 200 };
/* Small parts may repeat themselves as much as they like. */
static const uint64_t FREE_EXPANSION = 4 << 20, EXPANSION_MAX = (uint64_t)8 << 30;

/* --- XML ------------------------------------------------------------------------------------- */

struct Xml {
    XML_Parser parser;
    const XmlRules *rules;
    void *self;
    Err *e;
    bool failed, stopped;
};

static const char *local(const char *name) {
    const char *colon = strrchr(name, ':');

    return colon == NULL ? name : colon + 1;
}

static void on_start(void *user, const XML_Char *name, const XML_Char **attributes) {
    Xml *x = user;

    if (!x->failed && !x->stopped)
        x->rules->start(x, local(name), attributes);
}

static void on_end(void *user, const XML_Char *name) {
    Xml *x = user;

    if (!x->failed && !x->stopped)
        x->rules->end(x, local(name));
}

static void on_text(void *user, const XML_Char *text, int len) {
    Xml *x = user;

    if (!x->failed && !x->stopped)
        x->rules->text(x, (Str){text, (size_t)len});
}

/* No office program writes one; bombs made of entities need one. */
static void on_doctype(void *user, const XML_Char *name, const XML_Char *system,
                       const XML_Char *public, int internal) {
    Xml *x = user;

    (void)name, (void)system, (void)public, (void)internal;
    err_set(x->e, ERR_INVALID, NULL, "文件里的 XML 带有 DOCTYPE 声明，为安全起见不读取");
    xml_fail(x);
}

Xml *xml_new(const XmlRules *rules, void *self, Err *e) {
    Xml *x = calloc(1, sizeof *x);

    if (x == NULL || (x->parser = XML_ParserCreate(NULL)) == NULL)
        abort();
    x->rules = rules;
    x->self = self;
    x->e = e;
    XML_SetUserData(x->parser, x);
    XML_SetElementHandler(x->parser, on_start, on_end);
    XML_SetStartDoctypeDeclHandler(x->parser, on_doctype);
    if (rules->text != NULL)
        XML_SetCharacterDataHandler(x->parser, on_text);
    return x;
}

void xml_free(Xml *x) {
    if (x == NULL)
        return;
    XML_ParserFree(x->parser);
    free(x);
}

void *xml_self(Xml *x) {
    return x->self;
}

Err *xml_err(Xml *x) {
    return x->e;
}

void xml_fail(Xml *x) {
    x->failed = true;
    XML_StopParser(x->parser, XML_FALSE);
}

void xml_stop(Xml *x) {
    x->stopped = true;
    XML_StopParser(x->parser, XML_FALSE);
}

bool xml_stopped(const Xml *x) {
    return x->stopped;
}

uint64_t xml_line(const Xml *x) {
    return XML_GetCurrentLineNumber(x->parser);
}

bool xml_feed(Xml *x, Str bytes, bool last) {
    if (x->failed)
        return false;
    if (x->stopped)
        return true;
    enum XML_Status status =
        XML_Parse(x->parser, bytes.len == 0 ? "" : bytes.ptr, (int)bytes.len, last);

    if (x->failed)
        return false;
    if (x->stopped || status == XML_STATUS_OK)
        return true;
    x->failed = true;
    return err_set(x->e, ERR_INVALID, NULL,
                   "文件里的 XML 已损坏（第 %llu 行：%s），请用 WPS 或 Excel 打开后另存为 .xlsx",
                   (unsigned long long)xml_line(x),
                   XML_GetErrorCode(x->parser) == XML_ERROR_NO_ELEMENTS ||
                           XML_GetErrorCode(x->parser) == XML_ERROR_UNCLOSED_TOKEN
                       ? "内容不完整"
                       : "写法有误");
}

const char *xml_attribute(const char **attributes, const char *name) {
    for (size_t i = 0; attributes[i] != NULL; i += 2)
        if (strcmp(local(attributes[i]), name) == 0)
            return attributes[i + 1];
    return NULL;
}

/* --- the archive ----------------------------------------------------------------------------- */

struct Archive {
    zip_t *zip;
};

/* Not zip_fdopen, which would duplicate the descriptor, and a worker may not. */
static zip_source_t *source_of(int fd, zip_error_t *error) {
    FILE *f = fdopen(fd, "rb");

    return f == NULL ? NULL : zip_source_filep_create(f, 0, -1, error);
}

Archive *archive_open(int fd, Err *e) {
    zip_error_t error;

    zip_error_init(&error);
    zip_source_t *source = source_of(fd, &error);
    zip_t *zip = source == NULL ? NULL : zip_open_from_source(source, ZIP_RDONLY, &error);

    if (zip == NULL) {
        zip_source_free(source);
        zip_error_fini(&error);
        err_set(e, ERR_INVALID, NULL,
                "XLSX 文件不完整或已损坏，请重新取得文件，或用 WPS 或 Excel 打开后另存为 .xlsx");
        return NULL;
    }
    Archive *z = calloc(1, sizeof *z);

    if (z == NULL)
        abort();
    z->zip = zip;
    return z;
}

void archive_free(Archive *z) {
    if (z == NULL)
        return;
    zip_discard(z->zip);
    free(z);
}

static zip_int64_t find(Archive *z, const char *name) {
    zip_int64_t at = zip_name_locate(z->zip, name, 0);

    return at >= 0 ? at : zip_name_locate(z->zip, name, ZIP_FL_NOCASE);
}

bool archive_has(Archive *z, const char *name) {
    return find(z, name) >= 0;
}

static zip_file_t *open_part(Archive *z, const char *name, zip_stat_t *st, Err *e) {
    zip_int64_t at = find(z, name);

    if (at < 0 || zip_stat_index(z->zip, (zip_uint64_t)at, 0, st) != 0) {
        err_set(e, ERR_INVALID, NULL, "XLSX 文件里缺少 %s，请用 WPS 或 Excel 打开后另存为 .xlsx",
                name);
        return NULL;
    }
    if ((st->valid & ZIP_STAT_ENCRYPTION_METHOD) && st->encryption_method != ZIP_EM_NONE) {
        err_set(e, ERR_INVALID, NULL, "文件有密码，请去掉密码后再导入");
        return NULL;
    }
    zip_file_t *f = zip_fopen_index(z->zip, (zip_uint64_t)at, 0);

    if (f == NULL)
        err_set(e, ERR_INVALID, NULL,
                "XLSX 文件里的 %s 打不开（损坏，或压缩方式不认识），请另存为 .xlsx 再导入", name);
    return f;
}

static bool within_ceilings(uint64_t expanded, const zip_stat_t *st, Err *e) {
    if (expanded > FREE_EXPANSION && expanded / RATIO_MAX > st->comp_size)
        return err_set(e, ERR_INVALID, NULL,
                       "文件解压后是原来的 %d 倍以上，疑似压缩炸弹，已停止读取", RATIO_MAX);
    if (expanded > EXPANSION_MAX)
        return err_set(e, ERR_TOO_LARGE, NULL, "文件解压后超过 8 GiB，请拆分后再导入");
    return true;
}

static bool read_pieces(zip_file_t *f, const zip_stat_t *st, PieceTaker *take, void *self, Err *e) {
    static char piece[PIECE];
    uint64_t expanded = 0;

    for (;;) {
        zip_int64_t n = zip_fread(f, piece, sizeof piece);

        if (n < 0)
            return err_set(e, ERR_INVALID, NULL,
                           "XLSX 文件里的内容已损坏（解压或校验失败），请重新取得文件");
        if (n == 0)
            return true;
        expanded += (uint64_t)n;
        if (!within_ceilings(expanded, st, e))
            return false;
        double done = st->size == 0 ? 1.0 : (double)expanded / (double)st->size;

        if (!take(self, (Str){piece, (size_t)n}, done < 1.0 ? done : 1.0, e))
            return e->code == ERR_NONE;
    }
}

bool archive_read(Archive *z, const char *name, PieceTaker *take, void *self, Err *e) {
    zip_stat_t st;
    zip_file_t *f = open_part(z, name, &st, e);

    if (f == NULL)
        return false;
    bool ok = read_pieces(f, &st, take, self, e);

    zip_fclose(f);
    return ok;
}

static bool feed_piece(void *self, Str piece, double done, Err *e) {
    Xml *x = self;

    (void)done, (void)e;
    return xml_feed(x, piece, false) && !xml_stopped(x);
}

bool archive_read_xml(Archive *z, const char *name, const XmlRules *rules, void *self, Err *e) {
    Xml *x = xml_new(rules, self, e);
    bool ok = archive_read(z, name, feed_piece, x, e) && xml_feed(x, (Str){NULL, 0}, true);

    xml_free(x);
    return ok;
}
