/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/safety_test.c: whatever stops an import, nothing is left behind; no clear identity number
 * reaches a file; chunks in any order of batches give the same live rows as one import. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <dirent.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "base/fault.h"
#include "pool/testing.h"

#define NUMBER "11010519491231002X"

static Buf rows_of(int64_t from, int64_t to) {
    Buf b;

    buf_init(&b, (size_t)1 << 30);
    buf_add(&b, STR("姓名,身份证号,从业资格证号,证件状态,发证日期,联系电话\n"));
    for (int64_t i = from; i < to; i++)
        buf_addf(&b, "王建%lld,%s,川E%lld,%s,2020/1/%lld,13900001111\n", (long long)i % 97, NUMBER,
                 (long long)i, i % 50 == 49 ? "" : "有效", (long long)i % 28 + 1);
    return b;
}

static int files_in(const char *folder) {
    DIR *d = opendir(folder);
    int n = 0;

    for (struct dirent *f; d && (f = readdir(d)) != NULL;)
        n += strcmp(f->d_name, ".") != 0 && strcmp(f->d_name, "..") != 0;
    if (d)
        closedir(d);
    return n;
}

static void nothing_left(TestOffice *o, int64_t batches) {
    Err e = {0};
    int64_t newest;

    assert_int_equal(
        test_int(o,
                 str_format(o->a, "SELECT count(*) FROM d_ride_hailing_license WHERE batch > %lld",
                            (long long)batches)
                     .ptr),
        0);
    assert_int_equal(
        test_int(o, str_format(
                        o->a,
                        "SELECT count(*) FROM d_ride_hailing_license WHERE until > %lld AND until "
                        "< 9223372036854775807",
                        (long long)batches)
                        .ptr),
        0);
    assert_int_equal(files_in(str_format(o->a, "%s/rejects", o->pool.place.folder).ptr),
                     batches ? 1 : 0);
    assert_true(batch_newest(o->store, &newest, &e));
    assert_int_equal(newest, batches);
}

static void use_place(TestOffice *o, const TestPlace *place) {
    *o = (TestOffice){.pool.place = *place};
    snprintf(o->pool.spill, sizeof o->pool.spill, "%s/spill", place->folder);
    if (place->postgresql)
        snprintf(o->pool.address, sizeof o->pool.address, "%s", place->address);
    else
        snprintf(o->pool.address, sizeof o->pool.address, "duckdb:%s/pool.duckdb", place->folder);
}

/* The child dies between the pool's commit and the journal's event. */
static int status_of_killed_import(const TestPlace *place) {
    pid_t child = fork();
    int status = 0;

    if (child == 0) {
        TestOffice o;

        setenv("LIANHENG_CRASH", "pool.window:1", 1);
        use_place(&o, place);
        test_office_start(&o);
        test_import(&o, "ride_hailing_license", rows_of(0, 5000).ptr);
        _exit(0); /* not reached */
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

#ifdef LIANHENG_FAULTS
static void check_killed(const TestPlace *place) {
    TestOffice o;
    Err e = {0};
    int64_t count;

    use_place(&o, place);
    test_pool_open(&o.pool);
    PoolSession *s = pool_session(o.pool.pool, &e);
    assert_true(
        pool_int(s, STR("SELECT count(*) FROM d_ride_hailing_license"), NULL, 0, &count, &e));
    pool_session_close(s);
    assert_int_equal(count, 4900); /* they are there, and nobody sees them */
    pool_close(o.pool.pool);
    o.pool.pool = NULL;
    test_office_start(&o);
    assert_int_equal(test_int(&o, "SELECT count(*) FROM d_ride_hailing_license"), 0);
    Buf text = rows_of(0, 5000);
    ImportResult r = test_import(&o, "ride_hailing_license", text.ptr);
    assert_int_equal(r.accepted, 4900);
    assert_int_equal(r.batch, 1);
    buf_done(&text);
    test_office_remove(&o);
}
#endif

/* Out of line: gcc 12 loses track of the array's members otherwise and warns. */
__attribute__((noinline)) static bool make_place(TestPlace *p, bool postgresql) {
    return test_place_make(p, postgresql);
}

/* First in main, and both children before this process passes a fault point: the crash schedule is
 * read from the environment once. */
static void test_killed_in_the_window(void **state) {
    TestPlace places[2];
    bool have[2], killed[2] = {false, false};

    (void)state;
    for (int engine = 0; engine < 2; engine++) {
        have[engine] = make_place(&places[engine], engine == 1);
        int status = have[engine] ? status_of_killed_import(&places[engine]) : 0;

        killed[engine] = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
    }
    for (int engine = 0; engine < 2; engine++) {
#ifdef LIANHENG_FAULTS
        if (have[engine]) {
            assert_true(killed[engine]);
            check_killed(&places[engine]);
            continue;
        }
#endif
        if (have[engine])
            test_place_remove(&places[engine]);
    }
}

static void test_every_failure_leaves_nothing(void **state) {
    (void)state;
#ifndef LIANHENG_FAULTS
    print_message("跳过：没有编入故障点（meson -Dfaults=true）\n");
    return;
#endif
    for (int engine = 0; engine < 2; engine++) {
        TestOffice o;
        unsigned failures = 0;

        if (!test_office_make(&o, engine == 1))
            continue;
        Buf first = rows_of(0, 300), second = rows_of(100, 6000);
        test_import(&o, "ride_hailing_license", first.ptr);
        const char *path =
            test_file(&o, str_format(o.a, "%s王某,,川E5,注销,2020-01-01,\n", second.ptr).ptr);
        int64_t live = test_int(&o, "SELECT count(*) FROM d_ride_hailing_license");
        for (unsigned n = 1;; n++) {
            ImportResult r;
            Err e = {0};

            fault_arm("pool.", n);
            bool good = test_import_file(&o, "ride_hailing_license", path, &r, &e);
            bool fired = fault_fired();
            fault_arm("", 0);
            if (!fired) {
                if (!good)
                    fail_msg("%s", e.text);
                break;
            }
            assert_false(good);
            assert_true(e.code == ERR_DISK || e.code == ERR_INTERNAL);
            nothing_left(&o, 1);
            assert_int_equal(test_int(&o, "SELECT count(*) FROM d_ride_hailing_license"), live);
            failures++;
        }
        assert_true(failures >= 6);
        buf_done(&first);
        buf_done(&second);
        test_office_remove(&o);
    }
}

typedef struct Canceller {
    ImportProgress progress;
    int64_t after_rows;
    int phase;
} Canceller;

static void *cancel_later(void *context) {
    Canceller *c = context;

    for (int i = 0; i < 20000; i++) {
        int phase = atomic_load(&c->progress.phase);

        if (phase >= IMPORT_DONE)
            return NULL;
        if (phase == c->phase && atomic_load(&c->progress.received) >= c->after_rows)
            break;
        usleep(500);
    }
    atomic_store(&c->progress.cancel, true);
    return NULL;
}

static void test_cancel_leaves_nothing(void **state) {
    static const struct {
        int phase;
        int64_t after;
    } cases[] = {{IMPORT_WAITING, 0},
                 {IMPORT_READING, 1},
                 {IMPORT_READING, 10000},
                 {IMPORT_COMPARING, 0},
                 {IMPORT_QUALITY, 0}};

    (void)state;
    for (int engine = 0; engine < 2; engine++) {
        TestOffice o;
        int cancelled = 0;

        if (!test_office_make(&o, engine == 1))
            continue;
        Buf text = rows_of(0, 30000);
        ImportRequest request = {.dataset =
                                     content_dataset(o.content, STR("ride_hailing_license"), NULL),
                                 .path = test_file(&o, text.ptr),
                                 .file_name = STR("x.csv"),
                                 .options = {.encoding = ENCODING_UNKNOWN},
                                 .actor = STR("tester"),
                                 .keep_rejects = true};
        buf_done(&text);
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
            Canceller c = {.after_rows = cases[i].after, .phase = cases[i].phase};
            ImportResult r;
            Err e = {0};
            pthread_t thread;

            if (cases[i].phase == IMPORT_WAITING)
                atomic_store(&c.progress.cancel, true);
            pthread_create(&thread, NULL, cancel_later, &c);
            bool good = import_run(o.importer, o.content, &request, &c.progress, o.a, &r, &e);
            pthread_join(thread, NULL);
            if (good) { /* too fast for the canceller; nothing to see */
                print_message("case %zu was done before it could be cancelled\n", i);
                break;
            }
            assert_int_equal(e.code, ERR_CANCELLED);
            assert_int_equal(atomic_load(&c.progress.phase), IMPORT_CANCELLED);
            nothing_left(&o, 0);
            cancelled++;
        }
        assert_true(cancelled >= 2);
        test_office_remove(&o);
    }
}

static void set_file_limit(rlim_t bytes) {
    struct rlimit limit;

    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* A full disk, as far as this process can have one: no file may grow beyond a limit. Afterwards the
 * same process goes on. */
static void test_full_disk(void **state) {
    TestOffice o;
    ImportResult r;
    Err e = {0};

    (void)state;
    signal(SIGXFSZ, SIG_IGN);
    test_office_make(&o, false);
    Buf first = rows_of(0, 300), second = rows_of(0, 100000);
    test_import(&o, "ride_hailing_license", first.ptr);
    const char *path = test_file(&o, second.ptr);
    buf_done(&first);
    buf_done(&second);
    for (rlim_t megabytes = 3; megabytes <= 6; megabytes++) {
        set_file_limit(megabytes << 20);
        bool good = test_import_file(&o, "ride_hailing_license", path, &r, &e);
        set_file_limit(RLIM_INFINITY);
        assert_false(good);
        if (e.code != ERR_DISK)
            fail_msg("%d %s", (int)e.code, e.text);
        assert_non_null(strstr(e.text, "没有导入到“"));
        nothing_left(&o, 1);
    }
    if (!test_import_file(&o, "ride_hailing_license", path, &r, &e))
        fail_msg("%s", e.text);
    assert_int_equal(r.received, 100000);
    assert_int_equal(r.rejected, 2000);
    test_office_remove(&o);
}

/* Does any file below the folder hold these bytes? */
static bool found_in(const char *folder, const char *what, const char *except) {
    DIR *d = opendir(folder);
    bool found = false;

    for (struct dirent *f; d && !found && (f = readdir(d)) != NULL;) {
        char path[1000];
        struct stat st;

        snprintf(path, sizeof path, "%s/%s", folder, f->d_name);
        if (f->d_name[0] == '.' || strcmp(path, except) == 0 || stat(path, &st) != 0)
            continue;
        if (S_ISDIR(st.st_mode)) {
            found = found_in(path, what, except);
            continue;
        }
        FILE *file = fopen(path, "r");
        char *bytes = malloc((size_t)st.st_size + 1);
        size_t n = file ? fread(bytes, 1, (size_t)st.st_size, file) : 0;
        found = memmem(bytes, n, what, strlen(what)) != NULL;
        if (found)
            print_error("%s holds it\n", path);
        free(bytes);
        if (file)
            fclose(file);
    }
    if (d)
        closedir(d);
    return found;
}

static void test_no_number_in_clear(void **state) {
    static const char *const secrets[] = {"110105194912310021", "1010519491231", "13912345678",
                                          "110105194912319999", "9491231002"};

    (void)state;
    for (int engine = 0; engine < 2; engine++) {
        TestOffice o;

        if (!test_office_make(&o, engine == 1))
            continue;
        char path[200];
        snprintf(
            path, sizeof path, "%s",
            test_file(
                &o,
                "姓名,身份证号,从业资格证号,证件状态,发证日期,联系电话\n"
                "王建国,11010519491231002X,川E1,有效,2020-01-01,13912345678\n"
                "王建国,'１１０１０５１９４９１２３１００２ｘ,川E2,有效,2020-01-01,139-1234-5678\n"
                "王建国,110105194912310021,川E3,有效,2020-01-01,\n"
                "王建国,110105194912319999,川E4,,2020-01-01,\n"
                "王建国,1101051949123199991101051949123199,川E5,有效,110105194912319999,\n"
                "110105194912319999,110105194912319999,,有效,2020-01-01,\n"));
        ImportResult r;
        Err e = {0};
        if (!test_import_file(&o, "ride_hailing_license", path, &r, &e))
            fail_msg("%s", e.text);
        assert_int_equal(r.accepted, 3);
        assert_int_equal(r.rejected, 3);
        if (engine)
            for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++)
                assert_int_equal(
                    test_int(&o,
                             str_format(
                                 o.a,
                                 "SELECT count(*) FROM d_ride_hailing_license t WHERE CAST(t.* AS "
                                 "text) LIKE '%%%s%%'",
                                 secrets[i])
                                 .ptr),
                    0);
        test_office_stop(&o);
        for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++)
            assert_false(found_in(o.pool.place.folder, secrets[i], path));
        test_place_remove(&o.pool.place);
    }
}

static const char *field_of(const Node *row, const char *field, const char *key) {
    const Node *fields = node_get(row, "fields");

    for (size_t i = 0; fields && i < fields->count; i++)
        if (str_is(node_text(fields->items[i], "field"), field))
            return node_text(fields->items[i], key).ptr;
    return "";
}

/* What an authorised person sees of the first row, and what others do. */
static void check_hidden_row(TestOffice *o, const Dataset *d) {
    static const struct {
        const char *field, *value, *original;
    } cells[] = {
        {"holder_name", "王510522********0028", "王510522198701010028"},
        {"license_no", "510522********0028", "510522198701010028"},
        {"company", "驾驶员110105********002X所属",
         "驾驶员１１０１０５１９４９１２３１００２ｘ所属"},
        {"category", "甲", "甲"},
    };
    Err e = {0};
    Str id = test_dump(o, "SELECT id FROM d_ride_hailing_license WHERE line = 2");

    for (int reveal = 0; reveal < 2; reveal++) {
        Node *row =
            pool_row(o->pool.pool, o->content, o->keys, d, str_slice(id, 0, 32), reveal, o->a, &e);

        assert_non_null(row);
        for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
            assert_string_equal(field_of(row, cells[i].field, "value"), cells[i].value);
            assert_string_equal(field_of(row, cells[i].field, "original"),
                                reveal ? cells[i].original : cells[i].value);
        }
    }
}

/* Numbers where none should be: in a name, a document number, a remark, in groups, in the name of
 * the file. Keys and duplicates do not notice. */
static void test_no_number_in_other_columns(void **state) {
    static const char *const secrets[] = {"19870101", "1987-0101", "8701 0100", "１９４９",
                                          "19491231", "8701 0170", "5198701",   "0522870101"};
    static const char rows[] =
        "姓名,身份证号,从业资格证号,证件状态,发证日期,服务平台公司,从业资格类别\n"
        "王510522198701010028,,510522198701010028,有效,2020-01-01,"
        "驾驶员１１０１０５１９４９１２３１００２ｘ所属,甲\n"
        "王建,,510522198701010036,有效,2020-01-01,旧号510522870101001。,5105 2219 8701 0100 28\n"
        "王建,5105 2219 8701 0170 19,川E1,有效x,2020-01-01,,\n"
        "王建,5105 2219 8701 0170 19 8,川E2,有效,2020-01-01,,\n"
        "王建,510522-19870101-00285,川E3,有效,2020-01-01,,\n"
        "王建,510522\xE2\x80\x8B"
        "19870101\xE2\x80\x8B"
        "00285,川E4,有效,2020-01-01,,\n";

    (void)state;
    for (int engine = 0; engine < 2; engine++) {
        TestOffice o;
        ImportResult r;
        Err e = {0};

        if (!test_office_make(&o, engine == 1))
            continue;
        const Dataset *d = content_dataset(o.content, STR("ride_hailing_license"), NULL);
        ImportRequest request = {.dataset = d,
                                 .path = test_file(&o, rows),
                                 .file_name = STR("510522198701010028.csv"),
                                 .options = {.encoding = ENCODING_UNKNOWN},
                                 .actor = STR("tester"),
                                 .keep_rejects = true};
        char path[200];

        snprintf(path, sizeof path, "%s", request.path);
        if (!import_run(o.importer, o.content, &request, NULL, o.a, &r, &e))
            fail_msg("%s", e.text);
        assert_int_equal(r.received, 6);
        assert_int_equal(r.accepted, 2);
        assert_int_equal(test_int(&o, "SELECT count(DISTINCT id) FROM d_ride_hailing_license"), 2);
        assert_int_equal(
            test_int(&o, "SELECT count(DISTINCT license_no__key) FROM d_ride_hailing_license"), 2);
        check_hidden_row(&o, d);
        Node *batch = batch_get(o.store, o.a, r.batch, &e);

        assert_true(str_is(node_text(batch, "file_name"), "510522********0028.csv"));
        /* Once more, in another order: nothing is new. */
        test_import(&o, "ride_hailing_license",
                    "从业资格证号,姓名,证件状态,发证日期,服务平台公司,从业资格类别\n"
                    "510522198701010028,王510522198701010028,有效,2020-01-01,"
                    "驾驶员１１０１０５１９４９１２３１００２ｘ所属,甲\n");
        assert_int_equal(test_int(&o, "SELECT count(*) FROM d_ride_hailing_license"), 2);
        unlink(str_format(o.a, "%s/file2.csv", o.pool.place.folder).ptr);
        for (size_t i = 0; engine && i < sizeof secrets / sizeof secrets[0]; i++)
            assert_int_equal(
                test_int(&o, str_format(o.a,
                                        "SELECT count(*) FROM d_ride_hailing_license t WHERE "
                                        "CAST(t.* AS text) LIKE '%%%s%%'",
                                        secrets[i])
                                 .ptr),
                0);
        test_office_stop(&o);
        for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++)
            assert_false(found_in(o.pool.place.folder, secrets[i], path));
        test_place_remove(&o.pool.place);
    }
}

static void test_pool_files_are_private(void **state) {
    TestOffice o;
    struct stat st;
    mode_t before = umask(022);

    (void)state;
    test_office_make(&o, false);
    test_import(&o, "ride_hailing_license", "姓名,从业资格证号,证件状态\n王建,川E1,有效\n");
    umask(before);
    assert_int_equal(stat(str_format(o.a, "%s/pool.duckdb", o.pool.place.folder).ptr, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    test_office_remove(&o);
}

static uint64_t random_next(uint64_t *s) {
    *s ^= *s << 13;
    *s ^= *s >> 7;
    *s ^= *s << 17;
    return *s;
}

#define LIVE                                                                                       \
    "SELECT id, digest, name, status, capital, registered_on FROM d_company_register WHERE until " \
    "= 9223372036854775807 ORDER BY id"

/* A history of rows about few companies, cut at random: the order of the rows decides, not where
 * files begin. */
static void test_chunks_equal_whole(void **state) {
    (void)state;
    for (int engine = 0; engine < 2; engine++) {
        for (uint64_t seed = 1; seed <= 4; seed++) {
            static const char *const states[] = {"存续", "注销", "吊销", "迁出"};
            static const char head[] = "企业名称,统一社会信用代码,注册日期,注册资金,登记状态\n";
            TestOffice whole, parts;
            uint64_t s = seed * 7919;
            Buf all, part;
            int64_t rejected = 0, received = 0;

            if (!test_office_make(&whole, engine == 1))
                break;
            test_office_make(&parts, engine == 1);
            /* the same key, so that ids can be compared */
            char command[300];
            snprintf(command, sizeof command, "cp %s/key %s/key", whole.pool.place.folder,
                     parts.pool.place.folder);
            test_office_stop(&parts);
            assert_int_equal(system(command), 0);
            test_office_start(&parts);
            buf_init(&all, (size_t)1 << 24);
            buf_init(&part, (size_t)1 << 24);
            buf_add_c(&all, head);
            buf_add_c(&part, head);
            for (int i = 0; i < 400; i++) {
                char line[200];

                snprintf(line, sizeof line, "泸州%d公司,无,%s,%d万,%s\n",
                         (int)(random_next(&s) % 25),
                         random_next(&s) % 20 ? "2001-01-01" : "不是日期",
                         (int)(random_next(&s) % 2), states[random_next(&s) % 4]);
                buf_add_c(&all, line);
                buf_add_c(&part, line);
                if (random_next(&s) % 40 == 0) {
                    ImportResult r = test_import(&parts, "company_register", part.ptr);
                    rejected += r.rejected;
                    received += r.received;
                    buf_clear(&part);
                    buf_add_c(&part, head);
                }
            }
            ImportResult last = test_import(&parts, "company_register", part.ptr);
            ImportResult one = test_import(&whole, "company_register", all.ptr);
            assert_int_equal(one.received, 400);
            assert_int_equal(received + last.received, 400);
            assert_int_equal(rejected + last.rejected, one.rejected);
            assert_string_equal(test_dump(&whole, LIVE).ptr, test_dump(&parts, LIVE).ptr);
            buf_done(&all);
            buf_done(&part);
            test_office_remove(&whole);
            test_office_remove(&parts);
        }
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
        cmocka_unit_test(test_killed_in_the_window),
        cmocka_unit_test(test_every_failure_leaves_nothing),
        cmocka_unit_test(test_cancel_leaves_nothing),
        cmocka_unit_test(test_full_disk),
        cmocka_unit_test(test_no_number_in_clear),
        cmocka_unit_test(test_no_number_in_other_columns),
        cmocka_unit_test(test_pool_files_are_private),
        cmocka_unit_test(test_chunks_equal_whole),
    };

    return cmocka_run_group_tests_name("pool/safety", tests, start, NULL);
}
