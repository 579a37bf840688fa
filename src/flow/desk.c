/* SPDX-License-Identifier: MulanPSL-2.0 */
/* flow/desk.c: 工作台: what waits for this person, what to do first, what he began. */
#include <inttypes.h>

#include "flow/matter_query.h"

#include "base/banned.h"

enum { FIRST_FEW = 8, COUNT_MOST = 1000, SOON_DAYS = 7 };

typedef struct DeskWork {
    const MatterActor *who;
    Arena *arena;
    Node *out;
} DeskWork;

/* Tasks with their matters, those that end first before the others. */
static Node *tasks_read(Tx *tx, const DeskWork *d, const char *kinds, const char *whose,
                        const char *more, Err *e) {
    scoped_buf Buf sql;

    buf_init(&sql, (size_t)2 << 20);
    buf_addf(&sql,
             "SELECT m.id, m.number, m.flow, m.title, m.level, m.state, m.opened AS begun, t.id AS "
             "task, t.kind, t.step, t.organisation, CASE WHEN t.roles = '' THEN t.role ELSE "
             "TRIM(t.roles, '|') END AS role, t.login, t.opened, t.due, t.urged, "
             "t.ask FROM {matter} m JOIN matter_task t ON t.matter = m.id WHERE t.state = 'open' "
             "AND t.kind %s AND (%s)%s ORDER BY t.due, m.level_rank, t.opened LIMIT %d",
             kinds, whose, more, COUNT_MOST + 1);
    Node *rows = tx_rows_text(tx, d->arena, buf_str(&sql), NO_ARGS, e);

    for (size_t i = 0; rows && i < rows->count; i++)
        if (str_is(node_text(rows->items[i], "due"), DUE_NEVER))
            node_set_text(d->arena, rows->items[i], "due", STR(""));
    return rows;
}

/* {count, more, items: the first few}. */
static void put(const DeskWork *d, const char *name, Node *rows) {
    Node *n = node_map(d->arena);
    int64_t count = (int64_t)rows->count;

    node_set_int(d->arena, n, "count", count > COUNT_MOST ? COUNT_MOST : count);
    node_set_bool(d->arena, n, "more", count > COUNT_MOST);
    rows->count = count > FIRST_FEW ? FIRST_FEW : rows->count;
    node_set(d->arena, n, "items", rows);
    node_set(d->arena, d->out, name, n);
}

/* Sorted by due day: those that end within a week come first. */
static Node *soon_of(const DeskWork *d, const Node *tasks) {
    Node *out = node_list(d->arena);
    char day[11];

    day_format(day_today() + SOON_DAYS + 1, day);
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
    return tx_rows_text(tx, d->arena, buf_str(&sql), ARGS(ARG_OF_TEXT(d->who->login)), e);
}

/* Work of a role that nobody holds, where this person supervises. */
static Node *unclaimed_read(Tx *tx, const DeskWork *d, Err *e) {
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
    if (!any)
        return node_list(d->arena);
    return tasks_read(
        tx, d, "= 'owner'", sql.ptr,
        " AND t.login = '' AND NOT EXISTS (SELECT 1 FROM appointment p JOIN account c "
        "ON c.login = p.login WHERE p.organisation = t.organisation AND (p.role = t.role OR "
        "REPLACE(t.roles, '|' || p.role || '|', '') <> t.roles) AND p.until IS NULL AND c.state = "
        "'active')",
        e);
}

static bool desk_read(Tx *tx, void *context, Err *e) {
    DeskWork *d = context;
    scoped_buf Buf whose;

    buf_init(&whose, 1 << 20);
    if (!d->who->rights || !tasks_of_person(d->who->rights, "t", &whose))
        buf_add_c(&whose, "1 = 0");
    Node *tasks =
        tasks_read(tx, d, "IN ('owner','signer','countersign','approve','supervise','consult')",
                   whose.ptr, "", e);
    Node *copies = tasks ? tasks_read(tx, d, "= 'copy'", whose.ptr, "", e) : NULL;
    Node *begun = copies ? begun_read(tx, d, e) : NULL;
    Node *unclaimed = begun ? unclaimed_read(tx, d, e) : NULL;

    if (!unclaimed)
        return false;
    d->out = node_map(d->arena);
    put(d, "due_soon", soon_of(d, tasks));
    put(d, "tasks", tasks);
    put(d, "copies", copies);
    put(d, "begun", begun);
    put(d, "unclaimed", unclaimed);
    return true;
}

Node *matter_desk(Store *s, const Content *c, const MatterActor *who, Arena *a, Err *e) {
    DeskWork d = {.who = who, .arena = a};

    (void)c;
    return store_read(s, desk_read, &d, e) ? d.out : NULL;
}
