/* SPDX-License-Identifier: MulanPSL-2.0 */
/* main/synth_cases.c: penalties, verdicts, non-prosecutions, police cases and documents, all
 * handled as the law asks. */
#include <stdio.h>

#include "main/synth_county.h"

static const struct {
    const char *violation, *grounds, *content;
    int agency;
} offences[] = {
    {"未按规定明码标价", "价格法", "责令改正，处以罚款", AGENCY_MARKET},
    {"占道经营", "城市市容和环境卫生管理条例", "责令改正，处以罚款", AGENCY_CITY},
    {"未按规定保持车辆技术状况", "道路运输条例", "处以罚款", AGENCY_TRANSPORT},
    {"未按规定公示营业执照", "市场主体登记管理条例", "责令改正，处以罚款", AGENCY_MARKET},
    {"公共场所未取得卫生许可证", "公共场所卫生管理条例", "警告，处以罚款", AGENCY_HEALTH},
    {"未按规定申报纳税资料", "税收征收管理法", "责令限期改正，处以罚款", AGENCY_TAX}};
enum { OFFENCES = sizeof offences / sizeof offences[0] };

/* The accused groups' persons by use, so that no two datasets speak of the same one by accident. */
enum {
    ACCUSED_FINED = 0,
    ACCUSED_CONVICTED = 100000,
    ACCUSED_SPARED = 160000,
    ACCUSED_SUSPECT = 220000,
    ACCUSED_LAND = 260000,
    ACCUSED_TRANSFERRED = 300000
};

static bool penalties(County *k, Err *e) {
    enum {
        NAME,
        KIND,
        CODE,
        PERSON,
        ID_KIND,
        ID,
        NO,
        VIOLATION,
        FACTS,
        GROUNDS,
        KINDS,
        CONTENT,
        FINE,
        ON,
        UNTIL,
        AGENCY,
        AGENCY_CODE,
        SOURCE,
        SOURCE_CODE,
        CASE,
        FILED,
        VALUE
    };
    static const char *const fields[] = {"party_name",
                                         "party_kind",
                                         "party_credit_code",
                                         "legal_representative",
                                         "party_id_kind",
                                         "party_id_no",
                                         "decision_no",
                                         "violation",
                                         "facts",
                                         "grounds",
                                         "kinds",
                                         "content",
                                         "fine",
                                         "decided_on",
                                         "valid_until",
                                         "agency",
                                         "agency_code",
                                         "source",
                                         "source_code",
                                         "case_no",
                                         "filed_on",
                                         "goods_value",
                                         NULL};
    int64_t rows = county_share(k, 0.04, 80), companies = county_share(k, 0.06, 60);
    Sheet *s;
    Company c;
    Person p;

    if (!county_open(k, "信用办_行政处罚双公示.csv", "administrative_penalty", SHEET_CSV_GBK,
                     HEADER_CODE, NULL, fields, e))
        return false;
    s = k->sheet;
    for (int64_t i = 0; i < rows; i++) {
        int o = (int)(i % OFFENCES);
        const AgencyName *agency = &synth_agencies[offences[o].agency];
        Day filed = county_between(k, day_of(2020, 1, 10), COUNTY_DAY - 80),
            on = filed + (Day)chance_between(&k->chance, 5, 60);
        int year, month, day;

        day_split(on, &year, &month, &day);
        company_make(COMPANY_ORDINARY, k->seed, i % companies, &c);
        person_make(i % 2 ? GROUP_ACCUSED : GROUP_ADULTS, k->seed,
                    i % 2 ? ACCUSED_FINED + i / 2 % 100000 : i % companies * 2 + 1, &p);
        sheet_put(s, NAME, i % 2 ? p.name : c.name);
        sheet_put(s, KIND, i % 2 ? "自然人" : "法人及非法人组织");
        sheet_put(s, CODE, i % 2 ? "" : c.code);
        sheet_put(s, PERSON, i % 2 ? "" : p.name);
        if (i % 2) {
            sheet_put(s, ID_KIND, "身份证");
            sheet_id(s, ID, &p);
        }
        sheet_textf(s, NO, "%s罚%s%d%s%lld号", agency->word, i % 17 ? "〔" : "[", year,
                    i % 17 ? "〕" : "]", (long long)i + 1);
        sheet_put(s, VIOLATION, offences[o].violation);
        sheet_textf(s, FACTS, "经查，当事人于%d年%d月在江城县%s%s，事实清楚", year, month,
                    synth_towns[i % TOWNS], offences[o].violation);
        sheet_put(s, GROUNDS, offences[o].grounds);
        sheet_put(s, KINDS, i % 5 ? "罚款" : "警告;罚款");
        sheet_put(s, CONTENT, offences[o].content);
        sheet_yuan(s, FINE, chance_between(&k->chance, 1, 50) * 200);
        sheet_day(s, ON, on);
        sheet_put(s, UNTIL, "2099/12/31");
        sheet_put(s, AGENCY, agency->name);
        sheet_put(s, AGENCY_CODE, agency->code);
        sheet_put(s, SOURCE, agency->name);
        sheet_put(s, SOURCE_CODE, agency->code);
        sheet_textf(s, CASE, "%s立〔%d〕%lld号", agency->word, year, (long long)i + 1);
        sheet_day(s, FILED, filed);
        if (i % 3 == 0)
            sheet_yuan(s, VALUE, chance_between(&k->chance, 1, 40) * 100);
        sheet_row(s);
        if (chance_one_in(&k->chance, 1500))
            sheet_again(s);
    }
    return county_close(k, e);
}

static bool penalty_cases(County *k, Err *e) {
    enum { NO, PARTY, CODE, VIOLATION, AGENCY, AGENCY_CODE, FILED, DECIDED, DECISION, RESULT };
    static const char *const fields[] = {
        "case_no",  "party_name", "party_credit_code", "violation", "agency", "agency_code",
        "filed_on", "decided_on", "decision_no",       "result",    NULL};
    int64_t rows = county_share(k, 0.01, 40), companies = county_share(k, 0.06, 60);
    Company c;

    if (!county_open(k, "司法局_行政处罚案件办理.csv", "penalty_case", SHEET_CSV_BOM, HEADER_TITLE,
                     NULL, fields, e))
        return false;
    for (int64_t i = 0; i < rows; i++) {
        int o = (int)(i % OFFENCES);
        const AgencyName *agency = &synth_agencies[offences[o].agency];
        Day filed = county_between(k, day_of(2023, 1, 10), COUNTY_DAY - 100);

        company_make(COMPANY_ORDINARY, k->seed, i % companies, &c);
        sheet_textf(k->sheet, NO, "%s案〔2025〕%lld号", agency->word, (long long)i + 1);
        sheet_put(k->sheet, PARTY, c.name);
        sheet_put(k->sheet, CODE, c.code);
        sheet_put(k->sheet, VIOLATION, offences[o].violation);
        sheet_put(k->sheet, AGENCY, agency->name);
        sheet_put(k->sheet, AGENCY_CODE, agency->code);
        sheet_day(k->sheet, FILED, filed);
        sheet_day(k->sheet, DECIDED, filed + (Day)chance_between(&k->chance, 10, 80));
        sheet_textf(k->sheet, DECISION, "%s决〔2025〕%lld号", agency->word, (long long)i + 1);
        sheet_put(k->sheet, RESULT, "处罚");
        sheet_row(k->sheet);
    }
    return county_close(k, e);
}

static bool verdicts(County *k, Err *e) {
    enum {
        NO,
        NAME,
        ID,
        BIRTH,
        CHARGE,
        ACT,
        JUDGED,
        EFFECTIVE,
        SENTENCE,
        MONTHS,
        PROBATION,
        FINE,
        COURT
    };
    static const char *const fields[] = {"case_no",         "defendant_name",
                                         "defendant_id_no", "defendant_birth",
                                         "charge",          "act_on",
                                         "judged_on",       "effective_on",
                                         "sentence_kind",   "sentence_months",
                                         "probation",       "fine",
                                         "court",           NULL};
    static const char *const charges[] = {"盗窃罪", "故意伤害罪", "诈骗罪", "寻衅滋事罪",
                                          "开设赌场罪"};
    int64_t rows = county_share(k, 0.008, 60);
    Person p;

    if (!county_open(k, "法院_刑事判决.xlsx", "criminal_verdict", SHEET_XLSX, HEADER_TITLE,
                     "江城县人民法院刑事判决信息表", fields, e))
        return false;
    for (int64_t i = 0; i < rows; i++) {
        Day judged = county_between(k, day_of(2019, 2, 1), COUNTY_DAY - 30);
        int year, month, day;

        day_split(judged, &year, &month, &day);
        person_make(GROUP_ACCUSED, k->seed, ACCUSED_CONVICTED + i % 60000, &p);
        sheet_textf(k->sheet, NO, "（%d）川0522刑初%lld号", year, (long long)i + 1);
        sheet_put(k->sheet, NAME, p.name);
        /* Older verdicts come masked, a few with a wrong check digit, some without a number. */
        if (i % 25 == 3)
            sheet_textf(k->sheet, ID, "%.6s********%.4s", p.id, p.id + 14);
        else if (i % 25 == 9)
            sheet_textf(k->sheet, ID, "%.17s%c", p.id, p.id[17] == '5' ? '6' : '5');
        else if (i % 25 != 17)
            sheet_id(k->sheet, ID, &p);
        sheet_day(k->sheet, BIRTH, p.birth);
        sheet_put(k->sheet, CHARGE, charges[i % 5]);
        sheet_day(k->sheet, ACT, judged - (Day)chance_between(&k->chance, 90, 400));
        sheet_day(k->sheet, JUDGED, judged);
        sheet_day(k->sheet, EFFECTIVE, judged + 11);
        sheet_put(k->sheet, SENTENCE, i % 3 ? "有期徒刑" : "拘役");
        sheet_textf(k->sheet, MONTHS, "%lld", (long long)chance_between(&k->chance, 2, 36));
        sheet_put(k->sheet, PROBATION, i % 4 ? "否" : "是");
        sheet_yuan(k->sheet, FINE, chance_between(&k->chance, 1, 20) * 1000);
        sheet_put(k->sheet, COURT, "江城县人民法院");
        sheet_row(k->sheet);
    }
    return county_close(k, e);
}

static bool spared(County *k, Err *e) {
    enum { NO, NAME, KIND, ID, CHARGE, REASON, ACT, ON, PENALISE, OFFICE };
    static const char *const fields[] = {
        "decision_no", "party_name", "party_kind",      "party_id_no", "charge", "kind",
        "act_on",      "decided_on", "should_penalise", "office",      NULL};
    int64_t rows = county_share(k, 0.003, 40);
    Person p;

    if (!county_open(k, "检察院_不起诉决定.xlsx", "non_prosecution", SHEET_XLSX, HEADER_TITLE, NULL,
                     fields, e))
        return false;
    for (int64_t i = 0; i < rows; i++) {
        Day on = county_between(k, day_of(2022, 1, 5), COUNTY_DAY - 30);
        int year, month, day;

        day_split(on, &year, &month, &day);
        person_make(GROUP_ACCUSED, k->seed, ACCUSED_SPARED + i % 60000, &p);
        sheet_textf(k->sheet, NO, "江检刑不诉〔%d〕%lld号", year, (long long)i + 1);
        sheet_put(k->sheet, NAME, p.name);
        sheet_put(k->sheet, KIND, "自然人");
        sheet_id(k->sheet, ID, &p);
        sheet_put(k->sheet, CHARGE, i % 2 ? "故意伤害罪" : "交通肇事罪");
        sheet_put(k->sheet, REASON, i % 3 ? "存疑不起诉" : "相对不起诉");
        sheet_day(k->sheet, ACT, on - 200);
        sheet_day(k->sheet, ON, on);
        sheet_put(k->sheet, PENALISE, "否");
        sheet_put(k->sheet, OFFICE, "江城县人民检察院");
        sheet_row(k->sheet);
    }
    return county_close(k, e);
}

static bool documents(County *k, Err *e) {
    enum { NO, KIND, MATTER, RECIPIENT, CODE, ISSUED, SERVED, REPLIED, REPLY, OFFICE };
    static const char *const fields[] = {
        "doc_no",    "kind",      "matter",     "recipient", "recipient_credit_code",
        "issued_on", "served_on", "replied_on", "reply",     "office",
        NULL};
    static const char *const kinds[] = {"检察建议", "检察意见"};
    int64_t rows = county_share(k, 0.003, 40);

    if (!county_open(k, "检察院_检察意见检察建议台账.xlsx", "procuratorial_document", SHEET_XLSX,
                     HEADER_TITLE, "检察意见、检察建议台账", fields, e))
        return false;
    for (int64_t i = 0; i < rows; i++) {
        const AgencyName *agency = &synth_agencies[i % AGENCIES];
        Day issued = county_between(k, day_of(2022, 1, 5), COUNTY_DAY - 70);
        int year, month, day;

        day_split(issued, &year, &month, &day);
        sheet_textf(k->sheet, NO, i % 2 ? "江检行意〔%d〕%lld号" : "江检建〔%d〕%lld号", year,
                    (long long)i + 1);
        sheet_put(k->sheet, KIND, kinds[i % 2]);
        sheet_put(k->sheet, MATTER, "依法履行监管职责");
        sheet_put(k->sheet, RECIPIENT, agency->name);
        sheet_put(k->sheet, CODE, agency->code);
        sheet_day(k->sheet, ISSUED, issued);
        sheet_day(k->sheet, SERVED, issued + 2);
        sheet_day(k->sheet, REPLIED, issued + (Day)chance_between(&k->chance, 10, 55));
        sheet_put(k->sheet, REPLY, "已依法处理并整改完毕");
        sheet_put(k->sheet, OFFICE, "江城县人民检察院");
        sheet_row(k->sheet);
    }
    return county_close(k, e);
}

static bool police(County *k, Err *e) {
    enum {
        NO,
        NAME,
        ID,
        CHARGE,
        OFFICE,
        SUPERVISED,
        FILED,
        CONCLUDED,
        CONCLUSION,
        TRANSFERRED,
        WITHDRAWN
    };
    static const char *const fields[] = {"case_no",        "suspect_name", "suspect_id_no",
                                         "charge",         "office",       "supervised_on",
                                         "filed_on",       "concluded_on", "conclusion",
                                         "transferred_on", "withdrawn_on", NULL};
    int64_t rows = county_share(k, 0.004, 40);
    Person p;

    if (!county_open(k, "公安局_立案与立案监督.json", "police_filing", SHEET_JSON, HEADER_TITLE,
                     NULL, fields, e))
        return false;
    for (int64_t i = 0; i < rows; i++) {
        Day filed = county_between(k, day_of(2022, 1, 5), COUNTY_DAY - 100);
        Day done = filed + (Day)chance_between(&k->chance, 20, 85);

        person_make(GROUP_ACCUSED, k->seed, ACCUSED_SUSPECT + i % 40000, &p);
        sheet_textf(k->sheet, NO, "江公（刑）立字〔%d〕%lld号", 2022 + (int)(i % 4),
                    (long long)i + 1);
        sheet_put(k->sheet, NAME, p.name);
        sheet_id(k->sheet, ID, &p);
        sheet_put(k->sheet, CHARGE, i % 2 ? "诈骗罪" : "盗窃罪");
        sheet_put(k->sheet, OFFICE, "江城县公安局刑侦大队");
        sheet_day(k->sheet, SUPERVISED, i % 3 ? DAY_NONE : filed - 10);
        sheet_day(k->sheet, FILED, filed);
        sheet_day(k->sheet, CONCLUDED, done);
        sheet_put(k->sheet, CONCLUSION, i % 8 == 1 ? "撤销案件" : "移送审查起诉");
        sheet_day(k->sheet, i % 8 == 1 ? WITHDRAWN : TRANSFERRED, done);
        sheet_row(k->sheet);
    }
    return county_close(k, e);
}

static bool transfers(County *k, Err *e) {
    enum { NO, NAME, KIND, ID, CHARGE, AMOUNT, AGENCY, APPROVED, ON, RECEIVER, RECEIVED, DECISION };
    static const char *const fields[] = {
        "transfer_no", "party_name", "party_kind",  "party_id_no",    "charge",
        "amount",      "agency",     "approved_on", "transferred_on", "receiver",
        "received_on", "decision",   NULL};
    int64_t rows = county_share(k, 0.002, 30);
    Person p;

    if (!county_open(k, "两法衔接平台_涉嫌犯罪移送.csv", "crime_transfer", SHEET_CSV_BOM,
                     HEADER_TITLE, NULL, fields, e))
        return false;
    for (int64_t i = 0; i < rows; i++) {
        Day approved = county_between(k, day_of(2022, 1, 5), COUNTY_DAY - 60);

        person_make(GROUP_ACCUSED, k->seed, ACCUSED_TRANSFERRED + i % 40000, &p);
        sheet_textf(k->sheet, NO, "江市监移〔%d〕%lld号", 2022 + (int)(i % 4), (long long)i + 1);
        sheet_put(k->sheet, NAME, p.name);
        sheet_put(k->sheet, KIND, "自然人");
        sheet_id(k->sheet, ID, &p);
        sheet_put(k->sheet, CHARGE, "销售伪劣产品罪");
        sheet_yuan(k->sheet, AMOUNT, chance_between(&k->chance, 60, 400) * 1000);
        sheet_put(k->sheet, AGENCY, synth_agencies[AGENCY_MARKET].name);
        sheet_day(k->sheet, APPROVED, approved);
        sheet_day(k->sheet, ON, approved + 1);
        sheet_put(k->sheet, RECEIVER, "江城县公安局");
        sheet_day(k->sheet, RECEIVED, approved + 1);
        sheet_put(k->sheet, DECISION, "立案");
        sheet_row(k->sheet);
    }
    return county_close(k, e);
}

static bool land(County *k, Err *e) {
    enum {
        NO,
        NAME,
        ID,
        LOCATION,
        PARCEL,
        VIOLATION,
        AREA,
        KINDS,
        FINE,
        ON,
        SERVED,
        PAID,
        FULFILLED,
        AGENCY
    };
    static const char *const fields[] = {
        "decision_no", "party_name",   "party_id_no",  "location", "parcel_no",
        "violation",   "area",         "kinds",        "fine",     "decided_on",
        "served_on",   "fine_paid_on", "fulfilled_on", "agency",   NULL};
    int64_t rows = county_share(k, 0.002, 30);
    Person p;

    if (!county_open(k, "自然资源局_土地违法处罚.csv", "land_penalty", SHEET_CSV_GBK, HEADER_TITLE,
                     NULL, fields, e))
        return false;
    for (int64_t i = 0; i < rows; i++) {
        Day on = county_between(k, day_of(2021, 1, 5), COUNTY_DAY - 60);
        int year, month, day;

        day_split(on, &year, &month, &day);
        person_make(GROUP_ACCUSED, k->seed, ACCUSED_LAND + i % 40000, &p);
        sheet_textf(k->sheet, NO, "江自然资罚〔%d〕%lld号", year, (long long)i + 1);
        sheet_put(k->sheet, NAME, p.name);
        sheet_id(k->sheet, ID, &p);
        sheet_textf(k->sheet, LOCATION, "江城县%s", synth_towns[i % TOWNS]);
        sheet_textf(k->sheet, PARCEL, "TB510522%06lld", (long long)i);
        sheet_put(k->sheet, VIOLATION, "非法占用土地");
        sheet_textf(k->sheet, AREA, i % 4 ? "%lld" : "%lld平方米",
                    (long long)chance_between(&k->chance, 40, 900));
        sheet_put(k->sheet, KINDS, "罚款");
        sheet_yuan(k->sheet, FINE, chance_between(&k->chance, 5, 80) * 100);
        sheet_day(k->sheet, ON, on);
        sheet_day(k->sheet, SERVED, on + 3);
        sheet_day(k->sheet, PAID, on + 12);
        sheet_day(k->sheet, FULFILLED, on + 14);
        sheet_put(k->sheet, AGENCY, synth_agencies[AGENCY_LAND].name);
        sheet_row(k->sheet);
    }
    return county_close(k, e);
}

static int64_t roster_size(const County *k) {
    int64_t n = county_share(k, 0.001, 20);

    return n > 50000 ? 50000 : n;
}

static bool roster(County *k, Err *e) {
    enum { NAME, ID, NO, KIND, UNIT, STATUS, FROM, AREA };
    static const char *const fields[] = {"person_name",    "person_id_no", "practice_no",
                                         "kind",           "unit",         "status",
                                         "practised_from", "area",         NULL};
    int64_t rows = roster_size(k);
    Person p;

    if (!county_open(k, "司法局_法律服务执业名册.xlsx", "legal_practitioner", SHEET_XLSX,
                     HEADER_TITLE, NULL, fields, e))
        return false;
    for (int64_t i = 0; i < rows; i++) {
        bool lawyer = i % 3 != 0;

        person_make(GROUP_LAWYERS, k->seed, i, &p);
        sheet_put(k->sheet, NAME, p.name);
        sheet_id(k->sheet, ID, &p);
        sheet_textf(k->sheet, NO, lawyer ? "15105%012lld" : "35105%012lld", (long long)i);
        sheet_put(k->sheet, KIND, lawyer ? "律师" : "基层法律服务工作者");
        sheet_put(k->sheet, UNIT, lawyer ? "四川江城律师事务所" : "江城县城关镇法律服务所");
        sheet_put(k->sheet, STATUS, "有效");
        sheet_day(k->sheet, FROM, county_between(k, day_of(2005, 1, 1), day_of(2018, 12, 31)));
        sheet_put(k->sheet, AREA, "江城县");
        sheet_row(k->sheet);
    }
    return county_close(k, e);
}

static bool court(County *k, Err *e) {
    enum { NO, COURT, CAUSE, FILED, NAME, ID, KIND, PRACTICE, UNIT, RELATION, PARTY, ROLE };
    static const char *const fields[] = {
        "case_no",     "court", "cause",    "filed_on",   "agent_name", "agent_id_no", "agent_kind",
        "practice_no", "unit",  "relation", "party_name", "party_role", NULL};
    static const char *const causes[] = {"民间借贷纠纷", "买卖合同纠纷", "离婚纠纷", "劳动争议"};
    int64_t rows = county_share(k, 0.03, 60), lawyers = roster_size(k);
    Person agent, party;

    if (!county_open(k, "法院_案件代理人.csv", "court_agent", SHEET_CSV_GBK, HEADER_TITLE, NULL,
                     fields, e))
        return false;
    for (int64_t i = 0; i < rows; i++) {
        Day filed = county_between(k, day_of(2020, 1, 5), COUNTY_DAY - 10);
        bool relative = i % 9 == 4;
        int64_t number = relative ? i : i % lawyers;
        bool lawyer = number % 3 != 0;
        int year, month, day;

        day_split(filed, &year, &month, &day);
        person_make(relative ? GROUP_ADULTS : GROUP_LAWYERS, k->seed, number, &agent);
        person_make(GROUP_ADULTS, k->seed, i + 7, &party);
        sheet_textf(k->sheet, NO, "（%d）川0522民初%lld号", year, (long long)i + 1);
        sheet_put(k->sheet, COURT, "江城县人民法院");
        sheet_put(k->sheet, CAUSE, causes[i % 4]);
        sheet_day(k->sheet, FILED, filed);
        sheet_put(k->sheet, NAME, agent.name);
        sheet_id(k->sheet, ID, &agent);
        sheet_put(k->sheet, KIND, relative ? "近亲属" : lawyer ? "律师" : "基层法律服务工作者");
        if (!relative)
            sheet_textf(k->sheet, PRACTICE, lawyer ? "15105%012lld" : "35105%012lld",
                        (long long)number);
        sheet_put(k->sheet, UNIT,
                  relative ? ""
                  : lawyer ? "四川江城律师事务所"
                           : "江城县城关镇法律服务所");
        sheet_put(k->sheet, RELATION, relative ? "配偶" : "");
        sheet_put(k->sheet, PARTY, party.name);
        sheet_put(k->sheet, ROLE, i % 2 ? "原告" : "被告");
        sheet_row(k->sheet);
    }
    return county_close(k, e);
}

bool county_cases(County *k, Err *e) {
    return penalties(k, e) && penalty_cases(k, e) && verdicts(k, e) && spared(k, e) &&
           documents(k, e) && police(k, e) && transfers(k, e) && land(k, e) && roster(k, e) &&
           court(k, e);
}
