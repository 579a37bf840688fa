/* SPDX-License-Identifier: MulanPSL-2.0 */
/* main/synth_trade.c: companies, their officers, food businesses and licences: all in order. */
#include <stdio.h>

#include "main/synth_county.h"

static bool registered(County *k, Err *e) {
    enum { NAME, CODE, ON, TYPE, PERSON, CAPITAL, SCOPE, PROVINCE, CITY, ADDRESS, STATUS };
    static const char *const fields[] = {
        "name",    "credit_code", "registered_on", "company_type", "legal_representative",
        "capital", "scope",       "province",      "city",         "address",
        "status",  NULL};
    int64_t rows = county_share(k, 0.06, 60);
    Company c;
    Person p;

    if (!county_open(k, "市场监管局_市场主体登记.csv", "company_register", SHEET_CSV_GBK,
                     HEADER_TITLE, NULL, fields, e))
        return false;
    for (int64_t i = 0; i < rows; i++) {
        company_make(COMPANY_ORDINARY, k->seed, i, &c);
        person_make(GROUP_ADULTS, k->seed, i * 2 + 1, &p);
        sheet_put(k->sheet, NAME, c.name);
        sheet_put(k->sheet, CODE, i % 211 == 5 ? "无" : c.code);
        sheet_day(k->sheet, ON, c.registered);
        sheet_put(k->sheet, TYPE, i % 3 ? "有限责任公司" : "个体工商户");
        sheet_put(k->sheet, PERSON, p.name);
        sheet_textf(k->sheet, CAPITAL, i % 5 ? "%lld万人民币" : "%lld.0000(万元)",
                    (long long)c.capital);
        sheet_put(k->sheet, SCOPE, c.scope);
        sheet_put(k->sheet, PROVINCE, "四川");
        sheet_put(k->sheet, CITY, "泸州");
        sheet_put(k->sheet, ADDRESS, c.address);
        sheet_put(k->sheet, STATUS, i % 12 == 3 ? "注销" : "存续");
        sheet_row(k->sheet);
    }
    return county_close(k, e);
}

static bool officers(County *k, Err *e) {
    enum { NAME, ID, POST, COMPANY, CODE, FROM, LEFT, STATUS };
    static const char *const fields[] = {"person_name",
                                         "person_id_no",
                                         "post",
                                         "company_name",
                                         "company_credit_code",
                                         "appointed_on",
                                         "left_on",
                                         "status",
                                         NULL};
    static const char *const posts[] = {"法定代表人", "董事", "监事", "经理"};
    int64_t rows = county_share(k, 0.07, 60), companies = county_share(k, 0.06, 60);
    Company c;
    Person p;

    if (!county_open(k, "市场监管局_董监高任职.csv", "company_officer", SHEET_CSV_BOM, HEADER_TITLE,
                     NULL, fields, e))
        return false;
    for (int64_t i = 0; i < rows; i++) {
        company_make(COMPANY_ORDINARY, k->seed, i % companies, &c);
        person_make(GROUP_ADULTS, k->seed, i * 2 + 1, &p);
        Day from = c.registered + (Day)chance_below(&k->chance, 300);

        sheet_put(k->sheet, NAME, p.name);
        sheet_id(k->sheet, ID, &p);
        sheet_put(k->sheet, POST, posts[i / companies % 4]);
        sheet_put(k->sheet, COMPANY, c.name);
        sheet_put(k->sheet, CODE, c.code);
        sheet_day(k->sheet, FROM, from);
        sheet_day(k->sheet, LEFT, i % 9 == 2 ? from + 400 : DAY_NONE);
        sheet_put(k->sheet, STATUS, "存续");
        sheet_row(k->sheet);
    }
    return county_close(k, e);
}

static bool food(County *k, Err *e) {
    enum {
        LICENSE,
        COMPANY,
        CODE,
        PERSON,
        PERSON_ID,
        MANAGER,
        MANAGER_ID,
        ADDRESS,
        SCOPE,
        ISSUED,
        TO,
        STATUS,
        AGENCY
    };
    static const char *const fields[] = {"license_no",
                                         "company",
                                         "credit_code",
                                         "legal_representative",
                                         "legal_representative_id_no",
                                         "manager",
                                         "manager_id_no",
                                         "address",
                                         "scope",
                                         "issued_on",
                                         "valid_to",
                                         "status",
                                         "agency",
                                         NULL};
    int64_t rows = county_share(k, 0.02, 40);
    Company c;
    Person p, m;

    if (!county_open(k, "市场监管局_食品经营许可.csv", "food_license", SHEET_CSV_GBK, HEADER_ALIAS,
                     NULL, fields, e))
        return false;
    for (int64_t i = 0; i < rows; i++) {
        company_make(COMPANY_FOOD, k->seed, i, &c);
        person_make(GROUP_ADULTS, k->seed, i * 4 + 2, &p);
        person_make(GROUP_ADULTS, k->seed, i * 4 + 3, &m);
        sheet_textf(k->sheet, LICENSE, "JY2510522%07lld", (long long)i);
        sheet_put(k->sheet, COMPANY, c.name);
        sheet_put(k->sheet, CODE, c.code);
        sheet_put(k->sheet, PERSON, p.name);
        sheet_id(k->sheet, PERSON_ID, &p);
        sheet_put(k->sheet, MANAGER, m.name);
        sheet_id(k->sheet, MANAGER_ID, &m);
        sheet_put(k->sheet, ADDRESS, c.address);
        sheet_put(k->sheet, SCOPE, c.scope);
        sheet_day(k->sheet, ISSUED, county_between(k, day_of(2021, 11, 1), day_of(2026, 8, 1)));
        sheet_day(k->sheet, TO, county_between(k, day_of(2030, 1, 1), day_of(2031, 8, 1)));
        sheet_put(k->sheet, STATUS, "有效");
        sheet_put(k->sheet, AGENCY, synth_agencies[AGENCY_MARKET].name);
        sheet_row(k->sheet);
    }
    return county_close(k, e);
}

static bool food_workers(County *k, Err *e) {
    enum { NAME, ID, PHONE, EMPLOYER, CODE, POST, HEALTH, HEALTH_TO, HIRED, LEFT };
    static const char *const fields[] = {
        "person_name", "person_id_no", "phone",           "employer", "employer_credit_code",
        "post",        "health_no",    "health_valid_to", "hired_on", "left_on",
        NULL};
    static const char *const posts[] = {"厨师", "服务员", "食品安全管理人员", "收银员", "配送员"};
    int64_t rows = county_share(k, 0.06, 60), companies = county_share(k, 0.02, 40);
    Company c;
    Person p;

    if (!county_open(k, "卫健局_食品从业人员健康证.csv", "food_worker", SHEET_CSV, HEADER_TITLE,
                     NULL, fields, e))
        return false;
    for (int64_t i = 0; i < rows; i++) {
        company_make(COMPANY_FOOD, k->seed, i % companies, &c);
        person_make(GROUP_ADULTS, k->seed, i * 5 + 4, &p);
        Day hired = county_between(k, day_of(2018, 1, 1), day_of(2026, 9, 1));

        sheet_put(k->sheet, NAME, p.name);
        sheet_id(k->sheet, ID, &p);
        sheet_textf(k->sheet, PHONE, "198%08lld", (long long)chance_below(&k->chance, 100000000));
        sheet_put(k->sheet, EMPLOYER, c.name);
        sheet_put(k->sheet, CODE, c.code);
        sheet_put(k->sheet, POST, posts[i % 5]);
        sheet_textf(k->sheet, HEALTH, "JK%010lld", (long long)i);
        sheet_day(k->sheet, HEALTH_TO, county_between(k, day_of(2026, 11, 1), day_of(2027, 10, 1)));
        sheet_day(k->sheet, HIRED, hired);
        sheet_day(k->sheet, LEFT, i % 7 == 1 && hired + 200 < COUNTY_DAY ? hired + 200 : DAY_NONE);
        sheet_row(k->sheet);
    }
    return county_close(k, e);
}

static bool licences(County *k, Err *e) {
    enum {
        NAME,
        KIND,
        CODE,
        PERSON,
        DOCUMENT,
        NO,
        CLASS,
        PAPER,
        PAPER_NO,
        CONTENT,
        ON,
        FROM,
        TO,
        AGENCY,
        AGENCY_CODE,
        STATUS,
        SOURCE,
        SOURCE_CODE
    };
    static const char *const fields[] = {"party_name",
                                         "party_kind",
                                         "party_credit_code",
                                         "legal_representative",
                                         "document_name",
                                         "decision_no",
                                         "license_kind",
                                         "license_name",
                                         "license_no",
                                         "content",
                                         "decided_on",
                                         "valid_from",
                                         "valid_to",
                                         "agency",
                                         "agency_code",
                                         "status",
                                         "source",
                                         "source_code",
                                         NULL};
    int64_t rows = county_share(k, 0.08, 60), companies = county_share(k, 0.06, 60);
    Company c;
    Person p;

    if (!county_open(k, "信用办_行政许可双公示.csv", "administrative_license", SHEET_CSV_GBK,
                     HEADER_CODE, NULL, fields, e))
        return false;
    for (int64_t i = 0; i < rows; i++) {
        const AgencyName *agency = &synth_agencies[i % AGENCIES];
        Day on = county_between(k, day_of(2020, 1, 1), COUNTY_DAY);

        company_make(COMPANY_ORDINARY, k->seed, i % companies, &c);
        person_make(GROUP_ADULTS, k->seed, i % companies * 2 + 1, &p);
        sheet_put(k->sheet, NAME, c.name);
        sheet_put(k->sheet, KIND, "法人及非法人组织");
        sheet_put(k->sheet, CODE, c.code);
        sheet_put(k->sheet, PERSON, p.name);
        sheet_put(k->sheet, DOCUMENT, "准予行政许可决定书");
        sheet_textf(k->sheet, NO, "%s许准〔%d〕%lld号", agency->word, 2020 + (int)(i % 7),
                    (long long)i + 1);
        sheet_put(k->sheet, CLASS, i % 4 ? "普通" : "登记");
        sheet_put(k->sheet, PAPER, "许可证");
        sheet_textf(k->sheet, PAPER_NO, "XK510522%08lld", (long long)i);
        sheet_textf(k->sheet, CONTENT, "准予从事%s", c.scope);
        sheet_day(k->sheet, ON, on);
        sheet_day(k->sheet, FROM, on);
        sheet_put(k->sheet, TO, i % 3 ? "2099/12/31" : "2031-12-31");
        sheet_put(k->sheet, AGENCY, agency->name);
        sheet_put(k->sheet, AGENCY_CODE, agency->code);
        sheet_put(k->sheet, STATUS, "1");
        sheet_put(k->sheet, SOURCE, agency->name);
        sheet_put(k->sheet, SOURCE_CODE, agency->code);
        sheet_row(k->sheet);
        if (chance_one_in(&k->chance, 2000))
            sheet_again(k->sheet);
    }
    return county_close(k, e);
}

bool county_companies(County *k, Err *e) {
    return registered(k, e) && officers(k, e) && food(k, e) && food_workers(k, e) && licences(k, e);
}
