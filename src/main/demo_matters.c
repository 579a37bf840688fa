/* SPDX-License-Identifier: MulanPSL-2.0 */
/* main/demo_matters.c: what the demo people did: lines of who, which action, and what was filled
 * in. The days are those just before today, so that periods run. */
#include "main/demo_matters.h"

#include "flow/matter.h"
#include "people/directory.h"

#include <string.h>

#define AGENCY "江城县市场监督管理局"
#define POLICE "江城县公安局"
#define OFFICE "江城县人民检察院"
#define JUSTICE "江城县司法局"

/* "field=text|field=text"; {N} is the day N days ago. */
typedef struct DemoAct {
    const char *who, *action, *values, *reason;
} DemoAct;

typedef struct DemoMatter {
    const char *flow, *level, *parties; /* "party=name|party=name" */
    DemoAct begin;
    DemoAct acts[10];
} DemoMatter;

#define FORWARD "police=" POLICE "|procuratorate=" OFFICE
#define BACK "agency=" AGENCY "|justice_bureau=" JUSTICE

static const DemoMatter matters[] = {
    {"forward_transfer",
     "high",
     FORWARD,
     {"shijianzhifa", NULL,
      "party_name=江城县某某药房|found_on={6}|charge=销售假药罪|case_no=江市监案〔2026〕12号",
      NULL},
     {{"shijianzhifa", "report",
       "facts=销售假药，货值五万元|team=马食安、龙市安|amount=50000|reported_on={5}", NULL},
      {"shijian", "approve", "approved_at={4} 09:00", NULL},
      {"shijianzhifa", "send", "transfer_no=江市监移〔2026〕1号", NULL},
      {"minjing", "receive", "received_at={3} 10:00", NULL},
      {"minjing", "complete", "check=材料齐全", NULL},
      {NULL, NULL, NULL, NULL}}},
    {"forward_transfer",
     "ordinary",
     FORWARD,
     {"shijianzhifa", NULL, "party_name=孟某某|found_on={2}|charge=生产、销售伪劣产品罪", NULL},
     {{"shijianzhifa", "report",
       "facts=销售不合格电线|team=马食安、龙市安|amount=62000|reported_on={1}", NULL},
      {NULL, NULL, NULL, NULL}}},
    {"forward_transfer",
     "ordinary",
     FORWARD,
     {"shijianzhifa", NULL, "party_name=齐某某|found_on={9}|charge=非法经营罪", NULL},
     {{"shijianzhifa", "drop", "facts=无证经营卷烟|team=马食安、龙市安|reported_on={8}",
       "货值不足追诉标准"},
      {"shijian", "refuse", "", "不足立案追诉标准，依法给予行政处罚"},
      {NULL, NULL, NULL, NULL}}},
    {"reverse_transfer",
     "ordinary",
     BACK,
     {"xingshi", NULL,
      "decision_no=江检刑不诉〔2026〕7号|decided_on={12}|kind=相对不起诉|charge=盗窃罪|party_name="
      "陈某某",
      NULL},
     {{"xingshi", "send", "", NULL},
      {"xingzheng", "accept", "accepted_on={10}", NULL},
      {"xingzheng", "submit",
       "recommendation=提出检察意见|violation=盗窃财物价值一千元，已退赃|limitation_over=否|"
       "advised="
       "罚款",
       NULL},
      {"jianchazhang", "approve_opinion", "", NULL},
      {"xingzheng", "serve", "opinion_no=江检行意〔2026〕3号|served_on={2}", NULL},
      {NULL, NULL, NULL, NULL}}},
    {"reverse_transfer",
     "urgent",
     BACK,
     {"xingshi", NULL,
      "decision_no=江检刑不诉〔2026〕9号|decided_on={3}|kind=相对不起诉|charge=危险驾驶罪|party_"
      "name="
      "邹某某",
      NULL},
     {{"xingshi", "send", "", NULL},
      {"xingzheng", "accept", "accepted_on={1}", NULL},
      {NULL, NULL, NULL, NULL}}},
};

/* --- filling in ------------------------------------------------------------------------------- */

static Str with_days(Arena *a, Str text) {
    scoped_buf Buf out;

    buf_init(&out, 4096);
    for (size_t i = 0; i < text.len; i++) {
        ptrdiff_t end = text.ptr[i] == '{' ? str_find(str_slice(text, i, text.len), STR("}")) : -1;
        int64_t ago = 0;
        char day[11];

        if (end < 0 || !str_to_int(str_slice(text, i + 1, i + (size_t)end), &ago)) {
            buf_add_char(&out, text.ptr[i]);
            continue;
        }
        day_format(day_today() - (Day)ago, day);
        buf_add_c(&out, day);
        i += (size_t)end;
    }
    return str_dup(a, buf_str(&out));
}

static Node *values_of(Arena *a, const char *text) {
    Node *n = node_map(a);
    Str rest = str_of(text), pair;

    while (rest.len != 0 && str_split(&rest, '|', &pair)) {
        ptrdiff_t equals = str_find(pair, STR("="));

        node_set_text(a, n, str_c(a, str_slice(pair, 0, (size_t)equals)),
                      with_days(a, str_slice(pair, (size_t)equals + 1, pair.len)));
    }
    return n;
}

static Node *parties_of(Cli *c, const char *text, Err *e) {
    Node *n = node_map(c->arena);
    Str rest = str_of(text), pair;

    while (rest.len != 0 && str_split(&rest, '|', &pair)) {
        ptrdiff_t equals = str_find(pair, STR("="));
        int64_t number = 0;

        if (!organisation_named(c->office->store, str_slice(pair, (size_t)equals + 1, pair.len),
                                &number, e))
            return NULL;
        node_set_int(c->arena, n, str_c(c->arena, str_slice(pair, 0, (size_t)equals)), number);
    }
    return n;
}

/* --- as one of the people --------------------------------------------------------------------- */

static bool begin(Cli *c, const DemoMatter *m, Str *id, Err *e) {
    const Rights *r = rights_of(c->office->store, c->content, str_of(m->begin.who), e);
    const Scope *before = r != NULL ? store_thread_scope(&r->scope) : NULL;
    MatterActor who = {str_of(m->begin.who), r};
    MatterNew in = {.flow = str_of(m->flow),
                    .level = str_of(m->level),
                    .parties = parties_of(c, m->parties, e),
                    .values = values_of(c->arena, m->begin.values)};
    bool good = r != NULL && in.parties != NULL &&
                matter_begin(c->office->store, c->content, &who, &in, c->arena, id, e);

    if (r != NULL)
        store_thread_scope(before);
    rights_drop(r);
    return good;
}

static bool go_on(Cli *c, const DemoAct *a, Str id, Err *e) {
    const Rights *r = rights_of(c->office->store, c->content, str_of(a->who), e);
    const Scope *before = r != NULL ? store_thread_scope(&r->scope) : NULL;
    MatterActor who = {str_of(a->who), r};
    FlowAct act = {.verb = VERB_ACT,
                   .actor = who.login,
                   .action = str_of(a->action),
                   .values = values_of(c->arena, a->values),
                   .reason = a->reason != NULL ? str_of(a->reason) : (Str){NULL, 0}};
    bool good =
        r != NULL && matter_act(c->office->store, c->content, &who, id, 0, &act, c->arena, NULL, e);

    if (r != NULL)
        store_thread_scope(before);
    rights_drop(r);
    return good || err_prefix(e, "演示事项“%s”", a->action);
}

bool demo_matters(Cli *c, Err *e) {
    size_t count = sizeof matters / sizeof *matters;

    for (size_t i = 0; i < count; i++) {
        Str id;

        if (!begin(c, &matters[i], &id, e))
            return false;
        for (size_t k = 0; matters[i].acts[k].who != NULL; k++)
            if (!go_on(c, &matters[i].acts[k], id, e))
                return false;
    }
    fprintf(c->out, "发起了 %zu 件虚构的事项，在市场监管局、公安局和检察院之间办理。\n\n", count);
    fflush(c->out);
    return true;
}
