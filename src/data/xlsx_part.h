/* SPDX-License-Identifier: MulanPSL-2.0 */
/* data/xlsx_part.h: parts of an XLSX archive, unpacked piece by piece under ceilings, and read as
 * XML. Private to the XLSX reader; everything here runs in the worker. */
#ifndef DATA_XLSX_PART_H
#define DATA_XLSX_PART_H

#include "base/buf.h"
#include "base/err.h"

/* --- XML ------------------------------------------------------------------------------------- */

typedef struct Xml Xml;

/* Names come without their prefix; attributes as name, value, …, NULL. */
typedef struct XmlRules {
    void (*start)(Xml *x, const char *name, const char **attributes);
    void (*end)(Xml *x, const char *name);
    void (*text)(Xml *x, Str text); /* NULL: not wanted */
} XmlRules;

Xml *xml_new(const XmlRules *rules, void *self, Err *e);
void xml_free(Xml *x);
void *xml_self(Xml *x);
/* False when the text is not well formed (ERR_INVALID), carries a DOCTYPE, or a handler failed. */
bool xml_feed(Xml *x, Str bytes, bool last);
/* From a handler: no further handler is called. xml_fail leaves what err_set wrote. */
Err *xml_err(Xml *x);
void xml_fail(Xml *x);
void xml_stop(Xml *x); /* enough was read: not a failure */
bool xml_stopped(const Xml *x);
uint64_t xml_line(const Xml *x);
/* An attribute's value by its name without prefix, or NULL. */
const char *xml_attribute(const char **attributes, const char *name);

/* --- the archive ----------------------------------------------------------------------------- */

typedef struct Archive Archive;

/* Takes `fd`. ERR_INVALID for what is no whole ZIP archive. */
Archive *archive_open(int fd, Err *e);
void archive_free(Archive *z);
bool archive_has(Archive *z, const char *name); /* upper and lower case alike */
/* Unpacked pieces of a part until `take` returns false (with *e set: failure; without: enough).
 * ERR_INVALID when the part is missing, encrypted, damaged, or a zip bomb (200:1), ERR_TOO_LARGE
 * past 8 GiB. */
typedef bool PieceTaker(void *self, Str piece, double done, Err *e);
bool archive_read(Archive *z, const char *name, PieceTaker *take, void *self, Err *e);
/* The same, through an XML parser. */
bool archive_read_xml(Archive *z, const char *name, const XmlRules *rules, void *self, Err *e);

#endif
