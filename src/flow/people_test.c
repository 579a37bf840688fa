/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/people_test.c: what matters tell about people, and who may do them, on both engines: names
 * and texts lie sealed and are found all the same; desks of liaison officers; conflicts of
 * interest. */
#include "flow/link.h"
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
    const Node *there = raw(s, a, "SELECT id FROM matter");
    int64_t number;
    Str id;
    Err e = {0};

    if (there->count) { /* one is enough for all that follows */
        rights_drop(r);
        return node_text(there->items[0], "id");
    }
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

static void sealed_at_rest(void **state) {
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
static void words(void **state) {
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
static void older_rows(void **state) {
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

/* ---- whose desk ---- */

static Node *desk_as(Store *s, const char *login, Arena *a) {
    const Rights *r = rights_for(s, login);
    MatterActor who = {str_of(login), r};
    const Scope *before = store_thread_scope(&r->scope);
    Err e = {0};
    Node *desk = matter_desk(s, content, &who, a, &e);

    store_thread_scope(before);
    rights_drop(r);
    if (!desk)
        fail_msg("%s: %s", login, e.text);
    return desk;
}

static int64_t on_desk(Store *s, const char *login, const char *part, Arena *a) {
    return node_int(node_get(desk_as(s, login, a), part), "count", -1);
}

/* Whoever carries the duty of liaison officer has its work, whatever his role; nobody else has, and
 * the work stands under nobody's no more. */
static void liaison(void **state) {
    NEEDS_STORE;
    MatterNew in = {.flow = STR("sample_joint"),
                    .parties = values_of(a, "{\"units\":[3,4]}"),
                    .values = values_of(a, "{\"subject\":\"方案\"}")};
    AppointmentNew duty = {
        .login = STR("shui"), .role = STR("agency_head"), .organisation = TAX, .liaison = true};
    int64_t n = 0;
    Str id;

    ASSERT_OK(begin_as(s, "pan", &in, a, &id, &e));
    ASSERT_OK(act_as(s, "pan", id, 0, action("send"), a, &e));
    assert_int_equal(on_desk(s, "shui", "tasks", a), 1); /* as the head, to sign */
    assert_int_equal(on_desk(s, "shuilian", "tasks", a), 1);
    ASSERT_FAILS(act_as(s, "shui", id, 0, action("fine"), a, &e), ERR_FORBIDDEN, "没有由自己办理");
    ASSERT_OK(appointment_create(s, content, SYSTEM, &duty, &n, &e)); /* ends the other's */
    assert_int_equal(on_desk(s, "shui", "tasks", a), 2);
    assert_int_equal(on_desk(s, "shui", "unclaimed", a), 0);
    assert_int_equal(on_desk(s, "shuilian", "tasks", a), 0);
    ASSERT_OK(act_as(s, "shui", id, 0, action("fine"), a, &e));
    assert_int_equal(on_desk(s, "shui", "tasks", a), 1);
    ASSERT_OK(act_as(s, "lian", id, 0, action("fine"), a, &e));
}

/* A copy to a house reaches its liaison officer, or else who supervises there; read, it is gone. */
static void copies(void **state) {
    NEEDS_STORE;
    static const struct {
        int64_t to;
        const char *reads, *others[2];
    } houses[] = {{AGENCY, "lian", {"ju", "li"}}, {UPPER, "upper", {"uwang", "expert"}}};
    Str id = begin_transfer(s, a);

    for (size_t i = 0; i < 2; i++) {
        FlowAct copy = {.verb = VERB_COPY, .to_organisation = houses[i].to};
        MatterQuery mine = {.mine = STR("copy")};

        ASSERT_OK(act_as(s, "wang", id, 0, copy, a, &e));
        assert_int_equal(on_desk(s, houses[i].reads, "copies", a), 1);
        assert_int_equal(total_as(s, houses[i].reads, mine, a), 1);
        for (size_t k = 0; k < 2; k++)
            assert_int_equal(on_desk(s, houses[i].others[k], "copies", a), 0);
        ASSERT_OK(act_as(s, houses[i].reads, id, 0, (FlowAct){.verb = VERB_READ_COPY}, a, &e));
        assert_int_equal(on_desk(s, houses[i].reads, "copies", a), 0);
        assert_int_equal(total_as(s, houses[i].reads, mine, a), 0);
    }
}

/* What to do first, and how many workdays there are for it. */
static void next(void **state) {
    NEEDS_STORE;
    Str id = begin_transfer(s, a);
    const Node *row = node_get(node_get(desk_as(s, "wang", a), "tasks"), "items")->items[0];
    int64_t left = node_int(row, "workdays_left", -1);

    assert_true(str_is(node_text(node_get(row, "next"), "verb"), "act"));
    assert_true(str_is(node_text(node_get(row, "next"), "title"), "提出意见"));
    assert_true(left > 5);
    instant_freeze(monday + DAYS(7)); /* five workdays on */
    row = node_get(node_get(desk_as(s, "wang", a), "tasks"), "items")->items[0];
    assert_int_equal(node_int(row, "workdays_left", -1), left - 5);
    instant_freeze(monday + DAYS(400));
    row = node_get(node_get(desk_as(s, "wang", a), "due_soon"), "items")->items[0];
    assert_true(node_int(row, "workdays_left", 1) < -200);
    ASSERT_OK(act_as(s, "wang", id, 0, action("propose"), a, &e));
    row = node_get(node_get(desk_as(s, "chief", a), "tasks"), "items")->items[0];
    assert_true(str_is(node_text(node_get(row, "next"), "action"), "agree"));
    assert_null(node_get(row, "workdays_left")); /* no period runs */
}

/* ---- who must not ---- */

static void offers_no_act(Store *s, const char *login, Str id, bool any, Arena *a) {
    const Rights *r = rights_for(s, login);
    MatterActor who = {str_of(login), r};
    const Scope *before = store_thread_scope(&r->scope);
    Err e = {0};
    const Node *choices = node_get(matter_detail(s, content, &who, id, a, &e), "choices");
    bool offered = false;

    store_thread_scope(before);
    rights_drop(r);
    for (size_t i = 0; choices && i < choices->count; i++)
        offered |= str_is(node_text(choices->items[i], "verb"), "act") ||
                   str_is(node_text(choices->items[i], "verb"), "claim");
    if (!choices || offered != any)
        fail_msg("%s %s", login, e.text);
}

/* Declared for the clue that it came from, or for one about the same person: he cannot take it, get
 * it nor act on it, and is called by his name. */
static void conflict(void **state) {
    NEEDS_STORE;
    static const char *const recused[] = {
        "INSERT INTO clue_recusal (clue, login) VALUES ('c1', 'zhao')",
        "INSERT INTO clue (id, number, model, model_version, subject_kind, subject_key, strength, "
        "strength_rank, level, level_rank, status, suggests, amount, digest, found_run, found_at, "
        "changed_run, changed_at, organisation, sealed) VALUES ('c2', 2, '', '', 'person', 'abc', "
        "'', 0, '', 0, 'new', '', 0, '', 0, '', 0, '', 1, 0)",
        "INSERT INTO clue_recusal (clue, login) VALUES ('c2', 'zhao')",
        "UPDATE account SET name = '赵检察官' WHERE login = 'zhao'"};
    static const char *const links[] = {"[{\"kind\":\"clue\",\"target\":\"c1\"}]",
                                        "[{\"kind\":\"subject\",\"target\":\"person:abc\"}]"};
    static const char *const free[] = {"[{\"kind\":\"clue\",\"target\":\"c3\"}]",
                                       "[{\"kind\":\"subject\",\"target\":\"person:abcd\"}]"};

    for (size_t i = 0; i < 4; i++)
        assert_true(test_place_tamper(&f->place, recused[i]));
    for (size_t i = 0; i < 4; i++) {
        MatterNew in = {.flow = STR("sample_transfer"),
                        .parties = values_of(a, "{\"agency\":3}"),
                        .values = values_of(a, "{\"case_name\":\"张三案\",\"result\":\"是\"}"),
                        .links = values_of(a, i < 2 ? links[i] : free[i - 2])};
        FlowAct give = {.verb = VERB_REASSIGN, .to_login = STR("zhao")};
        Str id;

        ASSERT_OK(begin_as(s, "wang", &in, a, &id, &e));
        offers_no_act(s, "zhao", id, i >= 2, a);
        offers_no_act(s, "wang", id, true, a);
        if (i >= 2) {
            ASSERT_OK(act_as(s, "wang", id, 0, give, a, &e));
            ASSERT_OK(act_as(s, "zhao", id, 0, action("propose"), a, &e));
            continue;
        }
        ASSERT_FAILS(act_as(s, "zhao", id, 0, (FlowAct){.verb = VERB_CLAIM}, a, &e), ERR_FORBIDDEN,
                     "赵检察官 与这件事项有利害关系");
        ASSERT_FAILS(act_as(s, "zhao", id, 0, action("propose"), a, &e), ERR_FORBIDDEN, "回避");
        ASSERT_FAILS(act_as(s, "wang", id, 0, give, a, &e), ERR_FORBIDDEN, "赵检察官");
        ASSERT_OK(act_as(s, "wang", id, 0, action("propose"), a, &e));
    }
    assert_true(
        test_place_tamper(&f->place, "UPDATE account SET name = 'zhao' WHERE login = 'zhao'"));
}

/* The second of two who act at once is told the first one's name. */
static void named(void **state) {
    NEEDS_STORE;
    Str id = begin_transfer(s, a);

    assert_true(
        test_place_tamper(&f->place, "UPDATE account SET name = '王检察官' WHERE login = 'wang'"));
    ASSERT_OK(act_as(s, "wang", id, 1, action("propose"), a, &e));
    ASSERT_FAILS(act_as(s, "zhao", id, 1, action("propose"), a, &e), ERR_CONFLICT, "王检察官 已于");
    assert_true(
        test_place_tamper(&f->place, "UPDATE account SET name = 'wang' WHERE login = 'wang'"));
}

/* Reviews what others did: whoever worked on the case there does not review it. */
static const char sample_review[] =
    "# SPDX-License-Identifier: MulanPSL-2.0\n"
    "flow: sample_review\n"
    "title: 样例评查\n"
    "number: \"样评〔{year}〕{serial}号\"\n"
    "group: 样例\n"
    "basis: [{law: 样例规定, status: unverified, review: true}]\n"
    "review: true\n"
    "parties:\n"
    "  - {party: office, title: 检察院, kinds: [procuratorate], starter: true, required: true}\n"
    "fields:\n"
    "  - {field: subject, title: 标题, type: text}\n"
    "  - {field: who, title: 证件号, type: citizen_id, sensitive: true}\n"
    "  - {field: name, title: 姓名, type: text}\n"
    "  - {field: case_no, title: 案号, type: document_number}\n"
    "title_field: subject\n"
    "case_field: case_no\n"
    "subjects: [{kind: person, key: who, name: name}]\n"
    "start: look\n"
    "steps:\n"
    "  - step: look\n"
    "    title: 评查\n"
    "    by: [{party: office, role: administrative_prosecutor}]\n"
    "    form: [who, name, case_no]\n"
    "    apart: [sample_transfer]\n"
    "    actions:\n"
    "      - {action: well, title: 没有问题, closes: done}\n"
    "outcomes:\n"
    "  - {outcome: done, title: 完成, success: true}\n"
    "escalation: {period: XF_REJECT, to: [{party: office, role: chief_procurator}]}\n";

static void apart(void **state) {
    NEEDS_STORE;
    static const char *const cases[] = {"案1", "案2"};

    for (size_t i = 0; i < 2; i++) {
        const char *link = str_format(a, "[{\"kind\":\"case\",\"target\":\"%s\"}]", cases[0]).ptr;
        MatterNew in = {.flow = STR("sample_transfer"),
                        .parties = values_of(a, "{\"agency\":3}"),
                        .values = values_of(a, "{\"case_name\":\"某案\",\"result\":\"是\"}"),
                        .links = values_of(a, link)};
        MatterNew review = {.flow = STR("sample_review"),
                            .links = values_of(a, str_format(a,
                                                             "[{\"kind\":\"case\",\"target\":"
                                                             "\"%s\"}]",
                                                             cases[i])
                                                      .ptr)};
        Str id;

        ASSERT_OK(begin_as(s, "wang", &in, a, &id, &e));
        ASSERT_OK(act_as(s, "wang", id, 0, action("propose"), a, &e));
        ASSERT_OK(begin_as(s, "zhao", &review, a, &id, &e));
        offers_no_act(s, "wang", id, i != 0, a);
        if (i == 0)
            ASSERT_FAILS(act_as(s, "wang", id, 0, action("well"), a, &e), ERR_FORBIDDEN,
                         "办理过同一案件的“样例移送”");
        ASSERT_OK(act_as(s, i ? "wang" : "zhao", id, 0, action("well"), a, &e));
    }
}

/* ---- about the same person ---- */

static Str review_of(Store *s, const char *login, const char *values, bool sealed, Arena *a) {
    const Rights *r = rights_for(s, login);
    MatterActor who = {str_of(login), sealed ? NULL : r};
    MatterNew in = {.flow = STR("sample_review"),
                    .organisation = sealed ? OFFICE : 0,
                    .values = values_of(a, values),
                    .sealed = sealed};
    const Scope *before = store_thread_scope(sealed ? NULL : &r->scope);
    Err e = {0};
    Str id;

    ASSERT_OK(matter_begin(s, content, &who, &in, a, &id, &e));
    store_thread_scope(before);
    rights_drop(r);
    return id;
}

/* What is told to be related, as "kind by kind by …" of those ids. */
static size_t related_as(Store *s, const char *login, Str id, const char *by, Str other, Arena *a) {
    const Rights *r = rights_for(s, login);
    const Scope *before = store_thread_scope(&r->scope);
    Err e = {0};
    const MatterState *m = matter_get(s, id, 0, a, &e);
    Node *list = m ? matter_related(s, m, a, &e) : NULL;
    bool found_it = other.len == 0;

    store_thread_scope(before);
    rights_drop(r);
    if (!list)
        fail_msg("%s", e.text);
    for (size_t i = 0; i < list->count; i++)
        found_it |= str_eq(node_text(list->items[i], "id"), other) &&
                    str_is(node_text(list->items[i], "by"), by);
    assert_true(found_it);
    return list->count;
}

/* Linked by themselves, by tokens; each sees what he may; a corrected number leads elsewhere. */
static void test_same_person(void **state) {
    NEEDS_STORE;
    static const char first[] =
        "{\"subject\":\"甲\",\"who\":\"510522199001010013\",\"name\":\"张三\"}";
    Str one, two, hidden, foreign, other;

    matter_linker(matter_link_subjects, f->keys);
    one = review_of(s, "wang", first, false, a);
    assert_int_equal(related_as(s, "wang", one, "", STR(""), a), 0);
    hidden = review_of(s, "wang", first, true, a);
    foreign = review_of(s, "uwang", first, false, a);
    assert_int_equal(related_as(s, "wang", one, "", STR(""), a), 0); /* sealed, and another's */
    two = review_of(s, "zhao",
                    "{\"subject\":\"乙\",\"who\":\"510522 19900101 0013\",\"case_no\":"
                    "\"（2026）江刑初1号\"}",
                    false, a);
    assert_int_equal(related_as(s, "wang", one, "subject", two, a), 1);
    assert_int_equal(related_as(s, "zhao", two, "subject", one, a), 1);
    assert_int_equal(related_as(s, "uwang", foreign, "", STR(""), a), 0);
    assert_int_equal(related_as(s, "upper", one, "subject", two, a), 2); /* sees both houses' */
    other =
        review_of(s, "wang", "{\"subject\":\"丙\",\"case_no\":\"（2026）江刑初1号\"}", false, a);
    assert_int_equal(related_as(s, "wang", other, "case", two, a), 1);
    const MatterState *m = get_as(s, "wang", one, 0, a, &e);

    assert_int_equal(m->links.count, 1);
    assert_true(str_starts(links_of(m)[0].target, STR("person:")));
    assert_true(str_find(links_of(m)[0].target, STR("0013")) < 0);
    assert_true(str_is(
        matter_subject_name(content_flow(content, m->flow, &e), m, links_of(m)[0].target), "张三"));
    assert_true(str_eq(links_of(m)[0].target, links_of(matter_get(s, hidden, 0, a, &e))[0].target));
    ASSERT_OK(act_as(
        s, "wang", one, 0,
        (FlowAct){.verb = VERB_FILL, .values = values_of(a, "{\"who\":\"510522198506200010\"}")}, a,
        &e));
    assert_int_equal(related_as(s, "wang", one, "", STR(""), a), 0);
    assert_int_equal(related_as(s, "zhao", two, "case", other, a), 1);
    ASSERT_OK(act_as(s, "wang", one, 0,
                     (FlowAct){.verb = VERB_FILL, .values = values_of(a, "{\"who\":\"\"}")}, a,
                     &e));
    assert_int_equal(get_as(s, "wang", one, 0, a, &e)->links.count, 0);
    matter_linker_end(f->keys);
}

/* A house with its people takes as long to make as a test of it: those that bear it share one. */
static void test_texts(void **state) {
    words(state);
    older_rows(state);
    sealed_at_rest(state);
}

static void test_desks(void **state) {
    liaison(state);
    copies(state);
    next(state);
}

static void test_who_must_not(void **state) {
    conflict(state);
    named(state);
    apart(state);
}

int main(void) {
    const struct CMUnitTest tests[] = {ON_BOTH(test_texts), ON_BOTH(test_desks),
                                       ON_BOTH(test_who_must_not), ON_BOTH(test_same_person)};

    organisation_register();
    matter_register();
    content = content_with(sample_review);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    content_drop(content);
    return failed;
}
