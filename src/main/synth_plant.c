/* SPDX-License-Identifier: MulanPSL-2.0 */
/* main/synth_plant.c: what is wrong in the county, model by model, and what only looks wrong. */
#include "main/synth_extra.h"

#include <stdio.h>

/* Ends the columns of a row: a NULL of the type that extra_row reads. */
#define END ((const char *)NULL)

/* One case of one model: `n` counts up and varies the details. */
typedef void Plant(Extra *x, int64_t n, bool planted);

static const char *number(Extra *x, const char *word, int64_t n, bool planted) {
    return extra_text(x, "%s〔2025〕%s%lld号", word, planted ? "7" : "8", (long long)n);
}

static const char *court_number(Extra *x, const char *word, int64_t n, bool planted) {
    return extra_text(x, "（2024）川0522%s%s%lld号", word, planted ? "7" : "8", (long long)n);
}

static void said_person(Extra *x, bool planted, const char *model, const Person *p,
                        const char *why) {
    (planted ? county_planted : county_near)(extra_county(x), model, "person", p->name, p->id, why);
}

static void said_company(Extra *x, bool planted, const char *model, const Company *c,
                         const char *why) {
    (planted ? county_planted : county_near)(extra_county(x), model, "organisation", c->name,
                                             c->code, why);
}

/* Another number for somebody of the same name: born a day later. */
static const char *namesake(Extra *x, const Person *p) {
    char first17[18];
    int year, month, day;

    day_split(p->birth + 1, &year, &month, &day);
    snprintf(first17, sizeof first17, "%.6s%04d%02d%02d%.3s", p->id, year, month, day, p->id + 14);
    return extra_text(x, "%s%c", first17, citizen_id_check_digit(first17));
}

static const char *masked(Extra *x, const Person *p) {
    return extra_text(x, "%.6s********%.4s", p->id, p->id + 14);
}

/* M01 */
static void ride_hailing(Extra *x, int64_t n, bool planted) {
    static const char *const charges[] = {"危险驾驶罪", "交通肇事罪", "危险驾驶"};
    const Person *p = extra_person(x, planted);
    int near = (int)(n % 4);
    Day act = day_of(2023, 3, 1) + (Day)(n * 7);
    Day issued = planted && n % 2 ? act + 200 : day_of(2020, 5, 20);
    bool namesake_only = !planted && near == 0;

    extra_row(x, "ride_hailing_license", "holder_name", p->name, "holder_id_no",
              namesake_only ? namesake(x, p) : p->id, "holder_birth",
              extra_day(x, p->birth + (namesake_only ? 1 : 0)), "license_no",
              extra_text(x, "5105222%d%07lld", planted ? 7 : 8, (long long)n), "category",
              "网络预约出租汽车驾驶员", "issued_on", extra_day(x, issued), "valid_to", "2049-12-31",
              "status",
              !planted && near == 1   ? "注销"
              : !planted && near == 2 ? "撤销"
                                      : "有效",
              END);
    /* Every fifth verdict came masked, with the birth date beside it. */
    extra_row(x, "criminal_verdict", "case_no", court_number(x, "刑初", n, planted),
              "defendant_name", p->name, "defendant_id_no",
              planted && n % 5 == 4 ? masked(x, p) : p->id, "defendant_birth",
              extra_day(x, p->birth), "charge", !planted && near == 3 ? "盗窃罪" : charges[n % 3],
              "act_on", extra_day(x, act), "judged_on", extra_day(x, act + 150), "effective_on",
              extra_day(x, act + 161), "sentence_kind", "拘役", "sentence_months", "3", "fine",
              "5000", "court", "江城县人民法院", END);
    said_person(x, planted, "ride_hailing_license", p,
                planted     ? "因危险驾驶或交通肇事被判刑，从业资格证仍有效"
                : near == 0 ? "同名不同人"
                : near == 3 ? "罪名不在限制之列"
                            : "从业资格证已注销或撤销");
}

/* M02 */
static void not_punished(Extra *x, int64_t n, bool planted) {
    const Person *p = extra_person(x, planted);
    int near = (int)(n % 3);
    bool opinion = n % 2 == 1;
    const char *opinion_no = opinion ? number(x, "江检行意", n + 5000, planted) : "";
    Day on = day_of(2025, 2, 3) + (Day)n;

    extra_row(x, "non_prosecution", "decision_no", number(x, "江检刑不诉", n + 5000, planted),
              "party_name", p->name, "party_kind", "自然人", "party_id_no", p->id, "charge",
              "危险驾驶罪", "kind", !planted && near == 2 ? "存疑不起诉" : "相对不起诉", "act_on",
              extra_day(x, on - 90), "decided_on", extra_day(x, on), "should_penalise",
              !planted && near == 2 ? "否" : "是", "competent_agency", "江城县公安局", "opinion_no",
              opinion_no, "opinion_served_on", opinion ? extra_day(x, on + 12) : "", "replied_on",
              !planted && near == 1 && opinion ? extra_day(x, on + 50) : "", "office",
              "江城县人民检察院", END);
    if (!planted && near != 2 && !(near == 1 && opinion))
        extra_row(x, "administrative_penalty", "party_name", p->name, "party_kind", "自然人",
                  "party_id_kind", "身份证", "party_id_no", p->id, "decision_no",
                  number(x, "江公行罚", n + 5000, planted), "violation", "醉酒驾驶机动车", "facts",
                  "醉酒驾驶机动车", "grounds", "道路交通安全法", "kinds", "吊销许可证件;罚款",
                  "content", "吊销机动车驾驶证，罚款", "fine", "2000", "decided_on",
                  extra_day(x, on + 40), "agency", "江城县公安局", "source", "江城县公安局",
                  "opinion_no", opinion_no, END);
    said_person(x, planted, "non_prosecution_no_penalty", p,
                planted ? (opinion ? "检察意见送达后逾期未处罚也未回复" : "应提检察意见而未提")
                : near == 2            ? "存疑不起诉，无需处罚"
                : near == 1 && opinion ? "已回复"
                                       : "已处罚");
}

/* M03 */
static void no_reply(Extra *x, int64_t n, bool planted) {
    const Company *c = extra_company(x, planted);
    int near = (int)(n % 2);
    Day served = day_of(2025, 5, 8) + (Day)(n * 3);

    extra_row(x, "procuratorial_document", "doc_no", number(x, "江检建", n + 6000, planted), "kind",
              n % 3 ? "社会治理检察建议" : "检察建议", "matter", "完善内部管理", "recipient",
              c->name, "recipient_credit_code", c->code, "issued_on", extra_day(x, served - 3),
              "served_on", extra_day(x, served), "extended_to",
              !planted && near == 1 ? "2099-12-31" : "", "replied_on",
              !planted && near == 0 ? extra_day(x, served + 40) : "", "office", "江城县人民检察院",
              END);
    said_company(x, planted, "overdue_reply", c,
                 planted     ? "超过两个月未回复"
                 : near == 0 ? "按期回复"
                             : "已延期");
}

/* M05 */
static void food_ban(Extra *x, int64_t n, bool planted) {
    const Person *p = extra_person(x, planted);
    const Company *c = extra_company(x, planted);
    int near = (int)(n % 3);
    Day on = day_of(2022, 6, 1) + (Day)(n * 5);

    extra_row(x, "criminal_verdict", "case_no", court_number(x, "刑初", n + 1000, planted),
              "defendant_name", p->name, "defendant_id_no", p->id, "defendant_birth",
              extra_day(x, p->birth), "charge",
              n % 2 ? "生产、销售有毒、有害食品罪" : "生产、销售不符合安全标准的食品罪", "act_on",
              extra_day(x, on - 200), "judged_on", extra_day(x, on), "effective_on",
              extra_day(x, on + 11), "sentence_kind", !planted && near == 0 ? "管制" : "有期徒刑",
              "sentence_months", "10", "probation", "否", "sentence_start", extra_day(x, on),
              "sentence_end", extra_day(x, day_add_months(on, 10)), "fine", "20000", "court",
              "江城县人民法院", END);
    extra_row(x, "food_worker", "person_name", p->name, "person_id_no", p->id, "birth",
              extra_day(x, p->birth), "employer", c->name, "employer_credit_code", c->code, "post",
              !planted && near == 2 ? "厨师" : "食品安全管理人员", "hired_on",
              extra_day(x, day_of(2024, 3, 1) + (Day)n), "left_on",
              !planted && near == 1 ? "2025-06-30" : "", END);
    said_person(x, planted, "food_practice_ban", p,
                planted ? "因食品安全犯罪被判有期徒刑，仍任食品安全管理人员"
                : near == 0 ? "主刑不足有期徒刑"
                : near == 1 ? "已离职"
                            : "不是管理岗位");
}

/* M10 */
static void illegal_agent(Extra *x, int64_t n, bool planted) {
    const Person *p = extra_person(x, planted);
    bool citizen = n % 2 == 0;
    int near = (int)(n / 2 % 2);
    int cases = citizen ? (!planted && near == 0 ? 4 : 6) : 2;
    /* Near miss: as many cases, but spread over years. */
    int apart = !planted && citizen && near == 1 ? 300 : 20;

    for (int i = 0; i < cases; i++) {
        const Person *party = extra_person(x, planted);

        extra_row(x, "court_agent", "case_no", court_number(x, "民初", n * 10 + i + 2000, planted),
                  "court", "江城县人民法院", "cause", "民间借贷纠纷", "filed_on",
                  extra_day(x, day_of(citizen && apart > 100 ? 2020 : 2025, 1, 10) + i * apart +
                                   (Day)(n % 7)),
                  "agent_name", p->name, "agent_id_no", p->id, "agent_kind",
                  citizen ? "公民推荐" : "基层法律服务工作者", "practice_no",
                  citizen ? "" : extra_text(x, "35105%d%011lld", planted ? 7 : 8, (long long)n),
                  "recommender", citizen ? "城关镇社区" : "", "unit",
                  citizen ? "" : "江城县白沙镇法律服务所", "party_name", party->name, "party_id_no",
                  party->id, "party_role", "原告", END);
    }
    if (!citizen && (!planted || n % 4 == 1))
        extra_row(x, "legal_practitioner", "person_name", p->name, "person_id_no", p->id,
                  "practice_no", extra_text(x, "35105%d%011lld", planted ? 7 : 8, (long long)n),
                  "kind", "基层法律服务工作者", "unit", "江城县白沙镇法律服务所", "status",
                  planted ? "注销" : "有效", "practised_from", "2010-03-01", "practised_to",
                  planted ? "2019-12-31" : "", "area", "江城县", END);
    said_person(x, planted, "illegal_legal_agent", p,
                planted   ? (citizen ? "十二个月内以公民身份代理六件"
                                     : "以基层法律服务工作者身份代理而不在册")
                : citizen ? (near == 0 ? "只有四件" : "六件分散在多年")
                          : "在册执业");
}

/* M11 */
static void stalled(Extra *x, int64_t n, bool planted) {
    const Person *p = extra_person(x, planted);
    int near = (int)(n % 3);
    Day filed = day_of(2025, 1, 6) + (Day)(n * 4);

    extra_row(x, "police_filing", "case_no", number(x, "江公（刑）立字", n + 7000, planted),
              "suspect_name", p->name, "suspect_id_no", p->id, "charge", "诈骗罪", "office",
              "江城县公安局刑侦大队", "supervised_on",
              !planted && near == 2 ? "" : extra_day(x, filed - 12), "filed_on",
              extra_day(x, filed), "concluded_on",
              planted || near == 2 ? "" : extra_day(x, filed + 60), "transferred_on",
              !planted && near == 0 ? extra_day(x, filed + 60) : "", "withdrawn_on",
              !planted && near == 1 ? extra_day(x, filed + 60) : "", "procuratorate",
              "江城县人民检察院", END);
    said_person(x, planted, "stalled_investigation", p,
                planted     ? "监督立案后逾三个月未侦查终结"
                : near == 0 ? "已移送审查起诉"
                : near == 1 ? "已撤案"
                            : "不是监督立案的案件");
}

/* M13 */
static void pension(Extra *x, int64_t n, bool planted) {
    const Person *p = extra_person(x, planted);
    int near = (int)(n % 2);
    Day died = day_of(2025, 1, 5) + (Day)(n % 20);
    /* Near misses: paid up to the month of death; a namesake died. */
    int months = planted ? 8 : near == 0 ? 1 : 8;

    extra_row(x, "death_record", "person_name", p->name, "person_id_no",
              !planted && near == 1 ? namesake(x, p) : p->id, "birth",
              extra_day(x, p->birth + (!planted && near == 1 ? 1 : 0)), "sex",
              p->woman ? "女" : "男", "died_on", extra_day(x, died), "cancelled_on",
              extra_day(x, died + 9), "source", "殡葬火化", "registrar", "江城县民政局", END);
    for (int m = 0; m < months; m++) {
        Day month = day_add_months(day_of(2025, 1, 1), m);

        extra_row(x, "pension_payment", "person_name", p->name, "person_id_no", p->id, "kind",
                  "城乡居民基本养老保险", "month", extra_day(x, month), "amount", "215", "paid_on",
                  extra_day(x, month + 14), "bank", "江城农村商业银行", "account",
                  extra_text(x, "62284805%d%010lld", planted ? 7 : 8, (long long)n), "status",
                  "正常发放", END);
    }
    said_person(x, planted, "pension_fraud", p,
                planted     ? "死亡后仍领取养老金七个月"
                : near == 0 ? "死亡当月止付"
                            : "同名者死亡");
}

/* M18 */
static void land(Extra *x, int64_t n, bool planted) {
    const Person *p = extra_person(x, planted);
    int kind = (int)(n % 3), near = (int)(n % 2);
    Day on = day_of(2024, 3, 4) + (Day)(n * 2);
    bool applied = kind > 0 || (!planted && near == 0), ruled = kind == 2 || (!planted && applied);

    extra_row(x, "land_penalty", "decision_no", number(x, "江自然资罚", n + 8000, planted),
              "party_name", p->name, "party_id_no", p->id, "location", "江城县白沙镇", "violation",
              "非法占用土地", "area", "420", "farmland", "130", "kinds", "限期拆除", "decided_on",
              extra_day(x, on), "served_on", extra_day(x, on + 4), "fulfilled_on",
              !planted && near == 1 ? extra_day(x, on + 12) : "", "applied_on",
              applied && (planted || near == 0) ? extra_day(x, on + 40) : "", "court_case_no",
              applied && (planted || near == 0) ? court_number(x, "行审", n + 300, planted) : "",
              "court_received_on", applied && (planted || near == 0) ? extra_day(x, on + 41) : "",
              "court_accepted_on", applied && (planted || near == 0) ? extra_day(x, on + 44) : "",
              "ruled_on", ruled && (planted || near == 0) ? extra_day(x, on + 50) : "", "ruling",
              ruled && (planted || near == 0) ? "准予执行" : "", "executed_on",
              !planted && near == 0 ? extra_day(x, on + 120) : "", "agency",
              "江城县自然资源和规划局", END);
    said_person(x, planted, "land_non_litigation_enforcement", p,
                planted     ? (kind == 0   ? "期满未申请强制执行"
                               : kind == 1 ? "法院受理后未裁定"
                                           : "裁定准予后未执行")
                : near == 1 ? "已自行履行"
                            : "已执行完毕");
}

/* M23 */
static void drunk(Extra *x, int64_t n, bool planted) {
    const Person *p = extra_person(x, planted);
    int near = (int)(n % 2);
    Day on = day_of(2024, 2, 5) + (Day)(n * 6);
    bool revoked = !planted && near == 0;

    extra_row(x, "criminal_verdict", "case_no", court_number(x, "刑初", n + 4000, planted),
              "defendant_name", p->name, "defendant_id_no", p->id, "defendant_birth",
              extra_day(x, p->birth), "charge", !planted && near == 1 ? "盗窃罪" : "危险驾驶罪",
              "act_on", extra_day(x, on - 100), "judged_on", extra_day(x, on), "effective_on",
              extra_day(x, on + 11), "sentence_kind", "拘役", "sentence_months", "2",
              "vehicle_nature", "非营运", "blood_alcohol", !planted && near == 1 ? "" : "168",
              "fine", "4000", "court", "江城县人民法院", END);
    /* The licence was sent as valid first; for the near misses a corrected row follows, for some
     * others the same row again. */
    for (int later = 0; later < (revoked || n % 4 == 0 ? 2 : 1); later++) {
        bool gone = revoked && later;

        extra_row(x, later ? "driving_license+" : "driving_license", "holder_name", p->name,
                  "holder_id_no", p->id, "license_no", p->id, "archive_no",
                  extra_text(x, "510599%d%05lld", planted ? 7 : 8, (long long)n), "class", "C1",
                  "status", gone ? "吊销" : "正常", "first_issued_on", "2012-04-01", "valid_to",
                  "2032-04-01", "revoked_on", gone ? extra_day(x, on + 30) : "", "banned_until",
                  gone ? extra_day(x, day_add_months(on + 30, 60)) : "", "agency",
                  "江城县公安局交通警察大队", END);
    }
    said_person(x, planted, "dui_license_not_revoked", p,
                planted     ? "醉驾判决生效后驾驶证未吊销"
                : near == 0 ? "已吊销"
                            : "不是醉驾");
}

/* M25 */
static void fined_instead(Extra *x, int64_t n, bool planted) {
    const Person *p = extra_person(x, planted);
    int near = (int)(n % 2);
    Day on = day_of(2025, 3, 3) + (Day)n;
    const char *no = number(x, "江市监罚", n + 9000, planted);

    extra_row(x, "administrative_penalty", "party_name", p->name, "party_kind", "自然人",
              "party_id_kind", "身份证", "party_id_no", p->id, "decision_no", no, "violation",
              n % 3 ? "生产、销售伪劣产品" : "销售假冒注册商标的商品", "facts", "销售不合格商品",
              "grounds", "产品质量法", "kinds", "罚款;没收非法财物", "content", "没收，处以罚款",
              "fine", "60000", "decided_on", extra_day(x, on), "agency", "江城县市场监督管理局",
              "source", "江城县市场监督管理局", "case_no", number(x, "江市监立", n + 9000, planted),
              "filed_on", extra_day(x, on - 40), "goods_value",
              !planted && near == 0 ? "20000" : "480000", "illegal_gain",
              !planted && near == 0 ? "2000" : "200000", END);
    if (!planted && near == 1)
        extra_row(x, "crime_transfer", "transfer_no", number(x, "江市监移", n + 9000, planted),
                  "decision_no", no, "party_name", p->name, "party_kind", "自然人", "party_id_no",
                  p->id, "charge", "生产、销售伪劣产品罪", "agency", "江城县市场监督管理局",
                  "transferred_on", extra_day(x, on - 20), "receiver", "江城县公安局", "decision",
                  "立案", END);
    said_person(x, planted, "penalty_instead_of_crime", p,
                planted     ? "数额达到追诉标准，只罚款未移送"
                : near == 0 ? "数额未达标准"
                            : "已移送");
}

/* M26 */
static void slow_penalty(Extra *x, int64_t n, bool planted) {
    const Company *c = extra_company(x, planted);
    int near = (int)(n % 3);
    Day filed = day_of(2025, 2, 10) + (Day)(n * 2);

    extra_row(x, "penalty_case", "case_no", number(x, "江市监案", n + 9500, planted), "case_kind",
              "一般", "party_name", c->name, "party_credit_code", c->code, "violation", "虚假广告",
              "agency", "江城县市场监督管理局", "filed_on", extra_day(x, filed), "extended_to",
              !planted && near == 0 ? "2099-12-31" : "", "suspended_days",
              !planted && near == 1 ? "60" : "", "decided_on",
              planted     ? (n % 2 ? extra_day(x, filed + 130) : "")
              : near == 0 ? ""
              : near == 1 ? extra_day(x, filed + 130)
                          : extra_day(x, filed + 88),
              END);
    said_company(x, planted, "penalty_over_90d", c,
                 planted     ? "立案后超过九十日"
                 : near == 0 ? "已批准延期"
                 : near == 1 ? "扣除不计入期间后未超期"
                             : "八十八日");
}

/* M32 */
static void director(Extra *x, int64_t n, bool planted) {
    const Person *p = extra_person(x, planted);
    const Company *c = extra_company(x, planted);
    int near = (int)(n % 4);
    Day end = !planted && near == 2 ? day_of(2014, 6, 30) : day_of(2025, 1, 10) + (Day)(n * 3);

    extra_row(x, "criminal_verdict", "case_no", court_number(x, "刑初", n + 6000, planted),
              "defendant_name", p->name, "defendant_id_no", p->id, "defendant_birth",
              extra_day(x, p->birth), "charge",
              !planted && near == 3 ? "盗窃罪"
              : n % 2               ? "职务侵占罪"
                                    : "挪用资金罪",
              "act_on", extra_day(x, end - 900), "judged_on", extra_day(x, end - 540),
              "effective_on", extra_day(x, end - 530), "sentence_kind", "有期徒刑",
              "sentence_months", "18", "probation", "否", "sentence_start", extra_day(x, end - 545),
              "sentence_end", extra_day(x, end), "court", "江城县人民法院", END);
    extra_row(x, "company_officer", "person_name", p->name, "person_id_no", p->id, "post",
              !planted && near == 1 ? "股东"
              : n % 3               ? "董事"
                                    : "法定代表人",
              "company_name", c->name, "company_credit_code", c->code, "appointed_on", "2021-07-01",
              "left_on", !planted && near == 0 ? extra_day(x, end - 600) : "", "status", "存续",
              END);
    said_person(x, planted, "disqualified_director", p,
                planted ? "经济犯罪执行期满未逾五年，仍任董事或法定代表人"
                : near == 0 ? "已离任"
                : near == 1 ? "不是董监高"
                : near == 2 ? "执行期满已逾五年"
                            : "罪名不在限制之列");
}

bool county_plant(County *k, Err *e) {
    /* Some wrongs are more common than others: `share` in tenths of k->each. */
    static const struct {
        Plant *plant;
        int64_t share;
    } plants[] = {{ride_hailing, 12}, {not_punished, 15}, {no_reply, 8},      {food_ban, 6},
                  {illegal_agent, 7}, {stalled, 5},       {pension, 20},      {land, 9},
                  {drunk, 16},        {fined_instead, 6}, {slow_penalty, 13}, {director, 10}};
    Extra *x = extra_new(k);

    for (size_t m = 0; m < sizeof plants / sizeof plants[0]; m++) {
        int64_t count = k->each * plants[m].share / 10;

        for (int64_t n = 0; n < count || n < 4; n++) {
            plants[m].plant(x, n, true);
            plants[m].plant(x, n, false);
        }
    }
    return extra_write(x, e);
}
