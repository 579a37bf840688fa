/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/division_test.c: codes of divisions by day, and how far they agree with the shared lists.
 */
#include "content/testing.h"

#include "base/banned.h"

static Content *content;

static Day in_year(int year) {
    return day_of(year, 7, 1);
}

static void test_by_day(void **state) {
    static const struct {
        const char *code;
        int year;         /* 0: ever */
        const char *full; /* NULL: not in force */
    } rows[] = {
        {"510502", 0, "四川省泸州市江阳区"},
        {"510502", 2024, "四川省泸州市江阳区"},
        {"510500", 2024, "四川省泸州市"},
        {"510000", 2024, "四川省"},
        {"110101", 2024, "北京市东城区"},
        {"110103", 2005, "北京市崇文区"}, /* went in 2010 */
        {"110103", 2015, NULL},
        {"110103", 0, "北京市崇文区"},
        {"110118", 2024, "北京市密云区"}, /* a county until 2015 */
        {"110118", 2010, NULL},
        {"510523", 1990, "四川省泸州市纳溪县"}, /* a district since 1995 */
        {"510523", 2024, NULL},
        {"429004", 2024, "湖北省仙桃市"}, /* directly under the province */
        {"810000", 2024, "香港特别行政区"},
        {"999999", 0, NULL},
        {"51050", 0, NULL},
        {"51050X", 0, NULL},
        {"", 0, NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const Division *d = content_division(content, str_of(rows[i].code),
                                             rows[i].year ? in_year(rows[i].year) : DAY_NONE);

        if ((d == NULL) != (rows[i].full == NULL))
            fail_msg("%s in %d: %s", rows[i].code, rows[i].year,
                     d == NULL ? "missing" : "should not be in force");
        if (d != NULL && !str_is(d->full_name, rows[i].full))
            fail_msg("%s in %d: %.*s, wanted %s", rows[i].code, rows[i].year, STR_ARG(d->full_name),
                     rows[i].full);
    }
}

static void test_order(void **state) {
    const Division *all;
    size_t n = content_divisions(content, &all);

    (void)state;
    assert_true(n > 6000);
    for (size_t i = 1; i < n; i++)
        assert_true(strcmp(all[i - 1].code, all[i].code) <= 0);
}

/* Lines of `code,"name",…`; short codes are filled up with zeroes. */
static void compare_current(const char *file, size_t *known, size_t *named, size_t *total) {
    scoped_arena Arena *a = arena_new();
    char path[512], command[600];

    shared_place(file, path);
    snprintf(command, sizeof command, "zcat '%s'", path);
    Str rest = output_of(a, command), line, code, name;

    str_split(&rest, '\n', &line);
    while (str_split(&rest, '\n', &line)) {
        if (!str_split(&line, ',', &code) || !str_split(&line, ',', &name) || code.len == 0)
            continue;
        Str whole = str_slice(str_format(a, "%.*s0000", STR_ARG(code)), 0, 6);
        const Division *d = content_division(content, whole, in_year(2026));

        ++*total;
        *known += d != NULL;
        *named += d != NULL && str_eq(d->name, str_unwrap(name));
    }
}

static void test_current_as_shared(void **state) {
    static const char *const files[] = {"divisions/provinces.csv.gz", "divisions/cities.csv.gz",
                                        "divisions/areas.csv.gz"};
    size_t known = 0, named = 0, total = 0;
    char path[512];

    (void)state;
    shared_place(files[0], path);
    if (access(path, R_OK) != 0) {
        print_message("没有找到共享的区划数据，跳过现行代码的比对\n");
        skip();
    }
    for (size_t i = 0; i < 3; i++)
        compare_current(files[i], &known, &named, &total);
    print_message("现行区划：%zu 个代码中认得 %zu 个，名称相同 %zu 个\n", total, known, named);
    assert_true(known * 1000 >= total * 999);
    assert_true(named * 1000 >= total * 995);
}

/* Yearly lists since 1980: what share of old codes do we know, and in force in that year? */
static void test_history_as_shared(void **state) {
    scoped_arena Arena *a = arena_new();
    size_t total = 0, known = 0, in_force = 0, named = 0;
    char path[512], command[700];

    (void)state;
    shared_place("divisions/GB2260-history-1173e8b.tar.gz", path);
    if (access(path, R_OK) != 0) {
        print_message("没有找到共享的区划沿革，跳过旧代码的比对\n");
        skip();
    }
    snprintf(command, sizeof command, "tar xzOf '%s' --wildcards '*mca/*.tsv' '*stats/*.tsv'",
             path);
    Str rest = output_of(a, command), line, source, revision, code, name;

    while (str_split(&rest, '\n', &line)) {
        int64_t month;

        if (!str_split(&line, '\t', &source) || !str_split(&line, '\t', &revision) ||
            !str_split(&line, '\t', &code) || !str_split(&line, '\t', &name) ||
            !str_to_int(revision, &month))
            continue;
        const Division *ever = content_division(content, code, DAY_NONE);
        const Division *then = content_division(content, code, in_year((int)(month / 100)));

        total++;
        known += ever != NULL;
        in_force += then != NULL;
        named += then != NULL && str_eq(then->name, str_trim(name));
    }
    print_message("历年区划：%zu 行，认得 %zu 行，当年有效 %zu 行，名称相同 %zu 行\n", total, known,
                  in_force, named);
    assert_true(known * 100 >= total * 98);
    assert_true(in_force * 100 >= total * 97);
}

static int start(void **state) {
    (void)state;
    crypto_start();
    content = load_plain();
    return 0;
}

static int stop(void **state) {
    (void)state;
    content_drop(content);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_day),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_current_as_shared),
        cmocka_unit_test(test_history_as_shared),
    };

    return cmocka_run_group_tests_name("content/division", tests, start, stop);
}
