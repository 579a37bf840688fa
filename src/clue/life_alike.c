/* SPDX-License-Identifier: MulanPSL-2.0 */
/* clue/life_alike.c: clues that may be the same as one that is there, or as one that is being
 * typed. Candidates come from keys, rows, names and the newest; how much each says the same:
 * alike.h. Only what the asker may see is compared. */
#include <inttypes.h>
#include <stdlib.h>

#include "clue/alike.h"
#include "clue/life_inside.h"
#include "pool/import.h"

#include "sql_statements.h"

#include "base/banned.h"

enum { ALIKE_MOST = 20, CANDIDATES_MOST = 5000, ALMOST = 60 };

typedef struct Alike {
    Arena *arena;
    Str id; /* of a clue that is there; empty: typed */
    AlikeFacts facts;
    Str case_key;
    AlikeFacts *others;
    const Node **rows;
    size_t count;
    Node *list;
} Alike;

static AlikeFacts facts_of(Arena *a, const Node *row) {
    Str personal = node_text(row, "life_personal");
    Err ignored = {0};
    const Node *p = personal.len ? json_read(a, personal, &ignored) : NULL;

    return (AlikeFacts){.model = node_text(row, "model"),
                        .suggests = node_text(row, "suggests"),
                        .subject_key = node_text(row, "subject_key"),
                        .subject_name = node_text(row, "subject_name"),
                        .case_number = p ? node_text(p, "case_number") : (Str){NULL, 0},
                        .title = node_text(row, "title"),
                        .facts = node_text(row, "explanation")};
}

static int64_t place_of(const Alike *q, Str id) {
    for (size_t i = 0; i < q->count; i++)
        if (str_eq(node_text(q->rows[i], "id"), id))
            return (int64_t)i;
    return -1;
}

/* `fresh`: none of these was taken before. */
static bool take(Alike *q, const Node *rows, bool same_row, bool fresh) {
    for (size_t i = 0; rows && i < rows->count && q->count < CANDIDATES_MOST; i++) {
        Str id = node_text(rows->items[i], "id");
        int64_t known = fresh ? -1 : place_of(q, id);

        if (str_eq(id, q->id))
            continue;
        if (known >= 0) {
            q->others[known].same_row |= same_row;
            continue;
        }
        q->rows[q->count] = rows->items[i];
        q->others[q->count] = facts_of(q->arena, rows->items[i]);
        q->others[q->count++].same_row = same_row;
    }
    return rows != NULL;
}

static bool by_key(Alike *q, Tx *tx, Str key, Err *e) {
    return !key.len ||
           take(q,
                tx_rows(tx, q->arena, &SQL_life_same_subject,
                        ARGS(ARG_OF_TEXT(key), ARG_OF_TEXT(q->id.len ? q->id : STR(""))), e),
                false, false);
}

/* The newest first, so that what they bring need not be looked for among themselves. */
static bool gather(Alike *q, Tx *tx, Err *e) {
    Str id = q->id.len ? q->id : STR("");

    q->others = arena_array_of(q->arena, CANDIDATES_MOST, AlikeFacts);
    q->rows = arena_array_of(q->arena, CANDIDATES_MOST, const Node *);
    return take(q, tx_rows(tx, q->arena, &SQL_life_newest, ARGS(ARG_OF_TEXT(id)), e), false,
                true) &&
           take(q, tx_rows(tx, q->arena, &SQL_life_newest_told, ARGS(ARG_OF_TEXT(id)), e), false,
                false) &&
           by_key(q, tx, q->facts.subject_key, e) && by_key(q, tx, q->case_key, e) &&
           (!q->facts.subject_name.len ||
            take(q,
                 tx_rows(tx, q->arena, &SQL_life_same_name,
                         ARGS(ARG_OF_TEXT(q->facts.subject_name), ARG_OF_TEXT(id)), e),
                 false, false)) &&
           (!q->id.len ||
            take(q, tx_rows(tx, q->arena, &SQL_life_same_row, ARGS(ARG_OF_TEXT(id)), e), true,
                 false));
}

static Node *told(Alike *q, const Node *row, const AlikeWhy *why) {
    Arena *a = q->arena;
    Node *n = node_map(a), *reasons = node_list(a);
    const struct {
        bool is;
        Str reason;
    } all[] = {{why->kind, STR("同一对象，同一类线索")},
               {why->subject && !why->kind, STR("同一对象")},
               {why->case_, STR("同一案件")},
               {why->row, STR("依据同一条数据")},
               {why->name, STR("对象名称相同")},
               {why->text > 0, why->text >= ALMOST ? STR("内容几乎相同") : STR("内容相近")}};

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (all[i].is)
            node_add(a, reasons, node_of_text(a, all[i].reason));
    node_set_text(a, n, "id", node_text(row, "id"));
    node_set_text(a, n, "number", str_format(a, "XS-%06" PRId64, node_int(row, "number", 0)));
    if (node_text(row, "title").len)
        node_set_text(a, n, "title", node_text(row, "title"));
    node_set_text(a, n, "state_title", life_title(clue_life_names, node_text(row, "life")));
    node_set_int(a, n, "score", why->score);
    node_set(a, n, "reasons", reasons);
    return n;
}

static int by_score(const void *a, const void *b) {
    const Node *x = *(Node *const *)a, *y = *(Node *const *)b;
    int64_t m = node_int(x, "score", 0), n = node_int(y, "score", 0);

    return m != n ? (m < n ? 1 : -1) : str_compare(node_text(y, "number"), node_text(x, "number"));
}

static void judge(Alike *q) {
    AlikeWhy *why = arena_array_of(q->arena, q->count + 1, AlikeWhy);

    alike_judge(&q->facts, q->others, q->count, why);
    q->list = node_list(q->arena);
    for (size_t i = 0; i < q->count; i++)
        if (why[i].score)
            node_add(q->arena, q->list, told(q, q->rows[i], &why[i]));
    if (q->list->count)
        qsort(q->list->items, q->list->count, sizeof *q->list->items, by_score);
    if (q->list->count > ALIKE_MOST)
        q->list->count = ALIKE_MOST;
}

static bool alike_read(Tx *tx, void *context, Err *e) {
    Alike *q = context;
    Err why = {0};
    const Node *row = NULL;

    if (q->id.len &&
        !(row = tx_row(tx, q->arena, &SQL_life_seen, ARGS(ARG_OF_TEXT(q->id)), &why))) {
        if (why.code != ERR_NONE)
            *e = why;
        else
            err_set(e, ERR_NOT_FOUND, NULL, "没有这条线索，可能编号抄错了，请从线索列表中打开");
        return false;
    }
    if (row)
        q->facts = facts_of(q->arena, row);
    if (!gather(q, tx, e))
        return false;
    judge(q);
    return true;
}

Node *clue_similar(Store *s, Str id, Arena *a, Err *e) {
    Alike q = {.arena = a, .id = id};

    return store_read(s, alike_read, &q, e) ? q.list : NULL;
}

Node *clue_alike(Store *s, const Keys *keys, const ClueNew *in, Arena *a, Err *e) {
    bool house = str_is(in->subject_kind, "organisation");
    char hex[33];
    Alike q = {.arena = a,
               .facts = {.suggests = in->suggests,
                         .subject_name = str_trim(in->subject_name),
                         .case_number = str_trim(in->case_number),
                         .title = in->title,
                         .facts = in->facts}};

    /* Half a number is no key yet. */
    if (pool_token(keys, house ? SUBJECT_ORGANISATION : SUBJECT_PERSON, in->subject_number, hex))
        q.facts.subject_key = str_dup(a, str_of(hex));
    if (q.facts.case_number.len && pool_token(keys, SUBJECT_CASE, q.facts.case_number, hex))
        q.case_key = str_dup(a, str_of(hex));
    return store_read(s, alike_read, &q, e) ? q.list : NULL;
}
