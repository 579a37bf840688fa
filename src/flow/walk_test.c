/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/walk_test.c: random people do random things to matters of all flows, sensible or not; after
 * each act the state is whole, and the fold of the differences is the state. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "flow/testing.h"
#include "flow/walk.h"

#include "base/banned.h"

static Content *content;

enum { SAMPLES = 3 };

/* ---- differences of random trees ---- */

static Node *random_tree(Arena *a, Chance *r, int depth) {
    static const char *const keys[] = {"a", "b", "c", "id", "="};
    Node *out;

    switch (chance(r, depth > 0 ? 8 : 5)) {
    case 0:
        return node_null(a);
    case 1:
        return node_of_bool(a, chance(r, 2) != 0);
    case 2:
    case 3:
        return node_of_int(a, (int64_t)chance(r, 3));
    case 4:
        return node_of_text(a, chance(r, 2) ? STR("x") : STR("文"));
    case 5: /* items with ids, mostly */
        out = node_list(a);
        for (size_t i = 0, n = chance(r, 4), id = 0; i < n; i++) {
            Node *item = node_map(a);

            node_set_int(a, item, "id", (int64_t)(id += 1 + chance(r, 2)));
            node_set(a, item, keys[chance(r, 3)], random_tree(a, r, depth - 1));
            node_add(a, out, item);
        }
        return out;
    case 6:
        out = node_list(a);
        for (size_t i = 0, n = chance(r, 3); i < n; i++)
            node_add(a, out, random_tree(a, r, depth - 1));
        return out;
    default:
        out = node_map(a);
        for (size_t i = 0, n = chance(r, 4); i < n; i++)
            node_set(a, out, keys[chance(r, 5)], random_tree(a, r, depth - 1));
        return out;
    }
}

static Str text_of(Arena *a, const Node *n) {
    scoped_buf Buf b;

    buf_init(&b, 1 << 20);
    json_write(n, &b);
    return str_dup(a, buf_str(&b));
}

static void test_differences(void **state) {
    Chance r = {7};

    (void)state;
    for (int i = 0; i < 50000; i++) {
        scoped_arena Arena *a = arena_new();
        Node *before = random_tree(a, &r, 4), *after = random_tree(a, &r, 4);
        Node *difference = tree_difference(a, before, after);
        Err e = {0};

        if (!difference) {
            assert_true(tree_equal(before, after));
            continue;
        }
        /* As an event keeps it. */
        const Node *kept = json_read(a, text_of(a, difference), &e);

        if (!tree_equal(tree_apply(a, before, kept), after))
            fail_msg("%.*s\n%.*s\n%.*s", STR_ARG(text_of(a, before)), STR_ARG(text_of(a, after)),
                     STR_ARG(text_of(a, difference)));
        assert_false(tree_equal(before, after));
    }
}

/* ---- walks ---- */

static size_t flow_number(const Flow **out, size_t most, Arena *a) {
    static const char *const texts[] = {sample_transfer, sample_joint, sample_parts};
    size_t n = 0;

    for (size_t i = 0; i < content_flow_count(content) && n < most; i++)
        out[n++] = content_flow_at(content, i);
    for (size_t i = 0; i < SAMPLES && n < most; i++) {
        Err e = {0};

        out[n] = flow_read(content, a, str_of(texts[i]), "sample.yaml", &e);
        if (!out[n++])
            fail_msg("%s: %s", e.where, e.text);
    }
    return n;
}

static int64_t wanted(int64_t otherwise) {
    const char *more = getenv("LIANHENG_WALKS");
    int64_t n;

    if (more && str_to_int(str_of(more), &n))
        return n;
    return getenv("LIANHENG_LONG") ? 100000 : otherwise;
}

static void walk_one(const Flow *f, int64_t seed, WalkTally *tally) {
    scoped_arena Arena *a = arena_new();
    Err e = {0};

    if (!walk(content, f, (uint64_t)seed, 60, a, tally, &e))
        fail_msg("%lld (%s): %s", (long long)seed, f->file, e.text);
}

static void test_walks(void **state) {
    scoped_arena Arena *a = arena_new();
    const Flow *flows[200];
    size_t n = flow_number(flows, 200, a);
    WalkTally tally = {0};
    int64_t sequences = wanted(400), i = 0;

    (void)state;
    for (; i < sequences; i++)
        walk_one(flows[(size_t)i % n], i + 1, &tally);
    /* Every verb has been done: on the samples, where everything can be, if nowhere else. */
    for (; (walk_verbs(&tally) < VERB_COUNT || !tally.seats || !tally.silent || !tally.missed) &&
           i < sequences + 3000;
         i++)
        walk_one(flows[n - 1 - (size_t)i % SAMPLES], i + 1, &tally);
    printf(
        "walks: %lld sequences, %lld acts, %lld refused, %lld ended, %lld verbs of %d, %zu flows\n",
        (long long)i, (long long)tally.acts, (long long)tally.refused, (long long)tally.ended,
        (long long)walk_verbs(&tally), VERB_COUNT, n);
    printf(
        "walks: with %lld answers of one's own, %lld later turns, %lld missed, %lld second seats, "
        "%lld ends of children, %lld steps gone on without the silent\n",
        (long long)tally.answers, (long long)tally.turns, (long long)tally.missed,
        (long long)tally.seats, (long long)tally.children, (long long)tally.silent);
    assert_true(tally.acts > sequences * 5);
    assert_true(tally.answers && tally.turns && tally.missed && tally.seats && tally.children &&
                tally.silent);
    for (int v = 0; v < VERB_COUNT; v++)
        if (tally.by_verb[v] == 0)
            fail_msg("%s was never done", flow_verb_names[v].name);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_differences),
        cmocka_unit_test(test_walks),
    };
    Err e = {0};

    content = content_load(NULL, &e);
    if (!content) {
        fprintf(stderr, "%s: %s\n", e.where, e.text);
        return 1;
    }
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    content_drop(content);
    return failed;
}
