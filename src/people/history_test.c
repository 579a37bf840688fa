/* SPDX-License-Identifier: MulanPSL-2.0 */
/* people/history_test.c: random histories of organisations, posts, teams and grants, lived again
 * from the journal, give the same rows; both engines give the same as each other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "people/account.h"
#include "people/organisation.h"
#include "store/testing.h"

enum { HISTORIES = 12, ACTS = 220, PEOPLE = 7 };

static Content *content;

typedef struct World {
    uint64_t seed;
    Store *store;
    Arena *arena;
    Instant now;
    int64_t kept, refused;
} World;

static uint64_t chance(World *w, uint64_t below) {
    uint64_t z = (w->seed += 0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return (z ^ (z >> 31)) % below;
}

static Str login(World *w) {
    return str_format(w->arena, "user%d", (int)chance(w, PEOPLE));
}

static Instant later(World *w) {
    return chance(w, 3) ? w->now + (Instant)(chance(w, 5000) + 1) * 1000000 : 0;
}

static bool act_unit(World *w, Err *e) {
    static const char *const kinds[] = {"government", "police", "procuratorate", "tax"};
    OrganisationNew in = {.kind = str_of(kinds[chance(w, 4)]),
                          .name = str_format(w->arena, "机构%d", (int)chance(w, 12)),
                          .parent = (int64_t)chance(w, 10),
                          .superior = chance(w, 3) ? 0 : (int64_t)chance(w, 10)};
    int64_t n, at = (int64_t)chance(w, 12);

    switch (chance(w, 5)) {
    case 0:
        return organisation_change(w->store, content, login(w), at, &in, e);
    case 1:
        return organisation_end(w->store, login(w), at, e);
    case 2:
        return organisation_reopen(w->store, login(w), at, e);
    case 3:
        return department_create(w->store, content, login(w), at, STR(""), in.name, &n, e);
    default:
        return organisation_create(w->store, content, login(w), &in, &n, e);
    }
}

static bool act_post(World *w, Err *e) {
    static const char *const roles[] = {
        "prosecutor", "liaison_officer",       "police_officer", "system_admin",
        "expert",     "procuratorate_liaison", "security_admin", "audit_admin"};
    AppointmentNew in = {.login = login(w),
                         .role = str_of(roles[chance(w, 8)]),
                         .organisation = (int64_t)chance(w, 10),
                         .liaison = chance(w, 4) == 0,
                         .since = later(w),
                         .until = later(w)};
    int64_t n;

    if (chance(w, 3) == 0)
        return appointment_end(w->store, content, login(w), (int64_t)chance(w, 30), e);
    return appointment_create(w->store, content, STR("system"), &in, &n, e);
}

static bool act_delegation(World *w, Err *e) {
    DelegationNew in = {.giver = login(w),
                        .receiver = login(w),
                        .reason = str_format(w->arena, "事由%d", (int)chance(w, 9)),
                        .since = later(w),
                        .until = later(w)};
    int64_t n;

    if (chance(w, 3) == 0)
        return delegation_end(w->store, login(w), STR(""), (int64_t)chance(w, 9), e);
    return delegation_give(w->store, content, in.giver, &in, &n, e);
}

static bool act_team(World *w, Err *e) {
    static const char *const kinds[] = {"task_force", "investigation_team", "base", "expert_pool"};
    MemberNew members[3] = {0};
    TeamNew in = {.kind = str_of(kinds[chance(w, 4)]),
                  .name = str_format(w->arena, "团队%d", (int)chance(w, 30)),
                  .place = chance(w, 2) ? STR("某地") : STR(""),
                  .organisation = 1,
                  .parent = chance(w, 4) ? 0 : (int64_t)chance(w, 8),
                  .until = later(w),
                  .members = members,
                  .member_count = chance(w, 4)};
    int64_t n;

    for (size_t i = 0; i < 3; i++)
        members[i] = (MemberNew){.team = (int64_t)chance(w, 8),
                                 .login = chance(w, 4) ? login(w) : STR(""),
                                 .name = str_format(w->arena, "外人%d", (int)chance(w, 5)),
                                 .until = later(w)};
    switch (chance(w, 6)) {
    case 0:
        return team_change(w->store, content, login(w), (int64_t)chance(w, 8), &in, e);
    case 1:
        return team_end(w->store, login(w), (int64_t)chance(w, 12), e);
    case 2:
    case 3:
        return team_member_add(w->store, content, login(w), &members[0], &n, e);
    case 4:
        return team_member_end(w->store, content, login(w), (int64_t)chance(w, 20), e);
    default:
        return team_create(w->store, content, login(w), &in, &n, e);
    }
}

static bool act_grant(World *w, Err *e) {
    GrantNew in = {.kind = chance(w, 2) ? STR("clue") : STR("batch"),
                   .object = str_format(w->arena, "%d", (int)chance(w, 5)),
                   .fields = 1 + (int)chance(w, 2),
                   .since = later(w),
                   .until = later(w),
                   .purpose = STR("用途")};
    int64_t n;

    in.grantee = chance(w, 2) ? str_format(w->arena, "person:user%d", (int)chance(w, PEOPLE))
                              : str_format(w->arena, "organisation:%d", (int)chance(w, 8));
    if (chance(w, 3) == 0)
        return grant_end(w->store, login(w), (int64_t)chance(w, 15), e);
    return grant_give(w->store, content, login(w), &in, &n, e);
}

static bool act_person(World *w, Err *e) {
    static const char *const subjects[] = {"grant", "team", "member", "delegation"};
    Str who = login(w);
    JournalCheck check;

    switch (chance(w, 4)) {
    case 0:
        return chance(w, 3) ? journal_verify(w->store, &check, e)
                            : account_disable(w->store, STR("system"), who, e);
    case 1:
        return account_enable(w->store, STR("system"), who, e);
    case 2:
        return person_leave(w->store, content, STR("system"), who,
                            chance(w, 3) ? login(w) : STR(""), e);
    default:
        return journal_forget(
            w->store, str_format(w->arena, "%s:%d", subjects[chance(w, 4)], (int)chance(w, 6) + 1),
            STR("system"), e);
    }
}

static bool act(World *w, Err *e) {
    switch (chance(w, 8)) {
    case 0:
    case 1:
        return act_unit(w, e);
    case 2:
    case 3:
        return act_post(w, e);
    case 4:
        return act_delegation(w, e);
    case 5:
        return act_team(w, e);
    case 6:
        return act_grant(w, e);
    default:
        return act_person(w, e);
    }
}

static bool expected(ErrCode code) {
    return code == ERR_CONFLICT || code == ERR_INVALID || code == ERR_NOT_FOUND ||
           code == ERR_FORBIDDEN;
}

/* Accounts whose passwords nobody knows: account_create would salt them, and no two histories would
 * be alike. */
static bool accounts(Tx *tx, void *context, Err *e) {
    World *w = context;

    for (int i = 0; i < PEOPLE; i++) {
        Node *body = node_map(w->arena), *secret = node_map(w->arena);

        node_set_bool(w->arena, body, "must_change", false);
        node_set_text(w->arena, secret, "name", str_format(w->arena, "姓名%d", i));
        node_set_text(w->arena, secret, "password", STR("none"));
        Event event = {.actor = STR("system"),
                       .kind = STR("account.created"),
                       .subject = str_format(w->arena, "user:user%d", i),
                       .body = body,
                       .secret = secret};

        if (!journal_append(tx, &event, e))
            return false;
    }
    return true;
}

static void begin(World *w) {
    Err e = {0};

    if (!store_write(w->store, accounts, w, &e))
        fail_msg("%s", e.text);
    if (!organisation_begin(w->store, content, STR("江城县人民检察院"), &e))
        fail_msg("%s", e.text);
}

static void compare(Store *s, char digest[65]) {
    char rebuilt[65];
    Err e = {0};

    if (!journal_digest(s, digest, &e) || !journal_rebuild(s, rebuilt, &e))
        fail_msg("%s", e.text);
    assert_string_equal(digest, rebuilt);
}

static void live(bool postgresql, uint64_t seed, char digest[65]) {
    TestPlace place;
    World w = {.seed = seed * 7919, .arena = arena_new(), .now = INT64_C(1767240000000000)};
    Err e = {0};
    char path[100];

    assert_true(test_place_make(&place, postgresql));
    snprintf(path, sizeof path, "%s/key", place.folder);
    Keys *keys = keys_create(path, &e);

    instant_freeze(w.now);
    w.store = store_open(place.address, &e);
    journal_use_keys(w.store, keys);
    begin(&w);
    for (int i = 0; i < ACTS; i++) {
        /* Time moves on by leaps, and now and then the clock is set back. */
        w.now += (Instant)(chance(&w, 20)) * 1000000;
        instant_freeze(w.now - (chance(&w, 9) ? 0 : 90000000));
        err_clear(&e);
        bool ok = act(&w, &e);

        if (!ok && !expected(e.code))
            fail_msg("history %d, act %d: %s %s", (int)seed, i, err_key(e.code), e.text);
        w.kept += ok;
        w.refused += !ok;
        if (i % 73 == 72)
            compare(w.store, digest);
    }
    compare(w.store, digest);
    if (w.kept < ACTS / 10 || w.refused < ACTS / 10)
        fail_msg("history %d: %d kept, %d refused", (int)seed, (int)w.kept, (int)w.refused);
    instant_freeze(0);
    store_close(w.store);
    keys_free(keys);
    arena_free(w.arena);
    test_place_remove(&place);
}

static void every_history_can_be_lived_again(void **state) {
    char one[65], two[65], last[65] = "";
    bool both = getenv("LIANHENG_TEST_PG") != NULL;

    (void)state;
    if (!both)
        print_message("跳过 PostgreSQL：没有 LIANHENG_TEST_PG\n");
    for (uint64_t seed = 1; seed <= HISTORIES; seed++) {
        live(false, seed, one);
        assert_string_not_equal(one, last);
        memcpy(last, one, sizeof last);
        if (!both)
            continue;
        live(true, seed, two);
        if (strcmp(one, two) != 0)
            fail_msg("history %d: SQLite %s, PostgreSQL %s", (int)seed, one, two);
    }
}

static int start(void **state) {
    Err e = {0};

    (void)state;
    crypto_start();
    organisation_register();
    content = content_load(NULL, &e);
    return content != NULL ? 0 : -1;
}

static int stop(void **state) {
    (void)state;
    content_drop(content);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_history_can_be_lived_again)};

    return cmocka_run_group_tests_name("people/history", tests, start, stop);
}
