/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/proof_sign.c: places left open, brackets, words that stand twice, levels that skip. */
#include <string.h>

#include "base/amount.h"
#include "document/proof_inside.h"

#include "base/banned.h"

/* --- places left open ------------------------------------------------------------------------ */

static void look_unfilled(Proof *p) {
    static const char *const signs[] = {"【待填：", "{{",   "｛｛", "（  ）",
                                        "〔〕",     "____", "××",   NULL};

    for (size_t i = 0; signs[i] != NULL; i++) {
        ptrdiff_t at = str_find(p->text, str_of(signs[i]));
        size_t end;

        if (at < 0)
            continue;
        Str rest = str_slice(p->text, (size_t)at, p->text.len);
        ptrdiff_t close = str_find(rest, i == 0 ? STR("】") : STR("}}"));

        end = (size_t)at + (i < 2 && close >= 0 ? (size_t)close + 3 : strlen(signs[i]));
        proof_tell(p, PROOF_UNFILLED, true, (size_t)at, end < p->text.len ? end : p->text.len,
                   (Str){NULL, 0}, "这里还没有填写");
    }
}

/* --- brackets -------------------------------------------------------------------------------- */

typedef struct Pair {
    const char *open, *close;
} Pair;

static const Pair pairs[] = {{"（", "）"}, {"《", "》"}, {"“", "”"},
                             {"〔", "〕"}, {"【", "】"}, {"‘", "’"}};
enum { PAIRS = sizeof pairs / sizeof *pairs, DEEP = 32 };

static void look_brackets(Proof *p) {
    size_t places[DEEP], depth = 0;
    int kinds[DEEP];

    for (size_t at = 0; at + 3 <= p->text.len; at++) {
        Str three = str_slice(p->text, at, at + 3);

        for (int k = 0; k < PAIRS; k++) {
            if (str_is(three, pairs[k].open) && depth < DEEP) {
                kinds[depth] = k;
                places[depth++] = at;
            } else if (str_is(three, pairs[k].close)) {
                if (depth > 0 && kinds[depth - 1] == k)
                    depth--;
                else
                    proof_tell(p, PROOF_BRACKET, false, at, at + 3, (Str){NULL, 0},
                               "“%s”前面没有配上“%s”", pairs[k].close, pairs[k].open);
            }
        }
    }
    while (depth-- > 0)
        proof_tell(p, PROOF_BRACKET, false, places[depth], places[depth] + 3, (Str){NULL, 0},
                   "“%s”后面没有配上“%s”", pairs[kinds[depth]].open, pairs[kinds[depth]].close);
}

/* --- doubled --------------------------------------------------------------------------------- */

static bool is_han(uint32_t r) {
    return r >= 0x4E00 && r <= 0x9FFF;
}

/* Of two signs or more; single ones (人人, 种种, 某某) are words. Of two signs only in front of
 * more text: 研究研究 is said. */
static void look_doubled(Proof *p) {
    for (size_t n = 6; n >= 2; n--) {
        for (size_t at = 0; at + 6 * n <= p->text.len; at++) {
            Str word = str_slice(p->text, at, at + 3 * n), rest = word;
            bool han = ((unsigned char)p->text.ptr[at] & 0xC0) != 0x80, same = true;
            uint32_t first = 0, r;

            for (size_t i = 0; han && i < n; i++) {
                han = str_rune(&rest, &r) && is_han(r);
                first = i == 0 ? r : first;
                same = same && r == first;
            }
            if (!han || rest.len > 0 || same ||
                !str_eq(word, str_slice(p->text, at + 3 * n, at + 6 * n)))
                continue;
            proof_tell(p, PROOF_DOUBLED, false, at, at + 6 * n, word, "“%.*s”连写了两遍",
                       STR_ARG(word));
            return;
        }
    }
    for (size_t at = 0; at + 6 <= p->text.len; at++) {
        static const char *const marks[] = {"，", "。", "、", "；", "：", "的", "了", "和", NULL};
        Str one = str_slice(p->text, at, at + 3);

        for (size_t i = 0; marks[i] != NULL; i++)
            if (str_is(one, marks[i]) && str_eq(one, str_slice(p->text, at + 3, at + 6))) {
                proof_tell(p, PROOF_DOUBLED, false, at, at + 6, one, "“%s”连写了两遍", marks[i]);
                return;
            }
    }
}

/* --- levels ---------------------------------------------------------------------------------- */

/* 一 to 九十九 at the front of the text behind a bracket. 0: none. */
static int64_t level_number(Str text) {
    int64_t n = 0;
    size_t len = 0;

    if (str_starts(text, STR("（")))
        text = str_slice(text, 3, text.len);
    while (len + 3 <= text.len &&
           str_find(STR("一二三四五六七八九十"), str_slice(text, len, len + 3)) >= 0)
        len += 3;
    if (len > 0)
        return chinese_number_parse(str_slice(text, 0, len), &n) ? n : 0;
    while (len < text.len && text.ptr[len] >= '0' && text.ptr[len] <= '9')
        len++;
    return len > 0 && len < 4 && str_to_int(str_slice(text, 0, len), &n) ? n : 0;
}

/* The table of levels begins anew below a higher one, and behind a headline. */
static void look_levels(Proof *p) {
    int64_t last[4] = {0};

    for (size_t i = 0; i < p->sheet->count; i++) {
        const Block *b = &p->sheet->blocks[i];
        int level = (int)b->kind - (int)BLOCK_LEVEL_1;

        if (b->kind == BLOCK_TITLE || b->kind == BLOCK_ATTACHMENT_HEAD)
            memset(last, 0, sizeof last);
        if (level < 0 || level > 3)
            continue;
        p->block = b;
        p->text = sheet_text(p->arena, b);
        int64_t n = level_number(str_trim(p->text));

        if (n > 1 && last[level] > 0 && n != last[level] + 1)
            proof_tell(p, PROOF_LEVEL, false, 0, p->text.len < 12 ? p->text.len : 12,
                       (Str){NULL, 0}, "同一层的序号从 %lld 到了 %lld", (long long)last[level],
                       (long long)n);
        if (n > 1 && last[level] == 0)
            proof_tell(p, PROOF_LEVEL, false, 0, p->text.len < 12 ? p->text.len : 12,
                       (Str){NULL, 0}, "这一层的序号不是从一开始");
        last[level] = n;
        for (int k = level + 1; k < 4; k++)
            last[k] = 0;
    }
}

void proof_signs(Proof *p) {
    proof_each(p, look_unfilled);
    proof_each(p, look_brackets);
    proof_each(p, look_doubled);
    look_levels(p);
}
