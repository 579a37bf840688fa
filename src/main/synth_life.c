/* SPDX-License-Identifier: MulanPSL-2.0 */
/* main/synth_life.c: pensions and deaths, drivers and their licences: ordinary lives, nothing wrong
 * in them. */
#include <stdio.h>

#include "main/synth_county.h"

static const char *const banks[] = {"江城农村商业银行", "中国邮政储蓄银行江城县支行",
                                    "中国农业银行江城县支行"};

/* One pensioner's months up to `last`; amounts grow a little every year. */
static void pension_months(County *k, const Person *p, int64_t account, Day last, int months) {
    enum {
        NAME,
        ID,
        BIRTH,
        KIND,
        MONTH,
        AMOUNT,
        PAID,
        BANK,
        ACCOUNT,
        PAYEE,
        CERTIFIED,
        STATUS,
        AGENCY
    };
    Sheet *s = k->sheet;

    for (int m = months - 1; m >= 0; m--) {
        Day month = day_add_months(last, -m);
        int year, at, day;

        day_split(month, &year, &at, &day);
        sheet_put(s, NAME, p->name);
        sheet_id(s, ID, p);
        sheet_put(s, KIND, account % 3 ? "城乡居民基本养老保险" : "企业职工基本养老保险");
        sheet_day(s, MONTH, month);
        sheet_textf(s, AMOUNT, "%lld.%02lld",
                    (long long)(account % 3 ? 180 : 2400) + account % 97 + (year - 2020) * 4,
                    (long long)(account % 100));
        sheet_day(s, PAID, day_of(year, at, 15));
        sheet_put(s, BANK, banks[account % 3]);
        sheet_textf(s, ACCOUNT, "62284805%011lld", (long long)account);
        sheet_put(s, STATUS, "正常发放");
        sheet_row(s);
        if (chance_one_in(&k->chance, 3000))
            sheet_again(s);
    }
}

static const char *const pension_fields[] = {
    "person_name", "person_id_no", "birth", "kind",         "month",  "amount", "paid_on",
    "bank",        "account",      "payee", "certified_on", "status", "agency", NULL};

/* A few rows that must be refused: no month, an amount in words nobody can read. */
static void pension_broken(County *k) {
    Person p;

    person_make(GROUP_ELDERS, k->seed, 0, &p);
    for (int i = 0; i < 3; i++) {
        sheet_put(k->sheet, 0, p.name);
        sheet_id_exact(k->sheet, 1, &p);
        sheet_put(k->sheet, 4, i == 0 ? "" : i == 1 ? "2026-13" : "2026-05");
        sheet_put(k->sheet, 5, i == 2 ? "待核定" : "180");
        sheet_row(k->sheet);
        k->broken++;
    }
}

static bool pensions(County *k, Err *e) {
    static const SheetFormat formats[] = {SHEET_CSV_GBK, SHEET_CSV, SHEET_CSV_BOM, SHEET_CSV_GBK};
    int64_t rows = county_share(k, 0.46, 240), persons = rows / 24 + 1,
            files = rows > 400000 ? 4 : 2;
    Person p;

    for (int64_t f = 0; f < files; f++) {
        char name[64];

        snprintf(name, sizeof name, "人社局_养老金发放_%lld.csv", (long long)f + 1);
        if (!county_open(k, name, "pension_payment", formats[f],
                         f % 2 ? HEADER_ALIAS : HEADER_TITLE, NULL, pension_fields, e))
            return false;
        for (int64_t i = persons * f / files; i < persons * (f + 1) / files; i++) {
            person_make(GROUP_ELDERS, k->seed, i, &p);
            /* One in fifty died; payments stopped with the month of death. */
            Day last = i % 50 == 7 ? day_of(2025, 3, 1) : day_of(2026, 10, 1);

            pension_months(k, &p, i, last, 24);
        }
        pension_broken(k);
        if (!county_close(k, e))
            return false;
    }
    return true;
}

static bool deaths(County *k, Err *e) {
    enum { NAME, ID, BIRTH, SEX, DIVISION, ADDRESS, DIED, CANCELLED, SOURCE, REGISTRAR };
    static const char *const fields[] = {"person_name", "person_id_no", "birth",   "sex",
                                         "division",    "address",      "died_on", "cancelled_on",
                                         "source",      "registrar",    NULL};
    static const char *const sources[] = {"殡葬火化", "户口注销", "死亡医学证明"};
    int64_t rows = county_share(k, 0.015, 60), persons = county_share(k, 0.46, 240) / 24 + 1;
    Person p;

    if (!county_open(k, "民政局_殡葬与死亡登记.csv", "death_record", SHEET_CSV_BOM, HEADER_TITLE,
                     NULL, fields, e))
        return false;
    for (int64_t i = 0; i < rows; i++) {
        bool pensioner = i * 50 + 7 < persons;
        Day died = pensioner ? county_between(k, day_of(2025, 3, 1), day_of(2025, 3, 28))
                             : county_between(k, day_of(2019, 1, 1), COUNTY_DAY - 40);

        person_make(pensioner ? GROUP_ELDERS : GROUP_DEAD, k->seed, pensioner ? i * 50 + 7 : i, &p);
        sheet_put(k->sheet, NAME, p.name);
        sheet_id(k->sheet, ID, &p);
        sheet_day(k->sheet, BIRTH, p.birth);
        sheet_put(k->sheet, SEX, p.woman ? "女" : "男");
        sheet_put(k->sheet, DIVISION, p.division);
        sheet_textf(k->sheet, ADDRESS, "江城县%s", synth_towns[i % TOWNS]);
        sheet_day(k->sheet, DIED, died);
        sheet_day(k->sheet, CANCELLED, died + (Day)chance_between(&k->chance, 3, 40));
        sheet_put(k->sheet, SOURCE, sources[i % 3]);
        sheet_put(k->sheet, REGISTRAR, "江城县民政局");
        sheet_row(k->sheet);
    }
    return county_close(k, e);
}

static bool drivers(County *k, Err *e) {
    enum { NAME, ID, LICENSE, ARCHIVE, CLASS, STATUS, FIRST, VALID, POINTS, AGENCY };
    static const char *const fields[] = {
        "holder_name",     "holder_id_no", "license_no", "archive_no", "class", "status",
        "first_issued_on", "valid_to",     "points",     "agency",     NULL};
    static const char *const classes[] = {"C1", "C1", "C2", "B2", "A1A2", "C1D"};
    int64_t rows = county_share(k, 0.12, 100);
    Person p;

    if (!county_open(k, "公安局交警大队_驾驶证.csv", "driving_license", SHEET_CSV_GBK, HEADER_TITLE,
                     NULL, fields, e))
        return false;
    for (int64_t i = 0; i < rows; i++) {
        person_make(GROUP_ADULTS, k->seed, i, &p);
        sheet_put(k->sheet, NAME, p.name);
        sheet_id(k->sheet, ID, &p);
        sheet_put(k->sheet, LICENSE, p.id);
        sheet_textf(k->sheet, ARCHIVE, "5105%08lld", (long long)i);
        sheet_put(k->sheet, CLASS, classes[i % 6]);
        sheet_put(k->sheet, STATUS, i % 40 == 3 ? "注销" : "正常");
        sheet_day(k->sheet, FIRST, county_between(k, p.birth + 20 * 365, day_of(2023, 12, 31)));
        sheet_day(k->sheet, VALID, county_between(k, day_of(2027, 1, 1), day_of(2036, 1, 1)));
        sheet_textf(k->sheet, POINTS, "%lld", (long long)chance_below(&k->chance, 9));
        sheet_put(k->sheet, AGENCY, "江城县公安局交通警察大队");
        sheet_row(k->sheet);
    }
    return county_close(k, e);
}

static bool ride_hailing(County *k, Err *e) {
    enum { NAME, ID, PHONE, LICENSE, CATEGORY, ISSUED, FROM, TO, STATUS, COMPANY, PLATE, AGENCY };
    static const char *const fields[] = {"holder_name", "holder_id_no", "phone",      "license_no",
                                         "category",    "issued_on",    "valid_from", "valid_to",
                                         "status",      "company",      "plate",      "agency",
                                         NULL};
    int64_t rows = county_share(k, 0.012, 60);
    Person p;

    if (!county_open(k, "交通运输局_网约车从业资格.xlsx", "ride_hailing_license",
                     rows > 60000 ? SHEET_CSV : SHEET_XLSX, HEADER_TITLE,
                     "江城县网络预约出租汽车驾驶员从业资格证台账", fields, e))
        return false;
    for (int64_t i = 0; i < rows; i++) {
        Day issued = county_between(k, day_of(2017, 6, 1), day_of(2026, 6, 30));

        person_make(GROUP_ADULTS, k->seed, i * 3, &p);
        sheet_put(k->sheet, NAME, p.name);
        sheet_id(k->sheet, ID, &p);
        sheet_textf(k->sheet, PHONE, "199%08lld", (long long)chance_below(&k->chance, 100000000));
        sheet_textf(k->sheet, LICENSE, "51052220%08lld", (long long)i);
        sheet_put(k->sheet, CATEGORY, "网络预约出租汽车驾驶员");
        sheet_day(k->sheet, ISSUED, issued);
        sheet_day(k->sheet, FROM, issued);
        sheet_day(k->sheet, TO, day_add_months(issued, 12 * 25));
        sheet_put(k->sheet, STATUS, i % 30 == 4 ? "注销" : "有效");
        sheet_put(k->sheet, COMPANY, i % 2 ? "江城快行科技有限公司" : "万顺出行江城分公司");
        sheet_textf(k->sheet, PLATE, "川E%05lld", (long long)(10000 + i % 90000));
        sheet_put(k->sheet, AGENCY, synth_agencies[AGENCY_TRANSPORT].name);
        sheet_row(k->sheet);
    }
    return county_close(k, e);
}

bool county_people(County *k, Err *e) {
    return pensions(k, e) && deaths(k, e) && drivers(k, e) && ride_hailing(k, e);
}
