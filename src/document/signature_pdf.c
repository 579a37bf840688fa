/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/signature_pdf.c: the update that a signed PDF has behind it. It knows just as much of
 * PDF as our layout writes: one table of references, one level of pages. web/verify does the same
 * in the browser: whoever changes one changes both. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "document/signature_inside.h"

#include "base/banned.h"

enum { OBJECTS_MOST = 300000, ENTRY = 20, OBJECT_MOST = 1 << 20, TAIL = 64 };

typedef struct Base {
    Str bytes;
    int64_t size, xref, root, info; /* info 0: none */
    Str entries;
    int64_t *pages; /* numbers of their objects */
    size_t page_count;
} Base;

/* ---- reading what was laid out ---- */

static bool strange(Err *e) {
    return err_set(e, ERR_INVALID, NULL,
                   "这个 PDF 不是本系统排版的文书，不能签章，请在系统里重新生成");
}

/* A number at the beginning of *rest, at most 15 digits, which moves behind it. */
static bool take_number(Str *rest, int64_t *out) {
    size_t n = 0;
    int64_t value = 0;

    while (n < rest->len && n < 15 && rest->ptr[n] >= '0' && rest->ptr[n] <= '9')
        value = value * 10 + (rest->ptr[n++] - '0');
    if (n == 0 || (n < rest->len && rest->ptr[n] >= '0' && rest->ptr[n] <= '9'))
        return false;
    *rest = (Str){rest->ptr + n, rest->len - n};
    *out = value;
    return true;
}

static bool take_text(Str *rest, const char *text) {
    Str t = str_of(text);

    if (!str_starts(*rest, t))
        return false;
    *rest = (Str){rest->ptr + t.len, rest->len - t.len};
    return true;
}

static void skip_blanks(Str *rest) {
    while (rest->len != 0 && (*rest->ptr == ' ' || *rest->ptr == '\n' || *rest->ptr == '\r'))
        *rest = (Str){rest->ptr + 1, rest->len - 1};
}

/* What follows a key; false when it is not there. */
static bool value_of(Str text, const char *key, Str *out) {
    ptrdiff_t at = str_find(text, str_of(key));

    if (at < 0)
        return false;
    *out = str_slice(text, (size_t)at + strlen(key), text.len);
    skip_blanks(out);
    return true;
}

static bool reference_of(Str text, const char *key, int64_t *out) {
    Str rest;

    return value_of(text, key, &rest) && take_number(&rest, out) && take_text(&rest, " 0 R");
}

/* "12 0 obj … endobj" and the line end. */
static bool object_of(const Base *b, int64_t number, Str *out) {
    Str entry, rest;
    int64_t at, same;

    if (number < 1 || number >= b->size)
        return false;
    entry = str_slice(b->entries, (size_t)number * ENTRY, (size_t)(number + 1) * ENTRY);
    if (!take_number(&entry, &at) || !take_text(&entry, " 00000 n ") || at >= b->xref)
        return false;
    *out = str_slice(b->bytes, (size_t)at, (size_t)at + OBJECT_MOST);
    rest = *out;
    if (!take_number(&rest, &same) || same != number || !take_text(&rest, " 0 obj\n"))
        return false;
    ptrdiff_t end = str_find(*out, STR("endobj\n"));

    if (end < 0)
        return false;
    *out = str_slice(*out, 0, (size_t)end + strlen("endobj\n"));
    return true;
}

static bool pages_read(Base *b, Arena *a, Err *e) {
    Str catalog, pages, rest, page;
    int64_t tree, number;

    if (!object_of(b, b->root, &catalog) || !reference_of(catalog, "/Pages ", &tree) ||
        !object_of(b, tree, &pages) || !value_of(pages, "/Kids ", &rest) || !take_text(&rest, "["))
        return strange(e);
    b->pages = arena_array_of(a, SIGNATURE_PAGES, int64_t);
    for (skip_blanks(&rest); !take_text(&rest, "]"); skip_blanks(&rest)) {
        if (b->page_count == SIGNATURE_PAGES || !take_number(&rest, &number) ||
            !take_text(&rest, " 0 R") || !object_of(b, number, &page) ||
            (str_find(page, STR("/Type /Page\n")) < 0 && str_find(page, STR("/Type /Page ")) < 0))
            return strange(e);
        b->pages[b->page_count++] = number;
    }
    return true;
}

static bool base_read(Str pdf, Arena *a, Base *b, Err *e) {
    Str tail = str_slice(pdf, pdf.len > TAIL ? pdf.len - TAIL : 0, pdf.len), rest, trailer;
    ptrdiff_t at = str_find(tail, STR("startxref\n"));
    int64_t size;

    *b = (Base){.bytes = pdf};
    if (!str_starts(pdf, STR("%PDF-1.")) || at < 0)
        return strange(e);
    rest = str_slice(tail, (size_t)at + strlen("startxref\n"), tail.len);
    if (!take_number(&rest, &b->xref) || !str_is(rest, "\n%%EOF\n") || b->xref >= (int64_t)pdf.len)
        return strange(e);
    rest = str_slice(pdf, (size_t)b->xref, pdf.len);
    if (!take_text(&rest, "xref\n0 ") || !take_number(&rest, &b->size) || !take_text(&rest, "\n") ||
        b->size > OBJECTS_MOST || (size_t)b->size * ENTRY > rest.len)
        return strange(e);
    b->entries = str_slice(rest, 0, (size_t)b->size * ENTRY);
    trailer = str_slice(rest, b->entries.len, rest.len);
    if (!str_starts(trailer, STR("trailer\n<<")) || str_find(trailer, STR("/Prev")) >= 0 ||
        str_find(trailer, STR("/Encrypt")) >= 0 || !value_of(trailer, "/Size ", &rest) ||
        !take_number(&rest, &size) || size != b->size || !reference_of(trailer, "/Root ", &b->root))
        return strange(e);
    if (!reference_of(trailer, "/Info ", &b->info))
        b->info = 0;
    return pages_read(b, a, e);
}

/* ---- places, in thousandths of a point ---- */

static int64_t points_of(int64_t hundredths) {
    return hundredths * 72000 / 2540;
}

static bool take_points(Str *rest, int64_t *out) {
    int64_t whole, part = 0, unit = 100;

    skip_blanks(rest);
    if (!take_number(rest, &whole) || whole > 100000)
        return false;
    if (take_text(rest, "."))
        for (; rest->len != 0 && *rest->ptr >= '0' && *rest->ptr <= '9'; unit /= 10) {
            part += unit * (*rest->ptr - '0');
            *rest = (Str){rest->ptr + 1, rest->len - 1};
        }
    *out = whole * 1000 + part;
    return true;
}

static bool page_size(Str page, int64_t *width, int64_t *height) {
    Str rest;
    int64_t x, y;

    return value_of(page, "/MediaBox ", &rest) && take_text(&rest, "[") && take_points(&rest, &x) &&
           take_points(&rest, &y) && x == 0 && y == 0 && take_points(&rest, width) &&
           take_points(&rest, height);
}

/* ---- writing ---- */

typedef struct Stamp {
    const SignerInfo *info;
    size_t picture;
    int64_t page, number; /* objects */
    int64_t box[4];
} Stamp;

typedef struct Writer {
    Base base;
    const SignatureSet *set;
    Buf *out;
    int64_t *offsets; /* of the new objects, from base.size on */
    int64_t next;
    Stamp stamps[SIGNATURES];
    size_t stamp_count;
    int64_t touched[SIGNATURES], touched_at[SIGNATURES];
    size_t touched_count;
} Writer;

static int64_t here(const Writer *w) {
    return (int64_t)(w->base.bytes.len + w->out->len);
}

static void object_begin(Writer *w, int64_t number) {
    w->offsets[number - w->base.size] = here(w);
    buf_addf(w->out, "%" PRId64 " 0 obj\n", number);
}

static void stream_add(Writer *w, Str bytes) {
    buf_add_c(w->out, "stream\n");
    buf_add(w->out, bytes);
    buf_add_c(w->out, "\nendstream\nendobj\n");
}

static void container_add(Writer *w, Str container) {
    object_begin(w, w->next++);
    buf_addf(w->out, "<< /Type /LHSignature /Pictures %zu /Length %zu >>\n", w->set->picture_count,
             container.len);
    stream_add(w, container);
}

/* RGB, its transparency, and the form that every stamp with this picture shows. */
static void picture_add(Writer *w, const SealPicture *p) {
    int64_t rgb = w->next, alpha = rgb + 1, form = rgb + 2;
    static const char content[] = "q 1000 0 0 1000 0 0 cm /S Do Q";

    w->next += 3;
    object_begin(w, rgb);
    buf_addf(w->out,
             "<< /Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceRGB "
             "/BitsPerComponent 8 /Filter /FlateDecode /SMask %" PRId64 " 0 R /Length %zu >>\n",
             p->width, p->height, alpha, p->rgb.len);
    stream_add(w, p->rgb);
    object_begin(w, alpha);
    buf_addf(w->out,
             "<< /Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray "
             "/BitsPerComponent 8 /Filter /FlateDecode /Length %zu >>\n",
             p->width, p->height, p->alpha.len);
    stream_add(w, p->alpha);
    object_begin(w, form);
    buf_addf(w->out,
             "<< /Type /XObject /Subtype /Form /BBox [ 0 0 1000 1000 ] /Resources << /XObject << "
             "/S %" PRId64 " 0 R >> >> /Length %zu >>\n",
             rgb, strlen(content));
    stream_add(w, str_of(content));
}

static bool outside(Err *e, int page) {
    return err_set(e, ERR_INVALID, NULL, "印章的位置不在第 %d 页之内，请调整位置", page);
}

/* Looks up picture and page of each stamp before anything is written. */
static bool stamps_plan(Writer *w, Err *e) {
    const SignatureSet *set = w->set;
    bool used[SIGNATURES] = {false};

    for (size_t i = 0; i < set->count; i++) {
        const SignerInfo *info = &set->signers[i];
        Stamp *s = &w->stamps[w->stamp_count];
        int64_t width, height, x = points_of(info->place.x), y = points_of(info->place.y),
                               across = points_of(info->place.width);
        Str page;

        if (!info->pictured)
            continue;
        while (s->picture < set->picture_count &&
               memcmp(set->pictures[s->picture].digest, info->picture, SM3_SIZE) != 0)
            s->picture++;
        if (s->picture == set->picture_count)
            return err_set(e, ERR_INVALID, NULL, "签章所用的印章图片不在文件里");
        used[s->picture] = true;
        const SealPicture *p = &set->pictures[s->picture];

        if (info->place.page < 1 || (size_t)info->place.page > w->base.page_count)
            return err_set(e, ERR_INVALID, NULL, "文书没有第 %d 页，不能在那里盖章",
                           info->place.page);
        s->page = w->base.pages[info->place.page - 1];
        if (!object_of(&w->base, s->page, &page) || !page_size(page, &width, &height) ||
            str_find(page, STR("/Annots")) >= 0)
            return strange(e);
        int64_t down = across * p->height / p->width;

        s->info = info;
        s->box[0] = x - across / 2;
        s->box[1] = height - y - down / 2;
        s->box[2] = s->box[0] + across;
        s->box[3] = s->box[1] + down;
        if (across < 1 || s->box[0] < 0 || s->box[1] < 0 || s->box[2] > width || s->box[3] > height)
            return outside(e, info->place.page);
        w->stamp_count++;
    }
    for (size_t i = 0; i < set->picture_count; i++)
        if (!used[i])
            return err_set(e, ERR_INVALID, NULL, "文件里有没人用的印章图片");
    return true;
}

static void stamp_add(Writer *w, Stamp *s) {
    int64_t form = w->base.size + 1 + 3 * (int64_t)s->picture + 2;

    s->number = w->next++;
    object_begin(w, s->number);
    buf_add_c(w->out, "<< /Type /Annot /Subtype /Stamp /Rect [");
    for (int i = 0; i < 4; i++)
        buf_addf(w->out, " %" PRId64 ".%03" PRId64, s->box[i] / 1000, s->box[i] % 1000);
    buf_addf(w->out,
             " ] /P %" PRId64 " 0 R /F 196 /NM (LH%" PRId64 ") /AP << /N %" PRId64
             " 0 R >> >>\nendobj\n",
             s->page, s->number, form);
}

static int by_number(const void *x, const void *y) {
    int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;

    return (a > b) - (a < b);
}

/* The page as it was, with its stamps. */
static bool page_add(Writer *w, size_t at) {
    int64_t number = w->touched[at];
    Str page;

    if (!object_of(&w->base, number, &page))
        return false;
    size_t end = page.len;

    while (end >= 2 && !(page.ptr[end - 2] == '>' && page.ptr[end - 1] == '>'))
        end--;
    if (end < 2)
        return false;
    w->touched_at[at] = here(w);
    buf_add(w->out, str_slice(page, 0, end - 2));
    buf_add_c(w->out, "   /Annots [");
    for (size_t i = 0; i < w->stamp_count; i++)
        if (w->stamps[i].page == number)
            buf_addf(w->out, " %" PRId64 " 0 R", w->stamps[i].number);
    buf_add_c(w->out, " ]\n");
    buf_add(w->out, str_slice(page, end - 2, page.len));
    return true;
}

static bool pages_add(Writer *w) {
    for (size_t i = 0; i < w->stamp_count; i++) {
        size_t k = 0;

        while (k < w->touched_count && w->touched[k] != w->stamps[i].page)
            k++;
        if (k == w->touched_count)
            w->touched[w->touched_count++] = w->stamps[i].page;
    }
    qsort(w->touched, w->touched_count, sizeof *w->touched, by_number);
    for (size_t i = 0; i < w->touched_count; i++)
        if (!page_add(w, i))
            return false;
    return true;
}

static void trailer_add(Writer *w) {
    const Base *b = &w->base;
    int64_t xref = here(w);

    buf_add_c(w->out, "xref\n");
    for (size_t i = 0; i < w->touched_count; i++)
        buf_addf(w->out, "%" PRId64 " 1\n%010" PRId64 " 00000 n \n", w->touched[i],
                 w->touched_at[i]);
    buf_addf(w->out, "%" PRId64 " %" PRId64 "\n", b->size, w->next - b->size);
    for (int64_t i = b->size; i < w->next; i++)
        buf_addf(w->out, "%010" PRId64 " 00000 n \n", w->offsets[i - b->size]);
    buf_addf(w->out, "trailer\n<< /Size %" PRId64 " /Root %" PRId64 " 0 R", w->next, b->root);
    if (b->info != 0)
        buf_addf(w->out, " /Info %" PRId64 " 0 R", b->info);
    buf_addf(w->out,
             " /Prev %" PRId64 " /LHSignature %" PRId64 " 0 R /LHBase %zu >>\nstartxref\n%" PRId64
             "\n%%%%EOF\n",
             b->xref, b->size, b->bytes.len, xref);
}

bool update_write(Str pdf, Str container, const SignatureSet *set, Buf *out, Err *e) {
    scoped_arena Arena *a = arena_new();
    Writer *w = arena_new_of(a, Writer);

    if (set->count > SIGNATURES || set->picture_count > SIGNATURES)
        return err_set(e, ERR_TOO_LARGE, NULL, "一份文书最多 %d 个签章", SIGNATURES);
    *w = (Writer){.set = set, .out = out};
    if (!base_read(pdf, a, &w->base, e) || !stamps_plan(w, e))
        return false;
    w->next = w->base.size;
    w->offsets = arena_array_of(a, 1 + 4 * SIGNATURES, int64_t);
    container_add(w, container);
    for (size_t i = 0; i < set->picture_count; i++)
        picture_add(w, &set->pictures[i]);
    for (size_t i = 0; i < w->stamp_count; i++)
        stamp_add(w, &w->stamps[i]);
    if (!pages_add(w))
        return strange(e);
    trailer_add(w);
    return !out->full || err_set(e, ERR_TOO_LARGE, NULL, "签章后的文件太大");
}

/* ---- finding ---- */

static bool take_count(Str *rest, int64_t most, int64_t *out) {
    return take_number(rest, out) && *out <= most;
}

static bool take_stream(Str *rest, int64_t n, Str *bytes) {
    if (!take_text(rest, " >>\nstream\n") || n < 0 || (uint64_t)n > rest->len)
        return false;
    *bytes = str_slice(*rest, 0, (size_t)n);
    *rest = str_slice(*rest, (size_t)n, rest->len);
    return take_text(rest, "\nendstream\nendobj\n");
}

/* One image of a picture: whatever stands there is compared later, when all is made again. */
static bool take_image(Str *rest, int64_t *width, int64_t *height, Str *bytes) {
    int64_t number, n;
    ptrdiff_t at;

    if (!take_number(rest, &number) ||
        !take_text(rest, " 0 obj\n<< /Type /XObject /Subtype /Image /Width ") ||
        !take_count(rest, SEAL_SIDE, width) || !take_text(rest, " /Height ") ||
        !take_count(rest, SEAL_SIDE, height) || *width < 1 || *height < 1)
        return false;
    at = str_find(str_slice(*rest, 0, 200), STR(" /Length "));
    if (at < 0)
        return false;
    *rest = str_slice(*rest, (size_t)at + strlen(" /Length "), rest->len);
    return take_number(rest, &n) && take_stream(rest, n, bytes);
}

static bool pictures_find(Str rest, int64_t count, Arena *a, Update *u) {
    SealPicture *list = arena_array_of(a, (size_t)count + 1, SealPicture);

    for (int64_t i = 0; i < count; i++) {
        int64_t width, height;
        ptrdiff_t end;

        if (!take_image(&rest, &width, &height, &list[i].rgb) ||
            !take_image(&rest, &width, &height, &list[i].alpha))
            return false;
        list[i].width = (int)width;
        list[i].height = (int)height;
        picture_digest(&list[i]);
        end = str_find(str_slice(rest, 0, 400), STR("endobj\n"));
        if (end < 0)
            return false;
        rest = str_slice(rest, (size_t)end + strlen("endobj\n"), rest.len);
    }
    u->pictures = list;
    u->picture_count = (size_t)count;
    return true;
}

static ptrdiff_t find_last(Str text, Str what) {
    ptrdiff_t at = -1;
    size_t from = 0;

    for (;;) {
        ptrdiff_t next = str_find(str_slice(text, from, text.len), what);

        if (next < 0)
            return at;
        at = (ptrdiff_t)from + next;
        from = (size_t)at + 1;
    }
}

bool update_find(Str file, Arena *a, Update *u, bool *there) {
    ptrdiff_t at = find_last(file, STR(" /LHBase "));
    int64_t from, xref, number, pictures, n;
    Str rest;

    *there = at >= 0 || str_find(file, STR("/LHSignature")) >= 0;
    if (at < 0)
        return false;
    rest = str_slice(file, (size_t)at + strlen(" /LHBase "), file.len);
    if (!take_number(&rest, &from) || !take_text(&rest, " >>\nstartxref\n") ||
        !take_number(&rest, &xref) || !take_text(&rest, "\n%%EOF\n") || from >= at)
        return false;
    *u = (Update){.from = (size_t)from, .until = (size_t)(rest.ptr - file.ptr)};
    rest = str_slice(file, u->from, u->until);
    return take_number(&rest, &number) &&
           take_text(&rest, " 0 obj\n<< /Type /LHSignature /Pictures ") &&
           take_count(&rest, SIGNATURES, &pictures) && take_text(&rest, " /Length ") &&
           take_number(&rest, &n) && take_stream(&rest, n, &u->container) &&
           pictures_find(rest, pictures, a, u);
}
