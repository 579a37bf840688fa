/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/font.h: fonts by role, each with a chain of families; which stands in is told. */
#ifndef LIANHENG_DOCUMENT_FONT_H
#define LIANHENG_DOCUMENT_FONT_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#include <cairo.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What GB/T 9704 calls for, not what happens to be installed. */
typedef enum FontRole {
    FONT_BODY,    /* 仿宋 */
    FONT_TITLE,   /* 小标宋 */
    FONT_BLACK,   /* 黑体 */
    FONT_REGULAR, /* 楷体 */
    FONT_SONG,    /* 宋体: page numbers */
    FONT_BOLD,    /* 仿宋加粗 */
    FONT_ROLE_COUNT
} FontRole;

/* Per role: names of families in order of preference, separated by commas; ":bold" behind one asks
 * for its bold face. Those before "|" are the role's own design, those behind it stand in. NULL or
 * empty: the built-in chain. */
typedef struct FontChains {
    const char *chain[FONT_ROLE_COUNT];
} FontChains;

const char *font_role_name(FontRole role);
const char *font_role_chain(FontRole role); /* the built-in one */
/* What goes before the built-in chains in this process, from the next document on: the settings'
 * families. Copied; NULL: nothing. */
void font_chains_use(const FontChains *chains);

/* The fonts of the calling thread: loaded once, used for every document the thread lays out,
 * freed when it ends. Never handed to another thread. */
typedef struct FontSet FontSet;
typedef struct FontFace FontFace;

/* NULL when not one family of a chain is installed. */
FontSet *font_set(const FontChains *chains, Err *e);

/* Which family a role got, and whether it is one of its own. */
Str font_family(const FontSet *set, FontRole role, bool *own);

/* All measures in em. */
typedef struct Glyph {
    const FontFace *face;
    uint32_t id;
    double advance;
    double x, y;   /* offset of its origin, y upward */
    uint32_t from; /* first byte of the text it stands for */
} Glyph;

typedef struct Ink {
    double left, right, top, bottom; /* from the origin, y upward */
} Ink;

/* The first face of the role's chain that has the character; false: none has. */
bool font_glyph(const FontSet *set, FontRole role, uint32_t rune, Glyph *glyph);

/* Text of one direction and one script, at most FONT_SHAPED bytes: glyphs from left to right, in
 * the arena. `half`: half-width forms where the font has them. What no font has gets face NULL. */
#define FONT_SHAPED 256
const Glyph *font_shape(const FontSet *set, FontRole role, Str text, bool half, Arena *a,
                        size_t *count);

Ink font_ink(const Glyph *glyph);

/* Middle of a full-width character above the base line, for the role's first face. */
double font_middle(const FontSet *set, FontRole role);

/* The face to draw glyphs of one FontFace with, which belongs to the set, and their numbers in it.
 */
cairo_font_face_t *font_cairo(const Glyph *glyphs, size_t count, unsigned long *ids);

/* Bold was asked for, but the family has none: its outlines are to be drawn thicker. */
bool font_thickened(const Glyph *glyph);

#endif
