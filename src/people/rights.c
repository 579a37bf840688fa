/* SPDX-License-Identifier: MulanPSL-2.0 */
/* people/rights.c: the rights of a person, put together from what the store knows of him, and kept
 * for a second.
 *
 * Kept rights are good until an event touches rights, until something begins or ends, and for a
 * quarter of a second; then a look at the journal tells whether another server wrote anything that
 * touches them. An answer that was kept (http/kept.h) may be half a second old: together that is
 * within the second the policy gives. */
#include "people/rights.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "people/rights_inside.h"
#include "sql_statements.h"
#include "store/journal.h"

#include "base/banned.h"

#define SECOND_US INT64_C(1000000)
#define FRESH_US INT64_C(250000)
#define NEVER INT64_MAX

enum {
    BUCKETS = 1024,
    KEPT_MOST = 8192,
    RIGHTS_MOST = 2000,
    SHARES_SECONDS = 60,
    ENTRIES_MOST = 5000
};

/* ---- putting together ---- */

typedef struct Making {
    Tx *tx;
    Arena *arena; /* of the rights */
    const Content *content;
    Str login;
    Instant now, boundary, settled;
    int64_t sequence;
    RightInside *items;
    size_t count;
    int administrator; /* -1: two kinds at once */
    int64_t *channels; /* organisations where two others opened the sealed records to him */
    size_t channel_count;
    bool granted;    /* something is opened to him, now or later */
    int64_t recused; /* clues in which he has a conflict of interest */
} Making;

/* Is it active now? Notes when that will change, or last did. */
static bool active(Making *m, Instant since, Instant until) {
    const Instant edges[] = {since, until ? until : NEVER};

    for (size_t i = 0; i < 2; i++) {
        if (edges[i] > m->now && edges[i] < m->boundary)
            m->boundary = edges[i];
        if (edges[i] <= m->now && edges[i] > m->settled)
            m->settled = edges[i];
    }
    return since <= m->now && (!until || m->now < until);
}

static bool row_active(Making *m, const Node *row) {
    return active(m, node_int(row, "since", 0), node_int(row, "until", 0));
}

/* One instant for all facts: never before the newest event, so that what was just given holds. */
static bool look_at_head(Making *m, Err *e) {
    const Node *head = tx_row(m->tx, m->arena, &SQL_journal_head, NO_ARGS, e);
    Instant at;

    if (!head)
        return e->code == ERR_NONE;
    m->sequence = node_int(head, "sequence", 0);
    if (instant_parse(node_text(head, "at"), &at) && at > m->now && at - m->now < SECOND_US)
        m->now = at;
    return true;
}

static bool account_active(Making *m, Str login, bool *yes, Err *e) {
    const Node *row = tx_row(m->tx, m->arena, &SQL_rights_account, ARGS(ARG_OF_TEXT(login)), e);

    *yes = row && str_is(node_text(row, "state"), "active");
    return e->code == ERR_NONE;
}

/* ---- what a rule reaches ---- */

static int number_order(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return x < y ? -1 : x > y;
}

static bool reach_of(Making *m, Right *r, Err *e) {
    if (r->rule->reach == REACH_ORGANISATION) {
        int64_t *one = arena_new_of(m->arena, int64_t);

        *one = r->organisation;
        r->organisations = one;
        r->organisation_count = 1;
    } else if (r->rule->reach == REACH_SUBTREE) {
        for (size_t i = 0; i < m->count; i++) /* the rules of one role share it */
            if (m->items[i].right.rule->reach == REACH_SUBTREE &&
                m->items[i].right.organisation == r->organisation) {
                r->organisations = m->items[i].right.organisations;
                r->organisation_count = m->items[i].right.organisation_count;
                return true;
            }
        const Node *rows =
            tx_rows(m->tx, m->arena, &SQL_rights_subtree, ARGS(ARG_OF_INT(r->organisation)), e);

        if (!rows)
            return false;
        int64_t *all = arena_array_of(m->arena, rows->count, int64_t);

        for (size_t i = 0; i < rows->count; i++)
            all[i] = node_int(rows->items[i], "organisation", 0);
        qsort(all, rows->count, sizeof *all, number_order);
        r->organisations = all;
        r->organisation_count = rows->count;
    }
    return true;
}

/* Grantees are written into SQL: anything but a plain login is left out. */
static bool plain(Str login) {
    for (size_t i = 0; i < login.len; i++) {
        char c = login.ptr[i];

        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-'))
            return false;
    }
    return login.len > 0;
}

static bool grantees_of(Making *m, RightInside *r, Err *e) {
    const Node *rows = tx_rows(m->tx, m->arena, &SQL_rights_teams,
                               ARGS(ARG_OF_TEXT(r->right.person), ARG_OF_INT(m->now)), e);

    if (!rows)
        return false;
    r->grantees.items = arena_array_of(m->arena, rows->count + 2, Str);
    if (plain(r->right.person))
        r->grantees.items[r->grantees.count++] =
            str_format(m->arena, "person:%.*s", STR_ARG(r->right.person));
    r->grantees.items[r->grantees.count++] =
        str_format(m->arena, "organisation:%lld", (long long)r->right.organisation);
    for (size_t i = 0; i < rows->count; i++)
        if (row_active(m, rows->items[i]))
            r->grantees.items[r->grantees.count++] =
                str_format(m->arena, "team:%lld", (long long)node_int(rows->items[i], "team", 0));
    return true;
}

/* The rules of one appointment share their grantees. */
static bool own_reach(Making *m, RightInside *r, Err *e) {
    for (size_t i = 0; i < m->count; i++)
        if (m->items[i].grantees.items && m->items[i].right.appointment == r->right.appointment &&
            str_eq(m->items[i].right.person, r->right.person)) {
            r->grantees = m->items[i].grantees;
            return true;
        }
    return grantees_of(m, r, e);
}

/* ---- appointments and delegations ---- */

static bool add_rules(Making *m, const Role *role, const Node *row, Str person, bool delegated,
                      Err *e) {
    for (size_t i = 0; i < role->rules.count; i++) {
        const RoleRule *rule = &role_rules(role)[i];
        RightInside r = {.right = {.rule = rule,
                                   .role = role->role,
                                   .role_title = role->title,
                                   .organisation_name = node_text(row, "organisation_name"),
                                   .appointment = node_int(row, "appointment", 0),
                                   .organisation = node_int(row, "organisation", 0),
                                   .person = person,
                                   .delegated = delegated,
                                   .liaison = node_int(row, "liaison", 0) != 0}};

        if (delegated && rule->permission == PERMISSION_SEALED_READ)
            continue;
        if (m->count == RIGHTS_MOST)
            return err_set(e, ERR_TOO_LARGE, NULL, "%.*s 的任职和受托太多，请先清理",
                           STR_ARG(m->login));
        if (!reach_of(m, &r.right, e) || (rule->reach == REACH_OWN && !own_reach(m, &r, e)))
            return false;
        m->items[m->count++] = r;
    }
    return true;
}

typedef struct Held { /* an active appointment with its role */
    const Node *row;
    const Role *role;
} Held;

/* Active appointments of a person; a role that content no longer has gives nothing. *administrator
 * is the kind among them, -1 for two kinds. */
static bool held_by(Making *m, Str person, Held **out, size_t *count, int *administrator, Err *e) {
    const Node *rows = tx_rows(m->tx, m->arena, &SQL_rights_appointments,
                               ARGS(ARG_OF_TEXT(person), ARG_OF_INT(m->now)), e);

    if (!rows)
        return false;
    Held *held = arena_array_of(m->arena, rows->count, Held);

    *count = 0;
    *administrator = ADMINISTRATOR_NONE;
    for (size_t i = 0; i < rows->count; i++) {
        Err unknown = {0};
        const Role *role =
            row_active(m, rows->items[i])
                ? content_role(m->content, node_text(rows->items[i], "role"), &unknown)
                : NULL;

        if (!role)
            continue;
        held[(*count)++] = (Held){rows->items[i], role};
        if (role->administrator && *administrator && role->administrator != *administrator)
            *administrator = -1;
        else if (role->administrator && *administrator == ADMINISTRATOR_NONE)
            *administrator = role->administrator;
    }
    *out = held;
    return true;
}

static bool own_rules(Making *m, Err *e) {
    Held *held;
    size_t count;

    if (!held_by(m, m->login, &held, &count, &m->administrator, e))
        return false;
    for (size_t i = 0; i < count && m->administrator >= 0; i++)
        if ((m->administrator == ADMINISTRATOR_NONE ||
             held[i].role->administrator == m->administrator) &&
            !add_rules(m, held[i].role, held[i].row, m->login, false, e))
            return false;
    return true;
}

static bool giver_rules(Making *m, Str giver, Err *e) {
    bool yes;
    Held *held;
    size_t count;
    int administrator;

    if (!account_active(m, giver, &yes, e))
        return false;
    if (!yes)
        return true;
    if (!held_by(m, giver, &held, &count, &administrator, e))
        return false;
    for (size_t i = 0; i < count && administrator == ADMINISTRATOR_NONE; i++)
        if (!add_rules(m, held[i].role, held[i].row, giver, true, e))
            return false;
    return true;
}

static bool delegated_rules(Making *m, Err *e) {
    const Node *rows = tx_rows(m->tx, m->arena, &SQL_rights_delegations,
                               ARGS(ARG_OF_TEXT(m->login), ARG_OF_INT(m->now)), e);
    Str done = {NULL, 0};

    for (size_t i = 0; rows && i < rows->count; i++) {
        Str giver = node_text(rows->items[i], "giver");
        bool holds = row_active(m, rows->items[i]);

        if (!holds || str_eq(giver, done) || str_eq(giver, m->login))
            continue;
        done = giver;
        if (!giver_rules(m, giver, e))
            return false;
    }
    return rows != NULL;
}

/* Grants begin and end, too: when the next does, and when the last did. */
static bool grant_edges(Making *m, Err *e) {
    scoped_buf Buf sql;
    bool any = false;

    buf_init(&sql, (size_t)1 << 20);
    buf_addf(&sql,
             "SELECT COUNT(CASE WHEN until IS NULL OR until > %lld THEN 1 END) AS grants, "
             "MIN(CASE WHEN since > %lld THEN since END) AS begins, "
             "MIN(CASE WHEN until > %lld THEN until END) AS ends, "
             "MAX(CASE WHEN since <= %lld THEN since END) AS began, "
             "MAX(CASE WHEN until <= %lld THEN until END) AS ended "
             "FROM access_grant WHERE grantee IN (",
             (long long)m->now, (long long)m->now, (long long)m->now, (long long)m->now,
             (long long)m->now);
    for (size_t i = 0; i < m->count; i++)
        for (size_t k = 0; k < m->items[i].grantees.count; k++) {
            buf_addf(&sql, "%s'%.*s'", any ? ", " : "", STR_ARG(m->items[i].grantees.items[k]));
            any = true;
        }
    buf_add_char(&sql, ')');
    if (!any)
        return true;
    const Node *rows = tx_rows_text(m->tx, m->arena, buf_str(&sql), NO_ARGS, e);

    if (!rows)
        return false;
    const Node *row = rows->items[0];

    m->granted = node_int(row, "grants", 0) != 0;
    active(m, node_int(row, "begins", 0), node_int(row, "ends", 0));
    active(m, node_int(row, "began", 0), node_int(row, "ended", 0));
    return true;
}

/* The role lets ask for the channel of sealed records; two others open it (0010). */
static bool channel_of(Making *m, Err *e) {
    bool may = false;

    for (size_t i = 0; i < m->count && !may; i++)
        may = m->items[i].right.rule->permission == PERMISSION_SEALED_READ;
    if (!may)
        return true;
    const Node *rows = tx_rows(m->tx, m->arena, &SQL_rights_channel,
                               ARGS(ARG_OF_TEXT(m->login), ARG_OF_INT(m->now)), e);

    if (!rows)
        return false;
    m->channels = arena_array_of(m->arena, rows->count, int64_t);
    for (size_t i = 0; i < rows->count; i++)
        if (active(m, 0, node_int(rows->items[i], "until", 0)))
            m->channels[m->channel_count++] = node_int(rows->items[i], "organisation", 0);
    return true;
}

static bool put_together(Tx *tx, void *context, Err *e) {
    Making *m = context;
    bool yes;

    m->tx = tx;
    if (!look_at_head(m, e) || !account_active(m, m->login, &yes, e))
        return false;
    if (!yes)
        return true;
    if (!own_rules(m, e))
        return false;
    if (m->administrator == ADMINISTRATOR_NONE && !delegated_rules(m, e))
        return false;
    return channel_of(m, e) && grant_edges(m, e) &&
           tx_int(tx, &SQL_rights_recused, ARGS(ARG_OF_TEXT(m->login), ARG_OF_TEXT(STR(""))), 0,
                  &m->recused, e);
}

static RightsInside *make(Store *s, const Content *c, Str login, int64_t generation,
                          const Shares *shares, Err *e) {
    Arena *a = arena_new();
    Making m = {.arena = a, .content = c, .login = str_dup(a, login), .boundary = NEVER};
    const Scope *before = store_thread_scope(NULL);
    scoped_arena Arena *scratch = arena_new();

    m.items = arena_array_of(scratch, RIGHTS_MOST, RightInside);
    m.now = instant_now();
    Instant made = m.now;
    bool good = store_read(s, put_together, &m, e);

    store_thread_scope(before);
    if (!good) {
        arena_free(a);
        return NULL;
    }
    RightsInside *r = arena_new_of(a, RightsInside);
    Right *rights = arena_array_of(a, m.count, Right);
    Grantees *grantees = arena_array_of(a, m.count, Grantees);

    for (size_t i = 0; i < m.count; i++) {
        rights[i] = m.items[i].right;
        grantees[i] = m.items[i].grantees;
    }
    r->rights = (Rights){.login = m.login,
                         .generation = generation,
                         .made = made,
                         .good_until = m.boundary < made + FRESH_US ? m.boundary : made + FRESH_US,
                         .administrator = m.administrator,
                         .rights = rights,
                         .count = m.count};
    r->arena = a;
    r->content = content_hold((Content *)(uintptr_t)c);
    r->sequence = m.sequence;
    r->boundary = m.boundary;
    r->settled = m.settled;
    r->grantees = grantees;
    r->channels = m.channels;
    r->channel_count = m.channel_count;
    r->recused = m.recused != 0;
    r->granted = m.granted;
    atomic_init(&r->holders, 1);
    r->shares = shares;
    rights_make_views(r);
    r->shares = NULL;
    return r;
}

/* ---- shares ---- */

typedef struct SharesAsk {
    Arena *arena;
    const Sql *sql;
    const Node *rows;
} SharesAsk;

static bool ask_shares(Tx *tx, void *context, Err *e) {
    SharesAsk *q = context;

    q->rows = tx_rows(tx, q->arena, q->sql, NO_ARGS, e);
    return q->rows != NULL;
}

/* NULL when it could not be asked: then nothing is known of them. */
static Shares *shares_read(Store *s, const Sql *sql) {
    scoped_arena Arena *a = arena_new();
    SharesAsk q = {a, sql, NULL};
    const Scope *before = store_thread_scope(NULL);
    bool good = store_read(s, ask_shares, &q, NULL);

    store_thread_scope(before);
    if (!good)
        return NULL;
    Shares *shares = calloc(1, sizeof *shares + q.rows->count * sizeof shares->items[0]);

    if (!shares)
        abort();
    atomic_init(&shares->holders, 1);
    shares->count = q.rows->count;
    for (size_t i = 0; i < q.rows->count; i++) {
        shares->items[i].organisation = node_int(q.rows->items[i], "organisation", 0);
        shares->items[i].clues = node_int(q.rows->items[i], "clues", 0);
        shares->total += shares->items[i].clues;
    }
    return shares;
}

static void shares_drop(Shares *shares) {
    if (!shares || atomic_fetch_sub(&shares->holders, 1) > 1)
        return;
    free(shares->matters);
    free(shares);
}

/* ---- keeping ---- */

typedef struct Kept {
    struct Kept *next;
    RightsInside *rights;
    Instant good_until; /* moves on while nothing was written that touches them */
    int64_t sequence;   /* of the journal then */
} Kept;

typedef struct Cache {
    pthread_mutex_t mutex;
    Kept *buckets[BUCKETS];
    size_t count;
    _Atomic int64_t generation;
    Shares *shares;
    double shares_at; /* seconds of the monotonic clock */
} Cache;

static double seconds_now(void) {
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Held for the caller; asked again after a minute. */
static Shares *shares_of(Store *s, Cache *cache) {
    double now = seconds_now();
    Shares *shares = NULL;

    pthread_mutex_lock(&cache->mutex);
    bool old = !cache->shares || now - cache->shares_at > SHARES_SECONDS;

    if (old)
        cache->shares_at = now; /* the others go on with what there is */
    if (!old || cache->shares)
        atomic_fetch_add(&(shares = cache->shares)->holders, 1);
    pthread_mutex_unlock(&cache->mutex);
    if (!old)
        return shares;
    Shares *fresh = shares_read(s, &SQL_rights_shares);

    if (!fresh)
        return shares;
    fresh->matters = shares_read(s, &SQL_rights_matter_shares);
    shares_drop(shares);
    atomic_fetch_add(&fresh->holders, 1);
    pthread_mutex_lock(&cache->mutex);
    shares_drop(cache->shares);
    cache->shares = fresh;
    pthread_mutex_unlock(&cache->mutex);
    return fresh;
}

/* What cannot touch rights; everything else is taken to. */
static bool harmless(Str kind) {
    static const char *const kinds[] = {"clue.",
                                        "clues.",
                                        "matter.",
                                        "flow.",
                                        "batch.",
                                        "model.",
                                        "mapping.",
                                        "account.signed_in",
                                        "account.signed_out",
                                        "account.sign_in_failed",
                                        "sensitive.",
                                        "rows.",
                                        "access.",
                                        "audit.",
                                        "alarm.",
                                        "approval.requested",
                                        NULL};

    for (size_t i = 0; kinds[i]; i++)
        if (str_starts(kind, str_of(kinds[i])))
            return true;
    return false;
}

static void on_event(void *context, const Event *event) {
    Cache *cache = context;

    if (!harmless(event->kind))
        atomic_fetch_add(&cache->generation, 1);
}

static void *cache_make(Store *s) {
    Cache *cache = calloc(1, sizeof *cache);

    if (!cache)
        abort();
    pthread_mutex_init(&cache->mutex, NULL);
    journal_listen(s, on_event, cache);
    return cache;
}

static void cache_empty(Cache *cache) {
    for (size_t i = 0; i < BUCKETS; i++)
        for (Kept *k = cache->buckets[i], *next; k; k = next) {
            next = k->next;
            rights_drop(&k->rights->rights);
            free(k);
        }
    memset(cache->buckets, 0, sizeof cache->buckets);
    cache->count = 0;
}

static void cache_drop(void *object) {
    Cache *cache = object;

    cache_empty(cache);
    shares_drop(cache->shares);
    pthread_mutex_destroy(&cache->mutex);
    free(cache);
}

static Cache *cache_of(Store *s) {
    static const char key;

    return store_attached(s, &key, cache_make, cache_drop);
}

/* With the lock held. */
static Kept *kept_find(const Cache *cache, Str login) {
    Kept *k = cache->buckets[str_hash(login) % BUCKETS];

    while (k && !str_eq(k->rights->rights.login, login))
        k = k->next;
    return k;
}

static const Rights *hold(RightsInside *r) {
    atomic_fetch_add(&r->holders, 1);
    return &r->rights;
}

/* Kept rights that are good, or NULL. *stale: old enough to ask whether anything was written. */
static const Rights *kept_look(Cache *cache, const Content *c, Str login, Instant now,
                               int64_t generation, bool *stale, int64_t *sequence) {
    const Rights *found = NULL;

    pthread_mutex_lock(&cache->mutex);
    const Kept *k = kept_find(cache, login);

    if (k && k->rights->content == c && k->rights->rights.generation == generation &&
        k->rights->rights.made <= now && now < k->rights->boundary) {
        *stale = now >= k->good_until;
        *sequence = k->sequence;
        found = hold(k->rights);
    }
    pthread_mutex_unlock(&cache->mutex);
    return found;
}

static void kept_put(Cache *cache, RightsInside *r) {
    pthread_mutex_lock(&cache->mutex);
    Kept *k = kept_find(cache, r->rights.login);

    if (!k && cache->count == KEPT_MOST)
        cache_empty(cache);
    if (k) {
        rights_drop(&k->rights->rights);
    } else {
        Kept **bucket = &cache->buckets[str_hash(r->rights.login) % BUCKETS];

        k = calloc(1, sizeof *k);
        if (!k)
            abort();
        k->next = *bucket;
        *bucket = k;
        cache->count++;
    }
    k->rights = r;
    k->good_until = r->rights.good_until;
    k->sequence = r->sequence;
    hold(r);
    pthread_mutex_unlock(&cache->mutex);
}

/* Fewer than are harmless here, where one hears of each by itself: an approval may be used up by a
 * look or an export elsewhere. */
static const char *const unrelated_kinds[] = {
    "clue.",   "batch.", "model.", "mapping.", "account.signed_in", "account.signed_out",
    "access.", "audit.", "alarm.", NULL};

typedef struct News {
    int64_t since, head; /* sequences of the journal */
    bool touched;
} News;

static bool look_for_news(Tx *tx, void *context, Err *e) {
    News *n = context;
    scoped_arena Arena *a = arena_new();
    scoped_buf Buf sql;

    buf_init(&sql, 4000);
    if (!tx_int(tx, &SQL_journal_head, NO_ARGS, 0, &n->head, e))
        return false;
    n->touched = n->head < n->since || n->head - n->since > ENTRIES_MOST;
    if (n->touched || n->head == n->since)
        return true;
    buf_add_c(&sql, "SELECT sequence FROM journal WHERE sequence > $1 AND sequence <= $2");
    for (size_t i = 0; unrelated_kinds[i]; i++)
        buf_addf(&sql, " AND kind NOT LIKE '%s%%'", unrelated_kinds[i]);
    buf_add_c(&sql, " LIMIT 1");
    const Node *rows =
        tx_rows_text(tx, a, buf_str(&sql), ARGS(ARG_OF_INT(n->since), ARG_OF_INT(n->head)), e);

    n->touched = rows && rows->count;
    return rows != NULL;
}

/* Nothing that touches rights was written since: good for a while more. */
static bool unchanged(Store *s, Cache *cache, const Rights *r, Instant now, int64_t since, Err *e) {
    News news = {.since = since};
    Instant until = now + FRESH_US;

    if (since == 0 || !store_read(s, look_for_news, &news, e) || news.touched)
        return false;
    pthread_mutex_lock(&cache->mutex);
    Kept *k = kept_find(cache, r->login);

    if (k && &k->rights->rights == r) {
        k->good_until = until < k->rights->boundary ? until : k->rights->boundary;
        k->sequence = news.head;
    }
    pthread_mutex_unlock(&cache->mutex);
    return true;
}

const Rights *rights_of(Store *s, const Content *c, Str login, Err *e) {
    Cache *cache = cache_of(s);
    int64_t generation = atomic_load(&cache->generation);
    Instant now = instant_now();
    bool stale = false;
    int64_t sequence = 0;
    const Rights *found = kept_look(cache, c, login, now, generation, &stale, &sequence);

    if (found && (!stale || unchanged(s, cache, found, now, sequence, e)))
        return found;
    rights_drop(found);
    Shares *shares = shares_of(s, cache);
    RightsInside *made = make(s, c, login, generation, shares, e);

    shares_drop(shares);

    if (!made)
        return NULL;
    kept_put(cache, made);
    return &made->rights;
}

void rights_drop(const Rights *r) {
    RightsInside *inside = (RightsInside *)(uintptr_t)r;

    if (!r || atomic_fetch_sub(&inside->holders, 1) > 1)
        return;
    content_drop(inside->content);
    arena_free(inside->arena);
}

/* ---- asking ---- */

bool rights_allow(const Rights *r, Permission p) {
    for (size_t i = 0; r && i < r->count; i++)
        if (r->rights[i].rule->permission == (int)p)
            return true;
    return false;
}

bool rights_reach(const Rights *r, Permission p, int64_t organisation) {
    for (size_t i = 0; i < r->count; i++) {
        const Right *right = &r->rights[i];

        if (right->rule->permission != (int)p)
            continue;
        if (right->rule->reach == REACH_INSTALLATION)
            return true;
        for (size_t k = 0; k < right->organisation_count; k++)
            if (right->organisations[k] == organisation)
                return true;
    }
    return false;
}

bool rights_everywhere(const Rights *r, Permission p) {
    for (size_t i = 0; i < r->count; i++) {
        const RoleRule *rule = r->rights[i].rule;

        if (rule->permission == (int)p && rule->reach == REACH_INSTALLATION &&
            rule->states.count == 0 && rule->datasets.count == 0)
            return true;
    }
    return false;
}

static uint64_t mark_texts(uint64_t mark, const BindList *list) {
    for (size_t i = 0; i < list->count; i++)
        mark = mark * 31 + str_hash(((const Str *)list->items)[i]);
    return mark * 31 + list->count;
}

/* Everything that decides which rows and fields are seen, and nothing of how they are looked for:
 * the text of a view changes when an organisation comes to have many rows, what it shows does not.
 */
uint64_t rights_mark(const Rights *r) {
    const RightsInside *inside = rights_inside(r);
    uint64_t mark = r->count * 31 + (uint64_t)inside->settled;

    for (size_t i = 0; i < r->count; i++) {
        const Right *right = &r->rights[i];
        const RoleRule *rule = right->rule;
        const Grantees *g = &inside->grantees[i];

        mark = mark * 31 + (uint64_t)rule->permission * 64 + (uint64_t)rule->reach * 8 +
               (uint64_t)rule->fields * 2 + right->delegated + (right->liaison ? 4096u : 0u);
        mark = mark_texts(mark_texts(mark, &rule->states), &rule->datasets);
        mark = (mark * 31 + (uint64_t)right->appointment) * 31 + str_hash(right->person);
        for (size_t k = 0; k < right->organisation_count; k++)
            mark = mark * 31 + (uint64_t)right->organisations[k];
        for (size_t k = 0; k < g->count; k++)
            mark = mark * 31 + str_hash(g->items[k]);
    }
    for (size_t i = 0; i < inside->channel_count; i++)
        mark = mark * 31 + (uint64_t)inside->channels[i];
    return mark * 2 + inside->recused;
}

bool rights_channel(const Rights *r) {
    for (size_t i = 0; r != NULL && i < r->count; i++)
        if (rights_opens(rights_inside(r), &r->rights[i]))
            return true;
    return false;
}

bool rights_names(const Rights *r) {
    return rights_inside(r)->names;
}

const Content *rights_content(const Rights *r) {
    return rights_inside(r)->content;
}

bool rights_whole(const Rights *r) {
    return rights_inside(r)->whole;
}

const Scope *rights_scope(const Rights *r, Permission p) {
    const RightsInside *inside = rights_inside(r);

    return p == PERMISSION_CLUE_EXPORT     ? &inside->exported
           : p == PERMISSION_CLUE_SHARE    ? &inside->shared
           : p == PERMISSION_ROW_EXPORT    ? &inside->taken
           : p == PERMISSION_MATTER_EXPORT ? &inside->carried
                                           : &r->scope;
}
