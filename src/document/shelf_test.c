/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/shelf_test.c: templates of offices: what is refused, which one a draft is written on;
 * and lists whose counts are what they list, for everybody and every box. */
#include "document/document_fixture.h"
#include "document/docx_testing.h"
#include "document/list.h"
#include "document/shelf.h"

#define PARAGRAPH(text) "<w:p><w:r><w:t>" text "</w:t></w:r></w:p>"
#define GOOD                  \
    PARAGRAPH("{{制作单位}}") \
    PARAGRAPH("{{主送单位}}：") PARAGRAPH("关于{{案件名称}}：{{意见}}") PARAGRAPH("{{成文日期}}")

/* --- what is refused -------------------------------------------------------------------------- */

static bool put_up(const Fixture *f, const char *login, const ShelfNew *in, ShelfMade *out,
                   Arena *a, Err *e) {
    DocumentOffice o = office_of(f);
    Guise g = guise(f->store, login);
    bool good = shelf_put_up(&o, &g.who, in, a, out, e);

    guise_off(&g);
    return good;
}

/* A part of 40 MiB that packs to nothing. */
static Str bomb(Arena *a) {
    size_t size = (size_t)40 << 20;
    char *zeroes = arena_alloc(a, size);
    TestPart parts[] = {{"[Content_Types].xml", STR(TEST_TYPES)},
                        {"word/document.xml", {zeroes, size}}};

    return test_zip(a, parts, 2);
}

static void refuse_bad(const Fixture *f, Arena *a) {
    const struct {
        const char *what;
        Str bytes;
        const char *says;
        ErrCode code;
        int paragraph; /* of the first mistake; 0: the file as a whole */
    } cases[] = {
        {"a PDF", STR("%PDF-1.5"), "PDF", ERR_INVALID, 0},
        {"no .docx", STR("hello"), "不是 .docx", ERR_INVALID, 0},
        {"empty", STR(""), "", ERR_INVALID, 0},
        {"macros", test_docx(a, GOOD, "word/vbaProject.bin", "x"), "宏", ERR_INVALID, 0},
        {"a bomb", bomb(a), "炸弹", ERR_INVALID, 0},
        {"an open condition",
         test_docx(a, PARAGRAPH("甲") PARAGRAPH("{{如果 罚款}}罚"), NULL, NULL), "结束",
         ERR_INVALID, 2},
        {"an unknown field", test_docx(a, GOOD PARAGRAPH("{{罚金}}"), NULL, NULL), "罚金",
         ERR_INVALID, 5},
        {"a loop over what is no list",
         test_docx(a, PARAGRAPH("{{每个 意见}}{{结束}}"), NULL, NULL), "意见", ERR_INVALID, 1},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ShelfNew in = {
            .type = STR("sample_letter"), .name = STR("模板.docx"), .bytes = cases[i].bytes};
        ShelfMade made;
        Err e = {0};
        BindList all;

        if (put_up(f, "chief", &in, &made, a, &e))
            fail_msg("%s was taken", cases[i].what);
        if (e.code != cases[i].code || strstr(e.text, cases[i].says) == NULL)
            fail_msg("%s: %d %s", cases[i].what, e.code, e.text);
        assert_int_equal(made.mistakes.count > 0, cases[i].paragraph > 0);
        if (cases[i].paragraph > 0)
            assert_int_equal(((const TemplateMistake *)made.mistakes.items)[0].paragraph,
                             cases[i].paragraph);
        ASSERT_OK(shelf_list_of(f->store, STR(""), 0, a, &all, &e));
        assert_int_equal(all.count, 0);
    }
}

static void refuse_words(const Fixture *f, Arena *a) {
    Str good = test_docx(a, GOOD, NULL, NULL);
    const struct {
        const char *login;
        ShelfNew in;
        ErrCode code;
    } cases[] = {
        {"chief", {.type = STR("no_such"), .name = STR("x"), .bytes = good}, ERR_NOT_FOUND},
        {"chief", {.type = STR("sample_letter"), .name = STR("a\nb"), .bytes = good}, ERR_INVALID},
        {"chief",
         {.type = STR("sample_letter"), .name = STR("510522199001010013.docx"), .bytes = good},
         ERR_INVALID},
        {"chief",
         {.type = STR("sample_letter"),
          .name = STR("x"),
          .from = 20000,
          .to = 19999,
          .bytes = good},
         ERR_INVALID},
        {"chief",
         {.type = STR("sample_letter"), .name = STR("x"), .organisation = AGENCY, .bytes = good},
         ERR_FORBIDDEN},
        {"li",
         {.type = STR("sample_letter"), .name = STR("x"), .organisation = AGENCY, .bytes = good},
         ERR_FORBIDDEN},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ShelfNew in = cases[i].in;
        ShelfMade made;
        Err e = {0};

        if (in.from == 0)
            in.from = in.to = DAY_NONE;
        assert_false(put_up(f, cases[i].login, &in, &made, a, &e));
        if (e.code != cases[i].code)
            fail_msg("%zu: %d %s", i, e.code, e.text);
    }
}

/* --- which one a draft is written on ---------------------------------------------------------- */

typedef struct Picking {
    int64_t organisation;
    Day on;
    Arena *arena;
    Str digest;
} Picking;

static bool pick_work(Tx *tx, void *context, Err *e) {
    Picking *p = context;

    return shelf_pick(tx, STR("sample_letter"), p->organisation, p->on, p->arena, &p->digest, e);
}

static Str picked(const Fixture *f, int64_t organisation, Day on, Arena *a) {
    Picking p = {organisation, on, a, {NULL, 0}};
    Err e = {0};

    ASSERT_OK(store_read(f->store, pick_work, &p, &e));
    return p.digest;
}

static ShelfItemOf taken(const Fixture *f, const char *login, const char *more, Day from, Day to,
                         Arena *a) {
    ShelfNew in = {.type = STR("sample_letter"),
                   .name = STR("模板.docx"),
                   .from = from,
                   .to = to,
                   .bytes =
                       test_docx(a, str_format(a, GOOD PARAGRAPH("%s"), more).ptr, NULL, NULL)};
    ShelfMade made;
    ShelfItemOf item;
    Err e = {0};

    ASSERT_OK(put_up(f, login, &in, &made, a, &e));
    ASSERT_OK(shelf_item(f->store, made.id, a, &item, &e));
    assert_int_equal(item.version, made.version);
    return item;
}

static void test_shelf(void **state) {
    NEEDS_STORE;
    Day today = day_today();
    Guise g;

    refuse_bad(f, a);
    refuse_words(f, a);
    assert_int_equal(picked(f, OFFICE, today, a).len, 0);
    /* Its leader's counts until it has one of its own. */
    ShelfItemOf above = taken(f, "upper", "上级院", DAY_NONE, DAY_NONE, a);

    assert_true(str_eq(picked(f, OFFICE, today, a), above.digest));
    assert_int_equal(picked(f, AGENCY, today, a).len, 0);
    ShelfItemOf own = taken(f, "chief", "本院", DAY_NONE, today, a);

    assert_int_equal(own.version, 1);
    assert_true(own.in_force);
    assert_true(str_eq(picked(f, OFFICE, today, a), own.digest));
    assert_true(str_eq(picked(f, OFFICE, today + 1, a), above.digest));
    /* A newer one takes its place from its day on. */
    ShelfItemOf later = taken(f, "chief", "下月起", today + 30, DAY_NONE, a);

    assert_int_equal(later.version, 2);
    assert_false(later.in_force);
    assert_true(str_eq(picked(f, OFFICE, today, a), own.digest));
    assert_true(str_eq(picked(f, OFFICE, today + 30, a), later.digest));
    /* A draft keeps what it was begun on. */
    Str matter = begin_transfer(f->store, a), id = draft_letter(f, matter, a);

    assert_true(str_eq(whole(f, id, a)->template_, own.digest));
    g = guise(f->store, "chief");
    assert_false(shelf_retire(f->store, &g.who, own.template_, true, STR(""), &e));
    assert_int_equal(e.code, ERR_CONFLICT);
    assert_false(shelf_retire(f->store, &g.who, above.template_, false, STR(""), &e));
    assert_int_equal(e.code, ERR_FORBIDDEN);
    assert_false(shelf_retire(f->store, &g.who, 99, false, STR(""), &e));
    assert_int_equal(e.code, ERR_NOT_FOUND);
    e = (Err){0};
    ASSERT_OK(shelf_retire(f->store, &g.who, own.template_, false, STR("有错字"), &e));
    guise_off(&g);
    assert_true(str_eq(picked(f, OFFICE, today, a), above.digest));
    assert_true(str_eq(whole(f, id, a)->template_, own.digest));
}

/* --- lists ------------------------------------------------------------------------------------ */

static const char *const boxes[] = {"todo", "draft", "approve", "sign", "in", "out", "copy", "all"};

/* Page by page, one row each: as many as the total says, none twice. */
static int64_t paged(const Fixture *f, const char *login, const char *box, const char *sort,
                     Arena *a) {
    Guise g = guise(f->store, login);
    DocumentQuery q = {.box = str_of(box), .sort = str_of(sort), .limit = 1};
    int64_t total = -1, rows = 0;

    do {
        Err e = {0};
        const Node *page = document_list(f->store, content, &g.who, &q, a, &e);

        if (page == NULL)
            fail_msg("%s: %s", box, e.text);
        if (total < 0)
            total = node_int(page, "total", -1);
        assert_int_equal(node_int(page, "total", -1), total);
        rows += (int64_t)node_get(page, "items")->count;
        q.cursor = node_text(page, "next");
    } while (q.cursor.len > 0);
    guise_off(&g);
    assert_int_equal(rows, total);
    return total;
}

static int64_t facet(const Fixture *f, const char *login, const char *box, Arena *a) {
    Guise g = guise(f->store, login);
    DocumentQuery q = {.limit = 1};
    Err e = {0};
    const Node *page = document_list(f->store, content, &g.who, &q, a, &e);
    const Node *list = page != NULL ? node_get(node_get(page, "facets"), "box") : NULL;
    int64_t n = -1;

    guise_off(&g);
    for (size_t i = 0; list != NULL && i < list->count; i++)
        if (str_is(node_text(list->items[i], "value"), box))
            n = node_int(list->items[i], "count", -1);
    return n;
}

static void test_list(void **state) {
    static const char *const people[] = {"wang", "chief", "li", "ju", "upper", "expert"};
    NEEDS_STORE;
    Str matter = begin_transfer(f->store, a);
    Str draft = draft_letter(f, matter, a);
    Str waiting = draft_letter(f, matter, a);

    ASSERT_OK(fill_as(f, "wang", waiting, "{\"opinion\":\"应当处罚。\"}", a, &e));
    ASSERT_OK(verb_as(f, "wang", waiting, DOCUMENT_SUBMIT, a, &e));
    approved_letter(f, matter, a);
    for (size_t i = 0; i < sizeof people / sizeof *people; i++)
        for (size_t k = 0; k < sizeof boxes / sizeof *boxes; k++) {
            int64_t n = paged(f, people[i], boxes[k], "changed", a);

            if (!str_is(STR("all"), boxes[k]))
                assert_int_equal(facet(f, people[i], boxes[k], a), n);
        }
    assert_int_equal(paged(f, "wang", "all", "issued", a), 3);
    assert_int_equal(paged(f, "wang", "all", "due", a), 0);
    assert_int_equal(paged(f, "wang", "draft", "", a), 1);
    assert_int_equal(paged(f, "wang", "approve", "", a), 0);
    assert_int_equal(paged(f, "chief", "approve", "", a), 1);
    assert_int_equal(paged(f, "chief", "todo", "", a), 2); /* to agree to, and to number */
    assert_int_equal(paged(f, "li", "all", "", a), 0);
    (void)draft;
}

static void test_list_bad(void **state) {
    static const DocumentQuery bad[] = {{.box = STR_INIT("nonsense")},
                                        {.state = STR_INIT("nonsense")},
                                        {.answered = STR_INIT("maybe")},
                                        {.sort = STR_INIT("colour")},
                                        {.issued_from = STR_INIT("2026-13-01")},
                                        {.due_to = STR_INIT("soon")},
                                        {.limit = -1},
                                        {.cursor = STR_INIT("nonsense")}};
    NEEDS_STORE;
    Guise g = guise(f->store, "wang");

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        err_clear(&e);
        assert_null(document_list(f->store, content, &g.who, &bad[i], a, &e));
        assert_int_equal(e.code, ERR_INVALID);
    }
    guise_off(&g);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        ON_BOTH(test_shelf),
        ON_BOTH(test_list),
        {"test_list_bad", test_list_bad, set_up, tear_down, &fixtures[0]},
    };

    people_register();
    organisation_register();
    matter_register();
    document_register();
    shelf_register();
    content = content_with_documents();
    int failed = cmocka_run_group_tests_name("document/shelf", tests, NULL, NULL);

    content_drop(content);
    return failed;
}
