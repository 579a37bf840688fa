/* SPDX-License-Identifier: MulanPSL-2.0 */
/* tests/period_cases.c: random matters under the periods of a content folder, and when they end.
 *
 *     period_cases FOLDER SEED COUNT < ids
 *
 * FOLDER is an overlay of content, or "-" for none. Standard input names the periods, one a line;
 * each line is as likely as another. A line comes out for every matter, in numbers:
 *
 *     period on at fact custody set_count set_unit times
 *     suspensions {from to reason} extensions {extension count}
 *     suspended rolled known last due due_at warnings {level at}
 *
 * where "-" is none, periods, reasons and extensions are their places in what was written (of two
 * periods: the first's places, then the second's), and E instead of the last line a refusal. To be
 * compared by tests/period_evaluator.py. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "content/period.h"

#include "base/banned.h"

enum { IDS_MAX = 20000, REASONS_MAX = 16, MORE_MAX = 16 };

static uint64_t state;

/* xorshift64*: the same everywhere. */
static uint64_t draw(uint64_t below) {
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return (state * UINT64_C(2685821657736338717) >> 11) % below;
}

/* What may be said of a matter under one period. */
typedef struct Rule {
    const Period *period;
    Str reasons[REASONS_MAX];
    const PeriodExtension *more[MORE_MAX];
    size_t reason_count, more_count;
    bool adjustable, hours;
} Rule;

typedef struct Matter {
    PeriodTrigger from;
    PeriodFacts facts;
    PeriodSuspension suspensions[PERIOD_SUSPENSIONS_MAX];
    int reasons[PERIOD_SUSPENSIONS_MAX]; /* places; -1: not told, -2: unknown */
    PeriodGranted granted[PERIOD_EXTENSIONS_MAX];
    int extensions[PERIOD_EXTENSIONS_MAX];
} Matter;

/* ---- what there is ---- */

static void take(Rule *r, const Period *p) {
    for (size_t i = 0; i < p->suspends.count && r->reason_count < REASONS_MAX; i++)
        r->reasons[r->reason_count++] = period_suspends(p)[i].reason;
    for (size_t i = 0; i < p->extensions.count && r->more_count < MORE_MAX; i++)
        r->more[r->more_count++] = &period_extensions(p)[i];
    r->adjustable = p->adjustable;
    r->hours = p->stricter_of.count == 0 && p->unit == PERIOD_HOUR;
}

static bool rule_of(const Content *c, Str id, Rule *r) {
    Err e = {0};
    const Period *p = content_period(c, id, &e);

    if (p == NULL) {
        fprintf(stderr, "%s\n", e.text);
        return false;
    }
    *r = (Rule){.period = p};
    take(r, p);
    for (size_t i = 0; i < p->stricter_of.count; i++)
        take(r, content_period(c, ((const Str *)p->stricter_of.items)[i], &e));
    r->adjustable = r->adjustable && p->stricter_of.count == 0;
    return true;
}

/* ---- a matter ---- */

/* Mostly in the years that have notices; now and then at a month's end, or far away. */
static Day some_day(void) {
    Day first = day_of(2006, 6, 1), last = day_of(2028, 6, 1), d;
    int year, month, day;

    if (draw(40) == 0)
        return day_of(1900, 1, 1) + (Day)draw(110000);
    d = first + (Day)draw((uint64_t)(last - first));
    if (draw(4) != 0)
        return d;
    day_split(d, &year, &month, &day);
    return day_of(year, month, 1) - 1 - (Day)draw(3);
}

static PeriodTrigger some_trigger(bool hours) {
    Day d = some_day();
    Instant at = ((Instant)d * 24 - 8) * INT64_C(3600000000);

    if (draw(300) == 0)
        return period_from_day(draw(2) ? day_of(1899, 12, 1) + (Day)draw(60)
                                       : day_of(2200, 12, 1) + (Day)draw(60));
    if (draw(hours ? 10 : 3) != 0 || !draw(5))
        at += draw(4) == 0 ? (Instant)draw(24) * INT64_C(3600000000)
                           : (Instant)draw(UINT64_C(86400000000));
    else
        return period_from_day(d);
    return period_from_instant(at);
}

static void add_suspensions(const Rule *r, Matter *m) {
    size_t n = draw(5) < 3 ? 0 : draw(40) == 0 ? draw(20) : 1 + draw(3);
    bool odd = draw(100) == 0;

    for (size_t i = 0; (r->reason_count > 0 || odd) && i < n; i++) {
        PeriodSuspension *s = &m->suspensions[i];

        s->from = m->from.on + (Day)draw(draw(3) ? 30 : 120) - 5;
        s->to = draw(12) == 0 ? DAY_NONE : s->from + (Day)draw(draw(3) ? 8 : 60);
        if (odd && draw(3) == 0)
            s->to = s->from - 1;
        m->reasons[i] = r->reason_count == 0 || (odd && draw(2)) ? -2
                        : draw(10) == 0                          ? -1
                                                                 : (int)draw(r->reason_count);
        s->reason = m->reasons[i] >= 0    ? r->reasons[m->reasons[i]]
                    : m->reasons[i] == -1 ? (Str){NULL, 0}
                                          : STR("没有的事由");
        m->facts.suspension_count++;
    }
}

static void add_extensions(const Rule *r, Matter *m) {
    bool odd = draw(100) == 0;

    if (draw(3) == 0)
        return;
    for (size_t i = 0; i < r->more_count && m->facts.extension_count < PERIOD_EXTENSIONS_MAX; i++) {
        const PeriodExtension *x = r->more[i];
        int64_t most = x->by > 0 ? x->by : x->to;

        for (int64_t k = 0; k < x->times + odd && draw(2) != 0; k++) {
            size_t at = m->facts.extension_count;
            PeriodGranted *g = &m->granted[at];

            if (at == PERIOD_EXTENSIONS_MAX)
                return;
            g->extension = x->extension;
            g->count = draw(2) ? 0 : 1 + (int64_t)draw((uint64_t)most + odd);
            if (x->to > 0 && !odd && draw(4) != 0)
                g->count = 0;
            m->extensions[at] = (int)i;
            m->facts.extension_count++;
        }
    }
}

static void make(const Rule *r, Matter *m) {
    m->from = some_trigger(r->hours);
    m->facts = (PeriodFacts){.fact_on = DAY_NONE,
                             .custody = draw(3) ? CUSTODY_BY_RULE : (int)draw(3),
                             .suspensions = m->suspensions,
                             .extensions = m->granted};
    if (draw(5) == 0)
        m->facts.fact_on = draw(200) == 0 ? day_of(1899, 1, 1) : m->from.on - (Day)draw(3000);
    if ((r->adjustable && draw(3) == 0) || draw(400) == 0) {
        m->facts.set_count = 1 + (int64_t)draw(40);
        m->facts.set_unit = r->hours ? PERIOD_HOUR : PERIOD_DAY + (int)draw(3);
    }
    if (draw(8) == 0) /* one that comes again; now and then where none can */
        m->facts.times = draw(20) == 0 ? (int64_t)draw(1200) - 1 : 1 + (int64_t)draw(15);
    add_suspensions(r, m);
    add_extensions(r, m);
}

/* ---- out ---- */

static void put(int64_t n, bool none) {
    if (none)
        fputs("- ", stdout);
    else
        printf("%" PRId64 " ", n);
}

static void put_matter(size_t place, const Matter *m) {
    const PeriodFacts *f = &m->facts;

    printf("%zu ", place);
    put(m->from.on, m->from.on == DAY_NONE);
    put(m->from.at, m->from.at == INSTANT_NONE);
    put(f->fact_on, f->fact_on == DAY_NONE);
    printf("%d %" PRId64 " %d %" PRId64 " %zu ", f->custody, f->set_count, f->set_unit, f->times,
           f->suspension_count);
    for (size_t i = 0; i < f->suspension_count; i++) {
        put(f->suspensions[i].from, false);
        put(f->suspensions[i].to, f->suspensions[i].to == DAY_NONE);
        put(m->reasons[i], false);
    }
    printf("%zu ", f->extension_count);
    for (size_t i = 0; i < f->extension_count; i++)
        printf("%d %" PRId64 " ", m->extensions[i], f->extensions[i].count);
}

static void put_due(const PeriodDue *due) {
    printf("%d %d %d ", due->suspended, due->rolled, due->calendar_known);
    put(due->last, due->last == DAY_NONE);
    put(due->due, due->due == DAY_NONE);
    put(due->due_at, due->due_at == INSTANT_NONE);
    printf("%zu", due->warning_count);
    for (size_t i = 0; i < due->warning_count; i++)
        printf(" %d %" PRId64, due->warnings[i].level, due->warnings[i].at);
}

static size_t read_rules(const Content *c, Arena *a, Rule *rules) {
    char line[128];
    size_t n = 0;

    while (n < IDS_MAX && fgets(line, sizeof line, stdin) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (!rule_of(c, str_dup(a, str_of(line)), &rules[n++]))
            return 0;
    }
    return n;
}

int main(int argc, char **argv) {
    scoped_arena Arena *a = arena_new();
    Rule *rules = arena_array_of(a, IDS_MAX, Rule);
    Err e = {0};
    Matter m;

    if (argc != 4)
        return 2;
    crypto_start();
    Content *c = content_load(strcmp(argv[1], "-") == 0 ? NULL : argv[1], &e);

    if (c == NULL) {
        fprintf(stderr, "%s: %s\n", e.where, e.text);
        return 1;
    }
    state = strtoull(argv[2], NULL, 10) * 2 + 1;
    size_t n = read_rules(c, a, rules);

    for (long long left = n > 0 ? strtoll(argv[3], NULL, 10) : 0; left > 0; left--) {
        size_t at = (size_t)draw(n);
        PeriodDue due;

        make(&rules[at], &m);
        put_matter(at, &m);
        if (period_compute(c, rules[at].period, m.from, &m.facts, &due, NULL))
            put_due(&due);
        else
            fputs("E", stdout);
        putchar('\n');
    }
    content_drop(c);
    return n == 0 || fflush(stdout) != 0;
}
