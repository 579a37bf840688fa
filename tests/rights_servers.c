/* SPDX-License-Identifier: MulanPSL-2.0 */
/* tests/rights_servers.c: rights given and taken by another server on the same PostgreSQL. It has a
 * store of its own, so nothing it writes is heard here: the pages and the open event streams of
 * this server must go by it within a second. What happens there is heard here, and what is created
 * under one Idempotency-Key is created once, whichever server is asked.
 *
 *     rights_servers            needs LIANHENG_TEST_PG */
#include <pthread.h>
#include <string.h>
#include <time.h>

#include "rights_stage.h"

#define CLUE "00000000000000000000000000000002"
static const char page[] = "/api/clues/" CLUE, list[] = "/api/clues?status=all";
static const double within = 1; /* seconds */

typedef struct Servers {
    Stage *stage;
    Store *other;
    double longest;
} Servers;

static void took(Servers *v, const char *what, double began) {
    double seconds = seconds_now() - began;

    v->longest = seconds > v->longest ? seconds : v->longest;
    if (seconds > within)
        WRONG(v->stage, "%s takes %.2f s", what, seconds);
}

/* Waits until the list has that many, or long enough. */
static void until_total(Servers *v, const Person *p, int64_t want, const char *what) {
    double began = seconds_now();

    while (total_of(v->stage, p, list) != want && seconds_now() - began < 3)
        nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
    took(v, what, began);
    expect_total(v->stage, p, list, want);
}

static int64_t give(Servers *v, FieldsShown fields) {
    const GrantNew in = {.kind = STR("clue"),
                         .object = STR(CLUE),
                         .grantee = STR("person:guest"),
                         .fields = fields,
                         .purpose = STR("协查")};
    int64_t number = 0;
    Err e = {0};

    must(grant_give(v->other, v->stage->snapshot->content, STR("system"), &in, &number, &e), &e);
    return number;
}

static void say(Servers *v, const char *mark) {
    Err e = {0};

    must(store_write(v->stage->office->store, append_mark, (void *)(uintptr_t)mark, &e), &e);
}

/* Marks are told every tenth of a second; the first that is heard, or no longer heard, counts. */
static void stream_turns(Servers *v, int fd, bool speaks, const char *what) {
    double began = seconds_now();

    for (int i = 0; seconds_now() - began < 3; i++) {
        scoped_buf Buf heard;
        char mark[40];

        snprintf(mark, sizeof mark, "mark-%d-%d", speaks, i);
        buf_init(&heard, 1 << 20);
        say(v, mark);
        if (client_hear(fd, &heard, str_of(mark), speaks ? 0.1 : 0.25) == speaks)
            break;
    }
    took(v, what, began);
}

static void check_grants(Servers *v, const Person *guest) {
    scoped_buf Buf heard;
    Err e = {0};

    expect_total(v->stage, guest, list, 0); /* what is kept of him is fresh */
    int64_t number = give(v, FIELDS_PLAIN);

    until_total(v, guest, 1, "a grant of another server");
    must(grant_end(v->other, STR("system"), number, &e), &e);
    double began = seconds_now();

    until_gone(v->stage, guest, page);
    took(v, "the end of a grant by another server", began);
    expect_total(v->stage, guest, list, 0);
    int fd = open_stream(v->stage, guest, &heard);

    number = give(v, FIELDS_PLAIN);
    stream_turns(v, fd, true, "a grant of another server, for an open stream");
    must(grant_end(v->other, STR("system"), number, &e), &e);
    stream_turns(v, fd, false, "the end of a grant by another server, for an open stream");
    close(fd);
}

static void check_posts(Servers *v, const Person *guest) {
    const AppointmentNew post = {.login = str_of(guest->login),
                                 .role = STR("case_officer"),
                                 .organisation = ORGANISATION_HOME};
    int64_t number;
    Err e = {0};

    must(appointment_create(v->other, v->stage->snapshot->content, STR("system"), &post, &number,
                            &e),
         &e);
    until_total(v, guest, 2, "a post given by another server");
    must(appointment_end(v->other, v->stage->snapshot->content, STR("system"), number, &e), &e);
    until_total(v, guest, 0, "a post ended by another server");
}

static const Rights *rights_in(const Servers *v, Store *store, Str login) {
    Err e = {0};
    const Rights *r = rights_of(store, v->stage->snapshot->content, login, &e);

    must(r != NULL, &e);
    return r;
}

/* --- live pages ------------------------------------------------------------------------------- */

static void say_elsewhere(Servers *v, const char *mark) {
    Err e = {0};

    must(store_write(v->other, append_mark, (void *)(uintptr_t)mark, &e), &e);
}

/* What another server writes is heard by the pages open here, once, and what this one writes too.
 */
static void check_live(Servers *v, const Person *p) {
    scoped_buf Buf heard;
    int fd = open_stream(v->stage, p, &heard);
    double began = seconds_now();

    say_elsewhere(v, "elsewhere-one");
    bool one = client_hear(fd, &heard, STR("elsewhere-one"), 5);

    took(v, "an event of another server, for an open stream", began);
    say(v, "here-one");
    say_elsewhere(v, "elsewhere-two");
    bool rest = client_hear(fd, &heard, STR("elsewhere-two"), 5) &&
                client_hear(fd, &heard, STR("here-one"), 5);
    ptrdiff_t first = str_find(buf_str(&heard), STR("elsewhere-one"));
    bool twice = first >= 0 && str_find(str_slice(buf_str(&heard), (size_t)first + 1, heard.len),
                                        STR("elsewhere-one")) >= 0;

    if (!one || !rest || twice)
        WRONG(v->stage, "events of another server: heard %d, the rest %d, twice %d", one, rest,
              twice);
    close(fd);
}

/* --- the same creation on two servers ----------------------------------------------------------
 */

typedef struct Asker {
    const Stage *stage;
    const Person *person;
    uint16_t port;
    int64_t asked; /* organisation */
    int round, status;
    char answer[400];
    pthread_t thread;
} Asker;

static void *create(void *context) {
    Asker *k = context;
    scoped_arena Arena *a = arena_new();
    Reply reply = {0};
    Str headers = str_format(a,
                             "Cookie: %.*s\r\nX-CSRF-Token: %.*s\r\nContent-Type: "
                             "application/json\r\nIdempotency-Key: once-%d\r\n",
                             STR_ARG(k->person->cookie), STR_ARG(k->person->csrf), k->round);
    Ask q = {.port = k->port,
             .method = "POST",
             .path = "/api/matters",
             .headers = headers.ptr,
             .body = str_format(a,
                                "{\"flow\":\"consultation\",\"organisation\":1,\"parties\":"
                                "{\"asked\":%lld},\"values\":{\"subject\":\"同一件事\"}}",
                                (long long)k->asked)};

    k->status = client_ask(&q, a, &reply) ? reply.status : 0;
    snprintf(k->answer, sizeof k->answer, "%.*s", STR_ARG(reply.body));
    return NULL;
}

/* Both are asked at the same time, then each again: one matter, and one answer. */
static void check_once(Servers *v, const Person *p) {
    enum { ROUNDS = 6 };
    Office second = *v->stage->office;
    Err e = {0};

    int64_t agency = organisation(v->stage, STR("market_supervision"), "某市场监督管理局");

    second.store = v->other;
    Server *there =
        server_start(&(ServerOptions){.office = &second, .listen = STR("127.0.0.1:0")}, &e);

    must(there != NULL, &e);
    for (int i = 0; i < ROUNDS; i++) {
        Asker asked[4];
        const char *answer = NULL;

        for (int k = 0; k < 4; k++) {
            asked[k] = (Asker){.stage = v->stage,
                               .person = p,
                               .port = server_port(k % 2 ? there : v->stage->server),
                               .asked = agency,
                               .round = i};
            if (k < 2)
                pthread_create(&asked[k].thread, NULL, create, &asked[k]);
        }
        for (int k = 0; k < 2; k++)
            pthread_join(asked[k].thread, NULL);
        create(&asked[2]);
        create(&asked[3]);
        for (int k = 0; k < 4; k++) {
            bool told = asked[k].status == 201;

            if (told && answer != NULL && strcmp(answer, asked[k].answer) != 0)
                WRONG(v->stage, "the same creation answered as %s and as %s", answer,
                      asked[k].answer);
            answer = told ? asked[k].answer : answer;
            if (!told && (asked[k].status != 409 || k >= 2))
                WRONG(v->stage, "the same creation again: %d %s", asked[k].status, asked[k].answer);
        }
        expect_total(v->stage, p, "/api/matters?state=all", i + 1);
    }
    server_stop(there);
}

/* Where an organisation has come to have many clues they are looked for in another way; what is
 * seen is the same, and no stream starts over for it. */
static void check_mark(Servers *v, const char *address) {
    Err e = {0};
    Store *late = store_open(address, &e);
    Str login = str_of(person(v->stage, "reader", "prosecutor", ORGANISATION_HOME, NULL)->login);

    must(late != NULL, &e);
    const Rights *before = rights_in(v, v->other, login), *after = rights_in(v, late, login);

    if (str_eq(before->scope.views[0].sql, after->scope.views[0].sql))
        WRONG(v->stage, "a house with all clues looks for them as one with none does");
    if (rights_mark(before) != rights_mark(after))
        WRONG(v->stage, "the mark of rights tells how rows are looked for");
    rights_drop(before);
    rights_drop(after);
    store_close(late);
}

int main(void) {
    static const Projection kinds[] = {{"clue.rights_test", NULL}, {0}};
    static Stage s;
    Servers v = {.stage = &s};
    Err e = {0};

    crypto_start();
    if (!stage_open(&s, true, NULL))
        return 77;
    journal_register(kinds, NULL);
    v.other = store_open(s.place.address, &e);
    must(v.other != NULL, &e);
    journal_use_keys(v.other, s.office->keys);
    rights_drop(rights_in(&v, v.other, STR("nobody"))); /* what it knows of rows is from now */
    add_clue(&s, "00000000000000000000000000000001", ORGANISATION_HOME, 0);
    add_clue(&s, CLUE, ORGANISATION_HOME, 0);
    const Person *guest =
        person(&s, "guest", "court_clerk", organisation(&s, STR("court"), "某法院"), NULL);

    check_mark(&v, s.place.address);
    check_grants(&v, guest);
    check_posts(&v, guest);
    check_live(&v, person(&s, "listener", "case_officer", ORGANISATION_HOME, NULL));
    check_once(&v, person(&s, "asker", "prosecutor", ORGANISATION_HOME, NULL));
    printf("removal: what another server gives and takes acts within %.2f s, lists and streams "
           "alike\n",
           v.longest);
    store_close(v.other);
    stage_close(&s);
    return s.mistakes != 0;
}
