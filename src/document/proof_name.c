/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/proof_name.c: names that are nearly those of the matter, and names that must not stand
 * there at all. */
#include "document/proof_inside.h"

#include "base/banned.h"

static bool is_han(uint32_t r) {
    return r >= 0x4E00 && r <= 0x9FFF;
}

/* --- names of the matter --------------------------------------------------------------------- */

/* `n` signs at `at`, or an empty text when fewer follow or one is no character. */
static Str signs_at(Str s, size_t at, size_t n) {
    Str rest = str_slice(s, at, s.len);
    size_t from = rest.len;

    if (((unsigned char)s.ptr[at] & 0xC0) == 0x80)
        return (Str){NULL, 0};
    for (size_t i = 0; i < n; i++) {
        uint32_t r;

        if (!str_rune(&rest, &r) || !is_han(r))
            return (Str){NULL, 0};
    }
    return str_slice(s, at, at + (from - rest.len));
}

static uint32_t rune_at(Str s, size_t i) {
    uint32_t r = 0;

    while (str_rune(&s, &r) && i-- > 0)
        continue;
    return r;
}

static bool is_other_name(const Proof *p, Str word) {
    for (size_t i = 0; i < p->context->name_count; i++)
        if (str_find(p->context->names[i], word) >= 0)
            return true;
    return false;
}

/* Masked names (陈某某, 张某) are no mistakes. */
static bool is_masked(Str word) {
    return str_find(word, STR("某")) >= 0;
}

/* One sign of a long name may differ anywhere; of a short one only behind the surname, and short
 * names must stand alone: behind 人, 嫌疑人 or a comma. */
static bool nearly(Str name, Str word) {
    size_t n = str_runes(name);

    if (str_distance(name, word, 1) != 1 || str_runes(word) != n)
        return false;
    if (n >= 5)
        return true;
    return rune_at(name, 0) == rune_at(word, 0) &&
           (n >= 4 || rune_at(name, n - 1) == rune_at(word, n - 1) || n == 3);
}

/* Words before a person's name. */
static bool introduced(Str before) {
    static const char *const words[] = {"嫌疑人", "被告人",     "不起诉人", "当事人", "相对人",
                                        "申请人", "法定代表人", "负责人",   "举报人", "信访人",
                                        "经营者", "违法行为人", "对",       "，",     "、",
                                        "（",     NULL};

    if (before.len == 0)
        return true;
    for (size_t i = 0; words[i] != NULL; i++)
        if (str_ends(before, str_of(words[i])))
            return true;
    return false;
}

static void look_near(Proof *p, Str name) {
    size_t n = str_runes(name);

    for (size_t at = 0; at + 3 * n <= p->text.len; at++) {
        Str word = signs_at(p->text, at, n);

        if (word.len == 0 || is_masked(word) || is_other_name(p, word) || !nearly(name, word) ||
            (n < 5 && !introduced(str_slice(p->text, 0, at))))
            continue;
        proof_tell(p, PROOF_NAME, true, at, at + word.len, name, "“%.*s”与事项里的“%.*s”只差一个字",
                   STR_ARG(word), STR_ARG(name));
    }
}

static void look_names(Proof *p) {
    for (size_t i = 0; i < p->context->name_count; i++)
        if (str_runes(p->context->names[i]) >= 2)
            look_near(p, p->context->names[i]);
}

/* --- the one addressed ----------------------------------------------------------------------- */

/* Organisations as the sheet writes them: 主送, and what stands in the text. */
static void look_recipient(Proof *p) {
    for (size_t i = 0; i < p->sheet->count; i++) {
        const Block *b = &p->sheet->blocks[i];
        Str name;

        if (b->kind != BLOCK_RECIPIENT)
            continue;
        name = str_trim(sheet_text(p->arena, b));
        while (str_ends(name, STR("：")) || str_ends(name, STR(":")))
            name.len -= str_ends(name, STR("：")) ? 3 : 1;
        /* Several, or one that is told already. */
        if (str_runes(name) < 6 || str_find(name, STR("、")) >= 0 ||
            str_find(name, STR("，")) >= 0 || str_find(name, STR("【")) >= 0 ||
            str_find(name, STR("{")) >= 0)
            continue;
        for (size_t k = 0; k < p->sheet->count; k++) {
            if (p->sheet->blocks[k].kind == BLOCK_RECIPIENT ||
                p->sheet->blocks[k].kind == BLOCK_TABLE)
                continue;
            p->block = &p->sheet->blocks[k];
            p->text = sheet_text(p->arena, p->block);
            if (!is_other_name(p, name))
                look_near(p, name);
        }
    }
}

/* --- who must not be named ------------------------------------------------------------------- */

static void look_secret(Proof *p) {
    for (size_t i = 0; i < p->context->secret_count; i++) {
        Str name = p->context->secret[i];
        ptrdiff_t at = name.len < 6 ? -1 : str_find(p->text, name);

        if (at < 0)
            continue;
        /* The finding itself is shown and kept: it does not name anybody either. */
        Str text = p->text;

        p->text = (Str){NULL, 0};
        proof_tell(p, PROOF_IDENTITY, true, (size_t)at, (size_t)at + name.len, (Str){NULL, 0},
                   "这里写出了依法应当封存或者不得披露的身份：请改成“某某”，或者写明依据后报批");
        p->text = text;
    }
}

void proof_names(Proof *p) {
    proof_each(p, look_names);
    look_recipient(p);
    proof_each(p, look_secret);
}
