/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/layout.c: from a Sheet to PDF and a report of what stands where. */
#include "document/layout_inside.h"

#include "base/day.h"

#include <math.h>
#include <string.h>

#include "base/banned.h"

#define TO_MM(points) ((points)*25.4 / 72)
/* The middle of a seal above the middle between name and date: they stand 居印章中心偏下. */
#define SEAL_ABOVE MM(2.5)

/* Fonts that stand in are told first: they change every page. */
static void tell_fonts(Layout *l) {
    for (FontRole role = 0; role < FONT_ROLE_COUNT; role++) {
        bool own;
        Str family = font_family(l->fonts, role, &own);

        if (!own && role != FONT_BOLD)
            layout_warn(l, "未安装%s字体，以“%.*s”代替；请安装 %.*s 等字体。", font_role_name(role),
                        STR_ARG(family), (int)strcspn(font_role_chain(role), ",|"),
                        font_role_chain(role));
    }
}

static void tell_text(Layout *l) {
    bool body = false, any = false;

    if (l->missing > 20)
        layout_warn(l, "所有字体中都没有的字符共 %zu 处，只列出前 20 处。", l->missing);
    if (l->cleaned > 0)
        layout_warn(l, "文字中有 %zu 个不能印出的控制字符，已略去。", l->cleaned);
    for (size_t i = 0; i < l->piece_count; i++) {
        bool text = l->pieces[i].text || l->pieces[i].kind == PIECE_TABLE;

        any = any || text;
        body = body || (text && l->pieces[i].page == 0 &&
                        l->sheet->blocks[l->pieces[i].block].kind != BLOCK_RECIPIENT);
    }
    if (any && !body)
        layout_warn(
            l, "首页没有正文：版头、标题和主送机关占满了首页，请将主送机关移至版记或缩短标题。");
}

/* ---- boxes */

static void piece_box(const Layout *l, const Piece *piece, LayoutBox *box) {
    double y = piece->row < 0 ? piece->y : page_row_y(l, piece->page, piece->row);

    *box = (LayoutBox){.block = piece->block, .page = piece->page + 1, .x = piece->x, .y = y};
    switch (piece->kind) {
    case PIECE_LINE:
        box->w = piece->line.width;
        box->h = piece->row < 0 ? piece->line.para->size
                                : page_row_y(l, piece->page, piece->row + 1) - y;
        box->y = piece->row < 0 ? y - box->h / 2 : y;
        break;
    case PIECE_MARK:
        box->w = piece->line.width * piece->w;
        box->h = piece->h;
        break;
    case PIECE_RULE:
    case PIECE_TABLE:
        box->w = piece->w;
        box->h = piece->h;
        break;
    }
}

static void join(LayoutBox *box, const LayoutBox *other) {
    double right = fmax(box->x + box->w, other->x + other->w);
    double bottom = fmax(box->y + box->h, other->y + other->h);

    box->x = fmin(box->x, other->x);
    box->y = fmin(box->y, other->y);
    box->w = right - box->x;
    box->h = bottom - box->y;
}

/* Pieces of a block on a page become one box; the last box of a block is remembered, for its
 * pieces need not follow each other. */
static void tell_boxes(const Layout *l, LayoutReport *report) {
    LayoutBox *boxes = arena_array_of(l->arena, l->piece_count, LayoutBox);
    size_t *last = arena_array_of(l->arena, l->sheet->count + 1, size_t), n = 0;

    for (size_t i = 0; i < l->piece_count; i++) {
        size_t block = l->pieces[i].block;
        LayoutBox box;

        if (block == NO_BLOCK)
            continue;
        piece_box(l, &l->pieces[i], &box);
        if (last[block] > 0 && boxes[last[block] - 1].page == box.page) {
            join(&boxes[last[block] - 1], &box);
        } else {
            boxes[n++] = box;
            last[block] = n;
        }
    }
    for (size_t i = 0; i < n; i++) {
        boxes[i].x = TO_MM(boxes[i].x);
        boxes[i].y = TO_MM(boxes[i].y);
        boxes[i].w = TO_MM(boxes[i].w);
        boxes[i].h = TO_MM(boxes[i].h);
    }
    report->boxes = boxes;
    report->box_count = n;
}

/* ---- seals */

/* Rows are settled now: the middle of each seal, its upper edge below the text. */
static void settle_seals(Layout *l) {
    for (size_t i = 0; i < l->seal_count; i++) {
        LayoutSeal *seal = &l->seals[i];
        double between = page_row_y(l, seal->page, l->seal_rows[i]);
        double highest = page_row_y(l, seal->page, l->seal_rows[i] - 3) + MM(1.0);

        seal->y = fmin(between - SEAL_ABOVE, TOP + HEIGHT - MM(seal->diameter) / 2);
        seal->y = fmax(seal->y, highest + MM(seal->diameter) / 2);
    }
}

static void tell_seals(Layout *l, LayoutReport *report) {
    for (size_t i = 0; i < l->seal_count; i++) {
        l->seals[i].page++;
        l->seals[i].x = TO_MM(l->seals[i].x);
        l->seals[i].y = TO_MM(l->seals[i].y);
    }
    report->seals = l->seals;
    report->seal_count = l->seal_count;
}

bool layout_pdf(const Sheet *sheet, const LayoutOptions *options, Buf *pdf, LayoutReport *report,
                Arena *a, Err *e) {
    Layout *l = arena_new_of(a, Layout);
    Instant created;

    *report = (LayoutReport){0};
    if (!instant_parse(options->created, &created))
        return err_set(e, ERR_INVALID, "/created",
                       "生成时间“%.*s”不是时间，应如 2024-01-05T08:30:00+08:00",
                       STR_ARG(str_slice(options->created, 0, 40)));
    l->sheet = sheet;
    l->options = options;
    l->arena = a;
    l->err = e;
    l->slots = arena_array_of(a, LAYOUT_SLOTS, GlyphSlot);
    l->seals = arena_array_of(a, LAYOUT_SEALS, LayoutSeal);
    l->seal_rows = arena_array_of(a, LAYOUT_SEALS, double);
    if ((l->fonts = font_set(options->fonts, e)) == NULL)
        return false;
    tell_fonts(l);
    if (!page_new(l) || !layout_head(l) || !layout_body(l) || !layout_record(l))
        return false;
    layout_numbers(l);
    settle_seals(l);
    if (!layout_draw(l, pdf))
        return false;
    tell_text(l);
    tell_boxes(l, report);
    tell_seals(l, report);
    report->pages = (int)l->page_count;
    report->lines = l->lines;
    report->warnings = l->warnings;
    report->warning_count = l->warning_count;
    return true;
}
