/* SPDX-License-Identifier: MulanPSL-2.0 */
/* tests/rights_share.c: several posts in one hand, over the wire: what one shows of its rows it
 * shows of no others, in lists, searches and files; and nobody opens more of an object than he sees
 * of that very object.
 *
 *     rights_share sqlite|postgresql */
#include "rights_stage.h"

#define A1 "000000000000000000000000000000a1"
#define A2 "000000000000000000000000000000a2"
#define B1 "000000000000000000000000000000b1"
#define B2 "000000000000000000000000000000b2"
#define C1 "000000000000000000000000000000c1"
#define C2 "000000000000000000000000000000c2"
#define NONE "00000000000000000000000000000bad"

/* Posts that no file of the program has: apart they are harmless, together they must be so, too. */
static const char roles[] =
    "title: 测试\n"
    "roles:\n"
    "  - role: names_here\n"
    "    title: 这里看姓名\n"
    "    help: 测试\n"
    "    rules:\n"
    "      - permission: self\n"
    "      - permission: search.use\n"
    "      - permission: dataset.read\n"
    "      - {permission: batch.read, reach: organisation, fields: personal}\n"
    "      - {permission: row.read, reach: organisation, fields: personal}\n"
    "      - {permission: row.export, reach: organisation, fields: personal}\n"
    "  - role: no_names_here\n"
    "    title: 这里不看姓名\n"
    "    help: 测试\n"
    "    rules:\n"
    "      - permission: self\n"
    "      - {permission: batch.read, reach: organisation, fields: personal}\n"
    "      - {permission: row.read, reach: organisation}\n"
    "      - {permission: row.export, reach: organisation, fields: personal}\n"
    "  - role: names_stay_here\n"
    "    title: 姓名不导出\n"
    "    help: 测试\n"
    "    rules:\n"
    "      - permission: self\n"
    "      - permission: dataset.read\n"
    "      - {permission: row.read, reach: installation, fields: personal}\n"
    "      - {permission: row.export, reach: organisation}\n"
    "  - role: own_sharer\n"
    "    title: 转开放\n"
    "    help: 测试\n"
    "    rules:\n"
    "      - permission: self\n"
    "      - {permission: clue.read, reach: own, fields: personal}\n"
    "      - {permission: clue.share, reach: installation, fields: personal}\n"
    "  - role: state_sharer\n"
    "    title: 只开放新线索\n"
    "    help: 测试\n"
    "    rules:\n"
    "      - permission: self\n"
    "      - {permission: batch.read, reach: installation, fields: personal}\n"
    "      - {permission: row.read, reach: installation, fields: personal}\n"
    "      - {permission: clue.read, reach: installation, fields: personal}\n"
    "      - {permission: clue.share, reach: installation, fields: personal, states: [new]}\n";

typedef struct World {
    int64_t here, there, police, court; /* organisations */
    int64_t batch_here, batch_there;
    const Person *twice;  /* prosecutor here, case manager there */
    const Person *rows;   /* names of rows here, none of those there */
    const Person *leaver; /* reads all names, takes out none, and only from here */
    const Person *own, *state, *manager;
} World;

static void make_world(Stage *s, World *w) {
    w->here = organisation(s, STR("procuratorate"), "甲检察院");
    w->there = organisation(s, STR("procuratorate"), "乙检察院");
    w->police = organisation(s, STR("police"), "某公安局");
    w->court = organisation(s, STR("court"), "某法院");
    add_clue(s, A1, w->here, 0);
    add_clue(s, A2, w->here, 1);
    add_clue(s, B1, w->there, 0);
    add_clue(s, B2, w->there, 1);
    add_clue(s, C1, w->police, 0);
    add_clue(s, C2, w->police, 0);
    w->batch_here = import_row(s, w->here, "甲某某", "15105201910000001");
    w->batch_there = import_row(s, w->there, "乙某某", "15105201910000002");
    w->twice = person(s, "twice", "prosecutor", w->here, NULL);
    appoint(s, "twice", STR("case_manager"), w->there, 0);
    w->rows = person(s, "rows", "names_here", w->here, NULL);
    appoint(s, "rows", STR("no_names_here"), w->there, 0);
    w->leaver = person(s, "leaver", "names_stay_here", w->here, NULL);
    w->own = person(s, "own", "own_sharer", w->police, NULL);
    w->state = person(s, "state", "state_sharer", w->police, NULL);
    w->manager = person(s, "manager", "case_manager", w->here, NULL);
    person(s, "guest", "court_clerk", w->court, NULL);
}

/* --- nothing adds up -------------------------------------------------------------------------- */

/* The text of a file that was exported; empty when it was not. */
static Str exported(Stage *s, const Person *p, const char *path, const char *body, Arena *a) {
    Reply reply;
    Err e = {0};
    int status = ask(s, p, "POST", str_of(path), str_of(body), a, &reply);
    Str id = node_text(json_read(a, reply.body, &e), "export");

    if (status != 201) {
        WRONG(s, "POST %s as %s: %d %.*s", path, p->login, status, STR_ARG(reply.body));
        return (Str){NULL, 0};
    }
    status =
        ask(s, p, "GET", str_format(a, "%s/%.*s", path, STR_ARG(id)), (Str){NULL, 0}, a, &reply);
    if (status != 200)
        WRONG(s, "GET of an export as %s: %d", p->login, status);
    return reply.body;
}

static void expect_words(Stage *s, const char *where, Str text, const char *words, bool there) {
    if ((str_find(text, str_of(words)) >= 0) != there)
        WRONG(s, "%s: %s is %s there", where, words, there ? "not" : "");
}

static void check_clues(Stage *s, const World *w) {
    scoped_arena Arena *a = arena_new();
    Reply reply;

    expect_total(s, w->twice, "/api/clues", 2);
    ask(s, w->twice, "GET", STR("/api/clues"), (Str){NULL, 0}, a, &reply);
    expect_words(s, "the list", reply.body, "标题" A1, true);
    expect_words(s, "the list", reply.body, "标题" B1, false);
    expect_words(s, "the list", reply.body, "姓名" B1, false);
    expect_words(s, "the list", reply.body, B1, true);
    expect_total(s, w->twice, "/api/clues?text=%E5%A7%93%E5%90%8D" A1, 1);
    expect_total(s, w->twice, "/api/clues?text=%E5%A7%93%E5%90%8D" B1, 0);
    expect_total(s, w->twice, "/api/clues?text=%E6%A0%87%E9%A2%98", 1);
    ask(s, w->twice, "GET", STR("/api/clues/" B1), (Str){NULL, 0}, a, &reply);
    if (reply.status != 200)
        WRONG(s, "the page of a clue: %d", reply.status);
    expect_words(s, "the page of a clue", reply.body, "姓名" B1, false);
    expect_words(s, "the page of a clue", reply.body, "标题" B1, false);
    ask(s, w->twice, "GET", STR("/api/search?text=%E6%A0%87%E9%A2%98"), (Str){NULL, 0}, a, &reply);
    expect_words(s, "the search", reply.body, A1, true);
    expect_words(s, "the search", reply.body, B1, false);
    Str file = exported(s, w->twice, "/api/exports",
                        "{\"what\":\"clues\",\"format\":\"csv\",\"purpose\":\"clue_check\"}", a);

    expect_words(s, "the file", file, "标题" A1, true);
    expect_words(s, "the file", file, "标题" B1, false);
    expect_words(s, "the file", file, "姓名" B1, false);
    file = exported(s, w->twice, "/api/exports",
                    "{\"what\":\"clues\",\"format\":\"csv\",\"purpose\":\"clue_check\",\"query\":{"
                    "\"text\":\"姓名" B1 "\"}}",
                    a);
    expect_words(s, "the file of a search", file, "XS-", false);
}

static void check_rows(Stage *s, const World *w) {
    static const char list[] = "/api/datasets/legal_practitioner/rows",
                      take[] = "/api/datasets/legal_practitioner/exports",
                      body[] = "{\"format\":\"csv\",\"purpose\":\"clue_check\"}";
    scoped_arena Arena *a = arena_new();
    Reply reply;

    expect_total(s, w->rows, list, 2);
    ask(s, w->rows, "GET", str_of(list), (Str){NULL, 0}, a, &reply);
    expect_words(s, "the rows", reply.body, "甲某某", true);
    expect_words(s, "the rows", reply.body, "乙某某", false);
    expect_total(s, w->rows, "/api/datasets/legal_practitioner/rows?text=%E7%94%B2", 1);
    expect_total(s, w->rows, "/api/datasets/legal_practitioner/rows?text=%E4%B9%99", 0);
    Str file = exported(s, w->rows, take, body, a);

    expect_words(s, "the file of rows", file, "甲某某", true);
    expect_words(s, "the file of rows", file, "乙某某", false);
    /* What is read may be more than what may be taken out. */
    expect_total(s, w->leaver, list, 2);
    if (!says(s, w->leaver, list, "乙某某"))
        WRONG(s, "names of rows are not read");
    file = exported(s, w->leaver, take, body, a);
    expect_words(s, "the file of who takes no names out", file, "甲某某", false);
    expect_words(s, "the file of who takes no names out", file, "乙某某", false);
    file = exported(s, w->leaver, take,
                    str_format(a, "{\"format\":\"csv\",\"purpose\":\"clue_check\",\"batch\":%lld}",
                               (long long)w->batch_there)
                        .ptr,
                    a);
    expect_words(s, "the file of another organisation's batch", file, "律师", false);
}

/* --- nobody opens more than he sees ----------------------------------------------------------- */

static int open_up(Stage *s, const Person *p, const char *kind, const char *object,
                   const char *fields, const char *to) {
    scoped_arena Arena *a = arena_new();
    Reply reply;

    return ask(s, p, "POST", STR("/api/grants"),
               str_format(a,
                          "{\"kind\":\"%s\",\"object\":\"%s\",\"grantee\":\"%s\",\"fields\":\"%s\","
                          "\"purpose\":\"协查\"}",
                          kind, object, to, fields),
               a, &reply);
}

static void grant(Stage *s, const char *object, FieldsShown fields) {
    const GrantNew in = {.kind = STR("clue"),
                         .object = str_of(object),
                         .grantee = STR("person:own"),
                         .fields = fields,
                         .purpose = STR("协查")};
    int64_t number;
    Err e = {0};

    must(grant_give(s->office->store, s->snapshot->content, STR("system"), &in, &number, &e), &e);
}

static void check_opening(Stage *s, const World *w) {
    char here[24], there[24];
    const struct {
        const Person *who;
        const char *kind, *object, *fields, *to;
        int want;
    } cases[] = {
        /* Names of these, not of those. */
        {w->twice, "clue", A1, "personal", "person:guest", 201},
        {w->twice, "clue", B1, "personal", "person:guest", 403},
        {w->twice, "clue", B1, "plain", "person:guest", 201},
        /* Not seen, not there, sealed: the same. */
        {w->twice, "clue", C1, "plain", "person:guest", 404},
        {w->twice, "clue", NONE, "plain", "person:guest", 404},
        {w->twice, "clue", A2, "plain", "person:guest", 404},
        {w->twice, "clue", B2, "personal", "person:guest", 404},
        /* What was opened to oneself, with the fields it was opened with. */
        {w->own, "clue", C1, "personal", "person:guest", 201},
        {w->own, "clue", C2, "personal", "person:guest", 403},
        {w->own, "clue", C2, "plain", "person:guest", 201},
        {w->own, "clue", A1, "plain", "person:rows", 404},
        {w->own, "batch", here, "plain", "person:guest", 404},
        /* A batch has no state; a batch opens its rows, so one must see those. */
        {w->state, "clue", C1, "personal", "person:rows", 201},
        {w->state, "batch", here, "plain", "person:guest", 404},
        {w->manager, "batch", here, "plain", "person:guest", 403},
        {w->manager, "batch", there, "plain", "person:guest", 404},
        {w->twice, "batch", here, "personal", "person:guest", 201},
        /* Read here and there, shared there without names. */
        {w->twice, "batch", there, "personal", "person:guest", 403},
        {w->twice, "batch", there, "plain", "person:guest", 201},
        {w->twice, "batch", "999", "plain", "person:guest", 404},
        {w->twice, "batch", "x", "plain", "person:guest", 404},
        {w->twice, "matter", "1", "plain", "person:guest", 422},
    };

    snprintf(here, sizeof here, "%lld", (long long)w->batch_here);
    snprintf(there, sizeof there, "%lld", (long long)w->batch_there);
    grant(s, C1, FIELDS_PERSONAL);
    grant(s, C2, FIELDS_PLAIN);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int status =
            open_up(s, cases[i].who, cases[i].kind, cases[i].object, cases[i].fields, cases[i].to);

        if (status != cases[i].want)
            WRONG(s, "%s opens %s of %s %s: %d, should be %d", cases[i].who->login, cases[i].fields,
                  cases[i].kind, cases[i].object, status, cases[i].want);
    }
    expect_total(s, w->twice, "/api/grants?kind=clue&object=" A1, 1);
    expect_total(s, w->twice, "/api/grants?kind=clue&object=" C1, -404);
    printf("opening: %zu tries to open something, each as far as one sees it oneself\n",
           sizeof cases / sizeof *cases);
}

int main(int argc, char **argv) {
    static Stage s;
    World w;

    if (argc < 2)
        return 2;
    crypto_start();
    if (!stage_open(&s, strcmp(argv[1], "postgresql") == 0, roles))
        return 77;
    make_world(&s, &w);
    check_clues(&s, &w);
    check_rows(&s, &w);
    check_opening(&s, &w);
    stage_close(&s);
    return s.mistakes != 0;
}
