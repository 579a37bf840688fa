/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/proof_amount.c: amounts in figures and in words, and sums: in tables and in sentences.
 */
#include <string.h>

#include "base/amount.h"
#include "document/proof_inside.h"
#include "document/words.h"

#include "base/banned.h"

size_t proof_figures(Str s) {
    size_t n = 0;
    bool dot = false;

    while (n < s.len && ((s.ptr[n] >= '0' && s.ptr[n] <= '9') || (n > 0 && s.ptr[n] == ',') ||
                         (n > 0 && !dot && s.ptr[n] == '.'))) {
        dot = dot || s.ptr[n] == '.';
        n++;
    }
    while (n > 0 && (s.ptr[n - 1] == ',' || s.ptr[n - 1] == '.'))
        n--;
    return n;
}

/* 2,000.50元, 3.5万元 at the front; its length, 0 when none. */
static size_t money_at(Str s, Money *out) {
    static const char *const units[] = {"亿元", "万元", "元"};
    size_t n = proof_figures(s);

    for (size_t i = 0; n > 0 && i < 3; i++)
        if (str_starts(str_slice(s, n, s.len), str_of(units[i]))) {
            size_t all = n + strlen(units[i]);

            return money_parse(str_slice(s, 0, all), MONEY_YUAN, out) ? all : 0;
        }
    return 0;
}

/* 贰万元整 at the front; two capital digits or units at least. */
static size_t words_at(Str s, Money *out) {
    size_t n = 0;
    Str word;

    while (n + 3 <= s.len &&
           str_find(STR("零壹贰叁肆伍陆柒捌玖拾佰仟万亿元圆角分整正"), str_slice(s, n, n + 3)) >= 0)
        n += 3;
    word = str_slice(s, 0, n);
    return n >= 6 && money_parse(word, MONEY_YUAN, out) ? n : 0;
}

static bool digit_before(Str s, size_t at) {
    return at > 0 && ((s.ptr[at - 1] >= '0' && s.ptr[at - 1] <= '9') || s.ptr[at - 1] == '.' ||
                      s.ptr[at - 1] == ',');
}

/* --- words against figures ------------------------------------------------------------------- */

/* Only what belongs together: nothing but a bracket, 大写, 人民币 and the like between. */
static bool joined(Str between) {
    static const char *const fillers[] = {"（", "(", "大写", "小写", "人民币", "：", ":",    "即",
                                          "￥", "¥", "，",   "）",   ")",      " ",  "金额", NULL};

    while (between.len > 0) {
        size_t i = 0;

        while (fillers[i] != NULL && !str_starts(between, str_of(fillers[i])))
            i++;
        if (fillers[i] == NULL)
            return false;
        between = str_slice(between, strlen(fillers[i]), between.len);
    }
    return true;
}

static void look_pairs(Proof *p) {
    size_t last_from = 0, last_end = 0;
    Money last = 0;
    int last_kind = 0; /* 1: figures, 2: words */

    for (size_t at = 0; at < p->text.len; at++) {
        Str rest = str_slice(p->text, at, p->text.len);
        Money m = 0;
        int kind = 1;
        size_t n = digit_before(p->text, at) ? 0 : money_at(rest, &m);

        if (n == 0) {
            n = words_at(rest, &m);
            kind = 2;
        }
        if (n == 0)
            continue;
        if (last_kind != 0 && kind != last_kind && m != last &&
            joined(str_slice(p->text, last_end, at))) {
            scoped_buf Buf word = {0};

            buf_init(&word, 200);
            words_money_capital(kind == 1 ? m : last, &word);
            proof_tell(p, PROOF_AMOUNT, true, last_from, at + n, buf_str(&word),
                       "金额的大写和小写不一致：“%.*s”",
                       STR_ARG(str_slice(p->text, last_from, at + n)));
        }
        last = m;
        last_kind = kind;
        last_from = at;
        last_end = at + n;
        at += n - 1;
    }
}

/* --- sums in sentences ----------------------------------------------------------------------- */

static const char *const totals[] = {"合计", "共计", "总计", "以上共", NULL};

static bool sentence_end(Str s) {
    return str_starts(s, STR("。")) || str_starts(s, STR("；")) || str_starts(s, STR("\n"));
}

static size_t total_at(Str s) {
    for (size_t i = 0; totals[i] != NULL; i++)
        if (str_starts(s, str_of(totals[i])))
            return strlen(totals[i]);
    return 0;
}

/* 甲3000元、乙2000元，合计5000元: within one sentence, with two parts or more before the total. */
static void look_sums(Proof *p) {
    Money sum = 0;
    size_t parts = 0, first = 0;

    for (size_t at = 0; at < p->text.len; at++) {
        Str rest = str_slice(p->text, at, p->text.len);
        size_t total = total_at(rest), n;
        Money m;

        if (sentence_end(rest)) {
            sum = 0;
            parts = 0;
        }
        if (total > 0) {
            Str behind = str_slice(rest, total, rest.len);
            size_t skip = str_starts(behind, STR("人民币")) ? 9
                          : str_starts(behind, STR("为"))   ? 3
                                                            : 0;

            n = money_at(str_slice(behind, skip, behind.len), &m);
            if (n > 0 && parts >= 2 && m != sum) {
                scoped_buf Buf right = {0};

                buf_init(&right, 100);
                words_money(sum, &right);
                buf_add_c(&right, "元");
                proof_tell(p, PROOF_SUM, true, first, at + total + skip + n, buf_str(&right),
                           "合计与前面 %zu 项之和不一致", parts);
            }
            sum = 0;
            parts = 0;
            at += total + skip + n - 1;
            continue;
        }
        n = digit_before(p->text, at) ? 0 : money_at(rest, &m);
        if (n == 0)
            continue;
        first = parts == 0 ? at : first;
        sum += m;
        parts++;
        at += n - 1;
    }
}

/* --- sums in tables -------------------------------------------------------------------------- */

static Str cell_text(const Proof *p, const SheetCell *c) {
    return c->count == 0 ? (Str){NULL, 0} : str_trim(sheet_text(p->arena, &c->blocks[0]));
}

/* The cell that stands in column `column`, counting spans; NULL when there is none. */
static const SheetCell *cell_in(const Row *r, int column) {
    int at = 0;

    for (size_t i = 0; i < r->count; i++) {
        if (at == column)
            return &r->cells[i];
        at += r->cells[i].columns > 1 ? r->cells[i].columns : 1;
    }
    return NULL;
}

/* A bare number or an amount; false: something else. */
static bool number_of(Str s, Money *out) {
    size_t n = proof_figures(s);
    Str unit = str_slice(s, n, s.len);

    return n > 0 && (unit.len == 0 || str_is(unit, "元") || str_is(unit, "万元")) &&
           money_parse(s, MONEY_YUAN, out);
}

static bool is_total(Str s) {
    return str_is(s, "合计") || str_is(s, "总计") || str_is(s, "共计") || str_is(s, "小计");
}

/* The numbers above the total, up to the total before it; rows without a number do not count. */
static void check_column(Proof *p, const Block *table, size_t total, int column) {
    const SheetCell *c = cell_in(&table->rows[total], column);
    Money wanted, sum = 0, m;
    size_t parts = 0;

    if (c == NULL || !number_of(cell_text(p, c), &wanted))
        return;
    for (size_t i = total; i-- > 0;) {
        const Row *r = &table->rows[i];
        const SheetCell *above = cell_in(r, column);

        if (r->head || (r->count > 0 && is_total(cell_text(p, &r->cells[0]))))
            break;
        if (above != NULL && number_of(cell_text(p, above), &m)) {
            sum += m;
            parts++;
        }
    }
    if (parts < 2 || sum == wanted)
        return;
    scoped_buf Buf right = {0};

    buf_init(&right, 100);
    words_money(sum, &right);
    p->block = &c->blocks[0];
    p->text = sheet_text(p->arena, p->block);
    proof_tell(p, PROOF_SUM, true, 0, p->text.len, buf_str(&right),
               "合计与这一列 %zu 个数之和不一致", parts);
}

static void look_tables(Proof *p) {
    for (size_t i = 0; i < p->sheet->count; i++) {
        const Block *b = &p->sheet->blocks[i];

        for (size_t r = 0; r < b->row_count; r++) {
            if (b->rows[r].count == 0 || !is_total(cell_text(p, &b->rows[r].cells[0])))
                continue;
            for (int column = 1; column < 63; column++)
                check_column(p, b, r, column);
        }
    }
}

void proof_amounts(Proof *p) {
    proof_each(p, look_pairs);
    proof_each(p, look_sums);
    look_tables(p);
}
