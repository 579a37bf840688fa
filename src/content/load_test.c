/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/load_test.c: every mistake in a content file is named with its place. */
#include "content/embedded.h"
#include "content/testing.h"
#include "data/frozen.h"

#include "base/banned.h"

#define HEAD "dataset: x\ntitle: 某\nidentity: [a]\n"
#define FIELDS HEAD "fields:\n"
#define A_FIELD "  - {field: a, title: 甲, type: text}\n"
#define TABLE "codes: x\ntitle: 某\n"
#define PERIODS "periods:\n  - {period: X_Y, title: 某, starts: 某, "
#define BASIS ", basis: [{law: 某法, status: verified}]}\n"

typedef struct Mistake {
    const char *path, *text, *where, *what;
} Mistake;

static const Mistake mistakes[] = {
    /* files */
    {"datasets/x.yml", "dataset: x\n", "content/datasets/x.yml", ".yaml"},
    {"datasets/x.yaml", "", "content/datasets/x.yaml", "空的"},
    {"datasets/x.yaml", "- a\n", "content/datasets/x.yaml", "映射"},
    {"datasets/x.yaml", "dataset: [x\n", "content/datasets/x.yaml:", ""},
    {"datasets/x.yaml", "dataset: \xff\n", "content/datasets/x.yaml", "UTF-8"},
    {"datasets/x.yaml", "dataset: x\ndataset: x\n", "content/datasets/x.yaml:2:", "dataset"},
    {"codes/other.tsv", "1\t2\t3\t4\n", "content/codes/other.tsv", "divisions.tsv"},
    /* datasets: the binder's work */
    {"datasets/x.yaml", HEAD, "content/datasets/x.yaml:1:1", "fields"},
    {"datasets/x.yaml", FIELDS "  - {field: a, titel: 甲, type: text}\n",
     "content/datasets/x.yaml:5:16", "是不是想写“title”"},
    {"datasets/x.yaml", FIELDS "  - {field: a, title: 甲, type: txt}\n",
     "content/datasets/x.yaml:5:32", "是不是想写“text”"},
    {"datasets/x.yaml", FIELDS "  - {field: a, title: 甲, type: text, required: 是}\n",
     "content/datasets/x.yaml:5:", "required"},
    {"datasets/x.yaml", FIELDS A_FIELD "alias: x\n", "content/datasets/x.yaml:6:1", "alias"},
    /* sealing rules */
    {"datasets/x.yaml",
     FIELDS A_FIELD "sealing:\n  - {rule: r, title: 某, when: [{field: b, empty: true}]" BASIS,
     "content/datasets/x.yaml:7:", "没有字段“b”"},
    {"datasets/x.yaml",
     FIELDS A_FIELD "sealing:\n  - {rule: r, title: 某, when: [{field: a}]" BASIS,
     "content/datasets/x.yaml:7:", "in、contains、empty、above"},
    {"datasets/x.yaml",
     FIELDS A_FIELD "sealing:\n  - {rule: r, title: 某, when: [{field: a, above: 3}]" BASIS,
     "content/datasets/x.yaml:7:", "above"},
    {"datasets/x.yaml", FIELDS A_FIELD "sealing:\n  - {rule: r, title: 某" BASIS,
     "content/datasets/x.yaml:7:", "minor 或 when"},
    {"datasets/x.yaml", FIELDS A_FIELD "sealing:\n  - {rule: r, title: 某, minor: a, on: [a]" BASIS,
     "content/datasets/x.yaml:7:", "citizen_id"},
    {"datasets/x.yaml",
     FIELDS A_FIELD "sealing:\n  - {rule: R, title: 某, when: [{field: a, empty: true}]" BASIS,
     "content/datasets/x.yaml:7:", "规则名"},
    {"datasets/x.yaml",
     FIELDS A_FIELD
     "sealing:\n  - {rule: r, title: 某, when: [{field: a, empty: true}], basis: []}\n",
     "content/datasets/x.yaml:7:", "法律依据"},
    /* ids and names */
    {"datasets/y.yaml", FIELDS A_FIELD, "content/datasets/y.yaml:1:10", "文件名“y”相同"},
    {"datasets/x.yaml", "dataset: X-1\ntitle: 某\nidentity: [a]\nfields:\n" A_FIELD,
     "content/datasets/x.yaml:1:10", "标识"},
    {"datasets/x.yaml", FIELDS "  - {field: A, title: 甲, type: text}\n",
     "content/datasets/x.yaml:5:13", "字段名"},
    {"datasets/x.yaml", FIELDS "  - {field: batch, title: 甲, type: text}\n",
     "content/datasets/x.yaml:5:13", "字段名"},
    {"datasets/x.yaml", FIELDS "  - {field: a__key, title: 甲, type: text}\n",
     "content/datasets/x.yaml:5:13", "字段名"},
    {"datasets/x.yaml", FIELDS A_FIELD "  - {field: a, title: 乙, type: text}\n",
     "content/datasets/x.yaml:6:13", "两遍"},
    {"datasets/x.yaml", HEAD "fields: []\n", "content/datasets/x.yaml:4:9", "字段"},
    /* headers */
    {"datasets/x.yaml", FIELDS A_FIELD "  - {field: b, title: 甲, type: text}\n",
     "content/datasets/x.yaml:6:23", "既指“甲”又指“甲”"},
    {"datasets/x.yaml",
     FIELDS A_FIELD "  - {field: b, title: 乙, type: text, aliases: [丙, ' 甲 ']}\n",
     "content/datasets/x.yaml:6:51", "一个列名只能指一个字段"},
    {"datasets/x.yaml", FIELDS "  - {field: a, title: A（1）, type: text, aliases: ['a(1)']}\n",
     "content/datasets/x.yaml:5:51", "两遍"},
    /* types and what goes with them */
    {"datasets/x.yaml", FIELDS "  - {field: a, title: 甲, type: code}\n",
     "content/datasets/x.yaml:5:5", "codes"},
    {"datasets/x.yaml", FIELDS "  - {field: a, title: 甲, type: code, codes: charge}\n",
     "content/datasets/x.yaml:5:45", "是不是想写“charges”"},
    {"datasets/x.yaml", FIELDS "  - {field: a, title: 甲, type: text, codes: charges}\n",
     "content/datasets/x.yaml:5:45", "code 类型"},
    {"datasets/x.yaml", FIELDS "  - {field: a, title: 甲, type: text, many: true}\n",
     "content/datasets/x.yaml:5:44", "many"},
    {"datasets/x.yaml", FIELDS "  - {field: a, title: 甲, type: text, lenient: true}\n",
     "content/datasets/x.yaml:5:47", "lenient"},
    {"datasets/x.yaml", FIELDS "  - {field: a, title: 甲, type: money, unit: 斤}\n",
     "content/datasets/x.yaml:5:45", "单位"},
    {"datasets/x.yaml", FIELDS "  - {field: a, title: 甲, type: text, unit: 元}\n",
     "content/datasets/x.yaml:5:44", "单位"},
    {"datasets/x.yaml", FIELDS "  - {field: a, title: 甲, type: text, length: -1}\n",
     "content/datasets/x.yaml:5:46", "length"},
    {"datasets/x.yaml", FIELDS "  - {field: a, title: 甲, type: date, least: 去年}\n",
     "content/datasets/x.yaml:5:45", "下限"},
    {"datasets/x.yaml", FIELDS "  - {field: a, title: 甲, type: text, most: 5}\n",
     "content/datasets/x.yaml:5:44", "上限"},
    {"datasets/x.yaml", FIELDS "  - {field: a, title: 甲, type: integer, least: 5, most: 4}\n",
     "content/datasets/x.yaml:5:48", "大于上限"},
    /* subjects, identity, basis */
    {"datasets/x.yaml", FIELDS A_FIELD "subjects:\n  - {kind: person, key: aa}\n",
     "content/datasets/x.yaml:7:25", "是不是想写“a”"},
    {"datasets/x.yaml", FIELDS A_FIELD "subjects:\n  - {kind: person, key: a}\n",
     "content/datasets/x.yaml:7:25", "citizen_id"},
    {"datasets/x.yaml",
     FIELDS "  - {field: a, title: 甲, type: date}\nsubjects:\n  - {kind: case, key: a}\n",
     "content/datasets/x.yaml:7:23", "document_number"},
    {"datasets/x.yaml",
     FIELDS A_FIELD "subjects:\n  - {kind: case, key: a, name: a}\n  - {kind: place, key: a}\n",
     "content/datasets/x.yaml:8:24", "另一个主体"},
    {"datasets/x.yaml", FIELDS A_FIELD "subjects:\n  - {kind: case, key: a, birth: a}\n",
     "content/datasets/x.yaml:7:5", "birth"},
    {"datasets/x.yaml",
     FIELDS "  - {field: a, title: 甲, type: citizen_id}\nsubjects:\n  - {kind: person, key: a, "
            "name: a}\n",
     "content/datasets/x.yaml:7:34", "text"},
    {"datasets/x.yaml", FIELDS A_FIELD "subjects:\n  - {kind: ghost, key: a}\n",
     "content/datasets/x.yaml:7:12", "ghost"},
    {"datasets/x.yaml", "dataset: x\ntitle: 某\nidentity: [b]\nfields:\n" A_FIELD,
     "content/datasets/x.yaml:3:12", "没有字段“b”"},
    {"datasets/x.yaml", "dataset: x\ntitle: 某\nidentity: [a, a]\nfields:\n" A_FIELD,
     "content/datasets/x.yaml:3:15", "两遍"},
    {"datasets/x.yaml", "dataset: x\ntitle: 某\nidentity: []\nfields:\n" A_FIELD,
     "content/datasets/x.yaml:3:11", "identity"},
    {"datasets/x.yaml", FIELDS A_FIELD "basis:\n  - {law: 某法, status: sure}\n",
     "content/datasets/x.yaml:7:23", "核验状态"},
    /* code tables */
    {"codes/y.yaml", TABLE "entries: []\n", "content/codes/y.yaml:1:8", "文件名“y”相同"},
    {"codes/x.yaml", TABLE "entries:\n  - {title: 甲, aliases: [乙]}\n  - {title: 乙}\n",
     "content/codes/x.yaml:5:13", "一个词只能指一项"},
    {"codes/x.yaml", TABLE "entries:\n  - {title: 甲, aliases: [' 甲']}\n",
     "content/codes/x.yaml:4:26", "两遍"},
    {"codes/x.yaml", TABLE "entries:\n  - {code: '1', title: 甲}\n  - {code: １, title: 乙}\n",
     "content/codes/x.yaml:5:12", "一个词只能指一项"},
    {"codes/x.yaml",
     TABLE "columns:\n  - {column: money, title: 额, type: money}\nentries:\n  - {title: 甲, "
           "values: {mony: 5}}\n",
     "content/codes/x.yaml:6:25", "是不是想写“money”"},
    {"codes/x.yaml",
     TABLE "columns:\n  - {column: money, title: 额, type: money}\nentries:\n  - {title: 甲, "
           "values: {money: 很多}}\n",
     "content/codes/x.yaml:6:32", "金额"},
    {"codes/x.yaml",
     TABLE "columns:\n  - {column: on, title: 日, type: date}\nentries:\n  - {title: 甲, values: "
           "{on: 5}}\n",
     "content/codes/x.yaml:6:29", "日期"},
    {"codes/x.yaml", TABLE "columns:\n  - {column: a, title: 列, type: plate}\nentries: []\n",
     "content/codes/x.yaml:4:", "plate"},
    {"codes/x.yaml",
     TABLE "columns:\n  - {column: a, title: 列, type: text}\n  - {column: a, title: 列, type: "
           "text}\nentries: []\n",
     "content/codes/x.yaml:5:14", "两遍"},
    {"codes/x.yaml", TABLE "entries:\n  - {title: 甲, values: 5}\n", "content/codes/x.yaml:4:24",
     "映射"},
    /* periods */
    {"periods/x.yaml",
     "periods:\n  - {period: x, title: 某, starts: 某, count: 3, unit: day, roll: none" BASIS,
     "content/periods/x.yaml:2:14", "大写字母"},
    {"periods/x.yaml", PERIODS "count: 0, unit: month, roll: none" BASIS,
     "content/periods/x.yaml:2:", "单位应为 day"},
    {"periods/x.yaml", PERIODS "count: 0, unit: day, roll: none, adjustable: true" BASIS,
     "content/periods/x.yaml:2:", "不能由文书另定"},
    {"periods/x.yaml",
     PERIODS "count: 0, unit: day, roll: none, suspends: [{reason: 鉴定, basis: [{law: 某法, "
             "status: verified}]}]" BASIS,
     "content/periods/x.yaml:2:", "约定的某一天（count: 0）没有不计入"},
    {"periods/x.yaml", PERIODS "count: -3, unit: day, roll: workday" BASIS,
     "content/periods/x.yaml:2:", "不顺延"},
    {"periods/x.yaml", PERIODS "count: 3, unit: week, roll: none" BASIS,
     "content/periods/x.yaml:2:", "week"},
    {"periods/x.yaml", PERIODS "count: 3, unit: day, roll: none}\n", "content/periods/x.yaml:2:5",
     "basis"},
    {"periods/x.yaml",
     "periods:\n  - {period: PS_REPLY, title: 某, starts: 某, count: 3, unit: day, roll: "
     "none" BASIS,
     "content/periods/", "两遍"},
    {"periods/x.yaml", PERIODS "count: 3, roll: none" BASIS, "content/periods/x.yaml:2:5",
     "没有写单位"},
    {"periods/x.yaml", PERIODS "unit: day, roll: none" BASIS, "content/periods/x.yaml:2:5",
     "缺少 count"},
    {"periods/x.yaml", PERIODS "count: 3, unit: day" BASIS, "content/periods/x.yaml:2:5",
     "roll 应为"},
    {"periods/x.yaml", PERIODS "count: 3, unit: day, roll: none, basis: []}\n",
     "content/periods/x.yaml:2:", "没有法律依据"},
    {"periods/x.yaml",
     PERIODS "count: 3, unit: day, roll: none, basis: [{law: 某法, status: sure}]}\n",
     "content/periods/x.yaml:2:", "核验状态"},
    {"periods/x.yaml", PERIODS "count: 101, unit: year, roll: none" BASIS,
     "content/periods/x.yaml:2:47", "1 到 100"},
    {"periods/x.yaml", PERIODS "count: 3, unit: hour, roll: workday" BASIS,
     "content/periods/x.yaml:2:", "以小时计的期限不顺延"},
    {"periods/x.yaml", PERIODS "count: -3, unit: hour, roll: none" BASIS,
     "content/periods/x.yaml:2:", "倒数的期限不能以小时计"},
    {"periods/x.yaml", PERIODS "count: 3, unit: hour, roll: none, counting: next_day" BASIS,
     "content/periods/x.yaml:2:", "next_hour"},
    {"periods/x.yaml", PERIODS "count: 3, unit: day, roll: none, counting: next_hour" BASIS,
     "content/periods/x.yaml:2:", "只能是 next_day"},
    {"periods/x.yaml", PERIODS "count: 3, unit: day, roll: none, on_lapse: escalat" BASIS,
     "content/periods/x.yaml:2:", "escalate"},
#define DAYS PERIODS "count: 10, unit: day, roll: none, "
    {"periods/x.yaml", DAYS "warnings: [{level: red, before: -1, unit: day}]" BASIS,
     "content/periods/x.yaml:2:", "不能在届满之后"},
    {"periods/x.yaml", DAYS "warnings: [{level: red, before: 10, unit: day}]" BASIS,
     "content/periods/x.yaml:2:", "比期限还早"},
    {"periods/x.yaml", DAYS "warnings: [{level: red, before: 1, unit: month}]" BASIS,
     "content/periods/x.yaml:2:", "只能是 hour、day 或 workday"},
    {"periods/x.yaml",
     DAYS "warnings: [{level: red, before: 1, unit: day}, {level: yellow, before: 0, unit: "
          "day}]" BASIS,
     "content/periods/x.yaml:2:", "黄、橙、红"},
    {"periods/x.yaml",
     DAYS "warnings: [{level: yellow, before: 1, unit: day}, {level: orange, before: 25, unit: "
          "hour}]" BASIS,
     "content/periods/x.yaml:2:", "不能早于前一级"},
    {"periods/x.yaml", DAYS "suspends: [{reason: 鉴定}]" BASIS,
     "content/periods/x.yaml:2:", "basis"},
    {"periods/x.yaml", DAYS "suspends: [{reason: 鉴定, basis: []}]" BASIS,
     "content/periods/x.yaml:2:", "“鉴定”没有法律依据"},
#define LAW "basis: [{law: 某法, status: verified}]"
    {"periods/x.yaml", DAYS "suspends: [{reason: 鉴定, " LAW "}, {reason: 鉴定, " LAW "}]" BASIS,
     "content/periods/x.yaml:2:", "写了两遍"},
#define MORE DAYS "extensions: [{extension: more, title: 某, approver: 某人, "
    {"periods/x.yaml", MORE "by: 3}]" BASIS, "content/periods/x.yaml:2:", "basis"},
    {"periods/x.yaml", MORE "by: 3, basis: []}]" BASIS,
     "content/periods/x.yaml:2:", "“more”没有法律依据"},
    {"periods/x.yaml", MORE LAW "}]" BASIS, "content/periods/x.yaml:2:", "by（再加多少）"},
    {"periods/x.yaml", MORE "by: 3, to: 20, " LAW "}]" BASIS,
     "content/periods/x.yaml:2:", "by（再加多少）"},
    {"periods/x.yaml", MORE "by: -3, " LAW "}]" BASIS,
     "content/periods/x.yaml:2:", "by（再加多少）"},
    {"periods/x.yaml", MORE "to: 10, " LAW "}]" BASIS, "content/periods/x.yaml:2:", "要比原来的"},
    {"periods/x.yaml", MORE "by: 3, unit: hour, " LAW "}]" BASIS,
     "content/periods/x.yaml:2:", "小时"},
    {"periods/x.yaml", MORE "by: 3, times: 11, " LAW "}]" BASIS,
     "content/periods/x.yaml:2:", "次数"},
    {"periods/x.yaml", MORE "by: 3, approver_role: chief_procurater, " LAW "}]" BASIS,
     "content/periods/x.yaml:2:", "chief_procurator"},
    {"periods/x.yaml", MORE "by: 3, after: less, " LAW "}]" BASIS,
     "content/periods/x.yaml:2:", "没有另一种延长“less”"},
    {"periods/x.yaml",
     MORE "by: 3, " LAW "}, {extension: more, title: 某, approver: 某人, by: 2, " LAW "}]" BASIS,
     "content/periods/x.yaml:2:", "期限内不重复"},
    {"periods/x.yaml",
     PERIODS "count: -3, unit: day, roll: none, suspends: [{reason: 鉴定, " LAW "}]" BASIS,
     "content/periods/x.yaml:2:", "倒数的期限没有不计入的时间"},
/* versions of a law */
#define VERSION "  - {period: X_Y, title: 某, starts: 某, count: 3, unit: day, roll: none, "
    {"periods/x.yaml", DAYS "in_force_from: 1899-12-31" BASIS,
     "content/periods/x.yaml:2:", "1900 年到 2200 年"},
    {"periods/x.yaml", DAYS "in_force_from: 2024-02-30" BASIS,
     "content/periods/x.yaml:2:", "日历上不存在"},
    {"periods/x.yaml", DAYS "in_force_from: 2024-02-03, in_force_to: 2024-02-02" BASIS,
     "content/periods/x.yaml:2:", "早于"},
    {"periods/x.yaml", DAYS LAW "}\n" VERSION LAW "}\n", "content/periods/x.yaml:3:14",
     "如是两个版本"},
    {"periods/x.yaml",
     DAYS "in_force_to: 2024-02-03, " LAW "}\n" VERSION "in_force_from: 2024-02-03" BASIS,
     "content/periods/x.yaml:3:", "重叠"},
    {"periods/x.yaml",
     DAYS "in_force_from: 2024-02-03, " LAW "}\n" VERSION "in_force_from: 2020-02-03" BASIS,
     "content/periods/x.yaml:3:", "重叠"},
    /* the stricter of two */
    {"periods/x.yaml", PERIODS "stricter_of: [AP_PAY, AP_SERVE], unit: day" BASIS,
     "content/periods/x.yaml:2:", "不再写 unit"},
    {"periods/x.yaml", PERIODS "stricter_of: [AP_PAY]" BASIS,
     "content/periods/x.yaml:2:", "两个期限的标识"},
    {"periods/x.yaml", PERIODS "stricter_of: [AP_PAY, AP_SERV]" BASIS,
     "content/periods/x.yaml:2:", "是不是想写“AP_SERVE”"},
    {"periods/x.yaml", PERIODS "stricter_of: [AP_PAY, AP_PAY]" BASIS,
     "content/periods/x.yaml:2:", "两个不同的"},
    {"periods/x.yaml", PERIODS "stricter_of: [AP_PAY, X_Y]" BASIS,
     "content/periods/x.yaml:2:", "往后数的"},
    {"periods/x.yaml", PERIODS "stricter_of: [AP_PAY, AP_HEAR_NOTICE]" BASIS,
     "content/periods/x.yaml:2:", "倒数的和约定某一天的不行"},
    /* calendars */
    {"calendars/x.yaml", "calendar: x\ntitle: 某\nyears:\n  - year: 2026\n    holidays: []\n",
     "content/calendars/x.yaml:4:11", "两遍"},
    {"calendars/x.yaml",
     "calendar: x\ntitle: 某\nyears:\n  - year: 2030\n    holidays: [{name: 节, from: 2029-12-31, "
     "to: 2030-01-01}]\n",
     "content/calendars/x.yaml:5:16", "2030 年内"},
    {"calendars/x.yaml",
     "calendar: x\ntitle: 某\nyears:\n  - year: 2030\n    holidays: [{name: 节, from: 2030-02-30, "
     "to: 2030-03-01}]\n",
     "content/calendars/x.yaml:5:", "日历上不存在"},
    {"calendars/x.yaml",
     "calendar: x\ntitle: 某\nyears:\n  - year: 2030\n    holidays: [{name: 节, from: 2030-03-02, "
     "to: 2030-03-01}]\n",
     "content/calendars/x.yaml:5:16", "早于"},
    {"calendars/x.yaml",
     "calendar: x\ntitle: 某\nyears:\n  - year: 2030\n    holidays: []\n    workdays: "
     "[2030-01-02]\n",
     "content/calendars/x.yaml:6:16", "本来就是工作日"},
    {"calendars/x.yaml",
     "calendar: x\ntitle: 某\nyears:\n  - year: 2030\n    holidays: [{name: 节, from: 2030-01-05, "
     "to: 2030-01-05}]\n    workdays: [2030-01-05]\n",
     "content/calendars/x.yaml:6:16", "既是假日"},
    {"calendars/x.yaml", "calendar: x\ntitle: 某\nyears:\n  - year: 1\n    holidays: []\n",
     "content/calendars/x.yaml:4:11", "年份"},
    /* divisions */
    {"codes/divisions.tsv", "# x\n11000\t北京市\t0\t0\n", "content/codes/divisions.tsv:2:1",
     "六位数字"},
    {"codes/divisions.tsv", "110000\t北京市\t0\n", "content/codes/divisions.tsv:1:1", "四列"},
    {"codes/divisions.tsv", "110000\t\t0\t0\n", "content/codes/divisions.tsv:1:1", "名称"},
    {"codes/divisions.tsv", "110000\t北京市\t2000\t1999\n", "content/codes/divisions.tsv:1:1",
     "年份"},
    {"codes/divisions.tsv", "110000\t北京市\t0\t0\n110000\t北京\t2000\t0\n",
     "content/codes/divisions.tsv:2:1", "不能重叠"},
    {"codes/divisions.tsv", "120000\t天津市\t0\t0\n110000\t北京市\t0\t0\n",
     "content/codes/divisions.tsv:2:1", "排列"},
};

/* Says what is wrong, so that one run shows every row that is. */
static bool holds(const Mistake *m) {
    char folder[64];
    Err e = {0};

    make_overlay(folder);
    put_file(folder, m->path, str_of(m->text));
    Content *c = content_load(folder, &e);

    remove_overlay(folder);
    content_drop(c);
    if (c == NULL && e.code == ERR_CONTENT && strncmp(e.where, m->where, strlen(m->where)) == 0 &&
        strstr(e.text, m->what) != NULL)
        return true;
    print_error("%s: %s: %s\nwanted %s: …%s… for\n%s\n", c != NULL ? "loaded" : err_key(e.code),
                e.where, e.text, m->where, m->what, m->text);
    return false;
}

static void test_mistakes(void **state) {
    size_t wrong = 0;

    (void)state;
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++)
        wrong += !holds(&mistakes[i]);
    assert_int_equal(wrong, 0);
}

/* The texts the table is made of are right where nothing is wrong. */
static void test_sound_file_loads(void **state) {
    char folder[64];
    Err e = {0};

    (void)state;
    make_overlay(folder);
    put_file(folder, "datasets/x.yaml", STR(FIELDS A_FIELD));
    put_file(folder, "codes/x.yaml", STR(TABLE "entries: []\n"));
    put_file(folder, "periods/x.yaml", STR(PERIODS "count: 3, unit: day, roll: none" BASIS));
    Content *c = content_load(folder, &e);

    remove_overlay(folder);
    if (c == NULL)
        fail_msg("%s: %s", e.where, e.text);
    assert_non_null(content_dataset(c, STR("x"), &e));
    assert_non_null(content_period(c, STR("X_Y"), &e));
    content_drop(c);
}

static void expect_failure(const char *folder, const char *what) {
    Err e = {0};
    Content *c = content_load(folder, &e);

    content_drop(c);
    assert_null(c);
    if (e.code != ERR_CONTENT || strstr(e.text, what) == NULL)
        fail_msg("%s: %s, wanted %s", e.where, e.text, what);
}

static void test_ceilings(void **state) {
    char folder[64], path[64];
    scoped_buf Buf text;

    (void)state;
    buf_init(&text, (size_t)8 << 20);
    make_overlay(folder);
    buf_add_c(&text, FIELDS);
    for (int i = 0; i <= DATASET_FIELDS_MAX; i++)
        buf_addf(&text, "  - {field: f%d, title: 甲%d, type: text}\n", i, i);
    put_file(folder, "datasets/x.yaml", buf_str(&text));
    expect_failure(folder, "1 到 500 个字段");
    while (text.len <= CONTENT_FILE_MAX)
        buf_add_c(&text, "# 很长的注释，把文件撑过两兆字节的上限\n");
    put_file(folder, "datasets/x.yaml", buf_str(&text));
    expect_failure(folder, "2 MiB");
    remove_overlay(folder);

    make_overlay(folder);
    for (int i = 0; i <= CONTENT_FILES_MAX; i++) {
        snprintf(path, sizeof path, "codes/t%d.yaml", i);
        put_file(folder, path, STR("x: 1\n"));
    }
    expect_failure(folder, "2000 个");
    remove_overlay(folder);
}

static void test_folders(void **state) {
    char folder[64], place[200];
    Err e = {0};

    (void)state;
    make_overlay(folder);
    put_file(folder, "a/x.md", STR("x"));
    snprintf(place, sizeof place, "%s/a/b", folder);
    assert_int_equal(mkdir(place, 0700), 0);
    for (int i = 0; i < 4; i++) {
        strncat(place, "/c", sizeof place - strlen(place) - 1);
        assert_int_equal(mkdir(place, 0700), 0);
    }
    expect_failure(folder, "套得太深");
    remove_overlay(folder);

    make_overlay(folder); /* a link to a device must not be read */
    put_file(folder, "codes/x.md", STR("x"));
    snprintf(place, sizeof place, "%s/codes/x.yaml", folder);
    assert_int_equal(symlink("/dev/zero", place), 0);
    expect_failure(folder, "不是普通文件");
    assert_int_equal(unlink(place), 0);
    assert_int_equal(symlink("/nonexistent", place), 0);
    assert_null(content_load(folder, &e));
    assert_int_equal(e.code, ERR_DISK);
    remove_overlay(folder);
}

/* What was read while the program was built is what reading says now. */
static void test_frozen(void **state) {
    size_t trees = 0;

    (void)state;
    for (size_t i = 0; i < content_embedded_count; i++) {
        const EmbeddedFile *f = &content_embedded[i];
        const FrozenFile *frozen = &content_frozen[i];
        Str text = {f->bytes, f->size}, there = {content_frozen_bytes + frozen->from, frozen->size};
        scoped_arena Arena *a = arena_new();
        scoped_buf Buf bytes;
        unsigned char digest[SM3_SIZE];
        Err e = {0};

        sm3(text.ptr, text.len, digest);
        assert_memory_equal(digest, frozen->digest, sizeof digest);
        if (!str_ends(str_of(f->path), STR(".yaml")))
            continue;
        const Node *tree = yaml_read(a, text, f->path, &e);

        assert_non_null(tree);
        buf_init(&bytes, (size_t)4 << 20);
        node_freeze(tree, &bytes);
        assert_true(str_eq(buf_str(&bytes), there));
        trees++;
    }
    assert_true(trees > 100);
}

static int start(void **state) {
    (void)state;
    crypto_start();
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mistakes), cmocka_unit_test(test_sound_file_loads),
        cmocka_unit_test(test_ceilings), cmocka_unit_test(test_folders),
        cmocka_unit_test(test_frozen),
    };

    return cmocka_run_group_tests_name("content/load", tests, start, NULL);
}
