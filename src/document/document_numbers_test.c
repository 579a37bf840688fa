/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/document_numbers_test.c: no number twice, none skipped: a thousand issued at once, and
 * processes that are killed at any border of the way of one.
 *
 *     document_numbers sqlite|postgresql
 *
 * LIANHENG_LONG=1: killed at every passage of every border, not at every tenth of them, from a
 * first one that every run chooses anew. */
#include <pthread.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "base/fault.h"
#include "base/log.h"
#include "document/document_fixture.h"

#include "base/banned.h"

enum { AT_ONCE = 1000, THREADS = 50, PASSAGES_MOST = 4000 };
enum { DONE = 0, KILLED = 20 };

/* What the processes tell each other. */
typedef struct Shared {
    char matter[64];
    unsigned borders; /* that the last process passed */
    int64_t numbers;  /* in the end */
} Shared;
static Shared *shared;

static void must(bool good, const Err *e) {
    if (good)
        return;
    printf("not ok: %s %s\n", e->where, e->text);
    fflush(stdout);
    _exit(1);
}

/* ---- many drafts, quickly: approved in the events that make them ---- */

typedef struct Many {
    Str matter;
    Str ids[AT_ONCE];
    size_t count;
    Arena *keep;
} Many;

static bool make_many(Writing *w, void *context, Err *e) {
    Many *m = context;
    DocumentNew in = {.matter = m->matter, .type = STR("sample_note"), .organisation = OFFICE};
    DocumentAct act = {.verb = DOCUMENT_DRAFT};
    DocumentRow row;
    Str first;

    if (!document_start(w, &in, &first, e) || !document_load(w, first, &row, e))
        return false;
    for (size_t i = 0; i < m->count; i++) {
        Document *d = document_copy(w->arena, row.document);

        d->id = m->ids[i] = str_format(m->keep, "%s%zu", "note", i);
        d->serial = row.document->serial + 1 + (int64_t)i;
        d->state = STR("approved");
        if (!document_append(w, row.type, NULL, d, &act, e))
            return false;
    }
    return true;
}

/* ---- a thousand at once ---- */

typedef struct Issuer {
    const Fixture *f;
    const Many *many;
    size_t from;
    const Rights *rights;
    Err e;
} Issuer;

static void *issue(void *context) {
    Issuer *x = context;
    DocumentOffice o = office_of(x->f);
    MatterActor who = {STR("cai"), x->rights};
    DocumentAct number = {.verb = DOCUMENT_NUMBER};

    for (size_t i = x->from; i < x->many->count; i += THREADS) {
        scoped_arena Arena *a = arena_new();
        DocumentDone done;

        if (!document_act_in_store(&o, &who, x->many->ids[i], 1, &number, NULL, a, &done, &x->e))
            break;
    }
    return NULL;
}

static void issue_all(const Fixture *f, const Many *many) {
    pthread_t threads[THREADS];
    Issuer issuers[THREADS];
    const Rights *r = rights_for(f->store, "cai");

    for (size_t i = 0; i < THREADS; i++) {
        issuers[i] = (Issuer){.f = f, .many = many, .from = i, .rights = r};
        if (pthread_create(&threads[i], NULL, issue, &issuers[i]) != 0)
            abort();
    }
    for (size_t i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        must(issuers[i].e.code == ERR_NONE, &issuers[i].e);
    }
    rights_drop(r);
}

typedef struct Counting {
    int64_t count, distinct, most;
} Counting;

static bool count(Tx *tx, void *context, Err *e) {
    scoped_arena Arena *a = arena_new();
    Counting *c = context;
    const Node *rows = tx_rows_text(
        tx, a,
        STR("SELECT COUNT(*) AS n, COUNT(DISTINCT number) AS d, MAX(number_serial) AS m "
            "FROM document WHERE number_serial > 0"),
        NO_ARGS, e);

    if (!rows)
        return false;
    c->count = node_int(rows->items[0], "n", 0);
    c->distinct = node_int(rows->items[0], "d", 0);
    c->most = node_int(rows->items[0], "m", 0);
    return true;
}

static void numbers_are(Store *s, int64_t expected) {
    Counting c = {0};
    Err e = {0};

    must(document_numbers_sound(s, &e) && store_read(s, count, &c, &e), &e);
    if (c.count != expected || c.distinct != expected || c.most != expected)
        err_set(&e, ERR_BROKEN, NULL, "%lld 份，%lld 个号，最大 %lld 号", (long long)c.count,
                (long long)c.distinct, (long long)c.most);
    must(e.code == ERR_NONE, &e);
}

/* ---- processes ---- */

static int run(void (*work)(Fixture *f, unsigned passage), Fixture *f, unsigned passage) {
    int status = 0;

    fflush(NULL);
    pid_t child = fork();

    if (child < 0)
        abort();
    if (child == 0) {
        alarm(120);
        work(f, passage);
        fflush(NULL);
        _exit(DONE);
    }
    if (waitpid(child, &status, 0) != child)
        abort();
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
        return KILLED;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        printf("not ok: a process ended with %d\n", status);
        exit(1);
    }
    return DONE;
}

static void open_again(Fixture *f) {
    char path[100];
    Err e = {0};

    snprintf(path, sizeof path, "%s/key", f->place.folder);
    instant_freeze(monday);
    f->keys = keys_load(path, &e);
    must(f->keys != NULL, &e);
    f->store = store_open(f->place.address, &e);
    must(f->store != NULL, &e);
    journal_use_keys(f->store, f->keys);
    store_thread_scope(NULL);
}

static void make(Fixture *f, unsigned passage) {
    scoped_arena Arena *a = arena_new();
    Many many = {.count = AT_ONCE - 1, .keep = a};
    MatterActor wang = {STR("wang"), NULL};
    Str matter;
    Err e = {0};

    (void)passage;
    fill(f);
    must(flow_publish(f->store, content, &e), &e);
    many.matter = matter = begin_transfer(f->store, a);
    must(matter_write(f->store, content, &wang, a, make_many, &many, &e), &e);
    issue_all(f, &many);
    numbers_are(f->store, AT_ONCE - 1);
    snprintf(shared->matter, sizeof shared->matter, "%s", str_c(a, begin_transfer(f->store, a)));
    store_close(f->store);
}

/* What an earlier process left is finished; then one more is numbered, killed on the way. */
static void number_one(Fixture *f, unsigned passage) {
    scoped_arena Arena *a = arena_new();
    DocumentNew in = {.matter = str_of(shared->matter), .type = STR("sample_note")};
    int64_t finished;
    Err e = {0};
    Str id;

    open_again(f);
    DocumentOffice o = office_of(f);

    must(document_numbers_sound(f->store, &e), &e);
    must(draft_as(f, "wang", &in, a, &id, &e), &e);
    MatterActor wang = {STR("wang"), NULL};
    DocumentAct submit = {.verb = DOCUMENT_SUBMIT}, number = {.verb = DOCUMENT_NUMBER};
    DocumentDone done;

    must(document_act_in_store(&o, &wang, id, 0, &submit, NULL, a, &done, &e), &e);
    Guise g = guise(f->store, "cai");

    fault_arm("", 0);
    if (passage)
        fault_kill("", passage);
    must(document_act(&o, &g.who, id, 0, &number, a, &done, &e) && done.told.count == 0, &e);
    shared->borders = fault_count();
    guise_off(&g);
    (void)finished;
    store_close(f->store);
}

/* Everything that has a number gets its pages, with that number; the chain is whole and can be
 * lived again. */
static bool pages(Tx *tx, void *context, Err *e) {
    scoped_arena Arena *a = arena_new();
    Node *rows = tx_rows_text(tx, a,
                              STR("SELECT COUNT(*) AS n FROM document WHERE matter <> '' AND "
                                  "numbered <> '' AND pdf = '' AND id NOT LIKE 'note%'"),
                              NO_ARGS, e);

    if (rows)
        *(int64_t *)context = node_int(rows->items[0], "n", 0);
    return rows != NULL;
}

static void look(Fixture *f, unsigned passage) {
    char live[65], again[65];
    JournalCheck check;
    int64_t left = 1, numbers = (int64_t)passage;
    Counting c = {0};
    Err e = {0};

    open_again(f);
    must(store_read(f->store, count, &c, &e), &e);
    numbers_are(f->store, c.count);
    if (c.count < numbers)
        err_set(&e, ERR_BROKEN, NULL, "只有 %lld 个号", (long long)c.count);
    must(e.code == ERR_NONE, &e);
    must(store_read(f->store, pages, &left, &e), &e);
    shared->numbers = c.count;
    if (left)
        err_set(&e, ERR_BROKEN, NULL, "%lld 份没有排版", (long long)left);
    must(e.code == ERR_NONE, &e);
    must(journal_verify(f->store, &check, &e), &e);
    must(journal_digest(f->store, live, &e) && journal_rebuild(f->store, again, &e), &e);
    if (strcmp(live, again) != 0)
        err_set(&e, ERR_BROKEN, NULL, "rebuilt tables differ from those that were live");
    must(e.code == ERR_NONE, &e);
    store_close(f->store);
}

static bool left_over(Tx *tx, void *context, Err *e) {
    scoped_arena Arena *a = arena_new();
    const Node *rows = tx_rows_text(tx, a,
                                    STR("SELECT id FROM document WHERE numbered <> '' AND pdf = '' "
                                        "AND id NOT LIKE 'note%' ORDER BY id LIMIT 1"),
                                    NO_ARGS, e);

    if (rows && rows->count)
        snprintf(context, 64, "%s", str_c(a, node_text(rows->items[0], "id")));
    return rows != NULL;
}

/* Of the thousand none is laid out here: that would only take time. */
static void finish_left(Fixture *f, unsigned passage) {
    Err e = {0};

    (void)passage;
    open_again(f);
    DocumentOffice o = office_of(f);

    for (;;) {
        scoped_arena Arena *a = arena_new();
        char id[64] = "";
        DocumentDone done = {0};

        must(store_read(f->store, left_over, id, &e), &e);
        if (!id[0])
            break;
        document_finish_one(&o, str_of(id), a, &done);
        if (done.told.count)
            err_set(&e, ERR_BROKEN, NULL, "%s", "没有排好");
        must(e.code == ERR_NONE, &e);
    }
    store_close(f->store);
}

/* The first page of a process cuts fonts down: once here, for all of them. */
static void warm(void) {
    scoped_arena Arena *a = arena_new();
    const DocumentType *type = content_document(content, STR("sample_note"), NULL);
    LayoutOptions options = {.created = STR("2026-03-02T09:00:00.000000+08:00")};
    LayoutReport report;
    Sheet sheet;
    scoped_buf Buf pdf = {0};
    Err e = {0};

    buf_init(&pdf, DOCUMENT_PDF_MOST);
    must(document_sheet(type, a, &sheet, &e) && layout_pdf(&sheet, &options, &pdf, &report, a, &e),
         &e);
}

int main(int argc, char **argv) {
    bool postgresql = argc > 1 && strcmp(argv[1], "postgresql") == 0;
    Fixture *f = &fixtures[postgresql];
    unsigned step = getenv("LIANHENG_LONG") ? 1 : 10, kills = 0;
    unsigned first = 1 + (unsigned)getpid() % step;

    if (!test_place_make(&f->place, postgresql))
        return 77;
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        abort();
    log_level(LOG_ERROR);
    content = content_with_documents();
    organisation_register();
    matter_register();
    document_register();
    warm();
    run(make, f, 0);
    run(number_one, f, 0);
    unsigned borders = shared->borders;

    for (unsigned i = first; i <= borders && i < PASSAGES_MOST; i += step)
        kills += run(number_one, f, i) == KILLED;
    run(finish_left, f, 0);
    run(look, f, AT_ONCE);
    printf(
        "numbers: %d at once, %u killed at %u borders from %u, 1 to %lld each once, chain whole\n",
        AT_ONCE - 1, kills, borders, first, (long long)shared->numbers);
    test_place_remove(&f->place);
    content_drop(content);
    return kills > 0 ? 0 : 1;
}
