/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/layout.h: a Sheet as PDF in the grid of GB/T 9704-2012: A4, 版心 156 × 225 mm, 22 lines
 * of 28 characters. */
#ifndef LIANHENG_DOCUMENT_LAYOUT_H
#define LIANHENG_DOCUMENT_LAYOUT_H

#include "base/buf.h"
#include "document/font.h"
#include "document/sheet.h"

/* Ceilings; reaching one is ERR_TOO_LARGE. */
enum {
    LAYOUT_PAGES = 2000,
    LAYOUT_TEXT = 8 << 20, /* bytes of text in one document */
    LAYOUT_CELLS = 100000, /* of all its tables */
    LAYOUT_COLUMNS = 40,
    LAYOUT_SEAL = 4 << 20, /* bytes of a seal's picture */
    LAYOUT_SEAL_SIDE = 2400,
    LAYOUT_SEALS = 60,
};

typedef struct LayoutOptions {
    Str created; /* when, ISO 8601, into the PDF: the same Sheet, fonts and time give the same bytes
                  */
    Str title;   /* of the PDF; empty: its 标题 */
    Str mark;    /* 副本, 草稿 … in the upper margin of every page; empty: none */
    Str watermark;    /* across every page, not part of its text; empty: none */
    const Str *words; /* not to be broken in titles, where possible */
    size_t word_count;
    const Str *seals; /* PNG pictures, one per 署名, in their order; an empty one: only the place */
    size_t seal_count;
    double seal_mm;          /* diameter; 0: 42 */
    const FontChains *fonts; /* NULL: the built-in chains */
    int max_pages;           /* 0: LAYOUT_PAGES */
} LayoutOptions;

/* Where a block stands, in mm from the upper left corner of the page; one per page it is on. */
typedef struct LayoutBox {
    size_t block; /* index in the Sheet */
    int page;     /* from 1 */
    double x, y, w, h;
} LayoutBox;

/* The middle of a seal, in mm from the upper left corner of the page. */
typedef struct LayoutSeal {
    size_t block; /* the 署名 it belongs to, or the 成文日期 where there is none */
    int page;
    double x, y, diameter;
} LayoutSeal;

/* In the arena of the call. */
typedef struct LayoutReport {
    int pages;
    int lines; /* of text, in tables too */
    const LayoutBox *boxes;
    size_t box_count;
    const LayoutSeal *seals; /* of a sealed Sheet */
    size_t seal_count;
    const Str *warnings; /* Chinese sentences */
    size_t warning_count;
} LayoutReport;

/* Lay out and write. Several threads may do so at once, each with its own arena. On failure `pdf`
 * holds no usable bytes: ERR_TOO_LARGE (a ceiling, pdf->max too), ERR_INVALID (no fonts, a seal
 * that is no PNG, a time that is none). */
bool layout_pdf(const Sheet *sheet, const LayoutOptions *options, Buf *pdf, LayoutReport *report,
                Arena *a, Err *e);

#endif
