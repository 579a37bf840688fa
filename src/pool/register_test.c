/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/register_test.c: the real company register imports as it is; formats agree; check digits
 * agree with a count made without any of this program's readers. Nothing of a row is ever printed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <dirent.h>

#include <cmocka.h>

#include "pool/testing.h"

static char shared[1000];

static bool have_register(void) {
    const char *env = getenv("LIANHENG_SHARED");

    snprintf(shared, sizeof shared, "%s/data/register", env ? env : SOURCE_ROOT "/../shared");
    if (access(shared, R_OK) == 0)
        return true;
    print_message("跳过：没有 %s\n", shared);
    return false;
}

static const char *path_of(TestOffice *o, const char *name) {
    return str_format(o->a, "%s/%s", shared, name).ptr;
}

/* The second column of every record, counted by hand: quotes, doubled quotes and line breaks inside
 * quotes. */
typedef struct Count {
    int64_t rows, eighteen, good;
} Count;

static bool code_holds(const char *code) {
    static const char set[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    int sum = 0, weight = 1;

    for (int i = 0; i < 17; i++) {
        const char *at = strchr(set, code[i]);

        if (!code[i] || !at)
            return false;
        sum += (int)(at - set) * weight;
        weight = weight * 3 % 31;
    }
    return code[17] == set[(31 - sum % 31) % 31];
}

static Count count_by_hand(const char *path) {
    FILE *f = fopen(path, "r");
    Count n = {0};
    char code[64];
    int c, column = 0, length = 0, cells = 0;
    bool quoted = false;

    assert_non_null(f);
    while ((c = getc(f)) != EOF) {
        if (c == '"') {
            quoted = !quoted;
        } else if (c == ',' && !quoted) {
            column++;
        } else if (c == '\n' && !quoted) {
            code[length] = '\0';
            if (cells > 0) { /* the first record is the header */
                n.rows++;
                n.eighteen += length == 18;
                n.good += length == 18 && code_holds(code);
            }
            cells++;
            column = length = 0;
        } else if (column == 1 && length < 63 && c != '\r' && c != ' ') {
            code[length++] = (char)c;
        }
    }
    fclose(f);
    return n;
}

static void import_register(TestOffice *o, const char *path, ImportResult *r) {
    Err e = {0};

    if (!test_import_file(o, "company_register", path, r, &e))
        fail_msg("%s: %s", path, e.text);
    assert_int_equal(r->received, r->accepted + r->duplicates + r->rejected);
}

static void test_ningxia(void **state) {
    (void)state;
    if (!have_register())
        return;
    Str dumps[2] = {{0}};
    Arena *a = arena_new();

    for (int engine = 0; engine < 2; engine++) {
        TestOffice o;
        Count all = {0};
        ImportResult sum = {0};
        int files = 0;

        if (!test_office_make(&o, engine == 1))
            continue;
        DIR *d = opendir(path_of(&o, "ningxia"));
        for (int year = 1970; year < 2010;
             year++) { /* in order, so that both engines see the same history */
            const char *path = path_of(&o, str_format(o.a, "ningxia/%d.csv", year).ptr);
            ImportResult r;

            if (access(path, R_OK) != 0)
                continue;
            Count n = count_by_hand(path);
            import_register(&o, path, &r);
            assert_int_equal(r.received, n.rows);
            all.rows += n.rows;
            all.good += n.good;
            all.eighteen += n.eighteen;
            sum.accepted += r.accepted;
            sum.duplicates += r.duplicates;
            sum.rejected += r.rejected;
            files++;
        }
        closedir(d);
        assert_int_equal(files, 23);
        print_message("%s: %lld rows, %lld accepted, %lld duplicates, %lld rejected; %lld of %lld "
                      "codes hold\n",
                      engine ? "PostgreSQL" : "DuckDB", (long long)all.rows,
                      (long long)sum.accepted, (long long)sum.duplicates, (long long)sum.rejected,
                      (long long)all.good, (long long)all.eighteen);
        assert_int_equal(sum.duplicates + sum.rejected, 0);
        assert_int_equal(test_int(&o, "SELECT count(*) FROM d_company_register WHERE "
                                      "credit_code__valid AND length(credit_code) = 18"),
                         all.good);
        assert_int_equal(
            test_int(&o, "SELECT count(*) FROM d_company_register WHERE length(credit_code) = 18"),
            all.eighteen);
        dumps[engine] = str_dup(
            a,
            test_dump(
                &o,
                "SELECT batch, line, until, name, credit_code, credit_code__valid, registered_on, "
                "capital, legal_representative, scope, original, problems FROM d_company_register "
                "ORDER BY batch, line"));
        if (dumps[0].len && dumps[1].len)
            assert_true(str_eq(dumps[0], dumps[1]));
        test_office_remove(&o);
    }
    arena_free(a);
}

static void test_formats_agree(void **state) {
    static const char *const years[] = {"1998", "2002"};
    static const char *const formats[] = {"csv", "xls", "json"};

    (void)state;
    if (!have_register())
        return;
    for (int engine = 0; engine < 2; engine++) {
        for (int first = 0; first < 3; first++) {
            TestOffice o;

            if (!test_office_make(&o, engine == 1))
                break;
            for (int y = 0; y < 2; y++)
                for (int f = 0; f < 3; f++) {
                    const char *path = path_of(&o, str_format(o.a, "formats/%s-宁夏.%s", years[y],
                                                              formats[(first + f) % 3])
                                                       .ptr);
                    ImportResult r;

                    import_register(&o, path, &r);
                    if (f == 0)
                        assert_int_equal(r.accepted, r.received);
                    else if (r.duplicates != r.received)
                        fail_msg("%s: %lld of %lld rows differ from the format before", path,
                                 (long long)(r.received - r.duplicates), (long long)r.received);
                }
            test_office_remove(&o);
        }
    }
}

static void test_corrupt_rows(void **state) {
    (void)state;
    if (!have_register())
        return;
    for (int engine = 0; engine < 2; engine++) {
        TestOffice o;
        ImportResult r;
        Err e = {0};

        if (!test_office_make(&o, engine == 1))
            continue;
        const char *path = path_of(&o, "formats/2002-福建-has-corrupt-and-shifted-rows.csv");
        Count n = count_by_hand(path);
        import_register(&o, path, &r);
        print_message("corrupt file: %lld received (%lld by hand), %lld accepted, %lld duplicates, "
                      "%lld rejected, %lld corrected\n",
                      (long long)r.received, (long long)n.rows, (long long)r.accepted,
                      (long long)r.duplicates, (long long)r.rejected, (long long)r.corrected);
        assert_true(r.accepted > r.received * 9 / 10);
        assert_true(r.rejected > 0);
        Node *page = batch_rejects(o.store, o.a, o.pool.place.folder, r.batch, 0, 200, &e);
        assert_non_null(page);
        assert_int_equal(node_int(page, "listed", 0), r.rejected);
        for (size_t i = 0; i < node_get(page, "items")->count; i++)
            assert_true(node_text(node_get(page, "items")->items[i], "reason").len > 0);
        assert_int_equal(
            test_int(
                &o,
                "SELECT count(*) FROM d_company_register WHERE strpos(name, '\xEF\xBF\xBD') > 0"),
            0);
        test_office_remove(&o);
    }
}

static int start(void **state) {
    (void)state;
    crypto_start();
    pool_register();
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ningxia),
        cmocka_unit_test(test_formats_agree),
        cmocka_unit_test(test_corrupt_rows),
    };

    return cmocka_run_group_tests_name("pool/register", tests, start, NULL);
}
