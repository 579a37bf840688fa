/* SPDX-License-Identifier: MulanPSL-2.0 */
/* tests/rights_http.c: rights over the wire: every route by every role, what is not visible is not
 * there, rights that are taken away, and readers while rights change.
 *
 *     rights_http sqlite|postgresql */
#include <pthread.h>
#include <time.h>

#include "rights_stage.h"

enum { READERS = 4, TURNS = 40 };

/* --- every route by every role ---------------------------------------------------------------- */

static Str sample_path(Arena *a, const Route *r) {
    scoped_buf Buf out;
    Str rest = str_of(r->path), piece;
    bool first = true;

    buf_init(&out, 400);
    while (str_split(&rest, '/', &piece)) {
        if (!first)
            buf_add_char(&out, '/');
        first = false;
        buf_add(&out, piece.len > 2 && piece.ptr[0] == '{' ? STR("no-such") : piece);
    }
    return str_dup(a, buf_str(&out));
}

/* What the issue and the policy say of the routes of earlier versions, once more by hand. */
static const char *const known[][2] = {
    {"session_get", "self"},
    {"overview_get", "overview.read"},
    {"search", "search.use"},
    {"dataset_list", "dataset.read"},
    {"dataset_get", "dataset.read"},
    {"dataset_rows", "row.read"},
    {"dataset_row", "row.read"},
    {"batch_list", "batch.read"},
    {"batch_get", "batch.read"},
    {"batch_rejects", "batch.read"},
    {"batch_rejects_csv", "batch.read"},
    {"upload_create", "batch.import"},
    {"upload_preview", "batch.import"},
    {"import_create", "batch.import"},
    {"job_list", "self"},
    {"job_get", "self"},
    {"model_list", "model.read"},
    {"model_get", "model.read"},
    {"model_run", "model.run"},
    {"model_run_all", "model.run"},
    {"model_runs", "model.read"},
    {"model_test", "model.test"},
    {"clue_list", "clue.read"},
    {"clue_get", "clue.read"},
    {"export_create", "clue.export"},
    {"export_get", "clue.export"},
    {"event_stream", "self"},
    {"account_sessions", "session.revoke"},
};

static bool role_has(const Role *role, int permission) {
    for (size_t i = 0; i < role->rules.count; i++)
        if (role_rules(role)[i].permission == permission)
            return true;
    return false;
}

static const BindName *permission_of(int value) {
    for (const BindName *n = permission_names; n->name != NULL; n++)
        if (n->value == value)
            return n;
    return NULL;
}

/* Answers 403 with the permission's name exactly when the role lacks it. A body that is no JSON
 * keeps what changes things from doing so. */
static void check_route(Stage *s, const Person *p, const Route *r) {
    scoped_arena Arena *a = arena_new();
    const BindName *needed = permission_of(r->needs);
    Str path = sample_path(a, r);
    Reply reply;
    int status;

    if (r->kind == ROUTE_STREAM) {
        Ask q = {.port = server_port(s->server),
                 .method = "GET",
                 .path = str_c(a, path),
                 .headers = str_format(a, "Cookie: %.*s\r\n", STR_ARG(p->cookie)).ptr};
        scoped_buf Buf heard;
        int fd = client_open(&q);

        buf_init(&heard, 1 << 20);
        status = client_hear(fd, &heard, STR("event: ping"), 2) ? 200 : 403;
        close(fd);
        if ((status == 403) == role_has(p->role, r->needs))
            WRONG(s, "%s as %s: %d", r->name, p->login, status);
        return;
    }
    status = ask(s, p, method_name(r->method), path, r->method == GET ? (Str){NULL, 0} : STR("["),
                 a, &reply);
    Str words = str_format(a, "没有“%s”的权限", needed->title);
    bool refused = status == 403 && str_find(reply.body, words) >= 0;

    if (refused == role_has(p->role, r->needs) || status == 0 || (status >= 500 && status != 503))
        WRONG(s, "%s as %.*s: %d %.*s", r->name, STR_ARG(p->role->role), status,
              STR_ARG(reply.body));
}

static bool ends_session(const Route *r) {
    return str_is(str_of(r->name), "session_end");
}

static void check_matrix(Stage *s) {
    size_t routes = 0, first = s->count, named = 0;

    for (size_t i = 0; i < content_role_count(s->snapshot->content); i++) {
        const Role *role = content_role_at(s->snapshot->content, i);
        char login[40], name[60];
        int64_t number = ORGANISATION_HOME;

        if (role->founder)
            continue;
        snprintf(login, sizeof login, "role%zu", i);
        snprintf(name, sizeof name, "第%zu单位", i);
        if (role->organisations.count)
            number = organisation(s, ((const Str *)role->organisations.items)[0], name);
        person(s, login, str_c(s->arena, role->role), number, NULL);
    }
    for (const Route *const *t = route_tables; *t != NULL; t++)
        for (const Route *r = *t; r->method != METHOD_NONE; r++) {
            if (r->access != ACCESS_USER || ends_session(r))
                continue;
            routes++;
            for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
                if (!str_is(str_of(r->name), known[k][0]))
                    continue;
                named++;
                if (!str_is(str_of(permission_of(r->needs)->name), known[k][1]))
                    WRONG(s, "%s should need %s", r->name, known[k][1]);
            }
            for (size_t i = first; i < s->count; i++)
                check_route(s, &s->people[i], r);
        }
    if (named != sizeof known / sizeof *known)
        WRONG(s, "%zu of the known routes are gone", sizeof known / sizeof *known - named);
    printf("matrix: %zu routes × %zu roles, %zu answers as the role files say\n", routes,
           s->count - first, routes * (s->count - first));
}

/* --- rows of two organisations ---------------------------------------------------------------- */

static Str first_row(Stage *s, const Person *p, int64_t batch, Arena *a) {
    const Node *n = NULL;

    get(s, p,
        str_format(a, "/api/datasets/legal_practitioner/rows?batch=%lld", (long long)batch).ptr, a,
        &n);
    const Node *items = node_get(n, "items");

    return items != NULL && items->count ? node_text(items->items[0], "id") : (Str){NULL, 0};
}

/* The same answer as for something that never was: status, head and body, apart from what was asked
 * for, the request's id and the time. */
static Str without(Arena *a, Str text, Str what) {
    scoped_buf Buf out;

    buf_init(&out, 1 << 20);
    for (;;) {
        ptrdiff_t at = what.len ? str_find(text, what) : -1;

        buf_add(&out, at < 0 ? text : str_slice(text, 0, (size_t)at));
        if (at < 0)
            break;
        buf_add_c(&out, "•");
        text = str_slice(text, (size_t)at + what.len, text.len);
    }
    return str_dup(a, buf_str(&out));
}

static Str plain_head(Arena *a, Str head) {
    scoped_buf Buf out;
    Str line;

    buf_init(&out, 1 << 16);
    while (str_split(&head, '\n', &line))
        if (!str_starts(line, STR("Date:")) && !str_starts(line, STR("X-Request-Id:")))
            buf_add(&out, line);
    return str_dup(a, buf_str(&out));
}

/* A pattern with the id in the place of its star. */
static Str address(Arena *a, const char *pattern, Str id) {
    const char *star = strchr(pattern, '*');

    return str_format(a, "%.*s%.*s%s", (int)(star - pattern), pattern, STR_ARG(id), star + 1);
}

static void check_same(Stage *s, const Person *p, const char *method, const char *pattern,
                       Str hidden, Str nothing) {
    scoped_arena Arena *a = arena_new();
    Str asked[] = {hidden, nothing}, heads[2], bodies[2];

    for (size_t i = 0; i < 2; i++) {
        Reply reply;
        Err e = {0};
        Str path = address(a, pattern, asked[i]);

        ask(s, p, method, path, (Str){NULL, 0}, a, &reply);
        const Node *body = json_read(a, reply.body, &e);

        heads[i] = plain_head(a, reply.head);
        bodies[i] = without(a, without(a, reply.body, node_text(body, "request")), asked[i]);
        if (reply.status < 400 && str_is(str_of(method), "GET") && !strchr(pattern, '?'))
            WRONG(s, "%s %.*s as %s: %d", method, STR_ARG(path), p->login, reply.status);
    }
    if (!str_eq(heads[0], heads[1]) || !str_eq(bodies[0], bodies[1]))
        WRONG(s, "%s %.*s tells more than for what never was:\n%.*s\n%.*s", method,
              STR_ARG(address(a, pattern, hidden)), STR_ARG(bodies[0]), STR_ARG(bodies[1]));
}

typedef struct World {
    int64_t police, court;
    const Person *officer, *clerk, *chief, *central;
    int64_t batches[2];
} World;

static void make_world(Stage *s, World *w) {
    Err e = {0};
    int64_t number;

    w->police = organisation(s, STR("police"), "某某县公安局");
    w->court = organisation(s, STR("court"), "某某县人民法院");
    w->officer = person(s, "officer", "police_officer", w->police, NULL);
    w->clerk = person(s, "clerk", "court_clerk", w->court, NULL);
    w->chief = person(s, "chief", "chief_procurator", ORGANISATION_HOME, NULL);
    w->central = person(s, "central", "case_officer", ORGANISATION_HOME, NULL);
    add_clue(s, "00000000000000000000000000000001", ORGANISATION_HOME, 0);
    add_clue(s, "00000000000000000000000000000002", ORGANISATION_HOME, 0);
    add_clue(s, "00000000000000000000000000000003", ORGANISATION_HOME, 1);
    w->batches[0] = import_row(s, w->police, "甲某某", "15105201910000001");
    w->batches[1] = import_row(s, w->court, "乙某某", "15105201910000002");
    const GrantNew grants[] = {
        {.kind = STR("clue"),
         .object = STR("00000000000000000000000000000002"),
         .grantee = str_format(s->arena, "organisation:%lld", (long long)w->police),
         .fields = FIELDS_PERSONAL,
         .purpose = STR("协查")},
        {.kind = STR("clue"),
         .object = STR("00000000000000000000000000000002"),
         .grantee = STR("person:clerk"),
         .fields = FIELDS_PERSONAL,
         .purpose = STR("协查")},
    };

    for (size_t i = 0; i < 2; i++)
        must(grant_give(s->office->store, s->snapshot->content, STR("central"), &grants[i], &number,
                        &e),
             &e);
}

static void check_worlds(Stage *s, const World *w) {
    scoped_arena Arena *a = arena_new();
    static const char rows[] = "/api/datasets/legal_practitioner/rows";

    expect_total(s, w->central, "/api/clues", 2);
    expect_total(s, w->chief, "/api/clues", 2);
    expect_total(s, w->officer, "/api/clues", 1);
    expect_total(s, w->clerk, "/api/clues", 1);
    expect_total(s, w->central, rows, 2);
    expect_total(s, w->officer, rows, 1);
    expect_total(s, w->clerk, rows, 1);
    expect_total(s, w->officer, "/api/batches", 1);
    expect_total(s, w->central, "/api/batches", 2);
    /* Names only where the role and the grant say so, in lists, searches and pool rows alike. */
    if (!says(s, w->officer, "/api/clues", "姓名0000") || says(s, w->clerk, "/api/clues", "姓名0"))
        WRONG(s, "names in clues");
    if (!says(s, w->officer, rows, "甲某某") || says(s, w->officer, rows, "乙某某") ||
        says(s, w->clerk, rows, "乙某某"))
        WRONG(s, "names in pool rows");
    expect_total(s, w->officer, "/api/clues?text=%E6%A0%87%E9%A2%98", 1);
    expect_total(s, w->clerk, "/api/clues?text=%E6%A0%87%E9%A2%98", 0);
    expect_total(s, w->clerk, "/api/datasets/legal_practitioner/rows?text=%E4%B9%99", 0);
    expect_total(s, w->officer, "/api/datasets/legal_practitioner/rows?text=%E7%94%B2", 1);
    if (says(s, w->clerk, "/api/search?text=%E6%A0%87%E9%A2%98", "标题"))
        WRONG(s, "search tells a title");
    if (!says(s, w->officer, "/api/datasets/legal_practitioner", "\"rows\":1,\"batches\":1"))
        WRONG(s, "figures of a dataset count other people's rows");
    (void)a;
}

static void check_hidden(Stage *s, const World *w) {
    scoped_arena Arena *a = arena_new();
    Str row = first_row(s, w->central, w->batches[1], a), mine = {NULL, 0};
    Str batch = str_format(a, "%lld", (long long)w->batches[1]);
    const Str clue = STR("00000000000000000000000000000001"),
              sealed = STR("00000000000000000000000000000003"),
              none = STR("0000000000000000000000000000000f");
    Reply reply;
    Err e = {0};

    if (row.len == 0)
        WRONG(s, "no row to look for");
    check_same(s, w->officer, "GET", "/api/clues/*", clue, none);
    check_same(s, w->central, "GET", "/api/clues/*", sealed, none);
    check_same(s, w->officer, "GET", "/api/batches/*", batch, STR("9"));
    check_same(s, w->officer, "GET", "/api/batches/*/rejects", batch, STR("9"));
    check_same(s, w->officer, "GET", "/api/batches/*/rejects.csv", batch, STR("9"));
    check_same(s, w->officer, "GET", "/api/datasets/legal_practitioner/rows/*", row, none);
    check_same(s, w->officer, "GET", "/api/datasets/legal_practitioner/rows?batch=*", batch,
               STR("9"));
    check_same(s, w->officer, "GET", "/api/clues?subject=*",
               STR("k00000000000000000000000000000001"), STR("k0000000000000000000000000000000f"));
    check_same(s, w->officer, "GET", "/api/search?text=*", STR("XS-000001"), STR("XS-000009"));
    /* Another one's job and file. */
    int status = ask(s, w->central, "POST", STR("/api/runs"), STR("{}"), a, &reply);
    Str job = node_text(json_read(a, reply.body, &e), "job");

    if (status != 202 || job.len == 0)
        WRONG(s, "no job: %d", status);
    check_same(s, w->officer, "GET", "/api/jobs/*", job, str_dup(a, STR("ffffffffffffffff")));
    check_same(s, w->officer, "POST", "/api/jobs/*/cancel", job, STR("ffffffffffffffff"));
    status =
        ask(s, w->central, "POST", STR("/api/exports"),
            STR("{\"what\":\"clues\",\"format\":\"csv\",\"purpose\":\"clue_check\"}"), a, &reply);
    Str export = node_text(json_read(a, reply.body, &e), "export");

    if (status == 201) {
        mine = str_dup(a, export);
        for (size_t i = 0; i < mine.len; i++)
            ((char *)(uintptr_t)mine.ptr)[i] = 'e';
        check_same(s, w->chief, "GET", "/api/exports/*", export, mine);
    } else {
        WRONG(s, "no export: %d %.*s", status, STR_ARG(reply.body));
    }
    printf("hidden: 12 kinds of addresses answer as if nothing were there\n");
}

/* --- rights that go --------------------------------------------------------------------------- */

static void check_streams(Stage *s, const Person *p, const Person *other, int64_t appointment) {
    scoped_buf Buf heard;
    scoped_buf Buf others;
    Err e = {0};
    int fd = open_stream(s, p, &heard), other_fd = open_stream(s, other, &others);
    static char before[] = "mark-before", after[] = "mark-after";

    must(store_write(s->office->store, append_mark, before, &e), &e);
    if (!client_hear(fd, &heard, STR("mark-before"), 5))
        WRONG(s, "the stream says nothing");
    must(appointment_end(s->office->store, s->snapshot->content, STR("system"), appointment, &e),
         &e);
    must(store_write(s->office->store, append_mark, after, &e), &e);
    if (!client_hear(other_fd, &others, STR("mark-after"), 5))
        WRONG(s, "the stream of somebody else says nothing");
    if (client_hear(fd, &heard, STR("mark-after"), 1.5))
        WRONG(s, "the stream goes on after the right has gone");
    close(fd);
    close(other_fd);
}

static void check_removal(Stage *s, const World *w) {
    static const char clue[] = "/api/clues/00000000000000000000000000000002";
    int64_t appointment, grant;
    Err e = {0};
    const Person *p = person(s, "leaver", "case_officer", ORGANISATION_HOME, &appointment);
    double took;

    check_streams(s, p, w->central, appointment);
    if ((took = until_gone(s, p, "/api/clues")) > 1)
        WRONG(s, "an ended post works for %.1f s", took);
    printf("removal: an ended post stops working after %.3f s", took);
    /* A grant, by event. */
    const Person *guest = person(s, "guest", "court_clerk", w->court, NULL);
    const GrantNew in = {.kind = STR("clue"),
                         .object = STR("00000000000000000000000000000002"),
                         .grantee = STR("person:guest"),
                         .fields = FIELDS_PLAIN,
                         .purpose = STR("协查")};

    must(grant_give(s->office->store, s->snapshot->content, STR("central"), &in, &grant, &e), &e);
    if (total_of(s, guest, "/api/clues?status=all") != 1)
        WRONG(s, "a grant does not open: %lld",
              (long long)total_of(s, guest, "/api/clues?status=all"));
    must(grant_end(s->office->store, STR("central"), grant, &e), &e);
    if ((took = until_gone(s, guest, clue)) > 1)
        WRONG(s, "an ended grant works for %.1f s", took);
    printf(", a grant after %.3f s", took);
    /* A delegation that runs out by itself. */
    Instant end = instant_now() + 1500000;
    const DelegationNew given = {
        .giver = STR("central"), .receiver = STR("guest"), .reason = STR("休假"), .until = end};
    int64_t number;

    must(delegation_give(s->office->store, s->snapshot->content, STR("central"), &given, &number,
                         &e),
         &e);
    if (total_of(s, guest, "/api/clues?status=all") != 2)
        WRONG(s, "a delegation does not work: %lld",
              (long long)total_of(s, guest, "/api/clues?status=all"));
    until_gone(s, guest, clue);
    took = (double)(instant_now() - end) / 1e6;
    if (took < -0.05 || took > 1)
        WRONG(s, "a delegation works %.1f s past its end", took);
    printf(", a delegation %.3f s past its end\n", took);
}

/* --- readers while rights change -------------------------------------------------------------- */

typedef struct Reader {
    Stage *stage;
    const Person *person;
    pthread_t thread;
    _Atomic bool *stop;
    size_t read, leaks, seen[3];
} Reader;

/* Half of them over the wire, half by the store itself. */
static void read_once(Reader *r, Arena *a) {
    const Node *page = NULL;

    get(r->stage, r->person, "/api/clues?status=all&limit=200", a, &page);
    const Node *items = page ? node_get(page, "items") : NULL;

    r->read++;
    r->seen[items ? (items->count < 2 ? items->count : 2) : 0]++;
    for (size_t i = 0; items && i < items->count; i++) {
        Str id = node_text(items->items[i], "id");

        /* Granted by turns: 2 and 4; never 1, 3. */
        if (!str_ends(id, STR("2")) && !str_ends(id, STR("4")))
            r->leaks++;
        /* Personal only through the grant of 2. */
        if (str_ends(id, STR("4")) &&
            str_find(node_text(items->items[i], "title"), STR("标题")) >= 0)
            r->leaks++;
    }
    if (page && items && node_int(page, "total", -1) != (int64_t)items->count)
        r->leaks++;
}

static void *read_on(void *context) {
    Reader *r = context;

    while (!atomic_load(r->stop)) {
        scoped_arena Arena *a = arena_new();

        read_once(r, a);
    }
    return NULL;
}

static void check_concurrency(Stage *s, const World *w) {
    const Person *p = person(s, "turner", "police_officer", w->court == 0 ? 1 : w->police, NULL);
    const Person *q =
        person(s, "watcher", "police_officer", organisation(s, STR("police"), "另一公安局"), NULL);
    _Atomic bool stop = false;
    Reader readers[READERS];
    size_t read = 0, leaks = 0;
    Err e = {0};

    (void)p;
    add_clue(s, "00000000000000000000000000000004", ORGANISATION_HOME, 0);
    for (size_t i = 0; i < READERS; i++) {
        readers[i] = (Reader){.stage = s, .person = q, .stop = &stop};
        pthread_create(&readers[i].thread, NULL, read_on, &readers[i]);
    }
    for (int turn = 0; turn < TURNS; turn++) {
        GrantNew in = {.kind = STR("clue"),
                       .object = turn % 2 ? STR("00000000000000000000000000000004")
                                          : STR("00000000000000000000000000000002"),
                       .grantee = STR("person:watcher"),
                       .fields = turn % 2 ? FIELDS_PLAIN : FIELDS_PERSONAL,
                       .purpose = STR("协查")};
        int64_t number;

        must(grant_give(s->office->store, s->snapshot->content, STR("central"), &in, &number, &e),
             &e);
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
        must(grant_end(s->office->store, STR("central"), number, &e), &e);
    }
    atomic_store(&stop, true);
    for (size_t i = 0; i < READERS; i++) {
        pthread_join(readers[i].thread, NULL);
        read += readers[i].read;
        leaks += readers[i].leaks;
    }
    if (leaks || read < READERS * 5)
        WRONG(s, "%zu rows outside the rights of before and after in %zu answers", leaks, read);
    printf("concurrency: %zu answers while rights changed %d times, no row outside\n", read,
           2 * TURNS);
}

/* --- */

int main(int argc, char **argv) {
    static const Projection kinds[] = {{"clue.rights_test", NULL}, {0}};
    static Stage s;
    World w;

    if (argc < 2)
        return 2;
    crypto_start();
    if (!stage_open(&s, strcmp(argv[1], "postgresql") == 0, NULL))
        return 77;
    journal_register(kinds, NULL);
    make_world(&s, &w);
    check_worlds(&s, &w);
    check_hidden(&s, &w);
    check_removal(&s, &w);
    check_concurrency(&s, &w);
    if (argc < 3)
        check_matrix(&s);
    stage_close(&s);
    return s.mistakes != 0;
}
