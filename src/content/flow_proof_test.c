/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/flow_proof_test.c: on thousands of small random flows the proof says what playing every
 * order of acts says. The player here is written from docs/flows.md alone: plain arrays, no sets of
 * bits, every state compared with every other, and from every state a search of its own for an
 * outcome. */
#include "content/testing.h"

#include "content/flow_inside.h"

#include "base/banned.h"

enum { STEPS = 5, ACTIONS = 2, TARGETS = 2, STATES = 4000 };

static Content *content;

/* ---- a random flow ---- */

typedef struct Act {
    int to[TARGETS], count; /* count 0: closes */
    bool cancels, back;
} Act;

typedef struct Small {
    int steps;
    Act acts[STEPS][ACTIONS];
    int act_count[STEPS];
    bool joins[STEPS][STEPS]; /* [waits][for] */
    bool joining[STEPS], sends_back[STEPS];
    bool standing[STEPS]; /* ends with the matter, needs no action that leads on */
} Small;

static uint64_t seed;

static int pick(int n) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (int)((seed >> 33) % (uint64_t)n);
}

/* Mostly sensible, so that good flows are not too rare: forward, marked when it goes back, closing
 * at the end. */
static void make_act(Small *f, int step, Act *act) {
    bool last = step + 1 == f->steps;

    *act = (Act){.cancels = pick(4) == 0};
    if (pick(10) < (last ? 7 : 1)) {
        act->cancels = pick(3) > 0;
        return;
    }
    act->count = 1 + (pick(3) == 0);
    for (int k = 0; k < act->count; k++)
        act->to[k] = last || pick(5) == 0 ? pick(f->steps) : step + 1 + pick(f->steps - step - 1);
    if (act->count == 2 && act->to[1] == act->to[0])
        act->count = 1;
    act->back = act->to[0] <= step ? pick(8) > 0 : pick(12) == 0;
}

/* A step that waits for two others, which lead to it, mostly. */
static void make_join(Small *f, int waits) {
    int a = pick(waits), b = pick(waits);

    if (a == b || pick(2) == 0)
        return;
    f->joining[waits] = f->joins[waits][a] = f->joins[waits][b] = true;
    for (int k = 0; k < 2; k++)
        if (pick(6) > 0)
            f->acts[k == 0 ? a : b][0] = (Act){.to = {waits}, .count = 1};
    if (pick(3) > 0 && a > 0 && b > 0)
        f->acts[0][0] = (Act){.to = {a, b}, .count = 2};
}

static void make(Small *f) {
    memset(f, 0, sizeof *f);
    f->steps = 2 + pick(STEPS - 1);
    for (int s = 0; s < f->steps; s++) {
        f->standing[s] = s > 0 && pick(6) == 0;
        f->act_count[s] = f->standing[s] ? pick(2) : 1 + (pick(3) == 0);
        f->sends_back[s] = pick(2) == 0;
        for (int i = 0; i < f->act_count[s]; i++)
            make_act(f, s, &f->acts[s][i]);
    }
    for (int s = 2; s < f->steps; s++)
        make_join(f, s);
}

static void write_act(const Act *act, int i, Buf *out) {
    buf_addf(out, "      - {action: a%d, title: 办%d", i, i);
    if (act->count == 0)
        buf_add_c(out, ", closes: good");
    for (int k = 0; k < act->count; k++)
        buf_addf(out, "%ss%d%s", k == 0 ? ", to: [" : ", ", act->to[k],
                 k + 1 == act->count ? "]" : "");
    buf_addf(out, "%s%s}\n", act->cancels ? ", cancels: true" : "",
             act->back ? ", back: true" : "");
}

static void write_flow(const Small *f, Buf *out) {
    buf_add_c(out, "flow: x\ntitle: 某\ngroup: 某\nnumber: '{serial}'\n"
                   "basis: [{law: 某法, status: verified}]\n"
                   "parties: [{party: p, title: 某, kinds: [procuratorate], starter: true}]\n"
                   "escalation: {period: FT_SEND, to: [{party: p, role: chief_procurator}]}\n"
                   "outcomes: [{outcome: good, title: 完}]\nstart: s0\nsteps:\n");
    for (int s = 0; s < f->steps; s++) {
        buf_addf(out, "  - step: s%d\n    title: 步%d\n    by: [{party: p, role: prosecutor}]\n", s,
                 s);
        if (!f->sends_back[s])
            buf_add_c(out, "    without: [send_back]\n");
        if (f->standing[s])
            buf_add_c(out, "    standing: true\n    within: [{period: MR_PROGRESS, every: true, "
                           "met_by: tell}]\n");
        for (int k = 0, n = 0; f->joining[s] && k < f->steps; k++)
            if (f->joins[s][k])
                buf_addf(out, n++ == 0 ? "    joins: [s%d, " : "s%d]\n", k);
        buf_add_c(out, "    actions:\n");
        if (f->standing[s])
            buf_add_c(out, "      - {action: tell, title: 报告}\n");
        for (int i = 0; i < f->act_count[s]; i++)
            write_act(&f->acts[s][i], i, out);
    }
}

/* ---- brute force ---- */

typedef struct State {
    bool open[STEPS], waiting[STEPS], done[STEPS];
    bool arrived[STEPS][STEPS]; /* [waits][step] */
} State;

typedef struct Player {
    const Small *f;
    bool follows[STEPS][STEPS];
    State states[STATES];
    int count;
    bool left_open, too_many;
} Player;

/* Warshall over the actions that do not go back. */
static void order(Player *p) {
    const Small *f = p->f;

    for (int s = 0; s < f->steps; s++)
        for (int i = 0; i < f->act_count[s]; i++)
            for (int k = 0; !f->acts[s][i].back && k < f->acts[s][i].count; k++)
                p->follows[s][f->acts[s][i].to[k]] = true;
    for (int k = 0; k < f->steps; k++)
        for (int i = 0; i < f->steps; i++)
            for (int j = 0; j < f->steps; j++)
                if (p->follows[i][k] && p->follows[k][j])
                    p->follows[i][j] = true;
}

/* Static rules: no circle without back, and back leads back. */
static bool ordered(const Player *p) {
    const Small *f = p->f;

    for (int s = 0; s < f->steps; s++) {
        if (p->follows[s][s])
            return false;
        for (int i = 0; i < f->act_count[s]; i++) {
            const Act *act = &f->acts[s][i];
            bool back = false;

            for (int k = 0; k < act->count; k++)
                back = back || act->to[k] == s || p->follows[act->to[k]][s];
            if (act->back && !back)
                return false;
        }
    }
    return true;
}

static void open_one(State *s, int step, int steps) {
    s->open[step] = true;
    s->waiting[step] = false;
    for (int j = 0; j < steps; j++)
        s->arrived[j][step] = false;
}

static void cancel_after(const Player *p, State *s, int earlier) {
    for (int i = 0; i < p->f->steps; i++)
        if (p->follows[earlier][i])
            s->open[i] = s->waiting[i] = false;
}

static bool complete(const Player *p, const State *s, int waits) {
    for (int i = 0; i < p->f->steps; i++)
        if (p->f->joins[waits][i] && !s->arrived[waits][i])
            return false;
    return true;
}

static State leave(const Player *p, const State *before, int step) {
    State s = *before;

    s.open[step] = false;
    for (int j = 0; j < p->f->steps; j++)
        s.arrived[j][step] = false;
    return s;
}

static State after_act(const Player *p, const State *before, int step, const Act *act) {
    State s = leave(p, before, step);

    s.done[step] = true;
    for (int i = 0; act->cancels && i < p->f->steps; i++)
        s.open[i] = s.waiting[i] = false;
    for (int k = 0; act->back && k < act->count; k++)
        cancel_after(p, &s, act->to[k]);
    for (int k = 0; k < act->count; k++) {
        if (p->f->joins[act->to[k]][step] && !act->back)
            s.arrived[act->to[k]][step] = true;
        else
            open_one(&s, act->to[k], p->f->steps);
    }
    for (int k = 0; k < act->count; k++) {
        int to = act->to[k];

        if (!p->f->joins[to][step] || act->back || s.open[to])
            continue;
        if (complete(p, &s, to))
            open_one(&s, to, p->f->steps);
        else
            s.waiting[to] = true;
    }
    return s;
}

static State after_send_back(const Player *p, const State *before, int step, int to) {
    State s = leave(p, before, step);

    cancel_after(p, &s, to);
    open_one(&s, to, p->f->steps);
    return s;
}

static int remember(Player *p, const State *s) {
    for (int i = 0; i < p->count; i++)
        if (memcmp(&p->states[i], s, sizeof *s) == 0)
            return i;
    if (p->count == STATES) {
        p->too_many = true;
        return 0;
    }
    p->states[p->count] = *s;
    return p->count++;
}

typedef void See(Player *p, const State *next, bool ended, void *context);

static bool others(const Player *p, const State *s, int step) {
    for (int i = 0; i < p->f->steps; i++)
        if ((i != step && s->open[i] && !p->f->standing[i]) || s->waiting[i])
            return true;
    return false;
}

static void each_next(Player *p, const State *s, See *see, void *context) {
    for (int step = 0; step < p->f->steps; step++) {
        if (!s->open[step])
            continue;
        for (int i = 0; i < p->f->act_count[step]; i++) {
            const Act *act = &p->f->acts[step][i];
            State next = act->count == 0 ? *s : after_act(p, s, step, act);

            if (act->count == 0 && !act->cancels && others(p, s, step))
                p->left_open = true;
            see(p, &next, act->count == 0, context);
        }
        for (int to = 0; p->f->sends_back[step] && to < p->f->steps; to++)
            if (to != step && s->done[to] && p->follows[to][step]) {
                State next = after_send_back(p, s, step, to);

                see(p, &next, false, context);
            }
    }
}

static void collect(Player *p, const State *next, bool ended, void *context) {
    (void)context;
    if (!ended && !p->too_many)
        remember(p, next);
}

typedef struct Search {
    bool seen[STATES], found;
    int queue[STATES], count;
} Search;

static void search_on(Player *p, const State *next, bool ended, void *context) {
    Search *x = context;
    int i = ended ? 0 : remember(p, next);

    x->found = x->found || ended;
    if (!ended && !x->seen[i]) {
        x->seen[i] = true;
        x->queue[x->count++] = i;
    }
}

static bool can_end(Player *p, int from, Search *x) {
    *x = (Search){.queue = {from}, .count = 1};
    x->seen[from] = true;
    for (int i = 0; i < x->count && !x->found; i++) {
        State s = p->states[x->queue[i]];

        each_next(p, &s, search_on, x);
    }
    return x->found;
}

/* Nothing leads on: what stands open has no action for it, and nothing else is open. */
static bool only_stands(const Player *p, const State *s) {
    bool dead = false;

    for (int i = 0; i < p->f->steps; i++) {
        if (s->open[i] && !p->f->standing[i])
            return false;
        dead = dead || (s->open[i] && p->f->act_count[i] == 0);
    }
    return dead;
}

/* Every step is reached, nothing ends with a branch open, and from everywhere there is an end. */
static bool brute(Player *p, Search *x) {
    State first;
    bool reached[STEPS] = {false};

    memset(&first, 0, sizeof first);
    first.open[0] = true;
    remember(p, &first);
    for (int i = 0; i < p->count && !p->too_many; i++) {
        State s = p->states[i];

        each_next(p, &s, collect, NULL);
    }
    for (int i = 0; i < p->count; i++)
        for (int s = 0; s < p->f->steps; s++)
            reached[s] = reached[s] || p->states[i].open[s];
    for (int s = 0; s < p->f->steps; s++)
        if (!reached[s])
            return false;
    for (int i = 0; !p->too_many && i < p->count; i++)
        if (only_stands(p, &p->states[i]) || !can_end(p, i, x))
            return false;
    return !p->left_open;
}

static void test_random(void **state) {
    const char *told = getenv("LIANHENG_SEED");
    int good = 0, branched = 0, asked = told != NULL ? 20000 : 2500;
    Player *p = calloc(1, sizeof *p);
    Search *x = calloc(1, sizeof *x);

    (void)state;
    assert_true(p != NULL && x != NULL);
    seed = told != NULL ? strtoull(told, NULL, 10) : 20261122;
    for (int round = 0; round < asked; round++) {
        scoped_arena Arena *a = arena_new();
        scoped_buf Buf text;
        Small f;
        Node *path;
        Err e = {0};

        buf_init(&text, 1 << 16);
        make(&f);
        write_flow(&f, &text);
        memset(p, 0, sizeof *p);
        p->f = &f;
        order(p);
        bool wanted = ordered(p) && brute(p, x), many = false;

        if (p->too_many)
            continue;
        bool is = flow_try(content, a, buf_str(&text), "x.yaml", NULL, &path, &e) != NULL;

        if (is != wanted)
            fail_msg("%s\nexpected %s: %s %s", text.ptr, wanted ? "good" : "bad", e.where, e.text);
        if (!is && path == NULL)
            fail_msg("%s\nno path: %s %s", text.ptr, e.where, e.text);
        for (int i = 0; i < p->count; i++)
            for (int s = 0, open = 0; s < f.steps; s++)
                many = many || (open += p->states[i].open[s]) > 1;
        good += is;
        branched += is && many;
    }
    print_message("%d of %d random flows are good, %d of them with branches\n", good, asked,
                  branched);
    assert_true(good > asked / 20 && branched > asked / 200);
    free(p);
    free(x);
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
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_random)};

    return cmocka_run_group_tests_name("content/flow_proof", tests, start, stop);
}
