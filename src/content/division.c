/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/division.c: GB/T 2260 codes with the years they were in force. */
#include <stdio.h>
#include <string.h>

#include "content/snapshot.h"

#include "base/banned.h"

#define DIVISIONS_PATH "content/codes/divisions.tsv"

static bool fail_line(int64_t line, const char *what, Err *e) {
    char where[80];

    snprintf(where, sizeof where, DIVISIONS_PATH ":%lld:1", (long long)line);
    return err_set(e, ERR_CONTENT, where, "%s", what);
}

static bool is_code(Str s) {
    bool good = s.len == 6;

    for (size_t i = 0; i < s.len && good; i++)
        good = s.ptr[i] >= '0' && s.ptr[i] <= '9';
    return good;
}

static bool year_read(Str s, int *out) {
    int64_t year;

    if (!str_to_int(s, &year) || year < 0 || year > 2199 || (year > 0 && year < 1949))
        return false;
    *out = (int)year;
    return true;
}

static bool line_read(Str line, int64_t number, Division *d, Err *e) {
    Str code, name, from, to, more;

    if (!str_split(&line, '\t', &code) || !str_split(&line, '\t', &name) ||
        !str_split(&line, '\t', &from) || !str_split(&line, '\t', &to) ||
        str_split(&line, '\t', &more))
        return fail_line(number, "应有四列：代码、名称、起年、止年，用制表符分开", e);
    if (!is_code(code))
        return fail_line(number, "区划代码应为六位数字", e);
    if (name.len == 0 || name.len > 90)
        return fail_line(number, "区划名称是空的或太长", e);
    if (!year_read(from, &d->from_year) || !year_read(to, &d->to_year) ||
        (d->to_year != 0 && d->to_year < d->from_year))
        return fail_line(number, "起止年份不对：写四位年份，0 表示不明或现行", e);
    memcpy(d->code, code.ptr, 6);
    d->name = name;
    return true;
}

/* Grouping levels are not part of an address. */
static bool is_grouping(Str name) {
    return str_is(name, "市辖区") || str_is(name, "县") || str_find(name, STR("直辖县级")) >= 0;
}

static bool overlaps(const Division *a, const Division *b) {
    return (a->to_year == 0 || a->to_year >= b->from_year) &&
           (b->to_year == 0 || b->to_year >= a->from_year);
}

static size_t first_of(const Division *all, size_t n, const char code[6]) {
    size_t low = 0, high = n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (memcmp(all[middle].code, code, 6) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The newest division of this code that was there at the same time as d. */
static const Division *above(const Division *all, size_t n, const char code[6], const Division *d) {
    const Division *found = NULL;

    for (size_t i = first_of(all, n, code); i < n && memcmp(all[i].code, code, 6) == 0; i++)
        if (overlaps(&all[i], d))
            found = &all[i];
    return found;
}

static void add_name(Buf *out, const Division *part, const Division *d) {
    if (part != NULL && part != d && !is_grouping(part->name))
        buf_add(out, part->name);
}

static Str full_name(Content *c, const Division *all, size_t n, const Division *d) {
    char province[7], city[7];
    scoped_buf Buf out;

    buf_init(&out, 600);
    snprintf(province, sizeof province, "%.2s0000", d->code);
    snprintf(city, sizeof city, "%.4s00", d->code);
    if (strcmp(d->code, province) != 0)
        add_name(&out, above(all, n, province, d), d);
    if (strcmp(d->code, city) != 0 && strcmp(city, province) != 0)
        add_name(&out, above(all, n, city, d), d);
    buf_add(&out, d->name);
    return str_dup(c->arena, buf_str(&out));
}

/* In order, and no year of a code told twice. */
static bool follows(const Division *before, const Division *d) {
    int order = strcmp(before->code, d->code);

    return order < 0 || (order == 0 && before->to_year != 0 && before->to_year < d->from_year);
}

static const ContentFile *find_file(const Content *c, Err *e) {
    const ContentFile *found = NULL;

    for (size_t i = 0; i < c->file_count; i++) {
        const ContentFile *f = &c->files[i];

        if (strcmp(f->path, DIVISIONS_PATH) == 0) {
            found = f;
        } else if (f->tree == NULL) {
            err_set(e, ERR_CONTENT, f->path, "不认识的表：.tsv 只有 %s 一个", DIVISIONS_PATH);
            return NULL;
        }
    }
    if (found == NULL)
        err_set(e, ERR_CONTENT, DIVISIONS_PATH, "缺少行政区划代码表");
    return found;
}

bool load_divisions(Content *c, Err *e) {
    const ContentFile *f = find_file(c, e);

    if (f == NULL)
        return false;
    Str rest = f->text, line;
    size_t lines = 1, n = 0;

    for (size_t i = 0; i < f->text.len; i++)
        lines += f->text.ptr[i] == '\n';
    Division *all = arena_array_of(c->arena, lines, Division);

    for (int64_t number = 1; str_split(&rest, '\n', &line); number++) {
        if (line.len > 0 && line.ptr[line.len - 1] == '\r')
            line.len--;
        if (line.len == 0 || line.ptr[0] == '#')
            continue;
        if (!line_read(line, number, &all[n], e))
            return false;
        if (n > 0 && !follows(&all[n - 1], &all[n]))
            return fail_line(number, "应按代码和年份排列，同一代码的年份不能重叠", e);
        n++;
    }
    for (size_t i = 0; i < n; i++)
        all[i].full_name = full_name(c, all, n, &all[i]);
    c->divisions = all;
    c->division_count = n;
    return true;
}

const Division *content_division(const Content *c, Str code, Day at) {
    const Division *found = NULL;
    int year = 0, month, day;

    if (!is_code(code))
        return NULL;
    if (at != DAY_NONE)
        day_split(at, &year, &month, &day);
    for (size_t i = first_of(c->divisions, c->division_count, code.ptr);
         i < c->division_count && memcmp(c->divisions[i].code, code.ptr, 6) == 0; i++) {
        const Division *d = &c->divisions[i];

        if (at == DAY_NONE || (d->from_year <= year && (d->to_year == 0 || year <= d->to_year)))
            found = d;
    }
    return found;
}

size_t content_divisions(const Content *c, const Division **out) {
    *out = c->divisions;
    return c->division_count;
}
