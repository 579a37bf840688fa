/* SPDX-License-Identifier: MulanPSL-2.0 */
/* knowledge/library_test.c: laws come in once and in versions, are found by name, article and day,
 * and in the full text; nothing comes in when anything is wrong. On both engines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <cmocka.h>

#include "base/crypto.h"
#include "content/embedded.h"
#include "content/testing.h"
#include "knowledge/check.h"
#include "knowledge/import.h"
#include "knowledge/search.h"
#include "knowledge/testing.h"
#include "store/testing.h"

typedef struct Fixture {
    bool postgresql, made;
    TestPlace place;
    Store *store;
    char source[128];
} Fixture;

static Fixture fixtures[2] = {{.postgresql = false}, {.postgresql = true}};
static Content *known; /* as it is built */

#define ASSERT_OK(call)                                    \
    do {                                                   \
        err_clear(&e);                                     \
        if (!(call))                                       \
            fail_msg("%s: %s %s", #call, e.where, e.text); \
    } while (0)
#define NEEDS_STORE      \
    Fixture *f = *state; \
    Err e = {0};         \
    if (!f->made)        \
    skip()

static int set_up(void **state) {
    Fixture *f = *state;
    Err e = {0};

    f->made = test_place_make(&f->place, f->postgresql);
    if (!f->made)
        return 0;
    snprintf(f->source, sizeof f->source, "%s/laws", f->place.folder);
    f->store = store_open(f->place.address, &e);
    if (f->store == NULL)
        fprintf(stderr, "%s\n", e.text);
    return f->store != NULL ? 0 : -1;
}

static int tear_down(void **state) {
    Fixture *f = *state;

    if (f->made) {
        store_close(f->store);
        test_place_remove(&f->place);
    }
    return 0;
}

/* A file below the folder of laws, with the folders on the way. */
static void put(const Fixture *f, const char *path, const char *text) {
    char name[400];

    snprintf(name, sizeof name, "%s/%s", f->source, path);
    for (char *slash = strchr(name + strlen(f->place.folder) + 1, '/'); slash != NULL;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(name, 0700);
        *slash = '/';
    }
    FILE *out = fopen(name, "wb");

    assert_non_null(out);
    fputs(text, out);
    fclose(out);
}

static bool bring(const Fixture *f, LawImport *out, Err *e) {
    scoped_arena Arena *a = arena_new();
    const Source *s = source_read(a, f->source, e);

    return s != NULL && law_import(f->store, STR("cli:test"), s, out, e);
}

static Library *held(const Fixture *f) {
    Err e = {0};
    Library *l = library_hold(f->store, known, &e);

    if (l == NULL)
        fail_msg("%s", e.text);
    return l;
}

static void put_laws(const Fixture *f) {
    put(f, "docs/category/fiction.md", "# 虚构法\n\n[虚构管理法](../x/)\n");
    put(f, "docs/README.md", "---\nhome: true\n---\n\n<div>\n<h1>欢迎</h1>\n</div>\n");
    put(f, "docs/fiction/management/README.md", INVENTED);
    put(f, "docs/fiction/procedure/README.md", INVENTED_PROCEDURE);
    put(f, "docs/fiction/rules.md", INVENTED_RULES);
    put(f, "docs/fiction/criminal-procedure/README.md",
        "---\nnext: /x\n---\n\n# 中华人民共和国刑事诉讼法\n\n1990年1月1日虚构大会通过\n\n"
        "根据2020年6月1日《修正案》修正\n");
    put(f, "docs/fiction/criminal-procedure/00-supplementary.md",
        "# 附则\n\n**第三条**　本法自1990年5月1日起施行。\n");
    put(f, "docs/fiction/criminal-procedure/01-general.md",
        "# 第一编　总则\n\n## "
        "第一章　任务\n\n**第一条**　虚构的任务。\n\n**第二条**　虚构ＡＢ的范围。\n");
    put(f, "docs/fiction/criminal-procedure/02-amendment.md",
        "# 修正案\n\n## 虚构修正案\n\n*2000年3月1日虚构大会通过*\n\n一、改第一条。\n\n"
        "## 虚构修正案（二）\n\n*2020年6月1日虚构大会通过*\n\n一、改第二条。\n\n"
        "二、本修正案自 2020 年 9 月 1 日起施行。\n");
}

static void look(const Library *l, const char *law, int article, Day day, LawAnswer *w) {
    scoped_arena Arena *a = arena_new();
    LawAsk ask = {.law = str_of(law), .article = article, .day = day};

    library_look(l, a, &ask, w);
}

static void test_import(void **state) {
    NEEDS_STORE;
    LawImport r;
    char before[65], after[65];
    Library *l = held(f);

    assert_int_equal(library_count(l), 0);
    library_drop(l);
    put_laws(f);
    ASSERT_OK(bring(f, &r, &e));
    assert_int_equal(r.laws, 4);
    assert_int_equal(r.texts, 6);
    assert_int_equal(r.appended, 2);
    assert_int_equal(r.articles, 6 + 3 + 3 + 3);
    assert_int_equal(r.items, 1 + 2);
    assert_int_equal(r.added, 6);
    assert_int_equal(r.skipped, 1);
    assert_int_equal(r.import, 1);

    /* Again: the same, and no event. */
    ASSERT_OK(journal_digest(f->store, before, &e));
    ASSERT_OK(bring(f, &r, &e));
    assert_int_equal(r.added, 0);
    assert_int_equal(r.import, 0);
    ASSERT_OK(journal_digest(f->store, after, &e));
    assert_string_equal(before, after);

    l = held(f);
    assert_int_equal(library_count(l), 6);
    const Law *law = library_named(l, STR("刑事诉讼法"));

    assert_non_null(law);
    assert_true(str_is(law->law, "criminal-procedure"));
    assert_true(str_is(law->category_title, "虚构法"));
    assert_int_equal(law_newest(law)->text->last, 3);
    /* Its own last amendment, printed with it, tells from when it is in force. */
    assert_int_equal(law_newest(law)->from, day_of(2020, 9, 1));
    assert_ptr_equal(library_named(l, STR("《刑诉法》")), law);
    assert_ptr_equal(library_named(l, STR("中华人民共和国刑事诉讼法（2018年修正）")), law);
    assert_true(str_is(library_named(l, STR("虚构修正案(二)"))->of, "中华人民共和国刑事诉讼法"));
    assert_null(library_named(l, STR("不存在法")));
    assert_int_equal(library_missing(l), 0);
    library_drop(l);

    /* The tables can be made again from the journal; the texts are not the journal's. */
    ASSERT_OK(journal_rebuild(f->store, after, &e));
    assert_string_equal(before, after);
    l = held(f);
    assert_int_equal(library_count(l), 6);
    library_drop(l);
}

static void test_versions(void **state) {
    NEEDS_STORE;
    LawImport r;
    LawAnswer w;

    put_laws(f);
    put(f, "docs/fiction/procedure/versions/2030-01-01/README.md",
        "# 中华人民共和国虚构诉讼法\n\n2018年5月1日第二届虚构大会第二次会议通过\n\n"
        "2026年5月1日第三届虚构大会修订\n\n**第一条**　只有一条。\n");
    ASSERT_OK(bring(f, &r, &e));
    assert_int_equal(r.laws, 4);
    put(f, "docs/fiction/management/README.md", INVENTED_AMENDED);
    ASSERT_OK(bring(f, &r, &e));
    assert_int_equal(r.added, 1);
    assert_int_equal(r.import, 2);
    Library *l = held(f);
    const Law *law = library_law(l, STR("management"));

    assert_int_equal(law->count, 2);
    assert_int_equal(law->versions[0].text->last, 5);
    assert_int_equal(law->versions[1].from, DAY_NONE);

    static const struct {
        const char *law;
        int article, year, month, day;
        LawVerdict verdict;
    } asks[] = {
        {"虚构管理法", 1, 2022, 1, 1, LAW_IN_FORCE}, /* the text of 2021 */
        {"虚构管理法", 5, 2022, 1, 1, LAW_IN_FORCE},
        {"虚构管理法", 1, 2025, 1, 1, LAW_UNSURE},     /* that of 2024, whose day nobody tells */
        {"虚构管理法", 5, 2025, 1, 1, LAW_NO_ARTICLE}, /* it has three articles */
        {"虚构管理法", 1, 2021, 3, 1, LAW_OLDER},      /* passed, but not yet in force */
        {"虚构管理法", 1, 2015, 1, 1, LAW_OLDER},
        {"虚构管理法", 1, 2008, 1, 1, LAW_NOT_YET},
        {"虚构诉讼法", 2, 2018, 9, 30, LAW_NOT_YET},
        {"虚构诉讼法", 2, 2018, 10, 1, LAW_IN_FORCE},
        {"虚构诉讼法", 4, 2019, 1, 1, LAW_NO_ARTICLE},
        {"虚构诉讼法", 3, 2026, 12, 31, LAW_IN_FORCE},
        {"虚构诉讼法", 3, 2027, 1, 1, LAW_REPEALED}, /* by the 条例 */
        {"虚构工作条例", 1, 2026, 12, 31, LAW_NOT_YET},
        {"虚构工作条例", 1, 2027, 1, 1, LAW_IN_FORCE},
        {"虚构暂行法", 1, 2021, 7, 14, LAW_OLDER},
        {"虚构暂行法", 1, 2021, 7, 15, LAW_REPEALED}, /* only the text of 2021 says so */
        {"虚购诉讼法", 1, 2020, 1, 1, LAW_MISNAMED},
        {"另一部法", 1, 2020, 1, 1, LAW_UNKNOWN},
    };

    for (size_t i = 0; i < sizeof asks / sizeof *asks; i++) {
        Day day = day_of(asks[i].year, asks[i].month, asks[i].day);
        look(l, asks[i].law, asks[i].article, day, &w);
        if (w.verdict != asks[i].verdict)
            fail_msg("%s %d on %d-%d-%d: %s", asks[i].law, asks[i].article, asks[i].year,
                     asks[i].month, asks[i].day, law_verdict_names[w.verdict].name);
    }
    /* People read and search what is in force today, not what will be. */
    scoped_arena Arena *a = arena_new();
    LawHit *hits;
    size_t total;
    const Law *procedure = library_law(l, STR("procedure"));

    assert_int_equal(law_current(procedure, day_of(2029, 12, 31))->text->last, 3);
    assert_int_equal(law_current(procedure, day_of(2030, 1, 1))->text->last, 1);
    instant_freeze(INT64_C(1767240000000000)); /* 2026-01-01 */
    law_search(l, a, &(LawSearch){.words = STR("只有一条"), .limit = 5}, &total, &hits);
    assert_int_equal(total, 0);
    law_search(l, a, &(LawSearch){.words = STR("申请回避"), .limit = 5}, &total, &hits);
    assert_int_equal(total, 1);
    instant_freeze(INT64_C(1893470400000000)); /* 2030-01-01 */
    law_search(l, a, &(LawSearch){.words = STR("只有一条"), .limit = 5}, &total, &hits);
    assert_int_equal(total, 1);
    instant_freeze(0);
    library_drop(l);
}

static void test_sentences(void **state) {
    NEEDS_STORE;
    LawImport r;
    CheckedCitation *c;
    scoped_arena Arena *a = arena_new();
    Str text = STR("依照《虚构管理法》第三条第一款第（二）项、第三条第三款，《虚构暂行法》第一条，"
                   "虚构诉讼法第9条，"
                   "《虚构工作条例》第一条，《某地办法》第二条，虚购管理法第一条");
    static const char *const said[] = {
        "《虚构管理法》第三条第一款第（二）项，所据文本自2021年7月15日起施行",
        "《虚构管理法》第三条第三款不存在，该条没有这一款、项",
        "《虚构暂行法》，自2021年7月15日起废止（见《虚构管理法》第五条）",
        "《虚构诉讼法》第九条不存在，最后一条是第三条",
        "《虚构工作条例》当日尚未施行，自2027年1月1日起施行",
        "未核：法规库里没有《某地办法》",
        "没有《虚购管理法》，是不是《虚构管理法》",
    };
    Library *l = held(f);

    assert_int_equal(citations_check(l, a, text, day_of(2026, 3, 1), &c), 7);
    for (size_t i = 0; i < 7; i++)
        if (!str_is(c[i].sentence, "未核：法规库是空的"))
            fail_msg("%.*s", STR_ARG(c[i].sentence));
    library_drop(l);
    put_laws(f);
    ASSERT_OK(bring(f, &r, &e));
    l = held(f);
    size_t n = citations_check(l, a, text, day_of(2026, 3, 1), &c);

    for (size_t i = 0; i < n && i < 7; i++)
        if (!str_is(c[i].sentence, said[i]))
            fail_msg("%.*s\n not %s", STR_ARG(c[i].sentence), said[i]);
    assert_int_equal(n, 7);
    assert_true(str_is(c[0].answer.text, "（二）乙。"));
    /* A held law that another one repeals. */
    LawAsk ask = {.law = STR("虚构诉讼法"), .article = 1, .day = day_of(2027, 1, 1)};
    LawAnswer w;

    library_look(l, a, &ask, &w);
    if (!str_is(library_say(a, &ask, &w),
                "《虚构诉讼法》，自2027年1月1日起废止（见《虚构工作条例》第三条）"))
        fail_msg("%.*s", STR_ARG(library_say(a, &ask, &w)));
    library_drop(l);
}

/* Whatever is wrong, what was there stays, and nothing of the rest comes in. */
static void test_refused(void **state) {
    NEEDS_STORE;
    static const struct {
        const char *path, *text, *where, *said;
    } bad[] = {
        {"docs/fiction/other/README.md",
         "# 他法\n\n2020年1月1日通过\n\n**第一条**　甲。\n\n**第三条**　乙。\n",
         "fiction/other/README.md:7", "缺条"},
        {"docs/fiction/procedure/versions/someday/README.md", INVENTED_PROCEDURE,
         "fiction/procedure/versions/someday/README.md", "施行日期命名"},
        {"docs/fiction/procedure/versions/2019-01-01/README.md", INVENTED_PROCEDURE,
         "fiction/procedure/versions/2019-01-01/README.md", "前后不一"},
        {"docs/fiction/twice/README.md", INVENTED_PROCEDURE, "", "两份文本"},
        {"docs/fiction/procedure/02-x.md", "# 第二编　乙\n\n**第五条**　甲。\n",
         "fiction/procedure/02-x.md:3", "第五条之前缺条：前一条是第三条"},
    };
    LawImport r;
    char before[65], after[65], path[400];

    put_laws(f);
    ASSERT_OK(bring(f, &r, &e));
    ASSERT_OK(journal_digest(f->store, before, &e));
    put(f, "docs/fiction/new/README.md", "# 新法\n\n2020年1月1日通过\n\n**第一条**　甲。\n");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        put(f, bad[i].path, bad[i].text);
        err_clear(&e);
        if (bring(f, &r, &e))
            fail_msg("%s was read", bad[i].path);
        if (e.code != ERR_CONTENT || strcmp(e.where, bad[i].where) != 0 ||
            strstr(e.text, bad[i].said) == NULL)
            fail_msg("%s: %s: %s", bad[i].path, e.where, e.text);
        snprintf(path, sizeof path, "%s/%s", f->source, bad[i].path);
        remove(path);
        ASSERT_OK(journal_digest(f->store, after, &e));
        assert_string_equal(before, after);
    }
    scoped_arena Arena *a = arena_new();

    snprintf(path, sizeof path, "%s/docs/category", f->source);
    assert_null(source_read(a, path, &e));
    assert_int_equal(e.code, ERR_INVALID);
    assert_non_null(strstr(e.text, "没有法规"));
    snprintf(path, sizeof path, "%s/nowhere", f->source);
    assert_null(source_read(a, path, &e));
    assert_int_equal(e.code, ERR_NOT_FOUND);
}

static void test_search(void **state) {
    NEEDS_STORE;
    static const struct {
        const char *words;
        size_t total;
        const char *match;
    } asks[] = {
        {"虚构的理由", 1, "虚构的理由"},
        {"虚构 公开", 1, "虚构"},
        {"ab的范围", 1, "ＡＢ的范围"},
        {"申请回避", 1, "申请回避"},
        {"没有这些字", 0, ""},
        {"", 0, ""},
        {"甲", 2, "甲"},
        {"总则", 2, "总则"},
        {"理由应当说明虚构", 0, ""},
    };
    LawImport r;
    LawHit *hits;
    size_t total;

    put_laws(f);
    ASSERT_OK(bring(f, &r, &e));
    Library *l = held(f);

    for (size_t i = 0; i < sizeof asks / sizeof *asks; i++) {
        scoped_arena Arena *a = arena_new();
        size_t n = law_search(l, a, &(LawSearch){.words = str_of(asks[i].words), .limit = 20},
                              &total, &hits);

        if (total != asks[i].total || n != total ||
            (n != 0 && !str_is(hits[0].match, asks[i].match)))
            fail_msg("%s: %zu %.*s", asks[i].words, total,
                     STR_ARG(n != 0 ? hits[0].match : STR("")));
    }
    scoped_arena Arena *a = arena_new();

    assert_int_equal(law_search(l, a, &(LawSearch){.words = STR("虚构"), .offset = 1, .limit = 2},
                                &total, &hits),
                     2);
    assert_true(total > 3);
    assert_int_equal(
        law_search(l, a, &(LawSearch){.words = STR("虚构"), .law = STR("procedure"), .limit = 9},
                   &total, &hits),
        1);
    assert_true(str_is(hits[0].law->law, "procedure"));
    library_drop(l);
}

/* Bases of content are named with their place. */
static void test_content(void **state) {
    NEEDS_STORE;
    LawImport r;
    BasisReport report;
    scoped_arena Arena *a = arena_new();
    char overlay[200];

    put_laws(f);
    ASSERT_OK(bring(f, &r, &e));
    snprintf(overlay, sizeof overlay, "%s/laws/content", f->place.folder);
    put(f, "content/codes/mine.yaml",
        "codes: mine\ntitle: 某\nbasis:\n"
        "  - {law: 虚构管理法, article: 第3条、第9条, status: verified}\n"
        "  - {law: 虚构暂行法, status: verified}\n"
        "  - {law: 虚构诉讼法, article: 第1条, status: verified, in_force_to: 2018-05-02}\n"
        "entries:\n  - {title: 甲}\n");
    Content *c = content_load(overlay, &e);

    if (c == NULL)
        fail_msg("%s %s", e.where, e.text);
    Library *l = held(f);

    law_check_content(l, c, a, &report);
    assert_true(report.bases > 300 && report.citations > report.bases);
    assert_int_equal(report.citations, report.right + report.wrong + report.unchecked);
    size_t mine = 0;
    static const char *const wrong[][2] = {
        {"content/codes/mine.yaml:4:27", "《虚构管理法》第九条不存在，最后一条是第五条"},
        {"content/codes/mine.yaml:5:11",
         "《虚构暂行法》，自2021年7月15日起废止（见《虚构管理法》第五条）"},
        {"content/codes/mine.yaml:6:27", "《虚构诉讼法》当日尚未施行，自2018年10月1日起施行"},
    };

    for (size_t i = 0; i < report.wrong; i++) {
        const BasisFinding *g = &report.findings[i];

        if (!str_starts(g->where, STR("content/codes/mine.yaml")))
            continue;
        if (mine == 3 || !str_is(g->where, wrong[mine][0]) ||
            !str_is(g->found.sentence, wrong[mine][1]))
            fail_msg("%.*s %.*s", STR_ARG(g->where), STR_ARG(g->found.sentence));
        mine++;
    }
    assert_int_equal(mine, 3);
    library_drop(l);
    content_drop(c);
}

/* No folder of content is left out. */
static void test_folders(void **state) {
    (void)state;
    for (size_t i = 0; i < content_embedded_count; i++) {
        const char *path = content_embedded[i].path + strlen("content/"),
                   *slash = strchr(path, '/');
        bool read = slash == NULL;

        for (const char *const *k = law_content_folders; !read && *k != NULL; k++)
            read = strlen(*k) == (size_t)(slash - path) && strncmp(*k, path, strlen(*k)) == 0;
        if (!read)
            fail_msg("knowledge/check.c does not read the folder of %s", path);
    }
}

/* The whole public collection, where it is: numbers held against what is known of these laws. */
static void test_collection(void **state) {
    NEEDS_STORE;
    static const struct {
        const char *law;
        int last, year, month, day; /* its last article; in force from, 0: not told */
    } laws[] = {
        {"行政处罚法", 86, 2021, 7, 15},
        {"刑法", 452, 2021, 3, 1},
        {"刑事诉讼法", 308, 0, 0, 0},
        {"民法典", 1260, 2021, 1, 1},
        {"宪法", 143, 0, 0, 0},
        {"治安管理处罚法", 144, 2026, 1, 1},
        {"生态环境法典", 1242, 2026, 8, 15},
        {"商标法", 87, 2027, 1, 1},
    };
    LawImport r;
    char place[512];
    scoped_arena Arena *a = arena_new();

    shared_place("just-laws", place);
    Str archive = output_of(
        a,
        str_format(a, "ls '%s'/just-laws-md-*.tar.gz 2> /dev/null | tail -n 1 | tr -d '\\n'", place)
            .ptr);

    if (archive.len == 0) {
        fprintf(stderr, "跳过：没有 %s\n", place);
        skip();
    }
    output_of(
        a,
        str_format(a, "mkdir '%s' && tar xzf '%s' -C '%s'", f->source, archive.ptr, f->source).ptr);
    const Source *source = source_read(a, f->source, &e);

    assert_non_null(source);
    ASSERT_OK(law_import(f->store, STR("cli:test"), source, &r, &e));
    assert_int_equal(r.laws, 311);
    assert_int_equal(r.texts, 329);
    assert_int_equal(r.articles, 24358); /* 24,307 marked, 51 of 之一 that are not */
    assert_int_equal(r.unmarked, 51);
    ASSERT_OK(law_import(f->store, STR("cli:test"), source, &r, &e));
    assert_int_equal(r.added, 0);
    Library *l = held(f);

    for (size_t i = 0; i < sizeof laws / sizeof *laws; i++) {
        const Law *law = library_named(l, str_of(laws[i].law));
        Day from = laws[i].year != 0 ? day_of(laws[i].year, laws[i].month, laws[i].day) : DAY_NONE;

        if (law == NULL || law_newest(law)->text->last != laws[i].last ||
            law_newest(law)->from != from)
            fail_msg("%s: last %d", laws[i].law, law != NULL ? law_newest(law)->text->last : -1);
    }
    LawAnswer w;

    look(l, "合同法", 52, day_of(2022, 1, 1), &w);
    assert_int_equal(w.verdict, LAW_REPEALED);
    assert_int_equal(w.repeal->article, 1260);
    look(l, "商标法", 80, day_of(2026, 12, 31), &w);
    assert_int_equal(w.verdict, LAW_NO_ARTICLE);
    look(l, "商标法", 80, day_of(2027, 1, 1), &w);
    assert_int_equal(w.verdict, LAW_IN_FORCE);
    /* What our content says of these laws holds. */
    BasisReport report;

    law_check_content(l, known, a, &report);
    for (size_t i = 0; i < report.wrong; i++)
        fprintf(stderr, "%s %s\n", report.findings[i].where.ptr,
                report.findings[i].found.sentence.ptr);
    assert_int_equal(report.wrong, 0);
    assert_true(report.right > 200);
    library_drop(l);
}

#define ON_BOTH(test)                                              \
    {#test "/sqlite", test, set_up, tear_down, &fixtures[0]}, {    \
#test "/postgresql", test, set_up, tear_down, &fixtures[1] \
    }

int main(void) {
    const struct CMUnitTest tests[] = {
        ON_BOTH(test_import),
        ON_BOTH(test_versions),
        ON_BOTH(test_sentences),
        ON_BOTH(test_refused),
        ON_BOTH(test_search),
        ON_BOTH(test_content),
        {"test_collection/sqlite", test_collection, set_up, tear_down, &fixtures[0]},
        cmocka_unit_test(test_folders),
    };
    Err e = {0};

    crypto_start();
    law_register();
    known = content_load(NULL, &e);
    if (known == NULL) {
        fprintf(stderr, "%s %s\n", e.where, e.text);
        return 1;
    }
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    content_drop(known);
    return failed;
}
