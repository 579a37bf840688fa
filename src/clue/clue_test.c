/* SPDX-License-Identifier: MulanPSL-2.0 */
/* clue/clue_test.c: files in, clues out, on both engines: found, changed, withdrawn, restored;
 * incremental equals full; rebuild equals live; export. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clue/clue.h"
#include "clue/life.h"
#include "base/identity.h"
#include "base/testing.h"
#include "trace/audit.h"

enum { LICENCES = 40 };

/* An invented person: a name and a number of their own for every i below 10,000. */
typedef struct Person {
    char name[24], id[19];
} Person;

static void person_make(int i, Person *p) {
    static const char *const surnames[] = {"赵", "钱", "孙", "李", "周",
                                           "吴", "郑", "王", "冯", "陈"};
    static const char *const given[] = {"甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬", "癸"};
    char first17[32];

    snprintf(first17, sizeof first17, "5105221980%02d%02d%03d", 1 + i % 12, 1 + i % 28,
             100 + i % 899);
    snprintf(p->name, sizeof p->name, "%s%s%s", surnames[i % 10], given[i / 10 % 10],
             given[i / 100 % 10]);
    snprintf(p->id, sizeof p->id, "%.17s%c", first17, citizen_id_check_digit(first17));
}

/* SplitMix64. */
static int below(uint64_t *state, int n) {
    uint64_t z = *state += 0x9e3779b97f4a7c15u;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    return (int)((z ^ z >> 31) % (uint64_t)n);
}

typedef struct Bench {
    char folder[64];
    Office *office;
    int files;
} Bench;

static void good(bool ok, const Err *e) {
    if (!ok)
        fail_msg("%s %s", e->where, e->text);
}

/* The engine: embedded, or PostgreSQL for both stores, each test in schemas of its own. */
static bool engine_settings(bool postgresql, Arena *a, Settings *s) {
    const char *url = getenv("LIANHENG_TEST_PG");
    static int number;

    *s = (Settings){.memory_mib = 512, .threads = 2};
    if (!postgresql)
        return true;
    if (!url)
        return false;
    number++;
    const char *joint = strchr(url, '?') ? "&" : "?";

    s->operations = str_format(a, "%s%sschema=clue_ops_%d_%d", url, joint, (int)getpid(), number);
    s->pool = str_format(a, "%s%sschema=clue_pool_%d_%d", url, joint, (int)getpid(), number);
    return true;
}

static void bench_open(Bench *b, bool postgresql) {
    scoped_arena Arena *a = arena_new();
    char password[32];
    Settings s;
    Err e = {0};

    if (!engine_settings(postgresql, a, &s)) {
        print_message("跳过：没有 LIANHENG_TEST_PG\n");
        skip();
    }
    test_template(b->folder, "clue");
    assert_non_null(mkdtemp(b->folder));
    b->files = 0;
    good(office_create(b->folder, &s, password, &e), &e);
    b->office = office_open(b->folder, &e);
    good(b->office != NULL, &e);
}

static void bench_close(Bench *b) {
    char command[128];

    office_close(b->office);
    snprintf(command, sizeof command, "rm -rf '%s'", b->folder);
    assert_int_equal(system(command), 0);
}

static ImportResult bring(Bench *b, const char *dataset, const char *text) {
    scoped_arena Arena *a = arena_new();
    Snapshot *s = office_snapshot(b->office);
    Err e = {0};
    char path[128];
    ImportProgress progress = {0};
    ImportResult result = {0};

    snprintf(path, sizeof path, "%s/file%d.csv", b->folder, b->files++);
    FILE *f = fopen(path, "w");

    assert_non_null(f);
    fputs(text, f);
    fclose(f);
    const Dataset *d = content_dataset(s->content, str_of(dataset), &e);

    good(d != NULL, &e);
    ImportRequest request = {.dataset = d,
                             .path = path,
                             .file_name = STR("test.csv"),
                             .options = {.encoding = ENCODING_UNKNOWN},
                             .actor = STR("test"),
                             .keep_rejects = true};

    good(import_run(b->office->importer, s->content, &request, &progress, a, &result, &e), &e);
    assert_int_equal(result.received, result.accepted + result.duplicates + result.rejected);
    snapshot_drop(s);
    return result;
}

static RunResult run(Bench *b, const char *model, bool incremental) {
    Snapshot *s = office_snapshot(b->office);
    Err e = {0};
    RunResult r = {0};
    const Model *m = models_find(s->models, str_of(model), &e);

    good(m != NULL, &e);
    good(clue_run(b->office, m, incremental, STR("test"), &r, &e), &e);
    snapshot_drop(s);
    return r;
}

/* One line per clue: what people see, in order of id. */
static void seen(Bench *b, Buf *out) {
    scoped_arena Arena *a = arena_new();
    Err e = {0};
    ClueQuery q = {.status = STR("all"), .limit = 200, .sort = STR("name")};

    for (;;) {
        Node *page = clue_list(b->office, &q, a, &e);

        good(page != NULL, &e);
        const Node *items = node_get(page, "items");

        for (size_t i = 0; i < items->count; i++)
            buf_addf(out, "%.*s %.*s %.*s %.*s\n", STR_ARG(node_text(items->items[i], "id")),
                     STR_ARG(node_text(items->items[i], "status")),
                     STR_ARG(node_text(items->items[i], "level")),
                     STR_ARG(node_text(items->items[i], "title")));
        q.cursor = node_text(page, "next");
        if (!q.cursor.len)
            break;
    }
}

#define LICENCE_HEADER "姓名,身份证号,从业资格证号,发证日期,有效期至,证件状态\n"
#define VERDICT_HEADER "案号,被告人姓名,被告人身份证号,罪名,行为日,判决日期,生效日期,主刑\n"

static void licence(Buf *b, int i, const char *status) {
    Person p;

    person_make(i, &p);
    buf_addf(b, "%s,%s,5105%06d,2020-01-02,2049-12-31,%s\n", p.name, p.id, i, status);
}

static void verdict(Buf *b, int i, const char *charge) {
    Person p;

    person_make(i, &p);
    buf_addf(b, "（2023）川0522刑初%d号,%s,%s,%s,2023-02-01,2023-05-01,2023-05-12,拘役\n", i,
             p.name, p.id, charge);
}

static ImportResult bring_licence(Bench *b, int i, const char *status) {
    scoped_buf Buf text;

    buf_init(&text, 4096);
    buf_add_c(&text, LICENCE_HEADER);
    licence(&text, i, status);
    /* Somebody else's row, so that no two files are the same: a file that came before adds nothing.
     */
    licence(&text, 1000 + b->files, "有效");
    return bring(b, "ride_hailing_license", text.ptr);
}

static ImportResult bring_verdict(Bench *b, int i, const char *charge) {
    scoped_buf Buf text;

    buf_init(&text, 4096);
    buf_add_c(&text, VERDICT_HEADER);
    verdict(&text, i, charge);
    verdict(&text, 2000 + b->files, "盗窃罪");
    return bring(b, "criminal_verdict", text.ptr);
}

static const char *other_verdict(Arena *a, int i) {
    Person p;

    person_make(i, &p);
    return str_format(a,
                      VERDICT_HEADER
                      "（2019）川0522刑初7号,%s,%s,盗窃罪,2019-02-01,2019-05-01,2019-05-12,拘役\n",
                      p.name, p.id)
        .ptr;
}

static size_t earlier_cases(Bench *b, Str id, Arena *a) {
    Snapshot *s = office_snapshot(b->office);
    Err e = {0};
    const Node *earlier = clue_earlier(b->office, s->content, id, a, &e);

    snapshot_drop(s);
    good(earlier != NULL, &e);
    const Node *rows = node_get(earlier, "rows");

    for (size_t i = 0; i < rows->count; i++) {
        assert_true(str_is(node_text(rows->items[i], "dataset"), "criminal_verdict"));
        assert_true(str_is(node_text(rows->items[i], "about"), "盗窃罪，拘役"));
        assert_true(str_is(node_text(rows->items[i], "on"), "2019-02-01"));
    }
    return rows->count;
}

static void life_of_a_clue(bool postgresql) {
    Bench b;
    scoped_arena Arena *a = arena_new();
    Err e = {0};

    bench_open(&b, postgresql);
    bring_licence(&b, 1, "有效");
    bring_licence(&b, 2, "有效");
    assert_int_equal(run(&b, "ride_hailing_license", true).hits, 0);
    bring_verdict(&b, 1, "危险驾驶罪");

    RunResult r = run(&b, "ride_hailing_license", true);

    assert_true(r.incremental);
    assert_int_equal(r.hits, 1);
    assert_int_equal(r.new_, 1);
    assert_int_equal(run(&b, "ride_hailing_license", false).unchanged, 1);

    Node *list = clue_list(b.office, &(ClueQuery){0}, a, &e);

    good(list != NULL, &e);
    assert_int_equal(node_int(list, "total", -1), 1);
    Str id = node_text(node_get(list, "items")->items[0], "id");
    Node *clue = clue_get(b.office, id, a, &e);

    good(clue != NULL, &e);
    assert_true(node_text(clue, "explanation").len > 0);
    assert_true(node_get(clue, "evidence")->count >= 2);
    assert_true(node_get(clue, "basis")->count >= 1);
    assert_true(node_get(clue, "history")->count >= 1);

    /* Earlier cases of the same person: those that the clue rests on are shown with it already. */
    assert_int_equal(earlier_cases(&b, id, a), 0);
    bring(&b, "criminal_verdict", other_verdict(a, 1));
    assert_int_equal(earlier_cases(&b, id, a), 1);

    /* The licence is cancelled: the ground has gone, the clue stays as withdrawn. */
    assert_int_equal(bring_licence(&b, 1, "注销").corrected, 1);
    assert_int_equal(run(&b, "ride_hailing_license", true).withdrawn, 1);
    list = clue_list(b.office, &(ClueQuery){0}, a, &e);
    assert_int_equal(node_int(list, "total", -1), 0);
    list = clue_list(b.office, &(ClueQuery){.status = STR("withdrawn")}, a, &e);
    assert_int_equal(node_int(list, "total", -1), 1);

    /* And valid again. */
    bring_licence(&b, 1, "有效");
    assert_int_equal(run(&b, "ride_hailing_license", true).restored, 1);
    list = clue_list(b.office, &(ClueQuery){0}, a, &e);
    assert_int_equal(node_int(list, "total", -1), 1);

    /* What the law wants forgotten is forgotten: the clue has no name any more, the chain is whole,
     * a rebuild agrees. */
    char live[65], rebuilt[65];
    JournalCheck check;

    good(journal_forget(b.office->store, str_format(a, "clue:%.*s", STR_ARG(id)), STR("test"), &e),
         &e);
    clue = clue_get(b.office, id, a, &e);
    good(clue != NULL, &e);
    assert_int_equal(node_text(clue, "title").len, 0);
    assert_int_equal(node_text(clue, "subject_name").len, 0);
    good(journal_verify(b.office->store, &check, &e), &e);
    good(journal_digest(b.office->store, live, &e), &e);
    good(journal_rebuild(b.office->store, rebuilt, &e), &e);
    assert_string_equal(live, rebuilt);
    assert_null(clue_get(b.office, STR("00000000000000000000000000000000"), a, &e));
    assert_int_equal(e.code, ERR_NOT_FOUND);
    bench_close(&b);
}

static void test_life_embedded(void **state) {
    (void)state;
    life_of_a_clue(false);
}

static void test_life_postgresql(void **state) {
    (void)state;
    life_of_a_clue(true);
}

/* After any sequence of files, incremental runs leave what a full run over everything leaves. */
static void incremental_is_full(bool postgresql, uint64_t seed, int steps) {
    static const char *const states[] = {"有效", "注销", "有效", "撤销"};
    static const char *const charges[] = {"危险驾驶罪", "交通肇事罪", "盗窃罪"};
    Bench one, two;
    uint64_t chance = seed;
    scoped_buf Buf left, right;

    bench_open(&one, postgresql);
    bench_open(&two, false);
    for (int i = 0; i < steps; i++) {
        int who = below(&chance, 4);
        bool is_licence = below(&chance, 2) == 0;
        int which = below(&chance, 12);

        for (int k = 0; k < 2; k++) {
            Bench *b = k ? &two : &one;

            if (is_licence)
                bring_licence(b, who, states[which % 4]);
            else
                bring_verdict(b, who, charges[which % 3]);
        }
        if (below(&chance, 2) == 0)
            run(&one, "ride_hailing_license", true);
    }
    run(&one, "ride_hailing_license", true);
    run(&two, "ride_hailing_license", false);

    /* Ids differ between installations (their keys differ), so compare without; and within one,
     * incremental with full. */
    RunResult again = run(&one, "ride_hailing_license", false);

    assert_int_equal(again.new_, 0);
    assert_int_equal(again.changed, 0);
    assert_int_equal(again.withdrawn, 0);
    assert_int_equal(again.restored, 0);
    assert_int_equal(again.hits, run(&two, "ride_hailing_license", false).hits);

    /* Rebuilding the tables from the journal changes nothing. */
    char before[65], after[65], rebuilt[65];
    Err e = {0};

    buf_init(&left, 1 << 20);
    buf_init(&right, 1 << 20);
    seen(&one, &left);
    good(journal_digest(one.office->store, before, &e), &e);
    good(journal_rebuild(one.office->store, rebuilt, &e), &e);
    good(journal_digest(one.office->store, after, &e), &e);
    assert_string_equal(before, rebuilt);
    assert_string_equal(before, after);
    seen(&one, &right);
    assert_true(left.len > 0);
    assert_string_equal(left.ptr, right.ptr);
    bench_close(&one);
    bench_close(&two);
}

static void test_incremental_embedded(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 2; seed++)
        incremental_is_full(false, seed, 24);
}

static void test_incremental_postgresql(void **state) {
    (void)state;
    incremental_is_full(true, 9, 16);
}

static char *file_text(Arena *a, const char *path) {
    FILE *f = fopen(path, "r");
    char *text = arena_alloc(a, 1 << 20);

    assert_non_null(f);
    text[fread(text, 1, (1 << 20) - 1, f)] = '\0';
    fclose(f);
    return text;
}

static void test_list_and_export(void **state) {
    Bench b;
    scoped_arena Arena *a = arena_new();
    scoped_buf Buf licences, verdicts;
    Err e = {0};
    int64_t rows;
    char path[128];
    Person p;

    (void)state;
    bench_open(&b, false);
    buf_init(&licences, 1 << 16);
    buf_init(&verdicts, 1 << 16);
    buf_add_c(&licences, LICENCE_HEADER);
    buf_add_c(&verdicts, VERDICT_HEADER);
    for (int i = 0; i < LICENCES; i++) {
        licence(&licences, i, "有效");
        verdict(&verdicts, i, "危险驾驶罪");
    }
    bring(&b, "ride_hailing_license", licences.ptr);
    bring(&b, "criminal_verdict", verdicts.ptr);
    assert_int_equal(run(&b, "ride_hailing_license", false).new_, LICENCES);

    /* Pages add up to the total, without repeats. */
    int64_t total = 0, listed = 0;
    ClueQuery q = {.limit = 7};

    do {
        Node *page = clue_list(b.office, &q, a, &e);

        good(page != NULL, &e);
        total = node_int(page, "total", -1);
        listed += (int64_t)node_get(page, "items")->count;
        q.cursor = node_text(page, "next");
    } while (q.cursor.len);
    assert_int_equal(total, LICENCES);
    assert_int_equal(listed, LICENCES);

    /* Search finds the name and nothing else; % is a letter like any other. */
    person_make(5, &p);
    Node *found = clue_list(b.office, &(ClueQuery){.text = str_of(p.name)}, a, &e);

    assert_true(node_int(found, "total", -1) >= 1);
    assert_true(node_int(found, "total", -1) < LICENCES);
    assert_int_equal(
        node_int(clue_list(b.office, &(ClueQuery){.text = STR("%")}, a, &e), "total", -1), 0);
    assert_int_equal(
        node_int(clue_list(b.office, &(ClueQuery){.text = STR("XS-000003")}, a, &e), "total", -1),
        1);
    assert_null(clue_list(b.office, &(ClueQuery){.level = STR("nope")}, a, &e));
    assert_int_equal(e.code, ERR_INVALID);
    err_clear(&e);
    assert_null(clue_list(b.office, &(ClueQuery){.status = STR("nope")}, a, &e));
    err_clear(&e);
    assert_null(clue_list(b.office, &(ClueQuery){.limit = -1}, a, &e));
    err_clear(&e);
    assert_null(clue_list(b.office, &(ClueQuery){.sort = STR("colour")}, a, &e));
    assert_int_equal(e.code, ERR_INVALID);
    err_clear(&e);

    /* The export holds the list's rows and no whole identity number. */
    snprintf(path, sizeof path, "%s/out.csv", b.folder);
    good(clue_export(b.office, &(ClueQuery){0}, STR("csv"),
                     &(ExportFor){.actor = STR("test"),
                                  .person = STR("某人"),
                                  .purpose_title = STR("办案"),
                                  .look.purpose = STR("case_handling")},
                     path, &rows, &e),
         &e);
    assert_int_equal(rows, LICENCES);
    char *text = file_text(a, path);

    assert_non_null(strstr(text, p.name));
    for (int i = 0; i < LICENCES; i++) {
        person_make(i, &p);
        assert_null(strstr(text, p.id));
    }
    snprintf(path, sizeof path, "%s/out.xlsx", b.folder);
    good(clue_export(b.office, &(ClueQuery){0}, STR("xlsx"),
                     &(ExportFor){.actor = STR("test"),
                                  .person = STR("某人"),
                                  .purpose_title = STR("办案"),
                                  .look.purpose = STR("case_handling")},
                     path, &rows, &e),
         &e);
    assert_int_equal(access(path, R_OK), 0);
    snprintf(path, sizeof path, "%s/out.pdf", b.folder);
    assert_false(clue_export(b.office, &(ClueQuery){0}, STR("pdf"),
                             &(ExportFor){.actor = STR("test"),
                                          .person = STR("某人"),
                                          .purpose_title = STR("办案"),
                                          .look.purpose = STR("case_handling")},
                             path, &rows, &e));
    assert_int_equal(e.code, ERR_INVALID);
    bench_close(&b);
}

/* Opening: what can be wrong with a folder, each with its own code. */
static void test_open_errors(void **state) {
    Bench b;
    Err e = {0};
    char command[512], password[32];
    Settings s = {0};

    (void)state;
    assert_null(office_open("/nonexistent/lianheng", &e));
    assert_int_equal(e.code, ERR_NOT_FOUND);
    err_clear(&e);
    test_template(b.folder, "clue");
    assert_non_null(mkdtemp(b.folder));
    assert_false(office_create(b.folder, &(Settings){.pool = STR("postgresql://127.0.0.1:1/x")},
                               password, &e));
    assert_int_equal(e.code, ERR_UNREACHABLE);
    err_clear(&e);
    assert_false(office_create(
        b.folder, &(Settings){.operations = STR("postgresql://127.0.0.1:1/x")}, password, &e));
    assert_int_equal(e.code, ERR_UNREACHABLE);
    err_clear(&e);
    snprintf(command, sizeof command, "%s/master.key", b.folder);
    assert_int_not_equal(access(command, F_OK), 0);
    snprintf(command, sizeof command, "rm -rf '%s'", b.folder);
    assert_int_equal(system(command), 0);
    assert_false(office_create("/proc/lianheng", &s, password, &e));
    assert_int_equal(e.code, ERR_DISK);
    err_clear(&e);
    bench_open(&b, false);
    assert_null(office_open(b.folder, &e));
    assert_int_equal(e.code, ERR_BUSY);
    err_clear(&e);
    assert_false(office_create(b.folder, &s, password, &e));
    assert_int_equal(e.code, ERR_CONFLICT);
    err_clear(&e);
    office_close(b.office);

    snprintf(command, sizeof command, "mv %s/master.key %s/elsewhere.key", b.folder, b.folder);
    assert_int_equal(system(command), 0);
    assert_null(office_open(b.folder, &e));
    assert_int_equal(e.code, ERR_KEY);
    err_clear(&e);
    snprintf(command, sizeof command,
             "printf '%%064d\\n' 7 > %s/master.key && chmod 600 %s/master.key", b.folder, b.folder);
    assert_int_equal(system(command), 0);
    assert_null(office_open(b.folder, &e));
    assert_int_equal(e.code, ERR_KEY);
    err_clear(&e);
    snprintf(command, sizeof command,
             "mv -f %s/elsewhere.key %s/master.key && mkdir -p %s/content/models && "
             "printf 'model: [' > %s/content/models/broken.yaml",
             b.folder, b.folder, b.folder, b.folder);
    assert_int_equal(system(command), 0);
    assert_null(office_open(b.folder, &e));
    assert_int_equal(e.code, ERR_CONTENT);
    assert_non_null(strstr(e.where, "broken.yaml"));
    err_clear(&e);
    snprintf(command, sizeof command, "rm %s/content/models/broken.yaml", b.folder);
    assert_int_equal(system(command), 0);
    b.office = office_open(b.folder, &e);
    good(b.office != NULL, &e);
    bench_close(&b);
}

/* An auditor reads every kind of entry as a Chinese sentence, whichever layer writes it. */
static void test_every_kind_is_told(void **state) {
    (void)state;
    scoped_arena Arena *a = arena_new();
    Node *body = node_map(a);
    const Node *kinds = journal_kinds(a); /* an office was open before */
    Content *c;
    Err e = {0};
    size_t silent = 0;

    assert_true(kinds->count > 60);
    c = content_load(NULL, &e);
    good(c != NULL, &e);
    for (size_t i = 0; i < kinds->count; i++) {
        Str kind = kinds->items[i]->text, told = sentence_of(a, c, kind, STR("thing:1"), body);

        if (!sentence_known(kind) || str_find(told, STR("（thing:")) >= 0 ||
            (unsigned char)told.ptr[0] < 0xE4 ||
            (unsigned char)sentence_title(kind).ptr[0] < 0xE4) {
            print_message("no sentence for %.*s: %.*s\n", STR_ARG(kind), STR_ARG(told));
            silent++;
        }
    }
    content_drop(c);
    assert_int_equal(silent, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_life_embedded),        cmocka_unit_test(test_life_postgresql),
        cmocka_unit_test(test_incremental_embedded), cmocka_unit_test(test_incremental_postgresql),
        cmocka_unit_test(test_list_and_export),      cmocka_unit_test(test_open_errors),
        cmocka_unit_test(test_every_kind_is_told),
    };

    crypto_start();
    return cmocka_run_group_tests_name("clue", tests, NULL, NULL);
}
