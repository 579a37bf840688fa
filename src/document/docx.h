/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/docx.h: a .docx: opened under ceilings, read as a Sheet, written from one, edited
 * paragraph by paragraph (docs/decisions/0015). */
#ifndef LIANHENG_DOCUMENT_DOCX_H
#define LIANHENG_DOCUMENT_DOCX_H

#include "base/err.h"
#include "data/bind.h"
#include "document/sheet.h"

enum { DOCX_ENTRIES_MOST = 2000, DOCX_DEPTH_MOST = 100, DOCX_PARAGRAPHS_MOST = 20000 };
#define DOCX_SIZE_MAX ((size_t)20 << 20)        /* the file */
#define DOCX_UNPACKED_MAX ((uint64_t)200 << 20) /* all parts together */
#define DOCX_PART_MAX ((size_t)16 << 20)        /* one part of XML */

/* Lives in its arena; belongs to one thread. */
typedef struct Docx Docx;

/* `bytes` are borrowed for as long as the Docx. Refuses, each with a sentence of its own: what is
 * no .docx (.doc, .wps, PDF, ODF, OFD, a table …), what has a password, macros, embedded objects,
 * other files or external targets besides links, what is damaged, and what passes a ceiling. */
Docx *docx_open(Arena *a, Str bytes, Err *e);

/* Does a worker behind seccomp open and read it? For bytes from outside, before docx_open. */
bool docx_vet(Str bytes, Err *e);

/* Blocks with their paragraphs' numbers. Kinds by the names of styles, then Word's own headings,
 * then sheet_guess. Empty paragraphs are left out. The form is what docx_write left in the file,
 * otherwise SHEET_OFFICIAL. *warnings (may be NULL): list of Str in Chinese: what is in the file
 * and not in the sheet (pictures, text boxes, changes not yet accepted …). */
bool docx_read(Docx *d, Arena *a, Sheet *out, BindList *warnings, Err *e);

/* Its form where the file does not say it itself: an office's own template. */
void docx_assume(Docx *d, SheetForm form, bool sealed);

/* How many paragraphs, those of tables included. */
size_t docx_paragraphs(const Docx *d);

/* Put `text` into paragraph `number`, in the face of its first words; everything else stays. */
bool docx_replace(Docx *d, int number, Str text, Err *e);

/* As a file again; parts that nothing changed keep their bytes. */
bool docx_save(Docx *d, Buf *out, Err *e);

typedef struct DocxProperties {
    Str title, author; /* may be empty */
} DocxProperties;

/* A fresh .docx: page, grid and styles of GB/T 9704. The same sheet gives the same bytes. */
bool docx_write(const Sheet *s, const DocxProperties *p, Buf *out, Err *e);

#endif
