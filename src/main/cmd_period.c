/* SPDX-License-Identifier: MulanPSL-2.0 */
/* main/cmd_period.c: statutory periods on the command line: which there are, and why one ends when
 * it does. */
#include <inttypes.h>
#include <string.h>

#include "content/period.h"
#include "main/cli.h"
#include "main/table.h"

static const char *title_of(const BindName *names, int value) {
    while (names->name != NULL && names->value != value)
        names++;
    return names->title;
}

static Str word_of(const BindName *names, int value) {
    while (names->name != NULL && names->value != value)
        names++;
    return str_of(names->name);
}

/* --- list ------------------------------------------------------------------------------------- */

static Str length_of(Arena *a, const Period *p) {
    const Str *two = p->stricter_of.items;

    if (p->stricter_of.count == 2)
        return str_format(a, "%.*s 与 %.*s 取严", STR_ARG(two[0]), STR_ARG(two[1]));
    return str_format(a, "%s%" PRId64 " %s", p->count < 0 ? "前 " : "",
                      p->count < 0 ? -p->count : p->count, title_of(period_unit_names, p->unit));
}

static bool to_confirm(const Period *p) {
    const Basis *b = p->basis.items;
    bool review = p->review;

    for (size_t i = 0; i < p->basis.count; i++)
        review = review || b[i].review;
    return review;
}

static Str basis_of(Arena *a, const Period *p) {
    const Basis *b = p->basis.items;

    return str_format(a, "%.*s%.*s%s", STR_ARG(b->law), STR_ARG(b->article),
                      to_confirm(p) ? "（待核）" : "");
}

static Str force_of(Arena *a, const Period *p) {
    char from[11], to[11];

    day_format(p->in_force_from, from);
    day_format(p->in_force_to, to);
    if (from[0] == '\0' && to[0] == '\0')
        return (Str){NULL, 0};
    return str_format(a, "%s～%s", from, to);
}

static Node *listed(Arena *a, const Period *p) {
    Node *n = node_map(a);

    node_set_text(a, n, "period", p->period);
    node_set_text(a, n, "title", p->title);
    node_set_text(a, n, "starts", p->starts);
    node_set_text(a, n, "length", length_of(a, p));
    if (p->stricter_of.count == 0) {
        node_set_int(a, n, "count", p->count);
        node_set_text(a, n, "unit", word_of(period_unit_names, p->unit));
        node_set_text(a, n, "roll", word_of(period_roll_names, p->roll));
    }
    node_set_text(a, n, "basis", basis_of(a, p));
    node_set_text(a, n, "in_force", force_of(a, p));
    node_set_bool(a, n, "review", to_confirm(p));
    return n;
}

bool cmd_period_list(Cli *c, Err *e) {
    Arena *a = c->arena;
    Table *t = table_new(a, "期限|名称|长度|起算|施行|依据");

    (void)e;
    for (size_t i = 0; i < content_period_count(c->content); i++) {
        const Period *p = content_period_at(c->content, i);

        if (c->json)
            cli_json(c, listed(a, p));
        table_add(t, (const Str[]){p->period, p->title, length_of(a, p), p->starts, force_of(a, p),
                                   basis_of(a, p)});
    }
    if (!c->json)
        table_write(t, c->out);
    return true;
}

/* --- what is told on the command line --------------------------------------------------------- */

/* What a person tells of one matter. */
typedef struct Told {
    PeriodTrigger from;
    PeriodFacts facts;
    PeriodSuspension suspensions[PERIOD_SUSPENSIONS_MAX];
    PeriodGranted granted[PERIOD_EXTENSIONS_MAX];
} Told;

static bool read_day(const char *option, Str text, Day *out, Err *e) {
    return day_parse(text, out) ||
           err_set(e, ERR_USAGE, NULL, "%s 后面应当是日期，如 2026-01-05，不能是“%.*s”", option,
                   STR_ARG(text));
}

/* A day, or a moment when an hour is told. */
static bool read_from(Str text, PeriodTrigger *out, Err *e) {
    Instant at;
    Day day;

    if (text.len == 0)
        return err_set(e, ERR_USAGE, NULL,
                       "还缺起算的日期：--from 2026-01-05，或 --from "
                       "2026-01-05T08:30");
    if (str_find(text, STR(":")) >= 0 && instant_parse(text, &at)) {
        *out = period_from_instant(at);
        return true;
    }
    if (!read_day("--from", text, &day, e))
        return false;
    *out = period_from_day(day);
    return true;
}

/* A..B, A.. while it goes on, then perhaps =reason. */
static bool read_suspension(Str text, PeriodSuspension *out, Err *e) {
    ptrdiff_t equals = str_find(text, STR("=")), dots = str_find(text, STR(".."));
    Str span = equals >= 0 ? str_slice(text, 0, (size_t)equals) : text;

    *out = (PeriodSuspension){.to = DAY_NONE};
    if (equals >= 0)
        out->reason = str_slice(text, (size_t)equals + 1, text.len);
    if (dots < 0 || (size_t)dots >= span.len)
        return err_set(e, ERR_USAGE, NULL,
                       "--suspend 应当写作 首日..末日=事由，如 2026-01-05..2026-01-09=鉴定；"
                       "尚未恢复的不写末日。不能是“%.*s”",
                       STR_ARG(text));
    Str last = str_slice(span, (size_t)dots + 2, span.len);

    return read_day("--suspend", str_slice(span, 0, (size_t)dots), &out->from, e) &&
           (last.len == 0 || read_day("--suspend", last, &out->to, e));
}

static bool read_suspensions(Str text, Told *told, Err *e) {
    Str each;

    while (text.len > 0 && str_split(&text, ',', &each)) {
        if (told->facts.suspension_count == PERIOD_SUSPENSIONS_MAX)
            return err_set(e, ERR_TOO_LARGE, NULL, "不计入的时间最多 %d 段",
                           PERIOD_SUSPENSIONS_MAX);
        if (!read_suspension(each, &told->suspensions[told->facts.suspension_count++], e))
            return false;
    }
    return true;
}

/* complex, or complex=15 */
static bool read_extensions(Str text, Told *told, Err *e) {
    Str each;

    while (text.len > 0 && str_split(&text, ',', &each)) {
        ptrdiff_t equals = str_find(each, STR("="));
        PeriodGranted g = {.extension = equals >= 0 ? str_slice(each, 0, (size_t)equals) : each};

        if (equals >= 0 &&
            (!str_to_int(str_slice(each, (size_t)equals + 1, each.len), &g.count) || g.count < 1))
            return err_set(e, ERR_USAGE, NULL,
                           "--extend 应当写作 延长=数，如 complex=15，不能是“%.*s”", STR_ARG(each));
        if (told->facts.extension_count == PERIOD_EXTENSIONS_MAX)
            return err_set(e, ERR_TOO_LARGE, NULL, "最多延长 %d 次", PERIOD_EXTENSIONS_MAX);
        told->granted[told->facts.extension_count++] = g;
    }
    return true;
}

static bool read_custody(Str text, int *out, Err *e) {
    if (text.len == 0)
        return true;
    *out = str_is(text, "yes") ? CUSTODY_YES : CUSTODY_NO;
    return str_is(text, "yes") || str_is(text, "no") ||
           err_set(e, ERR_USAGE, NULL, "--custody 应当是 yes 或 no，不能是“%.*s”", STR_ARG(text));
}

static bool read_told(const Cli *c, Told *told, Err *e) {
    Str fact = cli_option(c, "--fact-on");

    *told = (Told){.facts = PERIOD_NO_FACTS};
    told->facts.suspensions = told->suspensions;
    told->facts.extensions = told->granted;
    return read_from(cli_option(c, "--from"), &told->from, e) &&
           (fact.len == 0 || read_day("--fact-on", fact, &told->facts.fact_on, e)) &&
           read_custody(cli_option(c, "--custody"), &told->facts.custody, e) &&
           read_suspensions(cli_option(c, "--suspend"), told, e) &&
           read_extensions(cli_option(c, "--extend"), told, e);
}

/* --- the little calendar ---------------------------------------------------------------------- */

/* Two cells beside the number of the day. */
static const char *sign_of(const PeriodExplanation *x, const PeriodDay *d) {
    if (d->mark == MARK_START)
        return "起";
    if (d->day == x->due)
        return "止";
    if (d->mark == MARK_SUSPENDED)
        return "停";
    if (d->mark == MARK_ROLLED)
        return "顺";
    if (d->mark == MARK_NOT_COUNTED)
        return "休";
    return d->kind == KIND_MAKE_UP ? "班" : "  ";
}

static void begin_month(const Cli *c, int year, int month, int weekday) {
    fprintf(c->out, "\n%d年%d月\n  一   二   三   四   五   六   日\n", year, month);
    for (int i = 1; i < weekday; i++)
        fputs("     ", c->out);
}

static void put_calendar(const Cli *c, const PeriodExplanation *x) {
    const PeriodDay *days = x->days.items;
    int last_month = 0, year, month, day;

    for (size_t i = 0; i < x->days.count; i++) {
        int weekday = day_weekday(days[i].day);
        bool jumped = i > 0 && days[i].day != days[i - 1].day + 1;

        day_split(days[i].day, &year, &month, &day);
        if (jumped)
            fprintf(c->out, "\n（中间 %" PRId64 " 日略）", x->left_out);
        if (month != last_month || jumped) {
            if (i > 0)
                fputc('\n', c->out);
            begin_month(c, year, month, weekday);
        } else if (weekday == 1) {
            fputc('\n', c->out);
        }
        last_month = month;
        fprintf(c->out, " %2d%s", day, sign_of(x, &days[i]));
    }
    fputs("\n\n起 开始的当日，不计　止 届满　休 不计　停 中止　顺 顺延　班 调休上班\n", c->out);
}

/* 国庆节：10月1日至10月7日 */
static void put_named(const Cli *c, const PeriodExplanation *x) {
    const PeriodDay *days = x->days.items;

    for (size_t i = 0, k; i < x->days.count; i = k) {
        int year, month, day;

        for (k = i + 1; k < x->days.count && str_eq(days[k].holiday, days[i].holiday) &&
                        days[k].day == days[k - 1].day + 1;
             k++)
            ;
        if (days[i].holiday.len == 0)
            continue;
        day_split(days[i].day, &year, &month, &day);
        fprintf(c->out, "%.*s：%d月%d日", STR_ARG(days[i].holiday), month, day);
        day_split(days[k - 1].day, &year, &month, &day);
        if (k > i + 1)
            fprintf(c->out, "至%d月%d日", month, day);
        fputc('\n', c->out);
    }
}

static void put_warnings(const Cli *c, const PeriodExplanation *x) {
    const PeriodWarningShown *w = x->warnings.items;

    for (size_t i = 0; i < x->warnings.count; i++)
        fprintf(c->out, "%s预警：%.10s %.5s\n", title_of(period_level_names, w[i].level),
                w[i].at.ptr, w[i].at.ptr + 11);
    if (x->due != DAY_NONE)
        fprintf(c->out, "届满后：%s%s%.*s\n", title_of(period_action_names, x->on_lapse),
                x->lapse.len > 0 ? "，" : "", STR_ARG(x->lapse));
}

bool cmd_period_explain(Cli *c, Err *e) {
    const Period *p = content_period(c->content, c->words[0], e);
    PeriodExplanation x;
    Told told;

    if (p == NULL || !read_told(c, &told, e) ||
        !period_explain_days(c->content, p, told.from, &told.facts, c->arena, &x, e))
        return false;
    if (c->json) {
        scoped_buf Buf json;

        buf_init(&json, (size_t)1 << 20);
        bind_write(period_explanation_rows, &x, &json);
        fprintf(c->out, "%.*s\n", STR_ARG(buf_str(&json)));
        return true;
    }
    fprintf(c->out, "%.*s\n", STR_ARG(x.text));
    put_calendar(c, &x);
    put_named(c, &x);
    put_warnings(c, &x);
    if (x.review)
        fputs("这一期限有待核的内容，使用前请由检察官或者法制部门核对。\n", c->out);
    return true;
}
