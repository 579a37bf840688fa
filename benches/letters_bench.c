/* SPDX-License-Identifier: MulanPSL-2.0 */
/* benches/letters_bench.c: one kind of document in many matters as one job: drafted in the store,
 * filled, laid out, put into a ZIP; how many a second, and in how much memory.
 *
 *     letters_bench FOLDER [LETTERS]
 *
 * FOLDER is made and holds the office. The matters begin before anything is measured. One JSON
 * object a line. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>

#include "flow/matter.h"
#include "http/document_job.h"
#include "people/account.h"
#include "people/organisation.h"

enum { THREADS = 8, HOUSE = 1, AGENCY = 2 };

static void must(bool good, const Err *e) {
    if (good)
        return;
    fprintf(stderr, "letters_bench: %s %s\n", e->where, e->text);
    exit(1);
}

static double now(void) {
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double processor(void) {
    struct rusage used;

    getrusage(RUSAGE_SELF, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

static long peak_mib(void) {
    struct rusage used;

    getrusage(RUSAGE_SELF, &used);
    return used.ru_maxrss / 1024;
}

/* --- an office -------------------------------------------------------------------------------- */

static void person(Office *o, const Content *c) {
    AppointmentNew post = {
        .login = STR("bench"), .role = STR("chief_procurator"), .organisation = HOUSE};
    OrganisationNew agency = {.kind = STR("market_supervision"),
                              .name = STR("测速县市场监督管理局"),
                              .division = STR("510502")};
    int64_t number;
    Err e = {0};

    must(organisation_create(o->store, c, STR("system"), &agency, &number, &e) &&
             account_create(o->store, STR("system"), post.login, STR("测速"),
                            STR("Yanma-2026-ceshi!"), false, &e) &&
             appointment_create(o->store, c, STR("system"), &post, &number, &e),
         &e);
    post.role = STR("criminal_prosecutor");
    must(appointment_create(o->store, c, STR("system"), &post, &number, &e), &e);
}

typedef struct Beginning {
    Office *office;
    const Content *content;
    int64_t matters;
} Beginning;

/* Several at once: they share commits. */
static void *begin(void *context) {
    const Beginning *b = context;
    Err why = {0};
    const Rights *rights = rights_of(b->office->store, b->content, STR("bench"), &why);

    must(rights != NULL, &why);
    for (int64_t i = 0; i < b->matters; i++) {
        scoped_arena Arena *a = arena_new();
        Err e = {0};
        const Node *values = json_read(
            a,
            STR("{\"decision_no\":\"泸江检刑不诉〔2026〕8号\",\"decided_on\":\"2026-03-02\","
                "\"kind\":\"相对不起诉\",\"charge\":\"盗窃罪\",\"party_name\":\"陈小明\"}"),
            &e);
        const Node *parties = json_read(a, STR("{\"agency\":2}"), &e);
        MatterNew in = {.flow = STR("reverse_transfer"),
                        .organisation = HOUSE,
                        .values = values,
                        .parties = parties};
        MatterActor who = {STR("bench"), rights};
        Str id;

        must(matter_begin(b->office->store, b->content, &who, &in, a, &id, &e), &e);
    }
    rights_drop(rights);
    return NULL;
}

static void begin_all(Office *o, const Content *c, int64_t matters) {
    pthread_t threads[THREADS];
    Beginning part[THREADS];

    for (int i = 0; i < THREADS; i++) {
        part[i] = (Beginning){o, c, matters / THREADS + (i < matters % THREADS)};
        if (pthread_create(&threads[i], NULL, begin, &part[i]) != 0)
            abort();
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
}

/* --- the job ---------------------------------------------------------------------------------- */

/* The first ones bring fonts and statements into memory. */
static double run_job(Office *o, Shelf *shelf, Str state, int64_t *rows, int64_t *bytes) {
    scoped_arena Arena *a = arena_new();
    DocumentJob job = {.type = STR("penalty_opinion"),
                       .title = STR("检察意见书"),
                       .query = {.flow = STR("reverse_transfer"), .state = state},
                       .actor = STR("bench"),
                       .shelf = shelf};
    ShelfItem item;
    Node *result;
    struct stat st;
    Err e = {0};
    double began = now();

    must(document_job_run(o, document_job_copy(a, &job), a, &result, &e), &e);
    began = now() - began;
    *rows = node_int(result, "rows", 0);
    must(shelf_find(shelf, job.actor, node_text(result, "export"), a, &item, &e), &e);
    *bytes = stat(item.path.ptr, &st) == 0 ? st.st_size : 0;
    return began;
}

static void measure(Office *o, const char *folder, const Content *c, int64_t letters) {
    scoped_arena Arena *a = arena_new();
    int64_t rows, bytes;
    Err e = {0};
    Shelf *shelf = shelf_new(str_format(a, "%s-parcels", folder).ptr, &e);

    must(shelf != NULL, &e);
    begin_all(o, c, 100);
    run_job(o, shelf, STR("open"), &rows, &bytes);
    long before = peak_mib();

    begin_all(o, c, letters - 100);
    long between = peak_mib();
    double worked = processor();
    double seconds = run_job(o, shelf, STR("open"), &rows, &bytes);

    worked = processor() - worked;
    printf("{\"what\":\"job\",\"letters\":%lld,\"s\":%.2f,\"processor_s\":%.2f,"
           "\"rate\":%.0f,\"zip_mib\":%.1f,\"memory_mib_100\":%ld,\"memory_mib_before\":%ld,"
           "\"memory_mib\":%ld}\n",
           (long long)rows, seconds, worked, (double)rows / seconds, (double)bytes / 1048576.0,
           before, between, peak_mib());
    shelf_free(shelf);
}

int main(int argc, char **argv) {
    int64_t letters = argc > 2 ? strtoll(argv[2], NULL, 10) : 1000;
    char password[32];
    Err e = {0};

    if (argc < 2 || letters < 200) {
        fputs("letters_bench FOLDER [LETTERS, at least 200]\n", stderr);
        return 2;
    }
    must(office_create(argv[1], &(Settings){.office_name = STR("测速县人民检察院")}, password, &e),
         &e);
    Office *o = office_open(argv[1], &e);

    must(o != NULL, &e);
    Snapshot *s = office_snapshot(o);

    person(o, s->content);
    measure(o, argv[1], s->content, letters);
    snapshot_drop(s);
    office_close(o);
    return 0;
}
