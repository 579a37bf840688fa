/* SPDX-License-Identifier: MulanPSL-2.0 */
/* clue/testing.h: an office in a folder of its own, files brought and models run. For tests. */
#ifndef CLUE_TESTING_H
#define CLUE_TESTING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/identity.h"
#include "base/testing.h"
#include "clue/clue.h"

typedef struct TestOffice {
    char folder[64];
    Office *office;
    int files;
} TestOffice;

static inline void good(bool ok, const Err *e) {
    if (!ok)
        fail_msg("%s %s", e->where, e->text);
}

/* Embedded, or PostgreSQL for both stores, each test in schemas of its own. */
static inline bool test_settings(bool postgresql, Arena *a, Settings *s) {
    const char *url = getenv("LIANHENG_TEST_PG");
    static int number;

    *s = (Settings){.memory_mib = 512, .threads = 2};
    if (!postgresql)
        return true;
    if (!url)
        return false;
    number++;
    const char *joint = strchr(url, '?') ? "&" : "?";
    int pid = (int)getpid();

    s->operations = str_format(a, "%s%sschema=office_ops_%d_%d", url, joint, pid, number);
    s->pool = str_format(a, "%s%sschema=office_pool_%d_%d", url, joint, pid, number);
    return true;
}

static inline void test_office_open(TestOffice *t, bool postgresql) {
    scoped_arena Arena *a = arena_new();
    char password[32];
    Settings s;
    Err e = {0};

    if (!test_settings(postgresql, a, &s)) {
        print_message("跳过：没有 LIANHENG_TEST_PG\n");
        skip();
    }
    *t = (TestOffice){0};
    test_template(t->folder, "office");
    assert_non_null(mkdtemp(t->folder));
    good(office_create(t->folder, &s, password, &e), &e);
    t->office = office_open(t->folder, &e);
    good(t->office != NULL, &e);
}

static inline void test_office_close(TestOffice *t) {
    char command[128];

    office_close(t->office);
    snprintf(command, sizeof command, "rm -rf '%s'", t->folder);
    assert_int_equal(system(command), 0);
}

static inline bool test_bring(TestOffice *t, const char *dataset, const char *text,
                              ImportResult *result, Err *e) {
    scoped_arena Arena *a = arena_new();
    Snapshot *s = office_snapshot(t->office);
    char path[128];
    ImportProgress progress = {0};

    snprintf(path, sizeof path, "%s/file%d.csv", t->folder, t->files++);
    FILE *f = fopen(path, "w");

    assert_non_null(f);
    fputs(text, f);
    fclose(f);
    const Dataset *d = content_dataset(s->content, str_of(dataset), e);

    good(d != NULL, e);
    ImportRequest request = {.dataset = d,
                             .path = path,
                             .file_name = STR("test.csv"),
                             .options = {.encoding = ENCODING_UNKNOWN},
                             .actor = STR("test"),
                             .keep_rejects = true};
    bool done = import_run(t->office->importer, s->content, &request, &progress, a, result, e);

    snapshot_drop(s);
    return done;
}

static inline ImportResult bring(TestOffice *t, const char *dataset, const char *text) {
    ImportResult result = {0};
    Err e = {0};

    good(test_bring(t, dataset, text, &result, &e), &e);
    return result;
}

static inline RunResult run(TestOffice *t, const char *model, bool incremental) {
    Snapshot *s = office_snapshot(t->office);
    Err e = {0};
    RunResult r = {0};
    const Model *m = models_find(s->models, str_of(model), &e);

    good(m != NULL, &e);
    good(clue_run(t->office, m, incremental, STR("test"), &r, &e), &e);
    snapshot_drop(s);
    return r;
}

/* A citizen number that is right: 510522, born on this day, the number-th of it. */
static inline void citizen_number(const char *birth, int number, char out[19]) {
    char first17[40];

    snprintf(first17, sizeof first17, "510522%.8s%03d", birth, number % 1000);
    snprintf(out, 19, "%.17s%c", first17, citizen_id_check_digit(first17));
}

#endif
