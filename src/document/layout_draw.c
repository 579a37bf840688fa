/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/layout_draw.c: pieces drawn into a PDF by cairo, with the text they stand for. */
#include "document/layout_inside.h"

#include <cairo-pdf.h>
#include <glib.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/banned.h"

enum { RUN = ATOM_GLYPHS }; /* glyphs handed over at once */

/* Consecutive characters of one face. */
typedef struct Run {
    cairo_font_face_t *face;
    bool thicken;
    cairo_glyph_t glyphs[RUN];
    cairo_text_cluster_t clusters[RUN];
    char text[RUN * 4 + 512];
    int glyph_count, cluster_count, bytes;
} Run;

typedef struct Pen {
    Layout *l;
    cairo_t *cr;
    Run run;
    double size;
} Pen;

static cairo_status_t write_pdf(void *closure, const unsigned char *bytes, unsigned count) {
    Buf *pdf = closure;

    buf_add_bytes(pdf, bytes, count);
    return pdf->full ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

/* ---- text */

static void run_flush(Pen *p) {
    Run *run = &p->run;

    if (run->glyph_count == 0)
        return;
    cairo_set_font_face(p->cr, run->face);
    cairo_set_font_size(p->cr, p->size);
    cairo_show_text_glyphs(p->cr, run->text, run->bytes, run->glyphs, run->glyph_count,
                           run->clusters, run->cluster_count, 0);
    if (run->thicken) {
        cairo_glyph_path(p->cr, run->glyphs, run->glyph_count);
        cairo_set_line_width(p->cr, p->size * 0.024);
        cairo_stroke(p->cr);
    }
    run->glyph_count = 0;
    run->cluster_count = 0;
    run->bytes = 0;
}

static void run_room(Pen *p, cairo_font_face_t *face, bool thicken, size_t glyphs, size_t bytes) {
    Run *run = &p->run;

    if (run->face != face || run->thicken != thicken || (size_t)run->glyph_count + glyphs > RUN ||
        (size_t)run->bytes + bytes > sizeof run->text)
        run_flush(p);
    run->face = face;
    run->thicken = thicken;
}

static void run_cluster(Pen *p, Str text, int glyphs) {
    Run *run = &p->run;

    memcpy(run->text + run->bytes, text.ptr, text.len);
    run->bytes += (int)text.len;
    run->clusters[run->cluster_count++] = (cairo_text_cluster_t){(int)text.len, glyphs};
}

/* Each glyph stands for one character, in order: a reader may mark them one by one. */
static bool one_by_one(const Atom *atom, Str text) {
    if (str_runes(text) != atom->count)
        return false;
    for (size_t i = 0; i < atom->count; i++) {
        Str rest = str_slice(text, atom->glyphs[i].from, text.len);
        uint32_t rune;

        if (i > 0 && atom->glyphs[i].from <= atom->glyphs[i - 1].from)
            return false;
        if (!str_rune(&rest, &rune))
            return false;
    }
    return true;
}

static void draw_shaped(Pen *p, const Atom *atom, Str text, double x, double y) {
    bool single = atom->count > 1 && one_by_one(atom, text);
    unsigned long ids[ATOM_GLYPHS];

    run_room(p, font_cairo(atom->glyphs, atom->count, ids), font_thickened(&atom->glyphs[0]),
             atom->count, text.len);
    for (size_t i = 0; i < atom->count; i++) {
        const Glyph *glyph = &atom->glyphs[i];
        size_t to = i + 1 < atom->count ? atom->glyphs[i + 1].from : text.len;

        p->run.glyphs[p->run.glyph_count++] =
            (cairo_glyph_t){ids[i], x + glyph->x * p->size, y - glyph->y * p->size};
        if (single)
            run_cluster(p, str_slice(text, glyph->from, to), 1);
    }
    if (!single)
        run_cluster(p, text, (int)atom->count);
}

/* How far a punctuation mark that gave up part of its cell is moved. */
static double squeezed(const Pen *p, const Atom *atom, double left, double room) {
    Ink ink = font_ink(atom->glyphs);
    double space = room - (ink.right - ink.left) * p->size;
    double least = -ink.left * p->size + space * 0.1;
    double most = room - ink.right * p->size - space * 0.1;

    if (atom->kind == ATOM_OPEN)
        left -= atom->width - room;
    return space < 0 ? left : fmin(fmax(left, least), most);
}

static void draw_atom(Pen *p, const Para *para, const Atom *atom, double x, double room, double y) {
    Str text = str_slice(para->text, atom->at, (size_t)atom->at + atom->len);
    double left = 0;

    /* One character stands in the middle of its room; a word begins where it begins. */
    if (atom->kind != ATOM_WORD && atom->kind != ATOM_SPACE)
        left = (atom->width - atom->glyphs[0].advance * p->size) / 2;
    else if (atom->count == 1 && atom->kind == ATOM_WORD && atom->width >= para->cell - 0.01)
        left = (atom->width - (atom->glyphs[0].x + atom->glyphs[0].advance) * p->size) / 2;
    if (room < atom->width - 0.01 && atom->count == 1)
        left = squeezed(p, atom, left, room);
    draw_shaped(p, atom, text, x + left, y);
}

/* Two characters become one piece of text. Where a mark gave up half its cell, its glyph reaches
 * under its neighbour's, and readers of the text would take what follows for another line. */
static void run_join(Pen *p) {
    cairo_text_cluster_t *last = &p->run.clusters[p->run.cluster_count - 1];

    last[-1].num_bytes += last->num_bytes;
    last[-1].num_glyphs += last->num_glyphs;
    p->run.cluster_count--;
}

/* A line whose base line is at y. */
static void draw_line(Pen *p, const Line *line, double x, double y) {
    const Atom *atoms = &line->para->atoms[line->from];
    size_t n = line->to - line->from;
    double *places = arena_array_of(p->l->arena, n + 1, double);
    bool under = false; /* the atom before reaches under this one */

    line_places(line, places);
    p->size = line->para->size;
    for (size_t i = 0; i < n; i++) {
        double room = places[i + 1] - places[i];
        int before = p->run.cluster_count;
        bool squeezed;

        if (i + 1 < n && !atoms[i + 1].glued)
            room -= line->gap;
        squeezed = room < atoms[i].width - 0.01;
        if (atoms[i].count > 0)
            draw_atom(p, line->para, &atoms[i], x + places[i], room, y);
        if ((under || (squeezed && atoms[i].kind == ATOM_OPEN)) && before > 0 &&
            p->run.cluster_count == before + 1)
            run_join(p);
        under = squeezed && atoms[i].kind == ATOM_CLOSE;
    }
    run_flush(p);
}

static double base(const Pen *p, const Line *line, double middle) {
    return middle + font_middle(p->l->fonts, line->para->role) * line->para->size;
}

/* ---- pieces */

static void draw_rule(Pen *p, double x, double y, double w, double h) {
    cairo_rectangle(p->cr, x, y, w, h);
    cairo_fill(p->cr);
}

static void draw_mark(Pen *p, const Piece *piece) {
    cairo_save(p->cr);
    cairo_translate(p->cr, piece->x, piece->y + piece->base);
    cairo_scale(p->cr, piece->w, 1);
    draw_line(p, &piece->line, 0, 0);
    cairo_restore(p->cr);
}

static void stroke(Pen *p, double x1, double y1, double x2, double y2) {
    cairo_move_to(p->cr, x1, y1);
    cairo_line_to(p->cr, x2, y2);
}

/* The line below a row is the one above the next. */
static void draw_slice(Pen *p, const TableSlice *slice, bool last, double x, double y) {
    /* A cut row is open where it is cut, as in a printed form. */
    for (size_t i = 0; !slice->open_above && i < slice->columns; i++)
        if (!slice->under[i])
            stroke(p, x + slice->edges[i], y, x + slice->edges[i + 1], y);
    if (last)
        stroke(p, x, y + slice->h, x + slice->edges[slice->columns], y + slice->h);
    for (size_t i = 0; i <= slice->columns; i++)
        stroke(p, x + slice->edges[i], y, x + slice->edges[i], y + slice->h);
    cairo_stroke(p->cr);
    for (size_t i = 0; i < slice->line_count; i++)
        draw_line(p, &slice->lines[i], x + slice->at[i][0],
                  base(p, &slice->lines[i], y + slice->at[i][1]));
}

static void draw_table(Pen *p, const Piece *piece, double y) {
    cairo_set_line_width(p->cr, 0.75);
    cairo_set_line_cap(p->cr, CAIRO_LINE_CAP_SQUARE);
    for (size_t i = 0; i < piece->slice_count; i++)
        draw_slice(p, &piece->slices[i], i + 1 == piece->slice_count, piece->x,
                   y + piece->slices[i].y);
}

static void draw_piece(Pen *p, const Piece *piece) {
    Layout *l = p->l;
    double y = piece->row < 0 ? piece->y : page_row_y(l, piece->page, piece->row);
    double middle = piece->row < 0 ? y : (y + page_row_y(l, piece->page, piece->row + 1)) / 2;

    cairo_set_source_rgb(p->cr, piece->colour.r, piece->colour.g, piece->colour.b);
    switch (piece->kind) {
    case PIECE_LINE:
        draw_line(p, &piece->line, piece->x, base(p, &piece->line, middle));
        break;
    case PIECE_MARK:
        draw_mark(p, piece);
        break;
    case PIECE_RULE:
        draw_rule(p, piece->x, piece->y, piece->w, piece->h);
        break;
    case PIECE_TABLE:
        draw_table(p, piece, y);
        break;
    }
}

/* ---- what every page has */

/* As outlines, not as text: who copies or searches finds the document's own words. */
static void draw_watermark(Pen *p, const Line *line) {
    size_t n = line->to - line->from;
    double *places = arena_array_of(p->l->arena, n + 1, double);

    line_places(line, places);
    cairo_save(p->cr);
    cairo_translate(p->cr, PAGE_WIDTH / 2, PAGE_HEIGHT / 2);
    cairo_rotate(p->cr, -atan2(PAGE_HEIGHT, PAGE_WIDTH));
    cairo_set_source_rgb(p->cr, 0.93, 0.93, 0.93);
    for (size_t i = 0; i < n; i++) {
        const Atom *atom = &line->para->atoms[line->from + i];

        for (size_t k = 0; k < atom->count; k++) {
            const Glyph *glyph = &atom->glyphs[k];
            cairo_glyph_t one = {.x = places[i] - line->width / 2 + glyph->x * line->para->size,
                                 .y = 0.38 * line->para->size};

            cairo_set_font_face(p->cr, font_cairo(glyph, 1, &one.index));
            cairo_set_font_size(p->cr, line->para->size);
            cairo_glyph_path(p->cr, &one, 1);
        }
    }
    cairo_fill(p->cr);
    cairo_restore(p->cr);
}

/* As large as fills most of the diagonal. */
static Line watermark_of(Layout *l) {
    double size = 110, most = hypot(PAGE_WIDTH, PAGE_HEIGHT) * 0.72;
    Str text = str_slice(l->options->watermark, 0, 300);
    Line line;

    while (text.len > 0 && !str_utf8_valid(text))
        text.len--;
    line = line_all(para_of_text(l, text, FONT_BLACK, size, size, 1e9));
    if (line.width > most) {
        size *= most / line.width;
        line = line_all(para_of_text(l, text, FONT_BLACK, size, size, 1e9));
    }
    return line;
}

/* ---- seals */

static void draw_seal(Pen *p, cairo_surface_t *picture, const LayoutSeal *seal) {
    double w = cairo_image_surface_get_width(picture), h = cairo_image_surface_get_height(picture);
    double scale = MM(seal->diameter) / fmax(w, h);

    cairo_save(p->cr);
    cairo_translate(p->cr, seal->x - w * scale / 2, seal->y - h * scale / 2);
    cairo_scale(p->cr, scale, scale);
    /* What is printed shows through the seal, white paper of a scanned one vanishes. */
    cairo_set_operator(p->cr, CAIRO_OPERATOR_MULTIPLY);
    cairo_set_source_surface(p->cr, picture, 0, 0);
    cairo_paint(p->cr);
    cairo_restore(p->cr);
}

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

static unsigned big_endian(const char *bytes) {
    const unsigned char *b = (const unsigned char *)bytes;

    return (unsigned)b[0] << 24 | (unsigned)b[1] << 16 | (unsigned)b[2] << 8 | b[3];
}

/* Its size is read before anything is unpacked. */
static bool png_fits(Str bytes) {
    static const char head[] = "\x89PNG\r\n\x1a\n";
    unsigned w, h;

    if (bytes.len < 24 || bytes.len > LAYOUT_SEAL || memcmp(bytes.ptr, head, 8) != 0)
        return false;
    w = big_endian(bytes.ptr + 16);
    h = big_endian(bytes.ptr + 20);
    return w > 0 && h > 0 && w <= LAYOUT_SEAL_SIDE && h <= LAYOUT_SEAL_SIDE;
}

static void surface_free(void *surface) {
    cairo_surface_destroy(surface);
}

/* The pictures, one per seal; NULL where only the place is wanted. */
static cairo_surface_t **pictures_of(Layout *l) {
    cairo_surface_t **pictures = arena_array_of(l->arena, LAYOUT_SEALS, cairo_surface_t *);

    for (size_t i = 0; i < l->options->seal_count && i < LAYOUT_SEALS; i++) {
        Png png = {l->options->seals[i], 0};
        cairo_surface_t *picture;

        if (png.bytes.len == 0)
            continue;
        picture =
            png_fits(png.bytes) ? cairo_image_surface_create_from_png_stream(read_png, &png) : NULL;
        if (picture == NULL || cairo_surface_status(picture) != CAIRO_STATUS_SUCCESS) {
            cairo_surface_destroy(picture);
            layout_fail(l, ERR_INVALID,
                        "第 %zu 枚印章的图片不能使用：须为 PNG，不超过 %d MB，边长不超过 %d 点",
                        i + 1, LAYOUT_SEAL >> 20, LAYOUT_SEAL_SIDE);
            return NULL;
        }
        arena_defer(l->arena, surface_free, picture);
        pictures[i] = picture;
    }
    if (l->options->seal_count > l->seal_count)
        layout_warn(l, "给了 %zu 枚印章，文书上只有 %zu 处盖章的位置，多出的未用。",
                    l->options->seal_count, l->seal_count);
    return pictures;
}

/* ---- the document */

/* One line of plain text for the outline and the title of the file. */
static const char *plain(Layout *l, Str text, size_t most) {
    scoped_buf Buf out;
    uint32_t rune;

    buf_init(&out, 4 * most + 4);
    for (size_t n = 0; n < most && str_rune(&text, &rune); n++)
        if (rune >= ' ' && rune != 0x7F && rune != 0xFEFF && !(rune >= 0x202A && rune <= 0x202E))
            buf_add_rune(&out, rune);
    return str_c(l->arena, buf_str(&out));
}

/* Entries stand in the order of their blocks, mostly; a search each would be quadratic. */
static const Piece **pieces_of_blocks(const Layout *l) {
    const Piece **first = arena_array_of(l->arena, l->sheet->count, const Piece *);

    for (size_t i = 0; i < l->piece_count; i++)
        if (l->pieces[i].block != NO_BLOCK && first[l->pieces[i].block] == NULL)
            first[l->pieces[i].block] = &l->pieces[i];
    return first;
}

static void draw_outline(Pen *p, cairo_surface_t *surface) {
    Layout *l = p->l;
    const Piece **first = pieces_of_blocks(l);
    int parents[4] = {CAIRO_PDF_OUTLINE_ROOT, CAIRO_PDF_OUTLINE_ROOT, CAIRO_PDF_OUTLINE_ROOT,
                      CAIRO_PDF_OUTLINE_ROOT};

    for (size_t i = 0; i < l->entry_count; i++) {
        const Entry *entry = &l->entries[i];
        const Piece *piece = first[entry->block];
        char link[96];
        double y;
        int id;

        if (piece == NULL)
            continue;
        y = piece->row < 0 ? piece->y : page_row_y(l, piece->page, piece->row);
        snprintf(link, sizeof link, "page=%d pos=[%d %d]", piece->page + 1, (int)piece->x, (int)y);
        id =
            cairo_pdf_surface_add_outline(surface, parents[entry->level], plain(l, entry->text, 60),
                                          link, CAIRO_PDF_OUTLINE_FLAG_OPEN);
        for (int level = entry->level + 1; level < 4; level++)
            parents[level] = id;
    }
}

static void set_metadata(Layout *l, cairo_surface_t *surface) {
    Str title = l->options->title;

    for (size_t i = 0; title.len == 0 && i < l->sheet->count; i++)
        if (l->sheet->blocks[i].kind == BLOCK_TITLE)
            title = sheet_text(l->arena, &l->sheet->blocks[i]);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, plain(l, title, 200));
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, "Lianheng");
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE,
                                   str_c(l->arena, l->options->created));
}

/* Pieces in the order of their pages; on a page, in the order they were made. */
static const Piece **by_page(const Layout *l, size_t *starts) {
    const Piece **order = arena_array_of(l->arena, l->piece_count, const Piece *);
    size_t *next = arena_array_of(l->arena, l->page_count + 1, size_t);

    for (size_t i = 0; i < l->piece_count; i++)
        starts[l->pieces[i].page + 1]++;
    for (size_t i = 1; i <= l->page_count; i++)
        starts[i] += starts[i - 1];
    memcpy(next, starts, (l->page_count + 1) * sizeof *next);
    for (size_t i = 0; i < l->piece_count; i++)
        order[next[l->pieces[i].page]++] = &l->pieces[i];
    return order;
}

static void draw_pages(Pen *p, cairo_surface_t **pictures) {
    Layout *l = p->l;
    size_t *starts = arena_array_of(l->arena, l->page_count + 1, size_t);
    const Piece **order = by_page(l, starts);
    Line watermark = {0}, mark = {0};

    if (l->options->watermark.len > 0)
        watermark = watermark_of(l);
    if (l->options->mark.len > 0)
        mark = line_all(para_of_text(l, l->options->mark, FONT_BLACK, SIZE_4, SIZE_4, WIDTH));
    for (size_t page = 0; page < l->page_count; page++) {
        if (watermark.para != NULL)
            draw_watermark(p, &watermark);
        cairo_set_source_rgb(p->cr, 0, 0, 0);
        if (mark.para != NULL)
            draw_line(p, &mark, LEFT + WIDTH - mark.width, MM(24.0));
        for (size_t i = starts[page]; i < starts[page + 1]; i++)
            draw_piece(p, order[i]);
        for (size_t i = 0; i < l->seal_count; i++)
            if (pictures[i] != NULL && l->seals[i].page == (int)page)
                draw_seal(p, pictures[i], &l->seals[i]);
        cairo_show_page(p->cr);
    }
}

/* Sizes must not be rounded to the dots of a screen. */
static void plain_metrics(cairo_t *cr) {
    cairo_font_options_t *options = cairo_font_options_create();

    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    cairo_set_font_options(cr, options);
    cairo_font_options_destroy(options);
}

bool layout_draw(Layout *l, Buf *pdf) {
    Pen *p = arena_new_of(l->arena, Pen);
    cairo_surface_t **pictures = pictures_of(l), *surface;
    cairo_status_t status;

    if (pictures == NULL)
        return false;
    p->l = l;
    surface = cairo_pdf_surface_create_for_stream(write_pdf, pdf, PAGE_WIDTH, PAGE_HEIGHT);
    p->cr = cairo_create(surface);
    plain_metrics(p->cr);
    set_metadata(l, surface);
    draw_pages(p, pictures);
    draw_outline(p, surface);
    status = cairo_status(p->cr);
    cairo_destroy(p->cr);
    cairo_surface_finish(surface);
    if (status == CAIRO_STATUS_SUCCESS)
        status = cairo_surface_status(surface);
    cairo_surface_destroy(surface);
    if (pdf->full)
        return layout_fail(l, ERR_TOO_LARGE, "PDF 超过 %zu MB", pdf->max >> 20);
    if (status != CAIRO_STATUS_SUCCESS)
        return layout_fail(l, ERR_INTERNAL, "PDF 未能写成：%s", cairo_status_to_string(status));
    return !l->failed;
}
