/* SPDX-License-Identifier: MulanPSL-2.0 */
/* tests/clock_kills.c: the clocks of matters and clues in processes that are killed: kill -9 at the
 * borders of their way, another process instead, the machine's clock set forward and back, and on
 * PostgreSQL two at once of which one is killed. In the end everything was said once, at the moment
 * a process that nobody disturbs says it; the chain is whole and can be lived again.
 *
 *     clock_kills sqlite|postgresql [SEED]
 *
 * LIANHENG_LONG=1: killed at every passage of every border. */
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>

#include "base/fault.h"
#include "base/log.h"
#include "clue/clue.h"
#include "clue/life.h"
#include "flow/matter_fixture.h"
#include "http/clock.h"

enum { SILENT = 0, SPOKE = 10, KILLED = 20, POINTS = 6, EACH = 3, PASSAGES_MOST = 4000 };

/* Days after the beginning. In between lie warnings, lapses, rungs, months; the last is a clock
 * that runs more than a year ahead. */
static const int days[] = {8, 12, 14, 16, 21, 30, 45, 95, 150, 400};
enum { MOMENTS = sizeof days / sizeof *days };

/* Named borders, and every third time any border at all. */
static const char *const points[POINTS] = {"store.savepoint", "journal.insert", "journal.head",
                                           "store.commit",    "store.step",     "store.committed"};
/* Borders that an undisturbed process passes at each moment; shared with the processes. */
static unsigned *passages;

/* One process: what it finds, and where it ends. */
typedef struct Turn {
    Fixture *place;
    Instant at;
    const char *point; /* NULL: it is not killed */
    unsigned passage;
    int gate;          /* >= 0: waits here until the other is ready too */
    unsigned *counted; /* NULL, or how many borders it passed */
} Turn;

static void must(bool good, const Err *e) {
    if (good)
        return;
    printf("not ok: %s %s\n", e->where, e->text);
    fflush(stdout);
    _exit(1);
}

static pid_t start(void (*work)(const Turn *), const Turn *t) {
    fflush(NULL);
    pid_t child = fork();

    if (child < 0)
        abort();
    if (child == 0) {
        alarm(120);
        work(t);
        fflush(NULL);
        _exit(SILENT);
    }
    return child;
}

/* How it ended; anything but the three ends the test. */
static int finish(pid_t child) {
    int status = 0;

    if (waitpid(child, &status, 0) != child)
        abort();
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
        return KILLED;
    if (WIFEXITED(status) && (WEXITSTATUS(status) == SILENT || WEXITSTATUS(status) == SPOKE))
        return WEXITSTATUS(status);
    printf("not ok: a process ended with %d\n", status);
    exit(1);
}

static Store *opened(const Turn *t) {
    Fixture *f = t->place;
    char path[100];
    Err e = {0};

    snprintf(path, sizeof path, "%s/key", f->place.folder);
    instant_freeze(t->at);
    f->keys = keys_load(path, &e);
    must(f->keys != NULL, &e);
    f->store = store_open(f->place.address, &e);
    must(f->store != NULL, &e);
    journal_use_keys(f->store, f->keys);
    store_thread_scope(NULL);
    return f->store;
}

/* ---- what runs ---- */

static void act(Store *s, const char *login, Str id, const char *name, const char *values,
                Arena *a) {
    FlowAct one = action(name);
    Err e = {0};

    one.values = values ? values_of(a, values) : NULL;
    must(act_as(s, login, id, 0, one, a, &e), &e);
}

/* A review whose period escalates; a reply whose lapse becomes a clue; a sub-matter for each unit,
 * an urging letter, a report every month. */
static void make(const Turn *t) {
    scoped_arena Arena *a = arena_new();
    MatterNew parts = {.flow = STR("sample_parts"), .parties = values_of(a, "{\"units\":[3,4]}")};
    Store *s;
    Err e = {0};
    Str id;

    fill(t->place);
    s = t->place->store;
    must(flow_publish(s, content, &e), &e);
    for (int i = 0; i < 2; i++)
        begin_transfer(s, a);
    id = begin_transfer(s, a);
    act(s, "wang", id, "propose", NULL, a);
    act(s, "chief", id, "agree", NULL, a);
    act(s, "wang", id, "served", "{\"served_on\":\"2026-03-02\"}", a);
    must(begin_as(s, "pan", &parts, a, &id, &e), &e);
    act(s, "pan", id, "send",
        "{\"subject\":\"排查\",\"due_on\":\"2026-06-30\",\"sent_on\":\"2026-03-02\",\"people\":2,"
        "\"final_no\":\"川检意〔2026〕1号\"}",
        a);
    store_close(s);
}

/* What a server's clock does, until there is nothing more to say. */
static void speak(const Turn *t) {
    Store *s = opened(t);
    int64_t said = 0, all = 0;
    Instant next = 0;
    Err e = {0};
    char byte = 'r';

    if (t->gate >= 0) { /* both write a byte, both read one: nobody goes before the other came */
        must(send(t->gate, &byte, 1, 0) == 1 && recv(t->gate, &byte, 1, 0) == 1, &e);
    }
    fault_arm("", 0);
    if (t->point)
        fault_kill(t->point, t->passage);
    do {
        must(clock_say(s, content, t->at, &said, &next, &e), &e);
        all += said;
    } while (said > 0 || next <= t->at);
    if (t->counted)
        *t->counted = fault_count();
    store_close(s);
    fflush(NULL);
    _exit(all ? SPOKE : SILENT);
}

/* ---- what was said ---- */

typedef struct Telling {
    FILE *file;
    Arena *arena;
} Telling;

static bool tell(Tx *tx, void *context, Err *e) {
    static const char *const asked[] = {
        /* Of every matter and clock, in order. */
        "SELECT m.number || ' ' || v.target || ' ' || v.verb || ' ' || v.action || ' ' || v.at AS "
        "line FROM matter_event v JOIN matter m ON m.id = v.matter WHERE v.actor = 'system' ORDER "
        "BY m.number, v.target, v.revision",
        "SELECT number || ' ' || state || ' ' || due AS line FROM matter ORDER BY number",
        /* Clues come in the order in which matters happen to be found. */
        "SELECT source || ' ' || life || ' ' || COALESCE(due, '') || ' ' || "
        "CAST(COUNT(*) AS TEXT) AS line FROM clue GROUP BY source, life, due ORDER BY 1",
        "SELECT kind || ' ' || CAST(COUNT(*) AS TEXT) AS line FROM journal GROUP BY kind ORDER BY "
        "1"};
    Telling *t = context;

    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        const Node *rows = tx_rows_text(tx, t->arena, str_of(asked[i]), NO_ARGS, e);

        for (size_t k = 0; rows && k < rows->count; k++)
            fprintf(t->file, "%.*s\n", STR_ARG(node_text(rows->items[k], "line")));
        if (!rows)
            return false;
    }
    return true;
}

/* The chain is whole, and living it again gives the same tables. */
static void look(const Turn *t) {
    scoped_arena Arena *a = arena_new();
    Store *s = opened(t);
    Telling told = {.arena = a};
    JournalCheck check;
    char path[100], live[65], again[65];
    Err e = {0};

    snprintf(path, sizeof path, "%s/said", t->place->place.folder);
    told.file = fopen(path, "we");
    must(told.file && store_read(s, tell, &told, &e), &e);
    fclose(told.file);
    must(journal_verify(s, &check, &e), &e);
    must(journal_digest(s, live, &e) && journal_rebuild(s, again, &e), &e);
    if (strcmp(live, again) != 0)
        err_set(&e, ERR_BROKEN, NULL, "rebuilt tables differ from those that were live");
    must(strcmp(live, again) == 0, &e);
    store_close(s);
}

static char *said_at(const Fixture *f) {
    static char rooms[2][1 << 16];
    static int which;
    char path[100], *room = rooms[which++ % 2];
    size_t n = 0;

    snprintf(path, sizeof path, "%s/said", f->place.folder);
    FILE *in = fopen(path, "re");

    if (in) {
        n = fread(room, 1, sizeof rooms[0] - 1, in);
        fclose(in);
    }
    room[n] = '\0';
    return room;
}

/* ---- the way ---- */

typedef struct Way {
    Fixture *place;
    uint64_t chance;
    bool thorough;
    int kills, turns, pairs;
} Way;

static unsigned below(Way *w, unsigned n) {
    w->chance = w->chance * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(w->chance >> 33) % n;
}

static int turn(Way *w, Instant at, const char *point, unsigned passage) {
    Turn t = {w->place, at, point, passage, -1, NULL};
    int how = finish(start(speak, &t));

    w->turns++;
    w->kills += how == KILLED;
    return how;
}

/* Two servers at one moment, of which the first is killed: the second says what is left. */
static void pair(Way *w, Instant at, const char *point, unsigned passage) {
    int gate[2];

    if (socketpair(AF_UNIX, SOCK_STREAM, 0, gate) != 0)
        abort();
    Turn first = {w->place, at, point, passage, gate[0], NULL},
         second = {w->place, at, NULL, 0, gate[1], NULL};
    pid_t a = start(speak, &first), b = start(speak, &second);

    w->kills += finish(a) == KILLED;
    if (finish(b) == KILLED)
        abort();
    close(gate[0]);
    close(gate[1]);
    w->pairs++;
    w->turns += 2;
}

static void silent(Way *w, Instant at, const char *why) {
    if (turn(w, at, NULL, 0) == SILENT)
        return;
    printf("not ok: %s, and something was said again\n", why);
    exit(1);
}

/* Somewhere on the way that is left: by name, or at any border. */
static int killed(Way *w, size_t m, unsigned i, bool two) {
    unsigned most = passages[m] / (i + 1) + 1;
    const char *point = i % 3 == 2 ? "" : points[(m * 2 + i) % POINTS];
    unsigned passage = *point && strcmp(point, "store.step") != 0 ? 1 : 1 + below(w, most);

    if (!two)
        return turn(w, monday + DAYS(days[m]), point, passage);
    pair(w, monday + DAYS(days[m]), point, passage);
    return SILENT;
}

/* Killed again and again at one moment, then left alone. */
static void moment(Way *w, size_t m) {
    for (unsigned i = 1; i <= PASSAGES_MOST && w->thorough; i++)
        if (turn(w, monday + DAYS(days[m]), "", i) != KILLED)
            break;
    for (unsigned i = 0; i < EACH && !w->thorough; i++)
        if (killed(w, m, i, false) != KILLED)
            break;
    /* Whoever starts with a clock that was set back says nothing. */
    if (m > 0 && m % 4 == 0)
        silent(w, monday + DAYS(days[m - 1]), "the clock was set back");
    if (w->place->postgresql)
        killed(w, m, (unsigned)m % EACH, true);
    else
        turn(w, monday + DAYS(days[m]), NULL, 0);
}

static void way(Way *w) {
    Turn make_it = {w->place, monday, NULL, 0, -1, NULL}, look_at_it = make_it;

    finish(start(make, &make_it));
    for (size_t m = 0; m < MOMENTS; m++)
        moment(w, m);
    silent(w, monday + DAYS(days[MOMENTS - 1]), "everything was said");
    silent(w, monday + DAYS(1), "the clock was set back at last");
    look_at_it.at = monday + DAYS(days[MOMENTS - 1]);
    finish(start(look, &look_at_it));
}

/* The same, by one process at a time that nobody disturbs. */
static void quiet_way(Fixture *f) {
    Turn t = {f, monday, NULL, 0, -1, NULL};

    finish(start(make, &t));
    for (size_t m = 0; m < MOMENTS; m++) {
        t.at = monday + DAYS(days[m]);
        t.counted = &passages[m];
        finish(start(speak, &t));
    }
    finish(start(look, &t));
}

static size_t lines(const char *text) {
    size_t n = 0;

    for (; *text; text++)
        n += *text == '\n';
    return n;
}

int main(int argc, char **argv) {
    bool postgresql = argc > 1 && strcmp(argv[1], "postgresql") == 0;
    int64_t seed = argc > 2 ? strtoll(argv[2], NULL, 10) : (int64_t)time(NULL) * 31 + getpid();
    Fixture quiet = {.postgresql = false}, *f = &fixtures[postgresql];
    Way w = {.place = f, .chance = (uint64_t)seed, .thorough = getenv("LIANHENG_LONG") != NULL};

    if (!test_place_make(&f->place, postgresql))
        return 77;
    test_place_make(&quiet.place, false);
    passages = mmap(NULL, MOMENTS * sizeof *passages, PROT_READ | PROT_WRITE,
                    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (passages == MAP_FAILED)
        abort();
    log_level(LOG_ERROR);
    content = content_with_samples();
    organisation_register();
    matter_register();
    clue_register();
    printf("seed %lld\n", (long long)seed);
    quiet_way(&quiet);
    way(&w);
    const char *expected = said_at(&quiet), *found = said_at(f);
    bool same = strcmp(expected, found) == 0 && lines(expected) > 40;

    if (!same)
        printf("not ok: what was said differs.\nExpected:\n%s\nFound:\n%s\n", expected, found);
    printf("clocks: %d processes, %d killed, %d pairs; %zu lines alike, chain whole\n", w.turns,
           w.kills, w.pairs, lines(found));
    test_place_remove(&f->place);
    test_place_remove(&quiet.place);
    content_drop(content);
    return same ? 0 : 1;
}
