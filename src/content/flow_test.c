/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/flow_test.c: flows are read, proved and drawn; broken ones are refused with the place and
 * the way into the mistake. The proof against brute force: flow_proof_test.c. */
#include "content/testing.h"

#include "content/flow_inside.h"

#include "base/banned.h"

static Content *content;

/* Two branches that meet again. */
static const char base[] =
    "flow: x\n"
    "title: 某流程\n"
    "group: 某组\n"
    "number: 某〔{year}〕{serial}号\n"
    "basis: [{law: 某法, status: verified}]\n"
    "starters: [prosecutor]\n"
    "parties:\n"
    "  - {party: house, title: 本院, kinds: [procuratorate], starter: true}\n"
    "  - {party: agency, title: 主管机关, kinds: [tax, transport], required: true}\n"
    "  - {party: upper, title: 上级院, kinds: [procuratorate], leader_of: house}\n"
    "fields:\n"
    "  - {field: on, title: 日期, type: date}\n"
    "  - {field: answer, title: 答复, type: code, codes: yes_no}\n"
    "  - {field: sum, title: 金额, type: money, unit: 万元}\n"
    "escalation: {period: FT_SEND, to: [{party: house, role: case_manager}, {party: house, role: "
    "chief_procurator}]}\n"
    "start: draft\n"
    "steps:\n"
    "  - step: draft\n"
    "    title: 起草\n"
    "    by: [{party: house, role: prosecutor}]\n"
    "    form: [on!]\n"
    "    actions:\n"
    "      - {action: send, title: 发送, to: [left, right]}\n"
    "  - step: left\n"
    "    title: 左路\n"
    "    by: [{party: agency, role: enforcement_officer}]\n"
    "    within: [{period: RT_REPLY, from: on}]\n"
    "    actions:\n"
    "      - {action: done, title: 左路办结, to: [meet]}\n"
    "  - step: right\n"
    "    title: 右路\n"
    "    by: [{party: house, role: prosecutor, same_as: draft}]\n"
    "    actions:\n"
    "      - {action: done, title: 右路办结, to: [meet]}\n"
    "  - step: meet\n"
    "    title: 汇总\n"
    "    by: [{party: house, role: prosecutor, not_as: right}]\n"
    "    joins: [left, right]\n"
    "    form: [answer!]\n"
    "    actions:\n"
    "      - {action: close, title: 结束, closes: good, when: [{field: answer, in: [是]}]}\n"
    "      - {action: again, title: 重来, to: [draft], back: true, when: [{field: answer, in: "
    "[否]}]}\n"
    "outcomes:\n"
    "  - {outcome: good, title: 完成, success: true}\n";

/* The base with one text put in the place of another. */
static Str changed(Arena *a, const char *from, const char *to) {
    ptrdiff_t at = str_find(str_of(base), str_of(from));

    if (at < 0)
        fail_msg("the base has no: %s", from);
    return str_format(a, "%.*s%s%s", (int)at, base, to, base + at + strlen(from));
}

typedef struct Mistake {
    const char *from, *to, *where, *text, *path;
} Mistake;

#define SEND "{action: send, title: 发送, to: [left, right]}"
#define LEFT "{action: done, title: 左路办结, to: [meet]}"
#define RIGHT "{action: done, title: 右路办结, to: [meet]}"
#define CLOSE "{action: close, title: 结束, closes: good, when: [{field: answer, in: [是]}]}"
#define AGAIN \
    "{action: again, title: 重来, to: [draft], back: true, when: [{field: answer, in: [否]}]}"

#define LEFT_BY                                          \
    "by: [{party: agency, role: enforcement_officer}]\n" \
    "    within: [{period: RT_REPLY, from: on}]\n"       \
    "    actions:\n"                                     \
    "      - " LEFT
#define EACH                                                         \
    "by: [{party: agency, role: enforcement_officer, persons: 2}]\n" \
    "    joint: each\n"                                              \
    "    within: [{period: RT_REPLY, from: on}]\n"                   \
    "    actions:\n"                                                 \
    "      - "
#define WITHIN "within: [{period: RT_REPLY, from: on}]"
#define RIGHT_BY "by: [{party: house, role: prosecutor, same_as: draft}]"

/* path NULL: the loader refuses; else the proof, with these steps. */
static const Mistake mistakes[] = {
    /* names */
    {"to: [left, right]", "to: [left, rigth]", "x.yaml:23:46", "没有步骤“rigth”，是不是想写“right”",
     NULL},
    {"start: draft", "start: drafts", "x.yaml:16:8", "没有步骤“drafts”，是不是想写“draft”", NULL},
    {"form: [on!]", "form: [om!]", "x.yaml:21:12", "没有字段“om”，是不是想写“on”", NULL},
    {"closes: good", "closes: god", "x.yaml:41:44", "没有结局“god”，是不是想写“good”", NULL},
    {"{party: agency, role: enforcement_officer}", "{party: agence, role: enforcement_officer}",
     "x.yaml:26:18", "没有参与方“agence”，是不是想写“agency”", NULL},
    {"role: enforcement_officer", "role: enforcement", "x.yaml:26:32", "没有角色“enforcement”",
     NULL},
    {"kinds: [tax, transport]", "kinds: [taxi]", "x.yaml:9:42",
     "没有机构种类“taxi”，是不是想写“tax”", NULL},
    {"period: RT_REPLY", "period: RT_REPLLY", "x.yaml:27:23", "是不是想写“RT_REPLY”", NULL},
    {"from: on", "from: sum", "x.yaml:27:39", "从日期或时间字段起算，“sum”是金额", NULL},
    {"codes: yes_no", "codes: yes_on", "x.yaml:13:51", "是不是想写“yes_no”", NULL},
    {"in: [是]", "in: [肯定]", "x.yaml:41:78", "代码表“yes_no”里没有“肯定”", NULL},
    {"in: [是]", "in: [有]", "x.yaml:41:78", "是不是想写“是”", NULL},
    {"field: answer, in: [是]", "field: on, in: [是]", "x.yaml:41:73", "in 只用于 code 类型", NULL},
    {"field: answer, in: [是]", "field: answer", "x.yaml:41:57", "每个条件写", NULL},
    {"field: answer, in: [是]", "field: sum, least: 很多", "x.yaml:41:77", "下限“很多”读不出来",
     NULL},
    {SEND, "{action: send, title: 发送, to: [left, right], begins: [y]}", "x.yaml:23:63",
     "没有流程“y”", NULL},
    {SEND, "{action: send, title: 发送, to: [left, right], copies: [uper]}", "x.yaml:23:63",
     "没有参与方“uper”，是不是想写“upper”", NULL},
    {SEND, "{action: send, title: 发送, to: [left, right], documents: [D99]}", "x.yaml:23:66",
     "文书目录里没有“D99”", NULL},
    {SEND, "{action: send, title: 发送, to: [left, right], reason: code, reasons: yesno}",
     "x.yaml:23:77", "是不是想写“yes_no”", NULL},
    {"form: [on!]", "without: [sendback]", "x.yaml:21:15", "是不是想写“send_back”", NULL},
    {"form: [on!]", "titel: 某", "x.yaml:21:5", "是不是想写“title”", NULL},
    {"{party: house, role: prosecutor}", "{party: house, role: prosecutor, department: criminel}",
     "x.yaml:20:55", "是不是想写“criminal”", NULL},
    {"leader_of: house", "leader_of: upper", "x.yaml:10:67", "成了自己的上级", NULL},
    {"not_as: right", "not_as: meet", "x.yaml:37:10", "先前的另一个步骤", NULL},
    {"party: house, title: 本院, kinds: [procuratorate], starter: true",
     "party: house, title: 本院, kinds: [procuratorate]", "x.yaml:8:3",
     "恰好要有一个参与方是发起方", NULL},
    {"- step: right", "- step: left", "x.yaml:30:11", "步骤“left”写了两遍", NULL},
    {"{serial}", "{count}", "x.yaml:4:9", "只能用 {year} 和 {serial}", NULL},
    {"{serial}", "1", "x.yaml:4:9", "要有 {serial}", NULL},
    {"joins: [left, right]", "joins: [left]", "x.yaml:38:12", "至少写两个步骤", NULL},
    {"joins: [left, right]", "joint: all", "x.yaml:38:12", "只有一方办理", NULL},
    {"within: [{period: RT_REPLY, from: on}]", "within: [{period: CM_EXTEND_REQ}]", "x.yaml:27:14",
     "要用 from 写明往前数的那一天", NULL},
    {SEND, "{action: send, title: 发送, to: [left, right], closes: good}", "x.yaml:23:9",
     "不能既打开步骤（to）又结束事项", NULL},
    {SEND, "{action: send, title: 发送, to: [left, right], suspends: [鉴定]}", "x.yaml:23:9",
     "不写 to 和 closes", NULL},
    {LEFT, LEFT "\n      - {action: stop, title: 中止, suspends: [下雨]}", "x.yaml:30:46",
     "没有“下雨”这种中止事由", NULL},
    /* the proof: the graph */
    {SEND, "{action: send, title: 发送, to: [left]}", "x.yaml:30:11",
     "步骤“右路”永远走不到：没有走得到的动作打开它", "right"},
    {RIGHT, "{action: done, title: 右路办结, closes: good, cancels: true}", "x.yaml:35:11",
     "步骤“汇总”永远走不到：它要等的步骤不会都朝它办完", "meet"},
    {RIGHT,
     RIGHT "\n      - {action: skip, title: 免办, to: [aside]}\n  - step: aside\n    title: "
           "旁路\n    by: [{party: house, role: prosecutor}]\n    without: [send_back]\n    "
           "actions:\n      - {action: done, title: 旁路办结, to: [meet]}",
     "x.yaml:45:12", "步骤“汇总”在等“右路”", "draft left right aside meet left meet"},
    {"joins: [left, right]", "help: 不等", "x.yaml:41:9",
     "动作“结束”结束事项时，“右路”可能还没有办完", "draft left meet"},
    {LEFT, "{action: done, title: 左路办结, closes: good}", "x.yaml:35:11", "步骤“汇总”永远走不到",
     "meet"},
    {SEND,
     "{action: send, title: 发送, to: [left, right]}\n      - {action: one, title: 只发左路, to: "
     "[left]}",
     "x.yaml:39:12", "步骤“汇总”在等“右路”，而再没有步骤开着", "draft left meet"},
    {CLOSE, "{action: close, title: 结束, to: [draft], back: true}", "x.yaml:23:7",
     "走到“起草”以后，怎么办都到不了任何结局", "draft"},
    /* actions and steps */
    {LEFT, LEFT "\n      - {action: think, title: 再想想}", "x.yaml:30:9", "动作“再想想”哪里也不通",
     "draft left"},
    {AGAIN,
     "{action: again, title: 重来, to: [draft], back: true, when: [{field: answer, empty: "
     "true}]}",
     "x.yaml:41:7", "步骤“汇总”可能没有动作可用（“答复”是别的）", "draft left right meet"},
    {"form: [answer!]", "form: [answer]", "x.yaml:41:7", "可能没有动作可用（“答复”没有填）",
     "draft left right meet"},
    {CLOSE, "{action: close, title: 结束, closes: good, when: [{field: sum, least: '5'}]}",
     "x.yaml:41:7", "可能没有动作可用", "draft left right meet"},
    {LEFT,
     "{action: wait, title: 中止, documents: [D23]}\n      - {action: done, title: 左路办结, "
     "to: [meet], back: true}",
     "x.yaml:30:41", "它打开的步骤都不在“左路”之前", "draft left"},
    {"by: [{party: agency, role: enforcement_officer}]",
     "without: [send_back, withdraw]\n    by: [{party: agency, role: enforcement_officer}]",
     "x.yaml:26:14", "步骤“左路”没有回头路", "draft left"},
    {"form: [on!]", "form: [on]", "x.yaml:27:39", "步骤“左路”打开时“日期”可能还没有填",
     "draft left"},
    /* who */
    {"{party: agency, role: enforcement_officer}", "{party: agency, role: police_officer}",
     "x.yaml:26:32", "税务局不设角色“公安民警”", "draft left"},
    {"{party: agency, role: enforcement_officer}", "{party: agency, role: system_admin}",
     "x.yaml:26:32", "不接触业务，不能办理步骤", "draft left"},
    {"kinds: [tax, transport], required: true", "kinds: [tax, transport]", "x.yaml:26:18",
     "给它写 required: true", "draft left"},
    {"kinds: [tax, transport]", "kinds: [tax, enterprise]", "x.yaml:26:10", "它没有账号",
     "draft left"},
    {"same_as: draft", "same_as: meet", "x.yaml:32:52", "“meet”不在“右路”之前", "draft right"},
    {"starters: [prosecutor]", "starters: [judge]", "x.yaml:6:12", "没有人能发起", "draft"},
    {"{party: house, role: chief_procurator}]}", "{party: house, role: prosecutor}]}",
     "x.yaml:18:5", "最后还是告诉办理人自己", "draft"},
    {"{party: house, role: chief_procurator}]}",
     "{party: house, role: prosecutor}, {party: agency, role: police_officer}, {party: agency, "
     "role: enforcement_officer}]}",
     "x.yaml:24:5", "“左路”的逐级提醒最后还是告诉办理人自己", "draft left"},
    {"{party: house, role: chief_procurator}]}", "{party: house, role: case_manager}]}",
     "x.yaml:15:72", "同一人写了两遍", "draft"},
    /* everybody for himself */
    {LEFT_BY,
     EACH "{action: done, title: 左路办结, to: [meet]}\n      - {action: aside, title: 另路, "
          "closes: good, cancels: true}",
     "x.yaml:31:9", "动作“左路办结”和“另路”要通向同一处", NULL},
    {"form: [on!]", "form: [on!]\n    joint: each", "x.yaml:22:12", "第一步不能各自答复", NULL},
    {"within: [{period: RT_REPLY, from: on}]",
     "within: [{period: RT_REPLY, from: on, passes: true}]", "x.yaml:27:51",
     "passes 只用于各自答复的步骤", NULL},
    {"form: [answer!]", "form: [answer!]\n    within: [{period: RT_REPLY, from: told}]",
     "x.yaml:40:39", "“told”", NULL},
    {"role: prosecutor, same_as: draft", "role: prosecutor, persons: 3", "x.yaml:32:10",
     "要写 joint", NULL},
    {"role: prosecutor, same_as: draft}]", "role: prosecutor, persons: 21}]\n    joint: all",
     "x.yaml:32:52", "2 到 20", NULL},
    {"role: prosecutor, same_as: draft}]", "role: prosecutor, persons: sum}]\n    joint: all",
     "x.yaml:32:52", "要用整数字段，“sum”是金额", NULL},
    {"role: prosecutor, same_as: draft}]",
     "role: prosecutor, same_as: draft, persons: 3}]\n    joint: all", "x.yaml:32:68",
     "不写 same_as", NULL},
    {"role: chief_procurator}]}\nstart", "role: chief_procurator, persons: 2}]}\nstart",
     "x.yaml:15:72", "只用于步骤的办理人", NULL},
    /* clocks side by side, that come again, to be waited for */
    {WITHIN, "within: [{period: RT_REPLY, from: on, met_by: done}]", "x.yaml:27:51",
     "met_by 只用于反复的期限", NULL},
    {WITHIN, "within: [{period: RT_REPLY, from: on, every: true, met_by: doen}]", "x.yaml:27:64",
     "没有动作“doen”", NULL},
    {WITHIN, "within: [{period: RT_REPLY, from: on, every: true, met_by: done}]", "x.yaml:27:64",
     "让步骤结束，不能用来完成", NULL},
    {WITHIN, "within: [{period: CM_EXTEND_REQ, from: on, every: true}]", "x.yaml:27:55", "要往后数",
     NULL},
    {WITHIN, "within: [{period: MR_DUE}]", "x.yaml:27:14", "要用 from 写明约定的是哪一天", NULL},
    {"{period: FT_SEND, to: [{party: house, role: case_manager}",
     "{period: MR_DUE, to: [{party: house, role: case_manager}", "x.yaml:15:22",
     "不能用倒数的期限、约定日期", NULL},
    {LEFT, "{action: done, title: 左路办结, to: [meet], not_before: {period: MR_DUE, from: on}}",
     "x.yaml:29:70", "不往后数", NULL},
    {RIGHT,
     "{action: done, title: 右路办结, to: [meet], not_before: {period: RT_REPLY, from: sum}}",
     "x.yaml:34:86", "从日期或时间字段起算", NULL},
    {RIGHT,
     "{action: done, title: 右路办结, to: [meet], not_before: {period: RT_REPLY, from: told}}",
     "x.yaml:34:86", "没有字段“told”", NULL},
    {SEND,
     "{action: send, title: 发送, to: [left, right], not_before: {period: RT_REPLY, from: later}}",
     "x.yaml:23:91", "没有字段“later”", NULL},
    /* two fields the same */
    {"field: answer, in: [是]", "field: answer, same_as: sum", "x.yaml:41:82",
     "种类不同（代码、金额）", NULL},
    {"field: answer, in: [是]", "field: answer, same_as: answer", "x.yaml:41:82", "另一个字段",
     NULL},
    {"field: answer, in: [是]", "field: answer, same_as: anwser", "x.yaml:41:82",
     "是不是想写“answer”", NULL},
    {"field: answer, in: [是]", "field: answer, in: [是], same_as: sum", "x.yaml:41:57", "中的一种",
     NULL},
    /* counts */
    {"field: answer, in: [是]", "in: [是]", "x.yaml:41:57", "写 field、children 或者 answers",
     NULL},
    {"field: answer, in: [是]", "children: reverse_transfer", "x.yaml:41:57", "只写 least 和 most",
     NULL},
    {"field: answer, in: [是]", "children: reverse_transfer, least: 一", "x.yaml:41:93",
     "0 到 1000 的整数", NULL},
    {"field: answer, in: [是]", "children: reverse_transfer, least: '1', ended: never",
     "x.yaml:41:105", "没有这样的子事项结果：“never”", NULL},
    {"field: answer, in: [是]", "children: revers_transfer, least: '1'", "x.yaml:41:68",
     "reverse_transfer", NULL},
    {"field: answer, in: [是]", "children: reverse_transfer, least: '1', outcome: [none]",
     "x.yaml:41:108", "没有结局“none”", NULL},
    {"field: answer, in: [是]", "answers: left, least: '1'", "x.yaml:41:67", "不是各自答复的步骤",
     NULL},
    {"field: answer, in: [是]", "answers: left, children: reverse_transfer, least: '1'",
     "x.yaml:41:57", "写 field、children 或者 answers", NULL},
    /* sub-matters */
    {SEND, "{action: send, title: 发送, to: [left, right], begins: reverse_transfer}",
     "x.yaml:23:62", "begins 应写成列表", NULL},
    {SEND, "{action: send, title: 发送, to: [left, right], begins: [[reverse_transfer]]}",
     "x.yaml:23:63", "每一项写名称", NULL},
    {SEND,
     "{action: send, title: 发送, to: [left, right], begins: [{flow: meeting_resolution, each: "
     "agency, "
     "as: owner}]}",
     "x.yaml:23:96", "只有一个单位", NULL},
    {SEND,
     "{action: send, title: 发送, to: [left, right], begins: [{flow: meeting_resolution, as: "
     "owner}]}",
     "x.yaml:23:63", "each 和 as 要一起写", NULL},
    {SEND,
     "{action: send, title: 发送, to: [left, right], begins: [{flow: meeting_resolution, eech: "
     "agency}]}",
     "x.yaml:23:90", "each", NULL},
    {"form: [answer!]", "form: [answer!]\n    waits: [reverse_transfer]", "x.yaml:40:13",
     "而没有动作开始它", NULL},
    {"form: [answer!]", "form: [answer!]\n    waits: [revers_transfer]", "x.yaml:40:13",
     "reverse_transfer", NULL},
    {SEND "\n", "{action: send, title: 发送, to: [left, right], begins: [x]}\n    waits: [x]\n",
     "x.yaml:24:13", "互相等待", NULL},
    /* copies */
    {SEND, "{action: send, title: 发送, to: [left, right], copies: [{party: agency, role: judge}]}",
     "x.yaml:23:85", "都不设角色“judge”", NULL},
    {SEND, "{action: send, title: 发送, to: [left, right], copies: [{role: judge}]}",
     "x.yaml:23:63", "party", NULL},
    {SEND, "{action: send, title: 发送, to: [left, right], copies: [agency, agency]}",
     "x.yaml:23:71", "写了两遍", NULL},
    /* standing steps */
    {RIGHT_BY, "standing: true\n    " RIGHT_BY, "x.yaml:32:15", "没有一定会计算的期限",
     "draft right"},
    {RIGHT_BY,
     "standing: true\n    within: [{period: RT_REPLY, from: on, when: [{field: sum, filled: "
     "true}]}]\n    " RIGHT_BY,
     "x.yaml:32:15", "没有一定会计算的期限", "draft right"},
};

static bool check_mistake(const Mistake *m) {
    scoped_arena Arena *a = arena_new();
    Str text = changed(a, m->from, m->to);
    const Flow *refused;
    Node *path;
    scoped_buf Buf way;
    Err e = {0};

    buf_init(&way, 1000);
    if (flow_try(content, a, text, "x.yaml", &refused, &path, &e) != NULL) {
        print_error("accepted: %s\n", m->to);
        return false;
    }
    for (size_t i = 0; path != NULL && i < path->count; i++)
        buf_addf(&way, "%s%.*s", i == 0 ? "" : " ", STR_ARG(path->items[i]->text));
    if (e.code != ERR_CONTENT || strcmp(e.where, m->where) != 0 ||
        strstr(e.text, m->text) == NULL ||
        (m->path != NULL && (path == NULL || !str_is(buf_str(&way), m->path)))) {
        print_error("%s\n  %s: %s\n  way: %s\nexpected\n  %s: %s\n  way: %s\n", m->to, e.where,
                    e.text, path == NULL ? "-" : way.ptr, m->where, m->text,
                    m->path ? m->path : "-");
        return false;
    }
    return (refused != NULL) == (path != NULL);
}

static void test_mistakes(void **state) {
    bool good = true;

    (void)state;
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++)
        good = check_mistake(&mistakes[i]) && good;
    assert_true(good);
}

/* What everybody fills in for himself, how many people there are, and what is waited for. */
static const char shared[] =
    "flow: y\n"
    "title: 某流程\n"
    "group: 某组\n"
    "number: 某〔{year}〕{serial}号\n"
    "basis: [{law: 某法, status: verified}]\n"
    "parties:\n"
    "  - {party: house, title: 本院, kinds: [procuratorate], starter: true}\n"
    "  - {party: units, title: 各单位, kinds: [tax], required: true, many: true}\n"
    "fields:\n"
    "  - {field: on, title: 日期, type: date}\n"
    "  - {field: people, title: 人数, type: integer}\n"
    "  - {field: mine, title: 各家的日期, type: date}\n"
    "escalation: {period: FT_SEND, to: [{party: house, role: chief_procurator}]}\n"
    "start: draft\n"
    "steps:\n"
    "  - step: draft\n"
    "    title: 起草\n"
    "    by: [{party: house, role: prosecutor}]\n"
    "    form: [on!, people!]\n"
    "    actions:\n"
    "      - {action: send, title: 发送, to: [hear, watch], begins: [{flow: meeting_resolution, "
    "each: "
    "units, as: owner}]}\n"
    "  - step: hear\n"
    "    title: 各自答复\n"
    "    by: [{party: units, role: enforcement_officer}]\n"
    "    joint: each\n"
    "    form: [mine!]\n"
    "    within: [{period: RT_REPLY, from: on, passes: true}]\n"
    "    actions:\n"
    "      - {action: yes, title: 同意, to: [total]}\n"
    "      - {action: no, title: 不同意, to: [total], reason: text}\n"
    "      - {action: back, title: 退回, to: [draft], back: true}\n"
    "  - step: watch\n"
    "    title: 跟踪\n"
    "    by: [{party: house, role: prosecutor}]\n"
    "    standing: true\n"
    "    within: [{period: MR_PROGRESS, every: true, met_by: report}]\n"
    "    actions:\n"
    "      - {action: report, title: 报告}\n"
    "  - step: total\n"
    "    title: 汇总\n"
    "    by: [{party: house, role: prosecutor}]\n"
    "    waits: [meeting_resolution]\n"
    "    actions:\n"
    "      - {action: on, title: 送签, to: [sign], not_before: {period: RT_REPLY, from: on}, when: "
    "[{children: meeting_resolution, ended: failure, most: '0'}]}\n"
    "      - {action: bad, title: 有没办成的, closes: good, when: [{children: meeting_resolution, "
    "ended: failure, least: '1'}]}\n"
    "  - step: sign\n"
    "    title: 签署\n"
    "    by: [{party: house, role: prosecutor, persons: people}]\n"
    "    joint: all\n"
    "    actions:\n"
    "      - {action: sign, title: 签署, closes: good}\n"
    "outcomes:\n"
    "  - {outcome: good, title: 完成, success: true}\n";

/* text NULL: still a good flow. */
static void test_shared(void **state) {
    static const Mistake table[] = {
        {"title: 某流程", "title: 某流程", NULL, NULL, NULL},
        {"form: [on!, people!]", "form: [on!, people]", "persons", "不知道由几个人办理",
         "draft hear total sign"},
        {"form: [on!, people!]", "form: [on, people!]", "from", "期限算不出来", "draft hear"},
        {"not_before: {period: RT_REPLY, from: on}", "not_before: {period: RT_REPLY, from: mine}",
         "from", "算不出最早哪一天", "draft hear total"},
        {"not_before: {period: RT_REPLY, from: on}", "not_before: {period: RT_REPLY}", NULL, NULL,
         NULL},
        {"- {action: on, title: 送签, to: [sign], not_before: {period: RT_REPLY, from: on}",
         "- {action: on, title: 送签, to: [sign], needs: [mine], not_before: {period: RT_REPLY, "
         "from: mine}",
         NULL, NULL, NULL},
        {"ended: failure, least: '1'", "ended: failure, least: '2'", "actions",
         "子事项（meeting_resolution）的件数是 1", "draft hear total"},
        {"ended: failure, least: '1'", "ended: success, least: '1'", "actions", "可能没有动作可用",
         "draft hear total"},
        {"when: [{children: meeting_resolution, ended: failure, least: '1'}]",
         "when: [{answers: hear, action: [no], least: '1'}]", "actions", "“各自答复”的答复数",
         "draft hear total"},
        {"when: [{children: meeting_resolution, ended: failure, most: '0'}]",
         "when: [{answers: hear, action: [yes], least: '3'}]", "actions", "可能没有动作可用",
         "draft hear total"},
        {"to: [hear, watch]", "to: [watch]", "step", "永远走不到", "hear"},
        {"      - {action: yes, title: 同意, to: [total]}\n      - {action: no, title: 不同意, to: "
         "[total], reason: text}",
         "      - {action: yes, title: 同意, to: [total]}\n      - {action: no, title: 不同意, to: "
         "[sign], reason: text}",
         "actions", "要通向同一处", NULL},
        /* nothing but what stands open: then it has to lead on itself */
        {"- {action: yes, title: 同意, to: [total]}\n      - {action: no, title: 不同意, to: "
         "[total], "
         "reason: text}",
         "- {action: yes, title: 同意, to: [watch]}", "step", "永远走不到", "total"},
        {"      - {action: report, title: 报告}",
         "      - {action: report, title: 报告}\n      - {action: end, title: 结束, closes: good, "
         "cancels: true, when: [{field: people, least: '3'}]}",
         NULL, NULL, NULL},
        {"every: true, met_by: report", "every: true", "actions", "哪里也不通", "draft watch"},
        {"met_by: report}]", "met_by: report, when: [{field: mine, filled: true}]}]", "standing",
         "没有一定会计算的期限", "draft watch"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        scoped_arena Arena *a = arena_new();
        const Flow *refused;
        scoped_buf Buf way;
        Node *path;
        Err e = {0};
        ptrdiff_t at = str_find(str_of(shared), str_of(table[i].from));

        buf_init(&way, 1000);
        if (at < 0)
            fail_msg("no %s", table[i].from);
        Str text = str_format(a, "%.*s%s%s", (int)at, shared, table[i].to,
                              shared + at + strlen(table[i].from));
        bool good = flow_try(content, a, text, "y.yaml", &refused, &path, &e) != NULL;

        for (size_t k = 0; path != NULL && k < path->count; k++)
            buf_addf(&way, "%s%.*s", k == 0 ? "" : " ", STR_ARG(path->items[k]->text));
        if (good != (table[i].text == NULL) ||
            (!good &&
             (strstr(e.text, table[i].text) == NULL || strncmp(e.where, "y.yaml:", 7) != 0 ||
              (table[i].path != NULL && !str_is(buf_str(&way), table[i].path)))))
            fail_msg("%s\n%s: %s\nway: %s", table[i].to, e.where, e.text, way.ptr);
    }
}

/* Changes that leave the base a good flow. */
static void test_good(void **state) {
    static const char *const good[][2] = {
        {"title: 某流程", "title: 另一流程"},
        {"kinds: [tax, transport], ", ""},
        {"in: [是]", "in: [是, 否]"},
        {"form: [answer!]", "form: [answer!, sum]"},
        {RIGHT, RIGHT "\n      - {action: stop, title: 不办了, closes: good, cancels: true}"},
        {RIGHT, RIGHT "\n      - {action: back, title: 重起草, to: [draft], back: true}"},
        {RIGHT, RIGHT "\n      - {action: tell, title: 告知, documents: [D24, 跟进监督函]}"},
        {AGAIN,
         "{action: again, title: 重来, to: [left], back: true, when: [{field: answer, in: [否]}]}"},
        {"{party: agency, role: enforcement_officer}",
         "{party: agency, role: enforcement_officer}, {party: agency, role: police_officer}"},
        {SEND, "{action: send, title: 发送, to: [left, right], begins: [reverse_transfer]}"},
        {LEFT_BY,
         EACH LEFT "\n      - {action: other, title: 不同意, to: [meet], reason: text}\n      "
                   "- {action: back, title: 重来, to: [draft], back: true}"},
        {WITHIN, "within: [{period: RT_REPLY, from: on}, {period: MR_PROGRESS, also: true, every: "
                 "true}, {period: MR_DUE, from: on, also: true}]"},
        {SEND,
         "{action: send, title: 发送, to: [left, right], copies: [agency, {party: agency, role: "
         "enforcement_officer}], begins: [{flow: reverse_transfer}]}"},
        {RIGHT_BY, "standing: true\n    within: [{period: RT_REPLY, from: on}]\n    " RIGHT_BY},
    };

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        scoped_arena Arena *a = arena_new();
        Err e = {0};

        if (flow_read(content, a, changed(a, good[i][0], good[i][1]), "x.yaml", &e) == NULL)
            fail_msg("%s\n%s: %s", good[i][1], e.where, e.text);
    }
}

/* ---- anything ---- */

static uint64_t seed = 4;

static size_t pick(size_t n) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (size_t)(seed >> 33) % n;
}

static bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || c == '_' || c == '!';
}

static Str word_at(Str text, size_t at) {
    size_t from = at, to = at;

    while (from > 0 && is_word(text.ptr[from - 1]))
        from--;
    while (to < text.len && is_word(text.ptr[to]))
        to++;
    return str_slice(text, from, to);
}

static Str line_at(Str text, size_t at) {
    size_t from = at, to = at;

    while (from > 0 && text.ptr[from - 1] != '\n')
        from--;
    while (to < text.len && text.ptr[to] != '\n')
        to++;
    return str_slice(text, from, to + (to < text.len));
}

/* A word or a line of the text in the place of another; seldom between the bytes of a character. */
static Str mixed(Arena *a, Str text) {
    bool words = pick(3) > 0;
    size_t here = pick(text.len), there = pick(text.len);

    for (int i = 0; words && i < 20 && !(is_word(text.ptr[here]) && is_word(text.ptr[there]));
         i++) {
        here = pick(text.len);
        there = pick(text.len);
    }
    Str from = words ? word_at(text, here) : line_at(text, here);
    Str to = words ? word_at(text, there) : line_at(text, there);
    size_t at = (size_t)(from.ptr - text.ptr);

    return str_format(a, "%.*s%.*s%.*s", (int)at, text.ptr, pick(4) == 0 ? 0 : (int)to.len, to.ptr,
                      (int)(text.len - at - from.len), from.ptr + from.len);
}

/* Whatever comes in is accepted, or refused with a place and a sentence. */
static void test_anything(void **state) {
    size_t good = 0, proved = 0;

    (void)state;
    for (int i = 0; i < 1500; i++) {
        scoped_arena Arena *a = arena_new();
        Str text = str_of(base);
        const Flow *refused;
        Node *path;
        Err e = {0};

        for (size_t k = 1 + pick(2); k > 0; k--)
            text = mixed(a, text);
        const Flow *f = flow_try(content, a, text, "x.yaml", &refused, &path, &e);

        good += f != NULL;
        proved += refused != NULL;
        if (f != NULL || refused != NULL)
            assert_non_null(flow_diagram(f != NULL ? f : refused, a));
        if (f == NULL && (strncmp(e.where, "x.yaml", 6) != 0 || e.text[0] == '\0'))
            fail_msg("%s: %s\n%.*s", e.where, e.text, STR_ARG(text));
    }
    print_message("%zu accepted, %zu read and refused by the proof\n", good, proved);
    assert_true(good > 10 && proved > 10);
}

/* ---- ceilings, overlay, the built-in flows ---- */

static void test_ceilings(void **state) {
    scoped_arena Arena *a = arena_new();
    scoped_buf Buf steps, names, text;
    Err e = {0};

    (void)state;
    buf_init(&steps, 1 << 20);
    buf_init(&names, 1 << 20);
    buf_init(&text, 1 << 20);
    for (int i = 0; i < 12; i++) {
        buf_addf(&names, "%sp%d", i == 0 ? "" : ", ", i);
        for (int k = 0; k < 3; k++)
            buf_addf(&steps,
                     "  - {step: %c%d, title: 某, by: [{party: house, role: prosecutor}], without: "
                     "[send_back], actions: [{action: a, title: 办, %s}]}\n",
                     "pqr"[k], i,
                     k == 2 ? "to: [meet]" : str_format(a, "to: [%c%d]", "qr"[k], i).ptr);
    }
    buf_addf(&text, "{action: send, title: 发送, to: [left, right, %s]}\n%s", names.ptr, steps.ptr);
    Str wide = changed(a, SEND "\n", text.ptr);

    assert_null(flow_read(content, a, wide, "x.yaml", &e));
    if (strstr(e.text, "超过 50000 种，无法证明") == NULL)
        fail_msg("%s", e.text);
    buf_clear(&steps);
    for (int i = 0; i < 100; i++)
        buf_addf(&steps, "  - {step: s%d, title: 某, by: [], actions: []}\n", i);
    assert_null(flow_read(content, a,
                          changed(a, "outcomes:", str_format(a, "%soutcomes:", steps.ptr).ptr),
                          "x.yaml", &e));
    assert_non_null(strstr(e.text, "超过 100 项"));
    assert_null(flow_read(content, a, (Str){base, CONTENT_FILE_MAX + 1}, "x.yaml", &e));
    assert_int_equal(e.code, ERR_TOO_LARGE);
}

static Content *with_overlay(const char *path, Str text, Err *e) {
    char folder[64];

    make_overlay(folder);
    put_file(folder, path, text);
    Content *c = content_load(folder, e);

    remove_overlay(folder);
    return c;
}

static void test_overlay(void **state) {
    scoped_arena Arena *a = arena_new();
    Err e = {0};
    Content *c = with_overlay("flows/x.yaml", str_of(base), &e);

    (void)state;
    if (c == NULL)
        fail_msg("%s: %s", e.where, e.text);
    assert_int_equal(content_flow_count(c), content_flow_count(content) + 1);
    assert_true(str_is(content_flow(c, STR("x"), &e)->title, "某流程"));
    assert_null(content_flow(c, STR("revers_transfer"), &e));
    assert_int_equal(e.code, ERR_NOT_FOUND);
    assert_non_null(strstr(e.text, "reverse_transfer"));
    content_drop(c);
    assert_null(with_overlay("flows/y.yaml", str_of(base), &e));
    assert_string_equal(e.where, "content/flows/y.yaml:1:7");
    assert_null(with_overlay("flows/x.yaml", changed(a, "to: [left, right]", "to: [left]"), &e));
    assert_non_null(strstr(e.text, "永远走不到"));
}

/* What nobody has confirmed says so, and quotes no article; what rests on it is under review. */
static void check_basis(const Flow *f, Str what, const BindList *list, bool review) {
    const Basis *b = list->items;

    for (size_t i = 0; i < list->count; i++) {
        bool sure = str_is(b[i].status, "verified"), web = str_is(b[i].status, "verified-web");

        if ((sure && b[i].review) || (!sure && !b[i].review) ||
            (!sure && !web && b[i].article.len > 0) || (b[i].review && !review))
            fail_msg("%s, %.*s: the basis %.*s does not say how sure it is, or what rests on it is "
                     "not under review",
                     f->file, STR_ARG(what), STR_ARG(b[i].law));
    }
}

static void check_bases(const Flow *f) {
    check_basis(f, f->flow, &f->basis, f->review);
    for (size_t i = 0; i < f->steps.count; i++) {
        const FlowStep *s = &flow_steps(f)[i];

        check_basis(f, s->step, &s->basis, s->review || f->review);
        for (size_t j = 0; j < s->actions.count; j++)
            check_basis(f, step_actions(s)[j].action, &step_actions(s)[j].basis,
                        s->review || f->review);
    }
}

static void test_built_in(void **state) {
    (void)state;
    for (size_t i = 0; i < content_flow_count(content); i++) {
        const Flow *f = content_flow_at(content, i);
        scoped_arena Arena *a = arena_new();
        Err e = {0};

        assert_ptr_equal(content_flow(content, f->flow, &e), f);
        assert_true(f->cases != NULL && f->cases->count > 0 && f->help.len > 0);
        check_bases(f);
        for (size_t j = 0; j < f->parties.count; j++)
            assert_true(flow_parties(f)[j].kinds.count > 0);
        /* An older version comes back from its text alone. */
        const Flow *again = flow_read(content, a, f->text, f->file, &e);

        if (again == NULL)
            fail_msg("%s: %s", e.where, e.text);
        assert_true(str_eq(again->version, f->version));
    }
}

/* The example of docs/flows.md, whose blocks are one file, is what it says it is. */
static void test_page(void **state) {
    scoped_arena Arena *a = arena_new();
    scoped_buf Buf text;
    Str page = output_of(a, "cat '" SOURCE_ROOT "/docs/flows.md'");
    ptrdiff_t at;
    Err e = {0};

    (void)state;
    buf_init(&text, 1 << 20);
    while ((at = str_find(page, STR("```yaml\n"))) >= 0) {
        page = str_slice(page, (size_t)at + 8, page.len);
        ptrdiff_t end = str_find(page, STR("```"));

        assert_true(end > 0);
        buf_add(&text, str_slice(page, 0, (size_t)end));
        page = str_slice(page, (size_t)end + 3, page.len);
    }
    const Flow *f = flow_read(content, a, buf_str(&text), "docs/flows.md", &e);

    if (f == NULL)
        fail_msg("%s: %s", e.where, e.text);
    assert_int_equal(f->cases->count, 3);
}

/* ---- conditions ---- */

static void test_conditions(void **state) {
    const struct {
        const char *test, *value;
        bool holds;
    } table[] = {
        {"field: answer, in: [是]", "是", true},
        {"field: answer, in: [是]", "否", false},
        {"field: answer, in: [是]", "", false},
        {"field: answer, filled: true", "否", true},
        {"field: answer, filled: true", "", false},
        {"field: answer, empty: true", "", true},
        {"field: answer, empty: true", "否", false},
        {"field: sum, least: 5万元", "50000.00", true},
        {"field: sum, least: 5万元", "49999.99", false},
        {"field: sum, least: 5万元", "", false},
        {"field: sum, least: '1', most: '10'", "10.0001", false},
        {"field: sum, least: '1', most: '10'", "10.00", true},
        {"field: on, most: 2026-03-01", "2026-03-01", true},
        {"field: on, most: 2026-03-01", "2026-03-02", false},
        {"field: on, least: 2026-03-01", "去年", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        scoped_arena Arena *a = arena_new();
        Err e = {0};
        Str action = str_format(a, "%s\n      - {action: t, title: 试, closes: good, when: [{%s}]}",
                                CLOSE, table[i].test);
        const Flow *f = flow_read(content, a, changed(a, CLOSE, action.ptr), "x.yaml", &e);

        if (f == NULL)
            fail_msg("%s: %s", e.where, e.text);
        const FlowAction *t = flow_action(flow_step(f, STR("meet")), STR("t"));

        if (flow_test_holds(&flow_tests(&t->when)[0], str_of(table[i].value)) != table[i].holds)
            fail_msg("%s of %s", table[i].test, table[i].value);
    }
}

/* Bounds that leave no number out are enough, and one that leaves a gap is not. */
static void test_covering(void **state) {
    const struct {
        const char *first, *second;
        bool good;
    } table[] = {
        {"least: '5'", "most: '5'", true},       {"least: '5'", "most: '4.9999'", true},
        {"least: '5'", "most: '4.9998'", false}, {"filled: true", "least: '1'", true},
        {"least: '5'", "empty: true", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        scoped_arena Arena *a = arena_new();
        Err e = {0};
        Str text = changed(a, CLOSE "\n      - " AGAIN,
                           str_format(a,
                                      "{action: one, title: 一, closes: good, when: [{field: sum, "
                                      "%s}]}\n      - {action: two, title: 二, closes: good, when: "
                                      "[{field: sum, %s}]}",
                                      table[i].first, table[i].second)
                               .ptr);
        ptrdiff_t at = str_find(text, STR("form: [answer!]"));

        text = str_format(a, "%.*sform: [sum!]%s", (int)at, text.ptr, text.ptr + at + 15);
        if ((flow_read(content, a, text, "x.yaml", &e) != NULL) != table[i].good)
            fail_msg("%s, %s: %s", table[i].first, table[i].second, e.text);
    }
}

/* ---- the diagram ---- */

static const Node *node_named(const Node *nodes, const char *key, Str name) {
    for (size_t i = 0; i < nodes->count; i++)
        if (name.len > 0 && str_eq(node_text(nodes->items[i], key), name))
            return nodes->items[i];
    return NULL;
}

static void check_diagram(const Flow *f) {
    scoped_arena Arena *a = arena_new();
    const Node *d = flow_diagram(f, a), *nodes = node_get(d, "nodes"),
               *edges = node_get(d, "edges");
    scoped_buf Buf once, twice;

    buf_init(&once, 1 << 20);
    buf_init(&twice, 1 << 20);
    json_write(d, &once);
    json_write(flow_diagram(f, a), &twice);
    assert_true(str_eq(buf_str(&once), buf_str(&twice)));
    assert_int_equal(nodes->count, f->steps.count + f->outcomes.count);
    for (size_t i = 0; i < nodes->count; i++)
        for (size_t j = 0; j < i; j++)
            assert_true(node_int(nodes->items[i], "layer", -1) !=
                            node_int(nodes->items[j], "layer", -1) ||
                        node_int(nodes->items[i], "position", -1) !=
                            node_int(nodes->items[j], "position", -1));
    for (size_t i = 0; i < edges->count; i++) {
        const Node *edge = edges->items[i];
        const Node *from = node_named(nodes, "step", node_text(edge, "from"));
        const Node *to = node_named(nodes, "step", node_text(edge, "to"));

        if (to == NULL)
            to = node_named(nodes, "outcome", node_text(edge, "outcome"));
        assert_true(from != NULL && to != NULL);
        if (!node_bool(edge, "back", true))
            assert_true(node_int(from, "layer", -1) < node_int(to, "layer", -1));
    }
}

static void test_diagram(void **state) {
    scoped_arena Arena *a = arena_new();
    Err e = {0};
    const Flow *f = flow_read(content, a, str_of(base), "x.yaml", &e);
    const Node *d = flow_diagram(f, a), *nodes = node_get(d, "nodes");

    (void)state;
    assert_int_equal(node_int(d, "layers", 0), 4);
    assert_int_equal(node_int(d, "width", 0), 2);
    assert_int_equal(node_int(node_named(nodes, "step", STR("left")), "layer", 0), 1);
    assert_int_equal(node_int(node_named(nodes, "step", STR("right")), "layer", 0), 1);
    assert_int_equal(node_int(node_named(nodes, "step", STR("meet")), "layer", 0), 2);
    check_diagram(f);
    for (size_t i = 0; i < content_flow_count(content); i++)
        check_diagram(content_flow_at(content, i));
}

static int start(void **state) {
    (void)state;
    crypto_start();
    content = load_plain();
    return 0;
}

static int stop(void **state) {
    (void)state;
    content_drop(content);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mistakes),   cmocka_unit_test(test_good),
        cmocka_unit_test(test_shared),     cmocka_unit_test(test_anything),
        cmocka_unit_test(test_ceilings),   cmocka_unit_test(test_overlay),
        cmocka_unit_test(test_built_in),   cmocka_unit_test(test_page),
        cmocka_unit_test(test_conditions), cmocka_unit_test(test_covering),
        cmocka_unit_test(test_diagram),
    };

    return cmocka_run_group_tests_name("content/flow", tests, start, stop);
}
