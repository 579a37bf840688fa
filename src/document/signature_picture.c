/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/signature_picture.c: pictures of seals: read from PNG, drawn where there is none. */
#include <math.h>
#include <string.h>
#include <zlib.h>

#include "document/font.h"
#include "document/signature_inside.h"

#include "base/banned.h"

enum { SIDE_LEAST = 120, SIDE_DRAWN = 520, NAME_MOST = 30 };

void picture_digest(SealPicture *p) {
    Sm3 *s = sm3_new();
    const size_t sizes[] = {(size_t)p->width, (size_t)p->height, p->rgb.len};

    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        unsigned char number[4];

        for (int k = 0; k < 4; k++)
            number[k] = (unsigned char)(sizes[i] >> (24 - 8 * k));
        sm3_add(s, number, sizeof number);
    }
    sm3_add(s, p->rgb.ptr, p->rgb.len);
    sm3_add(s, p->alpha.ptr, p->alpha.len);
    sm3_end(s, p->digest);
}

/* ---- reading ---- */

typedef struct Png {
    Str bytes;
    size_t at;
} Png;

static cairo_status_t read_png(void *closure, unsigned char *out, unsigned count) {
    Png *png = closure;

    if (png->bytes.len - png->at < count)
        return CAIRO_STATUS_READ_ERROR;
    memcpy(out, png->bytes.ptr + png->at, count);
    png->at += count;
    return CAIRO_STATUS_SUCCESS;
}

static uint32_t number_at(const char *bytes) {
    const unsigned char *b = (const unsigned char *)bytes;

    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

/* Sides are looked at before anything is unpacked. */
static bool sides_fit(Str png, Err *e) {
    if (png.len > SEAL_FILE)
        return err_set(e, ERR_TOO_LARGE, NULL, "印章图片超过 %d MiB，请缩小", SEAL_FILE >> 20);
    if (!str_starts(png, STR("\x89PNG\r\n\x1a\n")) || png.len < 33)
        return err_set(e, ERR_INVALID, NULL, "印章图片须是 PNG 文件");
    uint32_t width = number_at(png.ptr + 16), height = number_at(png.ptr + 20);

    if (width > SEAL_SIDE || height > SEAL_SIDE)
        return err_set(e, ERR_TOO_LARGE, NULL, "印章图片每边至多 %d 像素，这一张是 %u × %u",
                       SEAL_SIDE, (unsigned)width, (unsigned)height);
    if (width < SIDE_LEAST || height < SIDE_LEAST)
        return err_set(e, ERR_INVALID, NULL,
                       "印章图片每边至少 %d 像素，这一张是 %u × %u，印出来不清楚", SIDE_LEAST,
                       (unsigned)width, (unsigned)height);
    return width <= 2 * height && height <= 2 * width
               ? true
               : err_set(e, ERR_INVALID, NULL, "印章图片太扁或太窄，请裁去四周空白");
}

typedef struct Pixels {
    unsigned char *rgb, *alpha;
    size_t n, clear, full;
} Pixels;

static void pixels_of(cairo_surface_t *s, Pixels *p) {
    int width = cairo_image_surface_get_width(s), height = cairo_image_surface_get_height(s);
    const unsigned char *rows = cairo_image_surface_get_data(s);
    size_t at = 0;

    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++, at++) {
            uint32_t v;

            memcpy(&v, rows + (size_t)y * (size_t)cairo_image_surface_get_stride(s) + 4 * (size_t)x,
                   sizeof v);
            uint32_t alpha = v >> 24;

            p->alpha[at] = (unsigned char)alpha;
            p->clear += alpha < 32;
            p->full += alpha > 128;
            for (int k = 0; k < 3; k++) { /* cairo keeps colours multiplied with alpha */
                uint32_t c = v >> (16 - 8 * k) & 0xff;

                c = alpha == 0 ? 255 : (c * 255 + alpha / 2) / alpha;
                p->rgb[3 * at + (size_t)k] = (unsigned char)(c > 255 ? 255 : c);
            }
        }
    p->n = at;
}

static bool deflated(const unsigned char *bytes, size_t n, Arena *a, Str *out) {
    uLongf size = compressBound((uLong)n);
    char *to = arena_alloc(a, size);

    if (compress2((Bytef *)to, &size, bytes, (uLong)n, 9) != Z_OK)
        return false;
    *out = (Str){to, size};
    return true;
}

static bool surface_read(cairo_surface_t *s, Arena *a, SealPicture *out, Err *e) {
    if (cairo_surface_status(s) != CAIRO_STATUS_SUCCESS)
        return err_set(e, ERR_INVALID, NULL, "印章图片打不开，文件可能已损坏");
    if (cairo_image_surface_get_format(s) != CAIRO_FORMAT_ARGB32)
        return err_set(e, ERR_INVALID, NULL,
                       "印章图片没有透明背景，盖上去会遮住文字，请改为透明背景的 PNG");
    out->width = cairo_image_surface_get_width(s);
    out->height = cairo_image_surface_get_height(s);
    size_t n = (size_t)out->width * (size_t)out->height;
    Pixels p = {.rgb = arena_alloc(a, 3 * n), .alpha = arena_alloc(a, n)};

    pixels_of(s, &p);
    if (p.clear < p.n / 5)
        return err_set(e, ERR_INVALID, NULL,
                       "印章图片的背景不透明，盖上去会遮住文字，请改为透明背景的 PNG");
    if (p.full < p.n / 100)
        return err_set(e, ERR_INVALID, NULL, "印章图片几乎是空的，请检查文件");
    if (!deflated(p.rgb, 3 * n, a, &out->rgb) || !deflated(p.alpha, n, a, &out->alpha))
        return err_set(e, ERR_INTERNAL, NULL, "印章图片压缩失败");
    picture_digest(out);
    return true;
}

bool picture_read(Str bytes, Arena *a, SealPicture *out, Err *e) {
    Png png = {bytes, 0};

    if (!sides_fit(bytes, e))
        return false;
    cairo_surface_t *s = cairo_image_surface_create_from_png_stream(read_png, &png);
    bool good = surface_read(s, a, out, e);

    cairo_surface_destroy(s);
    return good;
}

/* ---- drawing ---- */

#define DEGREES (M_PI / 180)

typedef struct Brush {
    cairo_t *cr;
    const FontSet *fonts;
    double side;
} Brush;

/* A character upright around the point where the pen stands, `across` wide and `em` high. */
static void rune_draw(const Brush *b, uint32_t rune, double em, double across) {
    Glyph glyph;
    unsigned long id;

    if (!font_glyph(b->fonts, FONT_SONG, rune, &glyph))
        return;
    cairo_font_face_t *face = font_cairo(&glyph, 1, &id);

    cairo_save(b->cr);
    cairo_scale(b->cr, across, 1);
    cairo_set_font_face(b->cr, face);
    cairo_set_font_size(b->cr, em);
    cairo_show_glyphs(b->cr, &(cairo_glyph_t){id, -glyph.advance * em / 2, em * 0.37}, 1);
    cairo_glyph_path(b->cr, &(cairo_glyph_t){id, -glyph.advance * em / 2, em * 0.37}, 1);
    cairo_set_line_width(b->cr, em * 0.03);
    cairo_stroke(b->cr);
    cairo_restore(b->cr);
}

static void star_draw(const Brush *b, double radius) {
    for (int i = 0; i < 10; i++) {
        double r = i % 2 == 0 ? radius : radius * 0.382, angle = (36 * i - 90) * DEGREES;

        cairo_line_to(b->cr, r * cos(angle), r * sin(angle));
    }
    cairo_close_path(b->cr);
    cairo_fill(b->cr);
}

/* Clockwise along the ring; narrower characters where there are many. */
static void arc_draw(const Brush *b, Str name) {
    size_t n = str_runes(name);
    double em = b->side * 0.135, radius = b->side * 0.375;
    double step = n > 1 ? fmin(30, 260.0 / (double)(n - 1)) : 0;
    double across = fmin(1, step > 0 ? step * DEGREES * radius / (em * 1.04) : 1);
    double angle = -step * (double)(n - 1) / 2;
    uint32_t rune;

    for (Str rest = name; str_rune(&rest, &rune); angle += step) {
        cairo_save(b->cr);
        cairo_rotate(b->cr, angle * DEGREES);
        cairo_translate(b->cr, 0, -radius);
        rune_draw(b, rune, em, across);
        cairo_restore(b->cr);
    }
}

static void line_draw(const Brush *b, Str text) {
    double em = b->side * 0.1, x = -em * ((double)str_runes(text) - 1) / 2;
    uint32_t rune;

    for (Str rest = text; str_rune(&rest, &rune); x += em) {
        cairo_save(b->cr);
        cairo_translate(b->cr, x, b->side * 0.27);
        rune_draw(b, rune, em, 1);
        cairo_restore(b->cr);
    }
}

static cairo_status_t keep_png(void *closure, const unsigned char *bytes, unsigned count) {
    Buf *png = closure;

    buf_add_bytes(png, bytes, count);
    return png->full ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

bool picture_draw(Str name, Str mark, Buf *png, Err *e) {
    FontSet *fonts = font_set(NULL, e);

    if (fonts == NULL)
        return false;
    if (name.len == 0 || str_runes(name) > NAME_MOST)
        return err_set(e, ERR_INVALID, NULL, "单位名称超过 %d 个字，画不成圆形印章，请上传印章图片",
                       NAME_MOST);
    cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, SIDE_DRAWN, SIDE_DRAWN);
    Brush b = {.cr = cairo_create(s), .fonts = fonts, .side = SIDE_DRAWN};

    cairo_translate(b.cr, SIDE_DRAWN / 2.0, SIDE_DRAWN / 2.0);
    cairo_set_source_rgb(b.cr, 0.86, 0.07, 0.07);
    cairo_set_line_width(b.cr, b.side * 0.026);
    cairo_arc(b.cr, 0, 0, b.side * 0.48, 0, 2 * M_PI);
    cairo_stroke(b.cr);
    star_draw(&b, b.side * 0.155);
    arc_draw(&b, name);
    line_draw(&b, mark);
    bool good = cairo_surface_write_to_png_stream(s, keep_png, png) == CAIRO_STATUS_SUCCESS;

    cairo_destroy(b.cr);
    cairo_surface_destroy(s);
    return good || err_set(e, ERR_INTERNAL, NULL, "印章图片没有画成");
}
