/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/service_test.c: what happens to one suggestion outside the house, act by act, in a world
 * in memory: who may, what is refused, which states and days come of it. */
#include "content/testing.h"
#include "document/service.h"

#include "base/banned.h"

static Content *content;

static int setup(void **state) {
    Err e = {0};

    (void)state;
    content = content_load(NULL, &e);
    if (content == NULL)
        fail_msg("%s: %s", e.where, e.text);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    content_drop(content);
    return 0;
}

/* ---- a world of four houses and one that is closed ---- */

enum { OFFICE = 1, BUREAU = 2, JUSTICE = 3, BANK = 4, CLOSED = 9 };

static const struct {
    const char *login, *role;
    int64_t house;
} posts[] = {{"jiancha", "prosecutor", OFFICE},
             {"lianluo", "liaison_officer", BUREAU},
             {"zhifa", "enforcement_officer", BUREAU},
             {"sifa", "agency_head", JUSTICE},
             {"yuan", "enforcement_officer", BANK}};

static bool ask_house(void *context, int64_t number, Str *kind, int64_t *leader) {
    (void)context;
    *kind = STR("market_supervision");
    *leader = 0;
    return number >= OFFICE && number <= BANK;
}

static bool ask_holds(void *context, Str login, int64_t house, Str role) {
    (void)context;
    for (size_t i = 0; i < sizeof posts / sizeof *posts; i++)
        if ((!login.len || str_is(login, posts[i].login)) && posts[i].house == house &&
            (!role.len || str_is(role, posts[i].role)))
            return true;
    return false;
}

static bool ask_may(void *context, Str login, Permission p, int64_t house) {
    (void)p;
    return str_is(login, "system") ||
           (house == OFFICE && ask_holds(context, login, house, (Str){NULL, 0}));
}

typedef struct Play {
    Arena *arena;
    FlowWorld world;
    MatterState matter;
    const DocumentType *type;
    const Flow *flow;
    const Document *d;
    DocumentEffects effects;
    Err e;
} Play;

static Play begin(Arena *a, const char *type, const char *flow) {
    Play p = {.arena = a};
    Document *d = document_copy(a, NULL);
    DocumentHouse *houses = arena_array_of(a, 2, DocumentHouse);
    MatterFile *file = arena_new_of(a, MatterFile);

    p.world = (FlowWorld){
        .content = content, .organisation = ask_house, .holds = ask_holds, .may = ask_may};
    assert_true(instant_parse(STR("2026-03-13 10:00"), &p.world.now));
    p.type = content_document(content, str_of(type), &p.e);
    p.flow = content_flow(content, str_of(flow), &p.e);
    p.matter.flow = p.flow->flow;
    *file = (MatterFile){.id = 7, .state = STR("present")};
    p.matter.files = (BindList){file, 1};
    d->id = STR("d1");
    d->matter = STR("m1");
    d->type = p.type->document;
    d->organisation = OFFICE;
    d->state = STR("issued");
    d->numbered = STR("2026-03-12T09:00:00+08:00");
    d->docx = d->pdf = STR("x");
    houses[0] = (DocumentHouse){1, BUREAU, STR("addressee")};
    houses[1] = (DocumentHouse){2, JUSTICE, STR("justice_bureau")};
    d->to = (BindList){houses, 1};
    d->copies = (BindList){houses + 1, 1};
    d->next = 10;
    p.d = d;
    return p;
}

static bool try_act(Play *p, const char *login, const DocumentAct *act) {
    char now[40];
    DocumentWork w = {.world = &p->world,
                      .flow = p->flow,
                      .matter = &p->matter,
                      .type = p->type,
                      .place = document_place(p->type, p->flow->flow),
                      .act = act,
                      .actor = str_of(login),
                      .before = p->d,
                      .arena = p->arena,
                      .effects = &p->effects,
                      .today = day_of_instant(p->world.now),
                      .e = &p->e};

    p->e = (Err){0};
    p->effects = (DocumentEffects){0};
    instant_format(p->world.now, now);
    w.now = str_dup(p->arena, str_of(now));
    const Document *next = document_judge(&w);

    if (next)
        p->d = next;
    p->world.now += INT64_C(3600) * 1000000;
    return next != NULL;
}

static DocumentAct act_of(Play *p, int verb, const char *more, const char *note) {
    DocumentAct act = {.verb = verb, .note = str_of(note)};

    act.more = more ? json_read(p->arena, str_of(more), &p->e) : NULL;
    assert_true(!more || act.more);
    return act;
}

static void good(Play *p, const char *login, int verb, int64_t service, const char *more,
                 const char *note) {
    DocumentAct act = act_of(p, verb, more, note);

    act.service = service;
    if (!try_act(p, login, &act))
        fail_msg("%s %s: %s at %s", login, document_verb_names[verb].name, p->e.text, p->e.where);
}

static void refused(Play *p, const char *login, int verb, int64_t service, const char *more,
                    ErrCode code, const char *said) {
    DocumentAct act = act_of(p, verb, more, "");
    const Document *before = p->d;

    act.service = service;
    if (try_act(p, login, &act))
        fail_msg("%s %s was not refused (%s)", login, document_verb_names[verb].name, said);
    if (p->e.code != code || str_find(str_of(p->e.text), str_of(said)) < 0)
        fail_msg("%s: %s: %s, not %s", document_verb_names[verb].name, err_key(p->e.code),
                 p->e.text, said);
    assert_ptr_equal(before, p->d);
}

static const DocumentService *service(const Play *p, size_t i) {
    assert_true(i < p->d->services.count);
    return &document_services(p->d)[i];
}

static void state_is(const Play *p, size_t i, const char *state) {
    assert_string_equal(str_c(p->arena, service(p, i)->state), state);
}

/* ---- sending ---- */

static void test_sending(void **state) {
    scoped_arena Arena *a = arena_new();
    Play p = begin(a, "governance_suggestion", "procuratorial_suggestion");

    (void)state;
    refused(&p, "lianluo", DOCUMENT_SERVE, 0, "{\"method\":\"电子送达\"}", ERR_FORBIDDEN,
            "签发文书");
    refused(&p, "jiancha", DOCUMENT_SERVE, 0, "{\"receivers\":[{\"name\":\"某公司\"}]}",
            ERR_INVALID, "没有选择");
    refused(&p, "jiancha", DOCUMENT_SERVE, 0, "{\"method\":\"飞鸽\"}", ERR_INVALID, "认不出来");
    refused(&p, "jiancha", DOCUMENT_SERVE, 0, "{\"receivers\":3}", ERR_INVALID, "列表");
    refused(&p, "jiancha", DOCUMENT_SERVE, 0,
            "{\"method\":\"6\",\"receivers\":[{\"organisation\":9}]}", ERR_CONFLICT, "已经停用");
    refused(&p, "jiancha", DOCUMENT_SERVE, 0,
            "{\"method\":\"6\",\"receivers\":[{\"organisation\":1}]}", ERR_INVALID, "制作单位自己");
    refused(&p, "jiancha", DOCUMENT_SERVE, 0, "{\"method\":\"5\",\"receivers\":[{}]}", ERR_INVALID,
            "写明名称");
    refused(&p, "jiancha", DOCUMENT_SERVE, 0,
            "{\"method\":\"6\",\"receivers\":[{\"organisation\":2,\"kind\":\"friend\"}]}",
            ERR_INVALID, "主送");
    refused(&p, "jiancha", DOCUMENT_SERVE, 0,
            "{\"method\":\"6\",\"receivers\":[{\"organisation\":2},{\"organisation\":2}]}",
            ERR_CONFLICT, "不重复");
    refused(&p, "lianluo", DOCUMENT_SIGN_FOR, 0, NULL, ERR_CONFLICT, "待送达");
    good(&p, "jiancha", DOCUMENT_SERVE, 0, NULL, "");
    assert_int_equal(p.d->services.count, 2);
    assert_true(str_is(p.d->state, "served"));
    assert_true(str_is(service(&p, 0)->method, "6"));
    assert_true(str_is(service(&p, 0)->server, "jiancha"));
    assert_true(str_is(service(&p, 1)->kind, "copy"));
    refused(&p, "jiancha", DOCUMENT_SERVE, 0, "{\"method\":\"6\"}", ERR_INVALID, "没有尚未送达");
    refused(&p, "jiancha", DOCUMENT_SERVE, 0,
            "{\"method\":\"6\",\"receivers\":[{\"organisation\":2}]}", ERR_CONFLICT, "已经于");
}

/* ---- signed for ---- */

static void test_signing(void **state) {
    scoped_arena Arena *a = arena_new();
    Play p = begin(a, "governance_suggestion", "procuratorial_suggestion");

    (void)state;
    good(&p, "jiancha", DOCUMENT_SERVE, 0, "{\"method\":\"6\"}", "");
    refused(&p, "yuan", DOCUMENT_OPENED, 0, NULL, ERR_FORBIDDEN, "没有送达给");
    good(&p, "zhifa", DOCUMENT_OPENED, 0, NULL, "");
    state_is(&p, 0, "opened");
    assert_true(str_is(service(&p, 0)->opener, "zhifa"));
    refused(&p, "zhifa", DOCUMENT_OPENED, 0, NULL, ERR_CONFLICT, "打开过");
    /* There is a liaison officer, so others of the house may not. */
    refused(&p, "zhifa", DOCUMENT_SIGN_FOR, 0, NULL, ERR_FORBIDDEN, "联络员");
    refused(&p, "lianluo", DOCUMENT_SIGN_FOR, 99, NULL, ERR_INVALID, "没有这一项");
    refused(&p, "lianluo", DOCUMENT_SIGN_FOR, service(&p, 1)->id, NULL, ERR_FORBIDDEN, "联络员");
    good(&p, "lianluo", DOCUMENT_SIGN_FOR, 0, NULL, "");
    state_is(&p, 0, "signed");
    assert_true(str_is(service(&p, 0)->day, "2026-03-13"));
    assert_true(str_is(p.d->served, "2026-03-13"));
    assert_true(str_is(p.d->due, "2026-05-13")); /* PS_REPLY */
    assert_int_equal(p.effects.closed.count, 1);
    refused(&p, "lianluo", DOCUMENT_SIGN_FOR, 0, NULL, ERR_CONFLICT, "不再重复");
    refused(&p, "lianluo", DOCUMENT_REFUSE, 0, NULL, ERR_CONFLICT, "不再重复");
    refused(&p, "zhifa", DOCUMENT_READ_COPY, 0, NULL, ERR_FORBIDDEN, "没有抄送");
    good(&p, "sifa", DOCUMENT_READ_COPY, 0, NULL, "");
    assert_string_equal(str_c(a, service_state_title(service(&p, 1))), "已阅");
    assert_true(service(&p, 1)->opened.len > 0);
}

/* Another last day in the text, and the shorter period of an urgent case. */
static void test_due(void **state) {
    scoped_arena Arena *a = arena_new();
    Play p = begin(a, "governance_suggestion", "procuratorial_suggestion");
    Document *d = document_copy(a, p.d);
    Err e = {0};

    (void)state;
    d->personal = json_read(a, STR("{\"values\":{\"reply_by\":\"2026-04-01\"}}"), &e);
    p.d = d;
    good(&p, "jiancha", DOCUMENT_SERVE, 0, "{\"method\":\"6\"}", "");
    good(&p, "lianluo", DOCUMENT_SIGN_FOR, 0, NULL, "");
    assert_true(str_is(p.d->due, "2026-04-01"));
    p = begin(a, "public_interest_suggestion", "public_interest");
    good(&p, "jiancha", DOCUMENT_SERVE, 0, "{\"method\":\"6\"}", "");
    good(&p, "lianluo", DOCUMENT_SIGN_FOR, 0, NULL, "");
    assert_true(str_is(p.d->due, "2026-05-13"));
    p = begin(a, "public_interest_suggestion", "public_interest");
    p.matter.values = json_read(a, STR("{\"urgent\":\"是\"}"), &e);
    good(&p, "jiancha", DOCUMENT_SERVE, 0, "{\"method\":\"6\"}", "");
    good(&p, "lianluo", DOCUMENT_SIGN_FOR, 0, NULL, "");
    assert_true(str_compare(p.d->due, STR("2026-04-01")) < 0);
    p = begin(a, "penalty_opinion", "reverse_transfer");
    good(&p, "jiancha", DOCUMENT_SERVE, 0, "{\"method\":\"6\"}", "");
    good(&p, "lianluo", DOCUMENT_SIGN_FOR, 0, NULL, "");
    assert_true(str_is(p.d->due, "2026-05-13")); /* RT_REPLY */
    p = begin(a, "follow_up_letter", "procuratorial_suggestion");
    good(&p, "jiancha", DOCUMENT_SERVE, 0, "{\"method\":\"6\"}", "");
    good(&p, "lianluo", DOCUMENT_SIGN_FOR, 0, NULL, "");
    assert_int_equal(p.d->due.len, 0); /* asks for no answer */
}

static void test_refusing(void **state) {
    scoped_arena Arena *a = arena_new();
    Play p = begin(a, "governance_suggestion", "procuratorial_suggestion");

    (void)state;
    good(&p, "jiancha", DOCUMENT_SERVE, 0, "{\"method\":\"6\"}", "");
    refused(&p, "lianluo", DOCUMENT_REFUSE, 0, NULL, ERR_INVALID, "理由");
    good(&p, "lianluo", DOCUMENT_REFUSE, 0, NULL, "不属本单位职责");
    state_is(&p, 0, "refused");
    assert_int_equal(p.d->served.len, 0);
    assert_int_equal(service(&p, 0)->day.len, 0);
    /* Again, by leaving it there; what came of it is registered on paper. */
    good(&p, "jiancha", DOCUMENT_SERVE, 0,
         "{\"receivers\":[{\"organisation\":2,\"method\":\"留置送达\"}]}", "");
    assert_int_equal(p.d->services.count, 3);
    good(&p, "jiancha", DOCUMENT_RECEIPT, service(&p, 2)->id,
         "{\"state\":\"signed\",\"day\":\"2026-03-13\",\"file\":7}", "");
    assert_true(str_is(p.d->served, "2026-03-13"));
    assert_int_equal(service(&p, 2)->file, 7);
}

/* ---- outside ---- */

static void test_outsiders(void **state) {
    static const char receipt[] = "{\"state\":\"signed\",\"day\":\"2026-03-16\",\"file\":7}";
    scoped_arena Arena *a = arena_new();
    Play p = begin(a, "governance_suggestion", "procuratorial_suggestion");

    (void)state;
    good(&p, "jiancha", DOCUMENT_SERVE, 0,
         "{\"receivers\":[{\"name\":\"江城县某某食品有限公司\",\"address\":\"解放路1号\","
         "\"method\":\"邮寄送达\"}]}",
         "");
    int64_t id = service(&p, 0)->id;
    const Node *names = node_get(p.d->personal, "services");

    assert_int_equal(service(&p, 0)->organisation, 0);
    assert_non_null(names);
    assert_true(str_is(node_text(names->items[0], "name"), "江城县某某食品有限公司"));
    refused(&p, "lianluo", DOCUMENT_SIGN_FOR, id, NULL, ERR_FORBIDDEN, "联络员");
    refused(&p, "lianluo", DOCUMENT_RECEIPT, id, receipt, ERR_FORBIDDEN, "签发文书");
    refused(&p, "jiancha", DOCUMENT_RECEIPT, 99, receipt, ERR_INVALID, "哪一个单位");
    refused(&p, "jiancha", DOCUMENT_RECEIPT, id, "{\"day\":\"2026-03-16\"}", ERR_INVALID,
            "送达结果");
    refused(&p, "jiancha", DOCUMENT_RECEIPT, id, "{\"state\":\"signed\"}", ERR_INVALID, "日期");
    refused(&p, "jiancha", DOCUMENT_RECEIPT, id, receipt, ERR_INVALID, "晚于今天");
    refused(&p, "jiancha", DOCUMENT_RECEIPT, id,
            "{\"state\":\"signed\",\"day\":\"2026-03-12\",\"file\":7}", ERR_INVALID, "早于发出");
    p.world.now += INT64_C(4) * 86400 * 1000000;
    refused(&p, "jiancha", DOCUMENT_RECEIPT, id, "{\"state\":\"signed\",\"day\":\"2026-03-16\"}",
            ERR_INVALID, "扫描");
    refused(&p, "jiancha", DOCUMENT_RECEIPT, id,
            "{\"state\":\"signed\",\"day\":\"2026-03-16\",\"file\":8}", ERR_INVALID,
            "没有这份材料");
    refused(&p, "jiancha", DOCUMENT_RECEIPT, id, "{\"state\":\"returned\",\"day\":\"2026-03-16\"}",
            ERR_INVALID, "理由");
    good(&p, "jiancha", DOCUMENT_RECEIPT, id, receipt, "");
    assert_true(str_is(p.d->served, "2026-03-16"));
    assert_true(str_is(p.d->due, "2026-05-18")); /* the 16th is a Saturday */
    refused(&p, "jiancha", DOCUMENT_RECEIPT, id, receipt, ERR_CONFLICT, "已经办结");
}

/* ---- called back ---- */

static void test_recall(void **state) {
    scoped_arena Arena *a = arena_new();
    Play p = begin(a, "governance_suggestion", "procuratorial_suggestion");

    (void)state;
    good(&p, "jiancha", DOCUMENT_SERVE, 0, "{\"method\":\"6\"}", "");
    refused(&p, "lianluo", DOCUMENT_RECALL, 0, NULL, ERR_FORBIDDEN, "签发文书");
    refused(&p, "jiancha", DOCUMENT_RECALL, 0, NULL, ERR_INVALID, "理由");
    good(&p, "sifa", DOCUMENT_READ_COPY, 0, NULL, "");
    good(&p, "jiancha", DOCUMENT_RECALL, 0, NULL, "事实有误");
    assert_true(str_is(p.d->state, "recalled"));
    state_is(&p, 0, "recalled");
    state_is(&p, 1, "signed"); /* was read */
    assert_int_equal(p.effects.told.count, 2);
    refused(&p, "lianluo", DOCUMENT_SIGN_FOR, 0, NULL, ERR_CONFLICT, "已撤回");
    refused(&p, "jiancha", DOCUMENT_SERVE, 0, "{\"method\":\"6\"}", ERR_CONFLICT, "已撤回");
}

/* ---- answers ---- */

static void test_answers(void **state) {
    scoped_arena Arena *a = arena_new();
    Play p = begin(a, "governance_suggestion", "procuratorial_suggestion");

    (void)state;
    good(&p, "jiancha", DOCUMENT_SERVE, 0, "{\"method\":\"6\"}", "");
    refused(&p, "jiancha", DOCUMENT_ASSESS, 0, "{\"assessment\":\"1\"}", ERR_CONFLICT,
            "不是对其他");
    refused(&p, "jiancha", DOCUMENT_ANSWERED, 0, "{\"answer\":\"d2\"}", ERR_FORBIDDEN, "系统自动");
    good(&p, "system", DOCUMENT_ANSWERED, 0, "{\"answer\":\"d2\",\"day\":\"2026-03-14\"}", "");
    assert_true(str_is(p.d->answered, "d2"));
    good(&p, "system", DOCUMENT_ANSWERED, 0, "{}", "");
    assert_int_equal(p.d->answered.len + p.d->answered_on.len, 0);
    refused(&p, "system", DOCUMENT_PROVED, 99, "{\"receipt\":\"x\"}", ERR_INVALID, "没有这一项");
    good(&p, "system", DOCUMENT_CHECKED, 0, "{\"flags\":\"\"}", "");
    assert_true(str_is(p.d->flags, SERVICE_NO_FLAGS));

    /* The other way round: the bureau answers the office. */
    Document *d = document_copy(a, p.d);

    d->services = (BindList){NULL, 0};
    d->organisation = BUREAU;
    d->answers = STR("d0");
    p.d = d;
    DocumentService *s = arena_new_of(a, DocumentService);

    *s = (DocumentService){.id = 40,
                           .kind = STR("to"),
                           .organisation = OFFICE,
                           .state = STR("sent"),
                           .sent = STR("2026-03-13T10:00:00+08:00")};
    d->services = (BindList){s, 1};
    refused(&p, "jiancha", DOCUMENT_ASSESS, 0, "{\"assessment\":\"1\"}", ERR_FORBIDDEN, "签收以后");
    good(&p, "jiancha", DOCUMENT_SIGN_FOR, 0, NULL, ""); /* nobody is liaison officer there */
    refused(&p, "jiancha", DOCUMENT_ASSESS, 0, "{\"assessment\":\"很好\"}", ERR_INVALID, "评价");
    refused(&p, "lianluo", DOCUMENT_ASSESS, 0, "{\"assessment\":\"1\"}", ERR_FORBIDDEN, "收到回复");
    good(&p, "jiancha", DOCUMENT_ASSESS, 0, "{\"assessment\":\"处理不当\"}", "");
    assert_true(str_is(p.d->assessment, "2"));
    good(&p, "jiancha", DOCUMENT_ASSESS, 0, "{\"assessment\":\"1\"}", "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sending),   cmocka_unit_test(test_signing),
        cmocka_unit_test(test_due),       cmocka_unit_test(test_refusing),
        cmocka_unit_test(test_outsiders), cmocka_unit_test(test_recall),
        cmocka_unit_test(test_answers),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
