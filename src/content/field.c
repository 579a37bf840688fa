/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/field.c: one cell, by the type of its field. Runs for every cell of every import, so
 * nothing here allocates. */
#include "content/field.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/identity_text.h"
#include "content/field_range.h"
#include "content/index.h"

#include "base/banned.h"

#define DAY_MICROS (INT64_C(86400) * 1000000)
#define CHINA_MICROS (INT64_C(8) * 3600 * 1000000)
#define TEXT_LENGTH 2000

/* Excel serials are believed from 1927-05-18 to 2099-12-31: five digits, which no other way of
 * writing a date has. */
#define SERIAL_LEAST 10000
#define SERIAL_MOST 73050

/* --- nothing at all -------------------------------------------------------------------------- */

static bool is_one_of(Str s, const char *const *words) {
    for (; *words != NULL; words++)
        if (str_eq_ascii_nocase(s, str_of(*words)))
            return true;
    return false;
}

/* Only marks: -, --, —, /, \, ., *, …, full-width ones too. A lone digit or letter is a value. */
static bool is_marks(Str s) {
    for (uint32_t r; str_rune(&s, &r);) {
        r = rune_half_width(r);
        if (!rune_is_blank(r) && r != '-' && r != '/' && r != '\\' && r != '.' && r != '*' &&
            r != '_' && r != '?' && r != 0x2026 && r != 0x3002 && r != 0x2212 &&
            (r < 0x2010 || r > 0x2015))
            return false;
    }
    return true;
}

bool field_blank(const Field *f, Str s) {
    static const char *const always[] = {"NULL", "(NULL)", "N/A", "#N/A",   "NIL",
                                         "NONE", "\\N",    "NaN", "#NULL!", NULL};
    static const char *const words[] = {"无",     "暂无",   "空",   "不详", "未知",
                                        "无数据", "无信息", "没有", "未填", "未提供",
                                        "待补",   "NA",     NULL};
    bool keeps = f->type == FIELD_TEXT || f->type == FIELD_CREDIT_CODE || f->type == FIELD_CODE;

    if (s.len == 0)
        return true;
    if (s.len > 24)
        return false;
    if (is_marks(s) || is_one_of(s, always))
        return true;
    return !keeps && is_one_of(s, words);
}

/* --- results --------------------------------------------------------------------------------- */

static bool refuse(FieldValue *v, const char **reason, const char *text) {
    v->kind = VALUE_NULL;
    *reason = text;
    return false;
}

static bool take_text(FieldValue *v, Str text, bool valid) {
    v->kind = VALUE_TEXT;
    v->text = text;
    v->valid = valid;
    v->changed = !str_eq(text, v->original);
    return true;
}

static bool take_integer(const Field *f, FieldValue *v, ValueKind kind, int64_t value,
                         int64_t ranged) {
    v->kind = kind;
    v->integer = value;
    v->out_of_range = !field_range_integer(f, ranged);
    return true;
}

static bool take_real(const Field *f, FieldValue *v, double value) {
    v->kind = VALUE_REAL;
    v->real = value;
    v->out_of_range = !field_range_real(f, value);
    return true;
}

/* Was a number written just as we write it? Only then is there no original to keep. */
static bool differs(const FieldValue *v, const char *canonical) {
    return !str_is(v->original, canonical);
}

static size_t ceiling(const Field *f) {
    return f->length > 0 ? (size_t)f->length : TEXT_LENGTH;
}

static bool too_long(const Field *f, Str s) {
    return s.len > ceiling(f) && str_runes(s) > ceiling(f);
}

static bool refuse_long(const Field *f, FieldValue *v, const char **reason) {
    snprintf(v->room, sizeof v->room, "文字太长，超过 %zu 个字", ceiling(f));
    return refuse(v, reason, v->room);
}

/* --- text ------------------------------------------------------------------------------------ */

/* ="0012" and '0012 are how Excel keeps digits as text; quotation marks inside a text stay. */
static Str text_inside(Str s) {
    s = str_trim(s);
    if (s.len >= 3 && s.ptr[0] == '=' && s.ptr[1] == '"' && s.ptr[s.len - 1] == '"')
        return str_trim((Str){s.ptr + 2, s.len - 3});
    if (s.len >= 2 && s.ptr[0] == '\'' && memchr(s.ptr + 1, '\'', s.len - 1) == NULL)
        return str_trim((Str){s.ptr + 1, s.len - 1});
    return s;
}

/* --- dates ----------------------------------------------------------------------------------- */

static bool serial_read(Str s, Day *out) {
    double serial;

    if (s.len < 5 || s.len > 16 || !number_parse(s, &serial) || serial < SERIAL_LEAST ||
        serial > SERIAL_MOST)
        return false;
    return day_from_excel(floor(serial), out);
}

/* 2024-03, 2024/3, 2024年3月, 202403, also with 份 behind it. */
static bool month_read(Str s, Day *out) {
    char digits[8] = "";
    size_t n = 0, year_digits = 0;

    for (uint32_t r; str_rune(&s, &r);) {
        r = rune_half_width(r);
        if (rune_is_digit(r) && n < 6)
            digits[n++] = (char)r;
        else if (n == 4 && year_digits == 0 && (r == '-' || r == '/' || r == '.' || r == U'年'))
            year_digits = n;
        else if (!(n >= 5 && (r == U'月' || r == U'份')) && !rune_is_blank(r))
            return false;
    }
    if (n < 5 || (n == 5 && year_digits == 0))
        return false;
    int year = (digits[0] - '0') * 1000 + (digits[1] - '0') * 100 + (digits[2] - '0') * 10 +
               (digits[3] - '0');
    int month = n == 5 ? digits[4] - '0' : (digits[4] - '0') * 10 + (digits[5] - '0');

    if (year < DAY_FIRST_YEAR || year > DAY_LAST_YEAR)
        return false;
    *out = day_of(year, month, 1);
    return *out != DAY_NONE;
}

static Day first_of_month(Day d) {
    int year, month, day;

    day_split(d, &year, &month, &day);
    return day_of(year, month, 1);
}

static bool read_date(const Field *f, FieldValue *v, const char **reason) {
    bool month = f->unit.len > 0;
    Day day;
    char canonical[11];

    if (month && !month_read(v->original, &day)) {
        if (!day_parse(v->original, &day) && !serial_read(v->original, &day))
            return refuse(v, reason, "不是月份：请写成 2024-03 的样子");
        day = first_of_month(day);
    } else if (!month && !day_parse(v->original, &day) && !serial_read(v->original, &day)) {
        return refuse(v, reason, "不是日期，或日历上没有这一天：请写成 2024-01-05 的样子");
    }
    day_format(day, canonical);
    v->changed = differs(v, canonical);
    return take_integer(f, v, VALUE_DAY, day, day);
}

/* China's clocks read eight hours more than the instant since 1970 in UTC. */
static bool read_time(const Field *f, FieldValue *v, const char **reason) {
    Instant at;
    Day day;

    if (instant_parse(v->original, &at))
        at += CHINA_MICROS;
    else if (serial_read(v->original, &day))
        at = day * DAY_MICROS;
    else
        return refuse(v, reason, "不是时间：请写成 2024-01-05 08:30:00 的样子");
    int64_t in_day = at % DAY_MICROS;

    v->changed = true;
    return take_integer(f, v, VALUE_TIME, at,
                        (at - (in_day < 0 ? in_day + DAY_MICROS : in_day)) / DAY_MICROS);
}

/* --- amounts --------------------------------------------------------------------------------- */

/* 500万美元 is an amount, only not one that can be told in 元 without a rate. */
static bool is_foreign(Str s) {
    static const char *const words[] = {"美元", "美金", "港元", "港币",     "日元", "欧元",
                                        "英镑", "台币", "澳元", "加元",     "韩元", "澳门元",
                                        "法郎", "马克", "卢布", "新加坡元", "USD",  "HKD"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_find(s, str_of(words[i])) >= 0)
            return true;
    return false;
}

static bool read_money(const Field *f, FieldValue *v, const char **reason) {
    Money scale = f->unit.len == STR("万元").len ? 10000 * MONEY_YUAN : MONEY_YUAN;
    Money money;
    char canonical[32];

    if (!money_parse(v->original, scale, &money)) {
        if (!f->required && v->original.len < 64 && is_foreign(v->original)) {
            v->changed = true;
            v->valid = false;
            return true;
        }
        return refuse(v, reason, "不是金额：请写成 20000.00，或 2万元");
    }
    money_format(money, canonical);
    v->changed = differs(v, canonical);
    return take_integer(f, v, VALUE_INT, money, money);
}

static bool read_integer(const Field *f, FieldValue *v, const char **reason) {
    int64_t value;
    char canonical[24];

    if (!integer_parse(v->original, &value))
        return refuse(v, reason, "不是整数");
    snprintf(canonical, sizeof canonical, "%" PRId64, value);
    v->changed = differs(v, canonical);
    return take_integer(f, v, VALUE_INT, value, value);
}

static void real_text(double value, char out[32]) {
    snprintf(out, 32, "%.15g", value);
}

static bool read_real(const Field *f, FieldValue *v, bool area, const char **reason) {
    double value, scale = str_is(f->unit, "亩")     ? 10000.0 / 15
                          : str_is(f->unit, "公顷") ? 10000
                                                    : 1;
    char canonical[32];

    if (area ? !area_parse(v->original, scale, &value) : !number_parse(v->original, &value))
        return refuse(v, reason, area ? "不是面积：请写成 1000，或 1.5亩" : "不是数字");
    real_text(value, canonical);
    v->changed = differs(v, canonical);
    return take_real(f, v, value);
}

/* --- numbers that identify ------------------------------------------------------------------- */

static bool read_citizen(const Field *f, FieldValue *v, const char **reason) {
    v->citizen = citizen_id_read(v->original);
    if (v->citizen.form == CITIZEN_ID_NONE) {
        if (!f->lenient)
            return refuse(v, reason, "不是公民身份号码：应为 18 位（旧号 15 位）");
        return too_long(f, v->original) ? refuse_long(f, v, reason)
                                        : take_text(v, v->original, false);
    }
    bool valid =
        v->citizen.form == CITIZEN_ID_WHOLE && v->citizen.check_holds && v->citizen.birth_valid;

    return take_text(v, str_of(v->citizen.number), valid);
}

/* Standards ask for seventeen zeroes and an X where there is no code. */
static bool is_placeholder(const char *code) {
    size_t zeroes = strspn(code, "0");

    return zeroes > 0 &&
           (code[zeroes] == '\0' || (code[zeroes] == 'X' && code[zeroes + 1] == '\0'));
}

static bool read_credit(const Field *f, FieldValue *v, const char **reason) {
    v->credit = credit_code_read(v->original);
    if (v->credit.form == CREDIT_CODE_NONE)
        return too_long(f, v->original) ? refuse_long(f, v, reason)
                                        : take_text(v, v->original, false);
    if (is_placeholder(v->credit.code)) {
        v->credit = (CreditCode){.form = CREDIT_CODE_NONE};
        v->kind = VALUE_NULL;
        v->changed = true;
        return true;
    }
    return take_text(v, str_of(v->credit.code), v->credit.check_holds);
}

/* Longer codes name towns and villages inside the county, shorter ones the city or province. */
static bool read_division(const Content *c, const Field *f, FieldValue *v, const char **reason) {
    uint32_t runes[16];
    size_t n = identity_text(v->original, runes, 16);
    bool digits = n == 2 || n == 4 || n == 6 || n == 9 || n == 12;

    for (size_t i = 0; i < n && digits; i++)
        digits = rune_is_digit(runes[i]);
    if (!digits)
        return too_long(f, v->original) ? refuse_long(f, v, reason)
                                        : take_text(v, v->original, false);
    memcpy(v->room, "000000", 7);
    for (size_t i = 0; i < n && i < 6; i++)
        v->room[i] = (char)runes[i];
    Str code = {v->room, 6};

    return take_text(v, code, c == NULL || content_division(c, code, DAY_NONE) != NULL);
}

static bool read_marked(FieldValue *v, const Field *f, bool (*read)(Str, char[24]),
                        const char **reason) {
    if (read(v->original, v->room))
        return take_text(v, str_of(v->room), true);
    return too_long(f, v->original) ? refuse_long(f, v, reason) : take_text(v, v->original, false);
}

/* As document_number_read, into the value's own room; a test holds the two together. */
static uint32_t document_rune(uint32_t r) {
    switch (r) {
    case '(':
    case '[':
    case '{':
    case '<':
    case U'【':
    case U'〔':
    case U'〖':
    case U'〈':
    case U'《':
    case U'﹝':
    case U'﹙':
    case U'「':
        return U'〔';
    case ')':
    case ']':
    case '}':
    case '>':
    case U'】':
    case U'〕':
    case U'〗':
    case U'〉':
    case U'》':
    case U'﹞':
    case U'﹚':
    case U'」':
        return U'〕';
    default:
        return r >= 0x2010 && r <= 0x2015 ? '-' : r;
    }
}

static size_t put_rune(char *out, uint32_t r) {
    if (r < 0x80) {
        out[0] = (char)r;
        return 1;
    }
    if (r < 0x800) {
        out[0] = (char)(0xC0 | r >> 6);
        out[1] = (char)(0x80 | (r & 0x3F));
        return 2;
    }
    if (r < 0x10000) {
        out[0] = (char)(0xE0 | r >> 12);
        out[1] = (char)(0x80 | (r >> 6 & 0x3F));
        out[2] = (char)(0x80 | (r & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | r >> 18);
    out[1] = (char)(0x80 | (r >> 12 & 0x3F));
    out[2] = (char)(0x80 | (r >> 6 & 0x3F));
    out[3] = (char)(0x80 | (r & 0x3F));
    return 4;
}

static bool read_document(const Field *f, FieldValue *v, const char **reason) {
    Str rest = v->original;
    size_t n = 0;

    for (uint32_t r; str_rune(&rest, &r);) {
        r = rune_half_width(r);
        if (rune_is_blank(r))
            continue;
        if (n + 4 > sizeof v->room)
            return refuse_long(f, v, reason);
        n += put_rune(v->room + n, document_rune(r));
    }
    Str text = {v->room, n};

    return too_long(f, text) ? refuse_long(f, v, reason) : take_text(v, text, true);
}

/* --- codes ----------------------------------------------------------------------------------- */

static bool refuse_code(const CodeTable *t, Str word, FieldValue *v, const char **reason) {
    const CodeEntry *nearest = code_table_nearest(t, word);

    if (nearest != NULL)
        snprintf(v->room, sizeof v->room, "不在代码表“%.*s”内，最接近的是“%.*s”", STR_ARG(t->title),
                 STR_ARG(nearest->title));
    else
        snprintf(v->room, sizeof v->room, "不在代码表“%.*s”内", STR_ARG(t->title));
    return refuse(v, reason, v->room);
}

static bool read_one_code(const Field *f, const CodeTable *t, FieldValue *v, const char **reason) {
    const CodeEntry *entry = code_table_find(t, v->original);

    if (entry != NULL)
        return take_text(v, entry->title, true);
    if (!t->open)
        return refuse_code(t, v->original, v, reason);
    return too_long(f, v->original) ? refuse_long(f, v, reason) : take_text(v, v->original, true);
}

static bool parts(uint32_t r) {
    return r == ';' || r == ',' || r == '|' || r == U'、' || r == '/' || r == '\n' || r == '+';
}

/* The next piece between separators; false at the end. */
static bool next_piece(Str *rest, Str *piece) {
    const char *start = rest->ptr;

    if (rest->len == 0)
        return false;
    while (rest->len > 0) {
        const char *here = rest->ptr;
        uint32_t r;

        str_rune(rest, &r);
        if (parts(rune_half_width(r))) {
            *piece = str_trim((Str){start, (size_t)(here - start)});
            return true;
        }
    }
    *piece = str_trim((Str){start, (size_t)(rest->ptr - start)});
    return true;
}

static bool has_piece(Str all, Str piece) {
    for (Str one; str_split(&all, ';', &one);)
        if (str_eq(one, piece))
            return true;
    return false;
}

/* Titles joined by ';', each once, in the order written. */
static bool read_many_codes(const Field *f, const CodeTable *t, FieldValue *v,
                            const char **reason) {
    Str rest = v->original, piece;
    size_t n = 0;

    while (next_piece(&rest, &piece)) {
        if (piece.len == 0)
            continue;
        const CodeEntry *entry = code_table_find(t, piece);
        Str word = entry != NULL ? entry->title : piece;

        if (entry == NULL && !t->open)
            return refuse_code(t, piece, v, reason);
        if (has_piece((Str){v->room, n}, word))
            continue;
        if (n + word.len + 1 > sizeof v->room)
            return refuse_long(f, v, reason);
        if (n > 0)
            v->room[n++] = ';';
        memcpy(v->room + n, word.ptr, word.len);
        n += word.len;
    }
    return take_text(v, (Str){v->room, n}, true);
}

static bool read_code(const Content *c, const Field *f, FieldValue *v, const char **reason) {
    const CodeTable *t =
        f->table != NULL || c == NULL ? f->table : content_codes(c, f->codes, NULL);

    if (t == NULL)
        return too_long(f, v->original) ? refuse_long(f, v, reason)
                                        : take_text(v, v->original, false);
    if (f->many && code_table_find(t, v->original) == NULL)
        return read_many_codes(f, t, v, reason);
    return read_one_code(f, t, v, reason);
}

/* --- all of them ----------------------------------------------------------------------------- */

static bool read_value(const Content *c, const Field *f, FieldValue *v, const char **reason) {
    switch ((FieldType)f->type) {
    case FIELD_TEXT:
        return too_long(f, v->original) ? refuse_long(f, v, reason)
                                        : take_text(v, v->original, true);
    case FIELD_DATE:
        return read_date(f, v, reason);
    case FIELD_TIME:
        return read_time(f, v, reason);
    case FIELD_MONEY:
        return read_money(f, v, reason);
    case FIELD_INTEGER:
        return read_integer(f, v, reason);
    case FIELD_NUMBER:
        return read_real(f, v, false, reason);
    case FIELD_AREA:
        return read_real(f, v, true, reason);
    case FIELD_CITIZEN_ID:
        return read_citizen(f, v, reason);
    case FIELD_CREDIT_CODE:
        return read_credit(f, v, reason);
    case FIELD_DIVISION:
        return read_division(c, f, v, reason);
    case FIELD_CODE:
        return read_code(c, f, v, reason);
    case FIELD_PLATE:
        return read_marked(v, f, plate_read, reason);
    case FIELD_PHONE:
        return read_marked(v, f, phone_read, reason);
    case FIELD_DOCUMENT_NUMBER:
        return read_document(f, v, reason);
    }
    return refuse(v, reason, "字段类型不认识");
}

/* In a closed table 无 may be an entry, so the table is asked first. */
static bool is_nothing(const Field *f, Str s) {
    if (f->type == FIELD_CODE && f->table != NULL && code_table_find(f->table, s) != NULL)
        return false;
    if (field_blank(f, s))
        return true;
    return f->type == FIELD_CODE && (str_is(s, "无") || str_is(s, "暂无"));
}

bool field_normalise(const Content *c, const Field *f, Str raw, FieldValue *v,
                     const char **reason) {
    bool text = f->type == FIELD_TEXT || f->type == FIELD_CODE;

    v->kind = VALUE_NULL;
    v->changed = v->out_of_range = false;
    v->valid = true;
    v->integer = 0;
    v->real = 0;
    v->text = (Str){NULL, 0};
    v->original = text ? text_inside(raw) : str_unwrap(raw);
    if (f->type == FIELD_CITIZEN_ID)
        v->citizen.form = CITIZEN_ID_NONE;
    if (f->type == FIELD_CREDIT_CODE)
        v->credit.form = CREDIT_CODE_NONE;
    if (!is_nothing(f, v->original)) {
        if (!read_value(c, f, v, reason))
            return false;
    } else {
        v->changed = v->original.len > 0;
    }
    if (v->kind == VALUE_NULL && f->required)
        return refuse(v, reason, "必填，但没有填写");
    return true;
}

/* --- showing --------------------------------------------------------------------------------- */

static void put_cut(char *out, size_t size, Str s) {
    size_t n = s.len < size - 1 ? s.len : size - 1;

    while (n > 0 && n < s.len && ((unsigned char)s.ptr[n] & 0xC0) == 0x80)
        n--;
    if (n > 0)
        memcpy(out, s.ptr, n);
    out[n] = '\0';
}

void field_mask(const Field *f, const FieldValue *v, char *out, size_t size) {
    char number[19];
    Str tail = v->text;
    size_t runes = v->kind == VALUE_TEXT ? str_runes(v->text) : 0;

    if (size == 0)
        return;
    if (f->type == FIELD_CITIZEN_ID && v->kind == VALUE_TEXT &&
        v->citizen.form != CITIZEN_ID_NONE) {
        citizen_id_mask(&v->citizen, number);
        put_cut(out, size, str_of(number));
        return;
    }
    /* The last four, but never more than a third of what there is. */
    size_t shown = runes / 3 < 4 ? runes / 3 : 4;

    for (size_t skip = runes - shown; skip > 0; skip--) {
        uint32_t r;

        str_rune(&tail, &r);
    }
    char text[64] = "****";

    put_cut(text + 4, sizeof text - 4, tail);
    put_cut(out, size, runes == 0 ? (Str){NULL, 0} : str_of(text));
}

void field_text(const Field *f, const FieldValue *v, Buf *out) {
    char text[40];

    switch (v->kind) {
    case VALUE_NULL:
        return;
    case VALUE_TEXT:
        buf_add(out, v->text);
        return;
    case VALUE_INT:
        if (f->type == FIELD_MONEY)
            money_format(v->integer, text);
        else
            snprintf(text, sizeof text, "%" PRId64, v->integer);
        break;
    case VALUE_REAL:
        real_text(v->real, text);
        break;
    case VALUE_DAY:
        day_format((Day)v->integer, text);
        break;
    case VALUE_TIME:
        instant_format(v->integer - CHINA_MICROS, text);
        text[19] = '\0'; /* 2024-01-05T08:30:00 */
        text[10] = ' ';
        break;
    }
    buf_add_c(out, text);
}
