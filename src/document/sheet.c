/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/sheet.c: names of elements, and what a paragraph without one is. */
#include "document/sheet.h"

#include "base/buf.h"

static const char *const STYLES[BLOCK_KIND_COUNT] = {
    [BLOCK_TEXT] = "正文",
    [BLOCK_COPY_NUMBER] = "份号",
    [BLOCK_SECRECY] = "密级和保密期限",
    [BLOCK_URGENCY] = "紧急程度",
    [BLOCK_MARK] = "发文机关标志",
    [BLOCK_NUMBER] = "发文字号",
    [BLOCK_SIGNER] = "签发人",
    [BLOCK_TITLE] = "标题",
    [BLOCK_RECIPIENT] = "主送机关",
    [BLOCK_LEVEL_1] = "一级标题",
    [BLOCK_LEVEL_2] = "二级标题",
    [BLOCK_LEVEL_3] = "三级标题",
    [BLOCK_LEVEL_4] = "四级标题",
    [BLOCK_ATTACHMENT] = "附件说明",
    [BLOCK_SIGNATURE] = "署名",
    [BLOCK_DATE] = "成文日期",
    [BLOCK_NOTE] = "附注",
    [BLOCK_COPIES] = "抄送机关",
    [BLOCK_PRINTED] = "印发机关和印发日期",
    [BLOCK_NAMES] = "人员名单",
    [BLOCK_ATTACHMENT_HEAD] = "附件标识",
    [BLOCK_TABLE] = "表格",
    [BLOCK_PAGE] = "分页",
};

const char *sheet_style(BlockKind kind) {
    return STYLES[kind];
}

bool sheet_kind(Str style, BlockKind *kind) {
    for (BlockKind k = 0; k < BLOCK_KIND_COUNT; k++) {
        if (!str_is(style, STYLES[k]))
            continue;
        *kind = k;
        return true;
    }
    return false;
}

/* How many bytes at the front of `s` are one of `digits`, a UTF-8 string of three-byte signs. */
static size_t numerals(Str s, const char *digits) {
    size_t n = 0;

    while (n + 3 <= s.len && str_find(str_of(digits), (Str){s.ptr + n, 3}) >= 0)
        n += 3;
    return n;
}

static size_t figures(Str s) {
    size_t n = 0;

    while (n < s.len && s.ptr[n] >= '0' && s.ptr[n] <= '9')
        n++;
    return n;
}

/* The front of `s`: `open`, then a number of `n` bytes, then one of `closes`. */
static bool numbered(Str s, size_t n, const char *const *closes) {
    Str rest = str_slice(s, n, s.len);

    if (n == 0 || n > 15)
        return false;
    for (; *closes != NULL; closes++)
        if (str_starts(rest, str_of(*closes)))
            return true;
    return false;
}

BlockKind sheet_guess(Str text) {
    static const char chinese[] = "一二三四五六七八九十百〇零";
    static const char *const comma[] = {"、", NULL}, *const dot[] = {"．", ".", NULL};
    static const char *const bracket[] = {"）", ")", NULL};
    Str s = str_trim(text);
    size_t open = str_starts(s, STR("（")) ? 3 : str_starts(s, STR("(")) ? 1 : 0;
    Str inner = str_slice(s, open, s.len);

    if (open == 0 && numbered(s, numerals(s, chinese), comma))
        return BLOCK_LEVEL_1;
    if (open != 0 && numbered(inner, numerals(inner, chinese), bracket))
        return BLOCK_LEVEL_2;
    if (open != 0 && numbered(inner, figures(inner), bracket))
        return BLOCK_LEVEL_4;
    /* 3.5 万元 begins no level. */
    if (open == 0 && numbered(s, figures(s), dot) && figures(s) + 1 < s.len &&
        (s.ptr[figures(s) + 1] < '0' || s.ptr[figures(s) + 1] > '9'))
        return BLOCK_LEVEL_3;
    if (str_starts(s, STR("附件：")))
        return BLOCK_ATTACHMENT;
    return BLOCK_TEXT;
}

Str sheet_text(Arena *a, const Block *block) {
    scoped_buf Buf text;

    buf_init(&text, (size_t)16 << 20);
    for (size_t i = 0; i < block->span_count; i++)
        buf_add(&text, block->spans[i].text);
    return str_dup(a, buf_str(&text));
}
