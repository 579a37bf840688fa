/* SPDX-License-Identifier: MulanPSL-2.0 */
/* main/synth_people.c: invented persons and companies of the invented county 江城县. */
#include "main/synth_people.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* Three families of surnames that do not meet. */
static const char *const common_surnames[] = {
    "王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙", "马",
    "朱", "胡", "郭", "何", "林", "罗", "高", "郑", "梁", "谢", "宋", "唐", "许",
    "邓", "韩", "冯", "曹", "彭", "曾", "肖", "田", "董", "潘", "袁", "蔡", "蒋",
    "余", "于", "杜", "叶", "程", "魏", "苏", "吕", "丁", "任", "卢"};
static const char *const accused_surnames[] = {
    "姚", "沈", "钟", "姜", "崔", "谭", "陆", "范", "汪", "廖", "石", "金", "韦", "贾", "夏",
    "付", "方", "邹", "熊", "白", "孟", "秦", "邱", "侯", "江", "尹", "薛", "闫", "雷", "龙"};
static const char *const planted_surnames[] = {"欧阳", "上官", "司徒", "诸葛", "皇甫", "令狐",
                                               "慕容", "司马", "公孙", "东方", "南宫", "独孤"};
static const char *const near_surnames[] = {"夏侯", "尉迟", "长孙", "宇文", "端木", "百里",
                                            "轩辕", "西门", "澹台", "闻人", "申屠", "太史"};
static const char *const given[] = {
    "伟",   "芳",   "娜",   "敏",   "静",   "丽",  "强", "磊", "军", "洋", "勇",   "艳",   "杰",
    "娟",   "涛",   "明",   "超",   "秀",   "霞",  "平", "刚", "桂", "英", "华",   "玉",   "兰",
    "红",   "建",   "国",   "文",   "辉",   "力",  "海", "山", "仁", "波", "宁",   "贵",   "福",
    "生",   "龙",   "元",   "全",   "胜",   "学",  "祥", "才", "发", "武", "新",   "利",   "清",
    "飞",   "彬",   "富",   "顺",   "信",   "子",  "浩", "成", "康", "星", "光",   "天",   "达",
    "安",   "岩",   "中",   "茂",   "进",   "林",  "有", "坚", "和", "彪", "博",   "诚",   "先",
    "敬",   "震",   "振",   "壮",   "会",   "思",  "群", "豪", "心", "邦", "承",   "乐",   "绍",
    "功",   "松",   "善",   "厚",   "庆",   "友",  "裕", "河", "哲", "江", "超然", "浩宇", "雨欣",
    "子涵", "嘉怡", "明远", "春梅", "秋菊", "志强"};
#define COUNT(a) ((int64_t)(sizeof(a) / sizeof((a)[0])))

const AgencyName synth_agencies[] = {{"江城县市场监督管理局", "115105220084561337", "江市监"},
                                     {"江城县交通运输局", "115105220084562643", "江交"},
                                     {"江城县自然资源和规划局", "11510522008456395Y", "江自然资"},
                                     {"江城县人力资源和社会保障局", "11510522008456520K", "江人社"},
                                     {"江城县农业农村局", "11510522008456651F", "江农"},
                                     {"江城县生态环境局", "11510522008456782B", "江环"},
                                     {"江城县综合行政执法局", "115105220084569182", "江综执"},
                                     {"江城县应急管理局", "115105220084570489", "江应急"},
                                     {"江城县文化广播电视和旅游局", "115105220084571795", "江文旅"},
                                     {"江城县卫生健康局", "11510522008457304R", "江卫"},
                                     {"江城县公安局", "11510522008457435M", "江公"},
                                     {"江城县税务局", "11510522008457566H", "江税"}};

const char *const synth_towns[TOWNS] = {"城关镇", "白沙镇", "望龙镇", "石桥镇", "福宝镇", "榕山镇",
                                        "先市镇", "尧坝镇", "九支镇", "车辋镇", "凤鸣镇", "五通镇"};

static const char *const divisions[] = {"510502", "510503", "510504", "510521",
                                        "510522", "510524", "510525"};

uint64_t chance_next(Chance *c) {
    uint64_t z = c->state += 0x9e3779b97f4a7c15u;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

int64_t chance_below(Chance *c, int64_t n) {
    assert(n > 0);
    return (int64_t)(chance_next(c) % (uint64_t)n);
}

int64_t chance_between(Chance *c, int64_t least, int64_t most) {
    return least + chance_below(c, most - least + 1);
}

bool chance_one_in(Chance *c, int64_t n) {
    return chance_below(c, n) == 0;
}

/* Where each group's numbers lie: birth years, and the band of the three-digit sequence number that
 * is theirs. */
static const struct {
    int from_year, to_year, band_from, band_size;
    const char *const *surnames;
    int64_t surname_count;
} groups[GROUPS] = {
    [GROUP_ELDERS] = {1936, 1963, 0, 200, common_surnames, COUNT(common_surnames)},
    [GROUP_ADULTS] = {1966, 2001, 200, 200, common_surnames, COUNT(common_surnames)},
    [GROUP_ACCUSED] = {1962, 2003, 400, 100, accused_surnames, COUNT(accused_surnames)},
    [GROUP_LAWYERS] = {1960, 1996, 500, 100, common_surnames, COUNT(common_surnames)},
    [GROUP_DEAD] = {1930, 1990, 600, 100, common_surnames, COUNT(common_surnames)},
    [GROUP_PLANTED] = {1966, 1990, 700, 100, planted_surnames, COUNT(planted_surnames)},
    [GROUP_NEAR] = {1966, 1990, 800, 100, near_surnames, COUNT(near_surnames)},
};

static uint64_t mixed(uint64_t seed, uint64_t group, uint64_t i) {
    Chance c = {seed * 0x9e3779b97f4a7c15u ^ group << 56 ^ i * 0xd1342543de82ef95u};

    chance_next(&c);
    return chance_next(&c);
}

/* Planted persons and near misses have names that nobody else has; the others' repeat as names do.
 */
static void name_make(Group g, uint64_t hash, int64_t i, char name[24]) {
    const char *second = "";
    int64_t surname, first;

    if (g == GROUP_PLANTED || g == GROUP_NEAR) {
        int64_t j = i / groups[g].surname_count, n = COUNT(given);

        /* 37 and the number of given names share no factor: every i has its own name. */
        surname = i % groups[g].surname_count;
        first = (j * 37 + surname * 17) % n;
        second = given[(j * 53 + surname * 29 + j / n + 11) % n];
    } else {
        surname = (int64_t)(hash % (uint64_t)groups[g].surname_count);
        first = (int64_t)(hash >> 8) % COUNT(given) & 0x7fffffff;
        first %= COUNT(given);
        if (hash >> 40 & 7)
            second = given[(hash >> 24) % (uint64_t)COUNT(given)];
    }
    snprintf(name, 24, "%s%s%s", groups[g].surnames[surname], given[first], second);
}

void person_make(Group group, uint64_t seed, int64_t i, Person *out) {
    Day from = day_of(groups[group].from_year, 1, 1), to = day_of(groups[group].to_year, 12, 31);
    int64_t days = to - from + 1, total = days * COUNT(divisions) * groups[group].band_size;
    int year, month, day;
    char first17[18];

    assert(i >= 0 && i < total);
    /* A walk through all (division, day, sequence) triples that meets each once: the step is
     * coprime to the total. */
    int64_t step = 15485863,
            place = (i % total * (step % total) + (int64_t)(seed % 1000003)) % total;
    int64_t division = place % COUNT(divisions), rest = place / COUNT(divisions);

    out->birth = from + (Day)(rest % days);
    day_split(out->birth, &year, &month, &day);
    int sequence = groups[group].band_from + (int)(rest / days);

    snprintf(first17, sizeof first17, "%s%04d%02d%02d%03d", divisions[division], year, month, day,
             sequence % 1000);
    memcpy(out->id, first17, 17);
    out->id[17] = citizen_id_check_digit(first17);
    out->id[18] = '\0';
    out->old_id[0] = '\0';
    if (year < 2000)
        snprintf(out->old_id, sizeof out->old_id, "%.6s%.9s", first17, first17 + 8);
    memcpy(out->division, divisions[division], 7);
    out->woman = sequence % 2 == 0;
    name_make(group, mixed(seed, (uint64_t)group, (uint64_t)i), i, out->name);
}

static const char *const syllables[] = {
    "鑫", "源", "盛", "瑞", "恒", "泰", "祥", "隆", "宏", "达", "腾", "飞", "永", "兴", "嘉",
    "禾", "锦", "绣", "博", "雅", "凯", "旋", "润", "泽", "翔", "宇", "辰", "星", "卓", "越",
    "诚", "信", "聚", "力", "创", "新", "和", "顺", "万", "佳", "东", "明", "西", "林", "南",
    "岭", "北", "川", "金", "桥", "银", "海", "玉", "峰", "春", "晖", "秋", "实", "冬", "阳"};
static const struct {
    const char *word, *scope;
} trades[] = {{"商贸", "日用百货、五金产品销售"}, {"建筑工程", "房屋建筑工程施工"},
              {"农业开发", "农产品种植、销售"},   {"科技", "软件开发、信息技术服务"},
              {"物流", "道路普通货物运输"},       {"环保", "环保设备销售、污水处理"},
              {"酒业", "白酒生产、销售"},         {"汽车服务", "机动车维修"}};
static const struct {
    const char *word, *scope;
} food_trades[] = {{"餐饮服务", "热食类食品制售"}, {"食品", "预包装食品、散装食品销售"},
                   {"火锅店", "热食类食品制售"},   {"超市", "预包装食品销售（含冷藏冷冻食品）"},
                   {"糕点坊", "糕点类食品制售"},   {"卤味馆", "冷食类食品制售"}};
static const char *const group_words[] = {"", "", "南麓", "北麓"};

/* GB 32100: registering authority 9, kind 1, division, organisation code of eight characters with
 * its own check digit. */
static void company_code(int64_t number, char code[19]) {
    static const char set[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    static const int weights[] = {3, 7, 9, 10, 5, 8, 4, 2};
    char body[9] = "MA";
    int sum = 22 * weights[0] + 10 * weights[1];

    for (int k = 7; k >= 2; k--) {
        body[k] = set[number % 31];
        number /= 31;
    }
    for (int k = 2; k < 8; k++)
        sum += (body[k] <= '9' ? body[k] - '0' : body[k] - 'A' + 10) * weights[k];
    int check = 11 - sum % 11;

    snprintf(code, 19, "91510522%.8s%c", body,
             check == 10   ? 'X'
             : check == 11 ? '0'
                           : (char)('0' + check));
    code[17] = credit_code_check_digit(code);
    code[18] = '\0';
}

void company_make(CompanyGroup group, uint64_t seed, int64_t i, Company *out) {
    uint64_t h = mixed(seed, 100 + (uint64_t)group, (uint64_t)i);
    int64_t n = COUNT(syllables);
    bool food = group != COMPANY_ORDINARY;
    const char *word = food ? food_trades[h % 6].word : trades[h % 8].word;

    /* The number written in syllables: no two companies of a group share a name. */
    snprintf(out->name, sizeof out->name, "江城县%s%s%s%s%s%s", group_words[group],
             syllables[i / n / n % n], syllables[(i / n + 7) % n], syllables[(i + 13) % n], word,
             food && h % 3 ? "店" : "有限公司");
    company_code(((int64_t)group << 24) + i + 1, out->code);
    snprintf(out->scope, sizeof out->scope, "%s",
             food ? food_trades[h % 6].scope : trades[h % 8].scope);
    snprintf(out->address, sizeof out->address, "江城县%s%s路%llu号", synth_towns[h >> 8 & 7],
             (h >> 16 & 1) ? "人民" : "建设", (unsigned long long)(h >> 20 & 255) + 1);
    out->registered = day_of(1998, 1, 1) + (Day)(h >> 32) % 9800;
    if (out->registered < day_of(1998, 1, 1))
        out->registered += 9800;
    out->capital = (int64_t)(h >> 24 & 15) * 50 + 10;
}
