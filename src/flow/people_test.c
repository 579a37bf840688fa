/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/people_test.c: what matters tell about people, on both engines: names and texts lie sealed
 * and are found all the same. */
#include "flow/matter_fixture.h"
#include "flow/seal.h"

#include "base/banned.h"

static int64_t total_as(Store *s, const char *login, MatterQuery q, Arena *a) {
    const Rights *r = rights_for(s, login);
    MatterActor who = {str_of(login), r};
    const Scope *before = store_thread_scope(&r->scope);
    Err e = {0};
    Node *list = matter_list(s, content, &who, &q, a, &e);

    store_thread_scope(before);
    rights_drop(r);
    if (!list)
        fail_msg("%s: %s", login, e.text);
    assert_int_equal(node_get(list, "items")->count, node_int(list, "total", -1));
    for (size_t i = 0; i < node_get(list, "items")->count; i++)
        assert_false(str_starts(node_text(node_get(list, "items")->items[i], "title"), STR("s1:")));
    return node_int(list, "total", -1);
}

static int64_t found(Store *s, const char *login, const char *text, Arena *a) {
    return total_as(s, login, (MatterQuery){.text = str_of(text)}, a);
}

/* ---- as it lies there ---- */

typedef struct Raw {
    Arena *arena;
    const char *sql;
    Node *rows;
} Raw;

static bool raw_read(Tx *tx, void *context, Err *e) {
    Raw *r = context;

    r->rows = tx_rows_text(tx, r->arena, str_of(r->sql), NO_ARGS, e);
    return r->rows != NULL;
}

static Node *raw(Store *s, Arena *a, const char *sql) {
    Raw r = {a, sql, NULL};
    Err e = {0};

    ASSERT_OK(store_read(s, raw_read, &r, &e));
    return r.rows;
}

static void nothing_clear(Store *s, Arena *a) {
    static const char *const clear[] = {"张三", "510522199001010013", "有异议", "名单"};
    static const char *const sql[] = {"SELECT * FROM matter", "SELECT * FROM matter_message"};

    for (size_t k = 0; k < 2; k++) {
        const Node *rows = raw(s, a, sql[k]);

        assert_true(rows->count > 0);
        for (size_t i = 0; i < rows->count; i++)
            for (size_t m = 0; m < rows->items[i]->count; m++)
                for (size_t c = 0; c < 4; c++)
                    if (rows->items[i]->items[m]->kind == NODE_TEXT &&
                        str_find(rows->items[i]->items[m]->text, str_of(clear[c])) >= 0)
                        fail_msg("%s stands in %.*s", clear[c], STR_ARG(rows->items[i]->keys[m]));
    }
}

static Str talked_about(Store *s, Arena *a) {
    MatterNew in = {.flow = STR("sample_transfer"),
                    .parties = values_of(a, "{\"agency\":3}"),
                    .values = values_of(a, "{\"case_name\":\"张三（510522199001010013）盗窃案\","
                                           "\"result\":\"是\",\"holder\":\"510522199001010013\"}")};
    const Rights *r = rights_for(s, "wang");
    MatterActor who = {STR("wang"), r};
    int64_t number;
    Str id;
    Err e = {0};

    ASSERT_OK(begin_as(s, "wang", &in, a, &id, &e));
    ASSERT_OK(act_as(
        s, "wang", id, 0,
        (FlowAct){
            .verb = VERB_FILE,
            .more = values_of(
                a,
                "{\"digest\":\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\","
                "\"name\":\"名单.txt\","
                "\"type\":\"text/plain\",\"size\":1}")},
        a, &e));
    ASSERT_OK(matter_say(s, content, &who, id, 0, STR("张三有异议"), &number, &e));
    rights_drop(r);
    return id;
}

static void says_all(Store *s, Str id, Arena *a) {
    const Rights *r = rights_for(s, "wang");
    MatterActor who = {STR("wang"), r};
    const Scope *before = store_thread_scope(&r->scope);
    Err e = {0};
    Node *detail = matter_detail(s, content, &who, id, a, &e);

    store_thread_scope(before);
    if (!detail)
        fail_msg("%s", e.text);
    const Node *personal = node_get(detail, "personal");

    assert_true(str_find(node_text(personal, "title"), STR("张三")) > 0);
    assert_true(str_is(node_text(node_get(personal, "values"), "holder"), "510522199001010013"));
    assert_true(str_is(node_get(personal, "files")->items[0]->text, "名单.txt"));
    assert_true(str_is(node_text(node_get(detail, "messages")->items[0], "text"), "张三有异议"));
    rights_drop(r);
}

static void test_sealed_at_rest(void **state) {
    NEEDS_STORE;
    Str id = talked_about(s, a);

    nothing_clear(s, a);
    says_all(s, id, a);
    /* What was forgotten leaves nothing, neither words to look for. */
    ASSERT_OK(journal_forget(s, str_format(a, "matter:%.*s", STR_ARG(id)), SYSTEM, &e));
    const Node *row = raw(s, a, "SELECT title, personal, words FROM matter")->items[0];

    for (size_t i = 0; i < 3; i++)
        assert_int_equal(row->items[i]->kind, NODE_NULL);
    assert_int_equal(found(s, "wang", "盗窃", a), 0);
}

/* Words are found by who sees titles, whole or in part, in any width; nothing else is. */
static void test_words(void **state) {
    NEEDS_STORE;
    static const char *const there[] = {"张三",
                                        "盗窃案",
                                        "样例移送：张三",
                                        "510522199001010013",
                                        "张三（510522199001010013）盗窃",
                                        "５１０５２２１９９００１０１００１３",
                                        " 盗 窃 ",
                                        "样移〔2026〕1号"};
    static const char *const missing[] = {"李四",
                                          "盗抢",
                                          "三张",
                                          "510522",
                                          "1990",
                                          "0510522199001010013",
                                          "5105221990010100130",
                                          "案盗",
                                          "%窃%",
                                          "' OR 1=1 --",
                                          "张"};

    talked_about(s, a);
    for (size_t i = 0; i < sizeof there / sizeof *there; i++)
        if (found(s, "wang", there[i], a) != 1)
            fail_msg("%s is not found", there[i]);
    for (size_t i = 0; i < sizeof missing / sizeof *missing; i++)
        if (found(s, "wang", missing[i], a) != 0)
            fail_msg("%s is found", missing[i]);
    assert_int_equal(found(s, "cai", "张三", a), 0); /* sees the matter, not its title */
    assert_int_equal(total_as(s, "cai", (MatterQuery){.state = STR("all")}, a), 1);
    assert_int_equal(found(s, "shui", "张三", a), 0);
}

/* A database of the version before is read as it is, and sealed at the next start. */
static void test_older_rows(void **state) {
    NEEDS_STORE;
    Str id = talked_about(s, a);
    const MatterState *m = get_as(s, "wang", id, 0, a, &e);
    scoped_buf Buf json;
    char sql[2000];
    int64_t rows = 0;

    buf_init(&json, 1 << 20);
    json_write(m->personal, &json);
    snprintf(sql, sizeof sql, "UPDATE matter SET words = NULL, title = '%.*s', personal = '%.*s'",
             STR_ARG(node_text(m->personal, "title")), STR_ARG(buf_str(&json)));
    assert_true(test_place_tamper(&f->place, sql));
    assert_true(test_place_tamper(&f->place, "UPDATE matter_message SET text = '张三有异议'"));
    says_all(s, id, a);
    ASSERT_OK(matter_seal_all(s, &rows, &e));
    assert_int_equal(rows, 2);
    nothing_clear(s, a);
    says_all(s, id, a);
    assert_int_equal(found(s, "wang", "张三", a), 1);
    ASSERT_OK(matter_seal_all(s, &rows, &e)); /* nothing is left to do */
    assert_int_equal(rows, 0);
    /* What was changed from outside is told, not shown. */
    assert_true(test_place_tamper(
        &f->place, "UPDATE matter SET personal = substr(personal, 1, 60) || 'AAAA' || "
                   "substr(personal, 65)"));
    assert_null(get_as(s, "wang", id, 0, a, &e));
    assert_int_equal(e.code, ERR_BROKEN);
    err_clear(&e);
    ASSERT_OK(journal_rebuild(s, (char[65]){0}, &e));
    says_all(s, id, a);
}

int main(void) {
    const struct CMUnitTest tests[] = {ON_BOTH(test_sealed_at_rest), ON_BOTH(test_words),
                                       ON_BOTH(test_older_rows)};

    organisation_register();
    matter_register();
    content = content_with_samples();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    content_drop(content);
    return failed;
}
