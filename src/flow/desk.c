/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/desk.c: 工作台: what waits for this person, what to do first, what he began. */
#include <inttypes.h>
#include <stdio.h>

#include "flow/matter_query.h"
#include "flow/seal.h"

#include "base/banned.h"

enum { FIRST_FEW = 8, LOOKED_AT = 100, COUNT_MOST = 1000, SOON_DAYS = 7 };

typedef struct DeskWork {
    const Content *content;
    const MatterActor *who;
    Arena *arena;
    Node *out;
} DeskWork;

static const char *const groups[] = {"tasks", "due_soon", "copies", "begun", "unclaimed", NULL};

/* ---- tasks ----
 *
 * A house may have a hundred thousand open tasks of one role. Each arm of whose they are, and each
 * kind, is a list that an index has in order: the first of each are taken, and of these the first.
 */

static const char *const at_work[] = {"owner",     "signer",  "countersign", "approve",
                                      "supervise", "consult", NULL};
static const char *const copies[] = {"copy", NULL};
static const char *const owners[] = {"owner", NULL};

#define SHOWN                                                                                     \
    "t.matter, t.id, t.kind, t.step, t.organisation, t.role, t.roles, t.login, t.opened, t.due, " \
    "t.urged, t.ask"

/* Said once: what a person sees may be a long text. */
#define SEEN "WITH seen AS NOT MATERIALIZED (SELECT id FROM {matter} s) "

/* Of the tasks whose matter one sees, the first `most` of every list. */
static void add_lists(Buf *sql, const Node *arms, const char *const *kinds, const char *more,
                      const char *columns, int most) {
    int n = 0;

    for (size_t i = 0; i < arms->count; i++)
        for (const char *const *kind = kinds; *kind; kind++, n++)
            buf_addf(sql,
                     "%sSELECT * FROM (SELECT %s FROM matter_task t WHERE t.state = 'open' AND "
                     "t.kind = '%s' AND %.*s%s AND EXISTS (SELECT 1 FROM seen v WHERE v.id = "
                     "t.matter) ORDER BY t.due, t.opened LIMIT %d) x%d",
                     n ? " UNION " : "", columns, *kind, STR_ARG(arms->items[i]->text), more, most,
                     n);
}

/* The first few, those that end first before the others. The rows of matters are long: only so many
 * are read as could be shown. */
static Node *tasks_read(Tx *tx, const DeskWork *d, const Node *arms, const char *const *kinds,
                        const char *more, Err *e) {
    scoped_buf Buf sql;

    buf_init(&sql, (size_t)4 << 20);
    if (!arms->count)
        return node_list(d->arena);
    buf_add_c(
        &sql,
        SEEN "SELECT m.id, m.number, m.flow, m.title, m.level, m.state, m.opened AS begun, t.id AS "
             "task, t.kind, t.step, t.organisation, CASE WHEN t.roles = '' THEN t.role ELSE "
             "TRIM(t.roles, '|') END AS role, t.login, t.opened, t.due, t.urged, t.ask FROM "
             "(SELECT * FROM (");
    add_lists(&sql, arms, kinds, more, SHOWN, LOOKED_AT);
    buf_addf(&sql,
             ") y ORDER BY due, opened LIMIT %d) t JOIN {matter} m ON m.id = t.matter ORDER BY "
             "t.due, m.level_rank, t.opened LIMIT %d",
             LOOKED_AT, FIRST_FEW);
    Node *rows = tx_rows_text(tx, d->arena, buf_str(&sql), NO_ARGS, e);

    for (size_t i = 0; rows && i < rows->count; i++)
        if (str_is(node_text(rows->items[i], "due"), DUE_NEVER))
            node_set_text(d->arena, rows->items[i], "due", STR(""));
    return rows && matter_open_titles(tx, d->arena, rows, e) ? rows : NULL;
}

/* How many there are, as far as it is said. */
static bool tasks_count(Tx *tx, const DeskWork *d, const Node *arms, const char *const *kinds,
                        const char *more, int64_t *count, Err *e) {
    scoped_buf Buf sql;

    buf_init(&sql, (size_t)4 << 20);
    if (!arms->count)
        return true;
    buf_add_c(&sql, SEEN "SELECT COUNT(*) AS n FROM (");
    add_lists(&sql, arms, kinds, more, "t.matter, t.id", COUNT_MOST + 1);
    buf_add_c(&sql, ") y");
    const Node *rows = tx_rows_text(tx, d->arena, buf_str(&sql), NO_ARGS, e);

    if (rows)
        *count = rows->count ? node_int(rows->items[0], "n", 0) : 0;
    return rows != NULL;
}

/* {count, more, items: the first few}. */
static void put(const DeskWork *d, const char *name, Node *rows, int64_t count) {
    Node *n = node_map(d->arena);

    node_set_int(d->arena, n, "count", count > COUNT_MOST ? COUNT_MOST : count);
    node_set_bool(d->arena, n, "more", count > COUNT_MOST);
    rows->count = count > FIRST_FEW ? FIRST_FEW : rows->count;
    node_set(d->arena, n, "items", rows);
    node_set(d->arena, d->out, name, n);
}

/* Sorted by due day: those that end within a week come first. */
static Node *soon_of(const DeskWork *d, const Node *tasks, const char *day) {
    Node *out = node_list(d->arena);

    for (size_t i = 0; i < tasks->count; i++) {
        Str due = node_text(tasks->items[i], "due");

        if (due.len && str_compare(due, str_of(day)) < 0)
            node_add(d->arena, out, tasks->items[i]);
    }
    return out;
}

#define BEGUN "FROM {matter} m WHERE m.actor = $1 AND m.state IN ('open','suspended')"

static bool put_begun(Tx *tx, const DeskWork *d, Err *e) {
    Str first = str_format(d->arena,
                           "SELECT m.id, m.number, m.flow, m.title, m.level, m.state, m.step, "
                           "m.opened, m.changed, m.due " BEGUN
                           " ORDER BY m.changed DESC, m.ordinal DESC LIMIT %d",
                           FIRST_FEW),
        count = str_format(d->arena, "SELECT COUNT(*) AS n FROM (SELECT 1 " BEGUN " LIMIT %d) x",
                           COUNT_MOST + 1);
    const Arg who = ARG_OF_TEXT(d->who->login);
    Node *rows = tx_rows_text(tx, d->arena, first, &who, 1, e);
    const Node *counted = rows ? tx_rows_text(tx, d->arena, count, &who, 1, e) : NULL;

    if (!counted || !matter_open_titles(tx, d->arena, rows, e))
        return false;
    put(d, "begun", rows, node_int(counted->items[0], "n", 0));
    return true;
}

static bool put_tasks(Tx *tx, const DeskWork *d, const char *name, const Node *arms,
                      const char *const *kinds, const char *more, Err *e) {
    int64_t count = 0;
    Node *rows = tasks_read(tx, d, arms, kinds, more, e);

    if (!rows || !tasks_count(tx, d, arms, kinds, more, &count, e))
        return false;
    put(d, name, rows, count);
    return true;
}

/* ---- work of a role that nobody holds, where this person supervises ---- */

/* Roles held at some of these organisations now, and where there is a liaison officer. */
static const Node *held_roles(Tx *tx, const DeskWork *d, const Node *houses, Err *e) {
    scoped_buf Buf sql;

    buf_init(&sql, (size_t)1 << 20);
    buf_add_c(&sql, "SELECT DISTINCT p.organisation, p.role, p.liaison FROM appointment p JOIN "
                    "account c ON c.login = p.login WHERE p.until IS NULL AND c.state = 'active' "
                    "AND p.organisation IN (0");
    for (size_t i = 0; i < houses->count; i++)
        buf_addf(&sql, ",%" PRId64, houses->items[i]->integer);
    buf_add_char(&sql, ')');
    return tx_rows_text(tx, d->arena, buf_str(&sql), NO_ARGS, e);
}

static bool held(const Node *roles, int64_t house, const Role *role) {
    for (size_t i = 0; i < roles->count; i++) {
        const Node *row = roles->items[i];

        if (node_int(row, "organisation", 0) == house &&
            (str_eq(node_text(row, "role"), role->role) ||
             (role->liaison && node_int(row, "liaison", 0))))
            return true;
    }
    return false;
}

static void add_nobodys(const DeskWork *d, Node *arms, const Node *roles, int64_t house) {
    const Content *c = d->content;
    scoped_buf Buf arm;
    scoped_buf Buf several;

    buf_init(&arm, (size_t)1 << 20);
    buf_init(&several, (size_t)1 << 20);
    /* "|| ''" keeps SQLite from passing over what is unclaimed in all houses. */
    buf_addf(&arm, "t.organisation = %" PRId64 " AND t.login || '' = '' AND t.role IN (''", house);
    buf_addf(&several,
             "t.organisation = %" PRId64 " AND t.login = '' AND t.role = '*' AND NOT EXISTS "
             "(SELECT 1 FROM appointment p JOIN account c ON c.login = p.login WHERE "
             "p.organisation = t.organisation AND (REPLACE(t.roles, '|' || p.role || '|', '') <> "
             "t.roles OR (p.liaison = 1 AND ",
             house);
    for (size_t i = 0; i < content_role_count(c); i++)
        if (!held(roles, house, content_role_at(c, i)))
            buf_addf(&arm, ",'%.*s'", STR_ARG(content_role_at(c, i)->role));
    buf_add_char(&arm, ')');
    task_of_liaison(c, "t", &several);
    buf_add_c(&several, ")) AND p.until IS NULL AND c.state = 'active')");
    node_add(d->arena, arms, node_of_text(d->arena, str_dup(d->arena, buf_str(&arm))));
    node_add(d->arena, arms, node_of_text(d->arena, str_dup(d->arena, buf_str(&several))));
}

/* Which roles nobody holds is asked once, not of each task. */
static bool put_unclaimed(Tx *tx, const DeskWork *d, Err *e) {
    const Rights *r = d->who->rights;
    Node *houses = node_list(d->arena), *arms = node_list(d->arena);

    for (size_t i = 0; r && i < r->count; i++) {
        const Right *right = &r->rights[i];
        bool known = right->rule->permission != PERMISSION_MATTER_SUPERVISE &&
                     right->rule->permission != PERMISSION_MATTER_ACT;

        for (size_t k = 0; k < houses->count && !known; k++)
            known = houses->items[k]->integer == right->organisation;
        if (!known)
            node_add(d->arena, houses, node_of_int(d->arena, right->organisation));
    }
    const Node *roles = held_roles(tx, d, houses, e);

    for (size_t i = 0; roles && i < houses->count; i++)
        add_nobodys(d, arms, roles, houses->items[i]->integer);
    return roles && put_tasks(tx, d, "unclaimed", arms, owners, "", e);
}

/* Of the tasks, those that end within a week. */
static bool put_soon(Tx *tx, const DeskWork *d, const Node *arms, Err *e) {
    char day[11], more[40];
    int64_t count = 0;

    day_format(day_today() + SOON_DAYS + 1, day);
    snprintf(more, sizeof more, " AND t.due < '%s'", day);
    Node *tasks = tasks_read(tx, d, arms, at_work, "", e);

    if (!tasks || !tasks_count(tx, d, arms, at_work, more, &count, e))
        return false;
    put(d, "due_soon", soon_of(d, tasks, day), count);
    count = 0;
    if (!tasks_count(tx, d, arms, at_work, "", &count, e))
        return false;
    put(d, "tasks", tasks, count);
    return true;
}

static bool desk_read(Tx *tx, void *context, Err *e) {
    DeskWork *d = context;
    const Node *arms =
        d->who->rights ? task_arms(d->who->rights, "t", d->arena) : node_list(d->arena);

    d->out = node_map(d->arena);
    return put_soon(tx, d, arms, e) && put_tasks(tx, d, "copies", arms, copies, "", e) &&
           put_begun(tx, d, e) && put_unclaimed(tx, d, e);
}

/* ---- what to do with each, and how long there is ---- */

/* Workdays from today to the last day to act in time; negative: as many too late. */
static int64_t workdays_left(const Content *c, Day last) {
    Day today = day_today(), from = last < today ? last : today, to = last < today ? today : last;
    int64_t n = 0;

    for (Day day = from + 1; day <= to && n < COUNT_MOST; day++)
        n += calendar_workday(c, day, NULL);
    return last < today ? -n : n;
}

/* Of what this person can do with the task: an action of the flow, else the first there is. */
static const Node *first_choice(const Node *choices, int64_t task) {
    const Node *first = NULL;

    for (size_t i = 0; choices && i < choices->count; i++) {
        const Node *one = choices->items[i];

        if (node_int(one, "task", 0) != task || node_get(one, "blocked"))
            continue;
        if (str_is(node_text(one, "verb"), "act"))
            return one;
        first = first ? first : one;
    }
    return first;
}

static bool add_next(Tx *tx, const DeskWork *d, Node *row, Err *e) {
    static const char *const told[] = {"verb", "action", "title", NULL};
    Writing w = {tx, NULL, d->content, d->who, d->arena, instant_now(), 0};
    MatterRow matter;
    Err asked = {0};
    const Node *choice;
    Node *next = node_map(d->arena);

    if (!matter_load(&w, node_text(row, "id"), &matter, e))
        return false;
    choice = first_choice(
        matter_choices(tx, d->content, d->who, &matter, node_int(row, "task", 0), d->arena, &asked),
        node_int(row, "task", 0));
    if (asked.code != ERR_NONE) {
        *e = asked;
        return false;
    }
    for (size_t i = 0; choice && told[i]; i++)
        if (node_text(choice, told[i]).len)
            node_set_text(d->arena, next, told[i], node_text(choice, told[i]));
    if (choice)
        node_set(d->arena, row, "next", next);
    return true;
}

/* In a transaction of the program itself: what one can do is judged by the whole, and the rows have
 * been seen. */
static bool next_read(Tx *tx, void *context, Err *e) {
    DeskWork *d = context;

    for (size_t g = 0; groups[g]; g++) {
        const Node *items = node_get(node_get(d->out, groups[g]), "items");

        for (size_t i = 0; items && i < items->count; i++) {
            Node *row = items->items[i];
            Str due = node_text(row, "due");

            if (instant_of(due) > 0 && !node_get(row, "workdays_left"))
                node_set_int(d->arena, row, "workdays_left",
                             workdays_left(d->content, day_of_instant(instant_of(due) - 1)));
            if (node_int(row, "task", 0) && !node_get(row, "next") && !add_next(tx, d, row, e))
                return false;
        }
    }
    return true;
}

Node *matter_desk(Store *s, const Content *c, const MatterActor *who, Arena *a, Err *e) {
    DeskWork d = {.content = c, .who = who, .arena = a};
    bool good = store_read(s, desk_read, &d, e);
    const Scope *before = store_thread_scope(NULL);

    good = good && store_read(s, next_read, &d, e);
    store_thread_scope(before);
    return good ? d.out : NULL;
}
