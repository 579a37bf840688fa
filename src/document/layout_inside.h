/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/layout_inside.h: what the files of the layout share. Lengths are points (1/72 inch), y
 * grows downward.
 *
 * A paragraph is cut into atoms (a character, a word, a number), atoms fill lines, lines are placed
 * on rows of pages as pieces, pieces are drawn page by page. */
#ifndef LIANHENG_DOCUMENT_LAYOUT_INSIDE_H
#define LIANHENG_DOCUMENT_LAYOUT_INSIDE_H

#include "document/layout.h"

#define MM(n) ((n)*72 / 25.4)
/* GB/T 9704-2012, 5 and 6. */
#define PAGE_WIDTH MM(210.0)
#define PAGE_HEIGHT MM(297.0)
#define LEFT MM(28.0)
#define TOP MM(37.0)
#define WIDTH MM(156.0)
#define HEIGHT MM(225.0)
#define ROWS 22
#define COLUMNS 28
#define CELL (WIDTH / COLUMNS)
#define ROW (HEIGHT / ROWS)
/* Sizes of type: 二号, 三号, 四号. */
#define SIZE_2 22.0
#define SIZE_3 16.0
#define SIZE_4 14.0

typedef enum AtomKind {
    ATOM_HAN,   /* one full-width character in its cell */
    ATOM_OPEN,  /* （《“: ends no line */
    ATOM_CLOSE, /* ，。》”: begins no line */
    ATOM_WORD,  /* a word, a number, a character with marks */
    ATOM_SPACE, /* vanishes at the end of a line */
    ATOM_BREAK, /* a new line is forced here */
} AtomKind;

/* May a line begin with the atom? */
typedef enum Before {
    BEFORE_NEVER,
    BEFORE_SOFT, /* only when the line before would be torn apart otherwise: long numbers */
    BEFORE_MAY,
} Before;

typedef struct Atom {
    uint32_t at, len; /* in the paragraph's text */
    uint8_t kind;     /* AtomKind */
    uint8_t before;   /* Before */
    uint8_t role;     /* FontRole */
    bool glued;       /* no room is put before it: inside a number, between the halves of —— */
    uint32_t count;   /* of glyphs; 0: blank */
    double width;
    const Glyph *glyphs; /* their x is where they stand in the atom, in em */
} Atom;

enum { ATOM_GLYPHS = 256 }; /* most of one atom */

typedef struct Para {
    Str text; /* cleaned: no control characters */
    const Atom *atoms;
    size_t count;
    double size, cell;
    FontRole role; /* its base line is the line's */
} Para;

typedef struct Line {
    const Para *para;
    size_t from, to; /* atoms */
    double indent;   /* from the left edge of where the paragraph stands */
    double width;    /* as drawn */
    double gap;      /* put between atoms to fill the line */
    double squeeze;  /* taken from its punctuation, from the end */
} Line;

typedef struct Rgb {
    double r, g, b;
} Rgb;

#define BLACK ((Rgb){0, 0, 0})
#define RED ((Rgb){0.902, 0, 0.07})

typedef struct TableSlice TableSlice;

typedef enum PieceKind { PIECE_LINE, PIECE_MARK, PIECE_RULE, PIECE_TABLE } PieceKind;

#define NO_BLOCK SIZE_MAX

/* Something at a place. `y` is the middle of a line, the upper edge of anything else; a piece with
 * row >= 0 stands on the grid, where y is not yet known: its page may still be tightened. */
typedef struct Piece {
    PieceKind kind;
    bool text;    /* a line of running text: it may be carried over to keep a signature company */
    bool heading; /* it is not left alone at the foot of a page */
    int page;     /* from 0 */
    int row;
    double x, y;
    double w, h; /* of a rule, a table; of a mark: scale across, and its ink's height */
    double base; /* of a mark: its base line, below its upper edge */
    size_t block;
    Rgb colour;
    Line line;
    const TableSlice *slices;
    size_t slice_count;
} Piece;

typedef struct Page {
    int first, rows; /* rows [first, rows) share what is below `first` evenly */
    bool table, unnumbered;
} Page;

typedef struct Entry { /* of the outline */
    size_t block;
    int level;
    Str text;
} Entry;

enum { LAYOUT_SLOTS = 4096 };

typedef struct GlyphSlot {
    const Glyph *glyph;
    uint32_t rune;
    FontRole role;
} GlyphSlot;

typedef struct Layout {
    const Sheet *sheet;
    const LayoutOptions *options;
    const FontSet *fonts;
    Arena *arena;
    Err *err;
    bool failed;
    Piece *pieces;
    size_t piece_count, piece_room;
    Page *pages;
    size_t page_count, page_room;
    LayoutSeal *seals; /* x and y in points until the end; y filled in with its page's rows */
    double *seal_rows; /* rows below `row` of the seal's page */
    size_t seal_count;
    Entry *entries;
    size_t entry_count, entry_room;
    Str *warnings;
    size_t warning_count, warning_room;
    size_t missing; /* characters no font has */
    size_t cleaned; /* control characters left out */
    size_t cells, text;
    GlyphSlot *slots; /* glyphs met so far */
    int lines;
    int page, row; /* where the next line goes; row may be the page's end */
    int blank;     /* rows to leave before it */
} Layout;

/* An array that doubles; the old one stays in the arena. */
void *layout_grow(Arena *a, void *array, size_t count, size_t *room, size_t size);

/* False, and the layout ends; the first error counts. */
bool layout_fail(Layout *l, ErrCode code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void layout_warn(Layout *l, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* layout_atom.c: cut text into atoms. No atom is wider than `measure`. `roles`: one for each byte;
 * NULL: all are `role`, which gives the base line. */
Para *para_in_roles(Layout *l, Str text, const uint8_t *roles, FontRole role, double size,
                    double cell, double measure);
Para *para_of_text(Layout *l, Str text, FontRole role, double size, double cell, double measure);
/* 三号 stands in the cells of the grid, other sizes in squares of their own. */
Para *para_of_block(Layout *l, size_t block, FontRole role, double size, double measure);
/* The text of spans, and the role that the face of each asks for. */
Str spans_text(Layout *l, const Span *spans, size_t count, FontRole role, uint8_t **roles);

/* layout_line.c: fill lines. */
typedef struct Shape {
    double measure;     /* of a line with no indent */
    double first, hang; /* indents of the first line and of the others */
    bool even;          /* fill lines to their full width */
} Shape;
const Line *lines_of(Layout *l, const Para *para, Shape shape, size_t *count);
Line line_all(const Para *para); /* everything in one line, however long */
double atoms_width(const Para *para, size_t from, size_t to);
/* Atom of the paragraph in which byte `at` of its text lies. */
size_t atom_at(const Para *para, size_t at);
/* Where each atom of a line begins, from the line's left edge; room for to - from + 1. */
void line_places(const Line *line, double *places);
/* Half of a full-width punctuation mark can be taken away. */
bool atom_gives(const Para *para, const Atom *atom);

/* layout_title.c: lines of a title, balanced. */
const Line *title_lines(Layout *l, const Para *para, size_t *count);

/* layout_page.c: rows and pages. A piece is good until the next one is made. */
Piece *page_piece(Layout *l, PieceKind kind, int page, size_t block);
bool page_new(Layout *l);
bool page_empty(const Layout *l);
double page_row_y(const Layout *l, int page, double row); /* upper edge of a row */
/* Leave the blank rows that were asked for and have `rows` left, or begin a new page. */
bool page_room(Layout *l, int rows);
/* Move the page's lines closer, so that `rows` more have room; false: too close. */
bool page_tighten(Layout *l, int rows);
/* On the next row, `x` from the left edge of the 版心. */
Piece *page_line(Layout *l, const Line *line, double x, size_t block);
/* On a row or, with row -1, with its middle at y. */
Piece *page_line_at(Layout *l, const Line *line, double x, int row, double y, size_t block);
void page_rule(Layout *l, int page, double x, double y, double w, double h, Rgb colour);
void page_entry(Layout *l, size_t block, int level, Str text);

/* layout_head.c: what stands above the title; then where the title begins is known. */
bool layout_head(Layout *l);
bool block_in_head(const Sheet *sheet, size_t block);
/* layout_mark.c: 发文机关标志, its upper edge at y; the lower edge of its ink. */
double layout_mark(Layout *l, double y);
/* layout_body.c */
bool layout_body(Layout *l);
/* layout_end.c: 署名, 成文日期, 附注 in blocks [from, to). */
bool layout_closing(Layout *l, size_t from, size_t to);
/* layout_record.c: 版记, then the page numbers. */
bool layout_record(Layout *l);
void layout_numbers(Layout *l);
bool block_in_record(const Block *block);
/* layout_table.c */
bool layout_table(Layout *l, size_t block);

/* layout_draw.c */
struct TableSlice {
    double y, h; /* below the piece's upper edge */
    size_t columns;
    const double *edges; /* columns + 1, from the piece's left edge */
    const Line *lines;   /* x and y of each in `at` */
    const double (*at)[2];
    size_t line_count;
    const bool *under;           /* of each column: one with the cell above */
    bool open_above, open_below; /* cut from the slice before, behind */
};
bool layout_draw(Layout *l, Buf *pdf);

#endif
