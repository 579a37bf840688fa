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

/* Which tasks, among those whose matter one sees. */
static void task_condition(Buf *sql, const char *kinds, const char *whose, const char *more) {
    buf_addf(
        sql,
        "FROM matter_task t WHERE t.state = 'open' AND t.kind %s AND (%s)%s AND EXISTS (SELECT "
        "1 FROM {matter} v WHERE v.id = t.matter)",
        kinds, whose, more);
}

/* The first few, those that end first before the others. The rows of matters are long: only so many
 * are read as could be shown. */
static Node *tasks_read(Tx *tx, const DeskWork *d, const char *kinds, const char *whose,
                        const char *more, Err *e) {
    scoped_buf Buf sql;

    buf_init(&sql, (size_t)2 << 20);
    buf_addf(&sql,
             "SELECT m.id, m.number, m.flow, m.title, m.level, m.state, m.opened AS begun, t.id AS "
             "task, t.kind, t.step, t.organisation, CASE WHEN t.roles = '' THEN t.role ELSE "
             "TRIM(t.roles, '|') END AS role, t.login, t.opened, t.due, t.urged, t.ask FROM "
             "(SELECT t.* ");
    task_condition(&sql, kinds, whose, more);
    buf_addf(&sql,
             " ORDER BY t.due, t.opened LIMIT %d) t JOIN {matter} m ON m.id = t.matter ORDER BY "
             "t.due, m.level_rank, t.opened LIMIT %d",
             LOOKED_AT, FIRST_FEW);
    Node *rows = tx_rows_text(tx, d->arena, buf_str(&sql), NO_ARGS, e);

    for (size_t i = 0; rows && i < rows->count; i++)
        if (str_is(node_text(rows->items[i], "due"), DUE_NEVER))
            node_set_text(d->arena, rows->items[i], "due", STR(""));
    return rows && matter_open_titles(tx, d->arena, rows, e) ? rows : NULL;
}

/* How many there are, as far as it is said. */
static bool tasks_count(Tx *tx, const DeskWork *d, const char *kinds, const char *whose,
                        const char *more, int64_t *count, Err *e) {
    scoped_buf Buf sql;

    buf_init(&sql, (size_t)2 << 20);
    buf_add_c(&sql, "SELECT COUNT(*) AS n FROM (SELECT 1 ");
    task_condition(&sql, kinds, whose, more);
    buf_addf(&sql, " LIMIT %d) x", COUNT_MOST + 1);
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

static Node *begun_read(Tx *tx, const DeskWork *d, Err *e) {
    scoped_buf Buf sql;

    buf_init(&sql, 4096);
    buf_addf(&sql,
             "SELECT m.id, m.number, m.flow, m.title, m.level, m.state, m.step, m.opened, "
             "m.changed, m.due FROM {matter} m WHERE m.actor = $1 AND m.state IN "
             "('open','suspended') ORDER BY m.changed DESC, m.ordinal DESC LIMIT %d",
             COUNT_MOST + 1);
    Node *rows = tx_rows_text(tx, d->arena, buf_str(&sql), ARGS(ARG_OF_TEXT(d->who->login)), e);

    return rows && matter_open_titles(tx, d->arena, rows, e) ? rows : NULL;
}

#define AT_WORK "IN ('owner','signer','countersign','approve','supervise','consult')"

static bool put_tasks(Tx *tx, const DeskWork *d, const char *name, const char *kinds,
                      const char *whose, const char *more, Err *e) {
    int64_t count = 0;
    Node *rows = tasks_read(tx, d, kinds, whose, more, e);

    if (!rows || !tasks_count(tx, d, kinds, whose, more, &count, e))
        return false;
    put(d, name, rows, count);
    return true;
}

/* Work of a role that nobody holds, where this person supervises. */
static bool put_unclaimed(Tx *tx, const DeskWork *d, Err *e) {
    const Rights *r = d->who->rights;
    scoped_buf Buf sql;
    scoped_buf Buf nobody;
    bool any = false;

    buf_init(&sql, (size_t)2 << 20);
    buf_init(&nobody, (size_t)1 << 20);
    buf_add_c(&nobody,
              " AND t.login = '' AND NOT EXISTS (SELECT 1 FROM appointment p JOIN account c ON "
              "c.login = p.login WHERE p.organisation = t.organisation AND (p.role = t.role OR "
              "REPLACE(t.roles, '|' || p.role || '|', '') <> t.roles OR (p.liaison = 1 AND ");
    task_of_liaison(d->content, "t", &nobody);
    buf_add_c(&nobody, ")) AND p.until IS NULL AND c.state = 'active')");
    for (size_t i = 0; r && i < r->count; i++) {
        const Right *right = &r->rights[i];

        if (right->rule->permission != PERMISSION_MATTER_SUPERVISE &&
            right->rule->permission != PERMISSION_MATTER_ACT)
            continue;
        buf_addf(&sql, "%st.organisation = %lld", any ? " OR " : "",
                 (long long)right->organisation);
        any = true;
    }
    return put_tasks(tx, d, "unclaimed", "= 'owner'", any ? sql.ptr : "1 = 0", nobody.ptr, e);
}

/* Of the tasks, those that end within a week. */
static bool put_soon(Tx *tx, const DeskWork *d, const char *whose, Err *e) {
    char day[11], more[40];
    int64_t count = 0;

    day_format(day_today() + SOON_DAYS + 1, day);
    snprintf(more, sizeof more, " AND t.due < '%s'", day);
    Node *tasks = tasks_read(tx, d, AT_WORK, whose, "", e);

    if (!tasks || !tasks_count(tx, d, AT_WORK, whose, more, &count, e))
        return false;
    put(d, "due_soon", soon_of(d, tasks, day), count);
    count = 0;
    if (!tasks_count(tx, d, AT_WORK, whose, "", &count, e))
        return false;
    put(d, "tasks", tasks, count);
    return true;
}

static bool desk_read(Tx *tx, void *context, Err *e) {
    DeskWork *d = context;
    scoped_buf Buf whose;

    buf_init(&whose, 1 << 20);
    if (!d->who->rights || !tasks_of_person(d->who->rights, "t", &whose))
        buf_add_c(&whose, "1 = 0");
    d->out = node_map(d->arena);
    if (!put_soon(tx, d, whose.ptr, e) || !put_tasks(tx, d, "copies", "= 'copy'", whose.ptr, "", e))
        return false;
    Node *begun = begun_read(tx, d, e);

    if (!begun)
        return false;
    put(d, "begun", begun, (int64_t)begun->count);
    return put_unclaimed(tx, d, e);
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
