/* SPDX-License-Identifier: MulanPSL-2.0 */
/* clue/turned_test.c: rows that are sealed while a model runs, and rows judged again between runs.
 */
#include "clue/testing.h"

#include "base/fault.h"
#include "pool/judge.h"

static const char model[] = "ride_hailing_license";

static void licence(TestOffice *t) {
    char text[512], id[19];

    citizen_number("19800101", 1, id);
    snprintf(text, sizeof text,
             "姓名,身份证号,从业资格证号,发证日期,有效期至,证件状态\n"
             "赵甲,%s,510500001,2020-01-02,2049-12-31,有效\n",
             id);
    bring(t, "ride_hailing_license", text);
}

/* The person is born in 1980: in 1996 of sixteen years, so that the verdict is sealed by law. */
static void verdict(TestOffice *t, const char *act_on) {
    char text[512], id[19];

    citizen_number("19800101", 1, id);
    snprintf(text, sizeof text,
             "案号,被告人姓名,被告人身份证号,罪名,行为日,判决日期,生效日期,主刑\n"
             "（2023）川0522刑初1号,赵甲,%s,危险驾驶罪,%s,2023-05-01,2023-05-12,拘役\n",
             id, act_on);
    bring(t, "criminal_verdict", text);
}

static void corrected_to_a_minor(void *context) {
    verdict(context, "1996-02-01");
}

static bool count_open(Tx *tx, void *context, Err *e) {
    scoped_arena Arena *a = arena_new();
    const Node *rows = tx_rows_text(
        tx, a, STR("SELECT COUNT(*) AS n FROM clue WHERE sealed = 0 AND status <> 'withdrawn'"),
        NO_ARGS, e);

    if (!rows)
        return false;
    *(int64_t *)context = node_int(rows->items[0], "n", -1);
    return true;
}

static int64_t open_clues(TestOffice *t) {
    int64_t n = 0;
    Err e = {0};

    good(store_read(t->office->store, count_open, &n, &e), &e);
    return n;
}

static void sealed_while_it_runs(bool postgresql) {
    TestOffice t;

    test_office_open(&t, postgresql);
    licence(&t);
    verdict(&t, "2023-02-01");
    fault_meanwhile("run.asked", corrected_to_a_minor, &t);
    RunResult r = run(&t, model, false);

    if (t.files < 3) { /* built without fault points */
        fault_meanwhile("", NULL, NULL);
        test_office_close(&t);
        skip();
    }
    assert_int_equal(open_clues(&t), 0);
    assert_int_equal(r.new_, 0);
    assert_int_equal(run(&t, model, true).withdrawn, 0);
    test_office_close(&t);
}

static void test_sealed_while_it_runs_embedded(void **state) {
    (void)state;
    sealed_while_it_runs(false);
}

static void test_sealed_while_it_runs_postgresql(void **state) {
    (void)state;
    sealed_while_it_runs(true);
}

static void judge(TestOffice *t, const char *dataset) {
    Snapshot *s = office_snapshot(t->office);
    JudgeResult out;
    Err e = {0};
    const Dataset *d = content_dataset(s->content, str_of(dataset), &e);

    good(d && pool_judge(t->office->importer, d, &(JudgeAsk){.actor = STR("test")}, NULL, &out, &e),
         &e);
    snapshot_drop(s);
}

/* Whether anything turned or not: else the kind of run would tell. */
static void test_judged_again_asks_again(void **state) {
    TestOffice t;

    (void)state;
    test_office_open(&t, false);
    licence(&t);
    verdict(&t, "2023-02-01");
    assert_int_equal(run(&t, model, false).new_, 1);
    assert_true(run(&t, model, true).incremental);
    judge(&t, "death_record"); /* the model does not read it */
    assert_true(run(&t, model, true).incremental);
    judge(&t, "criminal_verdict");
    RunResult r = run(&t, model, true);

    assert_false(r.incremental);
    assert_true(r.rejudged);
    assert_int_equal(r.unchanged, 1);
    r = run(&t, model, true);
    assert_true(r.incremental);
    assert_false(r.rejudged);
    assert_int_equal(open_clues(&t), 1);
    test_office_close(&t);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sealed_while_it_runs_embedded),
        cmocka_unit_test(test_sealed_while_it_runs_postgresql),
        cmocka_unit_test(test_judged_again_asks_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
