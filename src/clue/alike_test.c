/* SPDX-License-Identifier: MulanPSL-2.0 */
/* clue/alike_test.c: of facts written down twice, how many are found again (recall), and how often
 * something else is offered instead; labelled pairs in alike_pairs.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "clue/alike.h"
#include "clue/alike_pairs.h"

static AlikeFacts facts_of(const Told *t) {
    return (AlikeFacts){.subject_key = str_of(t->key),
                        .subject_name = str_of(t->name),
                        .case_number = str_of(t->case_number),
                        .title = str_of(t->title),
                        .facts = str_of(t->facts)};
}

enum { ALL = 2 * PAIRS + STRANGERS };

static size_t everything(AlikeFacts *all) {
    size_t n = 0;

    for (size_t i = 0; i < PAIRS; i++) {
        all[n++] = facts_of(&pairs[i].one);
        all[n++] = facts_of(&pairs[i].other);
    }
    for (size_t i = 0; i < STRANGERS; i++)
        all[n++] = facts_of(&strangers[i]);
    return n;
}

/* Each of the two is asked for; the other one of the pair must be offered, and offered first. */
static void test_recall(void **state) {
    AlikeFacts all[ALL], others[ALL];
    AlikeWhy why[ALL];
    size_t found = 0, first = 0, offered = 0, n = everything(all);

    (void)state;
    for (size_t i = 0; i < 2 * (size_t)PAIRS; i++) {
        size_t partner = i ^ 1, better = 0;

        for (size_t k = 0; k < n; k++)
            others[k] = k == i ? (AlikeFacts){.title = STR("")} : all[k];
        alike_judge(&all[i], others, n, why);
        for (size_t k = 0; k < n; k++) {
            offered += why[k].score > 0;
            better += k != partner && why[k].score >= why[partner].score;
        }
        found += why[partner].score > 0;
        first += why[partner].score > 0 && better == 0;
        if (!why[partner].score)
            print_message("not found: %.*s / %.*s\n", STR_ARG(all[i].title),
                          STR_ARG(all[partner].title));
    }
    print_message("alike: %zu of %d found (%.1f %%), %zu of them first, %.2f offered for each\n",
                  found, 2 * PAIRS, 100.0 * (double)found / (2 * PAIRS), first,
                  (double)offered / (2 * PAIRS));
    assert_true(found * 100 >= 95 * 2 * (size_t)PAIRS);
    assert_true(first * 100 >= 95 * 2 * (size_t)PAIRS);
    assert_true(offered <= 2 * 2 * (size_t)PAIRS);
}

static void test_reasons(void **state) {
    const AlikeFacts of = {.model = STR("m"),
                           .subject_key = STR("k1"),
                           .subject_name = STR("张三"),
                           .case_number = STR("（2025）川0522刑初1号"),
                           .title = STR("张三无证经营网吧")};
    const AlikeFacts others[] = {
        {.model = STR("m"), .subject_key = STR("k1"), .title = STR("别的事情发生了")},
        {.model = STR("n"), .subject_key = STR("k1"), .title = STR("别的事情发生了")},
        {.subject_name = STR(" 张三 "), .title = STR("别的事情发生了")},
        {.subject_key = STR("k2"), .subject_name = STR("张三"), .title = STR("别的事情发生了")},
        {.case_number = STR("(2025)川0522 刑初1号"), .title = STR("别的事情发生了")},
        {.title = STR("张三无证经营网吧一事")},
        {.same_row = true, .title = STR("别的事情发生了")},
        {.title = STR("短")},
        {.title = STR("")},
    };
    enum { N = sizeof others / sizeof others[0] };
    AlikeWhy why[N];

    (void)state;
    alike_judge(&of, others, N, why);
    assert_true(why[0].kind && why[0].subject);
    assert_true(why[1].subject && !why[1].kind && why[1].score < why[0].score);
    assert_true(why[2].name);
    assert_int_equal(why[3].score, 0); /* another person of the same name */
    assert_true(why[4].case_);
    assert_true(why[5].text > 60);
    assert_true(why[6].row);
    assert_int_equal(why[7].score, 0);
    assert_int_equal(why[8].score, 0);
    alike_judge(&(AlikeFacts){.title = STR("")}, others, N, why); /* nothing typed yet */
    for (size_t i = 0; i < N; i++)
        assert_true(why[i].score == 0 || why[i].row);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_recall),
                                       cmocka_unit_test(test_reasons)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
