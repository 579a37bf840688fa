/* SPDX-License-Identifier: MulanPSL-2.0 */
/* data/xls_record.h: the records of a BIFF stream, and the texts in them, which may go on in
 * CONTINUE records. Private to the XLS reader. */
#ifndef DATA_XLS_RECORD_H
#define DATA_XLS_RECORD_H

#include "base/buf.h"
#include "base/encoding.h"

enum {
    RECORD_FORMULA = 0x0006,
    RECORD_EOF = 0x000A,
    RECORD_DATEMODE = 0x0022,
    RECORD_FILEPASS = 0x002F,
    RECORD_CONTINUE = 0x003C,
    RECORD_CODEPAGE = 0x0042,
    RECORD_BOUNDSHEET = 0x0085,
    RECORD_MULRK = 0x00BD,
    RECORD_RSTRING = 0x00D6,
    RECORD_XF = 0x00E0,
    RECORD_MERGEDCELLS = 0x00E5,
    RECORD_SST = 0x00FC,
    RECORD_LABELSST = 0x00FD,
    RECORD_NUMBER = 0x0203,
    RECORD_LABEL = 0x0204,
    RECORD_BOOLERR = 0x0205,
    RECORD_STRING = 0x0207,
    RECORD_RK = 0x027E,
    RECORD_FORMAT = 0x041E,
    RECORD_BOF = 0x0809,
};

/* Walks a stream of records. */
typedef struct Records {
    Str stream;
    size_t at;       /* of the next record */
    uint16_t type;   /* of the current one */
    Str data;        /* what of the current one, or of its continuation, is not taken yet */
    bool wide_texts; /* BIFF8: UTF-16 or Latin-1; before: bytes in `codepage` */
    Encoding codepage;
} Records;

/* False at the end of the stream; *cut when the end is inside a record. */
bool record_next(Records *r, bool *cut);
/* Take little-endian numbers and bytes off the current record; they may cross into a continuation.
 * False when there is not enough. */
bool record_u8(Records *r, uint8_t *out);
bool record_u16(Records *r, uint16_t *out);
bool record_u32(Records *r, uint32_t *out);
bool record_double(Records *r, double *out);
bool record_skip(Records *r, size_t n);
/* A text with a length of 1 or 2 bytes before it, appended as UTF-8; NUL is left out. */
bool record_text(Records *r, size_t length_bytes, Buf *out);

#endif
