/* SPDX-License-Identifier: MulanPSL-2.0 */
/* trace/look_test.c: whose matter a clue is; looks, exports and refusals as entries; the alarms and
 * the auditor's questions that come from them. On both engines. */
#include "trace/look.h"

#include "trace/testing.h"

#include "trace/retention.h"

#define CLUE "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define ROW_ID "00000000000000000000000000000001"
#define DATASET "criminal_verdict"
#define ROW "row:" DATASET "/" ROW_ID

/* Clues come from a layer above: here they are put straight into its tables. */
static void put_clue(const Fixture *f, const char *id, const char *status, int64_t organisation) {
    char sql[1000];

    snprintf(sql, sizeof sql,
             "INSERT INTO clue (id, number, model, model_version, subject_kind, subject_key, "
             "strength, strength_rank, level, level_rank, status, suggests, amount, digest, "
             "found_run, found_at, changed_run, changed_at, organisation, sealed) VALUES ('%s', "
             "1, 'm', 'v', 'person', 'k', 'strong', 1, 'high', 1, '%s', 'x', 0, 'd', 1, 'at', 1, "
             "'at', %d, 0)",
             id, status, (int)organisation);
    assert_true(test_place_tamper(&f->place, sql));
    snprintf(sql, sizeof sql,
             "INSERT INTO clue_evidence (clue, position, alias, dataset, row_id, batch) VALUES "
             "('%s', 0, 'v', '" DATASET "', '" ROW_ID "', 1)",
             id);
    assert_true(test_place_tamper(&f->place, sql));
}

static bool own(Store *s, const char *login) {
    scoped_arena Arena *a = arena_new();
    Err e = {0};
    const Rights *r = rights(s, login);
    Matter by_clue, by_row;

    ASSERT_OK(matter_of_clue(s, a, r, STR(CLUE), &by_clue, &e));
    ASSERT_OK(matter_of_row(s, a, r, STR(DATASET), STR(ROW_ID), &by_row, &e));
    assert_int_equal(by_clue.own, by_row.own);
    assert_int_equal(by_row.clues.count, 1);
    assert_true(str_is(((const Str *)by_row.subjects.items)[0], "k"));
    rights_drop(r);
    return by_clue.own;
}

static int64_t give(Store *s, const char *grantee, Instant until) {
    GrantNew in = {.kind = STR("clue"),
                   .object = STR(CLUE),
                   .grantee = str_of(grantee),
                   .fields = FIELDS_PERSONAL,
                   .until = until,
                   .purpose = STR("核查")};
    int64_t n = 0;
    Err e = {0};

    ASSERT_OK(grant_give(s, content, STR("chief"), &in, &n, &e));
    return n;
}

static void test_whose_matter(void **state) {
    NEEDS_STORE;
    scoped_arena Arena *a = arena_new();
    const Rights *r = rights(s, "zhang");
    Matter m;
    int64_t grant;

    ASSERT_FAILS(matter_of_clue(s, a, r, STR(CLUE), &m, &e), ERR_NOT_FOUND, "没有这条线索");
    ASSERT_OK(matter_of_row(s, a, r, STR(DATASET), STR(ROW_ID), &m, &e));
    assert_false(m.own);
    rights_drop(r);
    put_clue(f, CLUE, "new", PROC);
    assert_true(own(s, "zhang"));
    assert_false(own(s, "officer"));
    grant = give(s, "person:officer", 0);
    assert_true(own(s, "officer"));
    assert_false(own(s, "head"));
    ASSERT_OK(grant_end(s, STR("chief"), grant, &e));
    later(1);
    assert_false(own(s, "officer"));
    grant = give(s, "organisation:3", noon + HOURS(1));
    assert_true(own(s, "officer"));
    assert_true(own(s, "head"));
    later(HOURS(1));
    assert_false(own(s, "head"));
    assert_true(test_place_tamper(&f->place, "UPDATE clue SET status = 'withdrawn'"));
    assert_false(own(s, "zhang"));
}

/* ---- looks ---- */

static const Str rows[] = {STR_INIT(ROW)};
static const Str fields[] = {STR_INIT(DATASET ".defendant_id_no")};

static LookNew look(bool own_matter) {
    return (LookNew){.purpose = STR("clue_check"),
                     .reason = STR("核对丙某的身份"),
                     .object = rows[0],
                     .rows = rows,
                     .row_count = 1,
                     .fields = fields,
                     .field_count = 1,
                     .matter = {.own = own_matter}};
}

static bool record(Store *s, const char *login, const LookNew *in, LookDone *out, Err *e) {
    Viewer asker = {.rights = rights(s, login), .address = STR("10.1.1.1"), .device = STR("测试")};
    bool good = look_record(s, content, &asker, in, out, e);

    rights_drop(asker.rights);
    return good;
}

static int64_t approve(Store *s, const char *login, const char *object, int64_t uses) {
    const Rights *r = rights(s, login), *chief = rights(s, "chief");
    ApprovalNew in = {.kind = APPROVAL_LOOK,
                      .object = str_of(object),
                      .purpose = STR("clue_check"),
                      .reason = STR("核对"),
                      .uses = uses,
                      .days = 1};
    Decision yes = {.consent = true};
    int64_t n = 0;
    Err e = {0};

    ASSERT_OK(approval_request(s, content, r, &in, &n, &e));
    ASSERT_OK(approval_decide(s, content, chief, n, &yes, &e));
    rights_drop(r);
    rights_drop(chief);
    return n;
}

static void test_needs_approval(void **state) {
    NEEDS_STORE;
    LookNew in = look(false);
    LookDone done = {0};

    ASSERT_FAILS(record(s, "zhang", &in, &done, &e), ERR_NEEDS_APPROVAL, "申请审批");
    int64_t n = approve(s, "zhang", ROW, 2);

    /* Somebody else's approval, another purpose, another case: none of them will do. */
    ASSERT_FAILS(record(s, "wang", &in, &done, &e), ERR_NEEDS_APPROVAL, "申请审批");
    in.purpose = STR("data_quality");
    ASSERT_FAILS(record(s, "zhang", &in, &done, &e), ERR_NEEDS_APPROVAL, "申请审批");
    in.purpose = STR("clue_check");
    in.case_number = STR("别的案号");
    ASSERT_FAILS(record(s, "zhang", &in, &done, &e), ERR_NEEDS_APPROVAL, "申请审批");
    in.case_number = (Str){NULL, 0};
    for (int i = 0; i < 2; i++) {
        ASSERT_OK(record(s, "zhang", &in, &done, &e));
        assert_int_equal(done.approval, n);
    }
    ASSERT_FAILS(record(s, "zhang", &in, &done, &e), ERR_NEEDS_APPROVAL, "申请审批");
    approve(s, "zhang", "subject:k", 5);
    static const Str clue[] = {STR_INIT(CLUE)}, key[] = {STR_INIT("k")};

    in.matter.clues = (BindList){(void *)(uintptr_t)clue, 1};
    in.matter.subjects = (BindList){(void *)(uintptr_t)key, 1};
    ASSERT_OK(record(s, "zhang", &in, &done, &e));
    later(DAYS(1)); /* over */
    ASSERT_FAILS(record(s, "zhang", &in, &done, &e), ERR_NEEDS_APPROVAL, "申请审批");
    in.matter.own = true;
    ASSERT_OK(record(s, "zhang", &in, &done, &e));
    assert_int_equal(done.approval, 0);
}

/* ---- the channel of sealed records ---- */

static bool ask_channel(Store *s, const char *login, int64_t uses, int64_t *number, Err *e) {
    const Rights *r = rights(s, login);
    ApprovalNew in = {.kind = APPROVAL_SEALED,
                      .object = STR(SEALED_CHANNEL),
                      .purpose = STR("case_handling"),
                      .case_number = STR("川江检未〔2026〕1号"),
                      .reason = STR("办理未成年人案件"),
                      .days = 2,
                      .uses = uses};
    bool good = approval_request(s, content, r, &in, number, e);

    rights_drop(r);
    return good;
}

static bool consent(Store *s, const char *login, int64_t number, Err *e) {
    const Rights *r = rights(s, login);
    Decision yes = {.consent = true};
    bool good = approval_decide(s, content, r, number, &yes, e);

    rights_drop(r);
    return good;
}

static bool count_clues(Tx *tx, void *context, Err *e) {
    static const char text[] = "SELECT COUNT(*) AS n FROM {clue} WHERE sealed <> 0";
    scoped_arena Arena *a = arena_new();
    const Node *rows_found = tx_rows_text(tx, a, str_of(text), NO_ARGS, e);

    *(int64_t *)context = rows_found ? node_int(rows_found->items[0], "n", -1) : -1;
    return rows_found != NULL;
}

/* Through the statements, and for the one row: both say the same. */
static bool sees_sealed(Store *s, const char *login) {
    scoped_arena Arena *a = arena_new();
    const Rights *r = rights(s, login);
    RowMarks marks = {
        .kind = "clue", .id = STR(CLUE), .organisation = PROC, .state = STR("new"), .sealed = true};
    int64_t found = -1;
    Err e = {0};
    const Scope *before = store_thread_scope(&r->scope);

    ASSERT_OK(store_read(s, count_clues, &found, &e));
    store_thread_scope(before);
    assert_int_equal(found == 1, rights_see(s, r, PERMISSION_CLUE_READ, &marks, a, NULL, &e) != 0);
    assert_int_equal(found == 1, rights_channel(r));
    assert_int_equal(e.code, ERR_NONE);
    rights_drop(r);
    return found == 1;
}

static void test_sealed_channel(void **state) {
    NEEDS_STORE;
    LookNew in = look(true);
    LookDone done = {0};
    int64_t n = 0;

    person(s, "wei", "白检察", "minors_prosecutor", PROC);
    put_clue(f, CLUE, "new", PROC);
    assert_true(test_place_tamper(&f->place, "UPDATE clue SET sealed = 1"));
    in.sealed = true;
    in.purpose = STR("case_handling");
    in.case_number = STR("川江检未〔2026〕1号");
    /* Only who may ask can; the role alone opens nothing. */
    ASSERT_FAILS(ask_channel(s, "zhang", 0, &n, &e), ERR_FORBIDDEN, "封存记录专门通道");
    assert_false(sees_sealed(s, "wei"));
    ASSERT_OK(ask_channel(s, "wei", 2, &n, &e));
    assert_false(sees_sealed(s, "wei"));
    ASSERT_FAILS(consent(s, "wei", n, &e), ERR_FORBIDDEN, "");
    ASSERT_OK(consent(s, "chief", n, &e));
    assert_false(sees_sealed(s, "wei"));
    ASSERT_FAILS(record(s, "wei", &in, &done, &e), ERR_NEEDS_APPROVAL, "封存通道");
    ASSERT_OK(consent(s, "second", n, &e));
    assert_true(sees_sealed(s, "wei")); /* at once */
    assert_false(sees_sealed(s, "zhang"));
    assert_false(sees_sealed(s, "chief")); /* deciding opens nothing to who decides */
    delegate(s, "wei", "zhang", DAYS(1));
    assert_false(sees_sealed(s, "zhang"));

    /* For this case, and so often. */
    in.case_number = STR("川江检未〔2026〕2号");
    ASSERT_FAILS(record(s, "wei", &in, &done, &e), ERR_NEEDS_APPROVAL, "封存通道");
    in.case_number = STR("川江检未〔2026〕1号");
    ASSERT_OK(record(s, "wei", &in, &done, &e));
    assert_int_equal(done.approval, n);
    later(HOURS(1)); /* a look is no event of rights: within a second */
    assert_true(sees_sealed(s, "wei"));
    ASSERT_OK(record(s, "wei", &in, &done, &e));
    later(HOURS(1));
    assert_false(sees_sealed(s, "wei")); /* used up */

    /* Until it ends, or is given up. */
    ASSERT_OK(ask_channel(s, "wei", 0, &n, &e));
    ASSERT_OK(consent(s, "third", n, &e));
    ASSERT_OK(consent(s, "chief", n, &e));
    later(DAYS(2) - 1);
    assert_true(sees_sealed(s, "wei"));
    later(1);
    assert_false(sees_sealed(s, "wei"));
    ASSERT_OK(ask_channel(s, "wei", 0, &n, &e));
    ASSERT_OK(consent(s, "third", n, &e));
    ASSERT_OK(consent(s, "chief", n, &e));
    assert_true(sees_sealed(s, "wei"));
    const Rights *r = rights(s, "wei");

    ASSERT_OK(approval_withdraw(s, r, n, &e));
    rights_drop(r);
    assert_false(sees_sealed(s, "wei"));
}

static Node *search(Store *s, Arena *a, AuditQuery q) {
    Err e = {0};

    if (q.from == 0)
        q.from = q.to = DAY_NONE;
    Node *n = audit_search(s, content, a, &q, &e);

    if (n == NULL)
        fail_msg("%s", e.text);
    return n;
}

static void test_what_the_auditor_reads(void **state) {
    NEEDS_STORE;
    scoped_arena Arena *a = arena_new();
    LookNew in = look(true);
    LookDone done = {0};
    scoped_buf Buf text;

    ASSERT_OK(record(s, "zhang", &in, &done, &e));
    later(HOURS(1));
    ASSERT_OK(record(s, "wang", &in, &done, &e));
    const Node *who = audit_who(s, content, a, rows[0], (Str){NULL, 0}, 1, &e);

    assert_int_equal(node_int(who, "total", 0), 2);
    const Node *last = node_get(who, "items")->items[0];

    assert_true(str_is(node_text(last, "actor"), "wang"));
    assert_true(str_is(node_text(last, "actor_name"), "王检察"));
    assert_true(str_is(node_text(last, "roles"), "prosecutor"));
    assert_true(str_is(node_text(last, "address"), "10.1.1.1"));
    assert_true(str_find(node_text(last, "sentence"), STR("以“线索核查”为由查看了 " ROW)) == 0);
    who = audit_who(s, content, a, rows[0], node_text(who, "next"), 1, &e);
    assert_true(str_is(node_text(node_get(who, "items")->items[0], "actor"), "zhang"));
    assert_int_equal(node_text(who, "next").len, 0);

    /* Nothing of what was typed: an auditor learns that and why, in codes. */
    const Node *all = search(s, a, (AuditQuery){.limit = 500});

    buf_init(&text, (size_t)16 << 20);
    json_write(all, &text);
    assert_true(str_find(buf_str(&text), STR("丙某")) < 0);
    assert_int_equal(node_int(all, "total", 0), (int64_t)node_get(all, "items")->count);
    assert_int_equal(node_int(search(s, a, (AuditQuery){.person = STR("wang")}), "total", 0), 1);
    assert_int_equal(node_int(search(s, a, (AuditQuery){.kind = STR("sensitive.")}), "total", 0),
                     2);
    assert_int_equal(node_int(search(s, a, (AuditQuery){.kind = STR("s_nsitive")}), "total", 0), 0);
    assert_int_equal(node_int(search(s, a, (AuditQuery){.object = rows[0]}), "total", 0), 2);
    assert_int_equal(node_int(search(s, a, (AuditQuery){.purpose = STR("clue_check")}), "total", 0),
                     2);
    assert_int_equal(node_int(search(s, a, (AuditQuery){.purpose = STR("clue_chec")}), "total", 0),
                     0);
    Day today = day_of_instant(noon);

    assert_int_equal(
        node_int(
            search(s, a, (AuditQuery){.from = today + 1, .to = DAY_NONE, .person = STR("wang")}),
            "total", 0),
        0);
    assert_int_equal(
        node_int(search(s, a, (AuditQuery){.from = today, .to = today, .organisation = PROC}),
                 "total", 0),
        node_int(search(s, a, (AuditQuery){.organisation = PROC}), "total", 0));
    assert_null(audit_search(s, content, a, &(AuditQuery){.from = today, .to = today - 1}, &e));
    assert_int_equal(e.code, ERR_INVALID);
    assert_null(audit_search(
        s, content, a, &(AuditQuery){.from = DAY_NONE, .to = DAY_NONE, .cursor = STR("x")}, &e));
    /* A day in order. */
    const Node *day = audit_replay(s, content, a, STR("wang"), today, (Str){NULL, 0}, 50, &e);

    assert_int_equal(node_int(day, "total", 0), 1);
    assert_null(audit_replay(s, content, a, STR(""), today, (Str){NULL, 0}, 50, &e));
    assert_null(audit_replay(s, content, a, STR("wang"), DAY_NONE, (Str){NULL, 0}, 50, &e));
}

/* Pages go through every entry once. */
static void test_pages(void **state) {
    NEEDS_STORE;
    for (int oldest = 0; oldest < 2; oldest++) {
        scoped_arena Arena *a = arena_new();
        Str cursor = {NULL, 0};
        int64_t seen = 0, total, last = oldest ? 0 : INT64_MAX;

        do {
            const Node *page =
                search(s, a, (AuditQuery){.cursor = cursor, .limit = 7, .oldest_first = oldest});
            const Node *items = node_get(page, "items");

            for (size_t i = 0; i < items->count; i++, seen++) {
                int64_t n = node_int(items->items[i], "sequence", 0);

                assert_true(oldest ? n > last : n < last);
                last = n;
                assert_true(sentence_known(node_text(items->items[i], "kind")));
            }
            total = node_int(page, "total", 0);
            cursor = node_text(page, "next");
        } while (cursor.len != 0);
        assert_int_equal(seen, total);
    }
}

/* ---- alarms ---- */

static int64_t alarms(Store *s, const char *person, const char *kind, int64_t *count) {
    scoped_arena Arena *a = arena_new();
    Err e = {0};
    const Node *page = alarm_page(s, content, a, (Str){NULL, 0}, (Str){NULL, 0}, 200, &e);
    int64_t number = 0;

    if (page == NULL)
        fail_msg("%s", e.text);
    const Node *items = node_get(page, "items");

    assert_int_equal(items->count, node_int(page, "total", -1));
    for (size_t i = 0; i < items->count; i++)
        if (str_is(node_text(items->items[i], "person"), person) &&
            str_is(node_text(items->items[i], "kind"), kind)) {
            number = node_int(items->items[i], "alarm", 0);
            if (count != NULL)
                *count = node_int(items->items[i], "count", 0);
            break; /* newest first */
        }
    return number;
}

static void test_signs(void **state) {
    NEEDS_STORE;
    static const Str stranger[] = {STR_INIT("丙某")}, self[] = {STR_INIT(" 张检察 ")},
                     colleague[] = {STR_INIT("丙某"), STR_INIT("王检察")};
    LookNew in = look(true);
    LookDone done;
    int64_t count = 0;

    in.names = stranger;
    in.name_count = 1;
    ASSERT_OK(record(s, "zhang", &in, &done, &e));
    for (const BindName *n = alarm_type_names; n->name != NULL; n++)
        assert_int_equal(alarms(s, "zhang", n->name, NULL), 0);
    in.names = self;
    ASSERT_OK(record(s, "zhang", &in, &done, &e));
    assert_int_not_equal(alarms(s, "zhang", "own_name", NULL), 0);
    assert_int_equal(alarms(s, "zhang", "colleague", NULL), 0);
    in.names = colleague;
    in.name_count = 2;
    ASSERT_OK(record(s, "zhang", &in, &done, &e));
    assert_int_not_equal(alarms(s, "zhang", "colleague", NULL), 0);
    ASSERT_OK(record(s, "officer", &in, &done, &e)); /* another organisation: no colleague */
    assert_int_equal(alarms(s, "officer", "colleague", NULL), 0);
    approve(s, "zhang", ROW, 5);
    in = look(false);
    ASSERT_OK(record(s, "zhang", &in, &done, &e));
    assert_int_not_equal(alarms(s, "zhang", "no_matter", NULL), 0);
    later(HOURS(11)); /* 23:00 */
    in = look(true);
    ASSERT_OK(record(s, "zhang", &in, &done, &e));
    ASSERT_OK(record(s, "zhang", &in, &done, &e));
    int64_t night = alarms(s, "zhang", "night", &count);

    assert_int_not_equal(night, 0);
    assert_int_equal(count, 2); /* one alarm a day, however often */
    later(HOURS(2));
    ASSERT_OK(record(s, "zhang", &in, &done, &e));
    assert_int_not_equal(alarms(s, "zhang", "night", &count), night);
    assert_int_equal(count, 1);
}

static void test_counts(void **state) {
    NEEDS_STORE;
    LookNew in = look(true);
    LookDone done;
    Str many[60];
    int64_t count = 0;
    scoped_arena Arena *a = arena_new();

    for (int i = 0; i < 60; i++)
        many[i] = str_format(a, "row:" DATASET "/%032d", i);
    in.rows = many;
    in.row_count = 60;
    ASSERT_OK(record(s, "zhang", &in, &done, &e));
    assert_int_equal(alarms(s, "zhang", "bulk", NULL), 0);
    ASSERT_OK(record(s, "wang", &in, &done, &e)); /* counted apart */
    assert_int_equal(alarms(s, "wang", "bulk", NULL), 0);
    in.row_count = 40;
    ASSERT_OK(record(s, "zhang", &in, &done, &e));
    assert_int_not_equal(alarms(s, "zhang", "bulk", &count), 0);
    assert_int_equal(count, 100);
    for (int i = 0; i < 3; i++)
        ASSERT_OK(refusal_record(s, content, STR("officer"), STR("GET /api/clues/{id}"), 404,
                                 STR("10.1.1.2"), clock_now, i == 0 ? 1 : 14, &e));
    assert_int_equal(alarms(s, "officer", "refused", NULL), 0);
    ASSERT_OK(refusal_record(s, content, STR("officer"), STR("GET /api/clues/{id}"), 404,
                             STR("10.1.1.2"), clock_now, 1, &e));
    assert_int_not_equal(alarms(s, "officer", "refused", &count), 0);
    assert_int_equal(count, 30);
}

static void test_acknowledging(void **state) {
    NEEDS_STORE;
    scoped_arena Arena *a = arena_new();
    static const Str self[] = {STR_INIT("张检察")};
    LookNew in = look(true);
    LookDone done;

    in.names = self;
    in.name_count = 1;
    ASSERT_OK(record(s, "zhang", &in, &done, &e));
    int64_t n = alarms(s, "zhang", "own_name", NULL);

    ASSERT_FAILS(alarm_acknowledge(s, STR("auditor"), n, STR(" "), &e), ERR_INVALID, "处理说明");
    ASSERT_FAILS(alarm_acknowledge(s, STR("zhang"), n, STR("没事"), &e), ERR_FORBIDDEN, "自己");
    ASSERT_FAILS(alarm_acknowledge(s, STR("auditor"), 99, STR("好"), &e), ERR_NOT_FOUND, "99");
    ASSERT_OK(alarm_acknowledge(s, STR("auditor"), n, STR("同名的当事人"), &e));
    ASSERT_FAILS(alarm_acknowledge(s, STR("auditor"), n, STR("好"), &e), ERR_CONFLICT, "处理过");
    const Node *one = alarm_one(s, content, a, n, &e);

    assert_true(str_is(node_text(one, "state"), "acknowledged"));
    assert_true(str_is(node_text(one, "words"), "同名的当事人"));
    ASSERT_OK(record(s, "zhang", &in, &done, &e)); /* again: it is open again */
    one = alarm_one(s, content, a, n, &e);
    assert_true(str_is(node_text(one, "state"), "open"));
    ASSERT_OK(journal_forget(s, str_format(a, "alarm:%d", (int)n), SYSTEM, &e));
    assert_int_equal(node_text(alarm_one(s, content, a, n, &e), "words").len, 0);
    assert_null(alarm_page(s, content, a, STR("closed"), (Str){NULL, 0}, 1, &e));
    assert_null(alarm_page(s, content, a, (Str){NULL, 0}, STR("-"), 1, &e));
}

/* ---- exports ---- */

static void test_exports(void **state) {
    NEEDS_STORE;
    ExportLook in = {.kind = "clues.exported",
                     .what = STR("clues"),
                     .purpose = STR("case_handling"),
                     .case_number = STR("川江检案1号"),
                     .format = STR("csv"),
                     .rows = 5000};
    Viewer zhang = {.rights = rights(s, "zhang")};
    LookDone done;
    int64_t n = 0;

    ASSERT_OK(export_record(s, content, &zhang, STR("zhang"), &in, &done, &e));
    in.rows = 5001;
    ASSERT_FAILS(export_record(s, content, &zhang, STR("zhang"), &in, &done, &e),
                 ERR_NEEDS_APPROVAL, "2 人审批");
    ASSERT_OK(export_record(s, content, NULL, STR("root"), &in, &done, &e)); /* at the machine */
    ApprovalNew ask = {.kind = APPROVAL_BULK,
                       .object = STR("export:clues"),
                       .purpose = in.purpose,
                       .case_number = in.case_number,
                       .reason = STR("专项"),
                       .uses = 1};
    const Rights *chief = rights(s, "chief"), *second = rights(s, "second");

    ASSERT_OK(approval_request(s, content, zhang.rights, &ask, &n, &e));
    ASSERT_OK(approval_decide(s, content, chief, n, &(Decision){.consent = true}, &e));
    ASSERT_FAILS(export_record(s, content, &zhang, STR("zhang"), &in, &done, &e),
                 ERR_NEEDS_APPROVAL, "2 人审批"); /* one consent is not two */
    ASSERT_OK(approval_decide(s, content, second, n, &(Decision){.consent = true}, &e));
    in.what = STR("rows:" DATASET);
    ASSERT_FAILS(export_record(s, content, &zhang, STR("zhang"), &in, &done, &e),
                 ERR_NEEDS_APPROVAL, "2 人审批"); /* for clues, not for these */
    in.what = STR("clues");
    ASSERT_OK(export_record(s, content, &zhang, STR("zhang"), &in, &done, &e));
    assert_int_equal(done.approval, n);
    ASSERT_FAILS(export_record(s, content, &zhang, STR("zhang"), &in, &done, &e),
                 ERR_NEEDS_APPROVAL, "2 人审批"); /* used up */
    in.rows = 4999;
    for (int i = 0; i < 2; i++)
        ASSERT_OK(export_record(s, content, &zhang, STR("zhang"), &in, &done, &e));
    assert_int_equal(alarms(s, "zhang", "bulk_export", NULL), 0); /* 19,999 */
    in.rows = 1;
    ASSERT_OK(export_record(s, content, &zhang, STR("zhang"), &in, &done, &e));
    assert_int_not_equal(alarms(s, "zhang", "bulk_export", NULL), 0);
    rights_drop(zhang.rights);
    rights_drop(chief);
    rights_drop(second);
}

/* Who took it away in a file is among those who saw it. */
static void test_exports_are_looks(void **state) {
    NEEDS_STORE;
    scoped_arena Arena *a = arena_new();
    scoped_buf Buf ids;
    static const Str nothing = {NULL, 0};
    ExportLook in = {.kind = "rows.exported",
                     .what = STR("rows:" DATASET),
                     .purpose = STR("clue_check"),
                     .reason = STR("核对"),
                     .format = STR("csv"),
                     .rows = 3};
    LookNew look_in = look(true);
    LookDone done;

    buf_init(&ids, 4096);
    export_id(STR("00000000000000000000000000abc001"), &ids);
    export_id(STR("00000000000000000000000000abc002"), &ids);
    export_id(str_slice(rows[0], sizeof "row:" DATASET, rows[0].len), &ids);
    in.ids = buf_str(&ids);
    ASSERT_OK(record(s, "wang", &look_in, &done, &e));
    later(HOURS(1));
    ASSERT_OK(export_record(s, content, NULL, STR("zhang"), &in, &done, &e));
    in.ids = STR("123456789 ");
    ASSERT_OK(export_record(s, content, NULL, STR("zhang"), &in, &done, &e));
    const Node *who = audit_who(s, content, a, rows[0], nothing, 1, &e);
    const Node *last = node_get(who, "items")->items[0];

    assert_int_equal(node_int(who, "total", 0), 2);
    assert_true(str_is(node_text(last, "kind"), "rows.exported"));
    assert_true(str_find(node_text(last, "sentence"), STR("以“线索核查”为由导出")) == 0);
    assert_int_equal(node_int(node_get(last, "body"), "rows", 0), 3);
    assert_null(node_get(node_get(last, "body"), "ids"));
    who = audit_who(s, content, a, rows[0], node_text(who, "next"), 1, &e);
    assert_true(str_is(node_text(node_get(who, "items")->items[0], "actor"), "wang"));
    static const struct {
        const char *object;
        int64_t total;
    } others[] = {
        {"row:" DATASET "/00000000000000000000000000abc002", 1},
        {"row:" DATASET "/00000000000000000000000000abc003", 0},
        {"row:other_dataset/00000000000000000000000000abc002", 0},
        {"clue:00000000000000000000000000abc002", 0},
        {"row:" DATASET "/%", 0},
        {"row:" DATASET "/_________", 0},
        {"row:" DATASET "/", 0},
        {"clue:", 0},
        {"subject:00000000000000000000000000abc002", 0},
    };

    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        who = audit_who(s, content, a, str_of(others[i].object), nothing, 50, &e);
        if (node_int(who, "total", -1) != others[i].total ||
            (int64_t)node_get(who, "items")->count != others[i].total)
            fail_msg("%s: %lld", others[i].object, (long long)node_int(who, "total", -1));
    }
}

/* ---- retention ---- */

typedef struct Gone {
    Arena *a;
    int64_t sequence;
    bool there;
} Gone;

static bool read_secret(Tx *tx, void *context, Err *e) {
    Gone *g = context;
    const Node *secret = NULL;

    if (!journal_secret(tx, g->a, g->sequence, &secret, e))
        return false;
    g->there = secret != NULL;
    return true;
}

static void test_retention(void **state) {
    NEEDS_STORE;
    scoped_arena Arena *a = arena_new();
    LookNew in = look(true);
    LookDone done;

    ASSERT_OK(record(s, "zhang", &in, &done, &e));
    Gone before = {a, done.sequence, false};

    ASSERT_OK(store_read(s, read_secret, &before, &e));
    assert_true(before.there);
    const Node *due = retention_due(s, content, a, noon + DAYS(365), (Str){NULL, 0}, 100, &e);

    assert_int_equal(due->count, 0);
    const Rights *sys = rights(s, "sys"), *chief = rights(s, "chief"),
                 *second = rights(s, "second"), *zhang = rights(s, "zhang");
    int64_t n = 0, rested = 0;

#define ASK(who, subject) retention_request(s, content, who, subject, STR("留存期满"), &n, &e)
#define DESTROY(subject) retention_destroy(s, content, SYSTEM, subject, &rested, &e)
#define AGREE(who) approval_decide(s, content, who, n, &(Decision){.consent = true}, &e)
    /* Before the period has run out nobody may, approval or not. */
    later(DAYS(365));
    ASSERT_FAILS(ASK(sys, rows[0]), ERR_CONFLICT, "要保存到 2029-01-01");
    ASSERT_FAILS(DESTROY(rows[0]), ERR_CONFLICT, "要保存到 2029-01-01");
    ASSERT_FAILS(DESTROY(STR("user:zhang")), ERR_CONFLICT, "还在使用");
    ASSERT_FAILS(DESTROY(STR("clue:none")), ERR_CONFLICT, "没有封存的内容");
    ASSERT_FAILS(DESTROY(STR("")), ERR_INVALID, "请写明");
    later(DAYS(731)); /* the very last day: 2029-01-01 */
    ASSERT_FAILS(ASK(sys, rows[0]), ERR_CONFLICT, "要保存到 2029-01-01");
    later(DAYS(1));
    due = retention_due(s, content, a, clock_now, (Str){NULL, 0}, 100, &e);
    assert_int_equal(due->count, 1); /* accounts in use and what is kept longer stay */
    assert_true(str_is(node_text(due->items[0], "subject"), ROW));
    assert_int_equal(node_int(due->items[0], "months", 0), 36);
    /* After it, two people have to agree; who asks is an administrator and none of them. */
    ASSERT_FAILS(DESTROY(rows[0]), ERR_NEEDS_APPROVAL, "2 人审批");
    ASSERT_FAILS(ASK(zhang, rows[0]), ERR_FORBIDDEN, "系统管理员");
    ASSERT_FAILS(retention_request(s, content, sys, rows[0], STR(" "), &n, &e), ERR_INVALID,
                 "理由");
    ASSERT_OK(ASK(sys, rows[0]));
    ASSERT_FAILS(ASK(sys, rows[0]), ERR_CONFLICT, "已经申请过");
    ASSERT_FAILS(AGREE(sys), ERR_FORBIDDEN, "不能审批自己");
    ASSERT_FAILS(DESTROY(rows[0]), ERR_NEEDS_APPROVAL, "2 人审批");
    ASSERT_OK(AGREE(chief));
    ASSERT_FAILS(AGREE(chief), ERR_CONFLICT, "另一位");
    ASSERT_FAILS(DESTROY(rows[0]), ERR_NEEDS_APPROVAL, "2 人审批");
    ASSERT_OK(AGREE(second));
    ASSERT_FAILS(DESTROY(STR("approval:1")), ERR_CONFLICT, "留存期限"); /* another one */
    ASSERT_OK(DESTROY(rows[0]));
    assert_int_equal(rested, n);
    due = retention_due(s, content, a, clock_now, (Str){NULL, 0}, 100, &e);
    assert_int_equal(due->count, 0);
    ASSERT_FAILS(DESTROY(rows[0]), ERR_CONFLICT, "没有封存的内容");
    /* What was sealed cannot be read any more, what was done stays, and the chain is whole. */
    Gone gone = {a, done.sequence, true};
    JournalCheck check;

    ASSERT_OK(store_read(s, read_secret, &gone, &e));
    assert_false(gone.there);
    ASSERT_OK(journal_verify(s, &check, &e));
    const Node *told = search(s, a, (AuditQuery){.object = rows[0], .oldest_first = true});

    assert_int_equal(node_int(told, "total", 0), 3); /* the look, the destruction, its key */
    assert_true(str_find(node_text(node_get(told, "items")->items[1], "sentence"),
                         STR("保存满 36 个月")) > 0);
    rights_drop(sys);
    rights_drop(chief);
    rights_drop(second);
    rights_drop(zhang);
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whose_matter),   cmocka_unit_test(test_needs_approval),
        cmocka_unit_test(test_sealed_channel), cmocka_unit_test(test_what_the_auditor_reads),
        cmocka_unit_test(test_pages),          cmocka_unit_test(test_signs),
        cmocka_unit_test(test_counts),         cmocka_unit_test(test_acknowledging),
        cmocka_unit_test(test_exports),        cmocka_unit_test(test_exports_are_looks),
        cmocka_unit_test(test_retention),
    };

    return on_both("trace/look", tests, sizeof tests / sizeof *tests);
}
