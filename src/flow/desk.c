/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/desk.c: 工作台: what waits for this person, what to do first, what he began. */
#include <inttypes.h>
#include <stdio.h>

#include "flow/matter_query.h"
#include "flow/seal.h"

#include "base/banned.h"

enum { FIRST_FEW = 8, LOOKED_AT = 100, COUNT_MOST = 1000, SOON_DAYS = 7 };

typedef struct DeskWork {
    const MatterActor *who;
    Arena *arena;
    Node *out;
} DeskWork;

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
    bool any = false;

    buf_init(&sql, (size_t)2 << 20);
    for (size_t i = 0; r && i < r->count; i++) {
        const Right *right = &r->rights[i];

        if (right->rule->permission != PERMISSION_MATTER_SUPERVISE &&
            right->rule->permission != PERMISSION_MATTER_ACT)
            continue;
        buf_addf(&sql, "%st.organisation = %lld", any ? " OR " : "",
                 (long long)right->organisation);
        any = true;
    }
    return put_tasks(tx, d, "unclaimed", "= 'owner'", any ? sql.ptr : "1 = 0",
                     " AND t.login = '' AND NOT EXISTS (SELECT 1 FROM appointment p JOIN account c "
                     "ON c.login = p.login WHERE p.organisation = t.organisation AND (p.role = "
                     "t.role OR REPLACE(t.roles, '|' || p.role || '|', '') <> t.roles) AND p.until "
                     "IS NULL AND c.state = 'active')",
                     e);
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

Node *matter_desk(Store *s, const Content *c, const MatterActor *who, Arena *a, Err *e) {
    DeskWork d = {.who = who, .arena = a};

    (void)c;
    return store_read(s, desk_read, &d, e) ? d.out : NULL;
}
