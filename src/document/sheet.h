/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/sheet.h: what a document consists of, as GB/T 9704-2012 names its elements. Read from a
 * DOCX, edited in the browser, laid out as PDF. */
#ifndef LIANHENG_DOCUMENT_SHEET_H
#define LIANHENG_DOCUMENT_SHEET_H

#include "base/arena.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

/* The form of the whole: 公文 with red head, 信函格式, 纪要格式, 检察法律文书 (two centred lines,
 * number to the right). */
typedef enum SheetForm {
    SHEET_OFFICIAL,
    SHEET_LETTER,
    SHEET_MINUTES,
    SHEET_PROCURATORIAL,
} SheetForm;

/* Each has one paragraph style name in a DOCX: sheet_style(). */
typedef enum BlockKind {
    BLOCK_TEXT,            /* 正文 */
    BLOCK_COPY_NUMBER,     /* 份号 */
    BLOCK_SECRECY,         /* 密级和保密期限 */
    BLOCK_URGENCY,         /* 紧急程度 */
    BLOCK_MARK,            /* 发文机关标志 */
    BLOCK_NUMBER,          /* 发文字号 */
    BLOCK_SIGNER,          /* 签发人 */
    BLOCK_TITLE,           /* 标题 */
    BLOCK_RECIPIENT,       /* 主送机关 */
    BLOCK_LEVEL_1,         /* 一级标题 一、 */
    BLOCK_LEVEL_2,         /* 二级标题 （一） */
    BLOCK_LEVEL_3,         /* 三级标题 1. */
    BLOCK_LEVEL_4,         /* 四级标题 （1） */
    BLOCK_ATTACHMENT,      /* 附件说明 */
    BLOCK_SIGNATURE,       /* 署名 */
    BLOCK_DATE,            /* 成文日期 */
    BLOCK_NOTE,            /* 附注 */
    BLOCK_COPIES,          /* 抄送机关 */
    BLOCK_PRINTED,         /* 印发机关和印发日期 */
    BLOCK_NAMES,           /* 人员名单: 出席、请假、列席 of 纪要 */
    BLOCK_ATTACHMENT_HEAD, /* 附件标识: what follows begins a new page */
    BLOCK_TABLE,           /* 表格 */
    BLOCK_PAGE,            /* 分页 */
    BLOCK_KIND_COUNT
} BlockKind;

typedef enum SpanFace {
    FACE_OF_BLOCK,
    FACE_BLACK,
    FACE_REGULAR,
    FACE_BOLD
} SpanFace; /* 黑体 楷体 加粗 */

typedef struct Span {
    Str text;
    SpanFace face;
    Str field; /* the field of the type that was filled in here; empty: the template's own words */
} Span;

typedef struct Block Block;

typedef struct SheetCell {
    const Block *blocks;
    size_t count;
    int columns; /* it spans; at least 1 */
    bool under;  /* one with the cell above it, whose text stands in both; has none of its own */
} SheetCell;

typedef struct Row {
    const SheetCell *cells;
    size_t count;
    bool head; /* repeated on each page */
} Row;

struct Block {
    BlockKind kind;
    int number; /* of its paragraph in the DOCX, from 1; 0: none */
    const Span *spans;
    size_t span_count;
    const Row *rows; /* of a table */
    size_t row_count;
};

typedef struct Sheet {
    SheetForm form;
    const Block *blocks;
    size_t count;
    bool sealed; /* a seal is put on 署名 and 成文日期: their places differ (GB/T 9704-2012) */
} Sheet;

/* The name of the paragraph style in a DOCX, in Chinese; never NULL. */
const char *sheet_style(BlockKind kind);

/* The kind a style's name stands for; false: none. */
bool sheet_kind(Str style, BlockKind *kind);

/* What a paragraph without such a style is, told by its text: levels 一、（一）1.（1）, 附件：,
 * otherwise BLOCK_TEXT. */
BlockKind sheet_guess(Str text);

/* The text of a block's spans, in the arena. */
Str sheet_text(Arena *a, const Block *block);

#endif
