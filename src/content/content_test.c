/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/content_test.c: what the built-in content must hold, and the snapshot's own rules. */
#include "content/testing.h"

#include <pthread.h>

#include "base/banned.h"

static Content *content;

static const Dataset *dataset(const char *id) {
    Err e = {0};
    const Dataset *d = content_dataset(content, str_of(id), &e);

    if (d == NULL)
        fail_msg("%s: %s", id, e.text);
    return d;
}

/* The datasets the product promises; their ids are used by models, imports and saved mappings. */
static void test_datasets(void **state) {
    static const char *const ids[] = {
        "administrative_penalty", "administrative_license", "company_register", "criminal_verdict",
        "non_prosecution",        "procuratorial_document", "police_filing",    "crime_transfer",
        "ride_hailing_license",   "driving_license",        "food_license",     "food_worker",
        "company_officer",        "pension_payment",        "death_record",     "court_agent",
        "legal_practitioner",     "land_penalty",           "penalty_case"};

    (void)state;
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
        assert_true(dataset(ids[i])->fields.count >= 10);
    for (size_t i = 1; i < content_dataset_count(content); i++)
        assert_true(str_compare(content_dataset_at(content, i - 1)->dataset,
                                content_dataset_at(content, i)->dataset) < 0);
}

/* Which field does a header lead to? */
static const Field *field_headed(const Dataset *d, const char *header) {
    for (size_t i = 0; i < d->fields.count; i++) {
        const Field *f = &dataset_fields(d)[i];
        const Str *aliases = f->aliases.items;

        if (str_is(f->title, header) || str_is(f->code, header))
            return f;
        for (size_t j = 0; j < f->aliases.count; j++)
            if (str_is(aliases[j], header))
                return f;
    }
    return NULL;
}

static void assert_codes(const char *id, const char *const *codes) {
    for (; *codes != NULL; codes++)
        if (field_headed(dataset(id), *codes) == NULL)
            fail_msg("%s knows no %s", id, *codes);
}

/* The complete public-credit field sets, with the old codes that files still carry. */
static void test_public_credit_codes(void **state) {
    static const char *const penalty[] = {"CF_XDR_MC",
                                          "CF_XDR_LB",
                                          "CF_XDR_SHXYM",
                                          "CF_XDR_GSZC",
                                          "CF_XDR_GSDJ",
                                          "CF_XDR_ZZJG",
                                          "CF_XDR_ZDM",
                                          "CF_XDR_SWDJ",
                                          "CF_XDR_SYDW",
                                          "CF_XDR_SHZZ",
                                          "CF_FRDB",
                                          "CF_FR",
                                          "CF_FR_ZJLX",
                                          "CF_FR_ZJHM",
                                          "CF_XDR_ZJLX",
                                          "CF_XDR_ZJHM",
                                          "CF_XDR_SFZ",
                                          "CF_WSH",
                                          "CF_WFXW",
                                          "CF_SY",
                                          "CF_YJ",
                                          "CF_CFLB",
                                          "CF_CFLB1",
                                          "CF_NR",
                                          "CF_NR_FK",
                                          "CF_NR_WFFF",
                                          "CF_NR_ZKDX",
                                          "CF_JDRQ",
                                          "CF_YXQ",
                                          "CF_GSJZQ",
                                          "CF_CFJG",
                                          "CF_XZJG",
                                          "CF_CFJGDM",
                                          "CF_SJLY",
                                          "CF_SJLYDM",
                                          "BZ",
                                          "X_CASE_NO",
                                          "X_FILING_DATE",
                                          "X_GOODS_VALUE",
                                          "X_ILLEGAL_GAIN",
                                          "X_DISCRETION_LEVEL",
                                          "X_CIRCUMSTANCE",
                                          "X_OPINION_NO",
                                          "X_TRANSFER_NO",
                                          NULL};
    static const char *const license[] = {
        "XK_XDR_MC",   "XK_XDR_LB",   "XK_XDR_SHXYM", "XK_XDR_GSZC", "XK_XDR_ZZJG", "XK_XDR_SWDJ",
        "XK_XDR_SYDW", "XK_XDR_SHZZ", "XK_FRDB",      "XK_FR_ZJLX",  "XK_FR_ZJHM",  "XK_FR_SFZH",
        "XK_XDR_ZJLX", "XK_XDR_ZJHM", "XK_XKWS",      "XK_WSH",      "XK_XKLB",     "XK_XKZS",
        "XK_XKBH",     "XK_NR",       "XK_JDRQ",      "XK_YXQZ",     "XK_YXQZI",    "XK_XKJG",
        "XK_XKJGDM",   "XK_ZT",       "XK_LYDW",      "XK_LYDWDM",   "BZ",          NULL};

    (void)state;
    assert_codes("administrative_penalty", penalty);
    assert_codes("administrative_license", license);
    assert_int_equal(field_headed(dataset("administrative_penalty"), "CF_NR_FK")->type,
                     FIELD_MONEY);
    assert_true(str_is(field_headed(dataset("administrative_penalty"), "CF_NR_FK")->unit, "万元"));
}

/* Real registers' headers, and the keys of the same rows as JSON. */
static void test_register_headers(void **state) {
    static const char *const pairs[][2] = {{"企业名称", "name"},
                                           {"统一社会信用代码", "code"},
                                           {"注册日期", "registrationDay"},
                                           {"企业类型", "character"},
                                           {"法人代表", "legalRepresentative"},
                                           {"注册资金", "capital"},
                                           {"经营范围", "businessScope"},
                                           {"所在省份", "province"},
                                           {"地区", "city"},
                                           {"注册地址", "address"}};

    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        const Field *f = field_headed(dataset("company_register"), pairs[i][0]);

        assert_non_null(f);
        assert_ptr_equal(f, field_headed(dataset("company_register"), pairs[i][1]));
    }
    assert_false(dataset_field(dataset("company_register"), STR("credit_code"))->required);
}

/* What nobody has confirmed says so, and quotes no article. */
static void check_basis(const char *what, Str id, const BindList *basis) {
    const Basis *b = basis->items;

    for (size_t i = 0; i < basis->count; i++) {
        if (str_is(b[i].status, "unverified") && (!b[i].review || b[i].article.len > 0))
            fail_msg("%s %.*s: an unverified basis needs review: true and no article", what,
                     STR_ARG(id));
        if (str_is(b[i].status, "verified") && b[i].review)
            fail_msg("%s %.*s: a verified basis needs no review", what, STR_ARG(id));
    }
}

static void test_honest_basis(void **state) {
    (void)state;
    for (size_t i = 0; i < content_dataset_count(content); i++) {
        const Dataset *d = content_dataset_at(content, i);

        assert_true(d->basis.count > 0 && d->group.len > 0 && d->agency.len > 0);
        check_basis("dataset", d->dataset, &d->basis);
    }
    for (size_t i = 0; i < content_codes_count(content); i++)
        check_basis("codes", content_codes_at(content, i)->codes,
                    &content_codes_at(content, i)->basis);
    for (size_t i = 0; i < content_period_count(content); i++) {
        const Period *p = content_period_at(content, i);
        const Basis *b = p->basis.items;

        check_basis("period", p->period, &p->basis);
        for (size_t j = 0; j < p->basis.count; j++)
            if (b[j].review && !p->review)
                fail_msg("period %.*s: its basis is under review, so it is too",
                         STR_ARG(p->period));
    }
}

static void test_cases_pass(void **state) {
    scoped_buf Buf report;
    Err e = {0};

    (void)state;
    buf_init(&report, 1 << 20);
    if (!content_check(content, &report, &e))
        fail_msg("%s %s\n%s", e.where, e.text, report.ptr);
    for (size_t i = 0; i < content_dataset_count(content); i++)
        assert_true(content_dataset_at(content, i)->cases != NULL &&
                    content_dataset_at(content, i)->cases->count >= 2);
}

static void test_codes(void **state) {
    Err e = {0};
    const CodeTable *charges = content_codes(content, STR("charges"), &e);
    const CodeTable *limits = content_codes(content, STR("prosecution_thresholds"), &e);
    const CodeTable *violations = content_codes(content, STR("violations"), &e);
    static const char *const lists[] = {"food_charges", "officer_ban_charges",
                                        "ride_hailing_ban_charges", "penalisable_charges"};

    (void)state;
    assert_non_null(charges);
    assert_true(limits->review);
    /* a violation that is normalised at import must be found among the thresholds again */
    for (size_t i = 0; i < limits->entries.count; i++) {
        const CodeEntry *entry = &((const CodeEntry *)limits->entries.items)[i];
        const CodeEntry *charge = code_table_find(charges, node_text(entry->values, "charge"));

        assert_true(entry->review);
        assert_true(str_eq(code_table_find(violations, entry->title)->title, entry->title));
        assert_true(charge != NULL && str_eq(charge->title, node_text(entry->values, "charge")));
    }
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        const CodeTable *t = content_codes(content, str_of(lists[i]), &e);

        for (size_t j = 0; j < t->entries.count; j++) {
            Str title = ((const CodeEntry *)t->entries.items)[j].title;

            if (code_table_find(charges, title) == NULL)
                fail_msg("%s: %.*s is no charge", lists[i], STR_ARG(title));
        }
    }
    assert_null(code_table_find(charges, STR("没有这个罪")));
    assert_true(str_is(code_table_nearest(charges, STR("危险驾使罪"))->title, "危险驾驶罪"));
    assert_null(code_table_nearest(charges, STR("某某某某某某某某")));
}

static void test_nearest_names(void **state) {
    Err e = {0};

    (void)state;
    assert_null(content_dataset(content, STR("company_registre"), &e));
    assert_int_equal(e.code, ERR_NOT_FOUND);
    assert_non_null(strstr(e.text, "company_register"));
    assert_null(content_dataset(content, STR("行政处罚"), &e));
    assert_non_null(strstr(e.text, "administrative_penalty"));
    assert_null(content_codes(content, STR("charge"), &e));
    assert_non_null(strstr(e.text, "charges"));
    assert_null(content_period(content, STR("PS_REPLAY"), &e));
    assert_non_null(strstr(e.text, "PS_REPLY"));
    assert_null(content_dataset(content, STR("zzzzzzzzzzzz"), &e));
    assert_null(strstr(e.text, "是不是"));
    assert_null(content_dataset(content, (Str){NULL, 0}, &e));
}

static void test_files_and_version(void **state) {
    const ContentFile *files;
    size_t n = content_files(content, "datasets", &files);

    (void)state;
    assert_int_equal(n, content_dataset_count(content));
    for (size_t i = 0; i < n; i++) {
        assert_string_equal(files[i].path, content_dataset_at(content, i)->file);
        assert_int_equal(files[i].version.len, 12);
        assert_true(str_eq(files[i].version, content_dataset_at(content, i)->version));
    }
    assert_int_equal(content_files(content, "nothing", &files), 0);
    assert_int_equal(content_version(content).len, 12);
}

static void test_overlay_replaces(void **state) {
    char folder[64];
    Err e = {0};

    (void)state;
    make_overlay(folder);
    put_file(folder, "codes/yes_no.yaml",
             STR("codes: yes_no\ntitle: 是否\nentries:\n  - {title: 是}\n  - {title: 否}\n"));
    put_file(folder, "codes/mine.yaml",
             STR("codes: mine\ntitle: 自用\nentries:\n  - {title: 甲}\n"));
    put_file(folder, "codes/.hidden", STR("x"));
    put_file(folder, "codes/notes.md", STR("x"));
    Content *c = content_load(folder, &e);

    if (c == NULL)
        fail_msg("%s: %s", e.where, e.text);
    assert_null(code_table_find(content_codes(c, STR("yes_no"), &e), STR("需要")));
    assert_non_null(content_codes(c, STR("mine"), &e));
    assert_false(str_eq(content_version(c), content_version(content)));
    content_drop(c);
    remove_overlay(folder);
    c = content_load(folder, &e); /* a folder that is not there says nothing */
    assert_true(str_eq(content_version(c), content_version(content)));
    content_drop(c);
}

static void *hold_and_drop(void *arg) {
    for (int i = 0; i < 20000; i++) {
        Content *c = content_hold(arg);

        assert_true(content_dataset_count(c) > 0);
        content_drop(c);
    }
    return NULL;
}

static void test_shared_between_threads(void **state) {
    pthread_t threads[4];

    (void)state;
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, hold_and_drop, content), 0);
    for (size_t i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    content_drop(NULL);
}

static void test_fold(void **state) {
    char out[16];

    (void)state;
    assert_int_equal(fold_text(STR("Ａ b（１）"), out, sizeof out), 5);
    assert_memory_equal(out, "AB(1)", 5);
    assert_int_equal(fold_text(STR("罪"), out, 2), SIZE_MAX);
    assert_int_equal(fold_text(STR("罪"), out, 3), 3);
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
        cmocka_unit_test(test_datasets),
        cmocka_unit_test(test_public_credit_codes),
        cmocka_unit_test(test_register_headers),
        cmocka_unit_test(test_honest_basis),
        cmocka_unit_test(test_cases_pass),
        cmocka_unit_test(test_codes),
        cmocka_unit_test(test_nearest_names),
        cmocka_unit_test(test_files_and_version),
        cmocka_unit_test(test_overlay_replaces),
        cmocka_unit_test(test_shared_between_threads),
        cmocka_unit_test(test_fold),
    };

    return cmocka_run_group_tests_name("content/content", tests, start, stop);
}
