/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/document_file.c: documents as pages and as sealed files. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "document/document_inside.h"
#include "flow/file.h"

#include "base/banned.h"

/* ---- sealed files ---- */

static bool read_all(SealedFile *f, size_t most, Buf *out, Err *e) {
    char piece[SEAL_FILE_PIECE];
    int64_t size = seal_file_size(f);

    if (size > (int64_t)most)
        return err_set(e, ERR_TOO_LARGE, NULL, "文件太大，打不开");
    for (int64_t at = 0; at < size;) {
        ssize_t n = seal_file_read(f, at, piece, sizeof piece, e);

        if (n <= 0)
            return n < 0 ? false : err_set(e, ERR_BROKEN, NULL, "文件不完整，请从备份中恢复");
        buf_add(out, (Str){piece, (size_t)n});
        at += n;
    }
    return !out->full || err_set(e, ERR_TOO_LARGE, NULL, "文件太大，打不开");
}

bool document_file(const DocumentOffice *o, Str digest, size_t most, Buf *out, Err *e) {
    SealedFile *f = digest.len ? matter_file_open(o->store, o->folder, digest, e) : NULL;
    bool good = f && read_all(f, most, out, e);

    if (!digest.len)
        err_set(e, ERR_NOT_FOUND, NULL, "还没有这个文件");
    seal_file_close(f);
    return good;
}

static bool write_all(int fd, Str bytes) {
    while (bytes.len > 0) {
        ssize_t n = write(fd, bytes.ptr, bytes.len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        bytes = str_slice(bytes, (size_t)n, bytes.len);
    }
    return true;
}

/* Through memory: nothing of it lies open on the disk. */
bool document_keep(const DocumentOffice *o, Str bytes, Arena *a, Str *digest, Err *e) {
    int fd = memfd_create("document", MFD_CLOEXEC);
    char path[64];

    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    bool good = fd >= 0 && write_all(fd, bytes)
                    ? file_keep(o->store, o->folder, path, a, digest, e)
                    : err_set(e, ERR_DISK, NULL, "没有内存存放这份文书：%s", strerror(errno));

    if (fd >= 0)
        close(fd);
    return good;
}

/* ---- pages ---- */

bool document_layout(const DocumentOffice *o, const DocumentType *type, const Document *d,
                     const Sheet *sheet, Arena *a, Buf *pdf, LayoutReport *report, Err *e) {
    LayoutOptions options = {
        .created = d->numbered.len ? d->numbered : d->changed,
        .title = d->number.len
                     ? str_format(a, "%.*s %.*s", STR_ARG(type->title), STR_ARG(d->number))
                     : type->title,
        .watermark = document_fixed(d) ? STR("") : STR("草稿"),
        .fonts = o->fonts};

    return layout_pdf(sheet, &options, pdf, report, a, e);
}

bool document_pdf(const DocumentOffice *o, const Document *d, Arena *a, Buf *pdf,
                  LayoutReport *report, Err *e) {
    DocumentText text;

    if (!document_readable(d, e))
        return false;
    if (d->pdf.len) {
        *report = (LayoutReport){.pages = (int)d->pages};
        return document_file(o, d->signed_pdf.len ? d->signed_pdf : d->pdf, DOCUMENT_PDF_MOST, pdf,
                             e);
    }
    if (!document_text(o, d, a, &text, e))
        return false;
    bool good = document_layout(o, text.type, d, &text.filled.sheet, a, pdf, report, e);

    buf_done(&text.docx);
    return good;
}
