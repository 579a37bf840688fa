/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/font_small.h: a large font cut down, once per process, to the characters that documents
 * use every day. */
#ifndef LIANHENG_DOCUMENT_FONT_SMALL_H
#define LIANHENG_DOCUMENT_FONT_SMALL_H

#include <cairo.h>
#include <hb.h>
#include <stdbool.h>
#include <stdint.h>

/* Cairo reads the whole outline table of a font for each document that embeds some of it: 26 MB for
 * one weight of Noto Serif CJK, with subroutines of which it embeds too many. From a font of the
 * 6,763 characters of GB 2312 and without subroutines it takes a tenth of the time, and a document
 * is a quarter as large. Other characters are drawn from the font itself. */
typedef struct FontSmall FontSmall;

/* NULL: the font is small already, or cannot be cut. Kept until the process ends. `key` names its
 * file. Thread-safe; the first call for a font takes about a tenth of a second. */
const FontSmall *font_small(hb_font_t *font, const char *key);

/* The number a glyph has in it; false: it is not in it. */
bool font_small_glyph(const FontSmall *small, uint32_t id, uint32_t *out);

/* A face of it for the calling thread, to be destroyed as any; NULL: it cannot be read. */
cairo_font_face_t *font_small_face(const FontSmall *small);

#endif
