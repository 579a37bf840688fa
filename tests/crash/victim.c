/* SPDX-License-Identifier: MulanPSL-2.0 */
/* tests/crash/victim.c: writes until it is killed, and says afterwards what is left (README.md).
 *
 *     victim run ADDRESS KEY_FILE      prints "thread step sequence" for each acknowledged write
 *     victim check ADDRESS KEY_FILE    reads such lines; prints "entries N", or what is wrong
 *     victim points                    are fault points compiled in?
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>

#include "store/journal_toy.h"

#include "sql_statements.h"

enum { THREADS = 8, ACKS_MOST = 4000000 };

static const Sql toy_step = {"toy_step", "SELECT id, n, name FROM toy ORDER BY id",
                             "SELECT id, n, name FROM toy ORDER BY id", false};
static const Sql toy_is_there = {
    "toy_is_there", "SELECT count(*) FROM sqlite_schema WHERE name = 'toy'",
    "SELECT count(*) FROM information_schema.tables WHERE table_schema = current_schema() AND "
    "table_name = 'toy'",
    false};

static void die(const char *what, const Err *e) {
    printf("broken: %s: %s\n", what, e ? e->text : "");
    exit(1);
}

/* ---- writing ---- */

typedef struct Writer {
    Store *store;
    int number;
    int64_t step; /* the last one in the tables */
} Writer;

/* One job: two events that must both be there or neither. */
typedef struct Work {
    int number;
    int64_t step, sequence;
    bool give_up;
} Work;

static bool append(Tx *tx, int number, const char *kind, int64_t step, const char *name,
                   int64_t *sequence, Err *e) {
    Toy toy = {.kind = kind, .by = step, .name = name};

    snprintf(toy.subject, sizeof toy.subject, "toy:%d", number);
    if (!toy_append(tx, &toy, e))
        return false;
    *sequence = toy.event.sequence;
    return true;
}

static bool work(Tx *tx, void *context, Err *e) {
    Work *w = context;
    char name[40];
    int64_t second;

    snprintf(name, sizeof name, "step-%" PRId64, w->step);
    return append(tx, w->number, "toy.counted", w->step, NULL, &w->sequence, e) &&
           append(tx, w->number, "toy.named", w->step, name, &second, e) &&
           (!w->give_up || err_set(e, ERR_CANCELLED, NULL, "放弃"));
}

static void *write_on(void *context) {
    Writer *w = context;

    for (int64_t i = 1;; i++) {
        Work job = {w->number, w->step + 1, 0, i % 10 == 0};
        Err e = {0};
        char line[80];

        if (!store_write(w->store, work, &job, &e)) {
            if (e.code != ERR_CANCELLED)
                die("write", &e);
            continue;
        }
        w->step++;
        int n = snprintf(line, sizeof line, "%d %" PRId64 " %" PRId64 "\n", w->number, job.step,
                         job.sequence);
        if (write(STDOUT_FILENO, line, (size_t)n) != n)
            exit(3); /* the driver has gone */
    }
    return NULL;
}

/* ---- what the tables say ---- */

typedef struct State {
    bool made;
    int count;
    int64_t step[THREADS], sum[THREADS];
} State;

static bool row_state(void *context, const Node *row, Err *e) {
    State *s = context;
    int64_t number = -1, step = 0;
    Str id = node_text(row, "id"), name = node_text(row, "name");

    if (!str_to_int(str_slice(id, 4, id.len), &number) || number < 0 || number >= THREADS)
        return err_set(e, ERR_BROKEN, NULL, "行 %.*s", STR_ARG(id));
    if (name.len && !str_to_int(str_slice(name, 5, name.len), &step))
        return err_set(e, ERR_BROKEN, NULL, "名称 %.*s", STR_ARG(name));
    s->step[number] = step;
    s->sum[number] = node_int(row, "n", -1);
    s->count++;
    /* The two events of the last job left their mark together. */
    if (s->sum[number] != step * (step + 1) / 2)
        return err_set(e, ERR_BROKEN, NULL, "半个事件：第 %d 线程第 %d 步，合计 %d", (int)number,
                       (int)step, (int)s->sum[number]);
    return true;
}

static bool read_state(Tx *tx, void *context, Err *e) {
    State *s = context;
    int64_t there = 0;

    *s = (State){0};
    if (!tx_int(tx, &toy_is_there, NO_ARGS, 0, &there, e))
        return false;
    s->made = there != 0;
    return !s->made || tx_each(tx, &toy_step, NO_ARGS, row_state, s, e);
}

static bool prepare(Tx *tx, void *context, Err *e) {
    State *s = context;
    int64_t sequence;

    if (!read_state(tx, s, e) || (!s->made && !toy_make_tables(tx, NULL, e)))
        return false;
    for (int i = s->count; i < THREADS; i++)
        if (!append(tx, i, "toy.made", 0, NULL, &sequence, e))
            return false;
    return true;
}

static void run(Store *s) {
    pthread_t threads[THREADS];
    Writer writers[THREADS];
    State state;
    Err e = {0};

    if (!store_write(s, prepare, &state, &e))
        die("prepare", &e);
    for (int i = 0; i < THREADS; i++) {
        writers[i] = (Writer){s, i, state.step[i]};
        pthread_create(&threads[i], NULL, write_on, &writers[i]);
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
}

/* ---- checking ---- */

/* Acknowledged: thread and step by sequence. */
typedef struct Ack {
    int number;
    int64_t step;
} Ack;

typedef struct Check {
    Ack *acks;
    int64_t highest, found, acked;
    int64_t step[THREADS]; /* counted so far */
} Check;

static void read_acks(Check *c) {
    char line[100];

    c->acks = calloc(ACKS_MOST, sizeof *c->acks);
    while (fgets(line, sizeof line, stdin)) {
        Str rest = str_of(line), piece;
        int64_t number[3] = {0};

        for (int i = 0; i < 3 && str_split(&rest, ' ', &piece); i++)
            if (!str_to_int(str_trim(piece), &number[i]))
                die("acknowledgement", NULL);
        if (number[2] < 1 || number[2] >= ACKS_MOST)
            die("sequence", NULL);
        c->acks[number[2]] = (Ack){(int)number[0], number[1]};
        c->acked++;
        if (number[2] > c->highest)
            c->highest = number[2];
    }
}

static bool check_entry(void *context, const Node *row, Err *e) {
    Check *c = context;
    scoped_arena Arena *a = arena_new();
    int64_t sequence = node_int(row, "sequence", 0), number = -1;
    Str subject = node_text(row, "subject");

    if (!str_is(node_text(row, "kind"), "toy.counted"))
        return true;
    const Node *body = json_read(a, node_text(row, "body"), e);

    if (!body || !str_to_int(str_slice(subject, 4, subject.len), &number) || number < 0 ||
        number >= THREADS)
        return err_set(e, ERR_BROKEN, NULL, "第 %d 条读不懂", (int)sequence);
    if (node_int(body, "by", -1) != ++c->step[number])
        return err_set(e, ERR_BROKEN, NULL, "第 %d 条不是第 %d 线程的第 %d 步", (int)sequence,
                       (int)number, (int)c->step[number]);
    if (sequence < ACKS_MOST && c->acks[sequence].step) {
        if (c->acks[sequence].number != number || c->acks[sequence].step != c->step[number])
            return err_set(e, ERR_BROKEN, NULL, "第 %d 条与确认的不同", (int)sequence);
        c->found++;
    }
    return true;
}

static bool check_entries(Tx *tx, void *context, Err *e) {
    return tx_each(tx, &SQL_journal_all, NO_ARGS, check_entry, context, e);
}

static void check(Store *s) {
    Check c = {0};
    State state;
    JournalCheck journal;
    char live[65], rebuilt[65];
    Err e = {0};

    read_acks(&c);
    if (!store_read(s, check_entries, &c, &e))
        die("entries", &e);
    if (c.found != c.acked) {
        printf("broken: %" PRId64 " acknowledged, %" PRId64 " found\n", c.acked, c.found);
        exit(1);
    }
    if (!journal_verify(s, &journal, &e))
        die("chain", &e);
    if (!store_read(s, read_state, &state, &e))
        die("rows", &e);
    for (int i = 0; i < THREADS; i++)
        if (state.made && state.step[i] != c.step[i])
            die("rows and events differ", NULL);
    if (state.made) {
        if (!journal_digest(s, live, &e) || !journal_rebuild(s, rebuilt, &e))
            die("rebuild", &e);
        if (strcmp(live, rebuilt) != 0)
            die("digest", NULL);
    }
    printf("entries %" PRId64 "\n", journal.entries);
    free(c.acks);
}

int main(int argc, char **argv) {
    Err e = {0};

    if (argc == 2 && strcmp(argv[1], "points") == 0) {
#ifdef LIANHENG_FAULTS
        puts("yes");
#else
        puts("no");
#endif
        return 0;
    }
    if (argc != 4) {
        fputs("用法：victim run|check ADDRESS KEY_FILE\n", stderr);
        return 2;
    }
    crypto_start();
    journal_register(toy_projections, toy_table_names);
    Keys *keys = keys_load(argv[3], &e);

    if (!keys && !(keys = keys_create(argv[3], &e)))
        die("key", &e);
    Store *s = store_open(argv[2], &e);

    if (!s)
        die("open", &e);
    journal_use_keys(s, keys);
    if (strcmp(argv[1], "run") == 0)
        run(s);
    else
        check(s);
    store_close(s);
    keys_free(keys);
    return 0;
}
