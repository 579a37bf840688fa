/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/layout_title.c: the lines of a title: as few as can be, each shorter or each longer than
 * the one before (梯形), broken where the sense pauses and never inside a word that was named. */
#include "document/layout_inside.h"

#include <math.h>
#include <string.h>

#include "base/banned.h"

/* A title of so many lines is no title; it is filled like text. */
enum { TITLE_LINES = 6, TITLE_ATOMS = 160 };

/* What it costs to break before an atom, in the measure of a line's deviation in cells, squared. */
enum {
    COST_NONE = 0,
    COST_PAUSE = 0,
    COST_PLAIN = 12,
    COST_MARKS = 25,
    COST_BAD = 60,
    COST_WORD = 200
};

typedef struct Title {
    const Layout *l;
    const Para *para;
    size_t from, to;
    double cost[TITLE_ATOMS + 1]; /* of a break before atom from + i */
} Title;

static bool ends_with_one_of(Str text, const char *const *ends) {
    for (; *ends != NULL; ends++)
        if (str_ends(text, str_of(*ends)))
            return true;
    return false;
}

static bool starts_with_one_of(Str text, const char *const *starts) {
    for (; *starts != NULL; starts++)
        if (str_starts(text, str_of(*starts)))
            return true;
    return false;
}

/* Words that titles are made of. A reader stumbles where one of them is broken. */
static const char WORDS[] = "人民 政府 检察 法院 公安 司法 行政 执法 刑事 民事 "
                            "公益 诉讼 监督 管理 机关 部门 单位 委员会 办公室 "
                            "工作 进一步 加强 推动 推进 推广 落实 贯彻 开展 "
                            "做好 建立 健全 完善 规范 强化 深化 提升 促进 保障 "
                            "防范 化解 整治 治理 专项 行动 实施 意见 方案 办法 "
                            "规定 细则 通知 通报 公告 通告 决定 决议 报告 请示 "
                            "批复 建议 纪要 清单 目录 标准 规则 制度 机制 衔接 "
                            "联动 府检 协作 配合 移送 涉嫌 犯罪 案件 线索 材料 "
                            "违法 处罚 不起诉 起诉 立案 撤销 审查 调查 核实 "
                            "终结 中止 听证 磋商 会商 联席 会议 回复 函复 情况 "
                            "说明 理由 问题 风险 隐患 安全 生产 食品 药品 环境 "
                            "资源 生态 保护 未成年人 妇女 老年人 残疾人 劳动 "
                            "社会 保险 经营 企业 市场 营商 许可 资格 许可证 "
                            "从业 人员 名单 年度 季度 上半年 下半年 印发 转发 "
                            "公布 试行 暂行 领导 小组 成员 职责 分工 任务 重点 "
                            "要求 数据 信息 平台 共享 培训 考核 评查 检查 督促 "
                            "整改 反馈 行政执法 刑事司法 人民政府 人民检察院 "
                            "人民法院 检察建议 公益诉讼 行政处罚 违法犯罪 依法行政 "
                            "联席会议 监督管理 府检联动 市场监管 法律监督 生态环境 "
                            "食品药品 安全生产";

static bool word_covers(Str text, size_t at, Str word) {
    if (word.len == 0)
        return false;
    for (size_t from = word.len - 1 < at ? at - (word.len - 1) : 0; from < at; from++)
        if (str_starts(str_slice(text, from, text.len), word))
            return true;
    return false;
}

/* Does byte `at` lie inside one of the words that are not to be broken? */
static bool inside_word(const Layout *l, Str text, size_t at) {
    for (size_t i = 0; i < l->options->word_count; i++)
        if (word_covers(text, at, l->options->words[i]))
            return true;
    return false;
}

static bool inside_known(Str text, size_t at) {
    Str rest = str_of(WORDS), word;

    while (str_split(&rest, ' ', &word))
        if (word_covers(text, at, word))
            return true;
    return false;
}

/* Is byte `at` between 《 and 》? */
static bool inside_marks(Str text, size_t at) {
    int depth = 0;

    for (size_t i = 0; i + 3 <= at; i++) {
        depth += memcmp(text.ptr + i, "《", 3) == 0 || memcmp(text.ptr + i, "（", 3) == 0;
        depth -= memcmp(text.ptr + i, "》", 3) == 0 || memcmp(text.ptr + i, "）", 3) == 0;
    }
    return depth > 0;
}

static double break_cost(const Title *t, size_t atom) {
    static const char *const behind[] = {"关于", "、", "，", "》", "：", "和", "对", NULL};
    static const char *const before[] = {"关于",   "的通知", "的意见", "的函",
                                         "的决定", "的报告", "的请示", NULL};
    static const char *const pause[] = {"的", "省", "市", "县", "区", "院",
                                        "局", "府", "会", "厅", "委", NULL};
    static const char *const clinging[] = {"的", "和", "与", "及", "或", "等", "了", NULL};
    Str text = t->para->text;
    size_t at = t->para->atoms[atom].at;
    Str left = str_slice(text, 0, at), right = str_slice(text, at, text.len);

    if (inside_word(t->l, text, at))
        return COST_WORD;
    if (inside_known(text, at) || (at >= 3 && str_starts(right, str_slice(text, at - 3, at))))
        return COST_BAD + (inside_marks(text, at) ? COST_MARKS : 0);
    if (inside_marks(text, at))
        return COST_MARKS;
    if (str_starts(right, STR("关于")))
        return COST_NONE;
    if (ends_with_one_of(left, behind) && !str_ends(left, STR("关于")))
        return COST_PAUSE + 1;
    if (str_ends(left, STR("关于")))
        return COST_BAD; /* 关于 begins what follows */
    if (starts_with_one_of(right, before))
        return COST_PLAIN;
    if (starts_with_one_of(right, clinging))
        return COST_BAD;
    return ends_with_one_of(left, pause) ? COST_PAUSE + 3 : COST_PLAIN;
}

typedef struct Choice {
    double cost;
    size_t lines;
    size_t ends[TITLE_LINES];
} Choice;

/* Lines that only grow or only shrink please; waists and blocks do not. */
static double shape_cost(const double *widths, size_t n) {
    bool grows = true, shrinks = true, belly = true;
    size_t widest = 0;
    double cost = 0, mean = 0;

    for (size_t i = 0; i < n; i++) {
        mean += widths[i] / (double)n;
        if (widths[i] > widths[widest])
            widest = i;
    }
    for (size_t i = 0; i < n; i++)
        cost += (widths[i] - mean) * (widths[i] - mean);
    for (size_t i = 1; i < n; i++) {
        grows = grows && widths[i] > widths[i - 1];
        shrinks = shrinks && widths[i] < widths[i - 1];
        belly = belly && (i <= widest ? widths[i] > widths[i - 1] : widths[i] < widths[i - 1]);
    }
    return cost + (grows || shrinks || belly ? 0 : n == 2 ? 4 : 10);
}

/* Try all ways to cut [from, to) into the lines left; titles are short. */
static void try_cuts(const Title *t, size_t n, size_t line, size_t from, double spent,
                     double *widths, size_t *ends, Choice *best) {
    double width = 0, cell = t->para->cell;
    double rest = atoms_width(t->para, from, t->to);

    if (spent >= best->cost || rest > (double)(n - line) * WIDTH + 0.01)
        return;
    if (line + 1 == n) {
        widths[line] = rest / cell;
        ends[line] = t->to;
        spent += shape_cost(widths, n);
        if (spent < best->cost) {
            best->cost = spent;
            best->lines = n;
            memcpy(best->ends, ends, n * sizeof *ends);
        }
        return;
    }
    for (size_t to = from + 1; to < t->to; to++) {
        width += t->para->atoms[to - 1].width;
        if (width > WIDTH + 0.01)
            return;
        /* Lines far from the mean are not worth looking at. */
        if (t->para->atoms[to].before != BEFORE_MAY || width * 3 < rest / (double)(n - line))
            continue;
        widths[line] = width / cell;
        ends[line] = to;
        try_cuts(t, n, line + 1, to, spent + t->cost[to - t->from], widths, ends, best);
    }
}

static Line title_line(const Para *para, size_t from, size_t to) {
    while (from < to && para->atoms[from].kind == ATOM_SPACE)
        from++;
    while (to > from && para->atoms[to - 1].kind == ATOM_SPACE)
        to--;
    return (Line){.para = para, .from = from, .to = to, .width = atoms_width(para, from, to)};
}

/* Balance what stands between two forced breaks; false: too long to be a title. */
static bool balance(Title *t, Line *lines, size_t *count) {
    double widths[TITLE_LINES], width = atoms_width(t->para, t->from, t->to);
    size_t ends[TITLE_LINES], least = (size_t)ceil(width / WIDTH - 0.001);
    Choice best = {.cost = INFINITY};

    if (t->from == t->to)
        return true;
    if (least <= 1) {
        lines[(*count)++] = title_line(t->para, t->from, t->to);
        return true;
    }
    if (least > TITLE_LINES - 1 || t->to - t->from > TITLE_ATOMS)
        return false;
    for (size_t i = t->from; i < t->to; i++)
        t->cost[i - t->from] = break_cost(t, i);
    /* One line more only if the fewest cannot be had without breaking a word. */
    for (size_t n = least; n <= least + 1 && best.cost >= COST_WORD; n++)
        try_cuts(t, n, 0, t->from, 0, widths, ends, &best);
    if (best.cost == INFINITY)
        return false;
    for (size_t i = 0, from = t->from; i < best.lines; from = best.ends[i++])
        lines[(*count)++] = title_line(t->para, from, best.ends[i]);
    return true;
}

const Line *title_lines(Layout *l, const Para *para, size_t *count) {
    Title t = {.l = l, .para = para};
    size_t parts = 1, n = 0;
    Line *lines;

    for (size_t i = 0; i < para->count; i++)
        parts += para->atoms[i].kind == ATOM_BREAK;
    if (parts > TITLE_LINES)
        return lines_of(l, para, (Shape){.measure = WIDTH}, count);
    lines = arena_array_of(l->arena, parts * TITLE_LINES, Line);
    for (t.to = t.from; t.from <= para->count; t.from = ++t.to) {
        while (t.to < para->count && para->atoms[t.to].kind != ATOM_BREAK)
            t.to++;
        if (!balance(&t, lines, &n))
            return lines_of(l, para, (Shape){.measure = WIDTH}, count);
    }
    *count = n;
    return lines;
}
