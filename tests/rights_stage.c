/* SPDX-License-Identifier: MulanPSL-2.0 */
/* tests/rights_stage.c: an office that serves, with people and rows, for tests of rights. */
#include "rights_stage.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "people/account.h"

static const char password[] = "Heping-2024-ceshi";

void must(bool good, const Err *e) {
    if (good)
        return;
    fprintf(stderr, "rights: %s\n", e->text);
    exit(1);
}

double seconds_now(void) {
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* --- people ----------------------------------------------------------------------------------- */

static void sign_person_in(Stage *s, Person *p) {
    Session session = {0};
    Err e = {0};

    must(account_sign_in(s->office->store, str_of(p->login), STR("Heping-2024-ceshi"),
                         STR("127.0.0.1"), &session, &e),
         &e);
    p->cookie = str_format(s->arena, "lianheng_session=%s", session.token);
    p->csrf = str_dup(s->arena, str_of(session.csrf));
}

int64_t appoint(Stage *s, const char *login, Str role, int64_t organisation, Instant until) {
    AppointmentNew post = {
        .login = str_of(login), .role = role, .organisation = organisation, .until = until};
    int64_t number = 0;
    Err e = {0};

    must(appointment_create(s->office->store, s->snapshot->content, STR("system"), &post, &number,
                            &e),
         &e);
    return number;
}

Person *person(Stage *s, const char *login, const char *role, int64_t organisation,
               int64_t *appointment) {
    Person *p = &s->people[s->count++];
    Err e = {0};

    snprintf(p->login, sizeof p->login, "%s", login);
    must(account_create(s->office->store, STR("system"), str_of(login), STR("某人"),
                        str_of(password), false, &e),
         &e);
    p->role = role != NULL ? content_role(s->snapshot->content, str_of(role), &e) : NULL;
    if (p->role != NULL) {
        int64_t number = appoint(s, login, p->role->role, organisation,
                                 p->role->ends ? instant_now() + INT64_C(86400) * 1000000 : 0);

        if (appointment != NULL)
            *appointment = number;
    }
    sign_person_in(s, p);
    return p;
}

int64_t organisation(Stage *s, Str kind, const char *name) {
    OrganisationNew in = {.kind = kind, .name = str_of(name)};
    int64_t number = 0;
    Err e = {0};

    must(organisation_create(s->office->store, s->snapshot->content, STR("system"), &in, &number,
                             &e),
         &e);
    return number;
}

/* --- asking ----------------------------------------------------------------------------------- */

int ask(const Stage *s, const Person *p, const char *method, Str path, Str body, Arena *a,
        Reply *reply) {
    Ask q = {.port = server_port(s->server),
             .method = method,
             .path = str_c(a, path),
             .headers =
                 str_format(a, "Cookie: %.*s\r\nX-CSRF-Token: %.*s\r\n%s", STR_ARG(p->cookie),
                            STR_ARG(p->csrf), body.len ? "Content-Type: application/json\r\n" : "")
                     .ptr,
             .body = body};

    *reply = (Reply){0};
    return client_ask(&q, a, reply) ? reply->status : 0;
}

int get(const Stage *s, const Person *p, const char *path, Arena *a, const Node **json) {
    Reply reply;
    Err e = {0};
    int status = ask(s, p, "GET", str_of(path), (Str){NULL, 0}, a, &reply);

    if (json != NULL)
        *json = json_read(a, reply.body, &e);
    return status;
}

/* --- rows of organisations ----------------------------------------------------------------------
 */

static bool run_text(Tx *tx, void *context, Err *e) {
    Sql sql = {"text", context, context, true};

    return tx_run(tx, &sql, NO_ARGS, NULL, e);
}

void add_clue(Stage *s, const char *id, int64_t owner, int sealed) {
    scoped_arena Arena *a = arena_new();
    Err e = {0};
    Str text = str_format(
        a,
        "INSERT INTO clue (id, number, model, model_version, subject_kind, subject_key, strength, "
        "strength_rank, level, level_rank, status, suggests, amount, digest, found_run, found_at, "
        "changed_run, changed_at, title, subject_name, organisation, sealed) SELECT '%s', "
        "COALESCE(MAX(number), 0) + 1, 'overdue_reply', 'v', 'person', 'k%s', 'strong', 1, 'high', "
        "1, 'new', '', 0, '', 1, '2024-01-05T00:00:00.000000+08:00', 1, '', '标题%s', '姓名%s', "
        "%lld, %d FROM clue",
        id, id, id, id, (long long)owner, sealed);

    must(store_write(s->office->store, run_text, (void *)(uintptr_t)text.ptr, &e), &e);
}

/* One batch of one row with a name, brought by an organisation. */
int64_t import_row(Stage *s, int64_t owner, const char *name, const char *number) {
    scoped_arena Arena *a = arena_new();
    Err e = {0};
    Str path = str_format(a, "%s/in.csv", s->place.folder);
    FILE *f = fopen(path.ptr, "we");
    ImportRequest request = {
        .dataset = content_dataset(s->snapshot->content, STR("legal_practitioner"), &e),
        .path = path.ptr,
        .file_name = STR("in.csv"),
        .actor = STR("system"),
        .organisation = str_format(a, "%lld", (long long)owner)};
    ImportProgress progress = {0};
    ImportResult result = {0};

    fprintf(f, "姓名,执业证号,执业类别,执业状态\n%s,%s,律师,有效\n", name, number);
    fclose(f);
    must(import_run(s->office->importer, s->snapshot->content, &request, &progress, a, &result, &e),
         &e);
    return result.batch;
}

int64_t total_of(Stage *s, const Person *p, const char *path) {
    scoped_arena Arena *a = arena_new();
    const Node *n = NULL;
    int status = get(s, p, path, a, &n);

    return status == 200 ? node_int(n, "total", -1) : -status;
}

void expect_total(Stage *s, const Person *p, const char *path, int64_t want) {
    int64_t have = total_of(s, p, path);

    if (have != want)
        WRONG(s, "%s as %s: %lld, should be %lld", path, p->login, (long long)have,
              (long long)want);
}

bool says(Stage *s, const Person *p, const char *path, const char *words) {
    scoped_arena Arena *a = arena_new();
    Reply reply;

    ask(s, p, "GET", str_of(path), (Str){NULL, 0}, a, &reply);
    return str_find(reply.body, str_of(words)) >= 0;
}

/* --- streams -------------------------------------------------------------------------------------
 */

bool append_mark(Tx *tx, void *context, Err *e) {
    scoped_arena Arena *a = arena_new();
    Node *body = node_map(a);
    Event event = {.actor = STR("system"),
                   .kind = STR("clue.rights_test"),
                   .subject = STR("clue:00000000000000000000000000000002"),
                   .body = body};

    node_set_text(a, body, "model", str_of(context));
    return journal_append(tx, &event, e);
}

int open_stream(const Stage *s, const Person *p, Buf *heard) {
    scoped_arena Arena *a = arena_new();
    Ask q = {.port = server_port(s->server),
             .method = "GET",
             .path = "/api/events",
             .headers = str_format(a, "Cookie: %.*s\r\n", STR_ARG(p->cookie)).ptr};
    int fd = client_open(&q);

    buf_init(heard, 1 << 20);
    client_hear(fd, heard, STR("event: ping"), 5);
    return fd;
}

/* How long a page goes on answering 200 after the right has gone. */
double until_gone(Stage *s, const Person *p, const char *path) {
    double began = seconds_now();

    while (seconds_now() - began < 5) {
        scoped_arena Arena *a = arena_new();

        if (get(s, p, path, a, NULL) != 200)
            break;
    }
    return seconds_now() - began;
}

/* --- the stage
 * ------------------------------------------------------------------------------------ */

/* Roles of one's own beside those of the program. */
static void put_roles(const char *folder, const char *text) {
    char path[300];

    snprintf(path, sizeof path, "mkdir -p '%s/content/roles'", folder);
    FILE *f = system(path) == 0 ? NULL : stderr;

    snprintf(path, sizeof path, "%s/content/roles/test.yaml", folder);
    f = f == NULL ? fopen(path, "we") : NULL;
    if (f == NULL || fputs(text, f) < 0 || fclose(f) != 0) {
        perror(path);
        exit(1);
    }
}

bool stage_open(Stage *s, bool postgresql, const char *roles) {
    char first[32], folder[128];
    Err e = {0};

    if (!test_place_make(&s->place, postgresql))
        return false;
    snprintf(folder, sizeof folder, "%s/data", s->place.folder);
    Settings settings = {.office_name = STR("某某县人民检察院"),
                         .demonstration = true, /* administrators need no second factor here */
                         .operations = postgresql ? str_of(s->place.address) : (Str){NULL, 0},
                         .pool = postgresql ? str_of(s->place.address) : (Str){NULL, 0}};

    must(office_create(folder, &settings, first, &e), &e);
    if (roles != NULL)
        put_roles(folder, roles);
    s->office = office_open(folder, &e);
    must(s->office != NULL, &e);
    s->arena = arena_new();
    s->snapshot = office_snapshot(s->office);
    s->server = server_start(
        &(ServerOptions){.office = s->office, .listen = STR("127.0.0.1:0"), .workers = 4}, &e);
    must(s->server != NULL, &e);
    return true;
}

void stage_close(Stage *s) {
    server_stop(s->server);
    snapshot_drop(s->snapshot);
    office_close(s->office);
    arena_free(s->arena);
    test_place_remove(&s->place);
    if (s->mistakes)
        printf("%zu mistakes\n", s->mistakes);
}
